"""The application: FastAPI's routes and document, and a gate before them.

The gate asks for the token, counts, writes the log and gives every answer its identifier.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from secrets import token_hex
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ruletrail.formats import Locale
from ruletrail.problems import Mark, ProblemsError, quote, refusal
from ruletrail.service.handlers import Handlers
from ruletrail.service.logs import log, tell_defect
from ruletrail.service.measures import Measures
from ruletrail.service.openapi import describe_operation, write_openapi
from ruletrail.service.operations import OPEN, OPERATIONS, Operation
from ruletrail.service.refusals import (
    WrittenError,
    choose_language,
    refuse,
    refuse_written,
)
from ruletrail.service.settings import Settings
from ruletrail.service.tokens import has_token
from ruletrail.versions import ENGINE_VERSION

_LONGEST_IDENTIFIER = 64
_NOT_ALLOWED = 405
Handler = Callable[[Request], Awaitable[Response]]


class _Route(APIRoute):
    """A route whose endpoint takes the request as it is: our own tables say what it may hold."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """Return the endpoint itself."""
        return self.endpoint


class Application:
    """An ASGI application that serves rulebooks."""

    def __init__(self, settings: Settings) -> None:
        """Put it together; rulebooks are loaded once it runs."""
        self.settings, self.measures = settings, Measures()
        self.handlers: Handlers | None = None
        self.inner = self._make_inner()
        self._token = settings.token

    def _make_inner(self) -> FastAPI:
        app = FastAPI(
            title="ruletrail", version=ENGINE_VERSION, lifespan=self._live, docs_url=None,
            telemetry={"tracing": False, "metrics": False, "logs": False},
            redoc_url=None, openapi_url=None, redirect_slashes=False,
            exception_handlers={HTTPException: self._refuse_http, Exception: self._tell_defect},
        )  # fmt: skip
        app.router.route_class = _Route
        for operation in OPERATIONS:
            app.add_api_route(
                operation.path, self._make_endpoint(operation), methods=[operation.method],
                operation_id=operation.name, summary=operation.summary, include_in_schema=True,
                response_model=None, **describe_operation(operation),
            )  # fmt: skip
        self.document = write_openapi(app, has_token=bool(self.settings.token))

        async def give_document(request: Request) -> Response:
            request.scope["ruletrail.operation"] = "openapi"
            return Response(self.document, media_type="application/json")

        app.add_api_route("/openapi.json", give_document, include_in_schema=False)
        return app

    @asynccontextmanager
    async def _live(self, app: FastAPI) -> AsyncIterator[None]:
        del app
        self.handlers = Handlers(self.settings, self.measures)
        if self.settings.workers > 1:
            # one that does not have the rulebooks yet takes no connection: another one may have
            await self.handlers.keeper.look()
        watching = asyncio.create_task(self.handlers.keeper.watch())
        log(logging.INFO, "started", version=ENGINE_VERSION, token=bool(self.settings.token))
        try:
            yield
        finally:
            while not watching.done():
                # once may not do: what a process says that Ctrl-C ended comes in its place
                watching.cancel()
                await asyncio.wait({watching}, timeout=1)
            log(logging.INFO, "stopped")

    def _make_endpoint(self, operation: Operation) -> Handler:
        async def endpoint(request: Request) -> Response:
            request.scope["ruletrail.operation"] = operation.name
            handlers = self.handlers
            if handlers is None:
                return self._refuse(request, "service-starting")
            language = self._choose_language(request)
            try:
                asked = operation.read(request)
                handle = getattr(handlers, operation.name)
                answer: Response = await handle(request, asked, language)
            except ProblemsError as error:
                return refuse(error.problems, language, handlers.shelf.libraries)
            except WrittenError as error:
                libraries = handlers.shelf.libraries
                return refuse_written(error.problems, language, libraries, error.status)
            return answer

        endpoint.__name__ = operation.name
        return endpoint

    def _choose_language(self, request: Request) -> Locale:
        asked = request.query_params.get("lang") if request.scope["query_string"] else None
        if asked in ("it", "en"):
            return "it" if asked == "it" else "en"
        header = request.headers.get("accept-language")
        return choose_language(header, self.settings.language) if header else self.settings.language

    def _refuse(self, request: Request, code: str, **details: str) -> Response:
        libraries = self.handlers.shelf.libraries if self.handlers is not None else ()
        problems = refusal(code, Mark("request"), **details).problems
        return refuse(problems, self._choose_language(request), libraries)

    async def _refuse_http(self, request: Request, error: Exception) -> Response:
        path = quote(request.url.path)
        if isinstance(error, HTTPException) and error.status_code == _NOT_ALLOWED:
            answer = self._refuse(
                request, "method-unknown", text=path, method=quote(request.method)
            )
            answer.headers.update(error.headers or {})
            return answer
        return self._refuse(request, "path-unknown", text=path)

    async def _tell_defect(self, request: Request, error: Exception) -> Response:
        log(
            logging.ERROR, "defect", request=request.scope.get("ruletrail.id"), **tell_defect(error)
        )
        return self._refuse(request, "service-defect")

    # -- The gate ----------------------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the life of the application."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        visit = _Visit(scope, send)
        app: ASGIApp = self.inner if self._may_enter(scope) else self._ask_token
        try:
            await app(scope, receive, visit.send)
        finally:
            self._record(scope, visit)

    def _may_enter(self, scope: Scope) -> bool:
        return scope["path"] in OPEN or has_token(scope["headers"], self._token)

    async def _ask_token(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._refuse(Request(scope), "token-needed")
        await answer(scope, receive, send)

    def _record(self, scope: Scope, visit: "_Visit") -> None:
        seconds = time.perf_counter() - visit.began
        operation = scope.get("ruletrail.operation", "unknown")
        self.measures.observe(operation, visit.status, seconds)
        log(
            logging.INFO, "request", request=visit.identifier, operation=operation,
            method=scope["method"] if operation != "unknown" else "", status=visit.status,
            ms=round(seconds * 1000, 2), bytes=visit.size,
            rulebook=scope.get("ruletrail.rulebook"),
        )  # fmt: skip


class _Visit:
    """One request on its way: its identifier, when it came, what it was answered."""

    __slots__ = ("_send", "began", "identifier", "size", "status")

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send, self.began = send, time.perf_counter()
        self.status, self.size = 0, 0
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        is_plain = 0 < len(given) <= _LONGEST_IDENTIFIER and given.replace(b"-", b"").isalnum()
        self.identifier = given.decode() if is_plain else token_hex(8)
        scope["ruletrail.id"] = self.identifier

    async def send(self, message: Message) -> None:
        """Send on, with the identifier, and remember what was sent."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [
                *message["headers"], (b"x-request-id", self.identifier.encode())
            ]  # fmt: skip
        else:
            self.size += len(message.get("body", b""))
        await self._send(message)


def make_application(settings: Settings) -> Application:
    """Make the application of a service."""
    return Application(settings)
