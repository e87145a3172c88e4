"""Pieces back to text: two spaces a level, keys in order, quoted texts in double quotes.

Line breaks inside texts and brackets stay where the author put them; their indentation is ours.
"""

import re

from ruletrail.formatter.comments import Attached
from ruletrail.formatter.orders import Path, order_of, sort_keys
from ruletrail.formatter.pieces import Collection, Member, Piece, Scalar

_STEP = 2


class Writer:
    """Writes one document."""

    def __init__(self, kind: str, attached: Attached) -> None:
        """Take the kind of document and the comments that each piece owns."""
        self.kind, self.attached = kind, attached

    def write(self, root: Collection) -> str:
        """Write the whole document; comments at its top stay there, whatever key comes first."""
        first = root.members[0]
        top = self.attached.lead(first)
        self.attached.leads[id(first)] = []
        end = self.attached.tail(root)
        while end and not end[-1]:
            end.pop()
        lines = [*top, *self._members(root, 0, ())]
        return "\n".join(lines[1:] if not lines[0] else lines) + "\n"

    # -- In lines

    def _members(self, collection: Collection, indent: int, path: Path) -> list[str]:
        lines: list[str] = []
        for member in self._sorted(collection, path):
            lines += _indented(self.attached.lead(member), indent)
            if member.key is None:
                lines += self._item(member, collection, indent, path)
            else:
                head = " " * indent + write_scalar(member.key) + ":"
                lines += self._after(head, member, indent, (*path, member.key.text), collection)
        if lines and not lines[0]:
            lines.pop(0)
        return lines + _indented(self.attached.tail(collection), indent)

    def _item(self, member: Member, collection: Collection, indent: int, path: Path) -> list[str]:
        dash, path = " " * indent + "-", (*path, "*")
        if not isinstance(member.value, Collection) or member.value.in_brackets:
            return self._after(dash, member, indent, path, collection)
        lines = self._members(member.value, indent + _STEP, path)
        above = 0
        while not lines[above].strip() or lines[above].lstrip().startswith("#"):
            above += 1
        before = _indented([line.strip() for line in lines[:above]], indent)
        return [*before, f"{dash} {lines[above][indent + _STEP :]}", *lines[above + 1 :]]

    def _after(
        self, head: str, member: Member, indent: int, path: Path, holder: Collection
    ) -> list[str]:
        """Write what follows a key or a dash."""
        value, line = (
            member.value,
            member.key.end.line if member.key is not None else member.start.line,
        )
        if isinstance(value, Collection) and not value.in_brackets:
            return [self.attached.remark(line, head), *self._members(value, indent + _STEP, path)]
        if isinstance(value, Scalar) and value.style in ("|", ">"):
            return self._block(head, value, indent, holder)
        inner, lines = indent + _STEP, []
        if value.start.line > line:
            lines, head = [self.attached.remark(line, head)], " " * (inner - 1)
            inner += 1 if isinstance(value, Collection) else 0
        first, *others = self._inline(value, inner, path, len(head) + 1)
        written = [f"{head} {first}", *others]
        written[-1] = self.attached.remark(value.end.line, written[-1])
        return lines + written

    def _block(self, head: str, value: Scalar, indent: int, holder: Collection) -> list[str]:
        header, *body = value.written.split("\n")
        header = re.split(r"[ \t]", header)[0]
        digit = re.search(r"[1-9]", header)
        full = next((line for line in body if line.strip()), "")
        inside = (
            holder.start.column + int(digit.group()) if digit else len(full) - len(full.lstrip(" "))
        )
        header = re.sub(r"[1-9]", str(_STEP), header)
        text = [
            " " * (indent + _STEP) + line[inside:] if len(line) > inside else "" for line in body
        ]
        return [self.attached.remark(value.start.line, f"{head} {header}"), *text]

    # -- On one line, or in brackets

    def _inline(self, value: Piece, indent: int, path: Path, before: int) -> list[str]:
        """Write a text or brackets, later lines indented; `before` counts what is on its line already."""
        if isinstance(value, Collection):
            return self._brackets(value, indent, path, before)
        first, *others = write_scalar(value).split("\n")
        return (
            [
                first.rstrip(),
                *(" " * indent + line.strip() if line.strip() else "" for line in others),
            ]
            if others
            else [first]
        )

    def _brackets(self, collection: Collection, indent: int, path: Path, before: int) -> list[str]:
        lines = [" " * before + ("{" if collection.is_mapping else "[")]
        line, start = collection.start.line, True
        members = self._sorted(collection, path)
        for member in members:
            above = [text for text in self.attached.lead(member) if text]
            if member.start.line > line or above:
                lines[-1] = self.attached.remark(line, lines[-1])
                lines += [*_indented(above, indent), " " * indent]
            elif not start:
                lines[-1] += " "
            self._add_member(lines, member, indent, path)
            lines[-1] += "," if member is not members[-1] else ""
            line, start = max(line, member.value.end.line), False
        below = [text for text in self.attached.tail(collection) if text]
        if below or (collection.end.line > line and self.attached.has_remarks(line, line)):
            lines[-1] = self.attached.remark(line, lines[-1])
            lines += [*_indented(below, indent), " " * indent]
        lines[-1] += "}" if collection.is_mapping else "]"
        return [lines[0][before:], *lines[1:]]

    def _add_member(self, lines: list[str], member: Member, indent: int, path: Path) -> None:
        step = "*" if member.key is None else member.key.text
        lines[-1] += "" if member.key is None else f"{write_scalar(member.key)}: "
        first, *others = self._inline(member.value, indent, (*path, step), len(lines[-1]))
        lines[-1] += first
        lines += others

    def _sorted(self, collection: Collection, path: Path) -> list[Member]:
        """Put the members of a mapping in order; brackets over several lines keep the author's."""
        over_lines = collection.in_brackets and collection.start.line != collection.end.line
        if not collection.is_mapping or over_lines:
            return collection.members
        keys = [member.key.text if member.key is not None else "" for member in collection.members]
        return [collection.members[index] for index in sort_keys(keys, order_of(self.kind, path))]


def write_scalar(scalar: Scalar) -> str:
    """Write a text as it was, single quotes as double ones where nothing needs an escape."""
    plain = scalar.text.isprintable() and not set(scalar.text) & {'"', "\\"}
    return (
        f'"{scalar.text}"'
        if scalar.style == "'" and plain and "\n" not in scalar.written
        else scalar.written
    )


def _indented(lines: list[str], indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in lines]
