"""Forms that are not read: the number that is why, the mark of a note, another year, lost lines."""

from pathlib import Path

import pytest

from support.command_line import call
from support.places import FORMS

pytestmark = pytest.mark.usefixtures("folder")


def _read(text: str) -> tuple[int, str, str]:
    Path("form.txt").write_text(text, encoding="utf-8")
    return call("read", "form.txt", "--rulebook", "sociale/2024", "--lang", "it")


def test_the_one_unclear_number_of_a_row_is_told_with_its_field():
    """Every value of the row is doubtful; the number that is why stood there without its name."""
    text = FORMS["jesi"]
    for odd, said in (
        ("19.17", "scrivi a mano `M12_ore: 19.17`"),
        ("19.173", "scrivi a mano `M12_ore: 19173`; se separa i decimali, `M12_ore: 19.173`"),
        (
            "19173*",
            "se `*` rimanda a una nota, il numero è il resto: scrivi a mano `M12_ore: 19173`",
        ),
        ("1.9.1", "→ sta al posto di `M12_ore`: controlla decimali e migliaia sul modulo"),
    ):
        _, _, err = _read(text.replace("19173", odd))
        assert said in err


@pytest.mark.parametrize("sign", ["*", "**", "¹", " (*)", "(1)", "†"])
def test_the_mark_of_a_note_is_none_of_the_number(sign: str):
    text = FORMS["livorno"]
    _, _, err = _read(text.replace("\t153418", f"\t153418{sign}"))
    assert f"→ se `{sign.strip()}` rimanda a una nota, il numero è il resto: scrivi a" in err
    assert err.rstrip().split("[form-number-style]")[1].count("`153418`") == 1


@pytest.mark.parametrize("form", ["jesi", "livorno"])
def test_a_form_of_another_year_is_told_as_one(form: str):
    """It was told row by row, with what stays the same, and its values were read all the same."""
    text = FORMS[form]
    status, out, err = _read(text.replace("2024", "2025"))
    assert (status, out, err.count(": errore: ")) == (2, "", 1)
    assert "il modulo sembra del `2025`, e `sociale/2024` legge quello del `2024`" in err
    assert "2025` [form-of-another-year]" in err


@pytest.mark.parametrize("form", ["jesi", "livorno"])
def test_a_form_without_its_lines_or_its_letters_is_known(form: str):
    text = FORMS[form]
    for spoilt, said in (
        (" ".join(text.split()), "→ i righi ci sono, ma non uno per riga: "),
        (text.upper(), "→ i righi ci sono, ma con altre maiuscole e minuscole: "),
    ):
        status, _, err = _read(spoilt)
        assert status == 2
        assert "questo testo non si legge come il modulo di `sociale/2024`" in err
        assert said in err
