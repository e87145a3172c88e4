"""What an entry depends on besides its inputs: the engine that made it and the Python that ran it."""

import os
import sys
from functools import cache
from pathlib import Path

from ruletrail.digests import digest_of_bytes
from ruletrail.versions import ENGINE_VERSION

_MAKERS = ("caches", "documents", "formulas", "lanes", "lanes/printing", "library", "plans", "rulebooks", "schemas")
"""The packages that a plan and its functions pass through on their way from file to cache."""


@cache
def engine_stamp() -> str | None:
    """Name the engine and the Python; None where the engine's own files cannot be seen, as inside an archive.

    The sizes and times of the engine's files are part of it, because in a checkout the version does not change
    with the code.
    """
    package = Path(__file__).resolve().parent.parent
    lines = [ENGINE_VERSION, sys.version, sys.implementation.cache_tag or "", sys.byteorder]
    try:
        for folder in (package, *(package / name for name in _MAKERS)):
            with os.scandir(folder) as listed:
                files = sorted((file.name, file.stat()) for file in listed if file.name.endswith(".py"))
            lines += [f"{folder.name}/{name} {status.st_size} {status.st_mtime_ns}" for name, status in files]
    except OSError:
        return None
    return digest_of_bytes("\n".join(lines).encode())
