"""The tokens of a formula; the printed signs `·×÷−≤≥≠` become ASCII here.

Reading tokens first is what makes the problems helpful: see `habits`.
"""

import re
from functools import cache

from ruletrail.fast_dataclasses import dataclass

SIGNS = {"·": "*", "×": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "!="}
"""How forms print operators, and how they are written in a trail."""

LONGEST_FORMULA = 500
WORDS = frozenset({"and", "or", "not", "in", "if", "else"})
CONSTANTS = frozenset({"true", "false"})
PART_TAKEN = "part-taken"
"""The hint for `a - 30%`: which of three things is meant, the unit of `a` may say."""

RESERVED_WORD = "reserved-word"
"""The hint for a word that Python reserves, in the place of a code: none may be called so."""


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
    advice: str = ""
    """Which special hint says what to do."""
    old: str = ""
    """What `mended` stands in the place of, from the offset on; the text itself if nothing."""
    mended: str | None = None
    """What to write in that place, where there is no doubt."""


@cache
def _token() -> re.Pattern[str]:
    """Compile what a token is; an evaluation of a plan that is there needs it nowhere."""
    return re.compile(
        r"(?P<space>\s+)"
        r"|(?P<number>(?:[0-9]|\.[0-9])[\w.]*)"
        r"|(?P<name>[^\W\d]\w*)"
        r"|(?P<curly>[“”„«‘’][^“”„«»‘’\"']*[“”»’])"
        r"""|(?P<text>"[^"]*"|'[^']*')"""
        r"|(?P<sign>\*\*|//|<<|>>|<>|=>|=<|<=|>=|==|!=|:=|&&|\|\||[·×÷−≤≥≠]|[-+*/%<>=(),\[\]])"
        r"|(?P<other>.)",
        re.DOTALL,
    )


def read_tokens(text: str) -> list[Token]:
    """Split a formula into tokens; white space is left out, and everything else is a token."""
    return [
        Token(match.lastgroup or "other", match.group(), match.start())
        for match in _token().finditer(text)
        if match.lastgroup != "space"
    ]


def count_tokens(text: str) -> int:
    """Count the tokens of a formula, making none of them; of `LIST.NAME` each of the three."""
    return sum(match.lastgroup != "space" for match in _token().finditer(text))


def join_row_codes(tokens: list[Token]) -> list[Token]:
    """Make one name of `LIST.NAME` where nothing stands between its three tokens."""
    joined: list[Token] = []
    for token in tokens:
        before = joined[-2:]
        if (
            len(before) == 2  # noqa: PLR2004 - the list and its point
            and token.kind == before[0].kind == "name"
            and before[1].text == "."
            and "." not in before[0].text
            and token.offset == before[1].offset + 1 == before[0].offset + len(before[0].text) + 1
        ):
            joined[-2:] = [Token("name", f"{before[0].text}.{token.text}", before[0].offset)]
        else:
            joined.append(token)
    return joined


def to_ascii(text: str) -> str:
    """Write a formula on one line with ASCII operators, but quoted texts as they are."""
    pieces = []
    for match in _token().finditer(text):
        piece = match.group()
        pieces.append(" " if match.lastgroup == "space" else SIGNS.get(piece, piece))
    return "".join(pieces).strip()
