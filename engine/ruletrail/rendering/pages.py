"""A page as one HTML file: no script, nothing from outside, for screen, phone, paper and screen reader.

Every text passes `escape`; no attribute holds somebody's text. A content security policy admits our one style
sheet, by its digest, and nothing else.
"""

import base64
import html
from collections.abc import Iterable, Iterator
from hashlib import sha256

from ruletrail.formats import LOCALES
from ruletrail.problems import make_inert
from ruletrail.rendering.blocks import Bar, Block, Comparison, Folded, Item, Items, Page, Paragraph, Table
from ruletrail.rendering.phrases import say
from ruletrail.rendering.styles import STYLE

_FULL = 1000
_MARK = 8


def write_html(page: Page) -> str:
    """Write a page as one HTML document."""
    return "\n".join(_document(page)) + "\n"


def escape(text: str) -> str:
    """Make a text inert in HTML."""
    return html.escape(make_inert(text), quote=True)


def _document(page: Page) -> Iterator[str]:
    digest = base64.b64encode(sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield "<!DOCTYPE html>"
    yield f'<html lang="{page.language}">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{escape(page.title)}</title>"
    yield f"<style>{STYLE}</style>"
    yield "</head>"
    yield "<body>"
    yield from _header(page)
    yield "<main>"
    for index, chapter in enumerate(page.chapters, 1):
        yield f'<section aria-labelledby="c{index}">'
        yield f'<h2 id="c{index}">{escape(chapter.title)}</h2>'
        yield from _blocks(chapter.blocks)
        yield "</section>"
    yield "</main>"
    yield "<footer>"
    yield from (f"<p>{escape(text)}</p>" for text in page.footer)
    yield "</footer>"
    yield "</body>"
    yield "</html>"


def _header(page: Page) -> Iterator[str]:
    yield "<header>"
    yield f"<h1>{escape(page.title)}</h1>"
    yield from (f"<p>{escape(subtitle)}</p>" for subtitle in page.subtitles)
    yield from _blocks(page.lead)
    yield "</header>"
    if len(page.chapters) > 1:
        yield f'<nav aria-label="{say("contents", page.language)}"><ul>'
        yield from (f'<li><a href="#c{index}">{escape(chapter.title)}</a></li>' for index, chapter in enumerate(page.chapters, 1))
        yield "</ul></nav>"


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph():
                kind = f"{block.tone} banner" if block.heading else block.tone
                yield f'<p class="{kind}">{escape(block.text)}</p>'
            case Items():
                yield "<ul>"
                yield from (line for item in block.items for line in _item(item))
                yield "</ul>"
            case Table():
                yield from _table(block)
            case Comparison():
                yield from _comparison(block)
            case Folded():
                yield f"<details><summary>{escape(block.summary)}</summary>"
                yield from _blocks([block.write()])
                yield "</details>"


def _item(item: Item) -> Iterator[str]:
    language = f' lang="{item.language}"' if item.language in LOCALES else ""
    yield f'<li class="{item.tone}"><span class="line"{language}>{escape(item.text)}</span>'
    yield from (f'<span class="detail">{escape(detail)}</span>' for detail in item.details)
    if item.items:
        yield "<ul>"
        yield from (line for below in item.items for line in _item(below))
        yield "</ul>"
    yield "</li>"


def _table(table: Table) -> Iterator[str]:
    """Write a table whose rows become blocks on a narrow screen; the roles keep it a table for screen readers."""
    yield f'<table role="table"><caption>{escape(table.caption)}</caption>'
    heads = "".join(f'<th role="columnheader" scope="col">{escape(column)}</th>' for column in table.columns)
    yield f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
    yield '<tbody role="rowgroup">'
    for first, *rest in table.rows:
        cells = "".join(f'<td role="cell">{escape(cell)}</td>' for cell in rest)
        yield f'<tr role="row"><th role="rowheader" scope="row">{escape(first)}</th>{cells}</tr>'
    yield "</tbody></table>"


def _comparison(comparison: Comparison) -> Iterator[str]:
    yield f"<figure><figcaption>{escape(comparison.sentence)}</figcaption>"
    for bar, kind in ((comparison.left, "left"), (comparison.right, "right")):
        yield from _bar(bar, comparison.right.length, kind)
    yield "</figure>"


def _bar(bar: Bar, threshold: int, kind: str) -> Iterator[str]:
    """Draw one bar, and across it where the other side ends; the caption says the same in words."""
    yield f'<p class="side"><span>{escape(bar.name)}</span> <span>{escape(bar.number)}</span></p>'
    line = min(threshold, _FULL - _MARK)
    yield (
        f'<svg viewBox="0 0 {_FULL} 40" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect class="track" x="0" y="0" width="{_FULL}" height="40"/>'
        f'<rect class="{kind}" x="0" y="0" width="{bar.length}" height="40"/>'
        f'<rect class="mark" x="{line}" y="0" width="{_MARK}" height="40"/></svg>'
    )
