"""Pieces of rows in, answers out, row for row: by columns, whatever the forms of both.

What `ruletrail batch` and Spark run, and what programs call that have Arrow batches of their own.
Rows that columns show to be surely valid are evaluated by columns. All others are answered one by
one, with the reader, checker and problems of every report; so are all rows of a piece that columns
fail on.
"""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ruletrail.analysis.ir import Kind
from ruletrail.api import Plan
from ruletrail.batches.arrow_answers import build_batch
from ruletrail.batches.column_missing import MissingCodes
from ruletrail.batches.column_validation import Members, Validity
from ruletrail.batches.column_writing import ColumnWriter, join_lines
from ruletrail.batches.csv_columns import read_csv
from ruletrail.batches.jobs import DEFECTS, Job, table_job
from ruletrail.batches.json_columns import read_json_lines
from ruletrail.batches.lines import Lines
from ruletrail.batches.parquet import MOST_DIGITS, Batches, check_types
from ruletrail.batches.parts import rows_of
from ruletrail.batches.rows import Answered, Part, RawRow, Stretch, list_rows
from ruletrail.batches.sources import RULEBOOK, SUBJECT
from ruletrail.batches.steady_columns import SteadyColumns
from ruletrail.batches.tables import Flags, Table
from ruletrail.batches.writing import layout_of
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.columns import evaluate_many
from ruletrail.compiled.columns.arrow_encoding import Encoded, encode_arrow
from ruletrail.compiled.columns.columns import Column, NumberColumn, WordColumn
from ruletrail.compiled.columns.outputs import Outputs
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Locale
from ruletrail.intake import names
from ruletrail.references import parse_reference
from ruletrail.reports.plain_json import is_plain_text

NAME = "table"
"""What the marks of problems call a table of which only batches are known."""


def answer_schema(plan: Plan) -> Any:
    """Return the columns of a plan's answers, as an Arrow schema (extra `[batch]`)."""
    layout = layout_of(plan.linked, "parquet", plan.linked.rulebook.locale)
    return Batches(plan.linked, layout).schema


def answer_batches(
    plan: Plan, batches: Iterable[Any], *, language: Locale | None = None
) -> Iterator[Any]:
    """Answer Arrow record batches, one for one and row for row, as `ruletrail batch` does Parquet.

    Columns in are codes of fields, and if you like `rulebook` and `subject.…`; every batch has
    those of the first. Columns out are `answer_schema`: status, one for each rule, decision,
    section and check, and problems as JSON. Rows are checked: one that is no valid report is a row
    of problems and harms no other; rows are numbered from 1 through all batches. `language` is that
    of problems (default: the rulebook's). Columns that are no fields, or whose type holds no
    values, raise `ProblemsError`, other columns than the first batch's `ValueError`.
    """
    work: TableWork | None = None
    first = 1
    for batch in batches:
        if work is None:
            check_types(batch.schema, NAME)
            job = table_job(plan.linked, batch.schema.names, NAME, language)
            work = TableWork(job, plan.compile().functions)
        if tuple(batch.schema.names) != work.job.form.header:
            raise ValueError("the columns are not those of the first batch")
        yield work.answer(Stretch(batch, first)).batch
        first += batch.num_rows


@dataclass(frozen=True, slots=True)
class AnsweredTable:
    """A batch of answers, and how many of its rows hold problems, or met a defect of ours."""

    batch: Any
    problems: int = 0
    defects: int = 0


@dataclass(frozen=True, slots=True)
class _Evaluated:
    """Answers by columns to the rows at some places of a piece, and what was read of these rows."""

    places: NDArray[np.intp]
    columns: Mapping[str, Column]
    outputs: Outputs


class TableWork:
    """Answers pieces of a job's rows by columns. Not for sharing between threads."""

    def __init__(self, job: Job, compiled: CompiledRulebook, *, digits: int = MOST_DIGITS) -> None:
        """Prepare for what comes in and goes out."""
        self.job, self.compiled = job, compiled
        self.packing = Batches(job.linked, job.layout, digits)
        self._validity = Validity(job.linked.schema)
        self._steady = SteadyColumns()
        self._outputs: Outputs | None = None
        self._missing = MissingCodes(compiled, job.layout)
        self._writer = ColumnWriter(job.layout, self.packing.schema, self.packing.numbers)

    def answer(self, part: Part) -> AnsweredTable:
        """Answer rows, one for one and in order, as a batch."""
        found = self._by_columns(part)
        others, answers = self._by_rows(part, found)
        by_rows = [each.content for each in answers if isinstance(each.content, tuple)]
        if found is None:
            return AnsweredTable(self.packing.pack(by_rows), *_count(answers))
        batch = build_batch(found.outputs, self.job.layout, self.packing.schema)
        if by_rows:
            places = np.concatenate([found.places, others])
            batch = _join(batch, self.packing.pack(by_rows), places)
        return AnsweredTable(batch, *_count(answers))

    def write(self, part: Part) -> Answered:
        """Answer rows as bytes of the job's output."""
        if self.job.layout.form == "parquet":
            return self._pack(part)
        found = self._by_columns(part)
        others, answers = self._by_rows(part, found)
        lines = None if found is None else self._write(found, part)
        rest = [each.content for each in answers if isinstance(each.content, bytes)]
        places = others if found is None else np.concatenate([found.places, others])
        return Answered(join_lines(lines, rest, places), *_count(answers), len(part))

    def _write(self, found: _Evaluated, part: Part) -> Any:
        if self.job.layout.form == "csv":
            return self._writer.write_records(found.outputs)
        missing = self._missing.find(found.columns, found.outputs)
        return self._writer.write_json_lines(found.outputs, _numbers(part, found.places), missing)

    def _pack(self, part: Part) -> Answered:
        """Answer rows as a piece of a Parquet table."""
        table = self.answer(part)
        return Answered(self.packing.write(table.batch), table.problems, table.defects, len(part))

    def _by_columns(self, part: Part) -> _Evaluated | None:
        """Answer the rows that are surely valid; None where there are none."""
        try:
            table = self._read(part)
            sure = self._find_sure(table)
            if table.fields and sure.any():
                return self._evaluate(table, sure)
        except DEFECTS as defect:
            # whatever columns fail on is answered by rows, whose word counts; but it is said
            name = type(defect).__name__
            text = "columns could not answer rows, which are answered one by one: "
            warnings.warn(f"{text}a defect of ruletrail ({name})", RuntimeWarning, stacklevel=1)
        return None

    def _evaluate(self, table: Table, sure: Flags) -> _Evaluated:
        columns = {code: encoded.column for code, encoded in table.fields.items()}
        if not sure.all():
            rows = np.flatnonzero(sure)
            columns = {code: _take(column, rows) for code, column in columns.items()}
        columns = self._steady.settle(columns)
        places = table.places[sure]
        # the last answer was written by now, and most pieces have as many rows
        again = self._outputs if self._outputs and self._outputs.rows == len(places) else None
        self._outputs = evaluate_many(self.compiled, columns, into=again)
        return _Evaluated(places, columns, self._outputs)

    def _by_rows(
        self, part: Part, found: _Evaluated | None
    ) -> tuple[NDArray[np.intp], list[Answered]]:
        """Answer all other rows one by one; return their places too."""
        others = np.arange(len(part))
        if found is not None:
            others = np.delete(others, found.places)
        if not len(others):
            return others, []
        return others, [self.job.answer(raw, self.compiled) for raw in _pick(part, others)]

    # -- Reading -----------------------------------------------------------------------------------

    def _read(self, part: Part) -> Table:
        """Read rows as columns of fields, of subjects and of rulebooks."""
        if isinstance(part, Stretch):
            return self._read_batch(part.batch)
        if not isinstance(part, Lines):
            return Table(np.empty(0, np.intp), {}, None, None)
        schema = self.job.linked.schema
        if self.job.form.form == "csv":
            return read_csv(part, self.job.form, schema)
        return read_json_lines(part, schema)

    def _read_batch(self, batch: Any) -> Table:
        fields: dict[str, Encoded] = {}
        subject: dict[str, Encoded] = {}
        rulebook = None
        for name, array in zip(self.job.form.header, batch.columns, strict=True):
            encoded = encode_arrow(self._kind(name, array.type), array)
            if name == RULEBOOK:
                rulebook = encoded
            elif name.startswith(SUBJECT):
                subject[name.removeprefix(SUBJECT)] = encoded
            else:
                fields[name] = encoded
        places = np.arange(batch.num_rows)
        return Table(places, fields, subject if self.job.form.has_subject else None, rulebook)

    def _find_sure(self, table: Table) -> Flags:
        """Tell which rows of a table are surely valid reports for the job."""
        rows = len(table.places)
        sure = np.ones(rows, np.bool_)
        named = [] if table.rulebook is None else [table.rulebook]
        parts = (*table.fields.values(), *(table.subject or {}).values(), *named)
        for encoded in parts:
            _exclude_unsure(encoded, sure)
        if self.job.form.form == "parquet":  # others are measured by their bytes
            texts = [each.column for each in parts if isinstance(each.column, WordColumn)]
            _exclude_large(texts, self.job.form.room, sure)
        fields = {code: encoded.column for code, encoded in table.fields.items()}
        document: dict[str, Column | Members] = {"fields": Members(fields)}
        if table.subject is not None:
            members = {key: encoded.column for key, encoded in table.subject.items()}
            document["subject"] = Members(members)
        if table.rulebook is not None:
            document[RULEBOOK] = table.rulebook.column
            sure &= self._is_ours(table.rulebook.column)
        else:
            document[RULEBOOK] = WordColumn(np.zeros(rows, np.int8), (self.job.form.rulebook,))
        return sure & self._validity.find_valid(Members(document), rows)

    def _kind(self, name: str, found: Any) -> Kind:
        """Return what a column's cells are read as; the subject's, undeclared, as what they are."""
        if name == RULEBOOK:
            return "text"
        if not name.startswith(SUBJECT):
            return self.job.linked.schema.fields[name].type
        held = found.value_type if pa.types.is_dictionary(found) else found
        if pa.types.is_boolean(held):
            return "boolean"
        numbers = (pa.types.is_integer, pa.types.is_decimal, pa.types.is_floating)
        return "number" if any(is_kind(held) for is_kind in numbers) else "text"

    def _is_ours(self, column: Column) -> Flags:
        """Tell which rows name this rulebook; a row that names none is not one of them."""
        if not isinstance(column, WordColumn):
            return np.zeros(len(column.values), np.bool_)
        identity = self.job.linked.rulebook.identity
        ours = [names(parse_reference(str(word)), identity) for word in column.words]
        named: Flags = np.array(ours or [False], np.bool_)[column.codes]
        return named if column.missing is None else named & ~column.missing


def _numbers(part: Part, places: NDArray[np.intp]) -> Any:
    """Give the numbers of rows, by their places."""
    if isinstance(part, Stretch):
        return pa.array(places + part.first) if part.first else pa.array(np.ones_like(places))
    return pa.array(places + part.begin.rows + 1) if isinstance(part, Lines) else pa.array(places)


def _pick(part: Part, places: NDArray[np.intp]) -> Iterator[RawRow]:
    """Yield the rows at some places."""
    if isinstance(part, Stretch):
        return list_rows(part, places)
    wanted = set(places.tolist())
    return (raw for at, raw in enumerate(rows_of(part)) if at in wanted)


def _count(answers: Sequence[Answered]) -> tuple[int, int]:
    return sum(answer.problems for answer in answers), sum(answer.defects for answer in answers)


def _join(first: Any, second: Any, places: NDArray[np.intp]) -> Any:
    """Put the rows of two batches at their places."""
    order = np.empty(len(places), np.int64)
    order[places] = np.arange(len(places))
    pairs = zip(first.columns, second.columns, strict=True)
    columns = [pa.concat_arrays(pair).take(pa.array(order)) for pair in pairs]
    return pa.RecordBatch.from_arrays(columns, schema=first.schema)


def _exclude_unsure(encoded: Encoded, sure: Flags) -> None:
    """Leave to the reader of rows what no column holds, and texts not of the plainest form."""
    for flags in (encoded.bad, encoded.nan):
        if flags is not None:
            sure &= ~flags
    column = encoded.column
    if isinstance(column, NumberColumn):
        sure[list(column.large)] = False
    else:
        plain = np.array([isinstance(word, bool) or is_plain_text(word) for word in column.words])
        if not plain.all():
            sure &= plain[column.codes]


def _exclude_large(columns: list[WordColumn], room: int, sure: Flags) -> None:
    """Leave to the reader of rows those whose texts alone may be more than a report holds."""
    # a character has four bytes at most
    lengths = [np.array([4 * len(str(word)) for word in each.words] or [0]) for each in columns]
    if sum(int(each.max()) for each in lengths) > room:
        pairs = zip(lengths, columns, strict=True)
        together = [each[column.codes] for each, column in pairs]
        sure &= np.sum(together, axis=0) <= room


def _take(column: Column, rows: NDArray[np.intp]) -> Column:
    """Take rows of a column, none of which is kept beside it."""
    missing = column.missing[rows] if column.missing is not None else None
    if isinstance(column, WordColumn):
        return WordColumn(column.codes[rows], column.words, missing)
    decimals = column.decimals[rows] if column.decimals is not None else None
    return NumberColumn(column.values[rows], column.scale, missing, {}, decimals)
