"""What a fact can still be: every value, and every non-value, that some completion gives it.

Too much may stand here and never too little: what is not understood can be anything. Non-values are
told by their kind alone, for nothing in the language asks for more.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil

from ruletrail.analysis import intervals
from ruletrail.analysis.bounds import primitive_node, size_of_field
from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.ir import (
    LARGEST_SCALE,
    Kind,
    Node,
    NonValueKind,
    NonValueKinds,
    Size,
    TypedField,
)
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

WORST: tuple[NonValueKind, ...] = ("error", "not_encoded", "missing", "not_applicable")
"""The kinds of non-values, the one first that decides over the others (docs/semantics.md 2.2)."""
NO_GAPS: NonValueKinds = frozenset()
ALL_GAPS: NonValueKinds = frozenset(WORST)
TRUTHS: frozenset[Value] = frozenset({True, False})
_KINDS: Mapping[type, Kind] = {Fraction: "number", str: "text", bool: "boolean"}

Values = frozenset[Value] | Interval | None
"""Values one by one, the numbers of an interval, or None for any at all."""

_OF_KIND: Mapping[NonValueKind, Fact] = {
    "error": ErrorValue("no_case", ""),
    "not_encoded": NotEncoded(("",)),
    "missing": Missing(("",)),
    "not_applicable": NotApplicable(""),
}


@dataclass(frozen=True, slots=True)
class Possible:
    """The values that a fact can have, and the kinds of non-values that it can be instead.

    `size` bounds the digits of the numbers of an interval, by which the error `limit` is foreseen.
    """

    values: Values
    gaps: NonValueKinds = NO_GAPS
    size: Size | None = None

    @property
    def has_values(self) -> bool:
        """Tell whether it can be a value at all."""
        return self.values is None or isinstance(self.values, Interval) or bool(self.values)

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
        case NotApplicable():
            return Possible(frozenset(), frozenset({"not_applicable"}))
        case NotEncoded():
            return Possible(frozenset(), frozenset({"not_encoded"}))
        case ErrorValue():
            return Possible(frozenset(), frozenset({"error"}))
        case _:
            return Possible(frozenset({fact}))


def anything_of(kind: str, gaps: NonValueKinds) -> Possible:
    """Make any value of a kind, beside these non-values."""
    return Possible(TRUTHS if kind == "boolean" else None, gaps)


# -- What an absent field can be -------------------------------------------------------------------


_DOCUMENTS = Interval(
    Fraction(-(10**MOST_INTEGER_DIGITS)), Fraction(10**MOST_INTEGER_DIGITS), low_open=True,
    high_open=True,
)  # fmt: skip
"""The numbers that a document can hold."""


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
    if field.kind != "number":
        return Possible(None, gaps)
    inside = intervals.intersect(field.range, _DOCUMENTS)
    listed = _list_whole(inside)
    if listed is not None:
        return Possible(listed, gaps)
    # the schema's own decimals are a promise that is kept elsewhere; ten hold for every document
    return Possible(inside, gaps, size_of_field(MOST_DECIMALS))


def _list_whole(inside: Interval) -> frozenset[Value] | None:
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
    numbers = [value for value in values or () if isinstance(value, Fraction)]
    if not numbers:
        return intervals.ANY
    return Interval(min(numbers), max(numbers), whole=all(n.denominator == 1 for n in numbers))


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


def node_of(possible: Possible) -> Node | None:
    """Describe the values as `analysis` does; None for those that it cannot describe.

    The non-values stay outside: what one operand's do to a result is said by the operation's rule.
    """
    kind = _kind_of(possible.values)
    if kind is None:
        return None
    if kind != "number":
        return Node("read", kind)
    size = _size_of(possible)
    return None if size is None else Node("read", kind, (), size, range_of(possible.values))


def _kind_of(values: Values) -> Kind | None:
    if isinstance(values, Interval):
        return "number"
    kinds = {_KINDS.get(type(value)) for value in values or ()}
    return kinds.pop() if len(kinds) == 1 else None


def of_node(node: Node, gaps: NonValueKinds) -> Possible:
    """Take the result of a calculation back, with the non-values that come beside it."""
    if node.kind == "number":
        only = node.range.only
        if only is not None:
            return Possible(frozenset({only}), gaps)
        return Possible(node.range, gaps, node.size)
    return anything_of(node.kind, gaps)


# -- One of several --------------------------------------------------------------------------------


def unite(several: Sequence[Possible]) -> Possible:
    """Admit whatever one of several admits."""
    gaps = NO_GAPS.union(*(each.gaps for each in several))
    valued = [each for each in several if each.has_values]
    listed = [each.values for each in valued if isinstance(each.values, frozenset)]
    if len(listed) == len(valued):
        together: frozenset[Value] = frozenset().union(*listed)
        return Possible(together, gaps) if len(together) <= MOST_LISTED else _hull(valued, gaps)
    return _hull(valued, gaps)


def _hull(several: Sequence[Possible], gaps: NonValueKinds) -> Possible:
    found = [node_of(each) for each in several]
    nodes = [node for node in found if node is not None and node.kind == "number"]
    if len(nodes) < len(found):
        return Possible(None, gaps)
    # the smallest of several is one of them, so it is no larger than they are
    size = primitive_node("min", tuple(nodes)).size
    return Possible(intervals.unite(node.range for node in nodes), gaps, size)


def worst_gaps(operands: Iterable[Possible]) -> NonValueKinds:
    """Find which non-values can decide among operands of which all are looked at.

    One that is certain sets the least: nothing better than it comes out.
    """
    found, least = NO_GAPS, len(WORST)
    for operand in operands:
        if operand.gaps:
            found |= operand.gaps
            if not operand.has_values:
                least = min(least, max(map(WORST.index, operand.gaps)))
    return found if least == len(WORST) else found & frozenset(WORST[: least + 1])
