"""A whole run: rows in, chunks to workers, answers to the output, in order."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING, Protocol, cast

from ruletrail.batches.checkpoints import Start
from ruletrail.batches.jobs import Job
from ruletrail.batches.lines import rows_of
from ruletrail.batches.rows import Answered, Chunk, Counts, Part, Place, RawRow
from ruletrail.batches.worker_pool import Done, Work, answer_alone, answer_together
from ruletrail.batches.writing import write_header
from ruletrail.compiled import CompiledRulebook
from ruletrail.fast_dataclasses import dataclass

if TYPE_CHECKING:
    from ruletrail.batches.streams import TableWork


class Packing(Protocol):
    """Cells to bytes, for a form whose rows are no bytes by themselves."""

    def begin(self) -> bytes:
        """Write what stands before the first row."""

    def write(self, rows: list[tuple[object, ...]]) -> bytes:
        """Write rows."""


class Sink(Protocol):
    """Where the bytes of finished rows go."""

    def add(self, data: bytes, place: Place, counts: Counts) -> None:
        """Append the rows up to a place."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a run, the rows of an earlier one that it resumed included."""

    rows: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class JobOpener:
    """A job as it is sent to workers."""

    job: Job

    def open(self) -> Work:
        """Compile the rulebook and return what answers rows."""
        return _Work(self.job)

    def refuse(self, raw: RawRow, code: str) -> Answered:
        """Write the row of a report that nobody could answer."""
        return self.job.refuse(raw, code)


class _Work:
    """Answers pieces of rows: by columns where a piece is worth it, else one by one."""

    def __init__(self, job: Job) -> None:
        self._job, self._compiled = job, CompiledRulebook(job.linked)
        self._table: TableWork | None = None

    def __call__(self, part: Part) -> list[Answered]:
        least = self._job.columns_from
        if least is None or len(part) < least:
            return [self._job.answer(raw, self._compiled) for raw in rows_of(part)]
        if self._table is None:
            from ruletrail.batches.streams import TableWork  # noqa: PLC0415 - an extra

            self._table = TableWork(self._job, self._compiled)
        return [self._table.write(part)]


def run_batch(
    job: Job,
    chunks: Iterator[Chunk],
    sink: Sink,
    *,
    start: Start,
    workers: int | None,
    cores: int,
    packing: Packing | None,
    tick: Callable[[Place], None],
) -> Summary:
    """Answer every row and hand the answers to the sink, the same for any number of workers.

    Without a number of workers it is one a core, and none beside this process for a single chunk.
    """
    total = Summary(start.place.rows, start.counts)
    if start.written == 0:
        head = packing.begin() if packing is not None else write_header(job.layout)
        sink.add(head, start.place, Counts())
    with closing(_answer(JobOpener(job), chunks, workers, cores)) as answered:
        for chunk, answers in answered:
            counts = sum((answer.counts for answer in answers), Counts())
            place = chunk.after
            sink.add(_join(answers, packing), place, counts)
            total = Summary(place.rows, total.counts + counts)
            tick(place)
    return total


def _join(answers: Sequence[Answered], packing: Packing | None) -> bytes:
    """Join what was written; cells are packed, those of neighbouring rows together."""
    written: list[bytes] = []
    contents = (answer.content for answer in answers)
    for is_written, group in groupby(contents, lambda content: isinstance(content, bytes)):
        if is_written or packing is None:
            written += cast("list[bytes]", list(group))
        else:
            written.append(packing.write(cast("list[tuple[object, ...]]", list(group))))
    return b"".join(written)


def _answer(
    job: JobOpener, chunks: Iterator[Chunk], workers: int | None, cores: int
) -> Generator[Done, None, None]:
    first = list(islice(chunks, 2))
    count = workers if workers is not None else cores if len(first) > 1 else 1
    chunks = chain(first, chunks)
    return answer_alone(job, chunks) if count <= 1 else answer_together(job, chunks, count)
