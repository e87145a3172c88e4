"""Arithmetic on whole columns, written on a tape: one value of many reports, its bounds and its state.

A block is exact or refuses: from the bounds of its inputs each operation computes those of its result. Numbers are
whole numbers of 64 bits; a quotient is taken in floats where all stays under 2**53, which is exact (docs/parity.md),
else in whole numbers; what would pass 2**63 is `TooLarge` for columns.
"""

from collections.abc import Iterable, Sequence

from ruletrail.compiled.columns.numpy_codegen import Strip, Tape, Value
from ruletrail.compiled.columns.string_dictionaries import NO_WORDS, Words
from ruletrail.fast_dataclasses import dataclass, replace

WHOLE_LIMIT = 2**63

VALUE, NOT_APPLICABLE, MISSING, NOT_ENCODED, ERROR = range(5)
"""States of a row, in the order in which the worse wins; 0 is a value."""


class TooLarge(ArithmeticError):  # noqa: N818 - not a mistake of anybody's, but a lane that is too narrow
    """The block's numbers pass 63 bits."""


@dataclass(frozen=True, slots=True)
class State:
    """Why rows have no value: a strip of states, or one state for all; `kinds` are those that can stand in it."""

    value: Value = VALUE
    kinds: frozenset[int] = frozenset()

    @property
    def is_settled(self) -> bool:
        """Whether every row has a value."""
        return not self.kinds


SETTLED = State()


def same_state(state: int) -> State:
    """Give all rows one state."""
    return State(state, frozenset({state}))


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of every row: whole numbers at `scale` (pairs with `bottom` when it is None), words or booleans.

    Where the state is not 0 the value means nothing. `trap` marks rows whose value is an error that this tape does
    not work out: they are computed again by one that does.
    """

    values: Value = 0
    scale: int | None = 0
    low: int = 0
    high: int = 0
    bottom: Value = 1
    bottom_high: int = 1
    state: State = SETTLED
    trap: Value = False
    words: Words = NO_WORDS


@dataclass(frozen=True, slots=True)
class Range:
    """Whole numbers with their bounds."""

    values: Value
    low: int
    high: int

    @property
    def bound(self) -> int:
        """The largest size."""
        return max(self.high, -self.low)


def fit(low: int, high: int) -> tuple[int, int]:
    """Give bounds back if columns can hold them."""
    if max(high, -low) >= WHOLE_LIMIT:
        raise TooLarge
    return low, high


# -- States ------------------------------------------------------------------------------------------------------


def worst_state(tape: Tape, states: Iterable[State]) -> State:
    """Join states: the worse wins."""
    joined = SETTLED
    for state in states:
        if not state.is_settled:
            joined = State(
                tape.emit("maximum", joined.value, state.value), joined.kinds | state.kinds
            )
    return joined


def has_value(tape: Tape, state: State) -> Value:
    """Tell which rows have a value."""
    return True if state.is_settled else tape.emit("equal", state.value, VALUE)


def settle(tape: Tape, values: Value, state: State) -> Value:
    """Make booleans false where they are gaps, so that true always means known to be true."""
    return tape.emit("logical_and", values, has_value(tape, state))


def as_bit(values: Value) -> Value:
    """Give booleans as what a change of type to bytes takes."""
    return values if isinstance(values, Strip) else int(values)


def state_where(tape: Tape, mask: Value, state: int) -> State:
    """Give a state to the rows of a mask."""
    if not isinstance(mask, Strip):
        return same_state(state) if mask else SETTLED
    return State(tape.emit("multiply", tape.cast(mask, "u1"), state), frozenset({state}))


def join_cells(tape: Tape, cells: Sequence[Cell]) -> tuple[State, Value]:
    """Join the states and the traps of operands."""
    trap: Value = False
    for cell in cells:
        trap = tape.emit("logical_or", trap, cell.trap)
    return worst_state(tape, (cell.state for cell in cells)), trap


# -- Scales ------------------------------------------------------------------------------------------------------


def _times(tape: Tape, held: Range, factor: int) -> Range:
    return product(tape, held, Range(factor, factor, factor))


def at_scale(tape: Tape, cell: Cell, scale: int) -> Range:
    """Give whole numbers at a larger scale."""
    if cell.scale is None:
        raise TypeError("a pair is not whole")
    return _times(tape, Range(cell.values, cell.low, cell.high), 10 ** (scale - cell.scale))


def scale_of(cells: Sequence[Cell]) -> int | None:
    """Find the scale at which all are whole; None when one is a pair."""
    scales = [cell.scale for cell in cells if cell.scale is not None]
    return max(scales) if len(scales) == len(cells) else None


def as_pair(cell: Cell) -> tuple[Range, Range]:
    """Give numerator and denominator."""
    top = Range(cell.values, cell.low, cell.high)
    if cell.scale is None:
        return top, Range(cell.bottom, 1, cell.bottom_high)
    return top, Range(10**cell.scale, 10**cell.scale, 10**cell.scale)


def product(tape: Tape, one: Range, two: Range) -> Range:
    """Multiply."""
    ends = [a * b for a in (one.low, one.high) for b in (two.low, two.high)]
    low, high = fit(min(ends), max(ends))
    if low == high == 0:
        return Range(0, 0, 0)  # and the other, which may be too large for a strip, is not asked for
    return Range(tape.emit("multiply", one.values, two.values), low, high)


def crossed(tape: Tape, left: Cell, right: Cell) -> tuple[Range, Range]:
    """Bring two numbers over one denominator and give the numerators."""
    scale = scale_of((left, right))
    if scale is not None:
        return at_scale(tape, left, scale), at_scale(tape, right, scale)
    (top1, bottom1), (top2, bottom2) = as_pair(left), as_pair(right)
    return product(tape, top1, bottom2), product(tape, top2, bottom1)


def compare(tape: Tape, op: str, one: Range, two: Range) -> Value:
    """Compare numbers; what their bounds decide is known, and a test against the least number is one for equality."""
    if one.low > two.high or one.high < two.low:
        return bool(op == "not_equal" or op.startswith("greater" if one.low > two.high else "less"))
    if not isinstance(two.values, Strip) and one.low == two.values:
        if op in ("less", "greater_equal"):
            return op == "greater_equal"
        is_least = tape.emit("equal", one.values, two.values)
        return is_least if op in ("equal", "less_equal") else tape.emit("logical_not", is_least)
    return tape.emit(op, one.values, two.values)


def _number(tape: Tape, top: Range, left: Cell, right: Cell) -> Cell:
    """Make the number whose numerator is over the common denominator of two others."""
    state, trap = join_cells(tape, (left, right))
    scale = scale_of((left, right))
    if scale is not None:
        return Cell(top.values, scale, top.low, top.high, state=state, trap=trap)
    bottom = product(tape, as_pair(left)[1], as_pair(right)[1])
    return Cell(top.values, None, top.low, top.high, bottom.values, bottom.high, state, trap)


# -- Operations --------------------------------------------------------------------------------------------------


def add(tape: Tape, left: Cell, right: Cell, sign: int = 1) -> Cell:
    """Add or subtract."""
    one, two = crossed(tape, left, right)
    low, high = fit(
        *(
            (one.low + two.low, one.high + two.high)
            if sign > 0
            else (one.low - two.high, one.high - two.low)
        )
    )
    values = tape.emit("add" if sign > 0 else "subtract", one.values, two.values)
    return _number(tape, Range(values, low, high), left, right)


def multiply(tape: Tape, left: Cell, right: Cell) -> Cell:
    """Multiply."""
    top = product(
        tape, Range(left.values, left.low, left.high), Range(right.values, right.low, right.high)
    )
    cell = _number(tape, top, left, right)
    return (
        cell
        if left.scale is None or right.scale is None
        else replace(cell, scale=left.scale + right.scale)
    )


def negate(tape: Tape, cell: Cell) -> Cell:
    """Change the sign."""
    return replace(cell, values=tape.emit("negative", cell.values), low=-cell.high, high=-cell.low)


def absolute(tape: Tape, cell: Cell) -> Cell:
    """Take the size."""
    high = max(cell.high, -cell.low)
    return (
        cell
        if cell.low >= 0
        else replace(cell, values=tape.emit("absolute", cell.values), low=0, high=high)
    )


def divide(tape: Tape, left: Cell, right: Cell, *, traps: bool) -> Cell:
    """Divide; a row whose divisor is 0 is an error, or is trapped."""
    if left.scale is not None and right.scale is not None:
        top, bottom = crossed(tape, left, right)
    else:
        (top1, bottom1), (top2, bottom2) = as_pair(left), as_pair(right)
        top, bottom = product(tape, top1, bottom2), product(tape, top2, bottom1)
    state, trap = join_cells(tape, (left, right))
    bottom, state, trap = without_zero(tape, bottom, state, trap, traps=traps)
    if bottom.low < 0:
        negative = tape.emit("less", bottom.values, 0)
        bound = top.bound
        top = Range(
            tape.where(negative, tape.emit("negative", top.values), top.values, "i8"), -bound, bound
        )
        bottom = Range(tape.emit("absolute", bottom.values), 1, bottom.bound)
    return Cell(
        top.values, None, top.low, top.high, bottom.values, max(bottom.high, 1), state, trap
    )


def without_zero(
    tape: Tape, bottom: Range, state: State, trap: Value, *, traps: bool
) -> tuple[Range, State, Value]:
    """Make rows with a divisor of 0 errors with a divisor of 1; or trap them, and then their divisor does not matter."""
    if bottom.low > 0 or bottom.high < 0:
        return bottom, state, trap
    is_zero = tape.emit(
        "equal", bottom.values, 0
    )  # the same test as `> 0` comes to where nothing is negative
    zero = tape.emit("logical_and", is_zero, has_value(tape, state))
    if traps and isinstance(bottom.values, Strip):
        return bottom, state, tape.emit("logical_or", trap, zero)
    one = (
        tape.emit("maximum", bottom.values, 1)
        if bottom.low == 0
        else tape.where(is_zero, 1, bottom.values, "i8")
    )
    return (
        Range(one, bottom.low, max(bottom.high, 1)),
        worst_state(tape, (state, state_where(tape, zero, ERROR))),
        trap,
    )


def modulo(tape: Tape, left: Cell, right: Cell, *, traps: bool) -> Cell:
    """Take the rest of a division, with the sign of the divisor."""
    first, second = crossed(tape, left, right)
    cell = _number(tape, Range(first.values, min(second.low, 0), max(second.high, 0)), left, right)
    second, state, trap = without_zero(tape, second, cell.state, cell.trap, traps=traps)
    return replace(
        cell, values=tape.emit("remainder", first.values, second.values), state=state, trap=trap
    )
