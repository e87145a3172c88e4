"""Days of a table as numbers: Python's dates, numpy's, Arrow's, or texts as reports write them.

A moment that is not midnight, or that has a zone, is no day.
"""

import math
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

import numpy as np

from ruletrail.compiled.columns.columns import Column, ColumnError, NumberColumn, WordColumn
from ruletrail.fast_dataclasses import replace
from ruletrail.values import is_stand_in, read_date

EPOCH = date(1970, 1, 1).toordinal()
"""What numpy and Arrow count from."""

_LAST_DAY = date.max.toordinal()
_MOST_KEPT = 32_768
"""Of days that were read, nearly a century: chunks of a table have the same ones."""

_NOTHING = ("NoneType", "NAType", "NaTType")


def encode_days(code: str, column: Any) -> NumberColumn:
    """Encode the days of a field; a `ColumnError` for what is none."""
    if isinstance(column, WordColumn):
        return days_of_words(code, column)
    kind = getattr(getattr(column, "dtype", None), "kind", "")
    if kind == "M" and isinstance(column, np.ndarray):
        return _of_numpy(code, column)
    values, missing = np.zeros(len(column), np.int64), np.zeros(len(column), np.bool_)
    for row, value in enumerate(column):
        if is_stand_in(value):
            raise ColumnError(code, row, value)
        day = None if _is_missing(value) else read_day(value)
        if day is None and not _is_missing(value):
            raise ColumnError(code, row, value)
        missing[row], values[row] = day is None, 0 if day is None else day.toordinal()
    return NumberColumn(values, 0, missing if missing.any() else None)


@lru_cache(_MOST_KEPT)
def read_text(text: str) -> date | None:
    """Read a text as reports write days; None for another."""
    return read_date(text)


def read_day(value: object) -> date | None:
    """Read one day: Python's, numpy's, a moment at midnight without a zone, a text; else None."""
    if isinstance(value, datetime):
        if not 1 <= value.year <= date.max.year:
            return None  # one of pandas, which gives no day and no time for it
        # a moment of pandas has nanoseconds too, of which Python's own time knows nothing
        rest = getattr(value, "nanosecond", 0)
        is_day = value.tzinfo is None and value.time() == time.min and not rest
        return value.date() if is_day else None
    if isinstance(value, date):
        return value
    if isinstance(value, np.datetime64):
        whole = value.astype("datetime64[D]")
        day = whole.item() if whole == value else None
        return day if isinstance(day, date) else None  # beyond Python's years it is a number
    return read_text(value) if isinstance(value, str) else None


def days_of_words(code: str, column: WordColumn) -> NumberColumn:
    """Count the days that the words of a column are; a word that no row has may be anything."""
    days = [read_day(word) for word in column.words]
    table = np.array([0 if day is None else day.toordinal() for day in days] or [0], np.int64)
    values, missing = table[column.codes], column.missing
    wrong = values == 0 if missing is None else (values == 0) & ~missing
    if wrong.any():
        row = int(wrong.argmax())
        raise ColumnError(code, row, column.words[int(column.codes[row])])
    if missing is not None:
        values[missing] = 0
    return NumberColumn(values, 0, missing)


def as_days(code: str, column: Column) -> NumberColumn:
    """Return the column of a day's field that is prepared: words, or numbers of days."""
    if isinstance(column, WordColumn):
        return days_of_words(code, column)
    counted = column.values if column.missing is None else column.values[~column.missing]
    if column.scale or column.large or ((counted < 1) | (counted > _LAST_DAY)).any():
        raise TypeError(f"the column `{code}` is prepared, so its values are days from 1")
    return replace(column, decimals=None)


def _of_numpy(code: str, column: Any) -> NumberColumn:
    days = column.astype("datetime64[D]")
    missing = np.isnat(column)
    whole = days.astype(np.int64) + EPOCH
    wrong = ~missing & ((days != column) | (whole < 1) | (whole > _LAST_DAY))
    if wrong.any():
        row = int(wrong.argmax())
        raise ColumnError(code, row, column[row])
    return NumberColumn(np.where(missing, 0, whole), 0, missing if missing.any() else None)


def _is_missing(value: Any) -> bool:
    if type(value).__name__ in _NOTHING:
        return True
    if isinstance(value, np.datetime64 | np.timedelta64):
        return bool(np.isnat(value))
    return isinstance(value, float | np.floating) and math.isnan(value)
