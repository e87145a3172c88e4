"""Where a character of a text stands on the page: folded, quoted and escaped texts too.

A text that is written over several lines, or with escapes, is aligned with what was written by its
visible characters: white space is folded, everything else is kept.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, islice

from ruletrail.documents.nodes import ScalarNode
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Mark

_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([^\\])", re.DOTALL
)
_SIMPLE = {
    "0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
    "v": "\v", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_LARGEST_CHARACTER = 0x10FFFF


def place_of(node: ScalarNode, offset: int) -> Mark:
    """Return the mark of an offset in a scalar's text, or the scalar's where none can be found."""
    if node.inline:
        column = node.mark.column + offset + (1 if node.style == "quoted" else 0)
        return replace(node.mark, column=column)
    index = _find(node.written, node.text, offset)
    if index is None:
        return node.mark
    begin = node.written.rfind("\n", 0, index) + 1
    if not begin:
        return replace(node.mark, column=node.mark.column + index)
    line = node.mark.line + node.written.count("\n", 0, index)
    text = node.written[begin:].partition("\n")[0]
    column, head = index - begin + 1, node.mark.line
    return replace(node.mark, line=line, column=column, text=text, head=head)


def _find(written: str, text: str, offset: int) -> int | None:
    """Find where the visible character at an offset is written; at the end, where the text ends."""
    places, end = _align(written, text)
    counts = _count_visible(text)
    ordinal = counts[min(offset, len(text))]
    if ordinal < len(places):
        return places[ordinal]
    return end if ordinal == counts[-1] else None


@lru_cache(maxsize=4)
def _align(written: str, text: str) -> tuple[Sequence[int], int | None]:
    """Find where each visible character of a text is written, as far as they agree, and the end.

    Kept, for hundreds of names in one text may each be told of.
    """
    wanted = [char for char in text if not char.isspace()]
    places: list[int] = []
    after = None
    for index, end, char in islice(_visible(written), len(wanted)):
        if char != wanted[len(places)]:
            break
        places.append(index)
        after = end
    return places, after


@lru_cache(maxsize=4)
def _count_visible(text: str) -> Sequence[int]:
    """Count the visible characters before each offset of a text, the one at its end included."""
    return [0, *accumulate(not char.isspace() for char in text)]


def _visible(written: str) -> Iterator[tuple[int, int, str]]:
    """Yield the visible characters of a scalar as written, each with where it begins and ends."""
    opening = written[:1]
    if opening == '"':
        units = ((m.start(), m.end(), _unescape(m)) for m in _ESCAPE.finditer(written, 1))
    elif opening == "'":
        found = re.finditer(r"''|[^']", written[1:])
        units = ((1 + m.start(), 1 + m.end(), m.group()[0]) for m in found)
    else:
        # the first line of a block holds its sign alone
        start = written.find("\n") if opening in (">", "|") else 0
        units = ((at, at + 1, written[at]) for at in range(max(start, 0), len(written)))
    return (unit for unit in units if not unit[2].isspace())


def _unescape(match: re.Match[str]) -> str:
    *codes, simple, plain = match.groups()
    digits = next((code for code in codes if code), None)
    if digits is not None:
        number = int(digits, 16)
        return chr(number) if number <= _LARGEST_CHARACTER else "\ufffd"
    return plain if plain is not None else _SIMPLE.get(simple, simple)
