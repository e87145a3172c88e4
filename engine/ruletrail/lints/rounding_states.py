"""Rounded and unrounded values that meet: compared, rounded twice, tested for equality, or shown unrounded.

A value is *given* (a field, a parameter, a literal, and what sums and products make of them), *rounded* to so
many decimals, or *open*: the result of a division that nothing has rounded yet.
"""

import ast
from collections.abc import Iterator, Mapping
from typing import Literal

from ruletrail.analysis.knowledge import number_of
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import Formula
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Problem, quote
from ruletrail.rulebooks import Entry, Rule
from ruletrail.values import count_finite_decimals

_ROUNDERS = frozenset({"floor", "ceil", "trunc", "round_half_up", "round_half_even"})


@dataclass(frozen=True, slots=True)
class Precision:
    """How many decimals a value can have: as given, rounded to `decimals`, or open."""

    kind: Literal["given", "rounded", "open"]
    decimals: int = 0


GIVEN, OPEN = Precision("given"), Precision("open")
Precisions = Mapping[str, Precision]


def learn_precisions(subject: Subject) -> Precisions:
    """Learn the precision of every rule, in the order in which they read each other."""
    found: dict[str, Precision] = {}
    for entry in subject.plan.steps:
        if isinstance(entry, Rule) and isinstance(entry.formula.content, Formula):
            if entry.rounding is not None:
                found[entry.code] = Precision("rounded", entry.rounding.decimals)
            else:
                found[entry.code] = precision_of(entry.formula.content.tree, found, subject)
    return found


def precision_of(node: ast.expr, known: Precisions, subject: Subject) -> Precision:
    """Say how precise an expression is."""
    match node:
        case ast.Name(id=code):
            members = subject.rulebook.groups.get(code)
            return (
                _join([known.get(each, GIVEN) for each in members.members])
                if members
                else known.get(code, GIVEN)
            )
        case ast.UnaryOp(operand=operand):
            return precision_of(operand, known, subject)
        case ast.BinOp(left=left, right=right, op=ast.Div()):
            return (
                precision_of(left, known, subject) if _is_finite_divisor(right, subject) else OPEN
            )
        case ast.BinOp(left=left, right=right):
            return _join([precision_of(left, known, subject), precision_of(right, known, subject)])
        case ast.IfExp(body=body, orelse=orelse):
            return _join([precision_of(body, known, subject), precision_of(orelse, known, subject)])
        case ast.Call(func=ast.Name(id=name), args=args):
            if name in _ROUNDERS:
                return Precision("rounded", rounding_decimals(node))
            return (
                GIVEN
                if name in ("length", "count")
                else _join([precision_of(each, known, subject) for each in args])
            )
        case _:
            return GIVEN


def rounding_decimals(node: ast.Call) -> int:
    """Return the decimals of a rounding function; none written means a whole number."""
    decimals = number_of(node.args[1]) if len(node.args) > 1 else None
    return int(decimals) if decimals is not None else 0


def _is_finite_divisor(node: ast.expr, subject: Subject) -> bool:
    """Tell a divisor, such as 100 or 4, that makes no unending decimals."""
    number = number_of(node)
    if number is None and isinstance(node, ast.Name):
        number = subject.known.base[node.id].only if node.id in subject.known.base else None
    return bool(number) and number is not None and count_finite_decimals(1 / number) is not None


def _join(found: list[Precision]) -> Precision:
    if any(each.kind == "open" for each in found):
        return OPEN
    rounded = [each.decimals for each in found if each.kind == "rounded"]
    return Precision("rounded", max(rounded)) if rounded else GIVEN


# -- Findings ----------------------------------------------------------------------------------------------------


def find_precisions(subject: Subject) -> Iterator[tuple[Entry, Problem]]:
    """Find where rounded and open values meet wrongly, entry by entry."""
    known = learn_precisions(subject)
    for entry in subject.entries:
        for problem in _find_comparisons(entry, known, subject):
            yield entry, problem
        if isinstance(entry, Rule):
            for problem in _find_roundings(entry, known, subject):
                yield entry, problem


def _find_comparisons(entry: Entry, known: Precisions, subject: Subject) -> Iterator[Problem]:
    for clause, formula in formulas_in(entry):
        for node in formula.parts:
            if not isinstance(node, ast.Compare) or isinstance(node.comparators[0], ast.List):
                continue
            kinds = {
                precision_of(side, known, subject).kind for side in (node.left, node.comparators[0])
            }
            if kinds == {"rounded", "open"}:
                yield note("rounded-against-unrounded", node, clause)
            elif "open" in kinds and isinstance(node.ops[0], ast.Eq | ast.NotEq):
                yield note("equality-of-unrounded", node, clause)


def _find_roundings(rule: Rule, known: Precisions, subject: Subject) -> Iterator[Problem]:
    formula = rule.formula.content
    if not isinstance(formula, Formula):
        return
    if rule.rounding is not None and _rounds_again(
        formula.tree, rule.rounding.decimals, known, subject
    ):
        yield note("rounded-again", formula.tree, rule.formula)
    calls = [
        node
        for node in formula.parts
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    for call in calls:
        rounds = isinstance(call.func, ast.Name) and call.func.id in _ROUNDERS
        if rounds and _rounds_again(call.args[0], rounding_decimals(call), known, subject):
            yield note("rounded-again", call, rule.formula)
    is_public = rule.code in subject.shown or rule.code in subject.plan.schema.fields
    if is_public and known.get(rule.code, GIVEN).kind == "open":
        yield Problem("published-unrounded", rule.mark, {"code": quote(rule.code)})


def _rounds_again(node: ast.expr, decimals: int, known: Precisions, subject: Subject) -> bool:
    found = precision_of(node, known, subject)
    return found.kind == "rounded" and found.decimals > decimals
