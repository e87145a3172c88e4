"""Where rows come from: JSONL, CSV or Parquet, a file or standard input, in bounded memory.

Each piece says where to go on after it.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from ruletrail.batches.lines import LONGEST, BlockSize, cut_blocks, read_line, split_cells
from ruletrail.batches.parts import rows_of
from ruletrail.batches.rows import BEGIN, CHUNK_ROWS, Chunk, Place, RawRow
from ruletrail.documents import decode_text, unreadable
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.files import as_text, open_given
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal, sort_problems
from ruletrail.suggestions import KnownNames, Nearest

FORMATS = ("jsonl", "csv", "parquet")
_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet"}
_DELIMITERS = (",", ";", "\t")
_ENDS = 1 << 16
BY_ROWS = BlockSize(CHUNK_ROWS, 1 << 20)
BY_COLUMNS = BlockSize(1 << 13, 1 << 22)
"""How much is answered at once: by columns so much that their fixed costs are spread."""
RULEBOOK = "rulebook"
SUBJECT = "subject."


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
    identity: str = ""
    chunks: Callable[[Place, BlockSize], Iterator[Chunk]] = lambda _, __: iter(())
    """Reads the rows after a place in the pieces that workers take."""

    def rows(self, place: Place) -> Iterator[RawRow]:
        """Read the rows after a place one by one."""
        for chunk in self.chunks(place, BY_ROWS):
            yield from rows_of(chunk.rows)


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
        from ruletrail.batches.parquet import open_parquet  # noqa: PLC0415 - an extra

        rows, header, chunks = open_parquet(path, written)
        return Source(form, as_text(path.name), header, "", rows, _identity(path, written), chunks)
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
    header: tuple[str, ...] = ()
    delimiter, first = "", BEGIN
    if known.form == "csv":
        line, taken = read_line(stream)
        header, delimiter = read_header(line if taken else None, known.name)
        first = Place(0, taken, 1)

    def read(place: Place, size: BlockSize) -> Iterator[Chunk]:
        start = first if place == BEGIN else place
        lines = reopen(start)
        blocks = cut_blocks(lines, start, size, delimiter.encode(), len(header))
        return _closing(lines, known, blocks)

    return replace(known, header=header, delimiter=delimiter, chunks=read)


def _closing(stream: BinaryIO, known: Source, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Yield a stream's chunks and close it, unless it is standard input."""
    try:
        yield from chunks
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
    if cells is None or len(line) > LONGEST:
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
