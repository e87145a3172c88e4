"""Truths and numbers of the solver, with everything folded that is known already.

The one place, with `solving`, where the solver's own objects are made. A truth is a Python `bool`
where it is known; a number is a `Fraction` there.
"""

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, TypeAlias, TypeVar, cast

import z3

from ruletrail.fast_dataclasses import dataclass

SolverTerm: TypeAlias = Any
"""A term of the solver, whose package declares no types."""
Truth: TypeAlias = bool | SolverTerm
Real: TypeAlias = Fraction | SolverTerm
"""A real number: a term of sort Real, or a constant."""
Whole: TypeAlias = int | SolverTerm
"""A whole number: a term of sort Int, or a constant."""

_FEW = 16
"""So many are joined one after the other; of more the halves are joined."""


# -- Truths ----------------------------------------------------------------------------------------


def both(*truths: Truth) -> Truth:
    """Join truths by `and`."""
    return every(truths)


def every(truths: Iterable[Truth]) -> Truth:
    """Tell whether all are true."""
    open_: list[Truth] = []
    for truth in truths:
        if truth is False:
            return False
        if truth is not True:
            open_.append(truth)
    if len(open_) < 2:  # noqa: PLR2004 - one needs no junction
        return open_[0] if open_ else True
    return _join(z3.Z3_mk_and, open_)


def either(*truths: Truth) -> Truth:
    """Join truths by `or`."""
    return some(truths)


def some(truths: Iterable[Truth]) -> Truth:
    """Tell whether one at least is true."""
    open_: list[Truth] = []
    for truth in truths:
        if truth is True:
            return True
        if truth is not False:
            open_.append(truth)
    if len(open_) < 2:  # noqa: PLR2004 - as above
        return open_[0] if open_ else False
    return _join(z3.Z3_mk_or, open_)


def negate(truth: Truth) -> Truth:
    """Turn a truth around."""
    if isinstance(truth, bool):
        return not truth
    return z3.BoolRef(z3.Z3_mk_not(truth.ctx.ref(), truth.as_ast()), truth.ctx)


def _join(junction: Callable[..., Any], truths: Sequence[SolverTerm]) -> SolverTerm:
    """Make a junction of terms that are truths for certain.

    `z3.And` makes the same; it asks of each operand anew which sort it has, and all may be turned
    to, which takes a third of what it takes to write a rulebook out.
    """
    context = truths[0].ctx
    operands = (z3.Ast * len(truths))(*[each.as_ast() for each in truths])
    return z3.BoolRef(junction(context.ref(), len(truths), operands), context)


def differ(one: Truth, other: Truth) -> Truth:
    """Tell whether two truths differ."""
    if isinstance(one, bool):
        return negate(other) if one else other
    if isinstance(other, bool):
        return negate(one) if other else one
    return z3.Xor(one, other)


def pick_truth(test: Truth, one: Truth, other: Truth) -> Truth:
    """Choose between truths."""
    return either(both(test, one), both(negate(test), other))


def two_of(truths: Sequence[Truth]) -> Truth:
    """Tell whether two or more are true.

    Of many in halves: the solver writes nested `or`s out, and so in one pass the first truth once
    for each of the others, which grows with the square.
    """
    if len(truths) > _FEW:
        half = len(truths) // 2
        one, other = truths[:half], truths[half:]
        return either(two_of(one), two_of(other), both(some(one), some(other)))
    seen: Truth = False
    found: list[Truth] = []
    for truth in truths:
        found.append(both(seen, truth))
        seen = either(seen, truth)
    return some(found)


def one_beside(truths: Sequence[Truth], closed: Sequence[Truth]) -> Truth:
    """Tell whether one is true beside which all others are closed; in halves, as `two_of` does."""
    if len(truths) == 1:
        return truths[0]
    half = len(truths) // 2
    first = both(one_beside(truths[:half], closed[:half]), *closed[half:])
    second = both(one_beside(truths[half:], closed[half:]), *closed[:half])
    return either(first, second)


# -- Numbers ---------------------------------------------------------------------------------------


def term(number: Real, beside: SolverTerm) -> SolverTerm:
    """Make a constant a term, in the place where what stands beside it was made."""
    if isinstance(number, Fraction):
        return z3.RealVal(str(number), beside.ctx)
    return number


def _terms(one: Real, other: Real) -> tuple[SolverTerm, SolverTerm]:
    """Make terms of two numbers of which one at least is a term."""
    beside = other if isinstance(one, Fraction) else one
    return term(one, beside), term(other, beside)


def of_whole(number: Whole) -> Real:
    """Read a whole number as a real one."""
    return Fraction(number) if isinstance(number, int) else z3.ToReal(number)


def add(one: Real, other: Real) -> Real:
    """Add."""
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one + other
    if isinstance(one, Fraction) and one == 0:
        return other
    if isinstance(other, Fraction) and other == 0:
        return one
    first, second = _terms(one, other)
    return first + second


def multiply(one: Real, other: Real) -> Real:
    """Multiply."""
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one * other
    for first, second in ((one, other), (other, one)):
        if isinstance(first, Fraction) and first in (0, 1):
            return second if first == 1 else Fraction(0)
    factor, by = _terms(one, other)
    return factor * by


def minus(number: Real) -> Real:
    """Turn the sign around."""
    return -number


def less(one: Real, other: Real) -> Truth:
    """Tell whether the first is less."""
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one < other
    first, second = _terms(one, other)
    return first < second


def at_most(one: Real, other: Real) -> Truth:
    """Tell whether the first is less or equal."""
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one <= other
    first, second = _terms(one, other)
    return first <= second


def equal(one: Real, other: Real) -> Truth:
    """Tell whether two numbers are one."""
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one == other
    first, second = _terms(one, other)
    return first == second


def pick_real(test: Truth, one: Real, other: Real) -> Real:
    """Choose between numbers."""
    if isinstance(test, bool):
        return one if test else other
    if isinstance(one, Fraction) and isinstance(other, Fraction) and one == other:
        return one
    return z3.If(test, term(one, test), term(other, test))


# -- Whole numbers ---------------------------------------------------------------------------------


def pick_whole(test: Truth, one: Whole, other: Whole) -> Whole:
    """Choose between whole numbers."""
    if isinstance(test, bool):
        return one if test else other
    if isinstance(one, int) and isinstance(other, int) and one == other:
        return one
    return z3.If(test, _whole(one, test), _whole(other, test))


def _whole(number: Whole, beside: SolverTerm) -> SolverTerm:
    return z3.IntVal(number, beside.ctx) if isinstance(number, int) else number


def quotient(number: Whole, by: int) -> Whole:
    """Divide by a positive constant, towards minus infinity."""
    return number // by if isinstance(number, int) else number / by


def rest(number: Whole, by: int) -> Whole:
    """Give the remainder, from 0, of a division by a positive constant."""
    return number % by


Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of unknowns, by owner, as a space keeps it."""

    sides: dict[str, list[SolverTerm]]
    grids: dict[str, list[SolverTerm]]
    reasons: dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made once, of which parts, and what is said of it."""

    found: object
    parts: tuple[object, ...]
    told: Told


def _tell_apart(part: Any) -> tuple[bool, object]:
    is_term = isinstance(part, z3.ExprRef)
    return is_term, part.get_id() if is_term else part


class Space:
    """What is said of the unknowns beside the formulas, for each owner: a step, or a field.

    `sides` hold always. `grids` say which numbers are whole, or whole multiples: what is proved
    without them is proved. `reasons` are words for what is not told exactly; an unknown stands
    there, which may be anything, so that nothing is proved wrongly.
    """

    def __init__(self) -> None:
        """Begin with nothing, in a place of its own.

        So an answer does not depend on what was proved before, and the solver's memory is free
        when the space is.
        """
        self.place = z3.Context()
        self.owner = ""
        self.sides: dict[str, list[SolverTerm]] = {}
        self.grids: dict[str, list[SolverTerm]] = {}
        self.reasons: dict[str, set[str]] = {}
        self._once: MutableMapping[object, _Made] = {}
        self._made = 0

    def state(self, truth: Truth) -> None:
        """Say what always holds."""
        if truth is False:
            truth = z3.BoolVal(False, self.place)
        if truth is not True:
            self.sides.setdefault(self.owner, []).append(truth)

    def put_on_grid(self, number: Real, steps: int | Fraction) -> None:
        """Say that so many times a number is whole."""
        whole = z3.Int(self._fresh("grid"), self.place)
        told = equal(multiply(number, Fraction(steps)), z3.ToReal(whole))
        self.grids.setdefault(self.owner, []).append(told)

    def once(self, key: object, parts: Sequence[object], make: Callable[[], Found]) -> Found:
        """Make unknowns that follow of parts once: whoever asks again is told the same of them.

        Parts are terms by their number, which is theirs as long as they are kept, and constants
        by their value, which may be the number of a term.
        """
        whole = (key, *map(_tell_apart, parts))
        made = self._once.get(whole)
        if made is None:
            told = Told({}, {}, {})
            before = self.sides, self.grids, self.reasons
            self.sides, self.grids, self.reasons = told.sides, told.grids, told.reasons
            made = _Made(make(), tuple(parts), told)
            self.sides, self.grids, self.reasons = before
            self._once[whole] = made
        told = made.told
        for here, kept in ((told.sides, self.sides), (told.grids, self.grids)):
            for each in here.values():
                kept.setdefault(self.owner, []).extend(each)
        for reasons in told.reasons.values():
            self.reasons.setdefault(self.owner, set()).update(reasons)
        return cast("Found", made.found)

    @contextmanager
    def apart(self) -> Iterator["Told"]:
        """Keep what is said meanwhile apart, for one question alone; it is there at the end."""
        told, once = Told({}, {}, {}), self._once
        before = self.sides, self.grids, self.reasons
        self.sides, self.grids, self.reasons = told.sides, told.grids, told.reasons
        self._once = ChainMap({}, once)
        try:
            yield told
        finally:
            self.sides, self.grids, self.reasons = before
            self._once = once

    def give_up(self, reason: str) -> None:
        """Remember why something is not told exactly."""
        self.reasons.setdefault(self.owner, set()).add(reason)

    def real(self, what: str) -> SolverTerm:
        """Make an unknown number."""
        return z3.Real(self._fresh(what), self.place)

    def whole(self, what: str) -> SolverTerm:
        """Make an unknown whole number."""
        return z3.Int(self._fresh(what), self.place)

    def truth(self, what: str) -> SolverTerm:
        """Make an unknown truth."""
        return z3.Bool(self._fresh(what), self.place)

    def _fresh(self, what: str) -> str:
        self._made += 1
        return f"{self.owner}!{what}{self._made}"
