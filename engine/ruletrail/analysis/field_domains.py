"""What a report's JSON Schema says of each field: decimals, bounds, whether it may be missing.

Only keywords that hold in every case are read (the schema itself, `$ref`, `allOf`); a bound inside `anyOf` or `if`
is no bound. What is learnt here chooses scales; every value is checked against its scale again when it arrives.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ruletrail.analysis.ir import TypedField
from ruletrail.schemas import FieldDeclaration, Schema
from ruletrail.schemas.places import follow
from ruletrail.values import MOST_DECIMALS, count_finite_decimals

_Fragment = Mapping[str, Any]


def read_fields(schema: Schema) -> dict[str, TypedField]:
    """Type every field of a schema of reports."""
    root = schema.content
    whole = list(_always([root], root))
    here = list(_always(_named(whole, "fields"), root))
    are_required = any("fields" in fragment.get("required", ()) for fragment in whole)
    required = (
        {code for fragment in here for code in fragment.get("required", ())}
        if are_required
        else set()
    )
    return {
        code: _read_field(
            declaration, list(_always(_named(here, code), root)), required=code in required
        )
        for code, declaration in schema.fields.items()
    }


def _always(fragments: list[_Fragment], root: _Fragment) -> Iterator[_Fragment]:
    waiting, seen = list(fragments), set()
    while waiting:
        fragment = waiting.pop(0)
        if not isinstance(fragment, Mapping) or id(fragment) in seen:
            continue
        seen.add(id(fragment))
        yield fragment
        reference = fragment.get("$ref")
        if isinstance(reference, str):
            target = follow(reference, root)
            waiting += [target] if isinstance(target, Mapping) else []
        waiting += fragment.get("allOf", ())


def _named(fragments: list[_Fragment], key: str) -> list[_Fragment]:
    found = [fragment.get("properties", {}).get(key) for fragment in fragments]
    return [fragment for fragment in found if isinstance(fragment, Mapping)]


def _read_field(
    declaration: FieldDeclaration, fragments: list[_Fragment], *, required: bool
) -> TypedField:
    kind = declaration.type
    if kind != "number":
        return TypedField(declaration.code, kind, 0, None, None, required, declaration.choices)
    lows = [
        bound
        for fragment in fragments
        for key in ("minimum", "exclusiveMinimum")
        for bound in _bound(fragment, key)
    ]
    highs = [
        bound
        for fragment in fragments
        for key in ("maximum", "exclusiveMaximum")
        for bound in _bound(fragment, key)
    ]
    low, high = max(lows, default=None), min(highs, default=None)
    return TypedField(declaration.code, kind, _scale(fragments), low, high, required, ())


def _bound(fragment: _Fragment, key: str) -> list[Fraction]:
    value = fragment.get(key)
    return (
        [Fraction(value)]
        if isinstance(value, int | Decimal) and not isinstance(value, bool)
        else []
    )


def _scale(fragments: list[_Fragment]) -> int:
    scale = MOST_DECIMALS
    for fragment in fragments:
        if fragment.get("type") == "integer":
            return 0
        for step in _bound(fragment, "multipleOf"):
            finite = count_finite_decimals(step)
            scale = min(scale, finite if finite is not None else scale)
    return scale
