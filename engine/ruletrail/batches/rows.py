"""A row as it was read, a row as it is answered, and the pieces that workers take. Data only."""

from typing import Any, Protocol

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.problems import Problem

CHUNK_ROWS = 256
"""Rows of a piece that is answered one by one."""

MOST_TOLD = 3
"""Problems of rows that a terminal shows; the output holds all."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reading of an input may go on: rows read, bytes read, lines read."""

    rows: int = 0
    offset: int = 0
    lines: int = 0


BEGIN = Place()


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that holds no value: the code of its problem, and the text that stands there."""

    code: str
    text: str = ""


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
    carried: tuple[object, ...] | None = None
    """The cells that travel, of a table's row; None where they are found in `data`."""


class Part(Protocol):
    """Neighbouring rows that are answered together; they can be counted and cut."""

    def __len__(self) -> int:
        """Count the rows."""

    def __getitem__(self, taken: slice, /) -> "Part":
        """Take some neighbouring rows."""

    @property
    def after(self) -> Place:
        """Where the next row begins."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that were read one by one."""

    rows: tuple[RawRow, ...]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.rows)

    def __getitem__(self, taken: slice) -> "Rows":
        """Take some neighbouring rows."""
        return Rows(self.rows[taken])

    @property
    def after(self) -> Place:
        """Where the next row begins."""
        return self.rows[-1].after


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

    @property
    def after(self) -> Place:
        """Where the next row begins."""
        return Place(self.first + len(self) - 1)


@dataclass(frozen=True, slots=True)
class FileRows:
    """Neighbouring rows of a Parquet file, which whoever answers them reads; `first` is from 1."""

    path: str
    first: int
    rows: int

    def __len__(self) -> int:
        """Count the rows."""
        return self.rows

    def __getitem__(self, taken: slice) -> "FileRows":
        """Take some neighbouring rows."""
        start, stop, _ = taken.indices(self.rows)
        return FileRows(self.path, self.first + start, stop - start)

    @property
    def after(self) -> Place:
        """Where the next row begins."""
        return Place(self.first + self.rows - 1)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows that are answered together, and where the next ones begin."""

    index: int
    rows: Part

    @property
    def after(self) -> Place:
        """Where to go on reading."""
        return self.rows.after


@dataclass(frozen=True, slots=True)
class Finer:
    """A column of numbers whose point may have parted thousands: in how many rows, and which."""

    code: str
    count: int
    rows: tuple[int, ...]
    text: str
    """The value of the first of these rows, as a report writes it."""

    def __add__(self, other: "Finer") -> "Finer":
        """Join what was found of the same column in other rows."""
        first = min(self, other, key=lambda each: each.rows)
        rows = tuple(sorted((*self.rows, *other.rows))[:MOST_TOLD])
        return Finer(self.code, self.count + other.count, rows, first.text)


def _join_finer(one: tuple[Finer, ...], two: tuple[Finer, ...]) -> tuple[Finer, ...]:
    if not one or not two:
        return one or two
    found = {each.code: each for each in one}
    for each in two:
        found[each.code] = found[each.code] + each if each.code in found else each
    return tuple(found[code] for code in sorted(found))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows came to what: by status, with problems, and those that met a defect of ours.

    A row that met a defect is one with problems too.
    """

    complete: int = 0
    incomplete: int = 0
    invalid: int = 0
    problems: int = 0
    defects: int = 0
    to_review: int = 0
    """Of the complete rows, those in which a check failed: a warning or a note."""
    told: tuple[tuple[int, Problem], ...] = field(default=(), compare=False)
    """The first problems, each with the number of its row: what a terminal shows of them."""
    finer: tuple[Finer, ...] = field(default=(), compare=False)
    """Columns of numbers with more decimals than they have, by their codes."""

    def __add__(self, other: "Counts") -> "Counts":
        """Count both together."""
        return Counts(
            self.complete + other.complete,
            self.incomplete + other.incomplete,
            self.invalid + other.invalid,
            self.problems + other.problems,
            self.defects + other.defects,
            self.to_review + other.to_review,
            (*self.told, *other.told)[:MOST_TOLD],
            _join_finer(self.finer, other.finer),
        )

    @staticmethod
    def of(status: str, rows: int = 1, failing: int = 0) -> "Counts":
        """Count so many rows of one status, in `failing` of which a check failed."""
        found: dict[str, Any] = {status: rows}
        return Counts(**found, to_review=failing if status == "complete" else 0)


NO_ROWS = Counts()


@dataclass(frozen=True, slots=True)
class Answered:
    """Rows out, as bytes of the output's form; a single row of a Parquet table as its cells."""

    content: bytes | tuple[object, ...]
    counts: Counts = NO_ROWS
    rows: int = 1
