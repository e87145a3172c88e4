"""A field whose choices are of another type than it says is told that, and not that it has none."""

import json
from pathlib import Path

import pytest

from support.command_line import call
from support.problem_documents import rulebook_of

_STRING, _INTEGER = '"type": "string"', '"type": "integer"'
CASES = [
    # as the schema has it; what the sentence says; what the hint says
    (f'{_STRING}, "enum": [1, 2, 3]', "`1` is a number", 'that is `"1"`, or write `"type": "int'),
    (f'{_STRING}, "enum": [1.5, 2]', "`1.5` is a number", 'or write `"type": "number"`'),
    (f'{_INTEGER}, "enum": ["10", "20"]', '`"10"` is a text', "that is `10`, or write"),
    (f'{_INTEGER}, "enum": ["A"]', '`"A"` is a text', 'mend them, or write `"type": "string"`'),
    (f'{_STRING}, "enum": ["A", 1]', "`1` is a number", 'write `"1"`'),
    (f'{_INTEGER}, "enum": [1, "A"]', '`"A"` is a text', "all choices as numbers"),
    (f'{_STRING}, "oneOf": [{{"const": 1, "title": "uno"}}]', "`1` is a number", '`"1"`'),
    ('"type": "boolean", "enum": ["true"]', '`"true"` is a text', "that is `true`"),
    (f'{_STRING}, "enum": ["A", null]', "`null` is no value", "remove `null`"),
    ('"enum": [1, "A"]', "one single type", "all choices as numbers"),
    ('"type": ["string", "null"]', "one single type", 'write `"type": "string"`'),
    ('"type": ["string", "number"]', "one single type", "here it is `string, number`"),
    ('"type": "object"', "the `type` `object`", "here it is `object`"),
    ('"title": "Zona"', "does not say of which type", "give the field a `type`"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("is_of_row", [False, True])
@pytest.mark.parametrize(("written", "said", "hint"), CASES)
@pytest.mark.usefixtures("folder")
def test_what_is_wrong_with_a_type_is_said(
    written: str,
    said: str,
    hint: str,
    is_of_row: bool,  # noqa: FBT001
):
    """Of a field of the form, and of one of its rows."""
    zone = json.loads(f'{{"zona": {{{written}}}}}')
    rows = {"type": "array", "maxItems": 9, "items": {"type": "object", "properties": zone}}
    fields = {"righe": rows} if is_of_row else zone
    schema = {"properties": {"fields": {"properties": {**fields, "A": {"type": "number"}}}}}
    Path("schema.json").write_text(json.dumps(schema), "utf-8")
    Path("prova.yaml").write_text(rulebook_of("  X: {formula: A + 1}\n"), "utf-8")
    _, out, _ = call("check", "prova.yaml", "--format", "json", "--lang", "en")
    (problem,) = json.loads(out)["problems"]
    assert problem["code"] == "schema-field-type"
    assert said in problem["message"]
    assert hint in problem["hint"]
