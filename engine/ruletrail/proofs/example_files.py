"""Witnesses as examples that `ruletrail test` runs: the report, and what is answered today."""

from collections.abc import Iterable, Mapping
from typing import Any

from ruletrail.documents import RULEBOOK_LIMITS, MappingNode, from_python, write_yaml
from ruletrail.evaluations import evaluate_record
from ruletrail.formats import Locale
from ruletrail.intake import limits_of, take_report
from ruletrail.linking import LinkedRulebook
from ruletrail.proofs.answers import Answer
from ruletrail.proofs.pages import describe_answer
from ruletrail.rulebooks import Check, Decision, Section
from ruletrail.trails import outcome_word

_KINDS = {Decision: "decisions", Section: "sections", Check: "checks"}


def list_shown(answers: Iterable[Answer]) -> list[Answer]:
    """List the answers that say what is wrong and have a report that shows it."""
    return [answer for answer in answers if answer.wrong and answer.witness is not None]


def write_examples(
    linked: LinkedRulebook, answers: Iterable[Answer], language: Locale
) -> str | None:
    """Write the examples of what is wrong and was shown by a report; None where nothing was."""
    examples = [_example(linked, answer, language) for answer in list_shown(answers)]
    if not examples:
        return None
    reference = linked.rulebook.identity.reference
    document = {"test": 1, "rulebook": reference, "examples": examples}
    node, _ = from_python(document, "examples", RULEBOOK_LIMITS)
    return write_yaml(node, lambda *_: "") if isinstance(node, MappingNode) else None


def _example(linked: LinkedRulebook, answer: Answer, language: Locale) -> dict[str, Any]:
    witness = answer.witness or {}
    node, problems = from_python(dict(witness), "report", limits_of(linked))
    record = evaluate_record(linked, take_report(node, problems, linked))
    report = {key: value for key, value in witness.items() if key != "rulebook"}
    expected: dict[str, Any] = {"status": record.status}
    for kind, part in _KINDS.items():
        told = _told(answer, kind, linked, record.facts)
        if told:
            expected[part] = told
    return {
        "name": f"{answer.about}: {describe_answer(answer, language)}"[:200],
        "report": report,
        "expect": expected,
    }


def _told(
    answer: Answer, kind: type, linked: LinkedRulebook, facts: Mapping[str, Any]
) -> dict[str, str]:
    """Tell the outcomes of what is asked about, and of what reads it."""
    code = answer.about.partition("/")[0]
    return {
        step.code: outcome_word(facts[step.code])
        for step in linked.steps
        if isinstance(step, kind) and (step.code == code or code in linked.reads[step.code])
    }
