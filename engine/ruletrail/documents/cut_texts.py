"""What a `#` cuts off a text without quotes: YAML takes it for a comment, and nobody reads it.

A comment of an author has a blank after its sign; a sign that touches a word may be the text's.
"""

import re
from collections.abc import Sequence

from ruletrail.documents.nodes import Cut
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Mark

_CUT = re.compile(r"[ \t]+(?P<cut>#(?!ruletrail:)[\w(«“\"'].*)")
_GLUED = re.compile(r"(?P<cut>#.*)")
"""What touches a text in quotes, or a bracket: YAML wants a blank before a comment."""
_NOTHING = re.compile(r"[ \t]*$")
_ENTRY = re.compile(r"#\w+:(?:\s|$)")
"""An entry that its author took out, on a line of its own."""


def find_cut(lines: Sequence[str], mark: Mark, last: int, column: int) -> Cut | None:
    """Find what a `#` cuts off a text that begins at a mark and ends at a place.

    It stands behind the text, or on the next line where that goes on with it: further right than
    the line where the text begins. The line and column of the end are counted from 0.
    """
    behind = _CUT.fullmatch(lines[last], column)
    if behind is not None:
        return _cut(lines, mark, last, behind.start("cut"))
    if _NOTHING.match(lines[last], column) is None or last + 1 >= len(lines):
        return None
    below = _CUT.fullmatch(lines[last + 1])
    if below is None or below.start("cut") <= _margin(lines[mark.line - 1]):
        return None
    is_entry = _ENTRY.match(below["cut"]) is not None
    return None if is_entry else _cut(lines, mark, last + 1, below.start("cut"))


def find_glued(lines: Sequence[str], mark: Mark, last: int, column: int) -> Cut | None:
    """Find what a `#` cuts off that touches the sign after a text in quotes; as `find_cut`."""
    behind = _GLUED.fullmatch(lines[last], column)
    return None if behind is None else _cut(lines, mark, last, column)


def _cut(lines: Sequence[str], mark: Mark, line: int, column: int) -> Cut:
    head = 0 if line + 1 == mark.line else mark.line
    place = replace(mark, line=line + 1, column=column + 1, text=lines[line], head=head)
    return Cut(lines[line][column:].rstrip(), place)


def _margin(line: str) -> int:
    """Return where what a line says begins, past the dashes of items."""
    return len(line) - len(line.lstrip(" -"))
