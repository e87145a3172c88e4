"""Canonical JSON and SHA-256 over it (DESIGN 6): UTF-8, NFC, sorted keys, no white space, no floats."""

import json
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any

from ruletrail.values import write_number


def canonical_json(data: Any) -> str:  # noqa: ANN401 - any JSON
    """Write data as canonical JSON; exact numbers are written in full, a float is a `TypeError`."""
    pieces: list[str] = []
    _write(data, pieces)
    return "".join(pieces)


def digest_of(data: Any) -> str:  # noqa: ANN401
    """Return `sha256:` and the hex digest of the canonical JSON of data."""
    return "sha256:" + sha256(canonical_json(data).encode()).hexdigest()


def _write(data: Any, out: list[str]) -> None:  # noqa: ANN401
    match data:
        case None:
            out.append("null")
        case bool():
            out.append("true" if data else "false")
        case str():
            out.append(json.dumps(unicodedata.normalize("NFC", data), ensure_ascii=False))
        case int() | Decimal():
            out.append(write_number(Fraction(data)))
        case Mapping():
            _write_mapping(data, out)
        case list() | tuple():
            out.append("[")
            for index, item in enumerate(data):
                out.append("," if index else "")
                _write(item, out)
            out.append("]")
        case _:
            raise TypeError(f"no canonical JSON for {type(data).__name__}")


def _write_mapping(data: Mapping[str, Any], out: list[str]) -> None:
    out.append("{")
    for index, key in enumerate(sorted(data)):
        out.append("," if index else "")
        _write(key, out)
        out.append(":")
        _write(data[key], out)
    out.append("}")
