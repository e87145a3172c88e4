"""The outline of a document: entries by kind, each `for_each` with the codes that it writes."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    items_of,
    members_of,
    read_text,
    text_of,
)
from ruletrail.editors.places import ENTRY_KINDS, variables_of, write_out
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.files import split_lines
from ruletrail.problems import Mark

MOST_WRITTEN = 200
"""Codes of one `for_each` that are listed."""

_GROUPS = (
    "sources",
    "parameters",
    "groups",
    "scales",
    "tables",
    "lists",
    *ENTRY_KINDS,
    "properties",
)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A named piece of a document: where its name stands, and up to where it goes."""

    name: str
    kind: str
    detail: str
    line: int
    start: int
    end: int
    last_line: int
    children: tuple["Symbol", ...] = ()


def list_symbols(text: str) -> list[Symbol]:
    """List the outline of a rulebook or of a file of examples; none of what cannot be read."""
    node, _ = read_text(text, "", RULEBOOK_LIMITS)
    if not isinstance(node, MappingNode):
        return []
    outline = _Outline(split_lines(text))
    return list(outline.document(node))


@dataclass(frozen=True, slots=True)
class _Outline:
    lines: list[str]

    def document(self, node: MappingNode) -> Iterator[Symbol]:
        ends = self._ends([key.mark for key in node.keys.values()], len(self.lines) - 1)
        for key, last in zip(node.keys.values(), ends, strict=True):
            value = node.values.get(key.text)
            if key.text in _GROUPS and isinstance(value, MappingNode):
                children = tuple(self._entries(key.text, value, last))
                yield self._symbol(key, "kind", str(len(children)), last, children)
            elif key.text == "examples":
                yield from self._examples(items_of(value), last)

    def _entries(self, kind: str, node: MappingNode, last: int) -> Iterator[Symbol]:
        ends = self._ends([key.mark for key in node.keys.values()], last)
        for key, end in zip(node.keys.values(), ends, strict=True):
            entry = node.values.get(key.text)
            members = members_of(entry)
            label = text_of(members.get("label")) or text_of(members.get("title"))
            children = (*self._written(kind, key, entry, end), *self._cases(members, end))
            children += tuple(self._exceptions(members, end))
            yield self._symbol(key, kind, label, end, children)

    def _written(
        self, kind: str, key: ScalarNode, entry: Node | None, end: int
    ) -> Iterator[Symbol]:
        """Yield the codes that a `for_each` writes, all at its key."""
        variables = variables_of(entry)
        if not all(variables.values()) or not variables:
            return
        for code in write_out(key.text, variables, MOST_WRITTEN):
            yield replace(self._symbol(key, kind, "", end), name=code)

    def _cases(self, members: Mapping[str, Node], end: int) -> Iterator[Symbol]:
        for case in items_of(members.get("cases")):
            outcome = members_of(case).get("outcome")
            if isinstance(outcome, ScalarNode):
                detail = text_of(members_of(case).get("when"))
                yield self._symbol(outcome, "case", detail, min(end, outcome.mark.line - 1))

    def _exceptions(self, members: Mapping[str, Node], end: int) -> Iterator[Symbol]:
        for exception in items_of(members.get("exceptions")):
            written = members_of(exception)
            named = written.get("label", written.get("when"))
            if isinstance(named, ScalarNode):
                detail = text_of(written.get("when"))
                yield self._symbol(named, "case", detail, min(end, named.mark.line - 1))

    def _examples(self, items: tuple[Node, ...], last: int) -> Iterator[Symbol]:
        ends = self._ends([item.mark for item in items], last)
        for item, end in zip(items, ends, strict=True):
            name = members_of(item).get("name")
            if isinstance(name, ScalarNode):
                yield self._symbol(name, "example", text_of(members_of(item).get("note")), end)

    def _symbol(
        self, key: ScalarNode, kind: str, detail: str, last: int, children: tuple[Symbol, ...] = ()
    ) -> Symbol:
        line, start = key.mark.line - 1, key.mark.column - 1
        end = min(start + len(key.text) + 2 * (key.style == "quoted"), len(self.lines[line]))
        shown = " ".join(key.text.split()) or "-"
        last_line = max(last, line, *(child.last_line for child in children))
        return Symbol(shown, kind, " ".join(detail.split()), line, start, end, last_line, children)

    def _ends(self, marks: list[Mark], last: int) -> list[int]:
        """Return the last line of each piece: the one before the next begins."""
        starts = [mark.line - 1 for mark in marks]
        ends = [max(start, following - 1) for start, following in pairwise(starts)]
        return list(map(self._last_written, starts, [*ends, last]))

    def _last_written(self, start: int, end: int) -> int:
        """Leave out blank lines at the end of a piece."""
        while end > start and not self.lines[end].strip():
            end -= 1
        return end
