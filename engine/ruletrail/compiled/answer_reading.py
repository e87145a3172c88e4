"""What callers read of an answer, straight from its slots: values, outcomes, sentences.

The same as of the record, which is not built.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import Any

from ruletrail.compiled.functions import Function
from ruletrail.compiled.inputs import Preparer, make_taker
from ruletrail.compiled.record_building import Answer
from ruletrail.compiled.sentences import Sentences
from ruletrail.compiled.slots import Results, Slot, StepSlots, read_slot
from ruletrail.evaluations import sort_fields
from ruletrail.evaluations.evaluating import Supplied
from ruletrail.rulebooks import Check, Decision, Rule, Section
from ruletrail.trails import outcome_word
from ruletrail.values import (
    MOST_DIGITS,
    ExactValue,
    Fact,
    gather_missing,
    is_non_value,
    to_decimal,
    write_scaled,
)

_SHIFT = Context(prec=2 * MOST_DIGITS).scaleb
"""Moves a point by so many digits, exactly: no number that is written so has as many."""


class AnswerReader:
    """Reads the answers of one function; made once, safe to share."""

    def __init__(self, function: Function, preparer: Preparer) -> None:
        """Find where values and outcomes stand."""
        self._function, self._preparer = function, preparer
        self._has_lists = bool(preparer.lists)
        whole = [(step, slot) for step in function.steps if (slot := step.whole) is not None]
        self._rules = [_find_value(*each) for each in whole if isinstance(each[0].entry, Rule)]
        steps = [[each for each in whole if isinstance(each[0].entry, kind)] for kind in _KINDS]
        self._codes = [[step.entry.code for step, _ in listed] for listed in steps]
        self._ends = tuple(accumulate(map(len, steps)))
        self._take = _make_taker([each for listed in steps for each in listed])
        self._required = [
            (entry, [code for code in entry.fields if code not in entry.optional])
            for entry in (step.entry for step in function.steps)
            if isinstance(entry, Section)
        ]

    def read_values(self, results: Sequence[Results]) -> dict[str, ExactValue]:
        """Read the values of the rules that have one."""
        found: dict[str, ExactValue] = {}
        for code, chunk, position, decimals, power, bottom, fact in self._rules:
            value: Any = results[chunk][position] if fact is None else fact
            kind = value.__class__
            if kind is int:
                if power < 0:
                    found[code] = date.fromordinal(value)
                elif bottom >= 0:
                    under: Any = results[chunk][bottom]
                    found[code] = to_decimal(Fraction(value, under))
                elif power == 1:
                    found[code] = Decimal(value)
                elif value % 10:
                    found[code] = _SHIFT(Decimal(value), -decimals)
                else:
                    found[code] = Decimal(write_scaled(value, power))
            elif not is_non_value(value):
                found[code] = to_decimal(value) if kind is Fraction else value
        return found

    def read_outcomes(self, results: Sequence[Results]) -> tuple[dict[str, str], ...]:
        """Read the words of the decisions, the sections and the checks."""
        words: list[Any] = list(self._take(results))
        for at, fact in enumerate(words):
            if fact.__class__ is not str:
                words[at] = outcome_word(fact)
        first, second = self._ends[:2]
        parts = words[:first], words[first:second], words[second:]
        return tuple(
            [dict(zip(*each, strict=True)) for each in zip(self._codes, parts, strict=True)]
        )

    def read_sentences(self, answer: Answer) -> tuple[tuple[str, str], ...]:
        """Write the sentences that the evaluation shows, in the order of the rulebook.

        Each stands after the code of the step that says it.
        """
        return tuple(self._sentences.write(answer))

    def read_missing(self, answer: Answer, report: Supplied) -> tuple[str, ...]:
        """Name what is missing in a report, as `missing_codes` does of a record.

        Sorted: what a value misses, and the empty required fields of sections that are due.
        """
        facts = answer.facts
        codes, given = gather_missing(facts.values()), report.fields
        for section, required in self._required:
            if facts[section.code] != "due":
                continue
            if self._has_lists:
                codes.update(sort_fields(section, report)[0])
            else:
                codes.update(code for code in required if code not in given)
        return tuple(sorted(codes))

    @cached_property
    def _sentences(self) -> Sentences:
        return Sentences(self._function, self._preparer)


_KINDS = (Decision, Section, Check)

_OF_DAY = -1
"""In the place of a number's power: a whole number there stands for a day."""

_Value = tuple[str, int, int, int, int, int, Fact | None]
"""A rule's code; its function, position, decimals and power; where its denominator is; a fact."""


def _find_value(step: StepSlots, slot: Slot) -> _Value:
    decimals = len(str(slot.power)) - 1
    power = _OF_DAY if slot.kind == "date" else slot.power
    place = step.function, slot.position, decimals, power, slot.bottom
    return step.entry.code, *place, slot.fact


def _make_taker(
    steps: Sequence[tuple[StepSlots, Slot]],
) -> Callable[[Sequence[Results]], Sequence[Any]]:
    """Make what takes the facts of some steps."""
    places = [(step.function, slot) for step, slot in steps]
    chunks, known = {chunk for chunk, _ in places}, any(s.fact is not None for _, s in places)
    if len(chunks) == 1 and not known:
        take, chunk = make_taker([slot.position for _, slot in places]), chunks.pop()
        return lambda results: take(results[chunk])
    return lambda results: [read_slot(slot, results[chunk]) for chunk, slot in places]
