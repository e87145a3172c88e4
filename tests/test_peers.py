"""Rule sets of other rules-as-code projects, in language 2, against those projects' own cases.

Each folder of `tests/peers/` is a library with one rulebook; its README says where rules and cases
come from, where the two part, and what could not be said.
"""

import json
from pathlib import Path

import pytest

import ruletrail
from ruletrail.examples import read_examples, run_example
from ruletrail.intake import check_report
from ruletrail.library import load_linked, source_of_path
from ruletrail.verification import verify_trail
from support.command_line import call
from support.evaluators import compare_columns, compare_functions, trail_bytes
from support.places import ROOT

PEERS = ROOT / "tests" / "peers"
CASES = {"allocations/2021": 14, "child-care/2024": 12, "federal-tax/2025": 11}
"""How many cases of its peer each rulebook passes."""


def path_of(reference: str) -> Path:
    """Give the rulebook's file."""
    name = reference.split("/", 1)[0]
    return PEERS / name / "rulebooks" / f"{reference}.yaml"


@pytest.mark.parametrize("reference", CASES)
def test_the_peers_own_cases_come_out(reference):
    source = source_of_path(path_of(reference))
    linked = load_linked(source)
    examples = read_examples(source, linked).examples
    outcomes = [run_example(example, linked) for example in examples]
    failures = [
        (each.example.name, each.problems, each.failures)
        for each in outcomes
        if each.problems or each.failures
    ]
    assert failures == []
    assert len(outcomes) == CASES[reference]


@pytest.mark.parametrize("reference", CASES)
def test_every_evaluator_and_the_checker_agree_on_them(reference):
    source = source_of_path(path_of(reference))
    plan = ruletrail.load(path_of(reference))
    reports = []
    for example in read_examples(source, plan.linked).examples:
        report, problems = check_report(example.report, plan.linked)
        assert report is not None, problems
        reports.append(report)
        record = compare_functions(plan.functions, report)
        assert verify_trail(trail_bytes(record), "trail.json") == []
    compare_columns(plan.functions, reports)


@pytest.mark.parametrize("reference", CASES)
def test_a_peer_is_a_library_without_errors(reference):
    folder = PEERS / reference.split("/", 1)[0]
    status, out, _ = call("check", folder, "--format", "json")
    assert status == 0
    assert {each["severity"] for each in json.loads(out)["problems"]} <= {"warning", "info"}


def test_each_peer_says_where_it_comes_from():
    folders = {path.name for path in PEERS.iterdir()}
    assert folders == {reference.split("/", 1)[0] for reference in CASES}
    for name in folders:
        text = (PEERS / name / "README.md").read_text("utf-8")
        assert "https://github.com/" in text
        assert "commit" in text
        assert "## What could not be said" in text
