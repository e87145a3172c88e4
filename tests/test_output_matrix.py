"""The matrix of outputs: each command that writes, each kind of place that somebody may name.

What is refused is status 2 and one problem, and leaves every file, link and folder as it was. What
is written is what a new file would hold, it stands behind a link that stays one, keeps its
permissions, and nothing else has changed.
"""

import os
import re
import resource
import shutil
import signal
import socket
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from support.command_line import call
from support.places import EXAMPLES
from support.rulebooks import HEAD_TEXT, schema_of, write_rulebook

pytestmark = pytest.mark.skipif(
    not hasattr(os, "mkfifo"), reason="the system knows no pipes among files"
)
for each in ("pyarrow", "openpyxl"):
    pytest.importorskip(each)

GARDEN = ("--rulebook", "garden.yaml")
ROWS = ("batch", "applications.jsonl", *GARDEN, "--workers", "1")
PLACE = "PLACE"
"""Stands for the place in the words of a command."""

Seen = Mapping[str, tuple[object, ...]]
"""What lies in a folder: files with their bytes and permissions, links with where they lead."""


@dataclass(frozen=True)
class Writer:
    """A command that writes: its words, the end of what it writes, and what is its own."""

    words: tuple[str, ...]
    suffix: str = ""
    reads: str = ""
    """A file that it reads."""
    grows: bool = False
    """Whether the output grows beside its place, as that of many rows does."""
    form: str | None = None
    """How `--format` calls what the suffix says."""
    streams: bool = True
    """Whether it writes to what is open already."""
    keeps: bool = False
    """Whether it keeps what was there before."""
    begun: str = ""
    """What may stay of a beginning that the disk had no room for: `--resume` knows it."""


_APPLICATION = "application.yaml"
FILES = {
    "evaluate": Writer(("evaluate", _APPLICATION, *GARDEN), ".html", _APPLICATION, form="html"),
    "explain": Writer(("explain", _APPLICATION, "fee", *GARDEN), ".txt", _APPLICATION),
    "whatif": Writer(
        ("whatif", _APPLICATION, "outcome", *GARDEN, "--format", "json"), ".json", _APPLICATION
    ),
    "needed": Writer(("needed", _APPLICATION, "outcome", *GARDEN), ".txt", "garden.yaml"),
    "docs": Writer(("docs", "garden.yaml"), ".html", "garden.yaml", form="html"),
    "show": Writer(("show", "garden.yaml"), ".yaml", "garden.yaml"),
    "graph": Writer(("graph", "garden.yaml"), ".mmd", "garden.yaml"),
    "diff": Writer(("diff", "garden.yaml", "garden.yaml"), ".md", "garden.yaml", form="markdown"),
    "schema": Writer(("schema", "rulebook"), ".json"),
    "read": Writer(
        ("read", "form.txt", "--rulebook", "sociale/2024"), ".yaml", "form.txt", keeps=True
    ),
    **{
        f"batch {form}": Writer(
            (*ROWS, "--to", form), f".{form}", "applications.jsonl",
            grows=True, streams=form in ("csv", "jsonl"), begun=rf"\.out\.{form}\.journal",
        )
        for form in ("csv", "jsonl", "parquet", "xlsx")
    },
}  # fmt: skip
FILES = {name: replace(each, words=(*each.words, "-o", PLACE)) for name, each in FILES.items()}
"""Commands that write the file that `-o` names."""

FOLDERS = {
    "export": Writer(("archive", "export", "1", "--archive", "sealed.sqlite", "-o", PLACE)),
    "new": Writer(("new", "prova/1", "--folder", PLACE)),
    "trails": Writer((*ROWS, "-o", "result.csv", "--trails", PLACE), begun=r"out|\.result.*"),
    "examples": Writer(("prove", "garden.yaml", "--write-examples", PLACE)),
}
"""Commands that fill the folder that an option names."""

EDITED = {
    "seal": Writer(
        ("seal", "other-application.yaml", *GARDEN, "--archive", PLACE), ".sqlite", "sealed.sqlite"
    ),
    "fmt": Writer(("fmt", PLACE), ".yaml", "unformatted.yaml"),
    "check": Writer(("check", PLACE, "--fix"), ".yaml", "prova.yaml"),
}
"""Commands that change a file where it stands."""


# -- Places ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A place that is named, and what becomes of it."""

    word: str
    written: str | None = None
    """The file that then holds the answer; None where it is refused."""
    full: bool = False
    """Whether the disk has no room."""


def lay(name: str, text: str = "old", mode: int = 0o640) -> str:
    """Lay a file of somebody's."""
    Path(name).write_text(text, "utf-8")
    Path(name).chmod(mode)
    return name


def link(name: str, to: str) -> str:
    """Lay a link."""
    Path(name).symlink_to(to)
    return name


def make(name: str, how: Callable[[str], object]) -> str:
    """Lay what is neither."""
    how(name)
    return name


def bind(name: str) -> None:
    """Lay a socket."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)


def of_files(end: str, reads: str) -> Iterator[tuple[str, Callable[[], Place]]]:
    """List the places of an output that is a file."""
    out, other = f"out{end}", f"other{end}"
    yield "new", lambda: Place(out, out)
    yield "old", lambda: Place(lay(out), out)
    yield "link", lambda: Place(link(out, lay(other)), other)
    yield "link to a link", lambda: Place(link(out, link("middle", lay(other))), other)
    yield "link to nothing yet", lambda: Place(link(out, other), other)
    yield "link into no folder", lambda: Place(link(out, f"none/{other}"))
    yield "ring", lambda: Place(link(out, out))
    yield "folder", lambda: Place(make(out, os.mkdir))
    yield "link to a folder", lambda: Place(link(out, make("folder", os.mkdir)))
    yield "name of a folder", lambda: Place(f"{out}/")
    yield "name of a folder that is a file", lambda: Place(f"{lay(out)}/.")
    yield "through a file", lambda: Place(f"{lay('file')}/{out}")
    yield "in no folder", lambda: Place(f"none/{out}")
    yield "this folder", lambda: Place(".")
    yield "empty", lambda: Place("")
    yield "socket", lambda: Place(make(out, bind))
    yield "full device", lambda: Place("/dev/full")
    yield "300 letters", lambda: Place("a" * 300 + end)
    yield "long way", lambda: Place("a/" * 2500 + out)
    yield "NUL", lambda: Place(f"a\0{end}")
    yield "half a character", lambda: Place(f"a\ud800{end}")
    yield "no UTF-8", lambda: Place(f"a\udcff{end}", f"a\udcff{end}")
    yield "two lines", lambda: Place(f"a\nb{end}", f"a\nb{end}")
    yield "an option", lambda: Place(f"./-o{end}", f"-o{end}")
    yield "read-only", lambda: Place(lay(out, mode=0o440))
    yield "link to what is read-only", lambda: Place(link(out, lay(other, mode=0o440)))
    yield "no room", lambda: Place(out, full=True)
    yield "no room for another", lambda: Place(lay(out), full=True)
    if reads:
        yield "what is read", lambda: Place(reads)
        yield "link to what is read", lambda: Place(link(out, reads))
        yield "second name of what is read", lambda: Place(make(out, lambda to: os.link(reads, to)))


def of_folders(reads: str) -> Iterator[tuple[str, Callable[[], Place]]]:
    """List the places of an output that is a folder."""
    yield "new", lambda: Place("out", "out")
    yield "empty folder", lambda: Place(make("out", os.mkdir), "out")
    yield "name of a folder", lambda: Place(f"{make('out', os.mkdir)}/", "out")
    yield "link", lambda: Place(link("out", make("folder", os.mkdir)), "folder")
    yield "link into no folder", lambda: Place(link("out", "none/other"))
    yield "ring", lambda: Place(link("out", "out"))
    yield "file", lambda: Place(lay("out"))
    yield "link to a file", lambda: Place(link("out", lay("file")))
    yield "through a file", lambda: Place(f"{lay('file')}/out")
    yield "socket", lambda: Place(make("out", bind))
    yield "pipe", lambda: Place(make("out", os.mkfifo))
    yield "device", lambda: Place("/dev/null")
    yield "empty", lambda: Place("")
    yield "what is read", lambda: Place(reads)
    yield "300 letters", lambda: Place("a" * 300)
    yield "long way", lambda: Place("a/" * 2500 + "out")
    yield "NUL", lambda: Place("a\0")
    yield "half a character", lambda: Place("a\ud800")
    yield "no UTF-8", lambda: Place("a\udcff", "a\udcff")
    yield "no room", lambda: Place("out", full=True)
    yield "no room for another", lambda: Place(make("out", os.mkdir), full=True)


def of_edited(end: str, right: str) -> Iterator[tuple[str, Callable[[], Place]]]:
    """List the places of a file that is changed where it stands; `right` is one to be changed."""
    out, other = f"out{end}", f"other{end}"

    def copy(name: str, mode: int = 0o640) -> str:
        shutil.copyfile(right, name)
        Path(name).chmod(mode)
        return name

    yield "old", lambda: Place(copy(out), out)
    yield "link", lambda: Place(link(out, copy(other)), other)
    yield "link to a link", lambda: Place(link(out, link("middle", copy(other))), other)
    yield "link into no folder", lambda: Place(link(out, f"none/{other}"))
    yield "ring", lambda: Place(link(out, out))
    yield "folder", lambda: Place(make(out, os.mkdir))
    yield "through a file", lambda: Place(f"{lay('file')}/{out}")
    yield "in no folder", lambda: Place(f"none/{out}")
    yield "empty", lambda: Place("")
    yield "socket", lambda: Place(make(out, bind))
    yield "300 letters", lambda: Place("a" * 300 + end)
    yield "long way", lambda: Place("a/" * 2500 + out)
    yield "NUL", lambda: Place(f"a\0{end}")
    yield "half a character", lambda: Place(f"a\ud800{end}")
    yield "no UTF-8", lambda: Place(copy(f"a\udcff{end}"), f"a\udcff{end}")
    yield "read-only", lambda: Place(copy(out, 0o440))
    yield "link to what is read-only", lambda: Place(link(out, copy(other, 0o440)))
    yield "no room", lambda: Place(copy(out), full=True)


# -- Running ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay what the commands read."""
    folder = tmp_path_factory.mktemp("given")
    shutil.copytree(EXAMPLES / "garden", folder, dirs_exist_ok=True)
    shutil.copy(EXAMPLES / "forms/jesi-2024.txt", folder / "form.txt")
    text = (folder / "garden.yaml").read_text("utf-8")
    (folder / "unformatted.yaml").write_text(text.replace("\n  ", "\n    "), "utf-8")
    text = (folder / "application.yaml").read_text("utf-8")
    (folder / "other-application.yaml").write_text(text.replace("Rossi", "Bianchi"), "utf-8")
    book = f"{HEAD_TEXT}rules:\n  X: {{label: x, formula: 'A = 1'}}\n"
    write_rulebook(book, schema_of({"A": "number"}), folder)
    before = Path.cwd()
    os.chdir(folder)
    try:
        words = ("seal", "application.yaml", *GARDEN, "--archive", "sealed.sqlite")
        assert call(*words)[0] == 0
    finally:
        os.chdir(before)
    return folder


def see(folder: Path) -> Seen:
    """Look at all that lies in a folder."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(folder.rglob("*")):
        name, mode = path.relative_to(folder).as_posix(), path.lstat().st_mode
        if stat.S_ISLNK(mode):
            found[name] = "link", str(path.readlink())
        elif stat.S_ISREG(mode):
            found[name] = "file", path.read_bytes(), mode & 0o777
        else:
            found[name] = (stat.S_IFMT(mode),)
    return found


def run(writer: Writer, place: Place) -> tuple[int, set[str], str]:
    """Run a command; gives its status, the codes of its problems, and all that it said."""
    words = [place.word if word == PLACE else word for word in writer.words]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    if place.full:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, limits[1]))
    try:
        status, out, err = call(*words)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    said = out + err
    return status, set(re.findall(r'(?:\[|"code": ")([a-z]+(?:-[a-z]+)*)(?:\]|")', said)), said


ALL = "RULETRAIL_SEEDS" in os.environ
"""Whether each command is put to every place."""
FIRST = ("evaluate", "read", "batch csv", "export", "seal", "fmt")
"""Commands of each way to write, which are."""

Places = Iterator[tuple[str, Callable[[], Place]]]


def put(
    name: str, writer: Writer, places: Places, given: Path, folder: Path
) -> Iterator[tuple[str, Place, Seen, Seen, str]]:
    """Put a command to one place after the other, each among what the commands read.

    Gives the kind of place, the place, what lay there before and lies there after, and what is
    wrong with what was said, if anything.
    """
    at = [*FILES, *FOLDERS, *EDITED].index(name)
    for number, (kind, prepare) in enumerate(places):
        if number and not (ALL or name in FIRST or (number + at) % 3 == 0):
            continue
        here = shutil.copytree(given, folder / str(number))
        os.chdir(here)
        place = prepare()
        before = see(here)
        status, codes, said = run(writer, place)
        wrong = "" if status in (0, 1) and place.written else f"status {status}"
        if status == NOTHING and not place.written:
            wrong = "" if len(codes) == 1 and codes <= REFUSALS else f"{sorted(codes)}"
        yield kind, place, before, see(here), f"{wrong}: {said}" if wrong else ""


NOTHING = 2
REFUSALS = {
    *("output-unwritable", "output-is-input", "archive-unwritable", "archive-foreign", "usage"),
    *("export-occupied", "file-unreadable", "output-not-own", "rulebooks-not-found"),
}


def changes(before: Seen, after: Seen) -> set[str]:
    """Name what is there no more, new, or another."""
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_written_where_it_may_be(name: str, given: Path, folder: Path) -> None:
    writer, plain = FILES[name], b""
    wrong = []
    for kind, place, before, after, told in put(
        name, writer, of_files(writer.suffix, writer.reads), given, folder
    ):
        found = changes(before, after)
        if place.written is None:
            if place.full:
                found = {each for each in found if not re.fullmatch(writer.begun or "-", each)}
            wrong += [f"{kind}: {told} {sorted(found)}"] * bool(told or found)
            continue
        plain = plain or bytes(Path(place.written).read_bytes())
        mode = before.get(place.written, ("", b"", 0o644))[2]
        meant = dict(before) | {place.written: ("file", plain, mode)}
        kept = f"{place.word}.bak"
        if writer.keeps and place.written in before:
            meant[kept] = before[place.written]
        wrong += [f"{kind}: {told} {sorted(found)}"] * bool(told or after != meant)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", FILES)
def test_what_is_open_already_is_written_to(name: str, given: Path, folder: Path) -> None:
    """A file by its number; a pipe that somebody reads and a device, unless the output grows."""
    writer, end = FILES[name], FILES[name].suffix
    os.chdir(shutil.copytree(given, folder / "here"))
    assert run(writer, Place(f"plain{end}"))[0] in (0, 1)
    plain, got = Path(f"plain{end}").read_bytes(), list[bytes]()
    pipe = make(f"pipe{end}", os.mkfifo)
    reader = threading.Thread(target=lambda: got.append(Path(pipe).read_bytes()), daemon=True)
    if not writer.grows:
        reader.start()
    for place in (pipe, "/dev/null", link(f"null{end}", "/dev/null")):
        assert (run(writer, Place(place))[0] == NOTHING) == writer.grows, place
    if not writer.grows:
        reader.join(20)
        assert got == [plain]
    handle = os.open("opened", os.O_RDWR | os.O_CREAT)
    form = () if writer.form is None else ("--format", writer.form)
    try:
        numbered = replace(writer, words=(*writer.words, *form))
        status = run(numbered, Place(f"/dev/fd/{handle}"))[0]
    finally:
        os.close(handle)
    assert (status == NOTHING) == (not writer.streams)
    assert Path("opened").read_bytes() == (plain if writer.streams else b"")


class WaitedError(Exception):
    """The program waited for what never comes."""


@pytest.fixture(autouse=True)
def impatient() -> Iterator[None]:
    """End what waits for a pipe; the command then ends as a defect, which no test expects."""

    def stop(*_: object) -> None:
        raise WaitedError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 30)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_is_filled_where_it_may_be(name: str, given: Path, folder: Path) -> None:
    writer, plain = FOLDERS[name], dict[str, tuple[object, ...]]()
    wrong = []
    for kind, place, before, after, told in put(
        name, writer, of_folders("application.yaml"), given, folder
    ):
        found = changes(before, after)
        if place.written is None:
            if place.full and writer.begun:
                found = {each for each in found if not re.fullmatch(writer.begun, each)}
            wrong += [f"{kind}: {told} {sorted(found)}"] * bool(told or found)
            continue
        inside = {
            each.removeprefix(place.written): after[each]
            for each in found
            if each.startswith(f"{place.written}/")
        }
        plain = plain or inside
        rest = {each for each in found if not each.startswith(place.written)} - {"result.csv"}
        is_wrong = told or rest or not inside or inside.keys() != plain.keys()
        wrong += [f"{kind}: {told} {sorted(found)}"] * bool(is_wrong)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", EDITED)
def test_a_file_is_changed_where_it_may_be(name: str, given: Path, folder: Path) -> None:
    writer = EDITED[name]
    wrong = []
    for kind, place, before, after, told in put(
        name, writer, of_edited(writer.suffix, writer.reads), given, folder
    ):
        meant = {place.written} if place.written else set()
        found = changes(before, after)
        if place.full and writer.begun:
            found -= {writer.begun}
        modes = {each: (before[each][2:], after[each][2:]) for each in meant & before.keys()}
        is_wrong = told or found != meant or any(one != other for one, other in modes.values())
        wrong += [f"{kind}: {told} {sorted(found)}"] * bool(is_wrong)
    assert not wrong, "\n".join(wrong)
