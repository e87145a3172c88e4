"""Where rows come from: JSONL, CSV or Parquet, a file or standard input, in bounded memory.

Each piece says where to go on after it.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from ruletrail.batches.dialects import (
    PLAIN,
    SAMPLE_BYTES,
    SAMPLE_ROWS,
    Decimal,
    Dialect,
    Encoding,
    number_columns,
    recognise,
    tell_lines,
)
from ruletrail.batches.lines import (
    LONGEST,
    BlockSize,
    cut_blocks,
    find_line_end,
    read_line,
    split_cells,
)
from ruletrail.batches.parts import rows_of
from ruletrail.batches.rows import BEGIN, CHUNK_ROWS, Chunk, Place, RawRow
from ruletrail.documents import unreadable
from ruletrail.documents.recognising import is_of_answers, wrong_file
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.files import (
    NotRegularError,
    as_text,
    find_stamp,
    is_folder,
    is_special,
    open_given,
)
from ruletrail.linking import LinkedRulebook
from ruletrail.linking.field_titles import Titles
from ruletrail.linking.unencoded import tell_unencoded
from ruletrail.problems import (
    MOST_PROBLEMS,
    REPORT,
    Mark,
    Problem,
    ProblemsError,
    quote,
    quote_to_write,
    refusal,
    sort_problems,
    term,
)
from ruletrail.schemas import Schema
from ruletrail.schemas.places import expand, property_fragments
from ruletrail.suggestions import KnownNames, Nearest
from ruletrail.trails.conclusions import entry_of

FORMATS = ("jsonl", "csv", "parquet", "xlsx")
_SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}
_PAIR = 2
_MOST_NAMED = 3
"""The fields that stand as examples where a table has none."""
OF_FILES = ("parquet", "xlsx")
"""The forms that no stream carries: they are read from their end."""
_DELIMITERS = (",", ";", "\t")
_ENDS = 1 << 16
BY_ROWS = BlockSize(CHUNK_ROWS, 1 << 20)
BY_COLUMNS = BlockSize(12_288, 1 << 22)
"""How much is answered at once: by columns so much that their fixed costs are spread."""
MOVED = "batch-moved"
RULEBOOK = "rulebook"
SUBJECT = "subject."


@dataclass(frozen=True, slots=True)
class Source:
    """An input: its form, its names, a table's columns, and how to read it from a place.

    `name` is the file's own, in the marks of rows, which stand in outputs and must not depend on
    the folder; `shown` is its path as the user wrote it, in what is told before any row.
    `size` counts bytes, or rows where a table says how many it has; None for standard input, which
    can be read once only.
    """

    form: str
    name: str
    shown: str
    header: tuple[str, ...] = ()
    dialect: Dialect = PLAIN
    size: int | None = None
    identity: str = ""
    chunks: Callable[[Place, BlockSize], Iterator[Chunk]] = lambda _, __: iter(())
    """Reads the rows after a place in the pieces that workers take."""
    schema: Any = None
    """The Arrow schema of a table that has one."""
    sheets: tuple[str, ...] = ()
    """The names of a workbook's other sheets."""
    stamp: tuple[int, int] | None = None
    """What a file showed before anything of it was read; None for standard input."""

    def rows(self, place: Place) -> Iterator[RawRow]:
        """Read the rows after a place one by one."""
        for chunk in self.chunks(place, BY_ROWS):
            yield from rows_of(chunk.rows)


def format_of_name(written: str, asked: str) -> str:
    """Return the form asked for, else that of a file's name; standard streams are JSONL."""
    return asked or ("jsonl" if written == "-" else _SUFFIXES.get(Path(written).suffix.lower(), ""))


def open_source(
    written: str,
    form: str,
    open_input: Callable[[], BinaryIO],
    *,
    encoding: Encoding = "utf-8",
    sheet: str = "",
) -> Source:
    """Open an input; one that cannot be read, or a header that is none, raises `ProblemsError`.

    `open_input` gives standard input, for `-`; `encoding` is that of CSV, `sheet` the name of a
    workbook's.
    """
    dialect = replace(PLAIN, encoding=encoding)
    if written == "-":
        if form in OF_FILES:
            raise refuse_stream(form, "-")
        stdin = open_input()
        try:
            return _open_lines(stdin, Source(form, "-", "-", dialect=dialect), lambda _: stdin)
        except (OSError, ValueError) as error:
            raise unreadable("-", error) from error
    path = Path(written)
    if form in OF_FILES and is_special(path) and not is_folder(path):
        # Arrow would wait at a pipe where no Ctrl-C reaches it
        raise unreadable(written, NotRegularError(written))
    name, shown, stamp = as_text(path.name), as_text(path.as_posix()), find_stamp(path)
    if form == "xlsx":
        return _open_workbook(path, written, Source(form, name, shown, stamp=stamp), sheet)
    if form == "parquet":
        return _open_parquet(path, written, Source(form, name, shown, stamp=stamp))
    with _open_file(path, written) as stream:
        if not stream.seekable():
            raise unreadable(written)
        size = stream.seek(0, 2)
        stream.seek(0)
        identity = _identity(path, written)
        known = Source(
            form, name, shown, dialect=dialect, size=size, identity=identity, stamp=stamp
        )
        return _open_lines(stream, known, lambda place: _reopen(path, written, place))


def refuse_moved(source: Source, written: str) -> None:
    """Refuse a file that was written to, or replaced, since it was opened.

    It is read in pieces, by several processes, and opened more than once: rows would be of two.
    """
    if source.stamp is not None and find_stamp(Path(written)) != source.stamp:
        raise refusal(MOVED, source.shown, file=quote(source.shown))


def _open_workbook(path: Path, written: str, known: Source, sheet: str) -> Source:
    from ruletrail.batches.workbook_parts import require_openpyxl  # noqa: PLC0415 - an extra

    require_openpyxl()
    from ruletrail.batches.workbooks import open_sheet  # noqa: PLC0415 - needs the extra

    found = open_sheet(lambda: _open_file(path, written), known.shown, sheet)
    identity = _identity(path, written)
    return replace(
        known,
        header=found.header,
        size=found.last,
        identity=identity,
        chunks=found.chunks,
        sheets=found.others,
    )


def _open_parquet(path: Path, written: str, known: Source) -> Source:
    from ruletrail.batches.parquet import open_parquet  # noqa: PLC0415 - an extra

    rows, schema, chunks = open_parquet(path, written)
    identity, header = _identity(path, written), tuple(schema.names)
    return replace(known, header=header, size=rows, identity=identity, chunks=chunks, schema=schema)


def refuse_stream(form: str, place: str) -> ProblemsError:
    """Return the error of a standard stream that should carry what only files hold."""
    return refusal("batch-parquet-stream", place, form={"xlsx": ".xlsx"}.get(form, "Parquet"))


class FirstRows:
    """The first rows of an input, which are looked at before any is answered, and read again."""

    def __init__(self, source: Source, size: BlockSize) -> None:
        """Look at nothing yet; rows are answered in pieces of `size`."""
        self._source, self._size = source, size
        self._held: list[Chunk] = []
        self._rest: Iterator[Chunk] | None = None

    def __iter__(self) -> Iterator[RawRow]:
        """Yield the rows from the first; those of an input that is read once are kept."""
        if self._source.size is not None:
            yield from self._source.rows(BEGIN)
            return
        for chunk in list(self._held):
            yield from rows_of(chunk.rows)
        for chunk in self._begin():
            self._held.append(chunk)
            yield from rows_of(chunk.rows)

    def _begin(self) -> Iterator[Chunk]:
        if self._rest is None:
            self._rest = self._source.chunks(BEGIN, self._size)
        return self._rest

    def all(self) -> Iterator[Chunk] | None:
        """Give all pieces of an input that can be read once only; None for any other."""
        return None if self._source.size is not None else chain(self._held, self._begin())


def settle_dialect(
    source: Source, first: FirstRows, linked: LinkedRulebook, declared: Decimal
) -> Source:
    """Decide, once and for all rows, how texts write numbers, where they may stand for some.

    They do in CSV; in a workbook, whose numbers are numbers, only if the caller says how.
    """
    if source.form == "xlsx" and declared:
        return replace(source, dialect=recognise(source.dialect, (), declared))
    if source.form != "csv":
        return source
    cells = _list_numbers(source, first, linked)
    return replace(source, dialect=recognise(source.dialect, cells, declared))


def _list_numbers(
    source: Source, first: FirstRows, linked: LinkedRulebook
) -> Iterator[tuple[Mark, str]]:
    """Yield the cells of the first rows that stand for numbers, with their places."""
    places, size = sorted(number_columns(source.header, linked.schema)), 0
    for raw in islice(first, SAMPLE_ROWS):
        if not isinstance(raw.data, bytes):
            continue
        # numbers are ASCII in every encoding; between commas a cell with one is in quotes
        is_plain = source.dialect.delimiter == "," and b'"' not in raw.data
        record = raw.data.decode("ascii", "replace")
        cells = None if is_plain else split_cells(record, source.dialect.delimiter)
        if cells is not None and len(cells) == len(source.header):
            for place in places:
                (at, text), path = cells[place], ((REPORT, "fields"), source.header[place])
                if text:
                    yield Mark(source.shown, raw.line, at + 1, path=path), text
        size += len(raw.data)
        if size >= SAMPLE_BYTES:
            return


def _open_file(path: Path, written: str) -> BinaryIO:
    try:
        return open_given(path)
    except (OSError, ValueError) as error:
        raise unreadable(written, error) from error


def _reopen(path: Path, written: str, place: Place) -> BinaryIO:
    stream = _open_file(path, written)
    stream.seek(place.offset)
    return stream


def _identity(path: Path, written: str) -> str:
    """Return an input's size and a digest of both its ends, so that no other is taken for it."""
    with _open_file(path, written) as stream:
        head = stream.read(_ENDS)
        size = stream.seek(0, 2)
        stream.seek(max(size - _ENDS, 0))
        digest = hashlib.sha256(head + stream.read(_ENDS)).hexdigest()
    return f"{size}:{digest}"


def _open_lines(stream: BinaryIO, known: Source, reopen: Callable[[Place], BinaryIO]) -> Source:
    """Complete what is known of an input of lines: the columns, and how to read it."""
    header: tuple[str, ...] = ()
    dialect, first = known.dialect, BEGIN
    if known.form == "csv":
        line, taken = read_line(stream)
        ended = taken - len(line) if line is not None else 0
        header, dialect = read_header(line if taken else None, ended, known.shown, dialect)
        first = Place(0, taken, 1)

    def read(place: Place, size: BlockSize) -> Iterator[Chunk]:
        start = first if place == BEGIN else place
        lines = reopen(start)
        delimiter = dialect.delimiter.encode() if header else b""
        yield from _closing(lines, known, cut_blocks(lines, start, size, delimiter, len(header)))

    return replace(known, header=header, dialect=dialect, chunks=read)


def _closing(stream: BinaryIO, known: Source, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Yield a stream's chunks and close it, unless it is standard input."""
    try:
        yield from chunks
    except OSError as error:
        raise unreadable(known.shown, error) from error
    finally:
        if known.size is not None:
            stream.close()


def read_header(
    line: bytes | None, ended: int, name: str, dialect: Dialect
) -> tuple[tuple[str, ...], Dialect]:
    """Return the columns of a CSV file's first line, and what the line tells of the dialect.

    `ended` is how many bytes end the line.
    """
    if line is None:
        raise refusal("batch-header", name)
    text = dialect.decode(line, name)
    found = [char for char in _DELIMITERS if char in text]
    if len(found) > 1:
        raise refusal("batch-delimiter", name, text=quote(text))
    delimiter = found[0] if found else ","
    cells = split_cells(text, delimiter)
    if cells is None or len(line) > LONGEST:
        raise refusal("batch-quotes", name, near=quote(text))
    if find_line_end(text, cells) is not None:
        raise refusal("batch-line-end", name)
    told = tell_lines(line, ended)
    return tuple(cell for _, cell in cells), replace(dialect, delimiter=delimiter, **told)


def tell_header(header: Sequence[str]) -> str:
    """Name the hint for a first line that spreadsheets write otherwise; empty for any other."""
    first = header[0].strip().lower() if header else ""
    if first == "sep=":
        return "header-of-excel"
    return "header-separator" if "|" in first and len(header) == 1 else ""


def check_header(
    header: Sequence[str],
    name: str,
    linked: LinkedRulebook,
    *,
    named: bool,
    kept: Sequence[str] = (),
    sheets: Sequence[str] = (),
) -> None:
    """Raise `ProblemsError` for columns that no report can have, and for repeated ones.

    `named` tells that the rulebook was named by the caller, so that the table need not. `kept` are
    columns that no report needs to have; `sheets` are the workbook's others.
    """
    found = _check_columns(header, name, linked, frozenset(kept))
    problems = [_name_sheets(each, sheets) for each in found]
    if not named and RULEBOOK not in header:
        problems.append(Problem("report-without-rulebook", Mark(name, 1, 1)))
    if problems:
        raise ProblemsError(sort_problems(problems))


def _name_sheets(problem: Problem, sheets: Sequence[str]) -> Problem:
    """Let the problem of a sheet that holds no reports name those that may hold them."""
    if problem.advice != "header-of-sheet" or not sheets:
        return problem
    from ruletrail.batches.workbooks import advise_sheet  # noqa: PLC0415 - needs the extra

    advice, details = advise_sheet(sheets)
    return replace(problem, advice=advice, details={**problem.details, **details})


def is_read(name: str, linked: LinkedRulebook) -> bool:
    """Tell whether a report reads a column of this name."""
    declared = linked.schema
    is_field = name in declared.fields or name in declared.lists
    return is_field or name == RULEBOOK or name.startswith(SUBJECT)


def subject_columns(schema: Schema) -> dict[str, str]:
    """Name the columns that the keys of the schema's subject need, by what they may be called."""
    return {key.casefold(): f"{SUBJECT}{key}" for key in subject_keys(schema)}


def name_subject(column: str, subject: Mapping[str, str]) -> str:
    """Return the one of `subject_columns` that is called like a column; empty where none is."""
    return subject.get(column.strip().casefold(), "")


def subject_keys(schema: Schema) -> Iterator[str]:
    """Name the keys that a schema knows of a report's subject."""
    content = schema.content
    fragments = property_fragments(expand([content], content), "subject")
    for fragment in expand(fragments, content):
        yield from fragment.get("properties", {})


def _are_like_read(
    header: Sequence[str], linked: LinkedRulebook, known: KnownNames, kept: Collection[str]
) -> bool:
    """Tell that a column is read or travels along, or is written almost like one that is."""
    subject = subject_columns(linked.schema)
    if any(
        is_read(column, linked) or column in kept or name_subject(column, subject)
        for column in header
    ):
        return True
    # each is looked for among all names: not of more columns than problems are shown of
    nearest = (Nearest(column, known) for column in header[:MOST_PROBLEMS])
    return any(near.found or near.several for near in nearest)


_LEAST_OF_TITLE = 2
"""So many words at least tell a title, where it goes on."""


def _code_in(column: str, header: Collection[str], linked: LinkedRulebook) -> str:
    """Return the code with which a column's name begins, or whose title it is."""
    first, *others = column.split()
    is_code = bool(others) and first in linked.schema.fields and first not in header
    return first if is_code else _code_titled(column, header, linked)


def _code_titled(column: str, header: Collection[str], linked: LinkedRulebook) -> str:
    """Return the code whose title a column has, or the whole words that one begins with.

    Titles that begin alike are of several fields, and nobody knows which of them is meant.
    """
    asked = " ".join(column.casefold().split())
    titles = {
        code: " ".join(linked.schema.labels.get(code, "").casefold().split())
        for code in linked.schema.fields
    }
    same = [code for code, title in titles.items() if title == asked]
    begun = [code for code, title in titles.items() if title.startswith(f"{asked} ")]
    found = same or (begun if len(asked.split()) >= _LEAST_OF_TITLE else [])
    return found[0] if len(found) == 1 and found[0] not in header else ""


def _is_pair(header: Sequence[str], linked: LinkedRulebook, kept: Collection[str]) -> bool:
    """Tell a first row that is a code with its value, as all rows are of one report copied out."""
    if len(header) != _PAIR or not is_read(header[0], linked) or header[1] in kept:
        return False
    return not is_read(header[1], linked) and (
        header[1][:1].isdigit() or (header[0] == RULEBOOK and "/" in header[1])
    )


def _check_columns(
    header: Sequence[str], name: str, linked: LinkedRulebook, kept: Collection[str]
) -> Iterator[Problem]:
    seen: set[str] = set()
    there, subject = frozenset(header), subject_columns(linked.schema)
    known = KnownNames(linked.schema.fields, linked.schema.lists, (RULEBOOK,))
    titles = Titles({code: linked.schema.labels.get(code, "") for code in linked.schema.fields})
    mine = there.difference(kept, linked.schema.fields)
    if is_of_answers(mine):
        yield wrong_file("answers", name)
        return
    if _is_pair(header, linked, kept):
        mark, details = Mark(name, 1, 1), {"text": quote(header[0]), "value": quote(header[1])}
        yield Problem("batch-header", mark, details, advice="pairs-of-codes", wording="pair-first")
        return
    if not _are_like_read(header, linked, known, kept):
        details = {"known": ", ".join(map(quote, islice(linked.schema.fields, _MOST_NAMED)))}
        usual = "header-of-sheet" if name.lower().endswith(".xlsx") else "header-of-codes"
        yield Problem(
            "batch-header", Mark(name, 1, 1), details,
            advice=tell_header(header) or ("pairs-of-codes" if len(header) == _PAIR else usual),
            wording="no-column-of-form",
        )  # fmt: skip
        return
    for number, column in enumerate(header, 1):
        mark, details = Mark(name, 1, number), {"text": quote(column)}
        if not column.strip() and column not in kept:
            details = {"text": term("nameless-column"), "number": str(number)}
            yield Problem("batch-column-unknown", mark, details, advice="nameless-column")
        elif column in seen:
            yield Problem("batch-column-repeated", mark, details)
        elif not is_read(column, linked) and column not in kept:
            meant = name_subject(column, subject)
            yield _tell_unknown(column, there, mark, linked, known, titles=titles, subject=meant)
        elif column == SUBJECT:
            yield Problem("batch-column-unknown", mark, details)
        seen.add(column)


def _tell_unknown(
    column: str,
    header: Collection[str],
    mark: Mark,
    linked: LinkedRulebook,
    known: KnownNames,
    *,
    titles: Titles,
    subject: str,
) -> Problem:
    """Tell a column that no report reads, with what it may have been meant to be called.

    `subject` is the column of the subject that is called like it.
    """
    details = {"text": quote(column)}
    listed = entry_of(column).partition(".")[0]
    if listed in linked.schema.lists:
        details = {**details, "list": quote(listed)}
        return Problem("batch-column-unknown", mark, details, advice="list-column")
    if subject and subject not in header:
        details = {**details, "instead": quote_to_write(subject)}
        return Problem("batch-column-unknown", mark, details, advice="subject-column")
    by_hand = tell_unencoded(linked, column, mark, "column-by-hand")
    if by_hand is not None:
        return by_hand
    row = titles.rows.find(column)
    if row:
        details |= {"row": quote(row), "codes": ", ".join(map(quote, titles.rows.codes[row]))}
        return Problem("batch-column-unknown", mark, details, advice="lacking-column")
    near = Nearest(column, known)
    code = "" if near.found or near.several else _code_in(column, header, linked)
    named = [] if near.found or near.several or code else titles.find(column, header)
    if named:
        details = {**details, "fields": ", ".join(named)}
        advice = "titled-column" if len(named) == 1 else "titled-columns"
        return Problem("batch-column-unknown", mark, details, advice=advice)
    return Problem("batch-column-unknown", mark, details, code or near)
