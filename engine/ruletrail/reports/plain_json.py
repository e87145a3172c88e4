"""The common report fast: JSON text of the plainest shape straight to a report, or nothing at all.

It may only say "this is the report that the documents' reader would have given"; whatever else
stands there goes to that reader, whose answer is always the one given. A differential test binds
the two.
"""

import json
import re
import unicodedata
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from ruletrail.documents import REPORT_LIMITS
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.problems import REPORT, Mark, Path
from ruletrail.references import Reference, parse_reference
from ruletrail.reports.model import (
    KEYS,
    MOST_PRINTED,
    Declared,
    Fields,
    Report,
    Row,
    SubjectValue,
)
from ruletrail.schemas import FieldDeclaration, Schema
from ruletrail.values import MOST_DECIMALS, MOST_INTEGER_DIGITS, read_date

_MOST = 10**MOST_INTEGER_DIGITS
_WHOLE = rf"-?(?:0|[1-9][0-9]{{0,{MOST_INTEGER_DIGITS - 1}}})"
_PLAIN = re.compile(rf"{_WHOLE}(?:\.[0-9]{{1,{MOST_DECIMALS}}})?")
_MINUS_ZERO = re.compile(r"[\s:,\[]-0[\s,\]}]")
_SPACE = re.compile(r"[ \t\r\n]*")
_SAFE_LENGTH = REPORT_LIMITS.scalar // 4
_KEYS = frozenset(KEYS)
_COLON = "\\u003"
"""Begins a colon as JSON may escape it, and a few other characters."""


class NotPlainError(Exception):
    """The text is not of the plainest shape."""


class Number(str):
    """A number as it was written, where it is not plainly whole."""

    __slots__ = ()


_TYPES: Mapping[type, str] = {
    int: "number", Number: "number", Decimal: "number", float: "number", str: "text",
    bool: "boolean",
}  # fmt: skip
"""The classes of plain values: of JSON text, and of a caller's mapping."""


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotPlainError
    return members


def _refuse(_: str) -> NoReturn:
    raise NotPlainError


_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_float=Number, parse_constant=_refuse)
_FASTER = json.JSONDecoder(parse_float=Number, parse_constant=_refuse)
"""Does not see a key that is written twice."""


def read_plain(data: bytes, file: str, schema: Schema) -> Report | None:
    """Read a report's document that is plainly valid, with its marks; None for every other."""
    text = decode_bytes(data)
    document = decode_plain(text) if text is not None else None
    if text is None or document is None or "rulebook" not in document:
        return None
    return build_plain(document, schema, _find_marks(text, file))


def decode_bytes(data: bytes, most: int = REPORT_LIMITS.size) -> str | None:
    """Decode a document's bytes; None for what is too long or no UTF-8."""
    if len(data) > most:
        return None
    try:
        return data.removeprefix(BOM_UTF8).decode()  # the codec that drops it is a file to import
    except UnicodeDecodeError:
        return None


def read_plain_line(text: str, mark: Mark, schema: Schema) -> Report | None:
    """Read a plainly valid report that stands on a line of its own, which every mark names."""
    document = decode_plain(text)
    return None if document is None else build_plain(document, schema, (mark, mark))


def decode_plain(text: str) -> dict[str, Any] | None:
    """Decode an object with no key twice, its numbers as they were written; None for all else."""
    # Python reads whole numbers faster than a call of ours keeps their text, and -0 alone is not
    # told by its value
    if "-0" in text and _MINUS_ZERO.search(text):
        return None
    try:
        document = _FASTER.decode(text)
        if type(document) is dict and not _has_all_keys(document, text):
            document = _DECODER.decode(text)
    except (NotPlainError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _has_all_keys(document: dict[str, Any], text: str) -> bool:
    """Tell that no member was written over: each has its colon, or each key and text its quotes."""
    others = text.count(":") - _count_members(document)
    if others == 0:
        return True
    # what is escaped would be one of the data's colons or quotes, and none of the text's
    if _COLON not in text and others == _count_printed(document):
        return True
    return "\\" not in text and text.count('"') == 2 * _count_texts(document)


def _count_members(document: dict[str, Any]) -> int:
    inner = [len(value) for value in document.values() if type(value) is dict]
    return len(document) + sum(inner)


def _count_printed(document: dict[str, Any]) -> int:
    """Count the colons of printed sentences, which mostly are all that stand in texts."""
    printed = document.get("printed")
    sentences = printed.get("messages") if type(printed) is dict else None
    try:
        return "".join(sentences or ()).count(":")
    except TypeError:
        return 0


def _count_texts(value: object) -> int:
    """Count the keys and texts of plain data."""
    if isinstance(value, dict):
        return len(value) + _count_texts(list(value.values()))
    if isinstance(value, list):
        kinds = list(map(type, value))
        parts = value if dict in kinds or list in kinds else ()
        return kinds.count(str) + sum([_count_texts(each) for each in parts])
    return 0


def build_plain(
    document: dict[str, object], schema: Schema, marks: tuple[Mark, Mark]
) -> Report | None:
    """Build the report of a document's plain data, changing these; None where in doubt."""
    try:
        reference, fields, subject, printed = _read(document)
        read = _fields(fields, schema)
    except (NotPlainError, UnicodeEncodeError):
        return None
    if not schema.checker.accepts(document):
        return None
    return Report(reference, subject, read, printed, *marks, schema)


@dataclass(slots=True)
class PlainReport:
    """A report as its document has it, plainly read; the `Report` is made when it is asked for."""

    reference: Reference
    subject: Mapping[str, SubjectValue]
    fields: Mapping[str, Any]
    """Values as they are written: int, str, bool, and a number as `Number`, Decimal or float."""
    printed: tuple[str, ...]
    text: str | None
    """The JSON text that it was read from, whose places marks name."""
    schema: Schema
    lists: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    """The lists of rows, each by code, with values as those of the fields are."""

    def to_report(self) -> Report:
        """Make the report that its document's own reader would have made."""
        top = Mark(_FILE, 1, 1)
        marks = (top, top) if self.text is None else _find_marks(self.text, _FILE)
        fields, lists = _fields(dict(self.fields), self.schema), _lists(self.lists, self.schema)
        return Report(
            self.reference, self.subject, fields, self.printed, *marks, self.schema, lists
        )


_FILE = "report"


def read_parts(document: Mapping[str, Any], text: str | None, schema: Schema) -> PlainReport | None:
    """Read a report's document, but not what is in its fields; None where in doubt.

    Numbers of the subject become exact in the document.
    """
    try:
        reference, fields, subject, printed = _read(document)
    except (NotPlainError, UnicodeEncodeError):
        return None
    lists = {}
    if schema.lists:
        lists = {code: fields[code] for code in schema.lists if code in fields}
        fields = {code: value for code, value in fields.items() if code not in lists}
    return PlainReport(reference, subject, fields, printed, text, schema, lists)


def _read(
    document: Mapping[str, Any],
) -> tuple[Reference, dict[str, Any], dict[str, SubjectValue], tuple[str, ...]]:
    if not document.keys() <= _KEYS:
        raise NotPlainError
    written = document.get("rulebook")
    reference = parse_reference(written) if type(written) is str else None
    fields, subject = document.get("fields", {}), document.get("subject", {})
    if reference is None or type(fields) is not dict or type(subject) is not dict:
        raise NotPlainError
    kept, printed = _subject(subject), _printed(document)
    _check_texts([*subject, *[text for text in kept.values() if type(text) is str], *printed])
    return reference, fields, kept, printed


def _fields(fields: dict[str, Any], schema: Schema) -> Fields:
    """Read the fields; their numbers that were kept as written become exact in the document too."""
    types, texts = schema.types, {}
    days: dict[str, Any] = {}
    for code, value in fields.items():
        kind = type(value)
        if types.get(code) != _TYPES.get(kind):
            if kind is not str or types.get(code) != "date":
                raise NotPlainError
            days[code] = _read_day(value, schema.fields[code])
        if kind is int:
            if not -_MOST < value < _MOST:
                raise NotPlainError
            texts[code] = str(value)
        elif kind is str:
            _check_text(value)
            texts[code] = value
        elif kind is bool:
            texts[code] = "true" if value else "false"
        else:
            texts[code] = text = written_number(value)
            fields[code] = exact_number(text)
    # a day stays a text in the document, as its schema has it
    return Fields({**fields, **days} if days else fields, texts)


def _lists(
    lists: Mapping[str, list[dict[str, Any]]], schema: Schema
) -> Mapping[str, tuple[Row, ...]]:
    """Read rows that were found to be plain."""
    return {
        code: tuple([_row(row, schema.lists[code].cells) for row in rows])
        for code, rows in lists.items()
    }


def _row(row: Mapping[str, Any], cells: Mapping[str, FieldDeclaration]) -> Row:
    found = {}
    for name, value in row.items():
        kind, exact, text = type(value), value, str(value)
        if kind is bool:
            text = "true" if value else "false"
        elif kind is str and cells[name].type == "date":
            exact = _read_day(value, cells[name])
        elif kind is not int and kind is not str:
            text = written_number(value)
            exact = exact_number(text)
        found[name] = Declared(exact, text)
    return found


def _read_day(text: str, declared: FieldDeclaration) -> date:
    """Read a day that its field admits; `NotPlainError` for what is none."""
    day = read_date(text)
    if day is None or not declared.admits(day):
        raise NotPlainError
    return day


def written_number(value: str | Decimal | float) -> str:
    """Give the text of a number as it was written; of a float, its shortest one."""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    # a Decimal asks the caller's context whether its exponent has a small e
    return value if isinstance(value, str) else str(value).replace("e", "E")


def exact_number(text: str) -> int | Decimal:
    """Read a number as documents do: a whole one as int; `NotPlainError` where in doubt."""
    if _PLAIN.fullmatch(text) is None:
        raise NotPlainError
    whole, _, part = text.partition(".")
    digits = part.rstrip("0")
    return Decimal(f"{whole}.{digits}") if digits else int(whole)


def _subject(subject: dict[str, Any]) -> dict[str, SubjectValue]:
    """Read whose the report is: plain values, a number as its text."""
    if not set(map(type, subject)) <= {str}:
        raise NotPlainError
    if set(map(type, subject.values())) <= {str}:
        return subject
    kept: dict[str, SubjectValue] = {}
    for key, written in subject.items():
        kind = type(written)
        if kind is str or kind is bool:
            kept[key] = written
        elif kind is int and -_MOST < written < _MOST:
            kept[key] = str(written)
        elif kind in _TYPES and kind is not int:
            kept[key] = text = written_number(written)
            subject[key] = exact_number(text)
        else:
            raise NotPlainError
    return kept


def is_plain_text(text: str) -> bool:
    """Tell a text that the documents' reader takes as it is and that is surely short enough."""
    try:
        _check_text(text)
    except (NotPlainError, UnicodeEncodeError):
        return False
    return True


def are_plain_texts(texts: Sequence[str]) -> bool:
    """Tell that all of some texts are plain, without a look at each; False says nothing."""
    return max(map(len, texts), default=0) <= _SAFE_LENGTH and "".join(texts).isascii()


def _check_text(text: str) -> None:
    if len(text) > _SAFE_LENGTH:
        raise NotPlainError
    if not text.isascii():
        text.encode()  # half a pair of surrogates is no character, and a `ValueError` here
        if not unicodedata.is_normalized("NFC", text):
            raise NotPlainError


def _check_texts(texts: list[Any]) -> None:
    """Check texts, all at once where that is possible: each part of a text in NFC is in NFC."""
    joined = "".join(texts)
    for text in [joined] if len(joined) <= _SAFE_LENGTH else texts:
        _check_text(text)


def _printed(document: Mapping[str, Any]) -> tuple[str, ...]:
    if "printed" not in document:
        return ()
    written = document["printed"]
    messages = written.get("messages") if isinstance(written, dict) and len(written) == 1 else None
    if type(messages) is not list or not set(map(type, messages)) <= {str}:
        raise NotPlainError
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
            path = REPORT, "rulebook"
            return _mark(text, begin, file, REPORT), _mark(text, at, file, path)
        _, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match is not None else at


def _mark(text: str, at: int, file: str, path: Path) -> Mark:
    begin = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = text[begin : end if end >= 0 else len(text)]
    return Mark(file, text.count("\n", 0, at) + 1, at - begin + 1, line, path=path)
