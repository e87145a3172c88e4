"""Rows of answers on their way to an .xlsx workbook.

While it grows, an output is lines of JSON, one a row, which can be continued after a kill; the
workbook is made of the whole at the end, row by row. Workers write lines, and need no openpyxl.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import BinaryIO

from ruletrail.batches.cells import Moment, number_text
from ruletrail.batches.workbook_parts import MOST_COLUMNS, require_openpyxl
from ruletrail.batches.writing import Layout
from ruletrail.problems import refusal
from ruletrail.values import write_number


class Workbook:
    """A workbook of rows that were written as lines of JSON."""

    def __init__(self, layout: Layout) -> None:
        """Check, before any row is answered, that a sheet has room for the columns."""
        require_openpyxl()
        self._columns = layout.columns
        if len(self._columns) > MOST_COLUMNS:
            found, most = str(len(self._columns)), str(MOST_COLUMNS)
            raise refusal("batch-sheet-columns", "xlsx", found=found, most=most)

    def convert(self, stream: BinaryIO, whole: BinaryIO) -> None:
        """Make the workbook; nothing in it depends on when or where it was made."""
        from ruletrail.batches.workbook_sheets import write_sheets  # noqa: PLC0415 - an extra

        write_sheets(self._columns, map(json.loads, stream), whole)


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
