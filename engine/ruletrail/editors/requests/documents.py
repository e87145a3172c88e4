"""Documents come and go: the problems that are shown for them."""

from typing import Any

from ruletrail.editors.views import View


def opened(view: View, parameters: Any) -> None:
    """Show the problems of a document, and of the rulebook it lies beside."""
    uri = parameters.text_document.uri
    if view.document(uri) is not None:
        view.refresh(view.source(uri))


def closed(view: View, parameters: Any) -> None:
    """Forget a rulebook of whose documents none is open, and take its problems away."""
    source = view.source(parameters.text_document.uri)
    if source is None or source.path in view.edited():
        # what was typed and not saved is gone: the file counts again
        view.refresh(source)
        return
    gone = view.memory.forget(source.path)
    for path in gone:
        view.publish(path, [])
    for path, also in list(view.memory.shown.items()):
        if set(also) & set(gone):
            # a schema or a layout of several rulebooks has its problems still
            view.refresh(view.rulebook(path))


def configured(view: View, parameters: Any) -> None:
    """Show everything again, in the language and with the values that were chosen.

    An example that a command chose stays so until the settings choose another.
    """
    del parameters
    before, now = view.memory.settings, view.settings
    if before is None or (before.report, before.example) != (now.report, now.example):
        view.memory.chosen.clear()
    view.memory.settings = now
    view.refresh(None)
    view.redraw()
