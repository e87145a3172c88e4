"""What an editor may ask: one row for each request, notification and command.

Each is a function of a `View` and the protocol's parameters; commands are functions of a `View`, a
rulebook and the name of an example. `session` has them worked out, one after the other.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ruletrail.editors.requests import documents, examples, pages, places
from ruletrail.editors.views import View
from ruletrail.fast_dataclasses import dataclass
from ruletrail.library import Source

_SOON, _LATER = 20.0, 60.0
"""Seconds within which an answer comes: to what an editor asks by itself, to what people ask."""


@dataclass(frozen=True, slots=True)
class Request:
    """How a request is answered, and how long that may take."""

    answer: Callable[[View, Any], Any]
    seconds: float = _SOON
    options: Callable[[Any], Any] = lambda _: None
    """The options that the server declares, made with the protocol's types."""
    is_awaited: bool = False
    """Whether somebody waits for it, and is told when it takes too long."""


REQUESTS: Mapping[str, Request] = {
    "textDocument/hover": Request(places.describe_code),
    "textDocument/definition": Request(places.lead_to_definition),
    "textDocument/references": Request(places.list_references),
    "textDocument/completion": Request(
        places.complete_code,
        options=lambda types: types.CompletionOptions(trigger_characters=["{", "(", "[", " ", "}"]),
    ),
    "textDocument/prepareRename": Request(places.prepare_renaming),
    "textDocument/rename": Request(
        places.rename_code,
        _LATER,
        options=lambda types: types.RenameOptions(prepare_provider=True),
        is_awaited=True,
    ),
    "textDocument/documentSymbol": Request(pages.outline),
    "textDocument/formatting": Request(pages.format_text, _LATER, is_awaited=True),
    "textDocument/codeAction": Request(
        pages.mend,
        options=lambda types: types.CodeActionOptions(
            code_action_kinds=[types.CodeActionKind.QuickFix, pages.FIX_ALL]
        ),
    ),
    "textDocument/inlayHint": Request(examples.show_values),
    "textDocument/codeLens": Request(examples.offer),
}

NOTICES: Mapping[str, Callable[[View, Any], None]] = {
    "textDocument/didOpen": documents.opened,
    "textDocument/didSave": documents.opened,
    "textDocument/didClose": documents.closed,
    "workspace/didChangeConfiguration": documents.configured,
}

COMMANDS: Mapping[str, Callable[[View, Source, str], Any]] = {
    examples.RUN: examples.run,
    examples.ADD: examples.add,
    examples.USE: examples.use,
    examples.LIST: examples.list_names,
}
COMMAND_SECONDS = _LATER
