"""Prepare what the compiled function reads: the fields of one report as whole numbers, texts and booleans.

What does not fit the typed form (a number with more decimals than its field has, or larger than documents admit)
is not prepared: the reference evaluator answers for that report.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from ruletrail.reports import Report
from ruletrail.structures import dataclass
from ruletrail.values import MOST_DECIMALS, MOST_INTEGER_DIGITS, count_decimals

if TYPE_CHECKING:
    from ruletrail.lanes.forms import FieldForm, PlanForm

_LARGEST = 10**MOST_INTEGER_DIGITS
_FARTHEST = MOST_INTEGER_DIGITS + MOST_DECIMALS


class Decimals(Protocol):
    """Answers with how many decimals the field at a position was written."""

    def __getitem__(self, at: int, /) -> int:
        """Count them."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The prepared fields of one report, in the order of the schema; `absent` are the codes that are not there.

    `is_usual` tells that the function for usual reports takes them.
    """

    slots: Sequence[object]
    decimals: Decimals
    absent: frozenset[str]
    is_usual: bool


@dataclass(frozen=True, slots=True)
class _WrittenDecimals:
    """Counts the decimals of a report's field only when asked; most agree without."""

    report: Report
    codes: tuple[str, ...]

    def __getitem__(self, at: int, /) -> int:
        return count_decimals(self.report.fields[self.codes[at]].text)


@dataclass(frozen=True, slots=True)
class _ExactDecimals:
    """Counts the decimals of a mapping's values: those that a Decimal was written with."""

    values: Mapping[str, object]
    codes: tuple[str, ...]

    def __getitem__(self, at: int, /) -> int:
        value = self.values[self.codes[at]]
        return count_decimals(f"{value:f}") if isinstance(value, Decimal) else 0


@dataclass(frozen=True, slots=True)
class Preparer:
    """Prepares reports for one function of a plan; one that lacks an `assumed` field does not fit it."""

    assumed: frozenset[str]
    is_usual: bool
    codes: tuple[str, ...]
    powers: tuple[int | type, ...]
    """For each field ten to its scale, or the class of its values."""

    def prepare(self, report: Report) -> Inputs | None:
        """Prepare a report; None when a value does not fit the typed form."""
        given = [declared if declared is None else declared.value for declared in map(report.fields.get, self.codes)]
        try:
            slots = list(map(_fit, given, self.powers))
        except MisfitError:
            return None
        return self._finish(slots, _WrittenDecimals(report, self.codes))

    def prepare_values(self, values: Mapping[str, object]) -> Inputs | None:
        """Prepare exact values by code: int, Decimal, Fraction, str, bool; None where there is none."""
        pairs = zip(map(values.get, self.codes), self.powers, strict=True)
        try:
            # nearly all are ints; the others, and an int in the place of a text, are looked at one by one
            slots = [v * p if v.__class__ is int and p.__class__ is int and -_LARGEST < v < _LARGEST else _fit(v, p) for v, p in pairs]
        except MisfitError:
            return None
        return self._finish(slots, _ExactDecimals(values, self.codes))

    def _finish(self, slots: list[object], decimals: Decimals) -> Inputs | None:
        absent = frozenset([code for code, slot in zip(self.codes, slots, strict=True) if slot is None])
        if absent and not self.assumed.isdisjoint(absent):
            return None
        return Inputs(tuple(slots), decimals, absent, self.is_usual)


class MisfitError(ValueError):
    """A value of another kind than its field's, too large or too fine for the typed form."""


def _fit(value: object, power: int | type) -> object:
    """Make a value what its slot holds."""
    kind = value.__class__
    if value is None or kind is power:
        return value
    if not isinstance(power, int):
        raise MisfitError
    if kind is Decimal:
        # before any arithmetic, so that 1E999999 costs nothing
        exponent = value.adjusted() if value.is_finite() else _FARTHEST  # type: ignore[attr-defined]  # a Decimal, by its class
        if not -_FARTHEST < exponent < _FARTHEST:
            raise MisfitError
    elif kind is not Fraction:
        raise MisfitError
    top, bottom = value.as_integer_ratio()  # type: ignore[attr-defined]  # a Fraction or a Decimal
    raised, rest = divmod(power, bottom) if bottom != 1 else (power, 0)
    if rest or not -_LARGEST * bottom < top < _LARGEST * bottom:
        raise MisfitError
    return top * raised


def build_preparer(form: "PlanForm", *, is_usual: bool) -> Preparer:
    """Build the preparer of a plan's function."""
    fields: Mapping[str, FieldForm] = form.fields
    kinds: Mapping[str, type] = {"text": str, "boolean": bool}
    powers = tuple(10**field.scale if field.kind == "number" else kinds[field.kind] for field in fields.values())
    return Preparer(form.assumed, is_usual, tuple(fields), powers)
