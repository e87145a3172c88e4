"""The folder of the cache, opened only when it is proven to be the user's own.

The folder is opened once, as a folder and not through a link, and judged by that open handle; every file is then
reached from the handle. So nobody can put another folder in its place between the judging and the use.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "RULETRAIL_CACHE"
"""`off` for no cache, or the folder in which to keep it; else the system's folder for caches."""

_OFF = ("off", "no", "0")
_NAME = "ruletrail"
_PRIVATE = 0o700
_OTHERS = 0o077


@contextmanager
def open_folder(environment: Mapping[str, str], *, create: bool) -> Iterator[int | None]:
    """Open the cache's folder and give its handle; None where there is none that only the user can write."""
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
    """Find the folder in which ours lies; None when the cache is off or no absolute path is known."""
    asked = environment.get(VARIABLE, "")
    if asked.lower() in _OFF:
        return None
    home = environment.get("HOME", "")
    for written in (asked, environment.get("XDG_CACHE_HOME", "") if not asked else "", f"{home}/.cache" if home and not asked else ""):
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
    """Make our folder, and the folder of caches around it, where the user owns the place; raises `OSError`."""
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
