"""What an edition leaves behind of a list of its base, which it replaces whole.

`extends` merges entries, but not lists: who writes one exception to add it takes away all others,
and nothing else tells of it. A list that is meant to be shorter is right; so it is a remark.
"""

import re
from collections.abc import Iterator, Mapping

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
                kept = {_name(each) for each in items_of(own)}
                gone = [each for each in items_of(other) if _name(each) not in kept]
                is_shorter = len(items_of(own)) < len(items_of(other)) or key == "exceptions"
                if gone and items_of(own) and is_shorter:
                    yield _tell(code, key, entry, gone)


def _tell(code: str, key: str, entry: Node, gone: list[Node]) -> LeftBehind:
    names = [quote(_name(each)) for each in gone[:MOST_LISTED]]
    more = ", …" if len(gone) > MOST_LISTED else ""
    details = {
        "key": quote(key),
        "code": quote(code),
        "names": ", ".join(names) + more,
    }
    mark = entry.keys[key].mark if isinstance(entry, MappingNode) else entry.mark
    read = {word for each in gone for text in _texts(each) for word in _NAME.findall(text)}
    return LeftBehind(Problem("list-replaced", mark, details), frozenset(read))


def _name(item: Node) -> str:
    """Call an item by its label, its outcome, its first day or its begin; else by its keys."""
    members = members_of(item)
    found = next((members[key] for key in _NAMED_BY if key in members), None)
    if isinstance(found, ScalarNode):
        return found.text
    keys = [f"{key}: {_shown(node)}" for key, node in members.items() if key not in _OF_VALUE]
    return ", ".join(keys)


_OF_VALUE = ("value", "source", "evidence", "note")


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
