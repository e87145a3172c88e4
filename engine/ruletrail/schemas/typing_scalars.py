"""Which types a JSON Schema admits at a place, and a document's scalars read accordingly.

This is where `193` becomes a number and `NO` stays a text: a plain scalar is read as the schema asks; where it
admits text and number, quoting decides.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.problems import Problem, quote
from ruletrail.values import MOST_DECIMALS, MOST_DIGITS, MOST_INTEGER_DIGITS, count_finite_decimals, read_number, write_number

Fragment = Mapping[str, Any] | bool
Exact = int | Decimal

_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_IN_PLACE = ("allOf", "anyOf", "oneOf")
_CONDITIONAL = ("if", "then", "else")


def type_document(node: Node, schema: Fragment, *, bounded: bool = True) -> tuple[Any, list[Problem]]:
    """Give a document the types its schema asks for; numbers become int or Decimal, exactly.

    `bounded` keeps the limits of numbers in reports and rulebooks; a schema's own bounds may lie beyond.
    """
    problems: list[Problem] = []
    typed = _Typer(schema, problems, bounded=bounded).give(node, [schema])
    return typed, problems


class _Typer:
    """A walk over document and schema together."""

    def __init__(self, root: Fragment, problems: list[Problem], *, bounded: bool) -> None:
        self.root, self.problems, self.bounded = root, problems, bounded

    def give(self, node: Node, fragments: Iterable[Fragment]) -> object:
        here = list(expand(fragments, self.root))
        match node:
            case MappingNode():
                return {key: self.give(value, property_fragments(here, key)) for key, value in node.values.items()}
            case SequenceNode():
                return [self.give(item, item_fragments(here, index)) for index, item in enumerate(node.items)]
            case ScalarNode():
                return self._scalar(node, admitted_types(here))

    def _scalar(self, node: ScalarNode, types: frozenset[str]) -> object:
        if node.style == "quoted":
            return node.text
        if node.style == "literal":
            return {"true": True, "false": False, "null": None}[node.text]
        if node.style == "number":
            return self._number(node)
        numeric = not types or "number" in types or "integer" in types
        if numeric and _PLAIN_NUMBER.fullmatch(node.text):
            return self._number(node)
        if (not types or "boolean" in types) and node.text in ("true", "false"):
            return node.text == "true"
        return node.text

    def _number(self, node: ScalarNode) -> object:
        number = read_number(node.text) if self.bounded else read_number(node.text, MOST_DIGITS, MOST_DIGITS)
        if number is not None:
            return to_exact(number)
        limits = {"text": quote(node.text), "digits": str(MOST_INTEGER_DIGITS), "decimals": str(MOST_DECIMALS)}
        self.problems.append(Problem("number-out-of-limits", node.mark, limits))
        return 0


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
        if isinstance(fragment.get("$ref"), str):
            waiting.append(follow(fragment["$ref"], root))
        for keyword in _IN_PLACE:
            waiting.extend(fragment.get(keyword, ()))
        waiting.extend(fragment[keyword] for keyword in _CONDITIONAL if keyword in fragment)
        waiting.extend(fragment.get("dependentSchemas", {}).values())


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
