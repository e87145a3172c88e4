"""How another tool embeds ruletrail: load once, evaluate many, show the answer and why.

python examples/embed.py
"""

import json
from decimal import Decimal
from pathlib import Path

import ruletrail

HERE = Path(__file__).parent


def main() -> None:
    """Evaluate a report that this program made, then one from a file, then one that is wrong."""
    plan = ruletrail.load(HERE / "garden" / "garden.yaml")
    application = {
        "rulebook": "garden/2026",
        "subject": {"household": "Example"},
        "fields": {
            "adults": 1,
            "children": 0,
            "distance": Decimal("5.5"),
            "waiting": 2,
            "own_garden": False,
            "plot": "small",
        },
    }
    evaluation = plan.evaluate(application)
    print(evaluation.status, evaluation.decisions["outcome"], evaluation.values["fee"])

    # Values are exact: Decimal where one is, else Fraction. What has no value is absent, and the
    # trail says why.
    assert evaluation.values["fee"] == Decimal("46.25")  # noqa: S101 - shown to the reader
    assert "child_share" not in evaluation.values  # noqa: S101
    steps = {step["id"]: step for step in evaluation.trail.to_dict()["steps"]}
    print("child_share:", steps["child_share"]["value"])
    print("points:", steps["points"]["formula"], "=", steps["points"]["value"])

    # A plan is immutable and may be shared between threads; a trail is one JSON document to store
    # or to send.
    stored = ruletrail.load("sociale/2024").evaluate(HERE / "jesi-2024.yaml").trail.to_json()
    print(json.loads(stored)["result"]["decisions"])

    # Everything wrong with a document comes at once, each problem with a stable code and a place.
    try:
        plan.evaluate({**application, "fields": {"adults": "two", "plots": "small"}})
    except ruletrail.ProblemsError as error:
        for problem in error.problems:
            print(f"{problem.code}: {problem.message('en')}; {problem.hint('en')}")


if __name__ == "__main__":
    main()
