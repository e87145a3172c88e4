"""What an officer reads is true and in words: questions left open, gaps, sums, contradictions."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.linking import sentences_of
from ruletrail.rendering import explain_step, render_trail
from support.command_line import call
from support.first_screens import Q3, ask, change, in_one_line, show, small
from support.places import JESI, LIVORNO
from support.problem_documents import rulebook_of

CASES = [{"outcome": name, "when": f"a == {at}"} for at, name in enumerate(("uno", "due", "tre"))]
CASES = [{**case, "message": {"it": f"Vale {case['outcome']}."}} for case in CASES]


@pytest.mark.parametrize(
    ("condition", "question"),
    [
        ("a > b", "a supera b"),
        ("a >= b", "a non è inferiore a b"),
        ("a == b", "a è uguale a b"),
        ("a != b", "a è diverso da b"),
        ("a in [1, 2]", "a è tra [1; 2]"),
        ("a > 1 or a > b", "a supera 1 o se a supera b"),
        ("a > 1 and b > 1", "a supera 1"),
    ],
)
def test_an_open_condition_is_a_question_and_no_claim(condition: str, question: str) -> None:
    """What is missing, and for what; never `perché` before what is not known."""
    parts = {"s": {"title": "Parte", "due": condition, "fields": []}}
    text = ask(small({"a": "number", "b": "number"}, sections=parts), b=2)
    assert f"Parte (s): non ancora stabilito: manca a per sapere se {question}" in text
    assert "non ancora stabilito, perché" not in text


def test_an_open_decision_is_asked_for_by_its_label() -> None:
    """The outcome in words, the decision's label with the code beside."""
    cases = [{"outcome": "molto_alto", "when": "a > 1"}, {"outcome": "basso", "when": "a <= 1"}]
    plan = small(
        {"a": "number"},
        decisions={"d": {"label": "Livello", "cases": cases}},
        sections={"s": {"title": "Parte", "due": 'd == "molto_alto"', "fields": []}},
    )
    assert 'manca a per sapere se Livello (d) è "molto alto"' in ask(plan)
    english = in_one_line(show(plan, {"fields": {}}, "en"))
    assert 'a is missing, to know whether Livello (d) is "molto alto"' in english


def test_fields_that_only_a_due_part_needs_are_asked_for_on_that_condition() -> None:
    """Those that settle whether it is due come apart, and those of a part not due are plain."""
    parts = {
        "p": {"title": "Prima", "due": "a > 1 and x > 1", "fields": ["x", "y"]},
        "q": {"title": "Seconda", "due": "b > 1", "fields": ["z"]},
    }
    rules = {"r": {"formula": "y + z"}}
    text = ask(small(dict.fromkeys("abxyz", "number"), rules=rules, sections=parts), a=2, b=0)
    assert (
        "1. Scrivi nella relazione questi valori, per stabilire se è dovuto: Prima (p) ? x" in text
    )
    assert "2. Se sarà dovuto, compila anche: Prima (p) ? y Serve a: r" in text
    assert "3. Scrivi nella relazione questi valori ? z Serve a: r" in text


def test_a_sentence_is_called_the_opposite_only_where_it_is() -> None:
    """Of three outcomes none is; of a sentence apart its condition is told."""
    plan = small(
        {"a": "number", "b": "number"},
        decisions={"d": {"label": "Caso", "cases": CASES}},
        messages={
            "m": {"when": 'd == "due" and b > 0', "text": {"it": "Anche b è grande."}},
            "n": {"when": "not (a == 0)", "text": {"it": "Non vale zero."}},
        },
    )
    text = ask(plan, ("Vale due.",), a=0, b=5)
    assert "stampa una frase che questa risposta non prevede: «Vale due.»" in text
    text = ask(plan, ("Anche b è grande.",), a=0, b=5)
    assert 'Si stampa solo se Caso (d) è "due"; qui è "uno"' in text
    text = ask(plan, ("Non vale zero.",), a=0, b=5)
    assert "Si stampa solo se non a = 0; qui a (0) è uguale a 0" in text
    for printed in ("Vale due.", "Anche b è grande.", "Non vale zero."):
        assert "contrario" not in ask(plan, (printed,), a=0, b=5)


def test_slips_of_the_pen_come_before_the_tasks_that_they_may_cause(
    plan: Plan, tmp_path: Path
) -> None:
    """Also where the check is only a note; the number that is compared comes first."""
    text = in_one_line(show(plan, change(JESI, tmp_path, R06="358039040.00")))
    assert text.index("2. Ricontrolla. R05 è lontano") < text.index("3. Compila: Quadro 3")
    assert "R05 (8,50) è inferiore a 849,531665…, cioè R06 / (costo_R05_max" in text


def test_what_counts_stands_among_the_amounts_with_what_is_lacking(
    plan: Plan, tmp_path: Path
) -> None:
    """The amount of a due part again, and by how much each sum is short."""
    text = in_one_line(show(plan, change(LIVORNO, tmp_path, **Q3)))
    results = text.partition("Esiti e importi")[2]
    assert "R07_2021: mancano 1.167.708,08 euro per arrivare a R06" in results
    assert "(da_rendicontare): 1.376.953,67 euro (regola dedotta, non letta nel modulo)" in results
    assert "mancano" not in show(plan, LIVORNO)


@pytest.mark.parametrize(
    ("declared", "counted"),
    [
        ({"x": "3", "y": "3.33"}, "1 valore dichiarato concorde, 1 arrotondato"),
        ({"x": "3"}, "1 valore dichiarato concorde"),
        ({"y": "3.33"}, "1 valore dichiarato arrotondato"),
        ({"x": "3", "z": "6"}, "2 valori dichiarati concordi"),
    ],
)
def test_rounded_values_are_not_said_to_agree(declared: dict[str, str], counted: str) -> None:
    """They are counted apart."""
    rules = {"x": {"formula": "a"}, "y": {"formula": "10 / b"}, "z": {"formula": "a * 2"}}
    fields = dict.fromkeys("abxyz", "number")
    numbers = {code: Decimal(text) for code, text in declared.items()}
    text = ask(small(fields, rules=rules), a=3, b=3, **numbers)
    assert counted in text.lower()


def test_a_declared_value_of_a_rule_that_does_not_apply_is_left_blank() -> None:
    """With the reason; and the banner counts the values."""
    rules = {code: {"formula": "b / a", "when": "a > 0"} for code in ("x", "y")}
    plan = small(dict.fromkeys("abxy", "number"), rules=rules)
    text = in_one_line(show(plan, {"fields": {"a": 0, "b": 1, "x": 5, "y": 6}}, brief=False))
    assert "Correggi x: dichiarato 5, ma la regola non si applica (a (0) non supera 0): " in text
    assert "2 valori dichiarati sono diversi da quelli calcolati" in text
    assert "calcolato x non si applica" not in text


def test_what_is_missing_has_the_sign_of_what_is_open() -> None:
    """In the values too; a failed check has that of what is wrong, what is not due its own."""
    plan = small(
        {"a": "number", "b": "number"},
        rules={"x": {"formula": "a + 1"}},
        checks={"k": {"label": "Piccolo", "expect": "b < 1", "severity": "warning"}},
        sections={"s": {"title": "Parte", "due": "b < 1", "fields": []}},
    )
    text = show(plan, {"fields": {"b": 2}}, brief=False)
    for line in ("? x = a + 1", "! avviso, non superato", "· Parte (s): non dovuto"):
        assert f"\n{line}" in text


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_sentence_with_a_gap_says_what_is_missing(plan: Plan, tmp_path: Path, form: str) -> None:
    """In every form; the trail's own text stays as it is."""
    document = plan.evaluate(change(LIVORNO, tmp_path, R03=None)).trail.to_dict()
    shown = in_one_line(render_trail(document, form)).replace("\\", "")
    assert "mancante abitanti" not in shown
    assert "1 ogni [manca" in shown
    assert "1 ogni mancante abitanti" in str(document)


def test_quantities_are_grouped_and_years_are_as_their_author_shows_them() -> None:
    """`grouping: false` of a rule with a unit holds for the form's own sentence."""
    display = {"display": {"grouping": False}}
    rules = {
        "x": {"formula": "a", "unit": "abitanti", **display}, "y": {"formula": "b", **display},
    }  # fmt: skip
    fields: Any = {"a": {"type": "number", "unit": "abitanti"}, "b": "number"}
    plan = small(fields, rules=rules)
    text = show(plan, {"fields": {"a": 1942, "b": 2024}}, brief=False)
    assert "x = a = 1.942 abitanti" in text
    assert "y = b = 2024" in text


def test_an_explanation_says_value_and_origin_once(plan: Plan) -> None:
    """One colon, one unit; a choice in short is its value and the branch taken."""
    document = plan.evaluate(LIVORNO).trail.to_dict()
    text = in_one_line(explain_step(document, "R05"))
    assert "popolazione)): 10,44 %, dichiarato nella relazione" in text
    text = in_one_line(explain_step(document, "da_rendicontare"))
    assert "In breve: 0,00 euro, perché" in text
    assert "non_inferiore" not in text


def test_nothing_is_drawn_against_a_written_zero() -> None:
    """There is no share of nothing."""
    parts = {"s": {"title": "Parte", "due": "a > 0", "fields": []}}
    text = show(small({"a": "number"}, sections=parts), {"fields": {"a": 5}}, brief=False)
    assert "0: 0" not in text
    assert "supera 0 di" not in text


def test_optional_fields_left_blank_are_named(plan: Plan) -> None:
    """Where fewer fields are filled in than there are, it is said which are not."""
    text = in_one_line(show(plan, LIVORNO, brief=False))
    assert "campi compilati: 64 su 65 in bianco, perché facoltativo: R01A_2020 (" in text


def test_the_contents_lead_to_the_first_screen_too(plan: Plan) -> None:
    """What is to do comes first."""
    page = show(plan, JESI, form="html", brief=False)
    links = page.partition("<nav ")[2].partition("</nav>")[0]
    assert links.index('<a href="#f1">Da fare</a>') < links.index('<a href="#c1">Decisioni</a>')
    assert '<h2 id="f1">Da fare</h2>' in page


TWO = {
    "decisions": {
        "d": {
            "cases": [
                {
                    "outcome": "sopra",
                    "when": "a > 1",
                    "message": {"it": "Nostra: {a} e {b}.", "en": "Ours: {a} and {b}."},
                },
                {"outcome": "sotto", "when": "a <= 1", "message": {"it": "Del modulo."}},
            ]
        }
    },
    "checks": {
        "c": {
            "expect": "a == 0",
            "severity": "warning",
            "message": {"it": "Vale {a}: ricontrolla.", "en": "It is {a}: look again."},
        }
    },
}


@pytest.mark.parametrize(
    ("language", "said", "unsaid"),
    [
        ("it", ("Nostra: 2,5 e [manca b].", "Vale 2,5: ricontrolla."), "Ours"),
        ("en", ("Ours: 2.5 and [b is missing].", "It is 2.5: look again."), "Nostra"),
    ],
)
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_sentence_is_in_the_language_of_its_reader_where_its_author_wrote_that(
    form: str, language: str, said: tuple[str, ...], unsaid: str
) -> None:
    """Numbers and gaps in it too, in every form; the trail holds the rulebook's language alone."""
    plan = small(dict.fromkeys("ab", "number"), **TWO)
    report = {"fields": {"a": Decimal("2.5")}}
    text = in_one_line(show(plan, report, language, form, brief=False)).replace("\\[", "[")
    text = text.replace("\\]", "]").replace("<code>b</code>", "b")
    text = re.sub(r"<a [^>]*>|</a>", "", text)
    for sentence in said:
        assert sentence in text
    assert unsaid not in text
    assert "Ours" not in plan.evaluate(report).trail.to_json()


def test_a_sentence_without_a_twin_stays_as_the_form_prints_it() -> None:
    """No translation of the form's own words is made up; its language is marked."""
    plan = small(dict.fromkeys("ab", "number"), **TWO)
    text = show(plan, {"fields": {"a": 1, "b": 1}}, "en", "html", brief=False)
    assert 'lang="it"' in text.partition("Del modulo.")[0][-60:]


def test_every_sentence_of_ours_in_the_shipped_rulebook_has_both_languages(plan: Plan) -> None:
    """Those of the form, seen there, stay Italian."""
    for entry in plan.linked.rulebook.entries.values():
        for sentence in sentences_of(entry):
            is_printed = (sentence.basis.evidence or entry.basis.evidence) == "seed"
            assert set(sentence.templates) == ({"it"} if is_printed else {"it", "en"}), entry.code


def test_sources_are_named_so_that_they_can_be_looked_up(plan: Plan) -> None:
    """A title that says "official sources" names none."""
    text = in_one_line(show(plan, JESI, "it", brief=False))
    for act in ("21A05173 (1/9/2021)", "22A07108", "DPCM 20/10/2023", "L. 213/2023", "L. 234/2021"):
        assert act in text.partition("Fonti e identità")[2]


def test_a_choice_in_short_says_what_it_would_be_otherwise(plan: Plan) -> None:
    """No talk of branches."""
    document = plan.evaluate(LIVORNO).trail.to_dict()
    for language, words in (("it", "altrimenti sarebbe"), ("en", "otherwise it would be")):
        text = in_one_line(explain_step(document, "da_rendicontare", language))
        short = text.partition("Perché")[0] or text
        assert f"; {words} min" in short
        assert "ramo scelto" not in short
        assert "branch taken" not in short


MONEY = [
    ("169.644", "euro", "write `169644`"),
    ("-1.500", "EUR", "write `-1500`"),
    ("9.510", "€", "write `9510`"),
    ("3580390.400", "euro", "has two decimals at most"),
    ("0.125", "euro", "has two decimals at most"),
    ("169.64", "euro", ""),
    ("169644", "euro", ""),
    ("8.500", "%", ""),
    ("17.525", None, ""),
]


@pytest.mark.parametrize(("written", "unit", "hint"), MONEY)
def test_money_with_parts_of_a_cent_is_remarked_and_changes_no_answer(
    written: str, unit: str | None, hint: str, tmp_path: Path
) -> None:
    """On standard error, with field, label and what the number means; the trail is the same."""
    declared = {"type": "number", "title": "Risorse", **({"unit": unit} if unit else {})}
    properties = {"fields": {"type": "object", "properties": {"A": declared}}}
    schema = {"type": "object", "properties": properties}
    (tmp_path / "schema.json").write_text(json.dumps(schema), "utf-8")
    rulebook = tmp_path / "rulebook.yaml"
    rulebook.write_text(rulebook_of("  X: {formula: A * 2}\n"), "utf-8")
    report = tmp_path / "report.yaml"
    report.write_text(f"rulebook: prova/2024\nfields:\n  A: {written}\n", "utf-8")
    words = ("evaluate", report, "--rulebook", rulebook, "--format", "json")
    status, out, err = call(*words)
    assert status == 0
    assert json.loads(out)["result"]["values"]["X"] == f"{Decimal(written) * 2:f}".rstrip(
        "0"
    ).rstrip(".")
    if not hint:
        assert not err
        return
    (problem,) = json.loads(err)["problems"]
    assert (problem["code"], problem["severity"]) == ("money-decimals", "warning")
    whole = written.partition(".")[0]
    assert problem["message"].startswith(f"A (Risorse): `{written}` means about {whole} {unit} and")
    assert hint in problem["hint"]
