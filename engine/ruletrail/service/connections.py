"""A connection: the head of each request is there within so many seconds, and of so many bytes.

uvicorn waits for a head, and for an answer to be taken, as long as its client likes, and takes
headers without an end, so that a few slow clients would hold every place; and it closes while a
body is on its way, so that its client never hears the answer. What comes after the head is
`bodies`' business.
"""

import logging
from asyncio import Transport
from asyncio.events import TimerHandle
from contextlib import suppress
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from ruletrail.problems import Mark, refusal
from ruletrail.service.logs import log
from ruletrail.service.refusals import refuse
from ruletrail.service.settings import LARGEST_HEAD, Settings

_OF_UPGRADE = frozenset({b"connection", b"upgrade", b"http2-settings"})
"""Headers by which a client asks for another protocol."""
_FRAMING = 128
"""Bytes around a chunk of a body that are its own: its length, perhaps a signature."""


class HeardTransport:
    """A transport as an answer knows it: to close it is to let the client hear the answer first."""

    def __init__(self, connection: "Connection") -> None:
        """Stand for the transport of a connection."""
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        """Do all else as the transport does."""
        return getattr(self._connection.transport, name)

    def write(self, data: bytes) -> None:
        """Send, if anybody is there: uvicorn tells the last of several requests alone who left."""
        if not self._connection.transport.is_closing():
            self._connection.transport.write(data)

    def close(self) -> None:
        """Close once the client has closed, or its time is up."""
        self._connection.leave()


class Flow(FlowControl):
    """Reads no further while requests wait that came before their turn.

    uvicorn reads a piece more after each answer, and a piece may hold thousands of requests.
    """

    def __init__(self, connection: "Connection") -> None:
        """Stand at the transport of a connection."""
        super().__init__(connection.transport)
        self._connection = connection

    def resume_reading(self) -> None:
        """Read on, if nothing waits that would be answered."""
        if not self._connection.is_busy:
            super().resume_reading()


class _LargeHeadError(Exception):
    """A head that is whole, and larger than may be answered: nothing behind it is read."""


def _count_bytes(header: tuple[bytes, bytes]) -> int:
    """Count what a header takes, with a colon, a space and the end of its line."""
    name, value = header
    return len(name) + len(value) + len(": \r\n")


class Connection(HttpToolsProtocol):
    """uvicorn's connection, with a clock that runs while it is the client's turn."""

    def __init__(self, settings: Settings, **given: Any) -> None:
        """Prepare; `given` is what uvicorn gives every connection."""
        super().__init__(**given)
        self._settings = settings
        self._clock: TimerHandle | None = None
        self._is_begun, self._size, self._begun_size = False, 0, 0
        self._unsent = 0
        self._is_coming, self._is_left = False, False
        self._is_upgrade = False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self.flow = Flow(self)
        self._start_clock()

    @property
    def is_busy(self) -> bool:
        """Whether requests wait for the one that is answered."""
        return bool(self.pipeline) and not self._is_left

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a head that does not end is refused once it is too large.

        What is neither head nor body, between and behind the chunks of one, has no end either: who
        sends that much of it is left, for what it says is in nobody's answer.
        """
        if self._is_left:
            return
        # of a piece that begins in another request nobody knows where the next one does
        self._begun_size = 0 if self._is_coming else len(data)
        self._size += len(data)
        self._parse(data)
        if self._size <= LARGEST_HEAD or self.transport.is_closing():
            return
        if self._is_begun:
            self._refuse_head()
        elif self._is_coming:
            self.transport.abort()

    def _refuse_head(self) -> None:
        """Refuse a head that is too large, where no answer to another request is on its way."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()
        else:
            self._refuse("document-too-large", limit=str(LARGEST_HEAD))

    def _parse(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        while data:
            try:
                self.parser.feed_data(data)
            except HttpParserError as error:
                if isinstance(error.__context__, _LargeHeadError):
                    self._refuse_head()
                    return
                log(logging.INFO, "head-refused", status=400)
                self.send_400_response("what was sent is no request of HTTP/1.1")
            except HttpParserUpgrade as upgrade:
                if self._is_upgrade:
                    data = self._write_anew() + data[upgrade.args[0] :]
                    continue
            return

    def _write_anew(self) -> bytes:
        """Write a head anew that asked to go on in another protocol, for HTTP/1.1 as it may be.

        Java's client asks so with its first request, and curl with `--http2`. The parser takes the
        body of such a request for what that protocol says.
        """
        lines = [b"%s %s HTTP/1.1" % (self.parser.get_method(), self.url)]
        lines += [b"%s: %s" % each for each in self.headers if each[0] not in _OF_UPGRADE]
        named = b",".join(value for name, value in self.headers if name == b"connection")
        if b"close" in {each.strip().lower() for each in named.split(b",")}:
            lines.append(b"connection: close")
        self.parser = HttpRequestParser(self)
        with suppress(AttributeError):  # httptools before 0.6.3 has no such strictness
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return b"\r\n".join([*lines, b"", b""])

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body, which is counted by who reads it, with what names its length."""
        self._size = max(0, self._size - len(body) - _FRAMING)
        super().on_body(body)

    def on_message_begin(self) -> None:
        """Begin a head; the clock runs already, so that nobody gains time by an empty line."""
        super().on_message_begin()
        self._is_begun, self._size = True, self._begun_size
        self._is_coming, self._begun_size = True, 0

    def on_headers_complete(self) -> None:
        """Answer the request: it has times of its own."""
        # of a `CONNECT` nothing can be read anew: what follows it is for somebody else
        self._is_upgrade = self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"
        if self._is_upgrade:
            return
        if len(self.url) + sum(map(_count_bytes, self.headers)) > LARGEST_HEAD:
            raise _LargeHeadError  # it came in one piece, and ended in it
        self._is_begun, self._size = False, 0
        if not self.flow.write_paused:
            self._stop_clock()
        super().on_headers_complete()
        self.cycle.transport = HeardTransport(self)  # type: ignore[assignment]

    def on_message_complete(self) -> None:
        """Know that nothing of the request is on its way any more."""
        if self._is_upgrade:
            return
        self._is_coming = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next head, unless it is there already."""
        if self._is_left:
            self.pipeline.clear()
        is_next_there = bool(self.pipeline)
        super().on_response_complete()
        if self._is_left:
            # uvicorn's own, shorter than ours
            self._unset_keepalive_if_required()
        if not is_next_there:
            self._start_clock()

    def pause_writing(self) -> None:
        """Wait for the client to take more of an answer."""
        super().pause_writing()
        self._start_clock()

    def resume_writing(self) -> None:
        """Answer on, or wait for the next head as before."""
        super().resume_writing()
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_clock()

    def leave(self) -> None:
        """Answer nothing more: say so, and close when the client has, or when its time is up.

        Bytes that reach a closed socket take back what was written to it. A client that is still
        sending its body would never read why that is too large.
        """
        if self._is_left or not (self._is_coming or self.pipeline) or self.transport.is_closing():
            self.transport.close()
            return
        self._is_left = True
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self._start_clock()

    def _start_clock(self) -> None:
        self._stop_clock()
        self._unsent = self.transport.get_write_buffer_size()
        self._clock = self.loop.call_later(self._settings.head_timeout, self._end)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _end(self) -> None:
        """End the connection, unless its client is still taking an answer."""
        unsent = self.transport.get_write_buffer_size()
        if 0 < unsent < self._unsent:
            self._start_clock()
        elif unsent:
            # closing would wait until all is sent, which is never
            self.transport.abort()
        elif self._is_begun and not self._is_left:
            self._refuse("request-slow", limit=f"{self._settings.head_timeout:g}")
        else:
            self.transport.close()

    def _refuse(self, code: str, **details: str) -> None:
        problems = refusal(code, Mark("headers"), **details).problems
        answer = refuse(problems, self._settings.language, ())
        headers = [*self.server_state.default_headers, *answer.raw_headers]
        written = b"".join(b"%s: %s\r\n" % header for header in headers)
        self.transport.write(STATUS_LINE[answer.status_code] + written + b"\r\n" + answer.body)
        self.leave()
        log(logging.INFO, "head-refused", status=answer.status_code)
