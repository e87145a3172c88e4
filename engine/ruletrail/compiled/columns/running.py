"""Running columns: a table in, an answer of columns out, exact in every row.

Blocks of rows run through code compiled for their assumptions. The usual code assumes that no
number is missing and nothing goes wrong; rows where that is not so are gathered and computed again
by the careful code, which works out every non-value. Rows too large for 63 bits go to the compiled
function, and what that cannot do to the reference. Neither blocks nor workers change an answer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from fractions import Fraction
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruletrail.compiled.answers import CompiledRulebook
from ruletrail.compiled.columns.assumptions import (
    Extremes,
    list_arrays,
    make_assumptions,
    measure,
    widen,
)
from ruletrail.compiled.columns.column_arithmetic import TooLarge
from ruletrail.compiled.columns.columns import Column, NumberColumn, decimals_of, value_of
from ruletrail.compiled.columns.encoding import encode_columns
from ruletrail.compiled.columns.list_columns import Lists, check_rows, read_row, split_lists
from ruletrail.compiled.columns.outputs import STATUSES, Outputs, allocate_outputs
from ruletrail.compiled.columns.programs import OutputEncoding, Program, make_program
from ruletrail.documents import Nulls
from ruletrail.evaluations import evaluate_record
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.problems import Mark
from ruletrail.references import Reference
from ruletrail.reports import Declared, Report
from ruletrail.trails import Status
from ruletrail.trails.document import lists_of_values
from ruletrail.values import Fact, give, read_date, write_decimal

BLOCK_ROWS = 32_768
"""So many that the fixed cost of some hundred numpy calls is spread, and few enough that the arrays
of a block stay in the processor's cache."""

_OUTLIER = 64
"""A row is set aside first where one of its numbers is so many times the median of the block."""

_MISSING_SHARE = 4
"""A field is assumed to be there when at least three of four rows have it."""

_MOST_PROGRAMS = 64
"""Programs kept with a compiled rulebook; tables of many shapes would else fill the memory."""

Rows = slice | NDArray[np.intp]


def evaluate_many(
    compiled: CompiledRulebook,
    table: object,
    *,
    workers: int = 1,
    into: Outputs | None = None,
    nulls: Nulls = "absent",
) -> Outputs:
    """Evaluate a table of reports, one a row, taken to be valid against the schema.

    `table` is a mapping of sequences by field code, or a table of Arrow, pandas or Polars; see
    `encode_columns` for the errors. Row n of the answer is that of row n, whatever the workers.
    `into` takes the answer to an earlier table of as many rows by the same rulebook and writes over
    it, which saves the system's work of finding new memory; a `ValueError` for any other.
    """
    table, lists = split_lists(compiled.linked.schema, table)
    rows, columns = encode_columns(compiled.typed.fields, table, nulls)
    if lists:
        rows = check_rows(lists, rows if columns else None)
    if into is not None and (into.linked is not compiled.linked or into.rows != rows):
        raise ValueError("only an answer of the same rulebook with as many rows can be reused")
    outputs = allocate_outputs(compiled.typed, rows) if into is None else into
    job = _Job(compiled, columns, outputs, lists)
    if compiled.is_covered and not compiled.linked.schema.lists:
        job.run(workers)
    else:
        for row in range(rows):
            job.run_row(row)
    return outputs


class _Job:
    """One table. Blocks write into their own rows only, so that workers need no lock."""

    def __init__(
        self,
        compiled: CompiledRulebook,
        columns: Mapping[str, Column],
        outputs: Outputs,
        lists: Lists,
    ) -> None:
        self.lists = lists
        self.compiled, self.columns, self.outputs = compiled, columns, outputs
        self.rows = outputs.rows
        outputs.clear()
        self.trapped, self.leftover = np.zeros(self.rows, np.bool_), np.zeros(self.rows, np.bool_)
        self.inputs = list_arrays(columns)
        self.results = [self.trapped, self.leftover, *outputs.list_arrays()]
        self.encodings: Mapping[str, OutputEncoding] = {}
        self.usual = _Variant(self, self._usual_fields(), traps=True)
        self.careful = _Variant(self, frozenset(), traps=False)

    def _usual_fields(self) -> frozenset[str]:
        """Find the fields that formulas read and most rows have."""
        read = {code for codes in self.compiled.linked.reads.values() for code in codes}
        return frozenset(
            code
            for code, column in self.columns.items()
            if code in read
            and (
                column.missing is None
                or np.count_nonzero(column.missing) * _MISSING_SHARE <= self.rows
            )
        )

    def run(self, workers: int) -> None:
        """Evaluate every row, in threads: numpy lets go of the interpreter's lock."""
        if workers > 1 and self.rows > BLOCK_ROWS:
            with ThreadPoolExecutor(workers) as pool:
                self._run(pool.map)
        else:
            self._run(map)

    def _run(self, run_all: Callable[..., Iterable[Any]]) -> None:
        """Run the usual code, the careful one on what that leaves, then row by row on the rest."""
        again = self._incomplete_rows()
        if 2 * np.count_nonzero(again) > self.rows:
            again[:] = True  # gathering most rows costs more than the usual code saves
        else:
            list(run_all(self._run_usual, _split_blocks(self.rows)))
            again |= self.trapped
        waiting = np.flatnonzero(again)
        blocks = [waiting[block] for block in _split_blocks(len(waiting))]
        left = {int(row) for rows in run_all(self._run_careful, blocks) for row in rows}
        # read after both codes ran: either may leave rows over
        left |= {int(row) for row in np.flatnonzero(self.leftover)}
        for column in self.columns.values():
            left |= column.large.keys() if isinstance(column, NumberColumn) else set()
        for row in sorted(left):
            self.run_row(row)

    def _incomplete_rows(self) -> NDArray[np.bool_]:
        """Tell which rows lack a field that the usual code assumes."""
        incomplete = np.zeros(self.rows, np.bool_)
        for code in self.usual.assumed:
            missing = self.columns[code].missing
            if missing is not None:
                incomplete |= missing
        return incomplete

    def _run_usual(self, rows: slice) -> None:
        try:
            self.usual.run(rows, [result[rows] for result in self.results])
        except TooLarge:
            # all its rows: the careful code finds out which of them are too large
            self.trapped[rows] = True

    def _run_careful(self, rows: NDArray[np.intp]) -> Sequence[int] | NDArray[np.intp]:
        """Evaluate some rows with all their non-values; returns those that columns cannot do."""
        try:
            self._gather_and_run(rows)
        except TooLarge:
            outliers = self._find_outliers(rows)
            try:
                self._gather_and_run(rows[~outliers])
            except TooLarge:
                return rows
            return rows[outliers]
        return ()

    def _gather_and_run(self, rows: NDArray[np.intp]) -> None:
        if len(rows) == 0:
            return
        answers = [np.empty(len(rows), result.dtype) for result in self.results]
        self.careful.run(rows, answers)
        for result, answer in zip(self.results, answers, strict=True):
            result[rows] = answer

    def _find_outliers(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Tell which rows are so much larger than the others that those may fit without them."""
        outliers = np.zeros(len(rows), np.bool_)
        for column in self.columns.values():
            if isinstance(column, NumberColumn):
                sizes = np.abs(column.values[rows])
                outliers |= sizes > _OUTLIER * (int(np.median(sizes)) + 1)
        return outliers

    def run_row(self, row: int) -> None:
        """Evaluate one row by the compiled function, or by the reference, and write its answer."""
        report = make_report(self.compiled, self.columns, row)
        if self.lists:
            schema = self.compiled.linked.schema
            report = replace(report, lists=read_row(schema, self.lists, row))
        answer = self.compiled.evaluate(report)
        facts: Mapping[str, Fact]
        status: Status
        if answer is None:
            record = evaluate_record(self.compiled.linked, report)
            status = record.status
            facts = {each.code: each.fact for each in record.conclusions}
            found = lists_of_values(record)
        else:
            status, facts, found = answer.status, answer.facts, answer.lists(report.lists)
        for code, rows in found.items():
            self.outputs.lists[code][row] = [
                {name: give(fact) for name, fact in each.items()} for each in rows
            ]
        self.outputs.status.codes[row] = STATUSES.index(status)
        for code, output in self.outputs.all_outputs():
            output.put(row, facts[code])


class _Variant:
    """The code of one job for one set of assumed fields, compiled anew when a block needs wider."""

    def __init__(self, job: _Job, assumed: frozenset[str], *, traps: bool) -> None:
        self.job, self.assumed, self.traps = job, assumed, traps
        self.extremes: Extremes = ()
        self.current: _BoundProgram | None = None
        self.own = local()

    def run(self, rows: Rows, answers: Sequence[Any]) -> None:
        """Run the code over some rows; `TooLarge` where they are too large for columns."""
        bound = self.current
        if bound is None or not self._run(bound, rows, answers):
            self._run(self._widen(measure(self.job.columns, rows)), rows, answers)

    def _run(self, bound: "_BoundProgram", rows: Rows, answers: Sequence[Any]) -> bool:
        """Run a program; false where the rows break its assumptions."""
        compiled = bound.program.compiled
        # what is not read is not gathered
        inputs = [
            array[rows] if is_read else None
            for array, is_read in zip(self.job.inputs, compiled.inputs, strict=True)
        ]
        buffers = self._buffers(bound.program, len(answers[0]))
        with np.errstate(all="ignore"):  # a row whose divisor is 0 is marked before it is divided
            return compiled.run(inputs, bound.parameters, answers, buffers)

    def _buffers(self, program: Program, rows: int) -> list[Any]:
        """Return the thread's own buffers, kept from block to block, sliced to so many rows."""
        kept: tuple[Program, list[Any]] | None = getattr(self.own, "kept", None)
        if kept is None or kept[0] is not program:
            most = max(rows, min(BLOCK_ROWS, self.job.rows))
            kept = self.own.kept = (program, program.allocate_buffers(most))
        return [buffer[:rows] for buffer in kept[1]]

    def _widen(self, extremes: Extremes) -> "_BoundProgram":
        """Find code for these numbers and all before; only for these if that is too large."""
        try:
            wider = widen(extremes, self.extremes)
            bound = self._bind(wider)
        except TooLarge:
            return self._bind(extremes)
        # two threads may do this at once: either result is right, and the last one stays
        self.extremes, self.current = wider, bound
        return bound

    def _bind(self, extremes: Extremes) -> "_BoundProgram":
        job, columns = self.job, self.job.columns
        assumptions = make_assumptions(columns, extremes, self.assumed, traps=self.traps)
        kept = job.compiled.programs
        program = kept.get(assumptions.key)
        # a table of the same kind finds its program here, and nothing is compiled
        if program is None:
            if len(kept) >= _MOST_PROGRAMS:
                kept.clear()
            program = make_program(job.compiled.typed, assumptions, job.outputs)
            kept[assumptions.key] = program
        job.encodings = program.set_encodings(job.outputs, columns, job.encodings)
        return _BoundProgram(program, program.make_parameters(columns))


@dataclass(frozen=True, slots=True)
class _BoundProgram:
    """A program with its parameters for the table of a job."""

    program: Program
    parameters: list[Any]


def _split_blocks(rows: int) -> list[slice]:
    return [slice(start, min(start + BLOCK_ROWS, rows)) for start in range(0, rows, BLOCK_ROWS)]


def make_report(compiled: CompiledRulebook, columns: Mapping[str, Column], row: int) -> Report:
    """Make the report of one row; a number's text has the decimals that it was written with."""
    fields: dict[str, Declared] = {}
    types = compiled.linked.schema.types
    for code, column in columns.items():
        value = value_of(column, row)
        day = _day_of(value) if types[code] == "date" else None
        if day is not None:
            fields[code] = Declared(day, day.isoformat())
        elif isinstance(value, bool):
            fields[code] = Declared(value, "true" if value else "false")
        elif isinstance(value, str):
            fields[code] = Declared(value, value)
        elif value is not None:
            fields[code] = Declared(value, write_decimal(value, decimals_of(column, row)))
    mark = Mark("table", row + 1, 1)
    identity = compiled.linked.rulebook.identity
    reference = Reference(identity.name, identity.edition)
    return Report(reference, {}, fields, (), mark, mark, compiled.linked.schema)


def _day_of(value: Fraction | str | bool | None) -> date | None:  # noqa: FBT001 - a value of a column
    """Give the day that a column counts, or has as the text that a report writes."""
    if isinstance(value, Fraction):
        return date.fromordinal(int(value))
    return read_date(value) if isinstance(value, str) else None
