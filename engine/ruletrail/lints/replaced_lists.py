"""What an edition leaves behind of a list of its base, which it replaces whole.

`extends` merges entries, but not lists: who writes one exception to add it takes away all others,
and nothing else tells of it. A list that is meant to be shorter is right; so it is a remark.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import NamedTuple

from ruletrail.documents import MappingNode, Node, ScalarNode, items_of, members_of
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.library.overlaid import Layer
from ruletrail.lints.subjects import Subject
from ruletrail.problems import Problem, quote
from ruletrail.suggestions import MOST_LISTED

_LISTS: Mapping[str, tuple[str, ...]] = {
    "parameters": ("values",),
    "scales": ("bands", "versions"),
    "tables": ("rows", "versions"),
    "rules": ("exceptions",),
    "decisions": ("cases",),
}
"""The lists of entries that an edition replaces whole, by the part that they stand in."""
_NAMED_BY = ("label", "outcome", "from", "above", "when")
"""What an item of such a list is called by, the first that it has."""
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """The items of a list of the base that the edition's own does not repeat."""

    problem: Problem
    names: frozenset[str]
    """What may be read by them."""


def find_left_behind(layer: Layer) -> Iterator[LeftBehind]:
    """Find the lists of an edition that are shorter than those which they replace.

    Of exceptions those that are as long too: each has its own name, and none is said anew.
    """
    for part, keys in _LISTS.items():
        below = members_of(layer.base.get(part))
        for code, entry in members_of(layer.over.get(part)).items():
            for key in keys:
                own, other = members_of(entry).get(key), members_of(below.get(code)).get(key)
                if own is None or not items_of(other):
                    continue
                ours, theirs = _list_items(own), _list_items(other)
                kept = {each for item in ours for each in item.said}
                gone = [item for item in theirs if kept.isdisjoint(item.said)]
                is_shorter = len(ours) < len(theirs) or key == "exceptions"
                if gone and ours and is_shorter:
                    yield _tell(code, key, entry, gone)


def _tell(code: str, key: str, entry: Node, gone: list["_Item"]) -> LeftBehind:
    names = [quote(each.name) for each in gone[:MOST_LISTED]]
    more = ", …" if len(gone) > MOST_LISTED else ""
    details = {
        "key": quote(key),
        "code": quote(code),
        "names": ", ".join(names) + more,
    }
    mark = entry.keys[key].mark if isinstance(entry, MappingNode) else entry.mark
    read = {word for each in gone for text in _texts(each.node) for word in _NAME.findall(text)}
    return LeftBehind(Problem("list-replaced", mark, details), frozenset(read))


class _Item(NamedTuple):
    """An item of a list: what it is called, and all by which it is known again."""

    name: str
    said: tuple[str, ...]
    node: Node


def _list_items(listed: Node | None) -> list[_Item]:
    return [item for node in items_of(listed) for item in _read_item(node)]


def _read_item(node: Node) -> Iterator[_Item]:
    """Call an item by its label, its outcome, its first day or its begin; else by its keys.

    An exception is the same under another label. A row for several keys is as many rows.
    """
    members = members_of(node)
    scalars = (members[key] for key in _NAMED_BY if key in members)
    named = [each.text for each in scalars if isinstance(each, ScalarNode)]
    if named:
        said = named if "outcome" not in members else named[:1]
        yield _Item(named[0], tuple("".join(each.split()) for each in said), node)
        return
    keys = {key: each for key, each in members.items() if key not in _OF_VALUE}
    choices = [[f"{key}: {text}" for text in _list_keys(each)] for key, each in keys.items()]
    count = prod(map(len, choices))
    if count > _MOST_KEYS:
        choices = [[f"{key}: {', '.join(_list_keys(each))}"] for key, each in keys.items()]
    for row in product(*choices):
        yield _Item(", ".join(row), (", ".join(sorted(row)),), node)


_OF_VALUE = ("value", "source", "evidence", "note")
_MOST_KEYS = 100
"""Keys that one row may answer for and is known again by each."""


def _list_keys(node: Node) -> list[str]:
    return [node.text] if isinstance(node, ScalarNode) else [*map(_shown, items_of(node))]


def _shown(node: Node) -> str:
    return node.text if isinstance(node, ScalarNode) else ", ".join(map(_shown, items_of(node)))


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, ScalarNode):
        yield node.text
    for each in (*members_of(node).values(), *items_of(node)):
        yield from _texts(each)


def advise_unused(problems: list[Problem], left: list[LeftBehind]) -> list[Problem]:
    """Say of what an edition takes over and does not use that what is left behind reads it."""
    return [
        _advise(each, left) if each.wording == "unused-inherited" else each for each in problems
    ]


def _advise(problem: Problem, left: list[LeftBehind]) -> Problem:
    names = {name.strip("`") for name in problem.details["names"].split(", ")}
    for each in left:
        if names & each.names:
            told = each.problem.details
            details = {**problem.details, "key": told["key"], "code": told["code"]}
            return replace(problem, details=details, advice="unused-left-behind")
    return problem


# -- What is told of a lookup that the edition replaces --------------------------------------------

_CONTENTS = ("rows", "bands", "file", "versions")


def place_at_edition(problems: list[Problem], subject: Subject) -> list[Problem]:
    """Tell of a table or a scale at the edition's own rows what a formula of its base asks of them.

    The formula is right by itself: the rows are what can be mended.
    """
    own = subject.resolved.mark.file
    return [
        _place(each, subject, own) if each.mark.file != own and "code" in each.details else each
        for each in problems
    ]


def _place(problem: Problem, subject: Subject, own: str) -> Problem:
    code = problem.details["code"].strip("`")
    for part in ("tables", "scales"):
        entry = members_of(subject.resolved.get(part)).get(code)
        keys = entry.keys if isinstance(entry, MappingNode) else {}
        marks = [keys[key].mark for key in _CONTENTS if key in keys and keys[key].mark.file == own]
        if marks and problem.code in _OF_CONTENTS:
            return replace(problem, mark=marks[0])
    return problem


_OF_CONTENTS = frozenset({"table-row-lacking", "table-row-unasked", "scale-without-least"})
"""What is told of a call, or of the whole of a table, and mended in its rows or bands."""
