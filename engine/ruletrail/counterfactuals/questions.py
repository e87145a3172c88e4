"""One question about one report: what its target reads, and how to ask the evaluator about it."""

from collections import ChainMap
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import cast

from ruletrail.counterfactuals.admissions import Admission, declared_in, with_values
from ruletrail.counterfactuals.cones import ChangedRows, Cone, KnownRows
from ruletrail.counterfactuals.gathering import KnownArguments, Reads
from ruletrail.counterfactuals.outcomes import outcomes_of
from ruletrail.evaluations.evaluating import conclude_all
from ruletrail.evaluations.reading import OF_ROWS_SINCE, make_reading
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import (
    Constant,
    aggregates_of,
    list_of,
    names_by_scope,
    walk_expression,
)
from ruletrail.linking import LinkedRulebook, days_of, formulas_of, values_by_day
from ruletrail.reports import Declared, Report
from ruletrail.rulebooks import Entry, Parameter
from ruletrail.trails import (
    Conclusion,
    Record,
    code_in_row,
    cut_code,
    entry_of,
    outcome_word,
)
from ruletrail.values import Fact, Missing, Value

_PARTS_OF_CODE = 5
"""Parts of formulas that take the reference evaluator as long as a code that is read."""


class DisagreementError(Exception):
    """Following an input and evaluating its report gave two answers: a defect of ours."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where inputs and steps of a rulebook stand, and what else is the same whatever is asked.

    Whoever asks about thousands of targets works it out once.
    """

    inputs: Mapping[str, int]
    steps: Mapping[str, int]
    members: Mapping[str, tuple[str, ...]]
    dated: Mapping[str, Parameter]


def find_places(linked: LinkedRulebook) -> Places:
    """Work out what no question about a rulebook changes."""
    schema, rulebook = linked.schema, linked.rulebook
    named = [*schema.fields, *schema.lists, *schema.cells]
    return Places(
        {code: at for at, code in enumerate(named)},
        {step.code: at for at, step in enumerate(linked.steps)},
        {code: group.members for code, group in rulebook.groups.items()},
        {code: each for code, each in rulebook.parameters.items() if each.day is not None},
    )


@dataclass(frozen=True, slots=True)
class Question:
    """A target of a report, with what stands between it and the fields that it reads.

    `behind` are the steps that the target reads at any distance, itself last, in their order;
    `readers` says which of these read a code; `inputs` are the fields, in the order of the form.
    """

    linked: LinkedRulebook
    report: Report
    facts: Mapping[str, Fact]
    target: str
    inputs: tuple[str, ...]
    behind: tuple[str, ...]
    readers: Mapping[str, Sequence[str]]
    admission: Admission
    """Whether the report with other values is one."""
    places: Places
    own: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What an entry that is written for each row reads of the row itself."""
    shared: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """And what it reads that is the same in all rows."""
    known_rows: dict[str, KnownRows] = field(default_factory=dict)
    """What checks of rows came to in the report, as far as it was asked."""
    gathered: dict[int, tuple[Reads, KnownArguments | None]] = field(default_factory=dict)
    """What gathers rows: what it reads, and what it did in the report, as far as it was asked."""
    counted: dict[str, int] = field(default_factory=dict)
    """How often entries evaluate parts of what they gather from rows, as far as it was asked."""
    weighed: dict[str, int] = field(default_factory=dict)
    """What concluding entries looks at, as far as it was asked."""

    @property
    def outcome(self) -> str:
        """What the target comes to in the report."""
        return outcome_word(self.facts[self.target])

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What the target may come to, where nothing is missing or wrong."""
        return outcomes_of(self.linked, self.target)

    def cone(self, codes: Iterable[str]) -> Cone:
        """Find the steps that depend on inputs, in their order."""
        reached, waiting = set(), [entry_of(code) for code in codes]
        while waiting:
            for reader in self.readers.get(waiting.pop(), ()):
                if reader not in reached:
                    reached.add(reader)
                    waiting.append(reader)
        entries = self.linked.rulebook.entries
        steps = tuple(entries[code] for code in self.behind if code in reached)
        return self.cone_of(steps, reached.union(map(entry_of, codes)))

    def everything(self) -> Cone:
        """Return all steps behind the target, those of rows in each row, to be concluded anew."""
        entries = self.linked.rulebook.entries
        cone = self.cone_of(tuple(entries[code] for code in self.behind))
        return replace(cone, whole=frozenset(self.own))

    def cone_of(self, steps: tuple[Entry, ...], changed: Collection[str] = ()) -> Cone:
        """Return steps with all that they may read, of which some codes may have changed."""
        linked = self.linked
        leaves_out = linked.rulebook.language >= OF_ROWS_SINCE
        rows = {over: len(each) for over, each in self.report.lists.items()}
        return Cone(
            steps, self.facts, self.places.members, linked.lookups, leaves_out,
            self.places.dated, rows, self.own,
            frozenset(code for code, each in self.shared.items() if not each.isdisjoint(changed)),
            self.known_rows, self.gathered,
        )  # fmt: skip

    def conclude(
        self, cone: Cone, values: Mapping[str, Value], inputs: Iterable[str] = ()
    ) -> dict[str, Conclusion]:
        """Draw the conclusions of a cone with other values, by the reference evaluator.

        Of entries of rows only those of rows that read a value, or one of the `inputs`, which are
        as in the report.
        """
        report = with_values(self.report, values)
        facts: dict[str, Fact] = {**values}
        days = days_of(self.linked)
        for code in days & values.keys():
            facts |= values_by_day(self.linked, code, facts)
        reading = make_reading(
            self.linked, report, ChainMap(facts, cast("dict[str, Fact]", self.facts))
        )
        conclusions, changed = {}, ChangedRows(cone, {**dict.fromkeys(inputs), **values})
        for entry in cone.steps:
            for conclusion in conclude_all(entry, reading, report, changed.take(entry)):
                conclusions[conclusion.code] = conclusion
                facts[conclusion.code] = conclusion.fact
            if entry.code in days:
                facts |= values_by_day(self.linked, entry.code, facts)
        return conclusions

    def weigh(self, entry: Entry) -> int:
        """Count what concluding a step costs: codes, or parts of formulas where these are more.

        A decision of a thousand cases may read one field.
        """
        if entry.code not in self.weighed:
            parts = sum(len(formula.parts) for formula in formulas_of(entry))
            codes = 1 + len(self.linked.reads[entry.code])
            self.weighed[entry.code] = max(codes, parts // _PARTS_OF_CODE)
        return self.weighed[entry.code]

    def count_gathered(self, entry: Entry) -> int:
        """Count how often parts of what an entry gathers from rows are evaluated, in all rows."""
        if entry.code not in self.counted:
            aggregates = [call for each in formulas_of(entry) for call in aggregates_of(each.tree)]
            self.counted[entry.code] = sum(
                len(self.report.lists.get(call.over, ()))
                for call in aggregates
                for part in walk_expression(call)
                if not isinstance(part, Constant)
            )
        return self.counted[entry.code]

    def declared(self, code: str) -> Declared | None:
        """Return what the report says of an input; None where it says nothing."""
        return declared_in(self.report, code)


def ask(
    record: Record,
    target: str,
    admission: Admission | None = None,
    places: Places | None = None,
) -> Question:
    """Find what a target of an evaluated report reads, at any distance.

    `admission` is that of the report, and `places` are the rulebook's, for whoever asks about
    several targets.
    """
    linked = record.linked
    places = places or find_places(linked)
    entries, reads, parameters = linked.rulebook.entries, linked.reads, linked.rulebook.parameters
    behind, codes, waiting = {target}, dict[str, None](), [target]
    readers: dict[str, list[str]] = {}
    while waiting:
        here = waiting.pop()
        for code in reads[here]:
            readers.setdefault(code, []).append(here)
            if code not in entries:
                codes[code] = None
            elif code not in behind:
                behind.add(code)
                waiting.append(code)
    inputs = _list_inputs(record, [code for code in codes if code not in parameters], places.inputs)
    steps = tuple(sorted(behind, key=places.steps.__getitem__))
    own = {code: _read_in_row(entries[code]) for code in steps if list_of(code)}
    shared = {
        code: frozenset(reads[code]) - codes | _gathered_in(entries[code])
        for code, codes in own.items()
    }
    return Question(
        linked, record.report, record.facts, target, inputs, steps, readers,
        admission or Admission(linked, record.report), places, own, shared,
    )  # fmt: skip


def _read_in_row(entry: Entry) -> frozenset[str]:
    """Name what an entry reads of its own row."""
    names = [names_by_scope(each.tree)[0] for each in formulas_of(entry)]
    return frozenset(code for each in names for code in each if list_of(code))


def _gathered_in(entry: Entry) -> frozenset[str]:
    """Name what an entry reads inside of what gathers rows."""
    return frozenset(code for each in formulas_of(entry) for code in names_by_scope(each.tree)[1])


def _list_inputs(record: Record, codes: Sequence[str], order: Mapping[str, int]) -> tuple[str, ...]:
    """List fields in the order of the form, and cells by row; of an absent list only its name."""
    schema, lists = record.linked.schema, record.report.lists
    found: dict[str, None] = {}
    for code in sorted(codes, key=lambda code: (order.get(code, len(order)), code)):
        over = list_of(code) or code
        if over not in schema.lists:
            found[code] = None
        elif over not in lists:
            found[over] = None
        elif code in schema.cells:
            rows = range(1, len(lists[over]) + 1)
            found |= dict.fromkeys(code_in_row(code, row) for row in rows)
    cells = [code for code in found if cut_code(code)[1]]
    # those of one row together
    cells.sort(key=lambda code: cut_code(code)[:2])
    return (*(code for code in found if not cut_code(code)[1]), *cells)


# -- What a change comes down to -------------------------------------------------------------------


def missing_in(fact: Fact) -> tuple[str, ...]:
    """Return the codes that a fact waits for."""
    return fact.codes if isinstance(fact, Missing) else ()
