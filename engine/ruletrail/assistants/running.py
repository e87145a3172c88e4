"""Starting and stopping: over standard input and output, or over HTTP on this machine."""

import ipaddress
import os
import signal
import sys
from contextlib import suppress
from functools import partial
from io import StringIO
from logging.config import dictConfig
from typing import Any, NoReturn

import anyio
import uvicorn
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ruletrail.assistants.lines import (
    Exchange,
    ShownOutput,
    UnreadableLineError,
    read_message,
    take_input,
)
from ruletrail.assistants.servers import make_server
from ruletrail.assistants.settings import LARGEST_BODY, Settings
from ruletrail.files import ask_for_files
from ruletrail.formats import Locale
from ruletrail.problems import (
    Mark,
    ProblemsError,
    find_shortage,
    quote,
    refusal,
    term,
    unwritable,
)
from ruletrail.service.bodies import JSON, name_packing, read_body
from ruletrail.service.connections import Connection
from ruletrail.service.logs import log_settings
from ruletrail.service.refusals import refuse
from ruletrail.service.running import LEAST_FILES, run_until_signal
from ruletrail.service.tokens import has_token

PATH = "/mcp"
_INTERRUPTED = 130
"""What a shell calls the end of a process by Ctrl-C."""
_QUIET: dict[str, Any] = {"handlers": [], "level": "CRITICAL", "propagate": False}
"""The SDK's loggers: their lines may hold what an assistant sent. Ours say what went wrong."""


def serve_stdio(settings: Settings) -> int:
    """Serve who started this process, until they close its input; returns the exit status."""
    # Python gives a process no stream for an input or an output that was closed when it began
    if sys.stdout is None:
        raise unwritable("stdout", shown=term("stdout"))
    if sys.stdin is None:
        return 0  # nobody will ask
    ask_for_files(LEAST_FILES)
    _set_up_logs("WARNING")
    with suppress(ValueError):  # in a thread there is no Ctrl-C
        # the thread that waits for input cannot be stopped, and the process would wait for it
        signal.signal(signal.SIGINT, _end)
    lost: list[OSError] = []
    try:
        anyio.run(_serve_stdio, settings)
    except* (BrokenPipeError, ConnectionError):
        pass  # they left without closing the input first
    except* OSError as errors:
        lost += [each for each in errors.exceptions if isinstance(each, OSError)]
    if lost:
        if (short := find_shortage(lost[0])) is not None:
            raise short
        raise unwritable("stdout", lost[0], shown=term("stdout"))
    return 0


def _end(*_: object) -> NoReturn:
    os._exit(_INTERRUPTED)


async def _serve_stdio(settings: Settings) -> None:
    server = make_server(settings)
    nothing = anyio.wrap_file(StringIO())  # the SDK takes the output, and reads no line itself
    terminal: Any = ShownOutput(sys.stdout) if sys.stdout.isatty() else None
    shown = anyio.wrap_file(terminal) if terminal is not None else None
    async with stdio_server(stdin=nothing, stdout=shown) as (unread, answers), unread:
        exchange = Exchange(take_input(), answers, LARGEST_BODY, settings.service.timeout)
        async with exchange.read() as requests:
            await server.run(requests, exchange, server.create_initialization_options())


def serve_http(settings: Settings) -> int:
    """Serve over streamable HTTP until a signal says to stop; returns the exit status."""
    ask_for_files(LEAST_FILES)
    _set_up_logs("INFO")
    return run_until_signal(make_config(settings), "mcp")


def make_config(settings: Settings) -> uvicorn.Config:
    """Say how to serve over HTTP: with the connections of the service, which wait for nobody."""
    service = settings.service
    return uvicorn.Config(
        make_application(settings), host=service.host, port=service.port, log_config=None,
        access_log=False, server_header=False, proxy_headers=False, lifespan="on",
        http=partial(Connection, service),  # type: ignore[arg-type]  # what makes one does as well
        timeout_graceful_shutdown=round(service.timeout + service.body_timeout) + 1,
    )  # fmt: skip


def _set_up_logs(level: str) -> None:
    known = log_settings()
    for each in known["loggers"].values():
        each["level"] = level if each["level"] == "INFO" else each["level"]
    known["loggers"] |= {"mcp": _QUIET, "sse_starlette": _QUIET}
    dictConfig(known)


def make_application(settings: Settings) -> ASGIApp:
    """Make the application: the SDK's, behind our looks at `Host`, `Origin`, token and body.

    The SDK looks at the two as well, but takes whatever begins with a name of ours and a colon.
    Nothing is kept from one request to the next: of sessions there would be so many, and clients
    that came again and never said goodbye would keep others out. So there is nothing to `GET`. An
    answer is one message: a stream would end without it when the server is told to stop.
    """
    host = settings.service.host
    inner = make_server(settings).streamable_http_app(
        streamable_http_path=PATH, host=host, max_request_body_size=LARGEST_BODY,
        stateless_http=True, json_response=True, transport_security=_guard_host(host),
    )  # fmt: skip
    token, language = settings.service.token, settings.service.language
    gate = _Gate(inner, settings)

    async def enter(scope: Scope, receive: Receive, send: Send) -> None:
        application: ASGIApp = inner
        if scope["type"] == "http":
            application = gate
            wrong = _find_stranger(Headers(scope=scope), host)
            application = wrong or application
            application = _find_packed(Headers(scope=scope), language) or application
            if not has_token(scope["headers"], token):
                application = _ask_token(language)
        # who leaves before the end of a request waits for no answer: that is no defect
        with suppress(ClientDisconnect):
            await application(scope, receive, send)

    return enter


class _Gate:
    """Reads a body before the SDK does: whole, within its time, and strictly.

    The SDK waits for a body as long as its client likes, and keeps silent about a key that stands
    twice; by one revision of the protocol it reads half of a character, which becomes `?`.
    """

    def __init__(self, inner: ASGIApp, settings: Settings) -> None:
        """Stand before an application."""
        self._inner, self._service = inner, settings.service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, with the body that was read."""
        if scope["path"] != PATH:
            await self._inner(scope, receive, send)
            return
        if scope["method"] != "POST":
            refused = PlainTextResponse("Method Not Allowed", 405, {"Allow": "POST"})
            await refused(scope, receive, send)
            return
        try:
            body = await self._read(Request(scope, receive))
        except ProblemsError as error:
            await refuse(error.problems, self._service.language, ())(scope, receive, send)
            return
        except UnreadableLineError as error:
            written = error.answer.message.model_dump_json(by_alias=True, exclude_unset=True)
            await Response(written, 400, media_type=JSON)(scope, receive, send)
            return
        unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_again() -> Message:
            # after the body the SDK waits to hear that its client has left
            return unread.pop() if unread else await receive()

        await self._inner(scope, receive_again, send)

    async def _read(self, request: Request) -> bytes:
        body = await read_body(request, "request", LARGEST_BODY, self._service.body_timeout)
        # a long one may take seconds, in which others are answered
        await anyio.to_thread.run_sync(read_message, body, LARGEST_BODY)
        return body


def _find_packed(headers: Headers, language: Locale) -> ASGIApp | None:
    """Refuse a body that is packed: the SDK would read it as it is, and call it no JSON."""
    packed = name_packing(headers)
    if not packed:
        return None
    details = {"found": quote(packed), "known": quote(JSON)}
    return refuse(refusal("media-type", Mark("body"), **details).problems, language, ())


def _ask_token(language: Locale) -> ASGIApp:
    return refuse(refusal("token-needed", Mark("request")).problems, language, ())


def is_loopback(host: str) -> bool:
    """Tell whether an address is of this machine alone."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _guard_host(host: str) -> TransportSecuritySettings:
    """Say which names a request may call this machine by: no page of the web has another's.

    On an address that others reach any name may stand, and the token keeps pages out.
    """
    if not is_loopback(host):
        return TransportSecuritySettings(enable_dns_rebinding_protection=False)
    hosts = [form for name in sorted(_names_of(host)) for form in (name, f"{name}:*")]
    return TransportSecuritySettings(
        allowed_hosts=hosts, allowed_origins=[f"http://{each}" for each in hosts]
    )


def _names_of(host: str) -> set[str]:
    """Name this machine as requests may that reach an address of its own."""
    return {"127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host}


def _find_stranger(headers: Headers, host: str) -> ASGIApp | None:
    """Refuse a request that names another machine, or comes from a page of one, or names two."""
    if not is_loopback(host):
        return None
    known, hosts, origins = _names_of(host), headers.getlist("host"), headers.getlist("origin")
    if len(hosts) != 1 or not _is_named(hosts[0], known):
        return PlainTextResponse("Invalid Host header", status_code=421)
    pages = [origin.removeprefix("http://") for origin in origins if origin.startswith("http://")]
    if (
        len(origins) > 1
        or len(pages) != len(origins)
        or not all(_is_named(page, known) for page in pages)
    ):
        return PlainTextResponse("Invalid Origin header", status_code=403)
    return None


def _is_named(written: str, known: set[str]) -> bool:
    """Tell whether something is a name of ours, perhaps with a port."""
    name, colon, port = written, "", ""
    if not written.endswith("]"):
        name, colon, port = written.rpartition(":") if ":" in written else (written, "", "")
    is_port = port.isascii() and port.isdigit()
    return name.lower() in known and is_port == bool(colon)
