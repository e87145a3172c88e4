"""The first screen: what to do, what is due and why, in every form; and brief on a terminal."""

import html
import io
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from ruletrail.api import Plan
from ruletrail.cli import main
from ruletrail.cli.consoles import Console
from ruletrail.formats import LOCALES
from ruletrail.rendering import (
    explain_step,
    read_wording,
    render_lines,
    render_trail,
    state_disagreement,
)
from ruletrail.rendering.answers import join_ranges
from support.command_line import call
from support.first_screens import Q3, ask, change, in_one_line, show, small
from support.places import EXAMPLES, JESI, LIVORNO
from support.rulebooks import load_text, rulebook_text, schema_of

GARDEN = EXAMPLES / "garden"


# -- What must I do?


def test_a_due_section_is_the_first_thing_to_do(plan: Plan, tmp_path: Path) -> None:
    """Which part, why, the amount that follows and how far it is known, what is not encoded."""
    text = show(plan, change(LIVORNO, tmp_path, **Q3))
    tasks = in_one_line(text.partition("Da fare\n")[2].partition("Parti del modulo")[0])
    assert (
        "2. Compila: Quadro 3, obiettivi di servizio (quadro_3) È dovuto (regola "
        "dedotta: spesa), perché l'esito «Spesa storica rispetto al fabbisogno standard» (spesa) è "
        '"inferiore" '
        "(R07_2017 (15.000.000,00 euro) è inferiore a R06 (17.167.708,08 euro); R07_2021 "
        "(16.000.000,00 euro) è inferiore a R06). Importo da rendicontare nel Quadro 3 "
        "(da_rendicontare): 1.376.953,67 euro (regola dedotta) I suoi campi "
        "non sono codificati qui: compilali sul modulo stesso. Motivo: le etichette dei righi "
        "R09-R15 non sono note 3. Compila: Quadro 4, le altre combinazioni"
    ) in tasks
    assert "Valuta a mano" not in text


_BY_HAND: dict[Any, tuple[str, str]] = {
    "it": ("Relazione da completare a mano: qui non manca nessun dato", "qualcosa manca"),
    "en": ("The report is to be completed by hand: no input is missing", "something is missing"),
}


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_what_only_the_rulebook_lacks_is_to_be_completed_by_hand(
    plan: Plan, form: str, language: Any, tmp_path: Path
) -> None:
    """Where a value is missing too, that is what the headline says."""
    by_hand, missing = _BY_HAND[language]
    report = change(JESI, tmp_path, R05="12.00")
    page = in_one_line(show(plan, report, language, form))
    assert by_hand in page
    assert missing not in page
    page = in_one_line(show(plan, change(report, tmp_path, R08=None), language, form))
    assert missing in page
    assert by_hand not in page


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (
            {"rules": {"r": {"label": "Quota", "not_encoded": "non si sa"}}},
            "Calcola a mano: Quota (r) Qui non è codificato: non si sa",
        ),
        (
            {
                "decisions": {
                    "d": {
                        "label": "Esito",
                        "cases": [
                            {"outcome": "si", "not_encoded": "non si sa"},
                            {"outcome": "no", "when": "a > 1"},
                        ],
                    }
                }
            },
            "Decidi a mano l'esito: Esito (d) Esiti possibili: si, no Qui non è codificato: non si",
        ),
        (
            {"sections": {"s": {"title": "Parte", "due": {"not_encoded": "non si sa"}}}},
            "Valuta a mano se è dovuto: Parte (s) Qui non è codificato: non si sa",
        ),
        (
            {
                "checks": {
                    "c": {"label": "Somma", "expect": {"not_encoded": "ma"}, "severity": "error"}
                }
            },
            "Controlla a mano: Somma (c) Qui non è codificato: ma",
        ),
        (
            {
                "messages": {
                    "m": {
                        "label": "Frase",
                        "when": {"not_encoded": "non si sa"},
                        "text": {"it": "Ciao."},
                    }
                }
            },
            "Valuta a mano se la frase vale qui: Frase (m) Qui non è codificato: non si sa",
        ),
    ],
)
def test_what_is_judged_by_hand_is_said_by_what_it_is(entries: dict[str, Any], said: str) -> None:
    assert said in ask(small({"a": "number"}, **entries), a=2)


def test_fields_of_a_part_that_is_not_due_are_taken_out_or_explained(
    plan: Plan, tmp_path: Path
) -> None:
    """Many that count up as a range, one with its label, each with the part and why."""
    text = in_one_line(show(plan, change(LIVORNO, tmp_path, **Q3)))
    assert (
        "4. Togli o spiega R16-R22: sono compilati, ma non sono dovuti Quadro 4, motivi di "
        "una spesa non inferiore e di un livello dei servizi superiore (quadro_4_motivi) non è "
        "dovuto (regola dedotta: spesa), perché l'esito «Spesa storica rispetto al "
        'fabbisogno standard» (spesa) è "inferiore", non "non inferiore"'
    ) in text


def test_a_field_of_two_parts_is_in_its_place_where_one_may_be_due() -> None:
    """It is taken out only where no part that has it is due, or may become so."""
    parts = {
        "p": {"title": "Prima", "due": "a > 1", "fields": ["x"]},
        "q": {"title": "Seconda", "due": "a < 1", "fields": ["x"]},
        "r": {"title": "Terza", "due": "b > 1", "fields": ["x"]},
    }
    plan = small(dict.fromkeys("abx", "number"), sections=parts)
    assert "Togli" not in ask(plan, a=2, b=0, x=5)
    assert "Togli" not in ask(plan, a=1, x=5)
    assert ask(plan, a=1, b=1, x=5).count("Togli o spiega x") == 1


def test_an_optional_field_that_may_be_another_part_s_is_not_taken_out() -> None:
    """Where a due sister's fields are not known; its necessary fields have their place."""

    def ask_whether(**sister: object) -> str:
        parts = {
            "w": {"title": "Quadro", "due": "true", "fields": []},
            "p": {
                "part_of": "w", "title": "Prima", "due": "a > 1", "fields": ["x", "y"],
                "optional": ["y"],
            },
            "q": {"part_of": "w", "title": "Seconda", "due": "a < 1", **sister},
            "r": {"part_of": "w", "title": "Terza", "due": "a > 2", "fields": ["y"]},
        }  # fmt: skip
        return ask(small(dict.fromkeys("abxy", "number"), sections=parts), a=0, x=5, y=5)

    for due in ("a < 1", "b < 1"):  # also where it may become due
        unknown = ask_whether(not_encoded="non si sa", due=due)
        assert "Togli o spiega x: è compilato" in unknown
        assert "spiega y" not in unknown
    assert "Togli o spiega x, y: sono compilati" in ask_whether(fields=[])


def test_what_a_part_may_leave_blank_is_asked_for_where_it_is_needed() -> None:
    """Not in the due part that does without; in the one that may come to need it."""
    parts = {
        "p": {"title": "Prima", "due": "true", "fields": ["x", "y"], "optional": ["y"]},
        "q": {"title": "Seconda", "due": "b > 1", "fields": ["y"]},
    }
    rules = {"r": {"formula": "y * 2"}}
    text = ask(small(dict.fromkeys("bxy", "number"), rules=rules, sections=parts), x=1)
    assert "Se sarà dovuto, compila anche: Seconda (q) ? y" in text
    assert "anche: Prima" not in text


@pytest.mark.parametrize(
    ("codes", "ranges"),
    [
        ("R16 R17 R18", [("R16", "R18")]),
        ("R16 R17", [("R16", "R16"), ("R17", "R17")]),
        ("R9 R10 R11 S1", [("R9", "R11"), ("S1", "S1")]),
        ("R1 R3 R5", [("R1", "R1"), ("R3", "R3"), ("R5", "R5")]),
        ("R3 R2 R1", [("R3", "R3"), ("R2", "R2"), ("R1", "R1")]),
        ("a b R0A", [("a", "a"), ("b", "b"), ("R0A", "R0A")]),
    ],
)
def test_codes_that_count_up_are_a_range(codes: str, ranges: list[tuple[str, str]]) -> None:
    """Three or more of one stem, in order; never across a gap."""
    assert join_ranges(tuple(codes.split())) == ranges


def test_what_to_fill_in_is_grouped_by_part_in_the_order_of_the_form() -> None:
    """Due parts first, then what values wait for, then what may become due; with their labels."""
    fields = {code: {"type": "number", "title": f"Campo {code}"} for code in "zyxwv"}
    parts = {
        "p": {"title": "Prima", "due": "true", "fields": ["z", "y"]},
        "q": {"title": "Seconda", "due": "z > 1", "fields": ["x", "w"]},
    }
    rules = {"r": {"formula": "w + x + v"}}
    text = ask(small(fields, rules=rules, sections=parts))
    order = (
        "1. Compila: Prima (p) ? z (Campo z) Serve a: «Seconda»",
        "? y (Campo y)",
        "2. Scrivi nella relazione questi valori ? v (Campo v)",
        "3. Se sarà dovuto, compila anche: Seconda (q) ? x (Campo x)",
        "? w (Campo w) Serve a: r",
    )
    places = [text.index(piece) for piece in order]
    assert places == sorted(places)
    begun = ask(small(fields, rules=rules, sections=parts), y=1, x=1, w=1, v=1)
    assert "1. Completa: Prima (p) ? z (Campo z)" in begun


def test_brief_counts_what_it_does_not_name() -> None:
    """Of seventy empty fields six are named; the full page names all."""
    codes = [f"c{number}" for number in range(70)]
    parts = {"p": {"title": "Prima", "due": "true", "fields": codes}}
    plan = small(dict.fromkeys(codes, "number"), sections=parts)
    text = ask(plan)
    assert "? c5" in text
    assert "? c6 " not in text
    assert "e altri 64 campi" in text
    assert "? c69" in show(plan, {"fields": {}}, brief=False)


@pytest.mark.parametrize("severity", ["error", "warning", "info"])
def test_a_failed_check_of_any_severity_is_something_to_do(severity: str) -> None:
    """Nothing says that all is well where a check failed; with none failed, it says so."""
    check = {"label": "A è piccolo", "expect": "a < 10", "severity": severity}
    plan = small({"a": "number"}, checks={"k": check})
    text = ask(plan, a=50)
    word = {"error": "Correggi. A è piccolo Errore", "warning": "Ricontrolla. A è piccolo Avviso"}
    assert f"1. {word.get(severity, 'Ricontrolla. A è piccolo Nota')} k: non superato" in text
    assert "a (50) non è inferiore a 10" in text
    assert "Qui non risulta altro" not in text
    assert "1 non superato" in text
    assert "Qui non risulta altro da compilare o da correggere." in ask(plan, a=5)


@pytest.mark.parametrize("need", ["171677.08", "1716770808.00"])
def test_a_need_wrong_by_a_factor_of_a_hundred_shows_at_the_top(
    plan: Plan, tmp_path: Path, need: str
) -> None:
    """The check is only a note, and still among what to do; the page is never green."""
    report = change(LIVORNO, tmp_path, R06=need)
    text = in_one_line(show(plan, report))
    assert "Ricontrolla. Con R06 (fabbisogno standard) pari a" in text
    assert "Qui non risulta altro" not in text
    assert '<p class="good banner">' not in show(plan, report, form="html")
    assert '<p class="good banner">' in show(plan, LIVORNO, form="html")


def test_a_complete_report_with_one_thing_left_says_one_thing() -> None:
    """Numbers agree, in both languages."""
    check = {"label": "A è piccolo", "expect": "a < 10", "severity": "info"}
    other = {**check, "label": "A è minuscolo"}
    one, two = (
        small({"a": "number"}, checks=checks) for checks in ({"k": check}, {"k": check, "l": other})
    )
    report = {"fields": {"a": 50}}
    assert "Relazione completa, ma c'è una cosa da rivedere." in show(one, report)
    assert "ma ci sono 2 cose da rivedere." in in_one_line(show(two, report))
    assert "but there is one thing to look at." in show(one, report, "en")
    assert "but there are 2 things to look at." in in_one_line(show(two, report, "en"))


# -- What contradicts


def test_a_printed_sentence_that_says_the_opposite_is_a_contradiction(
    plan: Plan, tmp_path: Path
) -> None:
    """Each has its number, and names the point or the answer that it denies."""
    report = change(LIVORNO, tmp_path, **Q3)
    text = in_one_line(show(plan, report))
    assert (
        "Da fare 1. Il modulo stampa 5 frasi che non si accordano con questa risposta "
        "! «La spesa dell'ente locale è risultata non inferiore al livello del fabbisogno standard "
        "per la funzione del sociale.» Contraddice la risposta: Spesa storica rispetto al "
        "fabbisogno standard (spesa): inferiore ! «L'ente non deve compilare il Quadro 3 degli "
        "obiettivi di servizio.» Contraddice il punto 2: Quadro 3, obiettivi di servizio "
        "(quadro_3): dovuto ! «Il livello di spesa"
    ) in text
    assert "Contraddice il punto 4: Quadro 4, motivi" in text
    assert "2. Compila: Quadro 3" in text
    assert "4. Togli o spiega R16-R22" in text
    assert (
        "! «Anche il livello dei servizi è risultato non inferiore a quello di riferimento.» Nei "
        "moduli noti si stampa dove l'esito «Spesa storica rispetto al fabbisogno standard» "
        '(spesa) è "non inferiore"; qui è "inferiore"'
    ) in text
    english = in_one_line(show(plan, report, "en"))
    assert "1. The form prints 5 sentences that do not agree with this answer" in english
    assert '(spesa) is "non inferiore"; here it is "inferiore"' in english
    full = in_one_line(show(plan, report, brief=False))
    assert "ciò che nessuna regola prevede" not in full
    assert "contrario" not in in_one_line(show(plan, LIVORNO, brief=False))


def test_every_kind_of_sentence_can_contradict_and_none_that_is_open() -> None:
    """Decisions, parts, checks and messages; with the values that a sentence holds put in."""
    cases = [
        {"outcome": "alto", "when": "a > 1", "message": {"it": "Il valore {a} è alto."}},
        {"outcome": "basso", "when": "a <= 1", "message": {"it": "Il valore {a} è basso."}},
    ]
    due = {"due": {"it": "La parte è dovuta."}, "not_due": {"it": "La parte non è dovuta."}}
    plan = small(
        {"a": "number"},
        decisions={"d": {"label": "Livello", "cases": cases}},
        sections={"s": {"title": "Parte", "due": "a > 1", "fields": [], "message": due}},
        checks={
            "k": {
                "label": "Piccolo", "expect": "a < 9", "severity": "info",
                "message": {"it": "Il valore è troppo grande."},
            }
        },
        messages={"m": {"when": "a < 1", "text": {"it": "Segue altro."}}},
    )  # fmt: skip
    opposites = (
        "Il valore 5 è basso.", "La parte non è dovuta.", "Il valore è troppo grande.",
        "Segue altro.",
    )  # fmt: skip
    right = ("Il valore 5 è alto.", "La parte è dovuta.")
    text = ask(plan, (*right, *opposites), a=5)
    assert "1. Il modulo stampa 4 frasi che non si accordano con questa risposta" in text
    for sentence in opposites:
        assert f"! «{sentence}»" in text
        assert "1. Il modulo stampa " in ask(plan, (*right, sentence), a=5)
    assert "Contraddice la risposta: Livello (d): alto" in text
    assert "Nei moduli noti si stampa dove a è inferiore a 1; qui a (5) non è inferiore a 1" in text
    for printed in (ask(plan, right, a=5), ask(plan, (*right, *opposites))):
        assert "contrario" not in printed
        assert "non si accordano" not in printed


def test_what_is_printed_besides_stays_apart_from_contradictions() -> None:
    """A sentence that no rule knows is shown as that, once."""
    due = {"due": {"it": "La parte è dovuta."}, "not_due": {"it": "La parte non è dovuta."}}
    parts = {"s": {"title": "Parte", "due": "a > 1", "fields": [], "message": due}}
    plan = small({"a": "number"}, sections=parts)
    printed = {"messages": ["La parte non è dovuta. Buongiorno."]}
    text = in_one_line(show(plan, {"fields": {"a": 5}, "printed": printed}, brief=False))
    assert "ciò che nessuna regola prevede: Buongiorno." in text
    assert "prevede: La parte" not in text


def test_what_the_form_says_against_the_answer_comes_before_all_else(
    plan: Plan, tmp_path: Path
) -> None:
    """The headline says so with the values to look at, the first point quotes the sentences."""
    report = change(JESI, tmp_path, R06="358039040.00")
    for language, said, first in (
        (
            "it",
            (
                "Il modulo stampa frasi contrarie a questa risposta: prima di compilare o togliere "
                "qualcosa, ricontrolla i valori copiati (R06, R07_2017, R07_2021). "
                "Relazione da completare"
            ),
            "1. Il modulo stampa 5 frasi che non si accordano",
        ),
        (
            "en",
            (
                "The form prints sentences contrary to this answer: before you fill in or take out "
                "anything, check the values you copied (R06, R07_2017, R07_2021). "
                "The report is to be completed"
            ),
            "1. The form prints 5 sentences that do not agree",
        ),
    ):
        for brief in (True, False):
            text = in_one_line(show(plan, report, language, brief=brief))
            assert said in text
            assert text.index(said) < text.index(first) < text.index(" 2. ")
        page = show(plan, report, language, "html")
        assert page.index('<p class="bad banner">') < page.index("<ol>")
    for clean in (JESI, LIVORNO):
        assert "contrar" not in show(plan, clean)


@pytest.mark.parametrize("r04", [None, "1.032035", "10.320348"])
def test_what_is_copied_is_what_a_computed_value_comes_from(
    plan: Plan, tmp_path: Path, r04: str | None
) -> None:
    """R03 with a digit too many turns the answer: copying R04 again, which is computed, does not.

    So whether the report has R04 or not, and whether it agrees.
    """
    report = change(JESI, tmp_path, R03="393010", R04=r04)
    said = in_one_line(show(plan, report)).partition(" Relazione da correggere")[0]
    assert "i valori copiati (R03, R05, i 21 valori da cui si calcola R0B)" in said
    assert "R04" not in said


def test_what_a_true_part_of_a_condition_reads_was_copied_well() -> None:
    """Of `a > 1 and b > 1` the form agrees with the part that holds: the other is to be looked at.

    Of a whole part only where its being not due is why; of a group's sum all members are named.
    """
    said = {"due": {"it": "La parte è dovuta."}, "not_due": {"it": "La parte non è dovuta."}}
    part = {"title": "Parte", "part_of": "w", "fields": [], "message": said}
    whole = {"title": "Tutto", "due": "sum(g) > 1", "fields": []}
    sections = {"w": whole, "s": {**part, "due": "a > 1 and b > 1"}}
    fields = dict.fromkeys("abcd", "number")
    plan = small(fields, groups={"g": ["c", "d"]}, sections=sections)
    for values, looked_at in (
        ({"a": 5, "b": 0, "c": 5, "d": 0}, "b"),
        ({"a": 0, "b": 0, "c": 5, "d": 0}, "a, b"),
        ({"a": 5, "b": 5, "c": 0, "d": 0}, "c, d"),
    ):
        report = {"fields": values, "printed": {"messages": ["La parte è dovuta."]}}
        assert f"ricontrolla i valori copiati ({looked_at})." in in_one_line(show(plan, report))


def test_what_the_report_does_not_state_was_not_copied() -> None:
    """Neither a rule's value nor a field that is absent; of rows their list is named, once."""
    row = {"type": "object", "properties": {"n": {"type": "number"}}}
    rows = {"type": "array", "maxItems": 9, "items": row}
    said = {"due": {"it": "La parte è dovuta."}, "not_due": {"it": "La parte non è dovuta."}}
    due = "if_missing(a, b) + twice + sum(righe.n) > 1"
    text = rulebook_text(
        {
            "rules": {"twice": {"formula": "c * 2"}},
            "sections": {"s": {"title": "Parte", "due": due, "fields": [], "message": said}},
        },
        language="2",
    )
    plan = load_text(text, schema_of({"a": "number", "b": "number", "c": "number", "righe": rows}))
    fields = {"b": 5, "c": 1, "righe": [{"n": 1}, {"n": 2}]}
    printed = {"messages": ["La parte non è dovuta."]}
    shown = in_one_line(show(plan, {"fields": fields, "printed": printed}))
    assert "ricontrolla i valori copiati (b, c, righe)." in shown


def test_the_headline_calls_opposite_only_what_is() -> None:
    """Of three outcomes, or of a sentence apart, it says that they do not agree."""
    cases = [
        {"outcome": name, "when": f"a == {at}", "message": {"it": f"Vale {name}."}}
        for at, name in enumerate(("uno", "due", "tre"))
    ]
    plan = small({"a": "number"}, decisions={"d": {"label": "Caso", "cases": cases}})
    text = ask(plan, ("Vale due.",), a=0)
    assert "Il modulo stampa una frase che non si accorda con questa risposta: prima di" in text
    assert "ricontrolla i valori copiati (a)." in text
    assert "contrari" not in text


FOUR = [
    {"outcome": "alto", "when": "a > 1", "message": {"it": "Il livello è risultato molto alto."}},
    {"outcome": "basso", "when": "a <= 1", "message": {"it": "Il livello è basso."}},
]
STRANGE = (
    "Il livello è risultato molto basso per tutti gli enti.",
    "Una frase. Con un'altra nello stesso blocco.",
)


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_sentences_that_nobody_knows_are_to_be_compared_by_hand(form: str) -> None:
    """Each apart, beside the one that begins like it; the headline and the counts agree."""
    plan = small({"a": "number"}, decisions={"d": {"label": "Livello", "cases": FOUR}})
    report = {"fields": {"a": 5}, "printed": {"messages": [*STRANGE, "Il livello è risultato "]}}
    report["printed"]["messages"].insert(1, FOUR[0]["message"]["it"])
    for language, words in (
        (
            "it",
            (
                "ma c'è una cosa da rivedere",
                "Confronta a mano: il modulo stampa 3 frasi che qui non sono previste",
                f"«{STRANGE[0]}»",
                (
                    "Somiglia a una frase di questa risposta, che qui dice: «Il livello è "
                    "risultato molto alto.»"
                ),
                f"«{STRANGE[1]}»",
                "1 frase ritrovata nel modulo, 3 non riconosciute",
            ),
        ),
        (
            "en",
            (
                "but there is one thing to look at",
                "Compare by hand: the form prints 3 sentences that are not expected here",
                f"“{STRANGE[0]}”",
                "It resembles a sentence of this answer, which here reads: “Il livello è risultato",
                f"“{STRANGE[1]}”",
                "1 sentence found on the form, 3 not recognised",
            ),
        ),
    ):
        for brief in (True, False):
            text = in_one_line(show(plan, report, language, form, brief=brief))
            text = html.unescape(re.sub(r"<[^>]+>", "", text)).replace("\\", "")
            text = in_one_line(text)
            places = [text.find(piece) for piece in words]
            assert -1 not in places, (language, [*zip(words, places, strict=True)], text)
            assert places == sorted(places)
    assert "Qui non risulta altro" not in ask(plan, ("Altro.",), a=5)
    assert "Confronta a mano: il modulo stampa una frase" in ask(plan, ("Altro.",), a=5)


@pytest.mark.parametrize(
    ("locale", "said", "printed", "is_told"),
    [
        ("it", "Il livello è risultato NON inferiore.", "Il livello è risultato inferiore.", True),
        ("it", "Il livello è risultato inferiore.", "Il livello è risultato non inferiore.", True),
        ("it", "Non è dovuto.", "È dovuto.", True),
        ("it", "È dovuto, e non è scaduto.", "Non è dovuto, e è scaduto.", True),
        ("it", "Il livello è basso.", "IL LIVELLO È BASSO.", False),
        ("it", "Il livello NON è basso.", "Il livello non è basso.", False),
        ("it", "Il livello è basso.", "Il livello non è alto.", False),
        # a word of another language is none of this one
        ("it", "Il livello è basso.", "Il livello not è basso.", False),
        ("en", "The level is below.", "The level is not below.", True),
        ("en", "The level isn't below.", "The level is below.", True),
        ("en", "The form cannot be sent.", "The form can be sent.", True),
        ("en", "The level is below.", "The level is above.", False),
    ],
)
def test_a_sentence_that_is_another_by_a_negation_may_say_the_opposite(
    locale: Any, said: str, printed: str, *, is_told: bool
) -> None:
    """It stood under a complete report as a sentence that is not expected, and like this one."""
    cases = [{"outcome": "x", "when": "a > 1", "message": {locale: said}}]
    decisions = {"d": {"label": "Livello", "cases": cases}}
    text = rulebook_text({"decisions": decisions}, locale=locale)
    plan = load_text(text, schema_of({"a": "number"}))
    report = {"fields": {"a": 5}, "printed": {"messages": [printed]}}
    titles = {
        "it": ("Il modulo stampa una frase che può dire il contrario", "Confronta a mano"),
        "en": ("The form prints a sentence that may say the opposite", "Compare by hand"),
    }
    opposite, unknown = titles[locale]
    for brief in (True, False):
        shown = in_one_line(show(plan, report, locale, brief=brief))
        assert (f"1. {opposite}" in shown) is is_told
        assert (unknown in shown) is not is_told
        begin = shown.index("Livello (d): " if is_told else unknown)
        assert (f"{opposite} " in shown[:begin]) is is_told  # the head says it too
        assert ("copiati (a)" in shown or "copied (a)" in shown) is is_told
    assert state_disagreement(plan.evaluate(report).trail.to_dict(), locale, None).startswith(
        opposite if is_told else ""
    )


@pytest.mark.parametrize("language", LOCALES)
def test_a_complete_report_with_such_a_sentence_fits_a_terminal(
    plan: Plan, tmp_path: Path, language: Any
) -> None:
    """What is not due, and has nothing filled in, gives way last: its outcome stays."""
    report = tmp_path / "r.yaml"
    report.write_text(JESI.read_text("utf-8").replace(" NON\n", "\n"), "utf-8")
    evaluation = plan.evaluate(report)
    wording, trail = read_wording(evaluation.record, language), evaluation.trail.to_dict()
    lines = render_lines(trail, language, wording, brief=True, width=80)
    assert len(lines) <= 40
    text = in_one_line("\n".join(line.text for line in lines))
    not_due = {"it": "non dovuto (regola dedotta: spesa)", "en": "not due (rule inferred: spesa)"}
    assert f"(quadro_3): {not_due[language]} +" in text


def test_one_such_sentence_among_others_is_told_apart() -> None:
    """The form does not say where a sentence ends."""
    plan = small({"a": "number"}, decisions={"d": {"label": "Livello", "cases": FOUR}})
    printed = "Buongiorno. Il livello non è risultato molto alto. A presto. Saluti."
    shown = ask(plan, (printed,), a=5)
    assert "contrario: «Il livello non è risultato molto alto.» A parte una negazione" in shown
    assert "è una frase di questa risposta (d): «Il livello è risultato molto alto.»" in shown
    assert "? «Buongiorno.» ? «A presto. Saluti.»" in shown
    assert "1 in disaccordo, 2 non riconosciute" in shown


def test_brief_names_six_strange_sentences_and_counts_the_rest() -> None:
    """All of them stand on the whole page."""
    plan = small({"a": "number"}, rules={"x": {"formula": "a"}})
    printed = tuple(f"Frase numero {at}." for at in range(9))
    text = ask(plan, printed, a=1)
    assert "«Frase numero 5.» ? e altre 3 frasi" in text
    report = {"fields": {"a": 1}, "printed": {"messages": list(printed)}}
    assert "«Frase numero 8.»" in show(plan, report, brief=False)


def test_a_sentence_whose_mirror_is_not_encoded_contradicts_nothing(
    plan: Plan, tmp_path: Path
) -> None:
    """It is quoted where the reader judges by hand, and counted as that."""
    text = in_one_line(show(plan, change(JESI, tmp_path, R05="12.00")))
    assert "1. Il modulo stampa 3 frasi che non si accordano con questa risposta" in text
    tasks = text.partition("Parti del modulo")[0]
    assert tasks.count("compilazione del quadro 2") == 1
    assert (
        "Qui non è codificato: non è noto se la frase che rimanda al quadro 2 si stampi anche "
        "sotto il riferimento Il modulo stampa: «L'ente locale deve quindi procedere alla "
        "compilazione del quadro 2"
    ) in tasks
    assert "4 frasi ritrovate nel modulo, 3 in disaccordo, 1 da valutare" in text


@pytest.mark.parametrize(
    ("condition", "when", "is_open"),
    [
        ("a > 1", "a <= 1", True),  # the same values: nobody knows whether it says that of both
        ("a > 1", "b > 1", False),  # another matter
        ("a > 1", "a > 9", False),  # it does not apply here
    ],
)
def test_what_mirrors_a_sentence(condition: str, when: str, *, is_open: bool) -> None:
    """A message that is not encoded, that applies, and that depends on the same values."""
    plan = small(
        {"a": "number", "b": "number"},
        messages={
            "m": {"when": condition, "text": {"it": "Segue altro."}},
            "n": {"when": when, "not_encoded": "non si sa che cosa stampi"},
        },
    )
    text = ask(plan, ("Segue altro.",), a=0, b=5)
    assert ("Il modulo stampa: «Segue altro.»" in text) is is_open
    assert ("non si accorda con questa risposta" in text) is not is_open


def test_sentences_that_wait_for_missing_values_are_no_strangers(
    plan: Plan, tmp_path: Path
) -> None:
    """Neither contrary nor unknown: they are counted, and quoted on the whole page."""
    report = change(JESI, tmp_path, R03=None)
    text = in_one_line(show(plan, report))
    assert "Confronta a mano" not in text
    assert "contrari" not in text
    assert "3 frasi ritrovate nel modulo, 5 non ancora stabilite" in text
    full = in_one_line(show(plan, report, brief=False))
    assert full.count("Non si può ancora stabilire se il modulo stampi a ragione: «") == 5
    assert "nessuna regola prevede" not in full
    # of a sentence with a gap anything short may stand in it, and nothing else
    message = {"when": "true", "text": {"it": "Sono {a} in tutto quanti."}}
    small_plan = small({"a": "number", "b": "number"}, messages={"m": message})
    assert "1 non ancora stabilita" in ask(small_plan, ("Sono 17 in tutto quanti.",), b=1)
    for other in ("Sono 17 in tutto.", f"Sono {'x' * 60} in tutto quanti.", "in tutto quanti."):
        assert "1 non riconosciuta" in ask(small_plan, (other,), b=1)


def test_a_contradiction_is_found_in_a_piece_and_never_across_two() -> None:
    """What was taken out between two texts joins nothing."""
    cases = [
        {"outcome": "alto", "when": "a > 1", "message": {"it": "Vale molto."}},
        {"outcome": "basso", "when": "a <= 1", "message": {"it": "Vale poco. E basta."}},
    ]
    plan = small({"a": "number"}, decisions={"d": {"label": "Livello", "cases": cases}})
    text = ask(plan, ("Vale poco.", "Vale molto.", "E basta."), a=5)
    assert "non si accorda" not in text
    assert "il contrario" not in text
    assert "il modulo stampa 2 frasi che qui non sono previste" in text


def test_the_author_s_own_sentences_stand_apart_from_the_form_s(plan: Plan) -> None:
    """Under a title of their own, in every form and both languages."""
    for language, title, equal, ratio in (
        ("it", "Note della codifica, non del modulo", "sono uguali (24,5)", "il LEP si riferisce"),
        ("en", "Notes of the rulebook, not of the form", "are equal (24.5)", "the LEP refers to"),
    ):
        for form in ("text", "markdown", "html"):
            page = show(plan, JESI, language, form, brief=False).replace("\\", "")
            head, found, own = in_one_line(page).partition(
                {"text": f"{title} -", "markdown": f"**{title}**", "html": f">{title}</p>"}[form]
            )
            assert found
            assert "Il livello di spesa dell" in head
            assert equal in own
            assert ratio in own


def test_a_stored_trail_is_rendered_without_its_rulebook(plan: Plan, tmp_path: Path) -> None:
    """No contradiction is known then, and what is printed besides is shown as it is."""
    document = plan.evaluate(change(LIVORNO, tmp_path, **Q3)).trail.to_dict()
    text = in_one_line(render_trail(document, "text"))
    assert "1. Confronta a mano: il modulo stampa 3 frasi che qui non sono previste" in text
    assert "2. Compila: Quadro 3" in text
    assert "ciò che nessuna regola prevede: " in text


# -- Human words


CASES = [
    {"outcome": "sopra_soglia", "when": "a > 1", "label": "Sopra la soglia"},
    {"outcome": "sotto", "when": "a <= 1", "label": "Sotto"},
]
LABELLED = {
    "fields": {"a": "number"},
    "decisions": {"d": {"label": "Livello", "cases": CASES}},
    "sections": {"s": {"title": "Parte", "due": 'd == "sotto"', "fields": []}},
}


def test_outcomes_show_their_labels_with_the_code_beside() -> None:
    """In the answer, in reasons that read the decision, and in every case of an explanation."""
    plan = small(**LABELLED)
    evaluation = plan.evaluate({"fields": {"a": 5}})
    wording, document = read_wording(evaluation.record), evaluation.trail.to_dict()
    for brief in (True, False):
        text = in_one_line(render_trail(document, "text", None, wording, brief=brief))
        assert "Livello (d): Sopra la soglia (sopra_soglia), perché a (5) supera 1" in text
        assert (
            'non dovuto, perché l\'esito «Livello» (d) è "Sopra la soglia (sopra_soglia)"'
        ) in text
        assert '; sarebbe dovuto con "Sotto"' in text
    text = in_one_line(explain_step(document, "d", None, "text", wording))
    assert 'caso "Sopra la soglia (sopra_soglia)", scelto: a > 1' in text
    assert 'caso "Sotto": a ≤ 1' in text


def test_outcomes_without_labels_are_words() -> None:
    """An underscore is a code's, not a reader's; also where only the trail is known."""
    document = small(**LABELLED).evaluate({"fields": {"a": 5}}).trail.to_dict()
    text = in_one_line(render_trail(document, "text"))
    assert "Livello (d): sopra soglia, perché" in text


@pytest.mark.parametrize(
    ("condition", "a", "words"),
    [
        ("a == b", 3, ("a (3) è diverso da b (2)", "a (3) differs from b (2)")),
        ("a == b", 2, ("a (2) è uguale a b (2)", "a (2) equals b (2)")),
        ("a != b", 2, ("a (2) è uguale a b (2)", "a (2) equals b (2)")),
        ("a < b", 3, ("a (3) non è inferiore a b (2)", "a (3) is at least b (2)")),
        ("a < b", 1, ("a (1) è inferiore a b (2)", "a (1) is below b (2)")),
        ("a <= b", 3, ("a (3) supera b (2)", "a (3) is above b (2)")),
        ("a > b", 2, ("a (2) non supera b (2)", "a (2) is at most b (2)")),
        ("a >= b", 1, ("a (1) è inferiore a b (2)", "a (1) is below b (2)")),
        ("a in [1, 2]", 3, ("a (3) non è tra [1; 2]", "a (3) is not among [1; 2]")),
        ("a in [1, 2]", 1, ("a (1) è tra [1; 2]", "a (1) is among [1; 2]")),
        ("a not in [1, 2]", 1, ("a (1) è tra [1; 2]", "a (1) is among [1; 2]")),
        ("a + 1 > b * 2", 3, ("a + 1 (4) non supera b · 2 (4)", "a + 1 (4) is at most b · 2 (4)")),
        ("not is_missing(a)", 3, ("a c'è", "a is there")),
    ],
)
def test_a_comparison_says_what_is_true(condition: str, a: int, words: tuple[str, str]) -> None:
    """A false one says how the two stand instead; no equation that is wrong is shown anywhere."""
    parts = {"s": {"title": "Parte", "due": condition, "fields": []}}
    plan = small({"a": "number", "b": "number"}, sections=parts)
    report = {"fields": {"a": a, "b": 2}}
    for language, expected in zip(LOCALES, words, strict=True):
        text = in_one_line(show(plan, report, language, brief=False))
        assert f" {expected}" in text
        assert "(falso)" not in text
        assert "(false)" not in text


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("a == b", "a = b → falso: 3 ≠ 2"),
        ("a < b", "a < b → falso: 3 ≥ 2"),
        ("a > b", "a > b → vero: 3 > 2"),
        ("a in [1, 2]", "a in [1; 2] → falso: 3 non in [1; 2]"),
    ],
)
def test_every_part_shows_numbers_in_the_relation_that_is_true(formula: str, shown: str) -> None:
    """Below an explanation stand all parts of a condition, also the false ones."""
    parts = {"s": {"title": "Parte", "due": f"{formula} or a > 100", "fields": []}}
    plan = small({"a": "number", "b": "number"}, sections=parts)
    document = plan.evaluate({"fields": {"a": 3, "b": 2}}).trail.to_dict()
    assert shown in in_one_line(explain_step(document, "s"))


def test_a_rule_that_is_a_truth_shows_no_wrong_equation() -> None:
    """Its numbers stand in the reason."""
    plan = small({"a": "number", "b": "number"}, rules={"y": {"formula": "a > b"}})
    text = in_one_line(show(plan, {"fields": {"a": 1, "b": 2}}, brief=False))
    assert "y = a > b: no, perché a (1) non supera b (2)" in text


@pytest.mark.parametrize(("language", "sign"), [("it", "."), ("en", ",")])
def test_numbers_are_grouped_alike_everywhere(plan: Plan, language: Any, sign: str) -> None:
    """Declared, computed, constants, sentences; only what the author shows otherwise is not."""
    text = show(plan, LIVORNO, language, "markdown", brief=False)
    # digests, marks and the codes of the Gazzetta Ufficiale are no quantities
    text = re.sub(r"sha256:[0-9a-f]+|\S+\.yaml:[0-9:]+|\d{2}A\d{5}", "", text.replace("\\", ""))
    whole = re.findall(r"(?<![\d.,])\d{4,}(?!\d)", text)
    # years and the ratio R01B, whose display the author set; and the words of labels
    assert {number for number in whole if len(number) > 4} == set()
    assert "1942" in whole
    for number in ("153.418", "22.709", "8.784", "94.440", "17.167.708"):
        assert number.replace(".", sign) in text


def test_tables_of_for_each_are_named_by_what_their_rows_share(plan: Plan) -> None:
    """No word that only makes sense before what was cut, and no count in its place."""
    text = show(plan, LIVORNO, brief=False)
    assert "Media annua ore di assistenza 2024:\n" in text
    assert "rigo (12)" not in text
    assert "Dichiarato: 50,31433137, uguale" in text


def test_words_are_those_of_readers(plan: Plan) -> None:
    """Checks pass or do not, evidence is called so, explanations are headed in plain words."""
    text = show(plan, JESI, brief=False)
    assert "controllo di avviso, non superato: " in text
    assert "attendibilità: visto nel modulo" in text
    assert "fallito" not in text
    assert "digest" not in text
    document = plan.evaluate(JESI).trail.to_dict()
    explained = explain_step(document, "R04")
    assert "\nCome si arriva al valore\n" in explained
    assert "\nDove è usato\n" in explained


def test_a_sum_of_one_value_is_in_the_singular() -> None:
    """And one value that is not shown, and one missing field."""
    plan = small({"a": "number"}, rules={"x": {"formula": "sum(a)"}, "y": {"formula": "x * 2"}})
    document = plan.evaluate({"fields": {"a": 5}}).trail.to_dict()
    assert ", somma di un solo valore" in in_one_line(explain_step(document, "y"))


# -- Brief and full


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def see(*words: object) -> str:
    """Run a command on a terminal; gives what it shows, colours and all."""
    out, err = Terminal(), io.StringIO()
    main([str(word) for word in words], Console(out, err, "it"))
    assert err.getvalue() == ""
    return out.getvalue()


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no variable of who runs the tests decide."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize(
    "report", [JESI, LIVORNO, GARDEN / "application.yaml"], ids=lambda p: p.stem
)
def test_a_complete_report_fits_a_screen(report: Path, language: Any) -> None:
    """Forty lines of a hundred columns at most."""
    plan = ruletrail.load(GARDEN / "garden.yaml" if report.parent == GARDEN else "sociale/2024")
    lines = show(plan, report, language).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 100
    assert "--full" in lines[-1]


def test_a_screen_says_once_what_keeps_several_parts_open(plan: Plan) -> None:
    """Parts that wait for the same are one line, as are those that wait for many; a page has each.

    What a point says already why it is due refers to it, and what an outcome means gives way to
    what is to be done.
    """
    report = JESI.with_name("jesi-2024-incompleto.yaml")
    brief, full = (in_one_line(show(plan, report, brief=each)) for each in (True, False))
    parts = "quadro_4_motivi, quadro_4_parita, quadro_4_altri"
    assert f"? {parts}: non ancora stabilito se sono dovute: manca R03" in brief
    assert "(quadro_4_parita): non ancora stabilito: manca R03 per sapere se R04 è uguale" in full
    assert parts not in full
    # what stands under no title of its own is named with the codes; the rest has one above
    assert "; quadro_4_parita = Quadro 4, livello dei servizi…; quadro_4_altri = Quadro 4," in brief
    assert "quadro_4_motivi =" not in brief
    assert "quadro_4_parita =" not in full
    assert "La spesa dell'ente locale è risultata non inferiore" not in brief
    assert "La spesa dell'ente locale è risultata non inferiore" in full
    empty = in_one_line(
        show(plan, {"subject": {"comune": "Pisa", "provincia": "PI"}, "fields": {}})
    )
    assert (
        f"? {parts}, quadro_4_spiegazione: non ancora stabilito se sono dovute: mancano 27" in empty
    )
    assert "(quadro_4_motivi): R16-R22 4." in empty
    assert "quadro_4_parita = Quadro 4," in empty
    assert "R07_2017 (Spesa storica di riferimento, 2017), euro Serve a: come sopra" in empty


def test_one_error_that_keeps_several_parts_open_is_said_once(plan: Plan, tmp_path: Path) -> None:
    """Nothing can be compared where there are no inhabitants."""
    text = in_one_line(show(plan, change(JESI, tmp_path, R03="0", R04=None, R01B=None)))
    said = (
        "quadro_4_motivi, quadro_4_parita, quadro_4_altri: errore: divisione per zero: R03 vale 0"
    )
    assert said in text
    assert "Riguarda: «Livello di servizio rispetto al riferimento»" in text


def test_a_part_that_is_due_refers_to_the_point_that_says_why(plan: Plan, tmp_path: Path) -> None:
    """The number is that of the point, contradictions counted."""
    low = {"R07_2017": "3000000.00", "R07_2021": "3400000.00"}
    for source, changes, number in ((LIVORNO, Q3, 2), (JESI, low, 3)):
        report = change(source, tmp_path, **changes)
        text = in_one_line(show(plan, report))
        assert f"{number}. Compila: Quadro 3, obiettivi di servizio (quadro_3) È dovuto" in text
        assert f"(quadro_3): dovuto e da compilare, vedi il punto {number} ?" in text
        full = in_one_line(show(plan, report, brief=False))
        assert "(quadro_3): dovuto e da compilare (regola dedotta: spesa), perché" in full


def test_a_number_shown_in_a_reason_has_its_unit_and_is_shown_once(plan: Plan) -> None:
    """On a terminal no line begins with the sign of per cent."""
    evaluation = plan.evaluate(LIVORNO)
    wording, document = read_wording(evaluation.record), evaluation.trail.to_dict()
    text = in_one_line(show(plan, LIVORNO))
    assert "R04 (14,802044 %) supera R05 (10,44 %)" in text
    said = "R07_2021 (31.791.665,59 euro) non è inferiore a R06 -"
    assert f"non è inferiore a R06 (17.167.708,08 euro); {said}" in text
    for width in range(40, 101):
        lines = render_lines(document, None, wording, brief=True, width=width)
        assert not any(line.text.lstrip().startswith("%") for line in lines)
        assert max(len(line.text) for line in lines) <= width
        assert in_one_line(" ".join(line.text for line in lines if line.text[:2] != "==")) == (
            in_one_line(
                " ".join(each for each in show(plan, LIVORNO).splitlines() if each[:2] != "==")
            )
        )


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("report", [JESI, LIVORNO], ids=lambda p: p.stem)
def test_a_complete_report_fits_the_usual_terminal(plan: Plan, report: Path, language: Any) -> None:
    """Forty lines of eighty columns at most."""
    evaluation = plan.evaluate(report)
    wording, document = read_wording(evaluation.record), evaluation.trail.to_dict()
    lines = render_lines(document, language, wording, brief=True, width=80)
    assert len(lines) <= 40
    assert max(len(line.text) for line in lines) <= 80


_WARNED = ("M12", "M15", "M21", "M24", "M27", "M44", "M47", "M53", "M59")
_SPLIT = {"R07_2017": "3000000.00"}


def warn(report: Path, folder: Path, hours: int, **others: str) -> Path:
    """Make a complete report that is warned of so many rows without hours, and of more."""
    rows = dict.fromkeys((f"{row}_ore" for row in _WARNED[:hours]), "0")
    averages = dict.fromkeys((f"{row}_media" for row in _WARNED[:hours]), None)
    return change(report, folder, **rows, **averages, **others)


def show_on_terminal(plan: Plan, report: Path, language: Any, width: int = 80) -> list[str]:
    evaluation = plan.evaluate(report)
    assert evaluation.status == "complete"
    wording = read_wording(evaluation.record, language, "la relazione.yaml")
    document = evaluation.trail.to_dict()
    lines = render_lines(document, language, wording, brief=True, width=width)
    return [line.text for line in lines]


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("report", [JESI, LIVORNO], ids=lambda p: p.stem)
@pytest.mark.parametrize("hours", [0, 1, 2, 3, 9])
def test_a_complete_report_fits_whatever_it_warns_of(
    plan: Plan, report: Path, language: Any, hours: int, tmp_path: Path
) -> None:
    """What has no room is counted, with the command that shows it."""
    for others in ({}, _SPLIT, {**_SPLIT, "R05": "10.2" if report == JESI else "9.1"}):
        changed = warn(report, tmp_path, hours, **others)
        lines = show_on_terminal(plan, changed, language)
        assert len(lines) <= 40
        assert max(map(len, lines)) <= 80
        again, text = r"\d+\. (?:Ricontrolla|Check again)\.", in_one_line(" ".join(lines))
        full = in_one_line(show(plan, changed, language, brief=False))
        more = re.search(r"(?:E altre|And) (\d+)|(?:E un'altra|And one more)", text)
        hidden = 0 if more is None else int(more[1] or 1)
        assert len(re.findall(again, text)) + hidden == len(re.findall(again, full))
        assert (hidden > 0) == ("`ruletrail evaluate 'la relazione.yaml' --full`" in text)
        assert hidden or len(re.findall(again, text)) < 4
        # why a part is due is told, in codes at least; where none is left out the title says so
        reason = r'spesa\)? (?:è|is) "non inferiore"; R04 (?:\([^)]*\) )?(?:supera|is above) R05'
        assert re.search(reason, text) or hours == 9
        assert ("sono sempre dovute" in text or "always due" in text) == (
            "sarebbe dovuto con" in text or "would be due with" in text
        )


def test_things_without_room_have_a_line_each(plan: Plan, tmp_path: Path) -> None:
    """Which checks failed, in words, of few and of many."""
    far = {**_SPLIT, "R05": "10.2"}
    for rows in (1, 9):
        lines = show_on_terminal(plan, warn(JESI, tmp_path, rows, **far), "it")
        at = next(at for at, line in enumerate(lines) if line.startswith("E altre "))
        hidden = int(lines[at].split()[2].rstrip(":"))
        told = lines[at + 1 : at + 1 + hidden]
        # a label that is too long for the line would be cut into its contrary
        begins = ("Non è così: «R05 è coerente", "Rigo M", "Le due colonne di R07 (spesa storica)")
        assert all(line[2:].startswith((*begins, "R01 (assistenti")) for line in told)
        assert lines[at + 1 + hidden] == ""


_NEED = "R05 è coerente con il fabbisogno (R06) e gli abitanti (R03)"
_WORKERS = "Gli assistenti sociali del Comune (R01) e dell'ATS (R01A)"
_LOOKED_AT: dict[str, tuple[Path, dict[str, str | None], tuple[tuple[str, ...], ...]]] = {
    "workers": (
        LIVORNO,
        {"R06": "171677.08", "R01A": "68", "R01B": None},
        # a note of what an outcome hangs on comes before a warning of what nothing else reads
        ((_NEED, "Con R06", "With R06"), (_WORKERS, "R01 (assist", "R01 (the mun")),
    ),
    "many": (
        LIVORNO,
        dict.fromkeys(("R01B", "M24_media"))
        | {"R06": "171677.0808", "R01A": "68", "M18_ore": "12", "M24_ore": "0", "M50_ore": "7"},
        (
            ("171677.0808",),
            (_NEED, "Con R06", "With R06"),
            *((f"Rigo {row}: ", f"Row {row}: ") for row in ("M18", "M50")),
            ("Rigo M24: sono indicati utenti", "Row M24: users in 2024 are given"),
            (_WORKERS, "R01 (assist", "R01 (the mun"),
        ),
    ),
    "need": (JESI, {"R06": "35803.90"}, ((_NEED, "Con R06", "With R06"),)),
}
"""Complete reports with much to look at: of each thing there are its first words, or its label."""


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("name", _LOOKED_AT)
def test_each_thing_to_look_at_has_words_on_the_screen(
    plan: Plan, name: str, language: Any, width: int, tmp_path: Path
) -> None:
    """Bare codes, or a count, said nothing of a need that is wrong by a hundred times."""
    report, changes, things = _LOOKED_AT[name]
    lines = show_on_terminal(plan, change(report, tmp_path, **changes), language, width)
    assert len(lines) <= 40
    text = in_one_line(" ".join(lines))
    for words in things:
        assert any(each in text for each in words), words
    printed = {"it": "Confronta a mano: il modulo", "en": "Compare by hand: the form"}[language]
    assert (printed in text) == ("R01B" in changes)
    # what is wrong in the values comes before what the form prints
    places = [max(text.find(each) for each in words) for words in things]
    assert places == sorted(places)
    assert printed not in text or max(places) < text.index(printed)


@pytest.mark.parametrize("language", LOCALES)
def test_a_long_printed_sentence_is_cut_before_all_else(
    plan: Plan, language: Any, tmp_path: Path
) -> None:
    """Its beginning stays, and where it says something else than the answer."""
    report = change(LIVORNO, tmp_path, R01A="60", R01B=None)
    lines = show_on_terminal(plan, report, language)
    shown = in_one_line(" ".join(lines))
    assert len(lines) <= 40
    assert "Nel 2024 per il Comune il … è risultato pari a 1 ogni 1942 abitanti." in shown
    assert "attualmente definito un solo LEP" not in shown
    assert "è risultato pari a 1 ogni 1199 abitanti" in shown
    full = in_one_line(show(plan, report, language, brief=False))
    assert "attualmente definito un solo LEP" in full


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("language", LOCALES)
def test_sentences_that_say_the_opposite_leave_a_complete_report_its_screen(
    plan: Plan, language: Any, width: int, tmp_path: Path
) -> None:
    """Three of them, and nine that nobody knows, of which each fills a screen by itself."""
    report = change(LIVORNO, tmp_path, R06="171677.08")
    text = report.read_text("utf-8")
    for denied in ("risultato NON\n      inferiore", "risultato non inferiore"):
        assert denied in text
        text = text.replace(denied, "risultato inferiore")
    many = "".join(f"    - Frase {at} {'di tante parole ' * 60}\n" for at in range(9))
    report.write_text(text.replace("  messages:\n", f"  messages:\n{many}"), "utf-8")
    lines = show_on_terminal(plan, report, language, width)
    shown = in_one_line(" ".join(lines))
    assert len(lines) <= 40
    assert re.search(
        r"1\. (?:Il modulo stampa|The form prints) \d frasi|1\. The form prints", shown
    )
    assert _NEED in shown or re.search(r"R06 \((?:fabbisogno standard|standard need)\)", shown)
    assert re.search(r"(?:stampa|prints) 9 ", shown)


def test_a_command_is_not_cut_where_it_fits_a_line(plan: Plan, tmp_path: Path) -> None:
    """It is copied and pasted: a line's end in it would be part of it."""
    report = warn(JESI, tmp_path, 1, **_SPLIT, R05="10.2")
    command = "`ruletrail evaluate 'la relazione.yaml' --full`"
    assert any(command in line for line in show_on_terminal(plan, report, "it"))
    narrow = show_on_terminal(plan, report, "it", 40)
    assert max(map(len, narrow)) <= 40
    assert command in in_one_line(" ".join(narrow))


@pytest.mark.parametrize(
    ("changes", "it", "en"),
    [
        ({}, "relazione completa, ma c'è una cosa da rivedere",
         "the report is complete, but there is one thing to look at"),
        ({"R01A": "20"}, ("relazione da correggere: un valore dichiarato è diverso da quello "
         "calcolato"), ("the report is to be corrected: a declared value differs from the one "
         "computed")),
        ({"R01A": "20", "R01B": None}, "relazione completa, ma c'è una cosa da rivedere",
         "the report is complete, but there is one thing to look at"),
        ({"R06": "358039040.00"}, ("relazione da completare a mano; il modulo stampa frasi "
         "contrarie a questa risposta"), ("the report is to be completed by hand; the form prints "
         "sentences contrary to this answer")),
    ],
)  # fmt: skip
def test_what_a_file_begins_with_is_said_where_it_was_asked_for(
    changes: dict[str, str | None], it: str, en: str, tmp_path: Path
) -> None:
    """The line on the terminal is the headline of the page."""
    report, page = change(JESI, tmp_path, **changes), tmp_path / "x.html"
    for language, said in (("it", f"scritto {page}: {it}\n"), ("en", f"wrote {page}: {en}\n")):
        _, out, err = call("evaluate", report, "-o", page, "--lang", language)
        assert (out, err) == ("", said)
        headline = said.partition(": ")[2].strip().partition("; ")[0]
        text = in_one_line(html.unescape(re.sub(r"<[^>]+>", " ", page.read_text("utf-8"))))
        assert headline[1:] in text


def test_a_terminal_gets_the_first_screen_and_a_pipe_everything(tmp_path: Path) -> None:
    """Unless the other is asked for; a file gets everything too."""
    _, piped, _ = call("evaluate", JESI)
    _, brief, _ = call("evaluate", JESI, "--brief")
    shown, full = see("evaluate", JESI), see("evaluate", JESI, "--full")
    assert len(brief.splitlines()) <= 40 < len(piped.splitlines())
    assert re.sub(r"\x1b\[[0-9;]+m", "", shown) == brief
    assert re.sub(r"\x1b\[[0-9;]+m", "", full) == piped
    for words, expected in (((), piped), (("--full",), piped), (("--brief",), brief)):
        path = tmp_path / "answer.txt"
        _, out, err = call("evaluate", JESI, "-o", path, *words, "--lang", "it")
        assert (out, err.startswith(f"scritto {path}: ")) == ("", True)
        assert path.read_text("utf-8") == expected


def test_brief_and_full_exclude_each_other() -> None:
    """A call that asks for both is no call."""
    status, out, err = call("evaluate", JESI, "--brief", "--full")
    assert (status, out) == (2, "")
    assert "--brief" in err


@pytest.mark.parametrize("words", [(), ("--brief",), ("--full",)])
def test_json_depends_on_neither(words: tuple[str, ...]) -> None:
    """The stored form is the trail, on a terminal and in a pipe."""
    golden = (EXAMPLES / "jesi-2024.trail.json").read_text("utf-8")
    _, piped, _ = call("evaluate", JESI, "--format", "json", *words)
    assert piped == see("evaluate", JESI, "--format", "json", *words) == golden


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({}, True),
        ({"NO_COLOR": ""}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": "0"}, False),
        ({"TERM": "dumb"}, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    variables: dict[str, str], *, coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole lines, and never a sign without words that say the same."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for words in (("evaluate", JESI), ("evaluate", JESI, "--full"), ("explain", JESI, "livello")):
        shown = see(*words)
        assert ("\x1b[" in shown) is coloured
        lines = [line for line in shown.splitlines() if "\x1b" in line]
        assert all(re.fullmatch(r"\x1b\[[0-9;]+m[^\x1b]+\x1b\[0m", line) for line in lines)
        assert "\x1b" not in call(*words)[1]
    assert "\x1b" not in see("evaluate", JESI, "--format", "markdown")


@pytest.mark.parametrize("width", [40, 72, 100, 300])
def test_lines_fit_the_terminal(plan: Plan, width: int) -> None:
    """No line is longer than it, nor than a page."""
    evaluation = plan.evaluate(JESI)
    wording, document = read_wording(evaluation.record), evaluation.trail.to_dict()
    for brief in (True, False):
        lines = render_lines(document, None, wording, brief=brief, width=width)
        assert max(len(line.text) for line in lines) <= min(width, 100)


@pytest.mark.parametrize(("columns", "width"), [(0, 100), (20, 40), (72, 72), (300, 300)])
def test_a_terminal_that_does_not_know_its_width_is_a_page_wide(
    columns: int, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one that is very narrow breaks the lines itself."""
    out = Terminal()
    assert Console(out, io.StringIO(), "it").width == 100, "no terminal at all"
    monkeypatch.setattr(out, "fileno", lambda: 1)
    monkeypatch.setattr("os.get_terminal_size", lambda _: os.terminal_size((columns, 24)))
    assert Console(out, io.StringIO(), "it").width == width


# -- The page


class Outline(HTMLParser):
    """The tags of a page in order, with their attributes, and where each text stands."""

    def __init__(self, page: str) -> None:
        """Read a whole page."""
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of each tag of a name."""
        return [attributes for name, attributes in self.tags if name == tag]


def test_the_page_begins_as_the_text_does(plan: Plan, tmp_path: Path) -> None:
    """First the way around, then what to do, numbered, then everything else."""
    page = show(plan, change(LIVORNO, tmp_path, **Q3), form="html", brief=False)
    heading = html.escape("Parti del modulo (dove non c'è un perché, sono sempre dovute)")
    order = [
        "<h1>",
        "<nav ",
        "banner",
        ">Da fare</h2>",
        "<ol>",
        f">{heading}</h2>",
        "<section",
    ]
    body = page.partition("<body>")[2]
    assert [body.index(each) for each in order] == sorted(body.index(each) for each in order)


def test_codes_are_links_to_where_they_are_explained(plan: Plan) -> None:
    """Each leads to one place of the page; prose that looks like a code is none."""
    page = show(plan, JESI, form="html", brief=False)
    outline = Outline(page)
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    leading = {attributes["href"] for attributes in outline.all("a")}
    assert leading <= {f"#{each}" for each in ids}
    document = plan.evaluate(JESI).trail.to_dict()
    known = [*(step["id"] for step in document["steps"]), *document["report"]["fields"]]
    assert {f"s-{code}" for code in known} - set(ids) <= {
        f"s-{step['id']}" for step in document["steps"] if step["kind"] == "message"
    }
    assert "La spesa dell&#x27;ente locale" in page, "a word of a sentence is no link"


def test_sources_are_folded_below_what_they_prove(plan: Plan) -> None:
    """Each thing has its own, closed on a screen and left out on paper."""
    page = show(plan, JESI, form="html", brief=False)
    folded = [each for each in Outline(page).all("details") if each.get("class") == "basis"]
    assert len(folded) > 20
    assert all("open" not in each for each in folded)
    paper = page.partition("@media print")[2]
    assert "nav,.basis{display:none}" in paper
    assert "@page{size:A4" in page


def test_a_brief_page_leads_nowhere(plan: Plan) -> None:
    """Its codes have no place to lead to, so they are words."""
    assert Outline(show(plan, JESI, form="html")).all("a") == []


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_marks_of_codes_reach_no_reader(plan: Plan, form: str) -> None:
    """Nor does a text that holds such marks get more than a word."""
    for marked in ("\ufdd0R04\ufdd1", "\ufdd0", "\ufdd1", "\ufdd0x y\ufdd1", '\ufdd0"\ufdd1'):
        report = {"fields": {"R00C": marked}, "subject": {"comune": marked, "provincia": "AN"}}
        page = show(plan, report, form=form, brief=False)
        assert not {"\ufdd0", "\ufdd1"} & set(page)


# -- What the codes are


def test_every_code_is_told_by_its_name_once(plan: Plan, tmp_path: Path) -> None:
    """Of what a reason names by code alone, the label stands at the end, in the form's order.

    Its unit does where no number shows it. A code that stands with its name already, R03 among what
    is to be filled in, has no second.
    """
    told = (
        "Codici: R04 = Livello di Servizio 2024…; R05 = Livello di servizio di riferimento "
        "2024…; R06 = Fabbisogno standard monetario sociale…; R07_2017 = Spesa storica "
        "di riferimento, 2017; R07_2021 = Spesa storica di riferimento, 2021."
    )
    for brief in (True, False):
        assert told in in_one_line(show(plan, JESI, brief=brief))
    assert told.replace("Codici", "Codes") in in_one_line(show(plan, JESI, "en"))
    open_text = in_one_line(show(plan, change(JESI, tmp_path, R03=None)))
    assert "R01B = Numeri di assistenti sociali in… (abitanti/assistente sociale)" in open_text
    assert "R03 =" not in open_text
    page = show(plan, JESI, form="html", brief=False)
    assert re.search(r'<p class="note">Codici: <a [^>]*href="#[^>]*>R04</a> = Livello', page)


def test_ranges_and_copied_values_are_told_too(plan: Plan, tmp_path: Path) -> None:
    """The ends of a range, and the values of the headline that are to be looked at again."""
    text = in_one_line(show(plan, change(LIVORNO, tmp_path, **Q3)))
    codes = text.partition("Codici: ")[2]
    assert "Togli o spiega R16-R22" in text
    named = [each.partition(" = ")[0] for each in codes.split("; ")]
    assert named[:6] == ["R04", "R05", "R06", "R07_2017", "R07_2021", "R16"]


def test_labels_are_cut_at_words_and_never_alike() -> None:
    """Two that begin alike stand whole; what has no label is not listed; of many, the first."""
    like = "Entrate di tutti i componenti del nucleo familiare"
    fields = {
        "a": {"type": "number", "title": f"{like}, prima rata"},
        "b": {"type": "number", "title": f"{like}, seconda rata"},
        "c": {"type": "number", "title": f"Reddito {'x' * 60}"},
        "d": {"type": "number"},
    }
    rules = {"e": {"formula": "2"}}
    cases = [
        {"outcome": "alto", "when": "a > b or c > d or d > e"},
        {"outcome": "basso", "otherwise": True},
    ]
    decisions = {"x": {"label": "Livello", "cases": cases}}
    text = ask(small(fields, rules=rules, decisions=decisions), a=1, b=2, c=0, d=1)
    codes = text.partition("Codici: ")[2].partition(" Tutto: --full")[0]
    expected = f"a = {like}, prima rata; b = {like}, seconda rata; c = Reddito…"
    assert codes == expected
    many = {f"f{at}": {"type": "number", "title": f"Campo {at}"} for at in range(20)}
    alike = [
        {"outcome": "alto", "when": " or ".join(f"{code} > 1" for code in many)},
        {"outcome": "basso", "otherwise": True},
    ]
    text = ask(
        small(many, decisions={"x": {"label": "Livello", "cases": alike}}), **dict.fromkeys(many, 0)
    )
    assert "f7 = Campo 7; …" in text
    assert "f8 =" not in text


def test_the_file_is_named_where_more_may_be_asked_of_it(tmp_path: Path) -> None:
    """As a shell reads it, with the options needed again; our word where that would not do."""
    for name, quoted in (("r.yaml", "{}"), ("la relazione.yaml", "'{}'")):
        report = change(JESI, tmp_path, R03="39301").rename(tmp_path / name)
        said = f"ruletrail explain {quoted.format(report)} CODICE"
        assert said in in_one_line(call("evaluate", report, "--brief", "--lang", "it")[1])
    _, out, _ = call("evaluate", JESI, "--brief", "--lang", "it", "--nulls", "absent")
    assert f"ruletrail explain {JESI} --nulls absent CODICE" in in_one_line(out)
    _, out, _ = call("evaluate", JESI, "--brief", "--lang", "it", "--rulebook", "sociale/2024")
    assert f"ruletrail explain {JESI} --rulebook sociale/2024 CODICE" in in_one_line(out)
    status, out, _ = call("explain", JESI, "--rulebook", "sociale/2024", "R04", "--lang", "it")
    assert (status, out.startswith("Perché R04")) == (0, True)
    _, out, _ = call("evaluate", JESI, "--brief", "--lang", "en")
    assert f"ruletrail explain {JESI} CODE" in in_one_line(out)


def test_a_rulebook_is_plain_text_on_a_terminal(tmp_path: Path) -> None:
    """The signs of Markdown are for a pipe, a file, and whoever asks for them."""
    shown = re.sub(r"\x1b\[[0-9;]+m", "", see("docs", "sociale/2024"))
    assert "\nsociale/2024@1.0.1 · pubblicato" in shown
    assert "  si applica quando: M12 > 0\n" in shown
    assert not re.search(r"&#8203;|\\[>_*]|^#", shown, re.MULTILINE)
    _, piped, _ = call("docs", "sociale/2024")
    asked = see("docs", "sociale/2024", "--format", "markdown")
    page = tmp_path / "page.md"
    call("docs", "sociale/2024", "-o", page)
    assert piped.startswith("# Obiettivi di servizio")
    assert piped == asked == page.read_text("utf-8")
