"""Parquet in and out through pyarrow, the extra `[batch]`; imported only where a file is Parquet.

While it grows, an output is a row of small Parquet files, which can be continued after a kill; they
are joined at the end, which is copying.
"""

import io
import os
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from ruletrail.analysis.inference import infer_facts
from ruletrail.batches.cells import Carried
from ruletrail.batches.lines import BlockSize
from ruletrail.batches.parquet_joining import join_groups, read_group, read_groups
from ruletrail.batches.parquet_pages import (
    LARGEST_PAGE,
    LONGEST_WORD,
    FileBytes,
    PageError,
    measure_rows,
)
from ruletrail.batches.rows import CHUNK_ROWS, Chunk, FileRows, Place, Stretch
from ruletrail.batches.writing import ROW, Layout
from ruletrail.compiled.arrow_types import MOST_DIGITS, value_type
from ruletrail.documents import unreadable
from ruletrail.fast_dataclasses import dataclass
from ruletrail.files import find_stamp
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import (
    Mark,
    Problem,
    ProblemsError,
    is_short_of_memory,
    quote,
    refusal,
    sort_problems,
)

_VIEW = "string_view"
_STRETCH_BYTES = 1 << 25
_DENSER = 8
"""A table may have so many times the bytes of a text: what is taken in is a part of its columns."""
_LEAST_ROOM = 1 << 12
"""Bytes of a piece for each row that is taken however long rows are, up to some hundreds."""
_MOST_HELD = 1 << 27
"""Bytes of the rows of a piece if all were as long as the longest."""

_LEAST_ROWS = 16
_READ_BYTES = 1 << 16
"""A column is read in such pieces, and not as a whole."""
_MOST_GROUPS = 256
"""Groups of rows that are decoded by one opening of a file."""

Chunks = Callable[[Place, BlockSize], Iterator[Chunk]]
"""Reads the rows after a place, so many at a time."""


def import_arrow() -> tuple[ModuleType, ModuleType]:
    """Import pyarrow and its Parquet part; without the extra raise `ProblemsError`."""
    try:
        import_module("numpy")
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        if is_short_of_memory(error):
            raise
        command = quote("pip install 'ruletrail[batch]'")
        raise refusal("missing-extra", "parquet", text="Parquet", command=command) from error
    return arrow, parquet


# -- In --------------------------------------------------------------------------------------------


def open_parquet(path: Path, written: str) -> tuple[int, Any, Chunks]:
    """Open a table; return the number of rows, the Arrow schema, and what cuts it into pieces."""
    arrow, _ = import_arrow()
    try:
        with _open_table(str(path)) as file:
            metadata, schema = file.metadata, file.schema_arrow
    except (OSError, ValueError, arrow.ArrowException) as error:
        raise _unreadable(written, error) from error
    longest = _measure(path, written, metadata)
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    if metadata.num_rows != sum(group.num_rows for group in groups):
        raise _unreadable(written, ValueError("the groups have other rows than the file says"))

    def cut(place: Place, size: BlockSize) -> Iterator[Chunk]:
        most, rows = _limit(metadata, size, longest), metadata.num_rows if len(schema) else 0
        for index, row in enumerate(range(place.rows, rows, most)):
            yield Chunk(index, FileRows(str(path), row + 1, min(most, rows - row)))

    return metadata.num_rows, schema, cut


def _unreadable(written: str, error: Exception) -> ProblemsError:
    """Return the error of a file that the system does not give, or that is no sound Parquet."""
    if isinstance(error, OSError) and error.errno is not None:
        return unreadable(written, error)
    return refusal("file-unreadable", written, advice="parquet-damaged", file=quote(written))


def check_types(
    schema: Any, name: str, passed: frozenset[str] = frozenset(), lists: Collection[str] = ()
) -> None:
    """Raise `ProblemsError` for columns that hold neither numbers nor texts nor booleans.

    Those in `lists` may hold lists of rows.

    Those in `passed`, which no report reads, may hold anything.
    """
    from ruletrail.batches.arrow_cells import is_plain, is_rows  # noqa: PLC0415 - needs the extra

    read = [field for field in schema if field.name not in passed]
    wrong = [
        field
        for field in read
        if not is_plain(field.type) and not (field.name in lists and is_rows(field.type))
    ]
    _refuse_types("batch-column-type", schema, name, wrong, "day-as-date32")


def check_kept(schema: Any, name: str, kept: Sequence[str]) -> None:
    """Raise `ProblemsError` for columns to be kept whose cells have no text of their own."""
    from ruletrail.batches.arrow_cells import can_travel  # noqa: PLC0415 - needs the extra

    names = frozenset(kept)
    fields = [field for field in schema if field.name in names and not can_travel(field.type)]
    _refuse_types("batch-keep-type", schema, name, fields)


def _refuse_types(
    code: str, schema: Any, name: str, fields: Sequence[Any], advice: str = ""
) -> None:
    """Refuse columns by their types; `advice` is for moments, also in the rows of a list."""
    places = {column: number for number, column in enumerate(schema.names, 1)}
    problems = [
        Problem(
            code,
            Mark(name, 1, places[field.name]),
            {"text": quote(field.name), "found": quote(str(field.type))},
            advice=advice if "timestamp[" in str(field.type) else "",
        )
        for field in fields
    ]
    if problems:
        raise ProblemsError(sort_problems(problems))


def types_of(schema: Any) -> dict[str, Any]:
    """Return the types of columns by name; texts that are views of others are plain texts."""
    arrow, _ = import_arrow()
    return {
        field.name: arrow.string() if str(field.type) == _VIEW else field.type for field in schema
    }


def list_texts(columns: Sequence[str], types: Mapping[str, object], carried: Carried) -> list[str]:
    """List the columns of texts that reports are read from, but those that travel as they are."""
    arrow, _ = import_arrow()
    return [
        name
        for name in columns
        if name and name not in carried.names and types.get(name) == arrow.string()
    ]


def without_views(batch: Any) -> Any:
    """Give a batch whose texts are views of others, which Arrow cannot take rows of, plain ones."""
    if not any(str(field.type) == _VIEW for field in batch.schema):
        return batch
    types = types_of(batch.schema)
    pairs = zip(batch.columns, batch.schema, strict=True)
    # column by column, because a type that nobody reads may be one that Arrow casts to nothing
    arrays = [
        column.cast(types[field.name]) if str(field.type) == _VIEW else column
        for column, field in pairs
    ]
    return batch.from_arrays(arrays, names=batch.schema.names)


@contextmanager
def _open_table(path: str, texts: Sequence[str] = (), metadata: Any = None) -> Iterator[Any]:
    """Open a table by the bytes of its name, as the system has it: not all names are UTF-8.

    Its footer is not parsed again where it is at hand, as `metadata`.
    """
    arrow, parquet = import_arrow()
    with (
        arrow.OSFile(os.fsencode(path)) as source,
        # with `pre_buffer` the bytes of each group stay in memory until the file is closed
        parquet.ParquetFile(
            source,
            metadata=metadata,
            buffer_size=_READ_BYTES,
            pre_buffer=False,
            read_dictionary=texts,
        ) as file,
    ):
        yield file


def _measure(path: Path, written: str, metadata: Any) -> int:
    """Measure the longest rows by the heads of pages; what is too long raises `ProblemsError`."""
    arrow, _ = import_arrow()
    try:
        with arrow.OSFile(os.fsencode(path)) as file:
            return measure_rows(FileBytes(file), metadata, arrow)
    except PageError as error:
        limits = {"page_limit": LARGEST_PAGE >> 20, "text_limit": LONGEST_WORD >> 20}
        shown = {key: str(limit) for key, limit in limits.items()}
        column = quote(str(error))
        raise refusal("batch-page-size", written, text=column, **shown) from error
    except (OSError, ValueError, arrow.ArrowException) as error:
        raise _unreadable(written, error) from error


def _limit(metadata: Any, size: BlockSize, row: int) -> int:
    """Take fewer rows at a time where rows are long, so that memory does not grow with them.

    `row` are the bytes of the longest ones, where the groups' average says less.
    """
    sizes = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    longest = max((group.total_byte_size // max(group.num_rows, 1) for group in sizes), default=0)
    least = min(size.rows, CHUNK_ROWS, max(size.data // _LEAST_ROOM, 1))
    room = min(_STRETCH_BYTES, _DENSER * size.data)
    usual = max(min(size.rows, room // max(longest, 1)), least)
    return min(usual, max(_MOST_HELD // max(row, 1), _LEAST_ROWS))


@dataclass(frozen=True, slots=True)
class _Footer:
    """What stands at the end of a file: as long as it has groups, so it is read once."""

    metadata: Any
    starts: tuple[int, ...]
    """Where each group of rows begins."""
    lengthy: frozenset[str]
    """The columns that Arrow cannot read by index: written as lengths or differences."""


def _read_footer(path: str) -> _Footer:
    with _open_table(path) as file:
        metadata = file.metadata
        groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
        columns = (group.column(at) for group in groups for at in range(group.num_columns))
        lengthy = {
            column.path_in_schema
            for column in columns
            if any(encoding.startswith("DELTA") for encoding in column.encodings)
        }
    sizes = [group.num_rows for group in groups]
    return _Footer(metadata, (0, *accumulate(sizes))[:-1], frozenset(lengthy))


class TableReader:
    """Reads rows of a file, mostly each piece further on than the last.

    Groups of rows that nobody asks for are passed over; within a group, and from one to the next,
    rows are decoded in order.
    The columns in `texts`, which hold texts, are read by index, as they mostly lie in the file.
    """

    def __init__(self, texts: Sequence[str] = ()) -> None:
        """Open nothing yet."""
        self._texts = list(texts)
        self._path = ""
        self._stamp: tuple[int, int] | None = None
        self._footer = _Footer(None, (), frozenset())
        """The footer of the file of that name, when it showed that stamp."""
        self._batches: Iterator[Any] = iter(())
        self._last: Any = None
        """The last batch that was decoded, and where it begins and ends."""
        self._begin = self._end = 0

    def read(self, part: FileRows) -> Stretch:
        """Read some rows; a file that cannot be read raises `ProblemsError`."""
        arrow, _ = import_arrow()
        try:
            return Stretch(without_views(self._read(part)), part.first)
        except (OSError, ValueError, arrow.ArrowException) as error:
            raise _unreadable(part.path, error) from error

    def _read(self, part: FileRows) -> Any:
        begin, end = part.first - 1, part.first - 1 + part.rows
        if part.path != self._path or begin < self._begin or self._is_past_a_group(begin):
            self._open(part, begin)
        held = []
        while True:
            start, stop = max(begin, self._begin), min(end, self._end)
            if start < stop:
                held.append(self._last.slice(start - self._begin, stop - start))
            if self._end >= end:
                break
            self._last = next(self._batches, None)
            if self._last is None:
                raise ValueError("there are fewer rows than the file says")
            self._begin, self._end = self._end, self._end + self._last.num_rows
        if len(held) == 1:
            return held[0]
        table = import_arrow()[0].Table.from_batches(held)
        return table.combine_chunks().to_batches()[0]

    def _is_past_a_group(self, row: int) -> bool:
        """Tell whether a row lies in a later group than the one that would be decoded next."""
        return self._group_of(row) > self._group_of(self._end)

    def _group_of(self, row: int) -> int:
        return bisect_right(self._footer.starts, row) - 1

    def _open(self, part: FileRows, begin: int) -> None:
        stamp = find_stamp(Path(part.path))
        # a file that was written to meanwhile is refused by who cut it into pieces; until then it
        # is read by its own footer and by no other
        if (part.path, stamp) != (self._path, self._stamp):
            self._footer = _read_footer(part.path)
            self._path, self._stamp = part.path, stamp
        group = self._group_of(begin)
        self._begin = self._end = self._footer.starts[group]
        self._batches = self._decode(part, range(group, len(self._footer.starts)))

    def _decode(self, part: FileRows, groups: range) -> Iterator[Any]:
        footer = self._footer
        texts = [name for name in self._texts if name not in footer.lengthy]
        # Arrow notes each group that it is told of, though it may be asked for few of them
        for at in range(0, len(groups), _MOST_GROUPS):
            with _open_table(part.path, texts, footer.metadata) as file:
                # in one thread: workers are as many as there are cores
                some = groups[at : at + _MOST_GROUPS]
                # of several groups it joins no dictionaries that lie in lists
                is_apart = any(_holds_dictionary(each.type) for each in file.schema_arrow)
                for each in ([one] for one in some) if is_apart else (some,):
                    yield from file.iter_batches(part.rows, each, use_threads=False)


def _holds_dictionary(kind: Any) -> bool:
    """Tell an Arrow type of which a part, not the whole, is encoded by a dictionary."""
    parts = [kind.field(at).type for at in range(kind.num_fields)]
    types = import_arrow()[0].types
    return any(types.is_dictionary(each) or _holds_dictionary(each) for each in parts)


# -- Out -------------------------------------------------------------------------------------------


class Batches:
    """Rows of cells as Arrow batches; the columns' types are known before the first row."""

    def __init__(
        self,
        linked: LinkedRulebook,
        layout: Layout,
        given: Mapping[str, Any] | None = None,
        digits: int = MOST_DIGITS,
    ) -> None:
        """Choose the types; what may need more digits than so many is text.

        `given` are the types of the columns that travel, where they have one.
        """
        self._arrow, self._parquet = import_arrow()
        facts = infer_facts(linked)
        forms = {code: facts[code] for code in layout.values}
        self.numbers = frozenset(
            code for code, form in forms.items() if form and form.kind == "number"
        )
        """The rules whose values are numbers, also where they are written as text."""
        words = self._arrow.string()
        types = dict.fromkeys(layout.columns, words)
        types |= {name: (given or {}).get(name, words) for name in layout.carried.names}
        if layout.has_row:
            types[ROW] = self._arrow.int64()
        types |= {code: value_type(self._arrow, form, digits) for code, form in forms.items()}
        self.schema = self._arrow.schema(list(types.items()))

    def pack(self, rows: Sequence[tuple[object, ...]], begin: int = 0) -> Any:
        """Make one batch of rows: of their last cells, the columns from the place `begin` on."""
        fields = list(self.schema)[begin:]
        cells = [row[-len(fields) :] for row in rows]
        columns = zip(*cells, strict=True) if cells else [()] * len(fields)
        pairs = zip(columns, fields, strict=True)
        arrays = [self._pack_column(column, field.type) for column, field in pairs]
        return self._arrow.record_batch(arrays, schema=self._arrow.schema(fields))

    def _pack_column(self, cells: Sequence[object], kind: Any) -> Any:
        from ruletrail.batches.arrow_answers import fit_cell  # noqa: PLC0415 - needs the extra

        # a row that nobody could answer has nothing in a column of any type that tables have
        if all(cell is None for cell in cells):
            return self._arrow.nulls(len(cells), kind)
        return self._arrow.array([fit_cell(cell, kind) for cell in cells], kind)

    def write(self, batch: Any) -> bytes:
        """Write a batch as a group of rows; its texts may be by index, which never shows."""
        from ruletrail.compiled.columns.arrow_encoding import keep_used  # noqa: PLC0415 - needs the extra

        columns = zip(batch.columns, self.schema.types, strict=True)
        arrays = [array if array.type == kind else keep_used(array) for array, kind in columns]
        coded = self._arrow.record_batch(arrays, names=self.schema.names)
        return read_group(self._write_file([coded])).to_bytes()

    def _write_file(self, batches: Sequence[Any]) -> bytes:
        stream = self._arrow.BufferOutputStream()
        table = self._arrow.Table.from_batches(batches, None if batches else self.schema)
        # numbers hardly repeat, so that looking for it costs more than it saves
        words = [field.name for field in self.schema if field.type == self._arrow.string()]
        self._parquet.write_table(table, stream, use_dictionary=words)
        return bytes(stream.getvalue().to_pybytes())

    def join(self, groups: Sequence[bytes]) -> bytes:
        """Write neighbouring groups as one, as if its rows had never been apart."""
        whole = io.BytesIO()
        self.convert(io.BytesIO(b"".join(groups)), whole)
        source = self._arrow.BufferReader(whole.getvalue())
        (batch,) = self._parquet.read_table(source).combine_chunks().to_batches()
        return self.write(batch)

    def convert(self, stream: BinaryIO, whole: BinaryIO) -> None:
        """Make one file of the groups that were written one after another."""
        join_groups(self._write_file([]), read_groups(stream), whole)
