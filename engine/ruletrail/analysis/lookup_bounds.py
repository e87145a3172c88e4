"""What is known of the answer of a scale or a table: kind, size, interval, non-values.

An answer is a constant, or a straight line over the number that is looked up: `Line`s are what
compiled code is made of, whole numbers that are computed once.
"""

from fractions import Fraction
from itertools import pairwise
from math import lcm

from ruletrail.analysis import intervals
from ruletrail.analysis.bounds import bottom_of, power_bits, size_of_constant
from ruletrail.analysis.intervals import ANY, Interval
from ruletrail.analysis.ir import LARGEST_SCALE, NO_NON_VALUES, Node, NonValueKinds, Size
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas.lookups import BandScale, KeyedTable, Lookup
from ruletrail.values import SAFE_BITS, NotApplicable, count_finite_decimals

_ERROR: NonValueKinds = frozenset({"error"})


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


def decimals_of(numbers: list[Fraction]) -> int:
    """Find the scale at which finite decimals are whole."""
    return max((count_finite_decimals(number) or 0 for number in numbers), default=0)


def line_scale(scale: BandScale, operand: Size) -> int | None:
    """Find the scale at which every answer is whole; None where some are pairs."""
    if scale.kind == "step":
        return decimals_of([band.value for band in scale.bands])
    if scale.kind == "linear" or operand.scale is None:
        return None
    lines = lines_of(scale)
    slopes = decimals_of([line.slope for line in lines])
    found = max(operand.scale + slopes, decimals_of([line.start for line in lines]))
    return found if found <= LARGEST_SCALE else None


def lookup_node(lookup: Lookup | None, args: tuple[Node, ...], *, text: str, sized: bool) -> Node:
    """Make the node of a call with all that is known of what it answers."""
    if lookup is None:
        return Node("lookup", "none", args, text=text, key=text)
    non_values = NO_NON_VALUES.union(*(arg.non_values for arg in args))
    if isinstance(lookup, KeyedTable):
        return _table_node(lookup, args, non_values, text)
    if lookup.kind != "marginal":
        non_values |= _ERROR
    if not sized:
        return Node(
            "lookup", "number", args, None, _scale_range(lookup, args[0]), non_values, -1, text,
            text, lookup=lookup,
        )  # fmt: skip
    size = _scale_size(lookup, args[0].size or Size(0, 1, 0, 0))
    watched = max(size.top, size.bottom) > SAFE_BITS
    if watched:
        limit = SAFE_BITS + 1
        top = limit + (power_bits(size.scale) if size.scale is not None else 0)
        size = Size(size.scale, min(size.top, top), min(size.bottom, limit))
        non_values |= _ERROR
    return Node(
        "lookup", "number", args, size, _scale_range(lookup, args[0]), non_values, -1, text, text,
        watched=watched, lookup=lookup,
    )  # fmt: skip


def _table_node(
    table: KeyedTable, args: tuple[Node, ...], non_values: NonValueKinds, text: str
) -> Node:
    if table.otherwise is None:
        non_values |= _ERROR
    elif isinstance(table.otherwise, NotApplicable):
        non_values |= {"not_applicable"}
    numbers = [value for value in table.values() if isinstance(value, Fraction)]
    if table.value_type != "number":
        return Node(
            "lookup", table.value_type, args, non_values=non_values, text=text, key=text,
            lookup=table,
        )  # fmt: skip
    size, range_ = _constants(numbers)
    return Node("lookup", "number", args, size, range_, non_values, -1, text, text, lookup=table)


def _constants(numbers: list[Fraction]) -> tuple[Size, Interval]:
    """Size one of several constants, at the scale that all share."""
    scale = decimals_of(numbers)
    sizes = [size_of_constant(number) for number in numbers]
    top = max((size.top + power_bits(scale - size.decimals) for size in sizes), default=1)
    most = max((size.most or 0 for size in sizes), default=0)
    range_ = intervals.unite([intervals.exactly(number) for number in numbers]) if numbers else ANY
    return Size(scale, top, 0, most), range_


def _scale_size(scale: BandScale, operand: Size) -> Size:
    if scale.kind == "step":
        return _constants([band.value for band in scale.bands])[0]
    lines, found = lines_of(scale), line_scale(scale, operand)
    starts = max(_bits(line.start.numerator) for line in lines)
    slopes = max(_bits(line.slope.numerator) for line in lines)
    if found is not None:
        raised = power_bits(found)
        return Size(found, max(starts + raised, slopes + operand.top + raised) + 1, 0)
    # start + slope · a / b, all over one denominator
    shared = _bits(lcm(*(each.denominator for line in lines for each in (line.start, line.slope))))
    bottom = bottom_of(operand)
    top = max(starts + bottom, slopes + operand.top) + shared + 1
    return Size(None, top, bottom + shared)


def _bits(number: int) -> int:
    return abs(number).bit_length() + 1


def _scale_range(scale: BandScale, operand: Node) -> Interval:
    """Bound the answers: those of step and linear lie between values, others where x does."""
    if scale.kind != "marginal":
        return intervals.unite([intervals.exactly(band.value) for band in scale.bands])
    rates = [intervals.exactly(band.value) for band in scale.bands]
    first = scale.bands[0].threshold
    if not all(band.value >= 0 for band in scale.bands):
        return ANY
    # what lies above the first threshold, at the lowest and at the highest rate
    above = intervals.greatest(
        [
            intervals.subtract(operand.range, intervals.exactly(first)),
            intervals.exactly(Fraction(0)),
        ]
    )
    return intervals.multiply(above, intervals.unite(rates))
