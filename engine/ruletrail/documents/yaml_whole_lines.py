"""Whole lines that are no entry where only entries stand.

They are in quotes, have another sign for the colon, or are words above the first key. YAML takes
each for a text, goes on reading, and often stops at a later line.
"""

import re
from collections.abc import Iterator

from ruletrail.documents.document_parts import FAR_RIGHT, KEY_AT_MARGIN, is_key
from ruletrail.documents.document_shapes import OF_FORMULAS
from ruletrail.documents.yaml_lines import (
    KEY_AND_VALUE,
    Lines,
    Stop,
    in_ticks,
    is_report,
    line_before,
    margin_of,
    next_written,
    tell_slip,
    without_comment,
)
from ruletrail.documents.yaml_lost_colons import KNOWN_KEYS
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.problems import Fix, Problem

_IN_DOUBLE = re.compile(
    r' *(?P<begun>"(?P<pair>[A-Za-z][\w.]* ?:(?: (?! *")[^"]*)?)(?:(?P<closed>")[,;]? *)?)'
)
_IN_SINGLE = re.compile(
    r" *(?P<begun>'(?P<pair>[A-Za-z][\w.]* ?:(?: (?! *')[^']*)?)(?:(?P<closed>')[,;]? *)?)"
)
"""A key and its value in one pair of quotes, or behind quotes that only open."""
_SIGN = re.compile(
    r" *(?P<key>[A-Za-z]\w*)"
    r"(?P<sign> ?=(?= ?[^ =])| ?(?:=>|->|→|:=|\|)(?= ?\S)|;(?=\S)|,(?=\S)"
    r"|[ ]?[-–—;,.](?= ?-?\d[\d.,]* *[;,]?$)| :(?=[^\s:])|[ ]*\t\s*(?=\S))"
    r" ?(?P<value>\S.*)"
)
"""A sign in the place of the colon; one that prose has, too, only before a number."""
_ANY_SIGN = re.compile(
    r" *(?P<key>[A-Za-z]\w*)(?P<sign> *[^\w\s\"'(){}\[\]]++\s*| +(?=[\"']))(?P<value>\S.*)"
)
"""Any sign behind a code but a bracket, which has its pair."""
_BRACKETED = re.compile(r" *(?P<key>[A-Za-z]\w*) *(?P<value>[{\[].*)")
_ONE_WORD = re.compile(r" *(?P<key>[^\W\d]\w*)[ .]*")
_QUOTED_KEY = re.compile(r" *[\"'][\w.]+[\"'] *:(?: |$)")
_BLANK = re.compile(r" *(?P<key>[A-Za-z]\w*) +(?P<value>\S.*)")
_OF_TEXTS = frozenset({*OF_FORMULAS, "label", "title", "note", "it", "en", "message", "why"})
"""Keys whose value may be a text that goes on in the line below."""
_ITEM = ("-", "{", "[", "%", "#", '"', "'")
"""How lines begin that are no title above a document."""
_OF_OURS = KNOWN_KEYS | {"printed"}
_MOST_LINES = 400
"""Lines of one slip that are looked at, to tell and mend them together."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A key and its value on one line, with what stands in the place of the colon."""

    key: str
    sign: str
    value: str

    @property
    def mended(self) -> str:
        """The pair as an entry is written."""
        return f"{self.key}: {self.value}"


def split_pair(written: str, *, by_blank: bool = False) -> Pair | None:
    """Split a line with another sign for the colon; None where it is no such line.

    By a blank alone only those are split that are known to be entries.
    """
    line = without_comment(written)
    match = _SIGN.fullmatch(line)
    if match is not None and KEY_AND_VALUE.fullmatch(line) is None:
        value = match["value"].rstrip(" ;\t")
        pair = Pair(match["key"], match["sign"].strip(" "), value)
        return pair if value and _is_entry(pair) else None
    bare = _BLANK.fullmatch(line) if by_blank else None
    return Pair(bare["key"], " ", bare["value"]) if bare is not None else None


def _is_entry(pair: Pair) -> bool:
    """Tell a key and a value from prose with a comma, and from more values than one."""
    if pair.sign == ";":
        return ";" not in pair.value
    is_known = pair.key in KNOWN_KEYS or pair.value[0] in "\"'"
    return pair.sign != "," or is_known or not re.search(r"[\s,;]", pair.value)


def list_pairs(written: str) -> list[Pair]:
    """List what stands on each of several lines, where all are entries without their colon.

    A blank alone stands for a colon only before one value.
    """
    lines = [line for line in written.split("\n") if line.strip() and line.strip()[0] != "#"]
    pairs = [split_pair(line, by_blank=True) for line in lines]
    found = [pair for pair in pairs if pair is not None and _is_one_value(pair)]
    return found if len(found) == len(lines) else []


def _is_one_value(pair: Pair) -> bool:
    is_one = len(pair.value.split()) == 1 or pair.value[0] in "\"'{["
    return pair.sign != " " or is_one or re.search(r"[\d_]", pair.key) is not None


def explain_quoted_line(stop: Stop, lines: Lines) -> Problem | None:
    """Tell a line in quotes as a whole, or behind quotes that only open: no key is in them."""
    last = stop.last[2][0] if stop.last is not None else None
    begun = stop.begun[0] if stop.begun is not None else None
    here, first = stop.place[0], next_written(lines, 0)
    for line in dict.fromkeys((begun, last, line_before(lines, here), here, first)):
        match = _match_quoted(lines.lines[line]) if line is not None else None
        if line is None or match is None or not _is_among_entries(line, lines):
            continue
        if match["closed"]:
            return _tell_quoted(line, lines)
        instead = in_ticks(match["pair"])
        fix = Fix(lines.mark(line, match.start("begun")), match["begun"], match["pair"])
        place = (line, match.start("begun"))
        return tell_slip("yaml-quote-before-key", place, lines, fix, instead=instead)
    return None


def _tell_quoted(line: int, lines: Lines) -> Problem:
    """Tell the first of the lines in quotes around one, and mend all of them."""
    around = [(at, match) for at in _list_around(line, lines) if (match := _find_quoted(at, lines))]
    first, match = around[0]
    place, instead = (first, match.start("begun")), in_ticks(match["pair"].rstrip())
    fixes = tuple(
        Fix(lines.mark(at, each.start("begun")), each["begun"], each["pair"].rstrip())
        for at, each in around
    )
    advice = "yaml-quoted-lines" if len(around) > 1 else "yaml-quoted-line"
    slip = tell_slip(advice, place, lines, instead=instead, last=str(around[-1][0] + 1))
    return replace(slip, fixes=fixes)


def _find_quoted(line: int, lines: Lines) -> re.Match[str] | None:
    match = _match_quoted(lines.lines[line])
    return match if match is not None and match["closed"] else None


def _match_quoted(written: str) -> re.Match[str] | None:
    return _IN_DOUBLE.fullmatch(written) or _IN_SINGLE.fullmatch(written)


def explain_other_sign(before: int, here: int, lines: Lines) -> Problem | None:
    """Tell another sign in the place of the colon, in the line of the stop or the one before."""
    for line in (before, here):
        if split_pair(lines.lines[line]) is not None and _is_among_entries(line, lines):
            return _tell_sign(line, lines)
    return None


def _tell_sign(line: int, lines: Lines) -> Problem:
    """Tell the first of the lines around one that have another sign, and mend all of them."""
    found = ((at, split_pair(lines.lines[at])) for at in _list_around(line, lines))
    around = [(at, pair) for at, pair in found if pair is not None]
    first, pair = around[0]
    margin = len(margin_of(lines.lines[first]))
    fixes = tuple(
        Fix(lines.mark(at, margin), without_comment(lines.lines[at]).lstrip(" "), each.mended)
        for at, each in around
    )
    place, instead = (first, margin + len(pair.key)), in_ticks(pair.mended)
    advice = _ADVICE.get(pair.sign, "yaml-equals")
    advice = "yaml-signs" if len(around) > 1 else advice
    details = {"text": in_ticks(pair.sign), "last": str(around[-1][0] + 1), "instead": instead}
    return replace(tell_slip(advice, place, lines, None, **details), fixes=fixes)


_ADVICE = {":": "yaml-space", "\t": "yaml-no-colon"}
"""The hints for signs that are not shown: the colon itself, and a blank of another kind."""


def _list_around(line: int, lines: Lines) -> Iterator[int]:
    """Yield the lines around one that have the same slip at the same place, in their order."""
    is_quoted = _find_quoted(line, lines) is not None
    margin = margin_of(lines.lines[line])

    def is_alike(at: int) -> bool:
        written = lines.lines[at]
        has_slip = _find_quoted(at, lines) if is_quoted else split_pair(written)
        return has_slip is not None and margin_of(written) == margin

    first = last = line
    while first and line - first < _MOST_LINES and is_alike(first - 1):
        first -= 1
    while last + 1 < len(lines.lines) and last - line < _MOST_LINES and is_alike(last + 1):
        last += 1
    yield from range(first, last + 1)


def explain_other_line(before: int, lines: Lines) -> Problem | None:
    """Tell a line among entries that goes on with no text above it: a code with any sign, a word.

    A text may go on; a number, and one word, does not.
    """
    above, written = line_before(lines, before), lines.lines[before]
    opening = KEY_AND_VALUE.fullmatch(lines.lines[above]) if above is not None else None
    value = (opening["value"] or "") if opening is not None else ""
    is_text = opening is not None and opening["key"].strip() in _OF_TEXTS
    is_text = is_text or (value[:1].isalpha() and " " in without_comment(value))
    if opening is None or is_text:
        return None
    is_entry = KEY_AND_VALUE.fullmatch(written) or _QUOTED_KEY.match(written)
    if is_entry or not _is_among_entries(before, lines):
        return None
    place = (before, len(margin_of(written)))
    pair, word = _ANY_SIGN.fullmatch(without_comment(written)), _ONE_WORD.fullmatch(written)
    if pair is not None and re.search(r"[\d_]", pair["key"]):
        found = Pair(pair["key"], pair["sign"].strip(), pair["value"])
        fix = Fix(lines.mark(*place), without_comment(written).strip(), found.mended)
        details = {"text": in_ticks(found.sign), "instead": in_ticks(found.mended)}
        advice = "yaml-equals" if found.sign else "yaml-no-colon"
        return tell_slip(advice, place, lines, fix, **details)
    bracketed = _BRACKETED.fullmatch(without_comment(written))
    if bracketed is not None:
        details = {"instead": in_ticks(f"{bracketed['key']}: {bracketed['value']}")}
        return tell_slip("yaml-no-colon", (before, bracketed.end("key")), lines, None, **details)
    # two words may be a key without its colon, which is told elsewhere
    has_key = re.match(r" *\w+ +\w", written) is not None
    if word is None and (has_key or not is_report(lines)):
        return None
    instead = f"{word['key']}: …" if word is not None else f"…: {written.strip()}"
    details = {"note": in_ticks(f"# {written.strip()}"), "instead": in_ticks(instead)}
    return tell_slip("yaml-lone-word", place, lines, None, **details)


def _is_among_entries(line: int, lines: Lines) -> bool:
    """Tell whether a line stands beside keys, or first below one that holds them."""
    margin, above = len(margin_of(lines.lines[line])), line_before(lines, line)
    below = next(
        (at for at in range(line + 1, len(lines.lines)) if lines.lines[at].strip(" #")), None
    )
    if below is not None and _is_entry_at(below, margin, lines):
        return True
    if above is None:
        return not margin and below is not None
    opening = KEY_AND_VALUE.fullmatch(lines.lines[above])
    is_first = opening is not None and not opening["value"] and len(opening["lead"]) < margin
    # what stands further right belongs to an entry above
    outer = (at for at in range(above, -1, -1) if _margin_at(at, lines) <= margin)
    beside = next(outer, None)
    return is_first or (beside is not None and _is_entry_at(beside, margin, lines))


def _margin_at(line: int, lines: Lines) -> int:
    written = lines.lines[line]
    return len(margin_of(written)) if written.lstrip()[:1] not in ("", "#") else FAR_RIGHT


def _is_entry_at(line: int, margin: int, lines: Lines) -> bool:
    written = lines.lines[line]
    match = KEY_AND_VALUE.fullmatch(written)
    lead = len(match["lead"]) if match is not None else len(margin_of(written))
    is_slip = split_pair(written) is not None or _find_quoted(line, lines) is not None
    return lead == margin and (is_slip or is_key(written))


def explain_title(stop: Stop, lines: Lines) -> Problem | None:
    """Tell words above the first key of a document: a title, which YAML takes for part of it."""
    keys = (at for at, each in enumerate(lines.lines) if KEY_AT_MARGIN.fullmatch(each))
    first = next(keys, None)
    if (
        first is None
        or stop.place[0] > first
        or KEY_AT_MARGIN.fullmatch(lines.lines[first]) is None
    ):
        return None
    above = [at for at in range(first) if lines.lines[at].lstrip()[:1] not in ("", "#")]
    if not above or any(_is_no_title(lines.lines[at]) for at in above):
        return None
    place, near = (above[0], len(margin_of(lines.lines[above[0]]))), lines.lines[above[0]].strip()
    fixes = tuple(Fix(lines.mark(at, 0), lines.lines[at], f"# {lines.lines[at]}") for at in above)
    advice = "yaml-title" if len(above) == 1 else "yaml-titles"
    details = {"instead": in_ticks(f"# {near}"), "last": str(above[-1] + 1)}
    return replace(tell_slip(advice, place, lines, None, **details), fixes=fixes)


def _is_no_title(written: str) -> bool:
    """Tell a line that begins otherwise than words do, or with a key of ours."""
    word = re.match(r"\w*", written.lstrip())
    is_ours = word is not None and word[0].lower() in _OF_OURS
    return is_ours or written.lstrip().startswith(_ITEM)
