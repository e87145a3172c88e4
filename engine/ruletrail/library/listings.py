"""The versions of rulebooks that libraries hold, and which one answers a reference on a day.

One that lies where no reference finds it, or that is in two places, is told.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from ruletrail.documents import RULEBOOK_LIMITS
from ruletrail.fast_dataclasses import dataclass
from ruletrail.files import show_path
from ruletrail.library.named_files import NamedFile
from ruletrail.library.sources import (
    MANIFEST,
    Head,
    Libraries,
    Library,
    Source,
    find_head,
    quote_path,
    read_head,
    real_path,
)
from ruletrail.library.unclear import is_plain_draft, list_unclear, tell_unclear
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal
from ruletrail.references import SUFFIX, Reference, list_places, parse_reference, version_key


@dataclass(frozen=True, slots=True)
class Listing:
    """One version of a rulebook in a library, as its head says.

    >>> import ruletrail
    >>> str(ruletrail.list_rulebooks()[-1].reference).partition("@")[0]
    'sociale/2024'
    """

    reference: Reference
    status: str
    title: str
    in_force_from: str
    in_force_to: str
    source: Source

    @property
    def order(self) -> tuple[str, str, tuple[int, ...]]:
        """By name, edition and version."""
        identity = self.reference
        return identity.name, identity.edition, version_key(identity.version)

    @property
    def is_published(self) -> bool:
        """Whether it answers a report that does not pin it."""
        return self.status == "published"


def list_rulebooks(*libraries: Library) -> list[Listing]:
    """List all versions in libraries, by name, edition and version."""
    sources = [library.source(path, libraries) for library in libraries for path in library.files()]
    return _list_sorted(sources)


def list_named(library: Library, name: str) -> list[Listing]:
    """List the versions of a library that lie where those of one name are looked for."""
    sources = [library.source(path) for path in library.files_of(name)]
    return [each for each in _list_sorted(sources) if each.reference.name == name]


def _list_sorted(sources: Iterable[Source]) -> list[Listing]:
    found = [as_listing(source, find_head(source)) for source in sources]
    return sorted(filter(None, found), key=lambda listing: listing.order)


def read_listing(source: Source) -> Listing | None:
    """Take what a file says of itself; None where it cannot be read or names no version."""
    return as_listing(source, find_head(source))


def as_listing(source: Source, head: Head | None) -> Listing | None:
    """Take what a head says of a file; None where it names no version."""
    reference = parse_reference(str(head.reference)) if head is not None else None
    if head is None or reference is None or not reference.version:
        return None
    return Listing(reference, head.status, head.title, head.in_force_from, head.in_force_to, source)


def find_rulebook(
    reference: Reference, as_of: str, libraries: Libraries, mark: Mark, *, drafts: bool = False
) -> Source:
    """Find the file that answers a reference on a date (ISO, or empty for the latest).

    An edition of which nothing is published answers only who asks for `drafts`: its author, never
    a report. The only file that lies there is what its author asks for, though it says no version,
    as one whose YAML breaks off: all that is wrong with it is told as it loads.
    """
    sources = _list_candidates(reference, libraries)
    if drafts and len(sources) == 1 and read_listing(sources[0]) is None:
        return sources[0]
    listings = _list_versions(reference, sources, is_author=drafts)
    if not listings:
        raise ProblemsError([_unknown(reference, libraries, mark)])
    return find_listing(reference, as_of, listings, mark, drafts=drafts).source


def find_listing(
    reference: Reference,
    as_of: str,
    known: Sequence[Listing],
    mark: Mark,
    *,
    drafts: bool = False,
) -> Listing:
    """Find among known versions the one that answers a reference on a date, as `find_rulebook`."""
    listings = [each for each in known if _is_version(each.reference, reference)]
    if not listings:
        raise ProblemsError([_tell_unknown(reference, known, mark)])
    # a draft beside what is published answers nobody who does not pin it
    answering = listings if reference.version else _only_answering(listings)
    problem = next(find_repeated(answering, reference, mark), None)
    if problem is not None:
        raise ProblemsError([problem])
    if reference.version:
        return listings[0]
    latest = max(answering, key=lambda listing: listing.order)
    details = {"text": quote(str(reference)), "text_version": str(latest.reference)}
    if not latest.is_published and not drafts:
        raise refusal("rulebook-draft", mark, **details)
    in_force = [listing for listing in answering if _in_force(listing, as_of)]
    if not in_force:
        advice, day = _tell_force(answering, as_of)
        raise refusal("rulebook-not-in-force", mark, advice=advice, day=day, **details)
    return _choose(in_force)


def _tell_force(listings: Sequence[Listing], as_of: str) -> tuple[str, str]:
    """Name the hint for a day on which no version holds, and the nearest one on which one does."""
    ends = [each.in_force_to for each in listings if each.in_force_to and each.in_force_to < as_of]
    begins = [each.in_force_from for each in listings if each.in_force_from > as_of]
    if begins:
        return "not-yet-in-force", quote(min(begins))
    return ("no-more-in-force", quote(max(ends))) if ends else ("", "")


def _is_version(found: Reference, asked: Reference) -> bool:
    """Tell whether one is a version of the edition that is asked for, the very one if pinned."""
    return found.edition_only == asked.edition_only and asked.version in ("", found.version)


def list_answering(listings: Iterable[Listing]) -> list[Listing]:
    """List those of many that answer who names their edition without a version and without a day.

    Of an edition that is in two places none does.
    """
    editions: dict[Reference, list[Listing]] = {}
    for listing in listings:
        editions.setdefault(listing.reference.edition_only, []).append(listing)
    answering = [_only_answering(found) for found in editions.values()]
    return [
        _choose(found)
        for found in answering
        if any(each.is_published for each in found) and not any(find_repeated(found))
    ]


def _choose(listings: Sequence[Listing]) -> Listing:
    return max(listings, key=lambda listing: (listing.in_force_from, listing.order))


def _list_candidates(reference: Reference, libraries: Libraries) -> list[Source]:
    return [
        library.source(path, libraries)
        for library in libraries
        for path in library.candidates(reference)
    ]


def _list_versions(
    reference: Reference, sources: Sequence[Source], *, is_author: bool
) -> list[Listing]:
    """List the versions of an edition, or the one that a reference pins, among files.

    Raises `ProblemsError` where one may answer and does not say so well. An author who asks for the
    only one is told all that is wrong with it by who reads it.
    """
    version = reference.version
    every = [(source, read_head(source.by_path())) for source in sources]
    heads = every if version else _leave_drafts(every)
    found = [as_listing(source, head) for source, head in heads]
    listings = [listing for listing in found if listing is not None]
    for listing in listings:
        _check_place(listing)
    asked = [each for each in listings if not version or each.reference.version == version]
    if not (asked and (version or (is_author and len(sources) == 1))):
        _refuse_unclear(heads)
    return asked


def _leave_drafts(
    heads: Sequence[tuple[Source, Head | None]],
) -> list[tuple[Source, Head | None]]:
    """Leave out the drafts among files of which one is published, also those that break off.

    Somebody is at work on them, and who pins no version asks for none. One that bears a published
    version's own reference stays, as in `_only_answering`.
    """
    listed = [as_listing(source, head) for source, head in heads]
    published = {each.reference for each in listed if each is not None and each.is_published}
    return [
        (source, head)
        for (source, head), listing in zip(heads, listed, strict=True)
        if not (published and is_plain_draft(source, head))
        or (listing is not None and listing.reference in published)
    ]


def _refuse_unclear(heads: Iterable[tuple[Source, Head | None]]) -> None:
    """Raise the problems of the files of which nobody can tell whether they answer."""
    for source, head in heads:
        if head is None or list_unclear(head):
            raise ProblemsError(tell_unclear(source.by_path(), head))


def _only_answering(listings: Sequence[Listing]) -> list[Listing]:
    """Leave out the drafts of an edition of which something is published.

    A draft that bears a published version's own reference stays: what is answered would not be
    found again by what a trail says of it.
    """
    published = {listing.reference for listing in listings if listing.is_published}
    return [each for each in listings if each.reference in published] or list(listings)


def _in_force(listing: Listing, as_of: str) -> bool:
    """Tell whether a version holds on a day; without an end it holds from its start on."""
    has_begun, end = listing.in_force_from <= as_of, listing.in_force_to
    return not as_of or (has_begun and (not end or as_of <= end))


def _check_place(listing: Listing) -> None:
    """Refuse a file that says another version than its name too: no trail of its would find it."""
    if not _is_placed(listing):
        _refuse_misplaced(listing.source)


def _refuse_misplaced(source: Source) -> None:
    """Raise the problem of a file that a library does not look for where it lies."""
    problem = find_misplaced(source.by_path())
    if problem is not None:
        raise ProblemsError([problem])


def find_misplaced(source: Source) -> Problem | None:
    """Find whether a file says another name, edition or version than its place in a library does.

    One that says none of them well has other problems first.
    """
    place = _find_place(source)
    head = find_head(source) if place is not None else None
    said = parse_reference(str(head.reference)) if head is not None else None
    if place is None or said is None or place[1] in list_places(said):
        return None
    from ruletrail.library.misplaced import Place, tell_misplaced  # noqa: PLC0415 - rare

    def find_twin(reference: Reference) -> Path | None:
        return _find_twin(reference, source)

    return tell_misplaced(Place(*place, source.shown), said, source.read(), find_twin)


def _find_twin(reference: Reference, source: Source) -> Path | None:
    """Find another file that is in its place, and is the very version that a reference names."""
    for library in source.reach if reference.version else ():
        with suppress(ProblemsError):  # of a folder that is closed nobody can tell
            for path in library.candidates(reference.edition_only):
                found = read_listing(library.source(path))
                is_other = real_path(path) != real_path(source.path)
                if is_other and found is not None and found.reference == reference:
                    return path if _is_placed(found) else None
    return None


def _find_place(source: Source) -> tuple[Path, tuple[str, ...]] | None:
    """Find which library's folder a file lies in, and the way to it; None outside of all."""
    own = (source.library,) if source.library is not None else ()
    folder = real_path(source.path.parent)
    for library in (*own, *source.libraries):
        rulebooks = real_path(library.rulebooks)
        if folder == rulebooks or rulebooks in folder.parents:
            return library.rulebooks, (*folder.relative_to(rulebooks).parts, source.path.name)
    return None


def leave_misplaced(listings: Iterable[Listing]) -> list[Listing]:
    """Leave out what no reference finds where it lies: it answers nobody, and is nobody's rival."""
    return [each for each in listings if _is_placed(each)]


def _is_placed(listing: Listing) -> bool:
    path = listing.source.path
    return (path.parent.name, path.name) in list_places(listing.reference)


def find_all_wrong(libraries: Libraries) -> tuple[list[Problem], set[Reference]]:
    """Find what is wrong with rulebooks of libraries before one of them is read as such.

    That is those that no reference finds where they lie, and those of which nobody can tell whether
    they answer; then also the editions that nothing answers without a version for that reason.
    """
    problems: list[Problem] = []
    doubtful: set[Reference] = set()
    for source in _list_everywhere(libraries):
        found, edition = find_wrong(source)
        problems += found
        doubtful |= {edition} if edition is not None else set()
    return problems, doubtful


def find_wrong(source: Source) -> tuple[list[Problem], Reference | None]:
    """Find that for one file, and the edition that nothing answers for its sake, if any."""
    is_draft = False
    try:
        misplaced, head = find_misplaced(source), read_head(source)
        is_draft = is_plain_draft(source, head)
        found = [misplaced] if misplaced else tell_unclear(source, head)
    except ProblemsError as error:
        found = list(error.problems)
    return found, _find_edition(source) if found and not is_draft else None


def _find_edition(source: Source) -> Reference | None:
    """Find for which edition a file is looked at; for none where none is looked for."""
    folder, library = source.path.parent, source.library
    if library is None or folder.parent != library.rulebooks or source.path.suffix != SUFFIX:
        return None
    return parse_reference(f"{folder.name}/{source.path.stem.partition('@')[0]}")


def _list_everywhere(libraries: Libraries) -> Iterator[Source]:
    """Yield all rulebooks of libraries, also those that lie where no reference finds them."""
    for library in libraries:
        for path in (*library.files(), *library.strays()):
            yield library.source(path, libraries).by_path()


def find_repeated(
    found: Sequence[Listing], asked: Reference | None = None, mark: Mark | None = None
) -> Iterator[Problem]:
    """Yield a problem for each file whose version another one has, and name both.

    Where there is none, an edition is in two places once two libraries have versions of it that
    answer without being pinned. The mark is of who asked, else of the file.
    """
    editions: dict[Reference, list[Listing]] = {}
    for listing in found:
        editions.setdefault(listing.reference.edition_only, []).append(listing)
    for edition, listings in editions.items():
        places = _leave_copies(listings)
        versions = list(_pair_versions(places))
        for first, second in versions or _pair_libraries(_only_answering(places)):
            text = asked or (second.reference if versions else edition)
            yield _in_two_places(text, first.source, second.source, mark)


def _leave_copies(listings: Iterable[Listing]) -> list[Listing]:
    """Leave out what lies under another name too, between which there is nothing to choose.

    What says another version is no copy, so that of hundreds of versions few are compared.
    """
    kept: list[Listing] = []
    known: dict[Reference, list[Listing]] = {}
    for listing in listings:
        alike = known.setdefault(listing.reference, [])
        if not any(_is_same(listing.source, other.source) for other in alike):
            alike.append(listing)
            kept.append(listing)
    return kept


def _pair_versions(listings: Iterable[Listing]) -> Iterator[tuple[Listing, Listing]]:
    """Pair each with the first of those before it that has the same version."""
    firsts: dict[Reference, Listing] = {}
    for listing in listings:
        first = firsts.setdefault(listing.reference, listing)
        if first is not listing:
            yield first, listing


def _pair_libraries(listings: Sequence[Listing]) -> Iterator[tuple[Listing, Listing]]:
    """Pair the first of all with the first that lies in another library."""
    for listing in listings:
        if listing.source.library != listings[0].source.library:
            yield listings[0], listing
            return


def _in_two_places(
    reference: Reference, first: Source, second: Source, mark: Mark | None
) -> Problem:
    details = {
        "text": quote(str(reference)),
        "first": quote_path(first.path),
        "second": quote_path(second.path),
    }
    place = mark if mark is not None else Mark(show_path(second.path))
    return Problem("rulebook-in-two-places", place, details)


def _is_same(source: Source, other: Source) -> bool:
    """Tell whether two names are of one rulebook, between which there is nothing to choose."""
    return real_path(other.path) == real_path(source.path) or _is_copy(source, other)


def _is_copy(source: Source, other: Source) -> bool:
    """Tell whether two files are one in two copies of a library, as in a checkout of the shipped.

    The libraries record the same published versions, and the texts are the same: nothing is chosen.
    """
    if source.library is None or other.library is None or source.library == other.library:
        return False
    records = [
        NamedFile(each.rulebooks / MANIFEST, each.rulebooks)
        for each in (source.library, other.library)
    ]
    if not all(file.is_there for file in records):
        return False
    one, two = (file.read(MANIFEST, RULEBOOK_LIMITS.size) for file in records)
    return one == two and source.read() == other.read()


def _unknown(reference: Reference, libraries: Libraries, mark: Mark) -> Problem:
    for source in _list_everywhere(libraries):
        head, place = find_head(source), _find_place(source)
        said = head.reference if head is not None else None
        is_called_so = said is not None and reference in (said, said.edition_only)
        if is_called_so or (place is not None and place[1] in list_places(reference)):
            _refuse_misplaced(source)
    return _tell_unknown(reference, list_rulebooks(*libraries), mark)


def _tell_unknown(reference: Reference, known: Iterable[Listing], mark: Mark) -> Problem:
    from ruletrail.library.near_names import tell_unknown  # noqa: PLC0415 - rare

    return tell_unknown(reference, [listing.reference for listing in known], mark)


def list_references(libraries: Libraries) -> list[Reference]:
    """List the references of all versions in libraries, which can be asked for."""
    return [listing.reference for listing in list_rulebooks(*libraries)]
