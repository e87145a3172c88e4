"""Powers and roots, which are not here: `a ^ 2` is a product, and a root is no exact number."""

from collections.abc import Sequence

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.habits.numbers import is_decimal
from ruletrail.formulas.habits.percentages import begin_of_operand
from ruletrail.formulas.habits.written_formulas import WrittenFormula, ends_operand
from ruletrail.formulas.lexer import LONGEST_FORMULA, Finding, Token, read_tokens
from ruletrail.formulas.written_numbers import has_free_comma, is_close

POWER_SIGNS = ("^", "**")
_MOST = 10
"""The greatest exponent that is written out."""
_EXPONENTS = frozenset(map(str, range(2, _MOST + 1)))
_PRINTED = {"²": "2", "³": "3"}
POWERS = frozenset({"POTENZA", "POWER", "POW"})
ROOTS = frozenset({"RADQ", "SQRT", "RADICE", "LN", "LOG", "LOG10", "EXP"})
"""Functions of others, in capitals, whose value is no exact number."""
NO_ROOTS, _NO_POWERS = "no-roots", "no-powers"


def judge_power(formula: WrittenFormula, at: int) -> Finding:
    """Tell a power by its sign, with the product that it is where its exponent is written."""
    token, previous, following = formula.around(at)
    finding = Finding("formula-power", token.offset, token.text, advice=_NO_POWERS)
    if following is None or previous is None or not ends_operand(previous):
        return finding
    if following.text.startswith("0."):
        return replace(finding, advice=NO_ROOTS)
    first = begin_of_operand(formula, at - 1)
    after = [each.text for each in formula.tokens[at + 2 : at + 3]]
    is_plain = all(_is_plain(each) for each in formula.tokens[first:at])
    is_plain = is_plain and not _is_rest_of_number(formula, first)
    is_plain = is_plain and not _is_rest_of_thousands(formula, first)
    if following.text not in _EXPONENTS or not is_plain or (after and after[0] in POWER_SIGNS):
        return finding
    if _is_negative(formula, first):
        return replace(finding, advice="")  # of `-a ^ 2` spreadsheets make a square, others not
    begin, end = formula.tokens[first].offset, following.offset + len(following.text)
    value, whole = formula.text[begin : token.offset].rstrip(), formula.text[begin:end]
    written = _write_power(value, following.text, is_apart=formula.divides(first))
    return Finding("formula-power", begin, whole, written, advice="write-instead")


def judge_printed_power(formula: WrittenFormula, at: int) -> Finding | None:
    """Tell `a²`, of which the sign would be a part of the code; `50 m²` has a unit."""
    token = formula.tokens[at]
    name, exponent = token.text[:-1], _PRINTED.get(token.text[-1:])
    is_unit = at > 0 and formula.tokens[at - 1].kind == "number"
    if not name or exponent is None or is_unit:
        return None
    written = _write_power(name, exponent, is_apart=formula.divides(at))
    return Finding("formula-power", token.offset, token.text, written, advice="write-instead")


def _write_power(value: str, exponent: str, *, is_apart: bool) -> str:
    """Write a power as a product, in brackets where it stands apart."""
    product = " * ".join([value] * int(exponent))
    return f"({product})" if is_apart else product


def write_power_of_call(arguments: Sequence[str], finding: Finding) -> Finding:
    """Write `POTENZA(a; 2)` as a product, where its exponent is written."""
    value, exponent = (*arguments, "", "")[:2]
    if exponent not in _EXPONENTS:
        return replace(finding, advice=_NO_POWERS if value else "")
    tokens = read_tokens(value)
    if has_free_comma(tokens) or any(is_close(tokens, at) for at in range(len(tokens))):
        return replace(finding, advice=_NO_POWERS)
    safe = value if value.replace(".", "").isalnum() else f"({value})"
    if len(safe) * int(exponent) > LONGEST_FORMULA:
        return replace(finding, advice=_NO_POWERS)
    written = _write_power(safe, exponent, is_apart=True)
    return replace(finding, instead=written, advice="write-instead")


def _is_rest_of_number(formula: WrittenFormula, first: int) -> bool:
    """Tell the `5` of `1,5^2`; in a call or a list a comma with a blank behind it separates."""
    is_decimal_sign = is_decimal(formula, first - 1)
    return is_decimal_sign and (is_close(formula.tokens, first - 1) or not formula.is_listed(first))


def _is_rest_of_thousands(formula: WrittenFormula, first: int) -> bool:
    """Tell the `250` of `1'250^2` and `1 250^2`, before which no sign stands."""
    before = formula.tokens[max(first - 1, 0) : first]
    return any(each.kind == "number" or each.text in ("'", "’") for each in before)


def _is_negative(formula: WrittenFormula, first: int) -> bool:
    """Tell a value behind a minus that takes nothing away from another."""
    before = formula.tokens[max(first - 2, 0) : first]
    is_minus = bool(before) and before[-1].text in ("-", "−")
    return is_minus and (len(before) == 1 or not ends_operand(before[0]))


def _is_plain(token: Token) -> bool:
    is_sign = token.text in ("+", "-", "*", "/", "(", ")")
    return is_sign or token.kind == "name" or (token.kind == "number" and "_" not in token.text)
