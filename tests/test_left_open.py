"""What stays open and asks nothing of anybody: said once, asked for nowhere, on every door."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.archives import read_record
from ruletrail.fast_dataclasses import replace
from ruletrail.formats import LOCALES
from ruletrail.needs.pages import write_page
from ruletrail.rendering import find_answer
from ruletrail.trails.unasked import find_unasked, list_unasked
from support.command_line import call
from support.first_screens import Q3, ask, change, in_one_line, show, small
from support.places import JESI
from support.rulebooks import load_text, rows_of, rulebook_text, schema_of, write_rulebook

_BLOCK = dict.fromkeys(("R16", "R17", "R18", "R19", "R20", "R21", "R22", "R40"))
_LOW = {"R07_2017": "3000000.00", "R07_2021": "3400000.00"}
_TITLE: dict[Any, str] = {
    "it": "Resta aperto, e qui non c'è nulla da scrivere",
    "en": "What stays open, with nothing to write here",
}
_PART = {"p": {"title": "Parte", "due": "a > 1", "fields": ["x"]}}
_CHECK = {"c": {"label": "X è grande", "expect": "x > 5", "severity": "error"}}


def _unprinted(report: Path) -> Path:
    """Leave out what the form prints, as who types a report does."""
    report.write_text(report.read_text("utf-8").partition("\nprinted:")[0] + "\n", "utf-8")
    return report


@pytest.fixture
def low(tmp_path: Path) -> Path:
    """Write a report whose spending is below the need, the block that is not due left blank."""
    return _unprinted(change(JESI, tmp_path, **_LOW, **_BLOCK))


@pytest.fixture
def poor(tmp_path: Path) -> Path:
    """Write one whose service is below the reference, the block left blank too."""
    return _unprinted(change(JESI, tmp_path, R05="12.00", **_BLOCK))


# -- Fields of a part that is not due --------------------------------------------------------------


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_block_that_is_not_due_is_never_asked_for(
    plan: Plan, low: Path, form: str, language: Any
) -> None:
    """The check that waits for it is told with the parts; the status and its codes stay."""
    evaluation = plan.evaluate(low)
    assert (evaluation.status, list(evaluation.missing)) == ("incomplete", ["R22", "R40"])
    page = show(plan, low, language, form)
    said = re.sub(r"<[^>]+>|[\\*`]", "", in_one_line(page)).replace("&#x27;", "'")
    tasks, _, left = said.partition(_TITLE[language])
    assert "R22" not in tasks
    assert "R40" not in tasks.replace("R09-R15", "")
    parts = "R22, R40, campi di parti non dovute (quadro_4_motivi, quadro_4_spiegazione)"
    if language == "it":
        assert f"(R22_motivato): il controllo aspetta {parts}" in left
    headline = {"it": "qui non manca nessun dato", "en": "no input is missing here"}
    assert headline[language] in said


def test_only_what_checks_alone_wait_for_is_left_blank() -> None:
    """A value that needs it too, a part that may be due, a part that is: each asks for it."""
    fields = dict.fromkeys("abx", "number")
    plain = small(fields, sections=_PART, checks=_CHECK)
    asked = "Scrivi nella relazione questi valori ? x"
    assert _TITLE["it"] in ask(plain, a=0)
    assert asked not in ask(plain, a=0)
    rule = {"r": {"formula": "x + 1"}}
    read = small(fields, sections=_PART, checks=_CHECK, rules=rule)
    assert f"{asked} Serve a: r" in ask(read, a=0)
    open_part = _PART | {"q": {"title": "Altra", "due": "b > 1", "fields": ["x"]}}
    text = ask(small(fields, sections=open_part, checks=_CHECK), a=0)
    assert "Se sarà dovuto, compila anche: Altra (q) ? x" in text
    assert _TITLE["it"] not in text
    assert "Compila: Parte (p)" in ask(plain, a=2)
    no_part = small(fields, checks=_CHECK)
    assert asked in ask(no_part, a=0)


def test_a_rule_that_only_checks_read_asks_for_nothing() -> None:
    """What the rulebook works out for its checks is no value of the form's; any other is."""
    fields = dict.fromkeys("ax", "number")
    rules = {"limit": {"formula": "x * 2"}, "higher": {"formula": "limit + 1"}}
    checks = {"c": {"label": "Alto", "expect": "higher > 5", "severity": "error"}}
    text = ask(small(fields, sections=_PART, checks=checks, rules=rules), a=0)
    assert "Alto (c): il controllo aspetta x, campo di una parte non dovuta (p)." in text
    more = {"shown": {"formula": "limit + 2"}}
    text = ask(small(fields, sections=_PART, checks=checks, rules=rules | more), a=0)
    assert "? x Serve a: limit, shown" in text


def test_where_nothing_else_is_open_the_headline_says_so() -> None:
    """There is nothing to do by hand either; a value that is missing is what it says instead."""
    plan = small(dict.fromkeys("abx", "number"), sections=_PART, checks=_CHECK)
    said = "Relazione ancora aperta, ma qui non c'è nulla da fare"
    assert said in ask(plan, a=0)
    assert "Da fare" not in ask(plan, a=0)
    assert said not in ask(plan)
    assert "qualcosa manca" in ask(plan)
    report = {"fields": {"a": 0}}
    assert "The report is still open, but there is nothing to do" in show(plan, report, "en")


def test_checks_of_rows_are_told_once_for_all_rows() -> None:
    """With the cells that they wait for."""
    fields = {"a": "number", "rows": rows_of({"x": "number", "name": "string"}, 11)}
    sections = {"p": {"title": "Parte", "due": "a > 1", "fields": ["rows.x"]}}
    checks = {"rows.c": {"label": "Alto", "expect": "rows.x > 5", "severity": "error"}}
    text = rulebook_text({"sections": sections, "checks": checks}, language="2")
    plan = load_text(text, schema_of(fields))
    report = {"fields": {"a": 0, "rows": [{"name": "u"}, {"name": "v", "x": 7}]}}
    document = plan.evaluate(report).trail.to_dict()
    assert document["result"]["missing"] == ["rows[1].x"]
    assert list_unasked(document) == ("rows[1].x",)
    assert find_unasked(document) == {"rows.c": ("rows[1].x",)}
    many = {"fields": {"a": 0, "rows": [{"name": "u"} for _ in range(11)]}}
    document = plan.evaluate(many).trail.to_dict()
    assert list_unasked(document) == tuple(f"rows[{row}].x" for row in range(1, 12))


def test_a_column_of_the_form_that_only_checks_read_is_an_answer() -> None:
    """A rule that is no cell of it is not."""
    sections = {"p": {"title": "Parte", "due": "a > 1", "fields": ["rows.x"]}}
    for cells, asked in (({"x": "number"}, False), ({"x": "number", "total": "number"}, True)):
        content = {
            "sections": sections,
            "rules": {"rows.total": {"formula": "rows.x + 1"}},
            "checks": {
                "rows.c": {"label": "Alto", "expect": "rows.total > 5", "severity": "error"}
            },
        }
        fields = {"a": "number", "rows": rows_of(cells)}
        plan = load_text(rulebook_text(content, language="2"), schema_of(fields))
        report = {"fields": {"a": 0, "rows": [{}]}}
        document = plan.evaluate(report).trail.to_dict()
        assert document["result"]["missing"] == ["rows[1].x"]
        assert bool(list_unasked(document)) is not asked
        assert bool(plan.needed(report).unasked) is not asked


def test_sealing_asks_for_no_field_of_a_part_that_is_not_due(low: Path, tmp_path: Path) -> None:
    """It tells the check, says to leave the fields blank, and what is left is done by hand."""
    status, out, _ = call("seal", low, "--archive", tmp_path / "a", "--format", "json")
    first, *others = json.loads(out)["problems"]
    assert (status, first["code"]) == (1, "seal-not-complete")
    assert "do it by hand on the form" in first["hint"]
    assert "write what is missing" not in first["hint"]
    told = {each["message"]: each["hint"] for each in others if each["code"] == "seal-open"}
    waits = [message for message in told if "`R22`" in message]
    assert len(waits) == 1
    assert "still open: `R22_motivato`" in waits[0]
    assert "waits for `R22`, `R40`, of parts that are not due" in waits[0]
    assert "there is nothing to write" in told[waits[0]]
    assert not any("is missing" in message for message in told)
    assert call("seal", low, "--archive", tmp_path / "a", "--allow-incomplete")[0] == 0


def test_one_field_is_told_as_one_and_its_parts_as_many_as_they_are(tmp_path: Path) -> None:
    """With `R22` given the check waits for `R40` alone, which two parts have."""
    report = _unprinted(change(JESI, tmp_path, R05="12.00", **_BLOCK | {"R22": "SI"}))
    _, out, _ = call(
        "seal", report, "--archive", tmp_path / "a", "--format", "json", "--lang", "it"
    )
    told = {each["message"]: each["hint"] for each in json.loads(out)["problems"]}
    (waits,) = (message for message in told if "R22_motivato" in message)
    assert waits.endswith("che aspetta `R40`, di parti non dovute")
    assert "è un campo da lasciare in bianco" in told[waits]


def test_needed_puts_them_behind_all_others_and_says_whose_they_are(
    plan: Plan, low: Path, tmp_path: Path
) -> None:
    """JSON stays true: the check can be settled by them alone, and by nothing else."""
    needs = plan.needed(low)
    assert (needs.alternatives, needs.next, needs.settled) == ((("R40",),), "R40", False)
    assert needs.unasked == {"R22", "R40"}
    page = in_one_line(call("needed", low, "--lang", "it")[1])
    assert "Da chiedere per primo" not in page
    assert "non c'è nulla da scrivere: quello che può contare ancora è di parti non dovute" in page
    parts = "è di parti non dovute (quadro_4_motivi, quadro_4_spiegazione)"
    assert f"R40 (RELAZIONE IN FORMATO LIBERO (massimo 6.000 caratteri)): {parts}" in page
    assert "): è di una parte non dovuta (quadro_4_motivi)" in page
    assert "può decidere" not in page  # nobody is told to write what settles it
    more = change(low, tmp_path, M18_2019=None)
    assert plan.needed(more).next == "M18_2019"
    page = in_one_line(call("needed", more, "--lang", "en")[1])
    assert "To ask first: M18_2019" in page
    assert "There is nothing to write" not in page


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@pytest.mark.parametrize("language", LOCALES)
def test_needed_names_the_parts_that_are_filled_in_on_the_form(
    plan: Plan, low: Path, form: str, language: Any
) -> None:
    """Their fields are not encoded, so no list can hold them; all the same they are to be written.

    The part alone is answered so too, and the whole report is no answer to what its fields need.
    """
    assert plan.needed(low).by_hand == ("quadro_3", "quadro_4_altri")
    words = {
        "it": "Da compilare a mano sul modulo: ",
        "en": "To be filled in by hand on the form: ",
    }
    here = {"it": "(non codificat{} qui)", "en": "(not encoded here)"}[language]
    first = "quadro_3 (Quadro 3, obiettivi di servizio)"
    both = (
        f"{first}; quadro_4_altri (Quadro 4, le altre combinazioni di spesa e livello dei servizi)"
    )
    whole, alone = (f"{both} {here.format('i')}", f"{first} {here.format('o')}")
    for target, told in (((), whole), (("quadro_3",), alone)):
        status, out, _ = call("needed", low, *target, "--lang", language, "--format", form)
        page = re.sub(r"<[^>]+>|[\\*`]", "", in_one_line(out)).replace("&#x27;", "'")
        page = page.replace("\u2011", "-").replace("\u00a0", " ")
        assert status == 0
        assert f"{words[language]}{told}" in page
        assert "Non c'è nulla da scrivere" not in page
        assert "There is nothing to write" not in page
        assert "ruletrail needed" not in page


def test_needed_asks_for_a_part_by_hand_only_where_it_is_due(plan: Plan) -> None:
    """Of one that is not due, or that other fields fill, nothing is said."""
    assert plan.needed(JESI).by_hand == ()
    for target in ("quadro_1", "quadro_3", "spesa"):
        assert plan.needed(JESI, target).by_hand == ()


def test_needed_names_what_somebody_has_to_judge() -> None:
    """One step of each gap; a sentence whose words nobody knows is no task."""
    rules = {"r": {"not_encoded": "la tabella non è nota"}, "q": {"formula": "r + 1"}}
    messages = {"m": {"label": "Frase", "when": "a > 0", "not_encoded": "la frase non è nota"}}
    plan = small({"a": "number"}, rules=rules, messages=messages)
    needs = plan.needed({"fields": {"a": 1}})
    assert (needs.judged, needs.by_hand, needs.settled) == (("r",), (), True)
    page = in_one_line(write_page(needs, plan.linked, "text", "it"))
    assert "Da giudicare a mano: r (non codificato qui)" in page
    assert plan.needed({"fields": {"a": 1}}, "q").judged == ()


def test_a_set_that_nobody_is_to_write_is_not_offered_beside_others() -> None:
    """Nor is it asked for first; what else can matter stays a list of its own."""
    fields = dict.fromkeys("abx", "number")
    plan = small(fields, sections=_PART, checks=_CHECK, rules={"r": {"formula": "b + 1"}})
    needs = plan.needed({"fields": {"a": 0}})
    shown = replace(needs, alternatives=(("x",), ("b",)), next="x")
    page = in_one_line(write_page(shown, plan.linked, "text", "it"))
    assert "Da chiedere per primo" not in page
    assert "Questo dato, da solo, può decidere la risposta" in page
    offered, _, left = page.partition("Non da scrivere: è di parti non dovute")
    assert "- b" in offered
    assert "- x" not in offered
    assert "- x: è di una parte non dovuta (p)" in left


def test_one_that_something_else_hangs_on_is_asked_for_first() -> None:
    """A rule reads it: its part is not due, and still it is an answer that hangs on it."""
    fields = dict.fromkeys("abx", "number")
    rule = {"r": {"formula": "x + 1"}}
    needs = small(fields, sections=_PART, checks=_CHECK, rules=rule).needed({"fields": {"a": 0}})
    assert (needs.next, needs.undue, needs.unasked) == ("x", {"x"}, set())


def test_of_what_no_longer_matters_the_part_that_is_not_due_is_the_reason(low: Path) -> None:
    """As the others there have theirs."""
    page = in_one_line(call("needed", low, "--lang", "it")[1])
    dropped = page.partition("Che cosa manca e non conta più")[2]
    for code in ("R16", "R17", "R18", "R19", "R20", "R21"):
        line = re.search(rf"- {code} \(.*?(?= - |$)", dropped)
        assert line is not None
        assert line[0].endswith("è di una parte non dovuta (quadro_4_motivi)")


def test_a_long_list_names_the_way_to_all_of_it(tmp_path: Path) -> None:
    """Text names the command that writes the page, and the page holds them all, the rest folded."""
    report = tmp_path / "r.yaml"
    report.write_text(
        "rulebook: sociale/2024\nsubject: {comune: Jesi, provincia: AN}\nfields: {R03: 6420}\n",
        "utf-8",
    )
    (group,) = json.loads(call("needed", report, "--format", "json")[1])["alternatives"]
    text = in_one_line(call("needed", report, "--lang", "it")[1])
    said = re.search(r"e altri (\d+): li elenca tutti `ruletrail needed (\S+) -o (\S+)`", text)
    assert said is not None
    assert (int(said[1]), said[2]) == (len(group) - 30, str(report))
    written = tmp_path / said[3]
    assert call("needed", report, "--lang", "it", "-o", written)[0] == 0
    page = re.sub("</?a[^>]*>", "", written.read_text("utf-8"))
    shown, _, folded = page.partition(
        f"<details><summary><span>e altri {len(group) - 30}</span></summary>"
    )
    assert [f">{code} (" in shown for code in group] == [True] * 30 + [False] * (len(group) - 30)
    assert all(f">{code} (" in folded for code in group[30:])
    markdown = call("needed", report, "--lang", "it", "--format", "markdown")[1]
    assert all(re.search(rf"- {code} \\?\(", markdown) for code in group)


@pytest.mark.parametrize("language", LOCALES)
def test_one_group_alone_is_not_each_of_several(tmp_path: Path, language: Any) -> None:
    """It has no number either: there is nothing to choose."""
    report = tmp_path / "r.yaml"
    subject = "{comune: Jesi, provincia: AN}"
    text = f"rulebook: sociale/2024\nsubject: {subject}\nfields: {{}}\n"
    report.write_text(text, "utf-8")
    (group,) = json.loads(call("needed", report, "--format", "json")[1])["alternatives"]
    text = in_one_line(call("needed", report, "--lang", language)[1])
    several = {"it": "Ognuno di questi gruppi", "en": "Each of these groups"}
    alone = {
        "it": "Questi dati, insieme, possono decidere la risposta: secondo i loro valori, possono "
        f"bastare o può servire altro. - {group[0]} (",
        "en": f"depends on their values. - {group[0]} (",
    }
    assert several[language] not in text
    assert alone[language] in text


# -- A part that may become due --------------------------------------------------------------------


def test_a_part_that_may_become_due_lists_all_that_is_empty(plan: Plan, tmp_path: Path) -> None:
    """Not only what a check waits for; what is filled in already, and optional, is not named."""
    report = _unprinted(change(JESI, tmp_path, R06=None, **(_BLOCK | {"R18": "SI"})))
    text = in_one_line(show(plan, report, brief=False)).partition("Parti del modulo")[0]
    block = text.partition("Se sarà dovuto, compila anche: Quadro 4, motivi")[2]
    named = re.findall(r"\? (R\d+)", block.partition("Se sarà dovuto")[0])
    assert named == ["R16", "R17", "R19", "R20", "R21", "R22"]


def test_what_is_empty_there_is_told_whatever_waits_for_it(plan: Plan, tmp_path: Path) -> None:
    """With `R22` given nothing waits for the others, and they are asked for all the same."""
    rest = _BLOCK | {"R03": None}
    for given, named in (
        ({}, "R16 R17 R18 R19 R20 R21 R22"),
        ({"R22": "NO"}, "R16 R17 R18 R19 R20 R21"),
    ):
        report = _unprinted(change(JESI, tmp_path, **rest | given))
        text = in_one_line(show(plan, report, brief=False)).partition("Parti del modulo")[0]
        block = text.partition("Se sarà dovuto, compila anche: Quadro 4, motivi")[2]
        found = re.findall(r"\? (R\d+)", block.partition("Se sarà dovuto")[0])
        assert found == named.split()


def test_what_is_to_be_written_now_comes_before_what_may_come() -> None:
    """Also what settles one part and stands in another that may become due before it."""
    parts = {
        "p": {"title": "Prima", "due": "a > 1", "fields": ["x", "y"]},
        "q": {"title": "Altra", "due": "x > 1", "fields": ["x", "z"]},
    }
    text = ask(small(dict.fromkeys("axyz", "number"), sections=parts))
    places = [
        text.index(piece)
        for piece in (
            "1. Scrivi nella relazione questi valori, per stabilire se è dovuto: Altra (q) ? x",
            "2. Scrivi nella relazione questi valori ? a",
            "3. Se sarà dovuto, compila anche: Prima (p) ? y",
            "4. Se sarà dovuto, compila anche: Altra (q) ? z",
        )
    ]
    assert places == sorted(places)


def test_sealing_asks_for_no_field_of_a_part_that_may_not_be_due(
    plan: Plan, tmp_path: Path
) -> None:
    """It names what settles that, and the same fields that `evaluate` names on that condition."""
    report = _unprinted(change(JESI, tmp_path, **_BLOCK | {"R03": None}))
    _, out, _ = call("seal", report, "--archive", tmp_path / "a", "--format", "json")
    told = [each for each in json.loads(out)["problems"] if each["code"] == "seal-open"]
    messages = [each["message"] for each in told]
    assert "`R03` (Numero di abitanti 2024) is missing" in messages[0]
    assert "`quadro_4_motivi`" in messages[1]
    assert "should it be, `R16`-`R22` are needed too" in messages[1]
    assert "should it be, `R40` is needed too" in messages[2]
    assert len(told) == 3
    for each in told[1:]:
        assert "wait until it is known whether the part is due: write `R03` first" in each["hint"]
    hints = " ".join(each["hint"] for each in told[1:])
    assert "write it into the report" not in hints
    page = in_one_line(show(plan, report, "en"))
    assert page.count("Should it become due, fill in too: ") == 2


def test_a_part_that_has_to_be_judged_waits_for_no_value(tmp_path: Path) -> None:
    """Nothing that is written settles it."""
    book = {
        "sections": {
            "p": {"title": "Parte", "due": {"not_encoded": "non si sa"}, "fields": ["x"]},
            "q": {"title": "Altra", "due": "a > 1", "fields": ["y"]},
        }
    }
    document = small(dict.fromkeys("axy", "number"), **book).evaluate({"fields": {}})
    loose = find_answer(document.trail.to_dict(), None).loose
    later = [(each.section["id"], each.codes, each.first) for each in loose if each.is_for_later]
    assert later == [("p", ("x",), ()), ("q", ("y",), ("a",))]


# -- Sentences whose words nobody knows ------------------------------------------------------------


@pytest.mark.parametrize("language", LOCALES)
def test_a_sentence_whose_words_are_not_known_is_no_task(
    plan: Plan, poor: Path, language: Any
) -> None:
    """The form may print it or not, and nothing reads it; why it is this case stands below."""
    said: dict[Any, str] = {
        "it": "Il modulo può stampare o no una frase in questo caso, e nulla ne dipende: Dopo un "
        "livello di servizio inferiore (prosegue_quadro_2_sotto_riferimento) È questo il caso",
        "en": "The form may or may not print a sentence in this case, and nothing depends on it",
    }
    tasks, _, left = in_one_line(show(plan, poor, language)).partition(_TITLE[language])
    assert said[language] in left
    assert "prosegue_quadro_2" not in tasks


def test_what_hangs_on_more_than_a_sentence_is_still_a_task() -> None:
    """A rule that is not encoded for the same reason; a sentence that is on the form all the same.

    Of one whose condition is not encoded the words are known, and somebody can judge it.
    """
    unknown = {"m": {"label": "Frase", "when": "a > 1", "not_encoded": "non si sa"}}
    fields = {"a": "number"}
    alone = ask(small(fields, messages=unknown), a=2)
    assert "Relazione completa: parti dovute compilate" in alone
    assert "Da fare" not in alone
    rule = {"r": {"label": "Quota", "not_encoded": "non si sa"}}
    assert "Calcola a mano: Quota (r)" in ask(small(fields, messages=unknown, rules=rule), a=2)
    other = {"n": {"label": "Altra", "when": "a <= 1", "text": {"it": "Si passa oltre."}}}
    printed = ask(small(fields, messages=unknown | other), ("Si passa oltre.",), a=2)
    assert "1. Valuta a mano quale frase vale in questo caso: Frase (m)" in printed
    assert "Il modulo stampa: «Si passa oltre.»" in printed


def test_sealing_says_that_nothing_hangs_on_such_a_sentence(poor: Path, tmp_path: Path) -> None:
    """No work by hand is asked for it."""
    _, out, _ = call("seal", poor, "--archive", tmp_path / "a", "--format", "json")
    hints = {each["message"]: each["hint"] for each in json.loads(out)["problems"]}
    (message,) = (each for each in hints if "`prosegue_quadro_2_sotto_riferimento`" in each)
    assert "may or may not print the sentence, and nothing depends on it" in hints[message]


# -- Zeros that may be right, sums that wait ------------------------------------------------------


def test_only_zeros_of_the_report_may_be_right() -> None:
    """Also through what a rule sums up of them; a constant that is zero is the rulebook's."""
    fields = dict.fromkeys("ab", "number")
    said = "Se questi valori sono giusti, il risultato non esiste: la relazione si può sigillare"
    direct = {"r": {"formula": "a / (a + b)"}}
    through = {"total": {"formula": "a + b"}, "r": {"formula": "1 / total"}}
    ours = {"zero": {"formula": "1 - 1"}, "r": {"formula": "a / zero"}}
    assert said in ask(small(fields, rules=direct), a=0, b=0)
    assert said in ask(small(fields, rules=through), a=0, b=0)
    text = ask(small(fields, rules=ours), a=3, b=0)
    assert "divisione per zero: zero vale 0" in text
    assert said not in text
    group = small(fields, groups={"g": ["a", "b"]}, rules={"r": {"formula": "1 / sum(g)"}})
    assert said in ask(group, a=0, b=0)


@pytest.mark.parametrize("formula", ["a / sum(rows.y)", "a / size(rows)", "rows.y / rows.x"])
def test_zeros_of_rows_and_of_none_may_be_right_too(formula: str) -> None:
    """Whatever row has them, and where there is no row."""
    name = "rows.r" if formula.startswith("rows") else "r"
    fields = {"a": "number", "rows": rows_of({"x": "number", "y": "number"})}
    text = rulebook_text({"rules": {name: {"formula": formula}}}, language="2")
    rows = [] if "size" in formula else [{"x": 0, "y": 0}]
    report = {"fields": {"a": 1, "rows": rows}}
    said = in_one_line(show(load_text(text, schema_of(fields)), report))
    assert "divisione per zero" in said
    assert "Se questi valori sono giusti" in said


def test_a_sum_of_money_that_waits_is_told_as_decisions_are(plan: Plan, tmp_path: Path) -> None:
    """One that does not apply comes to nothing, and is not told."""
    report = _unprinted(change(JESI, tmp_path, **_LOW | {"R08": None}))
    text = in_one_line(show(plan, report)).partition("Esiti e importi")[2]
    title = "Importo da rendicontare nel Quadro 3 (da_rendicontare)"
    assert f"? {title}: non ancora stabilito: manca R08" in text
    fields = {"a": "number", "x": "number"}
    rule = {"r": {"label": "Quota", "formula": "x * 2", "unit": "euro", "when": "a > 0"}}
    assert "? Quota (r): non ancora stabilito: manca x" in ask(small(fields, rules=rule), a=1)
    assert "Quota" not in ask(small(fields, rules=rule), a=0)


# -- What is filled in for nothing -----------------------------------------------------------------


def test_where_to_explain_is_said_once_and_is_true(plan: Plan, tmp_path: Path) -> None:
    """A comment at the head of the file changes no answer, and is sealed with the file."""
    report = change(JESI, tmp_path, **Q3 | _LOW)
    text = in_one_line(call("evaluate", report, "--brief", "--lang", "it")[1])
    assert "Togli o spiega R16-R22: sono compilati, ma non sono dovuti" in text
    said = "Si spiega in un commento in cima al file della relazione (# …): il sigillo lo conserva."
    assert text.count(said) == 1
    before = plan.evaluate(report).trail.to_dict()["result"]
    why = "# R16-R22: li chiede il portale anche qui\n"
    report.write_text(why + report.read_text("utf-8"), "utf-8")
    assert plan.evaluate(report).trail.to_dict()["result"] == before
    call("seal", report, "--archive", tmp_path / "a", "--allow-incomplete")
    assert why in read_record(tmp_path / "a", 1)[1]["report-as-given"].decode()


@pytest.mark.parametrize(
    ("language", "said", "any_file"),
    [
        ("it", ("JSON non ammette commenti: copia la relazione in un file .yaml, con la "
         "spiegazione sulla prima riga (# …), e sigilla quello"),
         "se è JSON, che non ammette commenti, copiala prima"),
        ("en", ("JSON has no comments: copy the report into a .yaml file, with the explanation on "
         "the first line (# …), and seal that one"),
         "if it is JSON, which has no comments, copy it into"),
    ],
)  # fmt: skip
def test_what_is_explained_of_a_report_in_json_stands_in_a_copy(
    language: str, said: str, any_file: str, plan: Plan, tmp_path: Path
) -> None:
    """The same text below a comment is the same report, with the same digest, and is sealed so."""
    report, copy = tmp_path / "report.json", tmp_path / "report.yaml"
    typed = _unprinted(change(JESI, tmp_path, **Q3 | _LOW))
    given = plan.evaluate(typed).trail.to_dict()["report"]
    fields = ", ".join(
        f'"{code}": {json.dumps(value["text"]) if isinstance(value, dict) else value}'
        for code, value in given["fields"].items()
    )
    subject = json.dumps(given["subject"])
    text = f'{{"rulebook": "sociale/2024", "subject": {subject}, "fields": {{{fields}}}}}'
    report.write_text(text, "utf-8")
    why = "# R16-R22: li chiede il portale anche qui"
    copy.write_text(f"{why}\n{text}", "utf-8")
    for path in (report, copy):
        assert plan.evaluate(path).trail.to_dict()["report"] == given
    assert said in in_one_line(call("evaluate", report, "--brief", "--lang", language)[1])
    assert any_file in in_one_line(show(plan, report, language))
    call("seal", copy, "--archive", tmp_path / "a", "--allow-incomplete")
    assert why in read_record(tmp_path / "a", 1)[1]["report-as-given"].decode()


def test_what_may_belong_to_a_part_whose_fields_are_not_known_is_nowhere_called_idle(
    plan: Plan, tmp_path: Path
) -> None:
    """`R40` is free text of whatever block is due: the task and the list of parts say the same."""
    given = change(JESI, tmp_path, **Q3 | _LOW)
    text = in_one_line(show(plan, given, brief=False))
    assert "Togli o spiega R16-R22: sono compilati, ma non sono dovuti" in text
    assert "compilati benché non dovuti: R16, R17, R18, R19, R20, R21, R22 " in text
    emptied = change(JESI, tmp_path, **Q3 | _LOW | {code: None for code in _BLOCK if code != "R40"})
    for form in ("text", "html"):
        page = show(plan, emptied, None, form, brief=False)
        assert "Togli o spiega" not in page
        assert "benché non dovut" not in page
    alone = {"p": {"title": "Parte", "due": "a > 1", "fields": ["x"], "optional": ["x"]}}
    text = ask(small(dict.fromkeys("ax", "number"), sections=alone), a=0, x=1)
    assert "Togli o spiega x" in text


def test_two_parts_that_are_not_due_say_it_on_the_first_alone() -> None:
    """One place for both."""
    parts = _PART | {"q": {"title": "Altra", "due": "a > 2", "fields": ["y"]}}
    text = ask(small(dict.fromkeys("axy", "number"), sections=parts), a=0, x=1, y=1)
    assert text.count("Togli o spiega") == 2
    assert text.count("Si spiega in un commento") == 1


def test_needed_asks_for_no_inputs_where_only_work_by_hand_is_open(tmp_path: Path) -> None:
    """It said that the answer depends on inputs that are missing, and below that none is needed."""
    entries: dict[str, Any] = {
        "rules": {"r": {"label": "r", "not_encoded": "non si sa"}},
        "sections": {
            "s": {"title": "s", "due": "a > 1", "not_encoded": "a mano"},
            "u": {"title": "u", "due": "a > 5", "fields": ["b"]},
        },
        "checks": {"c": {"label": "c", "expect": "b > 1", "severity": "warning"}},
    }
    digit = {"type": "integer", "minimum": 0, "maximum": 9}
    book = write_rulebook(rulebook_text(entries), schema_of({"a": digit, "b": digit}), tmp_path)
    report = tmp_path / "r.yaml"
    for value, said in (3, True), (7, False):
        report.write_text(f"rulebook: prova/2024\nfields: {{a: {value}}}\n", encoding="utf-8")
        _, shown, _ = call("needed", report, "--rulebook", book, "--lang", "en")
        words = " ".join(shown.split())
        assert ("Nothing that is needed is missing: what is open is done by hand" in words) is said
        assert ("Besides this there is nothing to write" in words) is said
        assert ("The answer still depends on inputs that are missing." in words) is not said
        assert "To be judged by hand: r" in words
