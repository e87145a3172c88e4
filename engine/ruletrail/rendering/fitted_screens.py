"""The first screen of a complete report, so that it fits a terminal whatever it warns of."""

from ruletrail.rendering.blocks import Page
from ruletrail.rendering.readings import Reading
from ruletrail.rendering.rooms import Room
from ruletrail.rendering.summaries import summarise
from ruletrail.rendering.texts import WIDTH, write_lines

_LINES, _COLUMNS = 40, 80
"""Of a terminal that a complete report fits; a narrower one has more lines, a wider one fewer."""
_MOST = Room().tasks
_ROOMS = (
    *(Room(tasks) for tasks in range(_MOST - 1, 2, -1)),
    *(Room(tasks, 2, has_reasons=False) for tasks in range(_MOST, 1, -1)),
    *(Room(tasks, 1, has_reasons=False, has_codes=False) for tasks in range(_MOST, 0, -1)),
)
"""Ever less room, the first that does being taken: for three things to do at least; for two,
without the reasons of what is done; for one, without the names of codes."""


def fit_screen(reading: Reading, width: int = WIDTH) -> Page:
    """Write the first screen, of a complete report so that it fits a terminal of some width.

    Where what it has to say beside what is to be looked at is too much, no counting helps.
    """
    first = page = summarise(reading, brief=True)
    if reading.document["result"]["status"] != "complete":
        return page
    for room in _ROOMS:
        if len(write_lines(page, max(width, _COLUMNS))) <= _LINES:
            return page
        page = summarise(reading, brief=True, room=room)
    return page if len(write_lines(page, max(width, _COLUMNS))) <= _LINES else first
