"""Whether the point of a number most probably was to part thousands: `1.250` hours.

A number says `1.250` for one and a quarter, and people who write a decimal comma say it for one
thousand two hundred and fifty. Which one is meant no form tells; where three decimals are usual,
though, or no thousand is admitted, nothing is in doubt.
"""

import re
from fractions import Fraction
from math import ceil, floor

from ruletrail.schemas.fields import FieldDeclaration
from ruletrail.values import count_finite_decimals

PLACES = 3
"""How many digits stand between two signs of thousands."""
_PARTED = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}").fullmatch
_SHARES = frozenset({"%", "‰"})
"""Units whose values have decimals and hardly come to a thousand."""


def is_parted(text: str) -> bool:
    """Tell whether a text is a number with one point, which may part thousands."""
    return _PARTED(text) is not None


def join_thousands(text: str) -> str:
    """Write a number as it is where its point parts thousands."""
    return text.replace(".", "")


def has_thousandths(declared: FieldDeclaration) -> bool:
    """Tell whether three decimals are usual in a field, so that they alone say nothing.

    So they are in a percentage, and where the schema has a step of thousandths.
    """
    step = declared.limits.get("multipleOf")
    is_fine = step is not None and (count_finite_decimals(Fraction(step)) or 0) >= PLACES
    return is_fine or declared.unit in _SHARES


def whole_ends(declared: FieldDeclaration) -> tuple[int | None, int | None]:
    """Give the least and the greatest whole number that a field admits; None where any is."""
    limits = declared.limits
    low = [ceil(limits["minimum"])] if "minimum" in limits else []
    low += [floor(limits["exclusiveMinimum"]) + 1] if "exclusiveMinimum" in limits else []
    high = [floor(limits["maximum"])] if "maximum" in limits else []
    high += [ceil(limits["exclusiveMaximum"]) - 1] if "exclusiveMaximum" in limits else []
    return max(low, default=None), min(high, default=None)


def seems_parted(text: str, declared: FieldDeclaration, *, is_usual: bool) -> bool:
    """Tell whether the point of a field's number most probably was to part thousands.

    Three zeros are written by nobody who means decimals; other digits say nothing where three
    decimals are usual.
    """
    if declared.type != "number" or not is_parted(text):
        return False
    low, high = whole_ends(declared)
    whole = int(join_thousands(text))
    is_admitted = (low is None or low <= whole) and (high is None or whole <= high)
    return text.endswith("000") or (is_admitted and not is_usual)
