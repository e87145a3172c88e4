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


# -- Lists that are replaced whole -----------------------------------------------------------------

LISTS = BASE.replace(
    "rules:\n",
    """parameters:
  quota_fissa: {label: Q, values: [{from: 2030-01-01, value: 3}, {from: 2031-01-01, value: 4}],
    source: legge, evidence: quoted}
  ridotta: {label: R, value: 3, source: legge, evidence: quoted}
tables:
  zona_t: {label: Z, by: [zona], source: legge, evidence: quoted,
    rows: [{zona: centro, value: 1}, {zona: colle, value: 2}]}
messages: {m: {when: "true", text: {it: "{piena} {dovuta}"}, source: legge, evidence: quoted}}
rules:
  piena: {label: P, formula: zona_t(zona), source: legge, evidence: quoted}
  dovuta:
    {label: D, formula: quota_fissa, source: legge, evidence: quoted, exceptions: [
    {label: Fratelli, when: isee < 10, formula: ridotta, source: legge, evidence: quoted},
    {label: Esenti, when: isee > 70000, formula: 0, source: legge, evidence: quoted}]}
""",
).replace("locale: it\n", "locale: it\nday: domanda\n")


@pytest.fixture
def lists(folder: Path) -> Path:
    """Write a base with lists of each kind."""
    schema = json.loads(SCHEMA)
    fields = schema["properties"]["fields"]["properties"]
    for code in ("isee", "quota"):
        fields[code]["title"] = code
    fields["domanda"] = {"type": "string", "format": "date", "title": "D"}
    fields["zona"] = {"type": "string", "enum": ["centro", "colle"], "title": "Z"}
    (folder / "schemas" / "nido.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    (folder / "rulebooks" / "nido" / "2030.yaml").write_text(LISTS, encoding="utf-8")
    return folder


def test_rows_that_an_edition_leaves_out_are_told_at_its_own_rows(lists: Path) -> None:
    """The base's formula is right, and its file is not the one to be mended; it is told once."""
    found = _check(lists, "tables:\n  zona_t:\n    rows: [{zona: centro, value: 5}]\n")
    assert [each["code"] for each in found] == ["table-row-lacking"]
    place = found[0]["file"], found[0]["line"], found[0]["column"]
    assert place == ("rulebooks/nido/2031.yaml", 12, 5)
    assert "`colle`" in found[0]["message"]


def test_exceptions_that_an_edition_does_not_repeat_are_named(lists: Path) -> None:
    """And what only they read is no entry to be removed unasked."""
    one = "{label: Esenti, when: isee > 60000, formula: 0, source: legge, evidence: quoted}"
    found = _check(lists, f"rules:\n  dovuta:\n    exceptions: [{one}]\n")
    assert [each["code"] for each in found] == ["unused-parameter", "list-replaced"]
    assert "la lista `exceptions` di `dovuta` non ripete" in found[0]["hint"]
    assert found[1]["message"].endswith("che ha anche `Fratelli`")
    assert (found[1]["line"], found[1]["severity"]) == (12, "info")


def test_a_value_that_was_meant_to_be_added_is_told(lists: Path) -> None:
    entry = "[{from: 2032-01-01, value: 9, source: legge, evidence: quoted}]"
    found = _check(lists, f"parameters:\n  quota_fissa:\n    values: {entry}\n")
    (told,) = [each for each in found if each["code"] == "list-replaced"]
    assert told["message"].endswith("che ha anche `2030-01-01`, `2031-01-01`")


@pytest.mark.parametrize(
    "body",
    [
        """rules: {dovuta: {exceptions: [
    {label: Esenti, when: isee > 80000, formula: 0, source: legge, evidence: quoted},
    {label: Fratelli, when: isee < 9, formula: ridotta, source: legge, evidence: quoted}]}}""",
        "tables: {zona_t: {rows: [{zona: centro, value: 5}, {zona: colle, value: 6}]}}",
        """parameters: {quota_fissa: {values: [{from: 2029-01-01, value: 1},
    {from: 2030-06-01, value: 2}]}}""",
        # the same in other words: rows of one value together, exceptions of other names and blanks
        "tables: {zona_t: {rows: [{zona: [colle, centro], value: 5}]}}",
        """rules: {dovuta: {exceptions: [
    {label: Esente, when: isee > 70000, formula: 0, source: legge, evidence: quoted},
    {label: Fratello, when: isee<10, formula: ridotta, source: legge, evidence: quoted}]}}""",
    ],
)
def test_a_list_that_says_all_anew_is_no_slip(lists: Path, body: str) -> None:
    """In whatever order; and as many values, or rows, are others."""
    assert "list-replaced" not in [each["code"] for each in _check(lists, body)]
