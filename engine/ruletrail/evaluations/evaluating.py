"""The reference evaluator: a linked rulebook over one report, step by step.

The meaning is that of docs/semantics.md 9 to 16. Pure: no clock, no files, no randomness. Written
to be read; speed is the business of compiled code.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Protocol, cast

from ruletrail.evaluations.exceptions import NOT_CHOSEN, choose_formula, truth_of_base
from ruletrail.evaluations.messages import match_printed, show_messages
from ruletrail.evaluations.reading import Reading, make_reading, start_facts
from ruletrail.evaluations.rows import conclude_rows
from ruletrail.formulas import Formula, kleene, list_of, skip_formula
from ruletrail.linking import LinkedRulebook, days_of, values_by_day
from ruletrail.reports import Declared, Report
from ruletrail.rulebooks import Check, Clause, Decision, Entry, Message, Rule, Section
from ruletrail.trails import (
    Agreement,
    CaseConclusion,
    CheckConclusion,
    Conclusion,
    DecisionConclusion,
    ExceptionConclusion,
    Judgement,
    MessageConclusion,
    Record,
    RowsConclusion,
    RuleConclusion,
    SectionConclusion,
    Status,
    code_in_row,
)
from ruletrail.values import (
    ErrorValue,
    Fact,
    NotApplicable,
    NotEncoded,
    count_decimals,
    is_non_value,
    is_too_large,
    round_number,
    worst,
)

_WHEN_FALSE = "when_false"
_WHEN_UNSETTLED = "when_unsettled"


def evaluate_record(linked: LinkedRulebook, report: Report, *, silent: bool = False) -> Record:
    """Evaluate a schema-valid report; raises only for sentences that no trail has room for.

    A silent record has none, for who reads facts and conclusions alone.
    """
    facts, conclusions = conclude_steps(linked, report, linked.steps)
    messages = () if silent else tuple(show_messages(linked, report, facts, conclusions))
    printed = match_printed(report.printed, messages)
    return Record(
        linked, report, facts, tuple(conclusions), messages, printed, decide_status(conclusions)
    )


def conclude_steps(
    linked: LinkedRulebook,
    report: Report,
    steps: Iterable[Entry],
    known: Mapping[str, Fact] | None = None,
) -> tuple[dict[str, Fact], list[Conclusion]]:
    """Draw the conclusions of steps, each after what it reads; gives all facts too.

    `known` are all the facts of the same report that the steps do not come to themselves.
    """
    facts = start_facts(linked, report) if known is None else dict(known)
    reading = make_reading(linked, report, facts)
    conclusions: list[Conclusion] = []
    days = days_of(linked)
    for entry in steps:
        for conclusion in conclude_all(entry, reading, report):
            conclusions.append(conclusion)
            facts[conclusion.code] = conclusion.fact
        if entry.code in days:
            facts |= values_by_day(linked, entry.code, facts)
    return facts, conclusions


def conclude_all(
    entry: Entry,
    reading: Reading,
    report: Report,
    asked: Sequence[int] | None = None,
) -> Iterable[Conclusion]:
    """Draw the conclusion of an entry, or those of the rows of its list, of all or `asked` ones."""
    if list_of(entry.code) and isinstance(entry, Rule | Check):
        return conclude_rows(entry, reading, report, _conclude_in_row, asked)
    return (conclude(entry, reading, report),)


def decide_status(conclusions: Sequence[Conclusion]) -> Status:
    """Decide the status: `invalid`, else `incomplete`, else `complete` (docs/semantics.md 16)."""
    if any(_invalidates(conclusion) for conclusion in conclusions):
        return "invalid"
    return (
        "incomplete" if any(_leaves_open(conclusion) for conclusion in conclusions) else "complete"
    )


def find_causes(conclusions: Sequence[Conclusion]) -> list[Conclusion]:
    """List the conclusions that the status rests on; none where it is `complete`."""
    invalid = [each for each in conclusions if _invalidates(each)]
    return invalid or [each for each in conclusions if _leaves_open(each)]


def _invalidates(conclusion: Conclusion) -> bool:
    if isinstance(conclusion, MessageConclusion | RowsConclusion):
        return False
    if isinstance(conclusion.fact, ErrorValue):
        return True
    if isinstance(conclusion, RuleConclusion):
        return conclusion.agreement == "differs"
    return (
        isinstance(conclusion, CheckConclusion)
        and conclusion.fact == "failed"
        and conclusion.entry.severity == "error"
    )


def _leaves_open(conclusion: Conclusion) -> bool:
    entry = conclusion.entry
    if isinstance(conclusion, MessageConclusion | RowsConclusion):
        return False
    if isinstance(entry, Check) and entry.severity != "error":
        return False
    if is_non_value(conclusion.fact):
        return not isinstance(conclusion.fact, NotApplicable)
    if isinstance(conclusion, SectionConclusion) and conclusion.fact == "due":
        return bool(conclusion.empty) or conclusion.entry.not_encoded is not None
    return False


# -- Steps -----------------------------------------------------------------------------------------


def conclude(entry: Entry, reading: Reading, report: Report) -> Conclusion:
    """Draw one entry's conclusion."""
    match entry:
        case Rule() | Check():
            return _conclude_in_row(entry, reading, report.fields.get(entry.code), 0)
        case Decision():
            return _conclude_decision(entry, reading)
        case Section():
            return _conclude_section(entry, reading, report)
        case Message():
            return _conclude_message(entry, reading)


def _conclude_in_row(
    entry: Rule | Check, reading: Reading, declared: Declared | None, row: int
) -> Conclusion:
    """Draw the conclusion of a rule or check in a row of its list; 0 is in none."""
    if isinstance(entry, Rule):
        return _conclude_rule(entry, reading, declared, row)
    expect = _judge(entry.expect, reading)
    return CheckConclusion(entry, _outcome(expect.value, "passed", "failed"), expect, row)


def _judge(clause: Clause, reading: Reading) -> Judgement:
    if isinstance(clause.content, NotEncoded):
        return Judgement(clause.content, None)
    derivation = reading.derive(clause.content)
    return Judgement(derivation.value, derivation)


def _outcome(truth: Fact, when_true: str, when_false: str) -> Fact:
    return truth if is_non_value(truth) else when_true if truth is True else when_false


# -- Rules -----------------------------------------------------------------------------------------


def _conclude_rule(
    rule: Rule, reading: Reading, declared: Declared | None, row: int
) -> RuleConclusion:
    code = code_in_row(rule.code, row)
    when = _judge(rule.when, reading) if rule.when is not None else None
    exceptions: tuple[ExceptionConclusion, ...] = ()
    base: Fact | None = None
    if when is None or when.value is True:
        unrounded, formula, exceptions, base = _conclude_formulas(rule, code, reading)
        fact = round_by_rule(rule, unrounded, code)
    else:
        reason = _WHEN_FALSE if when.value is False else _WHEN_UNSETTLED
        formula = _skip(rule.formula, reason)
        exceptions = tuple(
            ExceptionConclusion(each, None, _skip(each.when, reason), _skip(each.formula, reason))
            for each in rule.exceptions
        )
        fact = unrounded = NotApplicable(code) if when.value is False else when.value
    agreement = compare_declared(declared, fact, unrounded) if declared is not None else None
    return RuleConclusion(
        rule, fact, when, formula, unrounded, declared, agreement, row, exceptions, base
    )


def _conclude_formulas(
    rule: Rule, code: str, reading: Reading
) -> tuple[Fact, Judgement, tuple[ExceptionConclusion, ...], Fact | None]:
    """Choose among a rule's own formula and those of its exceptions; evaluate no other."""
    if not rule.exceptions:
        formula = _judge(rule.formula, reading)
        return formula.value, formula, (), None
    conditions = [_judge(each.when, reading) for each in rule.exceptions]
    truths = [condition.value for condition in conditions]
    chosen = choose_formula(code, truths)
    clauses = [each.formula for each in rule.exceptions]
    formulas = [
        _judge(clause, reading) if at == chosen else _skip(clause, NOT_CHOSEN)
        for at, clause in enumerate([*clauses, rule.formula])
    ]
    *others, own = formulas
    judged = zip(rule.exceptions, conditions, others, strict=True)
    exceptions = tuple(ExceptionConclusion(e, c.value, c, f) for e, c, f in judged)
    value = formulas[chosen].value if isinstance(chosen, int) else chosen
    return value, own, exceptions, truth_of_base(truths)


def _skip(clause: Clause, reason: str) -> Judgement:
    if not isinstance(clause.content, Formula):
        return Judgement(clause.content, None)
    derivation = skip_formula(clause.content, reason)
    return Judgement(derivation.value, derivation)


def round_by_rule(rule: Rule, fact: Fact, code: str) -> Fact:
    """Round a number as a rule asks; whatever else it came to stays."""
    if rule.rounding is None or not isinstance(fact, Fraction):
        return fact
    rounded = round_number(fact, rule.rounding.decimals, rule.rounding.mode)
    return ErrorValue("limit", code) if is_too_large(rounded) else rounded


# -- Decisions -------------------------------------------------------------------------------------


def _conclude_decision(decision: Decision, reading: Reading) -> DecisionConclusion:
    if isinstance(decision.cases, NotEncoded):
        return DecisionConclusion(decision, decision.cases, ())
    judgements = [
        _judge(case.when, reading) if case.when is not None else None for case in decision.cases
    ]
    cases = weigh_cases(decision, judgements)
    return DecisionConclusion(decision, choose_outcome(decision, cases), cases)


def weigh_cases(
    decision: Decision, judgements: Sequence[Judgement | None]
) -> tuple[CaseConclusion, ...]:
    """Give each case of a decision its truth; None is the judgement of `otherwise`."""
    if isinstance(decision.cases, NotEncoded):
        return ()
    otherwise: Fact = True
    if decision.policy == "exclusive":
        others = [judgement.value for judgement in judgements if judgement is not None]
        any_other = kleene(others, decides=True)
        otherwise = any_other if is_non_value(any_other) else any_other is False
    judged = zip(decision.cases, judgements, strict=True)
    return tuple(CaseConclusion(c, otherwise if j is None else j.value, j) for c, j in judged)


def choose_outcome(decision: Decision, cases: tuple[CaseConclusion, ...]) -> Fact:
    """Choose among the cases of a decision by its policy."""
    choose = choose_first if decision.policy == "first" else choose_exclusive
    return choose(decision.code, cases)


def choose_exclusive(code: str, cases: tuple[CaseConclusion, ...]) -> Fact:
    """Choose where exactly one case may be true (docs/semantics.md 10.1).

    Two true ones are a conflict; all false is `no_case`; a non-value decides, unless one case is
    true and every case that is not false carries its outcome.
    """
    true = [case for case in cases if case.truth is True]
    unknown = [case for case in cases if is_non_value(case.truth)]
    if len(true) > 1:
        return ErrorValue("conflict", code)
    if not true and not unknown:
        return ErrorValue("no_case", code)
    if true and _one_outcome([*true, *unknown]):
        return true[0].case.outcome
    return cast("Fact", worst([case.truth for case in unknown]))


def choose_first(code: str, cases: tuple[CaseConclusion, ...]) -> Fact:
    """Choose the first case that is not false (docs/semantics.md 10.2).

    A non-value there decides, unless what follows cannot change the outcome.
    """
    open_cases = [case for case in cases if case.truth is not False]
    if not open_cases:
        return ErrorValue("no_case", code)
    first = open_cases[0]
    if first.truth is True:
        return first.case.outcome
    if any(case.truth is True for case in open_cases) and _one_outcome(open_cases):
        return first.case.outcome
    return first.truth


def _one_outcome(cases: list[CaseConclusion]) -> bool:
    return len({case.case.outcome for case in cases}) == 1


# -- Sections and messages -------------------------------------------------------------------------


def _conclude_section(section: Section, reading: Reading, report: Report) -> SectionConclusion:
    due, read = _judge(section.due, reading), reading.read
    parent = cast("Fact", read(section.part_of)) if section.part_of is not None else None
    empty, filled = sort_fields(section, report)
    return SectionConclusion(section, judge_section(due.value, parent), due, parent, empty, filled)


def judge_section(due: Fact, parent: Fact | None) -> Fact:
    """Say whether a section is due, by its condition and by the section that it is part of."""
    truth = due
    if parent is not None:
        truth = kleene([parent if is_non_value(parent) else parent == "due", due], decides=False)
    return _outcome(truth, "due", "not_due")


class Supplied(Protocol):
    """A report, however it was read: which fields it has, and which cells its rows have."""

    @property
    def fields(self) -> Mapping[str, object]:
        """The fields that are there, by code."""
        ...

    @property
    def lists(self) -> Mapping[str, Sequence[Mapping[str, object]]]:
        """The lists that are there, by code."""
        ...


def sort_fields(section: Section, report: Supplied) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell the fields of a section that are empty and not optional, and those that are filled.

    Those of rows are named with their row; a list that is not there is empty itself, once.
    """
    empty: dict[str, None] = {}
    filled: dict[str, None] = {}
    for code in section.fields:
        over, _, name = code.partition(".")
        rows = report.lists.get(over)
        lacks: Sequence[str] = (code,) if name == "" else (over,)
        if name and rows is not None:
            cells = [(f"{over}[{row}].{name}", name in each) for row, each in enumerate(rows, 1)]
            filled |= dict.fromkeys(cell for cell, is_there in cells if is_there)
            lacks = [cell for cell, is_there in cells if not is_there]
        elif code in report.fields or rows is not None:
            filled[code] = None
            continue
        if code not in section.optional and (rows is not None or over not in section.optional):
            empty |= dict.fromkeys(lacks)
    return tuple(empty), tuple(filled)


def _conclude_message(message: Message, reading: Reading) -> MessageConclusion:
    when = _judge(message.when, reading)
    fact = _outcome(when.value, "shown", "not_shown")
    if fact == "shown" and isinstance(message.text, NotEncoded):
        fact = message.text
    return MessageConclusion(message, fact, when)


# -- How a value that the report declares agrees with the one that the rulebook computes.


def compare_declared(declared: Declared, fact: Fact, unrounded: Fact) -> Agreement:
    """Compare a declared value with the fact, and with the value before the rule's own rounding.

    `blank`: the rule does not apply and the report prints 0. `unverified`: there is nothing to
    compare with.
    """
    if isinstance(fact, NotApplicable):
        return "blank" if is_zero(declared) else "differs"
    if is_non_value(fact):
        return "unverified"
    if type(fact) is type(declared.value) and fact == declared.value:
        return "equal"
    if not isinstance(declared.value, Fraction) or not isinstance(unrounded, Fraction):
        return "differs"
    decimals = count_decimals(declared.text)
    if round_number(unrounded, decimals, "half_up") == declared.value:
        return "rounded"
    return "truncated" if round_number(unrounded, decimals, "down") == declared.value else "differs"


def is_zero(declared: Declared) -> bool:
    """Tell whether the declared value is the number 0."""
    return isinstance(declared.value, Fraction) and declared.value == 0
