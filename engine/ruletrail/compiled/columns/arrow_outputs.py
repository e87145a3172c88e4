"""Answers of columns as Arrow's, exact, and as tables of pandas and Polars."""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ruletrail.analysis.ir import TypedRulebook
from ruletrail.compiled.arrow_types import NARROW, value_type
from ruletrail.compiled.columns.day_columns import EPOCH
from ruletrail.compiled.columns.output_columns import Output, WordOutput
from ruletrail.values import to_json, write_number

_EXACT = Context(prec=77, Emax=1000, Emin=-1000, traps=[Inexact])
"""Wide enough for every decimal column."""

_MOST = 2**63 - 1
_VALUE = 0
"""The state of a row that has a value."""


def build_table(
    typed: TypedRulebook,
    status: WordOutput,
    outputs: Iterable[tuple[str, Output | WordOutput]],
    lists: Mapping[str, Sequence[Any]],
) -> Any:
    """Make an Arrow table: the status, and a column for each code, in the order of the rulebook.

    A list is the JSON of its rows, as text.
    """
    facts = {step.entry.code: step.fact for step in typed.steps}
    columns = {"status": word_array(status).dictionary_decode()}
    for code, output in outputs:
        if isinstance(output, WordOutput):
            columns[code] = word_array(output).dictionary_decode()
            continue
        kind = value_type(pa, facts[code])
        array = value_array(output, kind)
        columns[code] = array if array.type == kind else array.dictionary_decode()
    for code, rows in lists.items():
        columns[f"lists.{code}"] = pa.array([_write_rows(each) for each in rows], pa.string())
    return pa.table(columns)


def _write_rows(rows: Sequence[Mapping[str, Any]] | None) -> str | None:
    if rows is None:
        return None
    written = [
        {
            name: to_json(Fraction(value) if isinstance(value, Decimal) else value)
            for name, value in row.items()
        }
        for row in rows
    ]
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


def narrow_decimals(table: Any) -> Any:
    """Make wide decimals narrow, for who has no others; texts where they do not fit."""
    for at, field in enumerate(table.schema):
        if pa.types.is_decimal256(field.type):
            column = table.column(at)
            try:
                column = column.cast(pa.decimal128(NARROW, field.type.scale))
            except pa.ArrowInvalid:
                texts = [None if value is None else str(value) for value in column.to_pylist()]
                column = pa.array(texts, pa.string())
            table = table.set_column(at, field.name, column)
    return table


def fit_exact(cell: object, kind: Any) -> object:
    """Give a value the form of its column, exactly; a number in a column of texts is its text."""
    if not isinstance(cell, Fraction):
        return cell
    if not pa.types.is_decimal(kind):
        return write_number(cell)
    scaled = cell * 10**kind.scale
    if scaled.denominator != 1:
        raise ValueError("a value has more decimals than its rule's scale")
    return Decimal(scaled.numerator).scaleb(-kind.scale, _EXACT)


def word_array(output: WordOutput, words: Sequence[str] = ()) -> Any:
    """Make a column of outcomes, or of other texts in place of its words, by index."""
    return _by_index(pa.array(output.codes), words or output.words)


def _by_index(codes: Any, words: Any) -> Any:
    """Return a column of texts, each the word of its code."""
    return pa.DictionaryArray.from_arrays(codes, pa.array(words, pa.string()))


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
