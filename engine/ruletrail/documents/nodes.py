"""The tree that every document becomes: text with marks, typed by nobody yet.

A plain scalar stays the text that was written until a JSON Schema says what it should be, so `NO` is the text
NO and `1.10` is not 1.1.
"""

from collections.abc import Mapping
from typing import Literal

from ruletrail.problems import Mark
from ruletrail.structures import dataclass

Style = Literal["plain", "quoted", "number", "literal"]
"""`plain` and `quoted` come from YAML; `number`, `literal` (true, false, null) and `quoted` from JSON and Python."""


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """One written value: its text, how it was written, and where."""

    text: str
    style: Style
    mark: Mark
    inline: bool = True
    """Whether the text stands on the page as it is here, so that an offset in it is a column."""


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys and values in the order written; `keys` remembers where each key stands."""

    values: Mapping[str, "Node"]
    keys: Mapping[str, ScalarNode]
    mark: Mark

    def get(self, key: str) -> "Node | None":
        """Return the value under a key, or None."""
        return self.values.get(key)


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """Values in the order written."""

    items: tuple["Node", ...]
    mark: Mark


Node = ScalarNode | MappingNode | SequenceNode


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a document of one kind may be."""

    size: int
    """Bytes of the whole document."""
    depth: int
    """Mappings and lists inside each other."""
    nodes: int
    """Values and keys in all."""
    scalar: int
    """Bytes of one text."""
    nulls: bool = False
    """Whether null may stand (only in JSON Schemas)."""


KILO = 1024
RULEBOOK_LIMITS = Limits(size=8 * KILO * KILO, depth=32, nodes=500_000, scalar=8 * KILO)
REPORT_LIMITS = Limits(size=256 * KILO, depth=16, nodes=500_000, scalar=32 * KILO)
SCHEMA_LIMITS = Limits(size=8 * KILO * KILO, depth=64, nodes=500_000, scalar=8 * KILO, nulls=True)
