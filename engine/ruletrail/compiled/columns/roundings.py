"""Rounding of whole columns, written on a tape.

A quotient is taken in floats where all stays under 2**53, and cut to a whole number: one that is not whole differs
from every whole number by at least 1/divisor, and its error is smaller, so the cut is exact (docs/parity.md). Above, it
is taken in whole numbers.
"""

from collections.abc import Callable, Mapping

from ruletrail.compiled.columns.column_arithmetic import WHOLE_LIMIT, Cell, Range, TooLarge, fit
from ruletrail.compiled.columns.numpy_codegen import Kind, Strip, Tape, Value

FLOAT_LIMIT = 2**53


def round_cell(tape: Tape, cell: Cell, decimals: int, mode: str) -> Cell:
    """Round to so many decimals."""
    if cell.scale is not None and cell.scale <= decimals:
        return cell
    top = Range(cell.values, cell.low, cell.high)
    power = 10**decimals if cell.scale is None else 1
    bottom = Range(cell.bottom, 1, cell.bottom_high)
    if cell.scale is not None:
        whole = 10 ** (cell.scale - decimals)
        bottom = Range(whole, whole, whole)
    fit(top.low * power, top.high * power)
    largest = 2 * top.bound * power + 2 * bottom.high + 2
    if largest >= WHOLE_LIMIT:
        raise TooLarge
    kind: Kind = "f8" if largest < FLOAT_LIMIT and isinstance(bottom.values, Strip) else "i8"
    held = Range(
        tape.emit("multiply", tape.cast(top.values, kind), power), top.low * power, top.high * power
    )
    values = _ROUNDINGS[mode](tape, held, tape.cast(bottom.values, kind))
    low, high = (
        min(held.low - 1, 0) if top.low < 0 else 0,
        max(held.high + 1, 0),
    )  # a quotient is no farther from 0
    return Cell(tape.cast(values, "i8"), decimals, low, high, state=cell.state, trap=cell.trap)


def _floor(tape: Tape, top: Range, bottom: Value) -> Value:
    """Divide down to a whole number; floats are cut, which for what is not negative is the same and one operation less."""
    if not isinstance(bottom, Strip) or bottom.kind == "i8":
        return tape.emit("floor_divide", top.values, bottom)
    quotient = tape.emit("divide", top.values, bottom)
    return tape.cast(quotient if top.low >= 0 else tape.emit("floor", quotient), "i8")


def _negative(tape: Tape, top: Range) -> Range:
    return Range(tape.emit("negative", top.values), -top.high, -top.low)


def _ceiling(tape: Tape, top: Range, bottom: Value) -> Value:
    return tape.emit("negative", _floor(tape, _negative(tape, top), bottom))


def _away(tape: Tape, top: Range, bottom: Value, near: Callable[[Value], Value]) -> Value:
    """Round sizes and put the signs back."""
    if top.low >= 0:
        return _floor(tape, Range(near(top.values), 0, top.high), bottom)
    sizes = _floor(tape, Range(near(tape.emit("absolute", top.values)), 0, top.bound), bottom)
    return tape.where(tape.emit("less", top.values, 0), tape.emit("negative", sizes), sizes, "i8")


def _down(tape: Tape, top: Range, bottom: Value) -> Value:
    return _away(tape, top, bottom, lambda size: size)


def _up(tape: Tape, top: Range, bottom: Value) -> Value:
    return _away(
        tape, top, bottom, lambda size: tape.emit("subtract", tape.emit("add", size, bottom), 1)
    )


def _half_up(tape: Tape, top: Range, bottom: Value) -> Value:
    twice = tape.emit("multiply", bottom, 2)
    return _away(
        tape, top, twice, lambda size: tape.emit("add", tape.emit("multiply", size, 2), bottom)
    )


def _half_even(tape: Tape, top: Range, bottom: Value) -> Value:
    whole = Range(tape.cast(top.values, "i8"), top.low, top.high)
    divisor = tape.cast(bottom, "i8")
    down = _floor(tape, top, bottom)
    rest = tape.emit("subtract", whole.values, tape.emit("multiply", down, divisor))
    over = tape.emit("subtract", tape.emit("multiply", rest, 2), divisor)
    is_odd = tape.emit("equal", tape.emit("bitwise_and", down, 1), 1)
    nearer = tape.emit(
        "logical_or",
        tape.emit("greater", over, 0),
        tape.emit("logical_and", tape.emit("equal", over, 0), is_odd),
    )
    return tape.emit("add", down, tape.cast(tape.cast(nearer, "u1"), "i8"))


_ROUNDINGS: Mapping[str, Callable[[Tape, Range, Value], Value]] = {
    "floor": _floor, "ceiling": _ceiling, "down": _down, "up": _up, "half_up": _half_up, "half_even": _half_even,
}  # fmt: skip
