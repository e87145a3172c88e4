"""What an author wrote: a rulebook's document, written out, merged and typed.

`expand_for_each` and `merge_rulebooks` work on the document's tree, so that every mark survives;
`build_rulebook` types the result. It links nothing and reads no file.
"""

from typing import TYPE_CHECKING

from ruletrail.lazy_imports import open_late
from ruletrail.rulebooks.entries import (
    Basis,
    Case,
    Check,
    Clause,
    Decision,
    Display,
    Entry,
    Group,
    Identity,
    Message,
    Parameter,
    Property,
    Rounding,
    RowList,
    Rule,
    Rulebook,
    RuleException,
    Scale,
    Section,
    Sentence,
    Source,
    Table,
    Template,
    fill_template,
    measure_filled,
)

if TYPE_CHECKING:
    from ruletrail.rulebooks.building import build_rulebook
    from ruletrail.rulebooks.clauses import (
        describe,
        mark_at,
        parse_whole,
        say_otherwise,
        scalars_at,
        settle_quotes,
        tell_formula,
        to_problem,
        write_for_each,
    )
    from ruletrail.rulebooks.later_constructs import find_later_constructs, language_of
    from ruletrail.rulebooks.merging import (
        FOR_EACH_VALUE,
        MOST_ENTRIES,
        REMOVABLE,
        expand_for_each,
        list_readers,
        merge_rulebooks,
        refuse_removal,
    )
else:
    __getattr__ = open_late(
        __name__,
        {
            "building": ["build_rulebook"],
            "clauses": [
                "describe",
                "mark_at",
                "parse_whole",
                "say_otherwise",
                "scalars_at",
                "settle_quotes",
                "tell_formula",
                "to_problem",
                "write_for_each",
            ],
            "later_constructs": ["find_later_constructs", "language_of"],
            "merging": [
                "FOR_EACH_VALUE",
                "MOST_ENTRIES",
                "REMOVABLE",
                "expand_for_each",
                "list_readers",
                "merge_rulebooks",
                "refuse_removal",
            ],
        },
    )

__all__ = [
    "FOR_EACH_VALUE",
    "MOST_ENTRIES",
    "REMOVABLE",
    "Basis",
    "Case",
    "Check",
    "Clause",
    "Decision",
    "Display",
    "Entry",
    "Group",
    "Identity",
    "Message",
    "Parameter",
    "Property",
    "Rounding",
    "RowList",
    "Rule",
    "RuleException",
    "Rulebook",
    "Scale",
    "Section",
    "Sentence",
    "Source",
    "Table",
    "Template",
    "build_rulebook",
    "describe",
    "expand_for_each",
    "fill_template",
    "find_later_constructs",
    "language_of",
    "list_readers",
    "mark_at",
    "measure_filled",
    "merge_rulebooks",
    "parse_whole",
    "refuse_removal",
    "say_otherwise",
    "scalars_at",
    "settle_quotes",
    "tell_formula",
    "to_problem",
    "write_for_each",
]  # fmt: skip
