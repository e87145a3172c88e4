"""Where rows come from: JSONL, CSV or Parquet, a file or standard input; each row with where to go on after it."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from ruletrail.batches.lines import read_line, read_lines, read_records, split_cells
from ruletrail.batches.rows import BEGIN, CHUNK_ROWS, Chunk, Place, RawRow, Stretch, cut_chunks
from ruletrail.documents import REPORT_LIMITS, decode_text
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, nearest_name, quote

RULEBOOK = "rulebook"
SUBJECT = "subject."


def check_header(header: Sequence[str], name: str, plan: LinkedRulebook, *, named: bool) -> None:
    """Refuse columns that are no field, no subject and not the rulebook, and repeated ones, with `ProblemsError`.

    `named` tells that the rulebook was named by the caller, so that the table need not.
    """
    problems = list(_find(header, name, plan))
    if not named and RULEBOOK not in header:
        problems.append(Problem("report-without-rulebook", Mark(name, 1, 1)))
    if problems:
        raise ProblemsError(problems)


def is_read(name: str, plan: LinkedRulebook) -> bool:
    """Tell a column that a report is read from."""
    return name in plan.schema.fields or name == RULEBOOK or name.startswith(SUBJECT)


def _find(header: Sequence[str], name: str, plan: LinkedRulebook) -> Iterator[Problem]:
    seen: set[str] = set()
    known = [*plan.schema.fields, RULEBOOK]
    for number, column in enumerate(header, 1):
        mark = Mark(name, 1, number)
        if column in seen:
            yield Problem("batch-column-repeated", mark, {"text": quote(column)})
        elif not is_read(column, plan):
            yield Problem(
                "batch-column-unknown", mark, {"text": quote(column)}, nearest_name(column, known)
            )
        elif column == SUBJECT:
            yield Problem("batch-column-unknown", mark, {"text": quote(column)})
        seen.add(column)


FORMATS = ("jsonl", "csv", "parquet")
_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet"}
_DELIMITERS = (",", ";", "\t")
_ENDS = 1 << 16
TABLE_ROWS = 1 << 14
"""Rows of a table that are answered at once by columns."""


@dataclass(frozen=True, slots=True)
class Source:
    """An input: its form, its name for messages, its columns if it is a table, and how to read it from a place.

    `size` counts bytes, or rows of Parquet; None for standard input, which can be read once and from its start.
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
    """Tell the form of an input or output by what was asked for, else by its name; JSONL for standard streams."""
    return asked or ("jsonl" if written == "-" else _SUFFIXES.get(Path(written).suffix.lower(), ""))


def open_source(written: str, form: str, stdin: BinaryIO) -> Source:
    """Open an input; one that cannot be read, or a header that is none, raises `ProblemsError`."""
    if written == "-":
        if form == "parquet":
            raise ProblemsError([Problem("batch-parquet-stream", Mark("-", 1, 1))])
        return _open_lines(stdin, Source(form, "-"), lambda _: stdin)
    path = Path(written)
    if form == "parquet":
        from ruletrail.batches.parquet import open_parquet, read_rows  # noqa: PLC0415 - an extra

        rows, header, stretches = open_parquet(path, written)
        identity = _identity(path, written)
        return Source(
            form,
            path.name,
            header,
            "",
            rows,
            lambda place: read_rows(stretches(place, CHUNK_ROWS)),
            identity,
            stretches,
        )
    stream = _open_file(path, written)
    with stream:
        if not stream.seekable():
            raise ProblemsError([_unreadable(written)])
        size = stream.seek(0, 2)
        stream.seek(0)
        known = Source(form, path.name, size=size, identity=_identity(path, written))
        return _open_lines(stream, known, lambda place: _reopen(path, written, place))


def _open_file(path: Path, written: str) -> BinaryIO:
    try:
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise ProblemsError([_unreadable(written, error)]) from error


def _unreadable(written: str, error: OSError | ValueError | None = None) -> Problem:
    missing = isinstance(error, FileNotFoundError)
    advice = (
        "file-missing"
        if missing
        else "file-is-folder"
        if isinstance(error, IsADirectoryError)
        else ""
    )
    return Problem("file-unreadable", Mark(written, 1, 1), {"file": quote(written)}, advice=advice)


def _reopen(path: Path, written: str, place: Place) -> BinaryIO:
    stream = _open_file(path, written)
    stream.seek(place.offset)
    return stream


def _identity(path: Path, written: str) -> str:
    """Name an input by its size and the bytes at both ends, so that another one is not taken for it."""
    with _open_file(path, written) as stream:
        head = stream.read(_ENDS)
        size = stream.seek(0, 2)
        stream.seek(max(size - _ENDS, 0))
        digest = hashlib.sha256(head + stream.read(_ENDS)).hexdigest()
    return f"{size}:{digest}"


def _open_lines(stream: BinaryIO, known: Source, reopen: Callable[[Place], BinaryIO]) -> Source:
    """Complete what is known of an input of lines: the columns, and how to read it."""
    if known.form == "jsonl":
        return replace(
            known,
            read=lambda place: _closing(
                reopen(place), known, lambda lines: read_lines(lines, place)
            ),
        )
    line, taken = read_line(stream)
    header, delimiter = read_header(line if taken else None, known.name)
    first = Place(0, taken, 1)

    def read(place: Place) -> Iterator[RawRow]:
        start = first if place == BEGIN else place
        return _closing(
            reopen(start),
            known,
            lambda lines: read_records(lines, start, delimiter.encode(), len(header)),
        )

    return replace(known, header=header, delimiter=delimiter, read=read)


def _closing(
    stream: BinaryIO, known: Source, rows: Callable[[BinaryIO], Iterator[RawRow]]
) -> Iterator[RawRow]:
    """Yield a stream's rows and close it, unless it is standard input."""
    try:
        yield from rows(stream)
    except OSError as error:
        raise ProblemsError([_unreadable(known.name, error)]) from error
    finally:
        if known.size is not None:
            stream.close()


def read_header(line: bytes | None, name: str) -> tuple[tuple[str, ...], str]:
    """Read the first line of a CSV file: the columns, and which delimiter stands between them."""
    if line is None:
        raise ProblemsError([Problem("batch-header", Mark(name, 1, 1))])
    text = decode_text(line, name)
    found = [char for char in _DELIMITERS if char in text]
    if len(found) > 1:
        raise ProblemsError([Problem("batch-delimiter", Mark(name, 1, 1), {"text": quote(text)})])
    delimiter = found[0] if found else ","
    cells = split_cells(text, delimiter)
    if cells is None or len(line) > REPORT_LIMITS.size:
        raise ProblemsError([Problem("batch-quotes", Mark(name, 1, 1), {"near": quote(text)})])
    return tuple(cell for _, cell in cells), delimiter
