"""What stands at a place in few words, and what a schema asks for there, as YAML on one line."""

import re
from collections.abc import Mapping
from typing import Any

from ruletrail.documents import MappingNode, Node, ScalarNode, SequenceNode
from ruletrail.values import is_plain_number

_MOST_SKETCHED = 3
"""Keys that the example of a mapping shows."""


def example_of(schema: Any) -> str:
    """Write the first example that a schema gives as YAML does on one line; empty for none."""
    examples = schema.get("examples", ()) if isinstance(schema, Mapping) else ()
    return write_flow(examples[0]) if examples else ""


def sketch(schema: Any) -> str:
    """Write what could stand there: an example, else the keys that the schema asks for or knows."""
    example = example_of(schema)
    if example or not isinstance(schema, Mapping):
        return example
    if "const" in schema:
        return write_flow(schema["const"])
    known = schema.get("properties", {})
    keys = (schema.get("required") or list(known)[:1])[:_MOST_SKETCHED]
    shown = ", ".join(f"{key}: {example_of(known.get(key)) or '…'}" for key in keys)
    return f"{{{shown}}}" if keys else ""


def sketch_row(schema: Any) -> str:
    """Write a row of a list of rows; empty for a list of anything else."""
    items = schema.get("items") if isinstance(schema, Mapping) else None
    is_rows = isinstance(items, Mapping) and items.get("type") == "object"
    return sketch(items) if is_rows else ""


def write_flow(value: Any) -> str:
    """Write a value as YAML does on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {write_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(write_flow, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    is_bare = not isinstance(value, str) or re.fullmatch(r"[A-Za-z][\w. '/-]*", text)
    return text if is_bare else f'"{text}"'


def write_short(place: Node) -> str:
    """Write what stands at a place: a scalar's text, and of what holds more only the brackets."""
    if isinstance(place, MappingNode):
        return "{…}"
    return place.text if isinstance(place, ScalarNode) else "[…]"


def kind_of(place: Node) -> str:
    """Name the type of what stands at a place, as JSON Schema does."""
    if isinstance(place, MappingNode):
        return "object"
    if isinstance(place, SequenceNode):
        return "array"
    if place.style == "number" or (place.style == "plain" and is_plain_number(place.text)):
        return "number"
    is_word = place.style == "plain" and place.text in ("true", "false")
    return "boolean" if is_word or place.style == "literal" else "string"
