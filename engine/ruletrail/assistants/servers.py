"""The server: the SDK's own, told by our tables what there is, and what to do with each call.

Whatever is wrong with what a tool was given is an answer that says so (`isError`), so that the
assistant can mend it. Of a defect of ours no text leaves but that it is one.
"""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ContentBlock,
    GetPromptRequestParams,
    GetPromptResult,
    ListPromptsResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    Prompt,
    PromptArgument,
    PromptMessage,
    ReadResourceRequestParams,
    ReadResourceResult,
    Resource,
    ResourceLink,
    ResourceTemplate,
    TextContent,
    TextResourceContents,
    ToolAnnotations,
)
from mcp.types import Tool as ListedTool
from pydantic import ValidationError

from ruletrail.assistants import prompts, resources, wordings
from ruletrail.assistants.arguments import read_arguments
from ruletrail.assistants.desks import Desk
from ruletrail.assistants.settings import Settings
from ruletrail.assistants.shapes import write_output_schema
from ruletrail.assistants.tools import Tool, list_tools
from ruletrail.formats import LOCALES, Locale
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal
from ruletrail.rendering.problems import problems_json
from ruletrail.service.logs import log, tell_defect
from ruletrail.service.refusals import WrittenError, hide_folders
from ruletrail.versions import ENGINE_VERSION

Context = ServerRequestContext[Desk]
_INSTRUCTIONS = (
    "ruletrail evaluates reports by rulebooks, exactly, and explains every answer by a trail. "
    "Ask `list_rulebooks` and `report_schema` first. Never work out, round or fill in a value "
    "yourself: `evaluate` says what is missing, not applicable or not encoded, and these are no "
    "answers. `needed` says what to ask next of a report that is not finished, `whatif` how firm "
    "an outcome is. Cite the rulebook, its version and the trail's digest. When you write a "
    "rulebook, repeat `check` and `test` until nothing is wrong, then `prove`; every entry says "
    "its source and evidence, and what the source does not say is `not_encoded`. Nothing is sealed "
    "or published here."
)


class Handlers:
    """What the protocol asks for, answered by our tables."""

    def __init__(self, settings: Settings) -> None:
        """Write what never changes: the lists of tools, of templates, of prompts."""
        self._language: Locale = settings.service.language
        self._has_folder = settings.folder is not None
        self._tools = {tool.name: tool for tool in list_tools(has_folder=self._has_folder)}

    # -- Tools -------------------------------------------------------------------------------------

    async def list_tools(
        self, context: Context, params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        """List the tools."""
        del context, params
        return ListToolsResult(tools=[self._list_tool(tool) for tool in self._tools.values()])

    def _list_tool(self, tool: Tool) -> ListedTool:
        hints = ToolAnnotations(
            title=tool.title, read_only_hint=not tool.is_writing,
            destructive_hint=tool.is_writing, idempotent_hint=True, open_world_hint=False,
        )  # fmt: skip
        return ListedTool(
            name=tool.name, title=tool.title, description=tool.says, annotations=hints,
            input_schema=tool.describe_input(has_folder=self._has_folder),
            output_schema=write_output_schema(tool.gives),
        )  # fmt: skip

    async def call_tool(self, context: Context, params: CallToolRequestParams) -> CallToolResult:
        """Call a tool; what is wrong with what it was given is its answer."""
        tool, desk = self._tools.get(params.name), context.lifespan_context
        if tool is None:
            known = ", ".join(map(quote, self._tools))
            error = refusal("tool-unknown", Mark("tools"), text=quote(params.name), known=known)
            raise self._protest(error.problems)
        given = params.arguments or {}
        language = _spoken(given.get("lang"), self._language)
        try:
            taken = tool.takes(has_folder=self._has_folder)
            asked = read_arguments(taken, given, self._language)
            answer = await tool.act(desk, asked)
        except (ProblemsError, WrittenError) as error:
            return _refuse(desk, _write(error, language), language)
        return CallToolResult(
            content=_write_content(answer.text, answer.content),
            structured_content=dict(answer.content),
        )

    # -- Resources ---------------------------------------------------------------------------------

    async def list_resources(
        self, context: Context, params: PaginatedRequestParams | None
    ) -> ListResourcesResult:
        """List what is there to read, but trails: who was answered has their addresses."""
        del params
        desk = context.lifespan_context
        pages = desk.commands.list_pages(self._language)
        listed = [
            Resource(uri=uri, name=uri.partition("://")[2], title=title, mime_type=form)
            for uri, title, form in resources.list_addresses(await desk.look(), pages)
        ]
        return ListResourcesResult(resources=listed)

    async def list_templates(
        self, context: Context, params: PaginatedRequestParams | None
    ) -> ListResourceTemplatesResult:
        """List how addresses are written."""
        del context, params
        return ListResourceTemplatesResult(
            resource_templates=[
                ResourceTemplate(
                    uri_template=kind.uri, name=kind.title, title=kind.title,
                    description=kind.says, mime_type=kind.form,
                )
                for kind in resources.list_kinds(has_folder=self._has_folder)
                if not kind.is_single
            ]
        )  # fmt: skip

    async def read_resource(
        self, context: Context, params: ReadResourceRequestParams
    ) -> ReadResourceResult:
        """Read what is at an address."""
        desk = context.lifespan_context
        try:
            kind, text = await resources.read(desk, params.uri, self._language)
        except (ProblemsError, WrittenError) as error:
            written = hide_folders(_write(error, self._language), desk.shelf.libraries)
            raise _protest(written, self._language) from error
        contents = TextResourceContents(uri=params.uri, mime_type=kind.form, text=_whole(text))
        return ReadResourceResult(contents=[contents])

    # -- Prompts -----------------------------------------------------------------------------------

    async def list_prompts(
        self, context: Context, params: PaginatedRequestParams | None
    ) -> ListPromptsResult:
        """List the prompts."""
        del context, params
        taken = [
            PromptArgument(name=each.name, description=each.says, required=each.required)
            for each in prompts.ARGUMENTS
        ]
        listed = Prompt(
            name=prompts.NAME, title=prompts.TITLE, description=prompts.SAYS, arguments=taken
        )
        return ListPromptsResult(prompts=[listed])

    async def get_prompt(self, context: Context, params: GetPromptRequestParams) -> GetPromptResult:
        """Write a prompt."""
        del context
        if params.name != prompts.NAME:
            details = {"text": quote(params.name), "known": quote(prompts.NAME)}
            raise self._protest(refusal("prompt-unknown", Mark("prompts"), **details).problems)
        try:
            asked = read_arguments(prompts.ARGUMENTS, params.arguments or {}, self._language)
        except ProblemsError as error:
            raise self._protest(error.problems) from error
        content = TextContent(text=_whole(prompts.write_prompt(asked)))
        message = PromptMessage(role="user", content=content)
        return GetPromptResult(description=prompts.SAYS, messages=[message])

    def _protest(self, problems: Sequence[Problem]) -> MCPError:
        return _protest(problems_json(problems, self._language), self._language)


def _spoken(asked: object, default: Locale) -> Locale:
    """Choose the language of problems, also of those of the other arguments."""
    return next((locale for locale in LOCALES if locale == asked), default)


def _write(error: ProblemsError | WrittenError, language: Locale) -> Sequence[dict[str, Any]]:
    if isinstance(error, WrittenError):
        return error.problems
    return problems_json(error.problems, language)


def _refuse(desk: Desk, written: Sequence[dict[str, Any]], language: Locale) -> CallToolResult:
    problems = list(hide_folders(written, desk.shelf.libraries))
    said = wordings.tell("refused", language, count=len(problems))
    text = f"{said}\n{wordings.tell_problems(problems, language)}"
    return CallToolResult(
        content=[TextContent(text=_whole(text))],
        structured_content={"problems": problems}, is_error=True,
    )  # fmt: skip


def _protest(written: Sequence[Mapping[str, Any]], language: Locale) -> MCPError:
    """Return the error of a request that names what is not there."""
    text = wordings.tell_problems(written, language)
    return MCPError(INVALID_PARAMS, _whole(text), {"problems": list(written)})


def _write_content(text: str, content: Mapping[str, Any]) -> list[ContentBlock]:
    """Write the text of an answer, and a link to its trail where that is kept."""
    blocks: list[ContentBlock] = [TextContent(text=_whole(text))]
    uri = content.get("trail_uri")
    if uri:
        blocks.append(ResourceLink(uri=uri, name=content["trail_digest"], mime_type=resources.JSON))
    return blocks


def _whole(text: str) -> str:
    """Make a text one that can be written in UTF-8: half a character becomes `?`."""
    return text.encode("utf-8", "replace").decode()


async def _guard(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Let a defect of ours be known to the log, its kind and place only, and to nobody else."""
    try:
        return await call_next(ctx)
    except (MCPError, ValidationError):
        raise
    except Exception as error:  # noqa: BLE001 - the last resort: the SDK would send its own text
        log(logging.ERROR, "defect", request=str(ctx.request_id), **tell_defect(error))
        raise MCPError(INTERNAL_ERROR, "a defect of ruletrail, not of the request") from None


def make_server(settings: Settings) -> Server[Desk]:
    """Make a server; rulebooks are loaded when it is first asked."""
    handlers = Handlers(settings)

    @asynccontextmanager
    async def live(server: Server[Desk]) -> AsyncIterator[Desk]:
        del server
        yield Desk(settings)

    server = Server(
        "ruletrail", version=ENGINE_VERSION, title="ruletrail", instructions=_INSTRUCTIONS,
        lifespan=live, on_list_tools=handlers.list_tools, on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources, on_read_resource=handlers.read_resource,
        on_list_resource_templates=handlers.list_templates,
        on_list_prompts=handlers.list_prompts, on_get_prompt=handlers.get_prompt,
    )  # fmt: skip
    # in the place of the SDK's own, which traces every message where the environment says so
    server.middleware[:] = [_guard]
    return server
