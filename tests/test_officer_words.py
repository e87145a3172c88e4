"""What an officer reads is true and in words: questions left open, gaps, sums, contradictions."""

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.formulas.operations import FUNCTIONS
from ruletrail.linking import sentences_of
from ruletrail.needs import find_needs
from ruletrail.needs.pages import write_page
from ruletrail.rendering import explain_step, render_lines, render_trail
from ruletrail.rendering.blocks import plain
from ruletrail.rendering.conclusions import doubt_of
from ruletrail.rendering.phrases import say, say_count
from ruletrail.rendering.readings import read_trail
from ruletrail.verification import verify_trail
from support.command_line import call
from support.first_screens import Q3, ask, change, in_one_line, show, small
from support.places import EXAMPLES, JESI, LIVORNO
from support.problem_documents import rulebook_of

CASES = [{"outcome": name, "when": f"a == {at}"} for at, name in enumerate(("uno", "due", "tre"))]
CASES = [{**case, "message": {"it": f"Vale {case['outcome']}."}} for case in CASES]


@pytest.mark.parametrize(
    ("condition", "question"),
    [
        ("a > b", "supera b"),
        ("a >= b", "non è inferiore a b"),
        ("a == b", "è uguale a b"),
        ("a != b", "è diverso da b"),
        ("a in [1, 2]", "è tra [1; 2]"),
        ("a > 1 or a > b", "supera 1 o se supera b"),
        ("a > 1 and b > 1", "supera 1"),
    ],
)
def test_an_open_condition_is_a_question_and_no_claim(condition: str, question: str) -> None:
    """What is missing, and for what; never `perché` before what is not known."""
    parts = {"s": {"title": "Parte", "due": condition, "fields": []}}
    text = ask(small({"a": "number", "b": "number"}, sections=parts), b=2)
    assert f"Parte (s): non ancora stabilito: manca a per sapere se {question}" in text
    assert "non ancora stabilito, perché" not in text


def test_what_is_missing_is_named_once() -> None:
    """Where it is itself what is compared; what hangs on it is named."""
    parts = {
        "s": {"title": "Parte", "due": "a > 1", "fields": []},
        "t": {"title": "Altra", "due": "a * 2 > b", "fields": []},
        "u": {"title": "Terza", "due": 'w == "SI"', "fields": []},
    }
    plan = small({"a": "number", "b": "number", "w": "string"}, sections=parts)
    text = ask(plan, b=2)
    assert "manca a per sapere se supera 1" in text
    assert "manca a per sapere se a · 2 supera b" in text
    assert 'manca w per sapere se è "SI"' in text
    english = in_one_line(show(plan, {"fields": {"b": 2}}, "en"))
    assert "a is missing, to know whether it is above 1" in english
    assert 'w is missing, to know whether it is "SI"' in english


def test_an_open_decision_is_asked_for_by_its_label() -> None:
    """The outcome in words, the decision's label with the code beside."""
    cases = [{"outcome": "molto_alto", "when": "a > 1"}, {"outcome": "basso", "when": "a <= 1"}]
    plan = small(
        {"a": "number"},
        decisions={"d": {"label": "Livello", "cases": cases}},
        sections={"s": {"title": "Parte", "due": 'd == "molto_alto"', "fields": []}},
    )
    assert 'manca a per sapere se l\'esito «Livello» (d) è "molto alto"' in ask(plan)
    english = in_one_line(show(plan, {"fields": {}}, "en"))
    assert 'a is missing, to know whether the outcome “Livello” (d) is "molto alto"' in english


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
    assert "2. Scrivi nella relazione questi valori ? z Serve a: r" in text
    assert "3. Se sarà dovuto, compila anche: Prima (p) ? y Serve a: r" in text


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
    assert 'Nei moduli noti si stampa dove l\'esito «Caso» (d) è "due"; qui è "uno"' in text
    text = ask(plan, ("Non vale zero.",), a=0, b=5)
    assert "Nei moduli noti si stampa dove non a = 0; qui a (0) è uguale a 0" in text
    for printed in ("Vale due.", "Anche b è grande.", "Non vale zero."):
        assert "contrario" not in ask(plan, (printed,), a=0, b=5)


def test_slips_of_the_pen_come_before_the_tasks_that_they_may_cause(
    plan: Plan, tmp_path: Path
) -> None:
    """Also where the check is only a note; what an outcome hangs on comes before other warnings."""
    text = in_one_line(show(plan, change(JESI, tmp_path, R06="358039040.00")))
    assert text.index("2. Ricontrolla. Con R06") < text.index("4. Compila: Quadro 3")
    assert "pari a 358.039.040,00 euro e R03 (abitanti) pari a 39.301" in text
    assert "costo_R05" not in text, "a parameter of the rulebook is no word of the form"


def test_what_counts_stands_among_the_amounts_with_what_is_lacking(
    plan: Plan, tmp_path: Path
) -> None:
    """The amount of a due part again, and by how much each sum is short."""
    text = in_one_line(show(plan, change(LIVORNO, tmp_path, **Q3)))
    results = text.partition("Esiti e importi")[2]
    assert "R07_2021 è sotto R06 di 1.167.708,08 euro" in results
    assert "(da_rendicontare): 1.376.953,67 euro (regola dedotta)" in results
    assert "è sotto" not in show(plan, LIVORNO)


def test_what_is_added_and_compared_keeps_the_unit_of_its_codes() -> None:
    """Money has its cents in every part of a formula; a product has no unit that was declared."""
    euro = {"type": "number", "unit": "euro"}
    rules = {
        "y": {"formula": "max(a - b, 0) + a * b", "unit": "euro"},
        "z": {"formula": "a if a + b > 1 and a * b > 1 else b + 1", "unit": "euro"},
    }
    plan = small({"a": euro, "b": euro}, rules=rules)
    document = plan.evaluate({"fields": {"a": Decimal("10.5"), "b": 4}}).trail.to_dict()
    told = in_one_line(explain_step(document, "y"))
    assert "a - b: 10,50 - 4,00 → 6,50 euro" in told
    assert "massimo(a - b; 0): massimo(10,50 - 4,00; 0) → 6,50 euro" in told
    assert "a · b: 10,50 · 4,00 → 42 " in told
    told = in_one_line(explain_step(document, "z"))
    assert "perché a + b (14,50 euro) supera 1; a · b (42) supera 1" in told


@pytest.mark.parametrize(
    ("decimals", "it", "en"),
    [
        (0, "troncato all'intero; prima: 3,333333…", "cut to a whole number; before: 3.333333…"),
        (1, "troncato a 1 decimale; prima: 3,333333…", "cut to 1 decimal; before: 3.333333…"),
        (2, "troncato a 2 decimali; prima: 3,333333…", "cut to 2 decimals; before: 3.333333…"),
    ],
)
def test_what_is_cut_is_not_said_to_be_rounded(decimals: int, it: str, en: str) -> None:
    """Rounding to the nearest is another thing."""
    rule = {"formula": "a / 3", "round": {"decimals": decimals, "mode": "down"}}
    plan = small({"a": "number"}, rules={"y": rule})
    document = plan.evaluate({"fields": {"a": 10}}).trail.to_dict()
    for language, said in (("it", it), ("en", en)):
        told = in_one_line(explain_step(document, "y", language))
        assert said in told
        assert "arrotondato a" not in told
        assert "rounded to" not in told


def test_a_sum_below_a_limit_is_not_said_to_lack_anything() -> None:
    """Who stays below it may well be granted what he asks for: only the distance is told."""
    fields = {
        "isee": {"type": "number", "unit": "euro"},
        "soglia": {"type": "number", "unit": "euro"},
    }
    cases = [{"outcome": "spetta", "when": "isee <= soglia"}, {"outcome": "no", "otherwise": True}]
    plan = small(fields, decisions={"d": {"label": "Bonus", "cases": cases}})
    text = in_one_line(show(plan, {"fields": {"isee": 12_500, "soglia": 15_000}}))
    assert "spetta, perché isee (12.500,00 euro) non supera soglia (15.000,00 euro)" in text
    assert "isee è sotto soglia di 2.500,00 euro" in text


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
    for line in ("? x = a + 1", "! controllo di avviso, non superato", "· Parte (s): non dovuto"):
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


def test_a_rule_that_does_not_apply_is_not_said_to_come_from_numbers(plan: Plan) -> None:
    """In short there is the reason alone: nothing was computed from what the formula reads."""
    document = plan.evaluate(JESI).trail.to_dict()
    short = in_one_line(explain_step(document, "M56_media", "it")).partition("Come si arriva")[0]
    assert short.endswith("M56_media non si applica, perché M56 (0 utenti) non supera 0 ")


def test_an_explanation_says_value_and_origin_once(plan: Plan) -> None:
    """One colon, one unit; a choice in short is its value and the branch taken."""
    document = plan.evaluate(LIVORNO).trail.to_dict()
    text = in_one_line(explain_step(document, "R05"))
    assert "popolazione)): 10,44 %, dichiarato nella relazione" in text
    text = in_one_line(explain_step(document, "da_rendicontare"))
    assert "(Importo da rendicontare nel Quadro 3): 0,00 euro, perché" in text
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
    assert ">Parti del modulo</a>" in links, "a link has no clause in brackets"
    assert links.index('<a href="#f1">Da fare</a>') < links.index('<a href="#c1">Decisioni</a>')
    assert '<h2 id="f1">Da fare</h2>' in page


# -- What is only inferred

DOUBT = " (regola dedotta)"
DOUBTS = {
    "it": (DOUBT, " (regola dedotta: d)", "«Dedotta»: non scritta nel modulo."),
    "en": (" (rule inferred)", " (rule inferred: d)", "“Inferred”: not written on the form."),
}
"""After what rests on its own rule, or on that of `d`; and what that means, said once."""


def inferring(**grades: str) -> Plan:
    """Load a decision, its cases, parts, an amount and a check, each with its evidence."""

    def graded(name: str) -> dict[str, str]:
        return {"source": "s", "evidence": grades.get(name, "seed")}

    cases = [
        {"outcome": "alto", "when": "a > 1", **graded("alto")},
        {"outcome": "basso", "when": "a <= 1", **graded("basso")},
    ]
    return small(
        {"a": "number"},
        sources={"s": {"title": "Il modulo", "kind": "form"}},
        decisions={"d": {"label": "Livello", "cases": cases, **graded("decision")}},
        sections={
            "p": {"title": "Prima", "due": 'd == "alto"', "fields": [], **graded("part")},
            "q": {"title": "Seconda", "due": "a > 5", "fields": [], **graded("other")},
            "t": {
                "title": "Terza",
                "due": 'a > 5 or d == "basso"',
                "fields": [],
                **graded("third"),
            },
        },
        rules={"r": {"formula": "a * 2", "unit": "euro", **graded("amount")}},
        checks={
            "k": {"label": "K", "expect": "a < 9", "severity": "warning", **graded("check")},
        },
    )


@pytest.mark.parametrize(
    ("inferred", "own", "settled"),
    [
        ((), "", ""),
        (("decision",), "d", "p"),
        (("alto",), "d", "p"),
        (("basso",), "", ""),
        (("part",), "p", ""),
        (("decision", "part"), "dp", ""),
        (("other",), "q", ""),
        (("third",), "t", ""),
        (("amount",), "r", ""),
        (("check",), "k", ""),
    ],
)
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_whatever_rests_on_an_inferred_rule_says_so(
    inferred: tuple[str, ...], own: str, settled: str, form: str
) -> None:
    """Its own rule, the case that was chosen, or a decision that settles it, by name; no other.

    On the first screen, in every form and both languages. What is inferred is the rule: a part
    whose own stands on the form is not said to be inferred itself.
    """
    plan = inferring(**dict.fromkeys(inferred, "inferred"))
    for language, (doubt, of_decision, told) in DOUBTS.items():
        shown = in_one_line(show(plan, {"fields": {"a": 10}}, language, form))
        shown = re.sub(r"<[^>]+>|\\\\", "", shown)
        assert (shown.count(doubt), shown.count(of_decision)) == (len(own), len(settled)), shown
        assert (told in shown) is bool(own or settled)
        for code, before in STANDS[language].items():
            assert (before + doubt in shown) is (code in own), (code, shown)
            assert (before + of_decision in shown) is (code in settled), (code, shown)


def test_an_inferred_rule_of_another_is_named_and_no_word_of_a_sentence() -> None:
    """`regola di spesa dedotta` is a deducted expense to who reads accounts: a name stands apart.

    It is the label, unless the reason that follows tells it beside the code.
    """
    document = inferring(decision="inferred").evaluate({"fields": {"a": 10}}).trail.to_dict()
    told_in: Any = {"it": "regola dedotta: {}", "en": "rule inferred: {}"}
    for language, told in told_in.items():
        reading = read_trail(document, language)
        step, quoted = reading.steps["p"], reading.say("quoted_sentence", text="Livello")
        assert doubt_of(reading, step) == f" ({told.format(quoted)})"
        assert plain(doubt_of(reading, step, f"{quoted} (d)")) == f" ({told.format('d')})"


STANDS = {
    "it": {
        "d": "Livello (d): alto", "p": "Prima (p): dovuto e compilato",
        "q": "Seconda (q): dovuto e compilato", "t": "Terza (t): dovuto e compilato",
        "r": "r: 20,00 euro", "k": "Avviso k",
    },
    "en": {
        "d": "Livello (d): alto", "p": "Prima (p): due and filled in",
        "q": "Seconda (q): due and filled in", "t": "Terza (t): due and filled in",
        "r": "r: 20.00 euro", "k": "Warning k",
    },
}  # fmt: skip


def test_an_assumed_rule_is_marked_and_an_open_outcome_is_not() -> None:
    """Nothing is inferred of what is not known yet."""
    plan = inferring(decision="inferred", part="assumed")
    text = ask(plan, a=10)
    assert "Prima (p): dovuto e compilato (regola supposta, da verificare), perché" in text
    assert f"Livello (d): alto{DOUBT}, perché a (10) supera 1" in text
    assert "dedotto" not in ask(plan)


def test_either_column_of_spending_is_said_to_be_inferred(plan: Plan, tmp_path: Path) -> None:
    """Where the two disagree a warning says which is which, and whom to ask."""
    report = change(LIVORNO, tmp_path, R06="17600000")
    text = in_one_line(show(plan, report))
    assert "(quadro_3): non dovuto (regola dedotta: spesa), perché l'esito" in text
    assert f"(spesa): non inferiore{DOUBT}, perché R07_2021" in text
    assert (
        "1. Ricontrolla. Le due colonne di R07 (spesa storica) stanno da parti opposte di R06 "
        "(fabbisogno standard, 17.600.000,00 euro): il 2017 è 17.546.542,12 euro, il 2021 "
        "31.791.665,59. Che basti una delle due è dedotto: prima di lasciare in bianco il Quadro "
        f"3 chiedi conferma a IFEL o SOGEI. Avviso R07_dalla_stessa_parte{DOUBT}"
    ) in text
    assert "Le due colonne" not in show(plan, LIVORNO)


# -- What nobody is told to do


def test_no_published_text_is_to_be_taken_out(plan: Plan) -> None:
    """R40 is optional among the reasons, necessary with R22 = SI; Jesi has R22 = NO and a text."""
    for report in (JESI, LIVORNO):
        assert "Togli" not in show(plan, report)
    text = in_one_line(show(plan, JESI))
    assert "ma c'è una cosa da rivedere" in text


def test_nothing_but_what_a_rulebook_knows_is_said_to_be_done(plan: Plan) -> None:
    """A form asks more than to fill it in: to be sent, to be attached."""
    for language, words in (
        ("it", "Qui non risulta altro da compilare o da correggere."),
        ("en", "Nothing else is left to fill in or correct here."),
    ):
        text = in_one_line(show(plan, LIVORNO, language))
        assert words in text
        assert "altro da fare" not in text
        assert "else to do" not in text


# -- Where a wrong value comes from


@pytest.mark.parametrize(
    ("code", "formula", "it", "en"),
    [
        ("x", "a / b", "Correggi x o i valori da cui si calcola (a, b): dichiarato 9, calcolato 2",
         "Correct x or the values it is computed from (a, b): declared 9, computed 2"),
        ("x", "sum(a, b)", "Correggi x o uno degli addendi: dichiarato 9, calcolato 6",
         "Correct x or one of its addends: declared 9, computed 6"),
        ("x", "a + b + c + e + f",
         "Correggi x o uno dei 5 valori da cui si calcola: dichiarato 9, calcolato 18",
         "Correct x or one of the 5 values it is computed from: declared 9, computed 18"),
        ("x", "5", "Correggi x: dichiarato 9, calcolato 5", "Correct x: declared 9, computed 5"),
    ],
)  # fmt: skip
def test_a_wrong_value_may_be_one_of_those_it_comes_from(
    code: str, formula: str, it: str, en: str
) -> None:
    """The form's own result is seldom the slip."""
    plan = small(dict.fromkeys("abcefx", "number"), rules={code: {"formula": formula}})
    report = {"fields": {"a": 4, "b": 2, "c": 4, "e": 4, "f": 4, "x": 9}}
    assert it in in_one_line(show(plan, report))
    assert en in in_one_line(show(plan, report, "en"))


# -- Names of ours that no form has


def test_what_needs_a_value_is_told_by_names_that_readers_know() -> None:
    """Codes of the form, labels of the rest, the whole of a part; checks not at all."""
    plan = small(
        {"a": "number", "x": "number"},
        rules={"x": {"formula": "a"}, "y": {"formula": "a", "label": "Nostro valore"}},
        decisions={
            "d": {
                "label": "Livello",
                "cases": [{"outcome": "u", "when": "a > 1"}, {"outcome": "v", "when": "a <= 1"}],
            }
        },
        sections={
            "w": {"title": "Quadro", "due": "true", "fields": ["a"]},
            "p": {"part_of": "w", "title": "Prima", "due": "a > 1", "fields": []},
            "q": {"part_of": "w", "title": "Seconda", "due": "a <= 1", "fields": []},
        },
        checks={"k_interno": {"label": "K", "expect": "a > 0", "severity": "error"}},
    )
    text = ask(plan)
    assert "? a Serve a: x, «Nostro valore», «Livello», «Quadro»" in text
    assert "k_interno" not in text
    only = {"k_interno": {"label": "K", "expect": "a > 0", "severity": "error"}}
    assert "Serve a" not in ask(small({"a": "number"}, checks=only))


def test_a_failed_check_that_has_a_sentence_needs_no_other(plan: Plan, tmp_path: Path) -> None:
    """Its comparisons would only puzzle, and name our constants; in all of it they stand."""
    for report in (
        change(JESI, tmp_path, R05="10.320348"),
        change(JESI, tmp_path, R06="358039040.00"),
    ):
        text = in_one_line(show(plan, report))
        tasks = text.partition("Da fare")[2].partition("Parti del modulo")[0]
        assert "costo_R05" not in text
        assert "scarto_R05" not in text
        assert "non superato" not in tasks
        assert "R01 è diverso da 0" not in text
        assert "R01 è diverso da 0" in in_one_line(show(plan, report, brief=False))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("it", 'non dovuto, perché l\'esito «Livello» (d) è "b"; sarebbe dovuto con "a"'),
        ("en", 'not due, because the outcome “Livello” (d) is "b"; it would be due with "a"'),
    ],
)
def test_an_outcome_inside_a_sentence_has_an_article_and_is_no_fault(
    language: Any, words: str
) -> None:
    """What would make a part due is told where one thing would; else what is and what is not."""
    cases = [{"outcome": "a", "when": "x > 1"}, {"outcome": "b", "when": "x <= 1"}]
    fields: Any = {"x": "number", "y": "number"}
    for condition, expected in (
        ('d == "a"', words),
        (
            'd == "a" and y > 1',
            words.partition(";")[0] + (", non" if language == "it" else ", not"),
        ),
    ):
        plan = small(
            fields,
            decisions={"d": {"label": "Livello", "cases": cases}},
            sections={"s": {"title": "Parte", "due": condition, "fields": []}},
        )
        text = in_one_line(show(plan, {"fields": {"x": 0, "y": 5}}, language))
        assert expected in text
        assert "invece di" not in text
        assert "rather than" not in text
        full = in_one_line(show(plan, {"fields": {"x": 0, "y": 5}}, language, brief=False))
        if condition == 'd == "a"':
            # the decision's own reason does not come between what is and what would be
            assert 'è "b" (x (0) non supera 1); sarebbe' in full or language == "en"


def test_a_field_that_alone_is_left_is_named() -> None:
    """To say that there is one more takes the line that naming it takes."""

    def lacking(count: int) -> Plan:
        codes = [f"c{number}" for number in range(count)]
        parts = {"p": {"title": "Prima", "due": "true", "fields": codes}}
        return small(dict.fromkeys(codes, "number"), sections=parts)

    named = ask(lacking(7))
    assert "? c5 ? c6 " in named
    assert "altri" not in named.split("Parti del modulo")[0]
    counted = ask(lacking(8))
    assert "? c5 ? e altri 2 campi" in counted
    assert "? and 2 more fields" in in_one_line(show(lacking(8), {"fields": {}}, "en"))


def test_an_ellipsis_begins_no_line(plan: Plan, tmp_path: Path) -> None:
    """It stays with what it ends, however narrow the terminal is."""
    document = plan.evaluate(change(JESI, tmp_path, M12=None)).trail.to_dict()
    for width in range(40, 100):
        lines = render_lines(document, "it", None, width=width, brief=True)
        assert any("…" in line.text for line in lines)
        assert not any(line.text.lstrip().startswith("…") for line in lines)


def test_one_of_a_thing_has_a_word() -> None:
    """In a sentence; in a list of counts a figure."""
    checks = {
        f"k{at}": {"label": f"K{at}", "expect": "a < 1", "severity": "info"} for at in range(13)
    }
    assert "E un'altra cosa da fare." in ask(small({"a": "number"}, checks=checks), a=5)


def test_a_zero_that_stands_for_a_blank_is_said_to_be_accepted(plan: Plan) -> None:
    """In words that can be read: what was declared, what it counts as, and why."""
    text = in_one_line(show(plan, LIVORNO, brief=False))
    assert "Dichiarato: 0, accettato come in bianco: la regola non si applica" in text
    assert "16 valori dichiarati: 14 uguali, 2 accettati come in bianco." in text
    english = in_one_line(show(plan, LIVORNO, "en", brief=False))
    assert "0, accepted as blank: the rule does not apply" in english
    assert "2 accepted as blank." in english


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_rows_of_a_family_have_the_names_of_the_form(plan: Plan, form: str) -> None:
    """Beside each code what is its own; an explanation has the whole label."""
    text = in_one_line(show(plan, JESI, form=form, brief=False)).replace("\\", "")
    assert "famiglia e minori (interventi e servizi)" in text
    if form == "text":
        assert "M56_media Che cos'è: Utenti immigrati e nomadi (strutture) Calcolo:" in text
    document = plan.evaluate(JESI).trail.to_dict()
    explained = in_one_line(explain_step(document, "M56_media", None, form)).replace("\\", "")
    assert "Utenti immigrati e nomadi (strutture), Media annua ore" in explained


def test_rows_that_the_form_does_not_name_have_their_codes_alone() -> None:
    """The author's labels of a family differ in the code, which stands there already."""
    rules = {"{r}_x": {"for_each": {"r": ["a", "b"]}, "label": "Doppio, {r}", "formula": "{r} * 2"}}
    text = show(small({"a": "number", "b": "number"}, rules=rules), {"fields": {}}, brief=False)
    assert "Doppio:\n" in text
    assert "Che cos'è" not in text


@pytest.mark.parametrize(
    ("unit", "it", "en"),
    [
        ("euro", "b (4,00 euro) di 6,00 euro (150,0 % di b)", "above b (4.00 euro) by 6.00 euro"),
        ("euro/km", "b (4,00 euro/km) di 6,00 euro/km (150,0 %", "b (4.00 euro/km) by 6.00 euro/"),
        ("%", "di 6 punti percentuali (150,0 % di b)", "by 6 percentage points (150.0 % of b)"),
        ("utenti", "di 6 utenti (150,0 % di b)", "by 6 utenti (150.0 % of b)"),
        ("", "di 6 (150,0 % di b)", "by 6 (150.0 % of b)"),
    ],
)
def test_a_difference_has_its_unit(unit: str, it: str, en: str) -> None:
    """Of two percentages it is in points, so that the share beside it is none of them."""
    field = {"type": "number", **({"unit": unit} if unit else {})}
    cases = [{"outcome": "u", "when": "a > b"}, {"outcome": "v", "when": "a <= b"}]
    plan = small({"a": field, "b": field}, decisions={"d": {"label": "L", "cases": cases}})
    report = {"fields": {"a": 10, "b": 4}}
    assert it in in_one_line(show(plan, report, brief=False))
    assert en in in_one_line(show(plan, report, "en", brief=False))


@pytest.mark.parametrize(
    ("unit", "price", "whole"),
    [
        ("euro/pasto", "2,80", "5,00"), ("€/m²", "2,80", "5,00"), ("EUR", "2,80", "5,00"),
        ("ore/utente", "2,8", "5"), ("eurometri", "2,8", "5"),
    ],
)  # fmt: skip
def test_a_price_has_cents_wherever_it_is_shown(unit: str, price: str, whole: str) -> None:
    """In the sentence of the trail, which the checker derives, and on the page around it.

    The trail's values are as exact as ever.
    """
    plan = small(
        {"a": {"type": "number", "unit": unit}},
        parameters={"p": {"label": "Prezzo", "value": Decimal("2.80"), "unit": unit}},
        rules={"r": {"label": "Il doppio meno", "formula": "a * 2 - 5", "unit": unit}},
        messages={"m": {"when": "true", "text": {"it": "Vale {p}, {a}, {r}."}}},
    )
    evaluation = plan.evaluate({"fields": {"a": 5}})
    stored = evaluation.trail.to_json() + "\n"
    trail = json.loads(stored)
    assert trail["parameters"]["p"]["value"] == "2.8"
    assert trail["result"]["values"] == {"r": "5"}
    assert [each["text"] for each in trail["result"]["messages"]] == [
        f"Vale {price}, {whole}, {whole}."
    ]
    assert verify_trail(stored.encode(), "trail.json") == []
    assert f"= {whole} {unit}" in in_one_line(show(plan, {"fields": {"a": 5}}, brief=False))


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
    ("2.014", "euro", "write `2014`"),
    ("169.64", "euro", ""),
    ("169644", "euro", ""),
    ("8.500", "%", ""),
    # a price may have parts of a cent
    ("1.234", "euro/km", ""),
    ("17.52", None, ""),
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
    exact = abs(Decimal(written)) * 100
    nearest = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    means = "means" if exact == nearest else "means about"
    whole, hundredths = divmod(nearest, 100)
    counted = "one cent" if hundredths == 1 else f"{hundredths} cents"
    cents = f" and {counted}" if hundredths else ""
    sign = "-" if written.startswith("-") else ""
    said = f"A (Risorse): `{written}` {means} {sign}{whole:,} {unit}{cents}, as"
    assert problem["message"].startswith(said)
    assert hint in problem["hint"]


# -- Words of formulas, counts and hints -----------------------------------------------------------

ITALIAN_TOO = frozenset({"data"})
"""Names that the two languages share by chance."""


def test_no_function_keeps_its_english_name_in_italian() -> None:
    """`se_non_si_applica(x; 0)`, not `default(x; 0)`; the English is what authors write."""
    same = {name for name, each in FUNCTIONS.items() if each.text("it") == name}
    assert same <= ITALIAN_TOO
    assert all(each.text("en") == name for name, each in FUNCTIONS.items())
    names = [each.text("it") for each in FUNCTIONS.values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("language", "shown"), [("it", "1.234"), ("en", "1,234")])
def test_counts_are_grouped_as_all_numbers_are(language, shown) -> None:
    """Days, rows, inputs; a year or a code is a text, and stays."""
    assert f"({shown} " in say("move_later", language, code="x", value="2024", count=1234)
    assert "2024" in say("move_later", language, code="x", value="2024", count=1234)
    assert say_count("rows_count", language, 1234).startswith(shown)


def whole_page(words: tuple[str, ...], language: str) -> str:
    return call(*words, "--lang", language)[1]


def test_what_is_needed_says_of_whom(plan: Plan) -> None:
    """Town and form stand in the title, with a target too; one thing is not called a group."""
    evaluation = plan.evaluate(EXAMPLES / "jesi-2024-incompleto.yaml")
    trail, linked = evaluation.trail.to_dict(), plan.linked
    whole, asked = (find_needs(evaluation.record, code) for code in (None, "quadro_3"))
    page = write_page(whole, linked, "text", "it", trail)
    assert "Che cosa serve ancora: Jesi (AN), sociale 2024" in page
    assert "gruppi" not in page
    for form in ("text", "markdown", "html"):
        told = write_page(asked, linked, form, "it", trail).replace("\\_", "_")
        assert "Che cosa serve ancora: quadro_3, Jesi (AN), sociale 2024" in told
    english = write_page(whole, linked, "text", "en", trail)
    assert "What is still needed: Jesi (AN), sociale 2024" in english


def test_what_is_needed_of_rows_names_them_and_agrees_in_number() -> None:
    """A cell by its row's name; one input is one; nothing is said of lists that are not there."""
    household = EXAMPLES / "water-bonus"
    words = ("needed", str(household / "household.yaml"), "bonus")
    told = whole_page((*words, "--rulebook", str(household / "bonus.yaml")), "it")
    assert "- componenti[2].a_carico (A carico, 2. Bruno)" in told
    employee = EXAMPLES / "income-tax"
    words = ("needed", str(employee / "employee.yaml"))
    told = whole_page((*words, "--rulebook", str(employee / "irpef.yaml")), "it")
    # the deductions may stay blank: the tax is there
    assert "Non manca nulla che serva: così com'è la relazione è completa." in told
    assert "Che cosa può restare vuoto, ma conta se lo si scrive\n" in told
    assert "non conta più" not in told
    lacking = ("needed", str(EXAMPLES / "jesi-2024-incompleto.yaml"), "livello")
    assert "Serve questo\n" in whole_page(lacking, "it")


_STANDS = {
    "it": (
        "Non manca nulla che serva: così com'è la relazione è completa.",
        "Così com'è la risposta c'è già: superato.",
        "Che cosa può restare vuoto, ma conta se lo si scrive",
        "Può contare ancora un dato.",
    ),
    "en": (
        "Nothing that is needed is missing: as it stands the report is complete.",
        "As it stands there is an answer: passed.",
        "What may stay empty, but matters once it is written",
        "One input can still matter.",
    ),
}


@pytest.mark.parametrize("language", ["it", "en"])
def test_what_may_stay_blank_is_not_called_needed(plan: Plan, tmp_path: Path, language) -> None:
    """R40 is optional where R22 is NO: the report is complete, and only a long text changes it."""
    whole, check, listed, counted = _STANDS[language]
    record = plan.evaluate(change(JESI, tmp_path, R40=None)).record
    for target, said in ((None, whole), ("R40_lunghezza", check)):
        needs = find_needs(record, target)
        assert (needs.answered, needs.settled, needs.relevant) == (True, False, ("R40",))
        told = in_one_line(write_page(needs, plan.linked, "text", language))
        assert said in told
        assert "R40 (" in told.split(f"{listed} -")[1].split("R01A_2020")[0]
        assert not any(word in told for word in ("Serve questo", "Da chiedere", "This one"))
        assert counted in write_page(needs, plan.linked, "text", language, brief=True)
    # an input that the answer waits for is still asked for
    record = plan.evaluate(change(JESI, tmp_path, R40=None, R22="SI")).record
    assert not find_needs(record).answered


# -- An author's examples and rules of rows --------------------------------------------------------

ROWS = """
language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
locale: it
rules:
  righe.doppio: {formula: righe.a * 2}
"""
GATHERED = """  t: {formula: sum(righe.doppio)}
messages: {m: {when: "true", text: {it: "Il totale è {t}."}}}
"""
CHECKED = """checks:
  righe.ok: {expect: righe.a > 1, severity: error, message: {it: "{righe.doppio}"}}
"""


def write_rows_form(fields: tuple[str, ...]) -> None:
    number = {"type": "number", "title": "Numero", "minimum": 0}
    row = {"type": "object", "properties": dict.fromkeys(fields, number)}
    rows = {"type": "array", "title": "Righe", "maxItems": 9, "items": row}
    part = {"type": "object", "properties": {"righe": rows}, "additionalProperties": False}
    row["additionalProperties"] = False
    known = {"rulebook": {}, "subject": {}, "fields": part}
    draft = "https://json-schema.org/draft/2020-12/schema"
    form = {"$schema": draft, "type": "object", "properties": known}
    Path("schema.json").write_text(json.dumps(form), encoding="utf-8")


@pytest.mark.parametrize("way", ["gather", "check", "field"])
def test_each_way_out_of_an_unused_rule_of_rows_is_one(way: str, folder) -> None:
    """No message of the whole report can show a rule of rows: the hint does not say so."""
    write_rows_form(("a", "doppio") if way == "field" else ("a",))
    text = ROWS + {"gather": GATHERED, "check": CHECKED, "field": ""}[way]
    Path("r.yaml").write_text(text, encoding="utf-8")
    assert "unused-rule" not in call("check", "r.yaml")[2]
    write_rows_form(("a",))
    Path("r.yaml").write_text(ROWS, encoding="utf-8")
    told = in_one_line(call("check", "r.yaml", "--lang", "it")[2])
    hint = told.partition("[unused-rule]")[2]
    assert "raccoglilo in una regola (`sum`, `count`, …), mostralo nel messaggio di un con" in hint
    assert "mostrala in un messaggio" not in hint


@pytest.mark.parametrize(
    ("messages", "language", "told"),
    [
        (
            "m",
            "it",
            "contenga «m» trovato nessun messaggio con questo testo; quello di m dice «",
        ),
        (
            "m",
            "en",
            "a message that contains “m” found no message with this text; that of m says “",
        ),
    ],
)
def test_an_example_expects_a_text_and_no_code(messages, language, told, folder) -> None:
    """`expected m, found m` says nothing: what is expected is a part of a sentence."""
    write_rows_form(("a",))
    Path("r.yaml").write_text(ROWS + GATHERED, encoding="utf-8")
    example = {
        "name": "uno",
        "report": {"fields": {"righe": [{"a": 1}]}},
        "expect": {"messages": [messages]},
    }
    tests = {"test": 1, "rulebook": "prova/2024", "examples": [example]}
    Path("r.test.yaml").write_text(json.dumps(tests), encoding="utf-8")
    assert told in in_one_line(call("test", "r.yaml", "--lang", language)[1])


# -- What is wrong with a report -------------------------------------------------------------------

BONUS = EXAMPLES / "water-bonus" / "bonus.yaml"
RIGHT = (
    "rulebook: bonus-acqua/2024\nfields:\n  giorno: 2024-05-31\n  ise: 1\n  componenti: [{row}]\n"
)
ANNA = "{nome: Anna, nascita: 1984-02-29, posto: genitore}"


@pytest.mark.parametrize(
    ("old", "new", "field", "told"),
    [
        # nothing is left to be written there: a list of names would be empty
        (
            "ise: 1",
            "ise: 1\n  isee: 2",
            None,
            "lo stabilisce il rulebook, non la relazione: togli la riga",
        ),
        ("  ise: 1\n", "", "ise", "aggiungi `ise: …` con il suo valore"),
        ("nascita: 1984-02-29, ", "", "componenti[1].nascita", "aggiungi `nascita: …` con"),
        (
            f"[{ANNA}]",
            ANNA,
            "componenti",
            "un trattino davanti: `- {nome: …, nascita: …, posto: …}`",
        ),
        (f"[{ANNA}]", "Anna", "componenti", "un trattino davanti: `- {nome: …, nascita: …, posto:"),
        (ANNA, "Anna", "componenti[1]", "scrivi per esempio `{nome: …, nascita: …, posto: …}`"),
        (ANNA, "", "componenti", "aggiungi le righe che mancano"),
        ("2024-05-31", "31/05/2024", "giorno", "scrivi `2024-05-31`"),
    ],
)
def test_each_slip_of_a_report_has_a_way_out(old, new, field, told, folder) -> None:
    """Of the field that it is of, in words of the form: no `date`, no length of a list."""
    written = RIGHT.replace("{row}", ANNA)
    assert old in written
    Path("r.yaml").write_text(written.replace(old, new, 1), encoding="utf-8")
    words = ("evaluate", "r.yaml", "--rulebook", str(BONUS), "--format", "json", "--lang", "it")
    (problem,) = json.loads(call(*words)[1])["problems"]
    assert field is None or problem["message"].startswith(f"{field} (")
    assert told in problem["hint"]
    assert "`date`" not in problem["message"]
    assert "lunghezza" not in problem["message"]


def test_a_misspelt_list_is_told_once(folder) -> None:
    """That its code is no code of the form, and not that it must be a single value too."""
    written = RIGHT.replace("{row}", ANNA).replace("componenti", "componente")
    Path("r.yaml").write_text(written, encoding="utf-8")
    words = ("evaluate", "r.yaml", "--rulebook", str(BONUS), "--format", "json", "--lang", "it")
    (problem,) = json.loads(call(*words)[1])["problems"]
    assert (problem["code"], problem["hint"]) == ("unknown-key", "intendevi `componenti`?")


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_what_a_row_lacks_is_written_in_its_column(form, folder) -> None:
    """A table has columns for fields and subject; a line of JSON has keys."""
    if form == "csv":
        Path("in.csv").write_text("rulebook,subject.comune,R03\nsociale/2024,Jesi,1\n")
    else:
        report = {"rulebook": "sociale/2024", "subject": {"comune": "Jesi"}, "fields": {"R03": 1}}
        Path("in.jsonl").write_text(json.dumps(report) + "\n")
    call("batch", f"in.{form}", "-o", "out.jsonl", "--lang", "it")
    (problem,) = json.loads(Path("out.jsonl").read_text())["problems"]
    assert problem["code"] == "missing-key"
    assert ("nella colonna `subject.provincia`" in problem["hint"]) is (form == "csv")


# -- Small words: agreement, what is counted, how a command is written -----------------------------


def test_failed_checks_are_counted_by_their_name_where_none_passed() -> None:
    """`1 non superato` alone does not say what; after those that passed it does."""
    check = {"expect": "a < 10", "severity": "warning"}
    plan = small({"a": "number"}, checks={"k": check})
    assert "Controlli: 1 non superato." in ask(plan, a=50)
    plan = small({"a": "number"}, checks={"k": check, "j": {**check, "expect": "a > 10"}})
    assert "1 controllo superato; 1 non superato." in ask(plan, a=50)


@pytest.mark.parametrize(
    ("fields", "told"),
    [(["y"], "compilato benché non dovuto: y"), (["y", "z"], "compilati benché non dovuti: y, z")],
)
def test_what_is_filled_in_and_not_due_agrees_in_number(fields, told) -> None:
    """One field or several."""
    part = {"title": "Parte", "due": "a > 1", "fields": fields}
    plan = small(dict.fromkeys("ayz", "number"), sections={"s": part})
    values = dict.fromkeys(fields, 1)
    report = {"fields": {"a": 0, **values}}
    assert told in in_one_line(show(plan, report, brief=False))


def test_the_number_of_rows_is_a_number() -> None:
    """`righe(componenti) = 3`, and not `righe(3)`, which would be the number of rows of a 3."""
    report = EXAMPLES / "water-bonus" / "household.yaml"
    told = call("evaluate", str(report), "--rulebook", str(BONUS), "--full", "--lang", "it")[1]
    assert "- persone = righe(componenti) = 3\n" in told
    assert "righe(3)" not in told


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        ("archive list 2024.sqlite", "ruletrail archive list --archive 2024.sqlite"),
        ("archive verify 2024.sqlite", "ruletrail archive verify --archive 2024.sqlite"),
        ("archive show 2024.sqlite", "ruletrail archive show 1 --archive 2024.sqlite"),
        ("archive show x", "ruletrail archive show 3"),
    ],
)
def test_a_word_in_the_wrong_place_is_put_in_its_own(words: str, instead: str) -> None:
    """The file of an archive is named by an option."""
    assert f"`{instead}`" in call(*words.split(), "--lang", "it")[2]


@pytest.mark.parametrize(("language", "day"), [("it", "dal 01/01/2025"), ("en", "since 1 January")])
def test_the_list_of_rulebooks_writes_days_for_people(language: str, day: str) -> None:
    """A program reads the ISO day in the JSON."""
    assert day in call("list", "--lang", language)[1]
    assert '"2025-01-01"' in call("list", "--format", "json", "--lang", language)[1]


def test_what_a_function_asks_of_is_told_in_its_name_alone() -> None:
    """`manca(a) → vero`, and not `manca([manca a])`."""
    rules = {"r": {"formula": "1", "when": "is_missing(a) or applies(b)"}}
    plan = small({"a": "number", "b": "number"}, rules=rules)
    told = in_one_line(plan.evaluate({"fields": {"b": 1}}).explain("r", language="it"))
    assert "manca(a) → vero" in told
    assert "manca([" not in told


def test_an_outcome_says_its_sentence_first_where_the_report_has_none_printed() -> None:
    """What follows from it stands there: 150 litres; a form that prints sentences has its own."""
    report = EXAMPLES / "water-bonus" / "household.yaml"
    told = call("evaluate", str(report), "--rulebook", str(BONUS), "--brief", "--lang", "it")[1]
    assert "«L'ISEE (9.530,00 euro) non supera 9.530,00 euro: ogni giorno 150 litri" in told
    printed = call("evaluate", str(LIVORNO), "--brief", "--lang", "it")[1]
    assert "Esiti e importi" in printed
    assert "- «" not in printed.partition("Esiti e importi")[2]


# -- What stands where it belongs, and what it is called


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_field_of_a_due_part_is_not_called_filled_in_for_nothing(plan: Plan, form: str) -> None:
    """R40 of Jesi belongs to the reasons, which are due, besides the explanation, which is not."""
    shown = show(plan, JESI, form=form, brief=False)
    assert "benché non dovut" not in shown
    parts = {
        "p": {"title": "Prima", "due": "a > 1", "fields": ["x", "y"]},
        "q": {"title": "Seconda", "due": "a < 1", "fields": ["x"]},
    }
    placed = small(dict.fromkeys("axy", "number"), sections=parts)
    full = in_one_line(show(placed, {"fields": {"a": 0, "x": 1, "y": 1}}, brief=False))
    assert "compilato benché non dovuto: y" in full
    assert "benché non dovuti" not in full


def test_what_rows_of_a_table_are_called_is_no_end_of_a_phrase(plan: Plan) -> None:
    """The shared start is cut at a sign that parts it, else it belongs to the name."""
    text = in_one_line(show(plan, JESI, brief=False))
    assert "Che cos'è: Utenti con dipendenze e salute mentale (interventi e servizi)" in text
    fields = {
        code: {"type": "number", "title": f"Media, rigo {name}"}
        for code, name in (("a_x", "uno"), ("b_x", "due"))
    }
    rules = {"{c}_x": {"for_each": {"c": ["a", "b"]}, "label": "Media, {c}", "formula": "1"}}
    text = in_one_line(show(small(fields, rules=rules), {"fields": {}}, brief=False))
    assert "rigo uno" in text.partition("Perché")[2]
    assert "Media, rigo" not in text.partition("Perché")[2]


def test_a_record_says_what_its_outcomes_are_called(tmp_path: Path) -> None:
    """`archive show` has the labels beside the codes; `seal` calls a value as every page does."""
    archive = tmp_path / "a.sqlite"
    call("seal", JESI, "--archive", archive)
    shown = in_one_line(call("archive", "show", 1, "--archive", archive, "--lang", "it")[1])
    assert "spesa non inferiore Spesa storica rispetto al fabbisogno standard" in shown
    assert "quadro_3 non dovuto Quadro 3, obiettivi di servizio" in shown
    changed = change(JESI, tmp_path, R0B="4057")
    _, _, err = call("seal", changed, "--archive", archive, "--lang", "it")
    assert "`R0B` (TOTALE UTENTI, N° di utenti serviti 2024)" in in_one_line(err)


@pytest.mark.parametrize(
    ("text", "is_remarked"), [("  ", True), ("\u00a0", True), ("", False), (" x ", False)]
)
def test_a_text_of_blanks_is_remarked_on_and_stays_a_text(
    tmp_path: Path, text: str, *, is_remarked: bool
) -> None:
    """The published rule asks for its length alone; the answer is the rule's."""
    report = change(JESI, tmp_path, R22="SI", R40=f'"{text}"')
    _, out, err = call("evaluate", report, "--brief", "--lang", "it")
    assert ("il testo è fatto solo di spazi" in in_one_line(err)) is is_remarked
    assert ("togli la riga solo se nessuna parte" in in_one_line(err)) is is_remarked
    assert ("Errore R22_motivato" in out) is (not text)


def test_what_settles_an_open_outcome_is_a_comparison_that_can_be_made(
    plan: Plan, tmp_path: Path
) -> None:
    """Without the spending of 2017 a need of 0 euro is met by that of 2021, which is there."""
    report = change(JESI, tmp_path, R06=None, R07_2017=None)
    (flip,) = plan.whatif(report, "quadro_3").flips
    assert (flip.input, flip.to, flip.outcome) == ("R06", 0, "not_due")
    assert (flip.step, flip.because) == ("spesa", "R07_2021 >= R06")


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("parola " * 900, "it", "perché R40 c'è; lunghezza(R40)"),
        ("parola " * 900, "en", "because R40 is there; length(R40)"),
        ("", "it", "perché R40 manca"),
    ],
)
def test_what_is_there_or_missing_is_said_in_words(
    text: str, language: str, said: str, tmp_path: Path
) -> None:
    """`manca(R40) è falso` is a formula read aloud."""
    lines = (EXAMPLES / "jesi-2024.yaml").read_text("utf-8").split("\n")
    at = next(at for at, line in enumerate(lines) if line.startswith("  R40: >-"))
    end = next(at for at in range(at + 1, len(lines)) if not lines[at].startswith("    "))
    written = [f"  R40: {text.strip()}"] if text else []
    report = tmp_path / "report.yaml"
    report.write_text("\n".join([*lines[:at], *written, *lines[end:]]), "utf-8")
    told = whole_page(("explain", str(report), "R40_lunghezza"), language)
    assert said in told


@pytest.mark.parametrize(("printed", "is_said"), [("8.50", False), ("11.50", True)])
def test_how_well_the_chosen_case_is_known_stands_beside_its_decision(
    printed: str, *, is_said: bool, tmp_path: Path
) -> None:
    """The form shows one case of `livello`; that of the other is inferred."""
    text = (EXAMPLES / "jesi-2024.yaml").read_text("utf-8")
    report = tmp_path / "report.yaml"
    report.write_text(re.sub(r"  R05: [0-9.]+", f"  R05: {printed}", text), "utf-8")
    told = whole_page(("explain", str(report), "livello"), "it")
    basis = "attendibilità: visto nel modulo; del caso scelto: dedotto; regola in"
    assert (basis in " ".join(told.split())) is is_said
