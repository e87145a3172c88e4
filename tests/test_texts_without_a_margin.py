"""A text in lines of its own whose lines stand no further right than its key is told as a text."""

from pathlib import Path

import pytest

from support.command_line import call
from support.places import EXAMPLES

JESI = (EXAMPLES / "jesi-2024.yaml").read_text(encoding="utf-8")
BEFORE, AFTER = JESI.split("  R40: >-\n")[0], "printed:" + JESI.split("printed:")[1]
KEY = BEFORE.count("\n") + 1


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def told(lines: str, language: str = "it") -> tuple[int, str]:
    Path("jesi.yaml").write_text(BEFORE + lines + AFTER, encoding="utf-8")
    status, _, err = call("evaluate", "jesi.yaml", "--lang", language)
    return status, err


@pytest.mark.parametrize("sign", ["|", ">", ">-"])
@pytest.mark.parametrize(
    "text",
    [
        "  Prima riga del testo\n",
        "Prima riga del testo\n",
        "  Prima riga\n  seconda riga\n",
        "  Prima riga\n\n  altra riga, dopo una vuota\n",
        "  Prima: riga del testo\n  seconda riga\n",
        "  - anziani\n  - disabili\n",
        "  • anziani\n  • disabili\n",
        "  note sulla spesa\n  from 2012 on\n",
    ],
)
def test_the_lines_of_a_text_belong_below_its_key(sign: str, text: str):
    """Made a comment, as was said before, the text is lost, and the report is called complete."""
    status, err = told(f"  R40: {sign}\n{text}")
    last, begun = KEY + text.count("\n"), f"`R40`, che comincia alla riga {KEY}, rientra"
    lines = (
        f"questa riga è il testo di {begun}la"
        if last == KEY + 1
        else f"le righe dalla {KEY + 1} alla {last} sono il testo di {begun}le"
    )
    assert (status, f"jesi.yaml:{KEY + 1}:" in err) == (2, True)
    assert f"→ se {lines} di due spazi in più di quella, cioè con 4 spazi\n" in err
    assert "#" not in err
    shift = " " * (4 - len(text) + len(text.lstrip()))
    mended = "".join(shift + line if line.strip() else line for line in text.splitlines(True))
    assert told(f"  R40: {sign}\n{mended}")[0] in (0, 1)


def test_it_is_said_in_english_too():
    err = told("  R40: |\n  Prima riga\n  seconda riga\n", "en")[1]
    assert (
        f"→ if the lines from {KEY + 1} to {KEY + 2} are the text of `R40`, which begins in line "
        f"{KEY}, indent them by two spaces more than that, by 4 in all" in err
    )


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("  R40: |\n  R05 8.50\n", "dopo la chiave mancano i due punti: `R05: 8.50`"),
        ("  R40: |\n    Prima riga\n  seconda riga\n", "rientrala con 4 spazi, come la prima"),
        ("  R40: |\nprinted\n", "se è una voce scrivi `printed: …`"),
    ],
)
def test_entries_below_an_empty_text_are_none_of_it(lines: str, said: str):
    """Nor is what is told otherwise already: a text of which one line only lost its margin."""
    err = told(lines)[1]
    assert said in err
    assert "è il testo di" not in err
