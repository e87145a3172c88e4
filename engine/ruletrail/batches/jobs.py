"""A job: what a worker needs to answer rows, and how one row is answered.

It is read and evaluated, its row is written, and its trail where one is asked for.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from ruletrail.batches.row_intake import RowForm, read_report
from ruletrail.batches.rows import Answered, RawRow
from ruletrail.batches.sources import RULEBOOK, check_header
from ruletrail.batches.trail_filter import Filter, picks
from ruletrail.batches.writing import Layout, layout_of, write_answer, write_problems
from ruletrail.compiled import CompiledRulebook
from ruletrail.evaluations import evaluate_record
from ruletrail.fast_dataclasses import dataclass
from ruletrail.files import write_whole
from ruletrail.formats import Locale
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, unwritable
from ruletrail.reports import Report
from ruletrail.trails import Trail

DEFECTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What wrong code of ours raises: the row's answer says so, and the run ends as a defect."""


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that a worker needs; it crosses a process boundary whole."""

    linked: LinkedRulebook
    form: RowForm
    layout: Layout
    only: Filter | None = None
    trails: str = ""
    """The folder for trails; empty for none."""
    columns_from: int | None = None
    """Columns answer pieces of so many rows and more; None where only single rows are answered."""

    def refuse(self, raw: RawRow, code: str) -> Answered:
        """Write the row of a report that nobody could answer."""
        problem = Problem(code, Mark(self.form.name, raw.line, 1), {"row": str(raw.row)})
        return write_problems(self.layout, raw.row, [problem], is_defect=code == "row-defect")

    def answer(self, raw: RawRow, compiled: CompiledRulebook) -> Answered:
        """Answer one row, whatever it holds."""
        try:
            try:
                report = read_report(raw, self.form, self.linked)
            except ProblemsError as error:
                return write_problems(self.layout, raw.row, error.problems)
            return self._evaluate(raw, report, compiled)
        except DEFECTS:
            return self.refuse(raw, "row-defect")

    def _evaluate(self, raw: RawRow, report: Report, compiled: CompiledRulebook) -> Answered:
        answer = compiled.evaluate(report)
        if answer is not None:
            status, facts = answer.status, answer.facts
        else:
            record = evaluate_record(self.linked, report)
            facts = {each.entry.code: each.fact for each in record.conclusions}
            status = record.status
        if self.trails and (
            self.only is None or picks(self.only, self.linked, report, facts, status)
        ):
            trail = (
                compiled.write_trail(answer, report)
                if answer is not None
                else Trail(record).to_json().encode()
            )
            write_trail(Path(self.trails), raw.row, trail)
        return write_answer(self.layout, raw.row, report, status, facts)


def table_job(
    linked: LinkedRulebook, names: Sequence[str], name: str, language: Locale | None = None
) -> Job:
    """Return the job of a table in memory; columns that no report has raise `ProblemsError`.

    `name` is what the marks of problems call the table; `language` is that of problems (default:
    the rulebook's).
    """
    check_header(names, name, linked, named=True)
    rulebook = "" if RULEBOOK in names else linked.rulebook.identity.reference
    layout = layout_of(linked, "parquet", language or linked.rulebook.locale)
    return Job(linked, RowForm("parquet", name, tuple(names), "", rulebook), layout)


_TRAIL_NAME = re.compile(r"row-[0-9]{9,}\.json")


def is_trail_name(name: str) -> bool:
    """Tell whether the trail of a row may be called so."""
    return _TRAIL_NAME.fullmatch(name) is not None


def write_trail(folder: Path, row: int, trail: bytes) -> None:
    """Store a trail, whole or not at all; what cannot be written raises `ProblemsError`."""
    path = folder / f"row-{row:09d}.json"
    try:
        write_whole(path, trail + b"\n", is_durable=True)
    except OSError as error:
        raise unwritable(str(path), error) from error
