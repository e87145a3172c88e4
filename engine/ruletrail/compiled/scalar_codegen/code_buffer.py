"""What printed code is made of: where a value is held, and the page of one function as it grows.

Every name in what is printed is made here and every constant that is not a whole number stands in a table beside
it, so no text of a rulebook or a report ever becomes code.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from ruletrail.analysis.ir import Kind
from ruletrail.fast_dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Held:
    """Where a value is: atoms of code for the number or value, the denominator of a pair, and the gap.

    `gap` is empty where the value cannot be a gap; else it names a variable that is None or the gap, and then
    `value` holds the gap too.
    """

    kind: Kind
    value: str
    scale: int | None = 0
    bottom: str = ""
    gap: str = ""

    @property
    def denominator(self) -> str:
        """The denominator as code."""
        return self.bottom if self.scale is None else str(10**self.scale)

    def at(self, scale: int) -> str:
        """Give the whole number at a larger scale, as code."""
        if self.scale is None or scale < self.scale:
            raise ValueError("only a whole number has larger scales")
        if scale == self.scale:
            return self.value
        power = 10 ** (scale - self.scale)
        return str(int(self.value) * power) if is_literal(self.value) else f"{self.value} * {power}"


def is_literal(code: str) -> bool:
    """Tell a whole number that is written in the code."""
    return code.lstrip("-").isdigit()


@dataclass(slots=True)
class Page:
    """The code of one function as it grows: its lines, its names, its constants."""

    lines: list[str] = field(default_factory=list)
    depth: int = 1
    count: int = 0
    constants: dict[str, object] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    """The variables that hold parts, in the order they were named."""
    traps: bool = False
    """Whether the function gives up where something is an error."""
    written: dict[str, Held] = field(default_factory=dict)
    """The expressions that every report has evaluated by here, by their text; none is evaluated twice."""
    positive: set[str] = field(default_factory=set)
    """The variables that a condition around this place tells to be more than 0."""

    def put(self, line: str) -> None:
        """Write one statement."""
        self.lines.append(" " * self.depth + line)

    def name(self, prefix: str = "v") -> str:
        """Name a variable that nothing else is called."""
        self.count += 1
        return f"{prefix}{self.count}"

    def part(self) -> str:
        """Name a variable that the trail will read."""
        name = self.name()
        self.made.append(name)
        return name

    def constant(self, value: object) -> str:
        """Name a constant."""
        name = self.name("k")
        self.constants[name] = value
        return name

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Write a compound statement around what is written inside."""
        self.put(head)
        self.depth += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.put("pass")
        self.depth -= 1
