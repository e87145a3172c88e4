"""What scales and keyed tables answer for a number, a day or a text that depends on one input.

The stretch is cut at the thresholds and keys that it passes; within a band a scale is a straight
line.
"""

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction

from ruletrail.analysis.lookup_bounds import line_of
from ruletrail.counterfactuals.curves import Fixed, NumberForm, add, compare, multiply
from ruletrail.counterfactuals.days import Days, number_of
from ruletrail.counterfactuals.primitives import Form, Wording
from ruletrail.counterfactuals.stretches import Allowance, Stretch, UnsettledError
from ruletrail.formulas.lookups import (
    BandScale,
    DatedLookup,
    KeyedTable,
    Lookup,
    find_in_force,
)
from ruletrail.formulas.lookups import Days as Period
from ruletrail.rulebooks import Parameter
from ruletrail.values import ErrorValue, Fact, Value, is_non_value, is_too_large


def look_up(
    lookup: Lookup, operands: Sequence[Form], stretch: Stretch, text: str, allowance: Allowance
) -> Form:
    """Answer for operands that are no non-values; `text` is the call, for errors that name it."""
    if isinstance(lookup, DatedLookup):
        *looked_up, day = operands
        allowance.spend(len(lookup.stretches))
        at = find_on([each.days for each in lookup.stretches], day, stretch)
        found = lookup.stretches[at] if at >= 0 else None
        if found is None or found.content is None:
            return Fixed(ErrorValue("no_case", found.lacking if found else lookup.code))
        return look_up(found.content, looked_up, stretch, text, allowance)
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


def find_on(spans: Sequence[Period], day: Form, stretch: Stretch) -> int:
    """Find which entry is in force throughout; -1 where none is."""
    if isinstance(day, Fixed):
        return find_in_force(spans, day.fact) if isinstance(day.fact, date) else -1
    number = number_of(day)  # type: ignore[arg-type]  # linking admits only days

    def is_after(other: date) -> bool:
        return compare(number, Fixed(Fraction(other.toordinal())), stretch) > 0

    def is_reached(at: int) -> bool:
        first = spans[at].first
        return compare(number, Fixed(Fraction(first.toordinal())), stretch) >= 0

    at = _count_reached(len(spans), is_reached) - 1
    last = spans[at].last if at >= 0 else None
    return -1 if last is not None and is_after(last) else at


def value_on(parameter: Parameter, day: Form, stretch: Stretch) -> Form:
    """Return what a parameter that changes with a day is throughout."""
    if isinstance(day, Fixed) and is_non_value(day.fact):
        return day
    at = find_on(parameter.spans, day, stretch)
    return Fixed(parameter.values[at].value if at >= 0 else ErrorValue("no_case", parameter.code))


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
    line = line_of(scale, at)
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


__all__ = ["find_on", "look_up", "value_on"]
