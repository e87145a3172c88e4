"""Which comparison whatif names: one whose own change changes the outcome, of the case that holds.

Decisions are generated; what each comparison does alone is worked out here, by Kleene's tables.
"""

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import pytest

from ruletrail.counterfactuals import ask_what_if
from ruletrail.evaluations import evaluate_record
from support.rulebooks import REFERENCE, load_text, rulebook_text, schema_of

NUMBER = {"type": "integer", "minimum": -6, "maximum": 6}
FIELDS = {"a": NUMBER, "b": NUMBER, "p": {"type": "boolean"}}
SIGNS = {
    ">": lambda one, other: one > other,
    "<": lambda one, other: one < other,
    ">=": lambda one, other: one >= other,
    "==": lambda one, other: one == other,
}

Truth = bool | None
Condition = Any
"""A comparison as its parts, the code of a truth, or a word with the conditions that it joins."""


def draw(rng: random.Random, depth: int = 2) -> Condition:
    kind = rng.choice(("and", "or", "not", "is", "is")) if depth else "is"
    if kind in ("and", "or"):
        return (kind, draw(rng, depth - 1), draw(rng, depth - 1))
    if kind == "not":
        return (kind, draw(rng, depth - 1))
    if rng.random() < 0.2:
        return ("p",)
    return (rng.choice("aab"), rng.choice(list(SIGNS)), rng.randint(-4, 4))


def write(condition: Condition) -> str:
    match condition:
        case (code,):
            return code
        case ("not", inner):
            return f"not ({write(inner)})"
        case ("and" | "or" as word, one, other):
            return f"({write(one)}) {word} ({write(other)})"
        case _:
            return " ".join(map(str, condition))


def leaves(condition: Condition) -> Iterator[Condition]:
    if condition[0] in ("and", "or", "not"):
        for part in condition[1:]:
            yield from leaves(part)
    else:
        yield condition


def judge(condition: Condition, truths: Iterator[Truth]) -> Truth:
    """Take the truths of the leaves, in their order, to that of the whole."""
    match condition:
        case ("not", inner):
            found = judge(inner, truths)
            return None if found is None else not found
        case ("and" | "or" as word, one, other):
            both = [judge(one, truths), judge(other, truths)]
            if (word == "or") in both:
                return word == "or"
            return None if None in both else word == "and"
        case _:
            return next(truths)


def hold(leaf: Condition, values: Mapping[str, Any]) -> Truth:
    value = values.get(leaf[0])
    if value is None or len(leaf) == 1:
        return value
    return SIGNS[leaf[1]](value, leaf[2])


def decide(policy: str, cases: list[Condition], truths: list[Truth]) -> str:
    """Say what a decision comes to, which ends with `otherwise`, by docs/semantics.md 10."""
    given = iter(truths)
    found = [judge(case, given) for case in cases]
    if policy == "first":
        first = next((at for at, truth in enumerate(found) if truth is not False), len(found))
        return "open" if first < len(found) and found[first] is None else f"o{first}"
    if found.count(True) > 1:
        return "conflict"
    if None in found:
        return "open"
    return f"o{found.index(True) if True in found else len(found)}"


def deciding(
    policy: str, cases: list[Condition], before: list[Truth], after: list[Truth]
) -> set[int]:
    """Find the leaves whose own change changes the outcome, made alone or alone taken back."""
    now, then = decide(policy, cases, before), decide(policy, cases, after)
    found = set()
    for at, (old, new) in enumerate(zip(before, after, strict=True)):
        made = [*before[:at], new, *before[at + 1 :]]
        unmade = [*after[:at], old, *after[at + 1 :]]
        is_one = decide(policy, cases, made) != now or decide(policy, cases, unmade) != then
        if old != new and is_one:
            found.add(at)
    return found


def check_seed(seed: int) -> Iterator[str]:
    rng = random.Random(seed)  # noqa: S311 - the same cases each time
    policy = rng.choice(("first", "exclusive"))
    cases = [draw(rng) for _ in range(rng.randint(1, 4))]
    written = [{"outcome": f"o{at}", "when": write(case)} for at, case in enumerate(cases)]
    written.append({"outcome": f"o{len(cases)}", "otherwise": True})
    head = {"policy": "first"} if policy == "first" else {}
    decisions = {"D": {"label": "D", **head, "cases": written}}
    plan = load_text(rulebook_text({"decisions": decisions}), schema_of(FIELDS))
    values = {code: rng.randint(-6, 6) for code in "ab"} | {"p": rng.random() < 0.5}
    given = {code: value for code, value in values.items() if rng.random() < 0.7}
    record = evaluate_record(plan.linked, plan.read({"rulebook": REFERENCE, "fields": given}))
    ordered = [leaf for case in cases for leaf in leaves(case)]
    for flip in ask_what_if(record, "D").flips:
        to = flip.to if isinstance(flip.to, bool) else int(Fraction(flip.to))
        # one step before it, as whatif confirms it; a blank has none
        step = given.get(flip.input)
        if step is not None and not isinstance(to, bool):
            step = to - (1 if to > step else -1)
        before = [hold(leaf, given | {flip.input: step}) for leaf in ordered]
        after = [hold(leaf, given | {flip.input: to}) for leaf in ordered]
        alone = deciding(policy, cases, before, after)
        if alone and flip.because not in {write(ordered[at]) for at in alone}:
            yield f"seed {seed}: {policy} {written} {given} {flip.input}={to}: {flip.because}"


@pytest.mark.parametrize("start", range(4))
def test_the_named_comparison_changes_the_outcome_alone(start: int):
    assert not [line for seed in range(start, 240, 4) for line in check_seed(seed)]


def because(policy: str, cases: list[tuple[str, str]], given: Mapping[str, Any]) -> dict[str, str]:
    """Say what decides, for each outcome that the field `a` leads to."""
    written = [{"outcome": outcome, "when": when} for outcome, when in cases]
    entry = {
        "label": "D",
        "policy": policy,
        "cases": [*written, {"outcome": "z", "otherwise": True}],
    }
    plan = load_text(rulebook_text({"decisions": {"D": entry}}), schema_of(FIELDS))
    record = evaluate_record(plan.linked, plan.read({"rulebook": REFERENCE, "fields": given}))
    flips = ask_what_if(record, "D").flips
    return {flip.outcome: flip.because for flip in flips if flip.input == "a"}


@pytest.mark.parametrize("policy", ["first", "exclusive"])
def test_of_a_blank_number_the_case_that_holds_then_is_named(policy: str):
    """All comparisons with it come out otherwise, and one alone says why it is this outcome."""
    found = because(policy, [("x", "a > 3"), ("y", "a < -2")], {})
    assert found == {"x": "a > 3", "y": "a < -2", "z": "a > 3"}


def test_a_comparison_that_another_one_sets_aside_is_not_named():
    cases = [("x", "(a > 3 and p) or a >= 4"), ("y", "a < -2")]
    assert because("first", cases, {"a": 0, "p": False})["x"] == "a >= 4"


def test_two_cases_that_compare_the_same_are_named_as_the_first_has_it():
    found = because(
        "exclusive", [("x", "a > b"), ("y", "a <= b and p")], {"a": 0, "b": 1, "p": True}
    )
    assert found == {"x": "a > b"}
