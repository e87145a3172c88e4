"""A condition under a key that is none, `fail_if`, `unless`: one problem, and how it is written."""

import json
import re
from pathlib import Path

import pytest

from support.command_line import call

HEAD = """language: {language}
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
rules:
  X: {{formula: A}}
"""
SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"A": {"type": "number"}, "B": {"type": "number"}}}}}"""
FAULTS = [
    ("checks", "c: {{{}}}", "fail_if: A > 3", "expect: not (A > 3)"),
    ("checks", "c: {{{}}}", "fails_when: A > 3", "expect: not (A > 3)"),
    ("checks", "c: {{{}}}", "errore_se: A > 3", "expect: not (A > 3)"),
    ("checks", "c: {{{}}}", "unless: A > 3", "expect: not (A > 3)"),
    ("checks", "c: {{{}}}", "expect: B > 1, fail_if: A > 3", "expect: (B > 1) and not (A > 3)"),
    ("checks", "c: {{{}}}", "expect: B > 1, unless: A > 3", "expect: (A > 3) or (B > 1)"),
    ("rules", "Y: {{formula: A, {}}}", "unless: A > 3", "when: not (A > 3)"),
    ("sections", "s: {{fields: [A], {}}}", "tranne: A > 3", "due: not (A > 3)"),
    ("messages", "m: {{text: {{it: ciao}}, {}}}", "unless: A > 3", "when: not (A > 3)"),
    (
        "decisions",
        "d: {{cases: [{{outcome: a, {}}}, {{outcome: b, otherwise: true}}]}}",
        "unless: A > 3",
        "when: not (A > 3)",
    ),
]


def _problems(body: str, language: int) -> list[dict[str, str]]:
    head = HEAD.format(language=language)
    text = head.removesuffix("rules:\n  X: {formula: A}\n") if "rules:" in body else head
    Path("r.yaml").write_text(text + body, encoding="utf-8")
    found: list[dict[str, str]] = json.loads(
        call("check", "r.yaml", "--lang", "it", "--format", "json")[1]
    )["problems"]
    return [each for each in found if each["severity"] == "error"]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("schema.json").write_text(SCHEMA, encoding="utf-8")


@pytest.mark.parametrize("language", [1, 2])
@pytest.mark.parametrize(("part", "entry", "written", "instead"), FAULTS)
def test_it_is_one_problem_and_obeyed_it_is_none(
    part: str, entry: str, written: str, instead: str, language: int
):
    """Not that the entry lacks its condition too; the reverse is written in full."""
    (found,) = _problems(f"{part}:\n  {entry.format(written)}\n", language)
    assert found["code"] == "unknown-key"
    shown = re.findall("scrivi `(.+)`", found["hint"])
    assert shown == [instead]
    assert _problems(f"{part}:\n  {entry.format(instead)}\n", language) == []


@pytest.mark.parametrize("key", ["requisito", "assert", "rule"])
def test_the_only_condition_of_a_check_is_asked_about(key: str):
    """Under a word that says nothing it may be either; an entry with two such words has two."""
    (found,) = _problems(f"checks:\n  c: {{{key}: A > 3}}\n", 2)
    assert (
        "scrivi `expect: A > 3`, se invece dice che cosa non va `expect: not (A > 3)`"
        in (found["hint"])
    )
    codes = [each["code"] for each in _problems(f"checks:\n  c: {{{key}: A > 3, altro: x}}\n", 2)]
    assert sorted(codes) == ["incomplete-entry", "unknown-key", "unknown-key"]


def test_a_key_that_holds_no_condition_is_told_beside_what_lacks():
    codes = [each["code"] for each in _problems("checks:\n  c: {ufficio: tributi}\n", 2)]
    assert sorted(codes) == ["incomplete-entry", "unknown-key"]


def test_what_stands_in_the_condition_is_read_too():
    """A code that does not exist is told at once."""
    codes = [each["code"] for each in _problems("checks:\n  c: {fail_if: nulla_qui > 3}\n", 2)]
    assert sorted(codes) == ["unknown-code", "unknown-key"]
