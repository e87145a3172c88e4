"""Kind and unit of each formula before any report, the checker's own (docs/semantics.md 7.4, 7.5).

What no rulebook may say, no trail may state: an operand of another kind, units that clash, a text
compared with one that it can never be. Branches that were not taken are looked at too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Protocol

from ruletrail.verification.calendar import make_day
from ruletrail.verification.facts import name_type
from ruletrail.verification.failures import Failure
from ruletrail.verification.grammar import Node, Parsed, in_same_row
from ruletrail.verification.operations import FUNCTIONS, INFIX, PREFIX, Operation

Kind = Literal["number", "text", "boolean", "date", "any", "list"]
"""`any` is of every kind: what is not encoded; `list` is the name of a list of rows, no value."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The kind, the unit if one is declared, and the texts that it may be (none: any text)."""

    kind: Kind
    unit: str | None = None
    words: frozenset[str] = frozenset()


Lookup = Callable[[str], Signature]
Grouped = Mapping[str, Signature]


def check_rows(parsed: Parsed, row_of: str) -> None:
    """Stop at a code of a row where no row of its list is; `row_of` is the list of the step."""
    waiting = [(parsed.tree, row_of)]
    while waiting:
        node, over = waiting.pop()
        for each in in_same_row(node):
            if each.kind == "name" and "." in each.data and each.data.partition(".")[0] != over:
                raise Failure("trail-types", text=each.data)
            if each.over:
                waiting.append((each.operands[0], each.over))


class Called(Protocol):
    """What a scale or a table takes and gives."""

    @property
    def keys(self) -> tuple[Signature, ...]:
        """What its arguments must be."""

    @property
    def gives(self) -> Signature:
        """What it answers."""


Calls = Mapping[str, Called]


def infer(parsed: Parsed, lookup: Lookup, groups: Grouped, calls: Calls) -> Signature:
    """Infer a formula's signature; stops where the language does not have such a formula."""
    return _Inference(parsed.text, lookup, groups, calls).of(parsed.tree)


def infer_condition(parsed: Parsed, lookup: Lookup, groups: Grouped, calls: Calls) -> None:
    """Stop where a condition is not a boolean."""
    inference = _Inference(parsed.text, lookup, groups, calls)
    inference.demand(parsed.tree, inference.of(parsed.tree), "boolean")


def infer_group(name: str, members: Sequence[Signature]) -> Signature:
    """Infer what stands for a group: its members are of one kind and of one unit."""
    kinds = list(dict.fromkeys(each.kind for each in members if each.kind != "any"))
    units = list(dict.fromkeys(each.unit for each in members if each.unit is not None))
    if len(kinds) > 1 or len(units) > 1:
        raise Failure("trail-types", text=name)
    return Signature(kinds[0] if kinds else "any", units[0] if units else None)


def join_formulas(code: str, found: Sequence[Signature], *, is_whole: bool) -> Signature:
    """Join the formulas of one rule, of one kind and of one unit; one not encoded is of every kind.

    Without that, `is_whole`, any text may come out.
    """
    joined = infer_group(code, found)
    is_open = not is_whole or any(not each.words for each in found)
    words = frozenset[str]() if is_open else frozenset().union(*(each.words for each in found))
    return Signature(joined.kind, joined.unit, words)


class _Inference:
    """One pass over one formula."""

    def __init__(self, text: str, lookup: Lookup, groups: Grouped, calls: Calls) -> None:
        self.text, self.lookup, self.groups, self.calls = text, lookup, groups, calls

    def misfit(self, node: Node) -> Failure:
        return Failure("trail-types", text=self.text[node.start : node.end])

    def demand(self, node: Node, found: Signature, kind: str) -> None:
        if found.kind not in (kind, "any"):
            raise self.misfit(node)

    def of(self, node: Node) -> Signature:
        if node.kind == "literal":
            words = frozenset([node.value]) if isinstance(node.value, str) else frozenset[str]()
            return Signature(name_type(node.value), None, words)
        if node.kind == "name":
            if node.data in self.groups or node.data in self.calls:
                raise self.misfit(node)
            found = self.lookup(node.data)
            if found.kind == "list":
                raise self.misfit(node)
            return found
        if node.kind == "lookup":
            return self.called(node)
        if node.kind == "choice":
            return self.choice(node)
        table: Mapping[str, Operation] = FUNCTIONS
        if node.kind != "call":
            table = PREFIX if node.kind == "prefix" else INFIX
        return self.applied(node, table[node.data])

    def choice(self, node: Node) -> Signature:
        body, test, other = node.operands
        self.demand(test, self.of(test), "boolean")
        found = [self.of(body), self.of(other)]
        units = {each.unit for each in found if each.unit is not None}
        return self.either(node, found, units.pop() if len(units) == 1 else None)

    def called(self, node: Node) -> Signature:
        """Give what a scale or table gives, where each argument is of the kind of its key."""
        called = self.calls.get(node.data)
        if called is None or len(called.keys) != len(node.operands):
            raise self.misfit(node)
        for operand, key in zip(node.operands, called.keys, strict=True):
            found = self.of(operand)
            self.demand(operand, found, key.kind)
            self.shared_unit(operand, [key, found])
        return called.gives

    def applied(self, node: Node, operation: Operation) -> Signature:
        found = [self.operand(operand, operation) for operand in node.operands]
        kinds = [each.kind for each in found]
        if operation.days == "moved" and ("date" in kinds or "any" in kinds):
            if "date" not in kinds:
                self.shared_unit(node, found)
            return self.moved(node, kinds)
        if operation.days == "alike" and "date" in kinds:
            alike = self.either(node, found, self.shared_unit(node, found))
            return alike if operation.gives == "number" else Signature("boolean")
        if operation.days == "alike" and operation.gives == "number" and set(kinds) == {"any"}:
            return Signature("any")
        if node.data == "date" and all(each.kind == "literal" for each in node.operands):
            self.demand_day(node)
        if operation.takes == "date":
            needed = ["date", "number"] if operation.counts else ["date"] * len(found)
            for operand, signature, kind in zip(node.operands, found, needed, strict=True):
                self.demand(operand, signature, kind)
        if operation.takes in ("number", "text", "boolean"):
            for operand, signature in zip(node.operands, found, strict=True):
                self.demand(operand, signature, operation.takes)
        if operation.takes == "list" and found[0].kind != "list":
            raise self.misfit(node)
        unit = self.shared_unit(node, found) if operation.units == "agree" else None
        if operation.takes == "alike":
            alike = self.either(node, found, unit)
            if operation.gives == "alike":
                return alike
            self.possible(node, found)
        if operation.gives in ("boolean", "date"):
            return Signature("date" if operation.gives == "date" else "boolean")
        return Signature("number", found[0].unit if operation.units == "first" else unit)

    def demand_day(self, node: Node) -> None:
        """Stop at a day that is written out and does not exist."""
        try:
            make_day([Fraction(str(each.value)) for each in node.operands])
        except ValueError:
            raise self.misfit(node) from None

    def moved(self, node: Node, kinds: Sequence[Kind]) -> Signature:
        """Infer a sum or difference with a day, or with what may be one."""
        sides = tuple(kinds)
        if any(kind not in ("number", "date", "any") for kind in sides):
            raise self.misfit(node)
        if node.data == "-" and sides[1] == "date":
            if sides[0] == "number":
                raise self.misfit(node)
            return Signature("number")
        if sides == ("date", "date"):
            raise self.misfit(node)
        return Signature("date" if "date" in sides else "any")

    def operand(self, node: Node, operation: Operation) -> Signature:
        if operation.groups and node.kind == "name" and node.data in self.groups:
            return self.groups[node.data]
        if node.kind == "name" and node.data not in self.groups and self.is_list(node.data):
            is_asked = operation.takes == "list" or operation is FUNCTIONS["is_missing"]
            return self.lookup(node.data) if is_asked else self.of(node)
        return self.of(node)

    def is_list(self, code: str) -> bool:
        return self.lookup(code).kind == "list"

    def shared_unit(self, node: Node, found: Sequence[Signature]) -> str | None:
        units = list(dict.fromkeys(each.unit for each in found if each.unit is not None))
        if len(units) > 1:
            raise self.misfit(node)
        return units[0] if units else None

    def either(self, node: Node, found: Sequence[Signature], unit: str | None) -> Signature:
        """Join expressions of which one is the result, or which are compared."""
        kinds = list(dict.fromkeys(each.kind for each in found if each.kind != "any"))
        if len(kinds) > 1:
            raise self.misfit(node)
        is_open = any(not each.words for each in found)
        words = frozenset[str]() if is_open else frozenset().union(*(each.words for each in found))
        return Signature(kinds[0] if kinds else "any", unit, words)

    def possible(self, node: Node, found: Sequence[Signature]) -> None:
        """Stop at a text that the other side can never be."""
        first, *others = found
        for other in others:
            if first.words and other.words and first.words.isdisjoint(other.words):
                raise self.misfit(node)
