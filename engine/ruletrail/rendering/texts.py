"""A page as text for a terminal: wrapped lines with a tone each, no control characters."""

import re
import textwrap
from collections.abc import Iterable, Iterator

from ruletrail.fast_dataclasses import dataclass
from ruletrail.rendering.blocks import (
    Block,
    Comparison,
    Folded,
    Item,
    Items,
    Page,
    Paragraph,
    Table,
    Tone,
    plain,
)

WIDTH = 100
_INDENT = 2
_KEPT, _JOINED = re.compile(r"(?<=\d) (?=%)|(?<=\S) (?=…(?:\s|$))"), "\0"
"""A number and its sign of per cent stay on one line, and so does an ellipsis with what it ends; no
inert text holds the character that does it."""
_COMMAND = re.compile(r"`ruletrail [^`]*`")
"""A command, which is pasted: it stays on one line too, where it fits on one."""
_SIGNS = {"plain": "-", "good": "+", "open": "?", "bad": "!", "note": "·"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page; `tone` is for those who can show colours, `strong` for bold letters."""

    text: str
    tone: Tone = "plain"
    strong: bool = False


def write_text(page: Page) -> str:
    """Write a page; long appendices only say that they exist."""
    return "\n".join(line.text for line in write_lines(page)) + "\n"


def write_lines(page: Page, width: int = WIDTH) -> list[Line]:
    """Write a page as lines; no text of anybody's can end one."""
    written = _Lines(min(width, WIDTH))
    lines = [*written.headed(page.title, "=")]
    for subtitle in page.subtitles:
        lines += written.wrap(subtitle, 0)
    lines += written.blocks(page.lead)
    for chapter in page.chapters:
        lines += [Line(""), *written.headed(chapter.title, "-")]
        lines += written.blocks(chapter.blocks)
    if page.footer:
        lines.append(Line(""))
    for text in page.footer:
        lines += written.wrap(text, 0)
    return [Line(line.text.rstrip(), line.tone, line.strong) for line in lines]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of one width."""

    width: int

    def headed(self, title: str, sign: str) -> Iterator[Line]:
        """Write a title with a line of signs below it."""
        yield from self.wrap(title, 0, strong=True)
        yield Line(sign * min(len(plain(title)), self.width))

    def blocks(self, blocks: Iterable[Block]) -> Iterator[Line]:
        """Write blocks one below the other."""
        for block in blocks:
            match block:
                case Paragraph():
                    yield from self._paragraph(block)
                case Items():
                    yield from self._items(block)
                case Table():
                    yield from self._table(block)
                case Comparison():
                    yield from self.wrap(block.sentence, _INDENT)
                    for bar in block.named:
                        yield from self.wrap(f"{bar.name}: {bar.number}", 2 * _INDENT, _INDENT)
                case Folded(brief=None):
                    yield from self.wrap(f"({block.summary})", 0)
                case Folded():
                    yield from self.wrap(block.brief, 0) if block.brief else ()

    def _paragraph(self, block: Paragraph) -> Iterator[Line]:
        is_strong = block.weight != "plain"
        hang = _INDENT if block.hanging else 0
        lines = self.wrap(block.text, 0, hang, tone=block.tone, strong=is_strong)
        yield from (Line(""), *lines) if is_strong else lines

    def _items(self, block: Items) -> Iterator[Line]:
        for number, item in enumerate(block.items, 1):
            sign = f"{number}." if block.numbered else _sign(item)
            hang = len(str(len(block.items))) + 1 if block.numbered else 1
            yield from self._item(item, 0, sign.rjust(hang))

    def _item(self, item: Item, indent: int, sign: str) -> Iterator[Line]:
        below = indent + len(sign) + 1
        yield from self.wrap(f"{sign} {item.text}", indent, len(sign) + 1, tone=item.tone)
        for detail in (*item.details, *([item.basis] if item.basis else [])):
            yield from self.wrap(detail, below)
        for each in item.items:
            yield from self._item(each, below, _sign(each))

    def _table(self, table: Table) -> Iterator[Line]:
        """Line the cells up; a table too wide for that has one block of lines a row."""
        yield from self.wrap(f"{table.caption}:", 0) if table.caption else ()
        head = [table.columns] if table.headed else []
        rows = [[plain(cell) for cell in row] for row in (*head, *table.rows)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(table.columns))]
        if sum(widths) + 3 * len(widths) <= self.width:
            for row in rows:
                yield Line("  " + "   ".join(map(str.ljust, row, widths)))
            return
        for row in rows[len(head) :]:
            yield from self.wrap(row[0], _INDENT)
            for column, cell in zip(table.columns[1:], row[1:], strict=True):
                yield from self.wrap(f"{column}: {cell}", 2 * _INDENT)

    def wrap(
        self, text: str, indent: int, hang: int = 0, *, tone: Tone = "plain", strong: bool = False
    ) -> list[Line]:
        """Cut a text into lines that fit."""
        start, inert = " " * indent, plain(text)
        is_short = len(start) + len(inert) <= self.width
        if is_short and inert.isprintable() and not inert[-1:].isspace():
            return [Line(start + inert if inert else "", tone, strong)]
        below = start + " " * hang
        wrapper = textwrap.TextWrapper(self.width, start, below, break_on_hyphens=False)
        room = self.width - indent - hang
        whole = _COMMAND.sub(lambda found: _join(found[0], room), inert)
        lines = wrapper.wrap(_KEPT.sub(_JOINED, whole)) or [""]
        return [Line(line.replace(_JOINED, " "), tone, strong) for line in lines]


def cut_at_word(text: str, longest: int) -> str:
    """Cut a text that is longer than so many signs after a whole word; a code is one."""
    if len(plain(text)) <= longest:
        return text
    words = text.split(" ")
    while len(words) > 1 and len(plain(" ".join(words))) + 2 > longest:
        words.pop()
    kept = " ".join(words).rstrip(" ,;:(…")
    return f"{kept if len(plain(kept)) < longest else plain(kept)[: longest - 2]} …"


def _join(command: str, room: int) -> str:
    return command.replace(" ", _JOINED) if len(command) <= room else command


def _sign(item: Item) -> str:
    return item.sign or _SIGNS[item.tone]
