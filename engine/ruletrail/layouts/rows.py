"""Decide the values of one row, or say why they cannot be decided. Nothing is guessed and nothing is shifted."""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from ruletrail.documents import REPORT_LIMITS
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.layouts.lines import Line, Place, Spot, join_blocks, match_words, split_lines
from ruletrail.layouts.matching import Match, Reader, trim_words
from ruletrail.layouts.model import Row, Slot, Variant, Words
from ruletrail.layouts.numbers import has_digit
from ruletrail.layouts.segments import Segment
from ruletrail.problems import quote


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that could not be decided: its field, where to look, and the code of the problem that says why."""

    code: str
    spot: Spot
    why: str
    details: Mapping[str, str] = field(default_factory=dict)
    """What the problem's sentence names besides the field."""


@dataclass(frozen=True, slots=True)
class RowReading:
    """What one row says; codes that are neither in `values` nor in `doubts` are blank on the paper."""

    values: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    rest: int = 0
    """The index of the first line that is not the row's."""


def repeated(code: str, line: Line, first: Line) -> Doubt:
    """Doubt a value that stands in the form a second time."""
    return Doubt(code, line.spot(), "form-row-repeated", {"line": str(first.number)})


def read_row(reader: Reader, segment: Segment, *, is_followed: bool) -> RowReading:
    """Read a row from its segment; `is_followed` tells whether what should come next does."""
    if not segment.is_exact:
        return _other_label(reader, segment, segment.start + 1)
    if reader.row.free:
        return _read_free_text(reader, segment, is_followed=is_followed)
    if reader.lines[segment.start].is_tabbed:
        return _read_tabbed(reader, segment)
    if any(reader.is_text(code) for code in reader.row.codes):
        return _read_text(reader, segment, is_followed=is_followed)
    return _read_inline(reader, segment, is_followed=is_followed)


def _doubtful(
    reader: Reader, segment: Segment, why: str, rest: int, spot: Spot | None = None, **details: str
) -> RowReading:
    """Doubt all values of the row; where nothing better is known, the spot is the row's beginning."""
    there = reader.lines[segment.start].spot() if spot is None else spot
    return RowReading(
        {}, tuple(Doubt(code, there, why, details) for code in reader.row.codes), rest
    )


def _other_label(reader: Reader, segment: Segment, rest: int) -> RowReading:
    """Doubt a row because of the first word that its label should not have there."""
    label, inside = reader.row.label, reader.lines[: segment.end]
    place = Place(segment.start, 1)
    for word in label[1:]:
        following = match_words(inside, place, (word,))
        if following is None:
            break
        place = following
    return _doubtful(
        reader,
        segment,
        "form-label-differs",
        rest,
        _spot(reader, segment, place),
        expected=quote(" ".join(label)),
    )


def _spot(reader: Reader, segment: Segment, place: Place) -> Spot:
    """Point at a place of the segment; one after its end is the end of its last line."""
    if place.line < segment.end:
        return reader.lines[place.line].spot(place.word)
    last = reader.lines[segment.end - 1]
    return last.spot(len(last.words))


def _first_digit(reader: Reader, start: int, end: int) -> Spot | None:
    """Point at the first word with a digit between two lines."""
    places = (
        (line, word)
        for line in reader.lines[start:end]
        for word, text in enumerate(line.printed)
        if has_digit(text)
    )
    return next((line.spot(word) for line, word in places), None)


def _label_line(segment: Segment) -> int:
    """Give the index of the line on which the label ends."""
    return segment.body.line if segment.body.word else segment.body.line - 1


# -- Values one after another ------------------------------------------------------------------------------------


def _read_inline(reader: Reader, segment: Segment, *, is_followed: bool) -> RowReading:
    inside = reader.lines[: segment.end]
    local = Reader(inside, reader.fields, reader.layout, reader.row)
    tried = _matches(local, segment.body, reader.row.variants)
    found = [match for match in tried if match.is_admitted] or _matches(
        local, segment.body, [Variant(())]
    )
    if len(found) != 1:
        return _doubt_inline(reader, segment, tried)
    match = found[0]
    rest = max(match.end.line, segment.start + 1)
    more = None if reader.row.before_sentences else _first_digit(reader, rest, segment.end)
    if more is not None:
        return _doubtful(reader, segment, "form-more-follows", rest, more)
    if match.values and not is_followed and rest - 1 > _label_line(segment):
        return _doubtful(reader, segment, "form-end-unknown", rest)
    odd = {
        code: inside[match.starts[code].line]
        for code, value in match.values.items()
        if value is None
    }
    doubts = [
        _odd_number(code, line.spot(match.starts[code].word), line.printed[match.starts[code].word])
        for code, line in odd.items()
    ]
    return _decided(match.values, doubts, rest)


def _doubt_inline(reader: Reader, segment: Segment, tried: Sequence[Match]) -> RowReading:
    """Doubt a row that no variant explains; a number that is not in its style is then the reason."""
    rest = _first_wordy(reader.lines[: segment.end], segment)
    odd = next(
        (
            match.starts[code]
            for match in tried
            for code, value in match.values.items()
            if value is None
        ),
        None,
    )
    if odd is None:
        return _doubtful(
            reader, segment, "form-count-differs", rest, _spot(reader, segment, segment.body)
        )
    line = reader.lines[odd.line]
    return _doubtful(
        reader,
        segment,
        "form-number-style",
        rest,
        line.spot(odd.word),
        text=quote(line.printed[odd.word]),
    )


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


def _decided(values: Mapping[str, str | None], doubts: Sequence[Doubt], rest: int) -> RowReading:
    return RowReading(
        {code: value for code, value in values.items() if value is not None}, tuple(doubts), rest
    )


def _odd_number(code: str, spot: Spot, printed: str) -> Doubt:
    return Doubt(code, spot, "form-number-style", {"text": quote(printed)})


# -- Values in columns that tabs mark ----------------------------------------------------------------------------


def _read_tabbed(reader: Reader, segment: Segment) -> RowReading:
    line, row = reader.lines[segment.start], reader.row
    rest = segment.start + 1
    label, *cells = line.raw.split("\t")
    parts: list[Slot | Words | None] = [*row.cells, *([row.after] if row.after else [])]
    if len(label.split()) > len(row.label):
        return _other_label(reader, segment, rest)
    if len(label.split()) < len(row.label) or (
        len(cells) != len(parts) and not _is_stripped(cells, parts)
    ):
        return _doubtful(
            reader, segment, "form-count-differs", rest, line.spot_from(len(label) + 1)
        )
    more = None if row.before_sentences else _first_digit(reader, rest, segment.end)
    if more is not None:
        return _doubtful(reader, segment, "form-more-follows", rest, more)
    values: dict[str, str | None] = {}
    doubts: list[Doubt] = []
    offsets = accumulate((len(cell) + 1 for cell in cells), initial=len(label) + 1)
    for cell, part, offset in zip(cells, parts, offsets, strict=False):
        spot = line.spot_from(offset)
        if isinstance(part, Slot):
            found = _read_cell(reader, cell, part)
            values |= found
            doubts += [
                _doubt_cell(reader, code, cell, spot)
                for code, value in found.items()
                if value is None
            ]
        elif cell.split() and (part is None or _words(cell) != part):
            return _doubtful(reader, segment, "form-count-differs", rest, spot)
    return _decided(values, doubts, rest)


def _doubt_cell(reader: Reader, code: str, cell: str, spot: Spot) -> Doubt:
    if reader.fields[code].type == "number":
        return _odd_number(code, spot, cell.strip())
    return Doubt(code, spot, "form-text-too-long" if reader.is_text(code) else "form-count-differs")


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
    return {
        slot.code: match.values[slot.code]
        if match is not None and match.end == Place(1, 0)
        else None
    }


def _only(reader: Reader, slot: Slot) -> Row:
    row = reader.row
    return Row(row.label, (slot,), (), row.order, row.mark, numbers=row.numbers)


# -- Texts -------------------------------------------------------------------------------------------------------


def _read_text(reader: Reader, segment: Segment, *, is_followed: bool) -> RowReading:
    """Read a text that begins after the label and goes on to the end of the segment."""
    slot, place = reader.row.slots[0], segment.body
    end = _next_code(reader, place.line + 1, segment.end)
    lines = reader.lines[place.line : end]
    words = [word for line in lines for word in line.words][place.word :]
    printed = [word for line in lines for word in line.printed][place.word :]
    if not words:
        return RowReading(rest=segment.end)
    if segment.end - 1 > _label_line(segment) and not is_followed:
        return _doubtful(reader, segment, "form-end-unknown", segment.end)
    found = _as_text(reader, segment, trim_words(words, printed, slot), lines)
    return found if found.doubts else RowReading(found.values, (), end)


def _next_code(reader: Reader, start: int, end: int) -> int:
    """Return the first line that begins like a row of the form, which no text may swallow; else the end."""
    shapes = {_shape(row.label[0]) for row in reader.layout.rows if row.label}
    for index in range(start, end):
        printed = reader.lines[index].printed
        if printed and has_digit(printed[0]) and _shape(printed[0]) in shapes:
            return index
    return end


def _shape(word: str) -> str:
    """Write a word's letters as A and its digits as 9: `R0A` and `M1B` have one shape."""
    return "".join("9" if char.isdigit() else "A" if char.isalpha() else char for char in word)


def _read_free_text(reader: Reader, segment: Segment, *, is_followed: bool) -> RowReading:
    """Read a text of many lines: wrapped lines joined, one line for each block."""
    lines = reader.lines[segment.body.line : segment.end]
    if segment.body.word:
        return _other_label(reader, segment, segment.end)
    if not is_followed:
        return _doubtful(reader, segment, "form-end-unknown", segment.end)
    return (
        _as_text(reader, segment, "\n".join(join_blocks(lines)), lines)
        if lines
        else RowReading(rest=segment.end)
    )


def _as_text(reader: Reader, segment: Segment, text: str, lines: Sequence[Line]) -> RowReading:
    again = next((other for one, other in pairwise(lines) if one.words == other.words), None)
    if again is not None:
        return _doubtful(reader, segment, "form-line-repeated", segment.end, again.spot())
    if _short(text) is None:
        return _doubtful(reader, segment, "form-text-too-long", segment.end)
    return RowReading({reader.row.codes[0]: text}, (), segment.end)


def _short(text: str) -> str | None:
    return text if len(text.encode()) <= REPORT_LIMITS.scalar else None
