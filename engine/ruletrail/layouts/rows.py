"""Decide the values of one row, or say why they cannot be; nothing is guessed or shifted."""

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from ruletrail.documents import REPORT_LIMITS
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.layouts.lines import (
    Line,
    Place,
    Spot,
    has_digit,
    join_blocks,
    match_words,
    split_lines,
)
from ruletrail.layouts.matching import Match, Reader, read_printed, trim_words
from ruletrail.layouts.model import NumberStyle, Row, Slot, Variant, Words
from ruletrail.layouts.segments import Segment
from ruletrail.layouts.sentences import (
    SENTENCE_ENDS,
    begins_sentence,
    find_code,
    is_value_alone,
)
from ruletrail.problems import quote
from ruletrail.suggestions import MOST_LISTED, with_digits


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that could not be decided: its field, where to look, the problem that says why."""

    code: str
    spot: Spot
    why: str
    """The problem's code."""
    details: Mapping[str, str] = field(default_factory=dict)
    """What the problem's sentence names besides the field."""
    advice: str = ""
    """Names a special hint in place of that of the problem."""


@dataclass(frozen=True, slots=True)
class RowReading:
    """What one row says; codes in neither `values` nor `doubts` are blank on the paper."""

    values: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    rest: int = 0
    """The index of the first line that is not the row's."""
    odd: frozenset[int] = frozenset()
    """The indices of later lines that are no sentences, where sentences stand."""


def repeated(code: str, line: Line, first: Line) -> Doubt:
    """Doubt a value that stands in the form a second time."""
    return Doubt(code, line.spot(), "form-row-repeated", {"line": str(first.number)})


def read_row(reader: Reader, segment: Segment, *, is_followed: bool) -> RowReading:
    """Read a row from its segment; `is_followed` tells whether what should come next does."""
    row = _RowReader(reader, segment, is_followed=is_followed)
    if not segment.is_exact:
        return row.doubt_label(segment.start + 1)
    found = _read_exact(row, reader, segment)
    return row.doubt_blank(found) if reader.row.before_sentences else found


def _read_exact(row: "_RowReader", reader: Reader, segment: Segment) -> RowReading:
    if reader.row.free:
        return row.read_free_text()
    if reader.lines[segment.start].is_tabbed:
        return row.read_tabbed()
    if any(reader.is_text(code) for code in reader.row.codes):
        return row.read_text()
    return row.read_inline()


class _RowReader:
    """One row in its segment; a way of reading for each way of printing."""

    def __init__(self, reader: Reader, segment: Segment, *, is_followed: bool) -> None:
        self.reader, self.segment, self.is_followed = reader, segment, is_followed
        self.row, self.lines = reader.row, reader.lines[: segment.end]
        body = segment.body
        self.label_end = body.line if body.word else body.line - 1
        """The index of the line on which the label ends."""

    def doubt(self, why: str, rest: int, spot: Spot | None = None, **details: str) -> RowReading:
        """Doubt all values of the row; where nothing better is known, the spot is its beginning."""
        there = self.lines[self.segment.start].spot() if spot is None else spot
        doubts = tuple(
            self._doubt_count(code, there)
            if why == "form-count-differs"
            else Doubt(code, there, why, details)
            for code in self.row.codes
        )
        return RowReading({}, doubts, rest)

    def _doubt_all(self, doubt: Doubt, rest: int) -> RowReading:
        """Doubt all values of the row as one of them."""
        doubts = tuple(replace(doubt, code=code) for code in self.row.codes)
        return RowReading({}, doubts, rest)

    def _doubt_count(self, code: str, spot: Spot) -> Doubt:
        """Doubt a value that the words do not show, and say what the form prints in its place.

        Of one of a few texts these are named; else how the row goes, with its fixed words.
        """
        words = dict.fromkeys(" ".join(words) for words, _ in self.reader.choices(code))
        shown = ", ".join(map(quote, list(words)[:MOST_LISTED])) + ", …" * (
            len(words) > MOST_LISTED
        )
        if words:
            details, advice = {"allowed": shown}, "words-of-form"
        else:
            details, advice = _tell_shape(self.row)
        return Doubt(code, spot, "form-count-differs", details, advice)

    def doubt_label(self, rest: int) -> RowReading:
        """Doubt a row because of the first word that its label should not have there."""
        place = Place(self.segment.start, 1)
        for word in self.row.label[1:]:
            following = match_words(self.lines, place, (word,))
            if following is None:
                break
            place = following
        expected = quote(" ".join(self.row.label))
        return self.doubt("form-label-differs", rest, self.spot(place), expected=expected)

    def spot(self, place: Place) -> Spot:
        """Point at a place of the segment; one after its end is the end of its last line."""
        if place.line < self.segment.end:
            return self.lines[place.line].spot(place.word)
        return self.lines[-1].spot(len(self.lines[-1].words))

    def doubt_more(self, rest: int) -> RowReading | None:
        """Doubt a row after whose values another word with a digit stands."""
        if self.row.before_sentences:
            return None
        for line in self.lines[rest:]:
            for word, text in enumerate(line.printed):
                if has_digit(text):
                    return self.doubt("form-more-follows", rest, line.spot(word))
        return None

    def doubt_blank(self, found: RowReading) -> RowReading:
        """Doubt the cells that seem empty where what follows may be their value.

        Below a row that sentences follow every line would pass for one of them, `8,50 %` too.
        """
        decided = {*found.values, *(doubt.code for doubt in found.doubts)}
        blank = [code for code in self.row.codes if code not in decided]
        odd = self._find_odd(found.rest) if blank else []
        if not odd:
            return found
        line = self.lines[odd[0]]
        details = {"text": quote(line.text)}
        doubts = [Doubt(code, line.spot(), "form-blank-unsure", details) for code in blank]
        return RowReading(found.values, (*found.doubts, *doubts), found.rest, frozenset(odd))

    def _find_odd(self, rest: int) -> list[int]:
        """List the lines from one on that begin something which is no sentence."""
        odd: list[int] = []
        for index in range(rest, self.segment.end):
            line, before = self.lines[index], self.lines[index - 1]
            if find_code(line.text, self.reader.shapes):
                continue  # a row of its own, and not what stands in this one's cell
            is_begun = index > rest and not line.after_gap and index - 1 not in odd
            goes_on = is_begun and not before.text.endswith(SENTENCE_ENDS)
            goes_on = goes_on and not is_value_alone(line.text)
            if not goes_on and not begins_sentence(line):
                odd.append(index)
        return odd

    def read_inline(self) -> RowReading:
        """Read values one after another: exactly one variant must explain the words."""
        tried = self._matches(self.row.variants)
        admitted = [match for match in tried if match.is_admitted]
        found = admitted or self._matches([Variant(())])
        if len(found) != 1:
            return self._doubt_inline(tried)
        match = found[0]
        rest = max(match.end.line, self.segment.start + 1)
        more = self.doubt_more(rest)
        if more is not None:
            return more
        if match.values and not self.is_followed and rest - 1 > self.label_end:
            return self.doubt("form-end-unknown", rest)
        odd = [(code, match.starts[code]) for code, text in match.values.items() if text is None]
        doubts = [self._doubt_odd(code, self.spot(at), self._printed(at)) for code, at in odd]
        return _decided(match.values, doubts, rest)

    def _doubt_inline(self, tried: Sequence[Match]) -> RowReading:
        """Doubt a row that no variant explains; a number not in its style is then the reason."""
        rest = self.label_end + 1
        while rest < len(self.lines) and all(map(has_digit, self.lines[rest].words)):
            rest += 1
        rest = self._pass_words(rest)
        for match in tried:
            for code, value in match.values.items():
                if value is None:
                    at = match.starts[code]
                    odd = self._doubt_odd(code, self.spot(at), self._printed(at))
                    starts = [pair for each in tried for pair in each.starts.items()]
                    is_clear = len({name for name, its in starts if its == at}) == 1
                    return self._doubt_all(_name_place(odd) if is_clear else odd, rest)
        return self._doubt_following(tried) or self.doubt(
            "form-count-differs", rest, self.spot(self.segment.body)
        )

    def _pass_words(self, rest: int) -> int:
        """Return the first line that is not of the words which the form prints behind the value."""
        end = match_words(self.lines, Place(rest, 0), self.row.after) if self.row.after else None
        is_whole = end is not None and (not end.word or end.word == len(self.lines[end.line].words))
        return rest if end is None or not is_whole else end.line + bool(end.word)

    def _doubt_following(self, tried: Sequence[Match]) -> RowReading | None:
        """Doubt a row whose values are right, and below which a line of numbers stands.

        Where the form has a title there, that title is what differs.
        """
        ends = {match.end.line for match in self._fit(self.row.variants) if match.is_admitted}
        if tried or len(ends) != 1:
            return None
        line = self.lines[ends.pop()]
        spot, rest = line.spot(), self.lines.index(line) + 1
        titles = [each for each in self.reader.layout.headings if each.order == self.row.order + 1]
        if not self.row.before_heading or not titles:
            return self.doubt("form-more-follows", rest, spot)
        details = {
            "text": quote(line.text),
            "expected": quote(" ".join(titles[0].words)),
        }
        return self.doubt("form-heading-differs", rest, spot, **details)

    def _printed(self, place: Place) -> str:
        return self.lines[place.line].printed[place.word]

    def _matches(self, variants: Sequence[Variant]) -> list[Match]:
        """Match variants, but for those after which a line holds only words with digits: more."""
        return [
            match
            for match in self._fit(variants)
            if not any(
                all(map(has_digit, line.words))
                for line in self.lines[match.end.line : match.end.line + 1]
            )
        ]

    def _fit(self, variants: Sequence[Variant]) -> list[Match]:
        """Match variants with the words that stand there, whatever follows."""
        local = Reader(self.lines, self.reader.fields, self.reader.layout, self.row)
        found = (local.match(self.segment.body, variant) for variant in variants)
        return [match for match in found if match is not None]

    def read_tabbed(self) -> RowReading:
        """Read values in columns that tabs mark."""
        line, row, rest = self.lines[self.segment.start], self.row, self.segment.start + 1
        label, *cells = line.raw.split("\t")
        parts: list[Slot | Words | None] = [*row.cells, *([row.after] if row.after else [])]
        words = len(label.split())
        if words > len(row.label):
            return self.doubt_label(rest)
        # editors strip exactly the tabs before cells that are always empty
        filled = max((at for at, part in enumerate(parts) if part is not None), default=-1) + 1
        is_padded = len(cells) > len(parts) and not "".join(cells[len(parts) :]).strip()
        if is_padded and words == len(row.label):
            cells = cells[: len(parts)]
            if len(row.slots) > 1 and "".join(cells).strip() and not self._is_headed(parts):
                return self._doubt_padded(len(parts), line.spot_from(len(label) + 1))
        if words < len(row.label) or len(cells) not in (len(parts), filled):
            return self.doubt("form-count-differs", rest, line.spot_from(len(label) + 1))
        more = self.doubt_more(rest)
        if more is not None:
            return more
        values: dict[str, str | None] = {}
        doubts: list[Doubt] = []
        offsets = accumulate((len(cell) + 1 for cell in cells), initial=len(label) + 1)
        for cell, part, offset in zip(cells, parts, offsets, strict=False):
            spot = line.spot_from(offset)
            if isinstance(part, Slot):
                found = self._read_cell(cell, part)
                values |= found
                odd = [code for code, value in found.items() if value is None]
                doubts += [self._doubt_cell(code, cell, spot) for code in odd]
            elif cell.split() and (part is None or _words(cell) != part):
                return self.doubt("form-count-differs", rest, spot)
        return _decided(values, doubts, rest)

    def _is_headed(self, parts: Sequence[Slot | Words | None]) -> bool:
        """Tell whether column names stand over the row's values, by the tabs of their line.

        Spreadsheets pad all rows to one width. One value of a row cannot have moved: beside it
        the cells are always empty. Of several only the names tell which column is which.
        """
        names = {each.words for each in self.reader.layout.headings if each.name == self.row.under}
        lines = (line for line in reversed(self.lines[: self.segment.start]) if line.is_tabbed)
        line = next((line for line in lines if self.row.under and line.words in names), None)
        heads = line.raw.rstrip().split("\t")[1:] if line is not None else []
        return len(heads) == len(parts) and all(
            head.strip() for head, part in zip(heads, parts, strict=True) if isinstance(part, Slot)
        )

    def _doubt_padded(self, count: int, spot: Spot) -> RowReading:
        details, advice = {"count": str(count)}, "cells-past-row"
        doubt = Doubt("", spot, "form-count-differs", details, advice)
        return self._doubt_all(doubt, self.segment.start + 1)

    def _doubt_cell(self, code: str, cell: str, spot: Spot) -> Doubt:
        if self.reader.fields[code].type in _ODD:
            return self._doubt_odd(code, spot, cell.strip())
        is_text = self.reader.is_text(code)
        return Doubt(code, spot, "form-text-too-long") if is_text else self._doubt_count(code, spot)

    def _name_odd(self, code: str) -> str:
        """Name what is told of a number, or a day, that is not written as the form's others."""
        return _ODD[self.reader.fields[code].type]

    def _doubt_odd(self, code: str, spot: Spot, printed: str) -> Doubt:
        # where fixed words belong to the value, it may be these that are not there
        fixed = [each for each in self.row.slots if each.code == code and each.before + each.after]
        why = self._name_odd(code)
        details, advice = _tell_shape(self.row) if fixed else ({}, "")
        if not fixed and why == _ODD["number"]:
            style = self.row.numbers or self.reader.layout.numbers
            is_whole = self.reader.fields[code].is_whole
            details, advice = _advise_odd(printed, style, is_whole=is_whole)
        return Doubt(code, spot, why, {"text": quote(printed), **details}, advice)

    def _read_cell(self, cell: str, slot: Slot) -> dict[str, str | None]:
        lines, row = split_lines(cell), self.row
        if not lines:
            return {}
        if self.reader.is_text(slot.code):
            return {slot.code: _short(trim_words(lines[0].words, lines[0].printed, slot))}
        only = Row(row.label, (slot,), (), row.order, row.mark, numbers=row.numbers)
        alone = Reader(lines, self.reader.fields, self.reader.layout, only)
        match = alone.match(Place(0, 0), Variant((slot.code,)))
        is_whole = match is not None and match.end == Place(1, 0)
        return {slot.code: match.values[slot.code] if match is not None and is_whole else None}

    def read_text(self) -> RowReading:
        """Read a text that begins after the label and goes on to the end of the segment."""
        slot, place = self.row.slots[0], self.segment.body
        end = self._next_code(place.line + 1)
        lines = self.lines[place.line : end]
        words = [word for line in lines for word in line.words][place.word :]
        printed = [word for line in lines for word in line.printed][place.word :]
        if not words:
            return RowReading(rest=self.segment.end)
        if self.segment.end - 1 > self.label_end and not self.is_followed:
            return self.doubt("form-end-unknown", self.segment.end)
        if self._stands_in(words):
            line = str(self.lines[self.segment.start].number)
            return self.doubt("form-row-repeated", self.segment.end, line=line)
        found = self._as_text(trim_words(words, printed, slot), lines)
        return found if found.doubts else RowReading(found.values, (), end)

    def _stands_in(self, words: Sequence[str]) -> bool:
        """Tell whether the row's label stands in its own text, as where two pages are one sheet."""
        label = self.row.label
        return len(label) > 1 and f" {' '.join(label)} " in f" {' '.join(words)} "

    def _next_code(self, start: int) -> int:
        """Return the first line that begins like a row of the form, which no text may swallow.

        Where none does, the end of the segment.
        """
        for index in range(start, self.segment.end):
            if find_code(self.lines[index].text, self.reader.shapes):
                return index
        return self.segment.end

    def read_free_text(self) -> RowReading:
        """Read a text of many lines: wrapped lines joined, one line for each block."""
        lines, end = self.lines[self.segment.body.line :], self.segment.end
        if self.segment.body.word:
            return self.doubt_label(end)
        if not self.is_followed:
            return self.doubt("form-end-unknown", end)
        return (
            self._as_text("\n".join(join_blocks(lines)), lines) if lines else RowReading(rest=end)
        )

    def _as_text(self, text: str, lines: Sequence[Line]) -> RowReading:
        end = self.segment.end
        for one, other in pairwise(lines):
            if one.words == other.words:
                return self.doubt("form-line-repeated", end, other.spot())
        if _short(text) is None:
            return self.doubt("form-text-too-long", end)
        return RowReading({self.row.codes[0]: text}, (), end)


def _name_place(odd: Doubt) -> Doubt:
    """Say of the one number that keeps a row of several from being read of which field it is."""
    numbers = {key: odd.details[key] for key in ("number", "whole") if key in odd.details}
    if not numbers:
        details = {**odd.details, "field": quote(odd.code)}
        return odd if odd.advice else replace(odd, details=details, advice="number-of-row")
    named = {key: quote(f"{odd.code}: {each.strip('`')}") for key, each in numbers.items()}
    return replace(odd, details={**odd.details, **named})


def _tell_shape(row: Row) -> tuple[dict[str, str], str]:
    """Say what a form prints after a row's label, and which hint says it.

    Fixed words are written out, with `…` for each value: `1:…`. Without any, values are counted.
    """
    if row.after or any(slot.before + slot.after for slot in row.slots):
        shape = " ".join([*map(_shape_of_slot, row.slots), *row.after])
        return {"shape": quote(shape)}, "shape-of-form"
    count = len(row.slots)
    return {"count": str(count)}, "values-of-form" if count > 1 else "value-of-form"


def _shape_of_slot(slot: Slot) -> str:
    before, after = " ".join(slot.before), " ".join(slot.after)
    # `1:` stands before a number without a blank, a word with one
    apart = " " * before[-1:].isalnum()
    return f"{before}{apart}… {after}".rstrip()


_GROUPED = re.compile(r"(?P<sign>-?)[1-9][0-9]{0,2}(?:(?P<mark>[.,])[0-9]{3})+")
"""Groups of three digits, which this row of the form has not: thousands, or three decimals."""


_AROUND = re.compile(
    r"(?P<before>[€$£]? ?)(?P<number>-?[0-9][0-9.,]*[0-9]|[0-9])(?P<after> ?[%‰€$£]?)"
)
"""A number with the sign of its unit, which this row of the form has not."""
_NOTED = re.compile(
    r"(?P<number>-?[0-9][0-9.,]*) ?(?P<sign>\*{1,3}|[†‡§¹²³]|\((?:\*{1,3}|[0-9a-z])\))"
)
"""A number with the mark of a note behind it."""
_DECIMALS = re.compile(
    r"-?(?:0|[1-9][0-9]*)[.,][0-9]+|-?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+,|(?:,[0-9]{3})+\.)[0-9]+"
)
"""A number that has decimals however its signs are read, but for three of them."""


def _advise_odd(printed: str, style: NumberStyle, *, is_whole: bool) -> tuple[dict[str, str], str]:
    """Name the hint for what stands in the place of a number, and the numbers it may be.

    A whole number has no decimals to offer.
    """
    if not has_digit(printed):
        return {}, "no-number-printed"
    noted = _NOTED.fullmatch(printed)
    meant = read_printed(noted["number"], style) if noted is not None else None
    if noted is not None and meant and not (is_whole and "." in meant):
        return {"sign": quote(noted["sign"]), "number": quote(meant)}, "note-after-number"
    if any(map(str.isalpha, printed)):
        meant = read_printed(with_digits(printed), style)
        return ({"number": quote(meant)}, "letter-for-digit") if meant else ({}, "letter-in-number")
    around = _AROUND.fullmatch(printed)
    sign = (around["before"] + around["after"]).strip() if around is not None else ""
    if around is not None and sign:
        number = _write_decimals(around["number"], is_whole=is_whole)
        shown = {"sign": quote(sign), "number": quote(number)}
        return (shown, "sign-not-printed") if number else ({}, "")
    grouped = _GROUPED.fullmatch(printed)
    if grouped is None:
        number = "" if is_whole else _write_decimals(printed, is_whole=False)
        return ({"number": quote(number)}, "odd-decimals") if number else ({}, "")
    mark = grouped["mark"]
    whole = quote(printed.replace(mark, ""))
    if printed.count(mark) > 1:
        return {"whole": whole}, "grouped-number"
    if is_whole:
        return {"whole": whole}, "grouped-if-whole"
    number = quote(printed.replace(mark, "."))
    return {"whole": whole, "number": number}, "grouped-or-decimals"


def _write_decimals(printed: str, *, is_whole: bool) -> str:
    """Write a number with a decimal point, where its signs can be read in one way only."""
    if printed.lstrip("-").isdecimal():
        return printed
    is_clear = _DECIMALS.fullmatch(printed) is not None and not _GROUPED.fullmatch(printed)
    if is_whole or not is_clear:
        return ""
    whole, decimals = re.split(r"[.,](?=[0-9]+$)", printed)
    return f"{re.sub(r'[.,]', '', whole)}.{decimals}"


def _decided(values: Mapping[str, str | None], doubts: Sequence[Doubt], rest: int) -> RowReading:
    known = {code: value for code, value in values.items() if value is not None}
    return RowReading(known, tuple(doubts), rest)


def _words(cell: str) -> Words:
    lines = split_lines(cell)
    return lines[0].words if lines else ()


_ODD = {"number": "form-number-style", "date": "form-day-style"}
"""By the type of a field."""


def _short(text: str) -> str | None:
    return text if len(text.encode()) <= REPORT_LIMITS.scalar else None
