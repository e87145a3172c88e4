"""Which version answers: the published one in force, the highest among equals; a draft only when pinned."""

from pathlib import Path

from ruletrail.fast_dataclasses import dataclass
from ruletrail.library.places import Library
from ruletrail.library.sources import Source, find_head
from ruletrail.problems import Mark, Problem, ProblemsError, nearest_name, problem_error, quote
from ruletrail.references import Reference, parse_reference, version_key


@dataclass(frozen=True, slots=True)
class Listing:
    """One version of a rulebook in a library, as its head says."""

    reference: Reference
    status: str
    title: str
    in_force_from: str
    in_force_to: str
    source: Source


def list_rulebooks(library: Library) -> list[Listing]:
    """List all versions in a library, by name, edition and version."""
    found = [_listing(library, path) for path in library.files()]
    listings = [listing for listing in found if listing is not None]
    return sorted(
        listings,
        key=lambda listing: (
            listing.reference.name,
            listing.reference.edition,
            version_key(listing.reference.version),
        ),
    )


def _listing(library: Library, path: Path) -> Listing | None:
    shown = library.shown(path)
    head = find_head(path, shown)
    reference = parse_reference(str(head.reference)) if head is not None else None
    if head is None or reference is None or not reference.version:
        return None
    return Listing(
        reference,
        head.status,
        head.title,
        head.in_force_from,
        head.in_force_to,
        Source(path, shown, library),
    )


def find_rulebook(reference: Reference, as_of: str, library: Library, mark: Mark) -> Source:
    """Find the file that answers a reference on a date (ISO, or empty for the latest)."""
    listings = [
        listing
        for path in library.candidates(reference)
        if (listing := _listing(library, path)) is not None
    ]
    for listing in listings:
        _check_place(listing, reference)
    if reference.version:
        listings = [
            listing for listing in listings if listing.reference.version == reference.version
        ]
    if not listings:
        raise ProblemsError([_unknown(reference, library, mark)])
    if reference.version:
        return listings[0].source
    published = [listing for listing in listings if listing.status == "published"]
    latest = max(published or listings, key=lambda listing: version_key(listing.reference.version))
    details = {"text": quote(str(reference)), "text_version": str(latest.reference)}
    if not published:
        raise problem_error("rulebook-draft", mark, **details)
    answering = [listing for listing in published if _in_force(listing, as_of)]
    if not answering:
        raise problem_error("rulebook-not-in-force", mark, **details)
    return max(
        answering,
        key=lambda listing: (listing.in_force_from, version_key(listing.reference.version)),
    ).source


def _in_force(listing: Listing, as_of: str) -> bool:
    if not as_of:
        return True
    return listing.in_force_from <= as_of and (
        not listing.in_force_to or as_of <= listing.in_force_to
    )


def _check_place(listing: Listing, reference: Reference) -> None:
    found = listing.reference
    if (found.name, found.edition) != (reference.name, reference.edition):
        mark = Mark(listing.source.shown, 1, 1)
        details = {
            "text": quote(str(found)),
            "place": quote(f"{reference.name}/{reference.edition}"),
        }
        raise problem_error("rulebook-misplaced", mark, **details)


def _unknown(reference: Reference, library: Library, mark: Mark) -> Problem:
    references = [listing.reference for listing in list_rulebooks(library)]
    names = {known.name for known in references}
    name = reference.name if reference.name in names else nearest_name(reference.name, names)
    near = {
        str(known if reference.version else Reference(known.name, known.edition))
        for known in references
        if known.name == name
    }
    return Problem(
        "rulebook-unknown",
        mark,
        {"text": quote(str(reference))},
        nearest_name(str(Reference(name, reference.edition)), near),
    )
