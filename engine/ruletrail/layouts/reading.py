"""Read a printed form by its layout: every value, or the reason why there is none.

Text in, `Reading` out, and a reading as a report. What could be wrong is not
assigned; what is assigned stands on the paper, in the place that the layout gives it.
"""

from collections.abc import Mapping, Sequence
from itertools import chain, zip_longest

from ruletrail.documents import REPORT_LIMITS, quote_text
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.layouts.form_work import refuse_work
from ruletrail.layouts.lines import Line, Spot, split_lines, straighten, to_words
from ruletrail.layouts.matching import Reader
from ruletrail.layouts.model import Anchor, Heading, Layout, Row, Subject
from ruletrail.layouts.rows import Doubt, RowReading, read_row, repeated
from ruletrail.layouts.segments import Segment, cut, find_again, folding
from ruletrail.layouts.sentences import find_rows, join_sentences, shape_of
from ruletrail.layouts.unknown_signs import UnknownSigns, find_signs
from ruletrail.problems import Mark, ProblemsError, quote, refusal
from ruletrail.reports.texts import list_unknown
from ruletrail.schemas import Schema

MOST_TEXT = REPORT_LIMITS.size
"""Bytes of a form's text, the limit of reports."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that was not understood."""

    spot: Spot
    text: str
    """Its words with single spaces."""
    code: str = ""
    """The code of the row that it seems to be of, by how codes of the form look."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from a form, and what was not."""

    rulebook: str
    subject: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    """Code → the value as a report writes it, with the printed decimals."""
    texts: frozenset[str] = frozenset()
    """The codes whose values are texts; the others are numbers or `true` and `false`."""
    printed: tuple[str, ...] = ()
    """The printed sentences, block by block, wherever the layout says that sentences stand."""
    unread: tuple[Unread, ...] = ()
    ambiguous: tuple[Doubt, ...] = ()
    absent: tuple[str, ...] = ()
    """Codes, and `subject.name`, whose place in the form was not found."""
    blank: tuple[str, ...] = ()
    """Codes whose place is empty on the paper."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What the form calls its fields, for whoever looks for them on the paper."""
    again: Spot | None = None
    """Where another form begins after the end of this one."""
    signs: UnknownSigns | None = None
    """The signs of which no letter is known, which may be why something was not read."""

    @property
    def is_certain(self) -> bool:
        """Tell whether every expected value was read or is blank on the paper."""
        return not self.ambiguous and not self.absent and self.again is None

    def hides(self, spot: Spot, why: str = "") -> bool:
        """Tell whether unknown signs may be why something at a place was not read."""
        if self.signs is None:
            return False
        return why in _FROM_AFAR or spot.line in self.signs.touched


_LONGEST_HEADING = 300
"""Characters of the names of columns that are shown, so that somebody can write them."""
_FROM_AFAR = frozenset({"form-columns-unknown", "form-end-unknown"})
"""Doubts of a row whose cause stands elsewhere: in a heading, in what follows."""


def read_form(text: str, layout: Layout, schema: Schema, file: str = "form") -> Reading:
    """Read a form; one that is too large, or is another document, raises `ProblemsError`."""
    if len(text) > MOST_TEXT or len(text.encode("utf-8", "replace")) > MOST_TEXT:
        raise refusal("document-too-large", Mark(file), limit=str(MOST_TEXT))
    lines = split_lines(text)
    refuse_work(lines, layout, schema.fields, folding(layout.lookalikes), file)
    lines = straighten(lines, layout.rows)
    segments = cut(lines, layout)
    if not any(isinstance(segment.opener, Row) for segment in segments):
        raise _refuse_unknown(lines, layout, file)
    again = find_again(lines, layout, segments)
    if again < len(lines):
        segments = cut(lines[:again], layout)
    reading = _Gatherer(lines[:again], layout, schema).gather(segments)
    reading = replace(reading, again=lines[again].spot() if again < len(lines) else None)
    if len(reading.ambiguous) + len(reading.absent) > 1:
        from ruletrail.layouts.other_forms import find_other_year  # noqa: PLC0415 - rare

        other = find_other_year(lines, layout, file)
        if other is not None:
            raise ProblemsError([other])
    if _is_of_another(reading):
        raise _refuse_unknown(lines, layout, file)
    return reading


def _refuse_unknown(lines: Sequence[Line], layout: Layout, file: str) -> ProblemsError:
    from ruletrail.layouts.other_forms import refuse_unknown  # noqa: PLC0415 - rare

    return refuse_unknown(lines, layout, file)


_LEAST_EXPECTED = 10
"""Values of which at least one is read or blank, whatever happened to the paper of a form."""


def _is_of_another(reading: Reading) -> bool:
    """Tell whether a text has codes of the form and nothing else of it: a page about a report."""
    if reading.fields or reading.blank or reading.subject or reading.signs is not None:
        return False
    return len(reading.ambiguous) + len(reading.absent) >= _LEAST_EXPECTED


class _Gatherer:
    """Put together what the segments of one form say."""

    def __init__(self, lines: Sequence[Line], layout: Layout, schema: Schema) -> None:
        self.lines, self.layout, self.schema = lines, layout, schema
        self.rows: dict[int, RowReading] = {}
        self.starts: dict[int, Line] = {}
        self.shapes = frozenset(shape_of(row.label[0]) for row in layout.rows)
        self.headings: set[str] = set()
        self.printed: list[str] = []
        self.unread: list[Unread] = []

    def gather(self, segments: Sequence[Segment]) -> Reading:
        front = [self.lines[index] for index in _front(segments)]
        subject, used, doubts = read_subject(front, self.layout.subjects)
        self._rest(0, segments[0].end, sentences=False)
        for place, segment in enumerate(segments):
            match segment.opener:
                case Row() as row:
                    self._row(row, segment, is_followed=self._is_followed(segments, place))
                case Heading() as heading:
                    self.headings.add(heading.name)
                    self._rest(segment.body.line, segment.end, sentences=heading.before_sentences)
                case _:
                    pass
        self.unread = [line for line in self.unread if line.spot.line not in used]
        starts = {segment.start for segment in segments[1:]}
        signs = find_signs(self.lines, starts, frozenset(_front(segments)))
        return replace(self._finish(subject, doubts), signs=signs)

    def _row(self, row: Row, segment: Segment, *, is_followed: bool) -> None:
        start = self.lines[segment.start]
        if row.order in self.rows:
            doubts = [repeated(code, start, self.starts[row.order]) for code in row.codes]
            found = RowReading({}, tuple(doubts), segment.start + 1)
        else:
            reader = Reader(self.lines, self.schema.fields, self.layout, row, self.shapes)
            found = read_row(reader, segment, is_followed=is_followed)
        if row.under and row.under not in self.headings and found.values:
            heads = (each.words for each in self.layout.headings if each.name == row.under)
            details = {"expected": quote(" ".join(next(heads)), _LONGEST_HEADING)}
            why = "form-columns-unknown"
            doubts = [Doubt(code, start.spot(), why, details) for code in row.codes]
            found = RowReading({}, tuple(doubts), found.rest)
        self.rows[row.order] = found = self._without_signs(found, segment)
        self.starts.setdefault(row.order, start)
        is_before = row.before_sentences and segment.is_exact
        # the first of the lines that are no sentences is what the doubt shows
        odd = sorted(found.odd)
        self.unread += [Unread(self.lines[at].spot(), self.lines[at].text) for at in odd[1:]]
        self._rest(found.rest, segment.end, sentences=is_before, but=found.odd)

    def _without_signs(self, found: RowReading, segment: Segment) -> RowReading:
        """Doubt the texts of a row in which signs stand for letters that nobody knows."""
        spoilt = [code for code, value in found.values.items() if list_unknown(value)]
        if not spoilt:
            return found
        lines = self.lines[segment.start : segment.end]
        spot = next(line.spot() for line in lines if list_unknown(line.raw))
        values = {code: value for code, value in found.values.items() if code not in spoilt}
        doubts = [Doubt(code, spot, "form-signs-unknown") for code in spoilt]
        return replace(found, values=values, doubts=(*found.doubts, *doubts))

    def _rest(
        self, start: int, end: int, *, sentences: bool, but: frozenset[int] = frozenset()
    ) -> None:
        lines = [self.lines[index] for index in range(start, end) if index not in but]
        rows = find_rows(lines, self.shapes)
        blocks = join_sentences(lines, rows) if sentences else []
        is_said = sentences and all(len(each.encode()) <= REPORT_LIMITS.scalar for each in blocks)
        self.printed += blocks if is_said else []
        left = sorted(rows) if is_said else range(len(lines))
        self.unread += [Unread(lines[at].spot(), lines[at].text, rows.get(at, "")) for at in left]

    def _is_followed(self, segments: Sequence[Segment], place: int) -> bool:
        """Tell whether what the layout puts after the row follows, so that its end is known."""
        row = segments[place].opener
        following = segments[place + 1].opener if place + 1 < len(segments) else None
        if not isinstance(row, Row):
            return False
        is_last = row.order + 1 == len(self.layout.rows)
        match following:
            case Row(order=order):
                return order == row.order + 1 and not row.before_heading
            case Heading(order=order):
                return order == row.order + 1 and self._comes_next(segments, place, row)
            case Anchor(is_proper=is_proper):
                return is_last and is_proper and self._is_single(segments[place + 1])
            case _:
                return is_last and not self.layout.anchors

    def _comes_next(self, segments: Sequence[Segment], place: int, row: Row) -> bool:
        """Tell whether the next row found is the next one declared, or none where none is."""
        for segment in segments[place + 1 :]:
            if isinstance(segment.opener, Row):
                return segment.opener.order == row.order + 1
        return row.order + 1 == len(self.layout.rows)

    def _is_single(self, segment: Segment) -> bool:
        """Tell whether no ignored part begins twice, leaving open where a text ends."""
        proper = {anchor.words for anchor in self.layout.anchors if anchor.is_proper}
        return not any(line.words in proper for line in self.lines[segment.start + 1 :])

    def _finish(self, subject: Mapping[str, str], doubts: Sequence[Doubt]) -> Reading:
        ordered = [self.rows[row.order] for row in self.layout.rows if row.order in self.rows]
        ambiguous = [*doubts, *(doubt for found in ordered for doubt in found.doubts)]
        decided = {doubt.code for doubt in ambiguous} | {f"subject.{name}" for name in subject}
        names = [name for subject in self.layout.subjects for name in subject.names]
        asked = dict.fromkeys(f"subject.{name}" for name in names)
        absent = [name for name in asked if name not in decided]
        values: dict[str, str] = {}
        blank: list[str] = []
        for row in self.layout.rows:
            if row.order not in self.rows:
                absent += row.codes
                continue
            found = self.rows[row.order].values
            values |= {code: found[code] for code in row.codes if code in found}
            blank += [code for code in row.codes if code not in found and code not in decided]
        return Reading(
            rulebook=self.layout.rulebook,
            subject=subject,
            fields=values,
            texts=frozenset(code for code in values if self.schema.fields[code].type == "text"),
            printed=tuple(self.printed),
            unread=tuple(sorted(self.unread, key=lambda line: line.spot.line)),
            ambiguous=tuple(ambiguous),
            absent=tuple(absent),
            blank=tuple(blank),
            labels={**self.schema.labels, **self._subject_labels()},
        )

    def _subject_labels(self) -> Mapping[str, str]:
        """Say of each name how the form prints it, `Name … (…)`."""
        return {
            f"subject.{name}": "…".join(subject.texts).strip()
            for subject in reversed(self.layout.subjects)
            for name in subject.names
        }


def _front(segments: Sequence[Segment]) -> list[int]:
    """List the lines before the first row that are no heading: where the form says whose it is."""
    found: list[int] = []
    for segment in segments:
        if isinstance(segment.opener, Row | Anchor):
            break
        found += range(segment.body.line, segment.end)
    return found


def read_subject(
    lines: Sequence[Line], subjects: Sequence[Subject]
) -> tuple[dict[str, str], set[int], list[Doubt]]:
    """Read the names; returns them, the numbers of the lines that hold them, and the doubts.

    A pattern stands on one line, or its first fixed text alone on a line and the rest on the next.
    Two different readings of one name are a doubt, and neither is taken.
    """
    names: dict[str, str] = {}
    first: dict[str, Line] = {}
    used: set[int] = set()
    doubts: dict[str, Doubt] = {}
    for index, line in enumerate(lines):
        for subject in subjects:
            found, taken = _read(lines, index, subject)
            used.update(used_line.number for used_line in lines[index : index + taken])
            for name, text in found.items():
                first.setdefault(name, line)
                if list_unknown(text):
                    doubts[name] = Doubt(f"subject.{name}", line.spot(), "form-signs-unknown")
                if names.setdefault(name, text) != text:
                    doubts[name] = repeated(f"subject.{name}", line, first[name])
    for subject in subjects:
        alike = () if names.keys() & subject.names else _find_alike(lines, subject)
        if alike:
            used.update(each.number for each in alike)
            doubts |= {name: _differs(name, alike[-1], subject) for name in subject.names}
    certain = {name: text for name, text in names.items() if name not in doubts}
    return certain, used, list(doubts.values())


def _find_alike(lines: Sequence[Line], subject: Subject) -> Sequence[Line]:
    """Find the first line that begins as a subject does, and goes on in another way.

    Where all that it begins with stands alone on it, the names stand on the one below.
    """
    begun = to_words(subject.texts[0])
    starts = (at for at, line in enumerate(lines) if line.words[: len(begun)] == begun)
    at = next(starts, None)
    if at is None:
        return ()
    return lines[at : at + 2] if lines[at].words == begun else lines[at : at + 1]


def _differs(name: str, line: Line, subject: Subject) -> Doubt:
    # in braces, as layouts have them, they would look like something to write
    names = [each.upper() for each in subject.names]
    pairs = zip_longest(subject.texts, names, fillvalue="")
    expected = quote("".join(chain.from_iterable(pairs)).strip())
    return Doubt(f"subject.{name}", line.spot(), "form-subject-differs", {"expected": expected})


def _read(lines: Sequence[Line], index: int, subject: Subject) -> tuple[Mapping[str, str], int]:
    text = lines[index].text
    found = _split(text, subject)
    if found is not None:
        return found, 1
    if text == subject.texts[0].strip() and index + 1 < len(lines):
        found = _split(f"{text} {lines[index + 1].text}", subject)
    return ({}, 0) if found is None else (found, 2)


def _split(text: str, subject: Subject) -> dict[str, str] | None:
    """Take the names from between the fixed texts; a name is never empty."""
    first, *others = subject.texts
    if not text.startswith(first):
        return None
    found: dict[str, str] = {}
    place = len(first)
    for name, fixed in zip(subject.names, others, strict=True):
        end = text.find(fixed, place) if fixed else len(text)
        if end <= place:
            return None
        found[name] = text[place:end].strip()
        place = end + len(fixed)
    return found if place == len(text) and all(found.values()) else None


def write_report(reading: Reading) -> str:
    """Write the report: numbers plain, texts in double quotes, nothing of what was not read."""
    out = [f"rulebook: {quote_text(reading.rulebook)}"]
    out += ["subject:"] if reading.subject else []
    out += [f"  {name}: {quote_text(text)}" for name, text in reading.subject.items()]
    out.append("fields:" if reading.fields else "fields: {}")
    for code, value in reading.fields.items():
        out.append(f"  {code}: {quote_text(value) if code in reading.texts else value}")
    if reading.printed:
        out += ["printed:", "  messages:"]
        out += [f"    - {quote_text(block)}" for block in reading.printed]
    return "\n".join(out) + "\n"
