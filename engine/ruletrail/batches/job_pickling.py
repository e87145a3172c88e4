"""A job on its way to another machine: opened only by the engine that packed it, and only if it arrives as it left.

The plan itself travels, so that no machine looks for a rulebook of its own. An engine with other source files would
read it as it likes, so it refuses: a different answer is never silent.
"""

import pickle
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from ruletrail.batches.answering import Job
from ruletrail.compiled import CompiledRulebook
from ruletrail.fast_dataclasses import dataclass
from ruletrail.problems import Mark, Problem, ProblemsError, quote
from ruletrail.trails import digest_of
from ruletrail.versions import ENGINE_NAME, ENGINE_VERSION


@dataclass(frozen=True, slots=True)
class Shipment:
    """A job as bytes, with the digests of the engine that packed it and of the plan in it."""

    engine: str
    plan: str
    reference: str
    data: bytes


def pack_job(job: Job) -> Shipment:
    """Pack a job for another machine."""
    return Shipment(
        digest_of_engine(), _digest(job), str(job.plan.rulebook.identity), pickle.dumps(job)
    )


def open_shipment(shipment: Shipment) -> Job:
    """Unpack a job; another engine, or a plan that is not the one packed, is `ProblemsError`.

    The bytes are trusted as the program that sent them is: whoever runs code here sent them.
    """
    mark = Mark(shipment.reference, 1, 1)
    ours = digest_of_engine()
    if ours != shipment.engine:
        details = {
            "found": quote(ours[:12]),
            "expected": quote(shipment.engine[:12]),
            "version": quote(ENGINE_VERSION),
        }
        raise ProblemsError([Problem("worker-other-engine", mark, details)])
    job = pickle.loads(shipment.data)  # noqa: S301 - from the driver, whose code runs here anyway
    if not isinstance(job, Job) or _digest(job) != shipment.plan:
        raise ProblemsError(
            [Problem("worker-other-plan", mark, {"rulebook": quote(shipment.reference)})]
        )
    return job


def compile_job(job: Job) -> CompiledRulebook:
    """Make a job's functions, both, so that no row makes code."""
    compiled = CompiledRulebook(job.plan)
    compiled.general()
    return compiled


def _digest(job: Job) -> str:
    return digest_of([job.plan.content, job.plan.schema.content])


@cache
def digest_of_engine() -> str:
    """Name the engine by its version and the content of its source files, the same wherever it is installed."""
    digest = sha256(f"{ENGINE_NAME} {ENGINE_VERSION}\n".encode())
    for path, data in sorted(_sources(files("ruletrail"), "")):
        digest.update(f"{path} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


def _sources(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _sources(entry, f"{path}{entry.name}/")
        elif entry.name.endswith(".py"):
            found.append((f"{path}{entry.name}", entry.read_bytes()))
    return found
