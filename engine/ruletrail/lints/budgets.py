"""How much work the lints may take that compare conditions or try reports, of a whole rulebook.

It is counted in the nodes of formulas that are judged or evaluated, a group's members among them,
so that no machine matters. An entry has its share, and what those before it left of theirs; where
it ends nothing more is said.
"""

from collections.abc import Iterable, Mapping, Sequence

from ruletrail.formulas import Expression, Name, walk_expression

MOST_JUDGED = 150_000
"""Nodes of conditions that are held against others, by reasoning."""
MOST_TRIED = 1_500_000
"""Nodes of formulas that are evaluated, of all reports that are tried."""


class Budget:
    """What is left of a rulebook's work: for the entry that was begun last."""

    def __init__(self, most: int, entries: int) -> None:
        """Take the work for so many entries together."""
        self._most, self._entries = most, max(entries, 1)
        self._begun, self.spent = 0, 0

    def begin(self) -> None:
        """Begin an entry."""
        self._begun += 1

    def spend(self, work: int) -> bool:
        """Take work off, if any is left; what is begun may take more than is left."""
        if self.spent >= self._most * max(self._begun, 1) // self._entries:
            return False
        self.spent += work
        return True


def weigh(expressions: Iterable[Expression], groups: Mapping[str, Sequence[str]]) -> int:
    """Count the nodes of expressions, and in the place of a group its members."""
    nodes = (node for each in expressions for node in walk_expression(each))
    return sum(
        max(len(groups[node.code]), 1) if isinstance(node, Name) and node.code in groups else 1
        for node in nodes
    )
