"""Colons that touch their values, on one line or on all: the first is told, and how many more."""

import re
from pathlib import Path

import pytest

from ruletrail.documents import RULEBOOK_LIMITS, read_text
from support.command_line import call
from support.places import EXAMPLES

JESI = (EXAMPLES / "jesi-2024.yaml").read_text(encoding="utf-8").split("  R40:")[0]
HEAD = "rulebook: sociale/2024\nsubject: {comune: Jesi, provincia: AN}\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def told(text: str, language: str = "it") -> str:
    Path("jesi.yaml").write_text(text, encoding="utf-8")
    return call("evaluate", "jesi.yaml", "--lang", language)[2]


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        (f"{HEAD}fields:\n  R03:39301\n", "`R03: 39301`"),
        (f"{HEAD}fields:\n  R0B:4056\n  R03:39301\n", "`R0B: 4056`, e così alla riga 5"),
        (
            f"{HEAD}fields:\n  R0B:4056\n  R16:SI\n\n  R03:1\n",
            "`R0B: 4056`, e così in altre 2 righe, fino alla 7",
        ),
        (
            "rulebook: sociale/2024\nsubject:\n  comune:Jesi\n  provincia:AN\nfields:\n  R03: 1\n",
            "`comune: Jesi`, e così alla riga 4",
        ),
    ],
)
def test_every_entry_of_a_part_without_a_space(text: str, instead: str):
    """YAML reads one text, in the place of a map: what it lacks is said of the lines themselves."""
    err = told(text)
    assert "è un testo, perché dopo i due punti manca lo spazio [wrong-type]" in err
    assert f"→ dopo i due punti ci vuole uno spazio: {instead}\n" in err
    mended = re.sub(r"(?m)^(  \w+):(?=\S)", r"\1: ", text)
    assert told(mended) == ""


def test_it_is_said_in_english_too():
    err = told(f"{HEAD}fields:\n  R0B:4056\n  R03:39301\n  R05:1\n", "en")
    assert "is a text, as the space after the colon is missing" in err
    assert "`R0B: 4056`, and so on 2 more lines, up to line 6" in err


def test_an_entry_beside_its_part_goes_below_it():
    err = told(f"{HEAD}fields: R03:39301\n")
    assert "su una riga sotto `fields:`, con due spazi davanti" in err
    assert "`  R03: 39301`" in err


@pytest.mark.parametrize("after", ["R04", "R0B_2019"])
def test_lines_that_yaml_breaks_at_are_counted_and_mended_together(after: str):
    """Comments and right lines stand between them; the first is blamed, wherever YAML stops."""
    begin = JESI.index(f"  {after}:")
    text = JESI[:begin] + re.sub(r"(?m)^(  \w+): ", r"\1:", JESI[begin:])
    err = told(text)
    count = len(re.findall(r"(?m)^  \w+:", JESI[begin:]))
    first, last = JESI[:begin].count("\n") + 1, len(JESI.rstrip().split("\n"))
    assert f"jesi.yaml:{first}:" in err
    assert f"e così in altre {count - 1} righe, fino alla {last}" in err
    (problem,) = read_text(text, "jesi.yaml", RULEBOOK_LIMITS)[1]
    lines = text.split("\n")
    for fix in problem.fixes:
        lines[fix.mark.line - 1] = lines[fix.mark.line - 1].replace(fix.old, fix.new, 1)
    assert "\n".join(lines) == JESI


def test_an_address_is_no_entry():
    err = told(f"{HEAD}fields:\n  https://comune.example/relazione\n")
    assert "dopo i due punti ci vuole uno spazio" not in err
