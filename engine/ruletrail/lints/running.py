"""The table of lints, run one after another over one rulebook."""

from collections.abc import Callable, Iterator

from ruletrail.lints.cases import find_cases
from ruletrail.lints.chains import find_chains
from ruletrail.lints.conditions import find_conditions
from ruletrail.lints.dated import find_holes
from ruletrail.lints.dates import find_leaving_dates
from ruletrail.lints.divisions import find_zero_divisors
from ruletrail.lints.exceptions import find_exceptions
from ruletrail.lints.first_bands import find_first_bands
from ruletrail.lints.grounding import find_sentences, find_ungrounded, find_validity
from ruletrail.lints.left_out import find_left_out
from ruletrail.lints.names import (
    find_lookalikes,
    find_unknown_required,
    find_unused,
    find_unused_outcomes,
)
from ruletrail.lints.percent_factors import find_percent_factors
from ruletrail.lints.percentages import find_percent_signs, find_shares
from ruletrail.lints.rates import find_rates
from ruletrail.lints.rounding_states import find_precisions
from ruletrail.lints.schema_words import find_crossed_limits, find_misspelt_words, find_untitled
from ruletrail.lints.sizes import (
    find_close_numbers,
    find_repeated_numbers,
    find_sizes,
    find_trails,
)
from ruletrail.lints.slots import find_slots
from ruletrail.lints.subjects import Subject
from ruletrail.lints.table_keys import find_table_keys
from ruletrail.lints.thousands import find_thousands
from ruletrail.problems import Problem, tell_once
from ruletrail.rulebooks import Entry

_ENTRY_LINTS: tuple[Callable[[Entry, Subject], Iterator[Problem]], ...] = (
    find_conditions,
    find_cases,
    find_zero_divisors,
    find_leaving_dates,
    find_sizes,
    find_close_numbers,
    find_percent_signs,
    find_chains,
)
_PAIRED_LINTS: tuple[Callable[[Subject], Iterator[tuple[Entry, Problem]]], ...] = (
    find_precisions,
    find_shares,
    find_percent_factors,
    find_exceptions,
)
_RULEBOOK_LINTS: tuple[Callable[[Subject], Iterator[Problem]], ...] = (
    find_lookalikes,
    find_unused,
    find_unused_outcomes,
    find_unknown_required,
    find_left_out,
    find_misspelt_words,
    find_crossed_limits,
    find_untitled,
    find_ungrounded,
    find_sentences,
    find_repeated_numbers,
    find_thousands,
    find_trails,
    find_validity,
    find_rates,
    find_first_bands,
    find_holes,
    find_slots,
    find_table_keys,
)

IGNORABLE = frozenset({
    "case-subsumed", "cases-conflict", "cases-gap", "cases-meet", "cases-overlap", "chain-as-scale",
    "chain-as-table", "close-numbers",
    "condition-always-true", "condition-never-true", "condition-subsumed", "constant-out-of-range",
    "date-may-leave", "dated-hole", "divisor-may-be-zero", "entry-without-evidence",
    "entry-near-inherited", "entry-without-source", "equality-of-unrounded",
    "exception-may-not-apply",
    "exceptions-conflict", "exceptions-overlap", "field-without-title", "formula-deep",
    "formula-large", "formula-long", "group-leaves-out", "hundred-twice",
    "in-force-gap", "in-force-overlap", "list-replaced", "lookalike-codes", "message-untranslated",
    "number-of-parameter", "percent-as-remainder", "percent-not-divided",
    "placeholders-differ", "published-unrounded", "rate-above-one",
    "ratio-against-percentage", "ratio-as-percentage", "repeated-number", "required-undeclared",
    "rounded-again", "rounded-against-unrounded", "schema-limits-crossed", "schema-word",
    "scale-without-least",
    "slots-as-list", "table-row-lacking", "table-row-unasked",
    "text-cut", "thousands-point", "trail-without-room", "unused-field", "unused-group",
    "unused-lookup", "unused-outcome", "unused-parameter", "unused-rule", "unused-source",
    "in-force-reversed",
})  # fmt: skip
"""The codes that an inline ignore may name."""


def run_lints(subject: Subject, tick: Callable[[], None] = lambda: None) -> list[Problem]:
    """Run every lint; `tick` is called after each piece of work.

    Entries that one `for_each` wrote share their marks: what is found in several of them is told
    once.
    """
    found: list[Problem] = []
    for lint in _RULEBOOK_LINTS:
        found += tell_once((None, problem) for problem in lint(subject))
        tick()
    for paired in _PAIRED_LINTS:
        found += tell_once((entry.code, problem) for entry, problem in paired(subject))
        tick()
    for lint_entry in _ENTRY_LINTS:
        found += tell_once(
            (entry.code, problem)
            for entry in subject.entries
            for problem in lint_entry(entry, subject)
        )
        tick()
    return found


def count_lints() -> int:
    """Count the pieces of work of one run."""
    return len(_RULEBOOK_LINTS) + len(_PAIRED_LINTS) + len(_ENTRY_LINTS)
