"""The columns that many reports are answered with: status, values, outcomes, each exact.

A value is a whole number at a scale (a pair of whole numbers where nothing rounded a division); rows beyond 63
bits stand in `exact`. A state beside each value says why a row has none.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruletrail.analysis.ir import TypedRulebook, TypedStep
from ruletrail.compiled.columns.column_arithmetic import (
    ERROR,
    MISSING,
    NOT_APPLICABLE,
    NOT_ENCODED,
    VALUE,
)
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.linking import CHECK_OUTCOMES, SECTION_OUTCOMES, LinkedRulebook
from ruletrail.rulebooks import Check, Decision, Message, Rule, Section
from ruletrail.values import ErrorValue, Fact, Missing, NotApplicable, NotEncoded, to_decimal

STATUSES = ("complete", "incomplete", "invalid")
GAP_WORDS = ("not_applicable", "undetermined", "not_encoded", "error")
"""What a decision, section or check without an outcome says, in the order of the states."""

_MOST_NARROW = 127
_STATES: dict[type, int] = {
    NotApplicable: NOT_APPLICABLE,
    Missing: MISSING,
    NotEncoded: NOT_ENCODED,
    ErrorValue: ERROR,
}
_STATE_NAMES = ("value", "not_applicable", "missing", "not_encoded", "error")

Exact = Decimal | Fraction | str | bool | None


def state_of(fact: Fact) -> int:
    """Give the state of a fact."""
    return _STATES.get(type(fact), VALUE)


@dataclass(slots=True)
class WordOutput:
    """Outcomes as positions in `words`; the last four words say why there is none."""

    codes: NDArray[np.integer[Any]]
    words: tuple[str, ...]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.codes)

    def __getitem__(self, row: int) -> str:
        """Give the word of a row."""
        return self.words[int(self.codes[row])]

    def to_list(self) -> list[str]:
        """Give every row's word."""
        words = self.words
        return [words[code] for code in self.codes.tolist()]

    def put(self, row: int, fact: Fact) -> None:
        """Write one row."""
        state = state_of(fact)
        shift = len(self.words) - len(GAP_WORDS) - 1
        self.codes[row] = shift + state if state else self.words.index(str(fact))


@dataclass(slots=True)
class Output:
    """The values of one rule: numbers, words or booleans, with the state of each row."""

    values: NDArray[np.int64]
    states: NDArray[np.uint8]
    kind: str
    scale: int | None = 0
    bottoms: NDArray[np.int64] | None = None
    """The denominators of a value that is a pair; `scale` is None then."""
    words: tuple[str | bool, ...] = ()
    exact: dict[int, Fact] = field(default_factory=dict)
    """The rows that a whole number of 63 bits cannot hold, and those that the columns did not compute."""

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.values)

    def __getitem__(self, row: int) -> Exact:
        """Give the exact value of a row: Decimal or Fraction, text or boolean; None where there is none."""
        if self.states[row] != VALUE:
            return None
        if row in self.exact:
            fact = self.exact[row]
            return to_decimal(fact) if isinstance(fact, Fraction) else fact  # type: ignore[return-value]  # a value
        value = int(self.values[row])
        if self.kind != "number":
            return self.words[value] if self.kind == "text" else bool(value)
        if self.bottoms is not None:
            return to_decimal(Fraction(value, int(self.bottoms[row])))
        return to_decimal(Fraction(value, 10 ** (self.scale or 0)))

    def state(self, row: int) -> str:
        """Name the state of a row: value, missing, not_applicable, not_encoded or error."""
        return _STATE_NAMES[self.states[row]]

    def to_list(self) -> list[Exact]:
        """Give every row's value."""
        return [self[row] for row in range(len(self))]

    def put(self, row: int, fact: Fact) -> None:
        """Write one row that the columns did not compute."""
        self.states[row] = state_of(fact)
        self.values[row] = 0
        if self.states[row] == VALUE:
            self.exact[row] = fact


@dataclass(slots=True)
class Outputs:
    """The answer to a table: one column for the status, one for each value, decision, section and check."""

    plan: LinkedRulebook
    rows: int
    status: WordOutput
    values: dict[str, Output]
    decisions: dict[str, WordOutput]
    sections: dict[str, WordOutput]
    checks: dict[str, WordOutput]

    def forget(self) -> None:
        """Make ready to be written again."""
        for output in self.values.values():
            output.exact.clear()

    def all_outputs(self) -> Iterator[tuple[str, Output | WordOutput]]:
        """Yield every column but the status, by code."""
        for kind in (self.values, self.decisions, self.sections, self.checks):
            yield from kind.items()

    def to_dict(self) -> dict[str, Sequence[Exact]]:
        """Give the whole table as lists by code, for any library of tables; the status is called `status`."""
        return {
            "status": self.status.to_list(),
            **{code: output.to_list() for code, output in self.all_outputs()},
        }


def allot_outputs(form: TypedRulebook, rows: int) -> Outputs:
    """Make the columns of a plan's answer, unwritten; each kind is one stretch of memory, which is faster to get."""
    rules = [step for step in form.steps if isinstance(step.entry, Rule)]
    values, states = np.empty((len(rules), rows), np.int64), np.empty((len(rules), rows), np.uint8)
    outputs = Outputs(
        form.plan, rows, WordOutput(np.empty(rows, np.int8), STATUSES), {}, {}, {}, {}
    )
    for at, step in enumerate(rules):
        kind, size = (step.fact.kind, step.fact.size) if step.fact is not None else ("none", None)
        is_pair = size is not None and size.scale is None
        bottoms = np.ones(rows, np.int64) if is_pair else None
        outputs.values[step.entry.code] = Output(
            values[at], states[at], kind, None if is_pair else 0, bottoms
        )
    worded = [
        (step.entry.code, *_words_of(step, outputs))
        for step in form.steps
        if not isinstance(step.entry, Rule | Message)
    ]
    widest = max((len(words) for _, words, _ in worded), default=0)
    codes = np.empty((len(worded), rows), np.int8 if widest <= _MOST_NARROW else np.int16)
    for at, (code, words, place) in enumerate(worded):
        place[code] = WordOutput(codes[at], words)
    return outputs


def _words_of(step: TypedStep, outputs: Outputs) -> tuple[tuple[str, ...], dict[str, WordOutput]]:
    match step.entry:
        case Decision() as decision:
            cases = decision.cases if isinstance(decision.cases, tuple) else ()
            return (*dict.fromkeys(case.outcome for case in cases), *GAP_WORDS), outputs.decisions
        case Section():
            return (*reversed(SECTION_OUTCOMES), *GAP_WORDS), outputs.sections
        case Check():
            return (*reversed(CHECK_OUTCOMES), *GAP_WORDS), outputs.checks
        case _:
            raise TypeError("rules have values and messages have no column")
