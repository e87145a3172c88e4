"""A thread beside the conversation, in which answers are worked out one after the other.

The conversation goes on meanwhile: what is typed arrives, and a question may be taken back. One
that was taken back, or that waited too long, is not begun; one that is being worked out is left to
its end, which the published sizes bound, or to the next place where it asks whether to go on.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
GoOn = Callable[[], None]
"""Ends what calls it, by `CancelledError`, when nobody waits for its result any more."""


class Worker:
    """One thread and its queue; a program need not wait for it."""

    def __init__(self) -> None:
        """Start the thread."""
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._live, daemon=True).start()

    def _live(self) -> None:
        self._loop.run_forever()
        self._loop.close()

    async def run(self, work: Callable[[GoOn], Result], seconds: float) -> Result:
        """Have something worked out; raises `TimeoutError` when it takes longer than this."""
        left = threading.Event()

        def go_on() -> None:
            if left.is_set():
                raise asyncio.CancelledError

        async def take() -> Result:
            go_on()
            return work(go_on)

        working = asyncio.run_coroutine_threadsafe(take(), self._loop)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(working), seconds)
        finally:
            left.set()

    def end(self) -> None:
        """End the thread after what it is doing."""
        self._loop.call_soon_threadsafe(self._loop.stop)
