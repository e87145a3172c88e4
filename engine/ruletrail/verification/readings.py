"""Bytes to JSON, strictly, and JSON back to canonical text and to digests; the checker's own."""

import json
import unicodedata
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import NoReturn

from ruletrail.problems import Mark, Problem, quote, refusal
from ruletrail.verification.state import Failure, Json

LARGEST_TRAIL = 64 * 1024 * 1024
"""Bytes of a stored trail; a rulebook at its own limits stays under it."""

TRAIL_VERSION = 1
_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class StoredTrail:
    """A trail as it was read: the file's name, its text, and the document in it."""

    file: str
    text: str
    document: Json


class _NotJsonError(ValueError):
    """Something that JSON's grammar admits and a trail does not."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code, self.details = code, details


def read_trail(data: bytes, file: str) -> StoredTrail:
    """Read a stored trail; raises `ProblemsError` where it is no JSON of a known trail version."""
    mark = Mark(file, 1, 1)
    if len(data) > LARGEST_TRAIL:
        raise refusal("document-too-large", mark, limit=str(LARGEST_TRAIL))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        broken, byte = _mark_at(file, before, len(before)), f"0x{data[error.start]:02X}"
        raise refusal("not-utf8", broken, byte=byte) from error
    document = _parse(text, file)
    if not isinstance(document, dict) or type(document.get("trail")) is not int:
        raise refusal("trail-not-one", mark)
    if document["trail"] != TRAIL_VERSION:
        found, known = str(document["trail"]), str(TRAIL_VERSION)
        raise refusal("trail-version", mark, found=found, known=known)
    return StoredTrail(file, text, document)


def _parse(text: str, file: str) -> object:
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=_short_integer,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except _NotJsonError as error:
        raise refusal(error.code, Mark(file, 1, 1), **error.details) from error
    except json.JSONDecodeError as error:
        near = quote(text[error.pos : error.pos + 40].split("\n", maxsplit=1)[0])
        raise refusal("json-syntax", _mark_at(file, text, error.pos), near=near) from error
    except RecursionError as error:
        raise refusal("document-too-deep", Mark(file, 1, 1), limit="100") from error


def _mark_at(file: str, text: str, offset: int) -> Mark:
    line = text.count("\n", 0, offset) + 1
    return Mark(file, line, offset - text.rfind("\n", 0, offset))


def _unique(pairs: list[tuple[str, object]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise _NotJsonError("trail-repeated-key", key=quote(counts.most_common(1)[0][0]))
    return found


def _short_integer(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise _NotJsonError("trail-number", text=quote(text))
    return int(text)


def _no_number(text: str) -> NoReturn:
    raise _NotJsonError("trail-number", text=quote(text))


def write_canonical(data: object) -> str:
    """Write JSON canonically: sorted keys, no white space, nothing escaped needlessly, NFC."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text if unicodedata.is_normalized("NFC", text) else _write_normalized(data)


def _write_normalized(data: object) -> str:
    """Write text by text: a whole document may be far from NFC only where two texts touch."""
    if isinstance(data, dict):
        keys = sorted(data)
        members = (f"{_write_normalized(key)}:{_write_normalized(data[key])}" for key in keys)
        return "{" + ",".join(members) + "}"
    if isinstance(data, list):
        return "[" + ",".join(map(_write_normalized, data)) + "]"
    if isinstance(data, str):
        data = unicodedata.normalize("NFC", data)
    return json.dumps(data, ensure_ascii=False)


def find_canonical_break(stored: StoredTrail) -> Problem | None:
    """Find where a stored trail stops being exactly its canonical bytes and one newline."""
    canonical = write_canonical(stored.document) + "\n"
    if stored.text == canonical:
        return None
    pairs = enumerate(zip(stored.text, canonical, strict=False))
    shorter = min(len(stored.text), len(canonical))
    offset = next((at for at, (found, wanted) in pairs if found != wanted), shorter)
    near, wanted = (quote(text[offset : offset + 40]) for text in (stored.text, canonical))
    mark = _mark_at(stored.file, stored.text, offset)
    return Problem("trail-not-canonical", mark, {"near": near, "wanted": wanted})


def digest(data: object) -> str:
    """Return `sha256:` and the hex digest of canonical JSON."""
    return "sha256:" + sha256(write_canonical(data).encode()).hexdigest()


def digest_without_own(document: Json) -> str:
    """Digest an object over everything but its own `digest`."""
    return digest({key: value for key, value in document.items() if key != "digest"})


def digest_step(step: Json, earlier: dict[str, str]) -> str:
    """Digest a step over itself and the digests of the earlier steps that it reads."""
    bare = {key: value for key, value in step.items() if key != "digest"}
    reads = {code: earlier[code] for code in step["reads"] if code in earlier}
    return digest({"reads": reads, "step": bare})


def check_digests(document: Json) -> None:
    """Stop at what has another digest than its content: the report, a step, the document."""
    if document["report"]["digest"] != digest_without_own(document["report"]):
        raise Failure("trail-digest-report")
    digests: dict[str, str] = {}
    for step in document["steps"]:
        digests[step["id"]] = digest_step(step, digests)
        if step["digest"] != digests[step["id"]]:
            raise Failure("trail-digest-step").at_step(step["id"])
    if document["digest"] != digest_without_own(document):
        raise Failure("trail-digest-document")
