"""`check` judges the reports of examples as `evaluate` would, and `test` says what to write."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.command_line import call

RULEBOOK = """language: 1
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
rules:
  X: {formula: spesa * 2}
"""
SCHEMA = """{"type": "object", "properties": {"subject": {"type": "object",
"properties": {"famiglia": {"type": "string"}}, "additionalProperties": false},
"fields": {"type": "object", "properties": {
"pasti": {"type": "integer", "title": "Pasti"}, "ore": {"type": "number", "unit": "ore"},
"spesa": {"type": "number", "unit": "euro"}, "nota": {"type": "string"},
"quota": {"type": "number"}}, "additionalProperties": false}}}"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.yaml").write_text(RULEBOOK, encoding="utf-8")
    (tmp_path / "schema.json").write_text(SCHEMA, encoding="utf-8")
    return tmp_path


def _examples(folder: Path, *examples: str) -> None:
    text = "test: 1\nrulebook: prova/2024\nexamples:\n"
    (folder / "r.test.yaml").write_text(
        text + "".join(f"  - {{{each}}}\n" for each in examples), encoding="utf-8"
    )


def _check() -> tuple[int, list[dict[str, Any]]]:
    status, out, _ = call("check", "r.yaml", "--lang", "it", "--format", "json")
    found = json.loads(out)["problems"]
    return status, [each for each in found if each["file"].endswith(".test.yaml")]


EXPECT = "expect: {status: complete}"


@pytest.mark.parametrize(
    ("report", "code", "mark", "hint"),
    [
        ("{fields: {spessa: 2}}", "unknown-key", "spessa", "`spesa`"),
        ('{fields: {spesa: "12000"}}', "wrong-type", '"12000"', "`12000`"),
        ("{subject: {cognome: x}, fields: {spesa: 1}}", "unknown-key", "cognome", "`famiglia`"),
        ("{fields: {spesa: 12 000}}", "wrong-type", "12 000", "`12000`"),
        ("{fields: {pasti: 1.5}}", "wrong-type", "1.5", "senza decimali"),
    ],
)
def test_a_report_that_is_wrong_is_told_at_its_place(
    report: str, code: str, mark: str, hint: str, folder: Path
):
    """With the hint of any report; `test` repeats it, and speaks of no coverage."""
    _examples(folder, f"name: uno, report: {report}, {EXPECT}")
    status, (problem, *more) = _check()
    assert (status, problem["code"], problem["line"], more) == (1, code, 4, [])
    line = (folder / "r.test.yaml").read_text("utf-8").split("\n")[3]
    assert line[problem["column"] - 1 :].startswith(mark)
    assert hint in problem["hint"]
    _, text, _ = call("test", "r.yaml", "--lang", "it")
    assert f"→ {problem['hint']}" in text
    assert "mai visto" not in text
    assert text.endswith("nessun esempio è stato valutato: la copertura non dice nulla\n")
    _, text, _ = call("test", "r.yaml", "--lang", "en")
    assert text.endswith("no example was evaluated: coverage says nothing\n")


def test_what_is_wrong_on_purpose_is_left(folder: Path):
    """An example that expects problems of its report."""
    _examples(folder, "name: uno, report: {fields: {spessa: 2}}, expect: {problems: [unknown-key]}")
    assert _check() == (0, [])


def test_what_examples_share_is_told_once(folder: Path):
    """The report that others are like; what they change has its own place."""
    _examples(
        folder,
        f"name: uno, report: {{fields: {{spesa: x}}}}, {EXPECT}",
        f"name: due, like: uno, change: {{ore: y}}, {EXPECT}",
    )
    _, found = _check()
    assert [(each["code"], each["line"]) for each in found] == [
        ("wrong-type", 4),
        ("wrong-type", 5),
    ]


def test_coverage_is_told_where_one_example_was_evaluated(folder: Path):
    """Beside one that could not be."""
    _examples(
        folder,
        f"name: uno, report: {{fields: {{spesa: x}}}}, {EXPECT}",
        f"name: due, report: {{fields: {{spesa: 1}}}}, {EXPECT}",
    )
    _, text, _ = call("test", "r.yaml", "--lang", "en")
    assert "coverage says nothing" not in text
    assert "coverage " in text


NUMBERS = [
    ("pasti: 1.000", "thousands-point", "se sono migliaia scrivi `1000`, altrimenti `1`"),
    ("pasti: -1.000", "thousands-point", "se sono migliaia scrivi `-1000`, altrimenti `-1`"),
    ("ore: 12.000", "thousands-point", "se sono migliaia scrivi `12000`, altrimenti `12`"),
    ("quota: 120.000", "thousands-point", "`120000`"),
    ("spesa: 12.000", "money-decimals", "se il punto separava le migliaia, scrivi `12000`"),
    ("spesa: 12.500", "money-decimals", "`12500`"),
    ("ore: 12.500", "thousands-point", "se sono migliaia scrivi `12500`, altrimenti `12.5`"),
    ("ore: 12.525", "thousands-point", "scrivi `12525`; se sono decimali va bene così"),
    ("ore: 12.525", "thousands-point", "`12.5250` toglie l'avviso"),
    ("ore: 12.5250", "", ""),
    ("ore: 0.125", "", ""),
    ("ore: 0.000", "", ""),
    ("ore: 12.00", "", ""),
    ("ore: 1200.000", "", ""),
    ("nota: '12.000'", "", ""),
]
"""A field as it is written, the warning that it deserves, what its hint says."""


@pytest.mark.parametrize(("written", "code", "hint"), NUMBERS)
def test_a_point_of_thousands(written: str, code: str, hint: str, folder: Path):
    """The same in a report and in an example; the answer is that of what is written."""
    spesa = "" if written.startswith("spesa") else ", spesa: 5"
    report = f"rulebook: prova/2024\nfields: {{{written}{spesa}}}\n"
    (folder / "report.yaml").write_text(report, encoding="utf-8")
    words = ("evaluate", "report.yaml", "--rulebook", "r.yaml", "--format", "json", "--lang", "it")
    status, _, err = call(*words)
    assert status == 0
    remarks = json.loads(err)["problems"] if err else []
    _examples(folder, f"name: uno, report: {{fields: {{{written}{spesa}}}}}, {EXPECT}")
    status, found = _check()
    assert status == 0
    for told in (remarks, found):
        assert [each["code"] for each in told] == ([code] if code else [])
        assert all(hint in each["hint"] and each["severity"] == "warning" for each in told)


def test_parts_of_a_cent_may_be_what_an_example_is_about(folder: Path):
    """Only what looks like thousands is remarked there."""
    _examples(folder, f"name: uno, report: {{fields: {{spesa: 215010.185}}}}, {EXPECT}")
    assert _check() == (0, [])
