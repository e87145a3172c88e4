"""Workers: processes that answer rows, started afresh where one dies, so that a death costs only the rows it held.

Processes are spawned, never forked, so that no lock or thread of the caller is copied. Answers come out in the
order of the chunks, whichever worker was faster.
"""

import multiprocessing
import signal
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Protocol

from ruletrail.batches.answering import Work
from ruletrail.batches.rows import CHUNK_ROWS, Answered, Chunk, Part, Place, RawRow, Stretch
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.problems import ProblemsError

_AHEAD = 4
"""How many chunks per worker may be read and not yet given out; this bounds the memory."""

_MOST_STILLBORN = 5


class Openable(Protocol):
    """What is sent to each worker: makes its work there, and answers for rows that nobody could answer."""

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
    crew = _Crew(job, chunks, workers)
    try:
        yield from crew.run()
    finally:
        crew.dismiss()


@dataclass(slots=True)
class _Task:
    """Rows for one worker; `again` tells that they were with a worker that died."""

    chunk: Chunk
    start: int
    rows: Part
    again: bool = False


@dataclass(slots=True)
class _Member:
    """One worker: its process, the way to it, what it holds."""

    process: BaseProcess
    way: Connection
    ready: bool = False
    task: _Task | None = None


@dataclass(slots=True)
class _Pending:
    """A chunk on its way: the answers so far, and how many are still due."""

    chunk: Chunk
    answers: list[Answered | None]
    due: int


@dataclass(slots=True)
class _Crew:
    job: Openable
    chunks: Iterator[Chunk]
    workers: int
    members: list[_Member] = field(default_factory=list)
    retries: deque[_Task] = field(default_factory=deque)
    pending: deque[_Pending] = field(default_factory=deque)
    stillborn: int = 0
    is_read: bool = False
    """Whether the last chunk was read."""

    def run(self) -> Iterator[Done]:
        self.members = [self._hire() for _ in range(self.workers)]
        while True:
            self._hand_out()
            while self.pending and self.pending[0].due == 0:
                done = self.pending.popleft()
                yield done.chunk, [answer for answer in done.answers if answer is not None]
                self._hand_out()
            if self.is_read and not self.pending:
                return
            for way in wait([member.way for member in self.members]):
                self._listen(next(member for member in self.members if member.way is way))

    def dismiss(self) -> None:
        """End every worker."""
        for member in self.members:
            member.way.close()
            member.process.terminate()
        for member in self.members:
            member.process.join()
            member.process.close()
        self.members = []

    def _hire(self) -> _Member:
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=serve, args=(self.job, there), daemon=True)
        process.start()
        there.close()
        return _Member(process, here)

    def _hand_out(self) -> None:
        for at, member in enumerate(self.members):
            if member.ready and member.task is None:
                member.task = self._next_task()
                if member.task is not None and not _send(member.way, member.task.rows):
                    self._bury(at)

    def _next_task(self) -> _Task | None:
        if self.retries:
            return self.retries.popleft()
        if len(self.pending) >= _AHEAD * self.workers:
            return None
        chunk = next(self.chunks, None)
        if chunk is None:
            self.is_read = True
            return None
        self.pending.append(_Pending(chunk, [None] * len(chunk.rows), len(chunk.rows)))
        return _Task(chunk, 0, chunk.rows)

    def _listen(self, member: _Member) -> None:
        try:
            heard = member.way.recv()
        except (EOFError, OSError):
            self._bury(self.members.index(member))
            return
        if isinstance(heard, ProblemsError):
            raise heard
        if not member.ready:
            member.ready, self.stillborn = True, 0
        elif member.task is not None:
            self._take(member.task, heard)
            member.task = None

    def _take(self, task: _Task, answers: Sequence[Answered]) -> None:
        pending = next(each for each in self.pending if each.chunk is task.chunk)
        at = task.start
        for answer in answers:
            pending.answers[at] = answer
            pending.due -= answer.rows
            at += answer.rows

    def _bury(self, at: int) -> None:
        """Put a new worker in a dead one's place; its rows go in pieces, then alone, and one that was alone is given up."""
        dead = self.members[at]
        dead.way.close()
        dead.process.kill()
        dead.process.join()
        dead.process.close()
        self.stillborn += 0 if dead.ready else 1
        if self.stillborn > _MOST_STILLBORN:
            del self.members[at]
            raise RuntimeError("workers die before they begin")
        task = dead.task
        self.members[at] = self._hire()
        if task is not None and task.again:
            self._take(
                task, [self.job.refuse(raw, "row-killed-worker") for raw in _name_rows(task.rows)]
            )
        elif task is not None:
            size = CHUNK_ROWS if len(task.rows) > CHUNK_ROWS else 1
            for n in range(0, len(task.rows), size):
                self.retries.append(
                    _Task(task.chunk, task.start + n, task.rows[n : n + size], again=size == 1)
                )


def _name_rows(part: Part) -> Sequence[RawRow]:
    """Name rows without looking into them, because looking may be what killed."""
    if not isinstance(part, Stretch):
        return part
    numbers = [part.number(place) for place in range(len(part))]
    return [RawRow(number, number, None, Place(number)) for number in numbers]


def _send(way: Connection, rows: Part) -> bool:
    try:
        way.send(rows)
    except OSError:
        return False
    return True


def serve(job: Openable, way: Connection) -> None:
    """Answer rows until nobody asks; the life of one worker."""
    # Ctrl-C reaches the whole group of processes; the one that writes the output decides
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    work = job.open()
    try:
        way.send(None)
        while True:
            rows = way.recv()
            try:
                heard: list[Answered] | ProblemsError = work(rows)
            except ProblemsError as error:
                heard = error
            way.send(heard)
    except (EOFError, OSError):
        return
