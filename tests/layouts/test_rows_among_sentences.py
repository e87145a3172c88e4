"""Rows that a layout leaves out, filled in where it says that sentences stand: told, never said."""

import re
from pathlib import Path

import pytest

from support.command_line import call
from support.places import FORMS

SOCIALE = ("--rulebook", "sociale/2024")
FOLLOWING = "L'ente locale può quindi procedere alla compilazione del Quadro 4"
FILLED = {
    "blanks": ("jesi", ("QUADRO 3 ‐ OBIETTIVI DI SERVIZIO\n\nR09 2\n\nR10 66.350,01\n\n"
        "R11 ‐ Risorse impiegate per nuovi utenti 66.350,01\n\n")),
    "tabs": ("livorno", ("QUADRO 3 - OBIETTIVI DI SERVIZIO\t\t\nR09\t2\t\nR10\t66.350,01\t\n"
        "R11 - Risorse impiegate per nuovi utenti\t66.350,01\t\n")),
    "wrapped": ("jesi", "R09 ‐ Nuovi utenti del\nservizio 2\n\nR10\n\n66.350,01\n\n"),
    "quadro 4": ("jesi", "R23 SI Una scelta che il modulo stampa altrove\n\n"),
    "a colon": ("jesi", "R09: 2\n\n"),
}  # fmt: skip
REASON = {"R0": "righi R09-R15 non sono note", "R1": "righi R09-R15", "R2": "righi R23-R39"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, lines: str) -> str:
    """Write lines above a sentence of a form, however its words are parted."""
    pattern = FOLLOWING.replace(" ", r"\s+")
    changed, count = re.subn(f"(?={pattern})", lines, FORMS[name])
    assert count == 1
    return changed


def read(text: str, language: str) -> tuple[int, str, str]:
    Path("form.txt").write_text(text, "utf-8")
    return call("read", "form.txt", *SOCIALE, "--lang", language)


@pytest.mark.parametrize("case", FILLED)
@pytest.mark.parametrize(
    ("language", "said", "way_out"),
    [
        ("it", "riga non compresa", "è nel modulo, ma qui non è codificato: "),
        ("en", "line not understood", "is on the form, but not encoded here: "),
    ],
)
def test_a_filled_row_that_is_not_encoded_is_told(
    case: str, language: str, said: str, way_out: str
):
    """`R09 2` was a printed sentence, and nobody heard that a whole Quadro was filled in."""
    name, lines = FILLED[case]
    whole = read(FORMS[name], language)
    status, report, err = read(put(name, lines), language)
    assert (status, report) == (whole[0], whole[1])
    assert err.count("[form-line-unread]") == len(lines.split("\n")) - lines.count("\n\n") - 1
    codes = re.findall(r"^R[0-9]+", lines, re.MULTILINE)
    for code in codes:
        assert f"`{code}` {way_out}" in err
        assert REASON[code[:2]] in err
    for line in filter(None, lines.split("\n")):
        assert f"{said}: `{' '.join(line.split())}`" in err


def test_a_row_that_no_reason_speaks_of_is_told_too():
    """Its value is to be written by hand, if it has one."""
    status, report, err = read(put("jesi", "R99 7\n\n"), "it")
    assert (status, report) == read(FORMS["jesi"], "it")[:2]
    assert "riga non compresa: `R99 7`" in err
    assert "se contiene un valore, scrivilo a mano" in err


def test_below_a_blank_cell_it_is_no_value_of_that_cell():
    """R08 without a value, and R09 below it: R08 is blank."""
    text = put("jesi", "R09 2\n\n").replace("per il 2024 169.644,84", "per il 2024")
    text = re.sub(r"La spesa dell.ente locale(?s:.*?)obiettivi di servizio\.\n", "", text)
    _, report, err = read(text, "it")
    assert "R08" not in report
    assert "form-blank-unsure" not in err
    assert "riga non compresa: `R09 2`" in err


def test_a_sentence_over_the_end_of_a_page_and_a_number_within_are_of_it():
    """No line of the form's own sentences is told."""
    text = FORMS["jesi"].replace("in ogni ambito\n", "in ogni ambito\n\n", 1)
    text = text.replace("pari a 1 ogni 802 abitanti.", "pari a 1 ogni\n802\nabitanti.", 1)
    status, report, err = read(text, "it")
    assert (status, err) == (0, "")
    assert "pari a 1 ogni 802 abitanti. Va" in report


@pytest.mark.parametrize("line", ["n.d.", "7,5 %", "IFEL"])
def test_what_is_no_sentence_is_told_wherever_sentences_stand(line: str):
    """As the manual says of printed sentences."""
    status, report, err = read(put("jesi", f"{line}\n\n"), "it")
    assert (status, report) == read(FORMS["jesi"], "it")[:2]
    assert f"riga non compresa: `{line}`" in err
