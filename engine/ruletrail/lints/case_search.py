"""Cases of a decision over computed values: a report that no case fits, or that two fit.

So are the exceptions of a rule, of which at most one may hold.

Reports are tried, near where each condition turns, and evaluated by the reference: what is found is
shown by a report that the schema admits and no check of severity error refuses. Where none is
found, nothing is said. A list has one row in these reports: what only several rows make true is
left to `prove`.
"""

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import islice

from ruletrail.analysis import intervals
from ruletrail.analysis.condition_solver import assume_all, is_comparison
from ruletrail.analysis.field_domains import least_rows, read_fields, read_fragments, read_lists
from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.knowledge import Knowledge
from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.evaluations.evaluating import conclude_all
from ruletrail.evaluations.reading import make_reading
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import Call, Constant, Expression, Formula, Name, list_of
from ruletrail.formulas.day_arithmetic import add_years
from ruletrail.linking import constants_of, days_of, values_by_day
from ruletrail.lints.budgets import Budget, weigh
from ruletrail.lints.case_overlaps import do_two_meet
from ruletrail.lints.plain_conditions import PlainCases, read_plain_cases
from ruletrail.lints.subjects import Subject, formulas_in
from ruletrail.references import Reference
from ruletrail.reports import Declared, Report
from ruletrail.rulebooks import Check, Decision, Entry, Rule
from ruletrail.schemas import Schema
from ruletrail.trails import Conclusion, DecisionConclusion, RuleConclusion, code_in_row
from ruletrail.values import MOST_INTEGER_DIGITS, Fact, Value, write_number

MOST_EVALUATIONS = 600
"""Reports that one decision, or rule, may cost."""
MOST_WORK = 12_000
"""Entries that all reports of one of them may cost together."""
MOST_BENEATH = 50
"""What a check may read, at any distance, that is asked of each report."""
MOST_INPUTS = 12
"""Fields that are varied; the others stay where they begin."""

_FAR = Fraction(10**4)
_STEP = Fraction(1, 100)
_LARGEST = Fraction(10**MOST_INTEGER_DIGITS - 1)

Inputs = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Trial:
    """A report that was tried, what was computed of it, and which cases were true."""

    inputs: Inputs
    facts: Mapping[str, Fact]
    true: tuple[int, ...]
    is_open: bool
    """Whether some case is neither true nor false."""


def is_settled(
    conditions: Sequence[Expression],
    known: Knowledge,
    budget: Budget,
    *,
    may_gap: bool,
    may_meet: bool,
) -> bool:
    """Tell whether it is proven that one condition always holds, and that no two do.

    What may be is not asked: that none holds, that two do.
    """
    if not may_gap and assume_all(conditions, known, truth=False) is not None:
        return False
    return may_meet or not do_two_meet(conditions, known, budget)


def search(entry: Decision | Rule, subject: Subject) -> Iterator[Trial]:
    """Yield reports near where the conditions of cases, or of exceptions, turn, evaluated."""
    found = _make_search(entry, subject)
    if found is not None:
        yield from found.run()


def _make_search(chosen: Decision | Rule, subject: Subject) -> "_Search | None":
    linked = subject.linked
    entries = linked.rulebook.entries
    needed = set(_reach(chosen.code, linked.reads))
    lists = _lists_in(needed, subject)
    if any(_needs_more_rows(linked.schema, code) for code in lists):
        return None
    typed = read_fields(linked.schema)
    for each in read_lists(linked.schema).values():
        typed |= {cell.code: cell for cell in each.cells.values()}
    fields = [typed[code] for code in typed if code in needed and code not in entries]
    if not fields or not all(each.is_exact for each in fields):
        return None  # no value is surely admitted
    checks = []
    for entry in entries.values():
        if isinstance(entry, Check) and entry.severity == "error":
            beneath = _beneath(entry, needed, lists, subject)
            needed |= beneath
            checks += [entry] if beneath else []
    steps = [
        entry for entry in linked.steps if entry.code in needed - {each.code for each in checks}
    ]
    budget = min(MOST_EVALUATIONS, MOST_WORK // (len(steps) + len(checks)))
    plain = read_plain_cases(chosen) if isinstance(chosen, Decision) else None
    of_steps = [each for each in (*steps, *checks) if plain is None or each is not chosen]
    groups = subject.known.groups
    weights = (_weigh_step(each, groups) for each in of_steps)
    weight = 1 + sum(weights) + (len(plain.tests) if plain is not None else 0)
    return _Search(chosen, subject, fields, lists, [*steps, *checks], budget, weight, plain)


def _weigh_step(entry: Entry, groups: Mapping[str, Sequence[str]]) -> int:
    """Count what evaluating an entry costs: to begin a formula is as much as four of its nodes."""
    return sum(_BEGUN + weigh([formula.tree], groups) for _, formula in formulas_in(entry))


_BEGUN = 4


def _reach(code: str, reads: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield a code and all that it reads, at any distance, each once."""
    found, waiting = {code}, [code]
    while waiting:
        yield (top := waiting.pop())
        fresh = [each for each in reads.get(top, ()) if each not in found]
        found.update(fresh)
        waiting += fresh


def _beneath(
    check: Check, needed: Collection[str], lists: Collection[str], subject: Subject
) -> set[str]:
    """Give all that a check reads, where nothing but what is tried decides it; else nothing."""
    linked, found = subject.linked, set[str]()
    if list_of(check.code) not in ("", *lists):
        return found
    for code in _reach(check.code, linked.reads):
        is_known = code in needed or code in linked.rulebook.parameters
        if (not is_known and code not in linked.rulebook.entries) or len(found) > MOST_BENEATH:
            return set()
        found.add(code)
    return found


def _lists_in(codes: Collection[str], subject: Subject) -> list[str]:
    """List the lists of rows that some of the codes are, or are of."""
    known = subject.linked.schema.lists
    return [each for each in known if each in codes or any(each == list_of(code) for code in codes)]


def _needs_more_rows(schema: Schema, code: str) -> bool:
    """Tell a list of which the form demands more rows than the one that is tried."""
    return least_rows(read_fragments(schema, code)) > 1


@dataclass(slots=True)
class _Search:
    chosen: Decision | Rule
    subject: Subject
    fields: Sequence[TypedField]
    """What is tried: fields of the report, and cells of the one row of each list."""
    lists: Sequence[str]
    steps: Sequence[Entry]
    left: int
    weight: int
    """What each report takes off the work for all entries."""
    plain: PlainCases | None
    """The decision's cases where they can be judged without the reference: hundreds of them."""
    tried: set[tuple[Value, ...]] = field(default_factory=set)
    later: deque[tuple[Trial, Trial, TypedField]] = field(default_factory=deque)
    """Trials between which cases change more than once, and the field that lies between them."""

    def run(self) -> Iterator[Trial]:
        """Try corners of what the schema admits, and between them where a condition turns."""
        varied = self.fields[:MOST_INPUTS]
        axes = self._axes()
        for number in range(6):
            start = {code: axis[_pick(number, at, len(axis))] for at, (code, axis) in
                     enumerate(axes.items())}  # fmt: skip
            yield from self._try(start)
            for each in varied:
                yield from self._walk(start, each, axes[each.code])
                if self.left <= 0:
                    return
        while self.later:
            yield from self._halve(*self.later.popleft())

    def _axes(self) -> dict[str, Sequence[Value]]:
        """List the values to try of each field; of days those that are years before others, too."""
        constants = self._constants()
        axes = {each.code: _axis(each, constants) for each in self.fields}
        of_days = [each for each in self.fields if each.kind == "date"]
        known = {each.code: _starts(each) for each in of_days}
        for each in of_days:
            others = [day for code, days in known.items() if code != each.code for day in days]
            axes[each.code] = _with_anniversaries(each, others, constants)
        return axes

    def _constants(self) -> list[Fraction]:
        """List the numbers that the formulas on the way compare with."""
        known = self.subject.linked.rulebook.parameters
        found: set[Fraction] = set()
        for entry in self.steps:
            for _, formula in formulas_in(entry):
                found.update(_numbers_in(formula, known))
        return sorted(found)[:8]

    def _walk(self, start: Inputs, along: TypedField, axis: Sequence[Value]) -> Iterator[Trial]:
        """Move along one field, and halve the way between two places of other true cases."""
        before: Trial | None = None
        for value in axis:
            for trial in self._try({**start, along.code: value}):
                yield trial
                if before is not None and trial.true != before.true and along.kind == "number":
                    yield from self._halve(before, trial, along)
                before = trial

    def _halve(self, one: Trial, other: Trial, along: TypedField) -> Iterator[Trial]:
        """Find the first place between two trials where other cases become true.

        Others between them are looked for once all fields were walked along.
        """
        while self.left > 0:
            found = self._between(one, other, along)
            if found is None:
                return
            yield found
            if found.true == one.true:
                one = found
                continue
            if found.true != other.true:
                self.later.append((found, other, along))
            other = found

    def _between(self, one: Trial, other: Trial, along: TypedField) -> Trial | None:
        step = along.step if along.step is not None else _STEP
        low, high = one.inputs[along.code], other.inputs[along.code]
        if not isinstance(low, Fraction) or not isinstance(high, Fraction):
            return None
        middle = ((low + high) / 2 // step) * step
        if middle in (low, high) or not along.range.holds(middle):
            return None
        return next(self._try({**one.inputs, along.code: middle}), None)

    def _try(self, inputs: Inputs) -> Iterator[Trial]:
        key = tuple(inputs.values())
        if key in self.tried or self.left <= 0:
            return
        if not self.subject.trying.spend(self.weight):
            self.left = 0
            return
        self.tried.add(key)
        self.left -= 1
        trial = self._evaluate(inputs)
        if trial is not None:
            yield trial

    def _evaluate(self, inputs: Inputs) -> Trial | None:
        """Evaluate as the reference does; None where a check refuses the report."""
        linked, report = self.subject.linked, self._report(inputs)
        facts: dict[str, Fact] = {_in_row(code): value for code, value in inputs.items()}
        facts |= dict.fromkeys(self.lists, Fraction(1)) | constants_of(linked)
        days = days_of(linked)
        for day in days - linked.rulebook.entries.keys():
            facts |= values_by_day(linked, day, facts)
        reading = make_reading(linked, report, facts)
        truths: Sequence[Fact | None] = ()
        for entry in self.steps:
            quick = self.plain.judge(facts) if self.plain and entry is self.chosen else None
            if quick is not None:
                truths, facts[entry.code] = quick
                continue
            for conclusion in conclude_all(entry, reading, report):
                facts[conclusion.code] = conclusion.fact
                if entry is self.chosen:
                    truths = _truths(conclusion)
            if entry.code in days:
                facts |= values_by_day(linked, entry.code, facts)
            if isinstance(entry, Check) and facts[_in_row(entry.code)] == "failed":
                return None
        true = tuple(at for at, truth in enumerate(truths) if truth is True)
        is_open = any(not isinstance(truth, bool) for truth in truths)
        rules = [each.code for each in self.steps if list_of(each.code)]
        of_row = {code: facts[_in_row(code)] for code in rules}
        return Trial(inputs, {**facts, **of_row}, true, is_open)

    def _report(self, inputs: Inputs) -> Report:
        linked = self.subject.linked
        own, mark = linked.rulebook.identity, linked.rulebook.mark
        declared = {code: Declared(value, show_value(value)) for code, value in inputs.items()}
        fields = {code: each for code, each in declared.items() if not list_of(code)}
        rows = {
            over: ({code.partition(".")[2]: each for code, each in declared.items()
                    if list_of(code) == over},)
            for over in self.lists
        }  # fmt: skip
        reference = Reference(own.name, own.edition, own.version)
        return Report(reference, {}, fields, (), mark, mark, linked.schema, rows)


def _in_row(code: str) -> str:
    """Write a code as it is called in the one row that is tried."""
    return code_in_row(code, 1) if list_of(code) else code


def _truths(conclusion: Conclusion) -> Sequence[Fact | None]:
    """List what the conditions of a decision's cases came to, or of a rule's exceptions."""
    match conclusion:
        case DecisionConclusion():
            return [case.truth for case in conclusion.cases]
        case RuleConclusion():
            return [exception.truth for exception in conclusion.exceptions]
        case _:
            return ()


def _pick(number: int, at: int, size: int) -> int:
    """Choose a place on an axis: all first, all last, all in the middle, then mixed."""
    if number < 3:  # noqa: PLR2004 - the first three begins
        return (0, size - 1, size // 2)[number]
    return (number * 7 + at * (number + 2)) % size


def _axis(field_: TypedField, constants: Sequence[Fraction]) -> Sequence[Value]:
    """List values of a field that the schema admits, in order."""
    if field_.kind == "boolean":
        return (False, True)
    if field_.kind == "text":
        return field_.choices or ("x",)
    if field_.kind == "date":
        return _days(field_.range)
    allowed = intervals.intersect(field_.range, Interval(-_LARGEST, _LARGEST))
    step = field_.step if field_.step is not None else _STEP
    low = allowed.low if field_.range.low is not None else -_FAR
    high = allowed.high if field_.range.high is not None else _FAR
    first, last = low or Fraction(0), high or Fraction(0)
    wanted = [first, first + step, (first + last) / 2, last, *constants]
    wanted += [Fraction(0), Fraction(1), Fraction(10), Fraction(100), Fraction(1000)]
    fitted = {(each // step) * step for each in wanted}
    return sorted(each for each in fitted if allowed.holds(each)) or (first,)


def _days(admitted: Interval) -> Sequence[date]:
    ends = [date.fromordinal(int(end or 1)) for end in (admitted.low, admitted.high)]
    return sorted({*ends, *[day for day in _DAYS if ends[0] <= day <= ends[1]]})


def _starts(field_: TypedField) -> Sequence[date]:
    """List days of a field from which years are counted back: the ends it has, else a usual one."""
    ends = [date.fromordinal(int(end)) for end in (field_.range.low, field_.range.high) if end]
    return ends or _DAYS[-1:]


def _with_anniversaries(
    field_: TypedField, others: Sequence[date], constants: Sequence[Fraction]
) -> Sequence[Value]:
    """Add the days that lie as many years before others as conditions compare with: ages."""
    years = [each for each in constants if each.denominator == 1 and 0 < each <= _MOST_YEARS]
    found = [add_years(day, -number) for day in others[:_MOST_STARTS] for number in years]
    admitted = [day for day in found if isinstance(day, date)
                and field_.range.holds(Fraction(day.toordinal()))]  # fmt: skip
    return sorted({*_days(field_.range), *admitted})


_MOST_YEARS = 120
_MOST_STARTS = 4
_DAYS = (date(1960, 2, 29), date(2000, 2, 29), date(2015, 7, 1), date(2024, 12, 31))
"""Days to try for a field, beside the ends of what it admits."""


def _numbers_in(formula: Formula, parameters: Mapping[str, object]) -> Iterator[Fraction]:
    for part in formula.parts:
        if not is_comparison(part):
            continue
        for operand in part.operands:
            match operand:
                case Constant(value=Fraction() as value):
                    yield value
                case Name(code=code) if code in parameters:
                    constant = getattr(parameters[code], "value", None)
                    if isinstance(constant, Fraction):
                        yield constant
                case _:
                    pass


# -- To show a report ------------------------------------------------------------------------------

_MOST_SHOWN = 6


def show_value(value: Value) -> str:
    """Write a value as a report does."""
    if isinstance(value, bool):
        return str(value).lower()
    return write_number(value) if isinstance(value, Fraction) else str(value)


def name_compared(conditions: Sequence[Expression]) -> list[str]:
    """List the codes that conditions speak of, in reading order."""
    found: dict[str, None] = {}
    waiting: list[Expression] = list(reversed(conditions))
    while waiting:
        expression = waiting.pop()
        if isinstance(expression, Name):
            found[expression.code] = None
        elif isinstance(expression, Call):
            waiting.extend(reversed(expression.operands))
    return list(found)


def name_inputs(trial: Trial, compared: Sequence[str]) -> list[str]:
    """List the fields of a report to show beside what conditions speak of."""
    others = (code for code in trial.inputs if code not in compared)
    return list(islice(others, _MOST_SHOWN))
