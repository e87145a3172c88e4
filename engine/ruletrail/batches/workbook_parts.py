"""The parts of somebody else's .xlsx workbook: none is handed on before it was looked through.

openpyxl makes objects of what it reads, a hundred times as large as the file and more. So each part
is unpacked once beforehand, by expat alone, and must be within the limits here: without entities,
and never more at once than openpyxl can hold.
"""

import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import IO, BinaryIO, Literal
from xml.parsers import expat

from ruletrail.documents import unreadable
from ruletrail.files import as_text
from ruletrail.problems import Mark, Problem, ProblemsError, is_short_of_memory, quote, refusal

MOST_ROWS, MOST_COLUMNS = 1 << 20, 1 << 14
"""What a sheet holds."""
MOST_DIGITS = 15
"""How many digits of a number a spreadsheet shows, and keeps."""

Kind = Literal["sheet", "texts", "other"]
MOST_BYTES: Mapping[Kind, int] = {"sheet": 4 << 30, "texts": 128 << 20, "other": 16 << 20}
"""How long a part may be when unpacked: a sheet, the texts that its cells share, any other part."""
_ANY_BYTES, _MOST_FOLDED = 8 << 20, 200
"""How long a part may be however small it is when packed, and how many times that beyond: sheets
with values fold to a tenth, and one that a program filled with the same rows to a hundredth."""
_ANY_EMPTY, _EMPTY_EACH = 1 << 20, 64
"""How many cells without a value a sheet may have, and how many more for each that has one: a
colour out to the last column is a cell for each, and takes openpyxl as long."""
_MOST_AT_ONCE = 16 << 20
_MOST_ELEMENTS = 1 << 18
"""How much openpyxl holds at once: bytes and elements of a row, of a text, of any other part."""
_MOST_UNITS = 1 << 22
"""How many rows or texts are looked at: each takes openpyxl some time, and a bomb four bytes."""
_LONGEST_TAG = 1 << 20
"""A tag is looked through anew whenever more of it was read."""
_MOST_DEPTH = 64
_LONGEST_FORMAT = 255
_MOST_DIRECTORY = 4 << 20
_PIECE = 1 << 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1
_END_OF_ZIP = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_END = _END_SIZE + (1 << 16)

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_ROW, _ROWS, _SHEET = f"{_MAIN}row", f"{_MAIN}sheetData", f"{_MAIN}worksheet"
_CELL, _HELD = f"{_MAIN}c", frozenset({f"{_MAIN}v", f"{_MAIN}is", f"{_MAIN}f"})
_UNITS: Mapping[Kind, tuple[str, int]] = {
    "sheet": (_ROW, 2),
    "texts": (f"{_MAIN}si", 1),
    "other": ("", 0),
}
"""What openpyxl takes, and lets go, one by one, and in how many others it stands."""


class BrokenWorkbookError(Exception):
    """A part of the workbook is not as it must be."""


class _TooLargeError(Exception):
    """A part holds more than it may; says what it may hold."""


_BROKEN = (
    BrokenWorkbookError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    expat.ExpatError,
    EOFError,
    SyntaxError,  # XML that is none
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What zipfile and openpyxl raise for a file that is no workbook: openpyxl believes what it reads,
and meets what is not so wherever it uses it."""


def require_openpyxl() -> None:
    """Raise `ProblemsError` without the extra `[excel]`."""
    try:
        # openpyxl reads entities where it does not find defusedxml
        import_module("defusedxml")
        import_module("openpyxl")
    except ImportError as error:
        if is_short_of_memory(error):
            raise
        command = quote("pip install 'ruletrail[excel]'")
        raise refusal("missing-extra", "xlsx", text=".xlsx", command=command) from error


@contextmanager
def blaming(file: str) -> Iterator[None]:
    """Make a problem of the file of whatever reading it raises; openpyxl's warnings are nobody's.

    Only what zipfile and openpyxl do may stand within: a defect of ours is not the file's.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except OSError as error:
        if error.errno is not None:
            raise unreadable(file, error) from error
        raise refusal("batch-workbook", file, file=quote(file)) from error
    except _BROKEN as error:
        raise refusal("batch-workbook", file, file=quote(file)) from error


class Parts(zipfile.ZipFile):
    """The parts of a workbook, each within the limits; one that is not there raises `KeyError`."""

    def __init__(self, stream: BinaryIO) -> None:
        """Read the list of parts, unless it is longer than that of any workbook."""
        size = stream.seek(0, 2)
        stream.seek(max(size - _LONGEST_END, 0))
        end = stream.read(_LONGEST_END)
        at = end.rfind(_END_OF_ZIP)
        record = end[at : at + _END_SIZE]
        if at < 0 or len(record) < _END_SIZE:
            raise BrokenWorkbookError
        if int.from_bytes(record[12:16], "little") > _MOST_DIRECTORY:
            raise BrokenWorkbookError
        self._size = size
        super().__init__(stream)

    def open(
        self,
        name: str | zipfile.ZipInfo,
        mode: Literal["r", "w"] = "r",
        pwd: bytes | None = None,
        *,
        force_zip64: bool = False,
    ) -> IO[bytes]:
        """Open a part for whoever reads it whole, once it was looked through."""
        self.survey(name if isinstance(name, str) else name.filename)
        return super().open(name, mode, pwd, force_zip64=force_zip64)

    def open_surveyed(self, name: str) -> IO[bytes]:
        """Open a part that was looked through before, to be read unit by unit."""
        return super().open(name)

    def survey(self, name: str, kind: Kind = "other") -> "Survey":
        """Look through a part; one past the limits is a problem, or broken."""
        info = self.getinfo(name)
        if info.compress_type not in _METHODS or info.flag_bits & _ENCRYPTED:
            raise BrokenWorkbookError
        survey = Survey(kind)
        # what a list says of a part may be more than the file holds
        folded = _MOST_FOLDED * min(info.compress_size, self._size)
        most = min(MOST_BYTES[kind], max(_ANY_BYTES, folded))
        try:
            _check(info.file_size, most, in_bytes=True)
            with super().open(info) as stream:
                survey.read(stream)
        except _TooLargeError as error:
            details = {"part": quote(name), "limit": str(error), "times": str(_MOST_FOLDED)}
            wording = "part-unfolds" if most < min(info.file_size, MOST_BYTES[kind]) else ""
            mark = Mark(as_text(name))
            problem = Problem("batch-workbook-size", mark, details, wording=wording)
            raise ProblemsError([problem]) from error
        return survey


def _check(found: int, most: int, *, in_bytes: bool = False) -> None:
    """Raise for more than there may be, of bytes or of elements."""
    if found > most:
        raise _TooLargeError(f"{most >> 20} MB" if in_bytes else f"{most} `<…>`")


class Survey:
    """Looks through a part, and remembers what openpyxl does not tell, or tells too late."""

    def __init__(self, kind: Kind) -> None:
        """Begin; `kind` says what is taken at once of the part."""
        self.merged = ""
        """The first cells that are merged, which stand behind the rows."""
        self.last = 0
        """The number of the last row."""
        self.is_uncomputed = False
        """Whether whoever wrote the workbook left its formulas to whoever opens it."""
        self._kind, self._unit = kind, _UNITS[kind]
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._depth = self._elements = self._units = self._begin = 0
        self._empty = _ANY_EMPTY
        self._is_behind = False

    def read(self, stream: IO[bytes]) -> None:
        """Look through all of a part; what openpyxl could not hold raises."""
        parser = self._parser
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartDoctypeDeclHandler = self._refuse
        fed = 0
        while piece := stream.read(_PIECE):
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                raise BrokenWorkbookError
            self._begin = fed if self._is_behind else self._begin
            _check(fed - self._begin, _MOST_AT_ONCE, in_bytes=True)
        parser.Parse(b"", True)

    def _refuse(self, *_: object) -> None:
        raise BrokenWorkbookError

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += not self._is_behind
        _check(self._elements, _MOST_ELEMENTS)
        is_other = self._depth == 1 and self._kind == "sheet" and name != _SHEET
        if is_other or self._depth > _MOST_DEPTH:
            raise BrokenWorkbookError
        if name == _CELL:
            self._empty -= 1
            if self._empty < 0 and self._kind == "sheet":
                raise _TooLargeError(f"{_ANY_EMPTY} `<c/>`")
        elif name in _HELD:
            self._empty += _EMPTY_EACH
        elif name == _ROW:
            number = attributes.get("r", "")
            self.last = max(self.last, int(number) if number.isdecimal() else self.last + 1)
            if self.last > MOST_ROWS:
                raise BrokenWorkbookError
        elif name == f"{_MAIN}mergeCell":
            self.merged = self.merged or attributes.get("ref", "?")
        elif name == f"{_MAIN}calcPr":
            self.is_uncomputed = attributes.get("fullCalcOnLoad") in ("1", "true")
        elif name == f"{_MAIN}numFmt" and len(attributes.get("formatCode", "")) > _LONGEST_FORMAT:
            # openpyxl looks through one again for each of its brackets
            raise BrokenWorkbookError

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name == _ROWS and self._kind == "sheet":
            # what stands behind the rows openpyxl does not see
            self._is_behind = True
        if (name, self._depth) == self._unit:
            self._units += 1
            _check(self._units, _MOST_UNITS)
            self._elements, self._begin = 0, self._parser.CurrentByteIndex
