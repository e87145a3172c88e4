"""The first screen of a complete report, so that it fits a terminal whatever it warns of."""

from bisect import bisect_left

from ruletrail.fast_dataclasses import replace
from ruletrail.rendering.blocks import Page
from ruletrail.rendering.readings import Reading
from ruletrail.rendering.rooms import Room
from ruletrail.rendering.summaries import summarise
from ruletrail.rendering.texts import WIDTH, write_lines

_LINES, _COLUMNS = 40, 80
"""Of a terminal that a complete report fits; a narrower one has more lines, a wider one fewer."""
_MOST, _MOST_LINES = Room().tasks, 24
_CUT = Room(lines=_MOST_LINES, cuts_quotes=True)
_DONE = replace(_CUT, sentences=2, has_full_reasons=False)
_NAMELESS = replace(_DONE, sentences=1, has_codes=False)
_BARE = replace(_NAMELESS, has_undue_reasons=False)
_CODES = replace(_BARE, has_result_reasons=False)
_LEAST = replace(_CODES, has_due_reasons=False)
_ROOMS = (
    tuple(replace(_CUT, tasks=tasks) for tasks in range(_MOST, 2, -1)),
    tuple(replace(_DONE, tasks=tasks) for tasks in range(_MOST, 1, -1)),
    tuple(replace(_NAMELESS, tasks=tasks) for tasks in range(_MOST, 0, -1)),
    tuple(replace(_BARE, tasks=tasks) for tasks in range(_MOST, 0, -1)),
    tuple(replace(_CODES, tasks=tasks) for tasks in range(_MOST, 0, -1)),
    tuple(replace(_LEAST, tasks=tasks) for tasks in range(_MOST, -1, -1)),
    tuple(replace(_LEAST, tasks=0, lines=lines) for lines in range(_MOST_LINES, -1, -1)),
)
"""Ever less room, the first that does being taken: with long quotes cut, for three things to do in
full at least; for two, with the reasons of what is done by codes alone; for one, without the names
of codes; for one, without the reasons of what is not due; for one, without those of outcomes; for
none, without any. All others have a line each, until even those are too many."""


def fit_screen(reading: Reading, width: int = WIDTH) -> Page:
    """Write the first screen, of a complete report so that it fits a terminal of some width.

    Where what it has to say beside what is to be looked at is too much, no counting helps: of
    thousands of parts that is found by the least room, and not by each.
    """
    page, columns = summarise(reading, brief=True), max(width, _COLUMNS)

    def fits(page: Page) -> bool:
        return len(write_lines(page, columns)) <= _LINES

    def write(room: Room) -> Page:
        return summarise(reading, brief=True, room=room)

    if reading.document["result"]["status"] != "complete" or fits(page):
        return page
    if not fits(write(_ROOMS[-1][-1])):
        return page
    return next(
        write(rooms[at])
        for rooms in _ROOMS
        if (at := bisect_left(rooms, True, key=lambda room: fits(write(room)))) < len(rooms)
    )
