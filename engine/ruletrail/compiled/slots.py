"""Where compiled functions leave each value, so that a trail can be written from them."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from ruletrail.analysis.ir import Kind
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import Skipped
from ruletrail.rulebooks import Entry
from ruletrail.values import Fact


@dataclass(frozen=True, slots=True)
class Slot:
    """One value: its position among the results, and how to read a number there.

    A number is an integer over `power`, or over the result at `bottom` where that is not negative.
    `fact` is a value that is known before any report. Where `may_be_non_value` is false, no report
    leaves a non-value there.
    """

    position: int
    kind: Kind = "none"
    power: int = 1
    bottom: int = -1
    fact: Fact | None = None
    may_be_non_value: bool = True

    @property
    def is_number(self) -> bool:
        """Whether a whole number stands for a number there."""
        return self.kind == "number"


@dataclass(frozen=True, slots=True)
class ClauseSlots:
    """One formula or condition: its value, its parts, and flags of the parts that are replaced."""

    value: Slot
    parts: tuple[Slot, ...]
    replaced: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class StepSlots:
    """One step: its fact, its clauses (None where not encoded), its cases' truths, its agreement.

    `function` is the number of the one that evaluates it. `unrounded` is the value of whichever
    formula was chosen, where a rule has exceptions.
    """

    entry: Entry
    function: int
    fact: Slot
    clauses: tuple[ClauseSlots | None, ...]
    truths: tuple[Slot, ...] = ()
    agreement: int = -1
    unrounded: Slot | None = None


Results = Sequence[object]
"""What one function returned: whether it is invalid, whether it is incomplete, then values."""


def read_slot(slot: Slot, results: Results) -> Fact | None:
    """Read one value as an exact fact; None when it was not evaluated."""
    if slot.fact is not None:
        return slot.fact
    value = results[slot.position]
    if slot.is_number and value.__class__ is int:
        bottom = slot.power if slot.bottom < 0 else results[slot.bottom]
        return Fraction(value, bottom)  # type: ignore[call-overload, no-any-return]  # both are whole numbers here
    return value  # type: ignore[return-value]  # a text, a boolean, a non-value or None


BRANCH_NOT_TAKEN = Skipped("branch_not_taken")
