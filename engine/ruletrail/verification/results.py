"""The result of a trail derived anew from its steps: outcomes, lists, status, and their order."""

from ruletrail.verification.facts import Fact, NonValue
from ruletrail.verification.failures import Failure, compare
from ruletrail.verification.rows import check_row_steps, derive_lists
from ruletrail.verification.sentences import check_message, match_printed
from ruletrail.verification.state import Json, State, entry_of

_KINDS = ("rule", "decision", "section", "check", "message")
_OUTCOMES = {"decision": "decisions", "section": "sections", "check": "checks"}


def check_messages(state: State) -> None:
    """Fill every sentence anew; they may show any fact, also of a later step."""
    steps = {step["id"]: step for step, _ in state.derived}
    for step, _ in state.derived:
        if "message" in step:
            try:
                check_message(step, state, steps)
            except Failure as failure:
                raise failure.at_step(step["id"]) from None


def check_order(state: State) -> None:
    """Derive the order of steps: as in the rulebook, but what a step reads comes before it.

    An entry that is written for each row of a list has its steps together.
    """
    entries: dict[str, list[Json]] = {}
    for step, _ in state.derived:
        entries.setdefault(entry_of(step["id"]), []).append(step)
    written = sorted(entries.values(), key=lambda steps: steps[0]["place"])
    for place, steps in enumerate(written):
        check_row_steps(steps, state)
        for step in steps:
            found = step["place"]
            if found != place:
                raise Failure("trail-place", step=step["id"], found=str(found), derived=str(place))
    kinds = [_KINDS.index(_kind_of(steps)) for steps in written]
    if kinds != sorted(kinds):
        at = next(at for at in range(1, len(kinds)) if kinds[at] < kinds[at - 1])
        other = written[at - 1][0]["id"]
        raise Failure("trail-order", step=written[at][0]["id"], other=other)
    order = _derive_order([entry_of(steps[0]["id"]) for steps in written], state)
    wanted = (step["id"] for entry in order for step in entries[entry])
    for code, (step, _) in zip(wanted, state.derived, strict=True):
        if code != step["id"]:
            raise Failure("trail-order", step=step["id"], other=code)


def _kind_of(steps: list[Json]) -> str:
    """Name the kind of entry that steps are of; a rule of a list without rows has none but one."""
    kind = str(steps[-1]["kind"])
    return "rule" if kind == "rows" else kind


def _derive_order(written: list[str], state: State) -> list[str]:
    order: dict[str, None] = {}
    for entry in written:
        # the last one waits for what it reads; without recursion, however long the chain is
        waiting = [entry]
        while waiting:
            code = waiting[-1]
            reads = () if code in order else state.reads[code]
            pending = [read for read in reads if read in state.reads and read not in order]
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
            if step["kind"] == "rule" and "row" not in step and not isinstance(fact, NonValue)
        },
        **({"lists": derive_lists(state)} if state.lists else {}),
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
        if step["kind"] in _OUTCOMES and "row" not in step:
            result[_OUTCOMES[step["kind"]]][step["id"]] = step["outcome"]
        if "declared" in step:
            result["declared"].setdefault(step["declared"]["agreement"], []).append(step["id"])
    return result


def _missing(state: State) -> list[str]:
    codes: set[str] = set()
    for step, fact in state.derived:
        is_step = step["kind"] != "rows"
        if is_step and isinstance(fact, NonValue) and fact.kind == "missing":
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
    counted = [
        (step, fact) for step, fact in state.derived if step["kind"] not in ("message", "rows")
    ]
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
