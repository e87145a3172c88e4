"""How a value that the report declares agrees with the one that the rulebook computes.

The forms print the same value with different precision, so agreement is by the declared precision.
"""

from fractions import Fraction

from ruletrail.reports import Declared
from ruletrail.trails import Agreement
from ruletrail.values import Fact, NotApplicable, count_decimals, is_non_value, round_number


def compare_declared(declared: Declared, fact: Fact, unrounded: Fact) -> Agreement:
    """Compare a declared value with the fact, and with the value before the rule's own rounding.

    `blank`: the rule does not apply and the form prints 0. `unverified`: there is nothing to compare with.
    """
    if isinstance(fact, NotApplicable):
        return "blank" if is_zero(declared) else "differs"
    if is_non_value(fact):
        return "unverified"
    if type(fact) is type(declared.value) and fact == declared.value:
        return "equal"
    if not isinstance(declared.value, Fraction) or not isinstance(unrounded, Fraction):
        return "differs"
    decimals = count_decimals(declared.text)
    if round_number(unrounded, decimals, "half_up") == declared.value:
        return "rounded"
    return "truncated" if round_number(unrounded, decimals, "down") == declared.value else "differs"


def is_zero(declared: Declared) -> bool:
    """Tell whether the declared value is the number 0."""
    return isinstance(declared.value, Fraction) and declared.value == 0
