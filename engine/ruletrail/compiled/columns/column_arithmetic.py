"""Arithmetic on whole columns as SSA: values, their bounds, and which rows have none.

Exact, or refused: the bounds of each result follow from those of its operands, and those of the
inputs from the block's assumptions. Numbers are integers of 64 bits at a scale, or pairs of them;
what could pass 63 bits is `TooLarge`, before any code is printed.

There are no branches: an operation computes every row, and masks say which results count. A branch
would need an interpreter's step for each row, a mask needs one for each block.
"""

from collections.abc import Iterable, Sequence

from ruletrail.compiled.columns.columns import NO_DICTIONARY, Dictionary
from ruletrail.compiled.columns.numpy_codegen import ColumnValue, SsaBuilder, Value
from ruletrail.fast_dataclasses import dataclass, replace

WHOLE_LIMIT = 2**63

VALUE, LEFT_OUT, NOT_APPLICABLE, MISSING, NOT_ENCODED, ERROR = range(6)
"""Kind codes: one uint8 a row, 0 where there is a value, else which non-value stands there.

In the order in which the worse wins (docs/semantics.md 2.2), so that joining operands is a maximum.
`LEFT_OUT` is not applicable by a rule of the row of a list: what gathers the rows leaves it out,
while `NOT_APPLICABLE` makes it so, and is named before (27.4).
"""

_INAPPLICABLE = (LEFT_OUT, NOT_APPLICABLE)


class TooLarge(ArithmeticError):  # noqa: N818 - nothing is wrong, another evaluator must answer
    """The numbers of a block, or what is computed of them, could pass 63 bits."""


@dataclass(frozen=True, slots=True)
class NonValues:
    """Which rows have no value, as kind codes; `possible` are the codes other than 0 among them.

    What is never possible is not printed: in most rulebooks that is most of it.
    """

    codes: Value = VALUE
    possible: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether every row has a value."""
        return not self.possible


ALL_VALUES = NonValues()


def same_non_value(code: int) -> NonValues:
    """Give all rows one non-value."""
    return NonValues(code, frozenset({code}))


@dataclass(frozen=True, slots=True)
class Vector:
    """The value of an expression in every row of a block.

    `values` are integers at `scale` between `low` and `high` (numerators over `bottom` where
    `scale` is None), indices into `dictionary`, or booleans. They mean nothing where `non_values`
    has a code, except that a boolean is false there. `trap` marks rows with an error that this code
    does not work out: other code computes them again.
    """

    values: Value = 0
    scale: int | None = 0
    low: int = 0
    high: int = 0
    bottom: Value = 1
    bottom_high: int = 1
    non_values: NonValues = ALL_VALUES
    trap: Value = False
    dictionary: Dictionary = NO_DICTIONARY


@dataclass(frozen=True, slots=True)
class Bounded:
    """Integers of 64 bits between two bounds, both included."""

    values: Value
    low: int
    high: int

    @property
    def most(self) -> int:
        """The largest size."""
        return max(self.high, -self.low)


def fit(low: int, high: int) -> tuple[int, int]:
    """Return bounds that int64 holds; `TooLarge` for others."""
    if max(high, -low) >= WHOLE_LIMIT:
        raise TooLarge
    return low, high


# -- Non-values ------------------------------------------------------------------------------------


def worst_non_values(ssa: SsaBuilder, operands: Iterable[NonValues]) -> NonValues:
    """Join the non-values of operands: the worse wins."""
    joined = ALL_VALUES
    for operand in operands:
        if not operand.is_empty:
            codes = ssa.emit("maximum", joined.codes, operand.codes)
            joined = NonValues(codes, joined.possible | operand.possible)
    return joined


def has_value(ssa: SsaBuilder, non_values: NonValues) -> Value:
    """Tell which rows have a value."""
    return True if non_values.is_empty else ssa.emit("equal", non_values.codes, VALUE)


def may_not_apply(non_values: NonValues) -> bool:
    """Tell whether some row may not apply."""
    return not non_values.possible.isdisjoint(_INAPPLICABLE)


def does_not_apply(ssa: SsaBuilder, non_values: NonValues) -> Value:
    """Tell which rows do not apply, by whichever rule."""
    found: Value = False
    for code in _INAPPLICABLE:
        if code in non_values.possible:
            found = ssa.emit("logical_or", found, ssa.emit("equal", non_values.codes, code))
    return found


def mask_truth(ssa: SsaBuilder, values: Value, non_values: NonValues) -> Value:
    """Make booleans false where there is no value, so that true always means known to be true."""
    return ssa.emit("logical_and", values, has_value(ssa, non_values))


def as_bit(values: Value) -> Value:
    """Return booleans as what can be cast to bytes: a constant becomes 0 or 1."""
    return values if isinstance(values, ColumnValue) else int(values)


def non_value_where(ssa: SsaBuilder, mask: Value, code: int) -> NonValues:
    """Give a non-value to the rows of a mask."""
    if not isinstance(mask, ColumnValue):
        return same_non_value(code) if mask else ALL_VALUES
    return NonValues(ssa.emit("multiply", ssa.cast(mask, "u1"), code), frozenset({code}))


def keep_where(ssa: SsaBuilder, mask: Value, non_values: NonValues) -> NonValues:
    """Keep the non-values of the rows of a mask: codes times 0 or 1, one pass over bytes."""
    codes = ssa.emit("multiply", ssa.cast(as_bit(mask), "u1"), non_values.codes)
    return NonValues(codes, non_values.possible)


def join_operands(ssa: SsaBuilder, operands: Sequence[Vector]) -> tuple[NonValues, Value]:
    """Join the non-values and the traps of operands."""
    trap: Value = False
    for operand in operands:
        trap = ssa.emit("logical_or", trap, operand.trap)
    return worst_non_values(ssa, (operand.non_values for operand in operands)), trap


# -- Scales ----------------------------------------------------------------------------------------


def at_scale(ssa: SsaBuilder, number: Vector, scale: int) -> Bounded:
    """Return the integers of a number at a larger scale; a `TypeError` for a pair."""
    if number.scale is None:
        raise TypeError("a pair is not whole")
    factor = 10 ** (scale - number.scale)
    whole = Bounded(number.values, number.low, number.high)
    return product(ssa, whole, Bounded(factor, factor, factor))


def scale_of(numbers: Sequence[Vector]) -> int | None:
    """Find the scale at which all are whole; None where one is a pair."""
    scales = [number.scale for number in numbers if number.scale is not None]
    return max(scales) if len(scales) == len(numbers) else None


def as_pair(number: Vector) -> tuple[Bounded, Bounded]:
    """Return numerator and denominator, which is positive."""
    top = Bounded(number.values, number.low, number.high)
    if number.scale is None:
        # 0 only in trapped rows, whose results mean nothing
        return top, Bounded(number.bottom, 1, number.bottom_high)
    return top, Bounded(10**number.scale, 10**number.scale, 10**number.scale)


def product(ssa: SsaBuilder, one: Bounded, two: Bounded) -> Bounded:
    """Multiply; the ends of the product are among the products of the ends."""
    ends = [a * b for a in (one.low, one.high) for b in (two.low, two.high)]
    low, high = fit(min(ends), max(ends))
    if low == high == 0:
        # the other operand may be a constant beyond int64, which must not be printed
        return Bounded(0, 0, 0)
    # checked before it is emitted: numpy wraps around in silence
    return Bounded(ssa.emit("multiply", one.values, two.values), low, high)


def cross(ssa: SsaBuilder, left: Vector, right: Vector) -> tuple[Bounded, Bounded]:
    """Bring two numbers over one denominator and return the numerators.

    Comparing quotients by them is exact and divides nothing.
    """
    scale = scale_of((left, right))
    if scale is not None:
        return at_scale(ssa, left, scale), at_scale(ssa, right, scale)
    (top1, bottom1), (top2, bottom2) = as_pair(left), as_pair(right)
    return product(ssa, top1, bottom2), product(ssa, top2, bottom1)


def compare(ssa: SsaBuilder, op: str, one: Bounded, two: Bounded) -> Value:
    """Compare numbers; what their bounds decide is a constant.

    A test against the least number is one for equality, because `x > 0`, `x <= 0` and `x == 0`, of
    which rulebooks are full, are then one operation and its negation.
    """
    if one.low > two.high or one.high < two.low:
        # a constant lets what depends on it be folded away, often a whole branch
        return bool(op == "not_equal" or op.startswith("greater" if one.low > two.high else "less"))
    if not isinstance(two.values, ColumnValue) and one.low == two.values:
        if op in ("less", "greater_equal"):
            return op == "greater_equal"
        # nothing is less than the least, so equality decides the other comparisons too
        is_least = ssa.emit("equal", one.values, two.values)
        return is_least if op in ("equal", "less_equal") else ssa.emit("logical_not", is_least)
    return ssa.emit(op, one.values, two.values)


def _over_common(ssa: SsaBuilder, top: Bounded, left: Vector, right: Vector) -> Vector:
    """Make the number whose numerator is over the common denominator of two others."""
    non_values, trap = join_operands(ssa, (left, right))
    scale = scale_of((left, right))
    if scale is not None:
        return Vector(top.values, scale, top.low, top.high, non_values=non_values, trap=trap)
    bottom = product(ssa, as_pair(left)[1], as_pair(right)[1])
    return Vector(top.values, None, top.low, top.high, bottom.values, bottom.high, non_values, trap)


# -- Operations ------------------------------------------------------------------------------------


def add(ssa: SsaBuilder, left: Vector, right: Vector, sign: int = 1) -> Vector:
    """Add, or with `sign` -1 subtract."""
    one, two = cross(ssa, left, right)
    ends = (two.low, two.high) if sign > 0 else (-two.high, -two.low)
    low, high = fit(one.low + ends[0], one.high + ends[1])
    values = ssa.emit("add" if sign > 0 else "subtract", one.values, two.values)
    return _over_common(ssa, Bounded(values, low, high), left, right)


def multiply(ssa: SsaBuilder, left: Vector, right: Vector) -> Vector:
    """Multiply; the scales of whole numbers add up."""
    one, two = as_pair(left)[0], as_pair(right)[0]
    number = _over_common(ssa, product(ssa, one, two), left, right)
    if left.scale is None or right.scale is None:
        return number
    # the product of two whole numbers is whole at the sum of their scales; no factor is needed
    return replace(number, scale=left.scale + right.scale)


def negate(ssa: SsaBuilder, number: Vector) -> Vector:
    """Change the sign."""
    values = ssa.emit("negative", number.values)
    return replace(number, values=values, low=-number.high, high=-number.low)


def absolute(ssa: SsaBuilder, number: Vector) -> Vector:
    """Drop the sign."""
    if number.low >= 0:
        return number
    values = ssa.emit("absolute", number.values)
    return replace(number, values=values, low=0, high=max(number.high, -number.low))


def divide(ssa: SsaBuilder, left: Vector, right: Vector, *, traps: bool) -> Vector:
    """Divide into a pair; a row whose divisor is 0 is an error, or with `traps` is trapped."""
    if left.scale is not None and right.scale is not None:
        top, bottom = cross(ssa, left, right)
    else:
        (top1, bottom1), (top2, bottom2) = as_pair(left), as_pair(right)
        top, bottom = product(ssa, top1, bottom2), product(ssa, top2, bottom1)
    non_values, trap = join_operands(ssa, (left, right))
    bottom, non_values, trap = _without_zero(ssa, bottom, non_values, trap, traps=traps)
    if bottom.low < 0:
        # roundings and comparisons of pairs take the denominator to be positive
        negative = ssa.emit("less", bottom.values, 0)
        most = top.most
        turned = ssa.where(negative, ssa.emit("negative", top.values), top.values, "i8")
        top = Bounded(turned, -most, most)
        bottom = Bounded(ssa.emit("absolute", bottom.values), 1, bottom.most)
    # a row divided by 1 in place of 0 has a denominator that the bound must cover
    high = max(bottom.high, 1)
    return Vector(top.values, None, top.low, top.high, bottom.values, high, non_values, trap)


def _without_zero(
    ssa: SsaBuilder, bottom: Bounded, non_values: NonValues, trap: Value, *, traps: bool
) -> tuple[Bounded, NonValues, Value]:
    """Make rows with a divisor of 0 errors and divide them by 1, or trap them.

    A trapped row is computed again, so its divisor stays 0: numpy's result for it means nothing.
    """
    if bottom.low > 0 or bottom.high < 0:
        return bottom, non_values, trap
    # for what is never negative this is the operation that a condition `x > 0` came to
    is_zero = ssa.emit("equal", bottom.values, 0)
    zero = ssa.emit("logical_and", is_zero, has_value(ssa, non_values))
    # a constant 0 is no reason to trap: every row would be computed twice, so it is an error here
    if traps and isinstance(bottom.values, ColumnValue):
        return bottom, non_values, ssa.emit("logical_or", trap, zero)
    one = (
        ssa.emit("maximum", bottom.values, 1)
        if bottom.low == 0
        else ssa.where(is_zero, 1, bottom.values, "i8")
    )
    errors = non_value_where(ssa, zero, ERROR)
    joined = worst_non_values(ssa, (non_values, errors))
    return Bounded(one, bottom.low, max(bottom.high, 1)), joined, trap


def modulo(ssa: SsaBuilder, left: Vector, right: Vector, *, traps: bool) -> Vector:
    """Take the remainder of a division, which has the divisor's sign and is closer to 0."""
    first, second = cross(ssa, left, right)
    # the bounds of the result, under the values of the dividend until those are known
    rest = Bounded(first.values, min(second.low, 0), max(second.high, 0))
    number = _over_common(ssa, rest, left, right)
    second, non_values, trap = _without_zero(
        ssa, second, number.non_values, number.trap, traps=traps
    )
    values = ssa.emit("remainder", first.values, second.values)
    return replace(number, values=values, non_values=non_values, trap=trap)
