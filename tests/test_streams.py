"""Full disks, closed streams and Ctrl-C: the user's trouble, said once, and never a traceback.

Every command is run in this process on streams that fail in each way, and a sample as real
processes, where Python's own writing at its exit and closed file numbers count too.
"""

import errno
import io
import json
import os
import re
import resource
import runpy
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ruletrail.cli import COMMANDS, main
from ruletrail.cli.consoles import Console
from ruletrail.problem_texts import HINTS, TEXTS
from ruletrail.problems import is_short_of_memory
from support.places import EXAMPLES, ROOT
from support.rulebooks import rulebook_text, schema_of, write_rulebook

REPORT, FORM = EXAMPLES / "jesi-2024.yaml", EXAMPLES / "forms/jesi-2024.txt"

SMALL = "small/rulebooks/small/1.yaml"
"""A rulebook that `new` begins, with examples."""

OF_GARDEN = ("--rulebook", "garden.yaml")
"""The rulebook of most calls, which is small: how streams fail is the same of any."""

CALLS: Mapping[str, tuple[str, ...]] = {
    "evaluate": ("application.yaml", *OF_GARDEN),
    "explain": ("application.yaml", "fee", *OF_GARDEN),
    "whatif": ("application.yaml", "outcome", *OF_GARDEN),
    "needed": ("application.yaml", "outcome", *OF_GARDEN),
    "read": ("form.txt", "--rulebook", "sociale/2024"),
    "check": (SMALL,),
    "new": ("prova/2024", "--folder", "new"),
    "test": (SMALL,),
    # one of which nothing is to be shown: which of many reports shows something may differ
    "prove": ("prova.yaml",),
    "verify": ("trail.json",),
    "batch": ("reports.jsonl", "-o", "-"),
    "seal": ("application.yaml", "--archive", "archive.sqlite", *OF_GARDEN),
    "archive": ("list", "--archive", "sealed.sqlite"),
    "list": (),
    "show": ("garden.yaml",),
    "docs": ("garden.yaml",),
    "diff": (SMALL, SMALL),
    "fmt": ("unformatted.yaml",),
    "lsp": (),
    # it has no answer on standard output: its process is started in `test_service.py`
    "serve": ("--help",),
    # the same: its process is started in `test_assistants.py`
    "mcp": ("--help",),
    "schema": ("rulebook",),
    "graph": ("garden.yaml",),
    "completion": ("bash",),
    "help": ("unknown-code",),
}
"""For each command words that give an answer on standard output."""

WRONG: Mapping[str, tuple[str, ...]] = {
    "evaluate": ("absent.yaml",),
    "explain": ("application.yaml", "R0A9", *OF_GARDEN),
    "whatif": ("application.yaml", "fee", *OF_GARDEN),
    "needed": ("application.yaml", "R0A9", *OF_GARDEN),
    "read": ("absent.txt", "--rulebook", "sociale/2024"),
    "check": ("absent.yaml",),
    "new": ("no reference",),
    "test": ("absent.yaml",),
    "prove": ("absent.yaml",),
    "verify": ("absent.json",),
    "batch": ("absent.jsonl", "-o", "out.jsonl"),
    "seal": ("absent.yaml",),
    "archive": ("list", "--archive", "absent.sqlite"),
    "list": ("--nothing",),
    "show": ("absent.yaml",),
    "docs": ("absent.yaml",),
    "diff": ("absent.yaml", SMALL),
    "fmt": ("absent.yaml",),
    "lsp": ("--nothing",),
    "serve": ("--port", "x"),
    "mcp": ("--port", "9000"),
    "schema": ("absent",),
    "graph": ("absent.yaml",),
    "completion": ("csh",),
    "help": ("no-such-page",),
}
"""For each command words that it must refuse."""

JSON = (
    "evaluate",
    "explain",
    "whatif",
    "needed",
    "check",
    "test",
    "prove",
    "diff",
    "verify",
    "archive",
    "list",
)
"""Commands that answer in JSON."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the files that the calls name."""
    folder = tmp_path_factory.mktemp("files")
    shutil.copytree(EXAMPLES / "garden", folder, dirs_exist_ok=True)
    shutil.copy(REPORT, folder / "report.yaml")
    shutil.copy(FORM, folder / "form.txt")
    (folder / "reports.jsonl").write_text('{"rulebook": "sociale/2024", "fields": {}}\n' * 3)
    book = (folder / "garden.yaml").read_text(encoding="utf-8")
    (folder / "unformatted.yaml").write_text(book.replace("\n  ", "\n    "), encoding="utf-8")
    sound = {"rules": {"r": {"formula": "a + 1"}}}
    write_rulebook(rulebook_text(sound), schema_of({"a": "integer"}), folder)
    sealed = ["seal", str(REPORT), "--archive", str(folder / "sealed.sqlite")]
    begun = ["new", "small/1", "--folder", str(folder / "small")]
    garden = ["--rulebook", str(folder / "garden.yaml")]
    trail = ["evaluate", str(folder / "application.yaml"), *garden, "--format", "json"]
    for words in (sealed, begun, [*trail, "-o", str(folder / "trail.json")]):
        assert main(words, Console(io.StringIO(), io.StringIO(), "en")) == 0
    return folder


@pytest.fixture
def place(files: Path, folder: Path) -> Path:
    """Copy them, for commands that change files."""
    shutil.copytree(files, folder, dirs_exist_ok=True)
    return folder


def test_every_command_has_its_calls():
    """A command that is added is held against these streams too."""
    assert list(CALLS) == list(COMMANDS)
    assert sorted(WRONG) == sorted(COMMANDS)


# -- In this process -------------------------------------------------------------------------------


class Failing(io.StringIO):
    """A stream that fails, when it is written or only when it is flushed."""

    def __init__(self, error: OSError, *, late: bool) -> None:
        """Fail with this error."""
        super().__init__()
        self.error, self.late = error, late
        self.is_used = False

    def write(self, text: str) -> int:
        """Fail, or keep for the flush."""
        self.is_used = self.is_used or bool(text)
        if not self.late and text:
            raise self.error
        return len(text)

    def flush(self) -> None:
        """Fail, if there is anything to hand over."""
        if self.late and self.is_used:
            raise self.error


FULL = partial(OSError, errno.ENOSPC, "No space left on device")
BROKEN = partial(OSError, errno.EIO, "Input/output error")
CLOSED = partial(BrokenPipeError, errno.EPIPE, "Broken pipe")


def _call(out: io.StringIO, err: io.StringIO, command: str, *words: str) -> int:
    form = words[words.index("--format") + 1] if "--format" in words else "text"
    return main([command, *words], Console(out, err, "en", form, stdin=io.BytesIO()))


def _plain(folder: Path, command: str, *words: str) -> tuple[int, str, str]:
    """Call on streams that work, and take away what the call made."""
    out, err = io.StringIO(), io.StringIO()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    status = _call(out, err, command, *words)
    for path in folder.rglob("*"):
        if path.is_file() and path not in before:
            path.unlink()
    for path, data in before.items():
        path.write_bytes(data)
    return status, out.getvalue(), err.getvalue()


def _all_calls(command: str) -> list[tuple[str, ...]]:
    calls = [CALLS[command], WRONG[command], ("--help",)]
    if command in JSON:
        calls += [(*CALLS[command], "--format", "json"), (*WRONG[command], "--format", "json")]
    return calls


@pytest.mark.parametrize("late", [False, True], ids=["at once", "at the flush"])
@pytest.mark.parametrize("command", list(COMMANDS))
def test_what_cannot_be_written_is_said_once(command: str, late: bool, place: Path):  # noqa: FBT001 - a parameter of the test
    """Status 2 and one sentence on the other stream, with the reason; never a defect.

    Which error it was is told in one place for all words, so that one call shows the second.
    """
    for words in _all_calls(command):
        status, out, err = _plain(place, command, *words)
        for error in (FULL, BROKEN) if words == CALLS[command] else (FULL,):
            failing = (Failing(error(), late=late), io.StringIO())
            found = _call(*failing, command, *words)
            known = Known(status, out, err)
            _check(found, failing[1].getvalue(), known, "standard output", error)
            _restore(place)
            failing = (io.StringIO(), Failing(error(), late=late))
            found = _call(*failing, command, *words)
            known = Known(status, err, out)
            _check(found, failing[0].getvalue(), known, "standard error", error)
            _restore(place)


def _restore(folder: Path) -> None:
    shutil.rmtree(folder / "new", ignore_errors=True)
    (folder / "archive.sqlite").unlink(missing_ok=True)
    shutil.copy(folder / "spare.yaml", folder / "unformatted.yaml")


@pytest.fixture(autouse=True)
def _spare(request: pytest.FixtureRequest) -> None:
    if "place" in request.fixturenames:
        folder = request.getfixturevalue("place")
        shutil.copy(folder / "unformatted.yaml", folder / "spare.yaml")


@dataclass
class Known:
    """What a call gives on streams that work: on the one that fails now, and on the other."""

    status: int
    lost: str
    kept: str


def _check(found: int, shown: str, known: Known, name: str, error: Callable[[], OSError]) -> None:
    """Hold a call with a failing stream against the same on streams that work."""
    if not known.lost:
        assert (found, _timeless(shown)) == (known.status, _timeless(known.kept))
        return
    assert found == 2
    assert "defect" not in shown
    assert "Traceback" not in shown
    rest = _timeless(shown).removeprefix(_timeless(known.kept))
    if not rest:
        assert name == "standard error", "the sentence would spoil a result for programs"
        assert known.kept
        return
    assert rest.count("cannot write") == 1
    assert f"cannot write {name}" in rest
    hint = HINTS["disk-full" if error is FULL else "stream-closed"]["en"]
    assert hint in rest


def _timeless(text: str) -> str:
    """Leave out what differs from one call to the next: the time of a sealing, and its digests."""
    return re.sub(r"\d{4}-\d\d-\d\dT[0-9:]+Z|sha256:[0-9a-f]{64}", "…", text)


@pytest.mark.parametrize("command", list(COMMANDS))
def test_a_closed_pipe_is_quiet_and_changes_no_status(command: str, place: Path):
    """The status is that of the answer, whether it was seen or not."""
    for words in _all_calls(command):
        status, out, err = _plain(place, command, *words)
        for late in (False, True):
            streams = (Failing(CLOSED(), late=late), io.StringIO())
            found = _call(*streams, command, *words)
            # rows that nobody reads are not worked out to the end: what they came to is not known
            assert found == (
                0 if command == "batch" and out and words == CALLS["batch"] else status
            )
            assert "cannot write" not in streams[1].getvalue()
            _restore(place)
            streams = (io.StringIO(), Failing(CLOSED(), late=late))
            assert _call(*streams, command, *words) == status
            assert _timeless(streams[0].getvalue()) == _timeless(out)
            _restore(place)
        assert "defect" not in err


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_sentence_speaks_the_callers_language(language: str):
    """In Italian and English."""
    err = io.StringIO()
    console = Console(Failing(FULL(), late=False), err, language)
    assert main(["list"], console) == 2
    assert TEXTS["output-unwritable"].sentences[language].partition(" {")[0] in err.getvalue()
    assert HINTS["disk-full"][language] in err.getvalue()


def test_both_streams_failing_is_status_2():
    """Nobody can be told anything; the status still does."""
    streams = (Failing(FULL(), late=False), Failing(FULL(), late=True))
    assert _call(*streams, "list") == 2
    assert _call(*streams, "list", "--nothing") == 2


def test_a_defect_stays_one_where_it_cannot_be_said(monkeypatch: pytest.MonkeyPatch):
    """Status 3, also if its sentence cannot be written."""
    monkeypatch.delenv("RULETRAIL_DEBUG", raising=False)
    monkeypatch.setattr("ruletrail.cli.listing.list_rulebooks", lambda _: 1 / 0)
    assert _call(io.StringIO(), Failing(FULL(), late=False), "list") == 3


def test_json_is_not_spoilt_by_the_sentence(place: Path):
    """A result for programs stays one; where there is none the sentence is JSON itself."""
    out = io.StringIO()
    words = ("read", "form.txt", "--rulebook", "sociale/2024", "--format", "json")
    (place / "form.txt").write_text("parole\n" + FORM.read_text(encoding="utf-8"), "utf-8")
    assert _call(out, Failing(FULL(), late=False), *words) == 2
    assert "cannot write" not in out.getvalue()
    assert out.getvalue().startswith("rulebook:")


@pytest.mark.parametrize("command", list(COMMANDS))
def test_an_empty_argument_is_a_usage_problem(command: str, place: Path):
    """`check ''`, `-o ''`, `--rulebook=`: status 2, before anything is read or written."""
    given = CALLS[command]
    calls = [("", *given[1:]), (*given, ""), (*given, "-o", ""), (*given, "--rulebook=")]
    for words in calls:
        out, err = io.StringIO(), io.StringIO()
        assert _call(out, err, command, *words) == 2
        assert "[usage]" in err.getvalue()
        assert HINTS["empty-word"]["en"] in err.getvalue()
        assert out.getvalue() == ""
    assert not (place / "new").exists()


@pytest.mark.parametrize(
    "command", ["evaluate", "explain", "needed", "seal", "verify", "read", "batch"]
)
def test_standard_input_that_is_closed_or_broken(command: str, monkeypatch: pytest.MonkeyPatch):
    """`-` without an input is a file that cannot be read."""
    more = {"explain": ["R04"], "read": ["--rulebook", "sociale/2024"], "batch": ["-o", "-"]}
    words = [command, "-", *more.get(command, [])]
    for stdin in (None, io.TextIOWrapper(_Broken())):
        monkeypatch.setattr(sys, "stdin", stdin)
        err = io.StringIO()
        assert main(words, Console(io.StringIO(), err, "en")) == 2
        assert "cannot read the file `-`" in err.getvalue()


class _Broken(io.RawIOBase):
    def readable(self) -> bool:
        return True

    def readinto(self, _: object) -> int:
        raise OSError(errno.EIO, "Input/output error")


def test_ctrl_c_ends_with_130(monkeypatch: pytest.MonkeyPatch):
    """Wherever it comes, with nothing said."""

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ruletrail.cli.listing.list_rulebooks", interrupted)
    out, err = io.StringIO(), io.StringIO()
    assert _call(out, err, "list") == 130
    assert out.getvalue() + err.getvalue() == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_program_that_calls_us_keeps_its_streams(monkeypatch: pytest.MonkeyPatch):
    """What is done to the streams of a process that ends is done to no caller's."""
    with Path("/dev/full").open("w", encoding="utf-8", buffering=1) as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert main(["list", "--lang", "en"]) == 2
        assert Path(f"/proc/self/fd/{full.fileno()}").readlink() == Path("/dev/full")
        with pytest.raises(OSError, match="space"):
            full.flush()
        # what is left would be written again when the file is closed
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())


# -- As processes ----------------------------------------------------------------------------------

PROCESS = [sys.executable, "-m", "ruletrail"]
# the buffers of an ordinary process, whatever the tests run in
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
    "PYTHONPATH": str(ROOT / "engine"),
}
posix = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")


def _shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of shell, in which `@` is the program."""
    program = " ".join(f"'{word}'" for word in PROCESS)
    return subprocess.run(
        ["/bin/sh", "-c", line.replace("@", program)],
        cwd=folder,
        env={**ENVIRONMENT, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@posix
@pytest.mark.parametrize(
    "command", [name for name in COMMANDS if name not in ("lsp", "serve", "mcp")]
)
def test_a_process_on_full_and_closed_streams(command: str, place: Path):
    """One sentence, status 2, nothing of Python's at its exit."""
    right = " ".join((command, *CALLS[command]))
    wrong = " ".join((command, *WRONG[command]))
    full = _shell(f"@ {right} > /dev/full", place)
    assert (full.returncode, full.stderr.count("cannot write standard output")) == (2, 1)
    _restore(place)
    closed = _shell(f"@ {right} >&-", place)
    assert (closed.returncode, closed.stderr.count("cannot write standard output")) == (2, 1)
    unsaid = _shell(f"@ {wrong} 2>&-", place)
    assert (unsaid.returncode, unsaid.stdout.count("cannot write standard error")) == (2, 1)
    for done in (full, closed, unsaid):
        assert not re.search(r"Traceback|defect|Exception|ignored", done.stdout + done.stderr)


@posix
@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        ("@ --help > /dev/full", 2, "cannot write standard output"),
        ("@ --version > /dev/full", 2, "cannot write standard output"),
        ("@ batch --help >&-", 2, "cannot write standard output"),
        ("@ batch reports.jsonl -o - --to jsonl >&-", 2, "it is closed"),
        ("@ batch reports.jsonl -o /dev/stdout --to jsonl >&-", 2, "it is closed"),
        ("@ batch reports.jsonl -o /dev/fd/1 --to csv >&-", 2, "it is closed"),
        ("@ batch reports.jsonl -o /dev/stderr --to jsonl 2>&-", 2, ""),
        ("@ evaluate report.yaml -o /dev/stdout >&-", 2, "it is closed"),
        ("@ evaluate report.yaml -o /dev/fd/77", 2, "it is closed"),
        ("@ docs sociale/2024 -o /dev/stdout >&-", 2, "it is closed"),
        ("@ nonsense 2> /dev/full", 2, "cannot write standard error"),
        ("@ list >&- 2>&-", 2, ""),
        ("@ list 2>&-", 0, "sociale/2024"),
        # nothing is wrong, so that nothing is to be written there
        ("@ archive verify --archive sealed.sqlite 2>&-", 0, "chain intact"),
        ("@ list <&-", 0, "sociale/2024"),
        ("@ evaluate - <&-", 2, "standard input is closed"),
        ("@ lsp <&-", 2, "standard input is closed"),
        ("@ evaluate - 0> f", 2, "cannot read the file `-`"),
        ("@ explain - livello 0> f", 2, "cannot read the file `-`"),
        ("@ read - --rulebook sociale/2024 0> f", 2, "cannot read the file `-`"),
        ("@ seal - 0> f", 2, "cannot read the file `-`"),
        ("@ verify - 0> f", 2, "cannot read the file `-`"),
        ("@ batch - -o - 0> f", 2, "cannot read the file `-`"),
        ("@ batch - -o - --from csv 0> f", 2, "cannot read the file `-`"),
        ("@ batch - -o - --from csv --rulebook sociale/2024 0> f", 2, "cannot read the file `-`"),
        ("{ @ show sociale/2024; echo $? >&2; } | true", 0, "0\n"),
        ("{ @ batch reports.jsonl -o -; echo $? >&2; } | true", 0, "0\n"),
        ("@ evaluate report.yaml -o /dev/full", 2, "there is no room left"),
        ("@ evaluate report.yaml -o /dev/stdout | tail -n 1", 0, "sostituisce il modulo"),
        ("@ batch reports.jsonl -o /dev/full --to jsonl", 2, "it is not a file"),
        ("@ seal report.yaml --archive /dev/full", 2, "is not a ruletrail archive"),
    ],
)
def test_lines_of_shell(line: str, status: int, said: str, place: Path):
    """What a user types, and what must come of it."""
    done = _shell(line, place)
    shown = done.stdout + done.stderr
    assert (done.returncode, said in shown) == (status, True), shown
    assert not re.search(r"Traceback|defect|Exception|ignored", shown)


@posix
def test_no_file_takes_the_number_of_a_closed_stream(place: Path):
    """With standard error closed an archive and rows are written whole, by workers too."""
    row = (place / "applications.jsonl").read_text("utf-8").splitlines(keepends=True)[0]
    (place / "rows.jsonl").write_text(row * 600, "utf-8")
    words = "@ batch rows.jsonl -o out.jsonl --workers 2 --rulebook garden.yaml"
    assert _shell(f"{words} <&- >&- 2>&-", place).returncode == 2, "its summary was not written"
    first = (place / "out.jsonl").read_bytes()
    assert len(first.splitlines()) == 600
    assert _call(io.StringIO(), io.StringIO(), *words.replace("2", "1").split()[1:]) == 0
    assert (place / "out.jsonl").read_bytes() == first
    seal = "@ seal application.yaml --archive a.sqlite --rulebook garden.yaml"
    assert _shell(f"{seal} <&- >&- 2>&-", place).returncode == 2
    words = "archive verify --archive a.sqlite"
    assert _call(io.StringIO(), io.StringIO(), *words.split()) == 0


FILES = {
    "evaluate": "evaluate report.yaml --format html -o answer.html",
    "docs": "docs sociale/2024 -o page.md",
    "read": "read form.txt --rulebook sociale/2024 -o read.yaml",
    "fmt": "fmt unformatted.yaml",
    "new": "new prova/2024 --folder new",
    "batch": "batch reports.jsonl -o out.jsonl",
    "trails": "batch applications.jsonl -o out.csv --trails trails --rulebook garden.yaml",
    "parquet": "batch reports.jsonl -o out.parquet",
    "seal": "seal report.yaml --archive archive.sqlite",
    "correct": "seal other.yaml --archive sealed.sqlite",
    "export": "archive export 1 --archive sealed.sqlite -o exported",
}
"""Commands that write files."""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no such limit on this system")
@pytest.mark.parametrize("name", sorted(FILES))
def test_a_disk_without_room(name: str, place: Path):
    """Status 2 and a sentence; what stood there before is as it was, and no piece is left."""
    shutil.copy(EXAMPLES / "livorno-2024.yaml", place / "other.yaml")
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    done = subprocess.run(
        [*PROCESS, *FILES[name].split()],
        cwd=place,
        env={**ENVIRONMENT, "RULETRAIL_CACHE": "off", "LC_ALL": "C.UTF-8"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert re.search(r"cannot write `[^`]+`", done.stderr)
    assert "Traceback" not in done.stderr + done.stdout
    assert {path: path.read_bytes() for path in before} == before
    left = [path.name for path in place.rglob("*") if path.is_file() and path not in before]
    resumable = r"\.out\.\w+\.(partial|journal)|archive\.sqlite"
    assert [each for each in left if not re.fullmatch(resumable, each)] == []


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no such limit on this system")
@pytest.mark.parametrize("words", ["evaluate report.yaml", "show sociale/2024"])
def test_a_disk_that_fills_up_while_nothing_is_buffered(words: str, place: Path):
    """The system takes what it has room for and reports no error before the next piece."""
    with (place / "answer").open("wb") as answer:
        done = subprocess.run(
            [*PROCESS, *words.split()],
            cwd=place,
            env={**ENVIRONMENT, "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
            stdout=answer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr.count("cannot write standard output")) == (2, 1)


@pytest.mark.skipif(not hasattr(os, "set_blocking"), reason="no such streams on this system")
@pytest.mark.parametrize("cut", ["between rows", "in a row"])
def test_an_input_that_has_nothing_yet_is_waited_for(cut: str, place: Path):
    """Another program that shares a pipe may have made it one that does not wait."""
    row = (place / "applications.jsonl").read_bytes().splitlines(keepends=True)[0]
    first = row if cut == "between rows" else row[:20]
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    os.write(write_end, first)
    words = [*PROCESS, "batch", "-", "-o", "rows.jsonl", "--rulebook", "garden.yaml"]
    with subprocess.Popen(words, cwd=place, env=ENVIRONMENT, stdin=read_end) as run:
        os.close(read_end)
        time.sleep(1.5)
        os.write(write_end, (row * 3)[len(first) :])
        os.close(write_end)
        assert run.wait() == 0
    answers = (place / "rows.jsonl").read_text("utf-8").splitlines()
    assert ["problems" in json.loads(answer) for answer in answers] == [False] * 3


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_NOFILE"), reason="no such limit on this system")
def test_a_system_that_gives_no_more_is_no_defect(place: Path):
    """Workers need open files; where there are none left the user is told (`system-refused`)."""
    words = "batch applications.jsonl -o rows.jsonl --rulebook garden.yaml --workers 8"
    done = subprocess.run(
        [*PROCESS, *words.split()],
        cwd=place,
        env={**ENVIRONMENT, "LC_ALL": "C.UTF-8"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (14, 14)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "the system gives no more" in done.stderr) == (2, True), done.stderr


def test_memory_that_is_not_there_is_no_defect(monkeypatch: pytest.MonkeyPatch):
    """It is the system's, as files and processes are: status 2, and no word of a defect."""

    def lack(*_: object) -> int:
        raise MemoryError

    monkeypatch.setattr("ruletrail.cli.listing.run", lack)
    out, err = io.StringIO(), io.StringIO()
    assert _call(out, err, "list") == 2
    assert "the system gives no more: `Cannot allocate memory` [system-refused]" in err.getvalue()
    assert "raise the limit of memory (`ulimit -v`)" in err.getvalue()


def test_a_library_that_memory_is_too_short_for_is_no_defect(monkeypatch: pytest.MonkeyPatch):
    """Loading fails as if it were not there, and says why only in its text."""

    def lack(*_: object) -> int:
        raise ImportError("libarrow.so: failed to map segment from shared object")

    monkeypatch.setattr("ruletrail.cli.listing.run", lack)
    out, err = io.StringIO(), io.StringIO()
    assert _call(out, err, "list") == 2
    assert "[system-refused]" in err.getvalue()
    assert not is_short_of_memory(ImportError("no module named x"))


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a folder that a process is in")
@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("new own/2030", 2),
        ("seal {}/report.yaml --archive here.archive", 2),
        ("batch {}/reports.jsonl -o {}/rows.jsonl --workers 2", 2),
        ("batch {}/reports.jsonl -o {}/rows.jsonl --workers 1", 1),
        ("new own/2030 --folder {}", 0),
        ("list --library {}", 0),
    ],
)
def test_a_working_folder_that_was_removed_is_no_defect(
    words: str, status: int, place: Path, monkeypatch: pytest.MonkeyPatch
):
    """What needs it says that it is gone (`working-folder-lost`); the rest is answered as ever."""
    (place / "rulebooks").mkdir(exist_ok=True)
    gone = place / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    out, err = io.StringIO(), io.StringIO()
    try:
        found = _call(out, err, *words.replace("{}", str(place)).split())
    finally:
        monkeypatch.chdir(place)
    assert found == status, err.getvalue()
    assert ("[working-folder-lost]" in err.getvalue()) == (status == 2)


def test_batch_keeps_a_link(place: Path):
    """What the link leads to is replaced, as by any other command."""
    (place / "real.jsonl").write_text("old")
    (place / "link.jsonl").symlink_to("real.jsonl")
    words = ("batch", "reports.jsonl", "-o", "link.jsonl", "--workers", "1")
    assert _call(io.StringIO(), io.StringIO(), *words) == 1
    assert (place / "link.jsonl").is_symlink()
    assert len((place / "real.jsonl").read_text().splitlines()) == 3
    assert [path.name for path in place.glob(".*")] == []


# -- What is open already --------------------------------------------------------------------------

WRITERS = {
    "evaluate": "evaluate application.yaml --format json --rulebook garden.yaml",
    "docs": "docs garden.yaml",
    "read": "read form.txt --rulebook sociale/2024",
    "batch": "batch applications.jsonl --to jsonl --rulebook garden.yaml",
}
"""Commands whose output may be named as what is open already."""
OPEN = ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/thread-self/fd/1", "link", "hop")
OPEN += ("/dev/fd/001", "/dev/fd/0000000000001", "/proc/self/fd/01", "/dev/fd/../fd/./1", "odd")
OPEN_IN = [("docs", name) for name in OPEN] + [("batch", name) for name in OPEN]
OPEN_IN += [(command, name) for command in ("evaluate", "read") for name in ("/dev/stdout", "odd")]
"""All names for what a command writes at once, and for what it writes bit by bit."""
descriptors = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no such names")


@pytest.fixture
def links(place: Path) -> Path:
    """Lay links to what is open, and to each other."""
    (place / "link").symlink_to("/dev/stdout")
    (place / "hop").symlink_to("link")
    (place / "odd").symlink_to("/dev/fd/001")
    (place / "ring").symlink_to("gnir")
    (place / "gnir").symlink_to("ring")
    return place


def _answer(command: str) -> tuple[int, str]:
    """Write the output of a command to a file, in this process; gives status and output."""
    status = _call(io.StringIO(), io.StringIO(), *WRITERS[command].split(), "-o", "plain")
    answer = Path("plain").read_text("utf-8")
    Path("plain").unlink()
    return status, answer


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


READERS = (
    "evaluate -", "explain - livello", "read - --rulebook sociale/2024", "seal -", "verify -",
    "batch - -o out.jsonl", "batch - -o out.csv --from csv --rulebook sociale/2024",
)  # fmt: skip
"""Commands that read standard input."""


@pytest.mark.parametrize("words", READERS)
def test_a_folder_as_standard_input_is_one_sentence(words: str, place: Path, monkeypatch):
    """Where Python begins at all with one; it says so itself where it does not."""

    class Folder(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def read(self, _: int = -1) -> bytes:
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))

        def readline(self, _: int | None = -1) -> bytes:
            return self.read()

        def readinto(self, _: object) -> int:
            return len(self.read())

    monkeypatch.chdir(place)
    out, err = io.StringIO(), io.StringIO()
    console = Console(out, err, "en", stdin=Folder())
    assert main([*words.split(), "--format", "text"], console) == 2
    assert out.getvalue() == ""
    assert err.getvalue() == (
        "-: error: cannot read the file `-` [file-unreadable]\n"
        "  → it is a folder: name a file inside it\n"
    )


@descriptors
@pytest.mark.parametrize(("command", "name"), OPEN_IN)
def test_an_output_that_is_open_is_written_where_it_stands(command: str, name: str, links: Path):
    """The file behind a redirection keeps what it holds, and is the same file afterwards."""
    words = WRITERS[command]
    status, answer = _answer(command)
    (links / "f").write_text("HEADER\n")
    (links / "same").hardlink_to(links / "f")
    before = _names(links)
    done = _shell(f"@ {words} -o {name} >> f && echo END >> f", links)
    assert done.returncode == status, done.stderr
    end = "END\n" if status == 0 else ""
    assert (links / "same").read_text("utf-8") == f"HEADER\n{answer}{end}"
    assert _names(links) == before


@descriptors
@pytest.mark.parametrize("command", sorted(WRITERS))
def test_a_descriptor_is_written_at_its_place_whatever_name_it_had(command: str, links: Path):
    """Between what others write to it; a file without a name gets none; another process's too."""
    words, before = WRITERS[command], _names(links)
    _, answer = _answer(command)
    for output, first in (
        ("/dev/fd/3", ":"),
        ("/dev/fd/003", ":"),
        ("/proc/self/fd/3", ":"),
        ("/proc/self/fd/000000000003", ":"),
        ("/proc/$$/fd/3", "exec 3>&-"),
        ("/proc/$$/fd/03", "exec 3>&-"),
    ):
        inner = f"({first}; @ {words} -o {output})"
        done = _shell(f"exec 3>>f 4<f; rm f; echo A >&3; {inner}; echo B >&3; cat <&4", links)
        assert done.stdout == f"A\n{answer}B\n", done.stderr
        assert _names(links) == before, output
    done = _shell(f"exec 3<>f; echo A >&3; @ {words} -o /dev/fd/3; echo B >&3", links)
    assert (links / "f").read_text("utf-8") == f"A\n{answer}B\n", done.stderr


@descriptors
@pytest.mark.parametrize("command", sorted(WRITERS))
def test_a_descriptor_that_cannot_be_written_is_a_problem(command: str, links: Path):
    """One that is closed, one that is only read, a full disk; a pipe that nobody reads is none."""
    words = WRITERS[command]
    for rest, said in (
        ("/dev/fd/77", "cannot write `/dev/fd/77`"),
        ("/dev/fd/0077", "cannot write `/dev/fd/0077`"),
        ("/dev/fd/1000000000000", "cannot write"),
        ("/dev/fd/3 3< trail.json", "cannot write `/dev/fd/3`"),
        ("/dev/fd/3 3> /dev/full", "there is no room left"),
        ("/dev/fd/03 3> /dev/full", "there is no room left"),
    ):
        done = _shell(f"@ {words} -o {rest}", links)
        shown = done.stdout + done.stderr
        assert (done.returncode, said in shown) == (2, True), shown
        assert not re.search(r"Traceback|defect|Exception|ignored", shown)
    quiet = _shell(f"{{ @ {words} -o /dev/stdout; echo $? >&2; }} | true", links)
    assert not re.search(r"Traceback|defect|Exception|ignored|cannot", quiet.stderr), quiet.stderr


@descriptors
@pytest.mark.parametrize(
    ("rest", "code"),
    [
        ("-o /dev/stdout --to parquet", "batch-parquet-stream"),
        ("-o /dev/fd/3 --to parquet 3> f", "batch-parquet-stream"),
        ("-o /dev/fd/03 --to parquet 3> f", "batch-parquet-stream"),
        ("-o link --resume", "batch-resume-stream"),
        ("-o ring --to csv", "output-unwritable"),
    ],
)
def test_batch_makes_no_files_beside_what_is_open(rest: str, code: str, links: Path):
    """What cannot grow as a stream is refused, as for `-`."""
    done = _shell(f"@ batch reports.jsonl {rest}", links)
    assert (done.returncode, f"[{code}]" in done.stderr) == (2, True), done.stderr
    assert [name for name in _names(links) if name.startswith(".")] == []


@pytest.mark.parametrize("command", sorted(WRITERS))
def test_a_ring_of_links_is_no_place(command: str, links: Path):
    """It leads nowhere, and stays."""
    for name in ("ring", "ring/x"):
        status, out, err = _plain(links, *WRITERS[command].split(), "-o", name)
        assert (status, "output-unwritable" in out + err) == (2, True), out + err
    assert ((links / "ring").is_symlink(), (links / "gnir").is_symlink()) == (True, True)
    assert [name for name in _names(links) if name.startswith(".")] == []


@descriptors
@pytest.mark.parametrize(
    "rest",
    [
        "self.jsonl -o - >> self.jsonl",
        "self.jsonl -o - >> same.jsonl",
        "./link.jsonl -o - >> self.jsonl",
        "- -o - < self.jsonl >> same.jsonl",
        "self.jsonl -o /dev/stdout >> self.jsonl",
        "self.jsonl -o /dev/fd/3 3>> same.jsonl",
        "self.jsonl -o /dev/fd/003 3>> same.jsonl",
        "self.jsonl -o /dev/fd/00000000003 3>> same.jsonl",
        "self.jsonl -o /proc/self/fd/03 3>> same.jsonl",
        "self.jsonl -o odd 1>> same.jsonl",
        "self.jsonl -o - >> garden.yaml",
    ],
)
def test_rows_are_not_read_from_where_they_are_written(rest: str, place: Path):
    """Otherwise each answer would be one more row, without end."""
    shutil.copy(place / "reports.jsonl", place / "self.jsonl")
    (place / "same.jsonl").hardlink_to(place / "self.jsonl")
    (place / "link.jsonl").symlink_to("self.jsonl")
    (place / "odd").symlink_to("/dev/fd/01")
    before = {name: (place / name).read_bytes() for name in ("self.jsonl", "garden.yaml")}
    done = _shell(f"timeout 60 @ batch {rest} --rulebook garden.yaml --workers 1", place)
    assert (done.returncode, "[output-is-input]" in done.stderr) == (2, True), done.stderr
    assert {name: (place / name).read_bytes() for name in before} == before


@descriptors
def test_rows_are_written_to_another_file(place: Path):
    """One that is open too, beside the input."""
    done = _shell("timeout 60 @ batch reports.jsonl -o - --workers 1 >> other.jsonl", place)
    assert "output-is-input" not in done.stderr
    assert len((place / "other.jsonl").read_text().splitlines()) == 3


@descriptors
@pytest.mark.parametrize(
    "rest",
    [
        "-o trails/row-000000001.json",
        "-o trails/../trails/row-1234567890.json",
        "-o to.json",
        "-o /dev/fd/3 3> trails/row-000000002.json",
        "-o /dev/fd/003 3> trails/row-000000002.json",
        "-o - > trails/row-000000002.json",
    ],
)
def test_an_output_is_no_trail_of_a_row(rest: str, place: Path):
    """One of the two would be lost."""
    (place / "trails").mkdir()
    (place / "to.json").symlink_to("trails/row-000000003.json")
    done = _shell(f"@ {WITH_TRAILS} {rest}", place)
    assert (done.returncode, "[output-unwritable]" in done.stderr) == (2, True), done.stderr
    assert "the trails of rows are called so" in done.stderr


WITH_TRAILS = "batch applications.jsonl --to jsonl --rulebook garden.yaml --trails ./trails"


@pytest.mark.parametrize("output", ["trails/out.json", "trails/row-1.json", "row-000000001.json"])
def test_an_output_lies_beside_the_trails_of_rows(output: str, place: Path):
    """With another name, or in another folder: both are there."""
    (place / "trails").mkdir()
    err = io.StringIO()
    _call(io.StringIO(), err, *WITH_TRAILS.split(), "-o", output)
    assert "[output-unwritable]" not in err.getvalue()
    assert "trail" not in json.loads((place / output).read_text().splitlines()[0])
    assert '"trail"' in (place / "trails/row-000000001.json").read_text()


# -- Ctrl-C ----------------------------------------------------------------------------------------


BEGUN = """
import signal, sys
from ruletrail.cli import main
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
print("begun", file=sys.stderr, flush=True)
sys.exit(main())
"""
"""The program, which says when it is ours: Ctrl-C while Python itself begins is Python's.

Who runs the tests by `nohup` has its signal ignored, which would be handed on.
"""


def _interrupt(
    words: list[str],
    folder: Path,
    is_ready: Callable[[], bool],
    number: int = signal.SIGINT,
    **environment: str,
) -> tuple[int, str]:
    """Press Ctrl-C, which the whole group of processes gets; return status and what was said.

    Another signal than that of Ctrl-C is for the command alone.
    """
    with subprocess.Popen(
        [sys.executable, "-c", BEGUN, *words],
        cwd=folder,
        env=ENVIRONMENT | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"begun\n"
        end = time.monotonic() + 60
        while not is_ready() and time.monotonic() < end:
            time.sleep(0.01)
        if number == signal.SIGINT:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        status = process.wait(timeout=60)
        streams = [stream for stream in (process.stdout, process.stderr) if stream is not None]
        return status, "".join(stream.read().decode() for stream in streams)


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no groups of processes on this system")
@pytest.mark.parametrize("words", ["lsp", "evaluate -", f"test {SMALL} --watch"])
def test_ctrl_c_ends_what_waits(words: str, place: Path):
    """Status 130 at once, though nobody closed the input, and no traceback."""
    times: list[float] = []

    def is_ready() -> bool:
        # whenever it comes after this, the answer is the same
        times.append(time.monotonic())
        return times[-1] - times[0] > 1.0

    status, said = _interrupt(words.split(), place, is_ready)
    assert (status, "Traceback" in said) == (130, False)


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no groups of processes on this system")
@pytest.mark.parametrize("when", ["starting", "working"])
def test_ctrl_c_ends_batch_and_its_workers(when: str, place: Path):
    """No process of the group is left or says anything, and the run can be resumed."""
    (place / "in.jsonl").write_text('{"rulebook": "sociale/2024", "fields": {}}\n' * 4_000)
    journal = place / ".out.jsonl.journal"

    def is_ready() -> bool:
        least = 2 if when == "working" else 1
        return journal.exists() and journal.read_bytes().count(b"\n") >= least

    words = ["batch", "in.jsonl", "-o", "out.jsonl", "--workers", "2"]
    status, said = _interrupt(words, place, is_ready)
    assert (status, said) == (130, "")
    assert not (place / "out.jsonl").exists()
    assert "ruletrail" not in _list_group(place)
    assert _call(io.StringIO(), io.StringIO(), *words[:-1], "1", "--resume") == 1
    rows = [json.loads(line)["row"] for line in (place / "out.jsonl").read_text().splitlines()]
    assert rows == list(range(1, 4_001))


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no end of terminals on this system")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SIGTERM", "batch in.jsonl -o out.jsonl --workers 2"),
        ("SIGHUP", "batch in.jsonl -o out.xlsx --workers 2"),
        ("SIGTERM", "batch in.jsonl -o out.csv --workers 1"),
    ],
)
def test_what_asks_batch_to_end_leaves_nothing_behind(name: str, words: str, place: Path):
    """As by Ctrl-C, but for the status: no process, and no folder of their sockets."""
    (place / "in.jsonl").write_text('{"rulebook": "sociale/2024", "fields": {}}\n' * 4_000)
    journal = place / f".{words.split()[3]}.journal"

    def is_ready() -> bool:
        return journal.exists() and journal.read_bytes().count(b"\n") >= 2

    number = getattr(signal, name)
    with TemporaryDirectory() as temporary:
        status, said = _interrupt(words.split(), place, is_ready, number, TMPDIR=temporary)
        assert (status, said) == (128 + number, "")
        assert list(Path(temporary).iterdir()) == []
    assert "ruletrail" not in _list_group(place)


def test_batch_works_where_no_socket_has_room(place: Path):
    """What forks workers listens on one in the folder for temporary files, whose path is short."""
    (place / "in.jsonl").write_text('{"rulebook": "sociale/2024", "fields": {}}\n' * 600)
    temporary = place / ("t" * 100)
    temporary.mkdir()
    done = _shell(f"TMPDIR={temporary} @ batch in.jsonl -o out.jsonl --workers 2", place)
    assert (done.returncode, "out.jsonl" in done.stderr) == (1, True), done.stderr
    assert len((place / "out.jsonl").read_text().splitlines()) == 600


def test_signals_that_somebody_minds_stay_his(place: Path, monkeypatch: pytest.MonkeyPatch):
    """`nohup` has one ignored, and a program around has its own; and each is as it was."""
    heard: list[int] = []
    monkeypatch.chdir(place)
    words = ("batch", "reports.jsonl", "-o", "out.jsonl", "--workers", "1")
    before = signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))

    def work(*_: object, **__: object) -> None:
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr("ruletrail.cli.batch._needs_workers", work)
    try:
        assert _call(io.StringIO(), io.StringIO(), *words) == 1
        assert heard == [signal.SIGTERM]
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        assert _call(io.StringIO(), io.StringIO(), *words) == 128 + signal.SIGTERM
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)


def _list_group(folder: Path) -> str:
    """List what still runs in a folder, by its command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if (path / "cwd").resolve() == folder.resolve():
                found.append((path / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return "\n".join(found)


def test_ctrl_c_before_the_command_is_imported(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    """It ends as later: with 130, and without a word."""

    class Interrupted:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "ruletrail.cli":
                raise KeyboardInterrupt

    for name in [name for name in sys.modules if name.partition("ruletrail.cli")[1]]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Interrupted(), *sys.meta_path])
    assert runpy.run_module("ruletrail.__main__")["main"]() == 130
    assert capfd.readouterr() == ("", "")


def test_ctrl_c_amid_a_destructor_comes_again(monkeypatch: pytest.MonkeyPatch):
    """Python drops what a destructor raises; the command ends with 130 all the same."""

    class Dying:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    def work(*_: object) -> int:
        Dying()
        time.sleep(5)
        return 0

    monkeypatch.setattr("ruletrail.cli.main", work)
    before = sys.unraisablehook
    assert runpy.run_module("ruletrail.__main__")["main"]() == 130
    assert sys.unraisablehook is before
