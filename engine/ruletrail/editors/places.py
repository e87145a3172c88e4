"""Where codes stand in a rulebook's text: in formulas, groups, sections, messages, and as keys."""

import re
from collections.abc import Iterator

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    read_text,
)
from ruletrail.fast_dataclasses import dataclass

_KINDS = ("rules", "decisions", "sections", "checks", "messages")
_FORMULAS = frozenset({"when", "formula", "due", "expect"})
_LISTS = frozenset({"fields", "optional", "remove"})
# what is no name may be long: only where it begins is it asked whether a pattern does
_NAME = re.compile(
    r"""(?P<text>"[^"]*"|'[^']*')|(?P<pattern>(?<!\w)\w*(?:\{\w*\}\w*)+)"""
    r"""|(?P<number>\d\w*)|(?P<name>[A-Za-z_]\w*)"""
)
_PLACEHOLDER = re.compile(r"\{(?P<name>[A-Za-z][A-Za-z0-9_]*)\}")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A code at a place; `defines` tells the key that begins its entry."""

    code: str
    line: int
    column: int
    defines: bool = False

    @property
    def end(self) -> int:
        """The column after the code."""
        return self.column + len(self.code)


def list_occurrences(text: str) -> list[Occurrence]:
    """List the codes in a rulebook's text, in order; none when its YAML cannot be read."""
    node, _ = read_text(text, "", RULEBOOK_LIMITS)
    if not isinstance(node, MappingNode):
        return []
    lines = _Lines(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    found = {(each.line, each.column): each for each in _walk(node, lines)}
    return [found[place] for place in sorted(found)]


def find_occurrence(text: str, line: int, column: int) -> Occurrence | None:
    """Find the code under a place, or just before it."""
    here = [each for each in list_occurrences(text) if each.line == line]
    return next((each for each in here if each.column <= column <= each.end), None)


@dataclass(frozen=True, slots=True)
class _Lines:
    """A text's lines, where values are looked up."""

    lines: list[str]

    def region(self, node: ScalarNode) -> Iterator[tuple[int, int, str]]:
        """Yield the pieces of lines that a value stands on: line, column, text."""
        line, column = node.mark.line - 1, node.mark.column - 1
        if node.inline:
            start = column + (1 if node.style == "quoted" else 0)
            yield line, start, self.lines[line][start : start + len(node.text)]
            return
        first = self.lines[line][column:]
        if first[:1] in ("|", ">"):
            yield from self._block(line)
        elif first[:1] in ("'", '"'):
            yield from self._quoted(line, column + 1, first[0])
        else:
            yield from self._plain(line, column, node.text)

    def _block(self, line: int) -> Iterator[tuple[int, int, str]]:
        indent = None
        for number in range(line + 1, len(self.lines)):
            content = self.lines[number]
            margin = len(content) - len(content.lstrip(" "))
            indent = margin if indent is None and content.strip() else indent
            if indent is not None and content.strip() and margin < indent:
                return
            yield number, margin, content[margin:]

    def _quoted(self, line: int, column: int, quote: str) -> Iterator[tuple[int, int, str]]:
        for number in range(line, len(self.lines)):
            content = self.lines[number][column:]
            is_double = quote == '"'
            pattern = r'(?<!\\)"' if is_double else "'(?!')"
            end = re.search(pattern, content if is_double else content.replace("''", "  "))
            yield number, column, content[: end.start()] if end else content
            if end:
                return
            column = 0

    def _plain(self, line: int, column: int, text: str) -> Iterator[tuple[int, int, str]]:
        """Follow a plain text over its lines, by its words."""
        left = len("".join(text.split()))
        for number in range(line, len(self.lines)):
            content = self.lines[number][column:]
            yield number, column, content
            left -= len("".join(content.split()))
            if left <= 0:
                return
            column = 0


def _walk(node: MappingNode, lines: _Lines) -> Iterator[Occurrence]:
    for kind in ("parameters", "groups", *_KINDS):
        entries = node.get(kind)
        for code, entry in entries.values.items() if isinstance(entries, MappingNode) else ():
            if _CODE.fullmatch(code) and isinstance(entries, MappingNode):
                for line, column, _ in lines.region(entries.keys[code]):
                    yield Occurrence(code, line, column, defines=True)
            if kind == "groups":
                yield from _items(entry, lines)
            elif kind != "parameters":
                yield from _entry(entry, lines)
    yield from _items(node.get("remove"), lines)


def _entry(node: Node, lines: _Lines) -> Iterator[Occurrence]:
    """Walk one entry, its cases and sentences."""
    for key, value in node.values.items() if isinstance(node, MappingNode) else ():
        if key in _FORMULAS and isinstance(value, ScalarNode):
            yield from _names(value, lines)
        elif key in _LISTS:
            yield from _items(value, lines)
        elif key == "part_of" and isinstance(value, ScalarNode):
            yield from _whole(value, lines)
        elif key in ("message", "text"):
            yield from _sentence(value, lines)
        elif key == "cases" and isinstance(value, SequenceNode):
            for case in value.items:
                yield from _entry(case, lines)


def _sentence(node: Node, lines: _Lines) -> Iterator[Occurrence]:
    for key, value in node.values.items() if isinstance(node, MappingNode) else ():
        if key in ("due", "not_due"):
            yield from _sentence(value, lines)
        elif key in ("it", "en") and isinstance(value, ScalarNode):
            for line, column, piece in lines.region(value):
                yield from (
                    Occurrence(each["name"], line, column + each.start("name"))
                    for each in _PLACEHOLDER.finditer(piece)
                )


def _names(node: ScalarNode, lines: _Lines) -> Iterator[Occurrence]:
    for line, column, piece in lines.region(node):
        for each in _NAME.finditer(piece):
            if each.lastgroup == "name" and _CODE.fullmatch(each.group()):
                yield Occurrence(each.group(), line, column + each.start())


def _items(node: Node | None, lines: _Lines) -> Iterator[Occurrence]:
    for item in node.items if isinstance(node, SequenceNode) else ():
        if isinstance(item, ScalarNode):
            yield from _whole(item, lines)


def _whole(node: ScalarNode, lines: _Lines) -> Iterator[Occurrence]:
    if node.inline and _CODE.fullmatch(node.text):
        yield from (Occurrence(node.text, line, column) for line, column, _ in lines.region(node))
