"""Columns of a batch called by words of the form, and signs that differ, with their columns."""

from pathlib import Path

import pytest

from support.command_line import call

pytestmark = pytest.mark.usefixtures("folder")


def _told(header: str, *rows: str) -> str:
    text = "\n".join([header, *(rows or ("39301,24.5",))])
    Path("towns.csv").write_text(f"{text}\n", encoding="utf-8")
    words = ("towns.csv", "-o", "-", "--to", "jsonl", "--rulebook", "sociale/2024")
    status, _, err = call("batch", *words, "--lang", "it")
    assert status == 2
    return err


@pytest.mark.parametrize("column", ["Abitanti", "abitanti", "NUMERO ABITANTI", "Abitanti 2024"])
def test_a_column_called_by_words_of_a_title_asks_for_that_field(column: str):
    err = _told(f"{column},R01")
    assert (
        "→ se è `R03` (Numero di abitanti 2024), intitola la colonna con il codice; se deve" in err
    )


def test_words_of_two_titles_name_both():
    err = _told("Livello di servizio,R01")
    assert "→ se è uno fra `R04` (Livello di Servizio 2024" in err
    assert ", `R05` (Livello di servizio di riferimento 2024" in err


@pytest.mark.parametrize("column", ["popolazione", "Ente", "anno", "Note", "utenti", "R04 e R05"])
def test_a_word_of_many_titles_or_of_a_long_one_names_none(column: str):
    """`Ente` is one word of `Ente/Comune capofila dell'ATS`, and the year stands in brackets."""
    assert "se è `R" not in (err := _told(f"{column},R01"))
    assert "se è uno fra" not in err


def test_a_field_that_has_its_column_is_not_offered():
    assert "se è `R03`" not in _told("Abitanti,R03")


def test_signs_that_differ_are_told_with_their_columns():
    err = _told("R01;R03;R06", "24,5;39301;3580390.40")
    assert "il file ha `24,5` alla riga 2 (`R01`) e `3580390.40` alla riga 2 (`R06`)" in err
    err = _told("R01;R03", "1;39.301")
    assert "nella colonna `R03` `39.301` non dice se il segno decimale del file sia" in err


@pytest.mark.parametrize("column", ["M30_ore", "M30 ore", "m30_media"])
def test_what_a_row_has_not_is_no_other_column_of_it(column: str):
    """`M30` has users; hours under that name would be users."""
    err = _told(f"{column},R01")
    assert "→ del rigo `M30` il modulo ha solo `M30_2019`, `M30`: se la colonna è di un" in err
    assert "intendevi" not in err
