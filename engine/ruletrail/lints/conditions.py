"""Conditions that decide nothing: constant, never true, implied by others; and constants no field can reach."""

import ast
from collections.abc import Iterator
from itertools import pairwise

from ruletrail.analysis.condition_solver import assume, judge
from ruletrail.analysis.knowledge import Knowledge, number_of, range_of
from ruletrail.formulas import Formula
from ruletrail.formulas.parsing import children
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Problem
from ruletrail.rulebooks import Case, Clause, Decision, Entry, Message, Rule, Section

MOST_BEFORE = 200
"""With how many of the cases before it a case is compared; the cost grows with the square."""


def find_conditions(entry: Entry, subject: Subject) -> Iterator[Problem]:
    """Find constant conditions of one entry, and parts of conditions that the rest implies."""
    for clause, formula in formulas_in(entry):
        is_value = isinstance(entry, Rule) and clause is entry.formula
        is_meant = _is_true(formula.tree) and isinstance(entry, Section | Message)
        if isinstance(formula.tree, ast.Name) and not is_value and not is_meant:
            yield from _visit(formula.tree, clause, subject.known, subject)
        for node in _outermost(formula):
            yield from _visit(node, clause, subject.known, subject)
    if isinstance(entry, Decision) and isinstance(entry.cases, tuple):
        yield from _find_cases(entry, entry.cases, subject)


def _outermost(formula: Formula) -> Iterator[ast.expr]:
    """Yield the conditions of a formula that are not part of another: the whole, a test of `if`, an argument of `count`."""
    joined = [part for part in formula.parts if isinstance(part, ast.BoolOp) or _is_not(part)]
    inner = {id(child) for part in joined for child in children(part)}
    for part in formula.parts:
        if (isinstance(part, ast.Compare | ast.BoolOp) or _is_not(part)) and id(part) not in inner:
            yield part
        if isinstance(part, ast.IfExp) and isinstance(part.test, ast.Name):
            yield part.test


def _is_not(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def _is_true(node: ast.expr) -> bool:
    """Tell a `true` written on purpose: always due, always shown."""
    return isinstance(node, ast.Name) and node.id == "true"


def _visit(node: ast.expr, clause: Clause, known: Knowledge, subject: Subject) -> Iterator[Problem]:
    outside = list(_out_of_range(node, clause, subject))
    if outside:
        yield from outside
        return
    truth = judge(node, subject.known)
    if truth is not None and not isinstance(node, ast.BoolOp):
        yield note("condition-always-true" if truth else "condition-never-true", node, clause)
        return
    if isinstance(node, ast.UnaryOp):
        yield from _visit(node.operand, clause, known, subject)
    elif isinstance(node, ast.BoolOp):
        found = list(_visit_joined(node, clause, known, subject))
        if not found and truth is not None:
            found = [
                note("condition-always-true" if truth else "condition-never-true", node, clause)
            ]
        yield from found


def _visit_joined(
    node: ast.BoolOp, clause: Clause, known: Knowledge, subject: Subject
) -> Iterator[Problem]:
    """Visit the operands, each knowing that those before it did not decide."""
    decides, here = isinstance(node.op, ast.Or), known
    for value in node.values:
        yield from _visit(value, clause, here, subject)
        truth = judge(value, here)
        if truth is decides:
            yield note("condition-always-true" if decides else "condition-never-true", node, clause)
            return
        if truth is not None and judge(value, subject.known) is None:
            yield note("condition-subsumed", value, clause)
            return
        here = assume(value, here, truth=not decides) or here


def _out_of_range(node: ast.expr, clause: Clause, subject: Subject) -> Iterator[Problem]:
    """Compare constants with what the schema lets a field hold."""
    if not isinstance(node, ast.Compare):
        return
    right = node.comparators[0]
    pairs = [(node.left, item) for item in (right.elts if isinstance(right, ast.List) else [right])]
    for one, other in [*pairs, *((second, first) for first, second in pairs)]:
        if isinstance(one, ast.Name) and one.id in subject.fields_only:
            constant = (
                number_of(other)
                if not isinstance(other, ast.Name)
                else range_of(other, subject.known).only
            )
            allowed = subject.known.base.get(one.id)
            if constant is not None and allowed is not None and not allowed.spans(constant):
                yield note("constant-out-of-range", other, clause, code=one.id, range=str(allowed))


# -- Cases of a decision -----------------------------------------------------------------------------------------


def _find_cases(decision: Decision, cases: tuple[Case, ...], subject: Subject) -> Iterator[Problem]:
    with_formulas = [
        (case, case.when, case.when.content) for case in cases if case.when is not None
    ]
    parsed = [
        (case, clause, formula)
        for case, clause, formula in with_formulas
        if isinstance(formula, Formula)
    ]
    if decision.policy == "first":
        here: Knowledge = subject.known
        for (_, _, before), (_, clause, formula) in pairwise(parsed):
            here = assume(before.tree, here, truth=False) or here
            if judge(formula.tree, here) is False and judge(formula.tree, subject.known) is None:
                yield note("case-subsumed", formula.tree, clause)
        return
    for index, (case, clause, formula) in enumerate(parsed):
        implied = assume(formula.tree, subject.known, truth=True)
        earlier = parsed[max(0, index - MOST_BEFORE) : index]
        if implied is not None and any(
            judge(other.tree, implied) is True for _, _, other in earlier
        ):
            yield note("cases-overlap", formula.tree, clause, outcome=case.outcome)
        elif any(_meet(other.tree, formula.tree) for _, _, other in earlier):
            yield note("cases-meet", formula.tree, clause, outcome=case.outcome)


def _meet(one: ast.expr, other: ast.expr) -> bool:
    """Tell two comparisons of the same terms, in opposite directions, that are both true where the terms are equal."""
    if not isinstance(one, ast.Compare) or not isinstance(other, ast.Compare):
        return False
    (up, low_one, high_one), (down, low_other, high_other) = _directed(one), _directed(other)
    return up and down and (low_one, high_one) == (high_other, low_other)


def _directed(node: ast.Compare) -> tuple[bool, str, str]:
    """Write a comparison as lesser and greater term, and whether it admits that they are equal."""
    left, right = ast.dump(node.left), ast.dump(node.comparators[0])
    is_ge = isinstance(node.ops[0], ast.GtE)
    return (
        isinstance(node.ops[0], ast.GtE | ast.LtE),
        right if is_ge else left,
        left if is_ge else right,
    )
