"""Pieces of rows in, answers out, row for row: by columns, whatever the forms of both.

What `ruletrail batch` and Spark run, and what programs call that have Arrow batches of their own.
Rows that columns show to be surely valid are evaluated by columns. All others are answered one by
one, with the reader, checker and problems of every report; so are all rows of a piece that columns
fail on.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import compress
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ruletrail.api import Plan
from ruletrail.batches.arrow_answers import build_columns, fit_cells, plain_batch
from ruletrail.batches.arrow_cells import as_list, carry_column, list_rows
from ruletrail.batches.cells import Carried
from ruletrail.batches.column_missing import MissingCodes, MissingLists, join_codes
from ruletrail.batches.column_reasons import ColumnReasons
from ruletrail.batches.column_warnings import NotByColumnsWarning
from ruletrail.batches.column_writing import ColumnWriter, join_lines
from ruletrail.batches.csv_columns import read_csv
from ruletrail.batches.fine_columns import FineColumns
from ruletrail.batches.jobs import Job, table_job
from ruletrail.batches.json_columns import read_json_lines
from ruletrail.batches.lines import Lines
from ruletrail.batches.parquet import Batches, check_types, types_of, without_views
from ruletrail.batches.parts import rows_of
from ruletrail.batches.reasons import join_reasons
from ruletrail.batches.row_columns import lack_nothing, needed_codes
from ruletrail.batches.rows import (
    Answered,
    Counts,
    Part,
    RawRow,
    Rows,
    Stretch,
)
from ruletrail.batches.sheet_columns import read_sheet_rows
from ruletrail.batches.sources import BY_COLUMNS
from ruletrail.batches.steady_columns import SteadyColumns
from ruletrail.batches.sure_rows import SureRows
from ruletrail.batches.table_columns import read_table
from ruletrail.batches.tables import Cells, Flags, Table
from ruletrail.batches.writing import layout_of
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.arrow_types import MOST_DIGITS
from ruletrail.compiled.columns import evaluate_many
from ruletrail.compiled.columns.columns import Column, take_rows
from ruletrail.compiled.columns.list_columns import ListRows
from ruletrail.compiled.columns.outputs import Outputs
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formats import Locale
from ruletrail.problems import DEFECTS, is_short_of_memory

_FULL = (pa.ArrowCapacityError, pa.ArrowInvalid)
"""What Arrow raises of texts that are more than an array holds, 2 GB of them."""

NAME = "table"
"""What the marks of problems call a table of which only batches are known."""


def answer_schema(plan: Plan, given: Any = None, keep: Sequence[str] = ()) -> Any:
    """Return the columns of a plan's answers, as an Arrow schema (extra `[batch]`).

    `given` is the schema of the rows where columns of them are kept: those have their own types.
    """
    linked = plan.linked
    carried = Carried((), tuple(keep))
    layout = layout_of(linked, "parquet", linked.rulebook.locale, carried)
    types = types_of(given) if given is not None else {}
    return Batches(linked, layout, types).schema


def answer_batches(
    plan: Plan, rows: Any, *, keep: Sequence[str] = (), language: Locale | None = None
) -> Iterator[Any]:
    """Answer rows of Arrow's, row for row, as `ruletrail batch` does Parquet.

    `rows` is any Arrow stream: a table or a reader of record batches, what has a method
    `__arrow_c_stream__`, as frames of Polars and pandas and relations of DuckDB do, or an iterable
    of record batches. Batches come out, one for one; a batch of more than 12,288 rows is cut, and
    one whose answers are more than 2 GB of texts.

    Columns in are codes of fields, and if you like `rulebook` and `subject.…`; every batch has
    those of the first. Columns out are `answer_schema`: those in `keep`, as they came, status, one
    for each rule, decision, section and check, the codes that are missing, problems as JSON,
    and why a row is not complete. Rows are checked: one that is no valid report is a row of
    problems and harms no other; rows are numbered from 1 through all batches. `language` is that of
    problems (default: the rulebook's).

    Columns that are no fields, or whose type holds no values, and names in `keep` that no column
    or one of the answers has, raise `ProblemsError`; other columns than the first batch's
    `ValueError`, and what is no Arrow stream `TypeError`.
    """
    work: TableWork | None = None
    first = 1
    for batch in read_batches(rows):
        if work is None:
            types = types_of(batch.schema)
            job = table_job(plan.linked, batch.schema.names, NAME, language, keep=keep, types=types)
            check_types(batch.schema, NAME, job.form.passed, plan.linked.schema.lists)
            work = TableWork(job, plan.compile().functions)
        if tuple(batch.schema.names) != work.job.form.header:
            raise ValueError("the columns are not those of the first batch")
        for answered in work.answer(Stretch(batch, first)):
            yield answered.batch
        first += batch.num_rows


def read_batches(rows: Any) -> Iterator[Any]:
    """Yield the record batches of an Arrow stream, none longer than columns answer at once."""
    try:
        if hasattr(rows, "__arrow_c_stream__"):
            rows = pa.RecordBatchReader.from_stream(rows)
        elif hasattr(rows, "__arrow_c_array__"):
            rows = [pa.record_batch(rows)]
    except pa.ArrowInvalid as error:
        raise TypeError("rows of reports are a table, and this is one column") from error
    for batch in rows:
        if not isinstance(batch, pa.RecordBatch):
            raise TypeError(f"rows of reports are Arrow batches, not {type(batch).__name__}")
        for start in range(0, max(batch.num_rows, 1), BY_COLUMNS.rows):
            yield without_views(batch.slice(start, BY_COLUMNS.rows))


@dataclass(frozen=True, slots=True)
class AnsweredTable:
    """A batch of answers, and what its rows came to."""

    batch: Any
    counts: Counts


@dataclass(frozen=True, slots=True)
class _Evaluated:
    """Answers by columns to the rows at some places of a piece, and what was read of these rows."""

    places: NDArray[np.intp]
    columns: Mapping[str, Column]
    lists: Mapping[str, ListRows]
    outputs: Outputs
    carried: tuple[Cells, ...]


class TableWork:
    """Answers pieces of a job's rows by columns. Not for sharing between threads."""

    def __init__(self, job: Job, compiled: CompiledRulebook, *, digits: int = MOST_DIGITS) -> None:
        """Prepare for what comes in and goes out."""
        self.job, self.compiled = job, compiled
        self.packing = Batches(job.linked, job.layout, job.form.types, digits)
        self._sure = SureRows(job.linked, job.form)
        self._needed = needed_codes(job.linked)
        self._steady = SteadyColumns()
        self._outputs: Outputs | None = None
        self._missing = MissingCodes(compiled, job.layout)
        self._fine = FineColumns(job.linked, job.form)
        self._reasons = ColumnReasons(compiled, job.layout)
        self._writer = ColumnWriter(job.layout, self.packing.schema, self.packing.numbers)

    def answer(self, part: Part) -> list[AnsweredTable]:
        """Answer rows, one for one and in order, as one batch, or as many as hold the answers."""
        try:
            table = self._answer(part)
            plain = plain_batch(table.batch, self.packing.schema)
            return [AnsweredTable(plain, table.counts)]
        except _FULL:
            return [table for half in _halve(part) for table in self.answer(half)]

    def _answer(self, part: Part) -> AnsweredTable:
        """Answer rows; texts may be by index."""
        given = self._given(part)
        found, batch = self._by_columns(part, self._build)
        others, answers = self._by_rows(part, found)
        by_rows = [each.content for each in answers if isinstance(each.content, tuple)]
        if found is None:
            batch = self.packing.pack(by_rows, len(given))
        elif by_rows:
            places = np.concatenate([found.places, others])
            plain = plain_batch(batch, self.packing.schema)
            batch = _join(plain, self.packing.pack(by_rows, len(given)), places)
        whole = pa.RecordBatch.from_arrays(
            [*given, *batch.columns], names=self.packing.schema.names
        )
        return AnsweredTable(whole, self._count(answers, found, part))

    def _given(self, part: Part) -> list[Any]:
        """Give the first columns of all rows, which are there before any is answered.

        What travels of a table is its own columns, whatever they hold and however rows are
        answered; of a text it is found row by row.
        """
        layout = self.job.layout
        rows = [_numbers(part, np.arange(len(part)))] if layout.has_row else []
        if not isinstance(part, Stretch):
            return rows
        return [*rows, *(self._column(part, name) for name in layout.carried.names)]

    def _column(self, part: Stretch, name: str) -> Any:
        return part.batch.column(self.job.form.places[name])

    def _build(self, found: _Evaluated, part: Part) -> Any:  # noqa: ARG002 - as all that make
        """Make the batch of rows that columns answered, but for the columns that are there."""
        columns = [*map(fit_cells, found.carried), *self._build_columns(found)]
        names = self.packing.schema.names[-len(columns) :]
        return pa.RecordBatch.from_arrays(columns, names=names)

    def _build_columns(self, found: _Evaluated) -> list[Any]:
        """Make the columns of answers, from the status on."""
        missing = self._missing.find(found.columns, found.outputs).to_texts(join_codes)
        reasons = self._list_reasons(found).to_texts(join_reasons)
        return build_columns(found.outputs, missing, reasons, self.job.layout, self.packing.schema)

    def _list_reasons(self, found: _Evaluated) -> MissingLists:
        return self._reasons.find(found.columns, found.lists, found.outputs)

    def _front(self, found: _Evaluated, part: Part) -> list[Cells]:
        """Give the columns by which somebody recognises rows."""
        rows = [_numbers(part, found.places)] if self.job.layout.has_row else []
        return [*rows, *found.carried]

    def write(self, part: Part) -> Answered:
        """Answer rows as bytes of the job's output."""
        try:
            return self._write_piece(part)
        except _FULL:
            halves = [self.write(half) for half in _halve(part)]
        contents = [each.content for each in halves if isinstance(each.content, bytes)]
        counts = sum((each.counts for each in halves), Counts())
        return Answered(b"".join(contents), counts, len(part))

    def _write_piece(self, part: Part) -> Answered:
        if self.job.layout.form == "parquet":
            return self._pack(part)
        if self.job.layout.form == "xlsx":
            return self._write_sheet_rows(part)
        found, lines = self._by_columns(part, self._write)
        others, answers = self._by_rows(part, found)
        rest = [each.content for each in answers if isinstance(each.content, bytes)]
        places = others if found is None else np.concatenate([found.places, others])
        counts = self._count(answers, found, part)
        return Answered(join_lines(lines, rest, places), counts, len(part))

    def _write(self, found: _Evaluated, part: Part) -> Any:
        missing = self._missing.find(found.columns, found.outputs)
        reasons = self._list_reasons(found)
        if self.job.layout.form == "csv":
            front = self._front(found, part)
            return self._writer.write_records(front, found.outputs, missing, reasons)
        numbers = _numbers(part, found.places)
        return self._writer.write_json_lines(found.outputs, numbers, missing, reasons)

    def _pack(self, part: Part) -> Answered:
        """Answer rows as a piece of a Parquet table."""
        table = self._answer(part)
        return Answered(self.packing.write(table.batch), table.counts, len(part))

    def _write_sheet_rows(self, part: Part) -> Answered:
        """Answer rows as those of a sheet, whose cells have types of their own."""
        found, columns = self._by_columns(part, lambda found, _: self._build_columns(found))
        others, answers = self._by_rows(part, found)
        cells: dict[int, tuple[object, ...]] = {}
        if found is not None:
            front = map(as_list, self._front(found, part))
            names = self.job.layout.columns[len(self.job.layout.front) :]
            answered = map(self._list_values, names, columns)
            cells.update(
                zip(found.places.tolist(), zip(*front, *answered, strict=True), strict=True)
            )
        for place, each in zip(others.tolist(), answers, strict=True):
            if isinstance(each.content, tuple):
                cells[place] = each.content
        from ruletrail.batches.workbook_writing import write_rows  # noqa: PLC0415 - only for one

        data = write_rows([cells[place] for place in range(len(part))])
        return Answered(data, self._count(answers, found, part), len(part))

    def _count(self, answers: Sequence[Answered], found: _Evaluated | None, part: Part) -> Counts:
        """Count what rows came to, with the numbers whose point may have parted thousands."""
        counts = _count(answers, found)
        if found is None:
            return counts
        return counts + self._fine.find(found.columns, _numbers(part, found.places))

    def _list_values(self, name: str, column: Any) -> list[object]:
        """List the cells of a column; a number that stands there as text is a number."""
        listed: list[object] = column.to_pylist()
        if name in self.packing.numbers and pa.types.is_string(column.type):
            return [Fraction(cell) if isinstance(cell, str) else cell for cell in listed]
        return listed

    def _by_columns(
        self, part: Part, make: Callable[[_Evaluated, Part], Any]
    ) -> tuple[_Evaluated | None, Any]:
        """Answer the rows that are surely valid, and make what is asked of them; None for none."""
        if isinstance(part, Rows) and self.job.form.form != "xlsx":
            return None, None  # rows of a text that were taken apart
        if not self.job.is_for_columns(len(part)):
            return None, None
        try:
            table = self._read(part)
            sure = self._sure.find(table)
            of_lists = bool(self.job.linked.schema.lists)  # also where no column brings one
            if of_lists:
                fields = {code: each.column for code, each in table.fields.items()}
                sure &= lack_nothing(self._needed, fields, table.lists, len(sure))
            if (table.fields or table.lists) and sure.any():
                found = self._evaluate(table, sure)
                lacking = found.outputs.lacking
                if of_lists and lacking is not None and lacking.any():
                    sure[np.flatnonzero(sure)[lacking]] = False
                    if not sure.any():
                        return None, None
                    found = self._evaluate(table, sure)
                return found, make(found, part)
        except pa.ArrowCapacityError:
            raise
        except DEFECTS as defect:
            # whatever columns fail on is answered by rows, whose word counts; but it is said
            name = "" if is_short_of_memory(defect) else type(defect).__name__
            warnings.warn(NotByColumnsWarning(name), stacklevel=1)
        return None, None

    def _evaluate(self, table: Table, sure: Flags) -> _Evaluated:
        columns = {code: encoded.column for code, encoded in table.fields.items()}
        lists = {code: each.to_rows(code, None) for code, each in table.lists.items()}
        if not sure.all():
            rows = np.flatnonzero(sure)
            columns = {code: take_rows(column, rows) for code, column in columns.items()}
            lists = {code: each.to_rows(code, rows) for code, each in table.lists.items()}
        columns = self._steady.settle(columns)
        settled = {code: self._settle(rows) for code, rows in lists.items()}
        given = {**columns, **settled}
        places = table.places[sure]
        # the last answer was written by now, and most pieces have as many rows
        again = self._outputs if self._outputs and self._outputs.rows == len(places) else None
        self._outputs = evaluate_many(self.compiled, given, into=again)
        carried = tuple(_take_cells(cells, sure) for cells in table.carried)
        return _Evaluated(places, columns, settled, self._outputs, carried)

    def _settle(self, rows: ListRows) -> ListRows:
        return replace(rows, cells=self._steady.settle(rows.cells))

    def _by_rows(
        self, part: Part, found: _Evaluated | None
    ) -> tuple[NDArray[np.intp], list[Answered]]:
        """Answer all other rows one by one; return their places too."""
        others = np.arange(len(part))
        if found is not None:
            others = np.delete(others, found.places)
        if not len(others):
            return others, []
        return others, [self.job.answer(raw, self.compiled) for raw in self._pick(part, others)]

    def _pick(self, part: Part, places: NDArray[np.intp]) -> Iterator[RawRow]:
        """Yield the rows at some places."""
        if isinstance(part, Stretch):
            return list_rows(part, places, self._carry(part, places))
        wanted = set(places.tolist())
        return (raw for at, raw in enumerate(rows_of(part)) if at in wanted)

    def _carry(self, part: Stretch, places: NDArray[np.intp] | None = None) -> tuple[Cells, ...]:
        """Give the cells that travel of a table's rows, or of those at some places.

        To a table none do: its columns do.
        """
        names, form = self.job.layout.carried.names, self.job.layout.form
        if form == "parquet":
            return ()
        columns = (self._column(part, name) for name in names)
        taken = (each if places is None else each.take(pa.array(places)) for each in columns)
        return tuple(carry_column(each, form) for each in taken)

    # -- Reading -----------------------------------------------------------------------------------

    def _read(self, part: Part) -> Table:
        """Read rows as columns of fields, of subjects and of rulebooks."""
        schema, carried = self.job.linked.schema, self.job.layout.carried.names
        if isinstance(part, Stretch):
            return read_table(part, self.job.form, schema, self._carry(part))
        if isinstance(part, Rows):
            return read_sheet_rows(part.rows, self.job.form, schema, carried)
        if not isinstance(part, Lines):
            raise TypeError("rows of a file are read before they are answered")
        if self.job.form.form == "csv":
            return read_csv(part, self.job.form, schema, carried)
        return read_json_lines(part, schema, carried)


def _numbers(part: Part, places: NDArray[np.intp]) -> Any:
    """Give the numbers of rows, by their places."""
    if isinstance(part, Stretch):
        return pa.array(places + part.first) if part.first else pa.array(np.ones_like(places))
    if isinstance(part, Rows):
        return pa.array([part.rows[place].row for place in places.tolist()], pa.int64())
    return pa.array(places + part.after.rows - len(part) + 1)


def _halve(part: Part) -> Sequence[Part]:
    """Halve a piece whose answers are too long for one; a single row's never are."""
    if len(part) <= 1:
        raise ValueError("the answer to one row is too long")
    half = len(part) // 2
    return part[:half], part[half:]


def _take_cells(cells: Cells, rows: Flags) -> Cells:
    """Take the cells at some rows of a column that travels."""
    if rows.all():
        return cells
    return (
        cells.filter(pa.array(rows)) if isinstance(cells, pa.Array) else list(compress(cells, rows))
    )


def _count(answers: Sequence[Answered], found: _Evaluated | None) -> Counts:
    """Count what rows came to, those that columns answered too."""
    total = sum((answer.counts for answer in answers), Counts())
    if found is not None:
        status = found.outputs.status
        numbers = np.bincount(status.codes, minlength=len(status.words)).tolist()
        failing = _count_failing(found.outputs)
        for word, number in zip(status.words, numbers, strict=True):
            total += Counts.of(word, number, failing) if number else Counts()
    return total


def _count_failing(outputs: Outputs) -> int:
    """Count the complete rows in which a check failed."""
    failing = np.zeros(outputs.rows, np.bool_)
    for check in outputs.checks.values():
        failing |= check.codes == check.words.index("failed")
    failing &= outputs.status.codes == outputs.status.words.index("complete")
    return int(np.count_nonzero(failing))


def _join(first: Any, second: Any, places: NDArray[np.intp]) -> Any:
    """Put the rows of two batches at their places."""
    order = np.empty(len(places), np.int64)
    order[places] = np.arange(len(places))
    pairs = zip(first.columns, second.columns, strict=True)
    columns = [pa.concat_arrays(pair).take(pa.array(order)) for pair in pairs]
    return pa.RecordBatch.from_arrays(columns, schema=first.schema)
