"""Read sealed records back, and verify a whole archive. What was altered is never shown as sealed.

Verifying finds tampering, it does not prevent it: whoever may write the file can make a whole new
chain, and only a head digest that was written down elsewhere shows it.
"""

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Container, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from ruletrail.archives.files import (
    ENDLESS,
    LARGEST,
    REFUSALS,
    Archive,
    archive_error,
    describe_error,
    find_altered_guards,
    open_to_read,
    part_error,
    problem_of,
    record_altered,
)
from ruletrail.archives.records import (
    LIBRARY,
    PARTS,
    REPORT,
    RULEBOOK,
    SCHEMA,
    TRAIL,
    Correction,
    Part,
    SealedRecord,
    digest_of_bytes,
    read_envelope,
    write_envelope,
)
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.files import behind_link, is_current
from ruletrail.library.named_files import split_name
from ruletrail.problems import Mark, Problem, ProblemsError, make_inert, quote, unwritable
from ruletrail.trails import canonical_json, digest_of
from ruletrail.trails.document import MOST_BYTES, digest_step

CheckTrail = Callable[[bytes, str], list[Problem]]
"""Returns the problems of a stored trail, from its bytes and the name that marks shall show.

Raises `ProblemsError` for bytes that it would not even parse, as those of more than a trail has.
"""

Begin = Callable[[int], Callable[[], None]]
"""Takes the number of records; returns what is called after each."""

_MOST_DAMAGES = 20


def list_records(path: Path) -> list[SealedRecord]:
    """List all records in order, the chain followed and no part opened.

    A record that was altered, or does not follow the one before it, raises `ProblemsError`.
    """
    chain = _Chain(path)
    with open_to_read(path) as connection:
        records = [_verify_record(chain, *row) for row in _rows(connection, chain)]
    if chain.problems:
        raise ProblemsError(chain.problems)
    return [record for record in records if record is not None]


def read_record(
    path: Path, number: int, *, check_trail: CheckTrail | None = None
) -> tuple[SealedRecord, dict[str, bytes]]:
    """Read one record and all its parts; what was altered raises `ProblemsError`.

    Each part has its digest and its size, and the trail is the one of what lies beside it, which
    `check_trail`, if given, is asked about too. The records around it are not looked at.
    """
    query = "SELECT number, digest, envelope FROM records WHERE number = ?"
    with open_to_read(path) as connection:
        row = connection.execute(query, (number,)).fetchone()
        if row is None:
            raise archive_error(path, "record-unknown", number=str(number))
        record = _checked(path, *row)
        contents = {}
        for name, part in record.parts.items():
            size = _find_size(connection, part.digest)
            if size is None:
                raise part_error(path, "part-missing", number, name)
            data = _read_content(connection, part.digest) if _may_be(size, name, part) else None
            connection.take(data)
            if data is None or digest_of_bytes(data) != part.digest:
                raise part_error(path, "part-altered", number, name)
            contents[name] = data
    problems = _check_trail(path, record, _study_trail(contents[TRAIL], check_trail), contents)
    if problems:
        raise ProblemsError(problems)
    return record, contents


def _checked(path: Path, number: object, digest: object, envelope: object) -> SealedRecord:
    record = read_envelope(envelope) if isinstance(envelope, str) else None
    if record is None or (record.number, record.digest) != (number, digest):
        raise record_altered(path, number)
    return record


def _find_size(connection: sqlite3.Connection, digest: str) -> int | None:
    """Ask how many bytes are stored under a digest, unread; None when there are none."""
    query = "SELECT length(data) FROM contents WHERE digest = ? AND typeof(data) = 'blob'"
    row = connection.execute(query, (digest,)).fetchone()
    return row[0] if row is not None else None


def _read_content(connection: sqlite3.Connection, digest: str) -> bytes | None:
    """Read stored bytes by their digest, unchecked; None when there are none."""
    row = connection.execute("SELECT data FROM contents WHERE digest = ?", (digest,)).fetchone()
    return row[0] if row is not None and isinstance(row[0], bytes) else None


def _may_be(size: int, name: str, part: Part) -> bool:
    """Tell whether so many bytes may be the part that was sealed: others need not be read."""
    most = MOST_BYTES if name == TRAIL else LARGEST
    return size == part.size and size <= most and _is_safe(name)


# -- Export: plain files that need no archive, no engine and no SQLite to be checked ---------------


def export_record(
    path: Path, number: int, folder: Path, *, check_trail: CheckTrail | None = None
) -> SealedRecord:
    """Export a record, checked as `read_record` does, into a new or empty folder: whole, or not."""
    record, contents = read_record(path, number, check_trail=check_trail)
    digest = f"{record.digest}\n".encode()
    files = {"record.json": write_envelope(record).encode(), "digest.txt": digest, **contents}
    try:
        if folder.exists() and not _may_be_replaced(folder):
            raise archive_error(folder, "export-occupied")
        _write_folder(Path(os.path.realpath(behind_link(folder))), files)
    except (OSError, ValueError) as error:
        raise unwritable(str(folder), error) from error
    return record


def _may_be_replaced(folder: Path) -> bool:
    """Tell an empty folder, but the one that the caller is in: it would be in a deleted one."""
    return folder.is_dir() and not any(folder.iterdir()) and not is_current(folder)


def _is_safe(name: str) -> bool:
    """Tell whether a part's name is one that sealing gives, and stays inside a folder."""
    # one file has one name: `library/./x` would be written over `library/x`
    is_plain = "/".join(split_name(name) or ()) == name
    return name in PARTS or (name.startswith(LIBRARY) and is_plain)


def _write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}")
    temporary.mkdir()
    try:
        for name, data in files.items():
            _write_part(temporary / name, data, folder, name)
        if folder.exists():
            temporary.chmod(folder.stat().st_mode & 0o777)
            folder.rmdir()
        temporary.rename(folder)
    except BaseException:  # also when interrupted
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _write_part(target: Path, data: bytes, folder: Path, name: str) -> None:
    """Write a part where none is: file systems take different names for one, as `A` and `a`."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(data)
    except (FileExistsError, NotADirectoryError) as error:
        raise archive_error(folder, "export-same-name", part=quote(name)) from error


# -- A stored trail --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Trail:
    """What was found of a stored trail by itself, whichever records name it."""

    unsound: tuple[str, ...]
    stated: Mapping[str, str]
    """Digests of what it says of the parts beside it and of its record; empty where it is none."""
    problems: tuple[Problem, ...]
    """What the checker said of one whose own digests hold, or that it would not parse."""


def _study_trail(stored: bytes, check_trail: CheckTrail | None) -> _Trail:
    """Study a trail; the checker comes first, for it bounds what it parses."""
    if check_trail is None and len(stored) > MOST_BYTES:
        return _Trail(("no trail",), {}, ())
    try:
        problems = check_trail(stored, "") if check_trail is not None else ()
    except ProblemsError as error:
        return _Trail(("no trail",), {}, tuple(error.problems))
    unsound: list[str] = []
    stated: Mapping[str, str] = {}
    try:
        trail = json.loads(stored)
        if canonical_json(trail).encode() + b"\n" != stored:
            return _Trail(("not canonical",), {}, ())
        unsound += islice(_check_digests(trail), _MOST_DAMAGES)
        stated = _state_trail(trail)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        # the bytes come from outside: whatever has not the form of a trail is none
        unsound.append("no trail")
    return _Trail(tuple(unsound), stated, () if unsound else tuple(problems))


def _check_trail(
    path: Path, record: SealedRecord, trail: _Trail, sound: Container[str]
) -> list[Problem]:
    """List what does not hold of a record's trail; what the checker says, of a sound one.

    `sound` are the parts that are what was sealed; those that are not have been reported.
    """
    number = record.number
    unsound = [*trail.unsound, *_check_beside(trail.stated, record, sound)]
    found = [
        _problem_of_record(path, "trail-unsound", number, text=quote(text)) for text in unsound
    ]
    if unsound and not trail.unsound:
        return found
    shown = make_inert(f"{path}#{number}/{TRAIL}")
    return [
        *found,
        *(replace(each, mark=replace(each.mark, file=shown)) for each in trail.problems),
    ]


def _problem_of_record(path: Path, code: str, number: int, **details: str) -> Problem:
    """Return a problem of one record; its number stands as the line of the mark."""
    mark = Mark(make_inert(str(path)), max(number, 1), 1)
    return Problem(code, mark, {"number": str(number), **details})


def read_result(path: Path, record: SealedRecord, contents: Mapping[str, bytes]) -> dict[str, Any]:
    """Read the answers of a record that `read_record` gave; none raises `ProblemsError`."""
    result: dict[str, Any] = json.loads(contents[TRAIL])["result"]
    for kind in ("decisions", "sections"):
        found = result.get(kind)
        outcomes = list(found.values()) if isinstance(found, dict) else [None]
        if not all(isinstance(outcome, str) for outcome in outcomes):
            text = quote(f"result.{kind}")
            raise archive_error(path, "trail-unsound", number=str(record.number), text=text)
    return result


def read_labels(contents: Mapping[str, bytes]) -> dict[str, str]:
    """Read what the steps of a record are called; `contents` are those of `read_record`."""
    steps = json.loads(contents[TRAIL])["steps"]
    return {str(step["id"]): str(step.get("label", "")) for step in steps}


def _check_digests(trail: dict[str, Any]) -> Iterator[str]:
    """Compare the document, the report and every step with the digests they state."""
    for name, written in (("digest", trail), ("report.digest", trail["report"])):
        content = {key: value for key, value in written.items() if key != "digest"}
        if digest_of(content) != written["digest"]:
            yield name
    digests: dict[str, str] = {}
    for step in trail["steps"]:
        if digest_step(step, digests) != step["digest"]:
            yield f"steps.{step['id']}.digest"
        digests[step["id"]] = step["digest"]


_BESIDE = {"report": REPORT, "rulebook": RULEBOOK, "schema": SCHEMA}
"""What a trail states the digest of, and the part that holds it."""


def _state_trail(trail: dict[str, Any]) -> dict[str, str]:
    """Digest what a trail says of the parts beside it and of its record; many are kept at once."""
    rulebook = trail["rulebook"]
    said = {
        **{f"{key}.digest ≠ {name}": trail[key]["digest"] for key, name in _BESIDE.items()},
        "rulebook": f"{rulebook['name']}/{rulebook['edition']}@{rulebook['version']}",
        "report.subject": trail["report"]["subject"],
        "result.status": trail["result"]["status"],
    }
    return {key: sys.intern(digest_of(value)) for key, value in said.items()}


def _check_beside(
    stated: Mapping[str, str], record: SealedRecord, sound: Container[str]
) -> Iterator[str]:
    """Compare a trail with the report, rulebook and schema beside it, and with its record."""
    beside = {
        f"{key}.digest ≠ {name}": record.parts[name].digest
        for key, name in _BESIDE.items()
        if name in sound
    }
    own = {
        "rulebook": record.rulebook,
        "report.subject": dict(record.subject),
        "result.status": record.status,
    }
    for key, value in {**beside, **own}.items() if stated else ():
        if digest_of(value) != stated[key]:
            yield key


# -- The whole archive -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verification:
    """How many records there are, the last one's digest, where the expected head is, problems."""

    records: int
    head: str
    expected_at: int | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """What was found of stored bytes: their size, None where there are none; if they are true.

    Those that no record so far can mean, by their size, were not read yet: None.
    """

    size: int | None
    is_true: bool | None = None


@dataclass(slots=True)
class _Chain:
    """What the records up to here say about the next one, and the problems so far."""

    path: Path
    number: int = 0
    digest: str = ""
    count: int = 0
    corrections: dict[str, Correction] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    sealed: set[str] = field(default_factory=set)
    read: dict[str, _Read] = field(default_factory=dict)
    """What is stored under each digest that was asked for: each is read once."""
    trails: dict[str, _Trail] = field(default_factory=dict)
    """What was found of each trail: many records of a forged archive may name the same."""
    problems: list[Problem] = field(default_factory=list)

    def report(self, code: str, number: int, **details: str) -> None:
        """Add a problem of one record."""
        self.problems.append(_problem_of_record(self.path, code, number, **details))

    def report_file(self, code: str, **details: str) -> None:
        """Add a problem of the archive as a whole."""
        self.problems.append(problem_of(self.path, code, **details))


def verify_archive(
    path: Path,
    expected_head: str = "",
    *,
    check_trail: CheckTrail | None = None,
    begin: Begin | None = None,
) -> Verification:
    """Verify a whole archive.

    `expected_head` is the digest of a record that must still be there: with the last one written
    down elsewhere, a tail that was cut off is found. `check_trail` is asked about each stored trail
    whose digests hold. Raises `ProblemsError` only when the file is no archive at all.
    """
    chain = _Chain(path)
    with open_to_read(path) as connection:
        try:
            _verify(connection, chain, check_trail, begin)
        except REFUSALS as error:
            chain.problems.append(describe_error(error, connection, path, reading=True))
    if expected_head and expected_head not in chain.numbers:
        chain.report_file("head-unknown", expected=quote(expected_head))
    expected_at = chain.numbers.get(expected_head)
    return Verification(chain.count, chain.digest, expected_at, tuple(chain.problems))


def _verify(
    connection: Archive,
    chain: _Chain,
    check_trail: CheckTrail | None,
    begin: Begin | None,
) -> None:
    _verify_file(connection, chain)
    # listed before the records are: what is sealed meanwhile brings its record with it
    stored = _list_stored(connection, chain)
    tick = begin(_count(connection)) if begin is not None else None
    for row in _rows(connection, chain):
        record = _verify_record(chain, *row)
        if record is not None:
            _verify_parts(connection, chain, record, check_trail)
        if tick is not None:
            tick()
    if chain.count == 0:
        chain.report_file("archive-empty")
    for digest in stored:
        if digest not in chain.sealed:
            chain.report_file("part-unsealed", text=quote(str(digest)))


def _verify_file(connection: Archive, chain: _Chain) -> None:
    """Ask SQLite whether the file is whole, and whether the guards are still in place."""
    for (text,) in connection.execute(f"PRAGMA integrity_check({_MOST_DAMAGES})"):
        if text != "ok":
            chain.report_file("archive-damaged", text=quote(str(text)))
    altered = find_altered_guards(connection)
    if altered:
        chain.report_file("archive-unguarded", text=quote(", ".join(altered)))


def _list_stored(connection: Archive, chain: _Chain) -> dict[object, None]:
    """List the digests of what is stored, in order; one that comes again was read before."""
    stored: dict[object, None] = {}
    for (digest,) in connection.execute("SELECT digest FROM contents ORDER BY digest"):
        connection.take(digest)
        if digest in stored:
            chain.report_file("archive-damaged", text=quote(ENDLESS))
            break
        stored[digest] = None
    return stored


def _count(connection: sqlite3.Connection) -> int:
    """Count the records by the last one's number, for those who wait.

    SQLite counts rows in one step, which nothing can interrupt, through whatever pages lead to.
    """
    query = "SELECT number FROM records ORDER BY number DESC LIMIT 1"
    row = connection.execute(query).fetchone()
    return row[0] if row is not None else 0


def _rows(connection: Archive, chain: _Chain) -> Iterator[tuple[int, object, object, object]]:
    """Yield the records, each read by itself, so that nobody who seals has to wait for the end.

    A number that does not rise comes from a broken file; going on might never end.
    """
    query = "SELECT number, digest, series, envelope FROM records{} ORDER BY number LIMIT 1"
    after, last = query.format(" WHERE number > ?"), None
    # whatever number the first one bears, it is a record
    row = connection.execute(query.format("")).fetchone()
    while row is not None:
        if last is not None and row[0] <= last:
            chain.report_file("archive-damaged", text=quote(ENDLESS))
            return
        connection.take(*row)
        yield row
        last = row[0]
        row = connection.execute(after, (last,)).fetchone()


def _verify_record(
    chain: _Chain, number: int, digest: object, series: object, envelope: object
) -> SealedRecord | None:
    """Compare one record with its own digest and with the chain; None when it cannot be read."""
    for lost in range(chain.number + 1, min(number, chain.number + 1 + _MOST_DAMAGES)):
        chain.report("record-missing", lost)
    followed, chain.count = chain.number + 1 == number, chain.count + 1
    chain.number = max(number, chain.number)  # one before the first is in no place of the chain
    record = read_envelope(envelope) if isinstance(envelope, str) else None
    if record is None:
        chain.report("record-altered", number, text=quote("envelope"))
        chain.digest = str(digest)
        return None
    if record.digest != digest or record.number != number or record.series != series:
        same = {"digest": record.digest == digest, "number": record.number == number}
        wrong = ", ".join(name for name, is_same in same.items() if not is_same)
        chain.report("record-altered", number, text=quote(wrong or "series"))
    if followed and record.previous != chain.digest:
        chain.report("record-unchained", number)
    # a record corrects the last one before it of its subject and edition, if there is one
    if record.corrects != chain.corrections.get(record.series):
        chain.report("record-uncorrected", record.number)
    first = record.corrects.first if record.corrects is not None else record.number
    chain.corrections[record.series] = Correction(first, record.number)
    chain.digest = record.digest
    chain.numbers[record.digest] = number
    return record


def _verify_parts(
    connection: Archive,
    chain: _Chain,
    record: SealedRecord,
    check_trail: CheckTrail | None,
) -> None:
    sound: set[str] = set()
    stored: bytes | None = None
    for name, part in record.parts.items():
        chain.sealed.add(part.digest)
        if part.digest not in chain.read:
            chain.read[part.digest] = _Read(_find_size(connection, part.digest))
        read = chain.read[part.digest]
        if read.size is None:
            chain.report("part-missing", record.number, part=quote(name))
            continue
        may_be = _may_be(read.size, name, part)
        if may_be and read.is_true is None:
            data = _read_content(connection, part.digest)
            stored = data if name == TRAIL else stored
            connection.take(data)
            is_true = data is not None and digest_of_bytes(data) == part.digest
            read = chain.read[part.digest] = _Read(read.size, is_true)
        if not (may_be and read.is_true):
            chain.report("part-altered", record.number, part=quote(name))
        else:
            sound.add(name)
    if TRAIL not in sound:
        return
    digest = record.parts[TRAIL].digest
    if digest not in chain.trails:
        stored = stored or _read_content(connection, digest) or b""  # read as another part before
        chain.trails[digest] = _study_trail(stored, check_trail)
    chain.problems += _check_trail(chain.path, record, chain.trails[digest], sound)
