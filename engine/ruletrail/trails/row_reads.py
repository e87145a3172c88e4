"""What the steps of rows read, and those that gather rows: codes with the number of the row."""

from collections.abc import Iterable, Iterator

from ruletrail.formulas import Formula, list_of, names_by_scope
from ruletrail.linking import clauses_of
from ruletrail.rulebooks import Section
from ruletrail.trails.conclusions import (
    AllRowsConclusion,
    CheckConclusion,
    Conclusion,
    Record,
    RowsConclusion,
    RuleConclusion,
    code_in_row,
    code_of_rows,
)


def read_in_rows(record: Record, conclusion: Conclusion) -> Iterable[str]:
    """Name what a step of a rulebook with lists reads, each code once, in reading order."""
    entry = conclusion.entry
    over = list_of(entry.code)
    codes: dict[str, None] = {}
    if isinstance(conclusion, AllRowsConclusion):
        rows = range(1, (conclusion.rows or 0) + 1)
        return [over, *(code_in_row(entry.code, row) for row in rows)]
    row = 0
    if isinstance(conclusion, RuleConclusion | CheckConclusion) and conclusion.row:
        row = conclusion.row
        codes[code_of_rows(entry.code)] = None
    elif isinstance(conclusion, RowsConclusion):
        codes[over] = None
    elif isinstance(entry, Section) and entry.part_of is not None:
        codes[entry.part_of] = None
    for clause in clauses_of(entry):
        if isinstance(clause.content, Formula):
            direct, gathered = names_by_scope(clause.content.tree)
            if not isinstance(conclusion, RowsConclusion):
                codes |= dict.fromkeys(_write_out(record, direct, row))
            if not row:
                codes |= dict.fromkeys(_write_out(record, gathered, 0))
    return codes


def _write_out(record: Record, names: Iterable[str], row: int) -> Iterator[str]:
    """Write names out: groups, the constants of scales, a code of a row with each row's number."""
    rulebook = record.linked.rulebook
    for name in names:
        over = list_of(name)
        if not over:
            yield from rulebook.expand(name)
        elif row:
            yield code_in_row(name, row)
        else:
            yield over
            count = len(record.report.lists.get(over, ()))
            yield from (code_in_row(name, each) for each in range(1, count + 1))
