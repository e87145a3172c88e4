"""The intermediate representation: typed expressions of primitives, with what is known of each.

A finite decimal is a whole number at a scale; a division is a pair of whole numbers until something
rounds it. `inference` builds these records from the table of operations; lints read what is known,
`compiled` prints the primitives as code for one report and for columns. Nothing is computed here.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from ruletrail.analysis.intervals import ANY, Interval
from ruletrail.analysis.typed_inputs import Kind, TypedField, TypedList
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas.lookups import DatedValues, Lookup
from ruletrail.formulas.operations import Primitive
from ruletrail.linking import LinkedRulebook
from ruletrail.rulebooks import Entry
from ruletrail.values import Fact, NotEncoded, RoundingMode

NonValueKind = Literal["missing", "not_applicable", "not_encoded", "error"]
NonValueKinds = frozenset[NonValueKind]
NO_NON_VALUES: NonValueKinds = frozenset()

LARGEST_SCALE = 40
"""A finite decimal with more decimals than this is kept as a pair, reduced to lowest terms."""


@dataclass(frozen=True, slots=True)
class Size:
    """How a number is represented: whole at `scale`, or a pair when `scale` is None.

    `top` and `bottom` bound the bits of numerator and denominator before they are reduced. `most`
    bounds the value itself, whatever its sign, where something is known of it: what is divided and
    rounded again and again does not grow.
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
class Node:
    """One expression: a primitive over others, a constant or the reading of a code.

    `non_values` are the kinds that it may come to instead of a value, `part` its place among the
    parts of its formula (-1 for what has no place of its own). Nodes of equal `key` have equal
    values wherever both are evaluated.
    """

    op: Primitive | Literal["constant", "read"]
    kind: Kind
    args: tuple["Node", ...] = ()
    size: Size | None = None
    range: Interval = ANY
    non_values: NonValueKinds = NO_NON_VALUES
    part: int = -1
    text: str = ""
    """The expression as written, or the code that a `read` reads."""
    key: str = ""
    fact: Fact | None = None
    """The value of a `constant`."""
    decimals: int = 0
    mode: RoundingMode = "half_up"
    watched: bool = False
    """Whether the value's digits must be counted."""
    lookup: Lookup | DatedValues | None = None
    """What a `lookup` looks up."""
    over: str = ""
    """The list whose rows it gathers: `sum`, `min`, `max`, `count`, or Kleene's `or` and `and`.

    Its one operand is worked out in each row, and left out where a rule of that row does not apply;
    itself it is the same in every row. With no row left, `min` and `max` do not apply."""


@dataclass(frozen=True, slots=True)
class TypedStep:
    """One entry: its clauses in the order of `clauses_of`, and the fact that others read.

    Of an entry that is written for each row all this is of one row, in which `LIST.NAME` is that
    row's; its parts with `over` are the same in all rows.
    """

    entry: Entry
    clauses: tuple[Node | NotEncoded, ...]
    fact: Node | None
    """None for messages, which nothing reads."""


@dataclass(frozen=True, slots=True)
class TypedRulebook:
    """A whole rulebook in the intermediate representation.

    `assumed` are the fields taken to be present, lists among them, and the cells taken to be there
    in every row.

    With `traps` no expression is said to be an error: code made of it gives up where one is.
    """

    linked: LinkedRulebook
    fields: Mapping[str, TypedField]
    steps: tuple[TypedStep, ...]
    assumed: frozenset[str]
    traps: bool = False
    is_covered: bool = True
    """Whether compiled code can do all of it; else the reference answers every report."""
    lists: Mapping[str, TypedList] = field(default_factory=dict)
    """The lists of rows by code, in the order of the form."""


def constant_fraction(node: Node) -> Fraction | None:
    """Return the number that a node is in every report, if it is written in the rulebook."""
    return node.fact if node.op == "constant" and isinstance(node.fact, Fraction) else None
