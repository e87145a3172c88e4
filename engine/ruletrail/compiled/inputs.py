"""Preparing what a compiled function reads: the fields of a report as integers, texts, booleans.

What does not fit the typed fields (a number with more decimals than its field has, or larger than
documents admit) is not prepared: the reference evaluator answers for that report.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from functools import cached_property
from operator import itemgetter
from typing import Any, Protocol

from ruletrail.analysis.typed_inputs import TypedField, TypedList
from ruletrail.compiled.row_inputs import Ends, FieldPlan, MisfitError, RowPreparer, Rows
from ruletrail.reports import Report, Row, columns_of
from ruletrail.values import MOST_DECIMALS, MOST_INTEGER_DIGITS, count_decimals

_LARGEST = 10**MOST_INTEGER_DIGITS
_FARTHEST = MOST_INTEGER_DIGITS + MOST_DECIMALS


Position = int | tuple[int, int]
"""A field's place among the inputs, or that of a column and the row, counted from 1."""


class Decimals(Protocol):
    """Answers how many decimals the field at a position was written with, or the cell of a row."""

    def __getitem__(self, at: Position, /) -> int:
        """Count them."""


_NO_ROWS: Mapping[str, Rows] = {}


class Inputs:
    """The prepared fields of one report, in the order of the schema, and its lists after them.

    A list is its number of rows, then a column of each cell.
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

    __slots__ = ("codes", "lists", "texts")

    def __init__(
        self,
        texts: Mapping[str, str],
        codes: tuple[str, ...],
        lists: Mapping[str, Sequence[Row]],
    ) -> None:
        self.texts, self.codes, self.lists = texts, codes, lists

    def __getitem__(self, at: Position, /) -> int:
        if isinstance(at, int):
            return count_decimals(self.texts[self.codes[at]])
        return count_decimals(cell_at(self.lists, self.codes, at).text)


class _ExactDecimals:
    """Counts the decimals of a mapping's values: a Decimal has those it was written with."""

    __slots__ = ("codes", "values")

    def __init__(self, values: Mapping[str, Any], codes: tuple[str, ...]) -> None:
        self.values, self.codes = values, codes

    def __getitem__(self, at: Position, /) -> int:
        if isinstance(at, int):
            value = self.values[self.codes[at]]
        else:
            value = cell_at(self.values, self.codes, at)
        return count_decimals(str(value)) if isinstance(value, Decimal) else 0


def cell_at(
    lists: Mapping[str, Sequence[Mapping[str, Any]]], codes: tuple[str, ...], at: tuple[int, int]
) -> Any:
    """Return the cell of a row; `codes` are those of all inputs."""
    over, _, name = codes[at[0]].partition(".")
    return lists[over][at[1] - 1][name]


def list_inputs(
    fields: Mapping[str, TypedField], lists: Mapping[str, TypedList]
) -> dict[str, TypedField]:
    """List what a function is given, in its order: the fields, then each list and its cells."""
    found = dict(fields)
    for code, list_ in lists.items():
        found[code] = list_.count
        found |= {cell.code: cell for cell in list_.cells.values()}
    return found


class Preparer:
    """Prepares reports for one function; a report that lacks an `assumed` field does not fit it.

    What is to be done with a field is known before any report.
    """

    others: frozenset[type] = frozenset({Decimal, Fraction})
    """The classes of numbers beside int."""

    def __init__(
        self,
        fields: Mapping[str, TypedField],
        assumed: frozenset[str],
        lists: Mapping[str, TypedList],
        *,
        is_usual: bool,
    ) -> None:
        """Know the fields."""
        self.fields, self.assumed, self.is_usual = fields, assumed, is_usual
        self.lists, self.codes, self.inputs = (
            lists,
            tuple(fields),
            tuple(list_inputs(fields, lists)),
        )
        listed = list(enumerate(fields.values()))
        self._days = [(at, _ends_of_days(field)) for at, field in listed if field.kind == "date"]
        cells = [cell for each in lists.values() for cell in each.cells.values()]
        days = {cell.code: _ends_of_days(cell) for cell in cells if cell.kind == "date"}
        self.days: Mapping[str, Ends] = days
        """The ends of the cells that are days, by code."""

    def prepare(self, report: Report) -> Inputs | None:
        """Prepare a report; None where a value does not fit its field."""
        columns = columns_of(report.fields)
        return self.finish(
            list(map(columns.exacts.get, self.codes)),
            _WrittenDecimals(columns.texts, self.inputs, report.lists),
            _exact_rows(report.lists) if self.lists else _NO_ROWS,
        )

    def prepare_values(self, values: Mapping[str, object]) -> Inputs | None:
        """Prepare exact values by code: int, Decimal, Fraction, str, bool, or None.

        A list is its rows, each a mapping of such values.
        """
        rows: Any = values if self.lists else _NO_ROWS
        decimals = _ExactDecimals(values, self.inputs)
        return self.finish(list(map(values.get, self.codes)), decimals, rows)

    def widen(self, inputs: Inputs, narrow: "Preparer") -> Inputs:
        """Bring inputs that another prepared, at scales that are no larger, to this one's."""
        ours, theirs = (list_inputs(each.fields, each.lists) for each in (self, narrow))
        scales = [
            field.scale - other.scale
            for field, other in zip(ours.values(), theirs.values(), strict=True)
        ]
        slots = [
            _raise_scale(slot, 10**scale) if scale else slot
            for slot, scale in zip(inputs.slots, scales, strict=True)
        ]
        return Inputs(slots, inputs.decimals, inputs.absent, is_usual=self.is_usual)

    def finish(
        self, given: list[Any], decimals: Decimals, rows: Mapping[str, Rows] = _NO_ROWS
    ) -> Inputs | None:
        """Bring the values of all fields to their scales, in place; None where one does not fit.

        Those of rows are added after them.
        """
        absent: list[str] = []
        try:
            for at, plan in enumerate(self._plans):
                code, may_be_absent, held, power, scale, low, high, least, most = plan
                value = given[at]
                kind = type(value)
                if kind is int:
                    if not low <= value <= high:
                        return None
                    if power != 1:
                        given[at] = value * power
                elif value is None:
                    if not may_be_absent:
                        return None
                    absent.append(code)
                elif kind is not held:
                    if kind not in self.others:
                        return None
                    given[at] = whole = self.fit(value, scale)
                    if not least <= whole <= most:
                        return None
            for at, ends in self._days:
                if given[at] is not None:
                    (given[at],) = self.count_days(ends, (given[at],))
            for each in self._row_preparers:
                given += each.finish(rows.get(each.code), absent)
        except MisfitError:
            return None
        return Inputs(given, decimals, frozenset(absent), is_usual=self.is_usual)

    def ends(self, field: TypedField, scale: int) -> tuple[int, int]:  # noqa: ARG002 - of all fields
        """Give the least and the greatest number that a field may hold, whole at a scale."""
        return 1 - _LARGEST * _POWERS[scale], _LARGEST * _POWERS[scale] - 1

    def fit(self, value: Any, scale: int) -> int:
        """Make a number that is no int whole at a scale; `MisfitError` where it is not."""
        return _fit(value, scale)

    def count_days(self, ends: Ends, values: Sequence[Any]) -> list[int]:  # noqa: ARG002 - of all fields
        """Give the whole numbers that stand for days of a field; `MisfitError` for none."""
        return [value.toordinal() for value in values]

    def held(self, field: TypedField) -> type | None:
        """Return the class of a field's values, where they are no numbers."""
        return CLASSES[field.kind]

    @cached_property
    def _plans(self) -> list[FieldPlan]:
        return [self.plan(field) for field in self.fields.values()]

    @cached_property
    def _row_preparers(self) -> list[RowPreparer]:
        return [RowPreparer(self, each) for each in self.lists.values()]

    def plan(self, field: TypedField) -> FieldPlan:
        """Say what is to be done with the values of a field, or of a cell."""
        may_be_absent, held = field.code not in self.assumed, self.held(field)
        if field.kind != "number":
            return field.code, may_be_absent, held, 1, 0, *_NOTHING, *_NOTHING
        scale = field.scale
        ends = *self.ends(field, 0), *self.ends(field, scale)
        return field.code, may_be_absent, held, 10**scale, scale, *ends


def _ends_of_days(field: TypedField) -> Ends:
    """Give the first and the last day that a field admits, counted."""
    low, high = field.range.low, field.range.high
    return int(low or date.min.toordinal()), int(high or date.max.toordinal())


def _exact_rows(lists: Mapping[str, Sequence[Row]]) -> dict[str, Rows]:
    return {
        code: [{name: cell.exact for name, cell in row.items()} for row in rows]
        for code, rows in lists.items()
    }


def _raise_scale(slot: object, power: int) -> object:
    """Raise a number, or those of a column; what is no number stays."""
    if isinstance(slot, list):
        return [_raise_scale(each, power) for each in slot]
    return slot * power if isinstance(slot, int) else slot


def make_taker(keys: Sequence[Any]) -> Callable[[Any], Sequence[Any]]:
    """Make what takes some items out of a sequence or a mapping."""
    if len(keys) > 1:
        return itemgetter(*keys)  # one call for all, where there are two at least
    return lambda given: [given[key] for key in keys]


CLASSES: Mapping[str, type | None] = {
    "number": None, "text": str, "boolean": bool, "date": date, "none": None,
}  # fmt: skip
"""The class of a kind's values, where they are no numbers."""
_NOTHING = (1, 0)
"""Ends that nothing lies between."""

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


def _fit(value: Decimal | Fraction, scale: int) -> int:
    """Make a number whole at a scale."""
    if not isinstance(value, Decimal):  # asking whether it is a Fraction is six times slower
        raised, rest = divmod(_POWERS[scale], value.denominator)
        if rest:
            raise MisfitError
        return value.numerator * raised
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
    if whole != scaled:
        raise MisfitError
    return whole
