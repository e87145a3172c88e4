"""JSON Schema, exactly and without reaching outside.

Types, problems, references, patterns, formats.
"""

import json
import time
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from ruletrail.documents import REPORT_LIMITS, SCHEMA_LIMITS, read_document
from ruletrail.problems import Problem
from ruletrail.schemas import Schema, build_schema, check_schema
from ruletrail.schemas.keywords import matches
from ruletrail.schemas.patterns import list_texts, write_text


def schema_of(content: Any, *, of_report: bool = False) -> tuple[Schema | None, list[Problem]]:
    node, problems = read_document(json.dumps(content).encode(), "schema.json", SCHEMA_LIMITS)
    assert node is not None
    assert problems == []
    return build_schema(node, of_report=of_report)


def fields(**declarations: Any) -> dict[str, Any]:
    return {"properties": {"fields": {"type": "object", "properties": declarations}}}


def check(content: Any, text: str) -> tuple[Any, list[Problem]]:
    schema, problems = schema_of(content)
    assert schema is not None, problems
    node, problems = read_document(text.encode(), "report.yaml", REPORT_LIMITS)
    assert node is not None
    assert problems == []
    return check_schema(node, schema)


def codes(content: Any, text: str) -> list[str]:
    return [problem.code for problem in check(content, text)[1]]


@pytest.mark.parametrize(
    ("types", "text", "value"),
    [
        ("string", "a: NO", "NO"),
        ("string", "a: 193", "193"),
        ("string", "a: true", "true"),
        ("number", "a: 193", 193),
        ("number", "a: '193'", "193"),
        ("boolean", "a: true", True),
        ("boolean", "a: 'true'", "true"),
        (["string", "number"], "a: 193", 193),
        (["string", "number"], "a: '193'", "193"),
        (["string", "boolean"], "a: true", True),
        (["string", "number"], "a: 1_000", "1_000"),
    ],
)
def test_the_schema_says_what_a_plain_scalar_is(types: Any, text: str, value: object):
    """Where the schema admits one type the scalar is read as that.

    Where it admits text and another, quoting decides.
    """
    data, _ = check({"properties": {"a": {"type": types}}}, text)
    assert data == {"a": value}
    assert type(data["a"]) is type(value)


@pytest.mark.parametrize(
    "text", ["5", "5.0", "5.00", "-3", '{"a": 5}', '{"a": 5.0}', '{"a": 5e0}', '{"a": 50e-1}']
)
def test_integers_are_exact(text: str):
    """5.0 is a whole number, in YAML and JSON."""
    assert (
        codes(
            {"properties": {"a": {"type": "integer"}}},
            text if text.startswith("{") else f"a: {text}",
        )
        == []
    )


@pytest.mark.parametrize("text", ["5.5", "0.0000000001", "'5'"])
def test_no_integers(text: str):
    """What is not whole, or a text, is refused."""
    assert codes({"properties": {"a": {"type": "integer"}}}, f"a: {text}") == ["wrong-type"]


@pytest.mark.parametrize(
    ("step", "value", "fine"),
    [
        ("0.01", "8.50", True),
        ("0.01", "0.07", True),
        ("0.01", "1.005", False),
        ("0.1", "0.3", True),
        ("0.5", "999999999999999.5", True),
        ("3", "7", False),
    ],
)
def test_multiples_are_exact(step: str, value: str, fine: bool):  # noqa: FBT001 - a row of a table
    """`multipleOf` is right where floats are wrong."""
    found = codes(
        {"properties": {"a": {"type": "number", "multipleOf": json.loads(step)}}}, f"a: {value}"
    )
    assert found == ([] if fine else ["not-a-multiple"])


@pytest.mark.parametrize(
    ("declaration", "text", "code"),
    [
        ({"minimum": 1}, "a: 0.9999999999", "out-of-range"),
        ({"exclusiveMinimum": 1}, "a: 1", "out-of-range"),
        ({"maximum": 1}, "a: 1.0000000001", "out-of-range"),
        ({"exclusiveMaximum": 1}, "a: 1.0", "out-of-range"),
        ({"type": "string", "minLength": 2}, "a: x", "wrong-size"),
        ({"type": "string", "maxLength": 2}, "a: xyz", "wrong-size"),
        ({"minItems": 1}, "a: []", "wrong-size"),
        ({"maxItems": 1}, "a: [1, 2]", "wrong-size"),
        ({"uniqueItems": True}, "a: [1, 1.0]", "repeated-item"),
        ({"enum": ["SI", "NO"]}, "a: FORSE", "not-allowed"),
        ({"enum": ["SI", "NO"]}, "a: si", "not-allowed"),
        ({"const": 1}, "a: 2", "not-allowed"),
        ({"type": "string", "pattern": "^[A-Z]{2}$"}, "a: ABC", "wrong-form"),
        ({"type": "string", "format": "date"}, "a: 2025-02-30", "wrong-format"),
        ({"required": ["b"]}, "a: {c: 1}", "missing-key"),
        ({"properties": {"b": {}}, "additionalProperties": False}, "a: {c: 1}", "unknown-key"),
        ({"propertyNames": {"pattern": "^[a-z]$"}}, "a: {C: 1}", "wrong-key-form"),
        ({"dependentRequired": {"b": ["c"]}}, "a: {b: 1}", "schema-mismatch"),
        ({"not": {"type": "string"}}, "a: x", "schema-mismatch"),
        ({"oneOf": [{"type": "number"}, {"minimum": 0}]}, "a: 1", "schema-mismatch"),
        ({"contains": {"const": 1}}, "a: [2]", "schema-mismatch"),
        ({"unevaluatedProperties": False}, "a: {b: 1}", "schema-mismatch"),
        ({"anyOf": [{"type": "number"}, {"type": "boolean"}]}, "a: x", "wrong-type"),
        ({"type": "object"}, "a: [1]", "wrong-type"),
        (False, "a: 1", "schema-mismatch"),
    ],
)
def test_violations_have_their_own_code(declaration: Any, text: str, code: str):
    """Every keyword that is broken gives at least one problem, with a hint in both languages."""
    _, problems = check({"properties": {"a": declaration}}, text)
    assert [problem.code for problem in problems] == [code]
    for language in ("it", "en"):
        assert problems[0].hint(language)
        sentence = problems[0].message(language)
        assert "Decimal" not in sentence
        assert "dict" not in sentence


@pytest.mark.parametrize("key", ["it's", "dall'a", 'a"b', "a\\b", "è", "a b", "'", "\u2028"])
def test_every_missing_key_is_named(key: str):
    """A required key is found missing whatever signs it has, alone and beside others."""
    assert codes({"required": [key]}, "{}") == ["missing-key"]
    _, problems = check({"required": [key, "l'altra", "b"]}, "{}")
    assert len({problem.message("it") for problem in problems}) == 3
    assert {problem.code for problem in problems} == {"missing-key"}


@pytest.mark.parametrize("pattern", ["^(SI|NO)$", "^SI$|^NO$", "^(SI$|NO$)", "^(?:SI|NO)$"])
def test_an_end_is_the_very_end(pattern: str):
    """`SI` and a line break is not SI, wherever the `$` stands."""
    declaration = {"properties": {"a": {"type": "string", "pattern": pattern}}}
    assert codes(declaration, '{"a": "SI"}') == []
    assert codes(declaration, '{"a": "SI\\n"}') == ["wrong-form"]


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a*)*",
        "(a+)*b",
        "([a-z]+)*@",
        "(a|aa)+$",
        "(.*)(.*)(.*)x",
        "^(a|a)*$",
        "(a?){30}a{30}",
        "a?" * 40 + "a" * 40,
        "(?=a)b",
        "(a)\\1",
        "(",
        "a{99999}b{99999}",
        "(\\w|a){40}!",
        "((ab)*c*)*",
        "x" * 500,
    ],
)
def test_costly_patterns_are_refused_on_loading(pattern: str):
    """A pattern that could take for ever is a problem, or it is cheap on the worst text."""
    schema, problems = schema_of(fields(T={"type": "string", "pattern": pattern}))
    if schema is None:
        assert [problem.code for problem in problems] == ["schema-pattern"]
        return
    start = time.perf_counter()
    for worst in ("a" * 28 + "!", "a" * 900 + "!", "ab" * 400):
        codes(
            {"properties": {"a": {"type": "string", "pattern": pattern}}}, json.dumps({"a": worst})
        )
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("declaration", "admitted", "told"),
    [
        ({"type": "string", "oneOf": [{"const": "a"}, {"const": "a"}]}, "a", True),
        ({"type": "number", "oneOf": [{"const": 1}, {"const": 1.0}]}, 1, True),
        # a value that stands twice in an `enum` is admitted, and a text is no number
        ({"type": "string", "enum": ["a", "a"]}, "a", False),
        ({"oneOf": [{"const": 1}, {"const": "1"}]}, "1", False),
        # what is an example is no schema
        ({"type": "string", "examples": [{"oneOf": [{"const": 1}] * 2}]}, "a", False),
    ],
)
def test_a_choice_that_stands_twice_is_told_where_nothing_admits_it(
    declaration: Any,
    admitted: object,
    told: bool,  # noqa: FBT001 - a row of a table
):
    _, problems = schema_of(fields(A=declaration), of_report=True)
    found = [each.code for each in problems if each.code == "schema-choice-repeated"]
    assert found == ["schema-choice-repeated"] * told
    is_refused = codes({"properties": {"a": declaration}}, json.dumps({"a": admitted})) != []
    assert is_refused is told


@pytest.mark.parametrize(
    "reference",
    [
        "http://example.org/x",
        "https://example.org/x",
        "file:///etc/passwd",
        "//x",
        "other.json",
        "#missing",
        "#/nowhere",
        "urn:x",
        "../x",
    ],
)
@pytest.mark.parametrize("keyword", ["$ref", "$dynamicRef"])
def test_references_stay_inside(keyword: str, reference: str):
    """A reference that leads elsewhere, or nowhere, is refused before anything is checked."""
    _, problems = schema_of(fields(A={"type": "number", keyword: reference}), of_report=True)
    assert [problem.code for problem in problems] == ["schema-reference"]


@pytest.mark.parametrize(
    "content",
    [
        {"$ref": "#"},
        {
            **fields(A={"type": "number", "$ref": "#/$defs/a"}),
            "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}},
        },
        {**fields(A={"$ref": "#/$defs/a"}), "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}},
        {
            **fields(A={"type": "number"}),
            "$ref": "#/$defs/a",
            "$defs": {"a": {"anyOf": [{"$ref": "#"}]}},
        },
    ],
)
def test_rings_of_references_are_refused(content: Any):
    """A schema that leads back to itself at the same place would never end."""
    schema, problems = schema_of(content, of_report=True)
    assert schema is None
    assert "schema-reference" in [problem.code for problem in problems]


def test_a_reference_that_goes_deeper_is_no_ring():
    """A tree described by itself is an ordinary schema."""
    content = {
        **fields(A={"type": "number"}),
        "$defs": {"tree": {"properties": {"child": {"$ref": "#/$defs/tree"}}}},
    }
    content["properties"]["subject"] = {"$ref": "#/$defs/tree"}
    schema, problems = schema_of(content, of_report=True)
    assert problems == []
    assert schema is not None


@pytest.mark.parametrize(
    "inner",
    [
        {"$id": "http://example.org/", "$ref": "#/$defs/b"},
        {"$id": "x", "type": "number"},
        {"$schema": "http://json-schema.org/draft-07/schema#", "type": "number"},
    ],
)
def test_a_schema_inside_a_schema_cannot_change_the_rules(inner: Any):
    """An `$id` or `$schema` further in would change what references and keywords mean.

    Refused, or without effect.
    """
    content = {
        **fields(A={"type": "number", "$ref": "#/$defs/a"}),
        "$defs": {"a": inner, "b": {"type": "number"}},
    }
    schema, problems = schema_of(content, of_report=True)
    if schema is None:
        assert problems
        return
    node, _ = read_document(b"fields: {A: 1.5}", "r", REPORT_LIMITS)
    assert node is not None
    assert check_schema(node, schema)[1] == []


@pytest.mark.parametrize(
    "name",
    [
        "date",
        "date-time",
        "time",
        "email",
        "uri",
        "uuid",
        "ipv4",
        "ipv6",
        "hostname",
        "duration",
        "regex",
    ],
)
def test_formats_are_asserted_or_refused(name: str):
    """A format that nobody checks would be a promise not kept.

    It is checked, or the schema is refused.
    """
    schema, problems = schema_of(fields(T={"type": "string", "format": name}), of_report=True)
    if schema is None:
        assert problems
        return
    node, _ = read_document(b'{"fields": {"T": "(not one] "}}', "r", REPORT_LIMITS)
    assert node is not None
    assert [problem.code for problem in check_schema(node, schema)[1]] == ["wrong-format"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ([], "schema-not-object"),
        (True, "schema-not-object"),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, "schema-draft"),
        ({"type": "numero"}, "schema-invalid"),
        ({"properties": 5}, "schema-invalid"),
        ({"properties": {"fields": {"properties": {"A": {"minimum": "1"}}}}}, "schema-invalid"),
        ({"properties": {"fields": {"properties": {"A": {"multipleOf": 0}}}}}, "schema-invalid"),
        ({}, "schema-without-fields"),
        ({"properties": {"fields": {"properties": {}}}}, "schema-without-fields"),
        (fields(A={}), "schema-field-type"),
        (fields(A={"type": ["number", "string"]}), "schema-field-type"),
        (fields(A={"type": "array"}), "schema-list-rows"),
        (fields(A={"type": "null"}), "schema-field-type"),
        (fields(A={"enum": ["x", 1]}), "schema-field-type"),
    ],
)
def test_schemas_that_cannot_be_used(content: Any, code: str):
    """A schema of reports is checked when it is loaded, and every defect has a place."""
    schema, problems = schema_of(content, of_report=True)
    assert schema is None
    assert code in [problem.code for problem in problems]


def test_fields_are_declared_by_the_schema():
    """Code, label, unit, type and choices come from the schema, through references."""
    content = {
        **fields(
            R03={"type": "integer", "title": "Abitanti", "unit": "abitanti"},
            R16={"$ref": "#/$defs/si_no", "title": "Scelta"},
            F={"type": "boolean"},
        ),
        "$defs": {"si_no": {"type": "string", "enum": ["SI", "NO"]}},
    }
    schema, problems = schema_of(content, of_report=True)
    assert schema is not None, problems
    found = [(f.code, f.label, f.unit, f.type, f.choices) for f in schema.fields.values()]
    assert found == [
        ("R03", "Abitanti", "abitanti", "number", ()),
        ("R16", "Scelta", None, "text", ("SI", "NO")),
        ("F", "F", None, "boolean", ()),
    ]


@pytest.mark.parametrize(
    ("field", "hint"),
    [
        ({"type": "intero"}, "write one of these: `number`, `integer`, `string`, `boolean`"),
        ({"type": ["number", "x"]}, "write one of these: `number`, `integer`, `string`, `boolean`"),
        ({"type": "integer", "minimum": "0"}, "take away the quotes: `0`"),
        ({"type": "string", "maxLength": "12"}, "take away the quotes: `12`"),
        ({"type": "number", "multipleOf": "0.5"}, "take away the quotes: `0.5`"),
        (
            {"type": "number", "minimum": "zero"},
            "write digits only and, where needed, a point: `100`",
        ),
        ({"type": "array", "uniqueItems": "true"}, "take away the quotes: `true`"),
        ({"properties": {"minimum": "0"}}, "compare the keyword with version 2020-12"),
        ({"properties": {"type": "0"}}, "compare the keyword with version 2020-12"),
    ],
    ids=str,
)
def test_what_is_often_wrong_in_a_schema_says_what_to_write(field: dict[str, Any], hint: str):
    """A type that is none, a number or a truth in quotes; the name of a field is no keyword."""
    node, _ = read_document(json.dumps(fields(A=field)).encode(), "s.json", SCHEMA_LIMITS)
    assert node is not None
    _, problems = build_schema(node, of_report=True)
    assert {problem.code for problem in problems} == {"schema-invalid"}
    assert {problem.hint("en") for problem in problems} == {hint}


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("^(A/([1-9]|1[01])|B)$", [*(f"A/{number}" for number in range(1, 12)), "B"]),
        ("^[ab]{1,2}$", ["a", "b", "aa", "ab", "ba", "bb"]),
        ("^a$|^b$", ["a", "b"]),
        ("^a?-b$", ["-b", "a-b"]),
        ("^a\\.b$", ["a.b"]),
        ("^$", [""]),
        # a text beside them passes too, or may
        ("a$", []),
        ("^a", []),
        ("^a$|b", []),
        ("^a+$", []),
        ("^[^a]$", []),
        ("^\\d$", []),
        ("^(?i:a)$", []),
        ("^.$", []),
        ("^[a-z]{3}$", []),
        ("^a{0,999999}$", []),
        ("^a(?=b)b$", []),
    ],
)
def test_a_pattern_of_few_texts_is_their_list(pattern, texts):
    """What is listed is all that the pattern admits; what may be more is not listed at all."""
    listed = list_texts(pattern, 300)
    assert list(listed) == texts
    assert all(matches(pattern, text) for text in listed)


@pytest.mark.parametrize(
    "pattern",
    [
        "^[A-Z]{6}[0-9]{2}[A-Z]$", "^\\d{5}$", "\\w+\\s\\S", "^[^x]{3}$", "^(ab|c)d", "^.{4}$",
        "a|b", "^[^\\-a-z]$", "", "^IT[0-9]{2} ?[A-Z]$", "\\D\\W",
    ],
)  # fmt: skip
def test_a_text_is_written_for_a_pattern(pattern):
    text = write_text(pattern)
    assert text is not None
    assert matches(pattern, text)


@pytest.mark.parametrize("pattern", ["^a(?=b)b$", "(", "^[^\\d\\D]$", "$a"])
def test_no_text_is_written_where_none_is_known(pattern):
    """Refused, wrong, or admitting nothing."""
    assert write_text(pattern) is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [("true", "true"), ('["a", true]', '["a", true]'), ('{"a": false}', '{"a": false}')],
)
def test_what_a_schema_may_not_say_is_shown_as_it_stands_there(
    written: str, shown: str, tmp_path: Path
):
    """Not as a program would write it: nobody wrote `True`."""
    head = 'language: 1\nrulebook: prova\nedition: "2024"\nversion: 1.0.0\nstatus: draft\n'
    text = head + "title: Prova\nreport: schema.json\nlocale: it\n"
    (tmp_path / "rulebook.yaml").write_text(text, "utf-8")
    fields = f'{{"properties": {{"A": {{"minimum": {written}}}}}}}'
    schema = f'{{"properties": {{"fields": {fields}}}}}'
    (tmp_path / "schema.json").write_text(schema, "utf-8")
    with pytest.raises(ruletrail.ProblemsError) as caught:
        ruletrail.load(tmp_path / "rulebook.yaml")
    (problem,) = caught.value.problems
    assert (problem.code, f"`{shown}`" in problem.message("en")) == ("schema-invalid", True)
