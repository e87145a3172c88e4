"""Printing calls of scales and tables: a search in sorted whole numbers, a key in a mapping.

What changes with a day is found by a search among days, which are whole numbers, too.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Generic, TypeVar

from ruletrail.analysis.lookup_bounds import Line, decimals_of, lines_of
from ruletrail.compiled.scalar_codegen.code_buffer import CodeBuffer, Location
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas.lookups import (
    BandScale,
    CellType,
    DatedLookup,
    DatedValues,
    Days,
    KeyedTable,
    Lookup,
)
from ruletrail.values import ErrorValue, NotApplicable, Value


def put_lookup(
    buffer: CodeBuffer, lookup: Lookup | DatedValues, to: Location, operands: Sequence[Location]
) -> None:
    """Set a location to what a scale or a table answers for operands that have values."""
    match lookup:
        case KeyedTable():
            _put_tables(buffer, _Asked(lookup, (lookup,)), to, operands)
        case BandScale():
            _put_scales(buffer, _Asked(lookup, (lookup,)), to, operands[0])
        case DatedValues():
            _put_values(buffer, lookup, to, operands[0])
        case DatedLookup():
            _put_dated(buffer, lookup, to, operands)


# -- What changes with a day -----------------------------------------------------------------------


def _steps(spans: Sequence[Days]) -> tuple[list[int], list[int]]:
    """Write the days on which something begins or ends, and the place of what holds; -1 is none."""
    begins, places = list[int](), [-1]
    for at, days in enumerate(spans):
        first = days.first.toordinal()
        if begins and begins[-1] == first:
            begins.pop()
            places.pop()
        begins.append(first)
        places.append(at)
        if days.last is not None:
            begins.append(days.last.toordinal() + 1)
            places.append(-1)
    return begins, places


def _put_values(buffer: CodeBuffer, lookup: DatedValues, to: Location, operand: Location) -> None:
    begins, values = buffer.keep(lookup, ("values", to.scale), lambda: _values(lookup, to))
    found, days, listed = buffer.name("t"), buffer.constant(begins), buffer.constant(values)
    buffer.put(f"{found} = {listed}[bisect_right({days}, {operand.value})]")
    with buffer.block(f"if {found} is None:"):
        buffer.put_error(to, ErrorValue("no_case", lookup.code))
    with buffer.block("else:"):
        buffer.put_value(to, found)


def _values(lookup: DatedValues, to: Location) -> tuple[tuple[int, ...], tuple[object, ...]]:
    """Write the days on which the value changes, and what it is before, between and after."""
    begins, places = _steps(lookup.spans)
    return tuple(begins), tuple(None if at < 0 else _value(lookup.values[at], to) for at in places)


def _put_dated(
    buffer: CodeBuffer, lookup: DatedLookup, to: Location, operands: Sequence[Location]
) -> None:
    """Find what holds on the day, which is the last operand, then search in that."""
    *keys, day = operands
    held = [each.content for each in lookup.stretches if each.content is not None]
    lacking = list(dict.fromkeys(each.lacking for each in lookup.stretches if each.content is None))
    found = buffer.name("t")
    begins, places = buffer.keep(lookup, ("days",), lambda: _places(lookup, lacking))
    days, listed = buffer.constant(begins), buffer.constant(places)
    buffer.put(f"{found} = {listed}[bisect_right({days}, {day.value})]")
    for at, code in enumerate((lookup.code, *lacking), start=1):
        with buffer.block(f"{'if' if at == 1 else 'elif'} {found} == -{at}:"):
            buffer.put_error(to, ErrorValue("no_case", code))
    if not held:
        return
    with buffer.block("else:"):
        tables = tuple(each for each in held if isinstance(each, KeyedTable))
        if tables:
            _put_tables(buffer, _Asked(lookup, tables, found), to, keys)
        else:
            scales = tuple(each for each in held if isinstance(each, BandScale))
            _put_scales(buffer, _Asked(lookup, scales, found), to, keys[0])


def _places(lookup: DatedLookup, lacking: Sequence[str]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Write the days on which something else holds, and the place of what holds.

    Where nothing does it is -1, where a constant has no value it is -2 and below.
    """
    begins, stretches = _steps([each.days for each in lookup.stretches])
    numbers: list[int] = []
    count = 0
    for each in lookup.stretches:
        numbers.append(-2 - lacking.index(each.lacking) if each.content is None else count)
        count += each.content is not None
    return tuple(begins), tuple(-1 if at < 0 else numbers[at] for at in stretches)


_Searched = TypeVar("_Searched", BandScale, KeyedTable)


@dataclass(frozen=True, slots=True)
class _Asked(Generic[_Searched]):
    """What a call searches in: one scale or table, or that which `chosen` is the place of."""

    of: object
    forms: tuple[_Searched, ...]
    chosen: str = ""

    def put(self, buffer: CodeBuffer, made: Sequence[object]) -> str:
        """Write what was made of the one that is searched."""
        return (
            f"{buffer.constant(made)}[{self.chosen}]" if self.chosen else buffer.constant(made[0])
        )


# -- Scales ----------------------------------------------------------------------------------------


def _put_scales(
    buffer: CodeBuffer, asked: _Asked[BandScale], to: Location, operand: Location
) -> None:
    """Find the band by its place among the thresholds, then follow its line.

    A threshold t is kept as 2t, and as 2t + 1 where the band begins past it, so that one search in
    whole numbers finds both.
    """
    scale, scales = asked.forms[0], asked.forms
    wanted = buffer.keep(asked.of, ("decimals",), lambda: max(map(_decimals, scales)))
    if operand.scale is None:
        top = f"{operand.value} * {10**wanted}"
        place = f"2 * ({top} // {operand.bottom}) + ({top} % {operand.bottom} != 0)"
    else:
        wanted = max(wanted, operand.scale)
        place = f"2 * {operand.at(wanted)}"
    begins = buffer.keep(
        asked.of, ("begins", wanted), lambda: tuple(_begins(each, wanted) for each in scales)
    )
    answers = buffer.keep(
        asked.of,
        ("answers", to.scale, operand.scale),
        lambda: tuple(_answers(each, to, operand) for each in scales),
    )
    found = buffer.name("t")
    begun, listed = asked.put(buffer, begins), asked.put(buffer, answers)
    buffer.put(f"{found} = {listed}[bisect_right({begun}, {place})]")
    if scale.kind == "marginal":
        _put_answer(buffer, scale, to, operand, found)
        return
    with buffer.block(f"if {found} is None:"):
        buffer.put_error(to, ErrorValue("no_case", scale.code))
    with buffer.block("else:"):
        _put_answer(buffer, scale, to, operand, found)


def _decimals(scale: BandScale) -> int:
    return decimals_of([band.threshold for band in scale.bands])


def _begins(scale: BandScale, wanted: int) -> tuple[int, ...]:
    # where the first threshold is not reached, a marginal scale gives nothing
    is_marginal = scale.kind == "marginal"
    return tuple(
        2 * _whole(band.threshold, wanted) + (band.is_past or is_marginal) for band in scale.bands
    )


def _whole(number: Fraction, scale: int) -> int:
    return int(number * 10**scale)


def _zero(to: Location) -> tuple[int, ...]:
    return (0, 0) if to.scale is not None else (0, 0, 1)


_Answers = tuple[int | tuple[int, ...] | None, ...]


def _answers(scale: BandScale, to: Location, operand: Location) -> _Answers:
    """Write what is below the first band, then each band's answer.

    That is a whole number, or start and slope of its line.
    """
    lines = lines_of(scale)
    if scale.kind == "step":
        return (None, *(_whole(line.start, to.scale or 0) for line in lines))
    below = _zero(to) if scale.kind == "marginal" else None
    if to.scale is not None:
        slopes = to.scale - (operand.scale or 0)
        return (
            below,
            *((_whole(line.start, to.scale), _whole(line.slope, slopes)) for line in lines),
        )
    return (below, *map(_over_one, lines))


def _over_one(line: Line) -> tuple[int, int, int]:
    """Write start and slope as whole numbers over one denominator."""
    bottom = lcm(line.start.denominator, line.slope.denominator)
    return int(line.start * bottom), int(line.slope * bottom), bottom


def _put_answer(
    buffer: CodeBuffer, scale: BandScale, to: Location, operand: Location, found: str
) -> None:
    if scale.kind == "step":
        buffer.put_value(to, found)
    elif to.scale is not None:
        buffer.put_value(to, f"{found}[0] + {found}[1] * {operand.value}")
    else:
        bottom = operand.denominator
        top = f"{found}[0] * {bottom} + {found}[1] * {operand.value}"
        buffer.put_value(to, top, f"{found}[2] * {bottom}")


# -- Keyed tables ----------------------------------------------------------------------------------


def _put_tables(
    buffer: CodeBuffer, asked: _Asked[KeyedTable], to: Location, operands: Sequence[Location]
) -> None:
    table, tables = asked.forms[0], asked.forms
    scales = tuple(
        _key_scale(buffer, asked, at, operand) if kind == "number" else 0
        for at, (kind, operand) in enumerate(zip(table.types, operands, strict=True))
    )
    keys = [
        _key_code(operand, kind, scale)
        for operand, kind, scale in zip(operands, table.types, scales, strict=True)
    ]
    # as large as the table: of many calls each has the same
    indices = buffer.keep(
        asked.of,
        ("index", scales, to.scale),
        lambda: tuple(_index(each, scales, to) for each in tables),
    )
    found, rows = buffer.name("t"), asked.put(buffer, indices)
    otherwise = table.otherwise
    looked = keys[0] if len(keys) == 1 else f"({', '.join(keys)})"
    if otherwise is not None and not isinstance(otherwise, NotApplicable):
        other = buffer.constant(_value(otherwise, to))
        buffer.put_value(to, f"{rows}.get({looked}, {other})")
        return
    buffer.put(f"{found} = {rows}.get({looked})")
    with buffer.block(f"if {found} is None:"):
        if otherwise is None:
            buffer.put_error(to, ErrorValue("no_case", table.code))
        else:
            buffer.put_non_value(to, buffer.constant(otherwise))
    with buffer.block("else:"):
        buffer.put_value(to, found)


def _index(table: KeyedTable, scales: Sequence[int], to: Location) -> dict[object, object]:
    return {
        _key(key, table.types, scales): _value(row.value, to)
        for row in table.rows
        for key in row.keys()  # noqa: SIM118 - no mapping
    }


def _key_scale(buffer: CodeBuffer, asked: _Asked[KeyedTable], at: int, operand: Location) -> int:
    """Find the scale at which a column's numbers and those looked up are whole."""
    wanted = buffer.keep(
        asked.of, ("decimals", at), lambda: max(_column_decimals(each, at) for each in asked.forms)
    )
    return max(wanted, operand.scale or 0)


def _column_decimals(table: KeyedTable, at: int) -> int:
    cells = (each for row in table.rows for each in row.cells[at])
    return decimals_of([each for each in cells if isinstance(each, Fraction)])


def _key_code(operand: Location, kind: CellType, scale: int) -> str:
    if kind != "number":
        return operand.value
    if operand.scale is not None:
        return operand.at(scale)
    # a pair that is not whole at the scale of the column is no number of it
    top = f"{operand.value} * {10**scale}"
    return f"({top} // {operand.bottom} if {top} % {operand.bottom} == 0 else None)"


def _key(key: Sequence[Value], types: Sequence[CellType], scales: Sequence[int]) -> object:
    parts = tuple(
        _whole(part, scale)
        if isinstance(part, Fraction)
        else part.toordinal()
        if isinstance(part, date)
        else part
        for part, scale in zip(key, scales, strict=True)
    )
    return parts[0] if len(types) == 1 else parts


def _value(value: Value, to: Location) -> object:
    """Write a value as code holds it: a number whole at a scale, a day by its place."""
    if isinstance(value, date):
        return value.toordinal()
    return _whole(value, to.scale or 0) if isinstance(value, Fraction) else value
