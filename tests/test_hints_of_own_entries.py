"""An entry that is its formula, value, title or fields alone is told with what its author wrote."""

from pathlib import Path

import pytest

from support.slips import check_slip, enter_with_schema

SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"lordo": {"type": "number"}, "altro": {"type": "number"}, "zona": {"type": "string"}}}}}"""
EXAMPLE = '{formula: "R0B / R03 * 100"}'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter_with_schema(tmp_path, SCHEMA, monkeypatch)


@pytest.mark.parametrize(
    ("part", "written", "instead"),
    [
        ("rules", "lordo * 2", "{formula: lordo * 2}"),
        ("rules", "max(lordo, altro)", '{formula: "max(lordo, altro)"}'),
        ("rules", '5 if zona == "A" else 0', "{formula: '5 if zona == \"A\" else 0'}"),
        ("parameters", "7500", "{value: 7500}"),
        ("parameters", "-5", "{value: -5}"),
        ("parameters", "-0.50", "{value: -0.50}"),
        ("rules", "-lordo * 2", "{formula: -lordo * 2}"),
        ("parameters", "2026-01-01", "{value: 2026-01-01}"),
        ("checks", "lordo > 0", "{expect: lordo > 0}"),
        ("sources", "The tariff act", "{title: The tariff act}"),
        ("sources", "L. 178/2020, art. 1", '{title: "L. 178/2020, art. 1"}'),
    ],
)
def test_what_stands_alone_is_written_under_its_key(
    part: str, written: str, instead: str, folder: Path
):
    (problem,) = check_slip(folder, f"{part}:\n  x: {written}\n")
    assert problem["hint"] == f"scrivi per esempio `{instead}`"
    assert check_slip(folder, f"{part}:\n  x: {instead}\n") == []


def test_fields_alone_are_those_of_a_section(folder: Path):
    (problem,) = check_slip(folder, "sections:\n  q: [lordo, altro]\n")
    assert problem["hint"].endswith("`{title: …, due: …, fields: [lordo, altro]}`")


@pytest.mark.parametrize(
    ("part", "written", "shown"),
    [
        ("rules", "Il doppio del lordo", EXAMPLE),
        ("rules", f"lordo + {'1' * 120}", EXAMPLE),
        ("parameters", "7.500,00", '{value: 10.44, unit: "%"}'),
        ("parameters", '"7500"', '{value: 10.44, unit: "%"}'),
        ("sections", "Quadro uno", "{title: Quadro 1, due: true, fields: [R03]}"),
    ],
)
def test_what_may_be_no_formula_or_value_is_told_with_an_example(
    part: str, written: str, shown: str, folder: Path
):
    (problem,) = check_slip(folder, f"{part}:\n  x: {written}\n")
    assert problem["hint"] == f"scrivi per esempio `{shown}`"
