"""Evaluating one report, step by step. Pure: no clock, no files, no randomness."""

from collections.abc import Sequence

from ruletrail.evaluations.messages import match_printed, show_messages
from ruletrail.evaluations.steps import conclude
from ruletrail.linking import LinkedRulebook
from ruletrail.reports import Report
from ruletrail.rulebooks import Check, Message
from ruletrail.trails import (
    CheckConclusion,
    Conclusion,
    Record,
    RuleConclusion,
    SectionConclusion,
    Status,
)
from ruletrail.values import ErrorValue, Fact, Missing, NotApplicable, is_non_value


def evaluate_record(linked: LinkedRulebook, report: Report) -> Record:
    """Evaluate a schema-valid report; never raises for a rulebook that linking accepted."""
    facts: dict[str, Fact] = {code: declared.value for code, declared in report.fields.items()}
    facts |= {code: parameter.value for code, parameter in linked.rulebook.parameters.items()}
    for code in linked.rulebook.entries:
        facts.pop(code, None)
    groups = linked.rulebook.groups

    def read(code: str) -> Fact | tuple[Fact, ...]:
        group = groups.get(code)
        if group is None:
            return facts.get(code, Missing((code,)))
        return tuple(facts.get(member, Missing((member,))) for member in group.members)

    conclusions: list[Conclusion] = []
    for entry in linked.steps:
        conclusion = conclude(entry, read, report)
        conclusions.append(conclusion)
        facts[entry.code] = conclusion.fact
    messages = tuple(show_messages(linked, report, facts, conclusions))
    printed = match_printed(report.printed, messages)
    return Record(
        linked, report, facts, tuple(conclusions), messages, printed, decide_status(conclusions)
    )


def decide_status(conclusions: Sequence[Conclusion]) -> Status:
    """Decide the status: `invalid`, else `incomplete`, else `complete` (docs/semantics.md 16)."""
    if any(_invalidates(conclusion) for conclusion in conclusions):
        return "invalid"
    return (
        "incomplete" if any(_leaves_open(conclusion) for conclusion in conclusions) else "complete"
    )


def _invalidates(conclusion: Conclusion) -> bool:
    if isinstance(conclusion.entry, Message):
        return False
    if isinstance(conclusion.fact, ErrorValue):
        return True
    if isinstance(conclusion, RuleConclusion):
        return conclusion.agreement == "differs"
    return (
        isinstance(conclusion, CheckConclusion)
        and conclusion.fact == "failed"
        and conclusion.entry.severity == "error"
    )


def _leaves_open(conclusion: Conclusion) -> bool:
    entry = conclusion.entry
    if isinstance(entry, Message) or (isinstance(entry, Check) and entry.severity != "error"):
        return False
    if is_non_value(conclusion.fact):
        return not isinstance(conclusion.fact, NotApplicable)
    if isinstance(conclusion, SectionConclusion) and conclusion.fact == "due":
        return bool(conclusion.empty) or conclusion.entry.gap is not None
    return False
