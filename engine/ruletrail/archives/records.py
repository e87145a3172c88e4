"""A sealed record as a value: what it says, the exact text that says it, and that text's digest.

The text (the envelope) names every part by its digest and the record before it by its digest, so
that one digest stands for a record and for all that were sealed before it.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from ruletrail.fast_dataclasses import dataclass
from ruletrail.library.manifests import is_digest
from ruletrail.references import parse_reference
from ruletrail.trails import canonical_json, digest_of

RECORD_VERSION = 1
GIVEN, REPORT, TRAIL = "report-as-given", "report.json", "trail.json"
RULEBOOK, SCHEMA = "rulebook.json", "schema.json"
PARTS = frozenset({GIVEN, REPORT, TRAIL, RULEBOOK, SCHEMA})
"""The parts of every record: the bytes handed in, and the rest in canonical form."""

LIBRARY = "library/"
"""Begins the names of the rulebook's source texts; together they are a library that evaluates."""

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_LARGEST = 2**62
"""Above what any archive counts to; the next number must still fit into SQLite."""

_STATUSES = ("complete", "incomplete", "invalid")


@dataclass(frozen=True, slots=True)
class Part:
    """One stored text of a record: how many bytes, and their digest."""

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Correction:
    """The first and the last record of the subject and edition that a correction replaces."""

    first: int
    latest: int


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """One final record; `previous` is the digest of the record before it, empty for the first."""

    number: int
    previous: str
    sealed_at: str
    rulebook: str
    subject: Mapping[str, str | bool]
    status: str
    corrects: Correction | None
    parts: Mapping[str, Part]

    @property
    def series(self) -> str:
        """The digest of subject and edition: records that share it correct one another."""
        reference = parse_reference(self.rulebook)
        edition = [reference.name, reference.edition] if reference is not None else []
        return digest_of({"edition": edition, "subject": self.subject})

    @property
    def digest(self) -> str:
        """The digest over the envelope, and with it over every part and every earlier record."""
        return digest_of_bytes(write_envelope(self).encode())


def digest_of_bytes(data: bytes) -> str:
    """Digest bytes as they are, as `sha256sum` does."""
    return "sha256:" + sha256(data).hexdigest()


def is_time(text: str) -> bool:
    """Tell whether a text is a time as in records: UTC, to the second, `2025-05-30T10:00:00Z`."""
    if _TIME.fullmatch(text) is None:
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def record_to_dict(record: SealedRecord) -> dict[str, Any]:
    """Write a record as data."""
    written: dict[str, Any] = {
        "record": RECORD_VERSION,
        "number": record.number,
        "previous": record.previous,
        "sealed_at": record.sealed_at,
        "rulebook": record.rulebook,
        "subject": dict(record.subject),
        "status": record.status,
        "parts": {
            name: {"size": part.size, "digest": part.digest} for name, part in record.parts.items()
        },
    }
    if record.corrects is not None:
        written["corrects"] = {"first": record.corrects.first, "latest": record.corrects.latest}
    return written


def write_envelope(record: SealedRecord) -> str:
    """Write the canonical JSON over which a record's digest is made."""
    return canonical_json(record_to_dict(record))


def read_envelope(text: str) -> SealedRecord | None:
    """Read an envelope; None unless `write_envelope` writes the very same text."""
    try:
        record = _build(json.loads(text))
        return record if write_envelope(record) == text else None
    except (ValueError, TypeError, KeyError, RecursionError):
        # the text comes from outside: whatever has not the form of an envelope is none
        return None


def _build(data: Any) -> SealedRecord:
    if not (isinstance(data, dict) and isinstance(data["parts"], dict)):
        raise TypeError(data)
    parts = {
        name: Part(_whole(part["size"]), part["digest"]) for name, part in data["parts"].items()
    }
    corrects = data.get("corrects")
    if corrects is not None:
        corrects = Correction(_whole(corrects["first"]), _whole(corrects["latest"]))
    record = SealedRecord(
        _whole(data["number"]),
        data["previous"],
        data["sealed_at"],
        data["rulebook"],
        data["subject"],
        data["status"],
        corrects,
        parts,
    )
    sound = (
        (record.previous == "" or is_digest(record.previous))
        and is_time(record.sealed_at)
        and (corrects is None or 0 < corrects.first <= corrects.latest < record.number)
        and parse_reference(record.rulebook) is not None
        and record.status in _STATUSES
        and isinstance(record.subject, dict)
        and all(isinstance(value, str | bool) for value in record.subject.values())
        and record.parts.keys() >= PARTS
        and all(is_digest(part.digest) for part in record.parts.values())
    )
    if not sound:
        raise ValueError(data)
    return record


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST:
        return value
    raise ValueError(value)
