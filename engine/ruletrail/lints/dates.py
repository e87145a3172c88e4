"""Arithmetic of days that may leave the calendar, where it is known between which ends a day is.

A day of which nothing is known may be the last one of the calendar, and any step from it leave: to
say so of every step would teach nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.knowledge import Knowledge, node_of
from ruletrail.formulas import Call, Expression, Formula, Name
from ruletrail.formulas.day_arithmetic import add_months, add_years, move_day
from ruletrail.formulas.lookups import DatedLookup, KeyedTable, Lookup
from ruletrail.formulas.operations import (
    ADD,
    FUNCTIONS,
    LOOKUP,
    SUBTRACT,
    Operation,
)
from ruletrail.lints.guards import guarded_calls
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Problem
from ruletrail.rulebooks import Entry

_STEPS: Mapping[Operation, Callable[[date, Fraction], date | None]] = {
    ADD: move_day,
    SUBTRACT: move_day,
    FUNCTIONS["add_months"]: add_months,
    FUNCTIONS["add_years"]: add_years,
}


def find_leaving_dates(entry: Entry, subject: Subject) -> Iterator[Problem]:
    """Find steps from a day with ends that come to no day of the calendar."""
    if subject.rulebook.language == 1:
        return
    steps = {
        part for _, formula in formulas_in(entry) for part in _steps_of(formula, subject.known)
    }
    for clause, call, known in guarded_calls(entry, subject, lambda it: id(it) in steps):
        if _may_leave(call, known):
            yield note("date-may-leave", call, clause)


def _steps_of(formula: Formula, known: Knowledge) -> Iterator[int]:
    """Name the sums and differences with a day somewhere in an operand.

    What each part may come to is found once, inner parts first: of thousands of long sums without
    a day each would be typed again for every sum around it.
    """
    days: set[int] = set()
    for call in formula.parts:
        holds = any(_may_be_day(each, known, days) for each in call.operands)
        operation = call.operation
        if holds and operation in _STEPS:
            yield id(call)
        hands_on = operation.dates != "never" or operation.gives == "alike"
        may_answer = operation is LOOKUP and _answers_with_days(known.lookups.get(call.code))
        if may_answer or operation.gives == "date" or (holds and hands_on):
            days.add(id(call))


def _answers_with_days(lookup: Lookup | None) -> bool:
    """Tell whether a table is of days; a scale is of numbers."""
    contents = lookup.contents if isinstance(lookup, DatedLookup) else (lookup,)
    return any(isinstance(each, KeyedTable) and each.value_type == "date" for each in contents)


def _may_be_day(operand: Expression, known: Knowledge, days: set[int]) -> bool:
    if not isinstance(operand, Name):
        return id(operand) in days
    codes = known.groups.get(operand.code, (operand.code,))
    return any(known.base[code].kind == "date" for code in codes if code in known.base)


def _may_leave(call: Call, known: Knowledge) -> bool:
    first, second = (node_of(operand, known) for operand in call.operands)
    day, count = (first, second) if first.kind == "date" else (second, first)
    if day.kind != "date" or count.kind != "number":
        return False
    step, back = _STEPS[call.operation], call.operation is SUBTRACT
    ends = ((day.range.low, _low(count.range, back)), (day.range.high, _high(count.range, back)))
    return any(
        _is_known(end)
        and steps is not None
        and step(date.fromordinal(int(end or 1)), steps) is None
        for end, steps in ends
    )


def _is_known(end: Fraction | None) -> bool:
    """Tell an end that is not the calendar's own."""
    return end is not None and date.min.toordinal() < end < date.max.toordinal()


def _low(count: Interval, back: bool) -> Fraction | None:  # noqa: FBT001 - which way it goes
    end = count.high if back else count.low
    return _whole(-end if back and end is not None else end)


def _high(count: Interval, back: bool) -> Fraction | None:  # noqa: FBT001 - which way it goes
    end = count.low if back else count.high
    return _whole(-end if back and end is not None else end)


def _whole(end: Fraction | None) -> Fraction | None:
    """Leave a count that is not whole to the report that has it."""
    return None if end is None else Fraction(int(end))
