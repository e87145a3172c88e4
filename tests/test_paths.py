"""Names of files: what a document may name, what is never written over, what nothing waits for.

Names that documents write go through one door (`library/named_files.py`); files of ours beside an
output are written only where nothing else stands; an output is never a file that the command reads.
"""

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from ruletrail import api
from ruletrail.batches.checkpoints import Partial
from ruletrail.editors.diagnosing import source_of_document
from ruletrail.editors.names import learn
from ruletrail.files import (
    LeadsOutError,
    NotOwnError,
    NotRegularError,
    ReadOnlyError,
    is_file,
    is_folder,
    is_special,
    is_there,
    names_descriptor,
    open_inside,
    open_own,
    write_inside,
    write_whole,
)
from ruletrail.library import Library, list_rulebooks
from ruletrail.library.manifests import read_manifest
from ruletrail.library.named_files import split_name
from ruletrail.library.sources import find_head, find_schema
from ruletrail.problems import Mark, ProblemsError
from ruletrail.references import Reference, parse_reference
from support.command_line import call
from support.places import EXAMPLES, JESI, ROOT
from support.problem_documents import SCHEMA
from support.rulebooks import HEAD_TEXT
from support.signing import sign

NOTHING, FAILED = 2, 1
RULES = "rules:\n  X: {formula: A + B}\n"
WORDS = "words of somebody else's\n"

pytestmark = pytest.mark.skipif(
    not hasattr(os, "mkfifo"), reason="the system knows neither pipes among files nor their owners"
)


class WaitedError(Exception):
    """The program waited for what never comes."""


@pytest.fixture(autouse=True)
def impatient() -> Iterator[None]:
    """End what waits for a pipe; the command then ends as a defect, which no test expects."""

    def stop(*_: object) -> None:
        raise WaitedError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 60)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def library(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay a library with `prova/2024` in the place of the shipped one; gives its folder."""
    place = folder / "library"
    write(place / "rulebooks/prova/2024.yaml", HEAD_TEXT.replace("draft", "published") + IN_FORCE)
    write(place / "schemas/schema.json", SCHEMA)
    monkeypatch.setattr(
        api, "shipped_library", lambda: Library(place / "rulebooks", place / "schemas")
    )
    return place


IN_FORCE = f"in_force: {{from: 2024-01-01}}\n{RULES}"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def head(**changes: str) -> str:
    """Write the head of a small rulebook with some values changed, each as JSON."""
    text = HEAD_TEXT
    for key, value in changes.items():
        text = re.sub(f"(?m)^{key}: .*\n", "", text) + f"{key}: {json.dumps(value)}\n"
    return text


def report(rulebook: str = "prova/2024") -> str:
    return json.dumps({"rulebook": rulebook, "subject": {"n": "x"}, "fields": {"A": 1, "B": 2}})


def ask(*words: object, stdin: bytes = b"") -> tuple[int, list[str], str]:
    """Run a command; gives its status, the codes of its problems, and all that it said."""
    status, out, err = call(*words, stdin=stdin)
    return status, re.findall(r"\[([a-z-]+)\]", out + err), out + err


def make_pipe(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)
    return path


# -- The door --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("a.json", ("a.json",)),
        ("a/b c/d?.json", ("a", "b c", "d?.json")),
        ("./a", ("a",)),
        ("...", ("...",)),
        (".a", (".a",)),
        *[
            (text, None)
            for text in (
                *("", ".", "..", "/", "/a", "a/", "a//b", "../a", "a/../b", "a/.."),
                *("C:/a", "C:\\a", "a\\b", "..\\a", "file:///a", "http://a/b"),
                *("a\x00b", "a\nb", "a\x1b[m", "a\x7f"),
            )
        ],
    ],
)
def test_names_are_relative_and_lead_nowhere_else(text: str, steps: tuple[str, ...] | None):
    """A name is steps downwards; all that some system reads in another way is none."""
    assert split_name(text) == steps


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("prova/2024", True),
        (f"{'a' * 64}/{'9' * 64}@9999.9999.9999", True),
        (f"{'a' * 65}/2024", False),
        (f"prova/{'9' * 65}", False),
        ("prova/2024@10000.0.0", False),
        ("prova/2024@" + "9" * 5000 + ".0.0", False),
        ("prova/..", False),
        ("prova/.2024", False),
        ("../2024", False),
        ("/prova/2024", False),
        ("prova/2024/", False),
        ("prova//2024", False),
        ("Prova/2024", False),
        ("prova/2024\n", False),
        ("prova\\2024", False),
        ("prova/2024\x00", False),
        ("ｐrova/2024", False),
        ("prova/٢٠٢٤", False),
        ("file:///prova/2024", False),
    ],
)
def test_references_are_short_and_plain(text: str, expected: object):
    """What is a reference is the name of a file in a library, on every system."""
    assert (parse_reference(text) is not None) == expected


@pytest.mark.parametrize("name", ["a" * 300, "a" * 10_000, "a\x00", "\udc80" * 3, "\ud800", "x/a"])
def test_questions_about_impossible_names_are_answered(folder: Path, name: str):
    """No such thing is there, in place of an exception."""
    path = folder / name
    for question in (is_there, is_file, is_folder, is_special, names_descriptor):
        assert question(path) is False, question


def test_only_ordinary_files_inside_are_opened(folder: Path):
    """Links may lead within the folder and not out; pipes, devices and sockets are no files."""
    root, outside = folder / "in", write(folder / "out.txt", WORDS)
    inside = write(root / "a/file.txt", "inside")
    (root / "within").symlink_to("a/file.txt")
    (root / "b").symlink_to("a")
    (root / "back").symlink_to(root / "a/../a/file.txt")
    for name in ("a/file.txt", "within", "b/file.txt", "back"):
        with open_inside(root / name, root) as stream:
            assert stream.read() == b"inside", name
    (root / "out").symlink_to(outside)
    (root / "up").symlink_to("..")
    (root / "hop").symlink_to("up/out.txt")
    (root / "self").symlink_to(".")
    (root / "zero").symlink_to("/dev/zero")
    for name in ("out", "up/out.txt", "hop", "self", "up", "zero", "../out.txt", "a/../../out.txt"):
        with pytest.raises(LeadsOutError):
            open_inside(root / name, root)
    make_pipe(root / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("in/socket")
    (root / "ring").symlink_to("gnir")
    (root / "gnir").symlink_to("ring")
    for name, error in (
        ("pipe", NotRegularError), ("a", IsADirectoryError), ("socket", OSError),
        ("ring", OSError), ("none", FileNotFoundError), ("a/file.txt/x", NotADirectoryError),
        ("a" * 300, OSError),
    ):  # fmt: skip
        with pytest.raises(error):
            open_inside(root / name, root)
    assert inside.read_text("utf-8") == "inside"


def test_a_root_may_itself_be_a_link_or_lie_below_some(folder: Path):
    """What counts is the folder that the names lead to."""
    write(folder / "real/root/file.txt", "inside")
    (folder / "way").symlink_to("real")
    (folder / "root").symlink_to("way/root")
    for root in ("root", "way/root", "real/root", "real/../way/root"):
        with open_inside(Path(root) / "file.txt", Path(root)) as stream:
            assert stream.read() == b"inside", root


def test_a_link_that_takes_a_files_place_meanwhile_is_not_followed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Between resolving a name and opening it, file and folder are exchanged for links out."""
    write(folder / "out/file.txt", WORDS)
    real = os.path.realpath

    def exchange(place: Path, target: str) -> Any:
        def resolve(path: Any) -> str:
            found = real(path)
            if str(path).endswith("file.txt") and not place.is_symlink():
                place.rename(f"{place}.moved")
                place.symlink_to(folder / target)
            return found

        return resolve

    for place, target in (("in/a/file.txt", "out/file.txt"), ("other/a", "out")):
        root = folder / place.split("/", maxsplit=1)[0]
        write(root / "a/file.txt", "inside")
        monkeypatch.setattr(os.path, "realpath", exchange(folder / place, target))
        with pytest.raises(OSError, match=r"."):
            open_inside(root / "a/file.txt", root)
        monkeypatch.undo()
        monkeypatch.chdir(folder)
        assert (folder / place).is_symlink()


# -- Names in reports, rulebooks, examples and trails ----------------------------------------------

NOT_REFERENCES = (
    "a" * 300, "a" * 10_000, "a/" + "9" * 300, f"{'a' * 300}/2024", "prova/2024@" + "9" * 300,
    "../prova/2024", "/etc/passwd", "file:///etc/passwd", "prova\\2024", "prova/2024/", "prova/..",
    "PROVA/2024", "ｐrova/2024", "-", "/dev/stdin", "/dev/fd/0",
)  # fmt: skip
NOT_THERE = (
    "prova/2024.yaml", "prova/2024.", "prova/pipe", "prova/pipe.yaml", "prova/2024.layout",
    "x/2024.json", f"{'a' * 64}/{'9' * 64}", "prova/2024@9999.9999.9999",
)  # fmt: skip


@pytest.fixture
def trapped(library: Path, folder: Path) -> Path:
    """Lay pipes wherever a name of a document might lead, in the library and beside the caller."""
    for place in (folder, library / "rulebooks"):
        for name in ("pipe", "pipe.yaml", "2024.yaml.yaml", "2024.layout.yaml"):
            if not (place / "prova" / name).exists():
                make_pipe(place / "prova" / name)
    make_pipe(folder / "prova/2024.yaml")
    make_pipe(folder / "x/2024.json")
    return library


@pytest.mark.parametrize("command", ["evaluate", "explain", "seal"])
def test_a_report_never_chooses_a_path(trapped: Path, folder: Path, command: str):
    """What is no reference is said to be none; what is one is looked for in the library alone."""
    more = ["X"] if command == "explain" else []
    for named, codes in (
        *[(name, {"reference-form"}) for name in NOT_REFERENCES],
        *[(name, {"rulebook-unknown", "file-unreadable"}) for name in NOT_THERE],
    ):
        write(folder / "r.json", report(named))
        status, found, said = ask(command, "r.json", *more)
        assert (status, len(found)) == (NOTHING, 1), said
        assert found[0] in codes, (named, said)
    write(folder / "r.json", report())
    assert ask(command, "r.json", *more)[0] == 0


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_a_row_that_names_what_is_not_there_harms_no_other(trapped: Path, folder: Path, form: str):
    """Such rows have a problem each, wherever they stand; all others are answered."""
    names = [*NOT_REFERENCES, "prova/2024", *NOT_THERE, "prova/2024", "no/1"]
    write_rows(folder / f"in.{form}", names)
    status, _, said = ask("batch", f"in.{form}", "-o", "out.jsonl", "--workers", 1)
    assert status == FAILED, said
    rows = [json.loads(line) for line in Path("out.jsonl").read_text("utf-8").splitlines()]
    assert [row.get("status") for row in rows] == [
        "complete" if name == "prova/2024" else None for name in names
    ]
    for name, row in zip(names, rows, strict=True):
        codes = [problem["code"] for problem in row.get("problems", ())]
        wanted = "report-of-another" if parse_reference(name) else "reference-form"
        assert codes == ([] if name == "prova/2024" else [wanted]), name


def write_rows(path: Path, names: list[str]) -> None:
    if path.suffix == ".parquet":
        arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        table = arrow.table({"rulebook": names, "A": [1] * len(names), "B": [2] * len(names)})
        with path.open("wb") as stream:
            parquet.write_table(table, stream)
    elif path.suffix == ".csv":
        write(path, "rulebook,A,B\n" + "".join(f"{name},1,2\n" for name in names))
    else:
        write(path, "".join(report(name) + "\n" for name in names))


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_rows_of_a_file_whose_name_is_no_text_are_answered(rows: Path, form: str):
    """Problems name the file as well as text can."""
    if form == "parquet":
        pytest.importorskip("pyarrow")
    source = rows.parent / f"in\udcff.{form}"
    write_rows(source, ["prova/2024", "no/1"])
    for output in ("out.jsonl", "out.csv", "out\udcff.csv"):
        words = ["batch", source.name, "--rulebook", "prova.yaml", "-o", output]
        assert ask(*words)[0] == FAILED
    answers = Path("out.jsonl").read_text("utf-8").splitlines()
    assert json.loads(answers[1])["problems"][0]["file"] == f"in?.{form}"


def test_where_no_row_names_what_is_there_the_first_is_told(trapped: Path, folder: Path):
    """The run answers nothing, and says which rulebook the first row that names one asks for."""
    write_rows(folder / "in.jsonl", ["a" * 300, "no/1", "no/2"])
    status, codes, said = ask("batch", "in.jsonl", "-o", "out.jsonl")
    assert (status, codes, Path("out.jsonl").exists()) == (NOTHING, ["rulebook-unknown"], False)
    assert "no/1" in said


NAMES_OF_SCHEMAS = {
    "a" * 300: "schema-not-found",
    "a" * 8_000: "schema-not-found",
    "a/" * 2_000 + "a": "schema-not-found",
    "schema.json.": "schema-not-found",
    "ｓchema.json": "schema-not-found",
    "../schema.json": "path-outside",
    "/dev/zero": "path-outside",
    "file:///dev/zero": "path-outside",
    "a\\schema.json": "path-form",
    "schema.json/": "path-form",
    "pipe.json": "file-unreadable",
    "socket.json": "file-unreadable",
    "folder.json": "file-unreadable",
    "ring.json": "file-unreadable",
    "nowhere.json": "file-unreadable",
    "zero.json": "path-outside",
    "out.json": "path-outside",
    "up/out.json": "path-outside",
}


@pytest.mark.parametrize("command", ["check", "test", "show", "docs", "graph", "evaluate", "read"])
def test_a_rulebooks_report_leads_nowhere_else(folder: Path, command: str):
    """Each command says what is wrong with the name, waits for nothing and reads nothing else."""
    beside = folder / "b"
    write(folder / "out.json", SCHEMA)
    (beside / "folder.json").mkdir(parents=True)
    make_pipe(beside / "pipe.json")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("b/socket.json")
    for name, target in (
        ("ring", "ring.json"), ("nowhere", "none"), ("zero", "/dev/zero"), ("out", "../out.json"),
    ):  # fmt: skip
        (beside / f"{name}.json").symlink_to(target)
    (beside / "up").symlink_to("..")
    write(folder / "form.txt", "form")
    words: dict[str, list[object]] = {
        "evaluate": ["evaluate", write(folder / "r.json", report()), "--rulebook", "b/r.yaml"],
        "read": ["read", "form.txt", "--rulebook", "b/r.yaml"],
    }
    for name, code in NAMES_OF_SCHEMAS.items():
        write(beside / "r.yaml", head(report=name) + RULES)
        status, codes, said = ask(*words.get(command, [command, "b/r.yaml"]))
        assert status in (FAILED, NOTHING), said
        assert code in codes, (name, said)


@pytest.mark.parametrize(
    ("extends", "code"),
    [
        ("a" * 300, "wrong-size"),
        (f"{'a' * 300}/2024@1.0.0", "wrong-size"),
        (f"a/{'9' * 300}@1.0.0", "wrong-size"),
        ("../a/2024@1.0.0", "wrong-form"),
        ("prova/2024@10000.0.0", "reference-form"),
        ("prova/2024@1.0.0.0", "reference-form"),
        (f"{'a' * 64}/{'9' * 64}@9999.9999.9999", "extends-unknown"),
        ("prova/2023.yaml@1.0.0", "extends-unknown"),
        ("prova/out@1.0.0", "extends-unknown"),
        ("prova/pipe@1.0.0", "extends-unknown"),
    ],
)
def test_a_base_is_looked_for_in_library_and_folder_alone(folder: Path, extends: str, code: str):
    """Names that are none are told; links out, pipes and folders beside it are no bases."""
    write(folder / "out.yaml", head(edition="out") + RULES)
    beside = folder / "b"
    (beside / "folder.yaml").mkdir(parents=True)
    (beside / "out.yaml").symlink_to("../out.yaml")
    (beside / "zero.yaml").symlink_to("/dev/zero")
    (beside / "ring.yaml").symlink_to("ring.yaml")
    make_pipe(beside / "pipe.yaml")
    write(beside / "schema.json", SCHEMA)
    write(beside / "r.yaml", head(extends=extends) + RULES)
    write(folder / "r.json", report())
    for words in (["check", "b/r.yaml"], ["evaluate", "r.json", "--rulebook", "b/r.yaml"]):
        status, codes, said = ask(*words)
        assert status in (FAILED, NOTHING), said
        assert code in codes, said


def test_a_base_behind_a_link_within_the_folder_is_one(folder: Path):
    """A link that leads out is no base; one that stays inside is."""
    write(folder / "b/versions/base.yaml", head(edition="2023") + RULES)
    (folder / "b/base.yaml").symlink_to("versions/base.yaml")
    write(folder / "b/schema.json", SCHEMA)
    write(folder / "b/r.yaml", head(extends="prova/2023@1.0.0"))
    assert ruletrail.load(folder / "b/r.yaml").reference == "prova/2024@1.0.0"


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("a" * 300, "example-report-not-found"),
        ("a" * 8_000, "example-report-not-found"),
        ("../out.json", "example-report-not-found"),
        ("/dev/zero", "example-report-not-found"),
        ("pipe.json", "file-unreadable"),
        ("ring.json", "file-unreadable"),
        ("folder", "file-unreadable"),
        ("zero.json", "path-outside"),
        ("out.json", "path-outside"),
    ],
)
def test_an_example_reads_reports_beside_it_alone(folder: Path, named: str, code: str):
    """The name of a report is held to the same as any; `like` names an example and no file."""
    write(folder / "out.json", report())
    beside = folder / "b"
    (beside / "folder").mkdir(parents=True)
    (beside / "out.json").symlink_to("../out.json")
    (beside / "zero.json").symlink_to("/dev/zero")
    (beside / "ring.json").symlink_to("ring.json")
    make_pipe(beside / "pipe.json")
    write(beside / "schema.json", SCHEMA)
    write(beside / "r.yaml", head() + RULES)
    examples = "test: 1\nrulebook: prova/2024\nexamples:\n  - {name: e, expect: {values: {X: 3}}, "
    for key, wanted in (("report", code), ("like", "example-unknown-like")):
        write(beside / "r.test.yaml", f"{examples}{key}: {json.dumps(named)}}}\n")
        for command in ("test", "check"):
            status, codes, said = ask(command, "b/r.yaml")
            assert status in (FAILED, NOTHING), said
            assert wanted in codes, said


@pytest.mark.parametrize("name", ["r.layout.yaml", "r.test.yaml"])
@pytest.mark.parametrize("kind", ["pipe", "ring", "out", "zero", "folder"])
def test_what_lies_beside_a_rulebook_is_read_through_the_door(folder: Path, name: str, kind: str):
    """A layout or examples that are no ordinary file in the folder are told, and not waited for."""
    write(folder / "b/schema.json", SCHEMA)
    write(folder / "b/r.yaml", head() + RULES)
    write(folder / "form.txt", "form")
    place = folder / "b" / name
    targets = {"ring": name, "out": "../form.txt", "zero": "/dev/zero"}
    if kind == "pipe":
        make_pipe(place)
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to(targets[kind])
    code = "path-outside" if kind in ("out", "zero") else "file-unreadable"
    command = ["read", "form.txt", "--rulebook"] if "layout" in name else ["test"]
    for words in (["check"], command):
        status, codes, said = ask(*words, "b/r.yaml")
        assert status == NOTHING or words == ["check"], said
        assert code in codes, said


def forged(folder: Path, **identity: str) -> bytes:
    """Forge a trail whose digests hold and which names a rulebook as one likes."""
    write(folder / "schema.json", SCHEMA)
    plan = ruletrail.load(write(folder / "r.yaml", head() + RULES))
    trail = plan.evaluate(json.loads(report())).trail.to_dict()
    trail["rulebook"] |= identity
    trail["report"]["rulebook"] = "{name}/{edition}".format(**trail["rulebook"])
    return sign(trail).encode()


@pytest.mark.parametrize(
    "identity",
    [
        {"name": "../pipe"},
        {"name": "/dev", "edition": "zero"},
        {"name": "sociale", "edition": "2024/../../x"},
        {"name": "prova", "edition": "pipe.yaml"},
        {"name": "prova/pipe", "edition": "x"},
        {"name": "prova", "edition": "pipe.yaml\x00"},
        {"name": "a" * 300},
        {"edition": "9" * 10_000},
        {"version": "9" * 5_000 + ".0.0"},
        {"version": "99999.0.0"},
        {"name": "prova\\x"},
        {"name": "file:///prova"},
        {"name": "PROVA"},
        {"name": "./prova"},
        {"name": "ｐrova"},
    ],
)
def test_a_trail_never_chooses_what_is_opened(
    folder: Path, identity: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    """It names a version of a rulebook of the library's, which is not there; no path is tried."""
    (folder / "sub").mkdir()
    for name in ("pipe/2024@1.0.0", "prova/pipe.yaml@1.0.0", "prova/pipe.yaml", "sub/pipe.yaml"):
        make_pipe(folder / name)
        make_pipe(folder / "sub" / name)
    trail = forged(folder / "b", **identity)
    monkeypatch.chdir(folder / "sub")
    status, codes, said = ask("verify", "-", "--replay", stdin=trail)
    assert status == FAILED, said
    assert codes in (["trail-form"], ["trail-rulebook-unknown"]), said


# -- A library -------------------------------------------------------------------------------------


def test_a_library_may_be_a_link_or_lie_below_some(library: Path, folder: Path):
    """Its rulebooks, schemas and listing are those of the folder that the link leads to."""
    library.rename(folder / "elsewhere")
    library.symlink_to("elsewhere")
    write(folder / "r.json", report())
    assert ask("evaluate", "r.json")[0] == 0
    listings = list_rulebooks(Library(library / "rulebooks", library / "schemas"))
    assert [str(each.reference) for each in listings] == ["prova/2024@1.0.0"]


def test_a_link_within_a_library_is_followed_and_one_out_of_it_is_not(library: Path, folder: Path):
    """Neither for a reference, nor for a base, nor in a listing."""
    outside = write(folder / "out.yaml", head(edition="2025", version="2.0.0") + RULES)
    rulebooks = library / "rulebooks"
    (rulebooks / "prova/2024@1.0.0.yaml").symlink_to("../prova/2024.yaml")
    (rulebooks / "prova/2025.yaml").symlink_to(outside)
    (rulebooks / "linked").symlink_to(folder / "b")
    write(folder / "b/1.yaml", head(rulebook="linked", edition="1") + RULES)
    held = Library(rulebooks, library / "schemas")
    assert {str(each.reference) for each in list_rulebooks(held)} == {"prova/2024@1.0.0"}
    assert find_head(held.source(rulebooks / "prova/2025.yaml")) is None
    for named in ("prova/2025@2.0.0", "linked/1@1.0.0"):
        write(folder / "r.json", report(named))
        status, codes, said = ask("evaluate", "r.json")
        assert (status, codes) == (NOTHING, ["path-outside"]), said
        assert "put the file itself in its place" in said
    write(rulebooks / "prova/2026.yaml", head(edition="2026", extends="prova/2025@2.0.0") + RULES)
    status, codes, said = ask("check", rulebooks / "prova/2026.yaml")
    assert (status, codes) == (FAILED, ["path-outside"]), said


@pytest.mark.parametrize("kind", ["pipe", "zero", "ring", "folder", "socket"])
def test_what_is_no_file_in_a_library_is_told_and_never_waited_for(
    library: Path, folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch
):
    """For a reference, a base and a listing alike."""
    place = library / "rulebooks/prova/2025.yaml"
    if kind == "pipe":
        make_pipe(place)
    elif kind == "folder":
        place.mkdir()
    elif kind == "socket":
        monkeypatch.chdir(place.parent)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(place.name)
        monkeypatch.chdir(folder)
    else:
        place.symlink_to("/dev/zero" if kind == "zero" else place.name)
    write(folder / "r.json", report("prova/2025"))
    status, codes, said = ask("evaluate", "r.json")
    wanted = "path-outside" if kind == "zero" else "file-unreadable"
    assert (status, codes) == (NOTHING, [wanted]), said
    held = Library(library / "rulebooks", library / "schemas")
    assert [str(each.reference) for each in list_rulebooks(held)] == ["prova/2024@1.0.0"]


def test_folders_that_nobody_may_enter_are_problems(library: Path, folder: Path):
    """Of the library, beside a rulebook, and around a report."""
    write(folder / "r.json", report())
    write(folder / "b/schemas/s.json", SCHEMA)
    write(folder / "b/r.yaml", head(report="schemas/s.json") + RULES)
    for words, place, code in (
        (["evaluate", "r.json"], library / "rulebooks/prova", "file-unreadable"),
        (["check", "b/r.yaml"], folder / "b/schemas", "file-unreadable"),
        (["check", "b/r.yaml"], folder / "b", "file-unreadable"),
        (["evaluate", "b/r.yaml"], folder / "b", "file-unreadable"),
    ):
        place.chmod(0)
        try:
            if os.access(place, os.R_OK):
                pytest.skip("this user may read everything")
            status, codes, said = ask(*words)
        finally:
            place.chmod(0o755)
        assert status in (FAILED, NOTHING), said
        assert code in codes, said


def test_a_folder_that_cannot_be_listed_is_a_problem(
    library: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """As for who may not read it: the library's folder, and the one beside a rulebook."""
    listing = os.listdir

    def refuse(path: str | Path) -> list[str]:
        if Path(path).is_relative_to(folder) or not Path(path).is_absolute():
            raise PermissionError
        return listing(path)

    write(folder / "r.json", report())
    write(folder / "b/r.yaml", head(extends="prova/2023@1.0.0") + RULES)
    write(folder / "b/schema.json", SCHEMA)
    monkeypatch.setattr(os, "listdir", refuse)
    for words in (["evaluate", "r.json"], ["check", "b/r.yaml"]):
        status, codes, said = ask(*words)
        assert (status, codes) == (NOTHING, ["file-unreadable"]), said


# -- Names that the user writes --------------------------------------------------------------------

LONG = (
    "a" * 300, "a" * 300 + ".yaml", "a" * 10_000 + ".yaml", "a" * 250 + ".yaml", "a\udcff.yaml"
)  # fmt: skip


@pytest.mark.parametrize("name", LONG, ids=["300", "300.yaml", "10000", "250", "no UTF-8"])
@pytest.mark.parametrize(
    "words",
    [
        ["evaluate", "NAME"],
        ["evaluate", "r.json", "--rulebook", "NAME"],
        ["explain", "NAME", "X"],
        ["read", "NAME", "--rulebook", "sociale/2024"],
        ["read", "r.json", "--rulebook", "NAME"],
        ["check", "NAME"],
        ["test", "NAME"],
        ["verify", "NAME"],
        ["verify", "NAME", "--replay"],
        ["batch", "NAME", "-o", "out.csv", "--from", "jsonl"],
        ["batch", "NAME", "-o", "out.csv", "--from", "csv"],
        ["batch", "rows.jsonl", "-o", "out.csv", "--rulebook", "NAME"],
        ["seal", "NAME"],
        ["archive", "list", "--archive", "NAME"],
        ["show", "NAME"],
        ["docs", "NAME"],
        ["graph", "NAME"],
        ["fmt", "NAME"],
    ],
    ids=" ".join,
)
def test_impossible_names_of_inputs_are_problems(folder: Path, words: list[str], name: str):
    """Never an exception: status 2 and a sentence, and nothing is written."""
    write(folder / "r.json", report("sociale/2024"))
    write(folder / "rows.jsonl", report("sociale/2024") + "\n")
    status, codes, said = ask(*(name if word == "NAME" else word for word in words))
    assert status == NOTHING, said
    assert set(codes) <= {"file-unreadable", "reference-form"}, said
    assert codes
    assert sorted(path.name for path in folder.iterdir()) == ["r.json", "rows.jsonl"]


@pytest.mark.parametrize("name", LONG[1:3], ids=["300", "10000"])
@pytest.mark.parametrize(
    "words",
    [
        ["evaluate", JESI, "--format", "text", "-o", "NAME"],
        ["docs", "sociale/2024", "--format", "html", "-o", "NAME"],
        ["read", EXAMPLES / "forms/jesi-2024.txt", "--rulebook", "sociale/2024", "-o", "NAME"],
        ["batch", "rows.jsonl", "-o", "NAME", "--to", "csv"],
        ["batch", "rows.jsonl", "-o", "out.csv", "--trails", "NAME"],
        ["seal", JESI, "--archive", "NAME"],
        ["archive", "export", "1", "--archive", "archive", "-o", "NAME"],
        ["new", "x/1", "--folder", "NAME"],
    ],
    ids=lambda words: " ".join(str(word).rpartition("/")[2] for word in words),
)
def test_impossible_names_of_outputs_are_problems(folder: Path, words: list[object], name: str):
    """As for inputs."""
    write(folder / "rows.jsonl", json.dumps({"rulebook": "sociale/2024", "fields": {}}) + "\n")
    if "export" in words:
        assert ask("seal", JESI, "--archive", "archive")[0] == 0
    before = sorted(path.name for path in folder.iterdir())
    status, codes, said = ask(*(name if word == "NAME" else word for word in words))
    assert status == NOTHING, said
    assert len(codes) == 1, said
    assert codes[0] in {"output-unwritable", "archive-unwritable"}, said
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_long_name_of_an_output_leaves_room_for_what_grows_beside_it(folder: Path):
    """A name that the system has is written, though one with more letters would be none."""
    name = "a" * 250 + ".txt"
    assert ask("evaluate", JESI, "-o", name)[0] == 0
    assert [path.name for path in folder.iterdir()] == [name]


def test_pipes_that_the_user_names_are_read(folder: Path):
    """A report by process substitution, `<(…)`, is an open pipe with a name."""
    read, write_end = os.pipe()
    os.write(write_end, JESI.read_bytes()[:60_000])
    os.close(write_end)
    try:
        assert ask("evaluate", f"/dev/fd/{read}")[0] == 0
    finally:
        os.close(read)


@pytest.mark.parametrize(
    "words",
    [
        ["evaluate", "r.json", "--rulebook", "pipe.yaml"],
        ["batch", "r.json", "--from", "jsonl", "-o", "o.csv", "--rulebook", "pipe.yaml"],
        ["check", "pipe.yaml"],
        ["check", "pipe.yaml", "--fix"],
        ["check", "."],
        ["test", "pipe.yaml"],
        ["diff", "pipe.yaml", "sociale/2024"],
        ["docs", "pipe.yaml"],
        ["schema", "report", "pipe.yaml"],
        ["fmt", "pipe.yaml"],
        ["batch", "pipe.yaml", "--from", "parquet", "-o", "o.csv"],
        ["batch", "pipe.yaml", "--from", "xlsx", "-o", "o.csv"],
    ],
    ids=" ".join,
)
def test_a_rulebook_or_a_table_is_no_pipe(folder: Path, words: list[str]):
    """It is read more than once, at any place, or written back: that would wait for ever."""
    os.mkfifo(folder / "pipe.yaml")
    write(folder / "r.json", report())
    status, codes, said = ask("--lang", "en", *words)
    assert (status, codes) == (NOTHING, ["file-unreadable"]), said
    assert "it is not an ordinary file" in said


def test_a_pipe_too_much_is_not_waited_for(folder: Path):
    """What one word too many was meant for is not asked of a pipe."""
    os.mkfifo(folder / "pipe.yaml")
    assert ask("evaluate", "pipe.yaml", JESI)[:2] == (NOTHING, ["usage"])


def test_a_pipe_that_the_user_names_is_written(rows: Path):
    """An output by process substitution, `>(…)`."""
    write(rows.parent / "r.json", report())
    read, write_end = os.pipe()
    try:
        words = ["evaluate", "r.json", "--rulebook", "prova.yaml", "-o", f"/dev/fd/{write_end}"]
        assert ask(*words)[0] == 0
        os.close(write_end)
        assert b"X" in os.read(read, 60_000)
    finally:
        os.close(read)


# -- What is written -------------------------------------------------------------------------------


@pytest.fixture
def rows(folder: Path) -> Path:
    """Lay a rulebook, its schema and three rows."""
    write(folder / "schema.json", SCHEMA)
    write(folder / "prova.yaml", head() + RULES)
    return write(folder / "rows.jsonl", (report() + "\n") * 3)


BATCH = ["batch", "rows.jsonl", "--rulebook", "prova.yaml", "--workers", 1]


@pytest.mark.parametrize("more", [[], ["--resume"]], ids=["anew", "resumed"])
@pytest.mark.parametrize(
    "name",
    [
        *(f".out.{form}.{end}" for form in ("csv", "jsonl") for end in ("partial", "journal")),
        *(f".out.parquet.{end}" for end in ("partial", "journal", "whole")),
    ],
)
@pytest.mark.parametrize("kind", ["link", "nowhere", "hard link", "pipe", "folder"])
def test_planted_files_beside_an_output_are_never_written_to(
    rows: Path, kind: str, name: str, more: list[str]
):
    """The victim keeps its bytes, nothing waits, and the problem names what is to be removed."""
    folder, form = rows.parent, name.split(".")[2]
    if form == "parquet":
        pytest.importorskip("pyarrow")
    victim, planted = write(folder / "victim", WORDS), folder / name
    plant(planted, kind, victim)
    status, codes, said = ask(*BATCH, "-o", f"out.{form}", *more)
    assert (status, codes) == (NOTHING, ["output-not-own"]), said
    assert planted.name in said
    assert victim.read_text("utf-8") == WORDS
    assert not (folder / "nowhere").exists()
    assert not (folder / f"out.{form}").exists()
    planted.rmdir() if kind == "folder" else planted.unlink()
    assert ask(*BATCH, "-o", f"out.{form}", *more)[0] == 0, "once it is removed, all is well"


def plant(place: Path, kind: str, victim: Path) -> None:
    if kind in ("link", "nowhere"):
        place.symlink_to(victim if kind == "link" else "nowhere")
    elif kind == "hard link":
        os.link(victim, place)
    elif kind == "pipe":
        make_pipe(place)
    else:
        place.mkdir()


@pytest.mark.parametrize("name", ["program", "link", "hard"])
def test_the_program_that_runs_is_no_output(
    rows: Path, folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
):
    """`-o /proc/self/exe` would put an answer in the place of Python, for everybody."""
    program = write(folder / "program", WORDS)
    (folder / "link").symlink_to("program")
    os.link(program, folder / "hard")
    monkeypatch.setattr(sys, "executable", str(program))
    for words in (["schema", "rulebook", "-o", name], [*BATCH, "-o", name, "--to", "jsonl"]):
        status, codes, said = ask(*words)
        assert (status, codes) == (NOTHING, ["output-unwritable"]), said
    assert program.read_text("utf-8") == WORDS
    assert (folder / "link").is_symlink()


def test_an_output_that_is_a_link_stays_one(rows: Path, folder: Path):
    """What it leads to is written, as by `evaluate -o` and by `>`; nothing else is left."""
    (folder / "elsewhere").mkdir()
    (folder / "out.csv").symlink_to(folder / "elsewhere" / "made.csv")
    before = {path.name for path in folder.iterdir()}
    assert ask(*BATCH, "-o", "out.csv")[0] == 0
    assert (folder / "out.csv").is_symlink()
    assert (folder / "elsewhere" / "made.csv").read_text("utf-8").startswith("row,status,")
    assert {path.name for path in folder.iterdir()} == before
    assert [path.name for path in (folder / "elsewhere").iterdir()] == ["made.csv"]


def test_a_partial_file_that_is_exchanged_while_rows_run_is_not_put_in_place(
    rows: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Rows were written to the file that was opened; another under its name is not the answer."""
    add = Partial.add

    def exchanging(self: Partial, *rest: Any) -> None:
        add(self, *rest)
        self.path.unlink()
        self.path.symlink_to(folder / "prova.yaml")

    monkeypatch.setattr(Partial, "add", exchanging)
    status, codes, said = ask(*BATCH, "-o", "out.csv")
    assert (status, codes) == (NOTHING, ["output-not-own"]), said
    assert not (folder / "out.csv").exists()


def test_trails_of_rows_follow_no_link(rows: Path, folder: Path):
    """Neither behind a trail's own name nor behind the one under which it grows."""
    trails = folder / "trails"
    trails.mkdir()
    victim = write(folder / "victim", WORDS)
    (trails / "row-000000001.json").symlink_to(victim)
    (trails / f".row-000000002.json.{os.getpid()}").symlink_to(victim)
    os.link(victim, trails / "row-000000003.json")
    assert ask(*BATCH, "-o", "out.csv", "--trails", "trails")[0] == 0
    assert victim.read_text("utf-8") == WORDS
    for number in (1, 2, 3):
        trail = trails / f"row-00000000{number}.json"
        assert not trail.is_symlink()
        assert json.loads(trail.read_text("utf-8"))["trail"]


@pytest.mark.parametrize("end", ["-journal", "-wal", "-shm"])
@pytest.mark.parametrize("kind", ["link", "hard link", "pipe", "folder"])
def test_planted_files_beside_an_archive_are_never_written_to(folder: Path, kind: str, end: str):
    """SQLite would write its own file there."""
    victim = write(folder / "victim", "\x00" * 600)
    plant(folder / f"a.sqlite{end}", kind, victim)
    for words in (["seal", JESI], ["archive", "list"]):
        status, codes, said = ask(*words, "--archive", "a.sqlite")
        assert status == NOTHING, said
        assert codes in (["output-not-own"], ["file-unreadable"]), said
    assert victim.read_text("utf-8") == "\x00" * 600


def journal_that_names(archive: Path, victim: Path) -> bytes:
    """Forge a rollback journal of an archive that ends in another file's name, as SQLite reads it.

    The format is that of https://www.sqlite.org/fileformat.html#rollbackjournal; SQLite opens a
    file of that name and deletes it.
    """
    head, end = archive.read_bytes()[:18], bytes.fromhex("d9d505f920a163d7")
    page = int.from_bytes(head[16:18], "big")
    counts = (0, 0, archive.stat().st_size // page, 512, page)
    header = end + b"".join(count.to_bytes(4, "big") for count in counts)
    name, lock = str(victim).encode(), 0x40000000 // page + 1
    tail = len(name).to_bytes(4, "big") + sum(name).to_bytes(4, "big") + end
    return header.ljust(512, b"\0") + lock.to_bytes(4, "big") + name + tail


MAGIC = bytes.fromhex("d9d505f920a163d7")


def journal_header(
    magic: bytes = b"", records: int = 0, pages: int = 1, sector: int = 512, page: int = 4096
) -> bytes:
    """Write the sector that a rollback journal begins with; without a magic it is not meant yet."""
    counts = (records, 0x1234ABCD, pages, sector, page)
    header = magic.ljust(8, b"\0") + b"".join(count.to_bytes(4, "big") for count in counts)
    return header.ljust(sector if 32 <= sector <= 1 << 16 else 512, b"\0")


NO_JOURNALS = {
    "notes": b"my notes",
    "a NUL and notes": b"\0precious words",
    "NULs and notes": bytes(12) + b"precious words, many of them",
    "a sector of NULs and notes": bytes(512) + b"precious words",
    "many NULs and notes": bytes(1 << 17) + b"precious words",
    "notes and NULs": b"precious words" + bytes(1 << 17),
    "no page size": journal_header(page=0),
    "an odd page size": journal_header(page=5000),
    "an odd sector": journal_header(sector=500),
    "a huge sector": journal_header(sector=1 << 31),
    "records that are not meant": journal_header(records=7),
    "another magic": journal_header(b"d9d5d9d5"),
    "notes in its header": journal_header(MAGIC)[:-8] + b"my notes",
    "notes in its header that is not meant": journal_header()[:-8] + b"my notes",
    "a piece of a header": journal_header(MAGIC)[:20],
    "an archive": b"SQLite format 3\0" + bytes(600),
    "one that stretches": journal_header(MAGIC, pages=2**32 - 2),
    "one that is not meant and stretches": journal_header(pages=2**32 - 2),
}


@pytest.mark.parametrize("words", [["seal", JESI], ["archive", "list"]], ids=["seal", "list"])
@pytest.mark.parametrize("what", [*NO_JOURNALS, "wal", "shm"])
def test_what_is_no_journal_of_ours_is_neither_followed_nor_deleted(
    folder: Path, words: list[str], what: str
):
    """SQLite deletes what it cannot read there, and stretches the archive as it is told."""
    end, data = ("-journal", NO_JOURNALS[what]) if what in NO_JOURNALS else (f"-{what}", b"notes")
    assert ask("seal", JESI, "--archive", "a.sqlite")[0] == 0
    before = (folder / "a.sqlite").read_bytes()
    (folder / f"a.sqlite{end}").write_bytes(data)
    status, codes, said = ask(*words, "--archive", "a.sqlite")
    assert (status, codes) == (NOTHING, ["output-not-own"]), said
    assert (folder / f"a.sqlite{end}").read_bytes() == data
    assert (folder / "a.sqlite").read_bytes() == before


@pytest.mark.parametrize("archive", ["missing", "empty"])
@pytest.mark.parametrize(
    "data",
    [
        *NO_JOURNALS.values(),
        journal_header(),  # of an archive of one page, which is gone: the page is in there
        journal_header(MAGIC, records=1),
        journal_header(pages=0) + b"precious words",
        journal_header(MAGIC, pages=0) + bytes(512) + b"precious words",
        journal_header(MAGIC, pages=0) * 2 + b"precious words",
        journal_header(MAGIC, pages=0) + journal_header(MAGIC, pages=1),
        journal_header(MAGIC, pages=0) + journal_header(pages=0, sector=1024),
    ],
)
def test_beside_a_new_archive_nothing_is_deleted(folder: Path, archive: str, data: bytes):
    """No sealing can have left pages of an archive that has none."""
    journal = folder / "a.sqlite-journal"
    journal.write_bytes(data)
    if archive == "empty":
        (folder / "a.sqlite").touch()
    status, codes, said = ask("seal", JESI, "--archive", "a.sqlite")
    assert (status, codes) == (NOTHING, ["output-not-own"]), said
    assert journal.read_bytes() == data
    assert (folder / "a.sqlite").exists() == (archive == "empty")
    assert archive == "missing" or (folder / "a.sqlite").read_bytes() == b""


@pytest.mark.parametrize("archive", ["missing", "empty", "sealed"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(512),
        journal_header(pages=0),
        journal_header(MAGIC, pages=0),
        journal_header(MAGIC[:4], pages=0),
        journal_header(pages=0, sector=4096, page=65536),
        # a large sealing writes a second header before its first pages reach the archive
        journal_header(MAGIC, pages=0) * 2,
        journal_header(MAGIC, pages=0) + journal_header(pages=0) + bytes(100),
    ],
)
def test_a_journal_that_a_sealing_left_is_no_obstacle(folder: Path, archive: str, data: bytes):
    """Not begun, not meant yet, cut short: with nothing in it that somebody wrote."""
    if archive == "empty":
        (folder / "a.sqlite").touch()
    if archive == "sealed":
        data = data if MAGIC[:4] not in data else journal_header(MAGIC[:4])
        assert ask("seal", JESI, "--archive", "a.sqlite")[0] == 0
    (folder / "a.sqlite-journal").write_bytes(data)
    assert ask("seal", JESI, "--archive", "a.sqlite")[0] == 0
    assert ask("archive", "verify", "--archive", "a.sqlite")[0] == 0
    # what is sealed already is not written again: the journal waits for the next sealing
    assert archive == "sealed" or not (folder / "a.sqlite-journal").exists()


def test_outputs_keep_permissions(rows: Path, folder: Path):
    """What was private before a batch or an export is private after it."""
    private = write(folder / "out.csv", "x")
    private.chmod(0o600)
    assert ask(*BATCH, "-o", "out.csv")[0] == 0
    assert private.stat().st_mode & 0o777 == 0o600
    assert ask("seal", JESI, "--archive", "a.sqlite")[0] == 0
    (folder / "exported").mkdir(mode=0o700)
    assert ask("archive", "export", "1", "-o", "exported", "--archive", "a.sqlite")[0] == 0
    assert (folder / "exported").stat().st_mode & 0o777 == 0o700


def test_an_export_into_a_ring_of_links_is_no_defect(folder: Path):
    assert ask("seal", JESI, "--archive", "a.sqlite")[0] == 0
    (folder / "one").symlink_to("two")
    (folder / "two").symlink_to("one")
    for place in ("one", "one/x"):
        status, codes, said = ask("archive", "export", "1", "-o", place, "--archive", "a.sqlite")
        assert (status, codes) == (NOTHING, ["output-unwritable"]), said


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no such names on this system")
def test_fmt_writes_onto_no_descriptor(folder: Path):
    """A shorter text would leave the old one's end."""
    text = (head() + RULES).replace("title: ", "title:      ")
    book = write(folder / "r.yaml", text)
    with book.open("r+b") as stream:
        for name in (f"/dev/fd/{stream.fileno()}", f"/proc/self/fd/../fd/{stream.fileno()}"):
            status, codes, said = ask("fmt", name)
            assert (status, codes) == (NOTHING, ["output-is-input"]), said
    assert book.read_text("utf-8") == text


@pytest.mark.parametrize("words", [["seal", JESI], ["archive", "list"], ["archive", "verify"]])
@pytest.mark.parametrize("kind", ["file", "pipe"])
def test_a_journal_never_chooses_what_is_deleted(folder: Path, kind: str, words: list[str]):
    """An archive is copied with its journal, which somebody else may have written."""
    assert ask("seal", JESI, "--archive", "a.sqlite")[0] == 0
    victim = folder / "victim"
    write(victim, "precious") if kind == "file" else make_pipe(victim)
    journal = folder / "a.sqlite-journal"
    journal.write_bytes(journal_that_names(folder / "a.sqlite", victim))
    status, codes, said = ask(*words, "--archive", "a.sqlite")
    assert (status, codes) == (NOTHING, ["output-not-own"]), said
    assert victim.exists()
    journal.unlink()
    assert ask("archive", "verify", "--archive", "a.sqlite")[0] == 0


def test_a_beginning_is_written_over_nothing(folder: Path):
    """A link that leads nowhere stands in the way too: `new` would write where it leads."""
    (folder / "rulebooks/x").mkdir(parents=True)
    (folder / "rulebooks/x/1.yaml").symlink_to(folder / "nowhere")
    status, codes, said = ask("new", "x/1")
    assert (status, codes) == (NOTHING, ["file-exists"]), said
    assert not (folder / "nowhere").exists()


@pytest.mark.parametrize("linked", ["rulebooks/x", "schemas/reports", "schemas/reports/x"])
def test_a_beginning_is_written_only_where_it_would_be_read(folder: Path, linked: str):
    """A library follows no link out of its folders, so `new` writes through none either."""
    (folder / "elsewhere/x").mkdir(parents=True)
    (folder / "n" / linked).parent.mkdir(parents=True)
    (folder / "n" / linked).symlink_to(folder / "elsewhere")
    status, codes, said = ask("new", "x/1", "--folder", "n")
    assert (status, set(codes)) == (NOTHING, {"path-outside"}), said
    assert list((folder / "elsewhere").rglob("*")) == [folder / "elsewhere/x"]
    assert [path for path in (folder / "n").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("linked", ["n", "n/rulebooks", "n/schemas", "n/rulebooks/x"])
def test_a_beginning_is_written_through_links_that_are_read(folder: Path, linked: str):
    """A library's folder may itself be a link, and links may lead within it."""
    place = folder / "n/rulebooks/y" if linked == "n/rulebooks/x" else folder / "elsewhere"
    place.mkdir(parents=True)
    (folder / linked).parent.mkdir(parents=True, exist_ok=True)
    (folder / linked).symlink_to(place)
    assert ask("new", "x/1", "--folder", "n")[0] == 0
    library = Library(folder / "n/rulebooks", folder / "n/schemas")
    (path,) = library.candidates(Reference("x", "1", ""))
    source = library.source(path)
    schema = find_schema("reports/x/1.schema.json", Mark("", 1, 1), source)
    assert b"rulebook: x" in source.read()
    assert b"$schema" in schema.read("", 10_000)


def test_own_files_are_ours_alone(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """A file of another user's is none of ours, whatever the system lets us do."""
    with open_own(folder / "a") as stream:
        stream.write(b"one")
    with open_own(folder / "a") as stream:
        stream.write(b" two")
        stream.seek(0)
        assert stream.read() == b"one two"
    own = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: own + 1)
    with pytest.raises(NotOwnError):
        open_own(folder / "a")
    assert (folder / "a").read_bytes() == b"one two"


def test_a_file_is_written_whole_with_the_permissions_that_it_had(folder: Path):
    """A new one has those that the system gives; nothing remains of one that failed."""
    before = os.umask(0o027)
    try:
        write_whole(folder / "new", b"1")
        private = write(folder / "private", "x")
        private.chmod(0o600)
        write_whole(private, b"2", is_durable=True)
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((folder / name).stat().st_mode) for name in ("new", "private")]
    assert (modes, private.read_bytes()) == ([0o640, 0o600], b"2")
    (folder / "full").mkdir()
    with pytest.raises(OSError, match=r"."):
        write_whole(folder / "full", b"3")
    assert sorted(path.name for path in folder.iterdir()) == ["full", "new", "private"]


def test_a_file_that_nobody_may_write_stays_as_it_is(rows: Path, folder: Path):
    """Its folder would let it be replaced, and root may write anything; somebody wants it kept."""
    wrong = head() + "rules: {X: {label: x, formula: 'A = 1'}}\n"
    write(folder / "r.json", report())
    (folder / "link.csv").symlink_to("out.csv")
    kept = {write(folder / name, "kept"): "kept" for name in ("out.html", "out.csv")}
    kept[write(folder / "wrong.yaml", wrong)] = wrong
    for path in kept:
        path.chmod(0o440)
    for words in (
        ["fmt", "wrong.yaml"],
        ["check", "wrong.yaml", "--fix"],
        ["evaluate", "r.json", "--rulebook", "prova.yaml", "-o", "out.html"],
        [*BATCH, "-o", "out.csv"],
        [*BATCH, "-o", "link.csv"],
    ):
        status, codes, told = ask("--lang", "en", *words)
        assert (status, codes) == (2, ["output-unwritable"]), words
        assert "the file is read-only" in told
    with pytest.raises(ReadOnlyError):
        write_inside(folder, ("out.csv",), b"x")
    assert {path: path.read_text("utf-8") for path in kept} == kept
    assert ask("check", "wrong.yaml", "--fix", "--dry-run")[1] != ["output-unwritable"]


# -- An output is no input -------------------------------------------------------------------------

INPUTS = ("r.json", "lib/rulebooks/prova/2024.yaml", "lib/rulebooks/prova/2023.yaml",
          "lib/schemas/schema.json")  # fmt: skip


@pytest.fixture
def chain(folder: Path) -> dict[str, bytes]:
    """Lay a report, a rulebook with a base, a schema, a layout and rows; gives their bytes."""
    place = folder / "lib/rulebooks/prova"
    write(place / "2024.yaml", head(extends="prova/2023@1.0.0"))
    write(place / "2023.yaml", head(edition="2023") + RULES)
    write(folder / "lib/schemas/schema.json", SCHEMA)
    layout = (ROOT / "rulebooks/sociale/2024.layout.yaml").read_text("utf-8")
    write(place / "2024.layout.yaml", layout)
    write(folder / "r.json", report())
    write(folder / "rows.jsonl", report() + "\n")
    write(folder / "row-000000001.json", report() + "\n")
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("way", ["name", "link", "hard link", "folder"])
@pytest.mark.parametrize("place", INPUTS)
@pytest.mark.parametrize("command", ["evaluate", "docs", "batch"])
def test_an_output_is_never_a_file_that_is_read(
    folder: Path, chain: dict[str, bytes], command: str, place: str, way: str
):
    """Report, rulebook, base or schema, by whatever name, and nothing is written."""
    rulebook = "lib/rulebooks/prova/2024.yaml"
    words: list[object] = {
        "evaluate": ["evaluate", "r.json", "--rulebook", rulebook, "--format", "text"],
        "docs": ["docs", rulebook, "--format", "html"],
        "batch": ["batch", "r.json", "--from", "jsonl", "--to", "csv", "--rulebook", rulebook],
    }[command]
    output = {"name": f"./{place}", "link": "a", "hard link": "a", "folder": f"f/{place}"}[way]
    if way == "folder":
        (folder / "f").symlink_to(".")
    elif way != "name":
        plant(folder / "a", way, folder / place)
    status, codes, said = ask(*words, "-o", output)
    if command == "docs" and place == "r.json":
        assert status == 0, "a page reads no report"
        return
    assert (status, codes) == (NOTHING, ["output-is-input"]), said
    assert {path: Path(path).read_bytes() for path in chain} == chain


def test_a_report_of_a_folder_is_no_output(folder: Path, chain: dict[str, bytes]):
    """Each is read before the answer is written."""
    (folder / "rep").mkdir()
    kept = write(folder / "rep/a.json", report())
    (folder / "rep/b").symlink_to("a.json")
    rulebook = "lib/rulebooks/prova/2024.yaml"
    for output in ("rep/a.json", "rep/b", "./rep/../rep/a.json"):
        status, codes, said = ask("diff", rulebook, rulebook, "--reports", "rep", "-o", output)
        assert (status, codes) == (NOTHING, ["output-is-input"]), said
    assert kept.read_text("utf-8") == report()
    assert ask("diff", rulebook, rulebook, "--reports", "rep", "-o", "rep/c.json")[0] == 0
    assert {path: Path(path).read_bytes() for path in chain} == chain


def test_a_file_that_is_standard_input_is_no_output(folder: Path, chain: dict[str, bytes]):
    """As by `evaluate - -o r.json < r.json`."""
    command = [sys.executable, "-m", "ruletrail", "evaluate", "-", "-o", "r.json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "engine")}
    with (folder / "r.json").open("rb") as stream:
        done = subprocess.run(
            [*command, "--rulebook", "lib/rulebooks/prova/2024.yaml"],
            stdin=stream, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, "[output-is-input]" in done.stderr) == (NOTHING, True), done.stderr
    assert {path: Path(path).read_bytes() for path in chain} == chain


@pytest.mark.parametrize("end", ["partial", "journal", "whole"])
def test_an_input_of_many_reports_is_none_of_the_files_beside_the_output(
    folder: Path, chain: dict[str, bytes], end: str
):
    """Rows from `.out.csv.partial` would be cut away before they are read."""
    rows = (folder / "rows.jsonl").rename(folder / f".out.csv.{end}")
    words = ["batch", rows.name, "--from", "jsonl", "--rulebook", "lib/rulebooks/prova/2024.yaml"]
    status, codes, said = ask(*words, "-o", "out.csv")
    assert (status, codes) == (NOTHING, ["output-is-input"]), said
    assert rows.read_text("utf-8") == report() + "\n"


@pytest.mark.parametrize("kind", ["report", "schema"])
def test_an_input_is_no_trail_of_a_row(folder: Path, chain: dict[str, bytes], kind: str):
    """The trail of row 1 would be written over the report, or the schema."""
    rulebook, name = "lib/rulebooks/prova/2024.yaml", "row-000000001.json"
    if kind == "schema":
        write(folder / rulebook, head(report=name) + RULES)
        write(folder / "lib/schemas" / name, SCHEMA)
    chain = {path: Path(path).read_bytes() for path in chain}
    given, trails = ("rows.jsonl", "lib/schemas") if kind == "schema" else (name, ".")
    words = ["batch", given, "--from", "jsonl", "--rulebook", rulebook]
    status, codes, said = ask(*words, "-o", "out.csv", "--trails", trails)
    assert (status, codes) == (NOTHING, ["output-is-input"]), said
    assert (folder / "lib/schemas" / name).exists() == (kind == "schema")
    assert {path: Path(path).read_bytes() for path in chain} == chain


@pytest.mark.parametrize("name", ["ruletrail.toml", "rulebooks/prova/2024@0.9.0.yaml"])
def test_what_a_rulebook_is_found_by_is_no_output(folder: Path, chain: dict[str, bytes], name: str):
    """The settings of its library, and the other versions of its edition."""
    write(folder / "lib/ruletrail.toml", "")
    write(folder / "lib/rulebooks/prova/2024@0.9.0.yaml", head(version="0.9.0") + RULES)
    write(folder / "r.json", report("prova/2024@1.0.0"))
    before = (folder / "lib" / name).read_bytes()
    words = ["evaluate", "r.json", "--library", "lib", "--format", "json"]
    status, _, said = ask(*words, "-o", f"lib/{name}")
    assert status == NOTHING, said
    assert '"output-is-input"' in said
    assert (folder / "lib" / name).read_bytes() == before
    assert ask(*words, "-o", "lib/rulebooks/prova/2025.json")[0] == 0


@pytest.mark.parametrize("command", ["batch", "evaluate"])
@pytest.mark.parametrize(
    "name", ["sociale/2024.layout.yaml", "sociale/2024.test.yaml", "manifest.json"]
)
def test_what_lies_beside_a_rulebook_is_no_output(folder: Path, command: str, name: str):
    """Its layout and examples, and the record of what its library has published."""
    for kind in ("rulebooks", "schemas"):
        shutil.copytree(ROOT / kind, folder / "own" / kind)
    place = folder / "own/rulebooks" / name
    before = place.read_bytes()
    given = '{"rulebook": "sociale/2024", "fields": {}}\n'
    given = write(folder / ("given.jsonl" if command == "batch" else "given.json"), given).name
    extra = ["--to", "jsonl"] if command == "batch" else ["--format", "json"]
    words = [command, given, "--rulebook", "own/rulebooks/sociale/2024.yaml", *extra]
    status, _, said = ask(*words, "-o", str(place))
    assert status == NOTHING, said
    assert "output-is-input" in said
    assert place.read_bytes() == before


def test_a_form_and_its_layout_are_no_output_of_reading_it(folder: Path):
    """`read` refuses the form, the layout and the rulebook."""
    form = (EXAMPLES / "forms/jesi-2024.txt").read_bytes()
    (folder / "form.txt").write_bytes(form)
    for name in ("2024.yaml", "2024.layout.yaml"):
        text = (ROOT / "rulebooks/sociale" / name).read_text("utf-8")
        write(folder / "rulebooks/sociale" / name, text)
    words = ["read", "form.txt", "--rulebook", "rulebooks/sociale/2024.yaml", "-o"]
    for output in ("form.txt", "rulebooks/sociale/2024.layout.yaml", "rulebooks/sociale/2024.yaml"):
        before = (folder / output).read_bytes()
        status, codes, said = ask(*words, output)
        assert (status, codes) == (NOTHING, ["output-is-input"]), said
        assert (folder / output).read_bytes() == before
    assert ask(*words, "report.yaml")[0] == 0


def test_an_archive_is_no_file_that_is_sealed(folder: Path, chain: dict[str, bytes]):
    """A report or rulebook is no archive, and stays as it is."""
    for place in INPUTS:
        words = ["seal", "r.json", "--rulebook", "lib/rulebooks/prova/2024.yaml"]
        assert ask(*words, "--archive", place)[:2] == (NOTHING, ["archive-foreign"])
    assert {path: Path(path).read_bytes() for path in chain} == chain


def test_a_terminal_that_is_read_and_written_is_no_file(folder: Path):
    """Only ordinary files are erased by writing to them."""
    for device in ("/dev/null", "/dev/zero"):
        status, codes, _ = ask("docs", "sociale/2024", "-o", "/dev/null")
        assert (status, codes) == (0, []), device


# -- A record replays from its own export ----------------------------------------------------------


def seal_and_export(report_: str, rulebook: object) -> Path:
    """Seal a report by a rulebook at a path, and export the record; gives the rulebook in it."""
    assert ask("seal", report_, "--rulebook", rulebook, "--archive", "a.sqlite")[0] == 0
    assert ask("archive", "export", 1, "--archive", "a.sqlite", "-o", "record")[0] == 0
    return Path("record/library/rulebooks")


@pytest.mark.parametrize(
    ("place", "schema"),
    [
        ("p/r.yaml", "schema.json"),
        ("p/r.yaml", "sub/deep/schema.json"),
        ("p/r.yaml", "./sub/schema.json"),
        ("p/r b.yaml", "sub dir/sché ma? <1>|*.json"),
        ("p/prova.yml.yaml", 'a"b.json'),
        ("p/" + "l" * 240 + ".yaml", "s" * 240 + ".json"),
        ("p/r\udcff.yaml", "schema.json"),
        ("p/a:1:2.yaml", "schema.json"),
        ("p/2024.yaml", "schema.json"),
        ("p/rulebooks/prova/2024.yaml", "schema.json"),
    ],
    ids=range(10),
)
@pytest.mark.parametrize("base", ["none", "beside", "library"])
def test_a_record_replays_from_its_own_export(folder: Path, place: str, schema: str, base: str):
    """Sealed by a path, with schema and base wherever they may be, it comes out again elsewhere."""
    rulebook = folder / place
    rules = f"{RULES}  Z: {{formula: A}}\n"
    write(rulebook, head(report=schema) + rules)
    write(rulebook.parent / schema, SCHEMA)
    if base != "none":
        decision = (
            "decisions:\n  d: {cases: [{outcome: a, when: Y > 1}, {otherwise: true, outcome: b}]}\n"
        )
        more = f"rules:\n  Y: {{formula: X + 1}}\n{decision}"
        write(rulebook, head(report=schema, extends="base/2023@1.2.0") + more)
        text = head(rulebook="base", edition="2023", version="1.2.0", report=schema) + rules
        beside, library = rulebook.parent / "other.yaml", rulebook.parents[1] / "base/2023.yaml"
        if base == "library" and rulebook.parents[1].name != "rulebooks":
            pytest.skip("the rulebook lies in no library")
        write(library if base == "library" else beside, text)
    write(folder / "r.json", report())
    exported = seal_and_export("r.json", rulebook)
    for path in (folder / "p").rglob("*.yaml"):
        path.unlink()
    words = ["verify", "record/trail.json", "--replay", "--rulebook"]
    status, codes, said = ask(*words, exported / "prova/2024@1.0.0.yaml")
    assert (status, codes) == (0, []), said
    assert "but for the names of the rulebook's files" in said
    Path("record").rename("moved")
    assert ask("archive", "verify", "--archive", "a.sqlite")[0] == 0


def test_a_record_of_the_librarys_rulebook_replays_from_its_export_and_by_reference(folder: Path):
    """By reference it is the same to the byte; in the export the file has another name."""
    assert ask("seal", JESI, "--archive", "a.sqlite")[0] == 0
    assert ask("archive", "export", 1, "--archive", "a.sqlite", "-o", "record")[0] == 0
    words = ["verify", "record/trail.json", "--replay"]
    assert "byte for byte" in ask(*words)[2]
    rulebook = Path("record/library/rulebooks/sociale/2024@1.0.1.yaml")
    status, _, said = ask(*words, "--rulebook", rulebook)
    assert (status, "but for the names" in said) == (0, True), said
    text = rulebook.read_text("utf-8")
    rulebook.write_text(text.replace("\nrules:\n", "\n\nrules:\n"), "utf-8")
    status, codes, said = ask(*words, "--rulebook", rulebook)
    assert (status, codes) == (FAILED, ["trail-replay"]), "a line further down is another place"
    assert "mark" in said
    assert "only the places (file, line, column) differ" in said
    trail = json.loads(Path("record/trail.json").read_text("utf-8"))
    trail["engine"]["version"] = "0.0.1"
    Path("other.json").write_text(sign(trail), "utf-8")
    said = ask("verify", "other.json", "--replay", "--rulebook", rulebook)[2]
    assert "only the places" not in said, "where more differs, the places are not all"
    assert "if the engine's version is another one" in said


def test_names_of_files_are_matched_one_to_one(folder: Path):
    """A mark of one file that names another is found: the names do not fit together."""
    place = folder / "p"
    write(place / "schema.json", SCHEMA)
    write(place / "base.yaml", head(edition="2023") + RULES)
    write(place / "r.yaml", head(extends="prova/2023@1.0.0") + "rules:\n  Y: {formula: X + A}\n")
    trail = ruletrail.load(place / "r.yaml").evaluate(json.loads(report())).trail.to_dict()
    assert [step["mark"].partition(":")[0] for step in trail["steps"]] == ["base.yaml", "r.yaml"]
    words = ["verify", "-", "--replay", "--rulebook", place / "r.yaml"]
    trail["steps"][0]["mark"] = trail["steps"][0]["mark"].replace("base", "other")
    assert ask(*words, stdin=sign(trail).encode())[0] == 0
    trail["steps"][0]["mark"] = trail["steps"][0]["mark"].replace("other", "r")
    status, codes, said = ask(*words, stdin=sign(trail).encode())
    assert (status, codes) == (FAILED, ["trail-replay"]), said
    assert "only the places (file, line, column) differ" in said
    assert "`steps[0].mark`" in said


def test_an_export_stays_in_its_folder(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Names of parts are held to what documents may name; a planted folder is not written into."""
    assert ask("seal", JESI, "--archive", "a.sqlite")[0] == 0
    (folder / f".record.{os.getpid()}").symlink_to(folder / "elsewhere")
    (folder / "elsewhere").mkdir()
    status, codes, said = ask("archive", "export", 1, "--archive", "a.sqlite", "-o", "record")
    assert (status, codes) == (NOTHING, ["output-unwritable"]), said
    assert list((folder / "elsewhere").iterdir()) == []


# -- Other doors -----------------------------------------------------------------------------------


def test_an_editor_waits_for_nothing_that_lies_beside_a_rulebook(folder: Path):
    """Reports beside it are tried for values; a pipe, a device and a link out are none."""
    write(folder / "b/schema.json", SCHEMA)
    rulebook = write(folder / "b/r.yaml", head() + RULES)
    outside = write(folder / "out.yaml", report())
    make_pipe(folder / "b/a.yaml")
    (folder / "b/b.yaml").symlink_to("/dev/zero")
    (folder / "b/c.yaml").symlink_to(outside)
    source = source_of_document(rulebook)
    assert source is not None
    learnt = learn(source, {})
    assert learnt is not None
    assert learnt.example == ""
    write(folder / "b/d.yaml", report())
    learnt = learn(source, {})
    assert learnt is not None
    assert (learnt.example, learnt.values["X"]) == ("d.yaml", "3")
    chosen = learn(source, {}, outside)
    assert chosen is not None
    assert chosen.example == "out.yaml", "what the user chose may lie anywhere"


def test_the_plugin_of_pytest_waits_for_no_pipe(folder: Path):
    """A pipe in the place of a rulebook makes its examples nobody's."""
    write(folder / "r.test.yaml", "test: 1\n")
    make_pipe(folder / "r.yaml")
    command = [sys.executable, "-m", "pytest", "-q"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "engine")}
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", str(folder)],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 5, done.stdout + done.stderr


@pytest.mark.parametrize("kind", ["pipe", "zero", "out", "nowhere"])
def test_a_manifest_is_a_file_of_its_library(folder: Path, kind: str):
    """It is neither read nor written through a link that leads out."""
    outside = write(folder / "out.json", '{"manifest": 1, "published": {}}')
    write(folder / "lib/schemas/schema.json", SCHEMA)
    published = head().replace("draft", "published") + IN_FORCE
    rulebook = write(folder / "lib/rulebooks/prova/2024.yaml", published)
    place = folder / "lib/rulebooks/manifest.json"
    if kind == "pipe":
        make_pipe(place)
    else:
        place.symlink_to({"zero": "/dev/zero", "out": outside, "nowhere": folder / "no"}[kind])
    with pytest.raises(ProblemsError) as raised:
        read_manifest(Library(folder / "lib/rulebooks", folder / "lib/schemas"))
    code = "path-outside" if kind != "pipe" else "file-unreadable"
    assert [problem.code for problem in raised.value.problems] == [code]
    status, codes, said = ask("check", "--record", rulebook)
    assert code in codes, said
    assert status != 0
    assert outside.read_text("utf-8") == '{"manifest": 1, "published": {}}'
    assert not (folder / "no").exists()
