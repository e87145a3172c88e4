"""Which rows get a trail: a condition, as in formulas, over values, outcomes and status."""

from collections.abc import Mapping
from typing import get_args

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import (
    Finding,
    Formula,
    Signature,
    check_condition,
    evaluate_formula,
    parse_formula,
)
from ruletrail.formulas.lookups import Lookup
from ruletrail.linking import LinkedRulebook, value_on
from ruletrail.linking.names import Names, lookup_signatures
from ruletrail.problems import Mark, Problem, ProblemsError
from ruletrail.reports import Report
from ruletrail.rulebooks import Section, describe
from ruletrail.trails import Status
from ruletrail.values import Fact, Missing

STATUS = "status"
SHOWN = "--only"


Filter = Formula
"""A condition that was linked against a rulebook's names."""


def parse_filter(text: str, linked: LinkedRulebook) -> Filter:
    """Read and link a condition; whatever is wrong raises `ProblemsError`.

    `status` is the status of the row, unless the rulebook has something of that name.
    """
    formula, findings = parse_formula(text)
    names = _names(linked)
    if formula is not None and not findings:
        findings = check_condition(formula, names.lookup)
    if formula is None or findings:
        raise ProblemsError(_describe(finding, text, names) for finding in findings)
    return formula


def _describe(finding: Finding, text: str, names: Names) -> Problem:
    problem = describe(finding, Mark(SHOWN, 1, finding.offset + 1, text))
    if finding.code != "unknown-code":
        return problem
    return replace(problem, suggestion=names.readable.nearest(finding.text))


def _names(linked: LinkedRulebook) -> Names:
    groups = {code: group.members for code, group in linked.rulebook.groups.items()}
    sections = frozenset(
        code for code, entry in linked.rulebook.entries.items() if isinstance(entry, Section)
    )
    status = Signature("text", None, get_args(Status))
    signatures = {STATUS: status, **linked.signatures}
    lookups = lookup_signatures(linked.rulebook)
    return Names(linked.schema.fields, groups, sections, signatures, lookups)


def picks(
    chosen: Filter,
    linked: LinkedRulebook,
    report: Report,
    facts: Mapping[str, Fact],
    status: Status,
) -> bool:
    """Tell whether a row meets the condition; one that cannot be decided does not."""
    groups, parameters = linked.rulebook.groups, linked.rulebook.parameters

    def find(code: str) -> Fact:
        if code in facts:
            return facts[code]
        if code in parameters:
            parameter = parameters[code]
            day = parameter.day.code if parameter.day is not None else ""
            return parameter.any_value if not day else value_on(parameter, find(day))
        if code in report.fields and code not in linked.rulebook.entries:
            return report.fields[code].value
        return status if code == STATUS and code not in linked.signatures else Missing((code,))

    def read(code: str) -> Fact | tuple[Fact, ...] | Lookup:
        if code in linked.lookups:
            return linked.lookups[code]
        group = groups.get(code)
        return find(code) if group is None else tuple(find(member) for member in group.members)

    return evaluate_formula(chosen, read).value is True
