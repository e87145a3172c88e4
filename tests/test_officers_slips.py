"""What people type or paste into a report, and the advice that mends it at once."""

import json
from pathlib import Path

import pytest

from ruletrail.documents import RULEBOOK_LIMITS, read_text
from support.command_line import call
from support.places import EXAMPLES, FORMS
from support.planted import told
from support.problem_documents import rulebook_of

HOUSEHOLD = Path(__file__).parent / "household"

JESI = (EXAMPLES / "jesi-2024.yaml").read_text(encoding="utf-8")


pytestmark = pytest.mark.usefixtures("folder")


def mended(old: str, new: str) -> str:
    assert JESI.count(old) == 1
    return told(JESI.replace(old, new))[1]


@pytest.mark.parametrize("sign", ["–", "—", "-", ";", ",", "."])
def test_another_sign_in_the_place_of_the_colon_before_a_number(sign: str):
    """A dash looks like a value that goes on, and is none."""
    err = mended("  M12: 193\n", f"  M12{' ' * (sign in '–—-')}{sign} 193\n")
    assert f"→ al posto di `{sign}` vanno i due punti: `M12: 193`" in err


SUBJECT = "subject: {comune: Jesi, provincia: AN}\n"


@pytest.mark.parametrize(
    ("subject", "pairs"),
    [
        ("{comune= Jesi, provincia: AN}", ["comune: Jesi"]),
        ("{comune =Jesi, provincia: AN}", ["comune: Jesi"]),
        ("{comune=Jesi, provincia=AN}", ["comune: Jesi", "provincia: AN"]),
        ("{comune: San Severino, provincia= AN}", ["provincia: AN"]),
    ],
)
def test_a_sign_of_equality_in_braces_is_told_alone(subject: str, pairs: list[str]):
    """Neither as an empty value, nor as a comma that cuts a text: no key has another key for it."""
    err = mended(SUBJECT, f"subject: {subject}\n")
    assert err.count("→") == len(pairs)
    for pair in pairs:
        assert f"→ al posto di `=` vanno i due punti: `{pair}`" in err


@pytest.mark.parametrize(
    ("fields", "pairs"),
    [
        ("{M12= 3, M15: 4}", ["M12: 3"]),
        ("{M15: 4, M12= 3}", ["M12: 3"]),
        ("{M12=3}", ["M12: 3"]),
        ("{M12=3,M15=4}", ["M12: 3", "M15: 4"]),
        ("{R40: si veda il piano, R22 = SI}", []),  # a text may be cut there
    ],
)
def test_a_sign_of_equality_among_fields_in_braces(fields: str, pairs: list[str]):
    err = told(f"rulebook: sociale/2024\n{SUBJECT}fields: {fields}\n")[1]
    assert err.count("→") == max(len(pairs), 1)
    assert err.count("al posto di `=` vanno") == len(pairs)
    for pair in pairs:
        assert f"→ al posto di `=` vanno i due punti: `{pair}`" in err


def test_prose_with_a_comma_is_no_key():
    err = mended("  M12: 193\n", "  M12: 193\n  vedi, come sopra\n")
    assert "vanno i due punti" not in err


@pytest.mark.parametrize("margin", ["", "  "])
def test_the_second_line_of_a_text_is_not_taken_for_a_key_alone(margin: str):
    new = f"  R00C: Ambito territoriale\n{margin}seconda riga del testo\n"
    line = next(each for each in JESI.splitlines(keepends=True) if each.startswith("  R00C:"))
    err = mended(line, new)
    assert "se questa riga continua il testo della riga" in err
    assert "se è una voce nuova, mancano i due punti: `seconda: riga del testo`" in err


@pytest.mark.parametrize("word", ["#RIF!", "#N/D", "#DIV/0!", "#VALORE!", "#NOME?", "#####"])
def test_an_error_of_a_spreadsheet_is_named_and_its_field_too(word: str):
    """Put in quotes it would be a text, and again no number."""
    err = mended("  R06: 3580390.40\n", f"  R06: {word}\n")
    assert "R06 (Fabbisogno standard monetario sociale 2022-2024): un valore vuoto" in err
    assert f"→ `{word}` è un errore del foglio di calcolo: scrivi il valore; se manca" in err


def test_the_apostrophe_of_a_spreadsheet_before_a_number():
    assert "→ `'` davanti a un numero è di troppo: scrivi `206`" in mended("M15: 206", "M15: '206")


@pytest.mark.parametrize(("language", "said"), [("it", "un file suo"), ("en", "its own")])
def test_a_report_pasted_below_another_is_one_problem(language: str, said: str):
    """Each of its keys is there twice; that it is a second report says it all."""
    status, err = told(f"{JESI}\n{JESI}", language)
    assert (status, err.count("[repeated-key]")) == (2, 1)
    assert said in err


def test_a_key_repeated_alone_is_still_one_of_two():
    err = mended("rulebook: sociale/2024\n", "rulebook: sociale/2024\nrulebook: sociale/2024\n")
    assert "tieni una sola delle due" in err


def test_two_values_in_one_field_are_not_run_together_unasked():
    """`193 206` is a row of the form that was copied, or a number with its thousands apart."""
    err = mended("  M12: 193\n", "  M12: 193 206\n")
    assert "→ scrivi `193206` se lo spazio separa le migliaia; se sono più valori, ognuno" in err
    err = mended("  R06: 3580390.40\n", "  R06: 3 580 390,40\n")
    assert "→ scrivi `3580390.40`, senza separatori delle migliaia" in err


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("  M12: 193", "172 193 19173 99"),
        ("  M12: 193", "172; 193; 19173; 99"),
        ("  M12: 193", "172\t193"),
        ("  R03: 39301", "39301 39310"),
        ("  R07_2017: 9514040.39", "9.514.040,39 16.686.328,33"),
        ("  R07_2017: 9514040.39", "9514040.39 € 16686328.33 €"),
    ],
)
def test_a_row_of_the_form_in_one_field_is_several_values(line: str, written: str):
    err = mended(f"{line}\n", f"{line.split(':', maxsplit=1)[0]}: {written}\n")
    assert "→ qui va un valore solo: se sono più valori, ognuno va nel suo campo\n" in err


@pytest.mark.parametrize("written", ["24/5", "5 - 10", "39301 circa e più"])
def test_a_fraction_a_range_and_words_are_no_row(written: str):
    err = mended("  R06: 3580390.40\n", f"  R06: {written}\n")
    assert "scrivi solo cifre" in err


@pytest.mark.parametrize(
    ("line", "written", "number"),
    [
        ("  R06: 3580390.40", "EUR 3.580.390,40", "3580390.40"),
        ("  R06: 3580390.40", "euro 3580390,40", "3580390.40"),
        ("  R06: 3580390.40", "Euro 3580390", "3580390"),
        ("  R06: 3580390.40", "3.580.390.40", "3580390.40"),
        ("  R06: 3580390.40", "3.580.390,--", "3580390"),
        ("  R06: 3580390.40", "3.580.390,=", "3580390"),
        ("  R06: 3580390.40", "3.580,--", "3580"),
        ("  R06: 3580390.40", "“3.580.390,40”", "3580390.40"),
        ("  R06: 3580390.40", "«EUR 3.580.390,40»", "3580390.40"),
        ("  R03: 39301", "“39301”", "39301"),
        ("  R03: 39301", "39.301,--", "39301"),
        ("  R01: 24.5", "24 e mezzo", "24.5"),
        ("  R01: 24.5", "24 e un quarto", "24.25"),
        ("  R01: 24.5", "24½", "24.5"),
        ("  R01: 24.5", "24 1/2", "24.5"),
    ],
)
def test_a_number_as_letters_and_contracts_have_it(line: str, written: str, number: str):
    """The very number is offered, and written so the report is answered."""
    code = line.split(":", maxsplit=1)[0]
    err = mended(f"{line}\n", f"{code}: {written}\n")
    assert f"`{number}`" in err.split("→ ")[1]
    assert "se il punto separa" not in err
    assert told(JESI.replace(f"{line}\n", f"{code}: {number}\n"))[0] in (0, 1)


@pytest.mark.parametrize("label", ["R03 - Numero di abitanti", "R03 Numero di abitanti 2024"])
def test_a_code_with_its_label_is_the_code(label: str):
    assert "→ intendevi `R03`?" in mended("  R03: 39301\n", f"  {label}: 39301\n")


def test_a_code_with_a_blank_is_the_longer_code():
    assert "→ intendevi `M12_ore`?" in mended("  M12_ore: 19173\n", "  M12 ore: 19173\n")


def batch(text: str, language: str = "it") -> str:
    Path("rows.csv").write_text(text, encoding="utf-8")
    words = ("--rulebook", "sociale/2024", "-o", "answers.csv", "--lang", language)
    return call("batch", "rows.csv", *words)[2]


def test_a_column_without_a_name_is_named_by_its_number():
    err = batch("subject.comune;subject.provincia;;R03\nJesi;AN;1;39301\n")
    assert "la colonna numero 3, che non ha nome, non è un campo del modulo" in err
    assert "→ scrivi nella prima riga il codice del campo; una colonna vuota si toglie" in err
    err = batch("subject.comune;subject.provincia;;R03\nJesi;AN;1;39301\n", "en")
    assert "the column number 3, which has no name, is not a field of the form" in err


def test_a_column_with_code_and_label_is_the_code():
    """Told to take it out, somebody would lose its values."""
    err = batch("subject.comune;subject.provincia;M12 utenti;R03\nJesi;AN;193;39301\n")
    assert "la colonna `M12 utenti` non è un campo del modulo" in err
    assert "→ intendevi `M12`?" in err
    err = batch("subject.comune;subject.provincia;M12;M12 utenti;R03\nJesi;AN;193;1;39301\n")
    assert "intendevi `M12`?" not in err


@pytest.mark.parametrize("row", ["", ";;"])
def test_an_empty_row_is_taken_out(row: str):
    """Spreadsheets leave them below a table; nobody has to fill in a column for them."""
    batch(f"subject.comune;subject.provincia;R03\nJesi;AN;39301\n{row}\nLivorno;LI;153418\n")
    assert "la riga è vuota: toglila" in Path("answers.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("list", "relazioni"), "list --archive relazioni"),
        (("verify", "2024.sqlite"), "verify --archive 2024.sqlite"),
        (("show", "1", "relazioni"), "show 1 --archive relazioni"),
        (("show", "1", "2"), "show 1`"),
    ],
)
def test_a_word_that_is_no_record_is_the_archive(words: tuple[str, ...], meant: str):
    """Left out, another archive would be looked at, or none be found."""
    status, _, err = call("archive", *words, "--lang", "it")
    assert (status, f"→ scrivi `ruletrail archive {meant}" in err) == (2, True)


@pytest.mark.parametrize(
    ("pair", "it", "en"),
    [
        (
            ("1.0.0", "1.0.1"),
            "che prima non c'era: un valore",
            "which was not there before: a value",
        ),
        (("1.0.1", "1.0.0"), "che prima era un valore, non c'è più", "was a value before, is gone"),
    ],
)
def test_an_outcome_of_one_version_alone_goes_from_and_to_nothing(
    pair: tuple[str, str], it: str, en: str
):
    Path("rows.csv").write_text("subject.comune,subject.provincia,R03,R06\nJesi,AN,39301,3580390\n")
    versions = [f"sociale/2024@{each}" for each in pair]
    for language, said in (("it", it), ("en", en)):
        page = call("diff", *versions, "--reports", "rows.csv", "--lang", language)[1]
        assert said in " ".join(page.split())
        assert "da non c'era a" not in page
        assert "from not there to" not in page


def test_what_is_new_of_a_rule_agrees_with_no_gender():
    """`regola …: aggiunto`, where what was added is feminine."""
    page = call("diff", "sociale/2024@1.0.0", "sociale/2024@1.0.1", "--lang", "it")[1]
    said = " ".join(page.split())
    assert "regola R05_min, Il più basso R05 coerente con R06 e R03: prima non c'era, ora" in said
    assert ": aggiunto" not in said


def test_pages_that_lack_or_are_out_of_order_are_thought_of():
    """The edition is not all that moves the line of column names away from its rows."""
    form = FORMS["jesi"]
    half = form.index("STRUTTURE")
    Path("form.txt").write_text(form[half:] + form[:half], encoding="utf-8")
    words = ("read", "form.txt", "--rulebook", "sociale/2024", "--lang", "it")
    assert "con tutte le pagine in ordine" in call(*words)[2]
    Path("form.txt").write_text(form[:half], encoding="utf-8")
    assert "che nel file ci sia tutto il modulo, con tutte le pagine" in call(*words)[2]


def test_a_table_without_its_subject_is_told_the_columns(tmp_path: Path):
    """In a table nobody writes a mapping: what says whose a row is stands in columns."""
    table = tmp_path / "comuni.csv"
    table.write_text("R01;R03\n24,5;39301\n", "utf-8")
    call("batch", table, "-o", tmp_path / "out.jsonl", "--rulebook", "sociale/2024", "--lang", "it")
    (row,) = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    (problem,) = [each for each in json.loads(row)["problems"] if each["code"] == "missing-key"]
    assert problem["hint"] == (
        "aggiungi le colonne `subject.…` che dicono di chi è la riga; in una relazione sola sono"
        " `subject: {comune: Jesi, provincia: AN}`"
    )


def test_a_list_without_rows_is_told_how_none_is_written(tmp_path: Path):
    """Taking its name out would make missing what is known to be empty."""
    report = tmp_path / "report.yaml"
    text = (HOUSEHOLD / "rossi.yaml").read_text("utf-8")
    before, after = text.split("  componenti:", 1)
    rest = [line for line in after.splitlines()[1:] if not line.startswith("    ")]
    report.write_text("\n".join([f"{before}  componenti:", *rest, ""]), "utf-8")
    rulebook = HOUSEHOLD / "household.yaml"
    words = ("--rulebook", rulebook, "--format", "json", "--lang", "en")
    found = json.loads(call("evaluate", report, *words)[1])["problems"]
    assert [(each["code"], each["hint"]) for each in found] == [
        (
            "null-value",
            "where there are no rows write `[]`; where it is missing, take its name out too",
        )
    ]


WANTED = [
    ("quadro_3=dovuto", "due"),
    ("quadro_3=Non dovuto", "not_due"),
    ("quadro_3=not due", "not_due"),
    ("quadro_3=dovuto e da compilare", "due"),
    ("R22_motivato=superato", "passed"),
    ("R22_motivato=failed", "failed"),
    ("livello=non inferiore", "non_inferiore"),
]


@pytest.mark.parametrize(("asked", "meant"), WANTED)
def test_an_outcome_is_asked_for_as_answers_show_it(asked: str, meant: str):
    """In either language, whatever that of the terminal is."""
    words = ("whatif", EXAMPLES / "jesi-2024.yaml", "--want", asked, "--format", "json")
    status, out, err = call(*words)
    assert (status, err) == (0, "")
    assert json.loads(out)["want"]["outcome"] == meant


@pytest.mark.parametrize(
    ("asked", "language", "advice"),
    [
        ("quadro_3=forse", "it", "scrivi uno di questi: `due` (dovuto), `not_due` (non dovuto)"),
        ("quadro_3=forse", "en", "write one of these: `due`, `not_due` (not due)"),
        (
            "R22_motivato=x",
            "it",
            "scrivi uno di questi: `passed` (superato), `failed` (non superato)",
        ),
        ("livello=x", "it", "scrivi uno di questi: `non_inferiore`, `inferiore`"),
    ],
)
def test_what_can_be_asked_for_is_listed(asked: str, language: str, advice: str):
    words = ("whatif", EXAMPLES / "jesi-2024.yaml", "--want", asked, "--lang", language)
    status, _, err = call(*words)
    assert status == 2
    assert f"→ {advice}" in err


def test_one_label_of_two_outcomes_means_neither():
    """Which one is wanted is for the officer to say."""
    Path("schema.json").write_text(
        '{"properties": {"fields": {"properties": {"A": {"type": "integer"}}}}}', encoding="utf-8"
    )
    cases = "".join(
        f"      - {{outcome: {code}, label: {label}, when: A == {at}}}\n"
        for at, (code, label) in enumerate([("x", "Sì"), ("y", "si"), ("z", "Forse")])
    )
    head = rulebook_of("").replace("language: 1", "language: 2").replace("rules:", "")
    Path("rulebook.yaml").write_text(f"{head}decisions:\n  d:\n    cases:\n{cases}", "utf-8")
    Path("report.yaml").write_text("rulebook: prova/2024\nfields: {A: 1}\n", "utf-8")
    words = ("whatif", "report.yaml", "--rulebook", "rulebook.yaml", "--lang", "it")
    status, _, err = call(*words, "--want", "d=Si")
    assert status == 2
    assert "→ scrivi uno di questi: `x` (Sì), `y` (si), `z` (Forse)" in err
    status, out, _ = call(*words, "--want", "d=forse", "--format", "json")
    assert (status, json.loads(out)["want"]["outcome"]) == (0, "z")


@pytest.mark.parametrize("written", ["Sí", "si", "Si'", "SI"])
def test_a_choice_is_set_whatever_its_accents_and_capitals(written: str):
    words = ("whatif", EXAMPLES / "jesi-2024.yaml", "R22_motivato", "--format", "json")
    status, out, _ = call(*words, "--set", f"R22={written}")
    assert (status, json.loads(out)["set"]["values"]) == (0, {"R22": "SI"})


@pytest.mark.parametrize("command", [("evaluate",), ("explain", "R04"), ("whatif", "livello")])
@pytest.mark.parametrize(
    ("language", "said", "way"),
    [
        ("it", "c'è una versione più nuova: 1.0.1", "per la nuova scrivi `rulebook: sociale/2024`"),
        ("en", "there is a newer version: 1.0.1", "for the newer one write `rulebook: sociale/2"),
    ],
)
def test_a_report_pinned_to_a_version_hears_of_the_newer_one(command, language, said, way):
    pinned = JESI.replace("rulebook: sociale/2024\n", "rulebook: sociale/2024@1.0.0\n")
    Path("pinned.yaml").write_text(pinned, encoding="utf-8")
    name, *more = command
    status, _, err = call(name, "pinned.yaml", *more, "--lang", language)
    assert status in (0, 1)
    assert said in err
    assert f"→ {way}" in err
    assert "`ruletrail diff sociale/2024@1.0.0 sociale/2024@1.0.1`" in err


def test_the_newer_version_changes_neither_the_answer_nor_its_trail():
    """Only who pins a version hears of it: not who names the rulebook on the command line."""
    pinned = JESI.replace("rulebook: sociale/2024\n", "rulebook: sociale/2024@1.0.0\n")
    Path("pinned.yaml").write_text(pinned, encoding="utf-8")
    _, told, err = call("evaluate", "pinned.yaml", "--format", "json")
    assert [each["code"] for each in json.loads(err)["problems"]] == ["newer-version"]
    named = ("--rulebook", "sociale/2024@1.0.0", "--format", "json")
    _, untold, silent = call("evaluate", "pinned.yaml", *named)
    assert (silent, told) == ("", untold)
    assert "newer" not in told
    unpinned = call("evaluate", EXAMPLES / "jesi-2024.yaml")
    assert unpinned[2] == ""


@pytest.mark.parametrize(
    ("language", "value", "part"),
    [
        ("it", "è 17.000.000,00 euro", "Le due risposte cominciano a differire da qui: "),
        ("en", "is 17,000,000.00 euro", "The two answers begin to differ here: "),
    ],
)
def test_a_value_that_is_tried_has_its_unit(language: str, value: str, part: str):
    words = ("whatif", EXAMPLES / "jesi-2024.yaml", "quadro_3", "--set", "R06=17000000")
    _, out, _ = call(*words, "--lang", language)
    page = " ".join(out.split())
    assert f"R06 (Fabbisogno standard monetario sociale 2022-2024) {value}" in page
    assert part in page


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("24-mag", "→ è un giorno, che forse un foglio di calcolo ha fatto di un numero: riscrivi"),
        ("24,5 mila", "→ scrivi il numero per esteso, `24500`"),
        ("3.580,39 (in migliaia)", "→ scrivi il numero per esteso, `3580390`"),
        ("3,58 M€", "→ scrivi il numero per esteso, `3580000`"),
        ("8,50 ‰", "→ sembra contare in migliaia, milioni, ‰ o simili: scrivi il valore per"),
    ],
)
def test_what_a_spreadsheet_or_a_summary_made_of_a_number(written: str, hint: str):
    """A day that was a number, and a number in thousands, in Italian."""
    assert hint in mended("  R01: 24.5\n", f"  R01: {written}\n")


def test_a_year_that_the_title_has_is_no_part_of_the_code():
    """Of M12, "users 2024", M12_2024 is said; of another year there is another value, or none."""
    assert "→ intendevi `M12`?" in mended("  M12: 193\n", "  M12_2024: 193\n")
    other = mended("  R03: 39301\n", "  R03_2023: 39301\n")
    assert "il codice `R03_2023` non è nel modulo" in other
    assert "intendevi" not in other


@pytest.mark.parametrize(
    ("line", "key", "meant"),
    [
        ("  R07_2017: 9514040.39", "R7", "R07_2017"),
        ("  R07_2017: 9514040.39", "R07", "R07_2017"),
        ("  R07_2021: 16686328.33", "R7", "R07_2021"),
        ("  R07_2017: 9514040.39", "R07_2020", "R07_2017"),
        ("  M12_2019: 172", "M12_2023", "M12_2019"),
        ("  R01_2020: 17.5", "R1_2019", "R01_2020"),
    ],
)
def test_of_a_family_the_one_that_is_not_there_is_meant(line: str, key: str, meant: str):
    """Where the others stand already, nothing else can be; of several that lack, none is chosen."""
    err = mended(f"{line}\n", f"  {key}: {line.split(': ', 1)[1]}\n")
    assert f"il codice `{key}` non è nel modulo" in err
    assert f"→ intendevi `{meant}`?" in err
    assert "intendevi" not in mended("  M12: 193\n", "  M12_2023: 193\n")


def test_lines_that_a_spreadsheet_quoted_are_told_as_that():
    """Whoever opens a report in a spreadsheet and saves it has all quotes doubled."""
    written = JESI.replace("R16: SI", 'R16: "SI"').splitlines()
    saved = "\n".join(
        '"' + line.replace('"', '""') + '"' if '"' in line else line for line in written
    )
    status, err = told(f"{saved}\n")
    assert (status, err.count("[yaml-syntax]")) == (2, 1)
    assert "un foglio di calcolo ha messo la riga fra virgolette" in err
    assert "e qui scrivi `  R00C: " in err
    assert "a spreadsheet put the line in quotes" in told(f"{saved}\n", "en")[1]
    # an editor mends all of them at once
    (problem,) = read_text(saved, "jesi.yaml", RULEBOOK_LIMITS)[1]
    lines = saved.splitlines()
    for fix in problem.fixes:
        lines[fix.mark.line - 1] = lines[fix.mark.line - 1].replace(fix.old, fix.new)
    assert lines == written


@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_an_empty_file_is_no_broken_trail(text: str):
    Path("trail.json").write_text(text, encoding="utf-8")
    status, _, err = call("verify", "trail.json", "--lang", "it")
    assert status == 2
    assert "il documento è vuoto [empty-document]" in err
    assert "una traccia la scrive `ruletrail evaluate RELAZIONE --format json" in err
