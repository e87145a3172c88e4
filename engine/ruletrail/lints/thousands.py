"""A number whose point may have been to part thousands: `12.000`, or `1.250` of money.

A point is of decimals here. Whoever writes zeros after it may mean thousands, and a sum of money
has no third decimal; the number is as it is written, so only the author can tell.
"""

import re
from collections.abc import Iterator, Mapping

from ruletrail.documents import ScalarNode, items_of, members_of, text_of
from ruletrail.formulas import Call, Constant, Expression, Formula, Name
from ruletrail.formulas.operations import CHOICE, COMPARE, LOOKUP
from ruletrail.linking import unit_of
from ruletrail.lints.schema_words import walk_schemas
from ruletrail.lints.sizes import literals_in
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Mark, Problem
from ruletrail.rulebooks import Clause, Rule
from ruletrail.schemas.thousands import is_parted
from ruletrail.trails.slips import tell_parted
from ruletrail.trails.steps import MONEY

_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]00").fullmatch

_LIMITS = (
    "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum",
    "minLength", "maxLength", "minItems", "maxItems",
)  # fmt: skip
"""The keywords of a schema that hold a number of what is filled in, or how much of it."""
_NUMBERS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("parameters", "", {"value": "unit"}),
    ("scales", "bands", {"from": "of", "above": "of", "value": "unit", "rate": ""}),
    ("tables", "rows", {"value": "unit"}),
)
"""Parts of a rulebook, the list in their entries, and the keys that hold numbers of which unit."""


def find_thousands(subject: Subject) -> Iterator[Problem]:
    """Find numbers in a rulebook and its schema whose point may part thousands."""
    for value, unit in _written_numbers(subject):
        if value.style == "plain" and _is_doubtful(value.text, unit):
            yield tell_parted(value.text, value.mark)
    for here in walk_schemas(subject.schema_node):
        for limit in map(here.get, _LIMITS):
            is_number = isinstance(limit, ScalarNode) and limit.style != "quoted"
            unit = text_of(here.get("unit"))
            if isinstance(limit, ScalarNode) and is_number and _is_doubtful(limit.text, unit):
                yield tell_parted(limit.text, limit.mark)
    for clause, formula, given in _formulas(subject):
        parted = [
            (node, written)
            for node in literals_in(formula)
            if is_parted(written := formula.text[slice(*node.span)])
        ]
        of_money = _find_money(formula.tree, given, subject) if parted else ()
        sums = {id(node) for node in of_money}
        for node, written in parted:
            if _THOUSANDS(written) or id(node) in sums:
                yield tell_parted(written, note("thousands-point", node, clause).mark)


def find_thousands_asked(condition: Formula, place: str) -> list[Problem]:
    """Find the same in a condition that stands outside of a rulebook, such as an option's."""
    spans = [node.span for node in literals_in(condition)]
    return [
        tell_parted(written, Mark(place, 1, begin + 1, condition.text))
        for begin, end in sorted(spans)
        if _THOUSANDS(written := condition.text[begin:end])
    ]


def _is_doubtful(written: str, unit: str) -> bool:
    """Tell a number in whose place thousands may have been meant; of money every third decimal."""
    return bool(_THOUSANDS(written)) or (unit in MONEY and is_parted(written))


def _written_numbers(subject: Subject) -> Iterator[tuple[ScalarNode, str]]:
    """Yield what may be a number in parameters, bands and rows of tables, on all days."""
    for part, listed, keys in _NUMBERS:
        for entry in members_of(subject.resolved.get(part)).values():
            held = members_of(entry)
            for each in (entry, *items_of(held.get("values")), *items_of(held.get("versions"))):
                items = items_of(members_of(each).get(listed)) if listed else (each,)
                for item in items:
                    for key, unit in keys.items():
                        value = members_of(item).get(key)
                        if isinstance(value, ScalarNode):
                            yield value, text_of(held.get(unit))


def _formulas(subject: Subject) -> Iterator[tuple[Clause, Formula, str | None]]:
    """Yield the formulas of entries and properties, with the unit of what each gives."""
    for entry in subject.entries:
        unit = unit_of(subject.linked, entry.code) if isinstance(entry, Rule) else None
        for clause, formula in formulas_in(entry):
            yield clause, formula, unit
    for each in subject.rulebook.properties.values():
        if isinstance(each.expect.content, Formula):
            yield each.expect, each.expect.content, None


def _find_money(tree: Expression, unit: str | None, subject: Subject) -> Iterator[Constant]:
    """Yield the literals that are sums of money: given, compared with one, or added to one.

    What multiplies or divides is none.
    """
    waiting: list[tuple[Expression, str | None]] = [(tree, unit)]
    while waiting:
        node, unit = waiting.pop()
        if isinstance(node, Constant) and unit in MONEY:
            yield node
        if not isinstance(node, Call):
            continue
        if node.operation is LOOKUP:
            scale = subject.rulebook.scales.get(node.code)
            waiting += [(each, scale.of if scale is not None else None) for each in node.operands]
            continue
        alike = _alike(node)
        is_value = node.operation.binding != COMPARE
        shared = (unit if is_value else None) or _unit_of(node, subject)
        waiting += [(each, shared if each in alike else None) for each in node.operands]


def _alike(call: Call) -> tuple[Expression, ...]:
    """Return the operands that are of one unit with each other, or with the result."""
    operation = call.operation
    if operation is CHOICE:
        return (call.operands[0], call.operands[2])
    if operation.units == "first":
        return call.operands[:1]
    return call.operands if operation.units == "agree" else ()


def _unit_of(node: Expression, subject: Subject) -> str | None:
    """Return the unit of an expression, as far as a code that is in it says so."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        unit = None
        if isinstance(here, Name):
            unit = unit_of(subject.linked, here.code)
        elif isinstance(here, Call) and here.operation is LOOKUP:
            found = subject.rulebook.lookups.get(here.code)
            unit = found.unit if found is not None else None
        elif isinstance(here, Call):
            waiting += _alike(here)
        if unit is not None:
            return unit
    return None
