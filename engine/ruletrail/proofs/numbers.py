"""Numbers as quotients whose divisor is above zero, so that comparisons multiply it out.

Whatever is here is meant where its operands are values: elsewhere a quotient may be nonsense, and
nobody looks at it.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from math import floor as floor_of

from ruletrail.analysis import intervals
from ruletrail.analysis.intervals import ANY, Interval
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.proofs import logic
from ruletrail.proofs.logic import Real, Space, Truth, both, either, negate
from ruletrail.values import SAFE_BITS, RoundingMode, count_finite_decimals, round_number

_ZERO, _ONE, _TWO = Fraction(0), Fraction(1), Fraction(2)


@dataclass(frozen=True, slots=True)
class Digits:
    """How large a number may be written: bits above, and below a power of ten and other bits.

    In lowest terms a number has no more. `scale` are decimals; sums share them.
    """

    top: int = 1
    scale: int = 0
    others: int = 0

    @property
    def bottom(self) -> int:
        """Bound the bits of the denominator."""
        return int(10**self.scale).bit_length() + self.others

    @property
    def is_safe(self) -> bool:
        """Tell whether the number can never pass the limit."""
        return max(self.top, self.bottom) <= SAFE_BITS


@dataclass(frozen=True, slots=True)
class Number:
    """A quotient; `bottom` is above zero, and None for 1. `range` is what is known of it.

    What was rounded keeps what it was rounded `of`: held against a constant, that decides, and no
    whole number need be found.
    """

    top: Real
    bottom: Real | None = None
    range: Interval = ANY
    digits: Digits = Digits()
    of: "Rounded | None" = None

    @property
    def constant(self) -> Fraction | None:
        """The number itself, where it is known."""
        return self.top if isinstance(self.top, Fraction) and self.bottom is None else None

    @property
    def below(self) -> Real:
        """The divisor."""
        return _ONE if self.bottom is None else self.bottom

    @property
    def is_not_negative(self) -> bool:
        """Tell whether the range says that it is zero or more."""
        return self.range.low is not None and self.range.low >= 0


@dataclass(frozen=True, slots=True)
class Rounded:
    """What a number was rounded of, to how many decimals, and how."""

    number: Number
    decimals: int
    mode: RoundingMode

    def reaches(self, steps: int) -> Truth:
        """Tell whether the rounded number is so many of its last digit's units, or more."""
        is_above, mode = steps > 0, self.mode
        unit = Fraction(1, 10**self.decimals)
        if mode in ("down", "up"):
            mode = "floor" if (mode == "down") is is_above else "ceiling"
        match mode:
            case "floor":
                end, is_reached = Fraction(steps), True
            case "ceiling":
                end, is_reached = Fraction(steps - 1), False
            case "half_up":
                end, is_reached = steps - Fraction(1, 2), is_above
            case _:
                end, is_reached = steps - Fraction(1, 2), steps % 2 == 0
        edge = constant(end * unit)
        return at_most(edge, self.number) if is_reached else less(edge, self.number)

    def is_below(self, value: Fraction) -> Truth:
        """Tell whether the rounded number is less than a constant."""
        return negate(self.reaches(ceil(value * 10**self.decimals)))

    def is_at_most(self, value: Fraction) -> Truth:
        """Tell whether it is less or equal."""
        return negate(self.reaches(floor_of(value * 10**self.decimals) + 1))

    def equals(self, value: Fraction) -> Truth:
        """Tell whether it is a constant."""
        steps = value * 10**self.decimals
        if steps.denominator != 1:
            return False
        return both(self.reaches(steps.numerator), negate(self.reaches(steps.numerator + 1)))


def constant(value: Fraction) -> Number:
    """Make a known number."""
    scale = count_finite_decimals(value)
    others = 0 if scale is not None else value.denominator.bit_length()
    digits = Digits(value.numerator.bit_length() + 1, scale or 0, others)
    return Number(value, None, Interval(value, value), digits)


def known(number: Number, range_: Interval) -> Number:
    """Keep what is known of a number: its range, and the bits that follow of it."""
    top = number.digits.top
    if range_.low is not None and range_.high is not None:
        most = max(abs(range_.low), abs(range_.high))
        top = min(top, ceil(most).bit_length() + number.digits.bottom + 1)
    return replace(number, range=range_, digits=replace(number.digits, top=top))


# -- Arithmetic ------------------------------------------------------------------------------------


def add(one: Number, other: Number) -> Number:
    """Add, over one divisor."""
    first, second = one.digits, other.digits
    scale = max(first.scale, second.scale)
    lifted = [
        a.top + (10 ** (scale - a.scale)).bit_length() + b.others
        for a, b in ((first, second), (second, first))
    ]
    digits = Digits(max(lifted) + 1, scale, first.others + second.others)
    if _is_same(one.bottom, other.bottom):
        return Number(logic.add(one.top, other.top), one.bottom, ANY, digits)
    top = logic.add(logic.multiply(one.top, other.below), logic.multiply(other.top, one.below))
    return Number(top, _product(one.bottom, other.bottom), ANY, digits)


def multiply(one: Number, other: Number) -> Number:
    """Multiply."""
    first, second = one.digits, other.digits
    digits = Digits(
        first.top + second.top, first.scale + second.scale, first.others + second.others
    )
    bottom = _product(one.bottom, other.bottom)
    return Number(logic.multiply(one.top, other.top), bottom, ANY, digits)


def negative(number: Number) -> Number:
    """Turn the sign around."""
    range_ = intervals.negate(number.range)
    return replace(number, top=logic.minus(number.top), range=range_, of=None)


def divide(one: Number, other: Number) -> Number:
    """Divide by what is not zero: its sign goes above, so that what is below stays above zero."""
    first, second = one.digits, other.digits
    digits = Digits(first.top + second.bottom, 0, first.bottom + second.top)
    known_ = other.constant
    if known_ is not None:
        return replace(multiply(one, constant(1 / known_ if known_ else _ONE)), digits=digits)
    sign, size = other.top, other.top
    if other.is_not_negative:
        top = logic.multiply(one.top, other.below)
    elif other.range.high is not None and other.range.high <= 0:
        size = logic.minus(size)
        top = logic.minus(logic.multiply(one.top, other.below))
    else:
        is_above = logic.less(_ZERO, sign)
        size = logic.pick_real(is_above, size, logic.minus(size))
        raised = logic.multiply(one.top, other.below)
        top = logic.pick_real(is_above, raised, logic.minus(raised))
    return Number(top, logic.multiply(one.below, size), ANY, digits)


def pick(test: Truth, one: Number, other: Number) -> Number:
    """Choose between numbers."""
    if isinstance(test, bool):
        return one if test else other
    first, second = one.digits, other.digits
    digits = Digits(
        max(first.top, second.top), max(first.scale, second.scale),
        max(first.others, second.others),
    )  # fmt: skip
    bottom = (
        one.bottom
        if _is_same(one.bottom, other.bottom)
        else logic.pick_real(test, one.below, other.below)
    )
    return Number(logic.pick_real(test, one.top, other.top), bottom, ANY, digits)


def absolute(number: Number) -> Number:
    """Leave the sign out."""
    if number.is_not_negative:
        return number
    return pick(less(number, constant(_ZERO)), negative(number), number)


def least(numbers: Sequence[Number], *, greatest: bool = False) -> Number:
    """Find the least, or the greatest."""
    found = numbers[0]
    for other in numbers[1:]:
        is_better = less(found, other) if greatest else less(other, found)
        found = pick(is_better, other, found)
    return found


# -- Comparisons -----------------------------------------------------------------------------------


def _sides(one: Number, other: Number) -> tuple[Real, Real]:
    if _is_same(one.bottom, other.bottom):
        return one.top, other.top
    return logic.multiply(one.top, other.below), logic.multiply(other.top, one.below)


def less(one: Number, other: Number) -> Truth:
    """Tell whether the first is less."""
    first, second = one.constant, other.constant
    if one.of is not None and second is not None:
        return one.of.is_below(second)
    if other.of is not None and first is not None:
        return negate(other.of.is_at_most(first))
    return logic.less(*_sides(one, other))


def at_most(one: Number, other: Number) -> Truth:
    """Tell whether the first is less or equal."""
    first, second = one.constant, other.constant
    if one.of is not None and second is not None:
        return one.of.is_at_most(second)
    if other.of is not None and first is not None:
        return negate(other.of.is_below(first))
    return logic.at_most(*_sides(one, other))


def equal(one: Number, other: Number) -> Truth:
    """Tell whether two numbers are one."""
    for here, there in ((one, other), (other, one)):
        if here.of is not None and there.constant is not None:
            return here.of.equals(there.constant)
    return logic.equal(*_sides(one, other))


def is_zero(number: Number) -> Truth:
    """Tell whether a number is zero."""
    if not number.range.spans(_ZERO):
        return False
    return logic.equal(number.top, _ZERO)


def is_whole(number: Number, space: Space) -> Truth:
    """Tell whether a number is whole."""
    value = number.constant
    if value is not None:
        return value.denominator == 1
    if number.range.whole:
        return True
    below, told = floor(number, 0, space), number
    return equal(below, told)


# -- Rounding --------------------------------------------------------------------------------------


def round_off(number: Number, decimals: int, mode: RoundingMode, space: Space) -> Number:
    """Round where the number is a value."""
    value = number.constant
    if value is not None:
        return constant(round_number(value, decimals, mode))
    if decimals == 0 and number.range.whole:
        return number
    parts = number.top, number.bottom, decimals, mode
    rounded = space.once("round", parts, lambda: _round(number, decimals, mode, space))
    digits = Digits(number.digits.top + (10**decimals).bit_length() + 1, decimals)
    return Number(rounded, None, ANY, digits, Rounded(number, decimals, mode))


def _round(number: Number, decimals: int, mode: RoundingMode, space: Space) -> Real:
    scale = Fraction(10**decimals)
    rounded = space.real("rounded")
    space.put_on_grid(rounded, 10**decimals)
    # both times the divisor: `exact` is the number, `near` the rounded one, `unit` the last digit
    exact = logic.multiply(number.top, scale)
    near = logic.multiply(logic.multiply(rounded, scale), number.below)
    gap = logic.add(near, logic.minus(exact))
    # a quotient by zero is nonsense, of which nothing may be said
    is_nonsense = False if number.bottom is None else logic.at_most(number.bottom, _ZERO)
    is_near = _is_near(gap, number.below, logic.at_most(_ZERO, exact), mode)
    space.state(either(is_nonsense, is_near))
    if mode == "half_even":
        _choose_even(rounded, gap, number.below, scale, space)
    return rounded


def _is_near(gap: Real, unit: Real, is_positive: Truth, mode: RoundingMode) -> Truth:
    """Say how far the rounded number may be from the exact one, in the last digit's units."""
    below = both(logic.less(logic.minus(unit), gap), logic.at_most(gap, _ZERO))
    above = both(logic.at_most(_ZERO, gap), logic.less(gap, unit))
    twice = logic.multiply(gap, _TWO)
    match mode:
        case "floor":
            return below
        case "ceiling":
            return above
        case "down":
            return logic.pick_truth(is_positive, below, above)
        case "up":
            return logic.pick_truth(is_positive, above, below)
        case "half_even":
            return both(logic.at_most(logic.minus(unit), twice), logic.at_most(twice, unit))
        case "half_up":
            up = both(logic.less(logic.minus(unit), twice), logic.at_most(twice, unit))
            down = both(logic.at_most(logic.minus(unit), twice), logic.less(twice, unit))
            return logic.pick_truth(is_positive, up, down)


def _choose_even(rounded: Real, gap: Real, unit: Real, scale: Fraction, space: Space) -> None:
    """Say that a half goes to the even digit; beside the grid, for it speaks of whole numbers."""
    half = space.whole("half")
    twice = logic.multiply(gap, _TWO)
    is_half = either(logic.equal(twice, unit), logic.equal(twice, logic.minus(unit)))
    even = logic.equal(logic.multiply(rounded, scale), logic.multiply(logic.of_whole(half), _TWO))
    space.state(either(negate(is_half), even))


def floor(number: Number, decimals: int, space: Space) -> Number:
    """Round down."""
    return round_off(number, decimals, "floor", space)


def _is_same(one: Real | None, other: Real | None) -> bool:
    if one is None or other is None:
        return one is other
    if isinstance(one, Fraction) or isinstance(other, Fraction):
        return isinstance(one, Fraction) and isinstance(other, Fraction) and one == other
    return bool(one.eq(other))


def _product(one: Real | None, other: Real | None) -> Real | None:
    if one is None or other is None:
        return other if one is None else one
    return logic.multiply(one, other)
