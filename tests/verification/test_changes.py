"""What `verify` accepts when one place is changed and all digests are made anew: the list.

`docs/trail.md` has it as a table. A change that passes and is not there fails, and so does a row
that nothing passes by any more. RULETRAIL_ROUNDS makes more changes of each class.
"""

import functools
import json
import os
import random
from collections import Counter

import pytest

import ruletrail
from ruletrail.cli.verify import replay_trail
from ruletrail.verification import check_trail, read_trail
from support.forged_trails import HERE, WRITTEN, changed, passes, table, written_trails
from support.places import ROOT
from support.rulebook_generator import generate
from support.signing import sign
from support.trail_changes import Change, Changes, Class, sampled

ROUNDS = int(os.environ.get("RULETRAIL_ROUNDS", "1"))
SEEDS = (55, *range(6), 315, 404, 405, 411)
"""Generated rulebooks: the first has a day that nothing reads; the last have sections of several
optional fields, and cases that go on."""
TABLE = table()
PARTS = 10


@functools.cache
def trails() -> dict[str, dict]:
    """Make small trails of every kind of step, of generated rulebooks, and a real one."""
    made = {"jesi": ruletrail.load("sociale/2024").evaluate(ROOT / "examples" / "jesi-2024.yaml")}
    for seed in SEEDS:
        case = generate(seed)
        made[f"seed {seed}"] = case.load().evaluate(case.reports[0])
    generated = {name: json.loads(each.trail.to_json()) for name, each in made.items()}
    return {**written_trails(), **generated}


@functools.cache
def changes() -> Changes:
    return Changes(list(trails().values()))


@functools.cache
def written(name: str) -> str:
    """Write a trail once, to make copies of it."""
    return json.dumps(trails()[name])


NAMES = (*WRITTEN, "long", "jesi", *(f"seed {seed}" for seed in SEEDS))
EACH = {
    "small": 3, "kinds": 1, "paper": 3, "blank": 3, "lookups": 3, "second": 2, "dated": 3,
    "rows": 1, "norows": 1, "unused": 1, "long": 1, "jesi": 1,
}  # fmt: skip
"""How many changes of each class are made of a trail, in one round."""


@pytest.mark.parametrize("name", NAMES)
def test_nothing_passes_that_the_documentation_does_not_list(name):
    made = changes().of(trails()[name])
    found: dict[Class, Change] = {}
    for change in sampled(made, EACH.get(name, 1) * ROUNDS, 1):
        if change.belongs_to in TABLE or (name == "jesi" and sum(map(ord, change.place)) % 3):
            continue
        document = changed(written(name), trails()[name], change)
        if document is not None and passes(document):
            found[change.belongs_to] = change
    assert {key: at.path for key, at in found.items() if key not in TABLE} == {}


@functools.cache
def by_class() -> dict[Class, list[tuple[str, Change]]]:
    """List the changes of each class of the table, by turns one of each trail that is made here."""
    found: dict[Class, list[tuple[str, Change]]] = {}
    for name in written_trails():
        for change in changes().of(trails()[name]):
            if change.belongs_to in TABLE:
                found.setdefault(change.belongs_to, []).append((name, change))
    for each in found.values():
        random.Random(2).shuffle(each)  # noqa: S311 - a test, not a secret
        turns: Counter[str] = Counter()

        def turn(one: tuple[str, Change]) -> tuple[int, int]:
            turns[one[0]] += 1  # noqa: B023 - sorted at once
            return turns[one[0]], len(written(one[0]))  # noqa: B023 - the same

        each.sort(key=turn)
    return found


def witness(key: Class) -> tuple[str, dict] | None:
    """Find a change of a class that passes."""
    for name, change in by_class().get(key, ()):
        document = changed(written(name), trails()[name], change)
        if document is not None and passes(document):
            return name, document
    return None


@pytest.mark.parametrize("part", range(PARTS))
def test_every_row_of_the_documentation_passes(part):
    """And is found by what the row says: the report's part alone is what a replay starts from."""
    for key in sorted(TABLE)[part::PARTS]:
        found = witness(key)
        assert found is not None, f"{key} is refused now: take it out of docs/trail.md"
        name, document = found
        is_of_report = document["report"] != trails()[name]["report"]
        assert is_of_report == (TABLE[key] == "nothing"), key


CLAIMS = {
    "a label": lambda document: document["steps"][0].update(label="x"),
    "a version of the engine": lambda document: document["engine"].update(version="9.9.9"),
    "a status": lambda document: document["rulebook"].update(status="published"),
    "a note": lambda document: document["steps"][-1].update(note="x"),
    "a constant": lambda document: document["parameters"]["inutile"]["value"].update(text="x"),
    "a digest": lambda document: document["schema"].update(digest="sha256:" + "0" * 64),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_replay_finds_what_a_trail_only_states(claim):
    document = json.loads(json.dumps(trails()["kinds"]))
    CLAIMS[claim](document)
    assert replayed(document) in (["trail-replay"], ["trail-rulebook-changed"])


def test_nothing_finds_another_subject():
    document = json.loads(json.dumps(trails()["kinds"]))
    document["report"]["subject"] = {"comune": "Altrove"}
    assert replayed(document) == []


def replayed(document: dict) -> list[str]:
    stored = read_trail(sign(document).encode(), "trail.json")
    assert check_trail(stored) == []
    return [problem.code for problem in replay_trail(stored, str(HERE / "kinds.yaml"))[0]]
