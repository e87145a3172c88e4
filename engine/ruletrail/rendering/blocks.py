"""What there is to say about a trail, before it is text, Markdown or HTML.

All texts here are plain: any of them may hold somebody's words, so each writer makes every one of
them inert. The three writers draw from this one structure, so that they cannot show different
numbers.
"""

from collections.abc import Callable
from typing import Literal

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Locale

Tone = Literal["plain", "good", "open", "bad", "note"]
"""How a thing stands: settled, open, wrong, or a remark; words always say it too."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences; `heading` makes them the ones a reader must not miss."""

    text: str
    tone: Tone = "plain"
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a list: a line, lines below it, its own things; `language` if not the page's."""

    text: str
    details: tuple[str, ...] = ()
    items: tuple["Item", ...] = ()
    tone: Tone = "plain"
    language: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under named columns; the first column names the row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One side of a comparison: name, number as shown, length in thousandths of the longer."""

    name: str
    number: str
    length: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two numbers that decide something, drawn where possible; `sentence` says it in words."""

    sentence: str
    left: Bar
    right: Bar


@dataclass(frozen=True, slots=True)
class Folded:
    """A long part that few readers need, written when asked for: text shows its summary only."""

    summary: str
    write: Callable[[], "Block"]


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
