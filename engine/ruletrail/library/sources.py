"""A rulebook's file: where it lies, what it says of itself, and which file answers a reference.

A library has `rulebooks/NAME/EDITION.yaml` (or `EDITION@VERSION.yaml` for further versions) and
`schemas/`. Nothing is checked or compiled here. What a file says of itself is read from its whole
tree and kept in the cache under the digest of its bytes, so that choosing among versions costs no
reading of YAML the second time.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from ruletrail.caches import Entry, digest_of_bytes, engine_stamp, read_entry, write_entry
from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    items_of,
    members_of,
    read_bytes,
    read_document,
    unreadable,
)
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.files import as_text, is_folder, is_there, open_inside, show_path
from ruletrail.library.named_files import NamedFile, find_named, refuse_name, split_name
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal
from ruletrail.references import (
    SUFFIX,
    Reference,
    list_places,
    parse_reference,
    version_key,
)

MANIFEST = "manifest.json"
"""The record of a library's published versions, beside their folders."""
_KINDS = (SUFFIX, ".yml")
_COMPANIONS = tuple(f"{beside}{kind}" for beside in (".layout", ".test") for kind in _KINDS)
_PASSED_OVER = frozenset({"__pycache__", "node_modules"})
_HEAD = 64 * 1024

LONGEST_CHAIN = 16
"""Rulebooks that may extend one another in a row."""


@dataclass(frozen=True, slots=True)
class Library:
    """A folder of rulebooks and the folder of schemas that belongs to it.

    Both may be links, or lie below some. A link inside one of them may not lead out of it.
    """

    rulebooks: Path
    schemas: Path
    origin: str = field(default="", compare=False)
    """Why it is asked: `given`, `environment`, `nearest`, `package NAME`, `shipped`."""

    def files(self) -> Iterator[Path]:
        """Yield the files of all rulebooks, in order of name."""
        for path in sorted(self.rulebooks.glob(f"*/*{SUFFIX}")):
            if is_rulebook_file(path):
                yield path

    def candidates(self, reference: Reference) -> list[Path]:
        """List the files that may hold an edition, or the one version that a reference pins."""
        folder, edition = self.rulebooks / reference.name, reference.edition
        names = [name for _, name in list_places(reference)]
        if not reference.version and is_folder(folder):
            listed = list_folder(folder, reference.name)
            names += [name for name in listed if name.startswith(f"{edition}@")]
        paths = [folder / name for name in names]
        return [path for path in paths if is_rulebook_file(path) and is_there(path)]

    def strays(self) -> Iterator[Path]:
        """Yield rulebooks that lie where none is looked for: too high, too deep, `.yml`."""
        for path in walk_rulebooks(self.rulebooks):
            is_found = path.suffix == SUFFIX and path.parent.parent == self.rulebooks
            if not is_found:
                yield path

    def source(self, path: Path, libraries: "Libraries" = ()) -> "Source":
        """Take a file of the library; marks name it relative, with `/`."""
        shown = as_text(path.relative_to(self.rulebooks).as_posix())
        return Source(path, shown, self, self.rulebooks, libraries)


Libraries = tuple[Library, ...]
"""The libraries that references are looked up in, in their order."""


@dataclass(frozen=True, slots=True)
class Source:
    """A rulebook's file: where it lies, how marks name it, and the library it belongs to."""

    path: Path
    shown: str
    library: Library | None
    root: Path | None = None
    """The folder that no link may lead it out of; None for a path that the user gave."""
    libraries: Libraries = ()
    """Where what it names is looked up, besides its own library and the shipped one."""

    @property
    def reach(self) -> Libraries:
        """All libraries in which what it names is looked up, its own first."""
        own = (self.library,) if self.library is not None else ()
        return distinct_libraries((*own, *self.libraries, shipped_library()))

    @property
    def shows_path(self) -> bool:
        """Whether marks name the file by a path that opens from the working folder."""
        return self.shown == show_path(self.path)

    def by_path(self) -> "Source":
        """Return it with marks that open from the working folder, for whom no trail is written."""
        return replace(self, shown=show_path(self.path))

    def read(self) -> bytes:
        """Read the file; whatever is wrong raises `ProblemsError`."""
        return read_bytes(self.path, self.shown, RULEBOOK_LIMITS.size, self.root)

    def beside(self, name: str) -> NamedFile:
        """Name a file in the same folder: a layout, examples."""
        return NamedFile(self.path.parent / name, self.root or self.path.parent)


@dataclass(frozen=True, slots=True)
class Head:
    """What a rulebook's file says of itself, unchecked; empty where it says nothing."""

    name: str
    edition: str
    version: str
    status: str
    title: str
    in_force_from: str
    in_force_to: str
    extends: str
    report: str
    tables: str = ""
    """The names of the files that hold rows of its tables, a line each."""

    @property
    def table_files(self) -> list[str]:
        """List the files of rows that it names."""
        return self.tables.splitlines()

    @property
    def reference(self) -> Reference:
        """Name, edition and version."""
        return Reference(self.name, self.edition, self.version)


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


def is_rulebook_file(path: Path) -> bool:
    """Tell rulebooks from the layouts and tests that lie beside them."""
    return path.name.endswith(SUFFIX) and not path.name.endswith(_COMPANIONS)


def walk_rulebooks(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that say `language:`, as rulebooks do, in order of name."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if name not in _PASSED_OVER and not name.startswith(".")
        )
        paths = (Path(place, name) for name in sorted(names))
        yield from (
            path
            for path in paths
            if path.suffix in _KINDS and not path.name.endswith(_COMPANIONS)
            if _has_language(path, folder)
        )


def _has_language(path: Path, root: Path) -> bool:
    """Tell a rulebook by its key `language`, which stands in no report, also when it is broken.

    What cannot be read, or leads out of the folder, is not passed over: reading it says why.
    """
    try:
        with open_inside(path, root) as stream:
            head = stream.read(_HEAD)
    except OSError:
        return True
    return any(line.startswith(b"language:") for line in head.splitlines())


def real_path(path: Path) -> Path:
    """Follow links as far as they lead; a ring of them, which cannot be read, raises nothing."""
    return Path(os.path.realpath(path)) if "\x00" not in str(path) else path


def shipped_data() -> Path:
    """Find the folder of what comes with the package; in a checkout it is the top."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "data"
    return inside if inside.is_dir() else package.parent.parent


def shipped_library() -> Library:
    """Find the library that comes with the package."""
    root = shipped_data()
    return Library(root / "rulebooks", root / "schemas", "shipped")


def distinct_libraries(libraries: Iterable[Library]) -> Libraries:
    """Leave out a library that comes again, also under another name."""
    places: dict[Path, Library] = {}
    for library in libraries:
        places.setdefault(real_path(library.rulebooks), library)
    return tuple(places.values())


def own_schema_file(name: str) -> NamedFile:
    """Name one of the schemas that describe our own documents."""
    folder = shipped_library().schemas
    return NamedFile(folder / name, folder)


def library_around(path: Path) -> Library | None:
    """Return the library that a rulebook's file lies in, when its folders say so."""
    rulebooks = real_path(path).parent.parent
    if rulebooks.name != "rulebooks":
        return None
    return Library(rulebooks, rulebooks.parent / "schemas")


def quote_path(path: Path) -> str:
    """Write a path whole, in backticks: two of them may differ at either end."""
    shown = show_path(path)
    return quote(shown, len(shown))


def list_folder(folder: Path, shown: str) -> list[str]:
    """List the names in a folder, in order; one that cannot be listed raises `ProblemsError`."""
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise unreadable(shown, error) from error


def find_schema(text: str, mark: Mark, source: Source) -> NamedFile:
    """Find a report's schema beside the rulebook, else under the `schemas/` of its libraries.

    Raises `path-outside` where a path leads elsewhere, `path-form` where it is written as none is,
    `schema-not-found` where nothing is there.
    """
    steps = split_name(text)
    places = [NamedFile(library.schemas, library.schemas) for library in source.reach]
    found = find_named(steps, [source.beside(""), *places]) if steps is not None else None
    if found is not None:
        return found
    # as it would be from the library's folder, or from the rulebook's
    rest = text.partition("schemas/")[2] if text.lstrip("./").startswith("schemas/") else ""
    below = split_name(rest) if rest else None
    is_below = below is not None and find_named(below, places) is not None
    if steps is None and not is_below:
        raise ProblemsError([refuse_name(text, mark, "path-outside")])
    code = "path-outside" if steps is None else "schema-not-found"
    advice = "path-from-schemas" if is_below else ""
    raise refusal(code, mark, advice=advice, text=quote(text), instead=quote(rest))


def find_table_file(text: str, mark: Mark, source: Source) -> NamedFile:
    """Find a table's file, which lies beside the rulebook that writes it."""
    steps = split_name(text)
    if steps is None:
        raise refusal("path-outside", mark, text=quote(text))
    found = find_named(steps, [source.beside("")])
    if found is None:
        raise refusal("table-file-unknown", mark, text=quote(text))
    return found


def show_schema(file: NamedFile, text: str, source: Source) -> str:
    """Name a report's schema for marks: beside the rulebook as that is named, else by its path.

    So who reads the mark can open it, in a terminal, an editor or a code host.
    """
    is_beside = file.path.is_relative_to(source.path.parent)
    return beside(source.shown, text) if is_beside else show_path(file.path)


def source_of_path(
    path: Path, shown: str | None = None, libraries: Libraries = (), root: Path | None = None
) -> Source:
    """Take a rulebook by its path, which may lie anywhere; marks show the file's name.

    What it names is looked up in `libraries` too; one of these is its own if it lies there.
    """
    folder = real_path(path).parent.parent
    known = (library for library in libraries if real_path(library.rulebooks) == folder)
    own = next(known, None) or library_around(path)
    return Source(path, as_text(shown if shown is not None else path.name), own, root, libraries)


def head_of_tree(node: MappingNode) -> Head:
    """Take what a rulebook says of itself from its tree."""
    in_force = node.get("in_force")
    bounds: Mapping[str, Node] = in_force.values if isinstance(in_force, MappingNode) else {}
    return Head(
        name=_text(node.values, "rulebook"),
        edition=_text(node.values, "edition"),
        version=_text(node.values, "version"),
        status=_text(node.values, "status"),
        title=_text(node.values, "title"),
        in_force_from=_text(bounds, "from"),
        in_force_to=_text(bounds, "to"),
        extends=_text(node.values, "extends"),
        report=_text(node.values, "report"),
        tables="\n".join(
            _text(members_of(each), "file")
            for entry in members_of(node.get("tables")).values()
            for each in (entry, *items_of(members_of(entry).get("versions")))
            if "file" in members_of(each)
        ),
    )


def _text(values: Mapping[str, Node], key: str) -> str:
    value = values.get(key)
    return value.text if isinstance(value, ScalarNode) else ""


def find_base(reference: Reference, source: Source, mark: Mark) -> Source:
    """Find the rulebook that another extends: in a library, or beside it."""
    found = [(base, read_head(base)) for base in _list_held(reference, source)]
    listed = [_listing(base, head) for base, head in found if _is_headed(head, reference)]
    held = [listing for listing in listed if listing is not None]
    # a library that is not asked otherwise, as that of an exported record, answers for itself alone
    is_apart = source.library is not None and source.library not in source.libraries
    if held and not (is_apart and held[0].source.library == source.library):
        problem = next(find_repeated(held, reference, mark), None)
        if problem is not None:
            raise ProblemsError([problem])
    if held:
        return held[0].source
    # one that cannot be read, or a link that leads out of the folder, is not among those beside
    near = [base for base in _list_beside(source) if _is_headed(find_head(base), reference)]
    if len(near) == 1:
        return near[0]
    text = quote(str(reference))
    if near:
        names = ", ".join(quote(base.path.name) for base in near)
        raise refusal("extends-ambiguous", mark, text=text, files=names)
    own = read_head(source)
    problem = Problem("extends-unknown", mark, {"text": text})
    raise ProblemsError(
        [advise_base(problem, str(reference), own.reference if own else reference, source)]
    )


def advise_base(problem: Problem, written: str, own: Reference, source: Source) -> Problem:
    """Say of what a rulebook extends, and is not there, which of those that are there fit."""
    from ruletrail.library.near_names import name_bases  # noqa: PLC0415 - rare

    known = [each for each in list_references(source.reach) if each != own]
    advice, details = name_bases(written, known)
    # of an unknown base the code's own hint says where to put it
    is_own = advice == "base-of-none" and problem.code == "extends-unknown"
    return replace(problem, details={**problem.details, **details}, advice="" if is_own else advice)


def _list_held(reference: Reference, source: Source) -> Iterator[Source]:
    """Yield the files of libraries that may hold what a rulebook extends, itself left out."""
    for library in source.reach:
        for path in library.candidates(reference):
            if real_path(path) != real_path(source.path):
                base = library.source(path, source.libraries)
                yield base.by_path() if source.shows_path else base


def _list_beside(source: Source) -> Iterator[Source]:
    """Yield the rulebooks in the folder of another, itself included."""
    folder = source.path.parent
    # a text that lies in no folder has nothing beside it
    for name in list_folder(folder, source.shown) if is_folder(folder) else ():
        if is_rulebook_file(folder / name):
            shown = beside(source.shown, as_text(name))
            yield Source(folder / name, shown, source.library, folder, source.libraries)


def beside(shown: str, name: str) -> str:
    """Name a file that lies in the folder of another, as marks name that one."""
    return str(PurePosixPath(shown).parent / name)


def _is_headed(head: Head | None, reference: Reference) -> bool:
    """Tell whether a file says that it is this rulebook; it is not checked."""
    return head is not None and head.reference == reference


def find_head(source: Source) -> Head | None:
    """Read what a file says of itself; None when it cannot be read."""
    try:
        return read_head(source)
    except ProblemsError:
        return None


def read_head(source: Source) -> Head | None:
    """Read what a file says of itself; raises `ProblemsError` where it cannot be read."""
    return head_of_bytes(source.read(), source.shown)


def follow_extends(source: Source) -> Iterator[tuple[Source, bytes, Head | None]]:
    """Yield a rulebook's file and those that it extends, each with its bytes and its head.

    It ends where a head names no further one, or one past the longest chain.
    """
    here = source
    for _ in range(LONGEST_CHAIN + 1):
        data = here.read()
        head = head_of_bytes(data, here.shown)
        yield here, data, head
        base = parse_reference(head.extends) if head is not None else None
        if base is None:
            return
        here = find_base(base, here, Mark(here.shown, 1, 1))


def head_of_bytes(data: bytes, shown: str) -> Head | None:
    """Read what a file's bytes say of the rulebook, from the cache when they were read before."""
    stamp = engine_stamp()
    if stamp is None:
        return _read_tree(data, shown)
    entry = Entry("head", digest_of_bytes(f"{stamp} {digest_of_bytes(data)}".encode()))
    head = _stored(read_entry(entry))
    if head is None:
        head = _read_tree(data, shown)
        if head is not None:
            texts = [getattr(head, name) for name in Head.__match_args__]
            write_entry(entry, json.dumps(texts).encode())
    return head


def list_files(source: Source) -> Iterator[Path]:
    """Yield the files of a rulebook that loads, which are there or may be.

    Its own and those it extends, the layouts and examples beside them, the record of what their
    library has published, and the reports' schema.
    """
    report = ""
    for here, _, head in follow_extends(source):
        yield here.path
        stem = here.path.name.removesuffix(SUFFIX)
        yield from (here.path.with_name(stem + companion) for companion in _COMPANIONS)
        if here.library is not None:
            yield here.library.rulebooks / MANIFEST
        report = report or (head.report if head is not None else "")
        for name in head.table_files if head is not None else ():
            yield from (here.path.parent.joinpath(*steps) for steps in [split_name(name)] if steps)
    yield find_schema(report, Mark(source.shown, 1, 1), source).path


def _stored(content: bytes | None) -> Head | None:
    try:
        texts: object = json.loads(content) if content is not None else None
    except ValueError:
        return None
    if not isinstance(texts, list) or len(texts) != len(Head.__match_args__):
        return None
    return Head(*texts) if all(isinstance(text, str) for text in texts) else None


def _read_tree(data: bytes, shown: str) -> Head | None:
    node, _ = read_document(data, shown, RULEBOOK_LIMITS)
    return head_of_tree(node) if isinstance(node, MappingNode) else None


def list_rulebooks(*libraries: Library) -> list[Listing]:
    """List all versions in libraries, by name, edition and version."""
    sources = [library.source(path, libraries) for library in libraries for path in library.files()]
    found = [_listing(source, find_head(source)) for source in sources]
    return sorted(filter(None, found), key=lambda listing: listing.order)


def read_listing(source: Source) -> Listing | None:
    """Take what a file says of itself; None where it cannot be read or names no version."""
    return _listing(source, find_head(source))


def _listing(source: Source, head: Head | None) -> Listing | None:
    reference = parse_reference(str(head.reference)) if head is not None else None
    if head is None or reference is None or not reference.version:
        return None
    return Listing(reference, head.status, head.title, head.in_force_from, head.in_force_to, source)


def find_rulebook(
    reference: Reference, as_of: str, libraries: Libraries, mark: Mark, *, drafts: bool = False
) -> Source:
    """Find the file that answers a reference on a date (ISO, or empty for the latest).

    An edition of which nothing is published answers only who asks for `drafts`: its author, never
    a report.
    """
    listings = _list_versions(reference, libraries)
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
        raise refusal("rulebook-not-in-force", mark, **details)
    return _choose(in_force)


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


def _list_versions(reference: Reference, libraries: Libraries) -> list[Listing]:
    """List the versions of an edition, or the one that a reference pins, in every library."""
    sources = [
        library.source(path, libraries)
        for library in libraries
        for path in library.candidates(reference)
    ]
    found = [_listing(source, read_head(source)) for source in sources]
    listings = [listing for listing in found if listing is not None]
    for listing in listings:
        _check_place(listing, reference)
    version = reference.version
    return [each for each in listings if not version or each.reference.version == version]


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


def _check_place(listing: Listing, reference: Reference) -> None:
    found = listing.reference
    if found.edition_only != reference.edition_only:
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

    return tell_misplaced(Place(*place, source.shown), said, source.read())


def _find_place(source: Source) -> tuple[Path, tuple[str, ...]] | None:
    """Find which library's folder a file lies in, and the way to it; None outside of all."""
    own = (source.library,) if source.library is not None else ()
    folder = real_path(source.path.parent)
    for library in (*own, *source.libraries):
        rulebooks = real_path(library.rulebooks)
        if folder == rulebooks or rulebooks in folder.parents:
            return library.rulebooks, (*folder.relative_to(rulebooks).parts, source.path.name)
    return None


def find_all_misplaced(libraries: Libraries) -> Iterator[Problem]:
    """Yield a problem for each rulebook of libraries that no reference finds where it lies."""
    found = (find_misplaced(source) for source in _list_everywhere(libraries))
    yield from (problem for problem in found if problem is not None)


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
        versions = _pair(places, lambda one, two: one.reference == two.reference)
        between = _pair(_only_answering(places), _is_elsewhere)[:1] if not versions else []
        for first, second in versions:
            yield _in_two_places(asked or second.reference, first.source, second.source, mark)
        for first, second in between:
            yield _in_two_places(asked or edition, first.source, second.source, mark)


def _leave_copies(listings: Iterable[Listing]) -> list[Listing]:
    """Leave out what lies under another name too, between which there is nothing to choose."""
    kept: list[Listing] = []
    for listing in listings:
        if not any(_is_same(listing.source, other.source) for other in kept):
            kept.append(listing)
    return kept


def _pair(
    listings: Sequence[Listing], are_rivals: Callable[[Listing, Listing], bool]
) -> list[tuple[Listing, Listing]]:
    """Pair each with the first of those before it that is its rival."""
    pairs = []
    for at, listing in enumerate(listings):
        rival = next((each for each in listings[:at] if are_rivals(each, listing)), None)
        pairs += [(rival, listing)] if rival is not None else []
    return pairs


def _is_elsewhere(one: Listing, two: Listing) -> bool:
    return one.source.library != two.source.library


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
