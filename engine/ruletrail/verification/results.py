"""The result of a trail derived anew from its steps: outcomes, lists, status, and their order."""

from ruletrail.verification.facts import Fact, NonValue
from ruletrail.verification.failures import Failure, compare
from ruletrail.verification.sentences import check_message, match_printed
from ruletrail.verification.state import Json, State

_KINDS = ("rule", "decision", "section", "check", "message")
_OUTCOMES = {"decision": "decisions", "section": "sections", "check": "checks"}


def check_messages(state: State) -> None:
    """Fill every sentence anew; they may show any fact, also of a later step."""
    steps = {step["id"]: step for step, _ in state.derived}
    for step, _ in state.derived:
        if "message" in step:
            try:
                check_message(step["message"], state, steps)
            except Failure as failure:
                raise failure.at_step(step["id"]) from None


def check_order(state: State) -> None:
    """Derive the order of steps: as in the rulebook, but what a step reads comes before it."""
    steps = {step["id"]: step for step, _ in state.derived}
    written = sorted(steps.values(), key=lambda step: step["place"])
    for place, step in enumerate(written):
        found = step["place"]
        if found != place:
            raise Failure("trail-place", step=step["id"], found=str(found), derived=str(place))
    kinds = [_KINDS.index(step["kind"]) for step in written]
    if kinds != sorted(kinds):
        at = next(at for at in range(1, len(kinds)) if kinds[at] < kinds[at - 1])
        raise Failure("trail-order", step=written[at]["id"], other=written[at - 1]["id"])
    for code, (step, _) in zip(_derive_order(written, state), state.derived, strict=True):
        if code != step["id"]:
            raise Failure("trail-order", step=step["id"], other=code)


def _derive_order(written: list[Json], state: State) -> list[str]:
    order: dict[str, None] = {}
    for step in written:
        # the last one waits for what it reads; without recursion, however long the chain is
        waiting = [step["id"]]
        while waiting:
            code = waiting[-1]
            reads = () if code in order else state.reads[code]
            pending = [read for read in reads if read in state.kinds and read not in order]
            waiting += reversed(pending)
            if not pending:
                order[waiting.pop()] = None
    return list(order)


def check_result(state: State) -> None:
    """Derive the whole result and compare."""
    compare("trail-result", state.document["result"], derive_result(state), "result")


def derive_result(state: State) -> Json:
    """Write the result that follows from the steps."""
    by_place = sorted((step for step, _ in state.derived), key=lambda step: step["place"])
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
            for step, fact in state.derived
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
            for step, fact in state.derived
            if isinstance(fact, NonValue) and fact.kind == "error"
        ],
    }
    for step, _ in state.derived:
        if step["kind"] in _OUTCOMES:
            result[_OUTCOMES[step["kind"]]][step["id"]] = step["outcome"]
        if "declared" in step:
            result["declared"].setdefault(step["declared"]["agreement"], []).append(step["id"])
    return result


def _missing(state: State) -> list[str]:
    codes: set[str] = set()
    for step, fact in state.derived:
        if isinstance(fact, NonValue) and fact.kind == "missing":
            codes.update(fact.about)
        if step["kind"] == "section" and fact == "due":
            codes.update(step["empty"])
    return sorted(codes)


def _not_encoded(state: State) -> list[tuple[str, str]]:
    found = []
    for step, fact in state.derived:
        if isinstance(fact, NonValue) and fact.kind == "not_encoded":
            found.append((step["id"], "; ".join(fact.about)))
        elif step["kind"] == "section" and fact == "due" and "fields_not_encoded" in step:
            found.append((step["id"], step["fields_not_encoded"]))
    return found


def derive_status(state: State) -> str:
    """Sum up: `invalid`, else `incomplete`, else `complete`."""
    counted = [(step, fact) for step, fact in state.derived if step["kind"] != "message"]
    if any(_invalidates(step, fact) for step, fact in counted):
        return "invalid"
    return "incomplete" if any(_leaves_open(step, fact) for step, fact in counted) else "complete"


def _invalidates(step: Json, fact: Fact) -> bool:
    differs = bool(step.get("declared", {}).get("agreement") == "differs")
    if isinstance(fact, NonValue):
        return fact.kind == "error" or differs
    return differs or (step["kind"] == "check" and fact == "failed" and step["severity"] == "error")


def _leaves_open(step: Json, fact: Fact) -> bool:
    if step["kind"] == "check" and step["severity"] != "error":
        return False
    if isinstance(fact, NonValue):
        return fact.kind != "not_applicable"
    is_due = step["kind"] == "section" and fact == "due"
    return is_due and bool(step["empty"] or "fields_not_encoded" in step)
