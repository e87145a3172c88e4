"""A slip in the rulebook of a nursery is told once, where it stands, with what to write.

`nursery/` is a library: a rulebook with a scale, a table, exceptions, dated values and a list of
rows, its schema and its examples, all right. `nursery/faults.yaml` plants one slip at a time.
"""

from pathlib import Path
from typing import Any

import pytest

from support.command_line import call
from support.places import TESTS
from support.plain_yaml import load_yaml
from support.planted import check_rulebooks, copy_library, find_errors, plant

HERE = TESTS / "nursery"
ADA = "{nome: Ada, nascita: 1990-02-03, al_nido: false, reddito: 18000}"
FAULTS: list[dict[str, Any]] = load_yaml((HERE / "faults.yaml").read_text(encoding="utf-8"))
FILES = {
    "r": "rulebooks/nido/2026.yaml",
    "t": "rulebooks/nido/2026.test.yaml",
    "s": "schemas/reports/nido/2026.schema.json",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    copy_library(HERE, FILES.values(), tmp_path)
    return tmp_path


def test_the_rulebook_itself_is_right(folder: Path):
    assert check_rulebooks() == []
    status, out, _ = call("test", "rulebooks", "--lang", "en")
    assert (status, "1 example, 1 passed" in out) == (0, True), out


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["new"][:40])
def test_a_slip_is_told_once_with_what_to_write(fault: dict[str, Any], folder: Path):
    """In the line where it stands, which is the first that differs."""
    path = folder / FILES[fault["in"]]
    _, line = plant(path, fault)
    for language in ("it", "en"):
        found = find_errors(language)
        assert [each["code"] for each in found] == [fault["code"]], found
        (told,) = found
        assert told["file"] == FILES[fault["in"]]
        assert 0 <= told["line"] - line <= fault.get("below", 0)
        assert fault[language] in told["hint"], told["hint"]


@pytest.mark.parametrize(
    "fault", [each for each in FAULTS if "fixed" in each], ids=lambda fault: fault["new"][:40]
)
def test_what_is_certain_is_mended_and_nothing_else(fault: dict[str, Any], folder: Path):
    """What is not certain stands as it was written."""
    path = folder / FILES[fault["in"]]
    right, _ = plant(path, fault)
    call("check", "rulebooks", "--fix")
    assert path.read_text(encoding="utf-8") == right.replace(fault["old"], fault["fixed"], 1)


@pytest.mark.parametrize(
    "fault", [each for each in FAULTS if "obeyed" in each], ids=lambda fault: fault["new"][:40]
)
def test_what_the_hint_says_leads_on(fault: dict[str, Any], folder: Path):
    """Whoever writes it has no error left."""
    path = folder / FILES[fault["in"]]
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace(fault["old"], fault["obeyed"], 1), encoding="utf-8")
    assert find_errors() == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (("isee: 12000", "ISEE: 12000"), "unknown-key"),
        (("componenti:", "Componenti:"), "unknown-key"),
        ((f"componenti:\n          - {ADA}", f"componenti:\n          {ADA}"), "wrong-type"),
    ],
)  # fmt: skip
def test_what_another_example_changes_is_not_blamed_for_the_report(
    wrong: tuple[str, str], code: str, folder: Path
):
    """The field that is written wrong is told where it stands, and not what takes it away."""
    path = folder / FILES["t"]
    text = path.read_text(encoding="utf-8").partition("          - {nome: Leo")[0]
    expect = "expect: {status: complete}"
    text += (
        f"    {expect}\n"
        f"  - {{name: two, like: Rossi, remove: [isee], {expect}}}\n"
        f'  - {{name: three, like: Rossi, change: {{"componenti[1].al_nido": true}}, {expect}}}\n'
        f"  - {{name: four, like: Rossi, change: {{size(componenti): 2}}, {expect}}}\n"
    )
    path.write_text(text, encoding="utf-8")
    assert check_rulebooks() == []
    assert wrong[0] in text
    path.write_text(text.replace(*wrong), encoding="utf-8")
    (told,) = check_rulebooks()
    assert (told["code"], told["file"]) == (code, FILES["t"])
    line = text[: text.index(wrong[0])].count("\n") + 1
    assert told["line"] - line in (0, 1)


def test_the_one_misspelt_row_is_told_once(folder: Path):
    """That the text which was meant has no row is the same slip."""
    path = folder / FILES["r"]
    text = path.read_text(encoding="utf-8").replace(
        "[B, C], frequenza: ridotta", "[B, C], frequenza: Ridotta"
    )
    path.write_text(
        text.replace("zona: A, frequenza: ridotta", "zona: A, frequenza: Ridotta"), encoding="utf-8"
    )
    (told,) = check_rulebooks("en")
    assert (told["code"], told["hint"]) == ("table-row-unasked", "did you mean `ridotta`?")


def test_exceptions_that_meet_at_an_age_are_shown(folder: Path):
    """Days are tried as many years before others as conditions compare with."""
    path = folder / FILES["r"]
    text = path.read_text(encoding="utf-8")
    rule = (
        "  componenti.sconto:\n    formula: 1\n    source: regolamento\n    evidence: quoted\n"
        "    when: 3 <= componenti.eta and componenti.eta <= 14\n    exceptions:\n"
        "      - {label: uno, when: componenti.al_nido, formula: 2}\n"
        "      - {label: due, when: componenti.eta < 5, formula: 3}\n"
        "  sconti:\n    formula: sum(componenti.sconto)\n    source: regolamento\n"
    )
    path.write_text(text.replace("decisions:\n", rule + "decisions:\n"), encoding="utf-8")
    (told,) = [each for each in check_rulebooks("en") if each["code"] == "exceptions-conflict"]
    assert "`componenti.al_nido` = `true`, `componenti.eta` = `3`" in told["message"]


def test_no_fewer_rows_are_suggested_than_the_form_demands(folder: Path):
    """A suggestion is a report that can be written."""
    rulebook = folder / FILES["r"]
    asking = rulebook.read_text(encoding="utf-8").replace(
        "rimborso_assenze > 0", "size(componenti) > 1"
    )
    rulebook.write_text(asking, encoding="utf-8")
    schema = folder / FILES["s"]
    text = schema.read_text(encoding="utf-8")
    for least, offered in (("", True), ('"minItems": 1, ', False)):
        schema.write_text(
            text.replace('"maxItems": 15', least + '"maxItems": 15'), encoding="utf-8"
        )
        _, out, err = call("test", "rulebooks", "--lang", "en")
        assert ("size(componenti): 0" in out + err) is offered


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("it", "componenti[1].nascita (Data di nascita): manca la chiave `nascita`"),
        ("en", "componenti[1].nascita (Data di nascita): the key `nascita` is missing"),
    ],
)
def test_what_an_example_lacks_is_named(language: str, said: str, folder: Path):
    """By its code and what the form calls it, as in a report of its own."""
    path = folder / FILES["t"]
    text = path.read_text(encoding="utf-8").replace("nascita: 1990-02-03, ", "", 1)
    path.write_text(text, encoding="utf-8")
    (told,) = check_rulebooks(language)
    assert told["message"] == said


def test_a_choice_that_is_written_as_a_value_is_told_in_the_schema(folder: Path):
    path = folder / FILES["s"]
    text = path.read_text(encoding="utf-8").replace('{"const": "ridotta"', '{"value": "ridotta"')
    path.write_text(text, encoding="utf-8")
    (told,) = [each for each in check_rulebooks("en") if each["code"] == "schema-word"]
    assert (told["file"], told["hint"]) == (FILES["s"], "did you mean `const`?")


def test_an_end_that_is_no_day_is_told_with_the_day_that_is_meant(folder: Path):
    path = folder / FILES["s"]
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('Minimum": "2025-01-01"', 'Minimum": "1/1/2025"'), encoding="utf-8"
    )
    (told,) = [each for each in check_rulebooks("en") if each["severity"] == "error"]
    assert (told["code"], told["hint"]) == ("schema-day", "write `2025-01-01`")
    # where it is written, and not where the rulebook names the form
    line = next(at for at, each in enumerate(text.splitlines(), 1) if 'Minimum": "2025-' in each)
    assert (told["file"], told["line"]) == (FILES["s"], line)


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("Giornata intera", "the keys of the column are `intera`, `ridotta`"),
        ("intiera", "did you mean `intera`?"),
    ],
)
def test_a_text_that_is_looked_up_and_is_no_key_is_told(written: str, hint: str, folder: Path):
    """Also where it is written in the formula itself."""
    path = folder / FILES["r"]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("(zona, frequenza)", f'(zona, "{written}")'), encoding="utf-8")
    (told,) = check_rulebooks("en")
    assert (told["code"], told["line"], told["hint"]) == ("table-row-lacking", 65, hint)


@pytest.mark.parametrize(("expected", "shown"), [("restituiscono 18.00 euro.", True), ("x", False)])
def test_the_message_most_like_the_expected_one_is_shown(
    expected: str, *, shown: bool, folder: Path
):
    """So that what differs in it can be read."""
    path = folder / FILES["t"]
    text = path.read_text(encoding="utf-8").rstrip() + f'\n      messages: ["{expected}"]\n'
    path.write_text(text, encoding="utf-8")
    _, out, err = call("test", "rulebooks", "--lang", "it")
    line = "      frase: Per le assenze si restituiscono 18,00 euro."
    assert (line in (out + err).splitlines()) is shown


LAYOUT = """layout: 1
rulebook: nido/2026
form:
  - heading: RETTA DEL NIDO
"""


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ("{rows: componenti, label: Componenti}", "unknown-key"),
        ("{row: componenti, label: Componenti}", "layout-unknown-field"),
        ("{row: componenti.nome, label: Nome}", "wrong-form"),
        ("{row: isee, cells: [isee, componenti.nome], label: ISEE}", "layout-unknown-field"),
    ],
)
def test_a_layout_says_that_it_reads_no_rows_of_a_list(element: str, code: str, folder: Path):
    """Whoever takes the element out, as the hint says, has a layout that is right."""
    path = folder / "rulebooks/nido/2026.layout.yaml"
    path.write_text(f"{LAYOUT}  - {element}\n", encoding="utf-8")
    for language, said in (("it", "non legge elenchi di righe"), ("en", "do not read lists")):
        (told,) = check_rulebooks(language)
        assert (told["code"], said in told["hint"]) == (code, True), told
    path.write_text(LAYOUT, encoding="utf-8")
    assert check_rulebooks() == []


@pytest.mark.parametrize(
    ("old", "new", "whole"),
    [
        ("value: 6000, source", "value: 6.125, source", "6125"),
        ("{above: 15000, value: 240}", "{above: 15000, value: 1.245}", "1245"),
        ("formula: 0, source", 'formula: 1.455 if zona == "A" else 0, source', "1455"),
        ("formula: retta_base\n", "formula: max(retta_base, 1.455)\n", "1455"),
        ("when: assenze > 5", "when: retta + 1 > 2.715", "2715"),
        ("when: assenze > 5", "when: retta_isee(1.235) > 5", "1235"),
        ("\nchecks:", "\nproperties:\n  p: {label: P, expect: retta <= 2.715}\n\nchecks:", "2715"),
    ],
)  # fmt: skip
def test_three_decimals_of_money_are_told_wherever_they_stand(
    old: str, new: str, whole: str, folder: Path
):
    """With the thousands to write, and with the zero that says that decimals are meant."""
    path = folder / FILES["r"]
    right = path.read_text(encoding="utf-8")
    assert old in right
    path.write_text(right.replace(old, new, 1), encoding="utf-8")
    told = [each for each in check_rulebooks("en") if each["code"] == "thousands-point"]
    assert [f"for thousands write `{whole}`" in each["hint"] for each in told] == [True]
    written = f"{whole[0]}.{whole[1:]}"
    for meant in (whole, f"{written}0"):
        obeyed = right.replace(old, new.replace(written, meant), 1)
        path.write_text(obeyed, encoding="utf-8")
        assert [each for each in check_rulebooks() if each["code"] == "thousands-point"] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('value: 30, unit: "%"', 'value: 30.125, unit: "%"'),
        ('value: 30, unit: "%"', 'value: 1.125, unit: "‰"'),
        ("value: 20, unit: giorni", "value: 20.125, unit: giorni"),
        ("formula: retta_base\n", "formula: retta_base * 1.125\n"),
        ("frequenza: intera, value: 1.00}", "frequenza: intera, value: 1.125}"),
    ],
)
def test_three_decimals_of_no_money_say_nothing(old: str, new: str, folder: Path):
    """A factor, a rate and a share have them."""
    path = folder / FILES["r"]
    right = path.read_text(encoding="utf-8")
    assert old in right
    path.write_text(right.replace(old, new, 1), encoding="utf-8")
    assert [each for each in check_rulebooks() if each["code"] == "thousands-point"] == []


@pytest.mark.parametrize("zero", ["0", "(giorni_mese - 20)"])
def test_a_divisor_that_is_zero_is_not_said_to_be_so_perhaps(zero: str, folder: Path):
    """No condition leads out: what guards it would leave nothing."""
    path = folder / FILES["r"]
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace("/ giorni_mese / 2", f"/ {zero}"), encoding="utf-8")
    for language, said in (("it", "non si può mai calcolare"), ("en", "can never be computed")):
        told = [each for each in check_rulebooks(language) if each["code"] == "divisor-may-be-zero"]
        assert [(said in each["message"], "when:" in each["hint"]) for each in told] == [
            (True, False)
        ]
    path.write_text(right.replace("/ giorni_mese / 2", "/ giorni_mese"), encoding="utf-8")
    assert [each for each in check_rulebooks() if each["code"] == "divisor-may-be-zero"] == []
