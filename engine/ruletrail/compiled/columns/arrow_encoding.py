"""Arrow arrays as columns, whole buffers at a time, exactly.

What a cell holds decides, never how wide its column is: a decimal column's scale says nothing of
how a number was written, so a number has the decimals that it needs. A cell that is no exact value
of its field is marked, and the caller says what becomes of its row. Imports pyarrow, and is
imported only where an Arrow column is.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeGuard

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ruletrail.analysis.typed_inputs import Kind
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
from ruletrail.compiled.columns.day_columns import EPOCH
from ruletrail.compiled.columns.wide_integers import fits_one, lower_scale, read_words, to_int
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.values import MOST_DECIMALS, read_date

Flags = NDArray[np.bool_]
_NARROWEST = 16
"""Bytes of the narrowest decimal that is read as it lies."""

_FLOAT_DIGITS = 15
"""Two decimals of so many digits are never the same float64: one that reads back as a float is its
shortest text."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A column, and masks of the rows with no exact value of the field (`bad`) and with a NaN.

    Both kinds of rows are missing in the column.
    """

    column: Column
    bad: Flags | None = None
    nan: Flags | None = None


def mark_bad(encoded: Encoded, bad: Flags) -> Encoded:
    """Mark more rows as bad."""
    if not bad.any():
        return encoded
    also = bad if encoded.bad is None else encoded.bad | bad
    column = encoded.column
    missing = also if column.missing is None else column.missing | also
    return Encoded(replace(column, missing=missing), also, encoded.nan)


def encode_arrow(kind: Kind, array: Any) -> Encoded:
    """Encode the array of a field that is a `number`, a `text`, a `boolean` or a `date`."""
    if isinstance(array, pa.ChunkedArray):
        array = _join_chunks(array)
    if pa.types.is_run_end_encoded(array.type):
        array = pc.run_end_decode(array)
    if kind != "number" and _holds_floats(array.type):
        return _no_number(kind, array)
    if kind == "text":
        return _texts(array)
    # nothing but texts gains by a dictionary
    if pa.types.is_dictionary(array.type) and not (
        kind == "date" and _is_text(array.type.value_type)
    ):
        array = array.dictionary_decode()
    if kind == "date":
        return _days(array)
    return _booleans(array) if kind == "boolean" else _numbers(array)


def find_stored(array: Any) -> Any:
    """Give what an array of somebody's own type is stored as, in rows too; any other as it is.

    Arrow's own truths of 8 bits are truths.
    """
    if pa.types.is_run_end_encoded(array.type):
        if not isinstance(array.type.value_type, pa.BaseExtensionType):
            return array
        if isinstance(array, pa.ChunkedArray):
            return pa.chunked_array([find_stored(chunk) for chunk in array.chunks])
        runs = type(array).from_arrays(array.run_ends, find_stored(array.values))
        return runs.slice(array.offset, len(array))
    kind = _find_stored_type(array.type)
    return array if kind == array.type else array.cast(kind)


def _find_stored_type(kind: Any) -> Any:
    """Give the type that stands behind one; an equal one where it is nobody's own."""
    if isinstance(kind, pa.BaseExtensionType):
        is_truth = kind.extension_name == "arrow.bool8"
        return pa.bool_() if is_truth else _find_stored_type(kind.storage_type)
    if pa.types.is_dictionary(kind):
        is_own = isinstance(kind.value_type, pa.BaseExtensionType)
        return _find_stored_type(kind.value_type) if is_own else kind
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        make = pa.list_ if pa.types.is_list(kind) else pa.large_list
        return make(kind.value_field.with_type(_find_stored_type(kind.value_type)))
    if pa.types.is_struct(kind):
        members = [kind.field(at) for at in range(kind.num_fields)]
        return pa.struct([each.with_type(_find_stored_type(each.type)) for each in members])
    return kind


def repeats_a_member(kind: Any) -> bool:
    """Tell whether the rows of lists have two members of one name, of which neither is meant."""
    if not (_is_list(kind) and pa.types.is_struct(kind.value_type)):
        return False
    names = [member.name for member in kind.value_type]
    return len(set(names)) < len(names)


def split_rows(array: Any) -> tuple[Any, Any, dict[str, Any]] | None:
    """Split lists of structs: the offsets of rows, which lists are null, each member's array.

    None for any other array, and where a struct is null.
    """
    if isinstance(array, pa.ChunkedArray):
        array = _join_chunks(array)
    is_list = any(
        test(array.type) for test in (pa.types.is_list, pa.types.is_large_list)
    )  # of one length is no list of rows
    if not is_list or not pa.types.is_struct(array.type.value_type):
        return None
    counts = pc.list_value_length(array).fill_null(0).to_numpy()
    offsets = np.zeros(len(array) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    missing = pc.is_null(array).to_numpy(zero_copy_only=False)
    # what lies in the memory of a null list is left out
    rows = array.flatten()
    if rows.null_count:
        return None
    names = [field.name for field in rows.type]
    return offsets, missing, dict(zip(names, rows.flatten(), strict=True))


def write_cells(array: Any) -> Any:
    """Give lists of structs whose members say what they are when they are listed one by one.

    Days are texts, for Arrow has some that Python has not, and short floats have their shortest
    text, as in columns. Any other array is returned as it is.
    """
    if isinstance(array, pa.ChunkedArray):
        array = _join_chunks(array)
    if not (_is_list(array.type) and pa.types.is_struct(array.type.value_type)):
        return array
    if pa.types.is_list_view(array.type) or pa.types.is_large_list_view(array.type):
        # never cast to a list: the lists of a view may overlap and stand in any order, and Arrow's
        # cast of such a view gives other rows, or ends the process; what a view is made of may be
        # no part of another array, so both are copied
        begins, sizes = (pa.array(each.to_numpy()) for each in (array.offsets, array.sizes))
        cells = _write_members(array.values)
        return type(array).from_arrays(begins, sizes, cells, mask=pc.is_null(array))
    counts = pc.list_value_length(array).fill_null(0).to_numpy()
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])
    cells = _write_members(array.flatten())
    return pa.LargeListArray.from_arrays(pa.array(offsets), cells, mask=pc.is_null(array))


def _write_members(rows: Any) -> Any:
    members = [widen_floats(write_days(find_stored(member))) for member in rows.flatten()]
    names = [member.name for member in rows.type]
    return pa.StructArray.from_arrays(members, names=names, mask=pc.is_null(rows))


_LISTS = ("list", "large_list", "fixed_size_list", "list_view", "large_list_view")


def _is_list(kind: Any) -> bool:
    return any(getattr(pa.types, f"is_{each}")(kind) for each in _LISTS)


def write_days(column: Any) -> Any:
    """Give a column of days as the texts that reports have; any other as it is.

    What lies beyond the years that Arrow writes is the number that stands there.
    """
    if pa.types.is_dictionary(column.type) and pa.types.is_date(column.type.value_type):
        column = column.dictionary_decode()
    if not pa.types.is_date(column.type):
        return column
    texts = column.cast(pa.string())
    return pc.replace_substring_regex(texts, r"^<value out of range: (-?\d+)>$", r"\1")


def _join_chunks(array: Any) -> Any:
    """Make one array of a column's chunks; dictionaries that Arrow cannot unite are given up."""
    try:
        return array.combine_chunks()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        plain = [chunk.dictionary_decode() for chunk in array.chunks]
        return pa.chunked_array(plain).combine_chunks()


def _present(array: Any) -> Flags:
    found: Flags = pc.is_valid(array).to_numpy(zero_copy_only=False)
    return found


def holds_nan(array: Any) -> bool:
    """Tell whether an array of floats has a NaN, which is no value of a cell of a row."""
    if isinstance(array, pa.ChunkedArray):
        array = _join_chunks(array)
    if pa.types.is_run_end_encoded(array.type):
        array = pc.run_end_decode(array)
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return pa.types.is_floating(array.type) and bool(pc.any(pc.is_nan(array)).as_py())


def _any(flags: Flags) -> Flags | None:
    """Return a mask, or None where it marks no row, so that code need not read it."""
    return flags if flags.any() else None


def _nothing_fits(kind: Kind, present: Flags) -> Encoded:
    """Encode an array of a type that no value of the field has."""
    rows, mask = len(present), _any(np.ones(len(present), np.bool_))
    column: Column = NumberColumn(np.zeros(rows, np.int64), 0, mask)
    if kind not in ("number", "date"):
        dictionary = BOOLEANS if kind == "boolean" else ("",)
        column = WordColumn(np.zeros(rows, np.int32), dictionary, mask)
    return Encoded(column, _any(present))


def _holds_floats(kind: Any) -> bool:
    held = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_floating(held))


def _no_number(kind: Kind, array: Any) -> Encoded:
    """Encode floats of a field that is no number: NaN is missing there, as in any table of floats.

    So is a column without a value read, by libraries that have no other missing value.
    """
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    present = _present(array)
    nan = present & pc.is_nan(array).fill_null(False).to_numpy(zero_copy_only=False)
    encoded = _nothing_fits(kind, present & ~nan)
    return Encoded(encoded.column, encoded.bad, _any(nan))


# -- Texts and booleans ----------------------------------------------------------------------------


def _is_text(kind: Any) -> bool:
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(test(kind) for test in tests)


def _texts(array: Any) -> Encoded:
    present = _present(array)
    is_dictionary = pa.types.is_dictionary(array.type)
    type_ = array.type.value_type if is_dictionary else array.type
    if not _is_text(type_):
        return _nothing_fits("text", present)
    if pa.types.is_string_view(type_) and not is_dictionary:
        array = array.cast(pa.large_string())  # Arrow cannot encode views as a dictionary
    coded = array if is_dictionary else array.dictionary_encode()
    if len(coded.dictionary) > len(coded):
        coded = keep_used(coded)  # a short piece of a table whose texts are many
    entries = _read_entries(coded.dictionary.cast(pa.large_string()))
    if not entries:
        return Encoded(WordColumn(np.zeros(len(present), np.int32), ("",), _any(~present)))
    # nulls have index 0 as in any column; the mask says which they are
    codes = coded.indices.cast(pa.int32()).fill_null(0).to_numpy()
    return _unify_entries(codes, entries, present)


def keep_used(coded: Any) -> Any:
    """Keep the texts of a dictionary that are used, in the order of rows, as Arrow codes texts.

    None is copied for each row.
    """
    indices = coded.indices.dictionary_encode()
    return pa.DictionaryArray.from_arrays(
        indices.indices, coded.dictionary.take(indices.dictionary)
    )


def _read_entries(texts: Any) -> list[str | bytes | None]:
    """Read a dictionary's entries; one that is no UTF-8 stays bytes, which no text field holds."""
    try:
        return list(texts.to_pylist())
    except UnicodeDecodeError:
        return [_decode(entry) for entry in texts.cast(pa.large_binary()).to_pylist()]


def _decode(entry: bytes | None) -> str | bytes | None:
    try:
        return entry.decode("utf-8") if entry is not None else None
    except UnicodeDecodeError:
        return entry


def _are_distinct(entries: Sequence[str | bytes | None]) -> TypeGuard[Sequence[str]]:
    """Tell texts in normal form, none of which repeats, without a look at each."""
    are_texts = set(map(type, entries)) == {str}
    return are_texts and "".join(entries).isascii() and len(set(entries)) == len(entries)  # type: ignore[arg-type] # they are


def _unify_entries(
    codes: NDArray[np.int32], entries: Sequence[str | bytes | None], present: Flags
) -> Encoded:
    """Make a column of a dictionary which may repeat entries and hold nulls, as Arrow admits."""
    if _are_distinct(entries):
        return Encoded(WordColumn(np.where(present, codes, 0), tuple(entries), _any(~present)))
    indices: dict[str, int] = {}
    table = np.array(
        [
            indices.setdefault(normal_text(entry), len(indices)) if isinstance(entry, str) else -1
            for entry in entries
        ],
        np.int32,
    )
    dictionary = tuple(indices) or ("",)
    # every entry is a text and none repeats: the indices can be used as they are
    if len(indices) == len(entries):
        return Encoded(WordColumn(np.where(present, codes, 0), dictionary, _any(~present)))
    undecodable = np.array([isinstance(entry, bytes) for entry in entries])
    found = np.where(present, table[codes], -1)
    bad = present & undecodable[codes]
    column = WordColumn(np.maximum(found, 0), dictionary, _any(found < 0))
    return Encoded(column, _any(bad))


def _booleans(array: Any) -> Encoded:
    present = _present(array)
    if not pa.types.is_boolean(array.type):
        return _nothing_fits("boolean", present)
    codes: NDArray[np.uint8] = array.fill_null(False).to_numpy(zero_copy_only=False).view(np.uint8)
    return Encoded(WordColumn(codes, BOOLEANS, _any(~present)))


# -- Days ------------------------------------------------------------------------------------------


def _days(array: Any) -> Encoded:
    """Encode days: Arrow's dates, moments at midnight without a zone, or texts."""
    if pa.types.is_dictionary(array.type) and pa.types.is_temporal(array.type.value_type):
        array = array.dictionary_decode()
    if pa.types.is_dictionary(array.type) or not pa.types.is_temporal(array.type):
        return _written_days(_texts(array))
    present = _present(array)
    is_zoned = pa.types.is_timestamp(array.type) and array.type.tz is not None
    if is_zoned or not (pa.types.is_date(array.type) or pa.types.is_timestamp(array.type)):
        return _nothing_fits("date", present)
    if pa.types.is_date32(array.type):
        values, broken = array.cast(pa.int32()).fill_null(0).to_numpy().astype(np.int64), False
    else:
        unit = "ms" if pa.types.is_date64(array.type) else array.type.unit
        a_day = _SECONDS * _IN_A_SECOND[unit]
        moments = array.cast(pa.int64()).fill_null(0).to_numpy()
        values, broken = moments // a_day, moments % a_day != 0
    values = values + EPOCH
    bad = present & (broken | (values < 1) | (values > date.max.toordinal()))
    missing = ~present | bad
    return Encoded(NumberColumn(np.where(missing, 0, values), 0, _any(missing)), _any(bad))


def _written_days(texts: Encoded) -> Encoded:
    """Encode days that are written; a text that is none fits no row."""
    column = texts.column
    if not isinstance(column, WordColumn):
        raise TypeError("texts have words")
    days = [read_date(str(word)) for word in column.words]
    table = np.array([0 if day is None else day.toordinal() for day in days], np.int64)
    values = table[column.codes]
    absent = np.zeros(len(values), np.bool_) if column.missing is None else column.missing
    bad = (values == 0) & ~absent
    if texts.bad is not None:
        bad = bad | texts.bad
    missing = absent | bad
    return Encoded(NumberColumn(np.where(missing, 0, values), 0, _any(missing)), _any(bad))


_SECONDS = 86_400
_IN_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


# -- Numbers --------------------------------------------------------------------------------------


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
    # a value in place of nulls keeps numpy from making floats of the integers
    found = array.fill_null(0).to_numpy()
    bad = found >= LARGEST
    if found.dtype.kind == "i" and found.dtype.itemsize == np.dtype(np.int64).itemsize:
        bad |= found <= -LARGEST
    if bad.any():
        found = np.where(bad, 0, found)
    values = found.astype(np.int64, copy=False)
    return Encoded(NumberColumn(values, 0, _any(~present | bad)), _any(bad))


def _decimals(array: Any, present: Flags) -> Encoded:
    """Read the integers of a decimal column, all at one scale.

    Where some do not fit 64 bits, that is the lowest scale at which every number is whole.
    """
    if array.type.scale < 0:
        array = array.cast(pa.decimal256(76, 0))
    elif array.type.byte_width < _NARROWEST:
        array = array.cast(pa.decimal128(38, array.type.scale))
    scale: int = array.type.scale
    words = read_words(array.buffers()[1], array.offset, len(array), array.type.byte_width)
    # Arrow leaves anything behind a null
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
    # the few numbers that are too wide are read one by one, as fractions
    kept = {row: value for row, value in large.items() if not bad[row]}
    return _trim_scale(words[:, 0].view(np.int64).copy(), scale, present, bad, kept)


def widen_floats(array: Any) -> Any:
    """Return floats as float64 of the same shortest text.

    0.1 in 32 bits is 0.1, not the 0.10000000149011612 that a cast makes of it.
    """
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if not pa.types.is_floating(array.type) or array.type == pa.float64():
        return array
    found = array.fill_null(0).to_numpy(zero_copy_only=False)
    return pa.array(found.astype(np.str_).astype(np.float64), mask=~_present(array))


def _floats(array: Any, present: Flags) -> Encoded:
    """Read floats by their shortest text, most of them by arithmetic.

    A decimal c/10**d of at most 15 digits is the shortest text of a float that it reads back as.
    Both c and 10**d are exact in float64, so their correctly rounded quotient is that reading. All
    others are read as texts.
    """
    found = widen_floats(array).fill_null(0).to_numpy()
    nan, finite = np.isnan(found), np.isfinite(found)
    decimals = np.full(len(found), -1, np.int8)
    tops = np.zeros(len(found), np.int64)
    waiting = np.flatnonzero(finite & (np.abs(found) < float(LARGEST)))
    for places in range(MOST_DECIMALS + 1):
        if not len(waiting):
            break
        asked = found[waiting]
        # the product may be rounded, but a wrong candidate fails the test of the next line
        whole = np.rint(asked * 10.0**places)
        same = (np.abs(whole) < 10.0**_FLOAT_DIGITS) & (whole / 10.0**places == asked)
        tops[waiting[same]], decimals[waiting[same]] = whole[same].astype(np.int64), places
        waiting = waiting[~same]
    return _scale_floats(found, tops, decimals, _Masks(present, ~finite & ~nan, nan))


@dataclass(frozen=True, slots=True)
class _Masks:
    present: Flags
    bad: Flags
    nan: Flags


def _scale_floats(found: Any, tops: Any, decimals: Any, masks: _Masks) -> Encoded:
    """Bring numbers with their own decimals to one scale; those not read yet are read as texts."""
    bad = masks.bad.copy()
    wide: dict[int, Fraction] = {}
    for row in map(int, np.flatnonzero((decimals < 0) & ~masks.bad & ~masks.nan)):
        number = read_exact(float(found[row]))
        if number is None:
            bad[row] = True
        else:
            wide[row], decimals[row] = number
    scale = int(decimals.max(initial=0))
    # int64: at most 10**10, the largest scale that a document may have
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
    missing = ~masks.present | bad | masks.nan
    written = _unless_uniform(decimals, scale, missing)
    column = NumberColumn(values, scale, _any(missing), large, written)
    return Encoded(column, _any(bad), _any(masks.nan))


def _trim_scale(
    values: NDArray[np.int64], scale: int, present: Flags, bad: Flags, large: dict[int, Fraction]
) -> Encoded:
    """Lower integers at a scale to the scale that they need, and count what each needs."""
    bound = LARGEST * 10**scale
    if bound <= np.iinfo(np.int64).max:
        bad = bad | (values >= bound) | (values <= -bound)
    for row in map(int, np.flatnonzero(((values >= MOST) | (values <= -MOST)) & ~bad)):
        large[row] = Fraction(int(values[row]), 10**scale)
    # as in any row without a value, so that bounds stay small
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
    missing = ~present | bad
    written = _unless_uniform(decimals, needed, missing)
    return Encoded(NumberColumn(values, needed, _any(missing), large, written), _any(bad))


def _count_decimals(values: NDArray[np.int64], scale: int) -> NDArray[np.int8]:
    """Count the decimals that each number needs; most need few divisions by ten."""
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


def _unless_uniform(
    decimals: NDArray[np.int8], scale: int, missing: Flags
) -> NDArray[np.int8] | None:
    """Return the decimals of each row; None where all that are there have those of the scale."""
    return None if bool(((decimals == scale) | missing).all()) else decimals
