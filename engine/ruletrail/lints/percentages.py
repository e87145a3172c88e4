"""Ratios and percentages: one compared with the other, and `* 100` where the value is a percentage already.

Units are labels, so that loading cannot see it: a quotient has no unit until a rule declares one.
"""

import ast
from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from ruletrail.analysis.knowledge import number_of
from ruletrail.formulas import Formula
from ruletrail.linking import unit_of
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Problem
from ruletrail.rulebooks import Clause, Entry, Rule

Share = Literal["ratio", "percentage", "hundredfold", "other"] | None
"""None for literals, which take the meaning of what stands beside them; a quantity times 100 is a hundredfold."""

_HUNDRED = Fraction(100)
_PERCENT = "%"
_TRANSPARENT = frozenset(
    {
        "min",
        "max",
        "abs",
        "floor",
        "ceil",
        "trunc",
        "round_half_up",
        "round_half_even",
        "default",
        "if_missing",
    }
)


def find_shares(subject: Subject) -> Iterator[tuple[Entry, Problem]]:
    """Find ratios and percentages that meet, and percentages made twice."""
    known: dict[str, Share] = {}
    for entry in subject.plan.steps:
        for clause, formula in formulas_in(entry):
            for node in formula.parts:
                for problem in _meetings(node, clause, known, subject):
                    yield entry, problem
        if isinstance(entry, Rule) and isinstance(entry.formula.content, Formula):
            tree = entry.formula.content.tree
            found = share_of(tree, known, subject)
            unit = unit_of(subject.plan, entry.code)
            if unit == _PERCENT and found == "ratio":
                yield entry, note("ratio-as-percentage", tree, entry.formula)
            known[entry.code] = (
                "percentage" if unit == _PERCENT else found if unit is None else "other"
            )


def _meetings(
    node: ast.expr, clause: Clause, known: dict[str, Share], subject: Subject
) -> Iterator[Problem]:
    sides: tuple[ast.expr, ast.expr] | None = None
    match node:
        case ast.Compare(left=left, comparators=[right]) if not isinstance(right, ast.List):
            sides = left, right
        case ast.BinOp(left=left, right=right, op=ast.Add() | ast.Sub()):
            sides = left, right
        case ast.BinOp(left=left, right=right, op=ast.Mult()):
            for one, other in ((left, right), (right, left)):
                if number_of(one) == _HUNDRED and share_of(other, known, subject) == "percentage":
                    yield note("hundred-twice", node, clause)
    if sides is not None and {share_of(side, known, subject) for side in sides} == {
        "ratio",
        "percentage",
    }:
        yield note("ratio-against-percentage", node, clause)


def share_of(node: ast.expr, known: dict[str, Share], subject: Subject) -> Share:
    """Say whether an expression is a ratio, a percentage or another quantity."""
    if number_of(node) is not None:
        return None
    match node:
        case ast.Name(id=code):
            if unit_of(subject.plan, code) == _PERCENT:
                return "percentage"
            return known.get(code, "other")
        case ast.UnaryOp(operand=operand):
            return share_of(operand, known, subject)
        case ast.BinOp(left=left, right=right, op=operator):
            return _share_of_operation(
                operator,
                share_of(left, known, subject),
                share_of(right, known, subject),
                left,
                right,
            )
        case ast.IfExp(body=body, orelse=orelse):
            return share_of(body, known, subject) or share_of(orelse, known, subject)
        case ast.Call(func=ast.Name(id=name), args=args) if name in _TRANSPARENT:
            return next(
                (found for each in args if (found := share_of(each, known, subject)) is not None),
                None,
            )
        case _:
            return "other"


def _share_of_operation(
    operator: ast.operator, one: Share, other: Share, left: ast.expr, right: ast.expr
) -> Share:
    hundred = _HUNDRED in (number_of(left), number_of(right))
    match operator:
        case ast.Add() | ast.Sub():
            return one if one is not None else other
        case ast.Mult():
            if hundred and (one is None or other is None):
                return _times_hundred(one or other)
            return one if other is None else other if one is None else "other"
        case ast.Div():
            if other is None:
                return _without_hundred(one) if hundred else one
            if one == "hundredfold" and other == "other":
                return "percentage"
            return "ratio" if one == other else "other"
        case _:
            return one


def _times_hundred(one: Share) -> Share:
    match one:
        case "ratio" | "percentage":
            return "percentage"
        case "other":
            return "hundredfold"
        case _:
            return one


def _without_hundred(one: Share) -> Share:
    match one:
        case "percentage":
            return "ratio"
        case "hundredfold":
            return "other"
        case _:
            return one
