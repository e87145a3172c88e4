"""What each operation does: read, find the rulebook, hand the work out, answer.

A plain report of a rulebook that is not large is answered here and now; that takes less time than
asking a process. Everything else goes to one.
"""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response

from ruletrail.documents import REPORT_LIMITS, Nulls, ScalarNode, members_of, read_document
from ruletrail.formats import Locale
from ruletrail.problems import Mark, ProblemsError, quote, refusal
from ruletrail.references import parse_reference
from ruletrail.rendering.problems import problems_json
from ruletrail.service import tasks
from ruletrail.service.answers import write_answer
from ruletrail.service.bodies import JSON, LINES, TRAIL, YAML, accepts, check_type, read_body
from ruletrail.service.measures import CONTENT_TYPE, Measures
from ruletrail.service.operations import HTML, PLAIN
from ruletrail.service.refusals import WrittenError, hide_folders
from ruletrail.service.settings import (
    LARGEST_CHECKED,
    LARGEST_QUICK,
    LARGEST_REPORT,
    LARGEST_ROWS,
    LARGEST_TRAIL,
    Settings,
)
from ruletrail.service.shelves import Book, Keeper, Shelf, list_books
from ruletrail.service.tasks import Refused
from ruletrail.service.workers import Workers
from ruletrail.versions import ENGINE_VERSION

_FIRST = re.compile(rb'\s*+\{\s*+"rulebook"\s*+:\s*+"([A-Za-z0-9_./@-]{1,200})"')
"""A document whose first key names its rulebook: no later one can, for a key stands once."""
_TYPES = {"json": JSON, "text": PLAIN, "markdown": "text/markdown", "html": HTML}
_TRUE = ("true", "1")
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}
_NOT_FOUND = 404
Parameters = Mapping[str, str]


class Handlers:
    """The operations of one service, by name."""

    def __init__(self, settings: Settings, measures: Measures) -> None:
        """Prepare; nothing is loaded or started."""
        self._settings, self.measures = settings, measures
        self.workers = Workers(settings)
        self.keeper = Keeper(settings, self.workers)
        self._pages: dict[tuple[str, str], bytes] = {}

    @property
    def shelf(self) -> Shelf:
        """The rulebooks as they are now."""
        return self.keeper.shelf

    # -- Reports -----------------------------------------------------------------------------------

    async def evaluate(self, request: Request, asked: Parameters, language: Locale) -> Response:
        """Answer one report."""
        body = await self._read_report(request)
        is_trail = accepts(request.headers.get("accept", ""), TRAIL)
        with_trail = asked["trail"] in _TRUE
        nulls = cast("Nulls", asked["nulls"])
        if not (is_trail or with_trail or asked["as_of"]):
            quick = self._answer_now(request, body, nulls)
            if quick is not None:
                return Response(quick, media_type=JSON)
        book = await self._find_named(request, body, asked["as_of"], language)
        if is_trail:
            return await self._do(request, book, language, TRAIL, tasks.write_trail, body, nulls)
        given = (body, nulls, with_trail)
        return await self._do(request, book, language, JSON, tasks.answer_report, *given)

    def _answer_now(self, request: Request, body: bytes, nulls: Nulls) -> bytes | None:
        """Answer a plain report of a rulebook that is held here; None for every other."""
        named = _FIRST.match(body) if len(body) <= LARGEST_QUICK else None
        book = self.shelf.ready.get(named[1].decode()) if named is not None else None
        if book is None or book.plan is None:
            return None
        evaluation = book.plan.evaluate_plain(body, nulls=nulls)
        if evaluation is None:
            return None
        self._count(request, book)
        return write_answer(evaluation, book.digest)

    async def evaluate_many(
        self, request: Request, asked: Parameters, language: Locale
    ) -> Response:
        """Answer many reports of one rulebook."""
        check_type(request, (LINES,))
        book = self._find(asked["rulebook"], asked["as_of"], Mark("query"))
        body = await self._read(request, tasks.ROWS, LARGEST_ROWS)
        given = (body, cast("Nulls", asked["nulls"]), language)
        return await self._do(request, book, language, LINES, tasks.answer_rows, *given)

    async def explain(self, request: Request, asked: Parameters, language: Locale) -> Response:
        """Explain one code of a report; pages speak the language asked for, else the rulebook's."""
        body = await self._read_report(request)
        book = await self._find_named(request, body, asked["as_of"], language)
        spoken = language if asked["lang"] else None
        given = (body, asked["nulls"], asked["code"], asked["format"], spoken)
        form = _TYPES[asked["format"]]
        answer = await self._do(request, book, language, form, tasks.explain, *given)
        if form == HTML:
            answer.headers.update(_PAGE_HEADERS)
        return answer

    async def whatif(self, request: Request, asked: Parameters, language: Locale) -> Response:
        """Find what would change an outcome of a report."""
        question = tasks.Asked(
            asked["target"],
            asked["set"],
            asked["want"],
            asked["vary"],
            pairs=asked["pairs"] in _TRUE,
            precision=asked["precision"] in _TRUE,
            mark=Mark("query"),
        )
        body = await self._read_report(request)
        book = await self._find_named(request, body, asked["as_of"], language)
        spoken = language if asked["lang"] else None
        given = (body, asked["nulls"], question, asked["format"], spoken)
        form = _TYPES[asked["format"]]
        answer = await self._do(request, book, language, form, tasks.whatif, *given)
        if form == HTML:
            answer.headers.update(_PAGE_HEADERS)
        return answer

    async def needed(self, request: Request, asked: Parameters, language: Locale) -> Response:
        """Say what is still to be asked about a report."""
        body = await self._read_report(request)
        book = await self._find_named(request, body, asked["as_of"], language)
        given = (body, asked["nulls"], asked["target"])
        return await self._do(request, book, language, JSON, tasks.find_needed, *given)

    async def _read_report(self, request: Request) -> bytes:
        check_type(request, (JSON, YAML))
        return await self._read(request, "report", LARGEST_REPORT)

    async def _read(self, request: Request, name: str, limit: int) -> bytes:
        return await read_body(request, name, limit, self._settings.body_timeout)

    async def _find_named(self, request: Request, body: bytes, day: str, language: Locale) -> Book:
        """Find the rulebook that a report names; the report itself is read later."""
        named = _FIRST.match(body)
        reference = parse_reference(named[1].decode()) if named is not None else None
        mark = Mark("report", 1, 1)
        if reference is None or day or str(reference) not in self.shelf.ready:
            found = await self.workers.do(language, tasks.read_asked, body)
            if isinstance(found, Refused):
                raise WrittenError(found.problems)
            reference, mark = found
        book = self.shelf.find(reference, day, mark)
        self._count(request, book)
        return book

    def _count(self, request: Request, book: Book) -> None:
        request.scope["ruletrail.rulebook"] = book.reference
        self.measures.count(book.reference)

    async def _do(
        self, request: Request, book: Book, language: Locale, form: str, act: Any, *given: Any
    ) -> Response:
        """Let a process do something with a rulebook, and answer with the bytes that it gives."""
        request.scope["ruletrail.rulebook"] = book.reference
        found = await self.workers.do_with(book.key, book.packed, language, act, *given)
        return self._write(found, form)

    def _write(self, found: Any, form: str) -> Response:
        if isinstance(found, Refused):
            raise WrittenError(found.problems)
        content = found if isinstance(found, bytes) else _write_json(found)
        return Response(content, media_type=form)

    def _find(self, written: str, day: str, mark: Mark, *, drafts: bool = False) -> Book:
        reference = parse_reference(written)
        if reference is None:
            raise refusal("reference-form", mark, text=quote(written))
        return self.shelf.find(reference, day, mark, drafts=drafts)

    # -- Trails and rulebooks ----------------------------------------------------------------------

    async def verify(self, request: Request, asked: Parameters, language: Locale) -> Response:
        """Verify a trail, and evaluate its report again where that is asked for."""
        check_type(request, (JSON, TRAIL))
        body = await self._read(request, "trail", LARGEST_TRAIL)
        found = await self.workers.do(language, tasks.verify, body, language)
        if asked["replay"] in _TRUE and not isinstance(found, Refused) and found["verified"]:
            reference = found["rulebook"]
            book = self._find(reference, "", Mark("trail"))
            given = (body, reference, language, self._settings.commands)
            return await self._do(request, book, language, JSON, tasks.replay, *given)
        return self._write_found(found)

    async def check(self, request: Request, asked: Parameters, language: Locale) -> Response:
        """Check a rulebook of the library, or one that is sent."""
        del asked
        check_type(request, (JSON, YAML))
        is_sent = request.headers["content-type"].partition(";")[0].strip().lower() != JSON
        limit = LARGEST_CHECKED if is_sent else LARGEST_REPORT
        body = await self._read(request, "rulebook.yaml", limit)
        commands = self._settings.commands
        if is_sent:
            given = (body, self._libraries(), language, commands)
            found = await self.workers.do(language, tasks.check_text, *given)
        else:
            written = _read_member(body)
            book = self._find(written, "", Mark("body"), drafts=True)
            source = book.listing.source
            found = await self.workers.do(language, tasks.check, source, language, commands)
        if isinstance(found, Refused):
            raise WrittenError(found.problems)
        return self._write_found({"problems": found})

    def _libraries(self) -> Any:
        if not self.shelf.is_loaded:
            raise refusal("service-starting", Mark("service"))
        return self.shelf.libraries

    def _write_found(self, found: Any) -> Response:
        """Write an answer that tells problems; where their files lie stays here."""
        if isinstance(found, dict) and found.get("problems"):
            found = {**found, "problems": hide_folders(found["problems"], self.shelf.libraries)}
        return self._write(found, JSON)

    async def list_rulebooks(
        self, request: Request, asked: Parameters, language: Locale
    ) -> Response:
        """List the rulebooks, with what is wrong with their files now."""
        del asked
        if not self.shelf.is_loaded:  # a list without them would say that there are none
            raise refusal("service-starting", Mark("service"))
        content = _write_json({"rulebooks": list_books(self.shelf, language)})
        return _tagged(request, content, JSON, f"sha256:{sha256(content).hexdigest()}")

    async def get_rulebook(self, request: Request, asked: Parameters, language: Locale) -> Response:
        """Describe a rulebook."""
        book = self._find_in_path(request, asked, language)
        tag = f"{book.digest}.{book.loaded.described['schema']['digest']}.{ENGINE_VERSION}"
        return _tagged(request, _write_json(book.loaded.described), JSON, tag)

    async def get_report_schema(
        self, request: Request, asked: Parameters, language: Locale
    ) -> Response:
        """Give the schema of a rulebook's reports."""
        book = self._find_in_path(request, asked, language)
        tag = f"sha256:{sha256(book.loaded.schema).hexdigest()}"
        return _tagged(request, book.loaded.schema, "application/schema+json", tag)

    async def get_documentation(
        self, request: Request, asked: Parameters, language: Locale
    ) -> Response:
        """Give the page of a rulebook, in the language asked for or its own."""
        book = self._find_in_path(request, asked, language)
        spoken = language if asked["lang"] else None
        key = (book.key, spoken or "")
        if key not in self._pages:
            given = (book.key, book.packed, language, tasks.write_page, spoken)
            found = await self.workers.do_with(*given)
            if isinstance(found, Refused):
                raise WrittenError(found.problems)
            known = {each.key for each in self.shelf.books.values()}
            self._pages = {at: page for at, page in self._pages.items() if at[0] in known}
            self._pages[key] = found
        tag = f"{book.digest}.{spoken or ''}.{ENGINE_VERSION}"
        return _tagged(request, self._pages[key], HTML, tag, _PAGE_HEADERS)

    def _find_in_path(self, request: Request, asked: Parameters, language: Locale) -> Book:
        name, edition = request.path_params["name"], request.path_params["edition"]
        try:
            return self._find(f"{name}/{edition}", asked["as_of"], Mark("path"), drafts=True)
        except ProblemsError as error:
            raise WrittenError(problems_json(error.problems, language), _NOT_FOUND) from error

    # -- The service itself ------------------------------------------------------------------------

    async def health(self, request: Request, asked: Parameters, language: Locale) -> Response:
        """Tell that the process lives."""
        del request, asked, language
        return Response(_write_json({"status": "ok", "version": ENGINE_VERSION}), media_type=JSON)

    async def ready(self, request: Request, asked: Parameters, language: Locale) -> Response:
        """Tell whether reports can be answered."""
        del request, asked, language
        shelf = self.shelf
        stale = [book.reference for book in shelf.books.values() if book.problems]
        answer = {
            "ready": shelf.is_loaded,
            "rulebooks": len(shelf.books),
            "stale": stale,
            "invalid": [each.shown for each in shelf.broken],
        }
        return Response(_write_json(answer), 200 if shelf.is_loaded else 503, media_type=JSON)

    async def metrics(self, request: Request, asked: Parameters, language: Locale) -> Response:
        """Write what was counted."""
        del request, asked, language
        shelf = self.shelf
        stale = sum(bool(book.problems) for book in shelf.books.values())
        states = {
            "valid": len(shelf.books) - stale, "stale": stale, "invalid": len(shelf.broken)
        }  # fmt: skip
        for state, count in states.items():
            self.measures.rulebooks.labels(state).set(count)
        self.measures.waiting.set(self.workers.waiting)
        return Response(self.measures.write(), media_type=CONTENT_TYPE)


def _read_member(body: bytes) -> str:
    """Read which rulebook is asked for; the document has this one key."""
    node, problems = read_document(body, "body", REPORT_LIMITS)
    if node is None or problems:
        raise ProblemsError(problems)
    members = members_of(node)
    for key in members:
        if key != "rulebook":
            details = {"key": quote(key), "known": "`rulebook`"}
            raise refusal("unknown-key", Mark("body", 1, 1), **details)
    value = members.get("rulebook")
    if not isinstance(value, ScalarNode):
        raise refusal(
            "parameter-missing", Mark("body"), name="`rulebook`", expected="`sociale/2024`"
        )
    return value.text


def _write_json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


def _tagged(
    request: Request, content: bytes, form: str, tag: str, more: Mapping[str, str] | None = None
) -> Response:
    """Answer with a tag, or that nothing changed if the client has what bears the tag."""
    headers = {"ETag": f'"{tag}"', "Cache-Control": "no-cache", **(more or {})}
    headers["Vary"] = "Accept-Language"
    known = request.headers.get("if-none-match", "")
    if known.strip() == "*" or f'"{tag}"' in known:
        return Response(None, 304, headers)
    return Response(content, 200, headers, form)
