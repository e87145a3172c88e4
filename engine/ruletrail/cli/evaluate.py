"""`ruletrail evaluate REPORT`: the answer to one report, with why."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from ruletrail.answers import Evaluation
from ruletrail.cli.consoles import Console, choose_form
from ruletrail.cli.evaluations import (
    add_evaluation_arguments,
    add_nulls,
    evaluate_report,
    name_to_ask_on,
)
from ruletrail.problems import misuse, quote, refusal, term
from ruletrail.rendering import read_wording, render_lines, render_trail, state_in_a_line

STATUSES = {"complete": 0, "incomplete": 1, "invalid": 1}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    add_evaluation_arguments(parser)
    add_nulls(parser)
    parser.add_argument("--format", choices=("text", "json", "markdown", "html"))
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--brief", action="store_true")
    length.add_argument("--full", action="store_true")
    parser.add_argument("--margins", action="store_true")
    parser.add_argument("-o", metavar="FILE", dest="output")
    parser.add_argument("--require-digest", metavar="sha256:…", default="", dest="require_digest")


def run(options: argparse.Namespace, console: Console) -> int:
    """Evaluate, render, write."""
    form = choose_form(options, "text")
    is_shown = _is_shown(options, form, console)
    evaluation = evaluate_report(options, console, options.output, is_shown=is_shown)
    if options.require_digest:
        require_digest(evaluation.trail.to_dict()["rulebook"], options.require_digest)
    margins = _find_margins(evaluation) if options.margins and form != "json" else None
    write_answer(evaluation, form, options, console, margins)
    return STATUSES[evaluation.status]


def _is_shown(options: argparse.Namespace, form: str, console: Console) -> bool:
    """Tell whether the answer is written on a terminal for whoever sits there."""
    return form == "text" and not options.output and console.is_terminal


def _find_margins(evaluation: Evaluation) -> "list[Mapping[str, Any]]":
    from ruletrail.counterfactuals import find_margins  # noqa: PLC0415 - only where asked for

    return [each.to_dict() for each in find_margins(evaluation.record)]


def write_answer(
    evaluation: Evaluation,
    form: str,
    options: argparse.Namespace,
    console: Console,
    margins: "Sequence[Mapping[str, Any]] | None" = None,
) -> None:
    """Write the answer where it was asked for: on a terminal the first screen, else all of it."""
    document = evaluation.trail.to_dict()
    language = console.language if console.chosen else None
    wording = (
        None
        if form == "json"
        else read_wording(evaluation.record, language, *name_to_ask_on(options))
    )
    is_shown = _is_shown(options, form, console)
    brief = options.brief or (is_shown and not options.full)
    if is_shown:
        lines = render_lines(
            document, language, wording, brief=brief, width=console.width, margins=margins
        )
        console.write_toned(lines)
        return
    text = render_trail(document, form, language, wording, brief=brief, margins=margins)
    if options.output:
        # what a page begins with: by itself the file says nothing on a terminal
        wording = wording or read_wording(evaluation.record, language, *name_to_ask_on(options))
        said = state_in_a_line(document, console.language, wording)
        console.write_file(options.output, text.encode("utf-8"), said, form)
    else:
        console.write_form(text, form)


def require_digest(rulebook: Mapping[str, str], expected: str) -> None:
    """Refuse an answer if the rulebook, as its trail names it, has another digest."""
    from ruletrail.library.manifests import is_digest  # noqa: PLC0415 - seldom asked for

    if not is_digest(expected):
        raise misuse(term("not-digest"), option="`--require-digest`", word=quote(expected))
    if rulebook["digest"] != expected:
        reference = f"{rulebook['name']}/{rulebook['edition']}@{rulebook['version']}"
        details = {"found": quote(rulebook["digest"]), "expected": quote(expected)}
        raise refusal("digest-required", reference, reference=quote(reference), **details)
