"""What formulas can still come to, and through which missing inputs.

One walk over a formula's tree gives both: the possible outcomes, and the inputs that they can hang
on. An expression that is settled hangs on nothing, and what is set aside for certain (a branch that
cannot be taken, a second operand that cannot be used) is not looked at. Inputs are bits of a whole
number, so that sets of them are joined in one step.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, Literal

from ruletrail.analysis import intervals
from ruletrail.analysis.bounds import primitive_node
from ruletrail.analysis.ir import Node
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import Call, Constant, Expression, Name, list_of
from ruletrail.formulas.lookups import Lookup, day_of
from ruletrail.formulas.operations import (
    IN,
    LOOKUP,
    NOT_IN,
    RELATIONS,
    Asks,
    Chooses,
    Fault,
    Kleene,
    Operation,
    Primitive,
    Replaces,
    Strict,
)
from ruletrail.needs.days import MOVES, move_days, read_days
from ruletrail.needs.lookups import Answers, look_up
from ruletrail.needs.possible import (
    ALL_GAPS,
    ANYTHING,
    ERROR,
    LEFT_OUT,
    MOST_LISTED,
    NO_GAPS,
    NOT_APPLICABLE,
    TRUTHS,
    Gaps,
    Possible,
    anything_of,
    exactly,
    node_of,
    of_node,
    unite,
    worst_gaps,
)
from ruletrail.trails import code_in_row
from ruletrail.values import RoundingMode, Value, is_too_large, round_number

_BOUNDED: frozenset[Primitive] = frozenset({
    "neg", "pos", "abs", "add", "sub", "mul", "div", "mod", "sum", "min", "max", "count", "length",
    "round", "make_day", "move_day", "add_months", "add_years", "count_days",
})  # fmt: skip
"""The primitives whose intervals are relied on here; another one's result can be anything."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What something can come to, and the inputs that this hangs on, as bits."""

    possible: Possible
    inputs: int = 0

    @property
    def settled(self) -> "Seen":
        """The same, hanging on nothing where it is settled."""
        return Seen(self.possible) if self.inputs and self.possible.is_settled else self


class _NotUnderstoodError(Exception):
    """A calculation is made of what is not known here."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What formulas read: `read` tells of a code, `count` of a list that is there how many rows.

    `reach` names the inputs that an expression reads at all, as bits. `leaves_out`: members of
    groups that do not apply are left out of what gathers them.
    """

    read: Callable[[str], Seen]
    count: Callable[[str], int | None]
    reach: Callable[[Expression], int]
    groups: Mapping[str, tuple[str, ...]]
    lookups: Mapping[str, Lookup]
    answers: Answers
    leaves_out: bool


@dataclass(frozen=True, slots=True)
class ExpressionWalk:
    """Walks formulas, in a row or (0) in none; `kept` holds what was seen, by expression and row.

    `unknown` are the inputs that anything not understood may hang on.
    """

    sources: Sources
    unknown: int
    kept: dict[tuple[int, int], Seen] = field(default_factory=dict)
    row: int = 0

    def see(self, expression: Expression) -> Seen:
        """Tell what an expression can come to."""
        match expression:
            case Constant(value=value):
                return Seen(exactly(value))
            case Name(code=code):
                return self.sources.read(code_in_row(code, self.row) if list_of(code) else code)
            case Call(over=str() as over) if over:
                return self._see_rows(expression)
            case Call():
                seen = self._see_call(expression).settled
            case _:
                seen = Seen(ANYTHING, self.unknown)
        # by identity: the trees live as long as their rulebook
        self.kept[id(expression), self.row] = seen
        return seen

    def operands(self, call: Call) -> list[Seen]:
        """Tell of the operands; a group stands for its members."""
        written, members = self._sort(call)
        return written if members is None else [*written, *members]

    def _sort(self, call: Call) -> tuple[list[Seen], list[Seen] | None]:
        """Tell of the operands that are written out, and of the members of groups among them."""
        written: list[Seen] = []
        gathered: list[Seen] | None = None
        for operand in call.operands:
            members = None
            if call.operation.takes_groups and isinstance(operand, Name):
                members = self.sources.groups.get(operand.code)
            if members is None:
                written.append(self.see(operand))
            else:
                gathered = [*(gathered or ()), *map(self.sources.read, members)]
        return written, gathered

    def _see_rows(self, call: Call) -> Seen:
        """Tell what gathers rows, once for all of them; what a row's rule sets aside is left out.

        Of a list that was not supplied nothing is known.
        """
        found = self.kept.get((id(call), 0))
        if found is not None:
            return found
        count = self.sources.count(call.over)
        if count is None:
            kind = call.operation.gives
            seen = Seen(anything_of(kind, ALL_GAPS - LEFT_OUT), self.sources.reach(call))
        else:
            rows = [replace(self, row=row).see(call.operands[0]) for row in range(1, count + 1)]
            seen = gather(call.operation, [], rows, LEFT_OUT)
        self.kept[id(call), 0] = seen
        return seen

    def _see_call(self, call: Call) -> Seen:
        operation = call.operation
        if self.sources.leaves_out and operation.takes_groups:
            written, members = self._sort(call)
            if members is not None:
                return gather(operation, written, members, NOT_APPLICABLE)
        match operation.non_values:
            case Chooses():
                body, test, other = call.operands
                return choose(self.see(test), lambda: self.see(body), lambda: self.see(other))
            case Strict() if operation is LOOKUP:
                lookup = self.sources.lookups.get(call.code)
                seen = [*self.operands(call), *map(self.sources.read, day_of(lookup))]
                operands = [each.possible for each in seen]
                return Seen(look_up(lookup, operands, self.sources.answers), _join(seen))
            case Strict():
                seen = self.operands(call)
                return Seen(_calculate(operation, [each.possible for each in seen]), _join(seen))
            case Kleene(decides):
                return join(self.operands(call), decides=decides)
            case Replaces(kind):
                first, second = self.operands(call)
                return _replace(first, second, _gaps_of(kind))
            case Asks(kind, answer):
                (asked,) = self.operands(call)
                return Seen(_ask(asked.possible, _gaps_of(kind), answer=answer), asked.inputs)
            case _:
                return Seen(ANYTHING, self.unknown)


def _gaps_of(kind: Literal["missing", "not_applicable"]) -> Gaps:
    return NOT_APPLICABLE | LEFT_OUT if kind == "not_applicable" else frozenset({kind})


def _join(seen: Sequence[Seen]) -> int:
    inputs = 0
    for each in seen:
        inputs |= each.inputs
    return inputs


# -- What non-values do ----------------------------------------------------------------------------


def choose(test: Seen, body: Callable[[], Seen], other: Callable[[], Seen]) -> Seen:
    """Tell of a conditional; a branch that cannot be taken is not looked at."""
    taken = [Seen(Possible(frozenset(), test.possible.gaps), test.inputs)]
    taken += [body()] if test.possible.may_be(True) else []
    taken += [other()] if test.possible.may_be(False) else []
    return Seen(unite([each.possible for each in taken]), _join(taken))


def join(seen: Sequence[Seen], *, decides: bool) -> Seen:
    """Tell of Kleene's `and` (decides=False) or `or`; one that surely decides is the answer."""
    may_decide, may_fail = False, True
    for each in seen:
        possible = each.possible
        decided, failed = possible.may_be(decides), possible.may_be(not decides)
        if decided and not failed and not possible.gaps:
            return Seen(exactly(decides))
        may_decide, may_fail = may_decide or decided, may_fail and failed
    values: set[Value] = {decides} if may_decide else set()
    values |= {not decides} if may_fail else set()
    gaps = worst_gaps([each.possible for each in seen])
    return Seen(Possible(frozenset(values), gaps), _join(seen))


def _replace(first: Seen, second: Seen, kind: Gaps) -> Seen:
    kept = Possible(first.possible.values, first.possible.gaps - kind, first.possible.size)
    if not first.possible.gaps & kind:
        return first
    return Seen(unite([kept, second.possible]), first.inputs | second.inputs)


def _ask(asked: Possible, kind: Gaps, *, answer: bool) -> Possible:
    values: set[Value] = {answer} if asked.gaps & kind else set()
    if asked.has_values or asked.gaps - kind - ERROR:
        values.add(not answer)
    return Possible(frozenset(values), asked.gaps & ERROR)


# -- What gathers rows and groups ------------------------------------------------------------------


def gather(
    operation: Operation, written: Sequence[Seen], gathered: Sequence[Seen], leaves: Gaps
) -> Seen:
    """Tell what a function of rows or groups can give, where `leaves` of what is gathered is out.

    What may be left out makes no difference then: it can be what adds nothing or, of the least and
    greatest, what another one is that stays.
    """
    left = [each for each in gathered if each.possible.has_values or each.possible.gaps - leaves]
    sure = [*written, *(each for each in left if not each.possible.gaps & leaves)]
    none = Possible(frozenset(), NOT_APPLICABLE)
    if not written and not left:
        value = operation.of_none
        return Seen(none if value is None else exactly(value))
    instead = _makes_no_difference(operation, sure)
    filled = [*written, *(_fill(each, leaves, instead) for each in left)]
    possible = [each.possible for each in filled]
    match operation.non_values:
        case Kleene(decides):
            return join(filled, decides=decides).settled
        case Strict() if operation.of_none is None and not sure:
            # each may be all that is left, and so decide
            return Seen(unite([*possible, none]), _join(gathered))
        case Strict():
            return Seen(_calculate(operation, possible), _join(filled)).settled
        case _:
            return Seen(ANYTHING, _join([*written, *gathered]))


def _makes_no_difference(operation: Operation, sure: Sequence[Seen]) -> Possible:
    if operation.of_none is None:
        return sure[0].possible if sure else Possible(frozenset())
    # what is counted is a condition, and the count of none a number
    is_counted = operation.takes[0] == "boolean" and operation.gives == "number"
    return exactly(False if is_counted else operation.of_none)


def _fill(seen: Seen, leaves: Gaps, instead: Possible) -> Seen:
    """Put what makes no difference in the place of what may be left out."""
    possible = seen.possible
    if not possible.gaps & leaves:
        return seen
    kept = Possible(possible.values, possible.gaps - leaves, possible.size)
    return Seen(unite([kept, instead]), seen.inputs).settled


# -- Values ----------------------------------------------------------------------------------------


def _calculate(operation: Operation, operands: Sequence[Possible]) -> Possible:
    """Tell what an operation over values can give, non-values among them deciding."""
    gaps = worst_gaps(operands)
    if not all(each.has_values for each in operands):
        return Possible(frozenset(), gaps)
    lists = [each.values for each in operands if isinstance(each.values, frozenset)]
    is_short = len(lists) == len(operands) and prod(map(len, lists)) <= MOST_LISTED
    if is_short and operation.exact is not None:
        return _try_all(operation.exact, lists, gaps)
    if operation.name in RELATIONS or operation in (IN, NOT_IN):
        return Possible(_compare(operation, operands), gaps)
    if operation.gives == "boolean":
        return Possible(TRUTHS, gaps if operation.takes_literal else gaps | ERROR)
    days = read_days(operation, operands, gaps)
    if days is not None:
        return days
    return _bound(operation, operands, gaps)


def _try_all(
    exact: Callable[[Sequence[Any]], Value | Fault],
    lists: Sequence[frozenset[Value]],
    gaps: Gaps,
) -> Possible:
    found: set[Value] = set()
    for values in product(*lists):
        value = exact(values)
        if isinstance(value, Fault) or (isinstance(value, Fraction) and is_too_large(value)):
            gaps |= ERROR
        else:
            found.add(value)
    return Possible(frozenset(found), gaps)


def _compare(operation: Operation, operands: Sequence[Possible]) -> frozenset[Value]:
    """Tell which truths a comparison can have."""
    wanted = RELATIONS.get(operation.name)
    left, *others = operands
    if wanted is not None:
        relation = _relate(left, others[0])
        return frozenset([True] * bool(relation & wanted) + [False] * bool(relation - wanted))
    is_inside = operation is IN
    if not any("=" in _relate(left, item) for item in others):
        return frozenset({not is_inside})
    sure = frozenset(item for each in others if each.is_settled for item in _listed(each))
    if isinstance(left.values, frozenset) and left.values <= sure:
        return frozenset({is_inside})
    return TRUTHS


def _listed(possible: Possible) -> frozenset[Value]:
    return possible.values if isinstance(possible.values, frozenset) else frozenset()


def _relate(one: Possible, other: Possible) -> frozenset[str]:
    """Tell how two values may compare: some of `<`, `=`, `>`; of texts only whether they are `=`.

    What is neither text, boolean nor number may compare in any way.
    """
    first, second = node_of(one), node_of(other)
    if first is None or second is None or first.kind != second.kind:
        return frozenset("<=>")
    if first.kind not in ("number", "date"):
        alike = _listed(one) & _listed(other)
        is_one = len(_listed(one) | _listed(other)) == 1
        return frozenset("=" if is_one else "<=>" if alike else "<>")
    return intervals.relate(first.range, second.range)


def _bound(operation: Operation, operands: Sequence[Possible], gaps: Gaps) -> Possible:
    """Bound a calculation by its primitives; anything where one of them is not known."""
    nodes = [node_of(each) for each in operands]
    known = [node for node in nodes if node is not None]
    if operation.gives == "boolean" or len(known) < len(nodes):
        return anything_of(operation.gives, gaps | ERROR)
    if operation.takes_decimals and len(operands) > 1:
        # a literal, whose value the lowering reads
        (decimals,) = _listed(operands[1])
        known[1] = Node("constant", "number", fact=decimals)
    try:
        node: Node = operation.lower(_build, known)
    except _NotUnderstoodError:
        return anything_of(operation.gives, gaps | ERROR)
    return of_node(node, gaps | node.non_values)


def _build(
    primitive: Primitive, *args: Node, decimals: int = 0, mode: RoundingMode = "half_up"
) -> Node:
    """Make a primitive; it divides by zero only where zero lies among the divisors.

    And it leaves the calendar only where one of the days may.
    """
    if primitive not in _BOUNDED:
        raise _NotUnderstoodError(primitive)
    node = primitive_node(primitive, args, decimals, mode)
    if primitive in MOVES:
        days = move_days(primitive, args[0].range, args[1].range)
        before = NO_GAPS.union(*(arg.non_values for arg in args))
        return node if days is None else Node(primitive, "date", range=days, non_values=before)
    if primitive in ("div", "mod") and not node.watched and not args[1].range.holds(Fraction(0)):
        before = NO_GAPS.union(*(arg.non_values for arg in args))
        return Node(
            node.op, node.kind, args, node.size, node.range, before, decimals=decimals, mode=mode
        )
    return node


def round_possible(possible: Possible, decimals: int, mode: RoundingMode) -> Possible:
    """Tell what a rule's own rounding can give."""
    if not possible.has_values:
        return possible
    node = node_of(possible)
    if node is None or node.kind != "number":
        return anything_of("", possible.gaps | ERROR)
    if isinstance(possible.values, frozenset):
        numbers = [value for value in possible.values if isinstance(value, Fraction)]
        rounded = [round_number(number, decimals, mode) for number in numbers]
        return _rounded(rounded, possible.gaps)
    made = primitive_node("round", (node,), decimals, mode)
    return of_node(made, possible.gaps | made.non_values)


def _rounded(numbers: Sequence[Fraction], gaps: Gaps) -> Possible:
    kept = frozenset(number for number in numbers if not is_too_large(number))
    return Possible(kept, gaps | ERROR if len(kept) < len(frozenset(numbers)) else gaps)
