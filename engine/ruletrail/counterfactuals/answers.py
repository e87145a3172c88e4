"""What would change an answer: the result, and how programs read it."""

from datetime import date
from fractions import Fraction
from typing import Any

from ruletrail.fast_dataclasses import dataclass
from ruletrail.trails import Agreement, outcome_word
from ruletrail.values import (
    Fact,
    Value,
    count_finite_decimals,
    to_json,
    write_decimal,
    write_number,
)


@dataclass(frozen=True, slots=True)
class Flip:
    """The nearest value of one input, in one direction, with which the target comes out otherwise.

    `value` is the report's, None where it has none; `margin` is how far `to` is from it, None
    where that is no number. `because` is the comparison that binds, of the step `step`.
    """

    input: str
    value: Value | None
    to: Value
    outcome: str
    margin: Fraction | None
    unit: str | None
    because: str
    step: str
    written: str = ""
    """The value as the report writes it."""
    missing: tuple[str, ...] = ()
    """What the target then waits for, where it can no longer be settled."""

    def to_dict(self) -> dict[str, Any]:
        """Write the flip for programs: numbers as texts."""
        return {
            "input": self.input,
            "value": self.written if isinstance(self.value, Fraction) else write_plain(self.value),
            "to": write_like(self.to, self.written),
            "outcome": self.outcome,
            "margin": None if self.margin is None else write_number(self.margin),
            "unit": self.unit,
            "because": self.because,
            "step": self.step,
            **_write_missing(self.missing),
        }


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An input of which it is not known whether it changes the target, or not in every direction.

    `reason` is a word: `limit`, `schema`, `formula`, `digits`, `entry`, `type` or `rows`.
    """

    input: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Write it for programs."""
        return {"input": self.input, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Joint:
    """Several inputs that change the target together, each as in a `Flip` of its own.

    Only where they were asked for. That one is found does not say that no other is nearer, and that
    none is found proves nothing.
    """

    moves: tuple[Flip, ...]
    outcome: str
    because: str
    step: str
    missing: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Write it for programs."""
        keys = ("input", "value", "to", "margin", "unit")
        moves = [each.to_dict() for each in self.moves]
        return {
            "changes": [{key: move[key] for key in keys} for move in moves],
            "outcome": self.outcome,
            "because": self.because,
            "step": self.step,
            **_write_missing(self.missing),
        }


@dataclass(frozen=True, slots=True)
class Goal:
    """The changes that bring about one outcome: of each input alone, else of two together."""

    outcome: str
    vary: tuple[str, ...]
    found: tuple[Joint, ...]
    unsettled: tuple[Unsettled, ...]
    is_met: bool
    """Whether the report has the outcome already."""

    def to_dict(self) -> dict[str, Any]:
        """Write it for programs."""
        return {
            "outcome": self.outcome,
            "vary": list(self.vary),
            "met": self.is_met,
            "found": [each.to_dict() for each in self.found],
            "unsettled": [each.to_dict() for each in self.unsettled],
        }


@dataclass(frozen=True, slots=True)
class Part:
    """A step that comes to something else with other values."""

    step: str
    kind: str
    before: Fact
    after: Fact

    def to_dict(self) -> dict[str, Any]:
        """Write it for programs; outcomes as words, facts of rules as trails write them."""
        before, after = (
            to_json(fact) if self.kind == "rule" else outcome_word(fact)
            for fact in (self.before, self.after)
        )
        return {"step": self.step, "kind": self.kind, "before": before, "after": after}


@dataclass(frozen=True, slots=True)
class Trial:
    """The answer with other values: what differs, and the first step where the trails part."""

    values: tuple[tuple[str, Value | None], ...]
    outcome: str
    status: tuple[str, str]
    parts: tuple[Part, ...]
    because: str
    """The comparison or formula of the first of them that came out otherwise."""
    declared: tuple[tuple[str, Agreement | None, Fact], ...] = ()
    """Those of the values that the rulebook computes itself, and what it computes: none is read."""

    def to_dict(self) -> dict[str, Any]:
        """Write it for programs."""
        values = {code: write_plain(value) for code, value in self.values}
        first = {"step": self.parts[0].step, "because": self.because} if self.parts else None
        declared = {
            code: {"agreement": agreement, "computed": to_json(fact)}
            for code, agreement, fact in self.declared
        }
        return {
            "values": values,
            **({"declared": declared} if declared else {}),
            "outcome": self.outcome,
            "status": {"before": self.status[0], "after": self.status[1]},
            "first": first,
            "steps": [each.to_dict() for each in self.parts],
        }


@dataclass(frozen=True, slots=True)
class Precision:
    """Whether the outcome survives what printing left out.

    `moved` are the nearest flips within half a unit of the last printed decimal, `firm` the inputs
    that have none, `unrounded` the outcome if nothing were rounded, None where it is not known.
    """

    firm: tuple[str, ...]
    moved: tuple[Flip, ...]
    unsettled: tuple[Unsettled, ...]
    unrounded: str | None
    is_same_unrounded: bool

    def to_dict(self) -> dict[str, Any]:
        """Write it for programs."""
        survives = not self.moved and not self.unsettled
        return {
            "survives": survives and self.is_same_unrounded,
            "firm": list(self.firm),
            "flips": [each.to_dict() for each in self.moved],
            "unsettled": [each.to_dict() for each in self.unsettled],
            "unrounded": self.unrounded,
        }


@dataclass(frozen=True, slots=True)
class WhatIf:
    """For one target: what changes it, which inputs cannot, and what could not be told.

    `steady` inputs are read and cannot change the target alone, whatever they are: that is proved.
    The other parts are None unless they were asked for. `Plan.whatif` makes one.

    >>> import ruletrail
    >>> plan = ruletrail.load("examples/garden/garden.yaml")
    >>> answer = plan.whatif("examples/garden/application.yaml", "outcome")
    >>> flip = answer.flips[0]
    >>> answer.outcome, flip.input, str(flip.to), flip.outcome, str(flip.margin), flip.unit
    ('granted', 'waiting', '0', 'waiting_list', '3', 'years')
    >>> answer.steady
    ('adults', 'children', 'distance')
    """

    target: str
    outcome: str
    flips: tuple[Flip, ...]
    steady: tuple[str, ...]
    unsettled: tuple[Unsettled, ...]
    pairs: tuple[Joint, ...] | None = None
    goal: Goal | None = None
    trial: Trial | None = None
    precision: Precision | None = None

    def to_dict(self) -> dict[str, Any]:
        """Write the answer for programs, as `ruletrail whatif --format json` does."""
        more = {"want": self.goal, "set": self.trial, "precision": self.precision}
        pairs = {} if self.pairs is None else {"pairs": [each.to_dict() for each in self.pairs]}
        return {
            "target": self.target,
            "outcome": self.outcome,
            "flips": [each.to_dict() for each in self.flips],
            "steady": list(self.steady),
            "unsettled": [each.to_dict() for each in self.unsettled],
            **pairs,
            **{key: part.to_dict() for key, part in more.items() if part is not None},
        }


def _write_missing(codes: tuple[str, ...]) -> dict[str, list[str]]:
    return {"missing": list(codes)} if codes else {}


def write_plain(value: Value | None) -> str | bool | None:
    """Write a value for programs: a number as text, nothing as null."""
    if isinstance(value, date):
        return value.isoformat()
    return write_number(value) if isinstance(value, Fraction) else value


def write_like(value: Value, written: str) -> str | bool:
    """Write a value with the decimals of another, where those are more."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | bool):
        return value
    least = len(written.partition(".")[2]) if "e" not in written.lower() else 0
    own = count_finite_decimals(value)
    return write_number(value) if own is None else write_decimal(value, max(own, least))
