"""Folders with many rulebooks: what each reads of the others is read once, not once for each."""

from collections import Counter
from pathlib import Path

import pytest

import ruletrail
from ruletrail.library import sources
from ruletrail.library.listings import find_repeated, list_rulebooks
from ruletrail.library.sources import Head, Library, Source
from ruletrail.service import shelves
from ruletrail.service.shelves import build_shelf
from support.command_line import call
from support.library_folders import make_library, write

COUNT = 12
OVERLAY = "rules:\n  X: {label: X, formula: A * 3, source: s, evidence: seed}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return make_library(tmp_path)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often each file's head is read."""
    counted: Counter[str] = Counter()
    read_head = sources.read_head

    def count(source: Source) -> Head | None:
        counted[source.path.name] += 1
        return read_head(source)

    monkeypatch.setattr(sources, "read_head", count)
    return counted


def _lay_editions(folder: Path, base: str) -> None:
    first = (folder / "rulebooks/own/2024.yaml").read_text("utf-8")
    head = first.partition("rules:")[0]
    for number in range(COUNT):
        text = head.replace('"2024"', f'"e{number}"') + f"extends: {base}\n" + OVERLAY
        write(
            folder / f"rulebooks/own/e{number}.yaml", text.replace("sources: {s: {title: S}}\n", "")
        )


@pytest.mark.parametrize("base", ["own/2024@1.0.0", "own/2023@1.0.0"])
def test_check_of_a_library_reads_each_head_a_few_times(
    base: str, folder: Path, reads: Counter[str]
):
    """Neighbours of one name, and what there is to extend, were listed anew for each edition."""
    _lay_editions(folder, base)
    call("check")
    assert len(reads) > COUNT
    assert max(reads.values()) < COUNT


def test_check_of_any_folder_reads_each_head_a_few_times(
    folder: Path, reads: Counter[str], monkeypatch: pytest.MonkeyPatch
):
    """There the base is looked for among all that lie beside."""
    _lay_editions(folder, "own/2024@1.0.0")
    (folder / "rulebooks/own").rename(folder / "plain")
    write(folder / "plain/own.schema.json", (folder / "schemas/own.schema.json").read_text("utf-8"))
    monkeypatch.chdir(folder / "plain")
    (folder / "rulebooks").rmdir()
    status, _, err = call("check", ".")
    assert (status, "error" in err) == (0, False), err
    assert max(reads.values()) < COUNT


def test_what_is_mended_is_read_again(folder: Path):
    """Nothing that a command remembers outlives what it writes."""
    _lay_editions(folder, "own/2024@1.0.0")
    place = folder / "rulebooks/own/e1.yaml"
    write(place, place.read_text("utf-8").replace("status: published", "status:\u00a0published"))
    status, _, err = call("check", "--fix", "--lang", "en")
    assert "1 problem mended" in err
    assert status == 0, err


def test_a_program_that_goes_on_remembers_nothing(folder: Path):
    """Files change between two calls in one process."""
    _lay_editions(folder, "own/2024@1.0.0")
    call("check")
    _lay_editions(folder, "own/2023@1.0.0")
    status, _, err = call("check")
    assert (status, "extends-unknown" in err) == (1, True)
    assert ruletrail.load("own/2024")


def test_versions_are_compared_with_their_like(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Of hundreds of versions of one edition none is a copy of another version."""
    text = (folder / "rulebooks/own/2024.yaml").read_text("utf-8")
    for number in range(1, COUNT):
        other = text.replace("version: 1.0.0", f"version: 1.{number}.0")
        write(folder / f"rulebooks/own/2024@1.{number}.0.yaml", other)
    known = list_rulebooks(Library(folder / "rulebooks", folder / "schemas"))
    assert len(known) == COUNT
    monkeypatch.setattr("ruletrail.library.listings._is_same", pytest.fail)
    assert list(find_repeated(known)) == []


def test_a_shelf_looks_among_the_versions_of_one_reference(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """A service with thousands of rulebooks went through all of them for each."""
    _lay_editions(folder, "own/2024@1.0.0")
    found = list_rulebooks(Library(folder / "rulebooks", folder / "schemas"))
    sizes: list[int] = []
    find_listing = shelves.find_listing

    def count(*given: object, **more: object) -> object:
        known = given[2]
        assert isinstance(known, list)
        sizes.append(len(known))
        return find_listing(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(shelves, "find_listing", count)
    broken = tuple(shelves.Broken(each.source.shown, each, ()) for each in found)
    assert len(build_shelf((), {}, broken).listings) == COUNT + 1
    assert set(sizes) == {1}
