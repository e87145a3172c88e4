"""A scale whose constants change with a day: one that a rulebook may have, on every day.

Written apart from the evaluator, which makes the scale anew for each stretch of days. Here the days
on which something changes are gone through once, and only the bands beside a threshold that changed
are compared again, so that a trail of many values and bands takes no longer than its bytes.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import groupby
from typing import Any

from ruletrail.verification.calendar import number_of
from ruletrail.verification.dated import Constant, DatedConstant, Entries
from ruletrail.verification.failures import Failure
from ruletrail.verification.lookups import Scale, constants_of

Json = dict[str, Any]
_VERSION = ""
"""Stands for the code of what changes where it is the scale's own version."""
_ALWAYS = -1
"""Before every day."""


class EveryDay:
    """What a scale is while days go by: its version, and what its constants are."""

    def __init__(
        self,
        name: str,
        written: Json,
        entries: Entries | None,
        document: Json,
        constants: Mapping[str, Constant | None],
    ) -> None:
        """Begin before the first day; `constants` are all that it reads, in any version."""
        if None in constants.values():
            raise Failure("trail-types", text=name)
        self.name, self.written, self.document = name, written, document
        self.entries, self.constants = entries, constants
        self.values: dict[str, Any] = {
            code: None if isinstance(constant, DatedConstant) else constant
            for code, constant in constants.items()
        }
        self.bands: list[Json] = []
        self.codes: frozenset[str] = frozenset()
        self.lacking: set[str] = set()
        self.places: dict[str, list[int]] = {}
        self.changed: set[int] = set()
        self.scale: Scale | None = None

    def check(self) -> None:
        """Stop at a day on which no rulebook may have it; where a constant lacks it is none."""
        for _, changes in groupby(sorted(self.changes(), key=lambda each: each[0]), _day_of):
            for _, code, value in changes:
                if code == _VERSION:
                    self.take_version(value)
                else:
                    self.take_value(code, value)
            if self.bands and not self.lacking:
                self.compare()

    def changes(self) -> Iterator[tuple[int, str, Any]]:
        """List what changes and on which day; None where it ends, in the order of the entries."""
        if self.entries is None:
            yield _ALWAYS, _VERSION, 0
        else:
            yield from _list_changes(_VERSION, self.entries, range(len(self.entries.days)))
        for code, constant in self.constants.items():
            if isinstance(constant, DatedConstant):
                yield from _list_changes(code, constant.entries, constant.values)

    def take_version(self, at: int | None) -> None:
        """Take the bands of a version; None where none is in force."""
        self.scale, self.bands, self.places, self.changed = None, [], {}, set()
        if at is None:
            return
        version = self.written.get("versions", [self.written])[at]
        self.bands = version["bands"]
        content = {**self.written, "versions": [version]}
        self.codes = frozenset(constants_of({"scales": {self.name: content}}, self.name))
        self.lacking = {code for code in self.codes if self.values[code] is None}
        for place, band in enumerate(self.bands):
            begin = _begin_of(band)
            if isinstance(begin, dict):
                self.places.setdefault(begin["code"], []).append(place)

    def take_value(self, code: str, value: Any) -> None:
        """Take what a constant is from a day on; None where it is nothing any more."""
        self.values[code] = value
        self.lacking.discard(code)
        if value is None and code in self.codes:
            self.lacking.add(code)
        self.changed.update(self.places.get(code, ()))

    def compare(self) -> None:
        """Make the scale where it is another one; else compare the bands that changed."""
        if self.scale is None:
            content = {**self.written, "bands": self.bands}
            self.scale = Scale(self.name, content, self.document, self.values)
        times = self.written.get("times")
        if times is not None and self.values[times] <= 0:
            raise self.scale.misfit()
        for place in self.changed:
            near = self.bands[max(0, place - 1) : place + 2]
            begins = [(self.read(_begin_of(band)), "above" in band) for band in near]
            if not all(map(self.scale.follows, begins, begins[1:])):
                raise self.scale.misfit()
        self.changed = set()

    def read(self, written: Any) -> Fraction:
        """Read a threshold; what it is measured in does not change with a day."""
        number = written if isinstance(written, str) else self.values[written["code"]]
        return Fraction(number)


def _day_of(change: tuple[int, str, Any]) -> int:
    return change[0]


def _begin_of(band: Json) -> Any:
    return band["above"] if "above" in band else band["from"]


def _list_changes(code: str, entries: Entries, values: Any) -> Iterator[tuple[int, str, Any]]:
    for (first, last), value in zip(entries.days, values, strict=True):
        yield number_of(first), code, value
        if last is not None:
            yield number_of(last) + 1, code, None
