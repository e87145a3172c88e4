"""Which of its formulas a rule with exceptions took, and why."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruletrail.rendering.expressions import read_expression, with_names
from ruletrail.rendering.readings import Reading, Step, describe_non_value, fact_of
from ruletrail.rendering.reasons import give_reason, held_exception, list_reasons
from ruletrail.values import ErrorValue, Missing

Case = Mapping[str, Any]


def list_exceptions(step: Step) -> Sequence[Case]:
    """List the exceptions of a rule: its cases but the last, which is its own formula.

    What all rows of a rule share is of another kind, and has the same.
    """
    return step.get("cases", ())[:-1] if step["kind"] in ("rule", "rows") else ()


def formula_of(step: Step) -> Mapping[str, Any]:
    """Return the clause that gave a rule its value: its own, or that of an exception."""
    held = held_exception(step)
    return held["then"] if held is not None else step


def has_formula(step: Step) -> bool:
    """Tell whether one of a rule's formulas was taken, as far as its exceptions decide."""
    cases = step.get("cases", ()) if step["kind"] == "rule" else ()
    return not cases or held_exception(step) is not None or cases[-1].get("value") is True


def name_exception(reading: Reading, step: Step, case: Case) -> str:
    """Name an exception: as its author does, else by its condition."""
    if "label" in case:
        return reading.say("exception_named", label=case["label"])
    expression = read_expression(reading, step, case)
    return with_names(expression) if expression is not None else case.get("not_encoded", "")


def describe_exceptions(reading: Reading, step: Step) -> Iterator[str]:
    """Say which exception holds, or that none does; nothing where the rule does not come so far."""
    cases = list_exceptions(step)
    if not cases or not all("value" in case for case in cases):
        return
    held = held_exception(step)
    if held is not None:
        name, reason = name_exception(reading, step, held), give_reason(reading, step, held)
        own = read_expression(reading, step, step)
        other = with_names(own) if own is not None else step.get("not_encoded", "")
        yield reading.say("exception_taken", name=name, reason=reason, other=other)
    elif step["cases"][-1]["value"] is True:
        # exceptions often ask for the same thing: each reason is given once
        told = (list_reasons(reading, step, case) for case in cases)
        reasons = dict.fromkeys(reason for each in told for reason in each)
        yield reading.say("exceptions_none", reason="; ".join(reasons))


def explain_exceptions(reading: Reading, step: Step) -> str:
    """Say why none of a rule's formulas was taken: two exceptions hold, or it is not known."""
    fact = fact_of(step["value"])
    cases = list_exceptions(step)
    if fact == ErrorValue("conflict", step["id"]):
        told = [case for case in cases if case.get("value") is True]
        names = [
            reading.say(
                "exception_because",
                name=name_exception(reading, step, case),
                reason=give_reason(reading, step, case),
            )
            for case in told
        ]
        return reading.say("exceptions_conflict", named="; ".join(names))
    told = [case for case in cases if not isinstance(case.get("value"), bool)]
    return "; ".join(_ask_exceptions(reading, step, told)) or describe_non_value(reading, fact)


def _ask_exceptions(reading: Reading, step: Step, cases: Sequence[Case]) -> list[str]:
    """Say why it is not known of exceptions whether they hold: what is missing, once for all."""
    waiting: dict[str, dict[str, None]] = {}
    others: dict[str, None] = {}
    for case in cases:
        fact = fact_of(case["value"]) if "value" in case else None
        if isinstance(fact, Missing):
            name = reading.say("exception_holds", name=name_exception(reading, step, case))
            waiting.setdefault(describe_non_value(reading, fact), {})[name] = None
        else:
            others[give_reason(reading, step, case)] = None
    asked = (
        reading.say("gap_leaves_open", gap=gap, question=reading.say("whether_too").join(names))
        for gap, names in waiting.items()
    )
    return [*others, *asked]
