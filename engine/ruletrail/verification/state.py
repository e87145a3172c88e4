"""What the checker has established: the report, the constants, the steps derived so far.

A later step is derived from these facts and never from what the trail claims about an earlier one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ruletrail.verification.calendar import Day, read_day
from ruletrail.verification.dated import Constant, DatedConstant, read_constant
from ruletrail.verification.facts import Fact, NonValue, Value, name_type, read_written, write_fact
from ruletrail.verification.failures import Failure
from ruletrail.verification.grammar import is_code
from ruletrail.verification.lookups import Answering
from ruletrail.verification.signatures import Signature, infer_group

Json = dict[str, Any]

_OF_DAYS = ("date", "any")


@dataclass(slots=True)
class State:
    """The document, the facts it starts from, and what was derived step by step."""

    document: Json
    reported: Mapping[str, Value]
    parameters: Mapping[str, Constant]
    kinds: Mapping[str, str]
    """The kind of every step of the trail, also of those not derived yet."""
    signatures: dict[str, Signature]
    """Kind and unit of what may be read: fields, constants, then each step derived."""
    groups: dict[str, list[str]] = field(default_factory=dict)
    written_lookups: dict[str, tuple[str, Json]] = field(default_factory=dict)
    """The scales and tables that steps keep, by name, each with its kind."""
    lookups: dict[str, Answering] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    reads: dict[str, list[str]] = field(default_factory=dict)
    """The entries and codes that each entry derived so far reads, in reading order.

    Groups are written out, codes of rows stand without the number of the row.
    """
    shared: dict[str, Mapping[tuple[str, int], Fact]] = field(default_factory=dict)
    """For each entry that is written for each row, the aggregates that its rows share."""
    first_steps: dict[str, Json] = field(default_factory=dict)
    """For each of these entries the step that all its rows read."""
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

    @property
    def lists(self) -> Json:
        """The lists of rows that the form has."""
        return dict(self.document.get("lists", {}))

    def count(self, over: str) -> int | None:
        """Return how many rows a list has; None where it was not supplied."""
        written = self.document["report"]["fields"].get(over)
        return None if written is None else len(written)

    def read(self, code: str) -> tuple[Fact, str]:
        """Return the fact of a code and where it is from; stops where nothing before gives it."""
        if code in self.kinds:
            if code not in self.facts or self.kinds[code] == "message":
                raise Failure("trail-read", code=code)
            return self.facts[code], self.kinds[code]
        if code in self.parameters:
            constant = self.parameters[code]
            if isinstance(constant, DatedConstant):
                return constant.on(self.day(constant.entries.day)), "parameter"
            return constant, "parameter"
        if code in self.lists:
            count = self.count(code)
            return (NonValue("missing", (code,)) if count is None else Fraction(count)), "list"
        if code not in self.document["fields"] and not self.is_cell(code):
            raise Failure("trail-read", code=code)
        return self.reported.get(code, NonValue("missing", (code,))), "report"

    def day(self, code: str) -> Fact:
        """Return the fact of the day that decides; stops at what no day of the report is."""
        if code in self.parameters or code in self.lists or "[" in code:
            raise Failure("trail-read", code=code)
        fact, _ = self.read(code)
        if not isinstance(fact, Day | NonValue) or self.signatures[code].kind not in _OF_DAYS:
            raise Failure("trail-types", text=code)
        return fact

    def is_cell(self, code: str) -> bool:
        """Tell whether a code is that of a field in a row that is there."""
        over, row, name = cut(code)
        fields = self.lists[over]["fields"] if over in self.lists else {}
        return row.isdigit() and 1 <= int(row) <= (self.count(over) or 0) and name in fields

    def write_read(self, code: str) -> Json:
        """Write what a step that reads a code must say of it; written once for all readers."""
        if code not in self._written:
            fact, origin = self.read(code)
            self._written[code] = {"value": write_fact(fact), "from": origin}
        return self._written[code]

    def group(self, name: str) -> Signature:
        """Return the signature of a group that a step reads, worked out once."""
        if name not in self._grouped:
            # in a formula of the rows of an empty list no member is read, and each must be there
            for code in self.groups[name]:
                if code not in self.signatures:
                    raise Failure("trail-read", code=code)
            members = [self.signatures[code] for code in self.groups[name]]
            self._grouped[name] = infer_group(name, members)
        return self._grouped[name]


def cut(code: str) -> tuple[str, str, str]:
    """Cut a code into list, row and name; of a code of no row only the list is there."""
    over, _, rest = code.partition("[")
    row, _, name = rest.partition("].")
    return (over, row, name) if rest else (code, "", "")


def entry_of(code: str) -> str:
    """Return the entry that a step is of: its code without the number of the row."""
    over, row, name = cut(code)
    return f"{over}.{name}" if row else code


def language_of(document: Json) -> int:
    """Return the version of the language of the rulebook that wrote a trail."""
    return int(document["rulebook"].get("language", 1))


def initial_state(document: Json) -> State:
    """Start from the report and the rulebook's constants; stops where these contradict."""
    identity, report = document["rulebook"], document["report"]
    reference = f"{identity['name']}/{identity['edition']}"
    if report["rulebook"] not in (reference, f"{reference}@{identity['version']}"):
        raise Failure("trail-report", place="report.rulebook", found=report["rulebook"])
    reported: dict[str, Value] = {}
    for code, written in report["fields"].items():
        if isinstance(written, list):
            reported |= _read_rows(document, code, written)
        else:
            declared = document["fields"].get(code)
            reported[code] = _read_field(declared, code, written)
    parameters = {
        code: read_constant(code, entry, _value) for code, entry in document["parameters"].items()
    }
    kinds = _name_steps(document)
    return State(document, reported, parameters, kinds, _declared(document, parameters))


def _name_steps(document: Json) -> dict[str, str]:
    """Give the kind of each step; stops at a name that two things have, or that none may have."""
    fields, parameters, kinds = document["fields"], document["parameters"], dict[str, str]()
    lists = document.get("lists", {})
    for step in document["steps"]:
        code, kind = step["id"], step["kind"]
        if code in kinds or code in parameters or (code in fields and kind != "rule"):
            raise Failure("trail-name", code=code)
        if code in lists or ("list" in step) != ("." in code):
            raise Failure("trail-name", code=code)
        if "list" in step:
            _check_row_name(step, lists)
        kinds[code] = kind
    language = language_of(document)
    cells = [f"{code}.{name}" for code, each in lists.items() for name in each["fields"]]
    for code in (*fields, *parameters, *lists, *cells, *map(entry_of, kinds)):
        parts = code.split(".")
        if not all(is_code(part, language) for part in parts) or (len(parts) > 1 and not lists):
            raise Failure("trail-name", code=code)
        if (code in fields) + (code in parameters) + (code in lists) > 1:
            raise Failure("trail-name", code=code)
    return kinds


def _check_row_name(step: Json, lists: Json) -> None:
    """Stop at a step of a row, or of what rows share, that is called otherwise."""
    over, row, name = cut(step["id"])
    wanted = "*" if step["kind"] == "rows" else str(step.get("row", ""))
    if not row:
        over, _, name = step["id"].partition(".")
    is_field = name in lists.get(step["list"], {"fields": {}})["fields"]
    is_check = step["kind"] == "check" or "condition" in step
    if step["list"] != over or over not in lists or row != wanted or (is_field and is_check):
        raise Failure("trail-name", code=step["id"])
    if ("all_rows" in step) == bool(row):
        raise Failure("trail-name", code=step["id"])


def _declared(document: Json, parameters: Mapping[str, Constant]) -> dict[str, Signature]:
    """Give what fields and constants are declared to be; a rule may take a field's code later."""
    _check_choices(document["fields"], "fields")
    found = {
        code: Signature(entry["type"], entry.get("unit"))
        for code, entry in document["fields"].items()
    }
    for over, each in document.get("lists", {}).items():
        found[over] = Signature("list")
        _check_choices(each["fields"], f"lists.{over}.fields")
        for name, entry in each["fields"].items():
            found[f"{over}.{name}"] = Signature(entry["type"], entry.get("unit"))
    for code, constant in parameters.items():
        values = constant.values if isinstance(constant, DatedConstant) else (constant,)
        words = frozenset(value for value in values if isinstance(value, str))
        unit = document["parameters"][code].get("unit")
        found[code] = Signature(name_type(values[0]), unit, words)
    return found


def _check_choices(fields: Json, place: str) -> None:
    """Stop at a field of another type than text whose values have names."""
    for name, entry in fields.items():
        if "choices" in entry and entry["type"] != "text":
            raise Failure("trail-report", place=f"{place}.{name}.choices", found=entry["type"])


def _read_rows(document: Json, code: str, rows: list[Json]) -> dict[str, Value]:
    """Read the cells of a list, by the code that each has."""
    declared = document.get("lists", {}).get(code)
    if declared is None:
        raise Failure("trail-report", place=f"report.fields.{code}", found=str(rows))
    return {
        f"{code}[{row}].{name}": _read_field(
            declared["fields"].get(name), f"{code}[{row}].{name}", written
        )
        for row, cells in enumerate(rows, start=1)
        for name, written in cells.items()
    }


def _read_field(declared: Json | None, code: str, written: object) -> Value:
    value = _value(written)
    if value is None or declared is None or declared["type"] != name_type(value):
        raise Failure("trail-report", place=f"report.fields.{code}", found=str(written))
    return value


def _value(written: object) -> Value | None:
    if isinstance(written, bool):
        return written
    if isinstance(written, dict):
        if "date" in written:
            return read_day(str(written["date"]))
        return str(written["text"])
    return read_written(str(written))
