"""Choosing among a rule's own formula and those of its exceptions (docs/semantics.md 23).

As an exclusive decision chooses among cases that all carry different outcomes.
"""

from collections.abc import Sequence

from ruletrail.formulas import kleene
from ruletrail.values import ErrorValue, Fact, NonValue, is_non_value, worst

NOT_CHOSEN = "not_chosen"
"""Why the parts of a formula that was not chosen have no value."""


def choose_formula(code: str, truths: Sequence[Fact]) -> int | NonValue:
    """Choose the place of the exception that holds, or one past the last: the rule's own formula.

    Two that hold are a conflict, also where another is unknown; else a non-value decides.
    """
    true = [at for at, truth in enumerate(truths) if truth is True]
    if len(true) > 1:
        return ErrorValue("conflict", code)
    unknown = worst(truths)
    if unknown is not None:
        return unknown
    return true[0] if true else len(truths)


def truth_of_base(truths: Sequence[Fact]) -> Fact:
    """Return whether no exception holds, so that the rule's own formula does."""
    any_true = kleene(truths, decides=True)
    return any_true if is_non_value(any_true) else any_true is False
