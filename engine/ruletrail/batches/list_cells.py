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
from ruletrail.problems import Mark, Path, Problem


def read_rows_text(text: str, mark: Mark) -> tuple[Node, list[Problem]]:
    """Read the JSON in a cell; what is wrong with it stands in the cell, at its row and key."""
    node, problems = read_json(text, mark.file, REPORT_LIMITS)
    if not text.lstrip().startswith(("[", "{")):
        # nobody who writes so knows that JSON is asked for
        problems = [
            replace(each, advice="list-cell") if each.code == "json-syntax" else each
            for each in problems
        ]
    return _place(node, problems, mark, text)


def read_rows_cell(cell: object, mark: Mark) -> tuple[Node, list[Problem]]:
    """Read a cell of a typed table: a list of mappings, in which null is absent; or JSON's text."""
    if isinstance(cell, str):
        return read_rows_text(cell, mark)
    if isinstance(cell, int | float | Decimal):  # which is no list, and no row either
        plain = _plain(cell)
    else:
        rows = cell if isinstance(cell, Sequence) and not isinstance(cell, bytes) else [cell]
        plain = [_plain_row(row) for row in rows]
    node, problems = from_python(plain, mark.file, REPORT_LIMITS)
    return _place(node, problems, mark, "")


def _plain_row(row: object) -> object:
    if not isinstance(row, Mapping):
        return None  # a row that is null, which is a problem
    return {name: _plain(cell) for name, cell in row.items() if cell is not None}


def _plain(cell: object) -> object:
    """Return a number as a Decimal without needless decimals, anything else as it is."""
    is_number = isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)
    return Decimal(number_text(cell)) if is_number and isfinite(cell) else cell  # type: ignore[arg-type]  # by its test


def _place(
    node: Node | None, problems: list[Problem], mark: Mark, unread: str
) -> tuple[Node, list[Problem]]:
    """Put a cell's document where the cell stands, and what is wrong with it with it.

    A problem keeps the very mark of its node, by which others know what was told already, and which
    nulls may be taken for absent.
    """
    marks: dict[int, Mark] = {}
    placed = None if node is None else place(node, mark, marks)
    told = [
        replace(each, mark=marks.get(id(each.mark)) or _within(mark, each.mark.path))
        for each in problems
    ]
    if placed is None:  # what could not be read stands where the reading ended
        placed = ScalarNode(unread, "quoted", told[-1].mark)
    return placed, told


def _within(mark: Mark, way: Path | None) -> Mark:
    """Return the mark of a cell with a way that leads on, down the document in the cell."""
    if way is None or isinstance(way, str):
        return mark
    holder, step = way
    return replace(mark, path=_within(mark, holder).below(step))


def place(node: Node, mark: Mark, marks: dict[int, Mark] | None = None) -> Node:
    """Mark a tree by the cell that it stands in, each part with its way.

    `marks` takes the new mark of each part by the identity of the one that it had.
    """
    marks = {} if marks is None else marks
    marks[id(node.mark)] = mark
    match node:
        case ScalarNode():
            return replace(node, mark=mark)
        case SequenceNode():
            items = tuple(
                place(item, replace(mark, path=mark.below(at)), marks)
                for at, item in enumerate(node.items)
            )
            return replace(node, items=items, mark=mark)
        case MappingNode():
            ways = {key: replace(mark, path=mark.below(key)) for key in node.values}
            values = {key: place(value, ways[key], marks) for key, value in node.values.items()}
            # a key has a mark of its own: what is wrong with its name is not wrong with its value
            keys = {key: replace(node.keys[key], mark=replace(ways[key])) for key in ways}
            return replace(node, values=values, keys=keys, mark=mark)
