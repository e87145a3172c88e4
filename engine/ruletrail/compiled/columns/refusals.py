"""What is wrong with a table as problems: every column of it, and where."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.compiled.columns.columns import (
    ColumnError,
    HalfCharacterError,
    LengthsError,
    NullError,
    RepeatedColumnError,
    TableError,
    UnknownColumnError,
)
from ruletrail.compiled.columns.encoding import (
    check_lengths,
    check_list,
    encode_column,
    find_columns,
)
from ruletrail.compiled.columns.list_columns import check_list_column
from ruletrail.documents import Nulls
from ruletrail.problems import Mark, Problem, ProblemsError, quote, sort_problems, term
from ruletrail.suggestions import KnownNames, Nearest

_FILE = "table"


def explain_table(
    fields: Mapping[str, TypedField],
    table: Any,
    nulls: Nulls = "absent",
    of_rows: Collection[str] = (),
) -> ProblemsError:
    """Return the error of a table that could not be read: the first fault of each column.

    `of_rows` are the fields that hold lists of rows.
    """
    known = KnownNames(fields, of_rows)
    faults = _find_faults(fields, table, nulls, of_rows)
    return ProblemsError(sort_problems(_explain(fault, fields, known) for fault in faults))


def _find_faults(
    fields: Mapping[str, TypedField], table: Any, nulls: Nulls, of_rows: Collection[str]
) -> Iterator[TableError]:
    try:
        columns = find_columns(table)
    except TableError as error:
        yield error
        return
    lists: dict[str, Any] = {}
    fault: TableError | None
    for code, column in columns.items():
        if code in of_rows:
            fault = _fault_of(check_list_column, code, column)
        elif code in fields:
            fault = _fault_of(check_list, code, column)
        else:
            fault = UnknownColumnError(code)
        if fault is None:
            lists[code] = column
        if fault is None and code in fields:
            fault = _fault_of(encode_column, fields[code], column, nulls)
        if fault is not None:
            yield fault
    uneven = _fault_of(check_lengths, lists)
    if uneven is not None:
        yield uneven


def _fault_of(read: Callable[..., object], *given: object) -> TableError | None:
    try:
        read(*given)
    except TableError as error:
        return error
    return None


def _explain(fault: TableError, fields: Mapping[str, TypedField], known: KnownNames) -> Problem:
    match fault:
        case UnknownColumnError():
            mark, details = Mark(_FILE, cell=fault.name), {"key": quote(fault.name)}
            return Problem("unknown-key", mark, details, Nearest(fault.name, known))
        case RepeatedColumnError():
            mark, details = Mark(_FILE, cell=fault.name), {"text": quote(fault.name)}
            return Problem("batch-column-repeated", mark, details)
        case LengthsError():
            shown = ", ".join(f"{quote(code)} {count}" for code, count in fault.lengths.items())
            return Problem("table-lengths", Mark(_FILE), {"found": shown})
        case NullError():
            return Problem("null-value", _mark_cell(fault.code, fault.row))
        case HalfCharacterError(code=code, row=int(row)):
            return Problem("lone-surrogate", _mark_cell(code, row))
        case ColumnError():
            return _explain_column(fault, fields)
    raise fault


def _explain_column(fault: ColumnError, fields: Mapping[str, TypedField]) -> Problem:
    code, value = fault.code, fault.value
    if fault.row is None:
        found = quote(str(value) if fault.is_word else type(value).__name__)
        details = {"text": quote(code), "found": found}
        return Problem("batch-column-type", Mark(_FILE, cell=code), details)
    details = {"text": quote(fault.shown), "expected": term(fields[code].kind)}
    advice = "value-of-day" if fields[code].kind == "date" else ""
    place = _mark_cell(code, fault.row)
    return Problem("table-value", place, {**details, "row": str(fault.row)}, advice=advice)


def _mark_cell(code: str, row: int) -> Mark:
    return Mark(_FILE, row + 1, 1, cell=code)
