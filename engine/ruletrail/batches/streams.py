"""Arrow batches of reports in, Arrow batches of answers out, one for one and row for row.

What `ruletrail batch` and Spark run, and what programs call that have batches of their own. Rows
that columns show to be surely valid are evaluated by columns. All others are answered one by one,
with the reader, checker and problems of every report; so are all rows of a batch that columns fail
on.
"""

import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ruletrail.analysis.ir import Kind
from ruletrail.api import Plan
from ruletrail.batches.arrow_answers import build_batch, write_records
from ruletrail.batches.column_validation import Members, Validity
from ruletrail.batches.jobs import DEFECTS, Job, table_job
from ruletrail.batches.parquet import MOST_DIGITS, Batches, check_types
from ruletrail.batches.rows import Answered, Stretch, list_rows
from ruletrail.batches.sources import RULEBOOK, SUBJECT
from ruletrail.batches.writing import layout_of
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.columns import evaluate_many
from ruletrail.compiled.columns.arrow_encoding import Encoded, encode_arrow
from ruletrail.compiled.columns.columns import Column, NumberColumn, WordColumn
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Locale
from ruletrail.intake import names
from ruletrail.references import parse_reference
from ruletrail.reports.plain_json import is_plain_text

NAME = "table"
"""What the marks of problems call a table of which only batches are known."""

Flags = NDArray[np.bool_]


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


class TableWork:
    """Answers batches of a job's columns. Not for sharing between threads."""

    def __init__(self, job: Job, compiled: CompiledRulebook, *, digits: int = MOST_DIGITS) -> None:
        """Prepare for the columns that come in and go out; the layout of the job is a table's."""
        self.job, self.compiled = job, compiled
        self.packing = Batches(job.linked, job.layout, digits)
        self._validity = Validity(job.linked.schema)

    def answer(self, stretch: Stretch) -> AnsweredTable:
        """Answer rows, one for one and in order, as a batch."""
        answered, sure = self._by_columns(stretch)
        if answered is not None and sure.all():
            return AnsweredTable(answered)
        others = np.flatnonzero(~sure)
        answers = self._by_rows(stretch, others)
        cells = [answer.content for answer in answers if isinstance(answer.content, tuple)]
        batch = self.packing.pack(cells)
        if answered is not None:
            batch = _join(answered, batch, np.concatenate([np.flatnonzero(sure), others]))
        return AnsweredTable(batch, *_count(answers))

    def write(self, stretch: Stretch) -> Answered:
        """Answer rows as bytes of the job's form: Arrow's for Parquet, or CSV records."""
        if self.job.layout.form != "csv":
            table = self.answer(stretch)
            data = bytes(table.batch.serialize())
            return Answered(data, table.problems, table.defects, len(stretch))
        batch, sure = self._by_columns(stretch)
        layout, numbers = self.job.layout, self.packing.numbers
        written = write_records(batch, layout, numbers) if batch is not None else []
        others = np.flatnonzero(~sure)
        answers = self._by_rows(stretch, others)
        lines = dict(zip(np.flatnonzero(sure).tolist(), written, strict=True))
        for place, answer in zip(others.tolist(), answers, strict=True):
            lines[place] = bytes(answer.content)  # type: ignore[arg-type]  # CSV is bytes
        data = b"".join(lines[place] for place in range(len(stretch)))
        return Answered(data, *_count(answers), len(stretch))

    def _by_columns(self, stretch: Stretch) -> tuple[Any, Flags]:
        """Answer rows that are surely valid; return their batch, or None, and which they are."""
        try:
            columns, sure = self._read(stretch.batch)
            if columns and sure.any():
                if not sure.all():
                    rows = np.flatnonzero(sure)
                    columns = {code: _take(column, rows) for code, column in columns.items()}
                outputs = evaluate_many(self.compiled, columns)
                return build_batch(outputs, self.job.layout, self.packing.schema), sure
        except DEFECTS as defect:
            # whatever columns fail on is answered by rows, whose word counts; but it is said
            name = type(defect).__name__
            text = "columns could not answer rows, which are answered one by one: "
            warnings.warn(f"{text}a defect of ruletrail ({name})", RuntimeWarning, stacklevel=1)
        return None, np.zeros(len(stretch), np.bool_)

    def _by_rows(self, stretch: Stretch, places: NDArray[np.intp]) -> list[Answered]:
        if not len(places):
            return []
        return [self.job.answer(raw, self.compiled) for raw in list_rows(stretch, places)]

    def _read(self, batch: Any) -> tuple[dict[str, Column], Flags]:
        """Encode the columns of fields; return which rows are surely valid reports for the job."""
        sure = np.ones(batch.num_rows, np.bool_)
        fields: dict[str, Column] = {}
        subject: dict[str, Column] = {}
        document: dict[str, Column | Members] = {"fields": Members(fields)}
        if self.job.form.has_subject:
            document["subject"] = Members(subject)
        texts: list[WordColumn] = []
        for name, array in zip(self.job.form.header, batch.columns, strict=True):
            encoded = encode_arrow(self._kind(name, array.type), array)
            _exclude_unsure(encoded, sure)
            texts += [encoded.column] if isinstance(encoded.column, WordColumn) else []
            if name == RULEBOOK:
                document[RULEBOOK] = encoded.column
                sure &= self._is_ours(encoded.column)
            elif name.startswith(SUBJECT):
                subject[name.removeprefix(SUBJECT)] = encoded.column
            else:
                fields[name] = encoded.column
        _exclude_large(texts, self.job.form.room, sure)
        if RULEBOOK not in document:
            codes = np.zeros(batch.num_rows, np.int8)
            document[RULEBOOK] = WordColumn(codes, (self.job.form.rulebook,))
        return fields, sure & self._validity.find_valid(Members(document), batch.num_rows)

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


def _count(answers: list[Answered]) -> tuple[int, int]:
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
