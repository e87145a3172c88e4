"""Tabs that a report is indented by: what belongs in their place, and in how many lines."""

import re

import pytest

from support.places import EXAMPLES
from support.planted import told

JESI = (EXAMPLES / "jesi-2024.yaml").read_text(encoding="utf-8").split("printed:")[0]
HEAD = "rulebook: sociale/2024\nsubject: {comune: Jesi, provincia: AN}\nfields:"
SPACED = "rulebook: sociale/2024\nsubject:\n    comune: Jesi\n    provincia: AN\nfields:"
ALL = "al posto di ogni tabulazione metti {step} spazi, in questa riga e"


pytestmark = pytest.mark.usefixtures("folder")


@pytest.mark.parametrize(
    ("text", "step", "said"),
    [
        (re.sub(r"(?m)^  ", "\t", JESI), 2, f"{ALL} nelle altre 102 che ne hanno"),
        (f"{HEAD}\n\tR0B: 4056\n\tR03: 39301\n", 2, f"{ALL} nella 5"),
        (f"{HEAD}\n\tR03: 39301\n", 2, "al suo posto metti {step} spazi"),
        (f"{HEAD} {{\n\tR03: 1,\n\tR05: 2,\n\tR06: 3}}\n", 2, f"{ALL} nelle altre 2 che ne"),
        (f"{SPACED}\n\tR03: 1\n\tR05: 2\n", 4, f"{ALL} nella 7"),
    ],
)
def test_tabs_in_every_line(text: str, step: int, said: str):
    """No line around shows how many spaces belong there; so many, put everywhere, mend it."""
    status, err = told(text)
    assert (status, err.count("[tab-indentation]")) == (2, 1)
    assert f"→ {said.format(step=step)}" in err
    assert told(text.replace("\t", " " * step))[0] in (0, 1)


def test_one_tab_among_spaces():
    """The lines around have what belongs there."""
    err = told(JESI.replace("  R03:", "\tR03:"))[1]
    assert "→ al suo posto metti spazi, tanti quanti ne hanno le righe vicine\n" in err


def test_it_is_said_in_english_too():
    err = told(f"{HEAD}\n\tR0B: 4056\n\tR03: 39301\n\tR05: 1\n", "en")[1]
    assert "→ put 2 spaces in the place of each tab, in this line and in the other 2\n" in err


def test_tabs_in_a_text_in_lines_are_none_of_the_indentation():
    """They stand behind the spaces that the text is indented by."""
    text = f"{HEAD}\n\tR03: 39301\n  R40: |\n    a\n    \tb\n"
    assert "→ al suo posto metti spazi, tanti quanti" in told(text)[1]
