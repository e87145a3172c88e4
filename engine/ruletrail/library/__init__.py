"""Find a rulebook by reference or path, resolve `extends`, and load it as a plan."""

from typing import TYPE_CHECKING

from ruletrail.lazy_imports import open_late
from ruletrail.library.cached_loading import load_compiled, load_linked, load_quick
from ruletrail.library.listings import Listing, find_rulebook, list_rulebooks
from ruletrail.library.places import find_libraries, find_nearest
from ruletrail.library.sources import Libraries, Library, Source, shipped_library, source_of_path

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
    _LATE = "Examination examine_rulebook load_schema own_schema resolve rulebook_schema"
    __getattr__ = open_late(__name__, {"loading": _LATE.split()})

__all__ = [
    "Examination", "Libraries", "Library", "Listing", "Source", "examine_rulebook",
    "find_libraries", "find_nearest", "find_rulebook", "list_rulebooks", "load_compiled",
    "load_linked", "load_quick", "load_schema", "own_schema", "resolve", "rulebook_schema",
    "shipped_library", "source_of_path",
]  # fmt: skip
