"""The typed form of a plan: each expression with its scale, range, size and the non-values it may come to.

A finite decimal is a whole number at a scale; a division is a pair of whole numbers until something rounds it.
Nothing is computed here: `inferring` builds these records, `printing` and `columns` turn them into something that
runs, `explaining` into something a person reads.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from ruletrail.fast_dataclasses import dataclass
from ruletrail.linking import LinkedRulebook
from ruletrail.rulebooks import Entry
from ruletrail.values import Fact, NotEncoded, RoundingMode

Kind = Literal["number", "text", "boolean", "none"]
"""`none` is an expression that never has a value, because what it reads is not encoded."""

Gap = Literal["missing", "not_applicable", "not_encoded", "error"]
Gaps = frozenset[Gap]
NO_GAPS: Gaps = frozenset()

LARGEST_SCALE = 40
"""A finite decimal with more decimals than this is kept as a pair, reduced to lowest terms."""


@dataclass(frozen=True, slots=True)
class Size:
    """How a number is held: whole at `scale`, or a pair when `scale` is None.

    `top` and `bottom` bound the bits of numerator and denominator before they are reduced. `most` bounds the value itself,
    whatever its sign, where something is known of it: what is divided and rounded again and again does not grow.
    """

    scale: int | None
    top: int
    bottom: int
    most: int | None = None

    @property
    def decimals(self) -> int:
        """The scale of a finite decimal; a pair has none, which is a `ValueError`."""
        if self.scale is None:
            raise ValueError("a pair has no scale")
        return self.scale


@dataclass(frozen=True, slots=True)
class Form:
    """One expression: what it does to which others, and all that is known of its value before any report."""

    op: str
    kind: Kind
    args: tuple["Form", ...] = ()
    size: Size | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    gaps: Gaps = NO_GAPS
    part: int = -1
    text: str = ""
    """The expression as written, or the code that a `read` reads."""
    fact: Fact | None = None
    """The value of a `constant`."""
    decimals: int = 0
    mode: RoundingMode = "half_up"
    watched: bool = False
    """Whether the value's digits must be counted."""


@dataclass(frozen=True, slots=True)
class TypedField:
    """One field of the report: its type, the decimals it may have, the bounds that the schema gives."""

    code: str
    kind: Kind
    scale: int
    low: Fraction | None
    high: Fraction | None
    required: bool
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypedStep:
    """One entry of the plan: its clauses in the order of `clauses_of`, and the fact that others read."""

    entry: Entry
    clauses: tuple[Form | NotEncoded, ...]
    fact: Form | None
    """None for messages, which nothing reads."""


@dataclass(frozen=True, slots=True)
class TypedRulebook:
    """The typed form of a whole plan; `assumed` are the fields taken to be present.

    With `traps` no expression is said to be an error: code made of it gives up where one is.
    """

    plan: LinkedRulebook
    fields: Mapping[str, TypedField]
    steps: tuple[TypedStep, ...]
    assumed: frozenset[str]
    traps: bool = False
