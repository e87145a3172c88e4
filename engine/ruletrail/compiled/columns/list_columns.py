"""Columns of lists of rows, a list of mappings in each cell: read row by row, for the reference."""

from collections.abc import Mapping, Sequence
from typing import Any

from ruletrail.compiled.columns.columns import ColumnError, LengthsError
from ruletrail.compiled.columns.encoding import find_columns
from ruletrail.documents import REPORT_LIMITS, MappingNode, from_python
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Mark, ProblemsError, sort_problems
from ruletrail.reports import Row, read_lists
from ruletrail.schemas import Schema

_FILE = "table"
Lists = Mapping[str, Sequence[Any]]
"""By list, the cell of each report; None where the list was not supplied."""


def split_lists(schema: Schema, table: object) -> tuple[object, Lists]:
    """Take the columns of lists out of a table; returns what is left, and these."""
    if not schema.lists:
        return table, {}
    columns = find_columns(table)
    lists = {
        code: _cells_of(code, column) for code, column in columns.items() if code in schema.lists
    }
    return {code: column for code, column in columns.items() if code not in lists}, lists


def _cells_of(code: str, column: Any) -> list[Any]:
    if isinstance(column, str | bytes | Mapping) or not hasattr(column, "__len__"):
        raise ColumnError(code, None, column)
    cells = column.to_pylist() if hasattr(column, "to_pylist") else list(column)
    return [_as_rows(cell) for cell in cells]


def _as_rows(cell: Any) -> list[Any] | None:
    """Give the rows of a cell without what is null in them; None for a cell that is."""
    if cell is None or (isinstance(cell, float) and cell != cell):  # noqa: PLR0124 - NaN alone differs
        return None
    return [
        {name: value for name, value in row.items() if value is not None}
        if isinstance(row, Mapping)
        else row
        for row in cell
    ]


def read_row(schema: Schema, lists: Lists, row: int) -> Mapping[str, tuple[Row, ...]]:
    """Read the lists of one report; what no list holds raises `ProblemsError`."""
    given = {code: cells[row] for code, cells in lists.items() if cells[row] is not None}
    if not given:
        return {}
    node, problems = from_python({"fields": given}, _FILE, REPORT_LIMITS)
    if node is not None and isinstance(node, MappingNode):
        data, found = schema.places.type_document(node)
        read, more = read_lists(node.get("fields"), data["fields"], schema)
        problems = [*problems, *found, *more]
        if not problems:
            return read
    mark = Mark(_FILE, row + 1, 1)
    raise ProblemsError(sort_problems(replace(each, mark=mark) for each in problems))


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
