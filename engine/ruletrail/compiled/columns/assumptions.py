"""What the columns' code takes for granted of a stretch of rows: which fields may be missing, how large numbers are.

Code made for some premises is exact wherever they hold, and refuses a block where they do not: then the block is
measured and code for what it holds is made, and kept.
"""

from collections.abc import Mapping
from typing import Any

from ruletrail.compiled.columns.columns import BOOLEANS, Column, NumberColumn
from ruletrail.compiled.columns.numpy_codegen import Kind
from ruletrail.compiled.columns.string_dictionaries import lengths_of
from ruletrail.fast_dataclasses import dataclass

_BITS_APART = 4
"""Bounds are rounded up to so many bits, so that blocks that differ little share their code."""


@dataclass(frozen=True, slots=True)
class Held:
    """One column as code reads it: the position of its array, its type, its bounds, the position of its gaps.

    `scale` is that of a number; `is_plain` tells that all were written with as many decimals.
    """

    at: int
    kind: Kind
    low: int
    high: int
    scale: int | None = None
    is_boolean: bool = False
    gone: int | None = None
    is_plain: bool = True


@dataclass(frozen=True, slots=True)
class Premises:
    """The columns of a table by field code; a code without one is missing everywhere. `arrays` counts their arrays.

    `assumed` are the codes whose gaps are not looked at: rows that lack one are computed by other code. `traps`
    says that errors are only marked, for other code as well. `longest` bounds the lengths of texts.
    """

    fields: Mapping[str, Held]
    arrays: int
    assumed: frozenset[str]
    traps: bool
    longest: int

    @property
    def key(self) -> tuple[object, ...]:
        """What tells these premises from others, for keeping the code made for them."""
        return (*self.fields.items(), self.assumed, self.traps, self.longest)


Extremes = tuple[tuple[int, int], ...]
"""The least and the greatest number of each column, both with 0 among them."""


def arrays_of(columns: Mapping[str, Column]) -> list[Any]:
    """List the arrays that code reads: the values of every column, then the gaps of those that have any."""
    values = [
        column.values if isinstance(column, NumberColumn) else signed(column.codes)
        for column in columns.values()
    ]
    return [*values, *(column.missing for column in columns.values() if column.missing is not None)]


def signed(codes: Any) -> Any:
    """See positions in a list of words as whole numbers that can also be -1."""
    if codes.dtype.kind == "i":
        return codes
    if codes.dtype.itemsize == 1 and (not len(codes) or int(codes.max()) < 128):  # noqa: PLR2004 - a byte's sign
        return codes.view("i1")
    return codes.astype("i4" if codes.dtype.itemsize < 4 else "i8")  # noqa: PLR2004 - bytes


def measure(columns: Mapping[str, Column], rows: Any) -> Extremes:
    """Measure a stretch of rows."""
    return tuple(
        _extremes(column.values[rows]) if isinstance(column, NumberColumn) else (0, 0)
        for column in columns.values()
    )


def _extremes(values: Any) -> tuple[int, int]:
    return (min(int(values.min()), 0), max(int(values.max()), 0)) if len(values) else (0, 0)


def widen(extremes: Extremes, other: Extremes = ()) -> Extremes:
    """Round extremes up, together with those of another stretch."""
    others = other or extremes
    return tuple(
        _round(min(one[0], two[0]), max(one[1], two[1]))
        for one, two in zip(extremes, others, strict=True)
    )


def _round(low: int, high: int) -> tuple[int, int]:
    bits = max(high, -low).bit_length()
    most = 2 ** min(-(-bits // _BITS_APART) * _BITS_APART, 63) - 1
    return (-most if low < 0 else 0), most


def suppose(
    columns: Mapping[str, Column], extremes: Extremes, assumed: frozenset[str], *, traps: bool
) -> Premises:
    """Make the premises for columns with such extremes."""
    gone = len(columns)
    fields: dict[str, Held] = {}
    longest = 1
    for at, ((code, column), (low, high)) in enumerate(zip(columns.items(), extremes, strict=True)):
        place = None if column.missing is None else gone
        gone += column.missing is not None
        if isinstance(column, NumberColumn):
            fields[code] = Held(
                at, "i8", low, high, column.scale, False, place, column.decimals is None
            )
            continue
        kind: Kind = f"i{signed(column.codes[:0]).dtype.itemsize}"  # type: ignore[assignment]  # one of four widths
        is_boolean = column.words == BOOLEANS
        fields[code] = Held(at, kind, 0, 0, None, is_boolean, place)
        longest = max(longest, 0 if is_boolean else max(lengths_of(column.words), default=0))
    return Premises(fields, gone, assumed, traps, 2 ** longest.bit_length() - 1)
