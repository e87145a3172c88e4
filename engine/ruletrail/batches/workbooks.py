"""Sheets of .xlsx workbooks as rows of cells: in order, one at a time, in bounded memory.

openpyxl reads the parts, once they were looked through, and nothing in them is ever run. We drive
its reader row by row: a workbook that it opens itself has each sheet read beforehand, formulas or
their values but not both, and drops without a word a row that goes back.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Context, Decimal
from math import isfinite
from typing import IO, Any, BinaryIO

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE, builtin_format_code, is_date_format
from openpyxl.styles.stylesheet import Stylesheet
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import (
    DATA_TAG,
    FORMULA_TAG,
    ROW_TAG,
    VALUE_TAG,
    WorkSheetParser,
)
from openpyxl.xml.constants import ARC_STYLE, SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring, iterparse

from ruletrail.batches.cells import Moment
from ruletrail.batches.lines import BlockSize
from ruletrail.batches.rows import Chunk, Place, RawRow, Rows, Unread
from ruletrail.batches.workbook_cells import check_cell
from ruletrail.batches.workbook_parts import (
    MOST_COLUMNS,
    MOST_DIGITS,
    MOST_ROWS,
    BrokenWorkbookError,
    Parts,
    blaming,
)
from ruletrail.documents import REPORT_LIMITS
from ruletrail.fast_dataclasses import dataclass
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal
from ruletrail.suggestions import MOST_LISTED, KnownNames, Nearest

_TEXT_TAG, _PLAIN_TAG = f"{{{SHEET_MAIN_NS}}}si", f"{{{SHEET_MAIN_NS}}}t"
_UNCOMPUTED = "uncomputed"
_SHOWN = Context(prec=MOST_DIGITS)
_SECONDS = 86_400
_MOST_EMPTY, _MOST_EMPTY_CELLS = 10_000, 1_048_576
"""Rows without a value, one after the other, above one that has some; and cells of such rows."""
_LEAP_DAY = 60
"""The 29 February 1900, a day that spreadsheets count and that never was."""
_END_OF_DAYS = 2_958_466
"""The day after the last of the year 9999, as it is counted from 1900."""
_BEGIN_LATER = 1_462
"""Days less of each in a workbook that counts from 1904."""

Cell = str | Decimal | bool | Unread | None
Cells = tuple[Cell, ...]
_RawRow = tuple[int, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: the texts of its first row, how far its rows go, how to read them."""

    header: tuple[str, ...]
    last: int
    """The number of rows below the first, as far as anything is said of them."""
    chunks: Callable[[Place, BlockSize], Iterator[Chunk]]
    others: tuple[str, ...] = ()
    """The names of the other sheets that are shown."""


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of a format for numbers: the condition under which it is for one, and what it shows.

    That is a day, or a duration: hours, minutes or seconds that go on counting, `[h]:mm`.
    """

    sign: str
    bound: Decimal
    shows: str
    """`day`, `duration`, or empty for a plain number."""

    def may_show(self, number: Decimal) -> bool:
        """Tell whether its condition holds; it has one."""
        order = (number > self.bound) - (number < self.bound)
        return order in _HOLDS[self.sign]


_Looks = Mapping[int, Sequence[_Section]]
"""The parts of each look by which some numbers are days or durations."""
_HOLDS = {"=": (0,), "<>": (-1, 1), "<": (-1,), ">": (1,), "<=": (-1, 0), ">=": (0, 1)}
"""How a number may stand to the bound of a condition: under it, at it, above it."""


@dataclass(frozen=True, slots=True)
class _Book:
    """What is known of a workbook before its rows: the sheet's part, texts, formats of dates."""

    part: str
    texts: list[str]
    looks: _Looks
    epoch: datetime
    is_uncomputed: bool
    others: tuple[str, ...]


def open_sheet(open_file: Callable[[], BinaryIO], file: str, name: str = "") -> Sheet:
    """Open a sheet, the first that is shown unless named; what cannot be read is a problem.

    `open_file` opens the workbook, `file` is what marks call it. Merged cells are refused: all but
    one of them hold nothing, and would be missing values.
    """
    with _opened(open_file, file) as parts:
        with blaming(file):
            book = _read_book(parts, name, file)
            survey = parts.survey(book.part, "sheet")
        if survey.merged:
            raise refusal("batch-sheet-merged", file, text=quote(survey.merged))
        first = next(_list_rows(parts, book, file), (0, ()))
    header = tuple(map(_name_of, first[1] or ())) if first[0] == 1 else ()
    if not any(header):
        advice, details = advise_sheet(book.others)
        raise refusal("batch-header", file, advice=advice, **details)

    def read(place: Place, size: BlockSize) -> Iterator[Chunk]:
        with _opened(open_file, file) as parts:
            rows = _fill(_list_rows(parts, book, file), place, len(header), file)
            yield from _cut_chunks(rows, size)

    return Sheet(header, max(survey.last - 1, 0), read, book.others)


@contextmanager
def _opened(open_file: Callable[[], BinaryIO], file: str) -> Iterator[Parts]:
    with open_file() as stream:
        with blaming(file):
            parts = Parts(stream)
        with parts:
            yield parts


def _cut_chunks(rows: Iterator[RawRow], size: BlockSize) -> Iterator[Chunk]:
    """Cut rows into pieces of so many rows, or so much text; empty cells take room too."""
    held: list[RawRow] = []
    room, index = size.data, 0
    for raw in rows:
        held.append(raw)
        cells = raw.data or ()
        room -= len(cells) + sum(len(cell) for cell in cells if isinstance(cell, str))
        if len(held) >= size.rows or room <= 0:
            yield Chunk(index, Rows(tuple(held)))
            held, room, index = [], size.data, index + 1
    if held:
        yield Chunk(index, Rows(tuple(held)))


def _name_of(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, Unread) else str(cell).strip()


def _fill(
    rows: Iterator[tuple[int, Cells | None]], place: Place, width: int, file: str
) -> Iterator[RawRow]:
    """Give the rows after a place a width; what stands empty between two rows is rows too.

    A file has no line for these: of a cell far below all others they would be a million.
    """
    due = place.rows + 1
    for line, cells in rows:
        row = line - 1
        if row < due or cells == ():
            continue
        if row - due > min(_MOST_EMPTY, _MOST_EMPTY_CELLS // max(width, 1)):
            details = {"count": str(row - due), "line": str(line)}
            raise refusal("batch-sheet-gap", file, **details)
        for blank in range(due, row):
            yield RawRow(blank, blank + 1, (None,) * width, Place(blank))
        filled = None if cells is None else cells + (None,) * (width - len(cells))
        yield RawRow(row, line, filled, Place(row))
        due = row + 1


# -- What a workbook holds -------------------------------------------------------------------------


def _read_book(parts: Parts, name: str, file: str) -> _Book:
    """Read all but the sheets; a name that no sheet has is a problem."""
    stream: Any = parts.fp
    reader: Any = ExcelReader(stream, read_only=True, data_only=True, keep_links=False)
    reader.archive = parts
    reader.read_manifest()
    reader.read_workbook()
    shared = reader.package.find(SHARED_STRINGS)
    part, others = _choose(reader, name, file)
    return _Book(
        part,
        _read_texts(parts, shared.PartName[1:]) if shared is not None else [],
        _list_looks(_read_styles(parts, reader)),
        reader.wb.epoch,
        # openpyxl takes a workbook that says nothing of it for one that asks to be computed
        parts.survey(reader.parser.workbook_part_name).is_uncomputed,
        others,
    )


def _read_styles(parts: Parts, reader: Any) -> Any | None:
    """Read the part of looks, whatever the workbook calls it; else the one of the usual name."""
    relations = reader.parser.rels.values()
    named = [
        relation.target
        for relation in relations
        if relation.Type.endswith("/styles") and relation.TargetMode != "External"
    ]
    # names of parts are alike whatever their case
    there = {part.lower(): part for part in parts.namelist()}
    found = (there[part.lower()] for part in (*named, ARC_STYLE) if part.lower() in there)
    part = next(found, None)
    if part is None:
        return None
    return Stylesheet.from_tree(fromstring(parts.read(part)))  # type: ignore[arg-type]


def _list_looks(styles: Any | None) -> _Looks:
    """List the looks of days and durations: the first part of each format, which decides.

    That part is for what is positive; where parts say by a condition what they are for, as
    `[=0]"";[h]:mm` does, all of them are. openpyxl looks for the end of the first, and for letters
    of days, in what is only text beside a number too, and takes hours of three letters, `[hhh]`,
    for a day.
    """
    if styles is None:
        return {}
    own = dict(enumerate(styles.number_formats, BUILTIN_FORMATS_MAX_SIZE))
    looks: dict[int, Sequence[_Section]] = {}
    for number, style in enumerate(styles.cell_styles):
        form = own.get(style.numFmtId) or builtin_format_code(style.numFmtId) or ""
        sections = [_read_section(each) for each in _LITERALS.sub("", form).split(";")[:_SECTIONS]]
        has_conditions = any(each.sign for each in sections)
        used = sections if has_conditions else sections[:1]
        if any(each.shows for each in used):
            looks[number] = used
    return looks


def _read_section(text: str) -> _Section:
    condition = _CONDITION.search(text)
    sign, bound = (condition[1], Decimal(condition[2])) if condition else ("", Decimal(0))
    shows = "duration" if _ELAPSED.search(text) else "day" if is_date_format(text) else ""
    return _Section(sign, bound, shows)


def _choose_look(sections: Sequence[_Section], number: Decimal) -> str:
    """Say what a number is shown as; where nobody can tell by which part, what any makes of it."""
    left = list(sections)
    while len(left) > 1 and left[0].sign:
        if left[0].may_show(number):
            return left[0].shows
        del left[0]
    shown = [each.shows for each in left]
    return next((kind for kind in ("duration", "day") if kind in shown), "")


_LITERALS = re.compile(r'"[^"]*"|[\\_*].', re.DOTALL)
_SECTIONS = 3
"""Parts of a format that are for numbers; the fourth is for texts."""
_CONDITION = re.compile(r"\[(<>|[<>]=?|=)(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)\]")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


def _choose(reader: Any, name: str, file: str) -> tuple[str, tuple[str, ...]]:
    """Return the part of the sheet that was asked for, or of the first shown; name the others."""
    sheets: list[tuple[str, str, bool]] = [
        (sheet.name, relation.target, sheet.state == "visible")
        for sheet, relation in reader.parser.find_sheets()
        if relation.Type.endswith("/worksheet") and relation.TargetMode != "External"
    ]
    if not sheets:
        raise BrokenWorkbookError
    names = [known for known, _, _ in sheets]
    if name and name not in names:
        details = {"text": quote(name), "known": ", ".join(map(quote, names[:20]))}
        near = Nearest(name, KnownNames(names, ()))
        raise ProblemsError([Problem("batch-sheet-unknown", Mark(file), details, near)])
    shown = next((at for at, (_, _, is_shown) in enumerate(sheets) if is_shown), 0)
    chosen = names.index(name) if name else shown
    others = (each for at, (each, _, is_shown) in enumerate(sheets) if is_shown and at != chosen)
    return sheets[chosen][1], tuple(others)


def advise_sheet(others: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Return the hint for a sheet without codes in its first row: the others that there are."""
    if not others:
        return "", {}
    named = ", ".join(map(quote, others[:MOST_LISTED])) + ", …" * (len(others) > MOST_LISTED)
    return "other-sheets", {"sheets": named, "option": quote(f'--sheet "{others[0]}"')}


def _read_texts(parts: Parts, part: str) -> list[str]:
    """Read the texts that cells share; openpyxl's own way holds all elements, and loses escapes."""
    parts.survey(part, "texts")
    texts: list[str] = []
    root: Any = None
    with parts.open_surveyed(part) as stream:
        for event, element in iterparse(stream, ("start", "end")):
            root = element if root is None else root
            if event == "end" and element.tag == _TEXT_TAG:
                texts.append(_read_shared(element))
                root.clear()
    return texts


def _read_shared(element: Any) -> str:
    """Read a text; one of a single look, as most are, needs no objects of openpyxl for it."""
    if not element.attrib and len(element) < 2:  # noqa: PLR2004 - one
        only = next(iter(element), None)
        if only is None:
            return ""
        if only.tag == _PLAIN_TAG and not len(only):
            return only.text or ""
    text: Any = Text.from_tree(element)
    return str(text.content)


# -- Rows ------------------------------------------------------------------------------------------


class _Parser(WorkSheetParser):
    """openpyxl's reader of a sheet, which also tells formulas that nobody has computed.

    It is told of no formats, so that days stay the numbers that they are in the file.
    """

    def __init__(self, stream: IO[bytes], book: _Book) -> None:
        super().__init__(stream, book.texts, data_only=True)
        self._book = book

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """Read a cell; one that says nothing, not even where it stands, is the next one."""
        if not len(element) and not element.attrib:
            self.col_counter += 1
            return {"column": self.col_counter, "value": None, "data_type": "n", "style_id": 0}
        check_cell(element)
        cell = super().parse_cell(element)
        if cell["row"] != self.row_counter:
            raise BrokenWorkbookError
        # a text that was computed may be empty; one without a place for it was not
        is_told = cell["data_type"] != "n" and element.find(VALUE_TAG) is not None
        has_no_value = cell["value"] is None and not is_told
        if (self._book.is_uncomputed or has_no_value) and element.find(FORMULA_TAG) is not None:
            cell["data_type"] = _UNCOMPUTED
        return cell

    def list_rows(self) -> Iterator[_RawRow]:
        """Yield the rows with what they hold, each let go before the next; they must go on."""
        last, rows = 0, None
        for event, element in iterparse(self.source, ("start", "end")):
            if element.tag == DATA_TAG:
                if event == "end":
                    return
                rows = element
            elif event == "end" and element.tag == ROW_TAG:
                number, cells = self.parse_row(element)
                columns = [0, *(cell["column"] for cell in cells), MOST_COLUMNS + 1]
                is_ordered = all(map(int.__lt__, columns, columns[1:]))
                if not last < number <= MOST_ROWS or not is_ordered:
                    raise BrokenWorkbookError
                yield number, cells
                last = number
                self.row_dimensions.clear()
                (element if rows is None else rows).clear()


def _list_rows(parts: Parts, book: _Book, file: str) -> Iterator[tuple[int, Cells | None]]:
    """Yield the rows that a sheet holds, by number; None for cells that are too much text."""
    with blaming(file):
        stream = parts.open_surveyed(book.part)
    with stream:
        rows = _Parser(stream, book).list_rows()
        while True:
            with blaming(file):
                row = next(rows, None)
            if row is None:
                return
            yield row[0], _read_cells(row[1], book)


def _read_cells(raw: list[dict[str, Any]], book: _Book) -> Cells | None:
    """Read the cells of a row as far as there are values: one that is empty may have a colour."""
    cells: list[Cell] = []
    room = REPORT_LIMITS.size
    for each in raw:
        if each["value"] is None and each["data_type"] != _UNCOMPUTED:
            continue
        cell = _read_cell(each["value"], each["data_type"], each["style_id"], book)
        if cell is not None:
            room -= len(cell) if isinstance(cell, str) else 0
            cells += [None] * (each["column"] - 1 - len(cells))
            cells.append(cell)
    return tuple(cells) if room >= 0 else None


def _read_cell(value: Any, kind: str, style: int, book: _Book) -> Cell:
    """Say what a cell holds; a float goes no further than this."""
    if kind == _UNCOMPUTED:
        return Unread("batch-cell-uncomputed")
    if value is None or isinstance(value, bool):
        return value
    if kind == "e":
        return Unread("batch-cell-error", str(value))
    if isinstance(value, str):
        return _read_text(value) or None
    if not isinstance(value, int | float):
        return _write_moment(value)
    if isinstance(value, float) and not isfinite(value):
        return Unread("batch-cell-error", str(value))
    sections = book.looks.get(style, ())
    shows = _choose_look(sections, read_number(value)) if sections else ""
    if shows == "duration":
        return _tell_duration(value)
    return _read_day(value, book.epoch) if shows else read_number(value)


def _read_text(text: str) -> str:
    """Read the escapes of a text, and join halves of characters; half of one alone is none."""
    text = unescape(text)
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_number(value: float) -> Decimal:
    """Return the fifteen digits that a spreadsheet shows of a number.

    What somebody typed as 1.1 is 1.1000000000000001 in the file.
    """
    if isinstance(value, int):
        return _SHOWN.create_decimal(value)
    return Decimal(f"{value:.{MOST_DIGITS}g}")


def _read_day(value: float, epoch: datetime) -> Cell:
    """Return the day that a number stands for, to the second; a number under one is a time."""
    is_usual = epoch == WINDOWS_EPOCH
    seconds = round(value * _SECONDS)
    day = seconds // _SECONDS
    never = is_usual and day == _LEAP_DAY
    end = _END_OF_DAYS if is_usual else _END_OF_DAYS - _BEGIN_LATER
    if never or value < 0 or day >= end:
        return Unread("batch-cell-error", str(read_number(value)))
    return _write_moment(from_excel(seconds / _SECONDS, epoch))


def _tell_duration(value: float) -> Unread:
    """Tell the hours, minutes and seconds that somebody reads in the cell: no field holds them.

    The number behind 36:00 is 1.5, of days; taken for a day it would be one of January 1900.
    """
    if abs(value) >= _END_OF_DAYS:
        return Unread("batch-cell-error", str(read_number(value)))
    seconds = round(value * _SECONDS)
    minutes, rest = divmod(abs(seconds), 60)
    written = f"{'-' if seconds < 0 else ''}{minutes // 60}:{minutes % 60:02}:{rest:02}"
    return Unread("batch-cell-duration", written)


def _write_moment(moment: object) -> Cell:
    """Write a day, with the time if it is not midnight."""
    match moment:
        case datetime() if moment.time() == time():
            return Moment(moment.date().isoformat())
        case datetime():
            return Moment(moment.isoformat(timespec="seconds"))
        case time():
            return moment.isoformat(timespec="seconds")
        case date():
            return Moment(moment.isoformat())
        case _:
            return Unread("batch-cell-error", str(moment))
