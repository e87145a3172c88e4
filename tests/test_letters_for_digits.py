"""A letter in the place of a digit, `l15,62`: the number that is meant is told where it is sure."""

import json
from pathlib import Path

import pytest

from ruletrail.suggestions import with_digits
from support.command_line import call

RULEBOOK = """language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
parameters:
  soglia:
    value: {value}
scales:
  s: {{kind: step, bands: [{{from: 0, value: 1}}, {{from: {begin}, value: 2}}]}}
tables:
  t:
    by: [zona]
    rows:
      - {{zona: a, value: 10}}
      - {{zona: b, value: {cell}}}
rules:
  X: {{formula: A * soglia + s(A) + t(zona)}}
"""
SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"A": {"type": "number"}, "zona": {"type": "string", "enum": ["a", "b"]}}}}}"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("schema.json").write_text(SCHEMA, encoding="utf-8")


def _hints(**written: str) -> list[str]:
    """Check a rulebook in which some numbers are written so."""
    text = RULEBOOK.format(**{"value": "1", "begin": "20", "cell": "5", **written})
    Path("r.yaml").write_text(text, encoding="utf-8")
    found = json.loads(call("check", "r.yaml", "--format", "json")[1])["problems"]
    return [each["hint"] for each in found if each["severity"] == "error"]


def test_a_rulebook_without_such_a_number_is_right():
    assert _hints() == []


@pytest.mark.parametrize("place", ["value", "begin", "cell"])
@pytest.mark.parametrize(
    ("written", "number"), [("lO0", "100"), ("1O", "10"), ("I5.6", "15.6"), ("2O5", "205")]
)
def test_a_number_of_a_rulebook_is_told_in_digits(written: str, number: str, place: str):
    hint = f"write `{number}`: the letter O is no zero, nor is I or l a one"
    assert _hints(**{place: written}) == [hint]


def test_a_decimal_comma_beside_the_letter_is_read_too():
    (hint,) = _hints(value="l15,62")
    assert hint.startswith("write `115.62`: the letter O is no zero")


@pytest.mark.parametrize("place", ["value", "begin", "cell"])
def test_a_sign_that_may_part_thousands_leaves_two_numbers(place: str):
    (hint,) = _hints(**{place: "1.2OO"})
    assert "`1200` if" in hint
    assert "`1.2` if" in hint


def test_litres_are_a_unit():
    """An `l` behind the last digit may be one."""
    assert _hints(value="20l") == ["write the number alone, `20`; the unit belongs in `unit`"]


@pytest.mark.parametrize(
    ("text", "digits"), [("l5,6", "15,6"), ("Il", ""), ("15", ""), ("1OO", "100"), ("Sl", "")]
)
def test_what_has_no_digit_is_a_word(text: str, digits: str):
    assert with_digits(text) == digits
