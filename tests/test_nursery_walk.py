"""What somebody meets who writes the fee of a nursery: readings, places and ways out."""

import json
import shutil
from pathlib import Path

import pytest

from ruletrail.editors.diagnosing import source_of_document
from ruletrail.editors.names import learn
from support.command_line import call
from support.places import TESTS
from support.rulebooks import HEAD_TEXT

RULEBOOK = "rulebooks/nido/2026.yaml"
SCHEMA = "schemas/reports/nido/2026.schema.json"
REPORT = """rulebook: nido/2026@0.1.0
fields:
  data_domanda: 2026-05-31
  isee: 12000
  frequenza: intera
  zona: A
  residente: true
  disabile: false
  componenti:
    - {nome: Ada, nascita: 2024-02-03, al_nido: true}
    - {nome: Ugo, nascita: 2025-02-03, al_nido: true}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for part in ("rulebooks", "schemas"):
        shutil.copytree(TESTS / "nursery" / part, tmp_path / part)
    (tmp_path / "report.yaml").write_text(REPORT, encoding="utf-8")
    return tmp_path


def _write(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_version_of_the_language_may_have_a_point(folder: Path):
    """`2.0` is a whole number to the schema, and was taken apart as letters once."""
    _write(folder / RULEBOOK, "language: 2\n", "language: 2.0\n")
    assert call("check", "rulebooks", "--lang", "en")[:2] == (0, "no problems\n")


def test_a_choice_that_stands_twice_is_told_in_the_schema_alone(folder: Path):
    """The example that has it is right; no value could be, in its place."""
    _write(folder / SCHEMA, '{"const": "ridotta"', '{"const": "intera"')
    _, out, _ = call("check", "rulebooks", "--lang", "en", "--format", "json")
    (told,) = json.loads(out)["problems"]
    assert (told["code"], told["file"]) == ("schema-choice-repeated", SCHEMA)
    assert "`intera`" in told["message"]


def test_a_cell_is_set_in_a_row(folder: Path):
    setting = "componenti.nascita=2020-01-01"
    status, _, err = call("whatif", "report.yaml", "ammissione", "--set", setting, "--lang", "en")
    assert status == 2
    assert "`componenti[1].nascita` is of the first" in err


def test_days_turned_round_are_written_as_they_count(folder: Path):
    """An age below zero is under every limit: not the comparison is wrong, but its two days."""
    right = "years_between(componenti.nascita, data_domanda)"
    _write(folder / RULEBOOK, right, "years_between(data_domanda, componenti.nascita)")
    _, out, _ = call("check", "rulebooks", "--lang", "en", "--format", "json")
    hints = {each["code"]: each["hint"] for each in json.loads(out)["problems"]}
    assert f"if the two days are turned round write `{right}`" in hints["condition-always-true"]
    _write(folder / RULEBOOK, "years_between(data_domanda, componenti.nascita)", right)
    _write(folder / RULEBOOK, "componenti.eta < eta_minore", "componenti.eta < 200")
    _, out, _ = call("check", "rulebooks", "--lang", "en", "--format", "json")
    hints = {each["code"]: each["hint"] for each in json.loads(out)["problems"]}
    assert hints["condition-always-true"] == "remove it, or correct the comparison"


def test_a_name_in_two_words_is_written_as_one(folder: Path):
    """With a stroke between them it would be no name."""
    _, _, err = call("new", "asilo", "nido/2027", "--lang", "en")
    assert "`ruletrail new asilo_nido/2027`" in err
    assert call("new", "asilo_nido/2027", "--lang", "en")[0] == 0


def test_days_are_shown_as_days_in_a_plan(folder: Path):
    _, out, _ = call("batch", "--explain-plan", "--rulebook", "nido/2026@0.1.0", "--lang", "it")
    assert "data_domanda: data, >= 2025-01-01 e <= 2027-12-31" in out
    assert "zona: testo, uno di 3" in out


def test_what_an_exception_looks_up_is_drawn(folder: Path):
    """The row that answered stands there whichever of a rule's formulas holds."""
    _write(
        folder / RULEBOOK,
        "formula: retta_base * (100",
        "formula: coefficiente(zona, frequenza) * (100",
    )
    _, out, err = call("explain", "report.yaml", "retta", "--lang", "en")
    assert 'coefficiente("A"; "Giornata intera (intera)") = 1' in out, err
    assert "zona" in out


def test_one_row_is_counted_as_one(folder: Path):
    text = REPORT[: REPORT.index("    - {nome: Ugo")]
    (folder / "report.yaml").write_text(text, encoding="utf-8")
    _, out, _ = call("explain", "report.yaml", "minori", "--lang", "it")
    assert "componenti (Componenti del nucleo) ha una riga" in out, out
    assert "1 righe" not in out


NEXT = """language: 2
rulebook: nido
edition: "2027"
version: 0.1.0
status: draft
title: Retta del nido 2027
extends: nido/2026@0.1.0
report: reports/nido/2026.schema.json
"""
CASE = "decisions: {ammissione: {cases: [{outcome: altra, when: residente, label: Altra}]}}\n"
KEYS = "tables: {coefficiente: {by: [zona], rows: [{zona: [A, B, C], value: 1}]}}\n"
DATED = "parameters: {soglia_esenzione: {values: [{from: 2027-01-01, value: 7000}]}}\n"


@pytest.mark.parametrize(
    ("laid_over", "code", "line", "hint"),
    [
        (CASE, "impossible-comparison", 9, "the cases written here replace all of those"),
        (KEYS, "wrong-argument-count", 9, "rewrite here what reads it too"),
        (DATED, "dated-hole", 9, "the form admits these days: add what held on them"),
    ],
)
def test_what_is_laid_over_a_base_is_told_where_it_stands(
    laid_over: str, code: str, line: int, hint: str, folder: Path
):
    """The base is right by itself, and a published one never changes."""
    if laid_over is CASE:
        reader = 'formula: retta_base if ammissione == "ammessa" else 0'
        _write(folder / RULEBOOK, "    formula: retta_base\n", f"    {reader}\n")
    path = folder / "rulebooks/nido/2027.yaml"
    path.write_text(NEXT + laid_over, encoding="utf-8")
    _, out, _ = call("check", str(path), "--lang", "en", "--format", "json")
    told = [each for each in json.loads(out)["problems"] if each["code"] == code]
    assert [(each["file"][-9:], each["line"]) for each in told] == [("2027.yaml", line)], out
    assert hint in told[0]["hint"]


def test_days_of_the_form_after_the_last_value_are_told(folder: Path):
    """An `until` may be meant: then the form admits no day past it, and nothing is told."""
    old, new = "from: 2026-01-01, value: 6500", "from: 2026-01-01, until: 2026-12-31, value: 6500"
    _write(folder / RULEBOOK, old, new)
    _, _, err = call("check", "rulebooks", "--lang", "en")
    assert "from 2027-01-01 to 2027-12-31 no value of `soglia_esenzione` is in force" in err
    schema = folder / SCHEMA
    _write(schema, '"formatMaximum": "2027-12-31"', '"formatMaximum": "2026-12-31"')
    assert "dated-hole" not in call("check", "rulebooks", "--lang", "en")[2]


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("A e B", "write a list: `[A, B]`"),
        ("tutte", "for all keys write a list, `[A, B, C]`"),
        ("0-3", "the form admits `A`, `B`, `C`"),
        ("a", "did you mean `A`?"),
    ],
)
def test_a_key_that_nobody_asks_for_is_told_by_what_the_form_admits(
    key: str, hint: str, folder: Path
):
    row = "{zona: A, frequenza: intera, value: 1.00}"
    _write(folder / RULEBOOK, row, row.replace("zona: A", f"zona: {key}"))
    _, out, _ = call("check", "rulebooks", "--lang", "en", "--format", "json")
    (told,) = [each for each in json.loads(out)["problems"] if each["code"] == "table-row-unasked"]
    assert hint in told["hint"]
    assert ("capitals" in told["message"]) == (key == "a")


@pytest.mark.parametrize(
    ("choices", "key", "hint"),
    [
        (["A, b", "c: d"], "tutte", 'write a list, `["A, b", "c: d"]`'),
        (["1", "2"], "1, 2", 'write a list: `["1", "2"]`'),
        # what would be cut cannot be written
        ([f"zona_{i}" for i in range(100)], "*", "the form admits `zona_0`, `zona_1`"),
    ],
)
def test_a_list_of_keys_is_told_as_it_can_be_written(
    choices: list[str], key: str, hint: str, folder: Path
):
    form = {"properties": {"fields": {"properties": {"z": {"type": "string", "enum": choices}}}}}
    Path("schema.json").write_text(json.dumps(form), encoding="utf-8")
    table = f"tables: {{t: {{by: [z], rows: [{{z: '{key}', value: 2}}], otherwise: 1}}}}\n"
    body = f"{HEAD_TEXT}{table}rules: {{x: {{formula: t(z)}}}}\n".replace("age: 1", "age: 2")
    Path("r.yaml").write_text(body, encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--lang", "en", "--format", "json")
    (told,) = [each for each in json.loads(out)["problems"] if each["code"] == "table-row-unasked"]
    assert hint in told["hint"]


def test_rows_are_counted_and_not_taken_for_a_value(folder: Path):
    """In the reasons of a failure, and where an editor shows a list."""
    examples = folder / "rulebooks/nido/2026.test.yaml"
    examples.write_text(
        "test: 1\nrulebook: nido/2026\nexamples:\n  - name: una\n    report:\n      fields:\n"
        "        data_domanda: 2026-05-31\n        frequenza: intera\n        residente: true\n"
        "        componenti: [{nome: Ada, nascita: 2024-02-03}]\n"
        '    expect: {values: {minori: 2, "componenti[1].eta": 3, retta: 5}}\n',
        encoding="utf-8",
    )
    told = "".join(call("test", "rulebooks", "--lang", "it")[1:])
    assert "componenti = 1 riga" in told
    assert "[*]" not in told
    assert "prima dell'arrotondamento" not in told  # of what has no value
    source = source_of_document(folder / RULEBOOK)
    knowledge = learn(source, {})
    assert knowledge is not None
    assert knowledge.values["componenti"] == "una riga"
