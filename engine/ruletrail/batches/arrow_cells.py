"""Arrow's columns as cells: those that reports are read from, and those that travel as text.

What a report reads are numbers, texts and truths. What travels to Parquet is the column itself and
never comes here; what travels to any other form has a text, a number or a truth for each cell, or
its type is refused before the first row. Imports pyarrow, and is imported only where a table is.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from math import isfinite
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ruletrail.batches.cells import Moment, number_text
from ruletrail.batches.rows import Place, RawRow, Stretch
from ruletrail.batches.tables import Cells
from ruletrail.compiled.columns.arrow_encoding import (
    repeats_a_member,
    widen_floats,
    write_cells,
    write_days,
)

_TEXTS = (pa.string(), pa.large_string(), pa.string_view())
_SECONDS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
"""How many of a unit are a second."""

Way = Callable[[Any], Cells]


# -- Of reports ------------------------------------------------------------------------------------


def is_plain(kind: Any) -> bool:
    """Tell the types that a report's values may have: numbers, texts, booleans, days, and none."""
    if pa.types.is_dictionary(kind):
        return is_plain(kind.value_type)
    checks = ("integer", "floating", "decimal", "boolean", "null", "date")
    return kind in _TEXTS or any(getattr(pa.types, f"is_{check}")(kind) for check in checks)


def is_rows(kind: Any) -> bool:
    """Tell the types of lists of rows: lists of structs whose members are plain, each of a name."""
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind)
    if not (is_list and pa.types.is_struct(kind.value_type)) or repeats_a_member(kind):
        return False
    row = kind.value_type
    return all(is_plain(row.field(at).type) for at in range(row.num_fields))


def list_rows(
    stretch: Stretch,
    places: NDArray[np.intp] | None = None,
    carried: Sequence[Cells] | None = None,
) -> Iterator[RawRow]:
    """Yield the rows of a stretch, or those at some places, one by one.

    A column whose type no report reads is not looked into. `carried` are the cells of these rows
    that travel, by column.
    """
    chosen = range(len(stretch)) if places is None else places.tolist()
    columns = [_list_read(column, places) for column in stretch.batch.columns]
    # reports in which nothing is declared have rows all the same
    cells = zip(*columns, strict=True) if columns else repeat(())
    travelling: Iterator[Any] = repeat(None if carried is None else ())
    if carried:
        travelling = zip(*map(as_list, carried), strict=True)
    for place, read, travels in zip(chosen, cells, travelling, strict=False):
        row = stretch.number(place)
        yield RawRow(row, row, read, Place(row), travels)


def _list_read(column: Any, places: NDArray[np.intp] | None) -> list[Any]:
    if not (is_plain(column.type) or is_rows(column.type)):
        return [None] * (len(column) if places is None else len(places))
    taken = column if places is None else column.take(pa.array(places))
    return list_cells(write_cells(taken) if is_rows(taken.type) else write_days(taken))


def list_cells(column: Any) -> list[Any]:
    """List the cells of a column; no UTF-8 as its bytes, a short float by its shortest text."""
    # of 16 or 32 bits, plain or in a dictionary; 64 bits are called double
    if "float" in str(column.type) and not is_rows(column.type):
        column = widen_floats(column)
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        return [_read_cell(cell) for cell in column]


def _read_cell(cell: Any) -> object:
    try:
        return cell.as_py()
    except UnicodeDecodeError as error:
        return error.object


def as_list(cells: Cells) -> list[object]:
    """List the cells of a column that travels."""
    return list_cells(cells) if isinstance(cells, pa.Array) else cells


# -- That travel -----------------------------------------------------------------------------------


def carry_column(column: Any, form: str) -> Cells:
    """Give the cells of a column that travels to a text or a sheet, of a type that `can_travel`.

    A day, with its time or without, is one where the form has days.
    """
    way = _choose_way(column.type)
    if way is None:
        raise TypeError("a column of this type is refused before the first row")
    cells = way(column)
    held = _held(column.type)
    is_local = pa.types.is_timestamp(held) and held.tz is None
    if form == "xlsx" and (pa.types.is_date(held) or is_local):
        return [text if text is None else Moment(text) for text in cells.to_pylist()]
    return cells


def can_travel(kind: Any) -> bool:
    """Tell the types whose every cell is a text, a number or a truth, digit for digit."""
    return _choose_way(kind) is not None


def _choose_way(kind: Any) -> Way | None:
    """Choose what makes cells of a column of some type; None if nothing does."""
    if isinstance(kind, pa.BaseExtensionType):
        if kind.extension_name == "arrow.uuid":
            return _write_uuids
        return _after(lambda column: column.storage, _choose_way(kind.storage_type))
    if pa.types.is_dictionary(kind):
        return _after(lambda column: column.dictionary_decode(), _choose_way(kind.value_type))
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return _write_zoned if _is_known_zone(kind) else None
    if any(check(kind) for check in (pa.types.is_date, pa.types.is_time, pa.types.is_timestamp)):
        return _write_moments
    if pa.types.is_floating(kind):
        return _write_floats
    if kind in _TEXTS:
        return _write_texts
    return (lambda column: column) if is_plain(kind) else None


def _after(first: Callable[[Any], Any], way: Way | None) -> Way | None:
    return None if way is None else lambda column: way(first(column))


def _held(kind: Any) -> Any:
    """Return the type of what a dictionary, or a type of somebody's own, holds."""
    if isinstance(kind, pa.BaseExtensionType):
        return _held(kind.storage_type)
    return _held(kind.value_type) if pa.types.is_dictionary(kind) else kind


def _write_texts(column: Any) -> Any:
    """Give plain texts; what is no UTF-8 in one is `�`, so that its row is recognised all the same.

    Arrow looks into texts only when it makes them of bytes.
    """
    try:
        return column.cast(pa.large_binary()).cast(pa.large_string()).cast(pa.string())
    except pa.ArrowCapacityError:
        raise
    except pa.ArrowInvalid:
        cells = list_cells(column)
        texts = [c.decode("utf-8", "replace") if isinstance(c, bytes) else c for c in cells]
        return pa.array(texts, pa.string())


def _write_floats(column: Any) -> list[object]:
    """List floats, and the texts of those that are no number: `nan`, `inf`, `-inf`."""
    cells = list_cells(column)
    return [cell if cell is None or isfinite(cell) else number_text(cell) for cell in cells]


def _write_uuids(column: Any) -> list[object]:
    return [None if cell is None else str(UUID(bytes=cell)) for cell in column.storage.to_pylist()]


def _write_moments(column: Any) -> Any:
    """Write days and times as ISO 8601 has them, a fraction with the digits that it needs.

    Arrow itself writes them, from any year to any nanosecond; Python has objects for few. What lies
    beyond the year 32 767 it calls `<value out of range: …>`, with the number that stands there.
    """
    texts = column.cast(pa.string())
    texts = pc.replace_substring_regex(texts, r"^(-?\d+-\d\d-\d\d) ", r"\1T")
    return pc.replace_substring_regex(texts, r"(:\d\d)(\.\d*[1-9])?\.?0*$", r"\1\2")


def _is_known_zone(kind: Any) -> bool:
    try:
        pc.local_timestamp(pa.array([0], kind))
    except pa.ArrowInvalid:
        return False
    return True


def _write_zoned(column: Any) -> Any:
    """Write moments by the clock of their zone, with how far that is from UTC: `…T11:00:00+01:00`.

    Where that clock is beyond what Arrow counts to, the moment is written by UTC's.
    """
    local = pc.local_timestamp(column)
    begin, end = (_count(each) for each in (column, local))
    away = end - begin  # also of a clock that went over the end of the numbers
    in_utc = _write_moments(column.cast(pa.timestamp(column.type.unit)))
    texts = _write_moments(local)
    is_over = pc.or_(
        pa.array((end < begin) != (away < 0)), pc.starts_with(texts, "<").fill_null(False)
    )
    offsets, places = np.unique(away // _SECONDS[column.type.unit], return_inverse=True)
    written = pa.array([_write_offset(each) for each in offsets.tolist()], pa.string())
    there = pc.binary_join_element_wise(texts, written.take(pa.array(places)), "")
    return pc.if_else(is_over, pc.binary_join_element_wise(in_utc, _write_offset(0), ""), there)


def _count(column: Any) -> NDArray[np.int64]:
    """Give the numbers behind moments, 0 where there is none."""
    counts: NDArray[np.int64] = column.view(pa.int64()).fill_null(0).to_numpy()
    return counts


def _write_offset(seconds: int) -> str:
    """Write how far a clock is from UTC; those of old cities by the second."""
    minutes, second = divmod(abs(seconds), 60)
    hour, minute = divmod(minutes, 60)
    sign = "-" if seconds < 0 else "+"
    return f"{sign}{hour:02}:{minute:02}" + (f":{second:02}" if second else "")
