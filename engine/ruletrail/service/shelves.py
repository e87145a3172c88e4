"""The rulebooks that a service answers by: loaded once, looked at again when files change.

A shelf is immutable; a request works with the one that stood when it came. A file that has become
wrong leaves its last good version where it is, and says so.
"""

import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import anyio

# what answering the first report needs is imported now
import ruletrail.compiled.answer_reading
import ruletrail.plain_intake  # noqa: F401
from ruletrail.api import Plan, search_libraries
from ruletrail.formats import Locale
from ruletrail.library import Libraries, Listing
from ruletrail.library.listings import find_listing, list_answering
from ruletrail.problems import (
    DEFECTS,
    Mark,
    Problem,
    ProblemsError,
    find_shortage,
    quote,
    refusal,
    sort_problems,
)
from ruletrail.references import Reference
from ruletrail.rendering.problems import problems_json
from ruletrail.service.logs import log, tell_defect, tell_shortage
from ruletrail.service.refusals import hide_folders
from ruletrail.service.settings import MOST_QUICK_STEPS, Settings
from ruletrail.service.tasks import Found, Loaded, Packed, load, survey
from ruletrail.service.workers import Workers

_EVERYWHERE = Mark("service")


@dataclass(frozen=True, slots=True)
class Book:
    """A rulebook that answers, as its file was when it last loaded."""

    listing: Listing
    loaded: Loaded
    plan: Plan | None
    """Here, where it is small enough to be answered in the serving process."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with the file as it is now; then this is the last good version."""

    @property
    def reference(self) -> str:
        """The full reference."""
        return str(self.listing.reference)

    @property
    def digest(self) -> str:
        """The digest of the rulebook, as trails have it."""
        return self.loaded.digest

    @property
    def packed(self) -> Packed:
        """The rulebook as it is sent to a process."""
        return self.loaded.packed

    @property
    def key(self) -> str:
        """What processes keep it by."""
        return self.loaded.key


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that never loaded since the service began."""

    shown: str
    listing: Listing | None
    problems: tuple[Problem, ...]
    doubtful: Reference | None = None
    """The edition of which nobody can tell whether this file answers it."""


@dataclass(frozen=True)
class Shelf:
    """What there is to answer by, at one time."""

    libraries: Libraries = ()
    books: Mapping[str, Book] = field(default_factory=dict)
    """By the path of their files."""
    broken: tuple[Broken, ...] = ()
    is_loaded: bool = False
    ready: Mapping[str, Book] = field(default_factory=dict)
    """By the references that answer without a day."""
    listings: tuple[Listing, ...] = ()
    doubtful: frozenset[Reference] = frozenset()
    """Editions that nothing answers without a version: an older one would in the place of a file
    that cannot be read."""

    def find(self, reference: Reference, day: str, mark: Mark, *, drafts: bool = False) -> Book:
        """Find the rulebook that answers a reference on a day; else raises `ProblemsError`."""
        found = self.ready.get(str(reference)) if not day else None
        if found is not None:
            return found
        if not self.is_loaded:
            raise refusal("service-starting", _EVERYWHERE)
        if reference in self.doubtful:
            raise refusal("rulebook-unloaded", mark, text=quote(str(reference)))
        listing = find_listing(reference, day, self.listings, mark, drafts=drafts)
        book = self.books.get(str(listing.source.path))
        if book is None:
            raise refusal("rulebook-unloaded", mark, text=quote(str(listing.reference)))
        return book


def build_shelf(
    libraries: Libraries, books: Mapping[str, Book], broken: tuple[Broken, ...]
) -> Shelf:
    """Put a shelf in order: who answers which reference is settled once."""
    listings = [book.listing for book in books.values()]
    listings += [each.listing for each in broken if each.listing is not None]
    listings.sort(key=lambda listing: listing.order)
    doubtful = frozenset(filter(None, (each.doubtful for each in broken)))
    ready: dict[str, Book] = {}
    for listing in list_answering(listings):
        if listing.reference.edition_only not in doubtful:
            _put(ready, listing.reference.edition_only, listing, books)
    versions: dict[Reference, list[Listing]] = {}
    for listing in listings:
        versions.setdefault(listing.reference, []).append(listing)
    for reference, known in versions.items():
        try:
            found = find_listing(reference, "", known, _EVERYWHERE, drafts=True)
        except ProblemsError:  # in two places: who asks is told so
            continue
        _put(ready, reference, found, books)
    return Shelf(
        libraries, books, broken, is_loaded=True, ready=ready, listings=tuple(listings),
        doubtful=doubtful,
    )  # fmt: skip


def _put(
    ready: dict[str, Book], reference: Reference, listing: Listing, books: Mapping[str, Book]
) -> None:
    book = books.get(str(listing.source.path))
    if book is not None:
        ready[str(reference)] = book


def list_books(shelf: Shelf, language: Locale) -> list[dict[str, Any]]:
    """List the rulebooks for programs, with what is wrong with their files now."""
    answering = {id(book) for name, book in shelf.ready.items() if "@" not in name}
    listed = [
        {**_list(book, language), "answers_without_version": id(book) in answering}
        for book in shelf.books.values()
    ]
    listed += [
        {
            "reference": None if each.listing is None else str(each.listing.reference),
            "file": each.shown, "status": None, "title": None,
            "answers_without_version": False, "in_force": {}, "digest": None,
            "state": "invalid", "problems": problems_json(each.problems, language),
        }
        for each in shelf.broken
    ]  # fmt: skip
    for each in listed:
        each["problems"] = hide_folders(each["problems"], shelf.libraries)
    return listed


def _list(book: Book, language: Locale) -> dict[str, Any]:
    listing = book.listing
    days = {"from": listing.in_force_from, "to": listing.in_force_to}
    return {
        "reference": book.reference,
        "file": listing.source.shown,
        "status": listing.status,
        "title": listing.title,
        "answers_without_version": False,
        "in_force": {key: day for key, day in days.items() if day},
        "digest": book.digest,
        "state": "stale" if book.problems else "valid",
        "problems": problems_json(book.problems, language),
    }


class Keeper:
    """Keeps the shelf as the files are."""

    def __init__(self, settings: Settings, workers: Workers) -> None:
        """Begin with an empty shelf."""
        self._settings, self._workers = settings, workers
        self._seen: object = None
        self._trouble: dict[str, Any] = {}
        self.shelf = Shelf()

    async def watch(self) -> None:
        """Load all rulebooks, and again what changed, until cancelled."""
        while True:
            await self.look()
            await anyio.sleep(self._settings.reload)

    async def look(self) -> None:
        """Look at the files, and load what changed."""
        try:
            libraries = await anyio.to_thread.run_sync(search_libraries, self._settings.library)
            seen = await anyio.to_thread.run_sync(_take_fingerprint, libraries)
            if seen == self._seen and self.shelf.is_loaded:
                self._trouble = {}
                return
            libraries, found = await self._workers.load(survey, self._settings.library)
            books, broken = await self._load_all(found)
        except (ProblemsError, OSError, TimeoutError, anyio.BrokenWorkerProcess) as error:
            # a process that was killed, as where memory is short, is one that the next look begins
            self._tell_trouble(_tell(error))
            return
        except DEFECTS as error:
            log(logging.ERROR, "defect", **tell_defect(error))
            return
        self._trouble = {}
        self._tell_changes(books, broken)
        self.shelf, self._seen = build_shelf(libraries, books, tuple(broken)), seen

    async def _load_all(self, found: list[Found]) -> tuple[dict[str, Book], list[Broken]]:
        books: dict[str, Book] = {}
        broken: list[Broken] = []
        for each in found:
            path = str(each.source.path)
            before = self.shelf.books.get(path)
            now = await self._load(each, before)
            if isinstance(now, Book):
                books[path] = now
            elif before is not None:
                books[path] = replace(before, problems=now)
            else:
                broken.append(Broken(each.source.shown, each.listing, now, each.doubtful))
        return books, broken

    async def _load(self, found: Found, before: Book | None) -> Book | tuple[Problem, ...]:
        """Load a file; the problems if it does not."""
        known = before.loaded.inputs if before is not None and not before.problems else None
        try:
            loaded = await self._workers.load(load, found.source, known)
        except ProblemsError as error:
            return tuple(sort_problems(error.problems))
        except TimeoutError:
            return refusal("answer-slow", found.source.shown, limit="900").problems
        except DEFECTS as error:
            # of what one file holds: the others answer, and are looked at again
            log(logging.ERROR, "defect", file=found.source.shown, **tell_defect(error))
            return refusal("rulebook-defect", found.source.shown).problems
        if loaded is None and before is not None:
            return before
        if found.listing is None or loaded is None:
            return _tell_misplaced(found, loaded)
        plan = loaded.packed.unpack() if loaded.steps <= MOST_QUICK_STEPS else None
        return Book(found.listing, loaded, plan)

    def _tell_trouble(self, told: dict[str, Any]) -> None:
        """Say why nothing can be looked at: once, and not at every look."""
        if told != self._trouble:
            log(logging.ERROR, "library-unreadable", **told)
        self._trouble = told

    def _tell_changes(self, books: Mapping[str, Book], broken: list[Broken]) -> None:
        before = self.shelf.books
        for path, book in books.items():
            if book.problems and book.problems != getattr(before.get(path), "problems", ()):
                told = _tell_problems(book.listing.source.shown, book.problems)
                log(logging.WARNING, "rulebook-invalid", kept=book.reference, **told)
            elif not book.problems and before.get(path) is not book:
                log(logging.INFO, "rulebook-loaded", rulebook=book.reference, digest=book.digest)
        known = {each.shown: each.problems for each in self.shelf.broken}
        for each in broken:
            if known.get(each.shown) != each.problems:
                told = _tell_problems(each.shown, each.problems)
                log(logging.ERROR, "rulebook-invalid", kept=None, **told)
        for path, book in before.items():
            if path not in books:
                log(logging.INFO, "rulebook-removed", rulebook=book.reference)


def _tell_misplaced(found: Found, loaded: Loaded | None) -> tuple[Problem, ...]:
    """Tell of a rulebook that no reference finds where it lies."""
    shown = found.source.shown
    text = str(loaded.described["reference"]) if loaded is not None else shown
    place = shown.rpartition(".")[0]
    return refusal("rulebook-misplaced", shown, text=quote(text), place=quote(place)).problems


def _tell_problems(shown: str, problems: tuple[Problem, ...]) -> dict[str, Any]:
    return {"file": shown, "codes": sorted({problem.code for problem in problems})}


def _tell(error: Exception) -> dict[str, Any]:
    if isinstance(error, ProblemsError):
        found = error.problems
        # the sentence names the folder
        said = "; ".join(sorted({problem.message("en") for problem in found}))
        return {"codes": sorted({problem.code for problem in found}), "message": said}
    short = find_shortage(error)
    return {"error": type(error).__name__} if short is None else {"message": tell_shortage(short)}


def _take_fingerprint(libraries: Libraries) -> list[tuple[object, ...]]:
    """Take what changes when a file of a library does: names, times, sizes."""
    return [
        _stamp(path)
        for library in libraries
        # a rulebook may lie behind a link to a folder, which `os.walk` does not follow
        for path in (*library.files(), *_walk(library.rulebooks), *_walk(library.schemas))
    ]


def _walk(folder: Path) -> Iterator[Path]:
    for place, _, names in sorted(os.walk(folder)):
        yield from (Path(place, name) for name in sorted(names))


def _stamp(path: Path) -> tuple[object, ...]:
    try:
        status = path.stat()
    except OSError:
        return path, None
    return path, status.st_mtime_ns, status.st_size, status.st_ino
