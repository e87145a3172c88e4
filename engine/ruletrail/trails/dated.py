"""What changes with a day, in a trail: all entries with their days, and which one is in force."""

from collections.abc import Mapping
from datetime import date

from ruletrail.formulas.lookups import Days, find_in_force
from ruletrail.linking import value_on
from ruletrail.rulebooks import Parameter
from ruletrail.rulebooks.entries import Version
from ruletrail.trails.bases import Json, write_basis
from ruletrail.trails.conclusions import Record
from ruletrail.values import Missing, to_json


def write_days(days: Days) -> Json:
    """Write from when on an entry holds and, where it ends by itself, until when."""
    until = {} if days.last is None else {"until": days.last.isoformat()}
    return {"from": days.first.isoformat(), **until}


def write_version(version: Version, content: Json) -> Json:
    """Write one version of a scale or a table."""
    return {**write_days(version.days), **content, **write_basis(version.basis)}


def write_values(parameter: Parameter) -> Json:
    """Write what decides what a parameter is, and all that it may be."""
    return {
        "day": parameter.day.code if parameter.day is not None else "",
        "values": [
            {**write_days(each.days), "value": to_json(each.value), **write_basis(each.basis)}
            for each in parameter.values
        ],
    }


def write_in_force(record: Record) -> Mapping[str, Json]:
    """Write what each parameter is that changes with a day; which entry is so, counted from 0."""
    found = {}
    for code, parameter in record.linked.rulebook.parameters.items():
        if parameter.day is not None:
            day = record.facts.get(parameter.day.code, Missing((parameter.day.code,)))
            at = find_in_force(parameter.spans, day) if isinstance(day, date) else -1
            written: Json = {"value": to_json(value_on(parameter, day))}
            found[code] = written | ({"in_force": at} if at >= 0 else {})
    return found
