"""What is known of codes and expressions before any report, and under a condition that holds or does not.

Only values are spoken of: where a fact is missing or an error, nothing is said. `judging` says what conditions
come to and learns from them.
"""

import ast
from collections.abc import Mapping
from fractions import Fraction

from ruletrail.analysis import intervals as ranges
from ruletrail.analysis.intervals import ANY, Range
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import FUNCTIONS
from ruletrail.values import RoundingMode, read_number

Relation = frozenset[str]
"""How two expressions may compare: some of `<`, `=`, `>`."""

_ROUNDERS: Mapping[str, RoundingMode] = {
    "floor": "floor", "ceil": "ceiling", "trunc": "down", "round_half_up": "half_up", "round_half_even": "half_even",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Ranges of numbers, possible texts, settled booleans, and how pairs of expressions compare.

    `base` holds what is known of codes always and is shared; the rest was learnt from conditions and is small.
    Keys are the texts of expressions as `ast.unparse` writes them.
    """

    base: Mapping[str, Range]
    texts: Mapping[str, frozenset[str]]
    groups: Mapping[str, tuple[str, ...]]
    learnt: Mapping[str, Range] = field(default_factory=dict)
    said: Mapping[str, frozenset[str]] = field(default_factory=dict)
    settled: Mapping[str, bool] = field(default_factory=dict)
    relations: Mapping[tuple[str, str], Relation] = field(default_factory=dict)


def text_of(node: ast.expr) -> str:
    """Write an expression in one way, so that equal ones have equal texts."""
    return node.id if isinstance(node, ast.Name) else ast.unparse(node)


def number_of(node: ast.expr) -> Fraction | None:
    """Read a number literal, with its sign, exactly."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = number_of(node.operand)
        return None if inner is None else -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.Constant) and not isinstance(node.value, str):
        # the shortest text that Python writes for a literal of up to 15 digits is the literal; a lint needs no more
        return read_number(str(node.value))
    return None


def range_of(node: ast.expr, known: Knowledge) -> Range:
    """Bound the numbers that an expression can give."""
    found = _computed_range(node, known)
    learnt = known.learnt.get(text_of(node)) if known.learnt else None
    return found if learnt is None else ranges.intersect(found, learnt)


def _computed_range(node: ast.expr, known: Knowledge) -> Range:
    number = number_of(node)
    if number is not None:
        return ranges.exactly(number)
    match node:
        case ast.Name(id=code):
            return known.base.get(code, ANY)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return ranges.negate(range_of(operand, known))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return range_of(operand, known)
        case ast.BinOp():
            return _operation(node, known)
        case ast.IfExp(body=body, orelse=orelse):
            return ranges.unite([range_of(body, known), range_of(orelse, known)])
        case ast.Call(func=ast.Name(id=name)):
            return _call(name, node, known)
        case _:
            return ANY


def _operation(node: ast.BinOp, known: Knowledge) -> Range:
    left, right = range_of(node.left, known), range_of(node.right, known)
    match node.op:
        case ast.Add():
            return ranges.add(left, right)
        case ast.Sub():
            return ranges.add(left, ranges.negate(right))
        case ast.Mult():
            return ranges.multiply(left, right)
        case ast.Div():
            return ranges.divide(left, right)
        case _:
            return ranges.remainder(right)


def _call(name: str, node: ast.Call, known: Knowledge) -> Range:
    if name in ("default", "if_missing"):
        return ranges.unite([range_of(argument, known) for argument in node.args])
    if name in ("length", "count"):
        return Range(ranges.ZERO, whole=True)
    if name not in FUNCTIONS or FUNCTIONS[name].takes != "number":
        return ANY
    found = [each for argument in node.args for each in _members(argument, known)]
    if name in _ROUNDERS:
        decimals = number_of(node.args[1]) if len(node.args) > 1 else Fraction(0)
        return ranges.round_range(found[0], int(decimals or 0), _ROUNDERS[name])
    if name == "abs":
        return ranges.absolute(found[0])
    if name in ("min", "max"):
        return ranges.least(found) if name == "min" else ranges.greatest(found)
    total = ranges.exactly(ranges.ZERO)
    for each in found:
        total = ranges.add(total, each)
    return total


def _members(argument: ast.expr, known: Knowledge) -> list[Range]:
    if isinstance(argument, ast.Name) and argument.id in known.groups:
        return [known.base.get(member, ANY) for member in known.groups[argument.id]] or [
            ranges.exactly(ranges.ZERO)
        ]
    return [range_of(argument, known)]
