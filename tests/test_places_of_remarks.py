"""Remarks of `check` stand where what they speak of is written: a row, a limit of the schema."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.command_line import call
from support.rulebooks import HEAD_TEXT

SCHEMA = """{"type": "object", "properties": {"fields": {"properties": {
  "zona": {"type": "string", "enum": ["A", "B"]},
  "isee": {"type": "number",
           "minimum": 0,
           "maximum": %s}
}}}}
"""


def _told(folder: Path, body: str, most: str = "200000") -> list[dict[str, Any]]:
    head = HEAD_TEXT.replace("language: 1", "language: 2")
    (folder / "prova.yaml").write_text(head + body, "utf-8")
    (folder / "schema.json").write_text(SCHEMA % most, "utf-8")
    _, out, _ = call("check", "prova.yaml", "--format", "json", "--lang", "en")
    found: list[dict[str, Any]] = json.loads(out)["problems"]
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


ROWS = "      - {zona: A, value: 1}\n      - {zona: [B, D], value: 2}\n"
DEEPER = ROWS.replace("      -", "          -")


@pytest.mark.parametrize(
    "table",
    [
        f"    rows:\n{ROWS}",
        f"    versions:\n      - from: 2024-01-01\n        rows:\n{DEEPER}",
    ],
)
def test_a_row_that_nobody_asks_for_is_named_at_its_place(table: str, folder: Path):
    """Also in a version, and where its key is one of several."""
    day = "day: giorno\n" if "versions" in table else ""
    rule = "rules:\n  r: {formula: t(zona) + isee}\n"
    body = f"{day}tables:\n  t:\n    by: [zona]\n{table}{rule}"
    if day:
        body = body.replace(rule, rule + "  giorno: {formula: 'date(2024, 5, 1)'}\n")
    found = [each for each in _told(folder, body) if each["code"] == "table-row-unasked"]
    lines = (folder / "prova.yaml").read_text("utf-8").split("\n")
    (problem,) = found
    assert lines[problem["line"] - 1][problem["column"] - 1 :].startswith("D]")


def test_a_limit_of_the_schema_may_mean_thousands(folder: Path):
    """As a number of the rulebook may: who writes zeros after the point is asked."""
    body = "rules:\n  r: {formula: isee + 1}\n"
    (problem,) = [
        each for each in _told(folder, body, "200.000") if each["code"] == "thousands-point"
    ]
    assert (problem["file"], problem["line"], problem["column"]) == ("schema.json", 5, 23)
    assert "`200.000` is `200`" in problem["message"]
    for right in ("200000", "0.500", "200.5"):
        assert "thousands-point" not in {each["code"] for each in _told(folder, body, right)}
