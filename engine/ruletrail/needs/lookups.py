"""What scales and keyed tables can answer for what is not known yet, be it the day that decides.

Of a table it is what stands in the rows whose keys may be asked for; of a scale, the answers of the
bands that may be reached. A scale rises or falls in a straight line within a band, and where it is
no step it has no gaps, so that its answers lie between those at the ends and at the thresholds.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property, reduce
from itertools import accumulate, islice, product
from math import prod
from operator import or_
from typing import cast

from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.ir import LARGEST_SCALE
from ruletrail.analysis.lookup_bounds import Kept, lines_of, lookup_node
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas.lookups import BandScale, DatedLookup, KeyedTable, Lookup
from ruletrail.formulas.operations import Fault
from ruletrail.needs.dated import NONE, may_be_in_force
from ruletrail.needs.folding import Folded
from ruletrail.needs.possible import (
    ERROR,
    MOST_LISTED,
    NO_GAPS,
    NOT_APPLICABLE,
    Gaps,
    Possible,
    anything_of,
    exactly,
    hull,
    node_of,
    number_of_day,
    unite,
    worst_gaps,
)
from ruletrail.needs.row_sets import RowsOfKeys, ValuesOfRows
from ruletrail.values import (
    ErrorValue,
    Fact,
    Missing,
    NotApplicable,
    NotEncoded,
    Value,
    count_finite_decimals,
    is_too_large,
)

_TOO_LARGE = ErrorValue("limit", "")


class Answers:
    """What was worked out of the scales and tables of one rulebook: many calls ask for the same."""

    def __init__(self) -> None:
        """Know nothing yet."""
        # by identity: they live as long as their rulebook
        self._scales: dict[int, _ScaleAnswers] = {}
        self._tables: dict[int, _TableAnswers] = {}

    def of_scale(self, scale: BandScale) -> "_ScaleAnswers":
        """Give what is known of a scale."""
        if id(scale) not in self._scales:
            self._scales[id(scale)] = _ScaleAnswers(scale)
        return self._scales[id(scale)]

    def of_table(self, table: KeyedTable) -> "_TableAnswers":
        """Give what is known of a table."""
        if id(table) not in self._tables:
            self._tables[id(table)] = _TableAnswers(table)
        return self._tables[id(table)]


def look_up(lookup: Lookup | None, operands: Sequence[Possible], answers: Answers) -> Possible:
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
        return _on_a_day(lookup, operands, gaps, answers)
    if isinstance(lookup, KeyedTable):
        return answers.of_table(lookup).look_up(operands, gaps)
    return answers.of_scale(lookup).look_up(operands[0], gaps)


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


def _on_a_day(
    lookup: DatedLookup, operands: Sequence[Possible], gaps: Gaps, answers: Answers
) -> Possible:
    """Tell what is answered on any of the days that the last operand can be."""
    *keys, day = operands
    values = [Possible(each.values, NO_GAPS, each.size) for each in keys]
    found = [Possible(frozenset(), gaps)]
    for at in may_be_in_force([each.days for each in lookup.stretches], day):
        content = lookup.stretches[at].content if at != NONE else None
        wrong = Possible(frozenset(), ERROR)
        found.append(wrong if content is None else look_up(content, values, answers))
    return unite(found)


# -- Tables ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """What rows answer: all of it, or of more than is listed those that bound it."""

    values: frozenset[Value]
    are_many: bool = False


def _join(one: _Found, other: _Found) -> _Found:
    values = one.values | other.values
    are_many = one.are_many or other.are_many or len(values) > MOST_LISTED
    return _Found(_bounding(values) if are_many else values, are_many)


def _admit_found(found: _Found, gaps: Gaps) -> Possible:
    possible = Possible(found.values, gaps)
    return hull([possible], gaps) if found.are_many else unite([possible])


def _bounding(values: frozenset[Value]) -> frozenset[Value]:
    """Keep of many values those that decide how all of them are bounded (`possible.hull`)."""
    numbers = [each for each in values if isinstance(each, Fraction)]
    if numbers:
        leading = (max(numbers, key=key) for key in _SIZES)
        return frozenset({min(numbers), max(numbers), *leading})
    days = [each for each in values if isinstance(each, date)]
    return frozenset({min(days), max(days)} if days else islice(values, 1))


def _decimals_of(number: Fraction) -> int:
    """Count decimals; those that are not whole at any scale are more than all others."""
    found = count_finite_decimals(number)
    return found if found is not None and found <= LARGEST_SCALE else LARGEST_SCALE + 1


_SIZES: tuple[Callable[[Fraction], int], ...] = (
    lambda number: number.numerator.bit_length(),
    lambda number: number.denominator.bit_length(),
    _decimals_of,
)
"""What a number's size is told by."""

_Chosen = frozenset[Value] | tuple[int, int, bool] | None
"""Which keys of a column may be asked for: these, those between two places, whole ones, or all."""


class _Column:
    """The keys of a column, and which of them an operand may be."""

    def __init__(self, cells: Iterable[Value]) -> None:
        self.keys = frozenset(cells)
        self._places = [(_number_of(key), key) for key in self.keys if isinstance(key, _ORDERED)]
        self._places.sort(key=lambda each: each[0])
        self.ordered = [key for _, key in self._places]
        self._is_whole = all(number.denominator == 1 for number, _ in self._places)

    def choose(self, operand: Possible) -> _Chosen:
        """Tell which keys an operand may be, so that who may be the same gives the same."""
        values = operand.values
        if values is None or isinstance(values, frozenset):
            return values if values is None else values & self.keys
        inside = values if isinstance(values, Interval) else values.inside
        kind = Fraction if isinstance(values, Interval) else date
        if not self.ordered or not isinstance(self.ordered[0], kind):
            return frozenset()
        first, end = 0, len(self._places)
        if inside.low is not None:
            find = bisect_right if inside.low_open else bisect_left
            first = find(self._places, inside.low, key=lambda each: each[0])
        if inside.high is not None:
            find = bisect_left if inside.high_open else bisect_right
            end = find(self._places, inside.high, key=lambda each: each[0])
        return first, max(first, end), inside.whole and not self._is_whole

    @cached_property
    def ranks(self) -> list[Value]:
        """The keys in order; those again that are whole, where not all are; then all others."""
        whole = [key for number, key in self._places if number.denominator == 1]
        known = frozenset(self.ordered)
        others = [key for key in self.keys if key not in known]
        return [*self.ordered, *([] if self._is_whole else whole), *others]

    @cached_property
    def ranks_of(self) -> Mapping[Value, list[int]]:
        """Where each key stands among them, the first place first."""
        found: dict[Value, list[int]] = {}
        for rank, key in enumerate(self.ranks):
            found.setdefault(key, []).append(rank)
        return found

    @cached_property
    def _whole_before(self) -> list[int]:
        """How many whole keys stand before each of those in order."""
        return [*accumulate((number.denominator == 1 for number, _ in self._places), initial=0)]

    def list_stretches(self, chosen: _Chosen) -> list[tuple[int, int]]:
        """List the stretches of ranks that were chosen."""
        if chosen is None:
            return [(0, len(self.ranks))]
        if isinstance(chosen, frozenset):
            return [(rank, rank + 1) for rank, *_ in map(self.ranks_of.__getitem__, chosen)]
        first, end, whole = chosen
        if not whole:
            return [(first, end)]
        before = len(self.ordered)
        return [(before + self._whole_before[first], before + self._whole_before[end])]


_ORDERED = (Fraction, date)


def _number_of(key: Value) -> Fraction:
    return number_of_day(key) if isinstance(key, date) else cast("Fraction", key)


class _TableAnswers:
    """What a table answers for operands; those that may ask for the same rows are answered once."""

    def __init__(self, table: KeyedTable) -> None:
        self._table = table
        self._columns = [
            _Column(cell for row in table.rows for cell in row.cells[at])
            for at in range(len(table.columns))
        ]
        self._kept: dict[tuple[Gaps, tuple[_Chosen, ...]], Possible] = {}
        self._admitted: dict[tuple[int, _Chosen], int] = {}

    def look_up(self, operands: Sequence[Possible], gaps: Gaps) -> Possible:
        """Tell what stands in the rows that may answer; that no row does is never excluded."""
        pairs = zip(self._columns, operands, strict=True)
        chosen = tuple(column.choose(operand) for column, operand in pairs)
        if (gaps, chosen) not in self._kept:
            self._kept[gaps, chosen] = self._look_up(chosen, gaps)
        return self._kept[gaps, chosen]

    def _look_up(self, chosen: tuple[_Chosen, ...], gaps: Gaps) -> Possible:
        found, other = self._find(chosen), self._table.otherwise
        if other is None:
            gaps |= ERROR
        elif isinstance(other, NotApplicable):
            gaps |= NOT_APPLICABLE
        else:
            found = _join(found, _Found(frozenset({other})))
        return _admit_found(found, gaps)

    def _find(self, chosen: tuple[_Chosen, ...]) -> _Found:
        between = chosen[0]
        if len(chosen) == 1 and isinstance(between, tuple) and not between[2]:
            return self._by_key.over(between[0], between[1]) or _Found(frozenset())
        rows = (1 << len(self._table.rows)) - 1
        for number, each in enumerate(chosen):
            rows &= self._admit(number, each)
        some = frozenset(self._values.list_some(rows, MOST_LISTED + 1))
        if len(some) <= MOST_LISTED:
            return _Found(some)
        return _Found(self._values.bound(rows, _SIZES), are_many=True)

    def _admit(self, number: int, chosen: _Chosen) -> int:
        """Return the rows that the keys of a column admit; of the same list of keys once."""
        if isinstance(chosen, tuple):
            return self._join(number, chosen)
        if (number, chosen) not in self._admitted:
            self._admitted[number, chosen] = self._join(number, chosen)
        return self._admitted[number, chosen]

    def _join(self, number: int, chosen: _Chosen) -> int:
        stretches = self._columns[number].list_stretches(chosen)
        return reduce(or_, (self._rows[number].over(*each) for each in stretches), 0)

    @cached_property
    def _values(self) -> ValuesOfRows:
        return ValuesOfRows([row.value for row in self._table.rows])

    @cached_property
    def _rows(self) -> list[RowsOfKeys]:
        """The rows of the keys of each column, in the order of their values."""
        found = []
        for number, column in enumerate(self._columns):
            places: list[list[int]] = [[] for _ in column.ranks]
            for place, row in enumerate(self._values.order):
                for key in self._table.rows[row].cells[number]:
                    for rank in column.ranks_of[key]:
                        places[rank].append(place)
            found.append(RowsOfKeys(places))
        return found

    @cached_property
    def _by_key(self) -> Folded[_Found]:
        """What stands beside each key of the only column, in their order."""
        answers = (self._table.look_up([key]) for key in self._columns[0].ordered)
        return Folded([_Found(frozenset({cast("Value", each)})) for each in answers], _join)


# -- Scales ----------------------------------------------------------------------------------------


class _ScaleAnswers:
    """What a scale answers for an operand."""

    def __init__(self, scale: BandScale) -> None:
        self._scale = scale
        self._kept: Kept = {}

    def look_up(self, operand: Possible, gaps: Gaps) -> Possible:
        """Tell what the bands that may be reached answer."""
        node, scale = node_of(operand), self._scale
        if node is None or node.kind != "number":
            return Possible(None, gaps | ERROR)
        inside = node.range
        if scale.kind != "marginal" and _begins_before(scale, inside):
            gaps |= ERROR
        if scale.kind == "step":
            return _admit_found(self._answer_steps(inside), gaps)
        made = lookup_node(scale, (node,), text="", sized=True, kept=self._kept)
        gaps |= ERROR if made.watched else NO_GAPS
        answers = self._bound(inside)
        if answers.only is not None:
            return Possible(frozenset({answers.only}), gaps)
        return Possible(answers, gaps, made.size)

    def _answer_steps(self, inside: Interval) -> _Found:
        """Find the values of the bands that may be reached."""
        scale = self._scale
        lowest = 0 if inside.low is None else max(scale.find(inside.low), 0)
        highest = len(scale.bands) - 1 if inside.high is None else scale.find(inside.high)
        return self._steps.over(lowest, highest + 1) or _Found(frozenset())

    @cached_property
    def _steps(self) -> Folded[_Found]:
        """The values of the bands, in their order."""
        return Folded([_Found(frozenset({band.value})) for band in self._scale.bands], _join)

    def _bound(self, inside: Interval) -> Interval:
        """Bound the answers of a scale without gaps by those at ends and thresholds."""
        bands = self._scale.bands
        first, end = 0, len(bands)
        if inside.low is not None:
            first = bisect_left(bands, inside.low, key=lambda band: band.threshold)
        if inside.high is not None:
            end = bisect_right(bands, inside.high, key=lambda band: band.threshold)
        ends = [_at(self._scale, each) for each in (inside.low, inside.high) if each is not None]
        found = [*ends, *(self._at_thresholds.over(first, end) or ())]
        low: Fraction | None = min(found, default=bands[0].value)
        high: Fraction | None = max(found, default=bands[0].value)
        if inside.high is None and self._last_slope:
            low, high = (low, None) if self._last_slope > 0 else (None, high)
        return Interval(low, high)

    @cached_property
    def _at_thresholds(self) -> Folded[tuple[Fraction, Fraction]]:
        """The least and the largest answer at thresholds."""
        answers = [_at(self._scale, band.threshold) for band in self._scale.bands]
        return Folded(
            [(each, each) for each in answers],
            lambda one, other: (min(one[0], other[0]), max(one[1], other[1])),
        )

    @cached_property
    def _last_slope(self) -> Fraction:
        return lines_of(self._scale)[-1].slope


def _begins_before(scale: BandScale, inside: Interval) -> bool:
    """Tell whether some number may lie below all bands."""
    first = scale.bands[0]
    if inside.low is None or inside.low < first.threshold:
        return True
    return first.is_past and inside.holds(first.threshold)


def _at(scale: BandScale, number: Fraction) -> Fraction:
    """Answer for a number; below the first band as at its threshold, which bounds it."""
    fact = scale.look_up([max(number, scale.bands[0].threshold)])
    if not isinstance(fact, Fraction):
        raise TypeError("a scale answers for each of its thresholds")
    return fact
