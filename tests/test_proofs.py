"""`ruletrail prove`: gaps, overlaps, dead cases, errors and roundings, over all reports."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ruletrail import proofs
from ruletrail.api import Plan
from ruletrail.proofs import Answer
from support.rulebooks import HEAD, load_text, schema_of

TABLES = sorted((Path(__file__).parent / "proofs").glob("*.yaml"))
USUAL = {
    "gap": "proved", "overlap": "proved", "error": "proved", "rounding": "proved",
    "property": "proved", "dead": "refuted", "never_fails": "refuted", "always_due": "refuted",
    "never_due": "refuted",
}  # fmt: skip


def cases() -> Iterator[Any]:
    for path in TABLES:
        for case in yaml.safe_load(path.read_text("utf-8")):
            yield pytest.param(case, id=f"{path.stem}: {case['name']}")


def load(text: str, fields: Mapping[str, Any], language: int = 1, required: Any = ()) -> Plan:
    head = {**HEAD, "language": str(language)}
    schema = schema_of(fields)
    if required:
        schema["properties"]["fields"]["required"] = list(required)
        schema["required"] = [*schema["required"], "fields"]
    return load_text("".join(f"{k}: {v}\n" for k, v in head.items()) + text, schema)


@cache
def proved(text: str) -> tuple[Plan, dict[str, Answer]]:
    case = yaml.safe_load(text)
    plan = load(
        case["rulebook"], case["fields"], case.get("language", 1), case.get("required", ())
    )
    proof = proofs.prove(plan, seconds=20)
    return plan, {f"{answer.about} {answer.question}": answer for answer in proof.answers}


@pytest.mark.parametrize("case", list(cases()))
def test_small_rulebooks_are_judged_right(case: dict[str, Any]):
    plan, answers = proved(yaml.safe_dump(case))
    expected = case.get("answers", {})
    assert expected.keys() <= answers.keys()
    for name, answer in answers.items():
        asked = expected.get(name, USUAL[answer.question])
        verdict, detail = next(iter(asked.items())) if isinstance(asked, dict) else (asked, None)
        assert (answer.answer, name) == (verdict, name), answer
        if verdict == "refuted":
            assert answer.witness is not None
            plan.evaluate(dict(answer.witness))
            if isinstance(detail, dict):
                assert answer.witness["fields"] == detail
        elif verdict == "unsettled":
            assert answer.reason == detail
