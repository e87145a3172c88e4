"""Plain reports straight to a function's inputs: the answer is that of the report's own reader.

Whatever a caller hands in, the call answers as the reference evaluator does for the report that was
read through a tree, or has the same problems; and plain reports never make a tree.
"""

import json
import random
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

import ruletrail
from ruletrail.api import Plan
from ruletrail.documents import REPORT_LIMITS, from_python, read_document
from ruletrail.problems import Problem, ProblemsError
from ruletrail.reports import Report
from ruletrail.schemas.field_rules import Bounds
from support.evaluators import compare_call, read_parts
from support.places import JESI, LIVORNO
from support.rulebooks import HEAD_TEXT, flow

REFERENCE = "prova/2024"
RULES = """
rules:
  X: {formula: A + B / 3}
  Y: {formula: A · B, round: {decimals: 2, mode: half_up}}
  D: {formula: A + 1}
checks:
  fits: {severity: warning, expect: A >= B, message: {it: "A {A} contro B {B}, X {X}, D {D}"}}
messages:
  said: {when: 'T != "zitto"', text: {it: "N {N}, F {F}, T {T}"}}
"""
FIELDS: dict[str, Any] = {
    "A": {"type": "number", "minimum": 0},
    "B": {"type": "number", "exclusiveMinimum": -1.5, "exclusiveMaximum": 1000},
    "D": {"type": "number"},
    "N": {"type": "integer", "maximum": 12},
    "M": {"type": "number", "multipleOf": 0.25},
    "E": {"type": "string", "enum": ["SI", "NO"]},
    "T": {"type": "string", "maxLength": 5},
    "F": {"type": "boolean"},
}


def load(folder: Path, **schema: Any) -> Plan:
    """Load a small rulebook whose fields have every kind of rule; its functions are made."""
    content = {
        "type": "object",
        "properties": {
            "rulebook": {"type": "string"},
            "subject": {"type": "object", "properties": {"anno": {"type": "integer"}}},
            "printed": {"type": "object"},
            "fields": {"type": "object", "properties": FIELDS, "additionalProperties": False},
        },
        "required": ["rulebook", "fields"],
        **schema,
    }
    (folder / "schema.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "r.yaml").write_text(HEAD_TEXT + RULES, encoding="utf-8")
    return ruletrail.load(folder / "r.yaml").compile()


def read_slowly(plan: Plan, given: Mapping[str, Any] | bytes) -> Report | list[Problem]:
    """Read a report through the tree, which marks and explains everything."""
    read = from_python if isinstance(given, Mapping) else read_document
    try:
        return plan.check(*read(given, "report", REPORT_LIMITS))  # type: ignore[operator]
    except ProblemsError as error:
        return list(error.problems)


def is_plain(plan: Plan, given: Any) -> bool:
    """Tell whether a report is taken in without a tree."""
    functions = plan._functions
    return functions.take_in(plan.functions, given) is not None


VALUES: list[Any] = [
    0, 1, -1, 12, 13, 10**15 - 1, 10**15, -(10**15), 10**400, True, False, None,
    Decimal("1.50"), Decimal("0.1"), Decimal("-0"), Decimal("-0.5"), Decimal("-1.5"),
    Decimal("999.99"), Decimal(1000), Decimal("0.25"), Decimal("3.0"), Decimal("3.000"),
    Decimal("1.0000000000"), Decimal("1.00000000000"), Decimal("0.1234567891"), Decimal("1E+2"),
    Decimal("1E-3"), Decimal("0E-30"), Decimal("NaN"), Decimal("Infinity"), Decimal("1E999999"),
    8.5, 99.0, 0.1, 1e-7, 1e22, -0.0, float("nan"), float("inf"), Fraction(1, 4), Fraction(1, 3),
    "SI", "NO", "", "zitto", "lungo lungo", "e\u0301", "\u00e9", "\ud800", "\u0301", "12",
    [], {}, [1], b"x", np.int64(3), np.float64(2.5), object(),
]  # fmt: skip


def make_mappings(chance: random.Random) -> list[dict[str, Any]]:
    """Make reports as callers' mappings: each value in each field, and many fields at once."""
    usual = {"A": 10, "B": Decimal("2.50"), "N": 3, "E": "SI", "T": "x", "F": True}
    found = [{**usual, code: value} for code in FIELDS for value in VALUES]
    found += [
        {code: chance.choice(VALUES) for code in chance.sample(list(FIELDS), 2)} for _ in range(200)
    ]
    found += [{**usual, "Z": 1}, {}, {**usual, 5: 1}, {**usual, "D": 11}, {**usual, "D": 11.5}]
    return [{"rulebook": REFERENCE, "fields": fields} for fields in found]


def test_any_mapping_answers_as_its_report(tmp_path: Path):
    """Every class of value in every field: the same answer, the same problems, the same error."""
    plan, chance, plain = load(tmp_path), random.Random(3), 0  # noqa: S311 - the same each time
    for given in make_mappings(chance):
        try:
            slow = read_slowly(plan, given)
        except TypeError as error:
            with pytest.raises(TypeError, match=re.escape(str(error))):
                plan.evaluate(given)
            continue
        plain += is_plain(plan, given)
        compare_call(plan, given, slow)
    assert plain > 100


SHAPES: list[Any] = [
    {"rulebook": REFERENCE, "fields": {"A": 1, "B": 2}, "subject": {"anno": 2024}},
    {"rulebook": REFERENCE, "fields": {"A": 1}, "subject": {"anno": Decimal("2024.0")}},
    {"rulebook": REFERENCE, "fields": {"A": 1}, "subject": {"anno": 2024.5}},
    {"rulebook": REFERENCE, "fields": {"A": 1}, "subject": {"anno": "x"}},
    {"rulebook": REFERENCE, "fields": {"A": 1}, "subject": {"e\u0301": "x", "b": True, "c": 1.5}},
    {"rulebook": REFERENCE, "fields": {"A": 1}, "subject": {"a": None}},
    {"rulebook": REFERENCE, "fields": {"A": 1}, "subject": {"a": {"b": 1}}},
    {"rulebook": REFERENCE, "fields": {"A": 1}, "subject": []},
    {"rulebook": REFERENCE, "fields": []},
    {"rulebook": REFERENCE},
    {"rulebook": f"{REFERENCE}@1.0.0", "fields": {"A": 1}},
    {"rulebook": f"{REFERENCE}@9.0.0", "fields": {"A": 1}},
    {"rulebook": "altra/2024", "fields": {"A": 1}},
    {"rulebook": "prova", "fields": {"A": 1}},
    {"rulebook": 5, "fields": {"A": 1}},
    {"rulebook": REFERENCE, "fields": {"A": 1}, "altro": 1},
    {
        "rulebook": REFERENCE,
        "fields": {"A": 1},
        "printed": {"messages": ["N mancante"]},
    },
    {"rulebook": REFERENCE, "fields": {"A": 1}, "printed": {"messages": ["e\u0301", "x" * 9_000]}},
    {"rulebook": REFERENCE, "fields": {"A": 1}, "printed": {"messages": ("a", "b")}},
    {"rulebook": REFERENCE, "fields": {"A": 1}, "printed": {"messages": [1]}},
    {"rulebook": REFERENCE, "fields": {"A": 1}, "printed": {}},
    {"rulebook": REFERENCE, "fields": {"A": 1}, "printed": []},
    {"rulebook": REFERENCE, "fields": {"A": 1}, "printed": {"messages": ["x" * 999] * 300}},
    {"rulebook": REFERENCE, "fields": {"A": 1}, "printed": {"messages": [""] * 100_000}},
]


@pytest.mark.parametrize("key", [1, None, b"x", ("a",), True])
@pytest.mark.parametrize("part", ["", "subject", "fields", "printed"])
def test_a_key_that_is_no_text_is_said_alike(part: str, key: Any, tmp_path: Path):
    """Wherever it stands, the sentence is that of the report's own reader."""
    plan = load(tmp_path)
    given: dict[Any, Any] = {"rulebook": REFERENCE, "fields": {"A": 1}}
    place = given.setdefault(part, {}) if part else given
    place[key] = "a"
    for call in (plan.evaluate, plan.read):
        with pytest.raises(TypeError, match="keys of a report are text, not"):
            call(given)


@pytest.mark.parametrize("given", SHAPES, ids=range(len(SHAPES)))
def test_any_shape_answers_as_its_report(given: dict[str, Any], tmp_path: Path):
    """What stands beside the fields: taken, refused and shown as the report's own reader does."""
    plan = load(tmp_path)
    compare_call(plan, given, read_slowly(plan, given))
    compare_call(plan, MappingProxyType(given), read_slowly(plan, given))


def test_keys_that_stand_twice_are_refused(tmp_path: Path):
    """The last of two keys never stands for both, wherever they are and whatever hides them."""
    plan = load(tmp_path)
    whole = '{"rulebook": "prova/2024", "subject": {"a": "b"}, "fields": {"A": 1, "T": "x"}}'
    assert is_plain(plan, whole.encode())
    for old, new in (
        ('"A": 1', '"A": 1, "A": 2'),
        ('"A": 1', '"A": "", "A": 1'),
        ('"T": "x"', '"T": "x", "T": "y"'),
        ('"a": "b"', '"a": "b", "a": "b"'),
        ('"rulebook"', '"rulebook": "altra/1", "rulebook"'),
        ('"fields"', '"fields": {"A": 3}, "fields"'),
        ('"fields"', '"fields": {}, "fields"'),
        ('"subject"', '"subject": {}, "subject"'),
        ('"A"', r'"\u0041": 3, "A"'),
        ('"T": "x"', r'"T": "\"", "A": 2'),
        ('"T": "x"', '"T": ":", "T": "x"'),
        ('"T": "x"', '"T": "::", "T": ":"'),
        ('"T": "x"', r'"T": "y", "T": "\u003a"'),
        ('"a": "b"', r'"a": "\u003a", "c": 1, "c": ":"'),
    ):
        given = whole.replace(old, new, 1).encode()
        assert not is_plain(plan, given)
        compare_call(plan, given, read_slowly(plan, given))


@pytest.mark.parametrize("colons", range(4))
def test_sentences_with_colons_hide_no_key(colons: int, tmp_path: Path):
    """Colons that printed sentences hold stand for themselves, not for a member written over."""
    plan = load(tmp_path)
    printed = '"printed": {"messages": ["due: tre", "%s"]}' % ("a:" * colons)
    whole = f'{{"rulebook": "prova/2024", "fields": {{"A": 1, "T": "x"}}, {printed}}}'
    assert is_plain(plan, whole.encode())
    for old, new in (
        ('"A": 1', '"A": 1, "A": 2'),
        ('"T": "x"', '"T": ":", "T": "x"'),
        ('"printed"', '"printed": {}, "printed"'),
        ('"printed"', '"printed": {"messages": [":::"]}, "printed"'),
        ('"messages"', '"messages": [], "messages"'),
        ('"messages"', '"messages": [":"], "messages"'),
        ('"due: tre"', r'"due\u003a tre", "\u003A"'),
        ('"due: tre"', r'"\"due: tre\"", "\\u003a"'),
    ):
        given = whole.replace(old, new, 1).encode()
        is_same = "u003a" in new  # nothing stands twice, and the careful way says so
        assert is_plain(plan, given) == is_same
        compare_call(plan, given, read_slowly(plan, given))
        doubled = given.replace(b'"A": 1', b'"A": 1, "A": 1')
        assert not is_plain(plan, doubled)


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"required": ["subject"]}, {"properties": {"fields": {"required": ["B"]}}}]},
        {"additionalProperties": False},
        {"if": {"required": ["subject"]}, "then": False},
        {"minProperties": 3},
        {"required": ["rulebook", "fields", "subject"]},
        {"$defs": {"x": {}}, "title": "Prova", "unevaluatedProperties": False},
    ],
    ids=str,
)
def test_what_a_schema_asks_of_the_whole_is_asked(schema: dict[str, Any], tmp_path: Path):
    """A schema that ties parts together, or needs some, refuses the same reports."""
    plan = load(tmp_path, **schema)
    for fields in ({"A": 1}, {"A": 1, "B": 2}, {}):
        for rest in ({}, {"subject": {"anno": 1}}, {"printed": {"messages": []}}):
            given = {"rulebook": REFERENCE, "fields": fields, **rest}
            compare_call(plan, given, read_slowly(plan, given))


def test_a_mapping_need_not_name_the_rulebook(tmp_path: Path):
    """The plan is given: the mapping is taken for its rulebook, and the trail says so."""
    plan = load(tmp_path)
    given = {"fields": {"A": 1, "B": 2}}
    named = {"rulebook": REFERENCE, **given}
    assert is_plain(plan, given)
    assert read_parts(plan.evaluate(given)) == read_parts(plan.evaluate(named))
    assert plan.evaluate(given).trail.to_json() == plan.evaluate(named).trail.to_json()
    assert plan.read(given).reference == plan.read(named).reference
    with pytest.raises(ProblemsError, match="report-without-rulebook"):
        plan.evaluate(b'{"fields": {"A": 1}}')


def test_what_a_caller_changes_afterwards_changes_no_answer(tmp_path: Path):
    """The report is read when it is evaluated; its trail, written later, tells of that."""
    plan = load(tmp_path)
    given = {"fields": {"A": 1, "B": 2}, "subject": {"anno": 1}, "printed": {"messages": ["a"]}}
    expected = plan.evaluate(given).trail.to_json()
    evaluation = plan.evaluate(given)
    given["fields"]["A"], given["subject"]["anno"] = 99, 5
    given["printed"]["messages"].append("b")
    assert evaluation.trail.to_json() == expected


@pytest.mark.parametrize("path", [JESI, LIVORNO], ids=lambda path: path.stem)
def test_the_real_reports_make_no_tree(path: Path, plan: Plan, monkeypatch: pytest.MonkeyPatch):
    """Both forms, as bytes and as a mapping, are answered without a tree, report or record."""
    report = plan.read(path)
    fields = {code: each.exact for code, each in report.fields.items()}
    rest = {"subject": dict(report.subject), "printed": {"messages": list(report.printed)}}
    expected = read_parts(plan.evaluate(report))
    expected["sentences"] = repr(plan.evaluate(report).sentences)

    def refuse(*_: object) -> None:
        raise AssertionError("nothing asked for it")

    for given in (
        {"fields": fields, **rest},
        flow({"rulebook": "sociale/2024", "fields": fields, **rest}).encode(),
    ):
        monkeypatch.setattr(Plan, "check", refuse)
        monkeypatch.setattr("ruletrail.reports.plain_json.PlainReport.to_report", refuse)
        monkeypatch.setattr("ruletrail.compiled.record_building.Answer.record", refuse)
        evaluation = plan.evaluate(given)
        assert {part: repr(getattr(evaluation, part)) for part in expected} == expected
        monkeypatch.undo()


def test_ends_at_a_scale_are_those_of_the_numbers():
    """A whole number at a scale lies inside its ends exactly when the number is admitted."""
    chance = random.Random(5)  # noqa: S311 - the same each time
    for _ in range(3_000):
        least, most = sorted(Fraction(chance.randint(-400, 400), 40) for _ in range(2))
        bounds = Bounds(
            chance.choice([least, None]), chance.choice([most, None]),
            is_above=chance.random() < 0.5, is_below=chance.random() < 0.5,
        )  # fmt: skip
        scale = chance.choice([0, 1, 2, 3])
        low, high = bounds.at(scale)
        whole = chance.randint(-12 * 10**scale, 12 * 10**scale)
        number = Fraction(whole, 10**scale)
        is_high_enough = bounds.least is None or (
            number > bounds.least if bounds.is_above else number >= bounds.least
        )
        is_low_enough = bounds.most is None or (
            number < bounds.most if bounds.is_below else number <= bounds.most
        )
        assert (low is None or low <= whole) == is_high_enough
        assert (high is None or whole <= high) == is_low_enough
