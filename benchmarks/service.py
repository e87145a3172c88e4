"""Measure the service through real HTTP on loopback: `python -m benchmarks.service [workers …]`.

First the same load on our service and on a FastAPI endpoint that does nothing, in turn, so that the
ratio is what the machine's other work leaves alone. Then a thousand requests at once, with and
without one of 10,000 rules among them. The client is as plain as it can be, and runs on the same
cores.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.scaling import write_rulebook

ROOT = Path(__file__).parent.parent
ROUNDS, REQUESTS, CONNECTIONS = 5, 4_000, 32
_RULES = 10_000
_NOOP = """
from fastapi import FastAPI
from fastapi import Request
app = FastAPI()
@app.post("/v1/evaluate")
async def nothing(request: Request):
    await request.body()
    return {}
"""


def report() -> bytes:
    """Write the report of Jesi as JSON, as a program sends it."""
    trail = json.loads((ROOT / "examples/jesi-2024.trail.json").read_text("utf-8"))
    given = trail["report"]
    fields = {
        code: value["text"] if isinstance(value, dict) else json.loads(str(value).lower())
        for code, value in given["fields"].items()
    }
    document = {"rulebook": given["rulebook"], "subject": given["subject"], "fields": fields}
    return json.dumps(document).encode()


def write_request(body: bytes) -> bytes:
    """Write a whole request."""
    head = (
        "POST /v1/evaluate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Asking(asyncio.Protocol):
    """Asks the same again and again on one connection, and notes how long each answer took."""

    def __init__(self, request: bytes, left: list[int], times: list[float]) -> None:
        self.request, self.left, self.times = request, left, times
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.held, self.began = b"", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        """Send the next request, if there is one left."""
        if not self.left[0]:
            self.transport.close()
            self.done.set_result(None)
            return
        self.left[0] -= 1
        self.began = time.perf_counter()
        self.transport.write(self.request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.held += data
        end = self.held.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.held[:end].lower()
        size = int(head[head.index(b"content-length:") + 15 :].split(b"\r\n")[0])
        if len(self.held) < end + 4 + size:
            return
        if not head.startswith(b"http/1.1 200"):
            self.done.set_exception(RuntimeError(self.held[:500].decode()))
            return
        self.times.append(time.perf_counter() - self.began)
        self.held = b""
        self.ask()


async def load(
    port: int, request: bytes, count: int, connections: int
) -> tuple[float, list[float]]:
    """Ask so often over so many connections; returns the seconds, and those of each answer."""
    loop, left, times = asyncio.get_running_loop(), [count], list[float]()
    began = time.perf_counter()
    asking = [
        (await loop.create_connection(lambda: _Asking(request, left, times), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    async with asyncio.timeout(300):
        await asyncio.gather(*(each.done for each in asking))
    return time.perf_counter() - began, times


@contextmanager
def running(*words: str, path: str, cwd: Path = ROOT) -> Iterator[int]:
    """Run a server until the block ends; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    paths = os.pathsep.join([str(ROOT / "engine"), str(cwd)])
    process = subprocess.Popen(
        [sys.executable, "-m", *words, "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd,
        env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip
    try:
        while not _answers(port, path):
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def _answers(port: int, path: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as stream:
            stream.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            return stream.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def compare(workers: int) -> None:
    """Print how many evaluations a second there are, beside requests that do nothing."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "nothing.py").write_text(_NOOP, encoding="utf-8")
        plain = ("uvicorn", "nothing:app", "--workers", str(workers), "--no-access-log")
        ours = ("ruletrail", "serve", "--workers", str(workers))
        with (
            running(*plain, path="/openapi.json", cwd=folder) as nothing,
            running(*ours, path="/ready") as service,
        ):
            request = write_request(report())
            found: dict[str, list[tuple[float, list[float]]]] = {"nothing": [], "evaluate": []}
            for port in (nothing, service):  # each process makes what it makes once
                asyncio.run(load(port, request, 500, CONNECTIONS))
            for _ in range(ROUNDS):
                for name, port in (("nothing", nothing), ("evaluate", service)):
                    measured = asyncio.run(load(port, request, REQUESTS, CONNECTIONS))
                    found[name].append(measured)
    rates = {name: [REQUESTS / seconds for seconds, _ in runs] for name, runs in found.items()}
    ratios = [ours / none for none, ours in zip(rates["nothing"], rates["evaluate"], strict=True)]
    for name, runs in found.items():
        times = sorted(taken for _, each in runs for taken in each)
        print(
            f"| {workers} | {name} | {median(rates[name]):,.0f} | {max(rates[name]):,.0f} "
            f"| {times[len(times) // 2] * 1e3:.1f} | {times[len(times) * 99 // 100] * 1e3:.1f} |"
        )
    print(f"| {workers} | ratio | {median(ratios):.2f} | {max(ratios):.2f} | | |", flush=True)


def thousand(workers: int) -> None:
    """Print how long a thousand requests at once take, with a large rulebook among them or not."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "rulebooks/prova").mkdir(parents=True)
        (folder / "schemas").mkdir()
        path = write_rulebook(folder, _RULES, chained=True)
        path.rename(folder / "rulebooks/prova/2024.yaml")
        (folder / "prova.schema.json").rename(folder / "schemas/prova.schema.json")
        words = ("ruletrail", "serve", "--workers", str(workers), "--library", str(folder))
        with running(*words, "--timeout", "120", path="/ready") as port:
            body = json.dumps({"rulebook": "prova/2024@1.0.0", "fields": {"A": 7, "B": 9}}).encode()
            large, small = write_request(body), write_request(report())
            asyncio.run(load(port, small, 1_000, CONNECTIONS))
            first = asyncio.run(load(port, large, 1, 1))[0]
            for name, count in (("without", 0), ("with one", 1), ("without", 0), ("with one", 1)):
                taken, times = asyncio.run(_all_at_once(port, small, large, count))
                times.sort()
                print(
                    f"| {workers} | {name} | {times[len(times) // 2] * 1e3:,.0f} "
                    f"| {times[len(times) * 99 // 100] * 1e3:,.0f} | {times[-1] * 1e3:,.0f} "
                    f"| {taken * 1e3:,.0f} |",
                    flush=True,
                )
    print(f"\nThe first report of {_RULES:,} rules, to a process without them: {first:.1f} s")


async def _all_at_once(
    port: int, small: bytes, large: bytes, count: int
) -> tuple[float, list[float]]:
    begun = asyncio.create_task(load(port, large, count, count)) if count else None
    await asyncio.sleep(0.01)
    _, times = await load(port, small, 1_000 - count, 1_000 - count)
    return ((await begun)[0] if begun is not None else 0.0), times


def main(words: list[str]) -> None:
    """Print both tables."""
    counts = [int(word) for word in words] or [1, 2]
    print(
        f"### {REQUESTS:,} requests over {CONNECTIONS} connections, sociale/2024, loopback\n\n"
        "| workers | what | a second, median | most | p50, ms | p99, ms |\n"
        "|--:|---|--:|--:|--:|--:|"
    )
    for workers in counts:
        compare(workers)
    print(
        f"\n### A thousand at once; ms of the others, and of the one of {_RULES:,} rules\n\n"
        "| workers | a large one | p50 | p99 | longest | the large one |\n"
        "|--:|---|--:|--:|--:|--:|"
    )
    for workers in counts:
        thousand(workers)


if __name__ == "__main__":
    main(sys.argv[1:])
