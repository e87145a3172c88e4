"""Arrays of written numbers as columns, exactly: by their digits, never through a float.

A number is written as documents write one: no sign but a minus, no leading zero, no exponent. A
cell that is written otherwise is marked, and whoever reads single rows says what it is.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ruletrail.compiled.columns.arrow_encoding import Encoded, Flags
from ruletrail.compiled.columns.columns import MOST, NumberColumn
from ruletrail.compiled.columns.wide_integers import fits_one, read_words
from ruletrail.values import MOST_DECIMALS, MOST_INTEGER_DIGITS

_WRITTEN = rf"^-?(?:0|[1-9][0-9]{{0,{MOST_INTEGER_DIGITS - 1}}})(?:\.[0-9]{{1,{MOST_DECIMALS}}})?\z"
_ZERO = ord("0")


def encode_number_texts(array: Any) -> Encoded:
    """Encode an array of texts, each a number as it was written, or null for none.

    The scale is that of the number with most decimals; a number too wide for 64 bits there is
    marked as bad too.
    """
    present: Flags = pc.is_valid(array).to_numpy(zero_copy_only=False)
    offsets, data = _bytes_of(array)
    written = present if _are_plainly_whole(offsets, data) else present & _match(array)
    bad = present & ~written
    if bad.any():
        array = pc.if_else(pa.array(written), array, pa.scalar(None, array.type))
    if b"." not in data.tobytes():
        values = array.cast(pa.int64()).fill_null(0).to_numpy()
        return _encode(values, 0, written, bad, None)
    decimals = _count_decimals(array)
    scale = int(decimals.max(initial=0))
    exact = array.cast(pa.decimal128(MOST_INTEGER_DIGITS + scale, scale))
    words = read_words(exact.buffers()[1], exact.offset, len(exact), exact.type.byte_width)
    words[~written] = 0
    values = words[:, 0].view(np.int64)
    wide = ~fits_one(words) | (values >= MOST) | (values <= -MOST)
    if wide.any():
        bad, written = bad | wide, written & ~wide
        values = np.where(wide, 0, values)
    return _encode(np.ascontiguousarray(values), scale, written, bad, decimals)


def _encode(
    values: NDArray[np.int64],
    scale: int,
    written: Flags,
    bad: Flags,
    decimals: NDArray[np.int8] | None,
) -> Encoded:
    is_uniform = decimals is None or bool(((decimals == scale) | ~written).all())
    missing = None if written.all() else ~written
    column = NumberColumn(values, scale, missing, {}, None if is_uniform else decimals)
    return Encoded(column, bad if bad.any() else None)


def _bytes_of(array: Any) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Return where each text begins and ends, and the bytes of all: those of nulls are empty."""
    _, offsets, data = array.buffers()
    found = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    held = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    return found - found[0], held[found[0] : found[-1]]


def _are_plainly_whole(offsets: NDArray[np.int32], data: NDArray[np.uint8]) -> bool:
    """Tell whether every text is digits alone, none too many and none needless; mostly they are."""
    lengths = np.diff(offsets)
    if lengths.max(initial=0) > MOST_INTEGER_DIGITS or (data - _ZERO > 9).any():  # noqa: PLR2004 - digits
        return False
    longer = lengths > 1
    return not (data[offsets[:-1][longer]] == _ZERO).any()


def _match(array: Any) -> Flags:
    matched = pc.match_substring_regex(array, _WRITTEN).fill_null(False)
    found: Flags = matched.to_numpy(zero_copy_only=False)
    return found


def _count_decimals(array: Any) -> NDArray[np.int8]:
    """Count the decimals that each number was written with."""
    point = pc.find_substring(array, ".").fill_null(-1).to_numpy()
    length = pc.binary_length(array).fill_null(0).to_numpy()
    counted: NDArray[np.int8] = np.where(point >= 0, length - point - 1, 0).astype(np.int8)
    return counted
