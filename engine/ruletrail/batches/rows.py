"""A row as it was read, a row as it is answered, and the stretches of rows that workers take. Data only."""

from collections.abc import Iterable, Iterator, Sequence

from ruletrail.structures import dataclass

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
    """One row before anybody judged it: its number and line, both from 1, and where the next one begins.

    `data` are the bytes of a line or of a CSV record, or a table's cells; None for a line that is too long.
    """

    row: int
    line: int
    data: bytes | tuple[object, ...] | None
    after: Place


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows that are answered together."""

    index: int
    rows: tuple[RawRow, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """One row out: bytes for JSONL and CSV, cells for Parquet; what became of it."""

    content: bytes | tuple[object, ...]
    has_problems: bool = False
    is_defect: bool = False


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


def count_kinds(answers: Sequence[Answered]) -> tuple[int, int]:
    """Count the rows with problems, and those that a defect of ours caused."""
    return sum(answer.has_problems for answer in answers), sum(answer.is_defect for answer in answers)
