"""The members of many objects as columns, one for each key; what is no value of it is marked."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ruletrail.analysis.typed_inputs import Kind
from ruletrail.batches.tables import Flags
from ruletrail.compiled.columns.arrow_encoding import Encoded, encode_arrow, mark_bad
from ruletrail.compiled.columns.number_texts import encode_number_texts
from ruletrail.reports.plain_json import Number, is_plain_text

CLASSES: Mapping[str, frozenset[type]] = {
    "number": frozenset((int, Number)),
    "text": frozenset((str,)),
    "boolean": frozenset((bool,)),
    "date": frozenset((str,)),
}
"""Of which classes the values of a type are."""

_NOTHING = type(None)

Members = dict[str, Any]


def encode_members(
    held: Sequence[Members], kinds: Mapping[str, str], counted: Any = 0
) -> tuple[dict[str, Encoded], Flags]:
    """Encode the members of objects by key; tell also which of them have no other.

    `counted` are the members of each that are encoded already.
    """
    columns: dict[str, Encoded] = {}
    found = np.zeros(len(held), np.int64) + counted
    # one column after the other, and of keys that are there: a schema may have thousands
    there: set[str] = set().union(*held)
    for key, kind in kinds.items():
        if key not in there:
            continue
        encoded = encode_cells(kind, [members.get(key) for members in held])
        missing = encoded.column.missing
        if missing is None:
            found += 1
        elif missing.all() and encoded.bad is None:
            continue
        else:
            found += ~missing
        columns[key] = encoded
    # a null is no value and an unknown key has no column, so that their rows count fewer
    return columns, found == np.array([len(members) for members in held], np.int64)


def encode_cells(kind: str, cells: Sequence[Any]) -> Encoded:
    """Encode cells of one kind; those of another are bad."""
    classes = set(map(type, cells)) - {_NOTHING}
    bad: Flags | None = None
    if not classes <= CLASSES[kind]:
        bad = np.array([type(cell) not in CLASSES[kind] and cell is not None for cell in cells])
        cells = [None if is_bad else cell for cell, is_bad in zip(cells, bad, strict=True)]
    try:
        encoded = _encode_kind(kind, cells, is_whole=Number not in classes)
    except (OverflowError, UnicodeEncodeError):
        return encode_cells(kind, [cell if _fits(cell) else [] for cell in cells])
    return encoded if bad is None else mark_bad(encoded, bad)


def _encode_kind(kind: str, cells: Sequence[Any], *, is_whole: bool) -> Encoded:
    if kind != "number":
        # a day is a text until its field has judged it
        held: Kind = "boolean" if kind == "boolean" else "text"
        return encode_arrow(held, pa.array(cells, _TYPES[held]))
    if is_whole:
        return encode_arrow("number", pa.array(cells, pa.int64()))
    texts = [None if cell is None else str(cell) for cell in cells]
    return encode_number_texts(pa.array(texts, pa.string()))


_TYPES: Mapping[str, Any] = {"text": pa.string(), "boolean": pa.bool_()}


def _fits(cell: object) -> bool:
    """Tell what an array of texts or of whole numbers takes."""
    if isinstance(cell, int):
        return -(2**63) <= cell < 2**63
    return not isinstance(cell, str) or is_plain_text(cell)
