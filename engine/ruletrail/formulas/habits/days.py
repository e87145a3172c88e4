"""Days and spans of time as spreadsheets and people write them: `31/08/2025`, `d + 1 anno`."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.habits.written_formulas import WrittenFormula
from ruletrail.formulas.lexer import Finding, Token
from ruletrail.formulas.written_numbers import touches
from ruletrail.suggestions import (
    MONTHS,
    day_like,
    day_meant,
    days_of_either_order,
    days_of_short_year,
)
from ruletrail.values import read_date

Mend = Callable[[str, int], tuple[str, bool]]

_SPANS = frozenset({
    "anno", "anni", "year", "years", "mese", "mesi", "month", "months",
    "giorno", "giorni", "day", "days",
})  # fmt: skip
"""What somebody adds to a day after a number."""
OF_DAYS = ("-", "/")
"""The signs between the parts of a day."""
_TOKENS_OF_DAY = 5
_WITH_TIME = re.compile(r"(?P<day>[12][0-9]{3}-[01][0-9]-[0-3][0-9])[T ](?P<time>[0-9:.]{5,15}Z?)")
"""A day with the time that programs write behind it."""
_TOKENS_IN_WORDS = 3
"""The day, the month and the year."""
_DAY = re.compile(r"[12][0-9]{3}-(?:0[1-9]-[0-3][0-9]|1[0-2]-0[1-9])(?![0-9A-Za-z_.])")
"""A day that is no subtraction either, for no number begins with a zero."""
_CONVERTING = frozenset({
    "DATEVALUE", "DATA.VALORE", "TO.DATE", "TODATE", "STR.TO.DATE", "CDATE", "PARSE.DATE",
})  # fmt: skip
_MAKING = frozenset({"DATE", "DATA", "DATESERIAL", "MAKE.DATE"})
OF_DAYS_MADE = _CONVERTING | _MAKING
"""Functions of others that make a day of a text, or of three numbers, in capitals."""
_PARTS = 3
BEGINNING = _SPANS | MONTHS
"""The words that one of these may begin with; a day may begin with its month."""


def rewrite_day(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Put a day in quotes: `2026-01-31` without them is a subtraction."""
    told = _rewrite_in_words(formula, at) or _rewrite_with_time(formula, at)
    if told is not None:
        return told
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
    return _tell_text(written, day or day_like(text), begin), at + _TOKENS_OF_DAY


def _tell_text(written: str, day: str, offset: int) -> Finding:
    return Finding("formula-number", offset, written, f'"{day}"', advice="day-is-text")


def _rewrite_in_words(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Write a day whose month is a word, `31 agosto 2025` and `August 31, 2025`.

    No value stands behind another, so it is nothing else.
    """
    pieces = formula.tokens[at : at + _TOKENS_IN_WORDS + 1]
    kinds = [each.kind for each in pieces]
    words = [each.text.lower() for each in pieces]
    if kinds[:3] == ["number", "name", "number"] and words[1] in MONTHS:
        count = _TOKENS_IN_WORDS
    elif kinds[:2] == ["name", "number"] and words[0] in MONTHS:
        count = _TOKENS_IN_WORDS + ("," in words)
    else:
        return None
    return _told_of(formula, at, count)


def _rewrite_with_time(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Write `2025-08-31T00:00:00` without its time, which no day has here."""
    begin = formula.tokens[at].offset
    match = _WITH_TIME.match(formula.text, begin)
    if match is None:
        return None
    end = next((n for n, each in enumerate(formula.tokens) if each.offset >= match.end()), None)
    count = (len(formula.tokens) if end is None else end) - at
    told = _told_of(formula, at, count, match["day"])
    is_midnight = not match["time"].strip("0:.Z")
    if told is None or is_midnight:
        return told
    return replace(told[0], mended=None), told[1]


def _told_of(
    formula: WrittenFormula, at: int, count: int, meant: str = ""
) -> tuple[Finding, int] | None:
    """Tell the day that some tokens write, if they write one."""
    pieces = formula.tokens[at : at + count]
    written = _text_of(formula, pieces)
    day = read_date(meant or day_like(written))
    if day is None or len(pieces) < count:
        return None
    if formula.language == 1:
        return _tell_text(written, day.isoformat(), pieces[0].offset), at + count
    told = tell_day(written, day, pieces[0].offset)
    return told, at + count


def _text_of(formula: WrittenFormula, pieces: Sequence[Token]) -> str:
    return formula.text[pieces[0].offset : pieces[-1].offset + len(pieces[-1].text)]


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
    joined = _join_with_zero(formula, at)
    turned, short = day_like(joined), days_of_short_year(joined)
    day = read_date(turned or text)
    if day is None and short:
        return tell_short_year(text, short[0], pieces[0].offset), at + _TOKENS_OF_DAY
    if day is None or not formula.text.startswith(text, pieces[0].offset):
        return None
    told = tell_day(text, day, pieces[0].offset)
    is_difference = bool(turned) and "-" in text  # `12-05-2024` may be one
    return replace(told, mended=None) if is_difference else told, at + _TOKENS_OF_DAY


def tell_day(text: str, day: date, offset: int) -> Finding:
    """Write a day as formulas do; of the two that `8/9/2025` may be only its author knows which."""
    instead = call_of(day)
    other = read_date("".join(days_of_either_order(text)[1:]))
    if other is None:
        return Finding("formula-date", offset, text, instead, mended=instead)
    shown = f"`{call_of(other)}`"
    return Finding("formula-date", offset, text, instead, expected=shown, advice="day-of-two")


def tell_short_year(text: str, day: str, offset: int) -> Finding:
    """Write a day whose year has two digits; which century is meant only its author knows."""
    instead = "date({}, {}, {})".format(*map(int, day.split("-")))
    return Finding("formula-number", offset, text, instead, advice="day-meant")


def call_of(day: date) -> str:
    """Write a day as a call that makes it."""
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


def rewrite_day_made(
    formula: WrittenFormula, opening: int, finding: Finding, mend: Mend
) -> tuple[Finding, int] | None:
    """Write the day that a call of another program makes, `DATEVALUE("31/08/2025")`, as one here.

    `finding` names the function as it is written, and instead of it in capitals.
    """
    end, cuts = formula.read_brackets(opening)
    if end < 0 or formula.language == 1:
        return None
    whole = formula.text[finding.offset : formula.tokens[end].offset + 1]
    semicolons = [cut for cut in cuts if formula.tokens[cut].text == ";"]
    ends = [opening, *(semicolons or cuts), end]
    pieces = [mend(formula.between(*each), formula.language) for each in pairwise(ends)]
    told = replace(finding, instead="", old=whole, advice="write-instead")
    if finding.instead in _MAKING and len(pieces) == _PARTS and (semicolons or cuts):
        day = read_date("-".join(piece.zfill(2) for piece, _ in pieces))
        if day is None:  # a spreadsheet goes on from the thirteenth month to the next year
            return replace(told, old="", advice="day-of-parts"), end + 1
        return replace(told, instead=call_of(day), mended=call_of(day)), end + 1
    if finding.instead in _CONVERTING and len(pieces) == 1:
        return _of_converted(pieces[0][0], told), end + 1
    return None


def _of_converted(given: str, told: Finding) -> Finding:
    """Write what is converted into a day as the day that it is."""
    written = given.strip("\"'")
    day, other = read_date(day_meant(written)), days_of_either_order(written)
    if given == written:
        # whether what it converts is a day is not known here
        return replace(told, old="", advice="day-already")
    if other:
        shown = f"`{call_of(date.fromisoformat(other[1]))}`"
        first = call_of(date.fromisoformat(other[0]))
        return replace(told, instead=first, expected=shown, advice="day-of-two")
    if day is None:
        return replace(told, instead="date(2024, 5, 31)", advice="day-written")
    return replace(told, instead=call_of(day), mended=call_of(day))
