"""Lists of rows as columns: the rows of all reports one after another, a column for each cell.

What a reader of columns does not vouch for is marked, and its report is read by itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ruletrail.batches.object_columns import Members, encode_members
from ruletrail.batches.tables import EncodedList, Flags
from ruletrail.compiled.columns.arrow_encoding import Encoded, encode_arrow, write_days
from ruletrail.compiled.columns.columns import Column
from ruletrail.formulas import list_of
from ruletrail.linking import LinkedRulebook
from ruletrail.reports.plain_json import decode_plain
from ruletrail.rulebooks import Message
from ruletrail.schemas import ListDeclaration

_KEY = "rows"


def encode_rows(declared: ListDeclaration, lists: Sequence[Any]) -> EncodedList:
    """Encode lists of objects, None where a report has none."""
    rows: list[Members] = []
    offsets, missing = np.zeros(len(lists) + 1, np.int64), np.zeros(len(lists), np.bool_)
    bad = np.zeros(len(lists), np.bool_)
    for at, held in enumerate(lists):
        missing[at] = held is None
        if held.__class__ is list and all(row.__class__ is dict for row in held):
            rows += held
        else:
            bad[at] = held is not None
        offsets[at + 1] = len(rows)
    kinds = {name: cell.type for name, cell in declared.cells.items()}
    cells, complete = encode_members(rows, kinds)
    found = EncodedList(offsets, missing, cells, bad)
    return EncodedList(offsets, missing, cells, bad | found.of_reports(~complete))


def encode_row_texts(declared: ListDeclaration, column: Any) -> EncodedList:
    """Encode JSON's texts of lists, null where a report has none."""
    texts = column.to_pylist()
    read = [None if text is None else read_rows(text) for text in texts]
    return encode_rows(declared, read)


def read_rows(text: str) -> object:
    """Read the text of a list; something else where it is not plainly one."""
    document = decode_plain(f'{{"{_KEY}":{text}}}')
    rows = document.get(_KEY) if document is not None and len(document) == 1 else None
    return _KEY if rows is None else rows


def encode_row_array(declared: ListDeclaration, array: Any) -> EncodedList:
    """Encode Arrow's lists of structs, or JSON's texts of lists."""
    if array.type in (pa.string(), pa.large_string()):
        return encode_row_texts(declared, array)
    absent = pc.is_null(array).to_numpy(zero_copy_only=False)
    is_list = pa.types.is_list(array.type) or pa.types.is_large_list(array.type)
    if not is_list or not pa.types.is_struct(array.type.value_type):
        return EncodedList(np.zeros(len(array) + 1, np.int64), absent, {}, ~absent)
    counts = pc.list_value_length(array).fill_null(0).to_numpy()
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])
    structs = array.flatten()
    wrong = pc.is_null(structs).to_numpy(zero_copy_only=False)
    cells: dict[str, Encoded] = {}
    for member, held in zip(structs.type, structs.flatten(), strict=True):
        cell = declared.cells.get(member.name)
        if cell is None or member.name in cells:
            wrong = wrong | pc.is_valid(held).to_numpy(zero_copy_only=False)
        else:
            # a day is a text until its field has judged it
            kind = "text" if cell.type == "date" else cell.type
            cells[member.name] = encode_arrow(kind, write_days(held))
    found = EncodedList(offsets, absent, cells, np.zeros(len(array), np.bool_))
    return EncodedList(offsets, absent, cells, found.of_reports(wrong))


# -- What a report must have for columns to answer it ----------------------------------------------


def needed_codes(linked: LinkedRulebook) -> frozenset[str]:
    """Name the fields, cells and lists that messages read, which columns do not work out.

    Whatever else lacks something is told by columns. What it lacks the compiled function says.
    """
    schema, entries = linked.schema, linked.rulebook.entries
    messages = [step.code for step in linked.steps if isinstance(step, Message)]
    read = {code for message in messages for code in linked.reads[message]} - entries.keys()
    read |= {list_of(code) for code in read}
    return frozenset(read & {*schema.fields, *schema.lists, *schema.cells})


def lack_nothing(
    needed: frozenset[str],
    fields: Mapping[str, Column],
    lists: Mapping[str, EncodedList],
    rows: int,
) -> Flags:
    """Tell which reports have all that is needed."""
    found = np.ones(rows, np.bool_)
    for code in needed:
        over, _, name = code.partition(".")
        held = lists.get(over)
        if name:
            if held is not None and not held.missing.all():
                found &= ~held.of_reports(_lacks(held.cells.get(name), int(held.offsets[-1])))
        elif held is not None:
            found &= ~held.missing
        else:
            column = fields.get(code)
            missing = np.ones(rows, np.bool_) if column is None else column.missing
            found &= True if missing is None else ~missing
    return found


def _lacks(cell: Encoded | None, rows: int) -> Flags:
    if cell is None:
        return np.ones(rows, np.bool_)
    missing = cell.column.missing
    return np.zeros(rows, np.bool_) if missing is None else missing
