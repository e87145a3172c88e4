"""What authors and officers write by habit: one problem for each slip, that says what to write."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ruletrail.cli import COMMANDS
from ruletrail.cli.help_texts import ABOUT, PAGES
from ruletrail.problem_texts import HINTS, SENTENCES, TEXTS
from support.command_line import call
from support.slips import HEAD, enter_with_schema

ROOT = Path(__file__).parent.parent
SCHEMA = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"isee": {"type": "number", "minimum": 0}, "giorno": {"type": "string", "format": "date"}},
"additionalProperties": false}}}"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter_with_schema(tmp_path, SCHEMA, monkeypatch)


def _check(folder: Path, body: str, language: str = "it") -> list[dict[str, Any]]:
    """List the errors of a rulebook."""
    (folder / "r.yaml").write_text(HEAD + body, encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--lang", language, "--format", "json")
    return [each for each in json.loads(out)["problems"] if each["severity"] == "error"]


# -- Where a band begins ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("band", "said"),
    [
        (
            "{up_to: 100, value: 1}",
            "il primo per esempio con `from: 0`, e nel seguente `above: 100`",
        ),
        ("{fino_a: 100, value: 1}", "e nel seguente `above: 100`"),
        ("{below: 100, value: 1}", "e nel seguente `from: 100`"),
        ("{from: 0, to: 100, value: 1}", "finisce dove comincia il seguente: togli la chiave"),
        ("{form: 0, value: 1}", "intendevi `from`?"),
        ("{soglia: 0, value: 1}", "chiavi previste: `from`, `above`"),
    ],
)
def test_a_key_in_the_place_of_a_bands_beginning_is_told_once(band: str, said: str, folder: Path):
    """The band has no beginning because the key is none: that is one defect, not two."""
    body = f"scales: {{t: {{kind: step, bands: [{band}, {{above: 200, value: 2}}]}}}}\n"
    (problem,) = _check(folder, body + "rules: {x: {formula: t(isee)}}\n")
    assert problem["code"] == "unknown-key"
    assert said in problem["hint"]


def test_a_band_without_a_beginning_is_still_told(folder: Path):
    """Where all of its keys are keys of bands nothing else tells it."""
    body = "scales: {t: {kind: step, bands: [{value: 1}, {above: 200, value: 2}]}}\n"
    (problem,) = _check(folder, body + "rules: {x: {formula: t(isee)}}\n")
    assert problem["code"] == "band-begins"


# -- Names with a year -----------------------------------------------------------------------------

DATED = """scales: {tariffa_2025: {kind: step, bands: [{from: 0, value: 1}]}}
tables: {tab_2025: {by: [k], rows: [{k: 1, value: 2}]}}
parameters: {quota_2024: {value: 1}, quota_2025: {value: 1}, A2020: {value: 3}}
"""


@pytest.mark.parametrize(
    ("formula", "hint"),
    [
        ("tariffa_2026(isee)", "intendevi `tariffa_2025`?"),
        ("tab_2026(isee)", "intendevi `tab_2025`?"),
        ("isee * quota_2026", "intendevi `quota_2024` o `quota_2025`?"),
    ],
)
def test_a_name_of_another_year_is_meant(formula: str, hint: str, folder: Path):
    """A rule that is taken over to the next year reads names of the year before."""
    (problem,) = _check(folder, DATED + f"rules: {{x: {{formula: '{formula}'}}}}\n")
    assert problem["hint"] == hint


def test_a_code_with_another_number_is_not(folder: Path):
    """Digits that are no year apart are the code itself; a form's code has a year of its own."""
    codes = DATED.replace("A2020", "R07_2020: {value: 4}, A2020")
    for code, known in (("A2021", "A2020"), ("R07_2021", "R07_2020")):
        (problem,) = _check(folder, codes + f"rules: {{x: {{formula: isee + {code}}}}}\n")
        assert known not in problem["hint"]


# -- One word for the language of rulebooks --------------------------------------------------------


def test_rulebooks_have_a_linguaggio_and_people_a_lingua():
    """Two words for one thing, in Italian, are two things for who reads them."""
    said = [each["it"] for text in TEXTS.values() for each in (text.sentences, text.hints)]
    said += [each["it"] for each in (*HINTS.values(), *SENTENCES.values(), *ABOUT.values())]
    said += [*PAGES.values()]
    for command in COMMANDS:
        said.append(call("help", command, "--lang", "it")[1].replace("\n", " "))
    said.append((ROOT / "docs/problems/causes.yaml").read_text("utf-8"))
    mixed = re.compile(r"lingua +(?:dei +rulebook|del +grafo|[12]\b)")
    assert [each for each in said if mixed.search(each)] == []


# -- Days as they are written on paper -------------------------------------------------------------

PAPER = (
    ("31.12.2025", "scrivi `2025-12-31`"),
    ("31/12/2025", "scrivi `2025-12-31`"),
    ("31.12.25", "scrivi prima l'anno, con quattro cifre: `2025-12-31` / `1925-12-31`"),
    ("'13/2/99'", "scrivi prima l'anno, con quattro cifre: `2099-02-13` / `1999-02-13`"),
    (
        "'1/2/99'",
        "scrivi prima l'anno, con quattro cifre: "  # noqa: ISC004 - too long for a line
        "`2099-02-01` / `2099-01-02` / `1999-02-01` / `1999-01-02`",
    ),
)


@pytest.mark.parametrize(("written", "hint"), PAPER)
def test_a_day_of_paper_is_told_wherever_it_is_written(written: str, hint: str, folder: Path):
    """In a report, in a CSV file, as a rulebook's dated value, and as a parameter that is a day.

    A year of two digits may be of this century or of the last one: which, only its author knows.
    """
    body = f"parameters: {{p: {{value: {written}}}}}\nrules: {{x: {{formula: giorno == p}}}}\n"
    (problem,) = _check(folder, body)
    place = folder.joinpath("r.yaml").read_text("utf-8").splitlines()[8].index(written) + 1
    assert (problem["code"], problem["line"], problem["column"]) == ("type-mismatch", 9, place)
    assert problem["hint"] == hint
    dated = f"parameters: {{p: {{day: giorno, values: [{{from: {written}, value: 1}}]}}}}\n"
    told = _check(folder, dated + "rules: {x: {formula: isee * p}}\n")
    assert [each["hint"] for each in told] == [hint]
    (folder / "r.yaml").write_text(HEAD + "rules: {x: {formula: isee}}\n", encoding="utf-8")
    report = f"rulebook: prova/2024\nfields: {{giorno: {written}}}\n"
    (folder / "a.yaml").write_text(report, encoding="utf-8")
    err = call("evaluate", "a.yaml", "--rulebook", "r.yaml", "--lang", "it")[2]
    assert f"→ {hint}\n" in err
    rows = f"isee;giorno\n1;{written.strip(chr(39))}\n"
    (folder / "b.csv").write_text(rows, encoding="utf-8")
    call("batch", "b.csv", "--rulebook", "r.yaml", "-o", "o.csv", "--lang", "it")
    assert f"→ {hint}" in (folder / "o.csv").read_text("utf-8")


@pytest.mark.parametrize("written", ["31.12.2025", "31/12/2025", "2025-12-31"])
def test_a_day_of_paper_in_a_formula_is_a_date(written: str, folder: Path):
    """Points and strokes make no number of it."""
    (problem,) = _check(folder, f"rules: {{x: {{formula: giorno > {written}}}}}\n")
    assert problem["hint"].startswith('scrivi `"giorno > date(2025, 12, 31)"`, fra virgolette')


def test_a_day_with_a_short_year_in_a_formula_may_be_of_two_centuries(folder: Path):
    """It is told how days are written, and nothing is mended by itself."""
    (problem,) = _check(folder, "rules: {x: {formula: giorno > 31.12.25}}\n")
    assert problem["hint"] == "se è un giorno scrivi `date(2025, 12, 31)`, con l'anno che intendi"
    assert not problem.get("fixes")


@pytest.mark.parametrize("cell", ["31.12.2025", "31.12.25", "'31/12/2025'"])
def test_days_of_paper_in_a_table_are_texts(cell: str, folder: Path):
    """The column is one of texts for all of them; the call is right."""
    table = f"tables: {{t: {{by: [g], rows: [{{g: {cell}, value: 1}}], otherwise: 0}}}}\n"
    (problem,) = _check(folder, table + "rules: {x: {formula: t(giorno)}}\n")
    assert problem["hint"].startswith(
        f"nella colonna `g` di `t` ci sono testi come `{cell}`".replace("'", "")
    )
    assert "scrivi i giorni così, `2025-12-31`" in problem["hint"]


def test_a_parameter_in_quotes_is_no_day(folder: Path):
    """And is told where it is written, not where it is compared."""
    body = "parameters: {p: {value: '2025-12-31'}}\nrules: {x: {formula: giorno == p}}\n"
    (problem,) = _check(folder, body)
    assert (problem["line"], problem["hint"]) == (9, "togli le virgolette: `2025-12-31`")


def test_the_day_of_an_option_has_its_year_in_full(folder: Path):
    """As in documents."""
    (folder / "r.yaml").write_text(HEAD + "rules: {x: {formula: isee}}\n", encoding="utf-8")
    report = "rulebook: prova/2024\nfields: {isee: 1}\n"
    (folder / "a.yaml").write_text(report, encoding="utf-8")
    words = ("evaluate", "a.yaml", "--rulebook", "r.yaml", "--as-of", "31.12.25", "--lang", "it")
    assert "con quattro cifre: `2025-12-31` / `1925-12-31`" in call(*words)[2]


# -- Options written twice -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("evaluate", "a.yaml", "--as-of", "2024-01-01", "--as-of", "2025-01-01"),
        ("evaluate", "--as-of", "2024-01-01", "a.yaml", "--as-of=2025-01-01"),
        ("evaluate", "a.yaml", "--format", "json", "--format", "html"),
        ("batch", "a.csv", "-o", "b.csv", "-o", "c.csv"),
        ("diff", "a.yaml", "b.yaml", "--lang", "en", "--lang", "it"),
        ("--lang", "en", "list", "--lang", "it"),
        ("archive", "list", "--archive", "a.sqlite", "--archive", "b.sqlite"),
    ],
)
def test_an_option_with_two_values_is_not_read_by_the_last(words: tuple[str, ...]):
    """Nobody would see which of the two was meant; both are named."""
    status, out, err = call(*words)
    options = [word.partition("=")[0] for word in words if word.startswith("-")]
    assert status == 2
    assert f"`{options[0]}` is written twice, with `" in out + err


def test_an_option_that_may_be_repeated_or_says_the_same_is_no_mistake(folder: Path):
    """`--library` is a list; the same value twice leaves nothing to choose."""
    for name in ("one", "two"):
        (folder / name / "rulebooks").mkdir(parents=True)
    assert call("list", "--library", "one", "--library", "two")[0] == 0
    assert call("list", "--format", "json", "--format", "json")[0] == 0


# -- Words of a schema -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ('"minimum": 0, "minimun": 5', "accanto c'è già `minimum`: togli una delle due"),
        ('"minimun": 5', "intendevi `minimum`?"),
        ('"minimum": 0, "maximun": 5', "intendevi `maximum`?"),
        ('"minLength": 1, "maxLenght": 5', "intendevi `maxLength`?"),
        ('"da": 5', "intendevi `minimum`?"),
        ('"a": 5', "intendevi `maximum`?"),
        ('"opzioni": [1]', "intendevi `enum`?"),
        ('"enumerazione": [1]', "intendevi `enum`?"),
        ('"enum": [1], "elenco": [1]', "accanto c'è già `enum`: togli una delle due"),
        ('"colore": "rosso"', "se è una nota, comincia con `x-`"),
        ('"obbligatorio": true', "mettendolo fra i `fields` di una sezione"),
        ('"requird": true', "mettendolo fra i `fields` di una sezione"),
    ],
)
def test_a_slip_beside_the_word_itself_is_told(words: str, hint: str, folder: Path):
    """It has no effect there either, and may be the limit that was meant."""
    schema = SCHEMA.replace('"minimum": 0', words)
    (folder / "s.json").write_text(schema, encoding="utf-8")
    (folder / "r.yaml").write_text(HEAD + "rules: {x: {formula: isee}}\n", encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--lang", "it", "--format", "json")
    (told,) = [each for each in json.loads(out)["problems"] if each["code"] == "schema-word"]
    assert hint in told["hint"]


@pytest.mark.parametrize(
    ("language", "word", "hint"),
    [
        ("it", '"list"', 'un elenco di righe si scrive `"type": "array"`, con `items`'),
        ("it", '"Elenco"', 'un elenco di righe si scrive `"type": "array"`, con `items`'),
        ("en", '"table"', 'a list of rows is written `"type": "array"`, with `items`'),
    ],
)
def test_the_type_of_a_list_of_rows_is_told(language: str, word: str, hint: str, folder: Path):
    schema = SCHEMA.replace('"type": "number", "minimum": 0', f'"type": {word}')
    (folder / "s.json").write_text(schema, encoding="utf-8")
    (told,) = _check(folder, "", language)
    assert (told["code"], told["hint"]) == ("schema-invalid", hint)


@pytest.mark.parametrize(
    ("language", "hint"), [("it", "sezione del rulebook"), ("en", "section of the rulebook")]
)
def test_a_field_that_is_said_to_be_required_is_told_where_it_is_asked(
    language: str, hint: str, folder: Path
):
    schema = SCHEMA.replace('"minimum": 0', '"required": true')
    (folder / "s.json").write_text(schema, encoding="utf-8")
    (told,) = _check(folder, "", language)
    assert hint in told["hint"]
    assert "`fields`" in told["hint"]


ROWS = """{"type": "object", "properties": {"fields": {"type": "object", "properties": {
"in esclusiva": {"type": "boolean"}, "citt\u00e0": {"type": "string"},
"fatture": {"type": "array", "maxItems": 3, "items": {"type": "object", "properties": {
 "numero fattura": {"type": "string"}, "sum": {"type": "number"}}}},
"le righe": {"type": "array", "maxItems": 3, "items": {"type": "object", "properties": {
 "importo": {"type": "number"}}}}}}}}"""


def test_a_name_that_no_field_can_have_is_told_where_the_form_writes_it(folder: Path):
    """Those of rows too, as they are written there, and a list's name once for all its fields."""
    (folder / "s.json").write_text(ROWS.encode().decode("unicode_escape"), encoding="utf-8")
    found = [(*(each[key] for key in ("file", "line", "column", "code")), each["hint"])
             for each in _check(folder, "")]  # fmt: skip
    assert [each[:4] for each in found] == [
        ("s.json", 2, 1, "code-form"),
        ("s.json", 2, 38, "foreign-letter"),
        ("s.json", 4, 2, "code-form"),
        ("s.json", 4, 40, "code-reserved"),
        ("s.json", 5, 1, "code-form"),
    ]
    assert found[2][4].endswith(" `numero_fattura`")


# -- Files that are another thing than they are taken for ------------------------------------------

CONFLICT = "<<<<<<< HEAD\n  isee: 1\n=======\n  isee: 2\n>>>>>>> other branch\n"


@pytest.mark.parametrize(
    ("text", "line", "said", "hint"),
    [
        ("rulebook: prova/2024\nfields:\n" + CONFLICT, 3, "due versioni", "togli l'altra"),
        ('{"rulebook": "prova/2024",\n' + CONFLICT + "}", 2, "due versioni", "togli l'altra"),
        ("rulebook: prova/2024 # a\u2028# b\nfields:\n" + CONFLICT, 3, "due versioni", "togli"),
        ("> rulebook: prova/2024\n> fields:\n>   isee: 1\n", 1, "ogni riga comincia", "togli `>`"),
        ("\n> > rulebook: prova/2024\n>\n> > fields: {}\n", 2, "ogni riga", "togli `>`"),
    ],
)
def test_marks_of_other_programs_are_one_problem(
    text: str, line: int, said: str, hint: str, folder: Path
):
    """At the first of them, not where the structure happens to break off."""
    (folder / "r.yaml").write_text(HEAD + "rules: {x: {formula: isee}}\n", encoding="utf-8")
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    words = ("evaluate", "a.yaml", "--rulebook", "r.yaml", "--lang", "it", "--format", "json")
    status, out, _ = call(*words)
    (problem,) = json.loads(out)["problems"]
    assert (status, problem["line"]) == (2, line)
    assert said in problem["message"]
    assert hint in problem["hint"]


def test_what_only_looks_like_such_marks_is_read(folder: Path):
    """A folded text begins with `>` on one line, and a line of `=` may stand in a text."""
    (folder / "s.json").write_text(SCHEMA.replace('"number", "minimum": 0', '"string"'), "utf-8")
    (folder / "r.yaml").write_text(HEAD + "rules: {x: {formula: isee}}\n", encoding="utf-8")
    text = "rulebook: prova/2024\nfields:\n  isee: >-\n    <<<<<<< a\n    =======\n"
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    assert call("evaluate", "a.yaml", "--rulebook", "r.yaml")[0] == 0


@pytest.mark.parametrize(
    "text", ["isee;193\ngiorno;2024-01-01\n", "codice,valore\nisee,193\n", "rulebook;p/1\nisee;2\n"]
)
def test_a_code_and_its_value_in_each_row_are_one_report(text: str, folder: Path):
    """Every door says so: as rows of many reports they would never be right."""
    (folder / "r.yaml").write_text(HEAD + "rules: {x: {formula: isee}}\n", encoding="utf-8")
    (folder / "a.csv").write_text(text, encoding="utf-8")
    said = "se ogni riga è un codice con il suo valore, è una relazione sola"
    options = ("--rulebook", "r.yaml", "--lang", "it", "--format", "json")
    _, out, _ = call("evaluate", "a.csv", *options)
    (problem,) = json.loads(out)["problems"]
    assert (problem["code"], said in problem["hint"]) == ("wrong-file", True)
    err = call("batch", "a.csv", "-o", "o.csv", *options[:4])[2]
    assert said in err
    assert err.count("errore:") == 1


def test_two_columns_of_reports_are_no_pairs(folder: Path):
    """A file of two fields is read as before, and one more column is told by its name."""
    (folder / "r.yaml").write_text(HEAD + "rules: {x: {formula: isee}}\n", encoding="utf-8")
    (folder / "a.csv").write_text("isee;giorno\n1;2024-01-01\n", encoding="utf-8")
    assert call("batch", "a.csv", "--rulebook", "r.yaml", "-o", "o.csv")[0] == 0
    (folder / "a.csv").write_text("isee;nota\n1;x\n", encoding="utf-8")
    err = call("batch", "a.csv", "--rulebook", "r.yaml", "-o", "o2.csv")[2]
    assert "batch-column-unknown" in err


# -- A day on which no version is in force ---------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "hint"),
    [
        ("2024-12-31", "è in vigore dal `2025-01-01`: indica quel giorno o uno che segue"),
        ("2027-06-01", "è stato in vigore fino al `2026-12-31`: indica quel giorno o uno prima"),
    ],
)
@pytest.mark.parametrize("command", ["evaluate", "needed"])
def test_the_nearest_day_in_force_is_named(command: str, day: str, hint: str, folder: Path):
    """Nobody need look it up to ask again."""
    head = HEAD.replace("draft", "published") + "in_force: {from: 2025-01-01, to: 2026-12-31}\n"
    place = folder / "rulebooks/prova/2024.yaml"
    place.parent.mkdir(parents=True)
    place.write_text(head + "rules: {x: {formula: isee}}\n", encoding="utf-8")
    (folder / "schemas").mkdir()
    (folder / "s.json").rename(folder / "schemas/s.json")
    (folder / "a.yaml").write_text("rulebook: prova/2024\nfields: {isee: 1}\n", encoding="utf-8")
    err = call(command, "a.yaml", "--as-of", day, "--lang", "it")[2]
    assert hint in err
    assert "`prova/2024@1.0.0`" in err


# -- Files too many --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("docs", "a.yaml", "r.yaml"), "scrivi `ruletrail docs r.yaml`"),
        (("docs", "a.test.yaml", "a.yaml", "r.yaml"), "scrivi `ruletrail docs r.yaml`"),
        (
            ("docs", "a.yaml", "r.yaml", "r2.yaml"),
            "un file alla volta: scrivi `ruletrail docs r.yaml`, e così per ognuno degli altri",
        ),
        (("evaluate", "r.yaml", "a.yaml"), "scrivi `ruletrail evaluate a.yaml`"),
    ],
)
def test_of_several_files_one_that_the_command_reads_is_advised(
    words: tuple[str, ...], hint: str, folder: Path
):
    """A shell's `*` names reports, examples and rulebooks in the order of their names."""
    for name in ("r.yaml", "r2.yaml"):
        (folder / name).write_text(HEAD + "rules: {x: {formula: isee}}\n", encoding="utf-8")
    (folder / "a.yaml").write_text("rulebook: prova/2024\nfields: {isee: 1}\n", encoding="utf-8")
    (folder / "a.test.yaml").write_text("test: 1\nrulebook: prova/2024\n", encoding="utf-8")
    err = call(*words, "--lang", "it")[2]
    assert f"→ {hint}\n" in err
