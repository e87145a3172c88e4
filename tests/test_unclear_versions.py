"""A file among the versions of an edition that does not say well whether it answers.

No older version answers in its place without a word; `list` tells of it, and of what it cannot
read.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from ruletrail import files
from ruletrail.problems import ProblemsError
from support.command_line import call
from support.library_folders import make_library, write

OLDER, NEWER = "rulebooks/own/2024.yaml", "rulebooks/own/2024@1.1.0.yaml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Begin a library with one version, and make the newer one's text known by its keys."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "report.yaml", "rulebook: own/2024\nfields: {A: 2}\n")
    return make_library(tmp_path, in_force="{from: 2023-01-01}")


def _newer(folder: Path, old: str = "", new: str = "") -> None:
    text = (folder / OLDER).read_text("utf-8").replace("version: 1.0.0", "version: 1.1.0")
    assert old in text
    write(folder / NEWER, text.replace(old, new, 1) if old else text)


UNCLEAR = {
    "status": ("status: published", "status: publishd"),
    "no status": ("status: published\n", ""),
    "two of status": ("status: published", "status: draft\nstatus: published"),
    "day": ("{from: 2023-01-01}", "{from: 2024-1-1}"),
    "day of another order": ("{from: 2023-01-01}", "{from: 01/01/2024}"),
    "end": ("{from: 2023-01-01}", "{from: 2023-01-01, to: 31/12/2029}"),
    "end before the beginning": ("{from: 2023-01-01}", "{from: 2023-02-01, to: 2023-01-01}"),
    "two days": ("{from: 2023-01-01}", "{from: 2023-01-01, from: 2024-01-01}"),
    "no day": ("{from: 2023-01-01}", "{since: 2023-01-01}"),
    "version": ("version: 1.1.0", "version: 1.1"),
    "name": ("rulebook: own", "rulebook: Own"),
    "edition": ('edition: "2024"', 'edition: "20 24"'),
    "syntax": ("version: 1.1.0", "version: [1.1.0"),
    "two documents": ("language: 1", "--- a\n--- b\nlanguage: 1"),
}


@pytest.mark.parametrize("fault", UNCLEAR)
def test_no_older_version_answers_in_its_place(fault: str, folder: Path):
    """What is wrong is told at its place in that file; a pin to another one is answered."""
    _newer(folder, *UNCLEAR[fault])
    for day in ([], ["--as-of", "2024-06-01"]):
        status, out, err = call("evaluate", "report.yaml", "--brief", *day)
        assert (status, out) == (2, ""), err
        assert f"{NEWER}:" in err
    status, _, err = call("evaluate", "report.yaml", "--rulebook", "own/2024@1.0.0")
    assert status == 0, err


@pytest.mark.parametrize("fault", UNCLEAR)
def test_list_tells_of_it(fault: str, folder: Path):
    """And says of no version that it answers, because none does."""
    _newer(folder, *UNCLEAR[fault])
    status, out, err = call("list", "--format", "json")
    assert status == 1
    own = [each for each in json.loads(out)["rulebooks"] if each["reference"][:4] == "own/"]
    assert own
    assert not any(each["answers_without_version"] for each in own)
    assert NEWER in {each["file"] for each in json.loads(err)["problems"]}


def test_a_draft_needs_no_day(folder: Path):
    """What is being written says so, and stands in nobody's way."""
    _newer(folder, "published", "draft")
    text = (folder / NEWER).read_text("utf-8")
    write(folder / NEWER, text.replace("in_force: {from: 2023-01-01}\n", ""))
    assert ruletrail.load("own/2024").reference == "own/2024@1.0.0"
    assert call("list")[0] == 0


DRAFTS = {
    "day": UNCLEAR["day"],
    "version": UNCLEAR["version"],
    "no version": ("version: 1.1.0\n", ""),
    "version of another name": ("version: 1.1.0", "version: 1.2.0"),
    "name": UNCLEAR["name"],
    "breaks off": ("A * 2", "[A * 2"),
    "breaks off, in quotes": ("status: draft\n", "'status' : \"draft\"  # for now\nnote: [\n"),
}


@pytest.mark.parametrize("fault", DRAFTS)
def test_a_draft_that_is_being_written_stops_nobody_else(fault: str, folder: Path):
    """Whoever pins no version has the published one; `check` and its own pin tell what is wrong."""
    _newer(folder, "published", "draft")
    text = (folder / NEWER).read_text("utf-8")
    old, new = DRAFTS[fault]
    assert old in text
    write(folder / NEWER, text.replace(old, new, 1))
    assert ruletrail.load("own/2024").reference == "own/2024@1.0.0"
    _, out, _ = call("list", "--format", "json")
    answering = [each["file"] for each in _own(out) if each["answers_without_version"]]
    assert answering == [str(folder / OLDER)]
    _, out, _ = call("check", "--format", "json")
    errors = [each for each in json.loads(out)["problems"] if each["severity"] == "error"]
    assert {each["file"] for each in errors} == {NEWER}
    status, _, err = call("evaluate", "report.yaml", "--rulebook", "own/2024@1.1.0")
    assert (status, f"{NEWER}:" in err) == (2, True), err


UNSURE = {
    "two": ("status: draft", "status: published\nstatus: draft\nnote: ["),
    "deeper": ("status: draft", "note: [\n  status: draft"),
    "another word": ("status: draft", "status: drafted\nnote: ["),
    "published": ("status: draft", "status: published\nnote: ["),
}


@pytest.mark.parametrize("fault", UNSURE)
def test_what_does_not_plainly_say_that_it_is_a_draft_stops_them(fault: str, folder: Path):
    """It may be the version that has to answer."""
    _newer(folder, "published", "draft")
    text = (folder / NEWER).read_text("utf-8")
    write(folder / NEWER, text.replace(*UNSURE[fault], 1))
    with pytest.raises(ProblemsError) as caught:
        ruletrail.load("own/2024")
    assert {each.mark.file for each in caught.value.problems} == {NEWER}


def test_a_draft_that_breaks_off_is_told_where_nothing_is_published(folder: Path):
    """Then it may be the very one that is asked for."""
    text = (folder / OLDER).read_text("utf-8").replace("published", "draft")
    write(folder / OLDER, text)
    _newer(folder, "A * 2", "[A * 2")
    with pytest.raises(ProblemsError) as caught:
        ruletrail.load("own/2024")
    assert {each.mark.file for each in caught.value.problems} == {NEWER}


def test_its_author_is_told_all_that_is_wrong(folder: Path):
    """By the name of an edition that has no other version."""
    text = (folder / OLDER).read_text("utf-8")
    write(folder / OLDER, text.replace("published", "publishd").replace("A * 2", "B * 2"))
    status, out, _ = call("check", "own/2024", "--format", "json")
    codes = {each["code"] for each in json.loads(out)["problems"]}
    assert (status, "version-unclear" in codes) == (1, False)
    write(folder / OLDER, text.replace("version: 1.0.0", "version: [1.0.0"))
    status, out, _ = call("check", "own/2024", "--format", "json")
    assert [each["file"] for each in json.loads(out)["problems"]] == [OLDER]


def test_a_file_of_another_version_than_its_name_answers_nobody(folder: Path):
    """The trail would name a version that no reference finds."""
    _newer(folder, "version: 1.1.0", "version: 1.2.0")
    with pytest.raises(ProblemsError) as caught:
        ruletrail.load("own/2024")
    assert [each.code for each in caught.value.problems] == ["rulebook-misplaced"]


@pytest.mark.parametrize("place", ["rulebooks/other/2024.yaml", "rulebooks/own/2025.yaml"])
def test_what_no_reference_finds_is_no_second_place(place: str, folder: Path):
    """The one that lies right answers, and `list` and `check` say no other of it."""
    write(folder / place, (folder / OLDER).read_text("utf-8"))
    assert ruletrail.load("own/2024").reference == "own/2024@1.0.0"
    _, out, err = call("list", "--format", "json")
    answers = {Path(each["file"]): each["answers_without_version"] for each in _own(out)}
    assert answers == {folder / OLDER: True, folder / place: False}
    assert [each["code"] for each in json.loads(err)["problems"]] == ["rulebook-misplaced"]
    _, out, _ = call("check", "--format", "json")
    assert "rulebook-in-two-places" not in {each["code"] for each in json.loads(out)["problems"]}


def _own(out: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(out)["rulebooks"]
    return [each for each in listed if each["found"] == "nearest"]


KINDS = {
    "pipe": os.mkfifo,
    "folder": os.mkdir,
    "broken link": lambda path: path.symlink_to("absent"),
    "ring": lambda path: path.symlink_to(path.name),
    "link that leads out": lambda path: path.symlink_to("/etc/hostname"),
    "empty": lambda path: path.write_text(""),
    "list": lambda path: path.write_text("- a\n"),
    "no text": lambda path: path.write_bytes(b"language: 1\n\xff"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_list_passes_over_nothing(kind: str, folder: Path):
    """Whatever bears the name of a rulebook is listed or told, and waited for by nobody."""
    KINDS[kind](folder / NEWER)
    status, _, err = call("list", "--format", "json")
    assert status == 1
    assert [each["file"] for each in json.loads(err)["problems"]] == [NEWER]
    assert call("evaluate", "report.yaml", "--brief")[0] == 2


def test_a_folder_that_cannot_be_listed_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """What it holds is passed over by no command, nor said to be nothing."""
    make_library(folder, "closed")
    closed, listing = folder / "rulebooks/closed", os.listdir

    def refuse(path: Any = ".") -> list[str]:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return listing(path)

    monkeypatch.setattr(os, "listdir", refuse)
    for words in (["list"], ["check"], ["evaluate", "report.yaml", "--rulebook", "closed/2024"]):
        status, out, err = call(*words, "--format", "json")
        assert status != 0, words
        assert "rulebooks/closed" in (err or out), words


def test_no_edition_is_called_like_what_lies_beside_another(folder: Path):
    """`2024.test.yaml` would be the examples of `2024`: no reference would find the rulebook."""
    for end in ("test", "layout"):
        status, _, err = call("new", f"own/2025.{end}")
        assert (status, "`own/2025`" in err) == (2, True), err
        assert not list(folder.glob("rulebooks/own/2025*"))


def test_a_schema_in_a_closed_folder_is_not_sought_elsewhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Another library's schema of the same name would be taken for it without a word."""
    make_library(folder / "other", "other")
    closed = folder / "schemas/own.schema.json"
    closed.unlink()
    monkeypatch.setattr("ruletrail.library.named_files.is_hidden", lambda path: path == closed)
    with pytest.raises(ProblemsError) as caught:
        ruletrail.load("own/2024", library=[folder, folder / "other"])
    (problem,) = caught.value.problems
    assert (problem.code, problem.mark.file) == ("file-unreadable", "schemas/own.schema.json")


def test_what_the_user_may_not_see_is_told_from_what_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The system refuses to say; of a name that it knows nothing of it says so."""
    assert not files.is_hidden(tmp_path / "absent")
    assert not files.is_hidden(Path("a\0b"))

    def refuse(path: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "stat", refuse)
    assert files.is_hidden(tmp_path / "absent")


@pytest.mark.parametrize("fault", ["syntax", "status", "version"])
def test_a_base_that_is_unclear_is_not_said_to_be_none(fault: str, folder: Path):
    """What is wrong stands in the base, and is told there."""
    text = (folder / OLDER).read_text("utf-8").replace("version: 1.0.0", "version: 1.1.0")
    write(
        folder / "rulebooks/own/base.yaml", text.replace(*UNCLEAR[fault]).replace('"2024"', "base")
    )
    over = text.partition("sources:")[0].replace('"2024"', "over")
    write(folder / "rulebooks/own/over.yaml", over + "extends: own/base@1.1.0\nrules: {}\n")
    status, out, _ = call("check", "own/over", "--format", "json")
    found = {each["file"] for each in json.loads(out)["problems"] if each["severity"] == "error"}
    assert (status, found) == (1, {"rulebooks/own/base.yaml"})
