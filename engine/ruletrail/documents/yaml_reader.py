"""YAML text to a tree, from PyYAML's events; the only place that imports yaml.

Refused, each with a problem of its own: anchors, aliases, merges, tags, directives, several
documents, null, tabs as indentation, repeated keys.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

import yaml

from ruletrail.documents.cut_texts import find_cut, find_glued
from ruletrail.documents.document_shapes import OF_ONE_VALUE
from ruletrail.documents.nodes import RULEBOOK_LIMITS, Limits, Node, Style, TreeBuilder
from ruletrail.documents.pasted_signs import BULLETS
from ruletrail.documents.yaml_bulleted_entries import (
    is_out_of_line,
    list_bulleted,
    tell_bulleted,
)
from ruletrail.documents.yaml_going_on import explain_going_on
from ruletrail.documents.yaml_lines import (
    LONGEST_SENTENCE,
    Lines,
    Stop,
    in_quotes,
    in_ticks,
    is_report,
    line_before,
    value_from,
)
from ruletrail.documents.yaml_misreadings import explain_empty, explain_key, explain_null
from ruletrail.documents.yaml_moved_lines import Moved, explain_moved_line, list_misfits
from ruletrail.documents.yaml_stops import explain_stop
from ruletrail.documents.yaml_tabs import tell_tab
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Mark, Path, Problem, ProblemsError, quote

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_MOST_EXPLAINED = 200
"""Empty values of a document that are explained by their line, which may be of any length.

A document has some, or is broken from there on; no more than fifty problems of it are told.
"""
_LONGEST_LINE = 8_000
"""Characters of a line in which a text that begins with a sign is looked for."""
_INDENTATION = re.compile(r"[ \t?:-]*")
_MARK_AT_LINE = re.compile(r"(?:\A|[\r\n\x85\u2028\u2029])\ufeff")
"""A byte order mark at the start of one of YAML's lines, which end not only where editors end them.

The file's first, before the text, is no part of it.
"""
_OWN_TAG = re.compile(r"!!\w+(?:\s|$)")
"""A tag of YAML's own, as `!!str`, and no text."""
_OF_TEXTS = frozenset({"text-or-alias", "text-or-tag"})
"""Hints of a sign that most probably begins a text."""
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+(\.[0-9]*)?")


def read_yaml(text: str, file: str, limits: Limits) -> tuple[Node | None, list[Problem]]:
    """Read one YAML document; the tree is None when it is empty or the syntax is broken."""
    builder = TreeBuilder(limits)
    reader = _Reader(text, file, builder)
    if _MARK_AT_LINE.search(text):
        # libyaml passes over it, and counts it as indentation; PyYAML reads a letter
        return None, [reader.unprintable()]
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
    except yaml.YAMLError as error:
        found = reader.syntax_problem(error)
        moved = _explain_moved(reader, limits, found)
        if moved is not None:
            return None, moved
        before = _without_consequences(builder.problems, found)
        # entries written as a list break the structure only where the list would end
        is_told = any(problem.advice == "yaml-entry-dash" for problem in before)
        return None, before if is_told else [*before, found]
    except ProblemsError as error:
        return None, list(error.problems)
    if builder.root is None and not builder.problems:
        builder.problems.append(Problem("empty-document", Mark(file)))
    moved = _explain_moved(reader, limits)
    return (builder.root, builder.problems) if moved is None else (None, moved)


def explain_misfits(
    root: Node, text: str, problems: Sequence[Problem], limits: Limits
) -> list[Problem] | None:
    """Tell a line that YAML reads, but where our documents have no such thing.

    Returns it in the place of the problems that may come of it; None where no line is misplaced.
    """
    lines = Lines(root.mark.file, text.split("\n"))
    read = partial(_read_soundly, limits=limits)
    for at in list_misfits(root, lines)[:_MOST_TRIED]:
        going_on = explain_going_on(at, at, lines)
        if going_on is not None:
            return [replace(going_on, wording="line-misplaced")]
        moved = explain_moved_line(at, lines, read, "line-misplaced")
        if moved is not None:
            others = [each for each in problems if each.mark.line - 1 not in moved.around]
            lost = moved.problem.details.get("key")
            return [*(each for each in others if each.details.get("key") != lost), moved.problem]
    return None


_CERTAIN = frozenset({
    "yaml-no-break", "yaml-no-break-after", "yaml-bullet", "yaml-dash-space", "yaml-space",
    "yaml-bullet-of-entry", "yaml-bullet-of-two", "yaml-bullet-of-entries",
    "yaml-space-twice", "yaml-spaces",
    "yaml-key-colon", "yaml-equals", "yaml-goes-on-at", "yaml-sign",
    "yaml-colon-in-lines", "yaml-text-in-lines", "yaml-spreadsheet",
    "yaml-block-at-margin", "yaml-block-all-at-margin",
    "yaml-comment-in-text", "yaml-comment-in-braces", "yaml-quoted-line", "yaml-quoted-lines",
    "yaml-quote-before-key", "yaml-signs", "yaml-title", "yaml-titles", "yaml-lone-word",
})  # fmt: skip
"""Hints of a slip that is plain to see where YAML stops: no other line need be tried."""
_UNEXPLAINED = frozenset({"", "yaml-value", "yaml-entry-dash"})
"""Hints of an empty value whose line does not tell why it is empty."""
_OF_STRUCTURE = frozenset({"null-value", "repeated-key"})
"""What may come of a line that stands elsewhere."""
_MOST_WEIGHED = 10
"""Problems of the structure that are weighed: for each of them all others are looked at."""
_MOST_TRIED = 3
"""Places of a document around which other lines are tried."""


def _explain_moved(
    reader: "_Reader", limits: Limits, stop: Problem | None = None
) -> list[Problem] | None:
    """Tell lines that stand where they do not belong, in the place of what comes of them.

    Where reading stopped at one, others may stand before it.
    """
    problems = reader.builder.problems
    lines = Lines(reader.file, reader.lines)
    read = partial(_read_soundly, limits=limits)
    found: list[Moved] = []
    if stop is not None and stop.code == "yaml-syntax" and not _is_plain(stop):
        moved = explain_moved_line(reader.stopped, lines, read)
        found += [] if moved is None else [replace(moved, problem=_choose(stop, moved.problem))]
    stopped = bool(found)
    for at in islice(_list_torn(problems), _MOST_TRIED):
        if not any(at in each.around for each in found):
            moved = explain_moved_line(at, lines, read, "line-misplaced")
            found += [] if moved is None else [moved]
    if not found:
        return None
    left = [
        each
        for each in problems
        if each.code not in _OF_STRUCTURE
        or not any(each.mark.line - 1 in moved.around for moved in found)
    ]
    if stop is not None and not stopped:
        left = [*_without_consequences(left, stop), stop]
    return [*left, *(each.problem for each in found)]


def _is_plain(stop: Problem) -> bool:
    """Tell whether the line where YAML stops leaves no doubt of the slip, as of a lost colon."""
    word = stop.mark.text.lstrip(" -").partition(" ")[0]
    is_our_key = stop.advice == "yaml-no-colon" and word in OF_ONE_VALUE
    return is_our_key or stop.advice in _CERTAIN


def _list_torn(problems: Sequence[Problem]) -> Iterator[int]:
    """Yield the lines, counted from 0, of what a line that stands elsewhere may have left."""
    for each in islice((each for each in problems if each.code in _OF_STRUCTURE), _MOST_WEIGHED):
        if (each.code == "null-value" and each.advice in _UNEXPLAINED and _may_hold(each)) or (
            each.code == "repeated-key" and not each.advice and _begins_again(each, problems)
        ):
            yield each.mark.line - 1


def _may_hold(empty: Problem) -> bool:
    """Tell whether an empty value is of a key that holds what stands below it."""
    key = empty.mark.text[: empty.mark.column - 1].strip(" -:")
    return key not in OF_ONE_VALUE


def _begins_again(repeated: Problem, problems: Sequence[Problem]) -> bool:
    """Tell a key at the margin, or the first of several of an entry that are there twice."""
    above = repeated.mark.line - int(repeated.details["line"])
    others = [
        each
        for each in problems
        if each.code == "repeated-key" and each.mark.line - int(each.details["line"]) == above
    ]
    return repeated.mark.column == 1 or (len(others) > 1 and others[0] is repeated)


def _choose(stop: Problem, moved: Problem) -> Problem:
    """Choose between two problems: the line where YAML stops may say more of the same."""
    if stop.mark.line != moved.mark.line or "count" not in stop.details:
        return moved
    is_same = stop.details["count"] == moved.details.get("count")
    return stop if is_same and moved.advice.startswith("yaml-indent") else moved


def _read_soundly(text: str, limits: Limits) -> Node | None:
    """Read a piece of a document; None where it breaks, or lacks values, or repeats keys."""
    builder = TreeBuilder(limits)
    reader = _Reader(text, "", builder)
    reader.empty = _MOST_EXPLAINED
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
    except (yaml.YAMLError, ProblemsError):
        return None
    is_sound = _OF_STRUCTURE.isdisjoint(each.code for each in builder.problems)
    return builder.root if is_sound else None


def _without_consequences(problems: list[Problem], stop: Problem) -> list[Problem]:
    """Leave out what is empty only because the structure breaks there, or on the line below.

    So is the sign of a text that breaks in its line, and a comma in the value that breaks there.
    """
    near = (stop.mark.line - 1, stop.mark.line)
    is_told = bool(stop.advice)
    return [
        each
        for each in problems
        if not (each.code == "null-value" and each.mark.line in near)
        and not (each.advice in _OF_TEXTS and is_told and each.mark.line == stop.mark.line)
        and not (each.code == "comma-in-braces" and is_told and _is_same_place(each, stop))
    ]


def _is_same_place(one: Problem, other: Problem) -> bool:
    here, there = one.mark, other.mark
    return (here.line, here.column) == (there.line, there.column)


def read_events(text: str, file: str) -> Iterator[Any]:
    """Yield PyYAML's events of a text, which say how each piece of it is written, and where.

    Raises `ProblemsError` where the text is no YAML.
    """
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        found = _Reader(text, file, TreeBuilder(RULEBOOK_LIMITS)).syntax_problem(error)
        raise ProblemsError([found]) from error


class _Reader:
    """One pass over the events of one document."""

    def __init__(self, text: str, file: str, builder: TreeBuilder) -> None:
        self.lines, self.file, self.builder = text.split("\n"), file, builder
        # libyaml breaks lines at U+0085, U+2028 and U+2029 too; lines are counted anew, as editors
        # count them
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.documents = self.empty = self.stopped = 0
        self.has_tab = False
        self.may_be_bulleted: bool | None = None
        self.bulleted: set[int] = set()
        self.last: Any = None
        self.indented = (-1, "")
        """The line that was read last, and its indentation, with the signs that may stand there."""

    def take(self, event: Any) -> None:
        name = type(event).__name__
        self.last = event
        if name == "ScalarEvent":
            self._scalar(event)
        elif name in ("MappingStartEvent", "SequenceStartEvent"):
            mark = self._mark(event)
            self._refuse_decoration(event, mark)
            if self.builder.expects_key():
                self._refuse_key(event)
            is_mapping, in_braces = name == "MappingStartEvent", bool(event.flow_style)
            self.builder.open(mark, is_mapping=is_mapping, in_braces=in_braces)
        elif name in ("MappingEndEvent", "SequenceEndEvent"):
            self.builder.close()
        elif name == "AliasEvent":
            mark = self._mark(event)
            self._note_sign("anchor-or-alias", mark, "*" + event.anchor, "text-or-alias")
            self.builder.scalar("*" + event.anchor, "quoted", mark, inline=False)
        elif name == "DocumentStartEvent":
            self._document(event)

    def _refuse_key(self, event: Any) -> None:
        """Stop at a key that is no text where it is known what was meant; else the builder does."""
        found = explain_key(*self._place(event.start_mark), Lines(self.file, self.lines))
        if found is not None:
            raise ProblemsError([*self.builder.problems, found])

    def _document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self._note("several-documents", self._mark(event))
            raise ProblemsError(self.builder.problems)
        if event.version or event.tags:
            self._note("yaml-directive", self._mark(event))

    def _scalar(self, event: Any) -> None:
        mark, text = self._mark(event), event.value
        self._refuse_decoration(event, mark)
        style: Style = "quoted" if event.style else "plain"
        if style == "plain":
            text = self._plain(event, text, mark)
        (first, column), (last, end) = self._place(event.start_mark), self._place(event.end_mark)
        inline = first == last and self._written_as(event, text)
        written = "" if inline else self._written(first, column, last, end)
        find = {None: find_cut, "'": find_glued, '"': find_glued}.get(event.style or None)
        is_value = not self.builder.expects_key()
        cut = find(self.lines, mark, last, end) if find is not None and is_value else None
        self.builder.scalar(text, style, mark, inline=inline, written=written, cut=cut)

    def _written(self, first: int, column: int, last: int, end: int) -> str:
        """Return what stands on the page, on one line as far as it goes: others may follow there.

        Of several lines the last is whole, as it is shown; no other text ends there.
        """
        if first == last:
            return self.lines[first][column:end].rstrip()
        return "\n".join(self.lines[first : last + 1])[column:].rstrip()

    def _refuse_bullet(self, line: int) -> None:
        """Stop at an entry behind a bullet that stands where no entry of its part does.

        All that stand beside it are looked at once, whatever comes of it.
        """
        lines = Lines(self.file, self.lines)
        if self.may_be_bulleted is None:
            self.may_be_bulleted = is_report(lines)
        if line in self.bulleted or not self.may_be_bulleted:
            return
        around = list_bulleted(line, lines)
        self.bulleted.update(around)
        told = tell_bulleted(around, lines)
        if told is None or not is_out_of_line(told):
            return
        problems = self.builder.problems
        above = line_before(lines, told.mark.line - 1)
        # its part is empty only because they stand elsewhere
        left = [each for each in problems if above is None or each.mark.line != above + 1]
        raise ProblemsError([*left, told])

    def _plain(self, event: Any, text: str, mark: Mark) -> str:
        is_key = self.builder.expects_key()
        if is_key and text and text[0] in BULLETS:
            self._refuse_bullet(mark.line - 1)
        if text in _NULLS and (event.anchor or event.tag):
            pass  # it is empty only because the text was taken for the anchor, or the tag
        elif text in _NULLS:
            self._note_null(event, mark)
        elif text == "<<" and is_key:
            self._note("merge-key", mark)
        elif not is_key and _LEADING_ZERO.fullmatch(text):
            self._note("leading-zero", mark, text=quote(text), quoted=f'`"{text[:40]}"`')
        return str(text)

    def _note_null(self, event: Any, mark: Mark) -> None:
        """Note an empty value; in braces it may be what follows a comma that cuts a text."""
        key, previous = self.builder.open_key()
        self.empty += 1
        if self.empty > _MOST_EXPLAINED:
            self._note("null-value", mark)
            return
        slip = None
        if key is not None and not event.value:
            slip = explain_empty(key, previous, Lines(self.file, self.lines))
        if slip is not None:
            if slip not in self.builder.problems:
                self.builder.problems.append(slip)
        else:
            name = key.text if key is not None else ""
            lines = Lines(self.file, self.lines)
            bare = not event.value
            self.builder.problems.append(explain_null(name, mark, lines, is_bare=bare))

    def _written_as(self, event: Any, text: str) -> bool:
        line, column = self._place(event.start_mark)
        return self.lines[line].startswith(text, column + (1 if event.style else 0))

    def _refuse_decoration(self, event: Any, mark: Mark) -> None:
        """Note what no document of ours has; with the value's own mark, whose place it takes."""
        if self._is_behind_tab(*self._place(event.start_mark)):
            self._note_tab(mark)
        is_value = type(event).__name__ == "ScalarEvent" and not self.builder.expects_key()
        if event.anchor:
            named = "&" + event.anchor
            self._note_sign("anchor-or-alias", mark, named, "text-or-alias" if is_value else "")
        if event.tag:
            named = str(event.tag)
            self._note_sign("tag", mark, named, "text-or-tag" if is_value else "")

    def _note_tab(self, mark: Mark) -> None:
        """Note the first tab of a document's indentation, which tells how many lines have one."""
        if not self.has_tab:
            told = tell_tab(mark.line - 1, mark.column - 1, Lines(self.file, self.lines))
            self.builder.problems.append(replace(told, mark=mark))
            self.has_tab = True

    def _is_behind_tab(self, line: int, column: int) -> bool:
        """Tell what begins behind a tab of its line's indentation."""
        if line != self.indented[0]:
            # once for a line, which may hold a whole document
            found = _INDENTATION.match(self.lines[line])
            self.indented = line, found[0] if found is not None else ""
        before = self.indented[1]
        return column <= len(before) and before.find("\t", 0, column) >= 0

    def _note_sign(self, code: str, mark: Mark, named: str, advice: str) -> None:
        """Note an anchor, an alias or a tag; where a text may be meant, how that is written."""
        details = {"text": quote(named)}
        line, column = mark.line - 1, mark.column - 1
        is_explained = len(self.lines[line]) <= _LONGEST_LINE and self._may_explain()
        lines = Lines(self.file, self.lines)
        value = value_from(line, column, lines) if advice and is_explained else ""
        if not value or _OWN_TAG.match(value):
            advice = ""
        else:
            details["instead"] = in_ticks(in_quotes(value), LONGEST_SENTENCE)
        self.builder.problems.append(Problem(code, mark, details, "", advice))

    def _may_explain(self) -> bool:
        return len(self.builder.problems) < _MOST_EXPLAINED

    def _note(self, code: str, mark: Mark, **details: str) -> None:
        self.builder.problems.append(Problem(code, mark, details))

    def _mark(self, event: Any) -> Mark:
        """Mark the key, the value or the beginning of one that an event tells of."""
        path = self.builder.path(getattr(event, "value", ""))
        return self._at(*self._place(event.start_mark), path)

    def _place(self, mark: Any) -> tuple[int, int]:
        """Return line and column of PyYAML's mark, from its index, both counted from 0."""
        line = bisect_right(self.starts, mark.index) - 1
        return line, mark.index - self.starts[line]

    def _at(self, line: int, column: int, path: Path | None = None) -> Mark:
        return Mark(self.file, line + 1, column + 1, self.lines[line], path=path)

    def syntax_problem(self, error: Any) -> Problem:
        """Turn what PyYAML raised into a problem; a tab in the indentation is named as such."""
        place = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        if place is None:
            return self.unprintable()
        mark = self._at(*self._place(place))
        self.stopped = mark.line - 1
        lines = Lines(self.file, self.lines)
        indentation = mark.text[: len(mark.text) - len(mark.text.lstrip())]
        if "\t" in indentation:
            return tell_tab(mark.line - 1, indentation.index("\t"), lines)
        return explain_stop(self._stop(error, place), lines)

    def _stop(self, error: Any, place: Any) -> Stop:
        context, event = getattr(error, "context_mark", None), self.last
        last = None
        if event is not None:
            begin, end = self._place(event.start_mark), self._place(event.end_mark)
            last = (type(event).__name__, str(getattr(event, "style", "") or ""), begin, end)
        return Stop(
            str(getattr(error, "problem", "") or ""),
            self._place(place),
            str(getattr(error, "context", "") or ""),
            self._place(context) if context is not None else None,
            last,
        )

    def unprintable(self) -> Problem:
        """Tell of the first character that no document holds."""
        return Problem("yaml-unprintable", self._unprintable())

    def _unprintable(self) -> Mark:
        for number, line in enumerate(self.lines):
            for column, char in enumerate(line):
                if not char.isprintable() and char not in "\t\r\u00a0\u0085" and not char.isspace():
                    return self._at(number, column)
        return self._at(0, 0)
