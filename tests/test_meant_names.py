"""Which name is guessed where one does not exist: of the type that fits, or a slip of the pen."""

from pathlib import Path

import pytest

from ruletrail.suggestions import KnownNames, Nearest
from support.command_line import call
from support.slips import HEAD, check_slip, enter_with_schema

SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"residente": {"type": "boolean"}, "isee": {"type": "number", "unit": "euro"},
"data_domanda": {"type": "string", "format": "date"}, "dato": {"type": "number"},
"importo_totale": {"type": "number"}}}}}"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter_with_schema(tmp_path, SCHEMA, monkeypatch)


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        # a truth where a truth is asked, and no truth where a number is
        ("r: {formula: 1, when: esente}", "residente"),
        ("r: {formula: esente, unit: euro}", ""),
        ("r: {formula: esente, round: {decimals: 2, mode: half_up}}", ""),
        ("isee: {formula: esente}", ""),
        ("r: {formula: esente * 2}", ""),
        ("r: {formula: isee if isee > 3 else esente}", ""),
        ("r: {formula: 'isee > esente'}", ""),
        ("r: {formula: isee, exceptions: [{when: residente, formula: esente}]}", ""),
        # of several, the one that fits
        ("r: {formula: 1, when: 'data_domand > date(2024, 1, 1)'}", "data_domanda"),
        # a slip is a slip, whatever it is
        ("r: {formula: 1, when: importo_totle}", "importo_totale"),
        ("r: {formula: residnte * 2}", "residente"),
    ],
)
def test_a_code_is_guessed_by_the_type_that_is_asked(folder: Path, body: str, meant: str) -> None:
    (told,) = check_slip(folder, f"rules:\n  {body}\n")
    assert told["code"] == "unknown-code"
    assert (told["hint"] == f"intendevi `{meant}`?") if meant else ("intendevi" not in told["hint"])


@pytest.mark.parametrize(
    ("written", "known", "sure"),
    [
        ("importo_totle", ["importo_totale", "isee"], "importo_totale"),
        ("R07", ["RO7"], "RO7"),
        ("eta", ["figli.eta", "isee"], ""),
        ("esente", ["residente"], ""),
        ("quota_c", ["quota_a", "quota_b"], ""),
        ("km_days", ["km_day", "bike_days"], "km_day"),
    ],
)
def test_a_guess_is_written_by_a_quick_fix_only_where_it_is_sure(
    written: str, known: list[str], sure: str
) -> None:
    """Other words, and names of which each is as near, are asked about and not written."""
    near = Nearest(written, KnownNames(known))
    assert (near.found if near.is_sure else "") == sure


BASE = """language: 2
rulebook: base
edition: "2024"
version: 1.0.0
status: draft
title: Base
report: s.json
locale: it
day: data_domanda
sources: {m: {title: M, kind: form}}
rules: {sconto: {formula: isee / 2, source: m}}
"""


@pytest.mark.parametrize(
    ("item", "hint"),
    [
        ("Scontò", "intendevi `sconto`?"),
        ('"sconto "', "intendevi `sconto`?"),
        ("Disabilità", "controlla il codice da togliere; ci sono: `sconto`, `m`"),
        ("pippo", "controlla il codice da togliere; ci sono: `sconto`, `m`"),
    ],
)
def test_what_is_not_there_to_be_removed_is_not_suggested(
    folder: Path, item: str, hint: str
) -> None:
    """A text that is no code is told as a code that the base lacks, by what the base has."""
    (folder / "base.yaml").write_text(BASE, encoding="utf-8")
    (told,) = check_slip(folder, f"extends: base/2024@1.0.0\nremove: [{item}]\n")
    assert (told["code"], told["hint"]) == ("remove-unknown", hint)


def test_what_is_said_of_the_whole_stands_before_inherited_entries(folder: Path) -> None:
    (folder / "base.yaml").write_text(BASE, encoding="utf-8")
    head = HEAD.replace("locale: it\n", "")
    text = head + "extends: base/2024@1.0.0\nrules: {altro: {formula: isee, source: m}}\n"
    (folder / "r.yaml").write_text(text, encoding="utf-8")
    status, out, _ = call("show", "r.yaml", "--resolved")
    keys = [line.partition(":")[0] for line in out.splitlines() if line[:1].strip()]
    assert status == 0
    assert keys[-4:] == ["locale", "day", "rules", "sources"]


# -- What is said in the author's own library ------------------------------------------------------


def test_a_doubled_letter_is_no_leading_zero(folder: Path) -> None:
    """`scontoo` is a slip to be asked about, and no other look of the same code."""
    (folder / "base.yaml").write_text(BASE, encoding="utf-8")
    report = folder / "rep.yaml"
    report.write_text("rulebook: base/2024\nfields: {isee: 3}\n", encoding="utf-8")
    status, _, err = call("explain", report, "scontoo", "--rulebook", "base.yaml", "--lang", "it")
    assert status != 0
    assert "intendevi `sconto`?" in err
    assert KnownNames(["contributo"]).lookalike("contributoo") == ""
    assert KnownNames(["R7_2017"]).lookalike("RO7_2017") == "R7_2017"
    assert KnownNames(["R0A"]).lookalike("ROA") == "R0A"


def test_a_rulebook_and_a_schema_are_named_as_in_the_library(folder: Path) -> None:
    """A report without `rulebook` names one of the author's own, a rulebook its own schema."""
    (folder / "rulebooks" / "scuolabus").mkdir(parents=True)
    (folder / "schemas" / "reports").mkdir(parents=True)
    (folder / "schemas" / "s.json").write_text(SCHEMA, encoding="utf-8")
    text = HEAD.replace("prova", "scuolabus") + "rules: {r: {formula: isee}}\n"
    (folder / "rulebooks" / "scuolabus" / "2024.yaml").write_text(text, encoding="utf-8")
    (folder / "rep.yaml").write_text("fields: {isee: 3}\n", encoding="utf-8")
    _, _, err = call("evaluate", "rep.yaml", "--lang", "it")
    assert "aggiungi per esempio `rulebook: scuolabus/2024`" in err
    (folder / "r.yaml").write_text(text.replace("report: s.json\n", ""), encoding="utf-8")
    _, out, err = call("check", "r.yaml", "--lang", "it")
    assert "`report: reports/scuolabus/2024.schema.json`" in out + err
