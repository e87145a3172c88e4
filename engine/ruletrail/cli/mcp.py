"""`ruletrail mcp`: tools for assistants (Model Context Protocol), over stdio or HTTP."""

import argparse
from pathlib import Path

from ruletrail.api import search_libraries
from ruletrail.assistants.folders import open_folder
from ruletrail.assistants.settings import Commands, Settings
from ruletrail.cli.check import check_source
from ruletrail.cli.consoles import Console
from ruletrail.cli.evaluations import add_library
from ruletrail.cli.help import find_text, list_titles
from ruletrail.cli.show import resolve_source
from ruletrail.cli.test import test_source
from ruletrail.cli.verify import replay_by
from ruletrail.cli.whole_numbers import Whole
from ruletrail.problems import misuse, quote, refusal, term
from ruletrail.service.settings import Commands as ServiceCommands
from ruletrail.service.settings import Settings as ServiceSettings
from ruletrail.service.tokens import TOKEN, read_token

_LARGEST_PORT = 65_535
_LONGEST_TIMEOUT = 3_600
_JOBS = 1
"""Processes for long work: an assistant asks for one thing after the other."""
COMMANDS = Commands(check_source, test_source, resolve_source, list_titles, find_text)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    add_library(parser)
    parser.add_argument("--folder", metavar="DIR")
    parser.add_argument("--timeout", metavar="SECONDS", type=Whole(1, _LONGEST_TIMEOUT), default=30)
    parser.add_argument("--http", action="store_true")
    parser.add_argument("--host", metavar="ADDRESS")
    parser.add_argument("--port", metavar="N", type=Whole(0, _LARGEST_PORT))


def run(options: argparse.Namespace, console: Console) -> int:
    """Serve assistants until they leave, or a signal says to stop."""
    _check(options)
    settings = _read_settings(options, console)
    try:
        from ruletrail.assistants.running import (  # noqa: PLC0415 - needs the extra
            is_loopback,
            serve_http,
            serve_stdio,
        )
    except ModuleNotFoundError as error:
        command = '`pip install "ruletrail[mcp]"`'
        raise refusal("missing-extra", "mcp", text="`ruletrail mcp`", command=command) from error
    if not options.http:
        return serve_stdio(settings)
    if not settings.service.token and not is_loopback(settings.service.host):
        raise refusal("token-missing", "mcp", text=quote(settings.service.host), name=quote(TOKEN))
    return serve_http(settings)


def _check(options: argparse.Namespace) -> None:
    for name in ("host", "port"):
        if getattr(options, name) is not None and not options.http:
            raise misuse(term("only-with"), option=f"`--{name}`", other="`--http`")


def _read_settings(options: argparse.Namespace, console: Console) -> Settings:
    folder = open_folder(Path(options.folder)) if options.folder else None
    libraries = (*options.library, *([options.folder] if options.folder else ()))
    search_libraries(libraries)  # one that is none is refused now, not at every call
    service = ServiceSettings(
        ServiceCommands(check_source, replay_by), libraries, console.language,
        options.host or "127.0.0.1", 8080 if options.port is None else options.port, 1, _JOBS,
        float(options.timeout),
        token=read_token() if options.http else "",
    )  # fmt: skip
    return Settings(service, COMMANDS, folder)
