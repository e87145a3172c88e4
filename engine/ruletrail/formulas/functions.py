"""The functions of the formula language: what each takes, and what it computes from values.

A closed table; a new function is one entry here, one line in the type rules, and lines in the conformance table.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Literal

from ruletrail.fast_dataclasses import dataclass
from ruletrail.values import RoundingMode, Value, round_number

Takes = Literal["number", "boolean", "text", "any"]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: how many arguments of which type, and what comes out.

    `compute` gets values only; the walker deals with non-values before. It is None for the functions whose
    whole meaning is about non-values. `takes_groups` admits the name of a group in place of its members.
    """

    signature: str
    least: int
    most: int | None
    takes: Takes
    gives: Literal["number", "boolean", "same"]
    compute: Callable[[Sequence[Value]], Value] | None
    takes_groups: bool = False
    takes_decimals: bool = False


def numbers(values: Sequence[Value]) -> list[Fraction]:
    """Narrow arguments that linking has shown to be numbers."""
    return [value for value in values if isinstance(value, Fraction)]


def _rounding(mode: RoundingMode) -> Callable[[Sequence[Value]], Value]:
    def rounded(values: Sequence[Value]) -> Value:
        number, *decimals = numbers(values)
        return round_number(number, int(decimals[0]) if decimals else 0, mode)

    return rounded


def _rounder(name: str, mode: RoundingMode) -> Function:
    return Function(f"{name}(x, 2)", 1, 2, "number", "number", _rounding(mode), takes_decimals=True)


def _count(values: Sequence[Value]) -> Value:
    return Fraction(sum(value is True for value in values))


def _length(values: Sequence[Value]) -> Value:
    return Fraction(len(str(values[0])))


FUNCTIONS = {
    "sum": Function("sum(a, b, …)", 1, None, "number", "number", None, takes_groups=True),
    "min": Function(
        "min(a, b, …)", 1, None, "number", "number", lambda v: min(numbers(v)), takes_groups=True
    ),
    "max": Function(
        "max(a, b, …)", 1, None, "number", "number", lambda v: max(numbers(v)), takes_groups=True
    ),
    "count": Function("count(a > 1, …)", 1, None, "boolean", "number", _count, takes_groups=True),
    "abs": Function("abs(x)", 1, 1, "number", "number", lambda v: abs(numbers(v)[0])),
    "floor": _rounder("floor", "floor"),
    "ceil": _rounder("ceil", "ceiling"),
    "trunc": _rounder("trunc", "down"),
    "round_half_up": _rounder("round_half_up", "half_up"),
    "round_half_even": _rounder("round_half_even", "half_even"),
    "length": Function("length(t)", 1, 1, "text", "number", _length),
    "default": Function("default(x, y)", 2, 2, "any", "same", None),
    "if_missing": Function("if_missing(x, y)", 2, 2, "any", "same", None),
    "is_missing": Function("is_missing(x)", 1, 1, "any", "boolean", None),
    "applies": Function("applies(x)", 1, 1, "any", "boolean", None),
}
