"""Progress on the stream of problems: only on a terminal, and only after a second of work."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Self, TextIO

from ruletrail.cli.consoles import Console

if TYPE_CHECKING:
    from ruletrail.batches.rows import Place

_WIDTH = 30
_DELAY = 1.0
_INTERVAL = 0.2
"""Seconds between two drawings of how far rows are."""

_TEXTS = {
    "it": {"rate": "{rate} righe/s", "left": "mancano {left}"},
    "en": {"rate": "{rate} rows/s", "left": "{left} left"},
}


class _Line:
    """A line on a terminal, drawn again and again, and wiped at the end. Used as a context."""

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self._stream, self._clock, self._begun = stream, clock, clock()
        self._is_watched, self._drawn = stream.isatty(), 0

    def __enter__(self) -> Self:
        """Begin to count."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the line, so that problems stand on clean ones."""
        if self._drawn:
            self._draw("")

    def _draw(self, text: str) -> None:
        try:
            self._stream.write("\r" + text.ljust(self._drawn) + ("" if text else "\r"))
            self._stream.flush()
        except OSError:
            # a terminal that is gone: what shows how far the work is must not end it
            self._is_watched, self._drawn = False, 0
            return
        self._drawn = max(self._drawn, len(text))


def _bar(done: int, total: int) -> str:
    filled, percent = min(_WIDTH * done // total, _WIDTH), min(100 * done // total, 100)
    return f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {percent:3d} %"


class Progress(_Line):
    """How many pieces of so much work are done."""

    def __init__(
        self, stream: TextIO, total: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin; `clock` gives seconds."""
        super().__init__(stream, clock)
        self._total, self._done = max(total, 1), 0

    def tick(self) -> None:
        """Count one piece of work."""
        self._done = min(self._done + 1, self._total)
        if self._is_watched and self._clock() - self._begun > _DELAY:
            self._draw(_bar(self._done, self._total))


class RowProgress(_Line):
    """How far the reading of rows is, how fast, and how long it will still take."""

    def __init__(
        self,
        console: Console,
        size: int | None,
        form: str,
        begun: "Place",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin at a place of an input of so many bytes, or rows of a table that counts them."""
        super().__init__(console.err, clock)
        self._texts, self._size = _TEXTS[console.language], size
        self._counts_rows, self._first, self._last = form in ("parquet", "xlsx"), begun, self._begun

    def tick(self, place: "Place") -> None:
        """Show a place, but not too often."""
        now = self._clock()
        if self._is_watched and now - self._begun > _DELAY and now - self._last >= _INTERVAL:
            self._last = now
            self._draw(self._text(place, now - self._begun))

    def _text(self, place: "Place", seconds: float) -> str:
        rate = (place.rows - self._first.rows) / seconds
        shown = [self._texts["rate"].format(rate=round(rate))]
        if self._counts_rows:
            done, before = place.rows, self._first.rows
        else:
            done, before = place.offset, self._first.offset
        if self._size and done > before:
            left = round(seconds * (self._size - done) / (done - before))
            text = self._texts["left"].format(left=f"{left // 60}:{left % 60:02d}")
            shown = [_bar(done, self._size), *shown, text]
        return "  ".join(shown)
