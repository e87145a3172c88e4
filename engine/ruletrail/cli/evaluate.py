"""`ruletrail evaluate REPORT`: the answer to one report, with why."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from ruletrail.cli.consoles import Console, choose_form, write_whole
from ruletrail.cli.evaluations import add_evaluation_arguments, evaluate_report
from ruletrail.problems import misuse, quote, refusal, term
from ruletrail.rendering import render_trail

STATUSES = {"complete": 0, "incomplete": 1, "invalid": 1}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    add_evaluation_arguments(parser)
    parser.add_argument("--format", choices=("text", "json", "markdown", "html"))
    parser.add_argument("-o", metavar="FILE", dest="output")
    parser.add_argument("--require-digest", metavar="sha256:…", default="", dest="require_digest")


def run(options: argparse.Namespace, console: Console) -> int:
    """Evaluate, render, write."""
    form = choose_form(options, "text")
    evaluation = evaluate_report(options, console, options.output)
    if options.require_digest:
        require_digest(evaluation.trail.to_dict()["rulebook"], options.require_digest)
    language = console.language if console.chosen else None
    text = render_trail(evaluation.trail.to_dict(), form, language)
    if options.output:
        write_whole(Path(options.output), text.encode("utf-8"))
    else:
        console.write_form(text, form)
    return STATUSES[evaluation.status]


def require_digest(rulebook: Mapping[str, str], expected: str) -> None:
    """Refuse an answer if the rulebook, as its trail names it, has another digest."""
    from ruletrail.library.manifests import is_digest  # noqa: PLC0415 - seldom asked for

    if not is_digest(expected):
        raise misuse(term("not-digest"), option="`--require-digest`", word=quote(expected))
    if rulebook["digest"] != expected:
        reference = f"{rulebook['name']}/{rulebook['edition']}@{rulebook['version']}"
        details = {"found": quote(rulebook["digest"]), "expected": quote(expected)}
        raise refusal("digest-required", reference, reference=quote(reference), **details)
