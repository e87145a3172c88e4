"""One step of a trail as values between constants; which constants depends on truths, outcomes and gaps alone.

A step's truths and outcomes take few shapes, so the text between its values is put together once for each shape
that is met: that is a variant. The numbers and the free texts of a report never decide which variant it is, and
never stand in one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ruletrail.compiled.slots import Slot, StepSlots
from ruletrail.compiled.trail_codegen.speeches import NO_FACTS, Shown, Speech
from ruletrail.compiled.trail_codegen.wordings import write_fact, write_outcome
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.rulebooks import Check, Decision, Message, Rule, Section, Sentence
from ruletrail.trails import canonical_json
from ruletrail.values import ErrorValue, Fact, Missing, NotEncoded

MOST_VARIANTS = 16
"""Variants of a step that are kept; most steps have under five, and a rulebook may have ten thousand steps."""

Met = Mapping[str, Any]
"""What decides a variant, by name: truths, outcomes, gaps; a number or a free text stands there as its class."""

Choice = Callable[[Met], str]
"""A piece of text that depends on the variant."""


@dataclass(frozen=True, slots=True)
class Value:
    """A piece that every report has its own of: the printed code that gives its bytes."""

    code: str


@dataclass(frozen=True, slots=True)
class Cut:
    """The place of the step's digest."""


Piece = str | Choice | Value | Cut


@dataclass(frozen=True, slots=True)
class Notice:
    """What a step means for the whole result, beside its word."""

    missing: tuple[str, ...] = ()
    not_encoded: str = ""
    error: str = ""
    shown: Shown | None = None
    speech: Speech | None = None
    """The sentence that the step shows, where it has values in it."""


@dataclass(slots=True)
class StepPieces:
    """One step as pieces, and what decides between them: names, with the printed code that gives each."""

    slots: StepSlots
    speeches: Mapping[int, Speech]
    pieces: list[Piece] = field(default_factory=list)
    decisive: dict[str, str] = field(default_factory=dict)

    def decide(self, slot: Slot) -> Callable[[Met], Any]:
        """Let the truth, outcome or gap in a slot decide; returns what reads it."""
        if slot.fact is not None:
            return lambda _: slot.fact
        name = f"v{slot.position}"
        self.decisive[name] = name
        return lambda met: met[name]

    def decide_number(self, slot: Slot) -> Callable[[Met], Any]:
        """Let a gap in the slot of a number decide; a number is there as its class."""
        if slot.fact is not None:
            return lambda _: int
        name = f"v{slot.position}"
        if not slot.may_be_non_value and name not in self.decisive:
            return lambda met: met.get(name, int)
        self.decisive[name] = f"(int if {name}.__class__ is int else {name})"
        return lambda met: met[name]

    def constants(self) -> int:
        """Count the constant texts: one before, between and after values and the cut."""
        return 1 + sum(isinstance(piece, Value | Cut) for piece in self.pieces)

    def compose(self, met: Met) -> tuple[bytes, ...]:
        """Write the constant texts of one variant."""
        texts: list[list[str]] = [[]]
        for piece in self.pieces:
            if isinstance(piece, Value | Cut):
                texts.append([])
            else:
                texts[-1].append(piece if isinstance(piece, str) else piece(met))
        return tuple(["".join(text).encode() for text in texts])


class Variants(dict[Any, tuple[object, ...]]):
    """The variants of one step by what decides them; one not met before is composed, and the first few are kept."""

    def __init__(
        self, step: StepPieces, fact: Callable[[Met], Any], truths: Sequence[Callable[[Met], Any]]
    ) -> None:
        """Begin with none; `fact` and `truths` read what the step and each of its cases came to."""
        super().__init__()
        self.step, self.fact, self.truths = step, fact, truths

    def __missing__(self, key: Any) -> tuple[object, ...]:
        """Make a variant: its constant texts, its word in the result, its fact as others read it, its notice."""
        names = tuple(self.step.decisive)
        met = dict(zip(names, (key,) if len(names) == 1 else key, strict=True))
        entry, fact = self.step.slots.entry, self.fact(met)
        word = (
            b""
            if isinstance(entry, Rule | Message)
            else f'"{entry.code}":{write_outcome(fact)}'.encode()
        )
        read = b"" if isinstance(entry, Rule) else write_fact(fact)
        made = (*self.step.compose(met), word, read, self._notice(fact, met))
        if len(self) < MOST_VARIANTS:
            self[key] = made
        return made

    def _notice(self, fact: Any, met: Met) -> Notice | None:
        entry = self.step.slots.entry
        missing: Iterable[str] = ()
        why, error = None, ""
        if isinstance(fact, Missing):
            missing = fact.codes
        elif isinstance(fact, NotEncoded):
            why = fact.why
        elif isinstance(fact, ErrorValue):
            error = canonical_json({"step": entry.code, "cause": fact.cause, "of": fact.of})
        elif isinstance(entry, Section) and fact == "due":
            missing = empty_fields(entry, met)
            why = entry.gap.why if entry.gap is not None else None
        not_encoded = "" if why is None else canonical_json({"step": entry.code, "why": why})
        speech = self.speech(met)
        shown = speech.say(NO_FACTS)[1] if speech is not None and speech.is_plain else None
        notice = Notice(
            tuple(missing), not_encoded, error, shown, speech if shown is None else None
        )
        return None if notice == Notice() else notice

    def speech(self, met: Met) -> Speech | None:
        """Find the sentence that the step shows."""
        if not self.step.speeches:
            return None
        sentence = _sentence(
            self.step.slots.entry, self.fact(met), [truth(met) for truth in self.truths]
        )
        return None if sentence is None else self.step.speeches[id(sentence)]


def _sentence(entry: object, fact: Fact, truths: Sequence[Fact]) -> Sentence | None:
    match entry:
        case Decision() if isinstance(entry.cases, tuple):
            chosen = [
                case
                for case, truth in zip(entry.cases, truths, strict=True)
                if case.outcome == fact and truth is not False
            ]
            return chosen[0].message if chosen else None
        case Section():
            return (
                entry.when_due
                if fact == "due"
                else entry.when_not_due
                if fact == "not_due"
                else None
            )
        case Check():
            return entry.message if fact == "failed" else None
        case Message():
            return entry.text if fact == "shown" and isinstance(entry.text, Sentence) else None
        case _:
            return None


def empty_fields(section: Section, met: Met) -> list[str]:
    """Name the fields that a section needs and the report leaves out, as the section lists them."""
    absent = met.get(ABSENT, ())
    return [code for code in section.fields if code in absent and code not in section.optional]


def filled_fields(section: Section, met: Met) -> list[str]:
    """Name the fields of a section that the report has, as the section lists them."""
    absent = met.get(ABSENT, ())
    return [code for code in section.fields if code not in absent]


ABSENT = "absent"
"""The name of what decides which fields of a section are empty: those of them that the report leaves out."""
