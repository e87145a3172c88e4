"""What the generated function calls for the cases that are rare: gaps, pairs that grow, declared values, decisions.

Whole numbers only; a non-value travels as itself. The meaning is DESIGN 5, written a second time on purpose.
"""

from collections.abc import Sequence
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
_POWERS = tuple(10**decimals for decimals in range(MOST_DECIMALS + 1))
_NON_VALUES = (Missing, NotApplicable, NotEncoded, ErrorValue)


def reduce_pair(top: int, bottom: int) -> Pair:
    """Reduce to lowest terms; the denominator is positive and stays so."""
    shared = gcd(top, bottom)
    return (top // shared, bottom // shared) if shared > 1 else (top, bottom)


def within_limit(top: int, bottom: int) -> Pair | None:
    """Reduce a number whose digits must be counted; None when it has too many."""
    if top.bit_length() > SAFE_BITS or bottom.bit_length() > SAFE_BITS:
        top, bottom = reduce_pair(top, bottom)
        if is_too_large(Fraction(top, bottom)):
            return None
    return top, bottom


def add_pairs(pairs: Sequence[Pair]) -> Pair | None:
    """Add numbers one after the other; None when a partial sum has too many digits."""
    total = Fraction(0)
    for top, bottom in pairs:
        total += Fraction(top, bottom)
        if is_too_large(total):
            return None
    return total.numerator, total.denominator


def least_pair(pairs: Sequence[Pair]) -> Pair:
    """Return the least of some numbers."""
    return min(pairs, key=lambda pair: Fraction(*pair))


def greatest_pair(pairs: Sequence[Pair]) -> Pair:
    """Return the greatest of some numbers."""
    return max(pairs, key=lambda pair: Fraction(*pair))


def round_half_even(top: int, bottom: int) -> int:
    """Round a quotient to the nearest whole number, to the even one when two are as near."""
    down, rest = divmod(top, bottom)
    over = 2 * rest - bottom
    return down + 1 if over > 0 or (over == 0 and down % 2) else down


def join_gaps(gaps: Sequence[NonValue | None]) -> NonValue | None:
    """Return the gap that decides; None stands for an operand that has a value."""
    return worst([gap for gap in gaps if gap is not None])


def choose_case(
    code: str, outcomes: Sequence[str], truths: Sequence[Fact], *, first: bool
) -> str | NonValue:
    """Choose among cases whose truth is not settled for all, or is not that of exactly one."""
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
    gap = truths[open_at[0]] if first else worst([truths[index] for index in open_at])
    if not isinstance(gap, _NON_VALUES):
        raise TypeError("a decision that is not settled has a gap")
    return gap


def otherwise_truth(truths: Sequence[Fact]) -> Fact:
    """Tell whether the last case holds because no other does."""
    if any(truth is True for truth in truths):
        return False
    gap = worst(truths)
    return True if gap is None else gap


def compare_number(decimals: int, stated: int, power: int, top: int, bottom: int) -> str:
    """Compare a declared number, whole over `power`, with the unrounded quotient; they are known not to be equal.

    `decimals` are those that the number was declared with, so it is whole at that scale.
    """
    raised = _POWERS[decimals]
    target = stated * raised // power
    if top < 0:
        top, target = -top, -target
    top *= raised
    if (2 * top + bottom) // (2 * bottom) == target:
        return "rounded"
    return "truncated" if top // bottom == target else "differs"


def compare_gap(gap: NonValue, *, is_zero: bool) -> str:
    """Compare a declared value with a rule that has none."""
    if isinstance(gap, NotApplicable):
        return "blank" if is_zero else "differs"
    return "unverified"
