"""Cases of a decision that meet, that none can reach, or that leave a value without any.

Where all conditions compare quantities with constants, every stretch between two constants behaves
alike, so one value in each stretch, and each constant itself, are all that must be tried.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product

from ruletrail.analysis.condition_solver import (
    assume,
    is_comparison,
    is_junction,
    judge,
    texts_of,
)
from ruletrail.analysis.field_domains import read_fields
from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.knowledge import Knowledge, range_of, text_of
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import Call, Constant, Expression, Formula, Name
from ruletrail.formulas.operations import AT_LEAST, AT_MOST, CONJUNCTION, NEGATION, OPERATORS
from ruletrail.lints.subjects import Subject, note
from ruletrail.problems import Problem, quote
from ruletrail.rulebooks import Case, Clause, Decision, Entry
from ruletrail.values import MOST_DECIMALS, Value, round_number, write_number

MOST_BEFORE = 200
"""With how many of the cases before it a case is compared; the cost grows with the square."""

MOST_TRIALS = 100_000
"""How many conditions one decision may cost, tried on values."""

_Written = tuple[Case, Clause, Formula]


def find_cases(entry: Entry, subject: Subject) -> Iterator[Problem]:
    """Find what is wrong with the cases of a decision taken together."""
    if not isinstance(entry, Decision) or not isinstance(entry.cases, tuple):
        return
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
        yield from _try_values(entry, written, told, subject)


def _find_subsumed(written: Sequence[_Written], subject: Subject) -> Iterator[Problem]:
    here: Knowledge = subject.known
    for (_, _, before), (_, clause, formula) in pairwise(written):
        here = assume(before.tree, here, truth=False) or here
        if judge(formula.tree, here) is False and judge(formula.tree, subject.known) is None:
            yield note("case-subsumed", formula.tree, clause)


def _find_overlaps(written: Sequence[_Written], subject: Subject) -> Iterator[tuple[int, Problem]]:
    """Find cases that imply an earlier one, or meet one where their terms are equal."""
    for index, (case, clause, formula) in enumerate(written):
        implied = assume(formula.tree, subject.known, truth=True)
        earlier = [other.tree for _, _, other in written[max(0, index - MOST_BEFORE) : index]]
        if implied is not None and any(judge(other, implied) is True for other in earlier):
            yield index, note("cases-overlap", formula.tree, clause, outcome=case.outcome)
        elif any(_meet(other, formula.tree) for other in earlier):
            yield index, note("cases-meet", formula.tree, clause, outcome=case.outcome)


def _meet(one: Expression, other: Expression) -> bool:
    """Tell two opposite comparisons of the same terms that are both true where those are equal."""
    first, second = _directed(one), _directed(other)
    return first is not None and second is not None and first == (second[1], second[0])


def _directed(expression: Expression) -> tuple[str, str] | None:
    """Write `<=` and `>=` as lesser and greater term."""
    if not isinstance(expression, Call) or expression.operation not in (AT_LEAST, AT_MOST):
        return None
    left, right = map(text_of, expression.operands)
    return (right, left) if expression.operation is AT_LEAST else (left, right)


# -- Trying values ---------------------------------------------------------------------------------


def _try_values(
    decision: Decision, written: Sequence[_Written], told: set[int], subject: Subject
) -> Iterator[Problem]:
    """Find a value for which no case is true, and values for which two are."""
    conditions = [formula.tree for _, _, formula in written]
    quantities = _Quantities(subject)
    if not conditions or not all(quantities.add(condition) for condition in conditions):
        return
    trials = quantities.trials()
    if not trials or len(trials) * len(conditions) > MOST_TRIALS:
        return
    # with `otherwise` no value is left without a case, but two may still meet
    has_otherwise = len(written) < len(decision.cases)  # type: ignore[arg-type]  # a tuple
    was_open = has_otherwise
    for trial in trials:
        true = [at for at, condition in enumerate(conditions) if _holds(condition, trial, subject)]
        if not true and not was_open:
            details = {"code": quote(decision.code), "values": _show(trial)}
            yield Problem("cases-gap", decision.mark, details)
        # one stretch without a case is told once; with several quantities, one at all
        was_open = has_otherwise or not true or (was_open and len(trial) > 1)
        if len(true) > 1 and decision.policy == "exclusive" and true[1] not in told:
            told.add(true[1])
            (_, _, first), (_, clause, second) = written[true[0]], written[true[1]]
            found = note("cases-conflict", second.tree, clause, other=first.text)
            yield Problem(found.code, found.mark, {**found.details, "values": _show(trial)})


_Trial = Mapping[str, Value]


def _show(trial: _Trial) -> str:
    shown = {
        key: write_number(value)
        if isinstance(value, Fraction)
        else str(value).lower()
        if isinstance(value, bool)
        else value
        for key, value in trial.items()
    }
    return ", ".join(f"{quote(key)} = {quote(value)}" for key, value in shown.items())


@dataclass(slots=True)
class _Quantities:
    """The expressions that conditions compare with constants, and the constants."""

    subject: Subject
    thresholds: dict[str, set[Fraction]] = field(default_factory=dict)
    ranges: dict[str, Interval] = field(default_factory=dict)
    texts: dict[str, frozenset[str]] = field(default_factory=dict)
    flags: dict[str, None] = field(default_factory=dict)
    derived: bool = False
    """Whether one of them is no field, so that it may depend on the others."""

    def add(self, condition: Expression) -> bool:
        """Take the quantities of a condition; false where it is made of something else."""
        match condition:
            case Constant():
                return isinstance(condition.value, bool)
            case Name(code=code):
                self._know(condition)
                self.flags[code] = None
                return True
            case Call(operation=operation) if operation is NEGATION or is_junction(condition):
                return all(self.add(operand) for operand in condition.operands)
            case Call() if is_comparison(condition):
                return self._compare(condition)
            case _:
                return False

    def _compare(self, call: Call) -> bool:
        known = self.subject.known
        constants = [_constant_of(operand, known) for operand in call.operands]
        quantities = [
            operand
            for operand, constant in zip(call.operands, constants, strict=True)
            if constant is None
        ]
        if len(quantities) != 1 or (len(call.operands) > 2 and constants[0] is not None):  # noqa: PLR2004 - a list
            return False
        (quantity,) = quantities
        key = text_of(quantity)
        self._know(quantity)
        numbers = [each for each in constants if isinstance(each, Fraction)]
        if numbers:
            self.thresholds.setdefault(key, set()).update(numbers)
            self.ranges[key] = range_of(quantity, known)
            return True
        self.texts[key] = texts_of(quantity, known)
        return bool(self.texts[key])

    def _know(self, quantity: Expression) -> None:
        is_field = isinstance(quantity, Name) and quantity.code in self.subject.fields_only
        self.derived = self.derived or not is_field

    def trials(self) -> Sequence[_Trial]:
        """List what must be tried; nothing where quantities may depend on each other."""
        axes: dict[str, Sequence[Value]] = {
            key: _stretches(sorted(found), self.ranges[key], self._step(key))
            for key, found in self.thresholds.items()
        }
        axes |= {key: sorted(found) for key, found in self.texts.items()}
        axes |= dict.fromkeys(self.flags, (True, False))
        size = 1
        for values in axes.values():
            size *= len(values)
        # a rule beside its own field: a pair of values that looks open may never occur
        if (self.derived and len(axes) > 1) or size > MOST_TRIALS:
            return ()
        return [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]

    def _step(self, key: str) -> Fraction:
        """Return what a quantity's numbers are multiples of: of no field, any decimal fraction."""
        found = read_fields(self.subject.linked.schema).get(key)
        step = found.step if found is not None and key in self.subject.fields_only else None
        return step if step is not None else Fraction(1, 10**MOST_DECIMALS)


def _constant_of(expression: Expression, known: Knowledge) -> Value | None:
    if isinstance(expression, Constant):
        return expression.value
    if isinstance(expression, Name) and expression.code in known.said:
        return None
    return range_of(expression, known).only


def _stretches(
    thresholds: Sequence[Fraction], allowed: Interval, step: Fraction
) -> Sequence[Fraction]:
    """List each threshold and one value between each two neighbours, as far as they can occur."""
    first, last = thresholds[0], thresholds[-1]
    far = max(2 * step, Fraction(2))
    low = allowed.low if allowed.low is not None and allowed.low < first else first - far
    high = allowed.high if allowed.high is not None and allowed.high > last else last + far
    ends = sorted({low, *thresholds, high})
    tried = [ends[0]]
    for one, other in pairwise(ends):
        tried += [_between(one, other, step), other]
    return [number for number in tried if allowed.holds(number) and number % step == 0]


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


def _holds(condition: Expression, trial: _Trial, subject: Subject) -> bool:
    """Tell whether a condition made of quantities and constants is true of some values."""
    match condition:
        case Constant(value=value):
            return value is True
        case Name(code=code):
            return trial[code] is True
        case Call(operation=operation, operands=operands) if operation is NEGATION:
            return not _holds(operands[0], trial, subject)
        case Call(operation=operation, operands=operands) if is_junction(condition):
            join = all if operation is CONJUNCTION else any
            return join(_holds(operand, trial, subject) for operand in operands)
        case Call(operation=operation, operands=operands):
            values = [_value(operand, trial, subject) for operand in operands]
            exact = OPERATORS[operation.name].exact
            return exact is not None and exact(values) is True


def _value(expression: Expression, trial: _Trial, subject: Subject) -> Value | None:
    constant = _constant_of(expression, subject.known)
    return trial[text_of(expression)] if constant is None else constant
