"""Which changes `test` proposes depends on the rulebook and its examples, not on how codes sort."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ruletrail.examples import suggesting
from ruletrail.reports import Report
from support.command_line import call
from support.library_folders import write

HEAD = """\
language: 1
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
locale: it
"""
BODY = """\
rules:
  RULE: {formula: INCOME * 2 + AGE}
decisions:
  GRANT:
    cases:
      - {outcome: si, when: INCOME <= 900}
      - {outcome: no, when: INCOME > 900}
  OTHER:
    cases:
      - {outcome: vecchio, when: AGE >= 65 and INCOME > 100}
      - {outcome: altro, otherwise: true}
"""
EXAMPLE = """\
test: 1
rulebook: prova/2024
examples:
  - {name: base, report: {fields: {INCOME: 50, AGE: 30}}, expect: {values: {RULE: 130}}}
"""
PLACES = ("RULE", "GRANT", "OTHER", "INCOME", "AGE")


def suggested(names: tuple[str, ...], folder: Path) -> tuple[list[tuple[str, ...]], str]:
    """Give what is proposed, with the names that stand for all, and the line of the most."""

    def named(text: str) -> str:
        for place, name in zip(PLACES, names, strict=True):
            text = text.replace(place, name)
        return text

    number = {"type": "number", "minimum": 0, "maximum": 10000}
    fields = dict.fromkeys(names[3:], number)
    write(folder / "schema.json", json.dumps({"properties": {"fields": {"properties": fields}}}))
    write(folder / "r.yaml", HEAD + named(BODY))
    write(folder / "r.test.yaml", named(EXAMPLE))
    missed = json.loads(call("test", "r.yaml", "--format", "json")[1])["rulebooks"][0]
    known = dict(zip(names, PLACES, strict=True))
    found = [
        (each["kind"], known[each["code"]], known[change["code"]], change["value"])
        for each in missed["coverage"]["missed"]
        if (change := each["suggestion"])
    ]
    shown = call("test", "r.yaml", "--lang", "en")[1]
    (most,) = (line for line in shown.splitlines() if line.startswith("to begin with"))
    for name, place in known.items():
        most = most.replace(name, place)
    return found, most


@pytest.mark.parametrize("names", [("e", "d", "c", "b", "a"), ("a_", "z_", "b_", "y_", "c_")])
def test_other_names_get_the_same_suggestions(names: tuple[str, ...], folder: Path):
    """The same changes, in the order in which the rulebook is written."""
    expected, most = suggested(("q_1", "q_2", "q_3", "q_4", "q_5"), folder)
    found, other = suggested(tuple(f"{name}{name}q" for name in names), folder)
    assert found == expected
    assert other == most
    assert "`INCOME: 901` in the example “base”" in most


def test_the_change_that_shows_most_is_named_with_how_much(folder: Path):
    found, most = suggested(("q_1", "q_2", "q_3", "q_4", "q_5"), folder)
    assert most.startswith("to begin with, one example alone shows ")
    match = re.search(r"shows (\d+) of these (\d+):", most)
    assert match is not None
    count, total = map(int, match.groups())
    assert count >= sum(change[2:] == ("INCOME", "901") for change in found) > 1
    assert total >= len(found)


def test_what_no_change_shows_leaves_the_others_their_trials(monkeypatch: pytest.MonkeyPatch):
    """Of households few trials are paid for: the first seven thresholds took them all.

    No change is tried twice, in whichever round and for whichever point.
    """
    tried: list[tuple[str, object, object]] = []
    real = suggesting._try

    def note(report: Report, name: str, slot: Any, value: Any, search: Any) -> None:
        tried.append((name, slot, value))
        real(report, name, slot, value, search)

    monkeypatch.setattr(suggesting, "_try", note)
    rulebook = Path(__file__).parent / "peers/allocations/rulebooks/allocations/2021.yaml"
    (told,) = json.loads(call("test", rulebook, "--format", "json")[1])["rulebooks"]
    missed = told["coverage"]["missed"]
    assert sum(each["suggestion"] is not None for each in missed) > len(missed) / 2
    assert len(set(tried)) == len(tried)
    assert len(tried) < suggesting.MOST_TRIALS / 2  # a household is more work than a few fields
