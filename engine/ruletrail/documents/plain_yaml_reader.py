"""Plain YAML to a tree without PyYAML, whose import costs more than a bare start of Python.

It answers only for a narrow form: keys of ASCII letters, values on one line, quoted without
escapes, `{key: value}` on one line, lists of such values, texts folded by `>-`. For anything else,
and for whatever would be a problem, it gives None: then PyYAML reads, and its answer is always the
one given. `tests/test_plain_yaml_reader.py` holds the two against each other.
"""

import re
from collections.abc import Sequence

from ruletrail.documents.cut_texts import find_cut
from ruletrail.documents.nodes import Limits, Node, TreeBuilder
from ruletrail.problems import Mark, ProblemsError

_KEY = r"[A-Za-z_][A-Za-z0-9_]{0,99}"
_QUOTED = r""""[^"\\]*"|'[^']*'"""
_INSIDE, _LAST = r"\w ./()+%='-", r"\w./()+%='-"
_IN_BRACES = rf"(?:{_QUOTED}|-?\w(?:[{_INSIDE}]*[{_LAST}])?)"
_PAIR = rf"{_KEY}: +{_IN_BRACES}"
_VALUE = rf"{_QUOTED}|>-|-?\w(?:[,{_INSIDE}]*[,{_LAST}])?|\{{(?:{_PAIR}(?:, *|(?=\}})))+\}}"
_LINE = re.compile(
    rf"(?P<indent> *)(?:(?P<key>{_KEY}):|-)(?: +(?P<value>{_VALUE}))?(?: +(?:#.*)?)?"
)
_PAIRS = re.compile(rf"(?P<key>{_KEY}): +(?P<value>{_IN_BRACES})(?:, *|\}})")
_EMPTY = re.compile(r" *(?:#.*)?")
_REMARKABLE = re.compile(r"null|Null|NULL|-?0[0-9]+(?:\.[0-9]*)?")
"""What the other reader has something to say about."""


class _NotPlainError(Exception):
    """The document is not of the narrow form."""


def read_plain(text: str, file: str, limits: Limits) -> Node | None:
    """Read one document; None when PyYAML has to."""
    lines = text.split("\n")
    if not all(map(str.isprintable, lines)):
        return None
    builder = TreeBuilder(limits)
    try:
        _Reader(lines, file, builder).read()
    except (_NotPlainError, ProblemsError):
        return None
    return builder.root if not builder.problems else None


class _Reader:
    """One pass over the lines; `open` holds the indentation of what is open, and if a mapping."""

    def __init__(self, lines: Sequence[str], file: str, builder: TreeBuilder) -> None:
        self.lines, self.file, self.builder = lines, file, builder
        self.open: list[tuple[int, bool]] = []
        self.at = 0

    def read(self) -> None:
        is_waiting = True
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if _EMPTY.fullmatch(line) is None:
                found = _LINE.fullmatch(line)
                if found is None:
                    raise _NotPlainError
                is_mapping, indent = found["key"] is not None, len(found["indent"])
                self._come_to(indent, is_mapping=is_mapping, is_waiting=is_waiting)
                is_waiting = self._take(found)
            self.at += 1
        if is_waiting:
            raise _NotPlainError
        for _ in self.open:
            self.builder.close()

    def _come_to(self, indent: int, *, is_mapping: bool, is_waiting: bool) -> None:
        """Open the mapping or list that a line begins, or close those that end before it."""
        if is_waiting:
            fits = indent > self.open[-1][0] if self.open else is_mapping and indent == 0
            if not fits:
                raise _NotPlainError
            self.open.append((indent, is_mapping))
            self.builder.open(self._mark(indent), is_mapping=is_mapping)
        while len(self.open) > 1 and self.open[-1][0] > indent:
            self.open.pop()
            self.builder.close()
        if self.open[-1] != (indent, is_mapping):
            raise _NotPlainError

    def _take(self, found: re.Match[str]) -> bool:
        """Take a line's key and value; tell whether the key waits for what the next line begins."""
        written, column = found["value"], found.start("value")
        if found["key"] is not None:
            self._scalar(found["key"], found.start("key"))
        elif written is None:
            raise _NotPlainError
        if written is None:
            return True
        if written == ">-":
            mark, first = self._mark(column), self.at
            text = " ".join(self._folded(len(found["indent"])))
            lines = "\n".join(self.lines[first : self.at + 1])[column:]
            self.builder.scalar(text, "quoted", mark, inline=False, written=lines)
        elif written[0] == "{":
            self.builder.open(self._mark(column), is_mapping=True, in_braces=True)
            for pair in _PAIRS.finditer(written):
                self._scalar(pair["key"], column + pair.start("key"))
                self._scalar(pair["value"], column + pair.start("value"))
            self.builder.close()
        else:
            self._scalar(written, column)
        return False

    def _scalar(self, written: str, column: int) -> None:
        if written[0] in "\"'":
            self.builder.scalar(written[1:-1], "quoted", self._mark(column, written[1:-1]))
        elif _REMARKABLE.fullmatch(written):
            raise _NotPlainError
        else:
            mark, end = self._mark(column, written), column + len(written)
            is_value = not self.builder.expects_key()
            cut = find_cut(self.lines, mark, self.at, end) if is_value else None
            self.builder.scalar(written, "plain", mark, cut=cut)

    def _folded(self, indent: int) -> list[str]:
        """Take the lines of a folded text: all at one indentation and none blank."""
        taken: list[str] = []
        inner = 0
        while self.at + 1 < len(self.lines):
            line = self.lines[self.at + 1]
            depth = _count_spaces(line)
            if depth == len(line) or depth <= indent:
                break
            inner = inner or depth
            if depth != inner or line.endswith(" "):
                raise _NotPlainError
            taken.append(line[depth:])
            self.at += 1
        if not taken or self._goes_on(indent):
            raise _NotPlainError
        return taken

    def _goes_on(self, indent: int) -> bool:
        """Tell whether what follows a folded text after blank lines may still belong to it."""
        following = (self.lines[at] for at in range(self.at + 1, len(self.lines)))
        full = (line for line in following if line[indent:] or line.strip(" "))
        return _count_spaces(next(full, "")) > indent

    def _mark(self, column: int, key: str = "") -> Mark:
        path = self.builder.path(key)
        return Mark(self.file, self.at + 1, column + 1, self.lines[self.at], path=path)


def _count_spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
