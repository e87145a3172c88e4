"""A journal beside an archive says nothing of whose it is: that of another takes no record away."""

import struct
from pathlib import Path

import pytest

from ruletrail.archives import list_records, seal, verify_archive
from ruletrail.problem_texts import HINTS
from support.archive_cases import parking
from support.command_line import call
from support.places import JESI

MAGIC, PAGE, SECTOR = bytes.fromhex("d9d505f920a163d7"), 4096, 512


def _pages(data: bytes) -> list[bytes]:
    return [data[at : at + PAGE] for at in range(0, len(data), PAGE)]


def _journal(before: bytes, after: bytes) -> bytes:
    """Write the journal that a sealing keeps: the pages that it changes, as they were.

    The format is that of https://www.sqlite.org/fileformat.html#rollbackjournal.
    """
    old, new, nonce = _pages(before), _pages(after), 77
    changed = [at for at, page in enumerate(old) if page != new[at]]
    counts = struct.pack(">5I", len(changed), nonce, len(old), SECTOR, PAGE)
    written = (MAGIC + counts).ljust(SECTOR, b"\0")
    for at in changed:
        check = nonce + sum(old[at][PAGE - 200 : 0 : -200])
        written += struct.pack(">I", at + 1) + old[at] + struct.pack(">I", check)
    return written


def _states(path: Path, names: str, copies: int = 9) -> list[bytes]:
    """Seal for one after the other; returns the file before the first and after each."""
    states = [b""]
    for name in names:
        seal(path, parking(name, 3, copies))
        states.append(path.read_bytes())
    return states


@pytest.fixture
def ours(tmp_path: Path) -> list[bytes]:
    """Make an archive of four records."""
    return _states(tmp_path / "a.sqlite", "ABCD")


ACTIONS = ["list", "verify", "show 1", "export 1 -o record", "seal"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("whose", ["another's", "its own, once", "a first sealing's"])
def test_no_command_plays_back_what_is_not_the_archives(
    ours: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whose: str, action: str
):
    """SQLite would, for its form and sizes are right, and records would be gone without a word."""
    monkeypatch.chdir(tmp_path)
    archive, journal = Path("a.sqlite"), Path("a.sqlite-journal")
    others = _states(Path("b.sqlite"), "EFGH", 8)
    data = {
        "another's": _journal(*others[3:5]),
        "its own, once": _journal(*ours[1:3]),
        "a first sealing's": _journal(*ours[:2]),
    }[whose]
    journal.write_bytes(data)
    words = f"archive {action}" if action != "seal" else f"seal {JESI}"
    code, out, err = call("--lang", "en", *words.split(), "--archive", "a.sqlite")
    assert (code, out) == (2, "")
    assert "`a.sqlite-journal` is not a file that ruletrail left" in err
    assert HINTS["journal-of-other"]["en"] in err
    assert (archive.read_bytes(), journal.read_bytes()) == (ours[4], data)
    assert not Path("record").exists()


def test_its_own_is_played_back_however_far_the_sealing_had_come(ours: list[bytes], tmp_path: Path):
    """Of the pages that a sealing changes any may be on the disk."""
    archive, journal = tmp_path / "a.sqlite", tmp_path / "a.sqlite-journal"
    old, new = _pages(ours[3]), _pages(ours[4])
    changed = [at for at, page in enumerate(new) if page not in old[at : at + 1]]
    assert len(changed) > 3
    for written in ([], changed[:1], changed[1:], changed[::2], changed):
        pages = {**dict(enumerate(old)), **{at: new[at] for at in written}}
        archive.write_bytes(b"".join(pages.get(at, bytes(PAGE)) for at in range(max(pages) + 1)))
        journal.write_bytes(_journal(*ours[3:5]))
        assert [each.subject["name"] for each in list_records(archive)] == ["A", "B", "C"]
        assert verify_archive(archive).problems == ()
        assert (archive.read_bytes(), journal.exists()) == (ours[3], False)


def test_a_whole_archive_is_not_led_back_to_nothing(ours: list[bytes], tmp_path: Path):
    """The journal of a first sealing would empty it, and may be older than what it lies beside."""
    archive, journal = tmp_path / "a.sqlite", tmp_path / "a.sqlite-journal"
    archive.write_bytes(ours[1])
    journal.write_bytes(_journal(*ours[:2]))
    assert [each.subject["name"] for each in list_records(archive)] == ["A"]
    assert (archive.read_bytes(), journal.exists()) == (ours[1], False)


def test_words_beside_a_whole_archive_stay(ours: list[bytes], tmp_path: Path):
    """SQLite would delete them with the journal that they follow."""
    archive, journal = tmp_path / "a.sqlite", tmp_path / "a.sqlite-journal"
    archive.write_bytes(ours[1])
    journal.write_bytes(_journal(*ours[:2]) + b"my notes")
    code, _, err = call("--lang", "en", "archive", "list", "--archive", str(archive))
    assert (code, HINTS["journal-of-other"]["en"] in err) == (2, True)
    assert (archive.read_bytes(), journal.read_bytes()[-8:]) == (ours[1], b"my notes")


def test_a_journal_is_no_longer_than_its_pages(ours: list[bytes], tmp_path: Path):
    """It is copied to be played back: one of a few pages may say that it is as long as a disk."""
    archive, journal = tmp_path / "a.sqlite", tmp_path / "a.sqlite-journal"
    journal.write_bytes(_journal(*ours[3:5]))
    with journal.open("r+b") as stream:
        stream.truncate(1 << 28)
    code, _, err = call("--lang", "en", "archive", "list", "--archive", str(archive))
    assert (code, HINTS["beside-archive"]["en"] in err) == (2, True)
    assert (archive.read_bytes(), journal.stat().st_size) == (ours[4], 1 << 28)


def test_a_reader_is_not_told_to_choose_a_name_for_a_result(ours: list[bytes], tmp_path: Path):
    """What lies in the place of SQLite's files is to be looked at and moved away."""
    (tmp_path / "a.sqlite-wal").write_bytes(b"x")
    code, _, err = call("--lang", "en", "archive", "list", "--archive", str(tmp_path / "a.sqlite"))
    assert (code, HINTS["beside-archive"]["en"] in err) == (2, True)
