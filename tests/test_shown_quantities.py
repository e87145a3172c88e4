"""Numbers beside their units, and the decimals that they show: alike wherever a page has them."""

import re
from typing import Any

import pytest

import ruletrail
from ruletrail.formats import with_unit
from ruletrail.rendering import explain_step, render_trail
from support.rulebooks import HEAD_TEXT, REFERENCE, rows_of, schema_of, write_rulebook

FIELDS = {
    "utenti": {"type": "integer", "title": "Utenti", "unit": "utenti", "minimum": 0, "maximum": 9},
    "base": {"type": "number", "title": "Base", "unit": "euro", "minimum": 0, "maximum": 99999},
    "quota": {"type": "number", "title": "Quota stampata"},
    "tasso": {"type": "number", "title": "Tasso", "unit": "%", "minimum": 0, "maximum": 99},
    "spese": rows_of({"importo": {"type": "number", "title": "Importo", "unit": "euro"}}),
}
RULES = """
parameters:
  uno: {value: 1, unit: utenti, label: Almeno}
  dieci: {value: 10, unit: "%", label: Tasso di legge}
scales:
  retta:
    kind: step
    of: euro
    unit: euro
    bands: [{from: 0, value: 0}, {above: 7000, value: 120.5}]
rules:
  quota: {formula: base / 1000, round: {decimals: 2, mode: half_up}}
  fine: {formula: base / 1000, round: {decimals: 6, mode: half_up}}
  terzo: {formula: base / 3, unit: euro}
  dovuto: {formula: retta(base) / 2, round: {decimals: 2, mode: half_up}, unit: euro al mese}
  totale: {formula: sum(spese.importo), unit: euro}
  tutti: {formula: "max(utenti, 0)", unit: utenti}
decisions:
  livello:
    cases:
      - {outcome: si, when: tutti >= uno and quota > 1, message: {it: "Quota {quota}."}}
      - {outcome: no_tutti, when: tutti < uno}
      - {outcome: no_quota, when: tutti >= uno and quota <= 1}
  alto:
    cases:
      - {outcome: alto, when: tasso > dieci}
      - {outcome: basso, when: tasso <= dieci}
"""
REPORT = {
    "utenti": 1, "base": 14800, "quota": 14.8, "tasso": 11,
    "spese": [{"importo": 14.8}, {"importo": 0.5}],
}  # fmt: skip


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> ruletrail.Plan:
    text = HEAD_TEXT.replace("language: 1", "language: 2") + RULES
    return ruletrail.load(write_rulebook(text, schema_of(FIELDS), tmp_path_factory.mktemp("q")))


@pytest.fixture(scope="module")
def trail(plan: ruletrail.Plan) -> dict[str, Any]:
    return plan.evaluate({"rulebook": REFERENCE, "fields": REPORT}).trail.to_dict()


@pytest.mark.parametrize(
    ("shown", "unit", "said", "inside"),
    [
        ("12", "utenti", "12 utenti", "12 utenti"),
        ("0", "utenti", "0 utenti", "0 utenti"),
        ("1", "utenti", "1 (utenti)", "utenti: 1"),
        ("-1", "utenti", "-1 (utenti)", "utenti: -1"),
        ("1", "ore/utente", "1 (ore/utente)", "ore/utente: 1"),
        ("1", "assistenti sociali", "1 (assistenti sociali)", "assistenti sociali: 1"),
        ("1,00", "utenti", "1,00 utenti", "1,00 utenti"),
        ("1", "euro", "1 euro", "1 euro"),
        ("1", "euro/pasto", "1 euro/pasto", "1 euro/pasto"),
        ("1", "%", "1 %", "1 %"),
        ("1", "kWh", "1 kWh", "1 kWh"),
        ("1", "m²", "1 m²", "1 m²"),
        ("1", "ETP", "1 ETP", "1 ETP"),
        ("1", "", "1", "1"),
    ],
)
def test_a_unit_after_one_needs_no_other_form(shown: str, unit: str, said: str, inside: str):
    """A word that is written for any number stands in brackets after one; symbols suit one too."""
    assert with_unit(shown, unit) == said
    assert with_unit(shown, unit, in_brackets=True) == inside


def test_pages_write_one_without_a_plural(trail: dict[str, Any]) -> None:
    text = render_trail(trail, "text", "it")
    assert "tutti (utenti: 1) non è inferiore a uno (utenti: 1)" in text
    assert "- tutti = massimo(utenti; 0) = massimo(1; 0) = 1 (utenti)\n" in text
    for form in ("text", "markdown", "html"):
        assert "1 utenti" not in render_trail(trail, form, "it")
    told = " ".join(explain_step(trail, "tutti", "it").split())
    assert "; utenti (Utenti): 1 (utenti), dichiarato nella relazione" in told


def test_one_point_is_no_points(trail: dict[str, Any]) -> None:
    """`di 1 punti percentuali`: these words are ours, and have a form for one."""
    for language, said in (("it", "di 1 punto percentuale "), ("en", "by 1 percentage point ")):
        assert said in " ".join(render_trail(trail, "text", language).split())


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_decimals_are_alike_on_a_page(form: str, trail: dict[str, Any]) -> None:
    """Money, and what a rule rounds to two decimals, shows both also where they are zeros."""
    page = render_trail(trail, form, "it").replace("\u00a0", " ")
    plain = re.sub(r"<[^>]*>|`", "", page)
    for said in ("14,80", "120,50", "7.000,00", "60,25 euro al mese", "15,30 euro", "0,50"):
        assert said in page, said
    # a finer rounding says how exact a number is; what never ends keeps its mark
    assert "14,800000" not in page
    assert "4.933,333333…" in page
    assert {*re.findall(r"quota \((.*?)\)", plain)} == {"14,80", "Quota stampata"}
    # sentences are in trails, whose text stays what the language says
    assert "Quota 14,8." in page


def test_json_stays_as_exact_as_it_was(trail: dict[str, Any]) -> None:
    assert trail["result"]["values"]["quota"] == "14.8"
    assert trail["result"]["messages"][0]["text"] == "Quota 14,8."
