"""How a code's value is shown in messages: the author's display, else as it was written, else as it is."""

from fractions import Fraction

from ruletrail.formats import Format
from ruletrail.plans import Plan, display_of, unit_of
from ruletrail.reports import Report
from ruletrail.rulebooks import Rule
from ruletrail.values import count_decimals, count_finite_decimals

MONEY = frozenset({"euro", "EUR", "€", "USD", "GBP", "CHF"})
_CENTS = 2


def format_of(plan: Plan, report: Report, code: str) -> Format:
    """Resolve how a code is shown in this evaluation."""
    display = display_of(plan, code)
    if display is not None and display.decimals is not None:
        return Format(display.decimals, display.grouping)
    grouping = display.grouping if display is not None else True
    entry, declared = plan.rulebook.entries.get(code), report.fields.get(code)
    if isinstance(entry, Rule) and entry.rounding is not None and unit_of(plan, code) in MONEY:
        return Format(max(entry.rounding.decimals, _CENTS), grouping)
    if entry is None and declared is not None and isinstance(declared.value, Fraction):
        return Format(_at_least_cents(count_decimals(declared.text), plan, code), grouping)
    parameter = plan.rulebook.parameters.get(code)
    if parameter is not None and isinstance(parameter.value, Fraction):
        finite = count_finite_decimals(parameter.value) or 0
        return Format(_at_least_cents(finite, plan, code), grouping)
    return Format(None, grouping)


def _at_least_cents(decimals: int, plan: Plan, code: str) -> int:
    return max(decimals, _CENTS) if unit_of(plan, code) in MONEY else decimals
