"""Messages as an editor sends them: a header that says their length, then JSON.

What is no message is refused or passed over, and reading goes on at the next header: no number in a
header makes the server wait for what never comes, or hold more than one message of the limit.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ruletrail.fast_dataclasses import dataclass

LARGEST_MESSAGE = 32 * 1024 * 1024
"""Bytes of a message: a rulebook of the largest size fits, with each of its letters escaped."""

PARSE_ERROR, INVALID_REQUEST, INVALID_PARAMS = -32700, -32600, -32602
INTERNAL_ERROR, NOT_INITIALIZED = -32603, -32002
"""The protocol's numbers of errors."""

_LONGEST_LINE = 1 << 13
_MOST_DIGITS = 12
_OVERLAP = 64
# anything may stand before it on its line, a message whose length was wrong too: inside JSON no
# such words come before a line end
_LENGTH = re.compile(rb"(?is).*content-length *:(.*)")

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """What was no message, and why; `request` is the number of the request, where it has one."""

    code: int
    reason: str
    request: str | int | None = None


def read_messages(read: Callable[[int], bytes]) -> Iterator[Message | Refused]:
    """Yield what comes from a stream until it ends; `read` gives some bytes, none at the end."""
    stream = _Stream(read)
    found: list[bytes] = []
    before = b""
    while line := stream.read_line():
        match = _LENGTH.fullmatch(before + line) if line.endswith(b"\n") else None
        before = b"" if line.endswith(b"\n") else (before + line)[-_OVERLAP:]
        if match is not None:
            found.append(match.group(1).strip())
        elif not line.strip() and found:
            length = _read_length(found)
            found = []
            if isinstance(length, Refused):
                yield length
                continue
            body = stream.read_exactly(length)
            if body is None:
                return
            yield _read_body(body)


def _read_length(found: list[bytes]) -> int | Refused:
    written = set(found)
    if len(written) > 1:
        return Refused(INVALID_REQUEST, "several headers give different lengths")
    digits = written.pop()
    if not digits.isdigit():
        return Refused(INVALID_REQUEST, "the length in the header is no number")
    if len(digits) > _MOST_DIGITS or int(digits) > LARGEST_MESSAGE:
        return Refused(INVALID_REQUEST, f"a message holds {LARGEST_MESSAGE} bytes at most")
    return int(digits)


def _read_body(body: bytes) -> Message | Refused:
    try:
        document = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return Refused(PARSE_ERROR, "the message is no JSON")
    if not isinstance(document, dict):
        return Refused(INVALID_REQUEST, "a message is one object")
    request, method = document.get("id"), document.get("method")
    is_named = isinstance(request, str | int) and not isinstance(request, bool)
    is_answer = method is None and ("result" in document or "error" in document)
    is_sound = is_named or (not is_answer and "id" not in document)
    if document.get("jsonrpc") == "2.0" and is_sound and (is_answer or isinstance(method, str)):
        return document
    reason = "a message has `jsonrpc`, `method`, and an `id` that is a text or a whole number"
    return Refused(INVALID_REQUEST, reason, request if is_named else None)


def write_message(document: Message) -> bytes:
    """Write a message with its header."""
    body = json.dumps(document).encode("utf-8")
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def write_refusal(refused: Refused) -> bytes:
    """Write the answer to what was no message."""
    error = {"code": refused.code, "message": refused.reason}
    return write_message({"jsonrpc": "2.0", "id": refused.request, "error": error})


class _Stream:
    """Lines and pieces of a stream, never more of it in memory than was asked for."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._held = b""

    def read_line(self) -> bytes:
        """Return the next line with its end, or the beginning of a longer one; empty at the end."""
        while b"\n" not in self._held and len(self._held) < _LONGEST_LINE:
            piece = self._read(_LONGEST_LINE)
            if not piece:
                break
            self._held += piece
        end = self._held.find(b"\n") + 1 or len(self._held)
        line, self._held = self._held[:end], self._held[end:]
        return line

    def read_exactly(self, size: int) -> bytes | None:
        """Return so many bytes; None if the stream ends before."""
        pieces, self._held = [self._held[:size]], self._held[size:]
        left = size - len(pieces[0])
        while left:
            piece = self._read(min(left, 1 << 16))
            if not piece:
                return None
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)
