"""A document cut into pieces that know how they were written, and the comments between them.

Our own reader has already read the text: no anchors, tags, several documents or repeated keys. A
comment that stands alone belongs to what follows it, or, indented deeper than that, to the end of
what precedes it. One that stands after something on its line stays there.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from ruletrail.documents import read_events
from ruletrail.fast_dataclasses import dataclass, field

_STRUCTURE = " \t-?:"
_NEVER = 2**31


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
    """Cut a document into pieces; raises `ProblemsError` where it is no YAML."""
    return _Cutter(text).build(read_events(text, file))


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
        assert root is not None, "our own reader found a document"  # noqa: S101
        return root

    def _piece(self, event: Any, kind: str, parent: Collection | None) -> Piece | None:
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            start = self._place(event.start_mark.index)
            return Collection(kind == "MappingStartEvent", bool(event.flow_style), start, start)
        if kind != "ScalarEvent":
            return None
        start, style = event.start_mark.index, event.style or ""
        end = self._block_end(start, parent) if style in ("|", ">") else event.end_mark.index
        places = (self._place(start), self._place(end))
        return Scalar(event.value, style, self.text[start:end], *places)

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


@dataclass(frozen=True, slots=True)
class Line:
    """A line with a comment alone, or a blank one; `column` counts from 0."""

    number: int
    column: int
    text: str


@dataclass(slots=True)
class Comments:
    """What of a document is no value: whole lines, in order, and remarks by line and column."""

    lines: list[Line]
    remarks: dict[int, tuple[int, str]]
    taken: int = 0
    _dropped: set[int] = field(default_factory=set)

    def take_lines(self, before: int, deeper_than: int = -1) -> list[str]:
        """Take the comments before a line that stand deeper than a column; blanks may part them."""
        end = self.taken
        for index in range(self.taken, len(self.lines)):
            line = self.lines[index]
            if line.number >= before or (line.text and line.column <= deeper_than):
                break
            if line.text or deeper_than < 0:
                end = index + 1
        found = [line.text for line in self.lines[self.taken : end]]
        self.taken = end
        return _join_blank(found)

    def take_remark(self, line: int) -> tuple[int, str] | None:
        """Take what is remarked at the end of a line: its column and its text."""
        return self.remarks.pop(line, None)


def _join_blank(lines: list[str]) -> list[str]:
    """Keep one blank line where several stand."""
    return [line for line, above in zip(lines, ["-", *lines], strict=False) if line or above]


def find_comments(text: str, root: Piece) -> Comments:
    """Find the comments of a document whose pieces are known; `#` inside a value is none."""
    lines, remarks = [], {}
    covered = _cover(text, root)
    for number, (line, inside) in enumerate(zip(text.split("\n"), covered, strict=True)):
        hashes = (match.start() for match in re.finditer("#", line))
        start = next((at for at in hashes if _begins_comment(line, at, inside)), None)
        before = line[:start] if start is not None else line
        alone = not any(inside[: len(before)]) and not before.strip(_STRUCTURE)
        if start is None:
            if not line.strip() and not any(inside):
                lines.append(Line(number, 0, ""))
        elif alone:
            lines.append(Line(number, start, line[start:].rstrip()))
        else:
            remarks[number] = (start, line[start:].rstrip())
    return Comments(lines, remarks)


def list_comments(comments: Comments) -> list[str]:
    """List the texts of all comments, sorted, to compare documents by."""
    texts = [line.text for line in comments.lines if line.text]
    return sorted(texts + [text for _, text in comments.remarks.values()])


def _begins_comment(line: str, column: int, inside: bytes) -> bool:
    is_covered = column < len(inside) and inside[column] == 1
    return not is_covered and (column == 0 or line[column - 1] in " \t")


def _cover(text: str, root: Piece) -> list[bytes]:
    """Tell of each character whether it is part of a value or key; of a blank line, by one item."""
    flags = bytearray(len(text) + 1)
    for scalar in _scalars(root):
        start, end = scalar.start.offset, scalar.end.offset
        if scalar.style in ("|", ">"):
            header = scalar.written.partition("\n")[0]
            mark = re.search(r"[ \t]#", header)
            length = mark.start() if mark else len(header)
            flags[start : start + length] = b"\1" * length
            start += len(header)
        flags[start:end] = b"\1" * (end - start)
    covered, offset = [], 0
    for line in text.split("\n"):
        covered.append(bytes(flags[offset : offset + max(len(line), 1)]))
        offset += len(line) + 1
    return covered


def _scalars(root: Piece) -> Iterator[Scalar]:
    waiting: list[Piece] = [root]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, Scalar):
            yield piece
            continue
        if isinstance(piece, Collection):
            for member in piece.members:
                waiting += [member.key] if member.key is not None else []
                waiting.append(member.value)


@dataclass(slots=True)
class Attached:
    """Whole lines before a member and at a collection's end, by identity; remarks by line."""

    comments: Comments
    leads: dict[int, list[str]] = field(default_factory=dict)
    tails: dict[int, list[str]] = field(default_factory=dict)

    def lead(self, member: Member) -> list[str]:
        """Return the lines before a member."""
        return self.leads.get(id(member), [])

    def tail(self, collection: Collection) -> list[str]:
        """Return the lines at the end of a collection."""
        return self.tails.get(id(collection), [])

    def remark(self, line: int, written: str, before: int = 0) -> str:
        """Return a line of the result with the remark of its first line, in its column if free.

        So many characters stand `before` what is written.
        """
        found = self.comments.take_remark(line)
        if found is None:
            return written
        column, text = found
        return f"{written}{' ' * max(2, column - before - len(written))}{text}"

    def has_remarks(self, first: int, last: int) -> bool:
        """Tell whether something is remarked on the lines of the text from first to last."""
        return any(line in self.comments.remarks for line in range(first, last + 1))


def attach_comments(comments: Comments, root: Collection) -> Attached:
    """Give every whole line its owner, in the order of the document."""
    attached = Attached(comments)
    _attach(attached, root, _NEVER, -1)
    return attached


def _attach(attached: Attached, collection: Collection, before: int, outer: int) -> None:
    """Attach what stands in one collection; `outer` is the column of what holds it."""
    following = [*(member.start.line for member in collection.members[1:]), before]
    for member, end in zip(collection.members, following, strict=False):
        attached.leads[id(member)] = attached.comments.take_lines(member.start.line)
        if isinstance(member.value, Collection):
            _attach(attached, member.value, end, collection.start.column)
    if collection.in_brackets:
        attached.tails[id(collection)] = attached.comments.take_lines(collection.end.line)
    else:
        deeper = -1 if outer < 0 else max(collection.start.column - 1, outer)
        attached.tails[id(collection)] = attached.comments.take_lines(before, deeper)
