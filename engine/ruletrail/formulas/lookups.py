"""What a formula looks up by a call of a code: scales and keyed tables, with their exact answers.

A lookup is constant: its thresholds are written out, its rows typed. Who asks gives values, in the
order of its keys; non-values have decided before. One that changes with a day takes that day last.
"""

from bisect import bisect_left, bisect_right
from collections import ChainMap
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import accumulate, pairwise, product
from typing import Literal, cast

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.values import ErrorValue, Fact, NotApplicable, Value

ScaleKind = Literal["step", "marginal", "linear"]
CellType = Literal["number", "text", "boolean", "date"]


# -- Scales ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Band:
    """A band from its threshold on (or only past it), with its value or rate."""

    threshold: Fraction
    is_past: bool
    value: Fraction


@dataclass(frozen=True, slots=True)
class Share:
    """What a band of a marginal scale takes of a number, and what comes of that."""

    amount: Fraction
    rate: Fraction

    @property
    def share(self) -> Fraction:
        """The part of the answer."""
        return self.amount * self.rate


@dataclass(frozen=True, slots=True)
class _Cuts:
    """What each band of a marginal scale takes of a number that lies past it, and of one before it.

    `sums` has what all bands below each one come to in full.
    """

    whole: tuple[Share, ...]
    nothing: tuple[Share, ...]
    sums: tuple[Fraction, ...]


def _begin(band: Band) -> tuple[Fraction, bool]:
    return band.threshold, band.is_past


@dataclass(frozen=True, slots=True)
class BandScale:
    """A scale whose thresholds, values and rates are numbers, ascending."""

    code: str
    kind: ScaleKind
    bands: tuple[Band, ...]
    _cuts: list[_Cuts] = field(default_factory=list, init=False, repr=False, compare=False)
    """Worked out once, when it is first asked for: a formula may call a thousand bands often."""

    def find(self, number: Fraction) -> int:
        """Find the band that answers; -1 where there is none.

        In a marginal scale that is the last one that holds a part of the number.
        """
        if self.kind == "marginal":
            return bisect_left(self.bands, number, key=lambda band: band.threshold) - 1
        # what begins past a threshold sorts after the threshold itself
        return bisect_right(self.bands, (number, False), key=_begin) - 1

    def shares(self, number: Fraction) -> tuple[Share, ...]:
        """Cut a number at the thresholds; what is outside of a band is nothing."""
        at, cuts = self.find(number), self._cut()
        if at < 0:
            return cuts.nothing
        here = self.bands[at]
        last = Share(number - here.threshold, here.value)
        return (*cuts.whole[:at], last, *cuts.nothing[at + 1 :])

    def _cut(self) -> _Cuts:
        if not self._cuts:
            whole = tuple(
                Share(after.threshold - band.threshold, band.value)
                for band, after in pairwise(self.bands)
            )
            nothing = tuple(Share(Fraction(0), band.value) for band in self.bands)
            sums = accumulate((each.share for each in whole), initial=Fraction(0))
            self._cuts.append(_Cuts(whole, nothing, tuple(sums)))
        return self._cuts[0]

    def look_up(self, values: Sequence[Value]) -> Fact:
        """Answer for a number."""
        number = cast("Fraction", values[0])
        at = self.find(number)
        if at < 0:
            return Fraction(0) if self.kind == "marginal" else ErrorValue("no_case", self.code)
        here = self.bands[at]
        if self.kind == "marginal":
            return self._cut().sums[at] + (number - here.threshold) * here.value
        if self.kind == "step" or at == len(self.bands) - 1:
            return here.value
        after = self.bands[at + 1]
        slope = (after.value - here.value) / (after.threshold - here.threshold)
        return here.value + (number - here.threshold) * slope

    def misplaced(self) -> int | None:
        """Find the first band that does not begin after the one before it, if there is one.

        Only a step may begin and go on at one threshold, `from` it and then `above` it.
        """
        is_step = self.kind == "step"
        for at, (one, two) in enumerate(pairwise(self.bands), start=1):
            if not (_begin(one) < _begin(two) if is_step else one.threshold < two.threshold):
                return at
        return None


# -- Keyed tables ----------------------------------------------------------------------------------

Key = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: for each key column the values that it answers for, and its value."""

    cells: tuple[tuple[Value, ...], ...]
    value: Value

    def keys(self) -> "product[Key]":
        """Write out the keys that it answers for."""
        return product(*self.cells)


class KeyedTable:
    """A table that is looked up exactly; the index of its rows is made once, when it is."""

    def __init__(  # noqa: PLR0917 - the parts that it is kept as
        self,
        code: str,
        columns: tuple[str, ...],
        types: tuple[CellType, ...],
        value_type: CellType,
        rows: tuple[TableRow, ...],
        otherwise: Value | NotApplicable | None,
    ) -> None:
        """Take columns with their types, rows whose keys are distinct, and what else answers."""
        self.code, self.columns, self.types = code, columns, types
        self.value_type, self.rows, self.otherwise = value_type, rows, otherwise
        self._places: Mapping[Key, int] = {
            key: at
            for at, row in enumerate(rows)
            for key in row.keys()  # noqa: SIM118 - no mapping
        }

    def called(self, code: str) -> "KeyedTable":
        """Give the table under another code; both share the rows and their index."""
        from copy import copy  # noqa: PLC0415 - for rulebooks that call a table by a name only

        found = copy(self)
        found.code = code
        if isinstance(found.otherwise, NotApplicable):
            found.otherwise = NotApplicable(code)
        return found

    def with_otherwise(self, otherwise: Value | NotApplicable | None) -> "KeyedTable":
        """Give the table with something else that answers where no row does."""
        from copy import copy  # noqa: PLC0415 - for comparisons of rulebooks only

        found = copy(self)
        found.otherwise = otherwise
        return found

    def with_row(self, key: Key, value: Value | None) -> "KeyedTable":
        """Give the table with another value for one key, or none; the index of others is shared."""
        found = self.with_otherwise(self.otherwise)
        at = -1
        if value is not None:
            at = len(self.rows)
            found.rows = (*self.rows, TableRow(tuple((each,) for each in key), value))
        places = ChainMap({key: at}, cast("dict[Key, int]", self._places))
        found._places = places  # noqa: SLF001 - of its own class
        return found

    def find(self, values: Sequence[Value]) -> int:
        """Find the row that answers; -1 where none does."""
        return self._places.get(tuple(values), -1)

    def look_up(self, values: Sequence[Value]) -> Fact:
        """Answer for the values of the key columns."""
        at = self.find(values)
        if at >= 0:
            return self.rows[at].value
        return ErrorValue("no_case", self.code) if self.otherwise is None else self.otherwise

    def values(self) -> list[Value]:
        """List all that it may answer, each once."""
        found = dict.fromkeys(row.value for row in self.rows)
        if self.otherwise is not None and not isinstance(self.otherwise, NotApplicable):
            found[self.otherwise] = None
        return list(found)


# -- What changes with a day -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Days:
    """The days from one on, up to a last one where there is one."""

    first: date
    last: date | None = None

    def __str__(self) -> str:
        """Write the days without words."""
        return f"{self.first} –" if self.last is None else f"{self.first} – {self.last}"

    def holds(self, day: date) -> bool:
        """Tell whether a day is one of them."""
        return self.first <= day and (self.last is None or day <= self.last)


def find_in_force(spans: Sequence[Days], day: date) -> int:
    """Find the latest that begins not after a day, if the day is not after its end; else -1."""
    at = bisect_right(spans, day, key=lambda days: days.first) - 1
    return at if at >= 0 and spans[at].holds(day) else -1


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which one scale or table answers; without one, `lacking` says what has no value."""

    days: Days
    version: int
    """Which of the written versions is in force, counted from 0."""
    content: BandScale | KeyedTable | None
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class DatedLookup:
    """A scale or table that is another one on other days; `day` is the code that decides."""

    code: str
    day: str
    stretches: tuple[Stretch, ...]
    has_versions: bool = True
    """Whether versions of it are written; else parameters that it reads change with the day."""

    @property
    def contents(self) -> tuple[BandScale | KeyedTable, ...]:
        """List what answers, stretch by stretch."""
        return tuple(each.content for each in self.stretches if each.content is not None)

    def find(self, day: date) -> Stretch | None:
        """Find what answers on a day."""
        at = bisect_right(self.stretches, day, key=lambda each: each.days.first) - 1
        return self.stretches[at] if at >= 0 and self.stretches[at].days.holds(day) else None

    def look_up(self, values: Sequence[Value]) -> Fact:
        """Answer for the values of the keys, of which the last is the day."""
        *keys, day = values
        found = self.find(cast("date", day))
        if found is None or found.content is None:
            return ErrorValue("no_case", found.lacking if found is not None else self.code)
        return found.content.look_up(keys)


@dataclass(frozen=True, slots=True)
class DatedValues:
    """The values of a parameter, each from a day on: what is looked up by the day alone."""

    code: str
    spans: tuple[Days, ...]
    values: tuple[Value, ...]


Lookup = BandScale | KeyedTable | DatedLookup


def says_not_applicable(lookup: Lookup | DatedValues | None) -> bool:
    """Tell whether a table says, of keys that it does not have, that it does not apply."""
    contents = lookup.contents if isinstance(lookup, DatedLookup) else (lookup,)
    return any(
        isinstance(each, KeyedTable) and isinstance(each.otherwise, NotApplicable)
        for each in contents
    )


def day_of(lookup: Lookup | None) -> tuple[str, ...]:
    """Name the code that a call reads beside its operands, if there is one."""
    return (lookup.day,) if isinstance(lookup, DatedLookup) else ()
