"""Lists written in another shape: items as pairs, `{2026-01-01: 4}` or `[centro, 1]`, or as a map.

So people write dated values, bands of a scale and rows of a table, and versions and exceptions as
entries with a name. Nothing in them is wrong by itself, and each is told once, with the item that
is meant.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ruletrail.documents import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    items_of,
    members_of,
)
from ruletrail.problems import Problem, quote, quote_to_write, term
from ruletrail.schemas.sketches import kind_of, write_short
from ruletrail.suggestions import day_like
from ruletrail.values import is_plain_number

_PAST = ("oltre", "sopra", "above", "over", "piu di", "più di", "more than", ">")
"""Words before a threshold at which the band does not hold yet."""
_ENDING = re.compile(
    r"[<≤]|\b(?:fino|sino|entro|sotto|meno|prima|non|massimo|max"
    r"|up|to|until|till|through|by|below|under|less|before|most|not?)\b",
    re.IGNORECASE,
)
"""Words before the last day or number at which something holds: no list is written by these."""
_NO_KEYS = frozenset({
    "value", "source", "evidence", "note", "otherwise", "altrimenti", "else", "default", "*",
})  # fmt: skip
"""What stands before a colon in a row and is no key of the table."""
_LISTS = ("values", "bands", "rows")
_HOLDERS = ("parameters", "scales", "tables", "rules")
_OF_ENTRIES = (*_LISTS, "versions", "exceptions")
"""The lists whose items people give names, days or keys, as entries have their codes."""
_CONDITION = re.compile(r"[<>=≤≥≠!]|\b(?:and|or|not|in)\b")
_WORDS = re.compile(r"[^0-9-]{0,30}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_CONTENTS = frozenset({"bands", "rows", "file"})
"""What a version of a scale or a table holds, beside its days."""

_DEPTH = 3
"""How many steps lead to a list: its part, its code, its key; to an item one more."""

Way = tuple[str | int, ...]


def find_pairs(errors: Iterable[Any], root: Node) -> dict[Way, Problem]:
    """Give a problem for each list, or item of one, in another shape, by the way that leads to it.

    Whatever else is found there, or below, is said with it.
    """
    ways = dict.fromkeys(tuple(error.absolute_path)[: _DEPTH + 1] for error in errors)
    ways |= dict.fromkeys(way[:_DEPTH] for way in list(ways))
    of_lists = [way for way in ways if len(way) >= _DEPTH and way[0] in _HOLDERS]
    found = {way: _find_shape(way, root) for way in of_lists}
    return {way: problem for way, problem in found.items() if problem is not None}


def is_within(way: Way, pairs: Collection[Way]) -> bool:
    """Tell whether a way leads to, or into, what one of the problems is about."""
    return any(way[:depth] in pairs for depth in (_DEPTH, _DEPTH + 1))


def _find_shape(way: Way, root: Node) -> Problem | None:
    place: Node | None = root
    for step in way:
        holder, place = place, None
        if isinstance(holder, MappingNode):
            place = holder.get(str(step))
        elif isinstance(holder, SequenceNode) and isinstance(step, int):
            place = holder.items[step]
    is_of_rule = way[0] == "rules"
    if len(way) > _DEPTH:
        is_pair = way[_DEPTH - 1] in _LISTS and not is_of_rule
        return _find_item(place, way, root) if is_pair else None
    if way[-1] == "versions" and isinstance(place, SequenceNode):
        return _find_content(place, way, root)
    if not isinstance(place, MappingNode) or is_of_rule is not (way[-1] == "exceptions"):
        return None
    is_map = way[-1] in _LISTS or way[::2] == ("parameters", "value")
    found = _find_map(place, way, root) if is_map else None
    return found or (_find_entries(place, way, root) if way[-1] in _OF_ENTRIES else None)


def _find_item(place: Node | None, way: Way, root: Node) -> Problem | None:
    """Tell an item that is one pair, or a list of its values."""
    halves: list[Node] = []
    text = ""
    if isinstance(place, SequenceNode):
        halves = list(place.items)
        meant = _read_list(halves, way, root)
        text = f"[{', '.join(map(_written, halves))}]"
    elif isinstance(place, MappingNode) and len(place.values) == 1:
        ((key, value),) = place.values.items()
        halves, meant = [value], _read_key(key, way, root)
        text = f"{{{key}: {_written(value)}}}"
    if place is None or not halves or not meant or not _are_scalars(halves):
        return None
    instead = f"{{{meant}, {_given(way, root)}: {_written(halves[-1])}}}"
    shown = {"text": quote(text), "instead": quote_to_write(instead)}
    return Problem("wrong-form", place.mark, shown, "", "write-instead")


def _find_map(place: MappingNode, way: Way, root: Node) -> Problem | None:
    """Tell a map of values by their days, limits or keys, where a list of them belongs."""
    values = list(place.values.values())
    if not values or not _are_scalars(values):
        return None
    is_value, way = way[-1] == "value", (*way[:-1], "values" if way[-1] == "value" else way[-1], 0)
    meant = [_read_key(key, way, root) for key in place.values]
    expected = term("boolean|number|string" if is_value else "array")
    kinds = {"text": quote(write_short(place)), "expected": expected, "found": term(kind_of(place))}
    if is_value and not all(meant):
        return Problem("wrong-type", place.mark, kinds, "", "value-by-key")
    if not all(meant):
        return None
    given = _given(way, root)
    items = [f"{{{each}, {given}: {_written(v)}}}" for each, v in zip(meant, values, strict=True)]
    if is_value:
        shown = {**kinds, "instead": quote_to_write(f"values: [{', '.join(items)}]")}
        return Problem("wrong-type", place.mark, shown, "", "values-from-days")
    shown = {**kinds, "example": f"`- {items[0]}`"}
    return Problem("wrong-type", place.mark, shown, "", "entries-as-list")


def _find_entries(place: MappingNode, way: Way, root: Node) -> Problem | None:
    """Tell a map of items by names, days or conditions, where a list of them belongs."""
    if not place.values:
        return None
    key, value = next(iter(place.values.items()))
    expected, found = term("array"), term(kind_of(place))
    kinds = {"text": quote(write_short(place)), "expected": expected, "found": found}
    item = _as_item(key, value, (*way, 0), root)
    if not item:
        return None
    shown = {**kinds, "example": quote_to_write(f"- {{{item}}}")}
    return Problem("wrong-type", place.mark, shown, "", "entries-as-list")


def _as_item(key: str, value: Node, way: Way, root: Node) -> str:
    """Write what stands below one key of such a map as an item; empty where that is not clear."""
    name = way[-2]
    if name == "exceptions" and isinstance(value, ScalarNode) and key not in ("when", "formula"):
        return f"when: {_in_flow(key)}, formula: {_in_flow(value.text)}"
    if name == "versions" and isinstance(value, SequenceNode):
        content = "bands" if way[0] == "scales" else "rows"
        return f"{_from_day(key)}, {content}: […]" if _from_day(key) else ""
    if name == "rows" and isinstance(value, ScalarNode):
        meant = _read_key(key, way, root)
        return f"{meant}, value: {_as_written(value)}" if meant else ""
    if not isinstance(value, MappingNode):
        return ""
    own = [f"{each}: {_as_written(node)}" for each, node in value.values.items()]
    return ", ".join([*_named_by(key, value, way, root), *own])


def _named_by(key: str, value: MappingNode, way: Way, root: Node) -> list[str]:
    """Write what a key says of its item and the item does not: its day, condition, key or name."""
    name = way[-2]
    if name == "exceptions":
        is_condition = "when" not in value.values and _CONDITION.search(key)
        if is_condition:
            return [f"when: {_in_flow(key)}"]
        return [] if "label" in value.values else [f"label: {_in_flow(key)}"]
    if name == "versions":
        return [_from_day(key)] if _from_day(key) and "from" not in value.values else []
    by = _by(way, root) if name == "rows" else ["from", "above"]
    meant = "" if any(each in value.values for each in by) else _read_key(key, way, root)
    return [meant] if meant else []


def _from_day(key: str) -> str:
    day = _as_day(key[len(_match(key)) :].strip())
    return f"from: {day}" if day else ""


def _as_written(node: Node) -> str:
    """Write what stands below a key on one line: a value, and of what holds more the brackets."""
    if not isinstance(node, ScalarNode):
        return write_short(node)
    return _written(node) if node.style == "quoted" else _in_flow(node.text)


def _in_flow(text: str) -> str:
    """Write a plain text as it may stand between braces."""
    is_bare = not re.search(r"[,\[\]{}#]|: |^[\"'&*!|>%@`]", text)
    return text if is_bare else f"'{text}'"


def _find_content(place: SequenceNode, way: Way, root: Node) -> Problem | None:
    """Tell bands or rows that stand where their versions do, each of which has a list of them."""
    items = [members_of(each) for each in place.items]
    key = "bands" if way[0] == "scales" else "rows"
    own = {"above", "value", "rate", "from"} if key == "bands" else {"value", *_by(way, root)}
    if not items or not all(each and each.keys() <= own for each in items):
        return None
    begins = [each.get("from") for each in items]
    if key == "bands" and any(isinstance(e, ScalarNode) and _as_day(e.text) for e in begins):
        return None  # each has its day, and lacks its bands
    entry = members_of(root.get(str(way[0])) if isinstance(root, MappingNode) else None)
    holder = entry.get(str(way[1]))
    mark = holder.keys["versions"].mark if isinstance(holder, MappingNode) else place.mark
    details = {"text": quote("versions"), "instead": quote_to_write(f"{key}:")}
    return Problem("wrong-form", mark, details, "", f"versions-of-{key}")


def _are_scalars(nodes: Iterable[Node]) -> bool:
    return all(isinstance(each, ScalarNode) for each in nodes)


def _written(node: Node) -> str:
    """Write a value as it stands, in its quotes."""
    text = node.text if isinstance(node, ScalarNode) else ""
    return f'"{text}"' if isinstance(node, ScalarNode) and node.style == "quoted" else text


def _given(way: Way, root: Node) -> str:
    return "rate" if _is_marginal(way, root) else "value"


def _read_list(halves: Sequence[Node], way: Way, root: Node) -> str:
    """Write all but the last of an item's values with their keys."""
    if not _are_scalars(halves) or len(halves) < 2:  # noqa: PLR2004 - a key and a value
        return ""
    if way[-2] == "rows":
        by = _by(way, root)
        pairs = zip(by, map(_written, halves), strict=False)
        return ", ".join(map(": ".join, pairs)) if len(by) == len(halves) - 1 else ""
    return _read_key(_written(halves[0]), way, root) if len(halves) == 2 else ""  # noqa: PLR2004


def _as_day(text: str) -> str:
    """Write a day, or the first of a year; empty for anything else."""
    if _YEAR.fullmatch(text):
        return f"{text}-01-01"
    return text if _DAY.fullmatch(text) else day_like(text)


def _by(way: Way, root: Node) -> list[str]:
    """List the key columns of a table."""
    listed = items_of(_entry(way, root).get("by"))
    return [each.text for each in listed if isinstance(each, ScalarNode)]


def _read_key(key: str, way: Way, root: Node) -> str:
    """Write what the first half of a pair means, with its key; empty where that is not clear."""
    words = _match(key)
    rest = key[len(words) :].strip()
    if way[-2] != "rows" and _ENDING.search(words):
        return ""
    if way[-2] == "values":
        day = _as_day(rest)
        return f"from: {day}" if day else ""
    if way[-2] == "bands":
        past = words.strip().lower().startswith(_PAST) and "=" not in words
        return f"{'above' if past else 'from'}: {rest}" if is_plain_number(rest) else ""
    by = _by(way, root)
    return f"{by[0]}: {key}" if len(by) == 1 and key not in _NO_KEYS | {*by} else ""


def _match(key: str) -> str:
    found = _WORDS.match(key)
    return found.group() if found else ""


def _entry(way: Way, root: Node) -> Mapping[str, Node]:
    part = root.get(str(way[0])) if isinstance(root, MappingNode) else None
    return members_of(members_of(part).get(str(way[1])))


def _is_marginal(way: Way, root: Node) -> bool:
    kind = _entry(way, root).get("kind")
    return way[-2] == "bands" and isinstance(kind, ScalarNode) and kind.text == "marginal"
