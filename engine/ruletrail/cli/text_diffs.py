"""Two texts as a unified diff, in a time that grows as they do.

`difflib` holds every line against all that are equal to it: the square, where lines repeat. Here
the texts are cut first at lines that each of them has once, as "patience" does, and only short
stretches between those are compared so.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from ruletrail.problems import make_inert

CONTEXT = 3
"""Lines that are shown around what differs."""

WINDOW = 32
"""Lines of a stretch that are held against each other, all pairs of them."""

DEEPEST = 4
"""How often stretches are cut again at lines that are single within them."""

_NO_END = "\n\\ No newline at end of file"

Match = tuple[int, int]
"""The numbers of a line in both texts, where it is the same."""

Stretch = tuple[int, int, int, int]
"""From one line to another of the first text, and of the second."""


def write_diff(old: str, new: str, name: str) -> Iterator[str]:
    """Yield the lines of a unified diff of two texts of one file; none where no line differs.

    How lines end is not compared, but for the last one, which may have no end.
    """
    before, after = _split(old), _split(new)
    shown = make_inert(name)
    for number, hunk in enumerate(_gather_hunks(_find_differences(before, after))):
        if number == 0:
            yield from (f"--- {shown}", f"+++ {shown}")
        yield from _write_hunk(hunk, before, after)


def _split(text: str) -> list[str]:
    lines = re.split("\r\n|\r|\n", text)
    last = lines.pop()
    return [*lines, last + _NO_END] if last else lines


# -- Lines that are the same -----------------------------------------------------------------------


def _find_differences(before: Sequence[str], after: Sequence[str]) -> list[Stretch]:
    """Find the stretches that differ, in order, none of them beside another."""
    whole = (0, len(before), 0, len(after))
    matches = [(-1, -1), *_match(before, after, whole, DEEPEST), (len(before), len(after))]
    return [(i + 1, k, j + 1, m) for (i, j), (k, m) in pairwise(matches) if k > i + 1 or m > j + 1]


def _match(
    before: Sequence[str], after: Sequence[str], stretch: Stretch, depth: int
) -> Iterator[Match]:
    """Yield lines of a stretch that are the same, in order."""
    low, high, first, last = stretch
    while low < high and first < last and before[low] == after[first]:
        yield low, first
        low, first = low + 1, first + 1
    end, bottom = high, last
    while low < end and first < bottom and before[end - 1] == after[bottom - 1]:
        end, bottom = end - 1, bottom - 1
    inner = (low, end, first, bottom)
    anchors = _find_anchors(before, after, inner) if depth and _is_long(inner) else []
    if anchors:
        for (i, j), (k, m) in pairwise([(low - 1, first - 1), *anchors, (end, bottom)]):
            yield from _match(before, after, (i + 1, k, j + 1, m), depth - 1)
            if k < end:
                yield k, m
    else:
        yield from _match_near(before, after, inner)
    yield from zip(range(end, high), range(bottom, last), strict=True)


def _is_long(stretch: Stretch) -> bool:
    low, high, first, last = stretch
    return max(high - low, last - first) > WINDOW


def _find_anchors(before: Sequence[str], after: Sequence[str], stretch: Stretch) -> list[Match]:
    """Find lines that each text has once in a stretch: the most of them that are in one order."""
    low, high, first, last = stretch
    old, new = Counter(before[low:high]), Counter(after[first:last])
    places = {after[at]: at for at in range(first, last) if new[after[at]] == 1}
    ends: list[int] = []
    holders: list[int] = []
    links: list[tuple[int, int, int]] = []
    for at in range(low, high):
        place = places.get(before[at])
        if place is None or old[before[at]] != 1:
            continue
        length = bisect_left(ends, place)
        links.append((at, place, holders[length - 1] if length else -1))
        ends[length : length + 1] = [place]
        holders[length : length + 1] = [len(links) - 1]
    return _follow(links, holders[-1] if holders else -1)


def _follow(links: Sequence[tuple[int, int, int]], end: int) -> list[Match]:
    found: list[Match] = []
    while end >= 0:
        at, place, end = links[end]
        found.append((at, place))
    return found[::-1]


def _match_near(before: Sequence[str], after: Sequence[str], stretch: Stretch) -> Iterator[Match]:
    """Yield lines that are the same and near each other, a window of both texts at a time."""
    low, high, first, last = stretch
    while low < high and first < last:
        one, other = before[low : min(low + WINDOW, high)], after[first : min(first + WINDOW, last)]
        blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
        found = [(i + k, j + k) for i, j, size in blocks for k in range(size)]
        yield from ((low + i, first + j) for i, j in found)
        # goes on behind the last that was found, so that what was added or left out is made up for
        i, j = found[-1] if found else (-1, -1)
        low, first = (
            (low + i + 1, first + j + 1)
            if max(i, j) >= WINDOW // 2
            else (low + len(one), first + len(other))
        )


# -- Hunks -----------------------------------------------------------------------------------------


def _gather_hunks(differences: Sequence[Stretch]) -> Iterator[list[Stretch]]:
    """Put differences together whose surroundings touch."""
    hunk: list[Stretch] = []
    for each in differences:
        if hunk and each[0] - hunk[-1][1] > 2 * CONTEXT:
            yield hunk
            hunk = []
        hunk.append(each)
    if hunk:
        yield hunk


def _write_hunk(
    hunk: Sequence[Stretch], before: Sequence[str], after: Sequence[str]
) -> Iterator[str]:
    lead = min(CONTEXT, hunk[0][0])
    trail = min(CONTEXT, len(before) - hunk[-1][1])
    old = _range(hunk[0][0] - lead, hunk[-1][1] + trail)
    new = _range(hunk[0][2] - lead, hunk[-1][3] + trail)
    yield f"@@ -{old} +{new} @@"
    at = hunk[0][0] - lead
    for low, high, first, last in hunk:
        yield from _lines(" ", before[at:low])
        yield from _lines("-", before[low:high])
        yield from _lines("+", after[first:last])
        at = high
    yield from _lines(" ", before[at : at + trail])


def _range(start: int, end: int) -> str:
    """Write where lines stand and how many: of none the line before, and 1 is not written."""
    length = end - start
    return f"{start + 1}" if length == 1 else f"{start + (length > 0)},{length}"


def _lines(sign: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        text, marker, _ = line.partition(_NO_END)
        yield f"{sign}{make_inert(text)}"
        if marker:
            yield _NO_END[1:]
