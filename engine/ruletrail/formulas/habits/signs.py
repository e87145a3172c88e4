"""Signs and brackets of spreadsheets and other languages: `=`, `<>`, `;`, `[…]`, `“”`."""

import re
from collections.abc import Iterator

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.habits.choices import write_call
from ruletrail.formulas.habits.numbers import is_decimal
from ruletrail.formulas.habits.percentages import is_percent, is_percentage, tell_percent
from ruletrail.formulas.habits.powers import POWER_SIGNS, judge_power
from ruletrail.formulas.habits.written_formulas import BEFORE_VALUES, LISTING, WrittenFormula
from ruletrail.formulas.lexer import WORDS, Finding, Token
from ruletrail.formulas.operations import FUNCTIONS
from ruletrail.formulas.written_numbers import (
    NUMBER,
    is_close,
    tell_decimal_comma,
    touches,
)
from ruletrail.problems import quote_to_write
from ruletrail.suggestions import code_like

_HABITS = {
    "=": "formula-equals", "=>": "formula-order", "=<": "formula-order", "<>": "formula-diamond",
    ";": "formula-semicolon", ".": "formula-attribute",
    "//": "formula-operator", "<<": "formula-operator", ">>": "formula-operator",
    ":=": "formula-equals", "&&": "formula-operator", "||": "formula-operator",
    "&": "formula-operator", "|": "formula-operator", "–": "formula-operator",
    "—": "formula-operator", "‐": "formula-operator", "‑": "formula-operator",
    "~": "formula-operator", "!": "formula-operator", "@": "formula-operator",
    "\\": "formula-escape", "“": "formula-quotes",
    "”": "formula-quotes", "‘": "formula-quotes", "’": "formula-quotes", "«": "formula-quotes",
    "»": "formula-quotes", "„": "formula-quotes", '"': "formula-open-text",
    "'": "formula-open-text", ":": "formula-operator",
}  # fmt: skip
_INSTEAD = {
    "–": "-", "—": "-", "‐": "-", "‑": "-", "&&": "and", "||": "or", "&": "and", "|": "or",
    "!": "not", "~": "not", "//": "floor(a / b)", "=>": ">=", "=<": "<=", ":": "/",
}  # fmt: skip
_CERTAIN = {
    "=": "==", "=>": ">=", "=<": "<=", "<>": "!=", "&&": "and", "||": "or", "–": "-", "—": "-",
    "‐": "-", "‑": "-",
}  # fmt: skip
"""What has only one meaning in the place of a sign."""
_OF_CONDITIONS = frozenset({
    "==", "!=", "<", "<=", ">", ">=", "=", "<>", "and", "or", "not", "in", "true", "false",
    "is_missing", "applies", "any", "all", "starts_with", "ends_with", "contains", "&",
})  # fmt: skip
"""What only a condition has; between two of them `&` can only be `and`."""
_LONGEST_ITEM = 3
"""The tokens from a bracket to the one that closes it behind a single value with its sign."""
_CURRENCIES = frozenset("€$£")
_CLOSING = {"{": "}", "[": "]"}
BEGINNING = frozenset({*_CLOSING, "$"})
"""The signs that a name may stand in, and the one that a cell may begin with."""
OF_CELLS = ("!", "$")
"""The signs that follow the name of a sheet, or the letters of a cell's column."""
_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}(?![\w.(])"
_LONGEST_SHEET = 31
_OF_COLUMN = re.compile(
    r"(?P<table>\w{1,60})?\[(?:@\[?|\[#(?:This Row|Questa riga)\][;,]\[)"
    r"(?P<column>[^\[\]@#;,]{1,60})\]{1,2}"
)
"""A column of a table of a spreadsheet, in the row of the formula."""
_OF_SHEET = re.compile(
    rf"(?:(?:'[^']{{1,{_LONGEST_SHEET}}}'|\w{{1,{_LONGEST_SHEET}}})!(?:{_CELL}(?::{_CELL})?|\w{{1,{_LONGEST_SHEET}}})"
    rf"|(?=\w{{0,3}}\$){_CELL}(?::{_CELL})?)"
)
"""A cell, or a range of cells, of another sheet or with a `$` in it."""


def rewrite_bracketed_name(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Write the name alone for `{a}` and `[a]`, as templates and databases write names."""
    token, following = formula.tokens[at], formula.tokens[at + 1 : at + 3]
    closing = _CLOSING.get(token.text)
    if closing is None or [each.text for each in following[1:]] != [closing]:
        return None
    name, last = following
    is_free = at == 0 or not formula.is_in(at - 1)
    if name.kind != "name" or name.text in WORDS or not is_free:
        return None
    written = formula.text[token.offset : last.offset + 1]
    finding = Finding("formula-construct", token.offset, written, name.text, mended=name.text)
    return finding, at + 3


def rewrite_braced_list(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Write `x in {1, 5}`, the set of other languages, as a list."""
    if formula.tokens[at].text != "{" or not at or not formula.is_in(at - 1):
        return None
    rest = range(at + 1, len(formula.tokens))
    end = next((there for there in rest if formula.tokens[there].text in ("{", "}")), at)
    inside = formula.between(at, end)
    if formula.tokens[end].text != "}" or not inside:
        return None
    begin, last = formula.tokens[at].offset, formula.tokens[end].offset
    # `{1,5}` may hold one value with a decimal comma
    is_sure = not any(is_close(formula.tokens, there) for there in range(at, end))
    instead = f"[{inside}]"
    finding = Finding("formula-in-list", begin, formula.text[begin : last + 1])
    if any(each.text in (";", ":") for each in formula.tokens[at:end]):
        return finding, end + 1
    return replace(finding, instead=instead, mended=instead if is_sure else None), end + 1


def rewrite_column(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Tell `[@lordo]` and `Tabella1[@lordo]`, the cell of a column in the same row of a sheet."""
    begin = formula.tokens[at].offset
    column = _OF_COLUMN.match(formula.text, begin)
    code = code_like(column["column"]) if column is not None else ""
    if column is None or not code[:1].isalpha():
        return None
    last = (here for here, each in enumerate(formula.tokens) if each.offset >= column.end())
    over = code_like(column["table"] or "") or "…"
    row = quote_to_write(f"{over}.{code}")
    finding = Finding(
        "formula-construct", begin, column[0], code, found=row, advice="column-of-sheet"
    )
    return finding, next(last, len(formula.tokens))


def rewrite_cell(formula: WrittenFormula, at: int) -> tuple[Finding, int] | None:
    """Tell `Foglio1!B2` and `$B$2`, a cell of a spreadsheet, as one piece."""
    begin = formula.tokens[at].offset
    cell = _OF_SHEET.match(formula.text, begin)
    if cell is None:
        return None
    last = next(
        (here for here, each in enumerate(formula.tokens) if each.offset >= cell.end()),
        len(formula.tokens),
    )
    return Finding("formula-construct", begin, cell[0], advice="cell-of-sheet"), last


def judge_sign(formula: WrittenFormula, at: int, bracket: str) -> Iterator[Finding]:
    """Judge a sign by what stands before and behind it, and by the bracket that it is in."""
    token, previous, following = formula.around(at)
    sign = token.text
    if sign == ";" and bracket == "call;":
        yield Finding("formula-semicolon", token.offset, sign, mended=",")
    elif sign == ":" and previous is not None and following is not None:
        yield from _judge_colon(formula, at, bracket)
    elif sign == "?" and not bracket and (choice := _tell_choice(formula, at)) is not None:
        yield choice
    elif sign == "." and formula.language > 1 and _lacks_name(previous, following):
        yield Finding("formula-attribute", token.offset, sign, advice="name-after-point")
    elif sign == "." and formula.language > 1 and previous is not None and following is not None:
        yield from _judge_point(token, previous, following)
    elif sign == "=" and previous is not None and _is_one_too_many(previous, token):
        meant, at_sign = previous.text, previous.offset
        yield Finding("formula-operator", at_sign, meant + sign, meant, mended=meant)
    elif sign == "&" and (finding := _judge_joining(formula, at)) is not None:
        yield finding
    elif sign in POWER_SIGNS:
        yield judge_power(formula, at)
    elif sign in _HABITS:
        mended = _CERTAIN.get(sign)
        instead = _INSTEAD.get(sign, "")
        yield Finding(_HABITS[sign], token.offset, sign, instead, mended=mended)
    elif sign == "%" and previous is not None and is_percent(formula, at, previous):
        yield tell_percent(formula, at)
    elif sign == "[" and (finding := _square_for_round(formula, at)) is not None:
        yield finding
    elif sign == "[" and previous is not None and _takes_subscript(previous):
        is_called = formula.language > 1 and previous.kind == "name"
        advice = "subscript-of-name" if is_called else ""
        yield Finding("formula-subscript", token.offset, sign, advice=advice)
    elif sign == "(" and previous is not None and previous.text == ")":
        yield Finding("formula-construct", token.offset, sign, advice="sign-before-bracket")
    elif sign == "," and bracket not in LISTING:
        if is_decimal(formula, at) and is_percentage(formula, at + 1):
            return  # it is told with its sign
        if is_decimal(formula, at) and (count := _count_items(formula, at)):
            if count == 1:
                yield _tell_list_or_decimal(formula, at)
        elif is_decimal(formula, at):
            yield tell_decimal_comma(*formula.tokens[at - 1 : at + 2])
        else:
            yield Finding("formula-comma", token.offset, ",")
    elif token.kind == "other":
        advice = "formula-currency" if sign in _CURRENCIES else ""
        yield Finding("formula-construct", token.offset, sign, advice=advice)


def _count_items(formula: WrittenFormula, at: int) -> int:
    """Count the numbers of `a in 1,2,3` that stand before a comma; nought where no `in` does."""
    count = 0
    while at > 1 and formula.tokens[at].text == "," and formula.tokens[at - 1].kind == "number":
        at, count = at - 2, count + 1
    return count if formula.is_in(at) else 0


def _tell_list_or_decimal(formula: WrittenFormula, at: int) -> Finding:
    """Tell `a in 1,2`, which may be a list of two numbers, or of one with a decimal comma."""
    one, comma, other = formula.tokens[at - 1 : at + 2]
    told = replace(tell_decimal_comma(one, comma, other), mended=None)
    is_longer = [each.text for each in formula.tokens[at + 2 : at + 3]] == [","]
    if is_longer or told.advice or not told.instead:
        return Finding("formula-comma", comma.offset, ",")
    if not (NUMBER.fullmatch(one.text) and NUMBER.fullmatch(other.text)):
        return told  # `0,05` is no two values
    of_two = quote_to_write(f"[{one.text}, {other.text}]")
    return replace(told, instead=f"[{told.instead}]", expected=of_two, advice="list-or-decimal")


def _is_one_too_many(previous: Token, token: Token) -> bool:
    """Tell the last sign of `===` and `!==`, by which other languages compare."""
    return previous.text in ("==", "!=") and touches(previous, token)


def _judge_joining(formula: WrittenFormula, at: int) -> Finding | None:
    """Tell `&` between texts, which spreadsheets join by it; None between two conditions."""
    token, previous, following = formula.around(at)
    if "text" in (previous and previous.kind, following and following.kind):
        return Finding("formula-operator", token.offset, "&", advice="no-joined-texts")
    sides = (formula.tokens[:at], formula.tokens[at + 1 :])
    if all(any(each.text in _OF_CONDITIONS for each in side) for side in sides):
        return None
    return Finding("formula-operator", token.offset, "&", advice="texts-or-conditions")


def _square_for_round(formula: WrittenFormula, at: int) -> Finding | None:
    """Tell square brackets around one expression, as mathematics writes an outer pair."""
    before = formula.tokens[at - 1] if at else None
    end, cuts = formula.read_brackets(at)
    # of one value it may be the list that somebody compares with
    is_compared = before is not None and before.text in BEFORE_VALUES - {",", "["}
    is_list = before is not None and formula.is_in(at - 1)
    is_list = is_list or (is_compared and end - at <= _LONGEST_ITEM)
    if is_list or (before is not None and _takes_subscript(before)) or end <= at + 1 or cuts:
        return None
    begin, last = formula.tokens[at].offset, formula.tokens[end].offset
    written, inside = formula.text[begin : last + 1], formula.text[begin + 1 : last]
    # an error within is told beside, and what mends both is not written at once
    return Finding(
        "formula-subscript", begin, written, f"({inside})", advice="round-brackets",
        mended=f"({inside})",
    )  # fmt: skip


_BEFORE_COLONS = frozenset({"if", "se", "case", "lambda", "else", "elif", "for", "while"})
"""Words of other languages behind which a colon divides nothing."""
_FARTHEST = 500
"""Characters before a colon within which the rest of a choice is looked for."""


def _judge_colon(formula: WrittenFormula, at: int, bracket: str) -> Iterator[Finding]:
    """Tell a division from the range of a spreadsheet, which has no spaces.

    Of a choice or a subscript of another language it is part, and those are told by themselves.
    """
    token, previous, following = formula.tokens[at], formula.tokens[at - 1], formula.tokens[at + 1]
    nearby = max(token.offset - _FARTHEST, 0)
    if bracket == "list" or formula.text.find("?", nearby, token.offset) >= 0:
        return
    if not _BEFORE_COLONS.isdisjoint({formula.tokens[0].text.lower(), previous.text.lower()}):
        yield Finding("formula-operator", token.offset, token.text)
        return
    is_apart = previous.offset + len(previous.text) < token.offset < following.offset - 1
    is_range = not is_apart and previous.kind == following.kind == "name"
    if is_range:
        yield Finding("formula-operator", token.offset, token.text, advice="formula-range")
    else:
        yield Finding("formula-operator", token.offset, token.text, "/", mended="/")


def _tell_choice(formula: WrittenFormula, at: int) -> Finding | None:
    """Tell `c ? a : b`, the choice of other languages, where it is the whole formula."""
    if formula.text.find("?") != formula.tokens[at].offset:
        return None
    signs = [each.text for each in formula.tokens]
    if signs.count("?") != 1 or signs[at:].count(":") != 1:
        return None
    other = signs.index(":", at)
    condition = formula.text[: formula.tokens[at].offset].strip()
    pieces = condition, formula.between(at, other), formula.between(other, len(signs))
    if not all(pieces) or any(each.count("(") != each.count(")") for each in pieces):
        return None
    instead, token = write_call("if", pieces), formula.tokens[at]
    advice = "condition-in-the-middle"
    return Finding("formula-construct", token.offset, token.text, instead, advice=advice)


def _lacks_name(previous: Token | None, following: Token | None) -> bool:
    """Tell a list's name and a point after which nothing is typed yet."""
    is_end = following is None or following.text in (")", "]", ",")
    return previous is not None and previous.kind == "name" and is_end


def _judge_point(token: Token, previous: Token, following: Token) -> Iterator[Finding]:
    """Judge a point: apart from its names it may be a row's; behind brackets they are told of."""
    if "." in previous.text and following.text in FUNCTIONS:
        instead = f"{following.text}({previous.text})"
        yield Finding("formula-attribute", token.offset, ".", instead, advice="write-instead")
    elif previous.kind == following.kind == "name" and "." not in previous.text:
        instead = f"{previous.text}.{following.text}"
        yield Finding("formula-attribute", token.offset, ".", instead, advice="point-apart")
    elif previous.text != "]":
        yield Finding("formula-attribute", token.offset, ".")


def _takes_subscript(token: Token) -> bool:
    """Tell what a bracket would pick from, which is not what `IN` in other letters lists."""
    return token.text == ")" or (token.kind == "name" and token.text.lower() not in WORDS)
