"""Find a rulebook by reference or path, resolve `extends`, and load it as a plan. Reads files; decides nothing else."""

from typing import TYPE_CHECKING

from ruletrail.lazy_imports import open_late
from ruletrail.library.cached_loading import load_lanes, load_plan, load_quick
from ruletrail.library.places import Library, shipped_library
from ruletrail.library.selection import Listing, find_rulebook, list_rulebooks
from ruletrail.library.sources import Source, source_of_path

if TYPE_CHECKING:
    from ruletrail.library.loading import (
        Examination,
        examine_rulebook,
        load_schema,
        own_schema,
        resolve,
        rulebook_schema,
    )
else:
    __getattr__ = open_late(
        __name__,
        {
            "loading": [
                "Examination",
                "examine_rulebook",
                "load_schema",
                "own_schema",
                "resolve",
                "rulebook_schema",
            ]
        },
    )

__all__ = [
    "Examination",
    "Library",
    "Listing",
    "Source",
    "examine_rulebook",
    "find_rulebook",
    "list_rulebooks",
    "load_lanes",
    "load_plan",
    "load_quick",
    "load_schema",
    "own_schema",
    "resolve",
    "rulebook_schema",
    "shipped_library",
    "source_of_path",
]
