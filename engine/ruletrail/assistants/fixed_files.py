"""What no assistant writes: the files of published versions, texts under their names, and new ones.

A higher version that says it is published would answer in place of the one that a person published.
Which versions are published says the record of the library (`manifest.json`), which is no rulebook
and so no file that is written here either.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ruletrail.documents import RULEBOOK_LIMITS, MappingNode, read_document
from ruletrail.library import Library, Source
from ruletrail.library.bases import follow_extends
from ruletrail.library.manifests import read_manifest
from ruletrail.library.named_files import split_name
from ruletrail.library.sources import Head, find_head, head_of_tree, shipped_library
from ruletrail.library.unclear import list_unclear
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal
from ruletrail.references import SUFFIX, Reference, parse_reference


@dataclass(slots=True)
class _Fixed:
    """Files and references, each with the published version that rests on it."""

    files: dict[str, str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)


def refuse_fixed(library: Library, path: Path, shown: str, text: str) -> None:
    """Refuse a text that changes a published version of a library, bears its name, or is one."""
    fixed = _list_fixed(library)
    # as whoever reads the file does: a byte order mark is no part of what it says
    node, _ = read_document(text.encode("utf-8", "replace"), shown, RULEBOOK_LIMITS)
    head = head_of_tree(node) if isinstance(node, MappingNode) else None
    said = str(head.reference) if head is not None else ""
    mark, by = Mark(shown, 1, 1), fixed.files.get(_key(path)) or fixed.references.get(said)
    if by is not None:
        raise refusal("published-fixed", mark, text=quote(shown), reference=quote(by))
    beside = _find_edition(library, path) if head is None or list_unclear(head) else ""
    if beside:
        details = {"text": quote(shown), "reference": quote(beside)}
        advice, wording = "version-to-say", "version-unsaid"
        raise ProblemsError(
            [Problem("published-fixed", mark, details, advice=advice, wording=wording)]
        )
    if head is not None and head.status == "published":
        raise refusal("published-by-hand", Mark(shown, 1, 1), text=quote(shown))


def _find_edition(library: Library, path: Path) -> str:
    """Find the edition, with a published version, that a file's name is of; empty for none.

    A text there that does not say which version it is may be any, so that none would answer.
    """
    folder, name = _key(path.parent), path.name.casefold()
    edition = name.removesuffix(SUFFIX).partition("@")[0] if name.endswith(SUFFIX) else ""
    for published in (*read_manifest(library), *read_manifest(shipped_library())):
        reference = parse_reference(published)
        if reference is None or edition != reference.edition.casefold():
            continue
        if folder == _key(library.rulebooks / reference.name):
            return f"{reference.name}/{reference.edition}"
    return ""


def _list_fixed(library: Library) -> _Fixed:
    fixed = _Fixed()
    for published in read_manifest(library):
        reference = parse_reference(published)
        fixed.references[published] = published
        for path in library.candidates(reference) if reference is not None else ():
            source = library.source(path, (library,))
            if _says(find_head(source), reference):
                _add_files(source, published, fixed)
    return fixed


def _says(head: Head | None, reference: Reference | None) -> bool:
    return head is not None and head.reference == reference


def _add_files(source: Source, published: str, fixed: _Fixed) -> None:
    """Add what a published version is made of: the files in its chain, their tables, its schema.

    Also the places near it, where what has such a name would be taken in place of its own.
    """
    report = ""
    for here, head in _follow(source):
        fixed.files.setdefault(_key(here.path), published)
        if head is not None:
            fixed.references.setdefault(str(head.reference), published)
            report = report or head.report
            for at in filter(None, map(split_name, head.table_files)):
                for place in here.near:
                    fixed.files.setdefault(_key(place.path.joinpath(*at)), published)
    steps = split_name(report) if report else None
    library = source.library
    near = [each.path for each in source.near]
    for folder in (*near, library.schemas) if steps and library else ():
        fixed.files.setdefault(_key(folder.joinpath(*steps or ())), published)


def _follow(source: Source) -> Iterator[tuple[Source, Head | None]]:
    """Follow `extends` as far as it leads: what is broken further on changes nothing before it."""
    try:
        for here, _, head in follow_extends(source):
            yield here, head
    except ProblemsError:
        return


def _key(path: Path) -> str:
    """Tell files apart as the system does that tells the fewest apart: without regard to case."""
    return os.path.realpath(path).casefold()
