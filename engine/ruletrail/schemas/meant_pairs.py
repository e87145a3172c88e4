"""Items of lists written as one pair, `{2026-01-01: 4}`: what both halves are, both keys written.

So people write a dated value, a band of a scale or a row of a table with one key. Neither half is
wrong by itself, and each item is told once, with the item that is meant.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ruletrail.documents import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    items_of,
    members_of,
)
from ruletrail.problems import Problem, quote, quote_to_write
from ruletrail.suggestions import day_like
from ruletrail.values import is_plain_number

_PAST = ("oltre", "sopra", "above", "over", "piu di", "più di", "more than", ">")
"""Words before a threshold at which the band does not hold yet."""
_LISTS = ("values", "bands", "rows")
_HOLDERS = ("parameters", "scales", "tables")
_WORDS = re.compile(r"[^0-9-]{0,30}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_DEPTH = 3
"""How many steps lead to a list: its part, its code, its key; to an item one more."""

Way = tuple[str | int, ...]


def find_pairs(errors: Iterable[Any], root: Node) -> dict[Way, Problem]:
    """Give a problem for each item that is a pair, by the way that leads to it."""
    ways = dict.fromkeys(tuple(error.absolute_path) for error in errors)
    items = [way for way in ways if len(way) > _DEPTH and way[0] in _HOLDERS and way[-2] in _LISTS]
    found = {way: _find_pair(way, root) for way in items}
    return {way: problem for way, problem in found.items() if problem is not None}


def _find_pair(way: Way, root: Node) -> Problem | None:
    place: Node | None = root
    for step in way:
        holder, place = place, None
        if isinstance(holder, MappingNode):
            place = holder.get(str(step))
        elif isinstance(holder, SequenceNode):
            place = holder.items[int(step)]
    if not isinstance(place, MappingNode) or len(place.values) != 1:
        return None
    ((key, value),) = place.values.items()
    meant = _read_key(key, way, root) if isinstance(value, ScalarNode) else ""
    if not meant or not isinstance(value, ScalarNode):
        return None
    given = "rate" if _is_marginal(way, root) else "value"
    instead = f"{{{meant}, {given}: {value.text}}}"
    shown = {"text": quote(f"{{{key}: {value.text}}}"), "instead": quote_to_write(instead)}
    return Problem("wrong-form", place.mark, shown, "", "write-instead")


def _read_key(key: str, way: Way, root: Node) -> str:
    """Write what the first half of a pair means, with its key; empty where that is not clear."""
    words = _match(key)
    rest = key[len(words) :].strip()
    if way[-2] == "values":
        day = rest if _DAY.fullmatch(rest) else day_like(rest)
        return f"from: {day}" if day else ""
    if way[-2] == "bands":
        past = words.strip().lower() in _PAST
        return f"{'above' if past else 'from'}: {rest}" if is_plain_number(rest) else ""
    by = [
        each.text for each in items_of(_entry(way, root).get("by")) if isinstance(each, ScalarNode)
    ]
    return f"{by[0]}: {key}" if len(by) == 1 and key not in (*by, "value") else ""


def _match(key: str) -> str:
    found = _WORDS.match(key)
    return found.group() if found else ""


def _entry(way: Way, root: Node) -> Mapping[str, Node]:
    part = root.get(str(way[0])) if isinstance(root, MappingNode) else None
    return members_of(members_of(part).get(str(way[1])))


def _is_marginal(way: Way, root: Node) -> bool:
    kind = _entry(way, root).get("kind")
    return way[-2] == "bands" and isinstance(kind, ScalarNode) and kind.text == "marginal"
