"""What a report's JSON Schema says of each field: decimals, interval, whether it may be missing.

Only keywords that hold in every case are read (the schema itself, `$ref`, `allOf`); a bound inside
`anyOf` or `if` is none. What is learnt here chooses scales; every value is checked against its
scale again when it arrives.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ruletrail.analysis import intervals
from ruletrail.analysis.intervals import ANY, Interval
from ruletrail.analysis.typed_inputs import TypedField, TypedList
from ruletrail.schemas import FieldDeclaration, Schema
from ruletrail.schemas.patterns import list_texts
from ruletrail.schemas.places import always, named
from ruletrail.values import MOST_DECIMALS, count_finite_decimals

_Fragment = Mapping[str, Any]
_MOST_OF_PATTERN = 300
"""Texts of a pattern that are listed as if the schema listed them."""

_NOTES = frozenset({
    "$anchor", "$comment", "$defs", "$id", "$ref", "$schema", "allOf", "default", "deprecated",
    "description", "examples", "readOnly", "title", "type", "unit",
})  # fmt: skip
"""Keywords that say nothing of values beside a type, or whose content is read as well."""
_OF_OBJECTS = frozenset({"additionalProperties", "properties", "required"})
_OF_LISTS = frozenset({"items", "maxItems", "minItems"})
_OF_NAMED = frozenset({"const", "description", "title"})
"""What may stand beside a text that is listed with a title."""
_UNDERSTOOD: Mapping[str, frozenset[str]] = {
    "number": frozenset({
        "exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf",
    }),
    "text": frozenset({"enum", "oneOf"}),
    "date": frozenset({"format", "formatMaximum", "formatMinimum"}),
    "boolean": frozenset(),
}  # fmt: skip


def read_fields(schema: Schema) -> dict[str, TypedField]:
    """Type every field of a schema of reports."""
    root = schema.content
    whole = list(always([root], root))
    here = list(always(named(whole, "fields"), root))
    # a keyword such as `if` or `not` around them may tie fields to each other
    are_apart = all(set(each) <= _NOTES | _OF_OBJECTS for each in [*whole, *here])
    are_required = any("fields" in fragment.get("required", ()) for fragment in whole)
    required = {code for fragment in here for code in fragment.get("required", ())}
    return {
        code: _read_field(
            declaration,
            list(always(named(here, code), root)),
            required=are_required and code in required,
            are_apart=are_apart,
        )
        for code, declaration in schema.fields.items()
    }


def read_lists(schema: Schema) -> dict[str, TypedList]:
    """Type every list of rows of a schema of reports, with its cells."""
    if not schema.lists:
        return {}
    root = schema.content
    whole = list(always([root], root))
    here = list(always(named(whole, "fields"), root))
    are_required = any("fields" in fragment.get("required", ()) for fragment in whole)
    required = {code for fragment in here for code in fragment.get("required", ())}
    lists = {}
    for code, declared in schema.lists.items():
        fragments = list(always(named(here, code), root))
        row = _rows_of(here, code, root)
        needed = {name for fragment in row for name in fragment.get("required", ())}
        around = [*whole, *here, *row]
        are_apart = all(set(each) <= _NOTES | _OF_OBJECTS for each in around) and all(
            set(each) <= _NOTES | _OF_LISTS for each in fragments
        )
        cells = {
            name: _read_field(
                cell,
                list(always(named(row, name), root)),
                required=name in needed,
                are_apart=are_apart,
            )
            for name, cell in declared.cells.items()
        }
        lists[code] = TypedList(code, declared.most, are_required and code in required, cells)
    return lists


def read_fragments(schema: Schema, code: str) -> list[Mapping[str, Any]]:
    """List all that a schema says of one field, or cell `LIST.NAME`, in every case, in pieces."""
    root = schema.content
    here = list(always(named(list(always([root], root)), "fields"), root))
    over, _, name = code.partition(".")
    if not name:
        return list(always(named(here, code), root))
    rows = _rows_of(here, over, root)
    return list(always(named(rows, name), root))


def least_rows(fragments: Sequence[Mapping[str, Any]]) -> int:
    """Say how many rows a schema asks for in a list."""
    return max((int(each.get("minItems", 0)) for each in fragments), default=0)


def listed_texts(fragments: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """List the texts that a schema lists for a field in every case, or by a pattern of few texts.

    None where it lists none. What else it says of them is not looked at.
    """
    for each in fragments:
        listed = each.get("enum") or [it.get("const") for it in each.get("oneOf", ())]
        if "const" in each:
            listed = [each["const"]]
        texts = tuple(it for it in listed if isinstance(it, str))
        if texts and len(texts) == len(listed):
            return texts
    patterns = [each["pattern"] for each in fragments if "pattern" in each]
    found = (list_texts(pattern, _MOST_OF_PATTERN) for pattern in patterns)
    return next(filter(None, found), ())


def _rows_of(here: Sequence[_Fragment], over: str, root: _Fragment) -> list[_Fragment]:
    """List all that a schema says of a row of a list in every case."""
    items = [each["items"] for each in always(named(here, over), root) if "items" in each]
    return list(always(items, root))


def _read_field(
    declaration: FieldDeclaration,
    fragments: list[_Fragment],
    *,
    required: bool,
    are_apart: bool,
) -> TypedField:
    code, kind = declaration.code, declaration.type
    understood = _NOTES | _UNDERSTOOD.get(kind, frozenset())
    is_exact = are_apart and all(set(each) <= understood for each in fragments)
    if kind == "date":
        return TypedField(code, kind, 0, _days(declaration), required, (), None, is_exact)
    if kind != "number":
        is_exact = is_exact and _is_one_list(fragments)
        return TypedField(code, kind, 0, ANY, required, declaration.words, None, is_exact)
    found = ANY
    for fragment in fragments:
        found = intervals.intersect(found, _interval(fragment))
    if found.is_empty:
        # limits that cross are told of where they stand; nothing follows from them elsewhere
        found, is_exact = ANY, False
    return TypedField(
        code, kind, _scale(fragments), found, required, (), _step(fragments), is_exact
    )


def _is_one_list(fragments: Sequence[_Fragment]) -> bool:
    """Tell whether one list at most, plain or with titles, says which texts are admitted."""
    lists = [each[key] for each in fragments for key in ("enum", "oneOf") if key in each]
    named = [each for listed in lists for each in listed if isinstance(each, Mapping)]
    return len(lists) <= 1 and all(set(each) <= _OF_NAMED for each in named)


def _days(declaration: FieldDeclaration) -> Interval:
    """Bound the days of a field, counted from 0001-01-01, which is 1."""
    least, most = declaration.least or date.min, declaration.most or date.max
    ends = Fraction(least.toordinal()), Fraction(most.toordinal())
    return Interval(*ends, whole=True)


def _interval(fragment: _Fragment) -> Interval:
    """Read the bounds and the listed numbers of one fragment."""
    low, high = _number(fragment, "minimum"), _number(fragment, "maximum")
    found = Interval(low, high, whole=fragment.get("type") == "integer")
    low, high = _number(fragment, "exclusiveMinimum"), _number(fragment, "exclusiveMaximum")
    found = intervals.intersect(found, Interval(low, high, low_open=True, high_open=True))
    listed = [each for each in fragment.get("enum", ()) if _is_number(each)]
    return intervals.intersect(found, _around(listed)) if listed else found


def _around(listed: Sequence[int | Decimal]) -> Interval:
    """Bound listed numbers: by the ends alone, because a list that many fields share may be long.

    Whole numbers are ints, and other types are compared exactly.
    """
    are_whole = all(type(each) is int for each in listed)
    return Interval(Fraction(min(listed)), Fraction(max(listed)), whole=are_whole)


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _number(fragment: _Fragment, key: str) -> Fraction | None:
    value = fragment.get(key)
    return Fraction(value) if _is_number(value) else None  # type: ignore[arg-type]  # by its test


def _step(fragments: list[_Fragment]) -> Fraction | None:
    """Find what every number is a multiple of: of several steps the largest, of none 1 if whole."""
    steps = [step for each in fragments if (step := _number(each, "multipleOf")) is not None]
    is_whole = any(each.get("type") == "integer" for each in fragments)
    return max([*steps, *([Fraction(1)] if is_whole else [])], default=None)


def _scale(fragments: list[_Fragment]) -> int:
    scale = MOST_DECIMALS
    for fragment in fragments:
        if fragment.get("type") == "integer":
            return 0
        step = _number(fragment, "multipleOf")
        finite = count_finite_decimals(step) if step is not None else None
        scale = scale if finite is None else min(scale, finite)
    return scale
