"""What a worker does with rows: read each, evaluate it, write its row, and its trail where one is asked for."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ruletrail.batches.row_intake import RowForm, read_report
from ruletrail.batches.rows import Answered, Part, RawRow, Stretch, list_rows
from ruletrail.batches.sources import RULEBOOK, check_header
from ruletrail.batches.trail_filter import Filter, picks
from ruletrail.batches.writing import Layout, layout_of, write_answer, write_problems
from ruletrail.compiled import CompiledRulebook
from ruletrail.evaluations import evaluate_record
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Locale
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, quote
from ruletrail.reports import Report
from ruletrail.trails import Status, Trail
from ruletrail.values import Fact

Work = Callable[[Part], list[Answered]]
"""Answer rows, all and in order; raises `ProblemsError` only for what concerns the whole run."""

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
"""What code of ours raises where it is wrong: such a row says so, and the run ends as a defect."""


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that a worker needs; it crosses a process boundary whole."""

    plan: LinkedRulebook
    form: RowForm
    layout: Layout
    only: Filter | None = None
    trails: str = ""
    """The folder for trails; empty for none."""

    @property
    def is_by_columns(self) -> bool:
        """Whether whole batches are answered at once: Parquet in, a table out, and no reasons asked for."""
        return self.form.form == "parquet" and self.layout.form != "jsonl" and not self.trails

    def open(self) -> Work:
        """Compile the plan; returns what answers rows."""
        compiled = CompiledRulebook(self.plan)
        if not self.is_by_columns:
            return lambda part: [
                self.answer(raw, compiled)
                for raw in (list_rows(part) if isinstance(part, Stretch) else part)
            ]
        from ruletrail.batches.arrow_job import TableWork  # noqa: PLC0415 - an extra

        table = TableWork(self, compiled)

        def answer(part: Part) -> list[Answered]:
            if not isinstance(part, Stretch):
                raise TypeError("the rows of a table are stretches")
            return [table.write(part)]

        return answer

    def refuse(self, raw: RawRow, code: str) -> Answered:
        """Write the row of a report that nobody could answer."""
        problem = Problem(code, Mark(self.form.name, raw.line, 1), {"row": str(raw.row)})
        return write_problems(self.layout, raw.row, [problem], is_defect=code == "row-defect")

    def answer(self, raw: RawRow, compiled: CompiledRulebook) -> Answered:
        """Answer one row, whatever it holds."""
        try:
            report = read_report(raw, self.form, self.plan)
        except ProblemsError as error:
            return write_problems(self.layout, raw.row, error.problems)
        except DEFECTS:
            return self.refuse(raw, "row-defect")
        try:
            return self._evaluate(raw, report, compiled)
        except DEFECTS:
            return self.refuse(raw, "row-defect")

    def _evaluate(self, raw: RawRow, report: Report, compiled: CompiledRulebook) -> Answered:
        answer = compiled.evaluate(report)
        status: Status
        facts: Mapping[str, Fact]
        write: Callable[[], bytes]
        if answer is None:
            record = evaluate_record(self.plan, report)
            status, facts = (
                record.status,
                {each.entry.code: each.fact for each in record.conclusions},
            )
            write = lambda: Trail(record).to_json().encode()  # noqa: E731 - two ways to the same bytes
        else:
            status, facts = answer.status, answer.facts
            write = lambda: compiled.write_trail(answer, report)  # noqa: E731
        if self.trails and (
            self.only is None or picks(self.only, self.plan, report, facts, status)
        ):
            write_trail(Path(self.trails), raw.row, write())
        return write_answer(self.layout, raw.row, report, status, facts)


def table_job(
    plan: LinkedRulebook, names: Sequence[str], name: str, language: Locale | None = None
) -> Job:
    """Make the job of a table in memory with these columns; columns that a report cannot have raise `ProblemsError`.

    `name` is what the marks of problems call the table; `language` is that of problems (default: the rulebook's).
    """
    check_header(names, name, plan, named=True)
    rulebook = "" if RULEBOOK in names else plan.rulebook.identity.reference
    layout = layout_of(plan, "parquet", language or plan.rulebook.locale)
    return Job(plan, RowForm("parquet", name, tuple(names), "", rulebook), layout)


def trail_name(row: int) -> str:
    """Name the file of a row's trail."""
    return f"row-{row:09d}.json"


def write_trail(folder: Path, row: int, trail: bytes) -> None:
    """Store a trail, whole or not at all; a folder that cannot be written raises `ProblemsError`."""
    path = folder / trail_name(row)
    temporary = folder / f".{path.name}.{os.getpid()}"
    try:
        with temporary.open("wb") as stream:
            stream.write(trail + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ProblemsError(
            [Problem("output-unwritable", Mark(str(path), 1, 1), {"file": quote(str(path))})]
        ) from error
