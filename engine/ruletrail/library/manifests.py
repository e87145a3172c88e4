"""Published means fixed: the digests of every published version, kept beside the rulebooks, and compared.

`manifest.json` of a library holds, for each published version, the digest of the resolved rulebook and of its
report schema, as trails state them. Nothing here writes a file, and no record is ever replaced.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ruletrail.documents import (
    RULEBOOK_LIMITS,
    MappingNode,
    Node,
    ScalarNode,
    read_bytes,
    read_document,
)
from ruletrail.fast_dataclasses import dataclass
from ruletrail.library.places import Library, shipped_library
from ruletrail.library.selection import list_rulebooks
from ruletrail.library.sources import Source
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, problem_error, quote
from ruletrail.references import parse_reference, version_key

MANIFEST = "manifest.json"
MANIFEST_VERSION = "1"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Published:
    """The digests of one published version: of the resolved rulebook, and of the schema of its reports."""

    rulebook: str
    schema: str


def is_digest(text: str) -> bool:
    """Tell whether a text has the form of a digest, `sha256:` and 64 hexadecimal digits."""
    return _DIGEST.fullmatch(text) is not None


def digests_of_plan(plan: LinkedRulebook) -> Published:
    """Digest a rulebook and its schema as a trail does."""
    return Published(plan.digest, plan.schema_digest)


def read_manifest(library: Library) -> Mapping[str, Published]:
    """Read which versions of a library are published; a library without a manifest has recorded none.

    Keys are full references. Raises `ProblemsError` when the manifest is not one.
    """
    path = library.rulebooks / MANIFEST
    if not path.exists():
        return {}
    node, problems = read_document(
        read_bytes(path, MANIFEST, RULEBOOK_LIMITS.size), MANIFEST, RULEBOOK_LIMITS
    )
    if node is None or problems:
        raise ProblemsError(problems)
    kept = _mapping(node, ("manifest", "published"))
    version, versions = kept.values["manifest"], kept.values["published"]
    if not isinstance(version, ScalarNode) or version.text != MANIFEST_VERSION:
        raise problem_error("manifest-form", version.mark)
    return {
        reference: _read_published(reference, entry)
        for reference, entry in _mapping(versions).values.items()
    }


def _read_published(reference: str, node: Node) -> Published:
    parsed = parse_reference(reference)
    entry = _mapping(node, ("rulebook", "schema"))
    digests = [
        value.text
        for value in entry.values.values()
        if isinstance(value, ScalarNode) and is_digest(value.text)
    ]
    if parsed is None or not parsed.version or len(digests) != len(entry.values):
        raise problem_error("manifest-form", node.mark)
    return Published(
        *(
            value.text
            for key in ("rulebook", "schema")
            if isinstance(value := entry.values[key], ScalarNode)
        )
    )


def _mapping(node: Node, keys: tuple[str, ...] | None = None) -> MappingNode:
    if not isinstance(node, MappingNode) or (keys is not None and set(node.values) != set(keys)):
        raise problem_error("manifest-form", node.mark)
    return node


def check_published(plan: LinkedRulebook, source: Source) -> list[Problem]:
    """Find whether a rulebook is another text under the name of a published version.

    It is held against the manifest of its own library and against the shipped one, wherever its file lies, so
    that a copy edited elsewhere is found too. A published version that its library has not recorded is a warning.
    """
    problems: list[Problem] = []
    recorded = False
    for library in dict.fromkeys(
        library for library in (source.library, shipped_library()) if library is not None
    ):
        try:
            fixed = read_manifest(library).get(str(plan.rulebook.identity))
        except ProblemsError as error:
            return list(error.problems)
        if fixed is not None:
            recorded = True
            problems += [
                problem for problem in _compare(plan, source, fixed) if problem not in problems
            ]
    if not recorded and plan.rulebook.status == "published" and source.library is not None:
        problems.append(
            Problem("published-unrecorded", Mark(source.shown, 1, 1), {"reference": _name(plan)})
        )
    return problems


def _compare(plan: LinkedRulebook, source: Source, fixed: Published) -> Iterator[Problem]:
    found = digests_of_plan(plan)
    if found.rulebook != fixed.rulebook:
        details = {"reference": _name(plan), "expected": quote(fixed.rulebook)}
        yield Problem("published-edited", Mark(source.shown, 1, 1), details)
    elif found.schema != fixed.schema:
        details = {"reference": _name(plan), "expected": quote(fixed.schema)}
        yield Problem("published-schema-edited", plan.rulebook.report_mark, details)


def _name(plan: LinkedRulebook) -> str:
    return quote(str(plan.rulebook.identity))


def check_manifest(library: Library) -> list[Problem]:
    """Hold a whole library against its manifest: nothing edited, nothing unrecorded, nothing gone.

    Raises `ProblemsError` when a rulebook or the manifest itself cannot be read.
    """
    from ruletrail.library.loading import compile_plan  # noqa: PLC0415 - `evaluate` reads a digest here and needs no compiler

    recorded = read_manifest(library)
    problems: list[Problem] = []
    found: set[str] = set()
    for listing in list_rulebooks(library):
        found.add(str(listing.reference))
        if listing.status == "published" or str(listing.reference) in recorded:
            problems += check_published(compile_plan(listing.source), listing.source)
    gone = [reference for reference in recorded if reference not in found]
    return problems + [
        Problem("published-removed", Mark(MANIFEST, 1, 1), {"reference": quote(name)})
        for name in gone
    ]


def record_published(plan: LinkedRulebook, source: Source) -> tuple[Path, str] | None:
    """Add a published version to its library's manifest: where that lies, and its new text.

    None when there is nothing to add: a draft, a rulebook outside any library, or one recorded already. Raises
    `ProblemsError` when another text was recorded under its name; a record is never replaced.
    """
    problems = [problem for problem in check_published(plan, source) if problem.severity == "error"]
    if problems:
        raise ProblemsError(problems)
    if plan.rulebook.status != "published" or source.library is None:
        return None
    recorded = dict(read_manifest(source.library))
    if str(plan.rulebook.identity) in recorded:
        return None
    recorded[str(plan.rulebook.identity)] = digests_of_plan(plan)
    return source.library.rulebooks / MANIFEST, write_manifest(recorded)


def write_manifest(recorded: Mapping[str, Published]) -> str:
    """Write a manifest: ordered by name, edition and version, so that a new version is a few new lines."""
    published = {
        reference: {"rulebook": recorded[reference].rulebook, "schema": recorded[reference].schema}
        for reference in sorted(recorded, key=_order)
    }
    return json.dumps({"manifest": int(MANIFEST_VERSION), "published": published}, indent=2) + "\n"


def _order(reference: str) -> tuple[str, str, tuple[int, ...]]:
    parsed = parse_reference(reference)
    return (
        (parsed.name, parsed.edition, version_key(parsed.version))
        if parsed is not None
        else (reference, "", ())
    )
