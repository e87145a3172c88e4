"""`ruletrail serve`: the service over HTTP, on this machine alone unless told otherwise."""

import argparse
import os

from ruletrail.api import search_libraries
from ruletrail.cli.check import check_source
from ruletrail.cli.consoles import DONE, Console
from ruletrail.cli.evaluations import add_library
from ruletrail.cli.verify import replay_by
from ruletrail.cli.whole_numbers import Whole
from ruletrail.problems import refusal
from ruletrail.service.settings import Commands, Settings
from ruletrail.service.tokens import read_token

_LARGEST_PORT = 65_535
_PROCESSES, _SECONDS = Whole(1, 256), Whole(1, 3_600)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    add_library(parser)
    parser.add_argument("--host", metavar="ADDRESS", default="127.0.0.1")
    parser.add_argument("--port", metavar="N", type=Whole(0, _LARGEST_PORT), default=8080)
    parser.add_argument("--workers", metavar="N", type=_PROCESSES, default=1)
    parser.add_argument("--jobs", metavar="N", type=_PROCESSES)
    parser.add_argument("--timeout", metavar="SECONDS", type=_SECONDS, default=30)
    parser.add_argument("--reload", metavar="SECONDS", type=_SECONDS, default=2)
    parser.add_argument("--openapi", action="store_true")


def run(options: argparse.Namespace, console: Console) -> int:
    """Serve until a signal says to stop, or print the description of the service."""
    search_libraries(options.library)  # one that is none is refused now, not at every look
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    jobs = options.jobs or max(1, (cores or 1) // options.workers)
    settings = Settings(
        Commands(check_source, replay_by), tuple(options.library), console.language,
        options.host, options.port, options.workers, jobs, float(options.timeout),
        reload=float(options.reload), token=read_token(),
    )  # fmt: skip
    try:
        from ruletrail.service.applications import make_application  # noqa: PLC0415 - needs the extra
        from ruletrail.service.running import serve  # noqa: PLC0415 - the same
    except ModuleNotFoundError as error:
        command = '`pip install "ruletrail[web]"`'
        raise refusal(
            "missing-extra", "serve", text="`ruletrail serve`", command=command
        ) from error
    if options.openapi:
        console.write_json_text(make_application(settings).document.decode())
        return DONE
    return serve(settings)
