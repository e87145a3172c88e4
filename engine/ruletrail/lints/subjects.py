"""What a lint looks at: one rulebook, linked, with its text, its schema's tree and its neighbours.

Made once for each rulebook; a lint reads it and changes nothing.
"""

from collections.abc import Iterator, Mapping

from ruletrail.analysis.knowledge import Knowledge
from ruletrail.documents import MappingNode, Node
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import Expression, Formula
from ruletrail.library import Listing
from ruletrail.linking import LinkedRulebook, clauses_of
from ruletrail.lints.budgets import Budget
from ruletrail.problems import Mark, Problem, quote, term
from ruletrail.rulebooks import Clause, Entry, Rulebook
from ruletrail.rulebooks.clauses import mark_at
from ruletrail.schemas import FieldDeclaration

_LONGEST_SNIPPET = 160
_OF_HINTS = 2
"""The version of the language that brought tables, scales and lists."""


def note(code: str, at: Expression, clause: Clause, /, **details: str) -> Problem:
    """Make a problem at an expression; its text and the details are the author's, so quoted."""
    formula = clause.content
    if not isinstance(formula, Formula):
        raise TypeError("only a parsed formula has sub-expressions")
    start, end = at.span
    written = {"text": formula.text[start:end], **details}
    return Problem(
        code,
        mark_at(clause.node, formula.origins[start]),
        {name: quote(text) for name, text in written.items()},
    )


def snippet(text: str) -> str:
    """Make what a hint shows of a rulebook safe to stand on one line, between its backticks."""
    return quote(text, _LONGEST_SNIPPET)[1:-1]


def tell_language(subject: "Subject") -> str:
    """Say which language is needed for what a hint shows, where it is a later one."""
    return "" if subject.rulebook.language >= _OF_HINTS else term("in-language-2")


def formulas_in(entry: Entry) -> Iterator[tuple[Clause, Formula]]:
    """Yield the clauses of an entry that hold a formula, with it."""
    for clause in clauses_of(entry):
        if isinstance(clause.content, Formula):
            yield clause, clause.content


@dataclass(frozen=True, slots=True)
class Subject:
    """One linked rulebook and what surrounds it."""

    linked: LinkedRulebook
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
    languages: Mapping[str, int]
    """By file, the version of the language of the rulebooks that this one extends."""
    judging: Budget
    """What conditions that are held against each other may cost."""
    trying: Budget
    """What reports and values that are tried may cost."""

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook as written and typed."""
        return self.linked.rulebook

    @property
    def entries(self) -> Iterator[Entry]:
        """The entries in the order written."""
        return iter(self.linked.rulebook.entries.values())

    def field_mark(self, code: str) -> Mark:
        """Return where the schema declares a field; its start where that is not written plainly."""
        node = self.schema_node
        for key in ("properties", "fields", "properties"):
            found = node.get(key) if isinstance(node, MappingNode) else None
            if found is None:
                return self.schema_node.mark
            node = found
        return (
            node.keys[code].mark
            if isinstance(node, MappingNode) and code in node.keys
            else self.schema_node.mark
        )
