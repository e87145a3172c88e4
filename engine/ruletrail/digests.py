"""Canonical JSON and SHA-256 over it: UTF-8, NFC, sorted keys, no white space, no floats."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from json.encoder import encode_basestring
from typing import Any

from ruletrail.normal_forms import normalise_text
from ruletrail.values import write_number

try:
    # Python's own, as its `random` does: `hashlib` loads all of OpenSSL, which costs a quarter of a
    # bare start of Python
    from _sha2 import sha256  # type: ignore[import-not-found, unused-ignore]  # Python 3.12 and later
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found, unused-ignore]  # Python 3.11
    except ImportError:
        from hashlib import sha256

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
_ENDS_OF_FLOATS = (
    re.compile(r"\.[0-9]+(?:e[-+][0-9]+)?(?:[,\]}]|\Z)"),
    re.compile(r"e[-+][0-9]+(?:[,\]}]|\Z)"),
)
_MOST_BEFORE = 20
"""Digits of a float before its point, or its exponent: there are never more than seventeen."""


def canonical_json(data: Any) -> str:
    """Write data as canonical JSON; exact numbers are written in full, a float is a `TypeError`."""
    try:
        text = _ENCODER.encode(data)
    except (TypeError, ValueError):
        text = ""
    # the library writes the same bytes, many times faster, unless there are texts to normalise or
    # what may be a float
    if text and not _may_have_float(text) and unicodedata.is_normalized("NFC", text):
        return text
    pieces: list[str] = []
    _write(data, pieces)
    return "".join(pieces)


def _may_have_float(text: str) -> bool:
    """Tell whether a float may stand in JSON; a text like one is only written more slowly.

    Sums of money in sentences, `1.376.953,67`, end as floats do, but do not begin so.
    """
    for pattern in _ENDS_OF_FLOATS:
        for end in pattern.finditer(text):
            start = end.start()
            before = text[max(0, start - _MOST_BEFORE) : start].rstrip("0123456789")
            if not before or before[-1] in ":,[-":
                return True
    return False


def digest_of(data: Any) -> str:
    """Return `sha256:` and the hex digest of the canonical JSON of data."""
    return "sha256:" + digest_of_bytes(canonical_json(data).encode())


def digest_of_bytes(data: bytes) -> str:
    """Return the hex SHA-256 of bytes."""
    return str(sha256(data).hexdigest())


def _write(data: Any, out: list[str]) -> None:
    kind = type(data)
    if kind is str:
        out.append(quote_text(data))
    elif kind is dict:
        _write_mapping(data, out)
    elif kind is list or kind is tuple:
        _write_items(data, out)
    else:
        _write_other(data, out)


def quote_text(text: str) -> str:
    """Write a text as canonical JSON."""
    return encode_basestring(normalise_text(text))


def _write_items(items: Sequence[Any], out: list[str]) -> None:
    separator = "["
    for item in items:
        out.append(separator)
        _write(item, out)
        separator = ","
    out.append("]" if items else "[]")


def _write_mapping(data: Mapping[str, Any], out: list[str]) -> None:
    separator = "{"
    for key in sorted(data):
        out.append(f"{separator}{quote_text(key)}:")
        _write(data[key], out)
        separator = ","
    out.append("}" if data else "{}")


def _write_other(data: Any, out: list[str]) -> None:
    match data:
        case None:
            out.append("null")
        case bool():
            out.append("true" if data else "false")
        case str():
            out.append(quote_text(data))
        case int() | Decimal():
            out.append(write_number(Fraction(data)))
        case Mapping():
            _write_mapping(data, out)
        case list() | tuple():
            _write_items(data, out)
        case _:
            raise TypeError(f"no canonical JSON for {type(data).__name__}")
