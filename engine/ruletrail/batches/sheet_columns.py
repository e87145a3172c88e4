"""Rows of a sheet as columns: as documents of plain values, which are read as lines of JSON are."""

from collections.abc import Sequence

from ruletrail.batches.carrying import carry_cell
from ruletrail.batches.json_columns import read_documents
from ruletrail.batches.object_columns import Members
from ruletrail.batches.row_columns import read_rows
from ruletrail.batches.row_intake import RowForm, plain_cell
from ruletrail.batches.rows import RawRow, Unread
from ruletrail.batches.sources import RULEBOOK, SUBJECT
from ruletrail.batches.tables import Table
from ruletrail.fast_dataclasses import replace
from ruletrail.schemas import Schema


def read_sheet_rows(
    rows: Sequence[RawRow], form: RowForm, schema: Schema, carried: Sequence[str]
) -> Table:
    """Read the rows whose cells are values, with the columns that travel."""
    table = read_documents([_document(raw, form, schema) for raw in rows], schema, ())
    places = {column: place for place, column in enumerate(form.header)}
    taken = [rows[place].data or () for place in table.places.tolist()]
    cells = tuple([carry_cell(data[places[name]]) for data in taken] for name in carried)
    return replace(table, carried=cells)


def _is_rewritten(cell: object, column: str, form: RowForm, schema: Schema) -> bool:
    """Tell a text that does not stand for itself: its row is read by itself."""
    if not form.is_written or not isinstance(cell, str) or column not in schema.fields:
        return False
    declared = schema.fields[column]
    return declared.type != "text" or form.dialect.cell(cell, declared) != cell


def _document(raw: RawRow, form: RowForm, schema: Schema) -> Members | None:
    """Make the document of a row; None for one that is read by itself."""
    if not isinstance(raw.data, tuple) or len(raw.data) != len(form.header):
        return None
    fields: Members = {}
    subject: Members = {}
    document: Members = {RULEBOOK: form.rulebook, "fields": fields}
    if form.has_subject:
        document["subject"] = subject
    for column, cell in zip(form.columns, raw.data, strict=True):
        if cell is None or not column:
            continue
        if isinstance(cell, Unread) or _is_rewritten(cell, column, form, schema):
            return None
        value = plain_cell(cell)
        if column == RULEBOOK:
            document[RULEBOOK] = value
        elif column.startswith(SUBJECT):
            subject[column.removeprefix(SUBJECT)] = value
        elif column in schema.lists:
            # the text of a list; what is no text is for who reads rows one by one
            fields[column] = read_rows(value) if isinstance(value, str) else value
        else:
            fields[column] = value
    return document if document[RULEBOOK] else None
