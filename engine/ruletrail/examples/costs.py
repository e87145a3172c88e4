"""What evaluating a report looks at, counted and not timed, so that limits are the same anywhere.

Counted are steps, the parts of their formulas, what they read, and the fields of sections; of a
step that is of rows, or reads them, as much again for each row.
"""

from collections.abc import Callable, Mapping

from ruletrail.documents import Node, items_of, members_of
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import list_of
from ruletrail.linking import LinkedRulebook
from ruletrail.lints.subjects import formulas_in
from ruletrail.reports import Report
from ruletrail.rulebooks import Entry, Section


@dataclass(frozen=True, slots=True)
class Work:
    """What one evaluation looks at in any report, and for each row of a list."""

    always: int
    by_row: Mapping[str, int]

    def of_report(self, report: Report) -> int:
        """Count what evaluating a report looks at."""
        return self._count(lambda over: len(report.lists.get(over, ())))

    def of_document(self, node: Node) -> int:
        """Count it before the report is read."""
        fields = members_of(members_of(node).get("fields"))
        return self._count(lambda over: len(items_of(fields.get(over))))

    def _count(self, count_rows: Callable[[str], int]) -> int:
        return self.always + sum(each * count_rows(over) for over, each in self.by_row.items())


def work_of(linked: LinkedRulebook) -> Work:
    """Count what an evaluation looks at."""
    always, by_row = 0, dict.fromkeys(linked.schema.lists, 0)
    for entry in linked.steps:
        work = _work_of_step(entry, linked)
        always += work
        lists = {list_of(entry.code), *map(list_of, linked.reads.get(entry.code, ()))}
        for over in lists & by_row.keys():
            by_row[over] += work
    return Work(max(always, 1), by_row)


def _work_of_step(entry: Entry, linked: LinkedRulebook) -> int:
    work = 1 + len(linked.reads.get(entry.code, ()))
    work += sum(len(formula.parts) for _, formula in formulas_in(entry))
    return work + (len(entry.fields) if isinstance(entry, Section) else 0)
