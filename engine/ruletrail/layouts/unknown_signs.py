"""Signs of a form that no letter is known of: a font of the PDF does not say what they are.

One such sign makes many rows unreadable, for one reason. So it is found here once, with all that it
touches, and said once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ruletrail.layouts.lines import Line, Spot
from ruletrail.reports.texts import list_unknown


@dataclass(frozen=True, slots=True)
class UnknownSigns:
    """The signs of one form that nobody can read."""

    signs: tuple[str, ...]
    """Each where it stands, in the order of the form."""
    first: Spot
    touched: frozenset[int]
    """The numbers of the lines that may be read wrongly because of a sign."""


def find_signs(
    lines: Sequence[Line], starts: Collection[int], front: Collection[int]
) -> UnknownSigns | None:
    """Find the signs that no letter is known of; None where there is none.

    `starts` are the places of lines where the layout knew a row, a heading or the like: up to the
    next of them all that follows a sign may be read wrongly because of it. `front` are those that
    say whose form it is, whatever blank lines part them.
    """
    found: list[str] = []
    touched: set[int] = set()
    first: Spot | None = None
    before: list[int] = []
    is_touched = False
    for place, line in enumerate(lines):
        if place in starts:
            before, is_touched = [], False
        elif line.after_gap and place not in front:
            before = []
        signs = list_unknown(line.raw)
        before.append(line.number)
        if signs:
            is_touched = True
            found += signs
            touched.update(before)
            first = first or line.spot()
        elif is_touched:
            touched.add(line.number)
    if first is None:
        return None
    return UnknownSigns(tuple(found), first, frozenset(touched))
