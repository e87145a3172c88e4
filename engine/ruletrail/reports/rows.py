"""The lists of rows that a report supplies, as exact cells."""

from collections.abc import Iterator, Mapping
from typing import Any

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode, members_of
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Problem
from ruletrail.reports.model import Declared, Row, check_type, unknown_key
from ruletrail.schemas import ListDeclaration, Schema
from ruletrail.suggestions import KnownNames


def read_lists(
    node: Node | None, data: Any, schema: Schema
) -> tuple[Mapping[str, tuple[Row, ...]], list[Problem]]:
    """Read the lists among a report's fields, by code; one that is absent is left out."""
    lists: dict[str, tuple[Row, ...]] = {}
    problems: list[Problem] = []
    for code, value in members_of(node).items():
        declaration = schema.lists.get(code)
        if declaration is not None and isinstance(value, SequenceNode):
            lists[code] = tuple(
                _read_row(item, cells, declaration, problems)
                for item, cells in zip(value.items, data[code], strict=True)
            )
    return lists, problems


def _read_row(node: Node, data: Any, declaration: ListDeclaration, problems: list[Problem]) -> Row:
    """Read one row; keys that nothing declares are problems whatever the schema admits."""
    row: dict[str, Declared] = {}
    for name, value in members_of(node).items():
        cell = declaration.cells.get(name)
        if cell is None:
            problems += _unknown(node, name, declaration)
        elif isinstance(value, ScalarNode):
            row[name] = Declared(data[name], value.text)
            problems += check_type(value, data[name], cell)
    return row


def _unknown(node: Node, name: str, declaration: ListDeclaration) -> Iterator[Problem]:
    if isinstance(node, MappingNode):
        problem = unknown_key(name, node.keys[name], KnownNames(declaration.cells))
        yield replace(problem, wording="no-such-code", advice="codes-known")
