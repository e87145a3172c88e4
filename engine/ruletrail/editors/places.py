"""Where codes stand in a rulebook's text: in formulas, groups, sections, messages, and as keys.

A code may be written whole, or be put together by a `for_each`: `{row}_hours` is a *pattern*.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, product

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    items_of,
    members_of,
    read_text,
)
from ruletrail.documents.document_shapes import OF_FORMULAS, VARIABLE
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.files import split_lines

Variables = Mapping[str, tuple[str, ...]]
"""What a `for_each` goes through: the values of each of its variables."""

ENTRY_KINDS = ("rules", "decisions", "sections", "checks", "messages")
_LISTS = frozenset({"fields", "optional", "remove"})
# what is no name may be long: only where it begins is it asked whether a pattern does
_NAME = re.compile(
    r"""(?P<text>"[^"]*"|'[^']*')|(?P<pattern>(?<!\w)(?:\w+\.)?\w*(?:\{\w*\}\w*)+)"""
    r"""|(?P<number>\d\w*)|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)"""
)
_PLACEHOLDER = re.compile(r"\{(?P<name>[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?)\}")
# inside a `for_each` the name may hold variables, which are filled in first
_BUILT_PLACEHOLDER = re.compile(r"\{(?P<name>(?:[A-Za-z0-9_]|\{[A-Za-z][A-Za-z0-9_]*\})+)\}")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?")
_PATTERN = re.compile(r"(?:\w+\.)?\w*(?:\{[A-Za-z][A-Za-z0-9_]*\}\w*)+")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A code, or a pattern of codes, at a place; `defines` tells the key that begins its entry."""

    code: str
    line: int
    column: int
    defines: bool = False
    variables: Variables = field(default_factory=dict, compare=False)
    """Of a pattern: what it is written out with."""
    is_value: bool = False
    """Whether it is a value of a `for_each`, which may be a whole code or a part of some."""

    @property
    def end(self) -> int:
        """The column after the code."""
        return self.column + len(self.code)


@lru_cache(maxsize=1)
def list_all(text: str) -> tuple[Occurrence, ...]:
    """List codes, patterns and values of `for_each` in a rulebook's text, in order.

    None when its YAML cannot be read. Those of the last text are kept, until it is forgotten: an
    editor asks of one text again and again.
    """
    node, _ = read_text(text, "", RULEBOOK_LIMITS)
    if not isinstance(node, MappingNode):
        return ()
    lines = _Lines(split_lines(text))
    found = {(each.line, each.column): each for each in _walk(node, lines)}
    return tuple(found[place] for place in sorted(found))


def forget_text() -> None:
    """Let go of the last text."""
    list_all.cache_clear()


def list_occurrences(text: str) -> list[Occurrence]:
    """List the codes that are written whole in a rulebook's text, in order."""
    return [each for each in list_all(text) if not each.variables and not each.is_value]


def find_occurrence(text: str, line: int, column: int) -> Occurrence | None:
    """Find the code under a place, or just before it."""
    return _under(list_occurrences(text), line, column)


def find_any(text: str, line: int, column: int) -> Occurrence | None:
    """Find the code, the pattern or the value of a `for_each` under a place."""
    return _under(list_all(text), line, column)


def _under(found: Sequence[Occurrence], line: int, column: int) -> Occurrence | None:
    here = (each for each in found if each.line == line)
    return next((each for each in here if each.column <= column <= each.end), None)


def write_out(pattern: str, variables: Variables, most: int) -> list[str]:
    """List the codes that a pattern is written out to, the first so many of them."""
    used = [name for name in dict.fromkeys(VARIABLE.findall(pattern)) if name in variables]
    codes = []
    for values in islice(product(*(variables[name] for name in used)), most):
        chosen = dict(zip(used, values, strict=True))
        codes.append(_fill(pattern, chosen))
    return codes


def _fill(pattern: str, chosen: Mapping[str, str]) -> str:
    return VARIABLE.sub(lambda each: chosen.get(each[1], each[0]), pattern)


def variables_of(entry: Node | None) -> Variables:
    """Return what an entry's `for_each` goes through; nothing where it has none."""
    for_each = members_of(members_of(entry).get("for_each"))
    return {
        name: tuple(item.text for item in items_of(values) if isinstance(item, ScalarNode))
        for name, values in for_each.items()
    }


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


_DATED = ("parameters", "scales", "tables")
"""The kinds of entries that may change with a day."""


def _walk(node: MappingNode, lines: _Lines) -> Iterator[Occurrence]:
    yield from _Place(lines, {}).day(node)
    for kind in ("parameters", "groups", "scales", "tables", *ENTRY_KINDS, "properties"):
        entries = node.get(kind)
        if not isinstance(entries, MappingNode):
            continue
        for code, entry in entries.values.items():
            place = _Place(lines, variables_of(entry) if kind in ENTRY_KINDS else {})
            if kind != "properties":  # whose codes are their own
                yield from place.key(entries.keys[code])
            if kind == "groups":
                yield from place.items(entry)
            elif kind == "scales":
                yield from place.scale(entry)
            elif kind in ENTRY_KINDS:
                yield from place.for_each(entry)
                yield from place.entry(entry)
            if kind in _DATED:
                yield from place.day(entry)
    lists = node.get("lists")
    for code, entry in members_of(lists).items():
        if isinstance(lists, MappingNode):
            yield from _Place(lines, {}).key(lists.keys[code])
        yield from _Place(lines, {}).row(entry)
    yield from _Place(lines, {}).items(node.get("remove"))


@dataclass(frozen=True, slots=True)
class _Place:
    """One entry, while it is walked; `variables` are those of its `for_each`."""

    lines: _Lines
    variables: Variables

    def entry(self, node: Node) -> Iterator[Occurrence]:
        """Walk the entry, its cases and sentences."""
        for key, value in members_of(node).items():
            if key in OF_FORMULAS and isinstance(value, ScalarNode):
                yield from self._names(value)
            elif key in _LISTS:
                yield from self.items(value)
            elif key == "part_of" and isinstance(value, ScalarNode):
                yield from self._whole(value)
            elif key in ("message", "text"):
                yield from self._sentence(value)
            elif key in ("cases", "exceptions") and isinstance(value, SequenceNode):
                for case in value.items:
                    yield from self.entry(case)

    def key(self, node: ScalarNode) -> Iterator[Occurrence]:
        """Yield the key that begins the entry."""
        for each in self._whole(node):
            variables = each.variables
            yield Occurrence(each.code, each.line, each.column, defines=True, variables=variables)

    def items(self, node: Node | None) -> Iterator[Occurrence]:
        """Walk a list of codes."""
        for item in items_of(node):
            if isinstance(item, ScalarNode):
                yield from self._whole(item)

    def scale(self, node: Node) -> Iterator[Occurrence]:
        """Walk the constants of a scale, of which some are codes of parameters."""
        members = members_of(node)
        versions = [members_of(each) for each in items_of(members.get("versions"))]
        lists = [each.get("bands") for each in (members, *versions)]
        pieces = [members_of(band) for bands in lists for band in items_of(bands)]
        for piece in (members, *pieces):
            for key in ("times", "from", "above", "value", "rate"):
                value = piece.get(key)
                if isinstance(value, ScalarNode):
                    yield from self._whole(value)

    def day(self, node: Node) -> Iterator[Occurrence]:
        """Walk the code of the day that decides."""
        written = members_of(node).get("day")
        if isinstance(written, ScalarNode):
            yield from self._whole(written)

    def row(self, entry: Node) -> Iterator[Occurrence]:
        """Walk how a row of a list is called, which is a sentence."""
        called = members_of(entry).get("row")
        if isinstance(called, ScalarNode):
            for line, column, piece in self.lines.region(called):
                yield from self._placeholders(line, column, piece)

    def for_each(self, entry: Node) -> Iterator[Occurrence]:
        """Walk the values of `for_each`, of which some are codes."""
        for values in members_of(members_of(entry).get("for_each")).values():
            for each in self.items(values):
                yield Occurrence(each.code, each.line, each.column, is_value=True)

    def _sentence(self, node: Node) -> Iterator[Occurrence]:
        for key, value in members_of(node).items():
            if key in ("due", "not_due"):
                yield from self._sentence(value)
            elif key in ("it", "en") and isinstance(value, ScalarNode):
                for line, column, piece in self.lines.region(value):
                    yield from self._placeholders(line, column, piece)

    def _placeholders(self, line: int, column: int, piece: str) -> Iterator[Occurrence]:
        for each in (_BUILT_PLACEHOLDER if self.variables else _PLACEHOLDER).finditer(piece):
            start = column + each.start("name")
            if each["name"] in self.variables:
                # `{row}` alone is the variable itself: the text of its value
                yield self._occurrence("{" + each["name"] + "}", line, start - 1)
            elif _CODE.fullmatch(each["name"]) or _PATTERN.fullmatch(each["name"]):
                yield self._occurrence(each["name"], line, start)

    def _names(self, node: ScalarNode) -> Iterator[Occurrence]:
        for line, column, piece in self.lines.region(node):
            for each in _NAME.finditer(piece):
                is_name = each.lastgroup == "name" and _CODE.fullmatch(each.group())
                is_pattern = each.lastgroup == "pattern" and self._is_pattern(each.group())
                if is_name or is_pattern:
                    yield self._occurrence(each.group(), line, column + each.start())

    def _whole(self, node: ScalarNode) -> Iterator[Occurrence]:
        if node.inline and (_CODE.fullmatch(node.text) or self._is_pattern(node.text)):
            for line, column, _ in self.lines.region(node):
                yield self._occurrence(node.text, line, column)

    def _is_pattern(self, text: str) -> bool:
        """Tell a pattern all of whose variables the entry has."""
        names = VARIABLE.findall(text)
        is_formed = bool(names) and _PATTERN.fullmatch(text) is not None
        return is_formed and all(name in self.variables for name in names)

    def _occurrence(self, code: str, line: int, column: int) -> Occurrence:
        variables = self.variables if "{" in code else {}
        return Occurrence(code, line, column, variables=variables)
