"""The digests of a trail made anew: each step's, the report's, the document's."""

from collections.abc import Iterator
from hashlib import sha256

from ruletrail.verification.readings import Json, write_canonical


def digest(data: object) -> str:
    """Return `sha256:` and the hex digest of canonical JSON."""
    return "sha256:" + sha256(write_canonical(data).encode()).hexdigest()


def digest_without_own(document: Json) -> str:
    """Digest an object over everything but its own `digest`."""
    return digest({key: value for key, value in document.items() if key != "digest"})


def digest_step(step: Json, earlier: dict[str, str]) -> str:
    """Digest a step over itself and the digests of the earlier steps that it reads."""
    bare = {key: value for key, value in step.items() if key != "digest"}
    return digest({"reads": {code: earlier[code] for code in step["reads"] if code in earlier}, "step": bare})


def find_broken_digests(document: Json) -> Iterator[tuple[str, str]]:
    """Yield what has another digest than its content: `("report", "")`, `("step", id)`, `("document", "")`."""
    if document["report"]["digest"] != digest_without_own(document["report"]):
        yield "report", ""
    digests: dict[str, str] = {}
    for step in document["steps"]:
        digests[step["id"]] = digest_step(step, digests)
        if step["digest"] != digests[step["id"]]:
            yield "step", step["id"]
    if document["digest"] != digest_without_own(document):
        yield "document", ""
