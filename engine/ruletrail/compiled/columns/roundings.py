"""Rounding of whole columns as SSA.

A quotient is taken in float64 where numerator and denominator stay under 2**53, and truncated: one
that is not whole differs from every integer by at least 1/denominator, and its error is smaller, so
that the integer is exact (docs/parity.md). Above that, it is taken in integers, which numpy divides
several times slower.
"""

from collections.abc import Callable, Mapping

from ruletrail.compiled.columns.column_arithmetic import (
    WHOLE_LIMIT,
    Bounded,
    TooLarge,
    Vector,
    fit,
)
from ruletrail.compiled.columns.numpy_codegen import ColumnValue, Dtype, SsaBuilder, Value

FLOAT_LIMIT = 2**53


def round_vector(ssa: SsaBuilder, number: Vector, decimals: int, mode: str) -> Vector:
    """Round to so many decimals, which is the scale of the result."""
    # whole at a smaller scale already: at the larger one it would only grow
    if number.scale is not None and number.scale <= decimals:
        return number
    power = 10**decimals if number.scale is None else 1
    bottom = Bounded(number.bottom, 1, number.bottom_high)
    if number.scale is not None:
        whole = 10 ** (number.scale - decimals)
        bottom = Bounded(whole, whole, whole)
    low, high = fit(number.low * power, number.high * power)
    # the largest number on the way: twice the numerator and twice the denominator, for the half
    largest = 2 * max(high, -low) + 2 * bottom.high + 2
    if largest >= WHOLE_LIMIT:
        raise TooLarge
    # by a constant, numpy divides integers with multiplications: floats would gain nothing
    in_floats = largest < FLOAT_LIMIT and isinstance(bottom.values, ColumnValue)
    dtype: Dtype = "f8" if in_floats else "i8"
    scaled = Bounded(ssa.emit("multiply", ssa.cast(number.values, dtype), power), low, high)
    values = _ROUNDINGS[mode](ssa, scaled, ssa.cast(bottom.values, dtype))
    # a quotient is no farther from 0 than its numerator, and is moved by less than one
    return Vector(
        ssa.cast(values, "i8"),
        decimals,
        min(low - 1, 0) if number.low < 0 else 0,
        max(high + 1, 0),
        non_values=number.non_values,
        trap=number.trap,
    )


def _floor(ssa: SsaBuilder, top: Bounded, bottom: Value) -> Value:
    """Divide down to an integer."""
    if not isinstance(bottom, ColumnValue) or bottom.dtype == "i8":
        return ssa.emit("floor_divide", top.values, bottom)
    quotient = ssa.emit("divide", top.values, bottom)
    # a cast truncates, which for what is not negative is the floor, and one operation less
    return ssa.cast(quotient if top.low >= 0 else ssa.emit("floor", quotient), "i8")


def _ceiling(ssa: SsaBuilder, top: Bounded, bottom: Value) -> Value:
    turned = Bounded(ssa.emit("negative", top.values), -top.high, -top.low)
    return ssa.emit("negative", _floor(ssa, turned, bottom))


def _by_size(
    ssa: SsaBuilder, top: Bounded, bottom: Value, shift: Callable[[Value], Value]
) -> Value:
    """Round sizes, shifted before they are divided down, and put the signs back."""
    if top.low >= 0:
        return _floor(ssa, Bounded(shift(top.values), 0, top.high), bottom)
    sizes = Bounded(shift(ssa.emit("absolute", top.values)), 0, top.most)
    whole = _floor(ssa, sizes, bottom)
    negative = ssa.emit("less", top.values, 0)
    return ssa.where(negative, ssa.emit("negative", whole), whole, "i8")


def _down(ssa: SsaBuilder, top: Bounded, bottom: Value) -> Value:
    return _by_size(ssa, top, bottom, lambda size: size)


def _up(ssa: SsaBuilder, top: Bounded, bottom: Value) -> Value:
    def shift(size: Value) -> Value:
        return ssa.emit("subtract", ssa.emit("add", size, bottom), 1)

    return _by_size(ssa, top, bottom, shift)


def _half_up(ssa: SsaBuilder, top: Bounded, bottom: Value) -> Value:
    twice = ssa.emit("multiply", bottom, 2)

    def shift(size: Value) -> Value:
        return ssa.emit("add", ssa.emit("multiply", size, 2), bottom)

    return _by_size(ssa, top, twice, shift)


def _half_even(ssa: SsaBuilder, top: Bounded, bottom: Value) -> Value:
    whole, divisor = ssa.cast(top.values, "i8"), ssa.cast(bottom, "i8")
    down = _floor(ssa, top, bottom)
    # in integers from here: a half is recognised by the remainder, not by the quotient
    rest = ssa.emit("subtract", whole, ssa.emit("multiply", down, divisor))
    over = ssa.emit("subtract", ssa.emit("multiply", rest, 2), divisor)
    is_odd = ssa.emit("equal", ssa.emit("bitwise_and", down, 1), 1)
    above = ssa.emit("greater", over, 0)
    half = ssa.emit("logical_and", ssa.emit("equal", over, 0), is_odd)
    moved = ssa.cast(ssa.emit("logical_or", above, half), "u1")
    return ssa.emit("add", down, ssa.cast(moved, "i8"))


_ROUNDINGS: Mapping[str, Callable[[SsaBuilder, Bounded, Value], Value]] = {
    "floor": _floor, "ceiling": _ceiling, "down": _down, "up": _up, "half_up": _half_up,
    "half_even": _half_even,
}  # fmt: skip
"""One for each mode of docs/semantics.md 9.3; the denominator is positive."""
