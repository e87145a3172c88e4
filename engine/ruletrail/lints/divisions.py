"""A divisor that may be zero, with no condition around it that keeps zero out."""

from collections.abc import Iterator

from ruletrail.analysis import intervals
from ruletrail.analysis.knowledge import range_of
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import Call, Formula, write_expression
from ruletrail.formulas.habits import find_percents_before_sums
from ruletrail.formulas.lexer import read_tokens
from ruletrail.formulas.operations import DIVIDE, MODULO, NEGATE, PLUS
from ruletrail.lints.guards import guarded_calls
from ruletrail.lints.subjects import Subject, note
from ruletrail.problems import Problem
from ruletrail.rulebooks import Clause, Entry


def find_zero_divisors(entry: Entry, subject: Subject) -> Iterator[Problem]:
    """Find divisions whose divisor may be zero for a report that the schema accepts."""
    for clause, call, known in guarded_calls(entry, subject, lambda it: it.operation in _DIVIDING):
        if _is_per_cent(call, clause):
            continue  # per cent is told as what it is, which is no division
        divisor = call.operands[1]
        found = range_of(divisor, known)
        if found.low == found.high == intervals.ZERO:
            problem = note("divisor-may-be-zero", divisor, clause)
            yield replace(problem, advice="divisor-is-zero", wording="divisor-is-zero")
        elif found.holds(intervals.ZERO):
            guard = f"when: {write_expression(divisor)} > 0"
            yield note("divisor-may-be-zero", divisor, clause, guard=guard)


def _is_per_cent(call: Call, clause: Clause) -> bool:
    """Tell the remainder that somebody wrote who meant per cent: `50% + a`."""
    divisor = call.operands[1]
    is_signed = isinstance(divisor, Call) and divisor.operation in (NEGATE, PLUS)
    if call.operation is not MODULO or not is_signed or not isinstance(clause.content, Formula):
        return False
    text = clause.content.text
    return any(True for _ in find_percents_before_sums(read_tokens(text), text))


_DIVIDING = (DIVIDE, MODULO)
