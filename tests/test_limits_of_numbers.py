"""Numbers in a report's schema as people write them: the slip is told, and not what it causes."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.command_line import call

SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"isee": {"type": "number", "minimum": 0, "maximum": 90000},
"nome": {"type": "string", "maxLength": 80}},
"additionalProperties": false}}}"""
BOOK = """language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: s.json
locale: it
rules:
  doppio: {label: Doppio, formula: isee * 2 if isee <= 20 else 0}
  lungo: {label: Lungo, formula: length(nome)}
"""
TESTS = """test: 1
rulebook: prova/2024
examples:
  - name: uno
    report: {fields: {isee: 15000.50, nome: Anna Maria}}
    expect: {values: {doppio: 0, lungo: 10}}
  - name: due
    like: uno
    change: {isee: 16000, nome: Anna}
    expect: {values: {lungo: 4}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.yaml").write_text(BOOK, encoding="utf-8")
    (tmp_path / "r.test.yaml").write_text(TESTS, encoding="utf-8")
    return tmp_path


def _check(folder: Path, old: str, new: str, language: str = "it") -> list[Any]:
    assert old in SCHEMA
    (folder / "s.json").write_text(SCHEMA.replace(old, new), encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--lang", language, "--format", "json")
    found = json.loads(out)["problems"]
    ignored = ("entry-without-evidence", "entry-without-source", "unused-rule", "schema-word")
    return [each for each in found if each["code"] not in ignored]


def test_the_schema_is_sound(folder: Path) -> None:
    assert _check(folder, "90000", "90000") == []


@pytest.mark.parametrize(
    ("old", "new", "whole", "line"),
    [("90000", "90.000", "90000", 2), ("90000", "20.000", "20000", 2), ("80", "1.000", "1000", 3)],
)
def test_a_point_for_thousands_is_told_alone(
    folder: Path, old: str, new: str, whole: str, line: int
) -> None:
    """Neither values of examples beyond the limit nor conditions that it settles are told."""
    (told,) = _check(folder, old, new)
    assert (told["code"], told["severity"], told["line"]) == ("thousands-point", "warning", line)
    assert f"se sono migliaia scrivi `{whole}`" in told["hint"]


def test_a_limit_that_is_passed_indeed_is_told(folder: Path) -> None:
    told = _check(folder, "90000", "15500")
    assert [(each["code"], each["line"]) for each in told] == [("out-of-range", 9)]


@pytest.mark.parametrize(
    ("old", "new", "code", "hints"),
    [
        ("90000", "1.000.000", "json-syntax", ("scrivi `1000000`", "write `1000000`")),
        ("90000", "90'000", "json-syntax", ("scrivi `90000`", "write `90000`")),
        ("90000", "1 000 000", "json-syntax", ("scrivi `1000000`", "write `1000000`")),
        ("90000", "90\u202f000", "json-syntax", ("scrivi `90000`", "write `90000`")),
        (
            "90000",
            "90,000",
            "json-syntax",
            (
                "scrivi `90.000` se la virgola separa i decimali, `90000` se separa le migliaia",
                "write `90.000` if the comma separates decimals, `90000` if it separates thousands",
            ),
        ),
        ("90000", "90,5", "json-syntax", ("scrivi `90.5`", "write `90.5`")),
        (
            "90000",
            '"90000"',
            "schema-invalid",
            ("togli le virgolette: `90000`", "take away the quotes: `90000`"),
        ),
        (
            "90000",
            '"90.000"',
            "schema-invalid",
            (
                "scrivi `90000` se il punto separa le migliaia, `90.000` se separa i decimali",
                "write `90000` if the point separates thousands, `90.000` if it separates decimals",
            ),
        ),
        (
            "90000",
            '"1.000.000"',
            "schema-invalid",
            (
                "scrivi `1000000`, senza separatori delle migliaia",
                "write `1000000`, without thousands separators",
            ),
        ),
        (
            "90000",
            '"molto"',
            "schema-invalid",
            (
                "scrivi solo cifre e, se serve, un punto: `100`",
                "write digits only and, where needed, a point: `100`",
            ),
        ),
        (
            "80",
            '"1.000"',
            "schema-invalid",
            (
                "scrivi `1000`, senza separatori delle migliaia",
                "write `1000`, without thousands separators",
            ),
        ),
        (
            "80",
            "80.5",
            "schema-invalid",
            ("scrivi un numero senza decimali", "write a number without decimals"),
        ),
    ],
)
def test_a_number_that_is_none(
    folder: Path, old: str, new: str, code: str, hints: tuple[str, str]
) -> None:
    for language, hint in zip(("it", "en"), hints, strict=True):
        (told,) = _check(folder, old, new, language)
        line = SCHEMA.split("\n")[told["line"] - 1]
        assert (told["code"], told["hint"]) == (code, hint)
        assert told["column"] == line.index(old) + 1


def test_a_comma_that_lacks_between_members_or_items(folder: Path) -> None:
    (told,) = _check(folder, '90000},\n"nome"', '90000 "x": 1},\n"nome"')
    assert told["hint"].startswith("manca una virgola")
    (told,) = _check(folder, '"maximum": 90000', '"enum": [1 000, 2]')
    assert "`1000`" not in told["hint"]
