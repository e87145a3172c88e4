"""Published means fixed: the digests of published versions, kept beside rulebooks and compared.

`manifest.json` of a library holds, for each published version, the digest of the resolved rulebook
and of its report schema, as trails state them. Nothing here writes a file, and no record is ever
replaced.
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
    decode_text,
    text_of,
)
from ruletrail.fast_dataclasses import dataclass
from ruletrail.library.listings import list_rulebooks
from ruletrail.library.named_files import NamedFile
from ruletrail.library.sources import MANIFEST, Library, Source, shipped_library
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal
from ruletrail.references import parse_reference, version_key

MANIFEST_VERSION = "1"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Published:
    """The digests of one published version: of the resolved rulebook, of the report's schema."""

    rulebook: str
    schema: str


def is_digest(text: str) -> bool:
    """Tell whether a text has the form of a digest, `sha256:` and 64 hexadecimal digits."""
    return _DIGEST.fullmatch(text) is not None


def digests_of_plan(linked: LinkedRulebook) -> Published:
    """Digest a rulebook and its schema as a trail does."""
    return Published(linked.digest, linked.schema_digest)


def read_manifest(library: Library) -> Mapping[str, Published]:
    """Read which versions of a library are published; without a manifest none is.

    Keys are full references. Raises `ProblemsError` when the manifest is not one.
    """
    file = NamedFile(library.rulebooks / MANIFEST, library.rulebooks)
    if not file.is_there:
        return {}
    # only `check` and `--record` read one
    from ruletrail.documents.json_reader import read_json  # noqa: PLC0415

    text = decode_text(file.read(MANIFEST, RULEBOOK_LIMITS.size), MANIFEST)
    # never as YAML, though its beginning looks so: comments would be gone once it is written anew
    node, problems = read_json(text, MANIFEST, RULEBOOK_LIMITS)
    if node is None or problems:
        raise ProblemsError(problems)
    kept = _mapping(node, ("manifest", "published"))
    version, versions = kept.values["manifest"], kept.values["published"]
    is_number = isinstance(version, ScalarNode) and version.style == "number"
    if not is_number or text_of(version) != MANIFEST_VERSION:
        raise refusal("manifest-form", version.mark)
    entries = _mapping(versions).values
    return {reference: _read_published(reference, entry) for reference, entry in entries.items()}


def _read_published(reference: str, node: Node) -> Published:
    parsed = parse_reference(reference)
    entry = _mapping(node, ("rulebook", "schema"))
    written = [entry.values["rulebook"], entry.values["schema"]]
    digests = [value.text for value in written if isinstance(value, ScalarNode)]
    whole = len(digests) == len(written) and all(map(is_digest, digests))
    if parsed is None or not parsed.version or not whole:
        raise refusal("manifest-form", node.mark)
    return Published(*digests)


def _mapping(node: Node, keys: tuple[str, ...] | None = None) -> MappingNode:
    if not isinstance(node, MappingNode) or (keys is not None and set(node.values) != set(keys)):
        raise refusal("manifest-form", node.mark)
    return node


def check_published(linked: LinkedRulebook, source: Source) -> list[Problem]:
    """Find whether a rulebook is another text under the name of a published version.

    It is held against the manifest of its own library and against the shipped one, wherever its
    file lies, so that a copy edited elsewhere is found too. A published version that its library
    has not recorded is a warning.
    """
    libraries = dict.fromkeys(each for each in (source.library, shipped_library()) if each)
    try:
        entries = [read_manifest(each).get(str(linked.rulebook.identity)) for each in libraries]
    except ProblemsError as error:
        return list(error.problems)
    recorded = [fixed for fixed in entries if fixed is not None]
    problems = [problem for fixed in recorded for problem in _compare(linked, source, fixed)]
    if not recorded and linked.rulebook.status == "published" and source.library is not None:
        details = {"reference": _name(linked)}
        problems.append(Problem("published-unrecorded", Mark(source.shown), details))
    return [problem for at, problem in enumerate(problems) if problem not in problems[:at]]


def _compare(linked: LinkedRulebook, source: Source, fixed: Published) -> Iterator[Problem]:
    found = digests_of_plan(linked)
    if found.rulebook != fixed.rulebook:
        details = {"reference": _name(linked), "expected": quote(fixed.rulebook)}
        yield Problem("published-edited", Mark(source.shown), details)
    elif found.schema != fixed.schema:
        details = {"reference": _name(linked), "expected": quote(fixed.schema)}
        yield Problem("published-schema-edited", linked.rulebook.report_mark, details)


def _name(linked: LinkedRulebook) -> str:
    return quote(str(linked.rulebook.identity))


def check_manifest(library: Library) -> list[Problem]:
    """Hold a whole library against its manifest: nothing edited, nothing unrecorded, nothing gone.

    Raises `ProblemsError` when a rulebook or the manifest itself cannot be read.
    """
    # `evaluate` takes the form of a digest from here and needs no compiler
    from ruletrail.library.loading import link_source  # noqa: PLC0415

    recorded = read_manifest(library)
    problems: list[Problem] = []
    found: set[str] = set()
    for listing in list_rulebooks(library):
        found.add(str(listing.reference))
        if listing.status == "published" or str(listing.reference) in recorded:
            problems += check_published(link_source(listing.source), listing.source)
    gone = [{"reference": quote(name)} for name in recorded if name not in found]
    mark = Mark(MANIFEST)
    return problems + [Problem("published-removed", mark, details) for details in gone]


def record_published(linked: LinkedRulebook, source: Source) -> tuple[Path, str] | None:
    """Add a published version to its library's manifest: where that lies, and its new text.

    None when there is nothing to add: a draft, a rulebook outside any library, or one recorded
    already. Raises `ProblemsError` when another text was recorded under its name; a record is never
    replaced.
    """
    problems = [
        problem for problem in check_published(linked, source) if problem.severity == "error"
    ]
    if problems:
        raise ProblemsError(problems)
    if linked.rulebook.status != "published" or source.library is None:
        return None
    recorded = dict(read_manifest(source.library))
    if str(linked.rulebook.identity) in recorded:
        return None
    recorded[str(linked.rulebook.identity)] = digests_of_plan(linked)
    return source.library.rulebooks / MANIFEST, write_manifest(recorded)


def write_manifest(recorded: Mapping[str, Published]) -> str:
    """Write a manifest by name, edition and version, so that a new version is a few new lines."""
    ordered = [(reference, recorded[reference]) for reference in sorted(recorded, key=_order)]
    published = {name: {"rulebook": of.rulebook, "schema": of.schema} for name, of in ordered}
    return json.dumps({"manifest": int(MANIFEST_VERSION), "published": published}, indent=2) + "\n"


def _order(reference: str) -> tuple[str, str, tuple[int, ...]]:
    parsed = parse_reference(reference)
    if parsed is None:
        return reference, "", ()
    return parsed.name, parsed.edition, version_key(parsed.version)
