"""A connection: the head of each request is there within so many seconds, and of so many bytes.

uvicorn waits for a head, and for an answer to be taken, as long as its client likes, and takes
headers without an end, so that a few slow clients would hold every place; and it closes while a
body is on its way, so that its client never hears the answer. What comes after the head is
`bodies`' business.
"""

import logging
from asyncio import Transport
from asyncio.events import TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from ruletrail.problems import Mark, refusal
from ruletrail.service.logs import log
from ruletrail.service.refusals import refuse
from ruletrail.service.settings import LARGEST_HEAD, Settings


class _HeardTransport:
    """A transport as an answer knows it: to close it is to let the client hear the answer first."""

    def __init__(self, connection: "Connection") -> None:
        """Stand for the transport of a connection."""
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        """Do all else as the transport does."""
        return getattr(self._connection.transport, name)

    def close(self) -> None:
        """Close once the client has closed, or its time is up."""
        self._connection.leave()


class Connection(HttpToolsProtocol):
    """uvicorn's connection, with a clock that runs while it is the client's turn."""

    def __init__(self, settings: Settings, **given: Any) -> None:
        """Prepare; `given` is what uvicorn gives every connection."""
        super().__init__(**given)
        self._settings = settings
        self._clock: TimerHandle | None = None
        self._is_begun, self._size = False, 0
        self._unsent = 0
        self._is_coming, self._is_left = False, False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a head that does not end is refused once it is too large."""
        if self._is_left:
            return
        super().data_received(data)
        if self._is_begun and not self.transport.is_closing():
            self._size += len(data)
            if self._size > LARGEST_HEAD:
                self._refuse("document-too-large", limit=str(LARGEST_HEAD))

    def on_message_begin(self) -> None:
        """Begin a head; the clock runs already, so that nobody gains time by an empty line."""
        super().on_message_begin()
        self._is_begun, self._size = True, 0
        self._is_coming = True

    def on_headers_complete(self) -> None:
        """Answer the request: it has times of its own."""
        self._is_begun = False
        if not self.flow.write_paused:
            self._stop_clock()
        super().on_headers_complete()
        self.cycle.transport = _HeardTransport(self)  # type: ignore[assignment]

    def on_message_complete(self) -> None:
        """Know that nothing of the request is on its way any more."""
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
        if self._is_left or not (self._is_coming or self.pipeline):
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
