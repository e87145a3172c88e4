"""Starting and stopping: one process that serves, or several behind one socket.

SIGTERM and Ctrl-C let the requests that run end, and then the processes that worked for them.
"""

import errno
import os
import shutil
import signal
import socket
import tempfile
from functools import partial
from logging.config import dictConfig
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.supervisors import Multiprocess

from ruletrail.files import ask_for_files, find_temporary_trouble
from ruletrail.parent_processes import watch_parent
from ruletrail.problems import quote as quoted
from ruletrail.problems import refusal, unwritable
from ruletrail.service.connections import Connection
from ruletrail.service.logs import log_settings
from ruletrail.service.settings import Settings

if TYPE_CHECKING:
    from ruletrail.service.applications import Application

LEAST_FILES = 24
"""Files that a service has open at once: its loop, its processes' pipes, and the first clients."""
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def serve(settings: Settings) -> int:
    """Serve until a signal says to stop; returns the exit status."""
    ask_for_files(LEAST_FILES)
    if settings.workers > 1 and not os.environ.get(_FOLDER):
        return _serve_counting(settings)
    return _serve(settings)


def _serve_counting(settings: Settings) -> int:
    """Give the processes a folder where they add up what they count."""
    try:
        folder = tempfile.mkdtemp(prefix="ruletrail-")
    except OSError as error:
        raise unwritable(*find_temporary_trouble(error)) from error
    os.environ[_FOLDER] = folder
    try:
        return _serve(settings)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(settings: Settings) -> int:
    config = uvicorn.Config(
        partial(_make_application, settings), factory=True, host=settings.host, port=settings.port,
        workers=settings.workers, log_config=log_settings(), access_log=False, server_header=False,
        http=partial(Connection, settings),  # type: ignore[arg-type]  # what makes one does as well
        date_header=True, proxy_headers=False, lifespan="on",
        timeout_graceful_shutdown=round(settings.timeout + settings.body_timeout) + 1,
    )  # fmt: skip
    dictConfig(log_settings())
    return run_until_signal(config, "serve")


def _make_application(settings: Settings) -> "Application":
    """Make what answers, in the process that serves; one of several ends with their main one."""
    # imported after the environment says where to count
    from ruletrail.service.applications import make_application  # noqa: PLC0415

    if settings.workers > 1:
        # as if it had been asked to: what runs is answered, and nothing more is taken
        watch_parent(partial(os.kill, os.getpid(), signal.SIGTERM))
    return make_application(settings)


_REASONS = {errno.EADDRNOTAVAIL: "host-elsewhere", errno.EACCES: "port-reserved"}


def _advise(error: BaseException | None) -> str:
    """Name the hint for why an address cannot be had; most often another program has it."""
    if isinstance(error, socket.gaierror):
        return "host-unknown"
    return _REASONS.get(error.errno or 0, "") if isinstance(error, OSError) else ""


def run_until_signal(config: uvicorn.Config, command: str) -> int:
    """Serve by one process or several, until a signal says to stop; returns the exit status."""
    try:
        bound = config.bind_socket()
    except SystemExit as error:  # what uvicorn makes of an address that it cannot have
        place = quoted(f"{config.host}:{config.port}")
        advice = _advise(error.__context__)
        raise refusal("address-refused", command, advice=advice, text=place) from error
    server, heard = uvicorn.Server(config), list[int]()

    def stop(number: int, _: object) -> None:
        # before uvicorn listens itself; and it raises the signal again once it has stopped well
        server.should_exit = True
        heard.append(number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        if config.workers > 1:
            supervisor = Multiprocess(config, sockets=[bound])
            # it listens from here on
            if not heard:
                supervisor.run()
        else:
            server.run(sockets=[bound])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0
