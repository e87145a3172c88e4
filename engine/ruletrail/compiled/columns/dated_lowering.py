"""What changes with a day: all its answers over whole columns, and the one in force in each row."""

from collections.abc import Sequence

from ruletrail.analysis.typed_inputs import Kind
from ruletrail.compiled.columns.block import Block
from ruletrail.compiled.columns.column_arithmetic import (
    ERROR,
    Vector,
    has_value,
    mask_truth,
    non_value_where,
    worst_non_values,
)
from ruletrail.compiled.columns.numpy_codegen import ColumnValue, Value
from ruletrail.compiled.columns.picking import pick
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas.lookups import Days


@dataclass(frozen=True, slots=True)
class OnDays:
    """Some days in their order, and what is answered on them; None where nothing is."""

    spans: Sequence[Days]
    answers: Sequence[Vector | None]


def pick_by_day(block: Block, on_days: OnDays, kind: Kind, day: Vector, given: Vector) -> Vector:
    """Give each row the answer in force on its day; a day on which there is none is an error.

    `given` has the non-values and traps of what is asked, which decide before.
    """
    ssa = block.ssa
    begun = [
        ssa.emit("greater_equal", day.values, each.first.toordinal()) for each in on_days.spans
    ]
    found, trap = Vector(), given.trap
    known: Kind = "none"
    out: Value = ssa.emit("logical_not", begun[0])
    for at, (days, answer) in enumerate(zip(on_days.spans, on_days.answers, strict=True)):
        here = begun[at]
        for later in begun[at + 1 : at + 2]:
            here = ssa.emit("logical_and", here, ssa.emit("logical_not", later))
        if answer is None:
            out = ssa.emit("logical_or", out, here)
            continue
        if days.last is not None:
            ended = ssa.emit("greater", day.values, days.last.toordinal())
            out = ssa.emit("logical_or", out, ssa.emit("logical_and", here, ended))
        # what goes wrong in an answer that is not in force is nobody's concern
        trap = ssa.emit("logical_or", trap, ssa.emit("logical_and", here, answer.trap))
        found = pick(block, begun[at], replace(answer, trap=False), found, (kind, known))
        known = kind
    return _on_known_days(block, replace(found, trap=trap), kind, given, out)


def _on_known_days(block: Block, found: Vector, kind: Kind, given: Vector, out: Value) -> Vector:
    """Make errors of the rows on whose day nothing is in force, or trap them."""
    ssa, trap = block.ssa, found.trap
    non_values = worst_non_values(ssa, (found.non_values, given.non_values))
    wrong = ssa.emit("logical_and", out, has_value(ssa, given.non_values))
    if block.assumptions.traps and isinstance(wrong, ColumnValue):
        trap = ssa.emit("logical_or", trap, wrong)
    else:
        errors = non_value_where(ssa, wrong, ERROR)
        non_values = worst_non_values(ssa, (non_values, errors))
    if kind == "boolean":
        found = replace(found, values=mask_truth(ssa, found.values, non_values))
    return replace(found, non_values=non_values, trap=trap)
