"""Rounded and unrounded values: compared, rounded twice, tested for equality, shown unrounded.

A value is *given* (a field, a parameter, a literal, and what sums and products make of them),
*rounded* to so many decimals, or *open*: the result of a division that nothing has rounded yet.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Literal

from ruletrail.analysis.knowledge import number_of
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import Call, Expression, Formula, Name
from ruletrail.formulas.lookups import BandScale, DatedLookup
from ruletrail.formulas.operations import (
    CHOICE,
    COMPARE,
    DIFFERENT,
    DIVIDE,
    EQUAL,
    IN,
    LOOKUP,
    NOT_IN,
)
from ruletrail.lints.subjects import Subject, formulas_in, note
from ruletrail.problems import Problem, quote
from ruletrail.rulebooks import Clause, Entry, Rule
from ruletrail.values import count_finite_decimals


@dataclass(frozen=True, slots=True)
class Precision:
    """How many decimals a value can have: as given, rounded to `decimals`, or open."""

    kind: Literal["given", "rounded", "open"]
    decimals: int = 0


GIVEN, OPEN = Precision("given"), Precision("open")
Precisions = Mapping[str, Precision]


def learn_precisions(subject: Subject) -> Precisions:
    """Learn the precision of every rule, in the order in which they read each other."""
    found: dict[str, Precision] = {}
    for entry in subject.linked.steps:
        trees = [formula.tree for _, formula in _formulas(entry)] if isinstance(entry, Rule) else []
        if trees and isinstance(entry, Rule) and entry.rounding is not None:
            found[entry.code] = Precision("rounded", entry.rounding.decimals)
        elif trees:
            found[entry.code] = _join([precision_of(tree, found, subject) for tree in trees])
    return found


def _formulas(rule: Rule) -> Iterator[tuple[Clause, Formula]]:
    for clause in rule.formulas:
        if isinstance(clause.content, Formula):
            yield clause, clause.content


def precision_of(expression: Expression, known: Precisions, subject: Subject) -> Precision:
    """Say how precise an expression is."""
    if isinstance(expression, Name):
        code = expression.code
        group = subject.rulebook.groups.get(code)
        if group is None:
            return known.get(code, GIVEN)
        return _join([known.get(member, GIVEN) for member in group.members])
    if not isinstance(expression, Call):
        return GIVEN
    operation, operands = expression.operation, expression.operands
    if operation is LOOKUP:
        return _precision_of_lookup(expression, known, subject)
    if operation.takes_decimals:
        return Precision("rounded", rounding_decimals(expression))
    if operation.takes[0] not in ("number", "alike") or operation.gives == "boolean":
        return GIVEN
    if operation is DIVIDE:
        if not _is_finite_divisor(operands[1], subject):
            return OPEN
        operands = operands[:1]
    if operation is CHOICE:
        operands = operands[::2]
    return _join([precision_of(operand, known, subject) for operand in operands])


def _precision_of_lookup(call: Call, known: Precisions, subject: Subject) -> Precision:
    """Say how precise an answer is: a line's may never end, that of a step is as it is written."""
    lookup = subject.linked.lookups.get(call.code)
    if isinstance(lookup, DatedLookup):
        # all versions of a scale are of one kind
        lookup = next(iter(lookup.contents), None)
    if not isinstance(lookup, BandScale) or lookup.kind == "step":
        return GIVEN
    if lookup.kind == "linear":
        return OPEN
    found = precision_of(call.operands[0], known, subject)
    return OPEN if found.kind == "open" else GIVEN


def rounding_decimals(call: Call) -> int:
    """Return the decimals of a rounding function; none written means a whole number."""
    decimals = number_of(call.operands[1]) if len(call.operands) > 1 else None
    return int(decimals) if decimals is not None else 0


def _is_finite_divisor(expression: Expression, subject: Subject) -> bool:
    """Tell a divisor, such as 100 or 4, that makes no unending decimals."""
    number = number_of(expression)
    if number is None and isinstance(expression, Name):
        number = subject.known.interval(expression.code).only
    return bool(number) and count_finite_decimals(1 / Fraction(number or 1)) is not None


def _join(found: list[Precision]) -> Precision:
    if any(each.kind == "open" for each in found):
        return OPEN
    rounded = [each.decimals for each in found if each.kind == "rounded"]
    return Precision("rounded", max(rounded)) if rounded else GIVEN


# -- Findings --------------------------------------------------------------------------------------


def find_precisions(subject: Subject) -> Iterator[tuple[Entry, Problem]]:
    """Find where rounded and open values meet wrongly, entry by entry."""
    known = learn_precisions(subject)
    for entry in subject.entries:
        for problem in _find_comparisons(entry, known, subject):
            yield entry, problem
        if isinstance(entry, Rule):
            for problem in _find_roundings(entry, known, subject):
                yield entry, problem


def _find_comparisons(entry: Entry, known: Precisions, subject: Subject) -> Iterator[Problem]:
    for clause, formula in formulas_in(entry):
        for part in formula.parts:
            operation = part.operation
            if operation.binding != COMPARE or operation in (IN, NOT_IN):
                continue
            kinds = {precision_of(side, known, subject).kind for side in part.operands}
            if kinds == {"rounded", "open"}:
                yield note("rounded-against-unrounded", part, clause)
            elif "open" in kinds and operation in (EQUAL, DIFFERENT):
                yield note("equality-of-unrounded", part, clause)


def _find_roundings(rule: Rule, known: Precisions, subject: Subject) -> Iterator[Problem]:
    for clause, formula in _formulas(rule):
        yield from _find_roundings_in(rule, clause, formula, known, subject)
    is_public = rule.code in subject.shown or rule.code in subject.linked.schema.fields
    if is_public and known.get(rule.code, GIVEN).kind == "open":
        yield Problem("published-unrounded", rule.mark, {"code": quote(rule.code)})


def _find_roundings_in(
    rule: Rule, clause: Clause, formula: Formula, known: Precisions, subject: Subject
) -> Iterator[Problem]:
    """Find what is rounded again in one formula of a rule, or by the rule."""
    roundings: list[tuple[Expression, Expression, int]] = [
        (call, call.operands[0], rounding_decimals(call))
        for call in formula.parts
        if call.operation.takes_decimals
    ]
    if rule.rounding is not None:
        roundings.insert(0, (formula.tree, formula.tree, rule.rounding.decimals))
    for at, rounded, decimals in roundings:
        if _rounds_again(rounded, decimals, known, subject):
            yield note("rounded-again", at, clause)


def _rounds_again(
    expression: Expression, decimals: int, known: Precisions, subject: Subject
) -> bool:
    found = precision_of(expression, known, subject)
    return found.kind == "rounded" and found.decimals > decimals
