"""Cases of a decision that meet, that none can reach, or that leave a value without any.

Where all conditions compare quantities with constants, every stretch between two constants behaves
alike, so one value in each stretch, and each constant itself, are all that must be tried.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby, pairwise, product
from typing import Any, cast

from ruletrail.analysis import intervals
from ruletrail.analysis.condition_solver import (
    assume,
    is_comparison,
    is_junction,
    judge,
)
from ruletrail.analysis.field_domains import read_fields
from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.knowledge import Knowledge, range_of, text_of
from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import Call, Constant, Expression, Formula, Name
from ruletrail.formulas.operations import CONJUNCTION, NEGATION, OPERATORS
from ruletrail.lints.budgets import weigh
from ruletrail.lints.case_overlaps import find_implied, find_meeting
from ruletrail.lints.case_search import (
    Trial,
    is_settled,
    name_compared,
    name_inputs,
    search,
    show_value,
)
from ruletrail.lints.subjects import Subject, note
from ruletrail.problems import Problem, quote
from ruletrail.rulebooks import Case, Clause, Decision, Entry
from ruletrail.values import MOST_DECIMALS, MOST_INTEGER_DIGITS, Value, round_number

MOST_TRIALS = 100_000
"""How many conditions one decision may cost, tried on values."""

_Trial = Mapping[str, Value]

_DOCUMENTS = Interval(
    Fraction(-(10**MOST_INTEGER_DIGITS)), Fraction(10**MOST_INTEGER_DIGITS), True, True
)
"""What a number in a document can be."""

_Written = tuple[Case, Clause, Formula]


def find_cases(entry: Entry, subject: Subject) -> Iterator[Problem]:
    """Find what is wrong with the cases of a decision taken together."""
    if not isinstance(entry, Decision) or not isinstance(entry.cases, tuple):
        return
    subject.judging.begin()
    subject.trying.begin()
    written = [
        (case, case.when, case.when.content)
        for case in entry.cases
        if case.when is not None and isinstance(case.when.content, Formula)
    ]
    told: set[int] = set()  # cases whose overlap was found by reasoning need no value beside it
    if entry.policy == "first":
        yield from _find_subsumed(written, subject)
    else:
        for index, problem in _find_overlaps(written, subject):
            told.add(index)
            yield problem
    if len(written) + any(case.when is None for case in entry.cases) == len(entry.cases):
        quantities = Quantities(subject, read_fields(subject.linked.schema))
        if all(quantities.add(formula.tree) for _, _, formula in written):
            yield from _try_values(entry, written, told, subject, quantities)
        else:
            yield from _try_reports(entry, written, told, subject)


def _find_subsumed(written: Sequence[_Written], subject: Subject) -> Iterator[Problem]:
    here: Knowledge = subject.known
    for (_, _, before), (_, clause, formula) in pairwise(written):
        here = assume(before.tree, here, truth=False) or here
        if judge(formula.tree, here) is False and judge(formula.tree, subject.known) is None:
            yield note("case-subsumed", formula.tree, clause)


def _find_overlaps(written: Sequence[_Written], subject: Subject) -> Iterator[tuple[int, Problem]]:
    """Find cases that imply an earlier one, or meet one where their terms are equal."""
    conditions = [formula.tree for _, _, formula in written]
    for index, is_implied in find_implied(conditions, subject.known, subject.judging):
        _, clause, formula = written[index]
        if is_implied:
            yield index, note("cases-overlap", formula.tree, clause)
            continue
        earlier = written[find_meeting(conditions, index)][2]
        left, right = map(text_of, cast("Call", formula.tree).operands)
        details = {"other": earlier.text, "left": left, "right": right}
        yield index, note("cases-meet", formula.tree, clause, **details)


# -- Trying values ---------------------------------------------------------------------------------


def _try_values(
    decision: Decision,
    written: Sequence[_Written],
    told: set[int],
    subject: Subject,
    quantities: "Quantities",
) -> Iterator[Problem]:
    """Find a value for which no case is true, and values for which two are."""
    conditions = [formula.tree for _, _, formula in written]
    trials = quantities.trials() if conditions else ()
    if not trials or len(trials) * len(conditions) > MOST_TRIALS:
        return
    # with `otherwise` no value is left without a case, but two may still meet
    has_otherwise = len(written) < len(decision.cases)  # type: ignore[arg-type]  # a tuple
    was_open = has_otherwise
    weight = weigh(conditions, subject.known.groups)
    for trial in trials:
        if not subject.trying.spend(weight):
            return
        true = [at for at, condition in enumerate(conditions) if holds(condition, trial, subject)]
        if not true and not was_open:
            details = {"code": quote(decision.code), "values": show_values(trial)}
            yield Problem("cases-gap", decision.mark, details)
        # one stretch without a case is told once; with several quantities, one at all
        was_open = has_otherwise or not true or (was_open and len(trial) > 1)
        if len(true) > 1 and decision.policy == "exclusive" and true[1] not in told:
            told.add(true[1])
            yield _conflict(written[true[0]], written[true[1]], show_values(trial))


def _conflict(one: _Written, other: _Written, values: str) -> Problem:
    (_, _, first), (_, clause, second) = one, other
    found = note("cases-conflict", second.tree, clause, other=first.text)
    return Problem(found.code, found.mark, {**found.details, "values": values})


# -- Trying reports, where conditions are of computed values ---------------------------------------


def _try_reports(
    decision: Decision, written: Sequence[_Written], told: set[int], subject: Subject
) -> Iterator[Problem]:
    """Find reports for which no case is true, and those for which two are, each shown by one."""
    conditions = [formula.tree for _, _, formula in written]
    may_lack = len(written) == len(decision.cases)  # type: ignore[arg-type]  # a tuple
    may_meet = decision.policy != "exclusive"
    known, budget = subject.known, subject.judging
    if is_settled(conditions, known, budget, may_gap=not may_lack, may_meet=may_meet):
        return
    compared, lacking = name_compared(conditions), _Lacking(conditions, subject)
    for trial in search(decision, subject):
        true = [at for at in trial.true if at < len(conditions)]
        if not may_meet and len(true) > 1 and true[1] not in told:
            told.add(true[1])
            yield _conflict(written[true[0]], written[true[1]], show_trial(trial, compared))
        if may_lack:
            lacking.add(trial)
        are_all_told = may_meet or len(told) >= len(written) - 1
        if are_all_told and (not may_lack or lacking.is_known):
            break
    for trial in lacking.choose():
        details = {"code": quote(decision.code), "values": show_trial(trial, compared)}
        yield Problem("cases-gap", decision.mark, details)


class _Lacking:
    """The reports that no case fits, of which each gap is shown by the first that was tried.

    Where all conditions ask for one quantity, a value with a case lies between two gaps. With
    several quantities, one gap is told at all.
    """

    def __init__(self, conditions: Sequence[Expression], subject: Subject) -> None:
        compared = name_compared(conditions)
        asked = [code for code in compared if not _is_constant(code, subject.known)]
        self._asked = asked[0] if len(asked) == 1 else ""
        self._open: list[Trial] = []
        self._numbers: dict[Fraction, Trial | None] = {}

    @property
    def is_known(self) -> bool:
        """Whether no other report will be told of."""
        return not self._asked and bool(self._open)

    def add(self, trial: Trial) -> None:
        """Take a report that was tried."""
        is_lacking = not trial.true and not trial.is_open
        number = {**trial.facts, **trial.inputs}.get(self._asked)
        if isinstance(number, Fraction) and (is_lacking or trial.true):
            self._numbers.setdefault(number, trial if is_lacking else None)
        if is_lacking:
            self._open.append(trial)

    def choose(self) -> Sequence[Trial]:
        """Choose the first of each gap, in the order tried."""
        order = {id(trial): at for at, trial in enumerate(self._open)}
        stretches = groupby(sorted(self._numbers.items()), lambda item: item[1] is None)
        gaps = [[trial for _, trial in items if trial] for is_in, items in stretches if not is_in]
        chosen = [min(gap, key=lambda trial: order[id(trial)]) for gap in gaps]
        return sorted(chosen, key=lambda trial: order[id(trial)]) or self._open[:1]


def _is_constant(code: str, known: Knowledge) -> bool:
    return _constant_of(Name(code, (0, 0)), known) is not None


def show_trial(trial: Trial, compared: Sequence[str]) -> str:
    """Show what conditions speak of, and the fields that it is computed of."""
    known = {**trial.facts, **trial.inputs}
    shown = show_values({code: known[code] for code in compared if _is_shown(known.get(code))})
    beneath = show_values({code: trial.inputs[code] for code in name_inputs(trial, compared)})
    return f"{shown} ({beneath})" if beneath else shown


def _is_shown(fact: object) -> bool:
    return isinstance(fact, str | bool | Fraction | date)


def show_values(values: Mapping[str, Any]) -> str:
    """Show what each code is, as a report writes it."""
    pairs = ((key, show_value(value)) for key, value in values.items())
    return ", ".join(f"{quote(key)} = {quote(value)}" for key, value in pairs)


@dataclass(slots=True)
class Quantities:
    """The fields that conditions compare with constants, and what must be tried of each.

    Of what is computed, and of fields of which the schema says more than bounds, a step and a list
    of texts, no value can be named that surely occurs: such conditions are left alone.
    """

    subject: Subject
    fields: Mapping[str, TypedField]
    thresholds: dict[str, set[Fraction]] = field(default_factory=dict)
    others: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    """Texts and booleans: every value that the field may have."""

    def add(self, condition: Expression) -> bool:
        """Take the quantities of a condition; false where it is made of something else."""
        match condition:
            case Constant():
                return isinstance(condition.value, bool)
            case Name():
                is_known = _constant_of(condition, self.subject.known) is not None
                return is_known or self._add_field(condition, ())
            case Call(operation=operation) if operation is NEGATION or is_junction(condition):
                return all(self.add(operand) for operand in condition.operands)
            case Call() if is_comparison(condition):
                return self._compare(condition)
            case _:
                return False

    def _compare(self, call: Call) -> bool:
        known = self.subject.known
        constants = [_constant_of(operand, known) for operand in call.operands]
        pairs = zip(call.operands, constants, strict=True)
        quantities = [operand for operand, constant in pairs if constant is None]
        is_list = len(call.operands) > 2  # noqa: PLR2004 - two sides, or one and a list
        if len(quantities) != 1 or (is_list and constants[0] is not None):
            return False
        return self._add_field(quantities[0], [each for each in constants if each is not None])

    def _add_field(self, quantity: Expression, constants: Sequence[Value]) -> bool:
        found = self.fields.get(quantity.code) if isinstance(quantity, Name) else None
        # a field that shares its code with a rule is computed
        if found is None or found.code in self.subject.rulebook.entries or not found.is_exact:
            return False
        numbers = [each for each in constants if isinstance(each, Fraction)]
        if found.kind == "number":
            self.thresholds.setdefault(found.code, set()).update(numbers)
        elif found.kind == "boolean":
            self.others[found.code] = (True, False)
        else:
            self.others[found.code] = found.choices
        return found.kind == "number" or bool(self.others[found.code])

    def trials(self) -> Sequence[_Trial]:
        """List what must be tried."""
        axes: dict[str, Sequence[Value]] = {
            code: _stretches(sorted(found), self.fields[code])
            for code, found in self.thresholds.items()
        }
        axes |= self.others
        size = 1
        for values in axes.values():
            size *= len(values)
        if size > MOST_TRIALS:
            return ()
        return [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]


def _constant_of(expression: Expression, known: Knowledge) -> Value | None:
    """Return what an expression is in every report: a literal, a parameter, or computed of them."""
    if isinstance(expression, Constant):
        return expression.value
    node = known.base.get(expression.code) if isinstance(expression, Name) else None
    if node is not None and node.op == "constant":
        return node.fact  # type: ignore[return-value]  # a parameter is a value
    return range_of(expression, known).only if isinstance(expression, Call) else None


def _stretches(thresholds: Sequence[Fraction], allowed: TypedField) -> Sequence[Fraction]:
    """List each threshold and one value between each two neighbours, as far as they can occur."""
    interval = intervals.intersect(allowed.range, _DOCUMENTS)
    step = allowed.step if allowed.step is not None else Fraction(1, 10**MOST_DECIMALS)
    inside = [each for each in thresholds if interval.spans(each)]
    far = max(2 * step, Fraction(2))
    low = interval.low if allowed.range.low is not None else min(inside, default=far) - far
    high = interval.high if allowed.range.high is not None else max(inside, default=-far) + far
    ends = sorted({each for each in (low, *inside, high) if each is not None})
    tried = ends[:1]
    for one, other in pairwise(ends):
        tried += [_between(one, other, step), other]
    return [number for number in tried if interval.holds(number) and number % step == 0]


def _between(low: Fraction, high: Fraction, step: Fraction) -> Fraction:
    """Find a multiple of a step between two numbers, with as few decimals as can be.

    Where there is none it gives one of the numbers, which is tried as well.
    """
    middle = (low + high) / 2
    for decimals in range(MOST_DECIMALS + 1):
        number = round_number(middle, decimals, "half_even")
        if low < number < high and number % step == 0:
            return number
    multiple = (middle // step) * step
    return next((each for each in (multiple, multiple + step) if low < each < high), low)


def holds(condition: Expression, trial: _Trial, subject: Subject) -> bool:
    """Tell whether a condition made of quantities and constants is true of some values."""
    match condition:
        case Constant() | Name():
            return _value(condition, trial, subject) is True
        case Call(operation=operation, operands=operands) if operation is NEGATION:
            return not holds(operands[0], trial, subject)
        case Call(operation=operation, operands=operands) if is_junction(condition):
            join = all if operation is CONJUNCTION else any
            return join(holds(operand, trial, subject) for operand in operands)
        case Call(operation=operation, operands=operands):
            values = [_value(operand, trial, subject) for operand in operands]
            exact = OPERATORS[operation.name].exact
            return exact is not None and exact(values) is True


def _value(expression: Expression, trial: _Trial, subject: Subject) -> Value | None:
    constant = _constant_of(expression, subject.known)
    return trial[text_of(expression)] if constant is None else constant
