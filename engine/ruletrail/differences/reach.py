"""What rests on what in two rulebooks, and which outcomes a change can reach.

Outcomes are what a reader of answers asks for: decisions, sections, checks, and the rules that are
final, which no other rule reads or whose value the form prints. `STATUS` stands for that of the
whole answer.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from ruletrail.api import Plan
from ruletrail.differences.bands import PlacedBands
from ruletrail.differences.changes import Change
from ruletrail.differences.mixing_lookups import Placed
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import Formula
from ruletrail.linking import LinkedRulebook, clauses_of, formulas_of
from ruletrail.rulebooks import Check, Decision, Entry, Message, Rule, Section

STATUS = "status"
ADMISSION = "admission"
"""Stands for whether a form admits a report, which is before any outcome."""


@dataclass(frozen=True)
class OutcomeNames:
    """All outcomes of two rulebooks in their order, then what stands for the answer and the form.

    Which of them something reaches is held as the bits of a number: thousands of changes may reach
    thousands of outcomes each.
    """

    words: Sequence[str]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each word stands."""
        return {word: at for at, word in enumerate(self.words)}

    def bits_of(self, words: Iterable[str]) -> int:
        """Give the bits of some outcomes."""
        data = bytearray(len(self.words) // 8 + 1)
        for word in words:
            place = self.places[word]
            data[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(data, "little")


@dataclass(frozen=True, slots=True)
class Reached:
    """Some outcomes, in the order of the rulebooks."""

    outcomes: OutcomeNames
    bits: int

    def __len__(self) -> int:
        """Count them."""
        return self.bits.bit_count()

    def __iter__(self) -> Iterator[str]:
        """Name one after the other."""
        bits, words = self.bits, self.outcomes.words
        while bits:
            lowest = bits & -bits
            yield words[lowest.bit_length() - 1]
            bits ^= lowest

    def __contains__(self, word: object) -> bool:
        """Tell whether an outcome is among them."""
        place = self.outcomes.places.get(word) if isinstance(word, str) else None
        return place is not None and bool(self.bits >> place & 1)

    def only(self, bits: int) -> "Reached":
        """Return those that are among others too."""
        return Reached(self.outcomes, self.bits & bits)


@dataclass(frozen=True, slots=True)
class Graph:
    """What reads what in one rulebook: `reads` by step, `readers` by any code; and its outcomes."""

    linked: LinkedRulebook
    reads: Mapping[str, Iterable[str]]
    readers: Mapping[str, list[str]]
    outcomes: tuple[str, ...]
    order: Mapping[str, int]
    """Where each step stands: after what it reads."""
    weights: Mapping[str, int]
    """What concluding each step costs."""

    def reach(self, places: Mapping[str, int]) -> dict[str, int]:
        """Give for each code the outcomes that rest on it, as bits at their places.

        Steps stand after what they read, so that each is asked for once.
        """
        found: dict[str, int] = {}
        for entry in reversed(self.linked.steps):
            own = 1 << places[entry.code] if entry.code in places else 0
            status = 0 if isinstance(entry, Message) else 1 << places[STATUS]
            here = found[entry.code] = found.get(entry.code, 0) | own | status
            for code in self.reads[entry.code]:
                found[code] = found.get(code, 0) | here
        return found


def make_graph(linked: LinkedRulebook) -> Graph:
    """Find what reads what, also groups, scales and tables by their own names."""
    reads = {entry.code: _reads(linked, entry) for entry in linked.steps}
    readers: dict[str, list[str]] = {}
    for reader, codes in reads.items():
        for code in codes:
            readers.setdefault(code, []).append(reader)
    entries = linked.rulebook.entries
    words = [each.code for each in entries.values() if isinstance(each, Decision | Section | Check)]
    final = [code for code in entries if _is_final(linked, code, readers)]
    order = {entry.code: at for at, entry in enumerate(linked.steps)}
    weights = {code: weigh(code, linked) for code in order}
    return Graph(linked, reads, readers, (*words, *final), order, weights)


def weigh(code: str, linked: LinkedRulebook) -> int:
    """Count what concluding a step costs; a decision of hundreds of cases may read one field."""
    parts = sum(len(formula.parts) for formula in formulas_of(linked.rulebook.entries[code]))
    return 1 + max(len(linked.reads[code]), parts)


def _is_final(linked: LinkedRulebook, code: str, readers: Mapping[str, list[str]]) -> bool:
    entries = linked.rulebook.entries
    if not isinstance(entries[code], Rule):
        return False
    if code in linked.schema.fields or code in linked.schema.cells:
        return True
    return not any(isinstance(entries[each], Rule) for each in readers.get(code, ()))


def _reads(linked: LinkedRulebook, entry: Entry) -> Iterable[str]:
    found = dict.fromkeys(linked.reads.get(entry.code, ()))
    for clause in clauses_of(entry):
        if isinstance(clause.content, Formula):
            found |= dict.fromkeys(clause.content.names)
    if isinstance(entry, Section):
        found |= dict.fromkeys(entry.fields)
        if entry.part_of is not None:
            found[entry.part_of] = None
    return found


class Pair:
    """Two rulebooks, and what rests on what in both."""

    def __init__(self, old: Plan, new: Plan) -> None:
        """Find for every code the outcomes that rest on it in either rulebook."""
        self.plans = old, new
        self.old, self.new = make_graph(old.linked), make_graph(new.linked)
        self.outcomes = tuple(dict.fromkeys([*self.old.outcomes, *self.new.outcomes]))
        self.bands = PlacedBands(old.linked), PlacedBands(new.linked)
        self.placed = Placed(old.linked, self.bands[0]), Placed(new.linked, self.bands[1])
        self.words = OutcomeNames((*self.outcomes, STATUS, ADMISSION))
        # a difference comes through what changed itself, so each graph can be followed by itself
        self._reach = [graph.reach(self.words.places) for graph in self.graphs]

    @property
    def graphs(self) -> tuple[Graph, Graph]:
        """Both, the old one first."""
        return self.old, self.new

    def reached(self, change: Change) -> Reached:
        """Tell the outcomes that a change can reach; none for what only readers see."""
        return Reached(self.words, self._bits(change) if change.is_meaning else 0)

    def _bits(self, change: Change) -> int:
        admission = 1 << self.words.places[ADMISSION]
        if change.code == "":
            return (admission << 1) - 1 if change.kind == "form" else admission - 1
        if change.part in ("severity", "fields"):
            return 1 << self.words.places[STATUS]
        bits = 0
        for reach in self._reach:
            bits |= reach.get(change.code, 0)
        return bits | admission if change.kind == "field" else bits

    def behind(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Name the fields that codes rest on in either rulebook, the nearest first."""
        fields: dict[str, None] = {}
        seen, waiting = set(codes), deque(codes)
        while waiting:
            code = waiting.popleft()
            for graph in self.graphs:
                schema = graph.linked.schema
                known = (schema.fields, schema.cells, schema.lists)
                if code not in graph.reads and any(code in each for each in known):
                    fields[code] = None
                for read in graph.reads.get(code, ()):
                    if read not in seen:
                        seen.add(read)
                        waiting.append(read)
        return tuple(fields)
