"""The tree that every document becomes: text with marks, typed by nobody yet.

A plain scalar stays the text that was written until a JSON Schema says what it should be, so `NO`
is the text NO and `1.10` is not 1.1. Both readers, YAML and JSON, build it by `TreeBuilder`.
"""

import unicodedata
from collections.abc import Mapping
from typing import Literal, NoReturn

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.normal_forms import normalise_text
from ruletrail.problems import REPORT, Mark, Path, Problem, ProblemsError, quote, quote_to_write

Style = Literal["plain", "quoted", "number", "literal"]
"""`plain` and `quoted` are YAML's; `number`, `literal` and `quoted` are JSON's and Python's."""


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """One written value: its text, how it was written, and where."""

    text: str
    style: Style
    mark: Mark
    inline: bool = True
    """Whether the text stands on the page as it is here, so that an offset in it is a column."""
    written: str = ""
    """What stands on the page from the mark on, where that is not the text as it is here."""
    template: "ScalarNode | None" = None
    """What the author wrote, where the text came of it by values in the place of `{names}`."""
    chosen: Mapping[str, str] | None = None
    """Those values."""
    cut: "Cut | None" = None
    """What a `#` that touches a word cuts off a plain text."""
    in_braces: bool = False
    """Whether it stands in YAML's braces or brackets, where commas and brackets are YAML's."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What YAML takes for a comment behind a text, from its sign on, and where the sign stands."""

    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys and values in the order written; `keys` remembers where each key stands."""

    values: Mapping[str, "Node"]
    keys: Mapping[str, ScalarNode]
    mark: Mark

    def get(self, key: str) -> "Node | None":
        """Return the value under a key, or None."""
        return self.values.get(key)


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """Values in the order written."""

    items: tuple["Node", ...]
    mark: Mark


Node = ScalarNode | MappingNode | SequenceNode


def text_of(node: Node | None) -> str:
    """Return the text of a scalar; empty for anything else."""
    return node.text if isinstance(node, ScalarNode) else ""


def items_of(node: Node | None) -> tuple[Node, ...]:
    """Return the items of a list; none for anything else."""
    return node.items if isinstance(node, SequenceNode) else ()


def members_of(node: Node | None) -> Mapping[str, Node]:
    """Return the members of a mapping; none for anything else."""
    return node.values if isinstance(node, MappingNode) else {}


Nulls = Literal["refused", "absent"]
"""What null under a key means: a mistake, or that the key might as well not be there."""


def take_nulls(
    node: Node | None, problems: list[Problem], nulls: Nulls
) -> tuple[Node | None, list[Problem]]:
    """Take null as the caller wishes: where it is absent, its key leaves the tree.

    An item of a list is no key: null stays a problem there.
    """
    # the mark of such a problem is the very mark of its node
    known = {id(problem.mark) for problem in problems if problem.code == "null-value"}
    if nulls == "refused" or node is None or not known:
        return node, problems
    gone: set[int] = set()
    left = _leave_out(node, known, gone)
    return left, [problem for problem in problems if id(problem.mark) not in gone]


def _leave_out(node: Node, known: set[int], gone: set[int]) -> Node:
    if isinstance(node, SequenceNode):
        return SequenceNode(tuple(_leave_out(item, known, gone) for item in node.items), node.mark)
    if isinstance(node, ScalarNode):
        return node
    values = {}
    for key, value in node.values.items():
        if isinstance(value, ScalarNode) and id(value.mark) in known:
            gone.add(id(value.mark))
        else:
            values[key] = _leave_out(value, known, gone)
    return MappingNode(values, {key: node.keys[key] for key in values}, node.mark)


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a document of one kind may be."""

    size: int
    """Bytes of the whole document."""
    depth: int
    """Mappings and lists inside each other."""
    nodes: int
    """Values and keys in all."""
    scalar: int
    """Bytes of one text."""
    nulls: bool = False
    """Whether null may stand (only in JSON Schemas)."""
    kind: str = ""
    """The word that ways down such a document begin with."""


KILO = 1024
RULEBOOK_LIMITS = Limits(size=8 * KILO * KILO, depth=32, nodes=500_000, scalar=8 * KILO)
REPORT_LIMITS = Limits(size=256 * KILO, depth=16, nodes=500_000, scalar=32 * KILO, kind=REPORT)
LIST_REPORT_LIMITS = Limits(
    size=2 * KILO * KILO, depth=16, nodes=500_000, scalar=32 * KILO, kind=REPORT
)
"""Of a report whose form has lists of rows."""
SCHEMA_LIMITS = Limits(size=8 * KILO * KILO, depth=64, nodes=500_000, scalar=8 * KILO, nulls=True)


@dataclass(slots=True)
class _Open:
    """A mapping or list that is still being read."""

    mark: Mark
    is_mapping: bool
    items: list[Node] = field(default_factory=list)
    values: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, ScalarNode] = field(default_factory=dict)
    key: ScalarNode | None = None
    repeated: bool = False
    in_braces: bool = False
    begun_again: bool = False
    """Whether its first key came again after others, as where a document is pasted twice."""


@dataclass(slots=True)
class TreeBuilder:
    """Take scalars, openings and closings in reading order; give the finished tree.

    Defects that do not stop the reading are collected in `problems`; a limit stops it at once with
    `ProblemsError`, so that a bomb costs nothing.
    """

    limits: Limits
    problems: list[Problem] = field(default_factory=list)
    root: Node | None = None
    _stack: list[_Open] = field(default_factory=list)
    _count: int = 0

    def expects_key(self) -> bool:
        """Tell whether the next scalar is the key of a mapping."""
        return bool(self._stack) and self._stack[-1].is_mapping and self._stack[-1].key is None

    def path(self, text: str) -> Path:
        """Return the way to the value that comes next, or to that of the key, if one comes next.

        Readers give it to the mark of what they add; `text` is the key as it is written.
        """
        if not self._stack:
            return self.limits.kind
        top = self._stack[-1]
        above = top.mark.path or self.limits.kind
        if not top.is_mapping:
            return above, len(top.items)
        # a value shares the way of its key, whose text may not be as it was written
        return (above, text) if top.key is None else top.key.mark.path or above

    def open_key(self) -> tuple[ScalarNode | None, ScalarNode | None]:
        """Return the key that waits for its value, and the value before it in the same mapping."""
        top = self._stack[-1] if self._stack else None
        if top is None or top.key is None:
            return None, None
        before = next(reversed(top.values.values()), None)
        return top.key, before if isinstance(before, ScalarNode) else None

    def open(self, mark: Mark, *, is_mapping: bool, in_braces: bool = False) -> None:
        """Begin a mapping or a list; `in_braces` as YAML writes one on a line."""
        self._count_node(mark)
        if len(self._stack) >= self.limits.depth:
            self._stop("document-too-deep", mark, limit=str(self.limits.depth))
        if self.expects_key():
            self._stop("key-not-text", mark)
        self._stack.append(_Open(mark, is_mapping, in_braces=in_braces))

    def close(self) -> None:
        """End the innermost mapping or list."""
        done = self._stack.pop()
        if done.is_mapping:
            self._place(MappingNode(done.values, done.keys, done.mark))
        else:
            self._place(SequenceNode(tuple(done.items), done.mark))

    def scalar(
        self,
        text: str,
        style: Style,
        mark: Mark,
        *,
        inline: bool = True,
        written: str = "",
        cut: Cut | None = None,
    ) -> None:
        """Add a key or a value; its text becomes NFC."""
        self._count_node(mark)
        most = self.limits.scalar
        if len(text) * 4 > most and len(text.encode("utf-8", "replace")) > most:
            self._stop("text-too-long", mark, limit=str(most))
        if not unicodedata.is_normalized("NFC", text):
            text, inline = normalise_text(text), False
        in_braces = bool(self._stack) and self._stack[-1].in_braces
        node = ScalarNode(text, style, mark, inline, written, cut=cut, in_braces=in_braces)
        if self.expects_key():
            self._take_key(node)
        else:
            self._place(node)

    def _take_key(self, node: ScalarNode) -> None:
        top = self._stack[-1]
        if self._begins_item(node, top):
            details = {
                "key": quote(node.text),
                "line": str(top.keys[node.text].mark.line),
                "instead": quote_to_write(f"- {node.text}:"),
            }
            self.problems.append(Problem("repeated-key", node.mark, details, "", "missing-dash"))
            self.close()
            top = _Open(node.mark, is_mapping=True)
            self._stack.append(top)
        top.key = node
        top.repeated = node.text in top.keys
        if top.repeated:
            self._tell_repeated(node, top)
        else:
            top.keys[node.text] = node

    def _tell_repeated(self, node: ScalarNode, top: _Open) -> None:
        """Tell a key that is there twice; of a document pasted below another, the first alone."""
        if top.begun_again:
            return
        is_first = len(top.keys) > 1 and node.text == next(iter(top.keys))
        top.begun_again = is_first and len(self._stack) == 1
        details = {"key": quote(node.text), "line": str(top.keys[node.text].mark.line)}
        # of two parts of a document, each with entries of its own, none is to be thrown away
        is_part = len(self._stack) == 1 and isinstance(top.values.get(node.text), MappingNode)
        advice = "second-document" if top.begun_again else "join-parts" if is_part else ""
        self.problems.append(Problem("repeated-key", node.mark, details, "", advice))

    def _begins_item(self, node: ScalarNode, top: _Open) -> bool:
        """Tell the first key of a list's item, written again below it: a dash is missing before.

        What follows is read as an item of its own, so that no other key is blamed.
        """
        first = next(iter(top.keys.values()), node)
        is_first = first is not node and first.text == node.text
        if not is_first or len(self._stack) < 2 or self._stack[-2].is_mapping:  # noqa: PLR2004
            return False
        begins_line = not node.mark.text[: node.mark.column - 1].strip()
        return begins_line and first.mark.column == node.mark.column

    def _place(self, node: Node) -> None:
        if not self._stack:
            self.root = node
            return
        top = self._stack[-1]
        if not top.is_mapping:
            top.items.append(node)
        elif top.key is not None:
            if not top.repeated:
                top.values[top.key.text] = node
            top.key = None

    def _count_node(self, mark: Mark) -> None:
        self._count += 1
        if self._count > self.limits.nodes:
            self._stop("too-many-nodes", mark, limit=str(self.limits.nodes))

    def _stop(self, code: str, mark: Mark, **details: str) -> NoReturn:
        raise ProblemsError([*self.problems, Problem(code, mark, details)])
