"""A library, and a rulebook's file: where it lies, what it says of itself, what it names beside.

A library has `rulebooks/NAME/EDITION.yaml` (or `EDITION@VERSION.yaml` for further versions) and
`schemas/`. Nothing is checked or compiled here. What a file says of itself is read from its whole
tree and kept in the cache under the digest of its bytes, so that choosing among versions costs no
reading of YAML the second time.
"""

import json
import os
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
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
from ruletrail.files import (
    NotRegularError,
    as_text,
    is_folder,
    is_hidden,
    is_possible,
    is_special,
    is_there,
    open_inside,
    show_path,
)
from ruletrail.library.named_files import (
    NamedFile,
    blame_quotes,
    find_named,
    refuse_name,
    split_name,
)
from ruletrail.problems import Mark, Problem, ProblemsError, quote, quote_to_write, refusal
from ruletrail.references import (
    SUFFIX,
    Reference,
    list_places,
    own_folder,
)

MANIFEST = "manifest.json"
"""The record of a library's published versions, beside their folders."""
_KINDS = (SUFFIX, ".yml")
COMPANIONS = tuple(f"{beside}{kind}" for beside in (".layout", ".test") for kind in _KINDS)
"""How the names end of what lies beside a rulebook."""
_PASSED_OVER = frozenset({"__pycache__", "node_modules"})
_OWN_KEY = re.compile(rb"[\"']?(?P<key>[a-z_]+)[\"']?[ \t]*:")
_CHOOSING = ("rulebook", "edition", "version", "status", "in_force")
"""The keys by which a version is chosen among those of an edition."""
_HEAD = 64 * 1024
"""Bytes that hold the first keys of almost every rulebook."""


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
        """Yield the files of all rulebooks, in order of name.

        Hidden ones are none: editors and systems leave such, `.#2024.yaml` or `._2024.yaml`. A
        folder that cannot be listed stands for what it holds: reading it says why.
        """
        for name in list_folder(self.rulebooks, show_path(self.rulebooks)):
            yield from self.files_of(name)

    def files_of(self, name: str) -> Iterator[Path]:
        """Yield the files of the rulebooks of one name, as `files`."""
        folder = self.rulebooks / name
        try:
            listed = _list_names(folder)
        except OSError:
            yield folder
            return
        for each in listed:
            if is_rulebook_file(folder / each) and not each.startswith("."):
                yield folder / each

    def candidates(self, reference: Reference) -> list[Path]:
        """List the files that may hold an edition, or the one version that a reference pins."""
        folder, edition = self.rulebooks / reference.name, reference.edition
        names = [name for _, name in list_places(reference)]
        if not reference.version:
            try:
                listed = _list_names(folder)
            except OSError as error:
                raise unreadable(show_path(folder), error) from error
            names += [name for name in listed if name.startswith(f"{edition}@")]
        paths = [folder / name for name in names if is_rulebook_file(folder / name)]
        # where the folder is closed nobody knows what is in it: reading says so
        return [path for path in paths if is_there(path) or is_hidden(path)]

    def strays(self) -> Iterator[Path]:
        """Yield rulebooks that lie where none is looked for: too high, too deep, `.yml`."""
        for path in walk_rulebooks(self.rulebooks):
            is_found = path.suffix == SUFFIX and path.parent.parent == self.rulebooks
            is_told = path.parent == self.rulebooks and is_folder(path)
            if not is_found and not is_told:
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
        return self.shown in (show_path(self.path), as_text(self.path.as_posix()))

    def by_path(self) -> "Source":
        """Return it with marks that open from the working folder, for whom no trail is written."""
        return replace(self, shown=show_path(self.path))

    def read(self) -> bytes:
        """Read the file; whatever is wrong raises `ProblemsError`.

        A pipe is none: a rulebook is read more than once, and names what lies beside it.
        """
        if self.root is None and is_special(self.path) and not is_folder(self.path):
            raise unreadable(self.shown, NotRegularError(str(self.path)))
        return read_bytes(self.path, self.shown, RULEBOOK_LIMITS.size, self.root)

    def beside(self, name: str) -> NamedFile:
        """Name a file in the same folder: a layout, examples."""
        return NamedFile(self.path.parent / name, self.root or self.path.parent)

    @property
    def near(self) -> list[NamedFile]:
        """List the folders in which what it names is looked for first: its own, the one around it.

        In its own nothing is another rulebook's, whatever that calls its files.
        """
        return [self.beside(each) for each in dict.fromkeys((own_folder(self.path.name), ""))]

    def show_near(self, file: NamedFile) -> str:
        """Name a file that was found `near`, as marks name the rulebook."""
        return beside(self.shown, as_text(file.path.relative_to(self.path.parent).as_posix()))


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
    repeated: str = ""
    """Those of its own keys, by which versions are chosen, that stand twice."""
    table_files: tuple[str, ...] = ()
    """The names of the files that hold rows of its tables."""

    @property
    def reference(self) -> Reference:
        """Name, edition and version."""
        return Reference(self.name, self.edition, self.version)


def is_rulebook_file(path: Path) -> bool:
    """Tell rulebooks from the layouts and tests that lie beside them."""
    return path.name.endswith(SUFFIX) and not path.name.endswith(COMPANIONS)


def walk_rulebooks(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that say `language:`, as rulebooks do, in order of name.

    A folder further down that cannot be listed stands for what it holds: reading it says why.
    """
    denied: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=denied.append):
        folders[:] = sorted(
            name for name in folders if name not in _PASSED_OVER and not name.startswith(".")
        )
        paths = (Path(place, name) for name in sorted(names) if not name.startswith("."))
        yield from (
            path
            for path in paths
            if path.suffix in _KINDS and not path.name.endswith(COMPANIONS)
            if has_own_key(path, folder, "language")  # which stands in no report
        )
    for error in denied:
        if Path(error.filename) == folder:
            raise unreadable(show_path(folder), error)
        yield Path(error.filename)


def has_own_key(path: Path, root: Path, *keys: str) -> bool:
    """Tell whether a file has one of some keys as its document's own, wherever it stands.

    Keys may stand in any order, and behind a long comment. What cannot be read, or leads out of the
    folder, is not passed over: reading it says why.
    """
    try:
        with open_inside(path, root) as stream:
            head = stream.read(_HEAD)
            if _has_key(head, *keys):
                return True
            rest = stream.read(RULEBOOK_LIMITS.size)
    except OSError:
        return True
    return bool(rest) and _has_key(head + rest, *keys)


def _has_key(data: bytes, *keys: str) -> bool:
    """Tell whether what a file begins with has one of some keys, as a document's own.

    In quotes too, before a colon that stands apart, behind a mark of the byte order, as far in as
    the first key, and as the first key of a document in braces: the reader takes them all.
    """
    lines = data.removeprefix(BOM_UTF8).replace(b"\r", b"\n").split(b"\n")
    first = next((line for line in lines if not _opens(line.strip())), b"")
    indent = first[: len(first) - len(first.lstrip(b" "))]
    begun = (_OWN_KEY.match(line, len(indent)) for line in lines if line.startswith(indent))
    opened = _OWN_KEY.match(first.lstrip(b" {"))
    return any(found["key"].decode() in keys for found in (opened, *begun) if found is not None)


def _opens(line: bytes) -> bool:
    """Tell an empty line, a comment, and what opens a document."""
    return line in (b"", b"{") or line.startswith((b"#", b"%", b"---"))


def real_path(path: Path) -> Path:
    """Follow links as far as they lead; a ring of them, which cannot be read, raises nothing."""
    return Path(os.path.realpath(path)) if is_possible(str(path)) else path


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


def _list_names(folder: Path) -> list[str]:
    """List the names in a folder, in order; none where there is no folder. May raise `OSError`."""
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - a path for each of thousands costs more
    except (FileNotFoundError, NotADirectoryError):
        return []


def list_folder(folder: Path, shown: str) -> list[str]:
    """List the names in a folder, in order; one that cannot be listed raises `ProblemsError`."""
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - a path for each of thousands costs more
    except OSError as error:
        raise unreadable(shown, error) from error


_MOST_FOLDERS = 500
"""Folders of schemas in which one is looked for that does not lie where it is said to."""


def find_schema(text: str, mark: Mark, source: Source) -> NamedFile:
    """Find a report's schema near the rulebook, else under the `schemas/` of its libraries.

    Raises `path-outside` where a path leads elsewhere, `path-form` where it is written as none is,
    `schema-not-found` where nothing is there.
    """
    steps = split_name(text)
    places = [NamedFile(library.schemas, library.schemas) for library in source.reach]
    found = find_named(steps, [*source.near, *places]) if steps is not None else None
    if found is not None:
        return found
    # as it would be from the library's folder, or from the rulebook's
    rest = text.partition("schemas/")[2] if text.lstrip("./").startswith("schemas/") else ""
    if steps is not None and len(steps) == 1:
        rest = f"reports/{source.path.parent.name}/{text}"  # where `new` puts it
    below = split_name(rest) if rest else None
    is_below = below is not None and find_named(below, places) is not None
    if steps is None and not is_below:
        raise ProblemsError([refuse_name(text, mark, "path-outside")])
    code = "path-outside" if steps is None else "schema-not-found"
    advice, looked_for = "path-from-schemas" if is_below else "", ""
    if code == "schema-not-found" and not is_below:
        folders = [source.path.parent, *(each.root for each in places[:1])]
        looked_for = ", ".join(quote_path(each / text) for each in folders)
        rest = next((each for root in folders[1:] if (each := _find_below(source, text, root))), "")
        advice = "schema-elsewhere" if rest else ""
    details = {"text": quote(text), "instead": quote_to_write(rest), "places": looked_for}
    raise ProblemsError([blame_quotes(Problem(code, mark, details, "", advice), text)])


def _find_below(source: Source, text: str, schemas: Path) -> str:
    """Find a schema of the name that is written, or of the rulebook's own, anywhere in a folder.

    Empty for none, for several, and for one that is another rulebook's, by its folder.
    """
    own = source.path.parent
    for name in (PurePosixPath(text).name, f"{source.path.stem}.schema.json"):
        found = [
            Path(folder) / name
            for folder, _, files in islice(os.walk(schemas), _MOST_FOLDERS)
            if name in files
        ]
        if found:
            # all rulebooks of a year have schemas of one name, each in a folder of its own
            of_own = [each for each in found if each.parent.name == own.name]
            free = [each for each in found if not (own.parent / each.parent.name).is_dir()]
            meant = of_own or (free if len(found) == 1 else [])
            return meant[0].relative_to(schemas).as_posix() if len(meant) == 1 else ""
    return ""


def find_table_file(text: str, mark: Mark, source: Source) -> NamedFile:
    """Find a table's file, which lies near the rulebook that writes it."""
    steps = split_name(text)
    if steps is None:
        raise refusal("path-outside", mark, text=quote(text))
    found = find_named(steps, source.near)
    if found is None:
        problem = Problem("table-file-unknown", mark, {"text": quote(text)})
        raise ProblemsError([blame_quotes(problem, text)])
    return found


def show_schema(file: NamedFile, source: Source) -> str:
    """Name a report's schema for marks: beside the rulebook as that is named, else by its path.

    So who reads the mark can open it, in a terminal, an editor or a code host.
    """
    is_beside = file.path.is_relative_to(source.path.parent)
    return source.show_near(file) if is_beside else show_path(file.path)


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
        table_files=tuple(dict.fromkeys(_table_files(node))),
    )


def _table_files(node: MappingNode) -> Iterator[str]:
    """Yield the names of the files of rows, in one way each: many tables may name one file."""
    for entry in members_of(node.get("tables")).values():
        for each in (entry, *items_of(members_of(entry).get("versions"))):
            if "file" in members_of(each):
                name = _text(members_of(each), "file")
                yield "/".join(split_name(name) or (name,))


def _text(values: Mapping[str, Node], key: str) -> str:
    value = values.get(key)
    return value.text if isinstance(value, ScalarNode) else ""


def beside(shown: str, name: str) -> str:
    """Name a file that lies in the folder of another, as marks name that one."""
    return str(PurePosixPath(shown).parent / name)


def find_head(source: Source) -> Head | None:
    """Read what a file says of itself; None when it cannot be read."""
    try:
        return read_head(source)
    except ProblemsError:
        return None


def read_head(source: Source) -> Head | None:
    """Read what a file says of itself; raises `ProblemsError` where it cannot be read."""
    return head_of_bytes(source.read(), source.shown)


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
            said = [getattr(head, name) for name in Head.__match_args__]
            write_entry(entry, json.dumps(said).encode())
    return head


def _stored(content: bytes | None) -> Head | None:
    try:
        said: object = json.loads(content) if content is not None else None
    except ValueError:
        return None
    if not isinstance(said, list) or len(said) != len(Head.__match_args__):
        return None
    *texts, files = said
    if not isinstance(files, list) or not all(isinstance(each, str) for each in [*texts, *files]):
        return None
    said[-1] = tuple(files)
    return Head(*said)


def _read_tree(data: bytes, shown: str) -> Head | None:
    node, problems = read_document(data, shown, RULEBOOK_LIMITS)
    if not isinstance(node, MappingNode):
        return None
    return replace(head_of_tree(node), repeated=" ".join(_find_repeated(node, problems)))


def _find_repeated(node: MappingNode, problems: Iterable[Problem]) -> dict[str, None]:
    """Find the keys by which versions are chosen that stand twice: which one holds is open."""
    again = {
        (each.details["key"], each.details["line"])
        for each in problems
        if each.code == "repeated-key"
    }
    if not again:
        return {}
    firsts = [(key, each.mark.line, key) for key, each in node.keys.items() if key in _CHOOSING]
    days = node.get("in_force")
    if isinstance(days, MappingNode):
        firsts += [("in_force", each.mark.line, key) for key, each in days.keys.items()]
    return {own: None for own, line, key in firsts if (quote(key), str(line)) in again}
