"""How large the numbers of an expression can be, at which scale they are whole, and between which bounds they lie.

Sizes are upper bounds in bits; where one passes 400 digits the expression is `watched`, and the limit is checked
when it runs. Ranges are for readers and for choosing lanes: nothing wrong follows from a range that is too wide.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil

from ruletrail.analysis.ir import LARGEST_SCALE, Form, Gaps, Size
from ruletrail.fast_dataclasses import replace
from ruletrail.values import (
    MOST_INTEGER_DIGITS,
    SAFE_BITS,
    RoundingMode,
    count_finite_decimals,
    round_number,
)

_LIMIT_BITS = SAFE_BITS + 1
_ERROR: Gaps = frozenset({"error"})
_NOTHING = Size(0, 1, 0, 0)


def power_bits(exponent: int) -> int:
    """Count the bits of ten to a power."""
    return int(10**exponent).bit_length()


def size_of_field(scale: int) -> Size:
    """Size a field at its scale; documents hold at most 15 digits before the point."""
    return Size(scale, power_bits(MOST_INTEGER_DIGITS + scale), 0, 10**MOST_INTEGER_DIGITS)


def size_of_constant(value: Fraction) -> Size:
    """Size a constant; documents write only finite decimals."""
    scale = count_finite_decimals(value) or 0
    return Size(scale, (abs(value) * 10**scale).numerator.bit_length(), 0, ceil(abs(value)))


def bottom_of(size: Size) -> int:
    """Bound the bits of the denominator, whichever way the number is held."""
    return size.bottom if size.scale is None else power_bits(size.scale)


def finish_number(form: Form) -> Form:
    """Give a compound expression its size, range and watch; other kinds stay as they are."""
    if form.kind != "number" or form.size is not None:
        return form
    sizes = [arg.size if arg.size is not None else _NOTHING for arg in form.args]
    size = _within(_SIZES[form.op](sizes), _most_of(form, [size.most for size in sizes]))
    low, high = _range(form)
    watched = max(size.top, size.bottom) > SAFE_BITS
    if watched:
        top = _LIMIT_BITS + (power_bits(size.scale) if size.scale is not None else 0)
        size = Size(size.scale, min(size.top, top), min(size.bottom, _LIMIT_BITS), size.most)
    wrong = watched or form.op == "mod" or (form.op == "div" and _positive(form.args[1]) is None)
    gaps = form.gaps | _ERROR if wrong else form.gaps
    return replace(form, size=size, low=low, high=high, watched=watched, gaps=gaps)


def round_form(form: Form, decimals: int, mode: RoundingMode) -> Form:
    """Type the rounding of an expression; the result has `form` as its one operand."""
    size = form.size if form.size is not None else _NOTHING
    if size.scale is not None and size.scale <= decimals:
        rounded = size
    elif size.scale is not None:
        rounded = Size(decimals, size.top, 0)
    else:
        rounded = Size(decimals, size.top + power_bits(decimals) + 1, 0)
    rounded = _within(rounded, None if size.most is None else size.most + 1)
    watched = rounded.top > SAFE_BITS
    if watched:
        rounded = Size(
            rounded.scale,
            min(rounded.top, _LIMIT_BITS + power_bits(rounded.decimals)),
            0,
            rounded.most,
        )
    low = None if form.low is None else round_number(form.low, decimals, mode)
    high = None if form.high is None else round_number(form.high, decimals, mode)
    gaps = form.gaps | _ERROR if watched else form.gaps
    return Form(
        "round",
        "number",
        (form,),
        rounded,
        low,
        high,
        gaps,
        decimals=decimals,
        mode=mode,
        watched=watched,
    )


# -- Sizes -------------------------------------------------------------------------------------------------------


def common_scale(sizes: list[Size]) -> int | None:
    """Find the scale at which all are whole; None when one is a pair."""
    scales = [size.scale for size in sizes]
    return (
        None if None in scales else max((scale for scale in scales if scale is not None), default=0)
    )


def _shared(sizes: list[Size], grow: int) -> Size:
    """Size what is one of several, or their sum: all at the common scale, or over the common denominator."""
    scale = common_scale(sizes)
    if scale is None:
        bottom = sum(bottom_of(size) for size in sizes)
        return Size(None, max(size.top + bottom - bottom_of(size) for size in sizes) + grow, bottom)
    return Size(
        scale,
        max((size.top + power_bits(scale - size.decimals) for size in sizes), default=1) + grow,
        0,
    )


def _add(sizes: list[Size]) -> Size:
    return _shared(sizes, 1)


def _one_of(sizes: list[Size]) -> Size:
    if common_scale(sizes) is not None:
        return _shared(sizes, 0)
    return Size(None, max(size.top for size in sizes), max(bottom_of(size) for size in sizes))


def _sum(sizes: list[Size]) -> Size:
    """Size a sum; one of pairs is reduced at every step, so it is as large as the limit admits."""
    size = _shared(sizes, len(sizes).bit_length())
    return (
        size
        if size.scale is not None and size.top <= SAFE_BITS
        else Size(None, 2 * SAFE_BITS, 2 * SAFE_BITS)
    )


def _mul(sizes: list[Size]) -> Size:
    left, right = sizes
    top = left.top + right.top
    if (
        left.scale is not None
        and right.scale is not None
        and left.scale + right.scale <= LARGEST_SCALE
    ):
        return Size(left.scale + right.scale, top, 0)
    return Size(None, top, bottom_of(left) + bottom_of(right))


def _div(sizes: list[Size]) -> Size:
    left, right = sizes
    if left.scale is not None and right.scale is not None:
        up, down = max(right.scale - left.scale, 0), max(left.scale - right.scale, 0)
        return Size(None, left.top + power_bits(up), right.top + power_bits(down))
    return Size(None, left.top + bottom_of(right), right.top + bottom_of(left))


def _mod(sizes: list[Size]) -> Size:
    left, right = sizes
    if common_scale(sizes) is not None:
        return _shared(sizes, 0)
    return Size(None, right.top + bottom_of(left), bottom_of(left) + bottom_of(right))


_SIZES: Mapping[str, Callable[[list[Size]], Size]] = {
    "neg": lambda sizes: sizes[0],
    "pos": lambda sizes: sizes[0],
    "abs": lambda sizes: sizes[0],
    "add": _add,
    "sub": _add,
    "mul": _mul,
    "div": _div,
    "mod": _mod,
    "sum": _sum,
    "min": _one_of,
    "max": _one_of,
    "choose": lambda sizes: _one_of(sizes[:2]),
    "default": _one_of,
    "if_missing": _one_of,
    "count": lambda sizes: Size(0, len(sizes).bit_length() + 1, 0),
    "length": lambda _: Size(0, 64, 0),
}


# -- The largest value -------------------------------------------------------------------------------------------


def _most_of(form: Form, mosts: list[int | None]) -> int | None:
    """Bound the value of an expression by those of its operands; None where nothing is known."""
    if form.op == "choose":
        mosts = mosts[:2]
    known = [most for most in mosts if most is not None]
    if len(known) < len(mosts) or not known:
        return None
    match form.op:
        case "add" | "sub" | "sum":
            return sum(known)
        case "mul":
            return known[0] * known[1]
        case "div":
            divisor = _positive(form.args[1])
            return ceil(known[0] / divisor) if divisor is not None else None
        case "neg" | "pos" | "abs" | "min" | "max" | "choose" | "default" | "if_missing":
            return max(known)
        case "mod":
            return known[1]
        case _:
            return None


def _positive(form: Form) -> Fraction | None:
    """Give a number that is known now and more than zero: what is divided by it is a number, and no error."""
    return (
        form.fact
        if form.op == "constant" and isinstance(form.fact, Fraction) and form.fact > 0
        else None
    )


def _within(size: Size, most: int | None) -> Size:
    """Narrow a size by the largest value, as far as that is no larger than the limit."""
    if most is None or most.bit_length() > _LIMIT_BITS:
        return replace(size, most=None)
    bits = (
        most.bit_length() + size.bottom
        if size.scale is None
        else int(most * 10**size.scale).bit_length()
    )
    return replace(size, top=min(size.top, bits), most=most)


# -- Ranges ------------------------------------------------------------------------------------------------------

_Bounds = tuple[Fraction | None, Fraction | None]


def _range(form: Form) -> _Bounds:
    lows, highs = [arg.low for arg in form.args], [arg.high for arg in form.args]
    match form.op:
        case "add" | "sum":
            return _total(lows), _total(highs)
        case "sub":
            return _total([lows[0], _negated(highs[1])]), _total([highs[0], _negated(lows[1])])
        case "neg":
            return _negated(highs[0]), _negated(lows[0])
        case "pos":
            return lows[0], highs[0]
        case "choose" | "default" | "if_missing":
            return _pick(lows[:2], min), _pick(highs[:2], max)
        case "min" | "max":
            pick = min if form.op == "min" else max
            return _pick(lows, pick), _pick(highs, pick)
        case "count":
            return Fraction(0), Fraction(len(form.args))
        case "mul" | "div" if all(low is not None and low >= 0 for low in lows):
            return Fraction(0), None
        case "abs" | "length":
            return Fraction(0), None
        case _:
            return None, None


def _total(bounds: list[Fraction | None]) -> Fraction | None:
    known = [bound for bound in bounds if bound is not None]
    return sum(known, Fraction(0)) if len(known) == len(bounds) else None


def _negated(bound: Fraction | None) -> Fraction | None:
    return None if bound is None else -bound


def _pick(
    bounds: list[Fraction | None], pick: Callable[[list[Fraction]], Fraction]
) -> Fraction | None:
    known = [bound for bound in bounds if bound is not None]
    return pick(known) if known and len(known) == len(bounds) else None
