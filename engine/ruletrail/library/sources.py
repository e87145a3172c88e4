"""A rulebook's file: where it lies, what it says of itself, and which file answers a reference.

A library has `rulebooks/NAME/EDITION.yaml` (or `EDITION@VERSION.yaml` for further versions) and
`schemas/`. Nothing is checked or compiled here. What a file says of itself is read from its whole
tree and kept in the cache under the digest of its bytes, so that choosing among versions costs no
reading of YAML the second time.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from ruletrail.caches import Entry, digest_of_bytes, engine_stamp, read_entry, write_entry
from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    read_bytes,
    read_document,
)
from ruletrail.fast_dataclasses import dataclass
from ruletrail.problems import Mark, Problem, ProblemsError, nearest_name, quote, refusal
from ruletrail.references import Reference, parse_reference, version_key

SUFFIX = ".yaml"
_COMPANIONS = (".layout.yaml", ".test.yaml")

LONGEST_CHAIN = 16
"""Rulebooks that may extend one another in a row."""


@dataclass(frozen=True, slots=True)
class Library:
    """A folder of rulebooks and the folder of schemas that belongs to it."""

    rulebooks: Path
    schemas: Path

    def files(self) -> Iterator[Path]:
        """Yield the files of all rulebooks, in order of name."""
        for path in sorted(self.rulebooks.glob(f"*/*{SUFFIX}")):
            if is_rulebook_file(path):
                yield path

    def candidates(self, reference: Reference) -> list[Path]:
        """List the files that may hold an edition, or the one version that a reference pins."""
        folder, edition = self.rulebooks / reference.name, reference.edition
        found = [folder / f"{edition}{SUFFIX}"]
        if reference.version:
            found.append(folder / f"{edition}@{reference.version}{SUFFIX}")
        elif folder.is_dir():
            found += sorted(
                path for path in folder.iterdir() if path.name.startswith(f"{edition}@")
            )
        return [path for path in found if path.is_file() and is_rulebook_file(path)]

    def shown(self, path: Path) -> str:
        """Name a file of the library as marks do: relative, with `/`."""
        return path.relative_to(self.rulebooks).as_posix()


@dataclass(frozen=True, slots=True)
class Source:
    """A rulebook's file: where it lies, how marks name it, and the library it belongs to."""

    path: Path
    shown: str
    library: Library | None


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

    @property
    def reference(self) -> Reference:
        """Name, edition and version."""
        return Reference(self.name, self.edition, self.version)


@dataclass(frozen=True, slots=True)
class Listing:
    """One version of a rulebook in a library, as its head says."""

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


def is_rulebook_file(path: Path) -> bool:
    """Tell rulebooks from the layouts and tests that lie beside them."""
    return path.name.endswith(SUFFIX) and not path.name.endswith(_COMPANIONS)


def real_path(path: Path) -> Path:
    """Follow links as far as they lead; a ring of them, which cannot be read, raises nothing."""
    return Path(os.path.realpath(path)) if "\x00" not in str(path) else path


def shipped_library() -> Library:
    """Find the library that comes with the package; in a checkout it lies at the top."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "data"
    root = inside if inside.is_dir() else package.parent.parent
    return Library(root / "rulebooks", root / "schemas")


def library_around(path: Path) -> Library | None:
    """Return the library that a rulebook's file lies in, when its folders say so."""
    rulebooks = real_path(path).parent.parent
    if rulebooks.name != "rulebooks":
        return None
    return Library(rulebooks, rulebooks.parent / "schemas")


def find_schema(text: str, mark: Mark, source: Source) -> Path:
    """Find a report's schema beside the rulebook, else under the `schemas/` of its libraries.

    Raises `path-outside` where a path leads elsewhere, `schema-not-found` where nothing is there.
    """
    written = PurePosixPath(text)
    parts = written.parts
    if written.is_absolute() or ".." in parts or not parts or set(text) & set("\\:\x00"):
        raise refusal("path-outside", mark, text=quote(text))
    libraries = (source.library, shipped_library())
    folders = [library.schemas for library in libraries if library is not None]
    for root in [source.path.parent, *folders]:
        path = root.joinpath(*parts)
        if path.is_file():
            if not real_path(path).is_relative_to(real_path(root)):
                raise refusal("path-outside", mark, text=quote(text))
            return path
    raise refusal("schema-not-found", mark, text=quote(text))


def source_of_path(path: Path, shown: str | None = None) -> Source:
    """Take a rulebook by its path, which may lie anywhere; marks show the file's name.

    A trail holds them, so what is no UTF-8 in the name of a file is shown by a sign for it.
    """
    name = os.fsencode(path.name).decode("utf-8", "replace")
    return Source(path, shown if shown is not None else name, library_around(path))


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
    )


def _text(values: Mapping[str, Node], key: str) -> str:
    value = values.get(key)
    return value.text if isinstance(value, ScalarNode) else ""


def find_base(reference: Reference, source: Source, mark: Mark) -> Source:
    """Find the rulebook that another extends: in its library, in the shipped one, or beside it."""
    libraries = (source.library, shipped_library())
    for library in (library for library in libraries if library is not None):
        for path in library.candidates(reference):
            if _peek(path) == reference and real_path(path) != real_path(source.path):
                return Source(path, library.shown(path), library)
    folder = source.path.parent
    files = [path for path in sorted(folder.iterdir()) if path.is_file()]
    # a link that leads out of the folder is not in it
    inside = [path for path in files if real_path(path).parent == real_path(folder)]
    found = [path for path in inside if is_rulebook_file(path) and _peek(path) == reference]
    if len(found) == 1:
        return Source(found[0], beside(source.shown, found[0].name), source.library)
    names = ", ".join(quote(path.name) for path in found)
    code = "extends-ambiguous" if found else "extends-unknown"
    raise refusal(code, mark, text=quote(str(reference)), files=names)


def beside(shown: str, name: str) -> str:
    """Name a file that lies in the folder of another, as marks name that one."""
    return str(PurePosixPath(shown).parent / name)


def _peek(path: Path) -> Reference | None:
    """Read which rulebook a file says it is, without checking it."""
    head = find_head(path, path.name)
    return head.reference if head is not None else None


def find_head(path: Path, shown: str) -> Head | None:
    """Read what a file says of itself; None when it cannot be read."""
    try:
        return head_of_bytes(read_bytes(path, shown, RULEBOOK_LIMITS.size), shown)
    except ProblemsError:
        return None


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


def list_rulebooks(library: Library) -> list[Listing]:
    """List all versions in a library, by name, edition and version."""
    found = [_listing(library, path) for path in library.files()]
    return sorted(filter(None, found), key=lambda listing: listing.order)


def _listing(library: Library, path: Path) -> Listing | None:
    shown = library.shown(path)
    head = find_head(path, shown)
    reference = parse_reference(str(head.reference)) if head is not None else None
    if head is None or reference is None or not reference.version:
        return None
    source = Source(path, shown, library)
    return Listing(reference, head.status, head.title, head.in_force_from, head.in_force_to, source)


def find_rulebook(reference: Reference, as_of: str, library: Library, mark: Mark) -> Source:
    """Find the file that answers a reference on a date (ISO, or empty for the latest)."""
    found = [_listing(library, path) for path in library.candidates(reference)]
    listings = [listing for listing in found if listing is not None]
    for listing in listings:
        _check_place(listing, reference)
    if reference.version:
        listings = [each for each in listings if each.reference.version == reference.version]
    if not listings:
        raise ProblemsError([_unknown(reference, library, mark)])
    if reference.version:
        return listings[0].source
    published = [listing for listing in listings if listing.status == "published"]
    latest = max(published or listings, key=lambda listing: listing.order)
    details = {"text": quote(str(reference)), "text_version": str(latest.reference)}
    if not published:
        raise refusal("rulebook-draft", mark, **details)
    answering = [listing for listing in published if _in_force(listing, as_of)]
    if not answering:
        raise refusal("rulebook-not-in-force", mark, **details)
    return max(answering, key=lambda listing: (listing.in_force_from, listing.order)).source


def _in_force(listing: Listing, as_of: str) -> bool:
    """Tell whether a version holds on a day; without an end it holds from its start on."""
    has_begun, end = listing.in_force_from <= as_of, listing.in_force_to
    return not as_of or (has_begun and (not end or as_of <= end))


def _check_place(listing: Listing, reference: Reference) -> None:
    found = listing.reference
    if (found.name, found.edition) != (reference.name, reference.edition):
        mark, place = Mark(listing.source.shown, 1, 1), f"{reference.name}/{reference.edition}"
        raise refusal("rulebook-misplaced", mark, text=quote(str(found)), place=quote(place))


def _unknown(reference: Reference, library: Library, mark: Mark) -> Problem:
    references = [listing.reference for listing in list_rulebooks(library)]
    names = {known.name for known in references}
    name = reference.name if reference.name in names else nearest_name(reference.name, names)
    same = [known for known in references if known.name == name]
    if not reference.version:
        same = [Reference(known.name, known.edition) for known in same]
    near = nearest_name(str(Reference(name, reference.edition)), map(str, same))
    return Problem("rulebook-unknown", mark, {"text": quote(str(reference))}, near)
