"""Printed numbers to the report's notation, strictly: what is not written as declared is not read.

No library's lenient parsing: `10.32` in a form with decimal commas is not 1032, and not 10.32 either.
"""

from fractions import Fraction

from ruletrail.fast_dataclasses import dataclass
from ruletrail.values import MOST_DECIMALS, MOST_INTEGER_DIGITS, read_number

_GROUP = 3


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How numbers are printed: the decimal sign, the sign between groups of three, whether a minus may stand."""

    decimal: str = "."
    thousands: str = ""
    negative: bool = False


def read_printed(text: str, style: NumberStyle) -> str | None:
    """Write a printed number as reports do (`3.580.390,40` → `3580390.40`); None when it is not in the style.

    All printed decimals are kept. Groups are of three digits or none at all, a leading zero stands only before
    the decimal sign, and the limits of numbers in reports hold.
    """
    sign = "-" if style.negative and text[:1] in ("-", "\u2212", "\u2010") else ""
    whole, point, part = text[len(sign) :].partition(style.decimal)
    groups = whole.split(style.thousands) if style.thousands else [whole]
    digits = "".join(groups)
    if not all(_is_digits(group) for group in groups) or (point and not _is_digits(part)):
        return None
    if len(groups) > 1 and (
        len(groups[0]) > _GROUP or any(len(group) != _GROUP for group in groups[1:])
    ):
        return None
    if (
        (len(digits) > 1 and digits.startswith("0"))
        or len(digits) > MOST_INTEGER_DIGITS
        or len(part) > MOST_DECIMALS
    ):
        return None
    return sign + digits + ("." + part if point else "")


def to_number(written: str) -> Fraction:
    """Give the value of a number that `read_printed` wrote."""
    return read_number(written) or Fraction(0)


def has_digit(text: str) -> bool:
    """Tell whether a printed word could be, or could have been, a number; digits of any script count."""
    return any(char.isdigit() for char in text)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
