"""Where rows come from: JSONL, CSV or Parquet, a file or standard input, in bounded memory.

Each row says where to go on after it. No line and no open quote can swallow what follows it.
"""

import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from ruletrail.batches.rows import BEGIN, CHUNK_ROWS, Chunk, Place, RawRow, Stretch, cut_chunks
from ruletrail.documents import REPORT_LIMITS, decode_text, unreadable
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.files import as_text, open_given
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal, sort_problems
from ruletrail.suggestions import KnownNames, Nearest

FORMATS = ("jsonl", "csv", "parquet")
_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet"}
_DELIMITERS = (",", ";", "\t")
_ENDS = 1 << 16
TABLE_ROWS = 1 << 14
"""Rows of a table that are answered at once by columns."""
RULEBOOK = "rulebook"
SUBJECT = "subject."

LONGEST = REPORT_LIMITS.size
_PIECE = 1 << 16
_QUOTED = re.compile(rb'"[^"]*+(?:""[^"]*+)*+"')
_REST = re.compile(rb'[^"]*+(?:""[^"]*+)*+"')
_QUOTE = ord('"')
_TEXT_CELL = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')


@dataclass(frozen=True, slots=True)
class Source:
    """An input: its form, its name in marks, a table's columns, and how to read it from a place.

    `size` counts bytes, or rows of Parquet; None for standard input, which can be read once only.
    """

    form: str
    name: str
    header: tuple[str, ...] = ()
    delimiter: str = ""
    size: int | None = None
    read: Callable[[Place], Iterator[RawRow]] = lambda _: iter(())
    identity: str = ""
    stretches: Callable[[Place, int], Iterator[Stretch]] | None = None
    """Reads a table's rows after a place, at most so many at a time."""

    def chunks(self, place: Place, *, by_columns: bool) -> Iterator[Chunk]:
        """Read the rows after a place in the pieces that workers take."""
        if self.stretches is None:
            return cut_chunks(self.read(place))
        stretches = self.stretches(place, TABLE_ROWS if by_columns else CHUNK_ROWS)
        return (Chunk(index, stretch) for index, stretch in enumerate(stretches))


def format_of_name(written: str, asked: str) -> str:
    """Return the form asked for, else that of a file's name; standard streams are JSONL."""
    return asked or ("jsonl" if written == "-" else _SUFFIXES.get(Path(written).suffix.lower(), ""))


def open_source(written: str, form: str, open_input: Callable[[], BinaryIO]) -> Source:
    """Open an input; one that cannot be read, or a header that is none, raises `ProblemsError`.

    `open_input` gives standard input, for `-`.
    """
    if written == "-":
        if form == "parquet":
            raise refusal("batch-parquet-stream", "-")
        stdin = open_input()
        try:
            return _open_lines(stdin, Source(form, "-"), lambda _: stdin)
        except (OSError, ValueError) as error:
            raise unreadable("-", error) from error
    path = Path(written)
    if form == "parquet":
        from ruletrail.batches.parquet import open_parquet, read_rows  # noqa: PLC0415 - an extra

        rows, header, stretches = open_parquet(path, written)
        identity = _identity(path, written)

        def read(place: Place) -> Iterator[RawRow]:
            return read_rows(stretches(place, CHUNK_ROWS))

        return Source(form, as_text(path.name), header, "", rows, read, identity, stretches)
    with _open_file(path, written) as stream:
        if not stream.seekable():
            raise unreadable(written)
        size = stream.seek(0, 2)
        stream.seek(0)
        name, identity = as_text(path.name), _identity(path, written)
        known = Source(form, name, size=size, identity=identity)
        return _open_lines(stream, known, lambda place: _reopen(path, written, place))


def _open_file(path: Path, written: str) -> BinaryIO:
    try:
        return open_given(path)
    except (OSError, ValueError) as error:
        raise unreadable(written, error) from error


def _reopen(path: Path, written: str, place: Place) -> BinaryIO:
    stream = _open_file(path, written)
    stream.seek(place.offset)
    return stream


def _identity(path: Path, written: str) -> str:
    """Return an input's size and a digest of both its ends, so that no other is taken for it."""
    with _open_file(path, written) as stream:
        head = stream.read(_ENDS)
        size = stream.seek(0, 2)
        stream.seek(max(size - _ENDS, 0))
        digest = hashlib.sha256(head + stream.read(_ENDS)).hexdigest()
    return f"{size}:{digest}"


def _open_lines(stream: BinaryIO, known: Source, reopen: Callable[[Place], BinaryIO]) -> Source:
    """Complete what is known of an input of lines: the columns, and how to read it."""
    if known.form == "jsonl":

        def read(place: Place) -> Iterator[RawRow]:
            lines = reopen(place)
            return _closing(lines, known, read_lines(lines, place))

        return replace(known, read=read)
    line, taken = read_line(stream)
    header, delimiter = read_header(line if taken else None, known.name)
    first = Place(0, taken, 1)

    def read_table(place: Place) -> Iterator[RawRow]:
        start = first if place == BEGIN else place
        lines = reopen(start)
        records = read_records(lines, start, delimiter.encode(), len(header))
        return _closing(lines, known, records)

    return replace(known, header=header, delimiter=delimiter, read=read_table)


def _closing(stream: BinaryIO, known: Source, rows: Iterator[RawRow]) -> Iterator[RawRow]:
    """Yield a stream's rows and close it, unless it is standard input."""
    try:
        yield from rows
    except OSError as error:
        raise unreadable(known.name, error) from error
    finally:
        if known.size is not None:
            stream.close()


def read_header(line: bytes | None, name: str) -> tuple[tuple[str, ...], str]:
    """Return the columns of a CSV file's first line, and the delimiter between them."""
    if line is None:
        raise refusal("batch-header", name)
    text = decode_text(line, name)
    found = [char for char in _DELIMITERS if char in text]
    if len(found) > 1:
        raise refusal("batch-delimiter", name, text=quote(text))
    delimiter = found[0] if found else ","
    cells = split_cells(text, delimiter)
    if cells is None or len(line) > REPORT_LIMITS.size:
        raise refusal("batch-quotes", name, near=quote(text))
    return tuple(cell for _, cell in cells), delimiter


def check_header(header: Sequence[str], name: str, linked: LinkedRulebook, *, named: bool) -> None:
    """Raise `ProblemsError` for columns that no report can have, and for repeated ones.

    `named` tells that the rulebook was named by the caller, so that the table need not.
    """
    problems = list(_check_columns(header, name, linked))
    if not named and RULEBOOK not in header:
        problems.append(Problem("report-without-rulebook", Mark(name, 1, 1)))
    if problems:
        raise ProblemsError(sort_problems(problems))


def is_read(name: str, linked: LinkedRulebook) -> bool:
    """Tell whether a report reads a column of this name."""
    return name in linked.schema.fields or name == RULEBOOK or name.startswith(SUBJECT)


def _check_columns(header: Sequence[str], name: str, linked: LinkedRulebook) -> Iterator[Problem]:
    seen: set[str] = set()
    known = KnownNames(linked.schema.fields, (RULEBOOK,))
    for number, column in enumerate(header, 1):
        mark, details = Mark(name, 1, number), {"text": quote(column)}
        if column in seen:
            yield Problem("batch-column-repeated", mark, details)
        elif not is_read(column, linked):
            yield Problem("batch-column-unknown", mark, details, Nearest(column, known))
        elif column == SUBJECT:
            yield Problem("batch-column-unknown", mark, details)
        seen.add(column)


# -- Bytes to lines, records and cells -------------------------------------------------------------


_Line = tuple[bytes | None, int]


def read_line(stream: BinaryIO) -> _Line:
    """Return a line without its end, None if it is too long, and its size; 0 at the end."""
    line = stream.readline(LONGEST + 3)
    size = len(line)
    if not line.endswith(b"\n") and size == LONGEST + 3:
        while line and not line.endswith(b"\n"):
            line = stream.readline(_PIECE)
            size += len(line)
        return None, size
    line = line.removesuffix(b"\n").removesuffix(b"\r")
    return (line if len(line) <= LONGEST else None), size


def read_lines(stream: BinaryIO, start: Place) -> Iterator[RawRow]:
    """Yield every line as a row; the stream stands at the start."""
    place = start
    while True:
        line, size = read_line(stream)
        if size == 0:
            return
        place = Place(place.rows + 1, place.offset + size, place.lines + 1)
        yield RawRow(place.rows, place.lines, line, place)


def read_records(stream: BinaryIO, start: Place, delimiter: bytes, width: int) -> Iterator[RawRow]:
    """Yield every CSV record as a row; a quoted cell may hold line breaks.

    Lines that together are no record of `width` cells within 256 kB are rows by themselves, so that
    an open quote harms its own line only.
    """
    waiting: deque[_Line] = deque()
    place = start
    while True:
        first = waiting.popleft() if waiting else read_line(stream)
        if first[1] == 0:
            return
        lines = [first, *_lines_of_record(stream, waiting, first[0], delimiter[0], width)]
        offset = place.offset + sum(size for _, size in lines)
        place = Place(place.rows + 1, offset, place.lines + len(lines))
        data = None if first[0] is None else b"\n".join(line or b"" for line, _ in lines)
        yield RawRow(place.rows, place.lines - len(lines) + 1, data, place)


def _lines_of_record(
    stream: BinaryIO,
    waiting: deque[_Line],
    first: bytes | None,
    delimiter: int,
    width: int,
) -> list[_Line]:
    """Return the lines that complete a record which the first line leaves open, if any do."""
    cells, is_open = scan_cells(first, delimiter, inside=False) if first is not None else (0, False)
    if not is_open or first is None:
        return []
    ahead: list[_Line] = []
    held = len(first)
    total = cells
    while is_open:
        line, size = waiting.popleft() if waiting else read_line(stream)
        if size == 0:
            break
        ahead.append((line, size))
        held += size
        if line is None or held > LONGEST:
            break
        cells, is_open = scan_cells(line, delimiter, inside=True)
        total = total + cells if cells >= 0 else -1
        if total < 0:
            break
    if is_open or total != width:
        waiting.extendleft(reversed(ahead))
        return []
    return ahead


def scan_cells(line: bytes, delimiter: int, *, inside: bool) -> tuple[int, bool]:
    """Count the cells that end in a line, and tell whether one is left open; -1 for a wrong quote.

    `inside` tells that the line begins within a quoted cell.
    """
    if _QUOTE not in line:
        return (0, True) if inside else (line.count(delimiter) + 1, False)
    at = cells = 0
    while True:
        if inside or line[at : at + 1] == b'"':
            match = (_REST if inside else _QUOTED).match(line, at)
            if match is None:
                return cells, True
            at, inside = match.end(), False
        else:
            at = _end_of_plain(len(line), line.find(delimiter, at), line.find(_QUOTE, at))
        cells += 1
        if at == len(line):
            return cells, False
        if line[at] != delimiter:
            return -1, False
        at += 1


def _end_of_plain(end: int, *found: int) -> int:
    """Return where a cell without quotes ends: at what was found first, else at the line's end."""
    return min((at for at in found if at >= 0), default=end)


def split_cells(record: str, delimiter: str) -> list[tuple[int, str]] | None:
    """Split a record into cells with their offsets; None if a quote is wrong or not closed."""
    if '"' not in record:
        found, at = [], 0
        for cell in record.split(delimiter):
            found.append((at, cell))
            at += len(cell) + 1
        return found
    cells: list[tuple[int, str]] = []
    at = 0
    while True:
        match = _TEXT_CELL.match(record, at) if record[at : at + 1] == '"' else None
        if match is not None:
            end, text = match.end(), match.group()[1:-1].replace('""', '"')
        else:
            end = _end_of_plain(len(record), record.find(delimiter, at), record.find('"', at))
            text = record[at:end]
        cells.append((at, text))
        if end == len(record):
            return cells
        if record[end] != delimiter:
            return None
        at = end + 1
