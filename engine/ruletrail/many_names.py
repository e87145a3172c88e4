"""Of many names those most like one: at a cost for each question that hardly grows with them.

Which names have a thing in common is a whole number with a bit for each name, so that thousands are
counted at once. Imported where a name is wrong; what is alike is for `suggestions` to say.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from heapq import nsmallest
from itertools import accumulate, pairwise, takewhile

from ruletrail.bit_sets import bits_of

_BITS_FOR_A_PLACE = 64
"""How many bits take the room of a place: what few names have is kept as their places."""

_TITLED, _LONGEST_TITLE = 1000, 80
"""What a title that holds the word counts, more than any letters; less its length."""


class NamesOfPairs:
    """Names in order, and which pairs of letters each has."""

    def __init__(self, names: Sequence[str]) -> None:
        """Take the names, sorted, each once."""
        self.names, self.places = names, {name: at for at, name in enumerate(names)}
        self.all = (1 << len(names)) - 1

    @cached_property
    def _pairs(self) -> "_Holders":
        return _Holders((pair, at) for at, name in enumerate(self.names) for pair in _pairs(name))

    @cached_property
    def _initials(self) -> "_Holders":
        return _Holders((_initial(name), at) for at, name in enumerate(self.names))

    def leave_out(self, admitted: int, names: Iterable[str]) -> int:
        """Take names from those that are admitted, one bit for each."""
        gone = bits_of(self.places[name] for name in names if name in self.places)
        return admitted & ~gone

    def admit(self, names: Iterable[str]) -> int:
        """Return the bits of names that are all there."""
        return bits_of(self.places[name] for name in names)

    def most_alike(self, name: str, admitted: int, most: int) -> list[str]:
        """List the admitted names that share most pairs with one; the first in order of as many.

        A code of one letter and a number shares nothing with that of another letter.
        """
        if initial := _initial(name):
            admitted &= self._initials.bits(initial) | self._initials.bits("")
        if admitted.bit_count() > most:
            admitted = _choose_most(map(self._pairs.bits, _pairs(name)), admitted, most)
        return [self.names[at] for at in _list_places(admitted, most)]


class _Holders:
    """Which names have each of many things."""

    def __init__(self, found: Iterable[tuple[str, int]]) -> None:
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        self._kept: dict[str, int] = {}
        for thing, at in found:
            self._places[thing].append(at)

    def bits(self, thing: str) -> int:
        """Return the names that have it; kept where they are so many that bits are shorter."""
        if thing in self._kept:
            return self._kept[thing]
        places = self._places.get(thing, [])
        made = bits_of(places)
        if places and len(places) * _BITS_FOR_A_PLACE > places[-1]:
            self._kept[thing] = made
        return made


def _choose_most(sets: Iterable[int], admitted: int, most: int) -> int:
    """Choose those that are in most of the sets, and all that are in as many as the last of them.

    How many sets each is in is counted for all at once: a number for each binary digit.
    """
    digits: list[int] = []
    for each in sets:
        carried = each & admitted
        for at, digit in enumerate(digits):
            digits[at], carried = digit ^ carried, digit & carried
        if carried:
            digits.append(carried)
    chosen, left = 0, admitted
    for digit in reversed(digits):
        more = left & digit
        if (chosen | more).bit_count() >= most:
            left = more
        else:
            chosen, left = chosen | more, left & ~digit
    rest = most - chosen.bit_count()
    return chosen | bits_of(_list_places(left, rest)) if left else chosen


def _list_places(bits: int, most: int) -> Iterator[int]:
    """Yield the first places of a number's bits."""
    while bits and most > 0:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits, most = bits ^ lowest, most - 1


def count_same(word: str, other: str) -> int:
    """Count the letters that two words share from the first one on."""
    pairs = zip(word, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _pairs(name: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(name)))


def _initial(name: str) -> str:
    """Return the letter of a code that has one alone before its number; else nothing."""
    return name[0].upper() if name[:1].isalpha() and name[1:2].isdigit() else ""


class RankedNames:
    """Names with their titles, of which those are listed that speak of what was written."""

    def __init__(self, names: Sequence[str], titles: Sequence[str]) -> None:
        """Take names in the order given, and a title of each, which may be empty."""
        self.names = names
        self._titles = [title.lower() for title in titles]
        self._said = "\n".join(self._titles)
        ends = accumulate(len(title) + 1 for title in self._titles)
        self._starts = [0, *ends]
        order = sorted((name.lower(), at) for at, name in enumerate(names))
        self._lowered = [name for name, _ in order]
        self._places = [at for _, at in order]

    def list_first(
        self, written: str, most: int, least_word: int, taken: AbstractSet[str]
    ) -> list[str]:
        """List those whose title holds what was written, then those that begin as it does.

        A word is looked for in titles from so many letters on; names that are taken are left out.
        """
        written = written.lower()
        found = set(self._begin_alike(written, most, taken))
        titled = set(self._hold(written)) if len(written) >= least_word else set[int]()
        found |= {at for at in titled if self.names[at] not in taken}
        ranked = ((-self._score(written, at, is_titled=at in titled), at) for at in found)
        return [self.names[at] for _, at in nsmallest(most, ranked)]

    def _score(self, written: str, at: int, *, is_titled: bool) -> int:
        """Count what a name has in common with what was written; a title with it wins.

        Of two titles that hold the word, the one that says less else is about it.
        """
        shared = count_same(written, self.names[at].lower())
        said = min(len(self._titles[at]), _LONGEST_TITLE)
        return shared + (_TITLED - said if is_titled else 0)

    def _begin_alike(self, written: str, most: int, taken: AbstractSet[str]) -> list[int]:
        """List the places of the names that share most letters from the first one on."""
        at = bisect_left(self._lowered, written)
        beside = self._lowered[max(0, at - 1) : at + 1]
        shared = max((count_same(written, name) for name in beside), default=0)
        low = high = at
        found: list[int] = []
        for length in range(shared, -1, -1):
            begin = written[:length]
            first = bisect_left(self._lowered, begin, 0, low)
            last = self._end(begin, high)
            more = self._places[first:low] + self._places[high:last]
            free = more if not taken else [at for at in more if self.names[at] not in taken]
            found += nsmallest(most - len(found), free)
            low, high = first, last
            if len(found) >= most:
                break
        return found

    def _end(self, begin: str, low: int) -> int:
        """Return where those end that begin so: they stand together."""
        length = len(begin)
        return bisect_right(self._lowered, begin, low, key=lambda name: name[:length])

    def _hold(self, word: str) -> Iterator[int]:
        """Yield the places of the titles that hold a word."""
        found = self._said.find(word)
        while found >= 0:
            at = bisect_right(self._starts, found) - 1
            end = self._starts[at + 1]
            if found + len(word) < end:
                yield at
                found = self._said.find(word, end)
            else:
                found = self._said.find(word, found + 1)
