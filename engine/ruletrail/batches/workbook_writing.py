"""Rows of answers on their way to an .xlsx workbook.

While it grows, an output is lines of JSON, one a row, which can be continued after a kill; the
workbook is made of the whole at the end, row by row. Workers write lines, and need no openpyxl.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import BinaryIO

from ruletrail.batches.cells import Moment, number_text
from ruletrail.batches.workbook_parts import MOST_COLUMNS, require_openpyxl
from ruletrail.batches.writing import MISSING, Layout, Legend
from ruletrail.problems import refusal
from ruletrail.values import write_number

Words = Mapping[str, Mapping[str, str]]
"""What the words of some columns are called where people read them, by column."""


class Workbook:
    """A workbook of rows that were written as lines of JSON."""

    def __init__(
        self,
        layout: Layout,
        words: Words = MappingProxyType({}),
        *,
        name_missing: Callable[[str], str] | None = None,
        legend: Legend | None = None,
    ) -> None:
        """Check, before any row is answered, that a sheet has room for the columns.

        `words` are what outcomes are called, by column, and `name_missing` writes what is missing
        for people; without, both stay the codes that they are.
        """
        require_openpyxl()
        self._columns, self._legend = layout.columns, legend
        self._missing, self._name_missing = self._columns.index(MISSING), name_missing
        self._words = [(self._columns.index(column), words[column]) for column in words]
        if len(self._columns) > MOST_COLUMNS:
            found, most = str(len(self._columns)), str(MOST_COLUMNS)
            raise refusal("batch-sheet-columns", "xlsx", found=found, most=most)

    def convert(self, stream: BinaryIO, whole: BinaryIO) -> None:
        """Make the workbook; nothing in it depends on when or where it was made."""
        from ruletrail.batches.workbook_sheets import write_sheets  # noqa: PLC0415 - an extra

        write_sheets(self._columns, map(self._read_row, stream), whole, self._legend)

    def _read_row(self, line: bytes) -> list[object]:
        row: list[object] = json.loads(line)
        for place, words in self._words:
            word = row[place]
            if isinstance(word, str):
                row[place] = words.get(word, word)
        codes = row[self._missing]
        if self._name_missing is not None and isinstance(codes, str):
            row[self._missing] = self._name_missing(codes)
        return row


def write_rows(rows: Iterable[Sequence[object]]) -> bytes:
    """Write rows of cells, each as a line."""
    return b"".join(map(_write_line, rows))


def _write_line(row: Sequence[object]) -> bytes:
    text = json.dumps([_to_json(cell) for cell in row], separators=(",", ":"))
    return text.encode("ascii") + b"\n"


def _to_json(cell: object) -> object:
    """Write a cell so that its type is told from the JSON: a number and a day as a list."""
    match cell:
        case Moment():
            return ["day", cell]
        case date():
            return ["day", cell.isoformat()]
        case None | bool() | str():
            return cell
        case Fraction():
            return ["number", write_number(cell)]
        case int() | float() | Decimal():
            return ["number", number_text(cell)]
        case _:
            return str(cell)
