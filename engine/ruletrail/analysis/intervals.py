"""Intervals of exact numbers: what values an expression can take, by schema and parameters.

Every range is an over-approximation: a value outside it cannot occur, one inside it may. Nothing is
evaluated.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from operator import gt, lt

from ruletrail.fast_dataclasses import dataclass
from ruletrail.values import RoundingMode, round_number, write_number


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers between two ends: None for an infinite one, open for one that is not reached."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    whole: bool = False
    """Whether only whole numbers occur."""

    def holds(self, number: Fraction) -> bool:
        """Tell whether a number lies inside."""
        if self.low is not None and (number < self.low or (number == self.low and self.low_open)):
            return False
        if self.high is not None and (
            number > self.high or (number == self.high and self.high_open)
        ):
            return False
        return not self.whole or number.denominator == 1

    def spans(self, number: Fraction) -> bool:
        """Tell whether a number lies between the ends, or on one."""
        return (self.low is None or number >= self.low) and (
            self.high is None or number <= self.high
        )

    def __str__(self) -> str:
        """Write the range as people do: `≥ 0`, `0 … 100`."""
        if self.low is not None and self.high is not None:
            return f"{write_number(self.low)} … {write_number(self.high)}"
        if self.low is not None:
            return f"{'>' if self.low_open else '≥'} {write_number(self.low)}"
        return (
            ""
            if self.high is None
            else f"{'<' if self.high_open else '≤'} {write_number(self.high)}"
        )

    @property
    def is_empty(self) -> bool:
        """Tell whether no number lies inside."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    @property
    def only(self) -> Fraction | None:
        """The one number inside, when there is just one."""
        return (
            self.low
            if self.low is not None
            and self.low == self.high
            and not self.low_open
            and not self.high_open
            else None
        )


ANY = Interval()
ZERO = Fraction(0)
_LESS, _SAME, _MORE = frozenset("<"), frozenset("="), frozenset(">")
_NONE, _ANYHOW = frozenset[str](), frozenset("<=>")
_End = tuple[Fraction | None, bool]


def exactly(number: Fraction) -> Interval:
    """Make the range of one number."""
    return Interval(number, number, whole=number.denominator == 1)


def intersect(first: Interval, second: Interval) -> Interval:
    """Keep what both ranges admit; may be empty."""
    low, low_open = _tighter(_low(first), _low(second), gt)
    high, high_open = _tighter(_high(first), _high(second), lt)
    return _whole_ends(Interval(low, high, low_open, high_open, first.whole or second.whole))


def relate(one: Interval, other: Interval) -> frozenset[str]:
    """List how a number of one range may stand to one of the other: of `<`, `=` and `>`."""
    less = one.low is None or other.high is None or one.low < other.high
    more = one.high is None or other.low is None or one.high > other.low
    # most lie apart, as their ends tell; of those that may touch it is asked in full
    if less is not more and (one.high != other.low if less else one.low != other.high):
        return _LESS if less else _MORE
    number = other.only if less and more else None
    if number is not None:
        # it lies between the ends: only where whole numbers alone occur may it be none of them
        is_one = number.denominator == 1 or not (one.whole or other.whole)
        return _ANYHOW if is_one else _LESS | _MORE
    ordered = (_LESS if less else _NONE) | (_MORE if more else _NONE)
    return ordered if intersect(one, other).is_empty else ordered | _SAME


def unite(ranges: Iterable[Interval]) -> Interval:
    """Admit what any of the ranges admits, and what lies between them."""
    found = list(ranges)
    low, low_open = _wider([_low(each) for each in found], min)
    high, high_open = _wider([_high(each) for each in found], max)
    return Interval(low, high, low_open, high_open, all(each.whole for each in found))


def negate(value: Interval) -> Interval:
    """Turn the sign."""
    return Interval(
        _minus(value.high), _minus(value.low), value.high_open, value.low_open, value.whole
    )


def add(first: Interval, second: Interval) -> Interval:
    """Add two ranges, end by end."""
    low = None if first.low is None or second.low is None else first.low + second.low
    high = None if first.high is None or second.high is None else first.high + second.high
    low_open, high_open = first.low_open or second.low_open, first.high_open or second.high_open
    return Interval(low, high, low_open, high_open, first.whole and second.whole)


def subtract(first: Interval, second: Interval) -> Interval:
    """Subtract one interval from another."""
    return add(first, negate(second))


def multiply(first: Interval, second: Interval) -> Interval:
    """Multiply two ranges: the least and the greatest product of their ends."""
    corners = [_product(a, b) for a in _ends(first) for b in _ends(second)]
    whole = first.whole and second.whole
    low, low_open = _least(corners)
    high, high_open = _least(
        [(-sign, _minus(number), is_open) for sign, number, is_open in corners]
    )
    return Interval(low, _minus(high), low_open, high_open, whole)


def divide(first: Interval, second: Interval) -> Interval:
    """Divide two ranges; a divisor of both signs, or of zero alone, says nothing."""
    if second.low is not None and second.low >= 0:
        if second.high == 0:
            return ANY
        high = 1 / second.low if second.low else None
        return multiply(
            first,
            Interval(
                _inverse(second.high),
                high,
                second.high_open or second.high is None,
                second.low_open,
            ),
        )
    if second.high is not None and second.high <= 0:
        return negate(divide(first, negate(second)))
    return ANY


def remainder(second: Interval) -> Interval:
    """Bound a remainder, which has the sign of the divisor."""
    if second.low is not None and second.low >= 0:
        return Interval(ZERO, second.high, high_open=True)
    return ANY


def absolute(value: Interval) -> Interval:
    """Drop the sign."""
    if value.low is not None and value.low >= 0:
        return value
    return (
        unite([intersect(value, Interval(ZERO)), intersect(negate(value), Interval(ZERO))])
        if not _is_negative(value)
        else negate(value)
    )


def least(ranges: Iterable[Interval]) -> Interval:
    """Bound the minimum of values."""
    found = list(ranges)
    lows, highs = [_low(each) for each in found], [_high(each) for each in found]
    low, low_open = _wider(lows, min)
    high, high_open = highs[0]
    for each in highs[1:]:
        high, high_open = _tighter((high, high_open), each, lt)
    return Interval(low, high, low_open, high_open, all(each.whole for each in found))


def greatest(ranges: Iterable[Interval]) -> Interval:
    """Bound the maximum of values."""
    return negate(least([negate(each) for each in ranges]))


def round_range(value: Interval, decimals: int, mode: RoundingMode) -> Interval:
    """Round both ends; rounding keeps the order, but may reach an end that was open."""
    low = None if value.low is None else round_number(value.low, decimals, mode)
    high = None if value.high is None else round_number(value.high, decimals, mode)
    return Interval(low, high, whole=decimals == 0 or value.whole)


# -- Ends ------------------------------------------------------------------------------------------


def _low(value: Interval) -> _End:
    return value.low, value.low_open


def _high(value: Interval) -> _End:
    return value.high, value.high_open


def _minus(number: Fraction | None) -> Fraction | None:
    return None if number is None else -number


def _inverse(number: Fraction | None) -> Fraction:
    return ZERO if number is None else 1 / number


def _is_negative(value: Interval) -> bool:
    return value.high is not None and value.high <= 0


def _tighter(first: _End, second: _End, is_tighter: Callable[[Fraction, Fraction], bool]) -> _End:
    if first[0] is None or second[0] is None:
        return second if first[0] is None else first
    if first[0] == second[0]:
        return first[0], first[1] or second[1]
    return first if is_tighter(first[0], second[0]) else second


def _wider(ends: list[_End], choose: Callable[[Fraction, Fraction], Fraction]) -> _End:
    number, is_open = ends[0]
    for other, other_open in ends[1:]:
        if number is None or other is None:
            return None, False
        if other == number:
            is_open = is_open and other_open
        elif choose(other, number) == other:
            number, is_open = other, other_open
    return number, is_open


def _whole_ends(value: Interval) -> Interval:
    """Move the ends of a range of whole numbers to whole numbers that it holds."""
    if not value.whole:
        return value
    low, high = value.low, value.high
    if low is not None:
        low = Fraction(low.__floor__() + 1) if value.low_open or low.denominator != 1 else low
    if high is not None:
        high = Fraction(high.__ceil__() - 1) if value.high_open or high.denominator != 1 else high
    return Interval(low, high, whole=True)


_Corner = tuple[int, Fraction | None, bool]
"""The sign of an infinite end (0 for a finite one), a finite one's number, whether it is open."""


def _ends(value: Interval) -> list[_Corner]:
    low: _Corner = (-1, None, True) if value.low is None else (0, value.low, value.low_open)
    high: _Corner = (1, None, True) if value.high is None else (0, value.high, value.high_open)
    return [low, high]


def _product(first: _Corner, second: _Corner) -> _Corner:
    for one, other in ((first, second), (second, first)):
        if one[1] == 0:
            # nothing times infinity is nothing; it is reached when the zero is reached
            return 0, ZERO, one[2] and (other[1] != 0 or other[2])
    if first[1] is not None and second[1] is not None:
        return 0, first[1] * second[1], first[2] or second[2]
    return _sign(first) * _sign(second), None, True


def _sign(corner: _Corner) -> int:
    return corner[0] if corner[1] is None else (corner[1] > 0) - (corner[1] < 0)


def _least(corners: list[_Corner]) -> _End:
    if any(sign < 0 and number is None for sign, number, _ in corners):
        return None, False
    finite = [(number, is_open) for _, number, is_open in corners if number is not None]
    if not finite:
        return None, False
    number = min(number for number, _ in finite)
    return number, all(is_open for each, is_open in finite if each == number)
