"""A line that stands too far left or right, or a heading that is lost: found by trying.

Where a document of ours breaks, or does not have its shape, the lines nearby are moved, given a
dash or a heading, one at a time; what makes that part of the document sound is what is told. So the
way out, done as it is said, gives a sound document. Nothing is asked of a document that is sound.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ruletrail.documents.document_parts import (
    BEFORE,
    FAR_RIGHT,
    KEY_AT_MARGIN,
    STEP,
    Part,
    Read,
    cut_out,
    enclosing,
    is_key,
    is_written,
    measure_step,
)
from ruletrail.documents.document_shapes import choose_shape, find_misfits
from ruletrail.documents.nodes import Node
from ruletrail.documents.yaml_lines import KEY_AND_VALUE, Lines, margin_of, tell_slip
from ruletrail.documents.yaml_missing_lines import (
    find_left_at_margin,
    find_without_dash,
    find_without_heading,
    find_without_list,
    find_without_name,
)
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.problems import Problem

_TEXT_BEGINS = re.compile(r": [>|][-+]?$")
_NEARBY = 3
"""Written lines before the one where reading stopped that may be the one that is wrong."""
_IN_TEXT = 12
"""Written lines before it that may be a line of a text which stands further left."""
_MARGINS = 8
"""Different indentations of a document that are tried, the most frequent ones."""
_COUNTED = {0: "-none", 1: "-one"}


@dataclass(frozen=True, slots=True)
class Moved:
    """The problem of a misplaced line, and the lines whose other problems may come of it."""

    problem: Problem
    around: range


def explain_moved_line(at: int, lines: Lines, read: Read, wording: str = "") -> Moved | None:
    """Tell which line nearby is to be moved, or what is to be put before it; None for no such."""
    part = cut_out(at, lines, read)
    if part is None:
        return None
    suspects = list(_suspects(at, part))
    # where a line of ours begins with a brace, an item of a list was meant
    braced = [line for line in suspects if lines.lines[line].lstrip().startswith("{")]
    found = (
        _out_of_text(at, part, wording)
        or find_without_dash(braced, part, wording)
        or _moved(suspects, part, wording)
        or find_left_at_margin(at, part, wording)
        or find_without_dash(suspects, part, wording)
        or find_without_heading(suspects, part)
        or find_without_list(suspects, part)
        or find_without_name(suspects, part, wording)
        or _first_of_several(at, part, wording)
    )
    return Moved(found, part.around) if found is not None else None


def _first_of_several(at: int, part: Part, wording: str) -> Problem | None:
    """Tell the first of several lines that stand elsewhere: what comes after it is left out."""
    margin = len(margin_of(part.lines.lines[at]))
    after = [line for line in part.kept if line > at and is_written(part.lines, line)]
    shallow = (line for line in after if len(margin_of(part.lines.lines[line])) <= margin)
    end = next(shallow, part.around.stop)
    short = replace(part, kept=[line for line in part.kept if line < end])
    suspects = list(_suspects(at, short))
    return _moved(suspects, short, wording) or find_without_dash(suspects, short, wording)


def list_misfits(root: Node, lines: Lines) -> list[int]:
    """List the lines, counted from 0, of what has no place in the document where it stands."""
    shape = choose_shape(
        {match["key"] for match in map(KEY_AT_MARGIN.fullmatch, lines.lines) if match}
    )
    return list(dict.fromkeys(mark.line - 1 for mark in find_misfits(root, shape)))


def _suspects(at: int, part: Part) -> Iterator[int]:
    """Yield the lines that may be the wrong one, the likeliest first."""
    written = [line for line in part.kept if is_written(part.lines, line)]
    nearest = [line for line in written if line <= at][: -_NEARBY - 2 : -1]
    after = [line for line in written if line > at][:1]
    first = written[1:2]
    outer = [line for each in nearest[:2] for line in enclosing(each, part.kept[0], part.lines)]
    for line in dict.fromkeys([*nearest, *after, *outer, *first]):
        if line in part.kept and line not in part.roots and _begins(part.lines.lines[line]):
            yield line


def _begins(written: str) -> bool:
    """Tell whether a line begins with a key, a dash, or what quotes and braces hold."""
    return is_key(written) or written.lstrip()[:1] in ("-", "{", '"')


# -- One line that stands elsewhere ----------------------------------------------------------------


def _moved(suspects: Sequence[int], part: Part, wording: str) -> Problem | None:
    """Tell a line that makes its part sound at another indentation, the most usual of these."""
    found: list[tuple[bool, int, int, int, int, int]] = []
    step, by_kind = measure_step(part), _margins(part.lines)
    for line in suspects:
        written = part.lines.lines[line]
        own, margins = len(margin_of(written)), by_kind[written.lstrip().startswith("- ")]
        for margin, count in margins.items():
            moved = {line: " " * margin + written.lstrip()}
            if margin != own and part.suits(moved, line):
                head = next(_enclosing_at(line, margin, part.lines), None)
                below = len(margin_of(part.lines.lines[head])) + step if head is not None else 0
                # of a key that stands in entries too, the margin is the last place
                far = abs(margin - below), abs(margin - own)
                found.append((not margin, *far, -count, line, margin))
    if not found:
        return None
    *_, line, margin = min(found)
    return _tell(line, margin, part.lines, wording)


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
    keys = dict(keyed.most_common(_MARGINS)) | {0: keyed[0]}
    # the only item of a list stands where its keys do, but for its dash
    alone = {margin - len("- "): 0 for margin in keys if margin}
    return {True: alone | dict(dashed.most_common(_MARGINS)), False: keys}


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
        if is_written(lines, above) and len(margin_of(lines.lines[above])) < margin:
            yield above


def _find_beside(line: int, margin: int, lines: Lines) -> int | None:
    """Find the nearest line of the same mapping or list, above or else below."""
    is_dashed = lines.lines[line].lstrip().startswith("- ")
    for way in (range(line - 1, -1, -1), range(line + 1, len(lines.lines))):
        for other in (each for each in way if is_written(lines, each)):
            written = lines.lines[other]
            match, own = KEY_AND_VALUE.fullmatch(written), len(margin_of(written))
            has_dash = written.lstrip().startswith("- ")
            column = len(match["lead"]) if match is not None and not is_dashed else own
            if column == margin and has_dash >= is_dashed:
                return other
            if own < margin:
                break
    return None


def _out_of_text(at: int, part: Part, wording: str) -> Problem | None:
    """Tell a line of a text over several lines that stands further left than the text."""
    written = [line for line in part.kept if is_written(part.lines, line)]
    for line in [each for each in written if each <= at][: -_IN_TEXT - 1 : -1]:
        words, head = part.lines.lines[line], _head_of_text(line, part)
        if head is None or is_key(words) or words.lstrip().startswith("- "):
            continue
        first = next(each for each in written if each > head)
        begun = len(margin_of(part.lines.lines[first]))
        own, outer = len(margin_of(words)), len(margin_of(part.lines.lines[head]))
        if own > outer and written.index(line) == written.index(first) + 1:
            # the first line alone may be the one that stands too far right
            straight = {first: " " * own + part.lines.lines[first].lstrip()}
            if begun > own and begun != outer + STEP and part.suits(straight, None):
                return _tell(first, own, part.lines, wording)
        margin = begun if first < line else outer + STEP
        if margin > own and part.suits({line: " " * margin + words.lstrip()}, None):
            details = {"line": str(head + 1), "count": str(margin)}
            advice = "yaml-goes-on-at"
            return tell_slip(advice, (line, own), part.lines, None, wording=wording, **details)
    return None


def _head_of_text(line: int, part: Part) -> int | None:
    """Find the key above with the sign of a text over several lines, which goes on to a line."""
    least = FAR_RIGHT
    for above in range(line - 1, part.kept[0], -1):
        own = len(margin_of(part.lines.lines[above]))
        if own < least and is_written(part.lines, above):
            if _TEXT_BEGINS.search(part.lines.lines[above]):
                return above
            least = own
        if not least or line - above > BEFORE:
            return None
    return None
