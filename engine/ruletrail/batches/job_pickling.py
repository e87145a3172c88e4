"""A job as bytes for another machine: only the same engine unpickles it, and only unchanged.

The linked rulebook itself is in it, so that no machine looks for one of its own. An engine with
other source files might answer otherwise, so it refuses: a different answer is never silent.
"""

import pickle
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from ruletrail.batches.jobs import Job
from ruletrail.fast_dataclasses import dataclass
from ruletrail.problems import quote, refusal
from ruletrail.trails import digest_of
from ruletrail.versions import ENGINE_NAME, ENGINE_VERSION


@dataclass(frozen=True, slots=True)
class PickledJob:
    """A job as bytes, with the digests of the engine that pickled it and of the rulebook in it."""

    engine: str
    rulebook: str
    reference: str
    data: bytes


def pickle_job(job: Job) -> PickledJob:
    """Pickle a job for another machine."""
    reference = str(job.linked.rulebook.identity)
    return PickledJob(digest_of_engine(), _digest(job), reference, pickle.dumps(job))


def unpickle_job(pickled: PickledJob) -> Job:
    """Return the job; raise `ProblemsError` if the engine or the rulebook is not the pickled one.

    The bytes are trusted as the program that sent them is: whoever runs code here sent them.
    """
    ours = digest_of_engine()
    if ours != pickled.engine:
        raise refusal(
            "worker-other-engine",
            pickled.reference,
            found=quote(ours[:12]),
            expected=quote(pickled.engine[:12]),
            version=quote(ENGINE_VERSION),
        )
    job = pickle.loads(pickled.data)  # noqa: S301 - from the driver, whose code runs here anyway
    if not isinstance(job, Job) or _digest(job) != pickled.rulebook:
        raise refusal("worker-other-plan", pickled.reference, rulebook=quote(pickled.reference))
    return job


def _digest(job: Job) -> str:
    return digest_of([job.linked.content, job.linked.schema.content])


@cache
def digest_of_engine() -> str:
    """Return the digest of the engine's version and source files, the same on every machine."""
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
