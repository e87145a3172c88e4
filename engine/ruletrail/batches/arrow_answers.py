"""The answers of columns as an Arrow batch, exact, in the types that the table declares."""

from collections.abc import Sequence
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ruletrail.batches.cells import carried_text
from ruletrail.batches.writing import Layout
from ruletrail.compiled.columns.outputs import Output, Outputs, WordOutput
from ruletrail.values import write_number

_EXACT = Context(prec=77, Emax=1000, Emin=-1000, traps=[Inexact])
"""Wide enough for every decimal column."""

_MOST = 2**63 - 1
_VALUE = 0
"""The state of a row that has a value."""


def build_columns(outputs: Outputs, missing: Any, layout: Layout, schema: Any) -> list[Any]:
    """Make the columns from the status on of rows that were all evaluated, without problems.

    `missing` are the texts of their own column. Texts are by index: `plain_batch` makes a batch of
    a schema's own types of them.
    """
    outcomes = {**outputs.decisions, **outputs.sections, **outputs.checks}
    arrays = [word_array(outputs.status)]
    arrays += [value_array(outputs.values[code], schema.field(code).type) for code in layout.values]
    arrays += [word_array(outcomes[code]) for code in layout.outcomes]
    return [*arrays, missing, pa.nulls(outputs.rows, pa.string())]


def plain_batch(batch: Any, schema: Any) -> Any:
    """Give the columns of a batch their types in a schema: texts by index become texts."""
    fields = [schema.field(name) for name in batch.schema.names]
    pairs = zip(batch.columns, fields, strict=True)
    arrays = [
        array if array.type == field.type else array.dictionary_decode() for array, field in pairs
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))


def fit_cells(cells: Any) -> Any:
    """Make a column of the texts of cells that travel, which of most forms they are already."""
    if isinstance(cells, pa.Array):
        return cells
    return pa.array([fit_cell(cell, pa.string()) for cell in cells], pa.string())


def fit_cell(cell: object, kind: Any) -> object:
    """Give a cell the form of its column, exactly; a number in a column of texts is its text."""
    if not isinstance(cell, Fraction):
        is_other = cell is not None and not isinstance(cell, str) and pa.types.is_string(kind)
        return carried_text(cell) if is_other else cell
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
    exact = pa.array([fit_cell(output.exact[row], kind) for row in aside], kind)
    plain = array if array.type == kind else array.dictionary_decode()
    return pa.concat_arrays([plain, exact]).take(pa.array(places))


def _array(output: Output, held: NDArray[np.bool_], kind: Any) -> Any:
    if not held.any():
        return pa.nulls(len(held), kind)
    if output.kind == "boolean":
        return pa.array(output.values != 0, mask=~held)
    if output.kind == "text":
        return _by_index(pa.array(np.where(held, output.values, 0), mask=~held), output.words)
    if output.bottoms is None and pa.types.is_decimal(kind):
        return _decimals(np.where(held, output.values, 0), held, output.scale or 0, kind)
    bottoms = output.bottoms
    if bottoms is None:
        bottoms = np.full(len(held), 10 ** (output.scale or 0), object)
    pairs = zip(held.tolist(), output.values.tolist(), bottoms.tolist(), strict=True)
    return pa.array(
        [fit_cell(Fraction(top, bottom), kind) if here else None for here, top, bottom in pairs],
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
