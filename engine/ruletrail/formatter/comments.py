"""The comments and blank lines of a document, and where each of them belongs.

A comment that stands alone belongs to what follows it, or, indented deeper than that, to the end of
what precedes it. One that stands after something on its line stays there.
"""

import re
from collections.abc import Iterator

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formatter.pieces import Collection, Member, Piece, Scalar

_STRUCTURE = " \t-?:"


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
        found: list[str] = []
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
    return [line for index, line in enumerate(lines) if line or index == 0 or lines[index - 1]]


def find_comments(text: str, root: Piece) -> Comments:
    """Find the comments of a document whose pieces are known; `#` inside a value is none."""
    lines, remarks = [], {}
    covered = _cover(text, root)
    for number, (line, inside) in enumerate(zip(text.split("\n"), covered, strict=True)):
        start = next(
            (
                match.start()
                for match in re.finditer("#", line)
                if _begins_comment(line, match.start(), inside)
            ),
            None,
        )
        before = line[:start] if start is not None else line
        alone = not any(inside[: len(before)]) and not before.strip(_STRUCTURE)
        if start is None:
            if not line.strip() and not any(inside) and True not in inside:
                lines.append(Line(number, 0, ""))
        elif alone:
            lines.append(Line(number, start, line[start:].rstrip()))
        else:
            remarks[number] = (start, line[start:].rstrip())
    return Comments(lines, remarks)


def list_comments(comments: Comments) -> list[str]:
    """List the texts of all comments, sorted, to compare documents by."""
    return sorted(
        [line.text for line in comments.lines if line.text]
        + [text for _, text in comments.remarks.values()]
    )


def _begins_comment(line: str, column: int, inside: list[bool]) -> bool:
    return not (column < len(inside) and inside[column]) and (
        column == 0 or line[column - 1] in " \t"
    )


def _cover(text: str, root: Piece) -> list[list[bool]]:
    """Tell of each character whether it is part of a value or key; of a blank line, by one item."""
    flags = bytearray(len(text) + 1)
    for scalar in _scalars(root):
        start = scalar.start.offset
        end = scalar.end.offset
        if scalar.style in ("|", ">"):
            header = scalar.written.partition("\n")[0]
            mark = re.search(r"[ \t]#", header)
            length = mark.start() if mark else len(header)
            flags[start : start + length] = b"\1" * length
            start += len(header)
        flags[start:end] = b"\1" * (end - start)
    covered, offset = [], 0
    for line in text.split("\n"):
        span = flags[offset : offset + max(len(line), 1)]
        covered.append([bool(flag) for flag in span])
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


# -- Which comments travel with which member of a document, decided before anything is put in order.

_NEVER = 2**31


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

    def remark(self, line: int, written: str) -> str:
        """Return a line of the result with the remark of its first line, in its column if free."""
        found = self.comments.take_remark(line)
        if found is None:
            return written
        column, text = found
        return f"{written}{' ' * max(2, column - len(written))}{text}"

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
    for index, member in enumerate(collection.members):
        attached.leads[id(member)] = attached.comments.take_lines(member.start.line)
        if isinstance(member.value, Collection):
            following = (
                collection.members[index + 1].start.line
                if index + 1 < len(collection.members)
                else before
            )
            _attach(attached, member.value, following, collection.start.column)
    if collection.in_brackets:
        attached.tails[id(collection)] = attached.comments.take_lines(collection.end.line)
    else:
        deeper = -1 if outer < 0 else max(collection.start.column - 1, outer)
        attached.tails[id(collection)] = attached.comments.take_lines(before, deeper)
