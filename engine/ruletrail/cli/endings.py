"""Signals that ask a command to end: it ends as by Ctrl-C, and leaves nothing behind.

Without, they end the process where it stands, and what it keeps in the system's folder for
temporary files stays there: the sockets of workers, the sheets of a workbook.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from ruletrail.cli.consoles import Console

_NAMES = ("SIGTERM", "SIGHUP")
"""What a scheduler sends, and what the end of a terminal does; some systems have only the first."""

_OF_SIGNALS = 128
"""What shells add to the number of a signal for the status of what it ended."""


class EndedError(KeyboardInterrupt):
    """A command was asked to end; `status` is what it ends with."""

    def __init__(self, number: int) -> None:
        """Know the signal."""
        super().__init__()
        self.status = _OF_SIGNALS + number


@contextmanager
def ends_in_order(console: Console) -> Iterator[None]:
    """Let signals that ask to end raise what Ctrl-C does, an `EndedError`.

    A signal that is ignored (`nohup`), or that the program around handles itself, stays so.
    """
    asked: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as Python calls it
        asked.append(number)
        raise KeyboardInterrupt

    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    is_main = threading.current_thread() is threading.main_thread()
    taken = [each for each in numbers if is_main and signal.getsignal(each) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, end)
    try:
        yield
    except KeyboardInterrupt as error:
        if asked:
            raise EndedError(asked[0]) from error
        raise
    finally:
        # the end of a terminal comes twice, and what still ends this process is short
        after = signal.SIG_IGN if asked and console.ends_process else signal.SIG_DFL
        for number in taken:
            signal.signal(number, after)
