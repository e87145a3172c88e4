"""The public face: load a rulebook, evaluate a report, read the answer and why.

Everything a caller hands in that is wrong as a document raises `ProblemsError`, whose `problems` say what and
where; a call that is wrong as a call raises `TypeError`.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ruletrail.documents import REPORT_LIMITS, Node, read_bytes, read_document
from ruletrail.evaluations import evaluate_record
from ruletrail.fast_dataclasses import dataclass
from ruletrail.library import Source, find_rulebook, load_quick, shipped_library, source_of_path
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, has_errors, quote, sort_problems
from ruletrail.references import Reference, parse_reference
from ruletrail.reports import Report, build_report, read_reference
from ruletrail.rulebooks import Check, Decision, Rule, Section
from ruletrail.schemas import check_schema
from ruletrail.trails import Record, Status, Trail, outcome_word
from ruletrail.trails.document import missing_codes
from ruletrail.values import Fact, is_non_value, to_decimal

if TYPE_CHECKING:
    from datetime import date

    from ruletrail.compiled import Answer
    from ruletrail.compiled import CompiledRulebook as Lanes
    from ruletrail.compiled.columns.outputs import Outputs

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

ExactValue = Decimal | Fraction | str | bool
"""A value as callers get it: a Decimal where a finite one is exact, else a Fraction; a text; a boolean."""


class Evaluation:
    """The answer to one report: values, outcomes, status, and the trail that explains them."""

    def __init__(
        self,
        plan: LinkedRulebook,
        status: Status,
        facts: Callable[[], Mapping[str, Fact]],
        record: Callable[[], Record],
        write_trail: Callable[[], bytes] | None = None,
    ) -> None:
        """Hold what an evaluation came to; made by `Plan.evaluate`. Facts, record and trail are asked for when they are needed."""
        self._plan, self._status, self._make_facts, self._make_record, self._write_trail = (
            plan,
            status,
            facts,
            record,
            write_trail,
        )

    def __repr__(self) -> str:
        """Show which rulebook answered, and the status."""
        return f"<Evaluation {self._plan.rulebook.identity}: {self.status}>"

    @cached_property
    def _facts(self) -> Mapping[str, Fact]:
        return self._make_facts()

    @cached_property
    def record(self) -> Record:
        """How each fact was reached; internal, may change."""
        return self._make_record()

    @property
    def status(self) -> Status:
        """`complete`, `incomplete` or `invalid`."""
        return self._status

    @cached_property
    def values(self) -> Mapping[str, ExactValue]:
        """The rules that have a value, exact; a rule without one is absent, and the trail says why."""
        found: dict[str, ExactValue] = {}
        for step in self._plan.steps:
            fact = self._facts[step.code]
            if isinstance(step, Rule) and not is_non_value(fact):
                found[step.code] = (
                    to_decimal(fact) if isinstance(fact, Fraction) else cast("str | bool", fact)
                )
        return found

    @cached_property
    def decisions(self) -> Mapping[str, str]:
        """The outcome of each decision, or `undetermined`, `not_applicable`, `not_encoded`, `error`."""
        return self._outcomes(Decision)

    @cached_property
    def sections(self) -> Mapping[str, str]:
        """`due`, `not_due`, or why it is neither, of each section."""
        return self._outcomes(Section)

    @cached_property
    def checks(self) -> Mapping[str, str]:
        """`passed`, `failed`, or why it is neither, of each check."""
        return self._outcomes(Check)

    @property
    def messages(self) -> tuple[str, ...]:
        """The sentences that the evaluation shows, in the order of the rulebook."""
        return tuple(message.text for message in self.record.messages)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The codes that something misses, and the empty required fields of due sections."""
        return tuple(missing_codes(self.record))

    @cached_property
    def trail(self) -> Trail:
        """Why: every value, condition and branch. Written when it is first asked for its document."""
        return Trail(lambda: self.record, self._write_trail)

    def _outcomes(self, kind: type[Decision | Section | Check]) -> dict[str, str]:
        return {
            step.code: outcome_word(self._facts[step.code])
            for step in self._plan.steps
            if isinstance(step, kind)
        }


@dataclass(frozen=True, repr=False)
class Plan:
    """A compiled rulebook, ready to evaluate reports; immutable, safe to share between threads.

    Reports are answered by functions made of the plan when it is loaded, or, where it has more than 1,000 steps, when
    `compile` is called; until then by the reference evaluator, which gives the same answers (docs/parity.md).
    """

    compiled: LinkedRulebook

    def __repr__(self) -> str:
        """Show which rulebook it is."""
        return f"<Plan {self.reference}>"

    def __reduce__(self) -> "tuple[object, ...]":
        """Travel as the plan alone, to another process or by `copy`; functions are made again there, where there were any."""
        return _rebuild, (self.compiled, "lanes" in self.__dict__)

    @property
    def reference(self) -> str:
        """The full reference of the rulebook, for example `sociale/2024@1.0.0`."""
        return str(self.compiled.rulebook.identity)

    def compile(self) -> "Plan":
        """Prepare for many reports and return the plan: make the functions that are not made yet.

        Evaluating and writing trails never make code where this was called or loading made it.
        """
        self.lanes.compile_trails()
        return self

    @staticmethod
    def of_lanes(lanes: "Lanes") -> "Plan":
        """Take a plan with the functions that were compiled from it before; internal, may change."""
        plan = Plan(lanes.plan)
        plan.__dict__["lanes"] = lanes
        return plan

    @cached_property
    def lanes(self) -> "Lanes":
        """The functions compiled from the plan; internal, may change."""
        from ruletrail.compiled import CompiledRulebook as Lanes  # noqa: PLC0415 - one report does not need it

        return Lanes(self.compiled)

    def evaluate(self, report: Mapping[str, object] | str | Path | bytes | Report) -> Evaluation:
        """Evaluate one report: a mapping shaped like a report's document, a path, the document's bytes, or a `Report`.

        Raises `ProblemsError` when the report breaks the schema or is for another rulebook.
        """
        checked = self._own(report) if isinstance(report, Report) else self.read(report)
        made: Lanes | None = self.__dict__.get("lanes")
        # functions that are not all made yet would be made on the way, and evaluating makes no code
        answer = made.evaluate(checked) if made is not None and made.is_whole else None
        if made is not None and answer is not None:
            return explain_answer(made, answer, checked)
        record = evaluate_record(self.compiled, checked)
        return Evaluation(self.compiled, record.status, lambda: record.facts, lambda: record)

    def evaluate_many(self, table: object, *, workers: int = 1) -> "Outputs":
        """Evaluate many reports: columns in, columns out, exact in every row (extra `[batch]`).

        `table` is a mapping from field codes to sequences, or an Arrow, pandas or Polars table; None is missing.
        Its rows are taken as valid by the schema: check them first, or use `ruletrail batch`.
        """
        try:
            from ruletrail.compiled.columns import evaluate_many  # noqa: PLC0415 - needs numpy
        except ModuleNotFoundError as error:
            details = {"text": "`evaluate_many`", "command": '`pip install "ruletrail[batch]"`'}
            raise ProblemsError(
                [Problem("missing-extra", Mark("evaluate_many", 1, 1), details)]
            ) from error
        return evaluate_many(self.lanes, table, workers=workers)

    def _own(self, report: Report) -> Report:
        """Refuse a report that was checked for another rulebook or against another schema."""
        problems = compare_reference(report.reference, report.reference_mark, self.compiled)
        if (
            not problems
            and report.schema is not self.compiled.schema
            and report.schema.content != self.compiled.schema.content
        ):
            problems = [report_of_another(report.reference, report.reference_mark, self.compiled)]
        if problems:
            raise ProblemsError(problems)
        return report

    def read(self, report: Mapping[str, object] | str | Path | bytes) -> Report:
        """Check a report against the rulebook's schema and return it, exact and immutable."""
        if isinstance(report, Mapping):
            from ruletrail.documents import from_python  # noqa: PLC0415 - a report from a file does not need it

            return self.check(*from_python(report, "report", REPORT_LIMITS))
        if isinstance(report, bytes):
            return self._read_bytes(report, "report")
        if isinstance(report, str | Path):
            path = Path(report)
            return self._read_bytes(read_bytes(path, path.name, REPORT_LIMITS.size), path.name)
        raise TypeError(
            f"a report is a mapping, a path, bytes or a Report, not {type(report).__name__}"
        )

    def _read_bytes(self, data: bytes, name: str) -> Report:
        """Read a document: JSON that is plainly a valid report the fast way, all else with marks for whatever is wrong."""
        if data.lstrip(b" \t\r\n").startswith(b"{"):
            from ruletrail.reports.plain_json import read_plain  # noqa: PLC0415 - a YAML report does not need it

            report = read_plain(data, name, self.compiled.schema)
            if report is not None and not compare_reference(
                report.reference, report.reference_mark, self.compiled
            ):
                return report
        return self.check(*read_document(data, name, REPORT_LIMITS))

    def check(self, node: Node | None, problems: list[Problem]) -> Report:
        """Turn a report's tree into a `Report`; used by callers that read documents themselves."""
        if node is None or has_errors(problems):
            raise ProblemsError(sort_problems(problems))
        check_reference(node, self.compiled)
        data, found = check_schema(node, self.compiled.schema)
        report = None
        if not found:
            report, found = build_report(node, data, self.compiled.schema)
        if report is None:
            raise ProblemsError(sort_problems(found))
        return report


def _rebuild(compiled: LinkedRulebook, has_lanes: bool) -> Plan:  # noqa: FBT001 - called by pickle alone
    plan = Plan(compiled)
    if has_lanes:
        plan.lanes.general()
    return plan


def explain_answer(lanes: "Lanes", answer: "Answer", report: Report) -> Evaluation:
    """Give what the compiled functions answered; its trail is written from their slots."""
    return Evaluation(
        lanes.plan,
        answer.status,
        lambda: answer.facts,
        lambda: answer.record(report),
        lambda: lanes.write_trail(answer, report),
    )


def check_reference(node: Node, plan: LinkedRulebook) -> None:
    """Refuse a report that names another rulebook, edition or pinned version."""
    reference, mark, problems = read_reference(node)
    if reference is not None and not problems:
        problems = compare_reference(reference, mark, plan)
    if problems:
        raise ProblemsError(problems)


def compare_reference(reference: Reference, mark: Mark, plan: LinkedRulebook) -> list[Problem]:
    """Find whether a reference names the plan's rulebook: name, edition, and version where it is pinned."""
    identity = plan.rulebook.identity
    same = (reference.name, reference.edition) == (identity.name, identity.edition)
    return (
        []
        if same and reference.version in ("", identity.version)
        else [report_of_another(reference, mark, plan)]
    )


def report_of_another(reference: Reference, mark: Mark, plan: LinkedRulebook) -> Problem:
    """Say that a report is not for this rulebook."""
    return Problem(
        "report-of-another",
        mark,
        {"text": quote(str(reference)), "rulebook": quote(str(plan.rulebook.identity))},
    )


def load(rulebook: str | Path, *, as_of: "date | str | None" = None) -> Plan:
    """Load a rulebook by reference (`sociale/2024`, `sociale/2024@1.0.0`) or by path.

    `as_of` chooses among the versions of an edition the one in force on a date; without it the latest answers.
    Raises `ProblemsError` when there is none, or when it has errors.
    """
    # what reading a report needs is imported now, so that evaluating the first one reads no file
    import ruletrail.documents.python_data  # noqa: PLC0415 - the command line does without
    import ruletrail.reports.plain_json  # noqa: PLC0415, F401 - the same

    plan, lanes = load_quick(find_source(rulebook, _write_day(as_of)))
    return Plan(plan) if lanes is None else Plan.of_lanes(lanes)


def _write_day(as_of: "date | str | None") -> str:
    if as_of is None or isinstance(as_of, str):
        return check_day(as_of or "")
    from datetime import date  # noqa: PLC0415 - most calls name no day, and it costs a tenth of a bare start

    if not isinstance(as_of, date):
        raise TypeError(f"a day is a date or a text, not {type(as_of).__name__}")
    return as_of.isoformat()[:10]


def check_day(written: str) -> str:
    """Return a date that was written as `2025-01-31`, or empty for none; anything else raises `ProblemsError`."""
    if not written:
        return written
    from datetime import date  # noqa: PLC0415 - the same

    try:
        is_day = _DAY.fullmatch(written) is not None and bool(date.fromisoformat(written))
    except ValueError:
        is_day = False
    if not is_day:
        raise ProblemsError([Problem("date-form", Mark("as-of", 1, 1), {"text": quote(written)})])
    return written


def find_source(rulebook: str | Path, as_of: str = "", mark: Mark | None = None) -> Source:
    """Find the file of a rulebook; a text that is a reference and no YAML file's name is one."""
    place = mark if mark is not None else Mark(str(rulebook), 1, 1)
    if isinstance(rulebook, str) and not rulebook.endswith((".yaml", ".yml", ".json")):
        reference = parse_reference(rulebook)
        if reference is not None:
            return find_rulebook(reference, as_of, shipped_library(), place)
        if not Path(rulebook).exists():
            raise ProblemsError([Problem("reference-form", place, {"text": quote(rulebook)})])
    return source_of_path(Path(rulebook))


__all__ = ["Evaluation", "Plan", "Reference", "find_source", "load"]
