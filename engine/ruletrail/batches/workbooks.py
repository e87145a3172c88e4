"""Sheets of .xlsx workbooks as rows of cells: in order, one at a time, in bounded memory.

A workbook is a zip of XML documents, and somebody else's. Its parts are read as a stream, as far as
the limits here, without entities of any kind; nothing in it is ever run. Numbers are read from
their text, never as floats: a spreadsheet holds binary fractions and shows fifteen digits of them,
and those fifteen are the number.
"""

import re
import struct
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Context, Decimal
from decimal import InvalidOperation as NoNumberError
from posixpath import join, normpath
from typing import Any, BinaryIO
from xml.parsers import expat

from ruletrail.batches.lines import BlockSize
from ruletrail.batches.rows import Chunk, Place, RawRow, Rows, Unread
from ruletrail.documents import REPORT_LIMITS, unreadable
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.files import as_text
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal
from ruletrail.suggestions import KnownNames, Nearest

MOST_ROWS, MOST_COLUMNS = 1 << 20, 1 << 14
"""What a sheet holds."""
MOST_BYTES: Mapping[str, int] = {"sheet": 4 << 30, "texts": 128 << 20, "other": 16 << 20}
"""How long a part may be when unpacked: a sheet, the texts that its cells share, any other part."""
_MOST_DIRECTORY = 4 << 20
_MOST_DEPTH = 64
_MOST_WAITING = 4 << 20
"""How many bytes of one tag are waited for."""
_PIECE = 1 << 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1
_END_OF_ZIP = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_END = _END_SIZE + (1 << 16)

MOST_DIGITS = 15
"""How many digits of a number a spreadsheet shows, and keeps."""
_SHOWN = Context(prec=MOST_DIGITS)
_LARGEST, _SMALLEST = 308, -324
_TRUE = ("1", "true")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?[1-9][0-9]{0,6}")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?")
# a tag ends where another begins, so that looking for the end of one takes no longer than it is
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*[\"']([A-Z0-9:$]+)[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^<>]*?\br\s*=\s*[\"']([0-9]{1,7})[\"']")
_LONGEST_TAG = 1 << 10
_LONGEST_FORMAT = 255

_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""The numbers of the formats of dates and times that a workbook need not declare."""
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]')
_DATE_LETTER = re.compile(r"[dmyhs]", re.IGNORECASE)
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_LEAP_DAY = 60
"""The 29 February 1900, a day that spreadsheets count and that never was."""
_SECONDS = 86_400

Cell = str | Decimal | bool | Unread | None


class _BrokenError(Exception):
    """A part of the workbook is not as it must be."""


_BROKEN = (
    _BrokenError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    expat.ExpatError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What reading a file that is no workbook, or none any more, raises."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: the texts of its first row, how far its rows go, how to read them."""

    header: tuple[str, ...]
    last: int
    """The number of rows below the first, as far as anything is said of them."""
    chunks: Callable[[Place, BlockSize], Iterator[Chunk]]


def open_sheet(open_file: Callable[[], BinaryIO], file: str, name: str = "") -> Sheet:
    """Open a sheet, the first that is shown unless named; what cannot be read is a problem.

    `open_file` opens the workbook, `file` is what marks call it. Merged cells are refused: all but
    one of them hold nothing, and would be missing values.
    """
    with _opened(open_file, file) as book:
        contents = _Contents(book)
        part = _choose(contents, name, file)
        merged, last = _survey(book, part)
        if merged:
            raise refusal("batch-sheet-merged", file, text=quote(merged))
        first = next(_list_rows(book, contents, part), None)
        is_header = first is not None and first[0] == 1
        cells = first[1] if first is not None and is_header else None
        header = tuple(map(_name_of, _cut(cells, 0))) if cells is not None else ()
    if not any(header):
        raise refusal("batch-header", file)

    def read(place: Place, size: BlockSize) -> Iterator[Chunk]:
        with _opened(open_file, file) as book:
            rows = _fill(_list_rows(book, _Contents(book), part), place, len(header))
            yield from _cut_chunks(rows, size)

    return Sheet(header, max(last - 1, 0), read)


def _cut_chunks(rows: Iterator[RawRow], size: BlockSize) -> Iterator[Chunk]:
    """Cut rows into pieces of so many rows, or so much text."""
    held: list[RawRow] = []
    room, index = size.data, 0
    for raw in rows:
        held.append(raw)
        room -= sum(len(cell) for cell in raw.data or () if isinstance(cell, str))
        if len(held) >= size.rows or room <= 0:
            yield Chunk(index, Rows(tuple(held)))
            held, room, index = [], size.data, index + 1
    if held:
        yield Chunk(index, Rows(tuple(held)))


def _name_of(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, Unread) else str(cell).strip()


def _cut(cells: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    """Leave out empty cells at the end: what is beyond the columns may still have a colour."""
    while len(cells) > width and cells[-1] is None:
        cells = cells[:-1]
    return cells


def _fill(
    rows: Iterator[tuple[int, "tuple[Cell, ...] | None"]], place: Place, width: int
) -> Iterator[RawRow]:
    """Give the rows after a place a width; what stands empty between two rows is rows too."""
    due = place.rows + 1
    for line, cells in rows:
        row = line - 1
        if row < due or (cells is not None and not any(each is not None for each in cells)):
            continue
        for blank in range(due, row):
            yield RawRow(blank, blank + 1, (None,) * width, Place(blank))
        filled = None if cells is None else _cut(cells, width) + (None,) * (width - len(cells))
        yield RawRow(row, line, filled, Place(row))
        due = row + 1


@contextmanager
def _opened(open_file: Callable[[], BinaryIO], file: str) -> Iterator[zipfile.ZipFile]:
    """Open a workbook; what is wrong with it, or with a part of it, raises `ProblemsError`."""
    with open_file() as stream:
        try:
            _check_directory(stream)
            with zipfile.ZipFile(stream) as book:
                yield book
        except OSError as error:
            raise unreadable(file, error) from error
        except _BROKEN as error:
            raise refusal("batch-workbook", file, file=quote(file)) from error


def _check_directory(stream: BinaryIO) -> None:
    """Refuse a list of parts that is longer than that of any workbook, before it is read."""
    size = stream.seek(0, 2)
    stream.seek(max(size - _LONGEST_END, 0))
    end = stream.read(_LONGEST_END)
    at = end.rfind(_END_OF_ZIP)
    record = end[at : at + _END_SIZE]
    if at < 0 or len(record) < _END_SIZE:
        raise _BrokenError
    if int.from_bytes(record[12:16], "little") > _MOST_DIRECTORY:
        raise _BrokenError
    stream.seek(0)


@contextmanager
def _part(book: zipfile.ZipFile, name: str, kind: str = "other") -> Iterator[Any]:
    """Open a part that is within the limits; one that is not there is a broken workbook."""
    try:
        info = book.getinfo(name)
    except KeyError as error:
        raise _BrokenError from error
    if info.compress_type not in _METHODS or info.flag_bits & _ENCRYPTED:
        raise _BrokenError
    if info.file_size > MOST_BYTES[kind]:
        limit = f"{MOST_BYTES[kind] >> 20} MB"
        raise refusal("batch-workbook-size", as_text(name), part=quote(name), limit=limit)
    with book.open(info) as stream:
        yield stream


def _parse(
    stream: Any,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] = lambda _: None,
    text: Callable[[str], None] = lambda _: None,
) -> Iterator[None]:
    """Feed a part to handlers piece by piece, and stop after each; names come without prefix."""
    parser = expat.ParserCreate()
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MOST_DEPTH:
            raise _BrokenError
        start(name if ":" not in name else name[name.rfind(":") + 1 :], attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name if ":" not in name else name[name.rfind(":") + 1 :])

    def refuse(*_: object) -> None:
        raise _BrokenError

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, refuse
    parser.buffer_text = True
    fed = 0
    while piece := stream.read(_PIECE):
        parser.Parse(piece, False)
        fed += len(piece)
        if fed - parser.CurrentByteIndex > _MOST_WAITING:
            raise _BrokenError
        yield
    parser.Parse(b"", True)
    yield


def _parse_all(stream: Any, *handlers: Any) -> None:
    for _ in _parse(stream, *handlers):
        pass


# -- What a workbook holds -------------------------------------------------------------------------


class _Contents:
    """What is known of a workbook before its sheets: names, texts that cells share, formats."""

    def __init__(self, book: zipfile.ZipFile) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        """Names of the sheets, the parts that hold them, and whether they are shown."""
        self.has_1904 = self.is_uncomputed = False
        place = next(iter(_relations(book, "", "officeDocument").values()), "")
        self._read_sheets(book, place)
        texts, styles = (
            next(iter(_relations(book, place, kind).values()), "")
            for kind in ("sharedStrings", "styles")
        )
        self.texts = _read_texts(book, texts) if texts else _Texts()
        self.dates = _read_dates(book, styles) if styles else []

    def _read_sheets(self, book: zipfile.ZipFile, place: str) -> None:
        parts = _relations(book, place, "worksheet")

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "workbookPr":
                self.has_1904 = attributes.get("date1904") in _TRUE
            if name == "calcPr":
                # whoever wrote the file left its formulas to whoever opens it
                self.is_uncomputed = attributes.get("fullCalcOnLoad") in _TRUE
            if name == "sheet":
                ids = (value for key, value in attributes.items() if key.endswith(":id"))
                part = parts.get(next(ids, ""))
                if part is not None:
                    is_shown = attributes.get("state", "visible") == "visible"
                    self.sheets.append((attributes.get("name", ""), part, is_shown))

        with _part(book, place) as stream:
            _parse_all(stream, start)


def _relations(book: zipfile.ZipFile, place: str, kind: str) -> dict[str, str]:
    """Return the parts that a part names, by identity; of one kind."""
    folder, _, name = place.rpartition("/")
    found: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        is_ours = attributes.get("Type", "").endswith(f"/{kind}")
        if name == "Relationship" and is_ours and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target if target.startswith("/") else join(folder, target)
            found[attributes.get("Id", "")] = normpath(path).lstrip("/")

    with _part(book, join(folder, "_rels", f"{name}.rels")) as stream:
        _parse_all(stream, start)
    return found


def _choose(contents: _Contents, name: str, file: str) -> str:
    """Return the part of the sheet that was asked for, or of the first that is shown."""
    if not contents.sheets:
        raise _BrokenError
    if not name:
        shown = [part for _, part, is_shown in contents.sheets if is_shown]
        return shown[0] if shown else contents.sheets[0][1]
    names = [known for known, _, _ in contents.sheets]
    if name not in names:
        details = {"text": quote(name), "known": ", ".join(map(quote, names[:20]))}
        near = Nearest(name, KnownNames(names, ()))
        raise ProblemsError([Problem("batch-sheet-unknown", Mark(file, 1, 1), details, near)])
    return contents.sheets[names.index(name)][1]


@dataclass(slots=True)
class _Texts:
    """Texts one after another, in a tenth of the memory that as many Python texts take."""

    data: bytearray = field(default_factory=bytearray)
    ends: "array[int]" = field(default_factory=lambda: array("Q"))

    def add(self, text: str) -> None:
        self.data += text.encode()
        self.ends.append(len(self.data))

    def __getitem__(self, at: int) -> str:
        if not 0 <= at < len(self.ends):
            raise _BrokenError
        return self.data[self.ends[at - 1] if at else 0 : self.ends[at]].decode()


class _TextParts:
    """Collects the text of an element: its runs, without what only says how they are read."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.is_open = False
        self._aside = 0

    def start(self, name: str) -> None:
        if name == "rPh":
            self._aside += 1
        self.is_open = name == "t" and not self._aside

    def end(self, name: str) -> None:
        if name == "rPh":
            self._aside -= 1
        self.is_open = False

    def take(self) -> str:
        text = "".join(self.parts)
        self.parts.clear()
        return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _read_texts(book: zipfile.ZipFile, name: str) -> _Texts:
    texts, parts = _Texts(), _TextParts()

    def end(name: str) -> None:
        parts.end(name)
        if name == "si":
            texts.add(_whole(parts.take()))

    def text(data: str) -> None:
        if parts.is_open:
            parts.parts.append(data)

    with _part(book, name, "texts") as stream:
        _parse_all(stream, lambda name, _: parts.start(name), end, text)
    return texts


def _whole(text: str) -> str:
    """Join the two halves that escapes make of one character; half of one alone is none."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _read_dates(book: zipfile.ZipFile, name: str) -> list[bool]:
    """Tell, for each style of cells, whether its numbers are dates."""
    formats: dict[str, bool] = {}
    found: list[bool] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            code = _LITERAL.sub("", attributes.get("formatCode", "")[:_LONGEST_FORMAT])
            formats[attributes.get("numFmtId", "")] = _DATE_LETTER.search(code) is not None
        if name == "xf" and inside[-1:] == ["cellXfs"]:
            number = attributes.get("numFmtId", "0")
            is_known = number.isdecimal() and int(number) in _DATE_FORMATS
            found.append(formats.get(number, is_known))
        inside.append(name)

    with _part(book, name) as stream:
        _parse_all(stream, start, lambda _: inside.pop())
    return found


# -- Rows ------------------------------------------------------------------------------------------


def _survey(book: zipfile.ZipFile, part: str) -> tuple[str, int]:
    """Look through a sheet once: the first cells that are merged, and the number of its last row.

    What is merged stands behind the rows, and must be known before them.
    """
    merged, last, rest = "", 0, b""
    with _part(book, part, "sheet") as stream:
        while piece := stream.read(_PIECE):
            held = rest + piece
            begin = held.rfind(b"row ")
            match = _ROW.search(held, max(begin - _LONGEST_TAG, 0)) if begin >= 0 else None
            while match is not None:
                last = max(last, int(match[1]))
                match = _ROW.search(held, match.end())
            found = _MERGED.search(held)
            merged = merged or (found[1].decode("ascii") if found is not None else "")
            rest = held[-_LONGEST_TAG:]
    return merged, last


def _list_rows(
    book: zipfile.ZipFile, contents: _Contents, part: str
) -> Iterator[tuple[int, "tuple[Cell, ...] | None"]]:
    """Yield the rows that a sheet holds, by number; None for cells that are too much text."""
    rows = _Rows(contents)
    with _part(book, part, "sheet") as stream:
        for _ in _parse(stream, rows.start, rows.end, rows.text):
            yield from rows.done
            rows.done.clear()


class _Rows:
    """Makes rows of the elements of a sheet."""

    def __init__(self, contents: _Contents) -> None:
        self.done: list[tuple[int, tuple[Cell, ...] | None]] = []
        self._contents, self._text = contents, _TextParts()
        self._row = 0
        self._cells: list[Cell] | None = None
        self._cell: dict[str, str] | None = None
        self._value: list[str] | None = None
        self._in_value = self._has_formula = False
        self._room = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._cell is not None:
            if name == "v":
                self._value, self._in_value = [], True
            elif name == "f":
                self._has_formula = True
            else:
                self._text.start(name)
        elif name == "c" and self._cells is not None:
            self._begin_cell(self._cells, attributes)
        elif name == "row":
            number = attributes.get("r", "")
            row = int(number) if number.isdecimal() else self._row + 1
            if self._cells is not None or not self._row < row <= MOST_ROWS:
                raise _BrokenError
            self._row, self._cells, self._room = row, [], REPORT_LIMITS.size

    def _begin_cell(self, cells: list[Cell], attributes: dict[str, str]) -> None:
        place = _REFERENCE.fullmatch(attributes.get("r", ""))
        column = _column(place[1]) if place is not None else len(cells) + 1
        if not len(cells) < column <= MOST_COLUMNS:
            raise _BrokenError
        cells += [None] * (column - 1 - len(cells))
        self._cell, self._value, self._has_formula = attributes, None, False

    def text(self, data: str) -> None:
        kept = self._value if self._in_value else self._text.parts if self._text.is_open else None
        if self._cell is not None and kept is not None and self._room >= 0:
            self._room -= len(data)
            kept.append(data)

    def end(self, name: str) -> None:
        if self._cell is None:
            if name == "row" and self._cells is not None:
                self.done.append((self._row, tuple(self._cells) if self._room >= 0 else None))
                self._cells = None
            return
        if name == "v":
            self._in_value = False
        elif name != "c":
            self._text.end(name)
        else:
            text = self._text.take() if self._text.parts else ""
            if self._cells is not None:
                self._cells.append(self._read(self._cell, text) if self._room >= 0 else None)
            self._cell = None

    def _read(self, attributes: Mapping[str, str], inline: str) -> Cell:
        kind, value = attributes.get("t", "n"), self._value
        if kind == "inlineStr":
            return _whole(inline) or None
        written = "".join(value or ())
        if self._has_formula and (self._contents.is_uncomputed or (kind == "n" and not written)):
            return Unread("batch-cell-uncomputed")
        if value is None:
            return None
        if kind in ("s", "str"):
            return self._read_text(kind, written)
        if kind == "e":
            return Unread("batch-cell-error", written)
        if kind == "b":
            return written.strip() in _TRUE
        if kind == "d":
            return written.strip().removesuffix("Z").removesuffix("T00:00:00") or None
        return self._read_number(written.strip(), attributes.get("s", "0"))

    def _read_text(self, kind: str, written: str) -> Cell:
        if kind == "str":
            text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), written)
            return _whole(text) or None
        if not written.strip().isdecimal():
            raise _BrokenError
        text = self._contents.texts[int(written)]
        self._room -= len(text)
        return text or None

    def _read_number(self, written: str, style: str) -> Cell:
        if not written:
            return None
        number = read_number(written)
        if number is None:
            raise _BrokenError
        dates = self._contents.dates
        is_date = style.isdecimal() and int(style) < len(dates) and dates[int(style)]
        if not is_date:
            return number
        moment = read_moment(number, has_1904=self._contents.has_1904)
        return Unread("batch-cell-error", written) if moment is None else moment


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def read_number(written: str) -> Decimal | None:
    """Read a cell's number: the fifteen digits that a spreadsheet shows of it; None for no number.

    A spreadsheet writes what somebody typed as 1.1 as 1.1000000000000001.
    """
    if len(written) <= MOST_DIGITS and written.isascii() and written.isdigit():
        return Decimal(written)
    if _NUMBER.fullmatch(written) is None:
        return None
    try:
        number = _SHOWN.create_decimal(written)
    except NoNumberError:
        return None
    return number if not number or _SMALLEST <= number.adjusted() <= _LARGEST else None


def read_moment(number: Decimal, *, has_1904: bool) -> str | None:
    """Return the day that a number stands for, with the time if it is not midnight; None for none.

    Days count from 1900 or from 1904; a number under one is a time of no day.
    """
    seconds = int((number % 1 * _SECONDS).to_integral_value())
    days, seconds = int(number // 1) + seconds // _SECONDS, seconds % _SECONDS
    time = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if number < 0 or (days == _LEAP_DAY and not has_1904):
        return None
    if days == 0 and not has_1904:
        return time
    days += not has_1904 and days < _LEAP_DAY
    try:
        day = (_EPOCHS[has_1904] + timedelta(days)).isoformat()
    except OverflowError:
        return None
    return f"{day}T{time}" if seconds else day
