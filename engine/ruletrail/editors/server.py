"""The language server: one conversation with an editor, through pygls.

Messages are taken here, one after the other; what they ask for is in `requests`, and is worked out
by `session` in a thread of its own.
"""

import asyncio
import importlib
import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import unquote

from ruletrail.editors.diagnosing import Check
from ruletrail.editors.messages import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    NOT_INITIALIZED,
    Message,
    Refused,
    read_messages,
    write_message,
    write_refusal,
)
from ruletrail.editors.requests import COMMANDS, NOTICES, REQUESTS
from ruletrail.editors.session import Pygls, Session
from ruletrail.fast_dataclasses import dataclass
from ruletrail.files import ask_for_files
from ruletrail.formats import Locale
from ruletrail.problems import Mark, is_short_of_memory, refusal
from ruletrail.versions import ENGINE_VERSION

_LEAST_FILES = 8
"""Files that are open at once: three of the loop, the others of a rulebook that is read."""

_FAREWELL = 10.0
"""Seconds for which the answers to what was asked before the end are waited for."""

Read = Callable[[int], bytes]
Write = Callable[[bytes], bool]


def serve(check: Check, language: Locale, read: Read, write: Write) -> int:
    """Serve one editor until it leaves; returns the exit status that it asks for.

    `read` gives some bytes of what the editor sends, none at the end; `write` sends bytes and tells
    whether anybody reads them. Without the extra, `ProblemsError`.
    """
    ask_for_files(_LEAST_FILES)
    server = make_server(check, language)
    # pygls tells its log what is answered anyway, with tracebacks that would end up on the screen
    logging.getLogger("pygls").addHandler(logging.NullHandler())
    try:
        asyncio.run(_converse(server, read, write))
    except SystemExit as left:
        # what pygls makes of the message `exit`: 0 after `shutdown`, else 1
        return int(left.code or 0)
    return 0


class _Writer:
    """What pygls writes to, and what nobody reads any more."""

    def __init__(self, write: Write) -> None:
        self._write, self.is_read = write, True

    def write(self, body: bytes) -> None:
        """Send a message of pygls; one of an internal error does not say where in the code."""
        message = json.loads(body)
        error = message.get("error")
        if error is not None and error["code"] == INTERNAL_ERROR:
            message["error"] = {"code": INTERNAL_ERROR, "message": "internal error"}
        self.send(write_message(message))

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self.is_read = self._write(data) and self.is_read

    def close(self) -> None:
        """Leave the stream open: it belongs to the caller."""


@dataclass(slots=True)
class _Phase:
    """How far a conversation has come: `initialize` begins it, `shutdown` ends it."""

    is_begun: bool = False
    is_over: bool = False

    def refuse(self, method: str, request: str | int | None) -> Refused | None:
        """Go on by a message, or refuse what may not be asked now; `exit` always may."""
        if method == "exit":
            return None
        if self.is_over:
            return Refused(INVALID_REQUEST, "the server was shut down", request)
        self.is_begun = self.is_begun or method == "initialize"
        self.is_over = self.is_begun and method == "shutdown"
        if self.is_begun:
            return None
        return Refused(NOT_INITIALIZED, "`initialize` comes first", request)


async def _converse(server: Any, read: Read, write: Write) -> None:
    """Take one message after the other until no more come, or nobody reads the answers."""
    loop, writer = asyncio.get_running_loop(), _Writer(write)
    arrived: asyncio.Queue[Message | Refused | None] = asyncio.Queue()
    # the header is ours: pygls hands over bodies
    server.protocol.set_writer(writer, include_headers=False)
    loop.set_exception_handler(partial(_tell_unheard, server))
    free, ended = threading.Semaphore(), threading.Event()

    def listen() -> None:
        with suppress(RuntimeError):  # the loop is closed
            for message in _until_end(read):
                # waits until the last message was taken, so that no more than one is ever held
                free.acquire()
                if ended.is_set():
                    return
                loop.call_soon_threadsafe(arrived.put_nowait, message)

    # a thread that a program need not wait for: Ctrl-C must not wait for the editor's next word
    threading.Thread(target=listen, daemon=True).start()
    phase = _Phase()
    try:
        while writer.is_read and (message := await arrived.get()) is not None:
            free.release()
            _take(server.protocol, message, writer, phase)
            _forget_answered(server.protocol)
    finally:
        ended.set()
        free.release()
    begun = asyncio.all_tasks() - {asyncio.current_task()}
    if begun and writer.is_read:
        await asyncio.wait(begun, timeout=_FAREWELL)


def _until_end(read: Read) -> Iterator[Message | Refused | None]:
    """Yield the messages, then None, also where reading fails."""
    with suppress(OSError):
        yield from read_messages(read)
    yield None


def _forget_answered(protocol: Any) -> None:
    """Let go of what was answered: pygls keeps a future of each notification for ever."""
    futures = protocol._request_futures  # noqa: SLF001 - it has no door of its own
    for number in [number for number, future in futures.items() if future.done()]:
        del futures[number]


def _cancel_open(protocol: Any) -> None:
    """Cancel what is not answered yet; pygls would stumble over it, going through what shrinks."""
    for future in tuple(protocol._request_futures.values()):  # noqa: SLF001 - the same
        future.cancel()


def _tell_unheard(server: Any, _: object, context: dict[str, Any]) -> None:
    """Show what went wrong where nobody waits; asyncio would print where in the code.

    What a command that was taken back would have been refused for is for nobody.
    """
    error = context.get("exception")
    if not isinstance(error, importlib.import_module("pygls.exceptions").JsonRpcException):
        server.report_server_error(error, None)


def _is_due(protocol: Any, message: Message) -> bool:
    """Tell whether a message that gets no answer is about something that there is.

    pygls keeps what the editor asks and what it is asked in one place: it would take an answer to
    the editor's own question for one of ours, and stumble over a number that is none.
    """
    if "method" not in message:
        return message["id"] in protocol._result_types  # noqa: SLF001 - it has no door of its own
    parameters = message.get("params")
    if message["method"] == "textDocument/didChange":
        return _names_open(protocol, parameters)
    if message["method"] != "$/cancelRequest":
        return True
    number = parameters.get("id") if isinstance(parameters, dict) else None
    return isinstance(number, str | int) and not isinstance(number, bool)


def _names_open(protocol: Any, parameters: Any) -> bool:
    """Tell whether a change is of a document that the editor has open."""
    document = parameters.get("textDocument") if isinstance(parameters, dict) else None
    uri = document.get("uri") if isinstance(document, dict) else None
    # pygls keeps documents by what their URI names, however much of it is escaped
    return isinstance(uri, str) and unquote(uri) in protocol.workspace.text_documents


def _take(protocol: Any, message: Message | Refused, writer: _Writer, phase: _Phase) -> None:
    """Answer a message; one that is none, or asks for nothing that there is, is refused."""
    if isinstance(message, Refused):
        writer.send(write_refusal(message))
        return
    was_begun = phase.is_begun
    refused = phase.refuse(message["method"], message.get("id")) if "method" in message else None
    if refused is not None:
        # nobody waits for an answer to a notification
        if "id" in message:
            writer.send(write_refusal(refused))
        return
    if not _is_due(protocol, message):
        return
    try:
        structured = protocol.structure_message(message)
    except importlib.import_module("pygls.exceptions").JsonRpcException:
        if "method" in message and "id" in message:
            reason = f"`params` are not those of `{message['method'][:80]}`"
            writer.send(write_refusal(Refused(INVALID_PARAMS, reason, message["id"])))
        phase.is_begun = was_begun
        return
    if message.get("method") == "shutdown":
        _cancel_open(protocol)
    protocol.handle_message(structured)


def make_server(check: Check, language: Locale) -> Any:
    """Make the server; `check` finds the problems of a rulebook."""
    pygls = _import_pygls()
    types = pygls.types
    # whole texts: pygls breaks lines where no editor does, at U+2028 or a form feed, and a change
    # below such a sign would leave another text here than the one that the author sees
    whole = types.TextDocumentSyncKind.Full
    server = pygls.server.LanguageServer("ruletrail", ENGINE_VERSION, whole)
    session = Session(server, pygls, check, language)
    # what pygls would show names its own parts, and Python's
    server.report_server_error = session.report_error
    server.feature(types.INITIALIZE)(session.make_notice(session.initialize))
    for method, request in REQUESTS.items():
        server.feature(method, request.options(types))(session.make_answer(request))
    for method, notice in NOTICES.items():
        server.feature(method)(session.make_notice(session.begin_notice(notice)))
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(session.make_notice(session.changed))
    for name, command in COMMANDS.items():
        server.command(name)(session.make_command(command))
    return server


def _import_pygls() -> Pygls:
    names = "pygls.lsp.server", "lsprotocol.types", "pygls.uris", "pygls.exceptions"
    try:
        return Pygls(*(importlib.import_module(name) for name in names))
    except ImportError as error:
        if is_short_of_memory(error):
            raise
        command = '`pip install "ruletrail[lsp]"`'
        mark = Mark("ruletrail", 0, 0)  # of the command, in no line of a file
        details = {"text": "`ruletrail lsp`", "command": command}
        raise refusal("missing-extra", mark, **details) from error
