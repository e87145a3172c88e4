"""Which outcomes of a report a change itself makes another: it is put back alone, or put in alone.

The new rulebook is asked with that one change put back, and the old one with it alone put in. What
comes out otherwise in either of them, and differs between the two versions, is the change's own
effect. Only the steps that come to something else are drawn anew.
"""

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import heappop, heappush
from typing import Any, cast

from ruletrail.differences.changes import Change
from ruletrail.differences.mixing import mix, mix_whole
from ruletrail.differences.mixing_lookups import Mixed
from ruletrail.differences.reach import STATUS, Graph, Pair, Reached, weigh
from ruletrail.differences.trials import Answer, Trial, alike
from ruletrail.evaluations.evaluating import conclude_all, decide_status
from ruletrail.evaluations.reading import Reading, make_reading
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.linking import days_of, formulas_of, value_on, values_by_day
from ruletrail.reports import Report
from ruletrail.rulebooks import Entry, Message, Rule
from ruletrail.trails import Conclusion, RowsConclusion
from ruletrail.values import Fact, Missing

Charge = Callable[[int], None]
"""Takes how much work something was, in codes that are read."""


_A_STEP = 10
"""What drawing a step anew costs, whatever it reads."""


@dataclass(frozen=True, slots=True)
class Work:
    """Who takes how much work something was, and how much one question may be."""

    charge: Charge
    most: int


def effects_of(change: Change, told: Reached, trial: Trial, pair: Pair, work: Work) -> Reached:
    """Give those of some outcomes that differ in a report in which the change makes a difference.

    Where some are found and the work is more than is left to it, the others are not told. A change
    that cannot be put back alone, nor put in alone, is judged with all else of its entry; an entry
    that one of them alone has, with the steps that read it. Where that cannot be asked either,
    nothing is said of it.
    """
    if change.code == "" or change.kind == "field":
        return told  # the form and the day of the whole rulebook are before all outcomes
    if change.is_of_entry:
        return _effects_of_entry(change, told, trial, pair, work)
    placed = pair.placed
    for whole in (None, (change.code,), _common_readers(change.code, pair)):
        found = {}
        for at in (1, 0):  # put back first
            base, other = placed[at], placed[1 - at]
            made = mix(change, base, other) if whole is None else mix_whole(whole, base, other)
            if made is not None:
                found[at] = made
        if found:
            return _join(found, told, trial, pair, work)
    return told.only(0)


def _effects_of_entry(
    change: Change, told: Reached, trial: Trial, pair: Pair, work: Work
) -> Reached:
    """Judge an entry that only one rulebook has: it is an outcome itself, or is read."""
    at = 0 if change.new is None else 1
    graph = pair.graphs[at]
    own = pair.words.bits_of([change.code]) if change.code in pair.words.places else 0
    readers = tuple(graph.readers.get(change.code, ()))
    common = _common_readers(change.code, pair)
    if set(readers) - set(common):
        return told  # what reads it is another entry of this one alone
    made = mix_whole(common, pair.placed[at], pair.placed[1 - at]) if common else None
    if common and made is None:
        return told.only(own)
    made = made if made is not None else Mixed(graph.linked, ())
    asked = _ask(made, at, trial, pair, change.code)
    return told.only(own | asked.differing(told, work))


def _common_readers(code: str, pair: Pair) -> tuple[str, ...]:
    """Name the steps of both that read a code in either."""
    readers = (graph.readers.get(code, ()) for graph in pair.graphs)
    entries = [graph.linked.rulebook.entries for graph in pair.graphs]
    named = dict.fromkeys(each for some in readers for each in some)
    return tuple(each for each in named if all(each in some for some in entries))


def _join(
    found: Mapping[int, Mixed], told: Reached, trial: Trial, pair: Pair, work: Work
) -> Reached:
    bits = 0
    for at, made in found.items():
        bits |= _ask(made, at, trial, pair).differing(told, work)
        if bits == told.bits:
            break
    return told.only(bits)


def _ask(made: Mixed, at: int, trial: Trial, pair: Pair, dropped: str = "") -> "_Asked":
    """Ask the old rulebook, 0, or the new one, 1, with something in it otherwise."""
    answer = (trial.old, trial.new)[at]
    return _Asked(made, answer, pair.graphs[at], trial.facts[at], dropped)


class _Facts(ChainMap[str, Fact]):
    """What steps come to anew, before what they came to; each step drawn reads some."""

    def get(self, key: str, default: Any = None) -> Any:
        """Give a fact; without asking all maps twice, as any number of maps would need."""
        anew, before = self.maps
        return anew[key] if key in anew else before.get(key, default)


@dataclass(slots=True)
class _Asked:
    """One rulebook with something in it otherwise, and the answer that it gives without that."""

    made: Mixed
    answer: Answer
    graph: Graph
    known: Mapping[str, Fact]
    """All that steps read in that answer."""
    dropped: str = ""
    """A step whose conclusions are left out for the status."""
    facts: _Facts = field(init=False)
    days: frozenset[str] = field(init=False)
    """The codes that decide what dated parameters are."""
    is_cut: bool = False
    """Whether it ended before all was drawn."""
    drawn: dict[str, list[Conclusion]] = field(default_factory=dict)
    """The conclusions of steps that are drawn anew, where the status is asked for."""
    also: dict[str, list[str]] = field(default_factory=dict)
    """The steps that are others by what they read now."""
    differ: set[str] = field(default_factory=set)
    """The steps among those asked for that come to something else for readers."""

    def differing(self, told: Reached, work: Work) -> int:
        """Give the outcomes that come out otherwise, of some, as bits."""
        if not self._draw(told, work):
            return 0
        words = list(self.differ)
        if STATUS in told and not self.is_cut and self._has_other_status(work.charge):
            words.append(STATUS)
        return told.outcomes.bits_of(words)

    def _draw(self, told: Reached, work: Work) -> bool:
        """Draw the steps anew that read what is otherwise; false where that runs in a ring.

        Each stands after what it reads, so that it may end at any.
        """
        linked, known = self.made.linked, self.known
        report, left, own = self._report(), work.most, self.made.codes
        self.facts = _Facts({}, cast("dict[str, Fact]", known))
        self.days = days_of(linked)
        reading = make_reading(linked, report, self.facts)
        waiting: list[tuple[int, str]] = []
        for code in self.made.codes:
            self._note_reads(code)
            self._begin(code, waiting)
        begun = {code for _, code in waiting}
        times: dict[str, int] = {}
        while waiting:
            _, code = heappop(waiting)
            if waiting and waiting[0][1] == code:
                continue
            times[code] = times.get(code, 0) + 1
            if times[code] > 1 + len(begun):
                return False
            cost = _A_STEP + (weigh(code, linked) if code in own else self.graph.weights[code])
            work.charge(cost)
            left -= cost
            if self._conclude(linked.rulebook.entries[code], reading, report, told):
                self._wake(code, waiting)
            if left < 0 and self.differ:
                self.is_cut = bool(waiting)
                break
        return True

    def _note_reads(self, code: str) -> None:
        rulebook = self.made.linked.rulebook
        if code in rulebook.entries:
            for formula in formulas_of(rulebook.entries[code]):
                for name in formula.names:
                    for each in {name, *rulebook.expand(name)}:
                        self.also.setdefault(each, []).append(code)

    def _report(self) -> Report:
        if self.answer.evaluation is None:
            raise TypeError("a report that is refused has no facts")
        return self.answer.evaluation.report

    def _begin(self, code: str, waiting: list[tuple[int, str]]) -> None:
        """Put a step in the line, or else what reads a code, with the value that it has now."""
        linked = self.made.linked
        if code in linked.rulebook.entries:
            heappush(waiting, (self.graph.order[code], code))
            return
        parameter = linked.rulebook.parameters.get(code)
        if parameter is not None:
            day = parameter.day
            self.facts[code] = (
                cast("Fact", parameter.value)
                if day is None
                else value_on(parameter, self.facts.get(day.code, Missing((day.code,))))
            )
        self._wake(code, waiting)

    def _wake(self, code: str, waiting: list[tuple[int, str]]) -> None:
        linked = self.made.linked
        if code in self.days and code in linked.rulebook.entries:
            self.facts.update(values_by_day(linked, code, self.facts))
        for each in (*self.graph.readers.get(code, ()), *self.also.get(code, ())):
            if not isinstance(linked.rulebook.entries[each], Message):
                heappush(waiting, (self.graph.order[each], each))

    def _conclude(self, entry: Entry, reading: Reading, report: Report, told: Reached) -> bool:
        """Draw a step anew; tell whether it comes to something else than it did just before."""
        conclusions: list[Conclusion] = []
        before = self.known
        is_other = False
        self.differ.discard(entry.code)
        for each in conclude_all(entry, reading, report):
            conclusions.append(each)
            if isinstance(each, RowsConclusion):
                continue
            is_other |= self.facts.get(each.code) != each.fact
            self.facts[each.code] = each.fact
            is_told = isinstance(entry, Rule) or each.code == entry.code
            if is_told and not alike(before.get(each.code), each.fact) and entry.code in told:
                self.differ.add(entry.code)
        if STATUS in told:
            self.drawn[entry.code] = conclusions
        return is_other

    def _has_other_status(self, charge: Charge) -> bool:
        record = self.answer.record
        if record is None:
            return False
        charge(len(record.conclusions))
        return decide_status(list(self._conclusions(record.conclusions))) != record.status

    def _conclusions(self, known: Iterable[Conclusion]) -> Iterator[Conclusion]:
        again = self.drawn.keys() | {self.dropped}
        yield from (each for each in known if each.entry.code not in again)
        for code, each in self.drawn.items():
            if code != self.dropped:
                yield from each
