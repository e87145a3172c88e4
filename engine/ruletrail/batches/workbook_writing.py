"""Rows of answers as an .xlsx workbook.

While it grows, an output is lines of JSON, one a row, which can be continued after a kill; the
workbook is made of the whole at the end, row by row. What goes out is values: a text is a text
whatever it looks like, and no formula is ever written.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import IO, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ruletrail.batches.cells import number_text
from ruletrail.batches.workbooks import MOST_COLUMNS, MOST_DIGITS, MOST_ROWS
from ruletrail.batches.writing import PROBLEMS, Layout, show_hidden
from ruletrail.problems import refusal
from ruletrail.values import write_number

LONGEST_TEXT = 32_767
"""How many characters a cell holds."""
_LONGEST_SHEET = 1_900_000_000
"""How long a part of a zip may be whose size is not known before: under 2 GB, with a reserve."""
_WIDEST, _NARROWEST = 60, 9
_FIRST_DAY, _EPOCH = date(1900, 3, 1), date(1899, 12, 30)

_PLAIN, _HEAD, _DAY, _TEXT = range(4)
"""How cells look, by the order of `cellXfs` below."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"'
    ' applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
_ABOVE = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1"'
    ' topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>'
)
_BELOW = "</sheetData></worksheet>"

_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_MARKUP = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\ufffe": "\ufffd", "\uffff": "\ufffd"}
)


class Workbook:
    """A workbook of rows that were written as lines of JSON."""

    def __init__(self, layout: Layout) -> None:
        """Check that a sheet has room for the columns."""
        self._columns = layout.columns
        if len(self._columns) > MOST_COLUMNS:
            found, most = str(len(self._columns)), str(MOST_COLUMNS)
            raise refusal("batch-sheet-columns", "xlsx", found=found, most=most)

    def convert(self, stream: BinaryIO, whole: BinaryIO) -> None:
        """Make the workbook; what one sheet has no room for stands in the next.

        Nothing in it depends on when or where it was made.
        """
        rows = _Rows(stream)
        sheets = 0
        # what is written is never gone back to: the file may only grow
        with ZipFile(cast("IO[bytes]", _Forward(whole)), "w", ZIP_DEFLATED) as book:
            _add(book, "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
            _add(book, "xl/styles.xml", _STYLES)
            while sheets == 0 or not rows.is_read:
                sheets += 1
                with book.open(_named(f"xl/worksheets/sheet{sheets}.xml"), "w") as part:
                    self._write_sheet(part, rows)
            parts = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, sheets + 1)]
            _add(book, "xl/_rels/workbook.xml.rels", _relations([*parts, ("styles", "styles.xml")]))
            _add(book, "xl/workbook.xml", _workbook(sheets))
            _add(book, "[Content_Types].xml", _types(sheets))

    def _write_sheet(self, part: IO[bytes], rows: "_Rows") -> None:
        """Write one sheet: the names of the columns, which stay in sight, and rows below."""
        widths = (
            f'<col min="{place}" max="{place}" width="{_width(column)}" customWidth="1"/>'
            for place, column in enumerate(self._columns, 1)
        )
        names = "".join(
            _inline(f"{_letters(place)}1", name, _HEAD) for place, name in enumerate(self._columns)
        )
        head = f'{_ABOVE}{"".join(widths)}</cols><sheetData><row r="1">{names}</row>'
        size = part.write(head.encode())
        letters = [_letters(place) for place in range(len(self._columns))]
        for number, cells in zip(range(2, MOST_ROWS + 1), rows, strict=False):
            size += part.write(_row(number, cells, letters).encode())
            if size > _LONGEST_SHEET:
                break
        part.write(_BELOW.encode())


class _Rows:
    """The rows of a stream, one after another, and whether the last was taken."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._lines = iter(stream)
        self._next = next(self._lines, None)

    @property
    def is_read(self) -> bool:
        return self._next is None

    def __iter__(self) -> Iterator[list[object]]:
        return self

    def __next__(self) -> list[object]:
        if self._next is None:
            raise StopIteration
        line, self._next = self._next, next(self._lines, None)
        cells: list[object] = json.loads(line)
        return cells


class _Forward:
    """A file that is only written at its end."""

    def __init__(self, stream: BinaryIO) -> None:
        self.write, self.flush = stream.write, stream.flush


# -- The lines of the growing file -----------------------------------------------------------------


def write_rows(rows: Iterable[Sequence[object]]) -> bytes:
    """Write rows of cells, each as a line."""
    return b"".join(map(_write_line, rows))


def _write_line(row: Sequence[object]) -> bytes:
    text = json.dumps([_to_json(cell) for cell in row], separators=(",", ":"))
    return text.encode("ascii") + b"\n"


def _to_json(cell: object) -> object:
    """Write a cell so that its type is told from the JSON: a number and a day as a list."""
    match cell:
        case None | bool() | str():
            return cell
        case date():
            return ["day", cell.isoformat()]
        case Fraction():
            return ["number", write_number(cell)]
        case int() | float() | Decimal():
            return ["number", number_text(cell)]
        case _:
            return str(cell)


# -- The parts of the workbook ---------------------------------------------------------------------


def _row(number: int, cells: Sequence[object], letters: Sequence[str]) -> str:
    written = (
        _cell(f"{column}{number}", cell)
        for column, cell in zip(letters, cells, strict=True)
        if cell is not None
    )
    return f'<row r="{number}">{"".join(written)}</row>'


def _cell(place: str, cell: object) -> str:
    match cell:
        case bool():
            return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
        case ["number", str(text)] if _is_kept(text):
            return f'<c r="{place}"><v>{text}</v></c>'
        case ["day", str(text)] if (day := date.fromisoformat(text)) >= _FIRST_DAY:
            return f'<c r="{place}" s="{_DAY}"><v>{(day - _EPOCH).days}</v></c>'
        case [_, text] | text:
            shown = show_hidden(str(text))
            # a spreadsheet that the cell is edited in, or saved as CSV, keeps it a text
            return _inline(place, shown, _PLAIN if shown[:1].isalpha() else _TEXT)


def _is_kept(number: str) -> bool:
    """Tell a number that comes back as it is: a decimal of few digits, and no fraction."""
    digits = number.lstrip("-").replace(".", "").strip("0")
    return "/" not in number and len(digits) <= MOST_DIGITS


def _inline(place: str, text: str, style: int) -> str:
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 1] + "…"
    written = _ESCAPED.sub("_x005F_", text).translate(_MARKUP)
    look = f' s="{style}"' if style else ""
    return f'<c r="{place}"{look} t="inlineStr"><is><t xml:space="preserve">{written}</t></is></c>'


def _width(column: str) -> int:
    return _WIDEST if column == PROBLEMS else min(max(len(column) + 2, _NARROWEST), _WIDEST)


def _letters(place: int) -> str:
    """Return a column's letters, by its place from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _named(name: str) -> ZipInfo:
    """Return the entry of a part; all have the same day, the first that a zip knows."""
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED
    return info


def _add(book: ZipFile, name: str, text: str) -> None:
    book.writestr(_named(name), text.encode())


def _relations(parts: Sequence[tuple[str, str]]) -> str:
    written = (
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(parts, 1)
    )
    space = f"{_PACKAGE}/relationships"
    return f'{_XML}<Relationships xmlns="{space}">{"".join(written)}</Relationships>'


def _workbook(sheets: int) -> str:
    written = (
        f'<sheet name="ruletrail{f" {number}" if number > 1 else ""}" sheetId="{number}"'
        f' r:id="rId{number}"/>'
        for number in range(1, sheets + 1)
    )
    spaces = f'xmlns="{_MAIN}" xmlns:r="{_OFFICE}"'
    return f"{_XML}<workbook {spaces}><sheets>{''.join(written)}</sheets></workbook>"


def _types(sheets: int) -> str:
    kinds = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    kinds += [(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in range(1, sheets + 1)]
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    written = (
        f'<Override PartName="{name}" ContentType="{kind}{each}+xml"/>' for name, each in kinds
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{relations}"/>{"".join(written)}</Types>'
    )
