"""The parts of a formula with what the conditions around each say of what it reads."""

from collections.abc import Iterator

from ruletrail.analysis.condition_solver import (
    MOST_LEARNED,
    Surroundings,
    assume,
    assume_all,
    is_junction,
)
from ruletrail.analysis.knowledge import Knowledge
from ruletrail.formulas import Call, Expression
from ruletrail.formulas.operations import CHOICE, CONJUNCTION
from ruletrail.lints.subjects import Subject, formulas_in
from ruletrail.rulebooks import Clause, Decision, Entry, Rule

Guarded = tuple[Clause, Expression, Knowledge]
"""A part, the clause that it stands in, and what is known where it is evaluated."""


def guarded_calls(entry: Entry, subject: Subject) -> Iterator[tuple[Clause, Call, Knowledge]]:
    """Yield the calls of an entry that some report may evaluate, outer first."""
    for clause, part, here in guarded_parts(entry, subject.known):
        if isinstance(part, Call):
            yield clause, part, here


def guarded_parts(entry: Entry, known: Knowledge) -> Iterator[Guarded]:
    """Yield what an entry reads and calls where some report may evaluate it, outer first."""
    if isinstance(entry, Decision) and entry.policy == "first":
        yield from _visit_in_order(entry, known)
        return
    surroundings = Surroundings(entry, known) if isinstance(entry, Rule) else None
    for clause, formula in formulas_in(entry):
        around = known if surroundings is None else surroundings.around(clause)
        if around is not None:
            for part, here in _visit(formula.tree, around):
                yield clause, part, here


def _visit_in_order(decision: Decision, known: Knowledge) -> Iterator[Guarded]:
    """Walk down the cases of which the first that holds decides, whatever the later come to."""
    here: Knowledge | None = known
    for at, (clause, formula) in enumerate(formulas_in(decision)):
        if here is None:
            return
        for part, around in _visit(formula.tree, here):
            yield clause, part, around
        if at < MOST_LEARNED:
            here = assume(formula.tree, here, truth=False)


def _visit(expression: Expression, known: Knowledge) -> Iterator[tuple[Expression, Knowledge]]:
    """Walk down with what the conditions around a place say; depth is at most 30."""
    yield expression, known
    if not isinstance(expression, Call):
        return
    operation, operands = expression.operation, expression.operands
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
