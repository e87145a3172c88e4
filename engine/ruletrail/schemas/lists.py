"""Fields that are lists of rows: arrays of flat objects with a fixed most of rows."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ruletrail.documents import MappingNode, Node, members_of
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Mark, Problem, quote
from ruletrail.schemas.field_types import explain_types
from ruletrail.schemas.fields import (
    MOST_ROWS,
    FieldDeclaration,
    ListDeclaration,
    read_field,
)
from ruletrail.schemas.places import admitted_types, expand, item_fragments, property_fragments

Fragments = list[Mapping[str, Any]]


def read_list(
    code: str, fragments: Fragments, content: Mapping[str, Any], mark: Mark, written: Node | None
) -> tuple[list[Problem], ListDeclaration | None]:
    """Read a list of rows; what is wrong with its shape comes with None.

    `written` is where the form declares it: what is wrong with one cell stands there.
    """
    wrong = list(_find_wrong(code, fragments, content, mark, written))
    if wrong:
        return wrong, None
    titles = (each.get("title") for each in fragments)
    label = next((title for title in titles if isinstance(title, str) and title), code)
    cells = {
        name: cell
        for name, parts in _cells_of(fragments, content)
        if (cell := _read_cell(code, name, parts)) is not None
    }
    return [], ListDeclaration(code, label, _most_of(fragments) or 0, cells)


def _find_wrong(
    code: str, fragments: Fragments, content: Mapping[str, Any], mark: Mark, written: Node | None
) -> Iterator[Problem]:
    most = _most_of(fragments)
    if most is None or most > MOST_ROWS:
        details = {"code": quote(code), "limit": str(MOST_ROWS)}
        yield Problem("schema-list-rows", mark, details)
    row = _row_of(fragments, content)
    is_plain = not any("prefixItems" in each or "contains" in each for each in fragments)
    cells = _cells_of(fragments, content)
    if admitted_types(row) != {"object"} or not is_plain or not cells:
        yield Problem("schema-list-form", mark, {"code": quote(code)})
        return
    named = members_of(members_of(written).get("items")).get("properties")
    keys = named.keys if isinstance(named, MappingNode) else {}
    for name, parts in cells:
        if _read_cell(code, name, parts) is None:
            # a cell that a reference brings is written elsewhere
            place = keys[name].mark if name in keys else mark
            yield explain_types(f"{code}.{name}", parts, place)


def _most_of(fragments: Fragments) -> int | None:
    """Find how many rows a list may have at most; None where no schema says so."""
    found = [_whole(each["maxItems"]) for each in fragments if "maxItems" in each]
    return min(found, default=None)


def _whole(number: int | Decimal) -> int:
    return int(number)


def _row_of(fragments: Fragments, content: Mapping[str, Any]) -> Fragments:
    return list(expand(item_fragments(fragments, 0), content))


def _cells_of(fragments: Fragments, content: Mapping[str, Any]) -> Sequence[tuple[str, Fragments]]:
    """List the names of a row's fields as written, each with the schemas that speak of it."""
    row = _row_of(fragments, content)
    names = dict.fromkeys(name for each in row for name in each.get("properties", {}))
    return [(name, list(expand(property_fragments(row, name), content))) for name in names]


def _read_cell(code: str, name: str, fragments: Fragments) -> FieldDeclaration | None:
    found = read_field(f"{code}.{name}", fragments)
    if found is None or found.label != found.code:
        return found
    return replace(found, label=name)
