"""What its owner does to an archive is found, if need be by a head digest in other hands."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

from ruletrail.archives import list_records, read_record, reading, seal, verify_archive
from ruletrail.archives.records import Correction, Part, digest_of_bytes, write_envelope
from ruletrail.problems import Mark, Problem, ProblemsError
from ruletrail.trails import canonical_json, digest_of
from ruletrail.trails.document import digest_step
from support.archive_cases import (
    exchange_trail,
    found,
    make_archive,
    parking,
    rewrite,
    sealable,
    tamper,
)
from support.command_line import call
from support.places import INCOMPLETE, JESI, LIVORNO


@pytest.fixture
def archive(tmp_path):
    """Make an archive of three records, the third of which corrects the first."""
    return make_archive(tmp_path / "archive.sqlite")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET envelope = 'x' WHERE number = 1",
        "UPDATE OR REPLACE records SET number = 1 WHERE number = 2",
        "DELETE FROM records WHERE number = 3",
        "DELETE FROM records",
        "UPDATE contents SET data = x'00'",
        "DELETE FROM contents",
        "INSERT OR REPLACE INTO records SELECT * FROM records WHERE number = 1",
        (
            "INSERT OR REPLACE INTO records SELECT 4, digest, series, envelope"
            " FROM records WHERE number = 1"
        ),
        "INSERT INTO records SELECT 9, 'x', series, envelope FROM records WHERE number = 1",
        "INSERT OR REPLACE INTO contents SELECT digest, x'00' FROM contents",
        "REPLACE INTO records (number, digest, series, envelope) VALUES (2, 'x', 'x', 'x')",
    ],
)
def test_sqlite_itself_refuses_to_change_what_is_sealed(archive, statement):
    with (
        closing(sqlite3.connect(archive)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="a sealed record is final"),
    ):
        connection.execute(statement)
    assert verify_archive(archive).problems == ()


def test_an_altered_envelope_is_found(archive):
    tamper(
        archive,
        (
            (
                "UPDATE records SET envelope = replace(envelope, 'complete', 'invalid')"
                " WHERE number = 2"
            ),
        ),
    )
    assert ("record-altered", "2") in found(archive)
    with pytest.raises(ProblemsError, match="record-altered"):
        list_records(archive)


def test_a_record_rewritten_with_a_digest_of_its_own_breaks_the_chain(archive):
    rewrite(archive, 2, sealed_at="2020-01-01T00:00:00Z")
    assert found(archive) == {("record-unchained", "3")}


def test_a_removed_record_is_found(archive):
    tamper(archive, ("DELETE FROM records WHERE number = 2",))
    assert ("record-missing", "2") in found(archive)
    assert ("part-unsealed", "") in found(archive)


def test_a_removed_record_is_found_when_the_gap_is_closed(archive):
    tamper(
        archive,
        ("DELETE FROM records WHERE number = 2",),
        ("UPDATE records SET number = 2 WHERE number = 3",),
    )
    assert {("record-altered", "2"), ("record-unchained", "2")} <= found(archive)


def test_exchanged_records_are_found(archive):
    tamper(
        archive,
        *[
            ("UPDATE records SET number = ? WHERE number = ?", pair)
            for pair in ((9, 1), (1, 2), (2, 9))
        ],
    )
    assert {
        ("record-altered", "1"),
        ("record-altered", "2"),
        ("record-unchained", "1"),
        ("record-unchained", "2"),
    } <= found(archive)


def test_a_tail_that_was_cut_off_is_found_by_the_head_that_was_written_down(archive):
    head = list_records(archive)[-1].digest
    parts = [
        part.digest
        for name, part in read_record(archive, 3)[0].parts.items()
        if name in ("report-as-given", "report.json", "trail.json")
    ]
    tamper(
        archive,
        ("DELETE FROM records WHERE number = 3",),
        *[("DELETE FROM contents WHERE digest = ?", (digest,)) for digest in parts],
    )
    assert found(archive) == set()
    assert found(archive, head) == {("head-unknown", "")}


def test_a_whole_chain_made_anew_is_found_by_the_head_that_was_written_down(archive):
    head, forged = list_records(archive)[-1].digest, archive.with_name("forged")
    for report in (INCOMPLETE, LIVORNO, JESI):
        seal(forged, replace(sealable(report), sealed_at="2020-01-01T00:00:00Z"))
    assert found(forged) == set()
    assert found(forged, head) == {("head-unknown", "")}


def test_a_head_written_down_earlier_still_stands(archive):
    first = list_records(archive)[0].digest
    assert (verify_archive(archive, first).expected_at, found(archive, first)) == (1, set())


@pytest.mark.parametrize(
    "part", ["report-as-given", "report.json", "trail.json", "rulebook.json", "schema.json"]
)
def test_altered_and_missing_parts_are_found(archive, part):
    digest = read_record(archive, 2)[0].parts[part].digest
    tamper(
        archive,
        ("UPDATE contents SET data = CAST(data || ' ' AS BLOB) WHERE digest = ?", (digest,)),
    )
    assert ("part-altered", "2") in found(archive)
    with pytest.raises(ProblemsError, match="part-altered"):
        read_record(archive, 2)
    tamper(archive, ("DELETE FROM contents WHERE digest = ?", (digest,)))
    assert ("part-missing", "2") in found(archive)
    with pytest.raises(ProblemsError, match="part-missing"):
        read_record(archive, 2)


def test_something_added_is_found(archive):
    tamper(archive, ("INSERT INTO contents VALUES ('x', x'00')",))
    assert found(archive) == {("part-unsealed", "")}


def test_a_record_hidden_from_its_series_is_found(archive):
    tamper(archive, ("UPDATE records SET series = 'x' WHERE number = 2",))
    assert found(archive) == {("record-altered", "2")}


def test_a_correction_that_hides_what_it_corrects_is_found(archive):
    rewrite(archive, 3, corrects=None)
    assert found(archive) == {("record-uncorrected", "3")}


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (b'"status":"complete"', b'"status":"invalid"', "digest"),
        (b'"value":"4056"', b'"value":"4057"', "digest"),
        (b"\n", b" \n", "not canonical"),
        (b'{"digest"', b'["digest"', "no trail"),
    ],
)
def test_a_trail_exchanged_in_a_record_made_anew_is_found(archive, old, new, text):
    exchange_trail(archive, lambda stored: stored.replace(old, new))
    problems = verify_archive(archive).problems
    assert {problem.code for problem in problems} == {"trail-unsound"}
    assert f"`{text}`" in {problem.details["text"] for problem in problems}


def test_the_trail_of_another_report_is_found(archive):
    record, other = read_record(archive, 3)[0], read_record(archive, 2)[0]
    rewrite(archive, 3, parts={**record.parts, "trail.json": other.parts["trail.json"]})
    texts = {
        problem.details["text"]
        for problem in verify_archive(archive).problems
        if problem.code == "trail-unsound"
    }
    assert texts == {"`report.digest ≠ report.json`", "`report.subject`"}


def test_guards_that_were_taken_away_are_found_and_nothing_more_is_sealed(archive):
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("DROP TRIGGER no_update_of_records")
    assert found(archive) == {("archive-unguarded", "")}
    with pytest.raises(ProblemsError, match="archive-unguarded"):
        seal(archive, sealable(INCOMPLETE))


@pytest.mark.parametrize("name", ["records", "contents"])
def test_a_trigger_that_bears_a_tables_name_is_found(archive, name):
    """SQLite lets it: before the table in the schema it stood for the table, and took seals."""
    watched = {"records": "contents", "contents": "records"}[name]
    with closing(sqlite3.connect(archive, isolation_level=None)) as connection:
        connection.execute(
            f"CREATE TRIGGER {name} BEFORE INSERT ON {watched} BEGIN SELECT RAISE(IGNORE); END"
        )
        connection.execute("PRAGMA writable_schema=ON")
        rows = connection.execute("SELECT * FROM sqlite_master ORDER BY rowid").fetchall()
        # the watched table, the trigger, then the table whose name it has
        rows.sort(key=lambda row: (row[0] == "trigger" and row[1] != name, row[1] != watched,
                                   row[0] != "trigger"))  # fmt: skip
        connection.execute("DELETE FROM sqlite_master")
        connection.executemany("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", rows)
        version = connection.execute("PRAGMA schema_version").fetchone()[0]
        connection.execute(f"PRAGMA schema_version={version + 1}")
    assert found(archive) == {("archive-unguarded", "")}
    with pytest.raises(ProblemsError, match="archive-unguarded"):
        seal(archive, sealable(INCOMPLETE))


@pytest.mark.parametrize("number", [-(2**63), -1, 0, 2**63 - 1])
def test_a_record_inserted_anywhere_is_found(archive, number):
    """Whatever number it bears; of those that are there none is told to be missing for it."""
    name = "only_the_next_of_records"
    with closing(sqlite3.connect(archive, isolation_level=None)) as connection:
        (guard,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = ?", (name,)
        ).fetchone()
        connection.execute(f"DROP TRIGGER {name}")
        row = (number, "x", "y", "a record that nobody sealed")
        connection.execute("INSERT INTO records VALUES (?, ?, ?, ?)", row)
        connection.execute(guard)
    told = verify_archive(archive).problems
    assert ("record-altered", str(number)) in {(p.code, p.details.get("number")) for p in told}
    lost = {problem.code for problem in told} & {"record-missing"}
    assert bool(lost) is (number > 0)


def test_nothing_is_sealed_upon_a_last_record_that_was_altered(archive):
    tamper(
        archive,
        (
            (
                "UPDATE records SET envelope = replace(envelope, 'complete', 'invalid')"
                " WHERE number = 3"
            ),
        ),
    )
    with pytest.raises(ProblemsError, match="record-altered"):
        seal(archive, sealable(INCOMPLETE))


def test_nothing_is_sealed_with_a_stored_part_that_was_altered(archive):
    digest = read_record(archive, 1)[0].parts["rulebook.json"].digest
    tamper(archive, ("UPDATE contents SET data = x'00' WHERE digest = ?", (digest,)))
    with pytest.raises(ProblemsError, match="part-altered"):
        seal(archive, sealable(INCOMPLETE))


def test_what_is_sealed_while_an_archive_is_verified_is_no_tampering(archive):
    """Nobody who seals waits for a long verification, and it raises no false alarm."""

    def begin(count):
        assert count == 3
        return lambda: seal(archive, parking("Anna", 1, 1))

    verified = verify_archive(archive, begin=begin)
    assert (verified.problems, verified.records) == ((), 4)


def test_many_problems_are_cut_to_the_first_fifty_and_all_are_counted(archive):
    tamper(
        archive,
        *[("INSERT INTO contents VALUES (?, x'00')", (f"x{number:02}",)) for number in range(70)],
    )
    status, out, err = call("archive", "verify", "--archive", archive)
    assert (status, out.startswith("3 records, 70 problems\n"), err.count("[part-unsealed]")) == (
        1,
        True,
        50,
    )


def test_what_a_checker_of_trails_says_is_reported(archive):
    def check(data, file):
        return (
            [Problem("record-unknown", Mark(file, 1, 1), {"number": "0"})]
            if b'"comune":"Jesi"' in data
            else []
        )

    files = [problem.mark.file for problem in verify_archive(archive, check_trail=check).problems]
    assert files == [f"{archive}#{number}/trail.json" for number in (1, 3)]


BOMB = b'{"trail":1,"x":[' + b"[]," * 3_000_000 + b"1]}\n"


@pytest.mark.parametrize(
    ("forged", "said"),
    [
        (BOMB, [("trail-unsound", "archive.sqlite"), ("trail-not-one", "trail.json")]),
        # not even read
        (b" " * (64 * 1024 * 1024 + 1), [("part-altered", "archive.sqlite")]),
    ],
    ids=["lists", "bytes"],
)
def test_what_is_too_large_for_a_trail_is_never_parsed(archive, monkeypatch, forged, said):
    """The archive parsed what its checker was to refuse: nine megabytes were half a gigabyte."""
    exchange_trail(archive, lambda _: forged)
    parsed = []
    parse = json.loads
    monkeypatch.setattr(
        reading, "json", SimpleNamespace(loads=lambda text: parsed.append(len(text)) or parse(text))
    )
    status, out, _ = call("archive", "verify", "--archive", archive, "--format", "json")
    told = [(each["code"], Path(each["file"]).name) for each in json.loads(out)["problems"]]
    assert (status, told) == (1, said)
    assert len(parsed) == 2  # the trails of the records before it
    assert max(parsed) < 1_000_000


def test_a_trail_that_many_records_name_is_checked_once(archive):
    """Each record is told all the same what its trail lacks, and compared with it by itself."""
    for report in (INCOMPLETE, JESI, INCOMPLETE):
        seal(archive, sealable(report))
    asked = []

    def check(data, file):
        asked.append(digest_of_bytes(data))
        return [Problem("trail-canonical", Mark(file, 1, 7), {})]

    problems = verify_archive(archive, check_trail=check).problems
    assert len(asked) == len(set(asked)) == 3
    assert [(problem.mark.file, problem.mark.column) for problem in problems] == [
        (f"{archive}#{number}/trail.json", 7) for number in range(1, 7)
    ]
    rewrite(archive, 6, subject={"comune": "Ancona"})
    asked.clear()
    last = verify_archive(archive, check_trail=check).problems[-1]
    assert (last.code, last.details["text"]) == ("trail-unsound", "`report.subject`")
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda trail: trail["report"]["subject"].update(provincia="XX"), "`report.digest`"),
        (
            lambda trail: next(step for step in trail["steps"] if step["id"] == "R04").update(
                label="X"
            ),
            "`steps.R04.digest`",
        ),
        (
            lambda trail: trail["rulebook"].update(digest="sha256:" + "0" * 64),
            "`rulebook.digest ≠ rulebook.json`",
        ),
        (
            lambda trail: trail["schema"].update(digest="sha256:" + "0" * 64),
            "`schema.digest ≠ schema.json`",
        ),
        (lambda trail: trail["rulebook"].update(version="1.0.9"), "`rulebook`"),
        (lambda trail: trail["result"].update(status="invalid"), "`result.status`"),
    ],
)
def test_a_digest_inside_a_trail_that_was_not_made_anew_is_found(archive, change, text):
    def forge(stored):
        trail = json.loads(stored)
        change(trail)
        trail["digest"] = digest_of({key: value for key, value in trail.items() if key != "digest"})
        return canonical_json(trail).encode() + b"\n"

    exchange_trail(archive, forge)
    problems = verify_archive(archive).problems
    assert {problem.code for problem in problems} == {"trail-unsound"}
    assert text in {problem.details["text"] for problem in problems}


def test_a_part_of_another_size_than_the_record_says_is_found(archive):
    record = read_record(archive, 3)[0]
    part = record.parts["report-as-given"]
    rewrite(
        archive, 3, parts={**record.parts, "report-as-given": replace(part, size=part.size + 1)}
    )
    assert found(archive) == {("part-altered", "3")}


def test_a_trail_with_all_digests_made_anew_is_found_because_it_does_not_follow(archive):
    """The independent checker derives every step again; the chain alone would not see it."""

    def forge(stored):
        trail = json.loads(stored)
        step = next(step for step in trail["steps"] if step["id"] == "R0B")
        assert (step["value"], trail["result"]["values"]["R0B"]) == ("4056", "4056")
        step["value"] = trail["result"]["values"]["R0B"] = "4057"
        digests = {}
        for step in trail["steps"]:
            step["digest"] = digests[step["id"]] = digest_step(step, digests)
        trail["digest"] = digest_of({key: value for key, value in trail.items() if key != "digest"})
        return canonical_json(trail).encode() + b"\n"

    exchange_trail(archive, forge)
    assert verify_archive(archive).problems == ()
    status, out, _ = call("archive", "verify", "--archive", archive, "--format", "json")
    (problem,) = json.loads(out)["problems"]
    assert (status, problem["file"], "`R0B`" in problem["message"]) == (
        1,
        f"{archive}#3/trail.json",
        True,
    )


def of_size(record, contents):
    """State another size for a part, whose bytes and digest are the sealed ones."""
    part = record.parts["report-as-given"]
    parts = {**record.parts, "report-as-given": replace(part, size=part.size + 1)}
    return replace(record, parts=parts), {}


def of_subject(record, contents):
    """Name somebody else than the trail does."""
    return replace(record, subject={**record.subject, "comune": "altrove"}), {}


def of_status(record, contents):
    """State another status than the trail does."""
    return replace(record, status="invalid"), {}


def with_trail(change):
    """Put another trail into the record, with all its digests made anew."""

    def forge(record, contents):
        data = change(contents["trail.json"])
        part = Part(len(data), "sha256:" + sha256(data).hexdigest())
        parts = {**record.parts, "trail.json": part}
        return replace(record, parts=parts), {part.digest: data}

    return forge


def another_value(data):
    """Make a trail whose answer does not follow, and whose digest holds."""
    trail = json.loads(data)
    trail["result"]["decisions"]["x\x1b[2J"] = "ok"
    del trail["digest"]
    return canonical_json({**trail, "digest": digest_of(trail)}).encode() + b"\n"


def of_contents(change):
    """Change the stored bytes of a part, under the digest that they had."""

    def forge(record, contents):
        return record, {record.parts["schema.json"].digest: change(contents["schema.json"])}

    return forge


FORGED = {
    "size": (of_size, "part-altered"),
    "subject": (of_subject, "trail-unsound"),
    "status": (of_status, "trail-unsound"),
    "no trail": (with_trail(lambda _: b"[1]\n"), "trail-unsound"),
    "deep": (with_trail(lambda _: b"[" * 100_000 + b"]" * 100_000 + b"\n"), "trail-unsound"),
    "not canonical": (with_trail(lambda data: b" " + data), "trail-unsound"),
    "value": (with_trail(another_value), "trail-form"),
    "bytes": (of_contents(lambda data: data[:-1] + b" "), "part-altered"),
    "shorter": (of_contents(lambda data: data[:-1]), "part-altered"),
    "no bytes": (of_contents(lambda _: None), "part-missing"),
}
"""How the last record is forged, so that its envelope and the chain hold, and as what it shows."""


def forge(archive, change):
    """Write the last record anew, and what it holds."""
    record, stored = change(*read_record(archive, 3))
    envelope = write_envelope(record)
    statements = [
        (
            "UPDATE records SET digest = ?, series = ?, envelope = ? WHERE number = 3",
            (record.digest, record.series, envelope),
        )
    ]
    for digest, data in stored.items():
        statements.append(("DELETE FROM contents WHERE digest = ?", (digest,)))
        if data is not None:
            statements.append(("INSERT INTO contents VALUES (?, ?)", (digest, data)))
    tamper(archive, *statements)


@pytest.mark.parametrize("name", FORGED)
def test_what_verify_refuses_of_a_record_is_neither_shown_nor_exported(archive, name, tmp_path):
    change, code = FORGED[name]
    forge(archive, change)
    status, _, err = call("archive", "verify", "--archive", archive)
    assert (status, f"[{code}]" in err) == (1, True)
    folder = tmp_path / "out"
    for words in (["show", "3"], ["export", "3", "-o", folder]):
        status, out, err = call("archive", *words, "--archive", archive)
        assert (status, out, f"[{code}]" in err) == (2, "", True)
    assert not folder.exists()
    # the list follows the chain and opens no part: subject and status follow from the envelope
    status, _, err = call("archive", "list", "--archive", archive)
    assert (status, "[record-uncorrected]" in err) == (
        (2, True) if name == "subject" else (0, False)
    )


@pytest.mark.parametrize(
    "corrects", [(3, 3), (9, 12), (2, 1), (0, 1)], ids=["itself", "a later one", "back", "none"]
)
def test_a_record_that_corrects_no_earlier_one_is_none(archive, corrects, tmp_path):
    """Corrections go back to a first record: whatever goes in a ring, or nowhere, is no envelope.

    Nothing is sealed upon it either, or the next record would name a first one that is not there.
    """
    forge(archive, lambda record, _: (replace(record, corrects=Correction(*corrects)), {}))
    before = archive.read_bytes()
    exported = ["export", "3", "-o", tmp_path / "x"]
    for words, status in ((["verify"], 1), (["list"], 2), (["show", "3"], 2), (exported, 2)):
        found_status, _, err = call("archive", *words, "--archive", archive)
        assert (found_status, "3" in err, "[record-altered]" in err) == (status, True, True), words
    with pytest.raises(ProblemsError, match="record-altered"):
        seal(archive, sealable(LIVORNO))
    assert archive.read_bytes() == before


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM records WHERE number = 1", "record-missing"),
        ("DELETE FROM records WHERE number = 2", "record-missing"),
        ("UPDATE records SET series = 'x' WHERE number = 2", "record-altered"),
        ("UPDATE records SET digest = 'x' WHERE number = 2", "record-altered"),
        ("UPDATE records SET number = 7 WHERE number = 3", "record-altered"),
        ("UPDATE records SET envelope = x'00' WHERE number = 2", "record-altered"),
    ],
)
def test_the_list_follows_the_chain(archive, statement, code):
    tamper(archive, (statement,))
    status, out, err = call("archive", "list", "--archive", archive)
    assert (status, out, f"[{code}]" in err) == (2, "", True)
    assert code in {name for name, _ in found(archive)}


def test_the_list_refuses_a_record_that_does_not_follow(archive):
    rewrite(archive, 2, sealed_at="2020-01-01T00:00:00Z")
    with pytest.raises(ProblemsError, match="record-unchained"):
        list_records(archive)
