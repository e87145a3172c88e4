"""The value of a formula derived anew from what a step says it reads, and every part of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from ruletrail.verification.calendar import NoDayError
from ruletrail.verification.facts import (
    Fact,
    NonValue,
    find_worst,
    is_too_large,
    name_kind,
    write_fact,
)
from ruletrail.verification.failures import Failure
from ruletrail.verification.grammar import Node, NotFormulaError, Parsed, parse_formula
from ruletrail.verification.operations import FUNCTIONS, INFIX, PREFIX, Operation

Read = Callable[[str], Fact]
Json = dict[str, Any]
Accept = Callable[[int, Json], None]
"""Takes a part as the trail must write it, by its number; raises where it is written otherwise."""


@lru_cache(maxsize=64)
def parse(text: str, language: int) -> Parsed:
    """Parse a formula of a step, once for all that is asked of it; stops when it is none."""
    try:
        return parse_formula(text, language)
    except NotFormulaError as error:
        raise Failure("trail-formula", text=text) from error


class Facts:
    """The facts that a step reads; what a function makes of a group is worked out once a step."""

    def __init__(self, read: Read, groups: Mapping[str, Sequence[str]]) -> None:
        """Take what reads a code, and the members of the groups that the step names."""
        self.read, self.groups = read, groups
        self._gathered: dict[tuple[str, str], Sequence[Any]] = {}

    def gather(self, name: str, function: str) -> Sequence[Any]:
        """Return what stands for a group among the arguments of a function."""
        key = name, function
        if key not in self._gathered:
            facts = [self.read(member) for member in self.groups[name]]
            worst = find_worst(facts)
            self._gathered[key] = [worst] if worst else FUNCTIONS[function].gather(facts)
        return self._gathered[key]


def derive(parsed: Parsed, facts: Facts, accept: Accept) -> Fact:
    """Derive a formula's value; each part is handed over as soon as it is known.

    So a forged part stops the derivation before anything is built upon it.
    """
    deriver = _Deriver(parsed, facts, accept)
    fact = deriver.fact(parsed.tree)
    skip(parsed, "branch_not_taken", accept, deriver.reached)
    return fact


def skip(
    parsed: Parsed, reason: str, accept: Accept, reached: Collection[int] = frozenset()
) -> None:
    """Hand over the parts that were not evaluated: all but those that were reached."""
    for at, part in enumerate(parsed.parts):
        if at not in reached:
            accept(at, {"span": [part.start, part.end], "skipped": reason})


class _Deriver:
    """One formula over the facts it reads; `reached` are the numbers of the parts evaluated.

    The formula was typed before (`signatures`), so values are of the kind that is needed.
    """

    def __init__(self, parsed: Parsed, facts: Facts, accept: Accept) -> None:
        self.text, self.facts, self.accept = parsed.text, facts, accept
        self.numbers = {id(part): at for at, part in enumerate(parsed.parts)}
        self.reached: set[int] = set()

    def fact(self, node: Node) -> Fact:
        if node.kind == "literal":
            return node.value
        if node.kind == "name":
            return self.facts.read(node.data)
        fact, replaced = self.called(node) if node.kind == "call" else (self.joined(node), False)
        if isinstance(fact, Fraction) and is_too_large(fact):
            fact = NonValue("error", ("limit", self.shown(node)))
        part = {"span": [node.start, node.end], "value": write_fact(fact)}
        at = self.numbers[id(node)]
        self.reached.add(at)
        self.accept(at, {**part, "replaced": True} if replaced else part)
        return fact

    def shown(self, node: Node) -> str:
        return self.text[node.start : node.end]

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
        facts = [fact for operand in node.operands for fact in self.argument(operand, node)]
        if function.replaces == name_kind(facts[0]):
            return facts[1], True
        return self.applied(function, facts, node), False

    def argument(self, operand: Node, call: Node) -> Sequence[Any]:
        if operand.kind == "name" and operand.data in self.facts.groups:
            return self.facts.gather(operand.data, call.data)
        return [self.fact(operand)]

    def applied(self, operation: Operation, facts: Sequence[Any], node: Node) -> Fact:
        worst = None if operation.of_non_values else find_worst(facts)
        if worst is not None:
            return worst
        try:
            return operation.compute(facts)
        except ZeroDivisionError:
            return NonValue("error", ("division_by_zero", self.shown(node.operands[-1])))
        except NoDayError:
            return NonValue("error", ("invalid_date", self.shown(node)))


_CONDITION = Operation("boolean", lambda truths: truths[0])
