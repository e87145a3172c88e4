"""A divisor that may be zero, with no condition around it that keeps zero out."""

from collections.abc import Iterator

from ruletrail.analysis import intervals
from ruletrail.analysis.knowledge import range_of
from ruletrail.formulas import write_expression
from ruletrail.formulas.operations import DIVIDE, MODULO
from ruletrail.lints.guards import guarded_calls
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Problem
from ruletrail.rulebooks import Entry


def find_zero_divisors(entry: Entry, subject: Subject) -> Iterator[Problem]:
    """Find divisions whose divisor may be zero for a report that the schema accepts."""
    if not any(part.operation in _DIVIDING for _, it in formulas_in(entry) for part in it.parts):
        return
    for clause, call, known in guarded_calls(entry, subject):
        divides = call.operation in _DIVIDING
        if divides and range_of(call.operands[1], known).holds(intervals.ZERO):
            divisor = call.operands[1]
            guard = f"when: {write_expression(divisor)} > 0"
            yield note("divisor-may-be-zero", divisor, clause, guard=guard)


_DIVIDING = (DIVIDE, MODULO)
