"""Days in compiled code: whole numbers counted from 0001-01-01, which is 1.

What emitted functions call for days. Counts are quotients, `top` over a positive `bottom`; what is
no day of the calendar is None, and the caller's error. The meaning is that of docs/semantics.md 22
a second time: tests compare it with the reference.
"""

from datetime import date

LAST_DAY = date.max.toordinal()
_FIRST_MONTH, _LAST_MONTH = 12, 12 * date.max.year + 11
"""Months counted from the year 0, in which no day is."""

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def make_day(*pairs: int) -> int | None:
    """Make a day of year, month and day, each a numerator and its denominator."""
    numbers = [divmod(top, bottom) for top, bottom in zip(pairs[::2], pairs[1::2], strict=True)]
    (year, month, day), rests = zip(*numbers, strict=True)
    if any(rests) or not (1 <= year <= date.max.year and 1 <= month <= 12):  # noqa: PLR2004 - months
        return None
    return date(year, month, day).toordinal() if 1 <= day <= _length(year, month - 1) else None


def move_day(day: int, top: int, bottom: int) -> int | None:
    """Move a day by so many days."""
    count, rest = divmod(top, bottom)
    moved = day + count
    return moved if rest == 0 and 1 <= moved <= LAST_DAY else None


def add_months(day: int, top: int, bottom: int) -> int | None:
    """Move a day by so many months, to the last one of a shorter month."""
    count, rest = divmod(top, bottom)
    month, place = _split(day)
    return _join(month + count, place) if rest == 0 else None


def add_years(day: int, top: int, bottom: int) -> int | None:
    """Move a day by so many years, from 29 February to the 28th of a shorter one."""
    count, rest = divmod(top, bottom)
    month, place = _split(day)
    return _join(month + 12 * count, place) if rest == 0 else None


def count_months(first: int, second: int) -> int:
    """Count the whole months from one day to another."""
    if first > second:
        return -count_months(second, first)
    (start, place), (end, reached) = _split(first), _split(second)
    is_whole = reached >= min(place, _length(end // 12, end % 12))
    return end - start if is_whole else end - start - 1


def count_years(first: int, second: int) -> int:
    """Count the whole years from one day to another; twelve whole months are one."""
    if first > second:
        return -count_years(second, first)
    # not by months: ages are asked for in every row
    start, end = date.fromordinal(first), date.fromordinal(second)
    years, months, days = end.year - start.year, end.month - start.month, end.day - start.day
    if months or days >= 0:
        return years if months >= 0 else years - 1
    # the last day of a February without 29 days is reached by those of 29 February
    return years if end.day == _length(end.year, end.month - 1) else years - 1


def year_of(day: int) -> int:
    """Return the year of a day."""
    return date.fromordinal(day).year


def month_of(day: int) -> int:
    """Return the month of a day, from 1 to 12."""
    return date.fromordinal(day).month


def day_of(day: int) -> int:
    """Return a day's place in its month."""
    return date.fromordinal(day).day


def weekday_of(day: int) -> int:
    """Return a day's place in its week, from Monday."""
    return (day - 1) % 7 + 1


def start_of_month(day: int) -> int:
    """Return the first day of a day's month."""
    return day - date.fromordinal(day).day + 1


def end_of_month(day: int) -> int:
    """Return the last day of a day's month."""
    month, place = _split(day)
    return day - place + _length(month // 12, month % 12)


def day_at(day: int) -> date:
    """Return the day that a whole number stands for."""
    return date.fromordinal(day)


def _split(day: int) -> tuple[int, int]:
    """Give a day's month, counted from the year 0, and its place there."""
    known = date.fromordinal(day)
    return 12 * known.year + known.month - 1, known.day


def _join(month: int, place: int) -> int | None:
    if not _FIRST_MONTH <= month <= _LAST_MONTH:
        return None
    year, at = divmod(month, 12)
    return date(year, at + 1, min(place, _length(year, at))).toordinal()


def _length(year: int, at: int) -> int:
    """Count the days of a month, January being 0."""
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if at == 1 and is_leap else _LENGTHS[at]
