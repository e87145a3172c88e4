"""One editor's session: what it chose, and each request handed to the thread that works it out."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from ruletrail.editors.diagnosing import Check
from ruletrail.editors.requests import COMMAND_SECONDS, Request, documents
from ruletrail.editors.views import Document, Memory, Settings, View, path_of
from ruletrail.editors.working import GoOn, Worker
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formats import Locale
from ruletrail.library import Source
from ruletrail.problems import Mark, Problem, ProblemsError, refusal

_PATIENCE = 0.15
"""Seconds without typing after which problems are looked for."""

_ANY_TIME = 3600.0
"""Seconds for what nobody waits for: the published sizes bound it."""

_INTERNAL = {"it": "errore interno di ruletrail", "en": "internal error of ruletrail"}

Work = Callable[[View], Any]


@dataclass(frozen=True, slots=True)
class Pygls:
    """The modules that come with the extra, as `server` imports them."""

    server: Any
    types: Any
    uris: Any
    exceptions: Any


class Session:
    """Hands requests over with the documents as they are, and sends what comes of them.

    Everything here runs in the conversation's thread; what is worked out, and the `Memory`, in the
    worker's.
    """

    def __init__(self, server: Any, pygls: Pygls, check: Check, language: Locale) -> None:
        """Begin with nothing known."""
        self.server, self.check = server, check
        self.types, self.uris, self.exceptions = pygls.types, pygls.uris, pygls.exceptions
        self.settings = Settings(language)
        self.memory = Memory()
        self.worker = Worker()
        self._begun: set[asyncio.Task[None]] = set()

    # -- Settings ----------------------------------------------------------------------------------

    def initialize(self, parameters: Any) -> None:
        """Take the editor's choices: `report`, `example` and `language`."""
        folders = [folder.uri for folder in parameters.workspace_folders or ()]
        root = path_of(self.uris, next(iter(folders), parameters.root_uri or ""))
        self.settings = replace(self.settings, root=root or Path())
        self.settings = self.settings.read(parameters.initialization_options)
        self.memory.settings = self.settings

    def configure(self, parameters: Any) -> None:
        """Take choices that changed: those under `ruletrail`."""
        settings = parameters.settings
        chosen = settings.get("ruletrail") if isinstance(settings, dict) else None
        self.settings = self.settings.read(chosen)

    # -- Handlers, in the form that pygls calls ----------------------------------------------------

    def make_answer(self, request: Request) -> Callable[[Any], Awaitable[Any]]:
        """Make the handler of a request."""

        async def answer(parameters: Any) -> Any:
            work = partial(_apply, request.answer, parameters)
            return await self._answer(work, request.seconds, is_awaited=request.is_awaited)

        return answer

    def make_command(
        self, command: Callable[[View, Source, str], Any]
    ) -> Callable[..., Awaitable[Any]]:
        """Make the handler of a command: of a document, and the name of an example."""

        async def run(*arguments: Any) -> Any:
            uri, name = [each if isinstance(each, str) else "" for each in (*arguments, "", "")][:2]

            def work(view: View) -> Any:
                source = view.source(uri) if view.document(uri) is not None else None
                return command(view, source, name) if source is not None else None

            return await self._answer(work, COMMAND_SECONDS, is_awaited=True)

        return run

    @staticmethod
    def make_notice(notice: Callable[[Any], None]) -> Callable[[Any], None]:
        """Make the handler of a notification: pygls marks what it is given, which is no method."""

        def notify(parameters: Any) -> None:
            notice(parameters)

        return notify

    def begin_notice(self, notice: Callable[[View, Any], None]) -> Callable[[Any], None]:
        """Make what takes a notification, and has what it asks for worked out."""

        def begin(parameters: Any) -> None:
            if notice is documents.configured:
                self.configure(parameters)
            self._begin(self._tell(partial(_apply, notice, parameters)))

        return begin

    def changed(self, parameters: Any) -> None:
        """Show the problems when nobody has typed for a moment."""
        self._begin(self._show_later(parameters))

    async def _show_later(self, parameters: Any) -> None:
        document = parameters.text_document
        await asyncio.sleep(_PATIENCE)
        current = self._look(_nothing).document(document.uri)
        if current is not None and current.version == document.version:
            await self._tell(lambda view: view.refresh(view.source(document.uri)))

    # -- Handing over ------------------------------------------------------------------------------

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin what nobody waits for; what goes wrong in it is shown, not kept."""
        task = asyncio.ensure_future(work)
        self._begun.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._begun.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._show_internal()

    async def _tell(self, work: Work) -> None:
        await self._work(work, _ANY_TIME)

    async def _answer(self, work: Work, seconds: float, *, is_awaited: bool) -> Any:
        """Have an answer worked out; where people wait for it, say why there is none."""
        try:
            return await self._work(work, seconds)
        except TimeoutError:
            if is_awaited:
                late = refusal("editor-too-long", Mark("ruletrail"), limit=str(int(seconds)))
                self._refuse(late.problems[0])
            return None
        except ProblemsError as error:
            self._refuse(error.problems[0])

    async def _work(self, work: Work, seconds: float) -> Any:
        """Have something worked out with the documents of this moment, and send what it asks to."""

        def take(go_on: GoOn) -> tuple[Any, View]:
            mine = replace(view, go_on=go_on)
            return work(mine), mine

        view = self._look(_nothing)
        result, seen = await self.worker.run(take, seconds)
        for effect in seen.effects:
            effect(self.server)
        return result

    def _look(self, go_on: GoOn) -> View:
        """Take the documents as they are now."""
        workspace = self.server.workspace
        documents_ = {}
        for uri, document in workspace.text_documents.items():
            path = path_of(self.uris, document.uri)
            if path is not None:
                documents_[uri] = Document(path, document.source, document.version)
        return View(
            types=self.types,
            uris=self.uris,
            codec=workspace.position_codec,
            check=self.check,
            settings=self.settings,
            memory=self.memory,
            documents=documents_,
            capabilities=self.server.client_capabilities,
            go_on=go_on,
        )

    # -- What went wrong ---------------------------------------------------------------------------

    def _refuse(self, problem: Problem) -> None:
        language = self.settings.language
        text = f"{problem.message(language)}; {problem.hint(language)} [{problem.code}]"
        raise self.exceptions.JsonRpcInvalidParams(message=text)

    def report_error(self, error: Exception, source: object) -> None:
        """Show that a message to which no answer is due was not understood."""
        del error  # a request is answered; of a notification the editor would know nothing
        if source is not self.exceptions.FeatureRequestError:
            self._show_internal()

    def _show_internal(self) -> None:
        kind = self.types.MessageType.Error
        shown = self.types.ShowMessageParams(kind, _INTERNAL[self.settings.language])
        self.server.window_show_message(shown)


def _apply(function: Callable[[View, Any], Any], parameters: Any, view: View) -> Any:
    return function(view, parameters)


def _nothing() -> None:
    """Go on: nobody else decides."""
