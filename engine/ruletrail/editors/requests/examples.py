"""Examples: values beside entries, and commands that run, choose and add them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruletrail.editors.adding import Addition, add_example
from ruletrail.editors.diagnosing import Finding, locate
from ruletrail.editors.examples import Offer, list_hints, list_offers, run_examples
from ruletrail.editors.views import View
from ruletrail.examples import SUFFIX
from ruletrail.files import split_lines
from ruletrail.library import Source
from ruletrail.problems import make_inert, quote, refusal

RUN, ADD = "ruletrail.runExample", "ruletrail.addExample"
USE, LIST = "ruletrail.useExample", "ruletrail.listExamples"
_COMMANDS = {"run": RUN, "add": ADD, "use": USE}
_TITLES = {
    "it": {
        "run": "▶ esegui gli esempi", "run_one": "▶ esegui l'esempio",
        "add": "+ aggiungi un esempio",
        "use": "valori: {example}", "use_one": "mostra i valori nel rulebook",
        "added": "Aggiungi un esempio",
    },
    "en": {
        "run": "▶ run the examples", "run_one": "▶ run the example", "add": "+ add an example",
        "use": "values: {example}", "use_one": "show its values in the rulebook",
        "added": "Add an example",
    },
}  # fmt: skip


def show_values(view: View, parameters: Any) -> Any:
    """Show the value of each entry beside it, as the chosen example has it."""
    uri = parameters.text_document.uri
    document, source = view.document(uri), view.source(uri)
    if document is None or source is None or source.path != document.path:
        return None
    knowledge = view.knowledge(source)
    view.go_on()
    if knowledge is None:
        return None
    first, last = parameters.range.start.line, parameters.range.end.line
    lines = split_lines(document.text)
    return [
        view.types.InlayHint(
            position=view.range(lines[hint.line], hint.line, hint.column, hint.column).start,
            label=make_inert(hint.text),
            padding_left=True,
            tooltip=make_inert(hint.about),
        )
        for hint in list_hints(document.text, knowledge, first, last, view.language)
    ]


def offer(view: View, parameters: Any) -> Any:
    """Offer to run, choose and add examples, above what they belong to."""
    uri = parameters.text_document.uri
    document, source = view.document(uri), view.source(uri)
    if document is None or source is None:
        return None
    is_examples = document.path.name.endswith(SUFFIX)
    if document.path != source.path and not is_examples:
        return None
    knowledge = view.knowledge(source) if not is_examples else None
    offers = list_offers(document.text, knowledge, is_examples=is_examples)
    shown = knowledge.example if knowledge is not None else ""
    return [_lens(view, uri, each, shown) for each in offers]


def _lens(view: View, uri: str, each: Offer, shown: str) -> Any:
    titles = _TITLES[view.language]
    title = titles[f"{each.action}_one" if each.example else each.action]
    arguments = [uri, each.example] if each.example else [uri]
    command = view.types.Command(
        title.format(example=make_inert(shown) or "-"), _COMMANDS[each.action], arguments=arguments
    )
    return view.types.CodeLens(view.range("", each.line, 0, 0), command=command)


# -- Commands --------------------------------------------------------------------------------------


def run(view: View, source: Source, name: str) -> Any:
    """Run the example of a name, or all: a sentence is shown, and a problem for each failure."""
    ran = run_examples(source, view.texts, name, view.language, view.go_on)
    kept = view.memory.failed.get(source.path, []) if name else []
    # what other examples failed is still shown; of those that ran it is known anew
    again = {quote(each) for each in ran.outcomes}
    problems = [each for each in kept if each.details["example"] not in again]
    view.memory.failed[source.path] = problems = [*problems, *ran.problems]
    failures = locate(source, problems)
    shown = view.memory.shown.get(source.path, {source.path: []})
    view.show(source, _join(shown, failures))
    view.say("Info", make_inert(ran.sentence))
    return {"message": ran.sentence, "examples": dict(ran.outcomes)}


def _join(
    shown: Mapping[Path, list[Finding]], failures: Mapping[Path, list[Finding]]
) -> dict[Path, list[Finding]]:
    """Put failures beside the other problems, in the place of earlier failures."""
    kept = {
        path: [each for each in findings if each.problem.code != "example-failed"]
        for path, findings in shown.items()
    }
    return {path: [*kept.get(path, ()), *failures.get(path, ())] for path in {**kept, **failures}}


def add(view: View, source: Source, name: str) -> Any:
    """Write the skeleton of an example into the file of examples, which the editor shows."""
    del name
    addition = add_example(source, view.texts, view.language)
    edit = _edit(view, addition)
    label = _TITLES[view.language]["added"]
    applied = view.types.ApplyWorkspaceEditParams(edit=edit, label=label)
    view.effects.append(lambda server: server.workspace_apply_edit(applied))
    return {"uri": view.uri_of(addition.path), "name": addition.name}


def _edit(view: View, addition: Addition) -> Any:
    types, uri = view.types, view.uri_of(addition.path)
    line, text = addition.line, addition.text
    if addition.last is not None:
        # the file ends without a line end: the new lines go after its last letter
        last = addition.last
        place = view.range(last, line - 1, len(last), len(last))
        text = "\n" + text.removesuffix("\n")
    else:
        place = view.range("", line, 0, 0)
    insertion = types.TextEdit(place, text)
    if not addition.is_new:
        return types.WorkspaceEdit(changes={uri: [insertion]})
    created = types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True))
    document = types.OptionalVersionedTextDocumentIdentifier(uri)
    edits = [created, types.TextDocumentEdit(document, [insertion])]
    return types.WorkspaceEdit(document_changes=edits)


def use(view: View, source: Source, name: str) -> Any:
    """Show the values of another example: the one named, else the next one."""
    knowledge = view.knowledge(source)
    names = knowledge.examples if knowledge is not None else ()
    if not names or (name and name not in names):
        raise refusal("example-unknown", source.shown, example=quote(name))
    shown = knowledge.example if knowledge is not None else ""
    following = (names.index(shown) + 1) % len(names) if shown in names else 0
    chosen = name or names[following]
    view.memory.chosen[source.path] = chosen
    view.redraw()
    return {"example": chosen}


def list_names(view: View, source: Source, name: str) -> Any:
    """List the names of the examples, and the one whose values are shown."""
    del name
    knowledge = view.knowledge(source)
    if knowledge is None:
        return {"examples": [], "shown": ""}
    return {"examples": list(knowledge.examples), "shown": knowledge.example}
