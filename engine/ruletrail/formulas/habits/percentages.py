"""The percent sign behind a value, which here is the remainder of a division."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.habits.written_formulas import WrittenFormula, begins_operand, ends_operand
from ruletrail.formulas.lexer import PART_TAKEN, WORDS, Finding, Token
from ruletrail.formulas.operations import LATEST_LANGUAGE
from ruletrail.formulas.written_numbers import CLOSE, NUMBER, OPEN, touches, with_point

_PRODUCTS, _DIVISIONS = ("*", "·", "×"), ("/", "÷")
_PER_HUNDRED = (("per", "cento"), ("per", "cent"), ("percento",), ("percent",))
_PER_THOUSAND = (("per", "mille"), ("permille",), ("‰",))
_JOINING = frozenset({"e", "o", "then", "allora", "altrimenti"})
"""The words of other languages that join conditions and the sides of a choice."""
_SIGNS = ("+", "-", "−")
_SUMMED = {
    **dict.fromkeys(("+", "più", "plus"), "+"),
    **dict.fromkeys(("-", "−", "–", "—", "meno", "minus"), "-"),
}
"""The signs and words that a percentage is added or taken off by."""
PART_OF_SUM = "part-of-sum"
"""The hint for a percentage that is added or taken off; what it is a part of is not certain."""
PART_OF_SUM_BY_VALUE = "part-of-sum-by-value"
"""The same for a percentage that is a value."""
_OF = frozenset({"di", "del", "dello", "della", "dei", "degli", "delle", "of"})
COMMA_IN_PART, PART_DIVIDING = "comma-of-percentage", "part-behind-division"
"""The hints for a percentage whose comma may part two values, and for one to divide by."""
BEGINNING = frozenset({"%", "per", "percento", "percent", "permille", "‰"})
"""The words and the sign that say of a number that it is of a hundred, or of a thousand."""


def find_percents_before_sums(tokens: Sequence[Token], text: str) -> Iterator[Finding]:
    """Find `100% - a`, which is the remainder of a division by `-a` and is meant otherwise.

    Only as nobody writes a remainder: the sign touches what is before it, and not what follows; or
    it touches a number, `lordo-10%+5`.
    """
    formula = WrittenFormula(tokens, text, LATEST_LANGUAGE)
    for at in range(1, len(tokens) - 2):
        before, sign, after, last = tokens[at - 1 : at + 3]
        is_behind = sign.text == "%" and touches(before, sign) and ends_operand(before)
        is_sum = after.text in _SIGNS
        is_apart = not touches(sign, after) and not touches(after, last)
        if is_behind and is_sum and (is_apart or before.kind == "number"):
            yield tell_percent(formula, at)


def is_percent(formula: WrittenFormula, at: int, previous: Token) -> bool:
    """Tell a percent sign after a value with nothing to divide by."""
    _, _, following = formula.around(at)
    if not ends_operand(previous) or previous.kind in ("text", "curly"):
        return False
    if following is None or following.text in (")", "]", ",", ";"):
        return True
    if following.kind == "name":
        word, after = following.text, formula.tokens[at + 2 : at + 3]
        # a code may be called so too: then no value comes after it
        is_joining = word in _JOINING and bool(after) and begins_operand(after[0])
        return is_joining or word.lower() in ("and", "or", "if", "else")
    return following.kind == "sign" and following.text not in ("(", "[", "+", "-", "−")


def follows_comma(formula: WrittenFormula, at: int) -> bool:
    """Tell a number that a comma parts from another, as the decimals of a percentage.

    Among values a comma with a blank behind it parts two of them.
    """
    before = formula.tokens[at - 2 : at] if at > 1 else ()
    if [each.text for each in before[1:]] != [","] or before[0].kind != "number":
        return False
    return touches(before[1], formula.tokens[at]) or not formula.is_listed(at)


def _tell_comma(formula: WrittenFormula, first: int, finding: Finding) -> Finding:
    """Tell of a percentage with a comma among values, `max(0,5%)`, which may be two of them."""
    is_doubtful = formula.tokens[first + 1].text == "," and formula.is_listed(first)
    return replace(finding, instead="", advice=COMMA_IN_PART) if is_doubtful else finding


def is_percentage(formula: WrittenFormula, at: int) -> bool:
    """Tell the decimals of a percentage, `20,5%`, which is told of as one."""
    if not follows_comma(formula, at):
        return False
    following = formula.tokens[at + 1 : at + 2]
    is_sign = [each.text for each in following] == ["%"]
    if is_sign:
        is_part = [each.text.lower() in _OF for each in formula.tokens[at + 2 : at + 3]] == [True]
        return is_part or is_percent(formula, at + 1, formula.tokens[at])
    return _find_worded(formula, at + 1) != ()


def _find_worded(formula: WrittenFormula, at: int) -> tuple[str, ...]:
    """Return the words at a token that say of what is before them how many parts it is of."""
    words = tuple(each.text.lower() for each in formula.tokens[at : at + 2])
    return next(
        (each for each in (*_PER_HUNDRED, *_PER_THOUSAND) if words[: len(each)] == each), ()
    )


def end_of_sign(formula: WrittenFormula, at: int) -> int:
    """Return the token after the sign of a percentage at a token, and its `of`; else the same."""
    is_sign = [each.text for each in formula.tokens[at : at + 1]] == ["%"]
    end = at + (1 if is_sign else len(_find_worded(formula, at)))
    after = formula.tokens[end : end + 2]
    if end > at and len(after) > 1 and after[0].text.lower() in _OF and begins_operand(after[1]):
        return end + 1
    is_remainder = is_sign and not (at and is_percent(formula, at, formula.tokens[at - 1]))
    return at if is_remainder else end


def tell_percent(formula: WrittenFormula, at: int) -> Finding:
    """Tell a percent sign behind a number, or behind another value."""
    is_number = formula.tokens[at - 1].kind == "number"
    return _percent(formula, at) if is_number else _percent_of_value(formula, at)


def _percent(formula: WrittenFormula, at: int) -> Finding:
    """Tell `10.6 %`, which people write for a number of a hundred, from the remainder."""
    begin = at - 1
    if follows_comma(formula, begin):
        begin -= 2
    start = formula.tokens[begin].offset
    written = formula.text[start : formula.tokens[at].offset + 1]
    plain = written.rstrip("% \t\n")
    number = _read(plain) or plain.replace(",", ".")
    share = format(Decimal(number) / 100, "f") if NUMBER.fullmatch(number) else "…"
    is_share = share != "…" and _is_share(formula, begin, at)
    part = "" if is_share or share == "…" else _part_taken(formula, begin, at, share)
    sign = "" if is_share or part else find_sign_of_part(formula, begin)
    if sign:
        return Finding("formula-percent", start, written, part_of(sign, share), advice=PART_OF_SUM)
    told = Finding(
        "formula-percent", start, written, share if is_share else part,
        expected=f"`{number}`", found=f"`{share}`",
        advice="write-instead" if is_share else PART_TAKEN if part else "",
    )  # fmt: skip
    return _tell_comma(formula, begin, told)


def rewrite_worded(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Write `5 per cento` and `5‰` as a share, or as the number that a percentage is here."""
    if formula.tokens[at].text == "%":
        return _rewrite_part_of(formula, at, 1, 100)
    found = _find_worded(formula, at)
    if not found or not at or not ends_operand(formula.tokens[at - 1]):
        return None
    of = 100 if found in _PER_HUNDRED else 1000
    if (part := _rewrite_part_of(formula, at, len(found), of)) is not None:
        return part
    first, last = at - 1, at + len(found) - 1
    if formula.tokens[first].kind != "number":
        return _tell_worded_value(formula, at, last, found), last + 1
    first -= 2 * follows_comma(formula, first)
    begin, sign = formula.tokens[first].offset, formula.tokens[at].offset
    end = formula.tokens[last].offset + len(formula.tokens[last].text)
    number = _read(formula.text[begin:sign])
    if not number:
        return None
    share, written = format(Decimal(number) / of, "f"), formula.text[begin:end]
    told = Finding("formula-construct", begin, written, share, advice="write-instead")
    of_sum = find_sign_of_part(formula, first)
    if not _is_share(formula, first, last) and of_sum:
        told = replace(told, instead=part_of(of_sum, share), advice=PART_OF_SUM)
    elif not _is_share(formula, first, last):
        advice = "percent-of-two" if of == 100 else "permille-of-two"  # noqa: PLR2004 - of a hundred
        told = replace(told, instead=number, found=f"`{share}`", advice=advice)
    return _tell_comma(formula, first, told), last + 1


def _rewrite_part_of(
    formula: WrittenFormula, at: int, count: int, of: int
) -> tuple[Finding, int] | None:
    """Write `5% di lordo` as a product; `count` tokens say that it is of so many parts."""
    after = formula.tokens[at + count : at + count + 2]
    is_of = len(after) > 1 and after[0].text.lower() in _OF and begins_operand(after[1])
    if not is_of or not at or formula.tokens[at - 1].kind != "number":
        return None
    first = at - 1 - 2 * follows_comma(formula, at - 1)
    begin, end = formula.tokens[first].offset, after[0].offset + len(after[0].text)
    number = _read(formula.text[begin : formula.tokens[at].offset])
    if not number:
        return None
    share, written = format(Decimal(number) / of, "f"), formula.text[begin:end]
    code = "formula-percent" if formula.tokens[at].text == "%" else "formula-construct"
    told = Finding(code, begin, written, f"{share} *", advice="write-instead")
    if formula.divides(first):
        return replace(told, instead="", advice=PART_DIVIDING), at + count + 1
    return _tell_comma(formula, first, told), at + count + 1


def _tell_worded_value(
    formula: WrittenFormula, at: int, last: int, found: tuple[str, ...]
) -> Finding:
    """Tell `quota per cento`, a hundredth or a thousandth of a value."""
    first = begin_of_operand(formula, at - 1)
    begin, end = formula.tokens[first].offset, formula.tokens[last].offset
    value = formula.text[begin : formula.tokens[at].offset].rstrip()
    of = 100 if found in _PER_HUNDRED else 1000
    written = formula.text[begin : end + len(formula.tokens[last].text)]
    sign = find_sign_of_part(formula, first)
    if sign:
        instead = part_of(sign, f"{value} / {of}")
        return Finding("formula-construct", begin, written, instead, advice=PART_OF_SUM)
    instead = f"({value} / {of})" if formula.divides(first) else f"{value} / {of}"
    return Finding("formula-construct", begin, written, instead, advice="part-of-value")


def _read(written: str) -> str:
    """Write a number of a percentage as here; empty for what is none."""
    whole, comma, decimals = written.strip().partition(",")
    number = with_point(whole, decimals.strip()) if comma else whole
    return number if NUMBER.fullmatch(number) else ""


def find_sign_of_part(formula: WrittenFormula, begin: int) -> str:
    """Return the sign by which a percentage is added to something or taken off; empty for none.

    Of a number alone, `100 - 30%`, it is no part.
    """
    at, signs = begin - 1, list[str]()
    while at >= 0 and (_sign_at(formula, at) or _is_plain_bracket(formula, at)):
        signs.append(_sign_at(formula, at))
        at -= 1
    if at < 0 or not (ends_operand(formula.tokens[at]) or formula.tokens[at].text == "%"):
        return ""
    is_alone = at == 0 or formula.tokens[at - 1].text in ("(", ",", ";")
    if not any(signs) or (is_alone and formula.tokens[at].kind == "number"):
        return ""
    return "-" if signs.count("-") % 2 else "+"


def _sign_at(formula: WrittenFormula, at: int) -> str:
    return _SUMMED.get(formula.tokens[at].text.lower(), "")


def _is_plain_bracket(formula: WrittenFormula, at: int) -> bool:
    """Tell a bracket that opens, but for that of a call."""
    if formula.tokens[at].text != "(" or at == 0:
        return formula.tokens[at].text == "("
    is_call = formula.tokens[at - 1].kind == "name" and ends_operand(formula.tokens[at - 1])
    return not is_call or bool(_sign_at(formula, at - 1))


def part_of(sign: str, share: str) -> str:
    """Write an amount with a part of it added or taken off; only its author knows which."""
    return f"x * (1 {sign} {share})"


def _part_taken(formula: WrittenFormula, begin: int, at: int, share: str) -> str:
    """Write `a - 30%`, with which people take 30 per cent of `a` off, as a product."""
    sign, after = formula.tokens[begin - 1].text, formula.tokens[at + 1 : at + 2]
    first = begin - 2
    while first >= 0 and ends_operand(formula.tokens[first]):
        first = begin_of_operand(formula, first)
        if first == 0 or formula.tokens[first - 1].text not in (*_PRODUCTS, *_DIVISIONS):
            break
        first -= 2
    is_alone = 0 <= first < begin - 1 and (first == 0 or formula.tokens[first - 1].text in "(,")
    is_last = not after or after[0].text in "),"
    if sign not in _SIGNS or not (is_alone and is_last):
        return ""
    start, end = formula.tokens[first].offset, formula.tokens[begin - 1].offset
    value = formula.text[start:end].rstrip()
    is_value = any(token.kind == "name" for token in formula.tokens[first : begin - 1])
    return f"{value} * (1 {sign.replace('−', '-')} {share})" if is_value else ""


def _is_share(formula: WrittenFormula, begin: int, at: int) -> bool:
    """Tell that a percentage is a ratio: a factor, or what is taken from one, `1 - 30%`."""
    before = [token.text for token in formula.tokens[max(begin - 3, 0) : begin]]
    after = [token.text for token in formula.tokens[at + 1 : at + 3]]
    if after[:1] and after[0] in _DIVISIONS and after[1:] == ["100"]:
        return False
    if before[-1:] and before[-1] in (*_DIVISIONS, *_PRODUCTS):
        return True
    is_of_one = before[-2:-1] == ["1"] and before[-1] in _SIGNS
    is_of_one = is_of_one and before[:-2][-1:] in ([], ["("])
    return is_of_one or (after[:1] != [] and after[0] in _PRODUCTS)


def _percent_of_value(formula: WrittenFormula, at: int) -> Finding:
    """Tell `quota%`, or `(a + b)%`, which people write for a hundredth of a value."""
    begin = begin_of_operand(formula, at - 1)
    value = formula.text[formula.tokens[begin].offset : formula.tokens[at].offset].rstrip()
    # behind a division the two would be two divisions
    share = f"({value} / 100)" if formula.divides(begin) else f"{value} / 100"
    start = formula.tokens[begin].offset
    written = formula.text[start : formula.tokens[at].offset + 1]
    if sign := find_sign_of_part(formula, begin):
        return Finding(
            "formula-percent", start, written, part_of(sign, f"{value} / 100"),
            f"`{value}`", f"`{part_of(sign, value)}`", PART_OF_SUM_BY_VALUE,
        )  # fmt: skip
    return Finding(
        "formula-percent", start, written, expected=f"`{value}`", found=f"`{share}`",
        advice="percent-of-value",
    )  # fmt: skip


def begin_of_operand(formula: WrittenFormula, at: int) -> int:
    """Find where a value begins that ends at a token: a code, a call, something in brackets."""
    depth = 0
    for begin in range(at, -1, -1):
        sign = formula.tokens[begin].text
        depth += (sign in CLOSE) - (sign in OPEN)
        if not depth:
            before = formula.tokens[begin - 1] if begin and sign == "(" else None
            is_call = before is not None and before.kind == "name" and before.text not in WORDS
            return begin - is_call
    return at
