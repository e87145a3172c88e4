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
