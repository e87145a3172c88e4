"""Torn, foreign and hostile files: what is broken is found, or changes nothing."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ruletrail.archives import list_records, read_record, seal, verify_archive
from ruletrail.archives.records import read_envelope, write_envelope
from ruletrail.problems import ProblemsError
from support.archive_cases import make_archive, parking, sealable
from support.places import INCOMPLETE, JESI


@pytest.fixture
def archive(tmp_path):
    """Make an archive of three records, the third of which corrects the first."""
    return make_archive(tmp_path / "archive.sqlite")


def read_all(path):
    return [read_record(path, record.number) for record in list_records(path)]


@pytest.fixture
def small(tmp_path):
    """Make a small archive of three records, so that it can be broken many times."""
    for hours in (1, 3, 5):
        seal(tmp_path / "small", parking("Anna", hours, 1000))
    return tmp_path / "small"


def judge(path, head):
    """Name what is found; a file that reads as before is intact, whatever its unused bytes are."""
    try:
        return {problem.code for problem in verify_archive(path, head).problems}
    except ProblemsError as error:
        return {problem.code for problem in error.problems}


def test_a_file_cut_at_any_page_is_found(small):
    data, head, torn = small.read_bytes(), list_records(small)[-1].digest, small.with_name("torn")
    for size in range(0, len(data), 4096):
        torn.write_bytes(data[: size + 17 * (size % 8192 == 0)])
        assert judge(torn, head), size


def test_a_changed_byte_anywhere_is_found_or_changes_nothing(small):
    data, head, torn = small.read_bytes(), list_records(small)[-1].digest, small.with_name("torn")
    whole, chance, unnoticed = read_all(small), random.Random(4), 0  # noqa: S311 - places, no secrets
    for _ in range(400):
        offset = chance.randrange(len(data))
        torn.write_bytes(
            data[:offset] + bytes([data[offset] ^ 1 << chance.randrange(8)]) + data[offset + 1 :]
        )
        if not judge(torn, head):
            assert read_all(torn) == whole, offset
            unnoticed += 1
    assert unnoticed < 200


def test_pages_overwritten_anywhere_are_found_or_change_nothing(small):
    data, head, torn = small.read_bytes(), list_records(small)[-1].digest, small.with_name("torn")
    whole, seen = read_all(small), set()
    for page in range(0, len(data), 4096):
        torn.write_bytes(data[:page] + (b"\xa5\x00\xff" * 1366)[:4096] + data[page + 4096 :])
        codes = judge(torn, head)
        assert codes or read_all(torn) == whole
        seen |= codes
    assert {"archive-damaged", "archive-foreign", "part-altered"} <= seen


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "archive-empty"), (b"no archive" * 99, "archive-foreign")]
)
def test_a_file_that_is_no_archive(tmp_path, content, code):
    (tmp_path / "a").write_bytes(content)
    for action in (list_records, verify_archive):
        with pytest.raises(ProblemsError, match=code):
            action(tmp_path / "a")


def test_the_database_of_somebody_else_is_left_alone(tmp_path):
    path = tmp_path / "a"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE records (number, digest, series, envelope)")
    before = path.read_bytes()
    with pytest.raises(ProblemsError, match="archive-foreign"):
        seal(path, sealable(JESI))
    assert path.read_bytes() == before


def test_the_archive_of_a_newer_ruletrail_is_left_alone(archive):
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(ProblemsError, match="archive-newer"):
        seal(archive, sealable(INCOMPLETE))


def test_devices_folders_and_missing_files_are_no_archives(tmp_path):
    foreign, unwritable = (
        (Path("/dev/null"), tmp_path),
        (tmp_path / "x" / "a", tmp_path / ("a" * 300)),
    )
    for path, code in [
        *((path, "archive-foreign") for path in foreign),
        *((path, "archive-unwritable") for path in unwritable),
    ]:
        with pytest.raises(ProblemsError, match=code):
            seal(path, sealable(JESI))
    with pytest.raises(ProblemsError, match="file-unreadable"):
        list_records(tmp_path / "a")


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", '{"number": 1}', "[" * 5000, '{"parts": []}', "1" * 5000, "\ud800"],
)
def test_an_envelope_that_is_none(text):
    assert read_envelope(text) is None


def test_every_change_of_an_envelope_is_seen(archive):
    record = list_records(archive)[2]
    text = write_envelope(record)
    for offset in range(len(text)):
        changed = text[:offset] + chr(ord(text[offset]) ^ 1) + text[offset + 1 :]
        other = read_envelope(changed)
        assert other is None or other.digest != record.digest
