"""The keys of a rulebook that a later version of the language brought, and where one stands.

What the functions of formulas need is in their table (`Operation.since`).
"""

from collections.abc import Iterator, Mapping

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.problems import Mark, Problem, quote, quote_to_write
from ruletrail.values import read_number

_SINCE: Mapping[tuple[str, ...], int] = {
    ("day",): 2,
    ("lists",): 2,
    ("parameters", "*", "values"): 2,
    ("parameters", "*", "day"): 2,
    ("scales",): 2,
    ("tables",): 2,
    ("rules", "*", "exceptions"): 2,
    ("rules", "*", "heading"): 2,
    ("decisions", "*", "cases", "*", "label", "it"): 2,
    ("decisions", "*", "cases", "*", "label", "en"): 2,
}
"""For each key, by the way to it, the first version that has it; `*` is any key, or any item."""


def find_later_constructs(rulebook: MappingNode) -> Iterator[Problem]:
    """Find the keys that are not of the version of the language that a rulebook is written in."""
    written = language_of(rulebook)
    for way, since in _SINCE.items():
        if since > written:
            for mark in _marks_of(rulebook, way):
                details = {"text": quote(way[-1]), "instead": quote_to_write(f"language: {since}")}
                yield Problem("later-language", mark, details)


def _marks_of(node: Node, way: tuple[str, ...]) -> Iterator[Mark]:
    """Find where the keys at the end of a way stand."""
    key, *rest = way
    if isinstance(node, SequenceNode) and key == "*":
        for item in node.items:
            yield from _marks_of(item, tuple(rest))
    elif isinstance(node, MappingNode):
        for found in node.values if key == "*" else (key,) if key in node.values else ():
            if rest:
                yield from _marks_of(node.values[found], tuple(rest))
            else:
                yield node.keys[found].mark


def language_of(rulebook: MappingNode) -> int:
    """Return the version of the language that a rulebook's document is written in."""
    node = rulebook.get("language")
    # a whole number to the schema, `2.0` as well
    return int(read_number(node.text) or 1) if isinstance(node, ScalarNode) else 1
