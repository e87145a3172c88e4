"""The example that an editor adds: a report that the form admits, and what comes of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from ruletrail.documents import MappingNode, Node, members_of, read_text, text_of
from ruletrail.documents.nodes import RULEBOOK_LIMITS
from ruletrail.editors.adding import add_example
from ruletrail.editors.diagnosing import source_of_document
from ruletrail.editors.examples import run_examples
from ruletrail.examples import read_examples
from ruletrail.library.loading import link_source

RULEBOOK = """\
language: 2
rulebook: prova
edition: "2024"
version: 0.1.0
status: draft
title: Prova
report: s.json
rules:
  doppio: {formula: a * 2}
"""
TEXT, NUMBER = {"type": "string"}, {"type": "number"}


def _rows(cells: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "maxItems": 9, "items": {
        "type": "object", "properties": cells, **more,
    }}  # fmt: skip


def _schema(fields: dict[str, Any], head: dict[str, Any] | None = None, **more: Any) -> str:
    return json.dumps({
        "type": "object", "required": ["fields", *(head or {})],
        "properties": {"fields": {"type": "object", "properties": fields, **more}, **(head or {})},
    })  # fmt: skip


def _add(folder: Path, schema: str, rulebook: str = RULEBOOK) -> tuple[str, list[str]]:
    """Add the first example; returns it, and what is wrong once it is run."""
    (folder / "r.yaml").write_text(rulebook, encoding="utf-8")
    (folder / "s.json").write_text(schema, encoding="utf-8")
    source = source_of_document(folder / "r.yaml")
    assert source is not None
    text = add_example(source, {}, "en").text
    (folder / "r.test.yaml").write_text(text, encoding="utf-8")
    if "\n    expect:" not in text:
        return text, []
    assert len(read_examples(source, link_source(source)).examples) == 1
    ran = run_examples(source, {}, "new example", "en", lambda: None)
    return text, [problem.code for problem in ran.problems]


def _part(text: str, *keys: str) -> Node | None:
    node, problems = read_text(text, "r.test.yaml", RULEBOOK_LIMITS)
    assert problems == []
    listed = members_of(node)["examples"]
    here: Node | None = listed.items[0]  # type: ignore[attr-defined]  # a list by its text
    for key in keys:
        here = members_of(here).get(key)
    return here


SUBJECT = {"subject": {"type": "object", "required": ["ente"], "properties": {"ente": TEXT}}}
FEW = {"type": "integer", "minimum": 3, "maximum": 9, "multipleOf": 3}
CODE = {"type": "string", "pattern": "^[A-Z]{2}[0-9]{3}$"}


@pytest.mark.parametrize(
    "schema",
    [
        _schema({"a": NUMBER, "L": _rows({"s": TEXT}, required=["s"])}, required=["L"]),
        _schema({"a": NUMBER, "L": {**_rows({"s": NUMBER}), "minItems": 2}}, required=["a", "L"]),
        _schema({f"c{at}": NUMBER for at in range(20)} | {"a": NUMBER}, required=["a", "c19"]),
        _schema({"a": FEW, "b": CODE, "c": {"type": "string", "minLength": 4}}),
        _schema({"a": NUMBER, "d": {"type": "string", "format": "date"}}, required=["d"]),
        _schema({"a": NUMBER, "m": {"type": "string", "format": "email"}}, required=["m"]),
        _schema({"a": NUMBER}, SUBJECT),
        # the fields of a form may be tied to each other: those required alone are admitted
        _schema({"a": NUMBER, "b": NUMBER, "c": NUMBER}, required=["a"], maxProperties=2),
        _schema({"a": {"type": "number", "exclusiveMinimum": 0.5}, "b": {"enum": ["y", "no"]}}),
        _schema({"a": {**NUMBER, "exclusiveMinimum": 0, "exclusiveMaximum": 1}}, required=["a"]),
        _schema({"a": {**NUMBER, "exclusiveMinimum": 3_000_000}}, required=["a"]),
        _schema({"a": NUMBER, "doppio": NUMBER}),
        _schema({"a": NUMBER, "L": {**_rows({"s": NUMBER, "t": NUMBER}), "minItems": 1}}),
    ],
)
def test_what_is_added_is_admitted_and_passes(schema: str, tmp_path: Path):
    text, wrong = _add(tmp_path, schema)
    assert wrong == []
    assert text_of(_part(text, "expect", "status")) in ("complete", "incomplete")
    assert _part(text, "expect", "problems") is None


def test_lists_have_a_row_with_its_cells(tmp_path: Path):
    lists = {"L": _rows({"s": TEXT, "c": NUMBER}, required=["s"]), "a": NUMBER}
    text, _ = _add(tmp_path, _schema(lists, required=["L"]))
    assert '        L:\n          - s: "…"\n            c: 1\n    expect' in text


def test_a_text_that_no_report_has_room_for_is_not_written(tmp_path: Path):
    """It would take all memory, and be refused."""
    schema = _schema({"a": NUMBER, "t": {**TEXT, "minLength": 10**12}}, required=["a"])
    text, wrong = _add(tmp_path, schema)
    assert wrong == []
    assert members_of(_part(text, "report", "fields")).keys() == {"a"}


def test_what_rules_work_out_is_not_invented(tmp_path: Path):
    """A form may declare their values; one that nobody worked out would contradict them."""
    rows = _rows({"s": NUMBER, "t": NUMBER})
    schema = _schema({"a": NUMBER, "doppio": NUMBER, "L": rows}, required=["L"])
    text, wrong = _add(tmp_path, schema, RULEBOOK + "  L.t: {formula: L.s * 2}\n")
    assert wrong == []
    assert members_of(_part(text, "report", "fields")).keys() == {"a", "L"}
    assert "t:" not in text.partition("L:")[2].partition("expect")[0]


def test_a_report_that_no_invention_pleases_is_expected_to_be_refused(tmp_path: Path):
    """What the engine says of it is expected, and no outcome that it has not."""
    text, wrong = _add(tmp_path, _schema({"a": NUMBER, "b": NUMBER}, minProperties=9))
    assert wrong == []
    problems = _part(text, "expect", "problems")
    assert [each.text for each in problems.items] != []  # type: ignore[union-attr]
    assert _part(text, "expect", "status") is None


@pytest.mark.parametrize("broken", ["a * zz", "a *", "doppio"])
def test_where_nothing_can_be_evaluated_nothing_is_expected(broken: str, tmp_path: Path):
    schema = _schema({"a": NUMBER, "L": _rows({"s": NUMBER})}, required=["L"])
    text, _ = _add(tmp_path, schema, RULEBOOK.replace("a * 2", broken))
    assert isinstance(_part(text, "report", "fields"), MappingNode)
    assert "L" in members_of(_part(text, "report", "fields"))
    assert _part(text, "expect") is None


@pytest.mark.parametrize(("language", "more"), [(1, ""), (2, "  m: {formula: month(g)}\n")])
def test_days_are_days_in_either_language(language: int, more: str, tmp_path: Path):
    schema = _schema({"a": NUMBER, "g": {"type": "string", "format": "date"}}, required=["g"])
    rulebook = RULEBOOK.replace("language: 2", f"language: {language}") + more
    text, wrong = _add(tmp_path, schema, rulebook)
    assert wrong == []
    assert text_of(_part(text, "expect", "status")) == "complete"
