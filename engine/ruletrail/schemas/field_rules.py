"""What a schema asks of a report part by part, where it asks nothing of several parts at once.

Most schemas of reports are so: an object of known keys, each with a type, bounds or a list. Then a
report is valid when its parts are, and numbers can be held against their bounds all together.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from ruletrail.fast_dataclasses import dataclass
from ruletrail.schemas.declarations import Schema
from ruletrail.schemas.fields import ListDeclaration
from ruletrail.schemas.generated import Generator
from ruletrail.schemas.tables import Table, UnsureError

_OF_OBJECTS = frozenset({"additionalProperties", "properties", "required", "type"})
_OF_ARRAYS = frozenset({"items", "maxItems", "minItems", "type"})
_OF_NUMBERS = frozenset({
    "exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "type",
})  # fmt: skip
_MOST_REFERENCES = 100


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest number that a field admits; None where there is none."""

    least: Fraction | None = None
    most: Fraction | None = None
    is_above: bool = False
    """Whether the least is itself not admitted."""
    is_below: bool = False
    """Whether the greatest is itself not admitted."""
    is_whole: bool = False
    """Whether only whole numbers are admitted."""

    def at(self, scale: int) -> tuple[int | None, int | None]:
        """Give the ends as whole numbers at a scale, both admitted."""
        low, high = self.least, self.most
        if low is not None:
            low *= 10**scale
        if high is not None:
            high *= 10**scale
        return (
            None if low is None else floor(low) + 1 if self.is_above else ceil(low),
            None if high is None else ceil(high) - 1 if self.is_below else floor(high),
        )


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What is asked of one field: `bounds` where they are all of it, else what the table says."""

    bounds: Bounds | None
    table: Table


@dataclass(frozen=True, slots=True)
class ListRule:
    """What is asked of a list of rows: how many there are, and each row by the names of cells."""

    least: int
    most: int
    required: frozenset[str]
    cells: Mapping[str, FieldRule]


@dataclass(frozen=True, slots=True)
class ReportRules:
    """What a schema asks of a report's parts, and of its fields one by one."""

    required: frozenset[str]
    parts: Mapping[str, Table]
    others: Table
    required_fields: frozenset[str]
    fields: Mapping[str, FieldRule]
    lists: Mapping[str, ListRule]

    def accept_rest(self, document: Mapping[str, Any]) -> bool:
        """Tell whether a report is surely valid but for what is in its fields."""
        if not document.keys() >= self.required:
            return False
        try:
            for key, value in document.items():
                if key != "fields" and not self.parts.get(key, self.others)[type(value)](value):
                    return False
        except (UnsureError, RecursionError):
            return False
        return True


def split_rules(schema: Schema) -> ReportRules | None:
    """Find what a schema asks part by part; None where it asks more, or may."""
    generator = Generator(schema.content)
    root = _object(schema.content, generator)
    here = _object(root["properties"].get("fields"), generator) if root is not None else None
    if root is None or here is None:
        return None
    asked = here["properties"]
    lists = {
        code: _list_rule(asked.get(code), each, generator) for code, each in schema.lists.items()
    }
    if asked.keys() != schema.fields.keys() | lists.keys() or None in lists.values():
        return None
    tables = {key: generator.table(each) for key, each in root["properties"].items()}
    return ReportRules(
        frozenset(root["required"]),
        tables,
        generator.table(root["additionalProperties"]),
        frozenset(here["required"]),
        {code: _rule(asked[code], generator) for code in schema.fields},
        {code: rule for code, rule in lists.items() if rule is not None},
    )


def _list_rule(schema: object, declared: ListDeclaration, generator: Generator) -> ListRule | None:
    """Read what is asked of a list of rows; None where that is more than of each row apart."""
    found = _follow(schema, generator)
    if found is None or not _asked(found, generator) <= _OF_ARRAYS or found.get("type") != "array":
        return None
    row, least = _object(found.get("items"), generator), found.get("minItems", 0)
    if row is None or row["properties"].keys() != declared.cells.keys():
        return None
    if not isinstance(least, int) or isinstance(least, bool):
        return None
    cells = {name: _rule(row["properties"][name], generator) for name in declared.cells}
    return ListRule(least, declared.most, frozenset(row["required"]), cells)


def _object(schema: object, generator: Generator) -> dict[str, Any] | None:
    """Read what is asked of an object; None where that is more than keys and what they hold."""
    schema = _follow(schema, generator)
    if schema is None or not _asked(schema, generator) <= _OF_OBJECTS:
        return None
    if schema.get("type", "object") != "object":
        return None
    usual: dict[str, Any] = {"properties": {}, "required": [], "additionalProperties": True}
    return usual | {key: schema[key] for key in usual if key in schema}


def _rule(schema: object, generator: Generator) -> FieldRule:
    table, found = generator.table(schema), _follow(schema, generator)
    if found is None or not _asked(found, generator) <= _OF_NUMBERS:
        return FieldRule(None, table)
    numbers = {key: found[key] for key in _OF_NUMBERS - {"type"} if key in found}
    is_plain = all(map(_is_number, numbers.values()))
    # of two ends on one side the table knows which one counts
    if found.get("type") not in ("integer", "number") or not is_plain or _is_twofold(numbers):
        return FieldRule(None, table)
    bounds = Bounds(
        _end(numbers, "minimum", "exclusiveMinimum"),
        _end(numbers, "maximum", "exclusiveMaximum"),
        is_above="exclusiveMinimum" in numbers,
        is_below="exclusiveMaximum" in numbers,
        is_whole=found["type"] == "integer",
    )
    return FieldRule(bounds, table)


def _follow(schema: object, generator: Generator) -> Mapping[str, Any] | None:
    """Follow a schema that is nothing but a reference to where it leads; None for no mapping."""
    for _ in range(_MOST_REFERENCES):
        if not isinstance(schema, Mapping):
            return None
        if _asked(schema, generator) != {"$ref"}:
            return schema
        schema = generator.target(schema["$ref"])
    return None


def _asked(schema: Mapping[str, Any], generator: Generator) -> set[str]:
    return {keyword for keyword in schema if not generator.is_annotation(keyword, schema)}


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_twofold(numbers: Mapping[str, Any]) -> bool:
    return len(numbers.keys() & {"minimum", "exclusiveMinimum"}) > 1 or (
        len(numbers.keys() & {"maximum", "exclusiveMaximum"}) > 1
    )


def _end(numbers: Mapping[str, Any], *keys: str) -> Fraction | None:
    return next((Fraction(numbers[key]) for key in keys if key in numbers), None)
