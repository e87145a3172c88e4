"""Trails and problems as text, JSON, Markdown and HTML, from the trail's document alone."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ruletrail.formats import Locale
from ruletrail.trails import canonical_json

if TYPE_CHECKING:
    from ruletrail.rendering.blocks import Page

_WRITERS = {
    "text": ("texts", "write_text"),
    "markdown": ("markdown", "write_markdown"),
    "html": ("pages", "write_html"),
}
"""The module and the function of each form; only the one asked for is imported."""

FORMS = ("text", "json", "markdown", "html")


def render_trail(document: Mapping[str, Any], form: str, language: Locale | None = None) -> str:
    """Render a trail's document as `text`, `json`, `markdown` or `html`.

    `language` is the reader's; None takes the rulebook's. The JSON form is the stored form: the
    canonical bytes and one newline, in no language.
    """
    if form == "json":
        return canonical_json(document) + "\n"
    # the stored form is in no language
    from ruletrail.rendering.readings import read_trail  # noqa: PLC0415
    from ruletrail.rendering.summaries import summarise  # noqa: PLC0415

    return _writer(form)(summarise(read_trail(document, language)))


def explain_step(
    document: Mapping[str, Any], code: str, language: Locale | None = None, form: str = "text"
) -> str:
    """Render the steps behind one code of a trail: an entry, a field or a constant.

    Raises `ProblemsError` (`unknown-step`) for a code that the trail does not know.
    """
    # rendering a whole trail needs none of it
    from ruletrail.rendering.explanations import explain, explain_json  # noqa: PLC0415
    from ruletrail.rendering.readings import read_trail  # noqa: PLC0415

    reading = read_trail(document, language)
    if form == "json":
        return canonical_json(explain_json(reading, code)) + "\n"
    return _writer(form)(explain(reading, code))


def _writer(form: str) -> "Callable[[Page], str]":
    module, name = _WRITERS[form]
    found: Callable[[Page], str] = getattr(import_module(f"{__name__}.{module}"), name)
    return found


__all__ = ["FORMS", "explain_step", "render_trail"]
