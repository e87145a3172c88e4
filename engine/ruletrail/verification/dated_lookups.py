"""Scales and tables of a step that change with a day: the version in force, and what it answers."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ruletrail.verification.calendar import Day
from ruletrail.verification.dated import DatedConstant, Entries, read_entries
from ruletrail.verification.facts import NonValue, find_worst
from ruletrail.verification.failures import Failure
from ruletrail.verification.lookups import Answer, Answering, Scale, Table, constants_of
from ruletrail.verification.scale_days import EveryDay
from ruletrail.verification.signatures import Signature
from ruletrail.verification.state import Json, State


def with_days(codes: Iterable[str], state: State) -> Iterator[str]:
    """Name codes and, after each constant that changes with a day, that day."""
    for code in codes:
        yield code
        constant = state.parameters.get(code)
        if isinstance(constant, DatedConstant):
            yield constant.entries.day


def day_of(step: Json, name: str) -> list[str]:
    """Name the day that decides for a scale or table, if it changes with one."""
    called = {**step.get("scales", {}), **step.get("tables", {})}.get(name, {})
    return [called["day"]] if "day" in called else []


def read_lookup(name: str, kind: str, written: Json, state: State) -> Answering:
    """Read a scale or table of a step."""
    if "day" in written:
        return DatedLookup(name, kind, written, state)
    if kind == "tables":
        return Table(name, written)
    return Scale(name, written, state.document, state.parameters)


class DatedLookup:
    """A scale or table that is another one on other days."""

    def __init__(self, name: str, kind: str, written: Json, state: State) -> None:
        """Read when its versions hold; stops where its constants change with another day."""
        self.name, self.kind, self.written, self.state = name, kind, written, state
        self.days = (str(written["day"]),)
        self.entries: Entries | None = None
        if "versions" in written:
            self.entries = read_entries(name, self.days[0], written["versions"])
        codes = constants_of({kind: {name: written}}, name)
        constants = [state.parameters.get(code) for code in codes]
        dated = [each for each in constants if isinstance(each, DatedConstant)]
        is_other = any(each.entries.day != self.days[0] for each in dated)
        if is_other or (self.entries is None and not dated):
            raise Failure("trail-types", text=name)
        # tables are the same on all days that a version holds: each is read once
        self.tables = [self._table(at) for at in range(len(written.get("versions", ())))]
        self.keys, self.gives = self._signature()
        if self.kind == "scales":
            read = dict(zip(codes, constants, strict=True))
            EveryDay(name, written, self.entries, state.document, read).check()

    def _table(self, at: int) -> Table | None:
        if self.kind != "tables":
            return None
        outside = {key: each for key, each in self.written.items() if key != "versions"}
        return Table(self.name, {**outside, **self.written["versions"][at]})

    def _signature(self) -> tuple[tuple[Signature, ...], Signature]:
        tables = [each for each in self.tables if each is not None]
        if not tables:
            key = Signature("number", self.written.get("of"))
            return (key,), Signature("number", self.written.get("unit"))
        first = tables[0].gives
        words = [each.gives.words for each in tables]
        joined = frozenset[str]().union(*words) if all(words) else frozenset[str]()
        return tables[0].keys, Signature(first.kind, first.unit, joined)

    def answer(self, values: Sequence[Any], beside: Json | None) -> Answer:
        """Answer as what is in force on the day, which comes last."""
        *keys, day = values
        if not isinstance(day, Day):
            raise Failure("trail-types", text=self.name)
        at = 0 if self.entries is None else self.entries.in_force(day)
        if at is None:
            return Answer(NonValue("error", ("no_case", self.name)))
        found = self._answer(at, day, keys, beside)
        if self.entries is None:
            return found
        return Answer(found.fact, {"in_force": at, **(found.beside or {})})

    def _answer(self, at: int, day: Day, keys: Sequence[Any], beside: Json | None) -> Answer:
        table = self.tables[at] if self.tables else None
        if table is not None:
            return table.answer(keys, beside)
        found = self._scale(at, day)
        return Answer(found) if isinstance(found, NonValue) else found.answer(keys, beside)

    def _scale(self, at: int, day: Day) -> Scale | NonValue:
        """Read a version with its constants as they are on a day; one may have no value then."""
        versions = self.written.get("versions", [self.written])
        content = {**self.written, "bands": versions[at]["bands"]}
        codes = constants_of({"scales": {self.name: {**content, "versions": [content]}}}, self.name)
        facts = {}
        for code in codes:
            constant = self.state.parameters.get(code)
            facts[code] = constant.on(day) if isinstance(constant, DatedConstant) else constant
        lacking = find_worst([each for each in facts.values() if isinstance(each, NonValue)])
        if lacking is not None:
            return lacking
        return Scale(self.name, content, self.state.document, facts)
