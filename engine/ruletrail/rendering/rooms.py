"""How much a brief screen tells of what there may be any number of, and counts of the rest."""

from ruletrail.fast_dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """What a brief screen has room for."""

    tasks: int = 12
    sentences: int = 6
    """Of those that the form prints and the rulebook does not know."""
    has_reasons: bool = True
    """Whether it tells why parts are due that are filled in: there is nothing left to do."""
    has_codes: bool = True
    """Whether it tells what codes are called."""
    has_undue_reasons: bool = True
    """Whether it tells why parts are not due in which nothing is filled in."""
