"""Arithmetic on blocks: one value of many reports at once, as an array, its bound and its state.

A block is exact or refuses: before each operation the block's own extremes say whether the result stays under
2**53 (float64 holds such whole numbers exactly), under 2**63 (int64), or is `TooLarge` for columns.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ruletrail.structures import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray

FLOAT_LIMIT = 2**53
WHOLE_LIMIT = 2**63

VALUE, NOT_APPLICABLE, MISSING, NOT_ENCODED, ERROR = range(5)
"""States of a row, in the order in which the worse wins; 0 is a value."""

State = Any
"""An array of states, or the state of every row."""


class TooLarge(ArithmeticError):  # noqa: N818 - not a mistake of anybody's, but a lane that is too narrow
    """The block's numbers pass 63 bits."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of every row: whole numbers at `scale` (pairs with `bottom` when it is None), words or booleans.

    `values` may be one number for all rows. Where `state` is not 0 the value means nothing, but is within `bound`.
    """

    values: Any
    scale: int | None = 0
    bound: int = 0
    bottom: Any = 1
    bottom_bound: int = 1
    state: State = VALUE
    words: Sequence[str | bool] = ()


def is_settled(state: State) -> bool:
    """Tell whether every row has a value."""
    return isinstance(state, int) and state == VALUE


def worst_state(states: Sequence[State]) -> State:
    """Join states: the worse wins."""
    import numpy as np  # noqa: PLC0415 - an extra, and slow to import

    joined: State = VALUE
    for state in states:
        if is_settled(state):
            continue
        joined = state if is_settled(joined) else np.maximum(joined, state)
    return joined


def settle(values: Any, state: State) -> Any:  # noqa: ANN401
    """Make booleans false where they are gaps, so that true always means known to be true."""
    return values if is_settled(state) else values & (state == VALUE)


def as_array(value: Any, rows: int, kind: Any) -> "NDArray[Any]":  # noqa: ANN401
    """Write one value for all rows as an array."""
    import numpy as np  # noqa: PLC0415

    return value if isinstance(value, np.ndarray) and value.ndim else np.full(rows, value, kind)


def times(values: Any, factor: int, bound: int) -> Any:  # noqa: ANN401
    """Multiply by a power of ten; `bound` is that of the result."""
    if factor == 1:
        return values
    return narrow(values, bound) * factor


def narrow(values: Any, bound: int) -> Any:  # noqa: ANN401
    """Choose the lane for a result: floats hold it exactly, or whole numbers do, or it is too large."""
    if bound >= WHOLE_LIMIT:
        raise TooLarge
    if bound >= FLOAT_LIMIT and getattr(getattr(values, "dtype", None), "kind", "") == "f":
        return values.astype("int64")
    return values


def at_scale(cell: Cell, scale: int) -> tuple[Any, int]:
    """Give whole numbers at a larger scale, with their bound."""
    if cell.scale is None:
        raise TypeError("a pair is not whole")
    power = 10 ** (scale - cell.scale)
    bound = cell.bound * power
    return times(cell.values, power, bound), bound


def scale_of(cells: Sequence[Cell]) -> int | None:
    """Find the scale at which all are whole; None when one is a pair."""
    scales = [cell.scale for cell in cells]
    return None if None in scales else max(scale for scale in scales if scale is not None)


def as_pair(cell: Cell) -> tuple[Any, int, Any, int]:
    """Give numerator and denominator with their bounds."""
    if cell.scale is None:
        return cell.values, cell.bound, cell.bottom, cell.bottom_bound
    return cell.values, cell.bound, 10**cell.scale, 10**cell.scale


def product(left: Any, right: Any, bound: int) -> Any:  # noqa: ANN401
    """Multiply in the lane that holds the result."""
    return narrow(left, bound) * narrow(right, bound)


def crossed(left: Cell, right: Cell) -> tuple[Any, Any, int]:
    """Bring two numbers over one denominator and give the numerators, with a bound of both."""
    scale = scale_of((left, right))
    if scale is not None:
        first, first_bound = at_scale(left, scale)
        second, second_bound = at_scale(right, scale)
        bound = max(first_bound, second_bound)
        return narrow(first, bound), narrow(second, bound), bound
    top1, bound1, bottom1, low1 = as_pair(left)
    top2, bound2, bottom2, low2 = as_pair(right)
    bound = max(bound1 * low2, bound2 * low1)
    return product(top1, bottom2, bound), product(top2, bottom1, bound), bound


def add(left: Cell, right: Cell, sign: int) -> Cell:
    """Add or subtract."""
    first, second, bound = crossed(left, right)
    total = 2 * bound
    first, second = narrow(first, total), narrow(second, total)
    values = first + second if sign > 0 else first - second
    scale = scale_of((left, right))
    state = worst_state((left.state, right.state))
    if scale is not None:
        return Cell(values, scale, total, state=state)
    _, _, bottom1, low1 = as_pair(left)
    _, _, bottom2, low2 = as_pair(right)
    return Cell(values, None, total, product(bottom1, bottom2, low1 * low2), low1 * low2, state)


def multiply(left: Cell, right: Cell) -> Cell:
    """Multiply."""
    bound = left.bound * right.bound
    state = worst_state((left.state, right.state))
    values = product(left.values, right.values, bound)
    if left.scale is not None and right.scale is not None:
        return Cell(values, left.scale + right.scale, bound, state=state)
    _, _, bottom1, low1 = as_pair(left)
    _, _, bottom2, low2 = as_pair(right)
    return Cell(values, None, bound, product(bottom1, bottom2, low1 * low2), low1 * low2, state)


def divide(left: Cell, right: Cell, rows: int) -> Cell:
    """Divide; a row whose divisor is 0 is an error, and its denominator is made 1."""
    import numpy as np  # noqa: PLC0415

    if left.scale is not None and right.scale is not None:
        shared = max(left.scale, right.scale)
        top, top_bound = at_scale(left, shared)
        bottom, bottom_bound = at_scale(right, shared)
    else:
        top1, bound1, bottom1, low1 = as_pair(left)
        top2, bound2, bottom2, low2 = as_pair(right)
        top_bound, bottom_bound = bound1 * low2, bound2 * low1
        top, bottom = product(top1, bottom2, top_bound), product(top2, bottom1, bottom_bound)
    top, bottom = narrow(top, top_bound), narrow(bottom, bottom_bound)
    state = worst_state((left.state, right.state))
    if isinstance(bottom, int) and bottom > 0:
        return Cell(top, None, top_bound, bottom, bottom, state)
    bottom = as_array(bottom, rows, np.int64)
    zero = bottom == 0
    if zero.any():
        state = worst_state((state, np.where(zero if is_settled(state) else zero & (state == VALUE), ERROR, VALUE).astype(np.uint8)))
        bottom = np.where(zero, 1, bottom)
    if (bottom < 0).any():
        top, bottom = top * np.sign(bottom), np.abs(bottom)
    return Cell(top, None, top_bound, bottom, max(bottom_bound, 1), state)


def modulo(left: Cell, right: Cell, rows: int) -> Cell:
    """Take the rest of a division, with the sign of the divisor."""
    import numpy as np  # noqa: PLC0415

    first, second, bound = crossed(left, right)
    state = worst_state((left.state, right.state))
    second = as_array(second, rows, np.int64)
    zero = second == 0
    if zero.any():
        state = worst_state((state, np.where(zero if is_settled(state) else zero & (state == VALUE), ERROR, VALUE).astype(np.uint8)))
        second = np.where(zero, 1, second)
    whole = np.remainder(_whole(first), _whole(second))
    scale = scale_of((left, right))
    if scale is not None:
        return Cell(whole, scale, bound, state=state)
    _, _, bottom1, low1 = as_pair(left)
    _, _, bottom2, low2 = as_pair(right)
    return Cell(whole, None, bound, product(bottom1, bottom2, low1 * low2), low1 * low2, state)


def _whole(values: Any) -> Any:  # noqa: ANN401
    return values.astype("int64") if getattr(getattr(values, "dtype", None), "kind", "") == "f" else values


def round_cell(cell: Cell, decimals: int, mode: str) -> Cell:
    """Round to so many decimals.

    Under 2**53 the quotient is taken in floats and cut to a whole number: a quotient that is not whole differs
    from one by at least 1/divisor, and its error is smaller, so the cut is exact.
    """
    if cell.scale is not None and cell.scale <= decimals:
        return cell
    if cell.scale is None:
        bound, bottom, bottom_bound = cell.bound * 10**decimals, cell.bottom, cell.bottom_bound
        top = times(cell.values, 10**decimals, bound)
    else:
        bound, top = cell.bound, cell.values
        bottom = bottom_bound = 10 ** (cell.scale - decimals)
    values = _round(top, bottom, 2 * bound + 2 * bottom_bound + 2, mode)
    return Cell(values, decimals, bound + 1, state=cell.state)


def _round(top: Any, bottom: Any, bound: int, mode: str) -> Any:  # noqa: ANN401
    import numpy as np  # noqa: PLC0415

    if bound >= WHOLE_LIMIT:
        raise TooLarge
    top = np.asarray(top)
    if bound < FLOAT_LIMIT:

        def floor_of(a: Any, b: Any) -> Any:  # noqa: ANN401
            return np.floor(np.true_divide(a, b))

        return _ROUNDINGS[mode](top, bottom, floor_of)
    return _ROUNDINGS[mode](_whole(top), _whole(bottom), np.floor_divide)


def _away(top: Any, bottom: Any, floor_of: Callable[[Any, Any], Any], near: Callable[[Any], Any]) -> Any:  # noqa: ANN401
    """Round sizes and put the signs back; most blocks have no negative number."""
    import numpy as np  # noqa: PLC0415

    negative = top < 0
    if not negative.any():
        return floor_of(near(top), bottom)
    sizes = floor_of(near(np.abs(top)), bottom)
    return np.where(negative, -sizes, sizes)


def _half_up(top: Any, bottom: Any, floor_of: Callable[[Any, Any], Any]) -> Any:  # noqa: ANN401
    return _away(top, 2 * bottom, floor_of, lambda size: 2 * size + bottom)


def _half_even(top: Any, bottom: Any, floor_of: Callable[[Any, Any], Any]) -> Any:  # noqa: ANN401
    down = floor_of(top, bottom)
    over = 2 * (top - down * bottom) - bottom
    return down + ((over > 0) | ((over == 0) & (down % 2 == 1)))


_ROUNDINGS: dict[str, Callable[[Any, Any, Callable[[Any, Any], Any]], Any]] = {
    "floor": lambda top, bottom, floor_of: floor_of(top, bottom),
    "ceiling": lambda top, bottom, floor_of: -floor_of(-top, bottom),
    "down": lambda top, bottom, floor_of: _away(top, bottom, floor_of, lambda size: size),
    "up": lambda top, bottom, floor_of: _away(top, bottom, floor_of, lambda size: size + bottom - 1),
    "half_up": _half_up,
    "half_even": _half_even,
}
