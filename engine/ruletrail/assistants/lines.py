"""Requests that come as lines of standard input, one message a line.

The SDK's own reader keeps silent about a line that it cannot read, and whoever sent it waits for
ever; it takes lines without an end, and puts a sign in the place of bytes that are not UTF-8. Here
each line is a message for the SDK, or is answered by an error, as JSON-RPC 2.0 asks.
"""

import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any, BinaryIO, Self, TextIO

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import ServerMessageMetadata, SessionMessage
from mcp.types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
    RequestId,
    jsonrpc_message_adapter,
)
from pydantic import ValidationError
from pydantic_core import from_json

from ruletrail.problems import escape_invisible, quote

Incoming = MemoryObjectReceiveStream[SessionMessage | Exception]
Answers = MemoryObjectSendStream[SessionMessage]

_PART = re.compile(r'\s+|"(?:[^"\\]|\\.)*"?|[\[{]+|[\]}]+|[,:]|[^\s"\[\]{},:]+', re.DOTALL)
"""What a line of JSON is made of, also where something in it is wrong."""
_ID = re.compile(r'"([^"\\\ufffd]{0,200})"|(-?(?:0|[1-9][0-9]{0,18}))')
_OF_ANSWERS = {'"result"', '"error"'}
_PIECE = 1024 * 1024
_NOT_A_MESSAGE = "Invalid Request: the line is no request of JSON-RPC 2.0"
_ID_FORM = "Invalid Request: `id` is neither a text nor a whole number"


class UnreadableLineError(Exception):
    """A line that is no message: the error that answers it."""

    def __init__(self, code: int, message: str, line: bytes = b"") -> None:
        """Say what is wrong, and to whose request where the line tells."""
        super().__init__(message)
        self.answer = SessionMessage(
            JSONRPCError(
                jsonrpc="2.0", id=find_id(line), error=ErrorData(code=code, message=message)
            )
        )


def take_input() -> BinaryIO:
    """Take the standard input for the messages; whoever else reads it finds it empty."""
    taken = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    # a thread may wait for a line after the server has ended: nobody may have its number by then
    return os.fdopen(taken, "rb", closefd=False)


class ShownOutput:
    """An output that is a terminal: what a message holds must not be obeyed by it."""

    def __init__(self, terminal: TextIO) -> None:
        """Write to a terminal."""
        self._terminal = terminal

    def write(self, text: str) -> int:
        """Write messages, in whose JSON what shows nothing can stand as its escape."""
        return self._terminal.write(escape_invisible(text))

    def flush(self) -> None:
        """Hand everything to the system."""
        self._terminal.flush()


class Exchange:
    """What is asked and what is answered, between the lines and the SDK.

    The SDK drops what it has not begun when the input ends, so the end is told to it only once all
    is answered.
    """

    def __init__(self, stream: BinaryIO, answers: Answers, limit: int, seconds: float) -> None:
        """Read from a stream lines of at most `limit` bytes; wait so many seconds at its end."""
        self._stream, self._answers = stream, answers
        self._limit, self._seconds = limit, seconds
        self._unanswered, self._is_settled = 0, anyio.Event()

    async def send(self, message: SessionMessage) -> None:
        """Write what the SDK says, and know what it answered."""
        await self._answers.send(message)
        if isinstance(message.message, JSONRPCResponse | JSONRPCError):
            await self._settle()

    async def aclose(self) -> None:
        """Write nothing any more."""
        await self._answers.aclose()

    async def __aenter__(self) -> Self:
        """Be a stream as the SDK's are."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close."""
        await self.aclose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Incoming]:
        """Read messages until the end; a line that is none, or is too long, is answered."""
        send, receive = anyio.create_memory_object_stream[SessionMessage | Exception]()
        async with anyio.create_task_group() as group, receive:
            group.start_soon(self._read, send)
            yield receive

    async def _read(self, messages: MemoryObjectSendStream[SessionMessage | Exception]) -> None:
        # closed by who reads them, or writes the answers, once they cannot go on
        with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
            async with messages:
                while line := await anyio.to_thread.run_sync(_read_line, self._stream, self._limit):
                    if not line.isspace():
                        await self._take(line, messages)
                with anyio.move_on_after(self._seconds):
                    while self._unanswered:
                        await self._is_settled.wait()

    async def _take(
        self, line: bytes, messages: MemoryObjectSendStream[SessionMessage | Exception]
    ) -> None:
        try:
            # a long one may take seconds, in which others are answered
            message = await anyio.to_thread.run_sync(read_message, line, self._limit)
        except UnreadableLineError as error:
            await self._answers.send(error.answer)
            return
        if isinstance(message.message, JSONRPCRequest):
            self._unanswered += 1
            # a request that was called back is never answered
            message.metadata = ServerMessageMetadata(on_request_unanswered=self._settle)
        await messages.send(message)

    async def _settle(self) -> None:
        self._unanswered -= 1
        self._is_settled.set()
        self._is_settled = anyio.Event()


def _read_line(stream: BinaryIO, limit: int) -> bytes:
    """Read a line with its end; of one that is too long only what says that it is."""
    try:
        line = rest = stream.readline(limit + 2)
        while len(line) > limit + 1 and rest and not rest.endswith(b"\n"):
            rest = stream.readline(_PIECE)
    except OSError:
        return b""  # an input that can be read no more has come to its end
    return line


def read_message(line: bytes, limit: int) -> SessionMessage:
    """Read a line as a message of JSON-RPC. Raises `UnreadableLineError`."""
    if len(line.rstrip(b"\r\n")) > limit:
        raise UnreadableLineError(
            INVALID_REQUEST, f"Invalid Request: the line has more than {limit} bytes", line
        )
    given = _read_document(line)
    try:
        message = jsonrpc_message_adapter.validate_python(given, by_name=False)
    except ValidationError as error:
        raise UnreadableLineError(INVALID_REQUEST, _NOT_A_MESSAGE, line) from error
    if isinstance(message, JSONRPCNotification) and "id" in given:
        # taken for a notification, it would never be answered
        raise UnreadableLineError(INVALID_REQUEST, _ID_FORM, line)
    return SessionMessage(message)


def _read_document(line: bytes) -> Any:
    """Read JSON that holds no NaN, no half of a character, and no key twice.

    Of a key that stands twice every reader keeps one, and nobody would know which was meant. Raises
    `UnreadableLineError`.
    """
    try:
        given = from_json(line, allow_inf_nan=False)
    except ValueError as error:
        raise UnreadableLineError(PARSE_ERROR, f"Parse error: {error}", line) from error
    try:
        json.loads(line, object_pairs_hook=_refuse_repeated, parse_int=str, parse_float=str)
    except _RepeatedKeyError as error:
        message = f"Invalid Request: the key {quote(str(error))} stands twice in one object"
        raise UnreadableLineError(INVALID_REQUEST, message, line) from error
    return given


class _RepeatedKeyError(Exception):
    """A key that stands twice."""


def _refuse_repeated(pairs: list[tuple[str, object]]) -> None:
    """Take the keys of an object; its values are read elsewhere."""
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise _RepeatedKeyError(key)
        seen.add(key)


def find_id(line: bytes) -> RequestId | None:
    """Find the id of a request whose line cannot be read: its client waits for that very answer.

    What is inside of another value is no id of a request, and that of an answer is one of ours.
    """
    before = key = value = ""
    found: RequestId | None = None
    depth = 0
    for part in _parts_of(line.decode("utf-8", "replace")):
        if part[0] in "{[":
            if not depth and part[0] == "[":
                return None
            depth += len(part)
        elif part[0] in "}]":
            depth -= len(part)
        if depth > 1:
            continue
        if part == ":":
            key, value = before, ""
            if key in _OF_ANSWERS:
                return None
        elif part != "," and part[0] not in "}]":
            value += part
        elif key == '"id"':
            # only now is it whole
            found, key = _read_id(value), ""
        if depth < 1:
            break
        before = part
    return found


def _parts_of(text: str) -> Iterator[str]:
    at = 0
    while (found := _PART.match(text, at)) is not None:
        at = found.end()
        if not found[0].isspace():
            yield found[0]


def _read_id(written: str) -> RequestId | None:
    match = _ID.fullmatch(written)
    if match is None:
        return None
    return int(match[2]) if match[1] is None else match[1]
