"""Keep regular expressions of schemas cheap, whoever wrote them. `matching` runs them.

Nothing but plain characters may be repeated: no repetition, choice or option inside a repetition,
no look-around, no back reference. What is left over for backtracking is bounded by counting.
"""

import importlib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ruletrail.fast_dataclasses import dataclass

LONGEST_PATTERN = 400
LONGEST_MATCHED = 1000
"""Characters of a text tried on a pattern whose cost grows with the square of the text."""

_MANY = 64
_MOST_WAYS = 64
_MOST_WAYS_BOUNDED = 1024
_MOST_UNBOUNDED = 2
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_REFUSED = frozenset({"ASSERT", "ASSERT_NOT", "GROUPREF", "GROUPREF_EXISTS", "ATOMIC_GROUP"})


@dataclass(frozen=True, slots=True)
class _Cost:
    """What a matcher may have to try: unbounded repetitions, and ways to read the rest."""

    unbounded: int
    ways: int
    is_anchored: bool


def is_linear(pattern: str) -> bool:
    """Tell whether a pattern is one that we run; an invalid one is not."""
    return _cost(pattern) is not None


def longest_text(pattern: str) -> int | None:
    """Return how long a text may be for a pattern to be tried on it; None for any length."""
    cost = _cost(pattern)
    is_cheap = cost is not None and cost.unbounded <= int(cost.is_anchored)
    return None if is_cheap else LONGEST_MATCHED


@lru_cache(maxsize=1024)
def _cost(pattern: str) -> _Cost | None:
    """Count what matching may cost; None for a pattern that is refused."""
    if len(pattern) > LONGEST_PATTERN:
        return None
    parser: Any = importlib.import_module("re._parser")
    try:
        tree = parser.parse(pattern)
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None
    unbounded, ways = 0, 1
    for name, choices, is_repeated in _walk(tree, is_repeated=False):
        if name in _REFUSED or (is_repeated and choices > 1):
            return None
        if choices > _MANY:
            unbounded += 1
        else:
            ways *= choices
    anchored = (
        bool(len(tree))
        and str(tree[0][0]) == "AT"
        and str(tree[0][1]) in ("AT_BEGINNING", "AT_BEGINNING_STRING")
    )
    allowed = unbounded <= _MOST_UNBOUNDED - (not anchored) and ways <= (
        _MOST_WAYS if unbounded else _MOST_WAYS_BOUNDED
    )
    return _Cost(unbounded, ways, anchored) if allowed else None


def _walk(tree: Any, *, is_repeated: bool) -> Iterator[tuple[str, int, bool]]:
    """Yield each operation with the ways it leaves open, and whether it is in a repetition."""
    for operation, argument in tree:
        name = str(operation)
        choices, inside = 1, is_repeated
        if name in _REPEATS:
            least, most = int(argument[0]), int(argument[1])
            choices, inside = most - least + 1, is_repeated or most > 1
        elif name == "BRANCH":
            choices = len(argument[1])
        yield name, choices, is_repeated
        for part in _parts(argument):
            yield from _walk(part, is_repeated=inside)


def _parts(argument: Any) -> Iterator[Any]:
    if hasattr(argument, "data") and hasattr(argument, "state"):
        yield argument
    elif isinstance(argument, tuple | list):
        for part in argument:
            yield from _parts(part)
