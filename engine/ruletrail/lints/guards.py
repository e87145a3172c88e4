"""The calls of a formula with what the conditions around each say of its operands."""

from collections.abc import Iterator

from ruletrail.analysis.condition_solver import Surroundings, assume, assume_all, is_junction
from ruletrail.analysis.knowledge import Knowledge
from ruletrail.formulas import Call, Expression
from ruletrail.formulas.operations import CHOICE, CONJUNCTION
from ruletrail.lints.subjects import Subject, formulas_in
from ruletrail.rulebooks import Clause, Entry, Rule

Guarded = tuple[Clause, Call, Knowledge]
"""A call, the clause that it stands in, and what is known where it is evaluated."""


def guarded_calls(entry: Entry, subject: Subject) -> Iterator[Guarded]:
    """Yield the calls of an entry that some report may evaluate, outer first."""
    surroundings = Surroundings(entry, subject.known) if isinstance(entry, Rule) else None
    for clause, formula in formulas_in(entry):
        known = subject.known if surroundings is None else surroundings.around(clause)
        if known is not None:
            for call, here in _visit(formula.tree, known):
                yield clause, call, here


def _visit(expression: Expression, known: Knowledge) -> Iterator[tuple[Call, Knowledge]]:
    """Walk down with what the conditions around a place say; depth is at most 30."""
    if not isinstance(expression, Call):
        return
    operation, operands = expression.operation, expression.operands
    yield expression, known
    if operation is CHOICE:
        body, test, other = operands
        yield from _visit(test, known)
        for branch, truth in ((body, True), (other, False)):
            here = assume(test, known, truth=truth)
            if here is not None:
                yield from _visit(branch, here)
    elif is_junction(expression):
        # an operand that decides sets aside an error of the others, whatever their order
        for operand in operands:
            others = [each for each in operands if each is not operand]
            here = assume_all(others, known, truth=operation is CONJUNCTION)
            if here is not None:
                yield from _visit(operand, here)
    else:
        for operand in operands:
            yield from _visit(operand, known)
