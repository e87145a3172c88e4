"""A report to begin an example with: values that a form's schema admits, to be changed by hand."""

from collections.abc import Container, Iterator, Mapping
from fractions import Fraction
from typing import Any

from ruletrail.analysis.field_domains import least_rows, read_fields, read_fragments, read_lists
from ruletrail.analysis.simple_values import sample, simple_values
from ruletrail.analysis.typed_inputs import TypedField, TypedList
from ruletrail.documents import RULEBOOK_LIMITS, MappingNode, from_python, write_yaml
from ruletrail.needs.admitting import plain_value
from ruletrail.schemas import Schema
from ruletrail.schemas.places import always, named

_MOST_FIELDS = 12
"""Fields that a new example begins with, besides those that every report has."""
_ANY_TEXT = "…"
_OF_FORMATS = {
    "date": "2024-01-31",
    "email": "a@example.org",
    "idn-email": "a@example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def write_reports(schema: Schema | None, computed: Container[str] = ()) -> Iterator[str]:
    """Write the report of an example: with some fields, then with those required alone.

    The first has the fields that the form begins with, but for those of a `computed` code: a value
    that nobody worked out would contradict the rule. A schema may tie fields to each other, so
    whoever writes one of them asks it.
    """
    if schema is None:
        yield "fields: {}\n"
        return
    head = dict(_invent_head(schema))
    for most in (_MOST_FIELDS, 0):
        report = {**head, "fields": _invent_fields(schema, computed, most)}
        node, _ = from_python(report, "report", RULEBOOK_LIMITS)
        if isinstance(node, MappingNode):
            yield write_yaml(node, lambda *_: "")


def _invent_head(schema: Schema) -> Iterator[tuple[str, Any]]:
    """Write what every report has beside its fields; its rulebook needs no name in an example."""
    root = schema.content
    whole = list(always([root], root))
    required = dict.fromkeys(key for each in whole for key in each.get("required", ()))
    for key in required:
        if key not in ("rulebook", "fields"):
            yield key, sample(list(always(named(whole, key), root)), root)


def _invent_fields(schema: Schema, computed: Container[str], most: int) -> dict[str, Any]:
    fields, lists = read_fields(schema), read_lists(schema)
    first = [code for code in (*fields, *lists) if code not in computed][:most]
    written: dict[str, Any] = {
        code: _invent(schema, each)
        for code, each in fields.items()
        if each.required or code in first
    }
    for code, rows in lists.items():
        if rows.required or code in first:
            written[code] = _invent_rows(schema, rows, computed, most)
    return written


def _invent_rows(
    schema: Schema, rows: TypedList, computed: Container[str], most: int
) -> list[Mapping[str, Any]]:
    """Write one row, or as many as the form asks for."""
    first = [name for name, each in rows.cells.items() if each.code not in computed][:most]
    row = {
        name: _invent(schema, each)
        for name, each in rows.cells.items()
        if each.required or name in first
    }
    return [row] * max(least_rows(read_fragments(schema, rows.code)), 1)


def _invent(schema: Schema, field: TypedField) -> Any:
    """Write a value that a field may hold: one by which can be divided, if there is one."""
    form = {**schema.fields, **schema.cells}[field.code].format
    if field.kind == "text" and form in _OF_FORMATS:
        return _OF_FORMATS[form]
    if field.kind == "text" and field.is_exact and not field.choices:
        return _ANY_TEXT
    values = list(simple_values(field, tuple(read_fragments(schema, field.code))))
    value = next((each for each in values if type(each) is not Fraction or each), None)
    return plain_value(value if value is not None else next(iter(values), _ANY_TEXT))
