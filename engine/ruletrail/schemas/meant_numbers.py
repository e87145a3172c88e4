"""Which number a text means that stands where a number belongs, and the hint that says so."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from operator import ge, gt, le, lt
from typing import Any

from ruletrail.documents import ScalarNode
from ruletrail.documents.number_scales import find_scale
from ruletrail.problems import quote, quote_to_write
from ruletrail.suggestions import with_digits, with_hyphens, within_printed_quotes
from ruletrail.values import write_number

_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_BARE_DECIMALS = re.compile(r"(?P<sign>-?)[.,](?P<decimals>[0-9]+)")
"""Decimals without the zero before them: `.5`, `,5`."""
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
_EITHER = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")
"""One group of three digits after a comma: decimals in Italy, thousands elsewhere."""
_GROUPS = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+")
_POINTED = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+\.[0-9]{1,2}")
"""Points before thousands and before decimals: `3.580.390.40`."""
_ITALIAN = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?")
_RATIO = re.compile(
    r"(?:1(?: +[^\W\d_]{1,40}){0,4} *(?::|\b(?:ogni|every|per|su)\b)"
    r"|1(?=ogni|every|per|su)[a-z]{2,5}|1 */(?= *[0-9][0-9.' ]{2}))([^:/]+)"
)
"""One to so many, also with what is counted: `1 social worker every 2792`; `1/2` is a half."""
_NUMBER_AND_NOTE = re.compile(
    r"(?P<number>-?[0-9][0-9.,']{0,24})[ #]{1,9}(?P<note>[^\W\d_][^#]{1,80})"
)
"""A number, and words behind it that are no comment: `39301# al 31/12`, `39301 al 31/12`."""
_OF_THE_NUMBER = re.compile(
    r"mil|thous|bill|ml|bn|(?:k|e|ed|and|ogni|every|per|su|of|di|circa|ca|about)\b",
    re.IGNORECASE,
)
"""How words begin that say how much a number is, and are no note."""
_AND_A_NUMBER = re.compile(r" (?:e|ed|and) [0-9]", re.IGNORECASE)
_ENGLISH = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_SPACED = re.compile(r"-?[0-9]{1,3}([ '][0-9]{3})+([.,][0-9]+)?")
_SPACED_WHOLE = re.compile(r"-?[0-9]{1,3}( [0-9]{3})+")
"""Groups of three digits: one number, or the cells of a row that were copied together."""
_WHOLE = (
    (_GROUPS.fullmatch, "number-with-thousands", "."),
    (_EITHER.fullmatch, "number-with-thousands", ","),
)
_WRITTEN = (
    (_PLAIN.fullmatch, "number-alone", ""),
    (_ITALIAN.fullmatch, "number-with-thousands", "."),
    (_EITHER.fullmatch, "number-comma-or-thousands", ""),
    (_DECIMAL_COMMA.fullmatch, "number-with-comma", ""),
    (_ENGLISH.fullmatch, "number-with-thousands", ","),
    (_POINTED.fullmatch, "number-with-thousands", ""),
    (_SPACED_WHOLE.fullmatch, "number-or-values", " "),
    (_SPACED.fullmatch, "number-with-thousands", " '"),
)
"""How people write numbers, the hint that each way asks for, and what separates its thousands.

Those of whole numbers come first where no other is admitted: `1.234` is then a thousand and more.
"""
_NO_NUMBER = {False: "number-form", True: "number-form-whole"}
"""The hint for a text that means no number, by whether a whole one is needed."""
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'"})
_NUMBER_AND_WORD = re.compile(
    r"^(-?[0-9][0-9.,']{0,24}) (?!(?:mil|thous|bill|ml|bn|k\b))[^\W\d_]{1,40}[.²³]?$", re.IGNORECASE
)
"""A number with what it counts: `100 pasti`, `153.418 ab.`, `12,50 mq`; but not `12 mila`."""
_ABOUT = re.compile(r"^(?:ca\.?|circa|about|approx\.?|~|=|n\.|n°|nr\.?) ?(?=[0-9])", re.IGNORECASE)
"""What people write before a number that they do not know to the last digit, or to name one."""
_NOTE = re.compile(r"(?<=[0-9]) {0,9}(?:\*{1,3}|\([^()]{0,60}\)|//.{0,60}|;[^0-9]{0,60})$")
"""What people note behind a number: `39301*`, `39301 (al 31/12)`, `39301 // ISTAT`."""
_PER_CENT = re.compile(r"(?<=[0-9]) {0,3}(?:per ?cento|per ?cent)$", re.IGNORECASE)
_DAY = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}|[0-9]{1,2}[-/ ](?:"
    r"gen(?:naio)?|feb(?:braio|ruary)?|mar(?:zo|ch)?|apr(?:ile|il)?|mag(?:gio)?|giu(?:gno)?|"
    r"lug(?:lio)?|ago(?:sto)?|set(?:tembre)?|ott(?:obre)?|nov(?:embre|ember)?|dic(?:embre)?|"
    r"jan(?:uary)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|dec(?:ember)?)"
    r"(?:[-/ ][0-9]{2,4})?",
    re.IGNORECASE,
)
"""A day, as spreadsheets make one of `24.5` where the decimal sign is a comma."""
_MONEY = re.compile(r"^(?:eur(?:o|os)?|€|\$|£|chf|usd|gbp)\.? {0,9}(?=-?[0-9])", re.IGNORECASE)
"""Money named before its number: `EUR 3.580,40`."""
_NO_CENTS = re.compile(r"(?<=[0-9])[,.] ?(?:[-–—_=*]{1,3})$")
"""The signs for cents that are none: `3.580,--`, `3.580,=`."""
_PART = re.compile(
    r"(?P<whole>[0-9]{1,9})(?:(?: ?(?=[½¼¾])| (?=[13]/))(?:(?P<half>½|1/2)|(?P<quarter>¼|1/4)"
    r"|(?P<most>¾|3/4))"
    r"|,? +(?:e|ed|and) +(?:(?P<half_>mezz[oa]|a half)|(?P<quarter_>(?:un )?quarto|a quarter)"
    r"|(?P<most_>tre quarti|three quarters)))",
    re.IGNORECASE,
)
"""A number with a part in words or as a fraction: `24 e mezzo`, `24½`; `241/2` is none."""
_PARTS = {"half": ".5", "quarter": ".25", "most": ".75"}
_BETWEEN = re.compile(r"[ \t;|]+")
"""What stands between the cells of a row that were copied together."""
_ENDING = re.compile(r"(?<=[0-9])[,.] {0,9}$")
"""The sign after the last digit that belongs to a sentence, or to decimals that are not there."""
_ZEROS = re.compile(r"(-?[0-9]+)\.0+")
"""Decimals that say nothing: `39301.00`."""
_NEEDLESS_ZEROS = re.compile(r"(?<![0-9.])0+(?=[0-9])")
_UNITS = " €$£%';"
"""What people write around a number."""


def advise_number(place: ScalarNode, *, is_whole: bool = False) -> tuple[str, dict[str, str]]:
    """Name the hint for a text in place of a number, and the number it means, if it means one."""
    advice, number = _find_number(place, is_whole=is_whole)
    details = {"number": quote(number)} if not advice.startswith("number-form") else {}
    if advice in ("number-comma-or-thousands", "number-point-or-thousands"):
        details["whole"] = quote(number.replace(".", ""))
    if advice == "number-alone" and with_hyphens(place.text[:1]) != place.text[:1]:
        # a minus sign of texts, and nothing else
        advice, details["instead"] = "write-instead", quote(number)
    noted = _NUMBER_AND_NOTE.fullmatch(place.text.strip())
    if advice == "number-and-note" and noted is not None:
        details["noted"] = quote_to_write(f"{number} # {noted['note']}")
    if advice == "number-with-thousands" and "." not in number:
        advice = "whole-with-thousands"
    return advice, details


_USUAL = {True: ("1234", "12", "2", "1", "0"), False: ("1234.50", "12.5", "0.5", "2", "1", "0")}
"""Numbers to show how one is written, by whether a whole one is needed; the first that fits."""


def example_number(schema: Mapping[str, Any], *, is_whole: bool) -> str:
    """Write a number that a schema admits where it stands, to show how numbers are written."""
    least, most, above, below, step = (
        Fraction(schema[key]) if key in schema else None
        for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
    )
    ends = [each for each in (least, most, above, below) if each is not None]
    by = step or Fraction(1)
    near = [place for end in ends for place in (end, end // by * by, (end // by + 1) * by)]
    near += [end + one for end in ends for one in (by, -by)]
    near += [(one + other) / 2 for one, other in pairwise(sorted(ends))]
    near += [Fraction(0), by]
    for text in (*_USUAL[is_whole], *map(write_number, near)):
        number = Fraction(text)
        is_in = _is_between(number, least, most) and number not in (above, below)
        is_step = not (is_whole and number % 1) and not (step and number % step)
        if is_in and is_step and _is_between(number, above, below) and "/" not in text:
            return text
    return _USUAL[is_whole][0]


_LIMITS: tuple[tuple[str, str, Callable[[Fraction, Fraction], bool]], ...] = (
    ("minimum", "≥", ge),
    ("maximum", "≤", le),
    ("exclusiveMinimum", ">", gt),
    ("exclusiveMaximum", "<", lt),
)


def hold_to_limits(
    advice: str, details: Mapping[str, str], schema: Mapping[str, Any]
) -> tuple[str, Mapping[str, str]]:
    """Say at once of the number that a text means that its place does not admit it.

    Where one of two numbers may be meant, none is judged.
    """
    shown = details.get("instead", details.get("number", "")).strip("`")
    if "whole" in details or _PLAIN.fullmatch(shown) is None:
        return advice, details
    number = Fraction(shown)
    broken = _find_broken(number, schema)
    if not broken:
        return advice, details
    if number < 0 and not _find_broken(-number, schema):
        # the sign may have slipped in, or be meant and wrong: only who copied the value knows
        return "sign-or-value", {**details, "instead": quote(write_number(-number))}
    return "number-out-of-range", {**details, "number": quote(shown), "bound": broken}


def _find_broken(number: Fraction, schema: Mapping[str, Any]) -> str:
    """Return the limit of a schema that a number is beyond, as people write it; '' for none."""
    limits = ((key, sign, holds) for key, sign, holds in _LIMITS if key in schema)
    for key, sign, holds in limits:
        limit = Fraction(schema[key])
        if not holds(number, limit):
            return f"{sign} {write_number(limit)}"
    return ""


def _is_between(number: Fraction, low: Fraction | None, high: Fraction | None) -> bool:
    return (low is None or number >= low) and (high is None or number <= high)


def _find_number(place: ScalarNode, *, is_whole: bool) -> tuple[str, str]:
    """Find the number that a text means, and which hint says so; the text where it means none."""
    text = _strip(place.text)
    special = _find_multiple(place.text, is_whole=is_whole)
    special = special or _find_special(text, place.text, is_whole=is_whole)
    if special is not None:
        return special
    text = _NUMBER_AND_WORD.sub(r"\1", _PER_CENT.sub("", text))
    ratio = _RATIO.fullmatch(text)
    text = _NUMBER_AND_WORD.sub(r"\1", ratio[1].strip()) if ratio else text
    advice, number = _match_number(text, is_whole=is_whole)
    if advice == _NO_NUMBER[is_whole]:
        meant = _read_letters(text, is_whole=is_whole)
        several = "number-form-several" if _are_several(text) else advice
        return meant or _find_noted(place, is_whole=is_whole) or (several, place.text)
    if is_whole and "." in number:
        zeros = _ZEROS.fullmatch(number)
        return ("whole-without-decimals", zeros[1]) if zeros else ("number-not-whole", number)
    if ratio is not None and advice == "number-alone" and _GROUPS.fullmatch(number):
        return "number-point-or-thousands", number
    if ratio is not None:
        return (advice if advice == "number-comma-or-thousands" else "number-of-ratio"), number
    is_unlike = place.style == "quoted" or number != place.text
    if advice == "number-alone" and is_unlike and _GROUPS.fullmatch(number):
        return "number-point-or-thousands", number
    if advice == "number-alone" and place.style == "quoted" and number == place.text.strip():
        return "number-in-quotes", number
    # a plain number that is none of this type lacks nothing but being whole
    return ("number-not-whole" if number == place.text else advice), number


def _find_noted(place: ScalarNode, *, is_whole: bool) -> tuple[str, str] | None:
    """Find the number before words that are to be a note; one that may be two is none.

    What stands in quotes is no line of YAML that a comment could follow, or is in JSON.
    """
    noted = _NUMBER_AND_NOTE.fullmatch(place.text.strip())
    if noted is None or place.style != "plain" or _OF_THE_NUMBER.match(noted["note"]):
        return None
    if _AND_A_NUMBER.search(noted["note"]):
        return None
    advice, number = _match_number(noted["number"], is_whole=is_whole)
    if advice == _NO_NUMBER[is_whole] or (is_whole and "." in number):
        return None
    is_either = advice == "number-comma-or-thousands" or _GROUPS.fullmatch(number)
    return None if is_either else ("number-and-note", number)


def _read_letters(text: str, *, is_whole: bool) -> tuple[str, str] | None:
    """Find the number that a text means which has letters for digits; None where it means none.

    Where its sign may part thousands or decimals, the hint says both numbers.
    """
    digits = _NEEDLESS_ZEROS.sub("", with_digits(text))
    advice, number = _match_number(digits, is_whole=is_whole)
    if advice in (_NO_NUMBER[is_whole], "number-or-values"):
        return None
    if is_whole and "." in number:
        zeros = _ZEROS.fullmatch(number)
        return ("letters-for-digits", zeros[1]) if zeros else ("number-not-whole", number)
    if advice == "number-alone" and _GROUPS.fullmatch(number):
        return "number-point-or-thousands", number
    is_either = advice == "number-comma-or-thousands"
    return (advice if is_either else "letters-for-digits"), number


def _find_special(text: str, written: str, *, is_whole: bool) -> tuple[str, str] | None:
    """Find a number that is written out in part, and tell a day."""
    bare = _BARE_DECIMALS.fullmatch(text)
    if bare is not None:
        number = f"{bare['sign']}0.{bare['decimals']}"
        return ("number-not-whole" if is_whole else "number-without-zero"), number
    part = _PART.fullmatch(text)
    if part is not None:
        named = next(name for name, found in part.groupdict().items() if name != "whole" and found)
        number = part["whole"] + _PARTS[named.rstrip("_")]
        return ("number-not-whole" if is_whole else "number-in-digits"), number
    return ("number-form-day", written) if _DAY.fullmatch(text) else None


def _strip(written: str) -> str:
    """Return a text without what people write around a number, and with plain spaces and signs."""
    text = within_printed_quotes(written)[0] or written
    text = with_hyphens(text[:1]) + text[1:]
    text = text.translate(_SPACES).strip(_UNITS).removesuffix("euro").rstrip(_UNITS)
    text = _ABOUT.sub("", _MONEY.sub("", text).removeprefix("+"))
    text = _NOTE.sub("", text)
    whole = _NO_CENTS.sub("", text)
    if whole != text and _GROUPS.fullmatch(whole):
        return whole.replace(".", "")  # the comma behind them tells what the points are
    return _ENDING.sub("", whole)


def _are_several(text: str) -> bool:
    """Tell several numbers, as the cells of a row that were copied together."""
    cells = [cell for each in _BETWEEN.split(text) if (cell := each.strip(_UNITS))]
    found = {_match_number(cell, is_whole=False)[0] for cell in cells}
    return len(cells) > 1 and _NO_NUMBER[False] not in found


def _find_multiple(written: str, *, is_whole: bool) -> tuple[str, str] | None:
    """Write a number of thousands or millions with all its digits; say that one is in doubt."""
    text = (within_printed_quotes(written)[0] or written).translate(_SPACES).strip(" ';")
    scale = find_scale("".join(map(with_hyphens, text)))
    if scale is None:
        return None
    advice, number = _match_number(scale[0], is_whole=False)
    is_either = _GROUPS.fullmatch(scale[0]) is not None  # `1.234 mila`
    if is_either or advice in ("number-form", "number-comma-or-thousands"):
        return "number-form-scaled", written
    full = Fraction(number) * scale[1]
    is_part = is_whole and full.denominator > 1
    return ("number-form-scaled", written) if is_part else ("number-in-full", write_number(full))


def _match_number(text: str, *, is_whole: bool) -> tuple[str, str]:
    for fits, advice, separators in (*(_WHOLE if is_whole else ()), *_WRITTEN):
        if fits(text):
            number = "".join(char for char in text if char not in separators)
            number = number.replace(",", ".")
            return advice, number.replace(".", "", number.count(".") - 1)
    return _NO_NUMBER[is_whole], text
