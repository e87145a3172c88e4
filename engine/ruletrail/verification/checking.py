"""The check of a stored trail: form, canonical bytes, digests, then every step and the result.

It stops at the first thing that fails and names it. It reads no rulebook, no library and no clock.
"""

from collections.abc import Callable
from functools import partial

from ruletrail.problems import Mark, Problem, ProblemsError, quote
from ruletrail.verification.dated import DatedConstant, check_in_force
from ruletrail.verification.failures import ABSENT, Failure, show
from ruletrail.verification.readings import (
    StoredTrail,
    check_digests,
    find_canonical_break,
    read_trail,
    write_canonical,
)
from ruletrail.verification.results import check_messages, check_order, check_result
from ruletrail.verification.sentences import check_rows_called
from ruletrail.verification.state import Json, State, initial_state
from ruletrail.verification.steps import check_basis, check_step
from ruletrail.verification.trail_form import find_violation


def verify_trail(data: bytes, file: str) -> list[Problem]:
    """Check a stored trail from its bytes; an empty list means that it is verified."""
    try:
        return check_trail(read_trail(data, file))
    except ProblemsError as error:
        return list(error.problems)


def check_trail(stored: StoredTrail) -> list[Problem]:
    """Check a trail that could be read; gives the first thing that fails, or nothing."""
    violation = find_violation(stored.document, stored.document["trail"])
    if violation is not None:
        place, found = violation
        code = "trail-key" if found is ABSENT else "trail-form"
        details = {"place": quote(place.removeprefix(".") or "$"), "found": quote(show(found))}
        return [Problem(code, Mark(stored.file), details)]
    broken = find_canonical_break(stored)
    if broken is not None:
        return [broken]
    try:
        check_digests(stored.document)
        _derive(stored.document)
    except Failure as failure:
        details = {**failure.details, **({"step": quote(failure.step)} if failure.step else {})}
        return [Problem(failure.code, _mark(stored, failure.step), details)]
    return []


def _derive(document: Json) -> None:
    state = initial_state(document)
    for code, parameter in document["parameters"].items():
        _at(code, check_basis, parameter, state)
        _at(code, _check_bases, parameter, state)
    for step in document["steps"]:
        _at(step["id"], _take, step, state)
    for code, parameter in document["parameters"].items():
        _at(code, partial(_check_in_force, code), parameter, state)
    check_messages(state)
    check_rows_called(state)
    check_order(state)
    check_result(state)


def _check_bases(entry: Json, state: State) -> None:
    for each in entry.get("values", ()):
        check_basis(each, state)


def _check_in_force(code: str, entry: Json, state: State) -> None:
    constant = state.parameters[code]
    if isinstance(constant, DatedConstant):
        check_in_force(code, entry, constant, state.day(constant.entries.day))


def _take(step: Json, state: State) -> None:
    fact = check_step(step, state)
    state.facts[step["id"]] = fact
    state.derived.append((step, fact))


def _at(step: str, check: Callable[[Json, State], None], entry: Json, state: State) -> None:
    try:
        check(entry, state)
    except Failure as failure:
        raise failure.at_step(step) from None


def _mark(stored: StoredTrail, step: str) -> Mark:
    """Point to the step in the trail's one line, or to its start."""
    column = stored.text.find('"steps":[') + len('"steps":[') + 1
    for at, each in enumerate(stored.document["steps"]):
        if each["id"] == step:
            return Mark(stored.file, 1, column, path=(("", "steps"), at))
        column += len(write_canonical(each)) + 1
    return Mark(stored.file)
