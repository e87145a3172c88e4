"""What people write for a number that is none: a decimal comma, thousands, a percent or currency.

A parameter may hold any text, so that `value: 10,6` would be one, and be blamed where it is read.
"""

import re
from decimal import Decimal
from fractions import Fraction

from ruletrail.documents import ScalarNode
from ruletrail.documents.number_scales import find_scale
from ruletrail.problems import Fix, Mark, Problem, quote, quote_to_write, term
from ruletrail.schemas.meant_values import doubt_day
from ruletrail.suggestions import (
    day_like,
    with_digits,
    with_hyphens,
    within_printed_quotes,
    writes_no_day,
)
from ruletrail.values import is_plain_number, read_date, write_number

_NUMBER = r"-?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?|-?[0-9]+\.[0-9]+"
_CURRENCY = r"€|\$|£|EUR|USD|GBP|CHF"
_LIKE_A_NUMBER = re.compile(
    rf"\s*(?P<before>(?:{_CURRENCY}) ?)?(?P<number>{_NUMBER})"
    rf"(?P<after> ?(?:%|{_CURRENCY}|[Ee]uro))?\s*"
)
"""With blanks around it too, which are part of a cell in a CSV file."""
_NUMBER_AND_UNIT = re.compile(
    rf"(?P<number>{_NUMBER})(?P<unit> ?[^\W\d_][\w²³]{{0,39}}(?: [^\W\d_]\w{{0,39}}){{0,3}})?"
)
_ZERO_FIRST = re.compile(r"0[0-9]+")
"""A code and no number, such as that of a town; YAML admits it in quotes only."""
_EITHER = re.compile(r"-?[1-9][0-9]{0,2}(?P<sign>[.,])[0-9]{3}")
"""One group of three digits behind its sign: thousands as some write them, decimals to others."""
_ENGLISH = re.compile(r"-?[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+\.[0-9]+|(?:,[0-9]{3}){2,})")
"""A number whose commas can only part thousands."""
_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}(?:[ '’\u00a0\u202f\u2009][0-9]{3})+")
_APART = re.compile("[ '’\u00a0\u202f\u2009]")
"""What parts thousands where no point does: blanks of several kinds, apostrophes."""
_RATE_IN_WORDS = re.compile(
    r"(?P<number>-?[0-9]+(?:[.,][0-9]+)?) ?(?:per ?cento?|pct\.?)", re.IGNORECASE
)


def judge_constant(node: ScalarNode, unit: str) -> Problem | None:
    """Return what is wrong with a value that looks like a number, written in another way."""
    match = _LIKE_A_NUMBER.fullmatch(node.text)
    if node.style != "plain" or match is None or is_plain_number(node.text):
        return None
    if _ZERO_FIRST.fullmatch(node.text):
        return None
    if (match["after"] or "").strip() != "%" and _EITHER.fullmatch(match["number"]):
        return _of_two_readings(node.text, match["number"], node.mark)
    number = _plain(match["number"])
    sign = (match["before"] or match["after"] or "").strip()
    details = {"text": quote(node.text), "number": number, "share": _share(number)}
    # of a percentage the unit does not tell whether formulas divide it by 100 or multiply alone
    is_clear = not _EITHER.fullmatch(match["number"]) and sign in {"", unit} - {"%"}
    fixes = (Fix(node.mark, node.text, number),) if is_clear and node.inline else ()
    advice = {"": "comma-value", "%": "percent-value"}.get(sign, "currency-value")
    return Problem("value-not-number", node.mark, details, "", advice, fixes)


def judge_begin(node: ScalarNode) -> Problem | None:
    """Return what is wrong with a number where only numbers and codes stand, as in a scale."""
    text = node.text.strip()
    shown = f'"{text}"' if node.style == "quoted" else text
    inner, signs = within_printed_quotes(text)
    if _EITHER.fullmatch(inner or (text if node.style == "quoted" else "")):
        return _of_two_readings(shown, inner or text, node.mark)
    written = _NUMBER_AND_UNIT.fullmatch(inner)
    if written is not None and not written["unit"]:
        details = {
            "text": quote(shown),
            "signs": quote(signs),
            "instead": quote_to_write(_plain(inner)),
        }
        return Problem("value-not-number", node.mark, details, "", "straight-quotes")
    written = _NUMBER_AND_UNIT.fullmatch(text)
    if _GROUPED.fullmatch(text):
        number = re.sub(r"[^0-9-]", "", text)
    elif written is not None and not written["unit"] and "," in text:
        number = _plain(text)
    elif node.style == "quoted" and is_plain_number(text):
        details = {"text": quote(shown), "instead": quote_to_write(text)}
        return Problem("value-not-number", node.mark, details, "", "remove-quotes")
    else:
        return judge_letters(text, node.mark)
    details = {"text": quote(shown), "instead": quote_to_write(number)}
    return Problem("value-not-number", node.mark, details, "", "write-instead")


def judge_rate(node: ScalarNode) -> Problem | None:
    """Return what is wrong with a rate whose sign is written in words: `7 per cento`."""
    match = _RATE_IN_WORDS.fullmatch(node.text.strip())
    if match is None:
        return None
    details = {"text": quote(node.text), "instead": quote_to_write(f"{_plain(match['number'])} %")}
    return Problem("value-not-number", node.mark, details, "", "write-instead")


def _of_two_readings(shown: str, number: str, mark: Mark) -> Problem:
    """Tell a number whose sign may part thousands or decimals: only the author knows which."""
    is_point = "." in number
    small = write_number(Fraction(number.replace(",", ".")))
    whole = number.replace(".", "").replace(",", "")
    details = {"text": quote(shown), "number": quote(small), "whole": quote(whole)}
    advice = "number-point-or-thousands" if is_point else "number-comma-or-thousands"
    return Problem("value-not-number", mark, details, "", advice)


def judge_counted(node: ScalarNode) -> Problem | None:
    """Return what is wrong with a number that stands with what it counts, such as `120 m2`."""
    match = _NUMBER_AND_UNIT.fullmatch(node.text.strip())
    if (lettered := judge_letters(node.text, node.mark)) is not None:
        return lettered
    if match is None or not match["unit"]:
        return None
    if (multiple := _judge_multiple(node.text, match, node.mark)) is not None:
        return multiple
    if _EITHER.fullmatch(match["number"]):
        return _of_two_readings(node.text, match["number"], node.mark)
    details = {"text": quote(node.text), "number": quote(_plain(match["number"]))}
    return Problem("value-not-number", node.mark, details, "", "value-without-unit")


def _judge_multiple(text: str, match: re.Match[str] | None, mark: Mark) -> Problem | None:
    """Tell a number of thousands or millions, `3,58 mln`: its word is no unit."""
    scale = find_scale(text) if match is not None and match["unit"] else None
    if match is None or scale is None or scale[1] == 1:
        return None
    full = quote(write_number(Fraction(_plain(match["number"])) * scale[1]))
    advice = "number-form-scaled" if _EITHER.fullmatch(match["number"]) else "number-in-full"
    return Problem("value-not-number", mark, {"text": quote(text), "number": full}, "", advice)


def judge_text(text: str, mark: Mark) -> Problem | None:
    """Return what is wrong with a text that is used as a number and looks like one."""
    number = _APART.sub("", text.strip())
    if not is_plain_number(number):
        return None
    begin = mark.column - 1
    is_quoted = mark.text[begin : begin + 1] in ("'", '"')
    written = mark.text[begin : begin + len(text) + 2] if is_quoted else text
    if _EITHER.fullmatch(number):
        return _of_two_readings(written, number, mark)
    fixes = (Fix(mark, written, number),) if is_quoted and number == text else ()
    details = {"text": quote(written), "number": quote(number), "instead": quote_to_write(number)}
    grouped = "number-with-thousands" if "." in number else "whole-with-thousands"
    advice = "remove-quotes" if is_quoted else grouped
    return Problem("value-not-number", mark, details, "", advice, fixes)


def judge_word(text: str, mark: Mark) -> Problem:
    """Say of a text that formulas use as a number that digits stand there."""
    details = {"text": quote(text)}
    plain = with_hyphens(text.strip())
    if plain != text.strip() and is_plain_number(plain):
        details["instead"] = quote_to_write(plain)
        return Problem("value-not-number", mark, details, "", "write-instead")
    if _ENGLISH.fullmatch(text.strip()):
        return _of_english(text, mark)
    inner, signs = within_printed_quotes(text)
    match = _NUMBER_AND_UNIT.fullmatch(inner or text.strip())
    if (multiple := _judge_multiple(text, match, mark)) is not None:
        return multiple
    if match is not None and _EITHER.fullmatch(match["number"]):
        return _of_two_readings(text, match["number"], mark)
    if (lettered := judge_letters(text, mark)) is not None:
        return lettered
    if match is None:
        return Problem("value-not-number", mark, details, "", "value-in-digits")
    number = quote(_plain(match["number"]))
    details |= {"number": number, "instead": number}
    advice = "value-without-unit" if match["unit"] else "write-instead"
    if signs and not match["unit"]:
        advice, details["signs"] = "straight-quotes", quote(signs)
    return Problem("value-not-number", mark, details, "", advice)


def _of_english(text: str, mark: Mark) -> Problem:
    """Tell `2,400.50`, whose commas can only part thousands."""
    written, number = _as_written(text, mark), text.strip().replace(",", "")
    details = {"text": quote(written), "number": quote(number), "instead": quote_to_write(number)}
    fixes = (
        (Fix(mark, written, number),) if mark.text[mark.column - 1 :].startswith(written) else ()
    )
    return Problem("value-not-number", mark, details, "", "write-instead", fixes)


def _as_written(text: str, mark: Mark) -> str:
    """Return a value with the quotes that it stands in."""
    begin = mark.column - 1
    is_quoted = mark.text[begin : begin + 1] in ("'", '"')
    return mark.text[begin : begin + len(text) + 2] if is_quoted else text


def judge_letters(text: str, mark: Mark) -> Problem | None:
    """Return what is wrong with a number that has letters for digits, `l5,6`; None for others.

    An `l` after the last digit may be of litres.
    """
    digits = with_digits(text.strip())
    if re.fullmatch(rf"(?:{_NUMBER})l", text.strip()):
        return None
    if re.fullmatch(_NUMBER, digits) is None:
        return None
    if _EITHER.fullmatch(digits):
        return _of_two_readings(text, digits, mark)
    details = {"text": quote(text), "number": quote(_plain(digits))}
    return Problem("value-not-number", mark, details, "", "letters-for-digits")


def judge_beside_numbers(text: str, mark: Mark) -> Problem | None:
    """Return what is wrong with a text among numbers, if a number is what it must have meant."""
    is_meant = _NUMBER_AND_UNIT.fullmatch(text.strip()) and not _ZERO_FIRST.fullmatch(text)
    return judge_text(text, mark) or (judge_word(text, mark) if is_meant else None)


def judge_day(text: str, mark: Mark) -> Problem | None:
    """Return what is wrong with a text that writes a day, where a day is needed."""
    details = {"text": quote(text), "expected": term("date"), "found": term("text")}
    if writes_no_day(text):
        return Problem("no-such-day", mark, details, "", "not-in-calendar")
    if (doubt := doubt_day(text)) is not None:
        advice, days = doubt
        return Problem("type-mismatch", mark, {**details, **days}, "", advice)
    meant = day_like(text)
    if not meant and read_date(text) is None:
        return None
    details["instead"] = quote_to_write(meant or text)
    advice = "write-instead" if meant else "remove-quotes"
    return Problem("type-mismatch", mark, details, "", advice)


def judge_bare_day(text: str, mark: Mark) -> Problem:
    """Say what is wrong with `2026-10-1`, which stands where a value does and is not in quotes."""
    meant = day_like(text)
    fixes = (Fix(mark, text, meant),) if meant else ()
    details = {"text": quote(text), "instead": quote_to_write(meant)}
    if not meant:
        return Problem("no-such-day", mark, {"text": quote(text)})
    return Problem("no-such-day", mark, details, "", "write-instead", fixes, wording="short-day")


def judge_no_day(text: str, mark: Mark) -> Problem:
    """Say of a text that formulas use as a day how days are written."""
    details = {"text": quote(text), "expected": term("date"), "found": term("text")}
    return judge_day(text, mark) or Problem("type-mismatch", mark, details, "", "day-in-digits")


def _plain(written: str) -> str:
    """Write a number with a point; with a comma or several points, points are of thousands."""
    has_thousands = "," in written or written.count(".") > 1
    plain = written.replace(".", "").replace(",", ".") if has_thousands else written
    sign, digits = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    whole, point, decimals = digits.partition(".")
    return sign + (whole.lstrip("0") or "0") + point + decimals


def _share(number: str) -> str:
    return format(Decimal(number) / 100, "f")
