"""The search for reports that tell two rulebooks apart: no proof, but what it finds is confirmed.

It begins with the reports that somebody wrote, as they are; then one field of them is changed, then
two. Every report is evaluated by both rulebooks, and asked about all changes that are still open.
The work is counted and not timed, so that the answer does not depend on the machine.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, islice

from ruletrail.analysis.field_domains import read_fields
from ruletrail.counterfactuals.changes import vary
from ruletrail.counterfactuals.questions import ask
from ruletrail.counterfactuals.stretches import Allowance
from ruletrail.differences.behind import is_behind
from ruletrail.differences.candidates import Plain, admitted_value, with_value
from ruletrail.differences.changes import Change, Witness
from ruletrail.differences.effects import Work, effects_of
from ruletrail.differences.offered import MOST_INPUTS, Offered, decimal_of
from ruletrail.differences.open_changes import OpenChanges
from ruletrail.differences.reach import ADMISSION, STATUS, Pair, Reached
from ruletrail.differences.trials import (
    Base,
    Document,
    Trial,
    make_witness,
    try_document,
)
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.rulebooks import Check, Decision, Section
from ruletrail.trails import Record, cut_code

MOST_WORK = 2_000_000
"""What all trials may cost together: steps, their readings and fields of both rulebooks."""
MOST_OF_BASES = 4_000_000
"""How much more the reports may cost that a search begins with."""
MOST_FOUND = 1_000_000
"""The same of the reports that proofs find."""
MOST_JUDGED = 8_000_000
"""What it may cost to tell which changes are behind a difference: the codes that steps read."""
MOST_FOR_ONE = 300_000
"""Of that, what one change may cost."""
_OF_EFFECTS = 16
"""A change may take this part of its share to find all outcomes in which it makes a difference."""
_LEAST_TRIALS = 24
_COST, _SLOWER = 300, 8
"""What a trial costs whatever its size; how many times as much without compiled functions."""
_REFUSED, _RECORD = 20, 10
"""How many times as much a report costs that is refused with reasons, and a whole record."""
MOST_BASES = 12
"""Reports that are changed in search of a witness; all are tried as they are."""
_FIRST_BASES, _FIRST_VALUES = 2, 4
_MOST_TARGETS = 3
_MOST_FLIPPED = 6
_FLIP_WORK = 60_000
_MOST_PAIRS = 400
_PAIRED = 6
_VALUES_OF_PAIR = 4


def cost_of_trial(pair: Pair) -> int:
    """Tell what a report costs that functions answer, in units of work."""
    return _COST + sum(
        len(graph.linked.schema.fields) + sum(1 + len(list(r)) for r in graph.reads.values())
        for graph in pair.graphs
    )


@dataclass(slots=True)
class Search:
    """One search: the changes that are open, the witnesses found, the work that is left."""

    pair: Pair
    name: str
    """The rulebook that a witness names."""
    changes: Sequence[Change]
    bases: Sequence[Base]
    found: dict[int, Witness] = field(default_factory=dict)
    left: int = MOST_WORK
    judged: int = 0
    """What it cost to tell which changes are behind differences."""
    cost: int = 1
    tried: set[tuple[int, str, Plain | None]] = field(default_factory=set)
    """The single changes of reports that were tried, which is for all changes at once."""
    are_quick: bool = True
    offered: Offered = field(init=False)
    open: OpenChanges = field(init=False)
    """The changes without a witness, by number, with the outcomes that they reach."""

    def __post_init__(self) -> None:
        """Find out what each change reaches, and what a trial costs."""
        self.open = OpenChanges(self.changes, self.pair)
        self.are_quick = all(plan.is_compiled for plan in self.pair.plans)
        self.offered = Offered(self.pair, self._ask, keeps=self.are_quick)
        self.cost = cost_of_trial(self.pair) * (1 if self.are_quick else _SLOWER)

    def run(self) -> Mapping[int, Witness]:
        """Search for all changes; returns the witnesses by the number of the change."""
        tried: list[tuple[Base, Trial]] = []
        for base in self.bases:
            if self.left <= -MOST_OF_BASES:
                break
            tried.append((base, self._try(base, base.document, ())))
        # what neither admits is changed for nothing; what both do is changed first
        known = [(b, trial) for b, trial in tried if trial.is_admitted or trial.tells_forms_apart]
        self.bases = [b for b, trial in sorted(known, key=lambda pair: not pair[1].is_admitted)]
        for at in list(self.open):
            if self.left <= 0:
                break
            if at in self.open:
                share = max(self.left // len(self.open), _LEAST_TRIALS * self.cost)
                self._search_one(at, min(self.left, MOST_FOR_ONE, share))
        return self.found

    def try_found(self, documents: Iterable[Document]) -> None:
        """Ask both rulebooks about reports that a proof found, while something is open."""
        self.left = MOST_FOUND
        for document in documents:
            if not self.open or self.left <= 0:
                return
            self._try(Base("", document), document, ())

    @property
    def is_out(self) -> bool:
        """Whether something was not tried because enough was."""
        return self.left <= 0 or self.judged >= MOST_JUDGED

    def _try(self, base: Base, document: Document, changed: tuple[str, ...]) -> Trial:
        """Ask both rulebooks about a report, and take it as a witness where it is one."""
        trial = self._ask(document)
        if not trial.differing and not trial.tells_forms_apart:
            return trial
        for at in self._asked_of(trial):
            told = self._told(at, trial)
            if told or self._tells_forms(self.changes[at], trial):
                self.found[at] = make_witness(trial, told, base.name, changed, self.name)
                self.open.close(at)
        return trial

    def _asked_of(self, trial: Trial) -> Iterable[int]:
        """Name the changes that a report may be a witness of; any that a rulebook refuses of."""
        if not trial.is_admitted:
            return list(self.open)
        return self.open.asked_of(trial, lambda: self.judged >= MOST_JUDGED, self._charge)

    def _ask(self, document: Document) -> Trial:
        trial = try_document(self.pair, document)
        self.left -= self.cost * (1 if trial.is_admitted else _REFUSED)
        return trial

    def _told(self, at: int, trial: Trial) -> Reached:
        """Give the outcomes in which a change makes a difference in a report."""
        change, told = self.changes[at], self.open[at].only(trial.differing)
        if not told or not trial.is_admitted or self.judged >= MOST_JUDGED:
            return told.only(0)
        alone = told.only(self.open.alone)
        if alone.bits == told.bits:
            # no other change reaches them
            return told
        if not is_behind(change, trial, self.pair, self._charge):
            return told.only(0)
        most = MOST_JUDGED // (_OF_EFFECTS * len(self.changes))
        others = effects_of(change, told, trial, self.pair, Work(self._charge, most))
        return told.only(alone.bits | others.bits)

    def _tells_forms(self, change: Change, trial: Trial) -> bool:
        """Tell whether a report that a rulebook refuses is a witness of a change of the form."""
        if trial.is_admitted:
            return False
        if change.kind == "form":
            return True
        problems = trial.old.problems or trial.new.problems
        named = (each.field or each.details.get("code", "") for each in problems)
        return change.kind == "field" and any(_is_of(name, change.code) for name in named)

    def _charge(self, work: int) -> None:
        self.judged += work

    # -- One change --------------------------------------------------------------------------------

    def _search_one(self, at: int, allowance: int) -> None:
        """Change one field of each report, then two, until the change has a witness."""
        end = self.left - allowance
        self._search_aims(at, end)
        if at not in self.open:
            return
        inputs = self._inputs(self.changes[at], at)
        # where the changed step itself turns is the likeliest place, and cheap to look at
        self._walk(at, end, inputs, _FIRST_BASES, is_first=True)
        self._walk(at, end, inputs, MOST_BASES, is_first=False)
        self._search_flips(at, end)
        self._search_two(at, end, inputs)

    def _search_aims(self, at: int, end: int) -> None:
        """Give fields the values by which what changed is looked up."""
        aims = list(self.offered.aims.fields(self.changes[at]))
        for base in islice(self.bases, _FIRST_BASES if aims else 0):
            for aim in aims:
                if at not in self.open or self.left <= end:
                    return
                values = {c: admitted_value(v, self.offered.forms.field(c)) for c, v in aim.items()}
                document = base.document
                for code, value in values.items():
                    document = self._with(document, code, value)
                if None not in values.values():
                    self._try(base, document, tuple(aim))

    def _walk(self, at: int, end: int, inputs: Sequence[str], most: int, *, is_first: bool) -> None:
        """Change one field at a time of some reports."""
        for base in islice(self.bases, most):
            for code in inputs:
                if at not in self.open or self.left <= end:
                    return
                values = self._values(at, base, code, is_first=is_first)
                for value in islice(values, _FIRST_VALUES if is_first else None):
                    if at not in self.open or self.left <= end:
                        return
                    if (id(base), code, value) not in self.tried:
                        self.tried.add((id(base), code, value))
                        self._try(base, self._with(base.document, code, value), (code,))

    def _inputs(self, change: Change, at: int) -> list[str]:
        """List the fields to vary: those that the change rests on, then those of its outcomes."""
        own = [change.code] if change.kind == "field" else []
        reached = [*islice(self._outcomes(at), MOST_INPUTS + 1)]
        near = self.pair.behind([change.code]) if change.code else ()
        far = self.pair.behind(reached) if len(reached) <= MOST_INPUTS else ()
        return list(dict.fromkeys([*own, *near, *far]))[:MOST_INPUTS]

    def _values(
        self, at: int, base: Base, code: str, *, is_first: bool = False
    ) -> Iterator[Plain | None]:
        change, reached = self.changes[at], self._outcomes(at)
        return self.offered.values(change, reached, base, code, is_first=is_first)

    def _with(self, document: Document, code: str, value: Plain | None) -> Document:
        return with_value(document, code, value, self.offered.forms.lists)

    def _outcomes(self, at: int) -> Iterator[str]:
        """Name the outcomes that an open change reaches."""
        return (code for code in self.open.get(at, ()) if code not in (STATUS, ADMISSION))

    # -- Exact breakpoints, and two fields at once -------------------------------------------------

    def _search_flips(self, at: int, end: int) -> None:
        """Try the very values at which an outcome of either rulebook changes, through roundings."""
        for base in islice(self.bases, _MOST_FLIPPED):
            if at not in self.open or self.left <= end:
                return
            for code, value in self._flips(at, base, end):
                if at not in self.open or self.left <= end:
                    return
                self._try(base, self._with(base.document, code, value), (code,))

    def _flips(self, at: int, base: Base, end: int) -> Iterator[tuple[str, Plain]]:
        trial = self._ask(base.document)
        self.left -= _RECORD * self.cost
        reached = [*islice(self._outcomes(at), MOST_INPUTS)]
        for answer in (trial.old, trial.new):
            if answer.record is None:
                continue
            fields = read_fields(answer.linked.schema)
            for target in islice(_targets(answer.record, reached), _MOST_TARGETS):
                question, allowance = ask(answer.record, target), Allowance(_FLIP_WORK)
                # a cell of a row is no field: it is changed by nothing here
                inputs = [code for code in question.inputs if not cut_code(code)[1]]
                for code in inputs[:MOST_INPUTS]:
                    if self.left <= end or allowance.left <= 0:
                        return
                    self.left -= self.cost
                    for flip in vary(question, code, allowance, fields).flips:
                        value = flip.to
                        yield code, decimal_of(value) if isinstance(value, Fraction) else value

    def _search_two(self, at: int, end: int, inputs: Sequence[str]) -> None:
        """Change two fields at once, where no one alone was enough."""
        tried = 0
        for base in islice(self.bases, _VALUES_OF_PAIR):
            if at not in self.open or self.left <= end:
                return
            offered = {
                code: list(islice(self._values(at, base, code), _VALUES_OF_PAIR))
                for code in inputs[:_PAIRED]
            }
            for one, other in combinations(offered, 2):
                for first in offered[one]:
                    for second in offered[other]:
                        tried += 1
                        if at not in self.open or self.left <= end or tried > _MOST_PAIRS:
                            return
                        both = self._with(self._with(base.document, one, first), other, second)
                        self._try(base, both, (one, other))


def _targets(record: Record, reached: Iterable[str]) -> Iterator[str]:
    entries = record.linked.rulebook.entries
    kinds = Decision | Section | Check
    return (code for code in reached if isinstance(entries.get(code), kinds))


def _is_of(name: str, code: str) -> bool:
    """Tell whether a problem's field, `members[1].age`, is one that changed, `members.age`."""
    bare = "".join(piece.partition("]")[2] if at else piece for at, piece in
                   enumerate(name.split("[")))  # fmt: skip
    return bare.strip("`") == code
