"""What a formula comes to (sections 2 to 6), and its parts (section 8)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from .grammar import Formula, Node
from .values import (
    Failure,
    Missing,
    NotApplicable,
    Value,
    is_gap,
    measured,
    rounded,
    worst,
    written,
)

ROUNDINGS = {
    "floor": "floor",
    "ceil": "ceiling",
    "trunc": "down",
    "round_half_up": "half_up",
    "round_half_even": "half_even",
}
ORDERS: dict[str, Callable[[object, object], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
}


@dataclass
class Reading:
    """One evaluation of a formula: what codes stand for, and the parts as they come out."""

    formula: Formula
    facts: Mapping[str, Value]
    groups: Mapping[str, Sequence[str]]
    parts: list[dict[str, object]] = field(default_factory=list)

    def value(self, node: Node) -> Value:
        """Return what an expression comes to, and note its parts."""
        if node.kind == "literal":
            return node.value
        if node.kind == "code":
            return self.facts[node.value]
        if node.kind == "if":
            result, replaced = self._conditional(node), False
        else:
            operands = [value for part in node.operands for value in self._operand(part)]
            result = _result(self.formula, node, operands)
            replaced = _is_replaced(node.kind, operands)
        self.parts.append({"span": list(node.span), "value": written(result)})
        if replaced:
            self.parts[-1]["replaced"] = True
        return result

    def _operand(self, part: Node) -> list[Value]:
        """Return the value of an operand, or those of a group's members."""
        if part.kind == "code" and part.value in self.groups:
            return [self.facts[code] for code in self.groups[part.value]]
        return [self.value(part)]

    def _conditional(self, node: Node) -> Value:
        """Evaluate `a if c else b`, whose parts are listed as written."""
        first, condition, second = node.operands
        outer, self.parts = self.parts, []
        truth = self.value(condition)
        middle, self.parts = self.parts, outer
        result = truth
        for branch, wanted in ((first, True), (second, False)):
            if branch is second:
                self.parts.extend(middle)
            if truth is wanted:
                result = self.value(branch)
            else:
                self.parts.extend(skipped(branch, "branch_not_taken"))
        return result


def skipped(node: Node, reason: str) -> Iterator[dict[str, object]]:
    """List the parts of an expression that was not evaluated."""
    for operand in node.operands:
        yield from skipped(operand, reason)
    if node.is_part:
        yield {"span": list(node.span), "skipped": reason}


def codes_read(node: Node, groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """List the codes of an expression in the order written, groups written out."""
    if node.kind == "code":
        yield from groups.get(node.value, [node.value])
    for operand in node.operands:
        yield from codes_read(operand, groups)


def _is_replaced(kind: str, operands: list[Value]) -> bool:
    """Say whether `default` or `if_missing` used its second argument."""
    wanted = {"default": NotApplicable, "if_missing": Missing}.get(kind)
    return wanted is not None and isinstance(operands[0], wanted)


def _result(formula: Formula, node: Node, operands: list[Value]) -> Value:
    """Return what an operator or function gives for its operands."""
    kind = node.kind
    if kind in {"and", "or"}:
        return junction(kind, operands)
    if kind in {"default", "if_missing"}:
        return operands[1] if _is_replaced(kind, operands) else operands[0]
    if kind in {"is_missing", "applies"}:
        return _question(kind, operands[0])
    gap = worst(operands)
    if gap is not None:
        return gap
    if kind in {"/", "%"} and operands[1] == 0:
        return Failure("division_by_zero", formula.own_text(node.operands[1]))
    if kind == "sum":
        return _sum(operands, formula.own_text(node))
    result = _strict(node, operands)
    if isinstance(result, Fraction):
        return measured(result, formula.own_text(node))
    return result


def junction(kind: str, operands: Sequence[Value]) -> Value:
    """Kleene's `and` and `or` (section 3.1)."""
    decides = kind == "or"
    if any(operand is decides for operand in operands):
        return decides
    gap = worst(operands)
    return (not decides) if gap is None else gap


def _question(kind: str, value: Value) -> Value:
    """`is_missing` and `applies` (sections 5.9 and 5.10)."""
    if isinstance(value, Failure):
        return value
    if kind == "is_missing":
        return isinstance(value, Missing)
    return not isinstance(value, NotApplicable)


def _sum(operands: Sequence[Fraction], of: str) -> Value:
    """Add up, and measure after each member."""
    total = Fraction(0)
    for operand in operands:
        total = measured(total + operand, of)
        if is_gap(total):
            return total
    return total


def _strict(node: Node, operands: list) -> Value:
    """Return what an operation gives for values."""
    kind = node.kind
    if kind in ORDERS:
        return ORDERS[kind](*operands)
    if kind in {"in", "not in"}:
        return (operands[0] in operands[1:]) is (kind == "in")
    if kind in ROUNDINGS:
        decimals = int(operands[1]) if len(operands) > 1 else 0
        return rounded(operands[0], decimals, ROUNDINGS[kind])
    if kind == "not":
        return not operands[0]
    if kind in {"minus", "plus"}:
        return -operands[0] if kind == "minus" else operands[0]
    if kind in {"+", "-", "*", "/", "%"}:
        return _arithmetic(kind, *operands)
    return _function(kind, operands)


def _arithmetic(kind: str, left: Fraction, right: Fraction) -> Fraction:
    """Compute with two numbers."""
    if kind == "+":
        return left + right
    if kind == "-":
        return left - right
    if kind == "*":
        return left * right
    if kind == "/":
        return left / right
    quotient = left / right
    return left - right * (quotient.numerator // quotient.denominator)


def _function(kind: str, operands: list) -> Value:
    """Call one of the functions that know only values."""
    if kind == "count":
        return Fraction(sum(operand is True for operand in operands))
    if kind == "length":
        return Fraction(len(operands[0]))
    return {"min": min, "max": max, "abs": lambda many: abs(many[0])}[kind](operands)
