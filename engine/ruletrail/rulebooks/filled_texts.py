"""What a hint tells to write of a text that `for_each` wrote: in the author's terms.

A hint speaks of one value; what the author mends is written once for all of them.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ruletrail.documents import ScalarNode
from ruletrail.documents.document_shapes import VARIABLE
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import Finding
from ruletrail.formulas.habits.written_formulas import LONGEST_SHOWN
from ruletrail.problems import cut
from ruletrail.rulebooks.merging import FOR_EACH_VALUE

_WHOLE_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a filled text, and how the author wrote it: `fee_a` of `fee_{zone}`."""

    start: int
    text: str
    written: str


def put_names_back(finding: Finding, node: ScalarNode) -> Finding:
    """Give a finding of a filled text what the author may write; where that is unclear, no text."""
    if finding.code == "formula-begins" and node.template is not None:
        rest = node.template.text.strip().removeprefix(finding.text).strip()
        return replace(finding, expected=f"`{cut(rest, LONGEST_SHOWN)}`")
    words = _read_words(node)
    old = finding.old or finding.text
    instead = _write_back(finding.instead, old, finding.offset, words) if finding.instead else ""
    filled = {each.text for each in words if each.text != each.written}
    # what stands beside is told with an advice, or with a percentage: numbers and codes to write
    is_told = bool(finding.advice) or finding.code == "formula-percent"
    beside = _WHOLE_WORD.findall(f"{finding.expected} {finding.found}") if is_told else ()
    if instead is None or not filled.isdisjoint(beside):
        return replace(finding, instead="", advice=FOR_EACH_VALUE, mended=None)
    if instead != finding.instead:
        return replace(finding, instead=instead, mended=None)
    return finding


def write_back(new: str, old: str, offset: int, node: ScalarNode) -> str | None:
    """Write what stands for a piece of a filled text with the names for their values.

    None where it is not clear that this holds for all values.
    """
    return _write_back(new, old, offset, _read_words(node))


def _write_back(new: str, old: str, offset: int, words: list[_Word]) -> str | None:
    inside = _words_of(old, offset, words)
    filled: dict[str, set[str]] = {}
    for each in words:
        if each.text != each.written:
            filled.setdefault(each.text, set())
    for each in inside:
        if each.text in filled:
            filled[each.text].add(each.written)
    found = set(_WHOLE_WORD.findall(new))
    is_ordered = _numbers_of(new) == _numbers_of(old)
    for text, written in filled.items():
        is_literal = written <= {text}
        if is_literal and text in found and not written:
            return None  # a value that the piece does not have
        if is_literal:
            continue
        if len(written) > 1 or text not in found or not (text[:1].isalpha() or is_ordered):
            return None  # a number may be another one, of the hint's own
    return _WHOLE_WORD.sub(lambda match: next(iter(filled.get(match[0]) or ()), match[0]), new)


def _numbers_of(text: str) -> list[str]:
    return sorted(each for each in _WHOLE_WORD.findall(text) if not each[0].isalpha())


def _words_of(old: str, offset: int, words: list[_Word]) -> list[_Word]:
    """List the words in a piece at an offset; of a piece that stands elsewhere, those like its."""
    end = offset + len(old)
    named = set(_WHOLE_WORD.findall(old))
    inside = [each for each in words if each.start < end and offset < each.start + len(each.text)]
    is_there = named <= {each.text for each in inside}
    return inside if is_there else [each for each in words if each.text in named]


def _read_words(node: ScalarNode) -> list[_Word]:
    template = node.template.text if node.template is not None else node.text
    return _words_in(node.text, template, tuple((node.chosen or {}).items()))


@lru_cache(maxsize=1)
def _words_in(text: str, template: str, chosen: tuple[tuple[str, str], ...]) -> list[_Word]:
    """List the words of a filled text, each with how it is written in its template.

    Many findings of one text follow each other.
    """
    pieces, at = list(_read_pieces(template, dict(chosen))), 0
    words = []
    for match in _WHOLE_WORD.finditer(text):
        while at < len(pieces) and pieces[at][1] <= match.start():
            at += 1
        written = ""
        for place in range(at, len(pieces)):
            start, end, name = pieces[place]
            if start >= match.end():
                break
            begin, stop = max(start, match.start()), min(end, match.end())
            written += name or text[begin:stop]
        words.append(_Word(match.start(), match.group(), written))
    return words


def _read_pieces(template: str, chosen: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Yield the pieces of a filled text: start, end, and the name in braces that filled it."""
    at = end = 0
    for match in VARIABLE.finditer(template):
        value = chosen.get(match[1])
        if value is None:
            continue
        start = at + match.start() - end
        if start > at:
            yield at, start, ""
        at, end = start + len(value), match.end()
        yield start, at, match.group()
    if end < len(template):
        yield at, at + len(template) - end, ""
