"""A code that a row of the form has not, though others have it; zeros that the report denies."""

import json
from pathlib import Path

import pytest

from ruletrail.linking.unknown_codes import list_rows
from support.command_line import call
from support.places import EXAMPLES
from support.planted import told

JESI = (EXAMPLES / "jesi-2024.yaml").read_text(encoding="utf-8")

pytestmark = pytest.mark.usefixtures("folder")


def _changed(old: str, new: str) -> str:
    assert JESI.count(old) == 1
    return JESI.replace(old, new)


@pytest.mark.parametrize("code", ["M30_ore", "M30_media", "m30_ore", "M30ore", "M30 ore", "M30_or"])
def test_what_a_row_has_not_is_no_other_code_of_it(code: str):
    """Written under `M30`, as was advised, hours would be users."""
    err = told(_changed("  M30: 0\n", f"  M30: 0\n  {code}: 12\n"))[1]
    assert "→ del rigo `M30` il modulo ha solo `M30_2019`, `M30`: se il valore è di un altro" in err
    assert "intendevi" not in err


def test_a_row_that_has_it_of_another_year_lacks_nothing():
    """`M1_hours_2019` is what `M1_hours` may be, and its line is not to be taken out."""
    codes = ["M1", "M1_hours_2019", *(f"M{n}{end}" for n in (2, 3, 4) for end in ("", "_hours"))]
    rows = list_rows(codes)
    assert rows.find("M1_hours") == ""
    assert list_rows(["M1", *codes[2:]]).find("M1_hours") == "M1"


@pytest.mark.parametrize(("code", "meant"), [("M12_or", "M12_ore"), ("R03_2024", "R03")])
def test_what_a_row_has_is_still_meant(code: str, meant: str):
    name = f"  {meant}:"
    err = told(_changed(name, f"  {code}:"))[1]
    assert f"→ intendevi `{meant}`?" in err


def test_a_zero_that_a_declared_value_denies_is_not_sealed_as_right():
    """A form that prints a level of service had inhabitants."""
    Path("report.yaml").write_text(_changed("R03: 39301", "R03: 0"), encoding="utf-8")
    page = " ".join(call("evaluate", "report.yaml", "--brief", "--lang", "it")[1].split())
    assert "La relazione dichiara R04 = 10,320348, che con quello zero non si calcola" in page
    assert "il risultato non esiste" not in page
    words = ("seal", "report.yaml", "--archive", "a", "--lang", "it", "--format", "json")
    hints = [each["hint"] for each in json.loads(call(*words)[1])["problems"]]
    assert not any("il risultato non esiste" in each for each in hints)


def test_what_would_change_an_open_outcome_says_who_tells_what_is_needed():
    Path("report.yaml").write_text(_changed("  R03: 39301\n", ""), encoding="utf-8")
    out = call("whatif", "report.yaml", "livello", "--lang", "it")[1]
    assert out.count("Che cosa serve per stabilirlo: `ruletrail needed report.yaml livello`.") == 1
    Path("report.yaml").write_text(JESI, encoding="utf-8")
    assert "ruletrail needed" not in call("whatif", "report.yaml", "livello", "--lang", "it")[1]


def test_a_failed_check_is_not_denied_twice():
    """`Non superato: … la media non supera` has to be read three times."""
    text = JESI
    for code in ("M12", "M15", "M21"):
        begun, _, rest = text.partition(f"  {code}_ore: ")
        text = f"{begun}  {code}_ore: 99999999\n{rest.partition(chr(10))[2]}"
        begun, _, rest = text.partition(f"  {code}_media: ")
        text = f"{begun}{rest.partition(chr(10))[2]}"
    Path("report.yaml").write_text(text, encoding="utf-8")
    brief = call("evaluate", "report.yaml", "--brief", "--lang", "it")[1]
    assert "Non superato: " not in brief
    assert "? Non è così: «Rigo M21: la media non supera le ore di un anno»" in brief
    full = " ".join(call("evaluate", "report.yaml", "--full", "--lang", "it")[1].split())
    assert "non superato: «Rigo M21: la media non supera le ore di un anno» (M21_media_p" in full


_CHOICES = [{"const": "SI", "title": "Sì"}, {"const": "NO", "title": "No"}]


@pytest.mark.parametrize(
    ("value", "hint"),
    [("true", "intendevi `SI`?"), ("5", "scrivi uno di questi: `SI`, `NO`")],
)
def test_a_value_of_another_type_among_titled_choices_is_told_once(value: str, hint: str):
    fields = {"A": {"type": "string", "title": "Va bene", "oneOf": _CHOICES}}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "rulebook": {"type": "string"},
            "fields": {"type": "object", "properties": fields, "additionalProperties": False},
        },
    }
    Path("schema.json").write_text(json.dumps(schema), encoding="utf-8")
    rules = "language: 1\nrulebook: prova\nedition: '2024'\nversion: 1.0.0\nstatus: draft\n"
    rules += "title: Prova\nreport: schema.json\nrules: {X: {formula: '1'}}\n"
    Path("rules.yaml").write_text(rules, encoding="utf-8")
    report = f'{{"rulebook": "prova/2024", "fields": {{"A": {value}}}}}'
    Path("report.json").write_text(report, encoding="utf-8")
    err = call("evaluate", "report.json", "--rulebook", "rules.yaml", "--lang", "it")[2]
    assert err.count(": errore: ") == 1
    assert f"→ {hint}" in err
