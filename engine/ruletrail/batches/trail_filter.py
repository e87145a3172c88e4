"""Which rows get a trail: a condition, as in formulas, over values, outcomes and status."""

from collections.abc import Mapping
from typing import get_args

from ruletrail.evaluations.reading import make_reading, start_facts
from ruletrail.formulas import Formula, Signature
from ruletrail.linking import LinkedRulebook, days_of, link_condition, values_by_day
from ruletrail.reports import Report
from ruletrail.trails import Status
from ruletrail.values import Fact

STATUS = "status"
SHOWN = "--only"


Filter = Formula
"""A condition that was linked against a rulebook's names."""


def parse_filter(text: str, linked: LinkedRulebook) -> Filter:
    """Read and link a condition; whatever is wrong raises `ProblemsError`.

    `status` is the status of the row, unless the rulebook has something of that name.
    """
    status = Signature("text", None, get_args(Status))
    return link_condition(linked, text, SHOWN, {STATUS: status})


def picks(
    chosen: Filter,
    linked: LinkedRulebook,
    report: Report,
    facts: Mapping[str, Fact],
    status: Status,
) -> bool:
    """Tell whether a row meets the condition; one that cannot be decided does not.

    It means what it would mean as a rule of the rulebook, with the `facts` of its steps.
    """
    known = {STATUS: status, **start_facts(linked, report), **facts}
    for day in days_of(linked):
        known |= values_by_day(linked, day, known)
    return make_reading(linked, report, known).derive(chosen).value is True
