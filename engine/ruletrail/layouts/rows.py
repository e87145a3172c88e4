"""Decide the values of one row, or say why they cannot be decided. Nothing is guessed and nothing is shifted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ruletrail.documents import REPORT_LIMITS
from ruletrail.layouts.lines import Line, Place, join_blocks, split_lines
from ruletrail.layouts.matching import Match, Reader, trim_words
from ruletrail.layouts.model import Row, Slot, Variant, Words
from ruletrail.layouts.numbers import has_digit
from ruletrail.layouts.segments import Segment


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that could not be decided: its field, the line, and the code of the problem that says why."""

    code: str
    line: int
    why: str


@dataclass(frozen=True, slots=True)
class RowReading:
    """What one row says; codes that are neither in `values` nor in `doubts` are blank on the paper."""

    values: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    rest: int = 0
    """The index of the first line that is not the row's."""


def read_row(reader: Reader, segment: Segment, *, is_followed: bool) -> RowReading:
    """Read a row from its segment; `is_followed` tells whether what should come next does."""
    if not segment.is_exact:
        return _doubtful(reader, segment, "form-label-differs", segment.start + 1)
    if reader.row.free:
        return _read_free_text(reader, segment, is_followed=is_followed)
    if reader.lines[segment.start].is_tabbed:
        return _read_tabbed(reader, segment)
    if any(reader.is_text(code) for code in reader.row.codes):
        return _read_text(reader, segment, is_followed=is_followed)
    return _read_inline(reader, segment, is_followed=is_followed)


def _doubtful(reader: Reader, segment: Segment, why: str, rest: int) -> RowReading:
    number = reader.lines[segment.start].number
    return RowReading({}, tuple(Doubt(code, number, why) for code in reader.row.codes), rest)


def _label_line(segment: Segment) -> int:
    """Give the index of the line on which the label ends."""
    return segment.body.line if segment.body.word else segment.body.line - 1


# -- Values one after another ------------------------------------------------------------------------------------


def _read_inline(reader: Reader, segment: Segment, *, is_followed: bool) -> RowReading:
    inside = reader.lines[: segment.end]
    local = Reader(inside, reader.fields, reader.layout, reader.row)
    found = _matches(local, segment.body, reader.row.variants) or _matches(local, segment.body, [Variant(())])
    if len(found) != 1:
        return _doubtful(reader, segment, "form-count-differs", _first_wordy(inside, segment))
    match = found[0]
    rest = max(match.end.line, segment.start + 1)
    if not reader.row.before_sentences and any(has_digit(line.raw) for line in inside[rest:]):
        return _doubtful(reader, segment, "form-more-follows", rest)
    if match.values and not is_followed and rest - 1 > _label_line(segment):
        return _doubtful(reader, segment, "form-end-unknown", rest)
    return _decided(reader, segment, match.values, rest)


def _matches(reader: Reader, place: Place, variants: Sequence[Variant]) -> list[Match]:
    tried = (reader.match(place, variant) for variant in variants)
    return [match for match in tried if match is not None and not _goes_on(reader.lines, match.end)]


def _goes_on(lines: Sequence[Line], place: Place) -> bool:
    """Tell whether the line after the values holds nothing but words with digits, as if there were more."""
    return place.line < len(lines) and all(has_digit(word) for word in lines[place.line].words)


def _first_wordy(lines: Sequence[Line], segment: Segment) -> int:
    index = _label_line(segment) + 1
    while index < len(lines) and all(has_digit(word) for word in lines[index].words):
        index += 1
    return index


def _decided(reader: Reader, segment: Segment, values: Mapping[str, str | None], rest: int) -> RowReading:
    number = reader.lines[segment.start].number
    doubts = tuple(Doubt(code, number, "form-number-style") for code, value in values.items() if value is None)
    return RowReading({code: value for code, value in values.items() if value is not None}, doubts, rest)


# -- Values in columns that tabs mark ----------------------------------------------------------------------------


def _read_tabbed(reader: Reader, segment: Segment) -> RowReading:
    line, row = reader.lines[segment.start], reader.row
    rest = segment.start + 1
    label, *cells = line.raw.split("\t")
    parts: list[Slot | Words | None] = [*row.cells, *([row.after] if row.after else [])]
    if segment.body.line > rest or len(label.split()) != len(row.label):
        return _doubtful(reader, segment, "form-label-differs", rest)
    if len(cells) != len(parts) and not _is_stripped(cells, parts):
        return _doubtful(reader, segment, "form-count-differs", rest)
    if not row.before_sentences and any(has_digit(after.raw) for after in reader.lines[rest : segment.end]):
        return _doubtful(reader, segment, "form-more-follows", rest)
    values: dict[str, str | None] = {}
    for cell, part in zip(cells, parts, strict=False):
        if isinstance(part, Slot):
            values |= _read_cell(reader, cell, part)
        elif cell.split() and (part is None or _words(cell) != part):
            return _doubtful(reader, segment, "form-count-differs", rest)
    return _decided(reader, segment, values, rest)


def _is_stripped(cells: Sequence[str], parts: Sequence[object]) -> bool:
    """Admit a line that lost exactly the tabs before cells that are always empty, as editors do."""
    filled = max((index for index, part in enumerate(parts) if part is not None), default=-1) + 1
    return len(cells) == filled


def _words(cell: str) -> Words:
    lines = split_lines(cell)
    return lines[0].words if lines else ()


def _read_cell(reader: Reader, cell: str, slot: Slot) -> dict[str, str | None]:
    lines = split_lines(cell)
    if not lines:
        return {}
    if reader.is_text(slot.code):
        return {slot.code: _short(trim_words(lines[0].words, lines[0].printed, slot))}
    alone = Reader(lines, reader.fields, reader.layout, _only(reader, slot))
    match = alone.match(Place(0, 0), Variant((slot.code,)))
    return {slot.code: match.values[slot.code] if match is not None and match.end == Place(1, 0) else None}


def _only(reader: Reader, slot: Slot) -> Row:
    row = reader.row
    return Row(row.label, (slot,), (), row.order, row.mark, numbers=row.numbers)


# -- Texts -------------------------------------------------------------------------------------------------------


def _read_text(reader: Reader, segment: Segment, *, is_followed: bool) -> RowReading:
    """Read a text that begins after the label and goes on to the end of the segment."""
    slot, place = reader.row.slots[0], segment.body
    lines = reader.lines[place.line : segment.end]
    words = [word for line in lines for word in line.words][place.word :]
    printed = [word for line in lines for word in line.printed][place.word :]
    if not words:
        return RowReading(rest=segment.end)
    if segment.end - 1 > _label_line(segment) and not is_followed:
        return _doubtful(reader, segment, "form-end-unknown", segment.end)
    return _as_text(reader, segment, trim_words(words, printed, slot), lines)


def _read_free_text(reader: Reader, segment: Segment, *, is_followed: bool) -> RowReading:
    """Read a text of many lines: wrapped lines joined, one line for each block."""
    lines = reader.lines[segment.body.line : segment.end]
    if segment.body.word:
        return _doubtful(reader, segment, "form-label-differs", segment.end)
    if not is_followed:
        return _doubtful(reader, segment, "form-end-unknown", segment.end)
    return _as_text(reader, segment, "\n".join(join_blocks(lines)), lines) if lines else RowReading(rest=segment.end)


def _as_text(reader: Reader, segment: Segment, text: str, lines: Sequence[Line]) -> RowReading:
    if any(one.words == other.words for one, other in pairwise(lines)):
        return _doubtful(reader, segment, "form-line-repeated", segment.end)
    if _short(text) is None:
        return _doubtful(reader, segment, "form-text-too-long", segment.end)
    return RowReading({reader.row.codes[0]: text}, (), segment.end)


def _short(text: str) -> str | None:
    return text if len(text.encode()) <= REPORT_LIMITS.scalar else None
