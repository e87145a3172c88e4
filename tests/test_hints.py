"""Hints show the user's own number, and the name that was meant."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ruletrail.problem_texts import HINTS
from ruletrail.schemas.meant_numbers import example_number
from ruletrail.suggestions import KnownNames, Nearest, nearest_name
from support.command_line import call
from support.places import ROOT
from support.problem_documents import RULEBOOK, rulebook_of

SCHEMA = {
    "type": "object",
    "properties": {
        "fields": {
            "type": "object",
            "properties": {"A": {"type": "number"}, "B": {"type": "integer"}},
            "additionalProperties": False,
        }
    },
}


def hint(field: str, written: str, folder: Path) -> str:
    """Evaluate a report with one field and return the only problem's hint."""
    (folder / "rulebook.yaml").write_text(RULEBOOK)
    (folder / "schema.json").write_text(json.dumps(SCHEMA))
    report = folder / "report.yaml"
    report.write_text(f"rulebook: prova/2024\nfields:\n  {field}: {written}\n", "utf-8")
    _, out, _ = call("evaluate", report, "--rulebook", folder / "rulebook.yaml", "--format", "json")
    (problem,) = json.loads(out)["problems"]
    assert problem["code"] == "wrong-type", problem
    return problem["hint"]


IN_DOUBT = (
    *("8,50 ‰", "8,50 (‰)", "8,50 per mille", "8,5 (per 1.000 abitanti)", "850 bps"),
    *("3,58 m", "3,58 M", "€ 3,58 m", "3.58 M$", "3580 (000)", "3580 (x 1.000)", "3580 (€/000)"),
    *("39 (migliaia di abitanti)", "12 mila e rotti", "35 centinaia", "358039 centesimi"),
    *("',5 mln'", "3.580 (migliaia)", "2 milioni e mezzo", "3580 migl.", "12 345 mila"),
    *("-€ 3,58 mln", "(3,58) mln", "3580- k€", "39301 (k abitanti)", "3,5 M di abitanti"),
)
"""Numbers of a unit that is not certain: none is said, which might be wrong by a thousand."""
NUMBERS = [
    ("17167708,08", "write `17167708.08`, with a point in place of the decimal comma"),
    ("8,5", "write `8.5`, with a point"),
    ("-3,50", "write `-3.50`, with a point"),
    ("17.167.708,08", "write `17167708.08`, without thousands separators"),
    ("17,167,708.08", "write `17167708.08`, without thousands separators"),
    ("1.234.567", "write `1234567`, without thousands separators"),
    ("17 167 708,08", "write `17167708.08`, without thousands separators"),
    ("17\u00a0167\u202f708,08", "write `17167708.08`, without thousands separators"),
    ("1'234.50", "write `1234.50`, without thousands separators"),
    ("1,234", "write `1.234` if the comma separates decimals, `1234` if it separates thousands"),
    ("€ 1.234,50", "write `1234.50`, without thousands separators"),
    ("1.234,50 euro", "write `1234.50`, without thousands separators"),
    ("10,6 %", "write `10.6`, with a point in place of the decimal comma"),
    ("10.6%", "write `10.6`, without a unit or anything else"),
    ("12 euro", "write `12`, without a unit or anything else"),
    ('"8.50"', "write `8.50` without quotes: in quotes it is a text"),
    ('"1.234"', "write `1234` if the point separates thousands, `1.234` if it separates decimals"),
    ("l15,62", "write `115.62`: the letter O is no zero, nor is I or l a one"),
    ("O,5", "write `0.5`: the letter O is no zero"),
    ("1.2OO,5", "write `1200.5`: the letter O is no zero"),
    ("1.2OO", "write `1200` if the point separates thousands, `1.200` if it separates decimals"),
    ("l,234", "write `1.234` if the comma separates decimals, `1234` if it separates thousands"),
    ("lO", "write digits only and, where needed, a point: `1234.50`"),
    ("tanti", "write digits only and, where needed, a point: `1234.50`"),
    ("1,2,3", "write digits only and, where needed, a point: `1234.50`"),
    ("n.d.", "write digits only and, where needed, a point: `1234.50`; if there is no value, take"),
    ("1:2792", "write `2792`: of a ratio of 1 to N only N is written"),
    ('"1 : 2.792,50"', "write `2792.50`: of a ratio"),
    ("1:802 abitanti", "write `802`: of a ratio of 1 to N only N is written"),
    ("1 ogni 802 abitanti", "write `802`: of a ratio of 1 to N only N is written"),
    ("1 every 802", "write `802`: of a ratio of 1 to N only N is written"),
    ("3,58 mln", "write the number out, `3580000`"),
    ("3.580,39 (in migliaia)", "write the number out, `3580390`"),
    ("3.580,39 (migliaia di euro)", "write the number out, `3580390`"),
    ("3,58 (milioni)", "write the number out, `3580000`"),
    ("3,58 M€", "write the number out, `3580000`"),
    ("ca. 3,58 mln", "write the number out, `3580000`"),
    ("€ 3,58 M", "write the number out, `3580000`"),
    ("M€ 3,58", "write the number out, `3580000`"),
    ("3,58 mln €", "write the number out, `3580000`"),
    ("3.58 (in millions)", "write the number out, `3580000`"),
    ("3580 (thousands)", "write the number out, `3580000`"),
    ("3580 (k)", "write the number out, `3580000`"),
    ("3.580,39 k€", "write the number out, `3580390`"),
    ("3.580,39 keuro", "write the number out, `3580390`"),
    ("3580# in migliaia", "write the number out, `3580000`"),
    ("3580 // migliaia", "write the number out, `3580000`"),
    ("\u22123580 k€", "write the number out, `-3580000`"),
    *((written, "it seems to count in thousands") for written in IN_DOUBT),
    ("39301 (al 31/12/2000)", "write `39301`, without a unit or anything else"),
    ("39301 (maschi, M)", "write `39301`, without a unit or anything else"),
    ("1 ogni 1000 abitanti", "write `1000`: of a ratio of 1 to N only N is written"),
    ("-3580k", "write the number out, `-3580000`"),
    ("2.5 miliardi di euro", "write the number out, `2500000000`"),
    ("1,234 mln", "it seems to count in thousands"),
    ("10,320348 per cento", "write `10.320348`, with a point in place of the decimal comma"),
    ("12 percento", "write `12`, without a unit or anything else"),
    ("24/05/2024", "it is a day, which a spreadsheet may have made of a number: write the number"),
    ("2024-05-24", "it is a day"),
    ("24-mag-24", "it is a day"),
    ("24 maglie", "write `24`, without a unit or anything else"),
    ("24/5", "write digits only"),
    ("2 ogni 802", "write digits only"),
    ("2:3", "write digits only"),
    ("1:2,792", "write `2.792` if the comma separates decimals, `2792` if it separates thousands"),
]
WHOLE = [
    ("39.301", "write `39301`, without thousands separators"),
    ("39,301", "write `39301`, without thousands separators"),
    ('"39301"', "write `39301` without quotes: in quotes it is a text"),
    ("39301.5", "write a number without decimals"),
    ("39301,5", "write a number without decimals"),
    ("non disponibile", "write digits only: `1234`; if there is no value, take the line out"),
    ("1:802", "write `802`: of a ratio of 1 to N only N is written"),
    ("1:2.792", "write `2792`: of a ratio"),
    ("39.301,00", "write `39301`, without decimals or separators"),
    ("39301,00", "write `39301`, without decimals or separators"),
    ("153418 ab.", "write `153418`, without a unit or anything else"),
    ("153.418 ab.", "write `153418`, without thousands separators"),
    ("ca. 153418", "write `153418`, without a unit or anything else"),
    ("153 mila", "write the number out, `153000`"),
    ("1,5 mila", "write the number out, `1500`"),
    ("1,23456 mila", "it seems to count in thousands"),
    ("1.234 mila", "it seems to count in thousands"),
    ("153418 ; ISTAT", "write `153418`, without a unit or anything else"),
    ("153 ; 418", "one value belongs here: if they are several, each belongs in its own field"),
    ("24-mag", "it is a day, which a spreadsheet may have made of a number: write the number"),
    ("'153418 ab.'", "write `153418`, without a unit or anything else"),
    ("3930l", "write `39301`: the letter O is no zero"),
    ("l.5OO", "write `1500`: the letter O is no zero"),
    ("l5,00", "write `15`: the letter O is no zero"),
    ("l5,62", "write a number without decimals"),
    ("1:2,5", "write a number without decimals"),
]


@pytest.mark.parametrize(("written", "expected"), NUMBERS)
def test_a_number_is_shown_as_it_should_be_written(written, expected, tmp_path):
    assert hint("A", written, tmp_path).startswith(expected)


@pytest.mark.parametrize(("written", "expected"), WHOLE)
def test_a_whole_number_is_too(written, expected, tmp_path):
    assert hint("B", written, tmp_path).startswith(expected)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("R7_2017", "R07_2017"),
        ("RO7_2017", "R07_2017"),
        ("r07_2017", "R07_2017"),
        ("R072017", "R07_2017"),
        ("R7", "R07"),
        ("R007", "R07"),
        ("ROA", "R0A"),
        ("R10", ""),
        ("R08", ""),
        ("R07_2018", ""),
    ],
)
def test_a_code_that_looks_like_another(written, meant):
    """A leading zero left out, O for 0, case; another number is another thing."""
    known = ("R07", "R07_2017", "R0A", "R40")
    assert nearest_name(written, known) == meant
    assert KnownNames(known).lookalike(written) == meant


def test_a_field_of_a_report_that_looks_like_another(tmp_path):
    """`R7_2017` in a real report."""
    report = tmp_path / "r.yaml"
    report.write_text("rulebook: sociale/2024\nfields:\n  R7_2017: 1\n")
    assert "did you mean `R07_2017`?" in call("evaluate", report)[2]


def test_an_empty_text_has_no_near_name():
    """Where one of some choices is expected, an empty text is refused as any other is."""
    assert KnownNames(["SI", "NO"], ()).nearest("") == ""


def report_problems(folder: Path, fields: str, schema: dict, language: str = "en") -> list:
    """Evaluate a report of a schema of these fields; return its problems as programs get them."""
    report = f"rulebook: prova/2024\nfields:\n{fields}"
    return problems_of(folder, "report.yaml", report, schema, language)


def problems_of(folder: Path, name: str, report: str, schema: dict, language: str = "en") -> list:
    whole = {"type": "object", "properties": schema, "additionalProperties": False}
    content = {"type": "object", "properties": {"fields": whole}}
    (folder / "rulebook.yaml").write_text(rulebook_of("  X: {formula: 1 + 1}\n"))
    (folder / "schema.json").write_text(json.dumps(content))
    (folder / name).write_text(report, "utf-8")
    words = ("evaluate", folder / name, "--rulebook", folder / "rulebook.yaml")
    _, out, _ = call(*words, "--format", "json", "--lang", language)
    return json.loads(out)["problems"]


ANSWERS = [
    *((written, "SI") for written in ("si", "Si", "sì", "SÌ", "yes", "Yes", "true", "vero", "si.")),
    *((written, "SI") for written in ("Sí", "sí", "SÍ", "Si'", "si’", "S\u0069\u0300")),
    *((written, "NO") for written in ("no", "No", "false", "falso", "nò")),
]


@pytest.mark.parametrize(("written", "meant"), ANSWERS)
def test_a_yes_or_no_written_in_another_way_gets_the_choice(written, meant, tmp_path):
    """Whatever the language and the accent."""
    schema = {"A": {"type": "string", "enum": ["SI", "NO"]}}
    (problem,) = report_problems(tmp_path, f"  A: {written}\n", schema)
    assert (problem["code"], problem["hint"]) == ("not-allowed", f"did you mean `{meant}`?")


@pytest.mark.parametrize(("written", "meant"), [(True, "SI"), (False, "NO")])
@pytest.mark.parametrize(
    "listed", [{"enum": ["SI", "NO"]}, {"oneOf": [{"const": "SI"}, {"const": "NO"}]}]
)
def test_a_truth_of_json_or_a_sheet_gets_the_choice(listed, written, meant, tmp_path):
    """As the word of it does; it is of another type, and is told so."""
    schema = {"A": {"type": "string", **listed}}
    report = json.dumps({"rulebook": "prova/2024", "fields": {"A": written}})
    problems = problems_of(tmp_path, "report.json", report, schema)
    assert "wrong-type" in {each["code"] for each in problems}
    assert {each["hint"] for each in problems} == {f"did you mean `{meant}`?"}


@pytest.mark.parametrize("written", ["Sí", "Si'", "sì", "SI"])
def test_a_yes_for_a_boolean_is_true_whatever_its_accent(written, tmp_path):
    (problem,) = report_problems(tmp_path, f"  A: {written}\n", {"A": {"type": "boolean"}})
    assert (problem["code"], problem["hint"]) == ("wrong-type", "write `true`")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Societa'", "società"), ("SOCIETÀ", "società"), ("Citta metropolitana", "CM")],
)
def test_a_choice_is_known_whatever_its_accents_and_capitals(written, meant, tmp_path):
    """Its code, or its title in the words of the form."""
    listed = [{"const": "società"}, {"const": "CM", "title": "Città metropolitana"}]
    schema = {"A": {"type": "string", "oneOf": listed}}
    (problem,) = report_problems(tmp_path, f"  A: {written}\n", schema)
    assert (problem["code"], problem["hint"]) == ("not-allowed", f"did you mean `{meant}`?")


@pytest.mark.parametrize(("enum", "written"), [(["alto", "basso"], "yes"), (["SI", "YES"], "sì")])
def test_a_yes_is_no_choice_where_none_or_two_say_so(enum, written, tmp_path):
    schema = {"A": {"type": "string", "enum": enum}}
    (problem,) = report_problems(tmp_path, f"  A: {written}\n", schema)
    assert problem["hint"].startswith(("write one of these: ", "did you mean `SI`"))
    assert "`YES`" not in problem["hint"] or "`SI`" in problem["hint"]


LABELLED = {
    "A": {"type": "number", "title": "Aiuole", "minimum": 0},
    "B": {"type": "string", "title": "Bordo", "enum": ["SI", "NO"]},
    "C": {"type": "string", "title": "Commento", "maxLength": 3},
    "D": {"type": "integer"},
}
WRONG = [
    ("A", "molte", "A (Aiuole): `molte` is a text"),
    ("A", "-1", "A (Aiuole): `-1` is out of range"),
    ("B", "forse", "B (Bordo): `forse` is not among"),
    ("C", "lungo", "C (Commento): the length is 5"),
    ("D", "uno", "`uno` is a text"),
]


@pytest.mark.parametrize(("code", "written", "said"), WRONG)
def test_a_problem_of_a_field_begins_with_what_the_form_calls_it(code, written, said, tmp_path):
    """Whatever is wrong with it; a field without a label is shown by its line alone."""
    (problem,) = report_problems(tmp_path, f"  {code}: {written}\n", LABELLED)
    assert problem["message"].startswith(said)


def test_a_label_is_cut_and_inert(tmp_path):
    schema = {"A": {"type": "number", "title": "Una\u202e etichetta " + "lunga " * 40}}
    (problem,) = report_problems(tmp_path, "  A: molte\n", schema)
    assert "\u202e" not in problem["message"]
    assert "…): `molte`" in problem["message"]


@pytest.mark.parametrize(
    ("language", "said", "hint"),
    [
        (
            "it",
            "il codice `Z9` non è nel modulo",
            (
                "togli la riga, o cerca il codice con `ruletrail help` e una parola della sua "
                "voce; codici del modulo che qui non ci sono: `A`, `B`, `C`, `D`"
            ),
        ),
        (
            "en",
            "the form has no code `Z9`",
            (
                "take the line out, or look for the code by `ruletrail help` and a word of its "
                "label; codes of the form that are not here: `A`, `B`, `C`, `D`"
            ),
        ),
    ],
)
def test_an_unknown_field_is_no_code_of_the_form(language, said, hint, tmp_path):
    """A form has codes, not keys."""
    (problem,) = report_problems(tmp_path, "  Z9: 1\n", LABELLED, language)
    assert (problem["code"], problem["message"], problem["hint"]) == ("unknown-key", said, hint)


FAMILIES = [
    ("R07", ("R07_2017", "R07_2021")),
    ("r7", ("R07_2017", "R07_2021")),
    ("RO7", ("R07_2017", "R07_2021")),
    ("R08", ()),
    ("M12", ()),
]


@pytest.mark.parametrize(("written", "meant"), FAMILIES)
def test_a_code_without_its_suffix_gets_those_that_have_one(written, meant):
    """Two columns of one row; one alone, or dozens, are no family."""
    known = KnownNames(["R07_2017", "R07_2021", "R08_2017", "M12_a", *(f"M12_{n}" for n in "bcde")])
    assert Nearest(written, known).several == meant


def test_both_columns_of_a_row_are_offered(tmp_path):
    """Also across a process boundary, where only what is found travels."""
    codes = ("R07_2017", "R07_2021", *(f"A{n}" for n in range(40)))
    schema = {code: {"type": "number"} for code in codes}
    (problem,) = report_problems(tmp_path, "  R07: 1\n", schema)
    assert problem["hint"] == "did you mean `R07_2017` or `R07_2021`?"
    near = Nearest("R07", KnownNames(schema))
    kind, kept = near.__reduce__()
    assert kind(*kept).several == near.several == ("R07_2017", "R07_2021")


@pytest.mark.parametrize(
    ("written", "known", "meant"),
    [
        ("R24", "M24", ""),
        ("M12_oer", "M12_ore", "M12_ore"),
        ("R24x", "M24x", ""),
        ("R24", "r24", "r24"),
    ],
)
def test_another_letter_before_the_number_is_another_code(written, known, meant):
    """As another number is."""
    assert nearest_name(written, [known]) == meant


# -- Every hint that the code names is there -------------------------------------------------------


def _texts_in(node: ast.expr) -> Iterator[str]:
    """Yield the texts that an expression may be: itself, or what it chooses among."""
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from (*_texts_in(one), *_texts_in(other))
        case ast.BoolOp(values=values):
            yield from (text for each in values for text in _texts_in(each))
        case _:
            pass


def _named_in(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what is given as `advice` to a call, or to a variable of that name."""
    if isinstance(node, ast.Call):
        yield from (each.value for each in node.keywords if each.arg == "advice")
        is_problem = isinstance(node.func, ast.Name) and node.func.id == "Problem"
        yield from node.args[4:5] if is_problem else ()
    elif isinstance(node, ast.Assign):
        names = (each.id for each in node.targets if isinstance(each, ast.Name))
        yield from (node.value for name in names if name == "advice")


def test_every_hint_that_is_named_has_its_texts():
    """One without would be an error of the program where an author made one."""
    sources = [path.read_text(encoding="utf-8") for path in ROOT.glob("engine/**/*.py")]
    trees = [ast.parse(text) for text in sources if "advice" in text]
    named = {
        text
        for tree in trees
        for node in ast.walk(tree)
        for given in _named_in(node)
        for text in _texts_in(given)
    }
    assert len(named) > 100
    assert named - HINTS.keys() == {""}


@pytest.mark.parametrize(
    ("schema", "number", "whole"),
    [
        ({}, "1234.50", "1234"),
        ({"maximum": 10}, "0.5", "2"),
        ({"minimum": 5000}, "5000", "5000"),
        ({"minimum": -9, "maximum": -3}, "-9", "-9"),
        ({"minimum": 1, "multipleOf": 5}, "5", "5"),
        ({"exclusiveMinimum": 0, "exclusiveMaximum": 1}, "0.5", "1234"),
    ],
)
def test_an_example_of_a_number_is_within_its_limits(
    schema: dict[str, int], number: str, whole: str
):
    """Where no whole number is admitted, the usual one shows how digits are written."""
    assert example_number(schema, is_whole=False) == number
    assert example_number(schema, is_whole=True) == whole
