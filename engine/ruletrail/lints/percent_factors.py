"""Values in per cent that multiply, and are not divided by 100: a hundred times too much.

Whether a value of 30 with the unit `%` counts thirty hundredths or thirty times, no formula tells.
In a product of quantities of another unit the hundred that lacks is told, with both meanings.
"""

from collections.abc import Iterator
from fractions import Fraction

from ruletrail.analysis.knowledge import number_of
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import Call, Expression, Formula, Name
from ruletrail.formulas.operations import ADD, CHOICE, DIVIDE, MULTIPLY, SUBTRACT
from ruletrail.linking import unit_of
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Problem
from ruletrail.rulebooks import Entry, Rule

_PERCENT = "%"
_SHARES = ("%", "‰")
_HUNDRED = Fraction(100)
_LEAST, _MOST = Fraction(1, 10), Fraction(20)
"""Constants outside of these may be what stands for the hundred, as 0.01 is."""


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
        is_share = unit is None or any(sign in unit for sign in _SHARES)
        if not isinstance(entry, Rule) or is_share or entry.code in divided:
            continue
        for clause in entry.formulas:
            if isinstance(clause.content, Formula):
                for product in _products(clause.content.tree):
                    share = _lone_share(product, subject)
                    if share is not None:
                        yield entry, note("percent-not-divided", share, clause)


def _read_by_dividers(subject: Subject) -> frozenset[str]:
    """Name what a formula reads that divides by a hundred: the whole of it is right there."""
    found: set[str] = set()
    for entry in subject.entries:
        for _, formula in formulas_in(entry):
            if any(map(_divides, formula.parts)):
                found.update(subject.linked.reads.get(entry.code, ()))
    return frozenset(found)


def _divides(part: Call) -> bool:
    is_product = part.operation in (MULTIPLY, DIVIDE)
    return is_product and any(
        number_of(operand) in (_HUNDRED, 1 / _HUNDRED) for operand in part.operands
    )


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

    All else must be known: a quantity of another unit, or a small number.
    """
    shares = [share for each in product.factors if (share := _share_in(each, subject)) is not None]
    others = [each for each in product.factors if _share_in(each, subject) is None]
    is_known = all(_is_plain(each, subject) for each in (*others, *product.divisors))
    is_measured = any(isinstance(each, Name) for each in others)
    return shares[0] if len(shares) == 1 and is_known and is_measured else None


def _share_in(factor: Expression, subject: Subject) -> Expression | None:
    """Return a factor in per cent; of `1 - rate` the rate, and of `100 - rate` the whole."""
    if isinstance(factor, Name):
        return factor if unit_of(subject.linked, factor.code) == _PERCENT else None
    if not isinstance(factor, Call) or factor.operation not in (ADD, SUBTRACT):
        return None
    whole, share = factor.operands
    if not isinstance(share, Name) or unit_of(subject.linked, share.code) != _PERCENT:
        return None
    number = number_of(whole)
    return share if number == 1 else factor if number == _HUNDRED else None


def _is_plain(factor: Expression, subject: Subject) -> bool:
    """Tell a small number, or a quantity of a unit that is no share."""
    number = number_of(factor)
    if number is not None:
        return _LEAST <= abs(number) <= _MOST
    unit = unit_of(subject.linked, factor.code) if isinstance(factor, Name) else None
    return unit is not None and not any(sign in unit for sign in _SHARES)
