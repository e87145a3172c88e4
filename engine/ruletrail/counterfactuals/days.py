"""Days that depend on one input, and what the calendar makes of them, over a stretch.

A day is followed as its number from 0001-01-01, which is 1. What a function gives rises or falls
with each of its days and counts, and is then compared by halving; the number of a month, of a day
or of a weekday does so only within a year, a month or a week.
"""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import cast

from ruletrail.analysis.typed_inputs import Kind
from ruletrail.counterfactuals.curves import (
    Course,
    Curve,
    Fixed,
    NumberForm,
    Trend,
    add,
    as_course,
    compare,
    is_whole,
    join_trends,
    settle,
    turn,
)
from ruletrail.counterfactuals.stretches import Stretch, UnsettledError
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas.day_arithmetic import (
    add_months,
    count_months,
    count_years,
    end_of_month,
    start_of_month,
)
from ruletrail.formulas.day_arithmetic import make_day as calendar_day
from ruletrail.values import ErrorValue

FIRST, LAST = date.min.toordinal(), date.max.toordinal()
_MONTHS = 12
_FIRST_MONTH, _LAST_MONTH = date.min.year * _MONTHS, date.max.year * _MONTHS + _MONTHS - 1
_FEBRUARY, _LEAP_DAY = 2, 29
_BITS = 22
"""The bits of the number of any day, and of any count between two."""


@dataclass(frozen=True, slots=True)
class Days:
    """A day that is not the same over the whole stretch, by its number; always of the calendar."""

    number: Curve

    @property
    def kind(self) -> Kind:
        """Its type, for the table of operations."""
        return "date"


DayForm = Fixed | Days


def number_of(form: NumberForm | Days) -> NumberForm:
    """Write a day as its number; a number stays as it is."""
    if isinstance(form, Days):
        return form.number
    if isinstance(form, Fixed) and isinstance(form.fact, date):
        return Fixed(Fraction(form.fact.toordinal()))
    return form


def day_of_number(number: NumberForm) -> DayForm:
    """Write a number of the calendar as a day."""
    if isinstance(number, Fixed):
        return Fixed(date.fromordinal(int(cast("Fraction", number.fact))))
    return Days(number)


# -- Moving ----------------------------------------------------------------------------------------


def move_day(day: NumberForm, count: NumberForm, stretch: Stretch, text: str) -> DayForm:
    """Move a day by so many days, which are whole throughout; `invalid_date` where it leaves."""
    if not _is_count(count):
        return _no_day(text)
    moved = add(day, count, stretch)
    if compare(moved, Fixed(Fraction(FIRST)), stretch) < 0:
        return _no_day(text)
    if compare(moved, Fixed(Fraction(LAST)), stretch) > 0:
        return _no_day(text)
    return day_of_number(moved)


def move_months(
    day: NumberForm, count: NumberForm, each: int, stretch: Stretch, text: str
) -> DayForm:
    """Move a day by so many times `each` months; both only ever raise the day that is reached."""
    if not _is_count(count):
        return _no_day(text)
    days, counts = as_course(day, stretch), as_course(count, stretch)
    (low, high), (least, most) = _ends(days), (floor(counts.low) * each, ceil(counts.high) * each)
    if _month(low) + least > _LAST_MONTH or _month(high) + most < _FIRST_MONTH:
        return _no_day(text)
    if _month(low) + least < _FIRST_MONTH or _month(high) + most > _LAST_MONTH:
        # somewhere within it leaves the calendar
        stretch.halve()

    def at(steps: int) -> Fraction:
        return Fraction(_moved(int(days.at(steps)), int(counts.at(steps)) * each))

    return day_of_number(
        settle(
            Course(
                at, Fraction(_moved(low, least)), Fraction(_moved(high, most)),
                join_trends(days, counts, days.trend, counts.trend), _BITS, 1,
                days.calls + counts.calls + 1,
            )
        )
    )  # fmt: skip


def make_day(
    year: NumberForm, month: NumberForm, day: NumberForm, stretch: Stretch, text: str
) -> DayForm:
    """Make the same day of whichever year; of other months and days each is looked at by itself."""
    if not isinstance(month, Fixed) or not isinstance(day, Fixed) or not _is_count(year):
        raise UnsettledError("formula")
    number, on = cast("Fraction", month.fact), cast("Fraction", day.fact)
    # a year that is no leap year: what is a day there is one in every year, but for 29 February
    if number == _FEBRUARY and on == _LEAP_DAY:
        raise UnsettledError("formula")
    is_day = calendar_day(Fraction(1), number, on) is not None
    if not is_day or compare(year, Fixed(Fraction(date.min.year)), stretch) < 0:
        return _no_day(text)
    if compare(year, Fixed(Fraction(date.max.year)), stretch) > 0:
        return _no_day(text)
    years = as_course(year, stretch)

    def made(at: int) -> Fraction:
        return Fraction(date(at, int(number), int(on)).toordinal())

    ends = max(ceil(years.low), date.min.year), min(floor(years.high), date.max.year)
    low, high = map(made, ends)
    course = Course(
        lambda steps: made(int(years.at(steps))), low, high, years.trend, _BITS, 1, years.calls + 1
    )
    return day_of_number(settle(course))


def _is_count(count: NumberForm) -> bool:
    """Tell whether a count is whole throughout; `UnsettledError` where it is only here and there.

    How large it may be is not asked: what is too large leaves the calendar.
    """
    if isinstance(count, Fixed):
        return cast("Fraction", count.fact).denominator == 1
    if is_whole(count):
        return True
    raise UnsettledError("formula")


def _no_day(text: str) -> Fixed:
    return Fixed(ErrorValue("invalid_date", text))


def _ends(days: Course) -> tuple[int, int]:
    """Return the least and the greatest day; the bounds of a course may lie beyond the calendar."""
    return max(ceil(days.low), FIRST), min(floor(days.high), LAST)


def _month(day: int) -> int:
    """Count the months up to that of a day."""
    on = date.fromordinal(day)
    return on.year * _MONTHS + on.month - 1


def _moved(day: int, months: int) -> int:
    moved = add_months(date.fromordinal(day), Fraction(months))
    if moved is None:
        raise TypeError("a day of the calendar, as the months were counted before")
    return moved.toordinal()


# -- Reading ---------------------------------------------------------------------------------------


def _rise(number: NumberForm, by: Callable[[date], int], stretch: Stretch) -> NumberForm:
    """Apply what never falls from one day to a later one."""
    course = as_course(number, stretch)
    low, high = (by(date.fromordinal(end)) for end in _ends(course))
    return _read(course, by, low, high, course.trend)


def _read(
    course: Course, by: Callable[[date], int], low: int, high: int, trend: Trend
) -> NumberForm:
    def at(steps: int) -> Fraction:
        return Fraction(by(date.fromordinal(int(course.at(steps)))))

    return settle(
        Course(at, Fraction(low), Fraction(high), trend, _BITS, 1, course.calls + 1)
    )  # fmt: skip


def read_year(number: NumberForm, stretch: Stretch) -> NumberForm:
    """Return the year of a day."""
    return _rise(number, lambda day: day.year, stretch)


def start_month(number: NumberForm, stretch: Stretch) -> DayForm:
    """Return the first day of a day's month."""
    return day_of_number(_rise(number, lambda day: start_of_month(day).toordinal(), stretch))


def end_month(number: NumberForm, stretch: Stretch) -> DayForm:
    """Return the last day of a day's month."""
    return day_of_number(_rise(number, lambda day: end_of_month(day).toordinal(), stretch))


def _turning(
    by: Callable[[date], int], ends: tuple[int, int], period: Callable[[date], object]
) -> Callable[[NumberForm, Stretch], NumberForm]:
    """Make a reading that rises within a period and begins again with the next."""

    def read(number: NumberForm, stretch: Stretch) -> NumberForm:
        course = as_course(number, stretch)
        low, high = (date.fromordinal(end) for end in _ends(course))
        if period(low) == period(high):
            return _read(course, by, by(low), by(high), course.trend)
        return _read(course, by, *ends, 0)

    return read


read_month = _turning(lambda day: day.month, (1, 12), lambda day: day.year)
read_day = _turning(lambda day: day.day, (1, 31), lambda day: (day.year, day.month))
read_weekday = _turning(
    lambda day: day.isoweekday(), (1, 7), lambda day: (day.toordinal() - 1) // 7
)


# -- Counting --------------------------------------------------------------------------------------


def count_between(
    by: Callable[[date, date], Fraction], first: NumberForm, second: NumberForm, stretch: Stretch
) -> NumberForm:
    """Count from one day to another: what rises with the second day, and falls with the first."""
    one, other = as_course(first, stretch), as_course(second, stretch)
    (early, late), (low, high) = _ends(one), _ends(other)

    def between(start: int, end: int) -> Fraction:
        return by(date.fromordinal(start), date.fromordinal(end))

    return settle(
        Course(
            lambda steps: between(int(one.at(steps)), int(other.at(steps))),
            between(late, low),
            between(early, high),
            join_trends(one, other, turn(one.trend), other.trend),
            _BITS,
            1,
            one.calls + other.calls + 1,
        )
    )


__all__ = [
    "FIRST", "LAST", "DayForm", "Days", "count_between", "count_months", "count_years",
    "day_of_number", "end_month", "make_day", "move_day", "move_months", "number_of", "read_day",
    "read_month", "read_weekday", "read_year", "start_month",
]  # fmt: skip
