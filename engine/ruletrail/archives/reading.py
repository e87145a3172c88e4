"""Read sealed records back: the list, one record, one part. What was altered is refused, never shown as sealed."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ruletrail.archives.files import open_to_read, problem_of
from ruletrail.archives.records import SealedRecord, digest_of_bytes, read_envelope
from ruletrail.problems import ProblemsError, quote


def list_records(path: Path) -> list[SealedRecord]:
    """List all records in order; one that was altered raises `ProblemsError`."""
    with open_to_read(path) as connection:
        rows = connection.execute("SELECT number, digest, envelope FROM records ORDER BY number").fetchall()
    return [_checked(path, *row) for row in rows]


def read_record(path: Path, number: int) -> tuple[SealedRecord, dict[str, bytes]]:
    """Read one record and all its parts, each held against its digest."""
    with open_to_read(path) as connection:
        row = connection.execute("SELECT number, digest, envelope FROM records WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise ProblemsError([problem_of(path, "record-unknown", number=str(number))])
        record = _checked(path, *row)
        contents = dict(_read_parts(connection, path, record))
    return record, contents


def _checked(path: Path, number: object, digest: object, envelope: object) -> SealedRecord:
    record = read_envelope(envelope) if isinstance(envelope, str) else None
    if record is None or (record.number, record.digest) != (number, digest):
        raise ProblemsError([problem_of(path, "record-altered", number=str(number), text=quote("envelope"))])
    return record


def _read_parts(connection: sqlite3.Connection, path: Path, record: SealedRecord) -> Iterator[tuple[str, bytes]]:
    for name, part in record.parts.items():
        data = read_content(connection, part.digest)
        if data is None or digest_of_bytes(data) != part.digest:
            code = "part-missing" if data is None else "part-altered"
            raise ProblemsError([problem_of(path, code, number=str(record.number), part=quote(name))])
        yield name, data


def read_content(connection: sqlite3.Connection, digest: str) -> bytes | None:
    """Read stored bytes by their digest, unchecked; None when there are none."""
    row = connection.execute("SELECT data FROM contents WHERE digest = ?", (digest,)).fetchone()
    return row[0] if row is not None and isinstance(row[0], bytes) else None
