"""Formulas near the limits, and the same number written in several places."""

import ast
from collections.abc import Iterator
from fractions import Fraction

from ruletrail.analysis.knowledge import number_of
from ruletrail.formulas import Formula
from ruletrail.formulas.parsing import DEEPEST_FORMULA, LONGEST_FORMULA, MOST_NODES, children
from ruletrail.linking import unit_of
from ruletrail.lints.subjects import Subject, formulas_in, note, walk
from ruletrail.problems import Mark, Problem, quote
from ruletrail.rulebooks import Clause, Entry
from ruletrail.values import write_number

_NEAR = Fraction(4, 5)
_ORDINARY = frozenset({Fraction(0), Fraction(1), Fraction(2), Fraction(100)})
"""Numbers that say nothing by themselves: nothing, one, a half, a percentage."""
_ROUNDERS = frozenset({"floor", "ceil", "trunc", "round_half_up", "round_half_even"})


def find_sizes(entry: Entry, _subject: Subject) -> Iterator[Problem]:
    """Find formulas that use more than four fifths of a limit."""
    for clause, formula in formulas_in(entry):
        depth, count = _measure(formula.tree)
        measured = (
            (len(formula.text), LONGEST_FORMULA),
            (depth, DEEPEST_FORMULA),
            (count, MOST_NODES),
        )
        for code, (found, limit) in zip(
            ("formula-long", "formula-deep", "formula-large"), measured, strict=True
        ):
            if found > limit * _NEAR:
                yield Problem(code, clause.mark, {"found": str(found), "limit": str(limit)})


def _measure(tree: ast.expr) -> tuple[int, int]:
    deepest, count, waiting = 0, 0, [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest, count = max(deepest, depth), count + 1
        waiting.extend((child, depth + 1) for child in children(node))
    return deepest, count


def find_repeated_numbers(subject: Subject) -> Iterator[Problem]:
    """Find numbers written in several entries, or beside a parameter of the same value."""
    named = {
        parameter.value: code
        for code, parameter in subject.rulebook.parameters.items()
        if isinstance(parameter.value, Fraction)
    }
    places: dict[Fraction, dict[Mark, tuple[Entry, ast.expr, Clause]]] = {}
    for entry in subject.entries:
        for clause, formula in formulas_in(entry):
            for node in _literals(formula):
                number = number_of(node)
                if number is not None and abs(number) not in _ORDINARY:
                    places.setdefault(number, {}).setdefault(entry.mark, (entry, node, clause))
    for number, found in places.items():
        parameter = named.get(number)
        if parameter is not None:
            unit = subject.rulebook.parameters[parameter].unit
            for _, node, clause in found.values():
                if None in (unit, beside := _unit_beside(node, clause, subject)) or unit == beside:
                    yield note("number-of-parameter", node, clause, code=parameter)
        elif len(found) > 1:
            first, *others = found.values()
            for _, node, clause in others:
                details = {
                    "text": quote(write_number(number)),
                    "code": quote(first[0].code),
                    "line": str(first[2].mark.line),
                }
                yield Problem(
                    "repeated-number", note("repeated-number", node, clause).mark, details
                )


def _unit_beside(literal: ast.expr, clause: Clause, subject: Subject) -> str | None:
    """Return the unit of the code that a literal is compared with, added to or taken from; None when there is none."""
    for part in clause.content.parts if isinstance(clause.content, Formula) else ():
        if isinstance(part, ast.Compare) or (
            isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add | ast.Sub)
        ):
            sides = children(part)
            if any(side is literal for side in sides):
                units = [
                    unit_of(subject.plan, side.id) for side in sides if isinstance(side, ast.Name)
                ]
                return next((unit for unit in units if unit is not None), None)
    return None


def _literals(formula: Formula) -> Iterator[ast.expr]:
    """Yield the number literals of a formula, but not the decimals of a rounding."""
    decimals = {
        id(node.args[1])
        for node in walk(formula.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _ROUNDERS
        and len(node.args) > 1
    }
    for node in walk(formula.tree):
        if isinstance(node, ast.Constant) and id(node) not in decimals:
            yield node
