"""A divisor that may be zero, with no condition around it that keeps zero out."""

import ast
from collections.abc import Iterator

from ruletrail.analysis import intervals as ranges
from ruletrail.analysis.condition_solver import assume, assume_all
from ruletrail.analysis.initial_ranges import under_when
from ruletrail.analysis.knowledge import Knowledge, range_of
from ruletrail.formulas import Formula
from ruletrail.formulas.parsing import children
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Problem
from ruletrail.rulebooks import Clause, Entry, Rule


def find_zero_divisors(entry: Entry, subject: Subject) -> Iterator[Problem]:
    """Find divisions whose divisor may be zero for a report that the schema accepts."""
    for clause, formula in formulas_in(entry):
        guarded: Knowledge | None = subject.known
        if isinstance(entry, Rule) and clause is entry.formula:
            guarded = under_when(entry, subject.known)
        if guarded is not None and _has_division(formula):
            yield from _visit(formula.tree, clause, guarded)


def _has_division(formula: Formula) -> bool:
    return "/" in formula.text or "%" in formula.text


def _visit(node: ast.expr, clause: Clause, known: Knowledge) -> Iterator[Problem]:
    """Walk down with what the conditions around a place say; depth is at most 30."""
    match node:
        case ast.BinOp(left=left, right=right, op=operator):
            if isinstance(operator, ast.Div | ast.Mod) and range_of(right, known).holds(
                ranges.ZERO
            ):
                yield note(
                    "divisor-may-be-zero", right, clause, guard=f"when: {ast.unparse(right)} > 0"
                )
            yield from _visit(left, clause, known)
            yield from _visit(right, clause, known)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield from _visit(test, clause, known)
            for branch, truth in ((body, True), (orelse, False)):
                here = assume(test, known, truth=truth)
                if here is not None:
                    yield from _visit(branch, clause, here)
        case ast.BoolOp(op=operator, values=values):
            # an operand that decides sets aside an error of the others, whatever their order
            for value in values:
                others = [each for each in values if each is not value]
                here = assume_all(others, known, truth=isinstance(operator, ast.And))
                if here is not None:
                    yield from _visit(value, clause, here)
        case _:
            for child in children(node):
                yield from _visit(child, clause, known)
