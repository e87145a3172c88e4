"""Sealed records: what is sealed, how records correct one another, what the commands say."""

import io
import json
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

import ruletrail
from ruletrail.api import find_source
from ruletrail.archives import list_records, read_record, read_texts, seal, verify_archive
from ruletrail.cli import main
from ruletrail.cli.consoles import Console
from ruletrail.problem_texts import HINTS, TEXTS
from ruletrail.problems import ProblemsError
from support.archive_cases import AT, PARKING, make_archive, rewrite, sealable
from support.command_line import call
from support.places import INCOMPLETE, JESI, ROOT


@pytest.fixture
def archive(tmp_path):
    """Make an archive of three records, the third of which corrects the first."""
    return make_archive(tmp_path / "archive.sqlite")


# -- What a record is ------------------------------------------------------------------------------


def test_a_record_holds_report_trail_and_rulebook_to_the_byte(archive):
    record, contents = read_record(archive, 3)
    evaluation = ruletrail.load("sociale/2024").evaluate(JESI)
    assert contents["report-as-given"] == JESI.read_bytes()
    assert contents["trail.json"] == evaluation.trail.to_json().encode() + b"\n"
    assert (
        contents["library/rulebooks/sociale/2024@1.0.1.yaml"]
        == (ROOT / "rulebooks/sociale/2024.yaml").read_bytes()
    )
    trail = evaluation.trail.to_dict()
    for part, stated in (
        ("report.json", "report"),
        ("rulebook.json", "rulebook"),
        ("schema.json", "schema"),
    ):
        assert record.parts[part].digest == trail[stated]["digest"]
    assert (record.rulebook, record.status, record.sealed_at) == (
        "sociale/2024@1.0.1",
        "complete",
        AT,
    )


def test_records_form_a_chain(archive):
    first, second, third = list_records(archive)
    assert (first.previous, second.previous, third.previous) == ("", first.digest, second.digest)
    assert verify_archive(archive, third.digest) == replace(
        verify_archive(archive), records=3, head=third.digest, expected_at=3, problems=()
    )


def test_a_second_seal_of_the_same_subject_and_edition_points_to_the_first(archive):
    first, second, third = list_records(archive)
    assert (first.corrects, second.corrects) == (None, None)
    assert (third.corrects.first, third.corrects.latest) == (1, 1)
    again = seal(archive, sealable(INCOMPLETE))
    assert again.fresh
    assert (again.record.number, again.record.corrects.first, again.record.corrects.latest) == (
        4,
        1,
        3,
    )
    assert read_record(archive, 1)[0] == first


def test_the_same_again_is_no_correction(archive):
    before = archive.read_bytes()
    again = seal(archive, replace(sealable(JESI), sealed_at="2026-01-01T00:00:00Z"))
    assert (again.fresh, again.record.number, again.record.sealed_at) == (False, 3, AT)
    assert archive.read_bytes() == before


def test_a_correction_may_say_which_record_it_means(archive):
    with pytest.raises(ProblemsError, match="seal-not-the-last") as refused:
        seal(archive, sealable(INCOMPLETE), correction_of=1)
    assert refused.value.problems[0].details["latest"] == "3"
    assert seal(archive, sealable(INCOMPLETE), correction_of=3).record.corrects.latest == 3


_ASKED_OF_ONE = [
    ("seal", INCOMPLETE, "--allow-incomplete", "--correction-of", 9),
    ("archive", "show", 9),
]


@pytest.mark.parametrize("words", _ASKED_OF_ONE)
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_hint_names_the_archive_that_was_asked(archive, tmp_path, words, language):
    """Not the one that is meant where none is named; the command that it names is obeyed."""
    other = archive.rename(tmp_path / "di 2024.sqlite")
    _, out, _ = call(*words, "--archive", other, "--lang", language, "--format", "json")
    hint = json.loads(out)["problems"][0]["hint"]
    command = shlex.split(re.search(r"`ruletrail (.*?)`", hint)[1])
    assert command == ["archive", "list", "--archive", str(other)]
    status, listed, _ = call(*command)
    assert (status, "sociale/2024@1.0.1" in listed) == (0, True)


def test_every_hint_that_names_a_command_about_an_archive_names_the_archive():
    """Whoever writes one more is told here."""
    hints = [hint for text in TEXTS.values() for hint in text.hints.values()]
    hints += [hint for each in HINTS.values() for hint in each.values()]
    commands = [
        found
        for hint in hints
        for found in re.findall(r"`ruletrail (?:archive|seal [A-Z])[^`]*`", hint)
    ]
    assert len(commands) > 8
    assert [command for command in commands if "--archive {name}" not in command] == []


def test_a_first_record_corrects_nothing(tmp_path):
    with pytest.raises(ProblemsError, match="seal-not-the-last"):
        seal(tmp_path / "a", sealable(JESI), correction_of=1)
    assert seal(tmp_path / "a", sealable(JESI)).record.number == 1


@pytest.mark.parametrize(
    ("town", "number", "said"),
    [
        ("Jesi", 9, "no record 9; the report would correct the record 3"),
        ("Fano", 9, "no record 9, and the report corrects no record"),
        ("Fano", 2, "record 2 is of another subject or edition, and the report corrects no record"),
        ("Jesi", 1, "record 1 is not the one that this report would correct: that is 3"),
    ],
)
def test_a_record_that_is_not_there_is_said_to_be_none(archive, tmp_path, town, number, said):
    """It was called one of another report, and who corrects nothing stayed open: record or report.

    Whose record 3 is, in an archive that holds none, nobody can know.
    """
    report = tmp_path / "r.yaml"
    text = INCOMPLETE.read_text("utf-8")
    assert text.count("comune: Jesi") == 1
    report.write_text(text.replace("comune: Jesi", f"comune: {town}"), "utf-8")
    words = ("seal", report, "--allow-incomplete", "--archive", archive, "--correction-of", number)
    status, out, err = call(*words, "--lang", "en")
    assert (status, out) == (2, "")
    assert said in err


def test_a_sentence_that_may_deny_the_answer_is_told_before_it_is_sealed(tmp_path):
    """As the page says it, and not among what no rule foresees."""
    text = JESI.read_text("utf-8")
    assert text.count(" NON\n") == 1
    report = tmp_path / "r.yaml"
    report.write_text(text.replace(" NON\n", "\n"), "utf-8")
    status, out, err = call("seal", report, "--archive", tmp_path / "a", "--lang", "it")
    assert status == 0
    assert "il modulo stampa una frase che può dire il contrario di questa risposta\n" in out
    assert "attenzione: il modulo stampa una frase che può dire il contrario" in err
    assert "nessuna regola prevede" not in err


def test_what_names_nobody_is_not_sealed(tmp_path):
    with pytest.raises(ProblemsError, match="seal-without-subject"):
        seal(tmp_path / "a", replace(sealable(JESI), subject={}))
    assert not (tmp_path / "a").exists()


def test_an_archive_at_rest_is_one_file_and_repeats_nothing(archive):
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]
    with closing(sqlite3.connect(archive)) as connection:
        stored = connection.execute(
            "SELECT count(*), count(DISTINCT digest) FROM contents"
        ).fetchone()
    assert stored == (
        3 * 3 + 4,
        3 * 3 + 4,
    )  # given, canonical report and trail of each; rulebook, schema, their texts once


# -- Export ----------------------------------------------------------------------------------------


def test_an_export_is_checked_with_nothing_but_a_checksum(archive, tmp_path):
    folder = tmp_path / "out"
    assert call("archive", "export", 3, "-o", folder, "--archive", archive)[0] == 0
    envelope = json.loads((folder / "record.json").read_text())
    assert (folder / "digest.txt").read_text() == "sha256:" + sha256(
        (folder / "record.json").read_bytes()
    ).hexdigest() + "\n"
    for name, part in envelope["parts"].items():
        assert part["digest"] == "sha256:" + sha256((folder / name).read_bytes()).hexdigest()
    assert len(list(folder.rglob("*.*"))) == len(envelope["parts"]) + 1


def test_an_export_evaluates_again_to_the_same_answer(archive, tmp_path):
    assert call("archive", "export", 1, "-o", tmp_path / "out", "--archive", archive)[0] == 0
    plan = ruletrail.load(tmp_path / "out/library/rulebooks/sociale/2024@1.0.1.yaml")
    sealed = json.loads((tmp_path / "out/trail.json").read_bytes())
    trail = plan.evaluate(tmp_path / "out/report-as-given").trail.to_dict()
    assert (trail["result"], trail["rulebook"], trail["schema"]) == (
        sealed["result"],
        sealed["rulebook"],
        sealed["schema"],
    )


def test_an_export_overwrites_nothing(archive, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine")
    status, out, _ = call(
        "archive", "export", 1, "-o", tmp_path / "out", "--archive", archive, "--format", "json"
    )
    assert (status, json.loads(out)["problems"][0]["code"]) == (2, "export-occupied")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("library/x.yaml", "library/X.yaml"),
        ("library/straße", "library/STRASSE"),
        ("library/one/x", "library/ONE/X"),
        ("library/x", "library/x/y"),
        ("library/x/y/z", "library/x/y"),
        ("library/x", "library/x/y/z"),
    ],
)
def test_an_export_writes_no_part_over_another(archive, tmp_path, monkeypatch, first, second):
    """Two names that the disk takes for one are refused, and nothing is left of the attempt."""
    open_plain, make_plain = Path.open, Path.mkdir
    if first.casefold() == second.casefold():  # as a disk does that knows no capital letters

        def fold(path):
            return Path(str(path).casefold())

        monkeypatch.setattr(Path, "open", lambda path, *how: open_plain(fold(path), *how))
        monkeypatch.setattr(
            Path, "mkdir", lambda path, *mode, **how: make_plain(fold(path), *mode, **how)
        )
    record, _ = read_record(archive, 3)
    part = record.parts["schema.json"]
    rewrite(archive, 3, parts={**record.parts, first: part, second: part})
    before = sorted(tmp_path.iterdir())
    words = ("-o", str(tmp_path / "out").casefold(), "--archive", archive)
    status, out, _ = call("archive", "export", 3, *words, "--format", "json")
    problem = json.loads(out)["problems"][0]
    assert (status, problem["code"]) == (2, "export-same-name")
    assert f"`{second}`" in problem["message"] or f"`{first}`" in problem["message"]
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("written", [".", "./", "../here", "link"])
def test_an_export_does_not_delete_the_folder_that_one_stands_in(
    archive, tmp_path, monkeypatch, written
):
    """It would take the place of the empty folder, and the shell would stand in a deleted one."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    if written == "link":
        written = tmp_path / "link"
        written.symlink_to(here)
    before = here.stat().st_ino
    words = ("archive", "export", 1, "-o", written, "--archive", archive, "--format", "json")
    status, out, _ = call(*words)
    assert (status, json.loads(out)["problems"][0]["code"]) == (2, "export-occupied")
    assert (here.stat().st_ino, list(here.iterdir())) == (before, [])
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_export_does_not_delete_a_folder_above(archive, tmp_path, monkeypatch):
    """A folder above is not empty; an empty one beside is replaced."""
    (tmp_path / "above" / "here").mkdir(parents=True)
    (tmp_path / "above" / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "above" / "here")
    for written in ("..", tmp_path / "above"):
        assert call("archive", "export", 1, "-o", written, "--archive", archive)[0] == 2
    assert call("archive", "export", 1, "-o", "../empty", "--archive", archive)[0] == 0
    assert (tmp_path / "above" / "empty" / "record.json").is_file()


@pytest.mark.parametrize("end", ["-journal", "-wal", "-shm", "-JOURNAL"])
@pytest.mark.parametrize("is_link", [False, True])
def test_an_archive_is_never_called_like_a_file_of_sqlite(tmp_path, end, is_link):
    """SQLite would take `a.sqlite-journal` for that of `a.sqlite`, and delete it."""
    place = path = tmp_path / f"a.sqlite{end}"
    if is_link:
        path = tmp_path / "b.sqlite"
        path.symlink_to(place)
    words = ("seal", JESI, "--archive", path, "--sealed-at", AT, "--format", "json")
    status, out, _ = call(*words)
    assert (status, json.loads(out)["problems"][0]["code"]) == (2, "output-not-own")
    assert not place.exists()


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/evil",
        "library/../../evil",
        "library//evil",
        "library/./evil",
        "library/.",
        "library/",
        "library/evil/",
        "library/a/./b",
        "library/a/..",
        "./library/evil",
        "library/./report.json",
        "record.json",
        "library/a\\b",
        "library/a\nb",
    ],
)
def test_a_hostile_archive_writes_nowhere_else(archive, tmp_path, name):
    record = read_record(archive, 3)[0]
    rewrite(archive, 3, parts={**record.parts, name: record.parts["report.json"]})
    status, _, err = call("archive", "export", 3, "-o", tmp_path / "out", "--archive", archive)
    assert (status, "[part-altered]" in err) == (2, True)
    assert not (tmp_path / "out").exists()
    # what can never be handed out is nothing that verifies, or that is shown
    for words in (("show", 3), ("verify",)):
        status, _, err = call("archive", *words, "--archive", archive)
        assert (status != 0, "[part-altered]" in err) == (True, True), words


# -- The command line ------------------------------------------------------------------------------


def test_sealing_shows_the_head_and_that_again_is_nothing_new(tmp_path):
    words = ("seal", JESI, "--archive", tmp_path / "a", "--sealed-at", AT, "--format", "json")
    status, out, _ = call(*words)
    first = json.loads(out)
    assert (status, first["sealed"], first["record"]["number"], first["record"]["sealed_at"]) == (
        0,
        True,
        1,
        AT,
    )
    assert first["head"] == first["digest"] == list_records(tmp_path / "a")[0].digest
    status, out, _ = call(*words)
    assert (status, json.loads(out)) == (0, {**first, "sealed": False})


def test_of_very_many_fields_each_part_is_said(tmp_path):
    """A terminal keeps what stands first; the page that is named lists every field."""
    report = tmp_path / "report.yaml"
    head = "rulebook: sociale/2024\nsubject: {comune: Pisa, provincia: PI}\nfields:\n"
    report.write_text(head + "  R08: 5\n", "utf-8")
    _, _, err = call("seal", report, "--archive", tmp_path / "a", "--lang", "it")
    told = [line for line in err.splitlines() if "resta aperto" in line]
    assert len(told) < 10
    assert (
        "`quadro_1` (Quadro 1, autodiagnosi del numero di utenti serviti), a cui mancano 64 campi: "
        "`M12_2019`, `M12`"
    ) in told[0]
    assert "a cui mancano 3 campi: `R06`, `R07_2017`, `R07_2021`" in told[1]
    command = f"ruletrail evaluate {report} --full"
    assert f"`{command}` li elenca tutti" in err
    listed = call(*command.split()[1:], "--lang", "it")[1]
    missing = json.loads(call("evaluate", report, "--format", "json")[1])["result"]["missing"]
    assert len(missing) > 64
    assert all(f"? {code} (" in listed for code in missing)


def test_what_is_open_is_refused_and_said(tmp_path):
    status, out, _ = call("seal", INCOMPLETE, "--archive", tmp_path / "a", "--format", "json")
    refused, *still_open = json.loads(out)["problems"]
    assert (status, refused["code"]) == (1, "seal-not-complete")
    again = f"seal {INCOMPLETE} --archive {tmp_path / 'a'} --allow-incomplete`"
    assert refused["hint"].endswith(f"`ruletrail {again}")
    assert [problem["message"] for problem in still_open if problem["code"] == "seal-open"] == [
        "still open: `R03` (Numero di abitanti 2024) is missing",
        (
            "still open: `quadro_4_motivi` (Quadro 4, motivi di una spesa non inferiore e di un"
            " livello dei servizi superiore), a part that is not known to be due yet: should it be,"
            " `R16` is needed too"
        ),
    ]
    assert not (tmp_path / "a").exists()


def test_what_is_missing_is_told_in_the_order_of_the_form(tmp_path):
    """As every other screen has it: not by the codes' letters."""
    report = tmp_path / "report.yaml"
    text = re.sub(r"\n  (M18_2019|M18|M18_ore|R0A|R03): .*", "", JESI.read_text("utf-8"))
    report.write_text(text, "utf-8")
    _, out, _ = call("seal", report, "--archive", tmp_path / "a", "--format", "json")
    messages = [each["message"] for each in json.loads(out)["problems"]]
    named = [re.search(r"`(\w+)`", each)[1] for each in messages if "is missing" in each]
    assert named == ["M18_2019", "M18", "M18_ore", "R0A", "R03"]


_NOBODY = {"R01: 24.5": "R01: 0", "R01A: 24.5": "R01A: 0"}
_ZEROS = {"it": "se sono giusti, il risultato non esiste", "en": "if they are right, there is no"}


@pytest.mark.parametrize("language", ["it", "en"])
def test_zeros_that_may_be_right_have_a_way_to_the_seal(tmp_path, language):
    """A municipality without a social worker has no inhabitants per worker, and seals that."""
    text = JESI.read_text("utf-8").partition("\nprinted:")[0] + "\n"
    text = text.replace("  R01B: 802\n", "")  # what the form could not have computed
    for old, new in _NOBODY.items():
        assert text.count(f"  {old}\n") == 1
        text = text.replace(f"  {old}\n", f"  {new}\n")
    report = tmp_path / "report.yaml"
    report.write_text(text, "utf-8")
    words = ("seal", report, "--archive", tmp_path / "a", "--lang", language, "--format", "json")
    problems = json.loads(call(*words)[1])["problems"]
    (hint,) = (each["hint"] for each in problems if "`R01 + R01A`" in each["message"])
    assert _ZEROS[language] in hint
    assert f"`ruletrail seal {report} --archive {tmp_path / 'a'} --allow-invalid`" in hint
    command = f"`ruletrail seal {report} --allow-invalid`"
    page = " ".join(call("evaluate", report, "--brief", "--lang", language)[1].split())
    assert " ".join(command.split()) in page
    # a seal reads no nulls: what held some is another file by then
    page = " ".join(call("evaluate", report, "--nulls", "absent", "--lang", language)[1].split())
    word = {"it": "RELAZIONE", "en": "REPORT"}[language]
    assert f"`ruletrail seal {word} --allow-invalid`" in page
    assert call(*words, "--allow-invalid")[0] == 0


def test_what_is_wrong_needs_a_leave_of_its_own(tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(JESI.read_text().replace("R04: 10.320348", "R04: 11.320348"))
    assert wrong.read_text() != JESI.read_text()
    status, _, err = call("seal", wrong, "--archive", tmp_path / "a", "--allow-incomplete")
    assert (status, "declared other" in err, "--allow-invalid" in err) == (1, True, True)
    assert call("seal", wrong, "--archive", tmp_path / "a", "--allow-invalid")[0] == 0
    assert list_records(tmp_path / "a")[0].status == "invalid"


def test_an_edited_published_rulebook_seals_nothing(tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        (ROOT / "rulebooks/sociale/2024.yaml")
        .read_text()
        .replace("title: Obiettivi", "title: Altri obiettivi", 1)
    )
    status, _, err = call("seal", JESI, "--rulebook", mine, "--archive", tmp_path / "a")
    assert (status, "[published-edited]" in err) == (2, True)
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("language", ["it", "en"])
def test_sealing_says_the_status_as_evaluating_does(tmp_path, language):
    """A failed check of severity warning needs no option, and is told in the same words."""
    written = tmp_path / "a.txt"
    said = call("evaluate", JESI, "-o", written, "--lang", language)[2].partition(": ")[2]
    out = call("seal", JESI, "--archive", tmp_path / "a", "--lang", language)[1]
    sealed = out.splitlines()[1]
    assert sealed.endswith(f": {said.strip()}")
    assert {"it": "c'è una cosa da rivedere", "en": "one thing to look at"}[language] in sealed


def test_a_report_from_standard_input_is_sealed_to_the_byte(tmp_path):
    out = io.StringIO()
    console = Console(out, io.StringIO(), "en", stdin=io.BytesIO(JESI.read_bytes()))
    assert main(["seal", "-", "--archive", str(tmp_path / "a")], console) == 0
    assert read_record(tmp_path / "a", 1)[1]["report-as-given"] == JESI.read_bytes()
    assert out.getvalue().startswith(
        f"new archive: {tmp_path / 'a'}\nsealed as record 1: sociale/2024@1.0.1, Jesi (AN)"
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("it", "attenzione: il modulo stampa anche ciò che nessuna regola prevede: `mai"),
        ("en", "warning: the form also prints what no rule foresees: `mai"),
    ],
)
def test_printed_sentences_that_no_rule_says_are_sealed_with_a_word(tmp_path, language, said):
    """A line names the first ones, their texts inert; nothing is refused, and JSON stays alone."""
    given = JESI.read_text("utf-8")
    given = given[: given.index("printed:")] if "\nprinted:" in given else given
    report, archive = tmp_path / "report.yaml", tmp_path / "a"
    quiet = call("seal", JESI, "--archive", tmp_path / "b", "--lang", language)
    assert (quiet[0], quiet[2]) == (0, "")
    sentences = "".join(f'    - "mai detta \\e[31m {i}"\n' for i in "abcdefg")
    report.write_text(f"{given}\nprinted:\n  messages:\n{sentences}", encoding="utf-8")
    words = ("seal", report, "--archive", archive, "--lang", language, "--allow-incomplete")
    status, out, err = call(*words, "--format", "json")
    assert status == 0
    assert json.loads(out)["sealed"]
    assert err.startswith(said)
    assert err.count("\n") == 1
    assert "\x1b" not in err
    assert "mai detta" in err


_BY_HAND = {
    "it": ("fallo a mano sul modulo; poi sigillala: `", "compilalo sul modulo stesso", "valutalo"),
    "en": ("do it by hand on the form; then seal it: `", "fill it in on the form", "judge it"),
}
_CONTRARY = {
    "it": (
        "attenzione: il modulo stampa frasi contrarie a questa risposta: ",
        "attenzione: non è stabilito se il modulo stampi a ragione: ",
    ),
    "en": (
        "warning: the form prints sentences contrary to this answer: ",
        "warning: it is not settled whether the form rightly prints: ",
    ),
}


@pytest.mark.parametrize("language", ["it", "en"])
def test_what_is_not_encoded_is_done_by_hand_and_then_sealed(tmp_path, language):
    """Nothing here can complete it, so nobody is told to; a value that is missing is another thing.

    A part is filled in on the form, a sentence judged.
    """
    report, given = tmp_path / "report.yaml", JESI.read_text("utf-8")
    given = given.replace("R05: 8.50", "R05: 12.00")
    report.write_text(given, "utf-8")
    words = ("seal", report, "--archive", tmp_path / "a", "--lang", language, "--format", "json")
    status, out, _ = call(*words)
    first, *opened = (problem["hint"] for problem in json.loads(out)["problems"])
    both, fill_in, judge = _BY_HAND[language]
    assert (status, both in first, "--allow-incomplete" in first) == (1, True, True)
    assert [fill_in in opened[0], judge in opened[1], len(opened)] == [True, True, 2]
    report.write_text(re.sub(r"(?m)^  R08: .*\n", "", given), "utf-8")
    refused = json.loads(call(*words)[1])["problems"][0]["hint"]
    assert both not in refused
    assert "--allow-incomplete" in refused
    assert ("ciò che manca" if language == "it" else "what is missing") in refused
    assert call(*words, "--allow-incomplete")[0] == 0


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("leave", [(), ("--allow-incomplete",)])
def test_printed_sentences_that_contradict_the_answer_are_no_strangers(tmp_path, language, leave):
    """Sealed or refused, they are called what `evaluate` calls them; rules do say them."""
    report = tmp_path / "report.yaml"
    report.write_text(JESI.read_text("utf-8").replace("R05: 8.50", "R05: 12.00"), "utf-8")
    words = ("seal", report, "--archive", tmp_path / "a", "--lang", language, *leave)
    said = [line for line in call(*words)[2].splitlines() if line.startswith(("att", "warn"))]
    contrary, undecided = _CONTRARY[language]
    assert [said[0].startswith(contrary), said[1].startswith(undecided)] == [True, True]
    assert "Anche il livello dei servizi è risultato non inferiore" in said[0]
    assert "compilazione del quadro 2" in said[1]
    assert len(said) == 2


def test_what_a_rulebook_extends_is_sealed_with_it(tmp_path):
    shutil.copytree(PARKING.parent, tmp_path / "mine")
    (tmp_path / "mine" / "more.yaml").write_text(
        'language: 1\nrulebook: parking\nedition: "2025"\nversion: 0.2.0\n'
        "status: draft\ntitle: More\n"
        "report: parking.schema.json\nextends: parking/2024@0.1.0\n"
    )
    report = tmp_path / "report.yaml"
    report.write_text("rulebook: parking/2025\nsubject: {name: Anna}\nfields: {hours: 3}")
    call_seal = (
        "seal",
        report,
        "--rulebook",
        tmp_path / "mine" / "more.yaml",
        "--archive",
        tmp_path / "a",
    )
    assert call(*call_seal)[0] == 0
    record, contents = read_record(tmp_path / "a", 1)
    names = [
        "rulebooks/parking/2024@0.1.0.yaml",
        "rulebooks/parking/2025@0.2.0.yaml",
        "schemas/parking.schema.json",
    ]
    assert [name for name in contents if name.startswith("library/")] == [
        f"library/{name}" for name in names
    ]
    assert call("archive", "export", 1, "-o", tmp_path / "out", "--archive", tmp_path / "a")[0] == 0
    plan = ruletrail.load(tmp_path / "out/library/rulebooks/parking/2025@0.2.0.yaml")
    assert (
        plan.evaluate(report).trail.to_dict()["rulebook"]["digest"]
        == record.parts["rulebook.json"].digest
    )


@pytest.mark.parametrize(
    "time",
    ["now", "2025-05-30", "2025-13-30T10:00:00Z", "2025-05-30T10:00:00", "2025-05-30T25:00:00Z"],
)
def test_a_time_that_is_none(tmp_path, time):
    status, out, _ = call(
        "seal", JESI, "--archive", tmp_path / "a", "--sealed-at", time, "--format", "json"
    )
    assert (status, json.loads(out)["problems"][0]["code"]) == (2, "usage")


def test_the_time_of_sealing_is_no_part_of_the_trail(tmp_path):
    for name, time in (("a", AT), ("b", "2026-01-01T00:00:00Z")):
        assert call("seal", JESI, "--archive", tmp_path / name, "--sealed-at", time)[0] == 0
    (one, _), (other, _) = read_record(tmp_path / "a", 1), read_record(tmp_path / "b", 1)
    assert one.parts == other.parts
    assert one.digest != other.digest


def test_list_show_and_verify_in_text_and_json(archive):
    head = list_records(archive)[-1].digest
    status, out, _ = call("archive", "list", "--archive", archive)
    assert (status, out.splitlines()[-1]) == (0, f"head of the chain: {head}")
    assert "Jesi (AN)  (corrects 1)" in out
    listed = json.loads(call("archive", "list", "--archive", archive, "--format", "json")[1])
    assert ([record["number"] for record in listed["records"]], listed["head"]) == ([1, 2, 3], head)
    shown = json.loads(call("archive", "show", 3, "--archive", archive, "--format", "json")[1])
    assert (shown["digest"], shown["result"]["decisions"]["spesa"]) == (head, "non_inferiore")
    shown = call("archive", "show", 3, "--archive", archive)[1]
    assert "non inferiore" in shown
    assert f"{'corrects':12} 1\n" in shown  # beside the others
    assert call("archive", "verify", "--archive", archive, "--expect-head", head)[:2] == (
        0,
        (
            f"3 records, chain intact\nhead of the chain: {head}\n"
            f"the expected digest is that of record 3\n"
        ),
    )
    verified = json.loads(call("archive", "verify", "--archive", archive, "--format", "json")[1])
    assert verified == {"records": 3, "head": head, "expected_at": None, "problems": []}


def test_times_are_said_to_be_utc_for_people(archive):
    """A clock of another zone would be read for it; programs have the `Z`."""
    shown = AT.replace("T", " ").replace("Z", " UTC")
    for words in (("list",), ("show", 3)):
        out = call("archive", *words, "--archive", archive)[1]
        assert (f" {shown}" in out, AT in out) == (True, False)
        assert AT in call("archive", *words, "--archive", archive, "--format", "json")[1]


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_is_sealed_already_wins_over_what_it_was_to_correct(archive, form):
    """A command that is repeated ends well; that its record corrects another one is said."""
    words = ("seal", JESI, "--archive", archive, "--format", form)
    status, _, err = call(*words, "--correction-of", 1)
    assert (status, "--correction-of" in err) == (0, False)
    status, _, err = call(*words, "--correction-of", 2)
    assert status == 0
    told = (
        "does not count here: this answer was sealed already as record 3, which corrects record 1"
    )
    assert f"--correction-of 2 {told}" in err
    assert len(list_records(archive)) == 3


def test_what_was_sealed_as_the_first_corrects_none(tmp_path):
    """And says so, where it was to correct a record."""
    words = ("seal", JESI, "--archive", tmp_path / "a")
    assert call(*words)[0] == 0
    status, _, err = call(*words, "--correction-of", 1)
    assert (status, "sealed already as record 1, which corrects no record" in err) == (0, True)


def test_verify_ends_with_one_when_anything_does_not_hold(archive):
    rewrite(archive, 1, status="invalid")
    status, out, err = call("archive", "verify", "--archive", archive)
    assert (status, "[record-unchained]" in err, "[trail-unsound]" in err) == (1, True, True)
    assert out.startswith("3 records, 2 problems\n")
    status, out, _ = call("archive", "verify", "--archive", archive, "--format", "json")
    assert (status, {problem["code"] for problem in json.loads(out)["problems"]}) == (
        1,
        {"record-unchained", "trail-unsound"},
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", "9"), "record-unknown"),
        (("show", "0"), "usage"),
        (("show", "9" * 30), "usage"),
        (("show", "x"), "usage"),
        (("export", "1"), "usage"),
        (("verify", "--expect-head", "sha256:0"), "usage"),
    ],
)
def test_calls_that_cannot_be_answered(archive, words, code):
    status, out, _ = call("archive", *words, "--archive", archive, "--format", "json")
    assert (status, json.loads(out)["problems"][0]["code"]) == (2, code)


def test_hostile_texts_stay_text(tmp_path):
    report = tmp_path / "report.json"
    data = {
        "rulebook": "sociale/2024",
        "subject": {"comune": "\x1b[31mJesi\u202e\n9 lines", "provincia": "AN"},
        "fields": {},
    }
    report.write_text(json.dumps(data))
    archive = tmp_path / "a"
    status, out, _ = call("seal", report, "--archive", archive, "--allow-incomplete")
    assert status == 0
    for text in (
        out,
        call("archive", "list", "--archive", archive)[1],
        call("archive", "show", 1, "--archive", archive)[1],
    ):
        assert "Jesi" in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\n9 lines" not in text


def test_a_rulebook_that_changes_while_it_is_sealed_is_refused(tmp_path, monkeypatch):
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        (ROOT / "rulebooks/sociale/2024.yaml")
        .read_text()
        .replace("version: 1.0.0", "version: 9.0.0", 1)
    )
    source = find_source(str(mine))
    plan = ruletrail.load(mine)
    mine.write_text(mine.read_text().replace("title: Obiettivi", "title: Altri obiettivi", 1))
    with pytest.raises(ProblemsError, match="seal-moved"):
        read_texts(source, plan.linked)


def test_only_the_archive_needs_sqlite():
    code = (
        "import sys, ruletrail, ruletrail.cli; ruletrail.load('sociale/2024');"
        "sys.exit('sqlite3' in sys.modules or 'ruletrail.archives' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=ROOT / "engine", check=False).returncode
        == 0
    )


def test_a_copy_of_an_archive_is_as_good(archive, tmp_path):
    copy = Path(shutil.copy(archive, tmp_path / "copy"))
    copy.chmod(0o444)
    assert verify_archive(copy).problems == ()


@pytest.mark.parametrize("end", [".xlsx", ".csv", ".yaml", ".pdf", ".html", ".JSON"])
def test_a_new_archive_is_not_called_as_files_of_another_kind(tmp_path, end):
    """A spreadsheet would open it, and say that it is broken."""
    path = tmp_path / f"records{end}"
    for language, said in (
        ("it", f"sarebbe un archivio nuovo, ma con `{end}` finiscono i file di un altro tipo"),
        ("en", f"would be a new archive, but files of another kind end with `{end}`"),
    ):
        words = ("--archive", str(path), "--allow-incomplete", "--lang", language)
        status, _, err = call("seal", str(INCOMPLETE), *words)
        assert (status, path.exists()) == (2, False)
        assert said in err
        assert "records.sqlite" in err


def test_an_archive_that_is_there_is_sealed_in_whatever_its_name(archive):
    """Somebody may have called it so before it was refused."""
    path = archive.with_suffix(".xlsx")
    archive.rename(path)
    assert call("seal", str(INCOMPLETE), "--archive", str(path), "--allow-incomplete")[0] == 0


def test_a_subject_in_other_capitals_is_remarked_with_its_record(tmp_path):
    """It is another subject, and begins a series of its own: no record is corrected by it."""
    path, archive = tmp_path / "jesi.yaml", str(tmp_path / "a.sqlite")
    words = ("seal", str(path), "--archive", archive, "--allow-incomplete", "--lang")
    for name in ("Jesi", "Fano"):
        text = INCOMPLETE.read_text("utf-8").replace("Jesi", name)
        path.write_text(text, "utf-8")
        assert "maiuscole" not in call(*words, "it")[2]
    path.write_text(INCOMPLETE.read_text("utf-8").replace("comune: Jesi", "comune: JESI"), "utf-8")
    _, out, err = call(*words, "it")
    assert "sigillato come record 3" in out
    assert "attenzione: il record 1 è di Jesi (AN), che ha solo altre maiuscole" in err
    assert "maiuscole" not in call(*words, "it")[2], "it was told when it was sealed"
    assert verify_archive(Path(archive)).problems == ()


def test_other_capitals_are_remarked_in_english(tmp_path):
    path, archive = tmp_path / "jesi.yaml", str(tmp_path / "a.sqlite")
    words = ("--archive", archive, "--allow-incomplete", "--lang", "en")
    path.write_text(INCOMPLETE.read_text("utf-8").replace("comune: Jesi", "comune: jesi"), "utf-8")
    for name in (str(INCOMPLETE), str(path)):
        _, _, err = call("seal", name, *words)
    assert "beware: record 1 is of Jesi (AN), which has other capitals only" in err


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("it", "record 1, che viene prima, è datato 2030-01-01 00:00:00 UTC, cioè dopo"),
        ("en", "record 1, which comes before, is dated 2030-01-01 00:00:00 UTC, which is later"),
    ],
)
def test_a_clock_that_went_back_is_remarked_and_the_chain_holds(tmp_path, language, said):
    """The order is that of the chain, whatever the clocks said."""
    path, archive = tmp_path / "jesi.yaml", str(tmp_path / "a.sqlite")
    words = ("--archive", archive, "--allow-incomplete", "--lang", language, "--sealed-at")
    path.write_text(INCOMPLETE.read_text("utf-8").replace("comune: Jesi", "comune: Fano"), "utf-8")
    assert "UTC" not in call("seal", str(INCOMPLETE), *words, "2030-01-01T00:00:00Z")[2]
    status, _, err = call("seal", str(path), *words, "2029-12-31T23:59:59Z")
    assert status == 0
    assert said in err
    again = call("seal", str(path), *words, "2020-01-01T00:00:00Z")
    assert said not in again[2], "it was told when it was sealed"
    path.write_text(INCOMPLETE.read_text("utf-8").replace("comune: Jesi", "comune: Asti"), "utf-8")
    assert "UTC" not in call("seal", str(path), *words, "2029-12-31T23:59:59Z")[2], "not earlier"
    assert verify_archive(Path(archive)).problems == ()
