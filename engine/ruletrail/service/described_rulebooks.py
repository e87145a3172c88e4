"""What a rulebook is, as JSON: what its trails say of it, and every code as `Plan` describes it.

What the rulebook does not say of a code is left out; sources are named by their `id`.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ruletrail.descriptions import (
    Case,
    Choice,
    DatedValue,
    Description,
    Key,
    Version,
    describe,
)
from ruletrail.linking import LinkedRulebook
from ruletrail.rulebook_docs import Room
from ruletrail.rulebooks.entries import Source
from ruletrail.trails.document import write_identity
from ruletrail.trails.lookups import MOST_ROWS
from ruletrail.values import ExactValue, to_json

_Said = Description | Case | Choice | DatedValue | Key | Version | Source

KINDS = (
    "fields", "rules", "decisions", "sections", "checks", "parameters", "scales", "tables",
)  # fmt: skip
"""The kinds of codes, as `Plan` has them."""

_VALUES = ("value", "otherwise")
"""What may be 0, false or an empty text, and is said all the same."""


def write_rulebook(linked: LinkedRulebook) -> dict[str, Any]:
    """Write identity, the days on which it is in force, sources, and all codes kind by kind."""
    rulebook, identity = linked.rulebook, write_identity(linked)
    days = {"from": rulebook.in_force_from, "to": rulebook.in_force_to}
    described, room = describe(linked), Room(linked)
    for each in described.fields.values():
        # fields may share them by `$ref`
        room.take(each.label, *(text for one in each.choices for text in (one.value, one.label)))
    return {
        "reference": str(rulebook.identity),
        **{key: identity[key] for key in ("engine", "rulebook", "schema")},
        "in_force": {key: day for key, day in days.items() if day},
        "sources": {source.id: _write(source, "id") for source in rulebook.sources.values()},
        **{kind: _write_kind(getattr(described, kind)) for kind in KINDS},
    }


def _write_kind(described: Mapping[str, Description]) -> dict[str, Any]:
    return {code: _write_code(each) for code, each in described.items()}


def _write_code(said: Description) -> dict[str, Any]:
    """Write what is said of a code; a table of many rows is told by how many they are."""
    written = _write(said, "code", "otherwise_applies", "bands", "rows", "versions")
    if not said.otherwise_applies:
        written["otherwise"] = {"not_applicable": said.code}
    written |= _write_contents(said, said.scale)
    if said.versions:
        written["versions"] = [
            _write(each, "bands", "rows") | _write_contents(each, said.scale)
            for each in said.versions
        ]
    return written


def _write_contents(said: Description | Version, scale: str) -> dict[str, Any]:
    """Write bands and rows as a trail has them."""
    gives = "rate" if scale == "marginal" else "value"
    bands = [
        {"above" if each.is_past else "from": _constant(each.begin), gives: _constant(each.value)}
        for each in said.bands
    ]
    rows = [
        {"keys": [list(map(_value, cell)) for cell in each.keys], "value": _value(each.value)}
        for each in said.rows[:MOST_ROWS]
    ]
    size = {"size": len(said.rows)} if len(said.rows) > MOST_ROWS else {"rows": rows}
    return {**({"bands": bands} if bands else {}), **(size if rows else {})}


def _write(said: _Said, *but: str) -> dict[str, Any]:
    """Write what is said of something under the names that it has in Python."""
    parts = {name: getattr(said, name) for name in said.__slots__ if name not in but}
    return {
        name: _value(part)
        if name in _VALUES and not isinstance(said, Choice)
        else _write_part(part)
        for name, part in parts.items()
        if part or (name in _VALUES and part is not None)
    }


def _write_part(part: Any) -> Any:
    if isinstance(part, tuple):
        return [_write_part(each) for each in part]
    if isinstance(part, Source):
        return part.id
    if isinstance(part, date):
        return part.isoformat()
    return _write(part) if isinstance(part, Case | Choice | DatedValue | Key) else part


def _constant(constant: ExactValue) -> Any:
    return {"code": constant} if isinstance(constant, str) else _value(constant)


def _value(value: ExactValue) -> Any:
    """Write an exact value, a number as its text."""
    return to_json(Fraction(value) if isinstance(value, Decimal | Fraction) else value)
