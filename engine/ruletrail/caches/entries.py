"""One file an entry: read if it is whole and the user's own, written whole or not at all, and never too many.

A file begins with a line that names the format and the digest of the rest, so that a damaged one is no entry.
"""

import os
import stat
import time
from contextlib import suppress

from ruletrail.caches.folders import open_folder
from ruletrail.digests import digest_of_bytes
from ruletrail.structures import dataclass

LARGEST_ENTRY = 32 * 1024 * 1024
"""Bytes of one entry, enough for the functions of 10 000 rules; a larger plan is compiled each time."""

MOST_ENTRIES = 512
MOST_BYTES = 128 * 1024 * 1024

_HEADER = b"ruletrail cache 1 "
_NEW = ".new-"
_ABANDONED_AFTER = 3600.0


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry is of (`plan`, `head`) and the digest of everything it is made from."""

    kind: str
    digest: str

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.kind}-{self.digest}"


def read_entry(entry: Entry) -> bytes | None:
    """Read an entry; None when there is none that can be trusted."""
    with open_folder(os.environ, create=False) as folder:
        data = _read(folder, entry.name) if folder is not None else None
    if data is None or not data.startswith(_HEADER):
        return None
    line, _, content = data.partition(b"\n")
    return content if line == _first_line(entry, content) else None


def write_entry(entry: Entry, content: bytes) -> None:
    """Write an entry, whole or not at all; where it cannot be written, nothing happens."""
    if len(content) > LARGEST_ENTRY:
        return
    with open_folder(os.environ, create=True) as folder:
        if folder is not None:
            with suppress(OSError):
                _write(folder, entry.name, _first_line(entry, content) + b"\n" + content)
                _keep_bounds(folder)


def _first_line(entry: Entry, content: bytes) -> bytes:
    """Name the content and the entry that it was written for, so that it is nobody else's."""
    return _HEADER + digest_of_bytes(entry.name.encode() + b"\n" + content).encode()


def _read(folder: int, name: str) -> bytes | None:
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return None
    try:
        status = os.fstat(handle)
        own = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022
        if not own or status.st_size > LARGEST_ENTRY + len(_HEADER) + 65:
            return None
        with os.fdopen(handle, "rb", closefd=False) as stream:
            return stream.read()
    except OSError:
        return None
    finally:
        os.close(handle)


def _write(folder: int, name: str, data: bytes) -> None:
    temporary = f"{_NEW}{os.getpid()}-{os.urandom(8).hex()}"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise


def _keep_bounds(folder: int) -> None:
    """Remove the entries written longest ago until the rest is within bounds, and files that a killed writer left."""
    found = []
    with os.scandir(folder) as listed:
        for file in listed:
            status = file.stat(follow_symlinks=False)
            found.append((status.st_mtime, file.name, status.st_size))
    now = time.time()
    kept, size = 0, 0
    for written, name, length in sorted(found, reverse=True):
        kept, size = kept + 1, size + length
        abandoned = name.startswith(_NEW) and now - written > _ABANDONED_AFTER
        if kept > MOST_ENTRIES or size > MOST_BYTES or abandoned:
            with suppress(OSError):
                os.unlink(name, dir_fd=folder)
