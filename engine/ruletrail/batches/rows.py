"""A row as it was read, a row as it is answered, and the pieces that workers take. Data only."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ruletrail.fast_dataclasses import dataclass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHUNK_ROWS = 256
CHUNK_BYTES = 1 << 20
"""A chunk ends with the row that reaches one of these, so that chunks depend on the input alone."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reading of an input may go on: rows read, bytes read, lines read."""

    rows: int = 0
    offset: int = 0
    lines: int = 0


BEGIN = Place()


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it was read: its number and line, both from 1, and where the next one begins.

    `data` are the bytes of a line or of a CSV record, or a table's cells; None for a line that is
    too long.
    """

    row: int
    line: int
    data: bytes | tuple[object, ...] | None
    after: Place


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring rows of a table: an Arrow batch, and the number of its first row, from 1.

    In a table without an order, `first` is 0, and every row calls itself the first.
    """

    batch: Any
    first: int

    def __len__(self) -> int:
        """Count the rows."""
        return int(self.batch.num_rows)

    def __getitem__(self, taken: slice) -> "Stretch":
        """Take some neighbouring rows."""
        start, stop, _ = taken.indices(len(self))
        first = self.first + start if self.first else 0
        return Stretch(self.batch.slice(start, stop - start), first)

    def number(self, place: int) -> int:
        """Give the number of a row, by its place from 0."""
        return self.first + place if self.first else 1


Part = tuple[RawRow, ...] | Stretch
"""Rows that are answered together; both kinds have a length and can be cut."""


def list_rows(stretch: Stretch, places: "NDArray[np.intp] | None" = None) -> Iterator[RawRow]:
    """Yield the rows of a stretch, or those at some places, one by one."""
    chosen = range(len(stretch)) if places is None else places.tolist()
    batch = stretch.batch if places is None else stretch.batch.take(places)
    listed: Iterable[tuple[object, ...]] = zip(*map(_list_cells, batch.columns), strict=True)
    if not batch.num_columns:
        listed = [()] * batch.num_rows  # reports in which nothing is declared
    for place, cells in zip(chosen, listed, strict=True):
        row = stretch.number(place)
        yield RawRow(row, row, cells, Place(row))


def _list_cells(column: Any) -> list[Any]:
    """List the cells of a column; no UTF-8 as its bytes, a short float by its shortest text."""
    # of 16 or 32 bits, plain or in a dictionary; 64 bits are called double
    if "float" in str(column.type):
        from ruletrail.compiled.columns.arrow_encoding import widen_floats  # noqa: PLC0415 - numpy

        column = widen_floats(column)
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        return [_read_cell(cell) for cell in column]


def _read_cell(cell: Any) -> object:
    try:
        return cell.as_py()
    except UnicodeDecodeError as error:
        return error.object


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows that are answered together, and where the next ones begin."""

    index: int
    rows: Part

    @property
    def after(self) -> Place:
        """Where to go on reading."""
        rows = self.rows
        return Place(rows.first + len(rows) - 1) if isinstance(rows, Stretch) else rows[-1].after


@dataclass(frozen=True, slots=True)
class Answered:
    """One row out, as bytes for JSONL and CSV, cells for Parquet; or several, as bytes."""

    content: bytes | tuple[object, ...]
    problems: int = 0
    """How many of the rows hold problems."""
    defects: int = 0
    """How many met a defect of ours."""
    rows: int = 1


def cut_chunks(rows: Iterable[RawRow]) -> Iterator[Chunk]:
    """Cut rows into chunks of so many rows or bytes."""
    held: list[RawRow] = []
    size = index = 0
    for row in rows:
        held.append(row)
        size += len(row.data) if isinstance(row.data, bytes) else 0
        if len(held) >= CHUNK_ROWS or size >= CHUNK_BYTES:
            yield Chunk(index, tuple(held))
            held, size, index = [], 0, index + 1
    if held:
        yield Chunk(index, tuple(held))
