"""A rulebook that says one thing and lies at another place; names that are nearly right."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from support.command_line import call
from support.library_folders import make_library, write

PLACE = "rulebooks/own/2024.yaml"
EXAMPLES = "test: 1\nrulebook: own/2024\nexamples:\n  - name: two\n    report: {fields: {A: 1}}\n"
EXAMPLES += "    expect: {status: complete}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _plant(folder: Path, place: str, **head: str) -> None:
    make_library(folder, **{"status": "draft", **head})
    for written in (folder / "rulebooks").glob("*/2024.yaml"):
        text = written.read_text("utf-8")
        shutil.rmtree(written.parent)
    write(folder / place, text)
    if place == PLACE:
        write(folder / "rulebooks/own/2024.test.yaml", EXAMPLES)


FAULTS: dict[str, tuple[str, dict[str, str]]] = {
    "name": (PLACE, {"rulebook": "owm"}),
    "edition": (PLACE, {"edition": '"2025"'}),
    "both": (PLACE, {"rulebook": "owm", "edition": '"2025"'}),
    "version": ("rulebooks/own/2024@1.2.0.yaml", {"version": "1.0.0"}),
    "file": ("rulebooks/own/2024-new.yaml", {}),
    "short file": ("rulebooks/own/24.yaml", {}),
    "folder": ("rulebooks/owm/2024.yaml", {}),
    "no name": ("rulebooks/Own Rules/2024.yaml", {}),
    "too high": ("rulebooks/2024.yaml", {}),
    "too deep": ("rulebooks/own/old/2024.yaml", {}),
    "yml": ("rulebooks/own/2024.yml", {}),
}


def _problems(*words: str) -> list[dict[str, Any]]:
    _, out, err = call(*words, "--format", "json", "--lang", "en")
    found: list[dict[str, Any]] = json.loads(out).get("problems") or []
    return found or (json.loads(err)["problems"] if err else [])


@pytest.mark.parametrize("words", [("check",), ("check", "."), ("check", "rulebooks"), ("list",)])
@pytest.mark.parametrize("fault", FAULTS)
def test_it_is_said_where_it_is_written(fault: str, words: tuple[str, ...], folder: Path):
    """By every command that looks at the library, once, and nothing else is blamed."""
    place, head = FAULTS[fault]
    _plant(folder, place, **head)
    (problem,) = _problems(*words)
    assert (problem["code"], problem["file"]) == ("rulebook-misplaced", place)
    line = (folder / place).read_text("utf-8").split("\n")[problem["line"] - 1]
    assert line.split(":")[0] in ("rulebook", "edition", "version")
    assert call(*words)[0] == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_path_and_each_name_say_the_same(fault: str, folder: Path):
    """Also who asks for what the file says, or for its place, is sent to it."""
    place, head = FAULTS[fault]
    _plant(folder, place, **head)
    (problem,) = _problems("check", place)
    said = {"rulebook": "own", "edition": '"2024"', **head}
    reference = f"{said['rulebook']}/{said['edition']}".replace('"', "")
    words = (reference, "own/2024") if place == PLACE else (reference,)
    # any version answers who pins none
    for word in words if fault != "version" else ("own/2024@1.0.0", "own/2024@1.2.0"):
        status, _, err = call("show", word, "--lang", "it")
        assert "rulebook-misplaced" in err, (word, err)
        assert err.startswith(f"{place}:{problem['line']}:")
        assert status == 2


@pytest.mark.parametrize("fault", FAULTS)
def test_whoever_obeys_has_no_second_problem(fault: str, folder: Path):
    """What is written, or where the file is moved: after either the rulebook is right."""
    place, head = FAULTS[fault]
    _plant(folder, place, **head)
    (problem,) = _problems("check")
    hint = problem["hint"]
    keys = re.findall(r"`(\w+): ([^`]+)`", hint)
    target = re.findall(r"`(rulebooks/[^`]+)`", hint)
    assert keys or target
    before = (folder / place).read_text("utf-8")
    if keys:
        after = before
        for key, value in keys:
            after = re.sub(rf"(?m)^{key}: .*$", f"{key}: {value}", after)
        write(folder / place, after)
        assert _problems("check") == []
        write(folder / place, before)
    if target:
        (folder / target[0]).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).rename(folder / target[0])
        assert _problems("check") == []
        assert _problems("list") == []


def test_nothing_is_moved_onto_another(folder: Path):
    """A second version is sent beside the first; a third of the same has no place to be named."""
    _plant(folder, PLACE)
    text = (folder / PLACE).read_text("utf-8")
    write(folder / "rulebooks/own/copy.yaml", text.replace("1.0.0", "1.1.0"))
    (problem,) = _problems("check")
    assert "move the file to `rulebooks/own/2024@1.1.0.yaml`" in problem["hint"]
    write(folder / "rulebooks/own/2024@1.1.0.yaml", text.replace("1.0.0", "1.1.0"))
    hints = [each["hint"] for each in _problems("check") if each["code"] == "rulebook-misplaced"]
    said = "`own/2024@1.1.0` is in `rulebooks/own/2024@1.1.0.yaml` already, and in a second place"
    assert hints == [
        f'{said} it could not be found any more: write `edition: "copy"`, or remove this file'
    ]


def test_a_copy_with_the_old_version_in_it_is_no_edited_version(folder: Path):
    """The published version stands in its place, as it was; edited there it is told of that one."""
    _plant(folder, PLACE, status="published")
    assert call("check", "--record", PLACE)[0] == 0
    text = (folder / PLACE).read_text("utf-8")
    write(folder / "rulebooks/own/2024@1.0.1.yaml", text.replace("A * 2", "A * 3"))
    for words in (("check",), ("check", "rulebooks/own/2024@1.0.1.yaml")):
        (problem,) = _problems(*words)
        assert problem["code"] == "rulebook-misplaced"
        assert problem["file"] == "rulebooks/own/2024@1.0.1.yaml"
    write(folder / PLACE, text.replace("A * 2", "A * 3"))
    codes = {each["code"]: each["file"] for each in _problems("check")}
    assert codes["published-edited"] == PLACE


def test_no_version_is_sent_to_a_second_place(folder: Path):
    """A free name beside the file that has the very version would be one."""
    _plant(folder, PLACE)
    text = (folder / PLACE).read_text("utf-8")
    write(folder / "rulebooks/own/old/copy.yaml", text)
    (problem,) = _problems("check")
    twin = "`own/2024@1.0.0` is in `rulebooks/own/2024.yaml` already"
    assert (problem["code"], problem["hint"].startswith(twin)) == ("rulebook-misplaced", True)
    assert problem["hint"].endswith("raise `version` in this file, or remove it")
    # raised, it has a place of its own
    raised = text.replace("version: 1.0.0", "version: 1.1.0")
    write(folder / "rulebooks/own/old/copy.yaml", raised)
    (problem,) = _problems("check")
    assert problem["hint"] == "it is out of place: move it to `rulebooks/own/2024@1.1.0.yaml`"


def test_no_file_is_to_say_what_another_says(folder: Path):
    """What its place would have it say is the version of a file that is in its place."""
    _plant(folder, PLACE)
    text = (folder / PLACE).read_text("utf-8")
    write(folder / "rulebooks/own/2024@1.0.0.yaml", text.replace("1.0.0", "1.2.0"))
    (problem,) = _problems("check")
    assert problem["hint"] == "it is out of place: move it to `rulebooks/own/2024@1.2.0.yaml`"


@pytest.mark.parametrize("place", ["rulebooks/notes.yaml", "rulebooks/own/2024.test.yml"])
def test_other_files_are_no_rulebooks(place: str, folder: Path):
    """Only what says `language:` is one."""
    _plant(folder, PLACE)
    write(folder / place, "test: 1\n")
    assert _problems("check") == []


# -- Names that are nearly right -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "italian", "english"),
    [
        ("own/2026", "c'è `own/2024`", "there is `own/2024`"),
        ("own", "c'è `own/2024`", "there is `own/2024`"),
        ("owm", "c'è `own/2024`", "there is `own/2024`"),
        ("own/", "c'è `own/2024`", "there is `own/2024`"),
        ("Own/2024", "intendevi `own/2024`?", "did you mean `own/2024`?"),
        ("owm/2024", "intendevi `own/2024`?", "did you mean `own/2024`?"),
        ("own/2024@7.0.0", "c'è `own/2024@1.0.0`", "there is `own/2024@1.0.0`"),
        ("own/2024@1", "una versione ha tre numeri: `@1.0.0`", "three numbers: `@1.0.0`"),
        ("own/2024@0.2", "una versione ha tre numeri: `@1.0.0`", "three numbers: `@1.0.0`"),
        ("sociale", "c'è `sociale/2024`", "there is `sociale/2024`"),
        ("nowhere/", "creala, o correggi il nome", "make it, or mend the name"),
    ],
)
def test_a_name_that_is_nearly_right(asked: str, italian: str, english: str, folder: Path):
    """What there is of that name is said, and it can be asked for."""
    make_library(folder)
    for language, hint in (("it", italian), ("en", english)):
        status, _, err = call("show", asked, "--lang", language)
        assert status == 2
        assert hint in err
    meant = re.findall(r"`(\w+/\w+(?:@[\d.]+)?)`", err.split("→")[1])
    assert all(call("show", reference)[0] == 0 for reference in meant)


# -- Paths that open -------------------------------------------------------------------------------


def _files_of(err: str) -> list[str]:
    return re.findall(r"(?m)^(\S+?):\d+:\d+: ", err)


def test_marks_open_from_the_working_folder(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """However a rulebook is named, the place of a problem is a path from the working folder."""
    make_library(folder, status="draft")
    text = (folder / PLACE).read_text("utf-8")
    write(folder / PLACE, text.replace("A * 2", "A * nowhere"))
    write(folder / "r/report.yaml", "rulebook: own/2024@1.0.0\nfields: {A: 2}\n")
    write(folder / "below/rows.jsonl", '{"rulebook": "own/2024@1.0.0", "fields": {"A": 3}}\n')
    for words in (
        ("check", "own/2024"),
        ("check", "own/2024", "--fix"),
        ("test", "own/2024"),
        ("show", "own/2024", "--resolved"),
        ("docs", "own/2024"),
        ("graph", "own/2024"),
        ("evaluate", "r/report.yaml"),
        ("evaluate", "r/report.yaml", "--rulebook", PLACE),
        ("explain", "r/report.yaml", "X"),
        ("seal", "r/report.yaml", "--archive", "a.sqlite"),
        ("batch", "below/rows.jsonl", "-o", "out.jsonl", "--rulebook", "own/2024@1.0.0"),
        ("read", "r/report.yaml", "--rulebook", "own/2024@1.0.0"),
    ):
        err = call(*words)[2]
        assert set(_files_of(err)) == {PLACE}, (words, err)
    monkeypatch.chdir(folder / "r")
    _, _, err = call("evaluate", "report.yaml")
    assert _files_of(err) == [(folder / PLACE).as_posix()]


def test_files_beside_a_rulebook_open_too(folder: Path):
    """Its examples, its layout, a rulebook it extends, and the report itself."""
    make_library(folder, status="draft")
    beside = folder / "rulebooks/own"
    write(beside / "2024.test.yaml", EXAMPLES.replace("own/2024", "own/2025"))
    write(beside / "2024.layout.yaml", "layout: 1\nwrong: 2\n")
    found = {each["file"] for each in _problems("check", "own/2024")}
    assert found == {"rulebooks/own/2024.test.yaml", "rulebooks/own/2024.layout.yaml"}
    err = call("read", PLACE, "--rulebook", "own/2024@1.0.0")[2]
    assert set(_files_of(err)) == {"rulebooks/own/2024.layout.yaml"}
    err = call("evaluate", PLACE)[2]
    assert err.startswith(f"{PLACE}:")
    write(folder / "r/report.yaml", "rulebook: own/2024@1.0.0\nfields: {A: x}\n")
    assert _files_of(call("evaluate", "r/report.yaml")[2]) == ["r/report.yaml"]


def test_a_base_is_named_alike(folder: Path):
    """Whoever checks what extends it, or the base itself, is shown one path, once."""
    make_library(folder, status="draft")
    text = (folder / PLACE).read_text("utf-8")
    write(folder / PLACE, text.replace("A * 2", "A * nowhere"))
    make_library(folder, "two", status="draft", extends="own/2024@1.0.0")
    two = folder / "rulebooks/two/2024.yaml"
    write(two, two.read_text("utf-8").split("rules:")[0])
    for words in ((), ("two/2024",), ("own/2024",), ("rulebooks/two/2024.yaml",)):
        found = [each for each in _problems("check", *words) if each["code"] == "unknown-code"]
        assert [each["file"] for each in found] == [PLACE]


@pytest.mark.parametrize("written", ["2024", "2024.yaml", "rulebooks/own/2024.yaml"])
@pytest.mark.parametrize(("language", "hint"), [("it", "c'è `own/2024@"), ("en", "there is `own/")])
def test_a_base_by_its_edition_or_its_file_is_named_as_it_is_extended(
    written: str, language: str, hint: str, folder: Path
):
    """The file lies beside the new one, so that its name is what people write."""
    make_library(folder, status="draft")
    text = (folder / PLACE).read_text("utf-8")
    text = text.replace('"2024"', '"2025"').split("rules:")[0] + f"extends: {written}\n"
    write(folder / "rulebooks/own/2025.yaml", text)
    err = call("check", "rulebooks/own/2025.yaml", "--lang", language)[2]
    out = call("check", "rulebooks/own/2025.yaml", "--lang", language)[1]
    assert hint in err + out


def test_a_copy_that_extends_what_it_was_copied_from_is_one_problem(folder: Path):
    """Its edition is still that of the base: that makes the ring, and is told alone."""
    make_library(folder, status="draft")
    text = (folder / PLACE).read_text("utf-8").split("rules:")[0]
    write(folder / "rulebooks/own/2025.yaml", f"{text}extends: own/2024@1.0.0\n")
    found = _problems("check", "rulebooks/own/2025.yaml")
    assert [each["code"] for each in found] == ["rulebook-misplaced"]
    assert 'edition: "2025"' in found[0]["hint"]


@pytest.mark.parametrize(
    ("removed", "hint"),
    [("Il doppio", "`Il_doppio`"), ("rata.riga la", "`X`"), ("Il dopio", "`Il_doppio`")],
)
def test_what_is_removed_in_words_is_a_code_of_the_base(removed: str, hint: str, folder: Path):
    """No reader is shown a pattern, nor a code that the base does not have either."""
    make_library(folder, status="draft")
    base = folder / "rulebooks/own/2024.yaml"
    rule = "  Il_doppio: {label: Y, formula: A + A, source: s, evidence: seed}\n"
    write(base, base.read_text("utf-8").replace("rules:\n", f"rules:\n{rule}"))
    make_library(folder, "two", status="draft", extends="own/2024@1.0.0")
    two = folder / "rulebooks/two/2024.yaml"
    write(two, two.read_text("utf-8").split("rules:")[0] + f"remove: ['{removed}']\n")
    (problem,) = _problems("check", "rulebooks/two/2024.yaml")
    assert problem["code"] == "remove-unknown"
    assert hint in problem["hint"]
    assert "^" not in problem["hint"]


@pytest.mark.parametrize("signs", ["“”", "«»", "‘’", "„“"])
@pytest.mark.parametrize(
    "slip",
    [
        (PLACE, "report: ", "report", "own.schema.json", "schema-not-found"),
        (PLACE, "report: ", "extends", "own/2023@1.0.0", "wrong-form"),
        (PLACE, "report: ", "extends", "own/2023", "wrong-form"),
        (
            "rulebooks/own/2024.test.yaml",
            "rulebook: ",
            "rulebook",
            "own/2024",
            "examples-of-another",
        ),
        (
            "rulebooks/own/2024.test.yaml",
            "report: ",
            "report",
            "a.yaml",
            "example-report-not-found",
        ),
    ],
)
def test_printed_quotes_around_a_name(slip: tuple[str, ...], signs: str, folder: Path):
    """They are part of it, and are told as what is wrong with it."""
    file, before, key, name, code = slip
    make_library(folder)
    write(folder / "rulebooks/own/2024.test.yaml", EXAMPLES)
    written = (folder / file).read_text("utf-8")
    (line,) = [each for each in written.split("\n") if each.lstrip().startswith(before)]
    new = f"{key}: {signs[0]}{name}{signs[1]}"
    kept = f"{line}\n{new}" if key == "extends" else line[: line.index(before)] + new
    write(folder / file, written.replace(line, kept))
    for language, said in (
        ("it", f"le virgolette `{signs[0]} {signs[1]}` non valgono: scrivi `{name}`"),
        ("en", f"the quotes `{signs[0]} {signs[1]}` do not count here: write `{name}`"),
    ):
        out = call("check", PLACE, "--lang", language, "--format", "json")[1]
        found = [each for each in json.loads(out)["problems"] if each["code"] == code]
        # of what is extended the version is needed too, and told instead
        is_whole = key != "extends" or "@" in name
        assert [each["hint"] == said for each in found] == [is_whole]


@pytest.mark.parametrize("name", ["own/2024", "own/2024@1.0.0"])
def test_printed_quotes_around_a_reference_of_a_report(name: str, folder: Path):
    """A report that names its rulebook so is told which quotes to leave out."""
    make_library(folder)
    write(folder / "a.yaml", f"rulebook: “{name}”\nfields: {{A: 1}}\n")
    err = call("evaluate", "a.yaml", "--lang", "it")[2]
    assert f"le virgolette `“ ”` non valgono: scrivi `{name}`" in err
