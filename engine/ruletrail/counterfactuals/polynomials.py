"""Polynomials with whole coefficients, and where they change sign among whole numbers.

Only whole arguments matter: an input is a whole number of steps. So a sign is found by differences
instead of derivatives, exactly, and nothing between two whole numbers is asked for.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from math import gcd

Polynomial = tuple[int, ...]
"""Coefficients from the constant upwards, the last one not zero; none for the zero polynomial."""


def make(coefficients: Sequence[int]) -> Polynomial:
    """Leave out the zeros at the end."""
    end = len(coefficients)
    while end and coefficients[end - 1] == 0:
        end -= 1
    return tuple(coefficients[:end])


def add(first: Polynomial, second: Polynomial) -> Polynomial:
    """Add two polynomials."""
    return make([a + b for a, b in zip_longest(first, second, fillvalue=0)])


def negate(of: Polynomial) -> Polynomial:
    """Turn all signs."""
    return tuple([-each for each in of])


def multiply(first: Polynomial, second: Polynomial) -> Polynomial:
    """Multiply two polynomials."""
    if not first or not second:
        return ()
    found = [0] * (len(first) + len(second) - 1)
    for at, a in enumerate(first):
        for place, b in enumerate(second, at):
            found[place] += a * b
    return make(found)


def value(of: Polynomial, at: int) -> int:
    """Compute the value at a whole number."""
    found = 0
    for coefficient in reversed(of):
        found = found * at + coefficient
    return found


def shift(of: Polynomial) -> Polynomial:
    """Write p(k + 1) as a polynomial in k."""
    found: Polynomial = ()
    for coefficient in reversed(of):
        found = add(multiply(found, (1, 1)), make((coefficient,)))
    return found


def reduce_pair(top: Polynomial, bottom: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Divide both by what all their coefficients share."""
    shared = gcd(*top, *bottom)
    if shared <= 1:
        return top, bottom
    return tuple([each // shared for each in top]), tuple([each // shared for each in bottom])


def are_proportional(first: Polynomial, second: Polynomial) -> bool:
    """Tell whether one is a multiple of the other, by a constant; neither is zero."""
    if len(first) != len(second):
        return False
    return all(a * second[-1] == b * first[-1] for a, b in zip(first, second, strict=True))


def bits(of: Polynomial, reach: int) -> int:
    """Bound the bits of the value at any whole number of at most this size."""
    found = 0
    for coefficient in reversed(of):
        found = found * reach + abs(coefficient)
    return found.bit_length()


def sign(number: int) -> int:
    """Return -1, 0 or 1."""
    return (number > 0) - (number < 0)


def runs(of: Polynomial, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield where each run of one sign begins, and the sign, over the whole numbers low to high.

    Between two changes of the sign of the difference the polynomial only rises or only falls, so
    each change of its own sign is found by halving.
    """
    known: int | None = None
    for begin, end in _monotone(of, low, high):
        start: int | None = begin
        while start is not None:
            here = sign(value(of, start))
            if here != known:
                yield start, here
                known = here
            start = first_change(of, start, end)


def _monotone(of: Polynomial, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield stretches, both ends included, on which the polynomial does not turn."""
    if len(of) <= 2 or high - low <= 1:  # noqa: PLR2004 - a straight line
        yield low, high
        return
    difference = add(shift(of), negate(of))
    begins = [start for start, _ in runs(difference, low, high - 1)]
    yield from zip(begins, [*begins[1:], high], strict=True)


def first_change(of: Polynomial, low: int, high: int) -> int | None:
    """Find the first whole number with another sign than `low` has, where it does not turn."""
    known = sign(value(of, low))
    if sign(value(of, high)) == known:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if sign(value(of, middle)) == known:
            low = middle
        else:
            high = middle
    return high
