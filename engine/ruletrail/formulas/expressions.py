"""The tree of a formula: constants, codes, and calls of operations, each with its span.

This is what everybody outside `formulas` sees of a formula. It is made from Python's grammar by
`parsing`, once, and nothing in it can be changed.
"""

from collections.abc import Iterator

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas.operations import ATOM, CHOICE, Operation
from ruletrail.values import Value, write_number

Span = tuple[int, int]
"""Half-open offsets in code points of the formula's ASCII text."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, text or boolean that is written in the formula, exact."""

    value: Value
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A code, or the name of a group where the operation around it takes groups.

    `LIST.NAME` is a code of a row: a field of it, or a rule.
    """

    code: str
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """An operation over operands, in the order as written; a list's items are operands.

    `part` is its place among the formula's parts, which are listed inner first. `over` is the list
    whose rows it gathers, if it is an aggregate: its one operand is then worked out for each row.
    """

    operation: Operation
    operands: tuple["Expression", ...]
    span: Span
    part: int
    over: str = ""


Expression = Constant | Name | Call


def walk_expression(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and all below it, outer first, in reading order."""
    waiting = [expression]
    while waiting:
        top = waiting.pop()
        yield top
        if isinstance(top, Call):
            waiting.extend(reversed(top.operands))


def list_of(code: str) -> str:
    """Return the list that a code of a row belongs to; empty for any other code."""
    return code.partition(".")[0] if "." in code else ""


def walk_of_row(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and what of it is worked out in the same row, outer first.

    An aggregate in it is of all rows: it is yielded, and nothing below it.
    """
    waiting = [expression]
    while waiting:
        top = waiting.pop()
        yield top
        if isinstance(top, Call) and not top.over:
            waiting.extend(reversed(top.operands))


def lists_in(expression: Expression) -> tuple[str, ...]:
    """Name the lists of whose rows an expression reads something, each once, in reading order."""
    found = (list_of(each.code) for each in walk_of_row(expression) if isinstance(each, Name))
    return tuple(dict.fromkeys(filter(None, found)))


def aggregates_of(expression: Expression) -> Iterator[Call]:
    """Yield the aggregates over rows in an expression, outer first."""
    for each in walk_expression(expression):
        if isinstance(each, Call) and each.over:
            yield each


def names_by_scope(expression: Expression) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the codes read outside of aggregates over rows, and those read inside of them."""
    direct = [each.code for each in walk_of_row(expression) if isinstance(each, Name)]
    gathered = [
        each.code
        for aggregate in aggregates_of(expression)
        for each in walk_expression(aggregate)
        if isinstance(each, Name)
    ]
    return tuple(dict.fromkeys(direct)), tuple(dict.fromkeys(gathered))


def write_expression(expression: Expression) -> str:
    """Write an expression in one way, without needless brackets: equal ones are equal texts.

    >>> from ruletrail.formulas import parse_formula
    >>> write_expression(parse_formula("(a+b) * (c)")[0].tree)
    '(a + b) * c'
    """
    return _write(expression)[0]


def _write(expression: Expression) -> tuple[str, int]:
    """Write an expression, and say how tightly its outermost operator binds."""
    match expression:
        case Name():
            return expression.code, ATOM
        case Constant(value=bool()):
            return str(expression.value).lower(), ATOM
        case Constant(value=str() as text):
            # as authors write texts; none holds both signs, for there is no way to write it
            return f"'{text}'" if '"' in text else f'"{text}"', ATOM
        case Constant():
            return write_number(expression.value), ATOM  # type: ignore[arg-type]  # what is left
        case Call():
            return _write_call(expression), expression.operation.binding


def _write_call(call: Call) -> str:
    operation, operands = call.operation, call.operands
    level = operation.binding
    if operation.is_function:
        return f"{operation.name}({', '.join(write_expression(each) for each in operands)})"
    if operation is CHOICE:
        body, test, other = operands
        return (
            f"{_inside(body, level + 1)} if {_inside(test, level + 1)} else {_inside(other, level)}"
        )
    if len(operation.takes) == 1:
        space = " " if operation.name.isalpha() else ""
        return f"{operation.name}{space}{_inside(operands[0], level)}"
    if operation.name in ("in", "not in"):
        listed = ", ".join(write_expression(each) for each in operands[1:])
        return f"{_inside(operands[0], level + 1)} {operation.name} [{listed}]"
    # only the left side of arithmetic may bind as loosely: `a - b - c` is `(a - b) - c`
    first = level if operation.gives == "number" else level + 1
    others = [_inside(each, level + 1) for each in operands[1:]]
    return f" {operation.name} ".join([_inside(operands[0], first), *others])


def _inside(expression: Expression, least: int) -> str:
    text, binding = _write(expression)
    return text if binding >= least else f"({text})"
