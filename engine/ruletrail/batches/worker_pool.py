"""Worker processes that answer rows; one that dies is replaced and costs only the rows it held.

Workers are forked from a process that has only imported what they need, never from the caller, so
that none of its locks and threads is copied; where a system has no such thing, they are spawned.
Answers come out in the order of the chunks, whichever worker was faster.
"""

import multiprocessing
import os
import signal
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from errno import EAGAIN
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.util import get_temp_dir
from pathlib import Path
from typing import Any, Protocol

from ruletrail.batches.column_warnings import collect_column_warnings
from ruletrail.batches.parts import rows_of
from ruletrail.batches.rows import (
    CHUNK_ROWS,
    Answered,
    Chunk,
    FileRows,
    Part,
    Place,
    RawRow,
    Stretch,
)
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.files import let_enter, name_temporary_folder
from ruletrail.parent_processes import watch_parent
from ruletrail.problems import ProblemsError

_AHEAD = 4
"""How many chunks per worker may be read and not yet given out; this bounds the memory."""

_MOST_FAILED_STARTS = 5
_CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()
_LONGEST_FOLDER = 70
"""Bytes of the path of the folder for temporary files that leave room for a socket's name in it."""
_SERVER = "ruletrail.batches.worker_server"

Work = Callable[[Part], list[Answered]]
"""Answers rows, all and in order; raises `ProblemsError` only for what concerns the whole run."""


class Openable(Protocol):
    """What is sent to each worker to answer rows; it also gives up the rows of a dead one."""

    def open(self) -> Work:
        """Make ready to answer rows."""

    def refuse(self, raw: RawRow, code: str) -> Answered:
        """Write the row of a report that nobody could answer."""


Done = tuple[Chunk, Sequence[Answered]]


def answer_alone(job: Openable, chunks: Iterator[Chunk]) -> Generator[Done, None, None]:
    """Answer chunks in this process."""
    work = job.open()
    for chunk in chunks:
        yield chunk, work(chunk.rows)


def answer_together(
    job: Openable, chunks: Iterator[Chunk], workers: int
) -> Generator[Done, None, None]:
    """Answer chunks with so many processes; close the generator to end them."""
    pool = _WorkerPool(job, chunks, workers)
    try:
        yield from pool.run()
    finally:
        pool.close()


@dataclass(slots=True)
class _Task:
    """Rows for one worker; `again` tells that they were with a worker that died."""

    chunk: Chunk
    start: int
    rows: Part
    again: bool = False


@dataclass(slots=True)
class Worker:
    """One worker: its process, the connection to it, the task that it holds."""

    process: BaseProcess
    connection: Connection
    ready: bool = False
    task: _Task | None = None

    def close(self) -> None:
        """End it; one that is closed stays so."""
        if not self.connection.closed:
            self.connection.close()
            self.process.terminate()
            self.process.join()
            self.process.close()


def prepare_workers(module: str) -> None:
    """Begin to import a module for all workers, while this process finds out what they are to do.

    Where workers are spawned each imports for itself what it needs.
    """
    if _forks():
        forkserver.set_forkserver_preload([_SERVER, module])
        with _deaf_children():
            forkserver.ensure_running()


def _forks() -> bool:
    """Tell whether workers are forked: what forks them listens on a socket, whose path is short."""
    if not _CAN_FORK or len(os.fsencode(name_temporary_folder())) > _LONGEST_FOLDER:
        return False
    try:
        # a mask that takes everything away would keep us out too, and Python could not remove it
        let_enter(Path(get_temp_dir()))
    except OSError:
        return False  # no folder can be made; what is spawned needs none
    return True


def _start_worker() -> Worker:
    here, there = multiprocessing.Pipe()
    forks = _forks()
    if forks:
        forkserver.set_forkserver_preload([_SERVER])  # nothing new to one that runs already
    # mypy knows no context that may be either
    start: Any = multiprocessing.get_context("forkserver" if forks else "spawn")
    process: BaseProcess = start.Process(target=serve, args=(there,), daemon=True)
    try:
        with _deaf_children():
            process.start()
    except EOFError as error:
        # the process that forks is gone: it met the same limits
        raise OSError(EAGAIN, os.strerror(EAGAIN)) from error
    there.close()
    return Worker(process, here)


@dataclass(slots=True)
class _Pending:
    """A chunk on its way: the answers so far, and how many are still due."""

    chunk: Chunk
    answers: list[Answered | None]
    due: int


@dataclass(slots=True)
class _WorkerPool:
    """The workers, what they hold and what waits for them."""

    job: Openable
    chunks: Iterator[Chunk]
    size: int
    workers: list[Worker] = field(default_factory=list)
    retries: deque[_Task] = field(default_factory=deque)
    pending: deque[_Pending] = field(default_factory=deque)
    failed_starts: int = 0
    is_read: bool = False
    """Whether the last chunk was read."""
    ahead: Chunk | None = None
    """The next chunk, read while all workers have something to do."""

    def run(self) -> Iterator[Done]:
        for _ in range(self.size):
            self.workers.append(self._start())
        while True:
            self._distribute()
            while self.pending and self.pending[0].due == 0:
                done = self.pending.popleft()
                yield done.chunk, [answer for answer in done.answers if answer is not None]
                self._distribute()
            if self.is_read and not self.pending:
                return
            self._read_ahead()
            for ready in wait([worker.connection for worker in self.workers]):
                self._receive(next(each for each in self.workers if each.connection is ready))

    def close(self) -> None:
        """End every worker."""
        for worker in self.workers:
            worker.close()
        self.workers = []

    def _start(self) -> Worker:
        worker = _start_worker()
        # of one that is dead already, its end is met where its answers are awaited
        _send(worker.connection, self.job)
        return worker

    def _distribute(self) -> None:
        for at, worker in enumerate(self.workers):
            if worker.ready and worker.task is None:
                worker.task = self._next_task()
                if worker.task is not None and not _send(worker.connection, worker.task.rows):
                    self._replace(at)

    def _next_task(self) -> _Task | None:
        if self.retries:
            return self.retries.popleft()
        if len(self.pending) >= _AHEAD * self.size:
            return None
        self._read_ahead()
        chunk, self.ahead = self.ahead, None
        if chunk is None:
            return None
        self.pending.append(_Pending(chunk, [None] * len(chunk.rows), len(chunk.rows)))
        return _Task(chunk, 0, chunk.rows)

    def _read_ahead(self) -> None:
        if self.ahead is None and not self.is_read:
            self.ahead = next(self.chunks, None)
            self.is_read = self.ahead is None

    def _receive(self, worker: Worker) -> None:
        try:
            received = worker.connection.recv()
        except (EOFError, OSError):
            self._replace(self.workers.index(worker))
            return
        if not worker.ready:
            worker.ready, self.failed_starts = True, 0
            return
        reply, told = received
        for warning in told:
            warnings.warn(warning, stacklevel=1)
        if isinstance(reply, ProblemsError):
            raise reply
        if worker.task is not None:
            self._take(worker.task, reply)
            worker.task = None

    def _take(self, task: _Task, answers: Sequence[Answered]) -> None:
        pending = next(each for each in self.pending if each.chunk is task.chunk)
        at = task.start
        for answer in answers:
            pending.answers[at] = answer
            pending.due -= answer.rows
            at += answer.rows

    def _replace(self, at: int) -> None:
        """Replace a dead worker; its rows are tried in pieces, then alone, then given up."""
        dead = self.workers[at]
        dead.connection.close()
        dead.process.kill()
        dead.process.join()
        dead.process.close()
        self.failed_starts += 0 if dead.ready else 1
        if self.failed_starts > _MOST_FAILED_STARTS:
            del self.workers[at]
            raise RuntimeError("workers die before they begin")
        task = dead.task
        self.workers[at] = self._start()
        if task is None:
            return
        if task.again:
            rows = _rows_without_content(task.rows)
            self._take(task, [self.job.refuse(raw, "row-killed-worker") for raw in rows])
            return
        size = CHUNK_ROWS if len(task.rows) > CHUNK_ROWS else 1
        for n in range(0, len(task.rows), size):
            rest = task.rows[n : n + size]
            self.retries.append(_Task(task.chunk, task.start + n, rest, again=size == 1))


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach, not even before their first line runs.

    It reaches the whole group of processes, and the one that writes the output decides. What comes
    meanwhile waits for it.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # started now, because it takes the mask away where it is started later
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _rows_without_content(part: Part) -> Iterable[RawRow]:
    """Return rows without their content, because reading it may be what killed."""
    if isinstance(part, Stretch | FileRows):
        first = max(part.first, 1)
        numbers = range(first, first + len(part)) if part.first else [1] * len(part)
        return [RawRow(number, number, None, Place(number)) for number in numbers]
    return rows_of(part)


def _send(connection: Connection, sent: Part | Openable) -> bool:
    try:
        connection.send(sent)
    except OSError:
        return False
    return True


def serve(connection: Connection) -> None:
    """Take a job and answer rows until nobody asks; the life of one worker."""
    watch_parent()
    # where a child cannot be started deaf, it becomes so here
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        work: Work = connection.recv().open()
        connection.send(None)
        while True:
            rows = connection.recv()
            # what a worker would show is for who asked to tell
            with collect_column_warnings() as told:
                try:
                    reply: list[Answered] | ProblemsError = work(rows)
                except ProblemsError as error:
                    reply = error
            connection.send((reply, told))
    except (EOFError, OSError, MemoryError):
        # who asked finds this one gone, and tries its rows in smaller pieces
        return
