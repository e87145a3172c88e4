"""JSON text to the same tree as YAML, as strictly and with the same marks.

Numbers keep their source text; repeated keys, NaN, Infinity and null are problems. Without
recursion, so that depth is a limit and not a crash.
"""

import json
import re
from bisect import bisect_right
from typing import NoReturn

from ruletrail.documents.nodes import Limits, Node, TreeBuilder
from ruletrail.problems import Mark, Path, Problem, ProblemsError, quote, quote_to_write, term

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_WORD = re.compile(r"[-+]?\w[\w.]*")
_LITERAL = re.compile(r"(?:true|false|null)\b")
_OTHER_QUOTES = re.compile(r"[“”„‟«'‘’]([^\n“”„‟»'‘’\"]{0,80})[“”‟»'‘’]")
_BARE_KEY = re.compile(r"([^\W\d][\w.-]{0,80})[ \t]*:")
_NOT_INSIDE = frozenset("\\\t")
_WHOLE_BEFORE = re.compile(r"(?<![0-9.])([0-9]{1,3}(?:\.[0-9]{3}){1,4}|[0-9]{1,15}),$")
"""The digits before a comma, their thousands parted by points or not."""
_DIGITS = re.compile(r"[0-9]{1,15}")
_EITHER = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
"""One group of three digits after a comma: decimals in Italy, thousands elsewhere."""
_DECIMALS = re.compile(r",[0-9]{1,15}")
_IN_GROUPS = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3}){2,}")
"""A number whose thousands are parted by points; with one point it would be read with decimals."""
_GROUP_BEFORE = re.compile(r"(?<![0-9.,])-?[1-9][0-9]{0,2}$")
_GROUPS_AFTER = re.compile(r"(?:[ '’\u00a0\u202f\u2009][0-9]{3})+(?![0-9])")
"""Digits, and groups of three after them that blanks or apostrophes part: `1 000`, `1'000`."""
_MINUS_SIGNS = frozenset("−–—‐‑")
"""What stands for the minus of a number in texts."""
_ANSWERS = {"true": "true", "vero": "true", "false": "false", "falso": "false"}
"""What other languages write for the two words."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(
    text: str, file: str, limits: Limits, first: int = 1
) -> tuple[Node | None, list[Problem]]:
    """Read one JSON document; the tree is None when the syntax is broken.

    `first` is the line of the file that the document begins in.
    """
    builder = TreeBuilder(limits)
    scanner = _Scanner(text, file, builder, first)
    try:
        scanner.run()
    except ProblemsError as error:
        return None, list(error.problems)
    return builder.root, builder.problems


class _Scanner:
    """One pass over the text; `closers` is the stack of brackets still open."""

    def __init__(self, text: str, file: str, builder: TreeBuilder, first: int) -> None:
        self.text, self.file, self.builder, self.first = text, file, builder, first
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.at = 0
        self.closers: list[str] = []
        self.opened: list[int] = []
        self.suspect = -1
        """An opening bracket whose line stands further right than what would close it."""
        self.fresh = False
        self.ended = 0
        self.last_line = (-1, "")
        self.margins: dict[int, int] = {}
        """Where what stands in a line begins; one line may hold a whole document."""

    def run(self) -> None:
        self._skip()
        self._value()
        while self.closers:
            self.ended = self.at
            self._skip()
            if self._peek() == self.closers[-1]:
                self._close()
            else:
                self._member()
        self._skip()
        if self.at < len(self.text):
            self._fail()

    def _close(self) -> None:
        opened = self.opened.pop()
        if self.suspect < 0 and self._indent(self.at, is_first=True) < self._indent(opened):
            self.suspect = opened
        self.at += 1
        self.closers.pop()
        self.builder.close()
        self.fresh = False

    def _member(self) -> None:
        """Read one member of the innermost bracket; all but the first stand after a comma."""
        if not self.fresh:
            self._comma()
        if self.closers[-1] == "}":
            self._key()
        self._value()

    def _comma(self) -> None:
        """Read the comma between two members; one too few or too many is said to be so."""
        char = self._peek()
        if char != ",":
            self._explain_groups()
        if char != "," and (char in '"{[-0123456789' or _LITERAL.match(self.text, self.at)):
            mark = self._mark(self.ended - 1)
            before = self._mark(self.at)
            advice = "comma-lacks" if mark.line == before.line else "comma-lacks-at-end"
            self._stop("json-syntax", before, advice, near=self._near(), line=str(mark.line))
        self._expect(",")
        if self._peek() == ",":
            self._stop("json-syntax", self._mark(self.at), "comma-twice", near=self._near())
        if self._peek() in "}]":
            near, closer = self._near(), quote(self._peek())
            here = self._mark(self.at)
            self._stop("json-syntax", here, "comma-too-many", near=near, closer=closer)

    def _explain_groups(self) -> None:
        """Stop at a number whose thousands are parted by blanks or apostrophes.

        In a list these may be several numbers without commas.
        """
        first = _GROUP_BEFORE.search(self.text[: self.ended][-40:])
        others = _GROUPS_AFTER.match(self.text, self.ended)
        if first is None or others is None or self.closers[-1] != "}":
            return
        number = first[0] + "".join(each for each in others[0] if each.isdigit())
        near, place = quote(first[0] + others[0]), self._mark(self.ended - len(first[0]))
        instead = quote_to_write(number)
        self._stop("json-syntax", place, "write-instead", near=near, instead=instead)

    def _key(self) -> None:
        bare = _BARE_KEY.match(self.text, self.at)
        if bare is not None:
            instead = quote_to_write(f'"{bare[1]}":')
            here = self._mark(self.at)
            self._stop("json-syntax", here, "json-key", near=self._near(), instead=instead)
        if self._peek() != '"':
            self._fail("key-not-text" if self._peek() in "{[" else "json-syntax")
        self._string()
        self._skip()
        self._expect(":")

    def _value(self) -> None:
        char = self._peek()
        self.fresh = char in "{["
        if self.fresh:
            self.builder.open(self._mark_value(), is_mapping=char == "{")
            self.closers.append("}" if char == "{" else "]")
            self.opened.append(self.at)
            self.at += 1
        elif char == '"':
            self._string()
        elif char in "-0123456789":
            self._number()
        else:
            self._word()

    def _string(self) -> None:
        match = _STRING.match(self.text, self.at)
        if match is None:
            self._fail()
        value = json.loads(match.group())
        mark = self._mark_value(value)
        if _SURROGATE.search(value):
            self._stop("lone-surrogate", mark)
        inline = match.group()[1:-1] == value
        written = "" if inline else match.group()
        self.builder.scalar(value, "quoted", mark, inline=inline, written=written)
        self.at = match.end()

    def _number(self) -> None:
        match = _NUMBER.match(self.text, self.at)
        following = self.text[match.end() : match.end() + 1] if match else ""
        if match is None or following.isalnum() or (following and following in "._+-"):
            self._word()
            return
        self.builder.scalar(match.group(), "number", self._mark_value())
        self.at = match.end()

    def _word(self) -> None:
        match = _WORD.match(self.text, self.at)
        if match is None:
            self._fail()
        word, mark = match.group(), self._mark_value()
        if word not in ("true", "false", "null"):
            meant = _ANSWERS.get(word.lower(), "")
            if _IN_GROUPS.fullmatch(word):
                decimals = _DECIMALS.match(self.text, match.end())
                # in an object a key in quotes follows a comma, and no digits
                is_split = decimals is not None and self.closers[-1:] == ["}"]
                after = decimals[0] if decimals is not None and is_split else ""
                meant, word = word.replace(".", "") + after.replace(",", "."), word + after
            if meant:
                instead = quote_to_write(meant)
                self._stop("json-syntax", mark, "write-instead", near=quote(word), instead=instead)
            is_number = word.lstrip("+-") in ("NaN", "Infinity", "nan", "inf")
            self._stop("not-finite" if is_number else "json-syntax", mark, near=quote(word))
        if word == "null" and not self.builder.limits.nulls:
            self.builder.problems.append(Problem("null-value", mark))
        self.builder.scalar(word, "literal", mark)
        self.at = match.end()

    def _expect(self, char: str) -> None:
        if self._peek() != char:
            self._fail()
        self.at += 1
        self._skip()

    def _skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        if match is not None:
            self.at = match.end()

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1] or "end"

    def _indent(self, index: int, *, is_first: bool = False) -> float:
        """Count the spaces before a line; of a sign that is not the first there, none are known."""
        line = bisect_right(self.starts, index) - 1
        begun = self.margins.get(line)
        if begun is None:
            match = _SPACE.match(self.text, self.starts[line], index)
            begun = self.margins[line] = match.end() if match is not None else index
        return float("inf") if is_first and begun < index else begun - self.starts[line]

    def _fail(self, code: str = "json-syntax") -> NoReturn:
        if code == "json-syntax":
            self._explain()
        self._stop(code, self._mark(self.at), near=self._near())

    def _explain(self) -> None:
        """Stop with what is known to be meant here: other quotes, a comment, a comma, a bracket."""
        rest, mark = self.text[self.at : self.at + 200], self._mark(self.at)
        quoted = _OTHER_QUOTES.match(rest)
        if quoted is not None and not _NOT_INSIDE.intersection(quoted[1]):
            instead = quote_to_write(f'"{quoted[1]}"')
            self._stop("json-syntax", mark, "json-quotes", near=self._near(), instead=instead)
        negative = _NUMBER.match("-" + rest[1:]) if rest[:1] in _MINUS_SIGNS else None
        if negative is not None:
            near, instead = quote(rest[:1] + negative[0][1:]), quote_to_write(negative[0])
            self._stop("json-syntax", mark, "write-instead", near=near, instead=instead)
        if rest.startswith(("//", "/*", "#")):
            self._stop("json-syntax", mark, "json-comment", near=self._near())
        whole, decimals = _WHOLE_BEFORE.search(self.text[: self.at][-40:]), _DIGITS.match(rest)
        if whole is not None and decimals is not None and self.closers[-1:] == ["}"]:
            place = self._mark(self.at - len(whole[0]))
            number = f"{whole[1].replace('.', '')}.{decimals[0]}"
            near, instead = quote(whole[0] + decimals[0]), quote_to_write(number)
            if _EITHER.fullmatch(whole[0] + decimals[0]):
                either = {"number": instead, "whole": quote(whole[1] + decimals[0])}
                self._stop("json-syntax", place, "number-comma-or-thousands", near=near, **either)
            self._stop("json-syntax", place, "write-instead", near=near, instead=instead)
        if self.opened and rest[:1] in ("", "]", "}"):
            begun = self.suspect if self.suspect >= 0 else self.opened[-1]
            sign = self.text[begun]
            text, expected = quote(sign), quote("}" if sign == "{" else "]")
            near, opening = self._near(), self._mark(begun)
            advice = "yaml-bracket-open"
            self._stop("json-syntax", opening, advice, near=near, text=text, expected=expected)

    def _near(self) -> str:
        near = self.text[self.at : self.at + 40].split("\n")[0]
        return quote(near) if near else term("end")

    def _stop(self, code: str, mark: Mark, advice: str = "", /, **details: str) -> NoReturn:
        problem = Problem(code, mark, details, advice=advice)
        raise ProblemsError([*self.builder.problems, problem])

    def _mark_value(self, key: str = "") -> Mark:
        """Mark the value, or the key, that begins here."""
        return self._mark(self.at, self.builder.path(key))

    def _mark(self, index: int, path: Path | None = None) -> Mark:
        line = bisect_right(self.starts, index) - 1
        if self.last_line[0] != line:
            end = self.text.find("\n", index)
            text = self.text[self.starts[line] : end if end >= 0 else len(self.text)]
            self.last_line = (line, text)
        column, shown = index - self.starts[line] + 1, self.last_line[1]
        return Mark(self.file, self.first + line, column, shown, path=path)
