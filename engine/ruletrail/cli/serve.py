"""`ruletrail serve`: the service over HTTP, on this machine alone unless told otherwise."""

import argparse
import os

from ruletrail.cli.check import check_source
from ruletrail.cli.consoles import DONE, Console
from ruletrail.cli.evaluations import add_library
from ruletrail.cli.verify import replay_by
from ruletrail.problems import misuse, quote, refusal, term
from ruletrail.service.settings import Commands, Settings
from ruletrail.service.tokens import read_token
from ruletrail.values import read_whole

_LARGEST_PORT = 65_535
_MOST_PROCESSES = 256
_LONGEST_TIMEOUT = 3_600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    add_library(parser)
    parser.add_argument("--host", metavar="ADDRESS", default="127.0.0.1")
    parser.add_argument("--port", metavar="N", type=read_whole, default=8080)
    parser.add_argument("--workers", metavar="N", type=read_whole, default=1)
    parser.add_argument("--jobs", metavar="N", type=read_whole)
    parser.add_argument("--timeout", metavar="SECONDS", type=read_whole, default=30)
    parser.add_argument("--reload", metavar="SECONDS", type=read_whole, default=2)
    parser.add_argument("--openapi", action="store_true")


def run(options: argparse.Namespace, console: Console) -> int:
    """Serve until a signal says to stop, or print the description of the service."""
    _check(options)
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


def _check(options: argparse.Namespace) -> None:
    bounds = {
        "port": (0, _LARGEST_PORT),
        "workers": (1, _MOST_PROCESSES),
        "jobs": (1, _MOST_PROCESSES),
        "timeout": (1, _LONGEST_TIMEOUT),
        "reload": (1, _LONGEST_TIMEOUT),
    }
    for name, (least, most) in bounds.items():
        value = getattr(options, name)
        if value is not None and not least <= value <= most:
            said = {"option": f"`--{name}`", "word": quote(str(value))}
            raise misuse(term("not-between"), **said, least=str(least), most=str(most))
