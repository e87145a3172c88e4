"""Dashes and minus signs of text processors, in formulas, codes and numbers."""

from pathlib import Path

import pytest

from support.slips import check_slip, enter_with_schema

SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"R03": {"type": "number", "minimum": 1}, "R04": {"type": "number"}, "R05": {"type": "number"},
"giorni_bici": {"type": "number"}}, "additionalProperties": false}}}"""
DASHES = "‐‑–—"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter_with_schema(tmp_path, SCHEMA, monkeypatch)


@pytest.mark.parametrize("dash", DASHES)
def test_a_dash_for_a_minus(folder: Path, dash: str) -> None:
    (told,) = check_slip(folder, f"rules:\n  X: {{formula: R03 {dash} R04}}\n")
    assert (told["code"], told["hint"]) == ("formula-operator", "scrivi `-`")


@pytest.mark.parametrize("dash", DASHES)
def test_a_dash_within_a_code(folder: Path, dash: str) -> None:
    (told,) = check_slip(folder, f"rules:\n  X: {{formula: 2 * giorni{dash}bici}}\n")
    assert told["hint"] == "scrivi `giorni_bici`"
    assert told["message"].startswith(f"`giorni{dash}bici` non è un codice")
    (told,) = check_slip(folder, f"groups:\n  g: [R03, giorni{dash}bici]\n")
    assert told["hint"].endswith("`giorni_bici`")


def test_the_minus_sign_of_forms_is_one(folder: Path) -> None:
    assert check_slip(folder, "rules:\n  X: {formula: R03 − R04}\n") == []


@pytest.mark.parametrize("written", ["R03–R05", "R03–05", "R03‑R05", "R03…R05"])
def test_a_range_of_codes_is_written_one_by_one(folder: Path, written: str) -> None:
    for body in (
        f"groups:\n  g: [{written}]\n",
        f'rules:\n  "X{{r}}":\n    for_each: {{r: [{written}]}}\n    formula: "{{r}}"\n',
    ):
        told = check_slip(folder, body)
        assert "scrivi i valori uno per uno: `R03, R04, R05`" in [each["hint"] for each in told]


@pytest.mark.parametrize("sign", "−–‑")
def test_a_minus_sign_before_a_number(folder: Path, sign: str) -> None:
    book = f"parameters:\n  p: {{value: {sign}300}}\nrules:\n  X: {{formula: R03 + p}}\n"
    (told,) = check_slip(folder, book)
    assert (told["code"], told["hint"]) == ("value-not-number", "scrivi `-300`")
    (folder / "s.json").write_text(SCHEMA.replace("1}", f"{sign}1}}"), encoding="utf-8")
    (told,) = check_slip(folder, "rules:\n  X: {formula: R03 + 1}\n")
    assert (told["code"], told["hint"]) == ("json-syntax", "scrivi `-1`")
