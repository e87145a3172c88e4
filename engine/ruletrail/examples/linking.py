"""Expectations name things that exist: an expectation of what is not there would never fail, or always."""

import ast
from collections.abc import Iterable, Iterator

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.formulas import Formula, parse_formula
from ruletrail.plans import Plan
from ruletrail.problems import Mark, Problem, nearest_name, quote
from ruletrail.rulebooks import Check, Decision, Entry, Rule, Section

_KINDS: dict[str, tuple[type, ...]] = {
    "values": (Rule,),
    "decisions": (Decision,),
    "sections": (Section,),
    "checks": (Check,),
    "declared": (Rule,),
}


def link_expectations(expect: MappingNode, plan: Plan) -> Iterator[Problem]:
    """Find expected codes that the rulebook does not have, and reasons that an entry cannot give."""
    entries = plan.rulebook.entries
    for kind, classes in _KINDS.items():
        codes = [code for code, entry in entries.items() if isinstance(entry, classes)]
        yield from _check_codes(_keys(expect.get(kind)), codes)
    yield from _check_codes(_keys(expect.get("errors")), entries)
    yield from _check_codes(_items(expect.get("not_encoded")), entries)
    yield from _check_codes(_items(expect.get("missing")), {*entries, *plan.schema.fields})
    reasons = expect.get("reasons")
    if isinstance(reasons, MappingNode):
        yield from _check_codes(_keys(reasons), entries)
        for code, asked in reasons.values.items():
            if code in entries and isinstance(asked, MappingNode):
                yield from _check_reasons(entries[code], asked)


def _keys(node: Node | None) -> list[tuple[str, Mark]]:
    return [(name, key.mark) for name, key in node.keys.items()] if isinstance(node, MappingNode) else []


def _items(node: Node | None) -> list[tuple[str, Mark]]:
    return [(item.text, item.mark) for item in node.items if isinstance(item, ScalarNode)] if isinstance(node, SequenceNode) else []


def _check_codes(written: list[tuple[str, Mark]], known: Iterable[str]) -> Iterator[Problem]:
    names = set(known)
    for code, mark in written:
        if code not in names:
            yield Problem("example-unknown-code", mark, {"code": quote(code)}, nearest_name(code, names))


def _check_reasons(entry: Entry, asked: MappingNode) -> Iterator[Problem]:
    has_condition = not isinstance(entry, Decision) and (not isinstance(entry, Rule) or entry.when is not None)
    possible = {"case": isinstance(entry, Decision), "before_rounding": isinstance(entry, Rule), "condition": has_condition, "parts": True}
    for key, node in asked.keys.items():
        if not possible[key]:
            yield Problem("example-unknown-reason", node.mark, {"code": quote(entry.code), "text": quote(key)})


def normalise_part(text: str) -> str:
    """Write a part of a formula in one way, so that spaces and printed signs do not matter; empty when it is none."""
    formula, _ = parse_formula(text)
    return part_text(formula.tree) if isinstance(formula, Formula) else ""


def part_text(node: ast.expr) -> str:
    """Write a sub-expression of a formula in one way."""
    return ast.unparse(node)
