"""A hint leads out: one error for one slip, at its line, and none once the hint is obeyed.

`canteen/slips.yaml` plants slips into a tariff of school meals, `canteen/2025.yaml`.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from ruletrail.schemas.meant_keys import find_meant
from support.command_line import call
from support.places import TESTS
from support.plain_yaml import load_yaml

CANTEEN = TESTS / "canteen"
RULEBOOK = "rulebooks/mensa/2025.yaml"
SCHEMA = "schemas/reports/mensa/2025.schema.json"
SLIPS = load_yaml((CANTEEN / "slips.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in (RULEBOOK, SCHEMA):
        (tmp_path / name).parent.mkdir(parents=True)
        text = (CANTEEN / Path(name).name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def _errors(language: str) -> list[dict[str, Any]]:
    _, out, _ = call("check", "--format", "json", "--lang", language)
    found: list[dict[str, Any]] = json.loads(out)["problems"]
    return [each for each in found if each["severity"] == "error"]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip["new"] or slip["old"])
def test_one_slip_is_one_error_and_its_hint_leads_out(slip: dict[str, Any], folder: Path):
    """The line that is wrong is named, and what to write is written there."""
    path = folder / (SCHEMA if "schema" in slip else RULEBOOK)
    right = path.read_text(encoding="utf-8")
    assert slip["old"] in right
    wrong = right.replace(slip["old"], slip["new"], 1)
    path.write_text(wrong, encoding="utf-8")
    for language in ("it", "en"):
        (problem,) = _errors(language)
        assert problem["code"] == slip["code"]
        assert slip[language] in problem["hint"]
        assert all(slip.get(key, "") in problem["message"] for key in ("said", "with"))
    line = wrong.split("\n")[problem["line"] - 1]
    assert slip.get("line", slip["new"]) in line
    obeyed = right.replace(slip["old"], slip.get("obeyed", slip["old"]), 1)
    path.write_text(obeyed, encoding="utf-8")
    assert _errors("it") == []


def test_a_key_that_stands_there_is_never_meant(folder: Path):
    """To write it would only be another error."""
    path = folder / RULEBOOK
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("locale: it\n", "locale: it\ntitolo: Mensa\n"), encoding="utf-8")
    (problem,) = _errors("it")
    assert problem["code"] == "unknown-key"
    assert "`title`?" not in problem["hint"]


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("condizione", ("when", "outcome"), "when"),
        ("condizione", ("expect", "label"), "expect"),
        ("Titolo", ("title", "label"), "title"),
        ("titolo", ("label", "formula"), "label"),
        ("unità", ("unit",), "unit"),
        ("in vigore", ("in_force",), "in_force"),
        ("regole", ("remove",), ""),
    ],
)
def test_a_word_means_the_key_that_is_known_there(word: str, known: tuple[str, ...], meant: str):
    """By its meaning where it stands, and never by its letters."""
    assert find_meant(word, known, ()) == meant


def test_a_wrong_section_hides_nothing_that_is_in_it(folder: Path):
    """What stands below a misspelt part is checked as if its name were right."""
    path = folder / RULEBOOK
    text = path.read_text(encoding="utf-8")
    text = text.replace("rules:", "regole:").replace("formula: pasto *", "formula: pato *")
    path.write_text(text, encoding="utf-8")
    assert [each["code"] for each in _errors("it")] == ["unknown-key", "unknown-code"]


# -- Rows, days, scales and tables -----------------------------------------------------------------

LATER = "rulebooks/mensa/2026.yaml"
LATER_FILES = {
    "2026.yaml": LATER,
    "zone.csv": "rulebooks/mensa/zone.csv",
    "2026.schema.json": "schemas/reports/mensa/2026.schema.json",
}
LATER_SLIPS = load_yaml((CANTEEN / "slips-2026.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("later")
    for name, place in LATER_FILES.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes((CANTEEN / name).read_bytes())
    return folder


@pytest.mark.parametrize("slip", LATER_SLIPS, ids=lambda slip: slip["new"] or slip["old"])
def test_one_slip_of_language_2_is_one_error_and_its_hint_leads_out(
    slip: dict[str, Any], later: Path, monkeypatch: pytest.MonkeyPatch
):
    """As above; a code that is misspelt is missed by others besides."""
    monkeypatch.chdir(later)
    path = later / LATER_FILES[slip.get("file", "2026.yaml")]
    right = path.read_text(encoding="utf-8")
    assert slip["old"] in right
    language = "it" if "it" in slip else "en"
    try:
        wrong = right.replace(slip["old"], slip["new"], 1)
        path.write_text(wrong, encoding="utf-8")
        found, missed = _errors(language), {"unknown-code"} - {slip["code"]}
        problem, *others = [each for each in found if each["code"] not in missed]
        assert (problem["code"], others) == (slip["code"], [])
        assert slip[language] in problem["hint"]
        line = wrong.split("\n")[problem["line"] - 1]
        assert slip.get("line", slip["new"].rstrip("\n")) in line
        if "obeyed" in slip:
            path.write_text(right.replace(slip["old"], slip["obeyed"], 1), encoding="utf-8")
            assert _errors("it") == []
    finally:
        path.write_text(right, encoding="utf-8")


def test_the_rulebook_of_language_2_has_nothing_to_mend(
    later: Path, monkeypatch: pytest.MonkeyPatch
):
    """What a hint leads back to is right, warnings included."""
    monkeypatch.chdir(later)
    _, out, _ = call("check", "--format", "json")
    assert json.loads(out)["problems"] == []
