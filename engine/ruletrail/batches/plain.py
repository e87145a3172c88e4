"""The common report fast: JSON text of the plainest shape straight to a report, or nothing at all.

It may only say "this is the report that the documents' reader would have given"; whatever else stands there goes
to that reader, whose answer is always the one given. A differential test binds the two.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn

from ruletrail.documents import REPORT_LIMITS
from ruletrail.problems import Mark
from ruletrail.references import parse_reference
from ruletrail.reports import KEYS, Declared, Report, SubjectValue
from ruletrail.schemas import Schema
from ruletrail.values import MOST_DECIMALS, MOST_INTEGER_DIGITS

_PLAIN = re.compile(rf"(-?)(0|[1-9][0-9]{{0,{MOST_INTEGER_DIGITS - 1}}})(?:\.([0-9]{{1,{MOST_DECIMALS}}}))?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SAFE_LENGTH = REPORT_LIMITS.scalar // 4


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
    if "subject" in document:
        data["subject"] = {_text(key): _value(value)[0] for key, value in subject.items()}
    if not schema.checker.accepts(data):
        return None
    kept: dict[str, SubjectValue] = {key: value if isinstance(value, bool) else _value(value)[1] for key, value in subject.items()}
    return Report(reference, kept, declared, printed, mark, mark, schema)


def _fields(fields: Mapping[str, object], schema: Schema, declared: dict[str, Declared]) -> dict[str, object]:
    data: dict[str, object] = {}
    known = schema.fields
    for code, written in fields.items():
        declaration = known.get(code)
        if declaration is None or _TYPES.get(written.__class__) != declaration.type:
            raise _NotPlainError
        value, text = _value(written)
        data[code] = value
        declared[code] = Declared(value if isinstance(value, str | bool) else Fraction(value), text)
    return data


def _value(written: object) -> tuple[str | bool | int | Decimal, str]:
    """Read one scalar as data and as its source text."""
    if written.__class__ is _Number:
        match = _PLAIN.fullmatch(written)
        if match is None:
            raise _NotPlainError
        sign, whole, part = match.groups()
        digits = part.rstrip("0") if part else ""
        return Decimal(f"{sign}{whole}.{digits}") if digits else int(sign + whole), str(written)
    if written.__class__ is str:
        return _text(written), written
    if isinstance(written, bool):
        return written, "true" if written else "false"
    raise _NotPlainError


def _text(text: str) -> str:
    if len(text) > _SAFE_LENGTH or not (text.isascii() or (unicodedata.is_normalized("NFC", text) and not _SURROGATE.search(text))):
        raise _NotPlainError
    return text


def _printed(written: object) -> tuple[str, ...]:
    messages = written.get("messages") if isinstance(written, dict) and len(written) == 1 else None
    if not isinstance(messages, list) or not all(type(message) is str for message in messages):
        raise _NotPlainError
    return tuple(_text(message) for message in messages)
