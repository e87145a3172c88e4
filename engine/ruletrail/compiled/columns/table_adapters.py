"""Tables of other libraries as columns: Arrow's as they are, those of Polars and pandas through Arrow.

The one adapter for all of them. Nothing is imported here that the caller has not imported: a column of a library
exists only where the library does. Without pyarrow, columns are read value by value.
"""

import sys
from collections.abc import Mapping
from typing import Any


def find_columns(table: Any) -> dict[str, Any]:
    """List the columns of a table by name; a name that stands twice is a `ValueError`, no table a `TypeError`.

    A table is a mapping, or one of Arrow (`column_names`), or one whose `columns` are the names of its items, as
    those of pandas and Polars are.
    """
    if isinstance(table, Mapping):
        return dict(table)
    if hasattr(table, "to_pydict"):
        return _named(table.schema.names, table.columns)
    if hasattr(table, "columns") and hasattr(table, "__getitem__"):
        names = list(table.columns)
        by_place = getattr(table, "iloc", None)
        columns = (
            [table[name] for name in names]
            if by_place is None
            else [by_place[:, place] for place in range(len(names))]
        )
        return _named([str(name) for name in names], columns)
    raise TypeError(f"a table is a mapping of columns, not {type(table).__name__}")


def _named(names: list[str], columns: list[Any]) -> dict[str, Any]:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"the column `{name}` stands twice")
    return dict(zip(names, columns, strict=True))


def is_arrow(column: object) -> bool:
    """Tell an Arrow array, whole or in chunks, from any other column."""
    arrow = sys.modules.get("pyarrow")
    return arrow is not None and isinstance(column, arrow.Array | arrow.ChunkedArray)


def plain_column(column: Any) -> Any:
    """Give a column of Polars or pandas as Arrow's; any other as it is.

    A pandas column of Python objects is read value by value: a `Decimal` in it has the decimals that it was written
    with, which an Arrow column would lose.
    """
    if is_arrow(column):
        return column
    library = type(column).__module__.partition(".")[0]
    if library not in ("polars", "pandas"):
        return column
    if str(column.dtype) in ("object", "Object"):
        return column.to_list()
    try:
        import pyarrow as pa  # noqa: PLC0415 - slow to import, and only for tables that need it
    except ImportError:
        return column.to_list()
    return column.to_arrow() if library == "polars" else pa.array(column, from_pandas=True)
