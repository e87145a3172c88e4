"""What a compiled function answered, and the record rebuilt from it: the same as the reference's.

Values become exact facts again, step by step; nothing is computed anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import cast

from ruletrail.compiled.functions import Function
from ruletrail.compiled.inputs import Inputs
from ruletrail.compiled.slots import BRANCH_NOT_TAKEN, ClauseSlots, Results, StepSlots, read_slot
from ruletrail.evaluations.exceptions import NOT_CHOSEN, choose_formula, truth_of_base
from ruletrail.evaluations.messages import match_printed, show_messages
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import Derivation, Formula, Part, Skipped
from ruletrail.linking import LinkedRulebook, constants_of, days_of, split_rule, values_by_day
from ruletrail.reports import Report
from ruletrail.rulebooks import Check, Clause, Decision, Message, Rule, Section
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
    RuleConclusion,
    SectionConclusion,
    Status,
)
from ruletrail.values import Fact, NotApplicable, NotEncoded

_WHEN_FALSE = Skipped("when_false")
_WHEN_UNSETTLED = Skipped("when_unsettled")
_NOT_CHOSEN = Skipped(NOT_CHOSEN)


class Answer:
    """What the compiled function answered for one report.

    Facts are read from its slots when asked for.
    """

    def __init__(self, function: Function, inputs: Inputs, results: Sequence[Results]) -> None:
        """Hold what the function left behind."""
        self.function, self.inputs, self.results = function, inputs, results

    @property
    def status(self) -> Status:
        """`complete`, `incomplete` or `invalid`."""
        status: Status = "complete"
        for results in self.results:
            if results[0]:
                return "invalid"
            if results[1]:
                status = "incomplete"
        return status

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """The fact of every step by its code, exact."""
        found = {}
        for step in self.function.steps:
            fact = read_slot(step.fact, self.results[step.function])
            if fact is not None:
                found[step.entry.code] = fact
        return found

    def record(self, report: Report) -> Record:
        """Build the record that the reference evaluator would have made of the same report."""
        return _build_record(
            self.function.linked, report, self.function.steps, self.results, self.status
        )


def _build_record(
    linked: LinkedRulebook,
    report: Report,
    steps: Sequence[StepSlots],
    results: Sequence[Results],
    status: Status,
) -> Record:
    """Build the record of an evaluation that the compiled function made."""
    facts: dict[str, Fact] = {code: declared.value for code, declared in report.fields.items()}
    facts |= constants_of(linked)
    for code in linked.rulebook.entries:
        facts.pop(code, None)
    days = days_of(linked)
    for day in days:
        if day not in linked.rulebook.entries:
            facts |= values_by_day(linked, day, facts)
    conclusions: list[Conclusion] = []
    for step in steps:
        conclusion = conclude(step, results[step.function], report, facts)
        conclusions.append(conclusion)
        facts[step.entry.code] = conclusion.fact
        if step.entry.code in days:
            facts |= values_by_day(linked, step.entry.code, facts)
    messages = tuple(show_messages(linked, report, facts, conclusions))
    return Record(
        linked,
        report,
        facts,
        tuple(conclusions),
        messages,
        match_printed(report.printed, messages),
        status,
    )


def conclude(
    step: StepSlots, results: Results, report: Report, facts: Mapping[str, Fact]
) -> Conclusion:
    """Draw the conclusion of one step from the results of its function and the facts before it."""
    fact = _fact(read_slot(step.fact, results))
    match step.entry:
        case Rule() as rule:
            return _rule(rule, fact, step, results, report)
        case Decision() as decision:
            return DecisionConclusion(decision, fact, tuple(_cases(decision, step, results)))
        case Section() as section:
            due = _judgement(section.due, step.clauses[0], results)
            parent = facts[section.part_of] if section.part_of is not None else None
            empty = tuple(
                code
                for code in section.fields
                if code not in report.fields and code not in section.optional
            )
            filled = tuple(code for code in section.fields if code in report.fields)
            return SectionConclusion(section, fact, due, parent, empty, filled)
        case Check() as check:
            return CheckConclusion(check, fact, _judgement(check.expect, step.clauses[0], results))
        case Message() as message:
            return MessageConclusion(
                message, fact, _judgement(message.when, step.clauses[0], results)
            )


def _fact(value: Fact | None) -> Fact:
    if value is None:
        raise TypeError("a step always has a fact")
    return value


def _rule(
    rule: Rule, fact: Fact, step: StepSlots, results: Results, report: Report
) -> RuleConclusion:
    declared = report.fields.get(rule.code)
    agreement = cast("Agreement | None", results[step.agreement]) if declared is not None else None
    when_slots, formula_slots, _ = split_rule(rule, step.clauses)
    when = None if rule.when is None else _judgement(rule.when, when_slots, results)
    if when is not None and when.value is not True:
        reason = _WHEN_FALSE if when.value is False else _WHEN_UNSETTLED
        formula, exceptions = _skipped(rule.formula, reason), tuple(_leave_out(rule, reason))
        return RuleConclusion(rule, fact, when, formula, fact, declared, agreement, 0, exceptions)
    if rule.exceptions:
        return _rule_with_exceptions(
            RuleConclusion(rule, fact, when, _NO_JUDGEMENT, fact, declared, agreement),
            step,
            results,
        )
    formula = _judgement(rule.formula, formula_slots, results)
    return RuleConclusion(rule, fact, when, formula, formula.value, declared, agreement)


_NO_JUDGEMENT = Judgement(NotApplicable(""), None)


def _leave_out(rule: Rule, reason: Skipped) -> Iterator[ExceptionConclusion]:
    """Conclude the exceptions of a rule that does not apply: nothing of them is evaluated."""
    for each in rule.exceptions:
        when, formula = _skipped(each.when, reason), _skipped(each.formula, reason)
        yield ExceptionConclusion(each, None, when, formula)


def _rule_with_exceptions(
    bare: RuleConclusion, step: StepSlots, results: Results
) -> RuleConclusion:
    """Complete the conclusion of a rule that applies and has exceptions."""
    rule = bare.entry
    _, own, others = split_rule(rule, step.clauses)
    pairs = list(zip(rule.exceptions, others, strict=True))
    conditions = [_judgement(each.when, slots[0], results) for each, slots in pairs]
    truths = [condition.value for condition in conditions]
    chosen = choose_formula(rule.code, truths)
    written = [(each.formula, slots[1]) for each, slots in pairs] + [(rule.formula, own)]
    formulas = [
        _judgement(clause, slots, results) if at == chosen else _skipped(clause, _NOT_CHOSEN)
        for at, (clause, slots) in enumerate(written)
    ]
    unrounded = read_slot(step.unrounded, results) if step.unrounded is not None else None
    value = _fact(unrounded) if isinstance(chosen, int) else chosen
    judged = zip(rule.exceptions, truths, conditions, formulas[:-1], strict=True)
    return replace(
        bare,
        formula=formulas[-1],
        unrounded=value,
        exceptions=tuple(ExceptionConclusion(*each) for each in judged),
        base=truth_of_base(truths),
    )


def _cases(decision: Decision, step: StepSlots, results: Results) -> Iterator[CaseConclusion]:
    if isinstance(decision.cases, NotEncoded):
        return
    clauses = iter(step.clauses)
    for case, truth in zip(decision.cases, step.truths, strict=True):
        judgement = _judgement(case.when, next(clauses), results) if case.when is not None else None
        yield CaseConclusion(case, _fact(read_slot(truth, results)), judgement)


def _judgement(clause: Clause, slots: ClauseSlots | None, results: Results) -> Judgement:
    if slots is None or not isinstance(clause.content, Formula):
        return Judgement(cast("NotEncoded", clause.content), None)
    value = _fact(read_slot(slots.value, results))
    parts = []
    for index, slot in enumerate(slots.parts):
        outcome = read_slot(slot, results)
        flag = slots.replaced.get(index)
        parts.append(
            Part(
                BRANCH_NOT_TAKEN if outcome is None else outcome,
                flag is not None and results[flag] is True,
            )
        )
    return Judgement(value, Derivation(clause.content, value, tuple(parts)))


def _skipped(clause: Clause, reason: Skipped) -> Judgement:
    if not isinstance(clause.content, Formula):
        return Judgement(clause.content, None)
    value = NotApplicable("")
    return Judgement(
        value, Derivation(clause.content, value, tuple(Part(reason) for _ in clause.content.parts))
    )
