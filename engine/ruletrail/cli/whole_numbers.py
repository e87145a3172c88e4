"""What an option that takes a whole number admits: read by it, and told by it where it is refused.

argparse calls it as the type of the option, and keeps it beside the option for who tells of it.
"""

import re
from dataclasses import dataclass

from ruletrail.values import read_whole

_NUMBER = re.compile(r"[-−]?[0-9]+")


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole numbers from one to another, or from one up."""

    least: int
    most: int | None = None

    def __call__(self, text: str) -> int:
        """Read one of them; a `ValueError` for anything else, as argparse asks."""
        number = read_whole(text)
        if number < self.least or (self.most is not None and number > self.most):
            raise ValueError(f"not among {self}: {text!r}")
        return number

    def name_fault(self, text: str) -> tuple[str, dict[str, str]]:
        """Name the words of ours that say why a text is refused, and their details."""
        ends = {"least": str(self.least), "most": str(self.most)}
        if not _NUMBER.fullmatch(text):
            return "not-whole", {}
        return ("not-between" if self.most is not None else "not-from"), ends
