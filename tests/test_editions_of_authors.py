"""Slips of who writes an edition: a code of the base, a reference, an entry that reads itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.command_line import call

SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"isee": {"type": "number", "minimum": 0, "maximum": 90000},
"quota": {"type": "number", "minimum": 0, "maximum": 90000}},
"additionalProperties": false}}}"""
BASE = """language: 2
rulebook: nido
edition: "2030"
version: 1.0.0
status: draft
title: Nido
report: nido.schema.json
locale: it
sources: {legge: {title: Legge, kind: law}}
rules:
  tariffa: {label: Tariffa, formula: isee / 12, source: legge, evidence: quoted}
decisions:
  ammissione:
    label: È ammesso?
    source: legge
    evidence: quoted
    cases:
      - {outcome: ammesso, when: tariffa < 900}
      - {outcome: escluso, when: tariffa >= 900}
sections:
  quadro_a: {title: A, due: true, fields: [isee], source: legge, evidence: quoted}
"""


COMPLETE = (
    "decisions: {amissione: {source: legge, evidence: quoted, cases: [{outcome: si, "
    "when: isee < 5}, {outcome: no_, when: isee >= 5}], label: B}}"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rulebooks" / "nido").mkdir(parents=True)
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "nido.schema.json").write_text(SCHEMA, encoding="utf-8")
    (tmp_path / "rulebooks" / "nido" / "2030.yaml").write_text(BASE, encoding="utf-8")
    return tmp_path


def _check(folder: Path, body: str, extends: str = "nido/2030@1.0.0") -> list[Any]:
    head = BASE.partition("sources")[0].replace("2030", "2031")
    book = folder / "rulebooks" / "nido" / "2031.yaml"
    book.write_text(f"{head}extends: {extends}\n{body}", encoding="utf-8")
    _, out, _ = call("check", "nido/2031", "--lang", "it", "--format", "json")
    found = json.loads(out)["problems"]
    return [each for each in found if each["code"] not in ("unused-field", "unused-outcome")]


@pytest.mark.parametrize(
    ("body", "code", "meant"),
    [
        ("decisions: {amissione: {label: Altro}}", "incomplete-entry", "ammissione"),
        ("sections: {quadroa: {fields: [isee]}}", "incomplete-entry", "quadro_a"),
        ("rules: {tarifa: {unit: euro}}", "incomplete-entry", "tariffa"),
        (
            COMPLETE,
            "entry-near-inherited",
            "ammissione",
        ),
    ],
)
def test_a_misspelt_code_of_the_base(folder: Path, body: str, code: str, meant: str) -> None:
    """Incomplete, it is what replaces a part of the other; complete, both are in force."""
    (told,) = _check(folder, body)
    assert told["code"] == code
    assert f"se intendevi {'quello' if 'inc' in code else 'sostituirla'} scrivi" in told["hint"]
    assert f"`{meant}`" in told["hint"]


@pytest.mark.parametrize(
    "body",
    [
        "sections: {quadro_b: {title: B, due: true, source: legge, evidence: quoted}}",
        "decisions: {ammissione: {label: Altra domanda}}",
    ],
)
def test_a_code_of_its_own_or_of_the_base_is_no_slip(folder: Path, body: str) -> None:
    assert _check(folder, body) == []


@pytest.mark.parametrize(
    "extends",
    [
        "nido 2030@1.0.0", "nido 2030", "nido-2030@1.0.0", "nido / 2030@1.0.0", "nido/2030 1.0.0",
        "nido/2030@1,0,0", "Nido 2030 1.0.0", "nido_2030", "nido/2030 v1.0.0",
    ],
)  # fmt: skip
def test_a_reference_with_other_signs(folder: Path, extends: str) -> None:
    (told,) = _check(folder, "", extends)
    assert told["code"] == "wrong-form"
    assert "`nido/2030@1.0.0`" in told["hint"]


def test_an_entry_that_replaces_what_it_reads(folder: Path) -> None:
    (told,) = _check(folder, "rules: {tariffa: {formula: tariffa * 2}}")
    assert (told["code"], told["message"]) == ("cycle", "la voce `tariffa` legge sé stessa")
    assert told["hint"].startswith("la voce `tariffa` scritta qui sostituisce quella del rulebook")
    assert (told["line"], told["column"]) == (10, 28)


@pytest.mark.parametrize(
    ("code", "hint"),
    [("quota", "in una formula `quota` è la regola, mai il campo"), ("costo", "scrivi il codice")],
)
def test_an_entry_that_reads_itself(folder: Path, code: str, hint: str) -> None:
    (told,) = _check(folder, f"rules: {{{code}: {{label: Q, formula: isee + {code}}}}}")
    assert (told["code"], told["line"]) == ("cycle", 10)
    assert told["message"] == f"la voce `{code}` legge sé stessa"
    assert told["hint"].startswith(hint)
