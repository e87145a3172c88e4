"""Mending a text by the hints that are certain, each proven on the result.

A fix is taken only where what it replaces stands at its mark, and where the text after it still
reads as the same document, but for the values that were mended. What one round of mending brings to
light is mended in the next.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    read_text,
    reading_once,
)
from ruletrail.fast_dataclasses import dataclass
from ruletrail.problems import Edit, Fix, Problem, choose_apart

MOST_ROUNDS = 20
"""How often a text is mended and checked again; a formula rarely hides more than two slips."""

MOST_READINGS = 40
"""How often fixes are tried on the whole text; all that may be made together take one reading."""

MOST_FALLS = 5
"""After how many readings that go wrong by problems of one code all of that code come last."""

Check = Callable[[str], Iterable[Problem]]
"""All problems of a text that stands in the place of the file."""

Reading = tuple[Node | None, list[Problem]]
"""What a text says, and what keeps it from being read."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A text after mending, and the problems that its fixes were of."""

    text: str
    fixed: tuple[Problem, ...]
    untried: int = 0
    """How many more have fixes that nobody tried: too many of those before were refused."""


def mend(text: str, file: str, check: Check) -> Mended:
    """Apply the fixes that are certain, round by round, to the text of one file."""
    attempt = _Attempt(text, file)
    # what a text that was mended says is asked by whoever checks it next
    with reading_once():
        for _ in range(MOST_ROUNDS):
            done = len(attempt.fixed)
            attempt.take(_find_apart(check(attempt.text), attempt.text, file))
            if len(attempt.fixed) == done or attempt.readings == 0:
                break
    return Mended(attempt.text, tuple(attempt.fixed), attempt.untried)


def _find_apart(problems: Iterable[Problem], text: str, file: str) -> list[Problem]:
    """Find what may be mended and stands apart; from the end of the text, so that places stay."""
    lines = _split_lines(text)[::2]
    fixable = [
        each
        for each in problems
        if each.fixes
        and each.mark.file == file
        and all(_is_there(fix, lines) for fix in each.fixes)
    ]
    found = [fixable[at] for at in choose_apart([list(map(_edit, p.fixes)) for p in fixable])]
    return sorted(found, key=lambda each: (each.mark.line, each.mark.column), reverse=True)


class _Attempt:
    """A text that is being mended: what was done, and how often it may still be read.

    To read the whole of it for each fix would take the square of their number. So all are tried at
    once. Where that may not be, the reading tells which lines go wrong, and what stands on them is
    tried after the rest.
    """

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file
        self.readings, self.untried = MOST_READINGS, 0
        self.fixed: list[Problem] = []
        self._before: Reading | None = None
        self._falls: Counter[str] = Counter()

    def take(self, found: Sequence[Problem]) -> None:
        """Apply the fixes of problems, of as many as the text admits."""
        waiting = [list(found)] if found else []
        while waiting and self.readings > 0:
            waiting += self._try(waiting.pop())
        self.untried = sum(map(len, waiting))

    def _try(self, found: list[Problem]) -> list[list[Problem]]:
        """Apply fixes at once; or return them in parts, that which is to be tried first at last."""
        self.readings -= 1
        fixes = [fix for problem in found for fix in problem.fixes]
        after = apply_fixes(self.text, fixes)
        blamed: set[int] | None = set()
        if after is not None:
            self._before = self._before or _read(self.text, self.file)
            new = _read(after, self.file)
            blamed = _find_wrong(self._before, new, fixes)
            if blamed is None:
                self.text, self._before = after, new
                self.fixed += found
                return []
        return self._part(found, blamed or set()) if len(found) > 1 else []

    def _part(self, found: list[Problem], blamed: set[int]) -> list[list[Problem]]:
        """Part fixes that may not be made together; what is to blame waits for the rest."""
        guilty = _stand_on(found, blamed)
        self._falls.update({each.code for each in guilty})
        if not guilty:
            half = len(found) // 2
            return [found[half:], found[:half]]
        if len(guilty) < len(found):
            fallen = {each.code for each in guilty if self._falls[each.code] > MOST_FALLS}
            kind = {fix.mark.line for each in found if each.code in fallen for fix in each.fixes}
            guilty = _only_some(_stand_on(found, blamed | kind), found) or guilty
            return [guilty, _without(found, guilty)]
        # all are to blame; where several stand on a line, the last of each may be made alone
        last = list({each.mark.line: each for each in reversed(found)}.values())[::-1]
        return [_without(found, last), last] if len(last) < len(found) else []


def _stand_on(found: Iterable[Problem], lines: set[int]) -> list[Problem]:
    """Find the problems with fixes on lines, and those that share a line with one of them.

    What stands on one line is tried in order, from its end, so that places before stay.
    """
    while True:
        held = [each for each in found if any(fix.mark.line in lines for fix in each.fixes)]
        theirs = {fix.mark.line for each in held for fix in each.fixes}
        if theirs <= lines:
            return held
        lines = lines | theirs


def _only_some(some: list[Problem], found: list[Problem]) -> list[Problem]:
    return some if len(some) < len(found) else []


def _without(found: Iterable[Problem], some: Iterable[Problem]) -> list[Problem]:
    held = set(map(id, some))
    return [each for each in found if id(each) not in held]


# -- Writing ---------------------------------------------------------------------------------------


def apply_fixes(text: str, fixes: Sequence[Fix]) -> str | None:
    """Write a text with fixes applied; None where what one of them replaces is not there."""
    pieces = _split_lines(text)
    lines = pieces[::2]
    if not all(_is_there(fix, lines) for fix in fixes):
        return None
    for number, theirs in _by_line(fixes).items():
        line, end = lines[number - 1], 0
        written: list[str] = []
        for fix in theirs:
            begin = fix.mark.column - 1
            written += (line[end:begin], fix.new)
            end = begin + len(fix.old)
        lines[number - 1] = "".join([*written, line[end:]])
    pieces[::2] = lines
    return "".join(pieces)


def _split_lines(text: str) -> list[str]:
    """Split a text in lines, and between them what ends each: a file keeps its own."""
    return re.split("(\r\n|\r|\n)", text)


def _is_there(fix: Fix, lines: Sequence[str]) -> bool:
    at, begin = fix.mark.line - 1, fix.mark.column - 1
    return at < len(lines) and lines[at].startswith(fix.old, begin)


def _by_line(fixes: Iterable[Fix]) -> Mapping[int, list[Fix]]:
    """Gather fixes by their lines, and sort those of each."""
    lines: defaultdict[int, list[Fix]] = defaultdict(list)
    for fix in sorted(fixes, key=lambda each: (each.mark.line, each.mark.column)):
        lines[fix.mark.line].append(fix)
    return lines


def _edit(fix: Fix) -> Edit:
    return fix.mark.line, fix.mark.column, fix.mark.column + len(fix.old), fix.new


# -- Proving ---------------------------------------------------------------------------------------


def _read(text: str, file: str) -> Reading:
    return read_text(text, file, RULEBOOK_LIMITS)


def _find_wrong(before: Reading, after: Reading, fixes: Sequence[Fix]) -> set[int] | None:
    """Find the lines with fixes to blame that a text reads otherwise than where they speak of it.

    None where it is the same document. Nothing where it is not, and no line is to blame.
    """
    (old, wrong), (new, still_wrong) = before, after
    lines = sorted({fix.mark.line for fix in fixes})
    if old is not None and not wrong:
        if new is None or still_wrong:
            return _blame((each.mark.line for each in still_wrong), lines)
        differ = set(_find_differences(old, new, set(lines)))
        return _blame(differ, lines) if differ else None
    # it could not be read: now it must be readable at least to here, and say more than before
    places = _moved(wrong, fixes)
    left = {(each.code, each.mark.line, each.mark.column) for each in still_wrong}
    arisen = {line for _, line, _ in left - places if line <= lines[-1]}
    return None if left != places and not arisen else _blame(arisen, lines)


def _blame(wrong: Iterable[int], lines: Sequence[int]) -> set[int]:
    """Name of the lines with fixes those where something goes wrong, or the nearest before."""
    nearest = (bisect_right(lines, line) - 1 for line in set(wrong))
    return {lines[at] for at in nearest if at >= 0}


def _moved(problems: Iterable[Problem], fixes: Sequence[Fix]) -> set[tuple[str, int, int]]:
    """Say where problems stand once fixes have moved what stands behind them on their lines."""
    ends: dict[int, list[int]] = {}
    moves: dict[int, list[int]] = {}
    for line, theirs in _by_line(fixes).items():
        ends[line] = [fix.mark.column + len(fix.old) for fix in theirs]
        grown = (len(fix.new) - len(fix.old) for fix in theirs)
        moves[line] = list(accumulate(grown, initial=0))
    places = set()
    for each in problems:
        line, column = each.mark.line, each.mark.column
        move = moves[line][bisect_right(ends[line], column)] if line in moves else 0
        places.add((each.code, line, column + move))
    return places


def _find_differences(old: Node, new: Node, lines: set[int]) -> Iterator[int]:
    """Yield the lines of what is not mended and reads otherwise."""
    match old, new:
        case ScalarNode(), ScalarNode():
            end = old.mark.line + old.written.count("\n")
            is_mended = any(line in lines for line in range(old.mark.line, end + 1))
            if not is_mended and (old.text, old.style) != (new.text, new.style):
                yield old.mark.line
        case MappingNode(), MappingNode():
            if list(old.values) != list(new.values):
                yield _first_other_key(old, new)
                return
            for key, value in old.values.items():
                yield from _find_differences(value, new.values[key], lines)
        case SequenceNode(), SequenceNode():
            # codes that semicolons joined are several now
            if old.mark.line in lines:
                return
            if len(old.items) != len(new.items):
                yield old.mark.line
                return
            for pair in zip(old.items, new.items, strict=True):
                yield from _find_differences(*pair, lines)
        case (ScalarNode(), _) | (SequenceNode(), ScalarNode()) if old.mark.line in lines:
            return
        case _:
            yield old.mark.line


def _first_other_key(old: MappingNode, new: MappingNode) -> int:
    """Return the line of the first key that is not the same in two mappings."""
    for one, other in zip(old.keys.values(), new.keys.values(), strict=False):
        if one.text != other.text:
            return one.mark.line
    longer = max(old.keys, new.keys, key=len)
    return list(longer.values())[min(len(old.keys), len(new.keys))].mark.line
