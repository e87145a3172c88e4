"""Arrow columns to columns of the lanes, whole buffers at a time, exactly.

What a cell holds decides, never how wide its column is: a decimal column's scale says nothing of how a number was
written, so a number has the decimals that it needs. A cell that is no exact value of its field is marked `bad`, and
the caller says what becomes of its row. This room imports pyarrow and is imported only where an Arrow column is.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ruletrail.analysis.ir import Kind
from ruletrail.compiled.columns.columns import (
    BOOLEANS,
    LARGEST,
    MOST,
    Column,
    NumberColumn,
    WordColumn,
    normal_text,
    read_exact,
)
from ruletrail.compiled.columns.wide_integers import fits_one, lower_scale, read_words, to_int
from ruletrail.fast_dataclasses import dataclass
from ruletrail.values import MOST_DECIMALS

Flags = NDArray[np.bool_]
_NARROWEST = 16
"""Bytes of the narrowest decimal that is read as it lies."""

_FLOAT_DIGITS = 15
"""Two decimals of so many digits are never the same float64, so one that reads back as a float is its shortest text."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A column, and which of its rows hold what is no exact value of the field: `bad`, and NaN, `unfinished`.

    Both are missing in the column.
    """

    column: Column
    bad: Flags | None = None
    nan: Flags | None = None


def is_arrow(column: object) -> bool:
    """Tell an Arrow array, whole or in chunks, from any other sequence."""
    return isinstance(column, pa.Array | pa.ChunkedArray)


def encode_arrow(kind: Kind, array: Any) -> Encoded:
    """Encode the cells of a field that is a `number`, a `text` or a `boolean`."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if kind == "text":
        return _texts(array)
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return _booleans(array) if kind == "boolean" else _numbers(array)


def _present(array: Any) -> Flags:
    found: Flags = pc.is_valid(array).to_numpy(zero_copy_only=False)
    return found


def _any(flags: Flags) -> Flags | None:
    return flags if flags.any() else None


def _nothing_fits(kind: Kind, present: Flags) -> Encoded:
    """Give the column of a type that no value of the field has."""
    rows = len(present)
    none = np.ones(rows, np.bool_)
    if kind == "number":
        return Encoded(NumberColumn(np.zeros(rows, np.int64), 0, _any(none)), _any(present))
    return Encoded(
        WordColumn(np.zeros(rows, np.int32), BOOLEANS if kind == "boolean" else ("",), _any(none)),
        _any(present),
    )


# -- Texts and booleans ------------------------------------------------------------------------------------------


def _texts(array: Any) -> Encoded:
    present = _present(array)
    held = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
    if not (
        pa.types.is_string(held) or pa.types.is_large_string(held) or pa.types.is_string_view(held)
    ):
        return _nothing_fits("text", present)
    if pa.types.is_string_view(held):
        array = array.cast(pa.large_string())
    coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    written = _read_words(coded.dictionary.cast(pa.large_string()))
    codes = (
        coded.indices.cast(pa.int32()).fill_null(0).to_numpy()
        if len(written)
        else np.zeros(len(present), np.int32)
    )
    return _code_words(codes, written, present)


def _read_words(words: Any) -> list[str | bytes | None]:
    """Read texts; one that is no UTF-8 stays bytes, which no text field holds."""
    try:
        return list(words.to_pylist())
    except UnicodeDecodeError:
        return [_read_word(word) for word in words.cast(pa.large_binary()).to_pylist()]


def _read_word(word: bytes | None) -> str | bytes | None:
    try:
        return word.decode("utf-8") if word is not None else None
    except UnicodeDecodeError:
        return word


def _code_words(
    codes: NDArray[np.int32], written: Sequence[str | bytes | None], present: Flags
) -> Encoded:
    """Make a column of words of a dictionary, which may repeat words and hold nulls."""
    if not written:
        return Encoded(WordColumn(codes, ("",), _any(~present)))
    places: dict[str, int] = {}
    table = np.array(
        [
            places.setdefault(normal_text(word), len(places)) if isinstance(word, str) else -1
            for word in written
        ],
        np.int32,
    )
    words = tuple(places) or ("",)
    if len(words) == len(written):
        return Encoded(WordColumn(np.where(present, codes, 0), words, _any(~present)))
    undecodable = np.array([isinstance(word, bytes) for word in written])
    found = np.where(present, table[codes], -1)
    bad = present & undecodable[codes]
    return Encoded(WordColumn(np.maximum(found, 0), words, _any(found < 0)), _any(bad))


def _booleans(array: Any) -> Encoded:
    present = _present(array)
    if not pa.types.is_boolean(array.type):
        return _nothing_fits("boolean", present)
    codes: NDArray[np.uint8] = array.fill_null(False).to_numpy(zero_copy_only=False).view(np.uint8)
    return Encoded(WordColumn(codes, BOOLEANS, _any(~present)))


# -- Numbers -----------------------------------------------------------------------------------------------------


def _numbers(array: Any) -> Encoded:
    present = _present(array)
    if pa.types.is_integer(array.type):
        return _integers(array, present)
    if pa.types.is_decimal(array.type):
        return _decimals(array, present)
    if pa.types.is_floating(array.type):
        return _floats(array, present)
    return _nothing_fits("number", present)


def _integers(array: Any, present: Flags) -> Encoded:
    held = array.fill_null(0).to_numpy()
    bad = held >= LARGEST
    if held.dtype.kind == "i" and held.dtype.itemsize == np.dtype(np.int64).itemsize:
        bad |= held <= -LARGEST
    values = (
        np.where(bad, 0, held).astype(np.int64) if bad.any() else held.astype(np.int64, copy=False)
    )
    return Encoded(NumberColumn(values, 0, _any(~present | bad)), _any(bad))


def _decimals(array: Any, present: Flags) -> Encoded:
    """Read the whole numbers of a decimal column; those beyond 63 bits at the lowest scale that holds all."""
    if array.type.scale < 0:
        array = array.cast(pa.decimal256(76, 0))
    elif array.type.byte_width < _NARROWEST:
        array = array.cast(pa.decimal128(38, array.type.scale))
    scale: int = array.type.scale
    words = read_words(array.buffers()[1], array.offset, len(array), array.type.byte_width)
    words[~present] = 0
    bad, large = np.zeros(len(present), np.bool_), {}
    if scale > MOST_DECIMALS or not fits_one(words).all():
        words, scale, bad = lower_scale(words, scale, MOST_DECIMALS)
        large = {
            int(row): Fraction(to_int(words[row]), 10**scale)
            for row in np.flatnonzero(~fits_one(words))
        }
        bad[[row for row, value in large.items() if abs(value) >= LARGEST]] = True
        words[list(large)] = 0
    kept = {row: value for row, value in large.items() if not bad[row]}
    return _close(words[:, 0].view(np.int64).copy(), scale, present, bad, kept)


def widen_floats(array: Any) -> Any:
    """Give floats as float64 of the same shortest text: 0.1 in 32 bits is 0.1, not 0.10000000149011612."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if not pa.types.is_floating(array.type) or array.type == pa.float64():
        return array
    held = array.fill_null(0).to_numpy(zero_copy_only=False)
    return pa.array(held.astype(np.str_).astype(np.float64), mask=~_present(array))


def _floats(array: Any, present: Flags) -> Encoded:
    """Read floats by their shortest text.

    A decimal c/10**d of at most 15 digits is the shortest text of a float that it reads back as, and 10**d and c
    are exact in float64, so that their correctly rounded quotient is that reading. All others are read as texts.
    """
    held = widen_floats(array).fill_null(0).to_numpy()
    nan, finite = np.isnan(held), np.isfinite(held)
    decimals = np.full(len(held), -1, np.int8)
    tops = np.zeros(len(held), np.int64)
    waiting = np.flatnonzero(finite & (np.abs(held) < float(LARGEST)))
    for places in range(MOST_DECIMALS + 1):
        if not len(waiting):
            break
        asked = held[waiting]
        whole = np.rint(asked * 10.0**places)
        same = (np.abs(whole) < 10.0**_FLOAT_DIGITS) & (whole / 10.0**places == asked)
        tops[waiting[same]], decimals[waiting[same]] = whole[same].astype(np.int64), places
        waiting = waiting[~same]
    return _gather(held, present, tops, decimals, _Marks(~finite & ~nan, nan))


@dataclass(frozen=True, slots=True)
class _Marks:
    bad: Flags
    nan: Flags


def _gather(held: Any, present: Flags, tops: Any, decimals: Any, marks: _Marks) -> Encoded:
    """Put numbers with their own decimals at one scale; the few that were not read are read one by one."""
    bad = marks.bad.copy()
    wide: dict[int, Fraction] = {}
    for row in map(int, np.flatnonzero((decimals < 0) & ~marks.bad & ~marks.nan)):
        number = read_exact(float(held[row]))
        if number is None:
            bad[row] = True
        else:
            wide[row], decimals[row] = number
    scale = int(decimals.max(initial=0))
    shift = np.power(10, scale - np.maximum(decimals, 0).astype(np.int64))
    fits = np.abs(tops) < MOST // shift
    values = np.where(fits, tops, 0) * shift
    wide.update(
        (int(row), Fraction(int(tops[row]), 10 ** int(decimals[row])))
        for row in np.flatnonzero(~fits)
    )
    large: dict[int, Fraction] = {}
    for row, value in wide.items():
        whole = value.numerator * (10**scale // value.denominator)
        if abs(whole) < MOST:
            values[row] = whole
        else:
            large[row] = value
    gone = ~present | bad | marks.nan
    return Encoded(
        NumberColumn(values, scale, _any(gone), large, _mixed(decimals, scale, gone)),
        _any(bad),
        _any(marks.nan),
    )


def _close(
    values: NDArray[np.int64], scale: int, present: Flags, bad: Flags, large: dict[int, Fraction]
) -> Encoded:
    """Take whole numbers at a scale down to the scale that they need, and count what each needs."""
    bound = LARGEST * 10**scale
    if bound <= np.iinfo(np.int64).max:
        bad = bad | (values >= bound) | (values <= -bound)
    for row in map(int, np.flatnonzero(((values >= MOST) | (values <= -MOST)) & ~bad)):
        large[row] = Fraction(int(values[row]), 10**scale)
    values[bad] = 0
    decimals = _count_decimals(values, scale)
    values[list(large)] = 0
    for row, value in large.items():
        decimals[row] = next(
            places for places in range(scale + 1) if (value * 10**places).denominator == 1
        )
    needed = int(decimals.max(initial=0))
    if needed < scale:
        values //= 10 ** (scale - needed)
    gone = ~present | bad
    return Encoded(
        NumberColumn(values, needed, _any(gone), large, _mixed(decimals, needed, gone)), _any(bad)
    )


def _count_decimals(values: NDArray[np.int64], scale: int) -> NDArray[np.int8]:
    decimals = np.zeros(len(values), np.int8)
    waiting = np.flatnonzero(values)
    asked = values[waiting]
    for places in range(scale, 0, -1):
        if not len(waiting):
            break
        whole = asked // 10
        rest = whole * 10 != asked
        decimals[waiting[rest]] = places
        waiting, asked = waiting[~rest], whole[~rest]
    return decimals


def _mixed(decimals: NDArray[np.int8], scale: int, gone: Flags) -> NDArray[np.int8] | None:
    return None if bool(((decimals == scale) | gone).all()) else decimals
