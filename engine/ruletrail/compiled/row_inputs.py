"""Preparing the rows of a list: one column a cell, whole numbers at the scale of each.

Rows are mappings from the names of cells to values as a preparer of fields takes them. Columns are
read by few calls over all rows, which is what makes long lists fast.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ruletrail.analysis.typed_inputs import TypedField, TypedList

Rows = Sequence[Mapping[str, Any]]

Ends = tuple[int, int]
"""The least and the greatest whole number that a field holds, or the days that it admits."""

FieldPlan = tuple[str, bool, type | None, int, int, int, int, int, int]
"""What is to be done with a field: its code, whether it may be absent, the class of its values if
they are no numbers; else ten to the power of its scale, the scale, and the ends of a whole number
and of any other at the scale. Nothing lies between the ends where it is no number."""


class MisfitError(ValueError):
    """A value of another kind than its field's, or too large or with too many decimals for it."""


class PreparesValues(Protocol):
    """What a preparer of fields does with values, of fields and of cells alike."""

    assumed: frozenset[str]
    days: Mapping[str, Ends]

    @property
    def others(self) -> frozenset[type]:
        """The classes of numbers beside int."""
        ...

    def plan(self, field: TypedField) -> FieldPlan:
        """Say what is to be done with the values of a cell."""
        ...

    def fit(self, value: Any, scale: int) -> int:
        """Make a number that is no int whole at a scale; `MisfitError` where it is not."""
        ...

    def count_days(self, ends: Ends, values: Sequence[Any]) -> list[int]:
        """Give the whole numbers that stand for days; `MisfitError` for none."""
        ...


class RowPreparer:
    """Prepares the rows of one list for one function."""

    def __init__(self, preparer: PreparesValues, list_: TypedList) -> None:
        """Know the cells; `preparer` says what is to be done with the values of each."""
        self.code, self._preparer = list_.code, preparer
        self._may_be_absent = list_.code not in preparer.assumed
        self._cells = [(name, preparer.plan(cell)) for name, cell in list_.cells.items()]
        self._empty = [None, *[()] * len(list_.cells)]

    def finish(self, rows: Rows | None, absent: list[str]) -> list[Any]:
        """Give the number of rows and each cell's column; `MisfitError` where one does not fit.

        The code of what is not there is added to `absent`: the list's, or that of a cell that some
        row lacks.
        """
        if rows is None:
            if not self._may_be_absent:
                raise MisfitError
            absent.append(self.code)
            return self._empty
        found: list[Any] = [len(rows)]
        for name, plan in self._cells:
            column = [row.get(name) for row in rows]
            found.append(self._finish(column, plan, absent))
        return found

    def _finish(self, column: list[Any], plan: FieldPlan, absent: list[str]) -> list[Any]:
        code, _, held, power, _, low, high, _, _ = plan
        kinds = set(map(type, column))
        if kinds == _INTS and held is None:
            if not (low <= min(column) and max(column) <= high):
                raise MisfitError
            return column if power == 1 else [value * power for value in column]
        if _NONE in kinds:
            absent.append(code)
        elif len(kinds) == 1 and held in kinds:
            days = self._preparer.days.get(code)
            return column if days is None else self._preparer.count_days(days, column)
        return [self._finish_cell(value, plan) for value in column]

    def _finish_cell(self, value: Any, plan: FieldPlan) -> Any:
        code, may_be_absent, held, power, scale, low, high, least, most = plan
        kind = type(value)
        if kind is int and held is None and low <= value <= high:
            return value * power
        if value is None and may_be_absent:
            return None
        if kind is held:
            days = self._preparer.days.get(code)
            return value if days is None else self._preparer.count_days(days, [value])[0]
        if held is None and kind in self._preparer.others:
            whole = self._preparer.fit(value, scale)
            if least <= whole <= most:
                return whole
        raise MisfitError


_INTS, _NONE = {int}, type(None)
