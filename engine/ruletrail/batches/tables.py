"""An Arrow batch of reports in, an Arrow batch of answers out, row for row: what `ruletrail batch` and Spark run.

Rows that columns show to be surely valid are evaluated by columns. All others go the way of single rows, whose reader,
checker and problems are the ones of every report; so do all rows of a batch that columns stumble over.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ruletrail.batches.answering import DEFECTS, Job
from ruletrail.batches.arrays import build_batch
from ruletrail.batches.headers import RULEBOOK, SUBJECT
from ruletrail.batches.parquet import MOST_DIGITS, Batches
from ruletrail.batches.plain import is_plain_text
from ruletrail.batches.rows import Answered, Stretch, list_rows
from ruletrail.batches.validity import Members, Validity
from ruletrail.lanes import CompiledPlan
from ruletrail.lanes.arrows import Encoded, encode_arrow
from ruletrail.lanes.columns import evaluate_many
from ruletrail.lanes.encoding import Column, NumberColumn, WordColumn
from ruletrail.lanes.forms import Kind
from ruletrail.references import parse_reference

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class AnsweredTable:
    """A batch of answers, and how many of its rows hold problems, or met a defect of ours."""

    batch: Any
    problems: int = 0
    defects: int = 0


class TableWork:
    """A job's plan, compiled and ready to answer batches of the job's columns. Not for sharing between threads."""

    def __init__(self, job: Job, compiled: CompiledPlan, *, digits: int = MOST_DIGITS) -> None:
        """Learn the columns that come in and go out; the layout of the job is a table's."""
        self.job, self.compiled = job, compiled
        self.packing = Batches(job.plan, job.layout, digits)
        self._validity = Validity(job.plan.schema)

    def answer(self, stretch: Stretch) -> AnsweredTable:
        """Answer rows, one for one and in order."""
        rows = len(stretch)
        try:
            columns, sure = self._read(stretch.batch)
            places = np.flatnonzero(sure)
            if not columns or not len(places):
                return self._answer_rows(stretch)
            taken = columns if len(places) == rows else {code: _take(column, places) for code, column in columns.items()}
            answered = build_batch(evaluate_many(self.compiled, taken), self.job.layout, self.packing.schema)
        except DEFECTS:
            return self._answer_rows(stretch)
        if len(places) == rows:
            return AnsweredTable(answered)
        return self._join(answered, places, stretch, np.flatnonzero(~sure))

    def _answer_rows(self, stretch: Stretch) -> AnsweredTable:
        return self._pack([self.job.answer(raw, self.compiled) for raw in list_rows(stretch)])

    def _pack(self, answers: list[Answered]) -> AnsweredTable:
        batch = self.packing.pack([answer.content for answer in answers if isinstance(answer.content, tuple)])
        return AnsweredTable(batch, sum(answer.problems for answer in answers), sum(answer.defects for answer in answers))

    def _join(self, answered: Any, places: Any, stretch: Stretch, others: Any) -> AnsweredTable:  # noqa: ANN401 - arrays
        """Answer the other rows one by one, and put all in their order."""
        apart = self._pack([self.job.answer(raw, self.compiled) for raw in list_rows(stretch, others.tolist())])
        order = np.empty(len(stretch), np.int64)
        order[places], order[others] = np.arange(len(places)), len(places) + np.arange(len(others))
        whole = pa.Table.from_batches([answered, apart.batch]).combine_chunks().take(pa.array(order))
        return AnsweredTable(whole.combine_chunks().to_batches()[0], apart.problems, apart.defects)

    # -- In ------------------------------------------------------------------------------------------------------

    def _read(self, batch: Any) -> tuple[dict[str, Column], Flags]:  # noqa: ANN401
        """Encode the columns of fields; tells which rows are surely valid reports for this plan."""
        sure = np.ones(batch.num_rows, np.bool_)
        fields: dict[str, Column] = {}
        subject: dict[str, Column] = {}
        document: dict[str, Column | Members] = {"subject": Members(subject), "fields": Members(fields)}
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
            document[RULEBOOK] = WordColumn(np.zeros(batch.num_rows, np.int8), (self.job.form.rulebook,))
        return fields, sure & self._validity.find_valid(Members(document), batch.num_rows)

    def _kind(self, name: str, found: Any) -> Kind:  # noqa: ANN401
        """Tell what a column's cells are read as; the subject has no declared types, and takes the cells' own."""
        if name == RULEBOOK:
            return "text"
        if not name.startswith(SUBJECT):
            return self.job.plan.schema.fields[name].type
        held = found.value_type if pa.types.is_dictionary(found) else found
        if pa.types.is_boolean(held):
            return "boolean"
        return "number" if pa.types.is_integer(held) or pa.types.is_decimal(held) or pa.types.is_floating(held) else "text"

    def _is_ours(self, column: Column) -> Flags:
        """Tell which rows name this rulebook; a row that names none is not one of them."""
        if not isinstance(column, WordColumn):
            return np.zeros(len(column.values), np.bool_)
        identity = self.job.plan.rulebook.identity
        found = [parse_reference(str(word)) for word in column.words]
        ours = [each is not None and (each.name, each.edition) == (identity.name, identity.edition) for each in found]
        pinned = [each is not None and each.version in ("", identity.version) for each in found]
        named: Flags = (np.array(ours) & np.array(pinned))[column.codes]
        return named if column.missing is None else named & ~column.missing


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
