"""The trails of the examples, byte for byte, and that the examples do what they say."""

import json
import subprocess
import sys

import pytest

import ruletrail
from support.places import ROOT

EXAMPLES = ROOT / "examples"


@pytest.mark.parametrize("name", ["jesi-2024", "livorno-2024"])
def test_the_trail_is_the_golden_one(name: str) -> None:
    """A change of a trail is meant, reviewed and written anew, or it is a defect.

    See CONTRIBUTING.
    """
    written = (
        ruletrail.load("sociale/2024").evaluate(EXAMPLES / f"{name}.yaml").trail.to_json() + "\n"
    )
    golden = (EXAMPLES / f"{name}.trail.json").read_text("utf-8")
    if written != golden:
        found, expected = json.loads(written), json.loads(golden)
        changed = [
            step["id"]
            for step, other in zip(found["steps"], expected["steps"], strict=False)
            if step != other
        ]
        pytest.fail(
            f"changed steps: {changed[:5]}; changed parts: "
            f"{[key for key in found if found[key] != expected.get(key)]}"
        )


def test_the_embedding_example_runs() -> None:
    """A developer copies it; it must work as it stands, from any folder."""
    done = subprocess.run(
        [sys.executable, EXAMPLES / "embed.py"], capture_output=True, text=True, check=True, cwd="/"
    )
    lines = done.stdout.splitlines()
    assert lines[0] == "complete waiting_list 46.25"
    assert "child_share: {'not_applicable': 'child_share'}" in lines
    said = "unknown-key: the form has no code `plots`"
    assert any(line.startswith(said) and "`plot`" in line for line in lines)


def test_a_rulebook_of_another_field_needs_no_change_to_the_engine() -> None:
    """The engine knows nothing about municipalities.

    A garden association decides by the same means.
    """
    plan = ruletrail.load(EXAMPLES / "garden/garden.yaml")
    evaluation = plan.evaluate(EXAMPLES / "garden/application.yaml")
    assert evaluation.status == "complete"
    assert evaluation.decisions == {"outcome": "granted"}
    assert evaluation.messages == (
        "With 12.5 points the household gets a large plot for 115.62 EUR a year.",
    )
    points = next(step for step in evaluation.trail.to_dict()["steps"] if step["id"] == "points")
    assert points["reads"]["child_share"] == {"value": "1.5", "from": "rule"}


def test_the_engine_holds_no_word_of_the_forms() -> None:
    """What is particular to a form lives in its rulebook, schema and layout, never in code."""
    words = ("quadro", "comune", "livorno", "jesi", "assistenti", "fabbisogno")
    for path in (ROOT / "engine").rglob("*.py"):
        if "problem_texts" in path.parts or path.name in ("help_texts.py", "example_texts.py"):
            continue  # the sentences of problems, of help and of the service give examples
        code = path.read_text("utf-8").lower()
        assert not [word for word in words if word in code], path
