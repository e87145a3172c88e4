"""`-o` chooses the form by the name of its file, unless `--format` says another."""

import json
import re
from pathlib import Path

import pytest

from support.command_line import call
from support.places import EXAMPLES

REPORT = str(EXAMPLES / "jesi-2024.yaml")
FORM = str(EXAMPLES / "forms" / "jesi-2024.txt")
STARTS = {"html": "<!DOCTYPE html>", "markdown": "# ", "json": "{", "text": "Jesi (AN), "}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.html", "html"), ("a.HTM", "html"), ("a.md", "markdown"), ("a.markdown", "markdown"),
        ("a.json", "json"), ("a.txt", "text"), ("a", "text"),
    ],
)  # fmt: skip
def test_an_answer_takes_the_form_of_its_name(name: str, form: str) -> None:
    """The very bytes that `--format` writes; a name that says nothing leaves it text."""
    assert call("evaluate", REPORT, "-o", name)[:2] == (0, "")
    written = Path(name).read_text("utf-8")
    assert written == call("evaluate", REPORT, "--format", form)[1]
    assert written.startswith(STARTS[form])


@pytest.mark.parametrize(
    "words",
    [
        ("evaluate", REPORT), ("evaluate", REPORT, "--format", "html"), ("needed", REPORT),
        ("explain", REPORT, "R04"), ("docs", "sociale/2024"), ("graph", "sociale/2024"),
        ("schema", "rulebook"), ("read", FORM, "--rulebook", "sociale/2024"),
        ("whatif", REPORT, "livello"),
    ],
    ids=lambda words: words[0],
)  # fmt: skip
def test_a_dash_is_standard_output(words: tuple[str, ...]) -> None:
    """As of every tool of a terminal: a file that is called `-` nobody means."""
    assert call(*words, "-o", "-") == call(*words)
    assert not Path("-").exists()


def test_the_line_about_a_file_says_the_same_of_every_form() -> None:
    """What contradicts the answer is said of JSON too, which is written without words."""
    text = Path(REPORT).read_text("utf-8")
    changed = re.sub(r"  R05: [0-9.]+", "  R05: 11.50", text)
    assert changed != text
    Path("contrary.yaml").write_text(changed, "utf-8")
    said = {
        call("evaluate", "contrary.yaml", "-o", f"a.{end}", "--lang", "it")[2].split(": ", 1)[1]
        for end in ("json", "html", "md", "txt")
    }
    (line,) = said
    assert "il modulo stampa frasi contrarie a questa risposta" in line


@pytest.mark.parametrize("form", list(STARTS))
def test_the_form_asked_for_wins(form: str) -> None:
    call("evaluate", REPORT, "-o", "a.html", "--format", form)
    assert Path("a.html").read_text("utf-8").startswith(STARTS[form])


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.html", "<!DOCTYPE html>"), ("a.md", "# "), ("a", "# ")],
)
def test_a_page_of_a_rulebook_too(name: str, start: str) -> None:
    """It has two forms; a name without an extension says nothing."""
    assert call("docs", "sociale/2024", "-o", name)[0] == 0
    assert Path(name).read_text("utf-8").startswith(start)
    call("docs", "sociale/2024", "-o", "b.html", "--format", "markdown")
    assert Path("b.html").read_text("utf-8").startswith("# ")


@pytest.mark.parametrize(("command", "name"), [("evaluate", "a.pdf"), ("docs", "a.json")])
def test_a_form_that_is_not_written_is_refused(command: str, name: str) -> None:
    """A file must not be called what it is not; with `--format` the name is the user's affair."""
    given = REPORT if command == "evaluate" else "sociale/2024"
    status, out, err = call(command, given, "-o", name, "--lang", "en")
    assert (status, out, Path(name).exists()) == (2, "", False)
    assert ".html" in err
    assert call(command, given, "-o", name, "--format", "html")[0] == 0


def test_problems_stay_for_people() -> None:
    """The name speaks of the file: what is wrong is still said in text, and nothing is written."""
    status, out, err = call("evaluate", "absent.yaml", "-o", "a.json")
    assert (status, out) == (2, "")
    assert "[file-unreadable]" in err
    assert not Path("a.json").exists()
    assert json.loads(call("evaluate", "absent.yaml", "-o", "a.txt", "--format", "json")[1])
