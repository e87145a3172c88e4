"""The answers of a trail derived anew from its steps: outcomes, lists, status, and the order of it all."""

from collections.abc import Sequence
from typing import Any

from ruletrail.verification.facts import Fact, NonValue, find_worst, join_conditions
from ruletrail.verification.sentences import fill_message, match_printed
from ruletrail.verification.state import Failure, Json, State, compare


def settle_otherwise(policy: str, others: Sequence[Fact]) -> Fact:
    """Give the truth of `otherwise`: with `first` always true, else true when every other case is false."""
    if policy == "first":
        return True
    any_other = join_conditions(others, settled_by=True)
    return any_other if isinstance(any_other, NonValue) else not any_other


def choose(code: str, policy: str, cases: Sequence[dict[str, Any]], truths: Sequence[Fact]) -> Fact:
    """Choose the outcome among cases, or say why there is none.

    A case that is not false stays open. Without an open case there is no outcome. An open case that is not
    true leaves the outcome in doubt, unless all open cases carry one outcome and one of them is true.
    """
    still_open = [
        (case["outcome"], truth)
        for case, truth in zip(cases, truths, strict=True)
        if truth is not False
    ]
    if not still_open:
        return NonValue("error", ("no_case", code))
    true = [outcome for outcome, truth in still_open if truth is True]
    alike = len({outcome for outcome, _ in still_open}) == 1
    if policy == "exclusive" and len(true) > 1:
        return NonValue("error", ("conflict", code))
    outcome, first = still_open[0]
    if (policy == "first" and first is True) or (true and alike):
        return str(outcome)
    worst = first if policy == "first" else find_worst(truth for _, truth in still_open)
    return worst if worst is not None else NonValue("error", ("conflict", code))


def find_speaking_case(
    cases: Sequence[dict[str, Any]], truths: Sequence[Fact], fact: Fact
) -> int | None:
    """Find the case whose sentence is shown: the first one not false that carries the outcome."""
    for at, (case, truth) in enumerate(zip(cases, truths, strict=True)):
        if truth is not False and case["outcome"] == fact:
            return at
    return None


_KINDS = ("rule", "decision", "section", "check", "message")
_OUTCOMES = {"decision": "decisions", "section": "sections", "check": "checks"}


def check_messages(state: State) -> None:
    """Fill every sentence anew; they may show any fact, also of a later step."""
    steps = {step["id"]: step for step, _ in state.reasons}
    for step, _ in state.reasons:
        if "message" in step:
            try:
                compare(
                    "trail-step",
                    step["message"],
                    fill_message(step["message"], state, steps),
                    "message",
                )
            except Failure as failure:
                raise failure.at_step(step["id"]) from None


def check_order(state: State) -> None:
    """Derive the order of steps: as in the rulebook, but what a step reads comes before it."""
    steps = {step["id"]: step for step, _ in state.reasons}
    written = sorted(steps.values(), key=lambda step: step["place"])
    for place, step in enumerate(written):
        if step["place"] != place:
            raise Failure(
                "trail-place", step=step["id"], found=str(step["place"]), derived=str(place)
            )
    kinds = [_KINDS.index(step["kind"]) for step in written]
    if kinds != sorted(kinds):
        at = next(at for at in range(1, len(kinds)) if kinds[at] < kinds[at - 1])
        raise Failure("trail-order", step=written[at]["id"], other=written[at - 1]["id"])
    for code, (step, _) in zip(_derive_order(written, state), state.reasons, strict=True):
        if code != step["id"]:
            raise Failure("trail-order", step=step["id"], other=code)


def _derive_order(written: list[Json], state: State) -> list[str]:
    done: dict[str, None] = {}
    reads = {
        code: [read for read in codes if read in state.kinds] for code, codes in state.reads.items()
    }
    for step in written:
        waiting = [step["id"]]
        while waiting:
            pending = (
                []
                if waiting[-1] in done
                else [read for read in reads[waiting[-1]] if read not in done]
            )
            if pending:
                waiting += reversed(pending)
            else:
                done[waiting.pop()] = None
    return list(done)


def check_result(state: State) -> None:
    """Derive the whole result and compare."""
    compare("trail-result", state.document["result"], derive_result(state), "result")


def derive_result(state: State) -> Json:
    """Write the result that follows from the steps."""
    by_place = sorted((step for step, _ in state.reasons), key=lambda step: step["place"])
    messages = [
        {"step": step["id"], "text": step["message"]["text"]}
        for step in by_place
        if "message" in step
    ]
    printed = state.document["report"].get("printed", {}).get("messages", [])
    result: Json = {
        "status": derive_status(state),
        "values": {
            step["id"]: step["value"]
            for step, fact in state.reasons
            if step["kind"] == "rule" and not isinstance(fact, NonValue)
        },
        **{key: {} for key in _OUTCOMES.values()},
        "messages": messages,
        "printed": match_printed(printed, (message["text"] for message in messages)),
        "declared": {},
        "missing": _missing(state),
        "not_encoded": [{"step": code, "why": why} for code, why in _not_encoded(state)],
        "errors": [
            {"step": step["id"], "cause": fact.about[0], "of": fact.about[1]}
            for step, fact in state.reasons
            if isinstance(fact, NonValue) and fact.kind == "error"
        ],
    }
    for step, _ in state.reasons:
        if step["kind"] in _OUTCOMES:
            result[_OUTCOMES[step["kind"]]][step["id"]] = step["outcome"]
        if "declared" in step:
            result["declared"].setdefault(step["declared"]["agreement"], []).append(step["id"])
    return result


def _missing(state: State) -> list[str]:
    codes: set[str] = set()
    for step, fact in state.reasons:
        if isinstance(fact, NonValue) and fact.kind == "missing":
            codes.update(fact.about)
        if step["kind"] == "section" and fact == "due":
            codes.update(step["empty"])
    return sorted(codes)


def _not_encoded(state: State) -> list[tuple[str, str]]:
    found = []
    for step, fact in state.reasons:
        if isinstance(fact, NonValue) and fact.kind == "not_encoded":
            found.append((step["id"], "; ".join(fact.about)))
        elif step["kind"] == "section" and fact == "due" and "fields_not_encoded" in step:
            found.append((step["id"], step["fields_not_encoded"]))
    return found


def derive_status(state: State) -> str:
    """Sum up: `invalid`, else `incomplete`, else `complete`."""
    counted = [(step, fact) for step, fact in state.reasons if step["kind"] != "message"]
    if any(_invalidates(step, fact) for step, fact in counted):
        return "invalid"
    return "incomplete" if any(_leaves_open(step, fact) for step, fact in counted) else "complete"


def _invalidates(step: dict[str, Any], fact: Fact) -> bool:
    differs = bool(step.get("declared", {}).get("agreement") == "differs")
    if isinstance(fact, NonValue):
        return fact.kind == "error" or differs
    return differs or (step["kind"] == "check" and fact == "failed" and step["severity"] == "error")


def _leaves_open(step: dict[str, Any], fact: Fact) -> bool:
    if step["kind"] == "check" and step["severity"] != "error":
        return False
    if isinstance(fact, NonValue):
        return fact.kind != "not_applicable"
    return (
        step["kind"] == "section"
        and fact == "due"
        and bool(step["empty"] or "fields_not_encoded" in step)
    )
