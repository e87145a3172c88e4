"""The common row of a table fast: its cells straight to a report, or nothing at all, as `reports.plain` reads JSON text."""

from collections.abc import Iterable
from decimal import Decimal

from ruletrail.batches.sources import RULEBOOK, SUBJECT
from ruletrail.problems import Mark
from ruletrail.reports import Report
from ruletrail.reports.plain_json import NotPlainError, Number, build_plain
from ruletrail.schemas import Schema


def read_plain_row(
    cells: Iterable[tuple[str, object]],
    rulebook: str,
    mark: Mark,
    schema: Schema,
    *,
    is_written: bool,
) -> Report | None:
    """Read the filled cells of a table's row, columns and exact values, when they are plainly a valid report.

    Where cells are written, as in CSV, a text stands for what its field is; elsewhere it is a text. None for every
    other row.
    """
    fields: dict[str, object] = {}
    subject: dict[str, object] = {}
    document: dict[str, object] = {
        "subject": subject,
        "fields": fields,
        **({RULEBOOK: rulebook} if rulebook else {}),
    }
    try:
        for column, cell in cells:
            if column == RULEBOOK:
                document[RULEBOOK] = cell
            elif column.startswith(SUBJECT):
                subject[column.removeprefix(SUBJECT)] = _plain_cell(
                    cell, "text" if isinstance(cell, str) else "number"
                )
            else:
                declaration = schema.fields.get(column)
                fields[column] = _plain_cell(
                    cell, declaration.type if is_written and declaration is not None else "text"
                )
        return build_plain(document, schema, (mark, mark))
    except NotPlainError:
        return None


def _plain_cell(cell: object, kind: str) -> object:
    if isinstance(cell, str):
        return (
            Number(cell)
            if kind == "number"
            else cell == "true"
            if kind == "boolean" and cell in ("true", "false")
            else cell
        )
    return cell if isinstance(cell, bool) else Number(number_text(cell))


def number_text(cell: object) -> str:
    """Write a table's number with no more decimals than it needs; its column's scale says nothing of how it was declared."""
    if isinstance(cell, float):
        return repr(cell).removesuffix(".0")
    text = f"{cell:f}" if isinstance(cell, Decimal) and cell.is_finite() else str(cell)
    return text.rstrip("0").rstrip(".") if "." in text else text
