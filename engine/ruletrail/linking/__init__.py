"""Linking a rulebook: names, types, units, order; the result has no text left to parse."""

from typing import TYPE_CHECKING

from ruletrail.lazy_imports import open_late
from ruletrail.linking.linked_rulebook import (
    PLACEHOLDERS,
    LinkedRulebook,
    choices_of,
    clauses_of,
    constants_of,
    days_of,
    declaration_of,
    display_of,
    formulas_of,
    has_rows,
    is_row_entry,
    kind_of_entry,
    label_of,
    label_of_list,
    labels_of_outcomes,
    name_text,
    names_of_choices,
    sentences_of,
    split_rule,
    unit_of,
    value_on,
    values_by_day,
)

if TYPE_CHECKING:
    from ruletrail.linking.linker import infer_signatures, link_condition, link_rulebook
    from ruletrail.linking.names import CHECK_OUTCOMES, SECTION_OUTCOMES
    from ruletrail.linking.rows import name_row_codes
else:
    __getattr__ = open_late(
        __name__,
        {
            "linker": ["infer_signatures", "link_condition", "link_rulebook"],
            "names": ["CHECK_OUTCOMES", "SECTION_OUTCOMES"],
            "rows": ["name_row_codes"],
        },
    )

__all__ = [
    "CHECK_OUTCOMES",
    "PLACEHOLDERS",
    "SECTION_OUTCOMES",
    "LinkedRulebook",
    "choices_of",
    "clauses_of",
    "constants_of",
    "days_of",
    "declaration_of",
    "display_of",
    "formulas_of",
    "has_rows",
    "infer_signatures",
    "is_row_entry",
    "kind_of_entry",
    "label_of",
    "label_of_list",
    "labels_of_outcomes",
    "link_condition",
    "link_rulebook",
    "name_row_codes",
    "name_text",
    "names_of_choices",
    "sentences_of",
    "split_rule",
    "unit_of",
    "value_on",
    "values_by_day",
]
