"""What a decision comes to that is no case of it is said in words, in the reader's language."""

import json
from pathlib import Path

import pytest

from support.command_line import call
from support.rulebooks import HEAD_TEXT

CASES = """decisions:
  esito:
    cases:
      - {outcome: esente, when: A <= 10}
      - {outcome: pagante, when: A > %s}
"""
SCHEMA = """{"type": "object", "properties": {"fields": {"properties": {
"A": {"type": "integer", "minimum": 0, "maximum": 20}}}}}"""


@pytest.mark.parametrize(("language", "said"), [("it", "errore"), ("en", "error")])
def test_an_error_is_called_so_in_each_language(language: str, said: str, tmp_path: Path):
    """Two cases hold at once in the new one."""
    (tmp_path / "schema.json").write_text(SCHEMA, "utf-8")
    for name, least in (("old", "10"), ("new", "9")):
        (tmp_path / f"{name}.yaml").write_text(HEAD_TEXT + CASES % least, "utf-8")
    words = ("diff", tmp_path / "old.yaml", tmp_path / "new.yaml", "--lang", language)
    _, out, _ = call(*words)
    joined = {"it": "da esente a", "en": "from esente to"}[language]
    assert f"{joined} {said}" in " ".join(out.split())


LOOKUPS = """day: D
parameters:
  quota: {label: Quota, unit: euro, value: %(quota)s}
  soglia:
    label: Soglia
    unit: euro
    values: [{from: 2024-01-01, until: %(until)s, value: %(soglia)s}]
scales:
  retta:
    kind: step
    of: euro
    unit: euro
    bands: [{from: 0, value: 0}, {above: %(limit)s, value: %(retta)s}]
  imposta:
    kind: marginal
    of: euro
    bands: [{from: 0, rate: 0.23}, {above: %(limit)s, rate: %(rate)s}]
tables:
  tariffa: {by: [k], unit: euro, rows: [{k: 1, value: %(row)s}, {k: 2, value: 5}], otherwise: 0}
rules:
  somma: {formula: "retta(A) + imposta(A) + tariffa(A) + quota + soglia"}
"""
OLD = {"quota": "1200.5", "until": "2025-12-31", "soglia": "9360", "limit": "10000",
       "retta": "25.5", "rate": "0.255", "row": "1500.75"}  # fmt: skip
NEW = {"quota": "1300.5", "until": "2026-06-30", "soglia": "9360.5", "limit": "12000",
       "retta": "26", "rate": "0.26", "row": "1600"}  # fmt: skip
IN_WORDS = {
    "it": (
        "valore: da 1.200,50 euro a 1.300,50 euro",
        "9.360,00 euro, 01/01/2024 – 31/12/2025 a 9.360,50 euro, 01/01/2024 – 30/06/2026",
        "(bands[2]): da oltre 10.000,00 euro: 25,50 euro a oltre 12.000,00 euro: 26,00 euro",
        "scaglione (bands[2]): da oltre 10.000,00 euro: 25,5 % a oltre 12.000,00 euro: 26 %",
        "riga (rows[1]): da 1.500,75 euro a 1.600,00 euro",
    ),
    "en": (
        "value: from 1,200.50 euro to 1,300.50 euro",
        "before: 9,360.00 euro, 1 January 2024 – 31 December 2025",
        "after: 9,360.50 euro, 1 January 2024 – 30 June 2026",
        "(bands[2]): from above 10,000.00 euro: 25.50 euro to above 12,000.00 euro: 26.00 euro",
        "band (bands[2]): from above 10,000.00 euro: 25.5 % to above 12,000.00 euro: 26 %",
        "row (rows[1]): from 1,500.75 euro to 1,600.00 euro",
    ),
}


@pytest.fixture
def lookups(tmp_path: Path) -> tuple[Path, Path]:
    day = SCHEMA.replace('"A"', '"D": {"type": "string", "format": "date"}, "A"')
    (tmp_path / "schema.json").write_text(day, "utf-8")
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    head = HEAD_TEXT.replace("language: 1", "language: 2")
    for path, numbers in ((old, OLD), (new, NEW)):
        path.write_text(head + LOOKUPS % numbers, "utf-8")
    return old, new


@pytest.mark.parametrize("language", ["it", "en"])
def test_numbers_days_and_bands_are_written_as_the_reader_does(
    language: str, lookups: tuple[Path, Path]
):
    """A band was `above 10000: 25.5` on Italian pages too."""
    _, out, err = call("diff", *lookups, "--lang", language, "--all")
    text = " ".join(out.split())
    for said in IN_WORDS[language]:
        assert said in text, text + err


def test_programs_are_told_numbers_days_and_bands_as_they_are_written(lookups: tuple[Path, Path]):
    _, out, _ = call("diff", *lookups, "--format", "json")
    told = {
        (each["code"], each["at"]): (each["old"], each["new"])
        for each in json.loads(out)["changes"]
    }
    assert told["quota", "value"] == ("1200.5", "1300.5")
    assert told["retta", "bands[2]"] == ("above 10000: 25.5", "above 12000: 26")
    assert told["tariffa", "rows[1]"] == ("1500.75", "1600")


FORMULAS = """rules:
  r: {formula: 'A if S == "NO" else %s'}
  t: {formula: A, when: 'A > 2 and S == "SI"'}
%s"""
NAMED = """{"type": "object", "properties": {"fields": {"properties": {
"A": {"type": "integer", "minimum": 0, "maximum": 20},
"S": {"type": "string", "oneOf": [{"const": "SI", "title": "Sì"}, {"const": "NO", "title": "No"}]}
}}}}"""
FORMULAS_IN_WORDS = {
    "it": (
        'formula: da A se S = "No (NO)" altrimenti 450 a A se S = "No (NO)" altrimenti 1.460',
        'Il primo passo diverso è r: A se S = "No (NO)" altrimenti 1.460',
        'ora A ≥ 0 o S = "Sì (SI)"',
    ),
    "en": (
        'formula: from A if S = "No (NO)" else 450 to A if S = "No (NO)" else 1,460',
        'The first step that parts is r: A if S = "No (NO)" else 1,460',
        'check c: added, A ≥ 0 or S = "Sì (SI)"',
    ),
}


@pytest.mark.parametrize("language", ["it", "en"])
def test_a_formula_reads_as_on_the_page_of_an_answer(language: str, tmp_path: Path):
    """With its operators in words and choices by their names; programs get what is written."""
    (tmp_path / "schema.json").write_text(NAMED, "utf-8")
    added = "checks:\n  c: {expect: 'A >= 0 or S == \"SI\"', message: {it: m}}\n"
    head = HEAD_TEXT.replace("language: 1", "language: 2")
    for name, other, more in (("old", 450, ""), ("new", 1460, added)):
        (tmp_path / f"{name}.yaml").write_text(head + FORMULAS % (other, more), "utf-8")
    words = ("diff", tmp_path / "old.yaml", tmp_path / "new.yaml")
    told = " ".join(call(*words, "--lang", language)[1].split())
    for said in FORMULAS_IN_WORDS[language]:
        assert said in told
    assert "S ==" not in told
    changes = json.loads(call(*words, "--format", "json")[1])["changes"]
    assert changes[0]["new"] == 'A if S == "NO" else 1460'


@pytest.mark.parametrize(
    ("language", "said"),
    [("it", "da 0 euro o più: 23 % a 0 euro o più: 24 %"),
     ("en", "from 0 euro or more: 23 % to 0 euro or more: 24 %")],
)  # fmt: skip
def test_a_band_from_its_limit_on_says_from_once(
    language: str, said: str, lookups: tuple[Path, Path]
):
    """It was "da da 0 euro" and "from from 0 euro"."""
    old, new = lookups
    new.write_text(old.read_text("utf-8").replace("rate: 0.23", "rate: 0.24"), "utf-8")
    _, out, _ = call("diff", old, new, "--lang", language)
    assert said in " ".join(out.replace(",00", "").replace(".00", "").split())
