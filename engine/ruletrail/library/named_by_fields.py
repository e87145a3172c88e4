"""Which rulebook a report that names none is most likely of: the one whose form has its fields."""

from collections.abc import Iterable

from ruletrail.documents import Node, members_of
from ruletrail.library.listings import Listing, list_rulebooks
from ruletrail.library.loading import load_schema
from ruletrail.library.sources import Libraries, find_head, find_schema
from ruletrail.problems import Mark, ProblemsError

_MOST_READ = 40
"""Forms that are read for one hint."""


def name_by_fields(report: Node, libraries: Libraries) -> str:
    """Name an edition of the nearest library that has one, that with most of the fields used.

    Of several that have as many it is the last; empty where there is no rulebook at all.
    """
    listed = (list_rulebooks(each) for each in libraries)
    nearest = next((found for found in listed if found), [])
    if not nearest:
        return ""
    codes = members_of(members_of(report).get("fields")).keys()
    # the last version of each edition, the last edition first
    editions = {each.reference.edition_only: each for each in nearest}
    latest = list(reversed(editions.values()))
    best = (
        max(latest[:_MOST_READ], key=lambda each: _count_known(each, codes)) if codes else latest[0]
    )
    return str(best.reference.edition_only)


def _count_known(listing: Listing, codes: Iterable[str]) -> int:
    """Count those of some codes that a rulebook's form has; none of one that cannot be read."""
    head = find_head(listing.source)
    try:
        mark = Mark(listing.source.shown, 1, 1)
        file = find_schema(head.report if head is not None else "", mark, listing.source)
        schema = load_schema(file, listing.source.shown)
    except ProblemsError:
        return 0
    return sum(code in schema.fields or code in schema.lists for code in codes)
