"""What a document of ours lacks: entries their indentation, an item its dash, a part its heading.

Each is told where putting it there makes its part of the document sound.
"""

from collections.abc import Sequence
from itertools import pairwise, takewhile

from ruletrail.documents.document_parts import (
    KEY_AT_MARGIN,
    LARGEST,
    STEP,
    Part,
    is_key,
    is_written,
    measure_step,
)
from ruletrail.documents.document_shapes import ENTRIES, LISTS
from ruletrail.documents.yaml_lines import line_before, margin_of, tell_slip
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Problem

_ANY_NAME = "nome"
"""A name of an entry, to try whether one is missing."""


def find_left_at_margin(at: int, part: Part, wording: str) -> Problem | None:
    """Tell entries at the margin below the heading that they belong to."""
    below = [line for line in part.around if line > at and is_written(part.lines, line)]
    heads = [line for line in below if _is_at_margin(line, part)]
    match = KEY_AT_MARGIN.fullmatch(part.lines.lines[at])
    size = sum(len(part.lines.lines[line]) for line in part.around)
    if match is None or at not in part.roots or not heads or size > LARGEST:
        return None
    whole = replace(part, kept=part.around)
    for moved, advice in ((heads, "yaml-indent-heads"), (below, "yaml-indent-lines")):
        changed = {line: " " * STEP + part.lines.lines[line] for line in moved}
        if whole.suits(changed, heads[0]):
            details = {"line": str(moved[0] + 1), "last": str(moved[-1] + 1)}
            details["text"] = f"`{match['key']}:`"
            return tell_slip(advice, (heads[0], 0), part.lines, None, wording=wording, **details)
    return None


def _is_at_margin(line: int, part: Part) -> bool:
    written = part.lines.lines[line]
    return line not in part.roots and written[:1] not in ("", " ", "#")


def find_without_dash(suspects: Sequence[int], part: Part, wording: str) -> Problem | None:
    """Tell an item of a list that has no dash, where the other items have theirs."""
    dashed = [part.lines.lines[line] for line in part.kept]
    margins = {len(margin_of(each)) for each in dashed if each.lstrip().startswith("- ")}
    for line in suspects:
        written = part.lines.lines[line]
        bare = written.lstrip()
        own = len(margin_of(written))
        is_item = not bare.startswith("-") and not _is_key_of_row(line, part)
        for margin in sorted(margins | {own}) if is_item else ():
            if part.suits({line: f"{' ' * margin}- {bare}"}, line):
                instead = "`- {`" if bare.startswith("{") else f"`- {bare.split(':')[0]}:`"
                place = (line, own)
                return tell_slip(
                    "missing-dash", place, part.lines, wording=wording, instead=instead
                )
    return None


def _is_key_of_row(line: int, part: Part) -> bool:
    """Tell a line below `rows:` where no `value` stands: values by their keys, and no row."""
    lines = part.lines.lines
    own = len(margin_of(lines[line]))
    written = [each for each in lines[:line] if each.strip()]
    heading = next((each for each in reversed(written) if len(margin_of(each)) < own), "")
    below = takewhile(lambda each: not each.strip() or len(margin_of(each)) >= own, lines[line:])
    is_valued = any(each.startswith(" " * own + "value:") for each in below)
    return heading.strip() == "rows:" and not is_valued and is_key(lines[line])


def find_without_heading(suspects: Sequence[int], part: Part) -> Problem | None:
    """Tell the entries before which the heading of their part is missing."""
    there = {part.lines.lines[root].split(":")[0] for root in part.roots}
    lacking = [name for name in ENTRIES if name in part.shape and name not in there]
    step = measure_step(part)
    for line in sorted(suspects):
        written = part.lines.lines[line]
        is_entry = 0 < len(margin_of(written)) <= step
        for name in _by_order(lacking, part) if is_entry else ():
            if part.suits({line: f"{name}:\n{written}"}, line):
                details = {"key": f"`{name}`", "owner": name}
                mark = part.lines.mark(line, len(margin_of(written)))
                return Problem("missing-key", mark, details, "", "part-begins")
    return None


def find_without_list(suspects: Sequence[int], part: Part) -> Problem | None:
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


def find_without_name(suspects: Sequence[int], part: Part, wording: str) -> Problem | None:
    """Tell the first key of an entry whose name is missing above it."""
    step = measure_step(part)
    for line in suspects:
        written = part.lines.lines[line]
        own = len(margin_of(written))
        named = f"{' ' * step}{_ANY_NAME}:\n{written}"
        if own > step and is_key(written) and part.suits({line: named}, line):
            place, count = (line, own), str(step)
            advice = "yaml-entry-name"
            return tell_slip(advice, place, part.lines, None, wording=wording, count=count)
    return None


def _by_order(names: Sequence[str], part: Part) -> list[str]:
    """Put those first that people write between the headings around."""
    order = list(ENTRIES)
    heads = [part.lines.lines[root].split(":")[0] for root in sorted(part.roots)]
    here = part.lines.lines[part.kept[0]].split(":")[0]
    around = [(a, b) for a, b in pairwise([*heads, "properties"]) if a == here]
    low, high = around[0] if around else ("sources", "properties")
    low_at = order.index(low) if low in order else -1
    high_at = order.index(high) if high in order else len(order)
    return sorted(names, key=lambda name: not low_at < order.index(name) < high_at)
