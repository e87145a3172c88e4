"""The smallest sets of missing inputs with which some answers settle a target, each tried.

`ways` proposes sets; here each is supplied with values near those that the rulebook compares with,
until some settle the target whatever the other inputs are. From the set that did it, whatever the
same values do without is left out. The values are chosen by counting, so the answer to one report
is always the same; how much is tried is bounded, and what was left undone is said.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations

from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import Call, Name, list_of
from ruletrail.formulas.lookups import DatedLookup, KeyedTable, Lookup, day_of
from ruletrail.linking import days_of, formulas_of, sentences_of
from ruletrail.needs.admitting import Admitting
from ruletrail.needs.candidates import Candidates, choose
from ruletrail.needs.expressions import Seen
from ruletrail.needs.possible import ERROR
from ruletrail.needs.steps import Rows, Situation, StepWalk
from ruletrail.needs.targets import Target, open_inputs, parts_of
from ruletrail.needs.ways import Search, WayFinder
from ruletrail.rulebooks import Entry, Section
from ruletrail.values import Value

MOST_ALTERNATIVES = 20
"""Sets that are told; of more, the smallest."""

_MOST_TRIES = 60
"""Choices of values for one set."""

_MOST_LOOKS = 100_000
"""Steps and parts of formulas that are looked at again, over all tries."""

_FEW_INPUTS = 5
_FEW_TRIES = 16
_FEW_LOOKS = 10_000
"""Where so few inputs matter, every set of them is tried too, as far as that costs little."""

_MEMBERS_OF_LOOK = 24
"""Members of a group that take as long to look at as one part of a formula."""


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Sets of inputs as bits, the smallest first; whether others may be missing from them."""

    sets: tuple[int, ...]
    was_cut: bool


def find_alternatives(target: Target, walk: StepWalk) -> Alternatives:
    """Find the smallest sets that can settle a target which is not; see docs/needed.md.

    Where no set was found that does with less, it is all the inputs that it can hang on: whatever
    they are, they settle it.
    """
    search = Search()
    trying = _Trying(target, walk)
    proposed = [] if trying.is_too_large else WayFinder(walk, search).find(target)
    found: list[int] = []
    was_cut = search.was_cut or trying.is_too_large
    for mask in sorted(proposed, key=int.bit_count):
        if any(each & mask == each for each in found):
            continue
        settling = trying.settle(mask)
        if settling is None:
            was_cut = True
        else:
            found.append(settling)
    relevant = open_inputs(target, walk)
    found += trying.try_all(relevant, found)
    kept = Search().smallest(found) or (relevant,)
    was_cut = was_cut or trying.is_out or len(kept) > MOST_ALTERNATIVES
    return Alternatives(kept[:MOST_ALTERNATIVES], was_cut)


class _Trying:
    """Supplies sets of inputs with values and looks at the target again."""

    def __init__(self, target: Target, walk: StepWalk) -> None:
        self._target, self._situation = target, walk.situation
        self._known: Mapping[str, Seen] = {
            code: each for code, each in walk.seen.items() if not each.inputs
        }
        self._open = [
            entry
            for entry in target.steps
            if any(walk.read(code).inputs for code in walk.parts_of(entry.code))
        ]
        self._wrong = _surely_wrong(target, walk)
        self._admitting = Admitting(self._situation.record)
        by_parts = self._admitting.is_by_parts
        self._candidates = Candidates(self._situation, self._open, is_by_parts=by_parts)
        self._varying, fixed = _split(target, {entry.code for entry in self._open})
        self._fixed = open_inputs(fixed, walk)
        """The inputs that something hangs on whatever is supplied: thousands of parts that are due
        may want thousands of fields, and are looked at once for all tries."""
        self._cost = 1 + sum(_count_looks(entry, walk) for entry in self._open)
        self.is_too_large = self._cost > _MOST_LOOKS
        self._looks = 0
        self.is_out = False
        """Whether something was not tried because enough was."""

    def try_all(self, relevant: int, found: Sequence[int]) -> list[int]:
        """Try every set of a few inputs that holds none of those found, the smallest first.

        That two formulas speak of one input is nothing that proposals know.
        """
        bits = [bit for bit in self._situation.bits.values() if bit & relevant]
        more: list[int] = []
        if len(bits) > _FEW_INPUTS:
            return more
        last = self._looks + _FEW_LOOKS
        for size in range(1, len(bits) + 1):
            for mask in map(sum, combinations(bits, size)):
                if self._looks > last:
                    return more
                if not any(each & mask == each for each in (*found, *more)):
                    settling = self.settle(mask, _FEW_TRIES)
                    more += [settling] if settling is not None else []
        return more

    def settle(self, mask: int, tries: int = _MOST_TRIES) -> int | None:
        """Find values of a set that settle the target; returns the part of it that was needed."""
        codes = _codes(self._situation, mask)
        choices = [self._candidates.of(code) for code in codes]
        if not all(choices):
            return None
        for at in range(tries):
            supplied = dict(zip(codes, choose(choices, at), strict=True))
            does = self._does(supplied, mask)
            if does is None:
                return None
            if does:
                return self._without_needless(mask, supplied)
        return None

    def _without_needless(self, mask: int, supplied: dict[str, Value | Rows]) -> int:
        """Leave out each input that the same values of the others do without.

        Where one cannot be left out, no other that stands for the same with the same value can.
        """
        needed: set[tuple[object, ...]] = set()
        for code in list(supplied):
            bit = self._situation.bits[code]
            if bit & self._fixed and self._may_look():
                continue
            places = self._places.get(code)
            alike = None if places is None else (*places, supplied[code])
            if alike is not None and alike in needed and self._may_look():
                continue
            fewer = {other: value for other, value in supplied.items() if other != code}
            does = self._does(fewer, mask & ~bit)
            if does is None:
                return mask
            if does:
                supplied, mask, needed = fewer, mask & ~bit, set()
            elif alike is not None:
                needed.add(alike)
        return mask

    @cached_property
    def _places(self) -> Mapping[str, tuple[object, ...]]:
        """Tell of inputs that are read as members of groups alone, which: two may change places.

        They can become the same, too. Where the schema ties parts to each other none is told.
        """
        situation, target = self._situation, self._target
        if not self._admitting.is_by_parts:
            return {}
        groups: dict[str, list[str]] = {}
        for name, members in situation.groups.items():
            for code in members:
                groups.setdefault(code, []).append(name)
        told = {code for code in (target.code, *target.roots) if code is not None}
        lookups = situation.linked.lookups.values()
        days = days_of(situation.linked) | {day for each in lookups for day in day_of(each)}
        named = told | days | _read_by_name(self._open)
        shown = 0
        for each in target.shown:
            shown |= each.inputs
        return {
            code: (*groups[code], situation.domains[code])
            for code, bit in situation.bits.items()
            if code in groups and code not in named and not bit & (shown | self._fixed)
        }

    def _may_look(self) -> bool:
        """Count a look at what is open; false when enough was tried."""
        self._looks += self._cost
        self.is_out = self.is_out or self._looks > _MOST_LOOKS
        return self._looks <= _MOST_LOOKS

    def _does(self, supplied: Mapping[str, Value | Rows], mask: int) -> bool | None:
        """Tell whether values settle the target without an error; None when enough was tried.

        `mask` are the inputs that are supplied, as bits.
        """
        if not self._may_look():
            return None
        if self._fixed & ~mask:
            return False
        walk = StepWalk(self._situation, supplied, self._known, tells=self._target.code is None)
        walk.see(self._open)
        if open_inputs(self._varying, walk):
            return False
        # the schema is asked last: hardly any values that do it are refused, which takes its time
        if not _surely_wrong(self._varying, walk) <= self._wrong:
            return False
        before = self._admitting.looks
        is_admitted = self._admitting.admits(supplied)
        self._looks += self._admitting.looks - before
        return is_admitted


def _split(target: Target, looked_at: Collection[str]) -> tuple[Target, Target]:
    """Part what is asked for into what steps that are looked at again decide, and the rest.

    Of the rows of a list there may be others, once it is supplied.
    """

    def varies(code: str) -> bool:
        return "." in code or code in looked_at

    parted = [
        replace(
            target,
            roots=tuple(code for code in target.roots if varies(code) is wanted),
            shown=tuple(each for each in target.shown if varies(each.step) is wanted),
        )
        for wanted in (True, False)
    ]
    if target.code is None:
        return parted[0], parted[1]
    return target, replace(target, code=None, roots=(), shown=())


def _count_looks(entry: Entry, walk: StepWalk) -> int:
    """Count what is looked at in a step, in each row: parts of formulas, members, tables."""
    linked = walk.situation.linked
    count = walk.count(list_of(entry.code)) if list_of(entry.code) else None
    looks = 0
    for formula in formulas_of(entry):
        for call in formula.parts:
            looks += 1 + _count_rows(linked.lookups.get(call.code))
            looks += _count_members(call, walk) // _MEMBERS_OF_LOOK
            looks += (walk.count(call.over) or 0) * len(formula.parts) if call.over else 0
    return (1 + looks) * (count or 1)


def _count_members(call: Call, walk: StepWalk) -> int:
    groups = walk.situation.groups
    named = (operand.code for operand in call.operands if isinstance(operand, Name))
    return sum(len(groups.get(code, ())) for code in named)


def _count_rows(lookup: Lookup | None) -> int:
    if isinstance(lookup, DatedLookup):
        return sum(map(_count_rows, lookup.contents))
    return len(lookup.rows) if isinstance(lookup, KeyedTable) else 0


def _read_by_name(entries: Iterable[Entry]) -> set[str]:
    """Name all that entries read by a code of its own: what they read of groups is by theirs."""
    found: set[str] = set()
    for entry in entries:
        for formula in formulas_of(entry):
            found.update(formula.names)
        if isinstance(entry, Section):
            found.update(entry.fields)
        for sentence in sentences_of(entry):
            found.update(
                name for template in sentence.templates.values() for name in template.names
            )
    return found


def _surely_wrong(target: Target, walk: StepWalk) -> frozenset[str]:
    """Name what is asked for that is an error whatever else is supplied."""
    roots = ((code, walk.read(code).possible) for code in parts_of(target, walk))
    return frozenset(code for code, each in roots if not each.has_values and each.gaps == ERROR)


def _codes(situation: Situation, mask: int) -> list[str]:
    return [code for code in situation.inputs if mask & situation.bits[code]]
