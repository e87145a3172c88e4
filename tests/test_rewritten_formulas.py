"""What somebody is told to write for `SE(a = SI; 1; 2)` is a formula that `check` accepts."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from support.command_line import call

RULEBOOK = """language: {language}
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
rules:
  X: {{formula: {formula}}}
  minore: {{formula: anni < 18}}
  scelta: {{formula: {other}}}
decisions:
  esito:
    cases:
      - {{outcome: SI, when: anni > 1}}
      - {{outcome: "NO", otherwise: true}}
checks:
  c: {{expect: {expect}}}
"""
SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"anni": {"type": "number"}, "residente": {"type": "boolean"},
"R22": {"type": "string", "enum": ["SI", "NO"]}, "lingua": {"type": "string", "enum": ["Sì", "No"]},
"zona": {"type": "string", "enum": ["nord", "sud"]}, "nome": {"type": "string"},
"scelta": {"type": "string", "enum": ["Si", "No"]}}}}}"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("schema.json").write_text(SCHEMA, encoding="utf-8")


def _errors(**formulas: str) -> list[dict[str, Any]]:
    """List what is wrong with a rulebook that has one of some formulas."""
    given = {"language": "2", "formula": "anni", "other": "R22", "expect": "residente", **formulas}
    Path("r.yaml").write_text(RULEBOOK.format(**given), encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--lang", "it", "--format", "json")
    return [each for each in json.loads(out)["problems"] if each["severity"] == "error"]


def _instead(**formulas: str) -> str:
    """Return the formula that the one problem tells to write."""
    (found,) = _errors(**formulas)
    match = re.search("scrivi `(.+?)`", found["hint"])
    assert match is not None, found["hint"]
    return match[1]


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("SE(residente = SI; 1; 2)", "1 if residente == true else 2"),
        ("SE(residente = NO; 1; 2)", "1 if residente == false else 2"),
        ("SE(residente = VERO; 1; 2)", "1 if residente == true else 2"),
        ("SE(residente = sì; 1; 2)", "1 if residente == true else 2"),
        ("SE(minore = SI; 1; 2)", "1 if minore == true else 2"),
        ("SE(R22 = SI; 1; 2)", '1 if R22 == "SI" else 2'),
        ("SE(R22 <> sì; 1; 2)", '1 if R22 != "SI" else 2'),
        ("SE(lingua = SI; 1; 2)", '1 if lingua == "Sì" else 2'),
        ("SE(zona = nord; 1; 2)", '1 if zona == "nord" else 2'),
        ("SE(zona = Nord; 1; 2)", '1 if zona == "nord" else 2'),
        ("SE(nome = Anna; 1; 2)", '1 if nome == "Anna" else 2'),
        ("SE(esito = SI; 1; 2)", '1 if esito == "SI" else 2'),
        ("SE(E(R22 = SI; residente = SI); 1; 2)",
         '1 if (R22 == "SI" and residente == true) else 2'),
        ("SE(anni > 3; SI; NO)", '"SI" if anni > 3 else "NO"'),
        ("se R22 = SI allora 1 altrimenti 2", '1 if R22 == "SI" else 2'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["1", "2"])
def test_its_words_are_what_the_names_beside_them_say(written: str, instead: str, language: str):
    """Quoted beside a text, true or false beside a condition; and then nothing is wrong."""
    assert _instead(formula=f"'{written}'", language=language) == instead
    assert _errors(formula=f"'{instead}'", language=language) == []


def test_a_part_that_the_author_leaves_out_stays_open():
    assert _instead(formula="'SE(R22 = SI; 1)'") == '1 if R22 == "SI" else …'
    assert _instead(formula="1 if R22 == SI") == '1 if R22 == "SI" else …'


def test_an_answer_that_is_a_formulas_value_is_of_the_formulas_type():
    """True or false in a condition, one of its texts where the form declares the value."""
    assert _instead(expect="SE(anni > 3; SI; NO)") == "true if anni > 3 else false"
    assert _instead(other="'SE(anni > 3; SI; NO)'") == '"Si" if anni > 3 else "No"'


def test_what_for_each_writes_out_is_told_once_and_completed():
    """With the name of its values, which holds for all."""
    head, _, _ = RULEBOOK.partition("rules:")
    rule = "rules:\n  X_{i}: {for_each: {i: [4, 5]}, formula: 'SE(R22 = SI; {i}; 2)'}\n"
    Path("r.yaml").write_text(head.format(language="2") + rule, encoding="utf-8")
    (found,) = json.loads(call("check", "r.yaml", "--lang", "it", "--format", "json")[1])[
        "problems"
    ]
    assert "lo stesso per un altro valore di `for_each`" in found["message"]
    assert found["hint"] == 'scrivi `{i} if R22 == "SI" else 2`'


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("SE(R22 = SI; 1; 2)", '1 if R22 == "SI" else 2'),
        ('"SE(R22 = SI; 1; 2)"', "\"1 if R22 == 'SI' else 2\""),
        ("'SE(zona = Nord; 1; 2)'", "'1 if zona == Nord else 2'"),
    ],
)
def test_what_is_mended_is_the_completed_formula(written: str, mended: str):
    """In quotes that do not end the text around it; a word that is only guessed stays as it is."""
    (found,) = _errors(formula=written)
    assert found["code"] == "unknown-function"
    call("check", "r.yaml", "--fix")
    assert f"X: {{formula: {mended}}}" in Path("r.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("anni > 5 ? 1 : 0", "1 if anni > 5 else 0"),
        ('R22 in "SI, NO"', 'R22 in ["SI", "NO"]'),
        ("R22 not in 'SI;NO'", "R22 not in ['SI', 'NO']"),
        ("anni in {1, 5}", "[1, 5]"),
        ("anni in {1,5}", "[1,5]"),
    ],
)
def test_choices_and_sets_of_other_languages_are_written(written: str, instead: str):
    assert _instead(formula=json.dumps(written)) == instead


@pytest.mark.parametrize(
    "written",
    [
        "if anni > 5: 1 else: 0",
        "anni > 5 ? anni > 7 ? 1 : 2 : 3",
        "nome[0:2]",
        "(anni > 5 ? 1 : 0) * 2",
        "lambda anni: anni",
    ],
)
def test_a_colon_of_another_language_divides_nothing(written: str):
    """Neither a division nor a range is told where the colon is part of something else."""
    for found in _errors(formula=json.dumps(written)):
        assert "`/`" not in found["hint"].replace("`+ - * / %`", "")
        assert "intervalli" not in found["hint"]


@pytest.mark.parametrize("written", ["anni per 2", "2 per anni", "anni for 2"])
def test_what_is_in_no_call_gathers_no_rows(written: str):
    assert all("sum(ELENCO" not in found["hint"] for found in _errors(formula=written))


def test_one_text_that_may_be_several_values_stays():
    written = "'R22 in \"SI, NO\"'"
    assert _errors(formula=written)
    call("check", "r.yaml", "--fix")
    assert written in Path("r.yaml").read_text(encoding="utf-8")
