"""Texts in lines of their own of which no line stands further right than their key.

YAML takes such a text for empty, and its lines for entries; as comments they would be lost.
"""

import re

from ruletrail.documents.yaml_lines import (
    KEY_AND_VALUE,
    Lines,
    in_ticks,
    is_report,
    line_before,
    margin_of,
    next_written,
    tell_slip,
)
from ruletrail.documents.yaml_lost_colons import KNOWN_KEYS
from ruletrail.documents.yaml_prose import BLOCK, is_like_code
from ruletrail.problems import Problem

_STEP = 2
_LONGEST_TEXT = 60
"""Lines of a text that are gone through to find its key, or its end."""


def explain_block_at_margin(before: int, here: int, lines: Lines) -> Problem | None:
    """Tell all lines of a text that lost its margin, from one that YAML stopped at, or before."""
    for line in (here, before):
        head = _find_head(line, lines)
        if head is not None:
            return _tell(head, _end_of_text(line, lines), lines)
    return None


def _tell(head: int, last: int, lines: Lines) -> Problem:
    """Tell the lines below a key, up to the last of its text."""
    first, own = next_written(lines, head + 1), len(margin_of(lines.lines[head]))
    key = lines.lines[head].strip(" -").partition(":")[0].rstrip()
    details = {
        "key": in_ticks(key), "line": str(head + 1), "count": str(own + _STEP),
        "first": str(first + 1), "last": str(last + 1),
    }  # fmt: skip
    advice = "yaml-block-at-margin" if first == last else "yaml-block-all-at-margin"
    place = (first, len(margin_of(lines.lines[first])))
    return tell_slip(advice, place, lines, None, **details)


def _find_head(line: int, lines: Lines) -> int | None:
    """Find the key of a text above a line that was to be of it; None where an entry is nearer."""
    at: int | None = line
    while at is not None and line - at <= _LONGEST_TEXT and not _is_entry(at, lines):
        at = line_before(lines, at)
    if at is None or at == line or line - at > _LONGEST_TEXT or not _opens_text(lines.lines[at]):
        return None
    own, first = len(margin_of(lines.lines[at])), next_written(lines, at + 1)
    below = lines.lines[first : _end_of_text(first, lines) + 1]
    # where others stand right, the one that does not is told by what they have
    is_lost = all(len(margin_of(each)) <= own for each in below if each.strip())
    return at if is_lost else None


def _opens_text(written: str) -> bool:
    match = KEY_AND_VALUE.fullmatch(written)
    return match is not None and BLOCK.fullmatch(match["value"] or "") is not None


def _is_entry(line: int, lines: Lines) -> bool:
    """Tell a line that is an entry, or was to be one: it begins with a code, or a key of ours.

    Several words before a colon are prose; so is, in a report, one that may begin a sentence.
    """
    written = lines.lines[line]
    key, colon, value = written.lstrip(" -").partition(":")
    key = key.rstrip().strip("\"'")
    # one of ours may lack its colon where it stands alone, or before brackets
    is_ours = re.sub(r"[{\[].*", "", key).rstrip() in KNOWN_KEYS | {"printed"}
    if is_ours or _opens_text(written) or is_like_code(written):
        return True
    if not colon or value[:1].strip() or not key or " " in key:
        return False
    return not (key[0].isupper() and is_report(lines))


def _end_of_text(line: int, lines: Lines) -> int:
    """Return the last line of a text that one is of, before the next entry."""
    last = line
    for at in range(line + 1, min(line + _LONGEST_TEXT, len(lines.lines))):
        if _is_entry(at, lines):
            break
        last = at if lines.lines[at].strip() else last
    return last
