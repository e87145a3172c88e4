"""Where compiled functions leave each value, so that a trail can be written from them."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from ruletrail.analysis.typed_inputs import Kind
from ruletrail.fast_dataclasses import dataclass, field
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
    def is_nowhere(self) -> bool:
        """Whether it stands for a part that has no slot of its own."""
        return self.position < 0 and self.fact is None

    @property
    def is_number(self) -> bool:
        """Whether a whole number stands for a number there."""
        return self.kind == "number"


NOWHERE = Slot(-1)
"""In the place of a part that has no slot of its own."""


@dataclass(frozen=True, slots=True)
class GatherSlots:
    """An aggregate over rows: its value, and the parts of its argument in each row.

    `rows` is the position of a list of results, one for each row, or -1 where the argument has no
    parts. Places are counted back from the aggregate's own; `inner` are the aggregates in the
    argument, which are worked out once for all rows.
    """

    value: Slot
    rows: int
    parts: Mapping[int, Slot]
    replaced: Mapping[int, int]
    inner: Mapping[int, "GatherSlots"]


@dataclass(frozen=True, slots=True)
class ClauseSlots:
    """One formula or condition: its value, its parts, and flags of the parts that are replaced."""

    value: Slot
    parts: tuple[Slot, ...]
    replaced: Mapping[int, int]
    gathered: Mapping[int, GatherSlots] = field(default_factory=dict)
    """Its aggregates over rows, by place among the parts; what stands in them has no slot."""


@dataclass(frozen=True, slots=True)
class StepSlots:
    """One step: its fact, its clauses (None where not encoded), its cases' truths, its agreement.

    `function` is the number of the one that evaluates it. `unrounded` is the value of whichever
    formula was chosen, where a rule has exceptions.

    Of an entry that is written for each row, `rows` is the position of a list of results, one for
    each row, and the other places are in these. `all_rows` is a check's outcome over them.
    """

    entry: Entry
    function: int
    fact: Slot
    clauses: tuple[ClauseSlots | None, ...]
    truths: tuple[Slot, ...] = ()
    agreement: int = -1
    unrounded: Slot | None = None
    rows: int = -1
    all_rows: Slot | None = None

    @property
    def whole(self) -> Slot | None:
        """Where its fact for the whole report is: a rule that is written for each row has none."""
        return self.fact if self.rows < 0 else self.all_rows


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
    if slot.kind == "date" and value.__class__ is int:
        return date.fromordinal(value)
    return value  # type: ignore[return-value]  # a text, a boolean, a non-value or None


BRANCH_NOT_TAKEN = Skipped("branch_not_taken")
