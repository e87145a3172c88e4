"""Texts for people that break off: cut by a comment, or in a line that lost its spaces."""

import re

from ruletrail.documents.document_shapes import OF_FORMULAS
from ruletrail.documents.yaml_lines import (
    KEY_AND_VALUE,
    Lines,
    in_quotes,
    in_ticks,
    line_before,
    margin_of,
    tell_slip,
)
from ruletrail.problems import Problem

BLOCK = re.compile(r"[|>][0-9+-]*(?:\s+#.*|\s*)")
"""How a text in lines of its own begins, behind its key."""
_ENTRY = re.compile(r"\s*(?:- +)*[\w\"']+:(?:\s|$)")
"""A line with a key and no more words before its colon."""
_FIRST_WORD = re.compile(r"\s*(?P<word>\w+)(?:[\s:]|$)")
_NUMBERED = re.compile(r"[A-Z]*\d")
_COMMENT = re.compile(r"\s#")
_CUT_IN_BRACES = re.compile(
    r"[{,] *\w+: +(?P<text>[^\W\d_](?:[^{}\[\]:,\"]*?[^{}\[\]:,\"\s])??) +#(?=\w)"
)
_OTHER_PAIR = re.compile(r", *\w+: |[,}]?$")
_LONGEST_TEXT = 60
"""Lines of a text that are gone through to find its key."""


def explain_after_cut(before: int, here: int, lines: Lines) -> Problem | None:
    """Tell a text that goes on in a line below, where a comment has ended it."""
    written = lines.lines[here]
    if _ENTRY.match(written) or before + 1 != here:
        return None
    head = _find_head(here, lines)
    match = KEY_AND_VALUE.fullmatch(lines.lines[head]) if head is not None else None
    if head is None or match is None or match["key"].strip() in OF_FORMULAS:
        return None
    is_below = len(margin_of(written)) > len(match["lead"])
    if not is_below or not (match["value"] or "")[:1].isalpha():
        return None
    begin = match.start("value") if head == before else len(margin_of(lines.lines[before]))
    above = lines.lines[before]
    cut = _COMMENT.search(above, begin)
    if cut is None or not above[begin : begin + 1].isalpha():
        return None
    place, beside = (before, cut.end() - 1), str(head + 1)
    return tell_slip("yaml-comment-in-text", place, lines, line=beside)


def explain_cut_in_braces(line: int, lines: Lines) -> Problem | None:
    """Tell a text in braces with a `#`, which makes a comment of the rest and of the brace."""
    written = lines.lines[line].rstrip()
    cut = _CUT_IN_BRACES.search(written)
    end = _OTHER_PAIR.search(written, cut.end()) if cut is not None else None
    if cut is None or end is None:
        return None
    instead = in_ticks(in_quotes(written[cut.start("text") : end.start()]))
    return tell_slip("yaml-comment-in-braces", (line, cut.end() - 1), lines, instead=instead)


def explain_block_line(before: int, here: int, lines: Lines) -> Problem | None:
    """Tell a line of a text in lines of its own that stands further left than those above it."""
    for line in (before, here):
        head = _find_head(line, lines)
        match = KEY_AND_VALUE.fullmatch(lines.lines[head]) if head is not None else None
        if head is None or match is None or BLOCK.fullmatch(match["value"] or "") is None:
            continue
        count = len(margin_of(lines.lines[head + 1]))
        if count <= len(match["lead"]):
            continue  # nothing of the text stands where it should
        within = ((at, lines.lines[at]) for at in range(head + 1, line + 1))
        lost = next((at for at, each in within if each.strip() and _is_left(each, count)), None)
        if lost is None or _ENTRY.match(lines.lines[lost]) or is_like_code(lines.lines[lost]):
            continue
        place = (lost, len(margin_of(lines.lines[lost])))
        key = in_ticks(match["key"].strip())
        return tell_slip(
            "yaml-block-line", place, lines, key=key, line=str(head + 1), count=str(count)
        )
    return None


def is_like_code(written: str) -> bool:
    """Tell a line that begins as codes of a form do, and may be a value that lost its colon."""
    first = _FIRST_WORD.match(written)
    word = first["word"] if first is not None else ""
    return "_" in word or _NUMBERED.match(word) is not None


def _is_left(written: str, count: int) -> bool:
    return len(margin_of(written)) < count


def _find_head(line: int, lines: Lines) -> int | None:
    """Find the key above a line that only lines of its text stand between."""
    head = line_before(lines, line)
    while head is not None and line - head <= _LONGEST_TEXT:
        if _ENTRY.match(lines.lines[head]):
            return head
        head = line_before(lines, head)
    return None
