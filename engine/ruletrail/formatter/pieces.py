"""A document cut into pieces that know how they were written; only here is ruamel.yaml.

Our own reader has already vouched for the text: no anchors, tags, several documents or repeated
keys.
"""

import importlib
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.problems import Mark, refusal


@dataclass(frozen=True, slots=True)
class Place:
    """An offset in the text with its line and column, all counted from 0."""

    offset: int
    line: int
    column: int


@dataclass(slots=True)
class Scalar:
    """One value or key: its text, its style (`""`, `'`, `"`, `|`, `>`), and its lines."""

    text: str
    style: str
    written: str
    start: Place
    end: Place


@dataclass(slots=True)
class Member:
    """One key with its value, or one item of a list, which has no key."""

    key: Scalar | None
    value: "Piece"

    @property
    def start(self) -> Place:
        """Where the member begins."""
        return self.key.start if self.key is not None else self.value.start


@dataclass(slots=True)
class Collection:
    """A mapping or a list, in brackets or in lines."""

    is_mapping: bool
    in_brackets: bool
    start: Place
    end: Place
    members: list[Member] = field(default_factory=list)


Piece = Scalar | Collection


def cut_document(text: str, file: str) -> Piece:
    """Cut a document into pieces; without the extra raises `ProblemsError`."""
    ruamel = _import_ruamel(file)
    return _Cutter(text).build(ruamel.YAML(typ="safe", pure=True).parse(text))


def _import_ruamel(file: str) -> Any:
    try:
        return importlib.import_module("ruamel.yaml")
    except ImportError as error:
        details = {"text": "`ruletrail fmt`", "command": '`pip install "ruletrail[fmt]"`'}
        raise refusal("missing-extra", Mark(file, 1, 1), **details) from error


class _Cutter:
    """One pass over the events of a document; the stack holds open collections and keys."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def build(self, events: Iterator[Any]) -> Piece:
        """Build the tree without recursion."""
        stack: list[tuple[Collection, list[Scalar]]] = []
        root: Piece | None = None
        for event in events:
            kind = type(event).__name__
            if kind in ("MappingEndEvent", "SequenceEndEvent"):
                stack.pop()[0].end = self._place(event.end_mark.index)
                continue
            piece = self._piece(event, kind, stack[-1][0] if stack else None)
            if piece is None:
                continue
            root = root if root is not None else piece
            if stack:
                _put(piece, *stack[-1])
            if isinstance(piece, Collection):
                stack.append((piece, []))
        assert root is not None, "our own reader found a document"  # noqa: S101 - a promise of the caller
        return root

    def _piece(self, event: Any, kind: str, parent: Collection | None) -> Piece | None:
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            start = self._place(event.start_mark.index)
            return Collection(kind == "MappingStartEvent", bool(event.flow_style), start, start)
        if kind != "ScalarEvent":
            return None
        start, style = event.start_mark.index, event.style or ""
        end = self._block_end(start, parent) if style in ("|", ">") else event.end_mark.index
        return Scalar(
            event.value, style, self.text[start:end], self._place(start), self._place(end)
        )

    def _block_end(self, start: int, parent: Collection | None) -> int:
        """Return the end of a block text: of its last line indented deeper than what holds it."""
        outer = parent.start.column if parent is not None else -1
        line = self._place(start).line + 1
        end = last = self._line_end(line - 1)
        keeps = "+" in self.text[start:end].partition("#")[0]
        while line < len(self.starts) and self.starts[line] < len(self.text):
            last = self._line_end(line)
            content = self.text[self.starts[line] : last]
            if content.strip() and len(content) - len(content.lstrip(" ")) <= outer:
                break
            if content.strip() or keeps:
                end = last
            line += 1
        return end

    def _line_end(self, line: int) -> int:
        return self.starts[line + 1] - 1 if line + 1 < len(self.starts) else len(self.text)

    def _place(self, offset: int) -> Place:
        line = bisect_right(self.starts, offset) - 1
        return Place(offset, line, offset - self.starts[line])


def _put(piece: Piece, into: Collection, keys: list[Scalar]) -> None:
    if not into.is_mapping:
        into.members.append(Member(None, piece))
    elif keys:
        into.members.append(Member(keys.pop(), piece))
    elif isinstance(piece, Scalar):
        keys.append(piece)
