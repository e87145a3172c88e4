"""A plan from the cache, else compiled and kept there. Every input is looked for and read anew at each call.

The entry's digest covers the bytes of each file in the chain of `extends`, the names that marks show, the report's
schema, our own schema of rulebooks, the engine and Python. Which files these are is decided as for compiling, from
what stands on disk now; so a file that appears in another's place is noticed.
"""

import json
import os
from typing import TYPE_CHECKING

from ruletrail.caches import (
    Entry,
    digest_of_bytes,
    engine_stamp,
    find_folder,
    read_entry,
    write_entry,
)
from ruletrail.documents import RULEBOOK_LIMITS, SCHEMA_LIMITS, read_bytes
from ruletrail.library.places import find_schema, shipped_library
from ruletrail.library.sources import LONGEST_CHAIN, Source, find_base, head_of_bytes
from ruletrail.problems import Mark, ProblemsError
from ruletrail.references import parse_reference

if TYPE_CHECKING:
    from ruletrail.compiled import CompiledRulebook
    from ruletrail.linking import LinkedRulebook

_HERE = Mark("", 1, 1)
MOST_STEPS = 1_000
"""Making the functions of so many steps takes about a second, once; the cache keeps them."""


def load_plan(source: Source) -> "LinkedRulebook":
    """Load a rulebook as a plan; whatever is wrong raises `ProblemsError`, all problems at once."""
    return _open(source)[0]


def load_lanes(source: Source) -> "CompiledRulebook":
    """Load a rulebook as a plan with its compiled functions, which are kept too."""
    return _compile(*_open(source))


def load_quick(source: Source) -> "tuple[LinkedRulebook, CompiledRulebook | None]":
    """Load a rulebook as a plan, with its compiled functions where it is small enough that they cost little to make."""
    plan, entry = _open(source)
    if len(plan.steps) > MOST_STEPS:
        return plan, None
    lanes = _compile(plan, entry)
    if not lanes.is_whole:
        lanes.general()  # so that no report makes it on the way
    _find_trails(lanes, entry)
    return plan, lanes


def _find_trails(lanes: "CompiledRulebook", entry: Entry | None) -> None:
    """Take the code that writes trails from the cache, else make it and keep it there."""
    from ruletrail.caches.compiled_functions import decode_trails, encode_trails  # noqa: PLC0415 - the command line needs none

    beside = Entry("trails", entry.digest) if entry is not None else None
    stored = read_entry(beside) if beside is not None else None
    if stored is not None:
        # read now, so that no file is opened later; put together when a trail is first asked for
        lanes.read_trail_codes = lambda: decode_trails(stored)
        return
    content = encode_trails(lanes)
    if beside is not None:
        write_entry(beside, content)


def _compile(plan: "LinkedRulebook", entry: Entry | None) -> "CompiledRulebook":
    """Take the functions of a plan from the cache, else make them and keep them there."""
    from ruletrail.caches.compiled_functions import decode_lanes, encode_lanes  # noqa: PLC0415 - a plan alone needs no functions
    from ruletrail.compiled import CompiledRulebook  # noqa: PLC0415 - the same

    beside = Entry("lanes", entry.digest) if entry is not None else None
    stored = read_entry(beside) if beside is not None else None
    lanes = decode_lanes(stored, plan) if stored is not None else None
    if lanes is None:
        lanes = CompiledRulebook(plan)
        content = encode_lanes(lanes) if beside is not None else None
        if beside is not None and content is not None:
            write_entry(beside, content)
    return lanes


def _open(source: Source) -> tuple["LinkedRulebook", Entry | None]:
    """Load a plan, and name its entry where it is kept."""
    from ruletrail.caches.linked_rulebooks import decode_plan  # noqa: PLC0415 - listing rulebooks loads none

    entry = find_entry(source)
    stored = read_entry(entry) if entry is not None else None
    plan = decode_plan(stored) if stored is not None else None
    if plan is not None:
        return plan, entry
    from ruletrail.library.loading import compile_plan  # noqa: PLC0415 - a plan from the cache needs no compiler

    plan = compile_plan(source)
    return plan, _keep(plan, source, entry)


def _keep(plan: "LinkedRulebook", source: Source, entry: Entry | None) -> Entry | None:
    """Keep a plan, unless its files changed while it was compiled; returns the entry where it is kept."""
    from ruletrail.caches.linked_rulebooks import encode_plan  # noqa: PLC0415 - the same

    content = encode_plan(plan) if entry is not None and entry == find_entry(source) else None
    if entry is None or content is None:
        return None
    write_entry(entry, content)
    return entry


def find_entry(source: Source) -> Entry | None:
    """Name the entry of a rulebook's plan; None when there is no cache, or no plan to expect."""
    stamp = engine_stamp() if find_folder(os.environ) is not None else None
    try:
        inputs = _inputs(source) if stamp is not None else None
    except (ProblemsError, OSError):
        return None
    return (
        Entry("plan", digest_of_bytes(json.dumps([stamp, inputs]).encode()))
        if inputs is not None
        else None
    )


def _inputs(source: Source) -> list[tuple[str, str]] | None:
    """List what a plan is made of: names as marks show them, and digests."""
    found: list[tuple[str, str]] = []
    here: Source | None = source
    report = ""
    while here is not None:
        data = read_bytes(here.path, here.shown, RULEBOOK_LIMITS.size)
        head = head_of_bytes(data, here.shown)
        if head is None or len(found) > LONGEST_CHAIN:
            return None
        found.append((here.shown, digest_of_bytes(data)))
        report = report or head.report
        base = parse_reference(head.extends)
        if head.extends and base is None:
            return None
        here = find_base(base, here, _HERE) if base is not None else None
    roots = [
        library.schemas for library in (source.library, shipped_library()) if library is not None
    ]
    own = shipped_library().schemas / "rulebook.schema.json"
    for path, shown in (
        (find_schema(report, _HERE, source.path.parent, roots), report),
        (own, own.name),
    ):
        found.append((shown, digest_of_bytes(read_bytes(path, shown, SCHEMA_LIMITS.size))))
    return found
