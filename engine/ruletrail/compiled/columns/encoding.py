"""A caller's table as columns that lowered code reads, exact in every row.

An integer array is taken as it is, Arrow's columns by whole buffers (`arrow_encoding`), those of
Polars and pandas by way of Arrow; anything else is read value by value, a float by its shortest
text. No library is imported that the caller has not imported: a column of one exists only where the
library does.
"""

import math
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.compiled.columns.columns import (
    BOOLEANS,
    LARGEST,
    MOST,
    Column,
    ColumnError,
    HalfCharacterError,
    LengthsError,
    NullError,
    NumberColumn,
    RepeatedColumnError,
    UnknownColumnError,
    WordColumn,
    has_half_character,
    normal_text,
    read_exact,
)
from ruletrail.compiled.columns.day_columns import as_days, encode_days
from ruletrail.documents import Nulls
from ruletrail.values import count_finite_decimals, is_stand_in


def encode_columns(
    fields: Mapping[str, TypedField], table: object, nulls: Nulls = "absent"
) -> tuple[int, dict[str, Column]]:
    """Encode a table; returns the number of rows and a column for each field that the table has.

    The table is a mapping of sequences by field code, or a table of Arrow, pandas or Polars. A
    `TableError` for a code that is no field or stands twice, for columns of different lengths, a
    `ColumnError` for a value that is no exact value of its field, or a column that is no list, a
    `NullError` for a missing value where `nulls` are refused, a `TypeError` for no table.
    """
    columns = find_columns(table)
    unknown = [code for code in columns if code not in fields]
    if unknown:
        raise UnknownColumnError(unknown[0])
    for code, column in columns.items():
        check_list(code, column)
    lengths = check_lengths(columns)
    encoded = {code: encode_column(fields[code], column, nulls) for code, column in columns.items()}
    return (lengths.pop() if lengths else _count_rows(table)), encoded


def check_lengths(columns: Mapping[str, Any]) -> set[int]:
    """Return the length of the columns, if there are any; a `LengthsError` where they differ."""
    lengths = {code: _length(column) for code, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise LengthsError(lengths)
    return set(lengths.values())


def _count_rows(table: Any) -> int:
    """Count the rows of a table without columns: reports in which nothing is declared."""
    if isinstance(table, Mapping):
        return 0
    return int(table.num_rows if hasattr(table, "num_rows") else len(table))


NO_LISTS = (str, bytes, bytearray, Mapping)
"""What has a length and items by place or key, and is one value, or none of a column."""


def check_list(code: str, column: Any) -> None:
    """Raise a `ColumnError` for what is no column: a single value, and what has no order."""
    if isinstance(column, NumberColumn | WordColumn):
        return
    is_list = hasattr(column, "__len__") and hasattr(column, "__getitem__")
    # a frame is a table of its own, also one that says nothing of its dimensions
    is_table = hasattr(column, "columns") or hasattr(column, "column_names")
    if not is_list or is_table or isinstance(column, NO_LISTS) or getattr(column, "ndim", 1) != 1:
        raise ColumnError(code, None, column)


def _length(column: Any) -> int:
    if isinstance(column, NumberColumn):
        return len(column.values)
    return len(column.codes) if isinstance(column, WordColumn) else len(column)


# -- Tables of other libraries ---------------------------------------------------------------------


def find_columns(table: Any) -> dict[str, Any]:
    """List the columns of a table by name; a `ValueError` for a name that two of them have.

    A table is a mapping, or one of Arrow (`column_names`), or one whose `columns` are the names of
    its items, as those of pandas and Polars are.
    """
    if isinstance(table, Mapping):
        odd = next((name for name in table if not isinstance(name, str)), "")
        if not isinstance(odd, str):
            raise TypeError(f"names of columns are texts, not {type(odd).__name__}")
        return dict(table)
    if hasattr(table, "to_pydict"):
        return _by_name(table.schema.names, table.columns)
    if hasattr(table, "columns") and hasattr(table, "__getitem__"):
        names = list(table.columns)
        columns = [table[name] for name in names]
        if hasattr(table, "iloc"):  # pandas gives both columns for a name that two have
            columns = [table.iloc[:, at] for at in range(len(names))]
        return _by_name([str(name) for name in names], columns)
    raise TypeError(f"a table is a mapping of columns, not {type(table).__name__}")


def _by_name(names: list[str], columns: list[Any]) -> dict[str, Any]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise RepeatedColumnError(name)
        seen.add(name)
    return dict(zip(names, columns, strict=True))


def is_arrow(column: object) -> bool:
    """Tell a column of Arrow."""
    arrow = sys.modules.get("pyarrow")
    return arrow is not None and isinstance(column, arrow.Array | arrow.ChunkedArray)


def to_arrow(column: Any) -> Any:
    """Return a column of Polars or pandas as Arrow's, or as a list; any other as it is.

    One of Arrow's whose type is somebody's own is what it is stored as.
    """
    made = column if is_arrow(column) else _convert(column)
    if not is_arrow(made):
        return made
    from ruletrail.compiled.columns.arrow_encoding import find_stored  # noqa: PLC0415 - pyarrow

    return find_stored(made)


def _convert(column: Any) -> Any:
    library = type(column).__module__.partition(".")[0]
    if library not in ("polars", "pandas"):
        return column
    if _holds_objects(column.dtype):
        return column.to_list()
    try:
        import pyarrow as pa  # noqa: PLC0415 - slow to import, and only for tables that need it
    except ImportError:
        return column.to_list()
    try:
        return column.to_arrow() if library == "polars" else pa.array(column, from_pandas=True)
    # complex numbers and the like, and half characters: single values are refused by row
    except (pa.ArrowException, UnicodeEncodeError):
        return column.to_list()


def _holds_objects(kind: Any) -> bool:
    """Tell a column of Python objects, also as the categories, or the cells kept, of pandas.

    In one a `Decimal` has the decimals that it was written with; Arrow would give all of them those
    of the column, and takes a truth among whole numbers for one of them.
    """
    held = getattr(getattr(kind, "categories", None), "dtype", getattr(kind, "subtype", kind))
    return str(held) in ("object", "Object")


# -- Columns ---------------------------------------------------------------------------------------


def encode_column(declared: TypedField, column: Any, nulls: Nulls = "absent") -> Column:
    """Encode the column of one field; one that is encoded already is checked and returned."""
    encoded = _encode(declared, column)
    if nulls == "refused" and encoded.missing is not None and encoded.missing.any():
        raise NullError(declared.code, int(encoded.missing.argmax()))
    return encoded


def _encode(declared: TypedField, column: Any) -> Column:
    is_day = declared.kind == "date"
    if isinstance(column, NumberColumn | WordColumn):
        if is_day:
            return as_days(declared.code, column)
        _check_encoded(declared, column)
        return column
    if isinstance(column, np.ma.MaskedArray):
        column = column.tolist()  # None where it is masked
    column = to_arrow(column)
    if is_arrow(column):
        return _from_arrow(declared, column)
    if is_day:
        return encode_days(declared.code, column)
    kind = getattr(getattr(column, "dtype", None), "kind", "")
    if declared.kind == "number":
        return _integers(declared, column) if kind in ("i", "u") else _numbers(declared, column)
    if kind == "b" and declared.kind == "boolean":
        return WordColumn(column.view("uint8"), BOOLEANS)
    return _dictionary(declared, column)


def _check_encoded(declared: TypedField, column: Column) -> None:
    if isinstance(column, NumberColumn):
        if declared.kind != "number":
            raise TypeError(f"the field `{declared.code}` is a {declared.kind}")
        if column.values.dtype != "int64":
            raise TypeError(f"the column `{declared.code}` is prepared, so its values are int64")
        return
    is_boolean = declared.kind == "boolean"
    if declared.kind == "number" or (is_boolean and column.words != BOOLEANS):
        raise TypeError(f"the field `{declared.code}` is a {declared.kind}")
    _check_words(declared, column)
    codes, entries = column.codes, len(column.words)
    if len(codes) and not 0 <= codes.min() <= codes.max() < entries:
        raise ValueError(f"the column `{declared.code}` has codes outside its dictionary")


def _check_words(declared: TypedField, column: WordColumn) -> None:
    """Refuse words that codes do not tell apart, for texts are compared by their codes alone.

    And those that are no whole texts.
    """
    kind = bool if declared.kind == "boolean" else str
    seen: set[str | bool] = set()
    for word in column.words:
        is_half = isinstance(word, str) and has_half_character(word)
        if not isinstance(word, kind) or word in seen or is_half or word != _normal(word):
            raise ColumnError(declared.code, None, word, is_word=True)
        seen.add(word)


def _normal(word: str | bool) -> str | bool:  # noqa: FBT001 - a word of a boolean column
    return normal_text(word) if isinstance(word, str) else word


def _from_arrow(declared: TypedField, column: Any) -> Column:
    """Encode an Arrow column; NaN stands for missing, as in any table of floats."""
    from ruletrail.compiled.columns.arrow_encoding import encode_arrow  # noqa: PLC0415 - pyarrow

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
    except OverflowError:
        held = cell.value  # a day of no year that Python has, or what a dictionary has for it
        return str(getattr(held, "value", held))


def _integers(declared: TypedField, column: Any) -> NumberColumn:
    if len(column) and (int(column.max()) >= LARGEST or int(column.min()) <= -LARGEST):
        return _numbers(declared, column.tolist())  # which names the row
    return NumberColumn(column.astype(np.int64, copy=False))


def _numbers(declared: TypedField, column: Sequence[object]) -> NumberColumn:
    exact = [_exact(declared.code, row, value) for row, value in enumerate(column)]
    finite = (count_finite_decimals(number[0]) for number in exact if number is not None)
    scale = max((decimals or 0 for decimals in finite), default=0)
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
    is_uniform = bool((decimals[~missing] == scale).all())
    mask = missing if missing.any() else None
    return NumberColumn(values, scale, mask, large, None if is_uniform else decimals)


def _exact(code: str, row: int, value: Any) -> tuple[Fraction, int] | None:
    """Read one number with its written decimals; None where it is missing."""
    if is_stand_in(value):
        raise ColumnError(code, row, value)
    if _is_missing(value):
        return None
    number = read_exact(value)
    if number is None:
        raise ColumnError(code, row, value)
    return number


def _is_missing(value: Any) -> bool:
    """Tell how tables write missing: None, a float NaN, pandas' NA, no moment of numpy's."""
    if value is None:
        return True
    if isinstance(value, float | np.floating):
        return math.isnan(value)
    if isinstance(value, np.datetime64 | np.timedelta64):
        return bool(np.isnat(value))
    return type(value).__name__ in ("NAType", "NaTType")  # by name, without pandas


def _dictionary(declared: TypedField, column: Sequence[object]) -> WordColumn:
    is_text = declared.kind == "text"
    # the choices of the schema come first, so that tables of one kind have one dictionary
    entries: dict[Any, int] = {
        entry: at for at, entry in enumerate(declared.choices if is_text else BOOLEANS)
    }
    codes = np.zeros(len(column), np.int32)
    missing = np.zeros(len(column), np.bool_)
    for row, value in enumerate(column):
        is_boolean = type(value).__name__ in ("bool", "bool_")  # Python's and numpy's
        if is_stand_in(value):
            raise ColumnError(declared.code, row, value)
        if _is_missing(value):
            missing[row] = True
        elif is_text and isinstance(value, str):
            codes[row] = entries.setdefault(normal_text(value), len(entries))
        elif is_boolean and not is_text:
            codes[row] = bool(value)
        else:
            raise ColumnError(declared.code, row, value)
    mask = missing if missing.any() else None
    for entry, code in entries.items():
        if isinstance(entry, str) and has_half_character(entry):
            row = int(((codes == code) & ~missing).argmax())
            raise HalfCharacterError(declared.code, row, entry)
    return WordColumn(codes, tuple(entries) or ("",), mask)
