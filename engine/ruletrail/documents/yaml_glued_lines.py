"""Keys whose colon touches their value: one line of a document, or all around it.

YAML takes such a line for a text, and several of them for one text.
"""

import re
from collections.abc import Iterator

from ruletrail.documents.yaml_lines import Lines, begins_value, in_ticks, margin_of, tell_slip
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Fix, Problem

GLUED = re.compile(r"\s*(?:- +)*(?P<key>\w+):(?P<value>(?!//)[^\s:].*)")
"""A key, and its value right behind the colon; an address is none."""
_MOST_LINES = 400
"""Lines to each side that are looked at, to tell and mend them together."""


def match_glued(line: int, lines: Lines) -> re.Match[str] | None:
    """Match a line whose colon touches its value."""
    return GLUED.fullmatch(lines.lines[line])


def tell_glued(line: int, lines: Lines) -> Problem:
    """Tell the first of the lines beside one that lack the blank, and mend all of them."""
    around = [(at, match) for at in list_beside(line, lines) if (match := match_glued(at, lines))]
    first, match = around[0]
    place, instead = (first, match.start("value")), in_ticks(f"{match['key']}: {match['value']}")
    fixes = tuple(
        Fix(lines.mark(at, each.start("key")), f"{each['key']}:", f"{each['key']}: ")
        for at, each in around
        if begins_value(each["value"])
    )
    details = {"instead": instead, **count_others(len(around), around[-1][0] + 1)}
    slip = tell_slip(advise_space(len(around)), place, lines, None, **details)
    return replace(slip, fixes=fixes)


def advise_space(count: int) -> str:
    """Name the hint for so many lines that lack the blank behind their colon."""
    return {1: "yaml-space", 2: "yaml-space-twice"}.get(count, "yaml-spaces")


def count_others(count: int, last: int) -> dict[str, str]:
    """Say how many lines lack it besides the first, and the number of the last of them."""
    return {"count": str(count - 1), "last": str(last)}


def list_beside(line: int, lines: Lines) -> Iterator[int]:
    """Yield the lines that stand beside one, at the same margin, in their order."""
    margin = len(margin_of(lines.lines[line]))
    yield from reversed(list(_beside(range(line - 1, -1, -1), margin, lines)))
    yield line
    yield from _beside(range(line + 1, len(lines.lines)), margin, lines)


def _beside(places: range, margin: int, lines: Lines) -> Iterator[int]:
    """Yield the lines of the same margin, up to one that stands further left."""
    for at in places[:_MOST_LINES]:
        written = lines.lines[at]
        own = len(margin_of(written))
        if written.lstrip()[:1] in ("", "#") or own > margin:
            continue
        if own < margin:
            return
        yield at
