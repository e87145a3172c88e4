"""From a violation to a problem: jsonschema finds, we say.

Its sentences, which print whole values and Python's names, are not used. Imported only when a
document is not plainly valid.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import jsonschema
from referencing.jsonschema import EMPTY_REGISTRY

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.problems import Mark, Problem, name_foreign_letters, nearest_name, quote, term
from ruletrail.schemas.keywords import matches
from ruletrail.values import is_plain_number, write_number

_BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
_SIZES = [f"{end}{size}" for size in ("Length", "Items", "Properties") for end in ("min", "max")]

_Explainer = Callable[[Any, Node], Iterator[Problem]]


def iter_violations(data: Any, content: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what jsonschema finds wrong with typed data."""
    # a `$schema` at the root would make a reference to `#` change over to jsonschema's own class,
    # which is not exact
    whole = {key: value for key, value in content.items() if key != "$schema"}
    formats = jsonschema.Draft202012Validator.FORMAT_CHECKER
    validator = validator_class()(whole, format_checker=formats, registry=EMPTY_REGISTRY)
    yield from validator.iter_errors(data)


def meta_errors(content: Mapping[str, Any]) -> Iterator[tuple[list[str | int], str]]:
    """Check a schema against the metaschema of its draft; yields places and what stands there."""
    validator = validator_class()
    for error in validator(validator.META_SCHEMA).iter_errors(content):
        yield list(error.absolute_path), str(error.instance)


@cache
def validator_class() -> Any:
    r"""Build the 2020-12 validator once: exact integers and multiples, `$` as the very end."""
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


def _is_number(_checker: object, instance: object) -> bool:
    return isinstance(instance, int | Decimal) and not isinstance(instance, bool)


def _is_integer(_checker: object, instance: Any) -> bool:
    return _is_number(_checker, instance) and Fraction(instance).denominator == 1


def _multiple_of(validator: Any, divisor: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if validator.is_type(instance, "number") and Fraction(instance) % Fraction(divisor):
        yield _violation("not a multiple")


def _pattern(validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
    if validator.is_type(instance, "string") and not matches(pattern, instance):
        yield _violation("no match")


def _pattern_properties(
    validator: Any, patterns: Any, instance: Any, _schema: Any
) -> Iterator[Any]:
    if not validator.is_type(instance, "object"):
        return
    for pattern, subschema in patterns.items():
        for key, value in instance.items():
            if matches(pattern, key):
                yield from validator.descend(value, subschema, path=key, schema_path=pattern)


def _additional_properties(
    validator: Any, subschema: Any, instance: Any, schema: Any
) -> Iterator[Any]:
    """Check the keys that neither `properties` nor a pattern, read as elsewhere, speaks of."""
    if not validator.is_type(instance, "object"):
        return
    named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    unnamed = (key for key in instance if key not in named)
    others = [key for key in unnamed if not any(matches(pattern, key) for pattern in patterns)]
    if isinstance(subschema, Mapping):
        for key in others:
            yield from validator.descend(instance[key], subschema, path=key)
    elif subschema is False and others:
        yield _violation("not declared")


def _violation(text: str) -> Any:
    return jsonschema.ValidationError(text)


def find_violations(data: Any, content: Mapping[str, Any], node: Node) -> list[Problem]:
    """List the problems of a document's typed data, as jsonschema finds them."""
    errors = iter_violations(data, content)
    return [problem for error in errors for problem in _explain(error, node)]


def _explain(error: Any, root: Node) -> Iterator[Problem]:
    """Yield the problems that one violation stands for."""
    place = _find(root, error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        yield from _property_names(error, place)
        return
    if error.validator in ("anyOf", "oneOf") and error.context:
        yield from _explain_nearest(error, root)
        return
    explain = _EXPLAINERS.get(error.validator, _other)
    yield from explain(error, place)


def _explain_nearest(error: Any, root: Node) -> Iterator[Problem]:
    """Explain the alternative that a value comes nearest to: broken deepest, of the right type."""
    branches: dict[Any, list[Any]] = {}
    for sub in error.context:
        branches.setdefault(sub.relative_schema_path[0], []).append(sub)
    right_type = [
        errors
        for errors in branches.values()
        if not any(sub.validator == "type" and not sub.relative_path for sub in errors)
    ]
    if len(right_type) != 1:
        yield from _type(error, _find(root, error.absolute_path))
        return
    for sub in right_type[0]:
        yield from _explain(sub, root)


def _find(node: Node, path: Sequence[str | int]) -> Node:
    for step in path:
        if isinstance(node, MappingNode):
            node = node.values[str(step)]
        elif isinstance(node, SequenceNode):
            node = node.items[int(step)]
    return node


def _key_mark(key: Any, place: Node) -> Mark:
    known = isinstance(place, MappingNode) and key in place.keys
    return place.keys[key].mark if isinstance(place, MappingNode) and known else place.mark


def _required(error: Any, place: Node) -> Iterator[Problem]:
    # jsonschema yields one violation a key and names it only in its sentence; repeats are dropped
    # when sorted
    yield from (
        Problem("missing-key", place.mark, {"key": quote(key)})
        for key in error.validator_value
        if key not in error.instance
    )


def _unknown_keys(error: Any, place: Node) -> Iterator[Problem]:
    known = list(error.schema.get("properties", {}))
    patterns = list(error.schema.get("patternProperties", {}))
    for key in error.instance:
        if key in known or any(matches(pattern, key) for pattern in patterns):
            continue
        foreign = name_foreign_letters(key)
        mark = _key_mark(key, place)
        if foreign:
            yield Problem("foreign-letter", mark, {"code": quote(key), "letters": foreign})
        elif patterns and not known:
            yield Problem("code-form", mark, {"text": quote(key)})
        else:
            details = {"key": quote(key), "known": _listed(known)}
            yield Problem("unknown-key", mark, details, nearest_name(key, known))


def _property_names(error: Any, place: Node) -> Iterator[Problem]:
    key = error.instance
    yield Problem("wrong-key-form", _key_mark(key, place), {"key": quote(str(key))})


def _type(error: Any, place: Node) -> Iterator[Problem]:
    expected = _expected_types(error)
    kinds = {"expected": term(expected), "found": term(_kind(place))}
    details = {"text": quote(_written(place)), **kinds}
    yield Problem("wrong-type", place.mark, details, advice=_number_advice(place, expected))


def _expected_types(error: Any) -> str:
    types: set[str] = set()
    for found in [error, *error.context]:
        if found.validator == "type":
            value = found.validator_value
            types.update([value] if isinstance(value, str) else value)
    return "|".join(sorted(types)) or "other"


def _number_advice(place: Node, expected: str) -> str:
    """Name the hint for what people write in place of a number."""
    if not isinstance(place, ScalarNode) or not {"number", "integer"} & set(expected.split("|")):
        return "boolean-form" if expected == "boolean" else ""
    if expected == "integer" and re.fullmatch(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+", place.text):
        return "number-with-thousands"
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", place.text):
        return "number-not-whole" if place.style != "quoted" else "number-in-quotes"
    if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?", place.text):
        return "number-with-thousands"
    return "number-with-comma" if re.fullmatch(r"-?[0-9]+,[0-9]+", place.text) else "number-form"


def _choice(error: Any, place: Node) -> Iterator[Problem]:
    values = error.validator_value if error.validator == "enum" else [error.validator_value]
    texts = [str(value) if not isinstance(value, bool) else str(value).lower() for value in values]
    written = _written(place)
    suggestion = nearest_name(written, texts) if written not in texts else ""
    advice = "text-in-quotes" if written in texts else ""
    details = {"text": quote(written), "allowed": _listed(texts)}
    yield Problem("not-allowed", place.mark, details, suggestion, advice)


def _bound(error: Any, place: Node) -> Iterator[Problem]:
    bound = f"{_BOUNDS[error.validator]} {write_number(Fraction(error.validator_value))}"
    yield Problem("out-of-range", place.mark, {"text": quote(_written(place)), "bound": bound})


def _size(error: Any, place: Node) -> Iterator[Problem]:
    sign = "≥" if error.validator.startswith("min") else "≤"
    details = {"found": str(len(error.instance)), "bound": f"{sign} {error.validator_value}"}
    yield Problem("wrong-size", place.mark, details)


def _form(error: Any, place: Node) -> Iterator[Problem]:
    code = "wrong-format" if error.validator == "format" else "wrong-form"
    examples = error.schema.get("examples", ())
    details = {
        "text": quote(_written(place)),
        "form": quote(str(error.validator_value)),
        "example": quote(str(next(iter(examples), ""))),
    }
    yield Problem(code, place.mark, details, advice="like-example" if examples else "")


def _not(error: Any, place: Node) -> Iterator[Problem]:
    if "enum" in error.validator_value:
        yield Problem("code-reserved", place.mark, {"code": quote(_written(place))})
    else:
        yield from _other(error, place)


def _multiple(error: Any, place: Node) -> Iterator[Problem]:
    step = write_number(Fraction(error.validator_value))
    yield Problem("not-a-multiple", place.mark, {"text": quote(_written(place)), "step": step})


def _repeated(_error: Any, place: Node) -> Iterator[Problem]:
    yield Problem("repeated-item", place.mark)


def _other(error: Any, place: Node) -> Iterator[Problem]:
    yield Problem("schema-mismatch", place.mark, {"keyword": quote(str(error.validator))})


_EXPLAINERS: Mapping[str, _Explainer] = {
    "required": _required,
    "additionalProperties": _unknown_keys,
    "propertyNames": _property_names,
    "type": _type,
    "enum": _choice,
    "const": _choice,
    "pattern": _form,
    "not": _not,
    "format": _form,
    "multipleOf": _multiple,
    "uniqueItems": _repeated,
    **dict.fromkeys(_BOUNDS, _bound),
    **dict.fromkeys(_SIZES, _size),
}


def _written(place: Node) -> str:
    if isinstance(place, MappingNode):
        return "{…}"
    return place.text if isinstance(place, ScalarNode) else "[…]"


def _kind(place: Node) -> str:
    if isinstance(place, MappingNode):
        return "object"
    if isinstance(place, SequenceNode):
        return "array"
    if place.style == "number" or (place.style == "plain" and is_plain_number(place.text)):
        return "number"
    is_word = place.style == "plain" and place.text in ("true", "false")
    return "boolean" if is_word or place.style == "literal" else "string"


def _listed(names: Sequence[str]) -> str:
    most = 12
    shown = ", ".join(quote(name) for name in names[:most])
    return shown + (" …" if len(names) > most else "")
