"""The days that decide which dated values are in force: what they are, and that none is a ring."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from ruletrail.formulas import list_of
from ruletrail.linking.linked_rulebook import formulas_of
from ruletrail.linking.names import Names
from ruletrail.problems import Problem, quote
from ruletrail.rulebooks import Entry, Parameter, Rulebook, Scale, Table
from ruletrail.rulebooks.entries import DayOf
from ruletrail.suggestions import nearest_name
from ruletrail.values import Value

Dated = Parameter | Scale | Table


def list_dated(rulebook: Rulebook) -> list[Dated]:
    """List the parameters, scales and tables that change with a day."""
    every: list[Dated] = [*rulebook.parameters.values(), *rulebook.lookups.values()]
    return [each for each in every if each.day is not None]


def check_days(rulebook: Rulebook, names: Names) -> Iterator[Problem]:
    """Find codes of days that are not dates of the report, each once where it is written."""
    written = [rulebook.day, *(each.day for each in list_dated(rulebook))]
    for day in {day.mark: day for day in written if day is not None}.values():
        signature, details = names.lookup(day.code), {"text": quote(day.code)}
        if signature is None:
            from ruletrail.formulas.foreign_words import TODAY  # noqa: PLC0415 - only what is wrong

            is_now = day.code.lower() in TODAY
            near = "" if is_now else _nearest_day(day, rulebook, names)
            advice = "no-today" if is_now else "day-that-decides"
            yield Problem("unknown-code", day.mark, details, near, advice)
        elif not _may_decide(day.code, rulebook, signature.type):
            yield Problem("day-not-date", day.mark, details)


def _nearest_day(day: DayOf, rulebook: Rulebook, names: Names) -> str:
    """Find which day of the report was meant: the only one, or the one called alike."""
    days = [
        code
        for code, signature in names.signatures.items()
        if signature.type == "date" and _may_decide(code, rulebook, "date")
    ]
    return days[0] if len(days) == 1 else nearest_name(day.code, days)


def _may_decide(code: str, rulebook: Rulebook, kind: str) -> bool:
    """Tell a date field or date rule of the report from a constant, a group, a cell of a row."""
    is_constant = code in rulebook.parameters or code in rulebook.groups
    is_of_report = not is_constant and code not in rulebook.lookups and not list_of(code)
    return is_of_report and kind in ("date", "unknown")


def find_dated_ring(ring: Sequence[str], rulebook: Rulebook) -> Problem | None:
    """Say of a ring of entries that a day depends on what it decides, if that is what it is."""
    for reader, read in pairwise(ring):
        for dated in _dated_in(rulebook.entries.get(reader), rulebook):
            if dated.day is not None and dated.day.code == read:
                details = {"text": quote(read), "code": quote(dated.code)}
                return Problem("day-reads-dated", dated.day.mark, details)
    return None


def _dated_in(entry: Entry | None, rulebook: Rulebook) -> Iterator[Dated]:
    """Yield what an entry reads that changes with a day."""
    names = (name for formula in formulas_of(entry) for name in formula.names) if entry else ()
    codes = {code for name in names for code in (name, *rulebook.expand(name))}
    yield from (each for each in list_dated(rulebook) if each.code in codes)


# -- The digest of what days are -------------------------------------------------------------------


def write_days_apart(content: Mapping[str, Any], rulebook: Rulebook) -> Mapping[str, Any]:
    """Write constants that are days apart from texts of the same letters: they differ."""
    parameters, tables = dict(content.get("parameters", {})), dict(content.get("tables", {}))
    for code, parameter in rulebook.parameters.items():
        if isinstance(parameter.any_value, date):
            parameters[code] = _with_days(parameters[code], parameter)
    for code, table in rulebook.tables.items():
        first = table.contents[0]
        if "date" in (*first.types, first.value_type):
            types = {
                **dict(zip(first.columns, first.types, strict=True)),
                "value": first.value_type,
            }
            days = {name for name, kind in types.items() if kind == "date"}
            tables[code] = _with_days_in_rows(tables[code], days)
    changed = {"parameters": parameters, "tables": tables}
    return {**content, **{key: each for key, each in changed.items() if key in content}}


def _with_days(entry: Mapping[str, Any], parameter: Parameter) -> Mapping[str, Any]:
    if parameter.value is not None:
        return {**entry, "value": _day(parameter.value)}
    pairs = zip(entry["values"], parameter.values, strict=True)
    return {**entry, "values": [{**each, "value": _day(value.value)} for each, value in pairs]}


def _day(value: Value) -> Any:
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _with_days_in_rows(entry: Mapping[str, Any], columns: set[str]) -> Mapping[str, Any]:
    written = dict(entry)
    if "rows" in entry:
        written["rows"] = [
            {name: _cell(cell) if name in columns else cell for name, cell in row.items()}
            for row in entry["rows"]
        ]
    if "versions" in entry:
        written["versions"] = [_with_days_in_rows(each, columns) for each in entry["versions"]]
    if "value" in columns and isinstance(entry.get("otherwise"), str):
        written["otherwise"] = {"date": entry["otherwise"]}
    return written


def _cell(cell: Any) -> Any:
    return [{"date": each} for each in cell] if isinstance(cell, list) else {"date": cell}
