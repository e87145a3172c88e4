"""The common report fast: JSON text of the plainest shape straight to a report, or nothing at all.

It may only say "this is the report that the documents' reader would have given"; whatever else
stands there goes to that reader, whose answer is always the one given. A differential test binds
the two.
"""

import json
import re
import unicodedata
from codecs import BOM_UTF8
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from ruletrail.documents import REPORT_LIMITS
from ruletrail.problems import Mark
from ruletrail.references import Reference, parse_reference
from ruletrail.reports.model import KEYS, MOST_PRINTED, Fields, Report, SubjectValue
from ruletrail.schemas import Schema
from ruletrail.values import MOST_DECIMALS, MOST_INTEGER_DIGITS

_MOST = 10**MOST_INTEGER_DIGITS
_WHOLE = rf"-?(?:0|[1-9][0-9]{{0,{MOST_INTEGER_DIGITS - 1}}})"
_PLAIN = re.compile(rf"{_WHOLE}(?:\.[0-9]{{1,{MOST_DECIMALS}}})?")
_MINUS_ZERO = re.compile(r"[\s:,\[]-0[\s,\]}]")
_SPACE = re.compile(r"[ \t\r\n]*")
_SAFE_LENGTH = REPORT_LIMITS.scalar // 4
_KEYS = frozenset(KEYS)


class NotPlainError(Exception):
    """The text is not of the plainest shape."""


class Number(str):
    """A number as it was written, where it is not plainly whole."""

    __slots__ = ()


_TYPES: Mapping[type, str] = {int: "number", Number: "number", str: "text", bool: "boolean"}


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotPlainError
    return members


def _refuse(_: str) -> NoReturn:
    raise NotPlainError


_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_float=Number, parse_constant=_refuse)


def read_plain(data: bytes, file: str, schema: Schema) -> Report | None:
    """Read a report's document that is plainly valid, with its marks; None for every other."""
    if len(data) > REPORT_LIMITS.size:
        return None
    try:
        text = data.removeprefix(BOM_UTF8).decode()  # the codec that drops it is a file to import
    except UnicodeDecodeError:
        return None
    document = _decode(text)
    if document is None or "rulebook" not in document:
        return None
    return build_plain(document, schema, _find_marks(text, file))


def read_plain_line(text: str, mark: Mark, schema: Schema) -> Report | None:
    """Read a plainly valid report that stands on a line of its own, which every mark names."""
    document = _decode(text)
    return None if document is None else build_plain(document, schema, (mark, mark))


def _decode(text: str) -> dict[str, object] | None:
    # Python reads whole numbers faster than a call of ours keeps their text, and -0 alone is not
    # told by its value
    if "-0" in text and _MINUS_ZERO.search(text):
        return None
    try:
        document = _DECODER.decode(text)
    except (NotPlainError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def build_plain(
    document: dict[str, object], schema: Schema, marks: tuple[Mark, Mark]
) -> Report | None:
    """Build the report of a document's plain data, changing these; None where in doubt."""
    try:
        reference, fields, subject, printed = _read(document, schema)
    except (NotPlainError, UnicodeEncodeError):
        return None
    if not schema.checker.accepts(document):
        return None
    return Report(reference, subject, fields, printed, *marks, schema)


def _read(
    document: dict[str, object], schema: Schema
) -> tuple[Reference, Fields, dict[str, SubjectValue], tuple[str, ...]]:
    if not document.keys() <= _KEYS:
        raise NotPlainError
    written = document.get("rulebook")
    reference = parse_reference(written) if written.__class__ is str else None
    fields, subject = document.get("fields", {}), document.get("subject", {})
    if reference is None or not isinstance(fields, dict) or not isinstance(subject, dict):
        raise NotPlainError
    return reference, _fields(fields, schema), _subject(subject), _printed(document)


def _fields(fields: dict[str, Any], schema: Schema) -> Fields:
    """Read the fields; their numbers that were kept as written become exact in the document too."""
    types, texts = schema.types, {}
    for code, value in fields.items():
        kind = value.__class__
        if types.get(code) != _TYPES.get(kind):
            raise NotPlainError
        if kind is int:
            if not -_MOST < value < _MOST:
                raise NotPlainError
            texts[code] = str(value)
        elif kind is Number:
            texts[code] = text = str(value)
            fields[code] = _exact(text)
        elif kind is str:
            _check_text(value)
            texts[code] = value
        else:
            texts[code] = "true" if value else "false"
    return Fields(fields, texts)


def _exact(text: str) -> int | Decimal:
    """Read a number as documents do: a whole one as int."""
    if _PLAIN.fullmatch(text) is None:
        raise NotPlainError
    whole, _, part = text.partition(".")
    digits = part.rstrip("0")
    return Decimal(f"{whole}.{digits}") if digits else int(whole)


def _subject(subject: dict[str, object]) -> dict[str, SubjectValue]:
    """Read whose the report is: plain values, a number as its text."""
    kept: dict[str, SubjectValue] = {}
    for key, written in subject.items():
        _check_text(key)
        if isinstance(written, bool):
            kept[key] = written
            continue
        is_huge = isinstance(written, int) and not -_MOST < written < _MOST
        if is_huge or written.__class__ not in _TYPES:
            raise NotPlainError
        text = kept[key] = str(written)
        if isinstance(written, Number):
            subject[key] = _exact(text)
        else:
            _check_text(text)
    return kept


def is_plain_text(text: str) -> bool:
    """Tell a text that the documents' reader takes as it is and that is surely short enough."""
    try:
        _check_text(text)
    except (NotPlainError, UnicodeEncodeError):
        return False
    return True


def _check_text(text: str) -> None:
    if len(text) > _SAFE_LENGTH:
        raise NotPlainError
    if not text.isascii():
        text.encode()  # half a pair of surrogates is no character, and a `ValueError` here
        if not unicodedata.is_normalized("NFC", text):
            raise NotPlainError


def _printed(document: Mapping[str, object]) -> tuple[str, ...]:
    written = document.get("printed", {"messages": []})
    messages = written.get("messages") if isinstance(written, dict) and len(written) == 1 else None
    if not isinstance(messages, list):
        raise NotPlainError
    for message in messages:
        if message.__class__ is not str:
            raise NotPlainError
        _check_text(message)
    if sum(map(len, messages)) > MOST_PRINTED // 4:  # a character has four bytes at most
        raise NotPlainError
    return tuple(messages)


def _find_marks(text: str, file: str) -> tuple[Mark, Mark]:
    """Find where a document that was decoded begins, and where the value under `rulebook` does."""
    begin = _skip(text, 0)
    at = _skip(text, begin + 1)
    while True:
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        if key == "rulebook":
            return _mark(text, begin, file), _mark(text, at, file)
        _, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match is not None else at


def _mark(text: str, at: int, file: str) -> Mark:
    begin = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = text[begin : end if end >= 0 else len(text)]
    return Mark(file, text.count("\n", 0, at) + 1, at - begin + 1, line)
