"""What a rulebook is, as JSON: what its trails say of it, and every code as `Plan` describes it.

What the rulebook does not say of a code is left out; sources are named by their `id`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ruletrail.descriptions import Case, Choice, DatedValue, Description, describe
from ruletrail.linking import LinkedRulebook
from ruletrail.rulebooks.entries import Source
from ruletrail.trails.document import write_identity
from ruletrail.values import to_json

KINDS = ("fields", "rules", "decisions", "sections", "checks", "parameters")
"""The kinds of codes, as `Plan` has them."""


def write_rulebook(linked: LinkedRulebook) -> dict[str, Any]:
    """Write identity, the days on which it is in force, sources, and all codes kind by kind."""
    rulebook, identity = linked.rulebook, write_identity(linked)
    days = {"from": rulebook.in_force_from, "to": rulebook.in_force_to}
    described = describe(linked)
    document: dict[str, Any] = {
        "reference": str(rulebook.identity),
        **{key: identity[key] for key in ("engine", "rulebook", "schema")},
        "in_force": {key: day for key, day in days.items() if day},
        "sources": {source.id: _write(source, "id") for source in rulebook.sources.values()},
        **{kind: _write_kind(getattr(described, kind)) for kind in KINDS},
    }
    for code, parameter in rulebook.parameters.items():
        written = document["parameters"][code]
        if parameter.value is not None:
            written["value"] = to_json(parameter.value)
        for each, dated in zip(written.get("values", ()), parameter.values, strict=True):
            each["value"] = to_json(dated.value)
    return document


def _write_kind(described: Mapping[str, Description]) -> dict[str, Any]:
    # a parameter's values are written from the exact numbers
    return {code: _write(each, "code", "value") for code, each in described.items()}


def _write(said: Description | Case | Choice | DatedValue | Source, *but: str) -> dict[str, Any]:
    """Write what is said of something under the names that it has in Python."""
    names = [name for name in said.__slots__ if name not in but]
    return {name: _write_part(part) for name in names if (part := getattr(said, name))}


def _write_part(part: Any) -> Any:
    if isinstance(part, tuple):
        return [_write_part(each) for each in part]
    if isinstance(part, Source):
        return part.id
    if isinstance(part, DatedValue):
        return _write(part, "value")
    if isinstance(part, date):
        return part.isoformat()
    return _write(part) if isinstance(part, Case | Choice) else part
