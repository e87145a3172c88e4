"""Rows of columns as the reports that they are, for what columns hand on."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from ruletrail.compiled.answers import CompiledRulebook
from ruletrail.compiled.columns.columns import Column, decimals_of, value_of
from ruletrail.compiled.columns.list_columns import ListRows
from ruletrail.problems import Mark
from ruletrail.references import Reference
from ruletrail.reports import Declared, Report, Row
from ruletrail.schemas import Schema
from ruletrail.schemas.fields import FieldType
from ruletrail.values import read_date, write_decimal


def make_report(compiled: CompiledRulebook, columns: Mapping[str, Column], row: int) -> Report:
    """Make the report of one row; a number's text has the decimals that it was written with."""
    types = compiled.linked.schema.types
    fields = _declare({code: (types[code], column) for code, column in columns.items()}, row)
    mark = Mark("table", row + 1, 1)
    identity = compiled.linked.rulebook.identity
    reference = Reference(identity.name, identity.edition)
    return Report(reference, {}, fields, (), mark, mark, compiled.linked.schema)


def make_lists(
    schema: Schema, lists: Mapping[str, ListRows], report: int
) -> dict[str, tuple[Row, ...]]:
    """Make the rows of one report's lists."""
    made: dict[str, tuple[Row, ...]] = {}
    for code, rows in lists.items():
        if not rows.missing[report]:
            types = schema.lists[code].cells
            named = {each.partition(".")[2]: column for each, column in rows.cells.items()}
            cells = {name: (types[name].type, column) for name, column in named.items()}
            begin, end = rows.offsets[report : report + 2].tolist()
            made[code] = tuple(_declare(cells, row) for row in range(begin, end))
    return made


def _declare(columns: Mapping[str, tuple[FieldType, Column]], row: int) -> dict[str, Declared]:
    """Write what columns have in a row as a report declares it."""
    declared: dict[str, Declared] = {}
    for code, (kind, column) in columns.items():
        value = value_of(column, row)
        day = _day_of(value) if kind == "date" else None
        if day is not None:
            declared[code] = Declared(day, day.isoformat())
        elif isinstance(value, bool):
            declared[code] = Declared(value, "true" if value else "false")
        elif isinstance(value, str):
            declared[code] = Declared(value, value)
        elif value is not None:
            declared[code] = Declared(value, write_decimal(value, decimals_of(column, row)))
    return declared


def _day_of(value: Fraction | str | bool | None) -> date | None:  # noqa: FBT001 - a value of a column
    """Give the day that a column counts, or has as the text that a report writes."""
    if isinstance(value, Fraction):
        return date.fromordinal(int(value))
    return read_date(value) if isinstance(value, str) else None
