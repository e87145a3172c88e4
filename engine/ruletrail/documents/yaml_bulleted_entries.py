"""Entries behind a bullet, as they are copied from a printed list: where they stand, no list is.

A hyphen in the place of the bullet would only make another mistake of it.
"""

from ruletrail.documents.pasted_signs import BULLET
from ruletrail.documents.yaml_glued_lines import list_beside
from ruletrail.documents.yaml_lines import (
    KEY_AND_VALUE,
    LONGEST_SENTENCE,
    Lines,
    in_ticks,
    is_report,
    line_before,
    margin_of,
    tell_slip,
)
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Fix, Problem, quote

_OF_ENTRIES = frozenset({"fields", "subject"})
"""The parts of a report that hold entries, and no list."""
_STEP = "  "


def find_bulleted_entry(line: int, lines: Lines) -> Problem | None:
    """Tell a report's entry behind a bullet, with how many others do the same; None of an item."""
    return tell_bulleted(list_bulleted(line, lines), lines) if is_report(lines) else None


def list_bulleted(line: int, lines: Lines) -> list[int]:
    """List the entries behind bullets beside one, itself too; none where the line is none."""
    if not _is_bulleted(line, lines):
        return []
    return [at for at in list_beside(line, lines) if _is_bulleted(at, lines)]


def tell_bulleted(around: list[int], lines: Lines) -> Problem | None:
    """Tell such entries of a report, at the first; None of items of a list."""
    margin = margin_of_entries(around[0], lines) if around else None
    if margin is None:
        return None
    fixes = tuple(_mend(at, margin, lines) for at in around)
    first, bullet = around[0], BULLET.fullmatch(lines.lines[around[0]])
    sign = bullet["sign"] if bullet is not None else ""
    details = {
        "text": quote(sign),
        "instead": in_ticks(fixes[0].new, LONGEST_SENTENCE),
        "count": str(len(around) - 1),
        "last": str(around[-1] + 1),
    }
    several = {1: "yaml-bullet-of-entry", 2: "yaml-bullet-of-two"}
    advice = several.get(len(around), "yaml-bullet-of-entries")
    place = (first, lines.lines[first].index(sign))
    return replace(tell_slip(advice, place, lines, None, **details), fixes=fixes)


def is_out_of_line(told: Problem) -> bool:
    """Tell that such an entry stands elsewhere than it belongs: then its bullet is not all."""
    return margin_of(told.fixes[0].new) != margin_of(told.mark.text)


def _mend(line: int, margin: str, lines: Lines) -> Fix:
    """Write an entry where it belongs, without its bullet."""
    bullet = BULLET.fullmatch(lines.lines[line])
    rest = bullet["rest"].rstrip() if bullet is not None else ""
    return Fix(lines.mark(line, 0), lines.lines[line].rstrip(), margin + rest)


def _is_bulleted(line: int, lines: Lines) -> bool:
    bullet = BULLET.fullmatch(lines.lines[line])
    return bullet is not None and KEY_AND_VALUE.fullmatch(bullet["rest"]) is not None


def margin_of_entries(line: int, lines: Lines) -> str | None:
    """Return how far right entries stand above a bullet, or a table's row; None in a list.

    Above the first of them their part is named, whose entries stand two spaces further.
    """
    above = line_before(lines, line)
    while above is not None and (
        BULLET.fullmatch(lines.lines[above]) or lines.lines[above].lstrip().startswith("|")
    ):
        above = line_before(lines, above)
    match = KEY_AND_VALUE.fullmatch(lines.lines[above]) if above is not None else None
    if above is None or match is None:
        return None
    margin = margin_of(lines.lines[above])
    if not match["value"]:
        return margin + _STEP if match["key"].strip() in _OF_ENTRIES else None
    return margin if margin and not _is_in_item(above, margin, lines) else None


def _is_in_item(line: int, margin: str, lines: Lines) -> bool:
    """Tell an entry of a list's item: a dash begins it, or the line that it stands below."""
    at: int | None = line
    while at is not None:
        written = lines.lines[at]
        if written.lstrip().startswith("-") and len(margin_of(written)) <= len(margin):
            return True
        if len(margin_of(written)) < len(margin):
            return False
        at = line_before(lines, at)
    return False
