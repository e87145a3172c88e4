"""Run again whenever a file is saved. Looks at the times of files; needs nothing of the system's."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

INTERVAL = 0.5
"""Seconds between two looks."""


def watch(
    run: Callable[[], Iterable[Path]],
    wait_told: Callable[[], None],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Run, then run again each time one of the files that the last run named was saved; ends by `KeyboardInterrupt`."""
    while True:
        files = sorted(set(run()))
        seen = read_times(files)
        wait_told()
        while read_times(files) == seen:
            sleep(INTERVAL)


def read_times(files: Iterable[Path]) -> list[tuple[int, int] | None]:
    """Read when each file was saved and how large it is; None for one that is not there now."""
    return [_time(path) for path in files]


def _time(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
