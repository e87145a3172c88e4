"""One question about one report: what its target reads, and how to ask the evaluator about it."""

from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, cast

from ruletrail.counterfactuals.following import Cone
from ruletrail.documents import REPORT_LIMITS, from_python
from ruletrail.evaluations.evaluating import conclude
from ruletrail.evaluations.reading import OF_ROWS_SINCE, make_reading
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import Derivation, Expression, Name, walk_expression
from ruletrail.formulas.operations import COMPARE
from ruletrail.intake import check_read
from ruletrail.linking import LinkedRulebook, days_of, values_by_day
from ruletrail.reports import Declared, Report
from ruletrail.rulebooks import Check, Decision, Entry, Section
from ruletrail.trails import (
    AllRowsConclusion,
    CheckConclusion,
    Conclusion,
    DecisionConclusion,
    Judgement,
    MessageConclusion,
    Record,
    RowsConclusion,
    RuleConclusion,
    SectionConclusion,
    outcome_word,
)
from ruletrail.values import Fact, Value, to_decimal, write_number


class DisagreementError(Exception):
    """Following an input and evaluating its report gave two answers: a defect of ours."""


@dataclass(frozen=True, slots=True)
class Question:
    """A target of a report, with what stands between it and the fields that it reads.

    `behind` are the steps that the target reads at any distance, itself last, in their order;
    `readers` says which of these read a code; `inputs` are the fields, in the order of the form.
    """

    linked: LinkedRulebook
    report: Report
    facts: Mapping[str, Fact]
    target: str
    inputs: tuple[str, ...]
    behind: tuple[str, ...]
    readers: Mapping[str, Sequence[str]]
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """What the target comes to in the report."""
        return outcome_word(self.facts[self.target])

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What the target may come to, where nothing is missing or wrong."""
        match self.linked.rulebook.entries[self.target]:
            case Decision(cases=tuple() as cases):
                return tuple(dict.fromkeys(case.outcome for case in cases))
            case Section():
                return ("due", "not_due")
            case Check():
                return ("passed", "failed")
        return ()

    def cone(self, codes: Iterable[str]) -> Cone:
        """Find the steps that depend on inputs, in their order."""
        reached, waiting = set(), list(codes)
        while waiting:
            for reader in self.readers.get(waiting.pop(), ()):
                if reader not in reached:
                    reached.add(reader)
                    waiting.append(reader)
        entries = self.linked.rulebook.entries
        steps = tuple(entries[code] for code in self.behind if code in reached)
        return self.cone_of(steps)

    def cone_of(self, steps: tuple[Entry, ...]) -> Cone:
        """Return steps with all that they may read."""
        linked = self.linked
        leaves_out = linked.rulebook.language >= OF_ROWS_SINCE
        parameters = linked.rulebook.parameters.items()
        dated = {code: each for code, each in parameters if each.day is not None}
        return Cone(steps, self.facts, self.members, linked.lookups, leaves_out, dated)

    def conclude(self, cone: Cone, values: Mapping[str, Value]) -> dict[str, Conclusion]:
        """Draw the conclusions of a cone with other values, by the reference evaluator."""
        report = self.with_values(values)
        facts: dict[str, Fact] = {**values}
        days = days_of(self.linked)
        for code in days & values.keys():
            facts |= values_by_day(self.linked, code, facts)
        reading = make_reading(
            self.linked, report, ChainMap(facts, cast("dict[str, Fact]", self.facts))
        )
        conclusions = {}
        for entry in cone.steps:
            conclusions[entry.code] = conclude(entry, reading, report)
            facts[entry.code] = conclusions[entry.code].fact
            if entry.code in days:
                facts |= values_by_day(self.linked, entry.code, facts)
        return conclusions

    def with_values(self, values: Mapping[str, Value]) -> Report:
        """Return the report with other values."""
        fields = dict(self.report.fields) | {
            code: Declared(value, write_value(value)) for code, value in values.items()
        }
        return replace(self.report, fields=fields)

    def admits(self, values: Mapping[str, Value]) -> bool:
        """Tell whether the report with other values is one, by its schema and all else."""
        node, problems = from_python(self.to_document(values), "report", REPORT_LIMITS)
        checked, _ = check_read(node, problems, self.linked)
        return checked is not None and all(
            checked.fields[code].value == value for code, value in values.items()
        )

    def to_document(self, values: Mapping[str, Value] | None = None) -> dict[str, Any]:
        """Write the report with other values as a document's data."""
        report = self.with_values(values or {})
        printed = {"printed": {"messages": list(report.printed)}} if report.printed else {}
        return {
            "rulebook": str(report.reference),
            **({"subject": dict(report.subject)} if report.subject else {}),
            "fields": {code: _plain(each.exact) for code, each in report.fields.items()},
            **printed,
        }


def _plain(exact: object) -> object:
    return to_decimal(exact) if isinstance(exact, Fraction) else exact


def write_value(value: Value) -> str:
    """Write a value as a report does."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return write_number(value) if isinstance(value, Fraction) else str(value)


def ask(record: Record, target: str) -> Question:
    """Find what a target of an evaluated report reads, at any distance."""
    linked = record.linked
    entries, reads = linked.rulebook.entries, linked.reads
    behind, codes, waiting = {target}, dict[str, None](), [target]
    readers: dict[str, list[str]] = {}
    while waiting:
        here = waiting.pop()
        for code in reads[here]:
            readers.setdefault(code, []).append(here)
            if code not in entries:
                codes[code] = None
            elif code not in behind:
                behind.add(code)
                waiting.append(code)
    order = {code: at for at, code in enumerate(linked.schema.fields)}
    inputs = sorted(
        (code for code in codes if code not in linked.rulebook.parameters),
        key=lambda code: (order.get(code, len(order)), code),
    )
    steps = tuple(step.code for step in linked.steps if step.code in behind)
    members = {code: group.members for code, group in linked.rulebook.groups.items()}
    return Question(
        linked, record.report, record.facts, target, tuple(inputs), steps, readers,
        members,
    )  # fmt: skip


# -- What a change comes down to -------------------------------------------------------------------


def find_binding(
    question: Question, before: Mapping[str, Conclusion], after: Mapping[str, Conclusion]
) -> tuple[str, str]:
    """Find the comparison that came out otherwise: its step, and the comparison as written.

    It is followed back from the target: where a comparison reads what another step decided, that
    step's own comparison is the one that bound.
    """
    here, found = question.target, (question.target, "")
    seen: set[str] = set()
    while here not in seen:
        seen.add(here)
        text, codes = _first_changed(before[here], after[here])
        found = (here, text) if text or not found[1] else found
        deeper = [
            code
            for code in codes
            if code in before
            and before[code].fact != after[code].fact
            and not isinstance(after[code].fact, Fraction)
        ]
        if not deeper:
            break
        here = deeper[0]
    return found


def first_changed(before: Conclusion, after: Conclusion) -> str:
    """Name the first comparison of a step that came out otherwise, else what did."""
    return _first_changed(before, after)[0]


def _first_changed(before: Conclusion, after: Conclusion) -> tuple[str, list[str]]:
    """Find the first comparison of a step that changed, and the codes in it; else what changed."""
    others: list[tuple[str, list[str]]] = []
    for old, new in zip(_derivations(before), _derivations(after), strict=False):
        formula = new.formula
        for call, was, is_now in zip(formula.parts, old.parts, new.parts, strict=True):
            if was.outcome == is_now.outcome or isinstance(is_now.outcome, Fraction):
                continue
            start, end = call.span
            found = formula.text[start:end], _codes(call)
            if call.operation.binding == COMPARE and not call.operation.is_function:
                return found
            others.append(found)
        if old.value != new.value and isinstance(formula.tree, Name):
            others.append((formula.text, [formula.tree.code]))
    if others:
        return others[0]
    clauses = [each.formula for each in _derivations(after)]
    return (clauses[0].text, _codes(clauses[0].tree)) if clauses else ("", [])


def _codes(expression: Expression) -> list[str]:
    return [each.code for each in walk_expression(expression) if isinstance(each, Name)]


def _derivations(conclusion: Conclusion) -> list[Derivation]:
    judgements: list[Judgement | None]
    match conclusion:
        case RuleConclusion():
            judgements = [conclusion.when, conclusion.formula]
        case DecisionConclusion():
            judgements = [case.judgement for case in conclusion.cases]
        case SectionConclusion():
            judgements = [conclusion.due]
        case CheckConclusion():
            judgements = [conclusion.expect]
        case MessageConclusion():
            judgements = [conclusion.when]
        case RowsConclusion() | AllRowsConclusion():
            raise TypeError("rulebooks with lists of rows are refused before")
    return [each.derivation for each in judgements if each is not None and each.derivation]
