"""The part of a trail that explains one step, in lines: its formula, what it read, what its parts came to."""

from collections.abc import Iterator

from ruletrail.examples.comparing import derivations_of, show
from ruletrail.plans import kind_of_entry
from ruletrail.trails import Conclusion, DecisionConclusion, Record, RuleConclusion, SectionConclusion
from ruletrail.values import Missing


def explain_step(record: Record, code: str) -> list[str]:
    """Explain one step; empty when the rulebook has no such step."""
    conclusion = next((each for each in record.conclusions if each.entry.code == code), None)
    return list(_explain(record, conclusion)) if conclusion is not None else []


def _explain(record: Record, conclusion: Conclusion) -> Iterator[str]:
    entry = conclusion.entry
    yield f"{entry.code} = {show(conclusion.fact)} ({kind_of_entry(entry)}, {entry.mark})"
    if isinstance(conclusion, RuleConclusion) and conclusion.entry.rounding is not None:
        yield f"  before rounding: {show(conclusion.unrounded)}"
    if isinstance(conclusion, SectionConclusion) and conclusion.empty:
        yield f"  empty: {', '.join(conclusion.empty)}"
    if isinstance(conclusion, DecisionConclusion):
        for case in conclusion.cases:
            yield f"  case {case.case.outcome}: {show(case.truth)}"
    for derivation in derivations_of(conclusion):
        text = derivation.formula.text
        yield f"  {text} → {show(derivation.value)}"
        for (start, end), part in zip(derivation.formula.spans, derivation.parts, strict=True):
            if (start, end) != (0, len(text)):
                yield f"    {text[start:end]} → {show(part.outcome)}"
    for read in record.plan.reads[entry.code]:
        yield f"  {read} = {show(record.facts.get(read, Missing((read,))))}"
