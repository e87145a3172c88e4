"""Days of the calendar as the reference counts with them (docs/semantics.md 22).

The Gregorian calendar from 0001-01-01 to 9999-12-31, as `datetime.date` has it. What has no day, or
is counted by no whole number, is None: the error `invalid_date`.
"""

from datetime import MAXYEAR, MINYEAR, date, timedelta
from fractions import Fraction

_MONTHS = 12
_LARGEST_COUNT = 10**10
"""A count of more than 10 digits leaves the calendar wherever it begins."""


def make_day(year: Fraction, month: Fraction, day: Fraction) -> date | None:
    """Make a day of its numbers; None where there is none."""
    numbers = [_whole(each) for each in (year, month, day)]
    if None in numbers:
        return None
    try:
        return date(*[int(each or 0) for each in numbers])
    except (ValueError, OverflowError):
        return None


def move_day(day: date, count: Fraction) -> date | None:
    """Move a day by so many days; None where that is no day of the calendar."""
    days = _whole(count)
    try:
        return None if days is None else day + timedelta(days)
    except OverflowError:
        return None


def count_days(first: date, second: date) -> Fraction:
    """Count the days from the first to the second, which may be before it."""
    return Fraction((second - first).days)


def add_months(day: date, count: Fraction) -> date | None:
    """Move a day by so many months: the same day, or the last one of a shorter month."""
    months = _whole(count)
    if months is None:
        return None
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    if not MINYEAR <= year <= MAXYEAR:
        return None
    return date(year, month + 1, min(day.day, _length(year, month + 1)))


def add_years(day: date, count: Fraction) -> date | None:
    """Move a day by so many years; 29 February becomes 28 February where there is none."""
    return add_months(day, count * _MONTHS) if _whole(count) is not None else None


def count_months(first: date, second: date) -> Fraction:
    """Count the whole months from the first day to the second; less than none backwards."""
    if first > second:
        return -count_months(second, first)
    months = (second.year - first.year) * _MONTHS + second.month - first.month
    reached = add_months(first, Fraction(months))
    # a month that would end after the calendar does is not whole either
    return Fraction(months if reached is not None and reached <= second else months - 1)


def count_years(first: date, second: date) -> Fraction:
    """Count the whole years from the first day to the second; less than none backwards."""
    if first > second:
        return -count_years(second, first)
    years = second.year - first.year
    reached = add_years(first, Fraction(years))
    return Fraction(years if reached is not None and reached <= second else years - 1)


def start_of_month(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def end_of_month(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=_length(day.year, day.month))


def _whole(count: Fraction) -> int | None:
    """Give a count that is whole and has at most 10 digits; else None."""
    is_count = count.denominator == 1 and abs(count) < _LARGEST_COUNT
    return count.numerator if is_count else None


def _length(year: int, month: int) -> int:
    """Count the days of a month: up to the day before the next one begins."""
    if month == _MONTHS:
        return 31
    return (date(year, month + 1, 1) - date(year, month, 1)).days
