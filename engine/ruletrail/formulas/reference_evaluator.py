"""The reference evaluator of formulas: simpleeval over exact facts, every value recorded.

The only place that imports simpleeval. It gets closed tables of operators and functions, no names
but ours, and flat facts; the whole meaning of non-values is here and in `values.worst`.
"""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import cast

from simpleeval import SimpleEval

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas.lexer import CONSTANTS
from ruletrail.formulas.lookups import BandScale, DatedLookup, KeyedTable, Lookup, day_of
from ruletrail.formulas.operations import (
    BY_PYTHON,
    LOOKUP,
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
    lookup_of,
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
    Value,
    is_non_value,
    is_too_large,
    worst,
)

ReadFact = Callable[[str], Fact | tuple[Fact, ...] | Lookup]
"""Give the fact of a code, the facts of a group's members, or a scale or table."""


@dataclass(frozen=True, slots=True)
class Rows:
    """How a formula of language 2 reads the rows of lists, and in which row it stands.

    `count` gives the number of rows of a list, None where it was not supplied; `read` gives a code
    of a row, which is counted from 1. `row` is 0 where the formula stands in none. `once` are the
    aggregates of the formula by their place among its parts, where they were worked out before,
    for all rows.
    """

    count: Callable[[str], int | None]
    read: Callable[[str, int], Fact]
    row: int = 0
    once: Mapping[int, Fact] | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Why a sub-expression was not evaluated."""

    reason: str


@dataclass(frozen=True, slots=True)
class Part:
    """What a sub-expression came to; `replaced` where its second argument was used.

    `rows` are its outcomes for each row, where it stands in the argument of an aggregate.
    """

    outcome: Fact | Skipped
    replaced: bool = False
    rows: "tuple[Part, ...] | None" = None


@dataclass(frozen=True, slots=True)
class Derivation:
    """A formula, its value, and the outcomes of its parts, in the order of `Formula.spans`."""

    formula: Formula
    value: Fact
    parts: tuple[Part, ...]


BRANCH_NOT_TAKEN = Skipped("branch_not_taken")
OF_ALL_ROWS = Skipped("of_all_rows")
"""It stands in an aggregate that was worked out before, once for all rows."""
OF_EACH_ROW = Skipped("of_each_row")
"""It is worked out in each row by itself."""


def evaluate_formula(formula: Formula, read: ReadFact, rows: Rows | None = None) -> Derivation:
    """Evaluate a formula over facts; never raises for a formula that linking accepted.

    `rows` reads lists, for language 2, where what does not apply in a group is left out; without
    it the formula is one of language 1.
    """
    walker = _Walker(formula, read, rows)
    value = walker.walk(formula.python)
    skipped = [Part(BRANCH_NOT_TAKEN)] * len(formula.nodes)
    if rows is not None and rows.once is not None:
        for at in _inside_aggregates(formula):
            skipped[at] = Part(OF_ALL_ROWS)
    return Derivation(formula, value, walker.parts(skipped))


def evaluate_aggregates(formula: Formula, read: ReadFact, rows: Rows) -> Derivation:
    """Evaluate the aggregates over rows in a formula of a row, and nothing else of it.

    They are the same in each row, so that no row has to go through all the others.
    """
    walker, inside = _Walker(formula, read, rows), _inside_aggregates(formula)
    for at, node in enumerate(formula.nodes):
        if at not in inside and list_over(node):
            walker.walk(node)
    skipped = [
        Part(BRANCH_NOT_TAKEN if at in inside else OF_EACH_ROW) for at in range(len(formula.nodes))
    ]
    return Derivation(formula, NotApplicable(""), walker.parts(skipped))


def evaluate_part(formula: Formula, at: int, read: ReadFact, rows: Rows | None = None) -> Fact:
    """Evaluate one part of a formula, by its place, and nothing else of it."""
    return _Walker(formula, read, rows).walk(formula.nodes[at])


def _inside_aggregates(formula: Formula) -> frozenset[int]:
    """Find the places of the parts that stand in the argument of an aggregate over rows."""
    inside = {
        id(below)
        for node in formula.nodes
        if list_over(node)
        for operand in operands_of(node)
        for below in ast.walk(operand)
    }
    return frozenset(at for at, node in enumerate(formula.nodes) if id(node) in inside)


def list_over(node: ast.expr) -> str:
    """Name the list whose rows a call gathers: that of its one argument; empty where none."""
    is_open = isinstance(node, ast.Call) and operation_of(node).takes_groups
    if not is_open or len(operands_of(node)) != 1:
        return ""
    waiting = list(operands_of(node))
    while waiting:
        top = waiting.pop()
        if isinstance(top, ast.Attribute):
            return cast("ast.Name", top.value).id
        if not list_over(top):
            waiting.extend(operands_of(top))
    return ""


def skip_formula(formula: Formula, reason: str) -> Derivation:
    """Record a formula that was not evaluated at all."""
    return Derivation(
        formula, NotApplicable(""), tuple(Part(Skipped(reason)) for _ in formula.parts)
    )


class _Walker(SimpleEval):  # type: ignore[misc]  # simpleeval ships no types
    """simpleeval with our meaning: it finds each node's handler, the table says what that does."""

    def __init__(self, formula: Formula, read: ReadFact, rows: Rows | None) -> None:
        # what simpleeval begins with, made once: it changes the filters of warnings each time
        self.__dict__.update(_BEGUN)
        self.formula, self.read, self.rows = formula, read, rows
        self.row = rows.row if rows is not None else 0
        self.recorded: dict[int, Part] = {}
        self.gathered: dict[int, Fact] = {}
        """The aggregates over rows worked out so far: none depends on the row it is asked in."""
        self.of_rows: dict[int, Part] = {}
        """The parts that are the same in every row, and those that are of all rows."""
        self.nodes = {
            ast.Attribute: self._row_code,
            ast.Constant: self._constant,
            ast.Name: self._name,
            **dict.fromkeys(_CALLS, self._call),
        }

    def walk(self, node: ast.expr) -> Fact:
        return cast("Fact", self._eval(node))

    def parts(self, skipped: Sequence[Part]) -> tuple[Part, ...]:
        """List what the parts came to; those that were not reached are `skipped`."""
        found = {**self.recorded, **self.of_rows}
        pairs = zip(self.formula.nodes, skipped, strict=True)
        return tuple([found.get(id(node), otherwise) for node, otherwise in pairs])

    def _text(self, node: ast.expr) -> str:
        start, end = span_of(node, self.formula.text)
        return self.formula.text[start:end]

    def _constant(self, node: ast.Constant) -> Fact:
        # the exact number is in the text; what Python made of it may be a float
        return node.value if isinstance(node.value, str) else read_literal(self._text(node))

    def _name(self, node: ast.Name) -> Fact | tuple[Fact, ...] | Lookup:
        return node.id == "true" if node.id in CONSTANTS else self.read(node.id)

    def _row_code(self, node: ast.Attribute) -> Fact:
        return cast("Rows", self.rows).read(self._text(node), self.row)

    def _call(self, node: ast.expr) -> Fact:
        operation = operation_of(node)
        if self.rows is not None and operation.takes_groups:
            over = list_over(node)
            return (
                self._over_rows(operation, node, over) if over else self._aggregate(operation, node)
            )
        replaced = False
        match operation.non_values:
            # a choice alone does not evaluate all its operands, so it is asked first
            case Chooses():
                fact = self._choose(cast("ast.IfExp", node))
            case Strict() if operation is LOOKUP:
                facts = [*self._facts(node), *self._day_of_call(node)]
                fact = self._apply(operation, facts, node)
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

    def _day_of_call(self, node: ast.expr) -> list[Fact]:
        """Read the day that decides what is called, if it changes with one."""
        called = self.read(lookup_of(node))
        days = day_of(called if isinstance(called, DatedLookup) else None)
        return [cast("Fact", self.read(day)) for day in days]

    # -- Aggregates of language 2 ------------------------------------------------------------------

    def _aggregate(self, operation: Operation, node: ast.expr) -> Fact:
        """Apply a function to values and groups; a member that does not apply is left out."""
        facts: list[Fact] = []
        groups: list[str] = []
        for operand in operands_of(node):
            found = self._eval(operand)
            if isinstance(found, tuple):
                groups.append(cast("ast.Name", operand).id)
                facts += [each for each in found if not isinstance(each, NotApplicable)]
            else:
                facts.append(found)
        fact = self._gather(operation, facts, node, groups)
        self.recorded[id(node)] = Part(fact)
        return fact

    def _over_rows(self, operation: Operation, node: ast.expr, over: str) -> Fact:
        """Apply a function to what its argument comes to in each row, once for all rows."""
        rows = cast("Rows", self.rows)
        if id(node) not in self.gathered:
            if rows.once is not None:
                at = next(at for at, each in enumerate(self.formula.nodes) if each is node)
                fact = rows.once[at]
            else:
                facts = self._each_row(operands_of(node)[0], over)
                fact = self._gather(operation, _from_the_least(facts), node, [over])
            self.gathered[id(node)] = fact
            self.of_rows[id(node)] = Part(fact)
        return self.gathered[id(node)]

    def _each_row(self, argument: ast.expr, over: str) -> list[Fact]:
        """Evaluate an argument in each row; without the rows in which a rule of it does not apply.

        A list that was not supplied is missing.
        """
        count = cast("Rows", self.rows).count(over)
        before, recorded = self.row, self.recorded
        facts: list[Fact] = []
        columns: list[dict[int, Part]] = []
        for self.row in range(1, (count or 0) + 1):
            self.recorded = {}
            fact = self.walk(argument)
            columns.append(self.recorded)
            if not (isinstance(fact, NotApplicable) and is_of_row(fact.code, over, self.row)):
                facts.append(fact)
        self.row, self.recorded = before, recorded
        for inner in _in_same_row(argument):
            rows = [column.get(id(inner), Part(BRANCH_NOT_TAKEN)) for column in columns]
            self.of_rows[id(inner)] = Part(OF_EACH_ROW, rows=tuple(rows))
        return [Missing((over,))] if count is None else facts

    def _gather(
        self, operation: Operation, facts: Sequence[Fact], node: ast.expr, names: Sequence[str]
    ) -> Fact:
        """Apply a function to what is left; `names` are those of the list or groups gathered."""
        if not facts:
            return NotApplicable(min(names)) if operation.of_none is None else operation.of_none
        if isinstance(operation.non_values, Kleene):
            return kleene(facts, decides=operation.non_values.decides)
        return self._apply(operation, facts, node)

    def _choose(self, node: ast.IfExp) -> Fact:
        test = self.walk(node.test)
        if is_non_value(test):
            return test
        return self.walk(node.body if test else node.orelse)

    def _apply(self, operation: Operation, facts: Sequence[Fact], node: ast.expr) -> Fact:
        non_value = worst(facts)
        if non_value is not None:
            return non_value
        if operation is LOOKUP:
            return self._look_up(cast("Sequence[Value]", facts), node)
        value = operation.evaluate(facts)
        if isinstance(value, Fault):
            blamed = operands_of(node)[value.operand] if value.operand >= 0 else node
            return ErrorValue(value.cause, self._text(blamed))
        if isinstance(value, Fraction) and is_too_large(value):
            return ErrorValue("limit", self._text(node))
        return value

    def _look_up(self, values: Sequence[Value], node: ast.expr) -> Fact:
        found = self.read(lookup_of(node))
        if not isinstance(found, BandScale | KeyedTable | DatedLookup):
            raise TypeError(f"linking admits no call of {lookup_of(node)}")
        fact = found.look_up(values)
        if isinstance(fact, Fraction) and is_too_large(fact):
            return ErrorValue("limit", self._text(node))
        return fact


def _from_the_least(facts: Sequence[Fact]) -> Sequence[Fact]:
    """Put the numbers of rows in order: rows have none, and the limit is on partial sums."""
    numbers = [fact for fact in facts if isinstance(fact, Fraction)]
    return sorted(numbers) if len(numbers) == len(facts) else facts


def _in_same_row(argument: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of an argument that have an outcome in each row."""
    waiting = [argument]
    while waiting:
        top = waiting.pop()
        if isinstance(top, _CALLS) and not list_over(top):
            yield top
            waiting.extend(operands_of(top))


def is_of_row(code: str, over: str, row: int) -> bool:
    """Tell a code of one row of a list, `LIST[2].NAME`, from any other."""
    return code.startswith(f"{over}[{row}].")


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
_BEGUN = vars(SimpleEval(operators=dict(_OPERATORS), functions={}, names={})).copy()
