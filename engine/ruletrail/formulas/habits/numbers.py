"""Numbers as spreadsheets and people write them."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.habits.days import OF_DAYS, call_of, tell_day, tell_short_year
from ruletrail.formulas.habits.percentages import is_percentage
from ruletrail.formulas.habits.written_formulas import LISTING, WrittenFormula
from ruletrail.formulas.lexer import Finding
from ruletrail.formulas.written_numbers import (
    NUMBER,
    is_close,
    plain_number,
    tell_decimal_comma,
    touches,
)
from ruletrail.suggestions import day_like, day_meant, days_of_short_year
from ruletrail.values import read_date, read_number

_OF_MACHINES = re.compile(r"0[xX][0-9A-Fa-f]{1,8}|0[bB][01]{1,32}|0[oO][0-7]{1,10}")
"""Numbers in the bases that machines count in."""
_GLUED = re.compile(r"(?P<number>(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)(?P<code>[A-Za-z][A-Za-z0-9_]+)")
"""A number and a code without a sign between; `1j` and `0x` are none."""
_BLANKS = " \u00a0\u2009\u202f"
_PARTED = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}"
    rf"(?:(?:[{_BLANKS}][0-9]{{3}}){{1,5}}|(?:['’][0-9]{{3}}){{1,5}}|(?:,[0-9]{{3}}){{2,5}}))"
    r"(?P<rest>(?:[.,][0-9]{1,10})?)(?![\w.'’]|,[0-9])"
)
"""A number whose thousands are parted by blanks, apostrophes, or more than one comma."""
_EXPONENT = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?[eE][+-]?[0-9]{1,2}(?![\w.])")
"""A number as programs write very great and very small ones."""
PARTED_VALUES = "commas-part-values"
"""The hint for a number whose comma parts two values."""
_MOST_EXPONENT = 15
_DIGITS_OF_THOUSANDS = 3


def rewrite_number(formula: WrittenFormula, at: int, bracket: str) -> tuple[Finding, int] | None:
    """Write `25 500`, `1'250'000` and `1,250,000` without what parts their thousands, and `1E3`.

    In a list or a call commas part values.
    """
    begin = formula.tokens[at].offset
    if formula.tokens[at].kind != "number" or (
        at and touches(*formula.tokens[at - 1 : at + 1]) and formula.tokens[at - 1].text == ","
    ):
        return None
    parted, power = (each.match(formula.text, begin) for each in (_PARTED, _EXPONENT))
    if parted is not None:
        is_listed = bracket in LISTING or (at > 0 and formula.is_in(at - 1))
        finding = _tell_parted(parted, begin, is_listed=is_listed)
    else:
        finding = _tell_exponent(power[0], begin) if power is not None else None
    if finding is None:
        return None
    end = begin + len(finding.text)
    last = (n for n, each in enumerate(formula.tokens) if each.offset >= end)
    return finding, next(last, len(formula.tokens))


def _tell_parted(parted: re.Match[str], begin: int, *, is_listed: bool) -> Finding | None:
    """Tell a number with parted thousands; with a comma behind blanks the decimals follow."""
    whole, rest = parted["whole"], parted["rest"]
    groups = re.split(r"[^0-9]", whole)
    has_comma = "," in whole
    if (is_listed and (has_comma or rest.startswith(","))) or (has_comma and rest.startswith(",")):
        return None
    instead = "".join(groups) + rest.replace(",", ".")
    if read_number(instead) is None:
        return None
    is_blank = any(each in _BLANKS for each in whole)
    advice = "blank-of-thousands" if is_blank else "write-instead"
    mended = None if is_blank else instead
    return Finding("formula-number", begin, parted[0], instead, advice=advice, mended=mended)


def _tell_exponent(written: str, begin: int) -> Finding | None:
    """Tell `1E3`, which may also be a product without its sign."""
    number = Decimal(written)
    if abs(int(written.lower().partition("e")[2])) > _MOST_EXPONENT:
        return None
    instead = format(number, "f")
    if read_number(instead) is None:
        return None
    glued = _GLUED.fullmatch(written)
    if glued is None:
        return Finding("formula-number", begin, written, instead)
    product = f"`({glued['number']} * {glued['code']})`"
    return Finding("formula-number", begin, written, instead, product, advice="power-or-product")


def judge_number(formula: WrittenFormula, at: int, bracket: str) -> Iterator[Finding]:
    """Judge a number by its form, and by the commas beside it."""
    token, is_listed = formula.tokens[at], bracket in LISTING
    follows, precedes = is_decimal(formula, at - 1), is_decimal(formula, at + 1)
    if not is_listed and (follows or precedes):
        return  # it is told with its comma
    if NUMBER.fullmatch(token.text):
        if read_number(token.text) is None:
            yield Finding("formula-number-limits", token.offset, token.text)
    elif is_close(formula.tokens, at - 1) and is_percentage(formula, at):
        return  # it is told with its sign
    elif (opening := _opening_of_date(formula, at)) >= 0:
        yield _tell_part_of_date(formula, at, opening)
    elif is_close(formula.tokens, at - 1):
        yield _tell_in_list(formula, at)
    elif _OF_MACHINES.fullmatch(token.text):
        yield Finding("formula-number", token.offset, token.text, str(int(token.text, 0)))
    elif (glued := _GLUED.fullmatch(token.text)) is not None:
        product = f"{glued['number']} * {glued['code']}"
        instead = f"({product})" if formula.divides(at) else product
        yield Finding("formula-number", token.offset, token.text, instead, advice="times-code")
    elif formula.language > 1 and (day := read_date(day_like(token.text))) is not None:
        yield tell_day(token.text, day, token.offset)
    elif formula.language > 1 and (day := read_date(day_meant(token.text))) is not None:
        yield Finding("formula-number", token.offset, token.text, call_of(day), advice="day-meant")
    elif formula.language > 1 and (days := days_of_short_year(token.text)):
        yield tell_short_year(token.text, days[0], token.offset)
    else:
        is_after_comma = at > 0 and formula.tokens[at - 1].text == ","
        is_doubtful = is_after_comma or _may_be_of_day(formula, at)
        is_doubtful = is_doubtful or bool(read_date(day_meant(token.text)))
        plain = "" if is_doubtful else plain_number(token.text)
        advice = PARTED_VALUES if is_after_comma else ""
        yield Finding("formula-number", token.offset, token.text, plain, advice=advice,
            mended=plain or None)  # fmt: skip


def _may_be_of_day(formula: WrittenFormula, at: int) -> bool:
    """Tell the `05` of `05/2024`, or of a day that is none."""
    for pieces in (formula.tokens[max(at - 2, 0) : at + 1], formula.tokens[at : at + 3]):
        kinds, signs = [each.kind for each in pieces], [each.text for each in pieces[1:2]]
        is_row = kinds == ["number", "sign", "number"] and signs[0] in OF_DAYS
        if is_row and all(touches(*pair) for pair in pairwise(pieces)):
            return True
    return False


def _tell_in_list(formula: WrittenFormula, at: int) -> Finding:
    """Tell `1,05` among values that commas part; of more commas, and of thousands, none is certain.

    Nor is it certain of the one which of the commas separate.
    """
    before, _, token = formula.tokens[at - 2 : at + 1]
    is_alone = not is_close(formula.tokens, at - 3) and not is_close(formula.tokens, at + 1)
    is_group = len(token.text.partition(".")[0]) == _DIGITS_OF_THOUSANDS
    if is_alone and not is_group and NUMBER.fullmatch(before.text):
        return replace(tell_decimal_comma(*formula.tokens[at - 2 : at + 1]), mended=None)
    return Finding("formula-number", token.offset, token.text, advice=PARTED_VALUES)


def _opening_of_date(formula: WrittenFormula, at: int) -> int:
    """Find the bracket of the call `date(…)` that a number of it begins with a zero in; else -1."""
    if formula.language == 1 or not re.fullmatch("0[0-9]", formula.tokens[at].text):
        return -1
    opening = formula.opening_around(at)
    return opening if opening > 0 and formula.tokens[opening - 1].text == "date" else -1


def _tell_part_of_date(formula: WrittenFormula, at: int, opening: int) -> Finding:
    """Tell the `08` of `date(2025,08,31)`, whose commas separate, and write the whole call."""
    token, (end, cuts) = formula.tokens[at], formula.read_brackets(opening)
    part = plain_number(token.text)
    pieces = [formula.between(*each).lstrip("0") for each in pairwise([opening, *cuts, end])]
    day = read_date("-".join(each.zfill(2) for each in pieces)) if end >= 0 else None
    return Finding("formula-number", token.offset, token.text, call_of(day) if day else part,
        mended=part or None)  # fmt: skip


def _begins_day(formula: WrittenFormula, at: int) -> bool:
    behind = formula.tokens[at : at + 2]
    return len(behind) > 1 and behind[1].text in OF_DAYS and touches(*behind)


def is_decimal(formula: WrittenFormula, at: int) -> bool:
    """Tell a comma between two numbers of which it touches the first."""
    if not 0 < at < len(formula.tokens) - 1 or formula.tokens[at].text != ",":
        return False
    before, comma, after = formula.tokens[at - 1 : at + 2]
    # behind a blank another day may begin, `2025-08-31, 2025-09-01`
    is_day = not touches(comma, after) and _begins_day(formula, at + 1)
    return before.kind == after.kind == "number" and touches(before, comma) and not is_day
