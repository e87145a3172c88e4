"""Why a row is not complete, beside what it lacks: what differs, failed, or has no value and why.

Each reason is a text that begins with the code it is about, in the language of problems.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ruletrail.compiled.record_building import Answer
from ruletrail.compiled.slots import read_slot
from ruletrail.formats import Locale
from ruletrail.linking import LinkedRulebook
from ruletrail.problem_texts import WORDS
from ruletrail.problems import quote
from ruletrail.reports import Declared
from ruletrail.rulebooks import Check, Entry, Message, Section
from ruletrail.trails import (
    AllRowsConclusion,
    Conclusion,
    MessageConclusion,
    RowsConclusion,
    RuleConclusion,
)
from ruletrail.values import ErrorValue, Fact, NotEncoded, is_non_value, write_number

_SEPARATOR = "; "


def list_reasons(conclusions: Iterable[Conclusion], language: Locale) -> list[str]:
    """List, sorted, why conclusions leave their report short of being complete.

    What is missing is no reason: the codes that lack stand for it. Nor is what a check of rows
    comes to for all of them: the rows are told.
    """
    found = (
        _say_difference(each.code, each.declared.value, each.fact, language)
        if isinstance(each, RuleConclusion) and each.agreement == "differs" and each.declared
        else _find(each.entry, each.code, each.fact, language)
        for each in conclusions
        if not isinstance(each, MessageConclusion | RowsConclusion | AllRowsConclusion)
    )
    return sorted({reason for reason in found if reason is not None})


def list_of_answer(answer: Answer, declared: Mapping[str, Declared], language: Locale) -> list[str]:
    """List the same of what a compiled function answered for a report without lists."""
    steps, facts = answer.function.steps, answer.facts
    found = {
        _find(step.entry, step.entry.code, facts[step.entry.code], language)
        for step in steps
        if step.entry.code in facts and not isinstance(step.entry, Message)
    }
    values = {code: each.value for code, each in declared.items()}
    reasons = {reason for reason in found if reason is not None}
    return sorted(reasons | list_differences(answer, values, language))


def list_differences(answer: Answer, declared: Mapping[str, object], language: Locale) -> set[str]:
    """List what differs from what the report declares, None where it declares nothing."""
    return {
        _say_difference(code, value, read_slot(step.fact, results), language)
        for step in answer.function.steps
        if step.agreement >= 0
        for code, results in [(step.entry.code, answer.results[step.function])]
        if (value := declared.get(code)) is not None and results[step.agreement] == "differs"
    }


def _find(entry: Entry, code: str, fact: Fact, language: Locale) -> str | None:
    """Say what of an entry's fact is a reason; None for nothing."""
    if isinstance(fact, ErrorValue):
        return say_reason("error", code, language)
    if isinstance(fact, NotEncoded) and counts(entry):
        return say_reason("not_encoded", code, language)
    if isinstance(entry, Check) and fact == "failed" and counts(entry):
        return say_reason("failed", code, language)
    if fact == "due" and is_open(entry):
        return say_reason("not_encoded", code, language)
    return None


def counts(entry: Entry) -> bool:
    """Tell whether the status rests on an entry: of checks it is those of severity error."""
    return not isinstance(entry, Check) or entry.severity == "error"


def is_open(entry: Entry) -> bool:
    """Tell a section whose fields are not encoded, so that nobody knows what it asks for."""
    return isinstance(entry, Section) and entry.not_encoded is not None


def has_declared(linked: LinkedRulebook) -> frozenset[str]:
    """Name the fields that are rules too, so that a report may declare another value."""
    return frozenset(linked.schema.fields.keys() & linked.rulebook.entries.keys())


def say_reason(why: str, code: str, language: Locale) -> str:
    """Say one reason that its code and kind are all of."""
    return WORDS[f"reason-{why}"][language].format(code=code)


def _say_difference(code: str, value: object, fact: Fact | None, language: Locale) -> str:
    declared = _say(value, language)
    if fact is None or is_non_value(fact):  # a value where the rule does not apply
        return WORDS["reason-idle"][language].format(code=code, declared=declared)
    words = WORDS["reason-differs"][language]
    return words.format(code=code, declared=declared, computed=_say(fact, language))


def _say(fact: object, language: Locale) -> str:
    match fact:
        case bool():
            return "true" if fact else "false"
        case Fraction() | Decimal() | int():
            text = write_number(Fraction(fact))
            return text.replace(".", ",") if language == "it" else text
        case date():
            return fact.isoformat()
        case _:
            return quote(str(fact))


def join_reasons(reasons: Iterable[str]) -> str | None:
    """Write reasons as a table does: one after another, and nothing for none."""
    return _SEPARATOR.join(reasons) or None
