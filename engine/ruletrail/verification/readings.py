"""Bytes to JSON, strictly, and JSON back to canonical text and to digests; the checker's own."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import NoReturn

from ruletrail.problems import Mark, Problem, quote, refusal
from ruletrail.verification.failures import Failure
from ruletrail.verification.state import Json

LARGEST_TRAIL = 64 * 1024 * 1024
"""Bytes of a stored trail; `docs/trail.md` says which rulebooks can go beyond them."""

TRAIL_VERSIONS = (1, 2)
_MOST_DIGITS = 15
_LEAST_OBJECT = len('{"x":"1"},')
_LEAST_LIST = len('[""],')
"""Bytes of which a trail has more for each object, and for each list, what is in them apart."""

_MOST_SHORTER = 1024 * 1024
"""More than is lacking where rows of lists say nothing: there are 20 lists of 500 at most."""

_MOST_KEYS = 1_000_000
"""Different keys of a trail: more than a form, a rulebook and a report can name together."""

_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"(?P<colon>[ \t\r\n]*+:)?+)?+', re.DOTALL)
"""A text, and the colon behind it where it is a key.

Nothing of it is tried in two ways: what would be is remembered, a hundred bytes for each escape.
"""
_SHOWN = 40
"""Characters of a text that are shown where it is not canonical."""


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
    mark = Mark(file)
    if len(data) > LARGEST_TRAIL:
        raise refusal("document-too-large", mark, limit=str(LARGEST_TRAIL))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        broken, byte = _mark_at(file, before, len(before)), f"0x{data[error.start]:02X}"
        advice = "trail-cut" if error.reason == "unexpected end of data" else ""
        raise refusal("not-utf8", broken, advice=advice, byte=byte) from error
    if not text.strip():
        raise refusal("empty-document", mark, advice="empty-trail")
    if _holds_too_many(data) or _has_too_many_keys(data):
        raise refusal("trail-not-one", mark)
    document = _parse(text, file)
    if not isinstance(document, dict) or type(document.get("trail")) is not int:
        raise refusal("trail-not-one", mark)
    if document["trail"] not in TRAIL_VERSIONS:
        found, known = str(document["trail"]), ", ".join(map(str, TRAIL_VERSIONS))
        raise refusal("trail-version", mark, found=found, known=known)
    return StoredTrail(file, text, document)


def _holds_too_many(data: bytes) -> bool:
    """Tell whether JSON has more objects and lists than a trail of as many bytes can have.

    Each takes twenty times the memory of the three bytes that `{},` or `[],` is: a document within
    the limit would take gigabytes before anybody saw that it is no trail.
    """
    most = len(data) + _MOST_SHORTER
    if _least_bytes(data) <= most:
        return False
    # texts may be full of brackets
    return _least_bytes(data) - sum(_least_bytes(text[0]) for text in _TEXT.finditer(data)) > most


def _has_too_many_keys(data: bytes) -> bool:
    """Tell whether JSON has more different keys than any trail.

    Each takes two hundred bytes while it is read, twenty times those that it is written in: no
    bytes of its own tell, for most of a trail may be codes with values as short.
    """
    if data.count(b":") <= _MOST_KEYS:
        return False
    keys = set[bytes]()
    for text in _TEXT.finditer(data):
        if text["colon"]:
            keys.add(text[0])
            if len(keys) > _MOST_KEYS:
                return True
    return False


def _least_bytes(data: bytes) -> int:
    return data.count(b"{") * _LEAST_OBJECT + data.count(b"[") * _LEAST_LIST


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
        raise refusal(error.code, Mark(file), **error.details) from error
    except json.JSONDecodeError as error:
        near = quote(text[error.pos : error.pos + 40].split("\n", maxsplit=1)[0])
        # whoever cut it can only have lost what follows: nothing here is mended by hand
        advice = "trail-cut" if text.startswith("{") and _is_cut(text, error) else ""
        mark = _mark_at(file, text, error.pos)
        raise refusal("json-syntax", mark, advice=advice, near=near) from error
    except RecursionError as error:
        raise refusal("document-too-deep", Mark(file), limit="100") from error


_LONGEST_WORD = len("false")


def _is_cut(text: str, error: json.JSONDecodeError) -> bool:
    """Tell whether a document breaks off at its end: in a text, a word, or before what is due."""
    is_in_text = error.msg.startswith("Unterminated string")
    return is_in_text or len(text.rstrip()) - error.pos < _LONGEST_WORD


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
    """Write JSON canonically: sorted keys, no white space, nothing escaped needlessly."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def find_canonical_break(stored: StoredTrail) -> Problem | None:
    """Find where a stored trail stops being exactly its canonical bytes and one newline."""
    canonical = write_canonical(stored.document) + "\n"
    if stored.text != canonical:
        if stored.text.rstrip("\r\n\t ") == canonical[:-1]:
            return _not_canonical(stored, len(canonical) - 1, "\n", "trail-end")
        pairs = enumerate(zip(stored.text, canonical, strict=False))
        shorter = min(len(stored.text), len(canonical))
        offset = next((at for at, (found, wanted) in pairs if found != wanted), shorter)
        return _not_canonical(stored, offset, canonical[offset : offset + _SHOWN])
    # a whole that is NFC has no part that is not; two texts may touch where each is NFC by itself
    texts = () if _is_normal(stored.text) else _texts_of(stored.document)
    text = next((text for text in texts if not _is_normal(text)), None)
    if text is None:
        return None
    offset = stored.text.find(json.dumps(text, ensure_ascii=False)[1:-1])
    return _not_canonical(stored, offset, unicodedata.normalize("NFC", text[:_SHOWN]))


def _not_canonical(stored: StoredTrail, offset: int, wanted: str, wording: str = "") -> Problem:
    mark = _mark_at(stored.file, stored.text, offset)
    near = stored.text[offset : offset + _SHOWN]
    details = {"near": quote(near), "wanted": quote(wanted)}
    return Problem("trail-not-canonical", mark, details, wording=wording)


def _is_normal(text: str) -> bool:
    # asked and never made so: making a hostile text normal takes the square of its length
    return text.isascii() or unicodedata.is_normalized("NFC", text)


def _texts_of(data: object) -> Iterator[str]:
    """List the texts of a document, keys too; its form was checked, so it is not deep."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _texts_of(value)
    elif isinstance(data, list):
        for item in data:
            yield from _texts_of(item)


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
