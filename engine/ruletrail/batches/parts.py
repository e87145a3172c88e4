"""The rows of a piece one by one, whatever kind of piece it is."""

from collections.abc import Iterable

from ruletrail.batches.lines import Lines, list_records
from ruletrail.batches.rows import FileRows, Part, RawRow, Rows, Stretch


def rows_of(part: Part) -> Iterable[RawRow]:
    """Give the rows of a piece; a file that cannot be read raises `ProblemsError`."""
    if isinstance(part, FileRows):
        from ruletrail.batches.parquet import TableReader  # noqa: PLC0415 - an extra

        part = TableReader().read(part)
    if isinstance(part, Lines):
        return list_records(part)
    if isinstance(part, Stretch):
        from ruletrail.batches.arrow_cells import list_rows  # noqa: PLC0415 - an extra

        return list_rows(part)
    if isinstance(part, Rows):
        return part.rows
    raise TypeError(type(part).__name__)
