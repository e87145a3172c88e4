"""What authors and officers write by habit: one problem for each slip, that says what to write."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ruletrail.cli import COMMANDS
from ruletrail.cli.help_texts import ABOUT, PAGES
from ruletrail.problem_texts import HINTS, SENTENCES, TEXTS
from support.command_line import call

ROOT = Path(__file__).parent.parent
SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"isee": {"type": "number", "minimum": 0}, "giorno": {"type": "string", "format": "date"}},
"additionalProperties": false}}}"""
HEAD = """language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: s.json
locale: it
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.json").write_text(SCHEMA, encoding="utf-8")
    return tmp_path


def _check(folder: Path, body: str, language: str = "it") -> list[dict[str, Any]]:
    """List the errors of a rulebook."""
    (folder / "r.yaml").write_text(HEAD + body, encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--lang", language, "--format", "json")
    return [each for each in json.loads(out)["problems"] if each["severity"] == "error"]


# -- Where a band begins ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("band", "said"),
    [
        (
            "{up_to: 100, value: 1}",
            "il primo per esempio con `from: 0`, e nel seguente `above: 100`",
        ),
        ("{fino_a: 100, value: 1}", "e nel seguente `above: 100`"),
        ("{below: 100, value: 1}", "e nel seguente `from: 100`"),
        ("{from: 0, to: 100, value: 1}", "finisce dove comincia il seguente: togli la chiave"),
        ("{form: 0, value: 1}", "intendevi `from`?"),
        ("{soglia: 0, value: 1}", "chiavi previste: `from`, `above`"),
    ],
)
def test_a_key_in_the_place_of_a_bands_beginning_is_told_once(band: str, said: str, folder: Path):
    """The band has no beginning because the key is none: that is one defect, not two."""
    body = f"scales: {{t: {{kind: step, bands: [{band}, {{above: 200, value: 2}}]}}}}\n"
    (problem,) = _check(folder, body + "rules: {x: {formula: t(isee)}}\n")
    assert problem["code"] == "unknown-key"
    assert said in problem["hint"]


def test_a_band_without_a_beginning_is_still_told(folder: Path):
    """Where all of its keys are keys of bands nothing else tells it."""
    body = "scales: {t: {kind: step, bands: [{value: 1}, {above: 200, value: 2}]}}\n"
    (problem,) = _check(folder, body + "rules: {x: {formula: t(isee)}}\n")
    assert problem["code"] == "band-begins"


# -- Names with a year -----------------------------------------------------------------------------

DATED = """scales: {tariffa_2025: {kind: step, bands: [{from: 0, value: 1}]}}
tables: {tab_2025: {by: [k], rows: [{k: 1, value: 2}]}}
parameters: {quota_2024: {value: 1}, quota_2025: {value: 1}, A2020: {value: 3}}
"""


@pytest.mark.parametrize(
    ("formula", "hint"),
    [
        ("tariffa_2026(isee)", "intendevi `tariffa_2025`?"),
        ("tab_2026(isee)", "intendevi `tab_2025`?"),
        ("isee * quota_2026", "intendevi `quota_2024` o `quota_2025`?"),
    ],
)
def test_a_name_of_another_year_is_meant(formula: str, hint: str, folder: Path):
    """A rule that is taken over to the next year reads names of the year before."""
    (problem,) = _check(folder, DATED + f"rules: {{x: {{formula: '{formula}'}}}}\n")
    assert problem["hint"] == hint


def test_a_code_with_another_number_is_not(folder: Path):
    """Digits that are no year apart are the code itself; a form's code has a year of its own."""
    codes = DATED.replace("A2020", "R07_2020: {value: 4}, A2020")
    for code, known in (("A2021", "A2020"), ("R07_2021", "R07_2020")):
        (problem,) = _check(folder, codes + f"rules: {{x: {{formula: isee + {code}}}}}\n")
        assert known not in problem["hint"]


# -- One word for the language of rulebooks --------------------------------------------------------


def test_rulebooks_have_a_linguaggio_and_people_a_lingua():
    """Two words for one thing, in Italian, are two things for who reads them."""
    said = [each["it"] for text in TEXTS.values() for each in (text.sentences, text.hints)]
    said += [each["it"] for each in (*HINTS.values(), *SENTENCES.values(), *ABOUT.values())]
    said += [*PAGES.values()]
    for command in COMMANDS:
        said.append(call("help", command, "--lang", "it")[1].replace("\n", " "))
    said.append((ROOT / "docs/problems/causes.yaml").read_text("utf-8"))
    mixed = re.compile(r"lingua +(?:dei +rulebook|del +grafo|[12]\b)")
    assert [each for each in said if mixed.search(each)] == []
