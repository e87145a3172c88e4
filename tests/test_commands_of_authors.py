"""What an author met in commands: each way out that is proposed leads out."""

import json
import logging
import shlex
import socket
from itertools import pairwise
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


def test_a_property_of_several_rulebooks_says_which_lacks_its_code(folder: Path):
    """Each is told for itself, with what is near in it, and stays a wrong command."""
    for name in ("mensa", "altra"):
        assert call("new", f"{name}/2031", "--lang", "en")[0] == 0
    other = folder / "rulebooks" / "altra" / "2031.yaml"
    text = other.read_text("utf-8").replace("level", "share")
    other.write_text(text, encoding="utf-8")
    words = ("prove", "mensa/2031", "altra/2031", "--lang", "it", "--property")
    status, out, err = call(*words, "level < 1000")
    assert (status, "mensa/2031@0.1.0" in out) == (2, True)
    assert err.startswith("--property (altra/2031@0.1.0):1:1: errore: il codice `level`")
    assert "(mensa/2031" not in err
    status, _, err = call(*words, "levl < 1000")
    parts = err.split("--property (")
    assert (status, len(parts)) == (2, 3), "not one of them for both"
    assert [("intendevi `level`?" in part) for part in parts[1:]] == [False, True]


def test_the_examples_that_were_written_are_named(folder: Path):
    """The folder is made, and who looks for the file reads where it is."""
    assert call("new", "mensa/2031", "--lang", "it")[0] == 0
    path = folder / "rulebooks" / "mensa" / "2031.yaml"
    words = ("prove", str(path), "--write-examples", "trovate")
    sound = path.read_text("utf-8")
    path.write_text(sound.replace("mode: down", "mode: half_up"), encoding="utf-8")
    status, _, err = call(*words, "--lang", "it")
    assert (status, err) == (1, "scritto trovate/2031.test.yaml: 1 esempio\n")
    written = (folder / "trovate" / "2031.test.yaml").read_text("utf-8")
    assert ": l'arrotondamento può cambiare un esito\"\n" in written, "named in words, not by a key"
    (folder / "trovate" / "2031.test.yaml").unlink()
    assert call(*words, "--format", "json")[2] == ""
    # what was shown is a rounding that changes the outcome, as that of a new rulebook does not
    path.write_text(sound, encoding="utf-8")
    status, _, err = call(*words[:3], "altre", "--lang", "it")
    said = "nessun esempio da scrivere per mensa/2031@0.1.0: nulla lo mostra\n"
    assert (status, err) == (0, said)
    assert not (folder / "altre").exists()


# -- help ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("somma", ["sum"]),
        ("minimo", ["min", "minimum"]),
        ("massimo", ["max", "maximum"]),
        ("data", ["date", "day"]),
        ("percentuale", ["percentuale", "rate", "%"]),
        ("%", ["%"]),
        ("se", ["if", "when", "expect"]),
        ("se allora", ["if", "when", "expect", "formula", "outcome"]),
        ("round", ["round"]),
    ],
)
def test_a_word_of_an_author_is_told_as_all_that_it_means(asked: str, titles: list[str]):
    """A function, a key, a sign: each under its own name, and no other one before it."""
    status, out, _ = call("help", asked, "--lang", "it")
    lines = out.splitlines()
    pairs = pairwise(lines)
    found = [before for before, line in pairs if line and set(line) == {"="}]
    # a part before the first heading stands under the title of its page
    found = [each for each in found if " " not in each]
    assert status == 0
    assert found == titles


@pytest.mark.parametrize("language", ["it", "en"])
def test_a_key_comes_before_what_only_has_its_name(language: str):
    """`day` is a key, and `day(d)` one of twenty functions of days."""
    _, out, _ = call("help", "day", "--lang", language)
    heads = [
        before for before, line in pairwise(out.splitlines()) if line and set(line) <= set("-=")
    ]
    assert heads[:2] == ["day", "Dated values"]
    assert out.index("the date field, or the rule that gives a date") < out.index("`day(d)`")


def test_a_page_has_its_italian_name_too():
    """And a command with its action is one in quotes."""
    assert call("help", "problemi", "--lang", "it") == call("help", "problems", "--lang", "it")
    assert call("help", "guida", "--lang", "it") == call("help", "guide", "--lang", "it")
    quoted = call("help", "archive verify", "--lang", "it")
    assert quoted == call("help", "archive", "verify", "--lang", "it")
    assert quoted[0] == 0
    assert _ask("help", "xyzzy qwfp")["code"] == "page-unknown"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("relazione", "report"), ("esempi", "test"), ("traccia", "trail"), ("rulebok", "rulebook")],
)
def test_a_kind_of_schema_is_found_by_what_it_is_called(written: str, meant: str):
    """In Italian, or misspelt."""
    assert _ask("schema", written)["hint"] == f"did you mean `{meant}`?"


# -- What help's own examples name -----------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("check", "rulebooks/sociale/2024.yaml"),
        ("evaluate", "jesi.yaml", "--rulebook", "rulebooks/sociale/2024.yaml"),
        ("prove", "sociale/2024.yaml"),
    ],
)
def test_the_path_of_a_rulebook_of_a_library_names_it(words: tuple[str, ...], folder: Path):
    """Outside of a clone the file is not there, and the rulebook is."""
    problem = _ask(*words)
    assert problem["code"] == "file-unreadable"
    assert "there is `sociale/2024`" in problem["hint"]
    assert "there is" not in _ask("check", "rulebooks/altro/2024.yaml")["hint"]


def test_fmt_names_the_file_of_a_reference(folder: Path):
    """It writes files; what a package holds is nobody's to write."""
    assert call("new", "mensa/2031")[0] == 0
    hint = _ask("fmt", "mensa/2031", language="it")["hint"]
    assert hint == "qui serve il file: scrivi `rulebooks/mensa/2031.yaml`"
    assert call("fmt", "rulebooks/mensa/2031.yaml")[0] == 0
    assert "it" not in _ask("fmt", "sociale/2024")["hint"].split("`")[1::2]


# -- What was done, and by which version -----------------------------------------------------------


def test_check_says_whether_it_recorded(folder: Path):
    """A draft and what is recorded already are left, and that is said."""
    assert call("new", "mensa/2031", "--lang", "it")[0] == 0
    words = ("check", "--record", "mensa/2031", "--lang", "it")
    assert "non registrato mensa/2031@0.1.0: è una bozza" in call(*words)[2]
    path = folder / "rulebooks" / "mensa" / "2031.yaml"
    text = path.read_text("utf-8").replace(
        "status: draft", "status: published\nin_force: {from: 2031-01-01}"
    )
    text = text.replace("evidence: assumed", "evidence: quoted")
    path.write_text(text, encoding="utf-8")
    assert "registrato mensa/2031@0.1.0 nel manifesto, rulebooks/manifest.json\n" in call(*words)[2]
    assert "mensa/2031@0.1.0 era già registrato\n" in call(*words)[2]
    assert "registrato" not in call(*words, "--format", "json")[2]
    path.write_text(text.replace("formula: utenti", "formula: utentti"), encoding="utf-8")
    assert "non registrato rulebooks/mensa/2031.yaml: ha errori\n" in call(*words)[2]


def test_a_replay_by_another_version_names_that_of_the_trail(folder: Path):
    """The option was there, and named the wrong one."""
    words = ("evaluate", "jesi.yaml", "--rulebook", "sociale/2024@1.0.0", "-o", "jesi.json")
    assert call(*words)[0] == 0
    words = ("verify", "jesi.json", "--replay", "--format", "json")
    status, out, _ = call(*words, "--rulebook", "sociale/2024@1.0.1")
    (problem,) = json.loads(out)["problems"]
    assert (status, problem["code"]) == (1, "trail-rulebook-changed")
    assert problem["hint"].startswith("the trail is of `sociale/2024@1.0.0`")
    assert call(*words)[0] == 0


@pytest.mark.parametrize(
    ("vary", "message", "hint"),
    [
        ("M99", "`M99` non è un campo della relazione", "scrivi i codici di campi"),
        ("R04", "`livello` non dipende da `R04`", "scrivi i codici di campi"),
        ("m21", "`m21` non è un campo della relazione", "intendevi `M21`?"),
        ("M21 M24", "`M21 M24` è più di un campo", "con la virgola: `--vary M21,M24`"),
        ("M21;M24", "`M21;M24` è più di un campo", "con la virgola: `--vary M21,M24`"),
    ],
)
def test_what_is_to_be_varied_is_a_field(vary: str, message: str, hint: str, folder: Path):
    """That a target does not depend on what is no field is true and helps nobody."""
    words = ("whatif", "jesi.yaml", "--want", "livello=inferiore", "--vary", vary)
    problem = _ask(*words, language="it")
    assert problem["message"] == message
    assert hint in problem["hint"]


def test_a_yes_is_told_in_one_word(folder: Path):
    """`perché residente = sì`, as the value is shown below."""
    assert call("new", "mensa/2031", "--lang", "it")[0] == 0
    schema = folder / "schemas" / "reports" / "mensa" / "2031.schema.json"
    field = '"residente": {"type": "boolean", "title": "Residente"}, "utenti"'
    schema.write_text(schema.read_text("utf-8").replace('"utenti"', field, 1), encoding="utf-8")
    path = folder / "rulebooks" / "mensa" / "2031.yaml"
    rule = "rules:\n  pasto: {label: Pasto, formula: 3 if residente else 5}\n"
    path.write_text(path.read_text("utf-8").replace("rules:\n", rule), encoding="utf-8")
    report = "rulebook: mensa/2031@0.1.0\nfields: {residente: true, utenti: 1, abitanti: 2}\n"
    Path("ada.yaml").write_text(report, encoding="utf-8")
    for language, said in (("it", "perché residente = sì"), ("en", "because residente = yes")):
        out = call("explain", "ada.yaml", "pasto", "--lang", language)[1]
        assert said in out
        assert "residente è vero" not in out
        assert "residente is true" not in out


# -- list and graph --------------------------------------------------------------------------------


def test_list_says_until_when_a_version_holds(folder: Path):
    """One that ends is told apart from one that goes on."""
    assert call("new", "mensa/2031", "--lang", "it")[0] == 0
    path = folder / "rulebooks" / "mensa" / "2031.yaml"
    text = path.read_text("utf-8")
    days = "status: draft\nin_force: {from: 2031-01-01, to: 2031-12-31}"
    path.write_text(text.replace("status: draft", days), encoding="utf-8")
    assert "bozza        dal 01/01/2031 al 31/12/2031 Mensa 2031" in call("list", "--lang", "it")[1]
    assert "1 January 2031 to 31 December 2031 Mensa 2031" in call("list", "--lang", "en")[1]
    assert "since 1 January 2025 " in call("list", "--lang", "en")[1]


def test_a_graph_is_asked_for_by_a_title(folder: Path):
    """As `explain` is; a title that nothing has is told as a code is."""
    assert call("new", "mensa/2031", "--lang", "it")[0] == 0
    by_code = call("graph", "mensa/2031", "esito", "soglia")
    assert by_code[0] == 0
    assert call("graph", "mensa/2031", "confronto con il minimo", "Livello  minimo") == by_code
    status, _, err = call("graph", "mensa/2031", "Confronto con il massimo", "zzz")
    assert (status, err.count("[unknown-step]")) == (2, 2)
