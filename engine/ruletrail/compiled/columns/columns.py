"""Columns as lowered code reads them, and the exact reading of a single value.

Below the encoders of Python sequences (`encoding`) and of Arrow (`arrow_encoding`), which both make these columns.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.values import (
    MOST_DECIMALS,
    MOST_INTEGER_DIGITS,
    count_decimals,
    count_finite_decimals,
    read_number,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BOOLEANS = (False, True)
"""The words of a boolean column, in this order."""

MOST = 2**62
"""A whole number of this size or more is kept beside its column."""

LARGEST = 10**MOST_INTEGER_DIGITS
"""No document holds a number of this size."""


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """Numbers of one field: whole at `scale`, 0 where `missing`; `large` holds those that do not fit.

    `decimals` tells with how many decimals each was written; None when all were written with `scale`.
    """

    values: "NDArray[np.int64]"
    scale: int = 0
    missing: "NDArray[np.bool_] | None" = None
    large: Mapping[int, Fraction] = field(default_factory=dict)
    decimals: "NDArray[np.int8] | None" = None


@dataclass(frozen=True, slots=True)
class WordColumn:
    """Texts of one field as positions in `words`, 0 where `missing`; booleans are the words False and True."""

    codes: "NDArray[np.integer[Any]]"
    words: Sequence[str | bool]
    missing: "NDArray[np.bool_] | None" = None


Column = NumberColumn | WordColumn


class ColumnError(ValueError):
    """A column that holds what its field cannot: the field, the row (from 0) and what stands there."""

    def __init__(self, code: str, row: int, value: object) -> None:
        """Name the value."""
        super().__init__(f"the column `{code}` holds `{str(value)[:80]}` in row {row}")
        self.code, self.row, self.value = code, row, value


def read_exact(value: Any) -> tuple[Fraction, int] | None:
    """Read one number exactly, with the decimals that it was written with; None where no document holds it."""
    text = (
        repr(float(value))
        if isinstance(value, float)
        else f"{value:f}"
        if isinstance(value, Decimal)
        else str(value)
    )
    if isinstance(value, Fraction):
        finite = count_finite_decimals(value)
        return (
            (value, finite)
            if finite is not None and finite <= MOST_DECIMALS and abs(value) < LARGEST
            else None
        )
    if isinstance(value, float) and text.endswith(".0"):
        text = text[:-2]
    shape = (
        text.lstrip("-")
        .lower()
        .replace("e-", "e", 1)
        .replace("e+", "e", 1)
        .replace("e", "", 1)
        .replace(".", "", 1)
    )
    number = (
        read_number(text)
        if shape.isdigit() and shape.isascii() and not isinstance(value, bool)
        else None
    )
    return (number, count_decimals(text)) if number is not None else None


def normal_text(text: str) -> str:
    """Give a text the form that every reader of documents gives it, NFC, so that equal texts are equal."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def value_of(column: Column, row: int) -> Fraction | str | bool | None:
    """Give one value back exactly, None where it is missing."""
    if column.missing is not None and column.missing[row]:
        return None
    if isinstance(column, WordColumn):
        return column.words[int(column.codes[row])]
    return (
        column.large[row]
        if row in column.large
        else Fraction(int(column.values[row]), 10**column.scale)
    )


def decimals_of(column: Column, row: int) -> int:
    """Tell with how many decimals a number was written."""
    if isinstance(column, WordColumn):
        return 0
    return column.scale if column.decimals is None else int(column.decimals[row])
