"""What is known of the answer of a scale or a table: kind, size, interval, non-values.

And of a parameter that changes with a day, which is looked up by that day.

An answer is a constant, or a straight line over the number that is looked up: `Line`s are what
compiled code is made of, whole numbers that are computed once.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any, TypeVar

from ruletrail.analysis import intervals
from ruletrail.analysis.bounds import bottom_of, power_bits, size_of_constant, within_limit
from ruletrail.analysis.intervals import ANY, Interval
from ruletrail.analysis.ir import LARGEST_SCALE, NO_NON_VALUES, Node, NonValueKinds, Size
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas.lookups import BandScale, DatedLookup, DatedValues, KeyedTable, Lookup
from ruletrail.rulebooks import Parameter
from ruletrail.values import NotApplicable, count_finite_decimals, type_of

_ERROR: NonValueKinds = frozenset({"error"})
T = TypeVar("T")

Kept = dict[tuple[str, str], Any]
"""What scales and tables come to whoever calls them, by code: many calls go over them once."""


def _keep(kept: Kept, code: str, what: str, make: Callable[[], T]) -> T:
    found: T = kept[code, what] if (code, what) in kept else kept.setdefault((code, what), make())
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """The answer of a band: `slope` times the number, plus `start`."""

    start: Fraction
    slope: Fraction


def lines_of(scale: BandScale) -> tuple[Line, ...]:
    """Write each band's answer as a line; that of a marginal scale adds up the bands before."""
    bands, zero = scale.bands, Fraction(0)
    if scale.kind == "step":
        return tuple(Line(band.value, zero) for band in bands)
    if scale.kind == "marginal":
        lines, base = [], zero
        for at, band in enumerate(bands):
            lines.append(Line(base - band.threshold * band.value, band.value))
            if at + 1 < len(bands):
                base += (bands[at + 1].threshold - band.threshold) * band.value
        return tuple(lines)
    slopes = [
        (after.value - band.value) / (after.threshold - band.threshold)
        for band, after in pairwise(bands)
    ]
    return tuple(
        Line(band.value - band.threshold * slope, slope)
        for band, slope in zip(bands, [*slopes, zero], strict=True)
    )


def line_of(scale: BandScale, at: int) -> Line:
    """Write one band's answer as a line, without going through the others."""
    here, zero = scale.bands[at], Fraction(0)
    if scale.kind == "step":
        return Line(here.value, zero)
    if scale.kind == "marginal":
        before = scale.look_up([here.threshold])
        if not isinstance(before, Fraction):
            raise TypeError("a marginal scale answers for every number")
        return Line(before - here.threshold * here.value, here.value)
    slope = zero
    if at + 1 < len(scale.bands):
        after = scale.bands[at + 1]
        slope = (after.value - here.value) / (after.threshold - here.threshold)
    return Line(here.value - here.threshold * slope, slope)


def decimals_of(numbers: list[Fraction]) -> int:
    """Find the scale at which finite decimals are whole."""
    return max((count_finite_decimals(number) or 0 for number in numbers), default=0)


def lookup_node(
    lookup: Lookup | None,
    args: tuple[Node, ...],
    *,
    text: str,
    sized: bool,
    kept: Kept | None = None,
) -> Node:
    """Make the node of a call with all that is known of what it answers.

    `kept` takes what other calls of the same rulebook need too.
    """
    if lookup is None:
        return Node("lookup", "none", args, text=text, key=text)
    kept = {} if kept is None else kept
    non_values = NO_NON_VALUES.union(*(arg.non_values for arg in args))
    each: tuple[BandScale | KeyedTable, ...] = (
        lookup.contents if isinstance(lookup, DatedLookup) else (lookup,)
    )
    if isinstance(lookup, DatedLookup):
        non_values |= _ERROR  # a day before the first version
    scales = [content for content in each if isinstance(content, BandScale)]
    if not scales:
        tables = [content for content in each if isinstance(content, KeyedTable)]
        return _table_node(tables, lookup, args, non_values, text, kept)
    if scales[0].kind != "marginal":
        non_values |= _ERROR
    range_ = _scale_range(scales, args[0], kept)
    if not sized:
        return Node(
            "lookup", "number", args, None, range_, non_values, -1, text, text, lookup=lookup
        )
    size, watched = within_limit(_scale_size(scales, args[0].size or Size(0, 1, 0, 0), kept))
    if watched:
        non_values |= _ERROR
    return Node(
        "lookup", "number", args, size, range_, non_values, -1, text, text,
        watched=watched, lookup=lookup,
    )  # fmt: skip


def dated_node(parameter: Parameter, day: Node) -> Node:
    """Make the node that reads a parameter which changes with a day."""
    code, values = parameter.code, tuple(each.value for each in parameter.values)
    lookup = DatedValues(code, parameter.spans, values)
    numbers = [value for value in values if isinstance(value, Fraction)]
    size, range_ = _constants(numbers) if numbers else (None, ANY)
    kind = type_of(values[0])
    non_values = day.non_values | _ERROR
    return Node("lookup", kind, (day,), size, range_, non_values, -1, code, code, lookup=lookup)


def _table_node(  # noqa: PLR0917 - a part of `lookup_node`
    tables: list[KeyedTable],
    lookup: Lookup,
    args: tuple[Node, ...],
    non_values: NonValueKinds,
    text: str,
    kept: Kept,
) -> Node:
    if not tables:
        return Node(
            "lookup", "none", args, non_values=non_values, text=text, key=text, lookup=lookup
        )
    table = tables[0]
    if table.otherwise is None:
        non_values |= _ERROR
    elif isinstance(table.otherwise, NotApplicable):
        non_values |= {"not_applicable"}
    if table.value_type != "number":
        return Node(
            "lookup", table.value_type, args, non_values=non_values, text=text, key=text,
            lookup=lookup,
        )  # fmt: skip
    size, range_ = _keep(kept, table.code, "constants", lambda: _constants(_numbers_of(tables)))
    return Node("lookup", "number", args, size, range_, non_values, -1, text, text, lookup=lookup)


def _numbers_of(tables: list[KeyedTable]) -> list[Fraction]:
    values = [value for each in tables for value in each.values()]
    return [value for value in values if isinstance(value, Fraction)]


def _constants(numbers: list[Fraction]) -> tuple[Size, Interval]:
    """Size one of several constants, at the scale that all share."""
    scale = decimals_of(numbers)
    sizes = [size_of_constant(number) for number in numbers]
    top = max((size.top + power_bits(scale - size.decimals) for size in sizes), default=1)
    most = max((size.most or 0 for size in sizes), default=0)
    range_ = intervals.unite([intervals.exactly(number) for number in numbers]) if numbers else ANY
    return Size(scale, top, 0, most), range_


@dataclass(frozen=True, slots=True)
class _Lines:
    """How large the lines of all versions of a scale are: in decimals, and in bits."""

    decimals_of_slopes: int
    decimals_of_starts: int
    starts: int
    slopes: int
    shared: int


def _measure_lines(scales: list[BandScale]) -> _Lines:
    lines = [line for scale in scales for line in lines_of(scale)]
    return _Lines(
        decimals_of([line.slope for line in lines]),
        decimals_of([line.start for line in lines]),
        max(_bits(line.start.numerator) for line in lines),
        max(_bits(line.slope.numerator) for line in lines),
        _bits(lcm(*(part.denominator for line in lines for part in (line.start, line.slope)))),
    )


def _scale_size(scales: list[BandScale], operand: Size, kept: Kept) -> Size:
    """Size what any of the versions of a scale may answer, at a scale that all share."""
    code = scales[0].code
    if scales[0].kind == "step":
        return _keep(kept, code, "constants", lambda: _constants(_values_of(scales)))[0]
    lines = _keep(kept, code, "lines", lambda: _measure_lines(scales))
    # what a linear scale answers are pairs, as is what any does where a pair is looked up
    if scales[0].kind == "marginal" and operand.scale is not None:
        found = max(operand.scale + lines.decimals_of_slopes, lines.decimals_of_starts)
        if found <= LARGEST_SCALE:
            raised = power_bits(found)
            top = max(lines.starts + raised, lines.slopes + operand.top + raised) + 1
            return Size(found, top, 0)
    # start + slope · a / b, all over one denominator
    bottom = bottom_of(operand)
    top = max(lines.starts + bottom, lines.slopes + operand.top) + lines.shared + 1
    return Size(None, top, bottom + lines.shared)


def _values_of(scales: list[BandScale]) -> list[Fraction]:
    return [band.value for scale in scales for band in scale.bands]


def _bits(number: int) -> int:
    return abs(number).bit_length() + 1


def _scale_range(scales: list[BandScale], operand: Node, kept: Kept) -> Interval:
    """Bound the answers: those of step and linear lie between values, others where x does."""
    code = scales[0].code
    if scales[0].kind != "marginal":
        return _keep(kept, code, "range", lambda: intervals.unite(map(_bound_values, scales)))
    rates_from = _keep(kept, code, "rates", lambda: _rates_by_threshold(scales))
    return intervals.unite(
        [_marginal_range(first, rates, operand) for first, rates in rates_from.items()]
    )


def _bound_values(scale: BandScale) -> Interval:
    return intervals.unite([intervals.exactly(band.value) for band in scale.bands])


def _rates_by_threshold(scales: list[BandScale]) -> dict[Fraction, Interval]:
    """Bound the rates of the scales that begin at each threshold: most versions begin at one."""
    found: dict[Fraction, list[Interval]] = {}
    for scale in scales:
        found.setdefault(scale.bands[0].threshold, []).append(_bound_values(scale))
    return {first: intervals.unite(rates) for first, rates in found.items()}


def _marginal_range(first: Fraction, rates: Interval, operand: Node) -> Interval:
    if rates.low is None or rates.low < 0:
        return ANY
    # what lies above the first threshold, at the lowest and at the highest rate
    above = intervals.greatest(
        [
            intervals.subtract(operand.range, intervals.exactly(first)),
            intervals.exactly(Fraction(0)),
        ]
    )
    return intervals.multiply(above, rates)
