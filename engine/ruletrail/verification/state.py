"""What the checker has established: the report, the constants, the steps derived so far.

A later step is derived from these facts and never from what the trail claims about an earlier one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ruletrail.problems import quote
from ruletrail.verification.facts import Fact, NonValue, Value, name_type, read_written, write_fact

Json = dict[str, Any]


class Failure(Exception):  # noqa: N818 - it is no programming error, it is the answer
    """What does not follow: the problem's code and its details."""

    def __init__(self, code: str, /, **details: str) -> None:
        """Keep code and details; the details are somebody's text and get quoted here."""
        super().__init__(code)
        self.code = code
        self.step = ""
        self.details = {name: quote(text) for name, text in details.items()}

    def at_step(self, step: str) -> "Failure":
        """Say at which step it happened."""
        self.step = step
        return self


ABSENT = object()
"""Stands for a key or an item that is not there."""


def show(data: object) -> str:
    """Write a piece of a trail for a message."""
    return "–" if data is ABSENT else json.dumps(data, ensure_ascii=False)


def find_difference(written: Any, derived: Any, place: str = "") -> tuple[str, Any, Any] | None:
    """Find the first place where two JSON values differ, with what stands there on either side."""
    if isinstance(written, dict) and isinstance(derived, dict):
        keys, opening, closing = sorted({*written, *derived}), ".", ""
    elif isinstance(written, list) and isinstance(derived, list):
        keys, opening, closing = list(range(max(len(written), len(derived)))), "[", "]"
        written, derived = dict(enumerate(written)), dict(enumerate(derived))
    else:
        same = type(written) is type(derived) and written == derived
        return None if same else (place.removeprefix("."), written, derived)
    for key in keys:
        left, right = written.get(key, ABSENT), derived.get(key, ABSENT)
        found = find_difference(left, right, f"{place}{opening}{key}{closing}")
        if found is not None:
            return found
    return None


def compare(code: str, written: object, derived: object, place: str = "", **details: str) -> None:
    """Stop where what is written is not what was derived; the form has settled the types."""
    if written != derived:
        where, found, wanted = find_difference(written, derived, place) or (place, written, derived)
        raise Failure(code, place=where, found=show(found), derived=show(wanted), **details)


@dataclass(slots=True)
class State:
    """The document, the facts it starts from, and what was derived step by step."""

    document: Json
    reported: Mapping[str, Value]
    parameters: Mapping[str, Value]
    kinds: Mapping[str, str]
    """The kind of every step of the trail, also of those not derived yet."""
    groups: dict[str, list[str]] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    reads: dict[str, list[str]] = field(default_factory=dict)
    """The codes that each step derived so far reads, groups written out, in reading order."""
    derived: list[tuple[Json, Fact]] = field(default_factory=list)
    """The steps derived so far, each with its fact, in order."""

    @property
    def locale(self) -> str:
        """The language of the sentences."""
        return str(self.document["rulebook"]["locale"])

    def read(self, code: str) -> tuple[Fact, str]:
        """Return the fact of a code and where it is from; stops where nothing before gives it."""
        if code in self.kinds:
            if code not in self.facts or self.kinds[code] == "message":
                raise Failure("trail-read", code=code)
            return self.facts[code], self.kinds[code]
        if code in self.parameters:
            return self.parameters[code], "parameter"
        if code not in self.document["fields"]:
            raise Failure("trail-read", code=code)
        return self.reported.get(code, NonValue("missing", (code,))), "report"


def initial_state(document: Json) -> State:
    """Start from the report and the rulebook's constants; stops where these contradict."""
    identity, report = document["rulebook"], document["report"]
    reference = f"{identity['name']}/{identity['edition']}"
    if report["rulebook"] not in (reference, f"{reference}@{identity['version']}"):
        raise Failure("trail-report", place="report.rulebook", found=report["rulebook"])
    reported = {
        code: _read_field(document, code, written) for code, written in report["fields"].items()
    }
    parameters = {
        code: _read_parameter(code, entry["value"])
        for code, entry in document["parameters"].items()
    }
    kinds: dict[str, str] = {}
    for step in document["steps"]:
        code, kind = step["id"], step["kind"]
        if code in kinds or code in parameters or (code in document["fields"] and kind != "rule"):
            raise Failure("trail-name", code=code)
        kinds[code] = kind
    for code in parameters:
        if code in document["fields"]:
            raise Failure("trail-name", code=code)
    return State(document, reported, parameters, kinds)


def _read_field(document: Json, code: str, written: object) -> Value:
    value = _value(written)
    declared = document["fields"].get(code)
    if value is None or declared is None or declared["type"] != name_type(value):
        raise Failure("trail-report", place=f"report.fields.{code}", found=str(written))
    return value


def _read_parameter(code: str, written: object) -> Value:
    value = _value(written)
    if value is None:
        raise Failure("trail-report", place=f"parameters.{code}.value", found=str(written))
    compare("trail-result", written, write_fact(value), f"parameters.{code}.value")
    return value


def _value(written: object) -> Value | None:
    if isinstance(written, bool):
        return written
    if isinstance(written, dict):
        return str(written["text"])
    return read_written(str(written))
