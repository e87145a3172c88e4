"""The common report fast: JSON text of the plainest shape straight to a report, or nothing at all.

It may only say "this is the report that the documents' reader would have given"; whatever else stands there goes
to that reader, whose answer is always the one given. A differential test binds the two.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NoReturn

from ruletrail.batches.headers import RULEBOOK, SUBJECT
from ruletrail.documents import REPORT_LIMITS
from ruletrail.problems import Mark
from ruletrail.references import parse_reference
from ruletrail.reports import KEYS, Declared, Report, SubjectValue
from ruletrail.schemas import Schema
from ruletrail.values import MOST_DECIMALS, MOST_INTEGER_DIGITS

_PLAIN = re.compile(rf"(-?)(0|[1-9][0-9]{{0,{MOST_INTEGER_DIGITS - 1}}})(?:\.([0-9]{{1,{MOST_DECIMALS}}}))?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SAFE_LENGTH = REPORT_LIMITS.scalar // 4
_MOST_KEPT = 1 << 14


class _NotPlainError(Exception):
    """The text is not of the plainest shape."""


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


_TYPES: Mapping[type, str] = {_Number: "number", str: "text", bool: "boolean"}


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _NotPlainError
    return members


def _refuse(_: str) -> NoReturn:
    raise _NotPlainError


_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_float=_Number, parse_int=_Number, parse_constant=_refuse)


def read_plain(text: str, mark: Mark, schema: Schema) -> Report | None:
    """Read a report that is plainly valid; None for every other text."""
    try:
        return _build(_DECODER.decode(text), mark, schema)
    except (_NotPlainError, ValueError, RecursionError):
        return None


def read_plain_row(cells: Iterable[tuple[str, object]], rulebook: str, mark: Mark, schema: Schema, *, is_written: bool) -> Report | None:
    """Read the filled cells of a table's row, columns and exact values, when they are plainly a valid report.

    Where cells are written, as in CSV, a text stands for what its field is; elsewhere it is a text. None for every
    other row.
    """
    fields: dict[str, object] = {}
    subject: dict[str, object] = {}
    document: dict[str, object] = {"subject": subject, "fields": fields, **({RULEBOOK: rulebook} if rulebook else {})}
    try:
        for column, cell in cells:
            if column == RULEBOOK:
                document[RULEBOOK] = cell
            elif column.startswith(SUBJECT):
                subject[column.removeprefix(SUBJECT)] = _plain_cell(cell, "text" if isinstance(cell, str) else "number")
            else:
                declaration = schema.fields.get(column)
                fields[column] = _plain_cell(cell, declaration.type if is_written and declaration is not None else "text")
        return _build(document, mark, schema)
    except _NotPlainError:
        return None


def _plain_cell(cell: object, kind: str) -> object:
    if isinstance(cell, str):
        return _Number(cell) if kind == "number" else cell == "true" if kind == "boolean" and cell in ("true", "false") else cell
    return cell if isinstance(cell, bool) else _Number(number_text(cell))


def number_text(cell: object) -> str:
    """Write a table's number with no more decimals than it needs; its column's scale says nothing of how it was declared."""
    if isinstance(cell, float):
        return repr(cell).removesuffix(".0")
    text = f"{cell:f}" if isinstance(cell, Decimal) and cell.is_finite() else str(cell)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _build(document: object, mark: Mark, schema: Schema) -> Report | None:
    if not isinstance(document, dict) or not document.keys() <= set(KEYS):
        return None
    written = document.get("rulebook")
    reference = parse_reference(written) if type(written) is str else None
    fields = document.get("fields", {})
    subject = document.get("subject", {})
    if reference is None or not isinstance(fields, dict) or not isinstance(subject, dict):
        return None
    printed = _printed(document.get("printed", {"messages": []}))
    data: dict[str, Any] = {**document}
    declared: dict[str, Declared] = {}
    if "fields" in document:
        data["fields"] = _fields(fields, schema, declared)
    subjects: dict[str, object] = {}
    kept = _subject(subject, subjects)
    if "subject" in document:
        data["subject"] = subjects
    if not schema.checker.accepts(data):
        return None
    return Report(reference, kept, declared, printed, mark, mark, schema)


def _fields(fields: Mapping[str, object], schema: Schema, declared: dict[str, Declared]) -> dict[str, object]:
    data: dict[str, object] = {}
    known = schema.fields
    for code, written in fields.items():
        declaration = known.get(code)
        kind = written.__class__
        if declaration is None or _TYPES.get(kind) != declaration.type:
            raise _NotPlainError
        data[code], declared[code] = _number(written) if kind is _Number else _other(written)
    return data


@lru_cache(_MOST_KEPT)
def _number(written: str) -> tuple[object, Declared]:
    """Read a number as data and as what was declared; reports hold the same few again and again."""
    match = _PLAIN.fullmatch(written)
    if match is None:
        raise _NotPlainError
    sign, whole, part = match.groups()
    digits = part.rstrip("0") if part else ""
    value = Decimal(f"{sign}{whole}.{digits}") if digits else int(sign + whole)
    return value, Declared(Fraction(value), str(written))


def _other(written: object) -> tuple[object, Declared]:
    """Read a text or a boolean."""
    if isinstance(written, bool):
        return written, Declared(written, "true" if written else "false")
    if written.__class__ is not str:
        raise _NotPlainError
    text = _text(str(written))
    return text, Declared(text, text)


def _subject(subject: Mapping[str, object], data: dict[str, object]) -> dict[str, SubjectValue]:
    """Read whose the report is: plain values, a number as its text."""
    kept: dict[str, SubjectValue] = {}
    for key, written in subject.items():
        data[_text(key)], declared = _number(written) if isinstance(written, _Number) else _other(written)
        kept[key] = declared.value if isinstance(declared.value, bool) else declared.text
    return kept


def is_plain_text(text: str) -> bool:
    """Tell a text that the documents' reader would take as it is, and that is surely not too long."""
    if len(text) > _SAFE_LENGTH:
        return False
    return text.isascii() or (unicodedata.is_normalized("NFC", text) and not _SURROGATE.search(text))


def _text(text: str) -> str:
    if not is_plain_text(text):
        raise _NotPlainError
    return text


def _printed(written: object) -> tuple[str, ...]:
    messages = written.get("messages") if isinstance(written, dict) and len(written) == 1 else None
    if not isinstance(messages, list) or not all(type(message) is str for message in messages):
        raise _NotPlainError
    return tuple(_text(message) for message in messages)
