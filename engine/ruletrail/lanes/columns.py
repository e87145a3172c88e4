"""The lane for many reports: columns in, columns out, exact in every row.

Blocks small enough for the processor's cache run through `blocks`; rows that are too large for 63 bits go to the
compiled function, and what that cannot do to the reference. The answer does not depend on blocks or workers.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruletrail.evaluations import evaluate_record
from ruletrail.lanes.answers import CompiledPlan
from ruletrail.lanes.blocks import Block
from ruletrail.lanes.cells import TooLarge
from ruletrail.lanes.conclusions import BlockRun
from ruletrail.lanes.encoding import Column, NumberColumn, decimals_of, encode_columns, value_of
from ruletrail.lanes.outputs import STATUSES, Outputs, allot_outputs
from ruletrail.problems import Mark
from ruletrail.references import Reference
from ruletrail.reports import Declared, Report
from ruletrail.trails import Status
from ruletrail.values import Fact, write_decimal

BLOCK_ROWS = 16_384
_FAR = 64
"""A row is set aside first when one of its numbers is so many times the block's middle one."""


def evaluate_many(plan: CompiledPlan, table: object, *, workers: int = 1, into: Outputs | None = None) -> Outputs:
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
    job = _Job(plan, columns, outputs)
    starts = range(0, rows, BLOCK_ROWS)
    if workers > 1 and len(starts) > 1:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(job.run_block, starts))
    else:
        for start in starts:
            job.run_block(start)
    return job.outputs


class _Job:
    """One call: columns in, columns out. Blocks write into their own rows only."""

    def __init__(self, plan: CompiledPlan, columns: Mapping[str, Column], outputs: Outputs) -> None:
        self.plan, self.columns, self.outputs, self.rows = plan, columns, outputs, outputs.rows
        self.tables: dict[Any, Any] = {}
        outputs.forget()
        self.large = sorted({row for column in columns.values() if isinstance(column, NumberColumn) for row in column.large})

    def run_block(self, start: int) -> None:
        """Evaluate a stretch of rows, by columns as far as they reach."""
        stop = min(start + BLOCK_ROWS, self.rows)
        aside = [row for row in self.large if start <= row < stop]
        taken: slice | NDArray[np.intp] = slice(start, stop)
        if aside:
            taken = np.setdiff1d(np.arange(start, stop), aside)
        left: Sequence[int]
        try:
            left = self._run_columns(taken)
        except TooLarge:
            left = self._run_near(np.arange(start, stop)[~np.isin(np.arange(start, stop), aside)])
        for row in [*aside, *left]:
            self.run_row(int(row))

    def _run_near(self, rows: NDArray[np.intp]) -> Sequence[int]:
        """Set aside the rows that are far larger than the others; returns what columns cannot do."""
        far = np.zeros(len(rows), np.bool_)
        for column in self.columns.values():
            if isinstance(column, NumberColumn) and len(rows):
                sizes = np.abs(column.values[rows])
                far |= sizes > _FAR * (int(np.median(sizes)) + 1)
        try:
            left = self._run_columns(rows[~far])
        except TooLarge:
            return [int(row) for row in rows]
        return [*(int(row) for row in rows[far]), *left]

    def _run_columns(self, taken: "slice | NDArray[np.intp]") -> list[int]:
        count = taken.stop - taken.start if isinstance(taken, slice) else len(taken)
        if count == 0:
            return []
        run = BlockRun(Block(self.columns, taken, count, self.tables))
        for step in self.plan.form.steps:
            run.conclude(step)
        self.outputs.status.codes[taken] = run.status()
        for code, output in self.outputs.all_outputs():
            output.write(taken, run.block.facts[code], count)
        if not run.leftover.any():
            return []
        rows = np.arange(taken.start, taken.stop) if isinstance(taken, slice) else taken
        return [int(row) for row in rows[run.leftover]]

    def run_row(self, row: int) -> None:
        """Evaluate one row with the compiled function, or the reference, and write its answer."""
        report = make_report(self.plan, self.columns, row)
        answer = self.plan.evaluate(report)
        facts: Mapping[str, Fact]
        status: Status
        if answer is None:
            record = evaluate_record(self.plan.plan, report)
            status, facts = record.status, {each.entry.code: each.fact for each in record.conclusions}
        else:
            status, facts = answer.status, answer.facts
        self.outputs.status.codes[row] = STATUSES.index(status)
        for code, output in self.outputs.all_outputs():
            output.put(row, facts[code])


def make_report(plan: CompiledPlan, columns: Mapping[str, Column], row: int) -> Report:
    """Make the report of one row; a number's text has the decimals that it was written with."""
    fields: dict[str, Declared] = {}
    for code, column in columns.items():
        value = value_of(column, row)
        if isinstance(value, bool):
            fields[code] = Declared(value, "true" if value else "false")
        elif value is not None:
            fields[code] = Declared(value, value if isinstance(value, str) else write_decimal(value, decimals_of(column, row)))
    mark = Mark("table", row + 1, 1)
    identity = plan.plan.rulebook.identity
    return Report(Reference(identity.name, identity.edition), {}, fields, (), mark, mark, plan.plan.schema)
