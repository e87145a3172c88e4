"""What changed between two rulebooks, and what comes of each change; how programs read it.

The form for programs is written here (docs/diff.md); pages for people are made of it.
"""

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any, Literal

from ruletrail.differences.constants import Said
from ruletrail.fast_dataclasses import dataclass, replace

Outcomes = Literal["differ", "same", "unsettled"]
Level = Literal["none", "patch", "minor", "major"]
LEVELS: tuple[Level, ...] = ("none", "patch", "minor", "major")
MOST_TOLD = 100
"""Outcomes that are named of one change; of thousands of changes each may reach thousands."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is said otherwise: of an entry or a field, or of the rulebook itself.

    `part` is a word of a closed list (docs/diff.md), `at` the place in the entry; `old` and `new`
    are as written, None where there is none. `kind` is that of the entry; `code` is empty for the
    rulebook itself. `is_meaning` tells what an evaluation reads from words for readers.
    """

    kind: str
    code: str
    part: str
    at: str
    old: str | None
    new: str | None
    is_meaning: bool
    said: tuple[Said | None, Said | None] = (None, None)
    """The numbers and days of both, where they are no text alone; for pages, not for programs."""

    @property
    def is_of_entry(self) -> bool:
        """Tell an entry that only one of the rulebooks has."""
        return self.part == "entry"


@dataclass(frozen=True, slots=True)
class Side:
    """What one rulebook answers to a witness: outcomes by code, or why it refuses the report."""

    outcomes: Mapping[str, Any]
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Witness:
    """A report that tells two rulebooks apart: its document, where it comes from, what differs.

    `base` names the report that it was made of, `changed` the fields that were changed in it. `old`
    and `new` hold the outcomes that differ, None where a rulebook has no such outcome. `step` is
    the first step where the two answers part, `because` what came out otherwise in it.
    """

    report: Mapping[str, Any]
    base: str
    changed: tuple[str, ...]
    old: Side
    new: Side
    step: str = ""
    because: str = ""
    more: int = 0
    """How many other outcomes differ than those that are told."""

    def to_dict(self) -> dict[str, Any]:
        """Write for programs what it shows; its document stands beside."""
        codes = dict.fromkeys([*self.old.outcomes, *self.new.outcomes])
        return {
            "base": self.base or None,
            "changed": list(self.changed),
            "outcomes": {
                code: {"old": self.old.outcomes.get(code), "new": self.new.outcomes.get(code)}
                for code in codes
            },
            "more": self.more,
            "refused": {"old": list(self.old.refused), "new": list(self.new.refused)},
            "first": {"step": self.step, "because": self.because} if self.step else None,
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """A change with what it does to outcomes.

    `reached` are the outcomes that rest on it; `reason` says why it is `same`, or not settled, in a
    word of a closed list (docs/diff.md).
    """

    change: Change
    reached: Collection[str]
    outcomes: Outcomes
    reason: str
    witness: Witness | None = None
    why: str = ""
    """Why a proof does not settle it, where one was asked for."""

    def to_dict(self) -> dict[str, Any]:
        """Write it for programs."""
        change = self.change
        return {
            "kind": change.kind,
            "code": change.code,
            "part": change.part,
            "at": change.at,
            "old": change.old,
            "new": change.new,
            "outcomes": self.outcomes,
            "reason": self.reason,
            "why": self.why or None,
            "reached": list(islice(self.reached, MOST_TOLD)),
            "reached_in_all": len(self.reached),
            "witness": self.witness.report if self.witness is not None else None,
            "shown": self.witness.to_dict() if self.witness is not None else None,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a version number says enough: what the changes ask for, and the first that asks.

    `reason` is a word of a closed list (docs/diff.md).
    """

    old: str
    new: str
    needed: Level
    said: Level
    is_enough: bool
    reason: str
    because: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Write it for programs."""
        return {
            "old": self.old,
            "new": self.new,
            "enough": self.is_enough,
            "needed": self.needed,
            "said": self.said,
            "reason": self.reason,
            "because": list(self.because),
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """All that changed from one rulebook to another."""

    old: str
    new: str
    findings: tuple[Finding, ...]
    version: Verdict
    impact: Any = None
    """What comes of it for stored reports, where some were given: an `Impact`."""

    @property
    def may_differ(self) -> bool:
        """Tell whether outcomes differ, or are not shown to be the same."""
        found = any(each.outcomes != "same" for each in self.findings)
        return found or bool(self.impact is not None and self.impact.differs)

    def with_impact(self, impact: Any) -> "Difference":
        """Return it with what comes of it for reports."""
        return replace(self, impact=impact)

    def to_dict(self) -> dict[str, Any]:
        """Write it for programs; the contract of `ruletrail diff --format json`."""
        document = {
            "old": self.old,
            "new": self.new,
            "changes": [each.to_dict() for each in self.findings],
            "version": self.version.to_dict(),
        }
        if self.impact is not None:
            document["reports"] = self.impact.to_dict()
        return document
