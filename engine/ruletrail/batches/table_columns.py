"""The fields, subjects and rulebooks of a piece of an Arrow table, as columns."""

from typing import Any

import numpy as np
import pyarrow as pa

from ruletrail.analysis.typed_inputs import Kind
from ruletrail.batches.row_columns import encode_row_array
from ruletrail.batches.row_intake import RowForm
from ruletrail.batches.rows import Stretch
from ruletrail.batches.sources import RULEBOOK, SUBJECT
from ruletrail.batches.tables import Cells, EncodedList, Table
from ruletrail.compiled.columns.arrow_encoding import Encoded, encode_arrow, write_days
from ruletrail.schemas import Schema


def read_table(part: Stretch, form: RowForm, schema: Schema, carried: tuple[Cells, ...]) -> Table:
    """Read the columns that reports are read from; `carried` are the cells that travel."""
    fields: dict[str, Encoded] = {}
    subject: dict[str, Encoded] = {}
    lists: dict[str, EncodedList] = {}
    rulebook = None
    for name, array in zip(form.columns, part.batch.columns, strict=True):
        if not name:
            continue
        if name in schema.lists:
            lists[name] = encode_row_array(schema.lists[name], array)
            continue
        written = write_days(array)
        encoded = encode_arrow(_kind(name, written.type, schema), written)
        if name == RULEBOOK:
            rulebook = encoded
        elif name.startswith(SUBJECT):
            subject[name.removeprefix(SUBJECT)] = encoded
        else:
            fields[name] = encoded
    subjects = subject if form.has_subject else None
    return Table(np.arange(len(part)), fields, subjects, rulebook, carried, lists)


def _kind(name: str, found: Any, schema: Schema) -> Kind:
    """Return what a column's cells are read as; the subject's, undeclared, as what they are."""
    if name == RULEBOOK:
        return "text"
    if not name.startswith(SUBJECT):
        declared = schema.fields[name].type
        # a day is a text until its field has judged it
        return "text" if declared == "date" else declared
    held = found.value_type if pa.types.is_dictionary(found) else found
    if pa.types.is_boolean(held):
        return "boolean"
    numbers = (pa.types.is_integer, pa.types.is_decimal, pa.types.is_floating)
    return "number" if any(is_kind(held) for is_kind in numbers) else "text"
