"""Which day is meant by what is none: `20250831`, `"31 agosto 2025"`, `31-ago-2025`.

A day is a call here, `date(2025, 8, 31)`; what else writes one is a number, a text, a difference.
"""

import re
from datetime import date, timedelta
from fractions import Fraction

from ruletrail.formulas.expressions import Constant, Expression, Name
from ruletrail.formulas.lexer import Finding
from ruletrail.formulas.parsing import Formula
from ruletrail.suggestions import MONTHS, day_meant, days_of_either_order, days_of_short_year
from ruletrail.values import read_date

_YEARS = range(1800, 2200)
_FIRST_OF_SHEETS = date(1899, 12, 30)
_DAYS_OF_SHEETS = range(30_000, 60_000)
"""The numbers that spreadsheets give to days from 1982 to 2064, counted from the first."""
_LONGEST_DAY = 4
"""The characters before a month: a day and its sign, and what tells that it is no longer number."""
_DAY_BEFORE = re.compile(r"(?<![\w.])(?P<day>[0-9]{1,2})[-/]\Z")
_YEAR_BEHIND = re.compile(r"[-/](?P<year>[0-9]{4})(?![\w.])")
"""What stands before and behind the month of a day, `31-ago-2025`."""


def tell_other(
    expression: Expression, text: str, found: str, expected: str
) -> tuple[str, str, str]:
    """Return what to write for an expression of another type, the hint, and what is certain."""
    # of a day and a number that is none, how long it is from one to another is meant
    is_span = "number" in (expected, found) and not isinstance(expression, Constant)
    if expected != "date":
        return "", "span-of-time" * is_span, ""
    written = text.strip("\"'")
    instead = write_day(day_meant(written))
    if instead:
        # whether a number is one only its author knows
        return instead, "", "" if text.isdigit() else instead
    if short := days_of_short_year(written.replace(" ", "")):
        return write_day(short[0]), "day-meant", ""
    if isinstance(expression, Constant) and expression.value in _YEARS:
        return "", "year-of-day", ""
    if day := _day_of_sheet(expression):
        return day, "day-of-sheet", ""
    return ("", "span-of-time", "") if is_span else ("date(2024, 5, 31)", "day-written", "")


def tell_either_day(written: str, place: int) -> Finding | None:
    """Tell `8/9/2025` with both days that it may be; None where it is one day, or none."""
    days = [write_day(each) for each in days_of_either_order(written.replace(" ", ""))]
    if not all(days) or not days:
        return None
    return Finding("formula-date", place, written, days[0], f"`{days[1]}`", advice="day-of-two")


def find_day_around(name: Name, formula: Formula) -> Finding | None:
    """Find the day of which a name that is no code is the month."""
    begin, end = name.span
    if name.code.lower() not in MONTHS:
        return None
    first = _DAY_BEFORE.search(formula.text[max(begin - _LONGEST_DAY, 0) : begin])
    last = _YEAR_BEHIND.match(formula.text, end)
    if first is None or last is None:
        return None
    instead = write_day(day_meant(f"{first['day']}-{name.code}-{last['year']}"))
    written = first[0] + name.code + last[0]
    place = formula.origins[begin - len(first[0])]
    return Finding("formula-date", place, written, instead) if instead else None


def _day_of_sheet(expression: Expression) -> str:
    """Write the day that a spreadsheet shows for a number; empty for what is hardly one."""
    value = expression.value if isinstance(expression, Constant) else None
    if not isinstance(value, Fraction) or value not in _DAYS_OF_SHEETS:
        return ""
    return write_day((_FIRST_OF_SHEETS + timedelta(days=int(value))).isoformat())


def write_day(text: str) -> str:
    """Write a day as a call that makes it; empty for what is none."""
    day = read_date(text)
    return f"date({day.year}, {day.month}, {day.day})" if day is not None else ""
