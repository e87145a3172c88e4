"""Members of groups that stand for the same: where one is needed, each of them is, untried."""

import random
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.evaluations import evaluate_record
from ruletrail.needs import Needs, find_needs
from ruletrail.needs.alternatives import _Trying
from support.rulebooks import load_text, rulebook_text, schema_of

KINDS: list[dict[str, Any]] = [
    {"type": "number"},
    {"type": "number", "minimum": 0},
    {"type": "integer", "minimum": 0, "maximum": 3},
]


def plan_of(entries: dict[str, Any], fields: dict[str, Any], language: str = "2") -> Plan:
    decision = {"cases": [{"outcome": "a", "when": "R > 5"}, {"outcome": "b", "when": "R <= 5"}]}
    body = {**entries, "decisions": {"d": decision}}
    return load_text(rulebook_text(body, language=language), schema_of(fields))


def needs_of(plan: Plan, given: dict[str, Any], code: str | None = None) -> Needs:
    return find_needs(evaluate_record(plan.linked, plan.read({"fields": given})), code)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note each set of inputs that is supplied to see whether it settles."""
    found: list[int] = []
    does = _Trying._does
    monkeypatch.setattr(
        _Trying, "_does", lambda self, given, mask: found.append(mask) or does(self, given, mask)
    )
    return found


@pytest.mark.parametrize("size", [40, 80])
def test_of_members_that_are_alike_one_is_tried(size: int, tried: list[int]) -> None:
    """Each was, with all others read again: twice as many took four times as long."""
    fields = {f"f{at}": KINDS[0] for at in range(size)}
    entries = {"groups": {"g": [*fields]}, "rules": {"R": {"formula": "sum(g)"}}}
    needs = needs_of(plan_of(entries, fields), {}, "d")
    assert needs.alternatives == (tuple(fields),)
    assert len(tried) <= 4


def test_one_that_is_named_elsewhere_is_tried_by_itself(tried: list[int]) -> None:
    """It stands for more than the others: they may do without it, or not without it alone."""
    fields = {f"f{at}": KINDS[1] for at in range(6)}
    entries = {
        "groups": {"g": [*fields]},
        "rules": {"R": {"formula": "if_missing(f2, 0) * 0 + sum(g)"}},
    }
    needs_of(plan_of(entries, fields), {}, "d")
    without = {sum(1 << each for each in range(6) if each != at) for at in (0, 2)}
    assert without <= set(tried)


def draw(chance: random.Random) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Draw groups that share members, formulas of them and of some by name, and a report."""
    fields = {f"f{at}": chance.choice(KINDS) for at in range(chance.randint(3, 9))}
    groups = {name: chance.sample([*fields], chance.randint(2, len(fields))) for name in ("g", "h")}
    known = ("sum(g)", "max(h)", "min(g)", "sum(g, h)", "max(g) - min(h)")
    parts = [chance.choice(known), chance.choice(known), chance.choice([*fields])]
    formula = f"{parts[0]} {chance.choice('+-')} {parts[1]}"
    if chance.random() < 0.5:
        formula += f" {chance.choice('+-*')} {parts[2]}"
    rules = {"R": {"formula": formula}, "S": {"formula": chance.choice(known)}}
    given = {code: chance.randint(0, 3) for code in fields if chance.random() < 0.2}
    return {"groups": groups, "rules": rules}, fields, given


@pytest.mark.parametrize("language", ["1", "2"])
def test_what_is_left_untried_changes_no_answer(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a decision and of the whole report, whether one is tried for all or each by itself."""
    chance = random.Random(language)  # noqa: S311 - documents are drawn, nothing is secret
    drawn = [draw(chance) for _ in range(6)]

    def tell() -> list[Needs]:
        found = []
        for entries, fields, given in drawn:
            plan = plan_of(entries, fields, language)
            found += [needs_of(plan, given, code) for code in ("d", None)]
        return found

    quick = tell()
    monkeypatch.setattr(_Trying, "_places", {})
    assert quick == tell()
