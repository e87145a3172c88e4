"""A page as CommonMark with tables; somebody's text never becomes markup, link or HTML."""

import re
from collections.abc import Iterable, Iterator

from ruletrail.fast_dataclasses import replace
from ruletrail.rendering.blocks import (
    Block,
    Comparison,
    Folded,
    Item,
    Items,
    Page,
    Paragraph,
    Table,
    plain,
)

_ALWAYS = re.compile(
    r"[\\`*\[\]<>|~&$!]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=//)|(?<=www)\.", re.IGNORECASE
)
_AT_START = re.compile(r"^(?:[#+=:-]|[0-9]{1,9}(?=[.)](?:\s|$)))")
_AT_END = re.compile(r"(?<= )(?=#+$)")
"""Before signs that would close a heading, and not be read."""
_BLANK = "&nbsp;"
"""What stands where a text says nothing: a mark of ours with nothing after it is another mark."""


def write_markdown(page: Page) -> str:
    """Write a page; every part of it, also the appendices."""
    lines = [f"# {_line(page.title)}", ""]
    for subtitle in page.subtitles:
        lines += [_line(subtitle), ""]
    lines += _blocks(page.lead, 3)
    for chapter in page.chapters:
        lines += [f"## {_line(chapter.title)}", "", *_blocks(chapter.blocks, 3)]
    for text in page.footer:
        lines += ["---", "", _line(text), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def escape(text: str) -> str:
    """Make a text inert anywhere in Markdown, also at the start of a line."""
    shown = plain(text).strip()
    escaped = _ALWAYS.sub(lambda match: "\\" + match.group(), shown)
    # after an at sign a renderer may make a mail link or a mention; a zero-width space, written as
    # text, stops it
    escaped = escaped.replace("@", "@&#8203;")
    if escaped.endswith("#"):
        escaped = _AT_END.sub(r"\\", escaped)
    start = _AT_START.match(escaped)
    if start is None:
        return escaped
    cut = start.end()
    return escaped[:cut] + "\\" + escaped[cut:] if start.group()[0].isdigit() else "\\" + escaped


def _line(text: str) -> str:
    """Make a text inert that has a line, or the rest of one, for itself."""
    return escape(text) or _BLANK


def _blocks(blocks: Iterable[Block], level: int) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph():
                text = _line(block.text)
                yield from (text if block.weight == "plain" else f"**{text}**", "")
            case Items():
                for number, item in enumerate(block.items, 1):
                    yield from _item(item, "", f"{number}." if block.numbered else "-")
                yield ""
            case Table():
                yield from _table(block)
            case Comparison():
                yield from (f"> {_line(block.sentence)}", ">")
                for bar in block.named:
                    yield f"> - {escape(f'{bar.name}: {bar.number}')}"
                yield ""
            case Folded():
                yield from (f"{'#' * level} {_line(block.summary)}", "")
                inside = block.write()
                if isinstance(inside, Table) and inside.caption == block.summary:
                    inside = replace(inside, caption="")  # the heading says it
                yield from _blocks([inside], level + 1)


def _item(item: Item, indent: str, sign: str = "-") -> Iterator[str]:
    yield f"{indent}{sign} {_line(item.text)}"
    inside = indent + " " * (len(sign) + 1)
    for detail in (*item.details, *([item.basis] if item.basis else [])):
        yield f"{inside}- {_line(detail)}"
    for below in item.items:
        yield from _item(below, inside)


def _table(table: Table) -> Iterator[str]:
    yield from (f"{escape(table.caption)}:", "") if table.caption else ()
    yield from (_row(map(escape, table.columns)), _row("---" for _ in table.columns))
    for row in table.rows:
        yield _row(escape(cell) for cell in row)
    yield ""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
