"""`extends`: lay one rulebook over another. Maps merge, `remove` drops, others replace.

Marks point to the file that wrote what stands. What identifies a version (name, edition, version,
status, title, report, in_force) is never inherited.
"""

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.problems import Problem, nearest_name, quote
from ruletrail.rulebooks.expansion import ENTRY_KINDS

REMOVABLE = (*ENTRY_KINDS, "parameters", "groups", "sources")
INHERITED = (*REMOVABLE, "locale")


def merge_rulebooks(base: MappingNode, over: MappingNode) -> tuple[MappingNode, list[Problem]]:
    """Lay `over` upon `base`, both written out; returns the whole and the unknown removals."""
    base, problems = _remove(base, over)
    values, keys = dict(over.values), dict(over.keys)
    for kind in INHERITED:
        inherited = base.get(kind)
        if inherited is None:
            continue
        own = over.get(kind)
        values[kind] = inherited if own is None else _merge(inherited, own)
        keys.setdefault(kind, base.keys[kind])
    for consumed in ("extends", "remove"):
        values.pop(consumed, None)
    return MappingNode(values, keys, over.mark), problems


def _merge(base: Node, over: Node) -> Node:
    if not isinstance(base, MappingNode) or not isinstance(over, MappingNode):
        return over
    values, keys = dict(base.values), dict(base.keys)
    for key, value in over.values.items():
        values[key] = _merge(values[key], value) if key in values else value
        keys[key] = over.keys[key]
    return MappingNode(values, keys, over.mark)


def _remove(base: MappingNode, over: MappingNode) -> tuple[MappingNode, list[Problem]]:
    removed = over.get("remove")
    if not isinstance(removed, SequenceNode):
        return base, []
    known = {
        key
        for kind in REMOVABLE
        if isinstance(node := base.get(kind), MappingNode)
        for key in node.values
    }
    codes = [item for item in removed.items if isinstance(item, ScalarNode)]
    problems = [
        Problem(
            "remove-unknown", item.mark, {"code": quote(item.text)}, nearest_name(item.text, known)
        )
        for item in codes
        if item.text not in known
    ]
    dropped = {item.text for item in codes}
    values = {
        key: _without(node, dropped) if key in REMOVABLE else node
        for key, node in base.values.items()
    }
    return MappingNode(values, base.keys, base.mark), problems


def _without(node: Node, dropped: set[str]) -> Node:
    if not isinstance(node, MappingNode):
        return node
    values = {key: value for key, value in node.values.items() if key not in dropped}
    return MappingNode(values, {key: node.keys[key] for key in values}, node.mark)
