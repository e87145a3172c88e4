"""What the calendar makes of days that are not known yet, of which the first and last are.

What is counted or read of days rises or falls with each of them, so that the ends bound it; the
number of a month, of a day or of a weekday does so only within a year, a month or a week. What is
not told here is bounded by `analysis`, as calculations are.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil, floor

from ruletrail.analysis.intervals import Interval
from ruletrail.formulas.day_arithmetic import add_months, add_years, move_day
from ruletrail.formulas.operations import Operation, Primitive
from ruletrail.needs.possible import (
    Gaps,
    Possible,
    days_of,
    days_within,
    node_of,
    number_of_day,
    whole_numbers,
)

_RISING = frozenset({"year", "start_of_month", "end_of_month"})
_BETWEEN = frozenset({"days_between", "months_between", "years_between"})
_PERIODS: Mapping[str, Callable[[date], object]] = {
    "month": lambda day: day.year,
    "day": lambda day: (day.year, day.month),
    "weekday": lambda day: (day.toordinal() - 1) // 7,
}
_MOST: Mapping[str, int] = {"month": 12, "day": 31, "weekday": 7}


def read_days(operation: Operation, operands: Sequence[Possible], gaps: Gaps) -> Possible | None:
    """Tell what is read of days, or counted between two; None for any other operation."""
    if operation.name not in _RISING | _BETWEEN | _PERIODS.keys():
        return None
    nodes = [node_of(each) for each in operands]
    if not all(node is not None and node.kind == "date" for node in nodes):
        return None
    ends = [_ends(each) for each in operands]
    first, last = ends[0]
    if operation.name in _BETWEEN:
        (early, late), (low, high) = ends
        return _between(operation, [late, low], [early, high], gaps)
    period = _PERIODS.get(operation.name)
    if period is not None and period(first) != period(last):
        return whole_numbers(Interval(Fraction(1), Fraction(_MOST[operation.name])), gaps)
    return _between(operation, [first], [last], gaps)


def _ends(days: Possible) -> tuple[date, date]:
    inside = days_of(days.values)
    low = ceil(inside.low) if inside.low is not None else 1
    high = floor(inside.high) if inside.high is not None else date.max.toordinal()
    return date.fromordinal(low), date.fromordinal(high)


def _between(
    operation: Operation, least: Sequence[date], most: Sequence[date], gaps: Gaps
) -> Possible:
    """Make all that lies between what the operation gives for the one and for the other days."""
    low, high = operation.evaluate(least), operation.evaluate(most)
    if isinstance(low, date) and isinstance(high, date):
        return days_within(Interval(number_of_day(low), number_of_day(high)), gaps)
    return whole_numbers(Interval(_number(low), _number(high)), gaps)


def _number(value: object) -> Fraction:
    if not isinstance(value, Fraction):
        raise TypeError("what is read of a day, or counted between two, is a number")
    return value


# -- Moving ----------------------------------------------------------------------------------------

MOVES: Mapping[Primitive, Callable[[date, Fraction], date | None]] = {
    "move_day": move_day, "add_months": add_months, "add_years": add_years,
}  # fmt: skip


def move_days(primitive: Primitive, days: Interval, counts: Interval) -> Interval | None:
    """Bound days that are moved; None where some may leave the calendar, or not move by whole ones.

    A later day, or a larger count, never gives an earlier day.
    """
    move = MOVES[primitive]
    if days.low is None or days.high is None or not counts.whole:
        return None
    if counts.low is None or counts.high is None:
        return None
    low = move(date.fromordinal(ceil(days.low)), Fraction(ceil(counts.low)))
    high = move(date.fromordinal(floor(days.high)), Fraction(floor(counts.high)))
    return None if low is None or high is None else Interval(
        number_of_day(low), number_of_day(high), whole=True
    )  # fmt: skip
