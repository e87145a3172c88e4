"""Expressions of the typed form as columns: what each does to whole columns, written on a tape.

The meaning is DESIGN 5 once more, by masks: a state beside each value says which rows have none.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from ruletrail.analysis.ir import Node
from ruletrail.compiled.columns.block import NO_FACT, Block
from ruletrail.compiled.columns.column_arithmetic import (
    ERROR,
    MISSING,
    NOT_APPLICABLE,
    SETTLED,
    Cell,
    Range,
    State,
    absolute,
    add,
    as_bit,
    as_pair,
    at_scale,
    compare,
    crossed,
    divide,
    fit,
    has_value,
    join_cells,
    modulo,
    multiply,
    negate,
    scale_of,
    settle,
    state_where,
)
from ruletrail.compiled.columns.numpy_codegen import Tape, Value
from ruletrail.compiled.columns.roundings import round_cell
from ruletrail.compiled.columns.string_dictionaries import Words
from ruletrail.fast_dataclasses import replace
from ruletrail.values import NotEncoded

_COMPARE: Mapping[str, str] = {
    "lt": "less", "le": "less_equal", "eq": "equal", "ne": "not_equal", "ge": "greater_equal", "gt": "greater",
    "in": "equal", "not_in": "equal",
}  # fmt: skip
_MOST_IN_A_BYTE = 250


def compute(block: Block, form: Node | NotEncoded) -> Cell:
    """Write an expression on the block's tape; one that is not encoded has no value in any row."""
    if isinstance(form, NotEncoded):
        return NO_FACT
    if form.op == "read":
        return block.read(form.text)
    if form.op == "constant":
        return _constant(form)
    cell = block.computed.get(form.key)
    if cell is None:
        cells = [compute(block, arg) for arg in form.args]
        cell = block.computed[form.key] = (_among if form.op in _COMPARE else _OPERATIONS[form.op])(
            block, form, cells
        )
    return cell


def compute_truth(block: Block, form: Node | NotEncoded) -> Cell:
    """Write a condition; one that is not encoded is nowhere true."""
    cell = compute(block, form)
    is_none = isinstance(form, NotEncoded) or form.kind == "none"
    return replace(cell, values=False) if is_none else cell


def _constant(form: Node) -> Cell:
    fact = form.fact
    if isinstance(fact, Fraction):
        scale = form.size.decimals if form.size is not None else 0
        whole = int(fact * 10**scale)
        return Cell(whole, scale, whole, whole)
    return Cell(fact) if isinstance(fact, bool) else Cell(words=Words((str(fact),)))


def _among(block: Block, form: Node, cells: Sequence[Cell]) -> Cell:
    """Compare the first with each of the others."""
    tape = block.tape
    found: Value = False
    state, trap = join_cells(tape, cells)
    for arg, cell in zip(form.args[1:], cells[1:], strict=True):
        found = tape.emit(
            "logical_or",
            found,
            _truth(block, _COMPARE[form.op], (form.args[0].kind, arg.kind), cells[0], cell),
        )
    values = tape.emit("logical_not", found) if form.op == "not_in" else found
    return Cell(settle(tape, values, state), state=state, trap=trap)


def _truth(block: Block, op: str, kinds: tuple[str, str], left: Cell, right: Cell) -> Value:
    if "none" in kinds:
        return False
    if kinds[0] == "number":
        return compare(block.tape, op, *crossed(block.tape, left, right))
    if kinds[0] == "text":
        return block.same_words(op, left, right)
    return block.tape.emit(op, left.values, right.values)


def kleene(tape: Tape, cells: Sequence[Cell], *, decides: bool) -> Cell:
    """Join booleans by Kleene's `and` or `or`; one that decides sets every gap aside."""
    values = cells[0].values
    for cell in cells[1:]:
        values = tape.emit("logical_or" if decides else "logical_and", values, cell.values)
    state, trap = join_cells(tape, cells)
    if state.is_settled:
        return Cell(values, trap=trap)
    decided = values
    if not decides:
        decided = False
        for cell in cells:
            is_false = tape.emit(
                "logical_and", tape.emit("logical_not", cell.values), has_value(tape, cell.state)
            )
            decided = tape.emit("logical_or", decided, is_false)
    left = tape.cast(as_bit(tape.emit("logical_not", decided)), "u1")
    return Cell(
        values, state=replace(state, value=tape.emit("multiply", left, state.value)), trap=trap
    )


def pick(block: Block, mask: Value, first: Cell, second: Cell, kinds: tuple[str, str]) -> Cell:
    """Take the first where the mask is true, else the second."""
    tape = block.tape
    state = _pick_state(tape, mask, first.state, second.state)
    trap = tape.emit("logical_or", first.trap, second.trap)
    if "none" in kinds:
        only, kind = (second, kinds[1]) if kinds[0] == "none" else (first, kinds[0])
        return replace(
            only,
            values=settle(tape, only.values, state) if kind == "boolean" else only.values,
            state=state,
            trap=trap,
        )
    if kinds[0] == "number":
        return replace(_pick_number(tape, mask, first, second), state=state, trap=trap)
    if kinds[0] == "text":
        words = (
            first.words
            if first.words == second.words
            else Words(joined=(first.words, second.words))
        )
        one, two = (tape.cast(block.in_words(cell, words), "i4") for cell in (first, second))
        return Cell(tape.where(mask, one, two, "i4"), state=state, trap=trap, words=words)
    return Cell(
        settle(tape, tape.where(mask, first.values, second.values, "?"), state),
        state=state,
        trap=trap,
    )


def _pick_state(tape: Tape, mask: Value, first: State, second: State) -> State:
    if first.is_settled and second.is_settled:
        return SETTLED
    return State(tape.where(mask, first.value, second.value, "u1"), first.kinds | second.kinds)


def _pick_number(tape: Tape, mask: Value, first: Cell, second: Cell) -> Cell:
    scale = scale_of((first, second))
    if scale is not None:
        one, two = crossed(tape, first, second)
        return Cell(
            tape.where(mask, one.values, two.values, "i8"),
            scale,
            min(one.low, two.low),
            max(one.high, two.high),
        )
    (top1, bottom1), (top2, bottom2) = as_pair(first), as_pair(second)
    fit(1, max(bottom1.high, bottom2.high))
    tops = tape.where(mask, top1.values, top2.values, "i8")
    bottoms = tape.where(mask, bottom1.values, bottom2.values, "i8")
    return Cell(
        tops,
        None,
        min(top1.low, top2.low),
        max(top1.high, top2.high),
        bottoms,
        max(bottom1.high, bottom2.high),
    )


# -- One function per kind of expression -------------------------------------------------------------------------

_Operation = Callable[[Block, Node, Sequence[Cell]], Cell]


def _choose(block: Block, form: Node, cells: Sequence[Cell]) -> Cell:
    body, orelse, test = cells
    tape = block.tape
    picked = pick(block, test.values, body, orelse, (form.args[0].kind, form.args[1].kind))
    picked = replace(picked, trap=tape.emit("logical_or", picked.trap, test.trap))
    if test.state.is_settled:
        return picked
    state = _pick_state(tape, has_value(tape, test.state), picked.state, test.state)
    return replace(
        picked,
        values=settle(tape, picked.values, state) if form.kind == "boolean" else picked.values,
        state=state,
    )


def _sum(block: Block, _form: Node, cells: Sequence[Cell]) -> Cell:
    if not cells:
        return Cell()
    total = cells[0]
    for cell in cells[1:]:
        total = add(block.tape, total, cell)
    return total


def _extreme(block: Block, form: Node, cells: Sequence[Cell]) -> Cell:
    tape, best = block.tape, cells[0]
    state, trap = join_cells(tape, cells)
    for cell in cells[1:]:
        one, two = crossed(tape, best, cell)
        scale = scale_of((best, cell))
        if scale is not None:
            best = _nearer(tape, form.op, one, two, scale)
        else:
            mask = tape.emit(
                "less_equal" if form.op == "min" else "greater_equal", one.values, two.values
            )
            best = _pick_number(tape, mask, best, cell)
    return replace(best, state=state, trap=trap)


def _nearer(tape: Tape, op: str, one: Range, two: Range, scale: int) -> Cell:
    choose = min if op == "min" else max
    values = tape.emit("minimum" if op == "min" else "maximum", one.values, two.values)
    return Cell(values, scale, choose(one.low, two.low), choose(one.high, two.high))


def _count(block: Block, _form: Node, cells: Sequence[Cell]) -> Cell:
    tape = block.tape
    state, trap = join_cells(tape, cells)
    values: Value = 0
    for start in range(0, len(cells), _MOST_IN_A_BYTE):
        part: Value = 0
        for cell in cells[start : start + _MOST_IN_A_BYTE]:
            part = tape.emit("add", part, tape.cast(as_bit(cell.values), "u1"))
        values = tape.emit("add", values, tape.cast(part, "i8"))
    return Cell(values, 0, 0, max(len(cells), 1), state=state, trap=trap)


def _replace(block: Block, form: Node, cells: Sequence[Cell]) -> Cell:
    first, second = cells
    gap = NOT_APPLICABLE if form.op == "default" else MISSING
    if gap not in first.state.kinds:
        return _as_if_replaced(block, form, first, second)
    # the first comes first, so that the list of words begins with its own, as in `_as_if_replaced`
    stays = block.tape.emit("not_equal", first.state.value, gap)
    return pick(block, stays, first, second, (form.args[0].kind, form.args[1].kind))


def _as_if_replaced(block: Block, form: Node, first: Cell, second: Cell) -> Cell:
    """Hold a value as it would be if some were replaced, so that all code of a table writes outputs of one scale and list."""
    kinds = (form.args[0].kind, form.args[1].kind)
    scale = scale_of((first, second))
    if kinds == ("number", "number") and scale is not None:
        held = at_scale(block.tape, first, scale)
        return replace(first, values=held.values, scale=scale, low=held.low, high=held.high)
    if kinds == ("number", "number"):
        top, bottom = as_pair(first)
        return replace(
            first, values=top.values, scale=None, bottom=bottom.values, bottom_high=bottom.high
        )
    if kinds == ("text", "text") and first.words != second.words:
        return replace(
            first, words=Words(joined=(first.words, second.words))
        )  # which begins with the first's
    return first


def _question(block: Block, form: Node, cells: Sequence[Cell]) -> Cell:
    tape, state = block.tape, cells[0].state
    gap = MISSING if form.op == "is_missing" else NOT_APPLICABLE
    values: Value = form.op == "applies"
    if gap in state.kinds:
        values = tape.emit("equal" if form.op == "is_missing" else "not_equal", state.value, gap)
    if ERROR not in state.kinds:
        return Cell(values, trap=cells[0].trap)
    wrong = tape.emit("equal", state.value, ERROR)
    right = tape.emit("logical_and", values, tape.emit("logical_not", wrong))
    return Cell(right, state=state_where(tape, wrong, ERROR), trap=cells[0].trap)


_OPERATIONS: Mapping[str, _Operation] = {
    "neg": lambda block, _f, cells: negate(block.tape, cells[0]),
    "pos": lambda _b, _f, cells: cells[0],
    "abs": lambda block, _f, cells: absolute(block.tape, cells[0]),
    "not": lambda block, _f, cells: replace(
        cells[0],
        values=settle(block.tape, block.tape.emit("logical_not", cells[0].values), cells[0].state),
    ),
    "add": lambda block, _f, cells: add(block.tape, cells[0], cells[1]),
    "sub": lambda block, _f, cells: add(block.tape, cells[0], cells[1], -1),
    "mul": lambda block, _f, cells: multiply(block.tape, cells[0], cells[1]),
    "div": lambda block, _f, cells: divide(
        block.tape, cells[0], cells[1], traps=block.premises.traps
    ),
    "mod": lambda block, _f, cells: modulo(
        block.tape, cells[0], cells[1], traps=block.premises.traps
    ),
    "and": lambda block, _f, cells: kleene(block.tape, cells, decides=False),
    "or": lambda block, _f, cells: kleene(block.tape, cells, decides=True),
    "choose": _choose,
    "sum": _sum,
    "min": _extreme,
    "max": _extreme,
    "count": _count,
    "length": lambda block, _f, cells: block.length(cells[0]),
    "default": _replace,
    "if_missing": _replace,
    "is_missing": _question,
    "applies": _question,
    "round": lambda block, form, cells: round_cell(block.tape, cells[0], form.decimals, form.mode),
}
