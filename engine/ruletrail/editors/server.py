"""The language server: the protocol's requests to this package's functions, through pygls.

It keeps what an editor cannot: the last names that could be read of each rulebook, and where
problems were shown.
"""

import asyncio
import importlib
import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from ruletrail.editors.answers import complete, describe, find_definition, hover, rename
from ruletrail.editors.diagnosing import Check, Finding, diagnose, source_of_document
from ruletrail.editors.messages import (
    INVALID_PARAMS,
    Message,
    Refused,
    read_messages,
    write_refusal,
)
from ruletrail.editors.names import Knowledge, learn
from ruletrail.editors.places import find_occurrence
from ruletrail.formats import Locale
from ruletrail.library import Source
from ruletrail.problems import Problem, ProblemsError, refusal
from ruletrail.versions import ENGINE_VERSION

_PATIENCE = 0.15
"""Seconds without typing after which problems are looked for."""
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

    def write(self, data: bytes) -> None:
        """Send bytes."""
        self.is_read = self._write(data) and self.is_read

    def close(self) -> None:
        """Leave the stream open: it belongs to the caller."""


async def _converse(server: Any, read: Read, write: Write) -> None:
    """Take one message after the other until no more come, or nobody reads the answers."""
    loop, writer = asyncio.get_running_loop(), _Writer(write)
    arrived: asyncio.Queue[Message | Refused | None] = asyncio.Queue(maxsize=1)
    server.protocol.set_writer(writer)

    def listen() -> None:
        # waits until the last message was taken, so that no more than one is ever held
        with suppress(RuntimeError, CancelledError):  # the conversation has ended
            with suppress(OSError):
                for message in read_messages(read):
                    asyncio.run_coroutine_threadsafe(arrived.put(message), loop).result()
            asyncio.run_coroutine_threadsafe(arrived.put(None), loop).result()

    # a thread that a program need not wait for: Ctrl-C must not wait for the editor's next word
    threading.Thread(target=listen, daemon=True).start()
    while writer.is_read and (message := await arrived.get()) is not None:
        _take(server.protocol, message, writer)


def _take(protocol: Any, message: Message | Refused, writer: _Writer) -> None:
    """Answer a message; one that is none, or asks for nothing that there is, is refused."""
    if isinstance(message, Refused):
        writer.write(write_refusal(message))
        return
    try:
        structured = protocol.structure_message(message)
    except _exceptions().JsonRpcException:
        if "method" in message and "id" in message:
            reason = f"`params` are not those of `{message['method'][:80]}`"
            writer.write(write_refusal(Refused(INVALID_PARAMS, reason, message["id"])))
        return
    protocol.handle_message(structured)


def make_server(check: Check, language: Locale) -> Any:
    """Make the server; `check` finds the problems of a rulebook."""
    pygls, types, uris = _import_pygls()
    server = pygls.LanguageServer("ruletrail", ENGINE_VERSION)
    session = _Session(server, types, uris, check, language)
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
            root = self.uris.to_fs_path(next(iter(folders), parameters.root_uri or ""))
            self.report = Path(root or ".", report)
        if language in ("it", "en"):
            self.language = language

    def opened(self, parameters: Any) -> None:
        """Show the problems of a document, and of the rulebook it lies beside."""
        self._refresh(self._source(parameters.text_document.uri))

    async def changed(self, parameters: Any) -> None:
        """Show the problems when nobody has typed for a moment."""
        document = parameters.text_document
        await asyncio.sleep(_PATIENCE)
        current = self.server.workspace.text_documents.get(document.uri)
        if current is not None and current.version == document.version:
            self._refresh(self._source(document.uri))

    def closed(self, parameters: Any) -> None:
        """Forget a rulebook that nobody edits, and take its problems away."""
        source = self._source(parameters.text_document.uri)
        if source is not None and parameters.text_document.uri == self._uri(source.path):
            self.known.pop(source.path, None)
            for path in self.shown.pop(source.path, set()):
                self._publish(path, [])

    def _refresh(self, source: Source | None) -> None:
        if source is None:
            # a schema, or a report: whatever rulebook is open may read it
            for known in [source_of_document(path) for path in self.shown]:
                self._refresh(known)
            return
        found = diagnose(source, self._texts(), self.check)
        for path in self.shown.get(source.path, set()) - set(found):
            self._publish(path, [])
        for path, findings in found.items():
            self._publish(path, findings)
        self.shown[source.path] = set(found)

    def _publish(self, path: Path, findings: Iterable[Finding]) -> None:
        uri = self._uri(path)
        diagnostics = [self._diagnostic(uri, finding) for finding in findings]
        self.server.text_document_publish_diagnostics(
            self.types.PublishDiagnosticsParams(uri=uri, diagnostics=diagnostics)
        )

    def _diagnostic(self, uri: str, finding: Finding) -> Any:
        problem, language = finding.problem, self.language
        return self.types.Diagnostic(
            range=self._range(uri, finding.line, finding.start, finding.end),
            message=f"{problem.message(language)}\n→ {problem.hint(language)}",
            severity=self.types.DiagnosticSeverity(_SEVERITIES[problem.severity]),
            code=problem.code,
            source="ruletrail",
        )

    # -- Questions about a place -------------------------------------------------------------------

    def complete(self, parameters: Any) -> Any:
        """Complete a code."""
        uri, line, column = self._place(parameters)
        knowledge, types = self._knowledge(self._source(uri)), self.types
        if knowledge is None:
            return None
        return [
            types.CompletionItem(
                label=name.code,
                kind=types.CompletionItemKind(_KINDS[name.kind]),
                detail=" · ".join(part for part in (name.label, name.unit) if part),
                documentation=self._markdown(describe(name, knowledge, self.language)),
                text_edit=types.TextEdit(self._range(uri, line, start, column), name.code),
            )
            for name, start in complete(self._text(uri), line, column, knowledge)
        ]

    def _markdown(self, text: str) -> Any:
        return self.types.MarkupContent(self.types.MarkupKind.Markdown, text)

    def hover(self, parameters: Any) -> Any:
        """Say what a code is, and its value in the example."""
        uri, line, column = self._place(parameters)
        knowledge = self._knowledge(self._source(uri))
        if knowledge is None:
            return None
        text = hover(self._text(uri), line, column, knowledge, self.language)
        return self.types.Hover(self._markdown(text)) if text else None

    def definition(self, parameters: Any) -> Any:
        """Lead to where a code is declared."""
        uri, line, column = self._place(parameters)
        knowledge = self._knowledge(self._source(uri))
        if knowledge is None:
            return None
        name = find_definition(self._text(uri), line, column, knowledge)
        if name is None or name.path is None or name.mark is None:
            return None
        target, mark = self._uri(name.path), name.mark
        is_quoted = mark.text[mark.column - 1 : mark.column] in ("'", '"')
        start = mark.column - 1 + is_quoted
        place = self._range(target, mark.line - 1, start, start + len(name.code))
        return self.types.Location(target, place)

    def prepare_rename(self, parameters: Any) -> Any:
        """Tell which word would be renamed."""
        uri, line, column = self._place(parameters)
        found = find_occurrence(self._text(uri), line, column)
        return self._range(uri, found.line, found.column, found.end) if found is not None else None

    def rename(self, parameters: Any) -> Any:
        """Rename a code, or say why not."""
        uri, line, column = self._place(parameters)
        source = self._source(uri)
        knowledge = self._knowledge(source)
        if source is None or knowledge is None or self._uri(source.path) != uri:
            return None
        try:
            places = rename(source, self._texts(), knowledge, (line, column), parameters.new_name)
        except ProblemsError as error:
            self._refuse(error.problems[0])
        ranges = [self._range(uri, each.line, each.column, each.end) for each in places]
        edits = [self.types.TextEdit(each, parameters.new_name) for each in ranges]
        return self.types.WorkspaceEdit(changes={uri: edits})

    def _refuse(self, problem: Problem) -> None:
        text = f"{problem.message(self.language)}; {problem.hint(self.language)} [{problem.code}]"
        raise _exceptions().JsonRpcInvalidParams(message=text)

    # -- Between the protocol's units and ours -----------------------------------------------------

    def _source(self, uri: str) -> Source | None:
        path = self.uris.to_fs_path(uri)
        return source_of_document(Path(path)) if path else None

    def _knowledge(self, source: Source | None) -> Knowledge | None:
        """Learn a rulebook's names; while its YAML is broken, return the last ones."""
        if source is None:
            return None
        learnt = learn(source, self._texts(), self.report)
        if learnt is not None:
            self.known[source.path] = learnt
        return self.known.get(source.path)

    def _texts(self) -> dict[Path, str]:
        documents = self.server.workspace.text_documents
        return {
            Path(path): document.source
            for uri, document in documents.items()
            if (path := self.uris.to_fs_path(uri))
        }

    def _text(self, uri: str) -> str:
        return str(self.server.workspace.get_text_document(uri).source).replace("\r\n", "\n")

    def _uri(self, path: Path) -> str:
        return str(self.uris.from_fs_path(str(path)))

    def _lines(self, uri: str) -> list[str]:
        try:
            return self._text(uri).split("\n")
        except (OSError, UnicodeDecodeError):
            return []

    def _place(self, parameters: Any) -> tuple[str, int, int]:
        uri = parameters.text_document.uri
        place = self.server.workspace.position_codec.position_from_client_units(
            self._lines(uri), parameters.position
        )
        return uri, place.line, place.character

    def _range(self, uri: str, line: int, start: int, end: int) -> Any:
        types = self.types
        ours = types.Range(types.Position(line, start), types.Position(line, max(end, start)))
        return self.server.workspace.position_codec.range_to_client_units(self._lines(uri), ours)
