"""What is in force of dated values, on a day that is not known yet."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

from ruletrail.analysis import intervals
from ruletrail.analysis.intervals import Interval
from ruletrail.formulas.lookups import Days as Period
from ruletrail.formulas.lookups import find_in_force
from ruletrail.needs.possible import ERROR, Days, Possible, exactly, number_of_day, unite
from ruletrail.rulebooks import Parameter

NONE = -1
"""The place of what is in force where nothing is."""

_LAST = number_of_day(date.max)
_MOST_KEPT = 64
"""Answers that are kept, each of what is dated and an interval of days."""


def may_be_in_force(spans: Sequence[Period], day: Possible) -> list[int]:
    """List the places of the entries that may be in force; `NONE` among them where none may be."""
    match day.values:
        case frozenset() as listed:
            days = [each for each in listed if isinstance(each, date)]
            return sorted({find_in_force(spans, each) for each in days})
        case Days(inside=inside):
            return list(_in_force_within(tuple(spans), inside))
        case _:
            return [NONE, *range(len(spans))]


@lru_cache(_MOST_KEPT)
def _in_force_within(spans: tuple[Period, ...], inside: Interval) -> tuple[int, ...]:
    """Find it for days between two ends: hundreds of rules may ask the same of one scale."""
    return tuple(sorted({at for at, held in _held(spans) if _meet(inside, held)}))


def _held(spans: Sequence[Period]) -> Iterator[tuple[int, Interval]]:
    """Yield the days on which each entry is in force, and those on which none is."""
    begins = [number_of_day(each.first) for each in spans]
    if not begins:
        yield NONE, Interval(whole=True)
        return
    yield NONE, Interval(None, begins[0] - 1, whole=True)
    for at, (begin, after) in enumerate(pairwise([*begins, _LAST + 1])):
        last = spans[at].last
        end = after - 1 if last is None else min(number_of_day(last), after - 1)
        yield at, Interval(begin, end, whole=True)
        yield NONE, Interval(end + 1, after - 1, whole=True)


def _meet(one: Interval, other: Interval) -> bool:
    return not other.is_empty and not intervals.intersect(one, other).is_empty


def value_on(parameter: Parameter, day: Possible) -> Possible:
    """Tell what a dated parameter can be; a day that is a non-value gives that non-value."""
    found = [Possible(frozenset(), day.gaps)]
    for at in may_be_in_force(parameter.spans, day) if day.has_values else ():
        value = parameter.values[at].value if at != NONE else None
        found.append(Possible(frozenset(), ERROR) if value is None else exactly(value))
    return unite(found)
