"""What there is to say about a trail, before it is text, Markdown or HTML.

All texts here are plain: any of them may hold somebody's words, so each writer makes every one of
them inert. The three writers draw from this one structure, so that they cannot show different
numbers.

Codes stand in these texts between two marks, so that a page can make links of them and of no word
of prose that only looks like one. The marks are no characters; a text of somebody's that has them
gains nothing but a link to a code of the same page.
"""

import re
from collections.abc import Callable, Iterator
from typing import Literal

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Locale
from ruletrail.problems import make_inert

Tone = Literal["plain", "good", "open", "bad", "note"]
"""How a thing stands: settled, open, wrong, or a remark; words always say it too."""

_START, _END = "\ufdd0", "\ufdd1"
_AS_WRITTEN = "\ufdd2"
_ROW = r"(?:\[(?:[0-9]{1,3}|\*)\])?\.[A-Za-z][A-Za-z0-9_]*"
"""What follows a list in a code of its rows: `[2].income`."""
_MARKED = re.compile(f"{_START}([A-Za-z][A-Za-z0-9_]*(?:{_ROW})?){_END}")


def mark_code(code: str) -> str:
    """Mark a code inside a text that is made for a page."""
    return f"{_START}{code}{_END}"


def mark_copied(text: str) -> str:
    """Mark what is shown as a file has it, a formula: who copies it gets the very same signs."""
    return f"{_AS_WRITTEN}{text}"


def is_copied(text: str) -> bool:
    """Tell a text that holds something as a file has it."""
    return _AS_WRITTEN in text


def cut_at_codes(text: str) -> list[str]:
    """Cut a text into prose and codes in turn, starting and ending with prose."""
    return _MARKED.split(text)


def find_codes(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each code in a text with the places where its marks begin and end."""
    yield from ((found[1], found.start(), found.end()) for found in _MARKED.finditer(text))


def plain(text: str) -> str:
    """Make a text inert, and its codes words like any other."""
    text = text.replace(_AS_WRITTEN, "")
    return make_inert(_MARKED.sub(r"\1", text) if _START in text else text)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences; `weight` tells the ones a reader must not miss, and those over a list.

    In text, lines below the first are set in where it is `hanging`, so that none begins with what
    somebody else wrote.
    """

    text: str
    tone: Tone = "plain"
    weight: Literal["plain", "title", "banner"] = "plain"
    hanging: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a list: a line, lines below it, its own things; `language` if not the page's.

    `basis` is what few readers look up: the source, and where the rule stands. `code` is what the
    thing explains; links to that code lead here. `sign` stands before it in text, where the one of
    its tone would say something else. `tag` says in a word how well it is known, where the basis
    has no room. Where it `is_folded` a page in a browser shows its own things when asked to. Where
    there is room for one line, `short` stands for all of it.
    """

    text: str
    details: tuple[str, ...] = ()
    items: tuple["Item", ...] = ()
    tone: Tone = "plain"
    language: str = ""
    basis: str = ""
    code: str = ""
    sign: str = ""
    tag: str = ""
    is_folded: bool = False
    short: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list, its things told by numbers where other texts refer to them."""

    items: tuple[Item, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under named columns; the first column names the row.

    An empty caption is not written: the title above says what the rows are.

    With `headed`, text says the names of the columns too, for rows that do not explain themselves.
    With `explains`, the code that a row begins with is explained there. `widest` is the column that
    needs most room, where a writer cannot wait for all rows to find out.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    explains: bool = False
    widest: Literal[2, 3] = 2
    headed: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One side of a comparison: name, number as shown, length in thousandths of the longer."""

    name: str
    number: str
    length: int
    is_literal: bool = False
    """A number that the formula has: it is its own name, which the sentence says."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two numbers that decide something, drawn where possible; `sentence` says it in words."""

    sentence: str
    left: Bar
    right: Bar

    @property
    def named(self) -> tuple[Bar, ...]:
        """The sides whose numbers have a name, which are worth a line of text."""
        return tuple(bar for bar in (self.left, self.right) if not bar.is_literal)


@dataclass(frozen=True, slots=True)
class Folded:
    """A long part that few readers need, written when asked for: text shows its summary only.

    With `brief`, text says that instead; nothing where it is empty, because another part says it.
    `codes` are those that it explains: a page knows them without writing the part twice.
    """

    summary: str
    write: Callable[[], "Block"]
    codes: tuple[str, ...]
    brief: str | None = None


Block = Paragraph | Items | Table | Comparison | Folded


@dataclass(frozen=True, slots=True)
class Chapter:
    """A titled part of a page."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything one rendering says; `tone` is that of the whole answer."""

    language: Locale
    title: str
    subtitles: tuple[str, ...]
    lead: tuple[Block, ...]
    chapters: tuple[Chapter, ...]
    footer: tuple[str, ...]
