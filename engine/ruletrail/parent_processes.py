"""Processes that work for another end when that one is gone, however it ended.

Who is killed (`kill -9`, or by the system where memory is short) ends nobody: what worked for it
would go on, and hold its port, its files and its memory. The system closes what the dead one held:
a pipe of which it alone had the other end says so at once.
"""

import os
import select
from collections.abc import Callable
from functools import cache
from multiprocessing import parent_process
from multiprocessing.connection import wait
from threading import Thread

_STANDARD_INPUT = 0
_ORPHANED = 1
"""The exit status of who ends so; nobody is there to read it."""


def watch_parent(end: Callable[[], object] | None = None) -> None:
    """Let a process that `multiprocessing` began end once the one that began it is gone.

    Without an `end` it ends at once, amid what it does; where no process began it nothing happens.
    """
    parent = parent_process()
    if parent is None:
        return
    act = end or _leave

    def live() -> None:
        wait([parent.sentinel])
        act()

    Thread(target=live, daemon=True).start()


@cache
def watch_input() -> None:
    """Let a process end at once when nobody can write to its standard input any more.

    What works for the service reads there what it is to do, and would hear of the end only after
    that. A system without `poll` has such a process finish its piece of work.
    """
    if hasattr(select, "poll"):
        Thread(target=_await_hangup, daemon=True).start()


def _await_hangup() -> None:
    waiting = select.poll()
    waiting.register(_STANDARD_INPUT, 0)  # what comes is for who reads it; the end is always told
    waiting.poll()
    _leave()


def _leave() -> None:
    os._exit(_ORPHANED)
