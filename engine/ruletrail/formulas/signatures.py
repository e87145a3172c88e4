"""What is declared of a code or an expression: type and unit."""

from typing import Literal

from ruletrail.fast_dataclasses import dataclass

FactType = Literal["number", "text", "boolean", "date", "list", "unknown"]
"""`unknown` stands for what is wrong elsewhere already, so that one defect gives one problem;
`list` for the name of a list of rows, which has no value."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What is declared of a code or an expression: type, unit, the texts it may be."""

    type: FactType
    unit: str | None = None
    choices: tuple[str, ...] = ()
    members: int = 0
    """Of a group, how many it has."""
    keys: tuple["Signature", ...] | None = None
    """What a scale or a table is called with; None for what is read without a call."""
    name: str = ""
    """How a key is called."""

    @property
    def is_group(self) -> bool:
        """Whether it is that of a group, which is never empty."""
        return self.members > 0
