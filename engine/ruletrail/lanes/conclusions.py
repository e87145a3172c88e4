"""The steps of a block: rules, decisions, sections and checks as columns, and the status that they add up to."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ruletrail.lanes.blocks import Block, as_bytes, kleene
from ruletrail.lanes.cells import (
    ERROR,
    NOT_APPLICABLE,
    NOT_ENCODED,
    VALUE,
    Cell,
    as_array,
    crossed,
    is_settled,
    narrow,
    round_cell,
    settle,
    worst_state,
)
from ruletrail.lanes.encoding import NumberColumn
from ruletrail.lanes.forms import Form, StepForm
from ruletrail.rulebooks import Check, Decision, Message, Rule, Section
from ruletrail.structures import replace
from ruletrail.values import NotEncoded

DUE = ("not_due", "due")
PASSED = ("failed", "passed")


class BlockRun:
    """One run of a plan over one block: what is left open or wrong, and which rows must go to the compiled function."""

    def __init__(self, block: Block) -> None:
        """Start with every row complete."""
        self.block = block
        self.bad = np.zeros(block.rows, np.bool_)
        self.open = np.zeros(block.rows, np.bool_)
        self.worst = np.zeros(block.rows, np.uint8)
        """The worst state of all that a complete report must have."""
        self.worst_aside = np.zeros(block.rows, np.uint8)
        """The worst state of warnings and infos, of which only an error counts."""
        self.leftover = np.zeros(block.rows, np.bool_)

    def conclude(self, step: StepForm) -> None:
        """Draw one step's conclusions; messages are written only where a trail is asked for."""
        match step.entry:
            case Rule() as rule:
                self._rule(rule, step)
            case Decision() as decision:
                self._decision(decision, step)
            case Section() as section:
                self._section(section, step)
            case Check() as check:
                self._check(check, step)
            case Message():
                return

    def status(self) -> Any:  # noqa: ANN401 - positions in STATUSES
        """Sum the block up: 0 complete, 1 incomplete, 2 invalid."""
        bad = self.bad | (self.worst == ERROR) | (self.worst_aside == ERROR)
        return np.where(bad, 2, self.open | (self.worst > NOT_APPLICABLE))

    def _note(self, state: Any, *, leaves_open: bool = True) -> None:  # noqa: ANN401
        if not is_settled(state):
            worst = self.worst if leaves_open else self.worst_aside
            np.maximum(worst, state, out=worst, casting="unsafe")

    # -- Rules ---------------------------------------------------------------------------------------------------

    def _rule(self, rule: Rule, step: StepForm) -> None:
        block, form = self.block, step.clauses[-1]
        exact = block.compute(form)
        fact = exact
        if rule.rounding is not None and isinstance(form, Form) and form.kind == "number":
            fact = round_cell(exact, rule.rounding.decimals, rule.rounding.mode)
        if rule.when is not None:
            when = block.compute(step.clauses[0])
            holds = as_bytes(when.values)
            # NOT_APPLICABLE is 1, so the complement of the condition is the state; a gap of it is worse
            state = worst_state((1 - holds if is_settled(fact.state) else 1 - holds + holds * np.asarray(fact.state, np.uint8), when.state))
            is_boolean = isinstance(form, Form) and form.kind == "boolean"
            fact = replace(fact, values=settle(fact.values, state) if is_boolean else fact.values, state=state)
            exact = replace(exact, state=state)
        narrow(fact.bottom, fact.bottom_bound)
        fact = replace(fact, values=narrow(fact.values, fact.bound))
        block.facts[rule.code] = fact
        self._note(fact.state)
        declared = block.columns.get(rule.code)
        if declared is not None:
            self._declared(rule.code, fact, exact, step)

    def _declared(self, code: str, fact: Cell, exact: Cell, step: StepForm) -> None:
        """Compare declared values; rows whose decimals differ from their column's are left to the compiled function."""
        block = self.block
        column, stated = block.columns[code], block.field(code)
        here = np.asarray(stated.state) == VALUE if not is_settled(stated.state) else np.ones(block.rows, np.bool_)
        states = as_array(fact.state, block.rows, np.uint8)
        kind = step.fact.kind if step.fact is not None else "none"
        is_number = isinstance(column, NumberColumn)
        if is_number:
            zero = as_array(stated.values == 0, block.rows, np.bool_)
            self.bad |= here & (states == NOT_APPLICABLE) & ~zero
        else:
            self.bad |= here & (states == NOT_APPLICABLE)
        unlike = here & (states == VALUE)
        if kind == "none" or not unlike.any():
            return
        if not isinstance(column, NumberColumn):
            same = block.in_words(fact, stated.words) if kind == "text" else fact.values
            self.bad |= unlike & (stated.values != same)
            return
        one, two, _ = crossed(stated, fact)
        unlike &= one != two
        if not unlike.any():
            return
        if column.decimals is not None:
            self.leftover |= unlike
            return
        for mode in ("half_up", "down"):
            one, two, _ = crossed(stated, round_cell(exact, column.scale, mode))
            unlike = unlike & (one != two)
        self.bad |= unlike

    # -- Decisions -----------------------------------------------------------------------------------------------

    def _decision(self, decision: Decision, step: StepForm) -> None:
        if isinstance(decision.cases, NotEncoded):
            self.block.facts[decision.code] = Cell(0, state=NOT_ENCODED, words=("",))
            self.open[:] = True
            return
        outcomes = tuple(dict.fromkeys(case.outcome for case in decision.cases))
        forms = iter(step.clauses)
        truths: list[Cell] = []
        for case in decision.cases:
            truths.append(_otherwise(decision, truths) if case.when is None else self._truth(next(forms)))
        places = [outcomes.index(case.outcome) for case in decision.cases]
        fact = (_first if decision.policy == "first" else _exclusive)(truths, places, self.block.rows)
        self.block.facts[decision.code] = replace(fact, words=outcomes)
        self._note(fact.state)

    def _truth(self, form: Form | NotEncoded) -> Cell:
        cell = self.block.compute(form)
        is_none = isinstance(form, NotEncoded) or form.kind == "none"
        return replace(cell, values=False) if is_none else cell

    # -- Sections and checks -------------------------------------------------------------------------------------

    def _section(self, section: Section, step: StepForm) -> None:
        block = self.block
        truth = self._truth(step.clauses[0])
        if section.part_of is not None:
            parent = block.read(section.part_of)
            truth = kleene([Cell(settle(parent.values == 1, parent.state), state=parent.state), truth], decides=False)
        fact = Cell(as_array(truth.values, block.rows, np.bool_).view(np.int8), state=truth.state, words=DUE)
        block.facts[section.code] = fact
        due = as_array(truth.values, block.rows, np.bool_)
        if section.gap is not None:
            self.open |= due
        self.open |= due & self._empty(section)
        self._note(fact.state)

    def _empty(self, section: Section) -> Any:  # noqa: ANN401 - a mask, or one answer for all rows
        """Tell which rows leave a required field of a section empty."""
        block, empty = self.block, np.False_
        for code in section.fields:
            column = block.columns.get(code)
            if code in section.optional:
                continue
            if column is None:
                return True
            gone = block.gone(column)
            if gone is not None:
                empty = empty | gone
        return empty

    def _check(self, check: Check, step: StepForm) -> None:
        truth = self._truth(step.clauses[0])
        values = as_array(truth.values, self.block.rows, np.bool_).view(np.int8)
        self.block.facts[check.code] = Cell(values, state=truth.state, words=PASSED)
        if check.severity == "error":
            self.bad |= (values if is_settled(truth.state) else values | np.asarray(truth.state, np.uint8)) == 0
        self._note(truth.state, leaves_open=check.severity == "error")


def _otherwise(decision: Decision, truths: Sequence[Cell]) -> Cell:
    if decision.policy == "first" or not truths:
        return Cell(values=True)
    other = kleene(truths, decides=True)
    return replace(other, values=settle(np.logical_not(other.values), other.state))


def _exclusive(truths: Sequence[Cell], places: Sequence[int], rows: int) -> Cell:
    """Choose when exactly one case may be true."""
    state = worst_state([truth.state for truth in truths])
    count, value = np.zeros(rows, np.int16), np.zeros(rows, np.int16)
    for truth, place in zip(truths, places, strict=True):
        holds = _holds(truth, rows)
        count += holds
        value += holds * np.int16(place)
    if is_settled(state):
        return Cell(value, state=np.where(count == 1, np.uint8(VALUE), np.uint8(ERROR)))
    alike = _alike(truths, places, rows)
    gaps = as_array(state, rows, np.uint8)
    chosen = (count == 1) & alike
    answer = np.where(chosen, np.uint8(VALUE), gaps)
    wrong = (count > 1) | ((count == 0) & (gaps == VALUE))
    return Cell(np.where(chosen, value, 0), state=np.where(wrong, np.uint8(ERROR), answer))


def _first(truths: Sequence[Cell], places: Sequence[int], rows: int) -> Cell:
    """Choose the first case that is not false."""
    waiting, value = np.ones(rows, np.bool_), np.zeros(rows, np.int16)
    state, any_true = np.full(rows, ERROR, np.uint8), np.zeros(rows, np.bool_)
    for truth, place in zip(truths, places, strict=True):
        any_true |= _holds(truth, rows)
        here = waiting & _is_open(truth, rows)
        value = np.where(here, np.int16(place), value)
        state = np.where(here, truth.state, state).astype(np.uint8)
        waiting &= ~here
    saved = (state != VALUE) & ~waiting & any_true & _alike(truths, places, rows)
    return Cell(value, state=np.where(saved, np.uint8(VALUE), state))


def _holds(truth: Cell, rows: int) -> Any:  # noqa: ANN401
    return as_array(truth.values, rows, np.bool_)


def _is_open(truth: Cell, rows: int) -> Any:  # noqa: ANN401
    values = as_array(truth.values, rows, np.bool_)
    return values if is_settled(truth.state) else values | (np.asarray(truth.state) != VALUE)


def _alike(truths: Sequence[Cell], places: Sequence[int], rows: int) -> Any:  # noqa: ANN401
    """Tell where all cases that are not false carry one outcome."""
    least, most = np.full(rows, 32000, np.int16), np.full(rows, -1, np.int16)
    for truth, place in zip(truths, places, strict=True):
        is_open = _is_open(truth, rows)
        least = np.where(is_open, np.minimum(least, np.int16(place)), least)
        most = np.where(is_open, np.maximum(most, np.int16(place)), most)
    return least == most
