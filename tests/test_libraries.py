"""Where rulebooks are found: the order of libraries, two places, packages, settings, folders."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

import ruletrail
from ruletrail.library import places, source_of_path
from ruletrail.library.cached_loading import find_entry, load_linked
from ruletrail.library.sources import Library, shipped_library
from ruletrail.problems import ProblemsError
from support.command_line import call
from support.library_folders import SCHEMA, make_library, plant, write
from support.places import EXAMPLES, ROOT

PACKAGE = EXAMPLES / "own-rulebooks"
REPORT = "rulebook: {}\nfields: {{A: 2}}\n"


def codes(out: str) -> list[str]:
    return [problem["code"] for problem in json.loads(out)["problems"]]


def value_of(out: str) -> str:
    return str(json.loads(out)["result"]["values"]["X"])


WAYS = ("option", "environment", "nearest", "below", "settings")


@pytest.fixture(params=WAYS)
def way(
    request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, ...]:
    """Make `own/2024` known in each of the ways that need no package; gives words to add."""
    place = folder if request.param in ("nearest", "below") else folder / "elsewhere"
    make_library(place)
    write(folder / "report.yaml", REPORT.format("own/2024"))
    match request.param:
        case "option":
            return ("--library", "elsewhere")
        case "environment":
            monkeypatch.setenv(places.VARIABLE, os.pathsep.join(["", str(place), ""]))
        case "below":
            (folder / "deep/er").mkdir(parents=True)
            shutil.copy(folder / "report.yaml", folder / "deep/er/report.yaml")
            monkeypatch.chdir(folder / "deep/er")
        case "settings":
            (place / "rulebooks").rename(folder / "regole")
            (place / "schemas").rename(folder / "moduli")
            write(folder / "ruletrail.toml", 'rulebooks = "regole"\nschemas = "moduli"\n')
    return ()


def test_every_command_sees_a_library(way: tuple[str, ...], folder: Path):
    """By reference on the command line and in documents, however the library is named."""
    status, out, _ = call("evaluate", "report.yaml", "--format", "json", *way)
    assert (status, value_of(out)) == (0, "4")
    trail = folder / "trail.json"
    trail.write_text(out, "utf-8")
    rows = write(folder / "rows.jsonl", '{"rulebook": "own/2024", "fields": {"A": 3}}\n')
    listed = json.loads(call("list", "--format", "json", *way)[1])["rulebooks"]
    assert "own/2024@1.0.0" in [each["reference"] for each in listed]
    for words, shown in (
        (("show", "own/2024"), "title: Times 2"),
        (("docs", "own/2024"), "Times 2"),
        (("graph", "own/2024"), "X"),
        (("check", "own/2024"), "published-unrecorded"),
        (("explain", "report.yaml", "X"), "X"),
        (("verify", trail, "--replay"), "own/2024@1.0.0"),
        (("schema", "report", "own/2024"), '"fields"'),
    ):
        status, out, err = call(*words, *way)
        assert status == 0, (words, err)
        assert shown in out + err, words
    assert call("batch", rows, "-o", folder / "out.jsonl", *way)[0] == 0
    assert json.loads((folder / "out.jsonl").read_text("utf-8"))["values"] == {"X": "6"}


def test_test_sees_a_library(way: tuple[str, ...]):
    """`test` finds the rulebook too, and says that it has no examples."""
    status, out, _ = call("test", "own/2024", "--format", "json", *way)
    assert (status, codes(out)) == (2, ["examples-not-found"])


def test_a_folder_may_hold_rulebooks_without_examples(folder: Path):
    """They are named beside those that were tested; where none has any, that is a problem."""
    rulebooks = make_library(folder / "elsewhere") / "rulebooks"
    first = (rulebooks / "own" / "2024.yaml").read_text("utf-8")
    write(rulebooks / "own" / "2025.yaml", first.replace("2024", "2025", 1))
    assert call("test", "--library", folder / "elsewhere")[0] == 2
    assert "examples-not-found" in call("test", rulebooks)[2]
    example = "{name: e, report: {fields: {A: 3}}, expect: {status: complete}}"
    examples = f"test: 1\nrulebook: own/2025@1.0.0\nexamples:\n- {example}\n"
    write(rulebooks / "own" / "2025.test.yaml", examples)
    status, out, err = call("test", rulebooks)
    assert status == 0, err
    assert out.splitlines()[-1].endswith("own/2024.yaml: without examples")
    listed = json.loads(call("test", rulebooks, "--format", "json")[1])
    assert [each["rulebook"] for each in listed["rulebooks"]] == ["own/2025@1.0.0"]
    assert [Path(each).name for each in listed["without_examples"]] == ["2024.yaml"]
    assert call("test", rulebooks / "own" / "2024.yaml")[0] == 2


def test_list_says_which_version_answers(folder: Path):
    """The latest that is published, unless the edition is in two places."""
    own = make_library(folder / "elsewhere") / "rulebooks" / "own"
    text = (own / "2024.yaml").read_text("utf-8")

    def listed() -> dict[str, bool]:
        out = call("list", "--library", folder / "elsewhere", "--format", "json")[1]
        return {
            each["reference"]: each["answers_without_version"]
            for each in json.loads(out)["rulebooks"]
            if each["reference"].startswith("own/")
        }

    def line(version: str) -> str:
        out = call("list", "--library", folder / "elsewhere")[1]
        return next(each for each in out.splitlines() if f"own/2024@{version}" in each)

    assert listed() == {"own/2024@1.0.0": True}
    assert "answers" not in line("1.0.0")
    write(own / "2024@1.1.0.yaml", text.replace("1.0.0", "1.1.0"))
    assert listed() == {"own/2024@1.0.0": False, "own/2024@1.1.0": True}
    assert line("1.1.0").endswith("(answers own/2024)")
    assert "answers" not in line("1.0.0")
    draft = text.replace("1.0.0", "1.2.0").replace("published", "draft")
    write(own / "2024@1.2.0.yaml", draft)
    assert listed()["own/2024@1.1.0"]
    assert not listed()["own/2024@1.2.0"]


def test_python_sees_a_library(way: tuple[str, ...], folder: Path):
    """`load` and `list_rulebooks` take a folder or several, as text or path."""
    library: str | tuple[Path, ...] = str(folder / "elsewhere") if way else ()
    plan = ruletrail.load("own/2024", library=library)
    assert plan.evaluate({"fields": {"A": 2}}).values == {"X": 4}
    listed = ruletrail.list_rulebooks(library=library)
    assert "own/2024@1.0.0" in [str(each.reference) for each in listed]
    assert listed[-1].source.path.is_file()


def test_what_a_rulebook_extends_is_found_in_every_library(folder: Path):
    """A rulebook of one library, or outside any, extends that of another."""
    make_library(folder / "one")
    text = (folder / "one/rulebooks/own/2024.yaml").read_text("utf-8")
    head = text.partition("sources")[0].replace("own\n", "more\n")
    write(folder / "two/rulebooks/more/2024.yaml", head + "extends: own/2024@1.0.0\n")
    (folder / "two/schemas").mkdir()
    write(folder / "alone.yaml", head + "extends: own/2024@1.0.0\n")
    for asked, libraries in (("more/2024", ["one", "two"]), (Path("alone.yaml"), ["one"])):
        plan = ruletrail.load(asked, library=libraries)
        assert plan.evaluate({"fields": {"A": 2}}).values == {"X": 4}
    status, out, _ = call("check", "alone.yaml", "--format", "json")
    assert (status, codes(out)) == (1, ["schema-not-found", "extends-unknown"])


# -- Two places ------------------------------------------------------------------------------------


def _refusal(reference: str, *libraries: Path) -> tuple[str, str]:
    with pytest.raises(ProblemsError) as caught:
        ruletrail.load(reference, library=libraries)
    (problem,) = caught.value.problems
    return problem.code, problem.message("en")


@pytest.mark.parametrize("factor", [2, 3], ids=["same text", "another text"])
def test_a_reference_in_two_places_names_both(folder: Path, factor: int):
    """Nobody chooses in silence, not even between two equal texts."""
    one, two = make_library(folder / "one"), make_library(folder / "two", factor=factor)
    for reference in ("own/2024", "own/2024@1.0.0"):
        code, message = _refusal(reference, one, two)
        assert code == "rulebook-in-two-places"
        assert "`one/rulebooks/own/2024.yaml`" in message
        assert "`two/rulebooks/own/2024.yaml`" in message


def test_long_paths_of_two_places_are_shown_whole(folder: Path):
    """They may differ at either end."""
    deep = folder / ("x" * 60) / ("y" * 60)
    message = _refusal("own/2024", make_library(deep / "one"), make_library(deep / "two"))[1]
    assert f"{'y' * 60}/one/rulebooks/own/2024.yaml`" in message


def test_the_shipped_library_is_no_exception(folder: Path):
    """A rulebook of one's own under the name of a shipped one is a second place."""
    own = make_library(folder / "one", "sociale")
    assert _refusal("sociale/2024", own)[0] == "rulebook-in-two-places"


def test_a_version_in_one_place_answers_when_it_is_pinned(folder: Path):
    """Other versions of the edition elsewhere do not matter then."""
    one = make_library(folder / "one")
    two = make_library(folder / "two", factor=3, version="1.1.0")
    assert _refusal("own/2024", one, two)[0] == "rulebook-in-two-places"
    plan = ruletrail.load("own/2024@1.1.0", library=[one, two])
    assert plan.evaluate({"fields": {"A": 2}}).values == {"X": 6}


def test_a_draft_of_the_published_version_is_a_second_place_of_it(folder: Path):
    """Whoever asks: what a trail says of its rulebook would be found by nobody."""
    one, two = make_library(folder / "one"), make_library(folder / "two", factor=3)
    draft = two / "rulebooks/own/2024.yaml"
    draft.write_text(
        draft.read_text("utf-8").replace("status: published", "status: draft"), "utf-8"
    )
    for reference in ("own/2024", "own/2024@1.0.0"):
        code, message = _refusal(reference, one, two)
        assert code == "rulebook-in-two-places"
        assert "`one/rulebooks/own/2024.yaml`" in message
        assert "`two/rulebooks/own/2024.yaml`" in message
    text = call("list", "--library", one, "--library", two)[1]
    assert "answers own/2024" not in text


def test_two_files_of_one_library_are_two_places(folder: Path):
    """`2024.yaml` and `2024@1.0.0.yaml` may not say that they are one version."""
    one = make_library(folder / "one")
    book = one / "rulebooks/own/2024.yaml"
    shutil.copy(book, book.with_name("2024@1.0.0.yaml"))
    assert _refusal("own/2024", one)[0] == "rulebook-in-two-places"
    (one / "rulebooks/own/2024@1.0.0.yaml").unlink()
    (one / "rulebooks/own/2024@1.0.0.yaml").symlink_to("2024.yaml")
    assert ruletrail.load("own/2024", library=one).reference == "own/2024@1.0.0"


def test_what_is_extended_may_not_lie_in_two_places(folder: Path):
    """The base decides the answer as much as the rulebook does."""
    one, two = make_library(folder / "one"), make_library(folder / "two", factor=3)
    text = (one / "rulebooks/own/2024.yaml").read_text("utf-8").partition("sources")[0]
    path = write(folder / "r.yaml", text.replace("own\n", "r\n") + "extends: own/2024@1.0.0\n")
    with pytest.raises(ProblemsError) as caught:
        ruletrail.load(path, library=[one, two])
    assert [problem.code for problem in caught.value.problems] == ["rulebook-in-two-places"]


def test_a_library_that_nobody_asks_answers_for_itself(folder: Path):
    """A rulebook given by path takes its base from beside it, as in the export of a record."""
    one, two = make_library(folder / "one"), make_library(folder / "two", factor=3)
    text = (one / "rulebooks/own/2024.yaml").read_text("utf-8").partition("sources")[0]
    path = one / "rulebooks/r/2024.yaml"
    write(path, text.replace("own\n", "r\n") + "extends: own/2024@1.0.0\n")
    assert ruletrail.load(path, library=two).evaluate({"fields": {"A": 2}}).values == {"X": 4}
    with pytest.raises(ProblemsError):
        ruletrail.load(path, library=[one, two])


def test_one_library_under_two_names_is_one_place(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Through a link, by the option and by the working folder."""
    make_library(folder / "one")
    (folder / "link").symlink_to("one")
    monkeypatch.chdir(folder / "one")
    plan = ruletrail.load("own/2024", library=[folder / "link", folder / "one"])
    assert plan.reference == "own/2024@1.0.0"


def test_a_checkout_is_a_copy_of_the_shipped_library(folder: Path):
    """The same texts and the same record of what is published: there is nothing to choose."""
    shipped = shipped_library()
    shutil.copytree(shipped.rulebooks, folder / "rulebooks")
    shutil.copytree(shipped.schemas, folder / "schemas")
    assert ruletrail.load("sociale/2024@1.0.1").reference == "sociale/2024@1.0.1"
    book = folder / "rulebooks/sociale/2024.yaml"
    book.write_text(book.read_text("utf-8") + "# edited\n", "utf-8")
    assert _refusal("sociale/2024@1.0.1")[0] == "rulebook-in-two-places"


def test_copies_of_several_versions_are_copies(folder: Path):
    """Each version answers as its own copy does; one that is in one of them only does not."""
    one = make_library(folder / "one")
    book = (one / "rulebooks/own/2024.yaml").read_text("utf-8")
    later = book.replace("1.0.0", "1.1.0").replace("2024-01-01", "2024-07-01")
    write(one / "rulebooks/own/2024@1.1.0.yaml", later)
    assert call("check", "--record", "one")[0] == 0
    shutil.copytree(one, folder / "two")
    libraries = [one, folder / "two"]
    assert ruletrail.load("own/2024", library=libraries).reference == "own/2024@1.1.0"
    assert ruletrail.load("own/2024@1.0.0", library=libraries).reference == "own/2024@1.0.0"
    assert call("list", "--library", "one", "--library", "two")[0] == 0
    write(folder / "two/rulebooks/own/2024@1.2.0.yaml", later.replace("1.1.0", "1.2.0"))
    assert _refusal("own/2024", *libraries)[0] == "rulebook-in-two-places"


def test_list_shows_where_each_lies_and_what_lies_twice(folder: Path):
    """Both are listed; the problem is said beside the list, with status 1."""
    make_library(folder / "one")
    make_library(folder / "two", factor=3)
    words = ("list", "--library", "one", "--library", "two")
    status, out, err = call(*words)
    assert status == 1
    assert out.count("own/2024@1.0.0") == 2
    assert "one/rulebooks (--library)" in out
    assert "(with ruletrail)" in out
    assert "`one/rulebooks/own/2024.yaml` and `two/rulebooks/own/2024.yaml`" in err
    status, out, err = call(*words, "--format", "json")
    found = json.loads(out)["rulebooks"]
    assert [each["found"] for each in found] == ["given", "given", "shipped", "shipped"]
    assert found[0]["file"] == str(Path("one/rulebooks/own/2024.yaml"))
    assert codes(err) == ["rulebook-in-two-places"]


def test_a_draft_is_no_second_place_of_what_is_published(folder: Path):
    """It answers nobody who does not pin it; of two drafts, and two published, none is chosen."""
    one = make_library(folder / "one")
    two = make_library(folder / "two", factor=3, version="1.1.0", status="draft")
    words = ("--library", "one", "--library", "two")
    assert ruletrail.load("own/2024", library=[one, two]).reference == "own/2024@1.0.0"
    assert call("list", *words)[0] == 0
    make_library(folder / "one", status="draft")
    assert call("list", *words)[0] == 1
    assert _refusal("own/2024", one, two)[0] == "rulebook-in-two-places"
    assert codes(call("check", "own/2024", *words, "--format", "json")[1]) == [
        "rulebook-in-two-places"
    ]


def test_list_shows_an_edition_that_two_libraries_publish(folder: Path):
    """Whoever asks for it without a version is refused, so its owner is told, once."""
    make_library(folder / "one")
    make_library(folder / "two", version="1.1.0")
    write(
        folder / "two/rulebooks/own/2024@1.2.0.yaml",
        (folder / "two/rulebooks/own/2024.yaml").read_text("utf-8").replace("1.1.0", "1.2.0"),
    )
    status, _, err = call("list", "--library", "one", "--library", "two", "--format", "json")
    (problem,) = json.loads(err)["problems"]
    assert (status, problem["code"]) == (1, "rulebook-in-two-places")
    assert "`own/2024`" in problem["message"]


DRAFT_COMMANDS = (
    ("check", "own/2024"),
    ("test", "own/2024"),
    ("show", "own/2024"),
    ("show", "own/2024", "--resolved"),
    ("docs", "own/2024"),
    ("graph", "own/2024"),
    ("schema", "report", "own/2024"),
)


@pytest.mark.parametrize("words", DRAFT_COMMANDS, ids=lambda words: words[0])
def test_an_author_reads_a_draft_by_its_name(words: tuple[str, ...], folder: Path):
    """Its text is not an answer to a report, so no version need be pinned to see it."""
    make_library(folder, status="draft")
    test = "test: 1\nrulebook: own/2024\nexamples:\n  - {name: a, report: {fields: {A: 2}}, "
    write(folder / "rulebooks/own/2024.test.yaml", test + "expect: {values: {X: 4}}}\n")
    status, _, err = call(*words)
    assert (status, err) == (0, "")


@pytest.mark.parametrize(
    "words",
    [
        ("evaluate", "report.yaml"),
        ("evaluate", "report.yaml", "--rulebook", "own/2024"),
        ("explain", "report.yaml", "X"),
        ("batch", "rows.jsonl", "-o", "out.jsonl", "--rulebook", "own/2024"),
        ("read", "form.txt", "--rulebook", "own/2024"),
    ],
    ids=" ".join,
)
def test_a_draft_answers_no_report_by_its_name(words: tuple[str, ...], folder: Path):
    """What it says may change tomorrow: whoever wants it all the same pins it."""
    make_library(folder, status="draft")
    write(folder / "report.yaml", REPORT.format("own/2024"))
    write(folder / "rows.jsonl", '{"fields": {"A": 3}}\n')
    write(folder / "form.txt", "A 3\n")
    status, out, err = call(*words, "--lang", "en")
    assert (status, out) == (2, "")
    assert "[rulebook-draft]" in err
    assert "own/2024@1.0.0" in err


def test_a_draft_that_is_not_in_force_does_not_answer_on_that_day(folder: Path):
    """`--as-of` means the same of drafts."""
    make_library(folder, status="draft")
    assert call("show", "own/2024", "--as-of", "2024-05-01")[0] == 0
    status, _, err = call("show", "own/2024", "--as-of", "2023-05-01")
    assert (status, "[rulebook-not-in-force]" in err) == (2, True)


UNREADABLE = {
    "bracket": ("title: ", "title: [", "yaml-syntax"),
    "indented": ("status: ", "  status: ", "yaml-syntax"),
    "name": ("rulebook: ", "rulebok: ", "unknown-key"),
}


@pytest.mark.parametrize("slip", UNREADABLE)
@pytest.mark.parametrize("words", [("check", "own/2024"), ("show", "own/2024"), ("evaluate", "r")])
def test_a_rulebook_that_cannot_be_read_is_there(words: tuple[str, ...], slip: str, folder: Path):
    """Its author learns what is wrong with it, not that there is none of this name."""
    make_library(folder)
    book, (old, new, code) = folder / "rulebooks/own/2024.yaml", UNREADABLE[slip]
    write(book, book.read_text(encoding="utf-8").replace(old, new, 1))
    write(folder / "r", REPORT.format("own/2024"))
    status, _, err = call(*words, "--lang", "en")
    assert status != 0
    # whoever did not write it learns only that it does not say which one it is
    is_of_head, is_author = slip == "name", words[0] != "evaluate"
    assert f"[{code if is_author or not is_of_head else 'version-unclear'}]" in err
    assert "rulebook-unknown" not in err
    # the list cannot name it, and says why
    status, out, err = call("list", "--lang", "en")
    assert status == 1
    assert f"[{'version-unclear' if is_of_head else code}]" in err
    assert "own/2024" not in out


def test_an_unreadable_version_is_no_other_one(folder: Path):
    """It may be what answers; a report that pins another one, and its author, ask for that."""
    make_library(folder)
    book = folder / "rulebooks/own/2024.yaml"
    write(folder / "rulebooks/own/2024@1.0.0.yaml", text := book.read_text(encoding="utf-8"))
    write(book, text.replace("version: 1.0.0", "version: 1.0.1\nnote: {"))
    write(folder / "r", REPORT.format("own/2024"))
    status, _, err = call("evaluate", "r")
    assert (status, "own/2024.yaml" in err, "[yaml-syntax]" in err) == (2, True, True)
    write(folder / "r", REPORT.format("own/2024@1.0.0"))
    assert call("evaluate", "r", "--format", "json")[0] == 0
    assert "[yaml-syntax]" in call("check", "own/2024")[2]
    assert call("check", "own/2024@1.0.0")[0] == 0


def test_what_is_extended_and_cannot_be_read_is_told(folder: Path):
    make_library(folder)
    book = folder / "rulebooks/own/2024.yaml"
    text = book.read_text(encoding="utf-8")
    later = text.replace('"2024"', '"2025"').replace(
        "title: ", "extends: own/2024@1.0.0\ntitle: ", 1
    )
    write(folder / "rulebooks/own/2025.yaml", later)
    write(book, text.replace("title: ", "title: {", 1))
    err = call("check", "own/2025")[2]
    assert "own/2024.yaml" in err
    assert ("[yaml-syntax]" in err, "extends-unknown" in err) == (True, False)


def test_check_of_everything_says_what_lies_twice(folder: Path):
    """An author learns of it before a report does; a rulebook that is named alone is let be."""
    make_library(folder, "sociale")
    book = folder / "rulebooks/sociale/2024.yaml"
    status, out, _ = call("check", "--format", "json")
    (problem,) = [each for each in json.loads(out)["problems"] if "places" in each["code"]]
    assert (status, problem["code"]) == (1, "rulebook-in-two-places")
    assert "rulebooks/sociale/2024.yaml`" in problem["message"]
    assert "rulebook-in-two-places" not in codes(call("check", book, "--format", "json")[1])


def test_libraries_with_one_reference_share_no_plan(folder: Path):
    """A plan of the cache is found by texts and names; another library gives another plan."""
    entries, values = [], []
    for name, factor in (("one", 2), ("two", 3)):
        library = make_library(folder / name, factor=factor)
        plan = ruletrail.load("own/2024", library=library)
        values.append(plan.evaluate({"fields": {"A": 2}}).values["X"])
        held = Library(library / "rulebooks", library / "schemas")
        entries.append(find_entry(held.source(library / "rulebooks/own/2024.yaml")))
    assert values == [4, 6]
    assert entries[0] != entries[1]


def test_the_same_schema_elsewhere_is_the_same_plan(folder: Path):
    """A plan holds no mark of its schema, so it does not matter from where it is read."""
    library = make_library(folder / "one")
    book = library / "rulebooks/own/2024.yaml"
    source = source_of_path(book, "own/2024.yaml")
    entry, linked = find_entry(source), load_linked(source)
    shutil.copy(library / "schemas/own.schema.json", book.with_name("own.schema.json"))
    assert find_entry(source) == entry
    assert load_linked(source).schema_digest == linked.schema_digest
    (book.parent / "own.schema.json").write_text(SCHEMA.replace("number", "integer"), "utf-8")
    assert find_entry(source) != entry
    assert load_linked(source).schema_digest != linked.schema_digest


def test_the_mark_of_a_schema_is_a_path_that_is_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """In text, JSON and SARIF, by reference and by path, from any folder, also of a lint."""
    make_library(folder)
    (folder / "below").mkdir()
    schema = folder / "schemas/own.schema.json"
    unused = json.dumps({**json.loads(SCHEMA)["properties"]["fields"]["properties"], "B": {}})
    broken = SCHEMA.replace('"number"', '"intero"')
    lacking = SCHEMA.replace('{"A": {"type": "number"}}', unused.replace("{}", '{"type": "null"}'))
    read = SCHEMA.replace('{"A": {"type": "number"}}', unused.replace("{}", '{"type": "number"}'))
    for text in (SCHEMA.replace('"type"', '"type",', 1), broken, lacking, read):
        schema.write_text(text, "utf-8")
        for place in (folder, folder / "below"):
            monkeypatch.chdir(place)
            for words in ((), ("own/2024",), (str(folder / "rulebooks/own/2024.yaml"),)):
                out = call("check", *words, "--format", "json")[1]
                files = [each["file"] for each in json.loads(out)["problems"]]
                assert any((place / file).resolve() == schema for file in files), (files, text)
                out = call("check", *words, "--format", "sarif")[1]
                found = json.loads(out)["runs"][0]["results"]
                places = [each["locations"][0]["physicalLocation"] for each in found]
                uris = [each["artifactLocation"]["uri"].removeprefix("file://") for each in places]
                assert any((place / uri).resolve() == schema for uri in uris), uris


# -- Settings, and folders that are no library -----------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "code", "place"),
    [
        ('regole = "r"\n', "unknown-key", (1, 1)),
        ('# x\nrulebooks = "rulebooks"\n\n[tool]\nx = 1\n', "unknown-key", (4, 2)),
        ("rulebooks = 3\n", "wrong-type", (1, 13)),
        ('schemas = ["schemas"]\n', "wrong-type", (1, 11)),
        ('rulebooks = "../outside"\n', "library-outside", (1, 13)),
        ('"rulebooks"="/etc"\n', "library-outside", (1, 13)),
        ('rulebooks = "a//b"\n', "path-form", (1, 13)),
        ('rulebooks = ""\n', "path-form", (1, 13)),
        ('rulebooks = "absent"\n', "folder-not-found", (1, 13)),
        ('\nschemas   =  "absent"\n', "folder-not-found", (2, 14)),
        ('# a\u2028b\r\nschemas =  "absent"\r\n', "folder-not-found", (2, 12)),
        ("# a\u2028\u0085b\nx = [\n", "toml-syntax", (2, 1)),
        ('rulebooks = "a"\nrulebooks = "a"\n', "toml-syntax", (2, 16)),
        ('rulebooks = "a\n', "toml-syntax", (1, 15)),
        ("rulebooks: r\n", "toml-syntax", (1, 10)),
        ("# ours\nx = [\n", "toml-syntax", (2, 1)),
        ("# ours\nx = " + "[" * 5_000 + "\n", "toml-syntax", (2, 1)),
        ("# ours\nx = " + "{a = " * 5_000 + "\n", "toml-syntax", (2, 1)),
        ("# ours\nx = " + "9" * 5_000 + "\n# so many\n", "toml-syntax", (2, 1)),
    ],
)
def test_settings_are_strict(folder: Path, settings: str, code: str, place: tuple[int, int]):
    """What is wrong in `ruletrail.toml` is said with its place, by whatever command."""
    make_library(folder)
    write(folder / "ruletrail.toml", settings)
    status, out, _ = call("evaluate", EXAMPLES / "jesi-2024.yaml", "--format", "json")
    (problem,) = json.loads(out)["problems"]
    assert (status, problem["code"], problem["file"]) == (2, code, "ruletrail.toml")
    assert (problem["line"], problem["column"]) == place


def test_settings_may_say_nothing(folder: Path):
    """An empty file marks the folder; the names are then the usual ones."""
    make_library(folder)
    write(folder / "ruletrail.toml", "# the library of the office\n")
    assert ruletrail.load("own/2024").reference == "own/2024@1.0.0"


@pytest.mark.parametrize("kind", ["pipe", "link", "folder", "bytes"])
def test_settings_are_an_ordinary_file_of_the_folder(folder: Path, kind: str):
    """No pipe is waited for, no link followed out of the folder."""
    make_library(folder)
    place = folder / "ruletrail.toml"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "link":
        place.symlink_to(write(folder.parent / "outside.toml", 'rulebooks = "rulebooks"\n'))
    elif kind == "folder":
        place.mkdir()
    else:
        place.write_bytes(b"\xff")
    status, out, _ = call("list", "--format", "json")
    expected = {"link": "path-outside", "bytes": "not-utf8"}.get(kind, "file-unreadable")
    assert (status, codes(out)) == (2, [expected])


@pytest.mark.parametrize("asked", ["option", "environment", "python"])
def test_a_folder_that_is_named_must_be_a_library(
    folder: Path, asked: str, monkeypatch: pytest.MonkeyPatch
):
    """A wrong name is not passed over in silence."""
    if asked == "python":
        assert _refusal("sociale/2024", folder / "absent")[0] == "library-not-found"
        return
    if asked == "environment":
        monkeypatch.setenv(places.VARIABLE, str(folder / "absent"))
    words = ("--library", "absent") if asked == "option" else ()
    status, out, _ = call("list", "--format", "json", *words)
    assert (status, codes(out)) == (2, ["library-not-found"])


def test_rulebooks_alone_are_no_nearest_library(folder: Path):
    """Somebody's folder `rulebooks` changes nothing until `schemas` stands beside it."""
    make_library(folder)
    shutil.rmtree(folder / "schemas")
    assert _refusal("own/2024")[0] == "rulebook-unknown"


def test_a_link_of_a_library_may_not_lead_out_of_it(folder: Path):
    """Found by name, or in a folder that is checked whole, the file must lie below."""
    library = make_library(folder / "one")
    outside = write(folder / "secret.yaml", "language: 1\nsecret: token\n")
    (library / "rulebooks/own/2025.yaml").symlink_to(outside)
    assert _refusal("own/2025", library)[0] == "path-outside"
    for words in (("one",), ("one/rulebooks",), ("one/rulebooks/own",)):
        out = call("check", *words, "--format", "json")[1]
        assert "token" not in out
        assert "path-outside" in codes(out)


# -- Where all may write ---------------------------------------------------------------------------

MARKERS = ("ruletrail.toml", "rulebooks", "schemas", "regole", "link")


@pytest.fixture(params=MARKERS)
def planted(request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a library above the working folder, a part of which is somebody else's."""
    place = make_library(folder / "open")
    name = request.param
    if name == "ruletrail.toml":
        write(place / name, "")
    if name == "regole":
        (place / "rulebooks").rename(place / name)
        write(place / "ruletrail.toml", 'rulebooks = "regole"\n')
    if name == "link":
        (place / "rulebooks").rename(folder / "mine")
        (place / "rulebooks").symlink_to(folder / "mine")
        name = "rulebooks"
    plant(place / name, monkeypatch)
    (place / "below").mkdir()
    monkeypatch.chdir(place / "below")
    return place


def test_a_planted_library_is_refused(planted: Path):
    """Nobody named it, so nothing of it answers and nothing is written into it."""
    found = sorted(planted.rglob("*"))
    report = write(planted / "below/report.yaml", REPORT.format("own/2024"))
    for words in (("list",), ("evaluate", report), ("check", "own/2024"), ("new", "other/2024")):
        status, out, _ = call(*words, "--format", "json")
        assert (status, codes(out)) == (2, ["library-not-own"]), words
        assert str(planted) in json.loads(out)["problems"][0]["message"]
        assert "--library DIR" in json.loads(out)["problems"][0]["hint"]
    report.unlink()
    assert sorted(planted.rglob("*")) == found


def test_who_names_a_planted_library_trusts_it(planted: Path, monkeypatch: pytest.MonkeyPatch):
    """By either way; who names another library needs none that nobody named."""
    report = write(planted / "below/report.yaml", REPORT.format("own/2024"))
    assert call("evaluate", report, "--library", planted)[0] == 0
    other = make_library(planted / "below/other", "other")
    listed = json.loads(call("list", "--format", "json", "--library", other)[1])["rulebooks"]
    assert "own/2024@1.0.0" not in [each["reference"] for each in listed]
    monkeypatch.setenv(places.VARIABLE, str(other))
    assert _refusal("own/2024")[0] == "library-not-own"
    monkeypatch.setenv(places.VARIABLE, f"{planted}/below/..")
    assert call("evaluate", report)[0] == 0
    assert call("new", "third/2024", "--folder", planted)[0] == 0


def test_a_library_of_ones_own_may_lie_where_all_write(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """As may a shared one, of somebody else's, where only its group or its owner writes."""
    make_library(folder)
    folder.chmod(0o777)
    assert ruletrail.load("own/2024")
    plant(folder / "rulebooks", monkeypatch)
    folder.chmod(0o775)
    assert ruletrail.load("own/2024")


# -- Installed packages ----------------------------------------------------------------------------


def install(site: Path, value: str = "own_rules", name: str = "own-rules") -> Path:
    """Lay a package with a library into a folder, as an installer would; it fails if it is run."""
    make_library(site / "own_rules")
    write(site / "own_rules/__init__.py", "raise SystemExit('code of a package ran')\n")
    entry_points = f"[{places.GROUP}]\nown = {value}\n"
    info = site / f"{name.replace('-', '_')}-1.0.dist-info"
    write(info / "entry_points.txt", entry_points)
    write(info / "METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    return site


def test_an_installed_package_is_a_library_and_no_code(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Its folder is found by its metadata; the package itself is never imported."""
    monkeypatch.syspath_prepend(install(folder / "site"))
    assert ruletrail.load("own/2024").evaluate({"fields": {"A": 2}}).values == {"X": 4}
    status, out, _ = call("list", "--format", "json")
    assert status == 0
    listed = {each["reference"]: each for each in json.loads(out)["rulebooks"]}
    assert listed["own/2024@1.0.0"]["found"] == "package own-rules"
    assert "own_rules" not in sys.modules


def test_a_package_is_a_place_like_others(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """What it holds twice with another library is a problem, with its path."""
    monkeypatch.syspath_prepend(install(folder / "site"))
    assert "site/own_rules/rulebooks" in _refusal("own/2024", make_library(folder / "one"))[1]


@pytest.mark.parametrize(
    "value", ["absent_rules", "own_rules.absent", "json", "own_rules:x", "..", "os.path", "-"]
)
def test_an_entry_point_that_names_no_library_is_said(
    value: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """With the name of the package, and without running it."""
    monkeypatch.syspath_prepend(install(folder / "site", value))
    with pytest.raises(ProblemsError) as caught:
        ruletrail.load("sociale/2024")
    (problem,) = caught.value.problems
    assert (problem.code, problem.mark.file) == ("library-not-found", "own-rules")
    assert value in problem.message("en")


@pytest.mark.parametrize("name", ["own_rules-1.0-py3-none-any.whl", "site.zip"])
def test_a_package_in_an_archive_is_told_to_be_installed(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Python finds it there, and rulebooks are read from folders: not that it is no library."""
    site = install(folder / "site", "own_rules")
    with zipfile.ZipFile(folder / name, "w") as archive:
        for path in sorted(site.rglob("*")):
            archive.write(path, path.relative_to(site))
    monkeypatch.syspath_prepend(folder / name)
    with pytest.raises(ProblemsError) as caught:
        ruletrail.load("sociale/2024")
    (problem,) = caught.value.problems
    assert (problem.code, problem.mark.file) == ("library-not-folder", "own-rules")
    assert f"{name}`" in problem.message("en")
    assert "pip install" in problem.hint("en")
    assert "own_rules" not in sys.modules


def test_a_library_in_a_part_of_a_package(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Steps of the name are folders; that of a parent is not run either."""
    site = install(folder / "site", "own_rules.data")
    (site / "own_rules/data").mkdir()
    for name in places.FOLDERS:
        (site / "own_rules" / name).rename(site / "own_rules/data" / name)
    monkeypatch.syspath_prepend(site)
    assert ruletrail.load("own/2024").reference == "own/2024@1.0.0"


@pytest.mark.parametrize("kind", ["file", "pipe"])
def test_other_packages_cost_no_reader_of_metadata(
    kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Where no package names a library, Python's reader is not asked, nor a pipe waited for."""
    info = folder / "site/other-1.0.dist-info"
    write(info / "entry_points.txt", "[console_scripts]\nx = x:y\n")
    if kind == "pipe":
        (info / "entry_points.txt").unlink()
        os.mkfifo(info / "entry_points.txt")
    assert not list(places.find_declaring([str(folder / "site")]))
    assert not list(places.find_declaring([str(folder / "absent")]))
    monkeypatch.syspath_prepend(install(folder / "site"))
    assert list(places.find_declaring([str(folder / "site")]))


@pytest.mark.parametrize("name", ["METADATA", "PKG-INFO"])
def test_a_pipe_in_the_place_of_a_package_s_name_is_not_waited_for(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """It would be at every start of every command; the folder says the name too."""
    place = install(folder / "site", "own_rules")
    info = next(place.glob("*.dist-info"))
    for known in ("METADATA", "PKG-INFO"):
        (info / known).unlink(missing_ok=True)
    os.mkfifo(info / name)
    monkeypatch.syspath_prepend(place)
    assert ruletrail.load("own/2024").reference == "own/2024@1.0.0"


def test_a_head_of_entry_points_that_is_not_closed_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Python's reader passes over what follows, and the library would not be there, unsaid."""
    place = install(folder / "site", "own_rules")
    points = next(place.glob("*.dist-info")) / "entry_points.txt"
    text = points.read_text(encoding="utf-8")
    assert "[ruletrail.libraries]" in text
    points.write_text(text.replace("libraries]", "libraries"), encoding="utf-8")
    monkeypatch.syspath_prepend(place)
    with pytest.raises(ProblemsError) as caught:
        ruletrail.load("own/2024")
    assert [each.code for each in caught.value.problems] == ["library-metadata"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the example's wheel, as its author would, and lay it where Python finds packages."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(PACKAGE, folder / "source")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    subprocess.run(
        [*command, "--outdir", str(folder), str(folder / "source")], check=True, capture_output=True
    )
    zipfile.ZipFile(next(folder.glob("*.whl"))).extractall(folder / "site")
    return folder / "site"


def _run(site: Path, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    paths = os.pathsep.join([str(ROOT / "engine"), str(site)])
    environment: Mapping[str, str] = {**os.environ, "PYTHONPATH": paths, "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "ruletrail", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_package_of_the_examples_is_found_where_it_is_installed(site: Path, folder: Path):
    """Built with the real build tool, it makes its rulebooks known in any folder."""
    shutil.copy(PACKAGE / "report.yaml", folder)
    done = _run(site, folder, "list", "--lang", "en")
    assert "(package school-meals-rulebooks)" in done.stdout, done.stderr
    done = _run(site, folder, "evaluate", "report.yaml", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["result"]["values"] == {"quota": "50.4"}
    done = _run(site, folder, "test", "mensa/2025", "mensa/2026", "--lang", "en")
    assert (done.returncode, done.stdout.count("3 passed")) == (0, 2), done.stderr


def test_the_package_of_the_examples_is_in_order(monkeypatch: pytest.MonkeyPatch):
    """Its README's commands run in its folder, and find nothing to mend."""
    monkeypatch.chdir(PACKAGE)
    readme = (PACKAGE / "README.md").read_text("utf-8")
    commands = [line[12:] for line in readme.splitlines() if line.startswith("$ ruletrail ")]
    assert commands == ["list", "check", "test", "evaluate report.yaml"]
    for command in commands:
        status, out, err = call(*command.split())
        assert (status, err) == (0, ""), command
    assert call("check", "--strict")[1] == "no problems\n"
    assert call("test", "--threshold", "100")[0] == 0
    assert "50,40" in out


# -- check and test of a folder, or of nothing -----------------------------------------------------


def break_formula(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("A *", "A = "), "utf-8")


@pytest.mark.parametrize("words", [(), (".",), ("rulebooks",), ("rulebooks/own",)], ids=str)
@pytest.mark.parametrize("place", ["here", "below"])
def test_check_takes_a_folder_or_nothing(
    words: tuple[str, ...], place: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Everything of the nearest library, or below a folder; marks are paths from here."""
    make_library(folder)
    make_library(folder, "other")
    break_formula(folder / "rulebooks/own/2024.yaml")
    prefix = ""
    if place == "below":
        (folder / "below").mkdir()
        monkeypatch.chdir(folder / "below")
        words = tuple(f"../{word}" for word in words)
        prefix = f"{folder}/" if not words else "../"
    status, out, _ = call("check", *words, "--format", "json")
    problems = {problem["file"]: problem["code"] for problem in json.loads(out)["problems"]}
    assert status == 1
    assert problems.pop(f"{prefix}rulebooks/own/2024.yaml") == "formula-equals"
    is_all = words in ((), (".",), ("../.",), ("rulebooks",), ("../rulebooks",))
    assert set(problems.values()) == ({"published-unrecorded"} if is_all else set())


def test_check_of_any_folder_takes_what_says_language(folder: Path):
    """Reports, layouts and examples are none; hidden folders are passed over."""
    library = make_library(folder / "any")
    book = library / "rulebooks/own/2024.yaml"
    for name in ("deep/er/r.yaml", ".hidden/r.yaml", "node_modules/r.yaml"):
        write(folder / "books" / name, book.read_text("utf-8"))
        shutil.copy(library / "schemas/own.schema.json", (folder / "books" / name).parent)
    break_formula(folder / "books/deep/er/r.yaml")
    write(folder / "books/report.yaml", REPORT.format("own/2024"))
    write(folder / "books/r.layout.yaml", "language: 1\n")
    out = call("check", "books", "--format", "json")[1]
    assert [(each["file"], each["code"]) for each in json.loads(out)["problems"]] == [
        ("books/deep/er/r.yaml", "formula-equals")
    ]


@pytest.mark.parametrize("command", ["check", "test"])
def test_nothing_where_there_is_no_library(command: str, folder: Path):
    """The answer says what to name, and how to begin."""
    status, out, _ = call(command, "--format", "json")
    assert (status, codes(out)) == (2, ["rulebooks-not-found"])
    assert "ruletrail new" in json.loads(out)["problems"][0]["hint"]


def test_check_and_test_of_the_libraries_that_are_named(folder: Path):
    """Without a rulebook `--library` says what everything is."""
    assert call("new", "a/1", "--folder", "one")[0] == call("new", "b/1", "--folder", "two")[0] == 0
    words = ("--library", "one", "--library", "two")
    assert call("check", *words)[:2] == (0, "no problems\n")
    status, out, _ = call("test", *words)
    assert status == 0
    assert "a/1@0.1.0: 4 examples, 4 passed" in out
    assert "b/1@0.1.0: 4 examples, 4 passed" in out


def test_a_rulebook_that_does_not_load_keeps_no_other_from_being_tested(folder: Path):
    """The answers of the others stand on standard output, the problems beside them; status 2."""
    assert call("new", "a/1")[0] == call("new", "b/1")[0] == 0
    path = folder / "rulebooks/a/1.yaml"
    path.write_text(path.read_text("utf-8").replace("users /", "users = "), "utf-8")
    status, out, err = call("test")
    assert status == 2
    assert "b/1@0.1.0: 4 examples, 4 passed" in out
    assert "[formula-equals]" in err


def test_the_language_server_sees_the_library_around_a_document(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Wherever the editor started it; settings that are wrong are a problem of the document."""
    from ruletrail.cli.check import check_source  # noqa: PLC0415 - what the server calls
    from ruletrail.editors.diagnosing import diagnose, source_of_document  # noqa: PLC0415

    library = make_library(folder / "one")
    text = (library / "rulebooks/own/2024.yaml").read_text("utf-8").partition("sources")[0]
    base = text.replace("own\n", "draft\n").replace("published", "draft")
    path = write(folder / "one/drafts/r.yaml", base + "extends: own/2024@1.0.0\n")
    monkeypatch.chdir(folder.parent)
    source = source_of_document(path)
    assert source is not None
    assert diagnose(source, {}, check_source) == {path: []}
    write(folder / "one/ruletrail.toml", "x = 1\n")
    source = source_of_document(path)
    assert source is not None
    (finding,) = diagnose(source, {}, check_source)[path]
    assert finding.problem.code == "unknown-key"


def test_what_editors_leave_beside_a_rulebook_is_none(tmp_path: Path):
    """The lock of a file that is being changed leads nowhere; nobody meant it to be checked."""
    assert call("new", "small/1", "--folder", tmp_path)[0] == 0
    beside = tmp_path / "rulebooks/small"
    (beside / ".#1.yaml").symlink_to("user@host.1:1")
    (beside / "._1.yaml").write_bytes(b"\0\5\26\7")
    (tmp_path / "rulebooks/.#1.yaml").symlink_to("user@host.1:1")
    for words in (["check", tmp_path], ["check", beside], ["test", tmp_path]):
        status, out, err = call(*words)
        assert (status, "._1" in out + err, ".#1" in out + err) == (0, False, False), (words, err)
    status, out, _ = call("list", "--library", tmp_path, "--format", "json")
    assert (status, out.count("small/1@")) == (0, 1)


def test_a_field_that_only_the_form_of_a_base_has_is_told_in_the_edition(folder: Path):
    """The base, which may be somebody else's library, is right by itself."""
    make_library(folder / "one")
    two = make_library(folder / "two", "over", extends="own/2024@1.0.0")
    place = two / "rulebooks/over/2024.yaml"
    text = place.read_text("utf-8").partition("rules:")[0]
    write(place, text.replace("sources: {s: {title: S}}\n", ""))
    schema = (two / "schemas/own.schema.json").read_text("utf-8")
    write(two / "schemas/own.schema.json", schema.replace('"A"', '"B"'))
    asked = ("check", "over/2024", "--library", "one", "--library", "two")
    _, out, _ = call(*asked, "--format", "json", "--lang", "en")
    (problem,) = [each for each in json.loads(out)["problems"] if each["severity"] == "error"]
    assert (problem["code"], problem["pointer"]) == ("unknown-code", "/report")
    assert problem["file"] == "two/rulebooks/over/2024.yaml"
    assert "no `A`, which the rulebook extended reads in `X`" in problem["message"]
    # what the edition itself misspells is told where it stands
    write(place, place.read_text("utf-8") + "rules: {X: {label: X, formula: C, source: s}}\n")
    _, out, _ = call(*asked, "--format", "json", "--lang", "en")
    places = [each["pointer"] for each in json.loads(out)["problems"]]
    assert "/rules/X/formula" in places
    assert "/report" not in places
