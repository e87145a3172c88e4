"""Sheets of an .xlsx workbook, written by openpyxl row by row.

openpyxl guesses what a value is. Here each cell is told what it holds: numbers as their digits, and
texts as texts whatever they look like. No formula is ever written.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, count, islice
from typing import IO, Any, BinaryIO, Literal, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from ruletrail.batches.workbook_parts import MOST_DIGITS, MOST_ROWS
from ruletrail.batches.writing import PROBLEMS, REASONS, Legend, show_hidden
from ruletrail.files import find_temporary_trouble
from ruletrail.problems import unwritable

LONGEST_TEXT = 32_767
"""How many characters a cell holds; a spreadsheet counts those past the first 65 536 twice."""
_WIDEST, _NARROWEST, _WIDEST_LABEL = 60, 9, 110
_FIRST_DAY = date(1900, 3, 1)
"""The first day of which all programs say the same number."""
_WRITTEN = datetime(1980, 1, 1, tzinfo=UTC)
"""When everything was written: the first moment that a zip knows."""
_OF_OWNER = 0o600 << 16
"""The permissions of a part, as Python gives them to what is no file."""
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_CUT_ESCAPE = re.compile("_(?:x(?:0(?:0(?:5F?)?)?)?)?$")
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""What no XML holds, beside what is made visible anyway."""
_FARTHEST = 307
"""The powers of ten, up and down, between which every program has all digits of a number."""


class Archive(ZipFile):
    """A zip whose parts all have the same time, so that the same cells are the same bytes.

    The machine's own is not asked for: one without a clock begins in 1970, which no zip knows.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        """Begin a zip that is written from its begin to its end."""
        super().__init__(stream, "w", ZIP_DEFLATED, strict_timestamps=False)

    def writestr(
        self,
        zinfo_or_arcname: str | ZipInfo,
        data: Any,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Write a part."""
        part = zinfo_or_arcname
        if isinstance(part, str):
            part = ZipInfo(part)
            part.compress_type, part.external_attr = self.compression, _OF_OWNER
        super().writestr(part, data, compress_type, compresslevel)

    def open(
        self,
        name: str | ZipInfo,
        mode: Literal["r", "w"] = "r",
        pwd: bytes | None = None,
        *,
        force_zip64: bool = False,
    ) -> IO[bytes]:
        """Open a part."""
        if isinstance(name, ZipInfo):
            name.date_time = _WRITTEN.timetuple()[:6]
        return super().open(name, mode, pwd, force_zip64=force_zip64)


class _Forward:
    """A file that is only written at its end."""

    def __init__(self, stream: BinaryIO) -> None:
        self.write, self.flush = stream.write, stream.flush


def write_sheets(
    columns: Sequence[str],
    rows: Iterator[Sequence[object]],
    whole: BinaryIO,
    legend: Legend | None = None,
) -> None:
    """Write rows of cells, as `write_rows` wrote them; what one sheet cannot hold is in the next.

    The legend stands behind them, and a note of each code at its column's name. openpyxl keeps the
    sheets in temporary files until all are written.
    """
    book = Workbook(write_only=True)
    written = _WRITTEN.replace(tzinfo=None)
    book.properties = DocumentProperties(creator="ruletrail", created=written, modified=written)
    notes = {code: text for code, *text in legend.rows[1:]} if legend is not None else {}
    with _naming_folder(book):
        for number in count(1):
            taken = islice(rows, MOST_ROWS - 1)
            first = list(islice(taken, 1))
            if number > 1 and not first:
                break
            title = f"ruletrail {number}" if number > 1 else "ruletrail"
            sheet = _add_sheet(book, title, columns, notes)
            for row in chain(first, taken):
                sheet.append([_cell(sheet, cell) for cell in row])
            sheet.close()
        if legend is not None:
            _add_legend(book, legend)
    # what is written is never gone back to: the file may only grow
    ExcelWriter(book, Archive(cast("IO[bytes]", _Forward(whole)))).save()


@contextmanager
def _naming_folder(book: Workbook) -> Iterator[None]:
    """Say which folder is full where the sheets stand meanwhile: it is not that of the output."""
    try:
        yield
    except OSError as error:
        for sheet in cast("Sequence[Any]", book.worksheets):
            _end(sheet)
        raise unwritable(*find_temporary_trouble(error)) from error


def _end(sheet: Any) -> None:
    """End what openpyxl has begun: it would complain when it is collected, and nobody hear it."""
    rows, writer = sheet._rows, sheet._writer  # noqa: SLF001 - nothing else ends it
    ends = [rows.close] if rows is not None else []
    for end in [*ends, writer.xf.close, writer.cleanup] if writer is not None else ends:
        with suppress(OSError):
            end()


def _add_legend(book: Workbook, legend: Legend) -> None:
    """Write what the codes mean: it is read, looked up and sorted, never computed with."""
    sheet: Any = book.create_sheet(legend.title)
    sheet.freeze_panes = "A2"
    for place in range(len(legend.rows[0])):
        longest = max(len(row[place]) for row in legend.rows)
        width = min(max(longest + 2, _NARROWEST), _WIDEST_LABEL)
        sheet.column_dimensions[get_column_letter(place + 1)].width = width
    for number, row in enumerate(legend.rows):
        cells: list[Any] = [_cell(sheet, text) for text in row]
        for cell in cells if number == 0 else ():
            cell.font = Font(bold=True)
        sheet.append(cells)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(legend.rows[0]))}{len(legend.rows)}"
    sheet.close()


def _add_sheet(
    book: Workbook, title: str, columns: Sequence[str], notes: Mapping[str, Sequence[str]]
) -> Any:
    """Begin a sheet: the names of the columns, which stay in sight, with a note each."""
    sheet: Any = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, 1):
        width = (
            _WIDEST
            if column in (PROBLEMS, REASONS)
            else min(max(len(column) + 2, _NARROWEST), _WIDEST)
        )
        sheet.column_dimensions[get_column_letter(place)].width = width
    names = [_tell(sheet, _write_text(column), "s") for column in columns]
    for name, column in zip(names, columns, strict=True):
        name.font = Font(bold=True)
        if note := "\n".join(filter(None, notes.get(column, ()))):
            name.comment = Comment(_write_text(note), "ruletrail", height=90, width=320)
    sheet.append(names)
    _number_looks(sheet)
    return sheet


def _number_looks(sheet: Any) -> None:
    """Let every look of a cell have its number before any row: else rows would decide it.

    So one cell is written alike whatever stands in the others.
    """
    moments: tuple[Any, ...] = (_WRITTEN.date(), _WRITTEN.replace(tzinfo=None))
    looks: list[Any] = [_cell(sheet, text) for text in ("a\nb", "1", "1\n2")]
    looks += [WriteOnlyCell(sheet, moment) for moment in moments]
    for cell in looks:
        _ = cell.style_id  # numbered when it is asked for


def _cell(sheet: Any, cell: object) -> object:
    match cell:
        case None | bool():
            return cell
        case ["number", str(text)] if _is_kept(text):
            return _tell(sheet, text, "n")
        case ["day", str(text)] if (moment := _read_moment(text)) is not None:
            return moment
        case [_, text] | text:
            told = _tell(sheet, _write_text(str(text)), "s")
            if not told.value[:1].isalpha():
                # a spreadsheet that the cell is edited in, or saved as CSV, keeps it a text
                told.number_format, told.quotePrefix = "@", True
            if "\n" in told.value:
                told.alignment = Alignment(wrap_text=True, vertical="top")
            return told


def _read_moment(text: str) -> date | None:
    """Read a moment that a sheet keeps as it is: from a day on, and to the second."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None  # of a year that Python does not know
    if moment.date() < _FIRST_DAY or moment.microsecond:
        return None
    return moment if "T" in text else moment.date()


def _tell(sheet: Any, text: str, kind: str) -> Any:
    """Make a cell of a text, and say what it is: openpyxl takes `=` for the sign of a formula."""
    cell: Any = WriteOnlyCell(sheet, text)
    cell.data_type = kind
    return cell


def _is_kept(number: str) -> bool:
    """Tell a number that comes back as it is: a decimal of few digits, no fraction, not too far.

    Beyond what a double holds a spreadsheet finds the file damaged, or shows a zero.
    """
    digits = number.lstrip("-").replace(".", "").strip("0")
    if "/" in number or len(digits) > MOST_DIGITS:
        return False
    value = Decimal(number)
    return value.is_finite() and abs(value.adjusted()) <= _FARTHEST


def _write_text(text: str) -> str:
    """Write a text so that it is read as it is, and seen."""
    text = _ESCAPED.sub("_x005F_", _NO_CHARACTER.sub("\ufffd", show_hidden(text)))
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    # a half of a character is left out, and the beginning of an escape
    cut = units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore")
    return _CUT_ESCAPE.sub("", cut) + "…"
