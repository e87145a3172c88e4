"""Questions about a place: hover, completion, definition, references, renaming."""

from pathlib import Path
from typing import Any

from ruletrail.editors.answers import (
    describe,
    find_declarations,
    find_definition,
    find_references,
    hover,
)
from ruletrail.editors.completing import complete
from ruletrail.editors.names import Name
from ruletrail.editors.places import find_any
from ruletrail.editors.renaming import name_in_list, rename
from ruletrail.editors.views import Asked, View

_KINDS = {
    "field": 5, "rule": 6, "parameter": 21, "group": 13, "scale": 3, "table": 3, "variable": 6,
    "decision": 20, "section": 9, "check": 20, "function": 3,
    "choice": 12,
}  # fmt: skip
"""The protocol's numbers for the icons of completions."""


def complete_code(view: View, parameters: Any) -> Any:
    """Complete a code, a variable of `for_each`, or what follows one."""
    asked = view.ask(parameters)
    if asked is None:
        return None
    found = complete(asked.text, asked.line, asked.column, asked.knowledge)
    return [_item(view, asked, name, start) for name, start in found]


def _item(view: View, asked: Asked, name: Name, start: int) -> Any:
    types, written = view.types, asked.lines[asked.line]
    place = view.range(written, asked.line, start, asked.column)
    described = describe(name, asked.knowledge, view.language)
    return types.CompletionItem(
        label=name.code,
        kind=types.CompletionItemKind(_KINDS[name.kind]),
        detail=" · ".join(part for part in (name.label, name.unit) if part),
        documentation=_markdown(view, described),
        text_edit=types.TextEdit(place, name.code),
    )


def _markdown(view: View, text: str) -> Any:
    return view.types.MarkupContent(view.types.MarkupKind.Markdown, text)


def describe_code(view: View, parameters: Any) -> Any:
    """Say what a code is, and its value in the example."""
    asked = view.ask(parameters)
    if asked is None:
        return None
    text = hover(asked.text, asked.line, asked.column, asked.knowledge, view.language)
    return view.types.Hover(_markdown(view, text)) if text else None


def lead_to_definition(view: View, parameters: Any) -> Any:
    """Lead to where a code is declared."""
    asked = view.ask(parameters)
    if asked is None:
        return None
    name = find_definition(asked.text, asked.line, asked.column, asked.knowledge)
    return _location(view, name) if name is not None else None


def _location(view: View, name: Name) -> Any:
    if name.path is None or name.mark is None:
        return None
    mark = name.mark
    start = mark.column - 1 + (mark.text[mark.column - 1 : mark.column] in ("'", '"'))
    place = view.range(mark.text, mark.line - 1, start, start + len(name.code))
    return view.types.Location(view.uri_of(name.path), place)


def list_references(view: View, parameters: Any) -> Any:
    """List the places that mean a code, in the rulebook and where it is declared outside."""
    asked = view.ask(parameters)
    if asked is None:
        return None
    with_declaration = parameters.context.include_declaration
    knowledge, place = asked.knowledge, (asked.line, asked.column)
    found = find_references(asked.text, *place, knowledge, with_declaration=with_declaration)
    locations = [_place(view, asked, each.line, each.column, each.end) for each in found]
    names = find_declarations(asked.text, *place, knowledge) if with_declaration else []
    return locations + [_location(view, name) for name in names if name.path != asked.path]


def _place(view: View, asked: Asked, line: int, start: int, end: int) -> Any:
    return view.types.Location(asked.uri, view.range(asked.lines[line], line, start, end))


def prepare_renaming(view: View, parameters: Any) -> Any:
    """Tell which word would be renamed."""
    asked = view.ask(parameters)
    if asked is None:
        return None
    # what a `for_each` writes is found too, so that the renaming says why it is refused
    found = find_any(asked.text, asked.line, asked.column)
    if found is None:
        return None
    return view.range(asked.lines[found.line], found.line, found.column, found.end)


def rename_code(view: View, parameters: Any) -> Any:
    """Rename a code; raises `ProblemsError` that says why not."""
    asked = view.ask(parameters)
    if asked is None or not _is_rulebook(asked, asked.source.path):
        return None
    place, new = (asked.line, asked.column), parameters.new_name
    places = rename(asked.source, view.texts, asked.knowledge, place, new)
    new = name_in_list(places[0].code, new)
    edits = [
        view.types.TextEdit(
            view.range(asked.lines[each.line], each.line, each.column, each.end), new
        )
        for each in places
    ]
    return view.types.WorkspaceEdit(changes={asked.uri: edits})


def _is_rulebook(asked: Asked, path: Path) -> bool:
    return asked.path == path
