"""The archive's file: one SQLite database with a rollback journal. Only `archives` imports sqlite3.

Why a rollback journal and not a write-ahead log: at rest an archive is one single file, which can
be copied, mailed and put on read-only media. `synchronous = EXTRA` waits until the data, the
journal and the removal of the journal from its folder are on the disk, so what was announced as
sealed is still there after a power cut. The whole of a sealing is one transaction: all of it is
there, or nothing.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from stat import S_ISREG
from typing import Literal

from ruletrail.archives.journals import (
    ENDS,
    end_first_sealing,
    find_foreign,
    is_interrupted,
    journal_of,
    judge_journal,
)
from ruletrail.fast_dataclasses import replace
from ruletrail.files import is_there, refuse_read_only, show_path
from ruletrail.problems import Mark, Problem, ProblemsError, make_inert, quote, quote_to_write

APPLICATION = 0x52544152
"""The number that marks the file as ours, `RTAR`; SQLite keeps it in the header."""

LAYOUT = 1
"""The version of the tables."""

PATIENCE = 30.0
"""Seconds that a writer waits for another one to finish."""

TABLES = {
    "contents": "CREATE TABLE contents (digest TEXT NOT NULL PRIMARY KEY, data BLOB NOT NULL)",
    "records": (
        "CREATE TABLE records (number INTEGER NOT NULL PRIMARY KEY, digest TEXT NOT NULL UNIQUE,"
        " series TEXT NOT NULL, envelope TEXT NOT NULL)"
    ),
}
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'a sealed record is final'); END"
_TRIGGERS = {
    **{
        f"no_{verb.lower()}_of_{table}": f"BEFORE {verb} ON {table}"
        for table in TABLES
        for verb in ("UPDATE", "DELETE")
    },
    # INSERT OR REPLACE would remove a row without asking the triggers on DELETE
    "no_second_contents": (
        "BEFORE INSERT ON contents WHEN EXISTS (SELECT 1 FROM contents WHERE digest = NEW.digest)"
    ),
    "only_the_next_of_records": (
        "BEFORE INSERT ON records"
        " WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM records)"
        " OR EXISTS (SELECT 1 FROM records WHERE digest = NEW.digest)"
    ),
}
GUARDS = {
    "records_of_series": "CREATE INDEX records_of_series ON records (series, number)",
    **{name: f"CREATE TRIGGER {name} {when} {_REFUSE}" for name, when in _TRIGGERS.items()},
}


REFUSALS = (sqlite3.Error, UnicodeDecodeError)
"""What reading a broken file raises; Python itself fails to read the names of a broken table."""

LARGEST = 256 * 1024 * 1024
"""Bytes of one row: no part and no envelope of a sealed record comes near. SQLite reads no more."""

_STEPS = 1_000_000
_STEPS_OF_A_BYTE = 2
"""How many steps SQLite may take in a file; verifying takes at most 0.1 a byte of a true one."""

_WATCH = 10_000
"""Steps from one look at their number to the next; a few milliseconds at most."""


class Archive(sqlite3.Connection):
    """A connection that ends: pages of a forged file may lead to each other without end.

    Each look at the steps is also where Python learns of Ctrl-C. A long value costs one step
    however long it is, and many rows of a forged file may share one; so values are counted too.
    """

    _left = _taken = _room = 0
    _place: Path

    def watch(self, place: Path) -> None:
        """Begin to count, for a file of its size."""
        self._place, self._room = place, _size_of(place)
        self._left = _STEPS + _STEPS_OF_A_BYTE * self._room
        self.set_progress_handler(self._is_over, _WATCH)

    def take(self, *values: object) -> None:
        """Count values that are read for the first time: together they fit into a true file.

        Raises `sqlite3.DatabaseError`, as SQLite does of a file that is broken.
        """
        self._taken += sum(len(value) for value in values if isinstance(value, str | bytes))
        if self._taken > self._room:
            self._room = _size_of(self._place)  # others may have sealed meanwhile
            if self._taken > self._room:
                raise sqlite3.DatabaseError(ENDLESS)

    def _is_over(self) -> bool:
        self._left -= _WATCH
        return self._left < 0

    def close(self) -> None:
        """Close, and let go of what is called between steps, which holds this connection."""
        self.set_progress_handler(None, 0)
        super().close()

    @property
    def is_spent(self) -> bool:
        """Tell whether more steps were taken than a true archive needs."""
        return self._left < 0


def _size_of(place: Path) -> int:
    return place.stat().st_size if is_there(place) else 0


ENDLESS = "more rows than the file has room for"
"""What is said of pages that are read again and again."""


@contextmanager
def open_to_read(path: Path) -> Iterator[Archive]:
    """Open an archive for reading; raises `ProblemsError` when it is none or holds nothing.

    What a crash left behind is taken back first, which needs the right to write; nothing else is
    ever written.
    """
    if _kind_of(path, reading=True) == "missing":
        raise archive_error(path, "file-unreadable", advice="archive-missing")
    with _connected(path, "rw") as connection:
        if not _check_kind(connection, path):
            raise archive_error(path, "archive-empty")
        connection.execute("PRAGMA query_only = ON")
        yield connection


@contextmanager
def open_to_seal(path: Path) -> Iterator[Archive]:
    """Open an archive in one writing transaction, durable at the end; an error leaves it as it was.

    A file that does not exist, or is empty, becomes a new archive in the same transaction. An empty
    file that a refused first sealing leaves is never removed: another writer may have it open.
    """
    with _connected(path, "rwc") as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("BEGIN IMMEDIATE")
        if not _check_kind(connection, path):
            _make_tables(connection)
        altered = find_altered_guards(connection)
        if altered:
            raise archive_error(path, "archive-unguarded", text=quote(", ".join(altered)))
        yield connection
        connection.execute("COMMIT")


@contextmanager
def _connected(path: Path, mode: str) -> Iterator[Archive]:
    """Connect; errors of SQLite become problems, and an open transaction is rolled back.

    Nothing is read before the steps are counted: the first look at the tables may never end.
    """
    if _kind_of(path, reading=mode == "rw") == "other":
        raise archive_error(path, "archive-foreign")
    place = path.resolve()
    if mode == "rwc" and place.name.lower().endswith(ENDS):
        raise archive_error(path, "output-not-own")
    if mode == "rwc" and is_new_of_other(path):
        details = {"text": quote(path.suffix), "instead": quote_to_write(f"{path.stem}.sqlite")}
        problem = problem_of(path, "archive-foreign", advice="archive-name", **details)
        raise ProblemsError([replace(problem, wording="archive-name")])
    foreign = find_foreign(place)
    if foreign is not None:
        raise archive_error(Path(show_path(foreign)), "output-not-own", advice="beside-archive")
    if mode == "rwc":
        _check_writable(path, place)
    connection = None
    try:
        _check_journal(path, place, reading=mode == "rw")
        connection = _connect(place, mode, PATIENCE)
        yield connection
    except REFUSALS as error:
        problem = describe_error(error, connection, path, reading=mode == "rw")
        raise ProblemsError([problem]) from error
    finally:
        if connection is not None:
            connection.close()


def _connect(place: Path, mode: str, patience: float) -> Archive:
    uri = f"{place.as_uri()}?mode={mode}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=patience, isolation_level=None, factory=Archive
    )
    with ExitStack() as undo:
        undo.callback(connection.close)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST)
        connection.watch(place)
        connection.execute("PRAGMA trusted_schema = OFF")
        undo.pop_all()
    return connection


def _check_journal(path: Path, place: Path, *, reading: bool) -> None:
    """Refuse a journal of another archive, or of this one long ago, before SQLite plays it back.

    It cannot tell them apart, and would write that one's pages over ours.
    """
    journal, probe = journal_of(place), partial(_connect, place, "ro", 0)
    if not (is_there(journal) and is_interrupted(probe)):
        return
    try:
        judged = judge_journal(place, partial(_connect, mode="rw", patience=0))
        if judged == "leads back":
            return
        if judged == "is over":
            end_first_sealing(place)
    except OSError as error:
        code = "file-unreadable" if reading else "archive-unwritable"
        if is_there(journal):
            raise archive_error(path, code, text=quote(str(error.strerror))) from error
    # asked again: somebody else may have opened the archive meanwhile, and it is whole
    if is_interrupted(probe):
        raise archive_error(Path(show_path(journal)), "output-not-own", advice="journal-of-other")


def is_new_of_other(path: Path) -> bool:
    """Tell whether a new archive would be called as files are that another program opens."""
    return path.suffix.lower() in _OTHER_ENDS and not _size_of(path)


_OTHER_ENDS = frozenset({
    ".xlsx", ".xls", ".ods", ".csv", ".tsv", ".yaml", ".yml", ".json", ".jsonl", ".ndjson",
    ".parquet", ".pdf", ".html", ".htm", ".md", ".txt", ".docx", ".doc", ".odt", ".zip", ".png",
    ".svg",
})  # fmt: skip
"""How the names of files end that are no databases."""


def _check_writable(path: Path, place: Path) -> None:
    """Refuse a file that nobody may write, which root may nevertheless."""
    try:
        refuse_read_only(place)
    except OSError as error:
        raise archive_error(path, "archive-unwritable", text=quote(str(error.strerror))) from error


def _kind_of(path: Path, *, reading: bool) -> Literal["file", "missing", "other"]:
    """Tell a file from a folder, or a device that would swallow what is written to it."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return "missing"
    except (OSError, ValueError) as error:
        # a name that no file can have is a `ValueError`
        code = "file-unreadable" if reading else "archive-unwritable"
        text = quote(str(getattr(error, "strerror", error)))
        raise archive_error(path, code, text=text) from error
    return "file" if S_ISREG(mode) else "other"


def _check_kind(connection: sqlite3.Connection, path: Path) -> bool:
    """Refuse a database that is not ours; False when it holds nothing at all."""
    names = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if not names and application == 0:
        return False
    layout = connection.execute("PRAGMA user_version").fetchone()[0]
    if application == APPLICATION and layout > LAYOUT:
        raise archive_error(path, "archive-newer")
    if application != APPLICATION or any(names.get(name) != sql for name, sql in TABLES.items()):
        raise archive_error(path, "archive-foreign")
    return True


def _make_tables(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {LAYOUT}")
    for statement in (*TABLES.values(), *GUARDS.values()):
        connection.execute(statement)


def find_altered_guards(connection: sqlite3.Connection) -> list[str]:
    """Name the tables, indexes and triggers that are gone, changed or not ours."""
    # counted, for a trigger may bear the name of a table
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    found, ours = Counter(rows), Counter({**TABLES, **GUARDS}.items())
    return sorted({str(name) for name, _ in (found - ours) + (ours - found)})


def problem_of(path: Path, code: str, *, advice: str = "", **details: str) -> Problem:
    """Return a problem of the archive as a whole; hints name it as a command does."""
    from ruletrail.documents.recognising import as_argument  # noqa: PLC0415 - rare

    mark, name = Mark(make_inert(str(path))), as_argument(show_path(path))
    return Problem(code, mark, {"file": quote(str(path)), "name": name, **details}, advice=advice)


def _foreign(path: Path) -> Problem:
    """Return the problem of a file that is no archive; its hint says who reads such a file."""
    from ruletrail.documents import read_start  # noqa: PLC0415 - rare
    from ruletrail.documents.recognising import recognise, wrong_file  # noqa: PLC0415 - the same

    try:
        kind = recognise(read_start(path, str(path), _LOOKED_AT), path.name)
    except ProblemsError:
        kind = ""
    problem = problem_of(path, "archive-foreign")
    if not kind:
        return problem
    known = wrong_file(kind, str(path))
    return replace(problem, details={**known.details, **problem.details}, advice=known.advice)


_LOOKED_AT = 1 << 16
"""Bytes that a file is known by."""


def archive_error(path: Path, code: str, *, advice: str = "", **details: str) -> ProblemsError:
    """Return the error of a problem of the archive as a whole."""
    return ProblemsError([problem_of(path, code, advice=advice, **details)])


def record_altered(path: Path, number: object) -> ProblemsError:
    """Return the error of a record whose text is not the one that was sealed."""
    return archive_error(path, "record-altered", number=str(number), text=quote("envelope"))


def part_error(path: Path, code: str, number: int, name: str) -> ProblemsError:
    """Return the error of one part of a record."""
    return archive_error(path, code, number=str(number), part=quote(name))


def describe_error(
    error: sqlite3.Error | UnicodeDecodeError,
    connection: Archive | None,
    path: Path,
    *,
    reading: bool,
) -> Problem:
    """Return the problem of what SQLite refused; its words are kept where they tell more.

    Nobody but our own watch interrupts SQLite: it found too many steps, or Ctrl-C was pressed.
    """
    if isinstance(error, UnicodeDecodeError):
        return problem_of(path, "archive-damaged", text=quote("UTF-8"))
    primary = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if primary == sqlite3.SQLITE_INTERRUPT:
        if connection is None or not connection.is_spent:
            # what a signal raises between two steps is lost in sqlite3
            raise KeyboardInterrupt from error
        return problem_of(path, "archive-damaged", text=quote(ENDLESS))
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return problem_of(path, "archive-busy")
    if primary == sqlite3.SQLITE_NOTADB:
        return _foreign(path)
    unreadable = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM}
    if reading and primary in unreadable:
        return problem_of(path, "file-unreadable")
    is_unwritable = primary in {*unreadable, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY}
    code = "archive-unwritable" if is_unwritable else "archive-damaged"
    return problem_of(path, code, text=quote(str(error)))
