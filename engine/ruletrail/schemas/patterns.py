"""Keep regular expressions of schemas cheap, whoever wrote them. `matching` runs them.

Nothing but plain characters may be repeated: no repetition, choice or option inside a repetition,
no look-around, no back reference. What is left over for backtracking is bounded by counting.
"""

import importlib
import re
from collections.abc import Iterator
from functools import lru_cache
from math import isqrt
from typing import Any

from ruletrail.fast_dataclasses import dataclass

LONGEST_PATTERN = 400
_MOST_TRIED = 1_000_000
"""Ways times the square of a text's length, for a pattern whose cost grows so."""

_MANY = 64
_MOST_WAYS = 32
_MOST_WAYS_BOUNDED = 512
_MOST_UNBOUNDED = 2
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_REFUSED = frozenset({"ASSERT", "ASSERT_NOT", "GROUPREF", "GROUPREF_EXISTS", "ATOMIC_GROUP"})
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$|.", re.DOTALL)
_CLASS = re.compile(r"(\[\^?)(.*)\]", re.DOTALL)
_MEMBER = re.compile(r"(\\.|.)(?:(-)(\\.|.))?", re.DOTALL)
"""A character or a range of a class, each end a character or an escape."""

_OPERATORS = frozenset("[-&~|")
"""What Python warns of in a class, for it may mean more one day."""


def to_python(pattern: str) -> str:
    r"""Write a pattern of ECMA 262 as Python's: `$` is the very end, and a class has no inner one.

    Python's own `$` would let a final line break pass.
    """
    if "$" not in pattern and "[" not in pattern:
        return pattern
    return "".join(map(_to_python, _PIECE.findall(pattern)))


def _to_python(piece: str) -> str:
    if piece == "$":
        return r"\Z"
    found = _CLASS.fullmatch(piece)
    if found is None:
        return piece
    opening, members = found.groups()
    return opening + _MEMBER.sub(_escape_ends, members) + "]"


def _escape_ends(member: re.Match[str]) -> str:
    ends = ["\\" + end if end in _OPERATORS else end or "" for end in member.group(1, 3)]
    return (member[2] or "").join(ends)


@dataclass(frozen=True, slots=True)
class _Cost:
    """What a matcher may have to try: unbounded repetitions, and ways to read the rest."""

    unbounded: int
    ways: int
    is_anchored: bool

    @property
    def is_quadratic(self) -> bool:
        """Whether the time grows with the square of the text."""
        return self.unbounded > int(self.is_anchored)


def is_linear(pattern: str) -> bool:
    """Tell whether a pattern is one that we run; an invalid one is not."""
    return _cost(pattern) is not None


def longest_text(pattern: str) -> int | None:
    """Return how long a text may be for a pattern to be tried on it; None for any length."""
    cost = _cost(pattern)
    if cost is None or cost.is_quadratic:
        return isqrt(_MOST_TRIED // (cost.ways if cost is not None else 1))
    return None


def weigh(pattern: str) -> int:
    """Return how many plain checks of a text one of a pattern is worth, at its slowest."""
    cost = _cost(pattern)
    if cost is None:
        return 1
    return 80 * (1 + cost.ways // 8) if cost.is_quadratic else max(1, cost.ways // 2)


@lru_cache(maxsize=1024)
def _cost(pattern: str) -> _Cost | None:
    """Count what matching may cost; None for a pattern that is refused."""
    if len(pattern) > LONGEST_PATTERN:
        return None
    parser: Any = importlib.import_module("re._parser")
    try:
        python = to_python(pattern)
        tree = parser.parse(python)
        re.compile(python)
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
