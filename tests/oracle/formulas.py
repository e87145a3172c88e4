"""What a formula comes to (sections 2 to 6, 21 to 27), and its parts (section 8)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache

from .calendars import FUNCTIONS as CALENDAR
from .calendars import computed
from .grammar import Formula, Node
from .lookups import Dated, Scale, Table
from .values import (
    Failure,
    Missing,
    NotApplicable,
    Value,
    composed,
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
AGGREGATES = frozenset(["sum", "min", "max", "count", "any", "all"])
JUNCTIONS = {"and": "and", "or": "or", "any": "or", "all": "and"}
TESTS: dict[str, Callable[[str, str], bool]] = {
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": str.__contains__,
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
class Known:
    """What formulas are read with: facts, and what the rulebook and the report have of a kind."""

    facts: dict[str, Value]
    groups: Mapping[str, Sequence[str]]
    language: int = 1
    dated: Mapping[str, Dated] = field(default_factory=dict)
    lookups: Mapping[str, Scale | Table] = field(default_factory=dict)
    rows: Mapping[str, int | None] = field(default_factory=dict)
    gathered: dict = field(default_factory=dict)

    def fact(self, code: str, at: int | None = None) -> Value:
        """Return what a code stands for, in a row if it is a code of one."""
        if code in self.dated:
            return self.dated[code].value(self.fact)
        if "." in code and at is not None:
            code = cell_code(code, at)
        return self.facts[code]


def cell_code(code: str, at: int) -> str:
    """Return the code of a cell, or of a row's conclusion."""
    name, _, cell = code.partition(".")
    return f"{name}[{at}].{cell}"


@dataclass
class Reading:
    """One evaluation of a formula: what is known, the row, and the parts as they come out."""

    formula: Formula
    known: Known
    at: int | None = None
    parts: list[dict[str, object]] = field(default_factory=list)

    def value(self, node: Node) -> Value:
        """Return what an expression comes to, and note its parts."""
        if node.kind == "literal":
            return node.value
        if node.kind == "code":
            return self.known.fact(node.value, self.at)
        if node.kind == "if":
            result, replaced = self._conditional(node), False
        elif gathers(node):
            result, replaced = self._gathered(node), False
        else:
            operands, empty = self._operands(node)
            result = self._result(node, operands, empty)
            replaced = _is_replaced(node.kind, operands)
        self.parts.append({"span": list(node.span), "value": written(result)})
        if replaced:
            self.parts[-1]["replaced"] = True
        return result

    def _operands(self, node: Node) -> tuple[list[Value], str | None]:
        """Return the operands, groups as their members, and the first group that left some out."""
        found: list[Value] = []
        left: list[str] = []
        for part in node.operands:
            if part.kind != "code" or part.value not in self.known.groups:
                found.append(self.value(part))
                continue
            members = [self.known.fact(code) for code in self.known.groups[part.value]]
            if self.known.language > 1:
                left.append(part.value)
                members = [m for m in members if not isinstance(m, NotApplicable)]
            found.extend(members)
        return found, min(left, default=None)

    def _result(self, node: Node, operands: list[Value], empty: str | None) -> Value:
        """Return what an operation gives for its operands."""
        own = self.formula.own_text(node)
        if node.kind in self.known.lookups:
            return self.known.lookups[node.kind].call(operands, self.known.fact, own)
        if node.kind in AGGREGATES and not operands:
            return _of_nothing(node.kind, empty)
        return _result(self.formula, node, operands)

    def _gathered(self, node: Node) -> Value:
        """Gather an argument over all rows of its list (sections 27.3 to 27.5), once."""
        key = self.formula.text, node.span
        if key not in self.known.gathered:
            self.known.gathered[key] = self._over_rows(node)
        value, parts = self.known.gathered[key]
        if self.at is None:
            self.parts.extend(parts)
        else:
            self.parts.extend(skipped(node.operands[0], "of_all_rows"))
        return value

    def _over_rows(self, node: Node) -> tuple[Value, list[dict]]:
        """Work an argument out in each row, and gather what is not left out."""
        (argument,) = node.operands
        (name,) = rows_read(argument)
        size = self.known.rows[name]
        rows = range(1, (size or 0) + 1)
        readings = [Reading(self.formula, self.known, at) for at in rows]
        values = [reading.value(argument) for reading in readings]
        kept = [v for at, v in enumerate(values, 1) if not is_left_out(v, name, at)]
        if size is None:
            value = Missing(frozenset([name]))
        elif not kept:
            value = _of_nothing(node.kind, name)
        else:
            if all(type(each) is Fraction for each in kept):
                kept.sort()  # rows have no order: from the least (section 2.5)
            value = _result(self.formula, node, kept)
        once = Reading(self.formula, self.known)
        for inner in aggregates(argument):
            if any(_comes_to(reading, inner) for reading in readings):
                once.value(inner)
            else:
                once.parts.extend(skipped(inner, "branch_not_taken"))
        return value, list(_of_rows(argument, once.parts, [r.parts for r in readings]))

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
                self.parts.extend(skipped(branch, "branch_not_taken", in_row=self.at is not None))
        return result


def is_left_out(value: Value, name: str, at: int) -> bool:
    """Say whether a row is left out: it does not apply by a rule of that row (section 27.4)."""
    return isinstance(value, NotApplicable) and value.code.startswith(f"{name}[{at}].")


def _comes_to(reading: Reading, node: Node) -> bool:
    """Say whether a row worked an expression out (section 27.3)."""
    span = list(node.span)
    return any(part["span"] == span and "value" in part for part in reading.parts)


def _of_nothing(kind: str, code: str | None) -> Value:
    """Return what an aggregate gives where nothing is left (section 27.4)."""
    if kind in {"sum", "count"}:
        return Fraction(0)
    return kind == "all" if kind in {"any", "all"} else NotApplicable(code)


def _of_rows(node: Node, once: list[dict], parts: list[list[dict]]) -> Iterator[dict[str, object]]:
    """Write the parts of an argument: what each came to in each row, or once for all."""
    whole = {tuple(part["span"]): part for part in once}
    for index, part in enumerate(skipped(node, "")):
        span = part["span"]
        rows = [{k: v for k, v in row[index].items() if k != "span"} for row in parts]
        yield whole.get(tuple(span), {"span": span, "rows": rows})


def aggregates(node: Node) -> Iterator[Node]:
    """List the aggregates over rows of an expression, those inside others aside."""
    if gathers(node):
        yield node
        return
    for operand in node.operands:
        yield from aggregates(operand)


def gathers(node: Node) -> bool:
    """Say whether a call is an aggregate over rows: it has one argument, which reads a row."""
    return node.kind in AGGREGATES and len(node.operands) == 1 and bool(rows_read(node.operands[0]))


@lru_cache(maxsize=65536)
def rows_read(node: Node) -> frozenset[str]:
    """List the lists whose rows an expression reads, without the aggregates inside it."""
    if node.kind == "code":
        name, _, cell = node.value.partition(".")
        return frozenset([name] if cell else [])
    if gathers(node):
        return frozenset()
    return frozenset().union(*(rows_read(operand) for operand in node.operands))


def skipped(node: Node, reason: str, *, in_row: bool = False) -> Iterator[dict[str, object]]:
    """List the parts of an expression that was not evaluated."""
    inner = "of_all_rows" if in_row and gathers(node) else reason
    for operand in node.operands:
        yield from skipped(operand, inner, in_row=in_row)
    if node.is_part:
        yield {"span": list(node.span), "skipped": reason}


def codes_read(node: Node, known: Known) -> Iterator[str]:
    """List the codes of an expression in the order written, groups and lookups written out."""
    if node.kind == "code":
        for code in known.groups.get(node.value, [node.value]):
            yield code
            if code in known.dated:
                yield known.dated[code].day
    lookup = known.lookups.get(node.kind)
    if lookup is not None:
        for code in lookup.reads():
            yield code
            if code in known.dated:
                yield known.dated[code].day
        if lookup.day:
            yield lookup.day
    for operand in node.operands:
        yield from codes_read(operand, known)


def _is_replaced(kind: str, operands: list[Value]) -> bool:
    """Say whether `default` or `if_missing` used its second argument."""
    wanted = {"default": NotApplicable, "if_missing": Missing}.get(kind)
    return wanted is not None and isinstance(operands[0], wanted)


def _result(formula: Formula, node: Node, operands: list[Value]) -> Value:
    """Return what an operator or function gives for its operands."""
    kind = node.kind
    if kind in JUNCTIONS:
        return junction(JUNCTIONS[kind], operands)
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
    own = formula.own_text(node)
    days = kind in CALENDAR or (kind in {"+", "-"} and any(isinstance(o, date) for o in operands))
    result = computed(kind, operands, own) if days else _strict(node, operands)
    return measured(result, own) if isinstance(result, Fraction) else result


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
    if kind == "size":
        return operands[0]
    if kind in TESTS:
        return TESTS[kind](operands[0], composed(operands[1]))
    return {"min": min, "max": max, "abs": lambda many: abs(many[0])}[kind](operands)
