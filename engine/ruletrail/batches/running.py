"""A whole run: rows in, chunks to workers, answers to the output, in order."""

import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

from ruletrail.batches.checkpoints import Start
from ruletrail.batches.column_warnings import NotByColumnsWarning
from ruletrail.batches.jobs import Job
from ruletrail.batches.parts import rows_of
from ruletrail.batches.rows import Answered, Chunk, Counts, FileRows, Part, Place, RawRow, Stretch
from ruletrail.batches.worker_pool import Done, Work, answer_alone, answer_together
from ruletrail.batches.writing import write_header
from ruletrail.compiled import CompiledRulebook
from ruletrail.fast_dataclasses import dataclass
from ruletrail.problems import is_short_of_memory

if TYPE_CHECKING:
    from ruletrail.batches.parquet import Batches
    from ruletrail.batches.streams import TableWork


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
        return _Packing(self.job).pack([self.job.refuse(raw, code)])


class _Packing:
    """Makes one answer of those to neighbouring rows, or pieces."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._batches: Batches | None = None

    def pack(self, answers: Sequence[Answered]) -> Answered:
        content = self._join([answer.content for answer in answers])
        counts = sum((each.counts for each in answers), Counts())
        return Answered(content, counts, sum(each.rows for each in answers))

    def _join(self, contents: Sequence[bytes | tuple[object, ...]]) -> bytes:
        written = [content for content in contents if isinstance(content, bytes)]
        cells = [content for content in contents if isinstance(content, tuple)]
        if self._job.layout.form == "xlsx":
            from ruletrail.batches.workbook_writing import write_rows  # noqa: PLC0415 - only for it

            return b"".join(written) or write_rows(cells)
        if self._job.layout.form != "parquet":
            return b"".join(written)
        if self._batches is None:
            from ruletrail.batches.parquet import Batches  # noqa: PLC0415 - an extra

            job = self._job
            self._batches = Batches(job.linked, job.layout, job.form.types)
        if written:
            return self._batches.join(written)
        return self._batches.write(self._batches.pack(cells))


class _Work:
    """Answers pieces of rows: by columns where a piece is worth it, else one by one."""

    def __init__(self, job: Job) -> None:
        self._job, self._compiled = job, CompiledRulebook(job.linked)
        self._packing = _Packing(job)
        self._table: TableWork | None = None
        self._read: Callable[[FileRows], Part] | None = None
        self._is_by_rows = False

    def __call__(self, part: Part) -> list[Answered]:
        if isinstance(part, FileRows):
            part = self._open(part)
        # the cells of a table that travel are never objects of Python's, however rows are answered
        if isinstance(part, Stretch):
            return [self._by_columns(part)]
        if self._job.is_for_columns(len(part)) and not self._is_by_rows:
            try:
                return [self._by_columns(part)]
            except (MemoryError, ImportError) as error:
                if not is_short_of_memory(error):
                    raise
            # a row at a time needs little; a library that was half loaded is not asked again
            self._is_by_rows = self._table is None
            warnings.warn(NotByColumnsWarning(), stacklevel=1)
        answers = [self._job.answer(raw, self._compiled) for raw in rows_of(part)]
        return [self._packing.pack(answers)]

    def _by_columns(self, part: Part) -> Answered:
        if self._table is None:
            from ruletrail.batches.streams import TableWork  # noqa: PLC0415 - an extra

            self._table = TableWork(self._job, self._compiled)
        return self._table.write(part)

    def _open(self, part: FileRows) -> Part:
        if self._read is None:
            from ruletrail.batches.parquet import TableReader, list_texts  # noqa: PLC0415 - an extra

            form = self._job.form
            texts = list_texts(form.columns, form.types, self._job.layout.carried)
            self._read = TableReader(texts).read
        return self._read(part)


def run_batch(
    job: Job,
    chunks: Iterator[Chunk],
    sink: Sink,
    *,
    start: Start,
    workers: int | None,
    cores: int,
    tick: Callable[[Place], None],
) -> Summary:
    """Answer every row and hand the answers to the sink, the same for any number of workers.

    Without a number of workers it is one a core, and none beside this process for a single chunk.
    """
    total = Summary(start.place.rows, start.counts)
    if start.written == 0:
        sink.add(write_header(job.layout), start.place, Counts())
    packing = _Packing(job)
    with closing(_answer(JobOpener(job), chunks, workers or 0, cores)) as answered:
        for chunk, answers in answered:
            # more than one where a worker died and its rows were answered in pieces
            answer = packing.pack(answers) if len(answers) > 1 else answers[0]
            if not isinstance(answer.content, bytes):
                raise TypeError("workers give bytes")
            place = chunk.after
            sink.add(answer.content, place, answer.counts)
            total = Summary(place.rows, total.counts + answer.counts)
            tick(place)
    return total


def _answer(
    job: JobOpener, chunks: Iterator[Chunk], workers: int, cores: int
) -> Generator[Done, None, None]:
    first = list(islice(chunks, 2))
    count = workers or (cores if len(first) > 1 else 1)
    chunks = chain(first, chunks)
    if count <= 1:
        return answer_alone(job, chunks)
    return answer_together(job, chunks, count)
