"""A plan from the cache, else compiled and kept there. Every input is read anew at each call.

The entry's digest covers the bytes of each file in the chain of `extends`, the names that marks
show, the report's schema, our own schema of rulebooks, the engine and Python. Which files these are
is decided as for compiling, from what stands on disk now; so a file that appears in another's place
is noticed.
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
from ruletrail.documents import RULEBOOK_LIMITS, SCHEMA_LIMITS
from ruletrail.library.bases import LONGEST_CHAIN, follow_extends
from ruletrail.library.sources import Source, find_schema, find_table_file, own_schema_file
from ruletrail.problems import Mark, ProblemsError
from ruletrail.references import parse_reference

if TYPE_CHECKING:
    from ruletrail.compiled import CompiledRulebook
    from ruletrail.linking import LinkedRulebook

_HERE = Mark("", 1, 1)
MOST_STEPS = 1_000
"""Making the functions of so many steps takes about a second, once; the cache keeps them."""


def load_linked(source: Source) -> "LinkedRulebook":
    """Load a rulebook as a plan; whatever is wrong raises `ProblemsError`, all problems at once."""
    return _open(source)[0]


def load_compiled(source: Source) -> "CompiledRulebook":
    """Load a rulebook as a plan with its compiled functions, which are kept too."""
    return _compile(*_open(source))


def load_quick(source: Source) -> "tuple[LinkedRulebook, CompiledRulebook | None]":
    """Load a rulebook as a plan, with its compiled functions where these cost little to make."""
    linked, entry = _open(source)
    if len(linked.steps) > MOST_STEPS:
        return linked, None
    compiled = _compile(linked, entry)
    if not compiled.is_covered:
        return linked, compiled
    if not compiled.is_whole:
        compiled.general()  # so that no report makes it on the way
    _find_trails(compiled, entry)
    return linked, compiled


def _find_trails(compiled: "CompiledRulebook", entry: Entry | None) -> None:
    """Take the code that writes trails from the cache, else make it and keep it there."""
    from ruletrail.caches.compiled_functions import decode_trails, encode_trails  # noqa: PLC0415 - the command line needs none

    beside = Entry("trails", entry.digest) if entry is not None else None
    stored = read_entry(beside) if beside is not None else None
    if stored is not None:
        # read now, so that no file is opened later; put together when a trail is first asked for
        compiled.read_trail_codes = lambda: decode_trails(stored)
        return
    content = encode_trails(compiled)
    if beside is not None:
        write_entry(beside, content)


def _compile(linked: "LinkedRulebook", entry: Entry | None) -> "CompiledRulebook":
    """Take the functions of a plan from the cache, else make them and keep them there."""
    # a plan alone needs no functions, nor the modules that make them
    from ruletrail.caches.compiled_functions import decode_functions, encode_functions  # noqa: PLC0415
    from ruletrail.compiled import CompiledRulebook  # noqa: PLC0415

    if entry is None:
        return CompiledRulebook(linked)
    beside = Entry("functions", entry.digest)
    stored = read_entry(beside)
    compiled = decode_functions(stored, linked) if stored is not None else None
    if compiled is None:
        compiled = CompiledRulebook(linked)
        content = encode_functions(compiled)
        if content is not None:
            write_entry(beside, content)
    return compiled


def _open(source: Source) -> tuple["LinkedRulebook", Entry | None]:
    """Load a plan, and name its entry where it is kept."""
    # listing rulebooks loads no plan, and a plan from the cache needs no compiler
    from ruletrail.caches.linked_rulebooks import decode_linked  # noqa: PLC0415

    entry = find_entry(source)
    stored = read_entry(entry) if entry is not None else None
    linked = decode_linked(stored) if stored is not None else None
    if linked is not None:
        return linked, entry
    from ruletrail.library.loading import link_source  # noqa: PLC0415

    linked = link_source(source)
    return linked, _keep(linked, source, entry)


def _keep(linked: "LinkedRulebook", source: Source, entry: Entry | None) -> Entry | None:
    """Keep a plan, unless its files changed meanwhile; returns the entry where it is kept."""
    from ruletrail.caches.linked_rulebooks import encode_linked  # noqa: PLC0415

    if entry is None or entry != find_entry(source):
        return None
    content = encode_linked(linked)
    if content is None:
        return None
    write_entry(entry, content)
    return entry


def find_entry(source: Source) -> Entry | None:
    """Name the entry of a rulebook's plan; None when there is no cache, or no plan to expect."""
    stamp = engine_stamp() if find_folder(os.environ) is not None else None
    try:
        inputs = list_inputs(source) if stamp is not None else None
    except (ProblemsError, OSError):
        return None
    if inputs is None:
        return None
    return Entry("plan", digest_of_bytes(json.dumps([stamp, inputs]).encode()))


def list_inputs(source: Source) -> list[tuple[str, str]] | None:
    """List what a plan is made of: names as marks show them, and digests; None where it has none.

    Raises `ProblemsError` where a file of it cannot be found or read.
    """
    found: list[tuple[str, str]] = []
    report = ""
    for here, data, head in follow_extends(source):
        if head is None or len(found) > LONGEST_CHAIN:
            return None
        found.append((here.shown, digest_of_bytes(data)))
        report = report or head.report
        for name in head.table_files:
            file = find_table_file(name, _HERE, here)
            digest = digest_of_bytes(file.read(name, RULEBOOK_LIMITS.size))
            found.append((here.show_near(file), digest))
        if head.extends and parse_reference(head.extends) is None:
            return None
    schema, own = find_schema(report, _HERE, source), own_schema_file("rulebook.schema.json")
    # by the name as written: a plan holds no mark of its schema, and is the same from any folder
    for file, shown in ((schema, report), (own, own.path.name)):
        found.append((shown, digest_of_bytes(file.read(shown, SCHEMA_LIMITS.size))))
    return found
