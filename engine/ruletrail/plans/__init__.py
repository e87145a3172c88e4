"""Link a rulebook: names, types, units, order. The result is a plan, frozen, with no text left to parse."""

from typing import TYPE_CHECKING

from ruletrail.doors import open_late
from ruletrail.plans.plan import PLACEHOLDERS, Plan, clauses_of, display_of, formulas_of, kind_of_entry, label_of, sentences_of, unit_of

if TYPE_CHECKING:
    from ruletrail.plans.linking import compile_rulebook
    from ruletrail.plans.names import CHECK_OUTCOMES, SECTION_OUTCOMES
else:
    __getattr__ = open_late(__name__, {"linking": ["compile_rulebook"], "names": ["CHECK_OUTCOMES", "SECTION_OUTCOMES"]})

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
