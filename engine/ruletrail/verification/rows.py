"""Lists of rows as the checker sees them: what steps of rows read, and what all rows come to."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ruletrail.verification.dated_lookups import day_of, with_days
from ruletrail.verification.derivations import Read
from ruletrail.verification.facts import Fact, NonValue, join_conditions
from ruletrail.verification.failures import Failure, compare
from ruletrail.verification.grammar import Node, Parsed, in_same_row
from ruletrail.verification.lookups import constants_of
from ruletrail.verification.state import Json, State, cut, entry_of


def read_in_rows(step: Json, clauses: Sequence[Parsed], state: State) -> list[str]:
    """List the codes that a step of a rulebook with lists reads, those of rows by their number."""
    over, entry, row = step.get("list", ""), entry_of(step["id"]), step.get("row", 0)
    name = entry.partition(".")[2]
    if "all_rows" in step:
        return [
            over,
            *(f"{over}[{each}].{name}" for each in range(1, (state.count(over) or 0) + 1)),
        ]
    codes = [f"{over}[*].{name}"] if row else [over] if over else []
    codes += [step["part_of"]] if "part_of" in step else []
    for clause in clauses:
        direct, gathered = _names(clause)
        if step["kind"] != "rows":
            codes += _write_out(direct, row, step, state)
        if not row:
            codes += _write_out(gathered, 0, step, state)
    return list(dict.fromkeys(codes))


def _names(clause: Parsed) -> tuple[list[str], list[str]]:
    """Name the codes outside of aggregates over rows, and those inside."""
    direct, gathered = list[str](), list[str]()
    waiting: list[tuple[Node, list[str]]] = [(clause.tree, direct)]
    while waiting:
        node, found = waiting.pop()
        for each in in_same_row(node):
            if each.kind in ("name", "lookup"):
                found.append(each.data)
            if each.over:
                waiting.append((each.operands[0], gathered))
    return direct, gathered


def _write_out(names: Iterable[str], row: int, step: Json, state: State) -> Iterator[str]:
    groups, lookups = step.get("groups", {}), {**step.get("scales", {}), **step.get("tables", {})}
    for code in names:
        over, _, name = code.partition(".")
        if code in groups:
            yield from with_days(groups[code], state)
        elif code in lookups:
            yield from with_days(constants_of(step, code), state)
            yield from day_of(step, code)
        elif not name:
            yield from with_days([code], state)
        elif row:
            yield f"{over}[{row}].{name}"
        else:
            yield over
            yield from (f"{over}[{at}].{name}" for at in range(1, (state.count(over) or 0) + 1))


def join_rows(step: Json, read: Read, state: State) -> Fact:
    """Join the outcomes of a check in all rows, without those where a rule of the row is not."""
    over, name = step["list"], step["id"].partition(".")[2]
    count = state.count(over)
    if count is None:
        return NonValue("missing", (over,))
    truths: list[Fact] = []
    for row in range(1, count + 1):
        fact = read(f"{over}[{row}].{name}")
        if not isinstance(fact, NonValue):
            truths.append(fact == "passed")
        elif fact.kind != "not_applicable" or not fact.about[0].startswith(f"{over}[{row}]."):
            truths.append(fact)
    truth = join_conditions(truths, settled_by=False)
    return truth if isinstance(truth, NonValue) else "passed" if truth else "failed"


def written_in_report(code: str, state: State) -> Any:
    """Return what the report says under a code, or in a cell of a row; None for nothing."""
    over, row, name = cut(code)
    written = state.document["report"]["fields"].get(over)
    if not row:
        return written
    return written[int(row) - 1].get(name)


def check_list_fields(step: Json, state: State) -> None:
    """Compare the fields of a section with the report's, where the form has lists."""
    empty: list[str] = []
    filled: list[str] = []
    for code in step["fields"]:
        over, _, name = code.partition(".")
        declared = state.lists.get(over)
        is_known = code in state.document["fields"] or declared is not None
        if not is_known or (name and (declared is None or name not in declared["fields"])):
            raise Failure("trail-read", code=code)
        lacks = _sort_field(code, state, filled)
        is_open = over in step["optional"] and lacks == [over]
        empty += [] if code in step["optional"] or is_open else lacks
    if "fields_not_encoded" in step:
        compare("trail-step", step["fields"], [], "fields")
    known = [code for code in step["optional"] if code in step["fields"]]
    compare("trail-step", step["optional"], known, "optional")
    compare("trail-step", step["empty"], list(dict.fromkeys(empty)), "empty")
    compare("trail-step", step["filled"], list(dict.fromkeys(filled)), "filled")


def _sort_field(code: str, state: State, filled: list[str]) -> list[str]:
    """Return what of a field lacks, after adding what of it is filled."""
    over, _, name = code.partition(".")
    rows = state.document["report"]["fields"].get(over)
    if rows is None:
        return [over]
    if not name:
        filled.append(code)
        return []
    cells = [(f"{over}[{at}].{name}", name in cells) for at, cells in enumerate(rows, start=1)]
    filled += [cell for cell, is_there in cells if is_there]
    return [cell for cell, is_there in cells if not is_there]


_SHARED = ("label", "mark", "source", "evidence", "note", "list", "place")
"""What the steps of one entry that is written for each row say alike."""
_USED = ("groups", "scales", "tables")
"""What those of them say alike that have formulas: of all rows, outcomes are joined."""

_WRITTEN = ("formula", "condition", "not_encoded", "unit")
_OF_RULES = ("rounding", "display", "severity", "sentences")


def check_row_steps(steps: Sequence[Json], state: State) -> None:
    """Stop where an entry that is written for each row lacks a step, or its steps differ."""
    first, last = steps[0], steps[-1]
    if "list" not in first:
        return
    over, name = first["list"], entry_of(first["id"]).partition(".")[2]
    rows = [f"{over}[{row}].{name}" for row in range(1, (state.count(over) or 0) + 1)]
    wanted = [f"{over}[*].{name}", *rows]
    # a check whose condition is not encoded says so in the step of all rows
    wanted += [f"{over}.{name}"] if last["kind"] == "check" else []
    found = [step["id"] for step in steps]
    if found != wanted or (("condition" in first) and last["kind"] != "check"):
        lacks = next((code for code in wanted if code not in found), found[-1])
        raise Failure("trail-read", code=lacks)
    for step in steps:
        try:
            _compare_row_steps(step, steps)
        except Failure as failure:
            raise failure.at_step(step["id"]) from None


def _compare_row_steps(step: Json, steps: Sequence[Json]) -> None:
    """Stop where a step says of its entry what the others of the same do not."""
    first = steps[0]
    for key in _SHARED:
        compare("trail-step", step.get(key), first.get(key), key)
    for key in _USED:
        compare("trail-step", step.get(key), None if "all_rows" in step else first.get(key), key)
    if "row" in step:
        for key in _OF_RULES:
            found_here, wanted_here = _asked(step, key), _asked(steps[1], key)
            compare("trail-step", found_here, wanted_here, key)
        if "message" in step:
            alike = next(each for each in steps[1:] if each["value"] == step["value"])
            found_here, wanted_here = _unfilled(step), _unfilled(alike)
            compare("trail-step", found_here, wanted_here, "message")
    elif "all_rows" in step:
        compare("trail-step", step["sentences"], [], "sentences")
        compare("trail-step", step["severity"], _asked(steps[1], "severity"), "severity")


def _unfilled(step: Json) -> Json:
    """Return what the sentence of a step is in all rows that come to the same."""
    filled = ("arguments", "text")
    return {key: each for key, each in step["message"].items() if key not in filled}


def compare_formulas(step: Json, first: Json) -> None:
    """Stop where a step of a row has another formula or condition than the step of all rows.

    Before any is derived: an aggregate of it is taken from what that step shares.
    """
    for key in _WRITTEN:
        compare("trail-step", step.get(key), first.get(key), key)
    compare("trail-step", _cases(step), _cases(first), "cases")
    when, of_first = step.get("when", {}), first.get("when", {})
    for key in ("condition", "not_encoded"):
        compare("trail-step", when.get(key), of_first.get(key), f"when.{key}")


def _cases(step: Json) -> list[Json]:
    """Return what a step says of the exceptions of its rule, without what they came to."""
    found = []
    for case in step.get("cases", []):
        told = {key: each for key, each in case.items() if key not in ("value", "parts", "then")}
        formula = {key: each for key, each in case.get("then", {}).items() if key != "parts"}
        found.append({**told, "then": formula})
    return found


def _asked(step: Json, key: str) -> Any:
    """Return what a step says of its entry under a key, without what it came to."""
    said = step.get(key)
    return (
        {name: each for name, each in said.items() if name != "from"}
        if key == "rounding" and said
        else said
    )


def derive_lists(state: State) -> Json:
    """Write the values of the rules of each row, for the lists that were supplied."""
    found: Json = {
        over: [{} for _ in range(count)]
        for over in state.lists
        if (count := state.count(over)) is not None
    }
    for step, fact in state.derived:
        if step["kind"] == "rule" and "row" in step and not isinstance(fact, NonValue):
            name = entry_of(step["id"]).partition(".")[2]
            found[step["list"]][step["row"] - 1][name] = step["value"]
    return found
