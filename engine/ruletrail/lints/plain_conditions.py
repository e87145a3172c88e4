"""Conditions made of comparisons of names with numbers or texts, as those of long decisions are.

They are taken apart once, and judged of known numbers without the reference evaluator.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ruletrail.analysis.condition_solver import is_comparison
from ruletrail.evaluations.evaluating import choose_exclusive, choose_first
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import Call, Constant, Expression, Formula, Name
from ruletrail.formulas.operations import CONJUNCTION, DISJUNCTION, EQUAL, IN, Operation
from ruletrail.rulebooks import Decision
from ruletrail.trails import CaseConclusion
from ruletrail.values import Fact, Value

Comparison = tuple[str, Operation, Fraction]
_Test = tuple[str, type[Fraction] | type[str], Callable[[Any], Any]]
"""A name, what its value has to be to be judged here, and the judgement."""


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


def take_texts(part: Expression) -> tuple[str, frozenset[str]] | None:
    """Tell which texts a name has to be one of, where a condition says just that of one name."""
    match part:
        case Call(operation=operation, operands=(Name(code=code), *items)) if operation in _ONE_OF:
            texts = [each.value for each in items if isinstance(each, Constant)]
        case Call(operation=operation, operands=(Constant() as item, Name(code=code))) if (
            operation is EQUAL
        ):
            items, texts = [item], [item.value]
        case Call(operation=operation, operands=operands) if operation is DISJUNCTION:
            return _join_texts(operands)
        case _:
            return None
    named = frozenset(each for each in texts if isinstance(each, str))
    return (code, named) if len(texts) == len(items) and all(map(_is_text, texts)) else None


_ONE_OF = (EQUAL, IN)


def _is_text(value: Value) -> bool:
    return isinstance(value, str)


def _join_texts(operands: Sequence[Expression]) -> tuple[str, frozenset[str]] | None:
    found = [take_texts(each) for each in operands]
    known = [each for each in found if each is not None]
    if len(known) < len(found) or len({code for code, _ in known}) > 1:
        return None
    return known[0][0], frozenset().union(*(texts for _, texts in known))


@dataclass(frozen=True, slots=True)
class PlainCases:
    """The conditions of a decision's cases, taken apart; None stands for `otherwise`."""

    decision: Decision
    tests: tuple[tuple[_Test, ...] | None, ...]

    def judge(self, facts: Mapping[str, Fact]) -> tuple[Sequence[bool], Fact] | None:
        """Tell which cases are true and what comes of it; None where a value is not known."""
        truths: list[bool] = []
        for tests in self.tests:
            holds = True
            for code, kind, is_met in tests or ():
                fact = facts.get(code)
                if not isinstance(fact, kind):
                    return None
                holds = holds and is_met(fact)
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
        tests = list(filter(None, map(_test_of, parts)))
        if not parts or len(tests) < len(parts):
            return None
        found.append(tuple(tests))
    return PlainCases(decision, tuple(found)) if found else None


def _test_of(part: Expression) -> _Test | None:
    texts, compared = take_texts(part), take_apart(part)
    if texts is not None:
        return texts[0], str, texts[1].__contains__
    if compared is None or compared[1].exact is None:
        return None
    code, number, exact = compared[0], compared[2], compared[1].exact
    return code, Fraction, lambda fact: exact([fact, number])
