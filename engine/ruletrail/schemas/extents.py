"""How much checking a schema may ask of one value: bounded before any report is checked.

A few lines can ask for more than any machine does: an `allOf` that names one part twice, twenty
parts deep, is a million checks. Each subschema is visited once here, however often it is used.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruletrail.fast_dataclasses import dataclass
from ruletrail.schemas.patterns import weigh
from ruletrail.schemas.places import Fragment, follow

MOST_CHECKS = 500
"""Subschemas that one value, with all that it lies in, may be checked against."""

MOST_LEVELS = 100
"""Subschemas that may lead to one another: references, alternatives, members, items."""

_ROUNDS = 16
"""How often a schema that leads back to itself is counted round: reports are no deeper."""

_LISTS = ("allOf", "anyOf", "oneOf")
_SINGLE = ("if", "then", "else", "not")
_UNEVALUATED = ("unevaluatedProperties", "unevaluatedItems")
_MEMBERS = ("additionalProperties", "unevaluatedProperties", "propertyNames")
_ITEMS = ("items", "contains", "unevaluatedItems")

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Extent:
    """What one subschema asks of one value, and of one way down through it."""

    checks: int = 1
    asked_again: int = 1
    """Checks to find what is evaluated, which `unevaluatedProperties` and its kin ask for."""
    levels: int = 1
    patterns: int = 0
    """Patterns that one text may be put to."""


_ONE = Extent()


def applied(schema: Object, root: Fragment) -> Iterator[Object]:
    """Yield the schemas that are tried on the same value: references, alternatives, `not`."""
    found: list[Any] = []
    if isinstance(schema.get("$ref"), str):
        found.append(follow(schema["$ref"], root))
    for keyword in _LISTS:
        listed = schema.get(keyword)
        found += listed if isinstance(listed, list) else ()
    found += (schema[keyword] for keyword in _SINGLE if keyword in schema)
    dependent = schema.get("dependentSchemas")
    found += dependent.values() if isinstance(dependent, Mapping) else ()
    yield from (each for each in found if isinstance(each, Mapping))


def used(schema: Object, root: Object) -> Iterator[Object]:
    """Yield the schemas that one needs: those tried on the same value, and of what is in it."""
    yield from applied(schema, root)
    below = [*_alternatives(schema, "properties", "prefixItems"), *_together(schema)]
    yield from (each for each in below if isinstance(each, Mapping))


def find_rings(schemas: Sequence[Object], root: Fragment) -> frozenset[int]:
    """Return the identities of the schemas that come back to themselves on the same value."""
    following = {id(schema): {id(other) for other in applied(schema, root)} for schema in schemas}
    left = _without_ends(following)
    preceding: dict[int, set[int]] = {schema: set() for schema in left}
    for schema, others in left.items():
        for other in others:
            preceding[other].add(schema)
    return frozenset(_without_ends(preceding))


def _without_ends(graph: Mapping[int, set[int]]) -> dict[int, set[int]]:
    """Take away what leads nowhere, again and again; what leads into a ring is left."""
    before: dict[int, list[int]] = {}
    open_ways = {schema: len(others) for schema, others in graph.items()}
    for schema, others in graph.items():
        for other in others:
            before.setdefault(other, []).append(schema)
    ends = [schema for schema, count in open_ways.items() if not count]
    ends += [other for other in before if other not in graph]
    gone = set(ends)
    while ends:
        for schema in before.get(ends.pop(), ()):
            open_ways[schema] -= 1
            if not open_ways[schema]:
                ends.append(schema)
                gone.add(schema)
    return {schema: others - gone for schema, others in graph.items() if schema not in gone}


def measure(schema: Object) -> dict[int, Extent]:
    """Measure every subschema that a document may meet, by identity.

    No schema may come back to itself on the same value (`find_rings`).
    """
    order = order_used(schema)
    extents: dict[int, Extent] = {}
    for _ in range(_ROUNDS):
        is_settled = True
        for here in order:
            found = _extent(here, schema, extents)
            is_settled = is_settled and extents.get(id(here)) == found
            extents[id(here)] = found
        if is_settled:
            break
    return extents


def is_within(extent: Extent) -> bool:
    """Tell whether a subschema keeps to the limits."""
    return extent.checks <= MOST_CHECKS and extent.levels <= MOST_LEVELS


def order_used(root: Object) -> list[Object]:
    """List the subschemas that can be reached, those that others use before the others."""
    order: list[Object] = []
    seen = {id(root)}
    stack: list[tuple[Object, Iterator[Object]]] = [(root, used(root, root))]
    while stack:
        here, rest = stack[-1]
        following = next((each for each in rest if id(each) not in seen), None)
        if following is None:
            order.append(here)
            stack.pop()
        else:
            seen.add(id(following))
            stack.append((following, used(following, root)))
    return order


def _alternatives(schema: Object, *keywords: str) -> Iterator[Any]:
    """Yield the schemas of members or items of which one speaks of each."""
    for keyword in keywords:
        listed = schema.get(keyword, ())
        yield from listed.values() if isinstance(listed, Mapping) else listed


def _together(schema: Object) -> Iterator[Any]:
    """Yield the schemas that may all speak of one member or item."""
    yield from _alternatives(schema, "patternProperties")
    yield from (schema[keyword] for keyword in (*_MEMBERS, *_ITEMS) if keyword in schema)


def _extent(schema: Object, root: Object, extents: Mapping[int, Extent]) -> Extent:
    here = [extents.get(id(each), _ONE) for each in applied(schema, root)]
    one_of = [extents.get(id(each), _ONE) for each in _alternatives(schema, "properties")]
    one_of += [extents.get(id(each), _ONE) for each in _alternatives(schema, "prefixItems")]
    together = [extents.get(id(each), _ONE) for each in _together(schema)]
    below = max((each.checks for each in one_of), default=0)
    below += sum(each.checks for each in together)
    below += sum(map(weigh, schema.get("patternProperties", ())))
    own = weigh(schema["pattern"]) if "pattern" in schema else 1
    checks = own + below + sum(each.checks for each in here)
    again = own + below + sum(each.checks + each.asked_again for each in here)
    if any(keyword in schema for keyword in _UNEVALUATED):
        checks += again
    levels = 1 + max((each.levels for each in (*here, *one_of, *together)), default=0)
    patterns = int("pattern" in schema) + len(schema.get("patternProperties", ()))
    patterns += sum(each.patterns for each in (*here, *together))
    patterns += max((each.patterns for each in one_of), default=0)
    most = MOST_CHECKS + 1  # further counting would only make large numbers
    return Extent(
        min(checks, most), min(again, most), min(levels, MOST_LEVELS + 1), min(patterns, most)
    )
