"""What the command line answers was computed twice; and evaluating itself never makes code."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

import ruletrail
from ruletrail.analysis import inference
from ruletrail.cli import main
from ruletrail.cli.consoles import Console
from ruletrail.compiled import CompiledRulebook
from support.places import ROOT
from support.rulebooks import REFERENCE, load_text, rulebook_text, schema_of

REPORT = ROOT / "examples/jesi-2024.yaml"


@pytest.mark.parametrize(
    "words", [["evaluate"], ["explain", "R04"], ["seal", "--archive", "a.sqlite"]]
)
def test_a_disagreement_is_a_defect_and_never_an_answer(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Status 3, nothing on standard output, and nothing sealed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RULETRAIL_DEBUG", raising=False)
    honest = CompiledRulebook.evaluate_record
    monkeypatch.setattr(
        CompiledRulebook,
        "evaluate_record",
        lambda self, report: replace(honest(self, report), status="invalid"),
    )
    out, err = io.StringIO(), io.StringIO()
    command, *rest = words
    assert main([command, str(REPORT), *rest], Console(out, err, "en")) == 3
    assert out.getvalue() == ""
    assert "EvaluatorsDisagreeError" in err.getvalue()
    assert not (tmp_path / "a.sqlite").exists()


def test_a_loaded_plan_answers_by_its_functions(monkeypatch):
    """Usual reports, one with a missing field and one that divides by zero need no reference."""
    plan = ruletrail.load("sociale/2024")
    fields = {code: declared.exact for code, declared in plan.read(REPORT).fields.items()}
    monkeypatch.setattr("ruletrail.api.evaluate_record", None)
    without = {code: value for code, value in fields.items() if code != "R03"}
    for given, expected in (
        (fields, "value"),
        (without, "missing"),
        ({**fields, "R03": 0}, "error"),
    ):
        answer = plan.evaluate(
            {
                "rulebook": "sociale/2024",
                "subject": {"comune": "Jesi", "provincia": "AN"},
                "fields": given,
            }
        )
        step = next(step for step in answer.trail.to_dict()["steps"] if step["id"] == "R04")
        assert step["outcome"] == expected


def test_a_large_plan_that_answered_a_table_makes_no_code_when_it_evaluates(monkeypatch):
    """`evaluate_many` makes some functions.

    A report that needs another is answered by the reference, not compiled for.
    """
    monkeypatch.setattr("ruletrail.library.cached_loading.MOST_STEPS", 0)
    plan = ruletrail.load(ROOT / "examples/garden/garden.yaml")
    fields = {
        "adults": 2,
        "children": 1,
        "distance": 1,
        "waiting": 3,
        "own_garden": False,
        "plot": "small",
    }
    plan.evaluate_many({code: [value] for code, value in fields.items()})
    assert not plan.functions.is_whole
    unusual = {**fields, "distance": 1.2345678}
    slow = plan.evaluate(
        {"rulebook": "garden/2026", "fields": unusual, "subject": {"household": "x"}}
    )
    assert not plan.functions.is_whole
    assert plan.compile().functions.is_whole
    fast = plan.evaluate(
        {"rulebook": "garden/2026", "fields": unusual, "subject": {"household": "x"}}
    )
    assert slow.trail.to_json() == fast.trail.to_json()


@pytest.mark.parametrize("most", [50, 49])
def test_sums_that_may_leave_out_very_many_members_are_not_compiled(
    most: int, monkeypatch: pytest.MonkeyPatch
):
    """Five sums of ten rules that may not apply: where that is too much code, none is made."""
    monkeypatch.setattr(inference, "MOST_LEFT_OUT", most)
    rules = {f"X{at}": {"formula": f"A + {at}", "when": f"A > {at}"} for at in range(10)}
    rules |= {f"S{at}": {"formula": f"sum(g) + {at}"} for at in range(5)}
    sections = {"groups": {"g": [f"X{at}" for at in range(10)]}, "rules": rules}
    text = rulebook_text(sections).replace("language: 1", "language: 2")
    plan = load_text(text, schema_of({"A": "number"}))
    assert CompiledRulebook(plan.linked).is_covered is (most == 50)
    reports = [{"rulebook": REFERENCE, "fields": {"A": number}} for number in (-1, 3, 99)]
    found = [plan.evaluate(each).values["S2"] for each in reports]
    assert found == [2, 2 + 9 + 3, 2 + 990 + 45]
    assert list(plan.evaluate_many({"A": [-1, 3, 99]}).values["S2"]) == found
