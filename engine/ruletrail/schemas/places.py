"""A document's scalars read as its schema asks, each place of the schema worked out once.

This is where `193` becomes a number and `NO` stays a text: a plain scalar is read as the schema
asks; where it admits text and number, quoting decides. What a schema admits at a place is kept, so
that typing the next document walks no schema.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.problems import Problem, quote
from ruletrail.schemas.keywords import choices_of, matches, type_name
from ruletrail.values import (
    MOST_DECIMALS,
    MOST_DIGITS,
    MOST_INTEGER_DIGITS,
    count_finite_decimals,
    read_number,
    write_number,
)

Fragment = Mapping[str, Any] | bool
Exact = int | Decimal

_LISTS = ("allOf", "anyOf", "oneOf")
_SINGLE = ("if", "then", "else")
_PLAIN_NUMBER = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?")
_LITERALS = {"true": True, "false": False, "null": None}
_MOST_KEPT = 10_000


def to_exact(number: Fraction) -> Exact:
    """Write a finite decimal fraction as int or Decimal, which jsonschema compares exactly."""
    if number.denominator == 1:
        return number.numerator
    if count_finite_decimals(number) is None:
        raise ValueError("only a finite decimal stands in a document")
    return Decimal(write_number(number))


def expand(fragments: Iterable[Fragment], root: Fragment) -> Iterable[Mapping[str, Any]]:
    """Yield the schema objects that speak of one place, references and applicators followed."""
    waiting, seen = deque(fragments), set()
    while waiting:
        fragment = waiting.popleft()
        if not isinstance(fragment, Mapping) or id(fragment) in seen:
            continue
        seen.add(id(fragment))
        yield fragment
        waiting.extend(in_place(fragment, root))


def always(fragments: Iterable[Fragment], root: Fragment) -> Iterator[Mapping[str, Any]]:
    """Follow references and `allOf` only: what all of them say holds."""
    waiting, seen = deque(fragments), set()
    while waiting:
        fragment = waiting.popleft()
        if not isinstance(fragment, Mapping) or id(fragment) in seen:
            continue
        seen.add(id(fragment))
        yield fragment
        reference = fragment.get("$ref")
        if isinstance(reference, str):
            waiting.append(follow(reference, root))
        waiting += fragment.get("allOf", ())


def named(fragments: Iterable[Mapping[str, Any]], key: str) -> list[Mapping[str, Any]]:
    """List what schemas say under the name of a property."""
    found = [fragment.get("properties", {}).get(key) for fragment in fragments]
    return [fragment for fragment in found if isinstance(fragment, Mapping)]


def in_place(fragment: Mapping[str, Any], root: Fragment) -> Iterable[Fragment]:
    """Yield the schemas that apply where this one does: its references and its applicators'."""
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
    """Find what a local reference (`#/$defs/…`) points to; true, which admits all, for nothing."""
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
        patterns = fragment.get("patternProperties", {}).items()
        matching = [sub for pattern, sub in patterns if matches(pattern, key)]
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
        if "enum" in fragment:
            types |= choices_of(fragment["enum"]).types
        if "const" in fragment:
            types.add(type_name(fragment["const"]))
    return frozenset(types)


class Places:
    """The places of the documents that one schema describes, found when first needed."""

    __slots__ = ("_found", "_start", "schema")

    def __init__(self, schema: Fragment) -> None:
        """Remember the schema."""
        self.schema = schema
        self._found: dict[tuple[int, ...], _Place] = {}
        self._start = _Place([], schema)

    def __reduce__(self) -> tuple[type["Places"], tuple[Fragment]]:
        """Cross a process boundary as the schema alone."""
        return (type(self), (self.schema,))

    def type_document(self, node: Node, *, bounded: bool = True) -> tuple[Any, list[Problem]]:
        """Give a document the types its schema asks for; numbers become int or Decimal, exactly.

        `bounded` keeps the limits of numbers in reports and rulebooks; a schema's own bounds may
        lie beyond.
        """
        problems: list[Problem] = []
        return self._give(node, self._place([self.schema]), problems, bounded), problems

    def _place(self, fragments: list[Fragment]) -> "_Place":
        identity = tuple(map(id, fragments))
        place = self._found.get(identity)
        if place is None:
            place = _Place(fragments, self.schema)
            if len(self._found) < _MOST_KEPT:
                self._found[identity] = place
        return place

    def _give(self, node: Node, place: "_Place", problems: list[Problem], bounded: bool) -> object:  # noqa: FBT001 - one walk
        if type(node) is ScalarNode:
            if node.style == "quoted":
                return node.text
            return _type_scalar(node, place, problems, bounded)
        if isinstance(node, MappingNode):
            return {
                key: self._give(value, self._member(place, key), problems, bounded)
                for key, value in node.values.items()
            }
        if isinstance(node, SequenceNode):
            return [
                self._give(item, self._item(place, index), problems, bounded)
                for index, item in enumerate(node.items)
            ]
        raise TypeError(f"a tree has no {type(node).__name__}")

    def _member(self, place: "_Place", key: str) -> "_Place":
        """Find the place of a member; only places of keys that the schema names are kept."""
        found = place.members.get(key)
        if found is None:
            found = self._place(property_fragments(place.here, key))
            if key in place.named:
                place.members[key] = found
        return found

    def _item(self, place: "_Place", index: int) -> "_Place":
        known = min(index, place.prefix)
        found = place.items.get(known)
        if found is None:
            found = place.items[known] = self._place(item_fragments(place.here, index))
        return found


class _Place:
    """One place: the schema objects that speak of it, and what they admit."""

    __slots__ = (
        "admits_boolean", "admits_number", "fragments", "here", "items", "members", "named",
        "prefix",
    )  # fmt: skip

    def __init__(self, fragments: list[Fragment], root: Fragment) -> None:
        self.fragments = fragments  # kept, so that their identities stay theirs
        self.here: list[Mapping[str, Any]] = list(expand(fragments, root))
        types = admitted_types(self.here)
        self.admits_number = not types or "number" in types or "integer" in types
        self.admits_boolean = not types or "boolean" in types
        named = (key for fragment in self.here for key in fragment.get("properties", ()))
        self.named = frozenset(named)
        self.prefix = max([0, *(len(here.get("prefixItems", ())) for here in self.here)])
        self.members: dict[str, _Place] = {}
        self.items: dict[int, _Place] = {}


def _type_scalar(node: ScalarNode, place: _Place, problems: list[Problem], bounded: bool) -> object:  # noqa: FBT001 - one walk
    text = node.text
    if node.style == "literal":
        return _LITERALS[text]
    if node.style == "number" or place.admits_number:
        match = _PLAIN_NUMBER.fullmatch(text)
        if match is not None or node.style == "number":
            return _type_number(node, match, problems, bounded)
    if place.admits_boolean and text in ("true", "false"):
        return text == "true"
    return text


def _type_number(
    node: ScalarNode,
    match: re.Match[str] | None,
    problems: list[Problem],
    bounded: bool,  # noqa: FBT001
) -> object:
    """Read a number: the common ones from their digits, the others with all care."""
    if match is not None:
        sign, whole, part = match.groups()
        if len(whole) <= MOST_INTEGER_DIGITS and (part is None or len(part) <= MOST_DECIMALS):
            rest = part.rstrip("0") if part else ""
            return Decimal(f"{sign}{whole}.{rest}") if rest else int(sign + whole)
    digits, decimals = (MOST_INTEGER_DIGITS, MOST_DECIMALS) if bounded else (MOST_DIGITS,) * 2
    number = read_number(node.text, digits, decimals)
    if number is not None:
        return to_exact(number)
    limits = {"digits": str(digits), "decimals": str(decimals)}
    problems.append(
        Problem("number-out-of-limits", node.mark, {"text": quote(node.text), **limits})
    )
    return 0


def type_document(
    node: Node, schema: Fragment, *, bounded: bool = True
) -> tuple[Any, list[Problem]]:
    """Type one document by a schema that no other will be typed by."""
    return Places(schema).type_document(node, bounded=bounded)
