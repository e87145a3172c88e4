"""What a proof answers: one question after the other, and how programs read it."""

from collections.abc import Mapping
from typing import Any, Literal

from ruletrail.fast_dataclasses import dataclass, field

QuestionKind = Literal[
    "gap", "overlap", "dead", "error", "never_fails", "always_due", "never_due", "rounding",
    "property", "same",
]  # fmt: skip
Verdict = Literal["proved", "refuted", "unsettled"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a proof may go: in millions of the solver's steps, and in seconds.

    The steps decide: they are the same on every machine. The seconds are for what is far slower
    than usual, and for a machine that has much else to do; docs/proofs.md says how both were found.
    """

    work: int = 40
    """For one question."""
    work_in_all: int = 120
    """For all questions about a rulebook, or about two."""
    seconds: float = 60.0
    seconds_in_all: float = 120.0


_WRONG_WHEN: Mapping[QuestionKind, Verdict | None] = {
    "gap": "refuted", "overlap": "refuted", "error": "refuted", "rounding": "refuted",
    "dead": "proved", "never_fails": "proved", "always_due": None, "never_due": "proved",
    "property": "refuted", "same": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question; a refuted one has a witness, an unsettled one a reason."""

    about: str
    question: QuestionKind
    answer: Verdict
    witness: Mapping[str, Any] | None = None
    reason: str | None = None
    work: int = 0
    """The steps that it took the solver, and what else was counted as such."""
    ms: int = field(default=0, compare=False)
    """The time that passed, in milliseconds: all that differs between two runs."""

    @property
    def wrong(self) -> bool | None:
        """Whether an author should act; None where it is not settled."""
        if self.answer == "unsettled":
            return None
        return _WRONG_WHEN[self.question] == self.answer

    def to_dict(self) -> dict[str, Any]:
        """Write it for programs."""
        return {
            "about": self.about,
            "question": self.question,
            "answer": self.answer,
            "wrong": self.wrong,
            "witness": None if self.witness is None else dict(self.witness),
            "reason": self.reason,
            "work": self.work,
            "ms": self.ms,
        }


@dataclass(frozen=True, slots=True)
class Proof:
    """The answers to all questions about a rulebook."""

    rulebook: str
    answers: tuple[Answer, ...]
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What the form calls texts of fields and of cells of rows, by code; for people."""

    @property
    def is_settled(self) -> bool:
        """Whether nothing is wrong and nothing unsettled."""
        return all(answer.wrong is False for answer in self.answers)

    def to_dict(self) -> dict[str, Any]:
        """Write the answers for programs, as `ruletrail prove --format json` does."""
        return {"questions": [answer.to_dict() for answer in self.answers]}
