"""What a lint looks at: one rulebook, linked, with its text, its schema's tree and its neighbours.

Made once for each rulebook; a lint reads it and changes nothing.
"""

from collections.abc import Iterator, Mapping

from ruletrail.documents import MappingNode, Node
from ruletrail.library import Listing
from ruletrail.lints.knowledge import Knowledge
from ruletrail.plans import Plan
from ruletrail.problems import Mark
from ruletrail.rulebooks import Entry, Rulebook
from ruletrail.schemas import FieldDeclaration
from ruletrail.structures import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """One linked rulebook and what surrounds it."""

    plan: Plan
    resolved: MappingNode
    """The rulebook's tree, `extends` and `for_each` written out."""
    schema_node: Node
    neighbours: tuple[Listing, ...]
    """All versions of a published rulebook's name in its library, itself among them."""
    known: Knowledge
    read: frozenset[str]
    """The codes that some formula reads, groups written out."""
    shown: frozenset[str]
    """The names that some sentence shows."""

    fields_only: Mapping[str, FieldDeclaration]
    """The declared fields; one that shares its code with a rule is computed, and left out."""

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook as written and typed."""
        return self.plan.rulebook

    @property
    def entries(self) -> Iterator[Entry]:
        """The entries in the order written."""
        return iter(self.plan.rulebook.entries.values())

    def field_mark(self, code: str) -> Mark:
        """Return where the schema declares a field; the schema's start when it is not written plainly."""
        node = self.schema_node
        for key in ("properties", "fields", "properties"):
            found = node.get(key) if isinstance(node, MappingNode) else None
            if found is None:
                return self.schema_node.mark
            node = found
        return node.keys[code].mark if isinstance(node, MappingNode) and code in node.keys else self.schema_node.mark
