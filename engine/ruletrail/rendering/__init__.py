"""Trails and problems as text, JSON, Markdown and HTML, from the trail's document alone."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ruletrail.fast_dataclasses import replace
from ruletrail.formats import Locale
from ruletrail.trails import canonical_json

if TYPE_CHECKING:
    from ruletrail.rendering.answers import Answer
    from ruletrail.rendering.blocks import Page
    from ruletrail.rendering.readings import Reading
    from ruletrail.rendering.texts import Line
    from ruletrail.rendering.wordings import Wording
    from ruletrail.trails import Record

    Margins = Sequence[Mapping[str, Any]]
    """Answers to what would change an outcome, for programs."""

_WRITERS = {
    "text": ("texts", "write_text"),
    "markdown": ("markdown", "write_markdown"),
    "html": ("pages", "write_html"),
}
"""The module and the function of each form; only the one asked for is imported."""

FORMS = ("text", "json", "markdown", "html")


def render_trail(
    document: Mapping[str, Any],
    form: str,
    language: Locale | None = None,
    wording: "Wording | None" = None,
    *,
    brief: bool = False,
    margins: "Margins | None" = None,
    rest: str = "brief_rest",
) -> str:
    """Render a trail's document as `text`, `json`, `markdown` or `html`.

    `language` is the reader's; None takes the rulebook's. `wording` is what the rulebook says that
    the trail does not hold; `brief` leaves out all but the first screen, which the phrase
    `rest` ends. `margins` are the answers to what would change outcomes, as a chapter. The JSON
    form is the stored form: the canonical bytes and one newline, in no language, never brief and
    without margins.
    """
    if form == "json":
        return canonical_json(document) + "\n"
    page = _summarise(document, language, wording, brief=brief, rest=rest, form=form)
    if margins is not None:
        page = _with_margins(page, _read(document, language, wording), margins)
    return _writer(form)(page)


def _with_margins(page: "Page", reading: "Reading", margins: "Margins") -> "Page":
    from ruletrail.rendering.blocks import Chapter  # noqa: PLC0415 - only where they are asked for
    from ruletrail.rendering.changes import write_margins  # noqa: PLC0415 - the same

    blocks = tuple(write_margins(reading, margins))
    chapter = Chapter(reading.say("changes_margins"), blocks)
    return replace(page, chapters=(chapter, *page.chapters) if blocks else page.chapters)


def render_changes(
    document: Mapping[str, Any],
    answer: Mapping[str, Any],
    form: str = "text",
    language: Locale | None = None,
    wording: "Wording | None" = None,
) -> str:
    """Render what would change an outcome; `answer` is that for programs, `document` the trail."""
    if form == "json":
        return canonical_json(answer) + "\n"
    from ruletrail.rendering.changes import describe_changes  # noqa: PLC0415 - the same

    return _writer(form)(describe_changes(_read(document, language, wording), answer))


def change_lines(
    document: Mapping[str, Any],
    answer: Mapping[str, Any],
    language: Locale | None,
    wording: "Wording | None",
    *,
    width: int,
) -> "list[Line]":
    """Say what would change an outcome as lines of text for a terminal, each with its tone."""
    from ruletrail.rendering.changes import describe_changes  # noqa: PLC0415 - the same
    from ruletrail.rendering.texts import write_lines  # noqa: PLC0415 - the same

    return write_lines(describe_changes(_read(document, language, wording), answer), width)


def render_lines(
    document: Mapping[str, Any],
    language: Locale | None,
    wording: "Wording | None",
    *,
    brief: bool,
    width: int,
    margins: "Margins | None" = None,
) -> "list[Line]":
    """Render a trail's document as lines of text for a terminal, each with its tone."""
    from ruletrail.rendering.texts import write_lines  # noqa: PLC0415 - other forms need none of it

    page = _summarise(document, language, wording, brief=brief, form="text", width=width)
    if margins is not None:
        page = _with_margins(page, _read(document, language, wording), margins)
    return write_lines(page, width)


def state_in_a_line(
    document: Mapping[str, Any], language: Locale, wording: "Wording | None"
) -> str:
    """Say in part of a line what the first screen of an answer begins with."""
    from ruletrail.rendering import answers, first_screens  # noqa: PLC0415 - for files only

    reading = _read(document, language, wording)
    return first_screens.state_in_a_line(reading, answers.find_answer(reading))


def find_answer(document: Mapping[str, Any], wording: "Wording | None") -> "Answer":
    """Find what the first screen says: what is wrong, due, missing, and what settles what is open.

    Commands that say it in sentences of their own say the same.
    """
    from ruletrail.rendering import answers  # noqa: PLC0415 - for records only

    return answers.find_answer(_read(document, None, wording))


def state_disagreement(
    document: Mapping[str, Any], language: Locale, wording: "Wording | None"
) -> str:
    """Say in part of a line that the form prints what this answer is not; empty where not."""
    from ruletrail.rendering import answers, contradictions  # noqa: PLC0415 - for records only

    reading = _read(document, language, wording)
    found = answers.find_answer(reading).contradictions
    return contradictions.name_disagreement(reading, found)


def read_wording(
    record: "Record", language: Locale | None = None, file: str = "", others: str = ""
) -> "Wording":
    """Read from an evaluation's rulebook what its trail leaves out and readers want to see.

    `language` is the reader's; None takes the rulebook's. `file` names the report in the commands
    that a page points to, `others` the options that they need too.
    """
    from ruletrail.rendering import wordings  # noqa: PLC0415 - the stored form needs none of it

    return wordings.read_wording(record, language, file, others)


def explain_step(
    document: Mapping[str, Any],
    code: str,
    language: Locale | None = None,
    form: str = "text",
    wording: "Wording | None" = None,
) -> str:
    """Render the steps behind one code of a trail: an entry, a field or a constant.

    Raises `ProblemsError` (`unknown-step`) for a code that the trail does not know.
    """
    # rendering a whole trail needs none of it
    from ruletrail.rendering.explanations import explain, explain_json  # noqa: PLC0415

    reading = _read(document, language, wording)
    if form == "json":
        return canonical_json(explain_json(reading, code)) + "\n"
    return _writer(form)(explain(reading, code))


def find_code(document: Mapping[str, Any], asked: str) -> str:
    """Find the code that somebody asks for, as `explain_step` does."""
    from ruletrail.rendering.explanations import find_code  # noqa: PLC0415 - the same

    return find_code(_read(document, None, None), asked)


def explain_lines(
    document: Mapping[str, Any],
    code: str,
    language: Locale | None,
    wording: "Wording | None",
    *,
    width: int,
) -> "list[Line]":
    """Explain one code as lines of text for a terminal, each with its tone."""
    from ruletrail.rendering.explanations import explain  # noqa: PLC0415 - the same
    from ruletrail.rendering.texts import write_lines  # noqa: PLC0415 - the same

    return write_lines(explain(_read(document, language, wording), code), width)


def _summarise(
    document: Mapping[str, Any],
    language: Locale | None,
    wording: "Wording | None",
    *,
    brief: bool,
    form: str,
    rest: str = "brief_rest",
    width: int | None = None,
) -> "Page":
    reading = _read(document, language, wording)
    if brief and form == "text" and rest == "brief_rest":
        from ruletrail.rendering.fitted_screens import fit_screen  # noqa: PLC0415 - for text only

        return fit_screen(reading, *([] if width is None else [width]))
    # the stored form is in no language
    from ruletrail.rendering.summaries import summarise  # noqa: PLC0415

    return summarise(reading, brief=brief, rest=rest)


def _read(
    document: Mapping[str, Any], language: Locale | None, wording: "Wording | None"
) -> "Reading":
    from ruletrail.rendering.readings import read_trail  # noqa: PLC0415 - the same
    from ruletrail.rendering.wordings import NO_WORDING  # noqa: PLC0415 - the same

    return read_trail(document, language, wording or NO_WORDING)


def _writer(form: str) -> "Callable[[Page], str]":
    module, name = _WRITERS[form]
    found: Callable[[Page], str] = getattr(import_module(f"{__name__}.{module}"), name)
    return found


__all__ = [
    "FORMS",
    "change_lines",
    "explain_lines",
    "explain_step",
    "find_answer",
    "find_code",
    "read_wording",
    "render_changes",
    "render_lines",
    "render_trail",
    "state_disagreement",
    "state_in_a_line",
]
