"""The part of a document around a line, cut out to try what would make it sound.

Nothing is asked of a document that is sound.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from ruletrail.documents.document_shapes import Shape, choose_shape, find_misfits, list_lines
from ruletrail.documents.nodes import Node
from ruletrail.documents.yaml_lines import KEY_AND_VALUE, Lines, line_before, margin_of
from ruletrail.fast_dataclasses import dataclass

Read = Callable[[str], Node | None]
"""Reads a text; None where it breaks, or holds empty values or keys that come again."""

KEY_AT_MARGIN = re.compile(r"(?P<key>[A-Za-z]\w*) *:(?: .*)?")
_KEY = re.compile(r"[\w.{}\"]+")
FAR_RIGHT = 1000
BEFORE, _AFTER, _MOST = 60, 20, 400
"""Lines that are read with the one in question: before it, at least after it, and at most."""
LARGEST = 40_000
"""Characters that these lines may have."""
STEP = 2
"""Spaces by which people indent what belongs to a heading."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a document that is tried: its lines and their numbers, counted from 0."""

    lines: Lines
    shape: Mapping[str, Shape]
    roots: Sequence[int]
    """Where the document's own keys stand, at the margin."""
    around: range
    """The lines of its part of the document."""
    kept: Sequence[int]
    """Those of them that are read."""
    read: Read

    def suits(self, changed: Mapping[int, str], moved: int | None) -> bool:
        """Tell whether the part is sound with these lines, and what was moved begins something.

        Where None was moved, it need not.
        """
        written = [changed.get(at, self.lines.lines[at]) for at in self.kept]
        root = self.read("\n".join(written) + "\n")
        if root is None or any(find_misfits(root, self.shape)):
            return False
        if moved is None:
            return True
        # a heading put before a line moves all numbers after it; what is below it is not moved
        first = sum(text.count("\n") + 1 for text in written[: self.kept.index(moved)]) + 1
        return first in list_lines(root)


def cut_out(at: int, lines: Lines, read: Read) -> Part | None:
    """Cut the part out in which a line stands; None for a document that is none of ours."""
    found: dict[str, int] = {}
    for line, written in enumerate(lines.lines):
        match = KEY_AT_MARGIN.fullmatch(written)
        if match is not None:
            found.setdefault(match["key"], line)
    shape = choose_shape(set(found))
    if shape is None:
        return None
    roots = [line for key, line in found.items() if key in shape]
    before = line_before(lines, at)
    start = max((root for root in roots if before is not None and root <= before), default=0)
    end = min((root for root in roots if root > at), default=len(lines.lines))
    around = range(start, end)
    kept = list(_keep(at, around, lines))
    size = sum(len(lines.lines[line]) for line in kept)
    is_small = len(kept) <= _MOST and size <= LARGEST
    return Part(lines, shape, roots, around, kept, read) if is_small else None


def _keep(at: int, around: range, lines: Lines) -> Iterator[int]:
    """Yield the lines to read: what encloses those nearby, these, and what follows of the entry."""
    margins = {
        line: len(margin_of(lines.lines[line])) for line in around if is_written(lines, line)
    }
    begin = max(at - BEFORE, around.start)
    outer = set(enclosing(begin, around.start, lines))
    least = min((margin for margin in margins.values() if margin), default=0)
    for line in around:
        if line > at + _AFTER and margins.get(line, least + 1) <= least:
            return
        if line >= begin or line in outer or line == around.start:
            yield line


def is_written(lines: Lines, line: int) -> bool:
    """Tell a line that is neither blank nor a comment."""
    return lines.lines[line].lstrip()[:1] not in ("", "#")


def enclosing(line: int, start: int, lines: Lines) -> Iterator[int]:
    """Yield the lines above one, each further left than the one before."""
    margin = len(margin_of(lines.lines[line])) if is_written(lines, line) else FAR_RIGHT
    for above in range(line - 1, start - 1, -1):
        own = len(margin_of(lines.lines[above]))
        if own < margin and is_written(lines, above):
            margin = own
            yield above


def is_key(written: str) -> bool:
    """Tell a key of a document of ours, which holds no blank, from prose with a colon."""
    match = KEY_AND_VALUE.fullmatch(written)
    return match is not None and _KEY.fullmatch(match["key"]) is not None


def measure_step(part: Part) -> int:
    """Tell by how much the author indents what belongs to a heading at the margin."""
    below = (line + 1 for line in part.roots if line + 1 < len(part.lines.lines))
    margins = Counter(len(margin_of(part.lines.lines[line])) for line in below)
    del margins[0]
    return max(margins, key=margins.__getitem__, default=STEP)
