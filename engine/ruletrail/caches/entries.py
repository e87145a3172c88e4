"""One file an entry: read if whole and the user's own, written whole or not at all.

A file begins with a line that names the format and the digest of the rest, so that a damaged one is
no entry.
"""

import os
import re
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path

from ruletrail.digests import digest_of_bytes
from ruletrail.fast_dataclasses import dataclass
from ruletrail.files import replace_in
from ruletrail.versions import ENGINE_VERSION

try:
    # four times faster than SHA-256 without OpenSSL, which takes longer to load (`digests`)
    from _blake2 import blake2b  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    from hashlib import blake2b

VARIABLE = "RULETRAIL_CACHE"
"""`off` for no cache, or the folder in which to keep it; else the system's folder for caches."""

_OFF = ("off", "no", "0")
_NAME = "ruletrail"
_PRIVATE, _OWN = 0o700, 0o600
_OTHERS = 0o077


@contextmanager
def open_folder(environment: Mapping[str, str], *, create: bool) -> Iterator[int | None]:
    """Open the cache's folder; None where there is none that only the user can write."""
    handle = _open(environment, create=create) if _is_supported() else None
    try:
        yield handle
    finally:
        if handle is not None:
            os.close(handle)


def _is_supported() -> bool:
    """Tell whether the system knows owners and handles of folders; on others there is no cache."""
    return hasattr(os, "geteuid") and os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")


def find_folder(environment: Mapping[str, str]) -> Path | None:
    """Find the folder in which ours lies; None where the cache is off or no path is absolute."""
    asked = environment.get(VARIABLE, "")
    if asked.lower() in _OFF:
        return None
    home = environment.get("HOME", "")
    for written in (
        asked,
        environment.get("XDG_CACHE_HOME", "") if not asked else "",
        f"{home}/.cache" if home and not asked else "",
    ):
        if written.startswith("/") and "\x00" not in written:
            return Path(written)
    return None


def _open(environment: Mapping[str, str], *, create: bool) -> int | None:
    base = find_folder(environment)
    if base is None:
        return None
    try:
        if create:
            _create(base)
        handle = os.open(base / _NAME, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    if _is_private(os.fstat(handle)):
        return handle
    os.close(handle)
    return None


def _create(base: Path) -> None:
    """Make our folder, and that of caches around it, if the user owns the place; an `OSError`."""
    if not base.exists() and _is_own(base.parent.stat()):
        base.mkdir(_PRIVATE)
    # in another user's folder, as under sudo, we would leave files that the owner cannot remove
    if _is_own(base.stat()) and not (base / _NAME).exists():
        (base / _NAME).mkdir(_PRIVATE, exist_ok=True)


def _is_own(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid()


def _is_private(status: os.stat_result) -> bool:
    """Tell whether only the user can write, or even read, what a handle was opened on."""
    return stat.S_ISDIR(status.st_mode) and _is_own(status) and not status.st_mode & _OTHERS


_MAKERS = (
    "analysis",
    "caches",
    "compiled",
    "compiled/scalar_codegen",
    "compiled/trail_codegen",
    "documents",
    "formulas",
    "formulas/habits",
    "library",
    "linking",
    "rulebooks",
    "schemas",
)
"""The packages that a rulebook and its functions pass through from file to cache."""


@cache
def engine_stamp() -> str | None:
    """Name the engine and the Python; None where the engine's files cannot be seen (an archive).

    The sizes and times of the engine's files are part of it, because in a checkout the version does
    not change with the code.
    """
    package = Path(__file__).resolve().parent.parent
    lines = [ENGINE_VERSION, sys.version, sys.implementation.cache_tag or "", sys.byteorder]
    try:
        for folder in (package, *(package / name for name in _MAKERS)):
            with os.scandir(folder) as listed:
                files = sorted(
                    (file.name, file.stat()) for file in listed if file.name.endswith(".py")
                )
            lines += [
                f"{folder.name}/{name} {status.st_size} {status.st_mtime_ns}"
                for name, status in files
            ]
    except OSError:
        return None
    return digest_of_bytes("\n".join(lines).encode())


LARGEST_ENTRY = 32 * 1024 * 1024
"""Bytes of one entry, enough for 10 000 rules; a larger rulebook is compiled each time."""

MOST_ENTRIES = 512
MOST_BYTES = 128 * 1024 * 1024

_LOOK_AFTER = 16
"""Entries that a process writes from one look at the bounds to the next; it begins with a look.

That asks for every file of the folder, and takes longer than writing an entry.
"""
_WRITTEN = count()

_FORMAT = b"ruletrail cache "
_HEADER = _FORMAT + b"1 "
_NEW = ".new-"
_OURS = r"(?:functions|head|plan|trails)-[0-9a-f]{64}|\.new-[0-9]+-[0-9a-f]{16}"
"""The names of entries, and of those that are being written."""
_ABANDONED_AFTER = 3600.0


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry is of (`plan`, `head`, …) and the digest of everything it is made from."""

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
                data = _first_line(entry, content) + b"\n" + content
                temporary = f"{_NEW}{os.getpid()}-{os.urandom(8).hex()}"
                replace_in(folder, entry.name, data, temporary, _OWN)
                if next(_WRITTEN) % _LOOK_AFTER == 0:
                    _keep_bounds(folder)


def _first_line(entry: Entry, content: bytes) -> bytes:
    """Name the content and the entry that it was written for, so that it is nobody else's."""
    found = blake2b(entry.name.encode() + b"\n", digest_size=32)
    found.update(content)
    return _HEADER + found.hexdigest().encode()


def _read(folder: int, name: str) -> bytes | None:
    try:
        handle = os.open(
            name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder
        )
    except OSError:
        return None
    try:
        status = os.fstat(handle)
        own = (
            stat.S_ISREG(status.st_mode)
            and status.st_uid == os.geteuid()
            and not status.st_mode & 0o022
        )
        if not own or status.st_size > LARGEST_ENTRY + len(_HEADER) + 65:
            return None
        with os.fdopen(handle, "rb", closefd=False) as stream:
            return stream.read()
    except OSError:
        return None
    finally:
        os.close(handle)


def _keep_bounds(folder: int) -> None:
    """Remove the oldest entries until the rest is within bounds, and what a killed writer left.

    Whatever else lies in the folder is somebody's: it is neither counted nor removed.
    """
    found = []
    with os.scandir(folder) as listed:
        for file in listed:
            status = file.stat(follow_symlinks=False)
            if re.fullmatch(_OURS, file.name) and stat.S_ISREG(status.st_mode) and _is_own(status):
                found.append((status.st_mtime, file.name, status.st_size))
    now = time.time()
    kept, size = 0, 0
    for written, name, length in sorted(found, reverse=True):
        kept, size = kept + 1, size + length
        abandoned = name.startswith(_NEW) and now - written > _ABANDONED_AFTER
        if kept > MOST_ENTRIES or size > MOST_BYTES or abandoned:
            with suppress(OSError):
                _remove(folder, name)


def _remove(folder: int, name: str) -> None:
    """Remove an entry, or the beginning of one; a file that only bears such a name stays."""
    data = _read(folder, name)
    if data is not None and (data.startswith(_FORMAT) or _FORMAT.startswith(data)):
        os.unlink(name, dir_fd=folder)
