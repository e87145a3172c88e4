"""Parquet in and out through pyarrow, the extra `[batch]`; imported only where a file is Parquet.

While it grows, an output is a stream of Arrow batches, which can be continued after a kill; the
Parquet file is made of the whole at the end.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from ruletrail.analysis.inference import infer_rulebook
from ruletrail.analysis.ir import Node
from ruletrail.batches.rows import CHUNK_ROWS, Place, RawRow, Stretch, list_rows
from ruletrail.batches.writing import Layout
from ruletrail.documents import unreadable
from ruletrail.files import as_text
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal, sort_problems

_NARROW, MOST_DIGITS = 38, 76
"""Digits of Arrow's two decimals."""

_ROW_GROUP = 1 << 16
_STRETCH_BYTES = 1 << 25
_BITS_PER_DIGIT = Fraction(33219, 10000)

Stretches = Callable[[Place, int], Iterator[Stretch]]
"""Reads the rows after a place, so many at a time."""


def import_arrow() -> tuple[ModuleType, ModuleType]:
    """Import pyarrow and its Parquet part; without the extra raise `ProblemsError`."""
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        command = quote("pip install 'ruletrail[batch]'")
        raise refusal("missing-extra", "parquet", text="Parquet", command=command) from error
    return arrow, parquet


# -- In --------------------------------------------------------------------------------------------


def open_parquet(path: Path, written: str) -> tuple[int, tuple[str, ...], Stretches]:
    """Open a table and return the number of rows, the columns, and what reads stretches."""
    arrow, _ = import_arrow()
    try:
        with _open_table(path) as file:
            rows, schema = file.metadata.num_rows, file.schema_arrow
    except (OSError, ValueError, arrow.ArrowException) as error:
        raise unreadable(written, error) from error
    check_types(schema, as_text(path.name))

    def read(place: Place, most: int) -> Iterator[Stretch]:
        try:
            yield from _read_groups(path, place, most)
        except (OSError, arrow.ArrowException) as error:
            raise unreadable(str(path), error) from error

    return rows, tuple(schema.names), read


def check_types(schema: Any, name: str) -> None:
    """Raise `ProblemsError` for columns that hold neither numbers nor texts nor booleans."""
    arrow, _ = import_arrow()
    problems = [
        Problem(
            "batch-column-type",
            Mark(name, 1, number),
            {"text": quote(field.name), "found": quote(str(field.type))},
        )
        for number, field in enumerate(schema, 1)
        if not _is_plain(arrow.types, field.type)
    ]
    if problems:
        raise ProblemsError(sort_problems(problems))


def _is_plain(types: Any, found: Any) -> bool:
    if types.is_dictionary(found):
        return _is_plain(types, found.value_type)
    kinds = [
        "integer",
        "floating",
        "decimal",
        "string",
        "large_string",
        "string_view",
        "boolean",
        "null",
    ]
    checks = [getattr(types, f"is_{kind}", None) for kind in kinds]
    return any(check is not None and check(found) for check in checks)


def read_rows(stretches: Iterator[Stretch]) -> Iterator[RawRow]:
    """Yield the rows of stretches one by one."""
    for stretch in stretches:
        yield from list_rows(stretch)


@contextmanager
def _open_table(path: Path) -> Iterator[Any]:
    """Open a table by the bytes of its name, as the system has it: not all names are UTF-8."""
    arrow, parquet = import_arrow()
    with arrow.OSFile(os.fsencode(path)) as source, parquet.ParquetFile(source) as file:
        yield file


def _read_groups(path: Path, place: Place, most: int) -> Iterator[Stretch]:
    """Yield the rows after a place; groups of rows that were done are not read again."""
    row = 0
    with _open_table(path) as file:
        groups: list[int] = []
        for number in range(file.num_row_groups):
            size = file.metadata.row_group(number).num_rows
            if row + size <= place.rows and not groups:
                row += size
            else:
                groups.append(number)
        size = _limit(file.metadata, groups, most)
        for batch in file.iter_batches(batch_size=size, row_groups=groups):
            done = max(place.rows - row, 0)
            if done < batch.num_rows:
                yield Stretch(batch.slice(done), row + done + 1)
            row += batch.num_rows


def _limit(metadata: Any, groups: Sequence[int], most: int) -> int:
    """Take fewer rows at a time where rows are long, so that memory does not grow with them."""
    sizes = [metadata.row_group(number) for number in groups]
    longest = max((group.total_byte_size // max(group.num_rows, 1) for group in sizes), default=0)
    return max(min(most, _STRETCH_BYTES // max(longest, 1)), min(most, CHUNK_ROWS))


# -- Out -------------------------------------------------------------------------------------------


class Batches:
    """Rows of cells as Arrow batches; the columns' types are known before the first row."""

    def __init__(self, linked: LinkedRulebook, layout: Layout, digits: int = MOST_DIGITS) -> None:
        """Choose the types; what may need more digits than so many is text."""
        self._arrow, self._parquet = import_arrow()
        facts = {step.entry.code: step.fact for step in infer_rulebook(linked, frozenset()).steps}
        forms = {code: facts[code] for code in layout.values}
        self.numbers = frozenset(
            code for code, form in forms.items() if form and form.kind == "number"
        )
        """The rules whose values are numbers, also where they are written as text."""
        words = self._arrow.string()
        types = dict.fromkeys(layout.columns, words)
        types |= {code: _type_of(self._arrow, form, digits) for code, form in forms.items()}
        self.schema = self._arrow.schema(list(types.items()))

    def begin(self) -> bytes:
        """Write what stands before the first batch."""
        return bytes(self.schema.serialize())

    def pack(self, rows: Sequence[tuple[object, ...]]) -> Any:
        """Make one batch of rows."""
        from ruletrail.batches.arrow_answers import fit_cell  # noqa: PLC0415 - needs the extra

        columns = zip(*rows, strict=True) if rows else [()] * len(self.schema)
        arrays = [
            self._arrow.array([fit_cell(cell, field.type) for cell in column], field.type)
            for column, field in zip(columns, self.schema, strict=True)
        ]
        return self._arrow.record_batch(arrays, schema=self.schema)

    def write(self, rows: Sequence[tuple[object, ...]]) -> bytes:
        """Write rows as one batch."""
        return bytes(self.pack(rows).serialize())

    def convert(self, stream: BinaryIO, whole: BinaryIO) -> None:
        """Make the Parquet file; its groups of rows do not depend on how the stream was written."""
        arrow = self._arrow
        with (
            arrow.PythonFile(stream, "r") as source,
            self._parquet.ParquetWriter(whole, self.schema) as writer,
        ):
            held: list[Any] = []
            for batch in _read_stream(arrow, source, self.schema):
                held.append(batch)
                if sum(each.num_rows for each in held) >= _ROW_GROUP:
                    table = arrow.Table.from_batches(held, self.schema)
                    writer.write_table(table.slice(0, _ROW_GROUP).combine_chunks())
                    held = table.slice(_ROW_GROUP).to_batches()
            if held:
                writer.write_table(arrow.Table.from_batches(held, self.schema).combine_chunks())


def _read_stream(arrow: Any, source: Any, schema: Any) -> Iterator[Any]:
    arrow.ipc.read_schema(source)
    size = source.size()
    while source.tell() < size:
        yield arrow.ipc.read_record_batch(arrow.ipc.read_message(source), schema)


def _type_of(arrow: Any, fact: Node | None, most: int) -> Any:
    """Return the type of a rule's column: a decimal if every value surely fits one, or text."""
    if fact is not None and fact.kind == "boolean":
        return arrow.bool_()
    if fact is None or fact.size is None or fact.size.scale is None:
        return arrow.string()
    digits = max(int(fact.size.top / _BITS_PER_DIGIT) + 1, fact.size.scale)
    if digits > most:
        return arrow.string()
    if digits <= _NARROW:
        return arrow.decimal128(_NARROW, fact.size.scale)
    return arrow.decimal256(MOST_DIGITS, fact.size.scale)
