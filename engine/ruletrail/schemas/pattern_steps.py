"""How many steps a matcher may take for a pattern, as a polynomial in the length of the text.

Every place of a pattern that is tried is a step, also one that reads nothing: a fixed repetition
leaves one way to match, and goes round as often as it says. Nothing here runs a pattern.
"""

from functools import reduce
from itertools import zip_longest
from typing import Any

from ruletrail.fast_dataclasses import dataclass

MANY = 64
"""Choices that a repetition may leave; with more it is as one without an upper end."""

REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})

Polynomial = tuple[int, ...]
"""The number without the text's length, that with it once, with its square, and so on."""

_ONE: Polynomial = (1,)
_LENGTH: Polynomial = (0, 1)


@dataclass(frozen=True, slots=True)
class Work:
    """The ways in which a part may match at one place of a text, and the steps to try them all."""

    ways: Polynomial = _ONE
    steps: Polynomial = _ONE


_CHARACTER = Work()
_NOTHING = Work(_ONE, (0,))


def measure_steps(tree: Any) -> Work:
    """Measure a parsed pattern; what it repeats has to leave one way, as `patterns` sees to.

    What follows on a part is tried once for each of the ways of that part.
    """
    return reduce(_follow, (_measure(str(name), argument) for name, argument in tree), _NOTHING)


def _follow(before: Work, after: Work) -> Work:
    steps = _plus(before.steps, _times(before.ways, after.steps))
    return Work(_times(before.ways, after.ways), steps)


def _measure(name: str, argument: Any) -> Work:
    if name == "SUBPATTERN":
        inside = measure_steps(argument[3])
        return Work(inside.ways, _plus(_ONE, inside.steps))
    if name == "BRANCH":
        parts = [measure_steps(each) for each in argument[1]]
        ways = reduce(_plus, (each.ways for each in parts))
        return Work(ways, reduce(_plus, (each.steps for each in parts), _ONE))
    if name in REPEATS:
        return _repeat(int(argument[0]), int(argument[1]), argument[2])
    return _CHARACTER


def _repeat(least: int, most: int, body: Any) -> Work:
    inside = measure_steps(body)
    once = _plus(_ONE, inside.steps)  # each round is a step too
    if most == 1 and least == 0:
        return Work(_plus(_ONE, inside.ways), _plus(_ONE, once))
    if most - least < MANY:
        return Work((most - least + 1,), _plus(_ONE, _times((most,), once)))
    if body.getwidth()[0] > 0:
        # each round reads something: the text ends it, however large the lower end is
        return Work(_LENGTH, _plus(_ONE, _times(_LENGTH, once)))
    # the matcher stops at the first round beyond the lower end that reads nothing
    return Work((2,), _plus(_ONE, _times((least + 1,), once)))


def _plus(one: Polynomial, other: Polynomial) -> Polynomial:
    return tuple(map(sum, zip_longest(one, other, fillvalue=0)))


def _times(one: Polynomial, other: Polynomial) -> Polynomial:
    found = [0] * (len(one) + len(other) - 1)
    for at, left in enumerate(one):
        for beside, right in enumerate(other):
            found[at + beside] += left * right
    return tuple(found)
