"""The reference evaluator of formulas: simpleeval walks the tree over exact facts, every value is recorded.

The only place that imports simpleeval. It gets closed tables of operators and functions, no names but ours, and
flat facts; the whole meaning of non-values is here and in `values.worst`.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, cast

from simpleeval import SimpleEval

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas.functions import FUNCTIONS
from ruletrail.formulas.parsing import Formula, span_of
from ruletrail.values import (
    ErrorValue,
    Fact,
    Missing,
    NotApplicable,
    Value,
    is_non_value,
    is_too_large,
    read_number,
    worst,
)

ReadFact = Callable[[str], Fact | tuple[Fact, ...]]
"""Give the fact of a code, or the facts of a group's members."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Why a sub-expression was not evaluated."""

    reason: str


@dataclass(frozen=True, slots=True)
class Part:
    """What a sub-expression came to; `replaced` tells that `default` or `if_missing` used its second argument."""

    outcome: Fact | Skipped
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Derivation:
    """A formula, its value, and the outcome of each of its parts, in the order of `Formula.spans`."""

    formula: Formula
    value: Fact
    parts: tuple[Part, ...]


BRANCH_NOT_TAKEN = Skipped("branch_not_taken")


def evaluate_formula(formula: Formula, read: ReadFact) -> Derivation:
    """Evaluate a formula over facts; never raises for a formula that linking accepted."""
    walker = _Walker(formula, read)
    value = walker.walk(formula.tree)
    parts = tuple(walker.recorded.get(id(part), Part(BRANCH_NOT_TAKEN)) for part in formula.parts)
    return Derivation(formula, value, parts)


def skip_formula(formula: Formula, reason: str) -> Derivation:
    """Record a formula that was not evaluated at all."""
    return Derivation(
        formula, NotApplicable(""), tuple(Part(Skipped(reason)) for _ in formula.parts)
    )


class _Walker(SimpleEval):  # type: ignore[misc]  # simpleeval ships no types
    """simpleeval with our meaning: it finds the handler of each node and calls the operators."""

    def __init__(self, formula: Formula, read: ReadFact) -> None:
        super().__init__(operators=dict(_OPERATORS), functions={}, names={})
        self.formula, self.read = formula, read
        self.recorded: dict[int, Part] = {}
        self.nodes = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.UnaryOp: self._recorded(self._unary),
            ast.BinOp: self._recorded(self._binary),
            ast.BoolOp: self._recorded(self._kleene),
            ast.Compare: self._recorded(self._compare),
            ast.IfExp: self._recorded(self._choose),
            ast.Call: self._call,
        }

    def walk(self, node: ast.expr) -> Fact:
        return cast("Fact", self._eval(node))

    def _recorded(self, handler: Callable[[Any], Fact]) -> Callable[[Any], Fact]:
        def handle(node: ast.expr) -> Fact:
            fact = self._limited(handler(node), node)
            self.recorded[id(node)] = Part(fact)
            return fact

        return handle

    def _limited(self, fact: Fact, node: ast.expr) -> Fact:
        if isinstance(fact, Fraction) and is_too_large(fact):
            return ErrorValue("limit", self._text(node))
        return fact

    def _text(self, node: ast.expr) -> str:
        start, end = span_of(node, self.formula.text)
        return self.formula.text[start:end]

    def _constant(self, node: ast.Constant) -> Fact:
        # the exact number is in the text; what Python made of it may be a float
        return node.value if isinstance(node.value, str) else _exact(self._text(node))

    def _name(self, node: ast.Name) -> Fact | tuple[Fact, ...]:
        return node.id == "true" if node.id in ("true", "false") else self.read(node.id)

    def _unary(self, node: ast.UnaryOp) -> Fact:
        operand = self.walk(node.operand)
        return operand if is_non_value(operand) else _OPERATORS[type(node.op)](operand)

    def _binary(self, node: ast.BinOp) -> Fact:
        left, right = self.walk(node.left), self.walk(node.right)
        gap = worst((left, right))
        if gap is not None:
            return gap
        if right == 0 and isinstance(node.op, ast.Div | ast.Mod):
            return ErrorValue("division_by_zero", self._text(node.right))
        return _OPERATORS[type(node.op)](left, right)

    def _kleene(self, node: ast.BoolOp) -> Fact:
        facts = [self.walk(value) for value in node.values]
        return kleene(facts, decides=isinstance(node.op, ast.Or))

    def _compare(self, node: ast.Compare) -> Fact:
        right = node.comparators[0]
        left = self.walk(node.left)
        others = [
            self.walk(other) for other in (right.elts if isinstance(right, ast.List) else [right])
        ]
        gap = worst((left, *others))
        if gap is not None:
            return gap
        return _OPERATORS[type(node.ops[0])](
            left, others if isinstance(right, ast.List) else others[0]
        )

    def _choose(self, node: ast.IfExp) -> Fact:
        test = self.walk(node.test)
        if is_non_value(test):
            return test
        return self.walk(node.body if test else node.orelse)

    def _call(self, node: ast.Call) -> Fact:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        facts: list[Fact] = []
        for argument in node.args:
            found = self._eval(argument)
            facts.extend(found if isinstance(found, tuple) else (found,))
        special = _SPECIAL.get(name)
        fact, replaced = (
            (self._apply(name, facts, node), False) if special is None else special(facts)
        )
        self.recorded[id(node)] = Part(fact, replaced)
        return fact

    def _apply(self, name: str, facts: Sequence[Fact], node: ast.Call) -> Fact:
        gap = worst(facts)
        if gap is not None:
            return gap
        if name == "sum":
            return self._sum(facts, node)
        compute = FUNCTIONS[name].compute
        if compute is None:
            raise TypeError(f"the function {name} has no meaning over values")
        return self._limited(compute(cast("Sequence[Value]", facts)), node)

    def _sum(self, facts: Sequence[Fact], node: ast.Call) -> Fact:
        """Add up, watching the size at every step, because denominators multiply."""
        total = Fraction(0)
        for fact in facts:
            total += cast("Fraction", fact)
            if is_too_large(total):
                return ErrorValue("limit", self._text(node))
        return total


def kleene(facts: Sequence[Fact], *, decides: bool) -> Fact:
    """Join booleans by Kleene's `and` (decides=False) or `or` (decides=True), in any order.

    A deciding operand settles the answer and sets aside every gap; otherwise the worst gap decides.
    """
    if any(fact is decides for fact in facts):
        return decides
    gap = worst(facts)
    return gap if gap is not None else not decides


def _exact(text: str) -> Fraction:
    number = read_number(text)
    if number is None:
        raise ValueError(f"parsing admits no number like {text}")
    return number


_Replaceable = tuple[Fact, bool]
"""A fact, and whether it stands in place of another."""


def _default(facts: Sequence[Fact]) -> _Replaceable:
    first, second = facts
    return (second, True) if isinstance(first, NotApplicable) else (first, False)


def _if_missing(facts: Sequence[Fact]) -> _Replaceable:
    first, second = facts
    return (second, True) if isinstance(first, Missing) else (first, False)


def _is_missing(facts: Sequence[Fact]) -> _Replaceable:
    return (facts[0] if isinstance(facts[0], ErrorValue) else isinstance(facts[0], Missing)), False


def _applies(facts: Sequence[Fact]) -> _Replaceable:
    return (
        facts[0] if isinstance(facts[0], ErrorValue) else not isinstance(facts[0], NotApplicable)
    ), False


_SPECIAL: Mapping[str, Callable[[Sequence[Fact]], _Replaceable]] = {
    "default": _default,
    "if_missing": _if_missing,
    "is_missing": _is_missing,
    "applies": _applies,
}
_OPERATORS: Mapping[type, Callable[..., Value]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Mod: lambda a, b: a % b,
    ast.USub: lambda a: -a,
    ast.UAdd: lambda a: a,
    ast.Not: lambda a: not a,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
