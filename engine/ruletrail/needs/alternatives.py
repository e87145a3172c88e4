"""The smallest sets of missing inputs with which some answers settle a target, each tried.

`ways` proposes sets; here each is supplied with values near those that the rulebook compares with,
until some settle the target whatever the other inputs are. From the set that did it, whatever the
same values do without is left out. The values are chosen by counting, so the answer to one report
is always the same; how much is tried is bounded, and what was left undone is said.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import TypeVar

from ruletrail.analysis.field_domains import read_lists
from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.ir import TypedList
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import Call, Constant, Name, list_of, walk_expression, written_day
from ruletrail.formulas.lookups import BandScale, DatedLookup, KeyedTable, Lookup
from ruletrail.linking import formulas_of
from ruletrail.needs.expressions import Seen
from ruletrail.needs.possible import ERROR, Days, Possible, absent_field, number_of_day
from ruletrail.needs.steps import Rows, Situation, StepWalk
from ruletrail.needs.targets import Target, open_inputs, parts_of
from ruletrail.needs.ways import Search, WayFinder
from ruletrail.rulebooks import Entry, Parameter
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

_MOST_CONSTANTS = 24
_MOST_ROWS_TRIED = 8
_STEPS = (Fraction(0), Fraction(1), Fraction(-1), Fraction(1, 100), Fraction(-1, 100))
_USUAL_DAYS = (date(2000, 1, 1), date(2024, 2, 29), date.min, date.max)


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
        choices = [self._candidates[code] for code in codes]
        if not all(choices):
            return None
        for at in range(tries):
            supplied = dict(zip(codes, _choose(choices, at), strict=True))
            does = self._does(supplied, mask)
            if does is None:
                return None
            if does:
                return self._without_needless(mask, supplied)
        return None

    def _without_needless(self, mask: int, supplied: dict[str, Value | Rows]) -> int:
        """Leave out each input that the same values of the others do without."""
        for code in list(supplied):
            bit = self._situation.bits[code]
            if bit & self._fixed and self._may_look():
                continue
            fewer = {other: value for other, value in supplied.items() if other != code}
            does = self._does(fewer, mask & ~bit)
            if does is None:
                return mask
            if does:
                supplied, mask = fewer, mask & ~bit
        return mask

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
        return _surely_wrong(self._varying, walk) <= self._wrong

    @cached_property
    def _candidates(self) -> Mapping[str, tuple[Value | Rows, ...]]:
        situation = self._situation
        constants = _list_constants(situation, self._open)
        schema = situation.linked.schema
        lists = read_lists(schema) if any(over in situation.bits for over in schema.lists) else {}
        return {
            code: tuple(_list_rows(lists[code], situation, constants))
            if code in lists
            else tuple(_candidates(domain, constants))
            for code, domain in situation.domains.items()
        }


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


def _surely_wrong(target: Target, walk: StepWalk) -> frozenset[str]:
    """Name what is asked for that is an error whatever else is supplied."""
    roots = ((code, walk.read(code).possible) for code in parts_of(target, walk))
    return frozenset(code for code, each in roots if not each.has_values and each.gaps == ERROR)


def _codes(situation: Situation, mask: int) -> list[str]:
    return [code for code in situation.inputs if mask & situation.bits[code]]


# -- Values worth trying ---------------------------------------------------------------------------

_Choice = TypeVar("_Choice")


def _choose(choices: Sequence[Sequence[_Choice]], at: int) -> list[_Choice]:
    """Choose one value for each input; another combination each time, the same for one count."""
    if at == 0:
        return [values[0] for values in choices]
    chosen, state = [], at
    for values in choices:
        # a plain linear congruence: enough to be uneven, and the same everywhere
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        chosen.append(values[(state >> 33) % len(values)])
    return chosen


def _list_constants(situation: Situation, steps: Iterable[Entry]) -> list[Value]:
    """List what conditions may compare with: literals, constants, values that are known."""
    found: dict[Value, None] = {}
    numbers: dict[Value, None] = {}
    linked = situation.linked
    lookups, parameters = linked.lookups, linked.rulebook.parameters
    seen: set[str] = set()
    for entry in steps:
        trees = [formula.tree for formula in formulas_of(entry)]
        parts = [part for tree in trees for part in walk_expression(tree)]
        called = {part.code for part in parts if isinstance(part, Call) and part.code} - seen
        seen |= called  # what a scale tells apart is listed once, whichever rules call it
        reads = linked.reads[entry.code]
        known = (situation.record.facts.get(code) for code in reads)
        for value in (
            *(part.value for part in parts if isinstance(part, Constant)),
            *(day for part in parts if (day := written_day(part)) is not None),
            *(fact for fact in known if isinstance(fact, Fraction | str | bool | date)),
            *(value for code in sorted(called) for value in _keys_of(lookups.get(code))),
            *(value for code in reads for value in _dated_values(parameters.get(code))),
        ):
            (numbers if isinstance(value, Fraction) else found)[value] = None
    return [*list(found)[:_MOST_CONSTANTS], *list(numbers)[:_MOST_CONSTANTS]]


def _keys_of(lookup: Lookup | None) -> Iterator[Value]:
    """Yield what a scale or table tells apart: days, thresholds, the keys of the first rows."""
    match lookup:
        case BandScale(bands=bands):
            yield from (band.threshold for band in bands)
        case KeyedTable():
            rows = lookup.rows[:_MOST_CONSTANTS]
            yield from (cell for row in rows for cells in row.cells for cell in cells)
        case DatedLookup(stretches=stretches):
            yield from (each.days.first for each in stretches[:_MOST_CONSTANTS])
            for each in stretches:
                yield from _keys_of(each.content)


def _dated_values(parameter: Parameter | None) -> Iterator[Value]:
    """Yield what a dated parameter is, and since when."""
    for each in parameter.values[:_MOST_CONSTANTS] if parameter is not None else ():
        yield from (each.days.first, each.value)


def _list_rows(
    list_: TypedList, situation: Situation, constants: Sequence[Value]
) -> Iterator[Rows]:
    """Yield a few ways to supply a list: one row of likely values, and no row at all."""
    computed = situation.linked.rulebook.entries
    cells = {
        name: tuple(_candidates(absent_field(cell), constants))
        for name, cell in list_.cells.items()
        if cell.code not in computed
    }
    names = [name for name, values in cells.items() if values]
    choices = [cells[name] for name in names]
    for at in range(_MOST_ROWS_TRIED):
        if list_.most > 0:
            yield (dict(zip(names, _choose(choices, at), strict=True)),)
        if at == 0:
            yield ()


def _candidates(domain: Possible, constants: Sequence[Value]) -> Iterator[Value]:
    """Yield values that an input can have, likely ones first."""
    match domain.values:
        case frozenset() as listed:
            yield from sorted(listed)
        case Interval() as inside:
            yield from dict.fromkeys(_numbers(inside, constants))
        case Days() as days:
            yield from dict.fromkeys(_days(days, constants))
        case None:
            # where any value may stand there is no list and no interval: that is text
            texts = [value for value in constants if isinstance(value, str)]
            yield from dict.fromkeys([*texts, "x", ""])


def _numbers(inside: Interval, constants: Sequence[Value]) -> Iterator[Value]:
    known = [value for value in constants if isinstance(value, Fraction)]
    ends = [end for end in (inside.low, inside.high) if end is not None]
    for number in (Fraction(1), *known, *ends, Fraction(0), Fraction(1000), Fraction(10**6)):
        for step in _STEPS:
            if inside.holds(number + step) and _is_short(number + step):
                yield number + step


def _days(days: Days, constants: Sequence[Value]) -> Iterator[Value]:
    """Yield days that an input can have: those that are known, its ends, and those beside them."""
    known = [number_of_day(value) for value in constants if isinstance(value, date)]
    ends = [end for end in (days.inside.low, days.inside.high) if end is not None]
    for number in (*known, *ends, *map(number_of_day, _USUAL_DAYS)):
        for step in (0, -1, 1):
            if days.inside.holds(number + step):
                yield date.fromordinal(int(number + step))


def _is_short(number: Fraction) -> bool:
    """Tell whether a document can write a number."""
    return 10**10 % number.denominator == 0
