"""A document in canonical form, and the proof on the result that nothing but its form changed.

Two spaces a level, quoted texts in double quotes. Line breaks inside texts and brackets stay where
the author put them; their indentation is ours. Only keys of the language have an order of ours:
codes, `for_each`, the elements of a form and whatever else the author orders stay as written.
"""

import re
from collections.abc import Mapping, Sequence

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    quote_text,
    read_text,
)
from ruletrail.formatter.pieces import (
    LINE_BREAK,
    Attached,
    Collection,
    Member,
    Piece,
    Scalar,
    attach_comments,
    cut_document,
    find_comments,
    list_comments,
)
from ruletrail.problems import Mark, ProblemsError, quote, refusal

_STEP = 2
_BLOCKS = ("|", ">")
_BREAK_OF_YAML = re.compile("[\x85\u2028\u2029]")
"""What ends a line for YAML, but not for editors: one at a text's end is part of what it says."""

Path = tuple[str, ...]
"""The keys that lead to a mapping; an item of a list counts as `*`."""

_RULEBOOK = (
    "language", "rulebook", "edition", "version", "status", "title", "report", "in_force", "locale",
    "day", "note", "extends", "remove", "sources", "parameters", "groups", "scales", "tables",
    "lists", "rules",
    "decisions", "sections", "checks", "messages", "properties",
)  # fmt: skip
_ENTRY = (
    "for_each", "outcome", "part_of", "title", "kind", "url", "label", "policy", "when",
    "otherwise", "due", "expect", "value", "formula", "not_encoded", "text", "severity", "round",
    "display", "unit", "fields", "optional", "source", "evidence", "note", "day", "exceptions",
    "cases", "values", "message",
)  # fmt: skip
_SENTENCE = ("due", "not_due", "it", "en", "source", "evidence", "note")
_EXPECT = (
    "status", "values", "decisions", "sections", "checks", "declared", "errors", "missing",
    "not_encoded", "problems", "messages", "absent_messages", "reasons",
)  # fmt: skip
_CASE = ("cases", "*")
_EXCEPTION = ("exceptions", "*")
_LONGEST_ENTRY = 2

_ORDERS: Mapping[str, Mapping[Path, Sequence[str]]] = {
    "rulebook": {(): _RULEBOOK, ("in_force",): ("from", "to")},
    "test": {
        (): ("test", "rulebook", "note", "examples"),
        ("examples", "*"): ("name", "note", "like", "report", "change", "remove", "expect"),
        ("examples", "*", "report"): ("rulebook", "subject", "fields", "printed"),
        ("examples", "*", "expect"): _EXPECT,
    },
    "layout": {
        (): ("layout", "rulebook", "title", "numbers", "lookalikes", "booleans", "kinds", "form"),
        ("numbers",): ("thousands", "decimal", "negative"),
    },
}
_LOOKUP = (
    "label", "kind", "of", "unit", "times", "by", "types", "source", "evidence", "note", "day",
    "bands", "rows", "file", "otherwise", "versions",
)  # fmt: skip
_DATED = ("from", "until", "value", "source", "evidence", "note", "bands", "rows", "file")
_LOOKUPS = ("scales", "tables")
_VERSION = ("versions", "*")
_ENTRIES = (
    "sources", "parameters", "rules", "decisions", "sections", "checks", "messages", "properties",
)  # fmt: skip
_WITHIN: Mapping[Path, Sequence[str]] = {
    (): _ENTRY,
    _CASE: _ENTRY,
    ("values", "*"): _DATED,
    _EXCEPTION: _ENTRY,
    ("round",): ("decimals", "mode"),
    ("display",): ("decimals", "grouping"),
    **{(*case, key): _SENTENCE for case in ((), _CASE) for key in ("message", "text")},
    ("message", "due"): _SENTENCE,
    ("message", "not_due"): _SENTENCE,
}
_KINDS = {"language": "rulebook", "test": "test", "layout": "layout"}


def format_document(text: str, file: str) -> str:
    """Return a rulebook, layout or file of examples in canonical form.

    Raises `ProblemsError` when the text cannot be read, is another kind of document, or when its
    form cannot be changed without changing its meaning or losing a comment.
    """
    text = _join_lines(text)
    node = _read(text, file)
    kind = kind_of_document(list(node.values))
    root = _cut(text, file, node)
    # the tree itself is let go of: a large one takes more room than all that is made of it
    meant = _content(node, kind, ())
    del node
    comments = find_comments(text, root)
    kept = list_comments(text, file)
    written = Writer(kind, attach_comments(comments, root)).write(root)
    if not _is_same(meant, written, file, kind, kept):
        advice = "format-line-break" if _BREAK_OF_YAML.search(text) else ""
        raise refusal("format-unsafe", Mark(file), advice=advice, file=quote(file))
    return written


def lift_document(text: str, file: str, language: int) -> str | None:
    """Return a rulebook's text with a later version of the language at its head, and as it was.

    None where it says so already, and of a layout or examples, which say no version. Raises
    `ProblemsError` as `format_document` does.
    """
    text = _join_lines(text)
    root = _cut(text, file, _read(text, file))
    for member in root.members:
        value = member.value
        if member.key is not None and member.key.text == "language" and isinstance(value, Scalar):
            start, end = value.start.offset, value.end.offset
            lifted = f"{text[:start]}{language}{text[end:]}"
            return lifted if lifted != text else None
    return None


def _join_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cut(text: str, file: str, node: MappingNode) -> Collection:
    """Cut a document that is of a kind that has a form, with its keys in lines."""
    is_yaml = not text.lstrip(" \t\n").startswith(("{", "["))  # else it was read as JSON
    has_form = is_yaml and kind_of_document(list(node.values))
    root = cut_document(text, file) if has_form else None
    if not isinstance(root, Collection) or root.in_brackets:
        raise refusal("format-kind", node.mark, file=quote(file))
    return root


def _read(text: str, file: str) -> MappingNode:
    node, problems = read_text(text, file, RULEBOOK_LIMITS)
    if problems:
        raise ProblemsError(problems)
    if not isinstance(node, MappingNode):
        raise refusal("format-kind", Mark(file), file=quote(file))
    return node


def _is_same(meant: object, written: str, file: str, kind: str, kept: Sequence[str]) -> bool:
    """Read the result with our reader; compare values, styles, order that counts, comments."""
    again, problems = read_text(written, file, RULEBOOK_LIMITS)
    if again is None or problems or _content(again, kind, ()) != meant:
        return False
    del again
    return list_comments(written, file) == list(kept)


def _content(node: Node, kind: str, path: Path) -> object:
    """Return what a tree means, with the order of keys unless the language sets it."""
    match node:
        case ScalarNode():
            return (node.text, node.style)
        case SequenceNode():
            return [_content(item, kind, (*path, "*")) for item in node.items]
        case MappingNode():
            values = node.values.items()
            members = [(key, _content(value, kind, (*path, key))) for key, value in values]
            return dict(members) if order_of(kind, path) else members


def kind_of_document(keys: Sequence[str]) -> str:
    """Tell a rulebook, a layout and examples by the key each begins with; empty for others."""
    return next((kind for key, kind in _KINDS.items() if key in keys), "")


def order_of(kind: str, path: Path) -> Sequence[str]:
    """Return the order of keys of the mapping at a path; empty where the author's stays."""
    if kind == "rulebook" and len(path) == _LONGEST_ENTRY and path[0] in _LOOKUPS:
        return _LOOKUP
    if kind == "rulebook" and path[0:1] and path[0] in _LOOKUPS and path[2:] == _VERSION:
        return _DATED
    if kind == "rulebook" and len(path) >= _LONGEST_ENTRY and path[0] in _ENTRIES:
        return _WITHIN.get(path[_LONGEST_ENTRY:], ())
    return _ORDERS[kind].get(path, ())


def sort_keys(keys: Sequence[str], order: Sequence[str]) -> list[int]:
    """Return the positions of keys in their canonical order; unknown ones come last, as written."""
    ranks = {key: rank for rank, key in enumerate(order)}
    return sorted(range(len(keys)), key=lambda index: ranks.get(keys[index], len(ranks)))


class _Lines:
    """Lines on the way; the last one in pieces, which are joined once, however many they are."""

    __slots__ = ("_pieces", "before", "done", "width")

    def __init__(self, text: str, before: int) -> None:
        """Begin with what follows so many characters of a line."""
        self.done: list[str] = []
        self._pieces, self.before, self.width = [text], before, before + len(text)

    @property
    def last(self) -> str:
        """The last line, without what is before it."""
        return "".join(self._pieces)

    def add(self, text: str) -> None:
        """Add to the last line."""
        self._pieces.append(text)
        self.width += len(text)

    def go_on(self, lines: list[str]) -> None:
        """Put whole lines in place of the last one; what is added goes to their last."""
        self.done += lines[:-1]
        self._pieces, self.before, self.width = [lines[-1]], 0, len(lines[-1])


class Writer:
    """Writes one document."""

    def __init__(self, kind: str, attached: Attached) -> None:
        """Take the kind of document and the comments that each piece owns."""
        self.kind, self.attached = kind, attached
        self._is_open = False
        """Whether the last line is of a text that keeps the blank lines after it."""

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

    def _members(self, collection: Collection, indent: int, path: Path) -> list[str]:
        lines: list[str] = []
        for member in (collection.members[at] for at in self._order(collection, path)):
            lines += self._between(self.attached.lead(member), indent)
            if member.key is None:
                lines += self._item(member, indent, path)
            else:
                head = " " * indent + _write_key(member.key) + ":"
                lines += self._after(head, member, indent, (*path, member.key.text))
        if lines and not lines[0]:
            lines.pop(0)
        return lines + self._between(self.attached.tail(collection), indent)

    def _between(self, lines: list[str], indent: int) -> list[str]:
        """Write comments and blank lines; no blank one where a text would take it for its own."""
        if self._is_open and lines and not lines[0]:
            lines = lines[1:]
        self._is_open = self._is_open and not lines
        return _indented(lines, indent)

    def _item(self, member: Member, indent: int, path: Path) -> list[str]:
        dash, path = " " * indent + "-", (*path, "*")
        if not isinstance(member.value, Collection) or member.value.in_brackets:
            return self._after(dash, member, indent, path)
        lines = self._members(member.value, indent + _STEP, path)
        above = 0
        while not lines[above].strip() or lines[above].lstrip(" ").startswith("#"):
            above += 1
        before = _indented([line.strip() for line in lines[:above]], indent)
        return [*before, f"{dash} {lines[above][indent + _STEP :]}", *lines[above + 1 :]]

    def _after(self, head: str, member: Member, indent: int, path: Path) -> list[str]:
        """Write what follows a key or a dash."""
        self._is_open, value = False, member.value
        line = member.start.line
        if member.key is not None and member.key.style not in _BLOCKS:
            line = member.key.end.line
        if isinstance(value, Collection) and not value.in_brackets:
            return [self.attached.remark(line, head), *self._members(value, indent + _STEP, path)]
        if isinstance(value, Scalar) and value.style in _BLOCKS:
            return self._block(head, value, indent)
        inner, lines = indent + _STEP, []
        if value.start.line > line:
            lines, head = [self.attached.remark(line, head)], " " * (inner - 1)
            inner += 1 if isinstance(value, Collection) else 0
        first, *others = self._inline(value, inner, path, len(head) + 1)
        written = [f"{head} {first}", *others]
        written[-1] = self.attached.remark(value.end.line, written[-1])
        return lines + written

    def _block(self, head: str, value: Scalar, indent: int) -> list[str]:
        header, *body = value.written.split("\n")
        header = re.sub(r"[1-9]", str(_STEP), re.split(r"[ \t#]", header)[0])
        if value.text and not LINE_BREAK.match(value.text[-1]) and "-" not in header:
            # the file ends with this text, and without the line break that we end it with
            header = f"{header.replace('+', '')}-"
        self._is_open = "+" in header
        text = [_moved(line, value.margin, indent + _STEP) for line in body]
        return [self.attached.remark(value.start.line, f"{head} {header}"), *text]

    def _inline(self, value: Piece, indent: int, path: Path, before: int) -> list[str]:
        """Write a text or brackets, later lines indented; `before` counts what is on its line."""
        if isinstance(value, Collection):
            return self._brackets(value, indent, path, before)
        first, *others = write_scalar(value).split("\n")
        if not others:
            return [first]
        # blanks of YAML alone: a no-break space is part of the text
        inner = [line.strip(" \t") for line in others]
        return [first.rstrip(" \t"), *_indented(inner, indent)]

    def _brackets(self, collection: Collection, indent: int, path: Path, before: int) -> list[str]:
        """Write brackets: over several lines in the author's order, on one line in ours."""
        left, right = "{}" if collection.is_mapping else "[]"
        lines, line = _Lines(left, before), collection.start.line
        written: list[str] = []
        for member in collection.members:
            above = [text for text in self.attached.lead(member) if text]
            if member.start.line > line or above:
                self._break(lines, line, above, indent)
            elif written:
                lines.add(" ")
            written.append(self._add_member(lines, member, indent, path))
            lines.add("," if member is not collection.members[-1] else "")
            line = max(line, member.value.end.line)
        below = [text for text in self.attached.tail(collection) if text]
        if below or (collection.end.line > line and self.attached.has_remarks(line, line)):
            self._break(lines, line, below, indent)
        if not lines.done:
            return [left + ", ".join(written[at] for at in self._order(collection, path)) + right]
        lines.add(right)
        return [*lines.done, lines.last]

    def _break(self, lines: "_Lines", line: int, between: list[str], indent: int) -> None:
        """End a line, of which something may be remarked, and begin one after some comments."""
        ended = self.attached.remark(line, lines.last, lines.before)
        lines.go_on([ended, *_indented(between, indent), " " * indent])

    def _add_member(self, lines: "_Lines", member: Member, indent: int, path: Path) -> str:
        """Add a member after what is on the last line; returns what of it stands there."""
        step = "*" if member.key is None else member.key.text
        head = "" if member.key is None else f"{_write_key(member.key)}: "
        inside = self._inline(member.value, indent, (*path, step), lines.width + len(head))
        first, *others = inside
        lines.add(head + first)
        if others:
            lines.go_on([lines.last, *others])
        return head + first

    def _order(self, collection: Collection, path: Path) -> Sequence[int]:
        """Return the positions of the members in order; items of a list stay where they are."""
        if not collection.is_mapping:
            return range(len(collection.members))
        keys = [member.key.text if member.key is not None else "" for member in collection.members]
        return sort_keys(keys, order_of(self.kind, path))


def write_scalar(scalar: Scalar) -> str:
    """Write a text as it was, single quotes as double ones where nothing needs an escape."""
    plain = scalar.text.isprintable() and not set(scalar.text) & {'"', "\\"}
    requoted = scalar.style == "'" and plain and "\n" not in scalar.written
    return f'"{scalar.text}"' if requoted else scalar.written


def _write_key(key: Scalar) -> str:
    """Write a key; one over several lines, which only a `?` allows, in quotes on one."""
    written = write_scalar(key)
    is_long = key.style in _BLOCKS or LINE_BREAK.search(written)
    return quote_text(key.text) if is_long else written


def _indented(lines: list[str], indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in lines]


def _moved(line: str, margin: int, indent: int) -> str:
    """Indent a line of a block text anew, and each of YAML's lines in it."""
    parts = (part[margin:] for part in LINE_BREAK.split(line))
    breaks = [*LINE_BREAK.findall(line), ""]
    return "".join(
        (" " * indent + part if part else "") + after
        for part, after in zip(parts, breaks, strict=True)
    )
