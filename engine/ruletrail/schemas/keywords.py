"""What each keyword of Draft 2020-12 asks of a value: one small function a keyword.

A maker returns the checks by the type of value that they are for, or None where jsonschema must
judge. What a check says must be jsonschema's answer whether it stands plainly or under `not`.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from types import NoneType
from typing import Any, Generic, TypeVar

from ruletrail.digests import canonical_json
from ruletrail.fast_dataclasses import dataclass
from ruletrail.schemas.tables import (
    KINDS,
    Check,
    MakesTables,
    Table,
    always,
    never,
)
from ruletrail.suggestions import KnownNames, KnownWords

Checks = Mapping[type, Check]
IsAnnotation = Callable[[str, object], bool]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One keyword where it stands: what it says, and the schema around it."""

    generator: MakesTables
    keyword: str
    value: Any
    schema: Mapping[str, Any]

    def tables(self, schemas: Iterable[object]) -> list[Table]:
        return [self.generator.table(schema) for schema in schemas]


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


def matches(pattern: str, text: str) -> bool:
    """Search a text for a pattern; a text too long for a costly one does not match."""
    return compile_pattern(pattern)(text)


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Make the test of one pattern; `patterns` says which may be run at all."""
    # many schemas have no pattern at all
    from ruletrail.schemas.patterns import longest_text, to_python  # noqa: PLC0415

    search = re.compile(to_python(pattern)).search
    longest = longest_text(pattern)
    if longest is None:
        return lambda text: search(text) is not None
    return lambda text: len(text) <= longest and search(text) is not None


def make_checks(generator: MakesTables, keyword: str, schema: Mapping[str, Any]) -> Checks | None:
    """Make the checks of a keyword; None where it, or its value, is not known here."""
    if keyword in _MEMBERS:
        first = next(name for name in _MEMBERS if name in schema)
        return _members(generator, schema) if keyword == first else {}
    make = _MAKERS.get(keyword)
    return make(_Asked(generator, keyword, schema[keyword], schema)) if make is not None else None


def _is_number(value: object) -> bool:
    return type(value) in _NUMBERS


def _every_kind(check: Check) -> dict[type, Check]:
    return dict.fromkeys(KINDS, check)


# -- Any value


def _type(asked: _Asked) -> Checks | None:
    wanted = [asked.value] if isinstance(asked.value, str) else list(asked.value)
    if any(name not in _TYPES for name in wanted):
        return None
    admitted = {kind for name in wanted for kind in _TYPES[name]}
    checks: dict[type, Check] = {kind: never for kind in KINDS if kind not in admitted}
    if "integer" in wanted and "number" not in wanted:
        checks[Decimal] = lambda value: value == value.to_integral_value()
    return checks


def _const(asked: _Asked) -> Checks:
    checks = _among([asked.value])
    if _is_number(asked.value):
        # as canonical JSON has it, without writing it
        checks.update(dict.fromkeys(_NUMBERS, lambda value: bool(value == asked.value)))
    return checks


def _enum(asked: _Asked) -> Checks:
    return _among(asked.value)


def _among(choices: list[Any]) -> dict[type, Check]:
    """Make the checks of a list of values: one look into a set, however many there are."""
    listed = {kind: frozenset(c for c in choices if type(c) is kind) for kind in (str, bool)}
    checks: dict[type, Check] = _every_kind(Choices(choices).holds)
    return checks | {kind: among.__contains__ for kind, among in listed.items()}


class Choices:
    """A list of values that a schema admits: as tests, their types, as people write them."""

    def __init__(self, values: list[Any]) -> None:
        """Hold the values; the rest is made when first asked for."""
        self.values = values

    def holds(self, value: Any) -> bool:
        """Tell whether a value is one of them: of the same type, and equal."""
        return canonical_json(value) in self._written

    @cached_property
    def _written(self) -> frozenset[str]:
        return frozenset(map(canonical_json, self.values))

    @cached_property
    def types(self) -> frozenset[str]:
        """The names of their types; a list that many places share is walked once."""
        return frozenset(map(type_name, self.values))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The values as a report writes them."""
        words = {True: "true", False: "false"}
        return tuple(words[v] if isinstance(v, bool) else str(v) for v in self.values)

    @cached_property
    def names(self) -> KnownNames:
        """The texts, to suggest the nearest of."""
        return KnownNames(self.texts)

    @cached_property
    def words(self) -> KnownWords:
        """The texts by what they are but for accents and capitals."""
        return KnownWords(self.texts)

    @cached_property
    def listed(self) -> frozenset[str]:
        """The texts, to tell whether one is among them."""
        return frozenset(self.texts)


def type_name(value: object) -> str:
    """Name the type of a value as schemas do, as far as fields have types."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return "number" if isinstance(value, int | Decimal) else "object"


def choices_of(values: list[Any]) -> Choices:
    """Return the choices of one list of a schema; many values are compared with the same list."""
    return _choices_of(Same(values))


@lru_cache(maxsize=256)
def _choices_of(values: "Same[list[Any]]") -> Choices:
    return Choices(values.items)


def names_of(known: Collection[str]) -> KnownNames:
    """Return the names of a part of a schema: put in order once for all that it judges."""
    return _names_of(Same(known))


@lru_cache(maxsize=256)
def _names_of(known: "Same[Collection[str]]") -> KnownNames:
    return KnownNames(known.items)


class Same(Generic[T]):
    """A list or mapping that equals itself only."""

    def __init__(self, items: T) -> None:
        """Hold what stays as it is."""
        self.items = items

    def __eq__(self, other: object) -> bool:
        """Compare by identity."""
        return isinstance(other, Same) and self.items is other.items

    def __hash__(self) -> int:
        """Agree with the comparison."""
        return id(self.items)


def are_unique(items: list[Any]) -> bool:
    """Tell whether no two items are equal.

    Compared as canonical JSON, in which what is equal is written alike. A set of the numbers
    themselves could be made slow by whoever chooses them: Python's hash of a number is no secret.
    """
    is_text = all(type(item) is str for item in items)
    return len(set(items if is_text else map(canonical_json, items))) == len(items)


def _reference(asked: _Asked) -> Checks:
    table = asked.generator.follow(asked.value)
    return _every_kind(lambda value: table[type(value)](value))


def _all_of(asked: _Asked) -> Checks:
    tables = asked.tables(asked.value)
    return _every_kind(lambda value: all(table[type(value)](value) for table in tables))


def values_listed(alternatives: Iterable[object], is_annotation: IsAnnotation) -> list[Any] | None:
    """List the values of alternatives that are one value each, as choices with titles are.

    None where one is anything else.
    """
    values = []
    for each in alternatives:
        if not isinstance(each, Mapping) or "const" not in each:
            return None
        if not all(keyword == "const" or is_annotation(keyword, each) for keyword in each):
            return None
        values.append(each["const"])
    return values


def _any_of(asked: _Asked) -> Checks:
    tables = asked.tables(asked.value)
    values = values_listed(asked.value, asked.generator.is_annotation)
    if values is not None:
        return _among(values)
    return _every_kind(lambda value: any(table[type(value)](value) for table in tables))


def _one_of(asked: _Asked) -> Checks:
    tables = asked.tables(asked.value)
    values = values_listed(asked.value, asked.generator.is_annotation)
    if values is not None:
        # a value that stands there twice is of no single alternative
        times = Counter(map(canonical_json, values))
        return _among([each for each in values if times[canonical_json(each)] == 1])
    return _every_kind(lambda value: sum(table[type(value)](value) for table in tables) == 1)


def _not(asked: _Asked) -> Checks:
    table = asked.generator.table(asked.value)
    return _every_kind(lambda value: not table[type(value)](value))


def _if(asked: _Asked) -> Checks:
    branches = (asked.schema.get("then", True), asked.schema.get("else", True))
    condition, then, otherwise = asked.tables([asked.value, *branches])

    def holds(value: Any) -> bool:
        kind = type(value)
        return (then if condition[kind](value) else otherwise)[kind](value)

    return _every_kind(holds)


# -- Numbers and texts

_COMPARISONS: Mapping[str, Callable[[Any], Check]] = {
    "minimum": lambda bound: lambda value: value >= bound,
    "maximum": lambda bound: lambda value: value <= bound,
    "exclusiveMinimum": lambda bound: lambda value: value > bound,
    "exclusiveMaximum": lambda bound: lambda value: value < bound,
}
_SIZES = {"Length": str, "Items": list, "Properties": dict}


def _bound(asked: _Asked) -> Checks | None:
    if not _is_number(asked.value):
        return None
    return dict.fromkeys(_NUMBERS, _COMPARISONS[asked.keyword](asked.value))


def _multiple_of(asked: _Asked) -> Checks | None:
    divisor = asked.value
    if not _is_number(divisor) or divisor <= 0:
        return None
    step = Fraction(divisor)
    checks: dict[type, Check] = dict.fromkeys(_NUMBERS, lambda value: Fraction(value) % step == 0)
    if type(divisor) is int:
        checks[int] = lambda value: value % divisor == 0
    return checks


def _size(asked: _Asked) -> Checks | None:
    kind, bound = _SIZES[asked.keyword[3:]], asked.value
    if not _is_number(bound):
        return None
    if asked.keyword.startswith("min"):
        return {kind: lambda value: len(value) >= bound}
    return {kind: lambda value: len(value) <= bound}


def _pattern(asked: _Asked) -> Checks:
    return {str: compile_pattern(asked.value)}


def _format(asked: _Asked) -> Checks | None:
    """Know dates only: what else jsonschema asserts depends on what is installed beside it."""
    if asked.value != "date":
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


def _items(asked: _Asked) -> Checks:
    table, start = asked.generator.table(asked.value), len(asked.schema.get("prefixItems", ()))
    if start:
        return {list: lambda items: all(table[type(item)](item) for item in items[start:])}
    return {list: lambda items: all(table[type(item)](item) for item in items)}


def _prefix_items(asked: _Asked) -> Checks:
    tables = asked.tables(asked.value)

    def hold(items: list[Any]) -> bool:
        pairs = zip(items, tables, strict=False)
        return all(table[type(item)](item) for item, table in pairs)

    return {list: hold}


def _contains(asked: _Asked) -> Checks:
    table = asked.generator.table(asked.value)
    least, most = asked.schema.get("minContains", 1), asked.schema.get("maxContains")

    def holds(items: list[Any]) -> bool:
        count = sum(table[type(item)](item) for item in items)
        return count >= least and (most is None or count <= most)

    return {list: holds}


def _unique_items(asked: _Asked) -> Checks:
    return {list: are_unique} if asked.value is True else {}


# -- Mappings


def _members(generator: MakesTables, schema: Mapping[str, Any]) -> Checks:
    """Check keys and values of a mapping in one pass."""
    named = {key: generator.table(sub) for key, sub in schema.get("properties", {}).items()}
    by_pattern = schema.get("patternProperties", {}).items()
    patterns = [(compile_pattern(text), generator.table(sub)) for text, sub in by_pattern]
    others = generator.table(schema.get("additionalProperties", True))

    def hold(mapping: dict[str, Any]) -> bool:
        # once a field: here a loop is a third faster than a generator
        for key, value in mapping.items():  # noqa: SIM110
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


def _required(asked: _Asked) -> Checks:
    wanted = frozenset(asked.value)
    return {dict: lambda mapping: mapping.keys() >= wanted} if wanted else {dict: always}


def _property_names(asked: _Asked) -> Checks:
    table = asked.generator.table(asked.value)
    return {dict: lambda mapping: all(table[str](key) for key in mapping)}


def _dependent_required(asked: _Asked) -> Checks:
    wanted = [(key, frozenset(others)) for key, others in asked.value.items()]
    return {dict: lambda here: all(here.keys() >= keys for key, keys in wanted if key in here)}


def _dependent_schemas(asked: _Asked) -> Checks:
    tables = [(key, asked.generator.table(schema)) for key, schema in asked.value.items()]
    return {dict: lambda here: all(table[dict](here) for key, table in tables if key in here)}


_MAKERS: Mapping[str, Callable[[_Asked], Checks | None]] = {
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
    **dict.fromkeys(_COMPARISONS, _bound),
    **dict.fromkeys((f"{end}{size}" for size in _SIZES for end in ("min", "max")), _size),
}
