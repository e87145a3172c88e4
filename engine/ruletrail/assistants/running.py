"""Starting and stopping: over standard input and output, or over HTTP on this machine."""

import ipaddress
from logging.config import dictConfig
from typing import Any

import anyio
import uvicorn
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp, Receive, Scope, Send

from ruletrail.assistants.servers import make_server
from ruletrail.assistants.settings import LARGEST_BODY, MOST_SESSIONS, Settings
from ruletrail.formats import Locale
from ruletrail.problems import Mark, refusal
from ruletrail.service.logs import log_settings
from ruletrail.service.refusals import refuse
from ruletrail.service.running import run_until_signal
from ruletrail.service.tokens import has_token

PATH = "/mcp"
_QUIET: dict[str, Any] = {"handlers": [], "level": "CRITICAL", "propagate": False}
"""The SDK's loggers: their lines may hold what an assistant sent. Ours say what went wrong."""


def serve_stdio(settings: Settings) -> int:
    """Serve who started this process, until they close its input; returns the exit status."""
    _set_up_logs("WARNING")
    try:
        anyio.run(_serve_stdio, settings)
    except* (BrokenPipeError, ConnectionError):
        pass  # they left without closing the input first
    return 0


async def _serve_stdio(settings: Settings) -> None:
    server = make_server(settings)
    async with stdio_server() as (requests, answers):
        await server.run(requests, answers, server.create_initialization_options())


def serve_http(settings: Settings) -> int:
    """Serve over streamable HTTP until a signal says to stop; returns the exit status."""
    _set_up_logs("INFO")
    service = settings.service
    config = uvicorn.Config(
        make_application(settings), host=service.host, port=service.port, log_config=None,
        access_log=False, server_header=False, proxy_headers=False, lifespan="on",
        timeout_graceful_shutdown=round(service.timeout) + 1,
    )  # fmt: skip
    return run_until_signal(config, "mcp")


def _set_up_logs(level: str) -> None:
    known = log_settings()
    for each in known["loggers"].values():
        each["level"] = level if each["level"] == "INFO" else each["level"]
    known["loggers"] |= {"mcp": _QUIET, "sse_starlette": _QUIET}
    dictConfig(known)


def make_application(settings: Settings) -> ASGIApp:
    """Make the application: the SDK's, which looks at `Host` and `Origin`, behind our token."""
    host = settings.service.host
    inner = make_server(settings).streamable_http_app(
        streamable_http_path=PATH, host=host, max_request_body_size=LARGEST_BODY,
        max_sessions=MOST_SESSIONS, transport_security=_guard_host(host),
    )  # fmt: skip
    token, language = settings.service.token, settings.service.language

    async def enter(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or has_token(scope["headers"], token):
            await inner(scope, receive, send)
        else:
            await _ask_token(language)(scope, receive, send)

    return enter


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
    names = {"127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host}
    hosts = [form for name in sorted(names) for form in (name, f"{name}:*")]
    return TransportSecuritySettings(
        allowed_hosts=hosts, allowed_origins=[f"http://{each}" for each in hosts]
    )
