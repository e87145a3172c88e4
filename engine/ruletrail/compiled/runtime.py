"""What emitted functions call for rare cases: non-values, pairs, declared values, decisions.

Integers and pairs of them; a non-value travels as itself. The meaning is that of docs/semantics.md
2 to 10 a second time, on purpose: tests compare it with the reference. Compiled code that is cached
refers to these functions by the names in `compiled.functions`.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd

from ruletrail.values import (
    MOST_DECIMALS,
    SAFE_BITS,
    ErrorValue,
    Fact,
    Missing,
    NonValue,
    NotApplicable,
    NotEncoded,
    is_too_large,
    worst,
)

Pair = tuple[int, int]
"""Numerator and denominator, which is positive; not always in lowest terms."""

_POWERS = tuple(10**decimals for decimals in range(MOST_DECIMALS + 1))
_NON_VALUES = (Missing, NotApplicable, NotEncoded, ErrorValue)


def reduce_pair(top: int, bottom: int) -> Pair:
    """Reduce to lowest terms."""
    shared = gcd(top, bottom)
    return (top // shared, bottom // shared) if shared > 1 else (top, bottom)


def within_limit(top: int, bottom: int) -> Pair | None:
    """Reduce a number whose digits must be counted; None where it has too many."""
    if top.bit_length() > SAFE_BITS or bottom.bit_length() > SAFE_BITS:
        top, bottom = reduce_pair(top, bottom)
        if is_too_large(Fraction(top, bottom)):
            return None
    return top, bottom


def add_pairs(pairs: Sequence[Pair]) -> Pair | None:
    """Add numbers in their order; None where a partial sum has too many digits."""
    return _add_up(Fraction(top, bottom) for top, bottom in pairs)


def add_rows(pairs: Sequence[Pair]) -> Pair | None:
    """Add numbers of rows, which have no order: from the least to the greatest."""
    return _add_up(sorted(Fraction(top, bottom) for top, bottom in pairs))


def _add_up(numbers: Iterable[Fraction]) -> Pair | None:
    # in lowest terms after each step, because the limit is measured there
    total = Fraction(0)
    for number in numbers:
        total += number
        if is_too_large(total):
            return None
    return total.numerator, total.denominator


def min_pair(pairs: Sequence[Pair]) -> Pair:
    """Return the least of some numbers."""
    return min(pairs, key=lambda pair: Fraction(*pair))


def max_pair(pairs: Sequence[Pair]) -> Pair:
    """Return the greatest of some numbers."""
    return max(pairs, key=lambda pair: Fraction(*pair))


def round_half_even(top: int, bottom: int) -> int:
    """Round a quotient to the nearest integer, to the even one where two are as near."""
    down, rest = divmod(top, bottom)
    over = 2 * rest - bottom
    return down + 1 if over > 0 or (over == 0 and down % 2) else down


def worst_non_value(operands: Sequence[NonValue | None]) -> NonValue | None:
    """Return the non-value that decides; None stands for an operand that has a value."""
    return worst([operand for operand in operands if operand is not None])


def choose_case(
    code: str, outcomes: Sequence[str], truths: Sequence[Fact], *, first: bool
) -> str | NonValue:
    """Choose among a decision's cases where some have no value, or not exactly one is true."""
    open_at = [index for index, truth in enumerate(truths) if truth is not False]
    true_at = [index for index in open_at if truths[index] is True]
    if not open_at:
        return ErrorValue("no_case", code)
    if first and open_at[0] in true_at:
        return outcomes[open_at[0]]
    if not first and len(true_at) > 1:
        return ErrorValue("conflict", code)
    if true_at and len({outcomes[index] for index in open_at}) == 1:
        return outcomes[true_at[0]]
    found = truths[open_at[0]] if first else worst([truths[index] for index in open_at])
    if not isinstance(found, _NON_VALUES):
        raise TypeError("a decision without an outcome has a non-value")
    return found


def find_unchosen(code: str, truths: Sequence[Fact]) -> NonValue:
    """Return why no formula of a rule is chosen, where an exception's condition has no value."""
    if sum(truth is True for truth in truths) > 1:
        return ErrorValue("conflict", code)
    found = worst(truths)
    if found is None:
        raise TypeError("a rule without a formula has an exception in doubt")
    return found


def otherwise_truth(truths: Sequence[Fact]) -> Fact:
    """Return whether the last case holds, because no other does."""
    if any(truth is True for truth in truths):
        return False
    non_value = worst(truths)
    return True if non_value is None else non_value


def compare_number(decimals: int, stated: int, power: int, top: int, bottom: int) -> str:
    """Compare a declared number, an integer over `power`, with an unrounded quotient.

    They are known not to be equal. The number was declared with so many `decimals`, so that it is
    whole at that scale.
    """
    raised = _POWERS[decimals]
    target = stated * raised // power
    if top < 0:
        # sizes are rounded and signs put back, as `half_up` and `down` do
        top, target = -top, -target
    top *= raised
    if (2 * top + bottom) // (2 * bottom) == target:
        return "rounded"
    return "truncated" if top // bottom == target else "differs"


def compare_non_value(non_value: NonValue, *, is_zero: bool) -> str:
    """Compare a declared value with a rule that has none."""
    if isinstance(non_value, NotApplicable):
        return "blank" if is_zero else "differs"
    return "unverified"
