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
LINE_BREAK = re.compile("[\n\x85\u2028\u2029]")
"""Where YAML ends a line; editors count lines by the first alone."""
_COMMENT = re.compile("#[^\n\x85\u2028\u2029]*")


@dataclass(frozen=True, slots=True)
class Place:
    """An offset in the text with its line and column, all counted from 0."""

    offset: int
    line: int
    column: int


@dataclass(slots=True)
class Scalar:
    """One value or key: its text, its style (`""`, `'`, `"`, `|`, `>`), and its lines.

    What is left of `margin` in the lines of a block text is indentation.
    """

    text: str
    style: str
    written: str
    start: Place
    end: Place
    margin: int = 0


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
        self.starts = [0, *(match.end() for match in LINE_BREAK.finditer(text))]

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
        start, end = event.start_mark.index, event.end_mark.index
        margin, style = 0, event.style or ""
        if style in ("|", ">"):
            end, margin = self._block(start, end, parent.start.column if parent is not None else 0)
        places = (self._place(start), self._place(end))
        return Scalar(event.value, style, self.text[start:end], *places, margin)

    def _block(self, start: int, end: int, holder: int) -> tuple[int, int]:
        """Return the end of a block text, without its last line break, and its margin.

        YAML's own end is where the next line begins that is no part of it: one further left than
        its margin, be it deeper than the column of what holds it. Blank lines before that belong to
        the text only where it keeps them.
        """
        header, *body = LINE_BREAK.split(self.text[start:end])
        if body and not body[-1]:
            body.pop()
        indicators = header.partition("#")[0]
        digit = re.search("[1-9]", indicators)
        margin = holder + int(digit[0]) if digit else _margin(body)
        while body and "+" not in indicators and not body[-1][margin:]:
            body.pop()
        return start + len(header) + sum(1 + len(line) for line in body), margin

    def _place(self, offset: int) -> Place:
        line = bisect_right(self.starts, offset) - 1
        return Place(offset, line, offset - self.starts[line])


def _margin(body: list[str]) -> int:
    """Return the indentation of the first line that is not blank; of blank ones, the deepest."""
    full = next((line for line in body if line.strip(" ")), None)
    if full is None:
        return max(map(len, body), default=0)
    return len(full) - len(full.lstrip(" "))


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
    """Find the comments of a document whose pieces are known; `#` inside a value is none.

    Outside of values each begins one, also right after a quote, a bracket or a comma.
    """
    lines, remarks = [], {}
    split = LINE_BREAK.split(text)
    for number, (line, inside) in enumerate(zip(split, _cover(split, root), strict=True)):
        hashes = (match.start() for match in re.finditer("#", line))
        start = next((at for at in hashes if not inside[at]), None)
        before = line[:start] if start is not None else line
        begins = not before.strip(_STRUCTURE) or before.rstrip() == "..."
        alone = begins and not any(inside[: len(before)])
        if start is None:
            if not line.strip() and not any(inside):
                lines.append(Line(number, 0, ""))
        elif alone:
            lines.append(Line(number, start, line[start:].rstrip()))
        else:
            remarks[number] = (start, line[start:].rstrip())
    return Comments(lines, remarks)


def list_comments(text: str, file: str) -> list[str]:
    """List the texts of all comments, sorted, to compare documents by.

    Found between what YAML says are values, and not by how a document was cut: a comment that the
    cut takes for part of a value is missing from both of its sides, and would be lost unseen.
    """
    found: list[str] = []
    gap = 0
    for event in read_events(text, file):
        if type(event).__name__ == "ScalarEvent":
            start, end = event.start_mark.index, event.end_mark.index
            if event.style in ("|", ">"):
                # what is remarked after the indicators of a block text is within its marks
                header = LINE_BREAK.search(text, start, end)
                start = header.start() if header is not None else end
            found += _COMMENT.findall(text, gap, start)
            gap = end
    return sorted(comment.rstrip() for comment in [*found, *_COMMENT.findall(text, gap)])


def _cover(lines: list[str], root: Piece) -> list[bytes]:
    """Tell of each character whether it is part of a value or key; of a blank line, by one item."""
    flags = bytearray(sum(len(line) + 1 for line in lines))
    for scalar in _scalars(root):
        start, end = scalar.start.offset, scalar.end.offset
        if scalar.style in ("|", ">"):
            header = LINE_BREAK.split(scalar.written, maxsplit=1)[0]
            length = len(header.partition("#")[0].rstrip())
            flags[start : start + length] = b"\1" * length
            # a last line that is blank, and kept, is nothing but its line break
            start, end = start + len(header), end + 1
        flags[start:end] = b"\1" * (end - start)
    covered, offset = [], 0
    for line in lines:
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
