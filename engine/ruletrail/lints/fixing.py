"""Mending a text by the hints that are certain, each proven on the result.

A fix is taken only where what it replaces stands at its mark, and where the text after it still
reads as the same document, but for the values that were mended. What one round of mending brings to
light is mended in the next.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    read_text,
)
from ruletrail.fast_dataclasses import dataclass
from ruletrail.problems import Edit, Fix, Problem, choose_apart

MOST_ROUNDS = 20
"""How often a text is mended and checked again; a formula rarely hides more than two slips."""

Check = Callable[[str], Iterable[Problem]]
"""All problems of a text that stands in the place of the file."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A text after mending, and the problems that its fixes were of."""

    text: str
    fixed: tuple[Problem, ...]


def mend(text: str, file: str, check: Check) -> Mended:
    """Apply the fixes that are certain, round by round, to the text of one file."""
    fixed: list[Problem] = []
    for _ in range(MOST_ROUNDS):
        text, done = _mend_once(text, file, check)
        if not done:
            break
        fixed += done
    return Mended(text, tuple(fixed))


def _mend_once(text: str, file: str, check: Check) -> tuple[str, list[Problem]]:
    """Mend what stands apart; from the end of the text, so that places before stay."""
    fixable = [each for each in check(text) if each.fixes and each.mark.file == file]
    found = [fixable[at] for at in choose_apart([list(map(_edit, p.fixes)) for p in fixable])]
    found.sort(key=lambda each: (each.mark.line, each.mark.column), reverse=True)
    return _mend_together(text, found)


def _mend_together(text: str, found: Sequence[Problem]) -> tuple[str, list[Problem]]:
    """Mend problems at once, or in halves where one of them may not be: what is read is the whole.

    To read it for each of them would take the square of their number.
    """
    fixes = [fix for problem in found for fix in problem.fixes]
    after = apply_fixes(text, fixes) if fixes else None
    if after is not None and _is_same_document(text, after, fixes):
        return after, list(found)
    if len(found) < 2:  # noqa: PLR2004 - one has no halves
        return text, []
    half = len(found) // 2
    text, later = _mend_together(text, found[:half])
    text, earlier = _mend_together(text, found[half:])
    return text, [*later, *earlier]


def apply_fixes(text: str, fixes: Sequence[Fix]) -> str | None:
    """Write a text with fixes applied; None where what one of them replaces is not there."""
    # lines, and between them what ends each: a file keeps its own
    pieces = re.split("(\r\n|\r|\n)", text)
    lines = pieces[::2]
    for fix in sorted(fixes, key=lambda each: (each.mark.line, each.mark.column), reverse=True):
        at, begin = fix.mark.line - 1, fix.mark.column - 1
        end = begin + len(fix.old)
        if at >= len(lines) or lines[at][begin:end] != fix.old:
            return None
        lines[at] = lines[at][:begin] + fix.new + lines[at][end:]
    pieces[::2] = lines
    return "".join(pieces)


def _edit(fix: Fix) -> Edit:
    return fix.mark.line, fix.mark.column, fix.mark.column + len(fix.old), fix.new


def _is_same_document(before: str, after: str, fixes: Sequence[Fix]) -> bool:
    """Tell whether nothing but what fixes speak of has changed."""
    old, wrong = read_text(before, "", RULEBOOK_LIMITS)
    new, still_wrong = read_text(after, "", RULEBOOK_LIMITS)
    if old is not None and not wrong:
        lines = {fix.mark.line for fix in fixes}
        return new is not None and not still_wrong and _is_alike(old, new, lines)
    # it could not be read: now it must be readable at least to here, and say more than before
    last = max(fix.mark.line for fix in fixes)
    places = {(each.code, each.mark.line, each.mark.column) for each in wrong}
    left = {(each.code, each.mark.line, each.mark.column) for each in still_wrong}
    return left != places and all(place in places or place[1] > last for place in left)


def _is_alike(old: Node, new: Node, lines: set[int]) -> bool:
    match old, new:
        case ScalarNode(), ScalarNode():
            end = old.mark.line + old.written.count("\n")
            is_mended = any(old.mark.line <= line <= end for line in lines)
            return is_mended or (old.text, old.style) == (new.text, new.style)
        case MappingNode(), MappingNode():
            return list(old.values) == list(new.values) and all(
                _is_alike(value, new.values[key], lines) for key, value in old.values.items()
            )
        case SequenceNode(), SequenceNode():
            if old.mark.line in lines:
                return True  # codes that semicolons joined are several now
            return len(old.items) == len(new.items) and all(
                _is_alike(*pair, lines) for pair in zip(old.items, new.items, strict=True)
            )
        case ScalarNode(), SequenceNode() | MappingNode():
            return old.mark.line in lines
        case SequenceNode(), ScalarNode():
            return old.mark.line in lines
        case _:
            return False
