"""Pages that lead to each other without end: found, and no command reads on; Ctrl-C ends any."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ruletrail.archives import files, list_records, read_record, reading, seal, verify_archive
from ruletrail.archives.files import ENDLESS, open_to_read
from ruletrail.archives.records import Part
from ruletrail.problems import ProblemsError
from support.archive_cases import (
    make_archive,
    parking,
    rewrite,
    rewrite_envelope,
    share_overflow,
    tamper,
)
from support.command_line import call
from support.forged_pages import forge
from support.places import JESI

TABLES = ("records", "contents")
INDEXES = ("sqlite_autoindex_contents_1", "sqlite_autoindex_records_1", "records_of_series")
SMALL = 1_000_000
"""In the place of the 256 MB that a row may have."""

SECONDS = 10
"""More than any answer takes, and far less than a forged file would."""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Make a small archive of three records."""
    for hours in (1, 3, 5):
        seal(tmp_path / "a", parking("Anna", hours, 1))
    return tmp_path / "a"


def _answer(archive: Path, *words: object) -> tuple[int, set[str]]:
    """Run a command within the time; gives its status and the codes of what it says."""
    begin = time.monotonic()
    status, out, err = call(*words, "--archive", archive, "--format", "json")
    assert time.monotonic() - begin < SECONDS
    said = json.loads(out or err)
    return status, {problem["code"] for problem in said.get("problems", ())}


@pytest.mark.parametrize("words", [("list",), ("show", 1), ("show", 3), ("show", 9), ("verify",)])
def test_a_forged_list_of_tables_is_no_archive_to_any_command(archive: Path, words: tuple[object]):
    forge(archive, "sqlite_master")
    assert _answer(archive, "archive", *words) == (2, {"archive-damaged"})


@pytest.mark.parametrize("name", ["sqlite_master", *TABLES])
def test_nothing_is_sealed_into_a_forged_table(archive: Path, name: str):
    forge(archive, name)
    before = archive.read_bytes()
    assert _answer(archive, "seal", JESI) == (2, {"archive-damaged"})
    assert archive.read_bytes() == before


def test_nothing_is_exported_out_of_a_forged_file(archive: Path, tmp_path: Path):
    forge(archive, "sqlite_master")
    words = ("archive", "export", 1, "-o", tmp_path / "out", "--archive", archive)
    status, _, err = call(*words)
    assert (status, "[archive-damaged]" in err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_records_that_come_again_are_not_listed(archive: Path):
    forge(archive, "records")
    assert _answer(archive, "archive", "list") == (2, {"archive-damaged"})
    with pytest.raises(ProblemsError) as caught:
        list_records(archive)
    assert [problem.details["text"] for problem in caught.value.problems] == [f"`{ENDLESS}`"]


LONG = 16_500 + 4_092 * 200


def test_rows_that_share_their_pages_are_read_as_far_as_the_file_is_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A hundred rows of 800 kB in a file of 3 MB: no more than the file holds is read of them."""
    archive, names = make_archive(tmp_path / "a"), [f"sha256:{i:064x}" for i in range(100)]
    parts = read_record(archive, 3)[0].parts
    rewrite(archive, 3, parts={**parts, **{f"library/{n[7:]}": Part(LONG, n) for n in names}})
    assert verify_archive(archive).problems[-1].code == "part-missing"
    share_overflow(archive, names, LONG, 16_500)
    read: list[int] = []
    own = reading._read_content
    monkeypatch.setattr(
        reading,
        "_read_content",
        lambda *asked: [found := own(*asked), read.append(len(found or b""))][0],
    )
    last = verify_archive(archive).problems[-1]
    assert (last.code, last.details["text"]) == ("archive-damaged", f"`{ENDLESS}`")
    assert sum(read) <= archive.stat().st_size + LONG


def test_bytes_that_cannot_be_the_part_are_not_read(archive: Path, monkeypatch: pytest.MonkeyPatch):
    """Of another size, or larger than any part is: SQLite makes gigabytes of zeros in a moment."""
    monkeypatch.setattr(reading, "LARGEST", SMALL)
    record = read_record(archive, 3)[0]
    digests = {name: part.digest for name, part in record.parts.items()}
    zeros = "UPDATE contents SET data = zeroblob(?) WHERE digest = ?"
    tamper(archive, (zeros, (20_000_000, digests["report.json"])))
    tamper(archive, (zeros, (SMALL + 1, digests["report-as-given"])))
    said = replace(record.parts["report-as-given"], size=SMALL + 1)
    parts = {**record.parts, "report-as-given": said}
    rewrite_envelope(archive, replace(record, parts=parts))
    asked: list[str] = []
    own = reading._read_content
    monkeypatch.setattr(
        reading,
        "_read_content",
        lambda connection, digest: [asked.append(digest), own(connection, digest)][1],
    )
    problems = verify_archive(archive).problems
    altered = [each for each in problems if each.code == "part-altered"]
    assert {each.details["part"] for each in altered} == {"`report.json`", "`report-as-given`"}
    assert digests["trail.json"] in asked
    assert not {digests["report.json"], digests["report-as-given"]} & set(asked)
    with pytest.raises(ProblemsError, match=r"part-altered"):
        read_record(archive, 3)


def test_no_row_is_read_that_is_larger_than_any_is(archive: Path, monkeypatch: pytest.MonkeyPatch):
    """An envelope of zeros: its length is asked of no row, SQLite itself reads none so long."""
    monkeypatch.setattr(files, "LARGEST", SMALL)
    tamper(archive, ("UPDATE records SET envelope = zeroblob(?) WHERE number = 3", (SMALL + 1,)))
    assert _answer(archive, "archive", "list") == (2, {"archive-damaged"})


def test_parts_that_records_share_are_read_once(archive: Path, monkeypatch: pytest.MonkeyPatch):
    """What many share, be it a trail, costs no more for many."""
    asked: list[str] = []
    own = reading._read_content
    monkeypatch.setattr(
        reading,
        "_read_content",
        lambda connection, digest: [asked.append(digest), own(connection, digest)][1],
    )
    assert verify_archive(archive).problems == ()
    assert len(asked) == len(set(asked))
    assert len(asked) < sum(len(record.parts) for record in list_records(archive))


@pytest.mark.parametrize("name", [*TABLES, *INDEXES])
def test_verifying_a_forged_table_or_index_ends_and_finds_the_damage(archive: Path, name: str):
    """What is whole is still told: the three records, up to the last one's digest."""
    head = list_records(archive)[-1].digest
    forge(archive, name)
    assert _answer(archive, "archive", "verify") == (1, {"archive-damaged"})
    verified = verify_archive(archive, head)
    assert (verified.records, verified.head, verified.expected_at) == (3, head, 3)


@pytest.mark.parametrize("name", ["contents", *INDEXES])
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("archive", "list"), (0, set())),
        (("archive", "show", 1), (0, set())),
        (("archive", "show", 9), (2, {"record-unknown"})),
    ],
)
def test_what_a_forged_part_does_not_touch_is_read(
    archive: Path, name: str, words: tuple[object], expected: tuple[int, set[str]]
):
    forge(archive, name)
    assert _answer(archive, *words) == expected


@pytest.mark.parametrize("name", INDEXES)
def test_sealing_over_a_forged_index_ends(archive: Path, name: str):
    forge(archive, name)
    assert _answer(archive, "seal", JESI)[0] in (0, 2)


def test_a_query_of_any_kind_ends(archive: Path):
    """Whatever is asked of a forged table: the steps are counted for the whole connection."""
    forge(archive, "records")
    begin = time.monotonic()
    with pytest.raises(ProblemsError) as caught, open_to_read(archive) as connection:
        connection.execute("SELECT sum(length(envelope)) FROM records NOT INDEXED").fetchone()
    assert [problem.code for problem in caught.value.problems] == ["archive-damaged"]
    assert time.monotonic() - begin < SECONDS


def test_true_archives_take_a_tenth_of_the_steps_they_may(tmp_path: Path):
    """Many records of little text are the most steps for a byte."""
    archive = tmp_path / "a"
    for number in range(60):
        seal(archive, parking(f"{number}", 1, 1))
    steps = _count_steps(make_archive(tmp_path / "b")), _count_steps(archive)
    sizes = (tmp_path / "b").stat().st_size, archive.stat().st_size
    assert all(10 * taken < 2 * size for taken, size in zip(steps, sizes, strict=True))


def _count_steps(archive: Path) -> int:
    """Count by hundreds the steps of the most thorough look that SQLite takes."""
    taken = 0

    def count() -> None:
        nonlocal taken
        taken += 100

    with open_to_read(archive) as connection:
        connection.set_progress_handler(count, 100)
        connection.execute("PRAGMA integrity_check").fetchall()
        connection.execute("SELECT digest FROM contents ORDER BY digest").fetchall()
        connection.execute("SELECT number FROM records ORDER BY number").fetchall()
    return taken


# -- Ctrl-C ----------------------------------------------------------------------------------------

_PRESSED = """
import os, signal, sys, threading
from ruletrail.archives import files
from ruletrail.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
files._STEPS = 10**15  # as in a file so large that it takes hours
threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    "words", [("archive", "list"), ("archive", "show", "1"), ("archive", "verify"), ("seal", JESI)]
)
def test_ctrl_c_ends_what_sqlite_is_busy_with(archive: Path, words: tuple[object]):
    forge(archive, "sqlite_master")
    before = archive.read_bytes()
    command = [sys.executable, "-c", _PRESSED, *map(str, words), "--archive", str(archive)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, b"Traceback" in done.stderr) == (130, b"", False)
    assert archive.read_bytes() == before


def test_ctrl_c_amid_a_verification_is_no_damage(archive: Path, monkeypatch: pytest.MonkeyPatch):
    """The file is as good as it was: nothing is said of it, neither found nor not found."""
    monkeypatch.setattr("ruletrail.archives.files._WATCH", 1)
    monkeypatch.setattr("ruletrail.archives.files.Archive._is_over", _press)
    with pytest.raises(KeyboardInterrupt):
        verify_archive(archive)


def _press(_: object) -> bool:
    raise KeyboardInterrupt
