"""What values an input may take: numbers on a grid of steps, days, listed values, free texts.

The grid is the schema's step; without one, so many decimals as the report prints, and for money
cents at least. Limits of numbers and texts are those of any document.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from math import ceil, floor

from ruletrail.analysis.field_domains import read_fragments
from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.counterfactuals.curves import straight
from ruletrail.counterfactuals.days import FIRST, LAST, day_of_number
from ruletrail.counterfactuals.primitives import Form
from ruletrail.counterfactuals.stretches import Stretch, UnsettledError
from ruletrail.documents import REPORT_LIMITS
from ruletrail.fast_dataclasses import dataclass
from ruletrail.linking import LinkedRulebook, unit_of
from ruletrail.reports import Declared
from ruletrail.trails.steps import CENTS, MONEY
from ruletrail.values import (
    MOST_DECIMALS,
    MOST_INTEGER_DIGITS,
    Value,
    count_decimals,
    count_finite_decimals,
)

MOST_LISTED = 1_000
"""More listed values than this are not tried one by one."""
_BLANK_DECIMALS = 2
"""The decimals that are tried of a number that was not supplied, so that none are printed."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Whole multiples of a step, within bounds."""

    step: Fraction
    stretch: Stretch
    decimals: int
    """Those that write any number of the grid."""

    def steps_of(self, number: Value) -> int:
        """Count the steps that a number of the grid is away from zero."""
        if not isinstance(number, Fraction):
            raise TypeError("a grid is of numbers")
        steps = number / self.step
        if steps.denominator != 1:
            raise UnsettledError("schema")
        return steps.numerator

    def value(self, steps: int) -> Value:
        """Return the number so many steps from zero."""
        return steps * self.step

    def form(self, stretch: Stretch) -> Form:
        """Return the input itself over a stretch."""
        return straight(self.step, stretch)

    def reach(self, step: Fraction) -> Stretch:
        """Count the same ends in another step."""
        low, high = self.stretch.low * self.step / step, self.stretch.high * self.step / step
        return Stretch(ceil(low), floor(high))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days, counted from 0001-01-01, which is 1, within bounds."""

    stretch: Stretch
    step: Fraction = Fraction(1)

    def steps_of(self, day: Value) -> int:
        """Return the number of a day."""
        if not isinstance(day, date):
            raise TypeError("a calendar is of days")
        return day.toordinal()

    def value(self, steps: int) -> Value:
        """Return the day of a number."""
        return date.fromordinal(steps)

    def form(self, stretch: Stretch) -> Form:
        """Return the input itself over a stretch."""
        return day_of_number(straight(self.step, stretch))


@dataclass(frozen=True, slots=True)
class Listed:
    """The values that are listed, in the order of the schema; numbers in their own order."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """Any text of so many characters."""

    shortest: int
    longest: int


Domain = Grid | Calendar | Listed | Texts


def distance(one: Value, other: Value | None) -> Fraction | None:
    """Say how far apart two numbers or days are; None for what has no distance."""
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return abs(one - other)
    if isinstance(one, date) and isinstance(other, date):
        return Fraction(abs((one - other).days))
    return None


def read_domain(linked: LinkedRulebook, field: TypedField, declared: Declared | None) -> Domain:
    """Find what values a field may take; a schema that asks more refuses some of them later."""
    fragments = read_fragments(linked.schema, field.code)
    listed = next((each["enum"] for each in fragments if "enum" in each), None)
    match field.kind:
        case "boolean":
            return Listed((False, True))
        case "number" if listed is not None:
            numbers = sorted({Fraction(each) for each in listed if _is_number(each)})
            return _listed(numbers)
        case "number":
            return _grid(field, declared, is_money=unit_of(linked, field.code) in MONEY)
        case "text" if field.choices or listed is not None:
            return _listed(field.choices)
        case "text":
            return _texts(fragments)
        case "date":
            low, high = field.range.low, field.range.high
            return Calendar(Stretch(ceil(low or FIRST), floor(high or LAST)))
    raise UnsettledError("type")


def _is_number(value: object) -> bool:
    return not isinstance(value, str | bool | list | dict) and value is not None


def _listed(values: Sequence[Value]) -> Listed:
    if len(values) > MOST_LISTED:
        raise UnsettledError("limit")
    return Listed(tuple(values))


def _texts(fragments: Sequence[object]) -> Texts:
    longest = REPORT_LIMITS.scalar
    found = Texts(0, longest)
    for each in fragments:
        if isinstance(each, dict):
            low, high = int(each.get("minLength", 0)), int(each.get("maxLength", longest))
            found = Texts(max(found.shortest, low), min(found.longest, high))
    return found


def _grid(field: TypedField, declared: Declared | None, *, is_money: bool) -> Grid:
    step = field.step
    if step is None:
        decimals = count_decimals(declared.text) if declared is not None else _BLANK_DECIMALS
        step = Fraction(1, 10 ** max(decimals, CENTS if is_money else 0))
    shown = count_finite_decimals(step)
    if shown is None or shown > MOST_DECIMALS:
        raise UnsettledError("schema")
    return Grid(step, _within(field.range, step), shown)


def _within(range_: Interval, step: Fraction) -> Stretch:
    """Count the steps of the least and the greatest number that is admitted."""
    limit = 10**MOST_INTEGER_DIGITS / step
    low, high = floor(-limit) + 1, ceil(limit) - 1
    if range_.low is not None:
        steps = range_.low / step
        low = max(low, floor(steps) + 1 if range_.low_open else ceil(steps))
    if range_.high is not None:
        steps = range_.high / step
        high = min(high, ceil(steps) - 1 if range_.high_open else floor(steps))
    if low > high:
        raise UnsettledError("schema")
    return Stretch(low, high)
