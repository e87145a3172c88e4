"""Which types a JSON Schema admits at a place of a document: what speaks of the place, and what it says of types.

`places` reads a document's scalars accordingly.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ruletrail.values import count_finite_decimals, write_number

Fragment = Mapping[str, Any] | bool
Exact = int | Decimal

_LISTS = ("allOf", "anyOf", "oneOf")
_SINGLE = ("if", "then", "else")


def to_exact(number: Fraction) -> Exact:
    """Write a finite decimal fraction as int or Decimal, the types that jsonschema compares exactly."""
    if number.denominator == 1:
        return number.numerator
    if count_finite_decimals(number) is None:
        raise ValueError("only a finite decimal stands in a document")
    return Decimal(write_number(number))


def expand(fragments: Iterable[Fragment], root: Fragment) -> Iterable[Mapping[str, Any]]:
    """Yield the schema objects that speak of one place: references and in-place applicators followed."""
    waiting, seen = list(fragments), set()
    while waiting:
        fragment = waiting.pop(0)
        if not isinstance(fragment, Mapping) or id(fragment) in seen:
            continue
        seen.add(id(fragment))
        yield fragment
        waiting.extend(in_place(fragment, root))


def in_place(fragment: Mapping[str, Any], root: Fragment) -> Iterable[Fragment]:
    """Yield the schemas that apply where this one does: what it refers to, and what its applicators hold."""
    if isinstance(fragment.get("$ref"), str):
        yield follow(fragment["$ref"], root)
    for keyword in _LISTS:
        listed = fragment.get(keyword)
        yield from listed if isinstance(listed, list) else ()
    for keyword in _SINGLE:
        if keyword in fragment:
            yield fragment[keyword]
    dependent = fragment.get("dependentSchemas")
    yield from dependent.values() if isinstance(dependent, Mapping) else ()


def follow(reference: str, root: Fragment) -> Fragment:
    """Find what a local reference (`#/$defs/…`) points to; true, which admits all, when it points to nothing."""
    target: Any = root
    if reference == "#":
        return root
    for part in reference.removeprefix("#/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(target, Mapping) or name not in target:
            return True
        target = target[name]
    return target if isinstance(target, Mapping | bool) else True


def property_fragments(here: Iterable[Mapping[str, Any]], key: str) -> list[Fragment]:
    """List the schemas that speak of one property."""
    found: list[Fragment] = []
    for fragment in here:
        named = fragment.get("properties", {}).get(key)
        matching = [sub for pattern, sub in fragment.get("patternProperties", {}).items() if re.search(pattern, key)]
        if named is not None:
            found.append(named)
        found.extend(matching)
        if named is None and not matching and "additionalProperties" in fragment:
            found.append(fragment["additionalProperties"])
    return found


def item_fragments(here: Iterable[Mapping[str, Any]], index: int) -> list[Fragment]:
    """List the schemas that speak of one item."""
    found: list[Fragment] = []
    for fragment in here:
        prefix = fragment.get("prefixItems", ())
        if index < len(prefix):
            found.append(prefix[index])
        elif "items" in fragment:
            found.append(fragment["items"])
        if "contains" in fragment:
            found.append(fragment["contains"])
    return found


def admitted_types(here: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Name the types that a place admits; empty when the schema says nothing of it."""
    types: set[str] = set()
    for fragment in here:
        declared = fragment.get("type", ())
        types.update([declared] if isinstance(declared, str) else declared)
        values = [*fragment.get("enum", ()), *([fragment["const"]] if "const" in fragment else [])]
        types.update(_type_of(value) for value in values)
    return frozenset(types)


def _type_of(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return "number" if isinstance(value, int | Decimal) else "object"
