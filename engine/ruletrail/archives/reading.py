"""Read sealed records back: the list, one record, one part. What was altered is refused, never shown as sealed."""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from ruletrail.archives.files import open_to_read, problem_of
from ruletrail.archives.records import (
    GIVEN,
    LIBRARY,
    REPORT,
    RULEBOOK,
    SCHEMA,
    TRAIL,
    SealedRecord,
    digest_of_bytes,
    read_envelope,
    write_envelope,
)
from ruletrail.problems import ProblemsError, quote


def list_records(path: Path) -> list[SealedRecord]:
    """List all records in order; one that was altered raises `ProblemsError`."""
    with open_to_read(path) as connection:
        rows = connection.execute(
            "SELECT number, digest, envelope FROM records ORDER BY number"
        ).fetchall()
    return [_checked(path, *row) for row in rows]


def read_record(path: Path, number: int) -> tuple[SealedRecord, dict[str, bytes]]:
    """Read one record and all its parts, each held against its digest."""
    with open_to_read(path) as connection:
        row = connection.execute(
            "SELECT number, digest, envelope FROM records WHERE number = ?", (number,)
        ).fetchone()
        if row is None:
            raise ProblemsError([problem_of(path, "record-unknown", number=str(number))])
        record = _checked(path, *row)
        contents = dict(_read_parts(connection, path, record))
    return record, contents


def _checked(path: Path, number: object, digest: object, envelope: object) -> SealedRecord:
    record = read_envelope(envelope) if isinstance(envelope, str) else None
    if record is None or (record.number, record.digest) != (number, digest):
        raise ProblemsError(
            [problem_of(path, "record-altered", number=str(number), text=quote("envelope"))]
        )
    return record


def _read_parts(
    connection: sqlite3.Connection, path: Path, record: SealedRecord
) -> Iterator[tuple[str, bytes]]:
    for name, part in record.parts.items():
        data = read_content(connection, part.digest)
        if data is None or digest_of_bytes(data) != part.digest:
            code = "part-missing" if data is None else "part-altered"
            raise ProblemsError(
                [problem_of(path, code, number=str(record.number), part=quote(name))]
            )
        yield name, data


def read_content(connection: sqlite3.Connection, digest: str) -> bytes | None:
    """Read stored bytes by their digest, unchecked; None when there are none."""
    row = connection.execute("SELECT data FROM contents WHERE digest = ?", (digest,)).fetchone()
    return row[0] if row is not None and isinstance(row[0], bytes) else None


# -- Write one sealed record out as plain files that need no archive, no engine and no SQLite to be checked.


def export_record(path: Path, number: int, folder: Path) -> SealedRecord:
    """Export a record into a new or empty folder, whole or not at all."""
    record, contents = read_record(path, number)
    files = {
        "record.json": write_envelope(record).encode(),
        "digest.txt": f"{record.digest}\n".encode(),
    } | contents
    for name in contents:
        if not _is_safe(name):
            raise ProblemsError(
                [problem_of(path, "part-altered", number=str(number), part=quote(name))]
            )
    try:
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise ProblemsError([problem_of(folder, "export-occupied")])
        _write_folder(folder.resolve(), files)
    except OSError as error:
        raise ProblemsError([problem_of(folder, "output-unwritable")]) from error
    return record


def _is_safe(name: str) -> bool:
    """Tell whether a part may become a file: names come from the archive and must stay inside the folder."""
    if name in (GIVEN, REPORT, TRAIL, RULEBOOK, SCHEMA):
        return True
    plain = name.isprintable() and not any(char in name for char in '\\:*?"<>|')
    return (
        plain
        and name.startswith(LIBRARY)
        and all(part not in ("", ".", "..") for part in name.split("/"))
    )


def _write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}")
    temporary.mkdir()
    try:
        for name, data in files.items():
            target = temporary / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        if folder.exists():
            folder.rmdir()
        temporary.rename(folder)
    except OSError:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
