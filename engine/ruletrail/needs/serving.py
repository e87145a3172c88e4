"""What a missing input serves: the outcomes and parts of the form that still hang on it.

Where it reaches none, the values. Checks and sentences, and rules that these alone read, are no
part of a form: nobody fills anything in for them.
"""

from collections.abc import Iterable, Iterator, Mapping

from ruletrail.fast_dataclasses import dataclass
from ruletrail.needs.steps import StepWalk
from ruletrail.needs.targets import Target
from ruletrail.rulebooks import Decision, Entry, Section
from ruletrail.trails import entry_of
from ruletrail.trails.unasked import list_aimless

MOST_SERVING = 200
"""Inputs that are told what they serve: each is looked for in every step."""
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Served:
    """What hangs on an input: codes in the rulebook's order, and how many more there are."""

    codes: tuple[str, ...]
    others: int


def find_served(target: Target, walk: StepWalk, inputs: Iterable[str]) -> Mapping[str, Served]:
    """Find what the first of some inputs serve, beside the target itself."""
    bits = walk.situation.bits
    told = {code: bits[code] for code in [*dict.fromkeys(inputs)][:MOST_SERVING]}
    outcomes: dict[str, int] = {}
    values: dict[str, int] = {}
    for entry, mask in _list_hanging(target, walk, sum(told.values())):
        is_outcome = isinstance(entry, Decision | Section)
        place = outcomes if is_outcome else values
        if mask and entry.code != entry_of(target.code or ""):
            code = _whole_of(entry, walk)
            place[code] = place.get(code, 0) | mask
    found = {code: _hanging_on(bit, outcomes) or _hanging_on(bit, values)
             for code, bit in told.items()}  # fmt: skip
    return {
        code: Served(tuple(steps[:_MOST_NAMED]), len(steps[_MOST_NAMED:]))
        for code, steps in found.items()
        if steps
    }


def _list_hanging(target: Target, walk: StepWalk, wanted: int) -> Iterator[tuple[Entry, int]]:
    """Yield each step of the form, and which of some inputs it hangs on; of rows all together."""
    linked = walk.situation.linked
    aimless = list_aimless(linked)
    for entry in target.steps if wanted else ():
        if entry.code not in aimless:
            mask = 0
            for code in walk.parts_of(entry.code):
                mask |= walk.read(code).inputs & wanted
            yield entry, mask
    for shown in target.shown if wanted else ():
        step = entry_of(shown.step)
        if step not in aimless and walk.read(shown.step).possible.may_be(shown.outcome):
            yield linked.rulebook.entries[step], shown.inputs & wanted


def _whole_of(entry: Entry, walk: StepWalk) -> str:
    """Name an entry; a part of a part by the part that it belongs to."""
    entries = walk.situation.linked.rulebook.entries
    while isinstance(entry, Section) and entry.part_of is not None:
        entry = entries[entry.part_of]
    return entry.code


def _hanging_on(bit: int, steps: Mapping[str, int]) -> list[str]:
    return [code for code, mask in steps.items() if mask & bit]
