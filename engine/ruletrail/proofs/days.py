"""Days of the calendar as whole numbers, counted from 0001-01-01, which is 1.

Year, month and day of the month of a day are found by what they add up to, so that the solver needs
no table of days.
"""

from datetime import date

from ruletrail.fast_dataclasses import dataclass
from ruletrail.proofs import logic
from ruletrail.proofs.logic import Space, Truth, Whole, both, either, negate, pick_whole

FIRST, LAST = date.min.toordinal(), date.max.toordinal()
_MONTHS = 12
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY, _YEAR, _WEEK = 2, 365, 7
_LEAPS = ((4, 1), (100, -1), (400, 1))


@dataclass(frozen=True, slots=True)
class Parts:
    """Year, month and day of the month."""

    year: Whole
    month: Whole
    day: Whole


def is_leap(year: Whole) -> Truth:
    """Tell a leap year."""
    fourth, hundredth, last = (logic.rest(year, by) == 0 for by, _ in _LEAPS)
    return both(fourth, either(negate(hundredth), last))


def first_of_year(year: Whole) -> Whole:
    """Count the days up to the first of a year, that one included."""
    before = year - 1
    days = before * _YEAR + 1
    for by, sign in _LEAPS:
        days = days + sign * logic.quotient(before, by)
    return days


def length_of(year: Whole, month: Whole) -> Whole:
    """Count the days of a month."""
    return _by_month(month, _LENGTHS) + pick_whole(both(month == _FEBRUARY, is_leap(year)), 1, 0)


def day_of(parts: Parts) -> Whole:
    """Count the day that year, month and day of the month are."""
    before = [sum(_LENGTHS[:at]) for at in range(_MONTHS)]
    is_late = negate(_at_most(parts.month, _FEBRUARY))
    extra = pick_whole(both(is_late, is_leap(parts.year)), 1, 0)
    return first_of_year(parts.year) + _by_month(parts.month, tuple(before)) + extra + parts.day - 1


def parts_of(day: Whole, space: Space) -> Parts:
    """Find year, month and day of the month of a day."""
    if isinstance(day, int):
        # of what is beyond the calendar nobody asks: its expression has no value
        found = date.fromordinal(min(max(day, FIRST), LAST))
        return Parts(found.year, found.month, found.day)
    return space.once("parts", (day,), lambda: _find_parts(day, space))


def make_day(parts: Parts, space: Space) -> Whole:
    """Count the day that parts are, and remember that these are its parts, where it is one."""
    day = day_of(parts)
    return day if isinstance(day, int) else remember(day, parts, space)


def remember(day: Whole, parts: Parts, space: Space) -> Whole:
    """Remember the parts of a day that was made of them."""
    if not isinstance(day, int):
        space.once("parts", (day,), lambda: parts)
    return day


def _find_parts(day: Whole, space: Space) -> Parts:
    year, month, here = (space.whole(name) for name in ("year", "month", "day"))
    parts = Parts(year, month, here)
    # what is no day, because its expression has no value, has no parts either
    is_inside = both(_at_most(FIRST, day), _at_most(day, LAST))
    is_so = both(
        is_month(month), _at_most(1, year), _at_most(year, date.max.year), _at_most(1, here),
        _at_most(here, length_of(year, month)), day_of(parts) == day,
    )  # fmt: skip
    space.state(either(negate(is_inside), is_so))
    return parts


def is_month(month: Whole) -> Truth:
    """Tell a number of a month."""
    return both(_at_most(1, month), _at_most(month, _MONTHS))


def is_day(parts: Parts) -> Truth:
    """Tell whether numbers are those of a day."""
    return both(
        _at_most(1, parts.year), _at_most(parts.year, date.max.year), is_month(parts.month),
        _at_most(1, parts.day), _at_most(parts.day, length_of(parts.year, parts.month)),
    )  # fmt: skip


def add_months(parts: Parts, months: Whole) -> tuple[Parts, Truth]:
    """Move a day by months; tell too whether it stays in the calendar."""
    count = parts.year * _MONTHS + parts.month - 1 + months
    year, month = logic.quotient(count, _MONTHS), logic.rest(count, _MONTHS) + 1
    most = length_of(year, month)
    day = pick_whole(_at_most(parts.day, most), parts.day, most)
    return Parts(year, month, day), both(_at_most(1, year), _at_most(year, date.max.year))


def months_between(first: Whole, second: Whole, space: Space, *, years: bool = False) -> Whole:
    """Count the whole months, or years, from a day to another; less than none backwards."""
    one, other = parts_of(first, space), parts_of(second, space)
    forwards, backwards = _count(one, other, years=years), _count(other, one, years=years)
    return pick_whole(_at_most(first, second), forwards, -backwards)


def _count(first: Parts, second: Parts, *, years: bool) -> Whole:
    """Count for a first day that is not after the second."""
    if years:
        whole = second.year - first.year
        year, month = second.year, first.month
        is_late = either(
            _below(second.month, month),
            both(second.month == month, _below(second.day, _last(first.day, year, month))),
        )
    else:
        whole = (second.year - first.year) * _MONTHS + second.month - first.month
        is_late = _below(second.day, _last(first.day, second.year, second.month))
    return whole - pick_whole(is_late, 1, 0)


def _last(day: Whole, year: Whole, month: Whole) -> Whole:
    """Give a day of the month, or the last one of a shorter month."""
    most = length_of(year, month)
    return pick_whole(_at_most(day, most), day, most)


def weekday_of(day: Whole) -> Whole:
    """Give the day of the week, from 1 for Monday; 0001-01-01 was one."""
    return logic.rest(day - 1, _WEEK) + 1


def _by_month(month: Whole, values: tuple[int, ...]) -> Whole:
    found: Whole = values[-1]
    for at in range(_MONTHS - 1, 0, -1):
        found = pick_whole(month == at, values[at - 1], found)
    return found


def _at_most(one: Whole, other: Whole) -> Truth:
    return _truth(one <= other)


def _below(one: Whole, other: Whole) -> Truth:
    return _truth(one < other)


def _truth(found: Truth) -> Truth:
    return found
