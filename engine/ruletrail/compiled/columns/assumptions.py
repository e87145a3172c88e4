"""What the code of columns assumes of a block: which fields may be missing, how large numbers are.

Code is exact wherever its assumptions hold. Neither the schema nor a table's first rows may vouch
for them, so the code checks the bounds itself, block by block, and refuses a block that breaks
them; that block is measured, and code for wider bounds is compiled and kept (decision 016).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ruletrail.compiled.columns.columns import BOOLEANS, Column, NumberColumn, lengths_of
from ruletrail.compiled.columns.numpy_codegen import Dtype
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import list_of

_BITS_APART = 4
"""Bounds are rounded up to a multiple of so many bits: blocks that differ little share their code,
and at most 16 programs can be compiled for one column."""

Extremes = tuple[tuple[int, int], ...]
"""The least and the greatest number of each column, both with 0 among them."""


@dataclass(frozen=True, slots=True)
class InputColumn:
    """One column as code reads it: the positions of its array and of its mask of missing rows.

    `low` and `high` bound its numbers, `scale` is theirs; None for texts and booleans. `is_plain`
    says that all were written with as many decimals.
    """

    at: int
    dtype: Dtype
    low: int
    high: int
    scale: int | None = None
    is_boolean: bool = False
    missing: int | None = None
    is_plain: bool = True


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The columns of a table by field code; a field without a column is missing in every row.

    `arrays` counts the arrays of all; those of each of the `lists` stand at its place and the next:
    which report each row is of, and the runs of rows of one report. `assumed` are the fields whose
    masks are not read: the rows that lack one are computed by other code. With `traps` errors are
    only marked, for other code as well. `longest` bounds the lengths of texts.
    """

    fields: Mapping[str, InputColumn]
    arrays: int
    assumed: frozenset[str]
    traps: bool
    longest: int
    lists: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> tuple[object, ...]:
        """What tells these assumptions from others, as a key for the code made for them."""
        return (*self.fields.items(), self.assumed, self.traps, self.longest)


def list_arrays(columns: Mapping[str, Column]) -> list[Any]:
    """List the arrays that code reads: the values of all columns, then their masks, if any."""
    values = [
        column.values if isinstance(column, NumberColumn) else _signed(column.codes)
        for column in columns.values()
    ]
    return [*values, *(column.missing for column in columns.values() if column.missing is not None)]


def _signed(codes: Any) -> Any:
    """View or convert indices to signed integers, so that -1 can stand for an absent entry."""
    if codes.dtype.kind == "i":
        return codes
    # a view costs nothing, and most dictionaries are short
    if codes.dtype.itemsize == 1 and (not len(codes) or int(codes.max()) <= 127):  # noqa: PLR2004
        return codes.view("i1")
    return codes.astype("i4" if codes.dtype.itemsize < 4 else "i8")  # noqa: PLR2004 - bytes


def measure(
    columns: Mapping[str, Column], rows: Any, rows_of: Mapping[str, Any] | None = None
) -> Extremes:
    """Find the extremes of some rows, a slice or indices; `rows_of` has those of each list."""
    return tuple(
        _extremes(column.values[rows_of[list_of(code)] if rows_of and "." in code else rows])
        if isinstance(column, NumberColumn)
        else (0, 0)
        for code, column in columns.items()
    )


def _extremes(values: Any) -> tuple[int, int]:
    # 0 among them, because it stands where a number is missing
    return (min(int(values.min()), 0), max(int(values.max()), 0)) if len(values) else (0, 0)


def widen(extremes: Extremes, other: Extremes = ()) -> Extremes:
    """Round extremes up, together with those of another block."""
    return tuple(
        _round_up(min(one[0], two[0]), max(one[1], two[1]))
        for one, two in zip(extremes, other or extremes, strict=True)
    )


def _round_up(low: int, high: int) -> tuple[int, int]:
    bits = max(high, -low).bit_length()
    # 63 bits at most, which numpy can compare with; a larger bound would refuse nothing
    most = 2 ** min(-(-bits // _BITS_APART) * _BITS_APART, 63) - 1
    return (-most if low < 0 else 0), most


def make_assumptions(
    columns: Mapping[str, Column],
    extremes: Extremes,
    assumed: frozenset[str],
    lists: Sequence[str] = (),
    *,
    traps: bool,
) -> Assumptions:
    """Make the assumptions for columns with such extremes."""
    masks = len(columns)
    fields: dict[str, InputColumn] = {}
    longest = 1
    for at, ((code, column), (low, high)) in enumerate(zip(columns.items(), extremes, strict=True)):
        mask = None if column.missing is None else masks
        masks += column.missing is not None
        if isinstance(column, NumberColumn):
            fields[code] = InputColumn(
                at, "i8", low, high, column.scale, False, mask, column.decimals is None
            )
            continue
        dtype: Dtype = f"i{_signed(column.codes[:0]).dtype.itemsize}"  # type: ignore[assignment]
        is_boolean = column.words == BOOLEANS
        fields[code] = InputColumn(at, dtype, 0, 0, None, is_boolean, mask)
        longest = max(longest, 0 if is_boolean else max(lengths_of(column.words), default=0))
    # lengths are rounded up to a power of two, for the same reason as bounds
    places = {code: masks + 2 * at for at, code in enumerate(lists)}
    arrays = masks + 2 * len(lists)
    return Assumptions(fields, arrays, assumed, traps, 2 ** longest.bit_length() - 1, places)
