"""A block of JSON lines as columns: Python's scanner with our exact hooks, then a column a field.

Arrow's own reader of JSON is faster and keeps neither a repeated key nor how a number was written.
"""

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np

from ruletrail.batches.lines import LONGEST, Lines
from ruletrail.batches.object_columns import CLASSES, Members, encode_cells, encode_members
from ruletrail.batches.row_columns import encode_rows
from ruletrail.batches.sources import RULEBOOK, SUBJECT
from ruletrail.batches.tables import Table
from ruletrail.compiled.columns.arrow_encoding import Encoded, mark_bad
from ruletrail.reports.plain_json import decode_plain, is_plain_text
from ruletrail.schemas import Schema

_NEEDED = frozenset((RULEBOOK, "fields"))
_MEMBERS = _NEEDED | {"subject"}
_MOST_SUBJECT_KEYS = 64
"""Rows whose subject has other keys than so many are read one by one."""
_KINDS = {kind: name for name, kinds in CLASSES.items() if name != "date" for kind in kinds}


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
    rulebook = encode_cells("text", [each[RULEBOOK] for _, each in taken])
    held = [each["fields"] for _, each in taken]
    there: set[str] = set().union(*held) if schema.lists else set()
    lists = {
        code: encode_rows(declared, [each.get(code) for each in held])
        for code, declared in schema.lists.items()
        if code in there
    }
    counted = sum((~each.missing for each in lists.values()), np.zeros(len(held), np.int64))
    fields, complete = encode_members(held, schema.types, counted)
    subject: Mapping[str, Encoded] | None = None
    if has_subject:
        subjects_held = [each["subject"] for _, each in taken]
        subject, also = encode_members(subjects_held, _find_kinds(subjects_held))
        complete &= also
    # a row that is not taken whole has its mark in a column that every table has
    cells = tuple([_find_member(each, name) for _, each in taken] for name in carried)
    return Table(places, fields, subject, mark_bad(rulebook, ~complete), cells, lists)


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
