"""Sign a changed trail anew.

What a forger would do who knows the format. Written for itself, apart from both sides.
"""

import json
from hashlib import sha256

from ruletrail.verification import verify_trail


def write(data: object) -> str:
    """Write canonical JSON; what is signed here is NFC already."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(data: object) -> str:
    """Make a digest as trails hold it."""
    return "sha256:" + sha256(write(data).encode()).hexdigest()


def bare(data: dict) -> dict:
    """Leave the digest out."""
    return {key: value for key, value in data.items() if key != "digest"}


def sign(document: dict) -> str:
    """Make every digest anew and write the stored trail."""
    document["report"]["digest"] = digest(bare(document["report"]))
    digests: dict[str, str] = {}
    for step in document["steps"]:
        reads = {code: digests[code] for code in step["reads"] if code in digests}
        step["digest"] = digests[step["id"]] = digest({"step": bare(step), "reads": reads})
    document["digest"] = digest(bare(document))
    return write(document) + "\n"


def judge(document: dict) -> list:
    """Sign a document and check it; what is found must be sayable in both languages."""
    problems = verify_trail(sign(document).encode(), "trail.json")
    assert all(
        problem.message(language) and problem.hint(language)
        for problem in problems
        for language in ("it", "en")
    )
    return problems
