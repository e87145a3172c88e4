"""How a code's value is shown in messages: the author's display, else as it was written, else as it is."""

from fractions import Fraction

from ruletrail.formats import Format
from ruletrail.plans import Plan, display_of, unit_of
from ruletrail.reports import Report
from ruletrail.values import Fact, count_decimals, count_finite_decimals

MONEY = frozenset({"euro", "EUR", "€", "USD", "GBP", "CHF"})
CENTS = 2


def format_of(plan: Plan, report: Report, code: str, fact: Fact) -> Format:
    """Resolve how a code's value is shown: a field with the decimals it was written with, money with cents at least."""
    display = display_of(plan, code)
    grouping = display.grouping if display is not None else True
    if display is not None and display.decimals is not None:
        return Format(display.decimals, grouping)
    declared = report.fields.get(code) if code not in plan.rulebook.entries else None
    decimals = count_finite_decimals(fact) if isinstance(fact, Fraction) else None
    if decimals is not None and declared is not None:
        decimals = count_decimals(declared.text)
    is_money = unit_of(plan, code) in MONEY
    if decimals is None or not (is_money or declared is not None):
        return Format(None, grouping)
    return Format(max(decimals, CENTS) if is_money else decimals, grouping)
