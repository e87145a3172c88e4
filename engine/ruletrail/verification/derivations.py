"""The value of a formula derived anew from what a step says it reads, and every part of it."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from ruletrail.verification.facts import (
    Fact,
    Gap,
    Value,
    find_worst,
    is_too_large,
    join_conditions,
    name_type,
    round_number,
    write_fact,
)
from ruletrail.verification.grammar import Node, NotFormulaError, Parsed, parse_formula
from ruletrail.verification.state import Failure

Read = Callable[[str], Fact]
Groups = Mapping[str, Sequence[str]]
_ROUNDERS = {
    "floor": "floor",
    "ceil": "ceiling",
    "trunc": "down",
    "round_half_up": "half_up",
    "round_half_even": "half_even",
}
_OF_GROUPS = frozenset({"sum", "min", "max", "count"})
_REPLACED_BY = {"default": "not_applicable", "if_missing": "missing"}


@lru_cache(maxsize=64)
def parse(text: str) -> Parsed:
    """Parse a formula of a step, once for all that is asked of it; stops when it is none."""
    try:
        return parse_formula(text)
    except NotFormulaError as error:
        raise Failure("trail-formula", text=text) from error


def derive(parsed: Parsed, read: Read, groups: Groups) -> tuple[Fact, list[dict[str, Any]]]:
    """Derive a formula's value, and its parts as a trail writes them."""
    deriver = _Deriver(parsed, read, groups)
    fact = deriver.fact(parsed.tree)
    return fact, [
        deriver.written.get(id(part), _skipped(part, "branch_not_taken")) for part in parsed.parts
    ]


def skip(parsed: Parsed, reason: str) -> list[dict[str, Any]]:
    """Write the parts of a formula that was not evaluated at all."""
    return [_skipped(part, reason) for part in parsed.parts]


def _skipped(part: Node, reason: str) -> dict[str, Any]:
    return {"span": [part.start, part.end], "skipped": reason}


class _Deriver:
    """One formula over the facts it reads; `written` collects each part as it is reached."""

    def __init__(self, parsed: Parsed, read: Read, groups: Groups) -> None:
        self.text, self.read, self.groups = parsed.text, read, groups
        self.written: dict[int, dict[str, Any]] = {}

    def fact(self, node: Node) -> Fact:
        if node.kind in ("number", "text", "boolean"):
            return node.value
        if node.kind == "name":
            if node.data in self.groups:
                raise self.misfit(node)
            return self.read(node.data)
        fact, replaced = self.outcome(node)
        if isinstance(fact, Fraction) and is_too_large(fact):
            fact = Gap("error", ("limit", self.shown(node)))
        self.written[id(node)] = {
            "span": [node.start, node.end],
            "value": write_fact(fact),
            **({"replaced": True} if replaced else {}),
        }
        return fact

    def shown(self, node: Node) -> str:
        return self.text[node.start : node.end]

    def misfit(self, node: Node) -> Failure:
        return Failure("trail-types", text=self.shown(node))

    def demand(self, facts: Sequence[Fact], wanted: str, node: Node) -> None:
        if any(not isinstance(fact, Gap) and name_type(fact) != wanted for fact in facts):
            raise self.misfit(node)

    def outcome(self, node: Node) -> tuple[Fact, bool]:
        match node.kind:
            case "choice":
                return self.chosen(node), False
            case "call":
                return self.called(node)
            case "junction":
                facts = [self.fact(operand) for operand in node.operands]
                self.demand(facts, "boolean", node)
                return join_conditions(facts, settled_by=node.data == "or"), False
            case "not":
                facts = [self.fact(node.operands[0])]
                self.demand(facts, "boolean", node)
                return (facts[0] if isinstance(facts[0], Gap) else not facts[0]), False
            case "comparison":
                return self.compared(node), False
            case _:
                return self.computed(node), False

    def chosen(self, node: Node) -> Fact:
        body, test, other = node.operands
        truth = self.fact(test)
        self.demand([truth], "boolean", node)
        if isinstance(truth, Gap):
            return truth
        return self.fact(body if truth else other)

    def compared(self, node: Node) -> Fact:
        facts = [self.fact(operand) for operand in node.operands]
        values = [fact for fact in facts if not isinstance(fact, Gap)]
        kinds = {name_type(value) for value in values}
        ordered = node.data in ("<", "<=", ">", ">=")
        if len(kinds) > 1 or (ordered and not kinds <= {"number"}):
            raise self.misfit(node)
        gap = find_worst(facts)
        if gap is not None:
            return gap
        left, others = values[0], values[1:]
        if ordered:
            return _ordered(node.data, *_numbers([left, others[0]]))
        return (left in others) == (node.data in ("==", "in"))

    def computed(self, node: Node) -> Fact:
        facts = [self.fact(operand) for operand in node.operands]
        self.demand(facts, "number", node)
        gap = find_worst(facts)
        if gap is not None:
            return gap
        numbers = _numbers(facts)
        if node.kind == "sign":
            return -numbers[0] if node.data == "-" else numbers[0]
        left, right = numbers
        if node.data in ("/", "%") and right == 0:
            return Gap("error", ("division_by_zero", self.shown(node.operands[1])))
        return _arithmetic(node.data, left, right)

    def called(self, node: Node) -> tuple[Fact, bool]:
        facts: list[Fact] = []
        for operand in node.operands:
            members = (
                self.groups.get(operand.data)
                if operand.kind == "name" and node.data in _OF_GROUPS
                else None
            )
            facts += (
                [self.fact(operand)]
                if members is None
                else [self.read(member) for member in members]
            )
        if node.data in _REPLACED_BY:
            first, second = facts
            replaced = isinstance(first, Gap) and first.kind == _REPLACED_BY[node.data]
            return (second if replaced else first), replaced
        if node.data in ("is_missing", "applies"):
            return _asked(node.data, facts[0]), False
        wanted = {"count": "boolean", "length": "text"}.get(node.data, "number")
        self.demand(facts, wanted, node)
        gap = find_worst(facts)
        return (gap if gap is not None else self.applied(node, facts)), False

    def applied(self, node: Node, facts: Sequence[Fact]) -> Fact:
        if node.data == "count":
            return Fraction(sum(1 for fact in facts if fact is True))
        if node.data == "length":
            return Fraction(len(str(facts[0])))
        numbers = _numbers(facts)
        if node.data == "sum":
            return self.added(numbers, node)
        if node.data in _ROUNDERS:
            return round_number(
                numbers[0], int(numbers[1]) if len(numbers) > 1 else 0, _ROUNDERS[node.data]
            )
        if node.data == "abs":
            return abs(numbers[0])
        return min(numbers) if node.data == "min" else max(numbers)

    def added(self, numbers: Sequence[Fraction], node: Node) -> Fact:
        """Add up; a sum that is too large on the way stays an error even if it would shrink again."""
        total = Fraction(0)
        for number in numbers:
            total += number
            if is_too_large(total):
                return Gap("error", ("limit", self.shown(node)))
        return total


def _numbers(facts: Sequence[Fact]) -> list[Fraction]:
    return [fact for fact in facts if isinstance(fact, Fraction)]


def _arithmetic(sign: str, left: Fraction, right: Fraction) -> Value:
    if sign in "+-":
        return left + right if sign == "+" else left - right
    if sign == "*":
        return left * right
    quotient = left / right
    return quotient if sign == "/" else left - right * (quotient.numerator // quotient.denominator)


def _ordered(sign: str, left: Fraction, right: Fraction) -> bool:
    if left == right:
        return sign in ("<=", ">=")
    return (left < right) == (sign in ("<", "<="))


def _asked(name: str, fact: Fact) -> Fact:
    """Answer `is_missing` and `applies`; both pass errors on."""
    if isinstance(fact, Gap) and fact.kind == "error":
        return fact
    kind = fact.kind if isinstance(fact, Gap) else ""
    return kind == "missing" if name == "is_missing" else kind != "not_applicable"
