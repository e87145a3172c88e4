"""The sentences of an answer as text, straight from its slots; the same as those of its record."""

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from ruletrail.compiled.functions import Function
from ruletrail.compiled.inputs import Position, Preparer, list_inputs
from ruletrail.compiled.record_building import Answer
from ruletrail.compiled.row_records import rows_of
from ruletrail.compiled.slots import Results, Slot, StepSlots, read_slot
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formats import Format, Locale, show_fact, show_ratio
from ruletrail.formulas import list_of
from ruletrail.linking import (
    PLACEHOLDERS,
    choices_of,
    constants_of,
    labels_of_outcomes,
    value_on,
)
from ruletrail.rulebooks import Check, Decision, Message, Parameter, Rule, Section, Sentence
from ruletrail.trails import code_in_row
from ruletrail.trails.document import refuse_sentences
from ruletrail.trails.steps import Shape, shape_of
from ruletrail.values import Fact, Missing

_OF_NO_ROW = -1
"""In the place of where the results of each row are."""

_Choices = tuple[tuple[Slot | None, "_Text | None"], ...]
"""Sentences for one outcome, the first that its truth does not forbid counts; None says nothing."""


class Sentences:
    """What each step of a function says, in the order of the rulebook."""

    def __init__(self, function: Function, preparer: Preparer) -> None:
        """Find the steps that may say something."""
        self._places = _Places(function, preparer)
        steps = [self._places.steps[code] for code in function.linked.rulebook.entries]
        listed = [(step, self._list(step)) for step in steps]
        self._listed = [
            (step.entry.code, step.function, step.fact, says, step if step.rows >= 0 else None)
            for step, says in listed
            if says
        ]

    def _list(self, step: StepSlots) -> dict[object, _Choices]:
        """List what a step says, by its outcome."""
        entry = step.entry
        found: dict[object, list[tuple[Slot | None, Sentence | None]]] = {}
        match entry:
            case Decision() if isinstance(entry.cases, tuple):
                for case, truth in zip(entry.cases, step.truths, strict=True):
                    found.setdefault(case.outcome, []).append((truth, case.message))
            case Section():
                found = {"due": [(None, entry.when_due)], "not_due": [(None, entry.when_not_due)]}
            case Check():
                found = {"failed": [(None, entry.message)]}
            case Message() if isinstance(entry.text, Sentence):
                found = {"shown": [(None, entry.text)]}
            case Decision() | Message() | Rule():
                pass
        return {
            outcome: tuple(
                [
                    (truth, None if said is None else _Text(said, self._places))
                    for truth, said in each
                ]
            )
            for outcome, each in found.items()
            if any(said is not None for _, said in each)
        }

    def write(self, answer: Answer) -> Iterator[tuple[str, str]]:
        """Write the sentences of an answer, each with the code of the step that says it.

        Raises `ProblemsError` where they are longer than a trail has room for.
        """
        size = 0
        for code, text in self._write_all(answer):
            size += len(text)
            refuse_sentences(self._places.linked, size)
            yield code, text

    def _write_all(self, answer: Answer) -> Iterator[tuple[str, str]]:
        for code, chunk, slot, says, of_rows in self._listed:
            results = answer.results[chunk]
            if of_rows is not None:
                yield from _write_rows(of_rows, results, says, answer)
                continue
            fact = results[slot.position] if slot.fact is None else slot.fact
            for truth, text in says.get(fact, ()) if fact.__class__ is str else ():
                if truth is None or read_slot(truth, results) is not False:
                    if text is not None:
                        yield code, text.write(answer)
                    break


def _write_rows(
    step: StepSlots, results: Results, says: Mapping[object, _Choices], answer: Answer
) -> Iterator[tuple[str, str]]:
    """Write what a check of rows says in each row in which it failed."""
    for row, of_row in enumerate(rows_of(step, results), start=1):
        for _, text in says.get(read_slot(step.fact, of_row), ()):
            if text is not None:
                yield code_in_row(step.entry.code, row), text.write(answer, row)


class _Places:
    """Where the values are that a sentence may show."""

    def __init__(self, function: Function, preparer: Preparer) -> None:
        self.linked = function.linked
        self.steps = {step.entry.code: step for step in function.steps}
        self.fields = {
            code: Slot(at, field.kind, 10**field.scale)
            for at, (code, field) in enumerate(list_inputs(preparer.fields, preparer.lists).items())
        }
        identity = self.linked.rulebook.identity
        self.words = {
            "edition": identity.edition, "rulebook": identity.name, "version": identity.version,
        }  # fmt: skip
        self.constants: dict[str, Fact] = constants_of(self.linked)

    def find(self, name: str) -> "str | _Shown | _ShownOnDay":
        """Find what a name shows: a text that no report changes, or where its value is."""
        linked = self.linked
        if name in PLACEHOLDERS and name not in linked.signatures:
            return self.words[name]
        shape = shape_of(linked, name)
        if name in self.steps:
            step = self.steps[name]
            return _Shown(name, shape, step.function, step.fact, self._titles(name), step.rows)
        if name in self.fields and name not in self.constants:
            rows = 0 if list_of(name) else _OF_NO_ROW
            return _Shown(name, shape, -1, self.fields[name], self._titles(name), rows)
        parameter = linked.rulebook.parameters.get(name)
        if parameter is not None and parameter.day is not None:
            day = self.find(parameter.day.code)
            if isinstance(day, _Shown):
                return _ShownOnDay(parameter, shape, day)
        return _show(self.constants.get(name, Missing((name,))), shape, linked.rulebook.locale)

    def _titles(self, code: str) -> Mapping[Any, str]:
        """Give what the texts of a code are called."""
        linked, entry = self.linked, self.linked.rulebook.entries.get(code)
        if isinstance(entry, Decision):
            own = labels_of_outcomes(entry, linked.rulebook.locale)
            return own if linked.rulebook.language > 1 else {}
        return choices_of(linked, code) if entry is None or isinstance(entry, Rule) else {}


@dataclass(frozen=True, slots=True)
class _Shown:
    """A value that reports change: in the results of a function, or in the inputs for -1."""

    name: str
    shape: Shape
    chunk: int
    slot: Slot
    titles: Mapping[Any, str]
    rows: int
    """Where the results of each row are, of a rule that is written for each."""

    def day(self, answer: Answer) -> Fact:
        """Return the day that it is, or why it is none."""
        is_field = self.chunk < 0
        held: Any = answer.inputs.slots if is_field else answer.results[self.chunk]
        top = held[self.slot.position] if self.slot.fact is None else self.slot.fact
        if top is None:
            return Missing((self.name,))
        fact: Fact = date.fromordinal(top) if top.__class__ is int else top
        return fact

    def show(self, answer: Answer, locale: Locale, row: int) -> str:
        """Write the value as the sentence shows it, in a row if it is of one."""
        slot, is_field = self.slot, self.chunk < 0
        held: Any = answer.inputs.slots if is_field else answer.results[self.chunk]
        at: Position = slot.position
        if self.rows == _OF_NO_ROW:
            top = held[at] if slot.fact is None else slot.fact
        elif is_field:
            top, at = held[at][row - 1], (slot.position, row)
        else:
            held = held[self.rows][row - 1]
            top = held[at] if slot.fact is None else slot.fact
        if top.__class__ is str and top in self.titles:
            return self.titles[top]
        if slot.kind == "date" and top.__class__ is int:
            top = date.fromordinal(top)
        if top.__class__ is not int:
            return _show(Missing((self.name,)) if top is None else top, self.shape, locale)
        bottom = slot.power if slot.bottom < 0 else held[slot.bottom]
        written = answer.inputs.decimals[at] if is_field else None
        decimals = self.shape.count(top, bottom, written)
        return show_ratio(top, bottom, decimals, locale, grouping=self.shape.grouping)


@dataclass(frozen=True, slots=True)
class _ShownOnDay:
    """A parameter that changes with a day."""

    parameter: Parameter
    shape: Shape
    day: _Shown

    def show(self, answer: Answer, locale: Locale, row: int) -> str:  # noqa: ARG002 - of no row
        """Write what is in force as the sentence shows it."""
        return _show(value_on(self.parameter, self.day.day(answer)), self.shape, locale)


def _show(fact: Fact, shape: Shape, locale: Locale) -> str:
    decimals = shape.decimals
    if isinstance(fact, Fraction):
        decimals = shape.count(fact.numerator, fact.denominator, None)
    return show_fact(fact, Format(decimals, shape.grouping), locale)


class _Text:
    """A sentence as pieces: text, and what values are put between."""

    def __init__(self, sentence: Sentence, places: _Places) -> None:
        self.locale = places.linked.rulebook.locale
        template = sentence.templates[self.locale]
        found = {name: places.find(name) for name in template.names}
        names = [found[name] for name in template.names]
        pairs = zip(template.literals, [*names, ""], strict=True)
        self.pieces = [piece for pair in pairs for piece in pair]

    def write(self, answer: Answer, row: int = 0) -> str:
        """Write the sentence of an answer, or of a row of it."""
        return "".join(
            [
                piece if piece.__class__ is str else piece.show(answer, self.locale, row)  # type: ignore[union-attr]  # by its class
                for piece in self.pieces
            ]
        )
