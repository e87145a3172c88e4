"""A trail names a rulebook as a reference may name one, and no otherwise."""

import json

import pytest

import ruletrail
from ruletrail.references import parse_reference
from ruletrail.verification import verify_trail
from ruletrail.verification.trail_form import LATEST, trail_schema
from support.places import ROOT, TESTS
from support.signing import sign

HERE = TESTS / "verification"
NAMED = {"name": "rulebook", "edition": "edition", "version": "version"}
"""What a trail says of its rulebook, by the rulebook's own key."""

WRITTEN = {
    "name": ["a", "a" * 64, "a" * 65, "a_-0", "A", "0", "", " ", "a\n", "à"],
    "edition": ["2", "2" * 64, "2" * 65, "2024-a_.b", "-2", "", " ", "2\n", "2/2", "٣"],
    "version": [
        *(f"{before}{number}{after}" for number in ("0", "1", "9999", "10000", "99999", "01", "-1")
          for before, after in (("", ".0.0"), ("0.", ".0"), ("0.0.", ""))),
        "", "1", "1.0", "1.0.0.0", "1.0.0\n", " 1.0.0", "1.0.0-a", "٣.0.0",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "text"), [(key, text) for key, texts in WRITTEN.items() for text in texts]
)
def test_what_no_reference_says_is_no_trails_form(key: str, text: str):
    plan = ruletrail.load(HERE / "small.yaml")
    trail = json.loads(plan.evaluate(HERE / "small.report.yaml").trail.to_json())
    identity = trail["rulebook"]
    identity[key] = text
    trail["report"]["rulebook"] = f"{identity['name']}/{identity['edition']}"
    reference = parse_reference(f"{trail['report']['rulebook']}@{identity['version']}")
    found = verify_trail(sign(trail).encode(), "trail.json")
    if reference is not None:
        assert found == []
    else:
        assert [problem.code for problem in found] == ["trail-form"]
        assert found[0].details["place"] == f"`rulebook.{key}`"


@pytest.mark.parametrize("key", NAMED)
def test_the_form_of_trails_and_of_rulebooks_say_the_same(key: str):
    book = json.loads((ROOT / "schemas" / "rulebook.schema.json").read_text("utf-8"))
    ours, theirs = trail_schema(LATEST)["properties"]["rulebook"]["properties"], book["properties"]
    for keyword in ("type", "pattern", "maxLength"):
        assert ours[key].get(keyword) == theirs[NAMED[key]].get(keyword)


@pytest.mark.parametrize(
    "place", ["fields.A", "parameters.soglia", *(f"steps.{at}" for at in range(5))]
)
def test_nothing_is_called_by_an_empty_label(place: str):
    """An entry or field without a label is called by its code."""
    plan = ruletrail.load(HERE / "small.yaml")
    trail = json.loads(plan.evaluate(HERE / "small.report.yaml").trail.to_json())
    part, key = place.split(".")
    named = trail[part][int(key) if part == "steps" else key]
    assert named["label"]
    named["label"] = ""
    assert [problem.code for problem in verify_trail(sign(trail).encode(), "t")] == ["trail-form"]


def _of_lists(over: str, count: int) -> dict:
    return {over: {"label": over, "fields": {"a": {"label": "a", "type": "number"}}}} | {
        f"{over}{at}": {"label": over, "fields": {"a": {"label": "a", "type": "number"}}}
        for at in range(1, count)
    }


@pytest.mark.parametrize(("more", "place"), [(19, None), (20, "lists")])
def test_a_trail_has_no_more_lists_than_a_form_may_have(more: int, place: str | None):
    trail = _trail_of_rows()
    trail["lists"] |= _of_lists("Z", more)
    assert _place_of(trail) == place


@pytest.mark.parametrize(("rows", "place"), [(500, None), (501, "report.fields.Z")])
def test_a_list_has_no_more_rows_than_a_form_may_have(rows: int, place: str | None):
    trail = _trail_of_rows()
    trail["lists"] |= _of_lists("Z", 1)
    trail["report"]["fields"]["Z"] = [{"a": "1"}] * rows
    trail["result"]["lists"]["Z"] = [{}] * rows
    assert _place_of(trail) == place


def test_the_rows_of_a_list_have_fields():
    trail = _trail_of_rows()
    trail["lists"]["Z"] = {"label": "Z", "fields": {}}
    assert _place_of(trail) == "lists.Z.fields"


def test_choices_without_any_name_are_left_out():
    trail = _trail_of_rows()
    trail["fields"]["Z"] = {"label": "Z", "type": "text", "choices": {}}
    assert _place_of(trail) == "fields.Z.choices"
    trail = _trail_of_rows()
    trail["lists"]["L"]["fields"]["t"]["choices"] = {}
    assert _place_of(trail) == "lists.L.fields.t.choices"


def _trail_of_rows() -> dict:
    plan = ruletrail.load(HERE / "rows.yaml")
    return json.loads(plan.evaluate(HERE / "rows.report.yaml").trail.to_json())


def _place_of(trail: dict) -> str | None:
    """Return the place that breaks the form; None for a trail that verifies."""
    found = verify_trail(sign(trail).encode(), "trail.json")
    assert [problem.code for problem in found] in ([], ["trail-form"])
    return found[0].details["place"].strip("`") if found else None
