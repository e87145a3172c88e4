"""Write out `for_each`: one entry per combination of values, at the level of the document's tree.

Marks stay those of the text that the author wrote.
"""

import re
from itertools import product
from math import prod

from ruletrail.documents import RULEBOOK_LIMITS, MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.problems import Problem, quote, refusal

MOST_ENTRIES = 20_000
ENTRY_KINDS = ("rules", "decisions", "sections", "checks", "messages")

_VARIABLE = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(slots=True)
class _Budget:
    """What writing out may still add, so that a few lines cannot become gigabytes."""

    nodes: int = RULEBOOK_LIMITS.nodes

    def spend(self, node: ScalarNode, length: int) -> None:
        """Count one written value; raises `ProblemsError` at a limit of documents."""
        self.nodes -= 1
        if self.nodes < 0:
            raise refusal("too-many-nodes", node.mark, limit=str(RULEBOOK_LIMITS.nodes))
        if length > RULEBOOK_LIMITS.scalar:
            raise refusal("text-too-long", node.mark, limit=str(RULEBOOK_LIMITS.scalar))


def expand_for_each(rulebook: MappingNode) -> tuple[MappingNode, list[Problem]]:
    """Return the rulebook with every `for_each` written out, and what is wrong with them."""
    problems: list[Problem] = []
    values, budget = dict(rulebook.values), _Budget()
    count = sum(
        len(node.values)
        for key in ("parameters", "groups")
        if isinstance(node := values.get(key), MappingNode)
    )
    for kind in ENTRY_KINDS:
        entries = values.get(kind)
        if isinstance(entries, MappingNode):
            count += _count(entries)
            if count > MOST_ENTRIES:
                raise refusal("too-many-entries", entries.mark, limit=str(MOST_ENTRIES))
            values[kind] = _expand_entries(entries, problems, budget)
    return replace(rulebook, values=values), problems


def _count(entries: MappingNode) -> int:
    return sum(
        prod(len(values) for _, values in _variables(entry)) for entry in entries.values.values()
    )


def _variables(entry: Node) -> list[tuple[str, list[str]]]:
    for_each = entry.get("for_each") if isinstance(entry, MappingNode) else None
    if not isinstance(for_each, MappingNode):
        return []
    return [
        (name, [item.text for item in node.items if isinstance(item, ScalarNode)])
        for name, node in for_each.values.items()
        if isinstance(node, SequenceNode)
    ]


def _expand_entries(entries: MappingNode, problems: list[Problem], budget: _Budget) -> MappingNode:
    values: dict[str, Node] = {}
    keys: dict[str, ScalarNode] = {}
    for written, entry in entries.values.items():
        key = entries.keys[written]
        for code, node in _expand_entry(written, key, entry, problems, budget):
            if code in values:
                problems.append(
                    Problem(
                        "duplicate-code",
                        key.mark,
                        {"code": quote(code), "line": str(keys[code].mark.line)},
                    )
                )
            values[code], keys[code] = node, replace(key, text=code)
    return MappingNode(values, keys, entries.mark)


def _expand_entry(
    written: str, key: ScalarNode, entry: Node, problems: list[Problem], budget: _Budget
) -> list[tuple[str, Node]]:
    variables = _variables(entry)
    used = set(_VARIABLE.findall(written))
    names = {name for name, _ in variables}
    for code, wrong in (("for-each-unknown", used - names), ("for-each-unused", names - used)):
        problems += [
            Problem(code, key.mark, {"name": quote("{" + name + "}")}) for name in sorted(wrong)
        ]
    if used != names:
        return []
    if not names:
        return [(written, entry)]
    bare = _without_for_each(entry)
    expanded = []
    for combination in product(*(values for _, values in variables)):
        chosen = dict(zip((name for name, _ in variables), combination, strict=True))
        expanded.append((_fill(written, chosen), _substitute(bare, chosen, budget)))
    return expanded


def _without_for_each(entry: Node) -> Node:
    if not isinstance(entry, MappingNode):
        return entry
    return replace(
        entry, values={key: value for key, value in entry.values.items() if key != "for_each"}
    )


def _substitute(node: Node, chosen: dict[str, str], budget: _Budget) -> Node:
    match node:
        case ScalarNode():
            longest = max((len(value) for value in chosen.values()), default=0)
            budget.spend(
                node, len(node.text) + node.text.count("{") * longest if "{" in node.text else 0
            )
            text = _fill(node.text, chosen)
            return node if text == node.text else replace(node, text=text, inline=False)
        case SequenceNode():
            return replace(
                node, items=tuple(_substitute(item, chosen, budget) for item in node.items)
            )
        case MappingNode():
            return replace(
                node,
                values={
                    key: _substitute(value, chosen, budget) for key, value in node.values.items()
                },
            )


def _fill(text: str, chosen: dict[str, str]) -> str:
    return (
        _VARIABLE.sub(lambda match: chosen.get(match.group(1), match.group()), text)
        if "{" in text
        else text
    )
