"""What a compiled function answered, and the record rebuilt from it: the same as the reference's.

Values become exact facts again, step by step; nothing is computed anew.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import cast

from ruletrail.compiled.functions import Function
from ruletrail.compiled.inputs import Inputs
from ruletrail.compiled.row_records import conclude_rows, fill_all_gathered, rows_of
from ruletrail.compiled.slots import BRANCH_NOT_TAKEN, ClauseSlots, Results, StepSlots, read_slot
from ruletrail.evaluations import sort_fields
from ruletrail.evaluations.exceptions import NOT_CHOSEN, choose_formula, truth_of_base
from ruletrail.evaluations.messages import match_printed, show_messages
from ruletrail.evaluations.reading import start_facts
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import Derivation, Formula, Part, Skipped
from ruletrail.formulas.reference_evaluator import OF_ALL_ROWS
from ruletrail.linking import LinkedRulebook, days_of, split_rule, values_by_day
from ruletrail.reports import Declared, Report
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
    PrintedMatch,
    Record,
    RuleConclusion,
    SectionConclusion,
    Status,
    code_in_row,
)
from ruletrail.values import Fact, NotApplicable, NotEncoded, is_non_value

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
        """The fact of every step by its code, exact; those of rows by `LIST[2].NAME`."""
        if self.function.linked.schema.lists:
            return dict(self._facts_of_rows())
        found = {}
        for step in self.function.steps:
            fact = read_slot(step.fact, self.results[step.function])
            if fact is not None:
                found[step.entry.code] = fact
        return found

    def _facts_of_rows(self) -> Iterator[tuple[str, Fact]]:
        """Yield the facts of all steps, where some are written for each row."""
        for step in self.function.steps:
            results, code = self.results[step.function], step.entry.code
            if step.rows >= 0:
                for row, of_row in enumerate(rows_of(step, results), start=1):
                    yield code_in_row(code, row), _fact(read_slot(step.fact, of_row))
            fact = read_slot(step.whole, results) if step.whole is not None else None
            if fact is not None:
                yield code, fact

    def lists(self, lists: Mapping[str, Sequence[object]]) -> dict[str, list[dict[str, Fact]]]:
        """Give what the rules of each row came to where that is a value, for a report's lists."""
        found: dict[str, list[dict[str, Fact]]] = {
            code: [{} for _ in rows] for code, rows in lists.items()
        }
        for step in self.function.steps:
            if step.rows >= 0 and isinstance(step.entry, Rule):
                over, _, name = step.entry.code.partition(".")
                rows = rows_of(step, self.results[step.function])
                for values, of_row in zip(found.get(over, ()), rows, strict=True):
                    fact = read_slot(step.fact, of_row)
                    if fact is not None and not is_non_value(fact):
                        values[name] = fact
        return found

    def record(self, report: Report, *, silent: bool = False) -> Record:
        """Build the record that the reference evaluator would have made of the same report."""
        return _build_record(
            self.function.linked,
            report,
            self.function.steps,
            self.results,
            self.status,
            silent=silent,
        )

    def record_of(self, report: Report, asked: Container[str]) -> Record:
        """Build that record with the conclusions of some entries alone, and of those of rows.

        Messages are what these say. All facts are there, and read from the slots when asked for.
        """
        linked, conclusions = self.function.linked, list[Conclusion]()
        by_code = {each.entry.code: each for each in self.function.steps if each.rows < 0}
        facts = _FactsOnDemand(start_facts(linked, report), by_code, self.results)
        for step in self.function.steps:
            code = step.entry.code
            if step.rows >= 0 or code in asked:
                found = list(_conclude_all(step, self.results[step.function], report, facts))
                facts.known |= {each.code: each.fact for each in found}
                conclusions += found
        for day in days_of(linked) & by_code.keys():
            facts.known |= values_by_day(linked, day, facts)
        messages = tuple(show_messages(linked, report, facts, conclusions))
        printed = PrintedMatch(0, ())
        return Record(linked, report, facts, tuple(conclusions), messages, printed, self.status)


class _FactsOnDemand(Mapping[str, Fact]):
    """Facts that are known, and those of steps, read where they are asked for."""

    def __init__(
        self, known: dict[str, Fact], steps: Mapping[str, StepSlots], results: Sequence[Results]
    ) -> None:
        self.known, self._steps, self._results = known, steps, results

    def __getitem__(self, code: str) -> Fact:
        fact = self.known.get(code)
        if fact is None:
            step = self._steps[code]
            fact = self.known[code] = _fact(read_slot(step.fact, self._results[step.function]))
        return fact

    def __iter__(self) -> Iterator[str]:
        return iter(self.known.keys() | self._steps.keys())

    def __len__(self) -> int:
        return len(self.known.keys() | self._steps.keys())


def _build_record(
    linked: LinkedRulebook,
    report: Report,
    steps: Sequence[StepSlots],
    results: Sequence[Results],
    status: Status,
    *,
    silent: bool,
) -> Record:
    """Build the record of an evaluation that the compiled function made."""
    facts, days = start_facts(linked, report), days_of(linked)
    conclusions: list[Conclusion] = []
    for step in steps:
        for conclusion in _conclude_all(step, results[step.function], report, facts):
            conclusions.append(conclusion)
            facts[conclusion.code] = conclusion.fact
        if step.entry.code in days:
            facts |= values_by_day(linked, step.entry.code, facts)
    messages = () if silent else tuple(show_messages(linked, report, facts, conclusions))
    return Record(
        linked,
        report,
        facts,
        tuple(conclusions),
        messages,
        match_printed(report.printed, messages),
        status,
    )


def _conclude_all(
    step: StepSlots, results: Results, report: Report, facts: Mapping[str, Fact]
) -> Iterable[Conclusion]:
    if step.rows < 0:
        return (conclude(step, results, report, facts),)
    return conclude_rows(
        step, results, report, lambda of_row, row: conclude(step, of_row, report, facts, row)
    )


def conclude(
    step: StepSlots, results: Results, report: Report, facts: Mapping[str, Fact], row: int = 0
) -> Conclusion:
    """Draw the conclusion of one step from the results of its function and the facts before it.

    In a row the results are that row's.
    """
    fact = _fact(read_slot(step.fact, results))
    match step.entry:
        case Rule() as rule:
            return _rule(rule, fact, step, results, _declared(rule, report, row), row)
        case Decision() as decision:
            return DecisionConclusion(decision, fact, tuple(_cases(decision, step, results)))
        case Section() as section:
            due = _judgement(section.due, step.clauses[0], results)
            parent = facts[section.part_of] if section.part_of is not None else None
            empty, filled = sort_fields(section, report)
            return SectionConclusion(section, fact, due, parent, empty, filled)
        case Check() as check:
            expect = _judgement(check.expect, step.clauses[0], results, row)
            return CheckConclusion(check, fact, expect, row)
        case Message() as message:
            return MessageConclusion(
                message, fact, _judgement(message.when, step.clauses[0], results)
            )


def _fact(value: Fact | None) -> Fact:
    if value is None:
        raise TypeError("a step always has a fact")
    return value


def _declared(rule: Rule, report: Report, row: int) -> Declared | None:
    if not row:
        return report.fields.get(rule.code)
    over, _, name = rule.code.partition(".")
    return report.lists[over][row - 1].get(name)


def _rule(  # noqa: PLR0917 - all that a conclusion is made of
    rule: Rule,
    fact: Fact,
    step: StepSlots,
    results: Results,
    declared: Declared | None,
    row: int,
) -> RuleConclusion:
    agreement = cast("Agreement | None", results[step.agreement]) if declared is not None else None
    when_slots, formula_slots, _ = split_rule(rule, step.clauses)
    when = None if rule.when is None else _judgement(rule.when, when_slots, results, row)
    if when is not None and when.value is not True:
        reason = _WHEN_FALSE if when.value is False else _WHEN_UNSETTLED
        formula, exceptions = _skipped(rule.formula, reason), tuple(_leave_out(rule, reason))
        return RuleConclusion(rule, fact, when, formula, fact, declared, agreement, row, exceptions)
    if rule.exceptions:
        return _rule_with_exceptions(
            RuleConclusion(rule, fact, when, _NO_JUDGEMENT, fact, declared, agreement, row),
            step,
            results,
        )
    formula = _judgement(rule.formula, formula_slots, results, row)
    return RuleConclusion(rule, fact, when, formula, formula.value, declared, agreement, row)


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
    rule, row = bare.entry, bare.row
    _, own, others = split_rule(rule, step.clauses)
    pairs = list(zip(rule.exceptions, others, strict=True))
    conditions = [_judgement(each.when, slots[0], results, row) for each, slots in pairs]
    truths = [condition.value for condition in conditions]
    chosen = choose_formula(bare.code, truths)
    written = [(each.formula, slots[1]) for each, slots in pairs] + [(rule.formula, own)]
    formulas = [
        _judgement(clause, slots, results, row) if at == chosen else _skipped(clause, _NOT_CHOSEN)
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


def _judgement(
    clause: Clause, slots: ClauseSlots | None, results: Results, row: int = 0
) -> Judgement:
    if slots is None or not isinstance(clause.content, Formula):
        return Judgement(cast("NotEncoded", clause.content), None)
    value = _fact(read_slot(slots.value, results))
    parts = []
    # in a row, what stands in an aggregate was worked out before, once for all rows
    inside = Part(OF_ALL_ROWS if row else BRANCH_NOT_TAKEN)
    for index, slot in enumerate(slots.parts):
        if slot.is_nowhere:
            parts.append(inside)
            continue
        outcome = read_slot(slot, results)
        flag = slots.replaced.get(index)
        parts.append(
            Part(
                BRANCH_NOT_TAKEN if outcome is None else outcome,
                flag is not None and results[flag] is True,
            )
        )
    if not row:
        fill_all_gathered(parts, slots.gathered, results)
    return Judgement(value, Derivation(clause.content, value, tuple(parts)))


def _skipped(clause: Clause, reason: Skipped) -> Judgement:
    if not isinstance(clause.content, Formula):
        return Judgement(clause.content, None)
    value = NotApplicable("")
    return Judgement(
        value, Derivation(clause.content, value, tuple(Part(reason) for _ in clause.content.parts))
    )
