"""A progress bar on the stream of problems: only on a terminal, and only when the work takes over a second."""

import time
from collections.abc import Callable
from typing import Self, TextIO

_WIDTH = 30
_PATIENCE = 1.0


class Progress:
    """Counts pieces of work and draws them; silent where nobody watches. Used as a context, which wipes the bar."""

    def __init__(self, stream: TextIO, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin; `clock` gives seconds."""
        self._stream, self._total, self._clock = stream, max(total, 1), clock
        self._begun, self._done, self._drawn = clock(), 0, False
        self._watched = stream.isatty()

    def __enter__(self) -> Self:
        """Begin to count."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the bar, so that problems stand on clean lines."""
        if self._drawn:
            self._stream.write("\r" + " " * (_WIDTH + 8) + "\r")
            self._stream.flush()

    def tick(self) -> None:
        """Count one piece of work."""
        self._done = min(self._done + 1, self._total)
        if self._watched and self._clock() - self._begun > _PATIENCE:
            filled = _WIDTH * self._done // self._total
            self._stream.write(f"\r[{'#' * filled}{'.' * (_WIDTH - filled)}] {100 * self._done // self._total:3d} %")
            self._stream.flush()
            self._drawn = True
