"""Preparing what a compiled function reads: the fields of a report as integers, texts, booleans.

What does not fit the typed fields (a number with more decimals than its field has, or larger than
documents admit) is not prepared: the reference evaluator answers for that report.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from operator import itemgetter
from types import NoneType
from typing import Any, Protocol

from ruletrail.analysis.ir import TypedField
from ruletrail.fast_dataclasses import dataclass
from ruletrail.reports import Report, columns_of
from ruletrail.values import MOST_DECIMALS, MOST_INTEGER_DIGITS, count_decimals

_LARGEST = 10**MOST_INTEGER_DIGITS
_FARTHEST = MOST_INTEGER_DIGITS + MOST_DECIMALS


class Decimals(Protocol):
    """Answers how many decimals the field at a position was written with."""

    def __getitem__(self, at: int, /) -> int:
        """Count them."""


class Inputs:
    """The prepared fields of one report, in the order of the schema.

    `absent` are the codes that are not there; with `is_usual` the function for usual reports takes
    them. A plain class, because one is made for each report, in a third of a dataclass's time.
    """

    __slots__ = ("absent", "decimals", "is_usual", "slots")

    def __init__(
        self, slots: Sequence[object], decimals: Decimals, absent: frozenset[str], *, is_usual: bool
    ) -> None:
        """Hold what was prepared."""
        self.slots, self.decimals, self.absent, self.is_usual = slots, decimals, absent, is_usual


class _WrittenDecimals:
    """Counts the decimals of a report's field only when asked; most agree without."""

    __slots__ = ("codes", "texts")

    def __init__(self, texts: Mapping[str, str], codes: tuple[str, ...]) -> None:
        self.texts, self.codes = texts, codes

    def __getitem__(self, at: int, /) -> int:
        return count_decimals(self.texts[self.codes[at]])


class _ExactDecimals:
    """Counts the decimals of a mapping's values: a Decimal has those it was written with."""

    __slots__ = ("codes", "values")

    def __init__(self, values: Mapping[str, object], codes: tuple[str, ...]) -> None:
        self.values, self.codes = values, codes

    def __getitem__(self, at: int, /) -> int:
        value = self.values[self.codes[at]]
        return count_decimals(str(value)) if isinstance(value, Decimal) else 0


class MisfitError(ValueError):
    """A value of another kind than its field's, or too large or with too many decimals for it."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is to be done with values of such classes, by their positions."""

    fits: bool
    absent: frozenset[str]
    take_whole: Callable[[Sequence[Any]], Sequence[int]]
    """Takes the integers, whose size is to be checked."""
    raised: tuple[tuple[int, int], ...]
    """Those of them at a scale, with ten to the power of it."""
    fitted: tuple[tuple[int, int], ...]
    """Decimals and fractions, with their scales."""


_MOST_SHAPES = 256
"""Shapes kept: which fields are there and of which class, never the values of a report."""


class Preparer:
    """Prepares reports for one function; a report that lacks an `assumed` field does not fit it.

    What is to be done depends on which fields are there and of which class, and is worked out once
    for each such shape: reports of one kind have few.
    """

    def __init__(
        self, fields: Mapping[str, TypedField], assumed: frozenset[str], *, is_usual: bool
    ) -> None:
        """Know the fields; no shape was met yet."""
        self.fields, self.assumed, self.is_usual = fields, assumed, is_usual
        self.codes = tuple(fields)
        self.shapes: dict[tuple[type, ...], _Shape] = {}

    def prepare(self, report: Report) -> Inputs | None:
        """Prepare a report; None where a value does not fit its field."""
        columns = columns_of(report.fields)
        return self._finish(
            list(map(columns.exacts.get, self.codes)), _WrittenDecimals(columns.texts, self.codes)
        )

    def prepare_values(self, values: Mapping[str, object]) -> Inputs | None:
        """Prepare exact values by code: int, Decimal, Fraction, str, bool, or None."""
        return self._finish(list(map(values.get, self.codes)), _ExactDecimals(values, self.codes))

    def widen(self, inputs: Inputs, narrow: "Preparer") -> Inputs:
        """Bring inputs that another prepared, at scales that are no larger, to this one's."""
        scales = [
            field.scale - other.scale
            for field, other in zip(self.fields.values(), narrow.fields.values(), strict=True)
        ]
        slots = [
            slot * 10**scale if scale and isinstance(slot, int) else slot
            for slot, scale in zip(inputs.slots, scales, strict=True)
        ]
        return Inputs(slots, inputs.decimals, inputs.absent, is_usual=self.is_usual)

    def _finish(self, given: list[Any], decimals: Decimals) -> Inputs | None:
        kinds = tuple(map(type, given))
        shape = self.shapes.get(kinds) or self._shape(kinds)
        if not shape.fits:
            return None
        whole = shape.take_whole(given)
        if whole and not (min(whole) > -_LARGEST and max(whole) < _LARGEST):
            return None
        for at, power in shape.raised:
            given[at] *= power
        try:
            for at, scale in shape.fitted:
                given[at] = _fit(given[at], scale)
        except MisfitError:
            return None
        return Inputs(given, decimals, shape.absent, is_usual=self.is_usual)

    def _shape(self, kinds: tuple[type, ...]) -> _Shape:
        """Work out what is to be done with values of these classes."""
        listed = list(zip(self.fields.values(), kinds, strict=True))
        fits = all(kind in _CLASSES[field.kind] for field, kind in listed)
        absent = frozenset([field.code for field, kind in listed if kind is NoneType])
        whole = [at for at, kind in enumerate(kinds) if kind is int]
        raised = [(at, 10 ** listed[at][0].scale) for at in whole if listed[at][0].scale]
        fitted = [
            (at, field.scale)
            for at, (field, kind) in enumerate(listed)
            if kind in (Decimal, Fraction)
        ]
        shape = _Shape(
            fits and self.assumed.isdisjoint(absent),
            absent,
            make_taker(whole),
            tuple(raised),
            tuple(fitted),
        )
        if len(self.shapes) < _MOST_SHAPES:
            self.shapes[kinds] = shape
        return shape


def make_taker(keys: Sequence[Any]) -> Callable[[Any], Sequence[Any]]:
    """Make what takes some items out of a sequence or a mapping."""
    if len(keys) > 1:
        return itemgetter(*keys)  # one call for all, where there are two at least
    return lambda given: [given[key] for key in keys]


_CLASSES: Mapping[str, tuple[type, ...]] = {
    "number": (int, Decimal, Fraction, NoneType),
    "text": (str, NoneType),
    "boolean": (bool, NoneType),
    "none": (),
}

_EXACT = Context(prec=2 * _FARTHEST, traps=[Inexact])
"""Our own, so that no caller's context rounds; wide enough for any number that fits its field."""


_POWERS: tuple[int, ...] = tuple([10**scale for scale in range(MOST_DECIMALS + 1)])


def fit_text(text: str, scale: int) -> int:
    """Make a number that is written without exponent whole at a scale."""
    whole, _, part = text.partition(".")
    if len(part) > scale or len(whole) > MOST_INTEGER_DIGITS:
        raise MisfitError
    try:
        return int(whole + part) * _POWERS[scale - len(part)]
    except ValueError:
        raise MisfitError from None  # an exponent, or no number at all


def ends_at(scale: int) -> tuple[int, int]:
    """Give the least and the greatest number of a document, as whole numbers at a scale."""
    return 1 - _LARGEST * _POWERS[scale], _LARGEST * _POWERS[scale] - 1


def _fit(value: Decimal | Fraction, scale: int) -> int:
    """Make a number whole at a scale."""
    if not isinstance(value, Decimal):  # asking whether it is a Fraction is six times slower
        raised, rest = divmod(_POWERS[scale], value.denominator)
        whole = value.numerator * raised
        if rest or abs(whole) >= _LARGEST * _POWERS[scale]:
            raise MisfitError
        return whole
    try:
        return fit_text(str(value), scale)
    except MisfitError:
        pass  # written another way, or with needless zeros
    # before any arithmetic, so that 1E999999 costs nothing
    if not value.is_finite() or not -_FARTHEST < value.adjusted() < _FARTHEST:
        raise MisfitError
    try:
        scaled = value.scaleb(scale, _EXACT)
    except Inexact as error:
        raise MisfitError from error
    whole = int(scaled)
    if whole != scaled or abs(whole) >= _LARGEST * _POWERS[scale]:
        raise MisfitError
    return whole
