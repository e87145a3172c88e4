"""Entries that are written for each row of a list: the steps of the rows, and what they share."""

from collections.abc import Callable, Iterator, Sequence

from ruletrail.evaluations.reading import Reading, aggregates_in
from ruletrail.formulas import Formula, kleene, list_of
from ruletrail.linking import clauses_of
from ruletrail.reports import Declared, Report
from ruletrail.rulebooks import Check, Rule
from ruletrail.trails import (
    AllRowsConclusion,
    Conclusion,
    Judgement,
    RowsConclusion,
    code_in_row,
)
from ruletrail.values import Fact, Missing, NotApplicable, is_non_value

ConcludeRow = Callable[[Rule | Check, Reading, Declared | None, int], Conclusion]
"""Draws the conclusion of an entry in one row, which the report may declare."""


def conclude_rows(
    entry: Rule | Check,
    reading: Reading,
    report: Report,
    conclude: ConcludeRow,
    asked: Sequence[int] | None = None,
) -> Iterator[Conclusion]:
    """Draw the conclusions of an entry for each row, after what all of them share.

    Where some rows are `asked`, the facts of the others are known. That of a check for all rows
    comes last. Each is drawn when it is asked for, because the facts of one may be read by the
    next.
    """
    over, _, name = entry.code.partition(".")
    rows = report.lists.get(over)
    shared = _share(entry, reading)
    yield shared
    once = {
        judgement.derivation.formula.text: aggregates_in(judgement.derivation)
        for judgement in shared.clauses
        if judgement.derivation is not None
    }
    every = range(1, len(rows or ()) + 1)
    outcomes: dict[int, Fact] = {}
    for row in every if asked is None else asked:
        declared = rows[row - 1].get(name) if rows is not None else None
        conclusion = conclude(entry, reading.in_row(row, once), declared, row)
        outcomes[row] = conclusion.fact
        yield conclusion
    if isinstance(entry, Check):
        known = [
            outcomes[row] if row in outcomes else reading.read_in(entry.code, row) for row in every
        ]
        fact = join_rows(entry, known) if rows is not None else Missing((over,))
        yield AllRowsConclusion(entry, fact, None if rows is None else len(rows))


def _share(entry: Rule | Check, reading: Reading) -> RowsConclusion:
    judgements = []
    for clause in clauses_of(entry):
        if isinstance(clause.content, Formula):
            derivation = reading.gather(clause.content)
            judgements.append(Judgement(derivation.value, derivation))
        else:
            judgements.append(Judgement(clause.content, None))
    count = reading.read(list_of(entry.code))
    return RowsConclusion(entry, count, tuple(judgements))  # type: ignore[arg-type]  # no group


def join_rows(check: Check, outcomes: Sequence[Fact]) -> Fact:
    """Join the outcomes of the rows, without those in which a rule of the row does not apply."""
    left = [
        fact if is_non_value(fact) else fact == "passed"
        for row, fact in enumerate(outcomes, start=1)
        if not (isinstance(fact, NotApplicable) and _is_of_row(fact.code, check.code, row))
    ]
    truth = kleene(left, decides=False)
    return truth if is_non_value(truth) else "passed" if truth else "failed"


def _is_of_row(code: str, of: str, row: int) -> bool:
    return code.startswith(code_in_row(f"{list_of(of)}.", row))
