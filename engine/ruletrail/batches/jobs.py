"""A job: what a worker needs to answer rows, and how one row is answered.

It is read and evaluated, its row is written, and its trail where one is asked for.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ruletrail.analysis.inference import is_covered
from ruletrail.batches.carrying import check_names, read_carried
from ruletrail.batches.cells import Carried
from ruletrail.batches.dialects import PLAIN
from ruletrail.batches.fine_numbers import find_finer
from ruletrail.batches.reasons import list_of_answer, list_reasons
from ruletrail.batches.row_intake import RowForm, read_report
from ruletrail.batches.rows import Answered, RawRow
from ruletrail.batches.sources import RULEBOOK, check_header, is_read
from ruletrail.batches.trail_files import write_trail
from ruletrail.batches.trail_filter import Filter, picks
from ruletrail.batches.writing import (
    Layout,
    find_missing,
    layout_of,
    write_answer,
    write_problems,
)
from ruletrail.compiled import CompiledRulebook
from ruletrail.evaluations import evaluate_record
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formats import Locale
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import (
    DEFECTS,
    Mark,
    Problem,
    ProblemsError,
    is_short_of_memory,
)
from ruletrail.reports import Report
from ruletrail.trails import Record, Trail
from ruletrail.trails.document import lists_of_values


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that a worker needs; it crosses a process boundary whole."""

    linked: LinkedRulebook
    form: RowForm
    layout: Layout
    only: Filter | None = None
    trails: str = ""
    """The folder for trails; empty for none."""
    columns_from: int | None = 0
    """Columns answer pieces of so many rows and more; None where only single rows are answered."""
    run: str = ""
    """What the trails of a run are known by as long as they grow."""

    def is_for_columns(self, rows: int) -> bool:
        """Tell whether a piece of so many rows is answered by columns, as far as they can."""
        return self.columns_from is not None and rows >= self.columns_from

    def refuse(self, raw: RawRow, code: str) -> Answered:
        """Write the row of a report that nobody could answer."""
        problem = Problem(code, Mark(self.form.name, raw.line, 1), {"row": str(raw.row)})
        is_defect = code == "row-defect"
        return write_problems(self.layout, self._front(raw), [problem], is_defect=is_defect)

    def _front(self, raw: RawRow) -> tuple[object, ...]:
        """Return a row's number, and what travels to the row out where the output has it."""
        carried = self.layout.carried
        if self.layout.form == "jsonl" and not carried.kept:
            return (raw.row,)
        try:
            return (raw.row, *read_carried(raw, self.form, carried))
        except DEFECTS:
            # the row says what is wrong with it, and must not fall for what it is called
            return (raw.row, *(None for _ in carried.names))

    def answer(self, raw: RawRow, compiled: CompiledRulebook) -> Answered:
        """Answer one row, whatever it holds."""
        try:
            try:
                report = read_report(raw, self.form, self.linked)
            except ProblemsError as error:
                return write_problems(self.layout, self._front(raw), error.problems)
            return self._evaluate(raw, report, compiled)
        except DEFECTS as error:
            is_short = is_short_of_memory(error)
            return self.refuse(raw, "row-without-memory" if is_short else "row-defect")

    def _evaluate(self, raw: RawRow, report: Report, compiled: CompiledRulebook) -> Answered:
        answer = compiled.evaluate(report)
        record: Record | None = None
        if answer is not None:
            status, facts, lists = answer.status, answer.facts, answer.lists(report.lists)
        else:
            record = evaluate_record(self.linked, report, silent=True)
            lists = lists_of_values(record)
            facts = {each.code: each.fact for each in record.conclusions}
            status = record.status
        if self.trails and (
            self.only is None or picks(self.only, self.linked, report, facts, status)
        ):
            try:
                trail = (
                    Trail(evaluate_record(self.linked, report)).to_json().encode()
                    if answer is None
                    else compiled.write_trail(answer, report)
                )
            except ProblemsError as error:  # it would be larger than trails are
                return write_problems(self.layout, self._front(raw), error.problems)
            write_trail(Path(self.trails), raw.row, trail, self.run)
        missing = find_missing(self.layout, self.linked, report, facts)
        reasons: list[str] = []
        if self.layout.has_reasons and status != "complete":
            if answer is not None and not self.linked.schema.lists:
                reasons = list_of_answer(answer, report.fields, self.layout.language)
            else:
                if record is None and answer is not None:
                    record = answer.record(report, silent=True)
                conclusions = record.conclusions if record is not None else ()
                reasons = list_reasons(conclusions, self.layout.language)
        front = self._front(raw)
        answered = write_answer(self.layout, front, status, facts, lists, missing, reasons)
        finer = find_finer(self.linked, self.form, report.fields, raw.row)
        return replace(answered, counts=answered.counts + finer) if finer.finer else answered


def table_job(
    linked: LinkedRulebook,
    names: Sequence[str],
    name: str,
    language: Locale | None = None,
    *,
    keep: Sequence[str] = (),
    types: Mapping[str, object] | None = None,
) -> Job:
    """Return the job of a table in memory; columns that no report has raise `ProblemsError`.

    `name` is what the marks of problems call the table; `language` is that of problems (default:
    the rulebook's). `keep` are columns that travel to the answers, as Arrow `types`.
    """
    kept = check_names(keep, names, name)
    check_header(names, name, linked, named=True, kept=kept)
    spoken = language or linked.rulebook.locale
    layout = layout_of(linked, "parquet", spoken, Carried((), kept))
    rulebook = "" if RULEBOOK in names else linked.rulebook.identity.reference
    passed = frozenset(column for column in kept if not is_read(column, linked))
    form = RowForm("parquet", name, tuple(names), PLAIN, rulebook, passed, types or {})
    return Job(linked, form, layout, columns_from=0 if is_covered(linked) else None)
