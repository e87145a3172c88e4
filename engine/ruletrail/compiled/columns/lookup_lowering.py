"""Scales and keyed tables over whole columns: a place in each row, and what stands there.

What a call answers is written into small arrays when code is made; a row has an index into them. A
band is found by comparing, or where there are many by a search; a key by its distance from the
first one, or by a search where keys lie far apart. All of it in exact whole numbers. What changes
with a day is several of them, of which `dated_lowering` finds the one in force.
"""

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, lcm
from typing import cast

from ruletrail.analysis.lookup_bounds import Line, decimals_of, lines_of
from ruletrail.compiled.columns.block import Block
from ruletrail.compiled.columns.column_arithmetic import (
    ERROR,
    NOT_APPLICABLE,
    Bounded,
    NonValues,
    Vector,
    as_bit,
    as_pair,
    at_scale,
    compare,
    cross,
    fit,
    has_value,
    mask_truth,
    non_value_where,
    product,
    worst_non_values,
)
from ruletrail.compiled.columns.columns import Dictionary
from ruletrail.compiled.columns.numpy_codegen import ColumnValue, Dtype, SsaBuilder, Value
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas.lookups import BandScale, KeyedTable
from ruletrail.values import NotApplicable
from ruletrail.values import Value as Exact

_MOST_COMPARED = 32
"""Bands found by comparing with each threshold, which is faster than a search up to about 100."""

_WIDEST = 4_096
"""Keys that lie no farther apart are found by their distance from the first."""


def lower_lookup(
    block: Block, lookup: BandScale | KeyedTable, operands: Sequence[Vector], given: Vector
) -> Vector:
    """Lower a call of a scale or a table; `given` has the operands' non-values and traps."""
    if isinstance(lookup, KeyedTable):
        return _look_up_table(block, lookup, operands, given)
    return _look_up_scale(block, lookup, operands[0], given)


def _pick(ssa: SsaBuilder, entries: Sequence[int], at: Value, dtype: Dtype) -> Value:
    """Take the entry at each row's index; entries that are all the same need none."""
    if len(set(entries)) == 1:
        return entries[0]
    if not isinstance(at, ColumnValue):
        return entries[min(max(at, 0), len(entries) - 1)]
    return ssa.take(ssa.table(entries, dtype), at)


def _pick_number(ssa: SsaBuilder, entries: Sequence[int], at: Value) -> Bounded:
    low, high = fit(min(entries), max(entries))
    return Bounded(_pick(ssa, entries, at, "i8"), low, high)


def _with_errors(block: Block, fact: Vector, wrong: Value) -> Vector:
    """Make the rows of a mask errors where they have a value so far, or trap them."""
    ssa = block.ssa
    wrong = ssa.emit("logical_and", wrong, has_value(ssa, fact.non_values))
    if block.assumptions.traps and isinstance(wrong, ColumnValue):
        return replace(fact, trap=ssa.emit("logical_or", fact.trap, wrong))
    return _with_non_values(ssa, fact, non_value_where(ssa, wrong, ERROR))


def _with_non_values(ssa: SsaBuilder, fact: Vector, more: NonValues) -> Vector:
    return replace(fact, non_values=worst_non_values(ssa, (fact.non_values, more)))


# -- Scales ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reach:
    """The bands that the numbers of a block can fall into: -1 stands for below the first.

    `low` and `high` are the ends between which the numbers lie.
    """

    low: Fraction
    high: Fraction
    first: int
    last: int


def _reach_of(scale: BandScale, number: Vector) -> _Reach:
    bottom = number.bottom_high if number.scale is None else 10**number.scale
    # the denominator of a pair may be anything from 1
    low_by, high_by = (bottom, bottom) if number.scale is not None else (1, 1)
    low = Fraction(number.low, low_by if number.low < 0 else bottom)
    high = Fraction(number.high, high_by if number.high > 0 else bottom)
    return _Reach(low, high, scale.find(low), scale.find(high))


def _look_up_scale(block: Block, scale: BandScale, number: Vector, given: Vector) -> Vector:
    ssa, reach = block.ssa, _reach_of(scale, number)
    at = _find_band(ssa, scale, number, reach)
    answer = _answer(ssa, scale, number, reach, at)
    fact = replace(answer, non_values=given.non_values, trap=given.trap)
    if scale.kind == "marginal" or reach.first >= 0:
        return fact
    return _with_errors(block, fact, ssa.emit("equal", at, 0))


def _find_band(ssa: SsaBuilder, scale: BandScale, number: Vector, reach: _Reach) -> Value:
    """Count the bands that a number has reached, of those that it may."""
    bands = scale.bands[reach.first + 1 : reach.last + 1]
    wanted = decimals_of([band.threshold for band in bands])
    # where its first threshold is not passed, a marginal scale gives nothing
    begins = [
        (int(band.threshold * 10**wanted), band.is_past or scale.kind == "marginal")
        for band in bands
    ]
    if len(begins) > _MOST_COMPARED:
        return _search_band(ssa, number, begins, wanted)
    at: Value = 0
    for whole, is_past in begins:
        threshold = Vector(whole, wanted, whole, whole)
        name = "greater" if is_past else "greater_equal"
        reached = compare(ssa, name, *cross(ssa, number, threshold))
        at = ssa.emit("add", at, ssa.cast(as_bit(reached), "u1"))
    return at


def _search_band(
    ssa: SsaBuilder, number: Vector, begins: Sequence[tuple[int, bool]], wanted: int
) -> Value:
    """Search thresholds; one that must be passed is the next place after itself."""
    if number.scale is not None:
        scale = max(wanted, number.scale)
        power = 10 ** (scale - wanted)
        places = [whole * power + is_past for whole, is_past in begins]
        return _search(ssa, places, at_scale(ssa, number, scale).values)
    whole, rest = _split(ssa, number, wanted)
    # between two whole numbers there is a place for whatever lies between them
    fit(2 * whole.low, 2 * whole.high + 1)
    between = ssa.cast(as_bit(ssa.emit("not_equal", rest, 0)), "i8")
    place = ssa.emit("add", ssa.emit("multiply", whole.values, 2), between)
    return _search(ssa, [2 * whole + is_past for whole, is_past in begins], place)


def _search(ssa: SsaBuilder, entries: Sequence[int], values: Value) -> Value:
    """Count the entries that are not greater than each value."""
    fit(min(entries), max(entries))
    if not isinstance(values, ColumnValue):
        return sum(entry <= values for entry in entries)
    return ssa.search(ssa.table(entries, "i8"), values)


def _split(ssa: SsaBuilder, number: Vector, scale: int) -> tuple[Bounded, Value]:
    """Divide a pair down to a whole number at a scale; returns what is left over, too."""
    top, bottom = as_pair(number)
    raised = product(ssa, top, Bounded(10**scale, 10**scale, 10**scale))
    whole = ssa.emit("floor_divide", raised.values, bottom.values)
    rest = ssa.emit("remainder", raised.values, bottom.values)
    return Bounded(whole, min(raised.low, 0), max(raised.high, 0)), rest


def _answer(ssa: SsaBuilder, scale: BandScale, number: Vector, reach: _Reach, at: Value) -> Vector:
    """Write what each band answers: a number, or a line over the number that is looked up."""
    every, zero = lines_of(scale), Line(Fraction(0), Fraction(0))
    lines = [every[band] if band >= 0 else zero for band in range(reach.first, reach.last + 1)]
    if scale.kind == "step":
        decimals = decimals_of([line.start for line in every])
        values = _pick_number(ssa, [int(line.start * 10**decimals) for line in lines], at)
        return Vector(values.values, decimals, values.low, values.high)
    if number.scale is None:
        return _pair_answer(ssa, lines, number, at)
    if scale.kind == "linear":
        # quotients, most often: each line over one denominator
        bottom = _denominator(lines) * 10**number.scale
        fit(bottom, bottom)
        top = _follow(ssa, lines, number, at, bottom)
        return _within_ends(
            Vector(top.values, None, top.low, top.high, bottom, bottom), scale, lines, reach
        )
    # of all bands: every block of a table is answered at one scale
    slopes = number.scale + decimals_of([line.slope for line in every])
    decimals = max(slopes, decimals_of([line.start for line in every]))
    whole = _follow(ssa, lines, number, at, 10**decimals)
    return _within_ends(Vector(whole.values, decimals, whole.low, whole.high), scale, lines, reach)


def _denominator(lines: Sequence[Line]) -> int:
    return lcm(*(each.denominator for line in lines for each in (line.start, line.slope)))


def _follow(
    ssa: SsaBuilder, lines: Sequence[Line], number: Vector, at: Value, bottom: int
) -> Bounded:
    """Follow each row's line, whole numbers over a denominator."""
    starts = _pick_number(ssa, [int(line.start * bottom) for line in lines], at)
    each = bottom // 10 ** (number.scale or 0)
    slopes = _pick_number(ssa, [int(line.slope * each) for line in lines], at)
    risen = product(ssa, slopes, Bounded(number.values, number.low, number.high))
    low, high = fit(starts.low + risen.low, starts.high + risen.high)
    return Bounded(ssa.emit("add", starts.values, risen.values), low, high)


def _within_ends(answer: Vector, scale: BandScale, lines: Sequence[Line], reach: _Reach) -> Vector:
    """Bound an answer by the ends of its lines, much closer than those of sum and product."""
    cuts = [band.threshold for band in scale.bands[reach.first + 1 : reach.last + 1]]
    bottom = answer.bottom_high if answer.scale is None else 10**answer.scale
    ends = [
        (line.start + line.slope * end) * bottom
        for line, both in zip(lines, pairwise([reach.low, *cuts, reach.high]), strict=True)
        for end in both
    ]
    return replace(answer, low=floor(min(ends)), high=ceil(max(ends)))


def _pair_answer(ssa: SsaBuilder, lines: Sequence[Line], number: Vector, at: Value) -> Vector:
    """Follow each row's line for a quotient, which gives another one."""
    shared = _denominator(lines)
    top, bottom = as_pair(number)
    starts = _pick_number(ssa, [int(line.start * shared) for line in lines], at)
    slopes = _pick_number(ssa, [int(line.slope * shared) for line in lines], at)
    begun, risen = product(ssa, starts, bottom), product(ssa, slopes, top)
    low, high = fit(begun.low + risen.low, begun.high + risen.high)
    under = product(ssa, bottom, Bounded(shared, shared, shared))
    values = ssa.emit("add", begun.values, risen.values)
    return Vector(values, None, low, high, under.values, under.high)


# -- Keyed tables ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """An index in each row, and for each index the place of a key from 1; 0 where there is none."""

    at: Value
    places: Sequence[int]


def _look_up_table(
    block: Block, table: KeyedTable, operands: Sequence[Vector], given: Vector
) -> Vector:
    ssa = block.ssa
    keys = {key: row.value for row in table.rows for key in row.keys()}  # noqa: SIM118 - no mapping
    found, answers = _find_keys(block, table, operands, keys)
    otherwise = table.otherwise
    instead = None if isinstance(otherwise, NotApplicable) else otherwise
    listed = [answers[place - 1] if place else instead for place in found.places]
    answer = _entries(ssa, table, listed, found.at)
    fact = replace(answer, non_values=given.non_values, trap=given.trap)
    if instead is None:
        lacks = _pick(ssa, [not place for place in found.places], found.at, "?")
        if otherwise is None:
            fact = _with_errors(block, fact, lacks)
        else:
            lacks = ssa.emit("logical_and", lacks, has_value(ssa, fact.non_values))
            fact = _with_non_values(ssa, fact, non_value_where(ssa, lacks, NOT_APPLICABLE))
    is_boolean = table.value_type == "boolean"
    return (
        replace(fact, values=mask_truth(ssa, fact.values, fact.non_values)) if is_boolean else fact
    )


def _entries(
    ssa: SsaBuilder, table: KeyedTable, listed: Sequence[Exact | None], at: Value
) -> Vector:
    """Write the answers at each index; what stands for none means nothing."""
    values = table.values()
    if table.value_type in ("number", "date"):
        scale = decimals_of([_as_number(value) for value in values])
        wholes = [0 if value is None else int(_as_number(value) * 10**scale) for value in listed]
        picked = _pick_number(ssa, wholes, at)
        return Vector(picked.values, scale, picked.low, picked.high)
    if table.value_type == "boolean":
        return Vector(_pick(ssa, [bool(value) for value in listed], at, "?"))
    words = {cast("str", word): place for place, word in enumerate(values)}
    indices = [0 if word is None else words[cast("str", word)] for word in listed]
    return Vector(_pick(ssa, indices, at, "i4"), dictionary=Dictionary(tuple(words) or ("",)))


def _find_keys(
    block: Block,
    table: KeyedTable,
    operands: Sequence[Vector],
    keys: dict[tuple[Exact, ...], Exact],
) -> tuple[_Found, Sequence[Exact]]:
    """Find each row's key; returns what each key answers, by its place."""
    ssa = block.ssa
    columns = [list(dict.fromkeys(key[at] for key in keys)) for at in range(len(operands))]
    found = [
        _FINDERS[kind](block, operand, cells)
        for kind, operand, cells in zip(table.types, operands, columns, strict=True)
    ]
    if len(found) == 1:
        return found[0], list(keys.values())
    # one number for all cells of a key, by the places of each
    joined, codes = Bounded(0, 0, 0), dict.fromkeys(keys, 0)
    for at, (one, cells) in enumerate(zip(found, columns, strict=True)):
        count = len(cells) + 1
        fit(0, (joined.high + 1) * count)
        place = ssa.cast(_pick(ssa, one.places, one.at, "i8"), "i8")
        raised = ssa.emit("multiply", joined.values, count)
        joined = Bounded(ssa.emit("add", raised, place), 0, (joined.high + 1) * count - 1)
        places = {cell: number for number, cell in enumerate(cells, start=1)}
        codes = {key: code * count + places[key[at]] for key, code in codes.items()}
    return _find_number(ssa, joined, list(codes.values())), list(keys.values())


def _find_number(ssa: SsaBuilder, number: Bounded, keys: Sequence[int]) -> _Found:
    """Find whole numbers among keys; those that no row may have are left out."""
    places = {key: at for at, key in enumerate(keys, start=1) if number.low <= key <= number.high}
    if not places:
        return _Found(0, [0])
    if not isinstance(number.values, ColumnValue):
        return _Found(0, [places.get(number.values, 0)])
    ordered = sorted(places)
    low, high = ordered[0], ordered[-1]
    if high - low < _WIDEST:
        # an index outside is taken for the nearest end, where there is no key
        fit(number.low - low + 1, number.high - low + 1)
        listed = [places.get(key, 0) for key in range(low - 1, high + 2)]
        return _Found(ssa.emit("subtract", number.values, low - 1), listed)
    at = ssa.search(ssa.table(ordered, "i8"), number.values)
    nearest = ssa.take(ssa.table([low, *ordered], "i8"), at)
    is_key = ssa.cast(as_bit(ssa.emit("equal", nearest, number.values)), "i8")
    # below the first key the nearest is that one, which the number is not
    return _Found(ssa.emit("multiply", at, is_key), [0, *(places[key] for key in ordered)])


def _as_number(value: Exact) -> Fraction:
    """Return a number, or the count of a day, which is one."""
    return Fraction(value.toordinal()) if isinstance(value, date) else cast("Fraction", value)


def _find_numbers(block: Block, number: Vector, cells: Sequence[Exact]) -> _Found:
    ssa = block.ssa
    numbers = [_as_number(cell) for cell in cells]
    wanted = decimals_of(numbers)
    if number.scale is not None:
        scale = max(wanted, number.scale)
        wholes = [int(each * 10**scale) for each in numbers]
        return _find_number(ssa, at_scale(ssa, number, scale), wholes)
    whole, rest = _split(ssa, number, wanted)
    found = _find_number(ssa, whole, [int(each * 10**wanted) for each in numbers])
    is_whole = ssa.cast(as_bit(ssa.emit("equal", rest, 0)), "i8")
    place = ssa.cast(_pick(ssa, found.places, found.at, "i8"), "i8")
    return _Found(ssa.emit("multiply", place, is_whole), range(len(cells) + 1))


def _find_texts(block: Block, text: Vector, cells: Sequence[Exact]) -> _Found:
    words = Dictionary(cast("tuple[str, ...]", tuple(cells)))
    at = block.in_dictionary(text, words)
    # -1 for a text that is no key
    return _Found(block.ssa.emit("add", block.ssa.cast(at, "i4"), 1), range(len(cells) + 1))


def _find_truths(block: Block, truth: Vector, cells: Sequence[Exact]) -> _Found:
    places = [cells.index(each) + 1 if each in cells else 0 for each in (False, True)]
    return _Found(block.ssa.cast(as_bit(truth.values), "u1"), places)


_FINDERS: dict[str, Callable[[Block, Vector, Sequence[Exact]], _Found]] = {
    "number": _find_numbers,
    "date": _find_numbers,
    "text": _find_texts,
    "boolean": _find_truths,
}
