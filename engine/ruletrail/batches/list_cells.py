"""Lists of rows in the cells of tables: JSON's text in CSV and sheets, elsewhere of structs."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import isfinite

from ruletrail.batches.cells import number_text
from ruletrail.documents import (
    REPORT_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    from_python,
)
from ruletrail.documents.json_reader import read_json
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Mark, Problem


def read_rows_text(text: str, mark: Mark) -> tuple[Node, list[Problem]]:
    """Read the JSON in a cell; all that is wrong with it is wrong with the cell."""
    node, problems = read_json(text, mark.file, REPORT_LIMITS)
    told = [replace(problem, mark=mark) for problem in problems]
    return (place(node, mark) if node is not None else ScalarNode(text, "quoted", mark)), told


def read_rows_cell(cell: object, mark: Mark) -> tuple[Node, list[Problem]]:
    """Read a cell of a typed table: a list of mappings, in which null is absent; or JSON's text."""
    if isinstance(cell, str):
        return read_rows_text(cell, mark)
    rows = cell if isinstance(cell, Sequence) and not isinstance(cell, bytes) else [cell]
    node, problems = from_python([_plain_row(row) for row in rows], mark.file, REPORT_LIMITS)
    told = [replace(problem, mark=mark) for problem in problems]
    return (place(node, mark) if node is not None else ScalarNode("", "quoted", mark)), told


def _plain_row(row: object) -> object:
    if not isinstance(row, Mapping):
        return None  # a row that is null, which is a problem
    return {name: _plain(cell) for name, cell in row.items() if cell is not None}


def _plain(cell: object) -> object:
    """Return a number as a Decimal without needless decimals, anything else as it is."""
    is_number = isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)
    return Decimal(number_text(cell)) if is_number and isfinite(cell) else cell  # type: ignore[arg-type]  # by its test


def place(node: Node, mark: Mark) -> Node:
    """Mark a tree by the cell that it stands in, each part with its way."""
    match node:
        case ScalarNode():
            return replace(node, mark=mark)
        case SequenceNode():
            items = tuple(
                place(item, replace(mark, path=mark.below(at)))
                for at, item in enumerate(node.items)
            )
            return replace(node, items=items, mark=mark)
        case MappingNode():
            ways = {key: replace(mark, path=mark.below(key)) for key in node.values}
            values = {key: place(value, ways[key]) for key, value in node.values.items()}
            keys = {key: replace(node.keys[key], mark=ways[key]) for key in node.values}
            return replace(node, values=values, keys=keys, mark=mark)
