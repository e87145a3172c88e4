"""Which rows of a table are surely valid reports for a job, as far as columns show it.

It may only say "surely": every other row is left to the reader of rows.
"""

from collections.abc import Sequence

import numpy as np

from ruletrail.batches.column_validation import Members, Validity
from ruletrail.batches.row_intake import RowForm
from ruletrail.batches.sources import RULEBOOK
from ruletrail.batches.tables import EncodedList, Flags, Table
from ruletrail.compiled.columns.arrow_encoding import Encoded
from ruletrail.compiled.columns.columns import Column, NumberColumn, WordColumn
from ruletrail.compiled.columns.day_columns import read_text
from ruletrail.intake import names
from ruletrail.linking import LinkedRulebook
from ruletrail.references import parse_reference
from ruletrail.reports.plain_json import are_plain_texts, is_plain_text
from ruletrail.schemas import FieldDeclaration, ListDeclaration

_NUMBER_BYTES = 32
"""At most, with its mark and what stands around it."""


class SureRows:
    """Finds the rows that are surely valid. Not for sharing between threads."""

    def __init__(self, linked: LinkedRulebook, form: RowForm) -> None:
        """Know the rulebook, its schema and how rows are written."""
        self._identity, self._form = linked.rulebook.identity, form
        self._validity = Validity(linked.schema)
        declared = linked.schema.fields
        self._lists = linked.schema.lists
        self._days = {code: each for code, each in declared.items() if each.type == "date"}

    def find(self, table: Table) -> Flags:
        """Tell which rows of a table are surely valid reports for the job."""
        rows = len(table.places)
        sure = np.ones(rows, np.bool_)
        named = [] if table.rulebook is None else [table.rulebook]
        parts = (*table.fields.values(), *(table.subject or {}).values(), *named)
        for encoded in parts:
            _exclude_unsure(encoded, sure)
        if self._form.form == "parquet":  # others are measured by their bytes
            texts = [each.column for each in parts if isinstance(each.column, WordColumn)]
            _exclude_large(texts, self._form.room, sure)
        fields = {code: encoded.column for code, encoded in table.fields.items()}
        for code in self._days.keys() & fields.keys():
            sure &= _are_days(self._days[code], fields[code])
        for code, rows_of in table.lists.items():
            sure &= ~rows_of.bad & ~rows_of.of_reports(~_find_sure_rows(self._lists[code], rows_of))
            sure &= self._are_small(rows_of)
        document: dict[str, Column | Members | EncodedList] = {
            "fields": Members({**fields, **table.lists})
        }
        if table.subject is not None:
            members = {key: encoded.column for key, encoded in table.subject.items()}
            document["subject"] = Members(members)
        if table.rulebook is not None:
            document[RULEBOOK] = table.rulebook.column
            sure &= self._is_ours(table.rulebook.column)
        else:
            document[RULEBOOK] = WordColumn(np.zeros(rows, np.int8), (self._form.rulebook,))
        return sure & self._validity.find_valid(Members(document), rows)

    def _are_small(self, rows: EncodedList) -> Flags:
        """Leave lists to the reader of rows that may be more than a report holds, with its keys."""
        width = sum(len(name.encode()) + _NUMBER_BYTES for name in rows.cells)
        sizes = np.full(int(rows.offsets[-1]), width, np.int64)
        for encoded in rows.cells.values():
            column = encoded.column
            if isinstance(column, WordColumn):
                lengths = np.array([4 * len(str(word)) for word in column.words] or [0])
                sizes += lengths[column.codes]
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        held: Flags = np.diff(before[rows.offsets]) <= self._form.room // (len(self._lists) + 1)
        return held

    def _is_ours(self, column: Column) -> Flags:
        """Tell which rows name this rulebook; a row that names none is not one of them."""
        if not isinstance(column, WordColumn):
            return np.zeros(len(column.values), np.bool_)
        found = (parse_reference(str(word)) for word in column.words)
        ours = [names(reference, self._identity) for reference in found]
        named: Flags = np.array(ours or [False], np.bool_)[column.codes]
        return named if column.missing is None else named & ~column.missing


def _find_sure_rows(declared: ListDeclaration, rows: EncodedList) -> Flags:
    """Tell which rows of lists hold what columns vouch for."""
    sure = np.ones(int(rows.offsets[-1]), np.bool_)
    for name, encoded in rows.cells.items():
        _exclude_unsure(encoded, sure)
        if declared.cells[name].type == "date":
            sure &= _are_days(declared.cells[name], encoded.column)
    return sure


def _are_days(declared: FieldDeclaration, column: Column) -> Flags:
    """Tell which rows hold no text that is no day of a field."""
    if not isinstance(column, WordColumn):
        return np.zeros(len(column.values), np.bool_)
    days = [read_text(str(word)) for word in column.words]
    admitted = np.array([day is not None and declared.admits(day) for day in days] or [False])
    found: Flags = admitted[column.codes]
    return found if column.missing is None else found | column.missing


def _exclude_unsure(encoded: Encoded, sure: Flags) -> None:
    """Leave to the reader of rows what no column holds, and texts not of the plainest form."""
    for flags in (encoded.bad, encoded.nan):
        if flags is not None:
            sure &= ~flags
    column = encoded.column
    if isinstance(column, NumberColumn):
        sure[list(column.large)] = False
    else:
        texts = [word for word in column.words if isinstance(word, str)]
        if not are_plain_texts(texts):
            words = column.words
            plain = np.array([isinstance(word, bool) or is_plain_text(word) for word in words])
            sure &= plain[column.codes]


def _exclude_large(columns: Sequence[WordColumn], room: int, sure: Flags) -> None:
    """Leave to the reader of rows those whose texts alone may be more than a report holds."""
    # a character has four bytes at most
    lengths = [np.array([4 * len(str(word)) for word in each.words] or [0]) for each in columns]
    if sum(int(each.max()) for each in lengths) > room:
        pairs = zip(lengths, columns, strict=True)
        together = [each[column.codes] for each, column in pairs]
        sure &= np.sum(together, axis=0) <= room
