"""Inline ignores: `# ruletrail: ignore CODE -- reason`, on a finding's line or the one before.

A JSON Schema has no comments; there an ignore is the `$comment` of the field. The reason is
demanded, and an ignore that ignores nothing is a finding itself. What loading refuses cannot be
ignored.
"""

import re
from collections.abc import Iterable, Iterator

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.fast_dataclasses import dataclass
from ruletrail.files import split_lines
from ruletrail.problems import Mark, Problem, quote

_BEGIN = re.compile(r"ruletrail:\s*ignore\b")
_CODE = re.compile(r"[a-z0-9-]+")
_BLOCK = re.compile(r"(?:^|[:\-?]\s+|^\s*)[|>][0-9+\-]*\s*$")
_QUOTES = "\"'"


@dataclass(frozen=True, slots=True)
class Ignore:
    """One code ignored on some lines of one file, and why."""

    code: str
    reason: str
    mark: Mark
    lines: frozenset[int]


def read_comments(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Yield the comments of a YAML text: line, column, text, and whether it stands alone."""
    quote_open, block_indent = "", -1
    for number, line in enumerate(split_lines(text), start=1):
        indent = len(line) - len(line.lstrip(" "))
        if block_indent >= 0 and (not line.strip() or indent > block_indent):
            continue
        block_indent = -1
        at, quote_open = _find_comment(line, quote_open)
        content = line if at is None else line[:at]
        if not quote_open and _BLOCK.search(content):
            block_indent = indent
        if at is not None:
            yield number, at + 1, line[at + 1 :].strip(), not content.strip()


def _find_comment(line: str, quote_open: str) -> tuple[int | None, str]:
    """Find where a comment begins, and whether a quoted text goes on to the next line."""
    at, before, closed = 0, ":", -2
    while at < len(line):
        char = line[at]
        if quote_open:
            if char == "\\" and quote_open == '"':
                at += 1
            elif char == quote_open:
                if quote_open == "'" and line[at + 1 : at + 2] == "'":
                    at += 1
                else:
                    quote_open, closed = "", at
        elif char in _QUOTES and before in ":,[{-?":
            quote_open = char
        elif char == "#" and (at in (0, closed + 1) or line[at - 1] in " \t"):
            return at, ""
        if char not in " \t":
            before = char
        at += 1
    return None, quote_open


def read_ignores(text: str, file: str, known: Iterable[str]) -> tuple[list[Ignore], list[Problem]]:
    """Read the ignores of a YAML text, and what is wrong with their form."""
    comments = list(read_comments(text))
    alone = {line for line, _, _, is_alone in comments if is_alone}
    lines = split_lines(text)
    written = _find_written(lines, alone)
    ignores: list[Ignore] = []
    problems: list[Problem] = []
    for line, column, comment, is_alone in comments:
        if not comment.startswith("ruletrail:"):
            continue
        covered = written[line] if is_alone else line
        mark = Mark(file, line, column, lines[line - 1])
        found, wrong = _read(comment, mark, frozenset([covered]), known)
        ignores += found
        problems += wrong
    return ignores, problems


def _find_written(lines: list[str], alone: set[int]) -> dict[int, int]:
    """Find for each line the first from there on that says more than a comment.

    From the last line upwards: looking ahead from each comment would read a column of comments as
    many times as it has lines.
    """
    found: dict[int, int] = {}
    here = len(lines) + 1
    for number in range(len(lines), 0, -1):
        if number not in alone and lines[number - 1].strip():
            here = number
        found[number] = here
    return found


def read_schema_ignores(node: Node, known: Iterable[str]) -> tuple[list[Ignore], list[Problem]]:
    """Read the `$comment` ignores of a JSON Schema; each covers the object it is in and its key."""
    ignores: list[Ignore] = []
    problems: list[Problem] = []
    waiting: list[tuple[Node, int]] = [(node, node.mark.line)]
    while waiting:
        here, line = waiting.pop()
        if isinstance(here, SequenceNode):
            waiting += [(item, item.mark.line) for item in here.items]
        if not isinstance(here, MappingNode):
            continue
        waiting += [(value, here.keys[key].mark.line) for key, value in here.values.items()]
        comment = here.get("$comment")
        if isinstance(comment, ScalarNode) and comment.text.startswith("ruletrail:"):
            found, wrong = _read(
                comment.text, comment.mark, frozenset([line, here.mark.line]), known
            )
            ignores += found
            problems += wrong
    return ignores, problems


def _read(
    comment: str, mark: Mark, lines: frozenset[int], known: Iterable[str]
) -> tuple[list[Ignore], list[Problem]]:
    begin = _BEGIN.match(comment)
    listed, _, reason = comment[begin.end() if begin is not None else 0 :].partition("--")
    codes = [code.strip() for code in listed.split(",")]
    if begin is None or not all(map(_CODE.fullmatch, codes)):
        return [], [Problem("ignore-form", mark, {"text": quote(comment)})]
    if not reason.strip():
        return [], [Problem("ignore-without-reason", mark, {"text": quote(comment)})]
    known_codes = set(known)
    problems = [
        Problem("ignore-unknown", mark, {"text": quote(code)})
        for code in codes
        if code not in known_codes
    ]
    return [
        Ignore(code, reason.strip(), mark, lines) for code in codes if code in known_codes
    ], problems


def apply_ignores(
    problems: Iterable[Problem], ignores: Iterable[Ignore], own_files: Iterable[str]
) -> list[Problem]:
    """Leave out what is ignored; an ignore of our own files that matches nothing is a finding."""
    waiting = list(ignores)
    covering: dict[tuple[str, str, int], list[int]] = {}
    for index, ignore in enumerate(waiting):
        for line in ignore.lines:
            covering.setdefault((ignore.code, ignore.mark.file, line), []).append(index)
    used: set[int] = set()
    kept = []
    for problem in problems:
        mark = problem.mark
        hits = [
            index
            for line in {mark.line, mark.head}  # a formula over several lines has its ignore above
            for index in covering.get((problem.code, mark.file, line), ())
        ]
        used.update(hits)
        if not hits:
            kept.append(problem)
    files = set(own_files)
    for index, ignore in enumerate(waiting):
        if index not in used and ignore.mark.file in files:
            kept.append(Problem("ignore-unused", ignore.mark, {"text": quote(ignore.code)}))
    return kept
