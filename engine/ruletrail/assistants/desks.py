"""What a server for assistants works with while it runs: rulebooks, processes, the latest trails.

Rulebooks are looked at again before each call, so that what was just written is what is asked.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import anyio

from ruletrail.assistants.settings import LARGEST_TRAILS, MOST_TRAILS, Settings
from ruletrail.formats import Locale
from ruletrail.problems import Mark, quote, refusal
from ruletrail.references import parse_reference
from ruletrail.service.refusals import WrittenError
from ruletrail.service.settings import MOST_WAITING
from ruletrail.service.shelves import Book, Keeper, Shelf
from ruletrail.service.tasks import Refused
from ruletrail.service.workers import Workers

SCHEME = "ruletrail"


class KeptTrails:
    """The latest trails by digest: so many, and so many bytes together."""

    def __init__(self) -> None:
        """Begin with none."""
        self._held: OrderedDict[str, str] = OrderedDict()
        self._size = 0

    def keep(self, digest: str, trail: str) -> str | None:
        """Keep a trail, and return its address; None where it is larger than all may be."""
        if len(trail) > LARGEST_TRAILS:
            return None
        self._size += len(trail) - len(self._held.pop(digest, ""))
        self._held[digest] = trail
        while len(self._held) > MOST_TRAILS or self._size > LARGEST_TRAILS:
            self._size -= len(self._held.popitem(last=False)[1])
        return f"{SCHEME}://trails/{digest}"

    def find(self, digest: str) -> str:
        """Find a trail that is kept; else raises `ProblemsError`."""
        if digest not in self._held:
            raise refusal("trail-not-kept", Mark("trails"), text=quote(digest))
        return self._held[digest]


class Desk:
    """Where the calls of assistants are answered."""

    def __init__(self, settings: Settings) -> None:
        """Prepare; nothing is loaded or started."""
        self.settings, self.commands = settings, settings.commands
        self.trails = KeptTrails()
        self.writing = anyio.Lock()
        self.written = 0
        """Bytes that were written into the folder."""
        self._workers = Workers(settings.service)
        self._keeper = Keeper(settings.service, self._workers)
        self._looking = anyio.Lock()

    @property
    def shelf(self) -> Shelf:
        """The rulebooks as they were when somebody last looked."""
        return self._keeper.shelf

    async def look(self) -> Shelf:
        """Look at the files, and load what changed; who comes meanwhile waits for it.

        So many may wait, each with what it holds; the next one hears so by `ProblemsError`.
        """
        if self._looking.statistics().tasks_waiting >= MOST_WAITING * self.settings.service.jobs:
            raise refusal("service-busy", Mark("service"))
        async with self._looking:
            await self._keeper.look()
        return self.shelf

    async def find(self, written: str, mark: Mark, day: str = "", *, drafts: bool = True) -> Book:
        """Find the rulebook that a reference names; else raises `ProblemsError`."""
        reference = parse_reference(written)
        if reference is None:
            raise refusal("reference-form", mark, text=quote(written))
        return (await self.look()).find(reference, day, mark, drafts=drafts)

    async def do(self, language: Locale, act: Callable[..., Any], *given: Any) -> Any:
        """Let a process do something; problems that it writes raise `WrittenError`."""
        return _take(await self._workers.do(language, act, *given))

    async def do_with(
        self, book: Book, language: Locale, act: Callable[..., Any], *given: Any
    ) -> Any:
        """Let a process do something with a rulebook; raises as `do`."""
        return _take(await self._workers.do_with(book.key, book.packed, language, act, *given))


def _take(found: Any) -> Any:
    if isinstance(found, Refused):
        raise WrittenError(found.problems)
    return found
