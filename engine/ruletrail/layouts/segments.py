"""Cut a form at its rows, headings and ignored parts; what follows one belongs to it.

Nothing is read here, only found. Inside a free text nothing that comes earlier in the form is
recognised, so that somebody's prose cannot pass for a row.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.layouts.lines import Line, Place, has_digit, match_words
from ruletrail.layouts.model import Anchor, Heading, Layout, Row, Words

_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Segment:
    """The lines from one row, heading or anchor to the next; `opener` is None before the first."""

    opener: Row | Heading | Anchor | None
    start: int
    body: Place
    """The place after the label."""
    is_exact: bool
    """Whether the whole label was found, or only its code."""
    end: int = 0
    """The index of the line after the last."""


def cut(lines: Sequence[Line], layout: Layout) -> list[Segment]:
    """Cut the lines into segments, in the order of the form; the first has no opener."""
    opened = [Segment(None, 0, Place(0, 0), is_exact=True), *_Finder(lines, layout).find()]
    ends = [*(segment.start for segment in opened[1:]), len(lines)]
    return [replace(segment, end=end) for segment, end in zip(opened, ends, strict=True)]


_ROWS_OF_A_FORM = 2
"""One row's label may stand in a note; so many are another form."""


def find_again(lines: Sequence[Line], layout: Layout, segments: Sequence[Segment]) -> int:
    """Find the first row of another form in the ignored part; the number of lines if none is."""
    if not isinstance(segments[-1].opener, Anchor):
        return len(lines)
    after = range(segments[-1].start + 1, len(lines))
    finder = _Finder(lines, layout)
    found = [index for index in after if finder.is_row(index)]
    return found[0] if len(found) >= _ROWS_OF_A_FORM else len(lines)


def folding(lookalikes: Sequence[str]) -> Callable[[str], str]:
    """Return what writes a code with the first of each group of characters that print confuses."""
    table: dict[int, str] = {}
    for group in lookalikes:
        one = dict.fromkeys(group[1:], group[0])
        table = {code: one.get(char, char) for code, char in table.items()}
        table = {**dict.fromkeys(map(ord, one), group[0]), **table}
    return lambda word: word.translate(table)


class _Finder:
    """One pass over the lines, with what has been found so far."""

    def __init__(self, lines: Sequence[Line], layout: Layout) -> None:
        self.lines, self.layout = lines, layout
        self.rows = _by_first_word([(row.label, row) for row in layout.rows])
        self.headings = _by_first_word([(heading.words, heading) for heading in layout.headings])
        self.anchors = _by_first_word([(anchor.words, anchor) for anchor in layout.anchors])
        self.fold = folding(layout.lookalikes)
        folded: dict[str, set[str]] = {}
        for word in self.rows:
            folded.setdefault(self.fold(word), set()).add(word)
        self.folded = {fold: words.pop() for fold, words in folded.items() if len(words) == 1}
        self.present: set[int] = set()
        self.last: Row | None = None

    def find(self) -> Iterator[Segment]:
        rows = [self._row(index) for index in range(len(self.lines))]
        openers = [found.opener for found in rows if found is not None]
        self.present = {opener.order for opener in openers if isinstance(opener, Row)}
        index = 0
        while index < len(self.lines):
            found = self._anchor(index) or self._heading(index) or self._admitted(rows[index])
            index += 1
            if found is None:
                continue
            yield found
            if isinstance(found.opener, Anchor):
                return
            if isinstance(found.opener, Row):
                self.last = found.opener
            elif isinstance(found.opener, Heading) and found.opener.words:
                index = max(index, found.body.line)

    def _admitted(self, opening: Segment | None) -> Segment | None:
        """Admit a row, but in a free text only a whole label of the same row or a later one."""
        row = opening.opener if opening is not None else None
        if opening is None or self.last is None or not self.last.free or not isinstance(row, Row):
            return opening
        is_later = row.order > self.last.order
        return opening if opening.is_exact and (is_later or row is self.last) else None

    def is_row(self, index: int) -> bool:
        """Tell whether a line begins with a whole label of several words."""
        found = self._row(index)
        row = found.opener if found is not None and found.is_exact else None
        return isinstance(row, Row) and len(row.label) > 1

    def _row(self, index: int) -> Segment | None:
        first = self.lines[index].words[0]
        folded = self.folded.get(self.fold(first))
        known = first if first in self.rows else folded
        if known is None:
            return None
        found: list[tuple[int, Segment]] = []
        for row in self.rows[known]:
            body = match_words(self.lines, Place(index, 1), row.label[1:])
            if body is not None:
                found.append((len(row.label), Segment(row, index, body, is_exact=True)))
        if found:
            return max(found, key=lambda pair: pair[0])[1]
        if len(self.rows[known]) == 1 and has_digit(known):
            return Segment(self.rows[known][0], index, Place(index, 1), is_exact=False)
        return None

    def _heading(self, index: int) -> Segment | None:
        last = -1 if self.last is None else self.last.order
        if self.last is not None and self.last.free:
            return None
        best: Segment | None = None
        for heading in self.headings.get(self.lines[index].words[0], ()):
            if last >= heading.order or not self._in_place(heading, last):
                continue
            body = match_words(self.lines, Place(index, 0), heading.words)
            if body is not None and body.word == 0 and (best is None or body > best.body):
                best = Segment(heading, index, body, is_exact=True)
        return best

    def _in_place(self, heading: Heading, last: int) -> bool:
        """Admit a heading of numbers, which look like values, only right after its row."""
        if not all(has_digit(word) for word in heading.words):
            return True
        return last == max((order for order in self.present if order < heading.order), default=-1)

    def _anchor(self, index: int) -> Segment | None:
        for anchor in self.anchors.get(self.lines[index].words[0], ()):
            body = match_words(self.lines, Place(index, 0), anchor.words)
            if body is not None and (body.word == 0 or not anchor.is_proper):
                return Segment(anchor, index, body, is_exact=True)
        return None


def _by_first_word(pairs: Sequence[tuple[Words, _Thing]]) -> Mapping[str, list[_Thing]]:
    table: dict[str, list[_Thing]] = {}
    for words, thing in pairs:
        table.setdefault(words[0], []).append(thing)
    return table
