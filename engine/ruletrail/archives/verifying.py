"""Verify an archive: every record, every part and the chain, from the file alone. Everything found is reported.

This finds tampering; it does not prevent it. Whoever may write the file can make a whole new chain, and only a
head digest that was written down elsewhere shows it: `expected_head`.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ruletrail.archives.files import (
    REFUSALS,
    describe_error,
    find_altered_guards,
    open_to_read,
    problem_of,
)
from ruletrail.archives.reading import read_content
from ruletrail.archives.records import (
    REPORT,
    RULEBOOK,
    SCHEMA,
    TRAIL,
    Correction,
    SealedRecord,
    digest_of_bytes,
    read_envelope,
)
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.problems import Mark, Problem, ProblemsError, make_inert, quote
from ruletrail.trails import canonical_json, digest_of
from ruletrail.trails.document import digest_step

CheckTrail = Callable[[bytes, str], list[Problem]]
"""Asked about the bytes of a stored trail, with the name that marks shall show; says what does not hold."""


def check_parts(record: SealedRecord, contents: Mapping[str, bytes]) -> Iterator[str]:
    """Yield what does not hold; parts that are missing were reported already."""
    stored = contents.get(TRAIL)
    if stored is None:
        return
    try:
        trail = json.loads(stored)
        if canonical_json(trail).encode() + b"\n" != stored:
            yield "not canonical"
            return
        yield from _check_digests(trail)
        yield from _check_beside(trail, record, contents)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        # the bytes are somebody's: whatever is not the form of a trail is none
        yield "no trail"


def read_result(path: Path, record: SealedRecord, contents: Mapping[str, bytes]) -> dict[str, Any]:
    """Read the answers of a record's trail, whose digests hold; else `ProblemsError`."""
    for text in check_parts(record, contents):
        raise ProblemsError(
            [problem_of(path, "trail-unsound", number=str(record.number), text=quote(text))]
        )
    result: dict[str, Any] = json.loads(contents[TRAIL])["result"]
    for kind in ("decisions", "sections"):
        outcomes = result.get(kind)
        if not isinstance(outcomes, dict) or not all(
            isinstance(outcome, str) for outcome in outcomes.values()
        ):
            raise ProblemsError(
                [
                    problem_of(
                        path,
                        "trail-unsound",
                        number=str(record.number),
                        text=quote(f"result.{kind}"),
                    )
                ]
            )
    return result


def _check_digests(trail: dict[str, Any]) -> Iterator[str]:
    """Hold the document, the report and every step against the digests they state."""
    if (
        digest_of({key: value for key, value in trail.items() if key != "digest"})
        != trail["digest"]
    ):
        yield "digest"
    report = trail["report"]
    if (
        digest_of({key: value for key, value in report.items() if key != "digest"})
        != report["digest"]
    ):
        yield "report.digest"
    digests: dict[str, str] = {}
    for step in trail["steps"]:
        if digest_step(step, digests) != step["digest"]:
            yield f"steps.{step['id']}.digest"
        digests[step["id"]] = step["digest"]


def _check_beside(
    trail: dict[str, Any], record: SealedRecord, contents: Mapping[str, bytes]
) -> Iterator[str]:
    """Hold the trail against the report, rulebook and schema stored beside it, and against its record."""
    for key, name in (("report", REPORT), ("rulebook", RULEBOOK), ("schema", SCHEMA)):
        if name in contents and digest_of_bytes(contents[name]) != trail[key]["digest"]:
            yield f"{key}.digest ≠ {name}"
    rulebook = trail["rulebook"]
    if f"{rulebook['name']}/{rulebook['edition']}@{rulebook['version']}" != record.rulebook:
        yield "rulebook"
    if trail["report"]["subject"] != record.subject:
        yield "report.subject"
    if trail["result"]["status"] != record.status:
        yield "result.status"


Begin = Callable[[int], Callable[[], None]]
"""Told how many records there are; gives what is called after each."""

_MOST_DAMAGES = 20
_BEFORE_ALL = -(2**63)


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found: how many records there are, the digest of the last, where the expected head stands."""

    records: int
    head: str
    expected_at: int | None
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Chain:
    """What the records up to here say about the next one."""

    path: Path
    number: int = 0
    digest: str = ""
    count: int = 0
    corrections: dict[str, Correction] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    sealed: set[str] = field(default_factory=set)
    checked: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def report(self, code: str, number: int, **details: str) -> None:
        """Note a problem of one record; its number stands as the line of the mark."""
        self.problems.append(
            Problem(
                code,
                Mark(make_inert(str(self.path)), max(number, 1), 1),
                {"number": str(number), **details},
            )
        )


def verify_archive(
    path: Path,
    expected_head: str = "",
    *,
    check_trail: CheckTrail | None = None,
    begin: Begin | None = None,
) -> Verification:
    """Verify a whole archive.

    `expected_head` is the digest of a record that must still be there: with the last one written down elsewhere,
    a tail that was cut off is found. `check_trail` is asked about each stored trail whose digests hold. Raises
    `ProblemsError` only when the file is no archive at all.
    """
    chain = _Chain(path)
    with open_to_read(path) as connection:
        try:
            _verify(connection, chain, check_trail, begin)
        except REFUSALS as error:
            chain.problems.append(describe_error(error, path, reading=True))
    if expected_head and expected_head not in chain.numbers:
        chain.problems.append(problem_of(path, "head-unknown", expected=quote(expected_head)))
    return Verification(
        chain.count, chain.digest, chain.numbers.get(expected_head), tuple(chain.problems)
    )


def _verify(
    connection: sqlite3.Connection,
    chain: _Chain,
    check_trail: CheckTrail | None,
    begin: Begin | None,
) -> None:
    _verify_file(connection, chain)
    # listed before the records are: what is sealed meanwhile brings its record with it
    stored = [
        digest for (digest,) in connection.execute("SELECT digest FROM contents ORDER BY digest")
    ]
    count = connection.execute("SELECT count(*) FROM records").fetchone()[0]
    tick = begin(count) if begin is not None else None
    if count == 0:
        chain.problems.append(problem_of(chain.path, "archive-empty"))
    for row in _rows(connection):
        record = _verify_record(chain, *row)
        if record is not None:
            _verify_parts(connection, chain, record, check_trail)
        if tick is not None:
            tick()
    for digest in stored:
        if digest not in chain.sealed:
            chain.problems.append(problem_of(chain.path, "part-unsealed", text=quote(str(digest))))


def _verify_file(connection: sqlite3.Connection, chain: _Chain) -> None:
    """Ask SQLite whether the file is whole, and whether the guards are still in place."""
    for (text,) in connection.execute(f"PRAGMA integrity_check({_MOST_DAMAGES})"):
        if text != "ok":
            chain.problems.append(problem_of(chain.path, "archive-damaged", text=quote(str(text))))
    altered = find_altered_guards(connection)
    if altered:
        chain.problems.append(
            problem_of(chain.path, "archive-unguarded", text=quote(", ".join(altered)))
        )


def _rows(connection: sqlite3.Connection) -> Iterator[tuple[int, object, object, object]]:
    """Yield the records one by one, each read by itself, so that nobody who seals has to wait for the end.

    A number that does not rise comes from a broken file, which was reported already; going on might never end.
    """
    query = "SELECT number, digest, series, envelope FROM records WHERE number > ? ORDER BY number LIMIT 1"
    row, last = connection.execute(query, (_BEFORE_ALL,)).fetchone(), _BEFORE_ALL
    while row is not None and row[0] > last:
        yield row
        last = row[0]
        row = connection.execute(query, (last,)).fetchone()


def _verify_record(
    chain: _Chain, number: int, digest: object, series: object, envelope: object
) -> SealedRecord | None:
    """Hold one record against its own digest and against the chain; None when it cannot be read."""
    for lost in range(chain.number + 1, min(number, chain.number + 1 + _MOST_DAMAGES)):
        chain.report("record-missing", lost)
    followed, chain.number, chain.count = chain.number + 1 == number, number, chain.count + 1
    record = read_envelope(envelope) if isinstance(envelope, str) else None
    if record is None:
        chain.report("record-altered", number, text=quote("envelope"))
        chain.digest = str(digest)
        return None
    if record.digest != digest or record.number != number or record.series != series:
        wrong = [
            name
            for name, same in (
                ("digest", record.digest == digest),
                ("number", record.number == number),
            )
            if not same
        ]
        chain.report("record-altered", number, text=quote(", ".join(wrong) or "series"))
    if followed and record.previous != chain.digest:
        chain.report("record-unchained", number)
    _verify_correction(chain, record)
    chain.digest = record.digest
    chain.numbers[record.digest] = number
    return record


def _verify_correction(chain: _Chain, record: SealedRecord) -> None:
    """Hold what a record says it corrects against the last one of its subject and edition, and the first."""
    if record.corrects != chain.corrections.get(record.series):
        chain.report("record-uncorrected", record.number)
    first = record.corrects.first if record.corrects is not None else record.number
    chain.corrections[record.series] = Correction(first, record.number)


def _verify_parts(
    connection: sqlite3.Connection,
    chain: _Chain,
    record: SealedRecord,
    check_trail: CheckTrail | None,
) -> None:
    contents: dict[str, bytes] = {}
    for name, part in record.parts.items():
        chain.sealed.add(part.digest)
        data = read_content(connection, part.digest)
        if data is None:
            chain.report("part-missing", record.number, part=quote(name))
            continue
        if len(data) != part.size or (
            part.digest not in chain.checked and digest_of_bytes(data) != part.digest
        ):
            chain.report("part-altered", record.number, part=quote(name))
            continue
        chain.checked.add(part.digest)
        contents[name] = data
    unsound = list(check_parts(record, contents))
    for text in unsound:
        chain.report("trail-unsound", record.number, text=quote(text))
    if check_trail is not None and TRAIL in contents and not unsound:
        file = make_inert(f"{chain.path}#{record.number}/{TRAIL}")
        chain.problems += check_trail(contents[TRAIL], file)
