"""Lists of sentences that a report prints, or an example expects: an item without its dash.

A sentence is words, so that YAML takes the line for part of the one above, or for a key, and stops
further down or says what is another's matter.
"""

import re

from ruletrail.documents.yaml_lines import (
    Lines,
    Stop,
    in_quotes,
    in_ticks,
    line_before,
    margin_of,
    next_written,
    tell_slip,
)
from ruletrail.problems import Problem

_SENTENCES_BELOW = re.compile(r" +(?:messages|absent_messages) *: *(?:#.*)?")
_OWNERS = re.compile(r" *(?:- +)*(?:printed|expect) *: *(?:#.*)?")
_CLOSED = re.compile(r"- +(?:\"[^\"]*\"|'[^']*') *(?:#.*)?")
"""An item whose text ends on its line: one below it is not the same text."""
_SPACELESS = re.compile(r"-(?P<text>[^\s-].*)")
_BULLET = re.compile(r"(?:[•‣◦▪●·*–—]|> ) *(?P<text>\w.*)")
"""What text processors begin an item with."""
_CUTS = re.compile(r":(?:\s|\Z)|\s#")
_INDENTATIONS = {0: "yaml-indent-none", 1: "yaml-indent-one"}


def explain_sentence_item(stop: Stop, lines: Lines) -> Problem | None:
    """Tell the first item of such a list that has no dash, or stands too far left."""
    here = next_written(lines, stop.place[0])
    heading = _find_heading(here, lines)
    below = _list_below(heading, lines) if heading is not None else []
    dashed = next((line for line in below if _is_item(lines.lines[line])), None)
    first = lines.lines[below[0]].lstrip() if below else ""
    if not below or (dashed is None and first[0] not in "\"'|>*" and not _BULLET.match(first)):
        return None  # one text, or keys: another matter
    margin = len(margin_of(lines.lines[below[0] if dashed is None else dashed]))
    for line in below:
        found = _explain_line(line, margin, dashed, lines)
        if found is not None:
            return found
    return None


def _is_item(written: str) -> bool:
    return written.lstrip().startswith("- ")


def _find_heading(here: int, lines: Lines) -> int | None:
    """Find the key of the list in which a line stands, or that ends right before it."""
    line: int | None = here
    while line is not None:
        if _SENTENCES_BELOW.fullmatch(lines.lines[line]):
            owner = _find_owner(line, lines)
            return line if owner is not None and _OWNERS.fullmatch(lines.lines[owner]) else None
        line = line_before(lines, line)
        if line is not None and not margin_of(lines.lines[line]):
            return None
    return None


def _find_owner(heading: int, lines: Lines) -> int | None:
    """Find the line that a key stands below."""
    own, above = len(margin_of(lines.lines[heading])), line_before(lines, heading)
    while above is not None and len(margin_of(lines.lines[above])) >= own:
        above = line_before(lines, above)
    return above


def _list_below(heading: int, lines: Lines) -> list[int]:
    """List the written lines below a key; a dash may stand where the key does."""
    own, found = len(margin_of(lines.lines[heading])), []
    for line in range(heading + 1, len(lines.lines)):
        written = lines.lines[line]
        if written.lstrip()[:1] in ("", "#"):
            continue
        margin = len(margin_of(written))
        if margin < own or (margin == own and not re.match(r" *[-\"']", written)):
            break
        found.append(line)
    return found


def _explain_line(line: int, margin: int, dashed: int | None, lines: Lines) -> Problem | None:
    """Tell what one line of the list lacks; None where it is an item, or goes on with one."""
    written = lines.lines[line]
    own, bare = len(margin_of(written)), written.lstrip()
    if _is_item(written):
        if own >= margin or dashed is None:
            return None
        advice, beside = _INDENTATIONS.get(margin, "yaml-indent"), str(dashed + 1)
        return tell_slip(advice, (line, own), lines, line=beside, count=str(margin))
    above = line_before(lines, line)
    follows = above is not None and _CLOSED.fullmatch(lines.lines[above].strip()) is not None
    if own > margin and not (follows and bare[0] in "\"'"):
        return None
    advice, item = advise_item(bare)
    return tell_slip(advice, (line, own), lines, instead=in_ticks(item))


def advise_item(written: str) -> tuple[str, str]:
    """Name the hint for a text below the key of such a list, and write how its item begins.

    Of several lines each may be a sentence: one that is bulleted, or has no blank behind its dash.
    """
    first = written.split("\n", 1)[0].rstrip()
    spaceless, bulleted = _SPACELESS.fullmatch(first), _BULLET.fullmatch(first)
    if spaceless is not None:
        return "yaml-dash-space", f"- {_write_text(spaceless['text'])}"
    return "missing-dash", f"- {_write_text(bulleted['text'] if bulleted is not None else first)}"


def _write_text(text: str) -> str:
    """Write a text of an item, in quotes where YAML would take it for a key, or cut it."""
    is_cut = _CUTS.search(text) is not None and text[0] not in "\"'"
    return in_quotes(text) if is_cut else text
