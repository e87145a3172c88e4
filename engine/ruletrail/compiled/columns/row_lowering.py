"""Aggregates over the rows of lists, as whole columns: what the rows of each report come to.

A row is left out where a rule of that row does not apply; all other non-values decide, for `any`
and `all` by Kleene's rules (docs/semantics.md 27.4). Code is made for rows while an argument is
gathered, so that what is the same in all rows is still of rows; what was gathered is of reports.
"""

from collections.abc import Callable, Mapping

from ruletrail.analysis.ir import Node
from ruletrail.compiled.columns.block import Block
from ruletrail.compiled.columns.column_arithmetic import (
    ALL_VALUES,
    LEFT_OUT,
    NOT_APPLICABLE,
    NonValues,
    TooLarge,
    Vector,
    as_bit,
    fit,
    has_value,
    keep_where,
    mask_truth,
    non_value_where,
    worst_non_values,
)
from ruletrail.compiled.columns.numpy_codegen import ColumnValue, Value
from ruletrail.fast_dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class _Rows:
    """What an aggregate gathers: the argument in each row.

    `non_values` are the worst of each report's rows, without those that are left out.
    """

    block: Block
    over: str
    argument: Vector
    non_values: NonValues

    @property
    def count(self) -> Vector:
        """How many rows there are."""
        return self.block.count_rows(self.over)


def gather_rows(block: Block, node: Node, argument: Vector) -> Vector:
    """Lower an aggregate over the rows of a list, whose argument is lowered for each row."""
    if node.args[0].kind == "none":
        argument = replace(argument, values=0 if node.op in ("sum", "min", "max") else False)
    fact = _AGGREGATES[node.op](_gather(block, node.over, argument))
    trap = block.gather("logical_or", argument.trap, node.over)
    return replace(_of_supplied(block, node.over, fact), trap=trap)


def gather_checks(block: Block, over: str, truth: Vector) -> Vector:
    """Lower the outcome of a check for all rows: Kleene's `and` over those not left out."""
    return _of_supplied(block, over, _every(_gather(block, over, truth)))


def _of_supplied(block: Block, over: str, fact: Vector) -> Vector:
    """Make missing what gathers a list that was not supplied; it has no rows that are worse."""
    ssa, missing = block.ssa, block.count_rows(over).non_values
    non_values = worst_non_values(ssa, (fact.non_values, missing))
    fact = replace(fact, non_values=non_values)
    is_boolean = isinstance(fact.values, bool) or (
        isinstance(fact.values, ColumnValue) and fact.values.dtype == "?"
    )
    return replace(fact, values=mask_truth(ssa, fact.values, non_values)) if is_boolean else fact


def _gather(block: Block, over: str, argument: Vector) -> _Rows:
    ssa, codes = block.ssa, argument.non_values.codes
    possible = argument.non_values.possible - {LEFT_OUT}
    if not possible:
        return _Rows(block, over, argument, ALL_VALUES)
    if LEFT_OUT in argument.non_values.possible:
        stays = ssa.cast(as_bit(ssa.emit("not_equal", codes, LEFT_OUT)), "u1")
        codes = ssa.emit("multiply", stays, codes)
    return _Rows(block, over, argument, NonValues(block.gather_codes(codes, over), possible))


def _whole(argument: Vector) -> Vector:
    """Return an argument whose numerators may be gathered: all are over one denominator."""
    if argument.scale is None and isinstance(argument.bottom, ColumnValue):
        # quotients of any denominators are gathered one by one, by the compiled function
        raise TooLarge
    return argument


def _sum(rows: _Rows) -> Vector:
    block, argument = rows.block, _whole(rows.argument)
    ssa, values = block.ssa, argument.values
    low, high = min(argument.low, 0), max(argument.high, 0)
    if not argument.non_values.is_empty:
        here = ssa.cast(as_bit(has_value(ssa, argument.non_values)), "i8")
        values = ssa.emit("multiply", here, values)
    low, high = fit(low * rows.count.high, high * rows.count.high)
    total = block.gather("add", values, rows.over)
    return replace(argument, values=total, low=low, high=high, non_values=rows.non_values)


def _count(rows: _Rows) -> Vector:
    # without a value a boolean is false, and is not counted
    bits = rows.block.ssa.cast(as_bit(rows.argument.values), "i4")
    counted = rows.block.ssa.cast(rows.block.gather("add", bits, rows.over), "i8")
    return Vector(counted, 0, 0, max(rows.count.high, 1), non_values=rows.non_values)


def _least(rows: _Rows) -> Vector:
    argument = _whole(rows.argument)
    far, end = _far(rows, argument.high), argument.high
    return _extreme(rows, rows.block.gather("minimum", far, rows.over, end))


def _greatest(rows: _Rows) -> Vector:
    argument = _whole(rows.argument)
    far, end = _far(rows, argument.low), argument.low
    return _extreme(rows, rows.block.gather("maximum", far, rows.over, end))


def _far(rows: _Rows, end: int) -> Value:
    """Put a row without a value at the end where it is no nearer than any other."""
    ssa, argument = rows.block.ssa, rows.argument
    if argument.non_values.is_empty:
        return argument.values
    return ssa.where(has_value(ssa, argument.non_values), argument.values, end, "i8")


def _extreme(rows: _Rows, found: Value) -> Vector:
    """Return the least or greatest; it does not apply where no row is left."""
    ssa, lacks = rows.block.ssa, rows.argument.non_values
    some: Value = ssa.emit("greater", rows.count.values, 0)
    if LEFT_OUT in lacks.possible:
        stays = ssa.emit("not_equal", lacks.codes, LEFT_OUT)
        some = rows.block.gather("logical_or", stays, rows.over)
    none = non_value_where(ssa, ssa.emit("logical_not", some), NOT_APPLICABLE)
    non_values = worst_non_values(ssa, (rows.non_values, none))
    return replace(rows.argument, values=found, non_values=non_values)


def _some(rows: _Rows) -> Vector:
    ssa = rows.block.ssa
    found = rows.block.gather("logical_or", rows.argument.values, rows.over)
    left = keep_where(ssa, ssa.emit("logical_not", found), rows.non_values)
    return Vector(found, non_values=left)


def _every(rows: _Rows) -> Vector:
    ssa = rows.block.ssa
    known = has_value(ssa, rows.argument.non_values)
    is_false = ssa.emit("logical_and", ssa.emit("logical_not", rows.argument.values), known)
    holds = ssa.emit("logical_not", rows.block.gather("logical_or", is_false, rows.over))
    return Vector(holds, non_values=keep_where(ssa, holds, rows.non_values))


_AGGREGATES: Mapping[str, Callable[[_Rows], Vector]] = {
    "sum": _sum,
    "count": _count,
    "min": _least,
    "max": _greatest,
    "or": _some,
    "and": _every,
}
