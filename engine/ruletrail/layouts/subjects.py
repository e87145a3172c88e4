"""Find whose form it is, in the lines before the first row."""

from collections.abc import Mapping, Sequence

from ruletrail.layouts.lines import Line
from ruletrail.layouts.model import Subject
from ruletrail.layouts.rows import Doubt, repeated


def read_subject(
    lines: Sequence[Line], subjects: Sequence[Subject]
) -> tuple[dict[str, str], set[int], list[Doubt]]:
    """Read the names; returns them, the numbers of the lines that hold them, and the doubts.

    A pattern stands on one line, or its first fixed text alone on a line and the rest on the next. Two
    different readings of one name are a doubt, and neither is taken.
    """
    names: dict[str, str] = {}
    first: dict[str, Line] = {}
    used: set[int] = set()
    doubts: dict[str, Doubt] = {}
    for index, line in enumerate(lines):
        for subject in subjects:
            found, taken = _read(lines, index, subject)
            used.update(used_line.number for used_line in lines[index : index + taken])
            for name, text in found.items():
                first.setdefault(name, line)
                if names.setdefault(name, text) != text:
                    doubts[name] = repeated(f"subject.{name}", line, first[name])
    return (
        {name: text for name, text in names.items() if name not in doubts},
        used,
        list(doubts.values()),
    )


def _read(lines: Sequence[Line], index: int, subject: Subject) -> tuple[Mapping[str, str], int]:
    text = lines[index].text
    found = _split(text, subject)
    if found is not None:
        return found, 1
    if text == subject.texts[0].strip() and index + 1 < len(lines):
        found = _split(f"{text} {lines[index + 1].text}", subject)
    return ({}, 0) if found is None else (found, 2)


def _split(text: str, subject: Subject) -> dict[str, str] | None:
    """Take the names from between the fixed texts; a name is never empty."""
    first, *others = subject.texts
    if not text.startswith(first):
        return None
    found: dict[str, str] = {}
    place = len(first)
    for name, fixed in zip(subject.names, others, strict=True):
        end = text.find(fixed, place) if fixed else len(text)
        if end <= place:
            return None
        found[name] = text[place:end].strip()
        place = end + len(fixed)
    return found if place == len(text) and all(found.values()) else None
