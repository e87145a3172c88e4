"""Numbers with more decimals than they have, in columns: what `fine_numbers` finds in rows."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruletrail.batches.fine_numbers import has_points
from ruletrail.batches.row_intake import RowForm
from ruletrail.batches.rows import MOST_TOLD, Counts, Finer
from ruletrail.compiled.columns.columns import Column, NumberColumn, decimals_of, value_of
from ruletrail.intake import has_usual_decimals
from ruletrail.linking import LinkedRulebook
from ruletrail.schemas import FieldDeclaration
from ruletrail.schemas.thousands import PLACES, whole_ends
from ruletrail.trails.steps import CENTS, MONEY
from ruletrail.values import write_decimal

_THOUSAND = 1_000
_LARGEST_SCALE = 18
"""The most decimals at which one is still a number of a column."""


class FineColumns:
    """The columns of an input that may hold such numbers."""

    def __init__(self, linked: LinkedRulebook, form: RowForm) -> None:
        """Look at the fields once, not once a piece."""
        fields = sorted(linked.schema.fields.items())
        numbers = [(code, each) for code, each in fields if each.type == "number"]
        is_written = has_points(form)
        self._money = [code for code, each in numbers if each.unit in MONEY]
        self._others = [
            (code, each, has_usual_decimals(linked, each))
            for code, each in numbers
            if is_written and each.unit not in MONEY
        ]

    def find(self, columns: Mapping[str, Column], numbers: Any) -> Counts:
        """Count such numbers of all rows; `numbers` are those of the rows."""
        found = {code: _fine(columns.get(code)) for code in self._money} | {
            code: _parted(columns.get(code), declared, is_usual=is_usual)
            for code, declared, is_usual in self._others
        }
        return Counts(
            finer=tuple(
                _tell(code, columns[code], np.flatnonzero(mask), numbers)
                for code, mask in sorted(found.items())
                if mask is not None and mask.any()
            )
        )


def _fine(column: Column | None) -> NDArray[np.bool_] | None:
    """Find sums with more decimals than money has; None where there are none."""
    if not isinstance(column, NumberColumn) or column.scale <= CENTS:
        return None
    if column.decimals is None:
        fine = np.ones(len(column.values), np.bool_)
    else:
        fine = column.decimals > CENTS
    return fine if column.missing is None else fine & ~column.missing


def _parted(
    column: Column | None, declared: FieldDeclaration, *, is_usual: bool
) -> NDArray[np.bool_] | None:
    """Find numbers whose point most probably was to part thousands; None where there are none."""
    if not isinstance(column, NumberColumn) or not PLACES <= column.scale <= _LARGEST_SCALE:
        return None
    if column.decimals is None and column.scale != PLACES:
        return None
    values, one = column.values, 10**column.scale
    before = np.abs(values) // one
    found: NDArray[np.bool_] = (before >= 1) & (before < _THOUSAND)
    if column.decimals is not None:
        found &= column.decimals == PLACES
    whole = values // 10 ** (column.scale - PLACES)
    is_meant = np.full(len(values), not is_usual)
    low, high = whole_ends(declared)
    if low is not None:
        is_meant &= whole >= low
    if high is not None:
        is_meant &= whole <= high
    found &= is_meant | (whole % _THOUSAND == 0)
    return found if column.missing is None else found & ~column.missing


def _tell(code: str, column: Column, rows: NDArray[np.intp], numbers: Any) -> Finer:
    first = int(rows[0])
    value = value_of(column, first)
    text = (
        str(value)
        if isinstance(value, str | bool | None)
        else write_decimal(value, decimals_of(column, first))
    )
    told = tuple(numbers[int(row)].as_py() for row in rows[:MOST_TOLD])
    return Finer(code, len(rows), told, text)
