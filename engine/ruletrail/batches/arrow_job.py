"""An Arrow batch of reports in, an Arrow batch of answers out, row for row: what `ruletrail batch` and Spark run.

Rows that columns show to be surely valid are evaluated by columns. All others go the way of single rows, whose reader,
checker and problems are the ones of every report; so do all rows of a batch that columns stumble over.
"""

import warnings
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ruletrail.analysis.ir import Kind
from ruletrail.batches.answering import DEFECTS, Job
from ruletrail.batches.arrow_answers import build_batch
from ruletrail.batches.column_validation import Members, Validity
from ruletrail.batches.csv_answers import write_records
from ruletrail.batches.parquet import MOST_DIGITS, Batches
from ruletrail.batches.rows import Answered, Stretch, list_rows
from ruletrail.batches.sources import RULEBOOK, SUBJECT
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.columns import evaluate_many
from ruletrail.compiled.columns.arrow_encoding import Encoded, encode_arrow
from ruletrail.compiled.columns.encoding import Column, NumberColumn, WordColumn
from ruletrail.fast_dataclasses import dataclass
from ruletrail.references import parse_reference
from ruletrail.reports.plain_json import is_plain_text

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class AnsweredTable:
    """A batch of answers, and how many of its rows hold problems, or met a defect of ours."""

    batch: Any
    problems: int = 0
    defects: int = 0


class TableWork:
    """A job's plan, compiled and ready to answer batches of the job's columns. Not for sharing between threads."""

    def __init__(self, job: Job, compiled: CompiledRulebook, *, digits: int = MOST_DIGITS) -> None:
        """Learn the columns that come in and go out; the layout of the job is a table's."""
        self.job, self.compiled = job, compiled
        self.packing = Batches(job.plan, job.layout, digits)
        self._validity = Validity(job.plan.schema)

    def answer(self, stretch: Stretch) -> AnsweredTable:
        """Answer rows, one for one and in order, as a batch."""
        answered, sure = self._by_columns(stretch)
        if answered is not None and sure.all():
            return AnsweredTable(answered)
        others = np.flatnonzero(~sure)
        answers = self._by_rows(stretch, others)
        batch = self.packing.pack(
            [answer.content for answer in answers if isinstance(answer.content, tuple)]
        )
        if answered is not None:
            batch = _join(answered, batch, np.concatenate([np.flatnonzero(sure), others]))
        return AnsweredTable(batch, *_count(answers))

    def write(self, stretch: Stretch) -> Answered:
        """Answer rows as bytes of the job's form: Arrow's for Parquet, or CSV records."""
        if self.job.layout.form != "csv":
            answered = self.answer(stretch)
            return Answered(
                bytes(answered.batch.serialize()), answered.problems, answered.defects, len(stretch)
            )
        batch, sure = self._by_columns(stretch)
        written = (
            write_records(batch, self.job.layout, self.packing.numbers) if batch is not None else []
        )
        others = np.flatnonzero(~sure)
        answers = self._by_rows(stretch, others)
        lines = dict(zip(np.flatnonzero(sure).tolist(), written, strict=True))
        lines.update(
            (place, bytes(answer.content))  # type: ignore[arg-type]  # CSV is bytes
            for place, answer in zip(others.tolist(), answers, strict=True)
        )
        return Answered(
            b"".join(lines[place] for place in range(len(stretch))), *_count(answers), len(stretch)
        )

    def _by_columns(self, stretch: Stretch) -> tuple[Any, Flags]:
        """Answer the rows that are surely valid; returns their batch, or None, and which they are."""
        try:
            columns, sure = self._read(stretch.batch)
            if columns and sure.any():
                taken = (
                    columns
                    if sure.all()
                    else {
                        code: _take(column, np.flatnonzero(sure))
                        for code, column in columns.items()
                    }
                )
                return build_batch(
                    evaluate_many(self.compiled, taken), self.job.layout, self.packing.schema
                ), sure
        except DEFECTS as defect:
            # whatever columns stumble over is the rows' to answer, whose word counts; but it is said
            text = f"columns could not answer rows, which are answered one by one: a defect of ruletrail ({type(defect).__name__})"
            warnings.warn(text, RuntimeWarning, stacklevel=1)
        return None, np.zeros(len(stretch), np.bool_)

    def _by_rows(self, stretch: Stretch, places: NDArray[np.intp]) -> list[Answered]:
        return (
            [self.job.answer(raw, self.compiled) for raw in list_rows(stretch, places)]
            if len(places)
            else []
        )

    # -- In ------------------------------------------------------------------------------------------------------

    def _read(self, batch: Any) -> tuple[dict[str, Column], Flags]:
        """Encode the columns of fields; tells which rows are surely valid reports for this plan."""
        sure = np.ones(batch.num_rows, np.bool_)
        fields: dict[str, Column] = {}
        subject: dict[str, Column] = {}
        document: dict[str, Column | Members] = {
            "subject": Members(subject),
            "fields": Members(fields),
        }
        for name, array in zip(self.job.form.header, batch.columns, strict=True):
            encoded = encode_arrow(self._kind(name, array.type), array)
            _doubt(encoded, sure)
            if name == RULEBOOK:
                document[RULEBOOK] = encoded.column
                sure &= self._is_ours(encoded.column)
            elif name.startswith(SUBJECT):
                subject[name.removeprefix(SUBJECT)] = encoded.column
            else:
                fields[name] = encoded.column
        if RULEBOOK not in document:
            document[RULEBOOK] = WordColumn(
                np.zeros(batch.num_rows, np.int8), (self.job.form.rulebook,)
            )
        return fields, sure & self._validity.find_valid(Members(document), batch.num_rows)

    def _kind(self, name: str, found: Any) -> Kind:
        """Tell what a column's cells are read as; the subject has no declared types, and takes the cells' own."""
        if name == RULEBOOK:
            return "text"
        if not name.startswith(SUBJECT):
            return self.job.plan.schema.fields[name].type
        held = found.value_type if pa.types.is_dictionary(found) else found
        if pa.types.is_boolean(held):
            return "boolean"
        return (
            "number"
            if pa.types.is_integer(held) or pa.types.is_decimal(held) or pa.types.is_floating(held)
            else "text"
        )

    def _is_ours(self, column: Column) -> Flags:
        """Tell which rows name this rulebook; a row that names none is not one of them."""
        if not isinstance(column, WordColumn):
            return np.zeros(len(column.values), np.bool_)
        identity = self.job.plan.rulebook.identity
        found = [parse_reference(str(word)) for word in column.words]
        ours = [
            each is not None and (each.name, each.edition) == (identity.name, identity.edition)
            for each in found
        ]
        pinned = [each is not None and each.version in ("", identity.version) for each in found]
        named: Flags = (np.array(ours) & np.array(pinned))[column.codes]
        return named if column.missing is None else named & ~column.missing


def _count(answers: list[Answered]) -> tuple[int, int]:
    return sum(answer.problems for answer in answers), sum(answer.defects for answer in answers)


def _join(first: Any, second: Any, places: NDArray[np.intp]) -> Any:
    """Put the rows of two batches at their places."""
    order = np.empty(len(places), np.int64)
    order[places] = np.arange(len(places))
    columns = [
        pa.concat_arrays(pair).take(pa.array(order))
        for pair in zip(first.columns, second.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=first.schema)


def _doubt(encoded: Encoded, sure: Flags) -> None:
    """Leave to the reader of rows: what no column holds, and texts that are not of the plainest form."""
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


def _take(column: Column, rows: NDArray[np.intp]) -> Column:
    """Take rows of a column, none of which is kept beside it."""
    missing = column.missing[rows] if column.missing is not None else None
    if isinstance(column, WordColumn):
        return WordColumn(column.codes[rows], column.words, missing)
    decimals = column.decimals[rows] if column.decimals is not None else None
    return NumberColumn(column.values[rows], column.scale, missing, {}, decimals)
