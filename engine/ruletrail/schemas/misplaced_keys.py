"""Keys that stand in the wrong part of a document: told once of all that belong to one other.

A key is misplaced where a single other mapping knows it; one that two know is only unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ruletrail.documents import MappingNode, Node, ScalarNode, members_of
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Mark, Problem, quote
from ruletrail.schemas.keywords import Same

_TO_INDENT = ("key-to-indent", "two-keys-to-indent", "keys-to-indent")
_ELSEWHERE = ("key-elsewhere", "two-keys-elsewhere", "keys-elsewhere")
"""The hints for one key, for two and for more."""
_MOST_NAMED = 3
"""Keys that are named of those which one line, the key of their part, would hold."""


def key_mark(key: Any, place: Node) -> Mark:
    """Return the mark of a key; of the mapping where it has none."""
    known = isinstance(place, MappingNode) and key in place.keys
    return place.keys[key].mark if isinstance(place, MappingNode) and known else place.mark


def find_owners(keys: Sequence[str], known: Mapping[str, Any]) -> dict[str, str]:
    """Find the keys that belong one level below, in the only mapping that knows them."""
    below: dict[str, list[str]] = {key: [] for key in keys}
    for owner, members in _list_owners(Same(known)) if keys else ():
        # the shorter of the two is gone through: there may be thousands of either
        for key in members if len(members) < len(below) else below:
            if key in below and key in members:
                below[key].append(owner)
    return {key: owners[0] for key, owners in below.items() if len(owners) == 1}


@lru_cache(maxsize=256)
def _list_owners(known: Same[Mapping[str, Any]]) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """List the mappings one level below: gone through once for all reports that are wrong."""
    found = ((owner, _members(schema)) for owner, schema in known.items.items())
    return [(owner, members) for owner, members in found if members]


def _members(schema: Any) -> Mapping[str, Any]:
    members = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
    return members if isinstance(members, Mapping) else {}


def tell_to_indent(owners: Mapping[str, str], place: Node) -> Iterator[Problem]:
    """Say once of all keys that belong below another where they belong, at the first of them."""
    below: dict[str, list[str]] = {}
    for key, owner in owners.items():
        below.setdefault(owner, []).append(key)
    for owner, keys in below.items():
        details, advice = _count_keys(keys, owner, _TO_INDENT)
        if owner not in members_of(place):
            is_line = _stands_on_a_line(key_mark(keys[0], place), place)
            details["codes"] = _name_keys(keys)
            advice = "owner-above" if is_line else "owner-around"
            advice += "-many" * (is_line and len(keys) > _MOST_NAMED)
        yield Problem("unknown-key", key_mark(keys[0], place), details, "", advice)


def _name_keys(keys: Sequence[str]) -> str:
    return ", ".join(map(quote, keys[:_MOST_NAMED])) + ", …" * (len(keys) > _MOST_NAMED)


def _stands_on_a_line(mark: Mark, place: Node) -> bool:
    """Tell a key that begins its line in YAML's lines; in JSON and in braces none does."""
    keys = place.keys.values() if isinstance(place, MappingNode) else ()
    is_braced = any(
        isinstance(each, ScalarNode) and each.in_braces for each in members_of(place).values()
    )
    is_plain = all(key.style == "plain" for key in keys) and not is_braced
    return is_plain and not mark.text[: mark.column - 1].strip()


def _count_keys(
    keys: Sequence[str], owner: str, hints: Sequence[str]
) -> tuple[dict[str, str], str]:
    """Give what a hint says of keys that belong below another, and the hint for so many."""
    details = {"key": quote(keys[0]), "owner": owner, "count": str(len(keys) - 1)}
    others = {"other": quote(keys[1])} if len(keys) > 1 else {}
    return {**details, **others}, hints[min(len(keys), len(hints)) - 1]


def gather_misplaced(
    found: Sequence[Problem], content: Mapping[str, Any], root: Node
) -> list[Problem]:
    """Say once of the keys in one part of a report that belong to another where they belong."""
    inside = {
        each.mark: path
        for each in found
        if each.code == "unknown-key"
        and isinstance(path := each.mark.path, tuple)
        and isinstance(path[0], tuple)
    }
    keys = [str(key) for _, key in inside.values()]
    owners = find_owners(keys, content.get("properties", {})) if keys else {}
    told: dict[tuple[object, str], list[Problem]] = {}
    for each in found:
        place, key = inside.get(each.mark, ((), ""))
        if key in owners and each.code == "unknown-key":
            told.setdefault((place, owners[str(key)]), []).append(each)
    named = [
        _tell_misplaced(problems, owner, [str(inside[each.mark][1]) for each in problems], root)
        for (_, owner), problems in told.items()
    ]
    gone = {id(each) for problems in told.values() for each in problems}
    # that the part of such keys is missing is told with them
    absent = {(each.mark.path, each.absent) for each in named if each.absent}
    absent |= {(root.mark.path, owner) for _, owner in told}
    kept = [
        each
        for each in found
        if id(each) not in gone and (each.mark.path, each.absent) not in absent
    ]
    return kept + named


def without_misplaced(found: Sequence[Problem], root: Node) -> list[Problem]:
    """Leave out that a part of a report lacks a key which stands in another, and is told there."""
    places = [each for each in (root, *members_of(root).values()) if isinstance(each, MappingNode)]
    beside = {key.mark: place.keys for place in places for key in place.keys.values()}
    away = {
        (each.details["owner"], key)
        for each in found
        if each.code == "unknown-key" and "owner" in each.details
        for key in beside.get(each.mark, ())
    }
    return [
        each
        for each in found
        if each.code != "missing-key"
        or not isinstance(each.mark.path, tuple)
        or (each.mark.path[1], each.absent) not in away
    ]


def gather_outside(
    found: Sequence[Problem], content: Mapping[str, Any], root: Node
) -> list[Problem]:
    """Say of a key of the document's own that stands in one of its parts where it belongs.

    What follows it there and belongs to it, and that it lacks at the margin, is no other matter.
    """
    known, there = content.get("properties", {}), members_of(root)
    told: dict[int, Problem] = {}
    gone: set[tuple[object, str]] = set()
    for each in found:
        part, key = _place_inside(each, root)
        if key in known and key not in there and part in there:
            told[id(each)] = _tell_outside(each, key, part, known, root)
            gone.add((root.mark.path, key))
            if told[id(each)].advice == "key-to-margin":
                gone.update((part, member) for member in _members(known[key]))
    kept = (each for each in found if id(each) in told or not _is_gone(each, gone, root))
    return [told.get(id(each), each) for each in kept]


def _place_inside(problem: Problem, root: Node) -> tuple[str, str]:
    """Return the part of a document that an unknown key stands in, and the key."""
    path = problem.mark.path
    if problem.code != "unknown-key" or not isinstance(path, tuple):
        return "", ""
    around = path[0]
    is_inside = isinstance(around, tuple) and around[0] == root.mark.path
    return (str(around[1]), str(path[1])) if is_inside else ("", "")


def _is_gone(problem: Problem, gone: set[tuple[object, str]], root: Node) -> bool:
    lacks = problem.code == "missing-key" and (problem.mark.path, problem.absent) in gone
    return lacks or _place_inside(problem, root) in gone


def _tell_outside(
    problem: Problem, key: str, part: str, known: Mapping[str, Any], root: Node
) -> Problem:
    around = members_of(root)[part]
    keys = list(around.keys) if isinstance(around, MappingNode) else []
    after, members = keys[keys.index(key) + 1 :], _members(known[key])
    # of a part in lines its last key may be moved alone, with all that follows it
    is_last = all(each in members for each in after) and _stands_on_a_line(problem.mark, around)
    details = {**problem.details, "part": quote(f"{part}:"), "owner": key}
    advice = "key-to-margin" if is_last else "key-outside"
    return replace(problem, details=details, suggestion="", advice=advice, wording="")


def _tell_misplaced(
    problems: Sequence[Problem], owner: str, keys: Sequence[str], root: Node
) -> Problem:
    """Tell where keys belong; where that part is not there, the line that begins it is missing."""
    first = problems[0]
    if owner not in members_of(root) and _end_a_part(first.mark, len(keys), root):
        mark, details = replace(first.mark, path=root.mark.path), {"key": quote(owner)}
        shown = {**details, "owner": owner}
        return Problem("missing-key", mark, shown, advice="part-begins", absent=owner)
    details, advice = _count_keys(keys, owner, _ELSEWHERE)
    if owner not in members_of(root):
        around = first.mark.path[0] if isinstance(first.mark.path, tuple) else ""
        part = str(around[1]) if isinstance(around, tuple) else ""
        details |= {"part": quote(f"{part}:"), "codes": _name_keys(keys)}
        advice = "owner-beside"
    return replace(first, details={**first.details, **details}, suggestion="", advice=advice)


def _end_a_part(first: Mark, count: int, root: Node) -> bool:
    """Tell that a part of a document ends with so many keys, from one on."""
    for part in members_of(root).values():
        marks = [key.mark for key in part.keys.values()] if isinstance(part, MappingNode) else []
        if first in marks:
            return marks.index(first) + count == len(marks)
    return False
