"""The records of what is written for each row, from the slots that a loop over rows left."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import cast

from ruletrail.compiled.slots import (
    BRANCH_NOT_TAKEN,
    ClauseSlots,
    GatherSlots,
    Results,
    StepSlots,
    read_slot,
)
from ruletrail.formulas import Derivation, Formula, Part, list_of
from ruletrail.formulas.reference_evaluator import OF_EACH_ROW
from ruletrail.linking import clauses_of
from ruletrail.reports import Report
from ruletrail.rulebooks import Check, Clause, Rule
from ruletrail.trails import AllRowsConclusion, Conclusion, Judgement, RowsConclusion
from ruletrail.values import Fact, Missing, NotApplicable, NotEncoded

ConcludeRow = Callable[[Results, int], Conclusion]
"""Draws the conclusion of an entry in one row, of that row's results."""


def rows_of(step: StepSlots, results: Results) -> Sequence[Results]:
    """Return the results of each row of an entry that is written for each."""
    return cast("Sequence[Results]", results[step.rows])


def conclude_rows(
    step: StepSlots, results: Results, report: Report, conclude: ConcludeRow
) -> Iterator[Conclusion]:
    """Draw the conclusions of an entry as the reference does: what rows share, each row, all."""
    entry = step.entry
    if not isinstance(entry, Rule | Check):
        raise TypeError("only rules and checks are written for each row")
    over = list_of(entry.code)
    rows = report.lists.get(over)
    clauses = zip(clauses_of(entry), step.clauses, strict=True)
    shared = tuple(_judge_shared(clause, slots, results) for clause, slots in clauses)
    count = Missing((over,)) if rows is None else Fraction(len(rows))
    yield RowsConclusion(entry, count, shared)
    for row, found in enumerate(rows_of(step, results), start=1):
        yield conclude(found, row)
    if isinstance(entry, Check) and step.all_rows is not None:
        fact = read_slot(step.all_rows, results)
        yield AllRowsConclusion(entry, cast("Fact", fact), None if rows is None else len(rows))


def _judge_shared(clause: Clause, slots: ClauseSlots | None, results: Results) -> Judgement:
    if slots is None or not isinstance(clause.content, Formula):
        return Judgement(cast("NotEncoded", clause.content), None)
    parts = [Part(BRANCH_NOT_TAKEN if slot.is_nowhere else OF_EACH_ROW) for slot in slots.parts]
    for at, gathered in slots.gathered.items():
        parts[at] = Part(cast("Fact", read_slot(gathered.value, results)))
        fill_gathered(parts, at, gathered, results)
    value = NotApplicable("")
    return Judgement(value, Derivation(clause.content, value, tuple(parts)))


def fill_all_gathered(
    parts: list[Part], gathered: Mapping[int, GatherSlots], results: Results
) -> None:
    """Fill in what stands in the aggregates of a formula, those that were asked for."""
    for at, each in gathered.items():
        if parts[at].outcome is not BRANCH_NOT_TAKEN:
            fill_gathered(parts, at, each, results)


def fill_gathered(parts: list[Part], at: int, gathered: GatherSlots, results: Results) -> None:
    """Fill in the parts of an aggregate's argument: each has an outcome in each row.

    An aggregate in it is the same in all rows, if any row asked for it.
    """
    rows = cast("Sequence[Results]", results[gathered.rows] if gathered.rows >= 0 else ())
    for back, slot in gathered.parts.items():
        found = [read_slot(slot, row) for row in rows]
        inner = gathered.inner.get(back)
        if inner is None:
            flag = gathered.replaced.get(back)
            parts[at + back] = Part(OF_EACH_ROW, rows=_of_rows(found, rows, flag))
            continue
        asked = [each for each in found if each is not None]
        if asked:
            parts[at + back] = Part(asked[0])
            fill_gathered(parts, at + back, inner, results)


def _of_rows(
    found: Sequence[Fact | None], rows: Sequence[Results], flag: int | None
) -> tuple[Part, ...]:
    return tuple(
        Part(BRANCH_NOT_TAKEN if fact is None else fact, flag is not None and row[flag] is True)
        for fact, row in zip(found, rows, strict=True)
    )
