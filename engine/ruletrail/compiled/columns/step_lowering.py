"""The steps of a block, written on its tape: rules, decisions, sections and checks, and the status they add up to."""

from collections.abc import Sequence

from ruletrail.analysis.ir import Node, TypedStep
from ruletrail.compiled.columns.block import NO_FACT, Block
from ruletrail.compiled.columns.column_arithmetic import (
    ERROR,
    MISSING,
    NOT_APPLICABLE,
    NOT_ENCODED,
    Cell,
    State,
    as_bit,
    compare,
    crossed,
    has_value,
    settle,
    state_where,
    worst_state,
)
from ruletrail.compiled.columns.decision_lowering import Choice
from ruletrail.compiled.columns.expression_lowering import compute, compute_truth, kleene
from ruletrail.compiled.columns.numpy_codegen import Kind, Strip, Tape, Value
from ruletrail.compiled.columns.roundings import round_cell
from ruletrail.compiled.columns.string_dictionaries import Words
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.rulebooks import Check, Decision, Message, Rule, Section
from ruletrail.values import NotEncoded

DUE = Words(("not_due", "due"))
PASSED = Words(("failed", "passed"))


@dataclass(slots=True)
class BlockRun:
    """One plan over one block: the facts of its steps, what is left open or wrong, which rows others must compute."""

    block: Block
    bad: Value = False
    open: Value = False
    trap: Value = False
    """The rows with an error that this tape does not work out."""
    leftover: Value = False
    """The rows whose declared values the compiled function must compare."""

    @property
    def tape(self) -> Tape:
        """The block's tape."""
        return self.block.tape

    def conclude(self, step: TypedStep) -> None:
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

    def status(self) -> Value:
        """Sum the block up: 0 complete, 1 incomplete, 2 invalid."""
        bad, is_open = (self.tape.cast(as_bit(flags), "u1") for flags in (self.bad, self.open))
        return self.tape.emit("maximum", self.tape.emit("multiply", bad, 2), is_open)

    def _or(self, one: Value, two: Value) -> Value:
        return self.tape.emit("logical_or", one, two)

    def _and(self, *values: Value) -> Value:
        joined: Value = True
        for value in values:
            joined = self.tape.emit("logical_and", joined, value)
        return joined

    def _not(self, value: Value) -> Value:
        return self.tape.emit("logical_not", value)

    def _finish(self, code: str, fact: Cell, *, leaves_open: bool = True) -> None:
        """Keep a step's fact, and note what its gaps mean for the status."""
        state = fact.state
        self.block.facts[code] = replace(fact, trap=False)
        self.trap = self._or(self.trap, fact.trap)
        if ERROR in state.kinds:
            self.bad = self._or(self.bad, self.tape.emit("equal", state.value, ERROR))
        if leaves_open and state.kinds & {MISSING, NOT_ENCODED}:
            if ERROR in state.kinds or NOT_APPLICABLE in state.kinds:
                gap = self.tape.emit("greater", state.value, NOT_APPLICABLE)
            else:
                gap = self._not(has_value(self.tape, state))
            self.open = self._or(
                self.open, gap
            )  # a row with an error is bad, and open too does no harm

    # -- Rules ---------------------------------------------------------------------------------------------------

    def _rule(self, rule: Rule, step: TypedStep) -> None:
        tape, form = self.tape, step.clauses[-1]
        exact = fact = compute(self.block, form)
        is_number = isinstance(form, Node) and form.kind == "number"
        if rule.rounding is not None and is_number:
            fact = round_cell(tape, exact, rule.rounding.decimals, rule.rounding.mode)
        if rule.when is not None:
            when = compute_truth(self.block, step.clauses[0])
            lacking = state_where(
                tape, self._and(self._not(when.values), has_value(tape, when.state)), NOT_APPLICABLE
            )
            inside = State(
                tape.emit("multiply", tape.cast(as_bit(when.values), "u1"), fact.state.value),
                fact.state.kinds,
            )
            state = worst_state(tape, (lacking, when.state, inside))
            is_boolean = isinstance(form, Node) and form.kind == "boolean"
            trap = self._or(self._and(fact.trap, when.values), when.trap)
            fact = replace(
                fact,
                values=settle(tape, fact.values, state) if is_boolean else fact.values,
                state=state,
                trap=trap,
            )
            exact = replace(exact, state=state)
        self._finish(rule.code, fact)
        if rule.code in self.block.premises.fields:
            self._declared(rule.code, fact, exact, step)

    def _declared(self, code: str, fact: Cell, exact: Cell, step: TypedStep) -> None:
        """Compare declared values; rows whose decimals differ from their column's are left to the compiled function."""
        tape, stated, held = self.tape, self.block.field(code), self.block.premises.fields[code]
        here = has_value(tape, stated.state)
        kind = step.fact.kind if step.fact is not None else "none"
        if NOT_APPLICABLE in fact.state.kinds:
            blank = tape.emit("equal", stated.values, 0) if held.scale is not None else False
            lacks = tape.emit("equal", fact.state.value, NOT_APPLICABLE)
            self.bad = self._or(self.bad, self._and(lacks, here, self._not(blank)))
        if kind == "none":
            return
        unlike = self._and(has_value(tape, fact.state), here)
        if held.scale is None:
            differs = self.block.same_words("not_equal", stated, fact) if kind == "text" else None
            if differs is None:
                differs = tape.emit("not_equal", stated.values, fact.values)
            self.bad = self._or(self.bad, self._and(unlike, differs))
            return
        unlike = self._and(unlike, self._unequal(stated, fact))
        if not held.is_plain:
            self.leftover = self._or(self.leftover, unlike)
            return
        for mode in ("half_up", "down"):
            unlike = self._and(
                unlike, self._unequal(stated, round_cell(tape, exact, held.scale, mode))
            )
        self.bad = self._or(self.bad, unlike)

    def _unequal(self, left: Cell, right: Cell) -> Value:
        return compare(self.tape, "not_equal", *crossed(self.tape, left, right))

    # -- Decisions -----------------------------------------------------------------------------------------------

    def _decision(self, decision: Decision, step: TypedStep) -> None:
        if isinstance(decision.cases, NotEncoded):
            self._finish(decision.code, NO_FACT)
            return
        outcomes = tuple(dict.fromkeys(case.outcome for case in decision.cases))
        forms = iter(step.clauses)
        truths: list[Cell] = []
        for case in decision.cases:
            truths.append(
                self._otherwise(decision, truths)
                if case.when is None
                else compute_truth(self.block, next(forms))
            )
        places = [outcomes.index(case.outcome) for case in decision.cases]
        choice = Choice(self.tape, truths, places, traps=self.block.premises.traps)
        fact = choice.first() if decision.policy == "first" else choice.exclusive()
        trap = fact.trap
        for truth in truths:
            trap = self._or(trap, truth.trap)
        kind: Kind = fact.values.kind if isinstance(fact.values, Strip) else "i1"
        held = self.tape.cast(as_bit(has_value(self.tape, fact.state)), kind)
        value = self.tape.emit(
            "multiply", fact.values, held
        )  # 0 where it is no outcome, as for all words
        self._finish(decision.code, replace(fact, values=value, words=Words(outcomes), trap=trap))

    def _otherwise(self, decision: Decision, truths: Sequence[Cell]) -> Cell:
        if decision.policy == "first" or not truths:
            return Cell(values=True)
        other = kleene(self.tape, truths, decides=True)
        return replace(other, values=settle(self.tape, self._not(other.values), other.state))

    # -- Sections and checks -------------------------------------------------------------------------------------

    def _section(self, section: Section, step: TypedStep) -> None:
        tape = self.tape
        truth = compute_truth(self.block, step.clauses[0])
        if section.part_of is not None:
            parent = self.block.read(section.part_of)
            due = settle(tape, tape.emit("equal", parent.values, 1), parent.state)
            truth = kleene(tape, [replace(parent, values=due), truth], decides=False)
        self._finish(section.code, replace(truth, values=self._codes(truth), words=DUE))
        empty = True if section.gap is not None else self._empty(section)
        self.open = self._or(self.open, self._and(truth.values, empty))

    def _codes(self, truth: Cell) -> Value:
        """Give a condition's two words as positions."""
        return self.tape.cast(as_bit(truth.values), "i1")

    def _empty(self, section: Section) -> Value:
        """Tell which rows leave a required field of a section empty."""
        empty: Value = False
        for code in section.fields:
            if code not in section.optional:
                empty = self._or(empty, self.block.gone(code))
        return empty

    def _check(self, check: Check, step: TypedStep) -> None:
        truth = compute_truth(self.block, step.clauses[0])
        is_error = check.severity == "error"
        if is_error:
            failed = self._and(self._not(truth.values), has_value(self.tape, truth.state))
            self.bad = self._or(self.bad, failed)
        self._finish(
            check.code,
            replace(truth, values=self._codes(truth), words=PASSED),
            leaves_open=is_error,
        )
