"""What would change an answer: the result, and how programs read it."""

from fractions import Fraction
from typing import Any

from ruletrail.fast_dataclasses import dataclass
from ruletrail.values import Value, count_finite_decimals, write_decimal, write_number


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

    def to_dict(self) -> dict[str, Any]:
        """Write the flip for programs: numbers as texts."""
        return {
            "input": self.input,
            "value": self.written if isinstance(self.value, Fraction) else self.value,
            "to": write_like(self.to, self.written),
            "outcome": self.outcome,
            "margin": None if self.margin is None else write_number(self.margin),
            "unit": self.unit,
            "because": self.because,
            "step": self.step,
        }


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An input of which it is not known whether it changes the target, or not in every direction.

    `reason` is a word: `limit`, `schema`, `formula`, `digits`, `entry` or `type`.
    """

    input: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Write it for programs."""
        return {"input": self.input, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Changes:
    """For one target: what changes it, which inputs cannot, and what could not be told."""

    target: str
    outcome: str
    flips: tuple[Flip, ...]
    steady: tuple[str, ...]
    unsettled: tuple[Unsettled, ...]

    def to_dict(self) -> dict[str, Any]:
        """Write the answer for programs."""
        return {
            "target": self.target,
            "outcome": self.outcome,
            "flips": [each.to_dict() for each in self.flips],
            "steady": list(self.steady),
            "unsettled": [each.to_dict() for each in self.unsettled],
        }


def write_like(value: Value, written: str) -> str | bool:
    """Write a value with the decimals of another, where those are more."""
    if isinstance(value, str | bool):
        return value
    least = len(written.partition(".")[2]) if "e" not in written.lower() else 0
    own = count_finite_decimals(value)
    return write_number(value) if own is None else write_decimal(value, max(own, least))
