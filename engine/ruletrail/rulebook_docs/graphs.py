"""What reads what, as Mermaid and as DOT; somebody's text stands in labels only."""

from collections import deque
from collections.abc import Iterator, Sequence

from ruletrail.fast_dataclasses import dataclass
from ruletrail.linking import LinkedRulebook, days_of, formulas_of, kind_of_entry
from ruletrail.problems import make_inert
from ruletrail.rulebooks import Scale, Section

_SHAPES = {
    "field": ("[/", "/]", "parallelogram"),
    "parameter": ("[(", ")]", "cylinder"),
    "scale": ("[/", "\\]", "trapezium"),
    "table": ("[\\", "/]", "tab"),
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
            waiting.extend(_reads(linked, code))
    numbered = enumerate(chosen)
    return {code: _Node(f"n{number}", code, _kind(linked, code)) for number, code in numbered}


def _kind(linked: LinkedRulebook, code: str) -> str:
    entry = linked.rulebook.entries.get(code)
    if entry is not None:
        return kind_of_entry(entry)
    if code in linked.rulebook.lookups:
        return "scale" if code in linked.rulebook.scales else "table"
    return "parameter" if code in linked.rulebook.parameters else "field"


def _reads(linked: LinkedRulebook, code: str) -> Sequence[str]:
    """List what a code rests on: a scale on its constants, who calls it on the scale.

    The day that decides is read by what changes with it, and not by whoever reads that.
    """
    rulebook = linked.rulebook
    dated = rulebook.parameters.get(code) or rulebook.lookups.get(code)
    if dated is not None:
        constants = dated.constants if isinstance(dated, Scale) else []
        day = [dated.day.code] if dated.day is not None else []
        return tuple(dict.fromkeys([*(each for each, _ in constants), *day]))
    entry = rulebook.entries.get(code)
    if entry is None or not (rulebook.lookups or days_of(linked)):
        return linked.reads.get(code, ())
    named = [name for formula in formulas_of(entry) for name in formula.names]
    called = dict.fromkeys(name for name in named if name in rulebook.lookups)
    groups = rulebook.groups
    own = {
        each
        for name in named
        if name not in called
        for each in (groups[name].members if name in groups else (name,))
    }
    if isinstance(entry, Section) and entry.part_of is not None:
        own.add(entry.part_of)
    return (*(read for read in linked.reads[code] if read in own), *called)


def _edges(linked: LinkedRulebook, nodes: dict[str, _Node]) -> Iterator[tuple[str, str]]:
    for code, node in nodes.items():
        for read in _reads(linked, code):
            yield nodes[read].name, node.name


def _mermaid(text: str) -> str:
    """Write a text as Mermaid entities where it is not a letter, a digit or `_`."""
    inert = make_inert(text)
    return "".join(char if char.isalnum() or char == "_" else f"#{ord(char)};" for char in inert)


def _dot(text: str) -> str:
    return make_inert(text).replace("\\", "\\\\").replace('"', '\\"')
