"""The steps of a rulebook as SSA: rules, decisions, sections, checks, and the status."""

from collections.abc import Sequence

from ruletrail.analysis.ir import Node, TypedStep
from ruletrail.analysis.typed_inputs import Kind
from ruletrail.compiled.columns.block import NO_FACT, Block
from ruletrail.compiled.columns.column_arithmetic import (
    ERROR,
    LEFT_OUT,
    MISSING,
    NOT_APPLICABLE,
    NOT_ENCODED,
    NonValues,
    Vector,
    as_bit,
    compare,
    cross,
    does_not_apply,
    has_value,
    keep_where,
    mask_truth,
    may_not_apply,
    non_value_where,
    worst_non_values,
)
from ruletrail.compiled.columns.columns import Dictionary
from ruletrail.compiled.columns.expression_lowering import kleene, lower, lower_truth
from ruletrail.compiled.columns.numpy_codegen import (
    OF_REPORTS,
    ColumnValue,
    Dtype,
    SsaBuilder,
    Value,
)
from ruletrail.compiled.columns.picking import pick
from ruletrail.compiled.columns.roundings import round_vector
from ruletrail.compiled.columns.row_lowering import gather_checks
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import list_of
from ruletrail.linking import split_rule
from ruletrail.rulebooks import Check, Decision, Message, Rule, Section
from ruletrail.values import NotEncoded

_DUE = Dictionary(("not_due", "due"))
_PASSED = Dictionary(("failed", "passed"))
_MOST_CASES = 100
_LARGEST_BYTE = 127


def _kind_of(clause: Node | NotEncoded) -> Kind:
    return clause.kind if isinstance(clause, Node) else "none"


@dataclass(slots=True)
class _Flags:
    """What is found of rows, step by step."""

    invalid: Value = False
    incomplete: Value = False
    trap: Value = False
    """The rows with an error that this code does not work out."""
    leftover: Value = False
    """The rows whose declared values the compiled function must compare."""
    lacking: Value = False
    """The rows in which something that is worked out, or asked for, is missing; where a form has
    lists."""

    def status(self, ssa: SsaBuilder) -> Value:
        """Lower the status, an index into `STATUSES`: 0 complete, 1 incomplete, 2 invalid."""
        invalid, incomplete = (
            ssa.cast(as_bit(flags), "u1") for flags in (self.invalid, self.incomplete)
        )
        return ssa.emit("maximum", ssa.emit("multiply", invalid, 2), incomplete)


@dataclass(slots=True)
class StepLowering:
    """The steps of a rulebook over one block: their facts, its status, the rows left to others."""

    block: Block
    flags: dict[str, _Flags] = field(default_factory=lambda: {OF_REPORTS: _Flags()})
    """Of reports, and by list of its rows."""

    @property
    def ssa(self) -> SsaBuilder:
        """The block's program."""
        return self.block.ssa

    def conclude(self, step: TypedStep) -> None:
        """Lower one step; messages are shown only by trails, which columns do not write."""
        self.ssa.domain = list_of(step.entry.code)
        self._conclude(step)
        self.ssa.domain = OF_REPORTS

    def _mark(self, flag: str, where: Value) -> None:
        """Raise a flag of what code is made for now, where a mask says so."""
        flags = self.flags.setdefault(self.ssa.domain, _Flags())
        setattr(flags, flag, self._or(getattr(flags, flag), where))

    def finish(self) -> _Flags:
        """Join what was found of rows with what was found of their reports."""
        whole = self.flags[OF_REPORTS]
        for over, flags in self.flags.items():
            if over != OF_REPORTS:
                for name in ("invalid", "incomplete", "trap", "leftover", "lacking"):
                    found = self.block.gather("logical_or", getattr(flags, name), over)
                    setattr(whole, name, self._or(getattr(whole, name), found))
        return whole

    def _conclude(self, step: TypedStep) -> None:
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

    def _or(self, one: Value, two: Value) -> Value:
        return self.ssa.emit("logical_or", one, two)

    def _and(self, *values: Value) -> Value:
        joined: Value = True
        for value in values:
            joined = self.ssa.emit("logical_and", joined, value)
        return joined

    def _not(self, value: Value) -> Value:
        return self.ssa.emit("logical_not", value)

    def _finish(self, code: str, fact: Vector, *, leaves_open: bool = True) -> None:
        """Keep a step's fact, and what its non-values mean for the status."""
        codes, possible = fact.non_values.codes, fact.non_values.possible
        # trapped rows are computed again whatever reads this fact, so nothing else needs its trap
        self.block.facts[code] = replace(fact, trap=False)
        self._mark("trap", fact.trap)
        if ERROR in possible:
            self._mark("invalid", self.ssa.emit("equal", codes, ERROR))
        if MISSING in possible and self.block.assumptions.lists:
            self._mark("lacking", self.ssa.emit("equal", codes, MISSING))
        if leaves_open and possible & {MISSING, NOT_ENCODED}:
            # an error is among them where it can be: a row that is invalid may be incomplete too
            if possible & {ERROR, LEFT_OUT, NOT_APPLICABLE}:
                lacking = self.ssa.emit("greater", codes, NOT_APPLICABLE)
            else:
                lacking = self._not(has_value(self.ssa, fact.non_values))
            self._mark("incomplete", lacking)

    # -- Rules -------------------------------------------------------------------------------------

    def _rule(self, rule: Rule, step: TypedStep) -> None:
        ssa = self.ssa
        fact, kind = self._formula(rule, step)
        exact = fact
        if rule.rounding is not None and kind == "number":
            # outside the condition: rounding a row that has no value does no harm, and needs no
            # mask
            fact = round_vector(ssa, exact, rule.rounding.decimals, rule.rounding.mode)
        if rule.when is not None:
            when = lower_truth(self.block, step.clauses[0])
            false = self._and(self._not(when.values), has_value(ssa, when.non_values))
            # what gathers the rows of a list leaves out those in which a rule does not apply
            code = LEFT_OUT if ssa.domain != OF_REPORTS else NOT_APPLICABLE
            lacking = non_value_where(ssa, false, code)
            # what goes wrong in a formula that does not apply is nobody's concern
            inside = keep_where(ssa, when.values, fact.non_values)
            non_values = worst_non_values(ssa, (lacking, when.non_values, inside))
            # the same for traps: a divisor is most often 0 where its rule does not apply
            trap = self._or(self._and(fact.trap, when.values), when.trap)
            fact = replace(fact, non_values=non_values, trap=trap)
            if kind == "boolean":
                fact = replace(fact, values=mask_truth(ssa, fact.values, non_values))
            exact = replace(exact, non_values=non_values)
        self._finish(rule.code, fact)
        if rule.code in self.block.assumptions.fields:
            self._compare_declared(rule.code, fact, exact, step)

    def _formula(self, rule: Rule, step: TypedStep) -> tuple[Vector, Kind]:
        """Lower a rule's formula, or the choice among it and those of its exceptions."""
        ssa = self.ssa
        _, own, exceptions = split_rule(rule, step.clauses)
        fact, kind = lower(self.block, own), _kind_of(own)
        unknown = NonValues()
        some: Value = False
        two: Value = False
        for when, formula in exceptions:
            truth, other = lower_truth(self.block, when), lower(self.block, formula)
            kinds = (_kind_of(formula), kind)
            fact = pick(self.block, truth.values, other, fact, kinds)
            fact = replace(fact, trap=self._or(fact.trap, truth.trap))
            kind = kinds[0] if kind == "none" else kind
            unknown = worst_non_values(ssa, (unknown, truth.non_values))
            two = self._or(two, self._and(some, truth.values))
            some = self._or(some, truth.values)
        if not exceptions:
            return fact, kind
        # of a formula that was picked by a condition without a value, nothing is known
        inside = keep_where(ssa, has_value(ssa, unknown), fact.non_values)
        conflict = non_value_where(ssa, two, ERROR)
        non_values = worst_non_values(ssa, (inside, unknown, conflict))
        if kind == "boolean":
            fact = replace(fact, values=mask_truth(ssa, fact.values, non_values))
        return replace(fact, non_values=non_values), kind

    def _compare_declared(self, code: str, fact: Vector, exact: Vector, step: TypedStep) -> None:
        """Lower how declared values agree (docs/semantics.md 14.1): those that differ are invalid.

        A number agrees as it is, rounded or truncated to the decimals it was written with. Where a
        column mixes those, rows that do not agree as they are are left to the compiled function.
        """
        ssa, stated, column = self.ssa, self.block.field(code), self.block.assumptions.fields[code]
        here = has_value(ssa, stated.non_values)
        kind = step.fact.kind if step.fact is not None else "none"
        if may_not_apply(fact.non_values):
            # a report prints 0 where a rule does not apply
            blank = ssa.emit("equal", stated.values, 0) if column.scale is not None else False
            lacks = does_not_apply(ssa, fact.non_values)
            self._mark("invalid", self._and(lacks, here, self._not(blank)))
        if kind == "none":
            return
        unlike = self._and(has_value(ssa, fact.non_values), here)
        if column.scale is None:
            if kind == "text":
                differs = self.block.same_texts("not_equal", stated, fact)
            else:
                differs = ssa.emit("not_equal", stated.values, fact.values)
            self._mark("invalid", self._and(unlike, differs))
            return
        unlike = self._and(unlike, self._unequal(stated, fact))
        # one scale for the column, but each number has decimals of its own to be rounded to
        if not column.is_plain:
            self._mark("leftover", unlike)
            return
        for mode in ("half_up", "down"):
            rounded = round_vector(ssa, exact, column.scale, mode)
            unlike = self._and(unlike, self._unequal(stated, rounded))
        self._mark("invalid", unlike)

    def _unequal(self, left: Vector, right: Vector) -> Value:
        return compare(self.ssa, "not_equal", *cross(self.ssa, left, right))

    # -- Decisions ---------------------------------------------------------------------------------

    def _decision(self, decision: Decision, step: TypedStep) -> None:
        if isinstance(decision.cases, NotEncoded):
            self._finish(decision.code, NO_FACT)
            return
        outcomes = tuple(dict.fromkeys(case.outcome for case in decision.cases))
        clauses = iter(step.clauses)
        truths: list[Vector] = []
        for case in decision.cases:
            if case.when is None:
                truths.append(self._otherwise(decision, truths))
            else:
                truths.append(lower_truth(self.block, next(clauses)))
        indices = [outcomes.index(case.outcome) for case in decision.cases]
        choice = _Choice(self.ssa, truths, indices, self.block.assumptions.traps)
        fact = choice.first() if decision.policy == "first" else choice.exclusive()
        trap = fact.trap
        for truth in truths:
            trap = self._or(trap, truth.trap)
        # 0 where there is no outcome, which the output's own encoding builds on
        dtype: Dtype = fact.values.dtype if isinstance(fact.values, ColumnValue) else "i1"
        is_chosen = self.ssa.cast(as_bit(has_value(self.ssa, fact.non_values)), dtype)
        values = self.ssa.emit("multiply", fact.values, is_chosen)
        dictionary = Dictionary(outcomes)
        self._finish(decision.code, replace(fact, values=values, dictionary=dictionary, trap=trap))

    def _otherwise(self, decision: Decision, truths: Sequence[Vector]) -> Vector:
        if decision.policy == "first" or not truths:
            return Vector(values=True)
        other = kleene(self.ssa, truths, decides=True)
        truth = mask_truth(self.ssa, self._not(other.values), other.non_values)
        return replace(other, values=truth)

    # -- Sections and checks -----------------------------------------------------------------------

    def _section(self, section: Section, step: TypedStep) -> None:
        ssa = self.ssa
        truth = lower_truth(self.block, step.clauses[0])
        if section.part_of is not None:
            parent = self.block.read(section.part_of)
            # 1 is the index of `due` in the dictionary of sections
            due = mask_truth(ssa, ssa.emit("equal", parent.values, 1), parent.non_values)
            truth = kleene(ssa, [replace(parent, values=due), truth], decides=False)
        self._finish(section.code, self._as_text(truth, _DUE))
        empty = self._and(truth.values, self._empty(section))
        if self.block.assumptions.lists:
            self._mark("lacking", empty)
        open_ = truth.values if section.not_encoded is not None else empty
        self._mark("incomplete", open_)

    def _as_text(self, truth: Vector, dictionary: Dictionary) -> Vector:
        """Return a condition as indices into the two texts for false and true."""
        values = self.ssa.cast(as_bit(truth.values), "i1")
        return replace(truth, values=values, dictionary=dictionary)

    def _empty(self, section: Section) -> Value:
        """Tell which rows leave a required field of a section empty."""
        empty: Value = False
        for code in section.fields:
            if code not in section.optional:
                over = list_of(code)
                if over:
                    cells = self.block.gather("logical_or", self.block.missing(code), over)
                    empty = self._or(empty, cells)
                # a list that is not there is empty itself, however many of its cells are asked for
                if over not in section.optional:
                    empty = self._or(empty, self.block.missing(over or code))
        return empty

    def _check(self, check: Check, step: TypedStep) -> None:
        truth = lower_truth(self.block, step.clauses[0])
        is_error = check.severity == "error"
        if is_error:
            failed = self._and(self._not(truth.values), has_value(self.ssa, truth.non_values))
            self._mark("invalid", failed)
        self._finish(check.code, self._as_text(truth, _PASSED), leaves_open=is_error)
        over = self.ssa.domain
        if over != OF_REPORTS:
            whole = gather_checks(self.block, over, truth)
            self.ssa.domain = OF_REPORTS
            self._finish(check.code, self._as_text(whole, _PASSED), leaves_open=is_error)


@dataclass(slots=True)
class _Choice:
    """One decision among its cases (docs/semantics.md 10): their truths and outcomes' indices.

    Without branches: each case adds its outcome's index where it is true. Where two are true the
    row is an error, and the sum means nothing.
    """

    ssa: SsaBuilder
    truths: Sequence[Vector]
    indices: Sequence[int]
    traps: bool

    def exclusive(self) -> Vector:
        """Choose where exactly one case is true."""
        ssa, emit = self.ssa, self.ssa.emit
        non_values = worst_non_values(ssa, [truth.non_values for truth in self.truths])
        count: Value = 0
        value: Value = 0
        for number, (truth, index) in enumerate(zip(self.truths, self.indices, strict=True)):
            count = emit("add", count, ssa.cast(as_bit(truth.values), "u1"))
            if number >= _MOST_CASES:
                # the count stays a byte: a hundred true cases are as wrong as two
                count = emit("minimum", count, _MOST_CASES)
            value = self._add_index(value, truth.values, index)
        if not isinstance(value, ColumnValue) and value not in self.indices:
            value = 0  # several are true in all rows, and the sum is no index of an outcome
        chosen = emit("equal", count, 1)
        if non_values.is_empty:
            wrong = emit("logical_not", chosen)
            if self.traps:
                return Vector(value, trap=wrong)
            return Vector(value, non_values=non_value_where(ssa, wrong, ERROR))
        chosen = emit("logical_and", chosen, self._has_one_outcome())
        none = emit("logical_and", emit("equal", count, 0), has_value(ssa, non_values))
        wrong = emit("logical_or", emit("greater", count, 1), none)
        errors = non_value_where(ssa, wrong, ERROR)
        left = keep_where(ssa, emit("logical_not", chosen), non_values)
        return Vector(value, non_values=worst_non_values(ssa, (left, errors)))

    def first(self) -> Vector:
        """Choose the first case that is not false."""
        ssa, emit = self.ssa, self.ssa.emit
        waiting: Value = True
        value: Value = 0
        non_values = NonValues()
        any_true: Value = False
        for truth, index in zip(self.truths, self.indices, strict=True):
            any_true = emit("logical_or", any_true, truth.values)
            is_open = self._is_open(truth)
            here = emit("logical_and", waiting, is_open)
            value = self._add_index(value, here, index)
            own = keep_where(ssa, here, truth.non_values)
            non_values = worst_non_values(ssa, (non_values, own))
            waiting = emit("logical_and", waiting, emit("logical_not", is_open))
        saved: Value = False
        if not non_values.is_empty:
            saved = emit("logical_and", any_true, self._has_one_outcome())
        left = keep_where(ssa, emit("logical_not", saved), non_values)
        errors = non_value_where(ssa, waiting, ERROR)
        return Vector(value, non_values=worst_non_values(ssa, (left, errors)))

    def _add_index(self, value: Value, mask: Value, index: int) -> Value:
        """Add an outcome's index in the rows where its case holds."""
        # a byte, if that holds the sum of all: numpy would wrap around in silence
        dtype: Dtype = "i1" if sum(self.indices) <= _LARGEST_BYTE else "i4"
        mine = self.ssa.cast(as_bit(mask), "i1")
        if not index:
            return value
        added = self.ssa.emit("multiply", self.ssa.cast(mine, dtype), index)
        return self.ssa.emit("add", value, added)

    def _is_open(self, truth: Vector) -> Value:
        unknown = self.ssa.emit("logical_not", has_value(self.ssa, truth.non_values))
        return self.ssa.emit("logical_or", truth.values, unknown)

    def _has_one_outcome(self) -> Value:
        """Tell where all cases that are not false have one outcome, whichever of them holds."""
        emit = self.ssa.emit
        by_outcome: dict[int, Value] = {}
        for truth, index in zip(self.truths, self.indices, strict=True):
            is_open = self._is_open(truth)
            by_outcome[index] = emit("logical_or", by_outcome.get(index, False), is_open)
        some: Value = False
        two: Value = False
        for is_open in by_outcome.values():
            two = emit("logical_or", two, emit("logical_and", some, is_open))
            some = emit("logical_or", some, is_open)
        return emit("logical_not", two)
