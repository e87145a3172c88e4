"""What somebody meets who writes the fee of a nursery: readings, places and ways out."""

import json
import shutil
from pathlib import Path

import pytest

from support.command_line import call
from support.places import TESTS

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
    assert "componenti ha una riga" in out, out
    assert "1 righe" not in out
