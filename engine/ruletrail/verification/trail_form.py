"""The form of a trail by `schemas/trail.schema.json`: a checker of the keywords that it uses.

A general validator takes minutes for the largest trail; this one writes the schema out once as
functions, stops at the first violation and names its place. A test holds it to jsonschema.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ruletrail.verification.failures import ABSENT

LATEST = 2
"""The latest version of the form; the schemas of the others bear their number."""

Schema = dict[str, Any]
Found = tuple[str, object]
"""A place that breaks the schema, and what is there (`ABSENT` for a lost key)."""

Check = Callable[[Any], Found | None]
_TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
NOTES = frozenset({"$schema", "$id", "$defs", "title", "description"})
"""Keywords that say nothing about a document."""


@cache
def trail_schema(version: int) -> Schema:
    """Read the JSON Schema of trails of a version, once."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "data"
    root = inside if inside.is_dir() else package.parent.parent
    name = "trail.schema.json" if version == LATEST else f"trail.{version}.schema.json"
    schema: Schema = json.loads((root / "schemas" / name).read_text("utf-8"))
    return schema


def find_violation(data: object, version: int) -> Found | None:
    """Find the first place of a document that is not the form of a trail of a version."""
    return _trail_check(version)(data)


@cache
def _trail_check(version: int) -> Check:
    return _Writer(trail_schema(version)).write(trail_schema(version))


class _Writer:
    """Writes a schema out as one function; each of its `$defs` once."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self.named: dict[str, Check] = {}

    def write(self, schema: Schema) -> Check:
        makers = [make for keys, make in _MAKERS.items() if not schema.keys().isdisjoint(keys)]
        return _all([make(self, schema) for make in makers])

    def write_each(self, schemas: list[Schema]) -> list[Check]:
        return [self.write(schema) for schema in schemas]

    def reference(self, schema: Schema) -> Check:
        name = schema["$ref"].removeprefix("#/$defs/")
        if name not in self.named:
            self.named[name] = self.write(self.root["$defs"][name])
        return self.named[name]


def _all(checks: list[Check]) -> Check:
    if len(checks) == 1:
        return checks[0]

    def check(data: Any) -> Found | None:
        for each in checks:
            found = each(data)
            if found is not None:
                return found
        return None

    return check


# -- Keywords of any value -------------------------------------------------------------------------


def _type(_: _Writer, schema: Schema) -> Check:
    named = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    # by identity: true is no integer, though Python has bool below int
    types = frozenset(_TYPES[name] for name in named)
    return lambda data: None if type(data) in types else ("", data)


def _const(_: _Writer, schema: Schema) -> Check:
    const = schema["const"]
    return lambda data: None if data == const and type(data) is type(const) else ("", data)


def _enum(_: _Writer, schema: Schema) -> Check:
    admitted = schema["enum"]
    return lambda data: None if data in admitted else ("", data)


def _pattern(_: _Writer, schema: Schema) -> Check:
    # `$` is the very end, as JSON Schema has it: no newline follows
    search = re.compile(re.sub(r"\$$", r"\\Z", schema["pattern"])).search
    return lambda data: ("", data) if isinstance(data, str) and search(data) is None else None


def _bounds(_: _Writer, schema: Schema) -> Check:
    low, high = schema.get("minimum", -_ENDLESS), schema.get("maximum", _ENDLESS)
    return lambda data: ("", data) if isinstance(data, int) and not low <= data <= high else None


def _length(_: _Writer, schema: Schema) -> Check:
    low, high = schema.get("minLength", 0), schema.get("maxLength", _ENDLESS)
    return lambda data: (
        ("", data) if isinstance(data, str) and not low <= len(data) <= high else None
    )


# -- Keywords of objects and lists -----------------------------------------------------------------


def _required(_: _Writer, schema: Schema) -> Check:
    keys: list[str] = schema["required"]

    def check(data: Any) -> Found | None:
        if not isinstance(data, dict):
            return None
        return next(((f".{key}", ABSENT) for key in keys if key not in data), None)

    return check


def _dependent(_: _Writer, schema: Schema) -> Check:
    asked: list[tuple[str, list[str]]] = list(schema["dependentRequired"].items())

    def check(data: Any) -> Found | None:
        if not isinstance(data, dict):
            return None
        lost = (key for named, keys in asked if named in data for key in keys if key not in data)
        return next(((f".{key}", ABSENT) for key in lost), None)

    return check


def _members(writer: _Writer, schema: Schema) -> Check:
    known = {key: writer.write(each) for key, each in schema.get("properties", {}).items()}
    key_fits = writer.write(schema.get("propertyNames", {}))
    more = schema.get("additionalProperties", True)
    other = writer.write(more) if isinstance(more, dict) else _pass if more else _refuse

    def check(data: Any) -> Found | None:
        for key, value in data.items() if isinstance(data, dict) else ():
            if key_fits(key) is not None:
                return f".{key}", key
            found = known.get(key, other)(value)
            if found is not None:
                return f".{key}{found[0]}", found[1]
        return None

    return check


def _pass(_: object) -> None:
    return None


def _refuse(data: object) -> Found:
    return "", data


def _items(writer: _Writer, schema: Schema) -> Check:
    item = writer.write(schema["items"])

    def check(data: Any) -> Found | None:
        for at, value in enumerate(data if isinstance(data, list) else ()):
            found = item(value)
            if found is not None:
                return f"[{at}]{found[0]}", found[1]
        return None

    return check


def _count(_: _Writer, schema: Schema) -> Check:
    low, high = schema.get("minItems", 0), schema.get("maxItems", _ENDLESS)
    return lambda data: (
        ("", data) if isinstance(data, list) and not low <= len(data) <= high else None
    )


def _size(_: _Writer, schema: Schema) -> Check:
    low, high = schema.get("minProperties", 0), schema.get("maxProperties", _ENDLESS)
    return lambda data: (
        ("", data) if isinstance(data, dict) and not low <= len(data) <= high else None
    )


def _unique(_: _Writer, __: Schema) -> Check:
    # wherever a trail asks for this its items are texts, and `items` has shown so before
    return lambda data: (
        ("", data) if isinstance(data, list) and len(set(data)) < len(data) else None
    )


# -- Keywords that join schemas --------------------------------------------------------------------


def _any_of(writer: _Writer, schema: Schema) -> Check:
    parts = writer.write_each(schema["anyOf"])

    def check(data: Any) -> Found | None:
        for part in parts:
            if part(data) is None:
                return None
        return "", data

    return check


def _one_of(writer: _Writer, schema: Schema) -> Check:
    parts = writer.write_each(schema["oneOf"])
    return lambda data: None if [part(data) for part in parts].count(None) == 1 else ("", data)


def _condition(writer: _Writer, schema: Schema) -> Check:
    applies, then = writer.write(schema["if"]), writer.write(schema["then"])
    return lambda data: then(data) if applies(data) is None else None


_ENDLESS = 10**15
"""More than any number of a trail, or length in it."""

_MAKERS: Mapping[tuple[str, ...], Callable[[_Writer, Schema], Check]] = {
    ("$ref",): _Writer.reference,
    ("type",): _type,
    ("const",): _const,
    ("enum",): _enum,
    ("pattern",): _pattern,
    ("minimum", "maximum"): _bounds,
    ("minLength", "maxLength"): _length,
    ("required",): _required,
    ("dependentRequired",): _dependent,
    ("properties", "additionalProperties", "propertyNames"): _members,
    ("items",): _items,
    ("minItems", "maxItems"): _count,
    ("minProperties", "maxProperties"): _size,
    ("uniqueItems",): _unique,
    ("allOf",): lambda writer, schema: _all(writer.write_each(schema["allOf"])),
    ("anyOf",): _any_of,
    ("oneOf",): _one_of,
    ("if", "then"): _condition,
}
"""What each keyword asks, in the order in which violations are looked for: types come first."""

KEYWORDS = frozenset(key for keys in _MAKERS for key in keys)
