"""Processes that work for another end with it, also where it was killed and could end nobody."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from support.places import ROOT
from support.services import wait_for

fcntl = pytest.importorskip("fcntl")

_SOON = 20.0
"""Seconds, far fewer than the work would take."""

HELD = """
import fcntl, time
from functools import partial
from pathlib import Path

def hold(name, *_):
    stream = open(name, "wb")
    fcntl.flock(stream, fcntl.LOCK_EX)  # the system takes it back when this process is gone
    Path(name + ".begun").touch()
    time.sleep(600)

class Holding:
    def __init__(self, name):
        self.name = name
    def open(self):
        return partial(hold, self.name)
"""
"""Work that takes long: it holds a file while its process lives."""

OF_BATCH = """
import sys
from io import BytesIO
from held import Holding
from ruletrail.batches.lines import cut_blocks
from ruletrail.batches.rows import BEGIN
from ruletrail.batches.sources import BY_ROWS
from ruletrail.batches.worker_pool import answer_together

if __name__ == "__main__":
    list(answer_together(Holding(sys.argv[1]), cut_blocks(BytesIO(b"1"), BEGIN, BY_ROWS), 2))
"""

OF_SERVICE = """
import sys
from functools import partial
import anyio
from held import hold
from ruletrail.service.settings import Commands, Settings
from ruletrail.service.workers import Workers

if __name__ == "__main__":
    anyio.run(Workers(Settings(Commands(None, None))).do, "en", hold, sys.argv[1])
"""


def _is_held(name: Path) -> bool:
    with name.open("ab") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _begin(words: list[str], folder: Path) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join(map(str, (ROOT / "engine", ROOT / "tests", folder)))
    environment = {**os.environ, "PYTHONPATH": paths}
    return subprocess.Popen(
        [sys.executable, *words], env=environment, cwd=folder, stderr=subprocess.PIPE
    )


@pytest.mark.parametrize("script", [OF_BATCH, OF_SERVICE], ids=["batch", "service"])
def test_who_works_for_a_killed_process_ends_amid_its_work(script: str, tmp_path: Path):
    """It would go on to the end of a piece of work that nobody waits for, an hour perhaps."""
    (tmp_path / "held.py").write_text(HELD, encoding="utf-8")
    (tmp_path / "main.py").write_text(script, encoding="utf-8")
    held = tmp_path / "held"
    process = _begin(["main.py", str(held)], tmp_path)
    try:
        wait_for(lambda: Path(f"{held}.begun").exists())
        assert _is_held(held)
    finally:
        process.kill()
        process.communicate()
    wait_for(lambda: not _is_held(held), _SOON)


def test_the_processes_of_a_killed_service_answer_what_they_began_and_end(tmp_path: Path):
    """They held the port, so that no other service could begin, and answered in nobody's name."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serving = ["-m", "ruletrail", "serve", "--workers", "2", "--port", str(port)]
    process = _begin(serving, tmp_path)
    assert process.stderr is not None
    try:
        wait_for(lambda: _is_ready(port))
        body = b'{"rulebook": "sociale/2024"}'
        head = b"POST /v1/evaluate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        with socket.create_connection(("127.0.0.1", port), timeout=30) as begun:
            begun.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body[:-1])
            wait_for(lambda: _is_ready(port))
            process.kill()
            # who has no request that runs is gone, and nobody takes a new one
            wait_for(lambda: not _is_ready(port), _SOON)
            begun.sendall(body[-1:])
            assert begun.recv(65_536).startswith(b"HTTP/1.1 422")
        # all of them held this stream
        lines = process.stderr.read().splitlines()
    finally:
        process.kill()
        process.communicate()
    assert [json.loads(line)["event"] for line in lines].count("stopped") == 2


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/ready").status_code == 200
    except httpx.TransportError:
        return False
