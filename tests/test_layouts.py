"""Printed forms to reports.

What is on the paper is read, and what is not certain is not assigned.
"""

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruletrail.documents import (
    REPORT_LIMITS,
    RULEBOOK_LIMITS,
    SCHEMA_LIMITS,
    MappingNode,
    ScalarNode,
    read_document,
    read_text,
)
from ruletrail.layouts import (
    Layout,
    Reading,
    build_layout,
    form_work,
    link_layout,
    list_findings,
    read_form,
    write_report,
)
from ruletrail.layouts.matching import read_printed
from ruletrail.layouts.model import NumberStyle
from ruletrail.layouts.segments import folding
from ruletrail.problem_texts import TEXTS
from ruletrail.problems import Problem, ProblemsError
from ruletrail.schemas import FieldDeclaration, Schema, build_schema, check_schema
from support.places import ROOT

DATA = Path(__file__).parent / "layouts"
FORMS = {
    name: (ROOT / f"examples/forms/{name}-2024.txt").read_text("utf-8")
    for name in ("jesi", "livorno")
}
FREE_TEXTS = {"R00C", "R00D", "R40"}
ITALIAN = NumberStyle(decimal=",", thousands=".")


def load_schema(path: Path, *, of_report: bool) -> Schema:
    """Load a schema that must be right."""
    node, problems = read_document(path.read_bytes(), path.name, SCHEMA_LIMITS)
    assert node is not None
    schema, found = build_schema(node, of_report=of_report)
    assert schema is not None, [*problems, *found]
    return schema


LAYOUT_SCHEMA = load_schema(ROOT / "schemas/layout.schema.json", of_report=False)
SOCIALE = load_schema(ROOT / "schemas/reports/sociale/2024.schema.json", of_report=True)
PARKING = load_schema(DATA / "parking.schema.json", of_report=True)


def load_layout(text: str, schema: Schema) -> tuple[Layout | None, list[Problem]]:
    """Read, check, build and link a layout."""
    node, problems = read_text(text, "layout.yaml", RULEBOOK_LIMITS)
    if node is None or problems:
        return None, problems
    problems = check_schema(node, LAYOUT_SCHEMA)[1]
    if problems:
        return None, problems
    layout, problems = build_layout(node)
    return layout, problems if layout is None else link_layout(layout, schema)


def right_layout(path: Path, schema: Schema) -> Layout:
    """Load a layout that must be right."""
    layout, problems = load_layout(path.read_text("utf-8"), schema)
    assert layout is not None
    assert not problems
    return layout


LAYOUT = right_layout(ROOT / "rulebooks/sociale/2024.layout.yaml", SOCIALE)
PARKING_LAYOUT = right_layout(DATA / "parking.layout.yaml", PARKING)


def read(text: str) -> Reading:
    """Read a form of the sociale."""
    return read_form(text, LAYOUT, SOCIALE)


def change(name: str, old: str, new: str) -> Reading:
    """Read a real form after one replacement, which must hit."""
    assert FORMS[name].count(old) == 1
    return read(FORMS[name].replace(old, new))


def why(reading: Reading) -> dict[str, str]:
    """Say why each ambiguous value is ambiguous."""
    return {doubt.code: doubt.why for doubt in reading.ambiguous}


# -- The two real forms


@pytest.mark.parametrize("name", FORMS)
def test_every_printed_value_is_read(name: str) -> None:
    """The report is exactly the expected one and nothing is left over."""
    reading = read(FORMS[name])
    assert write_report(reading) == (DATA / f"{name}-2024.expected.yaml").read_text("utf-8")
    assert (reading.unread, reading.ambiguous, reading.absent) == ((), (), ())
    assert reading.is_certain


@pytest.mark.parametrize(
    ("name", "count", "blank"),
    [("jesi", 91, ("M56_media", "R01A_2020")), ("livorno", 92, ("R01A_2020",))],
)
def test_blanks_are_blank(name: str, count: int, blank: tuple[str, ...]) -> None:
    """What the paper leaves empty is neither absent nor zero."""
    reading = read(FORMS[name])
    assert len(reading.fields) == count
    assert reading.blank == blank
    assert set(reading.fields) | set(blank) == set(SOCIALE.fields)


def test_years_at_the_end_of_labels_are_not_values() -> None:
    """The traps of Jesi: R03, R06 and R08 have a year just before the number."""
    fields = read(FORMS["jesi"]).fields
    assert (fields["R03"], fields["R06"], fields["R08"]) == ("39301", "3580390.40", "169644.84")


@pytest.mark.parametrize("name", FORMS)
def test_printed_sentences_are_found_by_place(name: str) -> None:
    """Six blocks hold the eight sentences; a changed wording is found all the same."""
    assert len(read(FORMS[name]).printed) == 6
    changed = read(
        FORMS[name]
        .replace("La spesa dell", "Tutt'altra frase: la spesa dell")
        .replace("La\u00a0spesa", "Altra\u00a0spesa")
    )
    assert changed.printed[3].startswith(("Tutt'altra frase", "Altra spesa"))


@pytest.mark.parametrize("name", FORMS)
def test_the_report_is_read_back(name: str) -> None:
    """Our strict reader and the report's schema accept what is written, value by value."""
    reading = read(FORMS[name])
    node, problems = read_text(write_report(reading), "report.yaml", REPORT_LIMITS)
    assert isinstance(node, MappingNode)
    assert not problems + check_schema(node, SOCIALE)[1]
    fields = node.values["fields"]
    assert isinstance(fields, MappingNode)
    assert {
        code: value.text for code, value in fields.values.items() if isinstance(value, ScalarNode)
    } == reading.fields


def test_the_signatory_is_never_read() -> None:
    """A name under the seal reaches neither the report nor the lines that were not understood."""
    signed = FORMS["livorno"].replace(
        "Firme digitali presenti", "Firme digitali\nMaria Bianchi\npresenti"
    )
    signed = signed.replace("Dati contenuti", "Maria Bianchi\n\nDati contenuti", 1)
    lines = signed.split("\n")
    for index in range(len(lines)):
        reading = read("\n".join(lines[:index] + lines[index + 1 :]))
        assert "Maria" not in write_report(reading) + str(reading.unread)


def test_a_wrapped_label_may_be_cut_by_its_numbers() -> None:
    """Numbers beside or between the lines of a label, as PDFs give them, are the row's.

    Two runs are not decided.
    """
    expected = read(FORMS["jesi"]).fields
    old = "M18 ‐ Utenti con dipendenze e\nsalute mentale\n\n15 15 470 31\n"
    assert (
        change("jesi", old, "M18 ‐ Utenti con dipendenze e\n15 15 470 31\nsalute mentale\n").fields
        == expected
    )
    assert (
        change("jesi", old, "M18 ‐ Utenti con dipendenze e  15 15 470 31\nsalute mentale\n").fields
        == expected
    )
    assert "M18" in why(
        change("jesi", old, "M18 ‐ Utenti con dipendenze e  15 15\nsalute mentale 470 31\n")
    )


# -- Nothing is guessed


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "reason"),
    [
        ("jesi", "8,50", "8.50", "R05", "form-number-style"),
        ("jesi", "10,320348", "10.320", "R04", "form-number-style"),
        ("jesi", "3.580.390,40", "3.5803.90,40", "R06", "form-number-style"),
        ("jesi", "39301", "039301", "R03", "form-number-style"),
        ("jesi", "39301", "３９３０１", "R03", "form-number-style"),
        ("jesi", "39301", "39301 5", "R03", "form-count-differs"),
        ("jesi", "163 206 76873 373", "163 206 76873", "M15", "form-count-differs"),
        (
            "jesi",
            "R0B ‐ TOTALE UTENTI 3165 4056",
            "R0B ‐ TOTALE UTENTI 3165",
            "R0B",
            "form-count-differs",
        ),
        (
            "jesi",
            "immigrati e nomadi 0 0 0",
            "immigrati e nomadi 0 0 7 0",
            "M56",
            "form-count-differs",
        ),
        ("jesi", "Utenti anziani 62 98", "Utenti giovani 62 98", "M38", "form-label-differs"),
        ("jesi", "R22 NO", "R22 FORSE", "R22", "form-count-differs"),
        ("jesi", "\nserviti 2024", "\nserviti 2023", "M12", "form-columns-unknown"),
        ("jesi", "2017 2021", "2021 2017", "R07_2017", "form-columns-unknown"),
        ("jesi", "\nNOTA BENE", "", "R40", "form-end-unknown"),
        ("livorno", "\t31.791.665,59", " 31.791.665,59", "R07_2017", "form-count-differs"),
        ("livorno", "\t84,00\t", "\t84,00\t\t", "R02", "form-count-differs"),
        ("livorno", "4050\t2438\t\t", "4050\t2438\t12\t", "M30", "form-count-differs"),
        ("livorno", "\t\t1:1942", "\t\t1;1942", "R01B", "form-number-style"),
        ("jesi", "\n2024\n\nR03", "\n2023\n\nR03", "R02", "form-heading-differs"),
        ("jesi", "Comune JESI (AN)", "Comune JESI", "subject.comune", "form-subject-differs"),
    ],
)
def test_what_is_not_certain_is_ambiguous(
    name: str, old: str, new: str, code: str, reason: str
) -> None:
    """The value is not assigned, and the reason is named."""
    reading = change(name, old, new)
    assert why(reading)[code] == reason
    assert all(
        problem.message("it") and problem.hint("en")
        for problem in list_findings(reading, "form.txt")
    )
    assert code not in reading.fields
    assert not reading.is_certain


@pytest.mark.parametrize(
    ("old", "code"), [("8,50", "R05"), ("1:802", "R01B"), ("169.644,84", "R08")]
)
@pytest.mark.parametrize(
    "form",
    ["{} %", "- {}", "{} ab.", "{} €", "€ {}", "n.d.", "N.D.", "-", "non disponibile", "Vedi nota"],
)
def test_what_follows_an_empty_row_is_no_sentence_by_its_place(
    old: str, code: str, form: str
) -> None:
    """The row is not blank in silence: its doubt shows the line, which is no sentence either."""
    written = form.format(old)
    whole, reading = read(FORMS["jesi"]), change("jesi", old, f"\n\n{written}\n\n")
    (doubt,) = reading.ambiguous
    assert doubt.code == code
    assert (doubt.why, doubt.spot.text) == ("form-blank-unsure", written)
    assert (reading.printed, reading.unread) == (whole.printed, ())
    assert {**reading.fields, code: whole.fields[code]} == whole.fields
    assert code not in reading.blank
    assert not reading.is_certain


@pytest.mark.parametrize("written", ["1:802", "8,50 %"])
@pytest.mark.parametrize("lines", [3, 4, 5])
def test_a_value_among_the_lines_of_a_sentence_is_none_of_it(lines: int, written: str) -> None:
    """A cell that is printed lower than its row leaves the row unread: it was blank in silence."""
    text = FORMS["jesi"].split("\n")
    at = text.index("1:802")
    text[at : at + lines] = [*text[at + 1 : at + lines], written]
    reading = read("\n".join(text))
    (doubt,) = [each for each in reading.ambiguous if each.code == "R01B"]
    assert (doubt.why, doubt.spot.text) == ("form-blank-unsure", written)
    assert not reading.is_certain
    assert not any(written in sentence for sentence in reading.printed)


@pytest.mark.parametrize("name", FORMS)
def test_an_empty_row_before_sentences_alone_is_blank(name: str) -> None:
    """All sentences of the forms are known for such, also those of several lines."""
    old = {"jesi": "8,50\n", "livorno": "10,44\n"}[name]
    whole, reading = read(FORMS[name]), change(name, old, "\n")
    assert reading.is_certain
    assert reading.printed == whole.printed
    assert set(reading.blank) - set(whole.blank) == {"R05"}


def wrong(before: Reading, text: str, *, exempt: set[str]) -> dict[str, str]:
    """Name the values that were assigned and are not those of the untouched form."""
    try:
        after = read(text)
    except ProblemsError:
        return {}
    return {
        code: value
        for code, value in after.fields.items()
        if code not in exempt and before.fields.get(code) != value
    }


def mutations(text: str) -> Iterator[str]:
    """Delete, repeat and exchange lines; break tabs."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        before, after = lines[:index], lines[index + 1 :]
        yield "\n".join(before + after)
        yield "\n".join([*before, line, line, *after])
        yield "\n".join([*before, *after[:1], line, *after[1:]])
        for match in re.finditer("\t", line):
            for other in ("", " ", "\t\t"):
                yield "\n".join(
                    [*before, line[: match.start()] + other + line[match.end() :], *after]
                )


@pytest.mark.parametrize("name", FORMS)
def test_damage_never_makes_a_wrong_value(name: str) -> None:
    """Whatever line is lost, repeated or exchanged.

    A value is the printed one, or it is not assigned.

    Exempt are texts that lost a line of their own: nothing on the paper says how long they were.
    The two forms have nearly the same lines: every second damage is done to each, all of them with
    RULETRAIL_ROUNDS.
    """
    before, every = read(FORMS[name]), 1 if "RULETRAIL_ROUNDS" in os.environ else 2
    damaged = islice(mutations(FORMS[name]), sorted(FORMS).index(name) % every, None, every)
    found = [wrong(before, text, exempt=FREE_TEXTS) for text in damaged]
    assert len(found) > 100
    assert not any(found)


def test_a_lost_neighbour_does_not_lend_its_text() -> None:
    """Without the line R00D its text would run into R00C; both stay unassigned."""
    reading = change(
        "jesi", "R00D ‐ Ente/Comune capofila dell'ATS (fonte:Ministero del Lavoro)\n", ""
    )
    assert why(reading)["R00C"] == "form-end-unknown"
    assert reading.absent == ("R00D",)


@pytest.mark.parametrize("name", FORMS)
def test_a_stray_number_never_shifts_a_column(name: str) -> None:
    """A number put between any two words of a row leaves its values right or unassigned."""
    before, lines = read(FORMS[name]), FORMS[name].split("\n")
    for index, line in enumerate(lines):
        if not re.match(r"[MR][0-9O]+[A-Z]? |[0-9., ]+$|R[0-9]{2}\t", line):
            continue
        for match in re.finditer(r"(?<=\S) (?=\S)|$", line):
            text = "\n".join(
                [
                    *lines[:index],
                    f"{line[: match.start()]} 7 {line[match.end() :]}",
                    *lines[index + 1 :],
                ]
            )
            assert not wrong(before, text, exempt=FREE_TEXTS), line


# -- Hostile and odd input


def test_prose_cannot_pass_for_a_row() -> None:
    """Rows and sentences written into the free text stay text."""
    prose = (
        "M12 ‐ Utenti famiglia e minori 1 2 3 4\nR03 ‐ Numero di abitanti 2024 5\n"
        "QUADRO 2 ‐ AUTODIAGNOSI DELLA SPESA PER IL SOCIALE\n"
    )
    reading = change("jesi", "La gestione dei servizi", prose + "La gestione dei servizi")
    assert (reading.fields["M12"], reading.fields["R03"]) == ("193", "39301")
    assert reading.fields["R40"].startswith("M12 ‐ Utenti")
    assert len(reading.printed) == 6


def test_a_text_that_imitates_its_own_end_is_ambiguous() -> None:
    """Two lines NOTA BENE: nobody knows which one ends the text."""
    reading = change("jesi", "La gestione dei servizi", "NOTA BENE\nLa gestione dei servizi")
    assert why(reading)["R40"] == "form-end-unknown"


def test_control_characters_are_escaped() -> None:
    """A text with terminal and direction controls reads back as written and shows nothing."""
    reading = change("jesi", "La gestione dei", 'La \x1b[31m"gestione"\\ \u202e\x00 dei')
    report = write_report(reading)
    assert report.replace("\n", "").isprintable()
    node, problems = read_text(report, "report.yaml", REPORT_LIMITS)
    assert node is not None
    assert not problems


@given(st.text(max_size=200))
def test_any_text_is_written_and_read_back(text: str) -> None:
    """The report's quoting holds for every text."""
    whole = text.encode("utf-8", "replace").decode()
    report = write_report(Reading("a/1", fields={"R40": whole}, texts=frozenset({"R40"})))
    node, problems = read_text(report, "report.yaml", REPORT_LIMITS)
    assert not problems
    assert isinstance(node, MappingNode)
    fields = node.values["fields"]
    assert isinstance(fields, MappingNode)
    again = fields.values["R40"]
    assert isinstance(again, ScalarNode)
    same, _ = read_text(
        write_report(Reading("a/1", fields={"R40": again.text}, texts=frozenset({"R40"}))),
        "r",
        REPORT_LIMITS,
    )
    assert isinstance(same, MappingNode)
    assert again.style == "quoted"


@given(
    st.lists(
        st.sampled_from(
            [*FORMS["jesi"].split("\n"), *FORMS["livorno"].split("\n"), "7", "\t", "2024"]
        ),
        max_size=60,
    )
)
def test_any_mixture_of_lines_is_read_without_a_crash(lines: list[str]) -> None:
    """Scrambled forms give a reading or a refusal, and every code has exactly one standing."""
    try:
        reading = read("\n".join(lines))
    except ProblemsError as error:
        assert [problem.code for problem in error.problems] == ["form-unknown"]  # noqa: PT017
        return
    codes = [
        *reading.fields,
        *reading.blank,
        *dict.fromkeys(doubt.code for doubt in reading.ambiguous),
        *reading.absent,
    ]
    codes = [code for code in codes if not code.startswith("subject.")]
    assert sorted(codes) == sorted(SOCIALE.fields)


@pytest.mark.parametrize(
    "text",
    [
        "M12\n" * 60_000,
        "M15 - Utenti disabili\n" * 11_000,
        "M12 - Utenti famiglia e minori 1 2 3 4\n" + "2024\n" * 50_000,
        "M12 - " + "7 " * 120_000,
        "Comune\n" * 30_000 + "M12",
        "N° di utenti serviti 2019\n" * 9_000 + "M12",
        "R40 - RELAZIONE IN FORMATO LIBERO (massimo 6.000 caratteri)\n" + "R40 NOTA\n" * 25_000,
    ],
)
def test_a_large_form_takes_linear_time(text: str) -> None:
    """A form at the limit of size is read in seconds, whatever it repeats."""
    start = time.perf_counter()
    with suppress(ProblemsError):  # where nothing of it is as on the form
        read(text)
    assert time.perf_counter() - start < 10


def hostile(labels: list[str]) -> tuple[Layout, Schema]:
    """Build a layout of these labels, and a schema that has their fields."""
    rows = [{"row": f"P{at}", "label": label} for at, label in enumerate(labels)]
    written = {"layout": 1, "rulebook": "a/2024", "lookalikes": ["0O"], "form": rows}
    node, _ = read_text(json.dumps(written), "layout.json", RULEBOOK_LIMITS)
    assert node is not None
    layout, problems = build_layout(node)
    assert layout is not None, problems
    field = FieldDeclaration("", "", None, "number", ())
    return layout, replace(PARKING, fields={row["row"]: field for row in rows})


LONG = "a " * 999 + "b"
HOSTILE = {
    "one long label": ([LONG], "a\n" * 60_000),
    "one that runs along": ([LONG], "a 1\n" * 60_000),
    "many that begin alike": (["a " * n + "b" for n in range(1, 999)], "a\n" * 60_000),
    "many of two words": ([f"a {n}" for n in range(2_000)], "a 1999\n" * 30_000),
    "by what print confuses": ([LONG.replace("a", "0")], "O\n" * 60_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_layout_costs_little(name: str) -> None:
    """Whichever labels begin as all lines do, it is refused, or read in seconds."""
    labels, text = HOSTILE[name]
    layout, schema = hostile(labels)
    start = time.perf_counter()
    with pytest.raises(ProblemsError) as caught:
        read_form(text, layout, schema)
    assert [problem.code for problem in caught.value.problems] == ["form-too-costly"]
    assert time.perf_counter() - start < 5


def test_what_is_compared_is_counted_to_the_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the limit a form is read, one line more is refused; values that rows admit count too."""
    layout, schema = hostile(["a b c 1"])
    choices = FieldDeclaration("", "", None, "text", ("yes", "no"))
    monkeypatch.setattr(form_work, "MOST_COMPARISONS", 16 * 5 + 2)
    assert read_form("a b c 1 7\n" * 5, layout, schema).ambiguous
    for text, fields in (("a b c 1 7\n" * 6, schema.fields), ("a b c 1 7\n" * 5, {"P0": choices})):
        with pytest.raises(ProblemsError, match="form-too-costly"):
            read_form(text, layout, replace(schema, fields=fields))


@given(st.lists(st.text("0Oo1", min_size=2, max_size=3), max_size=4), st.text("0Oo1x", max_size=6))
def test_what_print_confuses_is_made_alike_group_by_group(groups: list[str], word: str) -> None:
    """One table does what replacing by each group in turn does."""
    expected = word
    for group in groups:
        expected = "".join(group[0] if char in group[1:] else char for char in expected)
    assert folding(groups)(word) == expected


def test_the_size_is_limited() -> None:
    """One byte more than the limit is refused; the limit itself is not."""
    form = FORMS["jesi"]
    room = REPORT_LIMITS.size - len(form.encode())
    assert read(form + " " * room).is_certain
    with pytest.raises(ProblemsError) as caught:
        read(form + " " * (room + 1))
    assert [problem.code for problem in caught.value.problems] == ["document-too-large"]


def test_a_text_too_long_for_a_report_is_ambiguous() -> None:
    """What our reader of reports would refuse is not written."""
    reading = change(
        "jesi", "La gestione dei servizi", "parola " * 5000 + "La gestione dei servizi"
    )
    assert why(reading)["R40"] == "form-text-too-long"


def test_another_document_is_refused() -> None:
    """A text without any row of the layout is not a form with everything absent."""
    with pytest.raises(ProblemsError) as caught:
        read("Cara Maria,\nti scrivo 3 righe.\n")
    assert [problem.code for problem in caught.value.problems] == ["form-unknown"]


def test_findings_name_lines_and_codes() -> None:
    """Ambiguous, absent and unread become problems that point into the form."""
    reading = change("jesi", "M36 ‐ Utenti disabili 116 172", "Riga sconosciuta")
    found = [(problem.code, problem.mark.line) for problem in list_findings(reading, "form.txt")]
    assert found == [("form-value-absent", 0), ("form-line-unread", 41)]


# -- Numbers


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("3.580.390,40", "3580390.40"), ("17,5", "17.5"), ("84,00", "84.00"), ("0", "0"),
        ("0,69505783", "0.69505783"), ("169644,84", "169644.84"), ("1.942", "1942"),
        ("10.32", None), ("1.23.456", None), ("1234.567", None), ("1,2,3", None), ("00", None),
        ("01,5", None), (",5", None), ("5,", None), (".5", None), ("", None), ("-1", None),
        ("1e3", None), ("١٢", None), ("1_000", None), ("1.000,123.4", None), ("9" * 15, "9" * 15),
        ("9" * 16, None), ("1," + "1" * 11, None),
    ],
)  # fmt: skip
def test_numbers_are_read_strictly(printed: str, written: str | None) -> None:
    """Only what is written in the declared style is a number; every printed decimal is kept."""
    assert read_printed(printed, ITALIAN) == written


def test_without_a_declared_sign_groups_are_refused() -> None:
    """`10.320` under decimal commas alone is neither 10320 nor 10.32."""
    assert read_printed("10.320", NumberStyle(decimal=",")) is None


# -- Another form, another layout


@pytest.mark.parametrize("blank", [*"\u00a0\u2007\u2008\u2009\u202f\u205f"], ids=ascii)
def test_a_narrow_blank_parts_thousands_and_no_values(blank: str) -> None:
    """A row of two values took `1 204` for 1 and 204, though one cell was empty."""
    text = (DATA / "parking.txt").read_text("utf-8")
    cases = ((f"1{blank}204", "count"), (f"1{blank}204  5", "style"), (f"5 £1{blank}204", "style"))
    for printed, expected in cases:
        changed = text.replace("1,204   1,310", printed)
        reading = read_form(changed, PARKING_LAYOUT, PARKING)
        assert changed != text
        assert {"count": "form-count-differs", "style": "form-number-style"}[expected] in set(
            why(reading).values()
        )
        found = [reading.fields.get(code) for code in ("residents_last", "residents")]
        assert found in ([None, None], [None, "5"], ["5", None])
    # what can be no thousands stands apart, as any blank does
    reading = read_form(text.replace("1,204   1,310", f"88{blank}12"), PARKING_LAYOUT, PARKING)
    assert (reading.fields["residents_last"], reading.fields["residents"]) == ("88", "12")


@pytest.mark.parametrize("sign", [*"\u202a\u202d\u202e\u2066\u2067\u2068"], ids=ascii)
def test_no_number_is_read_where_writing_turns(sign: str) -> None:
    """On paper the digits, and the letters, stand in another order; the sign cannot be read."""
    text = (DATA / "parking.txt").read_text("utf-8")
    turned = text.replace("1,204   1,310", f"{sign}12 34").replace("Streets", f"Str{sign}eets")
    reading = read_form(turned, PARKING_LAYOUT, PARKING)
    assert set(why(reading)) == {"residents_last", "residents", "officer"}
    codes = {problem.code for problem in list_findings(reading, "form.txt")}
    assert codes == {"form-signs-unknown"}


def test_another_form_needs_no_other_code() -> None:
    """A form of another field, in English, with pounds, per cent, yes and no."""
    reading = read_form((DATA / "parking.txt").read_text("utf-8"), PARKING_LAYOUT, PARKING)
    assert reading.fields == {
        "residents_last": "1204", "residents": "1310", "visitors_last": "88", "visitors": "12004",
        "revenue": "1012345.60", "balance": "-12.50", "share": "87.5", "open": "true",
        "scheme": "free of charge", "officer": "Streets and Transport",
        "notes": "First paragraph, in two lines.\nSecond: 5 bays.",
    }  # fmt: skip
    assert reading.printed == ("More than four bays in five are in use. A review is due.",)
    assert reading.subject == {"borough": "St Mary’s"}
    assert reading.is_certain
    assert "Jane" not in write_report(reading)
    assert not check_schema(read_text(write_report(reading), "r", REPORT_LIMITS)[0], PARKING)[1]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("free_text: notes", "free_text: note", "layout-unknown-field"),
        (
            "kind: permits, label: Permits issued to visitors",
            "kind: permit, label: Permits issued to visitors",
            "layout-unknown-kind",
        ),
        ("under: years", "under: year", "layout-unknown-heading"),
        ("field: share", "field: balance", "layout-repeated-field"),
        (
            "label: Permits issued to visitors",
            "label: Permits issued to residents",
            "layout-repeated-label",
        ),
        ('booleans: {"true": [yes, "y"], "false": [no]}\n', "", "layout-boolean-words"),
        (
            'numbers: {thousands: ",", decimal: "."}\nbool',
            'numbers: {thousands: ".", decimal: "."}\nbool',
            "layout-number-style",
        ),
        ("Borough of {borough}", "{borough}", "layout-subject"),
        ("Borough of {borough}", "Borough of {town}", "layout-unknown-subject"),
        (
            'label: "Office in charge:"}',
            'label: "Office in charge:", after: end}',
            "layout-text-not-alone",
        ),
        ("free_text: notes", "free_text: share", "layout-free-text-type"),
        (
            "heading: [PARKING PERMITS, Parking permits]",
            'heading: [PARKING PERMITS, " "]',
            "layout-without-words",
        ),
        ("sentences: what", "heading: x\n    sentences: what", "layout-element"),
        (
            'cells: ["{row}_last", "{row}"]',
            'cells: ["{row}_last", "{row}"]\n    inline: [{values: [share]}]',
            "layout-inline-value",
        ),
        (", label: Is the scheme open to new residents?", "", "missing-key"),
    ],
)
def test_each_defect_of_a_layout_is_a_problem(old: str, new: str, code: str) -> None:
    """Defects are found before any form is read, and point to the layout's line."""
    text = (DATA / "parking.layout.yaml").read_text("utf-8")
    assert text.count(old) == 1
    _, problems = load_layout(text.replace(old, new), PARKING)
    assert code in [problem.code for problem in problems]
    assert all(problem.mark.file == "layout.yaml" for problem in problems)
    assert all(
        problem.message(language) and problem.hint(language)
        for problem in problems
        for language in ("it", "en")
    )


def test_every_code_has_its_sentences() -> None:
    """Each problem of this room can be said in both languages, with the details that it carries."""
    written = "".join(
        path.read_text("utf-8")
        for path in [
            *(ROOT / "engine/ruletrail/layouts").glob("*.py"),
            ROOT / "engine/ruletrail/cli/read.py",
        ]
    )
    codes = set(re.findall(r'"((?:form|layout|pdf)-[a-z-]+)"', written))
    assert len(codes) > 25
    assert not codes - set(TEXTS)
    unused = {code for code in TEXTS if code.startswith(("form-", "layout-", "pdf-"))} - codes
    assert not unused
