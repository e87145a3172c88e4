"""Where many reports come from, a folder or an input of `batch`, and how they are compared.

Pieces of a large input go to as many processes as there are cores, as in `batch`.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from ruletrail.analysis.inference import is_covered
from ruletrail.batches.carrying import check_names
from ruletrail.batches.cells import Carried
from ruletrail.batches.parts import rows_of
from ruletrail.batches.row_intake import RowForm
from ruletrail.batches.rows import CHUNK_ROWS, Answered, Chunk, FileRows, Part, Place, RawRow
from ruletrail.batches.sources import (
    RULEBOOK,
    SUBJECT,
    Source,
    check_header,
    is_read,
    subject_keys,
)
from ruletrail.batches.worker_pool import Done, Work, answer_alone, answer_together
from ruletrail.differences.impacts import Impact, Tally, order_of
from ruletrail.differences.reach import STATUS, Pair
from ruletrail.differences.rows import Forms, RowComparer
from ruletrail.documents import Nulls, read_bytes, read_document, take_nulls, unreadable
from ruletrail.fast_dataclasses import dataclass
from ruletrail.files import NotRegularError, as_text, is_folder, is_special, list_all_names
from ruletrail.intake import limits_of
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError

if TYPE_CHECKING:
    from ruletrail.differences.columns import ColumnComparer

_SUFFIXES = (".yaml", ".yml", ".json")


def list_codes(pair: Pair) -> tuple[str, ...]:
    """Name the outcomes that are compared over reports: all that answers hold."""
    entries = [each for graph in pair.graphs for each in graph.linked.rulebook.entries.values()]
    known = set(pair.outcomes)
    return tuple(
        code for code in dict.fromkeys(order_of(entries)) if code == STATUS or code in known
    )


# -- A folder --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in a folder, by name: what is called as reports are, and what is passed over."""

    reports: tuple[str, ...]
    others: tuple[str, ...]


def list_reports(folder: Path) -> Listing:
    """Name what lies in a folder, but for what is hidden; a closed folder is a `ProblemsError`.

    What is called as reports are is one of them even where it is a pipe or a link to nothing: that
    it cannot be read is told when it is. Other files and folders are passed over, and named.
    """
    try:
        names = list_all_names(folder)
    except OSError as error:
        raise unreadable(as_text(str(folder)), error) from error
    reports: list[str] = []
    others: list[str] = []
    for name in names:
        if is_folder(folder / name):
            others.append(f"{as_text(name)}/")
        elif name.lower().endswith(_SUFFIXES):
            reports.append(name)
        else:
            others.append(as_text(name))
    return Listing(tuple(reports), tuple(others))


def measure_folder(  # noqa: PLR0917 - as the command gives them
    pair: Pair,
    folder: Path,
    listing: Listing,
    most: int | None,
    nulls: Nulls = "refused",
    tick: Callable[[], None] = lambda: None,
) -> Impact:
    """Compare the answers to reports in a folder; what is none is counted and named."""
    codes = list_codes(pair)
    comparer, tally = RowComparer(pair, codes, most), Tally()
    limits = max((limits_of(graph.linked) for graph in pair.graphs), key=lambda each: each.size)
    for name in listing.reports:
        file = as_text(name)
        try:
            data = _read_ordinary(folder / name, file, limits.size)
            node, problems = take_nulls(*read_document(data, file, limits), nulls)
        except ProblemsError as error:
            node, problems = None, list(error.problems)
        comparer.add_document(node, problems, file, tally)
        tick()
    others = listing.others
    return Impact(as_text(str(folder)), tally, codes, others[:most], len(others))


def _read_ordinary(path: Path, file: str, limit: int) -> bytes:
    """Read a file that nobody named by itself: who lists a folder does not wait at its pipes."""
    if is_special(path):
        raise unreadable(file, NotRegularError(file))
    return read_bytes(path, file, limit)


# -- Rows ------------------------------------------------------------------------------------------


def is_by_columns(pair: Pair, source: Source, kept: Sequence[str]) -> bool:
    """Tell whether columns can compare an input; else it goes row by row."""
    is_plain = source.form != "jsonl" or not kept
    are_covered = all(is_covered(graph.linked) for graph in pair.graphs)
    return is_plain and are_covered and all(map(find_spec, ("numpy", "pyarrow")))


def make_forms(
    pair: Pair, source: Source, keep: Sequence[str], nulls: Nulls
) -> tuple[Forms, Carried]:
    """Say how each rulebook reads an input, and what of a row names it.

    A column that one form alone has is passed over by the other; one that neither has is a problem,
    unless it is to be kept.
    """
    if source.form == "jsonl":
        keys = dict.fromkeys(
            SUBJECT + key for graph in pair.graphs for key in subject_keys(graph.linked.schema)
        )
        carried = Carried(tuple(keys), tuple(keep))
    else:
        subject = tuple(each for each in source.header if each.startswith(SUBJECT))
        kept = check_names(keep, source.header, source.name)
        carried = Carried(subject, tuple(each for each in kept if each not in subject))
    old, new = (_make_form(graph.linked, pair, source, carried, nulls) for graph in pair.graphs)
    return (old, new), carried


def _make_form(
    linked: LinkedRulebook, pair: Pair, source: Source, carried: Carried, nulls: Nulls
) -> RowForm:
    own = linked.rulebook.identity.reference
    if source.form == "jsonl":
        passed = frozenset(carried.kept)
        return RowForm(source.form, source.name, passed=passed, nulls=nulls)
    others = [
        column
        for column in source.header
        if not is_read(column, linked)
        and any(is_read(column, graph.linked) for graph in pair.graphs)
    ]
    left = (*others, *(column for column in carried.kept if not is_read(column, linked)))
    check_header(source.header, source.name, linked, named=True, kept=left, sheets=source.sheets)
    types = {}
    passed = frozenset(left)
    if source.schema is not None:
        from ruletrail.batches.parquet import check_types, types_of  # noqa: PLC0415 - an extra

        check_types(source.schema, source.name, passed, linked.schema.lists)
        types = types_of(source.schema)
    rulebook = "" if RULEBOOK in source.header else own
    return RowForm(
        source.form, source.name, source.header, source.dialect, rulebook, passed, types, nulls
    )


@dataclass(frozen=True, slots=True)
class ImpactJob:
    """What a process needs to compare rows; it crosses the boundary whole."""

    pair: Pair
    codes: tuple[str, ...]
    most: int | None
    forms: Forms
    carried: Carried
    by_columns: bool

    def open(self) -> Work:
        """Make ready to compare rows."""
        return _Work(self)

    def refuse(self, raw: RawRow, code: str) -> Answered:
        """Count the row of a report that nobody could answer."""
        mark = Mark(self.forms[0].name, raw.line, 1)
        problem, tally = Problem(code, mark, {"row": str(raw.row)}), Tally(1)
        tally.refuse(str(raw.row), [problem], [problem])
        return Answered((tally,))


class _Work:
    """Compares pieces of rows: by columns where a piece is worth it, else one by one."""

    def __init__(self, job: ImpactJob) -> None:
        self._job = job
        self._rows = RowComparer(job.pair, job.codes, job.most)
        self._columns: ColumnComparer | None = None
        self._read: Callable[[FileRows], Part] | None = None

    def __call__(self, part: Part) -> list[Answered]:
        if isinstance(part, FileRows):
            part = self._open(part)
        return [Answered((self._compare(part),), rows=len(part))]

    def _open(self, part: FileRows) -> Part:
        if self._read is None:
            from ruletrail.batches.parquet import TableReader  # noqa: PLC0415 - an extra

            self._read = TableReader().read
        return self._read(part)

    def _compare(self, part: Part) -> Tally:
        job = self._job
        if job.by_columns and len(part) >= CHUNK_ROWS:
            if self._columns is None:
                from ruletrail.differences.columns import ColumnComparer  # noqa: PLC0415 - an extra

                self._columns = ColumnComparer(self._rows, job.forms, job.carried)
            return self._columns.compare(part)
        tally = Tally()
        for raw in rows_of(part):
            self._rows.add_row(raw, job.forms, job.carried, tally)
        return tally


def measure_rows(
    job: ImpactJob,
    chunks: Iterator[Chunk],
    shown: str,
    cores: int,
    tick: Callable[[Place], None] = lambda _: None,
) -> Impact:
    """Compare the answers to each row of an input."""
    total = Tally()
    with closing(_answer(job, chunks, cores)) as answered:
        for chunk, answers in answered:
            for tally in _tallies(answers):
                total.add(tally, job.most)
            tick(chunk.after)
    return Impact(shown, total, job.codes)


def _tallies(answers: Iterable[Answered]) -> Iterator[Tally]:
    for each in answers:
        for tally in each.content if isinstance(each.content, tuple) else ():
            if isinstance(tally, Tally):
                yield tally


def _answer(job: ImpactJob, chunks: Iterator[Chunk], cores: int) -> Generator[Done, None, None]:
    first = list(islice(chunks, 2))
    chunks = chain(first, chunks)
    if cores <= 1 or len(first) <= 1:
        return answer_alone(job, chunks)
    return answer_together(job, chunks, cores)
