"""What gathers the rows of a list, where most of them are as in the report.

Of hundreds of rows a varied cell changes one. What the others come to is worked out once, and what
they come to together stands for all of them: their sum, their least, whether any is true.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import cast

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import Call, Expression, list_of, names_by_scope
from ruletrail.formulas.lookups import Lookup, day_of
from ruletrail.values import SAFE_BITS, Fact, Value, is_non_value

Join = Callable[[Sequence[Value]], list[Value]]
"""Write what some values come to together with as few values as there need be."""


def _joined_truths(values: Sequence[Value]) -> list[Value]:
    return list(dict.fromkeys(values))


def _counted_truths(values: Sequence[Value]) -> list[Value]:
    # which of them are false does not matter
    return [each for each in values if each is True] or [*values[:1]]


def _added_up(values: Sequence[Value]) -> list[Value]:
    return [sum(cast("Sequence[Fraction]", values), Fraction(0))] if values else []


def _least(values: Sequence[Value]) -> list[Value]:
    return [min(cast("Sequence[Fraction]", values))] if values else []


def _greatest(values: Sequence[Value]) -> list[Value]:
    return [max(cast("Sequence[Fraction]", values))] if values else []


JOINS: Mapping[str, Join] = {
    "sum": _added_up, "min": _least, "max": _greatest, "count": _counted_truths,
    "any": _joined_truths, "all": _joined_truths,
}  # fmt: skip
"""By the name of the function; one that is not here is gathered row by row."""


@dataclass(frozen=True, slots=True)
class KnownArguments:
    """What an argument comes to in each row of the report, all of it values; None is left out."""

    join: Join
    facts: Sequence[Value | None]
    joined: dict[tuple[int, ...], list[Value]]
    """What was asked for already: all stretches of an input ask for the same rows."""

    def beside(self, rows: Collection[int]) -> list[Value]:
        """Write what the other rows come to together."""
        key = tuple(rows)
        if key not in self.joined:
            there = set(key)
            facts = enumerate(self.facts, start=1)
            others = [fact for row, fact in facts if fact is not None and row not in there]
            self.joined.clear()
            self.joined[key] = self.join(others)
        return self.joined[key]


def know_arguments(call: Call, facts: Sequence[Fact | None]) -> KnownArguments | None:
    """Keep what an argument comes to in each row; None where that cannot be joined beforehand."""
    join = JOINS.get(call.operation.name)
    if join is None or any(fact is not None and is_non_value(fact) for fact in facts):
        return None
    values = cast("Sequence[Value | None]", facts)
    numbers = [each for each in values if isinstance(each, Fraction)]
    return KnownArguments(join, values, {}) if _is_safe(numbers) else None


def _is_safe(numbers: Sequence[Fraction]) -> bool:
    """Tell whether no sum of any of them comes near the digits that a number may have."""
    bottom = lcm(*(each.denominator for each in numbers))
    top = sum(abs(each.numerator) * (bottom // each.denominator) for each in numbers)
    return max(top, bottom).bit_length() <= SAFE_BITS // 4


def is_far_from_limit(fact: Fact) -> bool:
    """Tell whether a sum of numbers that are safe had no part with too many digits on the way."""
    if is_non_value(fact):
        return False
    if not isinstance(fact, Fraction):
        return True
    return max(abs(fact.numerator), fact.denominator).bit_length() <= SAFE_BITS // 2


@dataclass(frozen=True, slots=True)
class Reads:
    """What an argument reads of its row, and what is the same in all rows."""

    own: frozenset[str]
    shared: frozenset[str]


def reads_of(
    argument: Expression, over: str, members: Mapping[str, Sequence[str]],
    lookups: Mapping[str, Lookup],
) -> Reads:  # fmt: skip
    """Name what an argument reads: groups by their members, and the days that lookups rest on."""
    direct, gathered = names_by_scope(argument)
    own = frozenset(code for code in direct if list_of(code) == over)
    # what another aggregate reads inside of the argument may be of the same list
    shared = {*gathered, *direct} - (own - {*gathered})
    for code in [*shared]:
        shared.update(members.get(code, ()), day_of(lookups.get(code)))
    return Reads(own, frozenset(shared))


__all__ = [
    "KnownArguments", "Reads", "is_far_from_limit", "know_arguments", "reads_of",
]  # fmt: skip
