"""A crash, a full disk, two writers at once: nothing sealed is lost, or seen half-sealed.

SQLite lets its calls to the system be exchanged (`xSetSystemCall`, there for tests). A forked child
exchanges them and dies, or finds the disk full, at exactly the n-th write; the parent then looks at
what is on the disk.
"""

import ctypes
import errno
import os
import random
import resource
import shutil
import signal
import sqlite3
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from ruletrail.archives import files, list_records, seal, verify_archive
from ruletrail.problems import ProblemsError
from support.archive_cases import parking

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"),
    reason="forks, kills and exchanges the calls of SQLite for Linux",
)

KILLED, REFUSED, SEALED = 77, 2, 0


def sealable(name):
    """Make a complete report of somebody, long enough to fill many pages of the archive."""
    return parking(name, 3, 3000)


# -- Exchanged system calls ------------------------------------------------------------------------

_CALLS = (
    "xOpen",
    "xDelete",
    "xAccess",
    "xFullPathname",
    "xDlOpen",
    "xDlError",
    "xDlSym",
    "xDlClose",
    "xRandomness",
    "xSleep",
)


class Vfs(ctypes.Structure):
    """`sqlite3_vfs` of sqlite3.h, as far as the setter of system calls."""

    _fields_ = (
        ("iVersion", ctypes.c_int),
        ("szOsFile", ctypes.c_int),
        ("mxPathname", ctypes.c_int),
        ("pNext", ctypes.c_void_p),
        ("zName", ctypes.c_char_p),
        ("pAppData", ctypes.c_void_p),
        *(
            (name, ctypes.c_void_p)
            for name in (*_CALLS, "xCurrentTime", "xGetLastError", "xCurrentTimeInt64")
        ),
        (
            "xSetSystemCall",
            ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p),
        ),
    )


def find_vfs():
    """Find the default VFS of the SQLite that Python itself uses.

    None where it is not a shared library.
    """
    loaded = {
        line.split()[-1]
        for line in Path("/proc/self/maps").read_text().splitlines()
        if "libsqlite3" in line
    }
    if len(loaded) != 1:
        return None
    library = ctypes.CDLL(loaded.pop())
    library.sqlite3_vfs_find.restype = ctypes.POINTER(Vfs)
    return library.sqlite3_vfs_find(None)


needs_calls = pytest.mark.skipif(
    not sys.platform.startswith("linux") or find_vfs() is None,
    reason="this Python's SQLite is no shared library",
)


class Faults:
    """Counts the calls that change the disk.

    At the chosen one the process dies, or from there on the disk is full.
    """

    def __init__(self, at, kind):
        """Strike at the call `at`, counted from 1: `kill`, `torn` (half of it done) or `full`."""
        self.at, self.kind, self.count, self.names, self.kept = at, kind, 0, [], []

    def install(self):
        """Exchange the calls of this process, for good."""
        vfs = find_vfs()
        number, text, size = ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t
        self._set(
            vfs,
            b"write",
            ctypes.CFUNCTYPE(ctypes.c_ssize_t, number, ctypes.c_void_p, size, use_errno=True),
            self._write,
        )
        place = ctypes.CFUNCTYPE(
            ctypes.c_ssize_t, number, ctypes.c_void_p, size, ctypes.c_int64, use_errno=True
        )
        for name in (b"pwrite", b"pwrite64"):
            self._set(vfs, name, place, self._write)
        self._set(
            vfs,
            b"ftruncate",
            ctypes.CFUNCTYPE(number, number, ctypes.c_int64, use_errno=True),
            self._cut,
        )
        self._set(vfs, b"unlink", ctypes.CFUNCTYPE(number, text, use_errno=True), self._unlink)
        self._set(
            vfs,
            b"openDirectory",
            ctypes.CFUNCTYPE(number, text, ctypes.POINTER(number), use_errno=True),
            self._folder,
        )

    def _set(self, vfs, name, kind, function):
        self.kept.append(kind(function))
        assert (
            vfs.contents.xSetSystemCall(vfs, name, ctypes.cast(self.kept[-1], ctypes.c_void_p)) == 0
        )

    def _now(self, name):
        """Note a call; true when the fault strikes here."""
        self.count += 1
        self.names.append(name)
        if self.count == self.at and self.kind == "kill":
            os._exit(KILLED)
        return self.count >= self.at if self.kind == "full" else self.count == self.at

    def _write(self, handle, buffer, size, offset=None):
        data = ctypes.string_at(buffer, size)
        if self._now("write"):
            if self.kind == "full":
                ctypes.set_errno(errno.ENOSPC)
                return -1
            os.pwrite(handle, data[: size // 2], offset)
            os._exit(KILLED)
        return os.pwrite(handle, data, offset) if offset is not None else os.write(handle, data)

    def _cut(self, handle, size):
        strike = self._now("ftruncate")
        os.ftruncate(handle, size)
        self._die_after(strike)
        return 0

    def _unlink(self, path):
        strike = self._now("unlink")
        Path(os.fsdecode(path)).unlink()
        self._die_after(strike)
        return 0

    def _folder(self, path, handle):
        strike = self._now("openDirectory")
        handle[0] = os.open(Path(os.fsdecode(path)).parent, os.O_RDONLY)
        self._die_after(strike)
        return 0

    def _die_after(self, strike):
        """Die after the work, for calls that have no half."""
        if strike and self.kind == "torn":
            os._exit(KILLED)


def in_child(work):
    """Run something in a forked child; returns its exit status."""
    child = os.fork()
    if child == 0:
        status = 99
        try:
            status = work()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def seal_with_fault(path, name, at, kind):
    def work():
        faults = Faults(at, kind)
        faults.install()
        try:
            seal(path, sealable(name))
        except ProblemsError as error:
            return (
                REFUSED
                if {problem.code for problem in error.problems} == {"archive-unwritable"}
                else 98
            )
        return SEALED

    return in_child(work)


@pytest.fixture
def archive(tmp_path):
    """Make an archive with two records."""
    path = tmp_path / "archive.sqlite"
    for name in ("Anna", "Bruno"):
        seal(path, sealable(name))
    return path


def check_all(path, before, name):
    """Check that old records are whole, and the new one is there whole or not; then seal it."""
    verified = verify_archive(path, before[-1].digest)
    assert verified.problems == ()
    assert list_records(path)[: len(before)] == before
    assert verified.records in (len(before), len(before) + 1)
    again = seal(path, sealable(name))
    assert again.record.number == len(before) + 1
    assert again.fresh == (verified.records == len(before))
    assert verify_archive(path, again.head).problems == ()
    assert not path.with_name(path.name + "-journal").exists()


def journal_state(path):
    """Tell how far SQLite had come with the journal of a sealing."""
    journal = path.with_name(path.name + "-journal")
    if not journal.exists():
        return "none"
    data = journal.read_bytes()
    return "empty" if not data else "meant" if data[:1] != b"\0" else "not meant"


def check_without_journal(path, before):
    """Copy without the journal of a crash: a broken copy is never read as sealed."""
    copy = Path(shutil.copy(path, path.with_name("copy")))
    try:
        problems = verify_archive(copy, before[-1].digest).problems
        records = list_records(copy)
    except ProblemsError:
        return
    assert problems or records[: len(before)] == before


@needs_calls
@pytest.mark.parametrize("kind", ["kill", "torn", "full"])
def test_a_fault_at_every_write_loses_nothing_and_shows_nothing_half(archive, kind):
    """Dying before and in the middle of each write, and a disk that is full from each on."""
    before, whole = list_records(archive), archive.read_bytes()
    at, outcomes, journals, journals_seen = 0, [], 0, set()
    while SEALED not in outcomes:
        at += 1
        archive.write_bytes(whole)
        outcomes.append(seal_with_fault(archive, "Carla", at, kind))
        journals += archive.with_name(archive.name + "-journal").exists()
        journals_seen.add(journal_state(archive))
        check_without_journal(archive, before)
        check_all(archive, before, "Carla")
    assert at > 20
    assert set(outcomes) == {SEALED, REFUSED if kind == "full" else KILLED}
    assert journals > 10
    assert kind == "full" or journals_seen >= {"none", "not meant", "meant"}


@needs_calls
def test_dying_at_every_write_of_a_new_archive_leaves_none_or_one(tmp_path):
    """The first sealing makes the tables and the record at once.

    A file that a crash left empty is taken up.
    """
    at, outcome, path = 0, KILLED, tmp_path / "archive.sqlite"
    while outcome == KILLED:
        at += 1
        for left in tmp_path.iterdir():
            left.unlink()
        outcome = seal_with_fault(path, "Anna", at, "kill")
        try:
            seen = [record.number for record in list_records(path)]
        except ProblemsError as error:
            seen = [problem.code for problem in error.problems]
        assert seen in (["file-unreadable"], ["archive-empty"], [1])
        assert seal(path, sealable("Anna")).record.number == 1
        assert verify_archive(path).problems == ()
    assert at > 20


@needs_calls
def test_what_was_announced_is_on_the_disk_with_its_folder(archive):
    """Removing the journal makes a sealing final; a sync of the folder follows."""

    def work():
        faults = Faults(0, "none")
        faults.install()
        seal(archive, sealable("Carla"))
        return SEALED if faults.names[-2:] == ["unlink", "openDirectory"] else 1

    assert in_child(work) == SEALED
    with files.open_to_seal(archive) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (3,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_limit_on_the_size_of_files_is_a_full_disk(archive):
    """The same through the system: the file may not grow beyond a size."""
    before, whole = list_records(archive), archive.read_bytes()
    outcomes = []
    for room in range(0, 120_000, 8192):
        archive.write_bytes(whole)
        outcomes.append(in_child(partial(seal_within, archive, len(whole) + room)))
        check_all(archive, before, "Carla")
    assert outcomes == sorted(outcomes, reverse=True)
    assert set(outcomes) == {REFUSED, SEALED}


def seal_within(path, limit):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        seal(path, sealable("Carla"))
    except ProblemsError as error:
        return REFUSED if error.problems[0].code == "archive-unwritable" else 98
    return SEALED


# -- Killed at any time ----------------------------------------------------------------------------


def seal_many(path, names, report):
    """Seal one after the other, and write down each head as it is announced."""
    for name in names:
        os.write(report, seal(path, sealable(name)).head.encode() + b"\n")
    return SEALED


def start_sealing(path, names):
    """Start a child that seals; returns its number and where its heads arrive."""
    heads, report = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            seal_many(path, names, report)
        finally:
            os._exit(0)
    os.close(report)
    return child, heads


def finish(child, heads):
    """Wait for a child; returns the heads that it had announced."""
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with os.fdopen(heads) as stream:
        return status, stream.read().split()


def test_killed_at_random_times_everything_announced_is_there(tmp_path):
    path, chance, announced, killed = tmp_path / "archive.sqlite", random.Random(9), [], 0  # noqa: S311 - moments, no secrets
    names = [f"place {number}" for number in range(300)]
    for name in names:
        sealable(name)
    seal(path, sealable("Anna"))
    for _ in range(12):
        child, heads = start_sealing(path, names[len(announced) :])
        time.sleep(chance.uniform(0.005, 0.06))
        os.kill(child, signal.SIGKILL)
        status, told = finish(child, heads)
        killed += status == -signal.SIGKILL
        announced += told
        digests = [record.digest for record in list_records(path)]
        assert set(announced) <= set(digests)
        announced = digests[1:]
    assert killed > 6
    assert verify_archive(path, announced[-1]).problems == ()


def test_two_writers_at_once_both_seal_and_the_chain_stays_whole(tmp_path):
    """They also make the archive at once."""
    path, count = tmp_path / "archive.sqlite", 15
    names = [[f"{writer} {number}" for number in range(count)] for writer in ("one", "two")]
    for name in names[0] + names[1]:
        sealable(name)
    children = [start_sealing(path, mine) for mine in names]
    results = [finish(*child) for child in children]
    assert [(status, len(heads)) for status, heads in results] == [(0, count), (0, count)]
    assert {record.digest for record in list_records(path)} == {
        head for _, heads in results for head in heads
    }
    assert verify_archive(path).problems == ()
    assert verify_archive(path).records == 2 * count


def test_the_same_report_sealed_by_two_at_once_is_sealed_once(tmp_path):
    path = tmp_path / "archive.sqlite"
    children = [start_sealing(path, ["Anna"]) for _ in range(4)]
    heads = [finish(*child) for child in children]
    assert len({head for _, told in heads for head in told}) == 1
    assert [record.number for record in list_records(path)] == [1]


def test_a_writer_that_waits_too_long_says_so(archive, monkeypatch):
    monkeypatch.setattr(files, "PATIENCE", 0.05)
    with closing(sqlite3.connect(archive, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ProblemsError, match="archive-busy"):
            seal(archive, sealable("Carla"))
        assert len(list_records(archive)) == 2
    assert seal(archive, sealable("Carla")).fresh
