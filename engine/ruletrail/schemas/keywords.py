"""What each keyword of Draft 2020-12 asks of a value: one small function a keyword.

A maker returns the checks by the type of value that they are for, or None where jsonschema must
judge. What a check says must be jsonschema's answer whether it stands plainly or under `not`; where
jsonschema has quirks of its own (`uniqueItems` over mixed items) the check raises `UnsureError`.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial
from types import NoneType
from typing import Any

from ruletrail.schemas.matching import compile_pattern
from ruletrail.schemas.tables import (
    KINDS,
    Check,
    MakesTables,
    Table,
    UnsureError,
    always,
    never,
    unsure,
)

Checks = Mapping[type, Check]
_Maker = Callable[[MakesTables, Any, Mapping[str, Any]], Checks | None]

_NUMBERS = (int, Decimal)
_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": _NUMBERS,
    "boolean": (bool,),
    "null": (NoneType,),
}
_MEMBERS = ("properties", "patternProperties", "additionalProperties")


def make_checks(generator: MakesTables, keyword: str, schema: Mapping[str, Any]) -> Checks | None:
    """Make the checks of one keyword of a schema; None where it, or its value, is not known here."""
    if keyword in _MEMBERS:
        first = next(name for name in _MEMBERS if name in schema)
        return _members(generator, schema) if keyword == first else {}
    make = _MAKERS.get(keyword)
    return make(generator, schema[keyword], schema) if make is not None else None


def _is_number(value: object) -> bool:
    return type(value) in _NUMBERS


# -- Any value


def _type(_generator: MakesTables, names: Any, _schema: Mapping[str, Any]) -> Checks | None:
    wanted = [names] if isinstance(names, str) else list(names)
    if any(name not in _TYPES for name in wanted):
        return None
    admitted = {kind for name in wanted for kind in _TYPES[name]}
    checks: dict[type, Check] = {kind: never for kind in KINDS if kind not in admitted}
    if "integer" in wanted and "number" not in wanted:
        checks[Decimal] = _is_whole
    return checks


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def _enum(_generator: MakesTables, choices: Any, _schema: Mapping[str, Any]) -> Checks | None:
    """Compare scalars by type first, so that `true` is not 1; structures are jsonschema's."""
    sets: dict[type, frozenset[object]] = {}
    for kind in (str, int, bool, NoneType):
        alike = _NUMBERS if kind is int else (kind,)
        sets[kind] = frozenset(choice for choice in choices if type(choice) in alike)
    sets[Decimal] = sets[int]
    checks: dict[type, Check] = {
        kind: values.__contains__ if values else never for kind, values in sets.items()
    }
    for structure in (dict, list):
        checks[structure] = (
            unsure if any(isinstance(choice, structure) for choice in choices) else never
        )
    return checks


def _const(generator: MakesTables, value: Any, schema: Mapping[str, Any]) -> Checks | None:
    return _enum(generator, [value], schema)


def _reference(generator: MakesTables, reference: Any, _schema: Mapping[str, Any]) -> Checks | None:
    table = generator.follow(reference)
    return _every_kind(lambda value: table[type(value)](value))


def _all_of(generator: MakesTables, schemas: Any, _schema: Mapping[str, Any]) -> Checks | None:
    tables = _tables(generator, schemas)
    return _every_kind(lambda value: all(table[type(value)](value) for table in tables))


def _any_of(generator: MakesTables, schemas: Any, _schema: Mapping[str, Any]) -> Checks | None:
    tables = _tables(generator, schemas)
    return _every_kind(lambda value: any(table[type(value)](value) for table in tables))


def _one_of(generator: MakesTables, schemas: Any, _schema: Mapping[str, Any]) -> Checks | None:
    tables = _tables(generator, schemas)
    return _every_kind(lambda value: sum(table[type(value)](value) for table in tables) == 1)


def _not(generator: MakesTables, schema: Any, _schema: Mapping[str, Any]) -> Checks | None:
    table = generator.table(schema)
    return _every_kind(lambda value: not table[type(value)](value))


def _if(generator: MakesTables, test: Any, schema: Mapping[str, Any]) -> Checks | None:
    condition, then, otherwise = _tables(
        generator, [test, schema.get("then", True), schema.get("else", True)]
    )

    def holds(value: Any) -> bool:
        kind = type(value)
        return (then if condition[kind](value) else otherwise)[kind](value)

    return _every_kind(holds)


def _tables(generator: MakesTables, schemas: Any) -> list[Table]:
    return [generator.table(schema) for schema in schemas]


def _every_kind(check: Check) -> Checks:
    return dict.fromkeys(KINDS, check)


# -- Numbers and texts

_COMPARISONS: Mapping[str, Callable[[Any], Check]] = {
    "minimum": lambda bound: lambda value: value >= bound,
    "maximum": lambda bound: lambda value: value <= bound,
    "exclusiveMinimum": lambda bound: lambda value: value > bound,
    "exclusiveMaximum": lambda bound: lambda value: value < bound,
}


def _bound(
    keyword: str, _generator: MakesTables, bound: Any, _schema: Mapping[str, Any]
) -> Checks | None:
    return dict.fromkeys(_NUMBERS, _COMPARISONS[keyword](bound)) if _is_number(bound) else None


def _multiple_of(
    _generator: MakesTables, divisor: Any, _schema: Mapping[str, Any]
) -> Checks | None:
    if not _is_number(divisor) or divisor <= 0:
        return None
    step = Fraction(divisor)
    checks: dict[type, Check] = dict.fromkeys(_NUMBERS, lambda value: Fraction(value) % step == 0)
    if type(divisor) is int:
        checks[int] = lambda value: value % divisor == 0
    return checks


_SIZES: Mapping[str, type] = {
    "minLength": str,
    "maxLength": str,
    "minItems": list,
    "maxItems": list,
    "minProperties": dict,
    "maxProperties": dict,
}


def _size(
    keyword: str, _generator: MakesTables, bound: Any, _schema: Mapping[str, Any]
) -> Checks | None:
    if not _is_number(bound):
        return None
    if keyword.startswith("min"):
        return {_SIZES[keyword]: lambda value: len(value) >= bound}
    return {_SIZES[keyword]: lambda value: len(value) <= bound}


def _pattern(_generator: MakesTables, pattern: Any, _schema: Mapping[str, Any]) -> Checks | None:
    return {str: compile_pattern(pattern)}


def _format(_generator: MakesTables, name: Any, _schema: Mapping[str, Any]) -> Checks | None:
    """Know dates only: what else jsonschema asserts depends on what is installed beside it."""
    if name != "date":
        return None
    from datetime import date  # noqa: PLC0415 - few reports hold dates

    form = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

    def is_date(text: str) -> bool:
        try:
            return form.fullmatch(text) is not None and bool(date.fromisoformat(text))
        except ValueError:
            return False

    return {str: is_date}


# -- Lists


def _items(generator: MakesTables, schema: Any, whole: Mapping[str, Any]) -> Checks | None:
    table, start = generator.table(schema), len(whole.get("prefixItems", ()))
    if start:
        return {list: lambda items: all(table[type(item)](item) for item in items[start:])}
    return {list: lambda items: all(table[type(item)](item) for item in items)}


def _prefix_items(
    generator: MakesTables, schemas: Any, _schema: Mapping[str, Any]
) -> Checks | None:
    tables = _tables(generator, schemas)
    return {
        list: lambda items: all(
            table[type(item)](item) for item, table in zip(items, tables, strict=False)
        )
    }


def _contains(generator: MakesTables, schema: Any, whole: Mapping[str, Any]) -> Checks | None:
    table, least, most = (
        generator.table(schema),
        whole.get("minContains", 1),
        whole.get("maxContains"),
    )

    def holds(items: list[Any]) -> bool:
        count = sum(table[type(item)](item) for item in items)
        return count >= least and (most is None or count <= most)

    return {list: holds}


def _unique_items(_generator: MakesTables, asked: Any, _schema: Mapping[str, Any]) -> Checks | None:
    return {list: _are_unique} if asked is True else {}


def _are_unique(items: list[Any]) -> bool:
    kinds = set(map(type, items))
    if len(items) > 1 and kinds != {str} and not kinds <= set(_NUMBERS):
        raise UnsureError
    return len(items) < 2 or len(set(items)) == len(items)  # noqa: PLR2004


# -- Mappings


def _members(generator: MakesTables, schema: Mapping[str, Any]) -> Checks:
    """Check keys and values of a mapping in one pass."""
    named = {key: generator.table(sub) for key, sub in schema.get("properties", {}).items()}
    patterns = [
        (compile_pattern(text), generator.table(sub))
        for text, sub in schema.get("patternProperties", {}).items()
    ]
    others = generator.table(schema.get("additionalProperties", True))

    def hold(mapping: dict[str, Any]) -> bool:
        for key, value in mapping.items():  # noqa: SIM110 - a loop is a third faster than a generator here, once a field
            if not named.get(key, others)[type(value)](value):
                return False
        return True

    def hold_by_pattern(mapping: dict[str, Any]) -> bool:
        for key, value in mapping.items():
            tables = [table for fits, table in patterns if fits(key)]
            if key in named:
                tables.append(named[key])
            if not all(table[type(value)](value) for table in tables or (others,)):
                return False
        return True

    return {dict: hold_by_pattern if patterns else hold}


def _required(_generator: MakesTables, names: Any, _schema: Mapping[str, Any]) -> Checks | None:
    wanted = frozenset(names)
    return {dict: lambda mapping: mapping.keys() >= wanted} if wanted else {dict: always}


def _property_names(
    generator: MakesTables, schema: Any, _schema: Mapping[str, Any]
) -> Checks | None:
    table = generator.table(schema)
    return {dict: lambda mapping: all(table[str](key) for key in mapping)}


def _dependent_required(
    _generator: MakesTables, names: Any, _schema: Mapping[str, Any]
) -> Checks | None:
    wanted = {key: frozenset(others) for key, others in names.items()}
    return {
        dict: lambda mapping: all(
            mapping.keys() >= others for key, others in wanted.items() if key in mapping
        )
    }


def _dependent_schemas(
    generator: MakesTables, schemas: Any, _schema: Mapping[str, Any]
) -> Checks | None:
    tables = {key: generator.table(schema) for key, schema in schemas.items()}
    return {
        dict: lambda mapping: all(
            table[dict](mapping) for key, table in tables.items() if key in mapping
        )
    }


_MAKERS: Mapping[str, _Maker] = {
    "$ref": _reference,
    "allOf": _all_of,
    "anyOf": _any_of,
    "const": _const,
    "contains": _contains,
    "dependentRequired": _dependent_required,
    "dependentSchemas": _dependent_schemas,
    "enum": _enum,
    "format": _format,
    "if": _if,
    "items": _items,
    "multipleOf": _multiple_of,
    "not": _not,
    "oneOf": _one_of,
    "pattern": _pattern,
    "prefixItems": _prefix_items,
    "propertyNames": _property_names,
    "required": _required,
    "type": _type,
    "uniqueItems": _unique_items,
    **{keyword: partial(_bound, keyword) for keyword in _COMPARISONS},
    **{keyword: partial(_size, keyword) for keyword in _SIZES},
}
