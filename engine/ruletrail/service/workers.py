"""Processes for what takes long: so many at once, so many waiting, each for so long."""

import logging
import signal
import time
from collections.abc import Callable
from typing import Any

import anyio
from anyio import to_process

from ruletrail.formats import Locale
from ruletrail.parent_processes import watch_input
from ruletrail.problems import refusal
from ruletrail.service.logs import log
from ruletrail.service.settings import MOST_WAITING, Settings
from ruletrail.service.tasks import Packed, attempt, with_plan

_LOADING = 900.0
"""Seconds after which a rulebook that is still not loaded never will be."""


def _undisturbed(act: Callable[..., Any], *given: Any) -> Any:
    """Do something in a process; a terminal's Ctrl-C is for the service, which ends it itself."""
    watch_input()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return act(*given)


class Workers:
    """Hands work to processes, which are started when they are needed and kept.

    A process whose work takes too long is killed: nothing that somebody sends stops the others.
    """

    def __init__(self, settings: Settings) -> None:
        """Start nothing yet."""
        self._timeout = settings.timeout
        self._most_waiting = MOST_WAITING * settings.jobs
        self._answering = anyio.CapacityLimiter(settings.jobs)
        # rulebooks are loaded beside, so that a large one that changed does not hold up answers
        self._loading = anyio.CapacityLimiter(1)
        self.waiting = 0

    async def do(self, language: Locale, act: Callable[..., Any], *given: Any) -> Any:
        """Do something for a request; raises `ProblemsError` if nobody can in the time there is."""
        return await self._run(attempt, language, act, *given)

    async def do_with(
        self, key: str, packed: Packed, language: Locale, act: Callable[..., Any], *given: Any
    ) -> Any:
        """Do something with a rulebook, which is sent only where it is not there yet."""
        found = await self._run(with_plan, key, None, language, act, *given)
        if found is None:
            found = await self._run(with_plan, key, packed, language, act, *given)
        return found

    async def load(self, act: Callable[..., Any], *given: Any) -> Any:
        """Do something that no request waits for."""
        with anyio.fail_after(_LOADING):
            return await to_process.run_sync(
                _undisturbed, act, *given, cancellable=True, limiter=self._loading
            )

    async def _run(self, act: Callable[..., Any], *given: Any) -> Any:
        if self.waiting >= self._most_waiting:
            raise refusal("service-busy", "service")
        began = time.monotonic()
        self.waiting += 1
        try:
            with anyio.fail_after(self._timeout):
                await self._answering.acquire()
        except TimeoutError as error:
            raise refusal("service-busy", "service") from error
        finally:
            self.waiting -= 1
        left = self._timeout - (time.monotonic() - began)
        try:
            with anyio.fail_after(max(left, 0.001)):
                # our own limiter was asked above, to tell waiting from working
                beside = anyio.CapacityLimiter(1)
                return await to_process.run_sync(
                    _undisturbed, act, *given, cancellable=True, limiter=beside
                )
        except TimeoutError as error:
            limit = f"{self._timeout:g}"
            raise refusal("answer-slow", "service", limit=limit) from error
        except anyio.BrokenWorkerProcess as error:
            # as the system ends one where memory is short; the next request begins another
            log(logging.ERROR, "process-ended")
            raise refusal("answer-broken-off", "service") from error
        finally:
            self._answering.release()
