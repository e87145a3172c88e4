"""The operators and functions of formulas as the checker knows them, each by one entry.

An entry says everything: the parser takes from it what may be written, the derivation what the
operands must be and how the answer follows from them. A new function is one entry in `FUNCTIONS`.
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import lcm
from typing import Any, Literal

from ruletrail.verification.facts import (
    LARGEST,
    Fact,
    Kind,
    is_too_large,
    join_conditions,
    name_kind,
    round_number,
)

Takes = Literal["number", "text", "boolean", "alike", "facts", "list"]
"""Values of one kind; `alike`: of the same kind, whichever; `facts`: whatever they are, also the
name of a list; `list`: only that."""

Gives = Literal["number", "boolean", "alike"]
Units = Literal["agree", "first", "none"]
"""The unit of the result: the one that all operands declare, the first operand's, or none."""

MANY = 500
"""More arguments than the longest formula can hold."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What operands are taken, and the answer computed from them.

    The answer to non-values is the worst of them, unless `of_non_values` leaves it to `compute`.
    `compute` may raise `ZeroDivisionError`: the error `division_by_zero` of the last operand.
    `groups`: the name of a group stands for its members.
    """

    takes: Takes
    compute: Callable[[Sequence[Any]], Fact]
    of_non_values: bool = False
    gives: Gives = "number"
    units: Units = "agree"
    groups: bool = False


@dataclass(frozen=True, slots=True)
class Operator(Operation):
    """An operator of a power (a higher one binds its operands first), and how equals are joined.

    `left`: one after the other; `all`: those of the same name at once; `never`: brackets are asked.
    """

    power: int = 0
    joins: Literal["left", "all", "never"] = "left"


@dataclass(frozen=True, slots=True)
class Function(Operation):
    """A function: how many arguments it takes, and which of them are more than formulas.

    `decimals`: the second argument is a whole number from 0 to 10, written out; `replaces`: where
    the first argument is this kind of non-value, the second one is the answer; `literal`: the last
    argument is a text that is written out; `since`: the language that brought it; `gather`: what
    stands for the values of a group among the arguments, so that a group that is named many times
    is gone through once.
    """

    least: int = 1
    most: int = 1
    decimals: bool = False
    replaces: Kind | None = None
    literal: bool = False
    since: int = 1
    needs_one: bool = False
    """Whether nothing follows from no values at all."""
    gather: Callable[[Sequence[Any]], Sequence[Any]] = tuple


def _comparing(compare: Callable[[Fraction, Fraction], bool]) -> Operator:
    return Operator(
        "number", lambda two: compare(two[0], two[1]), gives="boolean", power=4, joins="never"
    )


def _alike(*, answer: bool) -> Operator:
    """Tell whether the first operand is, or is not, among the others."""

    def compute(values: Sequence[Any]) -> Fact:
        return (values[0] in values[1:]) is answer

    return Operator("alike", compute, gives="boolean", power=4, joins="never")


def _junction(power: int, *, settled_by: bool) -> Operator:
    compute = partial(join_conditions, settled_by=settled_by)
    return Operator(
        "boolean", compute, of_non_values=True, gives="boolean", units="none", power=power,
        joins="all",
    )  # fmt: skip


def _arithmetic(
    power: int, compute: Callable[[Fraction, Fraction], Fraction], units: Units = "none"
) -> Operator:
    return Operator("number", lambda two: compute(two[0], two[1]), units=units, power=power)


def _modulo(left: Fraction, right: Fraction) -> Fraction:
    quotient = left / right
    return left - right * (quotient.numerator // quotient.denominator)


INFIX = {
    "or": _junction(1, settled_by=True),
    "and": _junction(2, settled_by=False),
    "<": _comparing(operator.lt),
    "<=": _comparing(operator.le),
    ">": _comparing(operator.gt),
    ">=": _comparing(operator.ge),
    "==": _alike(answer=True),
    "!=": _alike(answer=False),
    "in": _alike(answer=True),
    "not in": _alike(answer=False),
    "+": _arithmetic(5, operator.add, "agree"),
    "-": _arithmetic(5, operator.sub, "agree"),
    "*": _arithmetic(6, operator.mul),
    "/": _arithmetic(6, operator.truediv),
    "%": _arithmetic(6, _modulo),
}

PREFIX = {
    "not": Operator(
        "boolean", lambda truths: not truths[0], gives="boolean", units="none", power=3
    ),
    "+": Operator("number", lambda numbers: numbers[0], units="first", power=7),
    "-": Operator("number", lambda numbers: -numbers[0], units="first", power=7),
}


@dataclass(frozen=True, slots=True)
class _Bundle:
    """The numbers of a group and their total, for whoever adds them up again.

    `reach` is their total without signs, `bottom` a denominator of them all: from them it is seen
    whether a partial sum could be too large.
    """

    numbers: Sequence[Fraction]
    total: Fraction
    reach: Fraction
    bottom: int

    def add_to(self, start: Fraction) -> Fraction:
        bottom = self.bottom * start.denominator
        if bottom < LARGEST and (abs(start) + self.reach) * bottom < LARGEST:
            return start + self.total
        return _add([start, *self.numbers])


def _bundle(numbers: Sequence[Fraction]) -> Sequence[Any]:
    bottom = 1
    for number in numbers:
        bottom = lcm(bottom, number.denominator)
        if bottom >= LARGEST:
            return numbers
    reach = sum((abs(number) for number in numbers), Fraction(0))
    return [_Bundle(numbers, sum(numbers, Fraction(0)), reach, bottom)]


def _add(numbers: Sequence[Fraction | _Bundle]) -> Fraction:
    """Add up, as far as the first total that is too large: it stays so though others follow."""
    total = Fraction(0)
    for number in numbers:
        total = number.add_to(total) if isinstance(number, _Bundle) else total + number
        if is_too_large(total):
            break
    return total


def _count(truths: Sequence[bool | Fraction]) -> Fraction:
    """Count what is true; a number stands for a group that was counted before."""
    return sum((Fraction(truth) for truth in truths), Fraction(0))


def _rounding(mode: str) -> Function:
    def compute(numbers: Sequence[Fraction]) -> Fact:
        return round_number(numbers[0], int(numbers[1]) if len(numbers) > 1 else 0, mode)

    return Function("number", compute, units="first", most=2, decimals=True)


def _replacing(kind: Kind) -> Function:
    return Function(
        "alike", lambda facts: facts[0], of_non_values=True, gives="alike", least=2, most=2,
        replaces=kind,
    )  # fmt: skip


def _asking(answer: Callable[[str], bool]) -> Function:
    """Answer by the kind of the fact; an error is passed on."""

    def compute(facts: Sequence[Fact]) -> Fact:
        kind = name_kind(facts[0])
        return facts[0] if kind == "error" else answer(kind)

    return Function("facts", compute, of_non_values=True, gives="boolean", units="none")


def _joining(*, settled_by: bool) -> Function:
    return Function(
        "boolean", partial(join_conditions, settled_by=settled_by), of_non_values=True,
        gives="boolean", units="none", groups=True, most=MANY, since=2,
    )  # fmt: skip


def _testing(test: Callable[[str, str], bool]) -> Function:
    """Test the first text by the second, which is written in the formula and not empty."""
    return Function(
        "text", lambda texts: test(texts[0], texts[1]), gives="boolean", units="none", least=2,
        most=2, literal=True, since=2,
    )  # fmt: skip


FUNCTIONS = {
    "sum": Function("number", _add, groups=True, most=MANY, gather=_bundle),
    "min": Function(
        "number", min, groups=True, most=MANY, gather=lambda all_: [min(all_)], needs_one=True
    ),
    "max": Function(
        "number", max, groups=True, most=MANY, gather=lambda all_: [max(all_)], needs_one=True
    ),
    "count": Function(
        "boolean", _count, units="none", groups=True, most=MANY, gather=lambda all_: [_count(all_)]
    ),
    "abs": Function("number", lambda numbers: abs(numbers[0]), units="first"),
    "length": Function("text", lambda texts: Fraction(len(texts[0])), units="none"),
    "floor": _rounding("floor"),
    "ceil": _rounding("ceiling"),
    "trunc": _rounding("down"),
    "round_half_up": _rounding("half_up"),
    "round_half_even": _rounding("half_even"),
    "default": _replacing("not_applicable"),
    "if_missing": _replacing("missing"),
    "is_missing": _asking(lambda kind: kind == "missing"),
    "applies": _asking(lambda kind: kind != "not_applicable"),
    "any": _joining(settled_by=True),
    "all": _joining(settled_by=False),
    "size": Function("list", lambda numbers: numbers[0], units="none", since=2),
    "starts_with": _testing(lambda text, part: text[: len(part)] == part),
    "ends_with": _testing(lambda text, part: text[-len(part) :] == part),
    "contains": _testing(lambda text, part: text.find(part) >= 0),
}
