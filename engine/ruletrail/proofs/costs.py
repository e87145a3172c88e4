"""What is done beside the solver, in its steps: to write entries out for it, to evaluate them.

The counts follow the rulebook's size alone, so that no machine matters: the parts of formulas, each
as often as there are members of a group, bands, cells of a table and rows that are looked at.
"""

from collections.abc import Callable, Iterable, Iterator

from ruletrail.formulas import Call, Expression, Formula, Name, list_of
from ruletrail.formulas.lookups import BandScale, DatedLookup, Lookup
from ruletrail.linking import LinkedRulebook, clauses_of
from ruletrail.rulebooks import Entry

OF_WRITING = 300
"""To write one part out for the solver."""
OF_SAYING = 450
"""To say one thing to it, beside what is counted as the solver's own."""
OF_ASKING = 10_000
"""To ask it once, however little is asked."""
OF_ANSWERING = 3_000
"""To put together one question, and its answer."""
OF_OWNER = 15
"""To find one step, or field, that a question rests on."""
OF_READING = 500
"""To read one unknown from what the solver found, or one field of a report as it is loaded."""
_OF_CLAUSE, _OF_PART, _OF_REPORT, _OF_FIELD = 150, 15, 150, 15
"""To evaluate a clause, and each part of it; to make a report for it, of so many fields."""


class Costs:
    """What the entries of one rulebook cost; of each list so many `rows` are looked at."""

    def __init__(self, linked: LinkedRulebook, rows: Callable[[str], int]) -> None:
        """Weigh nothing yet."""
        self._linked, self._rows = linked, rows
        self._evaluating: dict[str, tuple[int, int]] = {}

    def of_writing(self, entry: Entry) -> int:
        """Say what it takes to write an entry out for the solver."""
        return (1 + self._count(entry, self._sized)) * OF_WRITING

    def of_evaluating(self, entries: Iterable[Entry], fields: int) -> tuple[int, int]:
        """Count the clauses of entries, and say what it takes to evaluate them of a report."""
        clauses, work = 0, _OF_REPORT + fields * _OF_FIELD
        for entry in entries:
            found = self._evaluating.get(entry.code)
            if found is None:
                here = len(clauses_of(entry))
                parts = self._count(entry, lambda _: 1)
                found = self._evaluating[entry.code] = here, here * _OF_CLAUSE + parts * _OF_PART
            clauses, work = clauses + found[0], work + found[1]
        return clauses, work

    def _count(self, entry: Entry, size: Callable[[Lookup], int]) -> int:
        over = list_of(entry.code)
        contents = (each.content for each in clauses_of(entry))
        trees = [content.tree for content in contents if isinstance(content, Formula)]
        parts = sum(each for tree in trees for each in self._parts(tree, size))
        return parts * (self._rows(over) if over else 1)

    def _parts(self, tree: Expression, size: Callable[[Lookup], int]) -> Iterator[int]:
        """Give for each part of a formula how often it counts."""
        linked, waiting = self._linked, [(tree, 1)]
        while waiting:
            part, times = waiting.pop()
            match part:
                case Call():
                    times *= self._rows(part.over) if part.over else 1
                    lookup = linked.lookups.get(part.code) if part.code else None
                    yield times * (1 if lookup is None else size(lookup))
                    waiting += [(each, times) for each in part.operands]
                case Name(code=code):
                    group = linked.rulebook.groups.get(code)
                    yield times * (1 if group is None else len(group.members))
                case _:
                    yield times

    def _sized(self, lookup: Lookup) -> int:
        """Count the bands of a scale, or the cells of a table, on all days together."""
        if isinstance(lookup, DatedLookup):
            return sum(map(self._sized, lookup.contents))
        if isinstance(lookup, BandScale):
            return len(lookup.bands)
        return sum(len(cell) for row in lookup.rows for cell in row.cells)
