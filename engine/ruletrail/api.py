"""The public face: load a rulebook, evaluate a report, read the answer and why.

A document that is wrong raises `ProblemsError`, whose `problems` say what and where; a call that is
wrong as a call raises `TypeError`.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from ruletrail.answers import CompiledEvaluation, Evaluation, require_choice, require_text
from ruletrail.documents import MappingNode, Node, Nulls, ScalarNode, read_bytes, take_nulls
from ruletrail.evaluations import evaluate_record
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.files import as_text, is_file, is_there
from ruletrail.intake import check_own, limits_of, read_report, take_report
from ruletrail.library import (
    Libraries,
    Listing,
    Source,
    find_libraries,
    find_rulebook,
    load_quick,
    shipped_library,
    source_of_path,
)
from ruletrail.library import list_rulebooks as list_in_libraries
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, quote, quote_to_write, refusal
from ruletrail.references import Reference, parse_reference
from ruletrail.reports import Report
from ruletrail.suggestions import day_like

if TYPE_CHECKING:
    from datetime import date

    from ruletrail.compiled import CompiledRulebook
    from ruletrail.compiled.columns.outputs import Outputs
    from ruletrail.counterfactuals import WhatIf
    from ruletrail.descriptions import Described, Descriptions
    from ruletrail.needs import Needs
    from ruletrail.plain_intake import PlainIntake, Taken
    from ruletrail.proofs import Proof

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NULLS = get_args(Nulls)


@dataclass(slots=True)
class _Functions:
    """Where a plan keeps its compiled functions, once they are made."""

    made: "CompiledRulebook | None" = None
    intake: "PlainIntake | None" = None

    def take_in(
        self,
        functions: "CompiledRulebook",
        report: dict[str, object] | bytes,
        nulls: Nulls = "refused",
    ) -> "Taken | None":
        """Take a plain report in for functions that are made; None for every other."""
        if self.intake is None:
            from ruletrail.plain_intake import PlainIntake  # noqa: PLC0415 - the command line does without

            self.intake = PlainIntake(functions)
        if isinstance(report, bytes):
            return self.intake.take_bytes(report, nulls)
        return self.intake.take_mapping(report, nulls)


@dataclass(frozen=True, repr=False)
class Plan:
    """A linked rulebook, ready to evaluate reports; immutable, safe to share between threads.

    `load` makes one. It is pickled, and so goes to other processes.

    >>> import ruletrail
    >>> plan = ruletrail.load("examples/garden/garden.yaml")
    >>> plan.reference, plan.title, plan.parameters["square_metre"].value
    ('garden/2026@1.0.0', 'Plots in the community garden, applications for 2026', Decimal('1.85'))

    Reports are answered by functions that are compiled when the plan is loaded, or, where it has
    more than 1,000 steps, when `compile` is called; until then by the reference evaluator, which
    gives the same answers (docs/parity.md).
    """

    linked: LinkedRulebook
    """The rulebook with its names, types and order; internal, may change."""
    _functions: _Functions = field(default_factory=_Functions, compare=False)

    def __repr__(self) -> str:
        """Show which rulebook it is."""
        return f"<Plan {self.reference}>"

    def __reduce__(self) -> "tuple[object, ...]":
        """Pickle and copy the rulebook alone; functions are compiled again if there were any."""
        return _rebuild, (self.linked, self._functions.made is not None)

    @staticmethod
    def of_functions(functions: "CompiledRulebook") -> "Plan":
        """Return the plan whose functions were compiled before; internal, may change."""
        return Plan(functions.linked, _Functions(functions))

    @property
    def reference(self) -> str:
        """The full reference of the rulebook, for example `sociale/2024@1.0.0`."""
        return str(self.linked.rulebook.identity)

    @property
    def title(self) -> str:
        """What the rulebook calls itself."""
        return self.linked.rulebook.title

    @cached_property
    def _described(self) -> "Described":
        from ruletrail.descriptions import describe  # noqa: PLC0415 - evaluating needs none of it

        return describe(self.linked)

    @property
    def fields(self) -> "Descriptions":
        """The fields of the report by code, in the order of the form, each a `Description`."""
        return self._described.fields

    @property
    def rules(self) -> "Descriptions":
        """The rules by code, in the order written: type, unit, formula, source, evidence."""
        return self._described.rules

    @property
    def decisions(self) -> "Descriptions":
        """The decisions by code; `choices` are their outcomes, `cases` what leads to each."""
        return self._described.decisions

    @property
    def sections(self) -> "Descriptions":
        """The sections of the form by code, with the fields that belong to each."""
        return self._described.sections

    @property
    def checks(self) -> "Descriptions":
        """The checks by code, each with what it expects and how bad it is when that fails."""
        return self._described.checks

    @property
    def parameters(self) -> "Descriptions":
        """The constants of the rulebook by code, each with its exact value."""
        return self._described.parameters

    @property
    def scales(self) -> "Descriptions":
        """The scales by code: how each answers (`scale`), and its `bands` or `versions`."""
        return self._described.scales

    @property
    def tables(self) -> "Descriptions":
        """The keyed tables by code: their `keys`, and `rows` or `versions`."""
        return self._described.tables

    @property
    def report_schema(self) -> dict[str, Any]:
        """The JSON Schema of reports as plain data, a new copy each time.

        Its numbers are exact: `int` where they are whole, else `Decimal`.
        """
        from ruletrail.descriptions import report_schema  # noqa: PLC0415 - the same

        return report_schema(self.linked)

    def blank(self) -> dict[str, Any]:
        """Return an empty report, all keys in the order of the form and each value None.

        Fill it in and evaluate it with `nulls="absent"`, so that what stays None is missing.

        >>> import ruletrail
        >>> plan = ruletrail.load("examples/garden/garden.yaml")
        >>> report = plan.blank()
        >>> report["subject"] = {"household": "Rossi"}
        >>> report["fields"]["adults"] = 2
        >>> plan.evaluate(report, nulls="absent").status
        'incomplete'
        """
        from ruletrail.descriptions import blank_report  # noqa: PLC0415 - the same

        return blank_report(self.linked)

    @property
    def is_compiled(self) -> bool:
        """Whether functions answer reports, and not the reference; internal, may change."""
        functions = self._functions.made
        return functions is not None and functions.is_whole and functions.is_covered

    @property
    def functions(self) -> "CompiledRulebook":
        """The compiled functions, made when they are first asked for; internal, may change."""
        if self._functions.made is None:
            from ruletrail.compiled import CompiledRulebook  # noqa: PLC0415 - one report needs none

            self._functions.made = CompiledRulebook(self.linked)
        return self._functions.made

    def compile(self) -> "Plan":
        """Prepare for many reports and return the plan: make the functions that are not made yet.

        Evaluating and writing trails never make code where this was called or loading made it.
        """
        self.functions.compile_trails()
        return self

    def evaluate(
        self,
        report: Mapping[str, object] | str | Path | bytes | Report,
        *,
        nulls: Nulls = "refused",
    ) -> Evaluation:
        """Evaluate one report: a mapping, a path, a document's bytes (JSON or YAML), or a `Report`.

        A mapping may hold scalars of numpy, `datetime.date` and the missing values of pandas. Null
        (None) is a problem; with `nulls="absent"` its key is taken not to be there. Raises
        `ProblemsError` with all that is wrong, each with its `field`, when the report breaks the
        schema or is for another rulebook; `TypeError` for what no report holds.

        >>> import ruletrail
        >>> plan = ruletrail.load("examples/garden/garden.yaml")
        >>> report = {"subject": {}, "fields": {"adults": "two", "waiting": -1}}
        >>> try:
        ...     plan.evaluate(report)
        ... except ruletrail.ProblemsError as error:
        ...     [(problem.field, problem.code) for problem in error.problems if problem.field]
        [('adults', 'wrong-type'), ('waiting', 'out-of-range')]
        """
        require_choice("nulls", nulls, _NULLS)
        linked, functions = self.linked, self._functions.made
        # functions that are not all made yet would be made on the way, and evaluating makes no code
        if functions is None or not self.is_compiled:
            return Evaluation(linked, evaluate_record(linked, self._take(report, nulls)))
        if isinstance(report, dict | bytes):
            plain = self.evaluate_plain(report, nulls=nulls)
            if plain is not None:
                return plain
        checked = self._take(report, nulls)
        answer = functions.evaluate(checked)
        if answer is not None:
            return CompiledEvaluation(functions, answer, checked)
        return Evaluation(linked, evaluate_record(linked, checked))

    def evaluate_plain(
        self, report: dict[str, object] | bytes, *, nulls: Nulls = "refused"
    ) -> Evaluation | None:
        """Evaluate a report that is plainly valid; None for every other; internal, may change.

        For callers that have somewhere else to send what takes longer.
        """
        functions = self._functions.made
        if functions is None or not self.is_compiled:
            return None
        taken = self._functions.take_in(functions, report, nulls)
        if taken is None:
            return None
        return CompiledEvaluation(functions, functions.run(taken[1]), taken[0])

    def whatif(
        self,
        report: Mapping[str, object] | str | Path | bytes | Report,
        target: str,
        *,
        values: Mapping[str, object] | None = None,
        want: str = "",
        vary: Iterable[str] = (),
        pairs: bool = False,
        precision: bool = False,
        nulls: Nulls = "refused",
    ) -> "WhatIf":
        """Find what would change a decision, a section or a check of a report.

        The answer's `flips` are, for each field that the target reads, the nearest admissible value
        below and above the report's that changes the outcome, with the margin and the comparison
        that decides; `steady` the fields that cannot change it alone, which is proved; `unsettled`
        those of which it is not known, with the reason.

        `values` are put in the place of the report's (None takes one away) and the two answers
        compared. `want` is an outcome to bring about, by moving the fields that `vary` names (one
        code or several), else all. `pairs` looks for two steady fields that change it together.
        `precision` tells whether the outcome survives what printing rounded. `ProblemsError` for
        what is no target, outcome or field of it, and for a report or values that the schema
        refuses.

        >>> import ruletrail
        >>> plan = ruletrail.load("examples/garden/garden.yaml")
        >>> answer = plan.whatif("examples/garden/application.yaml", "outcome")
        >>> [(flip.input, str(flip.to), flip.outcome) for flip in answer.flips]
        [('waiting', '0', 'waiting_list'), ('own_garden', 'True', 'refused')]
        >>> answer.steady
        ('adults', 'children', 'distance')
        """
        from ruletrail.counterfactuals import ask_what_if  # noqa: PLC0415 - evaluating needs none

        require_text("target", target)
        require_text("want", want)
        if values is not None and not isinstance(values, Mapping):
            raise TypeError(f"`values` is a mapping, not {type(values).__name__}")
        codes = (vary,) if isinstance(vary, str) else tuple(vary)
        if codes and not want:
            raise TypeError("`vary` goes with `want`, the outcome to bring about")
        record = evaluate_record(self.linked, self._take(report, nulls), silent=True)
        return ask_what_if(
            record,
            target,
            values=values,
            want=want,
            vary=codes,
            pairs=pairs,
            precision=precision,
        )

    def needed(
        self,
        report: Mapping[str, object] | str | Path | bytes | Report,
        target: str | None = None,
        *,
        nulls: Nulls = "refused",
    ) -> "Needs":
        """Say what is still to be asked about a report before an answer is settled.

        `target` is the code of a rule, decision, section or check; without one it is the whole
        report. The answer has `settled`, `alternatives`, `next`, `relevant`, `irrelevant` and more
        (docs/needed.md). Raises `ProblemsError` as `evaluate` does, and for an unknown target.

        >>> import ruletrail
        >>> plan = ruletrail.load("examples/garden/garden.yaml")
        >>> report = {"subject": {"household": "Rossi"}, "fields": {"adults": 2}}
        >>> needs = plan.needed(report, "fee")
        >>> needs.settled, needs.next, needs.alternatives
        (False, 'plot', (('plot',),))
        """
        from ruletrail.needs import find_needs  # noqa: PLC0415 - evaluating needs none of it

        if target is not None:
            require_text("target", target)
        record = evaluate_record(self.linked, self._take(report, nulls), silent=True)
        return find_needs(record, target)

    def prove(
        self,
        properties: Iterable[str] = (),
        *,
        work: int = 40,
        work_in_all: int = 120,
        seconds: float = 60.0,
        seconds_in_all: float = 120.0,
    ) -> "Proof":
        """Prove what holds for all reports, or show one that says otherwise (extra `[prove]`).

        The answer's `answers` are questions about decisions, rules, sections and checks: gaps,
        overlaps, dead cases, errors, roundings that flip an outcome (docs/proofs.md). Each is
        `proved`, `refuted` with a report as its `witness`, or `unsettled` with a `reason`.
        `properties` are conditions of your own (one text or several), proved beside those that the
        rulebook has; `ProblemsError` for what is no condition over its codes. A question may take
        so much `work`, in millions of the solver's steps, all together `work_in_all`; and so many
        seconds, whatever they do.

        >>> import ruletrail
        >>> plan = ruletrail.load("examples/garden/garden.yaml")
        >>> proof = plan.prove("fee >= 0")
        >>> answer = proof.answers[-1]
        >>> answer.about, answer.question, answer.answer
        ('fee >= 0', 'property', 'proved')
        """
        from ruletrail.linking import link_condition  # noqa: PLC0415 - evaluating needs none of it
        from ruletrail.proofs import Limits, prove  # noqa: PLC0415 - the same

        texts = (properties,) if isinstance(properties, str) else tuple(properties)
        for text in texts:
            require_text("properties", text)
        asked = [(text, link_condition(self.linked, text, "property")) for text in texts]
        limits = Limits(work, work_in_all, seconds, seconds_in_all)
        return prove(self, asked, limits=limits)

    def evaluate_many(
        self, table: object, *, workers: int = 1, nulls: Nulls = "absent"
    ) -> "Outputs":
        """Evaluate many reports: columns in, columns out, exact in every row (extra `[batch]`).

        `table` is a mapping from field codes to sequences, or an Arrow, pandas or Polars table, one
        report a row. A column has a cell for every report, so None is a key that is not there;
        with `nulls="refused"` it is a problem, as in `evaluate`. `workers` are threads. Columns and
        values that no field can hold raise `ProblemsError`, the first of each column with its row
        (`problem.mark.line`, from 1); a bound, a list of choices and what else the schema asks of
        valid rows is taken to hold: check them first, or use `ruletrail batch`. The answer goes on
        to other libraries by `to_arrow`, `to_pandas` and `to_polars`.

        >>> import ruletrail
        >>> plan = ruletrail.load("examples/garden/garden.yaml")
        >>> answers = plan.evaluate_many({"adults": [2, 1], "plot": ["small", None]})
        >>> answers.values["fee"][0], answers.values["fee"].state(1)
        (Decimal('46.25'), 'missing')
        """
        require_choice("nulls", nulls, _NULLS)
        if not isinstance(workers, int):
            raise TypeError(f"`workers` is a whole number, not {type(workers).__name__}")
        try:
            from ruletrail.compiled.columns import evaluate_many  # noqa: PLC0415 - needs numpy
        except ModuleNotFoundError as error:
            command = '`pip install "ruletrail[batch]"`'
            raise refusal(
                "missing-extra", "evaluate_many", text="`evaluate_many`", command=command
            ) from error
        from ruletrail.compiled.columns.columns import TableError  # noqa: PLC0415 - the same

        try:
            return evaluate_many(self.functions, table, workers=workers, nulls=nulls)
        except TableError as error:
            from ruletrail.compiled.columns.refusals import explain_table  # noqa: PLC0415 - rare

            lists = self.linked.schema.lists
            raise explain_table(self.functions.typed.fields, table, nulls, lists) from error

    def _take(
        self, report: Mapping[str, object] | str | Path | bytes | Report, nulls: Nulls
    ) -> Report:
        require_choice("nulls", nulls, _NULLS)
        if isinstance(report, Report):
            return check_own(report, self.linked)
        return self.read(report, nulls=nulls)

    def read(
        self, report: Mapping[str, object] | str | Path | bytes, *, nulls: Nulls = "refused"
    ) -> Report:
        """Check a report against the rulebook's schema and return it, exact and immutable."""
        require_choice("nulls", nulls, _NULLS)
        if isinstance(report, Mapping):
            from ruletrail.documents import from_python  # noqa: PLC0415 - files do not need it

            # a caller who has the plan need not say which rulebook it is
            named = (
                report
                if "rulebook" in report
                else {"rulebook": self.linked.rulebook.identity.reference, **report}
            )
            tree, problems = from_python(named, "report", limits_of(self.linked))
            return self.check(*take_nulls(tree, problems, nulls))
        if isinstance(report, bytes):
            return read_report(report, "report", self.linked, nulls)
        if isinstance(report, str | Path):
            path = Path(report)
            data = read_bytes(path, path.name, limits_of(self.linked).size)
            return read_report(data, path.name, self.linked, nulls)
        raise TypeError(
            f"a report is a mapping, a path, bytes or a Report, not {type(report).__name__}"
        )

    def check(self, node: Node | None, problems: list[Problem]) -> Report:
        """Turn a report's tree into a `Report`; for callers that read documents themselves."""
        return take_report(node, problems, self.linked)


def _rebuild(linked: LinkedRulebook, is_compiled: bool) -> Plan:  # noqa: FBT001 - called by pickle
    plan = Plan(linked)
    if is_compiled and plan.functions.is_covered:
        plan.functions.general()
    return plan


Folders = str | Path | Iterable[str | Path]
"""A folder that is a library, or several."""


def load(rulebook: str | Path, *, as_of: "date | str | None" = None, library: Folders = ()) -> Plan:
    """Load a rulebook by reference (`sociale/2024`, `sociale/2024@1.0.0`) or by path.

    `as_of` chooses among the versions of an edition the one in force on a date; without it the
    latest answers. `library` is a folder of rulebooks, or several, to look in before the others.
    Raises `ProblemsError` when there is none, or when it has errors.

    >>> import ruletrail
    >>> ruletrail.load("sociale/2024")
    <Plan sociale/2024@1.0.1>
    """
    # what reading a report needs is imported now, so that evaluating the first one reads no file
    import ruletrail.compiled.answer_reading  # noqa: PLC0415 - the command line does without
    import ruletrail.documents.python_data  # noqa: PLC0415 - the same
    import ruletrail.plain_intake  # noqa: PLC0415, F401 - the same

    source = find_source(rulebook, _write_day(as_of), libraries=search_libraries(library))
    linked, functions = load_quick(source)
    return Plan(linked) if functions is None else Plan.of_functions(functions)


def list_rulebooks(*, library: Folders = ()) -> tuple[Listing, ...]:
    """List the rulebooks that a reference finds, each version with the file that holds it.

    `library` is as for `load`. `ProblemsError` for a folder that holds no rulebooks.

    >>> import ruletrail
    >>> "sociale/2024@1.0.1" in [str(each.reference) for each in ruletrail.list_rulebooks()]
    True
    """
    return tuple(list_in_libraries(*search_libraries(library)))


def search_libraries(library: Folders = ()) -> Libraries:
    """Find the libraries that references are looked up in, those that the caller names first."""
    named = (library,) if isinstance(library, str | Path) else library
    return find_libraries(map(Path, named), shipped_library())


def _write_day(as_of: "date | str | None") -> str:
    if as_of is None or isinstance(as_of, str):
        return check_day(as_of or "")
    from datetime import date  # noqa: PLC0415 - seldom needed, and a tenth of a bare start

    if not isinstance(as_of, date):
        raise TypeError(f"a day is a date or a text, not {type(as_of).__name__}")
    return as_of.isoformat()[:10]


def check_day(written: str) -> str:
    """Return a date written as `2025-01-31`, or empty for none; else raise `ProblemsError`."""
    if not written:
        return written
    from datetime import date  # noqa: PLC0415 - the same

    try:
        is_day = _DAY.fullmatch(written) is not None and bool(date.fromisoformat(written))
    except ValueError:
        is_day = False
    if not is_day:
        from ruletrail.schemas.meant_values import doubt_day  # noqa: PLC0415 - rare

        meant = day_like(written)
        advice, details = (
            ("write-instead", {"instead": quote_to_write(meant)}) if meant else ("", {})
        )
        advice, details = doubt_day(written) or (advice, details)
        raise refusal("date-form", "--as-of", advice=advice, text=quote(written), **details)
    return written


def find_source(
    rulebook: str | Path,
    as_of: str = "",
    mark: Mark | None = None,
    libraries: Libraries | None = None,
    *,
    drafts: bool = False,
) -> Source:
    """Find the rulebook that the user names, by reference or by path.

    A text that is a reference and no YAML file's name is a reference. `drafts` lets an edition
    answer of which nothing is published. What a document names goes to `find_reference`.
    """
    place = mark if mark is not None else Mark(str(rulebook))
    known = search_libraries() if libraries is None else libraries
    if isinstance(rulebook, str) and not rulebook.endswith((".yaml", ".yml", ".json")):
        reference = parse_reference(rulebook)
        # a file such as `form/2024.pdf` is named by its path, whatever that looks like
        if reference is not None and not is_file(Path(rulebook)):
            return find_rulebook(reference, as_of, known, place, drafts=drafts)
        # an empty path is the working folder
        if not rulebook or not is_there(Path(rulebook)):
            raise ProblemsError([_tell_no_rulebook(rulebook, known, place)])
    path = Path(rulebook)
    if path.suffix in (".yaml", ".yml") and not is_there(path):
        _refuse_known(path, known)
    return source_of_path(path, libraries=known)


def _refuse_known(path: Path, libraries: Libraries) -> None:
    """Refuse the path of no file which ends as that of a rulebook in a library: that is named."""
    reference = parse_reference(f"{path.parent.name}/{path.stem}")
    if reference is None:
        return
    try:
        find_rulebook(reference, "", libraries, Mark(str(path)), drafts=True)
    except ProblemsError:
        return
    shown = as_text(path.as_posix())
    details = {"file": quote(shown), "known": quote(str(reference))}
    raise refusal("file-unreadable", shown, advice="reference-there", **details)


def _tell_no_rulebook(written: str, libraries: Libraries, mark: Mark) -> Problem:
    from ruletrail.library.listings import list_references  # noqa: PLC0415 - rare
    from ruletrail.library.near_names import tell_no_reference  # noqa: PLC0415 - rare

    problem = tell_no_reference(written, list_references(libraries), mark)
    is_unlike = not problem.suggestion and not problem.advice
    if is_unlike and written.endswith("/"):
        return Problem("folder-not-found", mark, {"text": quote(written)})
    return problem


def name_meant(
    problems: Iterable[Problem], node: Node, libraries: Libraries | None = None
) -> list[Problem]:
    """Say of a report's `rulebook` that is no reference which of those that are there is meant.

    And of one that has none which it may name.
    """
    written = node.get("rulebook") if isinstance(node, MappingNode) else None
    known = search_libraries() if libraries is None else libraries
    if written is None:
        return [_name_one(each, node, known) for each in problems]
    if not isinstance(written, ScalarNode):
        return list(problems)
    return [
        _tell_no_rulebook(written.text, known, each.mark) if each.code == "reference-form" else each
        for each in problems
    ]


def _name_one(problem: Problem, report: Node, libraries: Libraries) -> Problem:
    """Say of a report without rulebook which one that is there it is most likely of."""
    if problem.code != "report-without-rulebook" or problem.advice:
        return problem
    from ruletrail.library.named_by_fields import name_by_fields  # noqa: PLC0415 - rare

    name = name_by_fields(report, libraries)
    details = {**problem.details, "instead": quote_to_write(f"rulebook: {name}")}
    return replace(problem, details=details, advice="add-rulebook") if name else problem


def find_reference(
    reference: Reference, as_of: str, mark: Mark, libraries: Libraries | None = None
) -> Source:
    """Find the rulebook that a document names: in the libraries, and never by a path."""
    known = search_libraries() if libraries is None else libraries
    return find_rulebook(reference, as_of, known, mark)


__all__ = [
    "Plan", "Reference", "find_reference", "find_source", "list_rulebooks", "load",
    "search_libraries",
]  # fmt: skip
