"""A form's text as numbered lines of words; only here is the printer's typography made alike.

A table prints numbers beside, or between, the lines of a wrapped label: on paper they are in
another column, in the text of a PDF they cut the label in two. `straighten` puts them after the
label: only one unbroken run of words with digits, up to the end of its line, within one row.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ruletrail.fast_dataclasses import replace
from ruletrail.layouts.model import Row, Words
from ruletrail.normal_forms import normalise_text
from ruletrail.reports.texts import TURNING

_ALIKE = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad", "-")
    | dict.fromkeys("\u2018\u2019\u02bc\u2032\u00b4`", "'")
    | dict.fromkeys("\u201c\u201d\u00ab\u00bb\u2033", '"')
)

_TURNING = re.compile(f"[{TURNING}]")
_NARROW = "\u00a0\u2007\u2008\u2009\u202f\u205f"
_GROUPS = rf"[0-9]{{1,3}}(?:[{_NARROW}][0-9]{{3}}(?![0-9]))+"
_WORD = re.compile(rf"(?:(?<!\w){_GROUPS}|\S)+")
"""A word ends with a blank, but not with a narrow one that may part a number's thousands."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where on the form to look: line and column, counted from 1, and the line as printed."""

    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank."""

    number: int
    raw: str
    printed: tuple[str, ...]
    """Its words as printed."""
    words: Words
    """Its words with hyphens, apostrophes and quotation marks made alike."""
    after_gap: bool
    """Whether a blank line stands before it."""
    source: str
    """The whole line of the form, of which straightening may have taken a part."""
    skipped: int = 0
    """How many words of the form's line stand before this part."""

    @property
    def text(self) -> str:
        """The line with single spaces."""
        return " ".join(self.printed)

    @property
    def is_tabbed(self) -> bool:
        """Tell whether columns are marked by tabs."""
        return "\t" in self.raw

    @property
    def is_turned(self) -> bool:
        """Tell whether the line may be seen in another order than it is written in."""
        return _TURNING.search(self.source) is not None

    def spot(self, word: int = 0) -> Spot:
        """Point at a word, or past the last one."""
        starts = [match.start() for match in _WORD.finditer(self.source)]
        starts += [len(self.source.rstrip())] * (self.skipped + word + 1 - len(starts))
        return Spot(self.number, 1 + starts[self.skipped + word], self.source)

    def spot_from(self, offset: int) -> Spot:
        """Point at the first word at or after an offset of the line."""
        found = _WORD.search(self.source, offset)
        return Spot(self.number, 1 + (found.start() if found else offset), self.source)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A word's position: index of the line, index of the word in it."""

    line: int
    word: int


def split_lines(text: str) -> tuple[Line, ...]:
    """Split a form into the lines that are not blank."""
    clean = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    clean = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in clean)
    lines: list[Line] = []
    gap = False
    for number, raw in enumerate(normalise_text(clean).split("\n"), start=1):
        printed = tuple(_WORD.findall(raw))
        if printed:
            lines.append(Line(number, raw, printed, to_words(raw), gap, source=raw))
        gap = not printed
    return tuple(lines)


def to_words(text: str) -> Words:
    """Split a text into words, with hyphens, apostrophes and quotation marks made alike."""
    return tuple(_WORD.findall(normalise_text(text).translate(_ALIKE)))


def match_words(lines: Sequence[Line], place: Place, words: Words) -> Place | None:
    """Follow words from a place, over line ends; return the place after them, or None."""
    line, word = place.line, place.word
    for expected in words:
        if line < len(lines) and word >= len(lines[line].words):
            line, word = line + 1, 0
        if line >= len(lines) or lines[line].words[word] != expected:
            return None
        word += 1
    return advance(lines, Place(line, word))


def advance(lines: Sequence[Line], place: Place) -> Place:
    """Move a place at the end of a line to the start of the next."""
    if place.line < len(lines) and place.word >= len(lines[place.line].words):
        return Place(place.line + 1, 0)
    return place


def join_blocks(lines: Sequence[Line]) -> list[str]:
    """Join wrapped lines with one space; a blank line ends a block."""
    blocks: list[list[str]] = []
    for line in lines:
        if line.after_gap or not blocks:
            blocks.append([])
        blocks[-1].append(line.text)
    return [" ".join(block) for block in blocks]


def has_digit(text: str) -> bool:
    """Tell whether a printed word could be a number; digits of any script count."""
    return any(char.isdigit() for char in text)


def straighten(lines: Sequence[Line], rows: Sequence[Row]) -> tuple[Line, ...]:
    """Return the lines with each such run on its own line below its label, free texts aside."""
    labels = {row.label[0]: row for row in rows if len(row.label) > 1}
    out: list[Line] = []
    index = 0
    while index < len(lines):
        row = labels.get(lines[index].words[0])
        whole = row is not None and match_words(lines, Place(index, 0), row.label) is not None
        if row is not None and row.free and whole:
            return (*out, *lines[index:])
        parts, after = _split(lines, index, row) if row is not None and not whole else ((), index)
        out += parts or (lines[index],)
        index = after if parts else index + 1
    return tuple(out)


def _split(lines: Sequence[Line], index: int, row: Row) -> tuple[tuple[Line, ...], int]:
    """Follow a label over one run of numbers; its lines and the index after them, or no lines."""
    kept: list[Line] = []
    run: Line | None = None
    matched = 0
    while matched < len(row.label) and index < len(lines):
        line = lines[index]
        count = _count_common(line.words, row.label, matched)
        matched += count
        if count:
            kept.append(_part(line, 0, count))
        if count < len(line.words):
            if run is not None or line.is_tabbed or not all(map(has_digit, line.words[count:])):
                return (), index
            run = _part(line, count, len(line.words))
        index += 1
    return ((*kept, run) if run is not None and matched == len(row.label) else ()), index


def _count_common(words: Words, label: Words, start: int) -> int:
    """Count the words that go on as a label does from its word `start`."""
    most = min(len(words), len(label) - start)
    return next((at for at in range(most) if words[at] != label[start + at]), most)


def _part(line: Line, start: int, end: int) -> Line:
    printed = line.printed[start:end]
    if len(printed) == len(line.printed):
        return line
    words, skipped = line.words[start:end], line.skipped + start
    return replace(line, raw=" ".join(printed), printed=printed, words=words, skipped=skipped)
