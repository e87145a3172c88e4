"""Days and what is computed with them (section 22)."""

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

from .values import Failure, Value

FIRST, LAST = date.min.toordinal(), date.max.toordinal()
FUNCTIONS = frozenset(
    [
        "date",
        "year",
        "month",
        "day",
        "weekday",
        "start_of_month",
        "end_of_month",
        "add_months",
        "add_years",
        "days_between",
        "months_between",
        "years_between",
    ]
)


def computed(kind: str, operands: list, of: str) -> Value:
    """Return what a function of days gives, or `+` and `-` with one (sections 22.2 to 22.7)."""
    try:
        return _computed(kind, *operands)
    except (ValueError, OverflowError):
        return Failure("invalid_date", of)


def _computed(kind: str, first: object, second: object = None, third: object = None) -> Value:
    """Compute; a ValueError where there is no such day."""
    if kind == "date":
        return date(_whole(first), _whole(second), _whole(third))
    if kind in {"year", "month", "day"}:
        return Fraction(getattr(first, kind))
    if kind == "weekday":
        return Fraction(first.isoweekday())
    if kind == "start_of_month":
        return first.replace(day=1)
    if kind == "end_of_month":
        return first.replace(day=monthrange(first.year, first.month)[1])
    if kind in {"add_months", "add_years"}:
        return _later(first, _whole(second) * (12 if kind == "add_years" else 1))
    if kind.endswith("_between"):
        return Fraction(_between(kind, first, second))
    if isinstance(first, date) and isinstance(second, date):
        return Fraction((first - second).days)
    return _moved(second, first) if isinstance(second, date) else _moved(first, second, kind)


def _whole(number: Fraction) -> int:
    """Return a count, which is whole and has at most 10 digits (section 22.8)."""
    if number.denominator != 1 or abs(number) >= 10**10:
        raise ValueError(number)
    return int(number)


def _moved(day: date, number: Fraction, sign: str = "+") -> date:
    """Move a day by whole days."""
    return day + timedelta(days=_whole(number if sign == "+" else -number))


def _later(day: date, months: int) -> date:
    """Return the same day of a later month, or its last (section 22.6)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ValueError(year)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _between(kind: str, first: date, second: date) -> int:
    """Count from one day to another (section 22.7)."""
    if kind == "days_between":
        return (second - first).days
    if first > second:
        return -_between(kind, second, first)
    months = (second.year - first.year) * 12 + second.month - first.month
    step = 12 if kind == "years_between" else 1
    most = months // step + 1
    while not _reached(first, most * step, second):
        most -= 1
    return most


def _reached(first: date, months: int, second: date) -> bool:
    """Say whether so many months later is not after the other day."""
    try:
        return _later(first, months) <= second
    except ValueError:
        return False
