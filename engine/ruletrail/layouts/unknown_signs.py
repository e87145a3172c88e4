"""Signs of a form that no letter is known of: a font of the PDF does not say what they are.

One such sign makes many rows unreadable, for one reason. So it is found here once, with all that it
touches, and said once.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ruletrail.layouts.lines import TURNING, Line, Spot

_REPLACEMENT = "\ufffd"
_NO_LETTERS = frozenset({"Cc", "Co", "Cn", "Cs"})
"""Controls, and what is private, unassigned or half a character."""
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class UnknownSigns:
    """The signs of one form that nobody can read."""

    counts: Mapping[str, int]
    first: Spot
    touched: frozenset[int]
    """The numbers of the lines that may be read wrongly because of a sign."""

    @property
    def shown(self) -> str:
        """The signs by their numbers in Unicode, the most frequent first."""
        named = [f"`U+{ord(sign):04X}`" for sign in self.counts][:_MOST_NAMED]
        return ", ".join(named) + (" …" if len(self.counts) > _MOST_NAMED else "")


def find_signs(
    lines: Sequence[Line], starts: Collection[int], front: Collection[int]
) -> UnknownSigns | None:
    """Find the signs that no letter is known of; None where there is none.

    `starts` are the places of lines where the layout knew a row, a heading or the like: up to the
    next of them all that follows a sign may be read wrongly because of it. `front` are those that
    say whose form it is, whatever blank lines part them.
    """
    counts: Counter[str] = Counter()
    touched: set[int] = set()
    first: Spot | None = None
    before: list[int] = []
    is_touched = False
    for place, line in enumerate(lines):
        if place in starts:
            before, is_touched = [], False
        elif line.after_gap and place not in front:
            before = []
        signs = [char for char in line.raw if is_unknown(char)]
        before.append(line.number)
        if signs:
            is_touched = True
            counts.update(signs)
            touched.update(before)
            first = first or line.spot()
        elif is_touched:
            touched.add(line.number)
    if first is None:
        return None
    return UnknownSigns(dict(counts.most_common()), first, frozenset(touched))


def is_unknown(char: str) -> bool:
    """Tell whether a character of a form stands for a letter that nobody knows."""
    is_blank = char in "\t\r\f\v"
    if char == _REPLACEMENT or char in TURNING:
        return True
    return unicodedata.category(char) in _NO_LETTERS and not is_blank
