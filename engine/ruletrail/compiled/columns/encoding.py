"""Columns as callers have them to columns as the lanes read them: whole numbers at a scale, texts as numbers.

Exact in every row: an integer array is taken as it is, Arrow's columns by whole buffers (`arrows`), anything else value
by value, a float by its shortest text. What does not fit 63 bits is kept beside the column, and its row goes to the
compiled function.
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ruletrail.analysis.ir import TypedField
from ruletrail.compiled.columns.columns import (
    BOOLEANS,
    LARGEST,
    MOST,
    Column,
    ColumnError,
    NumberColumn,
    WordColumn,
    normal_text,
    read_exact,
)
from ruletrail.compiled.columns.table_adapters import find_columns, is_arrow, plain_column
from ruletrail.values import count_finite_decimals


def encode_columns(
    fields: Mapping[str, TypedField], table: object
) -> tuple[int, dict[str, Column]]:
    """Encode a table; returns the number of rows and a column for every field that the table has.

    The table is a mapping of sequences by field code, or anything that Arrow, pandas or Polars make (see
    `find_columns`). Unknown codes are a `KeyError`, unequal lengths a `ValueError`, a value that is no exact value
    of its field a `ColumnError`.
    """
    columns = find_columns(table)
    unknown = [code for code in columns if code not in fields]
    if unknown:
        raise KeyError(f"no field is called `{unknown[0]}`")
    lengths = {_length(column) for column in columns.values()}
    if len(lengths) > 1:
        raise ValueError("the columns are not of one length")
    encoded = {code: encode_column(fields[code], column) for code, column in columns.items()}
    return (lengths.pop() if lengths else 0), encoded


def _length(column: Any) -> int:
    if isinstance(column, NumberColumn):
        return len(column.values)
    return len(column.codes) if isinstance(column, WordColumn) else len(column)


def encode_column(declared: TypedField, column: Any) -> Column:
    """Encode the column of one field."""
    if isinstance(column, NumberColumn | WordColumn):
        fits = isinstance(column, NumberColumn) == (declared.kind == "number")
        if not fits or (declared.kind == "boolean" and column.words != BOOLEANS):  # type: ignore[union-attr]
            raise TypeError(f"the field `{declared.code}` is a {declared.kind}")
        if isinstance(column, NumberColumn) and column.values.dtype != "int64":
            raise TypeError(f"the column `{declared.code}` is prepared, so its values are int64")
        if (
            isinstance(column, WordColumn)
            and len(column.codes)
            and not 0 <= column.codes.min() <= column.codes.max() < len(column.words)
        ):
            raise ValueError(
                f"the column `{declared.code}` has positions outside its list of words"
            )
        return column
    if isinstance(column, np.ma.MaskedArray):
        column = column.tolist()  # None where it is masked
    column = plain_column(column)
    if is_arrow(column):
        return _from_arrow(declared, column)
    kind = getattr(getattr(column, "dtype", None), "kind", "")
    if declared.kind == "number":
        return _integers(declared, column) if kind in ("i", "u") else _numbers(declared, column)
    if kind == "b" and declared.kind == "boolean":
        return WordColumn(column.view("uint8"), BOOLEANS)
    return _words(declared, column)


def _from_arrow(declared: TypedField, column: Any) -> Column:
    """Encode an Arrow column; NaN stands for missing, as in any table of floats."""
    from ruletrail.compiled.columns.arrow_encoding import encode_arrow  # noqa: PLC0415 - pyarrow is slow to import

    encoded = encode_arrow(declared.kind, column)
    if encoded.bad is not None:
        row = int(encoded.bad.argmax())
        raise ColumnError(declared.code, row, _shown(column[row]))
    return encoded.column


def _shown(cell: Any) -> object:
    try:
        return cell.as_py()
    except UnicodeDecodeError as error:
        return error.object


def _integers(declared: TypedField, column: Any) -> NumberColumn:
    if len(column) and (int(column.max()) >= LARGEST or int(column.min()) <= -LARGEST):
        return _numbers(declared, column.tolist())
    return NumberColumn(column.astype(np.int64, copy=False))


def _numbers(declared: TypedField, column: Sequence[object]) -> NumberColumn:
    exact = [_exact(declared.code, row, value) for row, value in enumerate(column)]
    scale = max((_finite(number[0]) for number in exact if number is not None), default=0)
    power = 10**scale
    values = np.zeros(len(exact), np.int64)
    missing, decimals = np.zeros(len(exact), np.bool_), np.zeros(len(exact), np.int8)
    large: dict[int, Fraction] = {}
    for row, number in enumerate(exact):
        if number is None:
            missing[row] = True
            continue
        whole = number[0].numerator * (power // number[0].denominator)
        decimals[row] = number[1]
        if -MOST < whole < MOST:
            values[row] = whole
        else:
            large[row] = number[0]
    plain = bool((decimals[~missing] == scale).all())
    return NumberColumn(
        values, scale, missing if missing.any() else None, large, None if plain else decimals
    )


def _finite(number: Fraction) -> int:
    return count_finite_decimals(number) or 0


def _exact(code: str, row: int, value: Any) -> tuple[Fraction, int] | None:
    """Read one number exactly, with its written decimals; None for None and NaN, which stand for missing."""
    if _is_blank(value):
        return None
    number = read_exact(value)
    if number is None:
        raise ColumnError(code, row, value)
    return number


def _is_blank(value: Any) -> bool:
    """Tell how tables write missing: None, a float NaN, pandas' NA."""
    return (
        value is None
        or (isinstance(value, float) and math.isnan(value))
        or type(value).__name__ in ("NAType", "NaTType")
    )


def _words(declared: TypedField, column: Sequence[object]) -> WordColumn:
    kind = str if declared.kind == "text" else bool
    words: dict[Any, int] = (
        {word: at for at, word in enumerate(declared.choices)}
        if kind is str
        else {False: 0, True: 1}
    )
    codes = np.zeros(len(column), np.int32)
    missing = np.zeros(len(column), np.bool_)
    for row, value in enumerate(column):
        plain = (
            bool(value)
            if type(value).__name__ == "bool_" or type(value).__name__ == "bool"
            else value
        )
        if _is_blank(value):
            missing[row] = True
        elif plain.__class__ is kind or (kind is str and isinstance(plain, str)):
            word = normal_text(plain) if isinstance(plain, str) else plain
            codes[row] = words.setdefault(word, len(words))
        else:
            raise ColumnError(declared.code, row, value)
    return WordColumn(codes, tuple(words) or ("",), missing if missing.any() else None)
