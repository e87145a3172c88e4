"""Where a problem is: a pointer into the document, and the field of the report, by every door.

Reports are made with faults at random places; what is told must be those places and no others.
"""

import csv
import io
import json
import random
from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import ruletrail
from ruletrail.documents import RULEBOOK_LIMITS, from_python
from ruletrail.problems import REPORT, Mark, Problem, ProblemsError
from support.command_line import call
from support.pointers import resolve

CODES = [f"F{number}" for number in range(30)]
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["rulebook", "fields"],
    "additionalProperties": False,
    "properties": {
        "rulebook": {"type": "string"},
        "subject": {
            "type": "object",
            "properties": {"nome": {"type": "string"}, "a/b~c": {"enum": ["x", "y"]}},
            "additionalProperties": False,
        },
        "printed": {
            "type": "object",
            "properties": {"messages": {"type": "array", "items": {"type": "string"}}},
        },
        "fields": {
            "type": "object",
            "required": ["F0", "F1"],
            "additionalProperties": False,
            "properties": {
                code: [
                    {"type": "integer", "minimum": 0},
                    {"type": "string", "enum": ["SI", "NO"]},
                    {"type": "boolean"},
                    {"type": "number", "multipleOf": 0.01, "maximum": 100},
                    {"type": "string", "format": "date"},
                ][number % 5]
                for number, code in enumerate(CODES)
            },
        },
    },
}
RULEBOOK = """\
language: 1
rulebook: prova
edition: "2024"
version: 1.0.0
status: published
in_force: {from: 2025-01-01}
title: Prova
report: reports/prova.schema.json
locale: it
sources: {s: {title: Prova, kind: form}}
rules:
  X: {formula: F0, source: s, evidence: quoted}
"""
RIGHT: list[Any] = [3, "SI", True, 8.5, "2024-01-31"]
WRONG: list[list[Any]] = [
    ["3.580.390,40", -1, 1.5, 10**30],
    ["FORSE", 3, True],
    ["sì", 7],
    ["3.580.390,40", 101, 0.123, False],
    ["31/01/2024", 12, True],
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pointers")
    (made / "rulebooks/prova").mkdir(parents=True)
    (made / "schemas/reports").mkdir(parents=True)
    (made / "rulebooks/prova/2024.yaml").write_text(RULEBOOK, "utf-8")
    (made / "schemas/reports/prova.schema.json").write_text(json.dumps(SCHEMA), "utf-8")
    return made


@pytest.fixture(scope="module")
def plan(folder: Path) -> ruletrail.Plan:
    return ruletrail.load("prova/2024", library=folder)


def right_report() -> dict[str, Any]:
    fields = {code: RIGHT[number % 5] for number, code in enumerate(CODES)}
    return {
        "rulebook": "prova/2024",
        "subject": {"nome": "Ente", "a/b~c": "x"},
        "printed": {"messages": ["uno", "due", "tre"]},
        "fields": fields,
    }


def wrong_report(chance: random.Random, *, flat: bool) -> tuple[dict[str, Any], set[str]]:
    """Make a report with faults at random places; gives the pointers of these too."""
    report, places = right_report(), set()
    if flat:
        del report["printed"]
    for number in chance.sample(range(len(CODES)), chance.randint(1, 12)):
        report["fields"][CODES[number]] = chance.choice(WRONG[number % 5])
        places.add(f"/fields/{CODES[number]}")
    if chance.random() < 0.5:
        report["fields"]["ZZ"] = 5
        places.add("/fields/ZZ")
    if chance.random() < 0.5:
        report["subject"]["a/b~c"] = "z"
        places.add("/subject/a~1b~0c")
    if not flat and chance.random() < 0.7:
        for at in chance.sample(range(3), chance.randint(1, 3)):
            report["printed"]["messages"][at] = {"a": 1}
            places.add(f"/printed/messages/{at}")
    if chance.random() < 0.5:
        del report["fields"]["F1"]
        places = {place for place in places if place != "/fields/F1"} | {"/fields"}
    return report, places


def told_by(read: Callable[[], object]) -> list[tuple[str, str | None, str]]:
    with pytest.raises(ProblemsError) as caught:
        read()
    return [(str(each.pointer), each.field, each.absent) for each in caught.value.problems]


def told_in(problems: list[dict[str, Any]]) -> list[tuple[str, str | None, str]]:
    return [(each["pointer"], each.get("field"), each.get("absent", "")) for each in problems]


def as_csv(report: Mapping[str, Any]) -> str:
    stream = io.StringIO()
    cells = {
        "rulebook": report["rulebook"],
        **{f"subject.{key}": value for key, value in report["subject"].items()},
        **{
            code: str(value).lower() if isinstance(value, bool) else value
            for code, value in report["fields"].items()
        },
    }
    writer = csv.DictWriter(stream, list(cells))
    writer.writeheader()
    writer.writerow(cells)
    return stream.getvalue()


Door = Callable[[dict[str, Any], ruletrail.Plan, Path], list[tuple[str, str | None, str]]]


def by_mapping(report: dict[str, Any], plan: ruletrail.Plan, _: Path) -> Any:
    return told_by(lambda: plan.evaluate(report))


def by_bytes(report: dict[str, Any], plan: ruletrail.Plan, _: Path) -> Any:
    return told_by(lambda: plan.evaluate(json.dumps(report).encode()))


def by_yaml_bytes(report: dict[str, Any], plan: ruletrail.Plan, _: Path) -> Any:
    return told_by(lambda: plan.evaluate(yaml.safe_dump(report, sort_keys=False).encode()))


def by_plain_yaml(report: dict[str, Any], plan: ruletrail.Plan, _: Path) -> Any:
    """Read a file that the fast reader of YAML takes, too: every text in quotes, no list."""
    lines = ["rulebook: prova/2024", "subject:"]
    lines += [f"  {json.dumps(key)}: '{value}'" for key, value in report["subject"].items()]
    lines += ["fields:"]
    lines += [f"  {code}: {json.dumps(value)}" for code, value in report["fields"].items()]
    if "printed" in report:
        lines += ["printed: {messages: " + json.dumps(report["printed"]["messages"]) + "}"]
    return told_by(lambda: plan.evaluate("\n".join(lines).encode()))


def by_file(form: str) -> Door:
    def read(report: dict[str, Any], plan: ruletrail.Plan, folder: Path) -> Any:
        path = folder / f"report{form}"
        text = json.dumps(report, indent=1) if form == ".json" else yaml.safe_dump(report)
        path.write_text(text, "utf-8")
        words = ["evaluate", path, "--library", folder, "--format", "json"]
        status, out, _err = call(*words)
        assert status == 2
        assert told_by(lambda: plan.evaluate(path)) == told_in(json.loads(out)["problems"])
        return told_in(json.loads(out)["problems"])

    return read


def by_batch(form: str) -> Door:
    def read(report: dict[str, Any], _plan: ruletrail.Plan, folder: Path) -> Any:
        path = folder / f"rows.{form}"
        if form == "jsonl":
            path.write_text(json.dumps(right_report()) + "\n" + json.dumps(report) + "\n", "utf-8")
        elif form == "csv":
            path.write_text(as_csv(report), "utf-8")
        else:
            columns = {"rulebook": [report["rulebook"]]}
            columns |= {f"subject.{key}": [each] for key, each in report["subject"].items()}
            # a column too wide for Parquet is none that a table has
            columns |= {
                code: [each if each != 10**30 else "x"] for code, each in report["fields"].items()
            }
            pq.write_table(pa.table(columns), path)
        words = ["batch", path, "-o", "-", "--to", "jsonl", "--library", folder]
        _status, out, err = call(*words, "--workers", 1, "--lang", "en")
        assert out, err
        return told_in(json.loads(out.splitlines()[-1])["problems"])

    return read


DOORS: dict[str, tuple[Door, bool]] = {
    "mapping": (by_mapping, False),
    "bytes": (by_bytes, False),
    "yaml bytes": (by_yaml_bytes, False),
    "plain yaml": (by_plain_yaml, False),
    "yaml file": (by_file(".yaml"), False),
    "json file": (by_file(".json"), False),
    "jsonl": (by_batch("jsonl"), False),
    "csv": (by_batch("csv"), True),
    "parquet": (by_batch("parquet"), True),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("seed", range(6))
def test_every_fault_is_told_at_once_and_where_it_is(
    door: str, seed: int, plan: ruletrail.Plan, folder: Path, tmp_path: Path
):
    """Several wrong fields, at random places: each has its pointer, its field, and no other has."""
    read, flat = DOORS[door]
    report, places = wrong_report(random.Random(seed), flat=flat)  # noqa: S311 - tests repeat
    if flat:
        # a column that no report has is refused with the header, not with a row
        report["fields"].pop("ZZ", None)
        places.discard("/fields/ZZ")
        if door == "csv":
            report["fields"] = {
                code: each for code, each in report["fields"].items() if code in plan_fields(plan)
            }
    for name in ("rulebooks", "schemas"):
        (tmp_path / name).symlink_to(folder / name)
    found = read(report, plan, tmp_path)
    assert {pointer for pointer, _, _ in found} == places
    wrong = {pointer.rpartition("/")[2] for pointer in places if pointer.startswith("/fields/")}
    is_absent = "/fields" in places
    fields = {field for pointer, field, _ in found if pointer.startswith("/fields")}
    assert fields == wrong | ({"F1"} if is_absent else set())
    for pointer, field, absent in found:
        value = resolve(report, pointer)
        if absent:
            assert absent not in value
        elif field is not None and pointer.startswith("/fields/"):
            assert value == report["fields"][field]


def plan_fields(plan: ruletrail.Plan) -> list[str]:
    return list(plan.linked.schema.fields)


def test_text_that_stands_for_csv_is_told_by_its_column(plan: ruletrail.Plan, folder: Path):
    """A text of CSV that is too long for any document names its column, not only its row."""
    long = "x" * 33_000
    path = folder / "long.csv"
    path.write_text(f"rulebook,F0,F1\nprova/2024,1,{long}\n", "utf-8")
    words = ["batch", path, "-o", "-", "--to", "jsonl", "--library", folder, "--workers", 1]
    _status, out, err = call(*words, "--rulebook", "prova/2024")
    assert out, err
    (problem,) = json.loads(out)["problems"]
    assert (problem["code"], problem["pointer"], problem["field"], problem["line"]) == (
        "text-too-long",
        "/fields/F1",
        "F1",
        2,
    )
    assert plan.reference == "prova/2024@1.0.0"


# -- Null ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", [door for door, (_, flat) in DOORS.items() if not flat])
@pytest.mark.parametrize("seed", range(4))
def test_null_hides_no_other_fault(
    door: str, seed: int, plan: ruletrail.Plan, folder: Path, tmp_path: Path
):
    """Nulls are told once each, beside whatever else is wrong."""
    chance = random.Random(100 + seed)  # noqa: S311 - tests repeat
    report, places = wrong_report(chance, flat=False)
    empty = chance.sample([code for code in CODES[2:] if f"/fields/{code}" not in places], 4)
    for code in empty:
        report["fields"][code] = None
    for name in ("rulebooks", "schemas"):
        (tmp_path / name).symlink_to(folder / name)
    found = DOORS[door][0](report, plan, tmp_path)
    assert {pointer for pointer, _, _ in found} == places | {f"/fields/{code}" for code in empty}
    for code in empty:
        assert [field for _, field, _ in found].count(code) == 1


EMPTY: list[Any] = [None, pd.NA, pd.NaT, np.datetime64("NaT", "ns")]


@pytest.mark.parametrize("empty", EMPTY, ids=lambda empty: type(empty).__name__)
def test_a_missing_value_of_a_library_is_null(plan: ruletrail.Plan, empty: Any):
    report = right_report()
    report["fields"]["F5"] = empty
    (told,) = told_by(lambda: plan.evaluate(report))
    assert told == ("/fields/F5", "F5", "")
    answer = plan.evaluate(report, nulls="absent")
    del report["fields"]["F5"]
    assert answer.trail.to_json() == plan.evaluate(report).trail.to_json()
    columns = {code: plan.evaluate_many({code: [empty]}).status.to_list() for code in plan.fields}
    assert columns == {
        code: plan.evaluate_many({code: [None]}).status.to_list() for code in plan.fields
    }


def make_null(report: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return a report that says the same, with nulls where keys are absent."""
    given = {**report, "fields": dict(report["fields"])}
    for code in chance.sample(CODES[2:], 9):
        report["fields"].pop(code)
        given["fields"][code] = None
    given["fields"]["unheard_of"] = None
    if chance.random() < 0.5:
        del report["printed"]
        given["printed"] = None
    return given


@pytest.mark.parametrize("seed", range(6))
def test_null_may_mean_an_absent_key(seed: int, plan: ruletrail.Plan, folder: Path, tmp_path: Path):
    """By every door that reads null, the answer is that to the report without the key."""
    chance, report = random.Random(seed), right_report()  # noqa: S311 - tests repeat
    given = make_null(report, chance)
    expected = plan.evaluate(report).trail.to_json()
    data = json.dumps(given).encode()
    assert plan.evaluate(given, nulls="absent").trail.to_json() == expected
    assert plan.evaluate(data, nulls="absent").trail.to_json() == expected
    written = yaml.safe_dump(given).encode()
    assert plan.evaluate(written, nulls="absent").trail.to_json() == expected
    assert plan.read(data, nulls="absent").fields == plan.read(report).fields
    path = tmp_path / "report.json"
    path.write_bytes(data)
    words = ["evaluate", path, "--library", folder, "--format", "json"]
    assert call(*words)[0] == 2
    _status, out, _err = call(*words, "--nulls", "absent")
    assert json.loads(out)["result"] == json.loads(expected)["result"]
    rows = tmp_path / "rows.jsonl"
    rows.write_bytes(data + b"\n")
    words = ["batch", rows, "-o", "-", "--to", "jsonl", "--library", folder, "--workers", 1]
    assert "problems" in json.loads(call(*words)[1])
    answer = json.loads(call(*words, "--nulls", "absent")[1])
    assert answer["values"] == {"X": "3"}


def test_known_fields_that_are_null_go_the_fast_way(plan: ruletrail.Plan):
    """A form that sends null for each empty input is not answered the slow way for it."""
    report = right_report()
    report["fields"]["F7"] = None
    functions = plan._functions
    for given in (report, json.dumps(report).encode()):
        assert functions.take_in(plan.functions, given, "absent") is not None
        assert functions.take_in(plan.functions, given) is None


def test_null_in_a_list_is_a_fault_whatever_null_means(plan: ruletrail.Plan):
    """An item of a list is no key that could be absent."""
    report = right_report()
    report["printed"]["messages"][1] = None
    for nulls in ("refused", "absent"):
        told = told_by(lambda nulls=nulls: plan.evaluate(report, nulls=nulls))
        assert told == [("/printed/messages/1", None, "")]


# -- What callers hand in --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "given", "meant"),
    [
        ("F0", np.int64(7), 7),
        ("F0", np.uint8(7), 7),
        ("F0", np.float64(7.0), 7),
        ("F3", np.float32(0.1), "0.1"),
        ("F3", np.float16(0.5), "0.5"),
        ("F2", np.bool_(True), True),
        ("F1", np.str_("NO"), "NO"),
        ("F4", date(2024, 2, 29), "2024-02-29"),
        ("F4", datetime(2024, 2, 29), "2024-02-29"),  # noqa: DTZ001 - a day
        ("F4", pd.Timestamp("2024-02-29"), "2024-02-29"),
        ("F4", np.datetime64("2024-02-29"), "2024-02-29"),
        ("F4", np.datetime64("2024-02-29", "ns"), "2024-02-29"),
    ],
)
def test_scalars_of_libraries_are_what_they_say(
    plan: ruletrail.Plan, code: str, given: Any, meant: Any
):
    report = right_report()
    report["fields"][code] = given
    exact = plan.read(report).fields[code].value
    assert exact == (Fraction(meant) if code in ("F0", "F3") else meant)
    assert type(exact) is type(plan.read(right_report()).fields[code].value)


@pytest.mark.parametrize(
    "given",
    [
        np.float64("nan"),
        np.float32("inf"),
        np.datetime64("2024-02-29T10:00"),
        datetime(2024, 1, 1, 9),  # noqa: DTZ001 - as forms give them
    ],
)
def test_what_a_field_cannot_hold_is_told_with_its_name(plan: ruletrail.Plan, given: Any):
    report = right_report()
    report["fields"]["F4"] = given
    assert {told[1] for told in told_by(lambda: plan.evaluate(report))} == {"F4"}


def test_what_is_no_value_says_where_it_stands(plan: ruletrail.Plan):
    """A programmer's mistake is a `TypeError`, which names the place too."""
    with pytest.raises(TypeError, match=r"not complex \(at /fields/F3\)"):
        plan.evaluate({"fields": {"F3": 1j}})


def test_numbers_that_no_document_holds_hide_nothing(plan: ruletrail.Plan):
    report = right_report()
    report["fields"] |= {"F0": float("nan"), "F3": Fraction(1, 3), "F5": "x", "F4": "\ud800"}
    assert [told[1] for told in told_by(lambda: plan.evaluate(report))] == ["F0", "F3", "F4", "F5"]


def test_the_exception_names_the_fields_of_a_mapping(plan: ruletrail.Plan):
    report = right_report()
    report["fields"]["F3"] = "3.580.390,40"
    with pytest.raises(ProblemsError, match=r"report:1:1: F3: `3\.580\.390,40` is a text"):
        plan.evaluate(report)


# -- Ways ------------------------------------------------------------------------------------------


def test_a_field_below_a_list_has_its_name():
    report = {"fields": {"componenti": [{"nascita": "x"}] * 3}}
    mark = Mark("report", path=((((REPORT, "fields"), "componenti"), 2), "nascita"))
    problem = Problem("null-value", mark)
    assert problem.field == "componenti[3].nascita"  # rows count from 1, pointers from 0
    assert problem.pointer == "/fields/componenti/2/nascita"
    assert resolve(report, problem.pointer) == "x"


def test_only_reports_have_fields():
    """`fields` of another document are its own affair."""
    _, (problem,) = from_python({"fields": {"A": None}}, "x", RULEBOOK_LIMITS)
    assert (problem.pointer, problem.field) == ("/fields/A", None)


def test_a_document_as_a_whole_has_the_empty_pointer(plan: ruletrail.Plan):
    assert told_by(lambda: plan.evaluate(b"[]")) == [("", None, "")]


def test_what_is_no_document_has_no_pointer(plan: ruletrail.Plan):
    with pytest.raises(ProblemsError) as caught:
        plan.evaluate(b"{")
    assert [problem.pointer for problem in caught.value.problems] == [None]


def test_a_key_is_pointed_at_as_it_is_written(plan: ruletrail.Plan):
    """The tree holds texts in NFC; the pointer holds for the document, which may not."""
    written = "cafe\u0301"
    ((pointer, _, _),) = told_by(
        lambda: plan.evaluate(json.dumps({**right_report(), written: 1}).encode())
    )
    assert pointer == f"/{written}"


def test_sarif_names_the_value_by_its_pointer(folder: Path, tmp_path: Path):
    text = (folder / "rulebooks/prova/2024.yaml").read_text("utf-8").replace("F0,", "F0 +,")
    (tmp_path / "rulebooks/prova").mkdir(parents=True)
    (tmp_path / "rulebooks/prova/2024.yaml").write_text(text, "utf-8")
    (tmp_path / "schemas").symlink_to(folder / "schemas")
    words = ["check", "prova/2024", "--library", tmp_path, "--format", "sarif"]
    results = json.loads(call(*words)[1])["runs"][0]["results"]
    named = [
        place["fullyQualifiedName"]
        for result in results
        for place in result["locations"][0].get("logicalLocations", ())
    ]
    assert "/rules/X/formula" in named
