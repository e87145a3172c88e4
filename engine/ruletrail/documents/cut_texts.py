"""What a `#` cuts off a text without quotes: YAML takes it for a comment, and nobody reads it.

A comment of an author has a blank after its sign; a sign that touches a word may be the text's.
"""

import re
from collections.abc import Sequence

_CUT = re.compile(r"[ \t]+(?P<cut>#(?!ruletrail:)\w.*)")
_NOTHING = re.compile(r"[ \t]*$")
_ENTRY = re.compile(r"#\w+:(?:\s|$)")
"""An entry that its author took out, on a line of its own."""


def find_cut(lines: Sequence[str], first: int, last: int, column: int) -> str:
    """Return what a `#` cuts off a text that ends at a place, from the sign on; '' where none does.

    It stands behind the text, or on the next line where that goes on with it: further right than
    the line where the text begins. Lines and columns are counted from 0.
    """
    behind = _CUT.fullmatch(lines[last], column)
    if behind is not None:
        return behind["cut"].rstrip()
    if _NOTHING.match(lines[last], column) is None or last + 1 >= len(lines):
        return ""
    below = _CUT.fullmatch(lines[last + 1])
    if below is None or below.start("cut") <= _margin(lines[first]):
        return ""
    return "" if _ENTRY.match(below["cut"]) else below["cut"].rstrip()


def _margin(line: str) -> int:
    """Return where what a line says begins, past the dashes of items."""
    return len(line) - len(line.lstrip(" -"))
