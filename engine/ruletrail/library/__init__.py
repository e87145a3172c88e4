"""Find a rulebook by reference or path, resolve `extends`, and load it as a plan. Reads files; decides nothing else."""

from ruletrail.library.loading import (
    Examination,
    Source,
    examine_rulebook,
    load_plan,
    load_schema,
    own_schema,
    resolve,
    rulebook_schema,
    source_of_path,
)
from ruletrail.library.places import Library, shipped_library
from ruletrail.library.selection import Listing, find_rulebook, list_rulebooks

__all__ = [
    "Examination",
    "Library",
    "Listing",
    "Source",
    "examine_rulebook",
    "find_rulebook",
    "list_rulebooks",
    "load_plan",
    "load_schema",
    "own_schema",
    "resolve",
    "rulebook_schema",
    "shipped_library",
    "source_of_path",
]
