"""The changes that have no witness yet, found by what a report meets: not each is asked of each.

Of thousands of changes a report that differs somewhere may be a witness of a few: of those in
steps that come out otherwise, and of hundreds of bands, rows or cases of one entry of those that
it meets.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from ruletrail.differences.behind import is_always_behind, met_places
from ruletrail.differences.changes import Change
from ruletrail.differences.effects import Charge
from ruletrail.differences.pieces import place_of_item
from ruletrail.differences.reach import Pair, Reached
from ruletrail.differences.trials import Trial
from ruletrail.fast_dataclasses import dataclass, field


@dataclass(slots=True)
class _OfEntry:
    """The open changes of one entry: by number, with what they reach together.

    `always` need nothing but an outcome that differs; others are looked for by their place.
    """

    bits: int = 0
    always: dict[int, None] = field(default_factory=dict)
    by_place: dict[str, dict[int, None]] = field(default_factory=dict)

    def numbers_at(self, places: frozenset[str] | None) -> list[int]:
        """List the changes at some places, at all where that is None, in their order."""
        asked = self.by_place if places is None else places
        some = (self.by_place.get(place, ()) for place in asked)
        return sorted([*self.always, *chain.from_iterable(some)])

    def drop(self, number: int, place: str) -> bool:
        """Take out one; tell whether none is left."""
        self.always.pop(number, None)
        some = self.by_place.get(place, {})
        some.pop(number, None)
        if not some:
            self.by_place.pop(place, None)
        return not self.always and not self.by_place


class OpenChanges(Mapping[int, Reached]):
    """What is open, by number of the change, with the outcomes that it reaches."""

    def __init__(self, changes: Sequence[Change], pair: Pair) -> None:
        """Take all changes that reach some outcome."""
        self._changes, self._pair = changes, pair
        numbered = enumerate(changes)
        self._open = {at: reached for at, each in numbered if (reached := pair.reached(each))}
        self.alone = _reached_once(self._open.values())
        """The outcomes that one change alone reaches, as bits: it is behind what differs there."""
        self._entries: dict[tuple[str, str], _OfEntry] = {}
        for at, reached in self._open.items():
            change = changes[at]
            known = self._entries.setdefault((change.kind, change.code), _OfEntry())
            known.bits |= reached.bits
            if is_always_behind(change):
                known.always[at] = None
            else:
                known.by_place.setdefault(place_of_item(change.at), {})[at] = None

    def __getitem__(self, number: int) -> Reached:
        """Give the outcomes that an open change reaches."""
        return self._open[number]

    def __iter__(self) -> Iterator[int]:
        """Name what is open."""
        return iter(self._open)

    def __len__(self) -> int:
        """Count it."""
        return len(self._open)

    def close(self, number: int) -> None:
        """Take out a change."""
        change = self._changes[number]
        del self._open[number]
        key = change.kind, change.code
        if self._entries[key].drop(number, place_of_item(change.at)):
            del self._entries[key]

    def asked_of(self, trial: Trial, is_out: Callable[[], bool], charge: Charge) -> Iterator[int]:
        """Yield the changes that a report which both admit may be a witness of.

        They may be closed meanwhile. It ends where no more is to be asked.
        """
        for (kind, code), known in list(self._entries.items()):
            if not known.bits & trial.differing:
                continue
            if is_out():
                return
            places = None
            if known.by_place:
                places = met_places(kind, code, trial, self._pair, charge)
            yield from known.numbers_at(places)


def _reached_once(reached: Iterable[Reached]) -> int:
    once = twice = 0
    for each in reached:
        twice |= once & each.bits
        once |= each.bits
    return once & ~twice
