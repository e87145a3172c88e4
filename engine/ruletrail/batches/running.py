"""A whole run: rows in, chunks to workers, answers to the output, in order."""

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from itertools import chain, islice
from typing import Protocol, cast

from ruletrail.batches.answering import Job
from ruletrail.batches.crews import Done, answer_alone, answer_together
from ruletrail.batches.journals import Start
from ruletrail.batches.rows import Place, RawRow, count_kinds, cut_chunks
from ruletrail.batches.writing import write_header
from ruletrail.structures import dataclass


class Packing(Protocol):
    """Cells to bytes, for a form whose rows are no bytes by themselves."""

    def begin(self) -> bytes:
        """Write what stands before the first row."""

    def write(self, rows: list[tuple[object, ...]]) -> bytes:
        """Write rows."""


class Sink(Protocol):
    """Where the bytes of finished rows go."""

    def add(self, data: bytes, place: Place, problems: int, defects: int) -> None:
        """Append the rows up to a place."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to, the rows of an earlier one that it resumed included."""

    rows: int
    problems: int
    defects: int


def run_batch(
    job: Job,
    rows: Iterable[RawRow],
    sink: Sink,
    *,
    start: Start,
    workers: int | None,
    cores: int,
    packing: Packing | None,
    tick: Callable[[Place], None],
) -> Summary:
    """Answer every row and hand the answers to the sink, the same for any number of workers.

    Without a number of workers it is one a core, and none beside this process where one chunk is all there is.
    """
    total = Summary(start.place.rows, start.problems, start.defects)
    if start.written == 0:
        sink.add(packing.begin() if packing is not None else write_header(job.layout), start.place, 0, 0)
    with closing(_answer(job, rows, workers, cores)) as answered:
        for chunk, answers in answered:
            problems, defects = count_kinds(answers)
            if packing is not None:
                data = packing.write([cast("tuple[object, ...]", answer.content) for answer in answers])
            else:
                data = b"".join(cast("bytes", answer.content) for answer in answers)
            place = chunk.rows[-1].after
            sink.add(data, place, problems, defects)
            total = Summary(place.rows, total.problems + problems, total.defects + defects)
            tick(place)
    return total


def _answer(job: Job, rows: Iterable[RawRow], workers: int | None, cores: int) -> Generator[Done, None, None]:
    chunks = cut_chunks(rows)
    first = list(islice(chunks, 2))
    count = workers if workers is not None else cores if len(first) > 1 else 1
    chunks = chain(first, chunks)
    return answer_alone(job, chunks) if count <= 1 else answer_together(job, chunks, count)
