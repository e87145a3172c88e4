"""The reference evaluator of formulas: simpleeval over exact facts, every value recorded.

The only place that imports simpleeval. It gets closed tables of operators and functions, no names
but ours, and flat facts; the whole meaning of non-values is here and in `values.worst`.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import cast

from simpleeval import SimpleEval

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas.lexer import CONSTANTS
from ruletrail.formulas.operations import (
    BY_PYTHON,
    Asks,
    Chooses,
    Fault,
    Kleene,
    Operation,
    Replaces,
    Strict,
)
from ruletrail.formulas.parsing import (
    Formula,
    operands_of,
    operation_of,
    read_literal,
    span_of,
)
from ruletrail.values import (
    ErrorValue,
    Fact,
    Missing,
    NotApplicable,
    is_non_value,
    is_too_large,
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
    """What a sub-expression came to; `replaced` where its second argument was used."""

    outcome: Fact | Skipped
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Derivation:
    """A formula, its value, and the outcomes of its parts, in the order of `Formula.spans`."""

    formula: Formula
    value: Fact
    parts: tuple[Part, ...]


BRANCH_NOT_TAKEN = Skipped("branch_not_taken")


def evaluate_formula(formula: Formula, read: ReadFact) -> Derivation:
    """Evaluate a formula over facts; never raises for a formula that linking accepted."""
    walker = _Walker(formula, read)
    value = walker.walk(formula.python)
    parts = tuple(walker.recorded.get(id(node), Part(BRANCH_NOT_TAKEN)) for node in formula.nodes)
    return Derivation(formula, value, parts)


def skip_formula(formula: Formula, reason: str) -> Derivation:
    """Record a formula that was not evaluated at all."""
    return Derivation(
        formula, NotApplicable(""), tuple(Part(Skipped(reason)) for _ in formula.parts)
    )


class _Walker(SimpleEval):  # type: ignore[misc]  # simpleeval ships no types
    """simpleeval with our meaning: it finds each node's handler, the table says what that does."""

    def __init__(self, formula: Formula, read: ReadFact) -> None:
        super().__init__(operators=dict(_OPERATORS), functions={}, names={})
        self.formula, self.read = formula, read
        self.recorded: dict[int, Part] = {}
        self.nodes = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            **dict.fromkeys(_CALLS, self._call),
        }

    def walk(self, node: ast.expr) -> Fact:
        return cast("Fact", self._eval(node))

    def _text(self, node: ast.expr) -> str:
        start, end = span_of(node, self.formula.text)
        return self.formula.text[start:end]

    def _constant(self, node: ast.Constant) -> Fact:
        # the exact number is in the text; what Python made of it may be a float
        return node.value if isinstance(node.value, str) else read_literal(self._text(node))

    def _name(self, node: ast.Name) -> Fact | tuple[Fact, ...]:
        return node.id == "true" if node.id in CONSTANTS else self.read(node.id)

    def _call(self, node: ast.expr) -> Fact:
        operation = operation_of(node)
        replaced = False
        match operation.non_values:
            # a choice alone does not evaluate all its operands, so it is asked first
            case Chooses():
                fact = self._choose(cast("ast.IfExp", node))
            case Strict():
                fact = self._apply(operation, self._facts(node), node)
            case Kleene(decides):
                fact = kleene(self._facts(node), decides=decides)
            case Replaces(kind):
                first, second = self._facts(node)
                replaced = isinstance(first, _NON_VALUES[kind])
                fact = second if replaced else first
            case Asks(kind, answer):
                (asked,) = self._facts(node)
                is_error = isinstance(asked, ErrorValue)
                fact = asked if is_error else isinstance(asked, _NON_VALUES[kind]) is answer
        self.recorded[id(node)] = Part(fact, replaced)
        return fact

    def _facts(self, node: ast.expr) -> list[Fact]:
        """Evaluate the operands; a group stands for its members."""
        facts: list[Fact] = []
        for operand in operands_of(node):
            found = self._eval(operand)
            facts.extend(found if isinstance(found, tuple) else (found,))
        return facts

    def _choose(self, node: ast.IfExp) -> Fact:
        test = self.walk(node.test)
        if is_non_value(test):
            return test
        return self.walk(node.body if test else node.orelse)

    def _apply(self, operation: Operation, facts: Sequence[Fact], node: ast.expr) -> Fact:
        non_value = worst(facts)
        if non_value is not None:
            return non_value
        value = operation.evaluate(facts)
        if isinstance(value, Fault):
            blamed = operands_of(node)[value.operand] if value.operand >= 0 else node
            return ErrorValue(value.cause, self._text(blamed))
        if isinstance(value, Fraction) and is_too_large(value):
            return ErrorValue("limit", self._text(node))
        return value


def kleene(facts: Sequence[Fact], *, decides: bool) -> Fact:
    """Join booleans by Kleene's `and` (decides=False) or `or` (decides=True), in any order.

    A deciding operand settles the answer and sets aside every non-value; else the worst decides.
    """
    if any(fact is decides for fact in facts):
        return decides
    non_value = worst(facts)
    return non_value if non_value is not None else not decides


_CALLS = (ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call)
_NON_VALUES: Mapping[str, type] = {"missing": Missing, "not_applicable": NotApplicable}
_OPERATORS: Mapping[type, Callable[..., object]] = {
    python: operation.exact
    for python, operation in BY_PYTHON.items()
    if operation.exact is not None
}
"""What simpleeval may compute with, closed: the table's operators, and no function or name."""
