"""Text that a spreadsheet saved: its rows have empty cells up to the width of the sheet."""

from pathlib import Path

import pytest

from support.command_line import call
from support.places import FORMS

SOCIALE = ("--rulebook", "sociale/2024")
LINES = FORMS["livorno"].split("\n")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(lines: list[str], language: str = "it") -> tuple[int, str, str]:
    Path("form.txt").write_text("\n".join(lines), "utf-8")
    return call("read", "form.txt", *SOCIALE, "--lang", language)


def replace_row(code: str, row: str, lines: list[str] = LINES) -> list[str]:
    """Put another row in the place of one; all of them as they are otherwise."""
    changed = [row if line.startswith(f"{code} ") else line for line in lines]
    assert changed != lines
    return changed


@pytest.mark.parametrize("width", [5, 6, 9])
def test_empty_cells_at_the_end_of_all_rows_change_nothing(width: int):
    """A few rows were said to hold a word that is no value."""
    padded = [line + "\t" * (width - 1 - line.count("\t")) for line in LINES]
    assert read(padded) == read(LINES)


@pytest.mark.parametrize(
    "code", ["M12", "M30", "R00C", "R00E", "R01A", "R01B", "R03", "R06", "R07", "R16"]
)
def test_empty_cells_at_the_end_of_one_row_change_nothing(code: str):
    """The row of three cells as that of one, a number, a text and a choice."""
    padded = [
        line + "\t\t" if line.startswith((f"{code} ", f"{code}\t")) else line for line in LINES
    ]
    assert padded != LINES
    assert read(padded) == read(LINES)


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("R03", "R03 - Numero di abitanti 2024\t\t\t153418\t"),
        ("R03", "R03 - Numero di abitanti 2024\t153418\t\t\t"),
        ("R06", "R06 - Fabbisogno standard monetario sociale 2022-2024\t\t17.167.708,08\t\t"),
        ("R07", "R07 - Spesa storica di riferimento\t17.546.542,12\t\t31.791.665,59\t"),
        ("R07", "R07 - Spesa storica di riferimento\t\t17.546.542,12\t31.791.665,59\t"),
        ("M30", "M30 - Utenti Multiutenza\t4050\t\t2438\t\t\t\t"),
        ("M30", "M30 - Utenti Multiutenza\t\t4050\t2438\t\t"),
    ],
)
def test_a_value_in_another_cell_is_none(code: str, row: str):
    """Nothing moves into the place of another value, however many cells there are."""
    status, report, err = read(replace_row(code, row))
    assert (status, f"\n  {code}" in report) == (1, False)
    assert f"`{code}" in err


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "it",
            "in fondo al rigo ci sono celle vuote in più, e non si sa quale valore sta in quale",
        ),
        ("en", "the row ends with more empty cells, and nobody knows which value is in which"),
    ],
)
@pytest.mark.parametrize("names", ["2017 2021", "\t\t2017\t2021", "2017\t\t2021"])
def test_values_whose_columns_have_other_cells_are_not_read(names: str, language: str, said: str):
    """The names stand elsewhere: the first value may have lost its column, and be the second's."""
    row = "R07 - Spesa storica di riferimento\t17.546.542,12\t\t\t"
    lines = [names if line == "\t2017\t2021" else line for line in replace_row("R07", row)]
    status, report, err = read(lines, language)
    assert (status, "R07_2017" in report) == (1, False)
    assert said in err


def test_a_value_left_out_at_the_end_is_blank_where_the_names_say_which():
    """The second column is empty on paper, and two more cells follow it."""
    row = "R07 - Spesa storica di riferimento\t17.546.542,12\t\t\t"
    status, report, _ = read(replace_row("R07", row))
    assert (status, "R07_2017: 17546542.12" in report, "R07_2021" in report) == (0, True, False)
