"""The fields and lists of a report with their types: what compiled code reads, also from the cache.

So that functions from the cache need nothing of what made them.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from ruletrail.analysis.intervals import Interval
from ruletrail.fast_dataclasses import dataclass

Kind = Literal["number", "text", "boolean", "date", "none"]
"""`none` is an expression that never has a value, because what it reads is not encoded.

A `date` is a whole number: its days from 0001-01-01, which is 1."""


@dataclass(frozen=True, slots=True)
class TypedField:
    """One field of the report: its type, the decimals it may have, what the schema lets it be."""

    code: str
    kind: Kind
    scale: int
    range: Interval
    required: bool
    choices: tuple[str, ...]
    step: Fraction | None = None
    """What every number is a multiple of, where the schema says so."""
    is_exact: bool = False
    """Whether interval, step and choices are all that the schema says of the field's values."""


@dataclass(frozen=True, slots=True)
class TypedList:
    """A field that is a list of rows: how many there are at most, and the cells of a row by name.

    The code of a cell is `LIST.NAME`; `required` says of a cell that no row lacks it.
    """

    code: str
    most: int
    required: bool
    cells: Mapping[str, TypedField]

    @property
    def count(self) -> TypedField:
        """What stands for the list where it is no argument of an aggregate: its number of rows."""
        range_ = Interval(Fraction(0), Fraction(self.most), whole=True)
        return TypedField(self.code, "number", 0, range_, self.required, ())
