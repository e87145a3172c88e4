"""Numbers that an author wrote as texts: each is told where it stands, and nothing that uses it."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.command_line import call

HEAD = """language: 2
rulebook: prova
edition: "2027"
version: 0.1.0
status: draft
title: Prova
report: schema.json
day: giorno
"""
SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"giorno": {"type": "string", "format": "date"}, "n": {"type": "number"},
"zona": {"type": "string", "enum": ["A", "B"]}}}}}"""
RULES = """rules:
  sotto: {formula: n < soglia}
  resto: {formula: soglia - n}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schema.json").write_text(SCHEMA, encoding="utf-8")
    return tmp_path


def _found(folder: Path, body: str) -> list[dict[str, Any]]:
    (folder / "prova.yaml").write_text(HEAD + body, encoding="utf-8")
    _, out, _ = call("check", "prova.yaml", "--lang", "en", "--format", "json")
    return [each for each in json.loads(out)["problems"] if each["severity"] == "error"]


def _dated(folder: Path, first: str, second: str) -> list[tuple[str, int, str]]:
    body = (
        f"parameters:\n  soglia:\n    values:\n      - {{from: 2027-01-01, value: {first}}}\n"
        f"      - {{from: 2028-01-01, value: {second}}}\n{RULES}"
    )
    found = _found(folder, body)
    return [(each["code"], each["line"], each["hint"]) for each in found]


FIRST, SECOND = 12, 13


@pytest.mark.parametrize(
    ("first", "second", "hints"),
    [
        ('"6000"', '"6200"', ("remove the quotes: `6000`", "remove the quotes: `6200`")),
        ("6 000", "6 200", ("write `6000`, without", "write `6200`, without")),
        ('"6.000,00"', '"6.200,00"', ("write `6000.00`", "write `6200.00`")),
        ('"6.000"', '"6.200"', ("`6000` if the point", "`6200` if the point")),
        ("seimila", "settemila", ("write the digits", "write the digits")),
        ("3.58 mln", "12 mila", ("write the number out, `3580000`", "number out, `12000`")),
        ("1.234 mila", "2 k", ("it seems to count in thousands", "`2000`")),
        ('"0600"', '"0620"', ("write `600`", "write `620`")),
    ],
)
def test_each_dated_value_is_told_at_its_own_line(
    first: str, second: str, hints: tuple[str, str], folder: Path
):
    """And the formulas that use the parameter, which are right, are not blamed."""
    found = _dated(folder, first, second)
    assert [each[:2] for each in found] == [
        ("value-not-number", FIRST),
        ("value-not-number", SECOND),
    ]
    for (_, _, said), hint in zip(found, hints, strict=True):
        assert hint in said


@pytest.mark.parametrize(
    ("first", "second", "line", "hint"),
    [
        ('"6000"', "6200", FIRST, "remove the quotes: `6000`"),
        ("6000", "6'200", SECOND, "write `6200`, without"),
        ("6'000", "6200", FIRST, "write `6000`, without"),
        ('"6.000,00"', "6200", FIRST, "write `6000.00`"),
        ('"6000 euro"', "6200", FIRST, "`6000`"),
    ],
)
def test_a_wrong_value_is_told_and_not_the_right_one(
    first: str, second: str, line: int, hint: str, folder: Path
):
    ((code, at, said),) = _dated(folder, first, second)
    assert (code, at) == ("value-not-number", line)
    assert hint in said


def test_a_word_among_numbers_is_what_differs(folder: Path):
    """It stands first, and is told all the same: nothing says that it means a number."""
    assert [each[:2] for each in _dated(folder, "alta", "6200")] == [("dated-types", FIRST)]


def test_a_code_that_begins_with_zero_is_no_number_among_numbers(folder: Path):
    assert [each[:2] for each in _dated(folder, '"0421"', "6200")] == [("dated-types", FIRST)]


def test_a_day_among_days_is_told_how_to_write_it(folder: Path):
    body = (
        "parameters:\n  soglia:\n    values:\n      - {from: 2027-01-01, value: 01/03/2027}\n"
        "      - {from: 2028-01-01, value: 2028-03-01}\nrules: {r: {formula: giorno < soglia}}\n"
    )
    (problem,) = _found(folder, body)
    assert problem["line"] == FIRST
    assert problem["hint"].startswith("the day is read before the month here, `2027-03-01`; if")


def _table(folder: Path, *values: str) -> list[dict[str, Any]]:
    rows = "".join(
        f"      - {{zona: {zone}, value: {value}}}\n"
        for zone, value in zip("AB", values, strict=True)
    )
    body = f"tables:\n  coefficiente:\n    by: [zona]\n    rows:\n{rows}"
    return _found(folder, f"{body}rules: {{r: {{formula: n * coefficiente(zona)}}}}\n")


@pytest.mark.parametrize("values", [('"1.00"', "1.20"), ("1'000", "1.20"), ("1.20", '"1,00"')])
def test_a_text_among_the_numbers_of_a_table_is_told(values: tuple[str, str], folder: Path):
    (problem,) = _table(folder, *values)
    assert problem["code"] == "value-not-number"
    assert problem["line"] == (14 if values[0] == "1.20" else 13)


@pytest.mark.parametrize("values", [('"1.00"', '"1.20"'), ("1 000", "1 200"), ('"1,00"', '"1,20"')])
def test_a_table_of_numbers_as_texts_is_blamed_and_not_its_readers(
    values: tuple[str, str], folder: Path
):
    (problem,) = _table(folder, *values)
    assert (problem["code"], problem["line"]) == ("value-not-number", 10)
    assert "write all values of `coefficiente` as numbers" in problem["hint"]


def test_a_table_of_words_is_not_told_to_be_one_of_numbers(folder: Path):
    (problem,) = _table(folder, "alta", "bassa")
    assert problem["code"] == "type-mismatch"


@pytest.mark.parametrize(
    ("value", "hint"), [('"25,50"', "write `25.50`"), ('"25.50"', "quotes"), ("1'200", "`1200`")]
)
def test_a_number_as_a_text_in_a_scale(value: str, hint: str, folder: Path):
    body = f"scales:\n  s:\n    kind: step\n    bands: [{{from: 0, value: {value}}}]\n"
    (problem,) = _found(folder, body + "rules: {r: {formula: s(n)}}\n")
    assert problem["code"] == "value-not-number"
    assert hint in problem["hint"]


@pytest.mark.parametrize(
    ("body", "divided", "multiplied"),
    [
        ("parameters:\n  s: {value: 30%}\n", '`value: 30` with `unit: "%"`', "`value: 0.3`"),
        ("scales:\n  s: {kind: step, bands: [{from: 0, value: 2.5 %}]}\n", "`2.5`", "`0.025`"),
        ("parameters:\n  s: {value: %30}\n", "`30`", "its hundredth"),
    ],
)
def test_how_a_percentage_is_written_is_told_by_what_reads_it(
    body: str, divided: str, multiplied: str, folder: Path
):
    """The two differ by a hundred: `30` is right where formulas divide, `0.3` where they do not."""
    (problem,) = _found(folder, body)
    before, after = problem["hint"].split("if they only multiply")
    assert divided in before
    assert "if the formulas divide by 100" in before
    assert multiplied in after
