"""Which fields of a form are days in language 2, and between which ends the form admits them.

In language 1 they are texts in the form of a date, and stay so for ever. A field is a day where the
form always asks for `format: date`: beside its type, by reference, or in `allOf`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Mark, Problem, quote
from ruletrail.schemas.declarations import FieldDeclaration, Schema
from ruletrail.schemas.places import always, named
from ruletrail.values import read_date

_BOUNDS = ("formatMinimum", "formatMaximum")


def with_days(schema: Schema, mark: Mark) -> tuple[Schema, list[Problem]]:
    """Read a form's dates as days; `mark` is where the form is named, and blamed for its ends."""
    if not any(declared.format == "date" for declared in schema.fields.values()):
        return schema, []
    root = schema.content
    here = list(always(named(list(always([root], root)), "fields"), root))
    problems: list[Problem] = []
    fields: dict[str, FieldDeclaration] = {}
    for code, declared in schema.fields.items():
        fields[code] = declared
        fragments = list(always(named(here, code), root))
        if declared.type == "text" and any(each.get("format") == "date" for each in fragments):
            fields[code] = _as_day(declared, fragments)
            problems += _find_wrong(code, fragments, mark)
    return replace(schema, fields=fields), problems


def _as_day(declared: FieldDeclaration, fragments: list[Mapping[str, Any]]) -> FieldDeclaration:
    least = [day for each in fragments if (day := _end(each, "formatMinimum")) is not None]
    most = [day for each in fragments if (day := _end(each, "formatMaximum")) is not None]
    return replace(
        declared, type="date", choices=(),
        least=max(least, default=None), most=min(most, default=None),
    )  # fmt: skip


def _end(fragment: Mapping[str, Any], keyword: str) -> date | None:
    written = fragment.get(keyword)
    return read_date(written) if isinstance(written, str) else None


def _find_wrong(code: str, fragments: list[Mapping[str, Any]], mark: Mark) -> Iterator[Problem]:
    """Find ends that are no days: nothing could be held against them."""
    for fragment in fragments:
        for keyword in _BOUNDS:
            if keyword in fragment and _end(fragment, keyword) is None:
                details = {"keyword": quote(keyword), "text": quote(str(fragment[keyword]))}
                yield Problem("schema-day", mark, {"code": quote(code), **details})
