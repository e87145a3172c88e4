"""A rulebook's file: where it lies, what it says of itself, and which file is its base. Checks nothing, compiles nothing.

What a file says of itself is read from its whole tree and kept in the cache under the digest of its bytes, so that
choosing among versions costs no reading of YAML the second time.
"""

import json
from collections.abc import Mapping
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
from ruletrail.library.places import (
    Library,
    is_rulebook_file,
    library_around,
    real_path,
    shipped_library,
)
from ruletrail.problems import Mark, ProblemsError, problem_error, quote
from ruletrail.references import Reference

LONGEST_CHAIN = 16
"""Rulebooks that may extend one another in a row."""


@dataclass(frozen=True, slots=True)
class Source:
    """A rulebook's file: where it lies, how marks name it, and the library it belongs to, if any."""

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


def source_of_path(path: Path, shown: str | None = None) -> Source:
    """Take a rulebook by its path, which may lie anywhere; marks show the file's name."""
    return Source(path, shown if shown is not None else path.name, library_around(path))


def identity_of(node: MappingNode) -> Reference:
    """Read name, edition and version of a checked rulebook."""
    return head_of_tree(node).reference


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
    """Find the rulebook that another extends: in its own folder, in its library, or in the shipped one."""
    for library in (source.library, shipped_library()):
        for path in library.candidates(reference) if library is not None else ():
            if _peek(path) == reference and real_path(path) != real_path(source.path):
                return Source(
                    path, library.shown(path) if library is not None else path.name, library
                )
    folder = source.path.parent
    inside = [
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and real_path(path).parent == real_path(folder)
    ]
    found = [path for path in inside if is_rulebook_file(path) and _peek(path) == reference]
    if len(found) == 1:
        return Source(found[0], beside(source.shown, found[0].name), source.library)
    files = ", ".join(quote(path.name) for path in found)
    code = "extends-ambiguous" if found else "extends-unknown"
    raise problem_error(code, mark, text=quote(str(reference)), files=files)


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
    entry = (
        Entry("head", digest_of_bytes(f"{stamp} {digest_of_bytes(data)}".encode()))
        if stamp is not None
        else None
    )
    head = _stored(read_entry(entry)) if entry is not None else None
    if head is None:
        node = _read_tree(data, shown)
        head = head_of_tree(node) if node is not None else None
        if head is not None and entry is not None:
            write_entry(
                entry, json.dumps([getattr(head, name) for name in Head.__match_args__]).encode()
            )
    return head


def _stored(content: bytes | None) -> Head | None:
    try:
        texts: object = json.loads(content) if content is not None else None
    except ValueError:
        return None
    if (
        not isinstance(texts, list)
        or len(texts) != len(Head.__match_args__)
        or not all(isinstance(text, str) for text in texts)
    ):
        return None
    return Head(*texts)


def read_head(path: Path, shown: str) -> MappingNode | None:
    """Read a rulebook's tree unchecked; None when it cannot be read."""
    try:
        return _read_tree(read_bytes(path, shown, RULEBOOK_LIMITS.size), shown)
    except ProblemsError:
        return None


def _read_tree(data: bytes, shown: str) -> MappingNode | None:
    node, _ = read_document(data, shown, RULEBOOK_LIMITS)
    return node if isinstance(node, MappingNode) else None
