"""The columns of an answer: exact values of a rule, and words of outcomes.

A number is an int64 at a scale, or a pair of them where nothing rounded a division; rows beyond 63
bits are in `exact`. Kind codes beside the values say which rows have none (`column_arithmetic`).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruletrail.compiled.columns.column_arithmetic import (
    ERROR,
    MISSING,
    NOT_APPLICABLE,
    NOT_ENCODED,
    VALUE,
)
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.trails import code_in_row
from ruletrail.values import ErrorValue, Fact, Missing, NotApplicable, NotEncoded, to_decimal

NON_VALUE_NAMES = ("not_applicable", "undetermined", "not_encoded", "error")
"""What stands for an outcome that there is none of, in the order of the kind codes from 2."""

_KIND_CODES: dict[type, int] = {
    NotApplicable: NOT_APPLICABLE,
    Missing: MISSING,
    NotEncoded: NOT_ENCODED,
    ErrorValue: ERROR,
}
_KIND_NAMES = ("value", "not_applicable", "not_applicable", "missing", "not_encoded", "error")

Exact = Decimal | Fraction | str | bool | date | None


def kind_code(fact: Fact) -> int:
    """Return the kind code of a fact, 0 for a value."""
    return _KIND_CODES.get(type(fact), VALUE)


@dataclass(slots=True)
class WordOutput:
    """Outcomes as indices into `words`, whose last four entries are `NON_VALUE_NAMES`."""

    codes: NDArray[np.integer[Any]]
    words: tuple[str, ...]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.codes)

    def __getitem__(self, row: int) -> str:
        """Return the outcome of a row."""
        return self.words[int(self.codes[row])]

    def to_list(self) -> list[str]:
        """Return every row's outcome."""
        dictionary = self.words
        return [dictionary[code] for code in self.codes.tolist()]

    @property
    def shift(self) -> int:
        """What the index of a non-value's name is more than its kind code."""
        return len(self.words) - len(NON_VALUE_NAMES) - NOT_APPLICABLE

    def put(self, row: int, fact: Fact) -> None:
        """Write one row."""
        code = kind_code(fact)
        self.codes[row] = self.shift + code if code else self.words.index(str(fact))


@dataclass(slots=True)
class Output:
    """The values of one rule: numbers, booleans, or indices of texts, with each row's kind code."""

    values: NDArray[np.int64]
    states: NDArray[np.uint8]
    """Kind codes, 0 where there is a value."""
    kind: str
    scale: int | None = 0
    bottoms: NDArray[np.int64] | None = None
    """The denominators of values that are pairs; `scale` is None then."""
    words: tuple[str | bool, ...] = ()
    exact: dict[int, Fact] = field(default_factory=dict)
    """The rows that int64 cannot hold, and others that the columns did not compute."""

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.values)

    def __getitem__(self, row: int) -> Exact:
        """Return the exact value of a row: Decimal or Fraction, text or boolean; None for none."""
        if self.states[row] != VALUE:
            return None
        if row in self.exact:
            fact = self.exact[row]
            return to_decimal(fact) if isinstance(fact, Fraction) else fact  # type: ignore[return-value]
        value = int(self.values[row])
        if self.kind == "date":
            return date.fromordinal(value)
        if self.kind != "number":
            return self.words[value] if self.kind == "text" else bool(value)
        if self.bottoms is not None:
            return to_decimal(Fraction(value, int(self.bottoms[row])))
        return to_decimal(Fraction(value, 10 ** (self.scale or 0)))

    def state(self, row: int) -> str:
        """Name what a row has: `value`, `missing`, `not_applicable`, `not_encoded` or `error`."""
        return _KIND_NAMES[self.states[row]]

    def to_list(self) -> list[Exact]:
        """Return every row's value."""
        return [self[row] for row in range(len(self))]

    def part(self, begin: int, end: int) -> "Output":
        """Return the rows from one on, to before another."""
        rows = slice(begin, end)
        bottoms = None if self.bottoms is None else self.bottoms[rows]
        exact = {row - begin: fact for row, fact in self.exact.items() if begin <= row < end}
        return replace(
            self, values=self.values[rows], states=self.states[rows], bottoms=bottoms, exact=exact
        )

    def put(self, row: int, fact: Fact) -> None:
        """Write one row that the columns did not compute."""
        self.states[row] = kind_code(fact)
        # the value itself goes to `exact`, where no scale and no width limits it
        self.values[row] = 0
        if self.states[row] == VALUE:
            self.exact[row] = fact


RowValues = list[dict[str, Exact]]
"""The values of the rules of each row of one list, by name."""


@dataclass(slots=True)
class ListOutput(Sequence[RowValues | None]):
    """The values of the rules of rows, by report; None where a report has no such list.

    `values[name]` has them for the rows of all reports; those of report n are from `offsets[n]` on.
    """

    offsets: NDArray[np.int64]
    missing: NDArray[np.bool_]
    values: dict[str, Output] = field(default_factory=dict)
    alone: dict[int, RowValues | None] = field(default_factory=dict)
    """The reports, where there are no columns of rows at all."""

    def __len__(self) -> int:
        """Count the reports."""
        return len(self.missing)

    def __getitem__(self, report: Any) -> Any:
        """Return the rows of a report; a rule without a value is left out of its row."""
        if isinstance(report, slice):
            return [self[each] for each in range(*report.indices(len(self)))]
        if report in self.alone:
            return self.alone[report]
        if not 0 <= report < len(self):
            raise IndexError(report)
        if self.missing[report]:
            return None
        return [
            {
                name: output[row]
                for name, output in self.values.items()
                if output.states[row] == VALUE
            }
            for row in range(self.offsets[report], self.offsets[report + 1])
        ]

    def part(self, begin: int, end: int) -> "ListOutput":
        """Return the rows of the reports from one on, to before another."""
        first, last = self.offsets[begin], self.offsets[end]
        values = {name: output.part(int(first), int(last)) for name, output in self.values.items()}
        alone = {at - begin: rows for at, rows in self.alone.items() if begin <= at < end}
        return ListOutput(
            self.offsets[begin : end + 1] - first, self.missing[begin:end], values, alone
        )

    def put(self, code: str, report: int, facts: Mapping[str, Fact]) -> None:
        """Write the rows of one report that the columns did not compute, from its facts."""
        begin, end = self.offsets[report : report + 2].tolist()
        for name, output in self.values.items():
            for row in range(begin, end):
                output.put(row, facts[code_in_row(f"{code}.{name}", row - begin + 1)])

    def to_list(self) -> list[RowValues | None]:
        """Return the rows of every report."""
        return list(self)
