"""The first screen of a complete report, so that it fits a terminal whatever it warns of."""

from bisect import bisect_left

from ruletrail.rendering.blocks import Page
from ruletrail.rendering.readings import Reading
from ruletrail.rendering.rooms import Room
from ruletrail.rendering.summaries import summarise
from ruletrail.rendering.texts import WIDTH, write_lines

_LINES, _COLUMNS = 40, 80
"""Of a terminal that a complete report fits; a narrower one has more lines, a wider one fewer."""
_MOST = Room().tasks
_ROOMS = (
    tuple(Room(tasks) for tasks in range(_MOST - 1, 2, -1)),
    tuple(Room(tasks, 2, has_reasons=False) for tasks in range(_MOST, 1, -1)),
    tuple(Room(tasks, 1, has_reasons=False, has_codes=False) for tasks in range(_MOST, 0, -1)),
    tuple(
        Room(tasks, 1, has_reasons=False, has_codes=False, has_undue_reasons=False)
        for tasks in range(_MOST, 0, -1)
    ),
)
"""Ever less room, the first that does being taken: for three things to do at least; for two,
without the reasons of what is done; for one, without the names of codes; for one, without the
reasons of what is not due."""


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
