"""Numbers, days and spans of time as spreadsheets and people write them."""

import re
from collections.abc import Iterator
from datetime import date

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.habits.written_formulas import LISTING, WrittenFormula
from ruletrail.formulas.lexer import Finding
from ruletrail.formulas.written_numbers import (
    NUMBER,
    is_close,
    plain_number,
    tell_decimal_comma,
    touches,
)
from ruletrail.suggestions import day_like, days_of_either_order, days_of_short_year
from ruletrail.values import read_date, read_number

_SPANS = frozenset({
    "anno", "anni", "year", "years", "mese", "mesi", "month", "months",
    "giorno", "giorni", "day", "days",
})  # fmt: skip
"""What somebody adds to a day after a number."""
OF_DAYS = ("-", "/")
"""The signs between the parts of a day."""
_TOKENS_OF_DAY = 5
_DAY = re.compile(r"[12][0-9]{3}-(?:0[1-9]-[0-3][0-9]|1[0-2]-0[1-9])(?![0-9A-Za-z_.])")
"""A day that is no subtraction either, for no number begins with a zero."""
_GLUED = re.compile(r"(?P<number>(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)(?P<code>[A-Za-z][A-Za-z0-9_]+)")
"""A number and a code without a sign between; `1j` and `0x` are none."""
BEGINNING = _SPANS
"""The words that one of these may begin with."""


def rewrite_day(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Put a day in quotes: `2026-01-31` without them is a subtraction."""
    if formula.language > 1:
        return _rewrite_written_day(formula, at)
    pieces = formula.tokens[at : at + _TOKENS_OF_DAY]
    begin = formula.tokens[at].offset
    match = _DAY.match(formula.text, begin)
    day = match[0] if match is not None else ""
    text = _join_with_zero(formula, at)
    written = text if "/" in text and day_like(text) else day
    if not written or len(pieces) < _TOKENS_OF_DAY or not touches(*pieces[:2]):
        return None
    shown = f'"{day or day_like(text)}"'
    finding = Finding("formula-number", begin, written, shown, advice="day-is-text")
    return finding, at + _TOKENS_OF_DAY


def _join_with_zero(formula: WrittenFormula, at: int) -> str:
    """Join what may be a day, where `01`, which is no number, stands in it; else give nothing."""
    pieces = formula.tokens[at : at + _TOKENS_OF_DAY]
    text = "".join(each.text for each in pieces)
    has_zero = any(each.text.startswith("0") and len(each.text) > 1 for each in pieces)
    return text if has_zero and formula.text.startswith(text, pieces[0].offset) else ""


def _rewrite_written_day(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Write `2024-05-31`, which would be two subtractions, as the day that it is."""
    if not formula.tokens[at].text[:1].isdigit():
        return None
    pieces = formula.tokens[at : at + _TOKENS_OF_DAY]
    text = "".join(each.text for each in pieces)
    turned = day_like(text) if "/" in _join_with_zero(formula, at) else ""
    day = read_date(turned or text)
    if day is None or not formula.text.startswith(text, pieces[0].offset):
        return None
    return _tell_day(text, day, pieces[0].offset), at + _TOKENS_OF_DAY


def _tell_day(text: str, day: date, offset: int) -> Finding:
    """Write a day as formulas do; of the two that `8/9/2025` may be only its author knows which."""
    instead = _call_of(day)
    other = read_date("".join(days_of_either_order(text)[1:]))
    if other is None:
        return Finding("formula-date", offset, text, instead, mended=instead)
    shown = f"`{_call_of(other)}`"
    return Finding("formula-date", offset, text, instead, expected=shown, advice="day-of-two")


def _call_of(day: date) -> str:
    return f"date({day.year}, {day.month}, {day.day})"


def tell_span_of_time(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Tell `d + 1 anno`: to a day other functions add years and months."""
    before = formula.tokens[max(at - 2, 0) : at]
    is_added = [each.text for each in before[:1]] in (["+"], ["-"])
    token = formula.tokens[at]
    is_span = token.text.lower() in _SPANS and before[1:] and before[1].kind == "number"
    if formula.language == 1 or not is_added or not is_span:
        return None
    finding = Finding("formula-syntax", token.offset, token.text, advice="span-of-time")
    return finding, at + 1


def judge_number(formula: WrittenFormula, at: int, bracket: str) -> Iterator[Finding]:
    """Judge a number by its form, and by the commas beside it."""
    token, is_listed = formula.tokens[at], bracket in LISTING
    follows, precedes = is_decimal(formula, at - 1), is_decimal(formula, at + 1)
    if not is_listed and (follows or precedes):
        return  # it is told with its comma
    if NUMBER.fullmatch(token.text):
        if read_number(token.text) is None:
            yield Finding("formula-number-limits", token.offset, token.text)
    elif is_close(formula.tokens, at - 1):
        # `1,05` is no two values, but nor is it certain which of the commas separate
        yield replace(tell_decimal_comma(*formula.tokens[at - 2 : at + 1]), mended=None)
    elif (glued := _GLUED.fullmatch(token.text)) is not None:
        instead = f"{glued['number']} * {glued['code']}"
        yield Finding("formula-number", token.offset, token.text, instead, advice="times-code")
    elif formula.language > 1 and (day := read_date(day_like(token.text))) is not None:
        yield _tell_day(token.text, day, token.offset)
    elif formula.language > 1 and (days := days_of_short_year(token.text)):
        # which century is meant only the author knows
        instead = "date({}, {}, {})".format(*(int(part) for part in days[0].split("-")))
        yield Finding("formula-number", token.offset, token.text, instead, advice="day-meant")
    else:
        is_after_comma = at > 0 and formula.tokens[at - 1].text == ","
        plain = "" if is_after_comma else plain_number(token.text)
        yield Finding("formula-number", token.offset, token.text, plain, mended=plain or None)


def is_decimal(formula: WrittenFormula, at: int) -> bool:
    """Tell a comma between two numbers of which it touches the first."""
    if not 0 < at < len(formula.tokens) - 1 or formula.tokens[at].text != ",":
        return False
    before, comma, after = formula.tokens[at - 1 : at + 2]
    return before.kind == after.kind == "number" and touches(before, comma)
