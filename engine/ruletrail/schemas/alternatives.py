"""What is wrong with a value by alternatives of which one must hold: as much as is explained.

A value may break hundreds of alternatives in thousands of places each. Violations come one by one,
so what is not kept here is never made, or forgotten at once.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

MOST_VIOLATIONS = 500
"""Violations of one document, and of each alternative in it, that are looked at; fifty problems of
a file are shown."""


def break_all(alternatives: Iterable[Iterator[Any]]) -> list[Any] | None:
    """Gather the violations of alternatives that are all broken; None where one is not.

    Each is followed to its first violation before any is followed further: an alternative inside
    another would else be worked out twice at each level.
    """
    begun: list[Iterator[Any]] = []
    for violations in alternatives:
        first = next(violations, None)
        if first is None:
            return None
        begun.append(chain((first,), violations))
    return _keep_nearest(begun)


def are_of_wrong_type(violations: Iterable[Any]) -> bool:
    """Tell whether an alternative is for values of another type."""
    return any(each.validator == "type" and not each.relative_path for each in violations)


def _keep_nearest(alternatives: Iterable[Iterator[Any]]) -> list[Any]:
    """Keep what is explained: all of the one alternative of the right type, little of others.

    Where two are of the right type neither is the nearest, and little is kept of all.
    """
    kept: list[Any] = []
    nearest: list[Any] = []
    for violations in alternatives:
        found = list(islice(violations, MOST_VIOLATIONS))
        if are_of_wrong_type(found):
            kept += _keep_types(found)
        elif nearest:
            kept += _keep_types(found)
            nearest = _keep_types(nearest)
        else:
            nearest = found
    return [*kept, *nearest]


def _keep_types(violations: list[Any]) -> list[Any]:
    """Keep one violation for each type that is asked for, here and below, or else the first."""
    types = {
        (str(each.validator_value), bool(each.relative_path)): each
        for each in reversed(violations)
        if each.validator == "type"
    }
    return list(types.values()) or violations[:1]
