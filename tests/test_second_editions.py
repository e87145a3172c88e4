"""A second edition that extends the first is blamed, in its own lines, for what it makes wrong.

The first edition, a canteen's, is right by itself; each test lays one slip over it.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from support.command_line import call

FIRST = """language: 2
rulebook: mensa
edition: 2025-26
version: 0.1.0
status: draft
title: Mensa 2025-26
report: mensa.schema.json
locale: it
sources:
  delibera: {title: Delibera 45/2025, kind: delibera}
parameters:
  piena: {value: 5.20, unit: euro/pasto, source: delibera, evidence: quoted}
  sconto_secondo: {value: 20, unit: "%", source: delibera, evidence: quoted}
  sconto_terzo: {value: 40, unit: "%", source: delibera, evidence: quoted}
scales:
  tariffa:
    kind: step
    of: euro
    unit: euro/pasto
    bands: [{from: 0, value: 1}, {above: 15000, value: piena}]
    source: delibera
    evidence: quoted
rules:
  figli.sconto:
    formula: 0
    unit: "%"
    source: delibera
    evidence: quoted
    exceptions:
      - {label: secondo, when: figli.ordine == 2, formula: sconto_secondo}
      - {label: dal terzo, when: figli.ordine > 2, formula: sconto_terzo}
  figli.importo:
    formula: figli.pasti * tariffa(isee) * (1 - figli.sconto / 100)
    round: {decimals: 2, mode: half_up}
    unit: euro
    source: delibera
    evidence: quoted
  dovuto: {formula: sum(figli.importo), unit: euro, source: delibera, evidence: quoted}
"""
SECOND = """language: 2
rulebook: mensa
edition: 2026-27
version: 0.1.0
status: draft
title: Mensa 2026-27
report: mensa.schema.json
locale: it
extends: mensa/2025-26@0.1.0
"""
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "fields": {
            "type": "object",
            "properties": {
                "isee": {"title": "ISEE", "type": "number", "minimum": 0, "unit": "euro"},
                "dovuto": {"title": "Dovuto", "type": "number", "unit": "euro"},
                "figli": {
                    "title": "Figli",
                    "type": "array",
                    "maxItems": 12,
                    "items": {
                        "type": "object",
                        "properties": {
                            "nome": {"title": "Nome", "type": "string"},
                            "ordine": {"title": "Ordine", "type": "integer", "minimum": 1},
                            "pasti": {"title": "Pasti", "type": "integer", "unit": "pasti"},
                        },
                    },
                },
            },
        }
    },
}
BESIDE = "source: delibera, evidence: quoted"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mensa.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    (tmp_path / "2025-26.yaml").write_text(FIRST, encoding="utf-8")
    return tmp_path


def _check(folder: Path, body: str, language: str = "it", head: str = SECOND) -> list[Any]:
    """List what `check` says of the second edition."""
    (folder / "2026-27.yaml").write_text(head + body, encoding="utf-8")
    _, out, _ = call("check", "2026-27.yaml", "--lang", language, "--format", "json")
    found: list[Any] = json.loads(out)["problems"]
    return [each for each in found if each["code"] != "unused-field"]


def _place(problem: dict[str, Any]) -> tuple[str, int, int]:
    return problem["file"], problem["line"], problem["column"]


def test_both_editions_are_right_by_themselves(folder: Path):
    assert _check(folder, "") == []
    assert _check(folder, "", head=FIRST) == []


@pytest.mark.parametrize(
    ("body", "code", "there"),
    [
        (f"parameters:\n  tariffa: {{value: 5, {BESIDE}}}\n", "tariffa", 16),
        (f"rules:\n  piena: {{formula: 5, {BESIDE}}}\n", "piena", 12),
        (f"rules:\n  tariffa: {{formula: 5, {BESIDE}}}\n", "tariffa", 16),
        ("groups:\n  dovuto: [isee]\n", "dovuto", 38),
    ],
)
def test_a_code_of_another_part_of_the_base_is_told_where_it_is_written(
    body: str, code: str, there: int, folder: Path
):
    """Whichever of the two parts is read first."""
    stands = {
        "it": f"è già nel rulebook esteso, per altro: `2025-26.yaml`, riga {there}",
        "en": f"already in the rulebook extended, for something else: `2025-26.yaml`, line {there}",
    }
    for language, message in stands.items():
        (found,) = [
            each for each in _check(folder, body, language) if each["code"] == "duplicate-code"
        ]
        assert _place(found) == ("2026-27.yaml", 11, 3)
        assert found["message"].endswith(message)
        assert f"`{code}`" in found["message"]
        assert "`remove: […]`" in found["hint"]


def test_a_field_of_the_new_form_is_told_where_the_form_is_named(folder: Path):
    schema = json.loads(json.dumps(SCHEMA))
    schema["properties"]["fields"]["properties"]["piena"] = {"title": "P", "type": "number"}
    (folder / "nuovo.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    head = SECOND.replace("mensa.schema", "nuovo.schema")
    (found,) = _check(folder, "", head=head)
    assert (found["code"], *_place(found)) == ("code-of-field", "2026-27.yaml", 7, 9)
    assert found["message"].endswith("`2025-26.yaml`, riga 12")


def test_a_unit_that_only_exceptions_read_is_told_where_it_is_changed(folder: Path):
    """The clash stands at another exception, which reads another parameter."""
    body = "parameters:\n  sconto_secondo: {unit: euro/pasto}\n"
    (found,) = _check(folder, body)
    assert (found["code"], *_place(found)) == ("unit-clash", "2026-27.yaml", 11, 26)
    assert found["message"] == (
        "l'unità di `sconto_secondo`, `%` nel rulebook esteso, qui è `euro/pasto`: non va "
        "d'accordo con ciò che lo legge, `figli.sconto`"
    )


def test_a_type_that_only_exceptions_read_is_told_where_it_is_changed(folder: Path):
    (found,) = _check(folder, "parameters:\n  sconto_secondo: {value: venti}\n")
    assert (found["code"], *_place(found)) == ("value-not-number", "2026-27.yaml", 11, 27)
    assert found["message"] == "`venti` non è un numero: così è un testo"


def _check_rule(folder: Path, body: str, language: str = "it", head: str = SECOND) -> list[Any]:
    """List what is said beside that the rule's list, which is replaced whole, lacks what it had."""
    found = _check(folder, body, language, head)
    assert sum(each["code"] == "list-replaced" for each in found) == 1
    return [each for each in found if each["code"] != "list-replaced"]


RULE = "rules:\n  figli.sconto: {exceptions: [{when: figli.ordine == 2, formula: 10}]}\n"


@pytest.mark.parametrize(
    ("language", "message", "hint"),
    [
        ("it", "`mensa/2026-27` non usa, fra i parametri del rulebook esteso: ", "in questo file"),
        ("en", "`mensa/2026-27` does not use, of the parameters of", "in this file"),
    ],
)
def test_what_the_edition_does_not_use_any_more_is_told_where_it_extends(
    language: str, message: str, hint: str, folder: Path
):
    (found,) = _check_rule(folder, RULE, language)
    assert (found["code"], *_place(found)) == ("unused-parameter", "2026-27.yaml", 9, 10)
    assert found["message"].startswith(message)
    assert found["message"].endswith("`sconto_secondo`, `sconto_terzo`")
    assert "`remove: [sconto_secondo, sconto_terzo]`" in found["hint"]
    assert hint in found["hint"]


@pytest.mark.parametrize("language", ["it", "en"])
def test_what_the_base_does_not_use_either_is_told_of_the_base_alone(language: str, folder: Path):
    """A result is read by nothing: an edition that changes a parameter is not to remove it."""
    result = "  retta: {label: Retta, formula: 5, source: delibera, evidence: seed}\n"
    base = folder / "2025-26.yaml"
    base.write_text(FIRST.replace("rules:\n", f"rules:\n{result}", 1), encoding="utf-8")
    told = call("check", str(base), "--format", "json", "--lang", language)[1]
    unused = [each for each in json.loads(told)["problems"] if each["code"] == "unused-rule"]
    assert ["`retta`" in each["message"] for each in unused] == [True]
    assert _check(folder, "", language) == []
    (found,) = _check_rule(folder, RULE, language)
    assert "`remove: [sconto_secondo, sconto_terzo]`" in found["hint"]


def test_the_way_out_of_what_is_unused_is_one(folder: Path):
    assert _check_rule(folder, "remove: [sconto_secondo, sconto_terzo]\n" + RULE) == []


def test_what_is_removed_already_stays_in_the_way_out(folder: Path):
    (found,) = _check_rule(folder, "remove: [sconto_secondo]\n" + RULE)
    assert "`remove: [sconto_secondo, sconto_terzo]`" in found["hint"]


def test_what_a_base_says_to_ignore_stays_ignored_and_so_what_the_edition_says(folder: Path):
    ignore = "# ruletrail: ignore unused-parameter -- per dopo\n"
    (folder / "2025-26.yaml").write_text(
        FIRST.replace("  sconto_terzo:", f"  {ignore}  sconto_terzo:"), encoding="utf-8"
    )
    (found,) = _check_rule(folder, RULE)
    assert "`remove: [sconto_secondo]`" in found["hint"]
    assert _check_rule(folder, RULE, head=SECOND.replace("extends:", f"{ignore}extends:")) == []


@pytest.mark.parametrize(
    ("language", "hint"),
    [
        ("it", "usali al posto dei numeri scritti nelle formule, o toglili"),
        ("en", "use them in place of the numbers written in formulas, or remove them"),
    ],
)
def test_what_to_do_about_several_speaks_of_several(language: str, hint: str, folder: Path):
    more = "".join(f"  {name}: {{value: 1, {BESIDE}}}\n" for name in ("p", "q"))
    text = FIRST.replace("scales:\n", f"{more}scales:\n")
    (folder / "2025-26.yaml").write_text(text, encoding="utf-8")
    _, _, err = call("check", "2025-26.yaml", "--lang", language)
    assert "`p`, `q`" in err
    assert hint in err


def test_days_in_the_wrong_order_are_told_in_drafts_too(folder: Path):
    head = SECOND + "in_force: {from: 2026-09-01, to: 2026-06-30}\n"
    (found,) = _check(folder, "", head=head)
    assert (found["code"], *_place(found)) == ("in-force-reversed", "2026-27.yaml", 10, 11)


@pytest.mark.parametrize("written", ["0.1", "v0.1.0", "1", "ultima"])
def test_a_version_that_is_none_is_told_those_that_there_are(written: str, folder: Path):
    head = SECOND.replace("@0.1.0", f"@{written}")
    (found,) = _check(folder, "", head=head)
    assert (found["code"], found["line"]) == ("wrong-form", 9)
    assert found["hint"] == "c'è `mensa/2025-26@0.1.0`"


def test_a_base_is_named_by_a_path_that_opens_wherever_one_works(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Also where the edition is named whole, and so its base."""
    place = folder / "rulebooks/mensa"
    place.mkdir(parents=True)
    base = FIRST.replace("sum(figli.importo)", "sum(figli.importi)")
    (place / "2025-26.yaml").write_text(base, encoding="utf-8")
    (place / "2026-27.yaml").write_text(SECOND, encoding="utf-8")
    (folder / "schemas").mkdir()
    (folder / "mensa.schema.json").rename(folder / "schemas/mensa.schema.json")
    for here in (folder, place, folder.parent, Path("/")):
        monkeypatch.chdir(here)
        _, out, _ = call("check", place / "2026-27.yaml", "--format", "json")
        (found,) = json.loads(out)["problems"]
        assert found["code"] == "unknown-code"
        assert Path(found["file"]).read_text(encoding="utf-8") == base


@pytest.mark.parametrize(
    ("body", "code", "meant"),
    [
        (
            f"parameters:\n  pienna: {{value: 6, unit: euro/pasto, {BESIDE}}}\n",
            "parameter",
            "piena",
        ),
        (f"rules:\n  dovutto: {{formula: 1, unit: euro, {BESIDE}}}\n", "rule", "dovuto"),
        ("groups:\n  primi_figli: [isee]\n", "group", ""),
        (
            f"scales:\n  tarifa: {{kind: step, bands: [{{from: 0, value: 2}}], {BESIDE}}}\n",
            "lookup",
            "tariffa",
        ),
        ("sources:\n  delibbera: {title: Delibera 9/2026, kind: delibera}\n", "source", "delibera"),
        (f"parameters:\n  isee_massimo: {{value: 6, unit: euro, {BESIDE}}}\n", "parameter", ""),
    ],
)
def test_an_entry_under_a_misspelt_code_is_asked_about(
    body: str, code: str, meant: str, folder: Path
):
    """The base's value stays in force under the right code, which the warning names."""
    (problem,) = _check(folder, body)
    assert (problem["code"], problem["file"]) == (f"unused-{code}", "2026-27.yaml")
    is_asked = f"il rulebook esteso ha `{meant}`, che resta in vigore" in problem["hint"]
    assert is_asked == bool(meant)


def test_a_code_that_the_edition_replaces_is_not_meant_by_another(folder: Path):
    """Who writes `piena` as well means something else by `pienna`."""
    price = f"{{value: 6, unit: euro/pasto, {BESIDE}}}"
    (problem,) = _check(folder, f"parameters:\n  piena: {price}\n  pienna: {price}\n")
    assert problem["code"] == "unused-parameter"
    assert "rulebook esteso" not in problem["hint"]


@pytest.mark.parametrize(
    ("bands", "begin", "before"),
    [
        ("{above: 15000, value: 5}", "above: 15000", "{from: 0, value: …}"),
        ("{from: 15000, value: 5}", "from: 15000", "{from: 0, value: …}"),
        ("{from: minimo, value: 5}", "from: minimo", "{from: 0, value: …}"),
        ("{above: 0, value: 5}", "", "from: 0"),
        ("{from: 0, value: 5}", "", ""),
        ("{from: -5, value: 5}", "", ""),
    ],
)
def test_a_scale_that_lost_its_first_bands_is_told_of(
    bands: str, begin: str, before: str, folder: Path
):
    """Whose number lies before has no value at all, and `check` says so as `prove` does."""
    lowest = f"parameters:\n  minimo: {{value: 900, unit: euro, {BESIDE}}}\n"
    problems = _check(folder, f"{lowest}scales:\n  tariffa: {{bands: [{bands}]}}\n", "en")
    told = [each for each in problems if each["code"] == "scale-without-least"]
    assert [each["file"] for each in told] == ["2026-27.yaml"] * bool(before)
    said = f"begins with `{begin}`, and can be asked for a number from `0` up"
    assert all(said in each["message"]
               for each in told if begin)  # fmt: skip
    assert all(f"`{before}`" in each["hint"] for each in told)


@pytest.mark.parametrize(
    ("bounds", "condition", "is_told"),
    [
        ({"minimum": 0}, "isee > 50", False),
        ({"minimum": 0}, "isee >= 50", True),
        ({"minimum": 0}, "isee > 49", True),
        ({"minimum": 0}, "isee > 49.99", True),
        ({"minimum": 0}, "isee > 50.00", False),
        ({"exclusiveMinimum": 50}, "true", False),
        ({"minimum": 0, "type": "integer"}, "isee > 49", True),
        ({"minimum": 0, "type": "integer"}, "isee > 50", False),
        ({}, "true", False),
    ],
)
def test_the_lower_part_of_a_scale_is_what_schema_and_conditions_leave(
    bounds: dict[str, Any], condition: str, *, is_told: bool, folder: Path
):
    """What has no least number is not told of, nor what a condition keeps from being asked."""
    schema = json.loads(json.dumps(SCHEMA))
    isee = {"title": "ISEE", "type": "number", "unit": "euro", **bounds}
    schema["properties"]["fields"]["properties"]["isee"] = isee
    (folder / "mensa.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    body = (
        "scales:\n  tariffa: {bands: [{above: 50, value: 5}]}\n"
        "rules:\n  figli.importo:\n"
        f"    formula: (tariffa(isee) if {condition} else 0) * figli.pasti\n"
    )
    told = [each for each in _check(folder, body) if each["code"] == "scale-without-least"]
    assert bool(told) == is_told


@pytest.mark.parametrize(
    ("least", "band", "written"),
    [
        (2000, "above: 2", "from: 2"),
        (900, "above: minimo", "from: minimo"),
        (500, "from: 2", "{from: …, value: …}"),
        (0, "from: 2", "{from: 0, value: …}"),
        (500, "from: minimo", "{from: 500, value: …}"),
    ],
)
def test_what_to_write_is_of_the_scale_and_not_of_what_is_looked_up(
    least: int, band: str, written: str, folder: Path
):
    """A parameter stays one; a threshold that `times` multiplies is not the number asked for."""
    schema = json.loads(json.dumps(SCHEMA))
    isee = {"title": "ISEE", "type": "number", "unit": "euro", "minimum": least}
    schema["properties"]["fields"]["properties"]["isee"] = isee
    (folder / "mensa.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    times = "" if "minimo" in band else "times: mille, "
    body = (
        f"parameters:\n  minimo: {{value: 900, unit: euro, {BESIDE}}}\n"
        f"  mille: {{value: 1000, {BESIDE}}}\n"
        f"scales:\n  tariffa: {{{times}bands: [{{{band}, value: 5}}]}}\n"
    )
    told = [each for each in _check(folder, body, "en") if each["code"] == "scale-without-least"]
    assert [f"`{written}`" in each["hint"] for each in told] == [True], told
