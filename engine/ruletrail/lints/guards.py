"""The parts of a formula with what the conditions around each say of what it reads."""

from collections.abc import Callable, Iterator, Sequence

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

_Holds = Callable[[Expression], bool]


def guarded_calls(
    entry: Entry, subject: Subject, asks: Callable[[Call], bool]
) -> Iterator[tuple[Clause, Call, Knowledge]]:
    """Yield the calls that are asked for, where some report may evaluate them, outer first.

    What holds none of them is passed over: to learn of each operand of a long condition what all
    others say grows with the square of their number.
    """
    holding: set[int] = set()
    for _, formula in formulas_in(entry):
        for call in formula.parts:  # inner ones first
            if asks(call) or any(id(each) in holding for each in call.operands):
                holding.add(id(call))
    for clause, part, here in guarded_parts(entry, subject.known, lambda it: id(it) in holding):
        if isinstance(part, Call) and asks(part):
            yield clause, part, here


def guarded_parts(
    entry: Entry, known: Knowledge, holds: _Holds = lambda _: True
) -> Iterator[Guarded]:
    """Yield what an entry reads and calls where some report may evaluate it, outer first.

    What does not hold what is looked for is left out, with all that stands in it.
    """
    if isinstance(entry, Decision) and entry.policy == "first":
        yield from _visit_in_order(entry, known, holds)
        return
    surroundings = Surroundings(entry, known) if isinstance(entry, Rule) else None
    for clause, formula in formulas_in(entry):
        if not holds(formula.tree):
            continue
        around = known if surroundings is None else surroundings.around(clause)
        if around is not None:
            for part, here in _visit(formula.tree, around, holds):
                yield clause, part, here


def _visit_in_order(decision: Decision, known: Knowledge, holds: _Holds) -> Iterator[Guarded]:
    """Walk down the cases of which the first that holds decides, whatever the later come to."""
    here: Knowledge | None = known
    for at, (clause, formula) in enumerate(formulas_in(decision)):
        if here is None:
            return
        for part, around in _visit(formula.tree, here, holds):
            yield clause, part, around
        if at < MOST_LEARNED:
            here = assume(formula.tree, here, truth=False)


def _visit(
    expression: Expression, known: Knowledge, holds: _Holds
) -> Iterator[tuple[Expression, Knowledge]]:
    """Walk down with what the conditions around a place say; depth is at most 30."""
    if not holds(expression):
        return
    yield expression, known
    if not isinstance(expression, Call):
        return
    operation, operands = expression.operation, expression.operands
    if operation is CHOICE:
        body, test, other = operands
        yield from _visit(test, known, holds)
        for branch, truth in ((body, True), (other, False)):
            here = assume(test, known, truth=truth) if holds(branch) else None
            if here is not None:
                yield from _visit(branch, here, holds)
    elif is_junction(expression):
        # an operand that decides sets aside an error of the others, whatever their order
        truth = operation is CONJUNCTION
        for operand, here in _each_among_others(operands, known, holds, truth=truth):
            yield from _visit(operand, here, holds)
    else:
        for operand in operands:
            yield from _visit(operand, known, holds)


def _each_among_others(
    operands: Sequence[Expression], known: Knowledge, holds: _Holds, *, truth: bool
) -> Iterator[tuple[Expression, Knowledge]]:
    """Yield each operand with what is known where all others are true, or all false.

    What one half says is learnt once for the other half, and so on: of each operand anew it would
    grow with the square.
    """
    if len(operands) == 1:
        yield operands[0], known
        return
    middle = len(operands) // 2
    first, last = operands[:middle], operands[middle:]
    for own, others in ((first, last), (last, first)):
        here = assume_all(others, known, truth=truth) if any(map(holds, own)) else None
        if here is not None:
            yield from _each_among_others(own, here, holds, truth=truth)
