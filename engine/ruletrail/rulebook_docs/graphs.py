"""What reads what, as Mermaid and as DOT; somebody's text stands in labels only."""

from collections import deque
from collections.abc import Iterator, Sequence

from ruletrail.fast_dataclasses import dataclass
from ruletrail.linking import LinkedRulebook, kind_of_entry
from ruletrail.problems import make_inert

_SHAPES = {
    "field": ("[/", "/]", "box"),
    "parameter": ("[(", ")]", "cylinder"),
    "rule": ("[", "]", "box"),
    "decision": ("{", "}", "diamond"),
    "section": ("[[", "]]", "folder"),
    "check": ("([", "])", "oval"),
    "message": ("[", "]", "note"),
}
"""For each kind: how Mermaid opens and closes its node, and the shape in DOT."""


@dataclass(frozen=True, slots=True)
class _Node:
    """One code of the graph."""

    name: str
    code: str
    kind: str


def write_mermaid(linked: LinkedRulebook, codes: Sequence[str] = ()) -> str:
    """Write the graph as a Mermaid flowchart; with codes, only they and what they rest on."""
    nodes = _nodes(linked, codes)
    lines = ["flowchart LR"]
    for node in nodes.values():
        left, right, _ = _SHAPES[node.kind]
        lines.append(f'  {node.name}{left}"{_mermaid(node.code)}"{right}')
    lines += [f"  {one} --> {other}" for one, other in _edges(linked, nodes)]
    return "\n".join(lines) + "\n"


def write_dot(linked: LinkedRulebook, codes: Sequence[str] = ()) -> str:
    """Write the graph as DOT; with codes, only they and what they rest on."""
    nodes = _nodes(linked, codes)
    lines = [f'digraph "{_dot(str(linked.rulebook.identity))}" {{', "  rankdir=LR;"]
    lines += [
        f'  {node.name} [label="{_dot(node.code)}", shape={_SHAPES[node.kind][2]}];'
        for node in nodes.values()
    ]
    lines += [f"  {one} -> {other};" for one, other in _edges(linked, nodes)]
    return "\n".join([*lines, "}"]) + "\n"


def _nodes(linked: LinkedRulebook, codes: Sequence[str]) -> dict[str, _Node]:
    """Choose the codes: all that read or are read, or the given ones with everything below them."""
    waiting = deque(codes or linked.rulebook.entries)
    chosen: dict[str, None] = {}
    while waiting:
        code = waiting.popleft()
        if code not in chosen:
            chosen[code] = None
            waiting.extend(linked.reads.get(code, ()))
    numbered = enumerate(chosen)
    return {code: _Node(f"n{number}", code, _kind(linked, code)) for number, code in numbered}


def _kind(linked: LinkedRulebook, code: str) -> str:
    entry = linked.rulebook.entries.get(code)
    if entry is not None:
        return kind_of_entry(entry)
    return "parameter" if code in linked.rulebook.parameters else "field"


def _edges(linked: LinkedRulebook, nodes: dict[str, _Node]) -> Iterator[tuple[str, str]]:
    for code, node in nodes.items():
        for read in linked.reads.get(code, ()):
            yield nodes[read].name, node.name


def _mermaid(text: str) -> str:
    """Write a text as Mermaid entities where it is not a letter, a digit or `_`."""
    inert = make_inert(text)
    return "".join(char if char.isalnum() or char == "_" else f"#{ord(char)};" for char in inert)


def _dot(text: str) -> str:
    return make_inert(text).replace("\\", "\\\\").replace('"', '\\"')
