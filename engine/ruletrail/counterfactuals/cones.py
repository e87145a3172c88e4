"""What depends on some inputs: the steps, with the facts of everything else, and which rows change.

Nothing is followed here; `following` does that, over a stretch of values.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from ruletrail.counterfactuals.gathering import KnownArguments, Reads
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import list_of
from ruletrail.formulas.lookups import Lookup
from ruletrail.formulas.reference_evaluator import is_of_row
from ruletrail.rulebooks import Check, Entry, Parameter
from ruletrail.trails import code_in_row, cut_code, entry_of
from ruletrail.values import Fact, NotApplicable, is_non_value


@dataclass(frozen=True, slots=True)
class Cone:
    """The steps that read an input, at any distance, and that a target reads: what can change.

    `facts` are those of everything else, groups by their `members`, scales and tables by their
    code. `leaves_out`: members of a group that do not apply are left out of what gathers it.
    """

    steps: tuple[Entry, ...]
    facts: Mapping[str, Fact]
    members: Mapping[str, tuple[str, ...]]
    lookups: Mapping[str, Lookup]
    leaves_out: bool
    dated: Mapping[str, Parameter]
    """The parameters that change with a day, which may depend on the input."""
    rows: Mapping[str, int]
    """How many rows each list has that is supplied."""
    own: Mapping[str, frozenset[str]]
    """What an entry that is written for each row reads of the row itself."""
    whole: frozenset[str]
    """Such entries of which every row may change: they read something that rows share."""
    known: dict[str, "KnownRows"] = field(default_factory=dict)
    """What checks of rows came to in the report, by code; each worked out once for all inputs."""
    gathered: dict[int, tuple[Reads, KnownArguments | None]] = field(default_factory=dict)
    """What gathers rows, by the place of its call: what it reads, and what it did in the report."""

    def rows_of(self, check: Check) -> "KnownRows":
        """Tell what a check came to in each row of the report."""
        found = self.known.get(check.code)
        if found is None:
            rows = range(1, self.rows[list_of(check.code)] + 1)
            passed = {row: passed_in_row(check, row, self.facts[code_in_row(check.code, row)])
                      for row in rows}  # fmt: skip
            found = self.known[check.code] = KnownRows(
                passed,
                sum(fact is True for fact in passed.values()),
                sum(fact is False for fact in passed.values()),
            )
        return found


@dataclass(frozen=True, slots=True)
class KnownRows:
    """What a check came to in each row; None where a rule of the row does not apply."""

    facts: Mapping[int, Fact | None]
    passed: int
    failed: int

    def beside(self, rows: Collection[int]) -> Sequence[Fact]:
        """List what it came to in the other rows, each fact once where all of them are known.

        Joined as Kleene does, one of a kind is as good as all of it.
        """
        here = [self.facts[row] for row in rows]
        passed, failed = self.passed - here.count(True), self.failed - here.count(False)
        known = sum(fact is None or isinstance(fact, bool) for fact in here)
        if passed + failed + known == len(self.facts):
            return [True] * (passed > 0) + [False] * (failed > 0)
        there = set(rows)
        others = (fact for row, fact in self.facts.items() if row not in there)
        return [fact for fact in others if fact is not None]


class ChangedRows:
    """In which rows each code of a row may not be as in the report."""

    def __init__(self, cone: Cone, codes: Iterable[str]) -> None:
        """Begin with the cells that are varied."""
        self._cone = cone
        self._rows: dict[str, Sequence[int]] = {}
        for code in codes:
            row = cut_code(code)[1]
            if row:
                self._rows[entry_of(code)] = [*self._rows.get(entry_of(code), ()), row]

    def take(self, entry: Entry) -> Sequence[int]:
        """List the rows in which an entry reads anything that changed; there it may change too."""
        code, own = entry.code, self._cone.own.get(entry.code, frozenset())
        if code in self._cone.whole:
            rows: Sequence[int] = range(1, self._cone.rows.get(list_of(code), 0) + 1)
        else:
            rows = self.of(own)
        self._rows[code] = rows
        return rows

    def of(self, codes: Iterable[str]) -> Sequence[int]:
        """List the rows in which any of some codes may not be as in the report."""
        return sorted({row for code in codes for row in self._rows.get(code, ())})


def passed_in_row(check: Check, row: int, fact: Fact) -> Fact | None:
    """Tell whether a check passes in a row; None where a rule of the row does not apply."""
    if is_left_out(fact, list_of(check.code), row):
        return None
    return fact if is_non_value(fact) else fact == "passed"


def is_left_out(fact: Fact, over: str, row: int) -> bool:
    """Tell whether what does not apply is a rule of the row itself, so that it is left out."""
    return isinstance(fact, NotApplicable) and is_of_row(fact.code, over, row)
