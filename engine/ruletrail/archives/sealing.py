"""Seal: give a record its place in the chain and store it, whole or not at all. Nothing sealed is ever replaced."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from ruletrail.archives.files import open_to_seal, problem_of
from ruletrail.archives.gathering import Sealable
from ruletrail.archives.records import TRAIL, Correction, Part, SealedRecord, digest_of_bytes, read_envelope, write_envelope
from ruletrail.problems import ProblemsError, quote
from ruletrail.structures import dataclass, replace


@dataclass(frozen=True, slots=True)
class Sealing:
    """What came of a sealing; `fresh` is false when the same was sealed before and nothing was written."""

    record: SealedRecord
    head: str
    fresh: bool


def seal(path: Path, sealable: Sealable, correction_of: int | None = None) -> Sealing:
    """Append a record to an archive, which is made when there is none.

    A report whose subject and edition were sealed before becomes a correction of that record; the very same
    trail again is no correction, and its record is returned. `correction_of` refuses any other record than the
    one that would be corrected. Raises `ProblemsError`; the archive is then as it was.
    """
    if not sealable.subject:
        raise ProblemsError([problem_of(path, "seal-without-subject")])
    with open_to_seal(path) as connection:
        head = _read_last(connection, path, "", ())
        draft = _draft(sealable, head)
        latest = _read_last(connection, path, "WHERE series = ?", (draft.series,))
        if latest is not None and latest.parts[TRAIL] == draft.parts[TRAIL]:
            return Sealing(latest, head.digest if head is not None else latest.digest, fresh=False)
        if correction_of is not None and (latest is None or latest.number != correction_of):
            shown = str(latest.number) if latest is not None else "-"
            raise ProblemsError([problem_of(path, "seal-not-the-last", number=str(correction_of), latest=shown)])
        record = _with_correction(draft, latest)
        _store(connection, path, sealable.contents, record)
    return Sealing(record, record.digest, fresh=True)


def _draft(sealable: Sealable, head: SealedRecord | None) -> SealedRecord:
    parts = {name: Part(len(data), digest_of_bytes(data)) for name, data in sorted(sealable.contents.items())}
    return SealedRecord(
        number=head.number + 1 if head is not None else 1,
        previous=head.digest if head is not None else "",
        sealed_at=sealable.sealed_at,
        rulebook=sealable.rulebook,
        subject=sealable.subject,
        status=sealable.status,
        corrects=None,
        parts=parts,
    )


def _with_correction(draft: SealedRecord, latest: SealedRecord | None) -> SealedRecord:
    if latest is None:
        return draft
    first = latest.corrects.first if latest.corrects is not None else latest.number
    return replace(draft, corrects=Correction(first, latest.number))


def _read_last(connection: sqlite3.Connection, path: Path, where: str, values: tuple[str, ...]) -> SealedRecord | None:
    """Read the last record, of all or of a series, and refuse to build upon one that was altered."""
    query = f"SELECT number, digest, series, envelope FROM records {where} ORDER BY number DESC LIMIT 1"  # noqa: S608 - our own words
    row = connection.execute(query, values).fetchone()
    if row is None:
        return None
    record = read_envelope(str(row[3]))
    if record is None or (record.number, record.digest, record.series) != row[:3]:
        details = {"number": str(row[0]), "text": quote("envelope")}
        raise ProblemsError([problem_of(path, "record-altered", **details)])
    return record


def _store(connection: sqlite3.Connection, path: Path, contents: Mapping[str, bytes], record: SealedRecord) -> None:
    """Store the parts that no earlier record holds already, then the record."""
    for name, data in contents.items():
        digest = record.parts[name].digest
        found = connection.execute("SELECT data FROM contents WHERE digest = ?", (digest,)).fetchone()
        if found is None:
            connection.execute("INSERT INTO contents (digest, data) VALUES (?, ?)", (digest, data))
        elif found[0] != data:
            raise ProblemsError([problem_of(path, "part-altered", number=str(record.number), part=quote(name))])
    row = (record.number, record.digest, record.series, write_envelope(record))
    connection.execute("INSERT INTO records (number, digest, series, envelope) VALUES (?, ?, ?, ?)", row)
