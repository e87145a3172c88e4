"""The rows of a table from a CSV file beside its rulebook: RFC 4180, every cell with its mark.

Rows take the place of `file` in the rulebook's tree, so that what follows knows rows alone, and the
digest of a rulebook covers what the file says.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from pathlib import Path

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    decode_text,
    items_of,
    members_of,
    text_of,
)
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.library.named_files import NamedFile
from ruletrail.library.sources import Source, find_table_file
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal
from ruletrail.rulebooks.building_lookups import (
    MOST_ROWS,
    NOT_APPLICABLE,
    VALUE,
    says_not_applicable,
)

_MOST_TOLD = 20
"""Problems of one file that are told: the rest are most often the same one."""


MOST_CELLS = 1_000_000
"""Cells of all tables of a rulebook and of what it extends, a row counted for each of its keys."""


@dataclass(slots=True)
class TableFiles:
    """The files of rows that a rulebook and what it extends name, each read once; their cells."""

    known: dict[tuple[Path, str], "_TableFile"] = field(default_factory=dict)
    cells: int = 0

    def find(self, file: NamedFile, shown: str) -> "_TableFile":
        """Find a file among those that are known, else begin to read it."""
        key = file.path, shown
        if key not in self.known:
            self.known[key] = _TableFile(file, shown)
        return self.known[key]

    def count(self, cells: int, mark: Mark) -> None:
        """Count the rows of one more table or version; raises where there is no room for them.

        Rows that several tables share are counted for each: the rulebook written out has them all.
        """
        self.cells += cells
        if self.cells > MOST_CELLS:
            raise refusal("tables-too-large", mark, limit=str(MOST_CELLS))


def write_out_tables(
    rulebook: MappingNode,
    source: Source,
    problems: list[Problem],
    files: TableFiles | None = None,
) -> MappingNode:
    """Put the rows of files in the place of their names, in the tables of a rulebook's tree.

    What only a plain text says is written as JSON has to write it, so that it is not lost in what
    is made of the tree. `files` are those of the rulebooks that extend this one; tables that are
    too large together raise `ProblemsError`.
    """
    tables = rulebook.get("tables")
    if not isinstance(tables, MappingNode):
        return rulebook
    reading = _Reading(source, problems, files or TableFiles())
    read = {
        code: _with_all_rows(_with_marked_otherwise(entry), reading)
        for code, entry in tables.values.items()
    }
    return replace(rulebook, values={**rulebook.values, "tables": replace(tables, values=read)})


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the tables of one document are read with."""

    source: Source
    problems: list[Problem]
    files: TableFiles


def _with_marked_otherwise(entry: Node) -> Node:
    """Write a plain `not_applicable` as a mapping, which no quoted text is taken for."""
    otherwise = members_of(entry).get("otherwise")
    if not isinstance(entry, MappingNode) or not isinstance(otherwise, ScalarNode):
        return entry
    if not says_not_applicable(otherwise):
        return entry
    said = replace(otherwise, text="true", style="plain", inline=False)
    written = MappingNode({NOT_APPLICABLE: said}, {NOT_APPLICABLE: otherwise}, otherwise.mark)
    return replace(entry, values={**entry.values, "otherwise": written})


def _with_all_rows(entry: Node, reading: _Reading) -> Node:
    """Replace the files of a table, or of its versions, by the rows that they hold."""
    by, versions = members_of(entry).get("by"), members_of(entry).get("versions")
    columns = tuple(text_of(item) for item in items_of(by))
    read = _with_rows(entry, columns, reading)
    if not isinstance(read, MappingNode) or not isinstance(versions, SequenceNode):
        return read
    items = tuple(_with_rows(item, columns, reading) for item in versions.items)
    return replace(read, values={**read.values, "versions": replace(versions, items=items)})


def _with_rows(entry: Node, columns: Sequence[str], reading: _Reading) -> Node:
    """Replace `file` by the rows that it holds; it stays where these have defects."""
    written, listed = members_of(entry).get("file"), members_of(entry).get("rows")
    if listed is not None:
        reading.files.count(_count_cells(listed), listed.mark)
    if not isinstance(entry, MappingNode) or not isinstance(written, ScalarNode):
        return entry
    if listed is not None:
        details = {"first": quote("rows"), "second": quote("file")}
        reading.problems.append(Problem("conflicting-keys", entry.keys["file"].mark, details))
        return entry
    source = reading.source
    try:
        named = find_table_file(written.text, written.mark, source)
        file = reading.files.find(named, source.show_near(named))
        rows = file.read(columns)
    except ProblemsError as error:
        reading.problems.extend(error.problems)
        return entry
    if rows is None:
        return entry
    reading.files.count(file.cells, written.mark)
    values = {("rows" if key == "file" else key): each for key, each in entry.values.items()}
    keys = {("rows" if key == "file" else key): each for key, each in entry.keys.items()}
    values["rows"], keys["rows"] = rows, replace(keys["rows"], text="rows")
    return MappingNode(values, keys, entry.mark)


def _count_cells(listed: Node) -> int:
    """Count the cells of rows as they are looked up: lists of alternatives written out."""
    return sum(_count_row(members_of(row)) for row in items_of(listed))


def _count_row(cells: Mapping[str, Node]) -> int:
    keys = (len(each.items) for each in cells.values() if isinstance(each, SequenceNode))
    return len(cells) * prod(keys)


_SEPARATORS = {";": ";", "\t": "tab"}
"""What spreadsheets put between cells where the comma is that of decimals."""


_TEXTS = frozenset({"table", "text", "lines"})
"""Kinds of files that hold a text: what is wrong with that is told by its line."""


@dataclass(slots=True)
class _TableFile:
    """One CSV file: read once, and what is wrong with it told once, whoever names it."""

    file: NamedFile
    shown: str
    cells: int = 0
    header: list[ScalarNode] | None = None
    names: "_Names" = field(default_factory=lambda: _Names.of([]))
    records: Iterator[list[ScalarNode]] | None = None
    problems: list[Problem] = field(default_factory=list)
    """What the reading of its records finds."""
    rows: SequenceNode | None = None
    explained: list[Problem] | None = None
    """What it is instead of a text of cells; None where nobody asked."""
    is_wrong: bool = False
    refused: set[tuple[str, ...]] = field(default_factory=set)
    """The columns that were told not to be its own."""

    def read(self, columns: Sequence[str]) -> SequenceNode | None:
        """Read its rows; raises `ProblemsError` with all that is wrong, None if it was told.

        Of what is no text, such as a workbook with another name, what it is.
        """
        if self.is_wrong or tuple(columns) in self.refused:
            return None
        try:
            found = self._check_columns(columns)
            if self.rows is None:
                self.rows = _read_rows(found, self._left(), self.problems, self.shown)
                self.cells = _count_cells(self.rows)
        except ProblemsError as error:
            if self.explained is None:
                self.explained = _explain(self.file, self.shown)
            # other columns than those of one table may be those of another
            self.is_wrong = bool(self.explained) or tuple(columns) not in self.refused
            raise ProblemsError(self.explained or error.problems) from error
        return self.rows

    def _check_columns(self, columns: Sequence[str]) -> list[ScalarNode]:
        """See that its first line has the columns of a table, and give that line."""
        if self.header is None:
            data = self.file.read(self.shown, RULEBOOK_LIMITS.size)
            text = decode_text(data, self.shown).removeprefix("\ufeff")
            _refuse_unprintable(text, self.shown)
            self.records = _Records(text, self.shown, self.problems).read()
            self.header = next(self.records, [])
            self.names = _Names.of(self.header)
        problems = [*self.problems, *_check_names(self.names, columns, self.shown)]
        if problems:
            if not self.problems:
                self.refused.add(tuple(columns))
            raise ProblemsError(problems)
        return self.header

    def _left(self) -> Iterator[list[ScalarNode]]:
        """Give the records that were not read, which nobody needs twice."""
        left, self.records = self.records, None
        return left or iter(())


def _explain(file: NamedFile, shown: str) -> list[Problem]:
    """Say of a file that is no text of cells what it is, and that a new name made it none."""
    from ruletrail.documents import explain_data  # noqa: PLC0415 - only what is wrong

    try:
        data = file.read(shown, RULEBOOK_LIMITS.size)
    except ProblemsError:
        return []  # which is what was told
    found = explain_data([], data, shown, but=_TEXTS)
    return [
        Problem(
            "table-file-header", Mark(shown, 1, 1), each.details, wording="table-no-csv",
            advice="table-to-csv" if "workbook" in each.advice else "table-as-csv",
        )
        for each in found
    ]  # fmt: skip


def _read_rows(
    header: Sequence[ScalarNode],
    records: Iterator[list[ScalarNode]],
    problems: list[Problem],
    shown: str,
) -> SequenceNode:
    """Read what follows on the first line; the reading itself adds to `problems`."""
    names = [cell.text for cell in header]
    rows: list[Node] = []
    keys = dict(zip(names, header, strict=True))
    for record in records:
        mark = record[0].mark
        if len(rows) == MOST_ROWS:
            problems.append(Problem("table-file-too-long", mark, {"limit": str(MOST_ROWS)}))
            break
        problems += _check_cells(names, record)
        rows.append(MappingNode(_named(dict(zip(names, record, strict=False))), keys, mark))
        if len(problems) > _MOST_TOLD:
            break
    if not rows and not problems:
        problems.append(Problem("table-file-empty", Mark(shown, 1, 1)))
    if problems:
        raise ProblemsError(problems)
    return SequenceNode(tuple(rows), Mark(shown, 1, 1))


@dataclass(frozen=True, slots=True)
class _Names:
    """What the first line of a file says, worked out once: it may be long, and asked often."""

    ordered: list[str]
    distinct: list[str]
    """In order too, each once, the value's left out."""
    shown: str
    sign: str
    advice: str

    @staticmethod
    def of(header: Sequence[ScalarNode]) -> "_Names":
        """Take them from the cells of the line."""
        names = [cell.text for cell in header]
        distinct = sorted({*names} - {VALUE})
        return _Names(sorted(names), distinct, quote(",".join(names)), *_find_separator(names))


def _check_names(names: _Names, columns: Sequence[str], shown: str) -> Iterator[Problem]:
    # a table that extends another may leave `by` to it: whether these are its columns is seen then
    known = columns or names.distinct
    if len(names.ordered) == len(known) + 1 and names.ordered == sorted([*known, VALUE]):
        return
    wanted = quote(",".join([*columns, VALUE]))
    details = {"found": names.shown, "columns": wanted, "sign": names.sign}
    advice = names.advice or _find_stray(names.ordered, [*known, VALUE])
    yield Problem("table-file-header", Mark(shown, 1, 1), details, "", advice)


def _find_stray(written: Sequence[str], wanted: Sequence[str]) -> str:
    """Name the hint for names that are right but for blanks beside a comma, or one comma more."""
    stripped = sorted(each.strip() for each in written)
    if stripped == sorted(wanted):
        return "table-blank-beside-comma"
    return "table-comma-at-end" if stripped == sorted(["", *wanted]) else ""


def _check_cells(names: Sequence[str], record: Sequence[ScalarNode]) -> Iterator[Problem]:
    """Find out whether a line has a cell for each column, and something in each of them."""
    written = [cell.text for cell in record]
    if len(record) != len(names):
        sign, advice = _find_separator(written)
        details = {"found": str(len(record)), "columns": str(len(names)), "sign": sign}
        advice = "empty-line" if written == [""] else advice
        yield Problem("table-file-cells", record[0].mark, details, "", advice)
        return
    for name, cell in zip(names, record, strict=True):
        if not cell.text:
            yield Problem("table-cell-empty", cell.mark, {"column": quote(name)})


def _find_separator(written: Sequence[str]) -> tuple[str, str]:
    """Find a sign other than the comma that separates the cells of a line, and the hint for it."""
    alone = written[0] if len(written) == 1 else ""
    other = next((sign for sign in _SEPARATORS if sign in alone), "")
    return quote(_SEPARATORS.get(other, "")), "table-separator" if other else ""


def _refuse_unprintable(text: str, shown: str) -> None:
    """Refuse the characters that YAML does not admit either; most often an encoding is wrong."""
    found = _UNPRINTABLE.search(text)
    if found is not None:
        before = [end.end() for end in _LINE_END.finditer(text, 0, found.start())]
        mark = Mark(shown, len(before) + 1, found.start() - (before or [0])[-1] + 1)
        raise refusal("yaml-unprintable", mark)


def _named(cells: Mapping[str, ScalarNode]) -> dict[str, Node]:
    """Name the column in each cell's mark."""
    return {name: replace(cell, mark=replace(cell.mark, cell=name)) for name, cell in cells.items()}


_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN_CELL = re.compile(r"[^,\r\n]*")
_LINE = re.compile(r"[^\r\n]*")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(slots=True)
class _Records:
    """Cuts a text into records of cells, as RFC 4180 says; either half of a line end is one too."""

    text: str
    shown: str
    problems: list[Problem]
    at: int = 0
    line: int = 1
    begin: int = 0
    """Where the line begins."""
    cells: int = 0
    written: str = ""
    """The line, one text for the marks of all its cells: there may be many of a long line."""

    def read(self) -> Iterator[list[ScalarNode]]:
        """Yield the records; a cell whose quotes are wrong ends the reading."""
        while self.at < len(self.text):
            self._begin_line(self.at, 0)
            record = [self._cell()]
            while self.text.startswith(",", self.at):
                self.at += 1
                record.append(self._cell())
            if self.problems and self.problems[-1].code == "table-file-quotes":
                return
            yield record
            end = _LINE_END.match(self.text, self.at)
            self.at, self.line = end.end() if end else self.at, self.line + 1

    def _begin_line(self, begin: int, lines: int) -> None:
        self.line, self.begin = self.line + lines, begin
        self.written = _match(_LINE, self.text, begin)

    def _cell(self) -> ScalarNode:
        mark = Mark(self.shown, self.line, self.at - self.begin + 1, self.written)
        self.cells += 1
        if self.cells > RULEBOOK_LIMITS.nodes:
            raise refusal("too-many-nodes", mark, limit=str(RULEBOOK_LIMITS.nodes))
        if self.text.startswith('"', self.at):
            return self._bounded(_scalar(self._quoted(mark), mark, inline=False))
        cell = _match(_PLAIN_CELL, self.text, self.at)
        self.at += len(cell)
        if '"' in cell:
            self._refuse(mark, cell)
        return self._bounded(_scalar(cell, mark))

    def _bounded(self, cell: ScalarNode) -> ScalarNode:
        most = RULEBOOK_LIMITS.scalar
        if len(cell.text) * 4 > most and len(cell.text.encode()) > most:
            raise refusal("text-too-long", cell.mark, limit=str(most))
        return cell

    def _quoted(self, mark: Mark) -> str:
        """Read a cell in quotes, which may hold commas, line ends, and quotes written twice."""
        pieces: list[str] = []
        opening = start = self.at + 1
        while True:
            end = self.text.find('"', start)
            if end < 0:
                self.at = len(self.text)
                self._refuse(mark, self.text[start : start + 40])
                break
            pieces.append(self.text[start:end])
            self.at = start = end + 1
            if not self.text.startswith('"', start):
                break
            pieces.append('"')
            start += 1
        inside = "".join(pieces)
        self._count_lines(opening)
        if self.text[self.at : self.at + 1] not in ("", ",", "\r", "\n"):
            self._refuse(mark, inside + self.text[self.at : self.at + 2])
        return inside

    def _count_lines(self, opening: int) -> None:
        ends = [end.end() for end in _LINE_END.finditer(self.text, opening, self.at)]
        if ends:
            self._begin_line(ends[-1], len(ends))

    def _refuse(self, mark: Mark, text: str) -> None:
        self.problems.append(Problem("table-file-quotes", mark, {"text": quote(text)}))


def _match(pattern: re.Pattern[str], text: str, at: int) -> str:
    """Give what a pattern, which may match nothing, matches at a place."""
    found = pattern.match(text, at)
    return found.group() if found else ""


def _scalar(text: str, mark: Mark, *, inline: bool = True) -> ScalarNode:
    return ScalarNode(unicodedata.normalize("NFC", text), "plain", mark, inline)
