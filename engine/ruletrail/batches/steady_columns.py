"""Columns in a form that stays the same from piece to piece, so that code for them is made once.

Code for columns depends on which of them have gaps, on their scales, and on whether numbers were
written with different decimals. What one piece of a table needed is kept for those after it.
"""

from collections.abc import Mapping

import numpy as np

from ruletrail.compiled.columns.columns import MOST, Column, NumberColumn
from ruletrail.fast_dataclasses import replace


class SteadyColumns:
    """Remembers, by field, what columns so far needed. Not for sharing between threads."""

    def __init__(self) -> None:
        """Begin with what no column needs."""
        self._gaps: set[str] = set()
        self._mixed: set[str] = set()
        self._scales: dict[str, int] = {}

    def settle(self, columns: Mapping[str, Column]) -> dict[str, Column]:
        """Give columns the masks and scales of earlier ones; no value changes."""
        return {code: self._settle(code, column) for code, column in columns.items()}

    def _settle(self, code: str, column: Column) -> Column:
        if column.missing is not None:
            self._gaps.add(code)
        elif code in self._gaps:
            rows = column.values if isinstance(column, NumberColumn) else column.codes
            column = replace(column, missing=np.zeros(len(rows), np.bool_))
        return self._settle_number(code, column) if isinstance(column, NumberColumn) else column

    def _settle_number(self, code: str, column: NumberColumn) -> NumberColumn:
        if column.decimals is not None:
            self._mixed.add(code)
        scale = self._scales.setdefault(code, column.scale)
        if column.scale > scale:
            self._scales[code] = column.scale
        elif column.scale < scale:
            column = _raise_scale(column, scale)
        if column.decimals is None and code in self._mixed:
            decimals = np.full(len(column.values), column.scale, np.int8)
            column = replace(column, decimals=decimals)
        return column


def _raise_scale(column: NumberColumn, scale: int) -> NumberColumn:
    """Write the same numbers at a larger scale, if they fit there."""
    power = 10 ** (scale - column.scale)
    values = column.values
    most = max(int(values.max(initial=0)), -int(values.min(initial=0)))
    if column.large or most * power >= MOST:
        return column
    written = column.decimals
    if written is None:
        written = np.full(len(values), column.scale, np.int8)
    return replace(column, values=values * power, scale=scale, decimals=written)
