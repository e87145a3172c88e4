"""What an author met in commands: each way out that is proposed leads out."""

import json
import logging
import shlex
import socket
from pathlib import Path
from typing import Any

import anyio
import pytest

from ruletrail.service.running import _advise
from ruletrail.service.settings import Commands, Settings
from ruletrail.service.shelves import Keeper
from ruletrail.service.workers import Workers
from support.command_line import call
from support.places import ROOT

JESI = ROOT / "examples" / "jesi-2024.yaml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RULETRAIL_PATH", raising=False)
    (tmp_path / "jesi.yaml").write_bytes(JESI.read_bytes())
    return tmp_path


def _ask(*words: object, language: str = "en") -> dict[str, Any]:
    """Run a command that is refused; its one problem."""
    status, out, _ = call(*words, "--lang", language, "--format", "json")
    (problem,) = json.loads(out)["problems"]
    assert status == 2
    return dict(problem)


def _written(hint: str) -> list[str]:
    """Take the command that a hint proposes, without its first word."""
    words = shlex.split(hint.partition("`ruletrail ")[2].partition("`")[0])
    return [word for word in words if word not in ("--format", "json", "--lang", "it", "en")]


# -- An output, or a file too many -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["altro.yaml", "altro.pdf", "altro.csv"])
@pytest.mark.parametrize("command", ["evaluate", "seal"])
def test_what_a_command_cannot_write_is_no_output(command: str, name: str, folder: Path):
    """Its name promises what the command never writes: it is one file more, which is not there."""
    hint = _ask(command, "jesi.yaml", name)["hint"]
    assert hint.startswith("one file at a time: write")
    assert _written(hint) == [command, "jesi.yaml"]
    hint = _ask(command, "jesi.yaml", name, language="it")["hint"]
    assert hint.startswith("un file alla volta: scrivi")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("evaluate jesi.yaml altro.md", "evaluate jesi.yaml -o altro.md"),
        ("docs jesi.yaml altro.json", "docs jesi.yaml"),
        ("docs jesi.yaml altro.html", "docs jesi.yaml -o altro.html"),
        ("read jesi.yaml --rulebook x/1 altro.html", "read jesi.yaml --rulebook x/1"),
        ("batch jesi.yaml altro.html", "evaluate jesi.yaml"),
        ("show jesi.yaml altro.yaml", "show jesi.yaml -o altro.yaml"),
    ],
)
def test_an_output_is_proposed_where_it_is_written(words: str, meant: str, folder: Path):
    """The ends are those that the command itself refuses others for."""
    _, _, said = call(*words.split(), language="en")
    assert _written(said) == meant.split()


# -- A rulebook's name -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("sociale", "show sociale/2024"),
        ("sociale/2024", "show sociale/2024"),
        ("socialle/2024", "show sociale/2024"),
        ("nessuno", "list"),
    ],
)
def test_a_name_after_list_is_shown_if_it_is_there(asked: str, meant: str, folder: Path):
    """What is proposed is called, and answers."""
    words = _written(_ask("list", asked)["hint"])
    assert words == meant.split()
    assert call(*words)[0] == 0


def test_a_folder_after_list_is_a_library(folder: Path):
    """One that is none is not proposed as one."""
    assert call("new", "mensa/2031", "--folder", "regole")[0] == 0
    words = _written(_ask("list", "regole")["hint"])
    assert words == ["list", "--library", "regole"]
    assert "mensa/2031" in call(*words)[1]
    words = _written(_ask("list", "mensa", "--library", "regole")["hint"])
    assert words == ["show", "mensa/2031", "--library", "regole"]
    assert call(*words)[0] == 0
    (folder / "vuota").mkdir()
    assert _written(_ask("list", "vuota")["hint"]) == ["list"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("rulebooks/nidi/2031.yaml", "nidi/2031"),
        ("./rulebooks/nidi/2031.test.yaml", "nidi/2031"),
        (r"rulebooks\nidi\2031.yaml", "nidi/2031"),
        ("mensa scolastica 2025", "mensa_scolastica/2025"),
        ("mensa-2025-26", "mensa/2025-26"),
    ],
)
def test_the_path_of_a_new_rulebook_names_it(written: str, meant: str, folder: Path):
    """`new` takes the reference; what is proposed is begun."""
    assert _ask("new", written)["hint"] == f"did you mean `{meant}`?"
    assert call("new", meant)[0] == 0


@pytest.mark.parametrize("written", ["mensa", "Mensa", "mensa/", "rulebooks"])
def test_a_new_rulebook_without_an_edition_is_told_so(written: str, folder: Path):
    """It is no matter of letters: what lacks is named, with an example."""
    name = written.strip("/").casefold()
    said = _ask("new", written, language="it")["hint"]
    assert said == f"manca l'edizione, per esempio l'anno: `{name}/2025`"
    assert _ask("new", written)["hint"].startswith("the edition is missing")


# -- The service -----------------------------------------------------------------------------------


def test_the_service_does_not_start_without_its_library(folder: Path):
    """As with other commands the folder is named, at once."""
    status, _, err = call("serve", "--library", "missing")
    assert status == 2
    assert "--library: error: `missing` is not a library of rulebooks [library-not-found]" in err


def test_a_library_that_goes_away_is_named_in_the_log(folder: Path, caplog: Any):
    """An operator reads the log alone."""
    settings = Settings(Commands(lambda _: [], lambda *_: ([], True)), ("gone",))
    keeper = Keeper(settings, Workers(settings))
    logger = logging.getLogger("ruletrail.service")
    logger.addHandler(caplog.handler)
    try:
        anyio.run(keeper.look)
    finally:
        logger.removeHandler(caplog.handler)
    record = caplog.records[0]
    assert record.msg == "library-unreadable"
    assert record.fields["codes"] == ["library-not-found"]
    assert "`gone`" in record.fields["message"]


@pytest.mark.parametrize(
    ("host", "advice"), [("no host", "host-unknown"), ("192.0.2.1", "host-elsewhere")]
)
def test_why_an_address_cannot_be_had(host: str, advice: str):
    """Only an address that is this machine's is another program's."""
    with socket.socket() as bound, pytest.raises(OSError, match=r"\w") as refused:
        bound.bind((host, 0))
    assert _advise(refused.value) == advice
    assert _advise(OSError(98, "in use")) == ""


# -- What is not there, and what it is for ---------------------------------------------------------

TWO_VERSIONS = ("diff", "sociale/2024@1.0.0", "sociale/2024@1.0.1", "--reports")


@pytest.mark.parametrize("language", ["it", "en"])
def test_reports_that_are_not_there_are_told_so(language: str, folder: Path):
    """Not that their name does not tell their form; and `diff` has no `--to`."""
    said = _ask(*TWO_VERSIONS, "missing", language=language)
    assert said["code"] == "folder-not-found"
    assert "`missing`" in said["message"]
    assert _ask(*TWO_VERSIONS, "missing.txt", language=language)["code"] == "file-unreadable"
    (folder / "jesi.txt").write_text("x")
    said = _ask(*TWO_VERSIONS, "jesi.txt", language=language)
    assert said["code"] == "batch-format"
    assert ("`--from`" in said["hint"], "--to" in said["hint"]) == (True, False)


def test_the_form_of_an_output_is_told_by_its_own_option(folder: Path):
    """`--from` says nothing of what is written."""
    (folder / "in.csv").write_text("rulebook,R03\nsociale/2024,1\n")
    said = _ask("batch", "in.csv", "-o", "out.odd")
    assert said["code"] == "batch-format"
    assert ("--from" in said["hint"], "`--to`" in said["hint"]) == (False, True)


def test_a_plan_is_explained_in_the_language_that_is_asked_for(folder: Path):
    """Every line of it: the codes and formulas alone are the same."""
    words = ("batch", "--explain-plan", "--rulebook", "sociale/2024", "--lang")
    status, italian, _ = call(*words, "it")
    english = call(*words, "en")[1]
    assert status == 0
    assert "\nvalutatori\n" in italian
    assert "\nrighe\n" in italian
    for word in ("rule;", "number,", "whole at", "columns", "may be", "rounded"):
        assert (word in english, word in italian) == (True, False)
    assert len(italian.splitlines()) == len(english.splitlines())


def test_a_plan_has_no_form_for_programs(folder: Path):
    """What is asked for and not done is refused."""
    words = ("batch", "--explain-plan", "--rulebook", "sociale/2024")
    assert "`--explain-plan` and `--format json` do not go together" in _ask(*words)["message"]


# -- prove -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["ZZZ > 0", "R04", "R04 <"])
def test_a_property_that_is_no_condition_is_a_wrong_command(written: str, folder: Path):
    """The status is that of a wrong command, as its help says."""
    assert call("new", "mensa/2031")[0] == 0
    status, out, err = call("prove", "mensa/2031", "--property", written)
    assert (status, out) == (2, "")
    assert "--property:" in err


def test_the_examples_that_were_written_are_named(folder: Path):
    """The folder is made, and who looks for the file reads where it is."""
    assert call("new", "mensa/2031", "--lang", "it")[0] == 0
    path = folder / "rulebooks" / "mensa" / "2031.yaml"
    words = ("prove", str(path), "--write-examples", "trovate")
    status, _, err = call(*words, "--lang", "it")
    assert (status, err) == (1, "scritto trovate/2031.test.yaml: 1 esempio\n")
    assert (folder / "trovate" / "2031.test.yaml").is_file()
    (folder / "trovate" / "2031.test.yaml").unlink()
    assert call(*words, "--format", "json")[2] == ""
    # what was shown is a rounding that changes the outcome
    text = path.read_text("utf-8").replace("    round: {decimals: 2, mode: half_up}\n", "")
    path.write_text(text, encoding="utf-8")
    status, _, err = call(*words[:3], "altre", "--lang", "it")
    said = "nessun esempio da scrivere per mensa/2031@0.1.0: nulla lo mostra\n"
    assert (status, err) == (0, said)
    assert not (folder / "altre").exists()
