"""What each primitive comes to, for the solver: one row a primitive.

The table of operations says which primitives an operation is made of, so a new operation needs
nothing here, and a new primitive one row.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ruletrail.analysis.bounds import primitive_node
from ruletrail.analysis.intervals import Interval
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas.operations import Primitive
from ruletrail.proofs import days, logic, numbers
from ruletrail.proofs.days import Parts
from ruletrail.proofs.logic import Space, Truth, Whole, both, either, every, negate, some
from ruletrail.proofs.numbers import Number
from ruletrail.proofs.states import State, under, worst
from ruletrail.proofs.terms import (
    Term,
    day_term,
    number_term,
    pick_term,
    truth_term,
)
from ruletrail.values import RoundingMode

_ONE, _ZERO = numbers.constant(Fraction(1)), numbers.constant(Fraction(0))
_MOST_COUNT = 10**10


@dataclass(frozen=True, slots=True)
class Making:
    """What a primitive is made with, beside its operands."""

    space: Space
    decimals: int = 0
    mode: RoundingMode = "half_up"


Terms = Sequence[Term]
Encode = Callable[[Terms, Making], Term]


def make(primitive: Primitive, operands: Terms, making: Making) -> Term:
    """Make a primitive over operands."""
    term = PRIMITIVES[primitive](operands, making)
    if term.kind != "number" or not isinstance(term.payload, Number):
        return term
    nodes = tuple(operand.node for operand in operands)
    number = term.number
    if number.constant is not None:
        # what was known of its operands is not known of it: -1 is not in the range of 1
        number = numbers.constant(number.constant)
    else:
        node = primitive_node(primitive, nodes, making.decimals, making.mode, sized=False)
        number = numbers.known(number, node.range)
    term = replace(term, payload=number)
    return watch(term, making.space)


def watch(term: Term, space: Space) -> Term:
    """Let a number that may pass the limit of digits be that error wherever it is a value."""
    if term.number.digits.is_safe:
        return term
    space.give_up("limit")
    passes = both(term.state.is_value, space.truth("limit"))
    return replace(term, state=replace(term.state, error=either(term.state.error, passes)))


def joined(operands: Terms) -> State:
    """Let the worst non-value among operands decide."""
    return worst([operand.state for operand in operands])


def with_error(state: State, fails: Truth) -> State:
    """Let what would be a value be an error where something goes wrong."""
    return replace(state, error=either(state.error, both(state.is_value, fails)))


# -- Numbers ---------------------------------------------------------------------------------------


def _numeric(compute: Callable[..., Number]) -> Encode:
    def encode(operands: Terms, _: Making) -> Term:
        return number_term(compute(*(each.number for each in operands)), joined(operands))

    return encode


def _divide(operands: Terms, _: Making) -> Term:
    one, other = (each.number for each in operands)
    state = with_error(joined(operands), numbers.is_zero(other))
    return number_term(numbers.divide(one, other), state)


def _modulo(operands: Terms, making: Making) -> Term:
    one, other = (each.number for each in operands)
    state = with_error(joined(operands), numbers.is_zero(other))
    times = numbers.floor(numbers.divide(one, other), 0, making.space)
    taken = numbers.multiply(times, other)
    return number_term(numbers.add(one, numbers.negative(taken)), state)


def _sum(operands: Terms, _: Making) -> Term:
    total = _ZERO
    for each in operands:
        total = numbers.add(total, each.number)
    return number_term(total, joined(operands))


def _extreme(*, greatest: bool) -> Encode:
    def encode(operands: Terms, _: Making) -> Term:
        state = joined(operands)
        if any(each.kind == "date" for each in operands):
            found = operands[0].day
            for each in operands[1:]:
                is_better = each.day > found if greatest else each.day < found
                found = logic.pick_whole(is_better, each.day, found)
            return day_term(found, state)
        number = numbers.least([each.number for each in operands], greatest=greatest)
        return number_term(number, state)

    return encode


def _count(operands: Terms, _: Making) -> Term:
    return number_term(count_true([each.truth for each in operands]), joined(operands))


def count_true(truths: Sequence[Truth]) -> Number:
    """Count truths."""
    total = _ZERO
    for truth in truths:
        total = numbers.add(total, numbers.pick(truth, _ONE, _ZERO))
    return numbers.known(total, Interval(Fraction(0), Fraction(len(truths)), whole=True))


def _length(operands: Terms, _: Making) -> Term:
    length = operands[0].text.length
    return number_term(
        whole_number(length, Interval(Fraction(0), whole=True), 64), joined(operands)
    )


def _round(operands: Terms, making: Making) -> Term:
    number = numbers.round_off(operands[0].number, making.decimals, making.mode, making.space)
    return number_term(number, joined(operands))


def whole_number(number: Whole, range_: Interval, bits: int) -> Number:
    """Make a number of a whole one."""
    if isinstance(number, int):
        return numbers.constant(Fraction(number))
    return Number(logic.of_whole(number), None, range_, numbers.Digits(bits))


# -- Truths ----------------------------------------------------------------------------------------


def _compare(
    of_numbers: Callable[[Number, Number], Truth], of_days: Callable[[Any, Any], Any]
) -> Encode:
    def encode(operands: Terms, _: Making) -> Term:
        one, other = operands
        if "date" in (one.kind, other.kind):
            truth: Truth = of_days(one.day, other.day)
        else:
            truth = of_numbers(one.number, other.number)
        return truth_term(truth, joined(operands))

    return encode


def same_value(one: Term, other: Term) -> Truth:
    """Tell whether two values of one kind are one."""
    match one.kind:
        case "number":
            return numbers.equal(one.number, other.number)
        case "boolean":
            return negate(logic.differ(one.truth, other.truth))
        case "text":
            return one.text.number == other.text.number
        case "date":
            return one.day == other.day
    return False


def _equal(operands: Terms, _: Making) -> Term:
    one, other = operands
    return truth_term(_is_same(one, other), joined(operands))


def _is_same(one: Term, other: Term) -> Truth:
    return False if "none" in (one.kind, other.kind) else same_value(one, other)


def _inside(operands: Terms, _: Making) -> Term:
    first, *items = operands
    return truth_term(some(_is_same(first, item) for item in items), joined(operands))


def _opposite(encode: Encode) -> Encode:
    def turned(operands: Terms, making: Making) -> Term:
        term = encode(operands, making)
        return replace(term, payload=negate(term.truth))

    return turned


def _not(operands: Terms, _: Making) -> Term:
    return truth_term(negate(operands[0].truth), operands[0].state)


def kleene(operands: Terms, *, decides: bool) -> Term:
    """Join by Kleene's `or` (decides=True) or `and`."""
    decided = some(each.holds if decides else each.fails for each in operands)
    state = worst([each.state for each in operands], unless=decided)
    return truth_term(decided if decides else negate(decided), state)


def _kleene(*, decides: bool) -> Encode:
    return lambda operands, _: kleene(operands, decides=decides)


# -- Choices ---------------------------------------------------------------------------------------


def choose(test: Term, one: Term, other: Term) -> Term:
    """Choose by a test; where it is a non-value, that is the result."""
    picked = pick_term(test.truth, one, other)
    return guarded(test.state, picked)


def guarded(state: State, term: Term) -> Term:
    """Give what a state says where it is no value, else the term."""
    inner = under(state.is_value, term.state)
    pairs = zip(state.kinds, inner.kinds, strict=True)
    return replace(term, state=State(*(either(a, b) for a, b in pairs)), fact=None)


def _choose(operands: Terms, _: Making) -> Term:
    one, other, test = operands
    return choose(test, one, other)


def _replace(when: Callable[[State], Truth]) -> Encode:
    def encode(operands: Terms, _: Making) -> Term:
        first, second = operands
        return replace(pick_term(when(first.state), second, first), fact=None)

    return encode


def _ask(when: Callable[[State], Truth]) -> Encode:
    def encode(operands: Terms, _: Making) -> Term:
        state = operands[0].state
        return truth_term(when(state), State(state.error, state.error_read))

    return encode


def _missing(state: State) -> Truth:
    return state.missing


def _unapplied(state: State) -> Truth:
    return state.does_not_apply


def _test(name: str) -> Encode:
    def encode(operands: Terms, _: Making) -> Term:
        text, literal = operands
        tests = text.text.tests or {}
        return truth_term(tests.get((name, str(literal.fact)), False), joined(operands))

    return encode


# -- Days ------------------------------------------------------------------------------------------


def _whole_of(number: Number, space: Space) -> tuple[Whole, Truth]:
    """Read a number as a whole one, and tell whether it is one, of at most ten digits."""
    value = number.constant
    if value is not None:
        return value.numerator, value.denominator == 1 and abs(value) < _MOST_COUNT
    whole = space.once("count", (number.top, number.bottom), lambda: _near_whole(number, space))
    exact = logic.multiply(logic.of_whole(whole), number.below)
    is_short = both(whole < _MOST_COUNT, whole > -_MOST_COUNT)
    return whole, both(logic.equal(exact, number.top), is_short)


def _near_whole(number: Number, space: Space) -> Whole:
    whole = space.whole("count")
    if number.range.whole and number.bottom is None:
        space.state(logic.equal(logic.of_whole(whole), number.top))
        return whole
    exact = logic.multiply(logic.of_whole(whole), number.below)
    after = logic.multiply(logic.of_whole(whole + 1), number.below)
    near = both(logic.at_most(exact, number.top), logic.less(number.top, after))
    space.state(either(logic.at_most(number.below, Fraction(0)), near))
    return whole


def _make_day(operands: Terms, making: Making) -> Term:
    found = [_whole_of(each.number, making.space) for each in operands]
    parts = Parts(*(whole for whole, _ in found))
    is_day = every([*(is_whole for _, is_whole in found), days.is_day(parts)])
    day = days.make_day(parts, making.space)
    return day_term(day, with_error(joined(operands), negate(is_day)))


def _move_day(operands: Terms, making: Making) -> Term:
    day, count = operands
    by, is_whole = _whole_of(count.number, making.space)
    moved = day.day if by == 0 and isinstance(by, int) else day.day + by
    is_day = both(is_whole, _truth(moved >= days.FIRST), _truth(moved <= days.LAST))
    return day_term(moved, with_error(joined(operands), negate(is_day)))


def _truth(found: Truth) -> Truth:
    return found


def _add_months(times: int) -> Encode:
    def encode(operands: Terms, making: Making) -> Term:
        day, count = operands
        by, is_whole = _whole_of(count.number, making.space)
        parts, is_inside = days.add_months(days.parts_of(day.day, making.space), by * times)
        state = with_error(joined(operands), negate(both(is_whole, is_inside)))
        return day_term(days.make_day(parts, making.space), state)

    return encode


def _count_days(operands: Terms, _: Making) -> Term:
    first, second = operands
    return number_term(
        whole_number(second.day - first.day, Interval(whole=True), 24), joined(operands)
    )


def _count_between(*, years: bool) -> Encode:
    def encode(operands: Terms, making: Making) -> Term:
        first, second = operands
        count = days.months_between(first.day, second.day, making.space, years=years)
        return number_term(whole_number(count, Interval(whole=True), 20), joined(operands))

    return encode


def _part(read: Callable[[Whole, Parts], Whole]) -> Encode:
    def encode(operands: Terms, making: Making) -> Term:
        day = operands[0].day
        found = read(day, days.parts_of(day, making.space))
        return number_term(whole_number(found, Interval(whole=True), 20), joined(operands))

    return encode


def _weekday(operands: Terms, _: Making) -> Term:
    found = days.weekday_of(operands[0].day)
    return number_term(whole_number(found, Interval(whole=True), 8), joined(operands))


def _of_month(read: Callable[[Parts], Whole]) -> Encode:
    """Go to a day of the same month."""

    def encode(operands: Terms, making: Making) -> Term:
        day, space = operands[0].day, making.space
        parts = days.parts_of(day, space)
        there = read(parts)
        found = days.remember(day - parts.day + there, Parts(parts.year, parts.month, there), space)
        return day_term(found, joined(operands))

    return encode


PRIMITIVES: Mapping[Primitive, Encode] = {
    "neg": _numeric(numbers.negative),
    "pos": _numeric(lambda number: number),
    "abs": _numeric(numbers.absolute),
    "add": _numeric(numbers.add),
    "sub": _numeric(lambda one, other: numbers.add(one, numbers.negative(other))),
    "mul": _numeric(numbers.multiply),
    "div": _divide,
    "mod": _modulo,
    "sum": _sum,
    "min": _extreme(greatest=False),
    "max": _extreme(greatest=True),
    "count": _count,
    "length": _length,
    "round": _round,
    "lt": _compare(numbers.less, operator.lt),
    "le": _compare(numbers.at_most, operator.le),
    "eq": _equal,
    "ne": _opposite(_equal),
    "ge": _compare(lambda one, other: numbers.at_most(other, one), operator.ge),
    "gt": _compare(lambda one, other: numbers.less(other, one), operator.gt),
    "in": _inside,
    "not_in": _opposite(_inside),
    "not": _not,
    "and": _kleene(decides=False),
    "or": _kleene(decides=True),
    "choose": _choose,
    "default": _replace(_unapplied),
    "if_missing": _replace(_missing),
    "is_missing": _ask(_missing),
    "applies": _opposite(_ask(_unapplied)),
    "starts_with": _test("starts_with"),
    "ends_with": _test("ends_with"),
    "contains": _test("contains"),
    "make_day": _make_day,
    "move_day": _move_day,
    "count_days": _count_days,
    "year_of": _part(lambda _, parts: parts.year),
    "month_of": _part(lambda _, parts: parts.month),
    "day_of": _part(lambda _, parts: parts.day),
    "weekday_of": _weekday,
    "start_of_month": _of_month(lambda _: 1),
    "end_of_month": _of_month(lambda parts: days.length_of(parts.year, parts.month)),
    "add_months": _add_months(1),
    "add_years": _add_months(12),
    "count_months": _count_between(years=False),
    "count_years": _count_between(years=True),
}
"""One row a primitive, but for those that are made elsewhere."""
MADE_ELSEWHERE: Mapping[Primitive, str] = {"lookup": "lookups"}
"""The module that makes them: what a scale or a table answers is more than its operands say."""
