"""The lane for many reports: columns in, columns out, exact in every row.

Blocks of rows run through code made for their premises (`premises`, `programs`). The usual code takes for granted
that no number is missing and nothing goes wrong; the rows where that is not so are computed again, together, by code
that works out every gap. Rows that are too large for 63 bits go to the compiled function, and what that cannot do to
the reference. The answer does not depend on blocks or workers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruletrail.compiled.answers import CompiledRulebook
from ruletrail.compiled.columns.assumptions import Extremes, arrays_of, measure, suppose, widen
from ruletrail.compiled.columns.column_arithmetic import TooLarge
from ruletrail.compiled.columns.columns import Column, NumberColumn, decimals_of, value_of
from ruletrail.compiled.columns.encoding import encode_columns
from ruletrail.compiled.columns.outputs import STATUSES, Outputs, allot_outputs
from ruletrail.compiled.columns.programs import Program, Written, output_arrays, write_program
from ruletrail.evaluations import evaluate_record
from ruletrail.fast_dataclasses import dataclass
from ruletrail.problems import Mark
from ruletrail.references import Reference
from ruletrail.reports import Declared, Report
from ruletrail.trails import Status
from ruletrail.values import Fact, write_decimal

BLOCK_ROWS = 32_768
_FAR = 64
"""A row is set aside first when one of its numbers is so many times the block's middle one."""
_FEW = 4
"""A field is taken to be there when at least three of four rows have it."""
_MOST_PROGRAMS = 64

Rows = slice | NDArray[np.intp]


def evaluate_many(
    plan: CompiledRulebook, table: object, *, workers: int = 1, into: Outputs | None = None
) -> Outputs:
    """Evaluate a table of reports, one a row, taken to be valid against the schema.

    `table` is a mapping of sequences by field code, or a table of Arrow, pandas or Polars; see `encode_columns`
    for the errors. The answer has a row for each row, in order, and is the same for any number of workers. `into`
    takes the answer to an earlier table of as many rows by the same plan and writes over it, which saves the
    system's work of finding new memory.
    """
    rows, columns = encode_columns(plan.form.fields, table)
    if into is not None and (into.plan is not plan.plan or into.rows != rows):
        raise ValueError("only an answer of the same plan with as many rows can be written over")
    outputs = allot_outputs(plan.form, rows) if into is None else into
    _Job(plan, columns, outputs).run(workers)
    return outputs


class _Job:
    """One call: columns in, columns out. Blocks write into their own rows only."""

    def __init__(
        self, plan: CompiledRulebook, columns: Mapping[str, Column], outputs: Outputs
    ) -> None:
        self.plan, self.columns, self.outputs, self.rows = plan, columns, outputs, outputs.rows
        outputs.forget()
        self.trapped, self.leftover = np.zeros(self.rows, np.bool_), np.zeros(self.rows, np.bool_)
        self.inputs, self.results = (
            arrays_of(columns),
            [self.trapped, self.leftover, *output_arrays(outputs)],
        )
        self.written: Mapping[str, Written] = {}
        self.usual = _Lane(self, self._usual_fields(), traps=True)
        self.careful = _Lane(self, frozenset(), traps=False)

    def _usual_fields(self) -> frozenset[str]:
        """Find the fields that formulas read and most rows have."""
        read = {code for codes in self.plan.plan.reads.values() for code in codes}
        columns = {code: column for code, column in self.columns.items() if code in read}
        return frozenset(
            code
            for code, column in columns.items()
            if column.missing is None or np.count_nonzero(column.missing) * _FEW <= self.rows
        )

    def run(self, workers: int) -> None:
        """Evaluate every row: by the usual code, then what that leaves by the careful one, then row by row."""
        if workers > 1 and self.rows > BLOCK_ROWS:
            with ThreadPoolExecutor(workers) as pool:
                self._run(pool.map)
        else:
            self._run(map)

    def _run(self, run_all: Callable[..., Iterable[Any]]) -> None:
        again = self._gappy()
        if 2 * np.count_nonzero(again) > self.rows:
            again[:] = True
        else:
            list(run_all(self._run_usual, _parts(self.rows)))
            again |= self.trapped
        waiting = np.flatnonzero(again)
        left = run_all(self._run_careful, [waiting[part] for part in _parts(len(waiting))])
        rows = {int(row) for each in left for row in each} | {
            int(row) for row in np.flatnonzero(self.leftover)
        }
        for column in self.columns.values():
            rows |= column.large.keys() if isinstance(column, NumberColumn) else set()
        for row in sorted(rows):
            self.run_row(row)

    def _gappy(self) -> "NDArray[np.bool_]":
        """Tell which rows lack a field that the usual code takes to be there."""
        gappy = np.zeros(self.rows, np.bool_)
        for code in self.usual.assumed:
            missing = self.columns[code].missing
            if missing is not None:
                gappy |= missing
        return gappy

    def _run_usual(self, rows: slice) -> None:
        try:
            self.usual.run(rows, [result[rows] for result in self.results])
        except TooLarge:
            self.trapped[rows] = True

    def _run_careful(self, rows: NDArray[np.intp]) -> Sequence[int] | NDArray[np.intp]:
        """Evaluate some rows with all their gaps; returns those that columns cannot do."""
        try:
            self._scatter(rows)
        except TooLarge:
            far = self._far(rows)
            try:
                self._scatter(rows[~far])
            except TooLarge:
                return rows
            return rows[far]
        return ()

    def _scatter(self, rows: NDArray[np.intp]) -> None:
        if len(rows) == 0:
            return
        answers = [np.empty(len(rows), result.dtype) for result in self.results]
        self.careful.run(rows, answers)
        for result, answer in zip(self.results, answers, strict=True):
            result[rows] = answer

    def _far(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Tell which rows are far larger than the others, so that the others fit columns without them."""
        far = np.zeros(len(rows), np.bool_)
        for column in self.columns.values():
            if isinstance(column, NumberColumn):
                sizes = np.abs(column.values[rows])
                far |= sizes > _FAR * (int(np.median(sizes)) + 1)
        return far

    def run_row(self, row: int) -> None:
        """Evaluate one row with the compiled function, or the reference, and write its answer."""
        report = make_report(self.plan, self.columns, row)
        answer = self.plan.evaluate(report)
        facts: Mapping[str, Fact]
        status: Status
        if answer is None:
            record = evaluate_record(self.plan.plan, report)
            status, facts = (
                record.status,
                {each.entry.code: each.fact for each in record.conclusions},
            )
        else:
            status, facts = answer.status, answer.facts
        self.outputs.status.codes[row] = STATUSES.index(status)
        for code, output in self.outputs.all_outputs():
            output.put(row, facts[code])


class _Lane:
    """The code of one job for one set of assumed fields, made wider when a block needs it."""

    def __init__(self, job: _Job, assumed: frozenset[str], *, traps: bool) -> None:
        self.job, self.assumed, self.traps = job, assumed, traps
        self.extremes: Extremes = ()
        self.current: _Ready | None = None
        self.own = local()

    def run(self, rows: Rows, answers: Sequence[Any]) -> None:
        """Run the code over some rows; `TooLarge` where they are too large for columns."""
        ready = self.current
        if ready is None or not self._run(ready, rows, answers):
            self._run(self._widened(measure(self.job.columns, rows)), rows, answers)

    def _run(self, ready: "_Ready", rows: Rows, answers: Sequence[Any]) -> bool:
        inputs = [
            array[rows] if is_used else None
            for array, is_used in zip(self.job.inputs, ready.program.used, strict=True)
        ]
        with np.errstate(all="ignore"):  # a divisor of 0 is marked before it divides
            return ready.program.weave.run(
                inputs, ready.parameters, answers, self._buffers(ready.program, len(answers[0]))
            )

    def _buffers(self, program: Program, rows: int) -> list[Any]:
        """Give the thread's own arrays to write between."""
        kept: tuple[Program, list[Any]] | None = getattr(self.own, "kept", None)
        if kept is None or kept[0] is not program:
            kept = self.own.kept = (
                program,
                program.buffers(max(rows, min(BLOCK_ROWS, self.job.rows))),
            )
        return [buffer[:rows] for buffer in kept[1]]

    def _widened(self, extremes: Extremes) -> "_Ready":
        """Find code for numbers as large as these and those before; only for these if both are too large together."""
        try:
            wider = widen(extremes, self.extremes)
            ready = self._ready(wider)
        except TooLarge:
            return self._ready(extremes)
        self.extremes, self.current = wider, ready
        return ready

    def _ready(self, extremes: Extremes) -> "_Ready":
        job, columns = self.job, self.job.columns
        premises = suppose(columns, extremes, self.assumed, traps=self.traps)
        kept = job.plan.programs
        program = kept.get(premises.key)
        if program is None:
            if len(kept) >= _MOST_PROGRAMS:
                kept.clear()
            program = kept[premises.key] = write_program(job.plan.form, premises, job.outputs)
        job.written = program.describe(job.outputs, columns, job.written)
        return _Ready(program, program.make_parameters(columns))


@dataclass(frozen=True, slots=True)
class _Ready:
    """A program with the parameters of a job."""

    program: Program
    parameters: list[Any]


def _parts(rows: int) -> list[slice]:
    return [slice(start, min(start + BLOCK_ROWS, rows)) for start in range(0, rows, BLOCK_ROWS)]


def make_report(plan: CompiledRulebook, columns: Mapping[str, Column], row: int) -> Report:
    """Make the report of one row; a number's text has the decimals that it was written with."""
    fields: dict[str, Declared] = {}
    for code, column in columns.items():
        value = value_of(column, row)
        if isinstance(value, bool):
            fields[code] = Declared(value, "true" if value else "false")
        elif value is not None:
            fields[code] = Declared(
                value,
                value if isinstance(value, str) else write_decimal(value, decimals_of(column, row)),
            )
    mark = Mark("table", row + 1, 1)
    identity = plan.plan.rulebook.identity
    return Report(
        Reference(identity.name, identity.edition), {}, fields, (), mark, mark, plan.plan.schema
    )
