"""Conditions that decide nothing: constant, implied by others, or out of a field's range."""

from collections.abc import Iterator

from ruletrail.analysis.condition_solver import assume, is_comparison, is_junction, judge
from ruletrail.analysis.knowledge import Knowledge, number_of, range_of
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import Call, Constant, Expression, Formula, Name, write_expression
from ruletrail.formulas.operations import CHOICE, DISJUNCTION, NEGATION
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Problem, quote_to_write
from ruletrail.rulebooks import Clause, Entry, Message, Rule, Section

_COUNTS = ("days_between", "months_between", "years_between")
"""What counts from its first day to its second, and below zero where that is the earlier one."""


def find_conditions(entry: Entry, subject: Subject) -> Iterator[Problem]:
    """Find constant conditions of one entry, and parts of conditions that the rest implies."""
    values = {id(each) for each in entry.formulas} if isinstance(entry, Rule) else set[int]()
    for clause, formula in formulas_in(entry):
        is_value = id(clause) in values
        is_meant = _is_true(formula.tree) and isinstance(entry, Section | Message)
        is_leaf = isinstance(formula.tree, Name | Constant)
        if is_leaf and not is_value and not is_meant:
            yield from _visit(formula.tree, clause, subject.known, subject)
        for condition in _outermost(formula):
            yield from _visit(condition, clause, subject.known, subject)


def _outermost(formula: Formula) -> Iterator[Expression]:
    """Yield the conditions that are not part of another: whole ones, tests, those of `count`."""
    joined = [part for part in formula.parts if is_junction(part) or _is_not(part)]
    inner = {id(operand) for part in joined for operand in part.operands}
    for part in formula.parts:
        is_condition = is_comparison(part) or is_junction(part) or _is_not(part)
        if is_condition and id(part) not in inner:
            yield part
        if part.operation is CHOICE and isinstance(part.operands[1], Name | Constant):
            yield part.operands[1]


def _is_not(expression: Expression) -> bool:
    return isinstance(expression, Call) and expression.operation is NEGATION


def _is_true(expression: Expression) -> bool:
    """Tell a `true` written on purpose: always due, always shown."""
    return isinstance(expression, Constant) and expression.value is True


def _visit(
    condition: Expression, clause: Clause, known: Knowledge, subject: Subject
) -> Iterator[Problem]:
    outside = list(_out_of_range(condition, clause, subject))
    if outside:
        yield from outside
        return
    truth = judge(condition, subject.known)
    if truth is not None and not is_junction(condition):
        yield _constant(condition, clause, subject, truth=truth)
    elif _is_not(condition) and isinstance(condition, Call):
        yield from _visit(condition.operands[0], clause, known, subject)
    elif is_junction(condition) and isinstance(condition, Call):
        found = list(_visit_joined(condition, clause, known, subject))
        if not found and truth is not None:
            found = [_constant(condition, clause, subject, truth=truth)]
        yield from found


def _constant(condition: Expression, clause: Clause, subject: Subject, *, truth: bool) -> Problem:
    found = note("condition-always-true" if truth else "condition-never-true", condition, clause)
    # an exception without a condition there is not
    is_whole = isinstance(clause.content, Formula) and clause.content.tree is condition
    is_exception = truth and is_whole and "/exceptions/" in (found.mark.pointer or "")
    if is_exception:
        return replace(found, advice="exception-always")
    if truth and is_whole and _is_true(condition) and "/cases/" in (found.mark.pointer or ""):
        return replace(found, advice="case-otherwise")
    turned = _turned_days(condition, subject)
    if turned is None:
        return found
    details = {**found.details, "instead": quote_to_write(turned)}
    return replace(found, details=details, advice="days-turned")


def _turned_days(condition: Expression, subject: Subject) -> str | None:
    """Write a count from one day to another the other way round, where it is mostly below zero.

    Compared is the count, or a rule that is no more than one: who turns its days round gets ages
    below zero, and a condition that is always true.
    """
    if not isinstance(condition, Call) or not is_comparison(condition):
        return None
    for operand in condition.operands:
        entry = subject.rulebook.entries.get(operand.code) if isinstance(operand, Name) else None
        content = entry.formula.content if isinstance(entry, Rule) else None
        counted = content.tree if isinstance(content, Formula) else operand
        if not isinstance(counted, Call) or counted.operation.name not in _COUNTS:
            continue
        known = range_of(operand, subject.known)
        if known.low is not None and known.high is not None and known.low + known.high < 0:
            one, other = (write_expression(each) for each in counted.operands)
            return f"{counted.operation.name}({other}, {one})"
    return None


def _visit_joined(
    junction: Call, clause: Clause, known: Knowledge, subject: Subject
) -> Iterator[Problem]:
    """Visit the operands, each knowing that those before it did not decide.

    What is so only where the operands around the junction do not decide is said of it there, as a
    whole that changes nothing: of itself it is neither always nor never true.
    """
    decides, here = junction.operation is DISJUNCTION, known
    for operand in junction.operands:
        yield from _visit(operand, clause, here, subject)
        truth = judge(operand, here)
        if truth is decides:
            if judge(junction, subject.known) is decides:
                yield _constant(junction, clause, subject, truth=decides)
            return
        if truth is not None and judge(operand, subject.known) is None:
            yield note("condition-subsumed", operand, clause)
            return
        here = assume(operand, here, truth=not decides) or here


def _out_of_range(condition: Expression, clause: Clause, subject: Subject) -> Iterator[Problem]:
    """Compare constants with what the schema lets a field hold."""
    if not isinstance(condition, Call) or not is_comparison(condition):
        return
    left, *others = condition.operands
    pairs = [(left, item) for item in others]
    for one, other in [*pairs, *((second, first) for first, second in pairs)]:
        if not isinstance(one, Name) or one.code not in subject.fields_only:
            continue
        is_name = isinstance(other, Name)
        constant = range_of(other, subject.known).only if is_name else number_of(other)
        allowed = subject.known.interval(one.code)
        if constant is not None and not allowed.spans(constant):
            yield note("constant-out-of-range", other, clause, code=one.code, range=str(allowed))
