"""Whether the trail of a record is the trail of that record: its own digests, and those of the parts beside it."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ruletrail.archives.files import problem_of
from ruletrail.archives.records import REPORT, RULEBOOK, SCHEMA, TRAIL, SealedRecord, digest_of_bytes
from ruletrail.problems import Problem, ProblemsError, quote
from ruletrail.trails import canonical_json, digest_of
from ruletrail.trails.composing import digest_step

CheckTrail = Callable[[bytes, str], list[Problem]]
"""Asked about the bytes of a stored trail, with the name that marks shall show; says what does not hold."""


def check_parts(record: SealedRecord, contents: Mapping[str, bytes]) -> Iterator[str]:
    """Yield what does not hold; parts that are missing were reported already."""
    stored = contents.get(TRAIL)
    if stored is None:
        return
    try:
        trail = json.loads(stored)
        if canonical_json(trail).encode() + b"\n" != stored:
            yield "not canonical"
            return
        yield from _check_digests(trail)
        yield from _check_beside(trail, record, contents)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        # the bytes are somebody's: whatever is not the form of a trail is none
        yield "no trail"


def read_result(path: Path, record: SealedRecord, contents: Mapping[str, bytes]) -> dict[str, Any]:
    """Read the answers of a record's trail, whose digests hold; else `ProblemsError`."""
    for text in check_parts(record, contents):
        raise ProblemsError([problem_of(path, "trail-unsound", number=str(record.number), text=quote(text))])
    result: dict[str, Any] = json.loads(contents[TRAIL])["result"]
    for kind in ("decisions", "sections"):
        outcomes = result.get(kind)
        if not isinstance(outcomes, dict) or not all(isinstance(outcome, str) for outcome in outcomes.values()):
            raise ProblemsError([problem_of(path, "trail-unsound", number=str(record.number), text=quote(f"result.{kind}"))])
    return result


def _check_digests(trail: dict[str, Any]) -> Iterator[str]:
    """Hold the document, the report and every step against the digests they state."""
    if digest_of({key: value for key, value in trail.items() if key != "digest"}) != trail["digest"]:
        yield "digest"
    report = trail["report"]
    if digest_of({key: value for key, value in report.items() if key != "digest"}) != report["digest"]:
        yield "report.digest"
    digests: dict[str, str] = {}
    for step in trail["steps"]:
        if digest_step(step, digests) != step["digest"]:
            yield f"steps.{step['id']}.digest"
        digests[step["id"]] = step["digest"]


def _check_beside(trail: dict[str, Any], record: SealedRecord, contents: Mapping[str, bytes]) -> Iterator[str]:
    """Hold the trail against the report, rulebook and schema stored beside it, and against its record."""
    for key, name in (("report", REPORT), ("rulebook", RULEBOOK), ("schema", SCHEMA)):
        if name in contents and digest_of_bytes(contents[name]) != trail[key]["digest"]:
            yield f"{key}.digest ≠ {name}"
    rulebook = trail["rulebook"]
    if f"{rulebook['name']}/{rulebook['edition']}@{rulebook['version']}" != record.rulebook:
        yield "rulebook"
    if trail["report"]["subject"] != record.subject:
        yield "report.subject"
    if trail["result"]["status"] != record.status:
        yield "result.status"
