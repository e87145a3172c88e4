"""A line that stands too far left or right, or a heading that is lost: found by trying.

Where a document of ours breaks, or does not have its shape, the lines nearby are moved, given a
dash or a heading, one at a time; what makes that part of the document sound is what is told. So the
way out, done as it is said, gives a sound document. Nothing is asked of a document that is sound.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from ruletrail.documents.document_shapes import (
    ENTRIES,
    LISTS,
    Shape,
    choose_shape,
    find_misfits,
    list_lines,
)
from ruletrail.documents.nodes import Node
from ruletrail.documents.yaml_lines import KEY_AND_VALUE, Lines, line_before, margin_of, tell_slip
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.problems import Problem

Read = Callable[[str], Node | None]
"""Reads a text; None where it breaks, or holds empty values or keys that come again."""

_KEY_AT_MARGIN = re.compile(r"(?P<key>[A-Za-z]\w*):(?: .*)?")
_KEY = re.compile(r"[\w.{}\"]+")
_TEXT_BEGINS = re.compile(r": [>|][-+]?$")
_FAR_RIGHT = 1000
_BEFORE, _AFTER, _MOST = 60, 20, 400
"""Lines that are read with the one in question: before it, at least after it, and at most."""
_LARGEST = 40_000
"""Characters that these lines may have."""
_NEARBY = 3
"""Written lines before the one where reading stopped that may be the one that is wrong."""
_IN_TEXT = 12
"""Written lines before it that may be a line of a text which stands further left."""
_MARGINS = 8
"""Different indentations of a document that are tried, the most frequent ones."""
_STEP = 2
"""Spaces by which people indent what belongs to a heading."""
_COUNTED = {0: "-none", 1: "-one"}


@dataclass(frozen=True, slots=True)
class _Part:
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


@dataclass(frozen=True, slots=True)
class Moved:
    """The problem of a misplaced line, and the lines whose other problems may come of it."""

    problem: Problem
    around: range


def explain_moved_line(at: int, lines: Lines, read: Read, wording: str = "") -> Moved | None:
    """Tell which line nearby is to be moved, or what is to be put before it; None for no such."""
    part = _cut_out(at, lines, read)
    if part is None:
        return None
    suspects = list(_suspects(at, part))
    # where a line of ours begins with a brace, an item of a list was meant
    braced = [line for line in suspects if lines.lines[line].lstrip().startswith("{")]
    found = (
        _out_of_text(at, part, wording)
        or _without_dash(braced, part, wording)
        or _moved(suspects, part, wording)
        or _left_at_margin(at, part, wording)
        or _without_dash(suspects, part, wording)
        or _without_heading(suspects, part)
        or _without_list(suspects, part)
    )
    return Moved(found, part.around) if found is not None else None


def list_misfits(root: Node, lines: Lines) -> list[int]:
    """List the lines, counted from 0, of what has no place in the document where it stands."""
    shape = choose_shape(
        {match["key"] for match in map(_KEY_AT_MARGIN.fullmatch, lines.lines) if match}
    )
    return list(dict.fromkeys(mark.line - 1 for mark in find_misfits(root, shape)))


# -- What is tried ---------------------------------------------------------------------------------


def _cut_out(at: int, lines: Lines, read: Read) -> _Part | None:
    """Cut the part out in which a line stands; None for a document that is none of ours."""
    found: dict[str, int] = {}
    for line, written in enumerate(lines.lines):
        match = _KEY_AT_MARGIN.fullmatch(written)
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
    is_small = len(kept) <= _MOST and size <= _LARGEST
    return _Part(lines, shape, roots, around, kept, read) if is_small else None


def _keep(at: int, around: range, lines: Lines) -> Iterator[int]:
    """Yield the lines to read: what encloses those nearby, these, and what follows of the entry."""
    margins = {
        line: len(margin_of(lines.lines[line])) for line in around if _is_written(lines, line)
    }
    begin = max(at - _BEFORE, around.start)
    outer = set(_enclosing(begin, around.start, lines))
    least = min((margin for margin in margins.values() if margin), default=0)
    for line in around:
        if line > at + _AFTER and margins.get(line, least + 1) <= least:
            return
        if line >= begin or line in outer or line == around.start:
            yield line


def _is_written(lines: Lines, line: int) -> bool:
    return lines.lines[line].lstrip()[:1] not in ("", "#")


def _enclosing(line: int, start: int, lines: Lines) -> Iterator[int]:
    """Yield the lines above one, each further left than the one before."""
    margin = len(margin_of(lines.lines[line])) if _is_written(lines, line) else _FAR_RIGHT
    for above in range(line - 1, start - 1, -1):
        own = len(margin_of(lines.lines[above]))
        if own < margin and _is_written(lines, above):
            margin = own
            yield above


def _suspects(at: int, part: _Part) -> Iterator[int]:
    """Yield the lines that may be the wrong one, the likeliest first."""
    written = [line for line in part.kept if _is_written(part.lines, line)]
    nearest = [line for line in written if line <= at][: -_NEARBY - 2 : -1]
    after = [line for line in written if line > at][:1]
    first = written[1:2]
    outer = [line for each in nearest[:2] for line in _enclosing(each, part.kept[0], part.lines)]
    for line in dict.fromkeys([*nearest, *after, *outer, *first]):
        if line in part.kept and line not in part.roots and _begins(part.lines.lines[line]):
            yield line


def _begins(written: str) -> bool:
    """Tell whether a line begins with a key, a dash, or what quotes and braces hold."""
    return _is_key(written) or written.lstrip()[:1] in ("-", "{", '"')


def _is_key(written: str) -> bool:
    """Tell a key of a document of ours, which holds no blank, from prose with a colon."""
    match = KEY_AND_VALUE.fullmatch(written)
    return match is not None and _KEY.fullmatch(match["key"]) is not None


# -- One line that stands elsewhere ----------------------------------------------------------------


def _moved(suspects: Sequence[int], part: _Part, wording: str) -> Problem | None:
    """Tell a line that makes its part sound at another indentation, the most usual of these."""
    found: list[tuple[bool, int, int, int, int]] = []
    step, by_kind = _measure_step(part), _margins(part.lines)
    for line in suspects:
        written = part.lines.lines[line]
        own, margins = len(margin_of(written)), by_kind[written.lstrip().startswith("- ")]
        for margin, count in margins.items():
            moved = {line: " " * margin + written.lstrip()}
            if margin != own and part.suits(moved, line):
                head = next(_enclosing_at(line, margin, part.lines), None)
                below = len(margin_of(part.lines.lines[head])) + step if head is not None else 0
                # of a key that stands in entries too, the margin is the last place
                found.append((not margin, abs(margin - below), -count, line, margin))
    if not found:
        return None
    _, _, _, line, margin = min(found)
    return _tell(line, margin, part.lines, wording)


def _measure_step(part: _Part) -> int:
    """Tell by how much the author indents what belongs to a heading at the margin."""
    below = (line + 1 for line in part.roots if line + 1 < len(part.lines.lines))
    margins = Counter(len(margin_of(part.lines.lines[line])) for line in below)
    del margins[0]
    return max(margins, key=margins.__getitem__, default=_STEP)


def _margins(lines: Lines) -> dict[bool, dict[int, int]]:
    """Count the indentations that lines with a dash have, and those of keys: the most frequent."""
    dashed: Counter[int] = Counter()
    keyed: Counter[int] = Counter({0: 1})
    for each in lines.lines:
        match = KEY_AND_VALUE.fullmatch(each)
        if each.lstrip().startswith("- "):
            dashed[len(margin_of(each))] += 1
        elif match is not None:
            keyed[len(match["lead"])] += 1
    beside = dict(keyed.most_common(_MARGINS)) | {0: keyed[0]}
    return {True: dict(dashed.most_common(_MARGINS)), False: beside}


def _tell(line: int, margin: int, lines: Lines, wording: str) -> Problem:
    written = lines.lines[line]
    place, count = (line, len(margin_of(written))), _COUNTED.get(margin, "")
    beside = _find_beside(line, margin, lines)
    match = KEY_AND_VALUE.fullmatch(written)
    if not margin and match is not None:
        key = f"`{match['key'].strip()}:`"
        return tell_slip("yaml-to-margin", place, lines, wording=wording, text=key)
    advice = "yaml-indent" if beside is not None else "yaml-indent-below"
    near = beside if beside is not None else next(_enclosing_at(line, margin, lines), line)
    return tell_slip(
        advice + count, place, lines, wording=wording, line=str(near + 1), count=str(margin)
    )


def _enclosing_at(line: int, margin: int, lines: Lines) -> Iterator[int]:
    """Yield the lines above one that would enclose it, if it stood at a margin."""
    for above in range(line - 1, -1, -1):
        if _is_written(lines, above) and len(margin_of(lines.lines[above])) < margin:
            yield above


def _find_beside(line: int, margin: int, lines: Lines) -> int | None:
    """Find the nearest line of the same mapping or list, above or else below."""
    is_dashed = lines.lines[line].lstrip().startswith("- ")
    for way in (range(line - 1, -1, -1), range(line + 1, len(lines.lines))):
        for other in (each for each in way if _is_written(lines, each)):
            written = lines.lines[other]
            match, own = KEY_AND_VALUE.fullmatch(written), len(margin_of(written))
            has_dash = written.lstrip().startswith("- ")
            column = len(match["lead"]) if match is not None and not is_dashed else own
            if column == margin and has_dash >= is_dashed:
                return other
            if own < margin:
                break
    return None


def _out_of_text(at: int, part: _Part, wording: str) -> Problem | None:
    """Tell a line of a text over several lines that stands further left than the text."""
    written = [line for line in part.kept if _is_written(part.lines, line)]
    for line in [each for each in written if each <= at][: -_IN_TEXT - 1 : -1]:
        words, head = part.lines.lines[line], _head_of_text(line, part)
        if head is None or _is_key(words) or words.lstrip().startswith("- "):
            continue
        first = next(each for each in written if each > head)
        begun = len(margin_of(part.lines.lines[first]))
        own, outer = len(margin_of(words)), len(margin_of(part.lines.lines[head]))
        if own > outer and written.index(line) == written.index(first) + 1:
            # the first line alone may be the one that stands too far right
            straight = {first: " " * own + part.lines.lines[first].lstrip()}
            if begun > own and part.suits(straight, None):
                return _tell(first, own, part.lines, wording)
        margin = begun if first < line else outer + _STEP
        if margin > own and part.suits({line: " " * margin + words.lstrip()}, None):
            details = {"line": str(head + 1), "count": str(margin)}
            advice = "yaml-goes-on-at"
            return tell_slip(advice, (line, own), part.lines, None, wording=wording, **details)
    return None


def _head_of_text(line: int, part: _Part) -> int | None:
    """Find the key above with the sign of a text over several lines, which goes on to a line."""
    least = _FAR_RIGHT
    for above in range(line - 1, part.kept[0], -1):
        own = len(margin_of(part.lines.lines[above]))
        if own < least and _is_written(part.lines, above):
            if _TEXT_BEGINS.search(part.lines.lines[above]):
                return above
            least = own
        if not least or line - above > _BEFORE:
            return None
    return None


# -- What lacks its indentation, its dash or its heading -------------------------------------------


def _left_at_margin(at: int, part: _Part, wording: str) -> Problem | None:
    """Tell entries at the margin below the heading that they belong to."""
    below = [line for line in part.around if line > at and _is_written(part.lines, line)]
    heads = [line for line in below if _is_at_margin(line, part)]
    match = _KEY_AT_MARGIN.fullmatch(part.lines.lines[at])
    size = sum(len(part.lines.lines[line]) for line in part.around)
    if match is None or at not in part.roots or not heads or size > _LARGEST:
        return None
    whole = replace(part, kept=part.around)
    for moved, advice in ((heads, "yaml-indent-heads"), (below, "yaml-indent-lines")):
        changed = {line: " " * _STEP + part.lines.lines[line] for line in moved}
        if whole.suits(changed, heads[0]):
            details = {"line": str(moved[0] + 1), "last": str(moved[-1] + 1)}
            details["text"] = f"`{match['key']}:`"
            return tell_slip(advice, (heads[0], 0), part.lines, None, wording=wording, **details)
    return None


def _is_at_margin(line: int, part: _Part) -> bool:
    written = part.lines.lines[line]
    return line not in part.roots and written[:1] not in ("", " ", "#")


def _without_dash(suspects: Sequence[int], part: _Part, wording: str) -> Problem | None:
    """Tell an item of a list that has no dash, where the other items have theirs."""
    dashed = [part.lines.lines[line] for line in part.kept]
    margins = {len(margin_of(each)) for each in dashed if each.lstrip().startswith("- ")}
    for line in suspects:
        written = part.lines.lines[line]
        bare = written.lstrip()
        own = len(margin_of(written))
        for margin in sorted(margins | {own}) if not bare.startswith("-") else ():
            if part.suits({line: f"{' ' * margin}- {bare}"}, line):
                instead = "`- {`" if bare.startswith("{") else f"`- {bare.split(':')[0]}:`"
                place = (line, own)
                return tell_slip(
                    "missing-dash", place, part.lines, wording=wording, instead=instead
                )
    return None


def _without_heading(suspects: Sequence[int], part: _Part) -> Problem | None:
    """Tell the entries before which the heading of their part is missing."""
    there = {part.lines.lines[root].split(":")[0] for root in part.roots}
    lacking = [name for name in ENTRIES if name in part.shape and name not in there]
    for line in sorted(suspects):
        written = part.lines.lines[line]
        for name in _by_order(lacking, part) if written[:1] == " " else ():
            if part.suits({line: f"{name}:\n{written}"}, line):
                details = {"key": f"`{name}`", "owner": name}
                mark = part.lines.mark(line, len(margin_of(written)))
                return Problem("missing-key", mark, details, "", "part-begins")
    return None


def _without_list(suspects: Sequence[int], part: _Part) -> Problem | None:
    """Tell the items before which the key of their list is missing."""
    for line in suspects:
        written, above = part.lines.lines[line], line_before(part.lines, line)
        if above is None or not written.lstrip().startswith("- "):
            continue
        margin = margin_of(part.lines.lines[above])
        for name in LISTS if len(margin) <= len(margin_of(written)) else ():
            if part.suits({line: f"{margin}{name}:\n{written}"}, line):
                details = {"key": f"`{name}`", "owner": name, "count": str(len(margin))}
                mark = part.lines.mark(line, len(margin_of(written)))
                return Problem("missing-key", mark, details, "", "list-begins")
    return None


def _by_order(names: Sequence[str], part: _Part) -> list[str]:
    """Put those first that people write between the headings around."""
    order = list(ENTRIES)
    heads = [part.lines.lines[root].split(":")[0] for root in sorted(part.roots)]
    here = part.lines.lines[part.kept[0]].split(":")[0]
    around = [(a, b) for a, b in pairwise([*heads, "properties"]) if a == here]
    low, high = around[0] if around else ("sources", "properties")
    low_at = order.index(low) if low in order else -1
    high_at = order.index(high) if high in order else len(order)
    return sorted(names, key=lambda name: not low_at < order.index(name) < high_at)
