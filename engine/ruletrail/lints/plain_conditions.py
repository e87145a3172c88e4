"""Conditions made of comparisons of names with numbers alone, as most cases of long decisions are.

They are taken apart once, and judged of known numbers without the reference evaluator.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ruletrail.analysis.condition_solver import is_comparison
from ruletrail.evaluations.evaluating import choose_exclusive, choose_first
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import Call, Constant, Expression, Formula, Name
from ruletrail.formulas.operations import CONJUNCTION, Operation
from ruletrail.rulebooks import Decision
from ruletrail.trails import CaseConclusion
from ruletrail.values import Fact

Comparison = tuple[str, Operation, Fraction]
_Test = tuple[str, Callable[[list[Any]], Any], Fraction]


def parts_of(condition: Expression) -> Sequence[Expression]:
    """List what `and` joins; of anything else itself."""
    is_joined = isinstance(condition, Call) and condition.operation is CONJUNCTION
    return condition.operands if is_joined else (condition,)  # type: ignore[union-attr]  # a call


def take_apart(part: Expression) -> Comparison | None:
    """Take a comparison of a name with a number apart; None for anything else."""
    match part:
        case Call(operands=(Name(code=code), Constant(value=Fraction() as number))):
            return (code, part.operation, number) if is_comparison(part) else None
    return None


@dataclass(frozen=True, slots=True)
class PlainCases:
    """The conditions of a decision's cases, taken apart; None stands for `otherwise`."""

    decision: Decision
    tests: tuple[tuple[_Test, ...] | None, ...]

    def judge(self, facts: Mapping[str, Fact]) -> tuple[Sequence[bool], Fact] | None:
        """Tell which cases are true and what comes of it; None where a number is not known."""
        truths: list[bool] = []
        for tests in self.tests:
            holds = True
            for code, compare, number in tests or ():
                fact = facts.get(code)
                if not isinstance(fact, Fraction):
                    return None
                holds = holds and compare([fact, number])
            truths.append(holds)
        if None in self.tests:
            at = self.tests.index(None)
            others = truths[:at] + truths[at + 1 :]
            truths[at] = self.decision.policy == "first" or not any(others)
        return truths, self._choose(truths)

    def _choose(self, truths: Sequence[bool]) -> Fact:
        cases = self.decision.cases
        if not isinstance(cases, tuple):
            raise TypeError("what is not encoded has no cases")
        concluded = tuple(map(CaseConclusion, cases, truths, (None,) * len(cases)))
        choose = choose_first if self.decision.policy == "first" else choose_exclusive
        return choose(self.decision.code, concluded)


def read_plain_cases(decision: Decision) -> PlainCases | None:
    """Take a decision's conditions apart; None where one is made of anything else."""
    found: list[tuple[_Test, ...] | None] = []
    for case in decision.cases if isinstance(decision.cases, tuple) else ():
        content = case.when.content if case.when is not None else None
        if case.when is None:
            found.append(None)
            continue
        parts = parts_of(content.tree) if isinstance(content, Formula) else ()
        tests = [(c, o.exact, n) for c, o, n in filter(None, map(take_apart, parts)) if o.exact]
        if not parts or len(tests) < len(parts):
            return None
        found.append(tuple(tests))
    return PlainCases(decision, tuple(found)) if found else None
