"""Keep regular expressions of schemas cheap, whoever wrote them.

A pattern may not repeat a repetition, look around or refer back, and may hold two unbounded repetitions at
most; then matching a text of the size we admit ends soon.
"""

import importlib
import re
from collections.abc import Iterator
from typing import Any

MOST_UNBOUNDED = 2
LONGEST_PATTERN = 400
LONGEST_MATCHED = 1000
"""Characters of a text that a pattern with repetitions is tried on; longer texts are a problem."""

_MANY = 64
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_REFUSED = frozenset({"ASSERT", "ASSERT_NOT", "GROUPREF", "GROUPREF_EXISTS"})


def is_linear(pattern: str) -> bool:
    """Tell whether a pattern is one that we run; an invalid one is not."""
    if len(pattern) > LONGEST_PATTERN:
        return False
    parser: Any = importlib.import_module("re._parser")
    try:
        tree = parser.parse(pattern)
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    unbounded = 0
    for operation, most, inside in _walk(tree, repeated=False):
        if operation in _REFUSED or (operation in _REPEATS and inside and most > 1):
            return False
        unbounded += operation in _REPEATS and most > _MANY
    return unbounded <= MOST_UNBOUNDED


def _walk(tree: Any, *, repeated: bool) -> Iterator[tuple[str, int, bool]]:  # noqa: ANN401 - re's own tree
    for operation, argument in tree:
        name = str(operation)
        most = int(argument[1]) if name in _REPEATS else 1
        yield name, most, repeated
        for part in _parts(argument):
            yield from _walk(part, repeated=repeated or most > 1)


def _parts(argument: Any) -> Iterator[Any]:  # noqa: ANN401
    if hasattr(argument, "data") and hasattr(argument, "state"):
        yield argument
    elif isinstance(argument, tuple | list):
        for part in argument:
            yield from _parts(part)
