"""Everything that a record will hold, collected before the archive is opened: report, trail, rulebook, source texts.

Reads the rulebook's files once more, because a plan keeps their meaning and not their text.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from ruletrail.archives.records import GIVEN, LIBRARY, REPORT, RULEBOOK, SCHEMA, TRAIL, is_time
from ruletrail.documents import RULEBOOK_LIMITS, SCHEMA_LIMITS, read_bytes
from ruletrail.library import Source, shipped_library
from ruletrail.library.loading import compile_plan
from ruletrail.library.manifests import digests_of_plan
from ruletrail.library.places import SUFFIX, find_schema
from ruletrail.library.sources import find_base, head_of_bytes
from ruletrail.plans import Plan
from ruletrail.problems import Mark, Problem, ProblemsError, quote
from ruletrail.references import Reference, parse_reference
from ruletrail.structures import dataclass
from ruletrail.trails import Trail, canonical_json


@dataclass(frozen=True, slots=True)
class Sealable:
    """A record without its place in the chain; `contents` are its parts by name."""

    rulebook: str
    subject: Mapping[str, str | bool]
    status: str
    sealed_at: str
    contents: Mapping[str, bytes]


def gather(trail: Trail, plan: Plan, given: bytes, texts: Mapping[str, bytes], sealed_at: str) -> Sealable:
    """Collect the parts of a record: `given` is the report as it came, `texts` what `read_texts` found.

    `sealed_at` is data of the record, UTC as `2025-05-30T10:00:00Z`; it is no part of the trail.
    """
    if not is_time(sealed_at):
        raise ValueError(sealed_at)
    document = trail.to_dict()
    report: dict[str, Any] = {key: value for key, value in document["report"].items() if key != "digest"}
    contents = {
        GIVEN: given,
        REPORT: canonical_json(report).encode(),
        TRAIL: (trail.to_json() + "\n").encode(),
        RULEBOOK: canonical_json(plan.content).encode(),
        SCHEMA: canonical_json(plan.schema.content).encode(),
        **{LIBRARY + name: data for name, data in texts.items()},
    }
    subject = document["report"]["subject"]
    return Sealable(str(plan.rulebook.identity), subject, document["result"]["status"], sealed_at, contents)


def read_texts(source: Source, plan: Plan) -> Mapping[str, bytes]:
    """Read the files that a plan was made from: the rulebook, those it extends, the schema of its reports.

    Named so that together they are a library: `rulebooks/sociale/2024@1.0.0.yaml`, `schemas/…`. Raises
    `ProblemsError` when a file no longer says what the plan says, so that texts and trail belong together.
    """
    texts: dict[str, bytes] = {}
    here: Source | None = source
    while here is not None:
        data = read_bytes(here.path, here.shown, RULEBOOK_LIMITS.size)
        head = head_of_bytes(data, here.shown)
        if head is None:
            raise ProblemsError([_moved(here)])
        texts[_rulebook_name(head.reference)] = data
        base = parse_reference(head.extends)
        here = find_base(base, here, Mark(here.shown, 1, 1)) if base is not None and _rulebook_name(base) not in texts else None
    written = plan.rulebook.report
    roots = [library.schemas for library in (source.library, shipped_library()) if library is not None]
    path = find_schema(written, plan.rulebook.report_mark, source.path.parent, roots)
    texts[f"schemas/{PurePosixPath(written)}"] = read_bytes(path, written, SCHEMA_LIMITS.size)
    if digests_of_plan(compile_plan(source)) != digests_of_plan(plan):
        raise ProblemsError([_moved(source)])
    return texts


def _moved(source: Source) -> Problem:
    return Problem("seal-moved", Mark(source.shown, 1, 1), {"file": quote(source.shown)})


def _rulebook_name(reference: Reference) -> str:
    return f"rulebooks/{reference.name}/{reference.edition}@{reference.version}{SUFFIX}"
