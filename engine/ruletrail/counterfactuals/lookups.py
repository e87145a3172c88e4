"""What scales and keyed tables answer for a number, a day or a text that depends on one input.

The stretch is cut at the thresholds and keys that it passes; within a band a scale is a straight
line.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction

from ruletrail.analysis.lookup_bounds import lines_of
from ruletrail.counterfactuals.curves import Fixed, NumberForm, add, compare, multiply
from ruletrail.counterfactuals.days import Days, number_of
from ruletrail.counterfactuals.primitives import Form, Wording
from ruletrail.counterfactuals.stretches import Allowance, Stretch, UnsettledError
from ruletrail.formulas.lookups import BandScale, KeyedTable, Lookup
from ruletrail.values import ErrorValue, Fact, Value, is_too_large


def look_up(
    lookup: Lookup, operands: Sequence[Form], stretch: Stretch, text: str, allowance: Allowance
) -> Form:
    """Answer for operands that are no non-values; `text` is the call, for errors that name it."""
    if isinstance(lookup, KeyedTable):
        allowance.spend(len(lookup.rows))
        keys = [_key(lookup, at, form, stretch) for at, form in enumerate(operands)]
        return Fixed(lookup.look_up(keys))  # type: ignore[arg-type]  # a key of none is in no row
    (operand,) = operands
    if isinstance(operand, Fixed):
        return Fixed(_limited(lookup.look_up([operand.fact]), text))  # type: ignore[list-item]
    if isinstance(operand, Wording | Days):
        raise UnsettledError("formula")
    return _on_scale(lookup, operand, stretch)


def _limited(fact: Fact, text: str) -> Fact:
    is_large = isinstance(fact, Fraction) and is_too_large(fact)
    return ErrorValue("limit", text) if is_large else fact


def _on_scale(scale: BandScale, number: NumberForm, stretch: Stretch) -> NumberForm:
    is_marginal = scale.kind == "marginal"

    def is_reached(at: int) -> bool:
        band = scale.bands[at]
        sign = compare(number, Fixed(band.threshold), stretch)
        return sign > 0 or (sign == 0 and not (band.is_past or is_marginal))

    at = _count_reached(len(scale.bands), is_reached) - 1
    if at < 0:
        return Fixed(Fraction(0) if is_marginal else ErrorValue("no_case", scale.code))
    line = lines_of(scale)[at]
    rise = multiply(number, Fixed(line.slope), stretch)
    return add(rise, Fixed(line.start), stretch)


def _count_reached(count: int, is_reached: Callable[[int], bool]) -> int:
    """Count those that are reached, of so many of which each before a reached one is reached."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if is_reached(middle):
            low = middle + 1
        else:
            high = middle
    return low


# -- Keys ------------------------------------------------------------------------------------------


def _key(table: KeyedTable, at: int, form: Form, stretch: Stretch) -> Value | None:
    """Find which value of a key column an operand is throughout; None for none of them."""
    if isinstance(form, Fixed):
        return form.fact  # type: ignore[return-value]  # no non-value comes here
    cells = {cell for row in table.rows for cell in row.cells[at]}
    if isinstance(form, Wording):
        # each is tried by itself
        form.named.update(cell for cell in cells if isinstance(cell, str))
        return None
    number = number_of(form)
    keys = sorted({_number(cell): cell for cell in cells}.items(), key=lambda pair: pair[0])

    def is_reached(at: int) -> bool:
        return compare(number, Fixed(keys[at][0]), stretch) >= 0

    reached = _count_reached(len(keys), is_reached)
    if not reached:
        return None
    nearest, cell = keys[reached - 1]
    return cell if compare(number, Fixed(nearest), stretch) == 0 else None


def _number(cell: Value) -> Fraction:
    number = number_of(Fixed(cell))
    if isinstance(number, Fixed) and isinstance(number.fact, Fraction):
        return number.fact
    raise TypeError("linking admits no other type in the place of this key")


__all__ = ["look_up"]
