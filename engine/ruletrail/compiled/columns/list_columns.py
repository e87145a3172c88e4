"""Columns of lists of rows: the rows of all reports one after another, a column for each cell.

A list of mappings in each cell, or Arrow's lists of structs. What is not plain (a null in place of
a row, a cell that is no value of its field) is left to who reads it report by report, and tells
what is wrong with it there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruletrail.analysis.typed_inputs import TypedList
from ruletrail.compiled.columns.columns import (
    Column,
    ColumnError,
    LengthsError,
    NumberColumn,
    TableError,
    take_rows,
)
from ruletrail.compiled.columns.encoding import (
    NO_LISTS,
    check_list,
    encode_column,
    find_columns,
    is_arrow,
    to_arrow,
)
from ruletrail.documents import (
    REPORT_LIMITS,
    MappingNode,
    Node,
    Nulls,
    ScalarNode,
    SequenceNode,
    from_python,
    members_of,
)
from ruletrail.documents.python_data import NoKeyError, NoValueError, is_nothing
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.problems import (
    Mark,
    Problem,
    ProblemsError,
    quote,
    sort_problems,
    term,
    without_consequences,
)
from ruletrail.reports import Row, read_lists
from ruletrail.schemas import FieldDeclaration, Schema
from ruletrail.schemas.sketches import kind_of, write_short
from ruletrail.schemas.wrong_types import tell_not_single
from ruletrail.trails.conclusions import entry_of
from ruletrail.values import is_stand_in

_FILE = "table"
_PLAIN = (int, Decimal, str)
Lists = Mapping[str, Any]
"""By list, a column with a cell for each report."""


@dataclass(frozen=True, slots=True)
class ListRows:
    """The rows of one list: those of report n are from `offsets[n]` on; `cells` are by code."""

    offsets: NDArray[np.int64]
    missing: NDArray[np.bool_]
    cells: Mapping[str, Column]

    def __len__(self) -> int:
        """Count the reports."""
        return len(self.missing)

    def take(self, reports: NDArray[np.intp]) -> "ListRows":
        """Take the rows of some reports, in their order."""
        places = rows_of_block(self, reports)
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(_counts(self, reports))])
        cells = {code: take_rows(column, places) for code, column in self.cells.items()}
        return ListRows(offsets, self.missing[reports], cells)

    @property
    def count(self) -> NumberColumn:
        """How many rows each report has, as a column; missing where it has no such list."""
        missing = self.missing if self.missing.any() else None
        return NumberColumn(np.diff(self.offsets), 0, missing)


def split_lists(schema: Schema, table: object) -> tuple[object, Lists]:
    """Take the columns of lists out of a table; returns what is left, and these."""
    if not schema.lists:
        return table, {}
    columns = find_columns(table)
    lists = {code: column for code, column in columns.items() if code in schema.lists}
    for code, column in lists.items():
        check_list_column(code, column)
    return {code: column for code, column in columns.items() if code not in lists}, lists


def check_list_column(code: str, column: Any) -> None:
    """Raise a `ColumnError` for what is no column, and for Arrow's rows with one name twice."""
    if isinstance(column, ListRows):
        return
    check_list(code, column)
    if is_arrow(column):
        from ruletrail.compiled.columns.arrow_encoding import repeats_a_member  # noqa: PLC0415 - pyarrow

        if repeats_a_member(column.type):
            raise ColumnError(code, None, column)


def check_rows(lists: Lists, rows: int | None) -> int:
    """Return how many reports there are; a `LengthsError` where columns are of different lengths.

    `rows` is the length of the other columns, if there are any.
    """
    lengths = {code: len(cells) for code, cells in lists.items()}
    if rows is not None:
        lengths["…"] = rows
    if len(set(lengths.values())) > 1:
        raise LengthsError(lengths)
    return next(iter(lengths.values()))


# -- By columns ------------------------------------------------------------------------------------


def encode_lists(
    typed: Mapping[str, TypedList],
    schema: Schema,
    lists: Lists,
    rows: int,
    nulls: Nulls = "absent",
) -> dict[str, ListRows] | None:
    """Encode the columns of lists; None where one holds what is not plain, or nulls to refuse."""
    encoded: dict[str, ListRows] = {}
    for code, declared in typed.items():
        given = code in lists
        found = _encode_list(declared, lists[code], nulls) if given else _no_rows(declared, rows)
        if found is None or not all(_are_within(found, schema.lists[code].cells)):
            return None
        encoded[code] = found
    return encoded


def _no_rows(_: TypedList, rows: int) -> ListRows:
    return ListRows(np.zeros(rows + 1, np.int64), np.ones(rows, np.bool_), {})


def _encode_list(declared: TypedList, column: Any, nulls: Nulls) -> ListRows | None:
    if isinstance(column, ListRows):
        return _encode_cells(declared, column.offsets, column.missing, column.cells)
    column = to_arrow(column)
    split: Split | None
    try:
        known = declared.cells.keys()
        if is_arrow(column):
            split = _split_structs(column, nulls)
        else:
            split = _split_rows(column, nulls, known)
        if split is None or not known >= split[2].keys():
            return None
        offsets, missing, cells = split
        return _encode_cells(declared, offsets, missing, cells)
    except TableError:
        return None


def _encode_cells(
    declared: TypedList,
    offsets: NDArray[np.int64],
    missing: NDArray[np.bool_],
    cells: Mapping[str, Any],
) -> ListRows:
    """Encode the columns of cells, by name or by code; prepared ones are taken as they are."""
    named = {code.rpartition(".")[2]: column for code, column in cells.items()}
    encoded = {
        declared.cells[name].code: encode_column(declared.cells[name], column)
        for name, column in named.items()
    }
    return ListRows(offsets, missing, encoded)


Split = tuple[NDArray[np.int64], NDArray[np.bool_], Mapping[str, Any]]
"""The offsets of rows, which reports have no list, and for each cell a column of all rows."""


def _split_structs(column: Any, nulls: Nulls) -> Split | None:
    """Split Arrow's lists of structs; None for anything else, NaN among the cells, and nulls."""
    from ruletrail.compiled.columns.arrow_encoding import holds_nan, split_rows  # noqa: PLC0415 - pyarrow

    split = split_rows(column)
    if split is None or any(holds_nan(cells) for cells in split[2].values()):
        return None
    if nulls == "refused" and (
        split[1].any() or any(cells.null_count for cells in split[2].values())
    ):
        return None
    return split


def _split_rows(column: Sequence[Any], nulls: Nulls, known: AbstractSet[str]) -> Split | None:
    """Split lists of mappings; None for anything else, nulls that are refused, keys not known."""
    rows: list[Mapping[str, Any]] = []
    offsets, missing = np.zeros(len(column) + 1, np.int64), np.zeros(len(column), np.bool_)
    for at, cell in enumerate(column):
        missing[at] = is_absent(cell)
        if not missing[at]:
            if not isinstance(cell, list | tuple | np.ndarray):
                return None
            rows += list(cell)
        offsets[at + 1] = len(rows)
    # each name becomes a column of all rows: names of their own in each would make the square of it
    if not all(isinstance(row, dict) and known >= row.keys() for row in rows):
        return None
    if not all(_is_plain(value) for row in rows for value in row.values()):
        return None
    if nulls == "refused" and (
        missing.any() or any(value is None for row in rows for value in row.values())
    ):
        return None
    names = dict.fromkeys(name for row in rows for name in row)
    return offsets, missing, {name: [row.get(name) for row in rows] for name in names}


def _is_plain(value: object) -> bool:
    if is_stand_in(value):
        return False
    if isinstance(value, float | date):
        return value == value  # noqa: PLR0124 - NaN alone differs, and of days what is none
    return value is None or isinstance(value, _PLAIN)


def is_absent(cell: object) -> bool:
    """Tell how tables write that a report has no list: None, NaN, or what pandas has for it."""
    return is_nothing(cell) or (isinstance(cell, float) and cell != cell)  # noqa: PLR0124 - NaN alone differs


def _are_within(rows: ListRows, cells: Mapping[str, FieldDeclaration]) -> Iterator[bool]:
    """Tell whether the days of each cell are among those that the form admits."""
    for code, column in rows.cells.items():
        declared = cells[code.partition(".")[2]]
        if declared.type == "date" and isinstance(column, NumberColumn):
            days = column.values if column.missing is None else column.values[~column.missing]
            ends = (int(days.min()), int(days.max())) if len(days) else ()
            yield all(declared.admits(date.fromordinal(day)) for day in ends)


# -- The rows of a block ---------------------------------------------------------------------------


def rows_of_block(rows: ListRows, reports: Any) -> Any:
    """Give the places of the rows of some reports, a slice or indices: of the same kind."""
    if isinstance(reports, slice):
        return slice(int(rows.offsets[reports.start]), int(rows.offsets[reports.stop]))
    starts, counts = rows.offsets[reports], _counts(rows, reports)
    ends = np.cumsum(counts)
    return np.repeat(starts - ends + counts, counts) + np.arange(ends[-1] if len(ends) else 0)


def owners_and_runs(rows: ListRows, reports: Any) -> tuple[Any, tuple[Any, Any]]:
    """Say which report of a block each row is of, and where the rows of each report begin."""
    counts = _counts(rows, reports)
    starts = np.cumsum(counts) - counts
    owners = np.repeat(np.arange(len(counts)), counts)
    places = np.flatnonzero(counts)
    if len(places) == len(counts):
        return owners, (starts, None)
    return owners, (starts[places], places)


def _counts(rows: ListRows, reports: Any) -> NDArray[np.int64]:
    offsets = rows.offsets
    if isinstance(reports, slice):
        return np.diff(offsets[reports.start : reports.stop + 1])
    counted: NDArray[np.int64] = offsets[reports + 1] - offsets[reports]
    return counted


def gather_flags(rows: ListRows, flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which reports have a row that a mask of all rows marks."""
    before = np.concatenate([[0], np.cumsum(flags)])
    found: NDArray[np.bool_] = before[rows.offsets[1:]] > before[rows.offsets[:-1]]
    return found


# -- Report by report ------------------------------------------------------------------------------


def cells_of(code: str, column: Any, nulls: Nulls = "absent") -> list[Any]:
    """List the cells of a column of lists, without what is null in rows unless that is refused.

    A text that is no UTF-8 raises `ProblemsError`.
    """
    column = to_arrow(column)
    if not is_arrow(column):
        return [_as_rows(cell, nulls) for cell in column]
    from ruletrail.compiled.columns.arrow_encoding import write_cells  # noqa: PLC0415 - pyarrow

    # the scale of a column says nothing of how a number was written, here as in any column
    return [_as_rows(cell, nulls, _as_needed) for cell in _list_cells(code, write_cells(column))]


def _list_cells(code: str, cells: Any) -> Iterator[Any]:
    for row, cell in enumerate(cells):
        try:
            yield cell.as_py()
        except UnicodeDecodeError as error:
            mark, text = Mark(_FILE, row + 1, 1, cell=code), quote(str(error.object))
            details = {"text": text, "expected": term("text"), "row": str(row)}
            raise ProblemsError([Problem("table-value", mark, details)]) from error


def _as_rows(cell: Any, nulls: Nulls, read: Callable[[Any], Any] = lambda value: value) -> Any:
    """Give the rows of a cell, without what is null in them where that is absent; None for null.

    What is no list stays as it is: letters are no rows, nor are keys.
    """
    if is_absent(cell):
        return None
    if isinstance(cell, (*NO_LISTS, AbstractSet)) or not isinstance(cell, Iterable):
        return cell
    return [
        {
            name: read(value)
            for name, value in row.items()
            if nulls == "refused" or not _is_null(value)
        }
        if isinstance(row, Mapping)
        else row
        for row in cell
    ]


def _is_null(value: Any) -> bool:
    """Tell a cell of a row that says nothing; NaN is a number that no document holds."""
    return is_nothing(value) or (isinstance(value, np.datetime64) and bool(np.isnat(value)))


def _as_needed(value: Any) -> Any:
    """Give a decimal the decimals that it needs, anything else as it is."""
    if not isinstance(value, Decimal):
        return value
    text = f"{value:f}"  # `normalize` would round it to the digits of a context
    return Decimal(text.rstrip("0").rstrip(".")) if "." in text else value


def read_row(
    schema: Schema, lists: Mapping[str, Sequence[Any]], row: int, nulls: Nulls = "absent"
) -> Mapping[str, tuple[Row, ...]]:
    """Read the lists of one report; what no list holds raises `ProblemsError`."""
    cells = {code: cells[row] for code, cells in lists.items()}
    given = {c: cell for c, cell in cells.items() if cell is not None or nulls == "refused"}
    if not given:
        return {}
    try:
        node, problems = from_python({"fields": given}, _FILE, REPORT_LIMITS)
    except NoValueError as error:
        raise ProblemsError([_no_value(error, schema, row)]) from error
    if node is not None and isinstance(node, MappingNode):
        data, found = schema.places.type_document(node)
        read, more = read_lists(node.get("fields"), data["fields"], schema)
        # of each value one thing is wrong, and null hides nothing, as in a report of its own
        problems += without_consequences(problems, found)
        problems += without_consequences(problems, [*more, *_find_misshapen(node, schema)])
        if not problems:
            return read
    # the way to the value stays: by it a problem names the list, its row and the cell
    raise ProblemsError(
        sort_problems(replace(each, mark=replace(each.mark, line=row + 1)) for each in problems)
    )


def _no_value(error: NoValueError, schema: Schema, row: int) -> Problem:
    """Tell what no report holds, such as bytes, as in a column of single values."""
    mark = replace(error.mark, line=row + 1)
    problem = Problem("table-value", mark)
    field = problem.field or ""
    if isinstance(error, NoKeyError):
        details = {"text": quote(str(error.value)), "row": str(row)}
        return replace(problem, details=details, wording="table-key", advice="keys-are-texts")
    declared = schema.cells.get(entry_of(field))
    shape = "array" if field in schema.lists else "object" if field.endswith("]") else "text"
    expected = term(declared.type if declared is not None else shape)
    details = {"text": quote(str(error.value)), "expected": expected, "row": str(row)}
    return replace(problem, details=details)


def _find_misshapen(node: MappingNode, schema: Schema) -> Iterator[Problem]:
    """Find what is no list, no row or no cell, which no schema has been asked about here."""
    for code, value in members_of(node.get("fields")).items():
        if not isinstance(value, SequenceNode):
            yield _misplaced(value, "array")
            continue
        cells = schema.lists[code].cells
        for row in value.items:
            if not isinstance(row, MappingNode):
                yield _misplaced(row, "object")
            for name, cell in members_of(row).items():
                if not isinstance(cell, ScalarNode) and name in cells:
                    yield tell_not_single(cell, _misplaced(cell, cells[name].type).details)


def _misplaced(found: Node, expected: str) -> Problem:
    kinds = {"expected": term(expected), "found": term(kind_of(found))}
    return Problem("wrong-type", found.mark, {"text": quote(write_short(found)), **kinds})
