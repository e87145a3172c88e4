"""A layout: where a printed form has its values. `docs/reading-forms.md` has the language."""

from collections.abc import Mapping

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.problems import Mark

Words = tuple[str, ...]
"""A printed text as its words, hyphens and apostrophes made alike, however spaced."""


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How numbers are printed: decimal sign, sign between groups of three, a minus or none."""

    decimal: str = "."
    thousands: str = ""
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """One cell that holds the value of a field, with the fixed words before and after the value."""

    code: str
    mark: Mark
    before: Words = ()
    after: Words = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """Which values stand in a row without marked columns, if `zero` and `positive` hold."""

    codes: tuple[str, ...]
    zero: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """Where each code is written."""


@dataclass(frozen=True, slots=True)
class Row:
    """A printed row: its label, its cells (None for one that is always empty), fixed words."""

    label: Words
    cells: tuple[Slot | None, ...]
    variants: tuple[Variant, ...]
    order: int
    """Its place among the rows, from 0."""
    mark: Mark
    """Where its label is written."""
    after: Words = ()
    under: str = ""
    """The heading that must have been found for the columns to be known."""
    under_mark: Mark | None = None
    numbers: NumberStyle | None = None
    free: bool = False
    """Whether it is a text of many lines, up to the next row or ignored part."""
    before_sentences: bool = False
    before_heading: bool = False

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The cells that hold values."""
        return tuple(cell for cell in self.cells if cell is not None)

    @property
    def codes(self) -> tuple[str, ...]:
        """The fields that the row holds, in the order of its cells."""
        return tuple(slot.code for slot in self.slots)


@dataclass(frozen=True, slots=True)
class Heading:
    """A title or a line of column names: known, and without values."""

    words: Words
    order: int
    """How many rows are declared before it."""
    name: str = ""
    before_sentences: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    """The line at which an ignored part begins; one not `proper` is a second line of defence."""

    words: Words
    is_proper: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """Where the form says whose it is: fixed texts and names in turn, a fixed text first."""

    texts: tuple[str, ...]
    names: tuple[str, ...]
    marks: tuple[Mark, ...]
    """Where each name is written."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that a printed form of one rulebook is known to hold."""

    rulebook: str
    mark: Mark
    """Where its `rulebook` is written."""
    numbers: NumberStyle
    rows: tuple[Row, ...] = ()
    headings: tuple[Heading, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    subjects: tuple[Subject, ...] = ()
    lookalikes: tuple[str, ...] = ()
    """Groups of characters that printed codes confuse, such as `0O`."""
    booleans: Mapping[str, str] = field(default_factory=dict)
    """Printed word → `true` or `false`."""
    dates: str = ""
    """What stands first in a printed day, `day_first` or `month_first`; else empty."""
