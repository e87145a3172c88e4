"""Keys whose colon was forgotten: the line itself tells, wherever YAML stops after it.

YAML takes such a line for a text, goes on reading, and stops at a later one.
"""

import re
from typing import Any

from ruletrail.documents.yaml_lines import (
    KEY_AND_VALUE,
    Lines,
    Stop,
    in_ticks,
    is_report,
    line_before,
    margin_of,
    tell_slip,
    without_comment,
)
from ruletrail.problems import Problem

KNOWN_KEYS = frozenset({
    "above", "absent_messages", "additionalProperties", "after", "also", "bands", "before",
    "before_rounding", "booleans", "by", "case", "cases", "cells", "change", "checks",
    "condition", "dates", "day", "decimal", "decimals", "decisions", "declared",
    "defaultSnippets", "description", "display", "due", "edition", "en", "errors", "evidence",
    "examples", "exceptions", "expect", "extends", "field", "fields", "file", "for_each",
    "form", "formula", "free_text", "from", "grouping", "groups", "heading", "id", "ignore",
    "in_force", "inline", "it", "kind", "kinds", "label", "language", "layout", "like",
    "lists", "locale", "lookalikes", "message", "messages", "missing", "mode", "name",
    "negative", "not_applicable", "not_due", "not_encoded", "note", "numbers", "of",
    "optional", "otherwise", "outcome", "parameters", "part_of", "parts", "patternProperties",
    "policy", "positive", "problems", "properties", "rate", "reasons", "remove", "report",
    "round", "row", "rows", "rulebook", "rules", "scales", "sections", "sentences", "severity",
    "source", "sources", "status", "subject", "tables", "test", "text", "thousands", "times",
    "title", "to", "type", "types", "under", "unit", "until", "url", "value", "values",
    "version", "versions", "when", "zero",
})  # fmt: skip
"""Keys of our documents: a line that begins with one and a blank is no text that goes on."""

_WORD_AND_VALUE = re.compile(r"(?P<lead> *(?:- +)*)(?P<key>[^\W\d][\w.]*) +(?:= ?)?(?P<value>\S.*)")
_KEY_IN_BRACES = re.compile(r"[\w{}.\"']+")
_OPENS = re.compile(r"(?P<lead>[ \-]*)(?P<key>[\w.{}\"]+): *(?:#.*)?")
_OF_TEXTS = frozenset({"label", "title", "note", "it", "en", "formula", "when", "message", "why"})
"""Keys whose value may be a text that begins on the line below."""
_OF_PEOPLE = frozenset({"label", "title", "note", "it", "en", "why"})
_IN_BRACES = re.compile(r"(?P<key>[^\W\d]\w*) +(?:= ?)?(?P<value>[^=\s].*)")
_QUOTED_IN_BRACES = re.compile(
    r"\{ *(?:\w+: [^\"'{},]*, *)*(?P<key>[^\W\d]\w*) +(?P<value>\"[^\"]*\"|'[^']*')"
)
_BEFORE_KEYS = ("{", "{ ", ",", ", ")
"""What stands before a key in braces."""
_OF_REPORTS = frozenset({"printed", "campi", "soggetto"})
_TITLE = re.compile(r"[A-Z][a-z]+ [0-9]{1,4}")
"""A word and its number, as parts of a form are called."""
_NO_PROSE = "0123456789-+{[\"'"
"""How values begin that no words of a note do."""
_NEARBY = 3
"""Rows above and below that tell which words are keys of a row."""


def explain_lost_colon(lines: Lines, before: int | None, here: int) -> Problem | None:
    """Tell a key without its colon, in the line of the stop or in the one before it."""
    for line in (here,) if before is None else (before, here):
        match = _WORD_AND_VALUE.fullmatch(lines.lines[line].rstrip())
        if match is not None and (
            _is_before_flow(match)
            or (KEY_AND_VALUE.fullmatch(match[0]) is None and _is_key(match, line, here, lines))
        ):
            return _tell(match, line, lines)
    return None


def explain_in_braces(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a key in braces without its colon before a text in quotes, which YAML breaks at."""
    if stop.begun is None or "flow" not in stop.context:
        return None
    line, column = stop.begun
    match = _QUOTED_IN_BRACES.match(lines.lines[line], column)
    if match is None or match["key"] not in KNOWN_KEYS:
        return None
    return _tell(match, line, lines)


def split_key(key: Any, previous: Any, lines: Lines) -> str:
    """Write a key in braces, which holds its value too, with its colon; empty where it is none.

    Its first word is a key of ours, or one that the rows beside it have. `previous` is the value
    before it: a text for people may go on with such a word (`one way, by road`).
    """
    match = _IN_BRACES.fullmatch(key.text)
    if match is None:
        return ""
    line = key.mark.line - 1
    beside = lines.lines[max(line - _NEARBY, 0) : line + _NEARBY + 1]
    braced = [f"{sign}{match['key']}: " for sign in _BEFORE_KEYS]
    is_prose = (previous.mark.pointer or "").rpartition("/")[2] in _OF_PEOPLE
    is_ours = match["key"] in KNOWN_KEYS and (not is_prose or match["value"][0].isdigit())
    is_known = is_ours or any(each in row for row in beside for each in braced)
    return f"{match['key']}: {match['value']}" if is_known else ""


def _tell(match: re.Match[str], line: int, lines: Lines) -> Problem:
    return tell_no_colon(match, line, lines)


def tell_no_colon(match: re.Match[str], line: int, lines: Lines) -> Problem:
    """Tell a key that lacks its colon; words that may be a note of the author's are told as both.

    `match` has the key, and what follows it as the value.
    """
    key, value = match["key"], without_comment(match["value"])
    details = {"instead": in_ticks(f"{key}: {value}")}
    # a code has a figure or an underscore, prose has words
    is_word = (key.isalpha() or key[0].isdigit()) and key not in KNOWN_KEYS | {"printed"}
    is_title = is_report(lines) and _TITLE.fullmatch(lines.lines[line].strip()) is not None
    if not is_word or (value[0] in _NO_PROSE and not is_title) or len(key) == 1:
        return tell_slip("yaml-no-colon", (line, match.end("key")), lines, None, **details)
    note = lines.lines[line].strip()
    details["note"] = in_ticks(f"# {note}")
    return tell_slip("yaml-note-or-key", (line, match.start("key")), lines, None, **details)


def _is_before_flow(match: re.Match[str]) -> bool:
    """Tell whether the word is followed by nothing but a mapping in braces, or a list."""
    value = without_comment(match["value"]).rstrip()
    inside = value[1:-1].lstrip(" ")
    if value[0] + value[-1] == "[]":
        return match["key"] in KNOWN_KEYS and not {"[", "]"} & set(inside)
    key, colon, rest = inside.partition(":")
    is_mapping = bool(colon) and _KEY_IN_BRACES.fullmatch(key) is not None
    return value[0] + value[-1] == "{}" and is_mapping and rest[:1] in ("", " ")


def _is_key(match: re.Match[str], line: int, here: int, lines: Lines) -> bool:
    """Tell whether a line without a colon stands where only a key may."""
    own, above = match.start("key"), line_before(lines, line)
    is_known = match["key"] in KNOWN_KEYS
    below = KEY_AND_VALUE.fullmatch(lines.lines[here]) if here > line else None
    is_beside = below is not None and below.start("key") == own
    if "-" in match["lead"]:
        # a text in a list has no key below it
        return below is not None and is_beside and "-" not in below["lead"]
    opening = _OPENS.fullmatch(lines.lines[above]) if above is not None else None
    if opening is not None and opening.start("key") < own:
        name = opening["key"]
        is_first = is_known or name not in _OF_TEXTS
        return is_first and (is_beside or here == line)
    return is_known and _stands_beside(own, above, lines)


def _stands_beside(own: int, above: int | None, lines: Lines) -> bool:
    """Tell whether a line begins an entry after the one above, and does not go on with it."""
    if above is None:
        return True
    match = KEY_AND_VALUE.fullmatch(lines.lines[above])
    if match is None:
        return len(margin_of(lines.lines[above])) > own
    value = match["value"] or ""
    # words may go on with the words above them
    is_prose = " " in value and value[0].isalpha()
    return not is_prose and len(match["lead"]) >= own
