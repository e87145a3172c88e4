"""A hint that says what to write in the place of what is there has a quick fix that writes it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ruletrail.cli.check import check_source
from ruletrail.editors.diagnosing import Finding, diagnose, source_of_document
from ruletrail.editors.fixes import find_fix
from ruletrail.suggestions import Nearest

FIELDS = {
    "prima": {"type": "number"},
    "seconda": {"type": "number"},
    "giorno": {"type": "string", "format": "date"},
    "zona": {"type": "string", "enum": ["monte", "mare"]},
    "componenti": {"type": "array", "maxItems": 5, "items": {"type": "object", "properties": {
        "anni": {"type": "number"}, "nome": {"type": "string"},
    }}},
}  # fmt: skip
SCHEMA = {"type": "object", "properties": {
    "rulebook": {"type": "string"},
    "subject": {"type": "object", "properties": {"comune": {"type": "string"}}},
    "fields": {"type": "object", "properties": FIELDS, "required": ["prima"],
               "additionalProperties": False},
}}  # fmt: skip
FILES = {
    "r.yaml": """\
language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: s.json
locale: it
day: giorno
sources: {modulo: {title: Il modulo, kind: form}}
lists:
  componenti: {row: "{componenti.nome}"}
tables:
  tariffa: {by: [zona], rows: [{zona: monte, value: 1}, {zona: mare, value: 2}]}
groups:
  tutte: [prima, seconda]
rules:
  costo: {formula: tariffa(zona), source: modulo}
  componenti.quota: {formula: componenti.anni * 2}
  totale: {formula: sum(componenti.quota) + costo}
  "{riga}_doppio":
    for_each: {riga: [prima, seconda]}
    formula: "{riga} * 2"
  "{riga}_triplo":
    for_each: {riga: [prima, seconda]}
    formula: "{riga}_doppio + 1"
sections:
  parte: {title: Parte, due: totale > 3, fields: [prima]}
messages:
  esito: {when: "true", text: {it: "{totale}"}}
""",
    "s.json": json.dumps(SCHEMA, indent=1),
    "r.test.yaml": """\
test: 1
rulebook: prova/2024
examples:
  - name: primo esempio
    report: {fields: {prima: 1, seconda: 2, zona: monte, componenti: [{anni: 3}]}}
    expect: {values: {costo: 1, "componenti[1].quota": 6}, missing: [giorno]}
  - name: altro
    like: primo esempio
    change: {seconda: 3}
    expect: {sections: {parte: due}, messages: ["1"]}
""",
    "r.layout.yaml": """\
layout: 1
rulebook: prova/2024
numbers: {decimal: ","}
form:
  - subject: "Comune {comune} ({comune})"
  - {heading: "2023 2024", id: anni}
  - {row: prima, label: "A1", under: anni}
  - {row: seconda, label: "A2", cells: [seconda]}
""",
}
CASES = (
    ("unknown-code", "r.yaml", "day: giorno", "day: giornno"),
    ("unknown-source", "r.yaml", "source: modulo", "source: moduolo"),
    ("unknown-function", "r.yaml", "tariffa(zona)", "tarifa(zona)"),
    ("table-column-unknown", "r.yaml", "{zona: mare,", "{zonna: mare,"),
    ("table-column-unwritten", "r.yaml", "by: [zona]", "by: [zone]"),
    ("table-row-unasked", "r.yaml", "zona: monte", "zona: Monte"),
    ("unknown-code", "r.yaml", "[prima, seconda]\nrules", "[prima, seconnda]\nrules"),
    ("unknown-list", "r.yaml", "componenti.quota: {", "componennti.quota: {"),
    ("unknown-code", "r.yaml", "componenti.anni", "anni"),
    ("for-each-unknown", "r.yaml", '"{riga} * 2"', '"{rigga} * 2"'),
    ("unknown-code", "r.yaml", "{riga}_doppio + 1", "{riga}_dopio + 1"),
    ("for-each-unknown", "r.yaml", '"{riga} * 2"', '"totale * {rigga} * {riga}"'),
    ("for-each-unknown", "r.yaml", '"{riga}_doppio"', '"{rigga}_doppio"'),
    ("for-each-unknown", "r.yaml", '"{riga}_doppio":', "doppio_[riga]:"),
    ("row-without-braces", "r.yaml", 'row: "{componenti.nome}"', "row: componenti.nome"),
    ("row-without-braces", "r.yaml", 'row: "{componenti.nome}"', "row: 'componenti.nome'"),
    ("unknown-placeholder", "r.yaml", '"{totale}"', '"{totalle}"'),
    ("unknown-field", "r.yaml", "fields: [prima]", "fields: [primma]"),
    ("unknown-key", "r.yaml", "title: Parte", "titolo: Parte"),
    ("not-allowed", "r.yaml", "status: draft", "status: draf"),
    ("required-undeclared", "s.json", '"required": [\n    "prima"', '"required": [\n    "primma"'),
    ("schema-format", "s.json", '"format": "date"', '"format": "data"'),
    ("schema-word", "s.json", '"additionalProperties"', '"additionalproperties"'),
    ("unknown-key", "r.test.yaml", "prima: 1", "primma: 1"),
    ("not-allowed", "r.test.yaml", "zona: monte", "zona: Monte"),
    ("example-unknown-code", "r.test.yaml", "costo: 1", "coosto: 1"),
    ("example-unknown-code", "r.test.yaml", "componenti[1].quota", "componenti(1).quota"),
    ("example-unknown-code", "r.test.yaml", '"componenti[1].quota"', "componenti.1.quota"),
    ("example-unknown-like", "r.test.yaml", "like: primo esempio", "like: primo esenpio"),
    ("example-unknown-field", "r.test.yaml", "change: {seconda", "change: {seconnda"),
    ("layout-unknown-subject", "r.layout.yaml", "{comune}", "{comunne}"),
    ("layout-unknown-subject", "r.layout.yaml", "({comune})", "({comunne})"),
    ("layout-unknown-heading", "r.layout.yaml", "under: anni", "under: ani"),
    ("layout-unknown-field", "r.layout.yaml", "cells: [seconda]", "cells: [seconnda]"),
)


def _find(folder: Path, name: str, old: str, new: str) -> Iterator[tuple[Finding, list[str]]]:
    """Plant a slip into one of the files; gives each problem with the lines of its file."""
    for other, text in FILES.items():
        assert other != name or old in text
        written = text.replace(old, new, 1) if other == name else text
        (folder / other).write_text(written, encoding="utf-8")
    source = source_of_document(folder / "r.yaml")
    assert source is not None
    for path, findings in diagnose(source, {}, check_source).items():
        lines = path.read_text(encoding="utf-8").split("\n")
        yield from ((finding, lines) for finding in findings)


def _meant(finding: Finding) -> str:
    """Give the name that a problem suggests, if it is no guess among several."""
    near = finding.problem.suggestion
    if isinstance(near, Nearest):
        return near.found if near.is_sure else ""
    return near


@pytest.mark.parametrize(("code", "name", "old", "new"), CASES)
def test_what_is_suggested_is_a_quick_fix(code: str, name: str, old: str, new: str, tmp_path: Path):
    """Every name that a hint is sure of is written by a fix, which ends the problem."""
    found = list(_find(tmp_path, name, old, new))
    assert code in {finding.problem.code for finding, _ in found}
    fixes = {finding.problem.code: find_fix(finding, lines) for finding, lines in found
             if finding.problem.code == code or _meant(finding)}  # fmt: skip
    assert [each for each, pieces in fixes.items() if not pieces] == []
    path = tmp_path / name
    lines = path.read_text(encoding="utf-8").split("\n")
    (piece,) = fixes[code]
    line = lines[piece.line]
    lines[piece.line] = line[: piece.start] + piece.text + line[piece.end :]
    mended = "\n".join(lines)
    left = {finding.problem.code for finding, _ in _find(tmp_path, name, FILES[name], mended)}
    assert code not in left


def test_the_files_are_right(tmp_path: Path):
    errors = [finding.problem for finding, _ in _find(tmp_path, "r.yaml", "language", "language")]
    assert [each.code for each in errors if each.severity == "error"] == []
