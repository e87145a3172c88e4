"""Which outcome a decision's cases lead to, derived from their truth."""

from collections.abc import Sequence
from typing import Any

from ruletrail.verification.facts import Fact, Gap, find_worst, join_conditions


def settle_otherwise(policy: str, others: Sequence[Fact]) -> Fact:
    """Give the truth of `otherwise`: with `first` always true, else true when every other case is false."""
    if policy == "first":
        return True
    any_other = join_conditions(others, settled_by=True)
    return any_other if isinstance(any_other, Gap) else not any_other


def choose(code: str, policy: str, cases: Sequence[dict[str, Any]], truths: Sequence[Fact]) -> Fact:
    """Choose the outcome among cases, or say why there is none.

    A case that is not false stays open. Without an open case there is no outcome. An open case that is not
    true leaves the outcome in doubt, unless all open cases carry one outcome and one of them is true.
    """
    still_open = [(case["outcome"], truth) for case, truth in zip(cases, truths, strict=True) if truth is not False]
    if not still_open:
        return Gap("error", ("no_case", code))
    true = [outcome for outcome, truth in still_open if truth is True]
    alike = len({outcome for outcome, _ in still_open}) == 1
    if policy == "exclusive" and len(true) > 1:
        return Gap("error", ("conflict", code))
    outcome, first = still_open[0]
    if (policy == "first" and first is True) or (true and alike):
        return str(outcome)
    gap = first if policy == "first" else find_worst(truth for _, truth in still_open)
    return gap if gap is not None else Gap("error", ("conflict", code))


def find_speaking_case(cases: Sequence[dict[str, Any]], truths: Sequence[Fact], fact: Fact) -> int | None:
    """Find the case whose sentence is shown: the first one not false that carries the outcome."""
    for at, (case, truth) in enumerate(zip(cases, truths, strict=True)):
        if truth is not False and case["outcome"] == fact:
            return at
    return None
