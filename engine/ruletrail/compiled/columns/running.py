"""Running columns: a table in, an answer of columns out, exact in every row.

Blocks of rows run through code compiled for their assumptions. The usual code assumes that no
number is missing and nothing goes wrong; rows where that is not so are gathered and computed again
by the careful code, which works out every non-value. Rows too large for 63 bits go to the compiled
function, and what that cannot do to the reference. Neither blocks nor workers change an answer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
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
from ruletrail.compiled.columns.columns import Column, NumberColumn
from ruletrail.compiled.columns.encoding import encode_columns
from ruletrail.compiled.columns.list_columns import (
    ListRows,
    cells_of,
    check_rows,
    encode_lists,
    gather_flags,
    owners_and_runs,
    read_row,
    rows_of_block,
    split_lists,
)
from ruletrail.compiled.columns.numpy_codegen import OF_REPORTS
from ruletrail.compiled.columns.output_columns import ListOutput
from ruletrail.compiled.columns.outputs import (
    STATUSES,
    Outputs,
    allocate_list,
    allocate_outputs,
)
from ruletrail.compiled.columns.programs import OutputEncoding, Program, make_program
from ruletrail.compiled.columns.row_reports import make_lists, make_report
from ruletrail.documents import Nulls
from ruletrail.evaluations import evaluate_record
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import list_of
from ruletrail.trails import Status
from ruletrail.trails.document import lists_of_values
from ruletrail.values import Fact, give

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
Selection = Mapping[str, Rows]
"""Some reports, and the rows of theirs of each list, by domain."""


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
    typed, schema = compiled.typed, compiled.linked.schema
    table, lists = split_lists(schema, table)
    rows, columns = encode_columns(typed.fields, table, nulls)
    if lists:
        rows = check_rows(lists, rows if columns else None)
    if into is not None and (into.linked is not compiled.linked or into.rows != rows):
        raise ValueError("only an answer of the same rulebook with as many rows can be reused")
    outputs = allocate_outputs(compiled, rows) if into is None else into
    encoded = encode_lists(typed.lists, schema, lists, rows, nulls) if typed.is_covered else None
    job = _Job(compiled, columns, outputs, encoded or {})
    if encoded is None:
        job.run_alone(lists, nulls)
    else:
        job.run(workers)
    return outputs


class _Job:
    """One table. Blocks write into their own rows only, so that workers need no lock."""

    def __init__(
        self,
        compiled: CompiledRulebook,
        fields: Mapping[str, Column],
        outputs: Outputs,
        lists: Mapping[str, ListRows],
    ) -> None:
        self.fields, self.lists = fields, lists
        self.cells: Mapping[str, Sequence[Any]] = {}
        """The cells of lists that are no columns, by list."""
        self.nulls: Nulls = "absent"
        """What becomes of those that are null."""
        columns = {**fields, **{code: rows.count for code, rows in lists.items()}}
        for rows in lists.values():
            columns |= rows.cells
        self.compiled, self.columns, self.outputs = compiled, columns, outputs
        self.rows = outputs.rows
        outputs.clear()
        outputs.lists = {
            code: allocate_list(compiled.typed, code, rows.offsets, rows.missing)
            for code, rows in lists.items()
        }
        self.trapped, self.leftover = np.zeros(self.rows, np.bool_), np.zeros(self.rows, np.bool_)
        self.inputs = list_arrays(columns)
        masked = [code for code, column in columns.items() if column.missing is not None]
        self.domains = [list_of(code) for code in (*columns, *masked)]
        """Of what the rows of each input are."""
        outputs.lacking = np.zeros(self.rows, np.bool_)
        flags = [self.trapped, self.leftover, outputs.lacking]
        self.results = [*flags, *outputs.list_arrays()]
        self.answered = [*("" for _ in flags), *outputs.list_domains()]
        """Of what those of each result are."""
        self.encodings: Mapping[str, OutputEncoding] = {}
        self.usual = _Variant(self, self._usual_fields(), traps=True)
        self.careful = _Variant(self, frozenset(), traps=False)

    def _usual_fields(self) -> frozenset[str]:
        """Find the fields that formulas read and most rows have."""
        read = {code for codes in self.compiled.linked.reads.values() for code in codes}
        return frozenset(
            code
            for code, column in self.columns.items()
            if (code in read or code in self.lists)
            and (
                column.missing is None
                or np.count_nonzero(column.missing) * _MISSING_SHARE <= len(column.missing)
            )
        )

    def run(self, workers: int) -> None:
        """Evaluate every row, in threads: numpy lets go of the interpreter's lock."""
        if workers > 1 and len(self._split_blocks(None)) > 1:
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
            list(run_all(self._run_usual, self._split_blocks(None)))
            again |= self.trapped
        waiting = np.flatnonzero(again)
        blocks = [waiting[block] for block in self._split_blocks(waiting)]
        left = {int(row) for rows in run_all(self._run_careful, blocks) for row in rows}
        # read after both codes ran: either may leave rows over
        left |= {int(row) for row in np.flatnonzero(self.leftover)}
        for code, column in self.columns.items():
            if isinstance(column, NumberColumn):
                left |= {self._report_of(code, row) for row in column.large}
        for row in sorted(left):
            self.run_row(row)

    def _split_blocks(self, reports: NDArray[np.intp] | None) -> list[slice]:
        """Cut reports, or all, into blocks of so many that the rows of their lists fit one, too."""
        count = self.rows if reports is None else len(reports)
        places = [*range(0, count, BLOCK_ROWS), count]
        if self.lists and count:
            sizes = np.ones(self.rows, np.int64)
            for rows in self.lists.values():
                sizes += np.diff(rows.offsets)
            ends = np.cumsum(sizes if reports is None else sizes[reports])
            cuts = np.searchsorted(ends, np.arange(BLOCK_ROWS, int(ends[-1]), BLOCK_ROWS)) + 1
            places = np.unique([0, *cuts.tolist(), count]).tolist()
        return [slice(*each) for each in pairwise(places)]

    def _report_of(self, code: str, row: int) -> int:
        """Return the report of a row of a column."""
        rows = self.lists.get(list_of(code))
        return row if rows is None else int(np.searchsorted(rows.offsets, row, "right")) - 1

    def _reports_with(self, code: str, flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell the reports with a row of a column that a mask marks."""
        rows = self.lists.get(list_of(code))
        return flags if rows is None else gather_flags(rows, flags)

    def select(self, reports: Rows) -> Selection:
        """Find the rows of each list that some reports have."""
        rows = {code: rows_of_block(rows, reports) for code, rows in self.lists.items()}
        return {OF_REPORTS: reports, **rows}

    def _incomplete_rows(self) -> NDArray[np.bool_]:
        """Tell which rows lack a field that the usual code assumes."""
        incomplete = np.zeros(self.rows, np.bool_)
        for code in self.usual.assumed:
            missing = self.columns[code].missing
            if missing is not None:
                incomplete |= self._reports_with(code, missing)
        return incomplete

    def _run_usual(self, rows: slice) -> None:
        selected = self.select(rows)
        results = zip(self.results, self.answered, strict=True)
        try:
            self.usual.run(selected, [result[selected[domain]] for result, domain in results])
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
        selected = self.select(rows)
        sizes = count_selected(selected)
        answers = [
            np.empty(sizes[domain], result.dtype)
            for result, domain in zip(self.results, self.answered, strict=True)
        ]
        self.careful.run(selected, answers)
        for result, domain, answer in zip(self.results, self.answered, answers, strict=True):
            result[selected[domain]] = answer

    def _find_outliers(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Tell which rows are so much larger than the others that those may fit without them."""
        outliers = np.zeros(len(rows), np.bool_)
        selected = self.select(rows)
        for code, column in self.columns.items():
            chosen: Any = selected[list_of(code)]
            if isinstance(column, NumberColumn) and len(chosen):
                sizes = np.abs(column.values[chosen])
                found = np.zeros(len(column.values), np.bool_)
                found[chosen] = sizes > _OUTLIER * (int(np.median(sizes)) + 1)
                outliers |= self._reports_with(code, found)[rows]
        return outliers

    def run_alone(self, lists: Mapping[str, Any], nulls: Nulls) -> None:
        """Evaluate each row by itself; what is wrong in a list raises `ProblemsError`."""
        self.cells = {code: cells_of(code, column, nulls) for code, column in lists.items()}
        self.nulls = nulls
        for code in self.compiled.linked.schema.lists:
            nothing = np.zeros(self.rows + 1, np.int64), np.ones(self.rows, np.bool_)
            self.outputs.lists[code] = ListOutput(*nothing)
        for row in range(self.rows):
            self.run_row(row)

    def run_row(self, row: int) -> None:
        """Evaluate one row by the compiled function, or by the reference, and write its answer."""
        report = make_report(self.compiled, self.fields, row)
        schema = self.compiled.linked.schema
        if self.cells:
            report = replace(report, lists=read_row(schema, self.cells, row, self.nulls))
        elif self.lists:
            report = replace(report, lists=make_lists(schema, self.lists, row))
        answer = self.compiled.evaluate(report)
        facts: Mapping[str, Fact]
        status: Status
        if answer is None:
            record = evaluate_record(self.compiled.linked, report, silent=True)
            status = record.status
            facts = {each.code: each.fact for each in record.conclusions}
            found = lists_of_values(record)
        else:
            status, facts, found = answer.status, answer.facts, answer.lists(report.lists)
        for code, rows in self.outputs.lists.items():
            if self.lists:
                rows.put(code, row, facts)
            elif code in found:
                rows.alone[row] = [
                    {name: give(fact) for name, fact in each.items()} for each in found[code]
                ]
        if self.outputs.lacking is not None:
            self.outputs.lacking[row] = True  # nobody looked
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

    def run(self, rows: Selection, answers: Sequence[Any]) -> None:
        """Run the code over some rows; `TooLarge` where they are too large for columns."""
        bound = self.current
        if bound is None or not self._run(bound, rows, answers):
            extremes = measure(self.job.columns, rows[OF_REPORTS], rows)
            self._run(self._widen(extremes), rows, answers)

    def _run(self, bound: "_BoundProgram", rows: Selection, answers: Sequence[Any]) -> bool:
        """Run a program; false where the rows break its assumptions."""
        compiled, job = bound.program.compiled, self.job
        are_read = iter(compiled.inputs)
        # what is not read is not gathered
        inputs = [
            array[rows[domain]] if next(are_read) else None
            for array, domain in zip(job.inputs, job.domains, strict=True)
        ]
        for each in job.lists.values():
            is_read = next(are_read) | next(are_read)
            inputs += owners_and_runs(each, rows[OF_REPORTS]) if is_read else (None, None)
        buffers = self._buffers(bound.program, count_selected(rows))
        with np.errstate(all="ignore"):  # a row whose divisor is 0 is marked before it is divided
            return compiled.run(inputs, bound.parameters, answers, buffers)

    def _buffers(self, program: Program, rows: Mapping[str, int]) -> list[Any]:
        """Return the thread's own buffers, kept from block to block, sliced to so many rows."""
        kept: tuple[Program, Mapping[str, int], list[Any]] | None
        kept = getattr(self.own, "kept", None)
        is_enough = kept is not None and all(kept[1][domain] >= rows[domain] for domain in rows)
        if kept is None or kept[0] is not program or not is_enough:
            # blocks are of as many reports, and their lists of nearly as many rows
            most = {domain: count + count // 8 for domain, count in rows.items()}
            kept = self.own.kept = (program, most, program.allocate_buffers(most))
        kinds = program.compiled.buffers
        return [buffer[: rows[kind[1]]] for buffer, kind in zip(kept[2], kinds, strict=True)]

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
        assumptions = make_assumptions(
            columns, extremes, self.assumed, tuple(job.lists), traps=self.traps
        )
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


def count_selected(rows: Selection) -> dict[str, int]:
    """Count the rows that are selected of each domain."""
    return {
        domain: each.stop - each.start if isinstance(each, slice) else len(each)
        for domain, each in rows.items()
    }
