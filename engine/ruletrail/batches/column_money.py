"""Sums of money with parts of a cent, in columns: what `fine_money.find_finer` finds in rows."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ruletrail.batches.rows import MOST_TOLD, Counts, Finer
from ruletrail.compiled.columns.columns import Column, NumberColumn, decimals_of, value_of
from ruletrail.trails.steps import CENTS
from ruletrail.values import write_decimal


def find_finer_columns(
    codes: tuple[str, ...], columns: Mapping[str, Column], numbers: Any
) -> Counts:
    """Count the sums of all rows with more decimals than money has; `numbers` are the rows'."""
    return Counts(finer=tuple(_find(codes, columns, numbers)))


def _find(codes: tuple[str, ...], columns: Mapping[str, Column], numbers: Any) -> Iterator[Finer]:
    for code in codes:
        column = columns.get(code)
        if not isinstance(column, NumberColumn) or column.scale <= CENTS:
            continue
        if column.decimals is None:
            fine = np.ones(len(column.values), np.bool_)
        else:
            fine = column.decimals > CENTS
        rows = np.flatnonzero(fine if column.missing is None else fine & ~column.missing)
        if len(rows):
            first = int(rows[0])
            value = value_of(column, first)
            text = (
                str(value)
                if isinstance(value, str | bool | None)
                else write_decimal(value, decimals_of(column, first))
            )
            told = tuple(numbers[int(row)].as_py() for row in rows[:MOST_TOLD])
            yield Finer(code, len(rows), told, text)
