"""Archives to seal into, and the ways of an owner who changes what was sealed."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from functools import cache
from hashlib import sha256

import ruletrail
from ruletrail.api import find_source
from ruletrail.archives import gather, read_record, read_texts, seal, verify_archive
from ruletrail.archives.files import GUARDS
from ruletrail.archives.records import write_envelope
from support.places import INCOMPLETE, JESI, LIVORNO, TESTS

PARKING = TESTS / "archives" / "parking.yaml"
AT = "2025-05-30T10:00:00Z"


@cache
def sealable(path):
    """Evaluate one of the example reports, ready to be sealed."""
    source = find_source("sociale/2024")
    plan = ruletrail.load("sociale/2024")
    texts = read_texts(source, plan.linked)
    return gather(plan.evaluate(path).trail, plan.linked, path.read_bytes(), texts, AT)


def make_archive(path):
    """Seal Jesi open, Livorno, and Jesi complete: the third corrects the first."""
    for report in (INCOMPLETE, LIVORNO, JESI):
        seal(path, sealable(report))
    return path


@cache
def parking(name, hours, copies):
    """Evaluate a small report of anybody, given in a text as long as one likes."""
    plan = ruletrail.load(PARKING)
    texts = read_texts(find_source(str(PARKING)), plan.linked)
    report = {"rulebook": "parking/2024", "subject": {"name": name}, "fields": {"hours": hours}}
    return gather(
        plan.evaluate(report).trail,
        plan.linked,
        f"given by {name}\n".encode() * copies,
        texts,
        AT,
    )


def tamper(path, *statements):
    """Change an archive as its owner can: take the guards away, change, and put them back."""
    with closing(sqlite3.connect(path)) as connection:
        for name in GUARDS:
            connection.execute(
                f"DROP {'INDEX' if name == 'records_of_series' else 'TRIGGER'} {name}"
            )
        for statement in statements:
            connection.execute(*statement)
        for statement in GUARDS.values():
            connection.execute(statement)
        connection.commit()


def rewrite(path, number, **changes):
    """Rewrite one record with a digest of its own; the records after it stay as they are."""
    rewrite_envelope(path, replace(read_record(path, number)[0], **changes))


def rewrite_envelope(path, record):
    """Write a record in the place of the one of its number, with a digest of its own."""
    tamper(
        path,
        (
            "UPDATE records SET digest = ?, series = ?, envelope = ? WHERE number = ?",
            (record.digest, record.series, write_envelope(record), record.number),
        ),
    )


def found(path, expected=""):
    """Name what verification finds, each code with the number of its record."""
    return {
        (problem.code, problem.details.get("number", ""))
        for problem in verify_archive(path, expected).problems
    }


def exchange_trail(path, change):
    """Put another trail into the last record, with new part, envelope and digest."""
    record, contents = read_record(path, 3)
    forged = change(contents["trail.json"])
    assert forged != contents["trail.json"]
    digest = "sha256:" + sha256(forged).hexdigest()
    part = replace(record.parts["trail.json"], digest=digest, size=len(forged))
    old = record.parts["trail.json"].digest
    record = replace(record, parts={**record.parts, "trail.json": part})
    tamper(
        path,
        ("UPDATE contents SET data = ?, digest = ? WHERE digest = ?", (forged, digest, old)),
        (
            "UPDATE records SET digest = ?, envelope = ? WHERE number = 3",
            (record.digest, write_envelope(record)),
        ),
    )


def share_overflow(path, names, long, short):
    """Forge stored bytes: rows of `short` bytes that lead into the pages of one of `long` bytes.

    Both lengths are written in three bytes, and leave as many bytes in the row itself, so that only
    lengths and the number of the first further page change; see "B-tree Cell Format" and "Record
    Format" in https://www.sqlite.org/fileformat2.html.
    """
    assert (long - short) % (PAGE - 4) == 0
    first, *others = names
    rows = [(first, bytes(long)), *((name, bytes(short)) for name in others)]
    statement = "INSERT INTO contents (digest, data) VALUES (?, ?)"
    tamper(path, *((statement, row) for row in rows))
    data = bytearray(path.read_bytes())
    payload = len(first) + 6
    least = (PAGE - 12) * 32 // 255 - 23
    kept = least + (payload + long - least) % (PAGE - 4)
    kept = kept if kept <= PAGE - 35 else least

    def varint(number):
        return bytes((number >> 14 | 128, number >> 7 & 127 | 128, number & 127))

    def begin_of(name, length):
        # header of six bytes: its length, the text's type in two, the type of the bytes in three
        record = varint(2 * length + 12) + name.encode()
        return data.index(record) - 3

    shared = None
    for name in names:
        length = long if name == first else short
        begin = begin_of(name, length)
        pointer = slice(begin + kept, begin + kept + 4)
        if shared is None:
            shared = data[pointer]
        data[pointer] = shared
        data[begin + 3 : begin + 6] = varint(2 * long + 12)
        # the cell begins with the payload's length, in three bytes, and the row's number in one
        at = data.rindex(varint(payload + length), 0, begin)
        assert begin - at <= 5
        data[at : at + 3] = varint(payload + long)
    path.write_bytes(data)


PAGE = 4096
