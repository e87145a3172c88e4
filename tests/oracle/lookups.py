"""Scales, keyed tables, and what changes with a day (sections 24 to 26)."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .values import Failure, NotApplicable, Num, Plain, Value, composed, is_gap, measured, worst

NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
Facts = Callable[[str], Value]


def in_force(entries: Sequence[dict], day: date) -> dict | None:
    """Return the entry with the latest `from` not after the day, if it has not ended (26.2)."""
    begun = [entry for entry in entries if entry["from"] <= day]
    if not begun or day > begun[-1].get("until", day):
        return None
    return begun[-1]


def constant(value: object) -> Value:
    """Return the value that a parameter or a cell of its type has (section 17.1)."""
    if isinstance(value, Num):
        return value.value
    return composed(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Dated:
    """A parameter that has several values."""

    code: str
    day: str
    values: Sequence[dict]

    def value(self, fact: Facts) -> Value:
        """Return the value in force."""
        day = fact(self.day)
        if is_gap(day):
            return day
        entry = in_force(self.values, day)
        return Failure("no_case", self.code) if entry is None else constant(entry["value"])


@dataclass(frozen=True)
class Scale:
    """A scale, and the day that decides about it, if one does."""

    code: str
    entry: Mapping[str, object]
    day: str | None

    def reads(self) -> Iterator[str]:
        """List the parameters that its constants are."""
        for key in ("times",):
            if key in self.entry:
                yield self.entry[key]
        for version in self.entry.get("versions", [self.entry]):
            for band in version["bands"]:
                yield from (item for item in band.values() if _is_code(item))

    def call(self, arguments: Sequence[Value], fact: Facts, of: str) -> Value:
        """Return what the scale gives for a number."""
        day = fact(self.day) if self.day else True
        gap = worst([*arguments, day])
        if gap is not None:
            return gap
        version = self.entry
        if "versions" in self.entry:
            version = in_force(self.entry["versions"], day)
            if version is None:
                return Failure("no_case", self.code)
        constants = [item for band in version["bands"] for item in band.values()]
        codes = [c for c in [*constants, self.entry.get("times")] if c and _is_code(c)]
        gap = worst(fact(code) for code in codes)
        return gap if gap is not None else self._value(version["bands"], arguments[0], fact, of)

    def _value(self, bands: Sequence[dict], number: Fraction, fact: Facts, of: str) -> Value:
        """Look a number up in bands (sections 24.1 to 24.3)."""
        factor = fact(self.entry["times"]) if "times" in self.entry else Fraction(1)
        starts = [factor * _number(band.get("from", band.get("above")), fact) for band in bands]
        key = "rate" if self.entry["kind"] == "marginal" else "value"
        values = [_number(band[key], fact) for band in bands]
        if key == "rate":
            return measured(_marginal(number, starts, values), of)
        place = -1
        for index, (start, band) in enumerate(zip(starts, bands, strict=True)):
            if number > start or (number == start and "from" in band):
                place = index
        if place < 0:
            return Failure("no_case", self.code)
        value = values[place]
        if self.entry["kind"] == "linear" and place + 1 < len(bands):
            slope = (values[place + 1] - value) / (starts[place + 1] - starts[place])
            value += slope * (number - starts[place])
        return measured(value, of)


def _is_code(item: object) -> bool:
    """Say whether a constant of a scale is the code of a parameter."""
    return isinstance(item, str) and item[0].isalpha()


def _number(item: object, fact: Facts) -> Fraction:
    """Return a threshold, value or rate."""
    if isinstance(item, Num):
        return item.value
    return Fraction(item.split()[0]) / 100 if "%" in item else fact(item)


def _marginal(number: Fraction, starts: Sequence[Fraction], rates: Sequence[Fraction]) -> Fraction:
    """Add up the part inside each band by its rate."""
    ends = [*starts[1:], max(number, starts[-1])]
    bands = zip(starts, ends, rates, strict=True)
    return sum((max(min(number, e) - s, Fraction(0)) * rate for s, e, rate in bands), Fraction(0))


class Table:
    """A keyed table: the type of each column is found over all of its rows."""

    def __init__(self, code: str, entry: dict, day: str | None, files: Mapping[str, str]) -> None:
        """Read the rows, of YAML and of files."""
        self.code, self.day = code, day
        self.entry, self.by = entry, entry["by"]
        versions = entry.get("versions", [entry])
        rows = [_rows(version, self.by, files) for version in versions]
        cells = [row for version in rows for row in version]
        otherwise = entry.get("otherwise")
        self.not_applicable = type(otherwise) is Plain and otherwise == "not_applicable"
        loose = [] if otherwise is None or self.not_applicable else [{"value": [otherwise]}]
        self.kinds = {
            column: entry.get("types", {}).get(column)
            or _kind([cell for row in [*cells, *loose] for cell in row.get(column, [])])
            for column in [*self.by, "value"]
        }
        self.versions = [
            {**version, "keyed": [self._typed(row) for row in found]}
            for version, found in zip(versions, rows, strict=True)
        ]
        self.otherwise = self._cell("value", otherwise) if loose else None

    def _typed(self, row: dict) -> tuple[list[list], Value]:
        """Return the keys of a row, several in each column, and its value."""
        keys = [[self._cell(column, cell) for cell in row[column]] for column in self.by]
        return keys, self._cell("value", row["value"][0])

    def _cell(self, column: str, cell: object) -> Value:
        """Return a cell as its column's type has it."""
        if self.kinds[column] != "text":
            return constant(_plain(cell))
        return composed(cell.text if isinstance(cell, Num) else _word(cell))

    def call(self, arguments: Sequence[Value], fact: Facts, _of: str) -> Value:
        """Return the value of the row whose keys these are."""
        day = fact(self.day) if self.day else True
        gap = worst([*arguments, day])
        if gap is not None:
            return gap
        version = in_force(self.versions, day) if "versions" in self.entry else self.versions[0]
        if version is None:
            return Failure("no_case", self.code)
        for keys, value in version["keyed"]:
            if all(key in cells for key, cells in zip(arguments, keys, strict=True)):
                return value
        if self.not_applicable:
            return NotApplicable(self.code)
        return Failure("no_case", self.code) if self.otherwise is None else self.otherwise

    def reads(self) -> Iterator[str]:
        """List the parameters that it reads: none."""
        yield from ()


def _rows(version: dict, by: Sequence[str], files: Mapping[str, str]) -> list[dict]:
    """Return rows as mappings from columns to what stands in their cells, several or one."""
    rows = version.get("rows")
    if rows is None:
        lines = csv.DictReader(io.StringIO(files[version["file"]].removeprefix("\ufeff")))
        rows = [{column: Plain(cell) for column, cell in line.items()} for line in lines]
    return [
        {c: row[c] if isinstance(row[c], list) else [row[c]] for c in [*by, "value"]}
        for row in rows
    ]


def _plain(cell: object) -> object:
    """Return what a cell without quotes is: a number, a boolean, a day, else a text."""
    if type(cell) is not Plain:
        return cell
    if NUMBER.fullmatch(cell):
        return Num(str(cell))
    if cell in {"true", "false"}:
        return cell == "true"
    return date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d\d-\d\d", cell) else str(cell)


def _word(cell: object) -> str:
    """Return the text that was written."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _kind(cells: Sequence[object]) -> str:
    """Say of which type a column is (section 25.3)."""
    found = {type(_plain(cell)) for cell in cells}
    names = {Num: "number", bool: "boolean", date: "date"}
    return names.get(found.pop(), "text") if len(found) == 1 else "text"
