"""What commands tell people: no other program's words, no places that are none, no codes alone."""

import json
import shutil
from pathlib import Path

import pytest

from ruletrail.cli import find_parser
from ruletrail.cli.status_words import name_outcome, name_status
from ruletrail.cli.usage_problems import refuse_words
from ruletrail.problems import Mark
from ruletrail.suggestions import KnownNames, Nearest
from support.command_line import call
from support.places import ROOT

JESI = ROOT / "examples" / "jesi-2024.yaml"
OPEN = ROOT / "examples" / "jesi-2024-incompleto.yaml"


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Put a report into an otherwise empty working folder; return its name."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(OPEN, tmp_path / "rel.yaml")
    return "rel.yaml"


@pytest.mark.parametrize("command", ["evaluate rel.yaml", "explain rel.yaml R04"])
@pytest.mark.parametrize("name", ["x.pdf", "x.docx", "x.xlsx", "X.PDF", "x.yaml"])
def test_a_name_that_promises_another_form_is_refused(report, command, name):
    """Nothing is written: plain text under such a name would be opened as what it is not."""
    status, out, err = call(*command.split(), "-o", name, language="it")
    assert (status, out) == (2, "")
    assert f"non so scrivere un `{Path(name).suffix.lower()}`" in err
    assert "`.html`, `.md`, `.json`, `.txt`" in err
    assert not Path(name).exists()


def test_docs_refuse_forms_that_only_others_write(report):
    """The hint names the forms of this command alone."""
    status, _, err = call("docs", "sociale/2024", "-o", "x.json", language="it")
    assert status == 2
    assert "usa `.html`, `.md`," in err


@pytest.mark.parametrize("name", ["x", "x.html", "x.2024", "x.txt"])
def test_what_was_written_is_said(report, name):
    """A file says nothing by itself; a name that promises no form gets text."""
    status, out, err = call("evaluate", report, "-o", name, language="it")
    assert (status, out) == (1, "")
    assert err == f"scritto {name}: relazione da completare\n"
    assert Path(name).read_text(encoding="utf-8")


def test_an_asked_form_is_written_under_any_name(report):
    """Whoever says the form is believed; a result for programs has no remark beside it."""
    status, _, err = call("evaluate", report, "-o", "x.pdf", "--format", "json")
    assert (status, err) == (1, "")
    assert json.loads(Path("x.pdf").read_text(encoding="utf-8"))["steps"]


@pytest.mark.parametrize(
    ("line", "said", "hint"),
    [
        ("evaluate x --brief --full", "`--full` e `--brief` non vanno insieme", "evaluate --help"),
        ("schema report", "manca `RIF|PERCORSO`", "`ruletrail schema report sociale/2024`"),
        ("schema rulebook x", "`x` vale solo insieme a `report`", "ruletrail schema --help"),
        ("check --dry-run", "`--dry-run` vale solo insieme a `--fix`", "`--fix --dry-run`"),
        ("test --threshold abc", "una percentuale", "`--threshold 90`"),
        ("seal x --sealed-at ieri", "un'ora come", "`--sealed-at 2025-05-30T10:00:00Z`"),
        ("archive verify --expect-head abc", "64 cifre", "`--expect-head sha256:000"),
        ("archive pippo", "non è un'azione di `ruletrail archive`", "`list`, `show`, `verify`"),
    ],
)
def test_misuse_is_said_in_our_words_with_its_own_command(report, line, said, hint):
    """Whoever notices it, argparse or the command itself."""
    status, _, err = call(*line.split(), language="it")
    first, second = err.splitlines()
    assert status == 2
    assert first.startswith("ruletrail: errore: il comando non è scritto bene: ")
    assert said in first
    assert hint in second


@pytest.mark.parametrize("argument", [None, "--full"])
def test_no_sentence_of_argparse_is_repeated(argument):
    """One that we do not know says less, in the reader's language."""
    parser = find_parser(["evaluate"], "it")
    (problem,) = refuse_words(parser, ["x"], argument, "some new English words").problems
    assert "English" not in problem.message("it") + problem.message("en") + problem.hint("it")


@pytest.mark.parametrize(
    "line",
    [
        "evaluate inesistente.yaml", "help evalute", "explain rel.yaml zzz", "check asili",
        "evaluate rel.yaml --as-of ieri", "evaluate rel.yaml --rulebook sociale/2025",
        "graph sociale/2024 zzz", "seal rel.yaml", "archive list --archive rel.yaml",
    ],
)  # fmt: skip
def test_what_is_no_place_has_no_line(report, line):
    """A whole file or a word of the command; programs are told its beginning, as ever."""
    _, _, err = call(*line.split(), language="it")
    assert ": errore: " in err
    assert ":1:1:" not in err


def test_a_whole_file_is_its_name():
    """A mark without a line shows the file alone."""
    assert str(Mark("a.yaml")) == "a.yaml"


def test_seal_names_what_is_open(report):
    """In words, with its label, and a command that runs."""
    status, _, err = call("seal", report, language="it")
    assert status == 1
    assert "la relazione è da completare: non è stata sigillata" in err
    assert "resta aperto: manca `R03` (Numero di abitanti 2024)" in err
    assert "`ruletrail explain rel.yaml R03` mostra che cosa lo usa" in err
    assert call("explain", report, "R03")[0] == 0


def test_the_archive_speaks_words(report):
    """Statuses and outcomes as the page says them; JSON keeps the codes."""
    call("seal", str(JESI), "--archive", "a.sqlite")
    call("seal", report, "--archive", "a.sqlite", "--allow-incomplete")
    listed = call("archive", "list", "--archive", "a.sqlite", language="it")[1]
    assert "completa " in listed
    assert "da completare" in listed
    shown = call("archive", "show", "1", "--archive", "a.sqlite", language="it")[1]
    assert "non dovuto" in shown
    assert "not_due" not in shown
    machine = call("archive", "show", "1", "--archive", "a.sqlite", "--format", "json")[1]
    assert json.loads(machine)["status"] == "complete"


@pytest.mark.parametrize("status", ["complete", "incomplete", "invalid"])
def test_every_status_has_a_word(status):
    """None of them is shown to Italians as its code."""
    assert name_status(status, "it") != status


def test_outcomes_of_the_rulebook_are_words():
    """Ours are translated; the rulebook's own lose what only codes have."""
    assert name_outcome("not_due", "it") == "non dovuto"
    assert name_outcome("non_inferiore", "it") == "non inferiore"


def test_a_picture_is_no_archive(report):
    """The hint says what to do with such a file."""
    Path("foto.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    status, _, err = call("archive", "list", "--archive", "foto.png", language="it")
    assert status == 2
    assert "di una foto o di una scansione non si legge nulla" in err


def test_a_page_about_a_report_is_not_its_form(report):
    """It has the form's codes, each with another label: one problem says what it is."""
    call("evaluate", str(JESI), "-o", "page.txt", language="it")
    status, out, err = call("read", "page.txt", "--rulebook", "sociale/2024", language="it")
    assert (status, out) == (2, "")
    assert err.count(": errore: ") == 1
    assert "`page.txt` è una risposta di ruletrail" in err


def test_known_keys_begin_with_those_that_speak_of_it():
    """A word is looked for in titles, a code by how it begins; few are listed as they stand."""
    titles = {f"M{n:02}": {"title": f"Ore {n}"} for n in range(40)}
    titles |= {"R03": {"title": "Numero di abitanti 2024"}, "R04": {"title": "Spesa"}}
    known = KnownNames(titles)
    assert Nearest("abitanti", known, titles).listed[0] == "R03"
    assert Nearest("R55", known, titles).listed[:2] == ("R03", "R04")
    assert Nearest("R55", known, titles).listed[-1] == "…"
    assert Nearest("x", KnownNames(("b", "a"))).listed == ("b", "a")


def test_a_missing_mapping_is_shown(report):
    """Its keys, with the schema's examples."""
    text = OPEN.read_text(encoding="utf-8").splitlines(keepends=True)
    start = next(n for n, line in enumerate(text) if line.startswith("subject:"))
    rest = text[start + 1 :]
    after = next(n for n, line in enumerate(rest) if line[:1].isalpha())
    kept = [*text[:start], *rest[after:]]
    Path("r.yaml").write_text("".join(kept), encoding="utf-8")
    assert "`subject: {comune: Jesi, provincia: AN}`" in call("evaluate", "r.yaml")[2]
    Path("r.yaml").write_text("", encoding="utf-8")
    assert "`rulebook: nome/edizione`" in call("evaluate", "r.yaml", language="it")[2]


@pytest.mark.parametrize(("language", "word"), [("it", "errore"), ("en", "error")])
def test_help_is_in_one_language(language, word):
    """The severity of a problem's page; which pages are in English."""
    page = call("help", "seal-open", language=language)[1]
    assert page.splitlines()[3] == word
    topics = call("help", "topics", language=language)[1]
    assert ("(in inglese)" in topics) == (language == "it")


@pytest.mark.parametrize("command", ["evaluate", "explain", "show", "docs", "list", "graph"])
def test_help_tells_every_exit_status(command, monkeypatch):
    """Also a defect and Ctrl-C; and no line breaks inside an option."""
    monkeypatch.setenv("COLUMNS", "60")
    text = call(command, "--help", language="it")[1]
    assert "  3 difetto di ruletrail" in text
    assert "  130 interrotto" in text
    assert not any(line.endswith("--require-") for line in text.splitlines())
