"""A divisor that may be zero, with no condition around it that keeps zero out."""

from collections.abc import Iterator

from ruletrail.analysis import intervals
from ruletrail.analysis.condition_solver import around_clause, assume, assume_all, is_junction
from ruletrail.analysis.knowledge import Knowledge, range_of
from ruletrail.formulas import Call, Expression, write_expression
from ruletrail.formulas.operations import CHOICE, CONJUNCTION, DIVIDE, MODULO
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Problem
from ruletrail.rulebooks import Clause, Entry, Rule


def find_zero_divisors(entry: Entry, subject: Subject) -> Iterator[Problem]:
    """Find divisions whose divisor may be zero for a report that the schema accepts."""
    for clause, formula in formulas_in(entry):
        guarded: Knowledge | None = subject.known
        if isinstance(entry, Rule):
            guarded = around_clause(entry, clause, subject.known)
        divides = any(part.operation in (DIVIDE, MODULO) for part in formula.parts)
        if guarded is not None and divides:
            yield from _visit(formula.tree, clause, guarded)


def _visit(expression: Expression, clause: Clause, known: Knowledge) -> Iterator[Problem]:
    """Walk down with what the conditions around a place say; depth is at most 30."""
    if not isinstance(expression, Call):
        return
    operation, operands = expression.operation, expression.operands
    if operation is CHOICE:
        body, test, other = operands
        yield from _visit(test, clause, known)
        for branch, truth in ((body, True), (other, False)):
            here = assume(test, known, truth=truth)
            if here is not None:
                yield from _visit(branch, clause, here)
        return
    if is_junction(expression):
        # an operand that decides sets aside an error of the others, whatever their order
        for operand in operands:
            others = [each for each in operands if each is not operand]
            here = assume_all(others, known, truth=operation is CONJUNCTION)
            if here is not None:
                yield from _visit(operand, clause, here)
        return
    if operation in (DIVIDE, MODULO) and range_of(operands[1], known).holds(intervals.ZERO):
        guard = f"when: {write_expression(operands[1])} > 0"
        yield note("divisor-may-be-zero", operands[1], clause, guard=guard)
    for operand in operands:
        yield from _visit(operand, clause, known)
