"""What a hint proposes for a code is a code, and never the text that is none."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruletrail.problems import Mark, malformed_code, name_foreign_letters
from support.command_line import call
from support.ways_out import leads_out

HEAD = """language: 2
rulebook: prova
edition: "2027"
version: 0.1.0
status: draft
title: Prova
report: schema.json
"""
CELLS = {"nome": {"type": "string"}, "età": {"type": "integer"}}
CODE = "[A-Za-z][A-Za-z0-9_]*"


def _schema(fields: dict[str, Any], cells: dict[str, Any]) -> str:
    row = {"type": "object", "additionalProperties": False, "properties": cells}
    rows = {"type": "array", "maxItems": 9, "items": row}
    properties = {**fields, "figli": rows}
    return json.dumps({"type": "object", "properties": {"fields": {"properties": properties}}})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    number = {"type": "integer", "minimum": 0}
    (tmp_path / "schema.json").write_text(_schema({"giorni": number}, {"nome": {"type": "string"}}))
    return tmp_path


def _errors(body: str) -> list[dict[str, Any]]:
    Path("prova.yaml").write_text(HEAD + body, encoding="utf-8")
    _, out, _ = call("check", "--format", "json", "--lang", "en", "prova.yaml")
    found: list[dict[str, Any]] = json.loads(out)["problems"]
    assert all(map(leads_out, found))
    return [each for each in found if each["severity"] == "error"]


@given(
    st.text(alphabet=["a", "B", "7", "_", ".", " ", "-", "è", "{", "}", "‘"], max_size=8),
    st.booleans(),
)
def test_what_a_text_means_is_a_code_that_may_stand_there(text: str, of_row: bool):  # noqa: FBT001
    form = rf"{CODE}(\.{CODE})?" if of_row else CODE
    if re.fullmatch(form, text):
        return
    problem = malformed_code(text, Mark("f"), name_foreign_letters(text), of_row=of_row)
    meant = problem.details.get("instead", "`a`").strip("`")
    assert re.fullmatch(form, meant)
    assert meant != text


@pytest.mark.parametrize(
    ("part", "entry"),
    [
        ("parameters", "{value: 3}"),
        ("scales", "{kind: step, bands: [{from: 0, value: 1}]}"),
        ("tables", "{by: [x], rows: [{x: 1, value: 1}]}"),
        ("groups", "[giorni]"),
    ],
)
def test_what_is_of_no_row_has_no_point(part: str, entry: str, folder: Path):
    """It is told once, and a formula that reads a parameter so is not blamed beside it."""
    read = "figli.sconto" if part == "parameters" else "giorni"
    body = f"{part}:\n  figli.sconto: {entry}\nrules:\n  r: {{formula: {read}}}\n"
    (problem,) = _errors(body)
    assert (problem["code"], problem["line"]) == ("code-form", 9)
    assert problem["hint"].endswith("`figli_sconto`")


def test_a_point_after_what_is_no_list_is_of_no_row(folder: Path):
    (problem,) = _errors("sections:\n  quadro.c: {title: C, due: giorni > 0, fields: [giorni]}\n")
    assert (problem["code"], problem["hint"][-10:]) == ("code-form", "`quadro_c`")


def test_a_section_of_a_list_is_none(folder: Path):
    (problem,) = _errors("sections:\n  figli.c: {title: C, due: giorni > 0, fields: [giorni]}\n")
    assert problem["code"] == "row-entry-kind"


@pytest.mark.parametrize("name", ["giorni bus", "giorni-bus", "giorni.bus"])
def test_a_name_that_no_field_can_have_is_told_in_the_schema_alone(name: str, folder: Path):
    """Who reads it as it should be is right, and nobody is told to write what is wrong."""
    (folder / "schema.json").write_text(_schema({name: {"type": "integer"}}, CELLS), "utf-8")
    problems = _errors(
        "rules:\n  r: {formula: giorni_bus + 1}\n  figli.doppia: {formula: figli.eta * 2}\n"
        "sections:\n  s: {title: S, due: true, fields: [giorni_bus, figli, figli.eta]}\n"
    )
    assert {each["file"] for each in problems} == {"schema.json"}
    assert [each["hint"].rpartition(" ")[2] for each in problems] == ["`giorni_bus`", "`eta`"]


def test_a_name_that_is_none_is_not_what_another_meant(folder: Path):
    (folder / "schema.json").write_text(
        _schema({"giorni bus": {"type": "integer"}}, CELLS), "utf-8"
    )
    problems = _errors("sections:\n  s: {title: S, due: true, fields: [giorni_buss]}\n")
    assert [each["file"] for each in problems] == ["prova.yaml", "schema.json", "schema.json"]
    assert "giorni bus" not in problems[0]["hint"]


TITLED = {
    "giorni": {"type": "integer", "title": "Giorni di scuola nel mese"},
    "giorni_bus": {"type": "integer", "title": "Giorni in cui usa l'autobus"},
}


@pytest.mark.parametrize(
    ("formula", "written", "code"),
    [
        ("giorni bus / giorni * 100", "giorni bus", "giorni_bus"),
        ("100 * (giorni bus / 2)", "giorni bus", "giorni_bus"),
        ("2 * tariffa di base", "tariffa di base", "tariffa_di_base"),
        ("Giorni di scuola nel mese * 2", "Giorni di scuola nel mese", "giorni"),
        ("2 * giorni in cui usa l'autobus", "giorni in cui usa l'autobus", "giorni_bus"),
        ("Costo del mese + 1", "Costo del mese", "tariffa_di_base"),
        ("if_missing(giorni bus, 0)", "giorni bus", "giorni_bus"),
    ],
)
def test_a_code_written_in_words_is_told_with_its_place(
    formula: str, written: str, code: str, folder: Path
):
    """Also by its title, which is pasted whole; once, and with what mends it."""
    (folder / "schema.json").write_text(_schema(TITLED, {"nome": {"type": "string"}}), "utf-8")
    body = "parameters:\n  tariffa_di_base: {label: Costo del mese, value: 3}\nrules:\n  r:\n"
    (problem,) = _errors(f"{body}    formula: {formula}\n")
    line = f"    formula: {formula}"
    assert (problem["code"], problem["line"]) == ("formula-syntax", 12)
    assert line[problem["column"] - 1 :].startswith(written)
    assert f"`{written}`" in problem["message"]
    assert problem["hint"] == f"write `{code}`"
    call("check", "--fix", "prova.yaml")
    assert line.replace(written, code) in (folder / "prova.yaml").read_text("utf-8")


def test_a_title_that_two_codes_bear_is_neither(folder: Path):
    """Which of them was meant nobody knows: `--fix` writes none, and no hint names one alone."""
    titles = {
        "giorni": {"type": "integer", "title": "Giorni di scuola"},
        "altri_giorni": {"type": "integer", "title": "Giorni di scuola"},
    }
    (folder / "schema.json").write_text(_schema(titles, {"nome": {"type": "string"}}), "utf-8")
    problems = _errors("rules:\n  r:\n    formula: Giorni di scuola * 2\n")
    assert not any("giorni" in each["hint"] for each in problems)
    before = (folder / "prova.yaml").read_bytes()
    call("check", "--fix", "prova.yaml")
    assert (folder / "prova.yaml").read_bytes() == before


@pytest.mark.parametrize("formula", ["giorni ore / 2", "giorni giorni", "2 giorni"])
def test_words_that_are_no_code_are_not_joined(formula: str, folder: Path):
    (problem,) = _errors(f"rules:\n  r: {{formula: {formula}}}\n")
    assert "one word" not in problem["message"]


@pytest.mark.parametrize(
    ("formula", "hint"),
    [
        ("giorni * 30%", "write `0.3`"),
        ("giorni / 30%", "write `0.3`"),
        ("30% * giorni", "write `0.3`"),
        ("giorni * (1 - 30%)", "write `0.3`"),
        ("(1 + 12.5%) * giorni", "write `0.125`"),
        (
            "giorni - 30%",
            (
                "write `30` if the other value is in `%`, `0.3` if it is a ratio; "
                "for a part of an amount the whole calculation is `giorni * (1 - 0.3)`"
            ),
        ),
        ("giorni > 30%", "write `30` if the other value is in `%`, `0.3` if it is a ratio"),
        ("100 - 30%", "write `30` if the other value is in `%`, `0.3` if it is a ratio"),
    ],
)
def test_a_percentage_that_is_a_factor_is_a_ratio(formula: str, hint: str, folder: Path):
    (problem,) = _errors(f"rules:\n  r: {{formula: '{formula}'}}\n")
    assert (problem["code"], problem["hint"]) == ("formula-percent", hint)


def test_a_scale_says_what_it_looks_up(folder: Path):
    """The number that is looked up is of another unit than the scale's."""
    fields = {"giorni": {"type": "integer", "unit": "giorni"}}
    (folder / "schema.json").write_text(_schema(fields, {"nome": {"type": "string"}}), "utf-8")
    bands = "kind: step, of: euro, bands: [{from: 0, value: 1}]"
    (problem,) = _errors(f"scales:\n  s: {{{bands}}}\nrules:\n  r: {{formula: s(giorni)}}\n")
    assert problem["code"] == "unit-clash"
    assert problem["hint"] == "`s` looks up `euro`: write the field or rule here that gives it"


@pytest.mark.parametrize(
    ("band", "known"),
    [
        ("{upto: 10, value: 1}", "`from`, `above`"),
        ("{upto: 10, rate: 1 %}", "`from`, `above`"),
        ("{from: 10, amount_of: 1}", "`value`, `rate`"),
    ],
)
def test_keys_that_another_excludes_are_not_offered(band: str, known: str, folder: Path):
    """A band has one beginning, and a value or a rate."""
    body = f"scales:\n  s: {{kind: step, bands: [{band}]}}\nrules:\n  r: {{formula: s(giorni)}}\n"
    (problem,) = [each for each in _errors(body) if each["code"] == "unknown-key"]
    assert problem["hint"] == f"known keys: {known}"


HYPHENS = """parameters:
  retta_massima: {value: 300}
  quota_nuova_ridotta: {value: 3}
rules:
  retta_base: {formula: giorni * 2}
  figli.quota_base: {formula: figli.eta}
  retta: {formula: "@"}
"""


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        ("retta-base * 2", "retta-base"),
        ("2 * (retta-base + giorni)", "retta-base"),
        ("retta-massima", "retta-massima"),
        ("min(giorni, quota-nuova-ridotta)", "quota-nuova-ridotta"),
        ("giorni-quota-nuova-ridotta", "quota-nuova-ridotta"),
        ("sum(figli.quota-base)", "figli.quota-base"),
        ("quota-nuova_ridotta - giorni", "quota-nuova_ridotta"),
    ],
)
def test_a_code_with_a_hyphen_is_told_for_the_code_that_it_is(
    formula: str, written: str, folder: Path
):
    """Neither its parts are told of, nor the ring that one of them closes; and it is mended."""
    Path("schema.json").write_text(
        _schema({"giorni": {"type": "integer", "minimum": 0}}, {"eta": {"type": "integer"}}),
        encoding="utf-8",
    )
    body = HYPHENS.replace("@", formula)
    (problem,) = _errors(body)
    code = written.replace("-", "_")
    assert problem["message"] == f"`{written}` is a subtraction: the code `{code}` has no hyphen"
    assert problem["hint"] == f"write `{code}`"
    call("check", "--fix", "prova.yaml")
    assert f'"{formula.replace(written, code)}"' in Path("prova.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("formula", "codes"),
    [
        ("giorni-spesa", {"unknown-code"}),
        ("retta-giorni", {"cycle"}),
        ("retta - base", {"cycle", "unknown-code"}),
    ],
)
def test_a_subtraction_of_no_such_code_is_one(formula: str, codes: set[str], folder: Path):
    """With blanks around, or no code of that name, nothing is known of what was meant."""
    body = HYPHENS.replace("figli.eta", "1").replace("@", formula)
    assert {each["code"] for each in _errors(body)} == codes


EITHER = "write `30` if the other value is in `%`, `0.3` if it is a ratio"
PART = (
    "a part of an amount is added or taken off by `x * (1 - 0.3)`, where `x` stands for the "
    "amount; where the other values are percentages or ratios write the number alone, in their form"
)
WHOLE = "for a part of an amount the whole calculation is"


@pytest.mark.parametrize(
    ("formula", "hint"),
    [
        ("tassa - 30%", "write `tassa * (1 - 0.3)` in the place of `tassa - 30%`"),
        ("max(tassa + 12.5 %, 3)", "write `tassa * (1 + 0.125)` in the place of `tassa + 12.5 %`"),
        (
            "max(tassa + 12,5 %, 3)",
            (
                "a comma may part two values here: write the percentage as a ratio, with a point, "
                "for example `0.125` for 12.5 %"
            ),
        ),
        ("aliquota - 30%", f"{EITHER}; {WHOLE} `aliquota * (1 - 0.3)`"),
        ("tassa * giorni - 30%", f"{EITHER}; {WHOLE} `tassa * giorni * (1 - 0.3)`"),
        ("(tassa + 2) - 30%", f"{EITHER}; {WHOLE} `(tassa + 2) * (1 - 0.3)`"),
        ("max(tassa, 2) - 30%", f"{EITHER}; {WHOLE} `max(tassa, 2) * (1 - 0.3)`"),
        ("tassa + giorni - 30%", PART),
        ("tassa > giorni - 30%", PART),
        ("tassa - giorni * 2 - 30%", PART),
        ("tassa - 30% if giorni > 2 else 0", PART),
        ("tassa - giorni - 30 %", PART),
        ("tassa - 30% > 5", PART),
        ("tassa - (30%)", PART),
        ("tassa - 10 % - 30%", PART),
        (
            "tassa - aliquota%",
            (
                "a part of an amount is added or taken off, where `x` stands for the amount, by "
                "`x * (1 - aliquota / 100)` if `aliquota` is in per cent, by `x * (1 - aliquota)` "
                "if it is a ratio already (0.05)"
            ),
        ),
    ],
)
def test_a_percentage_taken_off_an_amount_is_a_product(formula: str, hint: str, folder: Path):
    """Of an amount neither `30` nor `0.3` is taken off, but a part of it; its unit says so."""
    head = 'parameters:\n  tassa: {value: 9, unit: euro}\n  aliquota: {value: 40, unit: "%"}\n'
    (problem,) = _errors(f'{head}rules:\n  r: {{formula: "{formula}"}}\n')
    assert problem["code"] == "formula-percent"
    assert problem["hint"] == hint


RENAMED = """tables: {quota: {by: [orario], rows: [{orario: [corto, lungo], value: 2}]}}
rules:
  bambini.retta: {formula: "1"}
  bambini.mese: {formula: "2"}
  r: {formula: "@"}
"""


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        ("quota(bambini.orario)", "did you mean the code `figli.orario`?"),
        ("sum(bambini.mesi)", "did you mean `figli.mesi`?"),
        ("sum(bambini.nome)", "use a field of the schema"),  # two lists have it
        ("sum(nono.nome)", "did you mean `nonni.nome`?"),
        ("size(bambini)", "use a field of the schema"),
        ("sum(bambini.rete)", "use a field of the schema"),
    ],
)
def test_a_list_that_there_is_not_is_never_suggested(formula: str, meant: str, folder: Path):
    """What stands under the old name of a list is wrong itself, and no code that may be meant."""
    hours = {"type": "string", "enum": ["corto", "lungo"]}
    cells = {"nome": {"type": "string"}, "mesi": {"type": "integer"}, "orario": hours}
    schema = json.loads(_schema({}, cells))
    fields = schema["properties"]["fields"]["properties"]
    fields["nonni"] = json.loads(json.dumps(fields["figli"]))
    for code in ("mesi", "orario"):
        del fields["nonni"]["items"]["properties"][code]
    (folder / "schema.json").write_text(json.dumps(schema))
    errors = _errors(RENAMED.replace("@", formula))
    (told,) = [each["hint"] for each in errors if each["code"] == "unknown-code"]
    assert told.startswith(meant)


def test_a_message_is_told_no_code_of_a_list_that_there_is_not(folder: Path):
    text = '{en: "{bambini.nome} is born"}'
    checks = f"checks:\n  bambini.c: {{expect: 'true', message: {text}}}\n"
    errors = _errors("rules:\n  bambini.nomi: {formula: '1'}\n" + checks)
    told = [each["hint"] for each in errors if each["code"] == "unknown-placeholder"]
    assert told
    assert not any("bambini" in each for each in told)
