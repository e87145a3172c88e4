"""jsonschema as we run it: exact, without network, in time that the schema's limits bound.

The only place that imports jsonschema, and only when a document is not plainly valid. Where a
keyword of its own compares all pairs, runs a pattern of any cost, counts in floats, writes a whole
value into a sentence or gathers all that is wrong below it, ours does it.
"""

import json
import operator
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urljoin

import jsonschema
from jsonschema_specifications import REGISTRY as SPECIFICATIONS
from referencing.jsonschema import EMPTY_REGISTRY

from ruletrail.schemas.alternatives import MOST_VIOLATIONS, break_all
from ruletrail.schemas.fields import OWN_WORDS
from ruletrail.schemas.generated import GeneratedChecker
from ruletrail.schemas.keywords import Choices, are_unique, choices_of, matches
from ruletrail.schemas.patterns import is_light

Violations = Iterator[Any]


def iter_violations(
    data: Any, content: Mapping[str, Any], checker: GeneratedChecker | None = None
) -> Violations:
    """Yield what jsonschema finds wrong with typed data, `MOST_VIOLATIONS` at most.

    What the checker of the same schema surely accepts is not looked at again.
    """
    # a `$schema` at the root would make a reference to `#` change over to jsonschema's own class,
    # which is not exact
    whole = {key: value for key, value in content.items() if key != "$schema"}
    formats = jsonschema.Draft202012Validator.FORMAT_CHECKER
    validator = validator_class(checker)(whole, format_checker=formats, registry=EMPTY_REGISTRY)
    yield from islice(validator.iter_errors(data), MOST_VIOLATIONS)


def meta_errors(content: Mapping[str, Any]) -> Iterator[tuple[list[str | int], str]]:
    """Check a schema against the metaschema of its draft; yields places and what stands there."""
    whole, checker = _metaschema()
    if checker.accepts(content):
        return
    for error in iter_violations(content, whole, checker):
        yield list(error.absolute_path), _as_in_json(error.instance)


def _as_in_json(value: object) -> str:
    """Write what stands in a schema as its author did: `true`, not as a program would."""
    if value is None or isinstance(value, bool | list | Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


@cache
def _metaschema() -> tuple[dict[str, Any], GeneratedChecker]:
    """Write the metaschema and its vocabularies as one schema, of local references only.

    As published it leads back to itself dynamically, which no checker can be generated from.
    """
    published: Any = jsonschema.Draft202012Validator.META_SCHEMA
    names = [part["$ref"] for part in published["allOf"]]
    contents = [SPECIFICATIONS.contents(urljoin(published["$id"], name)) for name in names]
    parts = [_plain({key: part[key] for key in part if key != "$vocabulary"}) for part in contents]
    whole = _plain({key: published[key] for key in ("type", "properties")})
    whole["properties"] |= {word: {"type": "string"} for word in OWN_WORDS}
    whole["allOf"] = parts
    whole["$defs"] = {name: each for part in parts for name, each in part.pop("$defs", {}).items()}
    return whole, GeneratedChecker(whole)


_IDENTITIES = ("$id", "$schema", "$anchor", "$dynamicAnchor", "format")


def _plain(schema: Any) -> Any:
    """Leave out identities, and lead dynamic references to the whole; formats are not asserted."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept = {
        key: _plain(value)
        for key, value in schema.items()
        if key not in _IDENTITIES or not isinstance(value, str)
    }
    if kept.pop("$dynamicRef", None) == "#meta":
        return {"$ref": "#"}
    if isinstance(kept.get("$ref"), str):
        kept["$ref"] = "#" + kept["$ref"].partition("#")[2]  # the parts are of one document now
    return kept


@lru_cache(maxsize=32)
def validator_class(checker: GeneratedChecker | None = None) -> Any:
    r"""Build the 2020-12 validator once: exact integers and multiples, `$` as the very end."""
    base: Any = jsonschema.Draft202012Validator
    types = base.TYPE_CHECKER.redefine_many({"number": _is_number, "integer": _is_integer})
    extend: Any = jsonschema.validators.extend
    made = extend(base, validators=_KEYWORDS, type_checker=types)
    # what the checker knows for sure is not looked at again, wherever a keyword comes to it
    made.judge = staticmethod(checker.judge_part if checker is not None else _unsure)
    return made


def _unsure(_schema: object, _instance: object) -> None:
    """Judge nothing."""


def _is_number(_checker: object, instance: object) -> bool:
    return isinstance(instance, int | Decimal) and not isinstance(instance, bool)


def _is_integer(_checker: object, instance: Any) -> bool:
    return _is_number(_checker, instance) and Fraction(instance).denominator == 1


def _violation(text: str, **known: Any) -> Any:
    return jsonschema.ValidationError(text, **known)


def _below(validator: Any, schema: Any, instance: Any, **place: Any) -> Violations:
    """Yield what is wrong with a value by a subschema, unless that is surely nothing."""
    if schema is False:
        # jsonschema would write the value into a sentence, and leave out where the schema stands
        known = {key: () if at is None else (at,) for key, at in place.items()}
        yield _violation("never", validator="false", instance=instance, schema=schema, **known)
        return
    if validator.judge(schema, instance) is not True:
        yield from validator.descend(instance, schema, **place)


def _accepts(validator: Any, schema: Any, instance: Any) -> bool:
    judged: bool | None = validator.judge(schema, instance)
    if judged is not None:
        return judged
    return next(validator.descend(instance, schema), None) is None


# -- Values


def _type(validator: Any, named: str | list[str], instance: Any, _schema: Any) -> Violations:
    names = [named] if isinstance(named, str) else named
    if not any(validator.is_type(instance, name) for name in names):
        yield _violation("other type")


def _sized(kind: str, breaks: Callable[[Any, Any], bool]) -> Any:
    """Make the keyword of a bound on how many parts a value has."""

    def keyword(validator: Any, bound: Any, instance: Any, _schema: Any) -> Violations:
        if validator.is_type(instance, kind) and breaks(len(instance), bound):
            yield _violation("size")

    return keyword


def _multiple_of(validator: Any, divisor: Any, instance: Any, _schema: Any) -> Violations:
    if validator.is_type(instance, "number") and Fraction(instance) % Fraction(divisor):
        yield _violation("not a multiple")


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Violations:
    if not validator.is_type(instance, "string"):
        return
    # of a text that is too long no more is said where more would take long
    is_looked_at = len(instance) <= schema.get("maxLength", len(instance)) or is_light(pattern)
    if is_looked_at and not matches(pattern, instance):
        yield _violation("no match")


def _enum(_validator: Any, choices: list[Any], instance: Any, _schema: Any) -> Violations:
    if not choices_of(choices).holds(instance):
        yield _violation("not listed")


def _const(_validator: Any, choice: Any, instance: Any, _schema: Any) -> Violations:
    if not Choices([choice]).holds(instance):
        yield _violation("not the one value")


def _unique_items(validator: Any, asked: bool, instance: Any, _schema: Any) -> Violations:  # noqa: FBT001 - jsonschema's form
    if asked and validator.is_type(instance, "array") and not are_unique(instance):
        yield _violation("repeated")


# -- Mappings


def _required(validator: Any, required: list[str], instance: Any, _schema: Any) -> Violations:
    """Name the key in each violation; jsonschema names it only in its sentence."""
    if validator.is_type(instance, "object"):
        for key in required:
            if key not in instance:
                yield _violation("missing", validator="required", validator_value=[key])


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Any], instance: Any, _schema: Any
) -> Violations:
    if not validator.is_type(instance, "object"):
        return
    for pattern, subschema in patterns.items():
        for key, value in instance.items():
            if matches(pattern, key):
                yield from _below(validator, subschema, value, path=key, schema_path=pattern)


def _additional_properties(
    validator: Any, subschema: Any, instance: Any, schema: Any
) -> Violations:
    """Check the keys that neither `properties` nor a pattern, read as elsewhere, speaks of."""
    if not validator.is_type(instance, "object"):
        return
    others = list(_additional(instance, schema))
    if isinstance(subschema, Mapping):
        for key in others:
            yield from _below(validator, subschema, instance[key], path=key)
    elif subschema is False and others:
        yield _violation("not declared")


def _properties(
    validator: Any, named: Mapping[str, Any], instance: Any, _schema: Any
) -> Violations:
    if validator.is_type(instance, "object"):
        for key, value in instance.items():
            if key in named:
                yield from _below(validator, named[key], value, path=key, schema_path=key)


def _property_names(validator: Any, subschema: Any, instance: Any, _schema: Any) -> Violations:
    if validator.is_type(instance, "object"):
        for key in instance:
            yield from _below(validator, subschema, key)


def _dependent_schemas(
    validator: Any, dependent: Mapping[str, Any], instance: Any, _schema: Any
) -> Violations:
    if validator.is_type(instance, "object"):
        for key, subschema in dependent.items():
            if key in instance:
                yield from _below(validator, subschema, instance, schema_path=key)


def _additional(instance: Mapping[str, Any], schema: Any) -> Iterator[str]:
    named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for key in instance:
        if key not in named and not any(matches(pattern, key) for pattern in patterns):
            yield key


# -- What no other keyword speaks of


def _unevaluated_properties(
    validator: Any, subschema: Any, instance: Any, schema: Any
) -> Violations:
    if validator.is_type(instance, "object"):
        evaluated = _evaluated(validator, instance, schema, _evaluated_keys)
        others = (key for key in instance if key not in evaluated)
        if any(not _accepts(validator, subschema, instance[key]) for key in others):
            yield _violation("not declared")


def _unevaluated_items(validator: Any, subschema: Any, instance: Any, schema: Any) -> Violations:
    if validator.is_type(instance, "array"):
        evaluated = _evaluated(validator, instance, schema, _evaluated_indexes)
        others = (item for index, item in enumerate(instance) if index not in evaluated)
        if any(not _accepts(validator, subschema, item) for item in others):
            yield _violation("too many")


def _evaluated(validator: Any, instance: Any, schema: Any, here: Any) -> set[Any]:
    """Gather what a schema, and those that it applies to the same value, speak of."""
    if not isinstance(schema, Mapping):
        return set()
    found: set[Any] = here(validator, instance, schema)
    for scope, subschema in _applied(validator, instance, schema):
        found |= _evaluated(scope, instance, subschema, here)
    return found


def _applied(validator: Any, instance: Any, schema: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the schemas that hold for the same value, each with the validator to go on with."""
    if "$ref" in schema:
        resolved = validator._resolver.lookup(schema["$ref"])  # noqa: SLF001 - no public way
        following = {"schema": resolved.contents, "_resolver": resolved.resolver}
        yield validator.evolve(**following), resolved.contents
    for keyword in ("allOf", "anyOf", "oneOf"):
        for subschema in schema.get(keyword, ()):
            if _accepts(validator, subschema, instance):
                yield validator, subschema
    if "if" in schema:
        holds = _accepts(validator, schema["if"], instance)
        if holds:
            yield validator, schema["if"]
        yield validator, schema.get("then" if holds else "else", True)
    for key, subschema in schema.get("dependentSchemas", {}).items():
        if isinstance(instance, Mapping) and key in instance:
            yield validator, subschema


def _evaluated_keys(validator: Any, instance: Mapping[str, Any], schema: Any) -> set[str]:
    named = {key for key in instance if key in schema.get("properties", {})}
    for pattern in schema.get("patternProperties", ()):
        named.update(key for key in instance if matches(pattern, key))
    if "additionalProperties" in schema:
        asked = schema["additionalProperties"]
        others = _additional(instance, schema)
        named.update(key for key in others if _accepts(validator, asked, instance[key]))
    if "unevaluatedProperties" in schema:
        asked = schema["unevaluatedProperties"]
        named.update(key for key in instance if _accepts(validator, asked, instance[key]))
    return named


def _evaluated_indexes(validator: Any, instance: list[Any], schema: Any) -> set[int]:
    if "items" in schema:
        return set(range(len(instance)))
    found = set(range(len(schema.get("prefixItems", ()))))
    for keyword in ("contains", "unevaluatedItems"):
        if keyword in schema:
            pairs = enumerate(instance)
            found.update(at for at, item in pairs if _accepts(validator, schema[keyword], item))
    return found


# -- Lists


def _items(validator: Any, subschema: Any, instance: Any, schema: Any) -> Violations:
    if not validator.is_type(instance, "array"):
        return
    start = len(schema.get("prefixItems", ()))
    if subschema is False and len(instance) > start:
        yield _violation("too many")
        return
    # what is beyond the most is too much whatever it is, and as long as the report
    for index in range(start, min(len(instance), schema.get("maxItems", len(instance)))):
        yield from _below(validator, subschema, instance[index], path=index)


def _prefix_items(validator: Any, subschemas: list[Any], instance: Any, _schema: Any) -> Violations:
    if validator.is_type(instance, "array"):
        for index, (item, subschema) in enumerate(zip(instance, subschemas, strict=False)):
            yield from _below(validator, subschema, item, path=index, schema_path=index)


def _contains(validator: Any, subschema: Any, instance: Any, schema: Any) -> Violations:
    if not validator.is_type(instance, "array"):
        return
    least, most = schema.get("minContains", 1), schema.get("maxContains", len(instance))
    found = 0
    for item in instance:
        found += _accepts(validator, subschema, item)
        if found > most:
            yield _violation("too many", validator="maxContains", validator_value=most)
            return
    if found < least:
        named = {"validator": "minContains", "validator_value": least} if found else {}
        yield _violation("too few", **named)


# -- Alternatives and conditions


def _all_of(validator: Any, subschemas: list[Any], instance: Any, _schema: Any) -> Violations:
    for index, subschema in enumerate(subschemas):
        yield from _below(validator, subschema, instance, schema_path=index)


def _any_of(validator: Any, subschemas: list[Any], instance: Any, _schema: Any) -> Violations:
    found = break_all(_branches(validator, enumerate(subschemas), instance))
    if found is not None:
        yield _violation("none", context=found)


def _one_of(validator: Any, subschemas: list[Any], instance: Any, _schema: Any) -> Violations:
    rest = enumerate(subschemas)
    found = break_all(_branches(validator, rest, instance))
    if found is not None:
        yield _violation("none", context=found)
    # those before the first that accepts did not
    elif any(_accepts(validator, subschema, instance) for _, subschema in rest):
        yield _violation("several")


def _branches(
    validator: Any, subschemas: Iterator[tuple[int, Any]], instance: Any
) -> Iterator[Violations]:
    for index, subschema in subschemas:
        yield _below(validator, subschema, instance, schema_path=index)


def _not(validator: Any, subschema: Any, instance: Any, _schema: Any) -> Violations:
    if _accepts(validator, subschema, instance):
        yield _violation("not admitted")


def _if(validator: Any, condition: Any, instance: Any, schema: Any) -> Violations:
    following = "then" if _accepts(validator, condition, instance) else "else"
    if following in schema:
        yield from _below(validator, schema[following], instance, schema_path=following)


_SIZES = {"Items": "array", "Length": "string", "Properties": "object"}
_KEYWORDS: Mapping[str, Any] = {
    "additionalProperties": _additional_properties,
    "allOf": _all_of,
    "anyOf": _any_of,
    "const": _const,
    "contains": _contains,
    "dependentSchemas": _dependent_schemas,
    "enum": _enum,
    "if": _if,
    "items": _items,
    "multipleOf": _multiple_of,
    "not": _not,
    "oneOf": _one_of,
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "prefixItems": _prefix_items,
    "properties": _properties,
    "propertyNames": _property_names,
    "required": _required,
    "type": _type,
    "unevaluatedItems": _unevaluated_items,
    "unevaluatedProperties": _unevaluated_properties,
    "uniqueItems": _unique_items,
    **{f"min{size}": _sized(kind, operator.lt) for size, kind in _SIZES.items()},
    **{f"max{size}": _sized(kind, operator.gt) for size, kind in _SIZES.items()},
}
