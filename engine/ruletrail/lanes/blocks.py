"""One block of reports through the typed form: every expression and every step as columns.

The meaning is DESIGN 5 once more, by masks: a state array beside each value says which rows have none.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruletrail.lanes.cells import (
    ERROR,
    MISSING,
    NOT_APPLICABLE,
    NOT_ENCODED,
    VALUE,
    Cell,
    add,
    as_array,
    as_pair,
    at_scale,
    crossed,
    divide,
    is_settled,
    modulo,
    multiply,
    narrow,
    round_cell,
    scale_of,
    settle,
    worst_state,
)
from ruletrail.lanes.encoding import BOOLEANS, Column, NumberColumn, WordColumn
from ruletrail.lanes.forms import Form
from ruletrail.structures import replace
from ruletrail.values import NotEncoded

_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "lt": np.less, "le": np.less_equal, "eq": np.equal, "ne": np.not_equal, "ge": np.greater_equal, "gt": np.greater,
}  # fmt: skip
SMALL = 2**31
"""A column whose numbers are all smaller need not be measured block by block."""

NO_FACT = Cell(0, state=NOT_ENCODED, words=("",))


class Block:
    """The facts of one block of rows, by code; expressions already computed are kept by their text."""

    def __init__(self, columns: Mapping[str, Column], rows: slice | NDArray[np.intp], count: int, tables: dict[Any, Any]) -> None:
        """Take a stretch of the columns, or some of their rows; `tables` keep what is made of lists of words."""
        self.columns, self.taken, self.rows, self.tables = columns, rows, count, tables
        self.facts: dict[str, Cell] = {}
        self.computed: dict[str, Cell] = {}

    # -- Inputs --------------------------------------------------------------------------------------------------

    def read(self, code: str) -> Cell:
        """Give the cell of a code; a field without a column is missing everywhere."""
        cell = self.facts.get(code)
        if cell is None:
            cell = self.facts[code] = self.field(code)
        return cell

    def field(self, code: str) -> Cell:
        """Give the cell of a field."""
        column = self.columns.get(code)
        if column is None:
            return Cell(0, 0, 1, state=MISSING, words=("",))
        gone = self.gone(column)
        state: Any = VALUE if gone is None else gone.view(np.uint8) * np.uint8(MISSING)
        if isinstance(column, WordColumn):
            codes = column.codes[self.taken]
            values = settle(codes == 1, state) if column.words == BOOLEANS else codes
            return Cell(values, 0, 0, state=state, words=column.words)
        values = column.values[self.taken]
        return Cell(values, column.scale, self._bound(column, values), state=state)

    def _bound(self, column: NumberColumn, values: Any) -> int:  # noqa: ANN401
        """Bound a stretch: by the whole column's extremes when those are small, else by its own."""
        key = ("bound", id(column))
        if key not in self.tables:
            self.tables[key] = _largest(column.values)
        bound: int = self.tables[key]
        return bound if bound < SMALL else _largest(values)

    def gone(self, column: Column) -> Any:  # noqa: ANN401 - a mask or None
        """Tell which rows of a column are missing; None when none is."""
        if column.missing is None:
            return None
        mask = column.missing[self.taken]
        return mask if mask.any() else None

    # -- Expressions ---------------------------------------------------------------------------------------------

    def compute(self, form: Form | NotEncoded) -> Cell:
        """Compute an expression; one that is not encoded has no value in any row."""
        if isinstance(form, NotEncoded):
            return NO_FACT
        if form.op == "read":
            return self.read(form.text)
        if form.op == "constant":
            return _constant(form)
        cell = self.computed.get(form.text)
        if cell is None:
            cell = self.computed[form.text] = self._compound(form)
        return cell

    def _compound(self, form: Form) -> Cell:
        cells = [self.compute(arg) for arg in form.args]
        if form.op in _COMPARE:
            return self._compare(form, cells)
        if form.op in ("in", "not_in"):
            return self._among(form, cells)
        return _OPERATIONS[form.op](self, form, cells)

    def _compare(self, form: Form, cells: Sequence[Cell]) -> Cell:
        state = worst_state([cell.state for cell in cells])
        return Cell(settle(self._truth(form.op, form.args[0].kind, cells[0], form.args[1].kind, cells[1]), state), state=state)

    def _among(self, form: Form, cells: Sequence[Cell]) -> Cell:
        state = worst_state([cell.state for cell in cells])
        found: Any = False
        for arg, cell in zip(form.args[1:], cells[1:], strict=True):
            found = found | self._truth("eq", form.args[0].kind, cells[0], arg.kind, cell)
        return Cell(settle(found if form.op == "in" else np.logical_not(found), state), state=state)

    def _truth(self, op: str, left_kind: str, left: Cell, right_kind: str, right: Cell) -> Any:  # noqa: ANN401
        if "none" in (left_kind, right_kind):
            return False
        if left_kind == "number":
            first, second, _ = crossed(left, right)
            return _COMPARE[op](first, second)
        if left_kind == "text":
            return _COMPARE[op](left.values, self.in_words(right, left.words))
        return _COMPARE[op](left.values, right.values)

    def in_words(self, cell: Cell, words: Sequence[str | bool]) -> Any:  # noqa: ANN401
        """Give words as positions in another list; -1 for a word that is not in it."""
        if cell.words == words:
            return cell.values
        key = (id(words), cell.words if len(cell.words) == 1 else id(cell.words))
        if key not in self.tables:
            places = {word: at for at, word in enumerate(words)}
            # the lists are kept too, so that no other takes their identity
            self.tables[key] = np.array([places.get(word, -1) for word in cell.words], np.int32), words, cell.words
        table = self.tables[key][0]
        return table[cell.values] if isinstance(cell.values, np.ndarray) else int(table[cell.values])

    def lengths(self, words: Sequence[str | bool]) -> Any:  # noqa: ANN401
        """Give the length of every word of a list."""
        if ("length", id(words)) not in self.tables:
            self.tables["length", id(words)] = np.array([len(str(word)) for word in words] or [0], np.int64), words
        return self.tables["length", id(words)][0]


def _largest(values: Any) -> int:  # noqa: ANN401
    return max(int(values.max()), -int(values.min()), 1) if len(values) else 1


def _constant(form: Form) -> Cell:
    fact = form.fact
    if isinstance(fact, Fraction):
        scale = form.size.decimals if form.size is not None else 0
        whole = int(fact * 10**scale)
        return Cell(whole, scale, max(abs(whole), 1))
    return Cell(fact) if isinstance(fact, bool) else Cell(0, words=(str(fact),))


def kleene(cells: Sequence[Cell], *, decides: bool) -> Cell:
    """Join booleans by Kleene's `and` or `or`; one that decides sets every gap aside."""
    join = np.logical_or if decides else np.logical_and
    values = cells[0].values
    for cell in cells[1:]:
        values = join(values, cell.values)
    state = worst_state([cell.state for cell in cells])
    if is_settled(state):
        return Cell(values)
    if decides:
        return Cell(values, state=state * np.logical_not(values))
    is_false: Any = False
    for cell in cells:
        known = cell.values if is_settled(cell.state) else as_bytes(cell.values) | cell.state
        is_false = is_false | (known == 0)
    return Cell(values, state=state * np.logical_not(is_false))


def as_bytes(values: Any) -> Any:  # noqa: ANN401
    """See booleans as bytes, without copying."""
    return values.view(np.uint8) if isinstance(values, np.ndarray) and values.ndim else np.uint8(bool(values))


def pick(block: Block, mask: Any, first: Cell, second: Cell, kinds: tuple[str, str]) -> Cell:  # noqa: ANN401
    """Take the first where the mask is true, else the second."""
    both_settled = is_settled(first.state) and is_settled(second.state)
    state = VALUE if both_settled else np.where(mask, np.uint8(first.state) if isinstance(first.state, int) else first.state, second.state)
    if "none" in kinds:
        only, kind = (second, kinds[1]) if kinds[0] == "none" else (first, kinds[0])
        return replace(only, values=settle(only.values, state) if kind == "boolean" else only.values, state=state)
    if kinds[0] == "number":
        return _pick_number(mask, first, second, state)
    if kinds[0] == "text":
        words = tuple(dict.fromkeys([*first.words, *second.words]))
        return Cell(np.where(mask, block.in_words(first, words), block.in_words(second, words)), state=state, words=words)
    return Cell(settle(np.where(mask, first.values, second.values), state), state=state)


def _pick_number(mask: Any, first: Cell, second: Cell, state: Any) -> Cell:  # noqa: ANN401
    scale = scale_of((first, second))
    if scale is not None:
        one, two, bound = crossed(first, second)
        return Cell(np.where(mask, one, two), scale, bound, state=state)
    top1, bound1, bottom1, low1 = as_pair(first)
    top2, bound2, bottom2, low2 = as_pair(second)
    bound, low = max(bound1, bound2), max(low1, low2)
    tops = np.where(mask, narrow(top1, bound), narrow(top2, bound))
    return Cell(tops, None, bound, np.where(mask, narrow(bottom1, low), narrow(bottom2, low)), low, state)


# -- One function per kind of expression -------------------------------------------------------------------------

_Operation = Callable[[Block, Form, Sequence[Cell]], Cell]


def _choose(block: Block, form: Form, cells: Sequence[Cell]) -> Cell:
    body, orelse, test = cells
    picked = pick(block, test.values, body, orelse, (form.args[0].kind, form.args[1].kind))
    if is_settled(test.state):
        return picked
    state: NDArray[Any] = np.asarray(np.where(np.asarray(test.state) != VALUE, test.state, picked.state), np.uint8)
    return replace(picked, values=settle(picked.values, state) if form.kind == "boolean" else picked.values, state=state)


def _sum(_block: Block, _form: Form, cells: Sequence[Cell]) -> Cell:
    if not cells:
        return Cell(0, 0, 1)
    scale = scale_of(cells)
    if scale is None:
        total = cells[0]
        for cell in cells[1:]:
            total = add(total, cell, 1)
        return total
    wholes = [at_scale(cell, scale) for cell in cells]
    bound = sum(each for _, each in wholes)
    values: Any = 0
    for whole, _ in wholes:
        values = narrow(values, bound) + narrow(whole, bound)
    return Cell(values, scale, bound, state=worst_state([cell.state for cell in cells]))


def _extreme(_block: Block, form: Form, cells: Sequence[Cell]) -> Cell:
    best = cells[0]
    state = worst_state([cell.state for cell in cells])
    for cell in cells[1:]:
        one, two, _ = crossed(best, cell)
        mask = one <= two if form.op == "min" else one >= two
        best = _pick_number(mask, best, cell, VALUE)
    return replace(best, state=state)


def _count(block: Block, _form: Form, cells: Sequence[Cell]) -> Cell:
    values: Any = 0
    for cell in cells:
        flags: NDArray[Any] = as_array(cell.values, block.rows, np.bool_)
        values = values + flags.astype(np.int64)
    return Cell(values, 0, max(len(cells), 1), state=worst_state([cell.state for cell in cells]))


def _length(block: Block, _form: Form, cells: Sequence[Cell]) -> Cell:
    cell = cells[0]
    table = block.lengths(cell.words)
    return Cell(table[cell.values], 0, max(int(table.max()), 1), state=cell.state)


def _replace(block: Block, form: Form, cells: Sequence[Cell]) -> Cell:
    first, second = cells
    gap = NOT_APPLICABLE if form.op == "default" else MISSING
    if is_settled(first.state):
        return first
    return pick(block, np.asarray(first.state) == gap, second, first, (form.args[1].kind, form.args[0].kind))


def _question(_block: Block, form: Form, cells: Sequence[Cell]) -> Cell:
    state = cells[0].state
    if is_settled(state):
        return Cell(form.op == "applies")
    states = np.asarray(state)
    values = states == MISSING if form.op == "is_missing" else states != NOT_APPLICABLE
    wrong = states == ERROR
    return Cell(values & ~wrong, state=np.where(wrong, np.uint8(ERROR), np.uint8(VALUE))) if wrong.any() else Cell(values)


_OPERATIONS: Mapping[str, _Operation] = {
    "neg": lambda _b, _f, cells: replace(cells[0], values=-cells[0].values),
    "pos": lambda _b, _f, cells: cells[0],
    "abs": lambda _b, _f, cells: replace(cells[0], values=abs(cells[0].values)),
    "not": lambda _b, _f, cells: replace(cells[0], values=settle(np.logical_not(cells[0].values), cells[0].state)),
    "add": lambda _b, _f, cells: add(cells[0], cells[1], 1),
    "sub": lambda _b, _f, cells: add(cells[0], cells[1], -1),
    "mul": lambda _b, _f, cells: multiply(cells[0], cells[1]),
    "div": lambda block, _f, cells: divide(cells[0], cells[1], block.rows),
    "mod": lambda block, _f, cells: modulo(cells[0], cells[1], block.rows),
    "and": lambda _b, _f, cells: kleene(cells, decides=False),
    "or": lambda _b, _f, cells: kleene(cells, decides=True),
    "choose": _choose,
    "sum": _sum,
    "min": _extreme,
    "max": _extreme,
    "count": _count,
    "length": _length,
    "default": _replace,
    "if_missing": _replace,
    "is_missing": _question,
    "applies": _question,
    "round": lambda _b, form, cells: round_cell(cells[0], form.decimals, form.mode),
}
