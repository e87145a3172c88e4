"""jsonschema, the reference: Draft 2020-12 with exact numbers, no registry but our own. The only door to it.

Everything that imports it is imported late, because a valid document needs none of it.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import jsonschema
from referencing.jsonschema import EMPTY_REGISTRY

from ruletrail.schemas.matching import matches


def iter_violations(data: Any, content: Mapping[str, Any]) -> Iterator[Any]:  # noqa: ANN401 - jsonschema's errors
    """Yield what jsonschema finds wrong with typed data."""
    # a `$schema` at the root would make a reference to `#` change over to jsonschema's own class, which is not exact
    whole = {key: value for key, value in content.items() if key != "$schema"}
    yield from validator_class()(whole, format_checker=_formats(), registry=EMPTY_REGISTRY).iter_errors(data)


def meta_errors(content: Mapping[str, Any]) -> Iterator[tuple[list[str | int], str]]:
    """Check a schema against the metaschema of its draft; yields places and what stands there."""
    validator = validator_class()
    for error in validator(validator.META_SCHEMA).iter_errors(content):
        yield list(error.absolute_path), str(error.instance)


@cache
def validator_class() -> Any:  # noqa: ANN401 - jsonschema's class, extended
    r"""Build the 2020-12 validator once: exact integers and multiples, Python's `\Z` in place of `$`."""
    base: Any = jsonschema.Draft202012Validator
    types = base.TYPE_CHECKER.redefine_many({"number": _is_number, "integer": _is_integer})
    own = {
        "additionalProperties": _additional_properties,
        "multipleOf": _multiple_of,
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
    }
    extend: Any = jsonschema.validators.extend
    return extend(base, validators=own, type_checker=types)


@cache
def _formats() -> Any:  # noqa: ANN401
    return jsonschema.Draft202012Validator.FORMAT_CHECKER


def _is_number(_checker: object, instance: object) -> bool:
    return isinstance(instance, int | Decimal) and not isinstance(instance, bool)


def _is_integer(_checker: object, instance: Any) -> bool:  # noqa: ANN401 - any JSON
    return _is_number(_checker, instance) and Fraction(instance).denominator == 1


def _multiple_of(validator: Any, divisor: Any, instance: Any, _schema: Any) -> Iterator[Any]:  # noqa: ANN401
    if validator.is_type(instance, "number") and Fraction(instance) % Fraction(divisor):
        yield _violation("not a multiple")


def _pattern(validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:  # noqa: ANN401
    if validator.is_type(instance, "string") and not matches(pattern, instance):
        yield _violation("no match")


def _pattern_properties(validator: Any, patterns: Any, instance: Any, _schema: Any) -> Iterator[Any]:  # noqa: ANN401
    if not validator.is_type(instance, "object"):
        return
    for pattern, subschema in patterns.items():
        for key, value in instance.items():
            if matches(pattern, key):
                yield from validator.descend(value, subschema, path=key, schema_path=pattern)


def _additional_properties(validator: Any, subschema: Any, instance: Any, schema: Any) -> Iterator[Any]:  # noqa: ANN401
    """Check the keys that neither `properties` nor a pattern speaks of, patterns meaning what they mean elsewhere."""
    if not validator.is_type(instance, "object"):
        return
    named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    others = [key for key in instance if key not in named and not any(matches(pattern, key) for pattern in patterns)]
    if isinstance(subschema, Mapping):
        for key in others:
            yield from validator.descend(instance[key], subschema, path=key)
    elif subschema is False and others:
        yield _violation("not declared")


def _violation(text: str) -> Any:  # noqa: ANN401
    return jsonschema.ValidationError(text)
