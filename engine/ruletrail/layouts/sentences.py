"""Tell the lines of printed sentences from those of rows that the layout does not have.

Where a layout says that sentences stand, whatever they say, a filled part of the form that it
leaves out stands too: it is told, and no sentence.
"""

import re
from collections.abc import Collection, Sequence

from ruletrail.layouts.lines import Line, has_digit, join_blocks

_LEAST_WORDS = 3
"""Words of letters with which a printed sentence begins its first line; `n.d.` has none."""
SENTENCE_ENDS = (".", ":", ";", "!", "?")
_FIRST = re.compile(r"\w+")


def begins_sentence(line: Line) -> bool:
    """Tell whether a line may begin a printed sentence: words, the first with a capital letter.

    What a person writes into an empty cell is a number with its unit, a sign or a word.
    """
    first = next((char for char in line.text if char.isalnum()), "")
    words = [word for word in line.printed if _is_word(word)]
    return first.isalpha() and not first.islower() and len(words) >= _LEAST_WORDS


def _is_word(text: str) -> bool:
    return sum(map(str.isalpha, text)) > 1 and not has_digit(text)


def is_value_alone(text: str) -> bool:
    """Tell a line of no letters, `8,50 %`; the end of a sentence may be one, with its point."""
    return not any(map(str.isalpha, text)) and not text.endswith(SENTENCE_ENDS)


def shape_of(word: str) -> str:
    """Write a word's letters as A and its digits as 9: `R0A` and `M1B` have one shape."""
    return "".join("9" if char.isdigit() else "A" if char.isalpha() else char for char in word)


def find_code(text: str, shapes: Collection[str]) -> str:
    """Find the code that a line begins with, by how the codes of the form look; '' for none."""
    found = _FIRST.match(text)
    word = found[0] if found is not None else ""
    return word if has_digit(word) and shape_of(word) in shapes else ""


def find_rows(lines: Sequence[Line], shapes: Collection[str]) -> dict[int, str]:
    """Find the lines among sentences that are none; each with the code of its row, or ''.

    A row goes on up to a blank line or what begins a sentence. Words without an end right before
    one are its title.
    """
    rows: dict[int, str] = {}
    for at, line in enumerate(lines):
        code = find_code(line.text, shapes)
        if code:
            rows |= dict.fromkeys(_find_title(lines, at, rows), "") | {at: code}
        elif at - 1 in rows and not line.after_gap and not begins_sentence(line):
            rows[at] = rows[at - 1]
        elif not _is_said(lines, at, rows):
            rows[at] = rows.get(at - 1, "") if is_value_alone(line.text) else ""
    return rows


def join_sentences(lines: Sequence[Line], rows: Collection[int]) -> list[str]:
    """Join the lines that are no rows to blocks; a row between two parts them, as a blank does."""
    blocks: list[str] = []
    run: list[Line] = []
    for at, line in enumerate(lines):
        if at not in rows:
            run.append(line)
            continue
        blocks += join_blocks(run)
        run = []
    return blocks + join_blocks(run)


def _is_said(lines: Sequence[Line], at: int, rows: Collection[int]) -> bool:
    """Tell whether a line begins a sentence or goes on with one, over the end of a page too."""
    line = lines[at]
    if begins_sentence(line):
        return True
    if not at or at - 1 in rows or lines[at - 1].text.endswith(SENTENCE_ENDS):
        return False
    if not is_value_alone(line.text):
        return not line.after_gap or line.text[0].islower()
    below = lines[at + 1] if at + 1 < len(lines) else None
    is_within = below is not None and below.text[0].islower() and not below.after_gap
    return is_within and not line.after_gap


def _find_title(lines: Sequence[Line], end: int, rows: Collection[int]) -> range:
    """Return the block of lines before a place where no sentence ends it."""
    start = end
    while start and start - 1 not in rows and not lines[start - 1].text.endswith(SENTENCE_ENDS):
        start -= 1
        if lines[start].after_gap:
            break
    return range(start, end)
