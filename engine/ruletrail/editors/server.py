"""The language server: the protocol's requests to this package's functions, through pygls.

It keeps what an editor cannot: the last names that could be read of each rulebook, and where
problems were shown. Only the text of a document that the editor has open is asked about; it comes
from the editor, and no file is opened here.
"""

import asyncio
import importlib
import json
import logging
import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ruletrail.editors.answers import complete, describe, find_definition, hover, rename
from ruletrail.editors.diagnosing import Check, Finding, diagnose, source_of_document
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
from ruletrail.editors.names import Knowledge, learn
from ruletrail.editors.places import find_occurrence
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formats import Locale
from ruletrail.library import Source
from ruletrail.problems import Problem, ProblemsError, refusal
from ruletrail.versions import ENGINE_VERSION

_PATIENCE = 0.15
"""Seconds without typing after which problems are looked for."""
_INTERNAL = {"it": "errore interno di ruletrail", "en": "internal error of ruletrail"}
_SEVERITIES = {"error": 1, "warning": 2, "info": 3}
_KINDS = {
    "field": 5, "rule": 6, "parameter": 21, "group": 13,
    "decision": 20, "section": 9, "check": 20, "function": 3,
}  # fmt: skip
"""The protocol's numbers for the icons of completions."""


Read = Callable[[int], bytes]
Write = Callable[[bytes], bool]


def serve(check: Check, language: Locale, read: Read, write: Write) -> int:
    """Serve one editor until it leaves; returns the exit status that it asks for.

    `read` gives some bytes of what the editor sends, none at the end; `write` sends bytes and tells
    whether anybody reads them. Without the extra, `ProblemsError`.
    """
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
    arrived: asyncio.Queue[Message | Refused | None] = asyncio.Queue(maxsize=1)
    # the header is ours: pygls hands over bodies
    server.protocol.set_writer(writer, include_headers=False)

    def listen() -> None:
        # waits until the last message was taken, so that no more than one is ever held
        with suppress(RuntimeError, CancelledError):  # the conversation has ended
            with suppress(OSError):
                for message in read_messages(read):
                    asyncio.run_coroutine_threadsafe(arrived.put(message), loop).result()
            asyncio.run_coroutine_threadsafe(arrived.put(None), loop).result()

    # a thread that a program need not wait for: Ctrl-C must not wait for the editor's next word
    threading.Thread(target=listen, daemon=True).start()
    phase = _Phase()
    while writer.is_read and (message := await arrived.get()) is not None:
        _take(server.protocol, message, writer, phase)


def _take(protocol: Any, message: Message | Refused, writer: _Writer, phase: _Phase) -> None:
    """Answer a message; one that is none, or asks for nothing that there is, is refused."""
    if isinstance(message, Refused):
        writer.send(write_refusal(message))
        return
    refused = phase.refuse(message["method"], message.get("id")) if "method" in message else None
    if refused is not None:
        # nobody waits for an answer to a notification
        if "id" in message:
            writer.send(write_refusal(refused))
        return
    try:
        structured = protocol.structure_message(message)
    except _exceptions().JsonRpcException:
        if "method" in message and "id" in message:
            reason = f"`params` are not those of `{message['method'][:80]}`"
            writer.send(write_refusal(Refused(INVALID_PARAMS, reason, message["id"])))
        return
    protocol.handle_message(structured)


def make_server(check: Check, language: Locale) -> Any:
    """Make the server; `check` finds the problems of a rulebook."""
    pygls, types, uris = _import_pygls()
    server = pygls.LanguageServer("ruletrail", ENGINE_VERSION)
    session = _Session(server, types, uris, check, language)
    # what pygls would show names its own parts, and Python's
    server.report_server_error = session.report_error
    completion = types.CompletionOptions(trigger_characters=["{", "(", "[", " "])
    renaming = types.RenameOptions(prepare_provider=True)
    for answer, method, *options in (
        (session.initialize, types.INITIALIZE),
        (session.opened, types.TEXT_DOCUMENT_DID_OPEN),
        (session.changed, types.TEXT_DOCUMENT_DID_CHANGE),
        (session.opened, types.TEXT_DOCUMENT_DID_SAVE),
        (session.closed, types.TEXT_DOCUMENT_DID_CLOSE),
        (session.hover, types.TEXT_DOCUMENT_HOVER),
        (session.definition, types.TEXT_DOCUMENT_DEFINITION),
        (session.complete, types.TEXT_DOCUMENT_COMPLETION, completion),
        (session.prepare_rename, types.TEXT_DOCUMENT_PREPARE_RENAME),
        (session.rename, types.TEXT_DOCUMENT_RENAME, renaming),
    ):
        # pygls marks what it is given, and a bound method cannot be marked
        server.feature(method, *options)(partial(answer))
    return server


def _exceptions() -> Any:
    return importlib.import_module("pygls.exceptions")


def _import_pygls() -> tuple[Any, Any, Any]:
    names = "pygls.lsp.server", "lsprotocol.types", "pygls.uris"
    try:
        server, types, uris = (importlib.import_module(name) for name in names)
    except ImportError as error:
        command = '`pip install "ruletrail[lsp]"`'
        raise refusal(
            "missing-extra", "ruletrail", text="`ruletrail lsp`", command=command
        ) from error
    return server, types, uris


@dataclass(frozen=True, slots=True)
class _Asked:
    """A place that is asked about, in a document that is open, of a rulebook that is known."""

    uri: str
    source: Source
    knowledge: Knowledge
    text: str
    written: str
    """The line that the place is on."""
    line: int
    column: int


class _Session:
    """Answers one server's requests, and remembers what is needed between them."""

    def __init__(self, server: Any, types: Any, uris: Any, check: Check, language: Locale) -> None:
        self.server, self.types, self.uris = server, types, uris
        self.check, self.language = check, language
        self.report: Path | None = None
        self.known: dict[Path, Knowledge] = {}
        self.shown: dict[Path, set[Path]] = {}

    # -- Documents ---------------------------------------------------------------------------------

    def initialize(self, parameters: Any) -> None:
        """Take the editor's choices: `report`, whose values hovering shows, and `language`."""
        options = parameters.initialization_options
        chosen = options if isinstance(options, dict) else {}
        report, language = chosen.get("report"), chosen.get("language")
        if isinstance(report, str) and report:
            folders = [folder.uri for folder in parameters.workspace_folders or ()]
            root = self._path(next(iter(folders), parameters.root_uri or ""))
            self.report = Path(root or ".", report)
        if language in ("it", "en"):
            self.language = language

    def opened(self, parameters: Any) -> None:
        """Show the problems of a document, and of the rulebook it lies beside."""
        uri = parameters.text_document.uri
        if self._document(uri) is not None:
            self._refresh(self._source(uri))

    async def changed(self, parameters: Any) -> None:
        """Show the problems when nobody has typed for a moment."""
        document = parameters.text_document
        await asyncio.sleep(_PATIENCE)
        current = self._document(document.uri)
        if current is not None and current.version == document.version:
            self._refresh(self._source(document.uri))

    def closed(self, parameters: Any) -> None:
        """Forget a rulebook of whose documents none is open, and take its problems away."""
        source = self._source(parameters.text_document.uri)
        if source is None or source.path in self._edited():
            # what was typed and not saved is gone: the file counts again
            self._refresh(source)
            return
        self.known.pop(source.path, None)
        gone = self.shown.pop(source.path, set())
        for path in gone:
            self._publish(path, [])
        for path, also in list(self.shown.items()):
            if also & gone:
                # a schema or a layout of several rulebooks has its problems still
                self._refresh(self._rulebook(path))

    def _edited(self) -> set[Path]:
        """Return the rulebooks that are open, or whose layout or examples are."""
        sources = map(source_of_document, self._texts())
        return {source.path for source in sources if source is not None}

    def _refresh(self, source: Source | None) -> None:
        if source is None:
            # a schema, or a report: whatever rulebook is open may read it
            for path in list(self.shown):
                self._refresh(self._rulebook(path))
            return
        found = diagnose(source, self._texts(), self.check)
        for path in self.shown.get(source.path, set()) - set(found):
            self._publish(path, [])
        for path, findings in found.items():
            self._publish(path, findings)
        self.shown[source.path] = set(found)

    def _publish(self, path: Path, findings: Iterable[Finding]) -> None:
        uri = self._uri(path)
        diagnostics = [self._diagnostic(finding) for finding in findings]
        self.server.text_document_publish_diagnostics(
            self.types.PublishDiagnosticsParams(uri=uri, diagnostics=diagnostics)
        )

    def report_error(self, error: Exception, source: object) -> None:
        """Show that a message to which no answer is due was not understood."""
        if source is not _exceptions().FeatureRequestError:
            del error  # a request is answered; of a notification the editor would know nothing
            kind = self.types.MessageType.Error
            shown = self.types.ShowMessageParams(kind, _INTERNAL[self.language])
            self.server.window_show_message(shown)

    def _diagnostic(self, finding: Finding) -> Any:
        problem, language = finding.problem, self.language
        written = problem.mark.text
        return self.types.Diagnostic(
            range=self._range(written, finding.line, finding.start, finding.end),
            message=f"{problem.message(language)}\n→ {problem.hint(language)}",
            severity=self.types.DiagnosticSeverity(_SEVERITIES[problem.severity]),
            code=problem.code,
            source="ruletrail",
        )

    # -- Questions about a place -------------------------------------------------------------------

    def complete(self, parameters: Any) -> Any:
        """Complete a code."""
        asked, types = self._ask(parameters), self.types
        if asked is None:
            return None
        return [
            types.CompletionItem(
                label=name.code,
                kind=types.CompletionItemKind(_KINDS[name.kind]),
                detail=" · ".join(part for part in (name.label, name.unit) if part),
                documentation=self._markdown(describe(name, asked.knowledge, self.language)),
                text_edit=types.TextEdit(
                    self._range(asked.written, asked.line, start, asked.column), name.code
                ),
            )
            for name, start in complete(asked.text, asked.line, asked.column, asked.knowledge)
        ]

    def _markdown(self, text: str) -> Any:
        return self.types.MarkupContent(self.types.MarkupKind.Markdown, text)

    def hover(self, parameters: Any) -> Any:
        """Say what a code is, and its value in the example."""
        asked = self._ask(parameters)
        if asked is None:
            return None
        text = hover(asked.text, asked.line, asked.column, asked.knowledge, self.language)
        return self.types.Hover(self._markdown(text)) if text else None

    def definition(self, parameters: Any) -> Any:
        """Lead to where a code is declared."""
        asked = self._ask(parameters)
        if asked is None:
            return None
        name = find_definition(asked.text, asked.line, asked.column, asked.knowledge)
        if name is None or name.path is None or name.mark is None:
            return None
        mark = name.mark
        is_quoted = mark.text[mark.column - 1 : mark.column] in ("'", '"')
        start = mark.column - 1 + is_quoted
        place = self._range(mark.text, mark.line - 1, start, start + len(name.code))
        return self.types.Location(self._uri(name.path), place)

    def prepare_rename(self, parameters: Any) -> Any:
        """Tell which word would be renamed."""
        asked = self._ask(parameters)
        if asked is None:
            return None
        found = find_occurrence(asked.text, asked.line, asked.column)
        if found is None:
            return None
        return self._range(asked.written, found.line, found.column, found.end)

    def rename(self, parameters: Any) -> Any:
        """Rename a code, or say why not."""
        asked = self._ask(parameters)
        if asked is None or self._path(asked.uri) != asked.source.path:
            return None
        place, new = (asked.line, asked.column), parameters.new_name
        try:
            places = rename(asked.source, self._texts(), asked.knowledge, place, new)
        except ProblemsError as error:
            self._refuse(error.problems[0])
        lines = asked.text.split("\n")
        edits = [
            self.types.TextEdit(
                self._range(lines[each.line], each.line, each.column, each.end), new
            )
            for each in places
        ]
        return self.types.WorkspaceEdit(changes={asked.uri: edits})

    def _refuse(self, problem: Problem) -> None:
        text = f"{problem.message(self.language)}; {problem.hint(self.language)} [{problem.code}]"
        raise _exceptions().JsonRpcInvalidParams(message=text)

    # -- Between the protocol's units and ours -----------------------------------------------------

    def _path(self, uri: str) -> Path | None:
        """Return the path that a URI names; None where no system has such a file."""
        try:
            path = self.uris.to_fs_path(uri) or ""
            os.fsencode(path)
        except ValueError:
            return None
        return Path(path) if path and "\x00" not in path else None

    def _uri(self, path: Path) -> str:
        return str(self.uris.from_fs_path(str(path)))

    def _document(self, uri: str) -> Any:
        """Return a document that the editor has open, else None: pygls would open the file."""
        return self.server.workspace.text_documents.get(unquote(uri))

    def _texts(self) -> dict[Path, str]:
        documents = self.server.workspace.text_documents.values()
        paths = {self._path(document.uri): document.source for document in documents}
        return {path: text for path, text in paths.items() if path is not None}

    def _source(self, uri: str) -> Source | None:
        path = self._path(uri)
        return self._rulebook(path) if path is not None else None

    def _rulebook(self, path: Path) -> Source | None:
        """Find the rulebook of a document; one that merely lies beside it is no link out, no pipe.

        What the editor has open may be a link, or be no file yet.
        """
        source = source_of_document(path)
        if source is None or source.path in self._texts():
            return source
        return replace(source, root=source.path.parent)

    def _knowledge(self, source: Source) -> Knowledge | None:
        """Learn a rulebook's names; while its YAML is broken, return the last ones."""
        learnt = learn(source, self._texts(), self.report)
        if learnt is not None:
            self.known[source.path] = learnt
        return self.known.get(source.path)

    def _ask(self, parameters: Any) -> _Asked | None:
        """Take the place that is asked about; None in a document that is not open, or unknown."""
        uri = parameters.text_document.uri
        document, source = self._document(uri), self._source(uri)
        knowledge = self._knowledge(source) if document is not None and source is not None else None
        if source is None or knowledge is None:
            return None
        text = document.source.replace("\r\n", "\n")
        lines = text.split("\n")
        codec = self.server.workspace.position_codec
        at = codec.position_from_client_units(lines, parameters.position)
        return _Asked(uri, source, knowledge, text, lines[at.line], at.line, at.character)

    def _range(self, written: str, line: int, start: int, end: int) -> Any:
        """Return a range of a line in the editor's units; without its text, as it is counted."""
        count, types = self.server.workspace.position_codec.client_num_units, self.types
        units = [
            count(written[:column]) + max(column - len(written), 0)
            for column in (start, max(end, start))
        ]
        return types.Range(*(types.Position(line, unit) for unit in units))
