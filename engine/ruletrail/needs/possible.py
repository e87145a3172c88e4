"""What a fact can still be: every value, and every non-value, that some completion gives it.

Too much may stand here and never too little: what is not understood can be anything. Non-values are
told by their kind alone; of what does not apply it is told apart whether a row is left out by it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import Literal

from ruletrail.analysis import intervals
from ruletrail.analysis.bounds import primitive_node, size_of_field
from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.ir import LARGEST_SCALE, Node, NonValueKind, NonValueKinds, Size
from ruletrail.analysis.typed_inputs import Kind, TypedField
from ruletrail.fast_dataclasses import dataclass
from ruletrail.values import (
    MOST_DECIMALS,
    MOST_INTEGER_DIGITS,
    ErrorValue,
    Fact,
    Missing,
    NotApplicable,
    NotEncoded,
    Value,
    count_finite_decimals,
)

MOST_LISTED = 64
"""Values that are kept one by one; of more numbers the interval is kept, of more texts nothing."""

_MOST_KEPT = 4_096
"""Numbers of which what is known is kept."""

GapKind = NonValueKind | Literal["left_out"]
Gaps = frozenset[GapKind]
"""Kinds of non-values; `left_out` is what does not apply by a rule of the row that it stands in, so
that what gathers the rows leaves that one out."""

WORST: tuple[GapKind, ...] = ("error", "not_encoded", "missing", "not_applicable", "left_out")
"""The kinds of non-values, the one first that decides over the others (docs/semantics.md 2.2)."""
NO_GAPS: NonValueKinds = frozenset()
ERROR: NonValueKinds = frozenset({"error"})
NOT_APPLICABLE: NonValueKinds = frozenset({"not_applicable"})
LEFT_OUT: Gaps = frozenset({"left_out"})
ALL_GAPS: Gaps = frozenset(WORST)
TRUTHS: frozenset[Value] = frozenset({True, False})
_KINDS: Mapping[type, Kind] = {
    Fraction: "number", str: "text", bool: "boolean", date: "date",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Days:
    """The days of an interval, counted from 0001-01-01, which is 1."""

    inside: Interval

    def holds(self, day: date) -> bool:
        """Tell whether a day is one of them."""
        return self.inside.holds(number_of_day(day))


Values = frozenset[Value] | Interval | Days | None
"""Values one by one, the numbers or days of an interval, or None for any at all."""

_OF_KIND: Mapping[GapKind, Fact] = {
    "error": ErrorValue("no_case", ""),
    "not_encoded": NotEncoded(("",)),
    "missing": Missing(("",)),
    "not_applicable": NotApplicable(""),
    "left_out": NotApplicable("[]"),
}


def number_of_day(day: date) -> Fraction:
    """Count a day from 0001-01-01, which is 1."""
    return Fraction(day.toordinal())


@dataclass(frozen=True, slots=True)
class Possible:
    """The values that a fact can have, and the kinds of non-values that it can be instead.

    `size` bounds the digits of the numbers of an interval, by which the error `limit` is foreseen.
    """

    values: Values
    gaps: Gaps = NO_GAPS
    size: Size | None = None

    @property
    def has_values(self) -> bool:
        """Tell whether it can be a value at all."""
        return not isinstance(self.values, frozenset) or bool(self.values)

    @property
    def is_settled(self) -> bool:
        """Tell whether it is the same in every completion."""
        if not isinstance(self.values, frozenset):
            return False
        return len(self.values) + len(self.gaps) == 1

    @property
    def fact(self) -> Fact:
        """What it is, being settled; of a non-value only the kind is true."""
        if not isinstance(self.values, frozenset) or not self.is_settled:
            raise ValueError("not settled")
        if self.values:
            return next(iter(self.values))
        return _OF_KIND[next(iter(self.gaps))]

    def may_be(self, value: Value) -> bool:
        """Tell whether a value cannot be excluded."""
        if isinstance(self.values, frozenset):
            return value in self.values
        if isinstance(self.values, Interval):
            return isinstance(value, Fraction) and self.values.holds(value)
        if isinstance(self.values, Days):
            return isinstance(value, date) and self.values.holds(value)
        return True

    def is_surely(self, value: Value) -> bool:
        """Tell whether it is this value whatever comes."""
        return self.is_settled and self.may_be(value)


ANYTHING = Possible(None, ALL_GAPS)
"""What is not understood."""


def exactly(fact: Fact) -> Possible:
    """Make what is known for certain; a fact that lacks something is never certain to stay so."""
    match fact:
        case Missing():
            return ANYTHING
        case NotApplicable(code):
            # only what is read in a row can be of one, and it is of that row
            return Possible(frozenset(), LEFT_OUT if "[" in code else NOT_APPLICABLE)
        case NotEncoded():
            return Possible(frozenset(), frozenset({"not_encoded"}))
        case ErrorValue():
            return Possible(frozenset(), frozenset({"error"}))
        case _:
            return Possible(frozenset({fact}))


def anything_of(kind: str, gaps: Gaps) -> Possible:
    """Make any value of a kind, beside these non-values."""
    if kind == "date":
        return Possible(Days(_CALENDAR), gaps)
    return Possible(TRUTHS if kind == "boolean" else None, gaps)


# -- What an absent field can be -------------------------------------------------------------------


_DOCUMENTS = Interval(
    Fraction(-(10**MOST_INTEGER_DIGITS)), Fraction(10**MOST_INTEGER_DIGITS), low_open=True,
    high_open=True,
)  # fmt: skip
"""The numbers that a document can hold."""

_WHOLE = Interval(whole=True)
_CALENDAR = Interval(Fraction(1), Fraction(date.max.toordinal()), whole=True)


def absent_field(field: TypedField | None) -> Possible:
    """Make what an absent field can become: each value that its schema admits, or still absent."""
    if field is None:
        return ANYTHING
    gaps: NonValueKinds = NO_GAPS if field.required else frozenset({"missing"})
    if field.kind == "boolean":
        return Possible(TRUTHS, gaps)
    if field.kind == "text":
        is_short = 0 < len(field.choices) <= MOST_LISTED
        return Possible(frozenset(field.choices) if is_short else None, gaps)
    if field.kind == "date":
        return days_within(field.range, gaps)
    if field.kind != "number":
        return Possible(None, gaps)
    inside = intervals.intersect(field.range, _DOCUMENTS)
    listed = _list_whole(inside)
    if listed is not None:
        return Possible(listed, gaps)
    # the schema's own decimals are a promise that is kept elsewhere; ten hold for every document
    return Possible(inside, gaps, size_of_field(MOST_DECIMALS))


def days_within(inside: Interval, gaps: Gaps) -> Possible:
    """Make the days of an interval that are of the calendar, one by one if they are few."""
    days = intervals.intersect(inside, _CALENDAR)
    if days.is_empty:
        return Possible(frozenset(), gaps)
    listed = _list_whole(days)
    if listed is None:
        return Possible(Days(days), gaps)
    return Possible(frozenset(date.fromordinal(int(each)) for each in listed), gaps)


def whole_numbers(inside: Interval, gaps: Gaps) -> Possible:
    """Make the whole numbers between two ends, one by one if they are few."""
    numbers = intervals.intersect(inside, _WHOLE)
    listed = _list_whole(numbers)
    if listed is not None:
        return Possible(listed, gaps)
    most = max(ceil(abs(end)) for end in (numbers.low, numbers.high) if end is not None)
    return Possible(numbers, gaps, Size(0, most.bit_length(), 0, most))


def _list_whole(inside: Interval) -> frozenset[Fraction] | None:
    """List the whole numbers of a short interval that holds no others."""
    if not inside.whole or inside.low is None or inside.high is None:
        return None
    low, high = ceil(inside.low), inside.high.__floor__()
    if high - low >= MOST_LISTED:
        return None
    numbers = (Fraction(each) for each in range(low, high + 1))
    return frozenset(number for number in numbers if inside.holds(number))


# -- Between values and what `analysis` knows of them ----------------------------------------------


def range_of(values: Values) -> Interval:
    """Bound numbers."""
    if isinstance(values, Interval):
        return values
    listed = values if isinstance(values, frozenset) else ()
    numbers = [value for value in listed if isinstance(value, Fraction)]
    if not numbers:
        return intervals.ANY
    return Interval(min(numbers), max(numbers), whole=all(n.denominator == 1 for n in numbers))


def days_of(values: Values) -> Interval:
    """Bound days."""
    if isinstance(values, Days):
        return values.inside
    listed = values if isinstance(values, frozenset) else ()
    days = [number_of_day(value) for value in listed if isinstance(value, date)]
    return Interval(min(days), max(days), whole=True) if days else _CALENDAR


def _size_of(possible: Possible) -> Size | None:
    """Bound the digits of numbers; None where nothing is known of them."""
    if possible.size is not None or not isinstance(possible.values, frozenset):
        return possible.size
    numbers = [value for value in possible.values if isinstance(value, Fraction)]
    most = max((ceil(abs(each)) for each in numbers), default=0)
    decimals = [count_finite_decimals(each) for each in numbers]
    scales = [each for each in decimals if each is not None and each <= LARGEST_SCALE]
    if len(scales) == len(numbers):
        scale = max(scales, default=0)
        tops = [int(abs(each) * 10**scale).bit_length() for each in numbers]
        return Size(scale, max(tops, default=0), 0, most)
    tops = [each.numerator.bit_length() for each in numbers]
    return Size(None, max(tops), max(each.denominator.bit_length() for each in numbers), most)


@lru_cache(_MOST_KEPT)
def _node_of_number(number: Fraction) -> Node:
    """Describe one number: every try asks again about each of thousands of members of a group."""
    top, bottom = abs(number.numerator), number.denominator
    most = -(-top // bottom)
    scale = count_finite_decimals(number)
    if scale is not None and scale <= LARGEST_SCALE:
        size = Size(scale, (top * 10**scale // bottom).bit_length(), 0, most)
    else:
        size = Size(None, top.bit_length(), bottom.bit_length(), most)
    return Node("read", "number", (), size, intervals.exactly(number))


def node_of(possible: Possible) -> Node | None:
    """Describe the values as `analysis` does; None for those that it cannot describe.

    The non-values stay outside: what one operand's do to a result is said by the operation's rule.
    """
    values = possible.values
    if isinstance(values, frozenset) and len(values) == 1 and possible.size is None:
        (value,) = values
        if isinstance(value, Fraction):
            return _node_of_number(value)
    return _node_of(possible)


def _node_of(possible: Possible) -> Node | None:
    values = possible.values
    kind = _kind_of(values)
    if kind is None:
        return None
    if kind == "date":
        return Node("read", kind, range=days_of(values))
    if kind != "number":
        return Node("read", kind)
    size = _size_of(possible)
    return None if size is None else Node("read", kind, (), size, range_of(values))


def _kind_of(values: Values) -> Kind | None:
    if isinstance(values, Interval):
        return "number"
    if isinstance(values, Days):
        return "date"
    kinds = {_KINDS.get(type(value)) for value in values or ()}
    return kinds.pop() if len(kinds) == 1 else None


def of_node(node: Node, gaps: Gaps) -> Possible:
    """Take the result of a calculation back, with the non-values that come beside it."""
    if node.kind == "date":
        return days_within(node.range, gaps)
    if node.kind == "number":
        only = node.range.only
        if only is not None:
            return Possible(frozenset({only}), gaps)
        return Possible(node.range, gaps, node.size)
    return anything_of(node.kind, gaps)


# -- One of several --------------------------------------------------------------------------------


def unite(several: Sequence[Possible]) -> Possible:
    """Admit whatever one of several admits."""
    gaps: Gaps = frozenset().union(*(each.gaps for each in several))
    valued = [each for each in several if each.has_values]
    listed = [each.values for each in valued if isinstance(each.values, frozenset)]
    if len(listed) == len(valued):
        together: frozenset[Value] = frozenset().union(*listed)
        return Possible(together, gaps) if len(together) <= MOST_LISTED else hull(valued, gaps)
    return hull(valued, gaps)


def hull(several: Sequence[Possible], gaps: Gaps) -> Possible:
    """Bound what several admit where that is more than is listed."""
    found = [node_of(each) for each in several]
    days = [node.range for node in found if node is not None and node.kind == "date"]
    if len(days) == len(found):
        return Possible(Days(intervals.unite(days)), gaps)
    nodes = [node for node in found if node is not None and node.kind == "number"]
    if len(nodes) < len(found):
        return Possible(None, gaps)
    # the smallest of several is one of them, so it is no larger than they are
    size = primitive_node("min", tuple(nodes)).size
    return Possible(intervals.unite(node.range for node in nodes), gaps, size)


def worst_gaps(operands: Iterable[Possible]) -> Gaps:
    """Find which non-values can decide among operands of which all are looked at.

    One that is certain sets the least: nothing better than it comes out.
    """
    found: Gaps = NO_GAPS
    least = len(WORST)
    for operand in operands:
        if operand.gaps:
            found |= operand.gaps
            if not operand.has_values:
                least = min(least, max(map(WORST.index, operand.gaps)))
    return found if least == len(WORST) else found & frozenset(WORST[: least + 1])
