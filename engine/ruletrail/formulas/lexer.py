"""The tokens of a formula, and habits from other languages that need another spelling.

Reading tokens first is what makes the problems helpful: `=`, `8,50`, `<>`, `;`, `^` are named for
what they are instead of ending in "invalid syntax". The printed signs `·×÷−≤≥≠` become ASCII here.
"""

import keyword
import re
from collections.abc import Iterator

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas.operations import FUNCTIONS
from ruletrail.values import read_number

SIGNS = {"·": "*", "×": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "!="}
"""How forms print operators, and how they are written in a trail."""

WORDS = frozenset({"and", "or", "not", "in", "if", "else"})
CONSTANTS = frozenset({"true", "false"})
_TRANSLATED = {
    "vero": "true", "falso": "false", "e": "and", "o": "or", "non": "not",
    "if": "a if c else b", "se": "a if c else b", "iif": "a if c else b",
    "none": "is_missing(…)", "null": "is_missing(…)",
    **{alias.lower(): each.name for each in FUNCTIONS.values() for alias in each.aliases},
}  # fmt: skip
"""Words of other languages, in lower case, and what to write instead."""

_KEYWORDS = frozenset(keyword.kwlist) - WORDS
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:[0-9]|\.[0-9])[\w.]*)"
    r"|(?P<name>[^\W\d]\w*)"
    r"""|(?P<text>"[^"]*"|'[^']*')"""
    r"|(?P<sign>\*\*|//|<<|>>|<>|=>|=<|<=|>=|==|!=|:=|&&|\|\||[·×÷−≤≥≠]|[-+*/%<>=(),\[\]])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_HABITS = {
    "=": "formula-equals", "=>": "formula-order", "=<": "formula-order", "<>": "formula-diamond",
    "^": "formula-power", "**": "formula-power", ";": "formula-semicolon", ".": "formula-attribute",
    "//": "formula-operator", "<<": "formula-operator", ">>": "formula-operator",
    ":=": "formula-equals", "&&": "formula-operator", "||": "formula-operator",
    "&": "formula-operator", "|": "formula-operator", "–": "formula-operator",
    "—": "formula-operator", "‐": "formula-operator", "~": "formula-operator",
    "!": "formula-operator", "@": "formula-operator", "\\": "formula-escape", "“": "formula-quotes",
    "”": "formula-quotes", "‘": "formula-quotes", "’": "formula-quotes", "«": "formula-quotes",
    "»": "formula-quotes", '"': "formula-open-text", "'": "formula-open-text",
}  # fmt: skip
_INSTEAD = {
    "–": "-",
    "—": "-",
    "‐": "-",
    "&&": "and",
    "||": "or",
    "&": "and",
    "|": "or",
    "!": "not",
    "~": "not",
    "//": "floor(a / b)",
    "=>": ">=",
    "=<": "<=",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a formula and the offset where it starts."""

    kind: str
    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A defect at an offset of a formula's text; the caller makes it a problem of its file."""

    code: str
    offset: int
    text: str
    instead: str = ""
    """What to write, when that is known."""
    expected: str = ""
    found: str = ""


def read_tokens(text: str) -> list[Token]:
    """Split a formula into tokens; white space is left out, and everything else is a token."""
    return [
        Token(match.lastgroup or "other", match.group(), match.start())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "space"
    ]


def to_ascii(text: str) -> str:
    """Write a formula on one line with ASCII operators, but quoted texts as they are."""
    pieces = []
    for match in _TOKEN.finditer(text):
        piece = match.group()
        pieces.append(" " if match.lastgroup == "space" else SIGNS.get(piece, piece))
    return "".join(pieces).strip()


def find_habits(tokens: list[Token]) -> Iterator[Finding]:
    """Yield what has to be written otherwise, before anything is parsed."""
    depth = 0
    for index, token in enumerate(tokens):
        previous = tokens[index - 1] if index else None
        if token.text in ("(", "["):
            depth += 1
        elif token.text in (")", "]"):
            depth -= 1
        yield from _judge(token, previous, tokens[index + 1 : index + 2], depth)


def _judge(
    token: Token, previous: Token | None, following: list[Token], depth: int
) -> Iterator[Finding]:
    match token.kind:
        case "number":
            yield from _judge_number(token)
        case "name":
            yield from _judge_name(token, previous, following)
        case "text":
            if "\\" in token.text:
                yield Finding("formula-escape", token.offset, token.text)
            if previous is not None and _runs_into(previous, token):
                yield Finding("formula-syntax", token.offset, token.text)
        case _:
            yield from _judge_sign(token, previous, following, depth)


def _runs_into(previous: Token, text: Token) -> bool:
    """Tell texts in a row, which Python would join, and prefixes such as `r"…"`."""
    touching = previous.offset + len(previous.text) == text.offset
    return previous.kind == "text" or (
        previous.kind == "name" and touching and previous.text not in WORDS
    )


def _judge_number(token: Token) -> Iterator[Finding]:
    if not _NUMBER.fullmatch(token.text):
        yield Finding("formula-number", token.offset, token.text, _plain_number(token.text))
    elif read_number(token.text) is None:
        yield Finding("formula-number-limits", token.offset, token.text)


def _plain_number(text: str) -> str:
    candidate = text.replace("_", "").lstrip("0")
    candidate = "0" + candidate if candidate.startswith(".") else candidate
    return candidate if _NUMBER.fullmatch(candidate) else ""


def _judge_name(token: Token, previous: Token | None, following: list[Token]) -> Iterator[Finding]:
    name, word = token.text, translate(token.text)
    if previous is not None and previous.text == ".":
        return
    follows = previous is not None and _ends_operand(previous)
    # a code may be called `NOT` or `TRUE`, so only a place where no code can stand tells
    precedes = word == "not" and any(map(_begins_operand, following))
    if word and (follows or precedes or name in _KEYWORDS):
        yield Finding("formula-word", token.offset, name, word)
    elif name in _KEYWORDS:
        yield Finding("formula-construct", token.offset, name)
    elif not _CODE.fullmatch(name):
        yield Finding("code-form", token.offset, name)


def _ends_operand(token: Token) -> bool:
    """Tell whether only an operator or a word such as `and` may follow."""
    if token.kind == "name":
        return token.text not in WORDS
    return token.kind in ("number", "text") or token.text in (")", "]")


def _begins_operand(token: Token) -> bool:
    """Tell what can only stand after an operator or a word; a bracket may be that of a call."""
    if token.kind == "name":
        return token.text not in WORDS
    return token.kind in ("number", "text")


def translate(name: str) -> str:
    """Return what this language has for a word of another; empty where it has nothing.

    A word of this language in other letters is one of another: case counts.
    """
    lowered = name.lower()
    if name in WORDS or name in CONSTANTS:
        return ""
    known = lowered if lowered in WORDS or lowered in CONSTANTS else ""
    found = _TRANSLATED.get(lowered, known)
    return found if found != name else ""


def translate_value(name: str) -> str:
    """Return what to write for a word that stands where a code should, and is none."""
    word = translate(name)
    is_ours = name.lower() in WORDS
    return word if is_ours or word in CONSTANTS or name.lower() in ("none", "null") else ""


def _judge_sign(
    token: Token, previous: Token | None, following: list[Token], depth: int
) -> Iterator[Finding]:
    sign = token.text
    if sign in _HABITS:
        yield Finding(_HABITS[sign], token.offset, sign, _INSTEAD.get(sign, ""))
    elif (
        sign == "["
        and previous is not None
        and (
            (previous.kind == "name" and previous.text.lower() not in WORDS) or previous.text == ")"
        )
    ):
        yield Finding("formula-subscript", token.offset, sign)
    elif sign == "(" and previous is not None and previous.text == ")":
        yield Finding("formula-construct", token.offset, sign)
    elif sign == "," and depth <= 0:
        yield _judge_comma(token, previous, following)
    elif token.kind == "other":
        yield Finding("formula-construct", token.offset, sign)


def _takes_subscript(token: Token) -> bool:
    """Tell what a bracket would pick from, which is not what `IN` in other letters lists."""
    return token.text == ")" or (token.kind == "name" and token.text.lower() not in WORDS)


def _with_point(whole: str, decimals: str) -> str:
    """Write a number with a decimal comma, and perhaps thousands points, as this language does."""
    candidate = f"{whole.replace('.', '')}.{decimals}"
    return candidate if _NUMBER.fullmatch(candidate) else ""


def _judge_comma(token: Token, previous: Token | None, following: list[Token]) -> Finding:
    touching = (
        previous is not None
        and previous.kind == "number"
        and previous.offset + len(previous.text) == token.offset
        and bool(following)
        and following[0].kind == "number"
    )
    if touching and previous is not None:
        written = f"{previous.text},{following[0].text}"
        return Finding(
            "formula-decimal-comma",
            previous.offset,
            written,
            _with_point(previous.text, following[0].text),
        )
    return Finding("formula-comma", token.offset, ",")
