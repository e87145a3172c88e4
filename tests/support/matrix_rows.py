"""The forms of a column of lists of rows in the matrix of tables."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from support.matrix_forms import (
    ARROW,
    CannotHoldError,
    cells_of,
    holds,
    is_missing,
    meaning,
    own,
)

_WRAPPERS: dict[str, Callable[[Any], Any]] = {
    "list": pa.list_,
    "large list": pa.large_list,
    "list view": pa.list_view,
    "large list view": pa.large_list_view,
    "list of one": lambda row: pa.list_(row, 1),
}
_MEMBERS = {
    **ARROW,
    "string in a dictionary": pa.dictionary(pa.int32(), pa.string()),
    "int64 in a dictionary": pa.dictionary(pa.int8(), pa.int64()),
    "date32 in a dictionary": pa.dictionary(pa.int8(), pa.date32()),
}
_IN_EVERY_LIST = ("int64", "float32", "decimal128", "string", "boolean", "date32", "timestamp ns")


def _plain(value: Any) -> Any:
    return None if value is pd.NA or value is pd.NaT else value


def _plain_row(row: Any) -> Any:
    if not isinstance(row, dict):
        return _plain(row)
    if set(row) - {"v", "w"}:
        raise ValueError  # a struct has no cells of other names
    return {name: _plain(row.get(name)) for name in ("v", "w")}


def _plain_cell(cell: Any) -> Any:
    if isinstance(cell, list | tuple):
        return [_plain_row(row) for row in cell]
    if not is_missing(cell):
        raise ValueError
    return None


def _objects(cells: Sequence[Any]) -> Any:
    made = np.empty(len(cells), object)
    for at, cell in enumerate(cells):
        made[at] = cell
    return made


def _arrow(cells: Sequence[Any], kind: Any, wrap: Callable[[Any], Any]) -> Any:
    row = pa.struct([("v", kind), ("w", pa.int64())])
    return pa.array([_plain_cell(cell) for cell in cells], wrap(row))


def _slice(cells: Sequence[Any], kind: Any) -> Any:
    around = [[{"w": 3}], *cells, None]
    return _arrow(around, kind, pa.list_)[1:-1]


def _chunks(cells: Sequence[Any], kind: Any) -> Any:
    return pa.chunked_array([_arrow([cell], kind, pa.large_list) for cell in cells])


def _null_with_rows(cells: Sequence[Any], kind: Any) -> Any:
    """Make lists in whose memory rows lie behind each null."""
    filled = [[{"w": 3}] if is_missing(cell) else cell for cell in cells]
    made = _arrow(filled, kind, pa.list_)
    mask = pa.array([is_missing(cell) for cell in cells])
    return pa.ListArray.from_arrays(made.offsets, made.values, mask=mask)


def _runs(cells: Sequence[Any], kind: Any) -> Any:
    made = _arrow(cells, kind, pa.list_)
    rows = made.values  # noqa: PD011 - Arrow's
    ends = pa.array(range(1, len(rows) + 1), pa.int32())
    runs = pa.RunEndEncodedArray.from_arrays(ends, rows.field("v"))
    held = pa.StructArray.from_arrays([runs, rows.field("w")], names=["v", "w"])
    return pa.ListArray.from_arrays(made.offsets, held, mask=made.is_null())


def _own(cells: Sequence[Any], kind: Any) -> Any:
    """Make lists whose rows have a cell of a type of somebody's own."""
    made = _arrow(cells, kind, pa.list_)
    rows = made.values  # noqa: PD011 - Arrow's
    cells_of_rows = own(rows.field("v").to_pylist(), kind)
    held = pa.StructArray.from_arrays([cells_of_rows, rows.field("w")], names=["v", "w"])
    return pa.ListArray.from_arrays(made.offsets, held, mask=made.is_null())


def _pandas(cells: Sequence[Any], kind: Any) -> Any:
    made = _arrow(cells, kind, pa.list_)
    return pd.Series(pd.array(made, dtype=pd.ArrowDtype(made.type)))


def _polars(cells: Sequence[Any], kind: Any) -> Any:
    # of decimals that are no number Polars makes a panic, and prints it
    if "NaN" in repr(cells) or "Decimal('-Inf" in repr(cells):
        raise ValueError
    row = pl.Struct({"v": kind, "w": pl.Int64})
    return pl.Series("L", [_plain_cell(cell) for cell in cells], pl.List(row), strict=True)


def _with_rows(cells: Sequence[Any], change: Callable[[Any], Any]) -> list[Any]:
    return [change(cell) if isinstance(cell, list) else cell for cell in cells]


def _forms() -> Iterator[tuple[str, Callable[[Sequence[Any]], Any]]]:
    yield "list", list
    yield "tuple", tuple
    yield "list of tuples", partial(_with_rows, change=tuple)
    yield "list of arrays", partial(_with_rows, change=_objects)
    yield "numpy object", _objects
    yield "pandas object", lambda cells: pd.Series(_objects(cells), dtype=object)
    yield "polars Object", lambda cells: pl.Series("L", list(cells), dtype=pl.Object)
    for name, dtype in {
        "int64": pl.Int64,
        "float64": pl.Float64,
        "decimal": pl.Decimal(38, 12),
        "bool": pl.Boolean,
        "string": pl.String,
        "date": pl.Date,
        "binary": pl.Binary,
        "datetime": pl.Datetime("ns"),
        "string Categorical": pl.Categorical,
    }.items():
        yield f"polars {name}", partial(_polars, kind=dtype)
    for name, kind in _MEMBERS.items():
        for wrapper, wrap in _WRAPPERS.items():
            if wrapper == "list" or name in _IN_EVERY_LIST:
                yield f"arrow {name} in a {wrapper}", partial(_arrow, kind=kind, wrap=wrap)
        if name in _IN_EVERY_LIST:
            yield f"arrow {name} in a slice", partial(_slice, kind=kind)
            yield f"arrow {name} in chunks", partial(_chunks, kind=kind)
            yield f"arrow {name} in runs", partial(_runs, kind=kind)
            yield f"arrow {name} behind nulls", partial(_null_with_rows, kind=kind)
            yield f"arrow {name} of somebody's own", partial(_own, kind=kind)
            yield f"pandas arrow {name}", partial(_pandas, kind=kind)


ROW_FORMS = dict(_forms())


def lists_in(column: Any) -> list[Any]:
    """List what a column holds, lists of rows as Python's lists."""
    found = [cell.to_list() if isinstance(cell, pl.Series) else cell for cell in cells_of(column)]
    return [list(cell) if isinstance(cell, np.ndarray | tuple) else cell for cell in found]


def holds_rows(put: Any, held: Any) -> bool:
    """Tell whether a cell holds the list that was put into it, NaN apart from null."""
    if isinstance(put, list | tuple) and isinstance(held, list):
        pairs = zip(put, held, strict=False)
        return len(put) == len(held) and all(_holds_row(*pair) for pair in pairs)
    return holds(put, held)


def _holds_row(put: Any, held: Any) -> bool:
    if not (isinstance(put, dict) and isinstance(held, dict)):
        return holds(put, held)
    names = {*put, *held}
    return all(_holds_cell(put.get(name), held.get(name)) for name in names)


def _holds_cell(put: Any, held: Any) -> bool:
    numbers = (float, np.floating)
    return holds(put, held) and (
        not is_missing(put) or isinstance(put, numbers) == isinstance(held, numbers)
    )


def make_lists(form: Callable[[Sequence[Any]], Any], cells: Sequence[Any]) -> Any:
    """Make a column of lists; None where it does not hold them."""
    try:
        column = form(cells)
        held = lists_in(column)
    except CannotHoldError:
        return None
    pairs = zip(cells, held, strict=False)
    return column if len(held) == len(cells) and all(holds_rows(*pair) for pair in pairs) else None


def row_meant(row: Any, form: str) -> Any:
    """Say what a row means in a form: what is null is not there, NaN is no null."""
    if not isinstance(row, dict):
        return row
    # NaN is no null in a row, but a number that no document holds
    cells = {
        name: value
        for name, value in row.items()
        if isinstance(value, float | np.floating) or not is_missing(value)
    }
    return {name: meaning(value, form) for name, value in cells.items()}
