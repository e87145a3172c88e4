"""The body of a request: of a known type, of so many bytes, within so many seconds."""

import asyncio
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request

from ruletrail.problems import Mark, quote, refusal
from ruletrail.values import read_whole

JSON = "application/json"
YAML = "application/yaml"
LINES = "application/x-ndjson"
TRAIL = "application/vnd.ruletrail.trail+json"
_SAME: Mapping[str, str] = {
    "application/x-yaml": YAML, "text/yaml": YAML, "text/x-yaml": YAML,
    "application/jsonl": LINES, "application/ndjson": LINES,
}  # fmt: skip
"""Other names that are in use."""


def check_type(request: Request, known: tuple[str, ...]) -> None:
    """Refuse a body of a type that is not read here, or that is packed, or not in UTF-8."""
    header = request.headers.get("content-type", "")
    name, _, rest = header.partition(";")
    written = name.strip().lower()
    plain = rest.replace(" ", "").replace('"', "").lower().split(";")
    charsets = {each.partition("=")[2] for each in plain if each.startswith("charset=")}
    is_known = _SAME.get(written, written) in known
    packed = name_packing(request.headers)
    if is_known and charsets <= {"", "utf-8", "utf8"} and not packed:
        return
    found = packed or header
    shown = ", ".join(map(quote, known))
    raise refusal("media-type", Mark("body"), found=quote(found), known=shown)


def name_packing(headers: Headers) -> str:
    """Name how a body is packed, in small letters; empty where it is sent as it is."""
    named = ", ".join(headers.getlist("content-encoding")).strip().lower()
    return "" if named == "identity" else named


def accepts(header: str, kind: str) -> bool:
    """Tell whether an `Accept` names a type; with `q=0` it is one that is not wanted."""
    for each in header.lower().split(","):
        name, *rest = [part.strip() for part in each.split(";")]
        weights = [part[2:].strip() for part in rest if part.startswith("q=")]
        if name == kind and all(weight.strip("0.") for weight in weights):
            return True
    return False


async def read_body(request: Request, name: str, limit: int, seconds: float) -> bytes:
    """Read a body of at most so many bytes; it is counted while it comes, whatever was announced.

    `name` is what problems call it. Raises `ProblemsError`.
    """
    too_large = refusal("document-too-large", Mark(name), limit=str(limit))
    try:
        announced = read_whole(request.headers.get("content-length", "0"))
    except ValueError:
        announced = 0
    if announced > limit:
        raise too_large
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for piece in request.stream():
                size += len(piece)
                if size > limit:
                    raise too_large
                pieces.append(piece)
    except (TimeoutError, ClientDisconnect) as error:
        raise refusal("request-slow", Mark(name), limit=f"{seconds:g}") from error
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
