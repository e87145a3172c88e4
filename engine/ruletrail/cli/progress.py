"""A progress bar on the stream of problems: only on a terminal, and only when the work takes over a second."""

import time
from collections.abc import Callable
from typing import Self, TextIO

from ruletrail.batches import Place
from ruletrail.cli.consoles import Console

_WIDTH = 30
_PATIENCE = 1.0


class Progress:
    """Counts pieces of work and draws them; silent where nobody watches. Used as a context, which wipes the bar."""

    def __init__(
        self, stream: TextIO, total: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
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
            self._stream.write(
                f"\r[{'#' * filled}{'.' * (_WIDTH - filled)}] {100 * self._done // self._total:3d} %"
            )
            self._stream.flush()
            self._drawn = True


# -- How far a long reading is, how fast, how long still: one line on a terminal, nothing elsewhere.

_TEXTS = {
    "it": {"rate": "{rate} righe/s", "left": "mancano {left}"},
    "en": {"rate": "{rate} rows/s", "left": "{left} left"},
}


class Meter:
    """The line, drawn once the work takes over a second and wiped at the end. Used as a context."""

    def __init__(
        self,
        console: Console,
        size: int | None,
        form: str,
        begun: Place,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin at a place of an input of so many bytes, or rows of Parquet; `clock` gives seconds."""
        self._stream, self._texts = console.err, _TEXTS[console.language]
        self._size, self._counts_rows, self._clock = size, form == "parquet", clock
        self._first, self._at, self._drawn = begun, clock(), 0
        self._watched = console.err.isatty()
        self._last = self._at

    def __enter__(self) -> Self:
        """Begin to measure."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the line."""
        if self._drawn:
            self._stream.write("\r" + " " * self._drawn + "\r")
            self._stream.flush()

    def tick(self, place: Place) -> None:
        """Show a place; at most five times a second."""
        now = self._clock()
        if self._watched and now - self._at > 1 and now - self._last >= 0.2:  # noqa: PLR2004 - a second, a fifth of one
            self._last = now
            text = self._line(place, now - self._at)
            self._stream.write("\r" + text.ljust(self._drawn))
            self._stream.flush()
            self._drawn = max(self._drawn, len(text))

    def _line(self, place: Place, seconds: float) -> str:
        rate = (place.rows - self._first.rows) / seconds
        shown = [self._texts["rate"].format(rate=round(rate))]
        done, before = (
            (place.rows, self._first.rows)
            if self._counts_rows
            else (place.offset, self._first.offset)
        )
        if self._size and done > before:
            filled = min(30 * done // self._size, 30)
            left = round(seconds * (self._size - done) / (done - before))
            bar = f"[{'#' * filled}{'.' * (30 - filled)}] {min(100 * done // self._size, 100):3d} %"
            shown = [bar, *shown, self._texts["left"].format(left=f"{left // 60}:{left % 60:02d}")]
        return "  ".join(shown)
