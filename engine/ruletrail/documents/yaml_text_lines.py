"""Sentences over several lines, as they are pasted, that a colon in one of them breaks.

YAML takes what stands before the colon for a key, and the line for one that stands too far right.
"""

import re

from ruletrail.documents.document_parts import is_key
from ruletrail.documents.document_shapes import OF_FORMULAS, OF_ONE_VALUE, RULEBOOK
from ruletrail.documents.yaml_lines import (
    KEY_AND_VALUE,
    Lines,
    line_before,
    margin_of,
    next_written,
    tell_slip,
)
from ruletrail.problems import Problem

_WORDS = re.compile(r"\s*(?P<first>[^\W\d_]+),? (?P<rest>[^:=]*)")
"""A line that begins with a word, and has no sign of a key or a formula."""
_FEWEST_WORDS = 2
"""Words after the first one that a sentence has at least."""
_SENTENCES = frozenset({"it", "en", "label", "title", "note", "message"})
_WORD_OF_LETTERS = re.compile(r"\s*[A-Z][a-zà-ÿ]+: +[^\s{\[].*")
"""How a line of a letter may begin, and no key of ours: `Oggetto: …`."""
_STEP = 2
"""Spaces by which a text below its key stands further right."""
_LONGEST_TEXT = 60
"""Lines of a text that are gone through to find its key."""


def explain_colon_in_lines(place: tuple[int, int], lines: Lines) -> Problem | None:
    """Tell a colon in a sentence that goes over several lines, in its first line or a later one."""
    line, _ = place
    below = next_written(lines, line + 1) if line + 1 < len(lines.lines) else line
    is_first = below > line and not _is_text(lines.lines[line]) and _goes_on(below, line, lines)
    above = _find_text(line, lines)
    later = above if above is not None and _goes_on(line, above, lines) else None
    head = line if is_first else later
    match = KEY_AND_VALUE.fullmatch(lines.lines[head]) if head is not None else None
    if head is None or match is None:
        return None
    key, count = match["key"].strip(), str(len(match["lead"]) + _STEP)
    instead = f"`{key}: >`"
    advice = "yaml-colon-in-lines"
    return tell_slip(advice, place, lines, line=str(head + 1), instead=instead, count=count)


def explain_line_of_text(line: int, lines: Lines) -> Problem | None:
    """Tell a line of a sentence, pasted over several lines, that stands where only a key may."""
    bare = _WORDS.fullmatch(lines.lines[line])
    if bare is None or bare["first"] in OF_ONE_VALUE | RULEBOOK.keys():
        return None
    words = [each for each in bare["rest"].split() if each.strip(".,;()'’{}").isalpha()]
    if len(words) < _FEWEST_WORDS:
        return None
    head = _find_text(line, lines)
    match = KEY_AND_VALUE.fullmatch(lines.lines[head]) if head is not None else None
    # of a report's field it may be the next field, which lacks its colon
    is_ours = match is not None and match["key"].strip() in _SENTENCES
    if head is None or match is None or not is_ours or not _is_sentence(match):
        return None
    instead, count = f"`{match['key'].strip()}: >`", str(len(match["lead"]) + _STEP)
    place, advice = (line, bare.start("first")), "yaml-text-in-lines"
    return tell_slip(advice, place, lines, line=str(head + 1), instead=instead, count=count)


def _find_text(line: int, lines: Lines) -> int | None:
    """Find the key above a line that only lines of a text stand between."""
    head = line_before(lines, line)
    while head is not None and line - head <= _LONGEST_TEXT and _is_text(lines.lines[head]):
        head = line_before(lines, head)
    return head


def _goes_on(line: int, head: int, lines: Lines) -> bool:
    """Tell whether a line goes on with the sentence that begins behind a key above it."""
    match, written = KEY_AND_VALUE.fullmatch(lines.lines[head]), lines.lines[line]
    if match is None or not _is_sentence(match):
        return False
    return len(margin_of(written)) > len(match["lead"]) and _is_text(written)


def _is_sentence(match: re.Match[str]) -> bool:
    """Tell a key with the beginning of a text for people, or with nothing where one belongs."""
    key, value = match["key"].strip(), match["value"] or ""
    if " " in key or key in OF_FORMULAS:
        return False
    return (value[:1].isalpha() and " " in value) or (not value and key in _SENTENCES)


def _is_text(written: str) -> bool:
    return not is_key(written) or _WORD_OF_LETTERS.fullmatch(written) is not None
