"""How much a brief screen tells of what there may be any number of, and counts of the rest."""

from ruletrail.fast_dataclasses import dataclass

LONGEST_CUT = 140
"""Signs of a printed sentence that is cut: two lines of a terminal."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a brief screen has room for."""

    tasks: int = 12
    sentences: int = 6
    """Of those that the form prints and the rulebook does not know."""
    has_full_reasons: bool = True
    """Whether it tells with values why parts are due that are filled in, or by codes alone."""
    has_due_reasons: bool = True
    """Whether it tells at all why parts are due that are filled in: there is nothing left to do."""
    has_codes: bool = True
    """Whether it tells what codes are called."""
    has_undue_reasons: bool = True
    """Whether it tells why parts are not due in which nothing is filled in."""
    has_result_reasons: bool = True
    """Whether it tells why decisions came to their outcomes."""
    lines: int = 0
    """Of the tasks that have no room in full, so many have a line each."""
    cuts_quotes: bool = False
    """Whether of a long printed sentence only its beginning is quoted, and where it differs."""
