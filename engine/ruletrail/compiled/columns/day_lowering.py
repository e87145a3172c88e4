"""Days as SSA over whole columns: numbers counted from 0001-01-01, which is 1.

The calendar by whole numbers alone, a third time (docs/semantics.md 22): a year begins in March, so
that its leap day is its last. What is no day of the calendar is an error, or with traps left to
other code; a result that means nothing still lies within its bounds.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from ruletrail.analysis.ir import Node
from ruletrail.compiled.columns.block import Block
from ruletrail.compiled.columns.column_arithmetic import (
    ERROR,
    Vector,
    as_bit,
    fit,
    has_value,
    join_operands,
    non_value_where,
    worst_non_values,
)
from ruletrail.compiled.columns.numpy_codegen import ColumnValue, SsaBuilder, Value
from ruletrail.fast_dataclasses import dataclass

LAST_DAY = date.max.toordinal()
_ERA, _CENTURY, _FOUR_YEARS, _YEAR = 146_097, 36_524, 1_460, 365
_SHIFT = 305
"""From the count of days to that from 1 March of the year 0, which is 0."""
_FAR_DAYS, _FAR_MONTHS, _FAR_YEARS = 4_000_000, 130_000, 11_000
"""Counts that leave the calendar wherever they begin: larger ones need no room."""


@dataclass(frozen=True, slots=True)
class _Civil:
    """Days as years, months (1 to 12) and places in the month."""

    year: Value
    month: Value
    place: Value


@dataclass(frozen=True, slots=True)
class _Counter:
    """Writes arithmetic of whole numbers into a program."""

    ssa: SsaBuilder

    def add(self, one: Value, two: Value) -> Value:
        return self.ssa.emit("add", one, two)

    def minus(self, one: Value, two: Value) -> Value:
        return self.ssa.emit("subtract", one, two)

    def times(self, one: Value, factor: int) -> Value:
        return self.ssa.emit("multiply", one, factor)

    def over(self, one: Value, by: int) -> Value:
        return self.ssa.emit("floor_divide", one, by)

    def rest(self, one: Value, by: int) -> Value:
        return self.ssa.emit("remainder", one, by)

    def bit(self, mask: Value) -> Value:
        return self.ssa.cast(as_bit(mask), "i8")

    def clamp(self, one: Value, low: int, high: int) -> Value:
        return self.ssa.emit("minimum", self.ssa.emit("maximum", one, low), high)

    def either(self, *masks: Value) -> Value:
        found: Value = False
        for mask in masks:
            found = self.ssa.emit("logical_or", found, mask)
        return found

    def outside(self, one: Value, low: int, high: int) -> Value:
        return self.either(self.ssa.emit("less", one, low), self.ssa.emit("greater", one, high))

    def split(self, day: Value) -> _Civil:
        """Give the year, month and place of days."""
        shifted = self.add(day, _SHIFT)
        era, of_era = self.over(shifted, _ERA), self.rest(shifted, _ERA)
        leap = self.add(
            self.minus(self.over(of_era, _FOUR_YEARS), self.over(of_era, _CENTURY)),
            self.over(of_era, _ERA - 1),
        )
        year = self.over(self.minus(of_era, leap), _YEAR)
        place = self.minus(of_era, self._days_before(year))
        at = self.over(self.add(self.times(place, 5), 2), 153)
        begun = self.over(self.add(self.times(at, 153), 2), 5)
        is_next = self.bit(self.ssa.emit("greater_equal", at, 10))
        return _Civil(
            self.add(self.add(year, self.times(era, 400)), is_next),
            self.minus(self.add(at, 3), self.times(is_next, 12)),
            self.add(self.minus(place, begun), 1),
        )

    def join(self, civil: _Civil) -> Value:
        """Count days from their years, months and places."""
        is_early = self.bit(self.ssa.emit("less_equal", civil.month, 2))
        shifted = self.minus(civil.year, is_early)
        era, year = self.over(shifted, 400), self.rest(shifted, 400)
        at = self.rest(self.add(civil.month, 9), 12)
        of_year = self.add(self.over(self.add(self.times(at, 153), 2), 5), civil.place)
        of_era = self.add(self._days_before(year), of_year)
        return self.minus(self.add(self.times(era, _ERA), of_era), _SHIFT + 1)

    def _days_before(self, year: Value) -> Value:
        """Count the days of an era before one of its years."""
        leap = self.minus(self.over(year, 4), self.over(year, 100))
        return self.add(self.times(year, _YEAR), leap)

    def length(self, year: Value, month: Value) -> Value:
        """Count the days of months."""
        ssa = self.ssa
        by_four, by_hundred, by_era = (
            ssa.emit("equal", self.rest(year, by), 0) for by in (4, 100, 400)
        )
        rare = self.either(ssa.emit("logical_not", by_hundred), by_era)
        leap = self.bit(ssa.emit("logical_and", by_four, rare))
        usual = self.add(self.rest(self.add(month, self.over(month, 8)), 2), 30)
        is_february = ssa.emit("equal", month, 2)
        return ssa.where(is_february, self.add(leap, 28), usual, "i8")


def lower_days(block: Block, node: Node, operands: Sequence[Vector]) -> Vector:
    """Lower a primitive of days."""
    count = _Counter(block.ssa)
    non_values, trap = join_operands(block.ssa, operands)
    if node.op in _MOVES:
        moved, is_wrong = _MOVES[node.op](count, operands)
        wrong = block.ssa.emit("logical_and", is_wrong, has_value(block.ssa, non_values))
        if block.assumptions.traps and isinstance(wrong, ColumnValue):
            trap = block.ssa.emit("logical_or", trap, wrong)
        else:
            errors = non_value_where(block.ssa, wrong, ERROR)
            non_values = worst_non_values(block.ssa, (non_values, errors))
        values, low, high = count.clamp(moved, 1, LAST_DAY), 1, LAST_DAY
    else:
        (low, high), compute = _COUNTS[node.op]
        values = compute(count, [_day(count, operand) for operand in operands])
    return Vector(values, 0, low, high, non_values=non_values, trap=trap)


def _day(count: _Counter, operand: Vector) -> Value:
    """Return days; what means nothing is brought into the calendar."""
    is_within = operand.low >= 1 and operand.high <= LAST_DAY
    return operand.values if is_within else count.clamp(operand.values, 1, LAST_DAY)


def _whole(count: _Counter, number: Vector, far: int) -> tuple[Value, Value]:
    """Return whole counts, at most so far, and the rows whose count is not whole."""
    bottom = number.bottom if number.scale is None else 10**number.scale
    if bottom == 1:
        return count.clamp(number.values, -far, far), False
    if not isinstance(bottom, ColumnValue):
        fit(0, bottom)  # as a product of numbers of ten decimals has not
    rest = count.ssa.emit("remainder", number.values, bottom)
    whole = count.ssa.emit("floor_divide", number.values, bottom)
    return count.clamp(whole, -far, far), count.ssa.emit("not_equal", rest, 0)


# -- What gives a day if there is one --------------------------------------------------------------


def _make(count: _Counter, operands: Sequence[Vector]) -> tuple[Value, Value]:
    (year, one), (month, two), (place, three) = (
        _whole(count, operand, _FAR_YEARS) for operand in operands
    )
    known = _Civil(count.clamp(year, 1, date.max.year), count.clamp(month, 1, 12), place)
    length = count.length(known.year, known.month)
    wrong = count.either(
        one, two, three, count.outside(year, 1, date.max.year), count.outside(month, 1, 12),
        count.ssa.emit("less", place, 1), count.ssa.emit("greater", place, length),
    )  # fmt: skip
    return count.join(known), wrong


def _move(count: _Counter, operands: Sequence[Vector]) -> tuple[Value, Value]:
    days, is_broken = _whole(count, operands[1], _FAR_DAYS)
    moved = count.add(_day(count, operands[0]), days)
    return moved, count.either(is_broken, count.outside(moved, 1, LAST_DAY))


def _step(months: int, far: int) -> "_Moving":
    def move(count: _Counter, operands: Sequence[Vector]) -> tuple[Value, Value]:
        steps, is_broken = _whole(count, operands[1], far)
        civil = count.split(_day(count, operands[0]))
        at = count.add(count.minus(count.times(civil.year, 12), 1), civil.month)
        moved = count.add(at, count.times(steps, months))
        first, last = 12, 12 * date.max.year + 11
        kept = count.clamp(moved, first, last)
        year, month = count.over(kept, 12), count.add(count.rest(kept, 12), 1)
        place = count.ssa.emit("minimum", civil.place, count.length(year, month))
        is_wrong = count.either(is_broken, count.outside(moved, first, last))
        return count.join(_Civil(year, month, place)), is_wrong

    return move


_Moving = Callable[[_Counter, Sequence[Vector]], tuple[Value, Value]]
_MOVES: Mapping[str, _Moving] = {
    "make_day": _make,
    "move_day": _move,
    "add_months": _step(1, _FAR_MONTHS),
    "add_years": _step(12, _FAR_YEARS),
}
"""The moved days, and the rows where there is none."""


# -- What every day has ----------------------------------------------------------------------------


def _between(count: _Counter, days: Sequence[Value], months: int) -> Value:
    """Count whole months or years between days, less than none where they turn back."""
    ssa = count.ssa
    is_back = ssa.emit("greater", days[0], days[1])
    start, end = (count.split(ssa.emit(name, *days)) for name in ("minimum", "maximum"))
    apart = count.add(
        count.times(count.minus(end.year, start.year), 12), count.minus(end.month, start.month)
    )
    needed = ssa.emit("minimum", start.place, count.length(end.year, end.month))
    whole = count.minus(apart, count.bit(ssa.emit("less", end.place, needed)))
    counted = whole if months == 1 else count.over(whole, months)
    return ssa.where(is_back, ssa.emit("negative", counted), counted, "i8")


def _end_of_month(count: _Counter, days: Sequence[Value]) -> Value:
    civil = count.split(days[0])
    length = count.length(civil.year, civil.month)
    return count.add(count.minus(days[0], civil.place), length)


_Counting = Callable[[_Counter, Sequence[Value]], Value]
_IN_CALENDAR = 1, LAST_DAY
_COUNTS: Mapping[str, tuple[tuple[int, int], _Counting]] = {
    "count_days": ((1 - LAST_DAY, LAST_DAY - 1), lambda count, days: count.minus(days[1], days[0])),
    "count_months": (
        (-12 * date.max.year, 12 * date.max.year), lambda count, days: _between(count, days, 1),
    ),
    "count_years": (
        (-date.max.year, date.max.year), lambda count, days: _between(count, days, 12),
    ),
    "year_of": ((1, date.max.year), lambda count, days: count.split(days[0]).year),
    "month_of": ((1, 12), lambda count, days: count.split(days[0]).month),
    "day_of": ((1, 31), lambda count, days: count.split(days[0]).place),
    "weekday_of": (
        (1, 7), lambda count, days: count.add(count.rest(count.minus(days[0], 1), 7), 1),
    ),
    "start_of_month": (
        _IN_CALENDAR,
        lambda count, days: count.add(count.minus(days[0], count.split(days[0]).place), 1),
    ),
    "end_of_month": (_IN_CALENDAR, _end_of_month),
}  # fmt: skip
"""The ends between which a count lies, and how it is computed."""

DAY_PRIMITIVES = (*_MOVES, *_COUNTS)
