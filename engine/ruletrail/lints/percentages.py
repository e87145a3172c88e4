"""Ratios and percentages: one compared with the other, and `* 100` of a percentage.

Units are labels, so that loading cannot see it: a quotient has no unit until a rule declares one.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Literal

from ruletrail.analysis.knowledge import number_of
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import Call, Expression, Formula, Name
from ruletrail.formulas.habits import PART_OF_SUM, find_percents_before_sums
from ruletrail.formulas.lexer import read_tokens
from ruletrail.formulas.operations import (
    ADD,
    CHOICE,
    COMPARE,
    DIVIDE,
    IN,
    MODULO,
    MULTIPLY,
    NOT_IN,
    SUBTRACT,
)
from ruletrail.linking import unit_of
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Problem
from ruletrail.rulebooks import Clause, Entry, Rule, describe
from ruletrail.rulebooks.clauses import mark_at

Share = Literal["ratio", "percentage", "hundredfold", "other"] | None
"""None for literals, which take the meaning of the other operand; `hundredfold` is times 100."""

_HUNDRED = Fraction(100)
_PERCENT = "%"


def find_shares(subject: Subject) -> Iterator[tuple[Entry, Problem]]:
    """Find ratios and percentages that meet, and percentages made twice."""
    known: dict[str, Share] = {}
    for entry in subject.linked.steps:
        known_here = _Shares(subject, known)
        for clause, formula in formulas_in(entry):
            for node in formula.parts:
                for problem in _meetings(node, clause, known_here):
                    yield entry, problem
        if isinstance(entry, Rule):
            unit, shares = unit_of(subject.linked, entry.code), list[Share]()
            for clause in entry.formulas:
                if isinstance(clause.content, Formula):
                    tree = clause.content.tree
                    shares.append(known_here.of(tree))
                    if unit == _PERCENT and shares[-1] == "ratio":
                        yield entry, note("ratio-as-percentage", tree, clause)
            found = next((share for share in shares if share is not None), None)
            if shares:
                known[entry.code] = (
                    "percentage" if unit == _PERCENT else found if unit is None else "other"
                )


def find_percent_signs(entry: Entry, _subject: Subject) -> Iterator[Problem]:
    """Find `100% - a`: with a per cent in mind somebody wrote a remainder."""
    for clause, formula in formulas_in(entry):
        tokens = read_tokens(formula.text) if _PERCENT in formula.text else ()
        for found in find_percents_before_sums(tokens, formula.text):
            mark = mark_at(clause.node, formula.origins[found.offset])
            problem = replace(describe(found, mark), code="percent-as-remainder")
            is_part = found.advice == PART_OF_SUM
            yield replace(problem, advice="part-or-remainder") if is_part else problem


def _meetings(part: Call, clause: Clause, shares: "_Shares") -> Iterator[Problem]:
    operation, operands = part.operation, part.operands
    if operation is MULTIPLY:
        left, right = operands
        for one, other in ((left, right), (right, left)):
            is_hundred = number_of(one) == _HUNDRED
            if is_hundred and shares.of(other) == "percentage":
                yield note("hundred-twice", part, clause)
    compares = operation.binding == COMPARE and operation not in (IN, NOT_IN)
    if not compares and operation not in (ADD, SUBTRACT):
        return
    if {shares.of(side) for side in operands} == {"ratio", "percentage"}:
        yield note("ratio-against-percentage", part, clause)


@dataclass(frozen=True, slots=True)
class _Shares:
    """What the expressions of one entry are, each looked at once; `known` are the rules before it.

    Parts of a long sum are asked about for each sum around them.
    """

    subject: Subject
    known: Mapping[str, Share]
    found: dict[int, Share] = field(default_factory=dict)
    """By identity: the trees live as long as their rulebook."""

    def of(self, expression: Expression) -> Share:
        """Say whether an expression is a ratio, a percentage or another quantity."""
        if number_of(expression) is not None:
            return None
        if isinstance(expression, Name):
            is_percentage = unit_of(self.subject.linked, expression.code) == _PERCENT
            return "percentage" if is_percentage else self.known.get(expression.code, "other")
        if not isinstance(expression, Call):
            return "other"
        if id(expression) not in self.found:
            self.found[id(expression)] = self._of_call(expression)
        return self.found[id(expression)]

    def _of_call(self, call: Call) -> Share:
        operation, operands = call.operation, call.operands
        shares = [self.of(operand) for operand in operands]
        if operation is CHOICE:
            return shares[0] or shares[2]
        if operation in (ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO):
            hundred = _HUNDRED in map(number_of, operands)
            return _share_of_arithmetic(operation.name, shares[0], shares[1], hundred=hundred)
        if operation.keeps_quantity:
            return next((share for share in shares if share is not None), None)
        return "other"


def _share_of_arithmetic(sign: str, one: Share, other: Share, *, hundred: bool) -> Share:
    match sign:
        case "+" | "-":
            return one if one is not None else other
        case "*":
            if hundred and (one is None or other is None):
                return _times_hundred(one or other)
            return one if other is None else other if one is None else "other"
        case "/":
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
