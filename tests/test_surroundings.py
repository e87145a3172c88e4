"""Surroundings that give little: few files, no memory, a mask that takes all away; and the log."""

import errno
import io
import json
import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import anyio
import pytest

from ruletrail.assistants.lines import ShownOutput
from ruletrail.batches.parquet import import_arrow
from ruletrail.cli.consoles import Console
from ruletrail.documents import read_bytes
from ruletrail.files import ask_for_files, find_temporary_trouble, name_temporary_folder
from ruletrail.problems import Mark, Problem, ProblemsError, find_shortage, unwritable
from ruletrail.service.logs import JsonLines, LeaveOutEndings
from ruletrail.service.settings import Commands, Settings
from ruletrail.service.shelves import Keeper
from ruletrail.service.workers import Workers
from support.places import ROOT

resource = pytest.importorskip("resource")

PROCESS = [sys.executable, "-m", "ruletrail"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "engine"), "LC_ALL": "C.UTF-8"}
TOO_MANY = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
HOSTILE = "\x1b[31m\x07\x7f\x85\x9b31m\u2028\u202e"
"""What a terminal obeys, and what changes direction."""


def _codes(error: ProblemsError | None) -> list[str]:
    return [problem.code for problem in error.problems] if error is not None else []


# -- Few files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "files"),
    [
        ("serve --port 0", 12),  # the loop was begun, and could not be closed
        ("serve --port 0 --workers 2", 12),
        ("mcp --http --port 0", 12),
        ("mcp", 7),  # standard output was called closed
        ("lsp", 7),  # a traceback of the loop's destructor
        ("batch in.jsonl -o out.jsonl --workers 2", 7),  # no folder for temporary files
        ("batch in.jsonl -o out.jsonl --workers 1", 5),  # a rulebook that nobody may read
    ],
)
def test_too_few_files_are_the_systems(words: str, files: int, folder: Path):
    """It is told before anything is begun that would end half way, and of no file or stream."""
    Path("in.jsonl").write_text('{"rulebook": "sociale/2024"}\n', encoding="utf-8")
    done = subprocess.run(
        [*PROCESS, *words.split(), "--lang", "en"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)),
        stdin=subprocess.DEVNULL, capture_output=True, env=ENVIRONMENT, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    said = f"ruletrail: error: the system gives no more: `{TOO_MANY.strerror}` [system-refused]"
    assert (done.returncode, done.stderr.splitlines()[:1]) == (2, [said])
    assert len(done.stderr.splitlines()) == 2


def test_no_file_is_blamed_for_what_the_process_lacks(monkeypatch: pytest.MonkeyPatch):
    """Reading and writing alike; what else fails is told of the file."""

    def lack(*_: object, **__: object) -> None:
        raise TOO_MANY

    monkeypatch.setattr("ruletrail.documents.reading.open_given", lack)
    with pytest.raises(ProblemsError) as caught:
        read_bytes(Path("report.yaml"), "report.yaml", 10)
    assert _codes(caught.value) == ["system-refused"]
    assert _codes(unwritable("out.csv", TOO_MANY)) == ["system-refused"]
    assert _codes(unwritable("out.csv", OSError(errno.EACCES, "no"))) == ["output-unwritable"]


def test_files_that_are_asked_for_are_given_back():
    """Nothing stays open, whether there are enough or not."""
    before = os.dup(0)
    os.close(before)
    ask_for_files(20)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    try:
        with pytest.raises(OSError, match=TOO_MANY.strerror or ""):
            ask_for_files(80)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    after = os.dup(0)
    os.close(after)
    assert after == before  # the lowest number that is free


# -- No memory, no folder --------------------------------------------------------------------------


def test_an_extra_that_memory_is_too_short_for_is_not_missing(monkeypatch: pytest.MonkeyPatch):
    """It is installed: who installs it again is no step further."""

    def lack(name: str) -> None:
        raise ImportError(f"{name}: failed to map segment from shared object")

    monkeypatch.setattr("ruletrail.batches.parquet.import_module", lack)
    with pytest.raises(ImportError) as caught:
        import_arrow()
    assert _codes(find_shortage(caught.value)) == ["system-refused"]


def test_a_thread_or_a_group_of_errors_tells_what_is_short():
    """What the loops of servers raise where processes and memory are limited."""
    for error in (
        RuntimeError("can't start new thread"),
        MemoryError(),
        ExceptionGroup("of tasks", [ValueError(), ExceptionGroup("of more", [TOO_MANY])]),
    ):
        assert _codes(find_shortage(error)) == ["system-refused"], error
    for other in (RuntimeError("loop"), ExceptionGroup("of tasks", [ValueError()])):
        assert find_shortage(other) is None


def test_a_mask_that_takes_all_away_leaves_workers_their_folder(folder: Path):
    """Python makes a folder for their sockets, and could neither use nor remove it."""
    kept = folder / "temporary"
    kept.mkdir()
    Path("in.jsonl").write_text('{"rulebook": "sociale/2024"}\n', encoding="utf-8")
    folder.chmod(0o777)
    done = subprocess.run(
        [*PROCESS, "batch", "in.jsonl", "-o", "-", "--to", "csv", "--workers", "2"],
        preexec_fn=lambda: os.umask(0o777) and None, capture_output=True, check=False, timeout=60,
        env={**ENVIRONMENT, "TMPDIR": str(kept), "RULETRAIL_CACHE": "off"},
    )  # fmt: skip
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1), done.stderr
    assert list(kept.iterdir()) == []


def test_a_folder_for_temporary_files_has_a_name_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
):
    """Whoever says that nothing can be written there needs one."""

    def find() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory")

    monkeypatch.setattr(tempfile, "gettempdir", find)
    monkeypatch.setenv("TMPDIR", "/given")
    assert name_temporary_folder() == "/given"
    monkeypatch.delenv("TMPDIR")
    assert name_temporary_folder() == "/tmp"  # noqa: S108 - named, and not used


def test_a_folder_that_may_not_be_written_is_not_called_absent(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Python says of read-only folders that there is none: who makes it is no step further."""
    absent = FileNotFoundError(errno.ENOENT, "No usable temporary directory found")
    for name, advice in ((str(folder), ""), (str(folder / "absent"), "folder-missing")):
        monkeypatch.setattr(tempfile, "tempdir", name)
        place, error = find_temporary_trouble(absent)
        problem = unwritable(place, error).problems[0]
        assert (place, problem.advice) == (name, advice)


# -- What is logged, and what a terminal shows -----------------------------------------------------


def _record(name: str, message: str, error: BaseException | None = None) -> logging.LogRecord:
    told = (type(error), error, None) if error is not None else None
    record = logging.LogRecord(name, logging.ERROR, "", 1, message, (), told)
    record.fields = {"file": HOSTILE}
    return record


def test_a_line_of_the_log_holds_nothing_that_a_terminal_obeys():
    """A file of a library may be called anything; the line means the same."""
    written = JsonLines().format(_record("ruletrail.service", "rulebook-invalid"))
    assert written.isprintable()
    assert json.loads(written)["file"] == HOSTILE


def test_a_terminal_obeys_nothing_that_an_assistant_sends():
    """Its own identifier comes back in the answer; the message means the same."""
    terminal = io.StringIO()
    message = json.dumps({"id": HOSTILE}, ensure_ascii=False) + "\n"
    output = ShownOutput(terminal)
    output.write(message)
    output.flush()
    assert terminal.getvalue().rstrip("\n").isprintable()
    assert json.loads(terminal.getvalue()) == {"id": HOSTILE}


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_obeys_nothing_that_stands_beside_a_result():
    """The name of a file is in the JSON of a remark; only a terminal has it as escapes."""
    terminal, file = _Terminal(), io.StringIO()
    for stream in (terminal, file):
        console = Console(io.StringIO(), stream, "en", "json")
        console.show_remarks(
            [Problem("text-cut", Mark(HOSTILE, 1, 1), {"text": "`#1`", "instead": "`x #1`"})]
        )
        assert json.loads(stream.getvalue())["problems"][0]["file"] == HOSTILE
    assert terminal.getvalue().rstrip("\n").isprintable()
    assert "\x9b" in file.getvalue()


def test_what_the_loop_says_is_a_line_of_json_and_no_defect():
    """Too many connections are the system's; that a process has ended already is nothing."""
    line = json.loads(JsonLines().format(_record("asyncio", "socket.accept() failed", TOO_MANY)))
    assert line["event"] == "server"
    assert TOO_MANY.strerror in line["message"]
    line = json.loads(JsonLines().format(_record("asyncio", "task", ValueError("a secret"))))
    assert (line["event"], line["error"]) == ("defect", "ValueError")
    ended = "Unknown child process pid 7, will report returncode 255"
    assert not LeaveOutEndings().filter(_record("asyncio", ended))
    assert LeaveOutEndings().filter(_record("asyncio", "socket.accept() failed"))


def test_a_library_that_stays_away_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """And again when it was there meanwhile: a line at every look would be all that a log holds."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr("ruletrail.service.shelves.log", lambda *_, **fields: told.append(fields))
    settings = Settings(Commands(lambda _: [], lambda *_: ([], True)), (str(tmp_path / "regole"),))
    keeper = Keeper(settings, Workers(settings))

    async def look() -> list[int]:
        counts = []
        for is_there in (False, False, True, True, False, False):
            if is_there:
                (tmp_path / "regole/rulebooks").mkdir(parents=True, exist_ok=True)
            elif (tmp_path / "regole/rulebooks").exists():
                (tmp_path / "regole/rulebooks").rmdir()
                (tmp_path / "regole").rmdir()
            await keeper.look()
            counts.append(sum("codes" in each for each in told))
        return counts

    assert anyio.run(look) == [1, 1, 1, 1, 2, 2]
