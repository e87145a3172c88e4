"""Chains of choices that say what a table or a scale says in rows.

A hint stands only where table or scale would give the same for every report: the same code in each
comparison, constants that can be written as cells, and for a scale a least value of the code, since
a scale has none below its first threshold.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from ruletrail.analysis.condition_solver import under_when
from ruletrail.analysis.knowledge import Knowledge, number_of, range_of
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import Call, Constant, Expression, Name, walk_expression
from ruletrail.formulas.day_arithmetic import make_day
from ruletrail.formulas.operations import ADD, CHOICE, FUNCTIONS, NEGATE, SUBTRACT
from ruletrail.lints.subjects import Subject, formulas_in, note, snippet, tell_language
from ruletrail.problems import Problem
from ruletrail.rulebooks import Clause, Entry, Rule
from ruletrail.values import write_number

_DATE = FUNCTIONS["date"]
_FEWEST_ROWS = 4
_FEWEST_THRESHOLDS = 3
_SHOWN = 2
"""How many rows a hint shows."""
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class _Chain:
    """`a if x else b if y else c`: its conditions, and what each gives; the last one otherwise."""

    clause: Clause
    call: Call
    tests: tuple[Expression, ...]
    gives: tuple[Expression, ...]


def find_chains(entry: Entry, subject: Subject) -> Iterator[Problem]:
    """Find chains of comparisons with constants that a table or a scale would say in rows."""
    for clause, formula in formulas_in(entry):
        told: set[int] = set()
        for part in walk_expression(formula.tree):
            if isinstance(part, Call) and part.operation is CHOICE and id(part) not in told:
                chain = _read_chain(part, clause)
                found = _as_table(chain, subject) or _as_scale(
                    chain, subject, _known_of(entry, clause, subject)
                )
                if found is not None:
                    yield found
                    told |= {id(each) for each in walk_expression(part)}


def _read_chain(call: Call, clause: Clause) -> _Chain:
    tests, gives, last = [], [], call
    while True:
        body, test, other = last.operands
        tests.append(test)
        gives.append(body)
        if not isinstance(other, Call) or other.operation is not CHOICE:
            return _Chain(clause, call, tuple(tests), (*gives, other))
        last = other


def _known_of(entry: Entry, clause: Clause, subject: Subject) -> Knowledge:
    """Tell what is known where a clause is worked out: the rule's `when` is true."""
    if isinstance(entry, Rule) and entry.computes(clause):
        return under_when(entry, subject.known) or subject.known
    return subject.known


# -- Tables ----------------------------------------------------------------------------------------


def _as_table(chain: _Chain, subject: Subject) -> Problem | None:
    """Say how a chain of equal comparisons stands in a table."""
    read = [_read_keys(test) for test in chain.tests]
    keys = [each for _, each in filter(None, read)]
    codes = {code for code, _ in filter(None, read)}
    values = [_cell_of(each) for each in chain.gives]
    flat = [key for each in keys for key in each]
    is_whole = None not in read and None not in values and len(codes) == 1
    if len(read) < _FEWEST_ROWS or not is_whole or len(set(flat)) < len(flat):
        return None
    (code,) = codes
    column = code.rpartition(".")[2]
    column = column if column != "value" else "key"
    listed = [each[0] if len(each) == 1 else f"[{', '.join(each)}]" for each in keys]
    pairs = zip(listed, values, strict=False)
    rows = [f"{{{column}: {key}, value: {value}}}" for key, value in pairs]
    shown = f"by: [{column}], rows: [{', '.join(rows[:_SHOWN])}, …], otherwise: {values[-1]}"
    return _hint("chain-as-table", chain, subject, code, snippet(shown))


def _read_keys(test: Expression) -> tuple[str, list[str]] | None:
    """Read the code and the cells of `code == 1`, or of `code in [1, 2]`."""
    if not isinstance(test, Call) or test.operation.name not in ("==", "in"):
        return None
    first, *others = test.operands
    if test.operation.name == "==" and not isinstance(first, Name):
        first, others = others[0], [first]
    cells = [cell for each in others if (cell := _cell_of(each)) is not None]
    is_read = isinstance(first, Name) and len(cells) == len(others)
    return (first.code, cells) if is_read and isinstance(first, Name) else None


def _cell_of(expression: Expression) -> str | None:
    """Write a constant as a cell of a table; None for anything else."""
    number = number_of(expression)
    if number is not None:
        return write_number(number)
    match expression.value if isinstance(expression, Constant) else _day_of(expression):
        case date() as day:
            return day.isoformat()
        case bool() as truth:
            return str(truth).lower()
        case str() as text:
            return json.dumps(text, ensure_ascii=False)
        case _:
            return None


def _day_of(expression: Expression) -> date | None:
    """Read a day that is written with literals: `date(2024, 1, 31)`."""
    if not isinstance(expression, Call) or expression.operation is not _DATE:
        return None
    numbers = [each for each in map(number_of, expression.operands) if each is not None]
    return make_day(*numbers) if len(numbers) == len(expression.operands) else None


# -- Scales ----------------------------------------------------------------------------------------

_Line = tuple[Fraction, Fraction]
"""What a piece gives at 0, and how much more for each one of the code."""


@dataclass(frozen=True, slots=True)
class _Threshold:
    """Where a band ends: how it is written, and whether it belongs to the next band."""

    code: str
    is_next: bool
    written: str
    value: Fraction
    is_ascending: bool


def _as_scale(chain: _Chain, subject: Subject, known: Knowledge) -> Problem | None:
    """Say how a chain of thresholds stands in a scale."""
    read = [_read_threshold(test, subject) for test in chain.tests]
    ends = [each for each in read if each is not None]
    codes = {each.code for each in ends}
    ways = {each.is_ascending for each in ends}
    if len(ends) < max(_FEWEST_THRESHOLDS, len(read)) or len(codes) != 1 or len(ways) != 1:
        return None
    (code,), gives = codes, chain.gives
    if not ends[0].is_ascending:
        ends, gives = ends[::-1], gives[::-1]
    span = next(each for each in walk_expression(chain.tests[0]) if isinstance(each, Name))
    span = span if span.code == code else Name(code, span.span)
    low = range_of(span, known).low
    values = [end.value for end in ends]
    if low is None or any(b <= a for a, b in zip([low, *values], values, strict=False)):
        return None
    shown = _write_bands(code, low, ends, gives, subject)
    return _hint("chain-as-scale", chain, subject, code, shown) if shown else None


def _read_threshold(test: Expression, subject: Subject) -> _Threshold | None:
    """Read `code <= 15000`, whichever side the code stands on."""
    if not isinstance(test, Call) or test.operation.name not in _TURNED:
        return None
    (left, right), sign = test.operands, test.operation.name
    if _number_at(left, subject) is not None:
        left, right, sign = right, left, _TURNED[sign]
    value = _number_at(right, subject)
    if not isinstance(left, Name) or value is None or _number_at(left, subject) is not None:
        return None
    is_next = sign in ("<", ">=")
    written = right.code if isinstance(right, Name) else write_number(value)
    return _Threshold(left.code, is_next, written, value, sign in ("<", "<="))


def _number_at(expression: Expression, subject: Subject) -> Fraction | None:
    """Give the number that a literal, or the code of a parameter, stands for."""
    if isinstance(expression, Name):
        parameter = subject.rulebook.parameters.get(expression.code)
        value = parameter.value if parameter is not None else None
        return value if isinstance(value, Fraction) else None
    return number_of(expression)


def _write_bands(
    code: str,
    low: Fraction,
    ends: Sequence[_Threshold],
    gives: Sequence[Expression],
    subject: Subject,
) -> str:
    """Write the first bands of the scale that gives the same; empty where none does."""
    lines = [line for each in gives if (line := _line_of(each, code, subject)) is not None]
    points = [low, *(each.value for each in ends)]
    if len(lines) < len(gives):
        return ""
    begins = [f"{'from' if each.is_next else 'above'}: {each.written}" for each in ends]
    begins = [f"from: {write_number(low)}", *begins]
    if all(slope == 0 for _, slope in lines):
        kind, gives_key, numbers = "step", "value", [at for at, _ in lines]
    elif not _is_joined(lines, points):
        return ""
    elif _at(lines[0], low) == 0:
        kind, gives_key, numbers = "marginal", "rate", [slope for _, slope in lines]
    elif lines[-1][1] == 0:
        kind, gives_key = "linear", "value"
        numbers = [_at(each, at) for each, at in zip(lines, points, strict=True)]
        begins = [each.replace("above", "from") for each in begins]
    else:
        return ""
    if not all(map(_is_written, (low, *numbers))):
        return ""
    written = [_write_value(*each, subject) for each in zip(gives, numbers, strict=True)]
    pairs = zip(begins, written, strict=True)
    bands = [f"{{{begin}, {gives_key}: {each}}}" for begin, each in pairs]
    return snippet(f"kind: {kind}, bands: [{', '.join(bands[:_SHOWN])}, …]")


def _write_value(expression: Expression, value: Fraction, subject: Subject) -> str:
    """Write what a band gives, by the parameter's code where one stands alone for it."""
    is_code = isinstance(expression, Name) and _number_at(expression, subject) == value
    return expression.code if is_code and isinstance(expression, Name) else write_number(value)


def _is_written(number: Fraction) -> bool:
    """Tell whether a number can be written as a decimal, exactly."""
    return "/" not in write_number(number)


def _at(line: _Line, x: Fraction) -> Fraction:
    return line[0] + line[1] * x


def _is_joined(lines: Sequence[_Line], points: Sequence[Fraction]) -> bool:
    """Tell whether each piece begins where the one before it ends."""
    pairs = zip(lines, lines[1:], points[1:], strict=False)
    return all(_at(one, at) == _at(other, at) for one, other, at in pairs)


def _line_of(expression: Expression, code: str, subject: Subject) -> _Line | None:
    """Read what a piece is of a code: a constant, or a straight line; None for anything else."""
    if isinstance(expression, Name) and expression.code == code:
        return Fraction(0), Fraction(1)
    number = _number_at(expression, subject)
    if number is not None:
        return number, Fraction(0)
    if not isinstance(expression, Call) or expression.over or expression.operation.is_function:
        return None
    lines = [_line_of(each, code, subject) for each in expression.operands]
    known = [each for each in lines if each is not None]
    return _combine(expression, known) if len(known) == len(lines) else None


def _combine(call: Call, lines: Sequence[_Line]) -> _Line | None:
    """Work out the line of a sum, a difference, a product or a quotient by a constant."""
    operation, (first, *others) = call.operation, lines
    if operation is NEGATE:
        return -first[0], -first[1]
    if len(others) != 1:
        return None
    (second,) = others
    if operation in (ADD, SUBTRACT):
        sign = 1 if operation is ADD else -1
        return first[0] + sign * second[0], first[1] + sign * second[1]
    if operation.name == "*" and 0 in (first[1], second[1]):
        line, factor = (first, second[0]) if second[1] == 0 else (second, first[0])
        return line[0] * factor, line[1] * factor
    if operation.name == "/" and second[1] == 0 and second[0] != 0:
        return first[0] / second[0], first[1] / second[0]
    return None


def _hint(problem: str, chain: _Chain, subject: Subject, code: str, shown: str) -> Problem:
    found = note(problem, chain.call, chain.clause, code=code)
    details = {"count": str(len(chain.tests)), "rows": shown, "call": code}
    return replace(found, details={**found.details, **details, "need": tell_language(subject)})
