"""A service that runs: in a thread of this process, asked over real HTTP."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from ruletrail.cli.check import check_source
from ruletrail.cli.verify import replay_by
from ruletrail.service.applications import make_application
from ruletrail.service.connections import Connection
from ruletrail.service.settings import Commands, Settings

SETTINGS = Settings(Commands(check_source, replay_by), jobs=2, reload=0.2)


@contextmanager
def serving(library: Path | None = None, **changes: Any) -> Iterator[httpx.Client]:
    """Serve on a free port until the block ends; gives a client of it, once it is ready."""
    folders = () if library is None else (str(library),)
    settings = replace(SETTINGS, library=folders, **changes)
    config = uvicorn.Config(
        make_application(settings), port=0, log_config=None, lifespan="on", access_log=False,
        http=partial(Connection, settings),  # type: ignore[arg-type]
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_for(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        try:
            wait_for(lambda: client.get("/ready").status_code == 200)
            yield client
        finally:
            server.should_exit = True
            thread.join(30)


def wait_for(condition: Any, seconds: float = 60) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not become so in time"
        time.sleep(0.02)
