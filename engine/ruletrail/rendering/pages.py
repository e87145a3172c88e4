"""A page as one HTML file: no script, nothing from outside, for every screen and paper.

Every text passes `escape`; no attribute holds somebody's text, but the codes of entries, which are
names. A content security policy admits our one style sheet, by its digest, and nothing else.
"""

import base64
import html
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import LOCALES
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
    cut_at_codes,
    is_copied,
    mark_code,
    plain,
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
.first h2{margin:1.25rem 0 .25rem;padding:0;border:0;font-size:1.1rem}
header p{color:var(--soft);font-size:.9rem}
p{margin:.5rem 0}
a{color:var(--link)}
main li a,td a,th a,p a{color:inherit;text-decoration-color:var(--link);text-underline-offset:.15em}
:target{background:var(--panel);outline:2px solid var(--link);outline-offset:2px}
a:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.banner{font-weight:600;padding:.75rem 1rem;background:var(--panel);\
border-left:.4rem solid var(--line)}
.good{border-color:var(--good)}.open{border-color:var(--open)}.bad{border-color:var(--bad)}\
.note,.plain{border-color:var(--line)}
p.good{color:var(--good)}p.open{color:var(--open)}p.bad{color:var(--bad)}p.note{color:var(--soft);\
font-size:.9rem}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0;margin:1rem 0 0}
nav{margin-bottom:1rem}nav li{margin:0}
ul{padding:0;margin:.5rem 0;list-style:none}
ol{padding:0 0 0 1.75rem;margin:.5rem 0}
li{margin:.5rem 0}
main ul li{padding:.1rem 0 .1rem .75rem;border-left-width:.25rem;border-left-style:solid}
ol>li::marker{font-weight:600}
li ul{margin:.5rem 0 0 .25rem}
.line,.detail{display:block}
ol>li>.line{font-weight:600}
.detail{color:var(--soft);font-size:.9rem}
ol>li>.detail{color:var(--ink)}
.tag{display:none}p.title{font-weight:600;margin:1rem 0 .25rem}
.basis,.basis summary{color:var(--soft);font-size:.85rem;font-weight:400;padding:0}
.basis summary{display:inline-block;text-decoration:underline dotted}
figure{margin:.75rem 0 1.25rem;padding:.75rem;background:var(--panel);border-radius:.25rem}
figcaption{font-weight:600;margin-bottom:.5rem}
.side{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;margin:.4rem 0 .1rem;\
font-variant-numeric:tabular-nums}
svg{display:block;width:100%;height:1.1rem}
.track{fill:var(--ground)}.left{fill:var(--bar)}.right{fill:var(--reference)}.mark{fill:var(--mark)}
table{width:100%;border-collapse:collapse;margin:.75rem 0;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:.25rem 0}
details caption{position:absolute;width:1px;height:1px;overflow:hidden;\
clip-path:inset(50%)}
th,td{overflow-wrap:break-word;text-align:left;vertical-align:top;padding:.35rem .5rem;\
border-bottom:1px solid var(--line)}
thead th{background:var(--panel)}.w2 td:nth-child(2){width:55%}.w3 td:nth-child(3){width:48%}
th[scope=row]{font-weight:600;overflow-wrap:normal;white-space:nowrap}.of{display:none}
th.long[scope],td.long{white-space:normal;overflow-wrap:anywhere}
.wide,.wide caption,.wide tbody,.wide tr,.wide th,.wide td{display:block}
.wide thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);\
white-space:nowrap}
.wide tr{padding:.4rem 0;border-bottom:1px solid var(--line);columns:17rem 3}
.wide th,.wide td{border:0;padding:.1rem 0;break-inside:avoid}
.wide th[scope=row]{column-span:all}.wide .of{display:inline;color:var(--soft)}
summary{cursor:pointer;padding:.4rem 0;font-weight:600;color:var(--link)}
footer{margin-top:2rem;padding-top:.75rem;border-top:2px solid var(--line);color:var(--soft);\
font-size:.9rem}
@media(max-width:40rem){
table,caption,tbody,tr,th,td{display:block}
.w2 td:nth-child(2),.w3 td:nth-child(3){width:auto}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);\
white-space:nowrap}
tr{padding:.4rem 0;border-bottom:1px solid var(--line)}
.of{display:inline;color:var(--soft)}
th,td{border:0;padding:.1rem 0;overflow-wrap:anywhere}
th[scope=row]{white-space:normal;overflow-wrap:anywhere}
main ul li{padding-left:.4rem}
li ul{margin-left:0}
}
@page{size:A4;margin:10mm 11mm}
@media print{
:root{--ink:#000;--soft:#333;--ground:#fff;--panel:#f3f5f7;--line:#999;--link:#000;--good:#000;\
--open:#000;--bad:#000;--note:#333;
--bar:#444;--reference:#999;--mark:#000}
body{max-width:none;padding:0;font-size:9.5pt;line-height:1.35}
h1{font-size:14pt}h2{font-size:11pt;margin:7pt 0 2pt;padding-top:4pt;border-top-width:1px}
.first h2{font-size:10.5pt;margin:7pt 0 2pt}
a{text-decoration:none}
nav,.basis{display:none}.tag{display:inline;font-size:7pt;white-space:nowrap}
section,footer{font-size:8.25pt;line-height:1.3}
section p{margin:3pt 0}footer{margin-top:6pt;padding-top:4pt}
.detail,p.note,header p,footer{font-size:8pt}
.first p.note{margin:2pt 0;font-size:7.5pt;line-height:1.25}
details,details p{font-size:7pt;line-height:1.25}
li{margin:1.5pt 0}li ul{margin-top:1.5pt}
.banner{padding:4pt 8pt}
figure{margin:2pt 0 3pt;padding:2pt 6pt}svg{height:6pt}.side{margin:1pt 0}
table{margin:3pt 0}th,td{padding:.6pt 4pt}section table{font-size:7.25pt;line-height:1.25}
details table{font-size:6.5pt;line-height:1.1}details th,details td{padding:.2pt 4pt}
.w3 td:nth-child(3){width:38%}details .w2 td:nth-child(2){width:66%}\
details .w3 td:nth-child(3){width:45%}
details::details-content{content-visibility:visible;height:auto;display:block}
summary{list-style:none;font-size:8pt;padding:2pt 0}
figure,tr,li{break-inside:avoid}li:has(li),section li,details tr{break-inside:auto}
.line{break-inside:avoid}.line:has(+.detail){break-after:avoid}
.first>ol>li>ul:has(>:nth-child(9)),section>ul:has(>:nth-child(9)){columns:2;column-gap:8pt}
.first li li{font-size:8pt;margin:1pt 0}.first li li .detail{font-size:7pt}
.first>ol>li>ul:has(>:nth-child(9)) .detail{display:none}
.first>ol>li>ul:has(>:nth-child(9)) .line{break-after:auto}
h2,summary,caption,p.title{break-after:avoid}tbody tr:first-child{break-before:avoid}
p.title{margin:5pt 0 2pt}
svg{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
"""

_AMOUNT = re.compile(
    r"(?<![\w.,/@-])(?!\d{4} )(\d(?:[\d.,]*\d)?) "
    r"(?=%|(?!(?:if|else|and|or|of|in|se|altrimenti|e|o|di)\b)[^\W\d_])"
)
"""A number and its unit; words between two numbers, or of a formula, are none."""
_RANGE = re.compile(r"\b([A-Z]+)([0-9]\w*)-(?=([A-Z]+)[0-9])")
_COPIED = re.compile(r"(`[^`]*(?:`|$)|\"[^\"]*(?:\"|$))")
"""A command, or a text as it is written in a file; a code within may have cut off its end."""
_MOST_COLUMNS = 9
_LONGEST_CELL = 200
_LONGEST_NAME = 40
_LONGEST_WORD = 40
_NAMING_WORDS = re.compile("(?<![A-Za-z0-9_&#])[A-Za-z][A-Za-z0-9_]*")
"""Words of a text that is inert already; what stands for a sign, `&#x27;`, is none."""
_DIGIT = re.compile("[0-9]")
_FULL = 1000
_MARK = 8


def write_html(page: Page) -> str:
    """Write a page as one HTML document."""
    return "\n".join(_Document(page, frozenset(_explained(page)), set()).write()) + "\n"


def escape(text: str) -> str:
    """Make a text inert in HTML; what belongs together stays on one line."""
    shown = plain(text)
    return html.escape(shown if is_copied(text) else _bind(shown), quote=True)


def _bind(text: str) -> str:
    """Put a blank, or a hyphen, that never breaks in a number with its unit, in a range of codes.

    Four figures alone are a year, and a word after them is no unit. What is copied stays as it is:
    a shell, or a formula, does not take these signs for a blank and a minus.
    """
    if "`" in text or '"' in text:
        pieces = _COPIED.split(text)
        pieces[::2] = map(_bind, pieces[::2])
        return "".join(pieces)
    text = _AMOUNT.sub("\\1\u00a0", text) if " " in text else text
    return _RANGE.sub(_keep_together, text) if "-" in text else text


def _keep_together(found: re.Match[str]) -> str:
    """Put the hyphen that no line ends at into a range, `R23-R39`: both ends are named alike."""
    return f"{found[1]}{found[2]}\u2011" if found[1] == found[3] else found[0]


def _explained(page: Page) -> Iterator[str]:
    """Yield the codes that the page explains somewhere, which links can lead to."""
    waiting = [*page.lead, *(block for chapter in page.chapters for block in chapter.blocks)]
    while waiting:
        match waiting.pop():
            case Items(items=items):
                pending = list(items)
                while pending:
                    item = pending.pop()
                    yield from [item.code] if item.code else ()
                    pending.extend(item.items)
            case Table(explains=True, rows=rows):
                yield from (code for row in rows if (code := _code_of(row)))
            case Folded(codes=codes):
                yield from filter(None, (_code_of((mark_code(code),)) for code in codes))
            case _:
                pass


def _titles(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph) and block.weight == "title":
            yield block


def _code_of(row: tuple[str, ...]) -> str:
    """Return the code that a row begins with, and nothing else there; empty for other rows."""
    pieces = cut_at_codes(row[0])
    return pieces[1] if [*pieces[::2]] == ["", ""] else ""


@dataclass(frozen=True, slots=True)
class _Document:
    """A page on its way to HTML: the codes that it explains, and those that have their place."""

    page: Page
    explained: frozenset[str]
    placed: set[str]

    def write(self) -> Iterator[str]:
        """Write the whole document, line by line."""
        yield from _head(self.page)
        yield "<body>"
        yield from self._header()
        yield "<main>"
        yield '<div class="first">'
        yield from self._lead()
        yield "</div>"
        for index, chapter in enumerate(self.page.chapters, 1):
            yield f'<section aria-labelledby="c{index}">'
            yield f'<h2 id="c{index}">{escape(chapter.title)}</h2>'
            yield from self._blocks(chapter.blocks)
            yield "</section>"
        yield "</main>"
        yield "<footer>"
        yield from (f"<p>{escape(text)}</p>" for text in self.page.footer)
        yield "</footer>"
        yield "</body>"
        yield "</html>"

    def _header(self) -> Iterator[str]:
        page = self.page
        yield "<header>"
        yield f"<h1>{escape(page.title)}</h1>"
        yield from (f"<p>{escape(subtitle)}</p>" for subtitle in page.subtitles)
        yield "</header>"
        if len(page.chapters) > 1:
            # a link is short: what a title adds in brackets stands in its place
            lead = (title.text.partition(" (")[0] for title in _titles(page.lead))
            titles = [(f"f{at}", title) for at, title in enumerate(lead, 1)]
            titles += [(f"c{at}", chapter.title) for at, chapter in enumerate(page.chapters, 1)]
            yield f'<nav aria-label="{say("contents", page.language)}"><ul>'
            for place, title in titles:
                yield f'<li><a href="#{place}">{escape(title)}</a></li>'
            yield "</ul></nav>"

    def _lead(self) -> Iterator[str]:
        """Write what comes before the chapters; its titles have places that the contents name."""
        at = 0
        for block in self.page.lead:
            if isinstance(block, Paragraph) and block.weight == "title":
                at += 1
                yield f'<h2 id="f{at}">{escape(block.text)}</h2>'
            else:
                yield from self._blocks((block,))

    def _link(self, text: str) -> str:
        """Make a text inert, and each code that the page explains a link to where it does."""
        pieces, is_prose = cut_at_codes(text), not is_copied(text)
        for at in range(1, len(pieces), 2):
            code = pieces[at]
            pieces[at] = f'<a href="#s-{code}">{code}</a>' if code in self.explained else code
        for at in range(0, len(pieces), 2):
            pieces[at] = escape(pieces[at])
            if pieces[at] == "-" and 0 < at < len(pieces) - 1:
                pieces[at] = "\u2011"  # from one code to another
            elif is_prose:
                pieces[at] = _NAMING_WORDS.sub(self._link_named, pieces[at])
        return "".join(pieces)

    def _link_named(self, found: re.Match[str]) -> str:
        """Link a code in an author's words; one without a digit may be a word like any other."""
        word = found[0]
        is_code = word in self.explained and _DIGIT.search(word)
        return f'<a href="#s-{word}">{word}</a>' if is_code else word

    def _place(self, code: str) -> str:
        """Return the attribute that makes an element the place of a code, once for each code."""
        if not code or code in self.placed or code not in self.explained:
            return ""
        self.placed.add(code)
        return f' id="s-{code}"'

    def _blocks(self, blocks: Iterable[Block]) -> Iterator[str]:
        for block in blocks:
            match block:
                case Paragraph():
                    kind = block.tone if block.weight == "plain" else f"{block.tone} {block.weight}"
                    yield f'<p class="{kind}">{self._link(block.text)}</p>'
                case Items():
                    tag = "ol" if block.numbered else "ul"
                    yield f"<{tag}>"
                    yield from (line for item in block.items for line in self._item(item))
                    yield f"</{tag}>"
                case Table():
                    yield from self._table(block)
                case Comparison():
                    yield from self._comparison(block)
                case Folded():
                    yield f"<details><summary>{escape(block.summary)}</summary>"
                    yield from self._blocks([block.write()])
                    yield "</details>"

    def _item(self, item: Item) -> Iterator[str]:
        language = f' lang="{item.language}"' if item.language in LOCALES else ""
        own = f' lang="{self.page.language}"' if language else ""
        tag = f' <span class="tag"{own}>{escape(item.tag)}</span>' if item.tag else ""
        # a line is a block, which would stand below the sign of what is folded
        kind = "" if item.is_folded else ' class="line"'
        line = f"<span{kind}{language}>{self._link(item.text)}{tag}</span>"
        opened, closed = ("<details><summary>", "</summary>") if item.is_folded else ("", "")
        yield f'<li class="{item.tone}"{self._place(item.code)}>{opened}{line}{closed}'
        yield from (f'<span class="detail">{self._link(detail)}</span>' for detail in item.details)
        if item.items:
            yield "<ul>"
            yield from (line for below in item.items for line in self._item(below))
            yield "</ul>"
        yield from ["</details>"] if item.is_folded else []
        if item.basis:
            summary = say("basis", self.page.language)
            yield f'<details class="basis"><summary>{summary}</summary>'
            yield f"{self._link(item.basis)}</details>"
        yield "</li>"

    def _comparison(self, comparison: Comparison) -> Iterator[str]:
        yield f"<figure><figcaption>{self._link(comparison.sentence)}</figcaption>"
        for bar, kind in ((comparison.left, "left"), (comparison.right, "right")):
            name = "" if bar.is_literal else f"<span>{self._link(bar.name)}</span> "
            yield f'<p class="side">{name}<span>{escape(bar.number)}</span></p>'
            yield _bar(bar, comparison.right.length, kind)
        yield "</figure>"

    def _table(self, table: Table) -> Iterator[str]:
        """Write a table whose rows become blocks on a narrow screen; roles keep it a table.

        Where the cells say what they are, those of many columns are blocks on any screen, and on
        paper: side by side they would run out of the page.
        """
        is_wide = table.headed and len(table.columns) > _MOST_COLUMNS
        kind = "h" if table.headed else f"w{table.widest}"
        yield f'<table role="table" class="{kind}{" wide" if is_wide else ""}">'
        yield from [f"<caption>{escape(table.caption)}</caption>"] if table.caption else []
        head = '<th role="columnheader" scope="col"{}>{}</th>'
        heads = "".join(head.format(_fit(column), escape(column)) for column in table.columns)
        yield f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        yield '<tbody role="rowgroup">'
        called = [*map(_call, table.columns[1:])]
        for row in table.rows:
            first, *rest = map(self._link, row)
            # a text gets the table's width, below what it is: in a column it would squeeze others
            texts = [rest.pop()] if len(row[-1]) > _LONGEST_CELL else []
            cells = "".join(
                f'<td role="cell"{_fit(text)}>{of if cell else ""}{cell}</td>'
                for of, cell, text in zip(
                    called, [*rest, *[""] * len(texts)], row[1:], strict=False
                )
            )
            place = self._place(_code_of(row)) if table.explains else ""
            name = f'<th role="rowheader" scope="row"{_fit(row[0], _LONGEST_NAME)}>{first}</th>'
            yield f'<tr role="row"{place}>{name}{cells}</tr>'
            for text in texts:
                of = called[-1] if text else ""
                cell = f'<td role="cell" colspan="{len(row)}"{_fit(row[-1])}>{of}{text}</td>'
                yield f'<tr role="row">{cell}</tr>'
        yield "</tbody></table>"


def _fit(text: str, most: int = 0) -> str:
    """Return the class of a cell that would push others off the page: its words may be cut.

    A name is kept on one line, so all of it counts, up to `most`; of other texts each word.
    """
    longest = len(text) if most else max(map(len, text.split()), default=0)
    return ' class="long"' if longest > (most or _LONGEST_WORD) else ""


def _call(name: str) -> str:
    """Say what a cell is of where a narrow screen shows no column above it."""
    return f'<span class="of">{escape(name)}: </span>' if name else ""


def _head(page: Page) -> Iterator[str]:
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


def _bar(bar: Bar, threshold: int, kind: str) -> str:
    """Draw one bar, and across it where the other side ends; the caption says the same in words."""
    line = min(threshold, _FULL - _MARK)
    return (
        f'<svg viewBox="0 0 {_FULL} 40" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false">'
        f'<rect class="track" x="0" y="0" width="{_FULL}" height="40"/>'
        f'<rect class="{kind}" x="0" y="0" width="{bar.length}" height="40"/>'
        f'<rect class="mark" x="{line}" y="0" width="{_MARK}" height="40"/></svg>'
    )
