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
from ruletrail.verification.grammar import (
    ROWS_SINCE,
    Node,
    NotFormulaError,
    Parsed,
    in_same_row,
    parse_formula,
)
from ruletrail.verification.lookups import Answer, Answering
from ruletrail.verification.operations import FUNCTIONS, INFIX, PREFIX, Operation

Read = Callable[[str], Fact]
Json = dict[str, Any]
Accept = Callable[[int, Json], None]
"""Takes a part as the trail must write it, by its number; raises where it is written otherwise."""

Beside = Callable[[int, int], Json | None]
"""Gives what the trail says beside a part of the table's row that answered, by the part's number.

The second number is that of the list's row that it is worked out in, or 0.
"""


@lru_cache(maxsize=64)
def parse(text: str, language: int) -> Parsed:
    """Parse a formula of a step, once for all that is asked of it; stops when it is none."""
    try:
        return parse_formula(text, language)
    except NotFormulaError as error:
        raise Failure("trail-formula", text=text) from error


class Facts:
    """The facts that a step reads; what a function makes of a group is worked out once a step."""

    def __init__(
        self,
        read: Read,
        groups: Mapping[str, Sequence[str]],
        lookups: Mapping[str, Answering],
        *,
        language: int = 1,
        row: int = 0,
        shared: Mapping[tuple[str, int], Fact] | None = None,
    ) -> None:
        """Take what reads a code, and the groups, scales and tables that the step names.

        `row` is the row that the step is of. `shared` are the aggregates that its rows share, by
        the formula and the place among its parts.
        """
        self.read, self.groups, self.language = read, groups, language
        self.lookups, self.row, self.shared = lookups, row, shared
        self._gathered: dict[tuple[str, str], Sequence[Any]] = {}

    def gather(self, name: str, function: str) -> Sequence[Any]:
        """Return what stands for a group among the arguments of a function."""
        key = name, function
        if key not in self._gathered:
            facts = [self.read(member) for member in self.groups[name]]
            if self.language >= ROWS_SINCE:
                facts = [fact for fact in facts if name_kind(fact) != "not_applicable"]
            self._gathered[key] = gather_facts(facts, function)
        return self._gathered[key]


def gather_facts(facts: Sequence[Fact], function: str) -> Sequence[Any]:
    """Give what stands among the arguments of a function for many facts."""
    worst = find_worst(facts)
    if FUNCTIONS[function].of_non_values or not facts:
        return facts
    return [worst] if worst else FUNCTIONS[function].gather(facts)


def _ascending(facts: Sequence[Fact]) -> Sequence[Fact]:
    """Order the numbers of rows, so that a partial sum is the same in whatever order they stand."""
    numbers = [fact for fact in facts if isinstance(fact, Fraction)]
    return sorted(numbers) if len(numbers) == len(facts) else facts


def derive(parsed: Parsed, facts: Facts, accept: Accept, beside: Beside) -> Fact:
    """Derive a formula's value; each part is handed over as soon as it is known.

    So a forged part stops the derivation before anything is built upon it.
    """
    deriver = _Deriver(parsed, facts, accept, beside)
    fact = deriver.fact(parsed.tree)
    inside = _inside(parsed) if facts.shared is not None else frozenset()
    for at, part in enumerate(parsed.parts):
        if at not in deriver.reached:
            reason = "of_all_rows" if at in inside else "branch_not_taken"
            accept(at, {"span": [part.start, part.end], "skipped": reason})
    return fact


def derive_shared(
    parsed: Parsed, facts: Facts, accept: Accept, beside: Beside
) -> Mapping[int, Fact]:
    """Derive the outermost aggregates of a formula of a row, and nothing else; by place."""
    deriver, inside = _Deriver(parsed, facts, accept, beside), _inside(parsed)
    found = {
        at: deriver.fact(part)
        for at, part in enumerate(parsed.parts)
        if part.over and at not in inside
    }
    for at, part in enumerate(parsed.parts):
        if at not in deriver.reached:
            reason = "branch_not_taken" if at in inside else "of_each_row"
            accept(at, {"span": [part.start, part.end], "skipped": reason})
    return found


def _inside(parsed: Parsed) -> frozenset[int]:
    """Find the places of the parts that stand in the argument of an aggregate over rows."""
    spans = [(part.start, part.end) for part in parsed.parts if part.over]
    return frozenset(
        at
        for at, part in enumerate(parsed.parts)
        if any(start < part.start and part.end < end for start, end in spans)
    )


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

    def __init__(self, parsed: Parsed, facts: Facts, accept: Accept, beside: Beside) -> None:
        self.text, self.facts, self.accept = parsed.text, facts, accept
        self.beside = beside
        self.numbers = {id(part): at for at, part in enumerate(parsed.parts)}
        self.reached = self.all_reached = set[int]()
        self.accept_whole = accept
        """Takes what is the same in every row, also while a row is gone through."""
        self.row = facts.row
        self.of_all: dict[int, Fact] = {}
        """The aggregates over rows derived so far, by place: none depends on the row."""

    def fact(self, node: Node) -> Fact:
        if node.kind == "literal":
            return node.value
        if node.kind == "name":
            over, _, name = node.data.partition(".")
            return self.facts.read(f"{over}[{self.row}].{name}" if name else over)
        if node.kind == "lookup":
            return self.looked_up(node)
        if node.over:
            return self.gathered(node)
        fact, replaced = self.called(node) if node.kind == "call" else (self.joined(node), False)
        if isinstance(fact, Fraction) and is_too_large(fact):
            fact = NonValue("error", ("limit", self.shown(node)))
        part = {"span": [node.start, node.end], "value": write_fact(fact)}
        at = self.numbers[id(node)]
        self.reached.add(at)
        self.accept(at, {**part, "replaced": True} if replaced else part)
        return fact

    def looked_up(self, node: Node) -> Fact:
        """Derive what a scale or table answers, and which of its bands or rows did."""
        facts = [self.fact(operand) for operand in node.operands]
        at = self.numbers[id(node)]
        lookup = self.facts.lookups[node.data]
        facts += [self.facts.read(day) for day in lookup.days]
        worst = find_worst(facts)
        answer = Answer(worst) if worst else lookup.answer(facts, self.beside(at, self.row))
        fact = answer.fact
        if isinstance(fact, Fraction) and is_too_large(fact):
            fact = NonValue("error", ("limit", self.shown(node)))
        part = {"span": [node.start, node.end], "value": write_fact(fact)}
        self.reached.add(at)
        self.accept(at, part if answer.beside is None else {**part, "answer": answer.beside})
        return fact

    def gathered(self, node: Node) -> Fact:
        """Derive an aggregate over rows, or take it from what all rows share; once."""
        at = self.numbers[id(node)]
        if at not in self.of_all:
            if self.facts.shared is not None:
                fact = self.facts.shared[self.text, at]
            else:
                fact = self.over_rows(node)
            self.of_all[at] = fact
            self.all_reached.add(at)
            self.accept_whole(at, {"span": [node.start, node.end], "value": write_fact(fact)})
        return self.of_all[at]

    def over_rows(self, node: Node) -> Fact:
        function, (argument,), over = FUNCTIONS[node.data], node.operands, node.over
        count = self.facts.read(over)
        rows = range(1, int(count) + 1) if isinstance(count, Fraction) else range(0)
        before, facts, columns = (self.row, self.accept, self.reached), list[Fact](), []
        for self.row in rows:
            column: dict[int, Json] = {}
            self.accept, self.reached = column.__setitem__, set()
            fact = self.fact(argument)
            columns.append(column)
            if not (name_kind(fact) == "not_applicable" and _is_of(fact, over, self.row)):
                facts.append(fact)
        self.row, self.accept, self.reached = before
        self.accept_rows(argument, columns)
        if not isinstance(count, Fraction):
            return count
        if not facts and function.needs_one:
            return NonValue("not_applicable", (over,))
        fact = self.applied(function, gather_facts(_ascending(facts), node.data), node)
        too_large = isinstance(fact, Fraction) and is_too_large(fact)
        return NonValue("error", ("limit", self.shown(node))) if too_large else fact

    def accept_rows(self, argument: Node, columns: Sequence[Mapping[int, Json]]) -> None:
        """Hand over the parts of an argument with what they came to in each row."""
        for part in in_same_row(argument):
            if part.kind in ("name", "literal") or part.over:
                continue
            at = self.numbers[id(part)]
            found = [column.get(at, {"skipped": "branch_not_taken"}) for column in columns]
            rows = [{key: it for key, it in each.items() if key != "span"} for each in found]
            self.all_reached.add(at)
            self.accept_whole(at, {"span": [part.start, part.end], "rows": rows})

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
        if not facts and function.needs_one:
            named = [operand.data for operand in node.operands]
            return NonValue("not_applicable", (min(named),)), False
        if facts and function.replaces == name_kind(facts[0]):
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


def _is_of(fact: Fact, over: str, row: int) -> bool:
    """Tell a rule of one row that does not apply from all else that does not."""
    return isinstance(fact, NonValue) and fact.about[0].startswith(f"{over}[{row}].")


_CONDITION = Operation("boolean", lambda truths: truths[0])
