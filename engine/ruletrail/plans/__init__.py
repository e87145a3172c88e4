"""Link a rulebook: names, types, units, order. The result is a plan, frozen, with no text left to parse."""

from ruletrail.plans.linking import PLACEHOLDERS, compile_rulebook
from ruletrail.plans.names import CHECK_OUTCOMES, SECTION_OUTCOMES
from ruletrail.plans.plan import Plan, clauses_of, display_of, formulas_of, kind_of_entry, label_of, sentences_of, unit_of

__all__ = [
    "CHECK_OUTCOMES",
    "PLACEHOLDERS",
    "SECTION_OUTCOMES",
    "Plan",
    "clauses_of",
    "compile_rulebook",
    "display_of",
    "formulas_of",
    "kind_of_entry",
    "label_of",
    "sentences_of",
    "unit_of",
]
