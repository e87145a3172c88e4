"""Numbers as spreadsheets and people write them: decimal commas, points of thousands."""

import re
from collections.abc import Iterator, Sequence

from ruletrail.formulas.lexer import Finding, Token

NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}")
_GROUP = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_WHOLE = re.compile(r"0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
"""What stands before a decimal comma: digits, perhaps with points of thousands."""
_DIGITS_OF_THOUSANDS = 3
_ENGLISH = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}\.[0-9]+")
"""A number whose comma can only part thousands."""
_EITHER = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
"""A number whose comma may part thousands, as the English write it, or decimals."""
OPEN, CLOSE = ("(", "["), (")", "]")


def find_close_pairs(tokens: Sequence[Token]) -> Iterator[int]:
    """Find `1,50` among arguments or in a list: two values, or one with a decimal comma.

    Yields where the comma stands among the tokens. `1,2,3` is a list, if all commas are so close.
    """
    for commas in _list_commas(tokens):
        is_spaced = any(not touches(*tokens[at : at + 2]) for at in commas)
        for at in commas:
            is_longer = is_close(tokens, at - 2) or is_close(tokens, at + 2)
            if is_close(tokens, at) and (is_spaced or not is_longer):
                yield at


def _list_commas(tokens: Sequence[Token]) -> list[list[int]]:
    """List the commas of each pair of brackets, by where they stand among the tokens."""
    opened: list[list[int]] = []
    found: list[list[int]] = []
    for at, token in enumerate(tokens):
        if token.text in OPEN:
            opened.append([])
            found.append(opened[-1])
        elif token.text in CLOSE and opened:
            opened.pop()
        elif token.text == "," and opened:
            opened[-1].append(at)
    return found


def has_ambiguous_number(tokens: Sequence[Token]) -> bool:
    """Tell whether a formula has `12.000`, or two numbers with only a comma between them.

    Whoever writes as spreadsheets do may mean thousands by the point, and decimals by the comma.
    """
    is_thousands = any(each.kind == "number" and _GROUP.fullmatch(each.text) for each in tokens)
    return is_thousands or any(is_close(tokens, at) for at in range(len(tokens)))


def is_close(tokens: Sequence[Token], at: int) -> bool:
    """Tell a comma that touches a number on either side."""
    if not 0 < at < len(tokens) - 1 or tokens[at].text != ",":
        return False
    before, comma, after = tokens[at - 1 : at + 2]
    is_between = before.kind == after.kind == "number"
    return is_between and touches(before, comma) and touches(comma, after)


def has_free_comma(tokens: Sequence[Token]) -> bool:
    """Tell a comma that stands in no call and no list."""
    depth = 0
    for token in tokens:
        depth += (token.text in OPEN) - (token.text in CLOSE)
        if token.text == "," and not depth:
            return True
    return False


def touches(one: Token, other: Token) -> bool:
    """Tell whether nothing stands between two tokens."""
    return one.offset + len(one.text) == other.offset


def plain_number(text: str) -> str:
    """Write a number without points of thousands and zeros before it; empty where it is none."""
    if _THOUSANDS.fullmatch(text):
        return text.replace(".", "")
    candidate = text.replace("_", "").lstrip("0")
    candidate = "0" + candidate if candidate.startswith(".") else candidate
    return candidate if NUMBER.fullmatch(candidate) else ""


def with_point(whole: str, decimals: str) -> str:
    """Write a number with a decimal comma, and perhaps thousands points, as this language does."""
    is_number = _WHOLE.fullmatch(whole) and decimals.isdecimal() and decimals.isascii()
    return f"{whole.replace('.', '')}.{decimals}" if is_number else ""


def tell_decimal_comma(previous: Token, comma: Token, following: Token) -> Finding:
    """Tell a comma before decimals, from the tokens around it."""
    written = f"{previous.text},{following.text}"
    instead = with_point(previous.text, following.text)
    is_one = touches(comma, following)
    if _ENGLISH.fullmatch(written):
        whole = written.replace(",", "")
        mended = whole if is_one else None
        return Finding("formula-number", previous.offset, written, whole, mended=mended)
    if _EITHER.fullmatch(written):
        small, whole = instead.rstrip("0").rstrip("."), written.replace(",", "")
        return Finding(
            "formula-decimal-comma", previous.offset, written, small, f"`{small}`", f"`{whole}`",
            "formula-comma-or-thousands",
        )  # fmt: skip
    is_thousands = len(following.text) == _DIGITS_OF_THOUSANDS and previous.text != "0"
    is_clear = "." in previous.text or not is_thousands
    mended = instead if instead and is_clear and is_one else None
    return Finding("formula-decimal-comma", previous.offset, written, instead, mended=mended)
