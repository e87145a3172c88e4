"""Which fields of a form are days in language 2, and between which ends the form admits them.

In language 1 they are texts in the form of a date, and stay so for ever. A field is a day where the
form always asks for `format: date`: beside its type, by reference, or in `allOf`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from ruletrail.documents import Node, ScalarNode, items_of, members_of
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Mark, Problem, quote, quote_to_write
from ruletrail.schemas.declarations import Schema
from ruletrail.schemas.fields import FieldDeclaration, ListDeclaration
from ruletrail.schemas.places import always, named
from ruletrail.suggestions import day_like
from ruletrail.values import read_date

_BOUNDS = ("formatMinimum", "formatMaximum")


def with_days(schema: Schema, mark: Mark) -> tuple[Schema, list[Problem]]:
    """Read a form's dates as days; `mark` is where the form is named, and blamed for its ends.

    Who has the form's document says with `at_limits` where in it they stand.
    """
    declared_all = (*schema.fields.values(), *schema.cells.values())
    if not any(declared.format == "date" for declared in declared_all):
        return schema, []
    root = schema.content
    here = list(always(named(list(always([root], root)), "fields"), root))
    problems: list[Problem] = []
    fields: dict[str, FieldDeclaration] = {}
    for code, declared in schema.fields.items():
        fragments = list(always(named(here, code), root))
        fields[code], wrong = _read_days(declared, fragments, mark)
        problems += wrong
    lists: dict[str, ListDeclaration] = {}
    for code, rows in schema.lists.items():
        items = [each["items"] for each in always(named(here, code), root) if "items" in each]
        row = list(always(items, root))
        cells: dict[str, FieldDeclaration] = {}
        for name, declared in rows.cells.items():
            fragments = list(always(named(row, name), root))
            cells[name], wrong = _read_days(declared, fragments, mark)
            problems += wrong
        lists[code] = replace(rows, cells=cells)
    return replace(schema, fields=fields, lists=lists), problems


def _read_days(
    declared: FieldDeclaration, fragments: list[Mapping[str, Any]], mark: Mark
) -> tuple[FieldDeclaration, list[Problem]]:
    """Read a field, or a cell of a row, as days where its schema always asks for them."""
    is_day = any(each.get("format") == "date" for each in fragments)
    if declared.type != "text" or not is_day:
        return declared, []
    return _as_day(declared, fragments), list(_find_wrong(declared.code, fragments, mark))


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
                from ruletrail.schemas.meant_values import doubt_day  # noqa: PLC0415 - rare

                written = str(fragment[keyword])
                details = {"keyword": quote(keyword), "text": quote(written), "code": quote(code)}
                instead, advice = day_like(written), ""
                if instead:
                    details["instead"], advice = quote_to_write(instead), "write-instead"
                if (doubt := doubt_day(written)) is not None:
                    advice, days = doubt
                    details |= days
                yield Problem("schema-day", mark, details, advice=advice)


def at_limits(problems: Iterable[Problem], node: Node) -> Iterator[Problem]:
    """Put ends that are no days where the form's document writes them, the field's own first."""
    written = list(_limits_in(node, ""))
    for problem in problems:
        if problem.code != "schema-day":
            yield problem
            continue
        keyword, text, code = (problem.details[each] for each in ("keyword", "text", "code"))
        alike = [
            each for each in written if (quote(each[1]), quote(each[2].text)) == (keyword, text)
        ]
        name = code.strip("`").rpartition(".")[2]
        # what is referred to, `$defs/day`, stands under a name of its own
        meant = [each for each in alike if each[0] == name] or alike
        yield replace(problem, mark=meant[0][2].mark) if meant else problem


def _limits_in(node: Node | None, name: str) -> Iterator[tuple[str, str, ScalarNode]]:
    """List what stands as an end of days: below which name, which end, the text."""
    for item in items_of(node):
        yield from _limits_in(item, name)
    for key, value in members_of(node).items():
        if key in _BOUNDS and isinstance(value, ScalarNode):
            yield name, key, value
        named_below = members_of(value).items() if key == "properties" else ()
        for below, each in named_below:
            yield from _limits_in(each, below)
        if not named_below:
            yield from _limits_in(value, name)
