"""Which rows of a table several keys admit at once: a bit for each row, and no walk over them.

Rows stand in the order of their values, so that the least and the largest of a set are at its ends.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import chain, groupby
from operator import or_

from ruletrail.bit_sets import bits_of
from ruletrail.needs.folding import Folded
from ruletrail.values import Value

_MOST_LOOSE = 64
"""Rows of the keys that are joined beforehand; of fewer each is put down when asked."""


class RowsOfKeys:
    """The rows of each key of a column, the keys in order."""

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        """Take the places of the rows of each key; keys are joined as soon as they have many."""
        self._rows = rows
        self._starts = [0]
        count = 0
        for at, each in enumerate(rows):
            if count and count + len(each) > _MOST_LOOSE:
                self._starts.append(at)
                count = 0
            count += len(each)
        ends = [*self._starts[1:], len(rows)]
        pairs = zip(self._starts, ends, strict=True)
        self._joined = Folded([self._put_down(first, end) for first, end in pairs], or_)
        self._ends = ends

    def over(self, first: int, end: int) -> int:
        """Join the rows of the keys from one place on, up to before another."""
        if first >= end:
            return 0
        low, high = bisect_left(self._starts, first), bisect_right(self._ends, end)
        if low >= high:
            return self._put_down(first, end)
        inside = self._joined.over(low, high) or 0
        before = self._put_down(first, self._starts[low])
        return inside | before | self._put_down(self._ends[high - 1], end)

    def _put_down(self, first: int, end: int) -> int:
        return bits_of(chain.from_iterable(self._rows[first:end]))


class ValuesOfRows:
    """What stands in the rows of a table, in the order of the values."""

    def __init__(self, values: Sequence[Value]) -> None:
        """Put in order what the rows hold; `order` says which row stands at each place."""
        are_ordered = any(all(isinstance(v, kind) for v in values) for kind in (Fraction, date))
        places = range(len(values))
        if are_ordered:
            self.order = sorted(places, key=lambda at: values[at])
        else:
            first: dict[Value, int] = {}
            ranks = [first.setdefault(value, len(first)) for value in values]
            self.order = sorted(places, key=ranks.__getitem__)
        self._values = [values[at] for at in self.order]
        self._ends: list[int] = []
        for _, same in groupby(self._values):
            count = len(list(same))
            self._ends += [len(self._ends) + count] * count

    def list_some(self, rows: int, most: int) -> Iterator[Value]:
        """Yield the values in some rows, each once, and no more than so many."""
        while rows and most > 0:
            at = _lowest(rows)
            yield self._values[at]
            end = self._ends[at]
            rows, most = rows >> end << end, most - 1

    def bound(self, rows: int, keys: Sequence[Callable[[Fraction], int]]) -> frozenset[Value]:
        """Return the least and the largest value, and of numbers those that lead by some key."""
        ends = {self._values[_lowest(rows)], self._values[rows.bit_length() - 1]}
        leading = (self._lead(rows, self._by_key(at, key)) for at, key in enumerate(keys))
        return frozenset(ends.union(leading)) if self._are_numbers else frozenset(ends)

    @cached_property
    def _are_numbers(self) -> bool:
        return all(isinstance(value, Fraction) for value in self._values)

    @cached_property
    def _kept(self) -> dict[int, Mapping[int, int]]:
        return {}

    def _by_key(self, at: int, key: Callable[[Fraction], int]) -> Mapping[int, int]:
        """Gather the rows by a key of their values, the largest first; once for each key."""
        if at not in self._kept:
            places: defaultdict[int, list[int]] = defaultdict(list)
            for place, value in enumerate(self._values):
                if isinstance(value, Fraction):
                    places[key(value)].append(place)
            largest = sorted(places, reverse=True)
            self._kept[at] = {each: bits_of(places[each]) for each in largest}
        return self._kept[at]

    def _lead(self, rows: int, by_key: Mapping[int, int]) -> Value:
        """Return the value of some row that leads by a key."""
        return self._values[_lowest(next(filter(None, map(rows.__and__, by_key.values()))))]


def _lowest(rows: int) -> int:
    return (rows & -rows).bit_length() - 1
