"""Which Arrow type a rule's column has: the same for every table of a rulebook."""

from fractions import Fraction
from typing import Any

from ruletrail.analysis.ir import Node

NARROW, MOST_DIGITS = 38, 76
"""Digits of Arrow's two decimals."""

_BITS_PER_DIGIT = Fraction(33219, 10000)


def value_type(arrow: Any, fact: Node | None, most: int = MOST_DIGITS) -> Any:
    """Return the type of a rule's column: a decimal if every value surely fits one, or text.

    `arrow` is pyarrow, `fact` what is known of the rule's values; `most` is how many digits a
    decimal may have.
    """
    if fact is not None and fact.kind == "boolean":
        return arrow.bool_()
    if fact is not None and fact.kind == "date":
        return arrow.date32()
    if fact is None or fact.size is None or fact.size.scale is None:
        return arrow.string()
    digits = max(int(fact.size.top / _BITS_PER_DIGIT) + 1, fact.size.scale)
    if digits > most:
        return arrow.string()
    if digits <= NARROW:
        return arrow.decimal128(NARROW, fact.size.scale)
    return arrow.decimal256(MOST_DIGITS, fact.size.scale)
