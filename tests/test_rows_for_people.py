"""What people read of rows, and of what would change an answer: said once, whole, with a way out.

The worked examples are what is read here, and the form of Jesi.
"""

import json
import re
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest

import ruletrail
from ruletrail.problems import ProblemsError
from ruletrail.rendering import explain_step, render_changes
from support.command_line import call
from support.places import EXAMPLES
from support.rulebooks import REFERENCE, load_text, rows_of, rulebook_text, schema_of

HOUSEHOLD = Path(__file__).parent / "household"
JESI = str(EXAMPLES / "jesi-2024.yaml")
WORKED = {
    "homes": (EXAMPLES / "property-tax" / "homes.yaml", EXAMPLES / "property-tax" / "imu.yaml"),
    "household": (EXAMPLES / "water-bonus" / "household.yaml", EXAMPLES / "water-bonus/bonus.yaml"),
    "employee": (EXAMPLES / "income-tax" / "employee.yaml", EXAMPLES / "income-tax" / "irpef.yaml"),
}


def ask(command: str, *words: str) -> tuple[int, str, str]:
    """Run a command in Italian; returns its status, what it says on one line, and problems."""
    status, out, err = call(command, *words, language="it")
    return status, " ".join(out.split()), err


@pytest.fixture(scope="module")
def pages() -> dict[tuple[str, str], str]:
    """Write each worked example in each form."""
    found = {}
    for name, (report, rulebook) in WORKED.items():
        evaluation = ruletrail.load(rulebook).evaluate(report)
        found[name, "text"] = evaluation.to_text("it")
        found[name, "markdown"] = evaluation.to_markdown("it")
        found[name, "html"] = unescape(evaluation.to_html("it"))
    return found


# -- Pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["homes", "household"])
def test_text_says_once_where_the_values_of_rows_are(name: str, pages) -> None:
    """A table that text leaves out is no title in brackets; one line says what is there and how."""
    text = pages[name, "text"]
    assert not re.search(r"^\(.*\(\w+\.\w+\)\)$", text, re.MULTILINE)
    told = " ".join(text.split())
    assert told.count("Per ogni riga di «") == 1
    code = re.search(r"ruletrail explain RELAZIONE (\w+\[1\]\.\w+)`", told)
    report, rulebook = WORKED[name]
    assert ask("explain", str(report), code[1], "--rulebook", str(rulebook))[0] == 0


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_each_row_says_why_an_exception_holds(form: str, pages) -> None:
    """Half of a value, and nothing, have their reasons in the row; `0,5` alone has none."""
    page = re.sub(r"<[^>]*>|\\", "", pages["homes", form])
    assert "0,5; vale l'eccezione «In comodato», perché immobili.uso è" in page
    assert "altrimenti varrebbe 1" in page


def test_markdown_does_not_say_a_heading_twice(pages) -> None:
    """A table that has a heading of its own has no caption below it that says the same."""
    for name in WORKED:
        lines = [line for line in pages[name, "markdown"].splitlines() if line]
        heads = [(line.lstrip("# "), after) for line, after in pairwise(lines)]
        assert not [head for head, after in heads if after == f"{head}:"]


def test_a_table_of_rows_has_no_column_that_the_rows_are_called_by(pages) -> None:
    """`1. Anna` has no column that says `Anna`; a list whose rows have no names keeps all."""
    for name in ("homes", "household"):
        assert "\n    Nome: " not in pages[name, "text"]
        assert "| Riga | Nome |" not in pages[name, "markdown"]
    assert "1. Anna" in pages["household", "text"]


def test_yes_and_no_are_the_same_words_declared_and_computed(pages) -> None:
    """In one table nothing is `vero` beside a `sì`."""
    rows = [line for line in pages["household", "markdown"].splitlines() if line.startswith("| ")]
    cells = [cell.strip() for row in rows for cell in row.split("|")]
    assert {"sì", "no"} <= set(cells)
    assert not {"vero", "falso"} & set(cells)


def test_a_year_is_no_thousands(pages) -> None:
    """A field without a unit that holds a whole number of four digits is written as it is."""
    for form in ("text", "markdown", "html"):
        page = re.sub(r"<[^>]*>", "", pages["employee", form])
        assert "data(2024; 1; 1)" in page
        assert "2.024" not in page.replace("2.024,", "")
        assert "25.000,00" in page


def test_what_is_gathered_says_how_it_is_in_each_row(pages) -> None:
    """`any` and `all` show the rows, as `count` does, and not that they are false if false."""
    text = " ".join(pages["household", "text"].split())
    assert "= almeno_una(no; no; no) = no" in text
    assert "= tutte(sì; sì) (una riga non si applica) = sì" in text
    assert "perché almeno_una(" not in text


def test_rows_of_many_columns_do_not_run_out_of_the_page(pages) -> None:
    """On a screen and on paper their cells stand below each other, each under its name."""
    assert '<table role="table" class="h wide">' in pages["homes", "html"]
    assert "Base imponibile" in pages["homes", "html"].partition('<tbody role="rowgroup">')[2]
    assert '<table role="table" class="h">' in pages["household", "html"]
    assert 'class="h wide"' not in pages["household", "html"]


def test_a_chapter_of_no_sentences_is_left_out(pages) -> None:
    """Where neither the rules nor the paper say a sentence, there is no chapter about it."""
    assert "\nFrasi\n" not in pages["homes", "text"]
    assert "\nFrasi\n" in pages["household", "text"]


# -- Names of cells --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Imposta", "Perché immobili[*].dovuta"),
        ("lusso", "Perché immobili[*].lusso"),
        ("immobili.lusso", "Perché immobili[*].lusso"),
        ("rendita", "`immobili[1].rendita`, `immobili[2].rendita`, `immobili[3].rendita`"),
        ("immobili.rendita", "`immobili[1].rendita`, `immobili[2].rendita`"),
        ("Rendita catastale", "`immobili[1].rendita`, `immobili[2].rendita`"),
    ],
)
def test_a_cell_is_found_by_what_it_is_called(asked: str, said: str) -> None:
    """The rule of a row by its name or title; of what is declared the cells are offered."""
    report, rulebook = map(str, WORKED["homes"])
    status, text, problems = ask("explain", report, asked, "--rulebook", rulebook)
    assert said in text + problems
    assert status == (0 if text else 2)


# -- To explain a row, and what all rows share -----------------------------------------------------


@pytest.fixture(scope="module")
def trails() -> dict[str, dict]:
    """Evaluate each worked example, and a household with exceptions and a check of rows."""
    worked = {**WORKED, "members": (HOUSEHOLD / "rossi.yaml", HOUSEHOLD / "household.yaml")}
    return {
        name: ruletrail.load(rulebook).evaluate(report).trail.to_dict()
        for name, (report, rulebook) in worked.items()
    }


@pytest.mark.parametrize("name", ["homes", "household", "members"])
def test_what_all_rows_share_and_every_row_is_explained(name: str, trails) -> None:
    """Of rules with exceptions and conditions, and of checks, too."""
    trail = trails[name]
    rows = [
        f"{over}[{row}]"
        for over in trail.get("lists", {})
        for row in range(1, len(trail["report"]["fields"].get(over, ())) + 1)
    ]
    codes = [step["id"] for step in trail["steps"] if "[*]" in step["id"]]
    assert codes
    for code in (*codes, *rows, *trail.get("lists", {})):
        assert explain_step(trail, code, "it").startswith(f"Perché {code}")


def test_what_all_rows_share_shows_its_exceptions_and_who_reads_it(trails) -> None:
    """Each exception once with its formula; readers are other entries, not its own rows."""
    told = " ".join(explain_step(trails["homes"], "immobili.aliquota", "it").split())
    assert "eccezione «Abitazione principale di lusso»" in told
    assert "formula: di_lusso" in told
    assert "in ogni riga" not in told, "an exception is asked of each row, and holds in some"
    assert told.count(": si chiede riga per riga") == 2
    whole = explain_step(trails["homes"], "immobili.dovuta", "it")
    assert ": si calcola riga per riga" in whole.replace("\n", " ")
    assert (
        told.partition("Dove è usato")[2]
        .split(" Fonti ")[0]
        .endswith("- Imposta (immobili[*].dovuta): 3 righe")
    )
    total = " ".join(explain_step(trails["homes"], "immobili.dovuta", "en").split())
    assert "- Imposta dell'anno (dovuta): 939.12 euro" in total
    assert "immobili[1].dovuta" not in total
    said = explain_step(trails["homes"], "immobili.aliquota", "en")
    assert said.count(": is asked row by row") == 2


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("componenti[2]", "componenti[2]"),
        ("Bruno", "componenti[2]"),
        ("2. bruno", "componenti[2]"),
        ("componenti[Bruno]", "componenti[2]"),
        ("Bruno.eta", "componenti[2].eta"),
        ("componenti[bruno].eta", "componenti[2].eta"),
        ("componenti[2].nascita", "componenti[2].nascita"),
    ],
)
def test_a_row_is_explained_by_its_number_and_its_name(asked: str, code: str, trails) -> None:
    """What it states, how its rules came out, what else reads it; a program gets its steps."""
    told = explain_step(trails["members"], asked, "it")
    assert told.startswith(f"Perché {code} (Bruno): ")
    if code == "componenti[2]":
        head, _, steps = told.partition("Come si arriva al valore")
        assert "Anna" not in head
        assert "13    sì" in head
        own, readers = steps.split("Dove è usato")
        assert re.findall(r"^- componenti\[2\]\.(\w+)", own, re.MULTILINE) == [
            "eta", "minore", "imposta", "plausibile",
        ]  # fmt: skip
        assert "- Minori (minori): 1" in readers
        found = json.loads(explain_step(trails["members"], asked, "it", "json"))
        assert found["explain"] == code
        assert {"componenti[2].imposta", "componenti[2].plausibile"} <= {
            step["id"] for step in found["steps"]
        }


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Anna", ("componenti[1]", "componenti[2]")),
        ("Anna.eta", ("componenti[1].eta", "componenti[2].eta")),
    ],
)
def test_a_name_of_two_rows_asks_which(asked: str, meant, trails) -> None:
    """An entry of the same name is meant before a row; a number alone, and no name, are no row."""
    trail = json.loads(json.dumps(trails["members"]))
    rows = trail["report"]["fields"]["componenti"]
    rows[1]["nome"] = {"text": "Anna"}
    rows[2]["nome"] = {"text": "totale"}
    with pytest.raises(ProblemsError) as caught:
        explain_step(trail, asked)
    assert all(f"`{code}`" in caught.value.problems[0].hint("it") for code in meant)
    assert explain_step(trail, "totale", "it").startswith("Perché totale:")
    for unknown in ("2", "", "componenti[4]", "altri[1]"):
        with pytest.raises(ProblemsError):
            explain_step(trail, unknown)


def test_a_long_chain_is_told_once(trails) -> None:
    """Not again for each part that it begins with; a short one is, and so is what it joins."""
    told = " ".join(explain_step(trails["homes"], "immobili[2].dovuta", "it").split())
    assert "- immobili.base · immobili.aliquota · immobili.quota / 100.000: " not in told
    assert "immobili.quota / 100.000 · immobili.anno: 100.800,00 · 8,6 · 100" in told
    base = " ".join(explain_step(trails["homes"], "immobili[2].base", "it").split())
    assert '- moltiplicatore(immobili.categoria): moltiplicatore("A/3") → 160' in base
    assert "- immobili.rendita · rivalutazione: " not in base
    short = explain_step(trails["employee"], "imposta_netta", "it")
    assert "- imposta_lorda - detrazione: 5.750,00 - 2.184,53 → 3.565,47" in short


@pytest.mark.parametrize("command", ["explain", "needed"])
def test_the_list_of_codes_is_that_of_the_rulebook_that_was_named(command: str) -> None:
    """A rulebook that was given by its path answers to no reference: the hint works as it is."""
    report = str(EXAMPLES / "garden" / "application.yaml")
    rulebook = str(EXAMPLES / "garden" / "garden.yaml")
    status, _, problems = ask(command, report, "zzz", "--rulebook", rulebook)
    assert status == 2
    assert f"`ruletrail docs {rulebook}`" in problems


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("quota: 50", "quota: 5O", "immobili[3].quota (Quota di possesso): `5O`"),
        ("rendita: 600, ", "", "immobili[2].rendita (Rendita catastale): manca la chiave"),
        ("mesi: 6", "mesi: 16", "immobili[3].mesi (Mesi di possesso): `16`"),
        ("uso: altro", "uso: tutto", "immobili[2].uso (Uso): `tutto`"),
    ],
)
def test_what_is_wrong_in_a_row_says_what_the_form_calls_it(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    """As of a field, and with its row."""
    report, rulebook = WORKED["homes"]
    (tmp_path / "report.yaml").write_text(report.read_text("utf-8").replace(old, new), "utf-8")
    status, _, problems = ask(
        "evaluate", str(tmp_path / "report.yaml"), "--rulebook", str(rulebook)
    )
    assert status == 2
    assert said in problems


# -- What would change an answer -------------------------------------------------------------------


@pytest.fixture(scope="module")
def jesi() -> ruletrail.Plan:
    """Load the form of Jesi."""
    return ruletrail.load("sociale/2024")


def test_what_brings_an_outcome_about_is_decided_by_the_same_comparison(jesi) -> None:
    """Asked for or not, the same change of one input has the same reason."""
    seen = 0
    for code in ("livello", "spesa", "quadro_3"):
        plain = jesi.whatif(JESI, code).to_dict()
        known = {(each["input"], each["to"]): each for each in plain["flips"]}
        wanted = {each["outcome"] for each in plain["flips"]} - {"error"}
        for outcome in wanted:
            for joint in jesi.whatif(JESI, code, want=outcome).to_dict()["want"]["found"]:
                (move,) = joint["changes"]
                flip = known.get((move["input"], move["to"]), joint)
                assert (joint["because"], joint["step"]) == (flip["because"], flip["step"])
                seen += 1
    assert seen == 5


def test_a_change_that_is_asked_for_is_said_once() -> None:
    """What brings the outcome about comes first, and below it only what else there is."""
    _, text, _ = ask("whatif", JESI, "--want", "quadro_3=due")
    assert text.count("sale a 16.686.328,34") == 1
    assert text.index("L'esito cercato") < text.index("Che cos'altro lo cambierebbe")
    _, text, _ = ask("whatif", JESI, "livello", "--want", "livello=inferiore")
    assert text.count("scende a 664") == 1
    assert "errore, se R03" in text.partition("Che cos'altro")[2]


def test_percentages_move_by_points() -> None:
    """`10,33` is not 1,83 per cent more than `8,50`."""
    _, text, _ = ask("whatif", JESI, "livello")
    assert "(1,83 punti percentuali in più)" in text
    assert "% in più" not in text


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("R03=40.000", "--set: avviso: R03 (Numero di abitanti 2024): `40.000` vale `40`"),
        ("R06=3580.390", "--set: avviso: R06 (Fabbisogno standard monetario sociale"),
        ("R03=40000", ""),
        ("R03=", ""),
    ],
)
def test_a_point_among_other_values_is_remarked_on(setting: str, said: str) -> None:
    """As in a report: the answer is that of the number as it is written, and one is told so."""
    status, text, problems = ask("whatif", JESI, "livello", "--set", setting)
    assert status == 0
    assert text
    assert said in problems if said else not problems


@pytest.mark.parametrize(
    ("report", "setting", "said"),
    [
        ("jesi", "RO3=4", "`RO3` non è nel modulo [unknown-key]\n  → intendevi `R03`?"),
        ("jesi", "RO3=", "intendevi `R03`?"),
        ("household", "componenti[1].lavor=false", "intendevi `componenti[1].lavoro`?"),
        ("household", "componenti[9].lavoro=false", "[row-not-there]"),
    ],
)
def test_a_code_that_the_form_lacks_is_told_the_near_one(
    report: str, setting: str, said: str
) -> None:
    """Also where the report has that one already; and a word of the command has no line."""
    if report == "jesi":
        words = (JESI, "livello")
    else:
        words = (str(WORKED[report][0]), "bonus", "--rulebook", str(WORKED[report][1]))
    status, _, problems = ask("whatif", *words, "--set", setting)
    assert status == 2
    assert problems.startswith("--set: errore: ")
    assert said in problems


def test_a_choice_with_titles_is_looked_at_value_by_value() -> None:
    """A `oneOf` of constants lists what there is: nothing else is tried, and nothing is unsettled.

    So no input stands among what changes the outcome and among what is not known to.
    """
    report, rulebook = WORKED["household"]
    answer = ruletrail.load(rulebook).whatif(report, "bonus").to_dict()
    assert answer["unsettled"] == []
    assert "componenti[3].posto" in {each["input"] for each in answer["flips"]}


def test_what_has_no_outcome_is_told_what_has_one(tmp_path: Path) -> None:
    """The codes to ask about with their names, and not a command that lists all of them."""
    status, _, problems = ask("whatif", JESI, "R04")
    assert status == 2
    assert problems.startswith("R04: errore: ")
    assert "hanno un esito `livello` (Livello di servizio rispetto al riferimento); " in problems
    assert "; `quadro_3` (Quadro 3, obiettivi di servizio); " in problems


def test_the_file_that_whatif_writes_is_told(tmp_path: Path) -> None:
    """As of every other command with `-o`."""
    target = tmp_path / "margins.html"
    assert ask("whatif", JESI, "livello", "-o", str(target))[2] == f"scritto {target}\n"


def test_what_a_seal_lacks_is_to_be_written() -> None:
    """A value that is not there comes from nowhere: the way out is to write it."""
    report = str(EXAMPLES / "jesi-2024-incompleto.yaml")
    _, _, problems = ask("seal", report, "--archive", "none.sqlite")
    assert "scrivilo nella relazione" in problems
    assert "mostra da dove viene" not in problems


def test_an_unknown_code_in_python_is_told_the_same(jesi) -> None:
    """Over every door the near code is named."""
    with pytest.raises(ProblemsError) as error:
        jesi.whatif(JESI, "livello", values={"RO3": 4})
    assert error.value.problems[0].hint("it") == "intendevi `R03`?"


def test_what_changes_it_is_not_said_to_be_unsettled_whether_it_can(jesi) -> None:
    """Of an input that has a change the question is only whether there are others."""
    answer = jesi.whatif(JESI, "livello").to_dict()
    answer["unsettled"] = [{"input": code, "reason": "schema"} for code in ("R03", "M12")]
    document = jesi.evaluate(JESI).trail.to_dict()
    text = " ".join(render_changes(document, answer, "text", "it").split())
    assert "R03 (Numero di abitanti 2024): non è stabilito se altri suoi valori lo cambiano" in text
    assert "N° di utenti serviti 2024): non è stabilito se può cambiarlo, perché" in text


CELLS = {
    "name": ("string", "Anna", "Anna"),
    "due": ("number", "8.25", "8,25"),
    "whole": ("integer", "3", "3"),
    "here": ("boolean", "true", "sì"),
    "born": ({"type": "string", "format": "date"}, '"2016-02-29"', "29/02/2016"),
}


@pytest.mark.parametrize("of_rule", [False, True])
def test_a_row_is_called_by_a_value_of_any_kind(*, of_rule: bool) -> None:
    """By a text, a number, a truth, a day, of the form or of a rule; dots where there is none."""
    schema = schema_of({"L": rows_of({name: kind for name, (kind, _, _) in CELLS.items()})})
    asked = {name: f"r_{name}" if of_rule else name for name in CELLS}
    row = " / ".join(f"{{L.{name}}}" for name in asked.values())
    rules = {f"L.r_{name}": {"formula": f"L.{name}"} for name in CELLS if of_rule}
    checks = {"L.c": {"expect": 'L.name == "x"'}}
    lists = {"L": {"label": "elenco", "row": row}}
    plan = load_text(
        rulebook_text({"lists": lists, "rules": rules, "checks": checks}, language="2"), schema
    )
    cells = ", ".join(f"{name}: {written}" for name, (_, written, _) in CELLS.items())
    report = f"rulebook: prova/2024\nfields: {{L: [{{{cells}}}, {{}}]}}\n".encode()
    called = "1. " + " / ".join(shown for _, _, shown in CELLS.values())
    for form in ("text", "markdown", "html"):
        page = getattr(plan.evaluate(report), f"to_{form}")("it")
        read = " ".join(unescape(re.sub(r"<[^>]*>|\\", "", page)).split())
        assert called in read
        assert of_rule or "2. … / … / … / … / …" in read


def test_a_key_of_a_row_is_inert_where_it_names_the_field() -> None:
    """The name before the sentence had the control characters of the report."""
    plan = ruletrail.load(WORKED["homes"][1])
    home = {"nome": "Casa", "\x1b[31m" + "x" * 200: 1}
    with pytest.raises(ProblemsError) as raised:
        plan.evaluate({"rulebook": "imu/2024", "fields": {"immobili": [home]}})
    unknown = next(each for each in raised.value.problems if each.code == "unknown-key")
    for text in (unknown.message("it"), unknown.message("en"), str(raised.value)):
        assert text.isprintable()
        assert "x" * 100 not in text


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@pytest.mark.parametrize("written", ["1e-7", "1E2", "-0", "2.50"])
def test_a_row_is_called_by_a_number_as_the_report_writes_it(form: str, written: str) -> None:
    """Also with an exponent, which no computed value has: no page ends on it."""
    book = rulebook_text(
        {
            "lists": {"L": {"label": "L", "row": "n {L.n}"}},
            "rules": {"L.m": {"formula": "L.n * 2"}},
        },
        language="2",
    )
    plan = load_text(book, schema_of({"L": rows_of({"n": "number"}, 3)}))
    data = f'{{"rulebook": "{plan.reference}", "fields": {{"L": [{{"n": {written}}}]}}}}'.encode()
    evaluation = plan.evaluate(data)
    shown = {"1e-7": "0,0000001", "1E2": "100", "-0": "0", "2.50": "2,50"}[written]
    for page in (
        evaluation.explain("L[1].n", "it", form),
        evaluation.explain("L[1].m", "it", form),
    ):
        assert f"n {shown}" in page
    assert evaluation.explain(f"n {shown}", "it", form) if form == "text" else True


def test_the_number_of_a_cell_that_lacks_is_none_and_a_list_has_none() -> None:
    """A cell of a row that is there is known; how many rows there are is `size`, not the list."""
    evaluation = ruletrail.load(HOUSEHOLD / "household.yaml").evaluate(
        {"fields": {"data_domanda": "2024-05-31", "componenti": [{"nome": "A", "reddito": 5}, {}]}}
    )
    assert evaluation.number("componenti[1].reddito") == 5
    assert evaluation.number("componenti[2].reddito") is None
    for code in ("componenti", "componenti[*].eta", "componenti[1].nome"):
        with pytest.raises(TypeError, match="is no number"):
            evaluation.number(code)
    for code in ("componenti[3].reddito", "componenti[1].zzz", "componenti[0].reddito"):
        with pytest.raises(ProblemsError, match="unknown-step"):
            evaluation.number(code)


def test_what_each_row_reads_for_itself_is_named_in_what_is_told_of_all() -> None:
    """A group that rows read has no values in the step of all rows: its name stands there."""
    fields = {"a": "number", "b": "number", "rows": rows_of({"x": "number"})}
    bands = [{"from": 0, "value": 1}, {"from": 10, "value": 2}]
    rulebook = {
        "groups": {"g": ["a", "b"]},
        "scales": {"s": {"label": "S", "kind": "step", "bands": bands}},
        "rules": {"rows.y": {"label": "Y", "formula": "s(sum(g)) * rows.x"}},
    }
    plan = load_text(rulebook_text(rulebook, language="2"), schema_of(fields))
    values = {"a": 5, "b": 6, "rows": [{"x": 1}, {"x": 7}]}
    evaluation = plan.evaluate({"rulebook": REFERENCE, "subject": {}, "fields": values})
    for form in ("text", "markdown", "html"):
        assert "sum(g)" in evaluation.explain("rows.y", "en", form)
        assert "s(5 + 6) = 2" in evaluation.explain("rows[2].y", "en", form)


def test_of_thousands_of_rows_that_cannot_be_computed_the_first_are_shown(tmp_path: Path) -> None:
    """The first screen counts the others; the full text and the JSON lack none."""
    rules = {"L.r": {"label": "Riga", "formula": "L.x / A"}}
    text = rulebook_text({"rules": rules}).replace("language: 1", "language: 2")
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    rows = {"type": "array", "maxItems": 40, "items": {"type": "object",
            "additionalProperties": False, "properties": {"x": {"type": "number"}}}}  # fmt: skip
    fields = {"A": {"type": "number"}, "L": rows}
    schema = {"properties": {"fields": {"type": "object", "properties": fields}}}
    (tmp_path / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    given = {"rulebook": REFERENCE, "fields": {"A": 0, "L": [{"x": at} for at in range(40)]}}
    (tmp_path / "report.json").write_text(json.dumps(given), encoding="utf-8")
    words = ("evaluate", tmp_path / "report.json", "--rulebook", tmp_path / "r.yaml")
    brief, full, written = (
        call(*words, "--lang", "en", *more)[1]
        for more in (("--brief",), ("--full",), ("--format", "json"))
    )
    assert brief.count("L[") == 12
    assert "and 28 more values" in brief
    assert "more values" not in full
    assert all(f"L[{at}].r (Riga" in full for at in range(1, 41))
    assert len(json.loads(written)["result"]["errors"]) == 40


def test_the_checks_are_counted_alike_wherever_they_are() -> None:
    """Of a check of rows each row that fails it is one: `3 serious ones` of `1 failed` was said."""
    fields = {"L": rows_of({"y": {"type": "number"}}, 9)}
    checks = {
        "L.low": {"expect": "L.y < 3", "severity": "error"},
        "L.odd": {"expect": "L.y != 8", "severity": "warning"},
        "L.high": {"expect": "L.y >= 0", "severity": "error"},
        "many": {"expect": "size(L) > 1", "severity": "error"},
    }
    plan = load_text(rulebook_text({"checks": checks}, language="2"), schema_of(fields))
    rows = [{"y": at} for at in (1, 2, 8, 4, 5)]
    evaluation = plan.evaluate({"rulebook": REFERENCE, "fields": {"L": rows}})
    text = " ".join(evaluation.to_text("en").split())
    assert "3 serious checks failed." in text
    assert "2 checks passed; 4 failed." in text
    assert "2 checks passed; 4 failed." in " ".join(evaluation.to_text("en", brief=True).split())
    failed = re.findall(r"! (serious|warning) check, failed", text)
    assert (failed.count("serious"), len(failed)) == (3, 4)


def test_a_long_name_or_word_is_broken_in_its_cell(pages) -> None:
    """On one line it pushes the other columns off the page, and paper shrinks to fit it."""
    fields = {"L": rows_of({"n": {"type": "string"}, "t": {"type": "string"}}, 9)}
    entries = {"lists": {"L": {"row": "{L.n}"}}}
    plan = load_text(rulebook_text(entries, language="2"), schema_of(fields))
    rows = [
        {"n": "un nome " * 20, "t": "breve"},
        {"n": "Ada", "t": "x" * 80},
        {"n": "Bo", "t": "y"},
    ]
    page = plan.evaluate({"rulebook": REFERENCE, "fields": {"L": rows}}).to_html("it")
    cells = re.sub(r'<span class="of">[^<]*</span>', "", page)
    found = re.findall(r'<t[hd] role="(?:rowheader|cell)"(.*?)>(.*?)</t', cells)
    broken = {text.strip()[:6]: "long" in kind for kind, text in found}
    assert broken["1. un "]
    assert broken["xxxxxx"]
    assert not any(broken[text] for text in ("2. Ada", "3. Bo", "breve", "y"))
    assert "th.long[scope],td.long{white-space:normal;overflow-wrap:anywhere}" in page
    assert 'class="long"' not in pages["household", "html"]


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_rows_that_lack_a_value_are_named_in_their_order(form: str) -> None:
    """Row 10 does not come before row 2, as in the sorted texts of a trail."""
    fields = {"L": rows_of({"y": {"type": "number"}}, 12)}
    entries = {"rules": {"s": {"formula": "sum(L.y)"}}}
    plan = load_text(rulebook_text(entries, language="2"), schema_of(fields))
    document = plan.evaluate({"rulebook": REFERENCE, "fields": {"L": [{}] * 12}}).trail.to_dict()
    stored = document["steps"][-1]["value"]["missing"]
    assert stored.index("L[10].y") < stored.index("L[2].y")
    page = re.sub(r"<[^>]*>|\\", "", explain_step(document, "s", "en", form))
    assert ", ".join(f"L[{at}].y" for at in range(1, 13)) in " ".join(page.split())
    assert "L[10].y, L[11].y, L[12].y, L[1].y" not in page
