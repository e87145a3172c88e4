"""The primitives of the table of operations, over forms: what each does to a varying operand.

A primitive that has no row here is not followed: what reads it is `unsettled`, and never wrong. A
condition is always `Fixed`: where it would change, the stretch is cut.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import cast

from ruletrail.analysis.typed_inputs import Kind
from ruletrail.counterfactuals import curves, days
from ruletrail.counterfactuals.curves import Course, Fixed, NumberForm, Ratio
from ruletrail.counterfactuals.days import Days
from ruletrail.counterfactuals.stretches import Stretch, UnsettledError
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas.operations import Primitive
from ruletrail.values import ErrorValue, RoundingMode, is_non_value, worst


@dataclass(frozen=True, slots=True)
class Wording:
    """A free text that is none of those it is compared with; they are put into `named`.

    Each of them is then tried by itself, so that together all texts were looked at.
    """

    length: NumberForm
    named: set[str]

    @property
    def kind(self) -> Kind:
        """Its type, for the table of operations."""
        return "text"


Form = NumberForm | Days | Wording
_ZERO = Fixed(Fraction(0))


@dataclass(frozen=True, slots=True)
class Forms:
    """Makes primitives of forms over one stretch; the `Build` of the table of operations.

    Without `rounds` roundings do nothing. `text` is the expression, for errors that name it.
    """

    stretch: Stretch
    text: str = ""
    rounds: bool = True

    def __call__(
        self,
        primitive: Primitive,
        *operands: Form,
        decimals: int = 0,
        mode: RoundingMode = "half_up",
    ) -> Form:
        """Make one; the worst non-value among the operands is the result."""
        non_value = worst([each.fact for each in operands if isinstance(each, Fixed)])
        if non_value is not None:
            return Fixed(non_value)
        if primitive == "round":
            number = _as_number(operands[0])
            if not self.rounds:
                return number
            return curves.round_form(number, decimals, mode, self.stretch)
        row = _ROWS.get(primitive)
        if row is None:
            raise UnsettledError("formula")
        return row(self, operands)


Operands = Sequence[Form]
Row = Callable[[Forms, Operands], Form]


def _as_number(form: Form) -> NumberForm:
    """Take a number, or a day by its number."""
    if isinstance(form, Wording):
        raise UnsettledError("formula")
    return days.number_of(form)


def _numbers(operands: Operands) -> list[NumberForm]:
    return [_as_number(each) for each in operands]


# -- Arithmetic ------------------------------------------------------------------------------------


def _negate(forms: Forms, operands: Operands) -> Form:
    return curves.negate(_as_number(operands[0]), forms.stretch)


def _same(_: Forms, operands: Operands) -> Form:
    return operands[0]


def _add(forms: Forms, operands: Operands) -> Form:
    numbers = _numbers(operands)
    # what does not vary is added up at once
    facts = [cast("Fraction", each.fact) for each in numbers if isinstance(each, Fixed)]
    total: NumberForm = Fixed(sum(facts, Fraction(0)))
    for each in numbers:
        total = total if isinstance(each, Fixed) else curves.add(total, each, forms.stretch)
    return total


def _subtract(forms: Forms, operands: Operands) -> Form:
    first, second = _numbers(operands)
    return curves.add(first, curves.negate(second, forms.stretch), forms.stretch)


def _multiply(forms: Forms, operands: Operands) -> Form:
    first, second = _numbers(operands)
    return curves.multiply(first, second, forms.stretch)


def _divide(forms: Forms, operands: Operands) -> Form:
    first, second = _numbers(operands)
    if curves.compare(second, _ZERO, forms.stretch) == 0:
        return Fixed(ErrorValue("division_by_zero", forms.text))
    return curves.divide(first, second, forms.stretch)


def _modulo(forms: Forms, operands: Operands) -> Form:
    """Write the remainder as a - b * floor(a / b)."""
    whole = _divide(forms, operands)
    if isinstance(whole, Fixed) and is_non_value(whole.fact):
        return whole
    floor = curves.round_form(_as_number(whole), 0, "floor", forms.stretch)
    return _subtract(forms, [operands[0], _multiply(forms, [operands[1], floor])])


def _absolute(forms: Forms, operands: Operands) -> Form:
    number = _as_number(operands[0])
    if curves.compare(number, _ZERO, forms.stretch) < 0:
        return curves.negate(number, forms.stretch)
    return number


def _choose(sign: int) -> Row:
    """Take the operand that is the least (-1) or the greatest (1) throughout the stretch."""

    def choose(forms: Forms, operands: Operands) -> Form:
        found = operands[0]
        for each in operands[1:]:
            if curves.compare(_as_number(each), _as_number(found), forms.stretch) == sign:
                found = each
        return found

    return choose


def _count(_: Forms, operands: Operands) -> Form:
    return Fixed(Fraction(sum(_truth(each) for each in operands)))


def _truth(form: Form) -> bool:
    if isinstance(form, Fixed) and isinstance(form.fact, bool):
        return form.fact
    raise UnsettledError("formula")


def _length(_: Forms, operands: Operands) -> Form:
    text = operands[0]
    if isinstance(text, Wording):
        return text.length
    if isinstance(text, Fixed) and isinstance(text.fact, str):
        return Fixed(Fraction(len(text.fact)))
    raise UnsettledError("formula")


# -- Conditions ------------------------------------------------------------------------------------


def _compares(*signs: int) -> Row:
    def compare(forms: Forms, operands: Operands) -> Form:
        first, second = _numbers(operands)
        return Fixed(curves.compare(first, second, forms.stretch) in signs)

    return compare


def _are_equal(forms: Forms, first: Form, second: Form) -> bool:
    if isinstance(first, Wording) or isinstance(second, Wording):
        return _is_named(first, second)
    if isinstance(first, Fixed) and isinstance(second, Fixed):
        return type(first.fact) is type(second.fact) and first.fact == second.fact
    return curves.compare(_as_number(first), _as_number(second), forms.stretch) == 0


def _is_named(first: Form, second: Form) -> bool:
    """Compare a free text: with itself it is equal, with a known one not, which is tried apart."""
    for one, other in ((first, second), (second, first)):
        if isinstance(one, Wording) and isinstance(other, Fixed) and isinstance(other.fact, str):
            one.named.add(other.fact)
            return False
    if isinstance(first, Wording) and isinstance(second, Wording):
        return True
    raise UnsettledError("formula")


def _equals(*, wanted: bool) -> Row:
    def compare(forms: Forms, operands: Operands) -> Form:
        first, *others = operands
        found = [_are_equal(forms, first, each) for each in others]
        return Fixed(any(found) is wanted)

    return compare


# -- Days ------------------------------------------------------------------------------------------


def _make_day(forms: Forms, operands: Operands) -> Form:
    year, month, day = _numbers(operands)
    return days.make_day(year, month, day, forms.stretch, forms.text)


def _move_day(forms: Forms, operands: Operands) -> Form:
    day, count = _numbers(operands)
    return days.move_day(day, count, forms.stretch, forms.text)


def _moves(months: int) -> Row:
    def move(forms: Forms, operands: Operands) -> Form:
        day, count = _numbers(operands)
        return days.move_months(day, count, months, forms.stretch, forms.text)

    return move


def _count_days(forms: Forms, operands: Operands) -> Form:
    return _subtract(forms, [operands[1], operands[0]])


def _counts(by: Callable[[date, date], Fraction]) -> Row:
    def count(forms: Forms, operands: Operands) -> Form:
        first, second = _numbers(operands)
        return days.count_between(by, first, second, forms.stretch)

    return count


def _reads(read: Callable[[NumberForm, Stretch], Form]) -> Row:
    return lambda forms, operands: read(_as_number(operands[0]), forms.stretch)


_ROWS: Mapping[Primitive, Row] = {
    "neg": _negate, "pos": _same, "abs": _absolute, "add": _add, "sub": _subtract,
    "mul": _multiply, "div": _divide, "mod": _modulo, "sum": _add, "min": _choose(-1),
    "max": _choose(1), "count": _count, "length": _length, "lt": _compares(-1),
    "le": _compares(-1, 0), "eq": _equals(wanted=True), "ne": _equals(wanted=False),
    "ge": _compares(1, 0), "gt": _compares(1), "in": _equals(wanted=True),
    "not_in": _equals(wanted=False), "not": lambda _, v: Fixed(not _truth(v[0])),
    "make_day": _make_day, "move_day": _move_day, "count_days": _count_days,
    "add_months": _moves(1), "add_years": _moves(12), "count_months": _counts(days.count_months),
    "count_years": _counts(days.count_years), "year_of": _reads(days.read_year),
    "month_of": _reads(days.read_month), "day_of": _reads(days.read_day),
    "weekday_of": _reads(days.read_weekday), "start_of_month": _reads(days.start_month),
    "end_of_month": _reads(days.end_month),
}  # fmt: skip
"""Conditions joined, choices and questions about non-values are followed before they get here."""

__all__ = ["Course", "Days", "Fixed", "Form", "Forms", "Ratio", "Wording"]
