"""Formulas, for the solver: a walk over the tree, each operation made of its primitives."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from ruletrail.analysis.inference import LEAVES_OUT_SINCE
from ruletrail.analysis.intervals import ANY
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import Call, Constant, Expression, Formula, Name, list_of
from ruletrail.formulas.lookups import Lookup, day_of
from ruletrail.formulas.operations import LOOKUP, Kleene, Operation, Primitive
from ruletrail.proofs import logic, numbers
from ruletrail.proofs.inputs import UnknownList
from ruletrail.proofs.logic import Space, Truth, both, either, negate
from ruletrail.proofs.lookups import constant_term, look_up
from ruletrail.proofs.numbers import Number
from ruletrail.proofs.primitives import Making, kleene, make, watch
from ruletrail.proofs.states import State, under, worst
from ruletrail.proofs.terms import Term, day_term, number_term, pick_term, truth_term
from ruletrail.proofs.texts import Vocabulary
from ruletrail.values import RoundingMode

Item = tuple[Term, Truth]
"""What an aggregate gathers, and whether it counts: it is there, and is not left out."""
Row = tuple[str, int]
"""A list, and the place of one of its rows, from 1."""


@dataclass(frozen=True, slots=True)
class Names:
    """What formulas read: a code, a code in a row, the members of groups, lists, lookups."""

    read: Callable[[str], Term]
    read_row: Callable[[str, int], Term]
    groups: Mapping[str, tuple[str, ...]]
    lists: Callable[[str], UnknownList]
    lookups: Mapping[str, Lookup]
    language: int


class FormulaWalk:
    """Walks formulas; one row's at a time where they are written for rows."""

    def __init__(self, names: Names, space: Space, vocabulary: Vocabulary) -> None:
        """Take what formulas read."""
        self.names, self.space, self.vocabulary = names, space, vocabulary
        self.row: Row | None = None
        self._once: dict[tuple[int, str], Term] = {}

    def formula(self, formula: Formula, row: Row | None = None) -> Term:
        """Encode a formula, in a row or in none."""
        self.row = row
        return self.term(formula.tree)

    def term(self, expression: Expression) -> Term:
        """Encode an expression."""
        match expression:
            case Constant(value=value):
                return constant_term(value, self.vocabulary)
            case Name(code=code):
                return self._read(code)
            case Call():
                return self._call(expression)

    def _read(self, code: str) -> Term:
        if self.row is not None and list_of(code) == self.row[0]:
            return self.names.read_row(code, self.row[1])
        return self.names.read(code)

    def _call(self, call: Call) -> Term:
        if call.over:
            return self._over_rows(call)
        making, operation = Making(self.space), call.operation
        if operation is LOOKUP:
            lookup = self.names.lookups[call.code]
            operands = [self.term(each) for each in call.operands]
            operands += [self.names.read(code) for code in day_of(lookup)]
            return look_up(lookup, operands, making, self.vocabulary)
        if operation.takes_groups and self.names.language >= LEAVES_OUT_SINCE:
            return gather(operation, list(self._items(call)), self.space)
        terms = [term for each in call.operands for term, _ in self._members(call, each)]

        def build(
            primitive: Primitive, *args: Term, decimals: int = 0, mode: RoundingMode = "half_up"
        ) -> Term:
            return make(primitive, args, replace(making, decimals=decimals, mode=mode))

        term: Term = operation.lower(build, terms)
        return term

    def _members(self, call: Call, operand: Expression) -> Iterator[tuple[Term, bool]]:
        """Give an operand, or the members of the group that it names; say which are such."""
        members = None
        if call.operation.takes_groups and isinstance(operand, Name):
            members = self.names.groups.get(operand.code)
        if members is None:
            yield self.term(operand), False
        else:
            yield from ((self.names.read(member), True) for member in members)

    def _items(self, call: Call) -> Iterator[Item]:
        """List what is gathered; a member that does not apply is left out, an argument is not."""
        for operand in call.operands:
            for term, is_member in self._members(call, operand):
                yield term, negate(term.state.does_not_apply) if is_member else True

    def _over_rows(self, call: Call) -> Term:
        """Gather the rows of a list: once for all, for a row's own formula reads them all too."""
        rows = self.names.lists(call.over)
        key = (id(call), self.space.owner)
        if key in self._once:
            return self._once[key]
        row, items = self.row, []
        for at in range(1, rows.most + 1):
            self.row = call.over, at
            term = self.term(call.operands[0])
            exists: Truth = rows.size >= at
            items.append((term, both(exists, negate(term.state.row))))
        self.row = row
        found = gather(call.operation, items, self.space)
        state = worst([State(missing=negate(rows.present)), under(rows.present, found.state)])
        self._once[key] = replace(found, state=state)
        return self._once[key]


# -- Aggregates ------------------------------------------------------------------------------------


def gather(operation: Operation, items: Sequence[Item], space: Space) -> Term:
    """Gather what counts; where nothing does, the result is the operation's own for that."""
    if isinstance(operation.non_values, Kleene):
        return _join(items, decides=operation.non_values.decides)
    state = worst([under(counts, term.state) for term, counts in items])
    match operation.name:
        case "sum":
            return watch(number_term(_total(items), state), space)
        case "count":
            truths = [both(counts, term.truth) for term, counts in items]
            return make("count", [truth_term(truth, state) for truth in truths], Making(space))
        case "min" | "max":
            return _extreme(items, state, greatest=operation.name == "max")
    raise TypeError(f"{operation.name} gathers nothing")


def _join(items: Sequence[Item], *, decides: bool) -> Term:
    """Join truths; one that does not count is as one that settles nothing."""
    terms = [
        Term(
            "boolean",
            under(counts, term.state),
            both(counts, term.truth) if decides else either(negate(counts), term.truth),
        )
        for term, counts in items
    ]
    return kleene(terms, decides=decides)


def _total(items: Sequence[Item]) -> Number:
    zero = numbers.constant(Fraction(0))
    total = zero
    for term, counts in items:
        total = numbers.add(total, numbers.pick(counts, term.number, zero))
    return total


def _extreme(items: Sequence[Item], state: State, *, greatest: bool) -> Term:
    """Find the least, or the greatest, of what counts; of nothing it does not apply."""
    if not items:
        return Term("none", State(not_applicable=True))
    found, has_any = items[0]
    for term, counts in items[1:]:
        is_better = both(counts, either(negate(has_any), _is_better(term, found, greatest)))
        found, has_any = pick_term(is_better, term, found), either(has_any, counts)
    none = both(state.is_value, negate(has_any))
    state = replace(state, not_applicable=either(state.not_applicable, none))
    if found.kind == "date":
        return day_term(found.day, state)
    return number_term(found.number, state)


def _is_better(one: Term, other: Term, greatest: bool) -> Truth:  # noqa: FBT001 - of a walk
    if one.kind == "date" or other.kind == "date":
        is_greater: Truth = one.day > other.day
        is_less: Truth = one.day < other.day
        return is_greater if greatest else is_less
    first, second = (other.number, one.number) if greatest else (one.number, other.number)
    return numbers.less(first, second)


def size_of(rows: UnknownList) -> Term:
    """Give the name of a list: its number of rows."""
    number = Number(logic.of_whole(rows.size), None, ANY, numbers.Digits(12))
    return number_term(number, State(missing=negate(rows.present)))
