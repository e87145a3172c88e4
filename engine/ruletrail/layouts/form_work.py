"""How many words a form and its layout may make us compare: what is hostile is refused, not begun.

A layout of a few lines can name many long labels that begin alike, and a form can begin all its
lines so. What follows is counted beforehand, never too little; a true form is far below the limit.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from ruletrail.layouts.lines import Line, has_digit
from ruletrail.layouts.model import Layout, Row, Words
from ruletrail.problems import Mark, refusal
from ruletrail.schemas import FieldDeclaration

MOST_COMPARISONS = 4_000_000
"""Words that may be compared to read one form."""
_OF_ROWS = 4
"""How often a line is compared with the rows that begin like it."""


def refuse_work(
    lines: Sequence[Line],
    layout: Layout,
    fields: Mapping[str, FieldDeclaration],
    fold: Callable[[str], str],
    file: str,
) -> None:
    """Refuse a form that would take too long to read; `fold` makes alike what print confuses."""
    weights: Counter[str] = Counter()
    for words, count in _weigh(layout):
        weights[fold(words[0])] += count
    found = len(lines) * len(layout.subjects) + sum(weights[fold(line.words[0])] for line in lines)
    found += sum(_count_values(row, layout, fields) for row in layout.rows)
    if found > MOST_COMPARISONS:
        raise refusal("form-too-costly", Mark(file), limit=str(MOST_COMPARISONS))


def _weigh(layout: Layout) -> Iterator[tuple[Words, int]]:
    """Yield what a line may begin with, and how many words are then looked at."""
    for row in layout.rows:
        yield row.label, _OF_ROWS * len(row.label)
    for heading in layout.headings:
        are_numbers = all(map(has_digit, heading.words))  # these are looked for among all rows
        yield heading.words, len(heading.words) + (len(layout.rows) if are_numbers else 0)
    for anchor in layout.anchors:
        yield anchor.words, len(anchor.words)


def _count_values(row: Row, layout: Layout, fields: Mapping[str, FieldDeclaration]) -> int:
    """Count what the values of a row may be compared with, each variant anew."""
    count = len(row.after)
    for slot in row.slots:
        field = fields[slot.code]
        named = [*field.words, *field.titles.values()]
        choices = [*named, *(layout.booleans if field.type == "boolean" else ())]
        count += 1 + len(slot.before) + len(slot.after) + sum(map(len, choices))
    return count * (len(row.variants) + 1)
