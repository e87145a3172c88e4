"""The answers of columns as an Arrow batch, exact, in the types that the table declares."""

from fractions import Fraction
from typing import Any

import pyarrow as pa

from ruletrail.batches.cells import carried_text
from ruletrail.batches.writing import Layout, write_json
from ruletrail.compiled.columns.arrow_outputs import (
    fit_exact,
    value_array,
    word_array,
    write_lists,
)
from ruletrail.compiled.columns.outputs import Outputs


def build_columns(
    outputs: Outputs, missing: Any, reasons: Any, layout: Layout, schema: Any
) -> list[Any]:
    """Make the columns from the status on of rows that were all evaluated, without problems.

    `missing` and `reasons` are the texts of their own columns. Texts are by index: `plain_batch`
    makes a batch of a schema's own types of them.
    """
    outcomes = {**outputs.decisions, **outputs.sections, **outputs.checks}
    arrays = [word_array(outputs.status)]
    arrays += [value_array(outputs.values[code], schema.field(code).type) for code in layout.values]
    arrays += [word_array(outcomes[code]) for code in layout.outcomes]
    arrays += write_lists(outputs.compiled.facts, outputs.lists, write_json).values()
    last = [missing, pa.nulls(outputs.rows, pa.string()), reasons]
    return [*arrays, *last[: len(layout.last)]]


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
    if isinstance(cell, Fraction):
        return fit_exact(cell, kind)
    is_other = cell is not None and not isinstance(cell, str) and pa.types.is_string(kind)
    return carried_text(cell) if is_other else cell
