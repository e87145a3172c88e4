"""A decision's choice among its cases for whole columns, written on a tape (DESIGN 5, decisions)."""

from collections.abc import Callable, Sequence

from ruletrail.compiled.columns.column_arithmetic import (
    ERROR,
    Cell,
    State,
    as_bit,
    has_value,
    state_where,
    worst_state,
)
from ruletrail.compiled.columns.numpy_codegen import Kind, Strip, Tape, Value
from ruletrail.fast_dataclasses import dataclass, field

_MOST_CASES, _MOST_PLACE = 100, 127


@dataclass(slots=True)
class Choice:
    """One decision among cases: each case's truth, and its outcome's position."""

    tape: Tape
    truths: Sequence[Cell]
    places: Sequence[int]
    traps: bool
    emit: Callable[..., Value] = field(init=False)

    def __post_init__(self) -> None:
        """Write on the tape."""
        self.emit = self.tape.emit

    def exclusive(self) -> Cell:
        """Choose when exactly one case may be true."""
        tape, emit = self.tape, self.emit
        state = worst_state(tape, [truth.state for truth in self.truths])
        count: Value = 0
        value: Value = 0
        for index, (truth, place) in enumerate(zip(self.truths, self.places, strict=True)):
            count = emit("add", count, tape.cast(as_bit(truth.values), "u1"))
            if index >= _MOST_CASES:
                count = emit(
                    "minimum", count, _MOST_CASES
                )  # so that the count stays a byte; two are wrong as well
            value = self._place(value, truth.values, place)
        if not isinstance(value, Strip) and value not in self.places:
            value = 0  # no outcome in any row: the sum of two is not a place in the list
        chosen = emit("equal", count, 1)
        if state.is_settled:
            wrong = emit("logical_not", chosen)
            return (
                Cell(value, trap=wrong)
                if self.traps
                else Cell(value, state=state_where(tape, wrong, ERROR))
            )
        chosen = emit("logical_and", chosen, self._alike())
        none = emit("logical_and", emit("equal", count, 0), has_value(tape, state))
        error = state_where(tape, emit("logical_or", emit("greater", count, 1), none), ERROR)
        gaps = emit("multiply", tape.cast(as_bit(emit("logical_not", chosen)), "u1"), state.value)
        return Cell(value, state=worst_state(tape, (State(gaps, state.kinds), error)))

    def first(self) -> Cell:
        """Choose the first case that is not false."""
        tape, emit = self.tape, self.emit
        waiting: Value = True
        value: Value = 0
        gaps = State()
        any_true: Value = False
        for truth, place in zip(self.truths, self.places, strict=True):
            any_true = emit("logical_or", any_true, truth.values)
            is_open = self._is_open(truth)
            here = emit("logical_and", waiting, is_open)
            mine = tape.cast(as_bit(here), "u1")
            value = self._place(value, here, place)
            gaps = worst_state(
                tape, (gaps, State(emit("multiply", mine, truth.state.value), truth.state.kinds))
            )
            waiting = emit("logical_and", waiting, emit("logical_not", is_open))
        saved = emit("logical_and", any_true, self._alike()) if gaps.kinds else False
        left = emit("multiply", tape.cast(as_bit(emit("logical_not", saved)), "u1"), gaps.value)
        return Cell(
            value,
            state=worst_state(tape, (State(left, gaps.kinds), state_where(tape, waiting, ERROR))),
        )

    def _place(self, value: Value, holds: Value, place: int) -> Value:
        """Add an outcome's position where its case holds; where two hold the row is an error, and the sum means nothing."""
        kind: Kind = "i1" if sum(self.places) <= _MOST_PLACE else "i4"
        mine = self.tape.cast(as_bit(holds), "i1")
        return (
            self.emit("add", value, self.emit("multiply", self.tape.cast(mine, kind), place))
            if place
            else value
        )

    def _is_open(self, truth: Cell) -> Value:
        return self.emit(
            "logical_or", truth.values, self.emit("logical_not", has_value(self.tape, truth.state))
        )

    def _alike(self) -> Value:
        """Tell where all cases that are not false carry one outcome: no two of the outcomes are open."""
        by_place: dict[int, Value] = {}
        for truth, place in zip(self.truths, self.places, strict=True):
            by_place[place] = self.emit(
                "logical_or", by_place.get(place, False), self._is_open(truth)
            )
        some: Value = False
        two: Value = False
        for is_open in by_place.values():
            two = self.emit("logical_or", two, self.emit("logical_and", some, is_open))
            some = self.emit("logical_or", some, is_open)
        return self.emit("logical_not", two)
