"""The calendar as the checker counts it: days from civil dates and back, by whole numbers alone.

Written apart from the engine, which has Python's dates. A day is its year, month and place; the
numbers of days count from the first of March of the year 0, so that a leap day ends its year.
"""

from dataclasses import dataclass
from fractions import Fraction

_FIRST, _LAST = 1, 9999
_YEAR, _CENTURY, _ERA = 365, 36_524, 146_097
_LONG = frozenset({1, 3, 5, 7, 8, 10, 12})
_MOST_COUNT = 10**10


class NoDayError(ValueError):
    """What was computed is no day of the calendar, or is counted by no whole number."""


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """One day; days compare by year, month and place."""

    year: int
    month: int
    place: int

    def __str__(self) -> str:
        """Write the day as a trail does."""
        return f"{self.year:04}-{self.month:02}-{self.place:02}"


def count_in_month(year: int, month: int) -> int:
    """Count the days of a month."""
    if month == 2:  # noqa: PLR2004 - February
        return 29 if year % 400 == 0 or (year % 4 == 0 and year % 100 != 0) else 28
    return 31 if month in _LONG else 30


def is_day(year: int, month: int, place: int) -> bool:
    """Tell numbers that a day of the calendar has."""
    in_year = _FIRST <= year <= _LAST and 1 <= month <= 12  # noqa: PLR2004 - months
    return in_year and 1 <= place <= count_in_month(year, month)


def read_day(text: str) -> Day | None:
    """Read a day as a trail writes it."""
    numbers = text.split("-")
    are_digits = [len(each) for each in numbers] == [4, 2, 2] and all(
        each.isascii() and each.isdigit() for each in numbers
    )
    if not are_digits or not is_day(*(found := [int(each) for each in numbers])):
        return None
    return Day(*found)


def make_day(numbers: list[Fraction]) -> Day:
    """Make a day of its year, month and place."""
    year, month, place = (_whole(number) for number in numbers)
    if not is_day(year, month, place):
        raise NoDayError
    return Day(year, month, place)


def number_of(day: Day) -> int:
    """Count the days from 1 March of the year 0."""
    year = day.year - (day.month <= 2)  # noqa: PLR2004 - January and February end the year before
    era, of_era = divmod(year, 400)
    of_year = (153 * ((day.month + 9) % 12) + 2) // 5 + day.place - 1
    return era * _ERA + of_era * _YEAR + of_era // 4 - of_era // 100 + of_year


def day_of(number: int) -> Day:
    """Return the day of a number."""
    era, of_era = divmod(number, _ERA)
    leap_days = of_era // 1460 - of_era // _CENTURY + of_era // (_ERA - 1)
    year = (of_era - leap_days) // _YEAR
    of_year = of_era - (_YEAR * year + year // 4 - year // 100)
    at = (5 * of_year + 2) // 153
    month = at + 3 if at < 10 else at - 9  # noqa: PLR2004 - from March
    return Day(400 * era + year + (month <= 2), month, of_year - (153 * at + 2) // 5 + 1)  # noqa: PLR2004


def move(day: Day, count: Fraction) -> Day:
    """Move a day by so many days."""
    number = number_of(day) + _whole(count)
    if not number_of(Day(_FIRST, 1, 1)) <= number <= number_of(Day(_LAST, 12, 31)):
        raise NoDayError
    return day_of(number)


def add_months(day: Day, count: Fraction) -> Day:
    """Move a day by so many months; a shorter month has its last day instead."""
    return _step(day, _whole(count))


def add_years(day: Day, count: Fraction) -> Day:
    """Move a day by so many years."""
    return _step(day, 12 * _whole(count))


def count_months(first: Day, second: Day) -> int:
    """Count the whole months between two days: the most that may be added and not pass."""
    return _count(first, second, 1)


def count_years(first: Day, second: Day) -> int:
    """Count the whole years between two days."""
    return _count(first, second, 12)


def end_of_month(day: Day) -> Day:
    """Return the last day of a day's month."""
    return Day(day.year, day.month, count_in_month(day.year, day.month))


def weekday(day: Day) -> int:
    """Return the place of a day in its week: 1 March of the year 0 was a Wednesday."""
    return (number_of(day) + 2) % 7 + 1


def _count(first: Day, second: Day, months: int) -> int:
    if first > second:
        return -_count(second, first, months)
    apart = 12 * (second.year - first.year) + second.month - first.month
    steps = apart // months
    # a shorter month ends earlier, so a step may be whole though its day is not reached
    if _stepped(first, steps * months) > second:
        steps -= 1
    return steps


def _step(day: Day, months: int) -> Day:
    moved = _stepped(day, months)
    if not _FIRST <= moved.year <= _LAST:
        raise NoDayError
    return moved


def _stepped(day: Day, months: int) -> Day:
    year, at = divmod(12 * day.year + day.month - 1 + months, 12)
    return Day(year, at + 1, min(day.place, count_in_month(year, at + 1)))


def _whole(count: Fraction) -> int:
    if count.denominator != 1 or abs(count.numerator) >= _MOST_COUNT:
        raise NoDayError
    return count.numerator
