"""Put the numbers that a table prints beside, or between, the lines of a wrapped label after that label.

On paper they are in another column; in the text of a PDF they cut the label in two. Only one unbroken run of
words with digits, up to the end of its line, is ever moved, and only within one row.
"""

from collections.abc import Sequence

from ruletrail.fast_dataclasses import replace
from ruletrail.layouts.lines import Line, Place, match_words
from ruletrail.layouts.model import Row
from ruletrail.layouts.numbers import has_digit


def straighten(lines: Sequence[Line], rows: Sequence[Row]) -> tuple[Line, ...]:
    """Return the lines with each such run on a line of its own, below its label; a free text is left alone."""
    labels = {row.label[0]: row for row in rows if len(row.label) > 1}
    out: list[Line] = []
    index = 0
    while index < len(lines):
        row = labels.get(lines[index].words[0])
        whole = row is not None and match_words(lines, Place(index, 0), row.label) is not None
        if row is not None and row.free and whole:
            return (*out, *lines[index:])
        parts, after = _split(lines, index, row) if row is not None and not whole else ((), index)
        out += parts or (lines[index],)
        index = after if parts else index + 1
    return tuple(out)


def _split(lines: Sequence[Line], index: int, row: Row) -> tuple[tuple[Line, ...], int]:
    """Follow a label over one run of numbers; its lines and the index after them, or no lines."""
    kept: list[Line] = []
    run: Line | None = None
    matched = 0
    while matched < len(row.label) and index < len(lines):
        line = lines[index]
        count = 0
        while (
            count < len(line.words)
            and matched < len(row.label)
            and line.words[count] == row.label[matched]
        ):
            count, matched = count + 1, matched + 1
        if count:
            kept.append(_part(line, 0, count))
        if count < len(line.words):
            if run is not None or line.is_tabbed or not all(map(has_digit, line.words[count:])):
                return (), index
            run = _part(line, count, len(line.words))
        index += 1
    return ((*kept, run) if run is not None and matched == len(row.label) else ()), index


def _part(line: Line, start: int, end: int) -> Line:
    printed = line.printed[start:end]
    if len(printed) == len(line.printed):
        return line
    return replace(
        line,
        raw=" ".join(printed),
        printed=printed,
        words=line.words[start:end],
        skipped=line.skipped + start,
    )
