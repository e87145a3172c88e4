"""What two forms ask otherwise, wherever a schema may say it: nothing passes for no change.

Each change is held to reports that one of both rulebooks alone admits: exit status 0 is a claim.
"""

from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.differences import compare
from ruletrail.problems import ProblemsError
from support.rulebooks import REFERENCE, load_text, rulebook_text, schema_of

NUMBER = {"type": "integer", "minimum": 0, "maximum": 3}
ROW = {"type": "object", "additionalProperties": False, "properties": {"n": NUMBER, "m": NUMBER}}
FIELDS = {"a": NUMBER, "b": NUMBER, "rows": {"type": "array", "maxItems": 2, "items": ROW}}
ENTRIES = {"rules": {"r": {"formula": "a + b + sum(rows.n)"}}}
CONDITION = {"required": ["a"], "properties": {"a": {"minimum": 2}}}


def load(schema: dict[str, Any]) -> Plan:
    text = rulebook_text(ENTRIES).replace("language: 1", "language: 2")
    return load_text(text, schema)


def whole() -> dict[str, Any]:
    made: dict[str, Any] = deepcopy(schema_of(FIELDS))
    return made


def with_rows(**said: Any) -> dict[str, Any]:
    made = whole()
    made["properties"]["fields"]["properties"]["rows"]["items"] |= deepcopy(said)
    return made


def with_fields(**said: Any) -> dict[str, Any]:
    made = whole()
    made["properties"]["fields"] |= deepcopy(said)
    return made


def with_conditions(*least: int) -> dict[str, Any]:
    """Ask for b, from some number on, where a is so and so much: twice, each by itself."""
    conditions = [
        {"if": CONDITION, "then": {"properties": {"b": {"minimum": each}}}} for each in least
    ]
    return with_fields(allOf=conditions)


def with_reference(most: int) -> dict[str, Any]:
    made = whole()
    made["$defs"] = {"few": {"maximum": most}, "same": {"$ref": "#/$defs/few"}}
    made["properties"]["fields"]["properties"]["a"]["anyOf"] = [
        {"$ref": "#/$defs/same"}, {"multipleOf": 5}]  # fmt: skip
    return made


def with_subject(name: str, most: int) -> dict[str, Any]:
    made = whole()
    made["properties"]["subject"] = {
        "type": "object", "properties": {name: {"type": "string", "maxLength": most}}}  # fmt: skip
    return made


FEW_ROWS = {"rows": [{"n": 1, "m": 1}, {"n": 0}]}
CHANGES = {
    "a cell that is required": (
        whole(), with_rows(required=["n"]), {"rows": [{"m": 1}]}, "rows.n", "required"),
    "cells of which each asks for another": (
        whole(), with_rows(dependentRequired={"n": ["m"]}), FEW_ROWS, "rows",
        "items/dependentRequired"),
    "a cell that is required and nowhere declared": (
        whole(), with_rows(required=["z"]), FEW_ROWS, "rows", "items/required"),
    "a field that is required and nowhere declared": (
        whole(), with_fields(required=["z"]), {"a": 1}, "", "fields/required"),
    "how much of a row is filled in": (
        with_rows(minProperties=1), with_rows(minProperties=2), FEW_ROWS, "rows",
        "items/minProperties"),
    "a condition on a row": (
        with_rows(anyOf=[{"required": ["n"]}]), with_rows(anyOf=[{"required": ["m"]}]), FEW_ROWS,
        "rows", "items/anyOf"),
    "the first of two conditions": (
        with_conditions(1, 2), with_conditions(3, 2), {"a": 2, "b": 2}, "", "fields/if"),
    "what is referred to below a keyword": (
        with_reference(2), with_reference(1), {"a": 2}, "", "$defs/few"),
}  # fmt: skip


def admits(plan: Plan, report: dict[str, Any]) -> bool:
    try:
        plan.evaluate({"rulebook": REFERENCE, **report})
    except ProblemsError:
        return False
    return True


@pytest.mark.parametrize(("old", "new", "fields", "code", "at"), CHANGES.values(), ids=CHANGES)
def test_what_the_form_asks_otherwise_is_a_change(
    old: dict[str, Any], new: dict[str, Any], fields: dict[str, Any], code: str, at: str
):
    plans = load(old), load(new)
    assert admits(plans[0], {"fields": fields}) != admits(plans[1], {"fields": fields})
    difference = compare(*plans)
    (finding,) = difference.findings
    assert (finding.change.code, finding.change.at) == (code, at)
    assert finding.change.is_meaning
    assert difference.may_differ
    # an object of defs, or the order of conditions, is nothing by itself
    assert compare(plans[0], load(deepcopy(old))).findings == ()


@pytest.mark.parametrize("name", ["nome", "title", "description"])
def test_a_property_may_be_called_as_a_note_is(name: str):
    plans = load(with_subject(name, 9)), load(with_subject(name, 3))
    report = {"subject": {name: "letters"}, "fields": {"a": Fraction(1)}}
    assert [admits(plan, report) for plan in plans] == [True, False]
    difference = compare(*plans)
    assert [each.change.at for each in difference.findings] == ["properties/subject"]
    assert difference.may_differ


def test_the_order_of_conditions_is_no_change():
    assert compare(load(with_conditions(1, 2)), load(with_conditions(2, 1))).findings == ()


def test_notes_and_where_a_definition_stands_mean_nothing():
    noted = with_rows(title="A row", description="Of them")
    told = compare(load(whole()), load(noted))
    assert not told.may_differ
    assert not any(each.change.is_meaning for each in told.findings)
