"""Match texts against a schema's patterns: one meaning for both checkers and for hints.

`$` is the very end of the text, as in ECMA 262: Python's would let a final line break pass.
`patterns` says which patterns are run at all.
"""

import re
from collections.abc import Callable
from functools import lru_cache

_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$|.", re.DOTALL)


def matches(pattern: str, text: str) -> bool:
    """Search a text for a pattern; a text too long for a costly one does not match."""
    return compile_pattern(pattern)(text)


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """Make the test of one pattern."""
    from ruletrail.schemas.patterns import longest_text  # noqa: PLC0415 - many schemas have no pattern at all

    search = re.compile(end_at_end(pattern)).search
    longest = longest_text(pattern)
    if longest is None:
        return lambda text: search(text) is not None
    return lambda text: len(text) <= longest and search(text) is not None


def end_at_end(pattern: str) -> str:
    r"""Write `\Z` for every `$` that is neither escaped nor in a class."""
    if "$" not in pattern:
        return pattern
    return "".join(r"\Z" if piece == "$" else piece for piece in _PIECE.findall(pattern))
