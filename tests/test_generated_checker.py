"""The generated checker.

Whatever it says is jsonschema's answer, and the common report never reaches jsonschema.
RULETRAIL_ROUNDS makes more of the schemas that are drawn.
"""

import gc
import json
import os
import pickle
import random
import re
import subprocess
import sys
import tracemalloc
import warnings
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruletrail.documents import (
    REPORT_LIMITS,
    SCHEMA_LIMITS,
    MappingNode,
    ScalarNode,
    SequenceNode,
    from_python,
    read_document,
)
from ruletrail.problems import Mark, sort_problems
from ruletrail.schemas import build_schema, check_schema
from ruletrail.schemas.alternatives import MOST_VIOLATIONS
from ruletrail.schemas.explaining import find_violations
from ruletrail.schemas.generated import ANNOTATIONS, GeneratedChecker, Generator
from ruletrail.schemas.keywords import _MAKERS, _MEMBERS, matches
from ruletrail.schemas.patterns import to_python
from ruletrail.schemas.places import (
    Places,
    admitted_types,
    expand,
    item_fragments,
    property_fragments,
    to_exact,
    type_document,
)
from ruletrail.schemas.tables import UnsureError
from ruletrail.schemas.validators import iter_violations, meta_errors, validator_class
from ruletrail.values import MOST_DIGITS, read_number
from support.places import ROOT

ROUNDS = int(os.environ.get("RULETRAIL_ROUNDS", "1"))
SUITE = Path(__file__).parent / "json_schema_suite"
REPORT_SCHEMA = ROOT / "schemas/reports/sociale/2024.schema.json"
_HERE = Mark("here", 1, 1)


def verdict(content, data):
    """Return what the checker finds.

    Valid, not valid, or None where it leaves the answer to jsonschema.
    """
    try:
        return Generator(content).table(content)[type(data)](data)
    except (UnsureError, RecursionError):
        return None


def is_valid(content, data):
    return (
        next(
            iter_violations(data, content if isinstance(content, dict) else {"allOf": [content]}),
            None,
        )
        is None
    )


# -- The JSON Schema Test Suite


def suite_cases():
    for path in sorted(SUITE.glob("*.json")):
        for group in json.loads(path.read_text("utf-8"), parse_float=Decimal):
            for case in group["tests"]:
                yield pytest.param(
                    path.stem,
                    group,
                    case,
                    id=f"{path.stem}: {group['description']}: {case['description']}",
                )


@pytest.mark.parametrize(("keyword", "group", "case"), list(suite_cases()))
def test_the_suite_is_answered_right_or_left_to_jsonschema(keyword, group, case):
    content, data = group["schema"], case["data"]
    found = verdict(content, data)
    assert found in (case["valid"], None), "the checker answers, and wrongly"
    accepted = GeneratedChecker(content).accepts(data)
    assert accepted is (found is True)
    if keyword == "format-date":
        assert is_valid(content, data) is case["valid"]


@pytest.mark.parametrize(("keyword", "group", "test"), list(suite_cases()))
def test_the_suite_finds_the_same_where_the_checker_prunes(keyword, group, test):
    """What the checker accepts need not be looked at again: the violations are the same."""
    content, data = group["schema"], test["data"]
    if not isinstance(content, dict):
        return
    checker = GeneratedChecker(content)
    checker.accepts(data)
    pruned = iter_violations(data, content, checker)
    whole = iter_violations(data, content)
    assert sorted(map(place_of, pruned)) == sorted(map(place_of, whole))


def exact(data):
    """Write a schema's numbers as ours are: 2.0 is 2."""
    if isinstance(data, dict):
        return {key: exact(value) for key, value in data.items()}
    if isinstance(data, list):
        return [exact(value) for value in data]
    return to_exact(Fraction(data)) if isinstance(data, Decimal) else data


def place_of(error):
    return str([list(error.absolute_path), str(error.validator), list(error.absolute_schema_path)])


def test_a_schema_is_judged_as_by_the_published_metaschema():
    """Ours is written out of the published vocabularies, without dynamic references."""
    chosen, published = random.Random(7), validator_class()  # noqa: S311 - a fixed choice
    judge, judged = published(published.META_SCHEMA), {True: 0, False: 0}
    schemas = [exact(case.values[1]["schema"]) for case in suite_cases()]
    words = sorted({word for schema in schemas if isinstance(schema, dict) for word in schema})
    values = [1, "x", [], {}, None, True, -1, ["a", "a"], [{}], {"a": 1}, {"a": {}}, [1], "#/a"]
    for schema in schemas:
        if isinstance(schema, dict):
            changed = {**schema, chosen.choice(words): chosen.choice(values)}
            is_valid = next(meta_errors(changed), None) is None
            assert is_valid is judge.is_valid(changed), changed
            judged[is_valid] += 1
    assert min(judged.values()) > 100


def test_most_of_the_suite_is_answered_without_jsonschema():
    answered: dict[str, list[bool]] = {}
    for case in suite_cases():
        keyword, group, test = case.values
        answered.setdefault(keyword, []).append(verdict(group["schema"], test["data"]) is not None)
    shares = {keyword: sum(found) / len(found) for keyword, found in answered.items()}
    # `$anchor` and `unevaluatedItems` are left out on purpose; refs across resources too
    poor = {keyword for keyword, share in shares.items() if share < 0.95}
    assert poor == {"anchor", "defs", "ref", "unevaluatedItems"}
    assert shares["anchor"] == 0
    assert sum(map(sum, answered.values())) / sum(map(len, answered.values())) > 0.8


def test_no_keyword_that_jsonschema_asserts_is_taken_for_an_annotation():
    asserted = set(jsonschema.Draft202012Validator.VALIDATORS)
    assert not asserted & ANNOTATIONS
    assert asserted - set(_MAKERS) - set(_MEMBERS) == {
        "$dynamicRef",
        "unevaluatedItems",
        "unevaluatedProperties",
    }


# -- Against jsonschema, generated

TEXTS = [
    "",
    "a",
    "b",
    "ab",
    "SI",
    "NO",
    "SI\n",
    "à",
    "a\n",
    "2024-02-29",
    "2023-02-29",
    "x" * 1001,
    "true",
    "1",
]
NUMBERS = [
    0,
    1,
    -1,
    2,
    3,
    10,
    10**14,
    Decimal("0.1"),
    Decimal("1.0"),
    Decimal("2.5"),
    Decimal("-0.01"),
    Decimal("1E+1"),
    Decimal("0.30"),
]
PATTERNS = ["^a", "b$", "^(SI|NO)$", "^(SI$|NO$)", "[$]", "^x*$", r"\$", "^[a-z]+$"]
ATOMS = [
    lambda r: {
        "type": r.choice(["integer", "number", "string", "boolean", "object", "array", "null"])
    },
    lambda r: {"type": r.sample(["integer", "number", "string", "boolean"], 2)},
    lambda r: {
        r.choice(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]): r.choice(NUMBERS)
    },
    lambda r: {"multipleOf": r.choice([1, 2, Decimal("0.01"), Decimal("0.1"), Decimal("2.5")])},
    lambda r: {"enum": r.sample([*TEXTS, *NUMBERS, True, False, None], 4)},
    lambda r: {"const": r.choice([*TEXTS, *NUMBERS, True, False, None, [1], {"a": 1}])},
    lambda r: {
        r.choice(
            ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"]
        ): r.randrange(4)
    },
    lambda r: {"pattern": r.choice(PATTERNS)},
    lambda r: {"format": r.choice(["date", "email", "no-such-format"])},
    lambda r: {"uniqueItems": r.choice([True, True, False])},
    lambda r: {"required": r.sample(["a", "b", "ab", "SI"], r.randrange(3))},
    lambda _: {"title": "t", "unit": "u", "x-own": {"type": "string"}},
    lambda r: {"$ref": r.choice(["#/$defs/one", "#/$defs/two", "#/$defs/three"])},
    lambda _: {"unevaluatedProperties": False},
]


def a_schema(r, depth):
    """Make a schema; one in twelve is true or false."""
    if r.random() < 1 / 12:
        return r.choice([True, True, False])
    found = {}
    for _ in range(r.randrange(1, 3)):
        found.update(r.choice(ATOMS)(r))
    if depth and r.random() < 0.7:
        found.update(_applicator(r, depth - 1))
    return found


def _applicator(r, depth):
    def one():
        return a_schema(r, depth)

    def some():
        return [one() for _ in range(r.randrange(1, 4))]

    def keyed(keys):
        return {key: one() for key in r.sample(keys, r.randrange(1, 3))}

    makers = [
        lambda: {"properties": keyed(["a", "b", "ab", "a\n"]), "additionalProperties": one()},
        lambda: {
            "properties": keyed(["a", "b"]),
            "patternProperties": keyed(PATTERNS),
            "additionalProperties": False,
        },
        lambda: {"patternProperties": keyed(PATTERNS)},
        lambda: {"additionalProperties": one()},
        lambda: {"propertyNames": one()},
        lambda: {"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"b": one()}},
        lambda: {"items": one(), "prefixItems": some()},
        lambda: {"items": one()},
        lambda: {
            "contains": one(),
            "minContains": r.randrange(3),
            "maxContains": r.randrange(1, 3),
        },
        lambda: {"contains": one()},
        lambda: {"allOf": some()},
        lambda: {"anyOf": some()},
        lambda: {"oneOf": some()},
        lambda: {"not": one()},
        lambda: {"if": one(), "then": one(), "else": one()},
        lambda: {"then": one(), "minContains": 2},
    ]
    return r.choice(makers)()


def some_data(r, depth=3):
    kind = r.random()
    if depth and kind < 0.3:
        return {r.choice(TEXTS[:10]): some_data(r, depth - 1) for _ in range(r.randrange(4))}
    if depth and kind < 0.5:
        return [some_data(r, depth - 1) for _ in range(r.randrange(4))]
    return r.choice([*TEXTS, *NUMBERS, *NUMBERS, True, False, None])


@pytest.mark.parametrize("seed", range(4 * ROUNDS))
def test_generated_schemas_are_answered_as_jsonschema_answers(seed):
    r = random.Random(seed)  # noqa: S311 - a repeatable choice, no secret
    answered = accepted = total = 0
    for _ in range(120):
        content = a_schema(r, 3)
        if isinstance(content, dict):
            content["$defs"] = {
                "one": a_schema(r, 1),
                "two": {"type": ["integer", "string"]},
                "three": {"$ref": "#/$defs/two", "minimum": 1},
            }
            _break_rings(content["$defs"]["one"])
        for _ in range(8):
            data = some_data(r)
            found = verdict(content, data)
            total += 1
            if found is not None:
                assert found is is_valid(content, data), (content, data)
                answered, accepted = answered + 1, accepted + found
    assert answered / total > 0.5, "the checker has opinions"
    assert 0.1 < accepted / answered < 0.9, "both answers were compared"


@pytest.mark.parametrize("seed", range(4 * ROUNDS))
def test_what_is_kept_of_alternatives_is_all_that_is_said(seed, monkeypatch):
    """The same problems, in the same order, whether all violations are gathered or a few."""
    r = random.Random(1_000 + seed)  # noqa: S311 - a repeatable choice, no secret
    said = 0
    for _ in range(150):
        alternatives = [a_schema(r, 2) for _ in range(r.randrange(1, 4))]
        content = {r.choice(("anyOf", "oneOf")): alternatives}
        content["$defs"] = {
            "one": a_schema(r, 1), "two": {"type": ["integer", "string"]},
            "three": {"$ref": "#/$defs/two", "minimum": 1},
        }  # fmt: skip
        _break_rings(content["$defs"]["one"])
        for _ in range(4):
            data = some_data(r)
            few = said_of(content, data)
            with monkeypatch.context() as patched:
                patched.setattr("ruletrail.schemas.alternatives._keep_nearest", _keep_all)
                assert said_of(content, data) == few, (content, data)
            said += len(few)
    assert said > 150


def _keep_all(alternatives):
    return [each for violations in alternatives for each in violations]


def said_of(content, data):
    node, _ = from_python(data, "d", SCHEMA_LIMITS)
    checker = GeneratedChecker(content)
    checker.accepts(data)
    found = find_violations(data, content, checker, node)
    return [(each.code, each.mark, each.message("en")) for each in found]


BRANCHES = 12


def many(keyword, broken):
    """Ask twelve subschemas of a value, by one keyword that stands around what is broken."""
    return {keyword: [broken(i) for i in range(BRANCHES)]}


def each_member(i):
    return {"additionalProperties": {"maximum": i}}


HEAVY = {
    "anyOf": many("anyOf", each_member),
    "oneOf": many("oneOf", each_member),
    "types below": many("anyOf", lambda i: {"additionalProperties": {"type": "string", "x": i}}),
    "patterns": many("anyOf", lambda i: {"patternProperties": {"k": {"maximum": i}}}),
    "names": many("anyOf", lambda i: {"propertyNames": {"maxLength": i % 2}}),
    "other type": many("anyOf", lambda _: {"type": "string"}),
    "false": many("anyOf", lambda _: False),
    "sizes": many("anyOf", lambda _: {"maxProperties": 0}),
    "required": many("anyOf", lambda i: {"required": [f"{i} {j}" for j in range(2_000)]}),
    "not": {"not": {"not": many("anyOf", each_member)}},
    "if": {"if": many("anyOf", each_member), "else": many("anyOf", each_member)},
    "dependentSchemas": {"dependentSchemas": {"k0": many("anyOf", each_member)}},
    "in one another": many("anyOf", lambda i: many("oneOf", each_member) if i < 3 else False),
    "all of": {"allOf": [many("anyOf", each_member)] * 3},
    "unevaluated": {**many("anyOf", each_member), "unevaluatedProperties": {"maximum": 0}},
    "contains": {"contains": many("anyOf", lambda i: {"maximum": i})},
    "items": many("anyOf", lambda i: {"items": {"maximum": i}}),
}  # fmt: skip


UNSURE = ("anyOf", "patterns", "sizes", "contains", "items")
"""Those that are tried without a checker too: what they hold is gathered elsewhere then."""


@pytest.mark.parametrize(
    ("name", "is_sure"),
    [*((name, True) for name in HEAVY), *((name, False) for name in UNSURE)],
)
def test_what_alternatives_break_is_not_held_in_memory(name, is_sure):
    """Twelve alternatives, each broken in every member, for twice as many members as are kept.

    Gathered, the violations took 1.3 kB each, sixteen megabytes.
    """
    content, count = dict(HEAVY[name]), 2 * MOST_VIOLATIONS
    data = [999] * count if name in ("contains", "items") else {f"k{i}": 999 for i in range(count)}
    checker = GeneratedChecker(content) if is_sure else None
    if checker is not None:
        assert not checker.accepts(data)
    next(iter_violations({"k0": 999}, content), None)  # what is made once is no matter
    seldom = gc.get_threshold()
    gc.set_threshold(700, 10, 10)  # as users have it: garbage in circles waits for its turn
    tracemalloc.start()
    try:
        found = list(iter_violations(data, content, checker))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.set_threshold(*seldom)
    assert 0 < len(found) <= MOST_VIOLATIONS
    assert most < 6_000_000


def test_alternatives_inside_one_another_are_worked_out_once():
    """What no checker is generated for, forty alternatives deep; twice at each would not end."""
    content = {"format": "uuid", "minLength": 40}
    for _ in range(40):
        content = {"anyOf": [content, {"format": "uuid", "minLength": 41}]}
    assert len(list(iter_violations("x", content))) == 1
    assert len(said_of({"not": {"not": content}}, "x")) == 1


def test_alternatives_that_admit_nothing_are_explained():
    """A subschema `false` left the path to its violation empty, and explaining it failed."""
    nothing = "the value breaks the schema's rule `false`"
    for content in ({"anyOf": [False, False]}, {"oneOf": [False, {"maximum": 0}]}):
        assert [code for code, *_ in said_of(content, 1)] == ["wrong-type"]
    for content in ({"oneOf": [False, {"type": "string"}]}, {"allOf": [{"then": {}}, False]}):
        assert [text for *_, text in said_of(content, 1)] == [nothing]
    for key in ("properties", "patternProperties"):
        assert [text for *_, text in said_of({key: {"a": False}}, {"b": 1, "a": 2})] == [nothing]
    assert [code for code, *_ in said_of({"not": True}, 1)] == ["schema-mismatch"]
    named = said_of({"propertyNames": False}, {"a": 1})
    assert [code for code, *_ in named] == ["wrong-key-form"]


def _break_rings(schema):
    """Point references to a definition that holds none: jsonschema follows a ring for ever."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref":
                schema[key] = "#/$defs/two"
            else:
                _break_rings(value)
    elif isinstance(schema, list):
        for item in schema:
            _break_rings(item)


@pytest.mark.parametrize(
    "content",
    [
        {"$ref": "#"},
        {
            "properties": {"a": {"$ref": "#/$defs/x"}},
            "$defs": {"x": {"$ref": "#/$defs/y"}, "y": {"$ref": "#/$defs/x"}},
        },
        {
            "properties": {"a": {"$ref": "#/$defs/x"}},
            "$defs": {"x": {"allOf": [{"$ref": "#/$defs/x"}]}},
        },
        {"properties": {"a": {"$ref": "#/$defs/none"}}},
        {"properties": {"a": {"$ref": "https://example.org/x"}}},
        {"properties": {"a": {"$ref": "#/$defs/b%25"}}, "$defs": {"b%25": True}},
        {"properties": {"a": {"$id": "urn:x", "$ref": "#/$defs/b"}}, "$defs": {"b": True}},
        {
            "properties": {"a": {"$ref": "#/$defs/b/$defs/c"}},
            "$defs": {"b": {"$id": "urn:x", "$defs": {"c": True}}},
        },
        {
            "properties": {
                "a": {
                    "$schema": "http://json-schema.org/draft-04/schema#",
                    "exclusiveMinimum": True,
                }
            }
        },
        {"properties": {"a": {"no-such-keyword": 1}}},
        {"properties": {"a": {"unevaluatedItems": False}}},
        {"properties": {"a": {"format": "uri"}}},
    ],
)
def test_what_the_checker_does_not_know_for_sure_it_leaves(content):
    assert verdict(content, {"a": "x"}) is None
    assert GeneratedChecker(content).accepts({"a": "x"}) is False


def test_a_value_that_is_not_typed_data_is_never_accepted():
    for value in (1.5, (1,), {1}, Fraction(1, 2), object()):
        assert GeneratedChecker({"anyOf": [True]}).accepts(value) is False
        assert GeneratedChecker({"items": {"type": "number"}}).accepts([value]) is False


def test_a_recursive_schema_is_checked_to_the_bottom():
    content = {
        "type": "object",
        "properties": {"next": {"$ref": "#"}, "n": {"type": "integer"}},
        "additionalProperties": False,
    }
    good = {"n": 1, "next": {"n": 2, "next": {"n": 3}}}
    assert verdict(content, good) is True
    assert verdict(content, {"n": 1, "next": {"n": 2, "next": {"n": "3"}}}) is False


def test_a_checker_crosses_process_boundaries_as_its_schema():
    checker = GeneratedChecker({"type": "integer"})
    assert checker.accepts(1)
    assert pickle.loads(pickle.dumps(checker)).accepts(1)  # noqa: S301 - our own bytes
    assert not pickle.loads(pickle.dumps(checker)).accepts("1")  # noqa: S301


# -- Patterns


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("^(SI|NO)$", "SI", True),
        ("^(SI|NO)$", "SI\n", False),
        ("^(SI$|NO$)", "SI\n", False),
        (r"a\$", "a$", True),
        (r"a\\$", "a\\", True),
        (r"a\\$", "a\\\n", False),
        ("[$]", "$", True),
        ("[]$]", "$", True),
        ("[^$]$", "a", True),
        (r"[\]$]$", "a$", True),
        ("^[a-z]+$", "a" * 1000, True),
        ("[a-z]+[0-9]+$", "a" * 999 + "1", True),
        ("[a-z]+[0-9]+$", "a" * 1000 + "1", False),
    ],
)
def test_the_end_of_a_pattern_is_the_end_of_the_text(pattern, text, fits):
    assert matches(pattern, text) is fits


def test_rewriting_a_pattern_keeps_everything_but_the_ends():
    assert to_python(r"^a\$[$]b$|c$") == r"^a\$[$]b\Z|c\Z"
    assert to_python("plain") == "plain"


CLASS_LETTERS = "a-&~|[z9]^\\d"


@settings(max_examples=400)
@given(st.text(CLASS_LETTERS, min_size=1, max_size=7))
def test_a_class_means_the_same_and_warns_of_nothing(body):
    """Python warns of `[`, `--`, `&&` in a class, for they may mean more one day; ours do not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            plain = re.compile(f"[{body}]")
        except re.error:
            return
    ours = re.compile(to_python(f"[{body}]"))  # warnings are errors here
    texts = [*CLASS_LETTERS, *(letter + "]" for letter in CLASS_LETTERS)]
    assert [bool(ours.search(text)) for text in texts] == [
        bool(plain.search(text)) for text in texts
    ]


# -- The whole check


def own_schema(content):
    node, problems = read_document(json.dumps(content).encode(), "s.json", REPORT_LIMITS)
    assert not problems
    schema, problems = build_schema(node, of_report=False)
    assert schema is not None, problems
    return schema


def problems_of(content, report):
    node, problems = from_python(report, "r", REPORT_LIMITS)
    assert node is not None
    assert not problems
    return sorted(
        problem.code for problem in sort_problems(check_schema(node, own_schema(content))[1])
    )


def test_jsonschema_still_writes_the_problems():
    content = {
        "type": "object",
        "properties": {"a": {"type": "integer", "minimum": 0}},
        "required": ["it's", 'b"'],
        "additionalProperties": False,
    }
    assert problems_of(content, {"a": -1, "z": 1}) == [
        "missing-key",
        "missing-key",
        "out-of-range",
        "unknown-key",
    ]
    assert problems_of(content, {"a": 1, "it's": 1, 'b"': 1}) == ["unknown-key", "unknown-key"]


def test_a_key_with_a_line_break_does_not_slip_between_the_keywords():
    content = {"patternProperties": {"^a$": {"type": "integer"}}, "additionalProperties": False}
    assert problems_of(content, {"a": 1}) == []
    assert problems_of(content, {"a\n": "x"}) == ["code-form"]


def test_a_reference_to_the_root_stays_exact():
    content = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "properties": {"child": {"$ref": "#"}, "t": {"pattern": "^(SI|NO)$"}},
        "unevaluatedItems": False,
    }
    assert problems_of(content, {"child": {"t": "SI"}}) == []
    assert problems_of(content, {"child": {"t": "SI\n"}}) == ["wrong-form"]


def test_the_examples_are_valid_without_importing_jsonschema():
    code = (
        "import sys; from pathlib import Path; from ruletrail.documents import *\n"
        "from ruletrail.schemas import Schema, check_schema\n"
        "from ruletrail.schemas.places import type_document\n"
        "read = lambda path: read_document(Path(path).read_bytes(), 'x', SCHEMA_LIMITS)[0]\n"
        f"content = type_document(read({str(REPORT_SCHEMA)!r}), True, bounded=False)[0]\n"
        "for path in sys.argv[1:]:\n"
        "    assert check_schema(read(path), Schema(content, ''))[1] == []\n"
        "assert not {'jsonschema', 'referencing', 'numpy'} & set(sys.modules)\n"
    )
    reports = [
        str(ROOT / "examples" / name)
        for name in ("jesi-2024.yaml", "jesi-2024-incompleto.yaml", "livorno-2024.yaml")
    ]
    done = subprocess.run(
        [sys.executable, "-c", code, *reports],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT / "engine")},
    )
    assert done.returncode == 0, done.stderr


# -- Typing: kept places against a plain walk


def walk(node, fragments, root):
    """Type a document by walking the schema anew at every place.

    Slow, and plainly what is meant.
    """
    here = list(expand(fragments, root))
    if isinstance(node, MappingNode):
        return {
            key: walk(value, property_fragments(here, key), root)
            for key, value in node.values.items()
        }
    if isinstance(node, SequenceNode):
        return [
            walk(item, item_fragments(here, index), root) for index, item in enumerate(node.items)
        ]
    types, text = admitted_types(here), node.text
    if node.style == "quoted":
        return text
    if node.style == "literal":
        return {"true": True, "false": False, "null": None}[text]
    plain = re.fullmatch(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", text)
    if node.style == "number" or ((not types or types & {"number", "integer"}) and plain):
        number = read_number(text)
        return 0 if number is None else to_exact(number)
    if (not types or "boolean" in types) and text in ("true", "false"):
        return text == "true"
    return text


PLAIN = [
    "1",
    "-0",
    "0",
    "0.10",
    "-0.0",
    "-3.50",
    "00",
    "1.",
    ".5",
    "1e3",
    "true",
    "false",
    "NO",
    "999999999999999",
    "1000000000000000",
]
PLAIN += [
    "0.1234567890",
    "0.12345678900",
    "-0.0000000001",
    "100000000000000.5",
    "12345678901234567890.5",
    "\u0661",
    "1\n",
    "",
    "+1",
]
WRITTEN = [
    "1",
    "-0",
    "1e3",
    "1E-3",
    "1e15",
    "1e400",
    "0e-5",
    "1.50",
    "-12.0e1",
    "0.00000000001",
    "12e-2",
    "100000000000000000000e-10",
]


def a_node(r, depth=3):
    kind = r.random()
    if depth and kind < 0.35:
        values = {r.choice(["a", "b", "ab", "z", "SI"]): a_node(r, depth - 1) for _ in range(4)}
        return MappingNode(values, {key: ScalarNode(key, "plain", _HERE) for key in values}, _HERE)
    if depth and kind < 0.5:
        return SequenceNode(tuple(a_node(r, depth - 1) for _ in range(r.randrange(4))), _HERE)
    style = r.choice(["plain", "plain", "quoted", "number", "literal"])
    text = r.choice(
        {"plain": PLAIN, "quoted": PLAIN, "number": WRITTEN, "literal": ["true", "false"]}[style]
    )
    return ScalarNode(text, style, _HERE)


@pytest.mark.parametrize("seed", range(4))
def test_typing_from_kept_places_is_typing_by_walking(seed):
    r = random.Random(seed)  # noqa: S311 - a repeatable choice, no secret
    for _ in range(150):
        content = a_schema(r, 3)
        if isinstance(content, dict):
            content["$defs"] = {
                "one": a_schema(r, 1),
                "two": {"type": ["number", "boolean"]},
                "three": {"$ref": "#/$defs/three"},
            }
        places = Places(content)
        for _ in range(6):
            node = a_node(r)
            found, problems = places.type_document(node)
            assert repr(found) == repr(walk(node, [content], content)), (content, node)
            numbers = [scalar for scalar in scalars_of(node) if scalar.style == "number"]
            refused = [scalar for scalar in numbers if read_number(scalar.text) is None]
            assert sum(problem.code == "number-out-of-limits" for problem in problems) >= len(
                refused
            )


def scalars_of(node):
    if isinstance(node, ScalarNode):
        return [node]
    parts = node.values.values() if isinstance(node, MappingNode) else node.items
    return [scalar for part in parts for scalar in scalars_of(part)]


def test_a_schemas_own_numbers_may_lie_beyond_the_limits_of_reports():
    long = "1" + "0" * (MOST_DIGITS - 1)
    node = ScalarNode(long, "number", _HERE)
    assert type_document(node, True)[1][0].code == "number-out-of-limits"
    assert type_document(node, True, bounded=False) == (int(long), [])


def test_unknown_keys_of_documents_are_not_kept():
    places = Places(
        {"properties": {"a": {"type": "integer"}}, "additionalProperties": {"type": "string"}}
    )
    for index in range(1000):
        values = {f"k{index}": ScalarNode("1", "plain", _HERE)}
        assert places.type_document(MappingNode(values, {}, _HERE))[0] == {f"k{index}": "1"}
    assert len(places._found) <= 4
    assert sum(len(place.members) for place in places._found.values()) == 0


def test_places_cross_process_boundaries_as_their_schema():
    places = pickle.loads(pickle.dumps(Places({"type": "number"})))  # noqa: S301 - our own bytes
    assert places.type_document(ScalarNode("8.50", "plain", _HERE)) == (Decimal("8.5"), [])
