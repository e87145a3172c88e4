"""Answers of columns as Arrow's, exact, and as tables of pandas and Polars."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ruletrail.analysis.ir import Node
from ruletrail.compiled.arrow_types import MOST_DIGITS, NARROW, value_type
from ruletrail.compiled.columns.day_columns import EPOCH
from ruletrail.compiled.columns.output_columns import ListOutput, Output, WordOutput
from ruletrail.values import count_finite_decimals, to_json, write_number

_EXACT = Context(prec=77, Emax=1000, Emin=-1000, traps=[Inexact])
"""Wide enough for every decimal column."""

_MOST = 2**63 - 1
_VALUE = 0
"""The state of a row that has a value."""

Facts = Mapping[str, Node | None]
"""What is known of each entry's value, whatever a report holds, by code."""


def build_table(
    facts: Facts,
    status: WordOutput,
    outputs: Iterable[tuple[str, Output | WordOutput]],
    lists: Mapping[str, ListOutput],
) -> Any:
    """Make an Arrow table: the status, and a column for each code, in the order of the rulebook.

    A list is the JSON of its rows, as text. `facts` are those of any report, not of usual ones:
    the types are the same for every table of valid reports; values that need more get a wider one.
    """
    columns = {"status": word_array(status).dictionary_decode()}
    for code, output in outputs:
        if isinstance(output, WordOutput):
            columns[code] = word_array(output).dictionary_decode()
            continue
        kind = value_type(pa, facts[code])
        array = fitting_array(output, kind)
        is_by_index = pa.types.is_dictionary(array.type)
        columns[code] = array.dictionary_decode() if is_by_index else array
    texts = write_lists(facts, lists, _write_json)
    return pa.table({**columns, **{f"lists.{code}": each for code, each in texts.items()}})


def _write_json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


# -- Lists of rows, as JSON ------------------------------------------------------------------------

_MOST_ROWS = 1_000_000
"""Rows that are written at once: their texts are far from what an array of Arrow holds."""

WriteJson = Callable[[object], str]


def write_lists(facts: Facts, lists: Mapping[str, ListOutput], write: WriteJson) -> dict[str, Any]:
    """Write each report's rows as JSON's text, by list, null where it has none."""
    written = {}
    for code, rows in lists.items():
        kinds = {name: value_type(pa, facts[f"{code}.{name}"]) for name in rows.values}
        cuts = np.searchsorted(rows.offsets, np.arange(_MOST_ROWS, rows.offsets[-1], _MOST_ROWS))
        ends = [0, *np.unique(cuts).tolist(), len(rows)]
        parts = [_write_rows(rows.part(*each), kinds, write) for each in pairwise(ends)]
        written[code] = parts[0] if len(parts) == 1 else pa.chunked_array(parts, pa.string())
    return written


def _write_rows(rows: ListOutput, kinds: Mapping[str, Any], write: WriteJson) -> Any:
    count = int(rows.offsets[-1])
    members = [_write_member(name, rows.values[name], kinds[name], write) for name in kinds]
    objects = pa.repeat("{}", count)
    if members and count:
        objects = pc.binary_join_element_wise("{", *join_present(members), "}", "")
    offsets = pa.array(rows.offsets.astype(np.int32))
    joined = pc.binary_join(pa.ListArray.from_arrays(offsets, objects), ",")
    texts = pc.binary_join_element_wise("[", joined, "]", "")
    texts = pc.if_else(pa.array(rows.missing), pa.scalar(None, pa.string()), texts)
    if not rows.alone:
        return texts
    listed = texts.to_pylist()
    for report, alone in rows.alone.items():
        listed[report] = None if alone is None else write([_to_json(row) for row in alone])
    return pa.array(listed, pa.string())


def _to_json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: to_json(Fraction(value) if isinstance(value, Decimal) else value)
        for name, value in row.items()
    }


def _write_member(name: str, output: Output, kind: Any, write: WriteJson) -> Any:
    return write_member(
        name, output, write_values(output, kind, lambda word: write({"text": word})), write
    )


def write_member(name: str, output: Output, texts: Any, write: WriteJson) -> Any:
    """Write the values of a rule as members of an object, each with a comma after it."""
    begun = f"{write(name)}:"
    if output.kind == "date":
        return pc.binary_join_element_wise(f'{begun}{{"date":"', texts, '"},', "")
    quote = '"' if output.kind == "number" else ""
    return pc.binary_join_element_wise(begun + quote, texts, quote + ",", "")


def write_values(output: Output, kind: Any, write: Callable[[str], str]) -> Any:
    """Write the values of a rule, its texts by `write`, null where there is none."""
    column = fitting_array(output, kind)
    if pa.types.is_decimal(column.type):
        return _plain_decimals(column)
    if pa.types.is_boolean(column.type) or pa.types.is_date(column.type):
        return column.cast(pa.string())
    if output.kind == "number":
        return column
    return each_word(column, write)


def each_word(column: Any, write: Callable[[str], str]) -> Any:
    """Write each text of a column otherwise, every one once."""
    coded = column.dictionary_encode()
    words = [None if word is None else write(word) for word in coded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(coded.indices)


def join_present(parts: Sequence[Any]) -> list[Any]:
    """Join texts that end with a comma, where they are there; none, if there are no parts."""
    if not parts:
        return []
    # Arrow can skip nulls by itself, but then loses the rows that have nothing else
    joined = pc.binary_join_element_wise(*parts, "", null_handling="replace", null_replacement="")
    return [pc.utf8_rtrim(joined, ",")]


_SMALL = "E"
"""What Arrow's text of a very small decimal holds, in place of its digits."""


def _plain_decimals(column: Any) -> Any:
    """Write decimals with the digits that they need: `99` and not `99.00000000`."""
    texts = column.cast(pa.string())
    if column.type.scale == 0:
        return texts
    zero = pa.scalar(0, pa.int8()).cast(column.type)
    # Arrow writes a 0 of eight decimals as 0E-8, and few tables have none
    texts = pc.if_else(pc.equal(column, zero), "0.", texts)
    if pc.any(pc.match_substring(texts, _SMALL)).as_py():
        written = [None if cell is None else f"{cell:f}" for cell in column.to_pylist()]
        texts = pa.array(written, pa.string())
    return pc.utf8_rtrim(pc.utf8_rtrim(texts, "0"), ".")


# -- Columns ---------------------------------------------------------------------------------------


def narrow_decimals(table: Any) -> Any:
    """Make wide decimals narrow, for who has no others; texts where they do not fit."""
    for at, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            column = _narrow(table.column(at), field.type)
            table = table.set_column(at, field.name, column)
    return table


def _narrow(column: Any, kind: Any) -> Any:
    if kind.scale <= NARROW:
        if pa.types.is_decimal128(kind):
            return column
        try:
            return column.cast(pa.decimal128(NARROW, kind.scale))
        except pa.ArrowInvalid:
            pass
    # also where decimals are more than digits: Arrow has such types, and others have not
    texts = [None if value is None else str(value) for value in column.to_pylist()]
    return pa.array(texts, pa.string())


class TooNarrowError(ValueError):
    """A value has more decimals or digits than the type of its column."""


def fit_exact(cell: object, kind: Any) -> object:
    """Give a value the form of its column, exactly; a number in a column of texts is its text."""
    if not isinstance(cell, Fraction):
        return cell
    if not pa.types.is_decimal(kind):
        return write_number(cell)
    scaled = cell * 10**kind.scale
    if scaled.denominator != 1 or abs(scaled) >= 10**kind.precision:
        raise TooNarrowError("a value has more decimals or digits than its rule's type")
    return Decimal(scaled.numerator).scaleb(-kind.scale, _EXACT)


def word_array(output: WordOutput, words: Sequence[str] = ()) -> Any:
    """Make a column of outcomes, or of other texts in place of its words, by index."""
    return _by_index(pa.array(output.codes), words or output.words)


def _by_index(codes: Any, words: Any) -> Any:
    """Return a column of texts, each the word of its code."""
    return pa.DictionaryArray.from_arrays(codes, pa.array(words, pa.string()))


def fitting_array(output: Output, kind: Any) -> Any:
    """Make a rule's column, of a wider type where a value does not fit.

    What the schema asks beyond the type of a field is taken to hold, and may not: a fraction stands
    where it has whole numbers.
    """
    try:
        return value_array(output, kind)
    except (TooNarrowError, pa.ArrowInvalid):
        return value_array(output, _wide_enough(output))


def _wide_enough(output: Output) -> Any:
    """Find the type of decimals that holds every number of a column; texts where none does."""
    cells = output.to_list()
    numbers = [Fraction(cell) for cell in cells if isinstance(cell, Decimal | Fraction)]
    decimals = [count_finite_decimals(number) for number in numbers]
    scale = max((each for each in decimals if each is not None), default=0)
    largest = max((abs(number) for number in numbers), default=0) * 10**scale
    if None in decimals or largest >= 10**MOST_DIGITS or scale > MOST_DIGITS:
        return pa.string()
    if largest < 10**NARROW and scale <= NARROW:
        return pa.decimal128(NARROW, scale)
    return pa.decimal256(MOST_DIGITS, scale)


def value_array(output: Output, kind: Any) -> Any:
    """Make a rule's column, texts by index.

    The rows that stand beside the arrays are put in their places last.
    """
    aside = sorted(output.exact)
    held = output.states == _VALUE
    held[aside] = False
    array = _array(output, held, kind)
    if not aside:
        return array
    places = np.arange(len(held))
    places[aside] = len(held) + np.arange(len(aside))
    exact = pa.array([fit_exact(output.exact[row], kind) for row in aside], kind)
    plain = array if array.type == kind else array.dictionary_decode()
    return pa.concat_arrays([plain, exact]).take(pa.array(places))


def _array(output: Output, held: NDArray[np.bool_], kind: Any) -> Any:
    if not held.any():
        return pa.nulls(len(held), kind)
    if output.kind == "boolean":
        return pa.array(output.values != 0, mask=~held)
    if output.kind == "date":
        days = np.where(held, output.values - EPOCH, 0).astype(np.int32)
        return pa.array(days, mask=~held).cast(kind)
    if output.kind == "text":
        return _by_index(pa.array(np.where(held, output.values, 0), mask=~held), output.words)
    if output.bottoms is None and pa.types.is_decimal(kind):
        return _decimals(np.where(held, output.values, 0), held, output.scale or 0, kind)
    bottoms = output.bottoms
    if bottoms is None:
        bottoms = np.full(len(held), 10 ** (output.scale or 0), object)
    pairs = zip(held.tolist(), output.values.tolist(), bottoms.tolist(), strict=True)
    return pa.array(
        [fit_exact(Fraction(top, bottom), kind) if here else None for here, top, bottom in pairs],
        kind,
    )


def _decimals(values: NDArray[np.int64], held: NDArray[np.bool_], scale: int, kind: Any) -> Any:
    """Make decimals of whole numbers at a scale: 64-bit words, the higher ones all sign."""
    up = kind.scale - scale
    largest = max(int(values.max(initial=0)), -int(values.min(initial=0)))
    if up < 0 or (largest and largest * 10**up > _MOST):
        # Arrow's own whole numbers are wide enough, and it refuses what would lose a digit
        return _decimals(values, held, scale, pa.decimal128(38, scale)).cast(kind)
    words = np.empty((len(values), kind.byte_width // 8), np.int64)
    words[:, 0] = values * 10**up if largest else 0  # the power itself may be too wide
    words[:, 1:] = (words[:, 0] >> 63)[:, None]
    bits = np.packbits(held, bitorder="little")
    return pa.Array.from_buffers(
        kind, len(values), [pa.py_buffer(bits), pa.py_buffer(words)], int((~held).sum())
    )
