"""A page as one HTML file: no script, nothing from outside, for every screen and paper.

Every text passes `escape`; no attribute holds somebody's text. A content security policy admits our
one style sheet, by its digest, and nothing else.
"""

import base64
import html
from collections.abc import Iterable, Iterator
from hashlib import sha256

from ruletrail.formats import LOCALES
from ruletrail.problems import make_inert
from ruletrail.rendering.blocks import (
    Bar,
    Block,
    Comparison,
    Folded,
    Item,
    Items,
    Page,
    Paragraph,
    Table,
)
from ruletrail.rendering.phrases import say

STYLE = """
:root{--ink:#1a1d21;--soft:#4a5158;--ground:#fff;--panel:#f3f5f7;--line:#c4cad0;--link:#0b4f9e;
--good:#12633a;--open:#7a4a00;--bad:#a31515;--note:#4a5158;--bar:#2a6db0;--reference:#7b8794;\
--mark:#a31515}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#b4bbc3;--ground:#15181c;\
--panel:#20252b;--line:#454d56;
--link:#8ab8f5;--good:#7fd6a3;--open:#f0bd6a;--bad:#ff9c94;--note:#b4bbc3;--bar:#5b9bdc;\
--reference:#8d98a4;--mark:#ff9c94}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:1rem;max-width:60rem;color:var(--ink);background:var(--ground);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;\
overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}
h2{font-size:1.2rem;line-height:1.3;margin:2rem 0 .5rem;padding-top:.5rem;\
border-top:2px solid var(--line)}
p{margin:.5rem 0}
a{color:var(--link)}
a:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.banner{font-weight:600;padding:.75rem 1rem;background:var(--panel);\
border-left:.4rem solid var(--line)}
.good{border-color:var(--good)}.open{border-color:var(--open)}.bad{border-color:var(--bad)}\
.note,.plain{border-color:var(--line)}
p.good{color:var(--good)}p.open{color:var(--open)}p.bad{color:var(--bad)}p.note{color:var(--soft);\
font-size:.9rem}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0;margin:1rem 0 0}
ul{padding:0;margin:.5rem 0;list-style:none}
li{margin:.5rem 0}
main li,header li{padding:.1rem 0 .1rem .75rem;border-left-width:.25rem;border-left-style:solid}
li ul{margin:.5rem 0 0 .25rem}
.line,.detail{display:block}
.detail{color:var(--soft);font-size:.9rem}
figure{margin:.75rem 0 1.25rem;padding:.75rem;background:var(--panel);border-radius:.25rem}
figcaption{font-weight:600;margin-bottom:.5rem}
.side{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;margin:.4rem 0 .1rem;\
font-variant-numeric:tabular-nums}
svg{display:block;width:100%;height:1.1rem}
.track{fill:var(--ground)}.left{fill:var(--bar)}.right{fill:var(--reference)}.mark{fill:var(--mark)}
table{width:100%;border-collapse:collapse;margin:.75rem 0;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{overflow-wrap:break-word;text-align:left;vertical-align:top;padding:.35rem .5rem;\
border-bottom:1px solid var(--line)}
thead th{background:var(--panel)}
th[scope=row]{font-weight:600;overflow-wrap:normal;white-space:nowrap}
summary{cursor:pointer;padding:.4rem 0;font-weight:600;color:var(--link)}
footer{margin-top:2rem;padding-top:.75rem;border-top:2px solid var(--line);color:var(--soft);\
font-size:.9rem}
@media(max-width:40rem){
table,caption,tbody,tr,th,td{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);\
white-space:nowrap}
tr{padding:.4rem 0;border-bottom:1px solid var(--line)}
th,td{border:0;padding:.1rem 0;overflow-wrap:anywhere}
th[scope=row]{white-space:normal;overflow-wrap:anywhere}
main li,header li{padding-left:.4rem}
li ul{margin-left:0}
}
@media print{
:root{--ink:#000;--soft:#333;--ground:#fff;--panel:#f3f5f7;--line:#999;--link:#000;--good:#000;\
--open:#000;--bad:#000;--note:#333;
--bar:#444;--reference:#999;--mark:#000}
body{max-width:none;padding:0;font-size:10pt}
nav{display:none}
details::details-content{content-visibility:visible;height:auto;display:block}
summary{list-style:none}
figure,tr,li{break-inside:avoid}
h2{break-after:avoid}
svg{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
"""

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
        for index, chapter in enumerate(page.chapters, 1):
            yield f'<li><a href="#c{index}">{escape(chapter.title)}</a></li>'
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
    """Write a table whose rows become blocks on a narrow screen; roles keep it a table."""
    yield f'<table role="table"><caption>{escape(table.caption)}</caption>'
    head = '<th role="columnheader" scope="col">{}</th>'
    heads = "".join(head.format(escape(column)) for column in table.columns)
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
        f'<svg viewBox="0 0 {_FULL} 40" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false">'
        f'<rect class="track" x="0" y="0" width="{_FULL}" height="40"/>'
        f'<rect class="{kind}" x="0" y="0" width="{bar.length}" height="40"/>'
        f'<rect class="mark" x="{line}" y="0" width="{_MARK}" height="40"/></svg>'
    )
