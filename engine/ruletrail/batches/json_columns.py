"""A block of JSON lines as columns: Python's scanner with our exact hooks, then a column a field.

Arrow's own reader of JSON is faster and keeps neither a repeated key nor how a number was written.
"""

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa

from ruletrail.analysis.ir import Kind
from ruletrail.batches.lines import LONGEST, Lines
from ruletrail.batches.sources import RULEBOOK, SUBJECT
from ruletrail.batches.tables import Flags, Table
from ruletrail.compiled.columns.arrow_encoding import Encoded, encode_arrow, mark_bad
from ruletrail.compiled.columns.number_texts import encode_number_texts
from ruletrail.reports.plain_json import Number, decode_plain, is_plain_text
from ruletrail.schemas import Schema

_NEEDED = frozenset((RULEBOOK, "fields"))
_MEMBERS = _NEEDED | {"subject"}
_MOST_SUBJECT_KEYS = 64
"""Rows whose subject has other keys than so many are read one by one."""
_CLASSES: Mapping[str, frozenset[type]] = {
    "number": frozenset((int, Number)),
    "text": frozenset((str,)),
    "boolean": frozenset((bool,)),
    "date": frozenset((str,)),
}
_KINDS = {kind: name for name, kinds in _CLASSES.items() if name != "date" for kind in kinds}
_NOTHING = type(None)

Members = dict[str, Any]


def read_json_lines(block: Lines, schema: Schema, carried: Sequence[str] = ()) -> Table:
    """Read the lines of a block that hold reports of the plainest shape.

    Of what stands in documents, only members of the subject travel.
    """
    lines = block.data.split(b"\n")[: block.lines]
    with _uncollected():
        return read_documents([_read_line(line) for line in lines], schema, carried)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no cycles meanwhile: thousands of objects are made here, and none is part of one."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_documents(
    documents: Sequence[Members | None], schema: Schema, carried: Sequence[str]
) -> Table:
    """Read documents of the plainest shape; those that are None are left out."""
    plain = [(at, each) for at, each in enumerate(documents) if each is not None]
    subjects = Counter("subject" in each for _, each in plain)
    has_subject = subjects[True] > subjects[False]
    taken = [(at, each) for at, each in plain if ("subject" in each) is has_subject]
    places = np.array([at for at, _ in taken], np.intp)
    rulebook = _encode("text", [each[RULEBOOK] for _, each in taken])
    fields, complete = _encode_members([each["fields"] for _, each in taken], schema.types)
    subject: Mapping[str, Encoded] | None = None
    if has_subject:
        held = [each["subject"] for _, each in taken]
        subject, also = _encode_members(held, _find_kinds(held))
        complete &= also
    # a row that is not taken whole has its mark in a column that every table has
    cells = tuple([_find_member(each, name) for _, each in taken] for name in carried)
    return Table(places, fields, subject, mark_bad(rulebook, ~complete), cells)


def _read_line(line: bytes) -> Members | None:
    """Read a line that may be plain: members of these names only, and objects where they are."""
    if len(line) > LONGEST:
        return None
    try:
        document = decode_plain(line.decode())
    except UnicodeDecodeError:
        return None
    # what is not there must be said to be missing: columns have fields in every row
    if document is None or not _NEEDED <= document.keys() <= _MEMBERS:
        return None
    is_plain = document["fields"].__class__ is dict
    return document if is_plain and document.get("subject", {}).__class__ is dict else None


def _find_member(document: Members, name: str) -> object:
    """Return a member that travels as its text; a truth as it is.

    Beside the report's own keys a document of the plainest shape has none.
    """
    if not name.startswith(SUBJECT):
        return None
    value = document.get("subject", {}).get(name.removeprefix(SUBJECT))
    return value if value is None or isinstance(value, bool) else str(value)


def _find_kinds(held: Sequence[Members]) -> dict[str, str]:
    """Find the keys of subjects, which nobody declares, and what their first values are."""
    kinds: dict[str, str] = {}
    for members in held:
        for key, value in members.items():
            if key not in kinds and len(kinds) < _MOST_SUBJECT_KEYS and is_plain_text(key):
                kinds[key] = _KINDS.get(value.__class__, "text")
    return kinds


def _encode_members(
    held: Sequence[Members], kinds: Mapping[str, str]
) -> tuple[dict[str, Encoded], Flags]:
    """Encode the members of objects by key; tell also which of them have no other."""
    columns: dict[str, Encoded] = {}
    found = np.zeros(len(held), np.int64)
    # one column after the other, and of keys that are there: a schema may have thousands
    there: set[str] = set().union(*held)
    for key, kind in kinds.items():
        if key not in there:
            continue
        encoded = _encode(kind, [members.get(key) for members in held])
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


def _encode(kind: str, cells: Sequence[Any]) -> Encoded:
    """Encode cells of one kind; those of another are bad."""
    classes = set(map(type, cells)) - {_NOTHING}
    bad: Flags | None = None
    if not classes <= _CLASSES[kind]:
        bad = np.array([type(cell) not in _CLASSES[kind] and cell is not None for cell in cells])
        cells = [None if is_bad else cell for cell, is_bad in zip(cells, bad, strict=True)]
    try:
        encoded = _encode_cells(kind, cells, is_whole=Number not in classes)
    except (OverflowError, UnicodeEncodeError):
        return _encode(kind, [cell if _fits(cell) else [] for cell in cells])
    return encoded if bad is None else mark_bad(encoded, bad)


def _encode_cells(kind: str, cells: Sequence[Any], *, is_whole: bool) -> Encoded:
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
