"""Expressions of the intermediate representation as SSA over whole columns.

The meaning is that of docs/semantics.md 2 to 5 once more, by masks: what is computed in rows
without a value is left out by their kind codes.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TypeVar, cast

from ruletrail.analysis.bounds import constant_node
from ruletrail.analysis.ir import Node
from ruletrail.compiled.columns.block import NO_FACT, Block, TextTest
from ruletrail.compiled.columns.column_arithmetic import (
    ERROR,
    MISSING,
    TooLarge,
    Vector,
    absolute,
    add,
    as_bit,
    as_pair,
    at_scale,
    compare,
    cross,
    divide,
    does_not_apply,
    has_value,
    join_operands,
    keep_where,
    mask_truth,
    may_not_apply,
    modulo,
    multiply,
    negate,
    non_value_where,
    scale_of,
)
from ruletrail.compiled.columns.columns import Dictionary
from ruletrail.compiled.columns.dated_lowering import OnDays, pick_by_day
from ruletrail.compiled.columns.day_lowering import DAY_PRIMITIVES, lower_days
from ruletrail.compiled.columns.lookup_lowering import lower_lookup
from ruletrail.compiled.columns.numpy_codegen import OF_REPORTS, SsaBuilder, Value
from ruletrail.compiled.columns.picking import (
    pick,
    pick_non_values,
    pick_number,
    shared_form,
    written,
)
from ruletrail.compiled.columns.roundings import round_vector
from ruletrail.compiled.columns.row_lowering import gather_rows
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.lookups import DatedLookup, DatedValues
from ruletrail.values import NotEncoded

_COMPARE: Mapping[str, str] = {
    "lt": "less", "le": "less_equal", "eq": "equal", "ne": "not_equal", "ge": "greater_equal",
    "gt": "greater", "in": "equal", "not_in": "equal",
}  # fmt: skip
_MOST_IN_A_BYTE = 250
_MOST_DATED = 64
"""Entries of what changes with a day; of more the compiled function finds the one in force."""
_Entry = TypeVar("_Entry")


def lower(block: Block, node: Node | NotEncoded) -> Vector:
    """Lower an expression; one that is not encoded has no value in any row.

    Expressions of equal key are lowered once, although the branch around one may not be taken in
    every row: they have equal values in all rows, and nobody reads those of the others.
    """
    if isinstance(node, NotEncoded):
        return NO_FACT
    if node.op == "read":
        return block.read(node.text)
    if node.op == "constant":
        return _constant(node)
    if node.over:
        return _lower_over_rows(block, node)
    key = block.ssa.domain, node.key
    vector = block.computed.get(key)
    if vector is None:
        operands = [lower(block, arg) for arg in node.args]
        operation = _among if node.op in _COMPARE else _OPERATIONS[node.op]
        vector = operation(block, node, operands)
        if node.kind == "none":
            # what was worked out is no value of any kind: `and` would take it for true
            vector = replace(NO_FACT, non_values=vector.non_values, trap=vector.trap)
        block.computed[key] = vector
    return vector


def _lower_over_rows(block: Block, node: Node) -> Vector:
    """Lower an aggregate over rows, once for each report; in a row it is what its report has."""
    here, key = block.ssa.domain, (OF_REPORTS, node.key)
    gathered = block.computed.get(key)
    if gathered is None:
        block.ssa.domain = node.over
        argument = lower(block, node.args[0])
        gathered = block.computed[key] = gather_rows(block, node, argument)
        block.ssa.domain = here
    return block.spread(gathered)


def lower_truth(block: Block, node: Node | NotEncoded) -> Vector:
    """Lower a condition; one that is not encoded is true in no row."""
    vector = lower(block, node)
    is_none = isinstance(node, NotEncoded) or node.kind == "none"
    return replace(vector, values=False) if is_none else vector


def _constant(node: Node) -> Vector:
    fact = node.fact
    if isinstance(fact, Fraction):
        scale = node.size.decimals if node.size is not None else 0
        whole = int(fact * 10**scale)
        return Vector(whole, scale, whole, whole)
    if isinstance(fact, date):
        day = fact.toordinal()
        return Vector(day, 0, day, day)
    return Vector(fact) if isinstance(fact, bool) else Vector(dictionary=Dictionary((str(fact),)))


def _among(block: Block, node: Node, operands: Sequence[Vector]) -> Vector:
    """Compare the first operand with each of the others."""
    ssa = block.ssa
    found: Value = False
    non_values, trap = join_operands(ssa, operands)
    for arg, operand in zip(node.args[1:], operands[1:], strict=True):
        kinds = (node.args[0].kind, arg.kind)
        same = _compare(block, _COMPARE[node.op], kinds, operands[0], operand)
        found = ssa.emit("logical_or", found, same)
    values = ssa.emit("logical_not", found) if node.op == "not_in" else found
    return Vector(mask_truth(ssa, values, non_values), non_values=non_values, trap=trap)


def _compare(block: Block, op: str, kinds: tuple[str, str], left: Vector, right: Vector) -> Value:
    if "none" in kinds:
        return False
    if kinds[0] in ("number", "date"):
        return compare(block.ssa, op, *cross(block.ssa, left, right))
    if kinds[0] == "text":
        return block.same_texts(op, left, right)
    return block.ssa.emit(op, left.values, right.values)


def kleene(ssa: SsaBuilder, operands: Sequence[Vector], *, decides: bool) -> Vector:
    """Join booleans by Kleene's `and` or `or`; one that decides sets every non-value aside."""
    values = operands[0].values
    for operand in operands[1:]:
        values = ssa.emit("logical_or" if decides else "logical_and", values, operand.values)
    non_values, trap = join_operands(ssa, operands)
    if non_values.is_empty:
        return Vector(values, trap=trap)
    # booleans are false where there is no value: true is always known, and false has to be asked
    decided = values
    if not decides:
        decided = False
        for operand in operands:
            negated, known = (
                ssa.emit("logical_not", operand.values),
                has_value(ssa, operand.non_values),
            )
            decided = ssa.emit("logical_or", decided, ssa.emit("logical_and", negated, known))
    left = keep_where(ssa, ssa.emit("logical_not", decided), non_values)
    return Vector(values, non_values=left, trap=trap)


# -- One function per kind of expression -----------------------------------------------------------

_Operation = Callable[[Block, Node, Sequence[Vector]], Vector]


def _choose(block: Block, node: Node, operands: Sequence[Vector]) -> Vector:
    body, orelse, test = operands
    ssa = block.ssa
    picked = pick(block, test.values, body, orelse, (node.args[0].kind, node.args[1].kind))
    picked = replace(picked, trap=ssa.emit("logical_or", picked.trap, test.trap))
    if test.non_values.is_empty:
        return picked
    # a test without a value is false, so the other branch was picked; its non-value decides
    known = has_value(ssa, test.non_values)
    non_values = pick_non_values(ssa, known, picked.non_values, test.non_values)
    if node.kind == "boolean":
        picked = replace(picked, values=mask_truth(ssa, picked.values, non_values))
    return replace(picked, non_values=non_values)


def _not(block: Block, _node: Node, operands: Sequence[Vector]) -> Vector:
    ssa, operand = block.ssa, operands[0]
    negated = ssa.emit("logical_not", operand.values)
    return replace(operand, values=mask_truth(ssa, negated, operand.non_values))


def _sum(block: Block, _node: Node, operands: Sequence[Vector]) -> Vector:
    if not operands:
        return Vector()
    total = operands[0]
    for operand in operands[1:]:
        total = add(block.ssa, total, operand)
    return total


def _extreme(block: Block, node: Node, operands: Sequence[Vector]) -> Vector:
    ssa, best = block.ssa, operands[0]
    non_values, trap = join_operands(ssa, operands)
    is_min = node.op == "min"
    for operand in operands[1:]:
        one, two = cross(ssa, best, operand)
        scale = scale_of((best, operand))
        if scale is not None:
            choose = min if is_min else max
            values = ssa.emit("minimum" if is_min else "maximum", one.values, two.values)
            best = Vector(values, scale, choose(one.low, two.low), choose(one.high, two.high))
        else:
            # pairs are compared by their crossed numerators, and picked whole
            mask = ssa.emit("less_equal" if is_min else "greater_equal", one.values, two.values)
            best = pick_number(ssa, mask, best, operand)
    return replace(best, non_values=non_values, trap=trap)


def _count(block: Block, _node: Node, operands: Sequence[Vector]) -> Vector:
    ssa = block.ssa
    non_values, trap = join_operands(ssa, operands)
    values: Value = 0
    # counted in bytes, an eighth of the memory, as far as a byte counts
    for start in range(0, len(operands), _MOST_IN_A_BYTE):
        part: Value = 0
        for operand in operands[start : start + _MOST_IN_A_BYTE]:
            part = ssa.emit("add", part, ssa.cast(as_bit(operand.values), "u1"))
        values = ssa.emit("add", values, ssa.cast(part, "i8"))
    return Vector(values, 0, 0, max(len(operands), 1), non_values=non_values, trap=trap)


def _replace(block: Block, node: Node, operands: Sequence[Vector]) -> Vector:
    first, second = operands
    ssa, lacks = block.ssa, first.non_values
    if node.op == "default" and may_not_apply(lacks):
        stays = ssa.emit("logical_not", does_not_apply(ssa, lacks))
    elif node.op == "if_missing" and MISSING in lacks.possible:
        stays = ssa.emit("not_equal", lacks.codes, MISSING)
    else:
        return _as_if_replaced(block, node, first, second)
    # the first operand comes first, so that the joined dictionary begins with its entries
    return pick(block, stays, first, second, (node.args[0].kind, node.args[1].kind))


def _as_if_replaced(block: Block, node: Node, first: Vector, second: Vector) -> Vector:
    """Return a value as if some rows of it were replaced.

    Two programs write the rows of one output, and only one of them may replace: so both have to
    write it in one form.
    """
    kinds = (node.args[0].kind, node.args[1].kind)
    form = shared_form(first, second, kinds)
    kept = first
    if kinds[0] == "none":
        kept = Vector(form.kind != "boolean" and 0)  # of no row, and therefore of any form
    elif form.kind == "number" and form.scale is not None:
        whole = at_scale(block.ssa, first, form.scale)
        kept = Vector(whole.values, form.scale, whole.low, whole.high)
    elif form.kind == "number":
        top, bottom = as_pair(first)
        kept = Vector(top.values, None, top.low, top.high, bottom.values, bottom.high)
    # texts stay as they are: the joined dictionary begins with those of the first
    return written(block.ssa, kept, form, first.non_values, first.trap)


def _question(block: Block, node: Node, operands: Sequence[Vector]) -> Vector:
    ssa, operand = block.ssa, operands[0]
    codes, possible = operand.non_values.codes, operand.non_values.possible
    values: Value = False
    if node.op == "applies":
        values = ssa.emit("logical_not", does_not_apply(ssa, operand.non_values))
    elif MISSING in possible:
        values = ssa.emit("equal", codes, MISSING)
    if ERROR not in possible:
        return Vector(values, trap=operand.trap)
    # an error is no answer to either question (docs/semantics.md 5.9, 5.10)
    wrong = ssa.emit("equal", codes, ERROR)
    right = ssa.emit("logical_and", values, ssa.emit("logical_not", wrong))
    return Vector(right, non_values=non_value_where(ssa, wrong, ERROR), trap=operand.trap)


def _look_up(block: Block, node: Node, operands: Sequence[Vector]) -> Vector:
    non_values, trap = join_operands(block.ssa, operands)
    given = Vector(non_values=non_values, trap=trap, dictionary=Dictionary(("",)))
    lookup = node.lookup
    if lookup is None or any(arg.kind == "none" for arg in node.args):
        return given
    if isinstance(lookup, DatedValues):
        answers = [_constant(constant_node(value, "")) for value in lookup.values]
        on_days = OnDays(_few(lookup.spans), answers)
    elif isinstance(lookup, DatedLookup):
        alone = replace(given, trap=False)
        stretches = _few(lookup.stretches)
        contents = [
            lower_lookup(block, each.content, operands[:-1], alone) if each.content else None
            for each in stretches
        ]
        on_days = OnDays([each.days for each in stretches], contents)
    else:
        return lower_lookup(block, lookup, operands, given)
    return pick_by_day(block, on_days, node.kind, operands[-1], given)


def _few(entries: Sequence[_Entry]) -> Sequence[_Entry]:
    """Return what changes with a day; of many entries the compiled function finds the one."""
    if len(entries) > _MOST_DATED:
        raise TooLarge
    return entries


def _test_text(block: Block, node: Node, operands: Sequence[Vector]) -> Vector:
    text, (looked_for,) = operands[0], operands[1].dictionary.entries
    return block.test(cast("TextTest", node.op), text, looked_for)


_OPERATIONS: Mapping[str, _Operation] = {
    "neg": lambda block, _, operands: negate(block.ssa, operands[0]),
    "pos": lambda _block, _, operands: operands[0],
    "abs": lambda block, _, operands: absolute(block.ssa, operands[0]),
    "add": lambda block, _, operands: add(block.ssa, operands[0], operands[1]),
    "sub": lambda block, _, operands: add(block.ssa, operands[0], operands[1], -1),
    "mul": lambda block, _, operands: multiply(block.ssa, *operands),
    "div": lambda block, _, operands: divide(block.ssa, *operands, traps=block.assumptions.traps),
    "mod": lambda block, _, operands: modulo(block.ssa, *operands, traps=block.assumptions.traps),
    "round": lambda block, node, operands: round_vector(
        block.ssa, operands[0], node.decimals, node.mode
    ),
    "sum": _sum, "min": _extreme, "max": _extreme, "count": _count,
    "length": lambda block, _, operands: block.length(operands[0]),
    **dict.fromkeys(DAY_PRIMITIVES, lower_days),
    "lookup": _look_up,
    "starts_with": _test_text, "ends_with": _test_text, "contains": _test_text,
    "not": _not,
    "and": lambda block, _, operands: kleene(block.ssa, operands, decides=False),
    "or": lambda block, _, operands: kleene(block.ssa, operands, decides=True),
    "choose": _choose, "default": _replace, "if_missing": _replace,
    "is_missing": _question, "applies": _question,
}  # fmt: skip
