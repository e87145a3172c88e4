"""Seal: store a record at the end of the chain, whole or not at all. No sealed one is replaced."""

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from ruletrail.archives.files import archive_error, open_to_seal, part_error, record_altered
from ruletrail.archives.records import (
    GIVEN,
    LIBRARY,
    REPORT,
    RULEBOOK,
    SCHEMA,
    TRAIL,
    Correction,
    Part,
    SealedRecord,
    digest_of_bytes,
    is_time,
    read_envelope,
    write_envelope,
)
from ruletrail.documents import RULEBOOK_LIMITS, SCHEMA_LIMITS
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.files import is_there
from ruletrail.library import Source
from ruletrail.library.bases import follow_extends
from ruletrail.library.loading import link_source
from ruletrail.library.manifests import digests_of_plan
from ruletrail.library.sources import find_schema, find_table_file
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, ProblemsError, quote, refusal
from ruletrail.references import SUFFIX, Reference
from ruletrail.trails import Trail, canonical_json


@dataclass(frozen=True, slots=True)
class Sealable:
    """A record without its place in the chain; `contents` are its parts by name."""

    rulebook: str
    subject: Mapping[str, str | bool]
    status: str
    sealed_at: str
    contents: Mapping[str, bytes]


def gather(
    trail: Trail, linked: LinkedRulebook, given: bytes, texts: Mapping[str, bytes], sealed_at: str
) -> Sealable:
    """Collect the parts of a record from the report as `given` and the `texts` of `read_texts`.

    `sealed_at` is data of the record, UTC as `2025-05-30T10:00:00Z`; it is no part of the trail.
    """
    if not is_time(sealed_at):
        raise ValueError(sealed_at)
    document = trail.to_dict()
    report = {key: value for key, value in document["report"].items() if key != "digest"}
    contents = {
        GIVEN: given,
        REPORT: canonical_json(report).encode(),
        TRAIL: (trail.to_json() + "\n").encode(),
        RULEBOOK: canonical_json(linked.content).encode(),
        SCHEMA: canonical_json(linked.schema.content).encode(),
        **{LIBRARY + name: data for name, data in texts.items()},
    }
    subject, status = document["report"]["subject"], document["result"]["status"]
    return Sealable(str(linked.rulebook.identity), subject, status, sealed_at, contents)


def read_texts(source: Source, linked: LinkedRulebook) -> Mapping[str, bytes]:
    """Read the files of a rulebook: its own, those that it extends, the schema of its reports.

    Named so that together they are a library: `rulebooks/sociale/2024@1.0.0.yaml`, `schemas/…`.
    The files of its tables are in a folder that is each rulebook's own: what comes from several
    folders has one name in two of them. Raises `ProblemsError` when a file no longer says what the
    rulebook did when it was loaded, so that texts and trail belong together.
    """
    texts: dict[str, bytes] = {}
    folders: list[PurePosixPath] = []
    for here, data, head in follow_extends(source):
        if head is None:
            raise _changed(here)
        folder = _name_folder(head.reference)
        folders.append(folder)
        texts[f"{folder}{SUFFIX}"] = data
        for name in head.table_files:
            file = find_table_file(name, Mark(here.shown), here)
            texts[str(folder / name)] = file.read(name, RULEBOOK_LIMITS.size)
    written = linked.rulebook.report
    file = find_schema(written, linked.rulebook.report_mark, source)
    texts[_name_schema(written, folders[0], texts)] = file.read(written, SCHEMA_LIMITS.size)
    if digests_of_plan(link_source(source)) != digests_of_plan(linked):
        raise _changed(source)
    return texts


def _changed(source: Source) -> ProblemsError:
    return refusal("seal-moved", source.shown, file=quote(source.shown))


def _name_folder(reference: Reference) -> PurePosixPath:
    """Name the folder of what is a rulebook's own; its text has that name too, and lies beside."""
    return PurePosixPath("rulebooks", reference.name, f"{reference.edition}@{reference.version}")


def _name_schema(written: str, own: PurePosixPath, texts: Iterable[str]) -> str:
    """Name a report's schema: among the schemas, unless another of the texts would be taken for it.

    That is one which bears its name beside the rulebook, whatever its capitals, or a folder does.
    Then it lies in the rulebook's `own` folder.
    """
    beside = f"{own.parent / written}/".casefold()
    is_taken = any(f"{name}/".casefold().startswith(beside) for name in texts)
    return str((own if is_taken else PurePosixPath("schemas")) / written)


@dataclass(frozen=True, slots=True)
class Sealing:
    """The record of a sealing; not `fresh` if the same was sealed before, and nothing written."""

    record: SealedRecord
    head: str
    fresh: bool
    alike: SealedRecord | None = None
    """The last of a subject that is this one but for its capitals: the new record is its first."""
    later: SealedRecord | None = None
    """The record before, where that says a later time than this one: a clock was wrong once."""


def seal(path: Path, sealable: Sealable, correction_of: int | None = None) -> Sealing:
    """Append a record to an archive, which is made when there is none.

    A report whose subject and edition were sealed before becomes a correction of that record; the
    very same trail again is no correction, and its record is returned, whatever it corrects.
    `correction_of` refuses any other record than the one that would be corrected. Raises
    `ProblemsError`; the archive is then as it was.
    """
    if not sealable.subject:
        raise archive_error(path, "seal-without-subject")
    if correction_of is not None and not is_there(path):
        # what is refused leaves no empty archive behind
        raise _not_the_last(path, correction_of, None, None)
    with open_to_seal(path) as connection:
        head = _read_last(connection, path, "", ())
        draft = _draft(sealable, head)
        latest = _read_last(connection, path, "WHERE series = ?", (draft.series,))
        if latest is not None and latest.parts[TRAIL] == draft.parts[TRAIL]:
            return Sealing(latest, head.digest if head is not None else latest.digest, fresh=False)
        if correction_of is not None and (latest is None or latest.number != correction_of):
            raise _not_the_last(path, correction_of, latest, head)
        record = draft
        if latest is not None:
            first = latest.corrects.first if latest.corrects is not None else latest.number
            record = replace(draft, corrects=Correction(first, latest.number))
        alike = _find_alike(connection, draft) if latest is None else None
        _store(connection, path, sealable.contents, record)
    # all times have one form, so that their texts are in their order
    is_earlier = head is not None and record.sealed_at < head.sealed_at
    later = head if is_earlier else None
    return Sealing(record, record.digest, fresh=True, alike=alike, later=later)


def _find_alike(connection: sqlite3.Connection, draft: SealedRecord) -> SealedRecord | None:
    """Find the last record of the edition whose subject differs in its capitals alone."""
    connection.create_function("fold", 1, str.casefold, deterministic=True)
    subject = canonical_json(draft.subject).casefold()
    query = "SELECT envelope FROM records WHERE instr(fold(envelope), ?) ORDER BY number DESC"
    for row in connection.execute(query, (subject,)):
        record = read_envelope(str(row[0]))
        if record is not None and _fold_series(record) == _fold_series(draft):
            return record
    return None


def _fold_series(record: SealedRecord) -> tuple[str, str]:
    """Name edition and subject, whatever their capitals."""
    return record.rulebook.partition("@")[0], canonical_json(record.subject).casefold()


def _not_the_last(
    path: Path, number: int, latest: SealedRecord | None, head: SealedRecord | None
) -> ProblemsError:
    """Return the error of a record that this report would not correct, or that is not there.

    `latest` is the one that it would correct, `head` the last of the archive; None where none is.
    """
    is_known = head is not None and number <= head.number
    wordings = ("seal-no-record", "seal-no-record-but", "seal-corrects-none", "")
    wording = wordings[2 * is_known + (latest is not None)]
    problem = archive_error(
        path,
        "seal-not-the-last",
        advice="archive-empty" if head is None else "",
        number=str(number),
        latest=str(latest.number) if latest is not None else "",
    ).problems[0]
    return ProblemsError([replace(problem, wording=wording)])


def _draft(sealable: Sealable, head: SealedRecord | None) -> SealedRecord:
    contents = sorted(sealable.contents.items())
    return SealedRecord(
        number=head.number + 1 if head is not None else 1,
        previous=head.digest if head is not None else "",
        sealed_at=sealable.sealed_at,
        rulebook=sealable.rulebook,
        subject=sealable.subject,
        status=sealable.status,
        corrects=None,
        parts={name: Part(len(data), digest_of_bytes(data)) for name, data in contents},
    )


def _read_last(
    connection: sqlite3.Connection, path: Path, where: str, values: tuple[str, ...]
) -> SealedRecord | None:
    """Read the last record, of all or of a series; one that was altered raises `ProblemsError`."""
    query = f"SELECT number, digest, series, envelope FROM records {where}"  # noqa: S608 - our own
    row = connection.execute(f"{query} ORDER BY number DESC LIMIT 1", values).fetchone()
    if row is None:
        return None
    record = read_envelope(str(row[3]))
    if record is None or (record.number, record.digest, record.series) != row[:3]:
        raise record_altered(path, row[0])
    return record


def _store(
    connection: sqlite3.Connection, path: Path, contents: Mapping[str, bytes], record: SealedRecord
) -> None:
    """Store the parts that no earlier record holds already, then the record."""
    for name, data in contents.items():
        digest = record.parts[name].digest
        query = "SELECT data FROM contents WHERE digest = ?"
        found = connection.execute(query, (digest,)).fetchone()
        if found is None:
            connection.execute("INSERT INTO contents (digest, data) VALUES (?, ?)", (digest, data))
        elif found[0] != data:
            raise part_error(path, "part-altered", record.number, name)
    row = (record.number, record.digest, record.series, write_envelope(record))
    query = "INSERT INTO records (number, digest, series, envelope) VALUES (?, ?, ?, ?)"
    connection.execute(query, row)
