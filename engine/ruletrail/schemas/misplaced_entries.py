"""Entries of a rulebook that stand under the heading of another kind: a rule among decisions.

Told is only what its own keys leave no doubt of: one kind knows them all, and one of them is that
kind's alone. What stands under its own heading is read on, as if it had been written there.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode, members_of, text_of
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.problems import Problem, quote, term
from ruletrail.values import is_plain_number

_TELLING = {
    "parameters": "value values",
    "scales": "bands times",
    "tables": "by file",
    "lists": "row",
    "rules": "formula round exceptions heading",
    "decisions": "cases policy",
    "sections": "due fields optional part_of",
    "checks": "expect severity",
    "messages": "text",
    "sources": "kind url",
}
"""The keys by which an entry is told, and that one kind has: what they hold is seen to below."""
_KEYS_OF = {part: words.split() for part, words in _TELLING.items()}
_NAMES_CODES = ("rules", "scales", "tables", "lists")
"""Where a list of codes is a group: elsewhere it may be the fields, or the outcomes, of one."""
_SAY_MORE = ("messages", "sections")
"""Where what stands under `value`, unless it is a number, may be a sentence, or when it is due."""
_CONDITIONS = ("checks", "properties", "sections")
"""What holds a condition, which people call a formula too."""
_COMPARES = re.compile(r"[<>=!≤≥≠]|\b(?:and|or|not|in)\b")
_RECKONS = re.compile(r"[-+*/·×÷−]|\b(?:sum|min|max|round)\b")
_CODE = re.compile(r"[A-Za-z]\w*", re.ASCII)
_FEWEST_CODES = 2


@dataclass(frozen=True, slots=True)
class _Misplaced:
    """An entry, the part it stands in, and the one it belongs to."""

    part: str
    key: ScalarNode
    entry: Node
    owner: str


def put_under_own_heading(
    root: MappingNode, content: Mapping[str, Any]
) -> tuple[MappingNode, list[Problem]]:
    """Return a rulebook's tree with each entry under the heading of its kind, and those moved.

    `content` is the schema of rulebooks: what keys an entry of each part may have.
    """
    known = {part: _known_keys(part, content) for part in (*_KEYS_OF, "properties")}
    found = [
        _Misplaced(part, _key_of(below, code), entry, owner)
        for part in (*known, "groups")
        if isinstance(below := root.get(part), MappingNode)
        for code, entry in below.values.items()
        if (owner := _find_owner(part, entry, known))
    ]
    if not found:
        return root, []
    under = {(each.part, each.owner): 0 for each in found}
    for each in found:
        under[each.part, each.owner] += 1
    whole = {pair for pair, count in under.items() if count == len(members_of(root.get(pair[0])))}
    return _move(root, found), [_tell(each, root, whole) for each in found]


def _known_keys(part: str, content: Mapping[str, Any]) -> frozenset[str]:
    entries = content["properties"][part]["patternProperties"]
    reference = next(iter(entries.values()))["$ref"].rpartition("/")[2]
    return frozenset(content["$defs"][reference]["properties"])


def _find_owner(part: str, entry: Node, known: Mapping[str, frozenset[str]]) -> str:
    """Return the part that an entry belongs to; empty where it may be of the one it stands in."""
    if isinstance(entry, SequenceNode):
        return "groups" if part in _NAMES_CODES and _is_group(entry) else ""
    keys = {key for key in members_of(entry) if any(key in each for each in known.values())}
    if keys <= known.get(part, frozenset()):
        return ""
    owners = [
        owner
        for owner, telling in _KEYS_OF.items()
        if keys <= known[owner] and not keys.isdisjoint(telling)
    ]
    is_certain = len(owners) == 1 and _says_so(part, owners[0], members_of(entry))
    return owners[0] if is_certain and owners[0] != part else ""


def _is_group(entry: SequenceNode) -> bool:
    plain = [each for each in entry.items if isinstance(each, ScalarNode) and each.style == "plain"]
    is_whole = len(plain) == len(entry.items) >= _FEWEST_CODES
    return is_whole and all(_CODE.fullmatch(each.text) for each in plain)


def _says_so(part: str, owner: str, entry: Mapping[str, Node]) -> bool:
    """Tell whether what the telling key holds is what that kind has, and not another key's."""
    if owner == "parameters":
        # a value that reckons is a formula under another name, one of a message its text
        value = entry.get("value")
        if part in _SAY_MORE:
            return is_plain_number(text_of(value))
        return value is None or _is_constant(value)
    if owner == "sections" and part == "groups":
        # a group's codes are its fields to some
        return "due" in entry or "part_of" in entry
    if owner == "sources":
        return "title" in entry
    others = set(_KEYS_OF["rules"]) - {"formula"} | {"unit", "display"}
    if owner != "rules" or not others.isdisjoint(entry):
        return True
    formula = text_of(entry.get("formula"))
    if part in _CONDITIONS:
        return bool(_RECKONS.search(formula)) and not _COMPARES.search(formula)
    # a number, and perhaps its unit, is the value of a parameter
    is_value = formula[:1].isdigit() and not _RECKONS.search(formula)
    return part != "parameters" or not (is_value or is_plain_number(formula))


def _is_constant(value: Node) -> bool:
    return isinstance(value, ScalarNode) and (
        value.style == "quoted" or is_plain_number(value.text) or value.text in ("true", "false")
    )


def _key_of(below: MappingNode, code: str) -> ScalarNode:
    return below.keys.get(code) or ScalarNode(code, "plain", below.mark)


def _tell(found: _Misplaced, root: MappingNode, whole: Collection[tuple[str, str]]) -> Problem:
    """Say where an entry belongs; `whole` are parts all of whose entries belong to one other."""
    part, owner, there = found.part, found.owner, root.get(found.owner)
    details = {
        "code": quote(found.key.text),
        "kind": term(f"one-of-{owner}"),
        "part": part,
        "owner": owner,
        "line": str(root.keys[part].mark.line),
    }
    # where nothing would be left under either heading, it is the headings that are wrong
    if (part, owner) in whole and (there is None or (owner, part) in whole):
        advice = "entry-heading"
    elif there is None:
        advice = "entry-needs-heading"
    else:
        advice = "entry-there-already" if found.key.text in members_of(there) else ""
    return Problem("misplaced-entry", found.key.mark, details, "", advice)


def _move(root: MappingNode, found: Sequence[_Misplaced]) -> MappingNode:
    """Put entries below the headings of their kinds; one whose code is taken there is left out."""
    parts = {name for each in found for name in (each.part, each.owner)}
    entries = {part: dict(members_of(root.get(part))) for part in parts}
    names = {
        part: dict(below.keys) if isinstance(below := root.get(part), MappingNode) else {}
        for part in parts
    }
    for each in found:
        del entries[each.part][each.key.text]
        names[each.part].pop(each.key.text, None)
    for each in found:
        if each.key.text not in entries[each.owner]:
            entries[each.owner][each.key.text] = each.entry
            names[each.owner][each.key.text] = each.key
    marks = {each.owner: each.key.mark for each in reversed(found)}
    values, keys = dict(root.values), dict(root.keys)
    for part in parts:
        below = root.get(part)
        mark = below.mark if below is not None else marks[part]
        values[part] = MappingNode(entries[part], names[part], mark)
        keys.setdefault(part, ScalarNode(part, "plain", mark))
    return replace(root, values=values, keys=keys)
