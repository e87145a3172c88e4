"""Values in per cent that multiply, and are not divided by 100: a hundred times too much.

Whether a value of 30 with the unit `%` counts thirty hundredths or thirty times, no formula tells.
In a product of quantities of another unit the hundred that lacks is told, with both meanings.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from math import prod
from typing import TypeGuard

from ruletrail.analysis.knowledge import number_of, range_of
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import Call, Expression, Formula, Name
from ruletrail.formulas.operations import (
    ADD,
    CHOICE,
    COMPARE,
    DIVIDE,
    LOOKUP,
    MULTIPLY,
    SUBTRACT,
)
from ruletrail.linking import unit_of
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Problem
from ruletrail.rulebooks import Entry, Rule

_PERCENT = "%"
_OF_HUNDREDTHS = re.compile(
    r"[%‰]|\bper cento?\b|\bpercent|\bper ?mill|\bpct\b"
    r"|\bpunt[oi] (?:base|percentual)|\bbasis points?\b|\bbps?\b",
    re.IGNORECASE,
)
"""A unit of hundredths or finer parts: what is in it needs no hundred."""
_HUNDRED = Fraction(100)
_LEAST, _MOST = Fraction(1, 20), Fraction(20)
"""Constants that come to less or more may be what stands for the hundred, as 0.01 is."""


@dataclass(slots=True)
class _Product:
    """The factors of a product, and what it is divided by."""

    factors: list[Expression] = field(default_factory=list)
    divisors: list[Expression] = field(default_factory=list)


def find_percent_factors(subject: Subject) -> Iterator[tuple[Entry, Problem]]:
    """Find `base * rate` with `rate` in %, in rules of another unit that nothing divides by 100."""
    divided = _read_by_dividers(subject)
    for entry in subject.entries:
        unit = unit_of(subject.linked, entry.code) if isinstance(entry, Rule) else None
        if not isinstance(entry, Rule) or unit is None or _OF_HUNDREDTHS.search(unit):
            continue
        if entry.code in divided:
            continue
        for clause in entry.formulas:
            if isinstance(clause.content, Formula):
                for product in _products(clause.content.tree):
                    share = _lone_share(product, subject)
                    if share is not None:
                        yield entry, note("percent-not-divided", share, clause)


def _read_by_dividers(subject: Subject) -> frozenset[str]:
    """Name what is read, at any distance, by an entry that takes the hundred away: it is right."""
    found = set[str]()
    left = [entry.code for entry in subject.entries if _takes_hundred_away(entry, subject)]
    while left:
        read = set(subject.linked.reads.get(left.pop(), ())) - found
        found |= read
        left += read
    return frozenset(found)


def _takes_hundred_away(entry: Entry, subject: Subject) -> bool:
    """Tell an entry that divides by a hundred, compares with a hundredfold, or is a mean in %."""
    parts = [part for _, formula in formulas_in(entry) for part in formula.parts]
    if any(_divides(part, subject) for part in parts):
        return True
    multiplies = any(part.operation is MULTIPLY and _has_hundred(part, subject) for part in parts)
    if multiplies:
        return any(part.operation.binding == COMPARE for part in parts)
    unit = unit_of(subject.linked, entry.code) if isinstance(entry, Rule) else None
    is_share = unit is not None and _OF_HUNDREDTHS.search(unit) is not None
    return is_share and any(part.operation is DIVIDE for part in parts)


def _divides(part: Call, subject: Subject) -> bool:
    if part.operation not in (MULTIPLY, DIVIDE):
        return False
    product = _Product()
    _gather(part, product, is_divisor=False)
    numbers = [_constant_of(each, subject) for each in product.divisors]
    inverse = [_constant_of(each, subject) for each in product.factors]
    return any(number and number % _HUNDRED == 0 for number in numbers) or any(
        number and abs(number) <= 1 / _HUNDRED for number in inverse
    )


def _has_hundred(part: Call, subject: Subject) -> bool:
    return any(_constant_of(operand, subject) == _HUNDRED for operand in part.operands)


def _constant_of(expression: Expression, subject: Subject) -> Fraction | None:
    """Return the number that an expression always is, if it is one."""
    is_name = isinstance(expression, Name)
    return range_of(expression, subject.known).only if is_name else number_of(expression)


def _products(expression: Expression) -> Iterator[_Product]:
    """Yield the products that a value is a sum, a choice or the least of."""
    if not isinstance(expression, Call):
        return
    if expression.operation in (MULTIPLY, DIVIDE):
        product = _Product()
        _gather(expression, product, is_divisor=False)
        yield product
        return
    operands = expression.operands
    if expression.operation is CHOICE:
        operands = (operands[0], operands[2])
    elif expression.operation not in (ADD, SUBTRACT) and not expression.operation.keeps_quantity:
        return
    for operand in operands:
        yield from _products(operand)


def _gather(expression: Expression, product: _Product, *, is_divisor: bool) -> None:
    if isinstance(expression, Call) and expression.operation in (MULTIPLY, DIVIDE):
        left, right = expression.operands
        _gather(left, product, is_divisor=is_divisor)
        is_below = is_divisor is not (expression.operation is DIVIDE)
        _gather(right, product, is_divisor=is_below)
        return
    (product.divisors if is_divisor else product.factors).append(expression)


def _lone_share(product: _Product, subject: Subject) -> Expression | None:
    """Return what is in per cent in a product that nothing divides by a hundred, if one thing is.

    All else must be known: quantities of other units, and constants that come to a small number.
    """
    shares = [share for each in product.factors if (share := _share_in(each, subject)) is not None]
    others = [each for each in product.factors if _share_in(each, subject) is None]
    if len(shares) != 1 or not any(_unit_of(each, subject) for each in others):
        return None
    divisors = [_number_in(each, subject, is_divisor=True) for each in product.divisors]
    factors = [_number_in(each, subject, is_divisor=False) for each in others]
    if None in divisors or None in factors:
        return None
    times = prod(filter(None, factors), start=Fraction(1)) / prod(filter(None, divisors))
    return shares[0] if _LEAST <= abs(times) <= _MOST else None


def _number_in(operand: Expression, subject: Subject, *, is_divisor: bool) -> Fraction | None:
    """Return a constant of a product; 1 for a quantity of a unit that is no share, None for else.

    A parameter is a quantity, unless it may stand for the hundred; what has no unit is one only if
    it is always too near to 1 for that, as months or a coefficient are.
    """
    number = _constant_of(operand, subject)
    if not _is_quantity(operand):
        return number or None
    if number and (is_divisor or abs(number) < _LEAST):
        return number
    unit = _unit_of(operand, subject)
    if unit is None:
        bounds = range_of(operand, subject.known)
        is_near_one = (
            bounds.low is not None
            and bounds.high is not None
            and _LEAST <= bounds.low <= bounds.high <= _MOST
        )
        return Fraction(1) if is_near_one else None
    return None if _OF_HUNDREDTHS.search(unit) else Fraction(1)


def _share_in(factor: Expression, subject: Subject) -> Expression | None:
    """Return a factor in per cent; of `1 - rate` the rate, and of `100 - rate` the whole."""
    if _is_quantity(factor):
        return factor if _unit_of(factor, subject) == _PERCENT else None
    if not isinstance(factor, Call) or factor.operation not in (ADD, SUBTRACT):
        return None
    whole, share = factor.operands
    if _unit_of(share, subject) != _PERCENT:
        return None
    number = number_of(whole)
    return share if number == 1 else factor if number == _HUNDRED else None


def _is_quantity(expression: Expression) -> TypeGuard[Name | Call]:
    """Tell what has a declared unit: what a code names, and what a scale or a table answers."""
    is_call = isinstance(expression, Call) and expression.operation is LOOKUP
    return is_call or isinstance(expression, Name)


def _unit_of(quantity: Expression, subject: Subject) -> str | None:
    """Return the declared unit of a quantity; None where it has none, or is none."""
    if not _is_quantity(quantity):
        return None
    lookup = subject.rulebook.lookups.get(quantity.code)
    return unit_of(subject.linked, quantity.code) if lookup is None else lookup.unit
