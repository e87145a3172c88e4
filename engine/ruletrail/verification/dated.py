"""What changes with a day: which of the entries of a trail is in force, proved from the days.

Written apart from the evaluator: the entries are gone through one by one, and the last one that has
begun is the one that holds, unless it has ended.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ruletrail.verification.calendar import Day, read_day
from ruletrail.verification.facts import Fact, NonValue, Value, name_type, write_fact
from ruletrail.verification.failures import Failure, compare

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entries:
    """The days on which each of several entries holds; `code` is what has them, `day` decides."""

    code: str
    day: str
    days: tuple[tuple[Day, Day | None], ...]

    def in_force(self, day: Day) -> int | None:
        """Find the entry that is in force on a day; None where none is."""
        found = None
        for at, (first, _) in enumerate(self.days):
            if not day < first:
                found = at
        last = self.days[found][1] if found is not None else None
        return None if last is not None and last < day else found


@dataclass(frozen=True, slots=True)
class DatedConstant:
    """A constant that changes with a day."""

    entries: Entries
    values: tuple[Value, ...]

    def on(self, day: Fact) -> Fact:
        """Return what it is on a day; a day that is no value gives that non-value."""
        if isinstance(day, NonValue):
            return day
        at = self.entries.in_force(day) if isinstance(day, Day) else None
        if at is None:
            return NonValue("error", ("no_case", self.entries.code))
        return self.values[at]


Constant = Value | DatedConstant


def read_entries(code: str, day: str, written: Sequence[Json]) -> Entries:
    """Read the days of entries; stops where one does not begin after, or ends in, another."""
    days: list[tuple[Day, Day | None]] = []
    for each in written:
        first = _read(code, each["from"])
        last = _read(code, each["until"]) if "until" in each else None
        if last is not None and last < first:
            raise _misfit(code)
        if days and (not days[-1][0] < first or not _ends_before(days[-1][1], first)):
            raise _misfit(code)
        days.append((first, last))
    return Entries(code, day, tuple(days))


def _misfit(code: str) -> Failure:
    # a constant is of no step: the failure is told at its own code
    return Failure("trail-types", text=code).at_step(code)


def _read(code: str, text: str) -> Day:
    day = read_day(text)
    if day is None:
        raise _misfit(code)
    return day


def _ends_before(last: Day | None, first: Day) -> bool:
    return last is None or last < first


def read_constant(code: str, entry: Json, read: Callable[[object], Value | None]) -> Constant:
    """Read a constant of the rulebook, or all that it may be; its values are of one type."""
    if "values" not in entry:
        return _value(f"parameters.{code}.value", entry["value"], read)
    places = (f"parameters.{code}.values[{at}].value" for at in range(len(entry["values"])))
    written = (each["value"] for each in entry["values"])
    values = tuple(_value(*each, read) for each in zip(places, written, strict=True))
    if len({name_type(value) for value in values}) > 1:
        raise _misfit(code)
    return DatedConstant(read_entries(code, entry["day"], entry["values"]), values)


def _value(place: str, written: Any, read: Callable[[object], Value | None]) -> Value:
    is_value = not isinstance(written, dict) or not {"text", "date"}.isdisjoint(written)
    value = read(written) if is_value else None
    if value is None:
        raise Failure("trail-report", place=place, found=str(written))
    compare("trail-result", written, write_fact(value), place)
    return value


def check_in_force(code: str, entry: Json, constant: DatedConstant, day: Fact) -> None:
    """Stop where a constant is not the one that is in force on the day."""
    at = constant.entries.in_force(day) if isinstance(day, Day) else None
    place = f"parameters.{code}"
    compare("trail-result", entry["value"], write_fact(constant.on(day)), f"{place}.value")
    compare("trail-result", entry.get("in_force"), at, f"{place}.in_force")
