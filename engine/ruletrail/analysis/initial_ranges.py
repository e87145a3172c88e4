"""What is known before any report: the ranges that schema, parameters and rules give to codes."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from ruletrail.analysis import intervals as ranges
from ruletrail.analysis.condition_solver import assume
from ruletrail.analysis.intervals import ANY, Range
from ruletrail.analysis.knowledge import Knowledge, range_of
from ruletrail.formulas import Formula
from ruletrail.linking import LinkedRulebook
from ruletrail.rulebooks import Rule
from ruletrail.schemas.places import follow


def learn_bases(plan: LinkedRulebook) -> Knowledge:
    """Learn the range of every code, rules in the order in which they read each other."""
    base: dict[str, Range] = dict(field_ranges(plan))
    for code, parameter in plan.rulebook.parameters.items():
        if isinstance(parameter.value, Fraction):
            base[code] = ranges.exactly(parameter.value)
    texts = {
        code: frozenset(signature.choices)
        for code, signature in plan.signatures.items()
        if signature.choices
    }
    groups = {code: group.members for code, group in plan.rulebook.groups.items()}
    known = Knowledge(base, texts, groups)
    for entry in plan.steps:
        if isinstance(entry, Rule):
            base[entry.code] = rule_range(entry, known)
    return known


def rule_range(rule: Rule, known: Knowledge) -> Range:
    """Bound a rule's value, knowing that its `when` holds."""
    formula = rule.formula.content
    if not isinstance(formula, Formula):
        return ANY
    here = under_when(rule, known)
    found = range_of(formula.tree, here) if here is not None else ANY
    return (
        found
        if rule.rounding is None
        else ranges.round_range(found, rule.rounding.decimals, rule.rounding.mode)
    )


def under_when(rule: Rule, known: Knowledge) -> Knowledge | None:
    """Learn what a rule's `when` says; None when it can never hold."""
    when = rule.when.content if rule.when is not None else None
    return assume(when.tree, known, truth=True) if isinstance(when, Formula) else known


def field_ranges(plan: LinkedRulebook) -> Iterator[tuple[str, Range]]:
    """Yield the range that the schema gives each number field; only what surely holds is taken."""
    content = plan.schema.content
    here = _conjuncts(_properties(_conjuncts([content], content), "fields"), content)
    for code, declaration in plan.schema.fields.items():
        if declaration.type == "number":
            found = ANY
            for fragment in _conjuncts(_properties(here, code), content):
                found = ranges.intersect(found, _fragment_range(fragment))
            yield code, found


def _properties(here: list[Mapping[str, Any]], key: str) -> list[Any]:
    return [
        fragment["properties"][key] for fragment in here if key in fragment.get("properties", {})
    ]


def _conjuncts(fragments: list[Any], root: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Follow references and `allOf` only: what all of them say holds; alternatives hold only perhaps."""
    waiting = list(fragments)
    found: list[Mapping[str, Any]] = []
    while waiting:
        fragment = waiting.pop(0)
        if not isinstance(fragment, Mapping) or any(fragment is each for each in found):
            continue
        found.append(fragment)
        if isinstance(fragment.get("$ref"), str):
            waiting.append(follow(fragment["$ref"], root))
        waiting.extend(fragment.get("allOf", ()))
    return found


def _fragment_range(fragment: Mapping[str, Any]) -> Range:
    def bound(key: str) -> Fraction | None:
        return Fraction(fragment[key]) if key in fragment else None

    found = Range(bound("minimum"), bound("maximum"), whole=fragment.get("type") == "integer")
    found = ranges.intersect(
        found, Range(bound("exclusiveMinimum"), bound("exclusiveMaximum"), True, True)
    )
    listed = [Fraction(each) for each in fragment.get("enum", ()) if _is_number(each)]
    return (
        ranges.intersect(found, ranges.unite([ranges.exactly(each) for each in listed]))
        if listed
        else found
    )


def _is_number(value: object) -> bool:
    return not isinstance(value, bool | str | list | dict) and value is not None
