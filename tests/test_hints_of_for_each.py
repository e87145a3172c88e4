"""A hint for a formula that `for_each` wrote is obeyed once, and then holds for each value.

What it tells to write has the name in braces where the author has it, never the value of one entry.
"""

from pathlib import Path
from typing import Any

import pytest

from support.slips import check_slip, enter_with_schema

SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"zona": {"type": "string", "enum": ["centro", "periferia", "Lordo", "Altro"]},
"lordo": {"type": "number"}, "altro": {"type": "number"}}}}}"""
BODY = """tables:
  coeff: {{by: [zona], rows: [{{zona: [Lordo, Altro], value: 2}}], otherwise: 1}}
rules:
  e_{{zz}}:
    for_each: {{zz: [{values}]}}
    label: Z
    formula: >-
      {formula}
"""
ZONES, CODES, NUMBERS = "centro, periferia", "lordo, altro", "10, 20"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter_with_schema(tmp_path, SCHEMA, monkeypatch)


def _errors(formula: str, values: str, folder: Path) -> list[dict[str, Any]]:
    return check_slip(folder, BODY.format(formula=formula, values=values))


@pytest.mark.parametrize(
    ("formula", "values", "code", "written"),
    [
        ("5 if zona == {zz} else 0", ZONES, "formula-bare-text", '"{zz}"'),
        ("5 if {zz} == zona else 0", ZONES, "formula-bare-text", '"{zz}"'),
        ("SE(zona == '{zz}'; 5; 0)", ZONES, "unknown-function", "5 if zona == '{zz}' else 0"),
        ("SE(lordo > {zz}; 5; 0)", NUMBERS, "unknown-function", "5 if lordo > {zz} else 0"),
        (
            "5 if 1 < lordo < {zz} else 0",
            NUMBERS,
            "formula-chained",
            "1 < lordo and lordo < {zz}",
        ),
        ("POTENZA({zz};2)", CODES, "unknown-function", "({zz} * {zz})"),
        ("{zz}^2", CODES, "formula-power", "{zz} * {zz}"),
        (
            "5 if zona == 'centro' or '{zz}' else 0",
            "periferia",
            "condition-not-boolean",
            "zona == '{zz}'",
        ),
    ],
)
def test_what_is_to_be_written_has_the_name(
    formula: str, values: str, code: str, written: str, folder: Path
):
    (problem,) = _errors(formula, values, folder)
    assert (problem["code"], problem["hint"]) == (code, f"scrivi `{written}`")


@pytest.mark.parametrize(
    ("formula", "values", "code"),
    [
        ("SE(lordo > 10; {zz}; 0)", "10", "unknown-function"),  # which of the two it is
        ("lordo + {zz}%", NUMBERS, "formula-percent"),
        ("lordo * {zz} %", NUMBERS, "formula-percent"),
        ("{zz} euro", NUMBERS, "formula-syntax"),
        ("lordo^{zz}", "2, 3", "formula-power"),
        ("{zz}^3", "3", "formula-power"),
        ("{zz}^2", "7", "formula-power"),
        ("{zz} tra 1 e 2", CODES, "formula-word"),
        ("5 if zona == '{zz}' else 0", "Centro, periferia", "impossible-comparison"),
        ("SE(zona == 'centro'; {zz}; lordo)", CODES, "unknown-function"),
    ],
)
def test_where_it_does_not_hold_for_each_value_no_text_is_given(
    formula: str, values: str, code: str, folder: Path
):
    (problem,) = _errors(formula, values, folder)
    assert problem["code"] == code
    assert problem["hint"] == (
        "qui scrive `for_each`: correggi in modo che valga per tutti i suoi valori"
    )


@pytest.mark.parametrize(
    ("formula", "values", "hint"),
    [
        ("5 if {zz} else 0", "lordo, netto", "scrivi `{zz} > 0`"),
        ("5 if {zz} else 0", "lordo, sposato", ""),
        ("5 if not {zz} else 0", "sposato, lordo", ""),
        ("lordo + {zz}", "sposato, vedovo", "scrivi `(1 if {zz} else 0)`"),
        ("lordo + {zz}", "sposato, netto", ""),
        ("5 if lordo and {zz} else 0", "sposato, vedovo", "scrivi `lordo > 0`"),
    ],
)
def test_what_hangs_on_a_type_is_written_where_all_values_have_it(
    formula: str, values: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Of a truth `> 0` is no condition, and of a number nothing is asked whether it is true."""
    more = '"netto": {"type": "number"}, "sposato": {"type": "boolean"}, "vedovo": '
    schema = SCHEMA.replace('"altro": ', f'{more}{{"type": "boolean"}}, "altro": ')
    folder = enter_with_schema(tmp_path, schema, monkeypatch)
    (problem,) = _errors(formula, values, folder)
    assert hint in problem["hint"]
    assert hint or problem["hint"].startswith("qui scrive `for_each`")


def test_what_stands_beside_the_value_is_told_as_ever(folder: Path):
    (problem,) = _errors("{zz} if zona == 'Centro' else 0", CODES, folder)
    assert problem["hint"] == 'scrivi `"centro"`'
    (problem,) = _errors("5 if zona == 'Centro' and zona != '{zz}' else 0", ZONES, folder)
    assert "centro`" not in problem["hint"]  # it is one of the values, and no name stands there


def test_a_code_that_is_like_a_value_is_told_for_that_value(folder: Path):
    (problem,) = _errors("coeff({zz})", "Lordo, Altro", folder)
    assert "con `zz` = `Lordo`" in problem["message"]
    assert 'Per un testo scrivi `"{zz}"`' in problem["hint"]


FAMILY = """rules:
  lordo_netto: {{formula: lordo}}
  altro_netto: {{formula: altro}}
  zona_netto: {{formula: zona}}
  e_{{zz}}:
    for_each: {{zz: [{values}]}}
    label: Z
    formula: "{formula}"
"""


@pytest.mark.parametrize(
    ("formula", "values", "hint"),
    [
        ("{zz}_neto * 2", CODES, "intendevi `{zz}_netto`?"),
        # one of the two is there as it was written, and the other is told of alone
        ("{zz}_netto * 2", "lordo, altri", "intendevi `altro_netto`?"),
        # what is meant is of another type for one of the values
        ("{zz}_nett * 2", "lordo, zona", "intendevi `lordo_netto`?"),
        # what is meant is there for one of the values alone
        ("{zz}_neto * 2", "lordo, altri", "intendevi `lordo_netto`?"),
    ],
)
def test_a_code_that_is_put_together_is_meant_for_all_values(
    formula: str, values: str, hint: str, folder: Path
):
    """Obeyed, the code of one value would be read for all of them."""
    found = check_slip(folder, FAMILY.format(formula=formula, values=values))
    assert hint in [each["hint"] for each in found]


def test_the_sign_of_a_spreadsheet_is_taken_from_the_text_as_it_is_written(folder: Path):
    (problem,) = _errors("={zz} * 2 + altro", CODES, folder)
    assert problem["hint"] == "togli `=`: `{zz} * 2 + altro`"


MESSAGES = """rules:
  lordo_netto: {{formula: lordo}}
  altro_netto: {{formula: altro}}
checks:
  "prezzo_{{zz}}_breve":
    for_each: {{zz: [{values}]}}
    label: Z
    severity: info
    expect: "lordo > 0"
    message: {{it: "Il valore è {{{name}}}."}}
"""


@pytest.mark.parametrize(
    ("name", "values", "hint"),
    [
        ("{zz}_neto", CODES, "intendevi `{zz}_netto`?"),
        ("{zz}_neto", "lordo, altri", "intendevi `lordo_netto`?"),
        # of a check's own sentence its own code is not meant
        ("prezzo_{zz}_brev", "lordo", "usa un codice, o `edition`, `rulebook`, `version`"),
    ],
)
def test_a_name_in_a_sentence_is_meant_for_all_values(
    name: str, values: str, hint: str, folder: Path
):
    found = check_slip(folder, MESSAGES.format(name=name, values=values))
    assert hint in [each["hint"] for each in found], found
