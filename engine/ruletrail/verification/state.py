"""What the checker has established: the report, the constants, the steps derived so far.

A later step is derived from these facts and never from what the trail claims about an earlier one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ruletrail.verification.calendar import read_day
from ruletrail.verification.facts import Fact, NonValue, Value, name_type, read_written, write_fact
from ruletrail.verification.failures import Failure, compare
from ruletrail.verification.grammar import is_code
from ruletrail.verification.signatures import Signature, infer_group

Json = dict[str, Any]


@dataclass(slots=True)
class State:
    """The document, the facts it starts from, and what was derived step by step."""

    document: Json
    reported: Mapping[str, Value]
    parameters: Mapping[str, Value]
    kinds: Mapping[str, str]
    """The kind of every step of the trail, also of those not derived yet."""
    signatures: dict[str, Signature]
    """Kind and unit of what may be read: fields, constants, then each step derived."""
    groups: dict[str, list[str]] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    reads: dict[str, list[str]] = field(default_factory=dict)
    """The codes that each step derived so far reads, groups written out, in reading order."""
    derived: list[tuple[Json, Fact]] = field(default_factory=list)
    """The steps derived so far, each with its fact, in order."""
    _written: dict[str, Json] = field(default_factory=dict)
    _grouped: dict[str, Signature] = field(default_factory=dict)

    @property
    def locale(self) -> str:
        """The language of the sentences."""
        return str(self.document["rulebook"]["locale"])

    @property
    def language(self) -> int:
        """The version of the language that the formulas are read by."""
        return language_of(self.document)

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

    def write_read(self, code: str) -> Json:
        """Write what a step that reads a code must say of it; written once for all readers."""
        if code not in self._written:
            fact, origin = self.read(code)
            self._written[code] = {"value": write_fact(fact), "from": origin}
        return self._written[code]

    def group(self, name: str) -> Signature:
        """Return the signature of a group that a step reads, worked out once."""
        if name not in self._grouped:
            members = [self.signatures[code] for code in self.groups[name]]
            self._grouped[name] = infer_group(name, members)
        return self._grouped[name]


def language_of(document: Json) -> int:
    """Return the version of the language of the rulebook that wrote a trail."""
    return int(document["rulebook"].get("language", 1))


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
    kinds = _name_steps(document)
    return State(document, reported, parameters, kinds, _declared(document, parameters))


def _name_steps(document: Json) -> dict[str, str]:
    """Give the kind of each step; stops at a name that two things have, or that none may have."""
    fields, parameters, kinds = document["fields"], document["parameters"], dict[str, str]()
    for step in document["steps"]:
        code, kind = step["id"], step["kind"]
        if code in kinds or code in parameters or (code in fields and kind != "rule"):
            raise Failure("trail-name", code=code)
        kinds[code] = kind
    language = language_of(document)
    for code in (*fields, *parameters, *kinds):
        if not is_code(code, language) or (code in fields and code in parameters):
            raise Failure("trail-name", code=code)
    return kinds


def _declared(document: Json, parameters: Mapping[str, Value]) -> dict[str, Signature]:
    """Give what fields and constants are declared to be; a rule may take a field's code later."""
    found = {
        code: Signature(entry["type"], entry.get("unit"))
        for code, entry in document["fields"].items()
    }
    for code, value in parameters.items():
        words = frozenset([value] if isinstance(value, str) else [])
        unit = document["parameters"][code].get("unit")
        found[code] = Signature(name_type(value), unit, words)
    return found


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
        if "date" in written:
            return read_day(str(written["date"]))
        return str(written["text"])
    return read_written(str(written))
