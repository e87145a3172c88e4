"""Values and non-values as the checker sees them, and how a trail writes them.

Written apart from the evaluator on purpose: a defect there must not be repeated here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from ruletrail.verification.numbers import write_number

GapKind = Literal["error", "not_encoded", "missing", "not_applicable"]
RANKS: tuple[GapKind, ...] = ("error", "not_encoded", "missing", "not_applicable")
"""Which non-value wins when several meet: the first."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A non-value: missing codes, the rule that does not apply, reasons not encoded, or an error's cause and place."""

    kind: GapKind
    about: tuple[str, ...]


Value = Fraction | str | bool
Fact = Value | Gap


def find_worst(facts: Iterable[Fact]) -> Gap | None:
    """Join non-values: the worst kind wins; codes and reasons unite, of errors and rules the first by name stays."""
    gaps = [fact for fact in facts if isinstance(fact, Gap)]
    for kind in RANKS:
        found = [gap.about for gap in gaps if gap.kind == kind]
        if found and kind in ("missing", "not_encoded"):
            return Gap(kind, tuple(sorted({item for about in found for item in about})))
        if found:
            return Gap(kind, min(found))
    return None


def join_conditions(facts: Iterable[Fact], *, settled_by: bool) -> Fact:
    """Join truth values by Kleene: `or` is settled by true, `and` by false; else the worst gap decides."""
    listed = list(facts)
    if any(fact is settled_by for fact in listed):
        return settled_by
    gap = find_worst(listed)
    return gap if gap is not None else not settled_by


def write_fact(fact: Fact) -> Any:  # noqa: ANN401 - JSON
    """Write a fact as a trail does."""
    if isinstance(fact, bool):
        return fact
    if isinstance(fact, Fraction):
        return write_number(fact)
    if isinstance(fact, str):
        return {"text": fact}
    if fact.kind == "missing":
        return {"missing": list(fact.about)}
    if fact.kind == "error":
        return {"error": {"cause": fact.about[0], "of": fact.about[1]}}
    return {fact.kind: "; ".join(fact.about)}


def name_kind(fact: Fact) -> str:
    """Name the kind of outcome: `value` or the kind of non-value."""
    return fact.kind if isinstance(fact, Gap) else "value"


def name_type(value: Value) -> str:
    """Name the type of a value."""
    if isinstance(value, bool):
        return "boolean"
    return "text" if isinstance(value, str) else "number"
