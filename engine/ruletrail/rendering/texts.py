"""A page as text for a terminal: wrapped lines, no colours, no control characters."""

import textwrap
from collections.abc import Iterable, Iterator

from ruletrail.problems import make_inert
from ruletrail.rendering.blocks import (
    Block,
    Comparison,
    Folded,
    Item,
    Items,
    Page,
    Paragraph,
    Table,
)

WIDTH = 100
_INDENT = 2
_SIGNS = {"plain": "-", "good": "+", "open": "?", "bad": "!", "note": "-"}


def write_text(page: Page) -> str:
    """Write a page; long appendices only say that they exist."""
    lines = [*_wrap(page.title, 0), "=" * min(len(make_inert(page.title)), WIDTH)]
    for subtitle in page.subtitles:
        lines += _wrap(subtitle, 0)
    lines += _blocks(page.lead)
    for chapter in page.chapters:
        lines += ["", *_wrap(chapter.title, 0), "-" * min(len(make_inert(chapter.title)), WIDTH)]
        lines += _blocks(chapter.blocks)
    lines.append("")
    for text in page.footer:
        lines += _wrap(text, 0)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph():
                lines = _wrap(block.text, 0)
                yield from ["", *lines, ""] if block.heading else lines
            case Items():
                for item in block.items:
                    yield from _item(item, 0)
            case Table():
                yield from _table(block)
            case Comparison():
                yield from _wrap(block.sentence, _INDENT)
                for bar in (block.left, block.right):
                    yield from _wrap(f"{bar.name}: {bar.number}", 2 * _INDENT, hang=_INDENT)
            case Folded():
                yield from _wrap(f"({block.summary})", 0)


def _item(item: Item, depth: int) -> Iterator[str]:
    indent = depth * _INDENT
    yield from _wrap(f"{_SIGNS[item.tone]} {item.text}", indent, hang=_INDENT)
    for detail in item.details:
        yield from _wrap(detail, indent + _INDENT)
    for below in item.items:
        yield from _item(below, depth + 1)


def _table(table: Table) -> Iterator[str]:
    """Line the cells up; a table too wide for that has one block of lines a row."""
    yield from _wrap(f"{table.caption}:", 0)
    rows = [[make_inert(cell) for cell in row] for row in table.rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.columns))]
    if sum(widths) + 3 * len(widths) <= WIDTH:
        for row in rows:
            yield "  " + "   ".join(map(str.ljust, row, widths))
        return
    for row in rows:
        yield from _wrap(row[0], _INDENT)
        for column, cell in zip(table.columns[1:], row[1:], strict=True):
            yield from _wrap(f"{column}: {cell}", 2 * _INDENT)


def _wrap(text: str, indent: int, hang: int = 0) -> list[str]:
    start, inert = " " * indent, make_inert(text)
    if len(start) + len(inert) <= WIDTH and inert.isprintable() and not inert[-1:].isspace():
        return [start + inert] if inert else [""]
    below = start + " " * hang
    wrapper = textwrap.TextWrapper(WIDTH, start, below, break_on_hyphens=False)
    return wrapper.wrap(inert) or [""]
