"""What lies beside an archive: SQLite's own files, and the journal of a sealing that was cut short.

A journal says nothing of whose it is. SQLite plays back whatever journal of the right form it finds
beside a database, on a mere read too: that of another archive, or of the same one long ago, takes
records away. Here one that cannot be this archive's is told before SQLite sees it.
"""

import mmap
import shutil
import sqlite3
import struct
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from ruletrail.files import is_plain, is_there, read_begin, read_end

ENDS = ("-journal", "-wal", "-shm")
"""What SQLite adds to an archive's name for its own files, so that an archive may not end so."""


def find_foreign(place: Path) -> Path | None:
    """Find what lies where SQLite has files of its own, which it would write to, follow or delete.

    Ours are rollback journals of one archive; a write-ahead log is never made.
    """
    for end in ENDS:
        beside = place.with_name(place.name + end)
        is_ours = end == ENDS[0] and is_plain(beside) and _is_journal(beside, place)
        if is_there(beside) and not is_ours:
            return beside
    return None


_MAGIC = bytes.fromhex("d9d505f920a163d7")
_HEADER = struct.Struct(">8s5I")
"""Magic, records, nonce, pages of the archive before the transaction, sector and page size."""

_LARGEST = 1 << 16
_RECORD, _MORE = 8, 16
"""What a journal has with each page, its number and a sum; headers without a page, and to spare."""
_SECTORS = frozenset(1 << power for power in range(5, 17))
_PAGES = frozenset(1 << power for power in range(9, 17))
"""The sizes that SQLite knows; a header fills a sector, with zeros at its end."""


def _is_journal(journal: Path, archive: Path) -> bool:
    """Tell the journal of a sealing that was cut short from anything else of its name.

    SQLite deletes whatever else it finds there, and a file that the journal names at its end; it
    cuts or stretches the archive to the pages of the journal's beginning. It names a file where one
    transaction changes several databases, which none of ours does.
    """
    try:
        begin, end = read_begin(journal, _LARGEST + 1), read_end(journal, len(_MAGIC))
        length, size = (each.stat().st_size if is_there(each) else 0 for each in (journal, archive))
    except OSError:
        return True  # what cannot be read is not rolled back either: SQLite says so
    if len(begin) <= _LARGEST and not begin.strip(b"\0"):
        return True  # not begun, or lost by the disk before it was meant: nobody's words are in it
    pages, sector, page = _read_sizes(begin)
    # a new archive has no page that could be kept in a journal: there is nothing but the header,
    # and one more where a large sealing was about to write its first pages before its end
    is_as_long = size > 0 or (page and not _strip_headers(begin, sector).strip(b"\0"))
    # each page is kept once, at most behind a header of its own: of more nobody makes a copy
    is_short = length <= (pages + _MORE) * (sector + page + _RECORD)
    return bool(page and is_as_long and is_short and end != _MAGIC and pages * page <= size)


def _strip_headers(begin: bytes, sector: int) -> bytes:
    """Return what follows the headers, each of a sector, that say that the archive has no page."""
    at = 0
    while at < len(begin) and _read_sizes(begin[at:])[:2] == (0, sector):
        at += sector
    return begin[at:]


def _read_sizes(begin: bytes) -> tuple[int, int, int]:
    """Read from a journal's header the pages of the archive, sector and page size; 0 if it is none.

    SQLite leaves zeros for the magic and the number of records until all records are on the disk; a
    crash may cut the magic short when it is put there.
    """
    magic, records, _, pages, sector, page = _HEADER.unpack(
        begin[: _HEADER.size].ljust(_HEADER.size, b"\0")
    )
    is_begun = records == 0 and _MAGIC.startswith(magic.rstrip(b"\0"))
    is_header = (
        (is_begun or magic == _MAGIC)
        and sector in _SECTORS
        and page in _PAGES
        and not begin[_HEADER.size : sector].strip(b"\0")
    )
    return (pages, sector, page) if is_header else (0, 0, 0)


# -- Whose journal it is ---------------------------------------------------------------------------


def is_interrupted(connect: Callable[[], sqlite3.Connection]) -> bool:
    """Tell whether a journal waits to be played back, and nobody is sealing.

    Asked by a connection that may only read, to which SQLite refuses just that.
    """
    try:
        with closing(connect()) as connection:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        found: int = getattr(error, "sqlite_errorcode", 0)
        return found == sqlite3.SQLITE_READONLY_ROLLBACK
    return False


def judge_journal(
    place: Path, connect: Callable[[Path], sqlite3.Connection]
) -> Literal["leads back", "is over", "foreign"]:
    """Tell whether its journal leads an archive back to before its last sealing.

    It is played back in a copy. What comes out is whole, is older by one sealing at most, and its
    last record is in the archive as it lies there: nothing that is sealed is ever taken out. A
    first sealing leads back to nothing; where it "is over" the archive is whole without.
    """
    with TemporaryDirectory(prefix="ruletrail-") as folder:
        copy, alone = Path(folder, "archive"), Path(folder, "alone")
        shutil.copyfile(place, copy)
        shutil.copyfile(journal_of(place), journal_of(copy))
        last = _find_last(copy, connect)
        age = _count_changes(place) - _count_changes(copy)
        if last is None or age not in (0, 1):
            return "foreign"
        if last:
            return "leads back" if _holds(place, last.encode()) else "foreign"
        shutil.copyfile(place, alone)
        return "is over" if _find_last(alone, connect) else "leads back"


def end_first_sealing(place: Path) -> None:
    """Remove the journal of a first sealing that was cut short when all but this was done.

    Nothing stands in it. Nobody may be at the archive meanwhile: the bytes by which SQLite tells
    others are locked; where that cannot be, nothing is done.
    """
    journal = journal_of(place)
    begin = read_begin(journal, _LARGEST + 1)
    rest = _strip_headers(begin, _read_sizes(begin)[1])
    is_bare = len(begin) <= _LARGEST and not rest.strip(b"\0")
    if sys.platform == "win32" or not is_bare:
        return
    import fcntl  # noqa: PLC0415 - not on every system

    with suppress(OSError), place.open("r+b") as stream:
        fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCKED, _LOCKS)
        if read_begin(journal, _LARGEST + 1) == begin:
            journal.unlink()


_LOCKS, _LOCKED = 0x4000_0000, 512
"""Where in a file SQLite locks: one byte each for who means to write and who does, and readers'."""


def journal_of(place: Path) -> Path:
    """Return where SQLite keeps the journal of an archive."""
    return place.with_name(f"{place.name}{ENDS[0]}")


def _find_last(place: Path, connect: Callable[[Path], sqlite3.Connection]) -> str | None:
    """Read the digest of the last record, empty where there is none; None of a damaged archive."""
    try:
        with closing(connect(place)) as connection:
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            if connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
                return "" if found == "ok" else None
            query = "SELECT digest FROM records ORDER BY number DESC LIMIT 1"
            row = connection.execute(query).fetchone()
    except (sqlite3.Error, UnicodeDecodeError):
        return None
    last = str(row[0]) if row is not None else ""
    return last if found == "ok" else None


_CHANGES = struct.Struct(">24xI")
"""How often a database was written to, in its header."""


def _count_changes(place: Path) -> int:
    begin = read_begin(place, _CHANGES.size).ljust(_CHANGES.size, b"\0")
    count: int = _CHANGES.unpack(begin)[0]
    return count


def _holds(place: Path, data: bytes) -> bool:
    with (
        # an empty file, which somebody else may make of it meanwhile, has nothing to map
        suppress(ValueError),
        place.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as whole,
    ):
        return whole.find(data) >= 0
    return False
