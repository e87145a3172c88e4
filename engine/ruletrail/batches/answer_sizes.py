"""How large the answers to rows may be, as far as a rulebook says; chunks are bounded by it.

A text that a rulebook holds once may go out in every row, for every rule that gives it.
"""

from collections.abc import Iterable, Iterator

from ruletrail.batches.lines import BlockSize
from ruletrail.batches.rows import Chunk
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import Constant, walk_expression
from ruletrail.linking import LinkedRulebook, formulas_of
from ruletrail.rulebooks import Rule

MOST_OUT = 1 << 26
"""Bytes of a rulebook's own texts that the answers to one chunk may hold."""


def bound_by_answers(size: BlockSize, linked: LinkedRulebook) -> BlockSize:
    """Return a size of chunks with no more rows than so many bytes of answers have room for.

    Each rule that gives a text is taken to give the longest that the rulebook has. Texts of reports
    are bounded as they come in.
    """
    rules = [
        each
        for each in linked.steps
        if isinstance(each, Rule) and linked.signatures[each.code].type == "text"
    ]
    if not rules:
        return size
    longest = max((len(text.encode()) for text in _list_texts(linked)), default=0)
    most = MOST_OUT // max(longest * len(rules), 1)
    return replace(size, rows=max(min(size.rows, most), 1))


def cut_chunks(chunks: Iterator[Chunk], size: BlockSize) -> Iterator[Chunk]:
    """Cut chunks that were read before their size was known; those that fit stay as they are."""
    index = 0
    for chunk in chunks:
        parts = (
            [chunk.rows[at : at + size.rows] for at in range(0, len(chunk.rows), size.rows)]
            if len(chunk.rows) > size.rows
            else [chunk.rows]
        )
        for part in parts:
            yield Chunk(index, part)
            index += 1


def _list_texts(linked: LinkedRulebook) -> Iterator[str]:
    """List the texts that values may be: those of parameters, tables and formulas."""
    for parameter in linked.rulebook.parameters.values():
        yield from _texts((parameter.value, *(each.value for each in parameter.values)))
    for table in linked.rulebook.tables.values():
        for content in table.contents:
            yield from _texts((content.otherwise, *(row.value for row in content.rows)))
    for entry in linked.steps:
        for formula in formulas_of(entry):
            parts = walk_expression(formula.tree)
            yield from _texts(each.value for each in parts if isinstance(each, Constant))


def _texts(values: Iterable[object]) -> Iterator[str]:
    return (value for value in values if isinstance(value, str))
