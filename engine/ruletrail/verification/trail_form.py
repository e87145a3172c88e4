"""The form of a trail: `schemas/trail.schema.json`, by a checker of the keywords that it uses.

A general validator takes tens of seconds for a trail of ten thousand steps; this one stops at the
first violation and names its place. A test holds it to jsonschema.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ruletrail.verification.state import ABSENT

Schema = dict[str, Any]
_TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
NOTES = frozenset({"$schema", "$id", "$defs", "title", "description"})
"""Keywords that say nothing about a document."""

KEYWORDS = frozenset({
    "$ref", "type", "const", "enum", "pattern", "minimum", "maximum", "minLength", "required",
    "properties", "additionalProperties", "propertyNames", "items", "minItems", "maxItems",
    "uniqueItems", "allOf", "anyOf", "oneOf", "if", "then",
})  # fmt: skip


@cache
def trail_schema() -> Schema:
    """Read the JSON Schema of trails, once."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "data"
    root = inside if inside.is_dir() else package.parent.parent
    schema: Schema = json.loads((root / "schemas" / "trail.schema.json").read_text("utf-8"))
    return schema


def find_violation(data: object, schema: Schema | None = None) -> tuple[str, object] | None:
    """Find the first place that breaks the schema, and what is there (`ABSENT` for a lost key)."""
    root = schema if schema is not None else trail_schema()
    return next(_violations(data, root, root, ""), None)


def _violations(
    data: Any, schema: Schema, root: Schema, place: str
) -> Iterator[tuple[str, object]]:
    if "$ref" in schema:
        named = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        yield from _violations(data, named, root, place)
    if "type" in schema and not _is_of(data, schema["type"]):
        yield place, data
        return
    if _breaks_value(data, schema):
        yield place, data
    if isinstance(data, dict):
        yield from _object_violations(data, schema, root, place)
    elif isinstance(data, list):
        yield from _array_violations(data, schema, root, place)
    yield from _joined_violations(data, schema, root, place)


def _is_of(data: object, types: str | list[str]) -> bool:
    if isinstance(types, list):
        return any(_is_of(data, each) for each in types)
    return isinstance(data, _TYPES[types]) and (types == "boolean" or not isinstance(data, bool))


def _breaks_value(data: Any, schema: Schema) -> bool:
    if isinstance(data, str):
        short = len(data) < schema.get("minLength", 0)
        if short or ("pattern" in schema and not _compiled(schema["pattern"]).search(data)):
            return True
    low, high = schema.get("minimum", data), schema.get("maximum", data)
    if isinstance(data, int) and not low <= data <= high:
        return True
    const = schema.get("const", data)
    # true is not 1 here, though Python has them equal
    if data != const or isinstance(data, bool) != isinstance(const, bool):
        return True
    return "enum" in schema and data not in schema["enum"]


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern whose `$` is the very end, as JSON Schema has it: no newline follows."""
    return re.compile(re.sub(r"\$$", r"\\Z", pattern))


def _object_violations(
    data: dict[str, Any], schema: Schema, root: Schema, place: str
) -> Iterator[tuple[str, object]]:
    for key in schema.get("required", ()):
        if key not in data:
            yield f"{place}.{key}", ABSENT
    known, other = schema.get("properties", {}), schema.get("additionalProperties", True)
    names = schema.get("propertyNames")
    for key, value in data.items():
        inside = f"{place}.{key}"
        if names is not None:
            yield from ((inside, key) for _ in _violations(key, names, root, inside))
        if key in known:
            yield from _violations(value, known[key], root, inside)
        elif other is False:
            yield inside, value
        elif other is not True:
            yield from _violations(value, other, root, inside)


def _array_violations(
    data: list[Any], schema: Schema, root: Schema, place: str
) -> Iterator[tuple[str, object]]:
    if not schema.get("minItems", 0) <= len(data) <= schema.get("maxItems", len(data)):
        yield place, data
    written = (json.dumps(item, sort_keys=True) for item in data)
    if schema.get("uniqueItems") and len(set(written)) < len(data):
        yield place, data
    items = schema.get("items")
    if items is not None:
        for at, item in enumerate(data):
            yield from _violations(item, items, root, f"{place}[{at}]")


def _joined_violations(
    data: object, schema: Schema, root: Schema, place: str
) -> Iterator[tuple[str, object]]:
    for part in schema.get("allOf", ()):
        yield from _violations(data, part, root, place)
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            parts = [next(_violations(data, part, root, place), None) for part in schema[keyword]]
            admitted = parts.count(None)
            if admitted == 0 or (keyword == "oneOf" and admitted > 1):
                yield place, data
    if "if" in schema and next(_violations(data, schema["if"], root, place), None) is None:
        yield from _violations(data, schema.get("then", {}), root, place)
