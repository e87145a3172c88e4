"""The value of a formula derived anew from what a step says it reads, and every part of it."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from ruletrail.verification.facts import (
    Fact,
    NonValue,
    find_worst,
    is_too_large,
    name_kind,
    name_type,
    write_fact,
)
from ruletrail.verification.grammar import Node, NotFormulaError, Parsed, parse_formula
from ruletrail.verification.operations import FUNCTIONS, INFIX, PREFIX, Function, Operation
from ruletrail.verification.state import Failure

Read = Callable[[str], Fact]
Groups = Mapping[str, Sequence[str]]


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
    untaken = skip(parsed, "branch_not_taken")
    parts = zip(parsed.parts, untaken, strict=True)
    return fact, [deriver.written.get(id(part), skipped) for part, skipped in parts]


def skip(parsed: Parsed, reason: str) -> list[dict[str, Any]]:
    """Write the parts of a formula that was not evaluated at all."""
    return [{"span": [part.start, part.end], "skipped": reason} for part in parsed.parts]


class _Deriver:
    """One formula over the facts it reads; `written` collects each part as it is reached."""

    def __init__(self, parsed: Parsed, read: Read, groups: Groups) -> None:
        self.text, self.read, self.groups = parsed.text, read, groups
        self.written: dict[int, dict[str, Any]] = {}

    def fact(self, node: Node) -> Fact:
        if node.kind == "literal":
            return node.value
        if node.kind == "name":
            if node.data in self.groups:
                raise self.misfit(node)
            return self.read(node.data)
        fact, replaced = self.called(node) if node.kind == "call" else (self.joined(node), False)
        if isinstance(fact, Fraction) and is_too_large(fact):
            fact = NonValue("error", ("limit", self.shown(node)))
        part = {"span": [node.start, node.end], "value": write_fact(fact)}
        self.written[id(node)] = {**part, "replaced": True} if replaced else part
        return fact

    def shown(self, node: Node) -> str:
        return self.text[node.start : node.end]

    def misfit(self, node: Node) -> Failure:
        return Failure("trail-types", text=self.shown(node))

    def joined(self, node: Node) -> Fact:
        if node.kind == "choice":
            body, test, other = node.operands
            # only the branch taken is derived: an error in the other one is nobody's
            truth = self.applied(_CONDITION, [self.fact(test)], node)
            return truth if isinstance(truth, NonValue) else self.fact(body if truth else other)
        operation = (PREFIX if node.kind == "prefix" else INFIX)[node.data]
        return self.applied(operation, [self.fact(operand) for operand in node.operands], node)

    def called(self, node: Node) -> tuple[Fact, bool]:
        function = FUNCTIONS[node.data]
        facts = [fact for operand in node.operands for fact in self.argument(operand, function)]
        if function.replaces == name_kind(facts[0]):
            return facts[1], True
        return self.applied(function, facts, node), False

    def argument(self, node: Node, function: Function) -> list[Fact]:
        if function.groups and node.kind == "name" and node.data in self.groups:
            return [self.read(member) for member in self.groups[node.data]]
        return [self.fact(node)]

    def applied(self, operation: Operation, facts: Sequence[Fact], node: Node) -> Fact:
        types = {name_type(fact) for fact in facts if not isinstance(fact, NonValue)}
        one_type = types <= {operation.takes} or (operation.takes == "alike" and len(types) == 1)
        if operation.takes != "facts" and not one_type:
            raise self.misfit(node)
        worst = None if operation.of_non_values else find_worst(facts)
        if worst is not None:
            return worst
        try:
            return operation.compute(facts)
        except ZeroDivisionError:
            return NonValue("error", ("division_by_zero", self.shown(node.operands[-1])))


_CONDITION = Operation("boolean", lambda truths: truths[0])
