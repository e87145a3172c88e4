"""Keep regular expressions of schemas cheap, whoever wrote them. `matching` runs them.

What is repeated leaves one way to match: no choice, option or open repetition inside a repetition,
no look-around, no back reference. What is left over for backtracking is bounded by counting, and so
are the steps of `pattern_steps`, which a repetition inside a repetition multiplies.
"""

import importlib
import re
from collections.abc import Iterator
from functools import lru_cache
from math import isqrt
from typing import Any

from ruletrail.documents import REPORT_LIMITS
from ruletrail.fast_dataclasses import dataclass
from ruletrail.schemas.pattern_steps import MANY, REPEATS, measure_steps

LONGEST_PATTERN = 400
_MOST_TRIED = 1_000_000
"""Ways times the square of a text's length, for a pattern whose cost grows so."""

_MOST_WAYS = 32
_MOST_WAYS_BOUNDED = 512
_MOST_UNBOUNDED = 2
_MOST_STEPS = 20_000
"""Steps at one place of a text, for what no open repetition stands before."""

_MOST_STEPS_AFTER = 2_000
"""Steps inside an open repetition or after it, for each place that it may come to."""

_FEW_STEPS = 16
"""Steps that count as one way, or as one check of a text."""

_QUICKER = 4
_STEPS_OF_A_CHECK = 64
"""Steps that take the time of comparing two numbers."""

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
    """What a matcher may have to try: unbounded repetitions, and ways to read the rest.

    `steps` are for each character of a text, or for each pair of them where it is quadratic.
    """

    unbounded: int
    ways: int
    is_anchored: bool
    steps: int
    begin: int
    """Steps at one place of a text."""

    @property
    def is_quadratic(self) -> bool:
        """Whether the time grows with the square of the text."""
        return self.unbounded > int(self.is_anchored)

    @property
    def longest(self) -> int:
        """How long a text may be where the time grows with its square."""
        return isqrt(_MOST_TRIED // max(self.ways, self.steps // _FEW_STEPS))


def is_linear(pattern: str) -> bool:
    """Tell whether a pattern is one that we run; an invalid one is not."""
    return _cost(pattern) is not None


def longest_text(pattern: str) -> int | None:
    """Return how long a text may be for a pattern to be tried on it; None for any length."""
    cost = _cost(pattern)
    if cost is None:
        return isqrt(_MOST_TRIED)
    return cost.longest if cost.is_quadratic else None


def weigh(pattern: str) -> int:
    """Return how many plain checks of a text one of a pattern is worth, at its slowest."""
    cost = _cost(pattern)
    if cost is None:
        return 1
    few = cost.steps // _FEW_STEPS
    if cost.is_quadratic:
        return 80 * (1 + max(cost.ways, few) // 8)
    return max(1, cost.ways // 2, few)


def weigh_characters(pattern: str) -> int:
    """Return how many times a light pattern one is worth, for each character of long texts."""
    cost = _cost(pattern)
    # what the square is taken of are tries of one character, which are quicker than other steps
    return weigh(pattern) // (_QUICKER if cost is not None and cost.is_quadratic else 1)


def is_light(pattern: str) -> bool:
    """Tell a pattern that may be put to all texts of a report, however long."""
    return weigh_characters(pattern) <= _FEW_STEPS


def begin_checks(pattern: str) -> int:
    """Return how many plain checks it is worth to begin with a pattern, however short the text."""
    cost = _cost(pattern)
    return cost.begin // _STEPS_OF_A_CHECK if cost is not None else 0


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
        if choices > MANY:
            unbounded += 1
        else:
            ways *= choices
    anchored = _is_anchored(tree)
    allowed = unbounded <= _MOST_UNBOUNDED - (not anchored) and ways <= (
        _MOST_WAYS if unbounded else _MOST_WAYS_BOUNDED
    )
    return _count_steps(tree, unbounded, ways, is_anchored=anchored) if allowed else None


def _count_steps(tree: Any, unbounded: int, ways: int, *, is_anchored: bool) -> _Cost | None:
    """Count the steps too; None where they are too many, or no text that may be tried matches."""
    at_one_place, *after = measure_steps(tree).steps
    if at_one_place > _MOST_STEPS or max(after, default=0) > _MOST_STEPS_AFTER:
        return None
    # what is not anchored begins anew at each character
    whole = [at_one_place, *after] if is_anchored else [0, at_one_place, *after]
    _, of_length, of_square, *_ = [*whole, 0, 0]
    if unbounded <= int(is_anchored):
        return _Cost(unbounded, ways, is_anchored, of_length, at_one_place)
    # the texts of a quadratic one are so short that this is its part of a pair
    steps = of_square + of_length // isqrt(_MOST_TRIED)
    cost = _Cost(unbounded, ways, is_anchored, steps, at_one_place)
    return cost if tree.getwidth()[0] <= cost.longest else None


def _is_anchored(tree: Any) -> bool:
    """Tell whether a match can begin at one place alone, and not at each line."""
    if not len(tree) or str(tree[0][0]) != "AT":
        return False
    at_lines = bool(tree.state.flags & re.MULTILINE)
    return str(tree[0][1]) == "AT_BEGINNING_STRING" or (
        str(tree[0][1]) == "AT_BEGINNING" and not at_lines
    )


def _walk(tree: Any, *, is_repeated: bool) -> Iterator[tuple[str, int, bool]]:
    """Yield each operation with the ways it leaves open, and whether it is in a repetition."""
    for operation, argument in tree:
        name = str(operation)
        choices, inside = 1, is_repeated
        if name in REPEATS:
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


# -- Patterns that are lists -----------------------------------------------------------------------

_BEGIN, _END = "\ufdd0", "\ufdd1"
"""Characters that are none, for the places where a pattern begins and ends."""


def list_texts(pattern: str, most: int) -> tuple[str, ...]:
    """List the texts that a pattern admits; none where they are more than `most`, or not known.

    >>> list_texts("^(A/[12]|C)$", 10)
    ('A/1', 'A/2', 'C')
    """
    if not is_linear(pattern):
        return ()
    parser: Any = importlib.import_module("re._parser")
    tree = parser.parse(to_python(pattern))
    spelt = _spell(tree, most) if tree.state.flags == re.UNICODE.value else None
    texts = [text.removeprefix(_BEGIN).removesuffix(_END) for text in spelt or ()]
    is_whole = [f"{_BEGIN}{text}{_END}" for text in texts] == spelt
    if not is_whole or any(mark in text for text in texts for mark in (_BEGIN, _END)):
        return ()
    return tuple(dict.fromkeys(texts))


def _spell(tree: Any, most: int) -> list[str] | None:
    """List what a sequence of operations admits; None where it is too much to list."""
    found = [""]
    for operation, argument in tree:
        more = _spell_one(str(operation), argument, most)
        if more is None or len(found) * len(more) > most:
            return None
        found = [text + other for text in found for other in more]
    return found


def _spell_one(name: str, argument: Any, most: int) -> list[str] | None:
    match name:
        case "LITERAL":
            return [chr(argument)]
        case "IN":
            return _join([_spell_one(str(kind), each, most) for kind, each in argument])
        case "RANGE" if argument[1] - argument[0] < most:
            return [chr(each) for each in range(argument[0], argument[1] + 1)]
        case "SUBPATTERN" if not argument[1] and not argument[2]:
            return _spell(argument[3], most)
        case "BRANCH":
            return _join([_spell(each, most) for each in argument[1]])
        case "MAX_REPEAT" if int(argument[1]) <= most:
            least, last = int(argument[0]), int(argument[1])
            return _spell_times(_spell(argument[2], most), least, last, most)
        case "AT" if str(argument) in ("AT_BEGINNING", "AT_BEGINNING_STRING"):
            return [_BEGIN]
        case "AT" if str(argument) == "AT_END_STRING":
            return [_END]
    return None


def _spell_times(body: list[str] | None, least: int, last: int, most: int) -> list[str] | None:
    """List what a repetition admits; what it repeats is spelt once, however often that is."""
    found, here = ([""] if not least else []), [""]
    for count in range(1, last + 1):
        if body is None or len(here) * len(body) > most:
            return None
        here = [text + other for text in here for other in body]
        found += here if count >= least else ()
        if len(found) > most or sum(map(len, here)) > _MOST_TRIED:
            return None
    return found


def _join(lists: list[list[str] | None]) -> list[str] | None:
    known = [each for each in lists if each is not None]
    return [text for each in known for text in each] if len(known) == len(lists) else None


def write_text(pattern: str) -> str | None:
    """Write a short text that a pattern admits; None where none is found.

    >>> write_text("^[A-Z]{2}[0-9]+$")
    'AA0'
    """
    if not is_linear(pattern):
        return None
    python = to_python(pattern)
    parser: Any = importlib.import_module("re._parser")
    tree = parser.parse(python)
    if tree.getwidth()[0] > REPORT_LIMITS.scalar:
        return None  # no report may hold it
    text = _write(tree)
    return text if re.search(python, text) else None


def _write(tree: Any) -> str:
    """Take the first of what each operation leaves open, and the least of what it repeats."""
    return "".join(_write_one(str(operation), argument) for operation, argument in tree)


def _write_one(name: str, argument: Any) -> str:
    match name:
        case "LITERAL":
            return chr(argument)
        case "RANGE":
            return chr(argument[0])
        case "CATEGORY":
            return _OF_CATEGORY.get(str(argument), "")
        case "ANY" | "NOT_LITERAL":
            return "x" if argument != ord("x") else "y"
        case "IN":
            first, *_ = argument
            return _write_beside(argument) if str(first[0]) == "NEGATE" else _write([first])
        case "SUBPATTERN":
            return _write(argument[3])
        case "BRANCH":
            return _write(argument[1][0])
        case "MAX_REPEAT" | "MIN_REPEAT":
            return _write(argument[2]) * int(argument[0])
    return ""


_OF_CATEGORY = {
    "CATEGORY_DIGIT": "0", "CATEGORY_WORD": "x", "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_DIGIT": "x", "CATEGORY_NOT_WORD": "-", "CATEGORY_NOT_SPACE": "x",
}  # fmt: skip


def _write_beside(members: Any) -> str:
    """Write a character that a class leaves out."""
    literals = {argument for name, argument in members if str(name) == "LITERAL"}
    ranges = [argument for name, argument in members if str(name) == "RANGE"]
    return next(
        (
            sign
            for sign in "xyA0-. "
            if ord(sign) not in literals
            and not any(low <= ord(sign) <= high for low, high in ranges)
        ),
        "",
    )
