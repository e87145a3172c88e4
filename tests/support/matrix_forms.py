"""The forms of a column in the matrix of tables: each makes one of values, or cannot hold them.

A form is a function from values to a column. Where its cells, by the library's own word, are not
what was put in, the form does not hold the value, and the matrix has no such cell.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import partial
from math import isnan
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

CannotHoldError = (
    *(TypeError, ValueError, OverflowError, AttributeError, InvalidOperation, RuntimeError),
    *(pa.ArrowException, pl.exceptions.PolarsError, pd.errors.OutOfBoundsDatetime),
    *(pl.exceptions.PanicException, NotImplementedError, np.ma.MaskError),
)
"""What the libraries raise for values that a column of theirs cannot hold."""

Form = Callable[[Sequence[Any]], Any]
"""Makes a column of values."""

ARROW: dict[str, pa.DataType] = {
    **{
        f"{sign}int{bits}": getattr(pa, f"{sign}int{bits}")()
        for sign in ("", "u")
        for bits in (8, 16, 32, 64)
    },
    **{f"float{bits}": getattr(pa, f"float{bits}")() for bits in (16, 32, 64)},
    "decimal32": pa.decimal32(9, 4),
    "decimal64": pa.decimal64(18, 4),
    "decimal128": pa.decimal128(38, 12),
    "decimal128 of hundreds": pa.decimal128(10, -2),
    "decimal256": pa.decimal256(76, 12),
    "boolean": pa.bool_(),
    "null": pa.null(),
    "string": pa.string(),
    "large string": pa.large_string(),
    "string view": pa.string_view(),
    "binary": pa.binary(),
    "date32": pa.date32(),
    "date64": pa.date64(),
    **{f"timestamp {unit}": pa.timestamp(unit) for unit in ("s", "ms", "us", "ns")},
    "timestamp in a zone": pa.timestamp("us", "UTC"),
    "time": pa.time64("us"),
    "duration": pa.duration("us"),
}
"""Types of Arrow that hold a value as it is."""

DICTIONARIES = ("int64", "float32", "decimal128", "string", "large string", "boolean", "date32")
"""Types that are put into dictionaries too, and into runs."""


def _arrow(values: Sequence[Any], kind: Any) -> Any:
    return pa.array([_native(each) for each in values], kind)


def _native(value: Any) -> Any:
    return None if value is pd.NA or value is pd.NaT else value


def _encoded(values: Sequence[Any], kind: Any) -> Any:
    return _arrow(values, kind).dictionary_encode()


def _typed_dictionary(values: Sequence[Any], kind: Any) -> Any:
    """Make a dictionary with a null, an entry twice, and one that no row uses."""
    plain = _arrow(values, kind)
    entries = pa.concat_arrays([plain, plain, pa.nulls(1, kind)])
    at = [None if each.as_py() is None else n + len(plain) for n, each in enumerate(plain)]
    at = [len(entries) - 1 if n is None else n for n in at]
    return pa.DictionaryArray.from_arrays(pa.array(at, pa.int16()), entries)


def _runs(values: Sequence[Any], kind: Any) -> Any:
    return pa.RunEndEncodedArray.from_arrays(
        pa.array(range(1, len(values) + 1), pa.int32()), _arrow(values, kind)
    )


def _chunks(values: Sequence[Any], kind: Any) -> Any:
    return pa.chunked_array([_arrow([each], kind) for each in values], kind)


def _slice(values: Sequence[Any], kind: Any) -> Any:
    return _arrow([*values, *values, *values], kind)[len(values) : 2 * len(values)]


class _Own(pa.ExtensionType):  # type: ignore[misc] # pyarrow has no types
    """A type of somebody's own, which is what it is stored as."""

    def __init__(self, kind: Any) -> None:
        super().__init__(kind, "prova.own")

    def __arrow_ext_serialize__(self) -> bytes:
        return b""

    @classmethod
    def __arrow_ext_deserialize__(cls, storage_type: Any, serialized: bytes) -> "_Own":
        return cls(storage_type)


def own(values: Sequence[Any], kind: Any) -> Any:
    """Make an array of a type of somebody's own; of truths, of Arrow's truths of 8 bits."""
    held = _arrow(values, kind)
    if pa.types.is_boolean(kind):
        return pa.ExtensionArray.from_storage(pa.bool8(), held.cast(pa.int8()))
    return pa.ExtensionArray.from_storage(_Own(kind), held)


def _own_slice(values: Sequence[Any], kind: Any) -> Any:
    filled = values[0] if len(values) else None
    return own([filled, *values, filled], kind)[1:-1]


def _own_words(values: Sequence[Any], kind: Any) -> Any:
    indices = pa.array(range(len(values)), pa.int8())
    return pa.DictionaryArray.from_arrays(indices, own(values, kind))


def _own_chunks(values: Sequence[Any], kind: Any) -> Any:
    made = [own([each], kind) for each in values]
    return pa.chunked_array(made, own([], kind).type)


def _own_runs(values: Sequence[Any], kind: Any) -> Any:
    filled = values[0] if len(values) else None
    ends = pa.array(range(1, len(values) + 3), pa.int32())
    made = own([filled, *values, filled], kind)
    return pa.RunEndEncodedArray.from_arrays(ends, made)[1:-1]


def own_forms() -> Iterator[tuple[str, Form]]:
    """List the forms of types that Arrow does not know by itself."""
    for name in DICTIONARIES:
        kind = ARROW[name]
        yield f"arrow {name} of somebody's own", partial(own, kind=kind)
        yield f"arrow {name} of somebody's own in a slice", partial(_own_slice, kind=kind)
        yield f"arrow {name} of somebody's own in a dictionary", partial(_own_words, kind=kind)
        yield f"arrow {name} of somebody's own in chunks", partial(_own_chunks, kind=kind)
        yield f"arrow {name} of somebody's own in runs", partial(_own_runs, kind=kind)


def arrow_forms() -> Iterator[tuple[str, Form]]:
    """List the forms of Arrow."""
    for name, kind in ARROW.items():
        yield f"arrow {name}", partial(_arrow, kind=kind)
        yield f"arrow {name} in a slice", partial(_slice, kind=kind)
        if name in DICTIONARIES:
            yield f"arrow {name} in a dictionary", partial(_encoded, kind=kind)
            yield f"arrow {name} in an odd dictionary", partial(_typed_dictionary, kind=kind)
            yield f"arrow {name} in runs", partial(_runs, kind=kind)
            yield f"arrow {name} in chunks", partial(_chunks, kind=kind)


_NUMPY = (
    *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64", "longdouble", "bool", "U", "S", "complex128"),
    *("datetime64[D]", "datetime64[s]", "datetime64[ns]", "datetime64[M]", "timedelta64[D]"),
)


def _objects(values: Sequence[Any]) -> Any:
    made = np.empty(len(values), object)
    for at, value in enumerate(values):
        made[at] = value
    return made


def _numpy(values: Sequence[Any], dtype: str) -> Any:
    return np.array(list(values), dtype)


def _masked(values: Sequence[Any], dtype: str) -> Any:
    filled = next((each for each in values if each is not None), 0)
    held = _objects([filled if each is None else each for each in values]).astype(dtype)
    return np.ma.MaskedArray(held, [each is None for each in values])


def numpy_forms() -> Iterator[tuple[str, Form]]:
    """List the forms of numpy."""
    yield "numpy object", _objects
    for dtype in _NUMPY:
        yield f"numpy {dtype}", partial(_numpy, dtype=dtype)
    for dtype in ("int64", "float64", "bool", "object"):
        yield f"numpy masked {dtype}", partial(_masked, dtype=dtype)
    yield "numpy StringDType", lambda values: np.array(list(values), np.dtypes.StringDType())


_PANDAS = (
    *("int64", "float64", "float32", "bool", "Int8", "Int64", "UInt64", "Float32", "Float64"),
    *("boolean", "string[python]", "string[pyarrow]", "str", "category"),
    *("Sparse[int]", "Sparse[float]", "Sparse[bool]", "Sparse[object]"),
    *("datetime64[s]", "datetime64[ns]", "datetime64[ns, UTC]", "timedelta64[ns]"),
)


def _pandas(values: Sequence[Any], dtype: Any) -> Any:
    return pd.Series(_objects(values), dtype=dtype)


def pandas_forms() -> Iterator[tuple[str, Form]]:
    """List the forms of pandas."""
    yield "pandas object", lambda values: pd.Series(_objects(values), dtype=object)
    yield "pandas as it likes", lambda values: pd.Series(list(values))
    yield (
        "pandas another index",
        lambda values: pd.Series(_objects(values), index=range(9, 9 + len(values)), dtype=object),
    )
    for dtype in _PANDAS:
        yield f"pandas {dtype}", partial(_pandas, dtype=dtype)
    for name, kind in ARROW.items():
        if "float16" not in name:
            yield f"pandas arrow {name}", partial(_pandas_arrow, kind=kind)


def _pandas_arrow(values: Sequence[Any], kind: Any) -> Any:
    return pd.Series(pd.array(_arrow(values, kind), dtype=pd.ArrowDtype(kind)))


_POLARS: dict[str, Any] = {
    **{
        str(each): each
        for each in (pl.Int8, pl.Int32, pl.Int64, pl.Int128, pl.UInt8, pl.UInt64, pl.Float32)
    },
    **{
        str(each): each
        for each in (pl.Float64, pl.Boolean, pl.String, pl.Binary, pl.Date, pl.Time, pl.Duration)
    },
    **{f"Datetime {unit}": pl.Datetime(unit) for unit in ("ms", "us", "ns")},
    "Datetime in a zone": pl.Datetime("us", "UTC"),
    "Decimal": pl.Decimal(38, 12),
    "Decimal of cents": pl.Decimal(10, 2),
    "Categorical": pl.Categorical,
    "Enum": pl.Enum(["b", "12", "a", "e\u0301", "é", "2024-02-29", "2024-01-31", ""]),
    "Null": pl.Null,
}


def _polars(values: Sequence[Any], dtype: Any) -> Any:
    # of decimals that are no number Polars makes a panic, and prints it
    if any(isinstance(each, Decimal) and not each.is_finite() for each in values):
        raise ValueError
    return pl.Series("V", [_native(each) for each in values], dtype=dtype, strict=True)


def polars_forms() -> Iterator[tuple[str, Form]]:
    """List the forms of Polars."""
    yield "polars Object", lambda values: pl.Series("V", list(values), dtype=pl.Object)
    yield "polars as it likes", partial(_polars, dtype=None)
    for name, dtype in _POLARS.items():
        yield f"polars {name}", partial(_polars, dtype=dtype)


FORMS: dict[str, Form] = {
    "list": list,
    "tuple": tuple,
    **dict(numpy_forms()),
    **dict(pandas_forms()),
    **dict(polars_forms()),
    **dict(arrow_forms()),
    **dict(own_forms()),
}


FAMILIES = {
    "number": ("int", "float", "double", "decimal", "complex"),
    "text": ("string", "str", "numpy U", "Enum", "Categorical"),
    "bytes": ("binary", "numpy S"),
    "truth": ("bool",),
    "moment": ("date", "timestamp", "time", "duration"),
}
"""What stands in the name of a form that holds values of one family alone."""


def families_of(form: str) -> set[str]:
    """Tell which families of values a form may hold; none is said of those that hold any."""
    kind = form.removeprefix("pandas ").removeprefix("polars ").removeprefix("numpy ").lower()
    if form.startswith("numpy ") and form.endswith((" U", " S")):
        return {"text"} if form.endswith(" U") else {"bytes"}
    found = [name for name, words in FAMILIES.items() for word in words if word.lower() in kind]
    return {"moment"} if "moment" in found else set(found)


def family_of(value: Any) -> str:
    """Tell the family of a value."""
    if is_missing(value):
        return "nothing"
    if isinstance(value, bool | np.bool_):
        return "truth"
    if isinstance(value, date | time | timedelta | np.datetime64 | np.timedelta64):
        return "moment"
    if isinstance(value, Real | Decimal | complex):
        return "number"
    return {str: "text", np.str_: "text", bytes: "bytes"}.get(type(value), "other")


# -- What a column holds ---------------------------------------------------------------------------


def cells_of(column: Any) -> list[Any]:
    """List what a column holds, by its library's own word."""
    if isinstance(column, pa.Array | pa.ChunkedArray):
        return [each.as_py() for each in column]
    if isinstance(column, np.ma.MaskedArray):
        return list(column.tolist())
    if isinstance(column, pd.Series):
        return [column.iloc[at] for at in range(len(column))]
    return list(column)


def holds(put: Any, held: Any) -> bool:
    """Tell whether a cell holds what was put into it."""
    if put is held:
        return True
    if is_missing(put) or is_missing(held):
        return is_missing(put) and is_missing(held)
    for kinds in (_TRUTHS, (str,), (bytes,), (list, dict)):
        if isinstance(put, kinds) or isinstance(held, kinds):
            return isinstance(put, kinds) and isinstance(held, kinds) and put == held
    if isinstance(put, np.datetime64 | date) or isinstance(held, np.datetime64 | date):
        return _same_moment(put, held)
    if isinstance(put, Real | Decimal | Fraction) and isinstance(held, Real | Decimal | Fraction):
        return _same_number(put, held)
    return type(put) is type(held) and bool(put == held)


_TRUTHS = (bool, np.bool_)


def _same_moment(put: Any, held: Any) -> bool:
    try:
        return str(_moment(put)) == str(_moment(held))
    except CannotHoldError:
        return False


def _moment(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return pd.Timestamp(value).tz_convert("UTC").isoformat()
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value.isoformat()}T00:00:00.000000000"
    if isinstance(value, pd.Timestamp):
        return np.datetime_as_string(value.to_datetime64(), "ns")
    return np.datetime_as_string(np.datetime64(value), "ns")


def _same_number(put: Any, held: Any) -> bool:
    if isinstance(put, np.timedelta64) or isinstance(held, np.timedelta64):
        return False
    try:
        if isinstance(held, np.floating) and np.isinf(held):
            return bool(np.isinf(float(put)))
        if isinstance(held, np.floating) and held.dtype.itemsize < 8:
            return Fraction(str(held)) == Fraction(str(put))
        return _exact(put) == _exact(held)
    except (
        ValueError,
        OverflowError,
    ):  # of infinities, and of what is larger than any column holds
        return isinstance(put, float) and isinstance(held, float | np.floating) and put == held


def _exact(value: Any) -> Fraction:
    if isinstance(value, float):
        return Fraction(repr(float(value)))
    if isinstance(value, np.floating):
        return Fraction(str(value))
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) > 10**4:
        raise ValueError
    return Fraction(value) if not isinstance(value, np.integer) else Fraction(int(value))


def is_missing(value: Any) -> bool:
    """Tell how tables write missing: None, a float NaN, what pandas and numpy have for it."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    if isinstance(value, np.datetime64 | np.timedelta64):
        return bool(np.isnat(value))
    return isinstance(value, float | np.floating) and isnan(value)


SLOW = ("huge", "large exponent")
"""Values that libraries take minutes to make a number of."""


def is_typed(form: str) -> bool:
    """Tell a form whose type says how numbers are written, in place of each number."""
    is_one = form.startswith(("arrow", "pandas arrow", "polars")) or "float" in form.lower()
    return is_one and form != "polars Object"


def meaning(value: Any, form: str) -> Any:
    """Say what a value means in a form: one of a column of decimals has those that it needs."""
    is_typed = form.startswith(("arrow", "pandas arrow", "polars")) or "float" in form.lower()
    if not (
        is_typed and form != "polars Object" and isinstance(value, Decimal) and value.is_finite()
    ):
        return value
    text = f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def make(form: Callable[[Sequence[Any]], Any], values: Sequence[Any]) -> Any:
    """Make a column; None where it does not hold the values."""
    try:
        column = form(values)
        held = cells_of(column)
    except CannotHoldError:
        return None
    pairs = zip(values, held, strict=False)
    return column if len(held) == len(values) and all(holds(*pair) for pair in pairs) else None
