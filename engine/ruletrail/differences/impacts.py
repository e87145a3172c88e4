"""What a change of rulebooks does to many reports: which outcomes change, for whom, by how much.

Counts of single pieces of the input are added up, in their order; so the answer does not depend on
how the input was cut.
"""

import json
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from ruletrail.differences.reach import STATUS
from ruletrail.digests import canonical_json
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.problems import Problem
from ruletrail.rulebooks import Check, Decision, Rule, Section
from ruletrail.values import write_number

MOST_NAMED = 10
"""Reports that are named of each change of an outcome, unless all are asked for."""
MOST_PROBLEMS = 3
"""Problems of reports that are shown; all are counted."""
VALUE = "value"
"""The word for a rule that has a value, whichever number it is."""
_OTHER_WORDS = frozenset({
    "", VALUE, "true", "false", "error", "missing", "not_applicable", "not_encoded",
})  # fmt: skip
"""Words for what a rule comes to that is no text."""
_QUOTE = '"'


def word_of_text(text: str) -> str:
    """Give the word for a text that a rule comes to: itself, in quotes if it looks like another."""
    return canonical_json(text) if text in _OTHER_WORDS or text[:1] == _QUOTE else text


def text_of_word(word: str) -> str | None:
    """Give the text that a word of a rule stands for; None for what is no text."""
    if word[:1] == _QUOTE:
        return str(json.loads(word))
    return None if word in _OTHER_WORDS else word


@dataclass(frozen=True, slots=True)
class Who:
    """Whose report it is: the number of its row, or its file, and what it says of its subject.

    `old` and `new` are what the outcome came to, as programs read it.
    """

    row: int
    file: str
    subject: tuple[tuple[str, str], ...]
    old: Any
    new: Any

    def to_dict(self) -> dict[str, Any]:
        """Write it for programs."""
        place: dict[str, Any] = {"file": self.file} if self.file else {"row": self.row}
        return {**place, "subject": dict(self.subject), "old": self.old, "new": self.new}


@dataclass(slots=True)
class Transition:
    """How often an outcome went from one word to another; for numbers, by how much in all.

    `step` and `because` say where the trails of the first such report part.
    """

    count: int = 0
    who: list[Who] = field(default_factory=list)
    least: Fraction | None = None
    most: Fraction | None = None
    total: Fraction = Fraction(0)
    step: str = ""
    because: str = ""

    def add_numbers(self, least: Fraction, most: Fraction, total: Fraction) -> None:
        """Add how far some numbers moved."""
        self.least = least if self.least is None else min(self.least, least)
        self.most = most if self.most is None else max(self.most, most)
        self.total += total

    def add(self, other: "Transition", most: int | None) -> None:
        """Add what a later piece of the input counted."""
        self.count += other.count
        room = None if most is None else max(most - len(self.who), 0)
        self.who += other.who[:room]
        if other.least is not None and other.most is not None:
            self.add_numbers(other.least, other.most, other.total)
        if not self.step:
            self.step, self.because = other.step, other.because

    def to_dict(self) -> dict[str, Any]:
        """Write it for programs."""
        moved = None
        if self.least is not None and self.most is not None:
            ends = {"least": self.least, "most": self.most, "total": self.total}
            moved = {name: write_number(number) for name, number in ends.items()}
        return {
            "count": self.count,
            "by": moved,
            "reports": [each.to_dict() for each in self.who],
            "first": {"step": self.step, "because": self.because} if self.step else None,
        }


Key = tuple[str, str, str]
"""An outcome's code, its old word and its new one."""


@dataclass(slots=True)
class Tally:
    """What some reports came to: how many there are, were compared, changed or were refused."""

    reports: int = 0
    compared: int = 0
    changed: int = 0
    refused_old: int = 0
    refused_new: int = 0
    refused: int = 0
    transitions: dict[Key, Transition] = field(default_factory=dict)
    told: list[tuple[str, Problem]] = field(default_factory=list)
    """The first problems of reports, each with the row or file that it is of."""

    def refuse(self, place: str, old: Sequence[Problem], new: Sequence[Problem]) -> None:
        """Count a report that one rulebook refuses, or both do."""
        if old and new:
            self.refused += 1
        elif old:
            self.refused_old += 1
        else:
            self.refused_new += 1
        if len(self.told) < MOST_PROBLEMS:
            self.told.append((place, (*new, *old)[0]))

    def at(self, key: Key) -> Transition:
        """Give the place where a change of an outcome is counted."""
        return self.transitions.setdefault(key, Transition())

    def add(self, other: "Tally", most: int | None) -> None:
        """Add what a later piece of the input came to."""
        self.reports += other.reports
        self.compared += other.compared
        self.changed += other.changed
        self.refused_old += other.refused_old
        self.refused_new += other.refused_new
        self.refused += other.refused
        for key, transition in other.transitions.items():
            self.at(key).add(transition, most)
        self.told += other.told[: MOST_PROBLEMS - len(self.told)]


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change does to some reports."""

    source: str
    tally: Tally
    order: tuple[str, ...]
    passed_over: tuple[str, ...] = ()
    """Of a folder what was not looked at, as far as it is named."""
    passed_count: int = 0

    @property
    def differs(self) -> bool:
        """Tell whether any outcome, or admission, is otherwise."""
        tally = self.tally
        return bool(tally.changed or tally.refused_old or tally.refused_new)

    def by_outcome(self) -> dict[str, list[tuple[str, str, Transition]]]:
        """Give the changes of each outcome, in the rulebook's order, the most frequent first."""
        found: dict[str, list[tuple[str, str, Transition]]] = {}
        for (code, old, new), transition in self.tally.transitions.items():
            found.setdefault(code, []).append((old, new, transition))
        places = {code: at for at, code in enumerate(self.order)}
        return {
            code: sorted(found[code], key=lambda each: (-each[2].count, each[0], each[1]))
            for code in sorted(found, key=lambda code: (places.get(code, len(places)), code))
        }

    def to_dict(self) -> dict[str, Any]:
        """Write it for programs."""
        tally = self.tally
        return {
            "source": self.source,
            "reports": tally.reports,
            "compared": tally.compared,
            "changed": tally.changed,
            "refused": {
                "old": tally.refused_old, "new": tally.refused_new, "both": tally.refused,
            },
            "first_refused": [
                {**name_place(place), "code": problem.code} for place, problem in tally.told
            ],
            "passed_over": {"count": self.passed_count, "files": list(self.passed_over)},
            "outcomes": [
                {"code": code, "changes": [
                    {"old": old, "new": new, **transition.to_dict()}
                    for old, new, transition in changes
                ]}
                for code, changes in self.by_outcome().items()
            ],
        }  # fmt: skip


def name_place(place: str) -> dict[str, Any]:
    """Write the place of a report for programs: the number of its row, or its file."""
    return {"row": int(place)} if place.isdecimal() else {"file": place}


def order_of(entries: Iterable[object]) -> tuple[str, ...]:
    """Order outcomes for readers: the status, decisions, sections, checks, then values."""
    known = list(entries)
    ordered = [
        each.code
        for kind in (Decision, Section, Check, Rule)
        for each in known
        if isinstance(each, kind)
    ]
    return (STATUS, *ordered)
