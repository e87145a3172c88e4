"""What scales and keyed tables can answer for what is not known yet, be it the day that decides.

Of a table it is what stands in the rows whose keys may be asked for; of a scale, the answers of the
bands that may be reached. A scale rises or falls in a straight line within a band, and where it is
no step it has no gaps, so that its answers lie between those at the ends and at the thresholds.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import prod

from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.lookup_bounds import lines_of, lookup_node
from ruletrail.formulas.lookups import BandScale, DatedLookup, KeyedTable, Lookup
from ruletrail.formulas.operations import Fault
from ruletrail.needs.dated import NONE, may_be_in_force
from ruletrail.needs.possible import (
    ERROR,
    MOST_LISTED,
    NO_GAPS,
    NOT_APPLICABLE,
    Gaps,
    Possible,
    anything_of,
    exactly,
    node_of,
    unite,
    worst_gaps,
)
from ruletrail.values import (
    ErrorValue,
    Fact,
    Missing,
    NotApplicable,
    NotEncoded,
    Value,
    is_too_large,
)

_TOO_LARGE = ErrorValue("limit", "")


def look_up(lookup: Lookup | None, operands: Sequence[Possible]) -> Possible:
    """Tell what a call can answer, non-values among its operands deciding."""
    gaps = worst_gaps(operands)
    if not all(each.has_values for each in operands):
        return Possible(frozenset(), gaps)
    if lookup is None:
        return anything_of("", gaps | ERROR)
    lists = [each.values for each in operands if isinstance(each.values, frozenset)]
    if len(lists) == len(operands) and prod(map(len, lists)) <= MOST_LISTED:
        found = [exactly(_answer(lookup, values)) for values in product(*lists)]
        return unite([Possible(frozenset(), gaps), *found])
    if isinstance(lookup, DatedLookup):
        return _on_a_day(lookup, operands, gaps)
    if isinstance(lookup, KeyedTable):
        return _in_table(lookup, operands, gaps)
    return _on_scale(lookup, operands[0], gaps)


def _answer(lookup: Lookup, values: Sequence[Value]) -> Fact:
    fact = lookup.look_up(values)
    # of an error only the kind is told
    is_large = isinstance(fact, Fraction) and is_too_large(fact)
    return _TOO_LARGE if is_large else fact


def exact_of(lookup: Lookup | None) -> Callable[[Sequence[Value]], Value | Fault]:
    """Make a function of values, as an operation has one; a non-value is no value of it."""

    def compute(values: Sequence[Value]) -> Value | Fault:
        fact = _answer(lookup, values) if lookup is not None else Missing(())
        if isinstance(fact, Missing | NotApplicable | NotEncoded | ErrorValue):
            return Fault("no_case")
        return fact

    return compute


def _on_a_day(lookup: DatedLookup, operands: Sequence[Possible], gaps: Gaps) -> Possible:
    """Tell what is answered on any of the days that the last operand can be."""
    *keys, day = operands
    values = [Possible(each.values, NO_GAPS, each.size) for each in keys]
    found = [Possible(frozenset(), gaps)]
    for at in may_be_in_force([each.days for each in lookup.stretches], day):
        content = lookup.stretches[at].content if at != NONE else None
        wrong = Possible(frozenset(), ERROR)
        found.append(wrong if content is None else look_up(content, values))
    return unite(found)


# -- Tables ----------------------------------------------------------------------------------------


def _in_table(table: KeyedTable, operands: Sequence[Possible], gaps: Gaps) -> Possible:
    """Tell what stands in the rows that may answer; that no row does is never excluded."""
    values = frozenset(
        row.value
        for row in table.rows
        if all(
            any(map(operand.may_be, cells))
            for operand, cells in zip(operands, row.cells, strict=True)
        )
    )
    other = table.otherwise
    if other is None:
        gaps |= ERROR
    elif isinstance(other, NotApplicable):
        gaps |= NOT_APPLICABLE
    else:
        values |= {other}
    return unite([Possible(values, gaps)])


# -- Scales ----------------------------------------------------------------------------------------


def _on_scale(scale: BandScale, operand: Possible, gaps: Gaps) -> Possible:
    node = node_of(operand)
    if node is None or node.kind != "number":
        return Possible(None, gaps | ERROR)
    inside = node.range
    if scale.kind != "marginal" and _begins_before(scale, inside):
        gaps |= ERROR
    if scale.kind == "step":
        return Possible(frozenset(_steps(scale, inside)), gaps)
    made = lookup_node(scale, (node,), text="", sized=True)
    gaps |= ERROR if made.watched else NO_GAPS
    answers = _bound(scale, inside)
    if answers.only is not None:
        return Possible(frozenset({answers.only}), gaps)
    return Possible(answers, gaps, made.size)


def _begins_before(scale: BandScale, inside: Interval) -> bool:
    """Tell whether some number may lie below all bands."""
    first = scale.bands[0]
    if inside.low is None or inside.low < first.threshold:
        return True
    return first.is_past and inside.holds(first.threshold)


def _steps(scale: BandScale, inside: Interval) -> Iterator[Value]:
    """Yield the values of the bands that may be reached."""
    lowest = 0 if inside.low is None else max(scale.find(inside.low), 0)
    highest = len(scale.bands) - 1 if inside.high is None else scale.find(inside.high)
    yield from (band.value for band in scale.bands[lowest : highest + 1])


def _bound(scale: BandScale, inside: Interval) -> Interval:
    """Bound the answers of a scale without gaps by those at ends and thresholds."""
    lines, bands = lines_of(scale), scale.bands
    ends = [end for end in (inside.low, inside.high) if end is not None]
    points = [*ends, *(band.threshold for band in bands if inside.spans(band.threshold))]
    found = [_at(scale, point) for point in points]
    low: Fraction | None = min(found, default=bands[0].value)
    high: Fraction | None = max(found, default=bands[0].value)
    if inside.high is None and lines[-1].slope:
        low, high = (low, None) if lines[-1].slope > 0 else (None, high)
    return Interval(low, high)


def _at(scale: BandScale, number: Fraction) -> Fraction:
    """Answer for a number; below the first band as at its threshold, which bounds it."""
    fact = scale.look_up([max(number, scale.bands[0].threshold)])
    if not isinstance(fact, Fraction):
        raise TypeError("a scale answers for each of its thresholds")
    return fact
