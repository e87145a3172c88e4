"""Numbers that depend on one input, over a stretch of its values.

A `Ratio` is a quotient of two polynomials: compared exactly, everywhere. A `Course` is what comes
after a rounding: it is known at each value, between two bounds, and most often only rises or only
falls, so that it is compared by halving. What does not change over the stretch is a `Fixed` fact.
"""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from operator import add as add_fractions
from operator import mul as multiply_fractions
from operator import truediv as divide_fractions
from typing import Literal

from ruletrail.analysis.typed_inputs import Kind
from ruletrail.counterfactuals import polynomials
from ruletrail.counterfactuals.polynomials import Polynomial
from ruletrail.counterfactuals.stretches import SplitError, Stretch, UnsettledError
from ruletrail.fast_dataclasses import dataclass
from ruletrail.values import SAFE_BITS, Fact, RoundingMode, is_too_large, round_number

MOST_DEGREE = 12
"""A polynomial of a higher degree is not followed."""
MOST_CALLS = 200
"""So many operations may stand behind one value of what comes after a rounding."""

Trend = Literal[-1, 0, 1]
"""Whether a number only falls or only rises over the stretch; 0 where that is not known."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fact that is the same over the whole stretch."""

    fact: Fact

    @property
    def kind(self) -> Kind:
        """Its type, for the table of operations; a non-value is the result whatever it is."""
        match self.fact:
            case bool():
                return "boolean"
            case str():
                return "text"
            case date():
                return "date"
        return "number"


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two polynomials in the number of steps, one over the other, which is positive throughout."""

    top: Polynomial
    bottom: Polynomial

    @property
    def kind(self) -> Kind:
        """Its type, for the table of operations."""
        return "number"

    def at(self, steps: int) -> Fraction:
        """Compute the number for one value of the input."""
        return Fraction(polynomials.value(self.top, steps), polynomials.value(self.bottom, steps))


@dataclass(frozen=True, slots=True)
class Course:
    """A number known at each value, never outside its bounds.

    `top` and `bottom` bound the bits of numerator and denominator; `calls` counts what `at` does.
    """

    at: Callable[[int], Fraction]
    low: Fraction
    high: Fraction
    trend: Trend
    top: int
    bottom: int
    calls: int

    @property
    def kind(self) -> Kind:
        """Its type, for the table of operations."""
        return "number"


Curve = Ratio | Course
NumberForm = Fixed | Curve


# -- Making them -----------------------------------------------------------------------------------


def straight(step: Fraction, stretch: Stretch) -> NumberForm:
    """Return the input itself: so many steps."""
    if stretch.is_point:
        return Fixed(stretch.low * step)
    return Ratio((0, step.numerator), (step.denominator,))


def ratio(top: Polynomial, bottom: Polynomial, stretch: Stretch) -> NumberForm:
    """Return a quotient in its simplest form; `bottom` has one sign over the stretch, not 0."""
    if polynomials.value(bottom, stretch.low) < 0:
        top, bottom = polynomials.negate(top), polynomials.negate(bottom)
    top, bottom = polynomials.reduce_pair(top, bottom)
    if not top:
        return Fixed(Fraction(0))
    if polynomials.are_proportional(top, bottom):
        return _fixed(Fraction(top[-1], bottom[-1]))
    if max(len(top), len(bottom)) > MOST_DEGREE + 1:
        raise UnsettledError("formula")
    for each in (top, bottom):
        if polynomials.bits(each, stretch.reach) > SAFE_BITS:
            raise UnsettledError("digits")
    return Ratio(top, bottom)


def _fixed(number: Fraction) -> Fixed:
    # a number of over 400 digits is an error, and where it becomes one is not looked for
    if is_too_large(number):
        raise UnsettledError("digits")
    return Fixed(number)


def _number(form: Fixed) -> Fraction:
    if not isinstance(form.fact, Fraction):
        raise UnsettledError("formula")
    return form.fact


def _as_ratio(form: NumberForm) -> Ratio | None:
    """Write a form as a quotient, where it is one."""
    if isinstance(form, Fixed):
        number = _number(form)
        return Ratio(polynomials.make((number.numerator,)), (number.denominator,))
    return form if isinstance(form, Ratio) else None


def as_course(form: NumberForm, stretch: Stretch) -> Course:
    """Write a form as a course; a quotient that turns within the stretch is cut there."""
    if isinstance(form, Course):
        return form
    if isinstance(form, Fixed):
        number = _number(form)
        top, bottom = number.numerator.bit_length(), number.denominator.bit_length()
        return Course(lambda _: number, number, number, 0, top, bottom, 1)
    trend = _trend(form, stretch)
    low, high = form.at(stretch.low), form.at(stretch.high)
    bits = [polynomials.bits(each, stretch.reach) for each in (form.top, form.bottom)]
    return Course(form.at, min(low, high), max(low, high), trend, bits[0], bits[1], 1)


def _trend(form: Ratio, stretch: Stretch) -> Trend:
    """Tell whether a quotient rises or falls; `SplitError` where it turns."""
    rise = polynomials.add(
        polynomials.multiply(polynomials.shift(form.top), form.bottom),
        polynomials.negate(polynomials.multiply(form.top, polynomials.shift(form.bottom))),
    )
    if stretch.is_point:
        return 1
    found = {1, -1}
    for start, sign in polynomials.runs(rise, stretch.low, stretch.high - 1):
        # level is both: it goes on with either
        found &= {sign} if sign else found
        if not found:
            raise SplitError(start)
    return 1 if 1 in found else -1


# -- Comparing -------------------------------------------------------------------------------------


def compare(first: NumberForm, second: NumberForm, stretch: Stretch) -> int:
    """Return the sign of the difference; `SplitError` where it changes within the stretch."""
    if isinstance(first, Fixed) and isinstance(second, Fixed):
        one, other = _number(first), _number(second)
        return (one > other) - (one < other)
    left, right = _as_ratio(first), _as_ratio(second)
    if left is not None and right is not None:
        return _compare_ratios(left, right, stretch)
    difference = _add(as_course(first, stretch), _negate(as_course(second, stretch)))
    return _sign_of(difference, stretch)


def _compare_ratios(first: Ratio, second: Ratio, stretch: Stretch) -> int:
    difference = polynomials.add(
        polynomials.multiply(first.top, second.bottom),
        polynomials.negate(polynomials.multiply(second.top, first.bottom)),
    )
    signs = polynomials.runs(difference, stretch.low, stretch.high)
    _, sign = next(signs)
    change = next(signs, None)
    if change is not None:
        raise SplitError(change[0])
    return sign


def _sign_of(course: Course, stretch: Stretch) -> int:
    if course.low > 0 or course.high < 0:
        return 1 if course.low > 0 else -1
    if course.low == course.high:
        return 0
    if course.trend == 0:
        stretch.halve()
    low, high = stretch.low, stretch.high
    known = _sign_at(course, low)
    if _sign_at(course, high) == known:
        return known
    while high - low > 1:
        middle = (low + high) // 2
        if _sign_at(course, middle) == known:
            low = middle
        else:
            high = middle
    raise SplitError(high)


def _sign_at(course: Course, steps: int) -> int:
    return polynomials.sign(course.at(steps).numerator)


# -- Computing -------------------------------------------------------------------------------------


def settle(course: Course) -> NumberForm:
    """Return a course, or the one number that it is; too many digits or calls are not followed."""
    if course.low == course.high:
        return _fixed(course.low)
    if course.top > SAFE_BITS or course.bottom > SAFE_BITS:
        raise UnsettledError("digits")
    if course.calls > MOST_CALLS:
        raise UnsettledError("formula")
    return course


def _compose(
    first: Course, second: Course, by: Callable[[Fraction, Fraction], Fraction]
) -> Callable[[int], Fraction]:
    one, other = first.at, second.at
    return lambda steps: by(one(steps), other(steps))


def _add(first: Course, second: Course) -> Course:
    return Course(
        _compose(first, second, add_fractions),
        first.low + second.low,
        first.high + second.high,
        join_trends(first, second, first.trend, second.trend),
        max(first.top + second.bottom, second.top + first.bottom) + 1,
        _shared_bits(first, second),
        first.calls + second.calls + 1,
    )


def _shared_bits(first: Course, second: Course) -> int:
    """Bound the bits of the product of two denominators, of which one bit is 1."""
    one, other = first.bottom, second.bottom
    return max(one, other) if min(one, other) == 1 else one + other


def is_whole(curve: Curve) -> bool:
    """Tell whether a number that varies is surely whole at each value of the input."""
    return curve.bottom == (1,) if isinstance(curve, Ratio) else curve.bottom == 1


def join_trends(first: Course, second: Course, one: Trend, other: Trend) -> Trend:
    """Join two trends; what does not change at all has any."""
    if first.low == first.high:
        return other
    if second.low == second.high:
        return one
    return one if one == other else 0


def _negate(course: Course) -> Course:
    at, trend = course.at, turn(course.trend)
    low, high = -course.high, -course.low
    return Course(
        lambda steps: -at(steps), low, high, trend, course.top, course.bottom, course.calls + 1
    )


def turn(trend: Trend) -> Trend:
    """Say how the opposite of a number goes."""
    return 0 if trend == 0 else -1 if trend == 1 else 1


def add(first: NumberForm, second: NumberForm, stretch: Stretch) -> NumberForm:
    """Add two numbers."""
    left, right = _as_ratio(first), _as_ratio(second)
    if left is not None and right is not None:
        top = polynomials.add(
            polynomials.multiply(left.top, right.bottom),
            polynomials.multiply(right.top, left.bottom),
        )
        return ratio(top, polynomials.multiply(left.bottom, right.bottom), stretch)
    return settle(_add(as_course(first, stretch), as_course(second, stretch)))


def negate(of: NumberForm, stretch: Stretch) -> NumberForm:
    """Turn the sign."""
    if isinstance(of, Course):
        return settle(_negate(of))
    written = _as_ratio(of)
    return (
        of if written is None else ratio(polynomials.negate(written.top), written.bottom, stretch)
    )


def multiply(first: NumberForm, second: NumberForm, stretch: Stretch) -> NumberForm:
    """Multiply two numbers."""
    left, right = _as_ratio(first), _as_ratio(second)
    if left is not None and right is not None:
        top = polynomials.multiply(left.top, right.top)
        return ratio(top, polynomials.multiply(left.bottom, right.bottom), stretch)
    one, other = as_course(first, stretch), as_course(second, stretch)
    ends = [a * b for a in (one.low, one.high) for b in (other.low, other.high)]
    return settle(
        Course(
            _compose(one, other, multiply_fractions),
            min(ends),
            max(ends),
            _product_trend(one, other),
            one.top + other.top,
            _shared_bits(one, other),
            one.calls + other.calls + 1,
        )
    )


def _product_trend(first: Course, second: Course) -> Trend:
    """Say how a product goes, where the signs of both factors are known."""
    one, other = _sign(first), _sign(second)
    if one == 0 or other == 0:
        return 0
    # of sizes: a product of positive ones rises where both rise
    return join_trends(first, second, _times(first.trend, other), _times(second.trend, one))


def _sign(course: Course) -> Trend:
    return 1 if course.low >= 0 else -1 if course.high <= 0 else 0


def _times(trend: Trend, sign: Trend) -> Trend:
    return trend if sign == 1 else turn(trend)


def divide(first: NumberForm, second: NumberForm, stretch: Stretch) -> NumberForm:
    """Divide by what is not zero anywhere in the stretch, as was found by comparing."""
    left, right = _as_ratio(first), _as_ratio(second)
    if left is not None and right is not None:
        top = polynomials.multiply(left.top, right.bottom)
        return ratio(top, polynomials.multiply(left.bottom, right.top), stretch)
    return multiply(first, _invert(as_course(second, stretch)), stretch)


def _invert(course: Course) -> Course:
    """Return one over a course that never is zero and keeps its sign."""
    at = course.at
    return Course(
        lambda steps: divide_fractions(Fraction(1), at(steps)),
        1 / course.high,
        1 / course.low,
        turn(course.trend),
        course.bottom,
        course.top,
        course.calls + 1,
    )


def round_form(of: NumberForm, decimals: int, mode: RoundingMode, stretch: Stretch) -> NumberForm:
    """Round: what rises goes on rising, and what falls falling, in steps."""
    if isinstance(of, Fixed):
        return _fixed(round_number(_number(of), decimals, mode))
    course = as_course(of, stretch)
    at = course.at
    low, high = (round_number(end, decimals, mode) for end in (course.low, course.high))
    bottom = (10**decimals).bit_length()
    whole = int(max(abs(low), abs(high))) + 1
    top = whole.bit_length() + bottom
    return settle(
        Course(
            lambda steps: round_number(at(steps), decimals, mode),
            low, high, course.trend, top, bottom, course.calls + 1,
        )
    )  # fmt: skip
