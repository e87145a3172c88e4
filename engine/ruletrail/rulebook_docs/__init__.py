"""A rulebook as a page that a lawyer can read, and as a graph of what reads what."""

from ruletrail.rulebook_docs.graphs import write_dot, write_mermaid
from ruletrail.rulebook_docs.pages import handbook_lines, write_handbook
from ruletrail.rulebook_docs.rooms import Room

__all__ = ["Room", "handbook_lines", "write_dot", "write_handbook", "write_mermaid"]
